//! The decision: plain numbers in, tier and reasons out.
//!
//! A pure crate: no files, no reads, no gene models. `breakapart-core` measures a sample and passes the numbers; limits
//! of detection, calibration and tests call the same functions.
//!
//! - [`Params`]: every number of the decision, with unit, meaning, source and default.
//! - [`assess`](fn@assess): scores one junction ([`EvidenceFacts`] in a [`Context`]).
//! - [`background`]: estimates the sample's own noise.
//! - [`breaks`]: breaks without a partner, and when two junctions or assays show the same breakpoint.
//! - [`event`]: how the junctions of one event support one another, and which one leads it.
//! - [`lod`]: the limit of detection; [`waive`]: candidates too rare to prevent a negative.
//! - [`molecule`]: which reads belong to one molecule; [`reads`]: what they show about the library.
//! - [`fitness`], [`capability`]: whether a file can support a negative, and how well it shows chimeras; [`imbalance`]:
//!   a step in coverage.
//! - [`decide`]: the state of a sample ([`SampleFacts`]).
//! - [`Code`], [`TermName`], [`Ground`]: a card for each reason, term and ground of a conclusion; `docs/rule.md` is
//!   generated from them.

pub mod assess;
pub mod background;
pub mod breaks;
pub mod capability;
pub mod code;
pub mod event;
pub mod facts;
pub mod file;
pub mod fitness;
pub mod ground;
pub mod imbalance;
pub mod judgement;
pub mod kind;
pub mod lod;
pub mod molecule;
pub mod number;
pub mod params;
pub mod probability;
pub mod reads;
pub mod sample;
pub mod state;
pub mod term;
#[cfg(test)]
mod tests;
pub mod waive;

pub use assess::assess;
pub use capability::{Capability, Visibility};
pub use code::{Card, Code};
pub use facts::{Context, EvidenceFacts};
pub use file::FileFacts;
pub use ground::{Ground, NextStep};
pub use imbalance::Imbalance;
pub use judgement::{Judgement, Reason, Term};
pub use kind::{Assay, Class, EventKind, Frame, LibraryType, MemberRole, Region, Tier};
pub use lod::{DonorLimit, IntronCover, Limits};
pub use params::{ParamCard, Params};
pub use sample::{Donor, EventFacts, JunctionFacts, Member, SampleFacts};
pub use state::{Cause, Decided, FindingStatus, State, decide};
pub use term::TermName;
pub use waive::Waived;
