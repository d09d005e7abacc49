//! A simulated trial through the program: truth, swaps, broken files, and what must not leak.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{exons, trial};
use assert_cmd::Command;
use breakapart::catalogue::GeneModels;
use breakapart::genome::Build;
use breakapart::simulate::{self, ContigStyle, Genome};

type Table = Vec<BTreeMap<String, String>>;

fn table(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| {
            let cells = line.split('\t').map(str::to_owned);
            header.iter().map(|title| (*title).to_owned()).zip(cells).collect()
        })
        .collect()
}

/// A trial of `count` patients; partners of the test reference alone.
fn trial(folder: &Path, count: usize) -> trial::Plan {
    let contigs = simulate::contigs(Build::GRCh38, ContigStyle::Chr);
    let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
    let fasta = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/reference/exons.fa");
    let source = exons::read(&std::fs::read_to_string(fasta).unwrap(), &models, &contigs);
    let genome = Genome::new(&contigs, &models, &source);
    trial::write(count, 5, &genome, folder)
}

fn run(folder: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("breakapart")
        .unwrap()
        .arg("cohort")
        .arg(folder.join("reports"))
        .args(["--samples", folder.join("samples.csv").to_str().unwrap()])
        .args(more)
        .assert()
}

#[test]
fn a_trial_agrees_with_its_truth() {
    let folder = tempfile::tempdir().unwrap();
    let plan = trial(folder.path(), 120);
    assert_eq!((plan.swaps.len(), plan.broken.len()), (3, 5));
    let out = folder.path().join("out");
    run(folder.path(), &["-o", out.to_str().unwrap()]).success();
    let found: BTreeMap<String, BTreeMap<String, String>> = table(&out.join("genetic_characterisation.tsv"))
        .into_iter()
        .map(|row| (row["patient"].clone(), row))
        .collect();
    assert_eq!(found.len(), 120, "patients, not samples");
    let mut compared = 0;
    for truth in table(&folder.path().join("truth.tsv")) {
        let row = &found[&truth["patient"]];
        if truth["adequate"] != "yes" {
            continue;
        }
        compared += 1;
        assert_eq!(
            row["kmt2a_status"], truth["status"],
            "{}: {}",
            truth["patient"], row["status_text"]
        );
        if truth["status"] == "KMT2A-r" {
            assert_eq!(row["partner"], truth["partner"], "{}", truth["patient"]);
            assert_eq!(row["kmt2a_intron_mane"], truth["kmt2a_intron"], "{}", truth["patient"]);
            if truth["dna_kmt2a"] != "." {
                assert_eq!(row["der11_breakpoint5"], format!("chr11:{}", truth["dna_kmt2a"]));
            }
        }
    }
    assert!(compared > 100, "{compared}");

    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap();
    let mut shared: Vec<Vec<String>> = serde_json::from_value(summary["shared_breakpoints"].clone())
        .map(|groups: Vec<serde_json::Value>| {
            let patients = |group: &serde_json::Value| serde_json::from_value(group["patients"].clone()).unwrap();
            groups.iter().map(patients).collect()
        })
        .unwrap();
    let mut swapped: Vec<Vec<String>> = plan
        .swaps
        .iter()
        .map(|[a, _, b, _]| {
            let mut pair = vec![a.clone(), b.clone()];
            pair.sort();
            pair
        })
        .collect();
    shared.sort();
    swapped.sort();
    assert_eq!(shared, swapped, "the three swaps, and the twins are none");
    let problems = table(&out.join("problems.tsv"));
    for (_, sample) in &plan.broken {
        let file = format!("{sample}.breakapart.json");
        assert!(problems.iter().any(|row| row["file"] == file), "{file}");
    }
    let concordance = table(&out.join("concordance.tsv"));
    let (weak, source) = plan.carry_over.unwrap();
    assert!(concordance.iter().any(|row| {
        row["verdict"] == "possible carry-over" && row["sample_a"] == weak && row["sample_b"] == source
    }));
    assert!(concordance.iter().any(|row| row["verdict"] == "related, expected"));
    // Every line of the BED is of nine columns and one base.
    let bed = std::fs::read_to_string(out.join("breakpoints.bed")).unwrap();
    assert!(bed.lines().count() > 200);
    for line in bed.lines().filter(|line| !line.starts_with("track")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| cells[at].parse::<i64>().unwrap();
        assert_eq!((cells.len(), number(2) - number(1)), (9, 1), "{line}");
    }

    // The same bytes on another number of threads.
    let again = folder.path().join("again");
    run(folder.path(), &["-o", again.to_str().unwrap(), "-t", "1"]).success();
    for name in [
        "genetic_characterisation.tsv",
        "concordance.tsv",
        "summary.json",
        "breakpoints.bed",
    ] {
        assert_eq!(
            std::fs::read(out.join(name)).unwrap(),
            std::fs::read(again.join(name)).unwrap(),
            "{name}"
        );
    }
    run(folder.path(), &["-o", again.to_str().unwrap(), "--strict"]).code(1);
}

#[test]
fn arguments_that_hold_no_reports_are_errors_of_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let program = |first: &Path| {
        let output = Command::cargo_bin("breakapart")
            .unwrap()
            .arg("cohort")
            .arg(first)
            .args(["-o", out.to_str().unwrap()])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let (code, text) = program(&empty);
    assert_eq!((code, text.lines().count()), (Some(1), 1), "{text}");
    assert!(text.contains("holds no .breakapart.json"));
    assert_eq!(program(&folder.path().join("absent")).0, Some(1));
}
