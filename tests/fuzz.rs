//! Fuzzing on the stable toolchain: external input, mutated with a seed.
//!
//! A target takes one input and must return within [`TIME_MAX`] without a panic; some also compare results. `make fuzz`
//! runs each for 15 minutes, `cargo test` for five seconds. A failure is printed with the seed of its input;
//! `BREAKAPART_FUZZ_SEED=N` starts there, `BREAKAPART_FUZZ_SECONDS` sets the time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation
)]

#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/records.rs"]
mod records;

#[allow(dead_code)]
#[path = "it/made.rs"]
mod made;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use breakapart_core::catalogue::gtf;
use breakapart_core::evidence::chimeric::ChimericFile;
use breakapart_core::genome::record::{parse_md, parse_sa};
use breakapart_core::genome::sequence::NoSequence;
use breakapart_core::genome::{Cigar, ContigId, Contigs, Interval};
use breakapart_core::input::{self, InputOptions, Source};
use breakapart_core::report::{Format, ReadLimits, SampleReport};
use breakapart_core::run::{self, FlowConfig};
use breakapart_lab::callers;
use mutate::{Dice, mutated};
use tempfile::TempDir;

/// Most processor time for one input.
const TIME_MAX: Duration = Duration::from_secs(10);

/// Processor time of this thread so far (Linux; elsewhere 0): a busy machine does not make an input slow.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanoseconds)
}

fn contigs() -> Contigs {
    Contigs::new(made::CONTIGS.map(|(name, len)| (name.to_owned(), len)))
}

/// Runs a target on inputs of rising seeds until the time is over. Failures are reported with their seed, one input for
/// each message.
fn fuzz(name: &str, mut target: impl FnMut(&mut Dice)) {
    let number = |variable: &str, default: u64| std::env::var(variable).map_or(default, |t| t.parse().unwrap());
    let time = Duration::from_secs(number("BREAKAPART_FUZZ_SECONDS", 5));
    let first = number("BREAKAPART_FUZZ_SEED", 1);
    let started = Instant::now();
    let mut broken: BTreeMap<String, u64> = BTreeMap::new();
    let mut longest = (Duration::ZERO, 0);
    let mut seed = first;
    while started.elapsed() < time && broken.len() < 10 {
        let began = processor_time();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            target(&mut Dice::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d)));
        }));
        let took = processor_time().saturating_sub(began);
        longest = longest.max((took, seed));
        if let Err(what) = ended {
            let text = what
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| what.downcast_ref::<&str>().map(|s| (*s).to_owned()))
                .unwrap_or_default();
            broken.entry(text.chars().take(400).collect()).or_insert(seed);
        }
        if took > TIME_MAX {
            broken.entry(format!("took {took:?}")).or_insert(seed);
        }
        seed += 1;
    }
    println!(
        "{name}: {} inputs in {:.0?}, the longest {:.1?} (seed {}), {} broken",
        seed - first,
        started.elapsed(),
        longest.0,
        longest.1,
        broken.len()
    );
    let told: Vec<String> = broken
        .iter()
        .map(|(what, seed)| format!("seed {seed}: {what}"))
        .collect();
    assert!(told.is_empty(), "{name}: {}", told.join("\n"));
}

fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn sa_tags() {
    let contigs = contigs();
    let seeds = seeds(&[
        "chr11,118482463,-,33M67S,255,0;chr4,87084120,+,33H45M5819N22M,255,1;",
        "chr4,87084120,+,57S43M,60,2;",
        "chr9,1,-,100M,0,0;chr9,138394717,+,1M99S,3,1;",
    ]);
    let tokens: [&[u8]; 8] = [
        b";",
        b",",
        b"chr11,",
        b"-",
        b"100M",
        b"*",
        b"\xff",
        b"chr11,118482463,-,33M67S,255,0;",
    ];
    fuzz("sa", |dice| {
        let text = mutated(dice, &seeds, &tokens);
        let (entries, complete) = parse_sa(&text, &contigs, 1_000);
        let given = text.split(|b| *b == b';').filter(|e| !e.is_empty()).count();
        assert!(entries.len() <= given.min(1_000));
        assert_eq!(complete, entries.len() == given, "omitted entries are reported");
        for entry in entries {
            let end = entry.position.0 + entry.cigar.reference_len();
            assert!(entry.position.0 >= 0 && end <= contigs.length(entry.contig));
        }
    });
}

#[test]
fn cigars_and_md() {
    let seeds = seeds(&[
        "100M",
        "30S70M",
        "5H20S40M1000N35M",
        "10M2I8M3D80M",
        "1M1N1M1N1M",
        "50=1X49=",
        "*",
    ]);
    let md = self::seeds(&["100", "10A5^AC6", "0A0C98", "50^ACGT0T49"]);
    let tokens: [&[u8]; 8] = [b"M", b"N", b"S", b"268435455M", b"0M", b"^AC", b"\xc3\xa9", b"1D"];
    fuzz("cigar", |dice| {
        let bytes = mutated(dice, &seeds, &tokens);
        let Ok(text) = std::str::from_utf8(&bytes) else { return };
        let Some(cigar) = Cigar::parse(text) else { return };
        assert_eq!(Cigar::parse(&cigar.to_string()).as_ref(), Some(&cigar), "{text}");
        assert!(cigar.read_len() >= cigar.sequence_len());
        assert!(cigar.reference_len() >= 0);
        let text = mutated(dice, &md, &tokens);
        if let Some(places) = parse_md(&text, &cigar, 1_000) {
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(
                places
                    .iter()
                    .all(|p| (1_000..1_000 + cigar.reference_len()).contains(p))
            );
        }
    });
}

#[test]
fn gene_models() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("genes.gtf");
    let seeds = seeds(&[include_str!("fuzz/genes.gtf")]);
    let tokens: [&[u8]; 10] = [
        b"\t",
        b"\n",
        b"; ",
        b"gene_id \"E1\"",
        b"transcript_id \"\"",
        b"CDS",
        b"exon",
        b"stop_codon",
        b"\xff",
        b"\"",
    ];
    fuzz("gtf", |dice| {
        fs::write(&path, mutated(dice, &seeds, &tokens)).unwrap();
        if let Ok(genes) = gtf::read(&path) {
            for gene in &genes {
                for exons in gene.transcripts.iter().map(|t| &t.exons) {
                    assert!(exons.iter().all(|e| e.interval.start < e.interval.end));
                    let coding = exons.iter().filter_map(|e| e.coding.map(|c| (c, e.interval)));
                    assert!(coding.into_iter().all(|(c, e)| e.start <= c.start && c.end <= e.end));
                }
            }
            let contigs = std::sync::Arc::new(contigs());
            let build = breakapart_core::genome::Build::GRCh38;
            breakapart_core::catalogue::GeneModels::bind(build, &contigs, genes);
        }
    });
}

#[test]
fn chimeric_junctions() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("Chimeric.out.junction");
    let contigs = contigs();
    let line = |name: &str, mate: &str| {
        format!(
            "chr11\t118482496\t+\tchr9\t20365743\t-\t1\t3\t0\t{name}\t118481998\t95M329N5M{mate}22M78S\t20365680\t78M22S\t1\t200\t122\t198\t198\t0\tx\n"
        )
    };
    let head = "chr_donorA\tbrkpt_donorA\tstrand_donorA\tchr_acceptorB\n";
    let seeds = seeds(&[
        &(head.to_owned() + &line("r1", "47p") + &line("r2", "-20p") + &line("r3", "")),
        &line("r1", "0p"),
        &(line("r9", "1p") + "# 2.7.10b STAR\nNreads 10\tNreadsUnique 4\n"),
    ]);
    let tokens: [&[u8]; 9] = [b"\t", b"\n", b"p", b"-500p", b"chr11", b"1000N", b"\xff", b"#", b"-"];
    let window = (ContigId(4), Interval::new(118_386_000, 118_577_000));
    fuzz("chimeric", |dice| {
        fs::write(&path, mutated(dice, &seeds, &tokens)).unwrap();
        if let Ok(file) = ChimericFile::read(&path, &contigs, window, "made.bam") {
            for record in file.complete(&mut Vec::new(), &NoSequence) {
                let end = record.position + record.cigar.reference_len();
                let contig = record.contig.unwrap();
                assert!(record.position >= 0 && end <= contigs.length(contig), "{record:?}");
            }
        }
    });
}

#[test]
fn tables_of_callers() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/golden");
    let mut seeds: Vec<Vec<u8>> = [
        "1.2.0/fusion.fusions.tsv",
        "1.2.0/ptd.fusions.tsv",
        "1.2.0/fusion.discarded.tsv",
    ]
    .iter()
    .map(|name| fs::read(golden.join(name)).unwrap())
    .collect();
    let others = include_str!("fuzz/callers.txt");
    seeds.extend(others.split("----\n").map(|text| text.as_bytes().to_vec()));
    for seed in &seeds {
        let text = String::from_utf8_lossy(seed);
        assert!(
            callers::read(&seed[..], "x", callers::ReadLimits::default()).is_ok(),
            "{text}"
        );
    }
    let tokens: [&[u8]; 10] = [
        b"\t",
        b"\n",
        b",",
        b"\"",
        b"chr11:118482495",
        b":+",
        b"--",
        b"^",
        b"\xff",
        b"(1200),",
    ];
    fuzz("callers", |dice| {
        let bytes = mutated(dice, &seeds, &tokens);
        match callers::read(&bytes[..], "x.tsv", callers::ReadLimits::default()) {
            Ok(table) => {
                let lines =
                    bytes.iter().filter(|b| **b == b'\n').count() + bytes.iter().filter(|b| **b == b'\r').count() + 1;
                assert!(table.rows.len() as u64 + table.skipped_count <= lines as u64);
                for row in &table.rows {
                    let _ = (row.name(), row.ended_by());
                }
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    });
}

#[test]
fn reports() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/golden");
    let mut paths: Vec<PathBuf> = Vec::new();
    for version in fs::read_dir(golden).unwrap() {
        let files = fs::read_dir(version.unwrap().path()).unwrap();
        paths.extend(
            files
                .map(|f| f.unwrap().path())
                .filter(|p| p.to_string_lossy().ends_with("breakapart.json")),
        );
    }
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|p| fs::read(p).unwrap()).collect();
    assert!(seeds.len() >= 4);
    let tokens: [&[u8]; 12] = [
        b"null",
        b"-1",
        b"[",
        b"{",
        b"\"",
        b"\\ud800",
        b"1e999",
        b",",
        b"\"\\u0000\\t\\n<script>\"",
        b"[]",
        b"{}",
        b"\xff",
    ];
    fuzz("report", |dice| {
        let bytes = mutated(dice, &seeds, &tokens);
        match SampleReport::from_bytes(&bytes, "x.json", ReadLimits::default()) {
            Ok(report) => {
                for format in Format::ALL {
                    let _ = format.render(&report);
                }
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    });
}

/// The whole flow on hostile records; every second time also in reverse order, which must change nothing.
#[test]
fn hostile_records() {
    let folder = TempDir::new().unwrap();
    let seeds = records::Seeds::new();
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/reference/chr11.fa.gz");
    fuzz("records", |dice| {
        let mut records = seeds.hostile(dice);
        let options = InputOptions {
            reference: dice.one_in(2).then(|| reference.clone()),
            ..InputOptions::default()
        };
        let path = folder.path().join("x.bam");
        seeds.write(&records, &path);
        let first = analysed(&path, &options);
        if dice.one_in(2) {
            records.reverse();
            seeds.write(&records, &path);
            assert!(
                first == analysed(&path, &options),
                "the order of records changes the report"
            );
        }
    });
}

/// The report in every format; nothing if the file is refused.
fn analysed(path: &Path, options: &InputOptions) -> Vec<Vec<u8>> {
    let Ok(mut file) = input::open(&Source::from_argument(path), options) else {
        return Vec::new();
    };
    let Ok(report) = run::analyse(&mut file, "s", &FlowConfig::default()) else {
        return Vec::new();
    };
    let tally = &report.inputs[0].records;
    assert!(tally.malformed <= tally.examined + report.inputs[0].access.records_read);
    Format::ALL
        .iter()
        .map(|format| format.render(&report).unwrap())
        .collect()
}
