//! Unusable input: status 1, one line with what, where and what to do, and no output.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::input::written::{CHR1, CHR4, block_starts, header_of, index_bam, indexed, record_of, write_bam};
use crate::made;
use crate::program::*;

/// Runs `command`, which must fail with `status`, print one line that contains `parts`, and write nothing.
fn refused(folder: &Path, command: &mut Command, status: i32, parts: &[&str]) {
    let run = command.assert().code(status);
    let line = error_line(&run);
    for part in parts {
        assert!(line.contains(part), "{part:?} is missing: {line}");
    }
    assert_eq!(output(&run), "");
    assert!(
        !folder.join("out").exists(),
        "left behind: {:?}",
        files(&folder.join("out"))
    );
}

#[test]
fn no_such_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("none.bam");
    refused(
        folder.path(),
        call(folder.path()).arg(&path),
        1,
        &["none.bam: no such file; check the path"],
    );
}

#[test]
fn a_text_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("letter.bam");
    fs::write(&path, "Dear colleague, please find attached\n").unwrap();
    refused(
        folder.path(),
        call(folder.path()).arg(&path),
        1,
        &["letter.bam: is not an alignment"],
    );
}

/// Truncated inside a block, between two blocks, and without only the last block; with and without an index.
#[test]
fn a_truncated_file() {
    let folder = TempDir::new().unwrap();
    let whole = write_sample(folder.path(), "whole.bam", &made::fusion(1));
    let bytes = fs::read(&whole).unwrap();
    let starts = block_starts(&bytes);
    assert!(starts.len() > 4, "one block is no test");
    let cut = folder.path().join("cut.bam");
    for (at, has_index) in [
        (starts[2] + 50, false),
        (starts[2], false),
        (starts[2], true),
        (starts[starts.len() - 2], false),
        (starts[starts.len() - 2], true),
    ] {
        fs::write(&cut, &bytes[..at]).unwrap();
        let bai = folder.path().join("cut.bam.bai");
        let _ = fs::remove_file(&bai);
        if has_index {
            fs::copy(folder.path().join("whole.bam.bai"), &bai).unwrap();
        }
        refused(
            folder.path(),
            call(folder.path()).arg(&cut),
            1,
            &["cut.bam: file is truncated", "samtools quickcheck"],
        );
    }
}

/// The end of a pipe is known only when everything was read, and the outputs are open by then.
#[test]
fn a_truncated_stream_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let whole = write_sample(folder.path(), "whole.bam", &made::fusion(1));
    let bytes = fs::read(&whole).unwrap();
    let starts = block_starts(&bytes);
    for at in [starts[2], starts[2] + 50] {
        refused(
            folder.path(),
            call(folder.path()).arg("-").write_stdin(&bytes[..at]),
            1,
            &["truncated"],
        );
    }
}

#[test]
fn no_index_where_one_is_required() {
    let (folder, bam) = with_fusion();
    fs::remove_file(folder.path().join("fusion.bam.bai")).unwrap();
    refused(
        folder.path(),
        call(folder.path()).arg("--require-index").arg(&bam),
        1,
        &["fusion.bam: has no index; run `samtools index"],
    );
}

#[test]
fn the_index_of_another_file() {
    let (folder, bam) = with_fusion();
    let other = write_sample(folder.path(), "other.bam", &made::negative(4));
    fs::copy(other.with_extension("bam.bai"), folder.path().join("fusion.bam.bai")).unwrap();
    refused(
        folder.path(),
        call(folder.path()).arg(&bam),
        1,
        &["fusion.bam: its index", "does not fit it (", "run `samtools index"],
    );
}

/// Even if the header's `UR` names an existing file: it is never used automatically.
#[test]
fn a_cram_without_reference() {
    let folder = TempDir::new().unwrap();
    let fasta = folder.path().join("chr11.fa");
    // Shorter than the chromosome but long enough for the writer: only the start is compared with reads.
    let bases: Vec<u8> = b"ACGTTGCAAC".iter().copied().cycle().take(1_000_000).collect();
    fs::write(&fasta, [b">chr11\n", &bases[..], b"\n"].concat()).unwrap();
    fs::write(
        folder.path().join("chr11.fa.fai"),
        "chr11\t1000000\t7\t1000000\t1000001\n",
    )
    .unwrap();
    let header = format!(
        "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr11\tLN:135086622\tUR:{}\n",
        fasta.display()
    );
    let cram = folder.path().join("x.cram");
    let sequence = String::from_utf8(bases[100..180].to_vec()).unwrap();
    let record = record_of(
        &header,
        &format!("r\t0\tchr11\t101\t60\t80M\t*\t0\t0\t{sequence}\t{}", "I".repeat(80)),
    );
    write_external_cram(&cram, &header, &record, &fasta);
    refused(
        folder.path(),
        call(folder.path()).arg(&cram),
        1,
        &["x.cram: a CRAM needs the reference", "--reference"],
    );
    refused(
        folder.path(),
        call(folder.path()).arg("--reference").arg(&fasta).arg(&cram),
        1,
        &["chr11.fa", "x.cram"],
    );
    refused(
        folder.path(),
        call(folder.path())
            .arg("--reference")
            .arg(folder.path().join("none.fa"))
            .arg(&cram),
        1,
        &["none.fa"],
    );
}

/// A CRAM that contains only differences to its reference.
fn write_external_cram(path: &Path, header: &str, record: &rust_htslib::bam::Record, fasta: &Path) {
    use rust_htslib::bam::{Format, Header, Writer};
    breakapart_core::hts::init();
    let view = crate::input::written::view_of(header);
    let mut writer = Writer::from_path(path, &Header::from_template(&view), Format::Cram).unwrap();
    writer.set_reference(fasta).unwrap();
    writer.write(record).unwrap();
}

#[test]
fn another_species_and_another_build() {
    let folder = TempDir::new().unwrap();
    let mouse = folder.path().join("mouse.bam");
    write_bam(&mouse, &header_of(&[("chr11", 122_082_543)]), &[]);
    refused(
        folder.path(),
        call(folder.path()).arg(&mouse),
        1,
        &[
            "mouse.bam: chr11 is 122,082,543 bases long",
            "GRCh38 has 135,086,622",
            "GRCh37 135,006,516",
            "mouse?",
        ],
    );
    let old = folder.path().join("old.bam");
    write_bam(&old, &header_of(&[("11", 135_006_516)]), &[]);
    refused(
        folder.path(),
        call(folder.path()).args(["--build", "GRCh38"]).arg(&old),
        1,
        &["old.bam: is aligned to GRCh37", "not to GRCh38"],
    );
}

#[test]
fn no_chromosome_11() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.bam");
    write_bam(&path, &header_of(&[CHR1, CHR4]), &[]);
    refused(
        folder.path(),
        call(folder.path()).arg(&path),
        1,
        &["x.bam: no chromosome 11 among its contigs (chr1, chr4)", "GRCh38"],
    );
}

/// The file name is shown, not interpreted.
#[test]
fn a_file_name_cannot_break_the_line() {
    let folder = TempDir::new().unwrap();
    refused(
        folder.path(),
        call(folder.path()).arg(folder.path().join("a\nb\u{1b}[31m.bam")),
        1,
        &["a\\nb\\u{1b}[31m.bam: no such file"],
    );
}

#[test]
fn a_command_line_that_makes_no_sense() {
    let (folder, bam) = with_fusion();
    let shown = bam.to_str().unwrap();
    for args in [
        &["call"][..],
        &["call", "--no-such-option", shown],
        &["call", "-t", "0", shown],
        &["call", "--required-lod", "2", shown],
        &["call", "--umi-tag", "UMI", shown],
        &["call", "--stdout", "pdf", shown],
        &["call", shown, shown],
        &["call", "-s", "name", shown, "other.bam"],
        &["cal"],
        &[],
    ] {
        let run = breakapart().args(args).current_dir(folder.path()).assert().code(2);
        assert_eq!(output(&run), "", "{args:?}");
        assert!(!errors(&run).is_empty(), "{args:?}");
    }
    assert_eq!(files(folder.path()), ["fusion.bam", "fusion.bam.bai"]);
}

#[test]
fn a_folder_that_is_a_file() {
    let (folder, bam) = with_fusion();
    fs::write(folder.path().join("file"), "not a folder").unwrap();
    for out in ["file", "file/below"] {
        let run = breakapart()
            .arg("call")
            .arg("-o")
            .arg(folder.path().join(out))
            .arg(&bam)
            .assert()
            .code(3);
        let line = error_line(&run);
        assert!(
            line.contains("can't be used as the output folder") && line.contains("choose another --output-dir"),
            "{line}"
        );
    }
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "not a folder");
    assert_eq!(files(folder.path()), ["file", "fusion.bam", "fusion.bam.bai"]);
}

#[test]
fn outputs_that_exist_are_kept_without_force() {
    let (folder, bam) = with_fusion();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let old = out.join("fusion.fusions.tsv");
    fs::write(&old, "mine").unwrap();
    let run = call(folder.path()).arg(&bam).assert().code(3);
    let line = error_line(&run);
    assert!(
        line.contains("fusion.fusions.tsv: exists already; add --force"),
        "{line}"
    );
    assert_eq!(files(&out), ["fusion.fusions.tsv"]);
    assert_eq!(fs::read_to_string(&old).unwrap(), "mine");

    call(folder.path()).arg("--force").arg(&bam).assert().success();
    report(folder.path(), "fusion");
    assert_eq!(files(&out), default_files("fusion"));
}

/// The file is refused while it is read, with the outputs already open: none may remain.
#[test]
fn nothing_half_written_stays_after_a_failure_in_the_work() {
    let folder = TempDir::new().unwrap();
    let path = indexed(&folder, "damaged.bam", 3, 3_000);
    let mut bytes = fs::read(&path).unwrap();
    let starts = block_starts(&bytes);
    let middle = (starts[3] + starts[4]) / 2;
    for byte in &mut bytes[middle..middle + 20] {
        *byte ^= 0xff;
    }
    fs::write(&path, &bytes).unwrap();
    fs::remove_file(folder.path().join("damaged.bam.bai")).unwrap();
    refused(
        folder.path(),
        call(folder.path()).arg(&path),
        1,
        &["damaged.bam: file is"],
    );

    // An existing folder stays, with its content.
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("other"), "mine").unwrap();
    call(folder.path()).arg(&path).assert().code(1);
    assert_eq!(files(&out), ["other"]);
}

#[test]
fn an_index_is_never_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fusion.bam");
    write_bam(
        &path,
        &made::header("fusion", "SO:coordinate"),
        &made::fusion(1).sorted(),
    );
    call(folder.path()).arg(&path).assert().success();
    assert_eq!(files(folder.path()), ["fusion.bam", "out"]);
    index_bam(&path);
    let before = fs::read(folder.path().join("fusion.bam.bai")).unwrap();
    call(folder.path()).arg("--force").arg(&path).assert().success();
    assert_eq!(fs::read(folder.path().join("fusion.bam.bai")).unwrap(), before);
}
