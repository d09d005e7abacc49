//! The answer to each question about a sample.

use super::*;
use crate::tests::samples::{Own, rare};

fn statuses(sample: &Sample) -> [FindingStatus; 4] {
    let found = sample.decide().findings;
    [
        found.fusion.status,
        found.ptd.status,
        found.reciprocal.status,
        found.break_without_partner.status,
    ]
}

const YES: FindingStatus = FindingStatus::Detected;
const NO: FindingStatus = FindingStatus::NotDetected;
const OPEN: FindingStatus = FindingStatus::NotAssessable;

#[test]
fn each_question_has_its_own_answer() {
    let rna = || Sample::of(Assay::Rna);
    let rows = [
        ("nothing", rna(), [NO, NO, NO, NO]),
        ("fusion", rna().fusion(HIGH), [YES, NO, OPEN, OPEN]),
        ("duplication", rna().ptd(HIGH), [NO, YES, NO, NO]),
        ("reciprocal", rna().reciprocal(HIGH), [OPEN, NO, YES, OPEN]),
        ("low", rna().low(None), [OPEN, NO, OPEN, OPEN]),
        ("low duplication", rna().ptd(LOW), [NO, OPEN, NO, NO]),
        ("read-through", rna().low(Some(Code::ReadThrough)), [NO, NO, NO, NO]),
        ("fault", rna().with(|s| s.faults = one(Ground::Placement)), [OPEN; 4]),
        ("left out", rna().with(|s| s.cut_off = 1), [OPEN; 4]),
        (
            "step",
            rna().with(|s| s.open_breaks = one(Ground::CoverageStep)),
            [OPEN, NO, OPEN, YES],
        ),
        (
            "minor region",
            rna().with(|s| s.limits = limits(Some(0.1), Some(0.2))),
            [OPEN, NO, OPEN, OPEN],
        ),
        (
            "major region",
            rna().with(|s| s.limits = limits(Some(0.2), Some(0.1))),
            [OPEN; 4],
        ),
        (
            "minor region not examined",
            rna().with(|s| {
                s.limits = limits(Some(0.1), None);
                s.limits.minor_not_targeted = true;
            }),
            [NO, NO, NO, NO],
        ),
    ];
    for (name, sample, expected) in rows {
        assert_eq!(statuses(&sample), expected, "{name}");
    }
    let waived = rna().and(EventKind::Fusion, MemberRole::Canonical, rare(1, 116, LOW));
    assert_eq!(statuses(&waived), [NO, NO, NO, NO]);
}

#[test]
fn a_duplication_has_its_own_limit() {
    let of = |limit| {
        let sample = Sample::of(Assay::Rna).with(|s| {
            for donor in &mut s.limits.donors {
                donor.ptd = limit;
            }
        });
        let found = sample.decide().findings;
        (found.ptd.status, found.ptd_limit)
    };
    assert_eq!(of(Some(0.10)), (NO, Some(0.10)));
    assert_eq!(of(Some(0.11)), (OPEN, Some(0.11)));
    assert_eq!(of(None), (OPEN, None));
    let background = {
        let mut own = junction(Class::Ptd, LOW);
        own.judgement.reasons = one(Code::PtdBackground);
        Sample::of(Assay::Rna).and(EventKind::Ptd, MemberRole::Ptd, own)
    };
    assert_eq!(background.decide().findings.ptd.status, NO);
}

#[test]
fn a_candidate_near_the_tiers_leaves_no_answer() {
    let mut own = rare(20, 200, None);
    own.judgement.model_score = 0.2;
    let sample = Sample::of(Assay::Rna).and(EventKind::Fusion, MemberRole::Canonical, own);
    assert_eq!(statuses(&sample), [OPEN, NO, OPEN, OPEN]);
}

#[test]
fn the_strongest_reciprocal_junction_is_shown() {
    let mut sample = Sample::of(Assay::Rna).reciprocal(MEDIUM);
    let more = |molecules, tier, role| {
        let mut own = junction(Class::Reciprocal, tier);
        own.facts.molecules = molecules;
        (own, role)
    };
    for (own, role) in [
        more(30, MEDIUM, MemberRole::Reciprocal),
        more(40, LOW, MemberRole::Reciprocal),
        more(50, MEDIUM, MemberRole::Chained),
    ] {
        let junction = sample.junctions.len();
        sample.junctions.push(own);
        sample.events[0].1.push(Member { junction, role });
    }
    let found = sample.decide().findings.reciprocal;
    assert_eq!((found.status, found.shown), (YES, Some(Shown::Junction(1))));
    assert_eq!(
        Sample::of(Assay::Rna).fusion(HIGH).decide().findings.fusion.shown,
        Some(Shown::Event(0))
    );
}

#[test]
fn an_unplaced_side_is_a_break_without_a_partner() {
    let unplaced = |own: Own| Own {
        is_unplaced: true,
        ..own
    };
    let of = |own| Sample::of(Assay::Rna).and(EventKind::Fusion, MemberRole::Canonical, unplaced(own));
    let shown = |sample: &Sample| sample.decide().findings.break_without_partner.shown;
    assert_eq!(shown(&of(junction(Class::Canonical, LOW))), Some(Shown::Junction(0)));
    assert_eq!(shown(&of(junction(Class::Canonical, None))), None);
    assert_eq!(shown(&of(rare(1, 116, LOW))), None, "waived");
    let two = of(junction(Class::Canonical, LOW)).and(
        EventKind::Fusion,
        MemberRole::Canonical,
        unplaced(junction(Class::Canonical, HIGH)),
    );
    assert_eq!(shown(&two), Some(Shown::Junction(0)), "the first");
}
