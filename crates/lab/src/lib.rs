//! Tools to measure breakapart: simulated samples with exact truth, accuracy against it, other callers' tables, and
//! second opinions on them. Subcommands of the program; no result of a sample depends on this crate.

#[cfg(test)]
#[path = "../../../tests/support/example.rs"]
mod example;

pub mod callers;
pub mod evaluate;
pub mod review;
pub mod simulate;
