//! breakapart finds KMT2A rearrangements and partial tandem duplications in aligned sequencing data.
//!
//! ```text
//! input ──► evidence ──► assemble ──► annotate ──► judge ──► conclude ──► report
//! ```
//! `genome` (pure vocabulary), `catalogue` (genes and partners) and `hts` (all htslib) stand beneath; [`run`] wires
//! the stages.

pub mod annotate;
pub mod assemble;
pub mod background;
pub mod catalogue;
pub mod conclude;
pub mod evidence;
pub mod explain;
pub mod genome;
#[allow(unsafe_code)]
pub mod hts;
pub mod input;
pub mod judge;
pub mod report;
pub mod run;
