//! Reads the files found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::find::{Found, Kind};
use super::{Calls, Results, SampleResult, ambiguous};
use crate::callers::{self, CallerTable, CallersError, Listed, TableFault};
use breakapart_core::report::{FileError, ReadLimits, SampleReport, fusions_tsv, start_of, wording};

/// Reads all results.
pub(super) fn read(found: Found, samples: &[&str]) -> Result<Results, FileError> {
    let mut results: BTreeMap<String, SampleResult> = BTreeMap::new();
    let mut unused = found.unused;
    for sample in samples {
        let files = found.files.get(*sample);
        let mut reports = files.into_iter().flatten().filter(|(kind, _)| *kind == Kind::Report);
        let report = reports.next().map(|(_, path)| path);
        let calls = calls(sample, files)?;
        let result = SampleResult {
            calls: calls.or_else(|| Some(calls_of_report(report?))),
            report: report.map(|path| state(path)),
        };
        results.insert((*sample).to_owned(), result);
    }
    for path in found.shared {
        if !share(&path, &mut results)? {
            unused.insert(path);
        }
    }
    Ok(Results {
        samples: results,
        unused_files: unused.iter().map(|path| wording::path(path)).collect(),
    })
}

/// Whether a file is not a table of a known caller.
fn is_other(read: &Result<CallerTable, CallersError>) -> bool {
    let fault = read.as_ref().err().map(|error| &error.fault);
    matches!(fault, Some(TableFault::UnknownHeader(_) | TableFault::Vcf))
}

fn table(path: &Path) -> Result<CallerTable, CallersError> {
    callers::read_file(path, callers::ReadLimits::default())
}

/// The sample's table among the candidates of the most certain kind that are caller tables.
fn calls(sample: &str, files: Option<&BTreeSet<(Kind, PathBuf)>>) -> Result<Option<Result<Calls, String>>, FileError> {
    let tables = || files.into_iter().flatten().filter(|(kind, _)| *kind != Kind::Report);
    let surest = tables().map(|(kind, _)| *kind).min();
    let mut read = tables()
        .filter(|(kind, _)| Some(*kind) == surest)
        .map(|(_, path)| (path, table(path)))
        // Other tables may be in the same folder; only a file named as a result must be one.
        .filter(|(_, read)| surest != Some(Kind::Other) || !is_other(read));
    let Some((first, table)) = read.next() else {
        return Ok(None);
    };
    match read.next() {
        Some((second, _)) => Err(ambiguous(sample, first, second)),
        None => Ok(Some(calls_of(table))),
    }
}

fn calls_of(table: Result<CallerTable, CallersError>) -> Result<Calls, String> {
    let table = table.map_err(|error| error.to_string())?;
    if let Some(row) = table.skipped.first() {
        return Err(format!(
            "{} row(s) can't be read, the first at line {}: {}",
            table.skipped_count, row.line, row.problem
        ));
    }
    let called = table.rows.into_iter().filter(|row| row.listed == Listed::Called);
    Ok(Calls {
        caller: table.caller,
        rows: called.collect(),
    })
}

/// The rows of the table that belongs to a report.
fn calls_of_report(path: &Path) -> Result<Calls, String> {
    let report = SampleReport::read(path, ReadLimits::default()).map_err(|error| error.to_string())?;
    let bytes = fusions_tsv::render(&report).map_err(|error| error.to_string())?;
    calls_of(callers::read(
        &bytes[..],
        &wording::path(path),
        callers::ReadLimits::default(),
    ))
}

/// Assigns the rows of a table of several samples to the samples they name, or a table without sample names to the only
/// sample. Returns whether any row was assigned.
fn share(path: &Path, results: &mut BTreeMap<String, SampleResult>) -> Result<bool, FileError> {
    let is_alone = results.len() == 1;
    let only = results.iter_mut().next().filter(|_| is_alone);
    if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json")) {
        let Some((_, result)) = only else { return Ok(false) };
        result.report = Some(state(path));
        result.calls.get_or_insert_with(|| calls_of_report(path));
        return Ok(true);
    }
    let read = table(path);
    if is_other(&read) {
        return Ok(false);
    }
    let named = read
        .as_ref()
        .is_ok_and(|table| table.rows.iter().any(|row| row.sample.is_some()));
    if !named {
        return match only {
            Some((sample, result)) => put(path, sample, result, calls_of(read)),
            None => Ok(false),
        };
    }
    let Calls { caller, rows } = match calls_of(read) {
        Ok(calls) => calls,
        // A damaged table of several samples: none of their results can be trusted.
        Err(problem) => {
            for result in results.values_mut() {
                result.calls.get_or_insert_with(|| Err(problem.clone()));
            }
            return Ok(true);
        }
    };
    let mut taken = false;
    for (sample, result) in results {
        let of_sample = |name: &str| {
            name.strip_prefix(sample.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let rows = rows.iter().filter(|row| row.sample.as_deref().is_some_and(of_sample));
        let rows: Vec<_> = rows.cloned().collect();
        if !rows.is_empty() {
            taken |= put(path, sample, result, Ok(Calls { caller, rows }))?;
        }
    }
    Ok(taken)
}

/// Assigns a sample its calls, if it has none yet.
fn put(path: &Path, sample: &str, result: &mut SampleResult, calls: Result<Calls, String>) -> Result<bool, FileError> {
    if result.calls.is_some() {
        return Err(ambiguous(sample, Path::new("another file"), path));
    }
    result.calls = Some(calls);
    Ok(true)
}

/// The name of a report's state, of any schema version.
fn state(path: &Path) -> Result<String, String> {
    let failed = |problem: String| format!("{}: {problem}", wording::path(path));
    let bytes = start_of(path, ReadLimits::default().max_bytes).map_err(|error| failed(error.to_string()))?;
    let report: Value = serde_json::from_slice(&bytes)
        .map_err(|error| failed(wording::shortened(&wording::clean(&error.to_string()), 200)))?;
    let state = report.pointer("/conclusion/state").and_then(Value::as_str);
    let state = state.ok_or_else(|| failed("states no conclusion".to_owned()))?;
    Ok(wording::shortened(&wording::clean(state), 40))
}
