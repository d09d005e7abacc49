//! Whole processes on generated files: wall time and memory of `breakapart call`, indexed and streamed,
//! with `samtools view -c` beside it where installed. Prints a table and writes it to
//! `target/bench.md`.
//!
//! `cargo bench --bench whole_process -- [THREADS] [RECORDS]`; the files stay in `target/bench`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../tests/it/made.rs"]
mod made;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rust_htslib::bam::{self, Format, Header, HeaderView, Record, index, record::CigarString};

/// Ordinary records beside the sample's own, by default.
const RECORDS: i64 = 6_000_000;
/// Runs of every command; the median is shown.
const RUNS: usize = 7;
/// How often memory is looked at while a process runs.
const POLL: Duration = Duration::from_millis(1);

fn main() {
    // Cargo adds `--bench`.
    let numbers: Vec<i64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let threads = numbers.first().copied().unwrap_or(2).max(1);
    let records = numbers.get(1).copied().unwrap_or(RECORDS);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    fs::create_dir_all(&folder).unwrap();
    let small = generated(&folder, "sample", 0);
    let large = generated(&folder, "large", records);
    let mut table = format!(
        "{RUNS} runs each, median of the wall time, largest resident set; {} threads available.\n\n\
         | file | records | MB | command | s | MB resident |\n|---|---:|---:|---|---:|---:|\n",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    let mut row = |file: &Made, command: &str, measured: &Measured| {
        let _ = writeln!(
            table,
            "| {} | {} | {:.0} | {command} | {:.3} | {:.0} |",
            file.name, file.records, file.megabytes, measured.seconds, measured.megabytes
        );
    };
    let out = folder.join("out");
    let call = |path: &Path, threads: i64| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_breakapart"));
        command.args(["call", "-q", "--force", "-t", &threads.to_string(), "-o"]);
        command.arg(&out).arg(path);
        command
    };
    for file in [&small, &large] {
        row(file, "call, indexed", &measure(|| call(&file.indexed, 1)));
        // Without the wait for the disk that keeps written files through a power cut.
        let printed = measure(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_breakapart"));
            command.args(["call", "-q", "--stdout", "json"]).arg(&file.indexed);
            command
        });
        row(file, "call, indexed, --stdout json", &printed);
    }
    let samtools = Command::new("samtools").arg("--version").output().is_ok();
    let mut ratios = String::new();
    for threads in if threads > 1 { vec![1, threads] } else { vec![1] } {
        let ours = || call(&large.streamed, threads);
        // samtools counts threads beside the main one, and so does htslib's pool from two on.
        let beside = if threads > 1 { threads } else { 0 };
        let theirs = || {
            let mut command = Command::new("samtools");
            command
                .args(["view", "-c", "-@", &beside.to_string()])
                .arg(&large.streamed);
            command
        };
        let ours_named = format!("call, streamed, -t {threads}");
        if !samtools {
            row(&large, &ours_named, &measure(ours));
            continue;
        }
        let [ours, theirs] = measure_in_turn([&ours, &theirs]);
        row(&large, &ours_named, &ours);
        row(&large, &format!("samtools view -c -@ {beside}"), &theirs);
        let _ = writeln!(
            ratios,
            "Streamed at -t {threads}: {:.2} of `samtools view -c -@ {beside}`.",
            ours.seconds / theirs.seconds
        );
    }
    if !samtools {
        ratios += "samtools is not installed: nothing to compare with.\n";
    }
    let text = table + "\n" + &ratios;
    print!("{text}");
    fs::write(folder.with_file_name("bench.md"), text).unwrap();
}

struct Measured {
    seconds: f64,
    megabytes: f64,
}

fn measure(command: impl Fn() -> Command) -> Measured {
    let [measured] = measure_in_turn([&command]);
    measured
}

/// Measures commands run by run in turn, so that what else the machine does falls on all of them.
fn measure_in_turn<const N: usize>(commands: [&dyn Fn() -> Command; N]) -> [Measured; N] {
    let mut seconds: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..RUNS {
        for (command, seconds) in commands.iter().zip(&mut seconds) {
            let started = Instant::now();
            let status = command().stdout(Stdio::null()).status().unwrap();
            seconds.push(started.elapsed().as_secs_f64());
            assert!(status.success());
        }
    }
    std::array::from_fn(|n| {
        seconds[n].sort_by(f64::total_cmp);
        Measured {
            seconds: seconds[n][RUNS / 2],
            megabytes: peak(commands[n]()),
        }
    })
}

/// Largest resident set of a command in MB. Apart from the timed runs: looking costs a little time.
fn peak(mut command: Command) -> f64 {
    let mut kilobytes = 0_u64;
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        kilobytes = kilobytes.max(resident(child.id()));
        std::thread::sleep(POLL);
    }
    kilobytes as f64 / 1_000.0
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

struct Made {
    name: &'static str,
    records: usize,
    megabytes: f64,
    indexed: PathBuf,
    /// The same file where no index is found.
    streamed: PathBuf,
}

/// The mixed sample of the tests with `filler` ordinary records on chromosome 1.
fn generated(folder: &Path, name: &'static str, filler: i64) -> Made {
    let indexed = folder.join(format!("{name}.bam"));
    let below = folder.join("no_index");
    fs::create_dir_all(&below).unwrap();
    let streamed = below.join(format!("{name}.bam"));
    let header = made::header(name, "SO:coordinate");
    let view = HeaderView::from_bytes(header.as_bytes());
    let mut writer = bam::Writer::from_path(&indexed, &Header::from_template(&view), Format::Bam).unwrap();
    writer.set_threads(2).unwrap();
    let mut lines = made::mixed(1).lines;
    lines.sort();
    let mut own = lines.iter().peekable();
    let mut count = lines.len();
    let mut draws = made::Draws(3);
    let step = made::CONTIGS[0].1 / (filler + 2);
    for n in 0..filler {
        let position = n * step;
        while let Some(line) = own.next_if(|line| line.contig == 0 && line.position <= position) {
            writer
                .write(&Record::from_sam(&view, line.text.as_bytes()).unwrap())
                .unwrap();
        }
        writer.write(&ordinary(&mut draws, n, position)).unwrap();
        count += 1;
    }
    for line in own {
        writer
            .write(&Record::from_sam(&view, line.text.as_bytes()).unwrap())
            .unwrap();
    }
    drop(writer);
    index::build(&indexed, None, index::Type::Bai, 2).unwrap();
    let _ = fs::remove_file(&streamed);
    fs::hard_link(&indexed, &streamed).unwrap();
    Made {
        name,
        records: count,
        megabytes: fs::metadata(&indexed).unwrap().len() as f64 / 1e6,
        indexed,
        streamed,
    }
}

/// A proper pair's read, one in four of them spliced.
fn ordinary(draws: &mut made::Draws, n: i64, position: i64) -> Record {
    let bases: Vec<u8> = (0..100).map(|_| b"ACGT"[draws.below(4) as usize]).collect();
    // Binned qualities, as current instruments write them.
    let qualities: Vec<u8> = (0..100).map(|_| [37, 37, 37, 25][draws.below(4) as usize]).collect();
    let cigar = if n % 4 == 0 { "60M1500N40M" } else { "100M" };
    let mut record = Record::new();
    record.set(
        format!("read{n:09}").as_bytes(),
        Some(&CigarString::try_from(cigar).unwrap()),
        &bases,
        &qualities,
    );
    record.set_tid(0);
    record.set_pos(position);
    record.set_mtid(0);
    record.set_mpos(position + 150);
    record.set_mapq(255);
    record.set_flags(if n % 2 == 0 { 99 } else { 163 });
    record.push_aux(b"NH", bam::record::Aux::U8(1)).unwrap();
    record.push_aux(b"HI", bam::record::Aux::U8(1)).unwrap();
    record
}
