//! Reads the files that were found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::find::{Found, Kind};
use super::{Calls, ReportState, Results, ResultsError, SampleResult};
use crate::callers::{self, CallerTable, CallersError, Listed, TableFault};
use breakapart_core::report::{ReadLimits, SampleReport, fusions_tsv, start_of, wording};

/// Reads all of it.
pub(super) fn read(found: Found, samples: &[&str]) -> Result<Results, ResultsError> {
    let mut results: BTreeMap<String, SampleResult> = BTreeMap::new();
    let mut unused = found.unused;
    for sample in samples {
        let mut result = SampleResult::default();
        let report = found.reports.get(*sample).and_then(BTreeSet::first);
        if let Some(path) = report {
            result.report = report_state(path);
        }
        result.calls = match found.tables.get(*sample) {
            Some(tables) => calls(sample, tables)?,
            None => Calls::Missing,
        };
        if result.calls == Calls::Missing
            && let Some(path) = report
        {
            result.calls = calls_of_report(path);
        }
        results.insert((*sample).to_owned(), result);
    }
    for path in found.shared {
        if !share(&path, samples, &mut results)? {
            unused.insert(path);
        }
    }
    Ok(Results {
        samples: results,
        unused_files: unused.iter().map(|path| wording::path(path)).collect(),
    })
}

/// Whether a file is no table of a caller known here.
fn is_other(read: &Result<CallerTable, CallersError>) -> bool {
    let fault = read.as_ref().err().map(|error| &error.fault);
    matches!(fault, Some(TableFault::UnknownHeader(_) | TableFault::Vcf))
}

fn table(path: &Path) -> Result<CallerTable, CallersError> {
    callers::read_file(path, callers::ReadLimits::default())
}

/// The sample's table among the candidates of the surest kind that are a caller's.
fn calls(sample: &str, tables: &BTreeSet<(Kind, PathBuf)>) -> Result<Calls, ResultsError> {
    let mut taken: Option<(Kind, &PathBuf, Calls)> = None;
    for (kind, path) in tables {
        if taken.as_ref().is_some_and(|(best, ..)| best < kind) {
            break;
        }
        let read = table(path);
        // Other tables lie beside results; only a file that is named as a result must be one.
        if *kind == Kind::Other && is_other(&read) {
            continue;
        }
        if let Some((_, first, _)) = taken {
            return Err(ResultsError::Ambiguous {
                sample: sample.to_owned(),
                first: first.clone(),
                second: path.clone(),
            });
        }
        taken = Some((*kind, path, calls_of(read)));
    }
    Ok(taken.map_or(Calls::Missing, |(_, _, calls)| calls))
}

fn calls_of(table: Result<CallerTable, CallersError>) -> Calls {
    match table {
        Err(error) => Calls::Unreadable(error.to_string()),
        Ok(table) => match table.skipped.first() {
            Some(row) => Calls::Unreadable(format!(
                "{} row(s) can't be read, the first at line {}: {}",
                table.skipped_count, row.line, row.problem
            )),
            None => Calls::Rows {
                caller: table.caller,
                rows: table
                    .rows
                    .into_iter()
                    .filter(|row| row.listed == Listed::Called)
                    .collect(),
            },
        },
    }
}

/// The rows that a report's own table would have.
fn calls_of_report(path: &Path) -> Calls {
    let rendered = SampleReport::read(path, ReadLimits::default())
        .map_err(|error| error.to_string())
        .and_then(|report| fusions_tsv::render(&report).map_err(|error| error.to_string()));
    match rendered {
        Err(problem) => Calls::Unreadable(problem),
        Ok(bytes) => calls_of(callers::read(
            &bytes[..],
            &wording::path(path),
            callers::ReadLimits::default(),
        )),
    }
}

/// Gives the rows of a table of several samples to the samples they name, or a table of none to the
/// only sample there is. Whether anything was taken.
fn share(path: &Path, samples: &[&str], results: &mut BTreeMap<String, SampleResult>) -> Result<bool, ResultsError> {
    let is_report = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if is_report {
        let [only] = samples else { return Ok(false) };
        let Some(result) = results.get_mut(*only) else {
            return Ok(false);
        };
        result.report = report_state(path);
        if result.calls == Calls::Missing {
            result.calls = calls_of_report(path);
        }
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
        let [only] = samples else { return Ok(false) };
        return put(path, only, calls_of(read), results);
    }
    let (caller, rows) = match calls_of(read) {
        Calls::Rows { caller, rows } => (caller, rows),
        // A damaged table of several samples: none of them has a result to trust.
        damaged => {
            for sample in samples {
                if let Some(result) = results.get_mut(*sample)
                    && result.calls == Calls::Missing
                {
                    result.calls = damaged.clone();
                }
            }
            return Ok(true);
        }
    };
    let mut taken = false;
    for sample in samples {
        let of_sample =
            |name: &str| name == *sample || name.strip_prefix(sample).is_some_and(|rest| rest.starts_with('.'));
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| row.sample.as_deref().is_some_and(of_sample))
            .cloned()
            .collect();
        if !rows.is_empty() {
            taken |= put(path, sample, Calls::Rows { caller, rows }, results)?;
        }
    }
    Ok(taken)
}

fn put(
    path: &Path,
    sample: &str,
    calls: Calls,
    results: &mut BTreeMap<String, SampleResult>,
) -> Result<bool, ResultsError> {
    let Some(result) = results.get_mut(sample) else {
        return Ok(false);
    };
    if result.calls != Calls::Missing {
        return Err(ResultsError::Ambiguous {
            sample: sample.to_owned(),
            first: PathBuf::from("another file"),
            second: path.to_owned(),
        });
    }
    result.calls = calls;
    Ok(true)
}

/// The part of a report that is read here: any version's.
#[derive(Deserialize)]
struct ReportPart {
    #[serde(default)]
    conclusion: Option<ConclusionPart>,
}

#[derive(Deserialize)]
struct ConclusionPart {
    #[serde(default)]
    state: Option<String>,
}

fn report_state(path: &Path) -> ReportState {
    let limit = ReadLimits::default().max_bytes;
    let bytes = match start_of(path, limit) {
        Ok(bytes) => bytes,
        Err(error) => return ReportState::Unreadable(format!("{}: {error}", wording::path(path))),
    };
    match serde_json::from_slice::<ReportPart>(&bytes) {
        Err(error) => {
            let problem = wording::shortened(&wording::clean(&error.to_string()), 200);
            ReportState::Unreadable(format!("{}: {problem}", wording::path(path)))
        }
        Ok(part) => match part.conclusion.and_then(|conclusion| conclusion.state) {
            Some(state) => ReportState::State(wording::shortened(&wording::clean(&state), 40)),
            None => ReportState::Unreadable(format!("{}: states no conclusion", wording::path(path))),
        },
    }
}
