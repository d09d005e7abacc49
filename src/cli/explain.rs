//! `breakapart explain`: why something was called or not, and where the reads went.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::{
    explain::{Question, explain},
    report::{ReadLimits, SampleReport},
};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Report (SAMPLE.breakapart.json)
    report: PathBuf,
    /// E1, E1.2, D3, a gene, or CHR:POS (1-based); every called event where nothing is asked
    #[arg(value_name = "EVENT|GENE|CHR:POS")]
    question: Option<String>,
}

/// Prints the answer.
pub fn run(args: &ExplainArgs) -> Result<(), Failure> {
    super::print(&answer(args)?)
}

fn answer(args: &ExplainArgs) -> Result<String, Failure> {
    let question = match &args.question {
        Some(text) => Question::parse(text).map_err(Failure::usage)?,
        None => Question::Called,
    };
    let report = SampleReport::read(&args.report, ReadLimits::default()).map_err(Failure::input)?;
    explain(&report, &question).map_err(Failure::usage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{example, json};

    #[test]
    fn each_failure_has_its_exit_status() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("patient07.breakapart.json");
        std::fs::write(&report, json::render(&example::fusion()).unwrap()).unwrap();
        let status = |report: &str, question: &str| {
            let args = ExplainArgs {
                report: report.into(),
                question: Some(question.to_owned()),
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
