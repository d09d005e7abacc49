//! Result tables of fusion callers, ours and others', parsed into one row type.
//!
//! In: a table with a header line, from a file or from bytes; the content is not trusted. Out: [`CallerTable`]: one
//! [`CallerRow`] per line, with the columns of each format mapped to the same fields. Columns are found by name, never
//! by number. Not decided here: whether a row is true (`evaluate`) or agrees with a report (`review`).
//!
//! Positions are 1-based, the last retained base of each side, as in every format read here.

pub(crate) mod beside;
pub(crate) mod cells;
mod error;
mod format;
mod row;
mod table;

#[cfg(test)]
mod tests;

pub use breakapart_core::genome::place::Place;
pub use error::{CallersError, TableFault};
pub(crate) use row::places;
pub use row::{CallerRow, Filter, Listed};
pub use table::{CallerTable, ReadLimits, SkippedRow, read, read_file};

use std::fmt;

use serde::Serialize;

use format::Format;

/// A program whose result tables can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Caller {
    /// This program: `SAMPLE.fusions.tsv` and `SAMPLE.discarded.tsv`.
    #[default]
    #[serde(rename = "breakapart")]
    Breakapart,
    /// Arriba: `fusions.tsv` and `fusions.discarded.tsv`, 30 columns or the 24 of version 1.
    Arriba,
    /// STAR-Fusion and FusionInspector: full, abridged and coding-effect predictions.
    #[serde(rename = "STAR-Fusion")]
    StarFusion,
    /// FusionCatcher: the final list of candidate fusion genes.
    FusionCatcher,
    /// JAFFA and JAFFAL: `jaffa_results.csv`.
    #[serde(rename = "JAFFA")]
    Jaffa,
    /// CICERO: `final_fusions.txt`.
    #[serde(rename = "CICERO")]
    Cicero,
}

impl Caller {
    /// The name, as printed.
    pub fn name(self) -> &'static str {
        Format::of(self).name
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
