//! Parts of reads as BWA-MEM and minimap2 write them.

use super::{
    DnaDesign,
    align::{Part, is_proper},
};
use crate::simulate::{
    align::Aligned,
    fragment::{Fragment, Read},
    record::{Group, Written, align, entry, unalign},
};
use breakapart_core::{
    genome::{Contigs, Strand},
    hts::WrittenFields,
};

/// Both clips soft.
const SOFT: (bool, bool) = (false, false);

/// All records of a fragment.
pub(super) fn records(
    fragment: &Fragment,
    placed: &[Vec<Part>],
    design: &DnaDesign,
    contigs: &Contigs,
) -> Vec<Written> {
    let primary = |index: usize| Some(&placed.get(index)?.first()?.aligned);
    let proper = match (fragment.reads.as_slice(), primary(0), primary(1)) {
        ([a, b], Some(x), Some(y)) => is_proper(x, a, y, b, design),
        _ => false,
    };
    let mut out = Vec::new();
    for (index, (read, parts)) in fragment.reads.iter().zip(placed).enumerate() {
        let mate = (fragment.reads.len() == 2).then(|| 1 - index);
        let mate = mate.and_then(|m| Some((fragment.reads.get(m)?, primary(m))));
        let mut base = Group::of(&design.library).record(fragment, index, mate);
        base.mate_cigar = mate.and_then(|(_, aligned)| aligned).map(|aligned| aligned.cigar(SOFT));
        let Some(own) = primary(index) else {
            unalign(&mut base, read, mate.and_then(|(_, aligned)| aligned));
            let tags = "AS:i:0".to_owned();
            out.push((base, WrittenFields { template_len: 0, tags }));
            continue;
        };
        if let Some((_, None)) = mate {
            base.mate_contig = Some(own.contig);
            base.mate_position = own.position().0;
        }
        for (number, part) in parts.iter().enumerate() {
            let mut record = base.clone();
            record.flags.0 |= if proper { 0x2 } else { 0 } | if number > 0 { 0x800 } else { 0 };
            let hard = number > 0 && !design.aligner.soft();
            align(&mut record, read, &part.aligned, part.mapq, (hard, hard));
            let others = parts.iter().enumerate().filter(|(i, _)| *i != number);
            record.supplementary = others
                .map(|(_, other)| entry(read, &other.aligned, other.mapq, SOFT))
                .collect();
            let template_len = match mate {
                Some((other_read, Some(other))) if part.aligned.contig == other.contig => {
                    template_len(&part.aligned, read, other, other_read)
                }
                _ => 0,
            };
            let tags = tags(part, read, contigs);
            out.push((record, WrittenFields { template_len, tags }));
        }
    }
    out
}

fn tags(part: &Part, read: &Read, contigs: &Contigs) -> String {
    let aligned = &part.aligned;
    let mut tags = format!("AS:i:{}\tMD:Z:{}", part.score, aligned.md());
    if let Some((contig, interval)) = part.other {
        tags.push_str(&format!(
            "\tXA:Z:{},{}{},{},{};",
            contigs.name(contig),
            aligned.read_strand(read).symbol(),
            interval.start.one_based(),
            aligned.cigar(SOFT),
            aligned.mismatches.len()
        ));
    }
    tags
}

/// `TLEN` as BWA writes it: between the 5' ends of the two reads.
fn template_len(own: &Aligned, read: &Read, other: &Aligned, other_read: &Read) -> i64 {
    let five = |a: &Aligned, r: &Read| match a.read_strand(r) {
        Strand::Forward => a.position().0,
        Strand::Reverse => a.end().0 - 1,
    };
    let (a, b) = (five(own, read), five(other, other_read));
    match a.cmp(&b) {
        std::cmp::Ordering::Less => b - a + 1,
        std::cmp::Ordering::Greater => b - a - 1,
        std::cmp::Ordering::Equal => 0,
    }
}
