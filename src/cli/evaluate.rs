//! `breakapart evaluate`: results of any caller against known truth.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use breakapart_lab::evaluate::{self, EvaluateOptions};

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// Truth table (tab-separated; columns in docs/evaluate.md)
    #[arg(long, value_name = "TSV")]
    truth: PathBuf,
    /// Folders or files of results: ours, Arriba, STAR-Fusion, FusionCatcher, JAFFA, CICERO
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
    /// List every fault
    #[arg(long, conflicts_with = "tsv")]
    list: bool,
    /// Write JSON to this file; `-` for standard output, instead of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print one measure per line instead of the text
    #[arg(long)]
    tsv: bool,
    /// Replace the file of --json if it exists
    #[arg(long)]
    force: bool,
    /// Only samples whose name starts with this
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    only: String,
    /// Replace former symbols by the current ones (MLL is KMT2A, AF4 AFF1)
    #[arg(long)]
    former_symbols: bool,
    /// Let a row match with its sides swapped
    #[arg(long)]
    any_order: bool,
}

/// Compares, and prints the counts.
pub(super) fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    super::print(&answer(args)?)
}

/// Writes the requested file; returns the text for standard output.
fn answer(args: &EvaluateArgs) -> Result<String, Failure> {
    let json_on_stdout = args.json.as_deref() == Some(Path::new("-"));
    if json_on_stdout && (args.tsv || args.list) {
        return Err(Failure::usage(
            "--json - uses standard output; give --json a file, or omit --tsv and --list",
        ));
    }
    let options = EvaluateOptions {
        former_symbols: args.former_symbols,
        any_gene_order: args.any_order,
        ..EvaluateOptions::default()
    };
    if let Some(path) = args.json.as_deref().filter(|_| !json_on_stdout) {
        super::refuse_existing(path, args.force)?;
    }
    let evaluation = evaluate::run(&args.truth, &args.only, &args.results, &options).map_err(Failure::input)?;
    super::answered((args.json.as_deref(), args.force), &evaluation, || {
        if args.tsv {
            evaluate::tsv(&evaluation)
        } else {
            evaluate::text(&evaluation, args.list)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: EvaluateArgs,
    }

    fn status(words: &[&str]) -> u8 {
        let line = Line::try_parse_from([&["evaluate"], words].concat()).unwrap();
        answer(&line.args).unwrap_err().status
    }

    const TRUTH: &str = "sample\tclass\tgene5\tgene3\tbreakpoint5\tsplit\tspanning\tmolecules\n\
                         a\tnegative\t.\t.\t.\t0\t0\t0\n";

    #[test]
    fn each_failure_has_its_exit_status() {
        let folder = tempfile::tempdir().unwrap();
        let truth = folder.path().join("truth.tsv");
        std::fs::write(&truth, TRUTH).unwrap();
        let (truth, results) = (truth.to_str().unwrap(), folder.path().to_str().unwrap());
        assert_eq!(status(&["--truth", "/no/such/truth.tsv", results]), 1);
        assert_eq!(status(&["--truth", truth, "/no/such/folder"]), 1);
        assert_eq!(status(&["--truth", truth, results, "--json", "-", "--tsv"]), 2);
        assert_eq!(
            status(&["--truth", truth, results, "--json", "/no/such/folder/x.json"]),
            3
        );
        assert!(
            Line::try_parse_from(["evaluate", "--truth", truth]).is_err(),
            "no result"
        );
    }

    #[test]
    fn the_json_goes_to_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let (truth, json) = (folder.path().join("truth.tsv"), folder.path().join("out.json"));
        std::fs::write(&truth, TRUTH).unwrap();
        let words = [
            "evaluate",
            "--truth",
            truth.to_str().unwrap(),
            folder.path().to_str().unwrap(),
            "--tsv",
            "--json",
            json.to_str().unwrap(),
        ];
        let text = answer(&Line::try_parse_from(words).unwrap().args).unwrap();
        assert!(
            text.starts_with("measure\tclass\t"),
            "the table goes to standard output"
        );
        let again = answer(&Line::try_parse_from(words).unwrap().args).unwrap_err();
        assert_eq!(again.status, 3, "the file exists already");
        let forced = [&words[..], &["--force"]].concat();
        answer(&Line::try_parse_from(forced).unwrap().args).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        assert_eq!(
            (&value["samples"], &value["samples_without_result"]),
            (&1.into(), &1.into())
        );
    }
}
