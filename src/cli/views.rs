//! `breakapart report`: remakes outputs from a report's JSON.

use std::path::{Path, PathBuf};

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use super::{Failure, paths, process};
use breakapart_core::report::{
    Format, OutputSet, ReadLimits, SampleReport,
    patient::{PatientRecord, PatientSheet},
    wording,
};

/// The format as a value on the command line.
fn possible(format: Format) -> PossibleValue {
    let mut value = PossibleValue::new(format.name()).help(format.description());
    if format.extension() != format.name() {
        value = value.alias(format.extension());
    }
    value.aliases(format.other_names().iter().copied())
}

/// Reads a format by any of its names.
pub(super) fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(possible)).try_map(|text| {
        let named = |format: &Format| possible(*format).matches(&text, true);
        Format::ALL.into_iter().find(named).ok_or("no such format")
    })
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Reports (SAMPLE.breakapart.json, gzipped or not), folders of them, or lists of them (.txt, .list, .fofn: one
    /// path per line); `-` for standard input
    #[arg(required = true, value_name = "REPORT|DIR|LIST")]
    reports: Vec<PathBuf>,
    /// Formats to make; repeat or separate by commas
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = format_parser(),
        ignore_case = true,
        value_delimiter = ',',
        required = true
    )]
    format: Vec<Format>,
    /// Output folder; default: standard output (one format, and for several reports only text)
    #[arg(short, long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Table for the fields of the page to sign (tab-separated: sample, patient, born, specimen, taken_on, blasts,
    /// physician, confirmed_by, comment); written to no other file
    #[arg(long, value_name = "FILE")]
    patient: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
}

/// The sheet of --patient, empty if none is given; it requires a page to fill.
pub(super) fn patients<'a>(
    path: Option<&Path>,
    mut formats: impl Iterator<Item = &'a Format>,
) -> Result<PatientSheet, Failure> {
    let Some(path) = path else {
        return Ok(PatientSheet::default());
    };
    if !formats.any(|format| *format == Format::Html) {
        return Err(Failure::usage("--patient fills the page to sign; add --format html"));
    }
    PatientSheet::read(path).map_err(Failure::input)
}

/// The fields of a report's page; if the sheet does not have the sample, this is logged and the fields stay blank.
pub(super) fn patient<'a>(sheet: &'a PatientSheet, report: &SampleReport) -> Option<&'a PatientRecord> {
    let known = sheet.of(&report.sample);
    if known.is_none() && !sheet.is_empty() {
        tracing::warn!(
            "{}: not in the sheet of --patient; the fields of its page stay blank",
            wording::clean(&report.sample)
        );
    }
    known
}

/// Extensions of reports, for folders.
const REPORT_ENDINGS: [&str; 2] = [".breakapart.json", ".breakapart.json.gz"];

/// Makes outputs from reports; each failure is logged, the first one's status is returned.
pub(super) fn report(args: &ReportArgs) -> Result<(), Failure> {
    let paths = paths::expanded(&args.reports, &REPORT_ENDINGS)?;
    let many = paths.len() > 1;
    match (&args.output_dir, args.format.as_slice()) {
        (Some(_), _) | (None, [Format::Text]) => {}
        (None, [_]) if !many => {}
        (None, [_]) => return Err(Failure::usage("several reports need --output-dir, or --format text")),
        (None, _) => return Err(Failure::usage("several formats need --output-dir")),
    }
    let patients = patients(args.patient.as_deref(), args.format.iter())?;
    let mut failures: Vec<Failure> = Vec::new();
    for path in &paths {
        if let Err(failure) = one(path, args, &patients) {
            if many {
                process::complain(&failure.message);
            }
            failures.push(failure);
        }
    }
    super::ended(failures, paths.len(), "reports")
}

/// Writes a report's files in the requested formats.
pub(super) fn write(
    outputs: &OutputSet,
    formats: &[Format],
    report: &SampleReport,
    patient: Option<&PatientRecord>,
) -> Result<(), Failure> {
    for format in formats {
        for (extension, bytes) in format.files_for(report, patient).map_err(Failure::output)? {
            outputs.write_file(extension, &bytes).map_err(Failure::output)?;
        }
    }
    Ok(())
}

/// Makes the outputs of one report.
fn one(path: &Path, args: &ReportArgs, patients: &PatientSheet) -> Result<(), Failure> {
    let limits = ReadLimits::default();
    let report = if path == Path::new("-") {
        SampleReport::read_from(std::io::stdin().lock(), "stdin", limits)
    } else {
        SampleReport::read(path, limits)
    }
    .map_err(Failure::input)?;
    let patient = patient(patients, &report);
    let Some(folder) = &args.output_dir else {
        for format in &args.format {
            let text = format.render_for(&report, patient).map_err(Failure::output)?;
            super::print(&String::from_utf8_lossy(&text))?;
        }
        return Ok(());
    };
    let outputs = OutputSet::open(folder, &report.sample, &args.format, args.force).map_err(Failure::output)?;
    write(&outputs, &args.format, &report, patient)?;
    outputs.commit().map(|_| ()).map_err(Failure::output)
}
