//! Limit of detection of DNA: averaged over the positions where a break may lie.
//!
//! A break at a position that W molecules span shows itself, at the allele fraction *f*, in an
//! over-dispersed Poisson number of molecules with mean `f/(1-f) * W * u` (a duplication: `f * W * u`).
//! The limit of a region is the least *f* whose chance of detection, averaged over its positions, is
//! 0.95: positions without reads count as misses, so that a panel that leaves more than a twentieth of
//! the region out has no limit at all.

use breakapart_rule::assess;

use super::{
    Adequacy, AssayResult,
    lod::{Detection, DonorLimit, Geometry, IntronCover, Limits, Rule, Tiers, least_fraction, typical},
    waive,
};
use crate::{
    annotate::Class,
    catalogue::{Transcript, scheme},
    evidence::profile::BIN,
    genome::{Interval, Strand},
    judge::{Context, Params, Region},
};

/// Depth classes that stand for a region's positions (count).
const CLASSES: usize = 12;

/// Tiers of one kind of partner, made once.
fn tiers((context, p): (&Context, &Params), region: Region, is_partner: bool, class: Class) -> Tiers {
    Tiers::new(|split, spanning| {
        let mut facts = typical(split, spanning, region, is_partner, p.typical_anchor_dna);
        facts.class = class;
        (facts.five_at_splice_site, facts.three_at_splice_site) = (false, false);
        assess(&facts, context, p).tier
    })
}

/// Depths of a stretch as a few classes: depth and share.
fn classes(depths: &[u32]) -> Vec<(f64, f64)> {
    let mut sorted = depths.to_vec();
    sorted.sort_unstable();
    let per = sorted.len().div_ceil(CLASSES).max(1);
    sorted
        .chunks(per)
        .map(|chunk| {
            // The shallower half of a class stands for it.
            let depth = chunk.get(chunk.len() / 3).copied().unwrap_or(0);
            (f64::from(depth), chunk.len() as f64 / sorted.len() as f64)
        })
        .collect()
}

fn limit(
    classes: &[(f64, f64)],
    usable: f64,
    split_share: f64,
    rule: impl Fn(u32) -> Rule,
    keeps_wild_type: bool,
    p: &Params,
) -> Option<f64> {
    if classes.is_empty() || usable <= 0.0 {
        return None;
    }
    // What is waived depends on the depth.
    let detections: Vec<Detection> = classes
        .iter()
        .map(|(depth, _)| Detection::new(split_share, &rule(*depth as u32), p.dispersion))
        .collect();
    let chance = |f: f64| {
        let share = if keeps_wild_type { f } else { f / (1.0 - f) };
        classes
            .iter()
            .zip(&detections)
            .map(|((depth, weight), detection)| weight * detection.chance(share * depth * usable))
            .sum()
    };
    least_fraction(chance, p.confidence)
}

/// Limits of every intron and of both regions.
pub fn limits(result: &AssayResult<'_>, adequacy: &Adequacy, waive_limit: f64) -> Limits {
    let profile = result.profile();
    let (gene, _) = result.models.kmt2a();
    let Some(transcript) = gene.transcripts.first() else {
        return Limits {
            introns: Vec::new(),
            donors: Vec::new(),
            regions: Vec::new(),
            callable_fraction: None,
            assumptions: Vec::new(),
            waived: Vec::new(),
            params: result.judged.params,
        };
    };
    let capability = &adequacy.capability;
    let p = &result.judged.params;
    let geometry = Geometry::of(profile, capability.anchor_min, p);
    let context = result.context();
    let depths = |interval: Interval| -> Vec<u32> {
        let at = |p: i64| {
            usize::try_from((p - transcript.interval.start.0) / BIN)
                .unwrap_or(0)
                .min(profile.physical.len())
        };
        profile
            .physical
            .get(at(interval.start.0)..at(interval.end.0).max(at(interval.start.0) + 1))
            .map(<[u32]>::to_vec)
            .unwrap_or_default()
    };
    let limit_of = |exon: u16, region: Region, depths: &[u32]| {
        let classes = classes(depths);
        let share = |split: f64| {
            let (s, p) = (geometry.split * split, geometry.spanning * capability.pairs);
            (s + p, if s + p > 0.0 { s / (s + p) } else { 0.0 })
        };
        let (catalogue, any) = (
            tiers((context, p), region, true, Class::Canonical),
            tiers((context, p), region, false, Class::Canonical),
        );
        let duplication = tiers((context, p), region, false, Class::Ptd);
        let (usable, split_share) = share(capability.split_catalogue);
        let (usable_any, split_any) = share(capability.split_any);
        let mut sorted = depths.to_vec();
        sorted.sort_unstable();
        DonorLimit {
            exon,
            region,
            molecules: sorted.get(sorted.len() / 2).copied().unwrap_or(0),
            usable,
            usable_any,
            // Twenty unique bases in a gene of the catalogue are never waived.
            exclusion_catalogue: limit(
                &classes,
                usable,
                split_share,
                |_| catalogue.blocking(None, true),
                false,
                p,
            ),
            exclusion_any: limit(
                &classes,
                usable_any,
                split_any,
                |depth| any.blocking(waive::most_waived(depth, usable_any, waive_limit, p), false),
                false,
                p,
            ),
            call_catalogue: limit(&classes, usable, split_share, |_| catalogue.called(), false, p),
            call_any: limit(&classes, usable_any, split_any, |_| any.called(), false, p),
            ptd: limit(&classes, usable, split_share, |_| duplication.called(), true, p),
        }
    };
    let donors = transcript
        .introns()
        .filter(|(exon, _)| scheme::region_of_donor(*exon) != Region::Other || *exon == scheme::LISTED_DONOR)
        .map(|(exon, interval)| limit_of(exon, scheme::region_of_donor(exon), &depths(interval)))
        .collect();
    let major = depths(between(transcript, scheme::MAJOR_DONORS));
    let minor = depths(between(transcript, scheme::MINOR_DONORS));
    let callable = major.iter().filter(|d| **d >= p.callable).count() as f64 / major.len().max(1) as f64;
    let introns = transcript
        .introns()
        .map(|(exon, interval)| {
            let depths = depths(interval);
            let seen = depths.iter().filter(|d| **d >= p.callable).count() as f64 / depths.len().max(1) as f64;
            let bases = u64::try_from(interval.len()).unwrap_or(0);
            IntronCover {
                exon,
                bases,
                callable: (seen * bases as f64).round() as u64,
            }
        })
        .collect();
    Limits {
        introns,
        donors,
        regions: vec![limit_of(0, Region::Major, &major), limit_of(0, Region::Minor, &minor)],
        callable_fraction: Some(callable),
        assumptions: vec![
            "limits are allele fractions that would be found with 95 % probability, averaged over the positions of a region".to_owned(),
            "blast percentage is twice the fraction: heterozygous, two alleles a cell".to_owned(),
            format!("{:.0} % of the major region is spanned by {} molecules or more", callable * 100.0, p.callable),
            format!("chimeras: {}", capability.basis),
        ],
        waived: Vec::new(),
        params: *p,
    }
}

/// From the end of the first donor exon to the start of the exon behind the last: where breaks of a region lie.
fn between(transcript: &Transcript, donors: std::ops::RangeInclusive<u16>) -> Interval {
    let (first, last) = (*donors.start(), *donors.end() + 1);
    let interval = |exon| transcript.exon(exon).map(|e| e.interval);
    match (interval(first), interval(last), transcript.strand) {
        (Some(a), Some(b), Strand::Forward) => Interval {
            start: a.end,
            end: b.start,
        },
        (Some(a), Some(b), Strand::Reverse) => Interval {
            start: b.end,
            end: a.start,
        },
        _ => Interval::new(0, 0),
    }
}
