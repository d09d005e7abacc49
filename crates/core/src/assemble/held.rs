//! Junctions that other molecules hold: clips and misplaced molecules are compared with them.

use std::collections::HashMap;

use super::{
    Candidate,
    ends::SLACK,
    observe::{EvidenceKind, Observation},
    outward::{MIN_CATALOGUE, Outward, matches},
};
use crate::{
    evidence::fragment::{Clip, Confidence, Fragment, LinkKind},
    genome::{Breakend, sequence::reverse_complement},
};

/// Bases that a molecule must show on both sides, inserted ones among them, for others to be compared with it (bases).
/// Clips that would be the second molecule must agree over as many.
const SHOWN: usize = 10;
/// Bases that must agree for each that differs, where a clip would be the second molecule (bases).
const FOR_EACH: usize = 6;

/// Bases that an observation shows on its shorter side, inserted ones among them.
fn shows(o: &Observation) -> usize {
    o.anchor_five.min(o.anchor_three) as usize + o.inserted.len()
}

/// Junctions that other molecules hold, by place.
pub(super) struct Held {
    sides: Vec<(Breakend, usize, bool)>,
    /// The junctions that a fragment shows, in their order.
    of_fragment: HashMap<usize, Vec<usize>>,
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
        let mut of_fragment: HashMap<usize, Vec<usize>> = HashMap::new();
        for (i, candidate) in candidates.iter().enumerate() {
            for o in &candidate.observations {
                let known = of_fragment.entry(o.fragment).or_default();
                if known.last() != Some(&i) {
                    known.push(i);
                }
            }
        }
        Self { sides, of_fragment }
    }

    /// The junctions that a fragment shows, in their order.
    pub(super) fn of(&self, fragment: usize) -> &[usize] {
        self.of_fragment.get(&fragment).map_or(&[], Vec::as_slice)
    }

    /// The junction whose other side the clip spells, if one fits best.
    pub(super) fn fit(
        &self,
        outward: &Outward<'_>,
        candidates: &[Candidate],
        least: usize,
        not: Option<usize>,
    ) -> Option<(usize, Observation)> {
        let low = outward.side.position.offset(-SLACK);
        let start = self
            .sides
            .partition_point(|(s, ..)| (s.contig, s.position) < (outward.side.contig, low));
        let mut best: Option<((usize, usize, usize), i64, bool)> = None;
        for (side, which, is_five) in self.sides[start..]
            .iter()
            .take_while(|(s, ..)| s.contig == outward.side.contig && s.position.0 <= outward.side.position.0 + SLACK)
            .filter(|(s, which, _)| s.retained == outward.side.retained && Some(*which) != not)
        {
            let shift = (side.position.0 - outward.side.position.0) * side.retained.outward();
            let Some(tail) = outward.beyond(shift) else { continue };
            // What the molecules that hold the junction show beyond it.
            let fit = candidates[*which]
                .observations
                .iter()
                .filter(|o| o.kind != EvidenceKind::Spanning && o.fragment != outward.index)
                .take(50)
                .filter_map(|o| beyond_of(o, &candidates[*which], *is_five))
                .filter_map(|expected| matches(&tail, &expected, least))
                .filter(|(length, mismatches)| {
                    candidates[*which].has_several_molecules() || *length >= SHOWN + FOR_EACH * mismatches
                })
                .max_by_key(|(length, mismatches)| (*length, std::cmp::Reverse(*mismatches)));
            if let Some((length, mismatches)) = fit
                && best
                    .is_none_or(|((l, m, _), ..)| (length, std::cmp::Reverse(mismatches)) > (l, std::cmp::Reverse(m)))
            {
                best = Some(((length, mismatches, *which), shift, *is_five));
            }
        }
        let ((length, _, which), shift, is_five) = best?;
        let observation = outward.observe(&candidates[which].sides, is_five, shift, length, Confidence::Unique);
        Some((which, observation))
    }
}

/// Molecules that the aligner placed elsewhere although their bases spell a junction that others hold.
pub(super) fn rehome(
    index: usize,
    fragment: &Fragment,
    held: &Held,
    candidates: &[Candidate],
) -> Vec<(usize, Observation)> {
    let chain = &fragment.chain;
    if held.of(index).iter().any(|c| candidates[*c].observations.len() > 2) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (i, kind) in chain.links.iter().enumerate() {
        if *kind != LinkKind::Split {
            continue;
        }
        let (a, b) = (chain.segments[i], chain.segments[i + 1]);
        let sides = [
            Clip {
                segment: i,
                after: true,
                start: a.molecule_end,
                end: chain.len,
            },
            Clip {
                segment: i + 1,
                after: false,
                start: 0,
                end: b.molecule_start,
            },
        ];
        for clip in sides {
            let Some(outward) = Outward::new(index, fragment, clip) else {
                continue;
            };
            let not = held.of(index).first().copied();
            if let Some(fit) = held.fit(&outward, candidates, MIN_CATALOGUE, not) {
                found.push(fit);
                break;
            }
        }
    }
    found
}

/// Takes observations of rehomed molecules out of the junctions that their old places made.
pub(super) fn forsake(candidates: &mut [Candidate], rehomed: &[(usize, usize)]) {
    let mut homes: HashMap<usize, Vec<usize>> = HashMap::new();
    for (fragment, home) in rehomed {
        homes.entry(*fragment).or_default().push(*home);
    }
    for (which, candidate) in candidates.iter_mut().enumerate() {
        candidate.observations.retain(|o| {
            homes
                .get(&o.fragment)
                .is_none_or(|homes| homes.iter().all(|home| *home == which))
        });
    }
}

/// What an observation shows beyond the junction, read outward from its 5' (or 3') side.
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
