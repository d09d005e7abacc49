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
//!               ├─ html          SAMPLE.report.html      a page to read, print and sign
//!               ├─ terminal      what a person sees
//!               ├─ vcf, bedpe    breakends and pairs of places
//!               ├─ star_fusion   the table of that caller
//!               ├─ multiqc       custom content for MultiQC
//!               └─ vicc          VICC AssayedFusion
//! write::OutputSet  opens every file before the work, renames all of them at its end
//! ```

mod arriba;
pub(crate) mod bedpe;
pub mod build;
mod consistent;
pub mod discarded_tsv;
mod domains;
pub(crate) mod file_stem;
pub(crate) mod format;
pub mod fusions_tsv;
pub(crate) mod html;
pub mod igv;
pub mod json;
pub(crate) mod json_schema;
pub(crate) mod junctions_fa;
pub(crate) mod multiqc;
pub mod number;
pub(crate) mod pair;
pub mod patient;
pub(crate) mod read;
pub mod schema;
pub(crate) mod star_fusion;
pub mod terminal;
pub(crate) mod vcf;
pub(crate) mod vicc;
pub mod wording;
pub(crate) mod write;

#[cfg(test)]
mod consumers;
#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod formulas;
#[cfg(test)]
mod golden;

pub use arriba::COLUMNS as ARRIBA_COLUMNS;
pub use file_stem::safe_file_stem;
pub use format::{Format, ViewError};
pub use json_schema::schema;
pub use read::{ReadError, ReadLimits};
pub use schema::{SCHEMA_VERSION, SampleReport};
pub use write::private::{PrivateFolder, remove_unfinished};
pub use write::{OutputError, OutputSet};
