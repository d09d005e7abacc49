//! No network, ever: no socket is opened, and everything works without a network. Logs contain nothing about a patient
//! except the sample name.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::made;
use crate::program::{breakapart, default_files, errors, files, with_fusion, write_sample};

fn program() -> String {
    assert_cmd::cargo::cargo_bin!("breakapart").display().to_string()
}

/// Runs a command; `None`, with the reason printed, if this machine does not have or allow it.
fn allowed(command: &mut Command) -> Option<std::process::Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: {:?}: {error}", command.get_program());
            None
        }
    }
}

/// All kinds of input: an indexed BAM, one without an index, a CRAM whose header names a server for its reference.
fn inputs(folder: &Path) -> Vec<String> {
    let indexed = write_sample(folder, "indexed.bam", &made::fusion(1));
    let streamed = write_sample(folder, "streamed.bam", &made::fusion(2));
    fs::remove_file(streamed.with_extension("bam.bai")).unwrap();
    let mut paths = vec![indexed.display().to_string(), streamed.display().to_string()];
    let cram =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/cases/ell_cram_no_reference/ell_cram_no_reference.cram");
    paths.push(cram.display().to_string());
    paths
}

#[test]
fn no_socket_is_made() {
    let folder = TempDir::new().unwrap();
    for input in inputs(folder.path()) {
        let trace = folder.path().join("trace");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", "trace=network", "-o"]).arg(&trace);
        command.args([&program(), "call", "-q", "--stdout", "json", &input]);
        // A server from which htslib would request a reference by default.
        command.env_remove("REF_PATH").env_remove("REF_CACHE");
        let Some(output) = allowed(&mut command) else { return };
        if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("ptrace") {
            println!("skipped: strace is not allowed to trace here");
            return;
        }
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let calls = fs::read_to_string(&trace).unwrap();
        // A socket pair between threads of one process is not a network.
        assert!(
            !calls.lines().any(|l| l.contains("socket(") || l.contains("connect(")),
            "{input}: {calls}"
        );
    }
}

#[test]
fn without_a_network_everything_works() {
    let (folder, bam) = with_fusion();
    let out = folder.path().join("out");
    let mut command = Command::new("unshare");
    command
        .args(["-r", "-n", &program(), "call", "-q", "-o"])
        .arg(&out)
        .arg(&bam);
    let Some(output) = allowed(&mut command) else { return };
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains("unshare") {
        println!("skipped: {errors}");
        return;
    }
    assert!(output.status.success(), "{errors}");
    assert_eq!(files(&out), default_files("fusion"));
}

/// At the default verbosity no read name, no sequence, no folder of a patient reaches the log.
#[test]
fn the_log_holds_no_reads_and_no_folders() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("Doe_Jane_1970");
    fs::create_dir(&home).unwrap();
    let mut sample = made::fusion(3);
    // A record that gives a warning.
    sample.lines[0].text = sample.lines[0].text.replacen("NM:i:0", "SA:Z:nonsense", 1);
    let bam = write_sample(&home, "s1.bam", &sample);
    let done = breakapart()
        .args(["call", "--stdout", "json"])
        .arg(&bam)
        .assert()
        .success();
    let log = errors(&done);
    for name in ["wild0", "fusion0"] {
        assert!(!log.contains(name), "{log}");
    }
    let report = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    assert!(!report.contains("Doe_Jane_1970"), "a folder in the report");
}
