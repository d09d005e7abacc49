//! Spanning pairs: assigned to the junction that explains them, or kept as an imprecise
//! junction.

use std::collections::BTreeMap;

use super::{
    Candidate,
    observe::{Observation, Target, ahead},
    path::spliced_distance,
};
use crate::{
    catalogue::{GeneModels, Role},
    genome::{Breakend, ContigId, Junction, Position, Retained, Strand},
};

/// Partner sides outside genes are grouped in bins of this size (bases).
const BIN: i64 = 100_000;
/// A mate may extend past the junction by up to this many bases without contradicting it (bases).
const OVERRUN: i64 = 3;

/// Assigns spanning pairs to precise candidates; adds imprecise candidates for the rest.
///
/// Returns the number of pairs that exceed the cap and were not compared with all others.
pub(crate) fn spanning(
    candidates: &mut Vec<Candidate>,
    observations: Vec<Observation>,
    models: &GeneModels,
    target: &Target,
) -> usize {
    let transcripts = target.is_rna().then_some(models);
    let mut by_place: BTreeMap<Sides, Vec<usize>> = BTreeMap::new();
    for (index, c) in candidates.iter().enumerate() {
        if let Some(junction) = c.sides.junction() {
            let place = sides(junction.five, junction.three);
            by_place.entry(place).or_default().push(index);
        }
    }
    let chains = chains(candidates, transcripts, target);
    let mut rest: BTreeMap<(Breakend, Breakend, String), Vec<Observation>> = BTreeMap::new();
    for o in observations {
        let place = sides(o.five.at, o.three.at);
        let shown = i64::from(o.five.anchor) + i64::from(o.three.anchor);
        let fits = |between: i64| between + shown <= target.fragment_len_max;
        let best = by_place
            .get(&place)
            .into_iter()
            .flatten()
            .filter_map(|index| distance(&candidates[*index], &o, transcripts).map(|d| (d, *index)))
            .filter(|(d, _)| fits(*d))
            // The junction with the most molecules explains a pair better than a chimera next to it.
            .max_by_key(|(d, index)| {
                (
                    candidates[*index].split().count(),
                    std::cmp::Reverse(*d),
                    std::cmp::Reverse(*index),
                )
            });
        let chain = || {
            let all = chains.get(&place).into_iter().flatten();
            all.filter_map(|chain| Some((chain.distance(candidates, &o, transcripts)?, chain)))
                .filter(|(d, _)| fits(*d))
                .min_by_key(|(d, chain)| (*d, chain.first, chain.second))
        };
        if let Some((_, index)) = best {
            candidates[index].observations.push(o);
        } else if let Some((_, &Chained { first, second, .. })) = chain()
            && let (Some(into), Some(out_of)) = (candidates[first].sides.three(), candidates[second].sides.five())
        {
            let (mut first_part, mut second_part) = (o.clone(), o);
            (first_part.three.at, second_part.five.at) = (into, out_of);
            candidates[first].observations.push(first_part);
            candidates[second].observations.push(second_part);
        } else {
            let origin = |side: Breakend| Breakend {
                position: Position(0),
                ..side
            };
            rest.entry((origin(o.five.at), origin(o.three.at), partner_locus(&o, models, target)))
                .or_default()
                .push(o);
        }
    }
    let mut left_out = 0;
    for group in rest.into_values() {
        let runs = runs(group, transcripts, target);
        left_out += runs.len().saturating_sub(RUNS_CAP);
        candidates.extend(runs.into_iter().map(Run::candidate));
    }
    left_out
}

type Sides = (ContigId, Retained, ContigId, Retained);

const fn sides(five: Breakend, three: Breakend) -> Sides {
    (five.contig, five.retained, three.contig, three.retained)
}

/// Two junctions of one molecule with a segment between them that is shorter than a fragment.
struct Chained {
    first: usize,
    second: usize,
    /// Length of the segment, with the inserted bases on both its sides.
    len: i64,
}

impl Chained {
    /// Bases of the molecule between the two mates if the whole segment lies between them.
    fn distance(&self, candidates: &[Candidate], o: &Observation, models: Option<&GeneModels>) -> Option<i64> {
        let (five, three) = (
            candidates[self.first].sides.five()?,
            candidates[self.second].sides.three()?,
        );
        let before = reach(models, o.five.at, five, five.strand_as_five_prime())?;
        let after = reach(models, o.three.at, three, three.strand_as_three_prime().flipped())?;
        Some(before + self.len + after)
    }
}

/// The chains of two known junctions with KMT2A on one outer side, by their outer sides.
fn chains(candidates: &[Candidate], models: Option<&GeneModels>, target: &Target) -> BTreeMap<Sides, Vec<Chained>> {
    let precise = || {
        let all = candidates.iter().enumerate().filter(|(_, c)| c.is_precise);
        all.filter_map(|(index, c)| Some((index, c.sides.junction()?)))
    };
    let mut leaving: BTreeMap<(ContigId, Strand), Vec<(usize, &Junction)>> = BTreeMap::new();
    for (index, junction) in precise() {
        let five = junction.five;
        leaving
            .entry((five.contig, five.strand_as_five_prime()))
            .or_default()
            .push((index, junction));
    }
    let mut found: BTreeMap<Sides, Vec<Chained>> = BTreeMap::new();
    for (first, junction) in precise() {
        let into = junction.three;
        let strand = into.strand_as_three_prime();
        for (second, next) in leaving.get(&(into.contig, strand)).into_iter().flatten() {
            let out_of = next.five;
            if ahead(into.position, out_of.position, strand) < 0
                || target.holds(junction.five) == target.holds(next.three)
            {
                continue;
            }
            let inserted = i64::try_from(junction.inserted.len() + next.inserted.len()).unwrap_or(i64::MAX);
            let segment = reach(models, into, out_of, strand);
            let len = segment.map(|p| (p + 1).saturating_add(inserted));
            if let Some(len) = len.filter(|l| *l < target.fragment_len_max) {
                let chained = Chained {
                    first,
                    second: *second,
                    len,
                };
                found.entry(sides(junction.five, next.three)).or_default().push(chained);
            }
        }
    }
    found
}

/// Bases of the molecule between the two mates if the candidate's junction lies between them.
fn distance(candidate: &Candidate, o: &Observation, models: Option<&GeneModels>) -> Option<i64> {
    let junction = candidate.sides.junction()?;
    let (five, three) = (junction.five, junction.three);
    // A mate may extend over the microhomology.
    let shared = i64::from(candidate.ambiguity.width());
    let to = |shown, side: Breakend, outward| {
        reach(models, shown, side, outward).or_else(|| reach(models, shown, side.extended(shared), outward))
    };
    let before = to(o.five.at, five, five.strand_as_five_prime())?;
    let after = to(o.three.at, three, three.strand_as_three_prime().flipped())?;
    Some(before + after + i64::try_from(junction.inserted.len()).unwrap_or(0))
}

/// Distance from the innermost base of a mate to the breakend, along the retained side (bases); introns count if no
/// models are given (DNA).
pub(super) fn reach(
    models: Option<&GeneModels>,
    shown: Breakend,
    breakend: Breakend,
    outward: crate::genome::Strand,
) -> Option<i64> {
    let overrun = (shown.position.0 - breakend.position.0) * breakend.retained.outward();
    if (1..=OVERRUN).contains(&overrun) {
        return Some(0);
    }
    let Some(models) = models else {
        return (overrun <= 0).then_some(-overrun);
    };
    // Transcripts run along the molecule on the 5' side and opposite to `outward` on the 3' side: both
    // strands give the same exonic distance, so the gene's own strand is tried as well.
    let along = spliced_distance(models, shown, shown.position, breakend.position, outward);
    let other = (overrun <= 0)
        .then(|| spliced_distance(models, shown, breakend.position, shown.position, outward.flipped()))
        .flatten();
    along.into_iter().chain(other).min()
}

/// The group of a pair's partner side: a gene, or else a bin.
fn partner_locus(o: &Observation, models: &GeneModels, target: &Target) -> String {
    let side = if target.holds(o.five.at) { o.three.at } else { o.five.at };
    let gene = models.at(side.contig, side.position).max_by_key(|g| {
        (
            g.roles.has(Role::Partner),
            std::cmp::Reverse(g.interval.len()),
            std::cmp::Reverse(g.symbol.clone()),
        )
    });
    gene.map_or_else(|| format!("{}", side.position.0.div_euclid(BIN)), |g| g.symbol.clone())
}

/// Pairs that one imprecise junction can explain, and the innermost bases of their mates.
struct Run {
    five: Breakend,
    three: Breakend,
    pairs: Vec<Observation>,
}

impl Run {
    fn candidate(self) -> Candidate {
        let junction = Junction {
            five: self.five,
            three: self.three,
            inserted: Vec::new(),
        };
        Candidate {
            is_precise: false,
            ..Candidate::new(junction, self.pairs)
        }
    }
}

/// The breakend further out of two on one side.
fn inner(a: Breakend, b: Breakend) -> Breakend {
    if a.position.0 * a.retained.outward() >= b.position.0 * b.retained.outward() {
        a
    } else {
        b
    }
}

/// Splits a group into runs that one junction can explain: with the innermost bases of the run on both
/// sides as breakends, no pair's fragment exceeds the library's largest fragment length.
fn runs(mut group: Vec<Observation>, models: Option<&GeneModels>, target: &Target) -> Vec<Run> {
    let own = |o: &Observation| if target.holds(o.five.at) { o.five.at } else { o.three.at };
    // Innermost on KMT2A first.
    group.sort_by_key(|o| (-own(o).position.0 * own(o).retained.outward(), o.fragment));
    let mut out: Vec<Run> = Vec::new();
    for o in group {
        let fits = |five: Breakend, three: Breakend, x: &Observation| {
            let before = reach(models, x.five.at, five, five.strand_as_five_prime());
            let after = reach(models, x.three.at, three, three.strand_as_three_prime().flipped());
            before.zip(after).is_some_and(|(b, a)| {
                b + a + i64::from(x.five.anchor) + i64::from(x.three.anchor) <= target.fragment_len_max
            })
        };
        let fitting = out.iter_mut().take(RUNS_CAP).find(|run| {
            let (five, three) = (inner(run.five, o.five.at), inner(run.three, o.three.at));
            run.pairs.iter().chain([&o]).all(|x| fits(five, three, x))
        });
        match fitting {
            Some(run) => {
                (run.five, run.three) = (inner(run.five, o.five.at), inner(run.three, o.three.at));
                run.pairs.push(o);
            }
            None => out.push(Run {
                five: o.five.at,
                three: o.three.at,
                pairs: vec![o],
            }),
        }
    }
    out
}

/// Runs of one pair of genes with which a pair is compared (count); more are noise of a panel.
pub(super) const RUNS_CAP: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::{
            observe::EvidenceKind,
            place::Ambiguity,
            tests::{grch38, observed, target_of},
        },
        genome::Retained::{Left, Right},
    };

    fn side(contig: u32, position: i64, retained: Retained) -> Breakend {
        Breakend {
            contig: ContigId(contig),
            position: Position(position),
            retained,
        }
    }

    /// A pair with these innermost bases and anchors of 60 bases.
    fn pair(five: i64, three: i64) -> Observation {
        Observation {
            kind: EvidenceKind::Spanning,
            ..observed((side(10, five, Left), 60), (side(3, three, Right), 60))
        }
    }

    #[test]
    fn a_mate_may_extend_over_the_microhomology() {
        let junction = Junction {
            five: side(10, 1_000, Left),
            three: side(3, 5_000, Right),
            inserted: Vec::new(),
        };
        let mut candidate = Candidate::new(junction, Vec::new());
        assert_eq!(distance(&candidate, &pair(980, 5_030), None), Some(50));
        // Three bases past it can be due to an error; seven cannot.
        assert_eq!(distance(&candidate, &pair(1_003, 5_030), None), Some(30));
        assert_eq!(distance(&candidate, &pair(1_007, 5_030), None), None);
        candidate.ambiguity = Ambiguity { back: 0, forth: 4 };
        assert!(distance(&candidate, &pair(1_007, 5_030), None).is_some());
        assert_eq!(distance(&candidate, &pair(1_008, 5_030), None), None);
    }

    /// Pairs assigned to each junction: KMT2A to a segment of `segment` bases, and on to a third locus.
    fn assigned(segment: i64, fragment_len_max: i64) -> Vec<(bool, usize)> {
        let models = grch38();
        let target = Target {
            fragment_len_max,
            assay: breakapart_rule::Assay::Dna,
            ..target_of(&models)
        };
        let (contig, own) = (target.contig, target.span.start.0 + 1_000);
        let of = |five, three| {
            let inserted = Vec::new();
            Candidate::new(Junction { five, three, inserted }, Vec::new())
        };
        let mut candidates = vec![
            of(side(contig.0, own, Left), side(5, 7_000 + segment - 1, Left)),
            of(side(5, 7_000, Right), side(3, 5_000, Right)),
        ];
        // Ten bases on each side are not sequenced.
        let pair = Observation {
            kind: EvidenceKind::Spanning,
            ..observed((side(contig.0, own - 10, Left), 60), (side(3, 5_010, Right), 60))
        };
        spanning(&mut candidates, vec![pair], &models, &target);
        candidates
            .iter()
            .map(|c| (c.is_precise, c.observations.len()))
            .collect()
    }

    #[test]
    fn a_pair_on_both_sides_of_a_short_segment_belongs_to_both_junctions() {
        // Mates of 60 bases, 10 unsequenced bases on each side, and a segment of 100.
        assert_eq!(assigned(100, 240), [(true, 1), (true, 1)]);
        assert_eq!(assigned(100, 239), [(true, 0), (true, 0), (false, 1)]);
        assert_eq!(assigned(101, 240), [(true, 0), (true, 0), (false, 1)]);
    }

    #[test]
    fn partner_sides_outside_genes_are_grouped_in_bins_of_a_hundred_thousand_bases() {
        let models = grch38();
        let target = target_of(&models);
        let own = target.span.start.0 + 1_000;
        let locus = |three| partner_locus(&pair(own, three), &models, &target);
        assert_eq!(locus(10_000_000), locus(10_099_999));
        assert_ne!(locus(10_000_000), locus(10_100_000));
        assert_eq!(locus(87_000_000), "AFF1");
    }
}
