//! Several inputs, standard streams, and chosen formats.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::data::{dna, rna};
use crate::made;
use crate::program::*;

#[test]
fn one_bad_input_of_several_stops_no_other() {
    let folder = TempDir::new().unwrap();
    let one = write_sample(folder.path(), "one.bam", &made::fusion(1));
    let two = write_sample(folder.path(), "two.bam", &made::fusion(2));
    let text = folder.path().join("letter.bam");
    fs::write(&text, "Dear colleague\n").unwrap();
    let missing = folder.path().join("none.bam");
    for threads in ["1", "2"] {
        let run = call(folder.path())
            .args(["--force", "-t", threads])
            .args([&one, &text, &two, &missing])
            .assert()
            .code(1);
        let errors = errors(&run);
        let lines: Vec<&str> = errors.lines().filter(|l| l.starts_with("error: ")).collect();
        assert_eq!(lines.len(), 3, "{errors}");
        assert!(lines[0].contains("letter.bam: is not an alignment"), "{errors}");
        assert!(lines[1].contains("none.bam: no such file"), "{errors}");
        assert!(lines[2].contains("2 of 4 inputs failed"), "{errors}");
        let shown = output(&run);
        assert!(shown.matches("KMT2A::AFF1").count() >= 2, "{shown}");
        for sample in ["one", "two"] {
            assert_eq!(report(folder.path(), sample)["conclusion"]["state"], "rearranged");
        }
        let mut all = default_files("one");
        all.extend(default_files("two"));
        assert_eq!(files(&folder.path().join("out")), all);
    }
}

/// The status is that of the first failure in the order of the arguments, not in time.
#[test]
fn the_first_failure_gives_the_status() {
    let folder = TempDir::new().unwrap();
    let one = write_sample(folder.path(), "one.bam", &made::fusion(1));
    let missing = folder.path().join("none.bam");
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("one.fusions.tsv"), "mine").unwrap();
    call(folder.path()).args([&one, &missing]).assert().code(3);
    call(folder.path()).args([&missing, &one]).assert().code(1);
    call(folder.path())
        .args(["-t", "2"])
        .args([&one, &missing])
        .assert()
        .code(3);
    assert_eq!(files(&out), ["one.fusions.tsv"]);
}

/// Two inputs with one sample name, as for two lanes.
fn twins(folder: &TempDir) -> [PathBuf; 2] {
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    [
        write_sample(folder.path(), "twin.bam", &made::fusion(1)),
        write_sample(&below, "twin.bam", &made::negative(2)),
    ]
}

/// The two would write the same files, with or without `--force`.
#[test]
fn two_inputs_of_one_sample_name_are_refused() {
    for more in [&["-t", "1"][..], &["-t", "2"], &["--force"]] {
        let folder = TempDir::new().unwrap();
        let run = call(folder.path()).args(more).args(twins(&folder)).assert().code(2);
        assert!(errors(&run).contains("both sample `twin`"), "{}", errors(&run));
        let out = folder.path().join("out");
        assert!(!out.exists() || files(&out).is_empty(), "nothing is written");
    }
}

#[test]
fn standard_input_is_read_in_one_pass() {
    let (folder, bam) = with_fusion();
    call(folder.path())
        .arg("-")
        .write_stdin(fs::read(&bam).unwrap())
        .assert()
        .success();
    let report = report(folder.path(), "fusion");
    assert_eq!(report["inputs"][0]["access"]["mode"], "streamed");
    assert_eq!(report["conclusion"]["state"], "rearranged");
}

/// No sample name in the header and no file name.
#[test]
fn standard_input_without_a_name_is_called_stdin() {
    let folder = TempDir::new().unwrap();
    let mut text = made::header("x", "SO:coordinate").replace("\tSM:x", "");
    for line in made::fusion(1).sorted() {
        text += &line;
        text.push('\n');
    }
    call(folder.path()).arg("-").write_stdin(text).assert().success();
    assert_eq!(report(folder.path(), "stdin")["sample"], "stdin");
}

#[test]
fn json_on_standard_output_keeps_to_the_schema_and_writes_no_file() {
    let (folder, bam) = with_fusion();
    let run = breakapart()
        .args(["call", "--stdout", "json"])
        .arg(&bam)
        .current_dir(folder.path())
        .assert()
        .success();
    let report: Value = serde_json::from_str(&output(&run)).unwrap();
    assert_valid(&report);
    assert_eq!(
        report["events"][0]["partner"]["symbol"], "AFF1",
        "{}",
        report["events"][0]["partner"]
    );
    assert_eq!(files(folder.path()), ["fusion.bam", "fusion.bam.bai"]);

    // With a folder, files with the same bytes as well.
    let again = call(folder.path())
        .args(["--stdout", "json"])
        .arg(&bam)
        .assert()
        .success();
    let file = fs::read_to_string(folder.path().join("out/fusion.breakapart.json")).unwrap();
    assert_eq!(output(&again), file);
    assert_eq!(output(&run), file);
}

#[test]
fn the_schema_can_fail() {
    let (folder, bam) = with_fusion();
    let run = breakapart()
        .args(["call", "--stdout", "json"])
        .arg(&bam)
        .current_dir(folder.path())
        .assert()
        .success();
    let mut report: Value = serde_json::from_str(&output(&run)).unwrap();
    report["conclusion"]["state"] = "perhaps".into();
    let schema: Value = serde_json::from_str(&output(&breakapart().arg("schema").assert().success())).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&report));
}

#[test]
fn every_output_can_be_made_again_from_the_report() {
    let formats = "json,fusions,discarded,junctions,html,vcf,bedpe,star-fusion,vicc,multiqc,text";
    // Scores near 1 show digits that the report does not keep.
    let bams = [rna("aff1_reciprocal"), rna("ptd_and_fusion"), dna("dna_three_way")];
    for bam in &bams {
        let folder = TempDir::new().unwrap();
        let (out, again) = (folder.path().join("out"), folder.path().join("again"));
        let first = call(folder.path())
            .args(["--format", formats, "-s", "s"])
            .arg(bam)
            .assert();
        first.success();
        let mut report = breakapart();
        report
            .arg("report")
            .arg(out.join("s.breakapart.json"))
            .args(["--format", formats, "-o"]);
        report.arg(&again).assert().success();
        assert!(
            files(&out).len() > 11 && files(&out) == files(&again),
            "{:?}",
            files(&again)
        );
        for name in files(&out) {
            let same = fs::read(out.join(&name)).unwrap() == fs::read(again.join(&name)).unwrap();
            assert!(same, "{name} of {}", bam.display());
        }
    }
    // Standard output likewise.
    for (format, bam) in formats.split(',').zip(bams.iter().cycle()) {
        let folder = TempDir::new().unwrap();
        let arguments = ["--format", "json", "--stdout", format, "-s", "s"];
        let first = call(folder.path()).args(arguments).arg(bam).assert().success();
        let report = folder.path().join("out/s.breakapart.json");
        let mut again = breakapart();
        let again = again
            .arg("report")
            .arg(report)
            .args(["--format", format])
            .assert()
            .success();
        assert!(output(&first) == output(&again), "{format} of {}", bam.display());
    }
}

#[test]
fn only_the_chosen_formats_are_written() {
    let (folder, bam) = with_fusion();
    call(folder.path())
        .args(["--format", "fusions,json"])
        .arg(&bam)
        .assert()
        .success();
    assert_eq!(
        files(&folder.path().join("out")),
        ["fusion.breakapart.json", "fusion.fusions.tsv"]
    );
}

/// `breakapart call ... | head -1`: a reader that stops early is not an error.
#[test]
fn a_reader_that_goes_away_is_not_an_error() {
    let (folder, bam) = with_fusion();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut child = Process::new(assert_cmd::cargo::cargo_bin!("breakapart"))
        .args(["call", "--stdout", "json"])
        .arg(&bam)
        .current_dir(folder.path())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0_u8; 1];
    reader.read_exact(&mut first).unwrap();
    drop(reader);
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(0), "{text}");
    assert_eq!(text, "");

    // Closed before the first byte.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = Process::new(assert_cmd::cargo::cargo_bin!("breakapart"))
        .args(["call", "--stdout", "json"])
        .arg(&bam)
        .stdout(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}
