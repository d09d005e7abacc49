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
fn nothing_found_is_below_the_limit_and_never_zero() {
    let negative = series(false, 0, 200_000);
    let table = tsv(&negative);
    assert!(table.contains("below 3.0e-5 of cells (1.5e-5 of alleles)"), "{table}");
    let row: Vec<&str> = table.lines().nth(2).unwrap().split('\t').collect();
    let at = |name: &str| row[COLUMNS.iter().position(|c| *c == name).unwrap()];
    assert_eq!(
        (at("fraction"), at("cells"), at("reaches_1e-4_of_cells")),
        ("", "", "yes")
    );
    assert!(text(&negative).contains("reaches 1e-4 of cells"));
    assert!(tsv(&series(false, 0, 0)).contains("not assessable"));
}

#[test]
fn cells_are_twice_the_alleles_and_transcripts_are_no_cells() {
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
        assert_eq!(row[COLUMNS.iter().position(|c| *c == name).unwrap()], "", "{name}");
    }
    assert!(text(&rna).contains("transcripts, not cells"));
    assert!(json(&rna).unwrap().contains("say nothing of the number of cells"));
}

#[test]
fn the_page_escapes_and_names_its_style() {
    use sha2::{Digest, Sha256};
    let page = html(&series(false, 0, 1_000)).unwrap();
    assert!(!page.contains("<AFF1>") && page.contains("class=\"below\""));
    // The hash stands in base64: compared by its bytes' number here, by value in the browser.
    assert_eq!(Sha256::digest(STYLE).len(), 32);
    assert_eq!(STYLE_HASH.len(), 44);
}
