//! Nothing crashes, hangs or gives wrong results: indexes of any writer and damaged ones, records truncated anywhere,
//! process limits, one bad sample among good ones.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rayon::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use crate::made::{self, Draws};
use crate::program::{breakapart, call, default_files, error_line, files, with_fusion, write_sample};

/// The report of a file without the kind of access; `None` if it is refused with one line.
fn findings(path: &Path) -> Option<String> {
    let done = breakapart().args(["call", "-q", "--stdout", "json"]).arg(path).assert();
    let output = done.get_output();
    match output.status.code() {
        Some(0) => {
            let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
            for field in ["inputs", "warnings"] {
                report.as_object_mut().unwrap().remove(field);
            }
            Some(report.to_string())
        }
        Some(1) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(errors.starts_with("error: ") && errors.lines().count() == 1, "{errors}");
            assert!(!errors.contains("error of the program"), "{errors}");
            None
        }
        other => panic!("{}: {other:?}", path.display()),
    }
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// A `.bai` without the parts that some writers omit.
fn without(bai: &[u8], counts: bool, linear: bool, unplaced: bool) -> Vec<u8> {
    let contigs = word(bai, 4);
    let (mut out, mut at) = (bai[..8].to_vec(), 8);
    for _ in 0..contigs {
        let bins = word(bai, at);
        at += 4;
        let mut kept = Vec::new();
        for _ in 0..bins {
            let len = 8 + 16 * word(bai, at + 4);
            if !(counts && word(bai, at) == 37_450) {
                kept.push(&bai[at..at + len]);
            }
            at += len;
        }
        out.extend(u32::try_from(kept.len()).unwrap().to_le_bytes());
        out.extend(kept.concat());
        let len = 4 + 8 * word(bai, at);
        out.extend(if linear { &[0; 4] } else { &bai[at..at + len] });
        at += len;
    }
    out.extend(if unplaced { &[] } else { &bai[at..] });
    out
}

#[test]
fn indexes_without_optional_parts_are_read() {
    let (_folder, bam) = with_fusion();
    let bai = bam.with_extension("bam.bai");
    let whole = findings(&bam).unwrap();
    let bytes = fs::read(&bai).unwrap();
    for (counts, linear, unplaced) in [
        (true, false, false),
        (false, true, false),
        (false, false, true),
        (true, true, true),
    ] {
        let less = without(&bytes, counts, linear, unplaced);
        assert!(less.len() < bytes.len());
        fs::write(&bai, less).unwrap();
        assert_eq!(findings(&bam).as_ref(), Some(&whole), "{counts} {linear} {unplaced}");
    }
}

/// Bins removed one by one, and every word of the index changed: the complete result or a refusal.
#[test]
fn an_incomplete_index_is_detected() {
    let (_folder, bam) = with_fusion();
    let bai = bam.with_extension("bam.bai");
    let whole = findings(&bam).unwrap();
    let bytes = fs::read(&bai).unwrap();
    let mut refused = 0;
    let mut draws = Draws(3);
    for turn in 0..60 {
        let mut changed = bytes.clone();
        let at = 8 + usize::try_from(draws.below(i64::try_from(bytes.len()).unwrap() - 16)).unwrap() / 4 * 4;
        match turn % 3 {
            0 => changed[at] ^= 1,
            1 => changed[at + 1] = changed[at + 1].wrapping_add(1),
            _ => {
                changed.drain(at..at + 8);
            }
        }
        fs::write(&bai, changed).unwrap();
        match findings(&bam) {
            Some(found) => assert_eq!(found, whole, "turn {turn}, byte {at}"),
            None => refused += 1,
        }
    }
    // Most words of a small file's index belong to contigs without records, or to the linear index.
    assert!(refused > 3, "{refused}");
}

/// Where the first record of a BAM's uncompressed bytes begins.
fn first_record(bytes: &[u8]) -> usize {
    let mut at = 8 + word(bytes, 4);
    let contigs = word(bytes, at);
    at += 4;
    for _ in 0..contigs {
        at += 8 + word(bytes, at);
    }
    at
}

/// A BAM's uncompressed bytes, and where its last record begins.
fn payload(bam: &Path) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let file = fs::File::open(bam).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(file), &mut bytes).unwrap();
    let mut at = first_record(&bytes);
    let mut last = at;
    while at < bytes.len() {
        last = at;
        at += 4 + word(&bytes, at);
    }
    (bytes, last)
}

/// Writes BGZF blocks with valid checksums and the end-of-file block.
fn blocks(path: &Path, bytes: &[u8]) {
    let mut writer = rust_htslib::bgzf::Writer::from_path(path).unwrap();
    writer.write_all(bytes).unwrap();
}

#[test]
fn a_record_cut_at_any_byte_is_truncated() {
    let (folder, bam) = with_fusion();
    let (bytes, last) = payload(&bam);
    let cut = folder.path().join("cut.bam");
    for end in last..bytes.len() {
        // Every byte of the fixed fields and the name, some of the rest.
        if end > last + 60 && end % 7 != 0 {
            continue;
        }
        blocks(&cut, &bytes[..end]);
        let failed = breakapart().args(["call", "-q", "--stdout", "json"]).arg(&cut).assert();
        if end == last {
            failed.success();
            continue;
        }
        let line = error_line(&failed.code(1));
        assert!(line.contains("truncated"), "{}: {line}", end - last);
    }
    // Name lengths of 1 and 2 if the name is truncated.
    for length in [1, 2] {
        let mut short = bytes[..last + 36].to_vec();
        short[last + 12] = length;
        blocks(&cut, &short);
        assert_eq!(findings(&cut), None, "{length}");
    }
}

#[test]
fn empty_lines_and_plain_gzip() {
    let (folder, bam) = with_fusion();
    let empty = folder.path().join("empty.sam");
    fs::write(&empty, made::header("s", "SO:coordinate") + &"\n".repeat(50_000)).unwrap();
    assert!(findings(&empty).unwrap().contains("\"inconclusive\""));
    let (bytes, _) = payload(&bam);
    let gzip = folder.path().join("gzip.bam");
    let mut writer = flate2::write::GzEncoder::new(fs::File::create(&gzip).unwrap(), flate2::Compression::fast());
    writer.write_all(&bytes).unwrap();
    writer.finish().unwrap();
    let failed = breakapart()
        .args(["call", "-q", "--stdout", "json"])
        .arg(&gzip)
        .assert()
        .code(1);
    assert!(error_line(&failed).contains("gzip instead of bgzip"));
}

/// Lines that are not records are counted and reported, wherever they are.
#[test]
fn lines_that_are_not_records_are_reported() {
    let folder = TempDir::new().unwrap();
    let mut lines = made::fusion(3).sorted();
    lines.insert(5, "not a record".to_owned());
    lines.push("one\ttwo\tthree".to_owned());
    let sam = folder.path().join("fusion.sam");
    fs::write(&sam, made::header("fusion", "SO:coordinate") + &lines.join("\n") + "\n").unwrap();
    let done = breakapart()
        .args(["call", "-q", "--stdout", "json"])
        .arg(&sam)
        .assert()
        .success();
    let report: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let warnings = report["warnings"].as_array().unwrap();
    let said = warnings.iter().find(|warning| warning["code"] == "unreadable-lines");
    assert!(
        said.unwrap()["text"].as_str().unwrap().starts_with("2 lines "),
        "{said:?}"
    );
    assert_eq!(report["conclusion"]["state"], "rearranged");
}

/// A CIGAR that does not fit its sequence loses that record, not the evidence of all others.
#[test]
fn evidence_is_written_without_records_that_cannot_be_read() {
    let (folder, bam) = with_fusion();
    let (mut bytes, _) = payload(&bam);
    let clip = |at: usize, bytes: &[u8]| bytes[at + 16..at + 18] == [2, 0];
    let mut at = 8 + word(&bytes, 4);
    let contigs = word(&bytes, at);
    at += 4;
    for _ in 0..contigs {
        at += 8 + word(&bytes, at);
    }
    // The first chimeric record: two operations, the first of which is made one base longer.
    while !clip(at, &bytes) {
        at += 4 + word(&bytes, at);
    }
    let cigar = at + 36 + usize::from(bytes[at + 12]);
    let operation = word(&bytes, cigar) + 16;
    bytes[cigar..cigar + 4].copy_from_slice(&u32::try_from(operation).unwrap().to_le_bytes());
    let bad = folder.path().join("bad.bam");
    blocks(&bad, &bytes);
    call(folder.path())
        .args(["-q", "--evidence"])
        .arg(&bad)
        .assert()
        .success();
    assert!(files(&folder.path().join("out")).contains(&"fusion.evidence.bam.bai".to_owned()));
}

#[test]
fn a_limit_on_file_sizes_is_a_full_disk() {
    let (folder, bam) = with_fusion();
    for blocks in [0, 8, 40] {
        let out = folder.path().join(format!("out{blocks}"));
        let run = Command::new("bash")
            .args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "-"])
            .arg(assert_cmd::cargo::cargo_bin!("breakapart"))
            .args(["call", "-q", "--evidence", "-o"])
            .arg(&out)
            .arg(&bam)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(3), "{errors}");
        assert!(
            errors.contains("File too large") && !errors.contains("/.fusion."),
            "{errors}"
        );
        assert!(files(&out).is_empty());
    }
}

#[test]
fn an_unwritable_standard_error_is_ignored() {
    let (folder, bam) = with_fusion();
    fs::remove_file(bam.with_extension("bam.bai")).unwrap();
    let full = || Stdio::from(fs::File::options().write(true).open("/dev/full").unwrap());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakapart"));
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(full());
        command.status().unwrap().code()
    };
    let out = folder.path().join("out");
    assert_eq!(
        run(&["call", "-o", out.to_str().unwrap(), bam.to_str().unwrap()]),
        Some(0)
    );
    assert_eq!(files(&out), default_files("fusion"));
    assert_eq!(run(&["call", "/no/such.bam"]), Some(1));
    assert_eq!(run(&["call", "--no-such-option"]), Some(2));
    let help = Command::new(assert_cmd::cargo::cargo_bin!("breakapart"))
        .args(["call", "--help"])
        .stdout(full())
        .stderr(Stdio::null())
        .status();
    assert_eq!(help.unwrap().code(), Some(3));
}

#[test]
fn a_run_that_is_asked_to_end_leaves_no_unfinished_files() {
    let (folder, bam) = with_fusion();
    let mut seen = 0;
    for turn in 0..20_u64 {
        let out = folder.path().join(format!("out{turn}"));
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("breakapart"))
            .args(["call", "-q", "--evidence", "-o"])
            .arg(&out)
            .arg(&bam)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while files(&out).is_empty() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(turn));
        let name = if turn % 2 == 0 { "-TERM" } else { "-INT" };
        let _ = Command::new("kill").args([name, &child.id().to_string()]).status();
        let status = child.wait().unwrap();
        seen += u32::from(status.code().is_none());
        let hidden: Vec<String> = files(&out).into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(hidden, Vec::<String>::new(), "turn {turn}");
    }
    assert!(seen > 0, "no signal fell into a run");
}

/// Out of memory, the process ends without cleaning up; the next run of the sample does.
#[test]
fn refused_memory_leaves_nothing_half_written_and_nothing_after_the_next_run() {
    let (folder, bam) = with_fusion();
    let whole = folder.path().join("whole");
    let run = |out: &Path, kilobytes: Option<u32>| {
        let limit = kilobytes.map_or_else(String::new, |n| format!("ulimit -v {n}; "));
        let mut command = Command::new("bash");
        command
            .args(["-c", &format!("ulimit -c 0; {limit}exec \"$@\""), "-"])
            .arg(assert_cmd::cargo::cargo_bin!("breakapart"))
            .args(["call", "-q", "--force", "--evidence", "-t", "1", "-o"])
            .arg(out)
            .arg(&bam);
        command.output().unwrap().status
    };
    assert!(run(&whole, None).success());
    // From less than the program's own size to more than it needs.
    let aborted = |step: &u32| {
        let out = folder.path().join(format!("out{step}"));
        let status = run(&out, Some(30_000 + 5_000 * step));
        let named = |out: &Path| {
            files(out)
                .into_iter()
                .filter(|name| !name.starts_with('.'))
                .collect::<Vec<_>>()
        };
        if status.success() {
            assert_eq!(files(&out), files(&whole));
            return false;
        }
        // 127: not even the loader had memory.
        assert!(matches!(status.code(), Some(1 | 3 | 127)), "{status}");
        assert_eq!(named(&out), Vec::<String>::new(), "{status}");
        if files(&out).is_empty() {
            return false;
        }
        assert!(run(&out, None).success());
        assert_eq!(files(&out), files(&whole), "leftovers of the aborted run are gone");
        true
    };
    let aborted = (0..24).into_par_iter().filter(aborted).count();
    println!("{aborted} of 24 runs ended with unfinished files");
}

/// Unfinished files are in a folder that no other user can access.
#[test]
fn unfinished_files_are_in_a_private_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, bam) = with_fusion();
    let out = folder.path().join("out");
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("breakapart"))
        .args(["call", "-q", "-o"])
        .arg(&out)
        .arg(&bam)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut modes = Vec::new();
    while child.try_wait().unwrap().is_none() {
        for name in files(&out).into_iter().filter(|name| name.starts_with('.')) {
            if let Ok(found) = fs::symlink_metadata(out.join(name)) {
                modes.push((found.is_dir(), found.permissions().mode() & 0o777));
            }
        }
    }
    assert!(!modes.is_empty());
    assert!(modes.iter().all(|mode| *mode == (true, 0o700)), "{modes:?}");
}

#[test]
fn one_bad_sample_fails_alone() {
    let (folder, bam) = with_fusion();
    let other = write_sample(folder.path(), "negative.bam", &made::negative(4));
    let (bytes, last) = payload(&bam);
    let bad = folder.path().join("bad.bam");
    let mut short = bytes[..last + 36].to_vec();
    short[last + 12] = 1;
    let name = short.windows(9).position(|text| text == b"SM:fusion").unwrap();
    short[name..name + 9].copy_from_slice(b"SM:broken");
    blocks(&bad, &short);
    let inputs: Vec<PathBuf> = vec![bam, bad, other];
    let failed = call(folder.path()).arg("-q").args(&inputs).assert().code(1);
    let errors = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(
        errors.contains("bad.bam: file is truncated") && errors.contains("1 of 3 inputs failed"),
        "{errors}"
    );
    let out = folder.path().join("out");
    assert!(out.join("fusion.breakapart.json").exists());
    assert_eq!(files(&out).iter().filter(|name| name.ends_with(".json")).count(), 2);
}

/// Read names are not written to outputs, unless requested.
#[test]
fn reads_are_named_by_serial_numbers() {
    let (folder, bam) = with_fusion();
    let report = |more: &[&str]| {
        let out = TempDir::new_in(folder.path()).unwrap();
        let mut command = breakapart();
        command
            .args(["call", "-q", "-o"])
            .arg(out.path())
            .args(more)
            .arg(&bam)
            .assert()
            .success();
        let text = fs::read_to_string(out.path().join("fusion.breakapart.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let names = |report: &Value| -> Vec<String> {
        let junctions = report["events"][0]["junctions"].as_array().unwrap();
        let rows = junctions
            .iter()
            .flat_map(|junction| junction["supporting"].as_array().unwrap());
        rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let (plain, kept) = (names(&report(&[])), names(&report(&["--keep-names"])));
    assert_eq!(plain.len(), kept.len());
    for (number, name) in plain.iter().zip(&kept) {
        assert!(
            number.strip_prefix("rna-").unwrap().parse::<u32>().unwrap() > 0,
            "{number}"
        );
        assert!(!name.starts_with("rna-"), "{name}");
    }
    assert_eq!(names(&report(&[])), plain, "the same each run");
}

/// Endless auxiliary files: refused or skipped before they fill the memory.
#[test]
fn endless_auxiliary_files_do_not_fill_the_memory() {
    let (folder, bam) = with_fusion();
    let fasta = folder.path().join("r.fa");
    fs::write(&fasta, ">chr11\nACGT\n").unwrap();
    fs::write(folder.path().join("r.fa.fai"), "chr11\t135086622\t7\t4\t5\n").unwrap();
    for name in ["r.dict", "r.fa.dict"] {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).unwrap();
    }
    for (option, file, status) in [
        ("--params", "/dev/zero", 1),
        ("--background", "/dev/zero", 1),
        ("--chimeric", "/dev/zero", 1),
        ("--gtf", "/dev/zero", 1),
        ("--reference", fasta.to_str().unwrap(), 0),
    ] {
        let run = Command::new("bash")
            .args(["-c", "ulimit -v 1500000; exec \"$@\"", "-"])
            .arg(assert_cmd::cargo::cargo_bin!("breakapart"))
            .args(["call", "-q", "--stdout", "json", option, file])
            .arg(&bam)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(status), "{option}: {errors}");
        assert_eq!(errors.lines().count(), usize::from(status == 1), "{option}: {errors}");
    }
}

/// A FASTA index that promises more bases than there are: reported.
#[test]
fn a_truncated_reference_is_ignored_with_a_warning() {
    let (folder, bam) = with_fusion();
    let fasta = folder.path().join("r.fa");
    fs::write(&fasta, ">chr11\nACGT\n").unwrap();
    for place in ["7\t4\t5", "7\t0\t0", "99999999999999\t60\t61", "-7\t60\t61"] {
        fs::write(folder.path().join("r.fa.fai"), format!("chr11\t135086622\t{place}\n")).unwrap();
        let done = breakapart()
            .args(["call", "-q", "--stdout", "json", "-r"])
            .args([&fasta, &bam])
            .assert()
            .success();
        let report: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        let codes: Vec<_> = report["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| &w["code"])
            .collect();
        assert_eq!(codes, ["reference_ignored"], "{place}");
        assert_eq!(report["conclusion"]["state"], "rearranged");
    }
}

#[test]
fn a_cram_that_ends_in_its_header_is_named_so() {
    let (folder, bam) = with_fusion();
    let cram = folder.path().join("x.cram");
    // The definition of the file (CRAM specification 6), then a container's length without the rest.
    let mut bytes = b"CRAM\x03\x00".to_vec();
    bytes.resize(26, 0);
    for rest in [&[][..], &[0xff, 0xff, 0xff, 0x7f], &[0; 40]] {
        fs::write(&cram, [&bytes, rest].concat()).unwrap();
        let run = call(folder.path()).args(["-q", "--force"]).args([&bam, &cram]).assert();
        let errors = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(errors.contains("x.cram: its header cannot be read"), "{errors}");
    }
}

/// A named pipe without a writer, among reports.
#[test]
fn a_pipe_in_a_folder_of_reports_is_none() {
    let (folder, bam) = with_fusion();
    let reports = folder.path().join("out");
    call(folder.path()).arg("-q").arg(&bam).assert().success();
    let pipe = reports.join("other.breakapart.json");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    breakapart()
        .args(["cohort", "-q", "-o"])
        .args([&folder.path().join("cohort"), &reports])
        .timeout(Duration::from_secs(60))
        .assert()
        .success();
}

/// A chimeric file may come through a pipe, which can be opened once; a SAM is read twice.
#[test]
fn a_chimeric_file_may_be_a_pipe() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/inputs");
    let run = |chimeric: &str| {
        let script = format!("exec \"$0\" call -q --stdout json --chimeric {chimeric} junctions.bam");
        Command::new("bash")
            .current_dir(&data)
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin!("breakapart"))
            .output()
            .unwrap()
    };
    let file = run("junctions.Chimeric.out.junction");
    assert!(file.status.success());
    for command in ["cat", "gzip -c"] {
        let pipe = run(&format!("<({command} junctions.Chimeric.out.junction)"));
        assert_eq!(pipe.status.code(), Some(0), "{}", String::from_utf8_lossy(&pipe.stderr));
        let report: [Value; 2] = [&file, &pipe].map(|run| serde_json::from_slice(&run.stdout).unwrap());
        assert_eq!(report[0]["events"], report[1]["events"], "{command}");
    }
    let sam = run("<(printf '@HD\\tVN:1.6\\n')");
    assert_eq!(sam.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&sam.stderr).contains("which a pipe does not allow"));
}

/// A record with an invalid position, or one for its mate, is counted, and the evidence file is still complete.
#[test]
fn invalid_positions_do_not_break_the_evidence_file() {
    let (folder, bam) = with_fusion();
    let (bytes, _) = payload(&bam);
    let first = first_record(&bytes);
    let damaged = folder.path().join("damaged.bam");
    // Byte offsets in a record (SAM specification 4.2): contig, position, the mate's contig and position.
    for (field, value) in [
        (4, 4_362),
        (4, -7),
        (8, i32::MAX),
        (8, 1 << 29),
        (8, -7),
        (8, -1),
        (24, 4_362),
        (24, -7),
        (28, i32::MAX),
        (28, -7),
    ] {
        for unmapped in [false, true] {
            let mut changed = bytes.clone();
            let (mut at, mut number) = (first, 0);
            while at < changed.len() {
                // Some records of every fragment stay unchanged.
                if number % 3 == 0 {
                    changed[at + field..at + field + 4].copy_from_slice(&i32::to_le_bytes(value));
                    changed[at + 18] |= if unmapped { 4 } else { 0 };
                }
                number += 1;
                at += 4 + word(&changed, at);
            }
            blocks(&damaged, &changed);
            let out = folder.path().join(format!("{field}_{value}_{unmapped}"));
            breakapart()
                .args(["call", "-q", "--evidence", "-s", "damaged", "--output-dir"])
                .args([&out, &damaged])
                .assert()
                .success();
            let evidence = fs::metadata(out.join("damaged.evidence.bam.bai")).unwrap();
            assert!(evidence.len() > 0, "{field} {value}");
        }
    }
}
