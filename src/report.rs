//! The report of one sample and every view of it.
//!
//! Comes in: one [`SampleReport`], made by the flow or read from a file. Goes out: bytes. The JSON is
//! the one source; every other output is a pure view of it and can be made again from the file.
//! Nothing is judged, filtered or counted here; positions are 1-based from here on.
//!
//! ```text
//! SampleReport ─┬─ json          SAMPLE.breakapart.json
//!               ├─ fusions_tsv   SAMPLE.fusions.tsv      Arriba's 30 columns, then ours
//!               ├─ discarded_tsv SAMPLE.discarded.tsv
//!               ├─ junctions_fa  SAMPLE.junctions.fa
//!               └─ terminal      what a person sees
//! write::OutputSet  opens every file before the work, renames all of them at its end
//! ```

mod arriba;
pub mod build;
pub mod discarded_tsv;
pub mod file_stem;
pub mod format;
pub mod fusions_tsv;
pub mod json;
pub mod json_schema;
pub mod junctions_fa;
pub mod number;
pub mod pair;
pub mod read;
pub mod schema;
pub mod terminal;
pub mod wording;
pub mod write;

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod golden;

pub use arriba::COLUMNS as ARRIBA_COLUMNS;
pub use file_stem::safe_file_stem;
pub use format::{Format, ViewError};
pub use json_schema::schema;
pub use read::{ReadError, ReadLimits};
pub use schema::{SCHEMA_VERSION, SampleReport};
pub use write::{OutputError, OutputSet};
