//! Why a caller's table cannot be read at all.

use breakapart_core::report::FileError;
use thiserror::Error;

/// Why a table cannot be read. A single unreadable row is no error: see [`super::SkippedRow`].
pub type CallersError = FileError<TableFault>;

/// What is wrong with a table.
#[derive(Debug, Error)]
pub enum TableFault {
    /// The file can't be opened.
    #[error("can't be read: {0}")]
    Open(#[from] std::io::Error),
    /// Reading failed partway.
    #[error("reading failed: {0}; copy the file again")]
    Read(String),
    /// More bytes, rows or columns than this limit.
    #[error("more than {0}, which no caller's result table has; give the final list of fusions")]
    TooLarge(String),
    /// Not even a header.
    #[error("is empty, not even a header line; was the caller's run completed?")]
    Empty,
    /// The first line is not text.
    #[error("is not a text table; give a caller's result table (TSV or CSV)")]
    NotText,
    /// A VCF file.
    #[error("is a VCF file, which is not supported; give the caller's result table (TSV or CSV)")]
    Vcf,
    /// A header of an unknown caller; its first columns.
    #[error(
        "the header matches no supported caller (breakapart, Arriba, STAR-Fusion, FusionCatcher, JAFFA, CICERO); \
         its first columns are: {0}"
    )]
    UnknownHeader(String),
    /// No row can be read.
    #[error(
        "has the columns of {caller}, but no row can be read (line {line}: {problem}); give the table of a \
         supported caller"
    )]
    NoRow {
        /// Caller whose columns the header has.
        caller: super::Caller,
        /// Line of the first row.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A required column occurs twice.
    #[error("the column {0} occurs twice in the header; keep one")]
    RepeatedColumn(String),
}
