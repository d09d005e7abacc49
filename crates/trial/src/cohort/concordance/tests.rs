use super::super::digest::SampleDigest;
use super::super::fingerprint::tests::{genomic, molecules};
use super::super::roster::{Member, Patient};
use super::super::sheet::Timepoint;
use super::*;
use breakapart_core::report::schema::{AssayConclusion, Event, Partner, Side, State};

fn shown(junction: Junction, partner: &str) -> SampleDigest {
    SampleDigest {
        build: "GRCh38".to_owned(),
        says: AssayConclusion {
            assay: junction.assay.clone(),
            state: State::Rearranged,
            lead_event: Some("E1".to_owned()),
            ..AssayConclusion::default()
        },
        events: vec![Event {
            id: "E1".to_owned(),
            partner: Some(Partner {
                symbol: partner.to_owned(),
                ..Partner::default()
            }),
            junctions: vec![junction],
            ..Event::default()
        }],
        ..SampleDigest::default()
    }
}

fn without(assay: &str, state: State) -> SampleDigest {
    SampleDigest {
        says: AssayConclusion {
            assay: assay.to_owned(),
            state,
            ..AssayConclusion::default()
        },
        ..SampleDigest::default()
    }
}

/// KMT2A's exon `donor` joined to a base of a gene.
fn spliced(donor: u16, gene: &str, contig: &str, position: i64) -> Junction {
    let mut junction = genomic(118_482_495, position);
    junction.assay = "rna".to_owned();
    junction.five.as_mut().unwrap().exon = Some(donor);
    junction.three = Some(Side {
        gene: Some(gene.to_owned()),
        contig: contig.to_owned(),
        position,
        ..Side::default()
    });
    junction
}

fn broken(intron: u16, kmt2a: i64, partner: i64) -> Junction {
    let mut junction = genomic(kmt2a, partner);
    junction.five.as_mut().unwrap().intron = Some(intron);
    junction
}

fn compared(samples: Vec<(&str, Timepoint, &str, &str, SampleDigest)>) -> Vec<(&'static str, Verdict)> {
    let mut roster = Roster::default();
    for (patient, timepoint, run, family, digest) in samples {
        if roster.patients.last().is_none_or(|last: &Patient| last.id != patient) {
            roster.patients.push(Patient {
                id: patient.to_owned(),
                family_id: family.to_owned(),
                ..Patient::default()
            });
        }
        roster.patients.last_mut().unwrap().members.push(Member {
            digest: Some(digest),
            timepoint: Some(timepoint),
            run: run.to_owned(),
            ..Member::default()
        });
    }
    compare(&roster).into_iter().map(|c| (c.compared, c.verdict)).collect()
}

use Timepoint::{Diagnosis, FollowUp, Relapse};

#[test]
fn a_genomic_breakpoint_explains_the_transcripts_of_its_intron() {
    let dna = || shown(broken(9, 118_485_000, 87_080_000), "AFF1");
    let with = |rna| compared(vec![("p", Diagnosis, "", "", rna), ("p", Diagnosis, "", "", dna())]);
    // e9 skipped: the donor before it is used, the breakpoint is the same.
    for donor in [8, 9] {
        assert_eq!(
            with(shown(spliced(donor, "AFF1", "4", 87_084_120), "AFF1")),
            [("rna-dna", Verdict::SameBreak)]
        );
    }
    assert_eq!(
        with(shown(spliced(11, "AFF1", "4", 87_084_120), "AFF1")),
        [("rna-dna", Verdict::NewClone)],
        "a donor that the derivative chromosome has lost"
    );
    assert_eq!(
        with(shown(spliced(9, "MLLT3", "9", 20_365_744), "MLLT3")),
        [("rna-dna", Verdict::DifferentPartner)]
    );
    assert_eq!(
        with(without("rna", State::NotDetected)),
        [("rna-dna", Verdict::Discordant)]
    );
    assert_eq!(
        with(without("rna", State::Inconclusive)),
        [("rna-dna", Verdict::NotComparable)]
    );
}

#[test]
fn a_breakpoint_upstream_of_the_partner_gives_its_transcript() {
    let mut dna = broken(9, 118_485_000, 6_310_000);
    dna.three.as_mut().unwrap().gene = Some("ACER1".to_owned());
    dna.three.as_mut().unwrap().contig = "19".to_owned();
    let rna = shown(spliced(9, "MLLT1", "19", 6_279_900), "MLLT1");
    let rows = compared(vec![
        ("p", Diagnosis, "", "", rna),
        ("p", Diagnosis, "", "", shown(dna, "ACER1")),
    ]);
    assert_eq!(rows, [("rna-dna", Verdict::SameBreak)]);
}

#[test]
fn relapse_is_the_same_clone_or_a_new_one() {
    let dna = |position| shown(broken(9, position, 87_080_000), "AFF1");
    let at = |relapse| {
        compared(vec![
            ("p", Diagnosis, "", "", dna(118_485_000)),
            ("p", Relapse, "", "", dna(relapse)),
        ])
    };
    assert_eq!(at(118_485_000), [("diagnosis-relapse", Verdict::SameBreak)]);
    assert_eq!(at(118_486_000), [("diagnosis-relapse", Verdict::NewClone)]);
    let remission = vec![
        ("p", Diagnosis, "", "", dna(118_485_000)),
        ("p", FollowUp, "", "", without("dna", State::NotDetected)),
    ];
    assert_eq!(compared(remission), [("diagnosis-follow-up", Verdict::NoLongerShown)]);
}

#[test]
fn a_breakpoint_of_two_patients_is_a_swap_unless_they_are_twins() {
    let dna = || shown(broken(9, 118_485_000, 87_080_000), "AFF1");
    let two = |family| {
        compared(vec![
            ("p", Diagnosis, "", family, dna()),
            ("q", Relapse, "", family, dna()),
        ])
    };
    assert_eq!(two(""), [("genomic-breakpoint", Verdict::SwapOrContamination)]);
    assert_eq!(two("f1"), [("genomic-breakpoint", Verdict::RelatedExpected)]);
    let rna = || shown(spliced(8, "AFF1", "4", 87_084_120), "AFF1");
    assert_eq!(
        compared(vec![("p", Diagnosis, "", "", rna()), ("q", Diagnosis, "", "", rna())]),
        []
    );
}

#[test]
fn carry_over_needs_a_run_few_molecules_and_a_strong_source() {
    let with = |count: u64| {
        let mut junction = spliced(8, "AFF1", "4", 87_084_120);
        junction.evidence = molecules(count);
        shown(junction, "AFF1")
    };
    let rows = |weak, strong, runs: [&'static str; 2]| {
        compared(vec![
            ("p", Diagnosis, runs[0], "", with(weak)),
            ("q", Diagnosis, runs[1], "", with(strong)),
        ])
    };
    assert_eq!(rows(2, 100, ["r1", "r1"]), [("run", Verdict::PossibleCarryOver)]);
    assert_eq!(rows(2, 99, ["r1", "r1"]), []);
    assert_eq!(rows(4, 500, ["r1", "r1"]), []);
    assert_eq!(rows(2, 100, ["r1", "r2"]), []);
    assert_eq!(rows(2, 100, ["", ""]), [], "no run is known");
}
