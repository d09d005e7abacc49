//! Deep samples: a panel, one fragment a million times, clips at one base, a hundred thousand distinct junctions; each
//! at
//! half and at full size, to show the cost of doubling. Prints a table, writes it to `target/depth.md`, and fails if a
//! count is not exact, memory exceeds 1 GB, or doubling costs more than [`GROWTH_MAX`].
//!
//! `cargo bench --bench depth -- [SHARE]`: sizes in percent of the full ones (100).

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

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use breakapart_core::genome::Strand;
use made::{CONTIGS, Draws, READ_LEN};
use rust_htslib::bam::{self, Format, Header, HeaderView, Record, index};
use serde_json::Value;

/// Largest ratio of times for twice the input: linear, with n log n sorting and noise.
const GROWTH_MAX: f64 = 2.6;
/// Largest resident set (MB).
const MEMORY_MAX: f64 = 1_000.0;
/// Last base of e8 (1-based; MANE NM_001197104.2 on GRCh38).
const E8_END: i64 = 118_482_495;

/// One kind of depth, made at any size.
struct Scenario {
    name: &'static str,
    full: usize,
    /// SAM lines of `n`, unsorted.
    make: fn(usize, &mut dyn FnMut(String)),
    /// The required result for `n`.
    exact: fn(usize, &Value),
}

const SCENARIOS: [Scenario; 4] = [
    Scenario {
        name: "panel: read pairs over KMT2A e3-e26, with a fusion of 30 molecules",
        full: 2_500_000,
        make: panel,
        exact: |n, report| {
            let event = &report["events"][0];
            assert_eq!(event["name"], "KMT2A::AFF1");
            assert_eq!(molecules(event), 30);
            // Every read of the panel, and those of the fusion at KMT2A.
            let examined = report["inputs"][0]["records"]["examined"].as_u64().unwrap() - 2 * n as u64;
            assert!((30..=120).contains(&examined), "{examined}");
        },
    },
    Scenario {
        name: "one fusion fragment, again and again",
        full: 1_000_000,
        make: identical,
        exact: |n, report| {
            let event = &report["events"][0];
            assert_eq!(event["name"], "KMT2A::AFF1");
            assert_eq!(
                event["lead"]["support"]["fragments"]
                    .as_u64()
                    .or_else(|| fragments(event)),
                Some(n as u64)
            );
            assert_eq!(molecules(event), 1);
        },
    },
    Scenario {
        name: "clips of unknown bases at one base",
        full: 50_000,
        make: clips,
        exact: |n, report| assert!(report["inputs"][0]["records"]["examined"].as_u64().unwrap() >= n as u64),
    },
    Scenario {
        name: "distinct junctions, one read each",
        full: 100_000,
        make: junctions,
        exact: |n, report| assert!(report["inputs"][0]["records"]["examined"].as_u64().unwrap() >= n as u64),
    },
];

fn molecules(event: &Value) -> u64 {
    find(event, "molecules").unwrap()
}

fn fragments(event: &Value) -> Option<u64> {
    find(event, "fragments")
}

/// The first number with that name, depth first.
fn find(value: &Value, name: &str) -> Option<u64> {
    match value {
        Value::Object(fields) => fields
            .get(name)
            .and_then(Value::as_u64)
            .or_else(|| fields.values().find_map(|v| find(v, name))),
        Value::Array(items) => items.iter().find_map(|v| find(v, name)),
        _ => None,
    }
}

fn panel(n: usize, put: &mut dyn FnMut(String)) {
    let wild = made::wild_type();
    let len = made::len(&wild);
    let mut draws = Draws(1);
    for pair in 0..n {
        let fragment = 240 + draws.below(80);
        let start = draws.below(len - fragment);
        for line in made::pair(&wild, &format!("p{pair}"), start, fragment, READ_LEN, 0) {
            put(line.text);
        }
    }
    let mut sample = made::Sample::new(2);
    let (transcript, at) = made::kmt2a_aff1();
    sample.across(&transcript, at, "fusion", 30);
    sample.lines.into_iter().for_each(|line| put(line.text));
}

fn identical(n: usize, put: &mut dyn FnMut(String)) {
    let (transcript, at) = made::kmt2a_aff1();
    let lines = made::pair(&transcript, "NAME", at - 60, 260, READ_LEN, 0);
    for copy in 0..n {
        for line in &lines {
            put(line.text.replacen("NAME", &format!("c{copy}"), 1));
        }
    }
}

fn bases(draws: &mut Draws, len: usize) -> String {
    (0..len)
        .map(|_| ['A', 'C', 'G', 'T'][draws.below(4) as usize])
        .collect()
}

/// Reads with 50 bases up to the end of e8 and 50 unplaced bases; the same 50 in every second read.
fn clips(n: usize, put: &mut dyn FnMut(String)) {
    let mut draws = Draws(4);
    let anchor = bases(&mut draws, 50);
    let same = bases(&mut draws, 50);
    for read in 0..n {
        let clip = if read % 2 == 0 {
            same.clone()
        } else {
            bases(&mut draws, 50)
        };
        put(format!(
            "k{read}\t0\tchr11\t{}\t255\t50M50S\t*\t0\t0\t{anchor}{clip}\t{}\tNH:i:1\tHI:i:1\tNM:i:0\tRG:Z:g1",
            E8_END - 49,
            "I".repeat(100)
        ));
    }
}

/// Split reads from a base of KMT2A, each to a different locus.
fn junctions(n: usize, put: &mut dyn FnMut(String)) {
    let mut draws = Draws(6);
    let sequence = bases(&mut draws, 100);
    for read in 0..n {
        let end = E8_END - draws.below(40_000);
        let contig = draws.below(4) as usize;
        let far = 1_000_000 + draws.below(CONTIGS[contig].1 - 2_000_000);
        let (near, name) = (end - 49, CONTIGS[contig].0);
        let strand = if draws.below(2) == 0 {
            Strand::Forward
        } else {
            Strand::Reverse
        };
        let (flag, cigar) = match strand {
            Strand::Forward => (2_048, "50H50M"),
            Strand::Reverse => (2_064, "50M50H"),
        };
        let tags = "NH:i:1\tHI:i:1\tNM:i:0\tRG:Z:g1";
        put(format!(
            "j{read}\t0\tchr11\t{near}\t255\t50M50S\t*\t0\t0\t{sequence}\t{}\t{tags}\tSA:Z:{name},{far},{strand},{cigar},255,0;",
            "I".repeat(100)
        ));
        put(format!(
            "j{read}\t{flag}\t{name}\t{far}\t255\t{cigar}\t*\t0\t0\t{}\t{}\t{tags}\tSA:Z:chr11,{near},+,50M50S,255,0;",
            &sequence[50..],
            "I".repeat(50)
        ));
    }
}

/// Writes a scenario, sorted and indexed, unless it exists.
fn written(folder: &Path, scenario: &Scenario, number: usize, n: usize) -> PathBuf {
    let path = folder.join(format!("depth{number}_{n}.bam"));
    if path.with_extension("bam.bai").exists() {
        return path;
    }
    let header = made::header("deep", "SO:coordinate");
    let view = HeaderView::from_bytes(header.as_bytes());
    let mut records: Vec<Record> = Vec::new();
    (scenario.make)(n, &mut |line| {
        records.push(Record::from_sam(&view, line.as_bytes()).unwrap())
    });
    records.sort_by_key(|r| (r.tid(), r.pos()));
    let mut writer = bam::Writer::from_path(&path, &Header::from_template(&view), Format::Bam).unwrap();
    writer.set_threads(2).unwrap();
    records.iter().for_each(|record| writer.write(record).unwrap());
    drop(writer);
    index::build(&path, None, index::Type::Bai, 2).unwrap();
    path
}

fn main() {
    let share: usize = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    fs::create_dir_all(&folder).unwrap();
    let mut table =
        "| what | n | records | CPU s | MB resident | s for twice as many |\n|---|---:|---:|---:|---:|---:|\n"
            .to_owned();
    let mut complaints = Vec::new();
    for (number, scenario) in SCENARIOS.iter().enumerate() {
        let mut before: Option<f64> = None;
        for n in [scenario.full * share / 200, scenario.full * share / 100] {
            let path = written(&folder, scenario, number, n);
            let out = folder.join("depth.json");
            let run = measure::run(&["call", "-q", "--stdout", "json"], &path, &out);
            let report: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
            (scenario.exact)(n, &report);
            let growth = before.map(|before| run.cpu / before);
            let _ = writeln!(
                table,
                "| {} | {n} | {} | {:.2} | {:.0} | {} |",
                scenario.name,
                report["inputs"][0]["access"]["records_read"],
                run.cpu,
                run.megabytes,
                growth.map_or_else(String::new, |g| format!("{g:.2}x")),
            );
            print!("{}", table.lines().last().unwrap_or_default());
            println!();
            if growth.is_some_and(|g| g > GROWTH_MAX) || run.megabytes > MEMORY_MAX {
                complaints.push(format!("{}: {growth:?}, {:.0} MB", scenario.name, run.megabytes));
            }
            before = Some(run.cpu);
        }
    }
    fs::write(folder.with_file_name("depth.md"), &table).unwrap();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
