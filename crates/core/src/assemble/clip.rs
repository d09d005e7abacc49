//! Soft clips: the explanation of each, and assignment of clips to junctions of other molecules.

use std::collections::BTreeMap;

use super::{
    Candidate,
    ends::KnownEnds,
    explain::{rebuild::Rest, tail},
    held::Held,
    observe::Target,
    outward::{Outward, matches},
    place,
};
use crate::{
    catalogue::GeneModels,
    evidence::{chain::MIN_CLIP, fragment::Fragment},
    genome::{
        Breakend, SequenceSource,
        sequence::{differing, is_low_complexity},
    },
};

/// The explanation of a soft clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipFate {
    /// KMT2A continues there: the next exon, or the same exon or intron with errors.
    WildType,
    /// Sequencing adapter.
    Adapter,
    /// Low complexity.
    LowComplexity,
    /// Supports a junction.
    Junction,
    /// None found: the breakend at the clip and the bases outward from it.
    Unexplained(Breakend, Vec<u8>),
}

/// The explanations of clips by fragment, in the order of the clips with known bases.
pub(super) type Fates = BTreeMap<usize, Vec<ClipFate>>;

/// Every clip with known bases, with the number of its explanation within the fragment. Explanations are in the order
/// of these clips.
pub(super) fn with_fates<'a, 'b>(
    fragments: &'a [Fragment],
    fates: &'b Fates,
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

/// The explanations of a fragment's clips, after realignment.
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

/// Sets the explanation of these clips (fragment, and number within it).
pub(super) fn mark(fates: &mut Fates, clips: impl IntoIterator<Item = (usize, usize)>, fate: &ClipFate) {
    for (index, which) in clips {
        if let Some(old) = fates.get_mut(&index).and_then(|of_fragment| of_fragment.get_mut(which)) {
            old.clone_from(fate);
        }
    }
}

/// The explanation of every clip of DNA: wild-type KMT2A, adapter, low complexity, or none.
pub(super) fn of_dna(
    fragments: &[Fragment],
    target: &Target,
    models: &GeneModels,
    source: &dyn SequenceSource,
) -> Fates {
    let ends = KnownEnds::new(models, None);
    let fate = |outward: Outward<'_>| {
        let wild_type = || explained_by_kmt2a(&outward, &ends) || continues(source, outward.side, &outward.bases);
        if target.holds(outward.side) && wild_type() {
            ClipFate::WildType
        } else if tail::is_adapter(&outward.bases) {
            ClipFate::Adapter
        } else if is_low_complexity(&outward.bases) {
            ClipFate::LowComplexity
        } else {
            ClipFate::Unexplained(outward.side, outward.bases)
        }
    };
    let of_fragment = |(index, fragment): (usize, &Fragment)| {
        let clips = fragment.clips.iter();
        let fates: Vec<ClipFate> = clips
            .filter_map(|clip| Outward::new(index, fragment, *clip).map(fate))
            .collect();
        (!fates.is_empty()).then_some((index, fates))
    };
    fragments.iter().enumerate().filter_map(of_fragment).collect()
}

/// Assigns unexplained clips to the junctions of other molecules.
pub(super) fn join_unexplained(candidates: &mut [Candidate], fragments: &[Fragment], fates: &mut Fates) {
    if candidates.is_empty() {
        return;
    }
    let held = Held::new(candidates);
    let joined: Vec<_> = with_fates(fragments, fates)
        .filter(|(.., fate)| matches!(fate, ClipFate::Unexplained(..) | ClipFate::LowComplexity))
        .filter_map(|(outward, clip, _)| Some((clip, held.fit(&outward, candidates)?)))
        .collect();
    for (clip, (which, observation)) in joined {
        mark(fates, [(observation.fragment, clip)], &ClipFate::Junction);
        candidates[which].observations.push(observation);
    }
}

/// Whether wild-type KMT2A continues in the clip: a later exon after a donor, an earlier one
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

/// Whether the reference itself continues in the clip with at most 25 % mismatches: a clip
/// because of sequencing errors or a variant, not a junction.
fn continues(source: &dyn SequenceSource, side: Breakend, bases: &[u8]) -> bool {
    let length = i64::try_from(bases.len()).unwrap_or(i64::MAX);
    place::beside(source, side, length, false)
        .is_some_and(|expected| expected.len() == bases.len() && differing(bases, &expected) * 4 <= bases.len())
}
