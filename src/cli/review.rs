//! `breakapart review`: a second opinion on another caller's tables.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Failure,
    options::{ConcludeArgs, InputArgs},
};
use breakapart_core::{
    report::{ReadLimits, SampleReport, start_of, wording},
    run,
};
use breakapart_lab::{
    callers::{self, CallerTable},
    review,
};

/// Arguments of `review`.
#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    /// The sample's alignment (BAM, CRAM, SAM; `-` for standard input) or its SAMPLE.breakapart.json
    #[arg(value_name = "ALIGNMENT|REPORT")]
    sample: PathBuf,
    /// Another caller's table of the same sample; repeat for its discarded file, or for another caller
    #[arg(long, value_name = "TABLE", required = true)]
    calls: Vec<PathBuf>,
    /// Write JSON to this file; `-` for standard output, instead of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print one call per line instead of the text
    #[arg(long)]
    tsv: bool,
    /// Replace the file of --json if it exists
    #[arg(long)]
    force: bool,
    /// Threads for the decompression of a streamed alignment
    #[arg(short, long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: u16,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    conclude: ConcludeArgs,
}

/// Reviews, and prints the verdicts.
pub(super) fn run(args: &ReviewArgs) -> Result<(), Failure> {
    super::print(&answer(args)?)
}

/// Writes the requested file; returns the text for standard output.
fn answer(args: &ReviewArgs) -> Result<String, Failure> {
    let json_on_stdout = args.json.as_deref() == Some(Path::new("-"));
    if json_on_stdout && args.tsv {
        return Err(Failure::usage(
            "--json - uses standard output; give --json a file, or omit --tsv",
        ));
    }
    // The tables first: they are read quickly, and an invalid one should fail before the analysis.
    let mut tables = Vec::new();
    for path in &args.calls {
        tables.push(read_calls(path)?);
    }
    if let Some(path) = args.json.as_deref().filter(|_| !json_on_stdout) {
        super::refuse_existing(path, args.force)?;
    }
    let report = report_of(args)?;
    of_sample(&mut tables, &report.sample)?;
    let review = review::review(&report, &tables);
    super::answered((args.json.as_deref(), args.force), &review, || {
        if args.tsv {
            review::tsv(&review)
        } else {
            review::text(&review)
        }
    })
}

/// One table. A file named as discarded is one, even if its rows name no filter.
fn read_calls(path: &Path) -> Result<CallerTable, Failure> {
    let table = callers::read_file(path, callers::ReadLimits::default()).map_err(Failure::input)?;
    if let Some(first) = table.skipped.first() {
        tracing::warn!(
            "{}: {} could not be read and left out, the first on line {}: {}",
            wording::path(path),
            wording::counted(table.skipped_count, "row"),
            first.line,
            first.problem
        );
    }
    let discarded = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().to_ascii_lowercase().contains("discarded"));
    Ok(if discarded { table.into_discarded() } else { table })
}

/// Keeps the rows of the sample, if tables name the samples of their rows.
fn of_sample(tables: &mut [CallerTable], sample: &str) -> Result<(), Failure> {
    let rows = tables.iter().flat_map(|table| &table.rows);
    let names: std::collections::BTreeSet<&str> = rows.filter_map(|row| row.sample.as_deref()).collect();
    // A single name that differs from ours: the caller's own name for the sample.
    if names.len() < 2 {
        return Ok(());
    }
    if !names.contains(sample) {
        return Err(Failure::input(format!(
            "the tables name {} samples, none of them {}; give only the rows of this sample",
            names.len(),
            wording::shortened(&wording::clean(sample), 60)
        )));
    }
    for table in tables {
        table
            .rows
            .retain(|row| row.sample.as_deref().is_none_or(|name| name == sample));
    }
    Ok(())
}

/// The report as written, or from an analysis of the alignment.
fn report_of(args: &ReviewArgs) -> Result<SampleReport, Failure> {
    if is_report(&args.sample)? {
        return SampleReport::read(&args.sample, ReadLimits::default()).map_err(Failure::input);
    }
    let config = args.conclude.over(args.input.flow_config()?)?;
    let options = args.input.input_options(usize::from(args.threads));
    let mut file = super::open(&args.sample, &options)?;
    let sample = super::sample_name(&args.sample, file.header().sample.as_ref());
    run::analyse(&mut file, &sample, &config).map_err(Failure::input)
}

/// Whether the file is a report: by name, else by its first character, with which no alignment starts.
fn is_report(path: &Path) -> Result<bool, Failure> {
    if path == Path::new("-") {
        return Ok(false);
    }
    if path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
    {
        return Ok(true);
    }
    let unreadable =
        |source: std::io::Error| Failure::input(format!("{}: can't be read: {source}", wording::path(path)));
    // A pipe must not lose its first bytes: only files are inspected.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Ok(false);
    }
    let start = start_of(path, 64).map_err(unreadable)?;
    Ok(start.trim_ascii_start().starts_with(b"{"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;
    use breakapart_lab::callers::{CallerRow, Listed};
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: ReviewArgs,
    }

    const ARRIBA: &str = "#gene1\tgene2\tbreakpoint1\tbreakpoint2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\t\
                          confidence\treading_frame\tfilters\n\
                          KMT2A\tAFF1\tchr11:118482495\tchr4:87046695\t9\t8\t2\thigh\tin-frame\t.\n";

    fn parsed(words: &[&str]) -> ReviewArgs {
        Line::try_parse_from([&["review"], words].concat()).unwrap().args
    }

    #[test]
    fn a_report_is_recognised_by_its_content_and_reviewed() {
        let folder = tempfile::tempdir().unwrap();
        let (report, calls) = (folder.path().join("patient07"), folder.path().join("fusions.tsv"));
        std::fs::write(
            &report,
            breakapart_core::report::json::render(&example::fusion()).unwrap(),
        )
        .unwrap();
        std::fs::write(&calls, ARRIBA).unwrap();
        let json = folder.path().join("review.json");
        let args = parsed(&[
            report.to_str().unwrap(),
            "--calls",
            calls.to_str().unwrap(),
            "--json",
            json.to_str().unwrap(),
        ]);
        let text = answer(&args).unwrap();
        assert!(
            text.contains("lacks junction"),
            "the isoform is not in the table: {text}"
        );
        let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        assert_eq!(value["callers"][0]["caller"], "Arriba");
        assert_eq!(value["callers"][0]["theirs"][0]["junction"], "E1.1");
    }

    #[test]
    fn a_discarded_file_is_recognised_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fusions.discarded.tsv");
        std::fs::write(&path, ARRIBA).unwrap();
        let rows = read_calls(&path).unwrap().rows;
        assert_eq!(
            rows.iter().map(|row| row.listed).collect::<Vec<_>>(),
            [Listed::Discarded]
        );
    }

    #[test]
    fn only_our_sample_of_a_table_of_several_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fusions.tsv");
        std::fs::write(&path, ARRIBA).unwrap();
        let table = read_calls(&path).unwrap();
        let named = |names: &[&str]| {
            let mut table = table.clone();
            let row = table.rows.remove(0);
            table.rows = names
                .iter()
                .map(|name| CallerRow {
                    sample: Some((*name).to_owned()),
                    ..row.clone()
                })
                .collect();
            vec![table]
        };
        let mut both = named(&["patient07", "patient08"]);
        of_sample(&mut both, "patient07").unwrap();
        assert_eq!(both, named(&["patient07"]));
        assert_eq!(
            of_sample(&mut named(&["patient07", "patient08"]), "patient01")
                .unwrap_err()
                .status,
            1
        );
        let mut one = named(&["S1"]);
        of_sample(&mut one, "patient07").unwrap();
        assert_eq!(one[0].rows.len(), 1);
    }

    #[test]
    fn a_table_without_a_row_lists_what_its_caller_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let (report, calls) = (folder.path().join("r.json"), folder.path().join("fusions.tsv"));
        std::fs::write(
            &report,
            breakapart_core::report::json::render(&example::fusion()).unwrap(),
        )
        .unwrap();
        std::fs::write(&calls, ARRIBA.lines().next().unwrap()).unwrap();
        let words = [report.to_str().unwrap(), "--tsv", "--calls", calls.to_str().unwrap()];
        let table = answer(&parsed(&words)).unwrap();
        let lacks: Vec<&str> = table.lines().skip(1).collect();
        assert_eq!(lacks.len(), 3, "{table}");
        assert!(
            lacks.iter().all(|line| line.contains("\tArriba\tlacks event\t")),
            "{table}"
        );
    }

    #[test]
    fn an_existing_file_is_replaced_only_with_force() {
        let folder = tempfile::tempdir().unwrap();
        let (report, calls) = (folder.path().join("r.json"), folder.path().join("fusions.tsv"));
        std::fs::write(
            &report,
            breakapart_core::report::json::render(&example::fusion()).unwrap(),
        )
        .unwrap();
        std::fs::write(&calls, ARRIBA).unwrap();
        let json = folder.path().join("x.bam");
        std::fs::write(&json, "a BAM").unwrap();
        let mut words = vec![report.to_str().unwrap(), "--calls", calls.to_str().unwrap()];
        words.extend(["--json", json.to_str().unwrap()]);
        assert_eq!(answer(&parsed(&words)).unwrap_err().status, 3);
        assert_eq!(std::fs::read(&json).unwrap(), b"a BAM");
        words.push("--force");
        answer(&parsed(&words)).unwrap();
        assert!(std::fs::read(&json).unwrap().starts_with(b"{"));
    }

    #[test]
    fn each_failure_has_its_exit_status() {
        let folder = tempfile::tempdir().unwrap();
        let (report, calls) = (folder.path().join("r.json"), folder.path().join("fusions.tsv"));
        std::fs::write(
            &report,
            breakapart_core::report::json::render(&example::fusion()).unwrap(),
        )
        .unwrap();
        std::fs::write(&calls, ARRIBA).unwrap();
        let (report, calls) = (report.to_str().unwrap(), calls.to_str().unwrap());
        let status = |words: &[&str]| answer(&parsed(words)).unwrap_err().status;
        assert_eq!(status(&[report, "--calls", "/no/such/table.tsv"]), 1);
        assert_eq!(status(&["/no/such.bam", "--calls", calls]), 1);
        assert_eq!(status(&[report, "--calls", calls, "--tsv", "--json", "-"]), 2);
        assert_eq!(status(&[report, "--calls", calls, "--json", "/no/such/folder/x"]), 3);
    }
}
