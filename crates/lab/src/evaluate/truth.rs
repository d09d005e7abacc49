//! The truth table: one row per event, or one row that gives the class of a sample without events.

use std::collections::BTreeMap;
use std::path::Path;

use crate::callers::cells::{Cells, Header, bad};
use crate::callers::{Place, places};
use breakapart_core::report::schema::Frame;
use breakapart_core::report::{FileError, FileFault, wording};

/// Largest truth table, in bytes: some 100,000 rows.
const MAX_BYTES: u64 = 64 << 20;

/// A true event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthEvent {
    /// Identifier within the sample.
    pub event: String,
    /// `canonical`, `canonical-intergenic`, `canonical-unplaced`, `three-way`, `reciprocal`, `ptd`,
    /// `background-ptd`, `neighbour-read-through` or another class.
    pub class: String,
    /// Gene of the 5' side.
    pub gene5: String,
    /// Gene of the 3' side; `.` for an intergenic one.
    pub gene3: String,
    /// Last retained base of the 5' side, 1-based.
    pub breakpoint5: Option<Place>,
    /// Last retained base of the 3' side, 1-based; `None` if its sequence is not in the reference.
    pub breakpoint3: Option<Place>,
    /// Tolerance in bases for each breakpoint; `None` for the assay's default.
    pub tolerance: Option<i64>,
    /// The frame; `Unknown` if the table has none.
    pub frame: Frame,
    /// Whether it is from DNA.
    pub dna: bool,
    /// Molecules with a read of 10 bases or more on both sides.
    pub split: u64,
    /// Molecules with a spanning pair only.
    pub spanning: u64,
    /// All molecules that cross the junction, including those with a short anchor.
    pub molecules: u64,
}

/// One sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TruthSample {
    /// Its events, in an order independent of the table.
    pub events: Vec<TruthEvent>,
    /// Class of a sample without event: `negative`, `negative-thin`, `inconclusive`.
    pub label: Option<String>,
}

/// All samples by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// The samples.
    pub samples: BTreeMap<String, TruthSample>,
}

impl TruthEvent {
    /// `KMT2A::AFF1`.
    pub fn name(&self) -> String {
        format!("{}::{}", self.gene5, self.gene3)
    }

    /// Both breakpoints, for messages.
    pub fn places(&self) -> String {
        places(self.breakpoint5.as_ref(), self.breakpoint3.as_ref())
    }

    /// Whether the frame of a row can be right or wrong.
    pub(super) const fn knows_frame(&self) -> bool {
        matches!(self.frame, Frame::InFrame | Frame::OutOfFrame)
    }

    /// A total key: the same events sort equally in any order of the table.
    fn key(&self) -> impl Ord + use<> {
        (
            (
                self.event.clone(),
                self.class.clone(),
                self.gene5.clone(),
                self.gene3.clone(),
            ),
            (self.breakpoint5.clone(), self.breakpoint3.clone(), self.tolerance),
            (self.frame.name(), self.dna, self.split, self.spanning, self.molecules),
        )
    }
}

impl Truth {
    /// Reads a table; only samples whose name starts with `only`.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn read_file(path: &Path, only: &str) -> Result<Self, FileError> {
        FileError::of_bytes(path, MAX_BYTES, |bytes| Self::parse(bytes, only))
    }

    /// The same from bytes; `name` is the file in errors.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn from_bytes(bytes: &[u8], name: &str, only: &str) -> Result<Self, FileError> {
        FileError::named(name, || Self::parse(bytes, only))
    }

    fn parse(bytes: &[u8], only: &str) -> Result<Self, FileFault> {
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
            return Err(FileFault(format!(
                "larger than {MAX_BYTES} bytes, the limit for a truth table"
            )));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // A truth table with missing rows would bias the figures.
        let fault =
            |line: u64, problem: String| FileFault(format!("line {line}: {problem}; correct or remove the row"));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b'\t')
            .quoting(false)
            .flexible(true)
            .from_reader(bytes);
        let header = reader.headers().map_err(|error| fault(1, error.to_string()))?;
        let header = Header::new(header.iter());
        if let Some(column) = REQUIRED.into_iter().find(|wanted| !header.has(wanted)) {
            return Err(FileFault(format!(
                "no column {column}; a truth table has {} (and may have assay, event, breakpoint3, tolerance, frame)",
                REQUIRED.join(", ")
            )));
        }
        let mut truth = Self::default();
        for (index, record) in reader.records().enumerate() {
            // Each row is one line, as nothing is quoted; only blank lines could shift the number.
            let line = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(2);
            let record = record.map_err(|error| fault(line, wording::clean(&error.to_string())))?;
            let cells = Cells::of_truth(&header, &record, line);
            let sample = cells
                .text("sample")
                .ok_or_else(|| fault(line, "no sample".to_owned()))?;
            if !sample.starts_with(only) {
                continue;
            }
            let entry = truth.samples.entry(sample.to_owned()).or_default();
            match row(&cells).map_err(|problem| fault(line, problem))? {
                Row::Event(event) => entry.events.push(*event),
                Row::Label(label) => match &entry.label {
                    Some(other) if *other != label => {
                        return Err(fault(
                            line,
                            format!("{sample} is {other} on another line, {label} on this one"),
                        ));
                    }
                    _ => entry.label = Some(label),
                },
            }
        }
        if truth.samples.is_empty() {
            return Err(FileFault(match only {
                "" => "no sample".to_owned(),
                _ => format!("no sample whose name starts with {only:?}"),
            }));
        }
        for sample in truth.samples.values_mut() {
            sample.events.sort_by_cached_key(|event| event.key());
        }
        Ok(truth)
    }
}

enum Row {
    Event(Box<TruthEvent>),
    Label(String),
}

/// Columns that a table must have.
const REQUIRED: [&str; 8] = [
    "sample",
    "class",
    "gene5",
    "gene3",
    "breakpoint5",
    "split",
    "spanning",
    "molecules",
];

/// A required count.
fn count(cells: &Cells<'_>, column: &str) -> Result<u64, String> {
    cells.count(column)?.ok_or_else(|| bad(column, "", "a count"))
}

/// One row.
fn row(cells: &Cells<'_>) -> Result<Row, String> {
    let class = cells.text("class").ok_or("no class")?.to_owned();
    let (gene5, gene3) = (cells.text("gene5"), cells.text("gene3"));
    if gene5.is_none() && gene3.is_none() {
        return Ok(Row::Label(class));
    }
    let frame = [Frame::InFrame, Frame::OutOfFrame, Frame::StopCodon]
        .into_iter()
        .find(|frame| cells.text("frame") == Some(frame.name()));
    Ok(Row::Event(Box::new(TruthEvent {
        event: cells.text("event").unwrap_or_default().to_owned(),
        class,
        gene5: gene5.unwrap_or(".").to_owned(),
        gene3: gene3.unwrap_or(".").to_owned(),
        breakpoint5: cells.place("breakpoint5")?,
        breakpoint3: cells.place("breakpoint3")?,
        tolerance: cells
            .count("tolerance")?
            .map(|bases| i64::try_from(bases).unwrap_or(i64::MAX)),
        frame: frame.unwrap_or(Frame::Unknown),
        dna: cells
            .text("assay")
            .is_some_and(|assay| assay.eq_ignore_ascii_case("dna")),
        split: count(cells, "split")?,
        spanning: count(cells, "spanning")?,
        molecules: count(cells, "molecules")?,
    })))
}
