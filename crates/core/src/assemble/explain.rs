//! Explain: every fragment that is not plainly wild type, laid on what explains it best.

pub mod locus;
pub mod realign;
pub mod tail;
pub mod walk;
pub mod words;

#[cfg(test)]
mod tests;
