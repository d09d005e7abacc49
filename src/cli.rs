//! The command line: parses arguments and passes them to the stages as settings. Wiring only.

mod background;
mod call;
mod catalogue;
mod cohort;
mod evaluate;
mod explain;
mod manual;
mod options;
mod paths;
mod process;
mod progress;
mod provenance;
mod review;
mod selftest;
mod simulate;
mod track;
mod views;

use std::{
    fmt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use breakapart_core::input::{self, AlignmentFile, InputOptions, Source};
use breakapart_core::report::{OutputSet, PrivateFolder, json, safe_file_stem};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use serde::Serialize;

/// Finds KMT2A (MLL) rearrangements and partial tandem duplications in aligned sequencing data.
///
/// Exit status: 0 done, whatever the conclusion; 1 unusable input; 2 wrong command line; 3 output that cannot be
/// written. Colour follows --color and the environment variable NO_COLOR. Research use only.
#[derive(Debug, Parser)]
#[command(
    name = "breakapart",
    version,
    disable_version_flag = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Print more on standard error (-vv: counts of every stage)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Print only errors on standard error
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Colour of results and log; auto: only on a terminal, and not if NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorArg::Auto)]
    color: ColorArg,
    /// Print the version (with --verbose also htslib's version and features)
    #[arg(long, short = 'V')]
    version: bool,
}

/// The values of --color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always, also in a pipe or a file
    Always,
    /// Never
    Never,
}

impl ColorArg {
    /// Whether a stream is coloured.
    fn is_on(self, stream: &impl std::io::IsTerminal) -> bool {
        match self {
            Self::Auto => stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Call KMT2A rearrangements in alignment files (the main job)
    #[command(
        after_help = "Examples:\n  breakapart call patient07.bam\n  breakapart call -t 4 -o out --skip-existing bams/\n  breakapart call --rna p07.rna.bam --dna p07.dna.cram --sample p07 -r GRCh38.fa\n  samtools view -h s3://bucket/p.bam | breakapart call - --sample p --stdout json"
    )]
    Call(call::CallArgs),
    /// Show why something was called or not, and how each read was used
    #[command(
        after_help = "Examples:\n  breakapart explain p07.breakapart.json\n  breakapart explain p07.breakapart.json E1\n  breakapart explain p07.breakapart.json chr9:20365744 --alignment p07.bam"
    )]
    Explain(explain::ExplainArgs),
    /// Make any output again from a report's JSON
    #[command(
        after_help = "Examples:\n  breakapart report p07.breakapart.json --format text\n  breakapart report out/ --format vcf,html -o views"
    )]
    Report(views::ReportArgs),
    /// Compare results of this or another caller with known truth
    #[command(
        after_help = "Examples:\n  breakapart evaluate --truth truth.tsv out/ --list\n  breakapart evaluate --truth truth.tsv arriba/*.tsv --former-symbols"
    )]
    Evaluate(evaluate::EvaluateArgs),
    /// Give a second opinion on another caller's table
    #[command(after_help = "Example:\n  breakapart review p07.bam --calls arriba/fusions.tsv")]
    Review(review::ReviewArgs),
    /// Make a trial's table, figures and concordance from its reports
    #[command(after_help = "Example:\n  breakapart cohort out/ --samples trial.csv -o cohort")]
    Cohort(cohort::CohortArgs),
    /// Track residual disease by a patient's own junctions
    #[command(
        after_help = "Example:\n  breakapart track --event diagnosis.breakapart.json day33.bam day79.bam --days 33,79 -o mrd"
    )]
    Track(track::TrackArgs),
    /// Create a background for `call --background` from reports of normal samples
    #[command(after_help = "Example:\n  breakapart background normals/*.breakapart.json -o background.json")]
    Background(background::BackgroundArgs),
    /// Show the built-in genes and partners
    #[command(
        after_help = "Examples:\n  breakapart catalogue\n  breakapart catalogue AF4\n  breakapart catalogue KMT2A --build GRCh37"
    )]
    Catalogue(catalogue::CatalogueArgs),
    /// Simulate samples with exact truth
    #[command(after_help = "Example:\n  breakapart simulate -r GRCh38.fa --kind positives --count 20 --seed 7 -o set")]
    Simulate(simulate::SimulateArgs),
    /// Call three compiled-in cases to verify the installation
    #[command(after_help = "Example:\n  breakapart selftest > installation.txt")]
    Selftest(selftest::SelftestArgs),
    /// Print the JSON Schema of SAMPLE.breakapart.json
    #[command(after_help = "Example:\n  breakapart schema > breakapart.schema.json")]
    Schema,
    /// Print a shell completion script
    #[command(after_help = "Example:\n  breakapart completions bash > /etc/bash_completion.d/breakapart")]
    Completions(manual::CompletionsArgs),
    /// Print the manual page, or write all pages to a folder
    #[command(after_help = "Examples:\n  breakapart man | man -l -\n  breakapart man -o /usr/local/share/man/man1")]
    Man(manual::ManArgs),
}

/// The error that ends a run, with its exit status.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Exit status, as the help text lists them.
    pub status: u8,
    /// One line for a person.
    pub message: String,
}

impl Failure {
    fn of(status: u8, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self { status, message }
    }

    /// Unusable input.
    fn input(message: impl fmt::Display) -> Self {
        Self::of(1, message)
    }

    /// Output that cannot be written.
    fn output(message: impl fmt::Display) -> Self {
        Self::of(3, message)
    }

    /// A wrong command line.
    fn usage(message: impl fmt::Display) -> Self {
        Self::of(2, message)
    }
}

/// Runs the program with the arguments of the process.
pub(crate) fn main() -> ExitCode {
    breakapart_core::hts::init();
    process::prepare();
    let mut command = Cli::command();
    let parsed = command
        .try_get_matches_from_mut(std::env::args_os())
        .and_then(|matches| {
            let cli = Cli::from_arg_matches(&matches)?;
            Ok((matches, cli))
        });
    let result = match parsed {
        Ok((matches, cli)) => {
            provenance::keep(&command, &matches);
            process::guarded("breakapart", || run(cli))
        }
        // Help is a result; a wrong command line is not.
        Err(error) if !error.use_stderr() => printed(error.print()),
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            process::complain(&failure.message);
            ExitCode::from(failure.status)
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    start_log(&cli.global);
    if cli.global.version {
        return version(cli.global.verbose > 0);
    }
    if let Some(fault) = breakapart_core::catalogue::catalogue().fault() {
        return Err(Failure::input(format!("the built-in catalogue: {fault}")));
    }
    match cli.command {
        Some(Command::Call(args)) => call::run(&args, &cli.global),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Report(args)) => views::report(&args),
        Some(Command::Evaluate(args)) => evaluate::run(&args),
        Some(Command::Review(args)) => review::run(&args),
        Some(Command::Cohort(args)) => cohort::run(&args),
        Some(Command::Track(args)) => track::run(&args),
        Some(Command::Background(args)) => background::run(&args),
        Some(Command::Catalogue(args)) => catalogue::run(&args),
        Some(Command::Simulate(args)) => simulate::run(&args),
        Some(Command::Selftest(args)) => selftest::run(&args),
        Some(Command::Schema) => print(&breakapart_core::report::schema()),
        Some(Command::Completions(args)) => manual::completions(&args),
        Some(Command::Man(args)) => manual::man(&args),
        None => Err(Failure::usage("no command given; see `breakapart --help`")),
    }
}

fn start_log(global: &Global) {
    let level = match global.verbose {
        0 if global.quiet => tracing::Level::ERROR,
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        2 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    // A second call in one process (tests) keeps the first logger.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        // A failure of standard error does not end the program.
        .log_internal_errors(false)
        .with_ansi(global.color.is_on(&std::io::stderr()))
        .try_init();
}

/// Name and version in one line.
fn version_line() -> String {
    format!("breakapart {}", provenance::version())
}

fn version(verbose: bool) -> Result<(), Failure> {
    let mut text = format!("{}\n", version_line());
    if verbose {
        text.push_str(&breakapart_core::hts::versions());
        text.push('\n');
    }
    print(&text)
}

/// Writes results to standard output.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    printed(std::io::stdout().lock().write_all(text.as_bytes()))
}

/// The result of flushing standard output. A closed pipe is no error.
fn printed(written: std::io::Result<()>) -> Result<(), Failure> {
    use std::io::Write;
    match written.and_then(|()| std::io::stdout().lock().flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::output(format!("standard output: {e}"))),
        _ => Ok(()),
    }
}

/// Refuses to replace an existing result file: before the work and again on writing.
fn refuse_existing(path: &Path, force: bool) -> Result<(), Failure> {
    if !force && std::fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return Err(Failure::output(format!(
            "{}: exists already; add --force to replace it",
            breakapart_core::report::wording::path(path)
        )));
    }
    Ok(())
}

/// Writes one result file completely or not at all; an existing one is replaced only with `force`.
fn write_file(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    use std::io::Write;
    refuse_existing(path, force)?;
    let failed = |e: std::io::Error| Failure::output(format!("{}: can't be written: {e}", path.display()));
    // A pipe or a device cannot be replaced by a renamed file.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, text).map_err(failed);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(Failure::output(format!(
            "{}: can't be written: its folder does not exist; create it first",
            path.display()
        )));
    }
    let name = path.file_name().unwrap_or_default();
    let private = PrivateFolder::make(folder.unwrap_or(Path::new(".")), "breakapart").map_err(failed)?;
    let unfinished = private.path().join(name);
    let mut file = std::fs::File::create_new(&unfinished).map_err(failed)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&unfinished, path))
        .map_err(failed)
}

/// Writes several files, all or none.
fn write_set<const N: usize>(outputs: OutputSet, names: &[&'static str; N], texts: [String; N]) -> Result<(), Failure> {
    let mut files = names.iter().zip(texts);
    files
        .try_for_each(|(name, text)| outputs.write_file(name, text.as_bytes()))
        .and_then(|()| outputs.commit())
        .map_err(Failure::output)?;
    Ok(())
}

/// Text for standard output: `text`, or the JSON for `--json -`; otherwise the JSON is written to its file.
fn answered(
    (json, force): (Option<&Path>, bool),
    value: &impl Serialize,
    text: impl FnOnce() -> String,
) -> Result<String, Failure> {
    let Some(path) = json else { return Ok(text()) };
    let value = json::pretty(value).map_err(Failure::output)?;
    if path == Path::new("-") {
        return Ok(value);
    }
    write_file(path, &value, force)?;
    Ok(text())
}

/// The failure of a run with `total` inputs, each logged if there are several: the status is that of the first one.
fn ended(failures: Vec<Failure>, total: usize, noun: &str) -> Result<(), Failure> {
    let failed = failures.len();
    match failures.into_iter().next() {
        None => Ok(()),
        Some(first) if total > 1 => Err(Failure {
            status: first.status,
            message: format!("{failed} of {total} {noun} failed"),
        }),
        Some(first) => Err(first),
    }
}

/// A thread pool of this size.
fn pool(threads: usize) -> Result<rayon::ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|e| Failure::input(format!("threads could not be started: {e}")))
}

/// Opens an alignment and logs its warnings.
fn open(path: &Path, options: &InputOptions) -> Result<AlignmentFile, Failure> {
    let file = input::open(&Source::from_argument(path), options).map_err(Failure::input)?;
    for warning in file.warnings() {
        tracing::warn!("{}", warning.text);
    }
    Ok(file)
}

/// An alignment's sample: from its header, else the file's name, else `stdin`.
fn sample_name(path: &Path, in_header: Option<&String>) -> String {
    let stem = || {
        Source::from_argument(path)
            .file_stem()
            .map(|stem| safe_file_stem(&stem))
    };
    in_header.cloned().or_else(stem).unwrap_or_else(|| "stdin".to_owned())
}

/// Path of an output folder, the current one by default.
fn folder(given: Option<&PathBuf>) -> PathBuf {
    given.cloned().unwrap_or_else(|| PathBuf::from("."))
}
