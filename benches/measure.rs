//! One process measured: processor time, wall time, bytes read, largest resident set (Linux's accounts).

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Polling interval of a running process.
const POLL: Duration = Duration::from_millis(1);
/// Ticks of processor time per second in `/proc` (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// The cost of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Run {
    /// Processor seconds, user and system.
    pub cpu: f64,
    /// Wall seconds.
    pub wall: f64,
    /// Largest resident set in MB.
    pub megabytes: f64,
    /// Bytes requested by read calls, from any file.
    pub read: u64,
}

/// Runs the program on a file, standard output into `out`.
pub(crate) fn run(arguments: &[&str], input: &Path, out: &Path) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_breakapart"));
    command.args(arguments).arg(input);
    measured(command.stdout(File::create(out).unwrap()))
}

/// Runs a command to its end.
pub(crate) fn measured(command: &mut Command) -> Run {
    let before = children();
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let mut run = Run::default();
    loop {
        let of = |file: &str, name: &str| -> u64 {
            fs::read_to_string(format!("/proc/{}/{file}", child.id()))
                .ok()
                .and_then(|text| {
                    let line = text.lines().find(|line| line.starts_with(name))?;
                    line.split_whitespace().nth(1)?.parse().ok()
                })
                .unwrap_or(0)
        };
        run.megabytes = run.megabytes.max(of("status", "VmHWM:") as f64 / 1_000.0);
        run.read = run.read.max(of("io", "rchar:"));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{command:?}: {status}");
            break;
        }
        std::thread::sleep(POLL);
    }
    run.wall = started.elapsed().as_secs_f64();
    run.cpu = children() - before;
    run
}

/// Processor seconds of all children that have ended.
fn children() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    // cutime and cstime are fields 16 and 17 of the line, 13 and 14 after the name.
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) / TICKS
}
