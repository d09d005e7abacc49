//! Files of chimeric alignments beside the alignments: the sample's own, another sample's, none at all.

use std::fs;
use std::path::Path;

use rust_htslib::bam::{self, Read as _};
use tempfile::TempDir;

use super::{Answer, arg, edited, has_sa};
use crate::data::path as data;
use crate::program::{call, error_line, warnings};

fn refusal(alignment: &Path, chimeric: &Path) -> String {
    let folder = TempDir::new().unwrap();
    let run = call(folder.path())
        .arg(alignment)
        .arg("--chimeric")
        .arg(chimeric)
        .assert()
        .code(1);
    assert!(!folder.path().join("out").exists() || fs::read_dir(folder.path().join("out")).unwrap().next().is_none());
    error_line(&run)
}

#[test]
fn a_chimeric_file_of_its_own_sample_is_used() {
    let own = data("inputs/junctions.Chimeric.out.junction");
    let with = Answer::of(&data("inputs/junctions.bam"), &["--chimeric", arg(&own)]);
    assert_eq!((with.state(), with.capability()), ("rearranged", "chimeras-written"));
    assert!(!warnings(&with.report).iter().any(|code| code.starts_with("chimeric")));
}

#[test]
fn an_empty_chimeric_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let empty = folder.path().join("Chimeric.out.junction");
    for content in ["", "\n\n"] {
        fs::write(&empty, content).unwrap();
        let error = refusal(&data("cases/negative/negative.bam"), &empty);
        assert!(error.contains("is empty") && error.contains("negative.bam"), "{error}");
    }
}

#[test]
fn a_chimeric_file_with_only_a_header_counts_as_none() {
    let folder = TempDir::new().unwrap();
    let bam = folder.path().join("own.bam");
    // STAR was asked for a file of junctions.
    let source = [data("cases/negative/negative.bam")];
    let text = bam::Reader::from_path(&source[0]).unwrap();
    let header = String::from_utf8_lossy(text.header().as_bytes()).replace("WithinBAM HardClip", "Junctions");
    let view = bam::HeaderView::from_bytes(header.as_bytes());
    let mut writer = bam::Writer::from_path(&bam, &bam::Header::from_template(&view), bam::Format::Bam).unwrap();
    for record in bam::Reader::from_path(&source[0]).unwrap().records() {
        let record = record.unwrap();
        if !record.is_supplementary() && !has_sa(&record) {
            writer.write(&record).unwrap();
        }
    }
    drop(writer);
    let chimeric = folder.path().join("Chimeric.out.junction");
    for content in [
        "chr_donorA\tbrkpt_donorA\tstrand_donorA\n",
        "chr_donorA\tbrkpt_donorA\tstrand_donorA\n# 2.7.10b   STAR --runThreadN 2\n# Nreads 30000\tNreadsUnique 2\n",
    ] {
        fs::write(&chimeric, content).unwrap();
        let with = Answer::of(&bam, &["--chimeric", arg(&chimeric)]);
        let without = Answer::of(&bam, &[]);
        assert_eq!(
            (with.state(), with.capability()),
            (without.state(), without.capability())
        );
        assert_eq!(
            (with.state(), with.capability()),
            ("inconclusive", "chimeras-not-written")
        );
        assert!(warnings(&with.report).contains(&"chimeric-header-only"));
    }
}

#[test]
fn a_chimeric_file_of_another_sample_is_refused() {
    let folder = TempDir::new().unwrap();
    let (own, other) = (
        data("inputs/junctions.bam"),
        data("inputs/other_patient.Chimeric.out.junction"),
    );
    // By the FASTQ files of its run.
    let error = refusal(&own, &other);
    for part in [
        "other_patient.Chimeric.out.junction",
        "junctions.bam",
        "x_1.fq",
        "junctions_mllt1_1.fq.gz",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    // By its read names, without a command line: the file has unmapped reads, but none of eight names.
    let text = fs::read_to_string(&other).unwrap();
    let bare: String = text
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| format!("{l}\n"))
        .collect();
    let silent = folder.path().join("silent.junction");
    fs::write(&silent, &bare).unwrap();
    let error = refusal(&own, &silent);
    assert!(error.contains("none of 8 of its read names"), "{error}");
    // The same through an index.
    let indexed = folder.path().join("indexed.bam");
    fs::copy(&own, &indexed).unwrap();
    bam::index::build(&indexed, None, bam::index::Type::Bai, 1).unwrap();
    assert!(refusal(&indexed, &silent).contains("none of 8 of its read names"));
    // By its read group.
    let grouped = folder.path().join("grouped.junction");
    let own_text = fs::read_to_string(data("inputs/junctions.Chimeric.out.junction")).unwrap();
    fs::write(&grouped, own_text.replace("\tjunctions_mllt1\n", "\tpatient_9\n")).unwrap();
    assert!(refusal(&own, &grouped).contains("read group is patient_9"));
    // Its own file is accepted without a command line, with and without an index.
    let own_lines: String = own_text
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| format!("{l}\n"))
        .collect();
    fs::write(&silent, &own_lines).unwrap();
    for alignment in [&own, &indexed] {
        assert_eq!(
            Answer::of(alignment, &["--chimeric", arg(&silent)]).state(),
            "rearranged"
        );
    }
}

/// If nothing shows that the file is this sample's, no conclusion is based on it.
#[test]
fn a_chimeric_file_that_nothing_confirms_makes_no_call() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("without_unmapped.bam");
    edited(&[data("inputs/junctions.bam")], &own, |_| true, |_, r| !r.is_unmapped());
    let text = fs::read_to_string(data("inputs/other_patient.Chimeric.out.junction")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|l| l.contains("\tq000")).collect();
    let other = folder.path().join("other.junction");
    fs::write(&other, lines[..5].join("\n") + "\n").unwrap();
    let answer = Answer::of(&own, &["--chimeric", arg(&other)]);
    assert_eq!(answer.state(), "inconclusive", "{:?}", answer.rows());
    assert!(answer.reasons().contains(&"chimeric-not-confirmed"));
    assert!(warnings(&answer.report).contains(&"chimeric-not-confirmed"));
    // Of ten names one at least is among the alignments of nearly every sample.
    let renamed = |number: usize| lines[number % lines.len()].replace("\tq000", &format!("\tp{number}00"));
    fs::write(&other, (0..10).map(renamed).collect::<Vec<_>>().join("\n") + "\n").unwrap();
    assert!(refusal(&own, &other).contains("none of 10 of its read names"));
}

#[test]
fn a_truncated_chimeric_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let (own, cut) = (data("inputs/junctions.bam"), folder.path().join("cut.junction"));
    let text = fs::read_to_string(data("inputs/junctions.Chimeric.out.junction")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
    let whole = lines.join("\n");
    fs::write(&cut, &whole).unwrap();
    let answer = Answer::of(&own, &["--chimeric", arg(&cut)]);
    assert_eq!(answer.state(), "rearranged", "only the last newline is missing");
    let last = whole.rsplit('\t').next().unwrap().len();
    for missing in [last + 1, last + 30] {
        fs::write(&cut, &whole[..whole.len() - missing]).unwrap();
        let error = refusal(&own, &cut);
        assert!(error.contains("cut.junction") && error.contains("cut off"), "{error}");
    }
}

/// STAR writes no `SA` there: records with the same name and read number are its segments, in any order.
#[test]
fn a_chimeric_sam_without_sa_is_read_by_names() {
    let chimeric = data("inputs/chimeric_sam.Chimeric.out.sam");
    let answer = Answer::of(&data("inputs/chimeric_sam.sam"), &["--chimeric", arg(&chimeric)]);
    assert_eq!(answer.state(), "rearranged");
    let (pair, tier, molecules) = &answer.rows()[0];
    assert_eq!((pair.as_str(), *molecules), ("KMT2A::GUSB", 6), "{tier}");
}
