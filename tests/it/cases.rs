//! The simulated cases and the real excerpt: the required result of each, compared with its truth.
//!
//! Every junction of a `truth.tsv` with at least three split molecules is found at its exact bases, with its genes,
//! frame
//! and inserted bases, unless [`DROPPED`] lists what the aligner kept of it; nothing else is at tier high or medium.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::data::{self, Row, alignment, array, junctions, truth};
use crate::program::{call, error_line, files, report};

/// Every case with the state of its conclusion. The read-throughs are inconclusive because of their depth, as
/// [`read_through_stays_low_and_does_not_block`] asserts.
const STATES: [(&str, &str); 32] = [
    ("aff1_reciprocal", "rearranged"),
    ("aff1_star_default", "rearranged"),
    ("cbl_deletion", "rearranged"),
    ("cbl_long_intron", "rearranged"),
    ("duplicates_flagged", "rearranged"),
    ("ell_cram_no_reference", "rearranged"),
    ("insert_15", "rearranged"),
    ("insert_36", "rearranged"),
    ("inside_exons", "rearranged"),
    ("inside_introns", "rearranged"),
    ("intergenic", "rearranged"),
    ("long_reads", "rearranged"),
    ("long_reads_three_way", "rearranged"),
    ("low_kmt2a", "inconclusive"),
    ("microhomology", "rearranged"),
    ("mllt10_two_molecules", "rearranged"),
    ("mllt1_sam", "rearranged"),
    ("mllt3_grch37_cram", "rearranged"),
    ("mllt3_hisat2", "rearranged"),
    ("negative", "not_detected"),
    ("no_kmt2a", "inconclusive"),
    ("overlapping_mates", "rearranged"),
    ("overlapping_mates_ptd", "ptd"),
    ("ptd_and_fusion", "rearranged"),
    ("ptd_e8_e2", "ptd"),
    ("readthrough_atp5mg", "inconclusive"),
    ("readthrough_ttc36", "inconclusive"),
    ("reciprocal_only", "inconclusive"),
    ("single_end", "rearranged"),
    ("three_way", "rearranged"),
    ("umi", "rearranged"),
    ("usp2_opposite", "rearranged"),
];

/// Cases whose aligner writes no split read across the junction although the library has some: the result instead, its
/// kind of evidence, and its frame.
const DROPPED: [(&str, &str, &str); 4] = [
    // A third of a read is inserted sequence: reads that contain both sides do not align
    // (`inserted_bases_too_long_for_the_aligner_are_exact`).
    ("insert_36", "clip", "stop-codon"),
    // Soft clips only: each is long enough to be realigned to a catalogue exon end.
    ("aff1_star_default", "clip", "in-frame"),
    // A read that needs much clipping stays unmapped; spanning pairs show the junction.
    ("mllt3_hisat2", "spanning", "in-frame"),
    // STAR allows 3 bases between the segments of a chimera: the 15 bases are seen only in clips
    // (`inserted_bases_too_long_for_the_aligner_are_exact`).
    ("insert_15", "clip", "in-frame"),
];

/// Cases whose junction is in unmapped reads.
const UNMAPPED: [&str; 1] = ["insert_36"];

/// The report on a folder's alignment, with the option of [`UNMAPPED`], and with the reference if the build is GRCh38.
fn run(folder: &Path) -> Value {
    let out = TempDir::new().unwrap();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let mut command = call(out.path());
    command.arg("-q");
    if UNMAPPED.contains(&name) {
        command.arg("--unmapped");
    }
    if truth(folder)[0]["build"] == "GRCh38" {
        command.arg("--reference").arg(data::path("reference/chr11.fa.gz"));
    }
    command.arg(alignment(folder)).assert().success();
    report(out.path(), name)
}

fn run_case(name: &str) -> Value {
    run(&data::path("cases").join(name))
}

/// `chr11:118482495` of a side; `.` if the side is unplaced.
fn place(side: &Value) -> String {
    side["contig"]
        .as_str()
        .map_or_else(|| ".".to_owned(), |contig| format!("{contig}:{}", side["position"]))
}

fn places(junction: &Value) -> (String, String) {
    (place(&junction["five"]), place(&junction["three"]))
}

fn is_at(junction: &Value, row: &Row) -> bool {
    places(junction) == (row["breakpoint5"].clone(), row["breakpoint3"].clone())
}

fn is_believed(junction: &Value) -> bool {
    ["high", "medium"].contains(&junction["tier"].as_str().unwrap_or_default())
}

fn split(row: &Row) -> u32 {
    row["split"].parse().unwrap_or(0)
}

/// Asserts a truth row against the junction found at its bases.
fn assert_row(case: &str, row: &Row, report: &Value) {
    let found: Vec<&Value> = junctions(report).into_iter().filter(|j| is_at(j, row)).collect();
    let all: Vec<_> = junctions(report).into_iter().map(places).collect();
    assert_eq!(found.len(), 1, "{case}: {row:?} among {all:?}");
    let junction = found[0];
    // `.`: outside any gene or exon.
    let word = |value: &Value| match value {
        Value::Null => ".".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    for (side, gene, exon) in [("five", "gene5", "exon5"), ("three", "gene3", "exon3")] {
        assert_eq!(word(&junction[side]["gene"]), row[gene], "{case}");
        assert_eq!(word(&junction[side]["exon"]), row[exon], "{case}");
    }
    if row["class"] != "neighbour-read-through" {
        assert!(is_believed(junction), "{case}: {}", junction["tier"]);
    }
    let evidence = &junction["evidence"];
    if let Some((_, kind, frame)) = DROPPED.iter().find(|(name, _, _)| *name == case) {
        assert_eq!(evidence["split"], 0, "{case}");
        assert!(evidence[*kind].as_u64().unwrap() >= 3, "{case}: {evidence}");
        assert_eq!(junction["frame"], *frame, "{case}");
        return;
    }
    // Tables give no frame between the second and third gene.
    if row["frame"] != "." {
        assert_eq!(junction["frame"], row["frame"], "{case}");
    }
    let inserted = if row["inserted"] == "." { "" } else { &row["inserted"] };
    assert_eq!(junction["inserted"], inserted, "{case}");
    // At least the number for the row to count here, at most that in the library.
    let seen = evidence["split"].as_u64().unwrap();
    let held: u64 = (split(row) + row["short"].parse::<u32>().unwrap()).into();
    assert!((3..=held).contains(&seen), "{case}: {seen} of {held}");
}

#[test]
fn every_case_has_its_stated_answer() {
    let folders = data::cases();
    let names: Vec<&str> = folders
        .iter()
        .map(|f| f.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(names, STATES.map(|(name, _)| name));
    let answered = |folder: &Path, case: &str, state: &str| {
        let report = run(folder);
        assert_eq!(report["conclusion"]["state"], state, "{case}");
        let truth = truth(folder);
        let rows = truth.iter().filter(|row| split(row) >= 3);
        let asserted = rows.map(|row| assert_row(case, row, &report)).count();
        for junction in junctions(&report).into_iter().filter(|j| is_believed(j)) {
            let known = truth.iter().any(|row| is_at(junction, row));
            assert!(known, "{case}: {:?} is not in the truth", places(junction));
        }
        asserted
    };
    // Every case is checked, whatever the result of earlier ones.
    let (mut asserted, mut wrong) = (0, Vec::new());
    for (folder, (case, state)) in folders.iter().zip(STATES) {
        match std::panic::catch_unwind(|| answered(folder, case, state)) {
            Ok(rows) => asserted += rows,
            Err(_) => wrong.push(case),
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}, as said above");
    assert!(asserted >= 23, "{asserted}");
}

#[test]
fn two_molecules_are_distinguished_from_a_hundred_chimeras() {
    let folder = data::path("cases/mllt10_two_molecules");
    let report = run(&folder);
    let believed: Vec<&Value> = junctions(&report).into_iter().filter(|j| is_believed(j)).collect();
    assert_eq!(believed.len(), 1);
    assert!(is_at(believed[0], &truth(&folder)[0]));
    assert_eq!(believed[0]["evidence"]["molecules"], 2);
    assert_eq!(believed[0]["frame"], "in-frame");
    // One split molecule and four spanning pairs; duplicates are not molecules.
    let umi = run_case("umi");
    assert_eq!(umi["events"][0]["name"], "KMT2A::AFF1");
    assert!(is_at(junctions(&umi)[0], &truth(&data::path("cases/umi"))[0]));
    let evidence = &junctions(&umi)[0]["evidence"];
    assert!(
        evidence["molecules"].as_u64() < evidence["fragments"].as_u64(),
        "copies: {evidence}"
    );
}

#[test]
fn both_junctions_of_three_genes_are_one_event() {
    let folder = data::path("cases/three_way");
    let report = run(&folder);
    assert_eq!(array(&report["events"]).len(), 1);
    let found: BTreeSet<_> = array(&report["events"][0]["junctions"]).iter().map(places).collect();
    let expected: BTreeSet<_> = truth(&folder)
        .iter()
        .map(|row| (row["breakpoint5"].clone(), row["breakpoint3"].clone()))
        .collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(found, expected);
}

#[test]
fn a_reciprocal_belongs_to_its_canonical_event() {
    let report = run_case("aff1_reciprocal");
    assert_eq!(array(&report["events"]).len(), 1);
    let classes: Vec<&Value> = junctions(&report).into_iter().map(|j| &j["class"]).collect();
    assert_eq!(classes, ["canonical", "reciprocal"]);
    // On its own, it shows a rearranged KMT2A without the oncogenic transcript.
    let alone = run_case("reciprocal_only");
    assert_eq!(alone["conclusion"]["findings"]["reciprocal"]["status"], "detected");
    assert_ne!(alone["conclusion"]["findings"]["fusion"]["status"], "detected");
}

#[test]
fn a_duplication_beside_a_fusion_keeps_its_own_finding() {
    let findings = &run_case("ptd_and_fusion")["conclusion"]["findings"];
    assert_eq!(findings["ptd"]["status"], "detected");
    assert_eq!(findings["fusion"]["status"], "detected");
    let alone = &run_case("ptd_e8_e2");
    assert_ne!(alone["conclusion"]["findings"]["fusion"]["status"], "detected");
    // The minor isoform is listed with the major one, out of frame and not counted.
    let minor = &truth(&data::path("cases/ptd_e8_e2"))[1];
    let listed = junctions(alone).into_iter().find(|j| is_at(j, minor)).unwrap();
    assert_eq!(
        (&listed["frame"], &listed["tier"]),
        (&"out-of-frame".into(), &"low".into())
    );
}

#[test]
fn inserted_bases_too_long_for_the_aligner_are_exact() {
    for case in ["insert_15", "insert_36"] {
        let report = run_case(case);
        let row = &truth(&data::path("cases").join(case))[0];
        assert_eq!(array(&report["events"]).len(), 1, "{case}");
        let junction = &report["events"][0]["junctions"][0];
        assert!(is_at(junction, row), "{case}");
        assert_eq!(junction["inserted"], row["inserted"]);
        assert_eq!(junction["frame"], row["frame"]);
        let before = junction["consensus"].as_str().unwrap().split('|').next().unwrap();
        assert!(before.ends_with("AAG"), "{case}: e9 ends in AAG: {before}");
    }
}

#[test]
fn an_intergenic_partner_has_its_base_and_the_genes_on_both_sides() {
    let report = run_case("intergenic");
    let junction = &report["events"][0]["junctions"][0];
    assert_eq!(report["events"][0]["name"], "KMT2A::MLLT3(16577501)");
    // The headline must not suggest a fusion with MLLT3.
    let headline = report["conclusion"]["headline"].as_str().unwrap();
    assert!(headline.contains("partner between genes"), "{headline}");
    assert_eq!(
        places(junction),
        ("chr11:118482495".to_owned(), "chr9:37200000".to_owned())
    );
    assert_eq!(junction["class"], "canonical-intergenic");
    let beside: Vec<&Value> = array(&junction["three"]["genes_nearby"])
        .iter()
        .map(|n| &n["symbol"])
        .collect();
    assert_eq!(beside, ["MLLT3", "NCBP1"]);
}

#[test]
fn bases_that_both_sides_share_are_the_ambiguity_of_the_junction() {
    let report = run_case("microhomology");
    let ambiguity = &report["events"][0]["junctions"][0]["ambiguity"];
    let width = ambiguity["left"].as_i64().unwrap() + ambiguity["right"].as_i64().unwrap();
    assert_eq!((width, &ambiguity["homology"]), (7, &"GGGAGGC".into()));
}

#[test]
fn read_through_stays_low_and_does_not_block() {
    let reasons = |report: &Value| -> BTreeSet<String> {
        let reasons = array(&report["conclusion"]["reasons"]);
        reasons.iter().map(|r| r["code"].as_str().unwrap().to_owned()).collect()
    };
    // As for a sample without any event at this depth.
    let depth = reasons(&run_case("low_kmt2a"));
    for name in ["readthrough_ttc36", "readthrough_atp5mg"] {
        let report = run_case(name);
        let found = junctions(&report);
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0]["class"], "neighbour-read-through", "{name}");
        assert_eq!(found[0]["tier"], "low", "{name}");
        assert_eq!(reasons(&report), depth, "{name}");
    }
}

/// Public reads of the cell line EOL-1.
#[test]
fn the_duplication_of_eol1_is_found_at_its_exons() {
    let folder = data::path("real/eol1_ptd");
    let report = run(&folder);
    assert_eq!(report["conclusion"]["state"], "ptd");
    let rows = truth(&folder);
    // A junction represents every position that its ambiguity allows.
    let at = |row: &Row| {
        let tolerance: i64 = row["tolerance"].parse().unwrap();
        let base = |text: &str| text.strip_prefix("chr11:").unwrap().parse::<i64>().unwrap();
        let off = |side: &Value, text: &str| side["position"].as_i64().unwrap() - base(text);
        let found: Vec<&Value> = junctions(&report)
            .into_iter()
            .filter(|j| j["five"]["gene"] == "KMT2A" && j["three"]["gene"] == "KMT2A")
            .filter(|j| {
                // The same shift on both sides, or the duplicated segment would be different.
                let (five, three) = (
                    off(&j["five"], &row["breakpoint5"]),
                    off(&j["three"], &row["breakpoint3"]),
                );
                five == three && five.abs() <= tolerance
            })
            .collect();
        assert_eq!(found.len(), 1, "{row:?}");
        let interval = &found[0]["ambiguity"];
        let width = interval["left"].as_i64().unwrap() + interval["right"].as_i64().unwrap();
        assert!((0..=tolerance).contains(&width), "{interval}");
        assert_eq!(found[0]["frame"], row["frame"]);
        found[0].clone()
    };
    let (major, minor) = (at(&rows[0]), at(&rows[1]));
    assert_eq!(
        (&major["five"]["exon"], &major["three"]["exon"]),
        (&8.into(), &2.into())
    );
    assert_eq!(
        places(&major),
        ("chr11:118482495".to_owned(), "chr11:118468775".to_owned())
    );
    assert!(is_believed(&major), "{}", major["tier"]);
    assert!(major["evidence"]["molecules"].as_u64().unwrap() >= 50);
    assert_eq!(
        (&minor["five"]["exon"], &minor["three"]["exon"]),
        (&7.into(), &2.into())
    );
    assert_eq!(minor["isoform_of"], major["id"]);
    // Nothing else is at tier high or medium.
    assert_eq!(junctions(&report).into_iter().filter(|j| is_believed(j)).count(), 1);
}

/// Real RNA aligned with a DNA aligner: read as DNA, the exon ends would look like rearrangements.
#[test]
fn reads_that_stop_at_exon_ends_are_rna_whatever_aligned_them() {
    let bam = data::path("real/eol1_wild_type/eol1_wild_type.bwa.bam");
    let folder = TempDir::new().unwrap();
    call(folder.path())
        .args(["-q", "-s", "wild_type"])
        .arg(&bam)
        .assert()
        .success();
    let report = report(folder.path(), "wild_type");
    let input = &report["inputs"][0];
    assert_eq!(input["assay"], "rna");
    let basis = input["assay_basis"].as_str().unwrap();
    assert!(
        basis.starts_with("aligned with BWA, but ") && basis.ends_with("stop there"),
        "{basis}"
    );
    assert_eq!(report["conclusion"]["state"], "inconclusive");
    assert!(!junctions(&report).into_iter().any(is_believed));
    // The user's option does not override the reads.
    for (assay, file) in [("dna", &bam), ("rna", &data::dna("dna_aff1_intron8"))] {
        let folder = TempDir::new().unwrap();
        let assert = call(folder.path())
            .args(["-q", "--assay", assay])
            .arg(file)
            .assert()
            .code(1);
        let line = error_line(&assert);
        assert!(
            line.contains("but its reads are") && line.contains("leave --assay out"),
            "{line}"
        );
        assert!(files(&folder.path().join("out")).is_empty());
    }
}

/// A stray index or leftover would change how a case is read.
#[test]
fn a_case_holds_three_files() {
    for (case, _) in STATES {
        let folder = data::path("cases").join(case);
        let names = files(&folder);
        assert_eq!(names.len(), 3, "{case}: {names:?}");
        assert!(
            names.contains(&"README.md".to_owned()) && names.contains(&"truth.tsv".to_owned()),
            "{names:?}"
        );
        assert!(fs::metadata(alignment(&folder)).unwrap().len() <= 300_000, "{case}");
    }
}

/// Real STAR records: alternatives of one chimera are at one position and differ only in `HI`, which indexed and
/// streamed
/// access must both handle.
#[test]
fn real_reads_give_the_same_report_indexed_and_streamed() {
    let folder = TempDir::new().unwrap();
    let bam = data::path("real/eol1_ptd/eol1_ptd.bam");
    let copy = folder.path().join("eol1_ptd.bam");
    fs::copy(&bam, &copy).unwrap();
    crate::input::written::index_bam(&copy);
    let report = |path: &Path| -> Value {
        let output = crate::program::breakapart()
            .args(["call", "-q", "--stdout", "json"])
            .arg(path)
            .output()
            .unwrap();
        let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let input = report["inputs"][0].as_object_mut().unwrap();
        let access = input.remove("access").unwrap();
        input.remove("file");
        report.as_object_mut().unwrap().remove("warnings");
        report["was"] = access["mode"].clone();
        report
    };
    let (mut indexed, mut streamed) = (report(&copy), report(&bam));
    assert_eq!(indexed["was"], "indexed");
    assert_eq!(streamed["was"], "streamed");
    indexed["was"].take();
    streamed["was"].take();
    assert_eq!(indexed, streamed);
}
