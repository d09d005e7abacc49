//! Analyses of many samples: a trial's table from its reports, and residual disease by patient-specific junctions.
//! Subcommands of the program; no result of a sample depends on this crate.

#[cfg(test)]
#[path = "../../../tests/support/example.rs"]
mod example;

pub mod cohort;
pub mod track;
