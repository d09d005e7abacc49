//! Pairs that show no base, made exact by a short clip: the pair says which gene, the clip which exons.

use std::collections::BTreeMap;

use breakapart_rule::{Params, Region, breaks::unseen_cost};

use super::{
    AssembleConfig, Candidate,
    clip::ClipFate,
    ends::{KnownEnd, KnownEnds},
    outward::{Outward, matches},
    path::spliced_distance,
    sides::Sides,
};
use crate::{
    catalogue::{GeneModels, scheme::region_of_donor},
    evidence::{
        chain::MIN_CLIP,
        fragment::{Confidence, Fragment},
    },
    genome::{Breakend, Junction},
};

/// Looks among the clips that nothing explained for one that spells a junction which an imprecise
/// candidate's pairs allow. Such a candidate becomes precise and gains the clip's molecules.
///
/// METHOD: a pair leaves a few tens of exon pairs open, so that six exact bases decide with about a
/// percent of chance; two exon pairs that fit alike leave the candidate as it is.
pub(crate) fn imprecise(
    candidates: &mut [Candidate],
    fragments: &[Fragment],
    clips: &mut BTreeMap<usize, Vec<ClipFate>>,
    ends: &KnownEnds,
    models: &GeneModels,
    config: &AssembleConfig,
) {
    let fragment_len_max = config.fragment_len_max;
    for candidate in candidates.iter_mut().filter(|c| !c.is_precise) {
        let donors = within(candidate, ends, models, fragment_len_max, true);
        let acceptors = within(candidate, ends, models, fragment_len_max, false);
        if donors.is_empty() || acceptors.is_empty() {
            continue;
        }
        let mut fits: BTreeMap<Sides, Vec<(usize, usize, super::Observation)>> = BTreeMap::new();
        for (index, fates) in clips.iter() {
            let Some(fragment) = fragments.get(*index) else {
                continue;
            };
            if !fates
                .iter()
                .any(|f| matches!(f, ClipFate::Unexplained(..) | ClipFate::LowComplexity))
            {
                continue;
            }
            for (which, clip) in fragment.clips.iter().enumerate() {
                let Some(outward) = Outward::new(*index, fragment, *clip) else {
                    continue;
                };
                for (own, others, own_is_five) in [(&donors, &acceptors, true), (&acceptors, &donors, false)] {
                    for site in own.iter().filter(|e| near(e, &outward)) {
                        let shift = (site.side.position.0 - outward.side.position.0) * site.side.retained.outward();
                        let Some(tail) = outward.beyond(shift) else { continue };
                        for end in others.iter() {
                            let Some((length, 0)) = matches(&tail, &end.inward, MIN_CLIP as usize) else {
                                continue;
                            };
                            let (five, three) = if own_is_five {
                                (site.side, end.side)
                            } else {
                                (end.side, site.side)
                            };
                            let sides = joined(five, three);
                            let o = outward.observe(&sides, own_is_five, shift, length, Confidence::Unique);
                            fits.entry(sides).or_default().push((*index, which, o));
                        }
                    }
                }
            }
        }
        // One exon pair only, or the likeliest one stands as inferred.
        if fits.len() != 1 {
            if let Some((five, three)) = likeliest(candidate, (&donors, &acceptors), models, &config.params) {
                candidate.sides = joined(five, three);
            }
            continue;
        }
        let Some((sides, found)) = fits.into_iter().next() else {
            continue;
        };
        for (index, which, o) in found {
            if let Some(fate) = clips.get_mut(&index).and_then(|f| f.get_mut(which)) {
                *fate = ClipFate::Junction;
            }
            candidate.observations.push(o);
        }
        candidate.sides = sides;
        candidate.is_precise = true;
    }
}

/// Two exon ends without bases between them.
fn joined(five: Breakend, three: Breakend) -> Sides {
    let inserted = Vec::new();
    Sides::Placed(Junction { five, three, inserted })
}

/// The region of the break that an exon end of KMT2A means; one of a partner is as good as any.
fn region_of(end: &KnownEnd) -> Region {
    match end {
        end if !end.is_kmt2a => Region::Major,
        end if end.is_donor => region_of_donor(end.exon),
        end => region_of_donor(end.exon.saturating_sub(1)),
    }
}

/// The exon pair that leaves the least of the molecule unseen, one that keeps the frame and one in the
/// regions where KMT2A breaks preferred.
fn likeliest(
    candidate: &Candidate,
    (donors, acceptors): (&[&KnownEnd], &[&KnownEnd]),
    models: &GeneModels,
    p: &Params,
) -> Option<(Breakend, Breakend)> {
    let &Junction { five, three, .. } = candidate.sides.junction()?;
    let cost = |shown: Breakend, end: &KnownEnd| {
        super::attach::reach(Some(models), shown, end.side, shown.strand_as_five_prime()).unwrap_or(i64::MAX / 4)
    };
    donors
        .iter()
        .flat_map(|d| acceptors.iter().map(move |a| (d, a)))
        .map(|(d, a)| {
            let in_frame = d.phase.is_some() && d.phase == a.phase;
            let unlikely = unseen_cost(region_of(d), in_frame, p) + unseen_cost(region_of(a), true, p);
            (cost(five, d) + cost(three, a) + unlikely, d.side, a.side)
        })
        .min()
        .map(|(_, d, a)| (d, a))
}

fn near(end: &KnownEnd, outward: &Outward<'_>) -> bool {
    end.side.contig == outward.side.contig
        && end.side.retained == outward.side.retained
        && end.side.position.distance(outward.side.position) <= super::ends::SLACK
}

/// The exon ends that may be the candidate's own, as far as a fragment reaches.
fn within<'a>(
    candidate: &Candidate,
    ends: &'a KnownEnds,
    models: &GeneModels,
    fragment_len_max: i64,
    five: bool,
) -> Vec<&'a KnownEnd> {
    let Some(shown) = candidate.sides.side(five) else {
        return Vec::new();
    };
    ends.iter()
        .filter(|e| {
            e.is_donor == five && e.side.contig == shown.contig && e.side.retained == shown.retained && {
                let strand = shown.strand_as_five_prime();
                // From the shown base outward to the exon end, a few bases of overrun allowed.
                let overrun = (shown.position.0 - e.side.position.0) * shown.retained.outward();
                (1..=3).contains(&overrun)
                    || spliced_distance(models, shown, shown.position, e.side.position, strand)
                        .into_iter()
                        .chain(
                            (overrun <= 0)
                                .then(|| {
                                    spliced_distance(models, shown, e.side.position, shown.position, strand.flipped())
                                })
                                .flatten(),
                        )
                        .any(|d| d <= fragment_len_max)
            }
        })
        .collect()
}
