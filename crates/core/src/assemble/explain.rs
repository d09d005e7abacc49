//! Explain: every fragment that is not plainly wild type, laid on what explains it best.
//!
//! `oriented` reads a fragment in the target gene's sense; `words` finds where its reads may lie on `locus`; `walk` lays
//! them there; `stretch` holds what was laid; `realign` chooses the best chain by the `prior` of each change of place;
//! `rebuild` puts the fragment together again, and `tail` names what ends of it belong to no genome.

pub mod locus;
mod oriented;
pub mod prior;
pub mod realign;
pub mod rebuild;
mod stretch;
pub mod tail;
pub mod walk;
pub mod words;

#[cfg(test)]
mod tests;
