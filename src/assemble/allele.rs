//! Molecules over a genomic base that do not carry a junction there, for the allele fraction.

use super::{
    Candidate,
    observe::{Observation, Target},
};
use crate::{
    collect::fragment::Fragment,
    genome::{Breakend, Retained},
};

/// Bases that a fragment must reach on both sides of a break to be counted, whichever allele it shows
/// (bases): the same for both, so that the fraction is not bent.
const ANCHOR: i64 = 20;

/// Outer spans of wild-type molecules on KMT2A.
pub struct WildType {
    starts: Vec<i64>,
    ends: Vec<i64>,
}

impl WildType {
    /// From all fragments; those in `broken` carry a junction.
    pub fn new(fragments: &[Fragment], target: &Target, broken: &std::collections::BTreeSet<usize>) -> Self {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        let mut seen = std::collections::HashSet::new();
        for (index, fragment) in fragments.iter().enumerate() {
            if fragment.flagged_duplicate || broken.contains(&index) {
                continue;
            }
            let own = || fragment.chain.segments.iter().filter(|s| s.contig == target.contig);
            let (Some(start), Some(end)) = (
                own().map(|s| s.reference.start.0).min(),
                own().map(|s| s.reference.end.0).max(),
            ) else {
                continue;
            };
            if end - start >= 2 * ANCHOR && end - start <= target.fragment_len_max && seen.insert(fragment.molecule) {
                starts.push(start);
                ends.push(end);
            }
        }
        starts.sort_unstable();
        ends.sort_unstable();
        Self { starts, ends }
    }

    /// Molecules that span the break beside `side` with 20 bases on both sides.
    pub fn over(&self, side: Breakend) -> u32 {
        let edge = match side.retained {
            Retained::Left => side.position.0 + 1,
            Retained::Right => side.position.0,
        };
        // No span is shorter than both anchors, so whatever ends too early also began early enough.
        let begun = self.starts.partition_point(|s| *s <= edge - ANCHOR);
        let ended = self.ends.partition_point(|e| *e < edge + ANCHOR);
        u32::try_from(begun.saturating_sub(ended)).unwrap_or(0)
    }
}

/// Molecules of a candidate whose fragment reaches 20 bases beyond both breakends.
pub fn anchored(candidate: &Candidate, fragments: &[Fragment]) -> u32 {
    let reaches = |o: &Observation| {
        let (five, three) = (candidate.junction.five, candidate.junction.three);
        let far = |end: (crate::genome::ContigId, i64), side: Breakend| {
            end.0 != side.contig || (end.1 - side.position.0).abs() + 1 >= ANCHOR
        };
        far(o.start, five) && far(o.end, three)
    };
    let molecules: std::collections::BTreeSet<u64> = candidate
        .observations
        .iter()
        .filter(|o| !fragments[o.fragment].flagged_duplicate && reaches(o))
        .map(|o| o.molecule)
        .collect();
    u32::try_from(molecules.len()).unwrap_or(u32::MAX)
}
