//! Whole processes on generated files of 1, 10 and 50 million records (and, only with an index, 100): wall and
//! processor
//! time, memory and bytes read of `breakapart call`, indexed and streamed, compared with `samtools view -c`, and with
//! Arriba and Delly if installed; and 500 small samples in one call. Writes the table into `docs/performance.md` and
//! the
//! plot `docs/performance.svg`.
//!
//! `cargo bench --bench whole_process -- [MILLIONS ...]`; the files are made once, in `target/bench`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation
)]

#[allow(dead_code)]
#[path = "../tests/it/made.rs"]
mod made;
#[allow(dead_code)]
#[path = "measure.rs"]
mod measure;
#[path = "padded.rs"]
mod padded;
#[path = "plot.rs"]
mod plot;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use measure::{Run, measured};
use padded::Padded;

/// Millions of records, by default; above the second to last only the index is used.
const MILLIONS: [usize; 4] = [1, 10, 50, 100];
/// Files beyond this are not streamed (millions of records).
const STREAMED_MAX: usize = 50;
/// Runs of every command, in turn; the median is shown.
const RUNS: usize = 5;
/// Small samples in one call.
const SAMPLES: usize = 500;

fn main() {
    // Cargo adds `--bench`.
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let millions = if asked.is_empty() { MILLIONS.to_vec() } else { asked };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    fs::create_dir_all(&folder).unwrap();
    let mut text = machine();
    let mut plot = plot::Plot::default();
    text += "| records | MB | command | wall s | CPU s | of samtools, wall | CPU | MB resident | bytes of the BAM read |\n|---:|---:|---|---:|---:|---:|---:|---:|---:|\n";
    for million in millions {
        let file = padded::written(&folder, million);
        table(&folder, &file, million, &mut text, &mut plot);
    }
    text += "\n";
    text += &many(&folder);
    text += &others(&folder.join("padded_1.bam"));
    print!("{text}");
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs");
    fs::write(docs.join("performance.svg"), plot.drawn()).unwrap();
    let page = docs.join("performance.md");
    let old = fs::read_to_string(&page).unwrap();
    let (before, rest) = old.split_once("<!-- bench -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /bench -->").unwrap();
    fs::write(&page, format!("{before}<!-- bench -->\n{text}<!-- /bench -->{after}")).unwrap();
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find(|l| l.starts_with("model name"))
        .and_then(|l| l.split(": ").nth(1));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{}, {} processors; {} waiting processes in the minute before; medians of {RUNS} runs, commands in turn.\n\n",
        model.unwrap_or("unknown processor"),
        std::thread::available_parallelism().map_or(1, usize::from),
        load.split(' ').next().unwrap_or("?"),
    )
}

fn table(folder: &Path, file: &Padded, million: usize, text: &mut String, plot: &mut plot::Plot) {
    let call = |path: &Path, threads: usize| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_breakapart"));
        command
            .args(["call", "-q", "--stdout", "json", "-t", &threads.to_string()])
            .arg(path);
        command
    };
    let mut rows: Vec<(String, Run, Option<Run>)> = Vec::new();
    let [indexed] = in_turn([&|| call(&file.indexed, 1)]);
    plot.add("indexed", million, indexed.wall);
    rows.push(("call, indexed".to_owned(), indexed, None));
    if million <= STREAMED_MAX {
        for threads in [1, 2] {
            let ours = || call(&file.streamed, threads);
            // samtools counts threads in addition to the main one, as htslib's pool does from two on.
            let beside = if threads > 1 { threads } else { 0 };
            let theirs = || {
                let mut command = Command::new("samtools");
                command
                    .args(["view", "-c", "-@", &beside.to_string()])
                    .arg(&file.streamed);
                command
            };
            let [ours, theirs] = in_turn([&ours, &theirs]);
            plot.add(&format!("streamed, {threads} thread(s)"), million, ours.wall);
            plot.add(&format!("samtools view -c -@ {beside}"), million, theirs.wall);
            rows.push((format!("call, streamed, -t {threads}"), ours, Some(theirs)));
            rows.push((format!("samtools view -c -@ {beside}"), theirs, None));
        }
    }
    for (name, run, against) in rows {
        let bytes = if name.contains("indexed") {
            bytes_read(folder, &file.indexed).map_or_else(|| "not counted".to_owned(), |n| n.to_string())
        } else {
            "all".to_owned()
        };
        let ratio = |of: fn(&Run) -> f64| against.map_or_else(String::new, |a| format!("{:.2}", of(&run) / of(&a)));
        let _ = writeln!(
            text,
            "| {million} M | {:.0} | {name} | {:.3} | {:.2} | {} | {} | {:.0} | {bytes} |",
            file.megabytes,
            run.wall,
            run.cpu,
            ratio(|r| r.wall),
            ratio(|r| r.cpu),
            run.megabytes,
        );
        eprintln!("{}", text.lines().last().unwrap_or_default());
    }
}

/// Runs commands in turn, so that other load affects all of them; medians.
fn in_turn<const N: usize>(commands: [&dyn Fn() -> Command; N]) -> [Run; N] {
    let mut runs: [Vec<Run>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..RUNS {
        for (command, runs) in commands.iter().zip(&mut runs) {
            runs.push(measured(command().stdout(Stdio::null())));
        }
    }
    runs.map(|runs| {
        let median = |of: fn(&Run) -> f64| {
            let mut values: Vec<f64> = runs.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Run {
            cpu: median(|r| r.cpu),
            wall: median(|r| r.wall),
            megabytes: runs.iter().map(|r| r.megabytes).fold(0.0, f64::max),
            read: 0,
        }
    })
}

/// Bytes that read calls took from the BAM itself, by strace; `None` if it is not installed.
pub fn bytes_read(folder: &Path, bam: &Path) -> Option<u64> {
    let trace = folder.join("trace.txt");
    let status = Command::new("strace")
        .args(["-f", "-y", "-qq", "-e", "trace=read,pread64", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_breakapart"))
        .args(["call", "-q", "--stdout", "json"])
        .arg(bam)
        .stdout(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success());
    let name = format!("{}>", bam.display());
    let text = fs::read_to_string(trace).unwrap();
    let bytes = text.lines().filter(|line| line.contains(&name));
    Some(
        bytes
            .filter_map(|line| line.rsplit("= ").next()?.trim().parse::<u64>().ok())
            .sum(),
    )
}

/// 500 small samples in one call, compared with the sum of 500 calls.
fn many(folder: &Path) -> String {
    let home = folder.join("many");
    fs::create_dir_all(&home).unwrap();
    let paths: Vec<PathBuf> = (0..SAMPLES).map(|n| home.join(format!("m{n}.bam"))).collect();
    if !paths.last().unwrap().with_extension("bam.bai").exists() {
        for (n, path) in paths.iter().enumerate() {
            padded::small(path, &format!("m{n}"), n as u64);
        }
    }
    let call = |paths: &[PathBuf], threads: &str| {
        let out = home.join("out");
        let mut command = Command::new(env!("CARGO_BIN_EXE_breakapart"));
        command
            .args(["call", "-q", "--force", "-t", threads, "-o"])
            .arg(out)
            .args(paths);
        measured(command.stdout(Stdio::null()).stderr(Stdio::null()))
    };
    let mut one_by_one = Run::default();
    for path in &paths {
        let run = call(std::slice::from_ref(path), "1");
        one_by_one.cpu += run.cpu;
        one_by_one.wall += run.wall;
    }
    let together = [1, 2].map(|threads| call(&paths, &threads.to_string()));
    format!(
        "{SAMPLES} samples of some 850 reads: one by one {:.1} s processor time, {:.1} s wall; in one call {:.1} s ({:.2} of the sum) and {:.1} s wall at `-t 1`, {:.1} s ({:.2}) and {:.1} s wall at `-t 2`.\n",
        one_by_one.cpu,
        one_by_one.wall,
        together[0].cpu,
        together[0].cpu / one_by_one.cpu,
        together[0].wall,
        together[1].cpu,
        together[1].cpu / one_by_one.cpu,
        together[1].wall,
    )
}

/// Arriba and Delly on the smallest file, if they and their data are available.
fn others(bam: &Path) -> String {
    let mut text = String::new();
    let reference = std::env::var("BENCH_REFERENCE").ok();
    let annotation = std::env::var("BENCH_GTF").ok();
    for (program, needs) in [("arriba", annotation.is_some()), ("delly", true)] {
        if Command::new(program).arg("-h").output().is_err() {
            let _ = writeln!(text, "{program}: not installed here.");
            continue;
        }
        let Some(reference) = reference.as_ref().filter(|_| needs) else {
            let _ = writeln!(
                text,
                "{program}: set BENCH_REFERENCE (and BENCH_GTF for Arriba) to measure it."
            );
            continue;
        };
        let mut command = Command::new(program);
        if program == "arriba" {
            command
                .args(["-x"])
                .arg(bam)
                .args(["-a", reference, "-g", annotation.as_deref().unwrap_or_default()]);
            command.args(["-o", "/dev/null", "-f", "blacklist"]);
        } else {
            command.args(["call", "-g", reference]).arg(bam);
        }
        let run = measured(command.stdout(Stdio::null()).stderr(Stdio::null()));
        let _ = writeln!(
            text,
            "{program} on the same file of 1 M records: {:.1} s wall, {:.1} s processor time, {:.0} MB.",
            run.wall, run.cpu, run.megabytes
        );
    }
    text
}
