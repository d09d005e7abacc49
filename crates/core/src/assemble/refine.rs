//! Spanning pairs resolved to exon ends by a short soft clip: the pair gives the gene, the clip the exons.

use std::collections::BTreeMap;

use breakapart_rule::{Params, Region, breaks::unseen_cost};

use super::{
    Candidate, attach,
    clip::{self, ClipFate, Fates, with_fates},
    ends::KnownEnd,
    observe::{Observation, Target},
    outward::{Outward, matches},
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

/// Searches the unexplained clips for one that matches a junction compatible with an imprecise candidate's pairs.
/// The candidate then becomes precise and gains the clip's molecules.
///
/// METHOD: a pair is compatible with a few tens of exon pairs, so that six exact bases match by chance with about
/// one percent; if two exon pairs match, the candidate stays imprecise.
pub(crate) fn imprecise(
    candidates: &mut [Candidate],
    fragments: &[Fragment],
    clips: &mut Fates,
    ends: &[KnownEnd],
    models: &GeneModels,
    target: &Target,
) {
    let precise = candidates.iter().filter(|c| c.is_precise);
    let known: Vec<(usize, Sides)> = precise.map(|c| (c.split().count(), c.sides.clone())).collect();
    for candidate in candidates.iter_mut().filter(|c| !c.is_precise) {
        let [donors, acceptors] =
            [true, false].map(|is_five| within(candidate, ends, models, target.fragment_len_max, is_five));
        if donors.is_empty() || acceptors.is_empty() {
            continue;
        }
        // A pair with a large insert size is likelier than a second junction next to a supported one.
        let is_of = |ends: &[&KnownEnd], side| ends.iter().any(|e| Some(e.side) == side);
        let shown = known
            .iter()
            .filter(|(_, sides)| is_of(&donors, sides.five()) && is_of(&acceptors, sides.three()))
            .max();
        if let Some((_, sides)) = shown {
            candidate.sides = sides.clone();
            continue;
        }
        let mut fits = fits(&donors, &acceptors, fragments, clips);
        // Unless exactly one exon pair matches, the likeliest one is inferred.
        if fits.len() > 1 || fits.is_empty() {
            if let Some((five, three)) = likeliest(candidate, (&donors, &acceptors), models, &target.params) {
                candidate.sides = joined(five, three);
            }
        } else if let Some((sides, found)) = fits.pop_first() {
            clip::mark(
                clips,
                found.iter().map(|(which, o)| (o.fragment, *which)),
                &ClipFate::Junction,
            );
            candidate.observations.extend(found.into_iter().map(|(_, o)| o));
            candidate.sides = sides;
            candidate.is_precise = true;
        }
    }
}

/// The exon pairs that unexplained clips match, with the clips' numbers.
fn fits(
    donors: &[&KnownEnd],
    acceptors: &[&KnownEnd],
    fragments: &[Fragment],
    clips: &Fates,
) -> BTreeMap<Sides, Vec<(usize, Observation)>> {
    let mut fits: BTreeMap<Sides, Vec<(usize, Observation)>> = BTreeMap::new();
    let open = with_fates(fragments, clips)
        .filter(|(.., fate)| matches!(fate, ClipFate::Unexplained(..) | ClipFate::LowComplexity));
    for (outward, which, _) in open {
        for (own, others, own_is_five) in [(donors, acceptors, true), (acceptors, donors, false)] {
            for site in own.iter().filter(|e| near(e, &outward)) {
                let shift = (site.side.position.0 - outward.side.position.0) * site.side.retained.outward();
                let Some(tail) = outward.beyond(shift) else { continue };
                for end in others {
                    let Some((length, 0)) = matches(&tail, &end.inward, MIN_CLIP as usize) else {
                        continue;
                    };
                    let sides = if own_is_five {
                        joined(site.side, end.side)
                    } else {
                        joined(end.side, site.side)
                    };
                    let o = outward.observe(&sides, own_is_five, shift, length, Confidence::Unique);
                    fits.entry(sides).or_default().push((which, o));
                }
            }
        }
    }
    fits
}

/// Two exon ends without inserted bases.
fn joined(five: Breakend, three: Breakend) -> Sides {
    let inserted = Vec::new();
    Sides::Placed(Junction { five, three, inserted })
}

/// The breakpoint region of an exon end of KMT2A; ends of partners are all equal.
fn region_of(end: &KnownEnd) -> Region {
    match end {
        end if !end.is_kmt2a => Region::Major,
        end if end.is_donor => region_of_donor(end.exon),
        end => region_of_donor(end.exon.saturating_sub(1)),
    }
}

/// The exon pair with the fewest unsequenced bases of the molecule; in-frame pairs and KMT2A's breakpoint
/// regions are preferred.
fn likeliest(
    candidate: &Candidate,
    (donors, acceptors): (&[&KnownEnd], &[&KnownEnd]),
    models: &GeneModels,
    p: &Params,
) -> Option<(Breakend, Breakend)> {
    let &Junction { five, three, .. } = candidate.sides.junction()?;
    let cost = |shown: Breakend, end: &KnownEnd| {
        attach::reach(Some(models), shown, end.side, shown.strand_as_five_prime()).unwrap_or(i64::MAX / 4)
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

/// The exon ends compatible with the candidate's pairs, within one fragment length.
fn within<'a>(
    candidate: &Candidate,
    ends: &'a [KnownEnd],
    models: &GeneModels,
    fragment_len_max: i64,
    five: bool,
) -> Vec<&'a KnownEnd> {
    let Some(shown) = candidate.sides.side(five) else {
        return Vec::new();
    };
    ends.iter()
        .filter(|e| {
            let reached = || attach::reach(Some(models), shown, e.side, shown.strand_as_five_prime());
            e.is_donor == five
                && e.side.contig == shown.contig
                && e.side.retained == shown.retained
                && reached().is_some_and(|d| d <= fragment_len_max)
        })
        .collect()
}
