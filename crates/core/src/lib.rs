//! breakapart finds KMT2A rearrangements and partial tandem duplications in aligned sequencing data.
//!
//! ```text
//! input ──► evidence ──► assemble ──► annotate ──► judge ──► conclude ──► report
//! ```
//! `genome` (positions, intervals, records), `catalogue` (genes and partners) and `hts` (all htslib calls) are used by
//! every stage; [`run`] connects the stages. One sample from file to conclusion:
//!
//! ```
//! use breakapart_core::input::{self, InputOptions, Source};
//! use breakapart_core::report::schema::{Frame, State};
//! use breakapart_core::run::{self, FlowConfig};
//!
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../test-data/cases/aff1_reciprocal/");
//! # let path = std::path::Path::new(folder).join("aff1_reciprocal.bam");
//! let mut file = input::open(&Source::Path(path), &InputOptions::default())?;
//! let report = run::analyse(&mut file, "patient07", &FlowConfig::default())?;
//!
//! assert_eq!(report.conclusion.state, State::Rearranged);
//! let event = &report.events[0];
//! assert_eq!((event.name.as_str(), event.junctions[0].frame), ("KMT2A::AFF1", Frame::InFrame));
//! // Positions are 1-based: the last base of KMT2A that the transcript keeps.
//! assert_eq!(event.junctions[0].five.as_ref().map(|side| side.position), Some(118_482_495));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Test files shared with other crates refer to this crate by its name.
#[cfg(test)]
extern crate self as breakapart_core;

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
pub mod model;
pub mod report;
pub mod run;
