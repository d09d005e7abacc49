//! The trial's own table of samples, and all its problems.
//!
//! In: a CSV or TSV file. Out: [`Sheet`], its rows in the order of the file and its [`Problem`]s. A fault of the whole
//! table is an error; a fault of one row is a problem, and the row is kept. Whether a report belongs to a row is *not*
//! decided here.

mod value;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::problem::Problem;
use breakapart_core::report::{FileError, FileFault, wording};

pub(crate) use value::{Lineage, Timepoint};

/// Largest file, bytes.
const MAX_BYTES: u64 = 64 << 20;
/// Most rows.
pub(super) const MAX_ROWS: usize = 200_000;
/// Most columns.
const MAX_COLUMNS: usize = 500;
/// Longest cell, characters: longer ones are cut, with a problem.
const MAX_CELL: usize = 1_000;

/// Columns with a meaning, by their names in the file.
pub(crate) const KNOWN_COLUMNS: [&str; 9] = [
    "patient",
    "sample",
    "timepoint",
    "material",
    "age_days",
    "lineage",
    "family_id",
    "run",
    "kmt2a_g_confirmed",
];

/// One sample of the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SheetRow {
    /// Line of the file, 1-based.
    pub line: u64,
    /// Patient.
    pub patient: String,
    /// Sample name, as in reports.
    pub sample: String,
    /// Timepoint; `None` if the cell is empty or unknown (with a problem). Without the column, diagnosis.
    pub timepoint: Option<Timepoint>,
    /// Material, as written.
    pub material: String,
    /// Age at diagnosis, days; `None` if missing or impossible.
    pub age_days: Option<u32>,
    /// Lineage; `None` if missing.
    pub lineage: Option<Lineage>,
    /// Family: twins may share a clone.
    pub family_id: String,
    /// Sequencing run.
    pub run: String,
    /// Whether the trial itself confirmed KMT2A germline status.
    pub kmt2a_g_confirmed: bool,
    /// Cells of the other columns, in the order of [`Sheet::extra_columns`].
    pub extra: Vec<String>,
}

impl SheetRow {
    /// Problems of the row.
    pub(crate) fn problem(&self, code: &'static str, detail: impl Into<String>) -> Problem {
        self.placed(Problem::new(code, detail))
    }

    /// A problem of one of its cells.
    fn placed(&self, problem: Problem) -> Problem {
        Problem {
            patient: self.patient.clone(),
            sample: self.sample.clone(),
            line: Some(self.line),
            ..problem
        }
    }

    /// Values that must agree in all rows of a patient, by column; empty if unknown.
    fn of_the_patient(&self) -> [(&'static str, String); 3] {
        let age = self.age_days.map(|days| days.to_string());
        let lineage = self.lineage.as_ref().map(|lineage| lineage.name().to_owned());
        [
            ("age_days", age.unwrap_or_default()),
            ("lineage", lineage.unwrap_or_default()),
            ("family_id", self.family_id.clone()),
        ]
    }
}

/// A parsed sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// The rows in the order of the file; those without patient or sample are left out (with a problem each).
    pub rows: Vec<SheetRow>,
    /// Names of other columns, which are copied.
    pub extra_columns: Vec<String>,
    /// Its problems.
    pub problems: Vec<Problem>,
}

/// Reads a sheet.
///
/// # Errors
/// See [`FileError`]; hostile content gives an error or problems, never a panic.
pub(crate) fn read_file(path: &Path) -> Result<Sheet, FileError> {
    FileError::of_bytes(path, MAX_BYTES, parse)
}

fn too_large(most: impl std::fmt::Display, unit: &str) -> FileFault {
    FileFault(format!("more than {most} {unit}, the limit for a sheet of samples"))
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Sheet, FileFault> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large(MAX_BYTES, "bytes"));
    }
    let no_table = |problem: &str| {
        FileFault(format!(
            "{problem}; give a CSV or TSV file with a header line that has at least `patient` and `sample`"
        ))
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(no_table(
            "is not text (it has NUL bytes; a spreadsheet file must be saved as CSV)",
        ));
    }
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |byte: u8| first_line.iter().filter(|b| **b == byte).count();
    let delimiter = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|byte| count(*byte))
        .filter(|byte| count(*byte) > 0)
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let broken = |error: csv::Error| no_table(&wording::clean(&error.to_string()));
    if !reader.read_byte_record(&mut record).map_err(broken)? {
        return Err(no_table("is empty"));
    }
    let header = header(&record)?;
    let mut sheet = Sheet {
        extra_columns: header.extra.iter().map(|(_, title)| title.clone()).collect(),
        ..Sheet::default()
    };
    let mut seen = BTreeMap::new();
    while reader.read_byte_record(&mut record).map_err(broken)? {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        if sheet.rows.len() >= MAX_ROWS {
            return Err(too_large(MAX_ROWS, "rows"));
        }
        let line = record.position().map_or(0, csv::Position::line);
        if let Some(row) = row(&record, line, &header, &mut sheet.problems) {
            if let Some(first) = seen.get(&row.sample) {
                let detail = format!("also on line {first}; the first row is used");
                sheet.problems.push(row.problem("duplicate-sample", detail));
                continue;
            }
            seen.insert(row.sample.clone(), line);
            sheet.rows.push(row);
        }
    }
    conflicts(&mut sheet);
    if !header.known.contains_key("timepoint") {
        let detail = "every sample is treated as a diagnosis sample";
        sheet.problems.push(Problem::new("no-timepoint-column", detail));
    }
    Ok(sheet)
}

/// The index of each column.
struct Header {
    known: BTreeMap<&'static str, usize>,
    extra: Vec<(usize, String)>,
    width: usize,
}

fn header(record: &csv::ByteRecord) -> Result<Header, FileFault> {
    if record.len() > MAX_COLUMNS {
        return Err(too_large(MAX_COLUMNS, "columns"));
    }
    let titles: Vec<String> = record
        .iter()
        .map(|cell| wording::shortened(wording::clean(&String::from_utf8_lossy(cell)).trim(), 100))
        .collect();
    let mut header = Header {
        known: BTreeMap::new(),
        extra: Vec::new(),
        width: titles.len(),
    };
    let mut names = BTreeSet::new();
    for (index, title) in titles.iter().enumerate() {
        let key = title.to_lowercase().replace([' ', '-'], "_");
        if key.is_empty() {
            continue;
        }
        if !names.insert(key.clone()) {
            return Err(FileFault(format!("column `{title}` appears twice; rename one of them")));
        }
        match KNOWN_COLUMNS.iter().find(|known| **known == key) {
            Some(known) => {
                header.known.insert(known, index);
            }
            None => header.extra.push((index, title.clone())),
        }
    }
    for column in ["patient", "sample"] {
        if !header.known.contains_key(column) {
            let found = wording::shortened(&titles.join(", "), 200);
            return Err(FileFault(format!("has no column `{column}`; the header has: {found}")));
        }
    }
    Ok(header)
}

fn row(record: &csv::ByteRecord, line: u64, header: &Header, problems: &mut Vec<Problem>) -> Option<SheetRow> {
    let mut faults = Vec::new();
    let mut cell = |index: Option<&usize>, title: &str| -> String {
        let Some(bytes) = index.and_then(|index| record.get(*index)) else {
            return String::new();
        };
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            let detail = format!("{title}: some bytes are not UTF-8 and were replaced");
            faults.push(Problem::new("not-utf8", detail));
        }
        let text = wording::clean(&text);
        let text = text.trim();
        if text.chars().count() > MAX_CELL {
            let detail = format!("{title}: cut to {MAX_CELL} characters");
            faults.push(Problem::new("cell-too-long", detail));
        }
        wording::shortened(text, MAX_CELL)
    };
    let [
        patient,
        sample,
        timepoint,
        material,
        age,
        lineage,
        family_id,
        run,
        confirmed,
    ] = KNOWN_COLUMNS.map(|title| cell(header.known.get(title), title));
    let extra = header.extra.iter();
    let extra = extra.map(|(index, title)| cell(Some(index), title)).collect();
    let mut beyond = record.iter().skip(header.width);
    if beyond.any(|cell| !cell.trim_ascii().is_empty()) {
        let detail = format!("{} cells under a header of {}", record.len(), header.width);
        faults.push(Problem::new("too-many-cells", detail));
    }
    let row = SheetRow {
        line,
        timepoint: if header.known.contains_key("timepoint") {
            value::timepoint(&timepoint, &mut faults)
        } else {
            Some(Timepoint::Diagnosis)
        },
        age_days: value::age_days(&age, &mut faults),
        lineage: Lineage::parse(&lineage),
        kmt2a_g_confirmed: value::yes_or_no(&confirmed, &mut faults),
        patient,
        sample,
        material,
        family_id,
        run,
        extra,
    };
    let names = [("patient", row.patient.is_empty()), ("sample", row.sample.is_empty())];
    let missing = names.iter().find(|(_, is_empty)| *is_empty);
    if let Some((column, _)) = missing {
        let detail = format!("the row has no {column} and can't be used");
        faults.push(Problem::new("missing-name", detail));
    }
    problems.extend(faults.into_iter().map(|fault| row.placed(fault)));
    missing.is_none().then_some(row)
}

/// Rows of one patient that contradict one another. The first value is used.
fn conflicts(sheet: &mut Sheet) {
    let mut used: BTreeMap<(&str, &str), (String, u64)> = BTreeMap::new();
    let mut found = Vec::new();
    for row in &sheet.rows {
        for (what, value) in row.of_the_patient() {
            if value.is_empty() {
                continue;
            }
            let (first, line) = used
                .entry((&row.patient, what))
                .or_insert_with(|| (value.clone(), row.line));
            if *first != value {
                let detail = format!("{what} is {value}, on line {line} {first}; the first is used");
                found.push(row.problem("conflicting-rows", detail));
            }
        }
    }
    sheet.problems.extend(found);
}
