//! Alignments written as records, with the fields and tags that the aligner would write.

use super::align::{Aligned, CLIP_PENALTY, mismatch_penalty};
use super::design::{AlignerConvention, Design};
use super::fragment::{Fragment, Read};
use super::pair::Placement;
use breakapart_core::genome::sequence::reverse_complement;
use breakapart_core::genome::{AlignedRecord, Contigs, Flags, Position, Strand, SupplementaryEntry};
use breakapart_core::hts::WrittenFields;

/// A record with data that a plain record does not contain.
pub(crate) type Written = (AlignedRecord, WrittenFields);

/// Which clips (at the low and the high coordinate) are hard.
type Hard = (bool, bool);

/// Both clips soft.
const SOFT: Hard = (false, false);

/// All records of a fragment, in the aligner's output order.
pub(crate) fn records(fragment: &Fragment, placement: &Placement, design: &Design, contigs: &Contigs) -> Vec<Written> {
    let writer = Writer {
        fragment,
        placement,
        design,
        contigs,
    };
    let mut out: Vec<Written> = Vec::new();
    for (index, (read, parts)) in fragment.reads.iter().zip(&placement.parts).enumerate() {
        if parts.is_empty() {
            out.push(writer.unaligned(index, read));
        }
        out.extend((0..parts.len()).map(|number| writer.aligned(index, number, read, parts)));
    }
    // DNA aligners write all records of a read together, the others the primary records of both reads first.
    if !design.aligner.is_of_dna() {
        out.sort_by_key(|(record, _)| record.flags.is_supplementary());
    }
    out
}

struct Writer<'a> {
    fragment: &'a Fragment,
    placement: &'a Placement,
    design: &'a Design,
    contigs: &'a Contigs,
}

impl<'a> Writer<'a> {
    /// The other read of a pair, with its primary alignment.
    fn mate(&self, index: usize) -> Option<(&'a Read, Option<&'a Aligned>)> {
        let mate = (self.fragment.reads.len() == 2).then(|| 1 - index)?;
        Some((self.fragment.reads.get(mate)?, self.placement.parts.get(mate)?.first()))
    }

    /// Name, group, identifier, the flags that do not depend on the read's own alignment, and the mate's position.
    fn record(&self, index: usize) -> AlignedRecord {
        let mut record = AlignedRecord {
            name: self.fragment.name.clone().into_bytes(),
            position: -1,
            mate_position: -1,
            read_group: Some(self.design.sample.clone().into_bytes()),
            umi: self.fragment.umi.clone(),
            ..AlignedRecord::default()
        };
        let mut flags = 0_u16;
        if let Some((read, aligned)) = self.mate(index) {
            flags |= 0x1 | if index == 0 { 0x40 } else { 0x80 };
            match aligned {
                Some(aligned) => {
                    record.mate_contig = Some(aligned.contig);
                    record.mate_position = aligned.position().0;
                    if aligned.read_strand(read) == Strand::Reverse {
                        flags |= 0x20;
                    }
                    record.mate_cigar = self.design.aligner.is_of_dna().then(|| aligned.cigar(SOFT));
                }
                None => flags |= 0x8,
            }
        }
        if self.fragment.is_copy && self.design.duplicates_flagged {
            flags |= 0x400;
        }
        record.flags = Flags(flags);
        record
    }

    /// An unmapped read, with the position of its mate.
    fn unaligned(&self, index: usize, read: &Read) -> Written {
        let mut record = self.record(index);
        record.flags.0 |= 0x4;
        // SEQ of an unmapped read is as sequenced.
        (record.sequence, record.qualities) = as_sequenced(read);
        if let Some((_, Some(mate))) = self.mate(index) {
            record.contig = Some(mate.contig);
            record.position = mate.position().0;
        }
        let tags = match self.design.aligner {
            AlignerConvention::StarWithinBam { .. } | AlignerConvention::StarDefault => {
                (record.hit_count, record.hit_index) = (Some(0), Some(0));
                // STAR's reason: too short for the fraction that must be aligned.
                "uT:A:1"
            }
            AlignerConvention::Hisat2 => {
                // HISAT2 does not set the mate's strand flag of an unmapped read.
                record.flags.0 &= !0x20;
                "YT:Z:UP"
            }
            AlignerConvention::Minimap2Splice => "",
            AlignerConvention::Bwa { .. } | AlignerConvention::Minimap2 => "AS:i:0",
        };
        let tags = tags.to_owned();
        (record, WrittenFields { template_len: 0, tags })
    }

    /// The record of a segment of a read: the first is the primary one.
    fn aligned(&self, index: usize, number: usize, read: &Read, parts: &[Aligned]) -> Written {
        let aligner = self.design.aligner;
        let (own, primary) = (&parts[number], &parts[0]);
        let mut record = self.record(index);
        let proper = self.placement.proper && (number == 0 || aligner.is_of_dna());
        record.flags.0 |= if proper { 0x2 } else { 0 } | if number > 0 { 0x800 } else { 0 };
        if own.read_strand(read) == Strand::Reverse {
            record.flags.0 |= 0x10;
        }
        record.contig = Some(own.contig);
        record.position = own.position().0;
        record.mapq = own.mapq;
        record.edits = Some(own.edits());
        record.mismatches = own.mismatches.iter().map(|(position, _, _)| *position).collect();
        let hard = self.hard(number, own, primary);
        record.cigar = own.cigar(hard);
        (record.sequence, record.qualities) = clipped(read, own, hard);
        let others = parts.iter().enumerate().filter(|(other, _)| *other != number);
        record.supplementary = others
            .map(|(other, part)| {
                // DNA aligners write the full CIGAR of another segment.
                let hard = if aligner.is_of_dna() {
                    SOFT
                } else {
                    self.hard(other, part, primary)
                };
                entry(read, part, hard)
            })
            .collect();
        record.hit_count = (aligner.is_star() || aligner == AlignerConvention::Hisat2).then_some(1);
        record.hit_index = aligner.is_star().then_some(1);
        // An unmapped mate has the position of this read.
        if let Some((_, None)) = self.mate(index) {
            record.mate_contig = Some(primary.contig);
            record.mate_position = primary.position().0;
        }
        let fields = WrittenFields {
            template_len: self.template_len(index, number, read, own),
            tags: self.tags(own, read),
        };
        (record, fields)
    }

    /// Which clips of a segment are hard: STAR's on the side of the primary one, all for the others.
    fn hard(&self, number: usize, own: &Aligned, primary: &Aligned) -> Hard {
        match self.design.aligner {
            _ if number == 0 => SOFT,
            AlignerConvention::StarWithinBam { soft_clip, .. } => {
                let towards_three = primary.locus > own.locus;
                let at_high = towards_three == (own.strand == Strand::Forward);
                (!soft_clip && !at_high, !soft_clip && at_high)
            }
            AlignerConvention::Bwa { soft_clip: true } => SOFT,
            _ => (true, true),
        }
    }

    /// `TLEN`. BWA and minimap2: between the 5' ends of two reads on one contig. The others: outer distance of mates in
    /// one locus, positive for the leftmost one (the first read if both start at one base); 0 if they are apart.
    fn template_len(&self, index: usize, number: usize, read: &Read, own: &Aligned) -> i64 {
        let Some((mate_read, Some(mate))) = self.mate(index) else {
            return 0;
        };
        if self.design.aligner.is_of_dna() {
            let five = |a: &Aligned, r: &Read| match a.read_strand(r) {
                Strand::Forward => a.position().0,
                Strand::Reverse => a.end().0 - 1,
            };
            let apart = five(mate, mate_read) - five(own, read);
            let on_one = own.contig == mate.contig;
            return if on_one { apart + apart.signum() } else { 0 };
        }
        if number > 0 || !self.placement.proper {
            return 0;
        }
        let (low, high) = (own.position().min(mate.position()), own.end().max(mate.end()));
        let is_lower = (own.position(), index) < (mate.position(), 1 - index);
        if is_lower { high.0 - low.0 } else { low.0 - high.0 }
    }

    fn tags(&self, aligned: &Aligned, read: &Read) -> String {
        let (score, md, wrong) = (aligned.score, aligned.md(), aligned.mismatches.len());
        match self.design.aligner {
            AlignerConvention::StarWithinBam { .. } | AlignerConvention::StarDefault => {
                let all = self.placement.primary();
                let (bases, edits) = all.fold((0, 0), |(b, e), a| (b + a.base_count(), e + a.mismatches.len()));
                // One for a match, minus one for a mismatch, less STAR's penalty on genomic length.
                let score = (bases as i64 - 2 * edits as i64 - 2).max(0);
                format!("AS:i:{score}\tnM:i:{edits}\tMD:Z:{md}")
            }
            AlignerConvention::Minimap2Splice => format!("AS:i:{score}\tnn:i:0\ttp:A:P\tMD:Z:{md}"),
            AlignerConvention::Hisat2 => {
                let kind = match (self.fragment.reads.len(), self.placement.proper) {
                    (2, true) => "CP",
                    (2, false) if self.placement.primary().count() == 2 => "DP",
                    (2, false) => "UP",
                    _ => "UU",
                };
                let spliced = match (aligned.is_spliced(), aligned.strand) {
                    (false, _) => "",
                    (true, Strand::Forward) => "\tXS:A:+",
                    (true, Strand::Reverse) => "\tXS:A:-",
                };
                format!("AS:i:{score}\tXN:i:0\tXM:i:{wrong}\tXO:i:0\tXG:i:0\tMD:Z:{md}\tYT:Z:{kind}{spliced}")
            }
            AlignerConvention::Bwa { .. } | AlignerConvention::Minimap2 => {
                let other = aligned.other.map(|(contig, interval)| {
                    format!(
                        "\tXA:Z:{},{}{},{},{wrong};",
                        self.contigs.name(contig),
                        aligned.read_strand(read).symbol(),
                        interval.start.one_based(),
                        aligned.cigar(SOFT)
                    )
                });
                format!("AS:i:{score}\tMD:Z:{md}{}", other.unwrap_or_default())
            }
        }
    }
}

impl AlignerConvention {
    /// The score of an alignment; STAR's is that of the pair.
    pub(super) fn score(self, aligned: &Aligned) -> i64 {
        match self {
            // One for a match, minus two for a mismatch (`-A 1 -B 2`).
            Self::Minimap2Splice => aligned.base_count() as i64 - 3 * aligned.mismatches.len() as i64,
            _ => {
                let (low, high) = aligned.clips();
                let lost: i64 = aligned.mismatches.iter().map(|(_, _, q)| mismatch_penalty(*q)).sum();
                -((low + high) as i64 * CLIP_PENALTY + lost)
            }
        }
    }
}

/// The `SA` entry of an alignment of `read`.
fn entry(read: &Read, aligned: &Aligned, hard: Hard) -> SupplementaryEntry {
    SupplementaryEntry {
        contig: aligned.contig,
        position: aligned.position(),
        strand: aligned.read_strand(read),
        cigar: aligned.cigar(hard),
        mapq: aligned.mapq,
        edits: aligned.edits(),
    }
}

/// Bases and qualities of a read on the forward strand, without hard-clipped ones.
fn clipped(read: &Read, aligned: &Aligned, hard: Hard) -> (Vec<u8>, Vec<u8>) {
    let (mut bases, mut qualities) = oriented(read, aligned.strand);
    let (low, high) = aligned.clips();
    for line in [&mut bases, &mut qualities] {
        line.truncate(line.len() - if hard.1 { high } else { 0 });
        line.drain(..if hard.0 { low } else { 0 });
    }
    (bases, qualities)
}

/// Bases and qualities of a read on the reference's forward strand, for a molecule on `strand`.
fn oriented(read: &Read, strand: Strand) -> (Vec<u8>, Vec<u8>) {
    match strand {
        Strand::Forward => (read.bases.clone(), read.qualities.clone()),
        Strand::Reverse => (
            reverse_complement(&read.bases),
            read.qualities.iter().rev().copied().collect(),
        ),
    }
}

/// Bases and qualities as sequenced.
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
pub(crate) fn sort(records: &mut [Written]) {
    records.sort_by_key(|(record, _)| {
        let contig = record.contig.map_or(u32::MAX, |id| id.0);
        (contig, Position(record.position))
    });
}
