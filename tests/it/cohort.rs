//! A simulated trial through the program: truth, swaps, broken files, and privacy.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{
    data::{Row, table},
    made::{self, Sample},
    program::{breakapart, call, write_sample},
    trial,
    world::World,
};
use assert_cmd::Command;

/// A trial of `count` patients, with partners of the test reference only.
fn trial(folder: &Path, count: usize) -> trial::Plan {
    trial::write(count, 5, &World::grch38().genome(), folder)
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
    assert_eq!(shared, swapped, "the three swaps, without the twins");
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
    // Every line of the BED has nine columns and covers one base.
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
    run(folder.path(), &["-o", again.to_str().unwrap(), "--strict", "--force"]).code(1);
}

#[test]
fn arguments_without_reports_are_errors_of_one_line() {
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
    assert!(text.contains("has no .breakapart.json"));
    assert_eq!(program(&folder.path().join("absent")).0, Some(1));
}

/// Reports of two samples with the same breakpoint, 2 and 150 molecules, and the same flow cell in their read groups.
fn weak_and_strong(folder: &Path) {
    let (transcript, at) = made::kmt2a_aff1();
    for (seed, name, pairs, index) in [(1, "weak", 2, "ACGTACGT"), (2, "strong", 150, "TTGCATGC")] {
        let mut sample = Sample::new(seed);
        sample.over(&made::wild_type(), "wild", 1_500);
        sample.across(&transcript, at, "fusion", pairs);
        let bam = write_sample(folder, &format!("{name}.bam"), &sample);
        call(folder).args(["-q"]).arg(&bam).assert().success();
        let path = folder.join(format!("out/{name}.breakapart.json"));
        let mut report: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        report["inputs"][0]["platform_units"] = serde_json::json!([format!("HFLT3DSXX.{seed}.{index}")]);
        std::fs::write(&path, serde_json::to_vec_pretty(&report).unwrap()).unwrap();
    }
}

#[test]
fn carry_over_is_between_patients_of_one_run_and_changes_no_report() {
    let folder = tempfile::tempdir().unwrap();
    weak_and_strong(folder.path());
    let out = folder.path().join("trial");
    let read = |name: &str| std::fs::read(folder.path().join(format!("out/{name}.breakapart.json"))).unwrap();
    let before = (read("weak"), read("strong"));
    let sheet = folder.path().join("samples.csv");
    let trial = |rows: &str, more: &[&str]| {
        let mut command = breakapart();
        command
            .args(["cohort", "--force", "-o"])
            .arg(&out)
            .arg(folder.path().join("out"));
        if !rows.is_empty() {
            std::fs::write(&sheet, format!("patient,sample\n{rows}")).unwrap();
            command.arg("--samples").arg(&sheet);
        }
        command.args(more).assert().success();
        let found: Vec<(String, String)> = table(&out.join("concordance.tsv"))
            .into_iter()
            .filter(|row| row["verdict"] == "possible carry-over")
            .map(|row| (row["sample_a"].clone(), row["sample_b"].clone()))
            .collect();
        (found, table(&out.join("genetic_characterisation.tsv")))
    };
    let expected = [("weak".to_owned(), "strong".to_owned())];
    let status = |patients: &[Row], name: &str| {
        let row = patients.iter().find(|row| row["patient"] == name).unwrap();
        (row["kmt2a_status"].clone(), row["status_text"].clone())
    };
    // By the flow cell of the read groups; the source is named.
    let (found, patients) = trial("p1,weak\np2,strong\n", &[]);
    assert_eq!(found, expected);
    let (word, text) = status(&patients, "p1");
    assert!(word == "inconclusive" && text.contains("from strong"), "{word}: {text}");
    assert_eq!(status(&patients, "p2").0, "KMT2A-r");
    // One patient: samples are not compared with each other.
    let (found, patients) = trial("p1,weak\np1,strong\n", &[]);
    assert!(found.is_empty());
    assert_eq!(status(&patients, "p1").0, "KMT2A-r");
    // Without a sheet they need not be two patients: flagged, and the report counts.
    let (found, patients) = trial("", &[]);
    assert_eq!(found, expected);
    assert_eq!(status(&patients, "weak").0, "KMT2A-r");
    assert!(patients.iter().any(|row| row["flags"].contains("possible-carry-over")));
    // A table of runs overrides the read groups.
    let runs = folder.path().join("runs.tsv");
    std::fs::write(&runs, "sample\trun\nweak\tr1\nstrong\tr2\n").unwrap();
    let runs = ["--runs", runs.to_str().unwrap()];
    assert!(trial("p1,weak\np2,strong\n", &runs).0.is_empty());
    assert!(before == (read("weak"), read("strong")));
}

#[test]
fn files_that_exist_are_replaced_with_force_alone_and_a_changed_state_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    weak_and_strong(folder.path());
    let out = folder.path().join("trial");
    let cohort = |more: &[&str]| {
        let mut command = breakapart();
        command
            .arg("cohort")
            .args(more)
            .arg("-o")
            .arg(&out)
            .arg(folder.path().join("out"));
        command.assert()
    };
    cohort(&[]).success();
    std::fs::write(out.join("problems.tsv"), "mine").unwrap();
    cohort(&[]).code(3);
    assert_eq!(std::fs::read(out.join("problems.tsv")).unwrap(), b"mine");
    // A negative over a called fusion.
    let path = folder.path().join("out/strong.breakapart.json");
    let mut changed: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    changed["conclusion"]["state"] = "not_detected".into();
    std::fs::write(&path, serde_json::to_vec(&changed).unwrap()).unwrap();
    cohort(&["--force"]).success();
    let problems = table(&out.join("problems.tsv"));
    assert_eq!(problems[0]["problem"], "contradictory-report");
    cohort(&["--force", "--strict"]).code(1);
    for command in [vec!["report", "--format", "text"], vec!["explain"]] {
        breakapart().args(command).arg(&path).assert().code(1);
    }
    let bam = folder.path().join("weak.bam");
    breakapart()
        .args(["track", "--event"])
        .arg(&path)
        .arg(&bam)
        .assert()
        .code(1);
    // Track: a missing sample is its own failure; existing files stay.
    let event = folder.path().join("out/weak.breakapart.json");
    let track = |more: &[&str]| {
        let mut command = breakapart();
        command
            .args(["track", "--event"])
            .arg(&event)
            .arg("-o")
            .arg(folder.path().join("series"));
        command.args(more).arg(&bam).arg(folder.path().join("absent.bam"));
        command.assert()
    };
    track(&[]).code(1);
    let series = std::fs::read_to_string(folder.path().join("series/track.tsv")).unwrap();
    assert!(
        series.contains("weak\t") && series.contains("not used: absent.bam"),
        "{series}"
    );
    track(&[]).code(3);
    track(&["--force"]).code(1);
}
