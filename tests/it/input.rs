//! The input stage against files as they come: whole, cut, mislabelled, hostile.

mod access;
mod cram;
mod records;
mod refusals;
pub(crate) mod written;
