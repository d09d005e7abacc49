//! Command-line behaviour: many inputs, names, skipped and refused files, colour, help, the self-test.

use std::fs;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use tempfile::TempDir;

use crate::made;
use crate::program::*;

/// A folder with two indexed samples, `one.bam` and `two.bam`.
fn two() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, seed) in [("one.bam", 1), ("two.bam", 2)] {
        write_sample(folder.path(), name, &made::fusion(seed));
    }
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_selftest_calls_three_cases() {
    let text = output(&breakapart().arg("selftest").assert().success());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    for (line, (case, label)) in lines.iter().zip([
        ("fusion", "KMT2A REARRANGED"),
        ("duplication", "KMT2A-PTD"),
        ("negative", "NOT DETECTED"),
    ]) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[..2], [case, "ok"], "{line}");
        assert!(line.contains(label), "{line}");
    }
    assert!(
        lines[3].starts_with(concat!("breakapart ", env!("CARGO_PKG_VERSION"))),
        "{text}"
    );
}

#[test]
fn folders_and_lists_name_many_samples() {
    let folder = two();
    call(folder.path())
        .args(["-q", "--format", "json"])
        .arg(folder.path())
        .assert()
        .success();
    let out = folder.path().join("out");
    assert_eq!(files(&out), ["one.breakapart.json", "two.breakapart.json"]);
    let first = fs::read(out.join("one.breakapart.json")).unwrap();
    fs::write(folder.path().join("set.txt"), "# all\none.bam\ntwo.bam\n").unwrap();
    call(folder.path())
        .args(["-q", "--format", "json", "--force"])
        .arg(folder.path().join("set.txt"))
        .assert()
        .success();
    assert_eq!(fs::read(out.join("one.breakapart.json")).unwrap(), first);
    let empty = TempDir::new().unwrap();
    let run = call(folder.path()).arg(empty.path()).assert().code(1);
    assert!(error_line(&run).contains("has no file that ends with .bam"));
}

#[test]
fn what_is_there_is_skipped_where_it_is_asked_for() {
    let folder = two();
    let (one, two) = (folder.path().join("one.bam"), folder.path().join("two.bam"));
    call(folder.path())
        .args(["-q", "--format", "json"])
        .arg(&one)
        .assert()
        .success();
    let before = fs::metadata(folder.path().join("out/one.breakapart.json"))
        .unwrap()
        .modified()
        .unwrap();
    let skipping = ["-q", "--format", "json", "--skip-existing"];
    let run = call(folder.path()).args(skipping).args([&one, &two]).assert().success();
    assert!(output(&run).contains("one  skipped: its files exist"));
    let after = fs::metadata(folder.path().join("out/one.breakapart.json"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after);
    assert_eq!(files(&folder.path().join("out")).len(), 2);
    // A sample that lacks a requested format is not finished.
    let run = call(folder.path())
        .args(["-q", "--format", "json,vcf", "--skip-existing"])
        .arg(&one)
        .assert()
        .code(3);
    assert!(error_line(&run).contains("exists"));
}

#[test]
fn of_several_samples_standard_output_takes_text_alone() {
    let folder = two();
    let bams = [folder.path().join("one.bam"), folder.path().join("two.bam")];
    let run = breakapart()
        .args(["call", "-q", "--stdout", "json"])
        .args(&bams)
        .assert()
        .code(2);
    assert!(error_line(&run).contains("for several samples only text"));
    let run = breakapart()
        .args(["call", "-q", "--stdout", "text"])
        .args(&bams)
        .assert()
        .success();
    assert_eq!(output(&run).matches("KMT2A REARRANGED").count(), 2);
    call(folder.path())
        .args(["-q", "--format", "json"])
        .args(&bams)
        .assert()
        .success();
    let run = breakapart()
        .args(["report", "--format", "vcf"])
        .arg(folder.path().join("out"))
        .assert()
        .code(2);
    assert!(error_line(&run).contains("need --output-dir"));
}

#[test]
fn reports_are_made_again_from_many_and_packed_files() {
    let folder = two();
    call(folder.path())
        .args(["-q", "--format", "json,fusions"])
        .arg(folder.path())
        .assert()
        .success();
    let out = folder.path().join("out");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    std::io::Write::write_all(&mut packed, &fs::read(out.join("one.breakapart.json")).unwrap()).unwrap();
    fs::write(out.join("one.breakapart.json.gz"), packed.finish().unwrap()).unwrap();
    fs::remove_file(out.join("one.breakapart.json")).unwrap();
    let views = folder.path().join("views");
    breakapart()
        .args(["report", "--format", "fusions", "-o"])
        .arg(&views)
        .arg(&out)
        .assert()
        .success();
    for name in ["one.fusions.tsv", "two.fusions.tsv"] {
        assert_eq!(
            fs::read(views.join(name)).unwrap(),
            fs::read(out.join(name)).unwrap(),
            "{name}"
        );
    }
    // A broken one gets an error line, the others are made.
    fs::write(out.join("bad.breakapart.json"), "{").unwrap();
    let run = breakapart()
        .args(["report", "--force", "--format", "fusions", "-o"])
        .arg(&views)
        .arg(&out)
        .assert()
        .code(1);
    assert!(errors(&run).contains("1 of 3 reports failed"), "{}", errors(&run));
}

/// A sheet fills only the page of its own sample, with `call` as with `report`, and no other output.
#[test]
fn a_patient_sheet_fills_the_page_and_nothing_else() {
    let folder = two();
    let sheet = folder.path().join("secret_ward.tsv");
    fs::write(&sheet, "sample\tpatient\tblasts\none\tDoe, J.\t80\n").unwrap();
    let run = call(folder.path())
        .args(["--format", "json,fusions,html", "--patient"])
        .arg(&sheet)
        .arg(folder.path())
        .assert()
        .success();
    assert!(
        errors(&run).contains("two: not in the sheet of --patient"),
        "{}",
        errors(&run)
    );
    let out = folder.path().join("out");
    for name in files(&out) {
        let text = String::from_utf8(fs::read(out.join(&name)).unwrap()).unwrap();
        assert_eq!(text.contains("Doe, J."), name == "one.report.html", "{name}");
        assert!(!text.contains("secret_ward"), "{name}");
    }
    let again = folder.path().join("again");
    breakapart()
        .args(["report", "--format", "html", "-o"])
        .arg(&again)
        .arg("--patient")
        .arg(&sheet)
        .arg(out.join("one.breakapart.json"))
        .assert()
        .success();
    assert!(fs::read(again.join("one.report.html")).unwrap() == fs::read(out.join("one.report.html")).unwrap());
}

#[test]
fn a_patient_sheet_that_cannot_be_used_is_one_line() {
    let folder = TempDir::new().unwrap();
    let bam = write_sample(folder.path(), "one.bam", &made::fusion(1));
    let sheet = folder.path().join("p.tsv");
    let refused = |formats: &str, status: i32, part: &str| {
        let run = call(folder.path())
            .args(["--format", formats, "--patient"])
            .arg(&sheet)
            .arg(&bam)
            .assert()
            .code(status);
        let line = error_line(&run);
        assert!(line.contains(part), "{part:?} is missing: {line}");
        assert!(!folder.path().join("out").exists());
    };
    refused("html", 1, "p.tsv: no such file; check the path");
    fs::write(&sheet, "sample\tward\none\t3\n").unwrap();
    refused("html", 1, "p.tsv: column `ward` is not a field of the page");
    fs::write(&sheet, b"PK\x03\x04\xff\0").unwrap();
    refused("html", 1, "p.tsv: is not UTF-8 text");
    fs::write(&sheet, "sample\tborn\none\t1\n").unwrap();
    refused("json", 2, "--patient fills the page to sign; add --format html");
}

#[test]
fn the_file_names_the_sample_where_asked() {
    let folder = TempDir::new().unwrap();
    let path = write_sample(folder.path(), "header_name.bam", &made::fusion(1));
    let renamed = folder.path().join("file_name.bam");
    fs::rename(path, &renamed).unwrap();
    fs::rename(
        folder.path().join("header_name.bam.bai"),
        folder.path().join("file_name.bam.bai"),
    )
    .unwrap();
    for (option, name) in [("header", "header_name"), ("file", "file_name")] {
        call(folder.path())
            .args(["-q", "--format", "json", "--sample-from", option])
            .arg(&renamed)
            .assert()
            .success();
        let report = json(&folder.path().join(format!("out/{name}.breakapart.json")));
        assert_eq!(report["sample"], name);
    }
}

#[test]
fn colour_is_where_it_is_asked_for() {
    let (folder, bam) = with_fusion();
    let run = |options: &[&str]| {
        let mut command = call(folder.path());
        command
            .args(["-q", "--force", "--format", "json"])
            .args(options)
            .arg(&bam);
        output(&command.assert().success())
    };
    assert!(run(&["--color", "always"]).contains('\u{1b}'));
    for options in [&["--color", "never"][..], &[]] {
        assert!(!run(options).contains('\u{1b}'), "{options:?}");
    }
}

#[test]
fn nothing_is_cut_in_a_pipe() {
    let folder = TempDir::new().unwrap();
    let long = "a_name_that_is_longer_than_a_terminal_would_show.bam";
    write_sample(folder.path(), long, &made::fusion(1));
    write_sample(folder.path(), "b.bam", &made::fusion(2));
    let run = call(folder.path())
        .args(["-q", "--format", "json"])
        .arg(folder.path())
        .assert()
        .success();
    let text = output(&run);
    assert!(!text.contains('…'), "{text}");
    assert_eq!(
        text.matches("a_name_that_is_longer_than_a_terminal_would_show").count(),
        2
    );
}

#[test]
fn a_report_says_how_it_came_about() {
    let (folder, bam) = with_fusion();
    let made = |options: &[&str]| {
        let mut command = call(folder.path());
        command
            .args(["--force", "--format", "json,vcf"])
            .args(options)
            .arg(&bam)
            .assert()
            .success();
        json(&folder.path().join("out/fusion.breakapart.json"))
    };
    let report = made(&["-q", "-t", "2", "--required-lod", "0.05"]);
    let command: Vec<&str> = report["provenance"]["command"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w.as_str().unwrap())
        .collect();
    assert_eq!(command, ["breakapart", "call", "--required-lod", "0.05"]);
    assert!(
        report["provenance"]["version"]
            .as_str()
            .unwrap()
            .starts_with(env!("CARGO_PKG_VERSION"))
    );
    let access = &report["inputs"][0]["access"];
    assert_eq!(access["file_bytes"].as_u64(), Some(fs::metadata(&bam).unwrap().len()));
    for field in ["header_md5", "index_md5"] {
        assert_eq!(access[field].as_str().map(str::len), Some(32), "{field}");
    }
    // Output folder, threads and verbosity change nothing.
    assert_eq!(made(&["-v", "--required-lod", "0.05"]), report);
    assert!(
        !serde_json::to_string(&report)
            .unwrap()
            .contains(folder.path().to_str().unwrap())
    );
}

#[test]
fn every_command_has_an_example() {
    let help = output(&breakapart().arg("--help").assert().success());
    assert!(help.contains("NO_COLOR"));
    let commands = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 12, "{names:?}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let text = output(&breakapart().args([name, "--help"]).assert().success());
        assert!(text.contains(&format!("  breakapart {name}")), "{name}");
    }
}
