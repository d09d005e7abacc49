//! Four reports for the tests: a fusion with isoform and reciprocal, a PTD, a negative, and an
//! inconclusive one. Coordinates and sequences are the real ones of GRCh38; counts are invented.

mod hostile;
mod junctions;
mod sample;

use super::schema::*;
use junctions::{MANE, background_back_splice, canonical, isoform, reason, reciprocal, term};
use sample::{base, lod};

pub(crate) use hostile::hostile;

fn finding(status: FindingStatus, text: &str) -> Finding {
    Finding {
        status,
        text: text.to_owned(),
    }
}

fn event() -> Event {
    Event {
        id: "E1".to_owned(),
        class: "canonical".to_owned(),
        name: "KMT2A::AFF1".to_owned(),
        tier: Tier::High,
        model_score: 0.9998,
        molecules: Some(73),
        fragments: 81,
        reasons: vec![reason(
            "catalogue-partner",
            "AFF1 is in the catalogue of partners",
            None,
        )],
        terms: vec![
            term("class and catalogue membership", 3.1, "a recurrent partner"),
            term("support", 14.2, "63 molecules against 0.02 expected by chance"),
        ],
        lead_junction: Some("E1.1".to_owned()),
        junctions: vec![canonical(), isoform(), reciprocal()],
        mechanism: Some("translocation".to_owned()),
        iscn_suggestion: Some("t(4;11)(q21;q23.3)".to_owned()),
        partner: Some(Partner {
            symbol: "AFF1".to_owned(),
            category: Some("AFF1".to_owned()),
            band: Some("4q21.3".to_owned()),
            catalogue: true,
            homologues_that_fit: Vec::new(),
        }),
        doubts: Vec::new(),
    }
}

/// KMT2A::AFF1 with an isoform and the reciprocal.
pub(crate) fn fusion() -> SampleReport {
    SampleReport {
        conclusion: Conclusion {
            state: State::Rearranged,
            carry_over: "not assessed".to_owned(),
            headline: "KMT2A::AFF1, in frame, tier high".to_owned(),
            text: "KMT2A is rearranged: KMT2A::AFF1, in frame.".to_owned(),
            qualifiers: Vec::new(),
            reasons: vec![reason(
                "canonical-high",
                "a canonical junction at tier high",
                Some(0.9998),
            )],
            contradictions: Vec::new(),
            next_step: None,
            findings: Findings {
                fusion: finding(FindingStatus::Detected, "KMT2A::AFF1 at tier high"),
                ptd: PtdFinding {
                    status: FindingStatus::NotDetected,
                    lod: Some(0.012),
                    text: "PTD not detected above 1.2 % of KMT2A transcripts".to_owned(),
                },
                reciprocal: finding(FindingStatus::Detected, "AFF1::KMT2A at tier high"),
                break_without_partner: finding(FindingStatus::NotDetected, "no break without partner"),
            },
            lod: Some(lod()),
            lead_event: Some("E1".to_owned()),
            ..Conclusion::default()
        },
        events: vec![event()],
        discarded: vec![Discarded {
            reason: reason(
                "background-ptd",
                "1 of 412 back-spliced molecules: the level of healthy blood",
                Some(0.0024),
            ),
            junction: background_back_splice(),
        }],
        ..base("patient07")
    }
}

/// A partial tandem duplication of exons 2 to 8.
pub(crate) fn ptd() -> SampleReport {
    let junction = Junction {
        id: "E1.1".to_owned(),
        class: "ptd".to_owned(),
        evidence: Evidence {
            molecules: Some(60),
            split: 52,
            spanning: 8,
            fragments: 60,
            split_anchor5: 30,
            split_anchor3: 22,
            longest_anchor5: 83,
            longest_anchor3: 90,
            distinct_positions: 55,
            ..Evidence::default()
        },
        wild_type_molecules: Some(148),
        fraction: Some(Fraction {
            estimate: 0.4054,
            low: 0.307,
            high: 0.522,
        }),
        consensus: Some("ATCCCTGTAAAACAAAAACCAAAAGAAAAG|GATGAGCAATTCTTAGGTTTTGGCTCAGAT".to_owned()),
        tier: Some(Tier::High),
        model_score: Some(0.998),
        mechanism: Some("tandem duplication".to_owned()),
        filters: Default::default(),
        ..background_back_splice()
    };
    SampleReport {
        conclusion: Conclusion {
            state: State::Ptd,
            headline: "exons 2-8 duplicated, in frame, tier high (not a KMT2A translocation)".to_owned(),
            text: "A partial tandem duplication of KMT2A exons 2-8 is shown.".to_owned(),
            reasons: vec![reason("ptd-high", "a back-splice above the background", Some(0.307))],
            findings: Findings {
                fusion: finding(FindingStatus::NotDetected, "no fusion above 4.0 % of KMT2A transcripts"),
                ptd: PtdFinding {
                    status: FindingStatus::Detected,
                    lod: Some(0.012),
                    text: "exons 2-8 duplicated".to_owned(),
                },
                reciprocal: finding(FindingStatus::NotDetected, "none"),
                break_without_partner: finding(FindingStatus::NotDetected, "none"),
            },
            lod: Some(lod()),
            lead_event: Some("E1".to_owned()),
            ..Conclusion::default()
        },
        events: vec![Event {
            class: "ptd".to_owned(),
            name: "KMT2A-PTD".to_owned(),
            model_score: 0.998,
            molecules: Some(60),
            fragments: 60,
            junctions: vec![junction],
            mechanism: Some("tandem duplication".to_owned()),
            iscn_suggestion: None,
            partner: None,
            doubts: vec![reason(
                "library-unknown",
                "library type unknown: a circular RNA gives the same junction; other exon pairs show none \
                 (0 of 2,310), which argues against it",
                Some(0.0),
            )],
            reasons: Vec::new(),
            ..event()
        }],
        ..base("patient10")
    }
}

/// Nothing found, and enough molecules to say so.
pub(crate) fn negative() -> SampleReport {
    SampleReport {
        conclusion: Conclusion {
            state: State::NotDetected,
            scope: Some("major_and_minor".to_owned()),
            examined_donors: (2..=35).collect(),
            not_excluded: vec![
                "breaks behind other exons (e1)".to_owned(),
                "deletions of KMT2A's 3' part".to_owned(),
            ],
            carry_over: "not assessed".to_owned(),
            headline: "no KMT2A rearrangement above 4.0 % of KMT2A transcripts (95 %; about 8 % blasts if \
                       heterozygous)"
                .to_owned(),
            text: "No KMT2A rearrangement is detected above 4.0 % of KMT2A transcripts.".to_owned(),
            qualifiers: vec!["back-splice e8-e2, 1 of 412: the level of healthy blood".to_owned()],
            reasons: vec![reason(
                "limit-reached",
                "the exclusion limit is at or below the required one",
                Some(0.04),
            )],
            findings: Findings {
                fusion: finding(FindingStatus::NotDetected, "no fusion above 4.0 %"),
                ptd: PtdFinding {
                    status: FindingStatus::NotDetected,
                    lod: Some(0.012),
                    text: "PTD not detected above 1.2 %".to_owned(),
                },
                reciprocal: finding(FindingStatus::NotDetected, "none"),
                break_without_partner: finding(FindingStatus::NotDetected, "none"),
            },
            lod: Some(lod()),
            ..Conclusion::default()
        },
        discarded: fusion().discarded,
        ..base("patient08")
    }
}

/// Too few molecules to say anything.
pub(crate) fn inconclusive() -> SampleReport {
    let headline = "KMT2A is covered by 14 molecules over e9-e10 (NM_001197104.2): a rearrangement in under 38 % of \
                    transcripts would be missed";
    SampleReport {
        conclusion: Conclusion {
            state: State::Inconclusive,
            headline: headline.to_owned(),
            text: "Nothing is found, but the sample could not have shown it.".to_owned(),
            reasons: vec![reason("low-coverage", headline, Some(0.38))],
            next_step: Some("deeper sequencing (about 9x), or a DNA panel, or break-apart FISH".to_owned()),
            findings: Findings {
                ptd: PtdFinding {
                    status: FindingStatus::NotAssessable,
                    lod: None,
                    text: "PTD not assessable".to_owned(),
                },
                ..Findings::default()
            },
            lod: Some(Lod {
                exclusion: LodByPartner {
                    any_partner: LodByRegion {
                        major: Some(0.38),
                        ..LodByRegion::default()
                    },
                    ..LodByPartner::default()
                },
                call: LodByPartner::default(),
                blast_percent: None,
                weakest_donor: Some(WeakestDonor {
                    exon: 9,
                    transcript: MANE.to_owned(),
                    molecules: 14,
                }),
                ..lod()
            }),
            ..Conclusion::default()
        },
        warnings: vec![Notice {
            code: "no-index".to_owned(),
            text: "no index: the whole file was read".to_owned(),
        }],
        ..base("patient09")
    }
}

/// All four by name.
pub(crate) fn all() -> [(&'static str, SampleReport); 4] {
    [
        ("fusion", fusion()),
        ("ptd", ptd()),
        ("negative", negative()),
        ("inconclusive", inconclusive()),
    ]
}
