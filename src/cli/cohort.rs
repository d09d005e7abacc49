//! `breakapart cohort`: a trial's table, figures and concordance from its reports.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Failure;
use breakapart_core::report::{OutputSet, json, wording};
use breakapart_trial::cohort::{self, CohortRequest, group::PartnerGroups, page, summary::Summary, tables};

/// The values of --partner-groups.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum GroupsArg {
    /// AFF1, MLLT1, MLLT3, MLLT10, AFDN, EPS15, USP2, other, unknown, none
    #[default]
    Seven,
    /// The five of the infant trials: AFF1, MLLT1, MLLT3, other, unknown
    Trial,
}

/// Arguments of `cohort`.
#[derive(Debug, Args)]
pub(super) struct CohortArgs {
    /// Reports (.json), folders of them, or lists of them (text, one per line)
    #[arg(required = true, value_name = "REPORT|DIR|LIST")]
    reports: Vec<PathBuf>,
    /// Folder to write into
    #[arg(short, long, value_name = "DIR")]
    output_dir: PathBuf,
    /// The trial's sheet of samples, CSV or TSV (columns in docs/cohort.md)
    #[arg(long, value_name = "CSV")]
    samples: Option<PathBuf>,
    /// Partner groups of tables and figures
    #[arg(long, value_enum, default_value_t = GroupsArg::Seven)]
    partner_groups: GroupsArg,
    /// Partners to count separately, instead of --partner-groups
    #[arg(
        long,
        value_name = "GENE,GENE",
        value_delimiter = ',',
        conflicts_with = "partner_groups"
    )]
    partners: Vec<String>,
    /// Include whole consensus sequences, not only 25 bases on each side of a junction (germline variants can identify
    /// a person)
    #[arg(long)]
    full_sequences: bool,
    /// Location of the reports for the page's links (default: the reports' folder, if it is in DIR or next to it)
    #[arg(long, value_name = "URL")]
    links: Option<String>,
    /// Table of samples and their sequencing runs (sample, run), for carry-over; default: the read groups' PU
    #[arg(long, value_name = "TABLE")]
    runs: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
    /// Exit with 1 if a report could not be read
    #[arg(long)]
    strict: bool,
    /// Threads
    #[arg(short, long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
}

/// Writes the files, all or none.
const FILES: [&str; 7] = [
    "genetic_characterisation.tsv",
    "samples.tsv",
    "concordance.tsv",
    "problems.tsv",
    "breakpoints.bed",
    "cohort.html",
    "summary.json",
];

/// Reads, joins, compares, writes.
pub(super) fn run(args: &CohortArgs) -> Result<(), Failure> {
    let outputs = OutputSet::named(&args.output_dir, &FILES, args.force).map_err(Failure::output)?;
    let request = CohortRequest {
        reports: args.reports.clone(),
        sheet: args.samples.clone(),
        groups: match (&args.partners[..], args.partner_groups) {
            ([], GroupsArg::Seven) => PartnerGroups::default(),
            ([], GroupsArg::Trial) => PartnerGroups::trial(),
            (partners, _) => PartnerGroups::of(partners),
        },
        full_sequences: args.full_sequences,
        runs: args.runs.clone(),
    };
    let pool = super::pool(usize::from(args.threads))?;
    let assembled = pool.install(|| cohort::assemble(&request)).map_err(Failure::input)?;
    let trial = assembled.trial();
    let summary = Summary::of(&trial);
    let links = args
        .links
        .clone()
        .or_else(|| link_prefix(&args.output_dir, &assembled.folders));
    let html = page::render(&trial, &summary, links.as_deref()).map_err(Failure::output)?;
    let json = json::pretty(&summary).map_err(Failure::output)?;
    let texts = [
        tables::characterisation(&trial),
        tables::samples(&trial),
        tables::concordance(&trial),
        tables::problems(&trial),
        tables::bed(&trial),
        html,
        json,
    ];
    super::write_set(outputs, &FILES, texts)?;
    super::print(&page::text(&summary, &args.output_dir))?;
    let unreadable = assembled.unreadable().count();
    if args.strict && unreadable > 0 {
        return Err(Failure::input(format!(
            "{} could not be read; see problems.tsv",
            wording::counted(unreadable as u64, "report")
        )));
    }
    Ok(())
}

/// Relative path from the output folder to the reports' folder, if all are in one that is the output folder, in it, or
/// next to it: a longer path could contain names of users and machines.
fn link_prefix(output: &Path, folders: &[PathBuf]) -> Option<String> {
    let [folder] = folders else { return None };
    let (output, folder) = (output.canonicalize().ok()?, folder.canonicalize().ok()?);
    let named = |path: &Path, up: &str| {
        let name = path.file_name()?.to_str()?;
        Some(format!("{up}{name}/"))
    };
    if folder == output {
        Some(String::new())
    } else if folder.parent() == Some(&output) {
        named(&folder, "")
    } else if folder.parent() == output.parent() {
        named(&folder, "../")
    } else if output.parent() == Some(&folder) {
        Some("../".to_owned())
    } else {
        None
    }
}
