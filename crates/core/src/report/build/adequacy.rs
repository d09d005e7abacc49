//! What the reads could have shown, in the report's form.

use super::out;
use crate::conclude::{self, Imbalance};

/// The library at the locus.
pub(super) fn library(a: &conclude::Adequacy) -> out::LibraryAtLocus {
    let l = &a.library;
    out::LibraryAtLocus {
        read_length: (l.read_len > 0).then_some(l.read_len),
        fragment_length: l.fragment_len.map(|(median, _)| median),
        fragment_length_mad: l.fragment_len.map(|(_, mad)| mad),
        strandedness: l.strandedness.to_owned(),
        sense_fraction: l.sense_fraction,
        three_prime_ratio: l.three_prime_ratio,
        placed_fraction: l.placed_fraction,
        mate_unaligned_fraction: l.mate_unaligned_fraction,
        mate_missing_fraction: l.mate_missing_fraction,
        overlapping_fraction: l.overlapping_fraction,
    }
}

/// Depth of every exon; `lengths` are those of the transcript's exons (bases).
pub(super) fn exon_depth(a: &conclude::Adequacy, lengths: &[i64]) -> Vec<out::ExonDepth> {
    let mut before = 0;
    (1_u16..)
        .zip(a.library.exon_depth.iter().zip(lengths))
        .map(|(exon, (depth, length))| {
            let offset = u64::try_from(before + length / 2).unwrap_or(0);
            before += length;
            out::ExonDepth {
                exon,
                offset,
                depth: *depth,
            }
        })
        .collect()
}

/// A step of coverage.
pub(super) fn imbalance(i: &Imbalance, background_samples: u32) -> out::Imbalance {
    out::Imbalance {
        exon: i.exon,
        exon_low: i.exon_low,
        exon_high: i.exon_high,
        ratio: i.ratio,
        ratio_low: i.ratio_low,
        ratio_high: i.ratio_high,
        confidence: i.confidence,
        background_samples,
        believed: i.is_believed(),
    }
}

/// KMT2A against the control genes, in a sentence.
pub(super) fn expression_text(a: &conclude::Adequacy) -> String {
    let controls: Vec<String> = a
        .controls
        .iter()
        .map(|(symbol, n)| format!("{symbol} {n} reads"))
        .collect();
    if controls.is_empty() {
        format!("{} KMT2A molecules; no read at a control gene", a.kmt2a_molecules)
    } else {
        format!("{} KMT2A molecules beside {}", a.kmt2a_molecules, controls.join(", "))
    }
}
