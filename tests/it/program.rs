//! The built program as a user runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::{Command, assert::Assert};
use serde_json::Value;
use tempfile::TempDir;

use crate::input::written::{index_bam, write_bam};
use crate::made::{self, Sample};

/// The program.
pub(crate) fn breakapart() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("breakapart"))
}

/// `breakapart call -o FOLDER/out ...`.
pub(crate) fn call(folder: &Path) -> Command {
    let mut command = breakapart();
    command.arg("call").arg("-o").arg(folder.join("out"));
    command
}

/// Standard error of a run.
pub(crate) fn errors(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Standard output of a run.
pub(crate) fn output(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// The one `error:` line of a run that failed.
pub(crate) fn error_line(assert: &Assert) -> String {
    let text = errors(assert);
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(!text.contains("panicked"), "{text}");
    lines[0].to_owned()
}

/// Files below a folder by name, including hidden ones; none if there is no folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The files that are written for a sample by default.
pub(crate) fn default_files(sample: &str) -> Vec<String> {
    [
        "breakapart.json",
        "discarded.tsv",
        "fusions.tsv",
        "junctions.fa",
        "report.html",
    ]
    .map(|ending| format!("{sample}.{ending}"))
    .to_vec()
}

/// Asserts the files of a sample in `FOLDER/out`, all valid, and gives its report.
pub(crate) fn report(folder: &Path, sample: &str) -> Value {
    let out = folder.join("out");
    for name in default_files(sample) {
        assert!(out.join(&name).is_file(), "{name} is missing among {:?}", files(&out));
    }
    for table in ["fusions.tsv", "discarded.tsv"] {
        rows(&out.join(format!("{sample}.{table}")));
    }
    let text = fs::read_to_string(out.join(format!("{sample}.breakapart.json"))).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_valid(&report);
    report
}

/// Asserts that a report keeps to the schema which the program prints.
pub(crate) fn assert_valid(report: &Value) {
    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = output(&breakapart().arg("schema").assert().success());
        jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
    });
    let wrong: Vec<String> = VALIDATOR
        .iter_errors(report)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Header and rows of a table; every row has as many cells as the header, none of them empty.
pub(crate) fn rows(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    let mut lines = text
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    assert_eq!(header[0], "#gene1");
    let rows: Vec<Vec<String>> = lines.collect();
    for row in &rows {
        assert_eq!(row.len(), header.len(), "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
    (header, rows)
}

/// The cell of a row under a column's name.
pub(crate) fn cell<'a>(table: &'a (Vec<String>, Vec<Vec<String>>), row: usize, column: &str) -> &'a str {
    let index = table.0.iter().position(|name| name == column).unwrap();
    &table.1[row][index]
}

/// Codes of a report's warnings.
pub(crate) fn warnings(report: &Value) -> Vec<&str> {
    report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].as_str().unwrap())
        .collect()
}

/// Writes a sample, sorted and indexed.
pub(crate) fn write_sample(folder: &Path, file: &str, sample: &Sample) -> PathBuf {
    let path = folder.join(file);
    write_bam(&path, &made::header(stem(file), "SO:coordinate"), &sample.sorted());
    index_bam(&path);
    path
}

fn stem(file: &str) -> &str {
    file.split('.').next().unwrap()
}

/// A folder with an indexed `fusion.bam` of the sample `fusion`.
pub(crate) fn with_fusion() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = write_sample(folder.path(), "fusion.bam", &made::fusion(1));
    (folder, path)
}
