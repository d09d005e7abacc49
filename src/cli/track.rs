//! `breakapart track`: residual disease by the patient's own junctions.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use breakapart_core::genome::{SequenceSource, sequence::NoSequence};
use breakapart_core::input::{self, AlignmentFile, InputOptions, Source};
use breakapart_core::report::{OutputSet, ReadLimits, SampleReport, wording};
use breakapart_trial::track::{self, FollowUp, Series, Target, render};

/// Arguments of `track`.
#[derive(Debug, Args)]
pub(super) struct TrackArgs {
    /// The report at diagnosis (SAMPLE.breakapart.json)
    #[arg(long, value_name = "REPORT")]
    event: PathBuf,
    /// Later samples of the patient, in order
    #[arg(required = true, value_name = "ALIGNMENT")]
    follow_ups: Vec<PathBuf>,
    /// Folder for track.tsv, track.json and track.html
    #[arg(short, long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Track only this junction of the report (E1.1)
    #[arg(long, value_name = "ID")]
    junction: Option<String>,
    /// Days of the samples, one for each
    #[arg(long, value_name = "DAY,DAY", value_delimiter = ',', allow_hyphen_values = true)]
    days: Vec<f64>,
    /// Least number of molecules for a junction to count as detected
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    min_molecules: u64,
    /// Indexed FASTA: needed for CRAM, and for bases beyond the report's consensus
    #[arg(short, long, value_name = "FASTA")]
    reference: Option<PathBuf>,
    /// Tag with the molecular identifier
    #[arg(long, value_name = "TAG")]
    umi_tag: Option<String>,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
}

/// Writes the files.
const FILES: [&str; 3] = ["track.tsv", "track.html", "track.json"];

/// Counts, and writes the results.
pub(super) fn run(args: &TrackArgs) -> Result<(), Failure> {
    if !args.days.is_empty() && args.days.len() != args.follow_ups.len() {
        return Err(Failure::usage(format!(
            "--days names {} days for {} samples",
            args.days.len(),
            args.follow_ups.len()
        )));
    }
    if let Some(day) = args.days.iter().find(|day| !day.is_finite()) {
        return Err(Failure::usage(format!("--days: {day} is not a day")));
    }
    let umi_tag = args.umi_tag.as_ref().map(|tag| <[u8; 2]>::try_from(tag.as_bytes()));
    let umi_tag = umi_tag
        .transpose()
        .map_err(|_| Failure::usage("--umi-tag requires a tag of two characters"))?;
    let report = SampleReport::read(&args.event, ReadLimits::default()).map_err(Failure::input)?;
    let options = InputOptions {
        reference: args.reference.clone(),
        umi_tag,
        ..InputOptions::default()
    };
    let outputs = args.output_dir.as_deref();
    let outputs = outputs.map(|folder| OutputSet::named(folder, &FILES, args.force));
    let outputs = outputs.transpose().map_err(Failure::output)?;
    let mut targets: Vec<Target> = Vec::new();
    let mut samples = Vec::new();
    let mut failures: Vec<Failure> = Vec::new();
    for (index, path) in args.follow_ups.iter().enumerate() {
        let day = args.days.get(index).copied();
        // A problem of the report ends the run; a problem of one sample is stated for that sample.
        let counted = match open(path, &options, &report) {
            Ok(mut file) => {
                if targets.is_empty() {
                    targets = wanted(args, &report, &file)?;
                }
                let count = || track::count(&mut file, &targets).map_err(Failure::input);
                super::process::guarded(&name(path), count)
            }
            Err(failure) => Err(failure),
        };
        samples.push(match counted {
            Ok(counts) => {
                let counted = targets.iter().map(|target| target.id.clone()).zip(counts).collect();
                FollowUp::of(name(path), day, counted, args.min_molecules)
            }
            Err(failure) => {
                super::process::complain(&failure.message);
                let folder = path.parent().map(|p| format!("{}/", p.display())).unwrap_or_default();
                // Folders may contain a patient's name.
                let message = failure.message.replace(&folder, "");
                failures.push(failure);
                FollowUp::failed(name(path), day, message)
            }
        });
    }
    let (failed, total) = (failures.len(), samples.len());
    if let Some(first) = failures.into_iter().next().filter(|_| failed == total) {
        return Err(Failure {
            message: format!("no sample could be used; the first: {}", first.message),
            ..first
        });
    }
    let series = Series {
        event: targets.first().map(|target| target.name.clone()).unwrap_or_default(),
        diagnosis: report.sample.clone(),
        build: report.build_name().to_owned(),
        is_rna: targets.iter().all(|target| target.assay == "rna"),
        targets,
        samples,
    };
    if let Some(set) = outputs {
        let json = render::json(&series).map_err(Failure::output)?;
        let html = render::html(&series).map_err(Failure::output)?;
        super::write_set(set, &FILES, [render::tsv(&series), html, json])?;
    }
    super::print(&render::text(&series))?;
    match failed {
        0 => Ok(()),
        _ => Err(Failure::input(format!("{failed} of {total} samples could not be used"))),
    }
}

/// Opens a sample of the report's build.
fn open(path: &Path, options: &InputOptions, report: &SampleReport) -> Result<AlignmentFile, Failure> {
    let file = input::open(&Source::from_argument(path), options).map_err(Failure::input)?;
    let (expected, found) = (report.build_name(), file.header().build);
    if expected.is_empty() || expected == found.name() {
        return Ok(file);
    }
    Err(Failure::input(format!(
        "{}: is {}, the report is {expected}; align both to one build",
        file.label(),
        found.name()
    )))
}

/// The tracked targets.
fn wanted(args: &TrackArgs, report: &SampleReport, file: &AlignmentFile) -> Result<Vec<Target>, Failure> {
    let none = NoSequence;
    let source: &dyn SequenceSource = file.reference().unwrap_or(&none);
    let mut targets = track::targets(report, &file.header().contigs, source);
    let sample = wording::clean(&report.sample);
    if targets.is_empty() {
        return Err(Failure::input(format!(
            "{sample}: the report has no junction of an event at tier medium or high with its sequence; nothing can be \
             followed (give --reference, or another report)"
        )));
    }
    let found: Vec<String> = targets.iter().map(|target| target.id.clone()).collect();
    if let Some(junction) = &args.junction {
        targets.retain(|target| target.id == *junction);
        if targets.is_empty() {
            return Err(Failure::input(format!(
                "{sample}: has no junction {junction} to track; it has: {}",
                found.join(", ")
            )));
        }
    }
    Ok(targets)
}

/// The file's stem: folders may contain a patient's name.
fn name(path: &Path) -> String {
    wording::clean(&path.file_stem().unwrap_or_default().to_string_lossy())
}
