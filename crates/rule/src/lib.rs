//! The decision: plain numbers in, tier and reasons out.
//!
//! A pure crate: no file, no read, no gene model. `breakapart-core` measures a sample and hands the numbers over; limits
//! of detection, calibration and tests call the very same functions.
//!
//! - [`Params`]: every number of the decision, with unit, meaning, source and default.
//! - [`assess`](fn@assess): what is believed of one junction ([`EvidenceFacts`] beside a [`Context`]).
//! - [`background`]: what the sample's own noise is taken to be.
//! - [`event`]: what the junctions of one event say for one another, and which of them leads it.
//! - [`Code`], [`TermName`]: a card for each reason and each term; `docs/rule.md` is made from them.

pub mod assess;
pub mod background;
pub mod code;
#[cfg(test)]
mod document;
pub mod event;
pub mod facts;
pub mod judgement;
pub mod kind;
pub mod params;
#[cfg(test)]
mod pinned;
pub mod probability;
pub mod term;

pub use assess::assess;
pub use code::{Card, Code};
pub use facts::{Context, EvidenceFacts};
pub use judgement::{Judgement, Reason, Term};
pub use kind::{Assay, Class, EventKind, Frame, LibraryType, MemberRole, Region, Tier};
pub use params::{ParamCard, Params};
pub use term::TermName;
