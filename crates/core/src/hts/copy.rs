//! Copies of records with every tag, to be written again.

use rust_htslib::bam::{self, record::Aux};

use super::record::RawRecord;

/// Longest `QNAME` of a copy, in bytes (SAM specification 1.4: 254; htslib pads it).
const NAME_MAX: usize = 251;

/// Bases of a contig that a `.bai` index can address (SAM specification 5.1.3).
const INDEXED_BASES: i64 = 1 << 29;

/// An owned record, with the file's numbering of contigs.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordCopy {
    pub(super) record: bam::Record,
    contig_count: usize,
}

impl RecordCopy {
    /// A copy of `record`, whose header names `contig_count` contigs.
    pub(super) fn new(record: &bam::Record, contig_count: usize) -> Self {
        Self {
            record: record.clone(),
            contig_count,
        }
    }

    /// The copy as a view.
    pub const fn view(&self) -> RawRecord<'_> {
        RawRecord::new(&self.record, self.contig_count, false)
    }

    /// Whether a header and its index can represent the record's position: unplaced, or on a contig of the header
    /// within the range of `.bai`.
    pub fn is_indexable(&self) -> bool {
        let view = self.view();
        let indexed = view.position() >= 0 && view.reference_end() <= INDEXED_BASES;
        self.record.tid() == -1 || view.contig().is_some() && indexed
    }

    /// Removes the mate's position if it is on a contig that is not in the header.
    pub fn forget_unknown_mate(&mut self) {
        if self.record.mtid() != -1 && self.view().mate_contig().is_none() {
            self.record.set_mtid(-1);
            self.record.set_mpos(-1);
        }
    }

    /// Renames the record; a name that is too long is truncated.
    pub fn set_name(&mut self, name: &[u8]) {
        self.record.set_qname(name.get(..NAME_MAX).unwrap_or(name));
    }

    /// Sets a tag to a text, replacing any previous value. Characters that SAM does not allow become `?`.
    pub fn set_text(&mut self, tag: &[u8; 2], text: &str) {
        let text: String = text
            .chars()
            .map(|c| if (' '..='~').contains(&c) { c } else { '?' })
            .collect();
        self.remove(tag);
        // Fails only if memory runs out or the tag exists, which was just removed.
        let _ = self.record.push_aux(tag, Aux::String(&text));
    }

    /// Removes a tag, if present.
    pub fn remove(&mut self, tag: &[u8; 2]) {
        let _ = self.record.remove_aux(tag);
    }

    /// Sort key of records: position (unplaced last), strand, name, flags, CIGAR, tags.
    pub fn sort_key(&self) -> (u32, i64, bool, &[u8], u16, &[u32]) {
        let r = &self.record;
        // -1, no contig, becomes the largest number.
        let contig = u32::from_ne_bytes(r.tid().to_ne_bytes());
        (contig, r.pos(), r.is_reverse(), r.qname(), r.flags(), r.raw_cigar())
    }

    /// The bytes after the fixed fields, as in BAM: equal for equal records.
    pub fn data(&self) -> &[u8] {
        // SAFETY: htslib keeps `l_data` bytes at `data` as long as the record lives.
        unsafe {
            let inner = self.record.inner();
            let len = usize::try_from(inner.l_data).unwrap_or(0);
            if inner.data.is_null() {
                return &[];
            }
            std::slice::from_raw_parts(inner.data, len)
        }
    }
}
