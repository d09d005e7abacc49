//! Accuracy against known truth: a truth table, and result tables of any caller.
//!
//! ```text
//! truth.tsv ──► Truth ──────────┐
//! result tables, reports ──► Results ──► evaluate() ──► Evaluation ──► text, TSV, JSON
//! ```
//! [`evaluate`] is pure; [`run`] reads the files and calls it. Rows and truth are matched one to one by the rules of
//! `docs/evaluate.md`. A missing or unreadable result is a stated gap, and its events count as missed. Not decided
//! here: the truth itself, and which figures are good.

mod expected;
mod fit;
mod level;
mod outcome;
mod render;
mod results;
mod tally;
mod truth;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::Serialize;

pub use level::Level;
pub use outcome::{Cell, ConclusionTally, Evaluation, Fault, GapKind, NoteKind, QuietSamples, Rate, WrittenRate};
pub use render::{text, tsv};
pub use results::{Calls, Results, SampleResult};
pub use tally::evaluate;
pub use truth::{Truth, TruthEvent, TruthSample};

use breakapart_core::report::FileError;

/// How rows are compared with truth. The defaults are strict: current symbols, 5' gene first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EvaluateOptions {
    /// Replace former symbols by the current ones on both sides (`MLL` is KMT2A, `AF4` AFF1).
    pub former_symbols: bool,
    /// Let a row match with its sides swapped.
    pub any_gene_order: bool,
    /// Tolerance in bases for each breakpoint of an RNA event, if the truth states no tolerance. 0 by default: splice
    /// sites are exact.
    pub rna_tolerance: i64,
    /// The same for DNA; 2 by default, as microhomology of one or two bases is common at DNA breakpoints.
    pub dna_tolerance: i64,
}

impl Default for EvaluateOptions {
    fn default() -> Self {
        Self {
            former_symbols: false,
            any_gene_order: false,
            rna_tolerance: 0,
            dna_tolerance: 2,
        }
    }
}

/// Reads the truth, for samples whose name starts with `only`, and their results, and compares them.
///
/// Results are folders and files: `SAMPLE.fusions.tsv`, `SAMPLE.tsv`, another caller's table, our
/// `SAMPLE.breakapart.json`, or a folder named after the sample with such files in it.
///
/// A truth table that cannot be used, a missing result path, or two result tables for one sample. Missing or unreadable
/// results are gaps of the evaluation, not errors.
pub fn run(truth: &Path, only: &str, results: &[PathBuf], options: &EvaluateOptions) -> Result<Evaluation, FileError> {
    let truth = Truth::read_file(truth, only)?;
    let results = Results::find(results, &truth)?;
    Ok(evaluate(&truth, &results, options))
}
