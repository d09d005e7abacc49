//! The assay shown by the reads, compared with the one expected from the aligner.
//!
//! METHOD: RNA reads end at exon ends, spliced or clipped there; DNA reads run on into the intron. Among reads that
//! reach an exon's end, the fraction that stops there is 0.05 to 0.1 by chance in DNA (seven of 100 read-end
//! positions), also for panels of exons only, and above 0.5 in RNA, even if half of it is unspliced or the aligner
//! can only clip.

use breakapart_rule::{Params, reads};

use super::gather::Tally;
use crate::{
    catalogue::GeneModels,
    genome::{ContigId, Interval},
    hts::RawRecord,
    input::{AlignmentFile, Assay},
};

/// Bases on both sides of an exon's end that a read must cover (bases).
const BESIDE: i64 = 10;
/// An alignment may end this far beyond or before an exon's end, where bases happen to match (bases).
const SLACK: i64 = 3;

/// The exons at whose ends reads are examined: of KMT2A and of the fully read control genes.
#[derive(Debug)]
pub(super) struct Exons(Vec<(ContigId, Interval)>);

/// Alignment ends at exon ends. A read counts several times if it spans several exons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtExonEnds {
    /// Those that stop there (count).
    pub stop: u32,
    /// Those that run on into the intron (count).
    pub run_on: u32,
}

impl Exons {
    pub(super) fn new(models: &GeneModels) -> Self {
        let (kmt2a, contig) = models.kmt2a();
        let mut exons: Vec<_> = models
            .full_controls()
            .chain([(contig, kmt2a)])
            .filter_map(|(contig, gene)| Some((contig, gene.transcripts.first()?)))
            .flat_map(|(contig, transcript)| transcript.exons.iter().map(move |e| (contig, e.interval)))
            .collect();
        exons.sort_unstable();
        Self(exons)
    }

    /// Counts the aligned blocks of a read that stop at exon ends or run on.
    pub(super) fn count(&self, raw: &RawRecord<'_>, counted: &mut AtExonEnds) {
        let Some(contig) = raw.contig() else { return };
        raw.stretches(|stretch| {
            let first = self.0.partition_point(|(c, e)| (*c, e.end) <= (contig, stretch.start));
            let near = self.0[first..].iter();
            for (_, exon) in near.take_while(|(c, e)| *c == contig && e.start < stretch.end) {
                for stops in ends(stretch, *exon) {
                    let count = if stops { &mut counted.stop } else { &mut counted.run_on };
                    *count = count.saturating_add(1);
                }
            }
        });
    }
}

/// Whether an aligned block stops at either end of the exon that it overlaps, or runs on.
fn ends(stretch: Interval, exon: Interval) -> impl Iterator<Item = bool> {
    let (start, end) = (stretch.start.0, stretch.end.0);
    let at = |inside: bool, beyond: i64| {
        // `beyond`: bases of the block past the exon's end.
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

/// The assay shown by the reads; `None` if there are few or the fraction is in between. Spliced reads are RNA,
/// however many are unspliced.
pub fn shown(tally: &Tally, p: &Params) -> Option<Assay> {
    let AtExonEnds { stop, run_on } = tally.at_exon_ends;
    let shown = reads::assay_shown(stop, run_on, p)?;
    (shown == Assay::Rna || !tally.is_spliced(p)).then_some(shown)
}

/// The assay and its reason: as given; else as the reads show, if they contradict the aligner; else by the aligner,
/// or by the fraction of spliced reads.
pub(super) fn of(file: &AlignmentFile, tally: &Tally, p: &Params) -> (Assay, String) {
    let expected = match file.assay() {
        Some(guess) => (guess.assay, guess.basis),
        None if tally.is_spliced(p) => (Assay::Rna, "reads are spliced (N in their CIGARs)"),
        None => (Assay::Dna, "reads are not spliced"),
    };
    if file.options().assay.is_some() {
        return (expected.0, expected.1.to_owned());
    }
    against(expected, tally, p)
}

/// The expected assay, unless the reads show the other one.
fn against((expected, basis): (Assay, &str), tally: &Tally, p: &Params) -> (Assay, String) {
    let Some(shown) = shown(tally, p).filter(|shown| *shown != expected) else {
        return (expected, basis.to_owned());
    };
    let AtExonEnds { stop, run_on } = tally.at_exon_ends;
    let (count, what) = match shown {
        Assay::Rna => (stop, "stop there"),
        Assay::Dna => (run_on, "run on into the intron"),
    };
    let all = stop.saturating_add(run_on);
    (
        shown,
        format!("{basis}, but {count} of {all} alignment ends at exon ends {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_by(start: i64, end: i64) -> String {
        ends(Interval::new(start, end), Interval::new(1_000, 1_100))
            .map(|end| match end {
                true => 's',
                false => 'r',
            })
            .collect()
    }

    #[test]
    fn reads_stop_at_exon_ends_or_run_on() {
        assert_eq!(shown_by(1_040, 1_100), "s");
        assert_eq!(shown_by(1_001, 1_060), "s");
        assert_eq!(shown_by(1_040, 1_140), "r");
        assert_eq!(shown_by(950, 1_150), "rr");
        assert_eq!(shown_by(1_000, 1_100), "ss");
        // Ends inside the exon, too few bases on one side, or elsewhere: no information.
        assert_eq!(shown_by(1_020, 1_080), "");
        assert_eq!(shown_by(1_095, 1_190), "");
        assert_eq!(shown_by(1_200, 1_300), "");
    }

    #[test]
    fn the_reads_overrule_the_aligner() {
        let told_of = |expected, stop, run_on, spliced| {
            let tally = Tally {
                at_exon_ends: AtExonEnds { stop, run_on },
                primary: 1_000,
                spliced,
                ..Tally::default()
            };
            against((expected, "aligned"), &tally, &Params::default())
        };
        let told = |expected, stop, run_on| told_of(expected, stop, run_on, 9);
        let aligned = |assay| (assay, "aligned".to_owned());
        let rna = (
            Assay::Rna,
            "aligned, but 41 of 100 alignment ends at exon ends stop there".to_owned(),
        );
        assert_eq!(told(Assay::Dna, 41, 59), rna);
        assert_eq!(told(Assay::Dna, 40, 60), aligned(Assay::Dna));
        let dna = "aligned, but 86 of 100 alignment ends at exon ends run on into the intron";
        assert_eq!(told(Assay::Rna, 14, 86), (Assay::Dna, dna.to_owned()));
        assert_eq!(told(Assay::Rna, 15, 85), aligned(Assay::Rna));
        // RNA that is mostly unspliced.
        assert_eq!(told_of(Assay::Rna, 14, 86, 10), aligned(Assay::Rna));
        // Too few reads: no information.
        assert_eq!(told(Assay::Dna, 29, 0), aligned(Assay::Dna));
        assert_eq!(told(Assay::Dna, 0, 100), aligned(Assay::Dna));
    }
}
