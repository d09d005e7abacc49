//! Explain: realigns every fragment that is not plainly wild type to the loci that explain it best.
//!
//! `oriented` orients a fragment in the target gene's sense; `words` finds k-mer seeds of its reads on a `locus`;
//! `walk` extends them to alignments; `stretch` holds these candidate alignments; `realign` chooses the best chain by
//! the `cost` of each junction, with log-odds from `prior`; `compared` compares the scores of the explanations;
//! `proposed` scores a fragment on junctions of other molecules, and `far` on the loci of their partner sides;
//! `sample` does so for every fragment, alone and along the junctions of others; `rebuild` writes the new chain, and `tail` recognises adapters and tails.

mod compared;
mod cost;
pub(crate) mod far;
pub(crate) mod locus;
mod oriented;
pub(crate) mod prior;
pub(crate) mod proposed;
pub(crate) mod realign;
pub(crate) mod rebuild;
pub(crate) mod sample;
mod stretch;
pub(crate) mod tail;
pub(crate) mod walk;
pub(crate) mod words;

#[cfg(test)]
mod tests;
