//! Library metrics at KMT2A, for review of a negative.

use std::ops::RangeInclusive;

use super::AssayResult;
use breakapart_rule::reads;

use crate::{
    catalogue::scheme::{INNER_FIVE_PRIME, INNER_THREE_PRIME},
    input::Assay,
    model::LibraryAtLocus,
};

/// Measures the library.
pub(super) fn at_locus(result: &AssayResult<'_>) -> LibraryAtLocus {
    let (profile, p) = (result.profile(), &result.judged.params);
    let of_all = |n: usize| (profile.fragments > 0).then(|| n as f64 / f64::from(profile.fragments));
    let at_kmt2a = result.kmt2a_fragments();
    let unaligned = at_kmt2a
        .iter()
        .filter(|i| result.collected.fragments[**i].unaligned_mate.is_some())
        .count();
    let molecules = profile.sense + profile.antisense;
    let sense = reads::tell_library(molecules, p).then(|| f64::from(profile.sense) / f64::from(molecules));
    LibraryAtLocus {
        read_length: (profile.read_len > 0).then_some(profile.read_len),
        fragment_length: profile.fragment_len,
        fragment_length_mad: profile.fragment_len.map(|_| profile.fragment_len_mad),
        strandedness: match sense {
            None => "not determinable",
            Some(f) if f >= p.stranded => "forward",
            Some(f) if f <= 1.0 - p.stranded => "reverse",
            Some(_) => "unstranded",
        }
        .to_owned(),
        sense_fraction: sense,
        three_prime_ratio: (result.assay == Assay::Rna && reads::tell_library(profile.molecules, p))
            .then(|| three_prime_ratio(&profile.exon_depth))
            .flatten(),
        placed_fraction: of_all((profile.fragments - profile.ambiguous) as usize),
        mate_unaligned_fraction: of_all(unaligned),
        mate_missing_fraction: of_all(profile.mate_missing as usize),
        overlapping_fraction: (profile.paired > 0).then(|| f64::from(profile.overlapping) / f64::from(profile.paired)),
    }
}

/// Unweighted mean depth of a range of exons or introns (numbered from 1).
pub(super) fn mean_depth(depths: &[f64], run: RangeInclusive<u16>) -> f64 {
    let of = |number: u16| depths.get(usize::from(number.checked_sub(1)?)).copied();
    let depths: Vec<f64> = run.filter_map(of).collect();
    depths.iter().sum::<f64>() / depths.len().max(1) as f64
}

/// Ratio of 3' to 5' depth; `None` if the 5' part has no depth.
fn three_prime_ratio(exon_depth: &[f64]) -> Option<f64> {
    let [five, three] = [INNER_FIVE_PRIME, INNER_THREE_PRIME].map(|run| mean_depth(exon_depth, run));
    (five > 0.0).then(|| three / five)
}
