//! The rooms of the library: each uses only earlier ones, and files keep to size and location.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms of `crates/core` in order; those in one row do not use one another. Between crates the compiler enforces the
/// order.
const LAYERS: [&[&str]; 13] = [
    &["genome"],
    &["catalogue"],
    &["hts"],
    &["input"],
    &["evidence"],
    &["model"],
    &["assemble"],
    &["annotate"],
    &["judge"],
    &["conclude"],
    &["report"],
    &["run"],
    &["background", "explain"],
];

/// Longest source file, in lines: a longer one has more than one concept.
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

/// The source with comments and literals replaced by blanks: names in prose and quotes are not dependencies.
fn code_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut in_string = false;
    for line in source.lines() {
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

/// The first name after every `crate::` of a source: `genome` of `crate::genome::Build`, and each of a group
/// `crate::{genome::Build, input}`.
fn named_modules(source: &str) -> Vec<String> {
    let code = code_only(source);
    let mut names = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        // `$crate` and `my_crate` are different.
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

/// The first name of every entry of a `{...}` group; `group` begins after the brace.
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

/// Numbers outside the rule that decide nothing: where, which, and their meaning. All others of these rooms are in
/// `crates/rule/src/params/numbers.rs`, with unit, meaning and source, or in `catalogue`.
const NUMBERS: [(&str, &[&str], &str); 26] = [
    ("core/src/annotate/frame.rs", &["3"], "bases of a codon"),
    ("core/src/annotate/mechanism.rs", &["11"], "the chromosome"),
    (
        "core/src/annotate/peptide.rs",
        &["3", "4", "64"],
        "bases, codons and their number",
    ),
    (
        "core/src/annotate/place.rs",
        &["3"],
        "bases of a codon, and around a position",
    ),
    ("core/src/annotate/predict.rs", &["3"], "genes that are listed"),
    (
        "core/src/annotate/sequence.rs",
        &["400", "4", "0.7"],
        "bases that are listed, and reads that show a variant",
    ),
    ("core/src/annotate/side.rs", &["3"], "the exon after e2"),
    (
        "core/src/conclude/breaks.rs",
        &["200"],
        "clip clusters that are compared",
    ),
    ("core/src/conclude/lod.rs", &["0.10"], "the default of --required-lod"),
    ("core/src/conclude/naming.rs", &["500_000"], "how segments are named"),
    ("core/src/conclude/text.rs", &["0.1", "0.99"], "decimals, words"),
    ("core/src/conclude/traps.rs", &["8"], "words of a command"),
    ("core/src/run/evidence_bam.rs", &["3", "4"], "file endings, attempts"),
    ("core/src/run/report.rs", &["100"], "units that are listed"),
    ("rule/src/assess/chimera.rs", &["40"], "the largest exponent"),
    ("rule/src/assess/weights.rs", &["10.0"], "thousandths as percent"),
    (
        "rule/src/imbalance.rs",
        &["3.84", "1.96"],
        "95 % points of distributions",
    ),
    (
        "rule/src/imbalance.rs",
        &["0.5", "3", "3.0", "4", "5", "6"],
        "a fit of three unknowns",
    ),
    ("rule/src/lod.rs", &["200.0"], "blast percentage of a fraction"),
    (
        "rule/src/lod/detection.rs",
        &["60", "24", "0.999", "1e-12"],
        "where sums and searches end",
    ),
    ("rule/src/lod/genomic.rs", &["12", "3"], "classes of depth"),
    (
        "rule/src/lod/geometry.rs",
        &["1.4826", "4"],
        "a normal distribution in steps",
    ),
    ("rule/src/number.rs", &["1e6"], "the value that represents infinity"),
    ("rule/src/probability.rs", &["1e-9", "1e-12"], "what counts as zero"),
    (
        "core/src/evidence.rs",
        &["0.99"],
        "names that end in identifiers: a hint",
    ),
    (
        "core/src/evidence/templates.rs",
        &["0.9"],
        "names that end in the number of the read",
    ),
];

/// The number literals of a source, without its tests; 0, 1, 2 and percentages are ignored.
fn numbers(source: &str) -> Vec<String> {
    let code = code_only(source.split("#[cfg(test)]").next().unwrap_or_default());
    let mut found = Vec::new();
    let mut chars = code.chars().peekable();
    let mut previous = ' ';
    while let Some(c) = chars.next() {
        let begins = c.is_ascii_digit() && !(previous.is_alphanumeric() || matches!(previous, '_' | '.' | '#'));
        previous = c;
        if !begins {
            continue;
        }
        let mut literal = String::from(c);
        while let Some(next) = chars.next_if(|n| n.is_alphanumeric() || matches!(n, '_' | '.' | '-')) {
            let is_part = match next {
                '.' => !literal.contains('.') && chars.peek().is_some_and(char::is_ascii_digit),
                '-' => literal.ends_with('e'),
                _ => true,
            };
            previous = next;
            if !is_part {
                break;
            }
            literal.push(next);
        }
        let bare = literal
            .find(['i', 'u', 'f'])
            .map_or(literal.as_str(), |at| &literal[..at]);
        let bare = bare.trim_end_matches('_').to_owned();
        if !["0", "1", "2", "0.0", "1.0", "2.0", "100.0"].contains(&bare.as_str()) {
            found.push(bare);
        }
    }
    found
}

/// `rule` and the rooms that apply it have no numbers of their own; the rooms that align reads have none that is a
/// share.
#[test]
fn numbers_that_decide_are_in_the_rule() {
    let crates = root().join("crates");
    let mut strange = Vec::new();
    let mut met = [false; NUMBERS.len()];
    for path in all_sources() {
        let Ok(name) = path.strip_prefix(&crates) else { continue };
        let name = name.to_string_lossy().into_owned();
        let is_in = |rooms: &[&str]| {
            let within = |room: &&str| {
                name.strip_prefix(*room)
                    .is_some_and(|rest| rest.starts_with(['/', '.']))
            };
            rooms.iter().any(within)
        };
        let apart = ["tests", "params"];
        if name.split(['/', '.']).any(|part| apart.contains(&part)) {
            continue;
        }
        let lays = is_in(&["core/src/evidence", "core/src/assemble"]) && !name.contains("/explain/");
        let decides = is_in(&[
            "rule/src",
            "core/src/annotate",
            "core/src/judge",
            "core/src/conclude",
            "core/src/run",
        ]);
        for number in numbers(&fs::read_to_string(&path).unwrap()) {
            if !(decides || lays && number.starts_with("0.")) {
                continue;
            }
            let known = NUMBERS.iter().enumerate();
            let mut known = known.filter(|(_, (file, all, _))| *file == name && all.contains(&number.as_str()));
            match known.next() {
                Some((at, _)) => met[at] = true,
                None => strange.push(format!("{name}: {number}")),
            }
        }
    }
    assert!(strange.is_empty(), "{strange:#?}");
    let gone: Vec<_> = NUMBERS.iter().zip(met).filter(|(_, met)| !met).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

#[test]
fn the_reader_of_numbers_finds_literals_alone() {
    let source = "const A: f64 = 0.35; // 7\nlet b = x.3 + 1e-9 + 5_000_u32 + a4; for i in 3..=8 {} f(\"9 \\\n 9\", [0; 6]);\n\
                  #[cfg(test)] 77";
    assert_eq!(numbers(source), ["0.35", "1e-9", "5_000", "3", "8", "6"]);
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
fn modules_are_next_to_their_folders() {
    for path in all_sources() {
        assert!(!path.ends_with("mod.rs"), "{}", path.display());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "common", "helpers", "misc"].contains(&name.as_str()),
            "{}: a name without meaning",
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
