//! Same records, same bytes: any thread count, run twice, any access, any order.
//!
//! This guards against results that depend on the order of records, threads or hash tables, and so differ between two
//! runs on one patient.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use breakapart_core::report::{Format, ReadLimits, SampleReport};
use serde_json::Value;
use tempfile::TempDir;

use crate::input::written::{index_bam, write_bam};
use crate::made::{self, Sample};
use crate::program::*;

/// Fields and warnings about how a file was read, which may differ between kinds of access.
const ACCESS_FIELDS: [&str; 2] = ["access", "file"];
const ACCESS_WARNINGS: [&str; 2] = ["no_index", "index_older"];

type Outputs = BTreeMap<String, Vec<u8>>;

/// All files of a folder with their bytes.
fn bytes_of(folder: &Path) -> Outputs {
    files(folder)
        .into_iter()
        .map(|name| {
            let bytes = fs::read(folder.join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

fn run(arguments: &[&str], inputs: &[&Path]) -> Outputs {
    let folder = TempDir::new().unwrap();
    breakapart()
        .args(["call", "-q", "-o"])
        .arg(folder.path())
        .args(arguments)
        .args(inputs)
        .assert()
        .success();
    bytes_of(folder.path())
}

fn run_stdin(bytes: Vec<u8>) -> Outputs {
    let folder = TempDir::new().unwrap();
    breakapart()
        .args(["call", "-q", "-o"])
        .arg(folder.path())
        .arg("-")
        .write_stdin(bytes)
        .assert()
        .success();
    bytes_of(folder.path())
}

/// The report as text, without fields that may differ between kinds of access; the order of fields is kept.
fn without_access(report: &[u8]) -> String {
    let mut report: Value = serde_json::from_slice(report).unwrap();
    for input in report["inputs"].as_array_mut().unwrap() {
        for field in ACCESS_FIELDS {
            assert!(input.as_object_mut().unwrap().remove(field).is_some(), "{field}");
        }
    }
    report["warnings"]
        .as_array_mut()
        .unwrap()
        .retain(|w| !ACCESS_WARNINGS.contains(&w["code"].as_str().unwrap()));
    serde_json::to_string_pretty(&report).unwrap()
}

/// The page of a report, without the parts that may differ between kinds of access.
fn page_without_access(report: &[u8]) -> Vec<u8> {
    let mut report = SampleReport::from_bytes(report, "report", ReadLimits::default()).unwrap();
    for input in &mut report.inputs {
        input.access = Default::default();
        input.file = String::new();
    }
    report.warnings.retain(|w| !ACCESS_WARNINGS.contains(&w.code.as_str()));
    Format::Html.render(&report).unwrap()
}

fn first_difference(a: &str, b: &str) -> String {
    a.lines()
        .zip(b.lines())
        .enumerate()
        .find(|(_, (x, y))| x != y)
        .map_or_else(
            || format!("{} and {} lines", a.lines().count(), b.lines().count()),
            |(n, (x, y))| format!("line {}: {x:?} and {y:?}", n + 1),
        )
}

/// Asserts equal names and bytes.
fn assert_same(a: &Outputs, b: &Outputs, what: &str) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{what}");
    for (name, bytes) in a {
        let (x, y) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&b[name]));
        assert!(x == y, "{what}: {name} differs: {}", first_difference(&x, &y));
    }
}

/// Asserts equal bytes except for how the file was read.
fn assert_same_findings(a: &Outputs, b: &Outputs, what: &str) {
    let plain = |outputs: &Outputs| -> Outputs {
        outputs
            .iter()
            .map(|(name, bytes)| {
                let bytes = if name.ends_with(".json") {
                    without_access(bytes).into_bytes()
                } else if let Some(sample) = name.strip_suffix(".report.html") {
                    page_without_access(&outputs[&format!("{sample}.breakapart.json")])
                } else {
                    bytes.clone()
                };
                (name.clone(), bytes)
            })
            .collect()
    };
    assert_same(&plain(a), &plain(b), what);
}

/// A mixed sample on disk in every order.
struct Orders {
    _folder: TempDir,
    indexed: PathBuf,
    streamed: PathBuf,
    shuffled: PathBuf,
    by_name: PathBuf,
    text: PathBuf,
}

fn orders(sample: &Sample) -> Orders {
    let folder = TempDir::new().unwrap();
    let at = |name: &str, order: &str, lines: &[String]| {
        let path = folder.path().join(name);
        write_bam(&path, &made::header("mixed", order), lines);
        path
    };
    let indexed = at("indexed.bam", "SO:coordinate", &sample.sorted());
    index_bam(&indexed);
    let text = folder.path().join("text.sam");
    fs::write(
        &text,
        made::header("mixed", "SO:coordinate") + &sample.sorted().join("\n") + "\n",
    )
    .unwrap();
    Orders {
        streamed: at("streamed.bam", "SO:coordinate", &sample.sorted()),
        shuffled: at("shuffled.bam", "SO:unsorted", &sample.shuffled(77)),
        by_name: at("by_name.bam", "SO:unsorted\tGO:query", &sample.by_name()),
        indexed,
        text,
        _folder: folder,
    }
}

/// Guards against comparing empty results.
fn assert_rich(outputs: &Outputs) {
    let report: Value = serde_json::from_slice(&outputs["mixed.breakapart.json"]).unwrap();
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["events"][0]["name"], "KMT2A::AFF1::MLLT3");
    assert!(report["events"].as_array().unwrap().len() >= 2, "{}", report["events"]);
    assert!(!report["discarded"].as_array().unwrap().is_empty());
    assert!(report["inputs"][0]["records"]["duplicates"].as_u64().unwrap() > 30);
    assert_eq!(outputs.len(), default_files("mixed").len());
}

#[test]
fn threads_and_runs_change_no_byte() {
    let orders = orders(&made::mixed(11));
    for path in [&orders.indexed, &orders.shuffled] {
        let once = run(&["-t", "1"], &[path]);
        assert_rich(&once);
        for threads in ["1", "2", "4"] {
            let again = run(&["-t", threads], &[path]);
            assert_same(&once, &again, &format!("{} at -t {threads}", path.display()));
        }
    }
}

#[test]
fn access_and_order_change_no_finding() {
    for seed in [11, 12] {
        let orders = orders(&made::mixed(seed));
        let indexed = run(&[], &[&orders.indexed]);
        assert_rich(&indexed);
        for path in [&orders.streamed, &orders.by_name, &orders.shuffled] {
            assert_same_findings(&indexed, &run(&[], &[path]), &path.display().to_string());
        }
        let from_stdin = run_stdin(fs::read(&orders.shuffled).unwrap());
        assert_same_findings(&indexed, &from_stdin, "standard input");
    }
}

/// SAM text has the same records; only the name of the format differs.
#[test]
fn sam_text_changes_no_finding() {
    let orders = orders(&made::mixed(13));
    let mut binary = run(&[], &[&orders.streamed]);
    let mut text = run(&[], &[&orders.text]);
    for outputs in [&mut binary, &mut text] {
        let json = outputs.get_mut("mixed.breakapart.json").unwrap();
        *json = String::from_utf8_lossy(json)
            .replace("\"format\": \"SAM\"", "\"format\": \"BAM\"")
            .into_bytes();
    }
    assert_same_findings(&binary, &text, "SAM");
}

/// Shuffled in several ways: no order is special.
#[test]
fn no_order_of_records_is_special() {
    let sample = made::mixed(14);
    let folder = TempDir::new().unwrap();
    let mut first: Option<Outputs> = None;
    for seed in 1..=4 {
        let path = folder.path().join("mixed.bam");
        write_bam(&path, &made::header("mixed", "SO:unsorted"), &sample.shuffled(seed));
        let outputs = run(&[], &[&path]);
        match &first {
            None => first = Some(outputs),
            Some(first) => assert_same(first, &outputs, &format!("shuffle {seed}")),
        }
    }
}

#[test]
fn many_inputs_give_the_bytes_of_one_by_one() {
    let folder = TempDir::new().unwrap();
    let paths: Vec<PathBuf> = (1..=4)
        .map(|seed| {
            let sample = if seed % 2 == 0 {
                made::mixed(seed)
            } else {
                made::fusion(seed)
            };
            write_sample(folder.path(), &format!("s{seed}.bam"), &sample)
        })
        .collect();
    let mut single = Outputs::new();
    for path in &paths {
        single.extend(run(&[], &[path]));
    }
    assert_eq!(single.len(), 20, "five files a sample");
    let all: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    for threads in ["1", "2", "4"] {
        assert_same(
            &single,
            &run(&["-t", threads], &all),
            &format!("together at -t {threads}"),
        );
    }
}
