//! The plain facts from which the rule decides a sample's state, gathered from an assay.

use std::collections::BTreeSet;

use breakapart_rule::{Donor, EventFacts, JunctionFacts, Limits, SampleFacts};

use super::{AssayResult, decided::Words};
use crate::{
    annotate::{AnnotatedJunction, Class, Side},
    assemble::observe::Observation,
    catalogue::scheme,
    judge::JudgedJunction,
};

/// Gathers them; nothing is waived in `limits` yet.
pub(super) fn gather<'a>(seen: &Words<'a>, limits: &'a Limits) -> SampleFacts<'a> {
    let result = seen.result;
    let judged = result.judged;
    SampleFacts {
        assay: result.assay,
        junctions: judged.junctions.iter().map(|j| junction(j, result)).collect(),
        events: judged
            .events
            .iter()
            .map(|e| EventFacts {
                kind: e.group.kind,
                tier: e.tier,
                lead: e.lead,
                members: &e.group.members,
            })
            .collect(),
        limits,
        capability: seen.capability,
        faults: seen.faults,
        not_to_be_paired: seen.not_to_be_paired,
        open_breaks: seen.open_breaks,
        coverage_falls: seen.step.is_some(),
        cut_off: result.collected.caps().count(),
        required_lod: seen.config.required_lod,
    }
}

fn junction<'a>(j: &'a JudgedJunction, result: &AssayResult<'_>) -> JunctionFacts<'a> {
    let a = &j.annotated;
    let donor = donor(a).map(|exon| Donor {
        exon,
        region: scheme::region_of_donor(exon),
    });
    let partner = a.partner_side();
    JunctionFacts {
        facts: j.facts,
        judgement: &j.judgement,
        donor,
        wild_type: match a.candidate.alleles {
            Some((_, wild_type)) => wild_type,
            None => donor.map_or(0, |d| result.profile().molecules_at(d.exon)),
        },
        partner: partner.gene.as_deref().filter(|_| !partner.is_kmt2a),
        partner_anchor: partner_anchor(a),
        reaches_kmt2a: a.reaches_kmt2a(),
        from_exon_ends: from_exon_ends(&a.five)
            .zip(from_exon_ends(&a.three))
            .map(|(x, y)| x.max(y)),
        is_unplaced: a.candidate.sides.open().is_some(),
        molecules: molecules(a, result),
    }
}

/// The donor whose wild-type molecules the candidate stands beside: the exon of KMT2A's 5' side, or the one before its
/// 3' side; the last one where it breaks in the last exon.
fn donor(a: &AnnotatedJunction) -> Option<u16> {
    let exon = if a.five.is_kmt2a {
        a.five.exon_or_intron()
    } else if a.three.is_kmt2a {
        a.three.exon_or_intron().map(|n| n.saturating_sub(1))
    } else {
        None
    };
    exon.map(|n| n.clamp(1, scheme::LAST_DONOR))
}

fn partner_anchor(a: &AnnotatedJunction) -> u32 {
    let far = if a.class == Class::Reciprocal {
        |o: &Observation| o.five.anchor
    } else {
        |o: &Observation| o.three.anchor
    };
    a.candidate.observations.iter().map(far).max().unwrap_or(0)
}

fn from_exon_ends(side: &Side) -> Option<u32> {
    let distance = side.distance_to_splice_site?.unsigned_abs();
    Some(u32::try_from(distance).unwrap_or(u32::MAX))
}

/// Molecules by number; a copy of a molecule that counts has its number, one without is left out.
fn molecules(a: &AnnotatedJunction, result: &AssayResult<'_>) -> Vec<u64> {
    let fragments = &result.collected.fragments;
    let counted: BTreeSet<u64> = a
        .candidate
        .observations
        .iter()
        .filter(|o| fragments.get(o.fragment).is_none_or(|f| !f.flagged_duplicate))
        .map(|o| o.molecule)
        .collect();
    counted.into_iter().collect()
}
