//! Integration tests, one binary.

mod input;
