//! Why an event was called or not, and how every read was counted, in plain words.
//!
//! ```text
//! SampleReport + Question ──► explain() ──► text: 1 the conclusion and its rule
//!                                                 2 what was asked, number by number
//!                                                 3 where every abnormal fragment went
//! ```
//! Pure: the text comes from the report alone, so an old report explains itself; with the alignment, section `4`
//! lists its reads by name. Not decided here: anything. The numbers are those of the report; only the sum of the
//! terms is computed again, and a sum that does not give the report's score is reported.

mod asked;
mod concluded;
mod fragments;
mod junction;
mod page;
mod place;
mod question;
mod reads;
mod terms;
mod tier;

#[cfg(test)]
mod tests;

pub use question::{NEAR_BASES, Question, QuestionError};

use crate::{report::schema::SampleReport, run::trace::TracedFragment};
use page::Page;

/// The answer, in lines of at most 96 characters, ending in a newline. `traced` are the fragments of the alignment
/// that the report was made from: every read that the question concerns gets a line.
///
/// # Errors
/// [`QuestionError::NoSuchId`] for an event or a junction that is not in the report. A gene or a position without
/// evidence is an answer, not an error.
pub fn explain_reads(
    report: &SampleReport,
    question: &Question,
    traced: Option<&[TracedFragment]>,
) -> Result<String, QuestionError> {
    let mut page = Page::new(&report.sample);
    page.section("1. What was concluded, and by which rule");
    concluded::write(report, &mut page);
    page.section(&format!("2. {}", asked::title(question)));
    asked::write(report, question, &mut page)?;
    page.section("3. Where every abnormal fragment went");
    fragments::write(report, &mut page);
    if let Some(traced) = traced {
        page.section("4. The reads");
        reads::write(report, question, traced, &mut page);
    }
    page.gap();
    page.text("Research use only.");
    Ok(page.finish())
}
