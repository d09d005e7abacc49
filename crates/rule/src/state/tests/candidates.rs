//! Candidates that prevent a negative, at their limits and just beyond.

use strum::IntoEnumIterator as _;

use super::*;
use crate::{
    Donor,
    tests::samples::{Own, rare},
};

#[test]
fn a_file_that_shows_no_chimera_gives_no_negative() {
    let of = |visibility, limit| {
        Sample::of(Assay::Rna).with(|s| {
            s.capability.visibility = visibility;
            s.limits = limits(limit, Some(0.05));
        })
    };
    assert_eq!(of(Visibility::Reduced, Some(0.05)).state(), State::NotDetected);
    assert_eq!(of(Visibility::None, Some(0.05)).decide().causes, [Cause::Capability]);
    let reached = Cause::NotReached(Region::Major, Some(0.2));
    assert_eq!(
        of(Visibility::Reduced, Some(0.2)).decide().causes,
        [Cause::Capability, reached]
    );
    assert_eq!(of(Visibility::Full, Some(0.2)).decide().causes, [reached]);
    // The fault comes first, and does not by itself add the capability.
    let faulty = of(Visibility::Reduced, Some(0.05)).with(|s| s.faults = one(Ground::Placement));
    assert_eq!(faulty.decide().causes, [Cause::Fault(0)]);
    let faulty = of(Visibility::Reduced, Some(0.2)).with(|s| s.faults = one(Ground::Placement));
    assert_eq!(faulty.decide().causes, [Cause::Fault(0), Cause::Capability, reached]);
}

#[test]
fn without_a_limit_it_is_the_molecules_or_the_file() {
    let weakest = |molecules| {
        let sample = Sample::of(Assay::Rna).with(|s| {
            s.limits = limits(None, Some(0.05));
            s.limits.donors[2].molecules = molecules;
        });
        sample.decide().causes
    };
    assert_eq!(weakest(20), [Cause::NotVisible(Region::Major)]);
    assert_eq!(weakest(19), [Cause::NotReached(Region::Major, None)]);
    let none = Sample::of(Assay::Rna).with(|s| s.limits = Limits::default());
    let missed = |region| Cause::NotReached(region, None);
    assert_eq!(none.decide().causes, [missed(Region::Major), missed(Region::Minor)]);
}

#[test]
fn a_candidate_that_is_too_rare_does_not_block() {
    // One molecule with 110 wild-type ones, usable share 0.85: bound 0.0483.
    let low =
        |n, wild_type| Sample::of(Assay::Rna).and(EventKind::Fusion, MemberRole::Canonical, rare(n, wild_type, LOW));
    let waived = low(1, 116).decide();
    assert_eq!(waived.state, State::NotDetected);
    let [Noted::Waived(w)] = waived.noted.as_slice() else {
        panic!("{:?}", waived.noted)
    };
    assert_eq!(
        (w.candidate, w.molecules, w.wild_type, w.donor),
        (Candidate::Event(0), 1, 116, 8)
    );
    assert!(w.bound > 0.045 && w.bound < 0.05, "{}", w.bound);
    assert_eq!(waived.limits.waived.len(), 1);
    assert_eq!(low(1, 100).state(), State::Inconclusive);
    assert_eq!(low(2, 116).state(), State::Inconclusive);
    assert_eq!(low(2, 160).state(), State::NotDetected);
    // Never above the required limit.
    let strict = low(1, 116).with(|s| {
        s.limits = limits(Some(0.01), Some(0.01));
        s.required_lod = 0.04;
    });
    assert_eq!(strict.state(), State::Inconclusive);
    // A bound at the limit is not below it.
    let at = low(1, 116).with(|s| s.required_lod = w.bound).decide();
    assert!(at.limits.waived.is_empty());
    let above = low(1, 116).with(|s| s.required_lod = w.bound + 1e-9).decide();
    assert_eq!(above.limits.waived.len(), 1);
    // The stated limit is not below the bound.
    let deep = low(1, 116).with(|s| s.limits = limits(Some(0.01), Some(0.01)));
    assert!((deep.decide().limits.stated().unwrap() - w.bound).abs() < 1e-12);
}

#[test]
fn candidates_of_one_intron_or_of_one_partner_are_counted_together() {
    // Two molecules with 160 wild-type ones are waived, three are not; the second candidate has two of its own.
    let second = |exon, partner, class| {
        let mut own = rare(2, 160, LOW);
        own.molecules = vec![200, 201];
        own.donor = Some(Donor {
            exon,
            region: Region::Major,
        });
        own.partner = partner;
        own.facts.class = class;
        let sample = Sample::of(Assay::Rna)
            .and(EventKind::Fusion, MemberRole::Canonical, rare(1, 160, LOW))
            .and(EventKind::Fusion, MemberRole::Canonical, own);
        let waived = sample.decide().limits.waived;
        waived.iter().map(|w| w.molecules).collect::<Vec<_>>()
    };
    let canonical = Class::Canonical;
    assert_eq!(second(11, Some("MLLT3"), canonical), [1, 2], "each by itself");
    assert_eq!(
        second(8, Some("MLLT3"), canonical),
        [] as [u32; 0],
        "three of one intron"
    );
    assert_eq!(
        second(11, Some("AFF1"), canonical),
        [] as [u32; 0],
        "three of one partner"
    );
    assert_eq!(second(11, Some("AFF1"), Class::Reciprocal), [] as [u32; 0]);
    assert_eq!(second(11, None, canonical), [1, 2], "no gene there");
}

#[test]
fn a_candidate_below_every_tier_blocks_from_one_chance_in_ten() {
    let below = |score, n, wild_type| {
        let mut own = rare(n, wild_type, None);
        own.judgement.model_score = score;
        Sample::of(Assay::Rna).and(EventKind::Fusion, MemberRole::Canonical, own)
    };
    assert_eq!(below(0.099, 20, 200).state(), State::NotDetected);
    assert_eq!(below(0.1, 20, 200).decide().causes, [Cause::NearTierLow(0)]);
    let waived = below(0.1, 1, 116).decide();
    assert_eq!(waived.state, State::NotDetected);
    assert_eq!(waived.limits.waived[0].candidate, Candidate::Junction(0));
    // The best candidate is named.
    let mut better = rare(20, 200, None);
    better.judgement.model_score = 0.3;
    better.molecules = (500..520).collect();
    let two = below(0.2, 20, 200).and(EventKind::Fusion, MemberRole::Canonical, better);
    assert_eq!(two.decide().causes, [Cause::NearTierLow(1)]);
    // Single pairs, and classes that do not block a negative at tier low, are excluded.
    for class in Class::iter() {
        for (assay, apart) in [
            (Assay::Rna, [Class::NeighbourReadThrough, Class::Ptd]),
            (Assay::Dna, [Class::NeighbourReadThrough, Class::Deletion]),
        ] {
            let sample = below(0.2, 20, 200).with(|s| {
                s.assay = assay;
                s.junctions[0].facts.class = class;
            });
            let blocks = sample.state() == State::Inconclusive;
            assert_eq!(blocks, !apart.contains(&class), "{class:?} {assay:?}");
        }
    }
    let lone = below(0.2, 20, 200).with(|s| s.junctions[0].judgement.reasons = one(Code::LonePair));
    assert_eq!(lone.state(), State::NotDetected);
    let capped = below(0.2, 20, 200).with(|s| s.junctions[0].judgement.tier = LOW);
    assert_eq!(capped.decide().causes[0], Cause::LowTierEvent(0));
}

#[test]
fn an_unlikely_candidate_is_not_the_first_reason() {
    let with_fault = |score, is_partner| {
        let mut own = rare(20, 200, None);
        own.judgement.model_score = score;
        own.facts.is_partner = is_partner;
        let sample = Sample::of(Assay::Rna).and(EventKind::Fusion, MemberRole::Canonical, own);
        sample.with(|s| s.faults = one(Ground::Placement)).decide().causes
    };
    let (near, fault) = (Cause::NearTierLow(0), Cause::Fault(0));
    assert_eq!(with_fault(0.49, false), [fault, near]);
    assert_eq!(with_fault(0.5, false), [near, fault]);
    assert_eq!(with_fault(0.2, true), [near, fault]);
}

#[test]
fn a_read_near_exon_ends_blocks_whatever_its_score() {
    let beside = || {
        let mut own = rare(20, 200, None);
        own.facts.is_partner = true;
        own.facts.anchor = 10;
        own.from_exon_ends = Some(3);
        Sample::of(Assay::Rna).and(EventKind::Fusion, MemberRole::Canonical, own)
    };
    assert_eq!(beside().decide().causes, [Cause::NearTierLow(0)]);
    let changes: [fn(&mut Own); 9] = [
        |own| own.from_exon_ends = Some(4),
        |own| own.from_exon_ends = None,
        |own| own.facts.anchor = 9,
        |own| own.facts.is_partner = false,
        |own| own.facts.is_sense = false,
        |own| own.facts.is_precise = false,
        |own| own.facts.unique_kmt2a = 0,
        |own| own.facts.unique_partner = 0,
        |own| own.facts.class = Class::Reciprocal,
    ];
    for (i, change) in changes.iter().enumerate() {
        let sample = beside().with(|s| change(&mut s.junctions[0]));
        assert_eq!(sample.state(), State::NotDetected, "{i}");
    }
    assert_eq!(beside().with(|s| s.assay = Assay::Dna).state(), State::NotDetected);
}

#[test]
fn a_lone_pair_is_named_where_no_negative_is_given() {
    let pair = |score, wild_type| {
        let mut own = rare(1, wild_type, None);
        own.judgement.model_score = score;
        own.judgement.reasons = one(Code::LonePair);
        own.facts.is_partner = true;
        Sample::of(Assay::Rna)
            .and(EventKind::Fusion, MemberRole::Canonical, own)
            .with(|s| s.faults = one(Ground::Placement))
    };
    let named = |sample: Sample| sample.decide().causes.contains(&Cause::Suspected(0));
    assert_eq!(pair(0.5, 50).decide().causes, [Cause::Suspected(0), Cause::Fault(0)]);
    assert!(!named(pair(0.49, 50)));
    assert!(!named(pair(0.9, 200)), "too rare");
    assert!(named(pair(0.9, 100)) && !named(pair(0.9, 120)));
    let bound = waive::bound(1, 120, 0.9, &Params::default()).unwrap();
    assert!(named(pair(0.9, 120).with(|s| s.required_lod = bound)), "no rarer");
    assert!(!named(pair(0.9, 120).with(|s| s.required_lod = bound + 1e-9)));
    assert!(!named(pair(0.9, 50).with(|s| s.faults.clear())), "a negative");
    let changes: [fn(&mut Own); 4] = [
        |own| own.facts.is_partner = false,
        |own| own.facts.class = Class::Inverted,
        |own| own.judgement.tier = Some(Tier::Low),
        |own| own.judgement.reasons.clear(),
    ];
    for change in changes {
        assert!(!named(pair(0.9, 50).with(|s| change(&mut s.junctions[0]))));
    }
    assert!(named(
        pair(0.9, 50).with(|s| s.junctions[0].facts.class = Class::Reciprocal)
    ));
    assert!(
        named(pair(0.9, 50).with(|s| s.junctions[0].donor = None)),
        "nothing bounds it"
    );
    // The better of two is named.
    let mut other = pair(0.7, 50).junctions[0].clone();
    other.judgement.model_score = 0.8;
    let two = pair(0.7, 50).and(EventKind::Fusion, MemberRole::Canonical, other);
    assert_eq!(two.decide().causes[0], Cause::Suspected(1));
}

#[test]
fn open_breaks_come_first_and_call_nothing() {
    let sample = Sample::of(Assay::Rna).with(|s| {
        s.open_breaks = [one(Ground::CoverageStep), one(Ground::ClipsWithoutHome)].concat();
        s.faults = one(Ground::Placement);
    });
    let causes = [Cause::OpenBreak(0), Cause::OpenBreak(1), Cause::Fault(0)];
    assert_eq!(sample.decide().causes, causes);
    assert_eq!(sample.clone().fusion(HIGH).state(), State::Rearranged);
    assert_eq!(
        sample.decide().findings.break_without_partner.shown,
        Some(Shown::OpenBreak(0))
    );
    let called = sample.fusion(HIGH).decide().findings.break_without_partner;
    assert_eq!((called.status, called.shown), (FindingStatus::NotAssessable, None));
}

#[test]
fn harmless_and_waived_candidates_are_noted() {
    let elsewhere = Own {
        partner: Some("MLLT3"),
        ..rare(1, 116, LOW)
    };
    let noted = Sample::of(Assay::Rna)
        .low(Some(Code::ReadThrough))
        .and(EventKind::Fusion, MemberRole::Canonical, elsewhere)
        .decide();
    assert_eq!(noted.noted.len(), 2);
    assert_eq!(noted.noted[0], Noted::Junction(0));
    assert!(matches!(noted.noted[1], Noted::Waived(w) if w.candidate == Candidate::Event(1)));
    // One blocking junction makes its event block.
    let mixed = Sample::of(Assay::Rna).low(Some(Code::ReadThrough)).with(|s| {
        s.junctions.push(junction(Class::Canonical, LOW));
        s.events[0].1.push(Member {
            junction: 1,
            role: MemberRole::Canonical,
        });
    });
    assert_eq!(mixed.state(), State::Inconclusive);
    assert!(mixed.decide().noted.is_empty());
    // Discarded junctions do not count.
    let discarded = Sample::of(Assay::Rna).low(Some(Code::ReadThrough)).with(|s| {
        s.junctions.push(junction(Class::Canonical, None));
        s.events[0].1.push(Member {
            junction: 1,
            role: MemberRole::Canonical,
        });
    });
    assert_eq!(discarded.state(), State::NotDetected);
}
