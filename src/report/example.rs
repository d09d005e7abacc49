//! Four reports for the tests: a fusion with isoform and reciprocal, a PTD, a negative, and an
//! inconclusive one. Coordinates and sequences are the real ones of GRCh38; counts are invented.

use super::schema::*;

const MANE: &str = "NM_001197104.2";

fn reason(code: &str, text: &str, value: Option<f64>) -> Reason {
    Reason {
        code: code.to_owned(),
        text: text.to_owned(),
        value,
    }
}

fn term(name: &str, value: f64, text: &str) -> Term {
    Term {
        name: name.to_owned(),
        value,
        text: text.to_owned(),
    }
}

fn finding(status: FindingStatus, text: &str) -> Finding {
    Finding {
        status,
        text: text.to_owned(),
    }
}

/// An exon end (`Left`) or start (`Right`) of KMT2A, on the forward strand of chr11.
pub(crate) fn kmt2a(position: i64, retained: RetainedSide, exon: u16, phase: u8) -> Side {
    Side {
        contig: "chr11".to_owned(),
        position,
        retained,
        strand: StrandSign::Forward,
        gene: Some("KMT2A".to_owned()),
        gene_strand: StrandSign::Forward,
        gene_id: Some("ENSG00000118058".to_owned()),
        transcript: Some(MANE.to_owned()),
        mane: true,
        exon: Some(exon),
        exon_labels: vec![ExonLabel {
            scheme: "Nilson".to_owned(),
            label: format!("e{}", exon + 1),
            derived: true,
        }],
        site: "CDS".to_owned(),
        at_splice_site: true,
        distance_to_splice_site: Some(0),
        phase: Some(phase),
        ref_base: Some("G".to_owned()),
        coverage: Some(240),
        ..Side::default()
    }
}

/// An exon end or start of AFF1, on the forward strand of chr4.
pub(crate) fn aff1(position: i64, retained: RetainedSide, exon: u16) -> Side {
    Side {
        contig: "chr4".to_owned(),
        position,
        gene: Some("AFF1".to_owned()),
        gene_id: Some("ENSG00000172493".to_owned()),
        transcript: Some("NM_001166693.3".to_owned()),
        coverage: Some(71),
        exon_labels: Vec::new(),
        ref_base: None,
        ..kmt2a(position, retained, exon, 0)
    }
}

fn canonical() -> Junction {
    Junction {
        id: "E1.1".to_owned(),
        assay: "rna".to_owned(),
        class: "canonical".to_owned(),
        role: "canonical".to_owned(),
        five: Some(kmt2a(118_482_495, RetainedSide::Left, 8, 0)),
        three: Some(aff1(87_046_695, RetainedSide::Right, 4)),
        ambiguity: Ambiguity {
            left: 2,
            right: 0,
            homology: "AG".to_owned(),
        },
        frame: Frame::InFrame,
        evidence: Evidence {
            molecules: Some(63),
            split: 43,
            clip: 11,
            spanning: 8,
            mate: 1,
            fragments: 71,
            split_anchor5: 25,
            split_anchor3: 18,
            clip_anchor5: 7,
            clip_anchor3: 4,
            longest_anchor5: 88,
            longest_anchor3: 81,
            distinct_positions: 58,
        },
        wild_type_molecules: Some(287),
        fraction: Some(Fraction {
            estimate: 0.18,
            low: 0.141,
            high: 0.224,
        }),
        consensus: Some("ATCCCTGTAAAACAAAAACCAAAAGAAAAG|ACAGCAAAAGGTGATGAGCTGTCTAGTCGAATACAGAACA".to_owned()),
        peptide: Some("IPVKQKPKEK|TAKGDELSSRIQN".to_owned()),
        tier: Some(Tier::High),
        model_score: Some(0.9998),
        terms: vec![term("support", 14.2, "63 molecules against 0.02 expected by chance")],
        reasons: vec![
            reason("catalogue-partner", "AFF1 is in the catalogue of partners", None),
            reason("both-splice-sites", "both sides lie on annotated splice sites", None),
        ],
        hgvs: Some(format!("{MANE}:r.?_4086::NM_001166693.3:r.?")),
        iscn_suggestion: Some("t(4;11)(q21;q23.3)".to_owned()),
        mechanism: Some("translocation".to_owned()),
        supporting: vec![
            SupportingRow {
                name: "9f86d081884c7d65".to_owned(),
                kind: "split".to_owned(),
                placements: "chr11:118482438+ 58M42S;chr4:87046695+ 58S42M".to_owned(),
            },
            SupportingRow {
                name: "60303ae22b998861".to_owned(),
                kind: "spanning".to_owned(),
                placements: "chr11:118482390+ 100M;chr4:87046702- 100M".to_owned(),
            },
        ],
        filters: [("duplicate".to_owned(), 8), ("short-anchor".to_owned(), 2)].into(),
        ..Junction::default()
    }
}

fn isoform() -> Junction {
    Junction {
        id: "E1.2".to_owned(),
        role: "isoform".to_owned(),
        isoform_of: Some("E1.1".to_owned()),
        five: Some(kmt2a(118_482_092, RetainedSide::Left, 7, 1)),
        frame: Frame::OutOfFrame,
        evidence: Evidence {
            molecules: Some(4),
            split: 4,
            fragments: 4,
            split_anchor5: 2,
            split_anchor3: 2,
            longest_anchor5: 61,
            longest_anchor3: 70,
            distinct_positions: 4,
            ..Evidence::default()
        },
        fraction: None,
        wild_type_molecules: None,
        consensus: None,
        peptide: None,
        tier: Some(Tier::Medium),
        model_score: Some(0.94),
        supporting: Vec::new(),
        filters: Default::default(),
        hgvs: None,
        ..canonical()
    }
}

fn reciprocal() -> Junction {
    Junction {
        id: "E1.3".to_owned(),
        class: "reciprocal".to_owned(),
        role: "reciprocal".to_owned(),
        five: Some(aff1(87_046_286, RetainedSide::Left, 3)),
        three: Some(kmt2a(118_484_183, RetainedSide::Right, 9, 0)),
        ambiguity: Ambiguity {
            left: 2,
            right: 1,
            homology: "AGG".to_owned(),
        },
        evidence: Evidence {
            molecules: Some(6),
            split: 5,
            clip: 1,
            fragments: 6,
            split_anchor5: 2,
            split_anchor3: 3,
            clip_anchor3: 1,
            longest_anchor5: 55,
            longest_anchor3: 77,
            distinct_positions: 6,
            ..Evidence::default()
        },
        fraction: Some(Fraction {
            estimate: 0.021,
            low: 0.0077,
            high: 0.045,
        }),
        wild_type_molecules: Some(281),
        consensus: Some("AAGATTCCCCTTTTTGGAGAGCCCTACAAG|GAAAAACCACCTCCGGTCAATAAGCAGGAG".to_owned()),
        peptide: None,
        tier: Some(Tier::High),
        model_score: Some(0.993),
        supporting: Vec::new(),
        filters: Default::default(),
        hgvs: None,
        ..canonical()
    }
}

fn background_back_splice() -> Junction {
    Junction {
        id: "D1".to_owned(),
        assay: "rna".to_owned(),
        class: "background-ptd".to_owned(),
        role: "ptd".to_owned(),
        five: Some(kmt2a(118_482_495, RetainedSide::Left, 8, 0)),
        three: Some(kmt2a(118_468_775, RetainedSide::Right, 2, 0)),
        ambiguity: Ambiguity {
            left: 2,
            right: 1,
            homology: "AGG".to_owned(),
        },
        frame: Frame::InFrame,
        evidence: Evidence {
            molecules: Some(1),
            split: 1,
            fragments: 1,
            split_anchor3: 1,
            longest_anchor5: 31,
            longest_anchor3: 69,
            distinct_positions: 1,
            ..Evidence::default()
        },
        wild_type_molecules: Some(412),
        model_score: Some(0.08),
        filters: [("low-mapping-quality".to_owned(), 1)].into(),
        ..Junction::default()
    }
}

fn donors() -> Vec<DonorAdequacy> {
    [
        (7, 305),
        (8, 287),
        (9, 260),
        (10, 241),
        (11, 112),
        (12, 198),
        (20, 150),
        (21, 133),
        (22, 121),
        (23, 140),
    ]
    .into_iter()
    .map(|(exon, molecules)| DonorAdequacy {
        exon,
        transcript: MANE.to_owned(),
        region: if exon < 20 { "major" } else { "minor" }.to_owned(),
        molecules,
        usable: Some(0.81),
        lod_catalogue_partner: Some(0.031),
        lod_any_partner: Some(0.042),
    })
    .collect()
}

fn lod() -> Lod {
    let regions = |major, minor| LodByRegion {
        major: Some(major),
        minor: Some(minor),
        whole: None,
        ptd: Some(0.012),
    };
    Lod {
        unit: "KMT2A transcripts".to_owned(),
        exclusion: LodByPartner {
            catalogue_partner: regions(0.022, 0.028),
            any_partner: regions(0.031, 0.04),
        },
        call: LodByPartner {
            catalogue_partner: regions(0.045, 0.052),
            any_partner: regions(0.06, 0.071),
        },
        blast_percent: Some(8.0),
        weakest_donor: Some(WeakestDonor {
            exon: 11,
            transcript: MANE.to_owned(),
            molecules: 112,
        }),
        assumptions: vec!["the rearranged allele is expressed as strongly as the other one".to_owned()],
    }
}

fn base(sample: &str) -> SampleReport {
    let row = |code: &str, text: &str, fragments, molecules| LedgerRow {
        code: code.to_owned(),
        text: text.to_owned(),
        fragments,
        molecules: Some(molecules),
    };
    SampleReport {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool {
            name: "breakapart".to_owned(),
            // Not the crate's: golden files must not change with each release.
            version: "0.0.0".to_owned(),
        },
        sample: sample.to_owned(),
        inputs: vec![Input {
            file: format!("{sample}.bam"),
            format: "BAM".to_owned(),
            access: Access {
                mode: "indexed".to_owned(),
                records_total: Some(61_234_567),
                records_read: 8_120,
            },
            assay: "rna".to_owned(),
            assay_basis: "introns in the alignments".to_owned(),
            build: "GRCh38".to_owned(),
            contig_naming: "chr11".to_owned(),
            aligner: Aligner {
                name: "STAR".to_owned(),
                version: Some("2.7.11b".to_owned()),
                chimeric_settings: Some("--chimSegmentMin 10 --chimOutType WithinBAM SoftClip".to_owned()),
            },
            library: "poly-A".to_owned(),
            read_length: Some(100),
            fragment_length: Some(FragmentLength {
                median: 212.0,
                mad: 31.5,
            }),
            paired: true,
            duplicates_marked: Some(false),
            molecules_by: MoleculesBy::FragmentEnds,
            records: RecordCounts {
                examined: 8_120,
                kmt2a_window: 5_310,
                malformed: 0,
                duplicates: 0,
            },
        }],
        profile: vec![ProfileJunction {
            assay: "rna".to_owned(),
            transcript: MANE.to_owned(),
            donor_exon: 8,
            acceptor_exon: 9,
            contig: "chr11".to_owned(),
            donor: 118_482_495,
            acceptor: 118_484_183,
            molecules: Some(287),
            fragments: 301,
            coverage_left: 355,
            coverage_right: 340,
            mean_mapq: Some(254.6),
        }],
        adequacy: vec![Adequacy {
            assay: "rna".to_owned(),
            donors: donors(),
            expression: Some(Expression {
                kmt2a_molecules: 2_410,
                controls: vec![ControlExpression {
                    symbol: "ABL1".to_owned(),
                    molecules: 3_120,
                }],
                text: "KMT2A is expressed at 0.77 of ABL1".to_owned(),
            }),
            mapq0_fraction: Some(0.002),
            duplicate_fraction: None,
            callable_fraction: None,
            chimera_capability: ChimeraCapability {
                status: "capable".to_owned(),
                basis: "chimeric records in the control genes; --chimOutType WithinBAM".to_owned(),
            },
        }],
        ledger: Ledger {
            total: 2_655,
            abnormal: 92,
            rows: vec![
                row(Ledger::NORMAL, "nothing unusual", 2_563, 2_400),
                row("used", "counted for an event", 81, 73),
                row("short-anchor", "too few bases on one side", 8, 8),
                row("unplaced-clip", "a clip that fits nowhere", 3, 3),
            ],
        },
        parameters: [
            ("required-lod".to_owned(), ParameterValue::Number(0.1)),
            ("kept-rows".to_owned(), ParameterValue::Integer(200)),
            ("keep-names".to_owned(), ParameterValue::Flag(false)),
            ("background".to_owned(), ParameterValue::Text("built-in".to_owned())),
        ]
        .into(),
        ..SampleReport::default()
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
            headline: "KMT2A::AFF1   in frame   tier high".to_owned(),
            text: "KMT2A is rearranged: KMT2A::AFF1, in frame.".to_owned(),
            qualifiers: Vec::new(),
            reasons: vec![reason(
                "canonical-high",
                "a canonical junction at tier high",
                Some(0.9998),
            )],
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

/// The fusion with hostile text wherever text may come from the input.
pub(crate) fn hostile() -> SampleReport {
    let long = "x".repeat(10_000);
    let nasty = format!("a\tb\"c\nd\r<script>alert(1)</script>\u{1b}[31m\0\u{202e}é'|>{long}");
    let mut report = fusion();
    report.sample = nasty.clone();
    report.conclusion.headline = nasty.clone();
    report.conclusion.qualifiers = vec![nasty.clone()];
    report.conclusion.next_step = Some(nasty.clone());
    report.warnings = vec![Notice {
        code: nasty.clone(),
        text: nasty.clone(),
    }];
    for input in &mut report.inputs {
        input.file = nasty.clone();
        input.aligner.name = nasty.clone();
    }
    let discarded = report.discarded.iter_mut().map(|discarded| {
        discarded.reason.code = nasty.clone();
        discarded.reason.text = nasty.clone();
        &mut discarded.junction
    });
    for event in &mut report.events {
        event.name = nasty.clone();
        event.mechanism = Some(nasty.clone());
        event.iscn_suggestion = None;
    }
    for junction in report
        .events
        .iter_mut()
        .flat_map(|event| &mut event.junctions)
        .chain(discarded)
    {
        junction.filters = [(nasty.clone(), 3)].into();
        junction.reasons = vec![reason(&nasty, &nasty, None)];
        for row in &mut junction.supporting {
            row.name = nasty.clone();
        }
        for side in [&mut junction.five, &mut junction.three].into_iter().flatten() {
            side.contig = nasty.clone();
            side.gene = Some(nasty.clone());
            side.gene_id = Some(nasty.clone());
            side.transcript = Some(nasty.clone());
            side.site = nasty.clone();
            side.position = i64::MIN;
        }
        junction.evidence.split_anchor5 = u64::MAX;
        junction.evidence.spanning = u64::MAX;
        junction.consensus = Some(nasty.clone());
    }
    report
}
