//! Reads a whole table: bytes to rows, within limits.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Serialize;

use super::cells::{Cells, Header, shown};
use super::format::Format;
use super::row::{CallerRow, Listed};
use super::{Caller, CallersError, TableFault};
use breakapart_core::report::wording;

/// Limits on input size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Largest table, in bytes after unpacking. A discarded file with sequences of a large sample
    /// stays below the default of 512 MiB.
    pub max_bytes: u64,
    /// Most rows; 1 million by default, about ten times the largest output of any caller.
    pub max_rows: usize,
    /// Most columns; 10,000 by default.
    pub max_columns: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            max_bytes: 512 << 20,
            max_rows: 1_000_000,
            max_columns: 10_000,
        }
    }
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedRow {
    /// Line of the file, 1-based, the header counted.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallerTable {
    /// The caller.
    pub caller: Caller,
    /// Whether it lists events that the caller discarded.
    pub is_discarded: bool,
    /// The rows, in the order of the file.
    pub rows: Vec<CallerRow>,
    /// The first [`CallerTable::MAX_SKIPPED`] unreadable rows.
    pub skipped: Vec<SkippedRow>,
    /// Number of unreadable rows.
    pub skipped_count: u64,
}

impl CallerTable {
    /// Most unreadable rows that are kept individually.
    pub const MAX_SKIPPED: usize = 1_000;

    /// The same table with every row marked as discarded: for a discarded file whose rows do not name a filter.
    #[must_use]
    pub fn into_discarded(mut self) -> Self {
        self.is_discarded = true;
        for row in &mut self.rows {
            row.listed = Listed::Discarded;
        }
        self
    }

    /// The table, if at least one row could be read: a few may be broken, but if all are, only its column names match
    /// the caller's.
    ///
    /// # Errors
    /// [`TableFault::NoRow`].
    pub fn usable(self) -> Result<Self, TableFault> {
        match self.skipped.first().filter(|_| self.rows.is_empty()) {
            Some(first) => Err(TableFault::NoRow {
                caller: self.caller,
                line: first.line,
                problem: first.problem.clone(),
            }),
            None => Ok(self),
        }
    }

    fn skip(&mut self, line: u64, problem: String) {
        self.skipped_count = self.skipped_count.saturating_add(1);
        if self.skipped.len() < Self::MAX_SKIPPED {
            self.skipped.push(SkippedRow { line, problem });
        }
    }
}

/// Reads a file, gzipped or not.
///
/// # Errors
/// See [`CallersError`].
pub fn read_file(path: &Path, limits: ReadLimits) -> Result<CallerTable, CallersError> {
    CallersError::named(&wording::path(path), || {
        read_packed(File::open(path)?, limits)?.usable()
    })
}

/// Reads a table, gzipped or not; `name` is the file in errors.
///
/// # Errors
/// See [`CallersError`]; hostile content gives an error or skipped rows, never a panic.
pub fn read(bytes: impl Read, name: &str, limits: ReadLimits) -> Result<CallerTable, CallersError> {
    CallersError::named(name, || read_packed(bytes, limits))
}

fn read_packed(bytes: impl Read, limits: ReadLimits) -> Result<CallerTable, TableFault> {
    let mut bytes = BufReader::new(bytes);
    let start = start(&mut bytes, 2)?;
    let packed = start == [0x1f, 0x8b];
    let bytes = Cursor::new(start).chain(bytes);
    if packed {
        read_plain(MultiGzDecoder::new(BufReader::new(bytes)), limits)
    } else {
        read_plain(bytes, limits)
    }
}

fn failed(error: impl std::error::Error) -> TableFault {
    TableFault::Read(shown(&error.to_string()))
}

/// The first bytes, at most `length`.
fn start(bytes: &mut impl Read, length: u64) -> Result<Vec<u8>, TableFault> {
    let mut start = Vec::new();
    bytes.take(length).read_to_end(&mut start).map_err(failed)?;
    Ok(start)
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The part in which the separator is detected from the header line.
const START_BYTES: u64 = 64 << 10;

fn read_plain(bytes: impl Read, limits: ReadLimits) -> Result<CallerTable, TableFault> {
    let mut bytes = bytes.take(limits.max_bytes.saturating_add(1));
    let mut start = start(&mut bytes, START_BYTES)?;
    if start.starts_with(BYTE_ORDER_MARK) {
        start.drain(..BYTE_ORDER_MARK.len());
    }
    if start.starts_with(b"##fileformat=VCF") {
        return Err(TableFault::Vcf);
    }
    // Comments before the header, such as Arriba's `##source=`.
    let mut remarks = 0;
    while start.starts_with(b"##")
        && let Some(end) = start.iter().position(|byte| *byte == b'\n')
    {
        start.drain(..=end);
        remarks += 1;
    }
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.len() as u64 >= START_BYTES - BYTE_ORDER_MARK.len() as u64 {
        return Err(TableFault::TooLarge(format!("{START_BYTES} bytes in its first line")));
    }
    let tabbed = first_line.contains(&b'\t');
    // With a newline at the end every row ends in one, so that lines can be counted.
    let bytes = Cursor::new(start).chain(bytes).chain(&b"\n"[..]);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tabbed { b'\t' } else { b',' })
        // Tab-separated tables of callers are not quoted, but contain quote characters (STAR-Fusion's `annots`).
        .quoting(!tabbed)
        // A carriage return before it counts as white space of the last cell.
        .terminator(csv::Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(failed)? {
        return Err(TableFault::Empty);
    }
    let header_record = csv::StringRecord::from_byte_record(record).map_err(|_| TableFault::NotText)?;
    if header_record.len() > limits.max_columns {
        return Err(TableFault::TooLarge(format!("{} columns", limits.max_columns)));
    }
    let header = Header::new(header_record.iter());
    let format = Format::known_by(&header).ok_or_else(|| {
        let first: Vec<&str> = header_record.iter().take(5).collect();
        TableFault::UnknownHeader(wording::shortened(&wording::clean(&first.join(", ")), 100))
    })?;
    if let Some(column) = format.required().find(|column| header.is_repeated(column)) {
        return Err(TableFault::RepeatedColumn(column.to_owned()));
    }
    let mut table = CallerTable {
        caller: format.caller(),
        is_discarded: false,
        rows: Vec::new(),
        skipped: Vec::new(),
        skipped_count: 0,
    };
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(failed)? {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let inside = record.as_slice().iter().filter(|byte| **byte == b'\n').count();
        let line = reader
            .position()
            .line()
            .saturating_sub(1 + u64::try_from(inside).unwrap_or(u64::MAX))
            + remarks;
        if table.rows.len() >= limits.max_rows {
            return Err(TableFault::TooLarge(format!("{} rows", limits.max_rows)));
        }
        match row(format, &header, &record, line) {
            Ok(row) => table.rows.push(row),
            Err(problem) => table.skip(line, problem),
        }
    }
    if reader.into_inner().get_ref().0.get_ref().1.limit() == 0 {
        return Err(TableFault::TooLarge(format!("{} bytes", limits.max_bytes)));
    }
    Ok(table)
}

fn row(format: &Format, header: &Header, record: &csv::ByteRecord, line: u64) -> Result<CallerRow, String> {
    // An editor may have removed trailing cells of a row, but a row must not be longer than the header.
    if record
        .iter()
        .skip(header.width())
        .any(|cell| !cell.trim_ascii().is_empty())
    {
        return Err(format!(
            "has {} columns, the header has {}",
            record.len(),
            header.width()
        ));
    }
    let text = csv::StringRecord::from_byte_record(record.clone()).map_err(|_| "is not UTF-8 text".to_owned())?;
    format.row(&Cells::new(header, &text, line))
}
