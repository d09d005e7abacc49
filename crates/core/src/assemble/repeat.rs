//! Genomic junctions whose partner side is in a repeat: one junction, several loci.
//!
//! METHOD: an aligner assigns reads of a repeat to any of its copies, so that one junction appears as many. They have
//! the KMT2A base in common, which is unique, and the bases beyond it. A copy in a known partner represents the
//! junction, or else the copy with the most molecules; the others become alternative loci. Where longer reads show a
//! unique locus for the same bases, the copies are reads of that junction that are too short to leave the repeat.

use std::collections::{BTreeMap, BTreeSet};

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

/// Sides within this distance may be the same (bases): homology differs between the copies of a repeat, and an alignment
/// stops before an error near its end.
pub(super) const OWN_REACH: i64 = 12;
/// Bases beyond KMT2A that must match (bases): sixteen match by chance once in four billion.
const AGREE_MIN: usize = 16;
/// Least observations of a known partner's copy (count), and as a fraction of the strongest copy's (1 in 4), for it to
/// represent the junction: copies of one repeat get reads by chance.
const PARTNER_COPY_MIN: usize = 2;
const PARTNER_COPY_SHARE: usize = 4;

/// The KMT2A side, the other side if placed, and whether KMT2A is the 5' side.
fn both(sides: &Sides, target: &Target) -> Option<(Breakend, Option<Breakend>, bool)> {
    let own = |side: Option<Breakend>| side.filter(|side| target.holds(*side));
    match (own(sides.five()), own(sides.three())) {
        (Some(five), None) => Some((five, sides.three(), true)),
        (None, Some(three)) => Some((three, sides.five(), false)),
        _ => None,
    }
}

/// Whether at least half of the molecules that the aligner placed on the other side are multi-mapping there.
fn is_ambiguous(candidate: &Candidate, is_five: bool) -> bool {
    let placed = || candidate.observations.iter().filter(|o| o.kind != EvidenceKind::Clip);
    let unsure = placed()
        .filter(|o| o.side(!is_five).confidence < Confidence::Unique)
        .count();
    unsure > 0 && unsure * 2 >= placed().count()
}

/// Bases beyond the KMT2A side, from the read with the most.
fn beyond(candidate: &Candidate, is_five: bool) -> Option<Vec<u8>> {
    candidate
        .split()
        .filter_map(|o| {
            let mut bases = beyond_of(o, candidate, is_five)?;
            // The mate's bases follow the aligned ones at an unknown distance.
            bases.truncate(o.side(!is_five).anchor as usize);
            Some(bases)
        })
        .max_by_key(Vec::len)
}

fn agrees(a: &[u8], b: &[u8]) -> bool {
    let length = a.len().min(b.len());
    length >= AGREE_MIN && differing(a, b) <= allowed(length)
}

/// Merges the copies of one junction.
pub(super) fn merge(candidates: &mut Vec<Candidate>, models: &GeneModels, target: &Target) {
    let in_partner = |c: &Candidate| {
        let other = both(&c.sides, target).and_then(|(_, other, _)| other);
        other.is_some_and(|other| {
            models
                .at(other.contig, other.position)
                .any(|gene| gene.roles.has(Role::Partner))
        })
    };
    let is_multi_mapping =
        |c: &Candidate| both(&c.sides, target).is_some_and(|(_, _, is_five)| is_ambiguous(c, is_five));
    let precise = (0..candidates.len()).filter(|i| candidates[*i].is_precise);
    let (mut order, mut resolved): (Vec<usize>, Vec<usize>) = precise.partition(|i| is_multi_mapping(&candidates[*i]));
    resolved.retain(|i| candidates[*i].sides.junction().is_some());
    let strongest = order
        .iter()
        .map(|i| candidates[*i].observations.len())
        .max()
        .unwrap_or_default();
    // A known partner's copy first unless it can be a chance one, then the strongest: its locus is kept.
    let is_known = |c: &Candidate| {
        let count = c.observations.len();
        count >= PARTNER_COPY_MIN && count * PARTNER_COPY_SHARE >= strongest && in_partner(c)
    };
    order.sort_by_key(|i| {
        let c = &candidates[*i];
        (!is_known(c), std::cmp::Reverse(c.observations.len()), *i)
    });
    let mut kept = Kept::default();
    resolved.sort_by_key(|i| (std::cmp::Reverse(candidates[*i].observations.len()), *i));
    for index in &resolved {
        kept.add(*index, &candidates[*index].sides, target);
    }
    let unique = resolved.len();
    for index in order {
        let copy = &candidates[index];
        let found = kept.near(&copy.sides, target).into_iter().find(|rank| {
            let other = &candidates[kept.all[*rank]];
            let is_weak = *rank < unique && other.observations.len() < copy.observations.len();
            !is_weak && is_copy(copy, other, target)
        });
        let Some(rank) = found else {
            kept.add(index, &candidates[index].sides, target);
            continue;
        };
        let observations = std::mem::take(&mut candidates[index].observations);
        let sides = candidates[index].sides.clone();
        take(
            &mut candidates[kept.all[rank]],
            observations,
            &sides,
            (rank >= unique, target),
        );
    }
    candidates.retain(|c| !c.observations.is_empty());
}

/// Candidates that represent their junction, in order of preference.
#[derive(Default)]
struct Kept {
    all: Vec<usize>,
    /// Numbers in `all`, by each side in KMT2A: whether it is the 5' one, and its position.
    by_own: BTreeMap<(bool, i64), Vec<usize>>,
}

impl Kept {
    /// Adds a candidate; a duplication has both sides in KMT2A.
    fn add(&mut self, index: usize, sides: &Sides, target: &Target) {
        for is_five in [true, false] {
            if let Some(own) = sides.side(is_five).filter(|side| target.holds(*side)) {
                self.by_own
                    .entry((is_five, own.position.0))
                    .or_default()
                    .push(self.all.len());
            }
        }
        self.all.push(index);
    }

    /// Numbers of those with a side near that of `copy`, in order of preference.
    fn near(&self, copy: &Sides, target: &Target) -> BTreeSet<usize> {
        let Some((own, _, is_five)) = both(copy, target) else {
            return BTreeSet::new();
        };
        let (from, to) = (own.position.0 - OWN_REACH, own.position.0 + OWN_REACH);
        let near = self.by_own.range((is_five, from)..=(is_five, to));
        near.flat_map(|(_, numbers)| numbers).copied().collect()
    }
}

/// Whether the bases beyond KMT2A are the same in `copy` and in `kept`.
fn is_copy(copy: &Candidate, kept: &Candidate, target: &Target) -> bool {
    let Some((own, _, is_five)) = both(&copy.sides, target) else {
        return false;
    };
    let Some(kept_own) = kept.sides.side(is_five).filter(|side| side.retained == own.retained) else {
        return false;
    };
    // Bases by which the kept candidate is further out than the copy.
    let ahead = (kept_own.position.0 - own.position.0) * own.retained.outward();
    let agree = || {
        let (kept, copy) = (beyond(kept, is_five)?, beyond(copy, is_five)?);
        alike::along(&kept, &copy, ahead).map(|(a, b)| agrees(a, b))
    };
    ahead.abs() <= OWN_REACH && agree() == Some(true)
}

/// Adds a copy's observations to the kept candidate, with its sides, and the copy's locus as an alternative if the kept
/// one is multi-mapping too.
fn take(
    kept: &mut Candidate,
    observations: Vec<Observation>,
    from: &Sides,
    (is_multi_mapping, target): (bool, &Target),
) {
    let Some((_, other, is_five)) = both(from, target) else {
        return;
    };
    let (Some(kept_own), kept_other) = (kept.sides.side(is_five), kept.sides.side(!is_five)) else {
        return;
    };
    if let Some(other) = other.filter(|_| is_multi_mapping) {
        let place = Placement {
            contig: other.contig,
            strand: other.strand_of(!is_five),
            reference: Interval {
                start: other.position,
                end: Position(other.position.0 + 1),
            },
        };
        let is_near = |contig, position: Position| contig == other.contig && position.distance(other.position) < 1_000;
        let same = kept_other.is_some_and(|kept| is_near(kept.contig, kept.position));
        let known = kept.alternatives.iter().any(|p| is_near(p.contig, p.reference.start));
        if !same && kept.alternatives.len() < ALTERNATIVES_MAX && !known {
            kept.alternatives.push(place);
        }
    }
    for mut o in observations {
        let own = o.side(is_five).at;
        let moved = (kept_own.position.0 - own.position.0) * own.retained.outward();
        if o.kind != EvidenceKind::Spanning {
            // The junction moves within the read's bases.
            if let Some((bases, before)) = &mut o.bases {
                let shifted = i64::try_from(*before).unwrap_or(0) + if is_five { moved } else { -moved };
                *before = usize::try_from(shifted).unwrap_or(0).min(bases.len());
            }
            (o.five.at, o.three.at) = kept.sides.shown();
            o.inserted = kept.sides.inserted().to_vec();
        }
        o.side_mut(!is_five).confidence = Confidence::Ambiguous;
        kept.observations.push(o);
    }
}

/// Marks candidates that face another one in KMT2A as the two ends of an inserted element do, unless their partner
/// sides are adjacent, as in a translocation.
///
/// METHOD: a mobile element in an intron gives two junctions at one position of KMT2A (with a target site duplication
/// of 15 bases) to copies of the element, which map anywhere. A translocation into a repeat gives the same at KMT2A,
/// but its partner sides are back to back in one copy.
pub(super) fn mark_insertions(candidates: &mut [Candidate], target: &Target, fragments: &[Fragment], fates: &Fates) {
    let tails = simple_tails(target, fragments, fates);
    let seen: Vec<Option<(Breakend, bool, Vec<Breakend>)>> = candidates
        .iter()
        .map(|c| {
            let (own, other, is_five) = both(&c.sides, target)?;
            let open = other.is_none() || is_ambiguous(c, is_five);
            (open && c.is_precise).then(|| (own, is_five, loci(other, c, is_five)))
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

/// Molecules with a low-complexity clip (the poly-A tail of a mobile element) that count as an end (count).
const SIMPLE_TAILS_MIN: usize = 2;
/// Shortest such clip (bases): poly-A tails are longer, and a few equal bases occur at any breakpoint.
const SIMPLE_TAIL_LEN: usize = 12;

/// Whether the bases are a poly-A tail on either strand: at least three of four are A, or T. Poly-G is written by
/// two-colour sequencers without a signal.
fn is_poly_a(bases: &[u8]) -> bool {
    let count = |wanted: u8| bases.iter().filter(|b| **b == wanted).count();
    bases.len() >= SIMPLE_TAIL_LEN && count(b'A').max(count(b'T')) * 4 >= bases.len() * 3
}

/// KMT2A sides and molecules of low-complexity clips that are poly-A.
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

/// Maximum distance between the two ends of an insertion in KMT2A: the target site duplication (bases).
const INSERTION_REACH: i64 = 60;
/// Maximum distance between the partner sides of one translocation (bases).
const BACK_TO_BACK: i64 = 1_000;

fn loci(other: Option<Breakend>, candidate: &Candidate, is_five: bool) -> Vec<Breakend> {
    let mut all: Vec<Breakend> = other.into_iter().collect();
    all.extend(candidate.alternatives.iter().map(|p| {
        // Along its strand, the molecule enters the 3' side and leaves the 5' side.
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
    use crate::{
        assemble::tests::{grch38, observed, target_of},
        genome::{ContigId, Junction, Retained},
    };

    /// Sixty bases before KMT2A's 3' part, as the longest reads of a duplication show them.
    const BEFORE: &[u8] = b"GCGGTGGCTCACGCCTGTAATCCCAGCACTTTGGGAGGCCGAGGCGGGCGGATCACGAGG";
    const OWN: i64 = 118_437_231;

    /// A junction of `molecules` from `five` to KMT2A's base [`OWN`], whose reads show `before` on the 5' side.
    fn junction(five: (u32, i64), before: &[u8], molecules: usize, confidence: Confidence) -> Candidate {
        let side = |(contig, position), retained| Breakend {
            contig: ContigId(contig),
            position: Position(position),
            retained,
        };
        let (five, three) = (side(five, Retained::Left), side((10, OWN), Retained::Right));
        let anchor = u32::try_from(before.len()).unwrap();
        let seen = (0..molecules).map(|molecule| {
            let mut o = observed((five, anchor), (three, 40));
            o.molecule = molecule as u64;
            o.five.confidence = confidence;
            o.bases = Some(([before, &[b'C'; 40]].concat().into(), before.len()));
            o
        });
        let sides = Junction {
            five,
            three,
            inserted: Vec::new(),
        };
        let mut candidate = Candidate::new(sides, seen.collect());
        candidate.is_precise = true;
        candidate
    }

    /// Molecules and alternative loci of what is left of a duplication with three molecules and a `copy`.
    fn left(copy: Candidate) -> Vec<(usize, usize)> {
        let models = grch38();
        let target = Target {
            assay: breakapart_rule::Assay::Dna,
            ..target_of(&models)
        };
        let mut candidates = vec![copy, junction((10, 118_483_311), BEFORE, 3, Confidence::Unique)];
        merge(&mut candidates, &models, &target);
        let counts = candidates.iter().map(|c| (c.observations.len(), c.alternatives.len()));
        counts.collect()
    }

    #[test]
    fn a_copy_of_a_repeat_is_a_junction_that_longer_reads_resolve() {
        let copy = |bases: usize, molecules| {
            let before = &BEFORE[BEFORE.len() - bases..];
            junction((4, 142_808_014), before, molecules, Confidence::Ambiguous)
        };
        assert_eq!(left(copy(30, 2)), [(5, 0)]);
        assert_eq!(left(copy(16, 3)), [(6, 0)]);
        assert_eq!(left(copy(15, 2)), [(2, 0), (3, 0)], "too few bases to be the same");
        assert_eq!(left(copy(30, 4)), [(4, 0), (3, 0)], "the stronger of two is not a copy");
        let other = b"TTGACCATAGCATTACGGATTCAAGTCCTG";
        assert_eq!(
            left(junction((4, 142_808_014), other, 2, Confidence::Ambiguous)),
            [(2, 0), (3, 0)]
        );
        assert_eq!(
            left(junction((4, 142_808_014), BEFORE, 2, Confidence::Unique)),
            [(2, 0), (3, 0)],
            "two loci"
        );
    }

    #[test]
    fn a_poly_a_tail_is_long_enough_and_of_one_base() {
        assert!(is_poly_a(b"AAAAAAAAAAAA"));
        assert!(is_poly_a(b"TTTTTTGTTTTTTTTC"));
        // The tails of old elements contain other bases.
        assert!(is_poly_a(b"AAATAAAATAAAATAAAA"));
        // Too short, poly-G without signal, and a microsatellite.
        assert!(!is_poly_a(b"AAAAAAAAAAA"));
        assert!(!is_poly_a(b"GGGGGGGGGGGGGGGGGGGG"));
        assert!(!is_poly_a(b"ATATATATATATATAT"));
    }
}
