//! Limits on what is kept: where one is hit, the report has it as a warning, and the conclusion says that
//! it could matter. Nothing is left out in silence.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::made::{self, Sample};
use crate::program::{call, report, warnings};

/// The report on SAM lines.
fn reported(lines: &[String]) -> Value {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.sam");
    fs::write(&path, made::header("s", "SO:unsorted") + &lines.join("\n") + "\n").unwrap();
    call(folder.path()).arg("-q").arg(&path).assert().success();
    report(folder.path(), "s")
}

fn assert_said(report: &Value, code: &str) {
    assert!(warnings(report).contains(&code), "{:?}", report["warnings"]);
    let conclusion = &report["conclusion"];
    if conclusion["state"] == "rearranged" {
        let qualifiers = conclusion["qualifiers"].to_string();
        assert!(qualifiers.contains("may be incomplete"), "{conclusion}");
    } else {
        assert_eq!(
            conclusion["state"], "inconclusive",
            "a negative cannot be told: {conclusion}"
        );
        let reasons = conclusion["reasons"].to_string();
        assert!(reasons.contains("evidence-cut-off"), "{conclusion}");
        assert!(!conclusion["next_step"].is_null());
    }
}

/// A deep negative: without the limit it would be one.
fn negative() -> Vec<String> {
    made::negative(3).by_name()
}

#[test]
fn a_negative_without_a_limit_stays_one() {
    assert_eq!(reported(&negative())["conclusion"]["state"], "not_detected");
}

#[test]
fn far_ends_that_are_not_looked_up_are_said() {
    let mut lines = negative();
    for read in 0..210 {
        let mut entries = String::new();
        for n in 0..1_000 {
            let _ = write!(entries, "chr4,{},+,60S40M,255,0;", 1_000_000 + read * 150_000 + n * 130);
        }
        lines.push(format!(
            "many{read}\t0\tchr11\t118482396\t255\t60M40S\t*\t0\t0\t{}\t{}\tNH:i:1\tHI:i:1\tSA:Z:{entries}",
            "ACGTT".repeat(20),
            "I".repeat(100)
        ));
    }
    assert_said(&reported(&lines), "far-ends-cap");
}

/// Mates inside KMT2A are no far ends: a deep sample does not come near the limit.
#[test]
fn depth_alone_hits_no_limit() {
    let mut sample = Sample::new(5);
    sample.over(&made::wild_type(), "wild", 110_000);
    let (transcript, at) = made::kmt2a_aff1();
    sample.across(&transcript, at, "zfusion", 24);
    let report = reported(&sample.by_name());
    assert!(
        !warnings(&report).iter().any(|code| code.ends_with("-cap")),
        "{:?}",
        report["warnings"]
    );
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["events"][0]["molecules"], 24);
}

/// Reads that leave KMT2A's exon 8 at its last base, each into other bases.
fn loose_clips(count: usize) -> Vec<String> {
    let mut draws = made::Draws(9);
    (0..count)
        .map(|read| {
            let bases: String = (0..100)
                .map(|_| ['A', 'C', 'G', 'T'][draws.below(4) as usize])
                .collect();
            format!(
                "clip{read}\t0\tchr11\t118482446\t255\t50M50S\t*\t0\t0\t{bases}\t{}\tNH:i:1\tHI:i:1\tNM:i:0\tRG:Z:g1",
                "I".repeat(100)
            )
        })
        .collect()
}

#[test]
fn clips_that_are_not_compared_are_said() {
    let mut lines = negative();
    lines.extend(loose_clips(200_100));
    assert_said(&reported(&lines), "tails-cap");
}

#[test]
fn chimeric_records_that_are_not_parked_are_said() {
    let mut lines = Vec::new();
    for read in 0..400_010 {
        lines.push(format!(
            "far{read}\t65\tchr1\t{}\t60\t20M\tchr4\t5000\t0\tACGTACGTACGTACGTACGT\t*",
            1_000 + read
        ));
    }
    lines.extend(negative());
    assert_said(&reported(&lines), "parked-cap");
}
