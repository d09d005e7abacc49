//! Every row of the table of states, at its limits and just beyond.

mod candidates;
mod questions;

use super::*;
use crate::{
    Member, Visibility,
    lod::IntronCover,
    tests::samples::{HIGH, LOW, MEDIUM, Sample, junction, limits, one},
};

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_row_of_the_table_of_states() {
    use Cause as C;
    let rna = || Sample::of(Assay::Rna);
    let dna = || Sample::of(Assay::Dna);
    let inverted = || junction(Class::Inverted, MEDIUM);
    let rows: Vec<(&str, Sample, State, Vec<Cause>)> = vec![
        // Canonical, medium or high.
        (
            "canonical high",
            rna().fusion(HIGH),
            State::Rearranged,
            vec![C::CanonicalBelieved],
        ),
        (
            "canonical medium",
            rna().fusion(MEDIUM),
            State::Rearranged,
            vec![C::CanonicalBelieved],
        ),
        (
            "canonical medium, DNA",
            dna().fusion(MEDIUM),
            State::Rearranged,
            vec![C::CanonicalBelieved],
        ),
        (
            "canonical whose coverage agrees",
            rna().fusion(HIGH).with(|s| s.coverage_falls = true),
            State::Rearranged,
            vec![C::CanonicalBelieved, C::CoverageAgrees],
        ),
        (
            "canonical in an unfit file",
            rna().fusion(HIGH).with(|s| s.faults = one(Ground::MatesMissing)),
            State::Rearranged,
            vec![C::CanonicalBelieved],
        ),
        // Reciprocal only.
        (
            "reciprocal, RNA",
            rna().reciprocal(HIGH),
            State::Inconclusive,
            vec![C::ReciprocalOnly(0)],
        ),
        (
            "reciprocal medium, RNA",
            rna().reciprocal(MEDIUM),
            State::Inconclusive,
            vec![C::ReciprocalOnly(0)],
        ),
        ("reciprocal, DNA", dna().reciprocal(MEDIUM), State::Rearranged, vec![]),
        (
            "reciprocal low, DNA",
            dna().reciprocal(LOW),
            State::Inconclusive,
            vec![C::LowTierEvent(0), C::ReasonsOf(0)],
        ),
        (
            "canonical with a reciprocal",
            rna().reciprocal(HIGH).fusion(MEDIUM),
            State::Rearranged,
            vec![C::CanonicalBelieved],
        ),
        // Break without a partner.
        (
            "clips or a step",
            rna().with(|s| s.open_breaks = one(Ground::CoverageStep)),
            State::Inconclusive,
            vec![C::OpenBreak(0)],
        ),
        // Duplication.
        (
            "duplication high",
            rna().ptd(HIGH),
            State::Ptd,
            vec![C::DuplicationBelieved],
        ),
        (
            "duplication medium",
            dna().ptd(MEDIUM),
            State::Ptd,
            vec![C::DuplicationBelieved],
        ),
        (
            "duplication with a fusion",
            rna().ptd(HIGH).fusion(MEDIUM),
            State::Rearranged,
            vec![C::CanonicalBelieved],
        ),
        (
            "duplication with a reciprocal, RNA",
            rna().ptd(HIGH).reciprocal(MEDIUM),
            State::Inconclusive,
            vec![C::ReciprocalOnly(1)],
        ),
        // Tier low, and reasons that do not block a negative.
        (
            "low",
            rna().low(None),
            State::Inconclusive,
            vec![C::LowTierEvent(0), C::ReasonsOf(0)],
        ),
        (
            "low duplication",
            rna().ptd(LOW),
            State::Inconclusive,
            vec![C::LowTierEvent(0), C::ReasonsOf(0)],
        ),
        (
            "read-through",
            rna().low(Some(Code::ReadThrough)),
            State::NotDetected,
            vec![],
        ),
        (
            "background duplication",
            rna().low(Some(Code::PtdBackground)),
            State::NotDetected,
            vec![],
        ),
        (
            "unusual exons",
            rna().low(Some(Code::PtdUnusualExons)),
            State::NotDetected,
            vec![],
        ),
        (
            "deletion inside KMT2A",
            dna().low(Some(Code::Kmt2aDeletion)),
            State::NotDetected,
            vec![],
        ),
        (
            "internal repeat",
            rna().low(Some(Code::InternalTandemDuplication)),
            State::NotDetected,
            vec![],
        ),
        (
            "pairs alone",
            rna().low(Some(Code::PairsOnly)),
            State::Inconclusive,
            vec![C::LowTierEvent(0), C::ReasonsOf(0)],
        ),
        (
            "an inverted segment",
            rna().and(EventKind::Other, MemberRole::Other, inverted()),
            State::Inconclusive,
            vec![C::LowTierEvent(0), C::ReasonsOf(0)],
        ),
        (
            "an inverted segment before a low event",
            rna().low(None).and(EventKind::Other, MemberRole::Other, inverted()),
            State::Inconclusive,
            vec![C::LowTierEvent(1), C::ReasonsOf(1)],
        ),
        (
            "an inverted segment at low after a low event",
            rna()
                .low(None)
                .and(EventKind::Other, MemberRole::Other, junction(Class::Inverted, LOW)),
            State::Inconclusive,
            vec![C::LowTierEvent(0), C::ReasonsOf(0)],
        ),
        // No event, and the limits.
        ("nothing", rna(), State::NotDetected, vec![]),
        (
            "nothing, at the limit",
            rna().with(|s| s.limits = limits(Some(0.10), Some(0.10))),
            State::NotDetected,
            vec![],
        ),
        (
            "nothing, just above it in the major region",
            rna().with(|s| s.limits = limits(Some(0.1001), Some(0.10))),
            State::Inconclusive,
            vec![C::NotReached(Region::Major, Some(0.1001))],
        ),
        (
            "nothing, just above it in the minor region",
            rna().with(|s| s.limits = limits(Some(0.10), Some(0.1001))),
            State::Inconclusive,
            vec![C::NotReached(Region::Minor, Some(0.1001))],
        ),
        (
            "nothing, a stricter demand",
            rna().with(|s| s.required_lod = 0.04),
            State::Inconclusive,
            vec![
                C::NotReached(Region::Major, Some(0.05)),
                C::NotReached(Region::Minor, Some(0.05)),
            ],
        ),
        (
            "nothing, minor region not examined",
            dna().with(|s| {
                s.limits = limits(Some(0.05), None);
                s.limits.minor_not_targeted = true;
            }),
            State::NotDetected,
            vec![],
        ),
        (
            "nothing, major region not reached, minor not examined",
            dna().with(|s| {
                s.limits = limits(Some(0.3), None);
                s.limits.minor_not_targeted = true;
            }),
            State::Inconclusive,
            vec![C::NotReached(Region::Major, Some(0.3))],
        ),
        (
            "nothing, but a fault",
            rna().with(|s| s.faults = one(Ground::Placement)),
            State::Inconclusive,
            vec![C::Fault(0)],
        ),
        (
            "nothing, evidence left out",
            rna().with(|s| s.cut_off = 2),
            State::Inconclusive,
            vec![C::CutOff(0), C::CutOff(1)],
        ),
        (
            "reads of one name do not belong together",
            rna().fusion(HIGH).with(|s| s.overruling = one(Ground::SharedNames)),
            State::Inconclusive,
            vec![C::CanonicalBelieved, C::Overruling(0)],
        ),
    ];
    for (name, sample, state, causes) in rows {
        let decided = sample.decide();
        assert_eq!((decided.state, decided.causes), (state, causes), "{name}");
    }
}

#[test]
fn the_lead_is_the_event_that_decides_the_state() {
    let rna = || Sample::of(Assay::Rna);
    assert_eq!(rna().low(None).fusion(HIGH).decide().lead, Some(1));
    assert_eq!(rna().ptd(HIGH).reciprocal(HIGH).decide().lead, Some(1));
    assert_eq!(rna().low(None).ptd(HIGH).decide().lead, Some(1));
    assert_eq!(rna().low(Some(Code::ReadThrough)).low(None).decide().lead, Some(1));
    assert_eq!(rna().decide().lead, None);
    // A canonical junction counts by its own tier, not by that of its event.
    let mixed = rna()
        .and(
            EventKind::Fusion,
            MemberRole::Canonical,
            junction(Class::Canonical, LOW),
        )
        .with(|s| {
            s.junctions.push(junction(Class::Reciprocal, HIGH));
            s.events[0].1.push(Member {
                junction: 1,
                role: MemberRole::Reciprocal,
            });
        });
    assert_eq!(mixed.decide().causes, [Cause::ReciprocalOnly(0)]);
    // An accepted junction of another kind of event is not a fusion.
    let other = rna().and(
        EventKind::Other,
        MemberRole::Canonical,
        junction(Class::Canonical, HIGH),
    );
    assert_eq!(other.decide().causes[0], Cause::LowTierEvent(0));
}

#[test]
fn qualifiers_narrow_a_state() {
    let rna = || Sample::of(Assay::Rna);
    assert_eq!(rna().fusion(HIGH).decide().qualifiers, [Qualifier::OfEvent(0)]);
    assert_eq!(
        rna()
            .fusion(HIGH)
            .ptd(MEDIUM)
            .with(|s| s.cut_off = 1)
            .decide()
            .qualifiers,
        [
            Qualifier::OfEvent(0),
            Qualifier::DuplicationBeside,
            Qualifier::Incomplete(0)
        ]
    );
    assert_eq!(rna().fusion(HIGH).ptd(LOW).decide().qualifiers, [Qualifier::OfEvent(0)]);
    let dna = Sample::of(Assay::Dna);
    assert_eq!(
        dna.clone().reciprocal(HIGH).decide().qualifiers,
        [Qualifier::ReciprocalOnly]
    );
    let panel = dna.with(|s| {
        s.limits.minor_not_targeted = true;
        s.limits.introns = vec![IntronCover {
            exon: 3,
            bases: 10,
            callable: 0,
            is_missing: true,
        }];
        s.capability.visibility = Visibility::Reduced;
    });
    assert_eq!(
        panel.decide().qualifiers,
        [
            Qualifier::MinorNotCovered,
            Qualifier::LimitRaised,
            Qualifier::IntronsMissing
        ]
    );
}

#[test]
fn each_cause_has_its_ground() {
    let grounds: Vec<Option<&str>> = [
        Cause::CanonicalBelieved,
        Cause::CoverageAgrees,
        Cause::ReciprocalOnly(0),
        Cause::DuplicationBelieved,
        Cause::LowTierEvent(0),
        Cause::NearTierLow(0),
        Cause::Suspected(0),
        Cause::NotReached(Region::Major, None),
        Cause::NotVisible(Region::Major),
        Cause::CutOff(0),
        Cause::Capability,
        Cause::ReasonsOf(0),
    ]
    .iter()
    .map(|c| c.ground().map(Ground::name))
    .collect();
    let expected = [
        "canonical-believed",
        "coverage-agrees",
        "reciprocal-only",
        "duplication-believed",
        "low-tier-event",
        "near-tier-low",
        "suspected",
        "coverage",
        "chimera-capability",
        "evidence-cut-off",
    ];
    let expected: Vec<Option<&str>> = expected.into_iter().map(Some).chain([None, None]).collect();
    assert_eq!(grounds, expected);
    let states = [State::Rearranged, State::Ptd, State::NotDetected, State::Inconclusive];
    for state in states {
        assert_eq!(serde_json::to_value(state).unwrap(), state.name());
    }
}

#[test]
fn the_words_of_a_state_are_stable() {
    let labels = [
        (State::Rearranged, "KMT2A REARRANGED"),
        (State::Ptd, "KMT2A-PTD"),
        (State::NotDetected, "NOT DETECTED"),
        (State::Inconclusive, "INCONCLUSIVE"),
    ];
    for (state, label) in labels {
        assert_eq!(state.label(), label);
        assert_eq!(serde_json::to_value(state).unwrap(), state.name());
    }
}
