//! The same records with any kind of access.

use std::fs;
use std::path::Path;

use breakapart_core::genome::{ContigId, Interval};
use breakapart_core::input::{Access, Aligner, AlignmentFile, Assay, Format, InputOptions};
use proptest::prelude::*;
use rust_htslib::bam::{self, index};
use tempfile::TempDir;

use super::written::*;

type Windows = Vec<(ContigId, Interval)>;

fn fetched(file: &mut AlignmentFile, windows: &Windows) -> Vec<(String, i64)> {
    let mut out = Vec::new();
    file.fetch(windows, &mut |r| {
        out.push((String::from_utf8_lossy(r.name()).into_owned(), r.position()));
    })
    .unwrap();
    out
}

fn filtered(file: &mut AlignmentFile, windows: &Windows) -> Vec<(String, i64)> {
    let mut out = Vec::new();
    file.stream(&mut |r| {
        if windows.iter().any(|(contig, window)| r.overlaps(*contig, *window)) {
            out.push((String::from_utf8_lossy(r.name()).into_owned(), r.position()));
        }
    })
    .unwrap();
    out
}

fn windows() -> impl Strategy<Value = Windows> {
    let near = (0_i64..190_000, 1_i64..30_000).prop_map(|(at, len)| {
        (
            ContigId(2),
            Interval::new(KMT2A.0 - 50_000 + at, KMT2A.0 - 50_000 + at + len),
        )
    });
    let far = (
        prop::sample::select(vec![0_u32, 1, 3]),
        0_i64..4_000_000,
        1_i64..400_000,
    )
        .prop_map(|(c, at, len)| (ContigId(c), Interval::new(50_000_000 + at, 50_000_000 + at + len)));
    let odd = prop::sample::select(vec![
        (ContigId(2), Interval::new(-5, 3)),
        (ContigId(2), Interval::new(135_086_000, 999_999_999)),
        (ContigId(2), Interval::new(7, 7)),
        (ContigId(99), Interval::new(1, 2)),
    ]);
    prop::collection::vec(prop_oneof![6 => near, 3 => far, 1 => odd], 0..12)
}

fn agree(path: &Path, cases: u32) {
    let mut file = open(path).unwrap();
    assert_eq!(file.access(), Access::Indexed, "{}", path.display());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: std::env::var("CASES")
            .ok()
            .and_then(|c| c.parse().ok())
            .unwrap_or(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    // In cells, as the runner takes a shared closure.
    let file = std::cell::RefCell::new(&mut file);
    let count = std::cell::Cell::new(0_usize);
    runner
        .run(&windows(), |windows| {
            let mut file = file.borrow_mut();
            let direct = fetched(&mut file, &windows);
            count.set(count.get() + direct.len());
            prop_assert_eq!(direct, filtered(&mut file, &windows), "{}", path.display());
            Ok(())
        })
        .unwrap();
    assert!(count.get() > 100, "windows without records are no test");
}

#[test]
fn fetching_gives_what_streaming_and_filtering_gives() {
    let dir = TempDir::new().unwrap();
    let bam = indexed(&dir, "x.bam", 11, 4_000);
    agree(&bam, 60);

    fs::remove_file(dir.path().join("x.bam.bai")).unwrap();
    index::build(&bam, None, index::Type::Csi(14), 1).unwrap();
    agree(&bam, 10);

    let sam = dir.path().join("x.sam.gz");
    let mut writer = rust_htslib::bgzf::Writer::from_path(&sam).unwrap();
    std::io::Write::write_all(&mut writer, (header() + &lines(11, 2_000).join("\n") + "\n").as_bytes()).unwrap();
    drop(writer);
    // Without a thread: with one, htslib reads text ahead and records wrong offsets.
    index::build(&sam, None, index::Type::Csi(14), 0).unwrap();
    agree(&sam, 10);
    assert_eq!(open(&sam).unwrap().format(), Format::Sam);

    let cram = dir.path().join("x.cram");
    write(
        &cram,
        &header(),
        &records_of(&header(), &lines(11, 2_000)),
        bam::Format::Cram,
    );
    index::build(&cram, None, index::Type::Bai, 1).unwrap();
    agree(&cram, 10);
    assert_eq!(open(&cram).unwrap().format(), Format::Cram);
}

/// samtools leaves part of a `.crai` for an unsorted CRAM that it could not index.
#[test]
fn the_index_of_an_unsorted_cram_is_ignored() {
    let dir = TempDir::new().unwrap();
    let mut lines = lines(11, 2_000);
    lines.reverse();
    let written = |name: &str, header: &str| {
        let cram = dir.path().join(name);
        write(&cram, header, &records_of(header, &lines), bam::Format::Cram);
        let slices = "2\t118400001\t500\t900\t180\t700\n0\t50000001\t500\t1780\t180\t700\n";
        fs::write(dir.path().join(format!("{name}.crai")), slices).unwrap();
        cram
    };
    let cram = written("x.cram", &header().replace("SO:coordinate", "SO:unsorted"));
    let mut file = open(&cram).unwrap();
    assert_eq!(file.access(), Access::Streamed);
    let said: Vec<&str> = file.warnings().iter().map(|w| w.text.as_str()).collect();
    assert!(
        said.iter().any(|text| text.contains("does not say that it is sorted")),
        "{said:?}"
    );
    assert_eq!(decoded(&mut file).len(), lines.len());
    // A header that says the opposite, and a run that requires an index, are refused.
    let refused = refusal(&written("y.cram", &header()));
    assert!(refused.contains("not in the order of a sorted file"), "{refused}");
    let options = InputOptions {
        require_index: true,
        ..InputOptions::default()
    };
    assert!(refusal_with(&cram, &options).contains("not in the order"));
}

#[test]
fn every_format_and_thread_count_gives_the_same_records() {
    let dir = TempDir::new().unwrap();
    let bam = indexed(&dir, "x.bam", 12, 1_000);
    let sam = dir.path().join("x.sam");
    fs::write(&sam, header() + &lines(12, 1_000).join("\n") + "\n").unwrap();
    let cram = dir.path().join("x.cram");
    write(
        &cram,
        &header(),
        &records_of(&header(), &lines(12, 1_000)),
        bam::Format::Cram,
    );
    let expected = decoded(&mut open(&bam).unwrap());
    assert_eq!(expected.len(), 1_020);
    assert_eq!(expected.iter().filter(|r| r.malformed).count(), 0);
    for path in [&bam, &sam, &cram] {
        for threads in [1, 4] {
            let options = InputOptions {
                threads,
                ..InputOptions::default()
            };
            let mut found = decoded(&mut open_with(path, &options).unwrap());
            for record in &mut found {
                // A CRAM with an embedded reference recomputes mismatches.
                record.edits = None;
            }
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{} on {threads}", path.display());
            }
        }
    }
}

#[test]
fn unplaced_records_can_be_had_from_an_indexed_file() {
    let dir = TempDir::new().unwrap();
    let bam = indexed(&dir, "x.bam", 13, 300);
    let cram = dir.path().join("x.cram");
    write(
        &cram,
        &header(),
        &records_of(&header(), &lines(13, 300)),
        bam::Format::Cram,
    );
    index::build(&cram, None, index::Type::Bai, 1).unwrap();
    for path in [bam, cram] {
        let mut names = Vec::new();
        open(&path)
            .unwrap()
            .fetch_unplaced(&mut |r| names.push(String::from_utf8_lossy(r.name()).into_owned()))
            .unwrap();
        assert_eq!(names.len(), 20, "{}", path.display());
        assert!(names.iter().all(|name| name.starts_with('u')));
    }
}

#[test]
fn the_header_gives_sample_aligner_and_assay() {
    let dir = TempDir::new().unwrap();
    let path = indexed(&dir, "x.bam", 14, 10);
    let file = open(&path).unwrap();
    assert_eq!(file.header().sample.as_deref(), Some("patient07"));
    assert_eq!(
        *file.aligner(),
        Aligner::Bwa {
            soft_clips_supplementary: true,
            marks_secondary: false,
        }
    );
    assert_eq!(file.assay().map(|a| a.assay), Some(Assay::Dna));
    assert!(file.warnings().is_empty(), "{:?}", file.warnings());
    assert!(file.reference().is_none());
    let stated = InputOptions {
        assay: Some(Assay::Rna),
        ..InputOptions::default()
    };
    assert_eq!(
        open_with(&path, &stated).unwrap().assay().map(|a| a.assay),
        Some(Assay::Rna)
    );
}
