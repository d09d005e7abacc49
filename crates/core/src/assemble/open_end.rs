//! Breakpoints with an unplaced partner side: reads soft-clipped at one base of KMT2A with the same
//! unknown sequence, extended by unmapped mates.

use std::collections::BTreeMap;

use breakapart_rule::breaks::is_open_end;

use super::{
    Candidate,
    alike::{self, End, MIN_TAIL},
    clip::{self, ClipFate, Fates, with_fates},
    explain::tail,
    keep_of_each,
    observe::{EvidenceKind, Observation, ObservedSide, Target, five_first},
    outward::{Outward, allowed},
    place,
    sides::{OpenEnd, Sides},
};
use crate::{
    catalogue::GeneModels,
    evidence::fragment::{Confidence, Fragment, Segment},
    genome::{
        Breakend, Junction, Position, Retained, SequenceSource,
        sequence::{differing, is_low_complexity, reverse_complement},
    },
};

/// Clips at one base that are compared (count); more are clips of one junction, or noise of a panel.
pub(super) const ENDS_CAP: usize = 5_000;
/// Bases of a mate that must match the known part of the unplaced sequence (bases).
const OVERLAP: usize = 24;
/// Longest sequence that is assembled (bases).
const SEQUENCE_MAX: usize = 1_000;

/// Candidates from unexplained clips, whose explanations are updated, and the number of clips that were not
/// compared because [`ENDS_CAP`] others are at their base.
pub(super) fn candidates(
    fragments: &[Fragment],
    (models, source): (&GeneModels, &dyn SequenceSource),
    target: &Target,
    fates: &mut Fates,
) -> (Vec<Candidate>, usize) {
    let is_open = |(outward, _, fate): &(Outward<'_>, usize, &ClipFate)| {
        let segment = outward.fragment.chain.segments.get(outward.clip.segment);
        matches!(fate, ClipFate::Unexplained(..))
            && segment.is_some_and(|s| s.confidence == Confidence::Unique)
            && target.holds(outward.side)
            && outward.bases.len() >= MIN_TAIL
            && !is_low_complexity(&outward.bases[..MIN_TAIL])
    };
    let mut ends: Vec<End<'_>> = with_fates(fragments, fates)
        .filter(is_open)
        .map(|(outward, which, _)| (outward, which))
        .collect();
    ends.sort_by_key(|(o, _)| (o.side.retained, o.side.position, o.index));
    let left_out = keep_of_each(&mut ends, ENDS_CAP, |(o, _)| o.side);
    let mut found: Vec<Candidate> = Vec::new();
    let mut adapters: Vec<(usize, usize)> = Vec::new();
    let mut explained: Vec<(usize, usize)> = Vec::new();
    for kind in alike::kinds(&ends) {
        // Primer and adapter of the library, whichever part of them is sequenced.
        if is_library(&kind) {
            adapters.extend(kind.iter().map(|(o, which)| (o.index, *which)));
            continue;
        }
        let number = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let sites = target.is_rna().then_some((models, source));
        found.extend(candidate(&kind, (number, sites), target, &mut explained));
    }
    clip::mark(fates, adapters, &ClipFate::Adapter);
    clip::mark(fates, explained, &ClipFate::Junction);
    for candidate in &mut found {
        extend_by_mates(candidate, fragments, target);
    }
    (found, left_out)
}

/// Whether a cluster of clips is the library's primer and adapter: the clips that are long enough contain an adapter
/// at one distance. Fragments that merely end there contain it at many.
fn is_library(kind: &[&End<'_>]) -> bool {
    let mut at: BTreeMap<usize, usize> = BTreeMap::new();
    for (o, _) in kind {
        if let Some(start) = tail::adapter_at(&o.bases) {
            *at.entry(start).or_default() += 1;
        }
    }
    let Some((start, shown)) = at.into_iter().max_by_key(|(start, n)| (*n, std::cmp::Reverse(*start))) else {
        return false;
    };
    let reaching = kind
        .iter()
        .filter(|(o, _)| o.bases.len() >= start + tail::BEHIND_PRIMER)
        .count();
    shown >= 2 && shown * 4 >= reaching * 3
}

fn candidate(
    kind: &[&End<'_>],
    (number, sites): (u32, Option<(&GeneModels, &dyn SequenceSource)>),
    target: &Target,
    explained: &mut Vec<(usize, usize)>,
) -> Option<Candidate> {
    let mut molecules: Vec<u64> = kind
        .iter()
        .filter(|(o, _)| !o.fragment.flagged_duplicate)
        .map(|(o, _)| o.fragment.molecule)
        .collect();
    molecules.sort_unstable();
    molecules.dedup();
    let longest = kind.iter().map(|(o, _)| o.bases.len()).max()?;
    if !is_open_end(molecules.len(), longest, &target.params) {
        return None;
    }
    let site = alike::site(kind)?;
    let shown = kind
        .iter()
        .filter(|(o, _)| o.side == site)
        .map(|(o, _)| o.bases.as_slice());
    let shown = shown.max_by_key(|bases| bases.len())?;
    let site = sites.map_or(site, |sites| at_exon_end(site, shown, sites));
    let open = OpenEnd {
        own: site,
        number,
        beyond: alike::beyond(kind, site),
    };
    let own_is_five = open.own_is_five();
    let sides = Sides::Open(open);
    let mut observations = Vec::new();
    for (o, which) in kind {
        let shift = (site.position.0 - o.side.position.0) * site.retained.outward();
        let Some(beyond) = o.beyond(shift) else { continue };
        observations.push(o.observe(&sides, own_is_five, shift, beyond.len(), Confidence::Unknown));
        explained.push((o.index, *which));
    }
    Some(Candidate::new(sides, observations))
}

/// Bases beyond an exon end that may match the unplaced sequence by chance (bases): four do once in 256.
const BEYOND_EXON: i64 = 4;

/// Bases before an exon end at which an aligner may clip because of a variant or an error among them (bases).
const BEFORE_EXON: usize = 3;

/// The exon end just 5' of a breakpoint into unplaced sequence, which is the likelier breakpoint; otherwise the one
/// just 3' of it, if the reads match up to it with one mismatch.
fn at_exon_end(site: Breakend, shown: &[u8], (models, source): (&GeneModels, &dyn SequenceSource)) -> Breakend {
    let is_end = |s: &Breakend| place::is_donor(models, *s) || place::is_acceptor(models, *s);
    let downstream = || {
        let ahead = (1..=BEFORE_EXON).find(|n| is_end(&site.extended(*n as i64)))?;
        let expected = place::beside(source, site, ahead as i64, false)?;
        let wrong = differing(shown, &expected);
        (wrong <= 1 && wrong < ahead).then(|| site.extended(ahead as i64))
    };
    let upstream = (0..=BEYOND_EXON).map(|back| site.extended(-back)).find(is_end);
    upstream.or_else(downstream).unwrap_or(site)
}

/// Places the other side of an open end; `sure` is the confidence of its mapping.
pub(super) fn settle(candidate: &mut Candidate, junction: Junction, sure: Confidence) {
    let Some(open) = candidate.sides.open() else { return };
    let (old, own_is_five) = (open.own, open.own_is_five());
    let new = if own_is_five { junction.five } else { junction.three };
    let shift = (new.position.0 - old.position.0) * old.retained.outward();
    // Only bases of the 5' side are counted: inserted bases belong to neither.
    let change = if own_is_five {
        shift
    } else {
        -shift - i64::try_from(junction.inserted.len()).unwrap_or(0)
    };
    for o in &mut candidate.observations {
        if let Some((_, before)) = &mut o.bases {
            *before = usize::try_from(i64::try_from(*before).unwrap_or(0) + change).unwrap_or(0);
        }
        (o.five.at, o.three.at) = (junction.five, junction.three);
        o.inserted.clone_from(&junction.inserted);
        o.side_mut(!own_is_five).confidence = sure;
    }
    candidate.sides = Sides::Placed(junction);
}

/// The observations whose fragments the candidate does not have yet.
pub(super) fn not_known(candidate: &Candidate, observations: Vec<Observation>) -> Vec<Observation> {
    let known: std::collections::BTreeSet<usize> = candidate.observations.iter().map(|o| o.fragment).collect();
    observations
        .into_iter()
        .filter(|o| !known.contains(&o.fragment))
        .collect()
}

/// Extends the unplaced sequence by unmapped mates of reads on the retained side near the breakpoint.
fn extend_by_mates(candidate: &mut Candidate, fragments: &[Fragment], target: &Target) {
    let Sides::Open(open) = &mut candidate.sides else {
        return;
    };
    let (site, own_is_five, sequence) = (open.own, open.own_is_five(), &mut open.beyond);
    let is_near = |s: &Segment| {
        let inner = if site.retained == Retained::Left {
            s.reference.last()
        } else {
            s.reference.start
        };
        let ahead = (site.position.0 - inner.0) * site.retained.outward();
        s.contig == target.contig && (-3..target.fragment_len_max).contains(&ahead)
    };
    let mut mates: Vec<(usize, [Vec<u8>; 2])> = fragments
        .iter()
        .enumerate()
        .filter_map(|(i, f)| Some((i, f, f.unaligned_mate.as_ref()?)))
        .filter(|(_, f, _)| f.chain.segments.iter().any(is_near))
        .map(|(i, _, mate)| (i, [mate.bases.clone(), reverse_complement(&mate.bases)]))
        .collect();
    let mut joined = Vec::new();
    loop {
        let before = mates.len();
        mates.retain(|(index, ways)| {
            let Some(longer) = ways.iter().find_map(|way| extended_by(sequence, way)) else {
                return true;
            };
            joined.push(*index);
            if longer.len() > sequence.len() && longer.len() <= SEQUENCE_MAX {
                *sequence = longer;
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
        let Some(segment) = fragment.chain.segments.iter().find(|s| is_near(s)) else {
            continue;
        };
        let own = (segment.len(), segment.confidence);
        let (of_five, of_three) = five_first(own_is_five, own, (0, Confidence::Unknown));
        let side = |(anchor, confidence), end: Position| ObservedSide {
            at: site,
            anchor,
            confidence,
            end: (segment.contig, end.0),
        };
        candidate.observations.push(Observation {
            fragment: index,
            molecule: fragment.molecule,
            kind: EvidenceKind::Mate,
            five: side(of_five, segment.first_base()),
            three: side(of_three, segment.last_base()),
            inserted: Vec::new(),
            overlap: 0,
            bases: None,
            reversed: !own_is_five,
        });
    }
}

/// The sequence extended by a mate whose first bases match within it; `None` if they do not.
fn extended_by(sequence: &[u8], mate: &[u8]) -> Option<Vec<u8>> {
    let seed = mate.get(..OVERLAP)?;
    if is_low_complexity(seed) {
        return None;
    }
    let at = sequence.windows(OVERLAP).position(|w| w == seed)?;
    let shared = (sequence.len() - at).min(mate.len());
    if differing(&sequence[at..], mate) > allowed(shared) {
        return None;
    }
    let mut longer = sequence.to_vec();
    longer.extend_from_slice(&mate[shared..]);
    Some(longer)
}
