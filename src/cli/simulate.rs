//! `breakapart simulate`: sets of samples with exact truth.

use std::path::PathBuf;

use clap::{Args, builder::TypedValueParser};

use super::{
    Failure,
    options::{build, choice},
};
use breakapart_core::{
    catalogue::GeneModels,
    genome::Build,
    hts::Reference,
    input::Assay,
    report::{PrivateFolder, wording},
};
use breakapart_lab::simulate::{self, ContigStyle, Genome, SetKind, SetOptions};

fn kind() -> impl TypedValueParser<Value = SetKind> {
    let long_reads = "As positives, RNA in long reads by minimap2 (`-ax splice`)";
    choice([
        (
            "positives",
            "One rearrangement each, one in ten a partial tandem duplication",
            SetKind::Positives,
        ),
        (
            "negatives",
            "None, with 0 to 200 library chimeras at KMT2A",
            SetKind::Negatives,
        ),
        ("long-reads", long_reads, SetKind::LongReads),
    ])
}

fn assay() -> impl TypedValueParser<Value = Assay> {
    let dna = "Capture panels of 100 to 2,000 reads deep and genomes of 30; BWA-MEM, minimap2";
    choice([("rna", "Transcripts", Assay::Rna), ("dna", dna, Assay::Dna)])
}

/// Arguments of `simulate`.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// Indexed FASTA with the exons' bases (DNA: whole genes; random but fixed bases replace N)
    #[arg(short, long, value_name = "FASTA")]
    reference: PathBuf,
    /// Folder for SAMPLE.bam and truth.tsv
    #[arg(short, long, value_name = "DIR")]
    output_dir: PathBuf,
    /// Content of the samples
    #[arg(long, value_parser = kind())]
    kind: SetKind,
    /// Assay to simulate
    #[arg(long, value_parser = assay(), default_value = "rna")]
    assay: Assay,
    /// Number of samples
    #[arg(long, default_value_t = 100, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    count: usize,
    /// Seed: the same seed gives the same samples
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Build
    #[arg(long, value_parser = build(), default_value = "GRCh38")]
    build: Build,
    /// Also write reads as FASTQ (DNA: with windows.fa, their source sequence)
    #[arg(long)]
    fastq: bool,
    /// Write to a folder with an existing set, over its files
    #[arg(long)]
    force: bool,
}

/// Refuses a folder with a set, or with alignments: a truth table must stay with its samples.
fn refuse_set(folder: &std::path::Path, force: bool) -> Result<(), Failure> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    let is_of_set = |name: &str| {
        matches!(
            name,
            "truth.tsv" | "truth_faults.tsv" | "samples.csv" | "windows.fa" | "reports" | "reads"
        ) || [".bam", ".fastq.gz"].iter().any(|end| name.ends_with(end))
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| is_of_set(name))
        .collect();
    names.sort();
    match names.first().filter(|_| !force) {
        None => Ok(()),
        Some(name) => Err(Failure::output(format!(
            "{}: exists already; add --force to replace it, or choose another --output-dir",
            wording::path(&folder.join(name))
        ))),
    }
}

/// Simulates a set.
pub(super) fn run(args: &SimulateArgs) -> Result<(), Failure> {
    refuse_set(&args.output_dir, args.force)?;
    let build = args.build;
    let contigs = simulate::contigs(build, ContigStyle::Chr);
    let models = GeneModels::bind(build, &contigs, Vec::new());
    let reference = Reference::open(&args.reference, &contigs).map_err(|error| {
        let path = wording::path(&args.reference);
        Failure::input(format!("{path}: {error}"))
    })?;
    let genome = Genome::new(&contigs, &models, &reference);
    let kind = args.kind;
    if kind == SetKind::LongReads && args.assay == Assay::Dna {
        return Err(Failure::usage("--kind long-reads: RNA only; omit --assay dna"));
    }
    let options = SetOptions {
        fastq: args.fastq,
        ..SetOptions::default()
    };
    // A set is written completely or not at all.
    let failed = |e: std::io::Error| Failure::output(format!("{}: can't be written: {e}", args.output_dir.display()));
    std::fs::create_dir_all(&args.output_dir).map_err(failed)?;
    let private = PrivateFolder::make(&args.output_dir, "simulate").map_err(failed)?;
    let drawn = if args.assay == Assay::Dna {
        let set = (kind, args.count, args.seed);
        let rows = simulate::dna::write_dna_set(set, &contigs, &models, &reference, private.path(), options)
            .map_err(Failure::output)?;
        format!("{} samples, {} junctions or negatives,", args.count, rows.len())
    } else {
        let designs = simulate::random_designs(kind, args.count, args.seed, &genome);
        if designs.is_empty() {
            return Err(Failure::input(format!(
                "{}: has no exon sequence of a catalogue partner",
                args.reference.display()
            )));
        }
        simulate::write_set(&designs, &genome, private.path(), options).map_err(Failure::output)?;
        format!("{} samples", designs.len())
    };
    private.publish(&args.output_dir).map_err(failed)?;
    super::print(&format!("{drawn} in {}\n", args.output_dir.display()))
}
