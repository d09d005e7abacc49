//! Soft clips: the explanation of each, and assignment of clips to junctions of other molecules.

use std::collections::BTreeMap;

use super::{Candidate, explain::rebuild::Rest, held::Held, outward::Outward};
use crate::{evidence::fragment::Fragment, genome::Breakend};

/// The explanation of a soft clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipFate {
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
pub(crate) type Fates = BTreeMap<usize, Vec<ClipFate>>;

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
