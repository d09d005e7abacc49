//! Unusable files are refused before anything is concluded from them.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::time::Duration;

use breakapart_core::genome::Build;
use breakapart_core::input::{Access, InputError, InputOptions};
use rust_htslib::bam::index;
use tempfile::TempDir;

use super::written::*;

#[test]
fn files_that_are_not_alignments_are_named() {
    let dir = TempDir::new().unwrap();
    let at = |name: &str, content: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let missing = refusal(&dir.path().join("none.bam"));
    assert!(missing.ends_with("none.bam: no such file; check the path"), "{missing}");
    assert!(refusal(dir.path()).contains("a directory"));
    assert!(refusal(&at("empty.bam", b"")).contains("an empty file"));
    for (name, content) in [
        ("text.bam", &b"Dear colleague, please find attached\n"[..]),
        ("reads.bam", b"@read1\nACGT\n+\nIIII\n"),
        (
            "calls.bam",
            b"##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        ),
        ("noise.bam", &[7_u8, 0, 255, 3, 99, 1, 0, 0, 4, 200]),
    ] {
        let text = refusal(&at(name, content));
        assert!(text.contains("is not an alignment"), "{text}");
    }
}

#[test]
fn a_file_name_cannot_break_the_line() {
    let text = refusal(Path::new("/nowhere/a\nb\u{1b}[31m.bam"));
    assert!(
        text.starts_with("/nowhere/a\\nb\\u{1b}[31m.bam: no such file"),
        "{text}"
    );
}

/// htslib reads a BAM truncated between two blocks as complete: only the missing end-of-file block shows it.
#[test]
fn a_cut_bam_is_refused_wherever_it_was_cut() {
    let dir = TempDir::new().unwrap();
    let whole = indexed(&dir, "whole.bam", 1, 3_000);
    let bytes = fs::read(&whole).unwrap();
    let starts = block_starts(&bytes);
    assert!(starts.len() > 5, "one block is no test");
    let cuts = starts[1..starts.len() - 1]
        .iter()
        .flat_map(|start| [*start, *start + 9, *start - 30])
        .chain([bytes.len() - 1, bytes.len() - 40]);
    for cut in cuts {
        let path = dir.path().join("cut.bam");
        fs::write(&path, &bytes[..cut]).unwrap();
        let text = refusal(&path);
        assert!(
            text.contains("file is truncated (no end-of-file block); copy it again or run `samtools quickcheck`")
                || text.contains("header cannot be read"),
            "{cut}: {text}"
        );
    }
}

/// The same through a pipe, where the end cannot be checked first.
#[test]
fn a_cut_stream_is_refused_at_its_end() {
    let dir = TempDir::new().unwrap();
    let whole = indexed(&dir, "whole.bam", 2, 3_000);
    let bytes = fs::read(&whole).unwrap();
    let starts = block_starts(&bytes);
    let through_pipe = |bytes: &[u8], threads: usize| {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let copy = bytes.to_vec();
        let feeding = std::thread::spawn(move || {
            let _ = writer.write_all(&copy);
        });
        let path = format!("/dev/fd/{}", reader.as_raw_fd());
        let options = InputOptions {
            threads,
            ..InputOptions::default()
        };
        let mut file = open_with(Path::new(&path), &options).unwrap();
        assert_eq!(file.access(), Access::Streamed);
        let result = names(&mut file);
        if result.is_ok() {
            assert!(matches!(names(&mut file), Err(InputError::Spent { .. })));
        }
        drop((reader, file));
        feeding.join().unwrap();
        result
    };
    for threads in [1, 3] {
        assert_eq!(through_pipe(&bytes, threads).unwrap().len(), 3_020);
        for cut in [starts[3], starts[4] - 20, starts[starts.len() - 2], bytes.len() - 5] {
            let result = through_pipe(&bytes[..cut], threads);
            assert!(
                matches!(result, Err(InputError::Truncated { .. })),
                "{threads}, {cut}: {result:?}"
            );
        }
    }
}

#[test]
fn a_damaged_block_is_an_error_and_no_shorter_file() {
    let dir = TempDir::new().unwrap();
    let path = indexed(&dir, "x.bam", 3, 3_000);
    let mut bytes = fs::read(&path).unwrap();
    let starts = block_starts(&bytes);
    let middle = (starts[3] + starts[4]) / 2;
    for byte in &mut bytes[middle..middle + 20] {
        *byte ^= 0xff;
    }
    fs::write(&path, &bytes).unwrap();
    fs::remove_file(dir.path().join("x.bam.bai")).unwrap();
    let error = names(&mut open(&path).unwrap()).unwrap_err();
    assert!(
        matches!(error, InputError::Damaged { .. } | InputError::Truncated { .. }),
        "{error}"
    );
}

#[test]
fn sam_text_cut_within_a_line_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.sam");
    let text = header() + &lines(4, 30).join("\n") + "\n";
    fs::write(&path, &text).unwrap();
    assert_eq!(names(&mut open(&path).unwrap()).unwrap().len(), 50);
    fs::write(&path, &text[..text.len() - 3]).unwrap();
    assert!(refusal(&path).contains("its last line has no end"));

    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&text.as_bytes()[..text.len() - 3]).unwrap();
    drop(writer);
    let stream = format!("/dev/fd/{}", reader.as_raw_fd());
    let result = names(&mut open(Path::new(&stream)).unwrap());
    assert!(matches!(result, Err(InputError::Truncated { .. })), "{result:?}");
}

#[test]
fn gzip_in_place_of_bgzip_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.sam.gz");
    let mut encoder = flate2::write::GzEncoder::new(File::create(&path).unwrap(), flate2::Compression::fast());
    encoder
        .write_all((header() + &lines(4, 30).join("\n") + "\n").as_bytes())
        .unwrap();
    encoder.finish().unwrap();
    assert!(refusal(&path).contains("gzip instead of bgzip"), "{}", refusal(&path));
}

#[test]
fn other_genomes_and_other_builds_are_named() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    let shown = path.display();
    write_bam(&path, &header_of(&[("chr11", 122_082_543)]), &[]);
    assert_eq!(
        refusal(&path),
        format!("{shown}: chr11 is 122,082,543 bases long; GRCh38 has 135,086,622, GRCh37 135,006,516 (mouse?)")
    );
    write_bam(&path, &header_of(&[CHR1, CHR4]), &[]);
    assert!(refusal(&path).contains("no chromosome 11 among its contigs (chr1, chr4)"));
    fs::write(&path, "@HD\tVN:1.6\n@CO\tno contigs\n").unwrap();
    assert!(refusal(&path).contains("names no contigs"), "{}", refusal(&path));

    write_bam(&path, &header_of(&[("11", 135_006_516)]), &[]);
    assert_eq!(open(&path).unwrap().header().build, Build::GRCh37);
    let options = InputOptions {
        build: Some(Build::GRCh38),
        ..InputOptions::default()
    };
    assert!(refusal_with(&path, &options).contains("is aligned to GRCh37 (11 of 135,006,516 bases), not to GRCh38"));
}

#[test]
fn every_naming_habit_finds_chromosome_11() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    for (name, len, build) in [
        ("chr11", 135_086_622, Build::GRCh38),
        ("11", 135_086_622, Build::GRCh38),
        ("NC_000011.9", 135_006_516, Build::GRCh37),
    ] {
        write_bam(
            &path,
            &header_of(&[
                ("HLA-A*01:01:01:01", 3_503),
                ("chr11_KI270831v1_alt", 296_895),
                (name, len),
            ]),
            &[],
        );
        let file = open(&path).unwrap();
        assert_eq!(file.header().build, build);
        assert_eq!(file.header().kmt2a_contig.0, 2);
    }
}

#[test]
fn without_an_index_a_file_is_streamed_with_one_warning() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    write_bam(&path, &header(), &lines(5, 50));
    let mut file = open(&path).unwrap();
    assert_eq!(file.access(), Access::Streamed);
    let codes: Vec<_> = file.warnings().iter().map(|w| w.code).collect();
    assert_eq!(codes, ["no_index"]);
    assert!(matches!(
        file.fetch(&[], &mut |_| {}),
        Err(InputError::NotIndexed { .. })
    ));
    let strict = InputOptions {
        require_index: true,
        ..InputOptions::default()
    };
    assert!(refusal_with(&path, &strict).contains("has no index; run `samtools index"));
}

#[test]
fn an_index_older_than_its_file_is_used_with_a_warning() {
    let dir = TempDir::new().unwrap();
    let path = indexed(&dir, "x.bam", 6, 50);
    let written = path.metadata().unwrap().modified().unwrap();
    // `samtools --write-index` closes the index first.
    for (age, warnings) in [
        (1, vec![]),
        (2, vec![]),
        (3, vec!["index_older"]),
        (86_400, vec!["index_older"]),
    ] {
        File::options()
            .write(true)
            .open(dir.path().join("x.bam.bai"))
            .unwrap()
            .set_modified(written - Duration::from_secs(age))
            .unwrap();
        let file = open(&path).unwrap();
        assert_eq!(file.access(), Access::Indexed);
        let said: Vec<_> = file.warnings().iter().map(|w| w.code).collect();
        assert_eq!(said, warnings, "{age}");
    }
}

/// A silent cause of false negatives: an index that is readable, newer than the file, but of another file.
#[test]
fn the_index_of_another_file_is_refused() {
    let dir = TempDir::new().unwrap();
    let only = |name: &str, seed: u64, keep: fn(&str) -> bool| {
        let path = dir.path().join(name);
        let kept: Vec<String> = lines(seed, 2_000).into_iter().filter(|line| keep(line)).collect();
        write_bam(&path, &header(), &kept);
        path
    };
    let paths = [
        only("a.bam", 7, |_| true),
        only("b.bam", 8, |_| true),
        only("small.bam", 7, |line| line.contains("\tchr1\t")),
        only("no11.bam", 7, |line| !line.contains("\tchr11\t")),
        only("only11.bam", 7, |line| line.contains("\tchr11\t")),
        only("mapped.bam", 7, |line| !line.starts_with('u')),
        only("none.bam", 7, |_| false),
        only("unplaced.bam", 7, |line| line.starts_with('u')),
    ];
    for ending in ["bai", "csi"] {
        let own: Vec<_> = paths
            .iter()
            .map(|path| {
                let at = path.with_extension(format!("own.{ending}"));
                let kind = if ending == "bai" {
                    index::Type::Bai
                } else {
                    index::Type::Csi(14)
                };
                index::build(path, Some(&at), kind, 1).unwrap();
                at
            })
            .collect();
        for (n, path) in paths.iter().enumerate() {
            let placed = path.with_extension(format!("bam.{ending}"));
            for (m, other) in own.iter().enumerate() {
                fs::copy(other, &placed).unwrap();
                if n == m {
                    assert_eq!(open(path).unwrap().access(), Access::Indexed, "{path:?}");
                    continue;
                }
                // Two files without a placed record have the same index.
                let no_placed = |i: usize| paths[i].ends_with("none.bam") || paths[i].ends_with("unplaced.bam");
                // Unplaced records come after everything in an index.
                let same_placed = |i: usize| paths[i].ends_with("a.bam") || paths[i].ends_with("mapped.bam");
                if no_placed(n) && no_placed(m) || same_placed(n) && same_placed(m) {
                    continue;
                }
                let text = refusal(path);
                assert!(
                    text.contains("does not fit it (") && text.contains("run `samtools index"),
                    "{path:?} with {other:?}: {text}"
                );
            }
            fs::remove_file(&placed).unwrap();
        }
    }
}

#[test]
fn an_index_for_other_contigs_or_of_garbage_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = indexed(&dir, "x.bam", 9, 500);
    let other = dir.path().join("other.bam");
    write_bam(&other, &header_of(&[CHR1, CHR4, CHR11]), &[]);
    index_bam(&other);
    let bai = dir.path().join("x.bam.bai");
    let good = fs::read(&bai).unwrap();
    fs::copy(dir.path().join("other.bam.bai"), &bai).unwrap();
    assert!(
        refusal(&path).contains("it was made for 3 contigs, the header has 4"),
        "{}",
        refusal(&path)
    );
    for bad in [
        &b""[..],
        b"BAI\x01",
        b"BAI\x01\xff\xff\xff\x7f",
        b"not an index",
        &good[..good.len() / 2],
    ] {
        fs::write(&bai, bad).unwrap();
        assert!(refusal(&path).contains("does not fit it"), "{bad:?}");
    }
}

/// Offsets inside the index are changed to positions where no block begins.
#[test]
fn an_index_whose_chunks_begin_nowhere_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = indexed(&dir, "x.bam", 10, 3_000);
    let bai = dir.path().join("x.bam.bai");
    let mut bytes = Vec::new();
    File::open(&bai).unwrap().read_to_end(&mut bytes).unwrap();
    let starts = block_starts(&fs::read(&path).unwrap());
    for at in 8..bytes.len() - 8 {
        let value = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let block = usize::try_from(value >> 16).unwrap();
        if block > 0 && starts.binary_search(&block).is_ok() {
            bytes[at..at + 8].copy_from_slice(&(value + (7 << 16)).to_le_bytes());
        }
    }
    fs::write(&bai, &bytes).unwrap();
    assert!(refusal(&path).contains("does not fit it"), "{}", refusal(&path));
}

#[test]
fn a_header_alone_is_a_file_without_records() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    write_bam(&path, &header(), &[]);
    assert_eq!(names(&mut open(&path).unwrap()).unwrap(), Vec::<String>::new());
    index_bam(&path);
    let mut file = open(&path).unwrap();
    assert_eq!(file.access(), Access::Indexed);
    let kmt2a = breakapart_core::genome::Interval::new(KMT2A.0, KMT2A.1);
    let contig = file.header().kmt2a_contig;
    file.fetch(&[(contig, kmt2a)], &mut |_| panic!("no record was written"))
        .unwrap();
    assert_eq!(file.record_count(), 0);
}

#[test]
fn several_samples_in_one_file_are_a_warning() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    write_bam(&path, &(header() + "@RG\tID:g2\tSM:patient08\n"), &[]);
    let file = open(&path).unwrap();
    assert_eq!(file.header().sample, None);
    assert!(
        file.warnings()
            .iter()
            .any(|w| w.code == "several_samples" && w.text.contains("patient07, patient08"))
    );
}

/// A BAM stores its header text and its contigs separately, so the text may say anything.
#[test]
fn a_hostile_header_text_breaks_nothing() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.bam");
    for text in [
        &b""[..],
        b"@",
        b"@RG\t\t:\tID\n@PG\n@\n\xff\xfe\n@CO\n@SQ\tSN:\n\n\n@HD",
        b"@HD\tVN:1.6\tSO:coordinate\n@RG\tID:\xff\xfe\tSM:\xf0\n@PG\tID:STAR\tCL:\x01\x02--chimSegmentMin\n",
        b"@SQ\tSN:chr11\tLN:-5\n@SQ\tSN:chr11\tLN:99999999999999999999\n",
        b"@CO\tuser command line: STAR --chimSegmentMin 99999999999999 --chimOutType\n\0\0@RG\tID:x\tSM:y",
    ] {
        let mut bytes = b"BAM\x01".to_vec();
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text);
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(6_u32.to_le_bytes());
        bytes.extend(b"chr11\0");
        bytes.extend(135_086_622_u32.to_le_bytes());
        let mut writer = rust_htslib::bgzf::Writer::from_path(&path).unwrap();
        writer.write_all(&bytes).unwrap();
        drop(writer);
        match open(&path) {
            Ok(mut file) => {
                assert_eq!(file.header().build, Build::GRCh38);
                assert!(names(&mut file).unwrap().is_empty());
            }
            Err(error) => assert!(
                matches!(error, InputError::Header { .. } | InputError::Contradiction { .. }),
                "{error}"
            ),
        }
    }
}
