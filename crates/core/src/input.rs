//! Opening an alignment file: its format, whether it can be used, and its records.
//!
//! In: a path or the standard input. Out: an [`AlignmentFile`] with the header's facts, warnings as values, and two
//! ways to read records: [`AlignmentFile::fetch`] through the index, or [`AlignmentFile::stream`] in one pass.
//!
//! Not decided here: which records are evidence (`evidence`), and the conclusion for a file whose aligner could not
//! write chimeric alignments (`conclude`). `docs/input.md` lists every refusal.

mod aligner;
mod alignment;
mod contradiction;
mod cram_containers;
mod error;
mod header;
mod index_check;
mod opening;
mod options;
mod processing;
mod reference;
mod small;

pub use aligner::{Aligner, ChimericOutput, StarSettings};
pub use alignment::AlignmentFile;
pub use error::InputError;
pub use header::{HeaderFacts, Program, ReadGroup};
pub use opening::open;
pub use options::{Access, InputOptions, InputWarning, MoleculesBy, Source, Unmapped, printable};
pub use processing::{Assay, AssayGuess, DuplicateMarking, Processing};
pub use small::small_text;

pub use crate::hts::Format;
