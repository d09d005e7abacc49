//! One record in htslib's form: cheap queries first, a full copy only of kept records.

use std::sync::Arc;

use rust_htslib::bam;

use super::tags::Tags;
use crate::genome::record::{parse_md, parse_sa};
use crate::genome::{AlignedRecord, Cigar, CigarOp, ContigId, Contigs, Flags, Interval};

/// Most entries of one `SA` tag that are parsed; a real chimera has a handful, a malicious tag millions.
pub(crate) const SA_ENTRY_CAP: usize = 1_000;

/// Parameters of [`RawRecord::decode`].
#[derive(Clone, Debug)]
pub struct DecodeContext {
    /// The contigs of the record's header.
    pub contigs: Arc<Contigs>,
    /// Tag of the molecular identifier (`RX` in the SAM tags specification).
    pub umi_tag: [u8; 2],
    /// If set, the identifier follows the last of these characters in the read name; the tag is used if the name has
    /// none.
    pub umi_in_name: Option<char>,
}

/// A view of one record, valid until the next is read.
#[derive(Clone, Copy)]
pub struct RawRecord<'a> {
    record: &'a bam::Record,
    contig_count: usize,
    repaired: bool,
}

impl<'a> RawRecord<'a> {
    /// A view of `record`, whose header has `contig_count` contigs. `repaired`: parts of it could not be parsed and
    /// were left out.
    pub const fn new(record: &'a bam::Record, contig_count: usize, repaired: bool) -> Self {
        Self {
            record,
            contig_count,
            repaired,
        }
    }

    /// Whether parts of it could not be parsed and were left out.
    pub const fn is_repaired(&self) -> bool {
        self.repaired
    }

    /// An owned copy.
    pub fn copy(&self) -> super::RecordCopy {
        super::RecordCopy::new(self.record, self.contig_count)
    }

    /// Flags.
    pub fn flags(&self) -> Flags {
        Flags(self.record.flags())
    }

    /// `RNAME`; `None` for `*` and for an index that is not in the header.
    pub fn contig(&self) -> Option<ContigId> {
        self.known(self.record.tid())
    }

    /// Whether `RNAME` is anything but `*`.
    pub fn has_contig(&self) -> bool {
        self.record.tid() >= 0
    }

    /// `POS`, 0-based; -1 if absent.
    pub fn position(&self) -> i64 {
        self.record.pos()
    }

    /// `MAPQ`.
    pub fn mapq(&self) -> u8 {
        self.record.mapq()
    }

    /// `RNEXT`; `None` for `*` and for an index that is not in the header.
    pub fn mate_contig(&self) -> Option<ContigId> {
        self.known(self.record.mtid())
    }

    /// `PNEXT`, 0-based; -1 if absent.
    pub fn mate_position(&self) -> i64 {
        self.record.mpos()
    }

    /// `QNAME`.
    pub fn name(&self) -> &'a [u8] {
        self.record.qname()
    }

    /// Number of CIGAR operations.
    pub fn cigar_op_count(&self) -> usize {
        self.record.cigar_len()
    }

    /// One past the last base that the alignment spans, including introns; for an unmapped record or one without
    /// CIGAR, one past its position.
    pub fn reference_end(&self) -> i64 {
        let spanned = if self.flags().is_unmapped() {
            0
        } else {
            bases_of(self.record.raw_cigar(), &[0, 2, 3, 7, 8])
        };
        self.position().saturating_add(spanned.max(1))
    }

    /// Whether the record is on `contig` and its reference interval overlaps `interval` (an unmapped record is at its
    /// stored position, that of its mate).
    pub fn overlaps(&self, contig: ContigId, interval: Interval) -> bool {
        self.contig() == Some(contig)
            && self.position() < interval.end.0
            && self.reference_end() > interval.start.0
            && !interval.is_empty()
    }

    /// Whether either end is soft-clipped by at least `min` bases.
    pub fn has_soft_clip(&self, min: u32) -> bool {
        let (first, last) = self.soft_clips();
        first.max(last) >= min
    }

    /// Soft-clipped bases at the first and at the last base of the record.
    pub fn soft_clips(&self) -> (u32, u32) {
        let clip = |op: Option<&u32>| op.filter(|op| **op & 0xf == 4).map_or(0, |op| *op >> 4);
        let mut ops = self.record.raw_cigar().iter().filter(|op| **op & 0xf != 5);
        (clip(ops.next()), clip(ops.next_back()))
    }

    /// Whether either end is clipped, soft or hard.
    pub fn has_clip(&self) -> bool {
        let clip = |op: Option<&u32>| op.is_some_and(|op| matches!(*op & 0xf, 4 | 5));
        let ops = self.record.raw_cigar();
        clip(ops.first()) || clip(ops.last())
    }

    /// Whether the CIGAR has an `N`.
    pub fn has_skip(&self) -> bool {
        self.record.raw_cigar().iter().any(|op| *op & 0xf == 3)
    }

    /// Passes the reference intervals between the CIGAR's `N` operations to `take`, in order.
    pub fn stretches(&self, mut take: impl FnMut(Interval)) {
        let mut start = self.position();
        for part in self.record.raw_cigar().split_inclusive(|op| *op & 0xf == 3) {
            let aligned = bases_of(part, &[0, 2, 7, 8]);
            take(Interval::new(start, start.saturating_add(aligned)));
            start = start.saturating_add(aligned).saturating_add(bases_of(part, &[3]));
        }
    }

    /// Length of the whole read in bases, including hard clips.
    pub fn read_len(&self) -> u32 {
        let bases = bases_of(self.record.raw_cigar(), &[0, 1, 4, 5, 7, 8]);
        u32::try_from(bases).unwrap_or(u32::MAX)
    }

    /// Whether the record has the tag.
    pub fn has_tag(&self, tag: &[u8; 2]) -> bool {
        self.tags().any(|(name, _)| name == *tag)
    }

    /// Its optional fields.
    pub fn tags(&self) -> Tags<'a> {
        let inner = &self.record.inner;
        let sequence_len = usize::try_from(inner.core.l_qseq).unwrap_or(0);
        let start =
            usize::from(inner.core.l_qname) + self.cigar_op_count() * 4 + sequence_len.div_ceil(2) + sequence_len;
        let len = usize::try_from(inner.l_data).unwrap_or(0);
        if inner.data.is_null() || start >= len {
            return Tags::new(&[]);
        }
        // SAFETY: htslib owns `l_data` initialised bytes at `data`, and the record outlives 'a.
        Tags::new(unsafe { std::slice::from_raw_parts(inner.data.add(start), len - start) })
    }

    /// `SEQ` as stored in the record.
    pub fn sequence(&self) -> Vec<u8> {
        self.record.seq().as_bytes()
    }

    /// The bases of `SEQ` as indices into `ACGT`; 4 for all others.
    pub fn base_codes(&self) -> impl Iterator<Item = u8> + use<'_> {
        // Four bits per base: 1, 2, 4, 8 for A, C, G, T (SAM specification 4.2.3).
        const CODES: [u8; 16] = [4, 0, 1, 4, 2, 4, 4, 4, 3, 4, 4, 4, 4, 4, 4, 4];
        let bytes = self.record.seq().encoded;
        let codes = bytes
            .iter()
            .flat_map(|b| [CODES[usize::from(b >> 4)], CODES[usize::from(b & 15)]]);
        codes.take(self.record.seq_len())
    }

    /// The whole record as a plain value.
    ///
    /// Unparsable parts are left out and `malformed` is set. A record whose CIGAR does not fit its sequence or
    /// extends past its contig's end keeps contig and position but loses its CIGAR, and so counts as unplaced.
    pub fn decode(&self, context: &DecodeContext) -> AlignedRecord {
        let mut out = AlignedRecord {
            name: self.name().to_vec(),
            flags: self.flags(),
            contig: self.contig(),
            position: self.position(),
            mapq: self.mapq(),
            mate_contig: self.mate_contig(),
            mate_position: self.mate_position(),
            malformed: self.repaired || self.record.tid() >= 0 && self.contig().is_none(),
            ..AlignedRecord::default()
        };
        out.malformed |= self.record.mtid() >= 0 && out.mate_contig.is_none();
        out.sequence = self.record.seq().as_bytes();
        let qualities = self.record.qual();
        if qualities.first().is_some_and(|q| *q != 0xff) {
            out.qualities = qualities.to_vec();
        }
        self.place(&mut out, context);
        self.read_tags(&mut out, context);
        if let Some(separator) = context.umi_in_name
            && let Some(umi) = umi_of_name(&out.name, separator)
        {
            out.umi = Some(umi);
        }
        out
    }

    fn place(&self, out: &mut AlignedRecord, context: &DecodeContext) {
        let Some(cigar) = cigar_of(self.record.raw_cigar()) else {
            out.malformed = true;
            return;
        };
        let fits_sequence = out.sequence.is_empty() || cigar.sequence_len() == out.sequence.len() as u64;
        let fits_contig = out.contig.is_some_and(|contig| {
            out.position >= 0
                && out
                    .position
                    .checked_add(cigar.reference_len())
                    .is_some_and(|end| end <= context.contigs.length(contig))
        });
        if out.flags.is_unmapped() {
            if fits_sequence {
                out.cigar = cigar;
            }
        } else if fits_sequence && fits_contig {
            out.cigar = cigar;
        } else {
            out.malformed = true;
        }
    }

    fn read_tags(&self, out: &mut AlignedRecord, context: &DecodeContext) {
        let mut tags = self.tags();
        for (name, value) in tags.by_ref() {
            let understood = match &name {
                b"SA" => value.text().is_some_and(|text| {
                    let (entries, complete) = parse_sa(text, &context.contigs, SA_ENTRY_CAP);
                    out.supplementary = entries;
                    complete
                }),
                b"NH" => keep(&mut out.hit_count, value.count()),
                b"HI" => keep(&mut out.hit_index, value.count()),
                b"NM" => keep(&mut out.edits, value.count()),
                b"cD" => keep(&mut out.consensus_depth, value.count()),
                b"RG" => keep(&mut out.read_group, value.text().map(<[u8]>::to_vec)),
                b"MD" => {
                    let read = value.text().and_then(|text| parse_md(text, &out.cigar, out.position));
                    read.map(|mismatches| out.mismatches = mismatches).is_some() || !out.is_placed()
                }
                b"MC" => {
                    value.text() == Some(b"*") || {
                        let text = value.text().and_then(|text| std::str::from_utf8(text).ok());
                        keep(&mut out.mate_cigar, text.and_then(Cigar::parse))
                    }
                }
                _ => true,
            };
            if name == context.umi_tag {
                out.umi = value.text().filter(|text| !text.is_empty()).map(<[u8]>::to_vec);
            }
            out.malformed |= !understood;
        }
        out.malformed |= tags.is_damaged();
    }

    fn known(&self, tid: i32) -> Option<ContigId> {
        let id = u32::try_from(tid).ok()?;
        ((id as usize) < self.contig_count).then_some(ContigId(id))
    }
}

/// Stores a value that could be parsed; returns whether it could.
fn keep<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let read = value.is_some();
    if read {
        *slot = value;
    }
    read
}

/// The operations of a packed CIGAR (length in the upper 28 bits, kind in the lower 4); `None` for an undefined kind.
fn cigar_of(raw: &[u32]) -> Option<Cigar> {
    let ops = raw.iter().map(|op| CigarOp::from_code(op & 0xf, op >> 4));
    ops.collect::<Option<Vec<_>>>().map(Cigar)
}

/// Bases of the operations of these kinds in a packed CIGAR.
#[inline]
pub(super) fn bases_of(raw: &[u32], kinds: &[u32]) -> i64 {
    let counted = raw.iter().filter(|op| kinds.contains(&(**op & 0xf)));
    counted.map(|op| i64::from(*op >> 4)).sum()
}

/// The molecular identifier at the end of a read name: the text after the last `separator`, if it consists of bases
/// (and of `+`, `-` or `_` between two identifiers).
fn umi_of_name(name: &[u8], separator: char) -> Option<Vec<u8>> {
    // It may be followed by the read number.
    let name = match name {
        [stem @ .., b'/', b'1' | b'2'] => stem,
        _ => name,
    };
    let text = std::str::from_utf8(name).ok()?;
    let (_, umi) = text.rsplit_once(separator)?;
    let is_base = |b: u8| matches!(b.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T' | b'N');
    (umi.bytes().any(is_base) && umi.bytes().all(|b| is_base(b) || matches!(b, b'+' | b'-' | b'_')))
        .then(|| umi.as_bytes().to_vec())
}
