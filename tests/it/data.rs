//! Files of `test-data/` with their truth, and parts of a report.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A row of a table, by column.
pub(crate) type Row = BTreeMap<String, String>;

/// A file or folder of `test-data/`.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data").join(name)
}

/// The alignment of an RNA case.
pub(crate) fn rna(name: &str) -> PathBuf {
    alignment(&path("cases").join(name))
}

/// The alignment of a DNA case.
pub(crate) fn dna(name: &str) -> PathBuf {
    alignment(&path("dna").join(name))
}

/// The alignment in a case's folder.
pub(crate) fn alignment(folder: &Path) -> PathBuf {
    let mut found = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|path| {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        ["bam", "cram", "sam"].contains(&ending)
    });
    let path = found.next().unwrap();
    assert!(found.next().is_none(), "{}", folder.display());
    path
}

/// The folders of all RNA cases, in order.
pub(crate) fn cases() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(path("cases"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    folders.sort();
    folders
}

/// The truth of a case.
pub(crate) fn truth(folder: &Path) -> Vec<Row> {
    table(&folder.join("truth.tsv"))
}

/// Rows of a tab-separated table with a header.
pub(crate) fn table(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines.map(|row| header.iter().cloned().zip(row).collect()).collect()
}

pub(crate) fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// All junctions of a report's events.
pub(crate) fn junctions(report: &Value) -> Vec<&Value> {
    let events = array(&report["events"]).iter();
    events.flat_map(|e| array(&e["junctions"])).collect()
}

/// The codes of reasons, doubts or warnings.
pub(crate) fn codes(value: &Value) -> Vec<&str> {
    array(value).iter().map(|r| r["code"].as_str().unwrap()).collect()
}
