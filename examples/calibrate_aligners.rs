//! Simulated reads aligned with a real aligner: which share of the molecules that show a junction is usable, and
//! whether the stated limit of detection is correct.
//!
//! ```text
//! calibrate_aligners FASTA ALIGNER INDEX shares [DRAWS]     the aligner table (docs/aligners.md)
//! calibrate_aligners FASTA ALIGNER INDEX limit [DRAWS]      detection at the limit (docs/limit-of-detection.md)
//! ```
//!
//! FASTA is an indexed GRCh38 FASTA, ALIGNER one of `star`, `star-overlap`, `star-default`, `hisat2`, INDEX the
//! aligner's own index of the same reference (chr4, chr9, chr10, chr11 and chr19 are enough). Seeds are fixed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use breakapart_core::{
    catalogue::GeneModels,
    conclude::ConcludeConfig,
    genome::{Build, Position, Strand, probability::binomial_interval},
    hts::Reference,
    input::{self, InputOptions, Source},
    report::{SampleReport, schema::State},
    run::{self, FlowConfig},
};
use breakapart_lab::simulate::{self, Amount, ContigStyle, Design, EventSpec, Genome, record::as_sequenced};

/// Options of Arriba's manual, which this program's documentation recommends too.
const CHIMERIC: &str = "--peOverlapNbasesMin 10 --alignSplicedMateMapLminOverLmate 0.5 --alignSJstitchMismatchNmax 5 -1 5 5 \
     --chimSegmentMin 10 --chimOutType WithinBAM HardClip --chimJunctionOverhangMin 10 --chimScoreDropMax 30 \
     --chimScoreJunctionNonGTAG 0 --chimScoreSeparation 1 --chimSegmentReadGapMax 3 --chimMultimapNmax 50";

/// Kinds of molecules.
const SPLIT: &str = "10 bases or more on both sides in a read";
const PAIRS: &str = "mates on both sides";

struct Bench<'a> {
    aligner: &'a str,
    index: &'a str,
    genome: &'a Genome<'a>,
    folder: PathBuf,
}

/// A sample's report with its truth: molecules with 10 bases on both sides in a read, with fewer, and with mates
/// on both sides.
struct Drawn {
    report: SampleReport,
    split: u32,
    short: u32,
    spanning: u32,
}

impl Bench<'_> {
    fn design(&self, name: String, seed: u64) -> Design {
        let mut design = Design::new(name, Build::GRCh38, seed);
        design.control_molecules = 30;
        if self.aligner == "star-overlap" {
            design.read_len = 75;
            design.fragment_len_mean = 170.0;
            design.fragment_len_sd = 30.0;
        }
        design
    }

    fn command(&self, reads: &[PathBuf; 2]) -> Result<Command> {
        let star = |more: &str| {
            let mut command = Command::new("STAR");
            command.args(["--runThreadN", "1", "--genomeDir", self.index, "--readFilesIn"]);
            command.args(reads);
            command.args(
                "--outStd BAM_Unsorted --outSAMtype BAM Unsorted --outSAMunmapped Within --outFilterMultimapNmax 50"
                    .split(' '),
            );
            command.args([
                "--outSAMattributes",
                "NH",
                "HI",
                "AS",
                "nM",
                "NM",
                "MD",
                "--outFileNamePrefix",
            ]);
            command.arg(self.folder.join("star."));
            command.args(more.split_whitespace());
            command
        };
        Ok(match self.aligner {
            "star" | "star-overlap" => star(CHIMERIC),
            "star-default" => star(""),
            "hisat2" => {
                let mut command = Command::new("hisat2");
                command
                    .args(["-p", "1", "-x", self.index, "-1"])
                    .arg(&reads[0])
                    .arg("-2")
                    .arg(&reads[1]);
                command
            }
            other => bail!("{other}: not one of star, star-overlap, star-default, hisat2"),
        })
    }

    /// Simulates the designs, aligns all their reads in one run, and analyses each sample.
    fn run(&self, designs: &[Design]) -> Result<Vec<Drawn>> {
        let reads = [self.folder.join("1.fq"), self.folder.join("2.fq")];
        let mut truth = Vec::new();
        let mut files = [
            BufWriter::new(File::create(&reads[0])?),
            BufWriter::new(File::create(&reads[1])?),
        ];
        for design in designs {
            let sample = simulate::simulate(design, self.genome)?;
            truth.push(
                sample
                    .truth
                    .first()
                    .map_or((0, 0, 0), |t| (t.split, t.short, t.spanning)),
            );
            for fragment in &sample.fragments {
                for (read, file) in fragment.reads.iter().zip(&mut files) {
                    let (bases, qualities) = as_sequenced(read);
                    let qualities: String = qualities.iter().map(|q| char::from(q + 33)).collect();
                    writeln!(
                        file,
                        "@{}:{}\n{}\n+\n{qualities}",
                        design.sample,
                        fragment.name,
                        String::from_utf8_lossy(&bases)
                    )?;
                }
            }
        }
        for file in &mut files {
            file.flush()?;
        }
        let mut child = self
            .command(&reads)?
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the aligner")?;
        let out = child.stdout.take().context("the aligner's output")?;
        // Chimeras within STAR's output are written as BAM only.
        let mut text = Command::new("samtools")
            .args(["view", "-h", "-"])
            .stdin(out)
            .stdout(Stdio::piped())
            .spawn()
            .context("samtools")?;
        let out = text.stdout.take().context("the output of samtools")?;
        let mut header = String::new();
        let mut reports: BTreeMap<String, SampleReport> = BTreeMap::new();
        let mut open: Option<(String, BufWriter<File>)> = None;
        let path = self.folder.join("sample.sam");
        for line in BufReader::new(out).lines() {
            let line = line?;
            if line.starts_with('@') {
                header.push_str(&line);
                header.push('\n');
                continue;
            }
            // Single-threaded aligners keep the order of the reads.
            let name = line.split(':').next().unwrap_or_default().to_owned();
            if open.as_ref().is_none_or(|(held, _)| *held != name) {
                if let Some((done, file)) = open.take() {
                    reports.insert(done.clone(), analyse(file, &path, &done)?);
                }
                let mut file = BufWriter::new(File::create(&path)?);
                file.write_all(header.as_bytes())?;
                open = Some((name, file));
            }
            if let Some((_, file)) = &mut open {
                writeln!(file, "{line}")?;
            }
        }
        if let Some((done, file)) = open.take() {
            reports.insert(done.clone(), analyse(file, &path, &done)?);
        }
        child.wait()?;
        text.wait()?;
        designs
            .iter()
            .zip(truth)
            .map(|(design, (split, short, spanning))| {
                let report = reports
                    .remove(&design.sample)
                    .with_context(|| format!("{}: not aligned", design.sample))?;
                Ok(Drawn {
                    report,
                    split,
                    short,
                    spanning,
                })
            })
            .collect()
    }
}

fn analyse(mut file: BufWriter<File>, path: &Path, name: &str) -> Result<SampleReport> {
    file.flush()?;
    drop(file);
    let mut file = input::open(&Source::from_argument(path), &InputOptions::default())?;
    let config = FlowConfig {
        // A negative is always allowed: the question is whether the state stays one.
        conclude: ConcludeConfig { required_lod: 0.999 },
        ..FlowConfig::default()
    };
    Ok(run::analyse(&mut file, name, &config)?)
}

/// The result of one molecule in a sample, by the kind of molecule.
fn shares(bench: &Bench<'_>, draws: u64) -> Result<()> {
    println!("| partner | molecule | simulated | seen | share | 95 % interval |");
    println!("|---|---|---:|---:|---:|---|");
    let catalogue = [
        (9, "MLLT3", 6),
        (8, "AFF1", 5),
        (10, "ELL", 3),
        (9, "MLLT10", 9),
        (8, "MLLT1", 7),
        (11, "MLLT3", 9),
    ];
    let elsewhere = [
        (9, "chr9", 130_836_000),
        (10, "chr10", 20_800_000),
        (8, "chr9", 130_842_000),
    ];
    for is_partner in [true, false] {
        let mut designs = Vec::new();
        for n in 0..draws {
            // Without a known exon end, clips count if two molecules share the clipped sequence: four are simulated.
            let one = Amount::Supporting(if is_partner { 1 } else { 4 });
            let at = n as usize;
            let event = if is_partner {
                let (donor, symbol, exon) = catalogue[at % catalogue.len()];
                EventSpec::fusion(("KMT2A", donor), (symbol, exon), one)
            } else {
                let (donor, contig, start) = elsewhere[at % elsewhere.len()];
                EventSpec::intergenic(
                    ("KMT2A", donor),
                    contig,
                    Position::from_one_based(start + 40 * n as i64),
                    Strand::Forward,
                    one,
                )
            };
            let mut design = bench.design(format!("d{n:05}"), 3_000_000 + n);
            design.kmt2a_molecules = 300;
            designs.push(design.with(event));
        }
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for drawn in bench.run(&designs)? {
            if !is_partner {
                let lead = drawn.report.events.iter().flat_map(|e| &e.junctions);
                let evidence: Vec<_> = lead
                    .filter(|j| j.class.starts_with("canonical"))
                    .map(|j| &j.evidence)
                    .collect();
                let mut add = |kind, of: u32, seen: u64| {
                    let entry = counts.entry(kind).or_default();
                    entry.0 += u64::from(of);
                    entry.1 += seen.min(of.into());
                };
                add(SPLIT, drawn.split, evidence.iter().map(|e| e.split + e.clip).sum());
                add(
                    PAIRS,
                    drawn.spanning,
                    evidence.iter().map(|e| e.spanning + e.mate).sum(),
                );
                continue;
            }
            let kind = match (drawn.split, drawn.short, drawn.spanning) {
                (1, ..) => SPLIT,
                (_, 1, _) => "fewer on one side",
                _ => PAIRS,
            };
            let entry = counts.entry(kind).or_default();
            entry.0 += 1;
            let junctions = drawn.report.events.iter().flat_map(|e| &e.junctions);
            let all = junctions.chain(drawn.report.discarded.iter().map(|d| &d.junction));
            // The lone-pair rule does not report a single pair, but the molecule counts as seen.
            entry.1 += u64::from(all.into_iter().any(|j| j.class.starts_with("canonical")));
        }
        for (kind, (drawn, seen)) in counts {
            let (low, high) = binomial_interval(seen, drawn, 0.95);
            println!(
                "| {} | {kind} | {drawn} | {seen} | {:.2} | {low:.2}-{high:.2} |",
                if is_partner { "catalogue" } else { "no exon end known" },
                seen as f64 / drawn.max(1) as f64
            );
        }
    }
    Ok(())
}

/// Detection of e9 joined to MLLT3 e6 at the stated exclusion limit.
fn limit(bench: &Bench<'_>, draws: u64) -> Result<()> {
    let molecules = 4_000;
    let design = |name: String, seed: u64| {
        let mut design = bench.design(name, seed);
        design.kmt2a_molecules = molecules;
        design
    };
    let none: Vec<Design> = (0..16).map(|n| design(format!("n{n:05}"), 4_000_000 + n)).collect();
    let limits: Vec<f64> = bench
        .run(&none)?
        .iter()
        .filter_map(|d| {
            d.report
                .adequacy
                .first()?
                .donors
                .iter()
                .find(|d| d.exon == 9)?
                .lod_catalogue_partner
        })
        .collect();
    if limits.is_empty() {
        println!("| {} | no finite limit | | |", bench.aligner);
        return Ok(());
    }
    let limit = limits.iter().sum::<f64>() / limits.len() as f64;
    let mut found = 0;
    // In parts, so that the reads of one part fit on the disk.
    for part in 0..draws.div_ceil(50) {
        let designs: Vec<Design> = (part * 50..draws.min(part * 50 + 50))
            .map(|n| {
                design(format!("d{n:05}"), 5_000_000 + n).with(EventSpec::fusion(
                    ("KMT2A", 9),
                    ("MLLT3", 6),
                    Amount::Fraction(limit),
                ))
            })
            .collect();
        found += bench
            .run(&designs)?
            .iter()
            .filter(|d| d.report.conclusion.state != State::NotDetected)
            .count() as u64;
    }
    let (low, high) = binomial_interval(found, draws, 0.95);
    println!(
        "| {} | {:.2} % | {found} of {draws} | {:.1}-{:.1} % |",
        bench.aligner,
        limit * 100.0,
        low * 100.0,
        high * 100.0
    );
    Ok(())
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [fasta, aligner, index, what, rest @ ..] = words.as_slice() else {
        bail!("usage: calibrate_aligners FASTA ALIGNER INDEX shares|limit [DRAWS]");
    };
    let draws = rest.first().map_or(Ok(200), |n| n.parse())?;
    let contigs = simulate::contigs(Build::GRCh38, ContigStyle::Chr);
    let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
    let reference = Reference::open(Path::new(fasta), &contigs)?;
    let genome = Genome::new(&contigs, &models, &reference);
    let folder = std::env::temp_dir().join(format!("calibrate-{aligner}-{what}-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let bench = Bench {
        aligner,
        index,
        genome: &genome,
        folder,
    };
    match what.as_str() {
        "shares" => shares(&bench, draws)?,
        "limit" => limit(&bench, draws)?,
        other => bail!("{other}: shares or limit"),
    }
    fs::remove_dir_all(&bench.folder)?;
    Ok(())
}
