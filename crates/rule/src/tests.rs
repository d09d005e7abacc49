//! Tables of cases that pin the rule to its numbers, and the documents generated from it.

mod document;
pub(crate) mod pinned;
pub(crate) mod samples;
