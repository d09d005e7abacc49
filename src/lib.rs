//! breakapart finds KMT2A rearrangements and partial tandem duplications in aligned sequencing data.
//!
//! ```text
//! input ──► collect ──► assemble ──► annotate ──► judge ──► conclude ──► report
//! ```
//! `genome` (pure vocabulary), `catalogue` (genes and partners) and `hts` (all htslib) stand beneath.

pub mod genome;
pub mod report;
