//! Faults around the program: killed while it writes, a full disk, an unwritable folder, a file replaced while it is
//! read, a pipe that closes, another run at the same time. No file under a final name is ever half-written, and the
//! next
//! run succeeds.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::made::{self, Draws};
use crate::program::{breakapart, call, default_files, error_line, files, report, with_fusion, write_sample};

/// Kills while writing.
const KILLS: u64 = 200;

fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("breakapart"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The bytes of a sample's files, each from an undisturbed run.
fn undisturbed(bam: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = TempDir::new().unwrap();
    call(folder.path()).arg("-q").arg(bam).assert().success();
    let out = folder.path().join("out");
    files(&out)
        .into_iter()
        .map(|name| (name.clone(), fs::read(out.join(name)).unwrap()))
        .collect()
}

/// Asserts that every file under a final name is complete.
fn assert_whole(out: &Path, whole: &[(String, Vec<u8>)], when: &str) {
    for name in files(out) {
        if name.starts_with('.') {
            assert!(name.ends_with(".tmp"), "{name}");
            continue;
        }
        let (_, bytes) = whole.iter().find(|(n, _)| *n == name).unwrap();
        assert!(
            fs::read(out.join(&name)).unwrap() == *bytes,
            "{name} is not whole, {when}"
        );
    }
    // The report gets its final name last.
    if out.join(&whole[0].0).exists() {
        assert_eq!(whole[0].0, "fusion.breakapart.json");
        let final_names = files(out).into_iter().filter(|name| !name.starts_with('.')).count();
        assert_eq!(
            final_names,
            whole.len(),
            "the report is there without the others, {when}"
        );
    }
}

#[test]
fn killed_at_any_moment_it_leaves_no_half_file() {
    let (folder, bam) = with_fusion();
    let whole = undisturbed(&bam);
    let started = Instant::now();
    undisturbed(&bam);
    let one_run = started.elapsed();
    let mut draws = Draws(8);
    let (mut before, mut among, mut complete) = (0, 0, 0);
    for kill in 0..KILLS {
        let out = folder.path().join(format!("out{kill}"));
        let mut child = program()
            .args(["call", "-q", "-o"])
            .arg(&out)
            .arg(&bam)
            .spawn()
            .unwrap();
        // Half of the kills anywhere in a run, half after the first temporary file, while it writes.
        if kill % 2 == 0 {
            let share = draws.below(1_100);
            std::thread::sleep(one_run.mul_f64(share as f64 / 1_000.0));
        } else {
            while files(&out).is_empty() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            std::thread::sleep(one_run.mul_f64(draws.below(600) as f64 / 1_000.0));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_whole(&out, &whole, &format!("kill {kill}"));
        match files(&out).iter().filter(|name| !name.starts_with('.')).count() {
            0 if files(&out).is_empty() => before += 1,
            4 => complete += 1,
            _ => among += 1,
        }
        // Leftovers of a killed run do not block the next.
        if kill % 10 == 0 {
            program()
                .args(["call", "-q", "--force", "-o"])
                .arg(&out)
                .arg(&bam)
                .status()
                .unwrap();
            let named: Vec<String> = files(&out).into_iter().filter(|n| !n.starts_with('.')).collect();
            assert_eq!(named, default_files("fusion"));
            assert_whole(&out, &whole, "run again");
        }
        fs::remove_dir_all(&out).ok();
    }
    println!("killed before the first file {before}, while writing {among}, after the last {complete}");
    assert!(among > 0, "no kill fell into the writing");
}

/// A small separate file system; `None`, with the reason printed, if that is not allowed.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(folder: &Path, kilobytes: u32) -> Option<Self> {
        let place = folder.join("disk");
        fs::create_dir(&place).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"])
            .arg(&place)
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            Some(Self(place))
        } else {
            println!("skipped: mounting a tmpfs needs root");
            None
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let (folder, bam) = with_fusion();
    // Space for none, for some, for nearly all of the files.
    let size: usize = undisturbed(&bam).iter().map(|(_, bytes)| bytes.len()).sum();
    for kilobytes in [4, 8, 16, u32::try_from(size / 1_024).unwrap().saturating_sub(4).max(4)] {
        let place = TempDir::new_in(folder.path()).unwrap();
        let Some(disk) = SmallDisk::new(place.path(), kilobytes) else {
            return;
        };
        let failed = breakapart()
            .args(["call", "-q", "-o"])
            .arg(disk.0.join("out"))
            .arg(&bam)
            .assert()
            .code(3);
        let line = error_line(&failed);
        assert!(line.contains("No space left"), "{line}");
        assert_eq!(files(&disk.0), Vec::<String>::new(), "{kilobytes} kB");
    }
    call(folder.path()).arg("-q").arg(&bam).assert().success();
    report(folder.path(), "fusion");
    // The other commands that write several files.
    let reports = folder.path().join("out");
    let event = reports.join("fusion.breakapart.json");
    let commands: [(&[&str], &Path); 4] = [
        (&["man"], &bam),
        (&["cohort"], &reports),
        (&["track", "--event", event.to_str().unwrap()], &bam),
        (&["report", "--format", "html,vcf"], &event),
    ];
    for (arguments, input) in commands {
        for kilobytes in [4, 24] {
            let place = TempDir::new_in(folder.path()).unwrap();
            let Some(disk) = SmallDisk::new(place.path(), kilobytes) else {
                return;
            };
            let mut command = breakapart();
            command.args(arguments).arg("-o").arg(disk.0.join("out"));
            if arguments[0] != "man" {
                command.arg(input);
            }
            let failed = command.assert();
            if failed.get_output().status.success() {
                assert!(kilobytes > 4, "{arguments:?}");
                continue;
            }
            let failed = failed.code(3);
            let line = error_line(&failed);
            assert!(line.contains("No space left"), "{line}");
            let left = files(&disk.0.join("out"));
            assert_eq!(left, Vec::<String>::new(), "{arguments:?} {kilobytes} kB");
        }
    }
}

#[test]
fn a_folder_that_takes_nothing_is_said() {
    let (folder, bam) = with_fusion();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("x"), "").is_ok() {
        // Root writes everywhere; a file system mounted read-only refuses it too.
        fs::remove_file(locked.join("x")).unwrap();
        println!("the folder's mode does not restrict root; /proc is used as an unwritable folder");
        let failed = breakapart()
            .args(["call", "-q", "-o", "/proc"])
            .arg(&bam)
            .assert()
            .code(3);
        assert!(error_line(&failed).contains("/proc"));
        return;
    }
    let failed = breakapart()
        .args(["call", "-q", "-o"])
        .arg(&locked)
        .arg(&bam)
        .assert()
        .code(3);
    assert!(error_line(&failed).contains("locked"));
    assert!(files(&locked).is_empty());
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    breakapart()
        .args(["call", "-q", "-o"])
        .arg(&locked)
        .arg(&bam)
        .assert()
        .success();
    assert_eq!(files(&locked), default_files("fusion"));
}

#[test]
fn what_exists_is_kept_unless_forced() {
    let (folder, bam) = with_fusion();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    for name in default_files("fusion") {
        fs::write(out.join(&name), "signed").unwrap();
        let failed = call(folder.path()).arg("-q").arg(&bam).assert().code(3);
        let line = error_line(&failed);
        assert!(line.contains(&name) && line.contains("--force"), "{line}");
        assert_eq!(files(&out), [name.as_str()]);
        assert_eq!(fs::read(out.join(&name)).unwrap(), b"signed");
        fs::remove_file(out.join(&name)).unwrap();
    }
    fs::write(out.join("fusion.fusions.tsv"), "old").unwrap();
    call(folder.path()).args(["-q", "--force"]).arg(&bam).assert().success();
    report(folder.path(), "fusion");
}

/// The file is replaced by another patient's, or truncated, while it is read: the report is that of the first file,
/// that
/// of the second, or an error, never a mixture.
#[test]
fn a_file_replaced_under_the_reader_is_never_half_of_each() {
    let (folder, bam) = with_fusion();
    let other = write_sample(folder.path(), "other.bam", &made::negative(4));
    let [first, second] = [&bam, &other].map(|path| {
        (
            fs::read(path).unwrap(),
            fs::read(path.with_extension("bam.bai")).unwrap(),
        )
    });
    let findings = |text: &[u8]| {
        let mut report: Value = serde_json::from_slice(text).unwrap();
        for field in ["sample", "warnings", "inputs"] {
            report.as_object_mut().unwrap().remove(field);
        }
        report.to_string()
    };
    let plain = |path: &Path| {
        let done = breakapart()
            .args(["call", "-q", "--stdout", "json"])
            .arg(path)
            .assert()
            .success();
        findings(&done.get_output().stdout)
    };
    let known = [plain(&bam), plain(&other)];
    let mut draws = Draws(5);
    for turn in 0..60 {
        let target = folder.path().join("target.bam");
        fs::write(&target, &first.0).unwrap();
        fs::write(folder.path().join("target.bam.bai"), &first.1).unwrap();
        let mut child = program()
            .args(["call", "-q", "--stdout", "json"])
            .arg(&target)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(u64::try_from(draws.below(30_000)).unwrap()));
        match turn % 3 {
            // Replaced by renaming, as most programs do: the open file stays unchanged.
            0 => {
                let fresh = folder.path().join("fresh");
                fs::write(&fresh, &second.0).unwrap();
                fs::rename(&fresh, &target).unwrap();
            }
            // Overwritten in place.
            1 => fs::write(&target, &second.0).unwrap(),
            // Truncated in place.
            _ => fs::File::options()
                .write(true)
                .open(&target)
                .unwrap()
                .set_len(u64::try_from(draws.below(i64::try_from(first.0.len()).unwrap())).unwrap())
                .unwrap(),
        }
        let mut text = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut text).unwrap();
        let status = child.wait().unwrap();
        match status.code() {
            Some(0) => assert!(
                known.contains(&findings(&text)),
                "turn {turn}: a report of neither file"
            ),
            Some(1) => assert!(text.is_empty(), "turn {turn}"),
            other => panic!("turn {turn}: {other:?}"),
        }
    }
}

#[test]
fn a_pipe_that_closes_early_ends_the_run_quietly() {
    let (_folder, bam) = with_fusion();
    for format in ["json", "tsv", "text"] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("breakapart"))
            .args(["call", "-q", "--stdout", format])
            .arg(&bam)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{format}: {errors}");
        assert!(errors.is_empty(), "{format}: {errors}");
    }
    // The reading end closes while input is streamed.
    let bytes = fs::read(&bam).unwrap();
    for share in [3, 2] {
        let cut = bytes[..bytes.len() / share].to_vec();
        let failed = breakapart()
            .args(["call", "-q", "--stdout", "json", "-"])
            .write_stdin(cut)
            .assert()
            .code(1);
        assert!(error_line(&failed).contains("stdin"));
        assert!(failed.get_output().stdout.is_empty());
    }
}

#[test]
fn two_runs_into_one_folder_leave_one_whole_set() {
    let (folder, bam) = with_fusion();
    let whole = undisturbed(&bam);
    let out = folder.path().join("out");
    for (force, turns) in [(false, 25), (true, 25)] {
        for turn in 0..turns {
            let mut command = program();
            command.args(["call", "-q", "-o"]).arg(&out).arg(&bam);
            if force {
                command.arg("--force");
            }
            let runs: Vec<_> = (0..2).map(|_| command.spawn().unwrap()).collect();
            let codes: Vec<_> = runs.into_iter().map(|mut run| run.wait().unwrap().code()).collect();
            assert_eq!(
                files(&out),
                default_files("fusion"),
                "{codes:?}, turn {turn}, force {force}"
            );
            assert_whole(&out, &whole, &format!("{codes:?}, turn {turn}, force {force}"));
            assert!(codes.contains(&Some(0)), "{codes:?}");
            assert!(
                codes.iter().all(|code| *code == Some(0) || !force && *code == Some(3)),
                "{codes:?}"
            );
            fs::remove_dir_all(&out).unwrap();
        }
    }
}
