//! `breakapart report`: outputs made again from a report's JSON.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::report::{Format, OutputSet, ReadLimits, SampleReport, ViewError};

/// A format, as typed.
pub fn format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|f| f.name()).collect();
        format!("one of {}", names.join(", "))
    })
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Report (SAMPLE.breakapart.json)
    report: PathBuf,
    /// Format to make; repeat for several
    #[arg(long, value_name = "FORMAT", value_parser = format, required = true)]
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
    let report = SampleReport::read(&args.report, ReadLimits::default()).map_err(Failure::input)?;
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
