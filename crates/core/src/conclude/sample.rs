//! The facts of an assay from which the rule decides the state of a sample.

use std::collections::BTreeSet;

use breakapart_rule::{Donor, EventFacts, JunctionFacts, Limits, SampleFacts};

use super::{AssayResult, decided::Words};
use crate::{
    annotate::{AnnotatedJunction, Class, Side},
    assemble::observe::Observation,
    catalogue::scheme,
    judge::JudgedJunction,
};

/// Gathers the facts; nothing is waived in `limits` yet.
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
        overruling: seen.overruling,
        open_breaks: seen.open_breaks,
        coverage_falls: seen.step.is_some(),
        cut_off: result.collected.caps().count(),
        required_lod: seen.config.required_lod,
    }
}

fn junction<'a>(j: &'a JudgedJunction, result: &AssayResult<'_>) -> JunctionFacts<'a> {
    let a = &j.annotated;
    let donor = a.donor().map(|exon| Donor {
        exon,
        region: scheme::region_of_donor(exon),
    });
    let partner = a.partner_side();
    JunctionFacts {
        facts: j.facts,
        judgement: &j.judgement,
        donor,
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

/// Numbers of the supporting molecules; fragments flagged as duplicates are left out.
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
