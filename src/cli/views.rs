//! `breakapart report`: outputs made again from a report's JSON.

use std::path::{Path, PathBuf};

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use super::Failure;
use breakapart_core::report::{Format, OutputSet, ReadLimits, SampleReport, ViewError};

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
    /// Report (SAMPLE.breakapart.json); `-` for standard input
    report: PathBuf,
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
    /// Folder to write into; standard output where not given (one format only)
    #[arg(short, long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Overwrite files that exist
    #[arg(long)]
    force: bool,
}

/// Makes outputs from a report.
pub(super) fn report(args: &ReportArgs) -> Result<(), Failure> {
    let limits = ReadLimits::default();
    let report = if args.report == Path::new("-") {
        SampleReport::read_from(std::io::stdin().lock(), "stdin", limits)
    } else {
        SampleReport::read(&args.report, limits)
    }
    .map_err(Failure::input)?;
    let render = |format: Format| format.render(&report).map_err(|e: ViewError| Failure::output(e));
    match (&args.output_dir, args.format.as_slice()) {
        (None, [only]) => super::print(&String::from_utf8_lossy(&render(*only)?)),
        (None, _) => Err(Failure::usage("several formats need --output-dir")),
        (Some(folder), formats) => {
            let mut outputs = OutputSet::open(folder, &report.sample, formats, args.force).map_err(Failure::output)?;
            for format in formats {
                for (extension, bytes) in format.files(&report).map_err(Failure::output)? {
                    outputs.write_file(extension, &bytes).map_err(Failure::output)?;
                }
            }
            outputs.commit().map(|_| ()).map_err(Failure::output)
        }
    }
}
