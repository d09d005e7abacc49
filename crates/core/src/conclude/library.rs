//! The library at KMT2A: what a reader wants to know of it before believing a negative.

use std::ops::RangeInclusive;

use super::AssayResult;
use breakapart_rule::reads;

use crate::{
    catalogue::scheme::{INNER_FIVE_PRIME, INNER_THREE_PRIME},
    input::Assay,
};

/// Facts of the library at the locus. Shares are fractions of the fragments there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LibraryFacts {
    /// Median read length (bases).
    pub read_len: u32,
    /// Median and median absolute deviation of the outer fragment length (bases).
    pub fragment_len: Option<(u32, u32)>,
    /// Share of molecules whose first read runs along KMT2A.
    pub sense_fraction: Option<f64>,
    /// `unstranded`, `forward`, `reverse` or `not determinable`.
    pub strandedness: &'static str,
    /// RNA: mean depth of e27-e35 over that of e3-e12; 1 without 3' bias.
    pub three_prime_ratio: Option<f64>,
    /// Fragments with a believable place.
    pub placed_fraction: Option<f64>,
    /// Fragments whose mate did not align.
    pub mate_unaligned_fraction: Option<f64>,
    /// Fragments whose mate is absent from the file.
    pub mate_missing_fraction: Option<f64>,
    /// Pairs whose mates overlap.
    pub overlapping_fraction: Option<f64>,
    /// Mean molecule depth of every MANE exon, e1 first.
    pub exon_depth: Vec<f64>,
}

impl LibraryFacts {
    /// Measures them.
    pub fn of(result: &AssayResult<'_>) -> Self {
        let (profile, p) = (result.profile(), &result.judged.params);
        let of_all = |n: usize| (profile.fragments > 0).then(|| n as f64 / f64::from(profile.fragments));
        let at_kmt2a = result.kmt2a_fragments();
        let unaligned = at_kmt2a
            .iter()
            .filter(|i| result.collected.fragments[**i].unaligned_mate.is_some())
            .count();
        let molecules = profile.sense + profile.antisense;
        let sense = reads::tell_library(molecules, p).then(|| f64::from(profile.sense) / f64::from(molecules));
        Self {
            read_len: profile.read_len,
            fragment_len: profile.fragment_len.map(|l| (l, profile.fragment_len_mad)),
            sense_fraction: sense,
            strandedness: match sense {
                None => "not determinable",
                Some(f) if f >= p.stranded => "forward",
                Some(f) if f <= 1.0 - p.stranded => "reverse",
                Some(_) => "unstranded",
            },
            three_prime_ratio: (result.assay == Assay::Rna && reads::tell_library(profile.molecules, p))
                .then(|| three_prime_ratio(&profile.exon_depth))
                .flatten(),
            placed_fraction: of_all((profile.fragments - profile.ambiguous) as usize),
            mate_unaligned_fraction: of_all(unaligned),
            mate_missing_fraction: of_all(profile.mate_missing as usize),
            overlapping_fraction: (profile.paired > 0)
                .then(|| f64::from(profile.overlapping) / f64::from(profile.paired)),
            exon_depth: profile.exon_depth.clone(),
        }
    }
}

/// Mean of the depths of a run of exons or introns, numbered from 1; each weighs alike.
pub(super) fn mean_depth(depths: &[f64], run: RangeInclusive<u16>) -> f64 {
    let of = |number: u16| depths.get(usize::from(number.checked_sub(1)?)).copied();
    let depths: Vec<f64> = run.filter_map(of).collect();
    depths.iter().sum::<f64>() / depths.len().max(1) as f64
}

/// Depth of the 3' part over that of the 5' part; `None` where the 5' part has none.
fn three_prime_ratio(exon_depth: &[f64]) -> Option<f64> {
    let [five, three] = [INNER_FIVE_PRIME, INNER_THREE_PRIME].map(|run| mean_depth(exon_depth, run));
    (five > 0.0).then(|| three / five)
}
