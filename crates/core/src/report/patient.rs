//! A laboratory's data on a sample's patient: fills the fields of the page to sign, and appears nowhere else.
//!
//! In: a TSV file with a header, one row per sample. Out: [`PatientSheet`], from which a page takes its sample's
//! [`PatientRecord`]. The JSON never contains any of it. The file is untrusted: a fault is one line.

use std::{collections::BTreeMap, path::Path};

use super::{FileError, FileFault, wording};

/// The columns, with the field of the page that each fills; `sample` is an additional column.
pub const COLUMNS: [(&str, &str); 8] = [
    ("patient", "Patient"),
    ("born", "Born"),
    ("specimen", "Specimen"),
    ("taken_on", "Taken on"),
    ("blasts", "Blasts (%)"),
    ("physician", "Physician"),
    ("confirmed_by", "Confirmed by"),
    ("comment", "Comment"),
];

/// Largest sheet, bytes: a hundred thousand rows.
const MAX_BYTES: u64 = 16 << 20;
/// Longest cell, characters: more does not fit a field.
const MAX_CELL: usize = 200;

/// The data on one sample's patient: values by the field of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientRecord {
    values: BTreeMap<&'static str, String>,
}

impl PatientRecord {
    /// The value of a field; empty if unknown.
    pub(crate) fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }
}

/// A sheet, by sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientSheet {
    rows: BTreeMap<String, PatientRecord>,
}

impl PatientSheet {
    /// The row of a sample.
    pub fn of(&self, sample: &str) -> Option<&PatientRecord> {
        self.rows.get(sample.trim())
    }

    /// Whether it has no sample.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Reads a sheet.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn read(path: &Path) -> Result<Self, FileError> {
        FileError::of_bytes(path, MAX_BYTES, Self::parsed)
    }

    /// Reads a sheet from bytes; `name` is used in errors.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Self, FileError> {
        FileError::named(name, || Self::parsed(bytes))
    }

    fn parsed(bytes: &[u8]) -> Result<Self, FileFault> {
        let wanted = "give tab-separated text with a header line: sample and any of";
        let no_table = |problem: String| {
            FileFault(format!(
                "{problem}; {wanted} {}",
                COLUMNS.map(|(column, _)| column).join(", ")
            ))
        };
        if bytes.len() as u64 > MAX_BYTES {
            return Err(no_table(format!("is larger than {MAX_BYTES} bytes")));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|text| !text.contains('\0'))
            .ok_or_else(|| no_table("is not UTF-8 text".to_owned()))?;
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, header) = lines.next().ok_or_else(|| no_table("is empty".to_owned()))?;
        let columns = header.split('\t').map(|title| column(title).map_err(no_table));
        let columns: Vec<Option<&'static str>> = columns.collect::<Result<_, _>>()?;
        if let Some(n) = (1..columns.len()).find(|n| columns[..*n].contains(&columns[*n])) {
            let title = header.split('\t').nth(n).unwrap_or_default();
            return Err(no_table(format!("column `{}` appears twice", shown(title))));
        }
        if !columns.contains(&None) {
            return Err(no_table("has no column `sample`".to_owned()));
        }
        let mut rows = BTreeMap::new();
        for (index, line) in lines {
            let fault = |problem: String| FileFault(format!("line {}: {problem}", index + 1));
            let (sample, record) = row(line, &columns).map_err(fault)?;
            if rows.insert(sample.clone(), record).is_some() {
                return Err(fault(format!(
                    "sample `{}` appears twice; keep one row",
                    shown(&sample)
                )));
            }
        }
        Ok(Self { rows })
    }
}

/// The field that a column fills; `None` for `sample`.
fn column(title: &str) -> Result<Option<&'static str>, String> {
    let title = title.trim();
    if title == "sample" {
        return Ok(None);
    }
    let known = COLUMNS.iter().find(|(column, _)| *column == title);
    known
        .map(|(_, field)| Some(*field))
        .ok_or_else(|| format!("column `{}` is not a field of the page", shown(title)))
}

/// A row's sample and the values of its fields.
fn row(line: &str, columns: &[Option<&'static str>]) -> Result<(String, PatientRecord), String> {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    if cells.len() != columns.len() {
        return Err(format!(
            "has {} where the header has {}; write a tab for each, also for an empty one",
            wording::counted(cells.len() as u64, "cell"),
            columns.len()
        ));
    }
    let (mut sample, mut record) = (String::new(), PatientRecord::default());
    for (cell, column) in cells.into_iter().zip(columns) {
        if cell.chars().count() > MAX_CELL {
            let column = column.unwrap_or("sample");
            return Err(format!(
                "more than {MAX_CELL} characters for `{column}`; shorten it to fit the page"
            ));
        }
        match column {
            None => cell.clone_into(&mut sample),
            Some(field) if !cell.is_empty() => {
                record.values.insert(field, wording::clean(cell));
            }
            Some(_) => {}
        }
    }
    if sample.is_empty() {
        return Err("has no sample; name it as the report does".to_owned());
    }
    Ok((sample, record))
}

fn shown(text: &str) -> String {
    wording::shortened(&wording::clean(text), 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PatientSheet, String> {
        PatientSheet::from_bytes(text.as_bytes(), "p.tsv").map_err(|error| error.to_string())
    }

    #[test]
    fn fields_are_found_by_sample_in_any_order_of_columns() {
        let sheet = read("\u{feff}blasts\tsample\tpatient\tphysician\r\n80\tP7\t Doe, J. \t\r\n\r\n\tP8\t\tDr Roe\r\n")
            .unwrap();
        let record = sheet.of("P7").unwrap();
        assert_eq!(
            ["Patient", "Blasts (%)", "Physician", "Born"].map(|field| record.value(field)),
            ["Doe, J.", "80", "", ""]
        );
        assert_eq!(sheet.of("P8").unwrap().value("Physician"), "Dr Roe");
        assert!(sheet.of("P9").is_none());
    }

    #[test]
    fn a_fault_is_one_line_that_says_what_and_where() {
        let long = format!("sample\tpatient\nP1\t{}\n", "x".repeat(MAX_CELL + 1));
        for (text, part) in [
            ("", "is empty"),
            ("patient\nDoe\n", "has no column `sample`"),
            (
                "sample,patient\nP1,Doe\n",
                "column `sample,patient` is not a field of the page",
            ),
            ("sample\tward\nP1\t3\n", "column `ward` is not a field of the page"),
            ("sample\tborn\tborn\nP1\t1\t2\n", "column `born` appears twice"),
            ("sample\tsample\nP1\tP1\n", "column `sample` appears twice"),
            ("sample\tborn\nP1\n", "line 2: has 1 cell where the header has 2"),
            ("sample\tborn\nP1\t1\n\nP1\t2\n", "line 4: sample `P1` appears twice"),
            ("sample\tborn\n\t1\n", "line 2: has no sample"),
            (&long, "line 2: more than 200 characters for `Patient`"),
            ("sample\tpatient\0\n", "is not UTF-8 text"),
            ("sample\t\u{1b}[31mx\nP1\t2\n", "is not a field of the page"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{part:?} is missing: {error}");
            assert!(
                error.starts_with("p.tsv: ") && !error.contains(['\n', '\u{1b}', '\0']),
                "{error}"
            );
        }
        let binary = PatientSheet::from_bytes(b"PK\x03\x04\xff\xfe", "p.xlsx").unwrap_err();
        assert!(binary.to_string().contains("is not UTF-8 text"));
        let large = PatientSheet::from_bytes(&vec![b'x'; 16 << 20 | 1], "p.tsv").unwrap_err();
        assert!(large.to_string().contains("is larger than"));
    }

    /// Every column fills one field of the record.
    #[test]
    fn every_column_fills_a_field_of_the_page() {
        let fields: Vec<&str> = crate::report::html::RECORD.into_iter().flatten().collect();
        for (_, field) in COLUMNS {
            assert_eq!(fields.iter().filter(|f| **f == field).count(), 1, "{field}");
        }
    }
}
