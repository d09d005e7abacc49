//! States of a table of samples, each near a limit of the rule.

use crate::{
    Assay, Code, EventKind, Ground, MemberRole, Params, Tier,
    tests::samples::{Own, Sample, limits, one, rare},
};

/// A sample of that assay with one candidate.
fn with(assay: Assay, own: Own) -> Sample {
    Sample::of(assay).and(EventKind::Fusion, MemberRole::Canonical, own)
}

/// Below every tier, with that score.
fn below(score: f64) -> Own {
    let mut own = rare(20, 200, None);
    own.judgement.model_score = score;
    own
}

/// A split read to a partner, at the given distance from exon ends and with the given anchor.
fn beside(bases: u32, anchor: u32) -> Own {
    let mut own = below(0.01);
    own.from_exon_ends = Some(bases);
    own.facts.anchor = anchor;
    own.facts.is_partner = true;
    own
}

/// One molecule at tier low that joins exon ends, with the given anchor.
fn joined(anchor: u32) -> Own {
    let mut own = rare(1, 1_000, Some(Tier::Low));
    own.facts.five_at_splice_site = true;
    own.facts.three_at_splice_site = true;
    own.facts.anchor = anchor;
    own
}

/// DNA: one molecule at tier low with the given anchor in a partner.
fn placed(partner_anchor: u32) -> Own {
    let mut own = rare(1, 1_000, Some(Tier::Low));
    own.facts.is_partner = true;
    own.partner_anchor = partner_anchor;
    own
}

fn lone_pair(score: f64) -> Own {
    let mut own = rare(1, 30, None);
    own.judgement.model_score = score;
    own.judgement.reasons = one(Code::LonePair);
    own.facts.is_partner = true;
    own
}

fn rows() -> Vec<(String, Sample)> {
    let mut rows = Vec::new();
    for score in [0.09, 0.11, 0.45, 0.55] {
        rows.push((format!("below every tier, {score}"), with(Assay::Rna, below(score))));
        let faulty = with(Assay::Rna, below(score)).with(|s| s.faults = one(Ground::Placement));
        rows.push((format!("the same with a fault, {score}"), faulty));
        let pair = with(Assay::Rna, lone_pair(score)).with(|s| s.faults = one(Ground::Placement));
        rows.push((format!("lone pair, {score}"), pair));
    }
    for (bases, anchor) in [(3, 20), (4, 20), (3, 9), (3, 10), (3, 11)] {
        rows.push((
            format!("{bases} from exon ends, {anchor} bases"),
            with(Assay::Rna, beside(bases, anchor)),
        ));
    }
    for anchor in [9, 10, 11] {
        rows.push((
            format!("joins exon ends with {anchor} bases"),
            with(Assay::Rna, joined(anchor)),
        ));
    }
    for anchor in [18, 20, 22] {
        rows.push((format!("{anchor} bases in a partner"), with(Assay::Dna, placed(anchor))));
    }
    for wild_type in [90, 100, 110, 116, 125, 150] {
        let candidate = with(Assay::Rna, rare(1, wild_type, Some(Tier::Low)));
        rows.push((format!("one molecule with {wild_type}"), candidate));
    }
    for molecules in [18, 20, 22] {
        let unseen = Sample::of(Assay::Rna).with(|s| {
            s.limits = limits(None, Some(0.05));
            for donor in &mut s.limits.donors {
                donor.molecules = molecules;
            }
        });
        rows.push((format!("no limit over {molecules} molecules"), unseen));
    }
    rows
}

/// One line a sample.
pub(super) fn table(p: &Params) -> Vec<String> {
    rows()
        .iter()
        .map(|(name, sample)| {
            let decided = sample.decide_with(p);
            let bounds: Vec<String> = decided
                .limits
                .waived
                .iter()
                .map(|w| format!("{:.4}", w.bound))
                .collect();
            let causes: Vec<String> = decided.causes.iter().map(|cause| format!("{cause:?}")).collect();
            let state = decided.state.name();
            format!("{name}\t{state}\t{}\t{}", causes.join(", "), bounds.join(", "))
        })
        .collect()
}
