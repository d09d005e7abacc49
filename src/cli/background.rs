//! `breakapart background`: combines normal samples' reports into one file for `call --background`.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use breakapart_core::background;

/// Arguments of `background`.
#[derive(Debug, Args)]
pub(super) struct BackgroundArgs {
    /// Reports of normal samples (SAMPLE.breakapart.json) of one library type, three or more
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
}

/// Writes the file.
pub(super) fn run(args: &BackgroundArgs) -> Result<(), Failure> {
    if args.output.exists() && !args.force {
        return Err(Failure::output(format!(
            "{}: exists already; --force overwrites it",
            args.output.display()
        )));
    }
    let profile = background::from_reports(&args.reports).map_err(Failure::input)?;
    let text = breakapart_core::report::json::pretty(&profile).map_err(Failure::output)?;
    super::write_file(&args.output, &text, args.force)?;
    super::print(&format!(
        "{} normal samples in {}\n",
        profile.samples,
        args.output.display()
    ))
}
