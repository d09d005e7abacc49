//! Damaged files: bytes flipped, removed, duplicated and zeroed at seeded positions of BAM, CRAM and SAM files and
//! their
//! indexes.
//!
//! Every run of the program must end with a complete valid report or with one error line: no panic, no signal, no hang,
//! at most 1 GB, and never a report on part of the records. BAM and CRAM have checksums, so a report must have the
//! findings of the undamaged file. SAM text has none: a changed letter is a different record, and only the form of the
//! report is checked.
//!
//! `make torture` runs 2,000 cases, `cargo test` the first 100. `BREAKAPART_TORTURE=KIND:NUMBER` repeats one case and
//! keeps its file; `BREAKAPART_TORTURE_CASES` sets the number of cases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
#[path = "it/made.rs"]
mod made;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use breakapart_core::genome::Contigs;
use breakapart_core::hts::{AlignmentWriter, OutputFormat};
use made::Draws;
use rust_htslib::bam::{self, Format, Header, HeaderView, Record, index};
use serde_json::Value;
use tempfile::TempDir;

/// Most time for a run.
const TIME_MAX: Duration = Duration::from_secs(10);
/// Most memory for a run (kB).
const MEMORY_MAX: u64 = 1_000_000;

/// The kind of damaged file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    BamIndexed,
    BamStreamed,
    Bai,
    Csi,
    CramIndexed,
    CramStreamed,
    Crai,
    Sam,
    SamGz,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::BamIndexed,
        Self::BamStreamed,
        Self::Bai,
        Self::Csi,
        Self::CramIndexed,
        Self::CramStreamed,
        Self::Crai,
        Self::Sam,
        Self::SamGz,
    ];

    /// The alignment file that is called.
    const fn alignment(self) -> &'static str {
        match self {
            Self::BamIndexed | Self::BamStreamed | Self::Bai | Self::Csi => "s.bam",
            Self::CramIndexed | Self::CramStreamed | Self::Crai => "s.cram",
            Self::Sam => "s.sam",
            Self::SamGz => "s.sam.gz",
        }
    }

    /// Its index.
    const fn index(self) -> Option<&'static str> {
        match self {
            Self::BamIndexed | Self::Bai => Some("s.bam.bai"),
            Self::Csi => Some("s.bam.csi"),
            Self::CramIndexed | Self::Crai => Some("s.cram.crai"),
            Self::BamStreamed | Self::CramStreamed | Self::Sam | Self::SamGz => None,
        }
    }

    /// The file that is damaged.
    fn victim(self) -> &'static str {
        match self {
            Self::Bai | Self::Csi | Self::Crai => self.index().unwrap(),
            _ => self.alignment(),
        }
    }

    const fn has_check_sums(self) -> bool {
        !matches!(self, Self::Sam)
    }
}

/// The undamaged files, with the findings of each.
struct Originals {
    folder: TempDir,
    findings: Vec<(Kind, String)>,
}

impl Originals {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let sample = made::fusion(5);
        let header = made::header("s", "SO:coordinate");
        let view = HeaderView::from_bytes(header.as_bytes());
        for (name, format) in [("s.bam", Format::Bam), ("s.sam", Format::Sam)] {
            let mut writer = bam::Writer::from_path(at(name), &Header::from_template(&view), format).unwrap();
            for line in sample.sorted() {
                writer
                    .write(&Record::from_sam(&view, line.as_bytes()).unwrap())
                    .unwrap();
            }
        }
        index::build(at("s.bam"), Some(at("s.bam.bai")), index::Type::Bai, 1).unwrap();
        index::build(at("s.bam"), Some(at("s.bam.csi")), index::Type::Csi(14), 1).unwrap();
        write_gzip_blocks(&at("s.sam"), &at("s.sam.gz"));
        write_cram(&at("s.bam"), &at("s.cram"), &header);
        let mut originals = Self {
            folder,
            findings: Vec::new(),
        };
        for kind in Kind::ALL {
            let place = originals.copy(kind);
            let ended = run(&place.path().join(kind.alignment()));
            assert_eq!(ended.status, Some(0), "{kind:?}: {}", ended.errors);
            let report: Value = serde_json::from_str(&ended.output).unwrap();
            assert_eq!(report["events"][0]["name"], "KMT2A::AFF1", "{kind:?}");
            let mode = if kind.index().is_some() { "indexed" } else { "streamed" };
            assert_eq!(report["inputs"][0]["access"]["mode"], mode, "{kind:?}");
            originals.findings.push((kind, findings(report)));
        }
        originals
    }

    /// A folder with the files of one kind, the index written last so that it is no older.
    fn copy(&self, kind: Kind) -> TempDir {
        let place = TempDir::new().unwrap();
        for name in std::iter::once(kind.alignment()).chain(kind.index()) {
            fs::copy(self.folder.path().join(name), place.path().join(name)).unwrap();
        }
        place
    }

    fn findings(&self, kind: Kind) -> &str {
        &self.findings.iter().find(|(k, _)| *k == kind).unwrap().1
    }
}

fn write_gzip_blocks(text: &Path, target: &Path) {
    use std::io::Write as _;
    let mut writer = rust_htslib::bgzf::Writer::from_path(target).unwrap();
    writer.write_all(&fs::read(text).unwrap()).unwrap();
}

/// A CRAM with an embedded reference, as no other is available.
fn write_cram(bam: &Path, target: &Path, header: &str) {
    use rust_htslib::bam::Read as _;
    let contigs = Contigs::new(made::CONTIGS.map(|(name, len)| (name.to_owned(), len)));
    let mut file = breakapart_core::hts::HtsFile::open(Some(bam)).unwrap();
    let context = breakapart_core::hts::DecodeContext {
        contigs: std::sync::Arc::new(contigs.clone()),
        umi_tag: *b"RX",
        umi_in_name: None,
    };
    let mut writer =
        AlignmentWriter::create(target, OutputFormat::CramWithoutReference, header, &contigs, *b"RX").unwrap();
    let mut plain = bam::Reader::from_path(bam).unwrap();
    let mut lens = plain.records().map(|r| r.unwrap().insert_size());
    while file.read().unwrap() {
        let fields = breakapart_core::hts::WrittenFields {
            template_len: lens.next().unwrap(),
            tags: String::new(),
        };
        writer.write(&file.record().decode(&context), &fields).unwrap();
    }
    writer.finish(true).unwrap();
}

/// The findings of a report, without the kind of access.
fn findings(mut report: Value) -> String {
    for input in report["inputs"].as_array_mut().unwrap() {
        input.as_object_mut().unwrap().remove("access");
    }
    report.as_object_mut().unwrap().remove("warnings");
    serde_json::to_string_pretty(&report).unwrap()
}

/// How a run ended.
struct Ended {
    /// `None` where a signal ended it.
    status: Option<i32>,
    output: String,
    errors: String,
    took: Duration,
    kilobytes: u64,
}

fn run(alignment: &Path) -> Ended {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_breakapart"))
        .args(["call", "-q", "--stdout", "json"])
        .arg(alignment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = std::thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).unwrap();
        text
    });
    let err = std::thread::spawn(move || {
        let mut text = Vec::new();
        err.read_to_end(&mut text).unwrap();
        text
    });
    let mut kilobytes = 0;
    let status = loop {
        kilobytes = kilobytes.max(resident(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > TIME_MAX {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    Ended {
        status: status.code(),
        output: String::from_utf8(out.join().unwrap()).unwrap(),
        errors: String::from_utf8_lossy(&err.join().unwrap()).into_owned(),
        took: started.elapsed(),
        kilobytes,
    }
}

/// Largest resident set so far in kB (Linux; elsewhere 0).
fn resident(process: u32) -> u64 {
    fs::read_to_string(format!("/proc/{process}/status"))
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse().ok()
        })
        .unwrap_or(0)
}

/// Damages bytes; says how.
fn damage(bytes: &mut Vec<u8>, draws: &mut Draws) -> String {
    let len = bytes.len();
    let mut place = |bound: usize| usize::try_from(draws.below(i64::try_from(bound.max(1)).unwrap())).unwrap();
    // One position in four is in the first kilobyte: headers are short.
    let at = if place(4) == 0 {
        place(len.min(1_024))
    } else {
        place(len)
    };
    let scale = place(12);
    let stretch = (1 + place(2 << scale)).min(len - at);
    match place(6) {
        0 => {
            let bit = place(8);
            bytes[at] ^= 1 << bit;
            format!("bit {bit} of byte {at} flipped")
        }
        1 => {
            let value = u8::try_from(place(256)).unwrap();
            let was = std::mem::replace(&mut bytes[at], value);
            format!("byte {at}: {was} to {value}")
        }
        2 => {
            bytes.truncate(at);
            format!("cut at {at} of {len}")
        }
        3 => {
            let copy = bytes[at..at + stretch].to_vec();
            bytes.splice(at..at, copy);
            format!("{stretch} bytes at {at} doubled")
        }
        4 => {
            bytes.drain(at..at + stretch);
            format!("{stretch} bytes at {at} taken out")
        }
        _ => {
            bytes[at..at + stretch].fill(if place(2) == 0 { 0 } else { 0xff });
            format!("{stretch} bytes at {at} overwritten")
        }
    }
}

/// What is wrong with a run's result.
fn complaint(kind: Kind, ended: &Ended, original: &str, validator: &jsonschema::Validator) -> Option<String> {
    if ended.took > TIME_MAX {
        return Some(format!("took {:?}", ended.took));
    }
    if ended.kilobytes > MEMORY_MAX {
        return Some(format!("held {} kB", ended.kilobytes));
    }
    if ended.errors.contains("panicked") {
        return Some(ended.errors.clone());
    }
    let errors = ended.errors.lines().filter(|line| line.starts_with("error: ")).count();
    match ended.status {
        Some(0) => {
            if errors > 0 {
                return Some(format!("success with an error line: {}", ended.errors));
            }
            let Ok(report) = serde_json::from_str::<Value>(&ended.output) else {
                return Some("no valid JSON".to_owned());
            };
            if let Some(error) = validator.iter_errors(&report).next() {
                return Some(format!("{}: {error}", error.instance_path()));
            }
            let found = findings(report);
            if kind.has_check_sums() && found != original {
                let difference = found.lines().zip(original.lines()).find(|(a, b)| a != b);
                return Some(format!("another result, without a word: {difference:?}"));
            }
            None
        }
        Some(1) if errors == 1 && ended.output.is_empty() => None,
        status => Some(format!(
            "status {status:?}, {errors} error lines, {} bytes of output: {}",
            ended.output.len(),
            ended.errors
        )),
    }
}

/// Runs cases `numbers` of every kind in turn, two at a time.
fn torture(count: usize) {
    let count = std::env::var("BREAKAPART_TORTURE_CASES").map_or(count, |text| text.parse().unwrap());
    let originals = Originals::new();
    let schema = Command::new(env!("CARGO_BIN_EXE_breakapart"))
        .arg("schema")
        .output()
        .unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_slice(&schema.stdout).unwrap()).unwrap();
    let asked = std::env::var("BREAKAPART_TORTURE").ok();
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    let (whole, refused, most, longest) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        Mutex::new(Duration::ZERO),
    );
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let kind = Kind::ALL[number % Kind::ALL.len()];
                    let case = format!("{kind:?}:{number}");
                    if asked.as_ref().is_some_and(|asked| *asked != case) {
                        continue;
                    }
                    let place = originals.copy(kind);
                    let victim: PathBuf = place.path().join(kind.victim());
                    let mut bytes = fs::read(&victim).unwrap();
                    // Neighbouring seeds would give neighbouring positions.
                    let mut draws = Draws((number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31));
                    draws.below(2);
                    let how = damage(&mut bytes, &mut draws);
                    fs::write(&victim, &bytes).unwrap();
                    // An index must not look older than its file.
                    if let Some(index) = kind.index().filter(|index| *index != kind.victim()) {
                        let index = place.path().join(index);
                        fs::write(&index, fs::read(&index).unwrap()).unwrap();
                    }
                    let ended = run(&place.path().join(kind.alignment()));
                    match ended.status {
                        Some(0) => whole.fetch_add(1, Ordering::Relaxed),
                        _ => refused.fetch_add(1, Ordering::Relaxed),
                    };
                    most.fetch_max(usize::try_from(ended.kilobytes).unwrap(), Ordering::Relaxed);
                    let mut longest = longest.lock().unwrap();
                    *longest = (*longest).max(ended.took);
                    drop(longest);
                    if let Some(complaint) = complaint(kind, &ended, originals.findings(kind), &validator) {
                        complaints.lock().unwrap().push(format!("{case} ({how}): {complaint}"));
                    }
                    if asked.is_some() {
                        println!(
                            "{how}; {:?}: {} in {}",
                            ended.status,
                            ended.errors,
                            place.keep().display()
                        );
                    }
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    println!(
        "{count} cases: {} with a whole result, {} refused with one error line, {} wrong; longest {:?}, most {} MB",
        whole.into_inner(),
        refused.into_inner(),
        complaints.len(),
        longest.into_inner().unwrap(),
        most.into_inner() / 1_000
    );
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_hundred_damaged_files() {
    torture(100);
}

/// `make torture`.
#[test]
#[ignore = "two thousand runs of the program: minutes"]
fn two_thousand_damaged_files() {
    torture(2_000);
}
