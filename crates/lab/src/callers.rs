//! Result tables of fusion callers, ours and others', read into one kind of row.
//!
//! Comes in: a table with a header line, from a file or from bytes; the content is not trusted. Goes
//! out: [`CallerTable`]: one [`CallerRow`] a line, with what each format calls by its own name put into
//! the same fields. Columns are found by name, never by number. Not decided here: whether a row is true
//! (`evaluate`) or agrees with a report (`review`).
//!
//! Positions are 1-based, the last retained base of each side, as every format read here has them.

mod arriba;
pub(crate) mod beside;
mod cells;
mod cicero;
mod error;
mod fusion_catcher;
mod jaffa;
mod row;
mod star_fusion;
mod table;

#[cfg(test)]
mod tests;

pub use breakapart_core::genome::place::Place;
pub use error::{CallersError, TableFault};
pub(crate) use row::places;
pub use row::{CallerRow, Filter, GeneOrder, Listed};
pub use table::{CallerTable, ReadLimits, SkippedRow, read, read_file};

use std::fmt;

use serde::Serialize;

use cells::{Cells, Header};

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
    /// All of them, the ones whose header has another's columns first.
    pub const ALL: [Self; 6] = [
        Self::Breakapart,
        Self::Arriba,
        Self::StarFusion,
        Self::FusionCatcher,
        Self::Jaffa,
        Self::Cicero,
    ];

    /// The name, as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Breakapart => "breakapart",
            Self::Arriba => "Arriba",
            Self::StarFusion => "STAR-Fusion",
            Self::FusionCatcher => "FusionCatcher",
            Self::Jaffa => "JAFFA",
            Self::Cicero => "CICERO",
        }
    }

    /// The columns by which its tables are known, and without which they can't be read.
    const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Breakapart => arriba::REQUIRED_OURS,
            Self::Arriba => arriba::REQUIRED,
            Self::StarFusion => star_fusion::REQUIRED,
            Self::FusionCatcher => fusion_catcher::REQUIRED,
            Self::Jaffa => jaffa::REQUIRED,
            Self::Cicero => cicero::REQUIRED,
        }
    }

    /// The caller whose columns the header has.
    fn of(header: &Header) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|caller| caller.required().iter().all(|name| header.has(name)))
    }

    /// One row; the error says in a few words what is wrong with it.
    fn row(self, cells: &Cells<'_>) -> Result<CallerRow, String> {
        match self {
            Self::Breakapart | Self::Arriba => arriba::row(self, cells),
            Self::StarFusion => star_fusion::row(cells),
            Self::FusionCatcher => fusion_catcher::row(cells),
            Self::Jaffa => jaffa::row(cells),
            Self::Cicero => cicero::row(cells),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
