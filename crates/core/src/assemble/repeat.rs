//! Genomic junctions whose partner side lies in a repeat: one junction, several places.
//!
//! METHOD: an aligner puts reads of a repeat on any of its copies, so that one junction looks like many.
//! What holds them together is the KMT2A base, which is unique, and the bases beyond it, which are the
//! same. A copy in a known partner stands for the partner, else the one that most
//! molecules name; the others are its alternatives.

use std::collections::BTreeSet;

use super::{
    ALTERNATIVES_MAX, Candidate, alike,
    clip::{ClipFate, Fates, with_fates},
    held::beyond_of,
    observe::{EvidenceKind, Observation, Target},
    outward::allowed,
    sides::Sides,
};
use crate::{
    catalogue::{GeneModels, Role},
    evidence::fragment::{Confidence, Fragment, Placement},
    genome::{Breakend, Interval, Position, Strand, sequence::differing},
};

/// KMT2A sides this near to each other may be one, as homology differs between copies (bases).
const OWN_REACH: i64 = 12;
/// Bases beyond KMT2A that must agree (bases): sixteen agree by chance once in four billion.
const AGREE_MIN: usize = 16;
/// Observations of a known partner's copy, and the share of the strongest copy's (one in so many), from which it
/// stands for the others: copies of one repeat get reads by chance.
const PARTNER_COPY_MIN: usize = 2;
const PARTNER_COPY_SHARE: usize = 4;

/// The KMT2A side and the other one, where that has a place; whether KMT2A is 5'.
fn both(sides: &Sides, target: &Target) -> Option<(Breakend, Option<Breakend>, bool)> {
    let own = |side: Option<Breakend>| side.filter(|side| target.holds(*side));
    match (own(sides.five()), own(sides.three())) {
        (Some(five), None) => Some((five, sides.three(), true)),
        (None, Some(three)) => Some((three, sides.five(), false)),
        _ => None,
    }
}

/// Whether most of the molecules that an aligner placed on the other side have no unique place there.
fn is_ambiguous(candidate: &Candidate, is_five: bool) -> bool {
    let placed = || candidate.observations.iter().filter(|o| o.kind != EvidenceKind::Clip);
    let unsure = placed()
        .filter(|o| o.side(!is_five).confidence < Confidence::Unique)
        .count();
    unsure > 0 && unsure * 2 >= placed().count()
}

/// Bases beyond the KMT2A side as the longest of the reads shows them.
fn beyond(candidate: &Candidate, is_five: bool) -> Option<Vec<u8>> {
    candidate
        .split()
        .filter_map(|o| {
            let mut bases = beyond_of(o, candidate, is_five)?;
            // Behind the aligned bases the mate's follow, at a distance that is not known.
            bases.truncate(o.side(!is_five).anchor as usize);
            Some(bases)
        })
        .max_by_key(Vec::len)
}

fn agrees(a: &[u8], b: &[u8]) -> bool {
    let length = a.len().min(b.len());
    length >= AGREE_MIN && differing(a, b) <= allowed(length)
}

/// Brings the copies of one junction together.
pub(super) fn merge(candidates: &mut Vec<Candidate>, models: &GeneModels, target: &Target) {
    let in_partner = |c: &Candidate| {
        let other = both(&c.sides, target).and_then(|(_, other, _)| other);
        other.is_some_and(|other| {
            models
                .at(other.contig, other.position)
                .any(|gene| gene.roles.has(Role::Partner))
        })
    };
    let lies_anywhere = |c: &Candidate| both(&c.sides, target).is_some_and(|(_, _, is_five)| is_ambiguous(c, is_five));
    let mut order: Vec<usize> = (0..candidates.len())
        .filter(|i| candidates[*i].is_precise && lies_anywhere(&candidates[*i]))
        .collect();
    let strongest = order
        .iter()
        .map(|i| candidates[*i].observations.len())
        .max()
        .unwrap_or_default();
    // A known partner's copy first if it is no chance one among many, then the strongest: its place stands.
    let is_known = |c: &Candidate| {
        let count = c.observations.len();
        count >= PARTNER_COPY_MIN && count * PARTNER_COPY_SHARE >= strongest && in_partner(c)
    };
    order.sort_by_key(|i| {
        let c = &candidates[*i];
        (!is_known(c), std::cmp::Reverse(c.observations.len()), *i)
    });
    let mut homes: Vec<usize> = Vec::new();
    for index in order {
        let home = homes
            .iter()
            .copied()
            .find(|home| belongs(&candidates[index], &candidates[*home], target));
        let Some(home) = home else {
            homes.push(index);
            continue;
        };
        let observations = std::mem::take(&mut candidates[index].observations);
        let sides = candidates[index].sides.clone();
        take(&mut candidates[home], observations, &sides, target);
    }
    candidates.retain(|c| !c.observations.is_empty());
}

fn belongs(candidate: &Candidate, home: &Candidate, target: &Target) -> bool {
    let (Some((own, _, is_five)), Some((home_own, _, home_five))) =
        (both(&candidate.sides, target), both(&home.sides, target))
    else {
        return false;
    };
    if is_five != home_five || own.retained != home_own.retained {
        return false;
    }
    // Bases by which the home stands further out than the candidate.
    let ahead = (home_own.position.0 - own.position.0) * own.retained.outward();
    let agree = || {
        let (home, candidate) = (beyond(home, is_five)?, beyond(candidate, is_five)?);
        alike::along(&home, &candidate, ahead).map(|(a, b)| agrees(a, b))
    };
    ahead.abs() <= OWN_REACH && agree() == Some(true)
}

/// Gives the home a copy's observations, rewritten to its place, and the copy's place as an alternative.
fn take(home: &mut Candidate, observations: Vec<Observation>, from: &Sides, target: &Target) {
    let (Some((_, other, is_five)), Some((home_own, home_other, _))) = (both(from, target), both(&home.sides, target))
    else {
        return;
    };
    if let Some(other) = other {
        let place = Placement {
            contig: other.contig,
            strand: other.strand_of(!is_five),
            reference: Interval {
                start: other.position,
                end: Position(other.position.0 + 1),
            },
        };
        let is_near = |contig, position: Position| contig == other.contig && position.distance(other.position) < 1_000;
        let same = home_other.is_some_and(|home| is_near(home.contig, home.position));
        let known = home.alternatives.iter().any(|p| is_near(p.contig, p.reference.start));
        if !same && home.alternatives.len() < ALTERNATIVES_MAX && !known {
            home.alternatives.push(place);
        }
    }
    for mut o in observations {
        let own = o.side(is_five).at;
        let moved = (home_own.position.0 - own.position.0) * own.retained.outward();
        if o.kind != EvidenceKind::Spanning {
            // The read's own bases say where the home's junction stands in it.
            if let Some((bases, before)) = &mut o.bases {
                let shifted = i64::try_from(*before).unwrap_or(0) + if is_five { moved } else { -moved };
                *before = usize::try_from(shifted).unwrap_or(0).min(bases.len());
            }
            (o.five.at, o.three.at) = home.sides.shown();
            o.inserted = home.sides.inserted().to_vec();
        }
        o.side_mut(!is_five).confidence = Confidence::Ambiguous;
        home.observations.push(o);
    }
}

/// Whether the candidate and another one face each other on KMT2A as the two ends of an inserted piece do,
/// while nothing says that their other sides lie side by side, as those of a translocation do.
///
/// METHOD: a mobile element that a patient carries in an intron shows two junctions at one place of KMT2A
/// (15 bases of it doubled) into copies of the element, placed anywhere. A translocation into a repeat
/// shows the same at KMT2A, but its partner sides lie back to back in one copy.
pub(super) fn mark_insertions(candidates: &mut [Candidate], target: &Target, fragments: &[Fragment], fates: &Fates) {
    let tails = simple_tails(target, fragments, fates);
    let seen: Vec<Option<(Breakend, bool, Vec<Breakend>)>> = candidates
        .iter()
        .map(|c| {
            let (own, other, is_five) = both(&c.sides, target)?;
            let open = other.is_none() || is_ambiguous(c, is_five);
            (open && c.is_precise).then(|| (own, is_five, places(other, c, is_five)))
        })
        .collect();
    for (candidate, open) in candidates.iter_mut().zip(&seen) {
        let Some((own, is_five, others)) = open else {
            continue;
        };
        let facing = || {
            seen.iter().flatten().filter(|(mate, mate_five, _)| {
                mate_five != is_five && own.position.distance(mate.position) <= INSERTION_REACH
            })
        };
        let translocated =
            facing().any(|(.., mates)| others.iter().any(|a| mates.iter().any(|b| back_to_back(*a, *b))));
        let faced = facing().next().is_some();
        let faced_by_tail = || {
            let facing: BTreeSet<u64> = tails
                .iter()
                .filter(|(side, _)| {
                    side.retained != own.retained && side.position.distance(own.position) <= INSERTION_REACH
                })
                .map(|(_, molecule)| *molecule)
                .collect();
            facing.len() >= SIMPLE_TAILS_MIN
        };
        candidate.may_be_insertion = !translocated && (faced || faced_by_tail());
    }
}

/// Molecules with a clip of simple sequence (the poly-A end of a mobile element) that make an end (count).
const SIMPLE_TAILS_MIN: usize = 2;
/// Shortest clip that says so (bases): poly-A ends are longer, and a few like bases stand behind any break.
const SIMPLE_TAIL_LEN: usize = 12;

/// Whether the bases are a poly-A end, read from either strand: three of four are A, or three of four T. A run of G
/// is what two-colour sequencers write where they see nothing.
fn is_poly_a(bases: &[u8]) -> bool {
    let count = |wanted: u8| bases.iter().filter(|b| **b == wanted).count();
    bases.len() >= SIMPLE_TAIL_LEN && count(b'A').max(count(b'T')) * 4 >= bases.len() * 3
}

/// KMT2A sides and molecules of clips that are too simple to place, and poly-A.
fn simple_tails(target: &Target, fragments: &[Fragment], fates: &Fates) -> Vec<(Breakend, u64)> {
    with_fates(fragments, fates)
        .filter(|(outward, _, fate)| {
            **fate == ClipFate::LowComplexity
                && is_poly_a(&outward.bases)
                && target.holds(outward.side)
                && !outward.fragment.flagged_duplicate
        })
        .map(|(outward, ..)| (outward.side, outward.fragment.molecule))
        .collect()
}

/// Distance between the two ends of an insertion on KMT2A: what a mobile element doubles (bases).
const INSERTION_REACH: i64 = 60;
/// Distance between partner sides of one translocation (bases).
const BACK_TO_BACK: i64 = 1_000;

fn places(other: Option<Breakend>, candidate: &Candidate, is_five: bool) -> Vec<Breakend> {
    let mut all: Vec<Breakend> = other.into_iter().collect();
    all.extend(candidate.alternatives.iter().map(|p| {
        // The molecule enters a 3' side, and leaves a 5' side, along its strand.
        let right = (p.strand == Strand::Forward) == is_five;
        Breakend {
            contig: p.contig,
            position: p.reference.start,
            retained: if right {
                crate::genome::Retained::Right
            } else {
                crate::genome::Retained::Left
            },
        }
    }));
    all
}

fn back_to_back(a: Breakend, b: Breakend) -> bool {
    use crate::genome::Retained::{Left, Right};
    let (left, right) = match (a.retained, b.retained) {
        (Left, Right) => (a, b),
        (Right, Left) => (b, a),
        _ => return false,
    };
    a.contig == b.contig
        && (right.position.0 - left.position.0).abs() <= BACK_TO_BACK
        && right.position.0 - left.position.0 > -100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poly_a_end_is_long_enough_and_of_one_kind() {
        assert!(is_poly_a(b"AAAAAAAAAAAA"));
        assert!(is_poly_a(b"TTTTTTGTTTTTTTTC"));
        // The ends of old elements hold other bases in between.
        assert!(is_poly_a(b"AAATAAAATAAAATAAAA"));
        // Too short, what a sequencer writes of nothing, and a microsatellite.
        assert!(!is_poly_a(b"AAAAAAAAAAA"));
        assert!(!is_poly_a(b"GGGGGGGGGGGGGGGGGGGG"));
        assert!(!is_poly_a(b"ATATATATATATATAT"));
    }
}
