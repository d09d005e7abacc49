//! `breakapart explain`: why something was called or not, and how each read was used.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, options::InputArgs};
use breakapart_core::{
    explain::{Question, explain_reads},
    input::{self, Source},
    report::{ReadLimits, SampleReport},
    run::{self, trace::TracedFragment},
};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Report (SAMPLE.breakapart.json)
    report: PathBuf,
    /// E1, E1.2, D3, a gene, or CHR:POS (1-based); default: every called event
    #[arg(value_name = "EVENT|GENE|CHR:POS")]
    question: Option<String>,
    /// The alignment of the report: lists every read of the query with its name
    #[arg(short, long, value_name = "FILE")]
    alignment: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
}

/// Prints the answer.
pub(super) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    super::print(&answer(args)?)
}

fn answer(args: &ExplainArgs) -> Result<String, Failure> {
    let question = match &args.question {
        Some(text) => Question::parse(text).map_err(Failure::usage)?,
        None => Question::Called,
    };
    let report = SampleReport::read(&args.report, ReadLimits::default()).map_err(Failure::input)?;
    let traced = match &args.alignment {
        Some(path) => Some(traced(path, &report, args)?),
        None => None,
    };
    explain_reads(&report, &question, traced.as_deref()).map_err(Failure::usage)
}

/// The fragments of the alignment, analysed again as by `call`.
fn traced(path: &Path, report: &SampleReport, args: &ExplainArgs) -> Result<Vec<TracedFragment>, Failure> {
    let source = Source::from_argument(path);
    let mut file = input::open(&source, &args.input.input_options(1)).map_err(Failure::input)?;
    let config = args.input.flow_config()?;
    let (again, traced) = run::analyse_traced(&mut file, &report.sample, &config).map_err(Failure::input)?;
    // With another file, or other settings, the junction names would differ from the report's.
    if again.ledger != report.ledger {
        return Err(Failure::input(format!(
            "{}: does not reproduce this report (its ledger differs); give the alignment and the options of the `call`",
            source.label()
        )));
    }
    Ok(traced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;
    use breakapart_core::report::json;

    #[test]
    fn each_failure_has_its_exit_status() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("patient07.breakapart.json");
        std::fs::write(&report, json::render(&example::fusion()).unwrap()).unwrap();
        let status = |report: &str, question: &str| {
            let args = ExplainArgs {
                report: report.into(),
                question: Some(question.to_owned()),
                alignment: None,
                input: InputArgs::default(),
            };
            answer(&args).map(|_| ()).map_err(|failure| failure.status)
        };
        let report = report.to_str().unwrap();
        assert_eq!(status(report, "E1"), Ok(()));
        assert_eq!(status("/no/such.json", "E1"), Err(1));
        assert_eq!(status(report, "E7"), Err(2), "no such event");
        assert_eq!(status(report, "chr11:0"), Err(2), "no such position");
    }
}
