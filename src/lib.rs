//! breakapart finds KMT2A rearrangements and partial tandem duplications in aligned sequencing data.
//!
//! ```text
//! input ──► collect ──► assemble ──► annotate ──► judge ──► conclude ──► report
//! ```
//! `genome` (pure vocabulary), `catalogue` (genes and partners) and `hts` (all htslib) stand beneath.

pub mod annotate;
pub mod assemble;
pub mod background;
pub mod callers;
pub mod catalogue;
pub mod cli;
pub mod cohort;
pub mod collect;
pub mod conclude;
pub mod evaluate;
pub mod explain;
pub mod flow;
pub mod genome;
#[allow(unsafe_code)]
pub mod hts;
pub mod input;
pub mod judge;
pub mod report;
pub mod review;
pub mod simulate;
pub mod track;
