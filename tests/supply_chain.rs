//! What is linked in, and where unsafe code stands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The packages of the lock file, as cargo tells them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    if !output.status.success() {
        // Packages for other systems are not in the local cache.
        let host = Command::new("rustc").arg("-vV").output().unwrap();
        let host = String::from_utf8(host.stdout).unwrap();
        let host = host
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap()
            .to_owned();
        let output = Command::new(env!("CARGO"))
            .args([
                "metadata",
                "--format-version",
                "1",
                "--locked",
                "--offline",
                "--filter-platform",
                &host,
            ])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return serde_json::from_slice::<Value>(&output.stdout).unwrap()["packages"]
            .as_array()
            .unwrap()
            .clone();
    }
    serde_json::from_slice::<Value>(&output.stdout).unwrap()["packages"]
        .as_array()
        .unwrap()
        .clone()
}

/// The licences that `deny.toml` allows.
fn allowed() -> Vec<String> {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    let list = text.split("allow = [").nth(1).unwrap().split(']').next().unwrap();
    list.split(',')
        .map(|item| item.trim().trim_matches('"').to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

/// Whether an SPDX expression holds with the allowed licences. Read from left to right; `AND` binds more
/// than `OR`.
fn holds(expression: &str, allowed: &[String]) -> bool {
    let flat = expression.replace('/', " OR ");
    // A group in brackets stands for whether it holds.
    if let Some(open) = flat.rfind('(') {
        let close = open + flat[open..].find(')').unwrap();
        let inner = if holds(&flat[open + 1..close], allowed) {
            "MIT"
        } else {
            "NONE"
        };
        return holds(&format!("{}{inner}{}", &flat[..open], &flat[close + 1..]), allowed);
    }
    flat.split(" OR ")
        .any(|choice| choice.split(" AND ").all(|one| allowed.iter().any(|a| a == one.trim())))
}

#[test]
fn expressions_are_read() {
    let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned(), "Unicode-3.0".to_owned()];
    assert!(holds("MIT OR GPL-3.0", &allowed));
    assert!(holds("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(holds("MIT/Apache-2.0", &allowed));
    assert!(!holds("MIT AND GPL-3.0", &allowed));
    assert!(!holds("GPL-3.0", &allowed));
}

#[test]
fn every_licence_is_allowed_and_every_source_is_the_registry() {
    let allowed = allowed();
    assert!(allowed.len() > 3);
    let packages = packages();
    assert!(packages.len() > 50);
    let mut wrong = Vec::new();
    for package in &packages {
        let name = format!(
            "{} {}",
            package["name"].as_str().unwrap(),
            package["version"].as_str().unwrap()
        );
        match package["license"].as_str() {
            Some(licence) if holds(licence, &allowed) => {}
            other => wrong.push(format!("{name}: licence {other:?}")),
        }
        match package["source"].as_str() {
            // The workspace's own crates.
            None if is_own(package) => {}
            Some(source) if source.starts_with("registry+") => {}
            other => wrong.push(format!("{name}: source {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the package's manifest lies in this workspace, outside the build's folder.
fn is_own(package: &Value) -> bool {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let inside = manifest.strip_prefix(root());
    inside.is_ok_and(|path| path == Path::new("Cargo.toml") || path.starts_with("crates"))
}

/// Nothing that opens a connection is compiled in.
#[test]
fn no_network_crate_is_linked_in() {
    let names: Vec<String> = packages()
        .iter()
        .map(|p| p["name"].as_str().unwrap().to_owned())
        .collect();
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    for name in ["curl-sys", "openssl-sys", "hyper", "reqwest", "ureq", "rustls", "tokio"] {
        assert!(
            !tree.lines().any(|line| line.starts_with(&format!("{name} "))),
            "{name}"
        );
    }
    assert!(names.iter().any(|name| name == "rust-htslib"));
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Unsafe code stands in `hts` alone, and each block, function and impl has its argument above it.
#[test]
fn unsafe_code_stands_in_hts_with_its_argument() {
    let mut paths = Vec::new();
    sources(&root().join("src"), &mut paths);
    sources(&root().join("crates"), &mut paths);
    paths.sort();
    let mut seen = 0;
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (n, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap();
            let is_unsafe = code
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == "unsafe");
            if !is_unsafe || code.contains("\"") {
                continue;
            }
            let place = format!("{}:{}", path.display(), n + 1);
            assert!(
                path.starts_with(root().join("crates/core/src/hts")),
                "unsafe outside hts: {place}"
            );
            // The argument stands above the statement, which may begin some lines before.
            let from = n.saturating_sub(6);
            assert!(
                lines[from..=n].iter().any(|l| l.contains("SAFETY:")),
                "no argument at {place}"
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
