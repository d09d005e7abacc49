//! Which assay the reads themselves show, against what was promised of them.
//!
//! METHOD: reads of RNA end at KMT2A's exon ends, spliced or clipped there; reads of DNA run on into the intron. The
//! share of those that stop among those that reach an exon's end is 0.05 to 0.1 by chance in DNA (seven of 100 places of
//! a read's end), also where a panel holds exons alone, and above 0.5 in RNA, also where half of it is not yet spliced
//! or the aligner can only clip.

use breakapart_rule::reads;

use super::{Examined, FlowError};
use crate::{
    genome::Interval,
    input::{AlignmentFile, Assay, printable},
};

/// Bases on both sides of an exon's end that a read must reach (bases).
const BESIDE: i64 = 10;
/// An aligner goes on past an exon's end, or stops before it, where bases happen to agree (bases).
const SLACK: i64 = 3;

/// The assay that the reads show, with the reads that stop at exon ends and those that run on; `None` where they are
/// few, or between the two.
fn shown(examined: &Examined) -> Option<(Assay, u32, u32)> {
    let (gene, contig) = examined.models.kmt2a();
    let transcript = gene.transcripts.first()?;
    let (mut stop, mut run_on) = (0_u32, 0_u32);
    for fragment in examined.collected.all() {
        for segment in fragment.chain.segments.iter().filter(|s| s.contig == contig) {
            for exon in &transcript.exons {
                for stops in ends(segment.reference, exon.interval) {
                    stop += u32::from(stops);
                    run_on += u32::from(!stops);
                }
            }
        }
    }
    let shown = reads::assay_shown(stop, run_on, &examined.judged.params)?;
    Some((shown, stop, run_on))
}

/// Whether a segment stops at either end of an exon that it lies in, or runs on.
fn ends(segment: Interval, exon: Interval) -> impl Iterator<Item = bool> {
    let (start, end) = (segment.start.0, segment.end.0);
    let at = |inside: bool, beyond: i64| {
        // `beyond`: bases of the segment past the exon's end.
        match beyond {
            _ if !inside => None,
            b if b >= BESIDE => Some(false),
            b if b.abs() <= SLACK => Some(true),
            _ => None,
        }
    };
    let left = at(end >= exon.start.0 + BESIDE && start < exon.end.0, exon.start.0 - start);
    let right = at(start <= exon.end.0 - BESIDE && end > exon.start.0, end - exon.end.0);
    [left, right].into_iter().flatten()
}

/// Refuses files whose reads show the other assay than they were given for; every file is named.
pub(super) fn refuse_other(files: &[&mut AlignmentFile], examined: &[Examined]) -> Result<(), FlowError> {
    let word = |assay: Assay| match assay {
        Assay::Rna => "RNA",
        Assay::Dna => "DNA",
    };
    let mut wrong = false;
    let told: Vec<String> = files
        .iter()
        .zip(examined)
        .map(|(file, one)| {
            let name = printable(file.label());
            match shown(one) {
                Some((assay, stop, run_on)) if assay != one.assay => {
                    wrong = true;
                    format!(
                        "{name}: given as {}, but its reads are {} ({stop} stop at KMT2A's exon ends, {run_on} run on into introns)",
                        word(one.assay),
                        word(assay)
                    )
                }
                _ => format!("{name}: given as {}", word(one.assay)),
            }
        })
        .collect();
    if wrong {
        return Err(FlowError::OtherAssay(format!(
            "{}; give the RNA with --rna and the DNA with --dna",
            told.join("; ")
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(start: i64, end: i64) -> String {
        ends(Interval::new(start, end), Interval::new(1_000, 1_100))
            .map(|end| match end {
                true => 's',
                false => 'r',
            })
            .collect()
    }

    #[test]
    fn reads_stop_at_exon_ends_or_run_on() {
        assert_eq!(told(1_040, 1_100), "s");
        assert_eq!(told(1_001, 1_060), "s");
        assert_eq!(told(1_040, 1_140), "r");
        assert_eq!(told(950, 1_150), "rr");
        assert_eq!(told(1_000, 1_100), "ss");
        // Ends inside, too few bases on one side, or elsewhere say nothing.
        assert_eq!(told(1_020, 1_080), "");
        assert_eq!(told(1_095, 1_190), "");
        assert_eq!(told(1_200, 1_300), "");
    }
}
