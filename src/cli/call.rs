//! `breakapart call`: the main job.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::{
    Failure, Global,
    options::{ConcludeArgs, InputArgs},
    paths, process,
    progress::Progress,
};
use breakapart_core::{
    input::{self, AlignmentFile, Assay, InputOptions, Source},
    report::{
        Format, OutputSet, SampleReport,
        build::Supporter,
        igv,
        patient::PatientSheet,
        safe_file_stem,
        terminal::{self, Run, Style},
        wording,
    },
    run::{
        self, FlowConfig,
        evidence_bam::{self, EvidenceError},
    },
};

/// Arguments of `call`.
#[derive(Debug, Args)]
pub(super) struct CallArgs {
    /// Alignment files (BAM, CRAM, SAM), folders of them, or lists of them (.txt, .list, .fofn: one path per line); `-`
    /// for standard input
    #[arg(required_unless_present = "rna", value_name = "ALIGNMENT|DIR|LIST")]
    alignments: Vec<PathBuf>,
    /// RNA of the patient whose DNA is given by --dna: one report for both
    #[arg(long, value_name = "ALIGNMENT", requires_all = ["dna", "sample"], conflicts_with = "alignments")]
    rna: Option<PathBuf>,
    /// DNA of the patient whose RNA is given by --rna
    #[arg(long, value_name = "ALIGNMENT", requires = "rna")]
    dna: Option<PathBuf>,
    /// Folder for the output files [default: the current one]
    #[arg(short, long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Print this format on standard output instead; files are written only with --output-dir. For several samples,
    /// only text
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = super::views::format_parser(),
        ignore_case = true,
        hide_possible_values = true
    )]
    stdout: Option<Format>,
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = super::views::format_parser(),
        ignore_case = true,
        value_delimiter = ',',
        help = formats_help()
    )]
    format: Vec<Format>,
    /// Also write the reads of every junction: SAMPLE.evidence.bam, its index and an IGV session. Reads the file a
    /// second time
    #[arg(long)]
    evidence: bool,
    /// Sample name (default: @RG SM, else the file's name, else `stdin`)
    #[arg(short, long)]
    sample: Option<String>,
    /// Source of sample names without --sample
    #[arg(long, value_name = "WHERE", value_enum, default_value_t = SampleFrom::Header)]
    sample_from: SampleFrom,
    /// Table for the fields of the page to sign (tab-separated: sample, patient, born, specimen, taken_on, blasts,
    /// physician, confirmed_by, comment); written to no other file
    #[arg(long, value_name = "FILE")]
    patient: Option<PathBuf>,
    /// Threads: for several samples in parallel; for one sample, decompression and the comparison of explanations
    #[arg(short, long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: u16,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
    /// Skip samples whose files all exist
    #[arg(long, conflicts_with_all = ["force", "stdout"])]
    skip_existing: bool,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    conclude: ConcludeArgs,
}

fn formats_help() -> String {
    let names: Vec<&str> = Format::DEFAULT.iter().map(|format| format.name()).collect();
    format!(
        "Formats to write; repeat or separate by commas [default: {}]",
        names.join(",")
    )
}

/// The source of a sample's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SampleFrom {
    /// @RG SM, else the file's name, else `stdin`
    #[default]
    Header,
    /// The file's name without its ending
    File,
}

/// The result for one input.
enum Done {
    Called {
        report: Box<SampleReport>,
        block: String,
    },
    /// Its files exist; its name.
    Skipped(String),
}

/// Endings of alignment files, for folders.
const ALIGNMENT_ENDINGS: [&str; 4] = [".bam", ".cram", ".sam", ".sam.gz"];

/// Data shared by the workers.
struct Plan<'a> {
    options: InputOptions,
    config: FlowConfig,
    args: &'a CallArgs,
    /// Formats to write.
    formats: Vec<Format>,
    patients: PatientSheet,
    style: Style,
}

/// Calls every input; each failure is logged, the first one's status is returned.
pub(super) fn run(args: &CallArgs, global: &Global) -> Result<(), Failure> {
    let alignments = paths::expanded(&args.alignments, &ALIGNMENT_ENDINGS)?;
    check(args, &alignments)?;
    let threads = usize::from(args.threads);
    let side_by_side = threads.min(alignments.len()).max(1);
    let each = (threads / side_by_side).max(1);
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    let formats = if args.format.is_empty() {
        Format::DEFAULT.to_vec()
    } else {
        args.format.clone()
    };
    let shown = args.stdout.iter().chain(formats.iter().filter(|_| writes(args)));
    let patients = super::views::patients(args.patient.as_deref(), shown)?;
    let plan = Plan {
        options: args.input.input_options(each),
        config: args.conclude.over(args.input.flow_config()?)?,
        args,
        formats,
        patients,
        style: Style {
            color: global.color.is_on(&std::io::stdout()),
            // Table lines are shortened only for a terminal.
            line_width: terminal.map(|(width, _)| usize::from(width.0)),
            ..Style::default()
        },
    };
    if let Some((rna, dna)) = args.rna.as_deref().zip(args.dna.as_deref()) {
        let progress = Progress::start(1, global.quiet);
        let done = super::pool(each)?.install(|| both(rna, dna, &plan));
        drop(progress);
        return told(vec![(rna, done)], &plan);
    }
    refuse_shared_names(&alignments, &plan)?;
    let progress = Progress::start(alignments.len(), global.quiet);
    let results: Vec<Result<Done, Failure>> = super::pool(side_by_side)?.install(|| {
        // Each sample has its own threads: a shared pool would start further samples while one waits.
        let one = |path: &PathBuf| {
            let name = input::printable(&path.to_string_lossy());
            // A failure of one does not end the others.
            let done = super::pool(each)?.install(|| process::guarded(&name, || one(path, &plan)));
            progress.one_done();
            done
        };
        alignments.par_iter().map(one).collect()
    });
    drop(progress);
    told(alignments.iter().map(PathBuf::as_path).zip(results).collect(), &plan)
}

/// Prints the results, failures last; the first failure is returned.
fn told(results: Vec<(&Path, Result<Done, Failure>)>, plan: &Plan<'_>) -> Result<(), Failure> {
    let total = results.len();
    let is_table = total > 1 && plan.args.stdout.is_none();
    let (mut reports, mut failures, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for (path, result) in results {
        match result {
            Ok(Done::Called { report, .. }) if is_table => {
                super::print(&terminal::line(&report, &plan.style))?;
                reports.push(*report);
            }
            Ok(Done::Called { block, .. }) => super::print(&block)?,
            Ok(Done::Skipped(sample)) => {
                super::print(&format!("{}  skipped: its files exist\n", wording::clean(&sample)))?;
            }
            Err(failure) => {
                if total > 1 {
                    process::complain(&failure.message);
                }
                let name = path.file_name().unwrap_or(path.as_os_str());
                shown.push(terminal::Failure {
                    name: input::printable(&name.to_string_lossy()),
                    error: failure.message.clone(),
                });
                failures.push(failure);
            }
        }
    }
    if is_table && !(reports.is_empty() && failures.is_empty()) {
        super::print(&terminal::table(&reports, &shown, &plan.style))?;
    }
    super::ended(failures, total, "inputs")
}

/// Combinations of options that are wrong whatever the files contain.
fn check(args: &CallArgs, alignments: &[PathBuf]) -> Result<(), Failure> {
    let many = alignments.len() > 1;
    let is_stdin = |path: &PathBuf| path == Path::new("-");
    let faults = [
        (
            many && args.sample.is_some(),
            "--sample names one sample; several alignments take theirs from @RG SM or the file name",
        ),
        (
            args.alignments.len() > 1 && args.input.has_chimeric(),
            "--chimeric belongs to one alignment",
        ),
        (
            args.evidence && args.alignments.iter().any(is_stdin),
            "--evidence reads the file a second time, which standard input does not allow; write it to a file first",
        ),
        (
            args.evidence && args.rna.is_some(),
            "--evidence belongs to one alignment; call the RNA and the DNA separately",
        ),
        (
            args.evidence && !writes(args),
            "--evidence writes files; add --output-dir",
        ),
    ];
    if let Some((_, fault)) = faults.into_iter().find(|(is_so, _)| *is_so) {
        return Err(Failure::usage(fault));
    }
    if let Some(format) = args.stdout.filter(|format| many && *format != Format::Text) {
        return Err(Failure::usage(format!(
            "--stdout {format}: for several samples only text; write files (--output-dir), or call them one by one"
        )));
    }
    let mut paths: Vec<&PathBuf> = alignments.iter().collect();
    paths.sort_unstable();
    match paths.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(given_twice(pair[0])),
        None => Ok(()),
    }
}

fn given_twice(path: &Path) -> Failure {
    Failure::usage(format!("{} is given twice", path.display()))
}

/// Two inputs with the same sample name would write the same files: refused before anything is written. Inputs that
/// cannot be opened are reported later; a pipe cannot be read twice.
fn refuse_shared_names(alignments: &[PathBuf], plan: &Plan<'_>) -> Result<(), Failure> {
    if alignments.len() < 2 || !writes(plan.args) {
        return Ok(());
    }
    let mut names: BTreeMap<String, &Path> = BTreeMap::new();
    for path in alignments {
        let source = Source::from_argument(path);
        if !source.can_be_opened_again() {
            continue;
        }
        let Ok(file) = input::open(&source, &plan.options) else {
            continue;
        };
        let name = safe_file_stem(&sample_name(path, plan, &file));
        if let Some(first) = names.insert(name.clone(), path) {
            return Err(Failure::usage(format!(
                "{} and {} are both sample `{name}`; call them into different folders",
                first.display(),
                path.display()
            )));
        }
    }
    Ok(())
}

/// RNA and DNA of one patient.
fn both(rna: &Path, dna: &Path, plan: &Plan<'_>) -> Result<Done, Failure> {
    let of = |assay: Assay| InputOptions {
        assay: Some(assay),
        ..plan.options.clone()
    };
    if rna == dna {
        return Err(given_twice(rna));
    }
    let (mut r, mut d) = (super::open(rna, &of(Assay::Rna))?, super::open(dna, &of(Assay::Dna))?);
    if r.header().build != d.header().build {
        return Err(Failure::input(format!(
            "{} is of {}, {} of {}: RNA and DNA must be aligned to one build",
            rna.display(),
            r.header().build.name(),
            dna.display(),
            d.header().build.name()
        )));
    }
    let sample = sample_name(rna, plan, &r);
    finish(&sample, plan, |sample, config, _| {
        run::analyse_pair(&mut r, &mut d, sample, config).map_err(Failure::input)
    })
}

/// One input.
fn one(path: &Path, plan: &Plan<'_>) -> Result<Done, Failure> {
    let mut file = super::open(path, &plan.options)?;
    if plan.args.evidence && file.regular_file().is_none() {
        return Err(Failure::usage(format!(
            "{}: --evidence reads the file a second time, which a pipe does not allow; write it to a file first",
            input::printable(&path.to_string_lossy())
        )));
    }
    let sample = sample_name(path, plan, &file);
    finish(&sample, plan, |sample, config, outputs| {
        let Some(outputs) = outputs.filter(|_| plan.args.evidence) else {
            return run::analyse(&mut file, sample, config).map_err(Failure::input);
        };
        let (report, supporters) = run::analyse_with_supporters(&mut file, sample, config).map_err(Failure::input)?;
        write_evidence(&mut file, &report, &supporters, config, outputs)?;
        Ok(report)
    })
}

/// Runs the analysis and writes the result.
fn finish(
    sample: &str,
    plan: &Plan<'_>,
    analysis: impl FnOnce(&str, &FlowConfig, Option<&mut OutputSet>) -> Result<SampleReport, Failure>,
) -> Result<Done, Failure> {
    let started = Instant::now();
    let formats = &plan.formats;
    if plan.args.skip_existing && is_there(sample, plan) {
        return Ok(Done::Skipped(sample.to_owned()));
    }
    // Opened before the work, so that a bad folder fails at once.
    let mut outputs = if writes(plan.args) {
        let folder = super::folder(plan.args.output_dir.as_ref());
        let mut outputs = OutputSet::open(&folder, sample, formats, plan.args.force).map_err(Failure::output)?;
        for extension in evidence_bam::EXTENSIONS.iter().filter(|_| plan.args.evidence) {
            outputs.open_also(extension).map_err(Failure::output)?;
        }
        Some(outputs)
    } else {
        None
    };
    let report = analysis(sample, &plan.config, outputs.as_mut())?;
    let patient = super::views::patient(&plan.patients, &report);
    let mut names = Vec::new();
    if let Some(outputs) = outputs {
        super::views::write(&outputs, formats, &report, patient)?;
        let written = outputs.commit().map_err(Failure::output)?;
        let written = written.iter().filter_map(|path| path.file_name());
        names.extend(written.map(|name| name.to_string_lossy().into_owned()));
    }
    let block = match plan.args.stdout {
        Some(format) => {
            let bytes = format.render_for(&report, patient).map_err(Failure::output)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        None => {
            let run = Run {
                elapsed: Some(started.elapsed()),
                files: &names,
            };
            terminal::block(&report, &plan.style, &run)
        }
    };
    let report = Box::new(report);
    Ok(Done::Called { report, block })
}

/// Whether files are written.
fn writes(args: &CallArgs) -> bool {
    args.stdout.is_none() || args.output_dir.is_some()
}

/// Whether all output files exist.
fn is_there(sample: &str, plan: &Plan<'_>) -> bool {
    let folder = super::folder(plan.args.output_dir.as_ref());
    let stem = safe_file_stem(sample);
    let of_formats = plan.formats.iter().flat_map(|format| format.extensions()).copied();
    let evidence = evidence_bam::EXTENSIONS.into_iter().filter(|_| plan.args.evidence);
    of_formats
        .chain(evidence)
        .all(|extension| folder.join(format!("{stem}.{extension}")).is_file())
}

/// The records of the junctions, their index and the IGV session.
fn write_evidence(
    file: &mut AlignmentFile,
    report: &SampleReport,
    supporters: &[Supporter],
    config: &FlowConfig,
    outputs: &mut OutputSet,
) -> Result<(), Failure> {
    let [records, index, session] = evidence_bam::EXTENSIONS;
    if let (Some(path), Some(index_path)) = (outputs.temporary(records), outputs.temporary(index)) {
        evidence_bam::write(file, supporters, config, path, index_path).map_err(|error| match error {
            EvidenceError::Input(error) => Failure::input(error),
            EvidenceError::Write(error) => Failure::output(error.of(outputs.target(records).unwrap_or(path))),
        })?;
    }
    outputs.settle(records).map_err(Failure::output)?;
    outputs.settle(index).map_err(Failure::output)?;
    let text = igv::render(report, &safe_file_stem(&report.sample)).map_err(Failure::output)?;
    outputs.write_file(session, text.as_bytes()).map_err(Failure::output)
}

/// `--sample`, else as for any file.
fn sample_name(path: &Path, plan: &Plan<'_>, file: &AlignmentFile) -> String {
    let by_header = plan.args.sample_from == SampleFrom::Header;
    let given = plan.args.sample.clone();
    given.unwrap_or_else(|| super::sample_name(path, file.header().sample.as_ref().filter(|_| by_header)))
}
