//! Why a caller's table could not be read at all.

use breakapart_core::report::FileError;
use thiserror::Error;

/// Why a table could not be read. A single row that can't be read is no error: see
/// [`super::SkippedRow`].
pub type CallersError = FileError<TableFault>;

/// What is wrong with a table.
#[derive(Debug, Error)]
pub enum TableFault {
    /// The file can't be opened.
    #[error("can't be read: {0}")]
    Open(#[from] std::io::Error),
    /// Reading failed part of the way.
    #[error("reading failed: {0}; copy the file again")]
    Read(String),
    /// More bytes, rows or columns than this limit.
    #[error("more than {0}, which no caller's result table has; give the final list of fusions")]
    TooLarge(String),
    /// Not even a header.
    #[error("is empty, not even a header line; was the caller's run completed?")]
    Empty,
    /// The first line is no text.
    #[error("is no text table; give a caller's result table (TSV or CSV)")]
    NotText,
    /// A VCF file.
    #[error("is a VCF file, which is not read yet; give the caller's result table (TSV or CSV)")]
    Vcf,
    /// A header of no known caller; its first columns.
    #[error(
        "the header is of no caller known here (breakapart, Arriba, STAR-Fusion, FusionCatcher, JAFFA, CICERO); \
         its first columns are: {0}"
    )]
    UnknownHeader(String),
    /// Not one row could be read.
    #[error(
        "has columns of {caller}, and not one row can be read as its (line {line}: {problem}); give the table of a \
         caller that is known here"
    )]
    NoRow {
        /// Whose columns the header holds.
        caller: super::Caller,
        /// Line of the first row.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A column that is read stands twice.
    #[error("the column {0} stands twice in the header; keep one")]
    RepeatedColumn(String),
}
