//! The query: finds the junctions and explains each.

use super::{
    junction::{self, READS_OF_EVENT},
    page::Page,
    place,
    question::{NEAR_BASES, Question, QuestionError},
};
use crate::{
    catalogue::catalogue,
    report::{
        schema::{Discarded, Event, Junction, SampleReport, Side},
        wording,
    },
};

/// Discarded junctions explained in full if a gene or a position is queried; the others get one line.
const MOST_DISCARDED: usize = 3;

/// Most lines of discarded junctions that are not explained in full.
const MOST_LINES: usize = 20;

/// The section's heading.
pub(super) fn title(question: &Question) -> String {
    match question {
        Question::Called => "Every called event".to_owned(),
        Question::Place(_) => format!(
            "Junctions within {} bases of {question}",
            wording::thousands(NEAR_BASES)
        ),
        Question::Id(_) | Question::Gene(_) => format!("Query: {question}"),
    }
}

/// Writes the section: every event and every discarded junction that the question concerns.
pub(super) fn write(report: &SampleReport, question: &Question, page: &mut Page) -> Result<(), QuestionError> {
    let names = |event: &Event| match question {
        Question::Called => true,
        Question::Id(id) => *id == event.id,
        Question::Gene(_) | Question::Place(_) => false,
    };
    let is_asked = |event: &&Event| names(event) || event.junctions.iter().any(|junction| question.is_about(junction));
    let events: Vec<&Event> = report.events.iter().filter(is_asked).collect();
    let mut discarded: Vec<&Discarded> = report.discarded.iter().collect();
    if *question == Question::Called {
        if events.is_empty() {
            page.text("No event reaches a tier.");
            in_short(
                "The strongest of those below every tier",
                &discarded,
                MOST_DISCARDED,
                page,
            );
        }
        discarded.clear();
    }
    discarded.retain(|discarded| question.is_about(&discarded.junction));
    let by_itself = matches!(question, Question::Id(_)) && !report.events.iter().any(names);
    let most_reads = if by_itself { usize::MAX } else { READS_OF_EVENT };
    for event in &events {
        junction::write_event(report, event, |junction| question.is_about(junction), most_reads, page);
    }
    for one in discarded.iter().take(MOST_DISCARDED) {
        junction::write_discarded(report, one, most_reads, page);
    }
    let rest = discarded.get(MOST_DISCARDED..).unwrap_or_default();
    if !rest.is_empty() {
        page.gap();
    }
    in_short("Also below every tier", rest, MOST_LINES, page);
    if events.is_empty() && discarded.is_empty() {
        nothing(report, question, page)?;
    }
    Ok(())
}

/// The answer if the report has nothing for the query.
fn nothing(report: &SampleReport, question: &Question, page: &mut Page) -> Result<(), QuestionError> {
    match question {
        Question::Called => {}
        Question::Gene(symbol) => place::no_junction_of_gene(report, symbol, page),
        Question::Place(asked) => place::write(report, asked, page),
        Question::Id(id) => {
            return Err(QuestionError::NoSuchId {
                id: id.clone(),
                has: has(report),
            });
        }
    }
    Ok(())
}

/// `events E1 to E2 and discarded junctions D1 to D4`.
fn has(report: &SampleReport) -> String {
    let range = |ids: Vec<&str>, what: &str| match ids.as_slice() {
        [] => format!("no {what}"),
        [only] => format!("{what} {only}"),
        [first, .., last] => format!("{what}s {first} to {last}"),
    };
    let events = report.events.iter().map(|event| event.id.as_str()).collect();
    let discarded = report.discarded.iter().map(|d| d.junction.id.as_str()).collect();
    let discarded = range(discarded, "discarded junction");
    format!("{} and {discarded}", range(events, "event"))
}

/// One line each, under a heading; nothing for an empty list.
fn in_short(heading: &str, discarded: &[&Discarded], most: usize, page: &mut Page) {
    if discarded.is_empty() {
        return;
    }
    page.text(&format!("{heading} (query one by its identifier):"));
    for one in discarded.iter().take(most) {
        page.row("    ", &junction::in_short(&one.junction));
    }
    let more = discarded.len().saturating_sub(most);
    if more > 0 {
        page.row("    ", &format!("and {more} more in the table of discarded junctions"));
    }
}

impl Question {
    /// Whether the query concerns a junction.
    pub(super) fn is_about(&self, junction: &Junction) -> bool {
        match self {
            Self::Called => true,
            Self::Id(id) => {
                let below = junction.id.strip_prefix(id.as_str());
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            Self::Gene(symbol) => in_gene(junction, &current(symbol)),
            Self::Place(place) => {
                let near = |side| place::distance(side, place).is_some_and(|bases| bases <= NEAR_BASES);
                sides(junction).any(near)
            }
        }
    }
}

/// The current symbol in capitals, for comparing genes.
fn current(symbol: &str) -> String {
    catalogue()
        .current_symbol(symbol)
        .unwrap_or(symbol)
        .to_ascii_uppercase()
}

pub(super) fn sides(junction: &Junction) -> impl Iterator<Item = &Side> {
    [&junction.five, &junction.three].into_iter().flatten()
}

/// Whether a side is in the gene, or intergenic next to it.
fn in_gene(junction: &Junction, wanted: &str) -> bool {
    let is_wanted = |symbol: &str| current(symbol) == wanted;
    sides(junction).any(|side| match &side.gene {
        Some(gene) => is_wanted(gene),
        None => {
            side.genes_nearby.iter().any(|gene| is_wanted(&gene.symbol))
                || side.gene_candidates.iter().any(|gene| is_wanted(gene))
        }
    })
}
