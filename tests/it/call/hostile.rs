//! Malformed records and hostile names: escaped everywhere, counted, never executed.

use std::fs;

use breakapart_core::genome::Build;
use rust_htslib::bam::record::Aux;
use rust_htslib::bam::{Format, Record};
use tempfile::TempDir;

use crate::input::written::{index_bam, records_of, write};
use crate::made;
use crate::program::*;

/// Reads of the fusion, some of them damaged by `spoil`.
fn spoilt(folder: &TempDir, header: &str, spoil: impl Fn(usize, &mut Record)) -> std::path::PathBuf {
    let mut records = records_of(header, &made::fusion(1).sorted());
    for (n, record) in records.iter_mut().enumerate() {
        spoil(n, record);
    }
    let path = folder.path().join("fusion.bam");
    write(&path, header, &records, Format::Bam);
    index_bam(&path);
    path
}

#[test]
fn malformed_tags_are_counted_with_the_first_name() {
    let folder = TempDir::new().unwrap();
    let header = made::header("fusion", "SO:coordinate");
    // Wild-type records at KMT2A, so that the call itself does not depend on them.
    let bam = spoilt(&folder, &header, |_, record| {
        let name = String::from_utf8_lossy(record.qname()).into_owned();
        let second = record.is_last_in_template();
        match (name.as_str(), second) {
            ("wild000003", false) => record
                .push_aux(b"SA", Aux::String("chr4,zero,+,50M,<script>;;"))
                .unwrap(),
            ("wild000005", false) => {
                record.remove_aux(b"NH").unwrap();
                record.push_aux(b"NH", Aux::String("many")).unwrap();
            }
            ("wild000007", true) => record.push_aux(b"MC", Aux::U8(1)).unwrap(),
            _ => {}
        }
    });
    call(folder.path()).arg(&bam).assert().success();
    let report = report(folder.path(), "fusion");
    assert_eq!(report["inputs"][0]["records"]["malformed"], 3);
    let warning = report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|w| w["code"] == "malformed-records")
        .unwrap_or_else(|| panic!("{}", report["warnings"]));
    let text = warning["text"].as_str().unwrap();
    assert!(text.starts_with("3 records"), "{text}");
    assert!(
        ["wild000003", "wild000005", "wild000007"]
            .iter()
            .any(|name| text.contains(name)),
        "{text}"
    );
    assert_eq!(report["conclusion"]["state"], "rearranged");
}

/// The terminal shows the same line.
#[test]
fn malformed_records_are_reported_on_the_terminal() {
    let folder = TempDir::new().unwrap();
    let header = made::header("fusion", "SO:coordinate");
    let bam = spoilt(&folder, &header, |_, record| {
        if record.qname() == b"wild000003" && !record.is_last_in_template() {
            record.push_aux(b"SA", Aux::String("chr4,zero,+,50M,9;")).unwrap();
        }
    });
    let run = call(folder.path()).arg(&bam).assert().success();
    assert!(output(&run).contains("could not be read in full"), "{}", output(&run));
    assert!(output(&run).contains("wild000003"), "{}", output(&run));
}

const NAMES: [&str; 5] = [
    "\"quoted\"'name'",
    "<script>alert(1)</script>",
    "../../up/and/away",
    "=cmd|'/C calc'!A1",
    "a|b;c,d\\e",
];

#[test]
fn read_names_are_escaped_wherever_they_are_shown() {
    let folder = TempDir::new().unwrap();
    let header = made::header("fusion", "SO:coordinate");
    // A name may have 254 bytes in a BAM (rust-htslib sets up to 251); tabs and line ends can only come from a broken
    // writer.
    let long = "n".repeat(251);
    let renamed = |old: &[u8]| -> Option<Vec<u8>> {
        let text = std::str::from_utf8(old).ok()?;
        let number: usize = text.strip_prefix("fusion")?.parse().ok()?;
        Some(match number % 7 {
            5 => format!("tab\there\nand line{number}").into_bytes(),
            6 => long.clone().into_bytes(),
            n => format!("{}{number}", NAMES[n]).into_bytes(),
        })
    };
    let bam = spoilt(&folder, &header, |_, record| {
        if let Some(name) = renamed(record.qname()) {
            record.set_qname(&name);
        }
    });
    for keep in [false, true] {
        let mut command = call(folder.path());
        command.arg("--force").arg(&bam);
        if keep {
            command.arg("--keep-names");
        }
        let run = command.assert().success();
        assert!(!output(&run).contains('\u{1b}'));
        let report = report(folder.path(), "fusion");
        let table = rows(&folder.path().join("out/fusion.fusions.tsv"));
        let names = cell(&table, 0, "read_identifiers");
        assert!(!names.contains(['"', '\n']), "{names}");
        assert_eq!(cell(&table, 0, "gene2"), "AFF1");
        let supporting = report["events"][0]["junctions"][0]["supporting"].to_string();
        assert_eq!(supporting.contains("<script>"), keep, "{supporting}");
    }
    assert_eq!(files(&folder.path().join("out")), default_files("fusion"));
}

/// SAM text does not limit the length of a name.
#[test]
fn a_read_name_of_ten_thousand_bytes_is_truncated_and_reported() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fusion.sam");
    let long = "<b>".to_owned() + &"x".repeat(10_000);
    let text: String = made::fusion(1)
        .sorted()
        .iter()
        .map(|line| line.replace("wild000003\t", &format!("{long}\t")) + "\n")
        .collect();
    fs::write(&path, made::header("fusion", "SO:coordinate") + &text).unwrap();
    let run = call(folder.path()).arg(&path).assert().success();
    let report = report(folder.path(), "fusion");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["events"][0]["molecules"], 24);
    assert!(
        warnings(&report).contains(&"malformed-records"),
        "{:?}",
        warnings(&report)
    );
    assert!(output(&run).lines().all(|line| line.len() < 1_000));
}

#[test]
fn a_sample_name_of_any_kind_makes_safe_file_names() {
    let (folder, bam) = with_fusion();
    let long = "x".repeat(10_000);
    let names = [
        "\"quoted\" 'name'",
        "tab\tand\nline",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "/absolute/path",
        ".hidden",
        "-o",
        "\u{202e}txt.exe",
        "\u{1b}[31mred",
        &long,
    ];
    let above = files(folder.path());
    for name in names {
        let out = TempDir::new().unwrap();
        let run = breakapart()
            .arg("call")
            .arg(format!("--sample={name}"))
            .arg("-o")
            .arg(out.path())
            .arg(&bam)
            .assert()
            .success();
        let written = files(out.path());
        assert_eq!(written.len(), default_files("x").len(), "{written:?}");
        for file in &written {
            assert!(file.len() <= 200 && !file.starts_with(['.', '-']), "{file:?}");
            assert!(
                !file.contains(|c: char| c.is_control() || "<>\"'/\\ |".contains(c)),
                "{file:?}"
            );
        }
        assert!(!output(&run).contains('\u{1b}'), "{:?}", output(&run));
        let json = written.iter().find(|f| f.ends_with(".breakapart.json")).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&fs::read(out.path().join(json)).unwrap()).unwrap();
        assert_eq!(report["sample"], name);
        assert_valid(&report);
        let table = written.iter().find(|f| f.ends_with(".fusions.tsv")).unwrap();
        assert_eq!(rows(&out.path().join(table)).1.len(), 1);
        let fasta = written.iter().find(|f| f.ends_with(".junctions.fa")).unwrap();
        let text = fs::read_to_string(out.path().join(fasta)).unwrap();
        assert_eq!(text.lines().filter(|l| l.starts_with('>')).count(), 1, "{text}");
    }
    assert_eq!(files(folder.path()), above);
}

/// The header's sample name is trusted no more than an argument.
#[test]
fn a_sample_name_of_the_header_is_made_safe() {
    let folder = TempDir::new().unwrap();
    let header = made::header("../<script>\"x\"", "SO:coordinate");
    let bam = spoilt(&folder, &header, |_, _| {});
    call(folder.path()).arg(&bam).assert().success();
    let written = files(&folder.path().join("out"));
    assert_eq!(written.len(), default_files("x").len(), "{written:?}");
    assert!(
        written
            .iter()
            .all(|f| !f.contains(['<', '"', '/']) && !f.starts_with('.')),
        "{written:?}"
    );
    assert_eq!(files(folder.path()), ["fusion.bam", "fusion.bam.bai", "out"]);
}

/// Impossible positions, lengths and mates.
#[test]
fn absurd_positions_are_malformed_and_nothing_else_is_lost() {
    let folder = TempDir::new().unwrap();
    let header = made::header("fusion", "SO:coordinate");
    let kmt2a = breakapart_core::catalogue::catalogue().kmt2a(Build::GRCh38).interval;
    let mut records = records_of(&header, &made::fusion(1).sorted());
    let mut strange = records_of(
        &header,
        &[
            format!("past\t0\tchr11\t{}\t255\t100M\t*\t0\t0\t*\t*", 135_086_600_i64),
            format!(
                "gap\t0\tchr11\t{}\t255\t10M250000000N10M\t*\t0\t0\t*\t*",
                kmt2a.start.0 + 500
            ),
            format!(
                "mate\t1\tchr11\t{}\t255\t50M\tchr4\t190214000\t0\t*\t*",
                kmt2a.start.0 + 700
            ),
        ],
    );
    records.append(&mut strange);
    let path = folder.path().join("fusion.bam");
    // Now unsorted, so read in one pass.
    write(&path, &header, &records, Format::Bam);
    call(folder.path()).arg(&path).assert().success();
    let report = report(folder.path(), "fusion");
    assert_eq!(report["conclusion"]["state"], "rearranged");
    assert_eq!(report["events"][0]["molecules"], 24);
}
