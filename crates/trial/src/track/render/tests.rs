use super::*;
use crate::track::{Counts, MoleculesBy};

fn series(is_rna: bool, found: u64, examined: u64) -> Series {
    let counts = Counts {
        junction: found,
        wild_type: examined - found,
        by: MoleculesBy::Umi,
    };
    Series {
        event: "KMT2A::<AFF1>".to_owned(),
        diagnosis: "p1".to_owned(),
        build: "GRCh38".to_owned(),
        is_rna,
        targets: Vec::new(),
        samples: vec![FollowUp::of(
            "p1_d33".to_owned(),
            Some(33.0),
            vec![("E1.1".to_owned(), counts)],
            1,
        )],
    }
}

#[test]
fn a_negative_is_below_the_limit_and_never_zero() {
    let negative = series(false, 0, 200_000);
    let table = tsv(&negative);
    assert!(table.contains("below 3.0e-5 of cells (1.5e-5 of alleles)"), "{table}");
    let row: Vec<&str> = table.lines().nth(2).unwrap().split('\t').collect();
    let at = |name: &str| row[COLUMNS.split(' ').position(|c| c == name).unwrap()];
    assert_eq!(
        (at("fraction"), at("cells"), at("reaches_1e-4_of_cells")),
        ("", "", "yes")
    );
    assert!(text(&negative).contains("reaches 1e-4 of cells"));
    assert!(tsv(&series(false, 0, 0)).contains("not assessable"));
}

#[test]
fn cells_are_twice_the_alleles_and_transcripts_are_not_cells() {
    let table = tsv(&series(false, 100, 10_000));
    assert!(
        table.contains("\t1.000e-2\t") && table.contains("\t2.000e-2\t"),
        "{table}"
    );
    let rna = series(true, 100, 10_000);
    let table = tsv(&rna);
    let row: Vec<&str> = table.lines().nth(2).unwrap().split('\t').collect();
    for name in [
        "cells",
        "cells_low",
        "cells_high",
        "limit_cells",
        "reaches_1e-4_of_cells",
    ] {
        assert_eq!(row[COLUMNS.split(' ').position(|c| c == name).unwrap()], "", "{name}");
    }
    assert!(text(&rna).contains("transcripts, not cells"));
    assert!(json(&rna).unwrap().contains("say nothing about the number of cells"));
}

#[test]
fn the_page_escapes_and_names_its_style() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};
    let page = html(&series(false, 0, 1_000)).unwrap();
    assert!(!page.contains("<AFF1>") && page.contains("class=\"below\""));
    assert_eq!(STYLE_HASH, STANDARD.encode(Sha256::digest(STYLE)));
}

/// Two junctions in three samples: found, below the limit, and not assessable; and a missing file.
fn two_junctions() -> Series {
    let sample = |name: &str, day: f64, first: (u64, u64), second: (u64, u64)| {
        let counts = |(junction, wild_type)| Counts {
            junction,
            wild_type,
            by: MoleculesBy::Umi,
        };
        let counted = vec![("E1.1".to_owned(), counts(first)), ("E1.2".to_owned(), counts(second))];
        FollowUp::of(name.to_owned(), Some(day), counted, 1)
    };
    Series {
        samples: vec![
            sample("d1", 1.0, (42, 58), (3, 197)),
            sample("d8", 8.0, (10, 990), (0, 1_000)),
            sample("d15", 15.0, (0, 11), (0, 9)),
            sample("d33", 33.0, (0, 0), (0, 0)),
            FollowUp::failed("d78".to_owned(), Some(78.0), "d78.bam: no such file".to_owned()),
        ],
        ..series(false, 0, 1)
    }
}

#[test]
fn a_line_has_one_definition() {
    let words = text(&two_junctions());
    let lines: Vec<&str> = words.lines().filter(|line| line.contains("molecules")).collect();
    // All junctions together: counts without fraction; each junction: its own counts with their fraction.
    assert_eq!(
        lines[0],
        "  d1  detected: 45 of 300 molecules at all junctions; does not reach 1e-4 of cells"
    );
    assert!(
        lines[1].starts_with("    E1.1  detected: 42 of 100 molecules, 8.40e-1 of cells"),
        "{words}"
    );
    assert!(
        lines[2].starts_with("    E1.2  detected: 3 of 200 molecules, 3.00e-2 of cells"),
        "{words}"
    );
    let value: serde_json::Value = serde_json::from_str(&json(&two_junctions()).unwrap()).unwrap();
    let first = &value["samples"][0];
    assert!(first["all_junctions"]["fraction"].is_null() && first["all_junctions"]["fraction_high"].is_null());
    assert_eq!(first["junctions"][0]["estimate"]["fraction"], 0.42);
    let page = html(&two_junctions()).unwrap();
    let row = |junction: &str| {
        let row = page
            .split("<tr>")
            .find(|r| r.contains(">d1</td>") && r.contains(&format!(">{junction}</td>")));
        row.unwrap().to_owned()
    };
    assert!(row("all").contains("45 of 300") && !row("all").contains("e-1 ("));
    assert!(row("E1.1").contains("42 of 100") && row("E1.1").contains("8.40e-1"));
}

#[test]
fn no_line_joins_a_finding_and_a_limit_and_every_sample_is_shown() {
    let page = html(&two_junctions()).unwrap();
    assert_eq!(page.matches("class=\"path\"").count(), 1, "only from day 1 to day 8");
    assert_eq!(page.matches("class=\"found\"").count(), 2);
    assert_eq!(page.matches("class=\"below\"").count(), 1);
    assert_eq!(
        page.matches("class=\"open\"").count(),
        2,
        "not assessable, and the missing file"
    );
    assert!(page.contains("day 33: not assessable") && page.contains("not reached"));
    assert!(page.contains("d78.bam: no such file") && page.contains("GRCh38"));
    for view in [
        tsv(&two_junctions()),
        text(&two_junctions()),
        json(&two_junctions()).unwrap(),
    ] {
        assert!(view.contains("not used: d78.bam: no such file"), "{view}");
        assert!(view.contains("not assessable: no molecule was examined"));
    }
}
