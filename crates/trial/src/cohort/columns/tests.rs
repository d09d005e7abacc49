use std::collections::BTreeSet;

use super::*;
use crate::cohort::digest::SampleDigest;
use crate::cohort::group::PartnerGroups;
use crate::cohort::roster::Patient;
use crate::example;

fn values(digest: Option<&SampleDigest>, status: Status) -> Vec<(&'static str, String)> {
    let patient = Patient {
        id: "p1".to_owned(),
        in_sheet: true,
        age_days: Some(120),
        ..Patient::default()
    };
    let of = Characterised {
        carried_from: BTreeSet::new(),
        patient: &patient,
        status,
        lead: digest,
        rna: digest,
        dna: None,
        lead_file: "p1.breakapart.json",
        flags: BTreeSet::from(["b".to_owned(), "a".to_owned()]),
        relapse: Vec::new(),
        groups: &PartnerGroups::default(),
    };
    COLUMNS
        .iter()
        .map(|column| (column.name, (column.value)(&of)))
        .collect()
}

fn names() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|column| column.name)
}

#[test]
fn a_fusion_fills_the_columns_of_its_assay() {
    let digest = SampleDigest::parts(&example::fusion(), Some(25)).remove(0);
    let values = values(Some(&digest), Status::Rearranged);
    let of = |name: &str| values.iter().find(|(n, _)| *n == name).unwrap().1.as_str();
    for (name, value) in [
        ("kmt2a_status", "KMT2A-r"),
        ("age_group", "90-182 d"),
        ("partner", "AFF1"),
        ("partner_group", "AFF1"),
        ("kmt2a_intron_mane", "8"),
        // Longest introns of the gene are 8 and 10 in MANE: 9 and 11 with Nilson.
        ("kmt2a_intron_nilson", "9"),
        ("kmt2a_intron_consensus_2024", "9"),
        ("kmt2a_intron_meyer_2023", "8"),
        ("kmt2a_intron_gu_1992", "6"),
        ("kmt2a_region", "major"),
        ("break_by", "rna"),
        ("kmt2a_exon", "8"),
        ("partner_exon", "4"),
        ("frame", "in-frame"),
        ("reciprocal_found", "yes"),
        ("rna_breakpoint5", "chr11:118482495"),
        ("rna_breakpoint3", "chr4:87046695"),
        ("der11_breakpoint5", ""),
        ("fraction", "0.18"),
        ("fraction_of", "KMT2A transcripts at the donor"),
        ("vicc", "NM_001197104.2(KMT2A):e.8::NM_001166693.3(AFF1):e.4"),
        ("iscn_suggestion", "t(4;11)(q21;q23.3)"),
        ("flags", "a;b"),
    ] {
        assert_eq!(of(name), value, "{name}");
    }
    assert_eq!(of("rna_sequence").len(), 25 + 1 + 25);
}

#[test]
fn a_negative_states_assay_and_limit_and_no_event() {
    let digest = SampleDigest::parts(&example::negative(), Some(25)).remove(0);
    let values = values(Some(&digest), Status::NotDetected);
    let of = |name: &str| values.iter().find(|(n, _)| *n == name).unwrap().1.as_str();
    assert_eq!(
        of("status_text"),
        "KMT2A-r not detected (RNA, limit 4.0 % of KMT2A transcripts)"
    );
    for name in [
        "lead_fusion",
        "partner",
        "tier",
        "kmt2a_region",
        "frame",
        "fraction",
        "vicc",
    ] {
        assert_eq!(of(name), "", "{name}");
    }
    assert_eq!(of("partner_group"), "none");
    assert!(
        !values
            .iter()
            .any(|(_, value)| value.contains("germline") || value.contains("KMT2A-g"))
    );
}

#[test]
fn names_are_unique_and_numbers_have_six_digits() {
    let all: BTreeSet<&str> = names().collect();
    assert_eq!(all.len(), names().count());
    for (value, text) in [
        (0.18, "0.18"),
        (1.0 / 3.0, "0.333333"),
        (1.5e-5, "0.000015"),
        (123_456.7, "123457"),
        (0.0, "0"),
    ] {
        assert_eq!(number(Some(value)), text);
    }
}

#[test]
fn the_documented_columns_are_these() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/output/genetic_characterisation.columns.tsv");
    let page = std::fs::read_to_string(path).unwrap();
    let mut rows = page.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    assert_eq!(rows.next().unwrap(), ["column", "type", "meaning"]);
    let rows: Vec<Vec<&str>> = rows.collect();
    assert!(
        rows.iter().map(|row| row[0]).eq(names()),
        "a row for each column, in their order"
    );
    for row in rows {
        assert!(["text", "integer", "number", "true/false"].contains(&row[1]), "{row:?}");
        assert!(row.len() == 3 && row[2].ends_with('.'), "{row:?}");
    }
}
