//! Problems of the input: one row of `problems.tsv` each; no problem is dropped silently.

use serde::Serialize;

/// A fault of a report file, of a row of the sheet, or a conflict between the two. The summary lists file and detail of
/// unusable files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable code, words joined by hyphens.
    #[serde(skip)]
    pub code: &'static str,
    /// Base name of the report file; empty for a fault of the sheet.
    pub file: String,
    /// Patient; empty if unknown.
    #[serde(skip)]
    pub patient: String,
    /// Sample; empty if unknown.
    #[serde(skip)]
    pub sample: String,
    /// Line of the sheet, 1-based.
    #[serde(skip)]
    pub line: Option<u64>,
    /// One sentence.
    pub detail: String,
}

impl Problem {
    /// A problem without file, patient, sample or line.
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            ..Self::default()
        }
    }

    /// Whether it is an unusable report file.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.code, "unreadable-report" | "newer-schema" | "contradictory-report")
    }
}
