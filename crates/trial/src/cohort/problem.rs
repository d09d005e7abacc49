//! What is wrong with the material: one row of `problems.tsv` each; nothing wrong is dropped silently.

use serde::Serialize;

/// A fault of a report file, of a row of the sheet, or of the two against one another. The summary has file
/// and detail of those that could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable code, words joined by hyphens.
    #[serde(skip)]
    pub code: &'static str,
    /// Base name of the report file; empty for a fault of the sheet.
    pub file: String,
    /// Patient; empty where not known.
    #[serde(skip)]
    pub patient: String,
    /// Sample; empty where not known.
    #[serde(skip)]
    pub sample: String,
    /// Line of the sheet, 1-based.
    #[serde(skip)]
    pub line: Option<u64>,
    /// One plain sentence.
    pub detail: String,
}

impl Problem {
    /// A fault without its place.
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            ..Self::default()
        }
    }

    /// Whether it is a report file that could not be used.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.code, "unreadable-report" | "newer-schema" | "contradictory-report")
    }
}
