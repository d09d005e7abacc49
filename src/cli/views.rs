//! `breakapart report`: outputs made again from a report's JSON.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, builder::PossibleValue};

use super::Failure;
use crate::report::{Format, OutputSet, ReadLimits, SampleReport, ViewError};

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let mut value = PossibleValue::new(self.name()).help(self.description());
        if self.extension() != self.name() {
            value = value.alias(self.extension());
        }
        Some(value.aliases(self.other_names().iter().copied()))
    }
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Report (SAMPLE.breakapart.json); `-` for standard input
    report: PathBuf,
    /// Formats to make; repeat or separate by commas
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
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
pub fn report(args: &ReportArgs) -> Result<(), Failure> {
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
