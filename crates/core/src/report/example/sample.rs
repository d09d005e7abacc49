//! What the examples share: input, profile, adequacy, limit, ledger, parameters.

use super::junctions::MANE;
use crate::report::schema::*;

pub(super) fn donors() -> Vec<DonorAdequacy> {
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

pub(super) fn lod() -> Lod {
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
        waived: Vec::new(),
    }
}

pub(super) fn base(sample: &str) -> SampleReport {
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
            platform_units: vec!["HFLT3DSXX.1.ACGTACGT".to_owned()],
            file: format!("{sample}.bam"),
            format: "BAM".to_owned(),
            access: Access {
                mode: "indexed".to_owned(),
                records_total: Some(61_234_567),
                records_read: 8_120,
                file_bytes: Some(4_210_998_877),
                header_md5: Some("0cc175b9c0f1b6a831c399e269772661".to_owned()),
                index_md5: Some("92eb5ffee6ae2fec3ad71c777531578f".to_owned()),
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
        coverage: vec![GeneCoverage {
            assay: "rna".to_owned(),
            transcript: MANE.to_owned(),
            exons: (1..=36).map(|exon| 300.0 + 5.25 * f64::from(exon)).collect(),
            introns: (1..=35).map(|intron| 2.0 + 0.25 * f64::from(intron)).collect(),
            five_prime: Some(314.2),
            three_prime: Some(461.25),
        }],
        adequacy: vec![Adequacy {
            introns: Vec::new(),
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
            library: LibraryAtLocus {
                read_length: Some(100),
                fragment_length: Some(287),
                fragment_length_mad: Some(41),
                strandedness: "reverse".to_owned(),
                sense_fraction: Some(0.02),
                three_prime_ratio: Some(1.4),
                placed_fraction: Some(0.998),
                mate_unaligned_fraction: Some(0.001),
                mate_missing_fraction: Some(0.0),
                overlapping_fraction: Some(0.31),
            },
            exon_depth: vec![ExonDepth {
                exon: 8,
                offset: 4_500,
                depth: 351.5,
            }],
            imbalance: None,
            faults: Vec::new(),
            chimera_capability: ChimeraCapability {
                status: "capable".to_owned(),
                code: "chimeras-written".to_owned(),
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
        parameters: Parameters {
            rule: None,
            settings: [
                ("required-lod".to_owned(), ParameterValue::Number(0.1)),
                ("kept-rows".to_owned(), ParameterValue::Integer(200)),
                ("keep-names".to_owned(), ParameterValue::Flag(false)),
                ("background".to_owned(), ParameterValue::Text("built-in".to_owned())),
            ]
            .into(),
        },
        ..SampleReport::default()
    }
}
