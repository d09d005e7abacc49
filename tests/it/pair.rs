//! RNA and DNA of one patient in one report, and in a trial's table.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::data::{Row, dna, path, rna, table};
use crate::program::{breakapart, call, error_line, output, report};

/// A capture panel of KMT2A's introns 5 to 15, BWA-MEM, without a rearrangement.
fn panel() -> PathBuf {
    path("panel/panel_negative.bam")
}

fn both(folder: &Path, rna: &Path, dna: &Path) -> Value {
    call(folder)
        .args(["-q", "--force", "--sample", "patient", "--rna"])
        .arg(rna)
        .arg("--dna")
        .arg(dna)
        .assert()
        .success();
    report(folder, "patient")
}

/// The patient's row of the trial's table, by column.
fn row(folder: &Path) -> Row {
    let out = folder.join("cohort");
    breakapart()
        .args(["cohort", "--force", "-o"])
        .arg(&out)
        .arg(folder.join("out"))
        .assert()
        .success();
    table(&out.join("genetic_characterisation.tsv")).remove(0)
}

#[test]
fn rna_given_as_dna_is_refused_and_both_are_named() {
    for (first, second, wrong) in [
        (dna("dna_aff1_intron8"), rna("aff1_reciprocal"), 2),
        (rna("negative"), rna("aff1_reciprocal"), 1),
        (panel(), dna("dna_aff1_intron8"), 1),
    ] {
        let folder = TempDir::new().unwrap();
        let assert = call(folder.path())
            .args(["-q", "--sample", "patient", "--rna"])
            .arg(&first)
            .arg("--dna")
            .arg(&second)
            .assert()
            .code(1);
        let line = error_line(&assert);
        for path in [&first, &second] {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(line.contains(name), "{line}");
        }
        assert_eq!(line.matches("but its reads are").count(), wrong, "{line}");
        assert!(!folder.path().join("out/patient.breakapart.json").exists());
    }
}

#[test]
fn two_partners_are_a_possible_swap_in_the_headline() {
    let folder = TempDir::new().unwrap();
    let report = both(folder.path(), &rna("mllt10_two_molecules"), &dna("dna_aff1_intron8"));
    let conclusion = &report["conclusion"];
    let headline = conclusion["headline"].as_str().unwrap();
    assert!(
        headline.starts_with("RNA and DNA disagree (possible sample swap)"),
        "{headline}"
    );
    assert!(
        headline.contains("KMT2A::MLLT10") && headline.contains("KMT2A::AFF1"),
        "{headline}"
    );
    assert!(conclusion["next_step"].as_str().unwrap().contains("the same patient"));
    let row = row(folder.path());
    assert!(row["flags"].contains("rna-dna-different-partner"), "{row:?}");
}

#[test]
fn findings_are_those_of_both_assays() {
    let folder = TempDir::new().unwrap();
    // RNA without the reciprocal transcript, DNA with the reciprocal junction.
    let report = both(folder.path(), &rna("aff1_star_default"), &dna("dna_aff1_intron8"));
    assert_eq!(report["agreement"]["status"], "confirmed");
    let conclusion = &report["conclusion"];
    assert_eq!(conclusion["findings"]["reciprocal"]["status"], "detected");
    let codes: Vec<&str> = conclusion["contradictions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["code"].as_str().unwrap())
        .collect();
    assert!(!codes.contains(&"three-prime-lost"), "{codes:?}");
    assert_eq!(conclusion["assays"].as_array().unwrap().len(), 2);
    let row = row(folder.path());
    assert_eq!(
        (row["break_by"].as_str(), row["kmt2a_intron_mane"].as_str()),
        ("dna", "8")
    );
    assert_eq!(row["der11_breakpoint5"], "chr11:118483101");
    assert_eq!(
        (row["reciprocal_found"].as_str(), row["tier_dna"].as_str()),
        ("yes", "high")
    );
    assert_eq!(row["frame"], "in-frame");
}

#[test]
fn a_positive_beside_a_negative_that_could_have_shown_it_is_flagged() {
    let folder = TempDir::new().unwrap();
    let report = both(folder.path(), &rna("aff1_reciprocal"), &panel());
    assert_eq!(report["agreement"]["status"], "discordant");
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(
        headline.contains("disagree") && headline.contains("KMT2A::AFF1"),
        "{headline}"
    );
    let row = row(folder.path());
    assert_eq!(row["kmt2a_status"], "KMT2A-r");
    assert!(row["flags"].contains("rna-dna-discordance"), "{row:?}");
    assert_eq!(row["tier_dna"], "", "DNA shows no event");
}

#[test]
fn of_two_negatives_rna_covers_the_region_that_the_panel_omits() {
    let folder = TempDir::new().unwrap();
    let report = both(folder.path(), &rna("negative"), &panel());
    let conclusion = &report["conclusion"];
    assert_eq!(conclusion["state"], "not_detected");
    assert_eq!(conclusion["scope"], "major_and_minor");
    let headline = conclusion["headline"].as_str().unwrap();
    assert!(!headline.contains("minor region"), "{headline}");
    assert!(conclusion["lod"]["exclusion"]["any_partner"]["minor"].is_number());
    let donors: Vec<u64> = conclusion["examined_donors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d.as_u64().unwrap())
        .collect();
    assert!(
        (20..=23).chain(7..=12).all(|donor| donors.contains(&donor)),
        "{donors:?}"
    );
    let row = row(folder.path());
    assert_eq!(row["kmt2a_status"], "KMT2A-r not detected");
    let text = breakapart()
        .args(["report", "--format", "text"])
        .arg(folder.path().join("out/patient.breakapart.json"))
        .assert();
    let text = output(&text);
    assert!(!text.contains("MINOR REGION NOT EXAMINED"), "{text}");
}

#[test]
fn a_panel_without_the_minor_region_says_so_everywhere() {
    let words = "NOT DETECTED IN THE MAJOR REGION, MINOR REGION NOT EXAMINED";
    let folder = TempDir::new().unwrap();
    let assert = call(folder.path())
        .args(["-q", "--format", "json,html,multiqc,vcf"])
        .args([panel(), rna("negative")])
        .assert()
        .success();
    let terminal = output(&assert);
    // The progress line, and the table.
    assert_eq!(terminal.matches(words).count(), 2, "{terminal}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let json = |name: &str| -> Value { serde_json::from_str(&read(&format!("{name}.breakapart.json"))).unwrap() };
    let found = json("panel_negative");
    let conclusion = &found["conclusion"];
    assert_eq!(
        (&conclusion["state"], &conclusion["scope"]),
        (&"not_detected".into(), &"major".into())
    );
    assert!(conclusion["next_step"].as_str().unwrap().contains("introns 20 to 23"));
    assert!(conclusion["text"].as_str().unwrap().contains("Donors examined: e"));
    let open = conclusion["not_excluded"].to_string();
    assert!(open.contains("e14-e35") && open.contains("3' part"), "{open}");
    let page = read("panel_negative.report.html");
    assert!(page.contains(words) && page.contains("minor region not examined"));
    assert!(page.contains("not covered") && !page.contains("3' part</th><td class=\"n\"><data value=\"0"));
    for name in ["general", "status"] {
        assert!(
            read(&format!("panel_negative.breakapart_{name}_mqc.json")).contains(words),
            "{name}"
        );
    }
    let general: Value = serde_json::from_str(&read("panel_negative.breakapart_general_mqc.json")).unwrap();
    assert!(
        general["data"]["panel_negative"]["breakapart_lod"].is_number(),
        "the major region's"
    );
    // The other sample's negative covers both regions.
    let other = json("negative");
    assert_eq!(other["conclusion"]["scope"], "major_and_minor");
    std::fs::remove_file(folder.path().join("out/negative.breakapart.json")).unwrap();
    let row = row(folder.path());
    assert_eq!(
        row["kmt2a_status"],
        "KMT2A-r not detected in the major region, minor region not examined"
    );
    assert!(!row["lod"].is_empty());
}
