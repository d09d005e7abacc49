//! Outputs for programs: made by `call`, made again by `report`, and their supporting reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use breakapart_core::genome::contig::bare_name;
use flate2::read::MultiGzDecoder;
use rust_htslib::bam::{self, Read as _, record::Aux};
use serde_json::Value;
use tempfile::TempDir;

use crate::input::written::write_bam;
use crate::made;
use crate::program::*;

const ALL: &str = "json,fusions,vcf,bedpe,star-fusion,multiqc,vicc";

fn unpacked(path: &Path) -> String {
    use std::io::Read as _;
    let mut text = String::new();
    MultiGzDecoder::new(fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn every_format_is_a_view_of_the_report() {
    let (folder, bam) = with_fusion();
    call(folder.path()).args(["--format", ALL]).arg(&bam).assert().success();
    let out = folder.path().join("out");
    let again = folder.path().join("again");
    breakapart()
        .args(["report", "--format", &ALL.replace("json,", ""), "-o"])
        .arg(&again)
        .arg(out.join("fusion.breakapart.json"))
        .assert()
        .success();
    let mut expected: Vec<String> = [
        "bedpe",
        "breakapart_evidence_mqc.json",
        "breakapart_general_mqc.json",
        "breakapart_status_mqc.json",
        "fusions.tsv",
        "star-fusion.fusion_predictions.abridged.tsv",
        "vcf.gz",
        "vcf.gz.tbi",
        "vicc.json",
    ]
    .map(|ending| format!("fusion.{ending}"))
    .to_vec();
    assert_eq!(files(&again), expected);
    for name in &expected {
        assert!(
            fs::read(out.join(name)).unwrap() == fs::read(again.join(name)).unwrap(),
            "{name}"
        );
    }
    expected.push("fusion.breakapart.json".to_owned());
    expected.sort();
    assert_eq!(files(&out), expected);

    // Standard output gets the text that the blocks contain.
    let run = breakapart()
        .args(["report", "--format", "VCF"])
        .arg(out.join("fusion.breakapart.json"))
        .assert()
        .success();
    assert_eq!(output(&run), unpacked(&out.join("fusion.vcf.gz")));
}

/// The junctions of JSON and VCF are the same, and REF is the base in the reads if there is no reference.
#[test]
fn the_vcf_holds_the_called_junction() {
    let (folder, bam) = with_fusion();
    call(folder.path())
        .args(["--format", "json,vcf"])
        .arg(&bam)
        .assert()
        .success();
    let out = folder.path().join("out");
    let report: Value = serde_json::from_slice(&fs::read(out.join("fusion.breakapart.json")).unwrap()).unwrap();
    let lead = &report["events"][0]["junctions"][0];
    let text = unpacked(&out.join("fusion.vcf.gz"));
    let line = text.lines().find(|l| l.contains("\tE1.1_5p\t")).unwrap();
    let cells: Vec<&str> = line.split('\t').collect();
    assert_eq!(cells[1].parse::<i64>().ok(), lead["five"]["position"].as_i64());
    let (contig, position) = cells[4].split(['[', ']']).nth(1).unwrap().split_once(':').unwrap();
    assert_eq!(position.parse::<i64>().ok(), lead["three"]["position"].as_i64());
    assert_eq!(bare_name(contig).unwrap(), "4");
    let reference = cells[3];
    // These reads have random bases; a real one is checked below.
    assert!(["A", "C", "G", "T"].contains(&reference));
    assert_eq!(lead["five"]["ref_base"].as_str(), Some(reference));
    assert!(line.contains("\tPASS\t"), "{line}");
}

/// The case whose reads are from the real genes, without a reference.
#[test]
fn gaps_are_filled_with_what_biology_says() {
    let folder = TempDir::new().unwrap();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/cases/aff1_reciprocal/aff1_reciprocal.bam");
    call(folder.path())
        .args(["--sample", "s", "--format", "fusions,vcf,vicc"])
        .arg(case)
        .assert()
        .success();
    let out = folder.path().join("out");
    let table = rows(&out.join("s.fusions.tsv"));
    assert_eq!(cell(&table, 0, "gene_id1"), "ENSG00000118058");
    assert_eq!(cell(&table, 0, "gene_id2"), "ENSG00000172493");
    assert_eq!(cell(&table, 0, "transcript_id1"), "ENST00000534358.8");
    let split: u64 = cell(&table, 0, "split_reads1").parse().unwrap();
    let coverage: u64 = cell(&table, 0, "coverage1").parse().unwrap();
    assert!(coverage > split, "wild-type fragments also cover the donor: {coverage}");
    assert_eq!(
        cell(&table, 0, "coverage2"),
        ".",
        "partners are read at unusual records only"
    );
    // The last residues encoded by MANE e8, and the first of AFF1 e4.
    let peptide = cell(&table, 0, "peptide_sequence");
    assert!(peptide.contains("PVKQKPKEK|TAKGDELSSRIQN"), "{peptide}");
    // The reciprocal enters KMT2A at e9.
    assert!(cell(&table, 1, "peptide_sequence").contains("|EKPPPVNKQENAG"));

    // MANE e8 ends with G, AFF1 e4 begins with A, as in the reads.
    let text = unpacked(&out.join("s.vcf.gz"));
    let line = |id: &str| text.lines().find(|l| l.contains(id)).unwrap();
    assert!(line("\tE1.1_5p\t").starts_with("chr11\t118482495\tE1.1_5p\tG\tG[chr4:87046695[\t"));
    assert!(line("\tE1.1_3p\t").starts_with("chr4\t87046695\tE1.1_3p\tA\t]chr11:118482495]A\t"));
    let objects: Vec<Value> = serde_json::from_slice(&fs::read(out.join("s.vicc.json")).unwrap()).unwrap();
    assert_eq!(
        objects[0]["viccNomenclature"],
        "NM_001197104.2(KMT2A):e.8::NM_001166693.3(AFF1):e.4"
    );
}

/// Name, junctions and kinds of the records of an evidence file.
fn tagged(path: &Path) -> Vec<(String, String, String)> {
    let mut reader = bam::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let text = |tag: &[u8]| match record.aux(tag).unwrap() {
                Aux::String(text) => text.to_owned(),
                other => panic!("{other:?}"),
            };
            (
                String::from_utf8(record.qname().to_vec()).unwrap(),
                text(b"bj"),
                text(b"bk"),
            )
        })
        .collect()
}

#[test]
fn the_evidence_holds_the_reads_of_every_junction() {
    let (folder, bam) = with_fusion();
    call(folder.path()).arg("--evidence").arg(&bam).assert().success();
    let out = folder.path().join("out");
    let report = report(folder.path(), "fusion");
    let evidence = out.join("fusion.evidence.bam");
    let records = tagged(&evidence);
    assert!(!records.is_empty());

    // Every fragment listed in the report is there under the same name, with its junction and kind.
    let mut by_name: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for (name, junctions, kinds) in &records {
        let pairs = junctions.split(',').zip(kinds.split(','));
        by_name.entry(name).or_default().extend(pairs);
    }
    let mut listed = 0;
    for junction in report["events"][0]["junctions"].as_array().unwrap() {
        for row in junction["supporting"].as_array().unwrap() {
            listed += 1;
            let pair = (junction["id"].as_str().unwrap(), row["kind"].as_str().unwrap());
            assert!(by_name[row["name"].as_str().unwrap()].contains(&pair), "{pair:?}");
        }
    }
    assert!(listed > 10);
    let fragments = report["events"][0]["fragments"].as_u64().unwrap();
    let of_event = by_name
        .values()
        .filter(|set| set.iter().any(|(id, _)| id.starts_with("E1.")))
        .count();
    assert_eq!(of_event as u64, fragments);

    // Both mates, on both chromosomes, and the index finds them.
    let mut reader = bam::IndexedReader::from_path(&evidence).unwrap();
    for contig in ["chr4", "chr11"] {
        reader.fetch(contig).unwrap();
        assert!(reader.records().count() > 5, "{contig}");
    }
    let session = fs::read_to_string(out.join("fusion.evidence.igv.xml")).unwrap();
    assert!(session.contains("path=\"fusion.evidence.bam\"") && session.contains("groupByTag=\"bj\""));
    assert_eq!(files(&out).iter().filter(|name| name.contains("evidence")).count(), 3);
}

#[test]
fn evidence_does_not_depend_on_access_and_keeps_names_when_asked() {
    let folder = TempDir::new().unwrap();
    let sample = made::mixed(3);
    let indexed = write_sample(folder.path(), "s.bam", &sample);
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    let streamed = below.join("s.bam");
    write_bam(&streamed, &made::header("s", "SO:unsorted"), &sample.shuffled(5));
    let bytes = |bam: &Path, name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        breakapart()
            .arg("call")
            .arg("-o")
            .arg(&out)
            .args(["--evidence", "--sample", "s"])
            .args(more)
            .arg(bam)
            .assert()
            .success();
        tagged(&out.join("s.evidence.bam"))
    };
    let one = bytes(&indexed, "one", &[]);
    assert!(!one.is_empty());
    assert_eq!(one, bytes(&streamed, "two", &[]));
    assert_eq!(fs::read(folder.path().join("one/s.evidence.bam")).unwrap().len(), {
        bytes(&indexed, "three", &[]);
        fs::read(folder.path().join("three/s.evidence.bam")).unwrap().len()
    });
    let named = bytes(&indexed, "names", &["--keep-names"]);
    assert_eq!(named.len(), one.len());
    let text = made::mixed(3).sorted().join("\n");
    assert!(named.iter().all(|(name, ..)| text.contains(name.as_str())));
    assert!(
        one.iter()
            .all(|(name, ..)| name.starts_with("rna-") && !text.contains(name.as_str()))
    );
}

#[test]
fn evidence_from_a_pipe_is_refused_before_anything_is_written() {
    let (folder, bam) = with_fusion();
    let run = call(folder.path())
        .args(["--evidence", "-"])
        .pipe_stdin(&bam)
        .unwrap()
        .assert()
        .code(2);
    let line = error_line(&run);
    assert!(line.contains("--evidence") && line.contains("second time"), "{line}");
    assert!(files(&folder.path().join("out")).is_empty());
    // A sample without a call has valid, empty evidence.
    let none = write_sample(folder.path(), "none.bam", &made::negative(2));
    call(folder.path()).arg("--evidence").arg(&none).assert().success();
    let report = report(folder.path(), "none");
    let shown: usize = report["discarded"].as_array().unwrap().len() + report["events"].as_array().unwrap().len();
    let records = tagged(&folder.path().join("out/none.evidence.bam"));
    assert_eq!(records.is_empty(), shown == 0);
}

#[test]
fn help_lists_the_formats_and_unknown_ones_are_refused() {
    for command in ["call", "report"] {
        let help = output(&breakapart().args([command, "--help"]).assert().success());
        for (name, word) in [
            ("vcf", "VCF 4.3"),
            ("bedpe", "IGV"),
            ("star-fusion", "STAR-Fusion"),
            ("multiqc", "MultiQC"),
            ("vicc", "VICC"),
        ] {
            let line = help.lines().find(|l| l.trim_start().starts_with(&format!("- {name}:")));
            assert!(line.is_some_and(|l| l.contains(word)), "{command} {name}: {help}");
        }
    }
    let run = breakapart().args(["report", "--format", "pdf", "x"]).assert().code(2);
    assert!(errors(&run).contains("pdf"));
}

#[test]
fn completions_and_manual_pages_come_from_the_command_line() {
    for shell in ["bash", "zsh", "fish"] {
        let script = output(&breakapart().args(["completions", shell]).assert().success());
        assert!(script.contains("breakapart") && script.contains("evidence"), "{shell}");
    }
    let page = output(&breakapart().arg("man").assert().success());
    assert!(page.contains(".TH") && page.contains("breakapart\\-call"), "{page}");
    let folder = TempDir::new().unwrap();
    breakapart().arg("man").arg("-o").arg(folder.path()).assert().success();
    let pages = files(folder.path());
    assert!(
        pages.contains(&"breakapart.1".to_owned()) && pages.contains(&"breakapart-call.1".to_owned()),
        "{pages:?}"
    );
}

/// A report from standard input gives the same output as its file; other bytes are refused with one line.
#[test]
fn a_report_is_read_from_standard_input() {
    let (folder, path) = with_fusion();
    call(folder.path()).arg("-q").arg(&path).assert().success();
    let json = folder.path().join("out/fusion.breakapart.json");
    let made = |from: &str, input: Vec<u8>| {
        let mut command = breakapart();
        command.args(["report", from, "--format", "tsv"]).write_stdin(input);
        command.assert()
    };
    let text = output(&made(json.to_str().unwrap(), Vec::new()).success());
    assert!(text.contains("AFF1"), "{text}");
    assert_eq!(output(&made("-", fs::read(&json).unwrap()).success()), text);
    let line = error_line(&made("-", b"{\"schema\": 1".to_vec()).code(1));
    assert!(line.contains("stdin"), "{line}");
}
