//! Tests of all views together: golden files, downstream consumers, and formulas in cells.

mod consumers;
mod formulas;
mod golden;
