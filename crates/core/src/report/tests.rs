//! Of all views together: what they were before, what reads them, and what no cell may hold.

mod consumers;
mod formulas;
mod golden;
