//! Clipped ends: what explains each, and those that others' junctions explain.

use std::collections::BTreeMap;

use super::{
    Candidate,
    ends::KnownEnds,
    explain::{rebuild::Rest, tail},
    held::{self, Held},
    observe::{Observation, Target},
    outward::{Outward, matches},
};
use crate::{
    catalogue::GeneModels,
    evidence::{chain::MIN_CLIP, fragment::Fragment},
    genome::{
        Breakend, Interval, Position, Retained, SequenceSource,
        sequence::{is_low_complexity, reverse_complement},
    },
};

/// What explains a clipped end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipFate {
    /// KMT2A goes on there: the next exon, or the same exon or intron with errors.
    WildType,
    /// Sequencing adapter.
    Adapter,
    /// Too simple to place.
    LowComplexity,
    /// Supports a junction.
    Junction,
    /// Nothing found: the breakend beside it and the bases outward from it.
    Unexplained(Breakend, Vec<u8>),
}

/// Every clip that could be read, with the number of its fate within the fragment. Fates stand in the order of these
/// clips.
pub(super) fn with_fates<'a, 'b>(
    fragments: &'a [Fragment],
    fates: &'b BTreeMap<usize, Vec<ClipFate>>,
) -> impl Iterator<Item = (Outward<'a>, usize, &'b ClipFate)> {
    fates.iter().flat_map(move |(index, of_fragment)| {
        let fragment = fragments.get(*index);
        fragment
            .into_iter()
            .flat_map(|fragment| {
                let clips = fragment.clips.iter();
                clips.filter_map(|clip| Outward::new(*index, fragment, *clip))
            })
            .zip(of_fragment)
            .enumerate()
            .map(|(which, (outward, fate))| (outward, which, fate))
    })
}

/// The fates of a fragment's clips from what explains their bases.
pub(super) fn fates(index: usize, fragment: &Fragment, rests: &[Rest]) -> Vec<ClipFate> {
    fragment
        .clips
        .iter()
        .zip(rests)
        .filter_map(|(clip, rest)| {
            let outward = Outward::new(index, fragment, *clip)?;
            Some(match rest {
                Rest::Adapter => ClipFate::Adapter,
                Rest::Simple => ClipFate::LowComplexity,
                Rest::Unexplained => ClipFate::Unexplained(outward.side, outward.bases),
            })
        })
        .collect()
}

/// Explains every clip of DNA, in this order: KMT2A itself, adapter, a junction that others show, low complexity. Adds
/// observations to `candidates`; gives the fate of every clip, by fragment.
pub(super) fn explain(
    fragments: &[Fragment],
    target: &Target,
    (models, source): (&GeneModels, &dyn SequenceSource),
    candidates: &mut [Candidate],
) -> BTreeMap<usize, Vec<ClipFate>> {
    let ends = KnownEnds::new(models, None);
    let held = Held::new(candidates);
    let mut fates: BTreeMap<usize, Vec<ClipFate>> = BTreeMap::new();
    let mut more: Vec<(usize, Observation)> = Vec::new();
    let mut rehomed: Vec<(usize, usize)> = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        for (which, observation) in held::rehome(index, fragment, &held, candidates) {
            rehomed.push((index, which));
            more.push((which, observation));
        }
        for clip in fragment.clips.iter().copied() {
            let Some(outward) = Outward::new(index, fragment, clip) else {
                continue;
            };
            let wild_type = || explained_by_kmt2a(&outward, &ends) || continues(source, outward.side, &outward.bases);
            let fate = if target.holds(outward.side) && wild_type() {
                ClipFate::WildType
            } else if tail::is_adapter(&outward.bases) {
                ClipFate::Adapter
            } else if let Some((which, observation)) = held.fit(&outward, candidates, MIN_CLIP as usize, None) {
                more.push((which, observation));
                ClipFate::Junction
            } else if is_low_complexity(&outward.bases) {
                ClipFate::LowComplexity
            } else {
                ClipFate::Unexplained(outward.side, outward.bases)
            };
            fates.entry(index).or_default().push(fate);
        }
    }
    for (which, observation) in more {
        candidates[which].observations.push(observation);
    }
    held::forsake(candidates, &rehomed);
    fates
}

/// Clips that nothing explained, compared with the junctions that others of them made: shorter ones, and
/// those on the other side.
pub(super) fn join_unexplained(
    candidates: &mut [Candidate],
    fragments: &[Fragment],
    fates: &mut BTreeMap<usize, Vec<ClipFate>>,
) {
    if candidates.is_empty() {
        return;
    }
    let held = Held::new(candidates);
    let mut more: Vec<(usize, Observation)> = Vec::new();
    for (index, fates) in fates.iter_mut() {
        let fragment = &fragments[*index];
        // Fates stand in the order of the clips that could be read.
        let clips = fragment
            .clips
            .iter()
            .filter_map(|clip| Outward::new(*index, fragment, *clip));
        for (fate, outward) in fates.iter_mut().zip(clips) {
            let known = |which: usize| held.of(*index).contains(&which);
            if !matches!(fate, ClipFate::Unexplained(..)) {
                continue;
            }
            if let Some((which, observation)) = held.fit(&outward, candidates, MIN_CLIP as usize, None)
                && !known(which)
            {
                *fate = ClipFate::Junction;
                more.push((which, observation));
            }
        }
    }
    for (which, observation) in more {
        candidates[which].observations.push(observation);
    }
}

/// Whether wild-type KMT2A goes on behind the clip: a later exon behind a donor, an earlier one
/// before an acceptor.
fn explained_by_kmt2a(outward: &Outward<'_>, ends: &KnownEnds) -> bool {
    ends.kmt2a_sites(outward.side).any(|(site, shift)| {
        let Some(tail) = outward.beyond(shift) else {
            return false;
        };
        ends.iter()
            .filter(|e| e.is_kmt2a && e.is_donor != site.is_donor)
            .filter(|e| {
                if site.is_donor {
                    e.exon > site.exon
                } else {
                    e.exon < site.exon
                }
            })
            .any(|e| {
                matches(&tail, &e.inward, MIN_CLIP as usize).is_some()
                    || (tail.len() < MIN_CLIP as usize && matches(&tail, &e.inward, 1).is_some())
            })
    })
}

/// Whether the reference itself goes on behind the clip with at most a quarter of mismatches: a clip
/// for sequencing errors or a variant, not for a junction.
fn continues(source: &dyn SequenceSource, side: Breakend, bases: &[u8]) -> bool {
    let Some(expected) = going_on(source, side, bases.len()) else {
        return false;
    };
    let mismatches = bases.iter().zip(&expected).filter(|(a, b)| a != b).count();
    expected.len() == bases.len() && mismatches * 4 <= bases.len()
}

/// The reference's next `length` bases outward from a breakend, as a read that goes on would have them.
pub(super) fn going_on(source: &dyn SequenceSource, side: Breakend, length: usize) -> Option<Vec<u8>> {
    let length = i64::try_from(length).ok()?;
    let p = side.position.0;
    let interval = match side.retained {
        Retained::Left => Interval::new(p + 1, p + 1 + length),
        Retained::Right => Interval {
            start: Position(p - length),
            end: side.position,
        },
    };
    let reference = source.bases(side.contig, interval)?;
    Some(if side.retained == Retained::Left {
        reference
    } else {
        reverse_complement(&reference)
    })
}
