//! The rooms of the library: each names earlier ones only, and files keep their size and place.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms of `crates/core` in order; those of one row do not name one another. Between crates the compiler keeps the
/// order.
const LAYERS: [&[&str]; 12] = [
    &["genome"],
    &["catalogue"],
    &["hts"],
    &["input"],
    &["evidence"],
    &["assemble"],
    &["annotate"],
    &["judge"],
    &["conclude"],
    &["report"],
    &["run"],
    &["background", "explain"],
];

/// Longest source file, in lines: more is more than one concept.
const LINES_MAX: usize = 600;

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["src", "crates"] {
        sources(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// `annotate` for `annotate.rs` and `annotate/frame.rs` of the library.
fn room_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root().join("crates/core/src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_string_lossy();
    Some(first.trim_end_matches(".rs").to_owned())
}

/// The source without comments and literals, blanks for what was taken out: names in prose and quotes
/// are no dependencies.
fn code_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for line in source.lines() {
        let mut in_string = false;
        let mut previous = ' ';
        for (at, c) in line.char_indices() {
            if !in_string && line[at..].starts_with("//") {
                break;
            }
            if c == '"' && previous != '\\' && previous != '\'' {
                in_string = !in_string;
            }
            out.push(if in_string { ' ' } else { c });
            previous = if previous == '\\' { ' ' } else { c };
        }
        out.push('\n');
    }
    out
}

/// The first names behind every `crate::` of a source: `genome` of `crate::genome::Build`, and each of
/// a group `crate::{genome::Build, input}`.
fn named_modules(source: &str) -> Vec<String> {
    let code = code_only(source);
    let mut names = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        // `$crate` and `my_crate` are other words.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + found.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(first_names(group));
        } else {
            names.extend(name_at(rest));
        }
    }
    names
}

fn name_at(text: &str) -> Option<String> {
    let name: String = text
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

/// The first name of every entry of a `{...}` group; `group` begins behind the brace.
fn first_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut entry = true;
    for (at, c) in group.char_indices() {
        if entry && !c.is_whitespace() && c != '}' {
            names.extend(name_at(&group[at..]));
            entry = false;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => entry = true,
            _ => {}
        }
    }
    names
}

#[test]
fn no_layer_names_a_later_one() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in all_sources() {
        let Some(module) = room_of(&path).filter(|room| room != "lib") else {
            continue;
        };
        let own = layer_of(&module).unwrap_or_else(|| panic!("{module}: give it a place among the layers"));
        for name in named_modules(&fs::read_to_string(&path).unwrap()) {
            let Some(other) = layer_of(&name) else { continue };
            seen += 1;
            if name != module && other >= own {
                wrong.push(format!("{}: {module} names {name}", path.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} names were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_has_its_layer() {
    let lib = fs::read_to_string(root().join("crates/core/src/lib.rs")).unwrap();
    let modules: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert!(modules.len() >= 12, "{modules:?}");
    for module in modules {
        assert!(layer_of(module).is_some(), "{module} has no layer");
    }
}

#[test]
fn no_source_is_too_long() {
    let long: Vec<String> = all_sources()
        .iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(path).unwrap().lines().count();
            (lines > LINES_MAX).then(|| format!("{}: {lines} lines, more than {LINES_MAX}", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn modules_stand_beside_their_folders() {
    for path in all_sources() {
        assert!(!path.ends_with("mod.rs"), "{}", path.display());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "common", "helpers", "misc"].contains(&name.as_str()),
            "{}: a name that says nothing",
            path.display()
        );
    }
}

#[test]
fn the_reader_of_names_finds_backward_ones() {
    let source = r#"
        use crate::{
            catalogue::{Gene, models::{A, B}},
            report, // crate::cli
            genome::Build as B,
        };
        use crate::cli::Failure;
        /// See [`crate::judge`].
        fn f() { crate::evidence::run("crate::hts", '"'); crate :: x; $crate::conclude::y; }
    "#;
    assert_eq!(
        named_modules(source),
        ["catalogue", "report", "genome", "cli", "evidence", "conclude"]
    );
    assert!(layer_of("report") < layer_of("run"));
}
