//! What was asked: finds the junctions, explains each.

use std::collections::BTreeSet;

use super::{
    junction::{self, READS_OF_EVENT},
    page::Page,
    place,
    question::{NEAR_BASES, Question, QuestionError},
};
use crate::genome::place::Place;
use crate::{
    catalogue::catalogue,
    report::{
        schema::{Discarded, Event, Junction, SampleReport, Side},
        wording,
    },
};

/// Discarded junctions explained in full where a gene or a place is asked for; the others have a line.
const MOST_DISCARDED: usize = 3;

/// Most lines of discarded junctions that are not explained in full.
const MOST_LINES: usize = 20;

/// The section's heading.
pub(super) fn title(question: &Question) -> String {
    match question {
        Question::Called => "Every called event".to_owned(),
        Question::Place(_) => format!(
            "What lies within {} bases of {question}",
            wording::thousands(NEAR_BASES)
        ),
        Question::Id(_) | Question::Gene(_) => format!("What was asked: {question}"),
    }
}

/// Writes the section.
pub(super) fn write(report: &SampleReport, question: &Question, page: &mut Page) -> Result<(), QuestionError> {
    match question {
        Question::Called => called(report, page),
        Question::Id(id) => by_id(report, id, page)?,
        Question::Gene(symbol) => {
            let wanted = current(symbol);
            if !matching(report, &|junction| in_gene(junction, &wanted), page) {
                place::no_junction_of_gene(report, symbol, page);
            }
        }
        Question::Place(asked) => {
            if !matching(report, &|junction| is_near(junction, asked), page) {
                place::write(report, asked, page);
            }
        }
    }
    Ok(())
}

fn called(report: &SampleReport, page: &mut Page) {
    if report.events.is_empty() {
        page.text("No event reaches a tier.");
        if !report.discarded.is_empty() {
            page.text("The strongest of those below every tier (ask for one by its name):");
            let best: Vec<&Discarded> = report.discarded.iter().collect();
            in_short(&best, MOST_DISCARDED, page);
        }
    }
    for event in &report.events {
        junction::write_event(report, event, |_| true, READS_OF_EVENT, page);
    }
}

fn by_id(report: &SampleReport, id: &str, page: &mut Page) -> Result<(), QuestionError> {
    if let Some(event) = report.events.iter().find(|event| event.id == id) {
        junction::write_event(report, event, |_| true, READS_OF_EVENT, page);
        return Ok(());
    }
    let of = |event: &&Event| event.junctions.iter().any(|junction| junction.id == id);
    if let Some(event) = report.events.iter().find(of) {
        junction::write_event(report, event, |junction| junction.id == id, usize::MAX, page);
        return Ok(());
    }
    let is_it = |discarded: &&Discarded| discarded.junction.id == id;
    if let Some(discarded) = report.discarded.iter().find(is_it) {
        junction::write_discarded(report, discarded, usize::MAX, page);
        return Ok(());
    }
    Err(QuestionError::NoSuchId {
        id: id.to_owned(),
        has: has(report),
    })
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

/// Explains every junction that is wanted; whether there was one.
fn matching(report: &SampleReport, wanted: &dyn Fn(&Junction) -> bool, page: &mut Page) -> bool {
    let mut found = false;
    for event in &report.events {
        if event.junctions.iter().any(wanted) {
            found = true;
            junction::write_event(report, event, wanted, READS_OF_EVENT, page);
        }
    }
    let discarded: Vec<&Discarded> = report.discarded.iter().filter(|d| wanted(&d.junction)).collect();
    for one in discarded.iter().take(MOST_DISCARDED) {
        junction::write_discarded(report, one, READS_OF_EVENT, page);
    }
    let rest = discarded.get(MOST_DISCARDED..).unwrap_or_default();
    if !rest.is_empty() {
        page.gap();
        page.text("Also below every tier (ask for one by its name):");
        in_short(rest, MOST_LINES, page);
    }
    found || !discarded.is_empty()
}

fn in_short(discarded: &[&Discarded], most: usize, page: &mut Page) {
    for one in discarded.iter().take(most) {
        page.row("    ", &junction::in_short(&one.junction));
    }
    let more = discarded.len().saturating_sub(most);
    if more > 0 {
        page.row("    ", &format!("and {more} more in the table of discarded junctions"));
    }
}

/// The current symbol in capitals: how genes are compared.
pub(super) fn current(symbol: &str) -> String {
    catalogue()
        .current_symbol(symbol)
        .unwrap_or(symbol)
        .to_ascii_uppercase()
}

pub(super) fn sides(junction: &Junction) -> impl Iterator<Item = &Side> {
    [&junction.five, &junction.three].into_iter().flatten()
}

/// Whether a side lies in the gene, or between genes beside it.
pub(super) fn in_gene(junction: &Junction, wanted: &str) -> bool {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for side in sides(junction) {
        match &side.gene {
            Some(gene) => {
                named.insert(current(gene));
            }
            None => {
                named.extend(side.genes_nearby.iter().map(|gene| current(&gene.symbol)));
                named.extend(side.gene_candidates.iter().map(|gene| current(gene)));
            }
        }
    }
    named.contains(wanted)
}

pub(super) fn is_near(junction: &Junction, asked: &Place) -> bool {
    sides(junction).any(|side| place::distance(side, asked).is_some_and(|bases| bases <= NEAR_BASES))
}
