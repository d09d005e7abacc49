//! Why a caller's table could not be read at all.

use std::path::PathBuf;

use breakapart_core::report::wording;

/// Why a table could not be read. A single row that can't be read is no error: see
/// [`super::SkippedRow`].
#[derive(Debug, thiserror::Error)]
pub enum CallersError {
    /// The file can't be opened or read.
    #[error("{}: can't be read: {source}", wording::path(.path))]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Reading failed part of the way.
    #[error("{name}: reading failed: {problem}; copy the file again")]
    Read {
        /// The file, or what stands for it.
        name: String,
        /// What the reader said.
        problem: String,
    },
    /// More bytes or rows than the limit.
    #[error("{name}: more than {limit}, which no caller's result table has; give the final list of fusions")]
    TooLarge {
        /// The file, or what stands for it.
        name: String,
        /// The limit with its unit.
        limit: String,
    },
    /// Not even a header.
    #[error("{name}: is empty, not even a header line; was the caller's run completed?")]
    Empty {
        /// The file, or what stands for it.
        name: String,
    },
    /// The first line is no text.
    #[error("{name}: is no text table; give a caller's result table (TSV or CSV)")]
    NotText {
        /// The file, or what stands for it.
        name: String,
    },
    /// A VCF file.
    #[error("{name}: is a VCF file, which is not read yet; give the caller's result table (TSV or CSV)")]
    Vcf {
        /// The file, or what stands for it.
        name: String,
    },
    /// A header of no known caller.
    #[error(
        "{name}: the header is of no caller known here (breakapart, Arriba, STAR-Fusion, FusionCatcher, JAFFA, CICERO); \
         its first columns are: {found}"
    )]
    UnknownHeader {
        /// The file, or what stands for it.
        name: String,
        /// The first columns.
        found: String,
    },
    /// Not one row could be read.
    #[error(
        "{name}: has columns of {caller}, and not one row can be read as its (line {line}: {problem}); give the table of a \
         caller that is known here"
    )]
    NoRow {
        /// The file, or what stands for it.
        name: String,
        /// Whose columns the header holds.
        caller: super::Caller,
        /// Line of the first row.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A column that is read stands twice.
    #[error("{name}: the column {column} stands twice in the header; keep one")]
    RepeatedColumn {
        /// The file, or what stands for it.
        name: String,
        /// The column.
        column: String,
    },
}
