//! Integration tests, one binary.

// Clippy's exemption for tests covers test functions only, not their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use breakapart_lab::simulate as lab;

mod call;
mod caps;
mod cases;
mod cohort;
mod commands;
mod data;
mod determinism;
mod dna;
mod evidence;
mod faults;
mod formats;
mod input;
mod inputs;
mod made;
mod one_truth;
mod pair;
mod privacy;
mod program;
mod rule;
mod simulate;
mod track;
mod traps;
mod trial;
mod trust;
#[path = "../support/world.rs"]
mod world;
