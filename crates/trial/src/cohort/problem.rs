//! What is wrong with the material: one row of `problems.tsv` each; nothing wrong is dropped silently.

/// A fault of a report file, of a row of the sheet, or of the two against one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Stable code, words joined by hyphens.
    pub code: String,
    /// Base name of the report file; empty for a fault of the sheet.
    pub file: String,
    /// Patient; empty where not known.
    pub patient: String,
    /// Sample; empty where not known.
    pub sample: String,
    /// Line of the sheet, 1-based.
    pub line: Option<u64>,
    /// One plain sentence.
    pub detail: String,
}

/// Codes of report files that could not be used, in the order of their explanation in the documents.
pub(crate) const UNREADABLE: [&str; 3] = ["unreadable-report", "newer-schema", "contradictory-report"];

impl Problem {
    /// A fault of a report file.
    pub fn of_file(code: &str, file: &str, detail: String) -> Self {
        Self {
            code: code.to_owned(),
            file: file.to_owned(),
            detail,
            ..Self::default()
        }
    }

    /// Whether it is a report file that could not be used.
    pub fn is_unreadable(&self) -> bool {
        UNREADABLE.contains(&self.code.as_str())
    }
}
