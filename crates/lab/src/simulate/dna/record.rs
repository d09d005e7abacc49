//! Parts of reads as BWA-MEM and minimap2 write them.

use super::{
    DnaDesign,
    align::{Aligned, is_proper},
};
use crate::simulate::{
    fragment::{Fragment, Read},
    record::{Written, as_sequenced, oriented},
};
use breakapart_core::{
    genome::{AlignedRecord, Flags, Strand, SupplementaryEntry},
    hts::WrittenFields,
};

/// All records of a fragment.
pub(super) fn records(fragment: &Fragment, placed: &[Vec<Aligned>], design: &DnaDesign) -> Vec<Written> {
    let proper = match (fragment.reads.as_slice(), placed) {
        ([a, b], [x, y]) => match (x.first(), y.first()) {
            (Some(x), Some(y)) => is_proper(x, a, y, b, design),
            _ => false,
        },
        _ => false,
    };
    let mut out = Vec::new();
    for (index, (read, parts)) in fragment.reads.iter().zip(placed).enumerate() {
        let mate = (fragment.reads.len() == 2).then(|| 1 - index);
        let mate = mate.and_then(|m| Some((fragment.reads.get(m)?, placed.get(m)?.first())));
        if parts.is_empty() {
            out.push(unmapped(fragment, index, read, mate, design));
        }
        for (number, part) in parts.iter().enumerate() {
            let mut record = base(fragment, index, read, parts.first(), mate, design);
            record.flags.0 |= if proper { 0x2 } else { 0 } | if number > 0 { 0x800 } else { 0 };
            let hard = number > 0 && !design.aligner.soft();
            fill(&mut record, read, part, hard);
            record.supplementary = parts
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != number)
                .map(|(_, other)| SupplementaryEntry {
                    contig: other.contig,
                    position: other.interval.start,
                    strand: other.read_strand(read),
                    cigar: other.cigar(false),
                    mapq: other.mapq,
                    edits: u32::try_from(other.mismatches.len()).unwrap_or(0),
                })
                .collect();
            let mut tags = format!("AS:i:{}\tMD:Z:{}", part.score, part.md());
            if let Some((contig, interval)) = part.other {
                tags.push_str(&format!(
                    "\tXA:Z:{},{}{},{},{};",
                    other_name(contig, design),
                    part.read_strand(read).symbol(),
                    interval.start.one_based(),
                    part.cigar(false),
                    part.mismatches.len()
                ));
            }
            let template_len = match (part, mate) {
                (own, Some((other_read, Some(other)))) if own.contig == other.contig => {
                    template_len(own, read, other, other_read)
                }
                _ => 0,
            };
            out.push((record, WrittenFields { template_len, tags }));
        }
    }
    out
}

fn other_name(contig: breakapart_core::genome::ContigId, design: &DnaDesign) -> String {
    crate::simulate::contigs(design.library.build, design.library.style)
        .name(contig)
        .to_owned()
}

type Mate<'a> = Option<(&'a Read, Option<&'a Aligned>)>;

fn base(
    fragment: &Fragment,
    index: usize,
    read: &Read,
    own: Option<&Aligned>,
    mate: Mate<'_>,
    design: &DnaDesign,
) -> AlignedRecord {
    let mut flags = 0_u16;
    let mut record = AlignedRecord {
        name: fragment.name.clone().into_bytes(),
        position: -1,
        mate_position: -1,
        read_group: Some(design.library.sample.clone().into_bytes()),
        umi: fragment.umi.clone(),
        ..AlignedRecord::default()
    };
    if let Some((mate_read, aligned)) = mate {
        flags |= 0x1 | if index == 0 { 0x40 } else { 0x80 };
        match aligned {
            Some(aligned) => {
                record.mate_contig = Some(aligned.contig);
                record.mate_position = aligned.interval.start.0;
                record.mate_cigar = Some(aligned.cigar(false));
                if aligned.read_strand(mate_read) == Strand::Reverse {
                    flags |= 0x20;
                }
            }
            None => {
                flags |= 0x8;
                if let Some(own) = own {
                    record.mate_contig = Some(own.contig);
                    record.mate_position = own.interval.start.0;
                }
            }
        }
    }
    let _ = read;
    if fragment.is_copy && design.library.duplicates_flagged {
        flags |= 0x400;
    }
    record.flags = Flags(flags);
    record
}

fn unmapped(fragment: &Fragment, index: usize, read: &Read, mate: Mate<'_>, design: &DnaDesign) -> Written {
    let mut record = base(fragment, index, read, None, mate, design);
    record.flags.0 |= 0x4;
    (record.sequence, record.qualities) = as_sequenced(read);
    if let Some((_, Some(aligned))) = mate {
        record.contig = Some(aligned.contig);
        record.position = aligned.interval.start.0;
    }
    let tags = "AS:i:0".to_owned();
    (record, WrittenFields { template_len: 0, tags })
}

fn fill(record: &mut AlignedRecord, read: &Read, part: &Aligned, hard: bool) {
    if part.read_strand(read) == Strand::Reverse {
        record.flags.0 |= 0x10;
    }
    record.contig = Some(part.contig);
    record.position = part.interval.start.0;
    record.mapq = part.mapq;
    record.cigar = part.cigar(hard);
    let (mut bases, mut qualities) = oriented(read, part.strand);
    if hard {
        let (low, high) = part.clips();
        bases.truncate(bases.len() - high);
        qualities.truncate(qualities.len() - high);
        bases.drain(..low);
        qualities.drain(..low);
    }
    (record.sequence, record.qualities) = (bases, qualities);
    record.edits = u32::try_from(part.mismatches.len()).ok();
    record.mismatches = part.mismatches.iter().map(|(position, _)| *position).collect();
}

/// `TLEN` as BWA writes it: between the 5' ends of the two reads.
fn template_len(own: &Aligned, read: &Read, other: &Aligned, other_read: &Read) -> i64 {
    let five = |a: &Aligned, r: &Read| match a.read_strand(r) {
        Strand::Forward => a.interval.start.0,
        Strand::Reverse => a.interval.last().0,
    };
    let (a, b) = (five(own, read), five(other, other_read));
    match a.cmp(&b) {
        std::cmp::Ordering::Less => b - a + 1,
        std::cmp::Ordering::Greater => b - a - 1,
        std::cmp::Ordering::Equal => 0,
    }
}
