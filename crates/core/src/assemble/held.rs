//! Junctions supported by other molecules, with which soft clips are compared.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    Candidate,
    ends::SLACK,
    observe::Observation,
    outward::{Outward, matches},
};
use crate::{
    evidence::{chain::MIN_CLIP, fragment::Confidence},
    genome::{Breakend, sequence::reverse_complement},
};

/// Least anchor of a molecule on both sides, inserted bases included, for others to be compared with it (bases).
/// A clip that would be the second molecule must match over as many.
const SHOWN: usize = 10;
/// Further matching bases for each mismatch, if a clip would be the second molecule (bases).
const FOR_EACH: usize = 6;

/// Shorter anchor of an observation, inserted bases included (bases).
fn shows(o: &Observation) -> usize {
    o.anchor_min() as usize + o.inserted.len()
}

/// Junctions supported by other molecules, by position.
pub(super) struct Held {
    sides: Vec<(Breakend, usize, bool)>,
    /// Pairs of a fragment and a junction that it supports.
    shown: BTreeSet<(usize, usize)>,
}

impl Held {
    pub(super) fn new(candidates: &[Candidate]) -> Self {
        let mut sides: Vec<(Breakend, usize, bool)> = candidates
            .iter()
            .enumerate()
            .filter(|(_, c)| c.observations.iter().any(|o| shows(o) >= SHOWN))
            .flat_map(|(i, c)| [true, false].map(|is_five| Some((c.sides.side(is_five)?, i, is_five))))
            .flatten()
            .collect();
        sides.sort_unstable();
        let shown = candidates.iter().enumerate();
        let shown = shown.flat_map(|(i, c)| c.observations.iter().map(move |o| (o.fragment, i)));
        Self {
            shown: shown.collect(),
            sides,
        }
    }

    /// The junction whose other side best matches the clip, of equal ones the one with more evidence, unless the
    /// fragment already supports it.
    pub(super) fn fit(&self, outward: &Outward<'_>, candidates: &[Candidate]) -> Option<(usize, Observation)> {
        let low = outward.side.position.offset(-SLACK);
        let start = self
            .sides
            .partition_point(|(s, ..)| (s.contig, s.position) < (outward.side.contig, low));
        let mut best: Option<(_, (usize, i64, bool))> = None;
        for (side, which, is_five) in self.sides[start..]
            .iter()
            .take_while(|(s, ..)| s.contig == outward.side.contig && s.position.0 <= outward.side.position.0 + SLACK)
            .filter(|(s, ..)| s.retained == outward.side.retained)
        {
            let shift = (side.position.0 - outward.side.position.0) * side.retained.outward();
            let Some(tail) = outward.beyond(shift) else { continue };
            // Bases beyond the junction in the molecules that support it.
            let fit = candidates[*which]
                .split()
                .filter(|o| o.fragment != outward.index)
                .take(50)
                .filter_map(|o| beyond_of(o, &candidates[*which], *is_five))
                .filter_map(|expected| matches(&tail, &expected, MIN_CLIP as usize))
                .filter(|(length, mismatches)| {
                    candidates[*which].has_several_molecules() || *length >= SHOWN + FOR_EACH * mismatches
                })
                .max_by_key(|(length, mismatches)| (*length, Reverse(*mismatches)));
            let Some((length, mismatches)) = fit else { continue };
            let rank = (length, Reverse(mismatches), candidates[*which].observations.len());
            if best.is_none_or(|(most, _)| rank > most) {
                best = Some((rank, (*which, shift, *is_five)));
            }
        }
        let ((length, ..), (which, shift, is_five)) =
            best.filter(|(_, (which, ..))| !self.shown.contains(&(outward.index, *which)))?;
        let observation = outward.observe(&candidates[which].sides, is_five, shift, length, Confidence::Unique);
        Some((which, observation))
    }
}

/// Bases of an observation beyond the junction, read outward from its 5' (or 3') side.
pub(super) fn beyond_of(o: &Observation, candidate: &Candidate, from_five: bool) -> Option<Vec<u8>> {
    let (bases, edge) = candidate.bases_of(o)?;
    if from_five {
        bases.get(edge..).map(<[u8]>::to_vec)
    } else {
        bases
            .get(..edge + candidate.sides.inserted().len())
            .map(reverse_complement)
    }
}
