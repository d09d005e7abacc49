//! Conclusions from whole files.

use std::fs;

use tempfile::TempDir;

use crate::input::written::{index_bam, write_bam};
use crate::made::{self, Sample, exons, joined, len};
use crate::program::*;

#[test]
fn a_fusion_is_named_with_partner_exons_bases_and_tier() {
    let (folder, bam) = with_fusion();
    let run = call(folder.path()).arg(&bam).assert().success();
    let text = output(&run);
    assert!(text.contains("KMT2A REARRANGED"), "{text}");
    assert!(text.contains("KMT2A::AFF1"), "{text}");
    assert_eq!(errors(&run), "");

    let report = report(folder.path(), "fusion");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    let event = &report["events"][0];
    assert_eq!(event["name"], "KMT2A::AFF1");
    assert_eq!(event["tier"], "high");

    let table = rows(&folder.path().join("out/fusion.fusions.tsv"));
    assert_eq!(table.1.len(), 1, "{table:?}");
    for (column, value) in [
        ("#gene1", "KMT2A"),
        ("gene2", "AFF1"),
        ("strand1(gene/fusion)", "+/+"),
        ("strand2(gene/fusion)", "+/+"),
        ("breakpoint1", "chr11:118482495"),
        ("breakpoint2", "chr4:87084120"),
        ("exon1", "NM_001197104.2:e8"),
        ("exon2", "NM_001166693.3:e5"),
        ("site1", "CDS/splice-site"),
        ("site2", "CDS/splice-site"),
        ("type", "translocation"),
        ("direction1", "downstream"),
        ("direction2", "upstream"),
        ("confidence", "high"),
        ("junction_class", "canonical"),
        ("reading_frame", "in-frame"),
        ("molecules", "24"),
        ("fragments", "24"),
    ] {
        assert_eq!(cell(&table, 0, column), value, "{column}");
    }
    let fasta = fs::read_to_string(folder.path().join("out/fusion.junctions.fa")).unwrap();
    assert_eq!(fasta.lines().filter(|line| line.starts_with('>')).count(), 1, "{fasta}");
}

#[test]
fn a_partial_tandem_duplication_is_named_as_one() {
    let folder = TempDir::new().unwrap();
    let mut sample = Sample::new(5);
    sample.over(&exons("KMT2A", 1, 26), "wild", 1_000);
    let first = exons("KMT2A", 1, 8);
    let at = len(&first);
    sample.across(&joined(first, exons("KMT2A", 2, 26)), at, "again", 20);
    let bam = write_sample(folder.path(), "ptd.bam", &sample);
    call(folder.path()).arg(&bam).assert().success();
    let report = report(folder.path(), "ptd");
    assert_eq!(report["conclusion"]["state"], "ptd", "{}", report["conclusion"]["text"]);
    let table = rows(&folder.path().join("out/ptd.fusions.tsv"));
    for (column, value) in [
        ("#gene1", "KMT2A"),
        ("gene2", "KMT2A"),
        ("breakpoint1", "chr11:118482495"),
        ("breakpoint2", "chr11:118468775"),
        ("type", "duplication/non-canonical_splicing"),
        ("junction_class", "ptd"),
    ] {
        assert_eq!(cell(&table, 0, column), value, "{column}");
    }
}

#[test]
fn a_negative_writes_complete_files_and_ends_with_0() {
    let folder = TempDir::new().unwrap();
    let bam = write_sample(folder.path(), "negative.bam", &made::negative(2));
    let run = call(folder.path()).arg(&bam).assert().success();
    let report = report(folder.path(), "negative");
    assert_eq!(
        report["conclusion"]["state"], "not_detected",
        "{}",
        report["conclusion"]["text"]
    );
    assert!(output(&run).to_uppercase().contains("NOT DETECTED"), "{}", output(&run));
    assert_eq!(files(&folder.path().join("out")), default_files("negative"));
    let table = rows(&folder.path().join("out/negative.fusions.tsv"));
    assert!(table.1.is_empty(), "{table:?}");
    assert_eq!(
        fs::read_to_string(folder.path().join("out/negative.junctions.fa")).unwrap(),
        ""
    );
    for region in ["major", "minor"] {
        let limit = report["conclusion"]["lod"]["exclusion"]["any_partner"][region]
            .as_f64()
            .unwrap();
        assert!(limit > 0.0 && limit <= 0.1, "{region}: {limit}");
    }
}

/// With less KMT2A than a negative needs, the sample is inconclusive.
#[test]
fn little_of_kmt2a_is_inconclusive() {
    let folder = TempDir::new().unwrap();
    let mut sample = Sample::new(3);
    sample.over(&made::wild_type(), "wild", 60);
    sample.over(&exons("ABL1", 1, 11), "abl", 600);
    let bam = write_sample(folder.path(), "thin.bam", &sample);
    call(folder.path()).arg(&bam).assert().success();
    let report = report(folder.path(), "thin");
    assert_eq!(report["conclusion"]["state"], "inconclusive");
    assert!(report["conclusion"]["next_step"].is_string());
}

#[test]
fn a_header_alone_is_inconclusive() {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("empty.bam");
    write_bam(&bam, &made::header("empty", "SO:coordinate"), &[]);
    for indexed in [false, true] {
        if indexed {
            index_bam(&bam);
        }
        call(folder.path()).arg("--force").arg(&bam).assert().success();
        let report = report(folder.path(), "empty");
        assert_eq!(report["conclusion"]["state"], "inconclusive");
        assert_eq!(report["conclusion"]["reasons"][0]["code"], "kmt2a-not-seen");
        assert!(rows(&folder.path().join("out/empty.fusions.tsv")).1.is_empty());
    }
}

/// Unmapped reads only.
#[test]
fn no_mapped_read_is_inconclusive() {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("unmapped.bam");
    let lines: Vec<String> = (0..50)
        .map(|n| format!("u{n}\t4\t*\t0\t0\t*\t*\t0\t0\tACGTACGTAC\tIIIIIIIIII"))
        .collect();
    write_bam(&bam, &made::header("unmapped", "SO:coordinate"), &lines);
    index_bam(&bam);
    call(folder.path()).arg(&bam).assert().success();
    assert_eq!(report(folder.path(), "unmapped")["conclusion"]["state"], "inconclusive");
}

#[test]
fn without_an_index_there_is_one_warning() {
    let (folder, bam) = with_fusion();
    fs::remove_file(folder.path().join("fusion.bam.bai")).unwrap();
    let run = call(folder.path()).arg(&bam).assert().success();
    let text = errors(&run);
    assert_eq!(text.matches("has no index").count(), 1, "{text}");
    let report = report(folder.path(), "fusion");
    assert_eq!(warnings(&report), ["no_index"]);
    assert_eq!(report["inputs"][0]["access"]["mode"], "streamed");
    assert_eq!(report["conclusion"]["state"], "rearranged");
}

#[test]
fn an_older_index_is_used_with_a_warning() {
    let (folder, bam) = with_fusion();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
    fs::File::options()
        .write(true)
        .open(folder.path().join("fusion.bam.bai"))
        .unwrap()
        .set_modified(old)
        .unwrap();
    call(folder.path()).arg(&bam).assert().success();
    let report = report(folder.path(), "fusion");
    assert_eq!(warnings(&report), ["index_older"]);
    assert_eq!(report["inputs"][0]["access"]["mode"], "indexed");
    assert_eq!(report["conclusion"]["state"], "rearranged");
}

/// Colour is for terminals; log files are read by programs.
#[test]
fn a_warning_in_a_log_file_has_no_colour_codes() {
    let (folder, bam) = with_fusion();
    fs::remove_file(folder.path().join("fusion.bam.bai")).unwrap();
    let run = call(folder.path()).arg(&bam).assert().success();
    assert!(!errors(&run).contains('\u{1b}'), "{:?}", errors(&run));
}
