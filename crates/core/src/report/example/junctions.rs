//! The examples' junctions.

use crate::report::schema::*;

pub(super) const MANE: &str = "NM_001197104.2";

pub(super) fn reason(code: &str, text: &str, value: Option<f64>) -> Reason {
    Reason {
        code: code.to_owned(),
        text: text.to_owned(),
        value,
    }
}

pub(super) fn term(name: &str, value: f64, text: &str) -> Term {
    Term {
        name: name.to_owned(),
        value,
        text: text.to_owned(),
    }
}

/// An exon end (`Left`) or start (`Right`) of KMT2A, on the forward strand of chr11.
pub(super) fn kmt2a(position: i64, retained: Retained, exon: u16, phase: u8) -> Side {
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
pub(super) fn aff1(position: i64, retained: Retained, exon: u16) -> Side {
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

pub(super) fn canonical() -> Junction {
    Junction {
        id: "E1.1".to_owned(),
        assay: "rna".to_owned(),
        class: "canonical".to_owned(),
        role: "canonical".to_owned(),
        five: Some(kmt2a(118_482_495, Retained::Left, 8, 0)),
        three: Some(aff1(87_046_695, Retained::Right, 4)),
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
                bases: "CCTGTAAAACAAAAACCAAAAGAAAAGACAGCAAAAGGTGATGAGATGTC".to_owned(),
                offset: -27,
            },
            SupportingRow {
                name: "60303ae22b998861".to_owned(),
                kind: "spanning".to_owned(),
                placements: "chr11:118482390+ 100M;chr4:87046702- 100M".to_owned(),
                ..SupportingRow::default()
            },
        ],
        filters: [("duplicate".to_owned(), 8), ("short-anchor".to_owned(), 2)].into(),
        ..Junction::default()
    }
}

pub(super) fn isoform() -> Junction {
    Junction {
        id: "E1.2".to_owned(),
        role: "isoform".to_owned(),
        isoform_of: Some("E1.1".to_owned()),
        five: Some(kmt2a(118_482_092, Retained::Left, 7, 1)),
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

pub(super) fn reciprocal() -> Junction {
    Junction {
        id: "E1.3".to_owned(),
        class: "reciprocal".to_owned(),
        role: "reciprocal".to_owned(),
        five: Some(aff1(87_046_286, Retained::Left, 3)),
        three: Some(kmt2a(118_484_183, Retained::Right, 9, 0)),
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

pub(super) fn background_back_splice() -> Junction {
    Junction {
        id: "D1".to_owned(),
        assay: "rna".to_owned(),
        class: "background-ptd".to_owned(),
        role: "ptd".to_owned(),
        five: Some(kmt2a(118_482_495, Retained::Left, 8, 0)),
        three: Some(kmt2a(118_468_775, Retained::Right, 2, 0)),
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
