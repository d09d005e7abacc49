//! Placements written as alignment records, with the fields and tags that the aligner would write.

use super::align::{Aligned, CLIP_PENALTY, mismatch_penalty};
use super::design::{AlignerConvention, Design};
use super::fragment::{Fragment, Read};
use super::pair::Placement;
use breakapart_core::genome::sequence::reverse_complement;
use breakapart_core::genome::{AlignedRecord, Flags, Position, Strand, SupplementaryEntry};
use breakapart_core::hts::WrittenFields;

/// A record with what a plain record does not hold.
pub type Written = (AlignedRecord, WrittenFields);

/// The read group of a sample, and whether PCR copies are flagged.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    name: &'a [u8],
    flag_copies: bool,
}

impl<'a> Group<'a> {
    pub(crate) fn of(design: &'a Design) -> Self {
        Self {
            name: design.sample.as_bytes(),
            flag_copies: design.duplicates_flagged,
        }
    }

    /// Name, group, identifier, the flags that do not depend on the read's own placement, and the mate's place.
    pub(crate) fn record(
        self,
        fragment: &Fragment,
        index: usize,
        mate: Option<(&Read, Option<&Aligned>)>,
    ) -> AlignedRecord {
        let mut record = AlignedRecord {
            name: fragment.name.clone().into_bytes(),
            position: -1,
            mate_position: -1,
            read_group: Some(self.name.to_vec()),
            umi: fragment.umi.clone(),
            ..AlignedRecord::default()
        };
        let mut flags = 0_u16;
        if let Some((read, aligned)) = mate {
            flags |= 0x1 | if index == 0 { 0x40 } else { 0x80 };
            match aligned {
                Some(aligned) => {
                    record.mate_contig = Some(aligned.contig);
                    record.mate_position = aligned.position().0;
                    if aligned.read_strand(read) == Strand::Reverse {
                        flags |= 0x20;
                    }
                }
                None => flags |= 0x8,
            }
        }
        if fragment.is_copy && self.flag_copies {
            flags |= 0x400;
        }
        record.flags = Flags(flags);
        record
    }
}

/// Makes `record` the unaligned read of a pair, which lies where its mate does.
pub(super) fn unalign(record: &mut AlignedRecord, read: &Read, mate: Option<&Aligned>) {
    record.flags.0 |= 0x4;
    // SEQ of an unmapped read is as sequenced.
    (record.sequence, record.qualities) = as_sequenced(read);
    if let Some(mate) = mate {
        record.contig = Some(mate.contig);
        record.position = mate.position().0;
    }
}

/// Writes an alignment of `read` into its record; `hard`: which clips (low, high coordinate) are hard.
pub(super) fn align(record: &mut AlignedRecord, read: &Read, aligned: &Aligned, mapq: u8, hard: (bool, bool)) {
    if aligned.read_strand(read) == Strand::Reverse {
        record.flags.0 |= 0x10;
    }
    record.contig = Some(aligned.contig);
    record.position = aligned.position().0;
    record.mapq = mapq;
    record.cigar = aligned.cigar(hard);
    let (mut bases, mut qualities) = oriented(read, aligned.strand);
    let (low, high) = aligned.clips();
    if hard.1 {
        bases.truncate(bases.len() - high);
        qualities.truncate(qualities.len() - high);
    }
    if hard.0 {
        bases.drain(..low);
        qualities.drain(..low);
    }
    (record.sequence, record.qualities) = (bases, qualities);
    record.edits = Some(aligned.edits());
    record.mismatches = aligned.mismatches.iter().map(|(position, _, _)| *position).collect();
}

/// The `SA` entry of an alignment of `read`.
pub(super) fn entry(read: &Read, aligned: &Aligned, mapq: u8, hard: (bool, bool)) -> SupplementaryEntry {
    SupplementaryEntry {
        contig: aligned.contig,
        position: aligned.position(),
        strand: aligned.read_strand(read),
        cigar: aligned.cigar(hard),
        mapq,
        edits: aligned.edits(),
    }
}

/// All records of a fragment: each read's primary, then the supplementary ones.
pub fn records(
    fragment: &Fragment,
    placement: &Placement,
    aligner: AlignerConvention,
    group: Group<'_>,
) -> Vec<Written> {
    let writer = Writer {
        fragment,
        placement,
        aligner,
        group,
    };
    let mut out: Vec<Written> = (0..fragment.reads.len()).map(|index| writer.primary(index)).collect();
    out.extend(
        placement
            .supplementary
            .iter()
            .filter_map(|further| writer.supplementary(further)),
    );
    out
}

struct Writer<'a> {
    fragment: &'a Fragment,
    placement: &'a Placement,
    aligner: AlignerConvention,
    group: Group<'a>,
}

impl Writer<'_> {
    fn aligned(&self, index: usize) -> Option<&Aligned> {
        self.placement.primary.get(index)?.as_ref()
    }

    fn read(&self, index: usize) -> Option<&Read> {
        self.fragment.reads.get(index)
    }

    /// The other read of a pair.
    fn mate_of(&self, index: usize) -> Option<usize> {
        (self.fragment.reads.len() == 2).then_some(1 - index)
    }

    const fn mapq(&self) -> u8 {
        match self.aligner {
            AlignerConvention::Hisat2 | AlignerConvention::Minimap2Splice => 60,
            _ => 255,
        }
    }

    const fn is_star(&self) -> bool {
        !matches!(
            self.aligner,
            AlignerConvention::Hisat2 | AlignerConvention::Minimap2Splice
        )
    }

    fn base(&self, index: usize) -> AlignedRecord {
        let mate = self
            .mate_of(index)
            .and_then(|mate| Some((self.read(mate)?, self.aligned(mate))));
        let mut record = self.group.record(self.fragment, index, mate);
        // HISAT2 leaves the mate's strand out of an unaligned read's flags.
        if !self.is_star() && self.aligned(index).is_none() {
            record.flags.0 &= !0x20;
        }
        record
    }

    fn primary(&self, index: usize) -> Written {
        let mut record = self.base(index);
        let Some(read) = self.read(index) else {
            return (record, WrittenFields::default());
        };
        let Some(aligned) = self.aligned(index) else {
            return self.unmapped(record, index, read);
        };
        record.flags.0 |= if self.placement.proper { 0x2 } else { 0 };
        self.fill(&mut record, read, aligned, (false, false));
        record.supplementary = self
            .further(index)
            .map(|further| entry(read, &further.aligned, self.mapq(), self.hard(further)))
            .collect();
        // A mate that is not aligned lies where this read does.
        if self.mate_of(index).is_some_and(|mate| self.aligned(mate).is_none()) {
            record.mate_contig = record.contig;
            record.mate_position = record.position;
        }
        let fields = WrittenFields {
            template_len: self.template_len(index),
            tags: self.tags(aligned),
        };
        (record, fields)
    }

    fn unmapped(&self, mut record: AlignedRecord, index: usize, read: &Read) -> Written {
        unalign(
            &mut record,
            read,
            self.mate_of(index).and_then(|mate| self.aligned(mate)),
        );
        let tags = if self.is_star() {
            record.hit_count = Some(0);
            record.hit_index = Some(0);
            // STAR's reason: too short for the fraction that must be aligned.
            "uT:A:1".to_owned()
        } else if self.aligner == AlignerConvention::Minimap2Splice {
            String::new()
        } else {
            "YT:Z:UP".to_owned()
        };
        (record, WrittenFields { template_len: 0, tags })
    }

    /// The further parts of a read.
    fn further(&self, index: usize) -> impl Iterator<Item = &super::pair::Supplementary> {
        self.placement.supplementary.iter().filter(move |s| s.read == index)
    }

    fn supplementary(&self, further: &super::pair::Supplementary) -> Option<Written> {
        let (read, main) = (self.read(further.read)?, self.aligned(further.read)?);
        let mut record = self.base(further.read);
        record.flags.0 |= 0x800;
        self.fill(&mut record, read, &further.aligned, self.hard(further));
        // The primary part first, then the others.
        record.supplementary = vec![entry(read, main, self.mapq(), (false, false))];
        let others = self
            .further(further.read)
            .filter(|other| other.aligned.locus != further.aligned.locus);
        record
            .supplementary
            .extend(others.map(|other| entry(read, &other.aligned, self.mapq(), self.hard(other))));
        let fields = WrittenFields {
            template_len: 0,
            tags: self.tags(&further.aligned),
        };
        Some((record, fields))
    }

    /// Which clips of the supplementary part are hard: those on the side of the primary one; minimap2's all.
    fn hard(&self, further: &super::pair::Supplementary) -> (bool, bool) {
        let soft = matches!(self.aligner, AlignerConvention::StarWithinBam { soft_clip: true, .. });
        if self.aligner == AlignerConvention::Minimap2Splice {
            return (true, true);
        }
        let main = self.aligned(further.read).map_or(0, |a| a.locus);
        let towards_three = main > further.aligned.locus;
        let at_high = towards_three == (further.aligned.strand == Strand::Forward);
        (!soft && !at_high, !soft && at_high)
    }

    fn fill(&self, record: &mut AlignedRecord, read: &Read, aligned: &Aligned, hard: (bool, bool)) {
        align(record, read, aligned, self.mapq(), hard);
        record.hit_count = (self.aligner != AlignerConvention::Minimap2Splice).then_some(1);
        record.hit_index = self.is_star().then_some(1);
    }

    /// `TLEN`: outer distance of mates in one locus, positive for the lower one (the first read where
    /// both begin at one base); 0 where they lie apart.
    fn template_len(&self, index: usize) -> i64 {
        let Some((own, mate)) = self
            .aligned(index)
            .zip(self.mate_of(index).and_then(|m| self.aligned(m)))
        else {
            return 0;
        };
        if !self.placement.proper {
            return 0;
        }
        let (low, high) = (own.position().min(mate.position()), own.end().max(mate.end()));
        let is_lower = match own.position().cmp(&mate.position()) {
            std::cmp::Ordering::Equal => index == 0,
            order => order == std::cmp::Ordering::Less,
        };
        if is_lower { high.0 - low.0 } else { low.0 - high.0 }
    }

    fn tags(&self, aligned: &Aligned) -> String {
        let md = aligned.md();
        let wrong = aligned.mismatches.len();
        if self.is_star() {
            let all = self.placement.primary.iter().flatten();
            let (bases, edits) = all.fold((0, 0), |(b, e), a| (b + a.base_count(), e + a.mismatches.len()));
            // One for a match, one off for a mismatch, less STAR's penalty on genomic length.
            let score = (bases as i64 - 2 * edits as i64 - 2).max(0);
            format!("AS:i:{score}\tnM:i:{edits}\tMD:Z:{md}")
        } else if self.aligner == AlignerConvention::Minimap2Splice {
            // One for a match, two off for a mismatch (`-A 1 -B 2`).
            let score = aligned.base_count() as i64 - 3 * wrong as i64;
            format!("AS:i:{score}\tnn:i:0\ttp:A:P\tMD:Z:{md}")
        } else {
            let clipped = {
                let (low, high) = aligned.clips();
                (low + high) as i64
            };
            let lost: i64 = aligned.mismatches.iter().map(|(_, _, q)| mismatch_penalty(*q)).sum();
            let kind = match (self.fragment.reads.len(), self.placement.proper) {
                (2, true) => "CP",
                (2, false) if self.placement.primary.iter().all(Option::is_some) => "DP",
                (2, false) => "UP",
                _ => "UU",
            };
            let spliced = match (aligned.is_spliced(), aligned.strand) {
                (false, _) => "",
                (true, Strand::Forward) => "\tXS:A:+",
                (true, Strand::Reverse) => "\tXS:A:-",
            };
            let score = -(clipped * CLIP_PENALTY + lost);
            format!("AS:i:{score}\tXN:i:0\tXM:i:{wrong}\tXO:i:0\tXG:i:0\tMD:Z:{md}\tYT:Z:{kind}{spliced}")
        }
    }
}

/// Bases and qualities of a read on the reference's forward strand, where its molecule lies on
/// `strand`.
fn oriented(read: &Read, strand: Strand) -> (Vec<u8>, Vec<u8>) {
    match strand {
        Strand::Forward => (read.bases.clone(), read.qualities.clone()),
        Strand::Reverse => (
            reverse_complement(&read.bases),
            read.qualities.iter().rev().copied().collect(),
        ),
    }
}

/// Bases and qualities as the sequencer gives them.
pub fn as_sequenced(read: &Read) -> (Vec<u8>, Vec<u8>) {
    oriented(
        read,
        if read.antisense {
            Strand::Reverse
        } else {
            Strand::Forward
        },
    )
}

/// Order of a sorted file: by contig, position, then as given; unplaced records last.
pub fn sort(records: &mut [Written]) {
    records.sort_by_key(|(record, _)| {
        let contig = record.contig.map_or(u32::MAX, |id| id.0);
        (contig, Position(record.position))
    });
}
