//! Genomic breaks whose other side nothing places: reads that leave KMT2A at one base into the same
//! unknown sequence, and mates that did not align, which carry it on.

use std::collections::BTreeMap;

use super::{
    Candidate,
    clip::ClipFate,
    observe::{EvidenceKind, Observation, Target},
    outward::{Outward, allowed},
    unplaced::{NOWHERE, nowhere},
};
use crate::{
    collect::fragment::{Confidence, Fragment},
    genome::{Breakend, Junction, Position, Retained, sequence::{is_low_complexity, reverse_complement}},
};

/// Clipped bases from which an end is compared with others (bases): twenty agree by chance once in 10^12.
const MIN_TAIL: usize = 20;
/// Molecules that must leave at one base into the same sequence.
const MIN_MOLECULES: usize = 2;
/// An aligner goes on past the break where bases happen to agree, and stops early for an error (bases).
const SLACK: i64 = 12;
/// Ends at one place that are compared (count); more is noise of a panel.
const ENDS_CAP: usize = 5_000;
/// Bases that a mate must share with what is known of the unknown side (bases).
const OVERLAP: usize = 24;
/// Longest sequence that is put together (bases).
const SEQUENCE_MAX: usize = 1_000;

/// Candidates from unexplained clips, whose fates are changed with it.
pub(super) fn candidates(
    fragments: &[Fragment],
    target: &Target,
    fates: &mut BTreeMap<usize, Vec<ClipFate>>,
) -> Vec<Candidate> {
    let mut ends: Vec<(Outward<'_>, usize)> = Vec::new();
    for (index, of_fragment) in fates.iter() {
        let Some(fragment) = fragments.get(*index) else { continue };
        let clips = fragment
            .clips
            .iter()
            .filter_map(|clip| Outward::new(*index, fragment, *clip));
        for (which, (fate, outward)) in of_fragment.iter().zip(clips).enumerate() {
            let segment = fragment.chain.segments.get(outward.clip.segment);
            let sure = segment.is_some_and(|s| s.confidence == Confidence::Unique);
            if matches!(fate, ClipFate::Unexplained(..))
                && sure
                && target.holds(outward.side)
                && outward.bases.len() >= MIN_TAIL
                && !is_low_complexity(&outward.bases[..MIN_TAIL])
            {
                ends.push((outward, which));
            }
        }
    }
    ends.sort_by_key(|(o, _)| (o.side.retained, o.side.position, o.index));
    let mut found: Vec<Candidate> = Vec::new();
    let mut explained: Vec<(usize, usize, Junction)> = Vec::new();
    let mut start = 0;
    while start < ends.len() {
        let mut end = start + 1;
        while end < ends.len()
            && ends[end].0.side.retained == ends[start].0.side.retained
            && ends[end].0.side.position.0 - ends[end - 1].0.side.position.0 <= SLACK / 2
        {
            end += 1;
        }
        for kind in kinds(&ends[start..end.min(start + ENDS_CAP)]) {
            let number = found.len();
            found.extend(candidate(&kind, number, &mut explained));
        }
        start = end;
    }
    for (index, which, junction) in explained {
        if let Some(fate) = fates.get_mut(&index).and_then(|f| f.get_mut(which)) {
            *fate = ClipFate::Junction(junction);
        }
    }
    for candidate in &mut found {
        carry_on(candidate, fragments, target);
    }
    found
}

type End<'a, 'b> = &'b (Outward<'a>, usize);

/// Ends of one place by the sequence that they run into.
fn kinds<'a, 'b>(ends: &'b [(Outward<'a>, usize)]) -> Vec<Vec<End<'a, 'b>>> {
    let mut sorted: Vec<End<'a, 'b>> = ends.iter().collect();
    sorted.sort_by_key(|(o, which)| (std::cmp::Reverse(o.bases.len()), o.index, *which));
    let mut kinds: Vec<Vec<End<'a, 'b>>> = Vec::new();
    for end in sorted {
        match kinds.iter_mut().find(|k| k.first().is_some_and(|first| agree(&first.0, &end.0))) {
            Some(kind) => kind.push(end),
            None => kinds.push(vec![end]),
        }
    }
    kinds
}

/// Whether two ends run into the same bases, the one that begins further in cut to the other.
fn agree(a: &Outward<'_>, b: &Outward<'_>) -> bool {
    let ahead = (a.side.position.0 - b.side.position.0) * a.side.retained.outward();
    if ahead.abs() > SLACK {
        return false;
    }
    let cut = usize::try_from(ahead.abs()).unwrap_or(0);
    let (x, y) = if ahead >= 0 {
        (a.bases.as_slice(), b.bases.get(cut..).unwrap_or_default())
    } else {
        (a.bases.get(cut..).unwrap_or_default(), b.bases.as_slice())
    };
    let length = x.len().min(y.len());
    length + cut >= MIN_TAIL
        && length >= MIN_TAIL / 2
        && x.iter().zip(y).filter(|(x, y)| x != y).count() <= allowed(length).max(1)
}

fn candidate(
    kind: &[End<'_, '_>],
    number: usize,
    explained: &mut Vec<(usize, usize, Junction)>,
) -> Option<Candidate> {
    let mut molecules: Vec<u64> = kind
        .iter()
        .filter(|(o, _)| !o.fragment.flagged_duplicate)
        .map(|(o, _)| o.fragment.molecule)
        .collect();
    molecules.sort_unstable();
    molecules.dedup();
    if molecules.len() < MIN_MOLECULES {
        return None;
    }
    // The base that most ends name.
    let mut votes: BTreeMap<Breakend, usize> = BTreeMap::new();
    for (o, _) in kind {
        *votes.entry(o.side).or_default() += 1;
    }
    let (site, _) = votes.into_iter().max_by_key(|(side, n)| (*n, std::cmp::Reverse(*side)))?;
    // The gene lies on the forward strand: what keeps its left side leaves it 5' to 3'.
    let own_is_five = site.retained == Retained::Left;
    // Breaks are told apart by a number in the unplaced side's position.
    let far = Breakend {
        position: Position(i64::try_from(number).unwrap_or(0)),
        ..nowhere()
    };
    let (five, three) = if own_is_five { (site, far) } else { (far, site) };
    let junction = Junction {
        five,
        three,
        inserted: Vec::new(),
    };
    let mut observations = Vec::new();
    let mut longest: Vec<u8> = Vec::new();
    for (o, which) in kind {
        let shift = (site.position.0 - o.side.position.0) * site.retained.outward();
        let Some(beyond) = o.beyond(shift) else { continue };
        observations.push(o.observe(&junction, own_is_five, shift, beyond.len(), Confidence::Unknown));
        explained.push((o.index, *which, junction.clone()));
        if beyond.len() > longest.len() {
            longest = beyond;
        }
    }
    Some(Candidate {
        unplaced: Some(longest),
        ..Candidate::new(junction, observations)
    })
}

/// Lengthens the unknown sequence by mates that did not align, beside reads that keep to the break's side.
fn carry_on(candidate: &mut Candidate, fragments: &[Fragment], target: &Target) {
    let own_is_five = candidate.junction.three.contig == NOWHERE;
    let site = if own_is_five {
        candidate.junction.five
    } else {
        candidate.junction.three
    };
    let Some(mut sequence) = candidate.unplaced.clone() else { return };
    let near = |fragment: &Fragment| {
        fragment.chain.segments.iter().any(|s| {
            let inner = if site.retained == Retained::Left {
                s.reference.last()
            } else {
                s.reference.start
            };
            let behind = (site.position.0 - inner.0) * site.retained.outward();
            s.contig == target.contig && (-3..target.fragment_len_max).contains(&behind)
        })
    };
    let mut mates: Vec<(usize, [Vec<u8>; 2])> = fragments
        .iter()
        .enumerate()
        .filter(|(_, f)| near(f))
        .filter_map(|(i, f)| f.unaligned_mate.as_ref().map(|m| (i, [m.clone(), reverse_complement(m)])))
        .collect();
    let mut joined = Vec::new();
    loop {
        let before = mates.len();
        mates.retain(|(index, ways)| {
            let Some(longer) = ways.iter().find_map(|way| joined_to(&sequence, way)) else {
                return true;
            };
            joined.push(*index);
            if longer.len() > sequence.len() && longer.len() <= SEQUENCE_MAX {
                sequence = longer;
            }
            false
        });
        if mates.len() == before {
            break;
        }
    }
    let known: std::collections::BTreeSet<usize> = candidate.observations.iter().map(|o| o.fragment).collect();
    for index in joined.into_iter().filter(|i| !known.contains(i)) {
        let fragment = &fragments[index];
        let Some(segment) = fragment.chain.segments.first() else { continue };
        let end = (segment.contig, segment.first_base().0);
        candidate.observations.push(Observation {
            fragment: index,
            molecule: fragment.molecule,
            kind: EvidenceKind::Mate,
            five: candidate.junction.five,
            three: candidate.junction.three,
            inserted: Vec::new(),
            overlap: 0,
            anchor_five: segment.len(),
            anchor_three: 0,
            confidence_five: segment.confidence,
            confidence_three: Confidence::Unknown,
            bases: None,
            start: end,
            end: (segment.contig, segment.last_base().0),
            reversed: !own_is_five,
        });
    }
    candidate.unplaced = Some(sequence);
}

/// The sequence with a mate's bases behind it, where the mate's beginning lies in the sequence.
fn joined_to(sequence: &[u8], mate: &[u8]) -> Option<Vec<u8>> {
    let seed = mate.get(..OVERLAP)?;
    let at = sequence.windows(OVERLAP).position(|w| w == seed)?;
    let shared = (sequence.len() - at).min(mate.len());
    let wrong = sequence[at..at + shared]
        .iter()
        .zip(&mate[..shared])
        .filter(|(a, b)| a != b)
        .count();
    if wrong > allowed(shared) {
        return None;
    }
    let mut longer = sequence.to_vec();
    longer.extend_from_slice(&mate[shared..]);
    Some(longer)
}
