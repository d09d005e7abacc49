//! The input stage with all kinds of files: complete, truncated, mislabelled, hostile.

mod access;
mod cram;
mod records;
mod refusals;
pub(crate) mod written;
