//! Tables of cases that hold the rule to its numbers, and the documents made from it.

mod document;
pub(crate) mod pinned;
pub(crate) mod samples;
