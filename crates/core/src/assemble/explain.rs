//! Explain: every fragment that is not plainly wild type, laid on what explains it best.
//!
//! `oriented` reads a fragment in the target gene's sense; `words` finds where its reads may lie on `locus`; `walk` lays
//! them there; `stretch` holds what was laid; `realign` chooses the best chain by the `cost` of each change of place, whose
//! numbers are in `prior`; `compared` tells by how much; `proposed` compares it with junctions that other molecules show
//! and `far` with the places where they lie; `rebuild` puts the fragment together again, and `tail` names what ends of it
//! belong to no genome.

mod compared;
mod cost;
pub(crate) mod far;
pub(crate) mod locus;
mod oriented;
pub(crate) mod prior;
pub(crate) mod proposed;
pub(crate) mod realign;
pub(crate) mod rebuild;
mod stretch;
pub(crate) mod tail;
pub(crate) mod walk;
pub(crate) mod words;

#[cfg(test)]
mod tests;
