//! Limits on work: when one is hit, the report has a warning, and the conclusion says that it could matter. Nothing is
//! skipped silently.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::made::{self, Sample};
use crate::program::{call, report, warnings};

/// The report on SAM lines.
fn reported(lines: &[String]) -> Value {
    reported_with(lines, &[])
}

/// The same with further arguments.
fn reported_with(lines: &[String], arguments: &[&str]) -> Value {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.sam");
    fs::write(&path, made::header("s", "SO:unsorted") + &lines.join("\n") + "\n").unwrap();
    call(folder.path())
        .arg("-q")
        .args(arguments)
        .arg(&path)
        .assert()
        .success();
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
            "no negative can be stated: {conclusion}"
        );
        let reasons = conclusion["reasons"].to_string();
        assert!(reasons.contains("evidence-cut-off"), "{conclusion}");
        assert!(!conclusion["next_step"].is_null());
    }
}

/// A deep sample that would be a negative without the limit.
fn negative() -> Vec<String> {
    made::negative(3).by_name()
}

#[test]
fn a_negative_without_a_limit_stays_one() {
    assert_eq!(reported(&negative())["conclusion"]["state"], "not_detected");
}

#[test]
fn far_ends_that_are_not_looked_up_are_reported() {
    let mut lines = negative();
    let bases = made::bases("chr11", 118_482_396, 60) + &"ACGTT".repeat(8);
    for read in 0..210 {
        let mut entries = String::new();
        for n in 0..1_000 {
            let _ = write!(entries, "chr4,{},+,60S40M,255,0;", 1_000_000 + read * 150_000 + n * 130);
        }
        lines.push(format!(
            "many{read}\t0\tchr11\t118482396\t255\t60M40S\t*\t0\t0\t{}\t{}\tNH:i:1\tHI:i:1\tSA:Z:{entries}",
            bases,
            "I".repeat(100)
        ));
    }
    assert_said(&reported(&lines), "far-ends-cap");
}

/// Mates inside KMT2A are not far ends: a deep sample does not come near the limit.
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

/// Fifty bases of KMT2A from a position (1-based), then fifty that match nothing.
fn hundred_bases(first: i64, draws: &mut made::Draws) -> String {
    let others = (0..50).map(|_| ['A', 'C', 'G', 'T'][draws.below(4) as usize]);
    made::bases("chr11", first, 50).chars().chain(others).collect()
}

/// Reads that leave KMT2A's exon 8 at its last base, each into a different sequence.
fn loose_clips(count: usize) -> Vec<String> {
    let mut draws = made::Draws(9);
    (0..count)
        .map(|read| {
            let bases = hundred_bases(118_482_446, &mut draws);
            format!(
                "clip{read}\t0\tchr11\t118482446\t255\t50M50S\t*\t0\t0\t{bases}\t{}\tNH:i:1\tHI:i:1\tNM:i:0\tRG:Z:g1",
                "I".repeat(100)
            )
        })
        .collect()
}

#[test]
fn clips_that_are_not_compared_are_reported() {
    let mut lines = negative();
    lines.extend(loose_clips(8_000));
    assert_said(&reported(&lines), "ends-cap");
}

#[test]
fn chimeric_records_that_are_not_parked_are_reported() {
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

/// Reads that leave KMT2A at one base of intron 9, each into a different sequence.
#[test]
fn genomic_clips_that_are_not_compared_are_reported() {
    let mut draws = made::Draws(7);
    let mut lines: Vec<String> = (0..7_000)
        .map(|read| {
            let bases = hundred_bases(118_484_451, &mut draws);
            format!(
                "clip{read}\t0\tchr11\t118484451\t60\t50M50S\t*\t0\t0\t{bases}\t{}\tRG:Z:g1",
                "I".repeat(100)
            )
        })
        .collect();
    for pair in 0..2_000 {
        let start = 118_480_000 + draws.below(12_000);
        for (flag, at, mate) in [(99, start, start + 200), (147, start + 200, start)] {
            lines.push(format!(
                "wild{pair}\t{flag}\tchr11\t{at}\t60\t100M\t=\t{mate}\t{}\t{}\t{}\tRG:Z:g1",
                if flag == 99 { 300 } else { -300 },
                made::bases("chr11", at, 100),
                "I".repeat(100)
            ));
        }
    }
    assert_said(&reported_with(&lines, &["--assay", "dna"]), "ends-cap");
}

/// Pairs between KMT2A and one gene at more positions than one junction, or two hundred, explain.
#[test]
fn pairs_that_are_not_compared_are_reported() {
    let mut lines = negative();
    for pair in 0..230 {
        let near = 118_468_800 + pair * 20;
        let far = 86_990_000 + pair * 600;
        for (flag, contig, at, other, mate) in [(97, "chr11", near, "chr4", far), (145, "chr4", far, "chr11", near)] {
            lines.push(format!(
                "pair{pair}\t{flag}\t{contig}\t{at}\t255\t40M\t{other}\t{mate}\t0\t{}\t{}\tNH:i:1\tHI:i:1\tRG:Z:g1",
                made::bases(contig, at, 40),
                "I".repeat(40)
            ));
        }
    }
    assert_said(&reported(&lines), "pairs-cap");
}

#[test]
fn chimeric_lines_that_are_not_read_are_reported() {
    let folder = TempDir::new().unwrap();
    let chimeras = folder.path().join("Chimeric.out.junction");
    let mut text = String::new();
    for line in 0..1_000_050 {
        let _ = writeln!(
            text,
            "chr11\t118482496\t+\tchr4\t{}\t+\t0\t0\t0\tr{}\t118482446\t50M50S\t{}\t50S50M",
            1_000_000 + line,
            line % 2_000,
            1_000_001 + line
        );
    }
    fs::write(&chimeras, text).unwrap();
    // STAR keeps the longer segment of such reads in the BAM, which shows that the files belong together.
    let mut lines = negative();
    lines.extend((0..2_000).map(|read| {
        format!(
            "r{read}\t0\tchr11\t118482446\t255\t50M50S\t*\t0\t0\t{}\t{}\tNH:i:1\tHI:i:1\tRG:Z:g1",
            made::bases("chr11", 118_482_446, 50) + &made::bases("chr4", 1_000_001 + read, 50),
            "I".repeat(100)
        )
    }));
    let report = reported_with(&lines, &["--chimeric", chimeras.to_str().unwrap()]);
    assert_said(&report, "chimeric-cap");
}

/// Unmapped reads of AFF1, without one of KMT2A.
#[test]
fn unmapped_reads_that_are_not_kept_are_reported() {
    let case = format!(
        "{}/test-data/cases/aff1_reciprocal/aff1_reciprocal.bam",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut reader = rust_htslib::bam::Reader::from_path(case).unwrap();
    let header = rust_htslib::bam::Read::header(&reader).clone();
    let partner = rust_htslib::bam::Read::records(&mut reader)
        .map(Result::unwrap)
        // Across the ends of two AFF1 exons.
        .find(|r| header.tid2name(r.tid().max(0).unsigned_abs()) == b"chr4" && r.cigar().to_string().contains('N'))
        .unwrap();
    let bases = String::from_utf8(partner.seq().as_bytes()).unwrap();
    let qualities = "I".repeat(bases.len());
    let mut lines = negative();
    lines.extend((0..400_010).map(|read| format!("none{read}\t4\t*\t0\t0\t*\t*\t0\t0\t{bases}\t{qualities}")));
    assert_said(&reported_with(&lines, &["--unmapped"]), "unmapped-cap");
}

/// Junctions below every tier are all judged and counted; the report lists the best of them and says so.
#[test]
fn discarded_junctions_that_are_not_listed_are_reported() {
    let mut lines = negative();
    for read in 0..2_200 {
        let (near, far) = (118_468_900 + read, 1_000_000 + read * 40_000);
        lines.push(format!(
            "loose{read}\t0\tchr11\t{near}\t255\t60M40S\t*\t0\t0\t{}\t{}\tNH:i:1\tHI:i:1\tRG:Z:g1\tSA:Z:chr1,{far},+,60S40M,255,0;",
            made::bases("chr11", near, 60) + &made::bases("chr1", far, 40),
            "I".repeat(100)
        ));
        lines.push(format!(
            "loose{read}\t2048\tchr1\t{far}\t255\t60H40M\t*\t0\t0\t{}\t{}\tNH:i:1\tHI:i:1\tRG:Z:g1\tSA:Z:chr11,{near},+,60M40S,255,0;",
            made::bases("chr1", far, 40),
            "I".repeat(40)
        ));
    }
    let report = reported(&lines);
    assert!(
        warnings(&report).contains(&"discarded-listed"),
        "{:?}",
        report["warnings"]
    );
    assert_eq!(report["discarded"].as_array().unwrap().len(), 2_000);
    let rows = report["ledger"]["rows"].as_array().unwrap();
    let discarded = rows.iter().find(|r| r["code"] == "discarded").unwrap();
    assert_eq!(discarded["fragments"], 2_200 + made::CHIMERAS);
}

/// Called junctions beyond the list still count in their event; the report stays readable in size.
#[test]
fn called_junctions_that_are_not_listed_are_reported() {
    let mut lines = Vec::new();
    for junction in 0..2_100_i64 {
        let (last, far) = (118_470_000 + 20 * junction, 87_000_000 + 60 * junction);
        for five in [40, 50, 55, 60] {
            let (near, three) = (last - five + 1, 100 - five);
            let name = format!("j{junction}_{five}");
            lines.push(format!(
                "{name}\t0\tchr11\t{near}\t60\t{five}M{three}S\t*\t0\t0\t{}\t{}\tRG:Z:g1\tSA:Z:chr4,{far},+,{five}S{three}M,60,0;",
                made::bases("chr11", near, five) + &made::bases("chr4", far, three),
                "I".repeat(100)
            ));
            lines.push(format!(
                "{name}\t2048\tchr4\t{far}\t60\t{five}H{three}M\t*\t0\t0\t{}\t*\tRG:Z:g1\tSA:Z:chr11,{near},+,{five}M{three}S,60,0;",
                made::bases("chr4", far, three)
            ));
        }
    }
    let report = reported_with(&lines, &["--assay", "dna"]);
    assert!(warnings(&report).contains(&"called-listed"), "{:?}", report["warnings"]);
    let events = report["events"].as_array().unwrap();
    let junctions = events.iter().flat_map(|event| event["junctions"].as_array().unwrap());
    assert!(junctions.clone().count() <= 2_000 + events.len());
    let rows = junctions.map(|junction| junction["supporting"].as_array().unwrap().len());
    assert!(rows.sum::<usize>() <= 20_000 + 5 * 2_000);
    let fragments = events.iter().map(|event| event["fragments"].as_u64().unwrap());
    assert!(fragments.sum::<u64>() >= 4 * 2_050);
}
