//! A second opinion on another caller's result.
//!
//! ```text
//! SampleReport ──────┐
//! another caller's tables ──► review() ──► Review ──► text, TSV, JSON
//! ```
//! In: our report of the sample, and called and discarded rows of another caller's tables. Out: each of its KMT2A calls
//! as confirmed, different, below our tiers or not seen; and each of our called junctions that it lacks, with the
//! filter that discarded it there, if a discarded file says so. Pure. Not decided here: which caller is right.

mod compare;
mod outcome;
mod render;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use outcome::{CallerReview, Difference, Lacked, Ours, Reach, Review, Theirs, Verdict};
pub use render::{text, tsv};

use crate::callers::beside::current;
use crate::callers::{CallerRow, CallerTable, Listed};
use breakapart_core::catalogue::{KMT2A, catalogue};
use breakapart_core::genome::{Build, Position};
use breakapart_core::report::schema::SampleReport;
use compare::{Agreement, OurJunction, compare};

/// Reviews the tables of one or several callers against the report of the same sample. The order of tables and rows
/// does not matter; the output is sorted by caller and line. An empty table means that its caller found nothing.
pub fn review(report: &SampleReport, tables: &[CallerTable]) -> Review {
    let mut by_caller: BTreeMap<_, (bool, Vec<&CallerRow>)> = BTreeMap::new();
    for table in tables {
        let (has_discarded, rows) = by_caller.entry(table.caller).or_default();
        *has_discarded |= table.is_discarded;
        rows.extend(&table.rows);
    }
    let junctions = compare::junctions(report);
    let callers = by_caller
        .into_iter()
        .map(|(caller, (has_discarded, mut rows))| {
            rows.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.content().cmp(&b.content())));
            review_caller(caller.name(), (&rows, has_discarded), &junctions, report)
        })
        .collect();
    Review {
        sample: report.sample.clone(),
        state: report.conclusion.state,
        label: report.conclusion.label(),
        callers,
    }
}

fn review_caller(
    caller: &str,
    (rows, discarded_given): (&[&CallerRow], bool),
    junctions: &[OurJunction<'_>],
    report: &SampleReport,
) -> CallerReview {
    let build = report.build();
    let of_kmt2a: Vec<&CallerRow> = rows.iter().copied().filter(|row| concerns_kmt2a(row, build)).collect();
    let called: Vec<&CallerRow> = listed(&of_kmt2a, Listed::Called);
    let discarded: Vec<&CallerRow> = listed(&of_kmt2a, Listed::Discarded);
    let has_discarded = discarded_given || rows.iter().any(|row| row.listed == Listed::Discarded);

    // Each row's best junction, the certain agreements first: a row of another partner may only match a junction that
    // no row matches exactly.
    let mut matches: Vec<Option<(usize, Agreement)>> = called
        .iter()
        .map(|row| best(row, junctions, Reach::Gene, |_, _| true))
        .collect();
    let taken: BTreeSet<usize> = matches.iter().flatten().map(|(index, _)| *index).collect();
    let free = |index: usize, junction: &OurJunction<'_>| junction.is_called() && !taken.contains(&index);
    for (row, slot) in called.iter().zip(&mut matches) {
        if slot.is_none() {
            *slot = best(row, junctions, Reach::Base, free);
        }
    }
    let shown: BTreeSet<usize> = matches.iter().flatten().map(|(index, _)| *index).collect();
    let theirs = called
        .iter()
        .zip(&matches)
        .map(|(row, found)| {
            outcome::theirs(
                row,
                found.as_ref().and_then(|(index, a)| Some((junctions.get(*index)?, a))),
            )
        })
        .collect();

    let ours = junctions
        .iter()
        .enumerate()
        .filter(|(index, junction)| junction.is_called() && !shown.contains(index))
        .map(|(_, junction)| {
            let whole_event = !shown
                .iter()
                .filter_map(|index| junctions.get(*index))
                .any(|other| other.is_called() && other.event_id() == junction.event_id());
            outcome::ours(junction, whole_event, lacked(junction, &discarded, has_discarded))
        })
        .collect();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    CallerReview {
        caller: caller.to_owned(),
        rows: count(listed(rows, Listed::Called).len()),
        discarded_rows: has_discarded.then(|| count(listed(rows, Listed::Discarded).len())),
        theirs,
        ours,
    }
}

fn listed<'a>(rows: &[&'a CallerRow], which: Listed) -> Vec<&'a CallerRow> {
    rows.iter().copied().filter(|row| row.listed == which).collect()
}

/// The junction that agrees best with the row. `Reach::Gene`: the same genes; `Reach::Base`: the same base on the KMT2A
/// side.
fn best(
    row: &CallerRow,
    junctions: &[OurJunction<'_>],
    reach: Reach,
    may: impl Fn(usize, &OurJunction<'_>) -> bool,
) -> Option<(usize, Agreement)> {
    junctions
        .iter()
        .enumerate()
        .filter(|(index, junction)| may(*index, junction))
        .filter_map(|(index, junction)| Some((index, compare(row, junction)?)))
        .filter(|(_, agreement)| agreement.reach() == reach)
        .min_by(|a, b| a.1.rank().cmp(&b.1.rank()).then(a.0.cmp(&b.0)))
}

/// Our junction in the caller's discarded file.
fn lacked(junction: &OurJunction<'_>, discarded: &[&CallerRow], has_discarded: bool) -> Lacked {
    let found = discarded
        .iter()
        .filter_map(|row| Some((row, compare(row, junction)?)))
        .filter(|(_, agreement)| agreement.reach() == Reach::Gene)
        .min_by(|a, b| a.1.rank().cmp(&b.1.rank()).then(a.0.line.cmp(&b.0.line)));
    match found {
        Some((row, agreement)) => Lacked::Discarded {
            line: row.line,
            filter: row.ended_by().map(str::to_owned),
            support: row.support(),
            same_base: agreement.is_same_base(),
        },
        None if has_discarded => Lacked::Nowhere,
        None => Lacked::NoDiscardedFile,
    }
}

/// Whether a row names KMT2A, by any symbol, or has a breakpoint in it.
fn concerns_kmt2a(row: &CallerRow, build: Option<Build>) -> bool {
    let named = [&row.gene5, &row.gene3]
        .into_iter()
        .flatten()
        .any(|symbol| current(symbol) == KMT2A);
    let inside = || {
        let gene = catalogue().kmt2a(build?);
        let places = [&row.breakpoint5, &row.breakpoint3].into_iter().flatten();
        Some(places.into_iter().any(|place| {
            place.same_contig(&gene.chromosome) && gene.interval.contains(Position::from_one_based(place.position))
        }))
    };
    named || inside().unwrap_or(false)
}
