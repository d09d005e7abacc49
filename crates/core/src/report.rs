//! The report of one sample and every view of it.
//!
//! In: one [`SampleReport`], made by the flow or read from a file. Out: bytes. The JSON is
//! the only source; every other output is a pure view of it and can be regenerated from the file.
//! Nothing is judged, filtered or counted here; positions are 1-based from here on.
//!
//! Each format has a file with its description (`VIEW`) and renderer; they are listed below.
//! [`OutputSet`] opens every file before the analysis and renames all of them at its end.

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
pub mod patient;
pub(crate) mod read;
pub mod scale;
pub(crate) mod star_fusion;
pub mod terminal;
pub mod tsv;
pub(crate) mod vcf;
pub(crate) mod vicc;
pub mod wording;
pub(crate) mod write;

#[cfg(test)]
#[path = "../../../tests/support/example.rs"]
pub(crate) mod example;
#[cfg(test)]
mod tests;

pub use crate::model::{self as schema, SCHEMA_VERSION, SampleReport};
pub use file_stem::{fnv1a, safe_file_stem};
pub use format::ViewError;
pub use json_schema::schema;
pub use read::{FileError, FileFault, ReadError, ReadFault, ReadLimits, entries_of, paths_in, start_of};
pub use write::private::{PrivateFolder, remove_unfinished};
pub use write::{OutputError, OutputSet};

format::formats! {
    /// The report itself.
    Json = json,
    /// Junctions at tier low or better in Arriba's columns, then ours.
    Fusions = fusions_tsv,
    /// Junctions below every tier, with the reason.
    Discarded = discarded_tsv,
    /// Sequences across the junctions.
    Junctions = junctions_fa,
    /// The summary shown on the terminal, without colour.
    Text = terminal,
    /// The page to read, print and sign.
    Html = html,
    /// Breakends in VCF 4.3.
    Vcf = vcf,
    /// Pairs of breakpoint positions in BEDPE.
    Bedpe = bedpe,
    /// STAR-Fusion's abridged table.
    StarFusion = star_fusion,
    /// MultiQC's custom content.
    Multiqc = multiqc,
    /// VICC's AssayedFusion in JSON.
    Vicc = vicc,
}
