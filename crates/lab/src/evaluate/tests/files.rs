use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::example;
use breakapart_core::report::{discarded_tsv, fusions_tsv, json};

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A truth table and results.
type Request = (PathBuf, Vec<PathBuf>);

fn request(folder: &Path, results: &[&str]) -> Request {
    let results = results.iter().map(|name| folder.join(name));
    (folder.join("truth.tsv"), results.collect())
}

fn run((truth, results): &Request) -> Result<Evaluation, FileError> {
    super::super::run(truth, "", results, &EvaluateOptions::default())
}

fn table(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

#[test]
fn folders_files_and_subfolders_give_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "truth.tsv", TRUTH);
    let mut one_by_one = Vec::new();
    for (name, rows) in RESULTS {
        write(root, &format!("flat/{name}.fusions.tsv"), &table(rows));
        write(
            root,
            &format!("flat/{name}.fusions.discarded.tsv"),
            &table("A\tB\tx:1\tx:2\thigh\t.\n"),
        );
        write(root, &format!("deep/{name}/fusions.tsv"), &table(rows));
        write(root, &format!("files/{name}.tsv"), &table(rows));
        one_by_one.push(format!("files/{name}.tsv"));
    }
    write(root, "flat/s10.fusions.tsv", &table("KMT2A\tB\tx:1\tx:2\thigh\t.\n"));
    let flat = run(&request(root, &["flat"])).unwrap();
    assert_eq!(flat.unused_files.len(), 1, "s10 is not a sample, and not part of s1");
    assert_eq!(flat.conclusions, [], "no report was given");
    let mut deep = run(&request(root, &["deep"])).unwrap();
    one_by_one.reverse();
    let names: Vec<&str> = one_by_one.iter().map(String::as_str).collect();
    let files = run(&request(root, &names)).unwrap();
    assert_eq!(deep, files);
    deep.unused_files.clone_from(&flat.unused_files);
    assert_eq!(flat, deep);
    assert_eq!(flat.callers, ["Arriba".to_owned()].into());
    assert_eq!(
        flat.cells,
        evaluate(&truth(), &results(), &EvaluateOptions::default()).cells
    );
}

#[test]
fn damaged_results_are_gaps_and_count_as_missed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "truth.tsv", TRUTH);
    write(
        root,
        "r/s1.fusions.tsv",
        &table(&format!("{}KMT2A\tAFF1\tchr11:1184", RESULTS[0].1)),
    );
    write(root, "r/s2.fusions.tsv", "not a table");
    write(root, "r/s3.breakapart.json", "{\"conclusion\": {\"state\": ");
    write(root, "r/s4.breakapart.json", "{\"conclusion\": {\"state\": \"ptd\"}}");
    write(root, "r/s4.fusions.tsv", &table(""));
    let e = run(&request(root, &["r"])).unwrap();
    assert_eq!(e.samples_without_result, 7);
    assert_eq!(e.cells.iter().map(|cell| cell.found.count).sum::<u64>(), 0);
    let kinds = |sample: &str| {
        e.gaps
            .iter()
            .filter(|gap| gap.sample == sample)
            .map(|gap| gap.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("s1"), [GapKind::UnreadableResult, GapKind::NoReport]);
    assert_eq!(kinds("s2"), [GapKind::UnreadableResult, GapKind::NoReport]);
    assert_eq!(kinds("s3"), [GapKind::UnreadableResult, GapKind::UnreadableReport]);
    assert_eq!(kinds("s4"), []);
    assert!(
        e.gaps[0].text.contains("line 5: breakpoint2 is empty"),
        "{:?}",
        e.gaps[0]
    );
    assert_eq!(e.conclusions.iter().map(|tally| tally.right.of).sum::<u64>(), 8);
    assert_eq!(e.conclusions.iter().map(|tally| tally.right.count).sum::<u64>(), 0);
}

#[test]
fn a_report_alone_gives_rows_and_conclusion() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let report = example::fusion();
    write(
        root,
        "truth.tsv",
        "sample\tclass\tgene5\tgene3\tbreakpoint5\tbreakpoint3\tframe\tsplit\tspanning\tmolecules\n\
         p\tcanonical\tKMT2A\tAFF1\tchr11:118482495\tchr4:87046695\tin-frame\t43\t9\t63\n\
         p\treciprocal\tAFF1\tKMT2A\tchr4:87046286\tchr11:118484183\tin-frame\t5\t0\t6\n",
    );
    let text = String::from_utf8(json::render(&report).unwrap()).unwrap();
    write(root, "json/p.breakapart.json", &text);
    write(root, "both/p.breakapart.json", &text);
    write(
        root,
        "both/p.fusions.tsv",
        &String::from_utf8(fusions_tsv::render(&report).unwrap()).unwrap(),
    );
    write(
        root,
        "both/p.discarded.tsv",
        &String::from_utf8(discarded_tsv::render(&report).unwrap()).unwrap(),
    );
    let alone = run(&request(root, &["json"])).unwrap();
    assert_eq!(alone.callers, ["breakapart".to_owned()].into());
    assert!(
        alone
            .cells
            .iter()
            .all(|cell| cell.found.count == 1 && cell.frame_right.count == 1)
    );
    assert_eq!(
        (alone.conclusions[0].wanted.as_str(), alone.conclusions[0].right.count),
        ("rearranged", 1)
    );
    assert_eq!(alone, run(&request(root, &["both"])).unwrap());
    assert_eq!(
        alone,
        run(&request(root, &["both/p.fusions.tsv", "json/p.breakapart.json"])).unwrap()
    );
}

#[test]
fn a_table_of_many_samples_is_split() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "truth.tsv", TRUTH);
    write(
        root,
        "jaffa_results.csv",
        "sample,fusion genes,chrom1,base1,strand1,chrom2,base2,strand2,gap (kb),spanning pairs,spanning reads,inframe,aligns,rearrangement,contig,contig break,classification,known\n\
         s1.fastq.gz,KMT2A:AFF1,chr11,118482495,+,chr4,87084120,+,Inf,1,3,TRUE,TRUE,TRUE,c,1,HighConfidence,Yes\n\
         s6,KMT2A:XYZ,chr11,118484314,+,chr2,5,+,Inf,1,0,NA,TRUE,TRUE,c,1,LowConfidence,-\n\
         s10,KMT2A:XYZ,chr11,118484314,+,chr2,5,+,Inf,1,0,NA,TRUE,TRUE,c,1,HighConfidence,-\n",
    );
    let e = run(&request(root, &["jaffa_results.csv"])).unwrap();
    assert_eq!((e.callers, e.samples_without_result), (["JAFFA".to_owned()].into(), 6));
    assert_eq!(e.cells.iter().map(|cell| cell.found.count).sum::<u64>(), 1);
    assert_eq!((e.false_rows, e.quiet.low_rows), (0, 1));
}

#[test]
fn two_results_for_one_sample_and_absent_paths_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "truth.tsv", TRUTH);
    write(root, "a/s1.fusions.tsv", &table(RESULTS[0].1));
    write(root, "b/s1.fusions.tsv", &table(RESULTS[0].1));
    write(root, "c/s1.counts.txt", "gene\tcount\n");
    let error = run(&request(root, &["a", "b"])).unwrap_err();
    assert!(error.to_string().starts_with("sample s1: both "), "{error}");
    assert!(
        run(&request(root, &["a", "c"])).is_ok(),
        "a table of no known caller is ignored"
    );
    let error = run(&request(root, &["absent"])).unwrap_err();
    assert!(error.to_string().contains("absent: no such file"), "{error}");
    fs::remove_file(root.join("truth.tsv")).unwrap();
    let error = run(&request(root, &["a"])).unwrap_err();
    assert!(error.to_string().contains("truth.tsv: no such file"), "{error}");
}

#[test]
fn the_text_fits_and_names_missing_results() {
    let e = evaluate(&truth(), &results(), &EvaluateOptions::default());
    let text = text(&e, false);
    for line in text.lines() {
        assert!(line.chars().count() <= 98, "{line}");
    }
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "results of Arriba; 8 samples in the truth, 1 WITHOUT A RESULT, counted as missed"
    );
    assert_eq!(
        lines[4],
        "canonical                     pair       1      1        0     0       1      0/1"
    );
    assert!(
        text.contains(
            "all canonical            10+  100 (15-100)  100 (15-100)  100 (15-100)     50 (1-99)   100 (2-100)"
        ),
        "{text}"
    );
    assert!(
        text.contains("false high or medium rows  2, in 2 of 7 samples (29 %, 3.7-71) with a result"),
        "{text}"
    );
    assert!(text.contains("gap  no result: s8\n"), "{text}");
    let mut nearly = e.clone();
    nearly.canonical_levels[0].found = Rate { count: 299, of: 300 };
    let nearly = super::super::text(&nearly, false);
    assert!(nearly.contains(" 99.7 (98-100) "), "one missed is not 100: {nearly}");
    let listed = super::super::text(&e, true);
    assert!(
        listed.contains("s6\tfalse\tKMT2A::XYZ chr11:118484314 chr2:5 high\n"),
        "{listed}"
    );
    assert!(
        listed.contains("s1\tbase\tAFF1::KMT2A: chr4:87046286 chr11:118484190, is chr4:87046286 chr11:118484183\n"),
        "{listed}"
    );
}

#[test]
fn the_tidy_table_and_the_json_contain_every_count() {
    let e = evaluate(&truth(), &results(), &EvaluateOptions::default());
    let table = tsv(&e);
    let width = |line: &str| line.split('\t').count();
    assert!(table.lines().all(|line| width(line) == 8));
    assert!(table.contains("partner_right\tcanonical\t10+\t1\t2\t0.5\t0.0125791\t0.987421\n"));
    assert!(table.contains("false_rows\t.\t.\t2\t.\t.\t.\t.\n"));
    let parsed: serde_json::Value = serde_json::to_value(&e).unwrap();
    assert_eq!(parsed["samples_without_result"], 1);
    assert_eq!(parsed["gaps"][0]["kind"], "no-result");
    assert_eq!(parsed["cells"][0]["level"], "1");
}
