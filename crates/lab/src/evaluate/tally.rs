//! Counts right and wrong results, sample by sample.

use super::expected::{self, CANONICAL, HARMLESS};
use super::fit::{Fit, assign, concerns_kmt2a, is_off};
use super::outcome::{Cell, ConclusionTally, Evaluation, Fault, GapKind, NoteKind, Rate};
use super::results::Results;
use super::truth::{Truth, TruthEvent, TruthSample};
use super::{EvaluateOptions, Level};
use crate::callers::CallerRow;
use breakapart_core::report::schema::Tier;
use breakapart_core::report::wording;

/// The name of all canonical classes together.
const ALL_CANONICAL: &str = "all canonical";

/// Compares results with truth. Pure; the order of rows and samples does not matter.
pub fn evaluate(truth: &Truth, results: &Results, options: &EvaluateOptions) -> Evaluation {
    let mut evaluation = Evaluation {
        settings: *options,
        unused_files: results.unused_files.clone(),
        ..Evaluation::default()
    };
    let has_report = |name: &String| results.sample(name).is_some_and(|sample| sample.report.is_some());
    let reports = truth.samples.keys().any(has_report);
    for (name, sample) in &truth.samples {
        let result = results.sample(name);
        let rows = match result.and_then(|result| result.calls.as_ref()) {
            Some(Ok(calls)) => {
                evaluation.callers.insert(calls.caller.name().to_owned());
                Some(calls.rows.as_slice())
            }
            Some(Err(problem)) => {
                evaluation.gap(name, GapKind::UnreadableResult, problem);
                None
            }
            None => {
                evaluation.gap(name, GapKind::NoResult, "");
                None
            }
        };
        evaluation.sample(name, sample, rows);
        if reports {
            evaluation.conclusion(name, sample, result.and_then(|result| result.report.as_ref()));
        }
    }
    evaluation.gaps.sort();
    evaluation.notes.sort();
    evaluation.conclusions.sort_by(|a, b| a.wanted.cmp(&b.wanted));
    evaluation
}

/// The cell of a class and level; a new one is inserted in order.
fn cell<'c>(cells: &'c mut Vec<Cell>, class: &str, level: Option<Level>) -> &'c mut Cell {
    let found = cells.binary_search_by(|cell| (cell.class.as_str(), cell.level).cmp(&(class, level)));
    let at = found.unwrap_or_else(|at| {
        let (class, of) = (class.to_owned(), Cell::default());
        cells.insert(at, Cell { class, level, ..of });
        at
    });
    &mut cells[at]
}

fn fault<K>(sample: &str, kind: K, text: &str) -> Fault<K> {
    let (sample, text) = (sample.to_owned(), wording::clean(text));
    Fault { sample, kind, text }
}

impl Evaluation {
    fn gap(&mut self, sample: &str, kind: GapKind, text: &str) {
        self.gaps.push(fault(sample, kind, text));
    }

    fn note(&mut self, sample: &str, kind: NoteKind, text: &str) {
        self.notes.push(fault(sample, kind, text));
    }

    /// A sample with its rows, if it has a result.
    fn sample(&mut self, name: &str, sample: &TruthSample, result: Option<&[CallerRow]>) {
        let rows = result.unwrap_or_default();
        // An event without any supporting molecule cannot be required.
        let events: Vec<&TruthEvent> = sample.events.iter().filter(|event| event.molecules > 0).collect();
        let mut event_of_row = vec![None; rows.len()];
        for (event, assigned) in events.iter().zip(assign(rows, &events, &self.settings)) {
            if let Some((index, fit)) = assigned {
                event_of_row[index] = Some((*event, fit));
            }
            let row = assigned.map(|(index, fit)| (&rows[index], fit));
            let level = Some(Level::of(event));
            cell(&mut self.cells, &event.class, level).add(event, row);
            cell(&mut self.classes, &event.class, None).add(event, row);
            if CANONICAL.contains(&event.class.as_str()) {
                cell(&mut self.canonical_levels, ALL_CANONICAL, level).add(event, row);
                cell(&mut self.classes, ALL_CANONICAL, None).add(event, row);
            }
            self.note_faults(name, event, row);
        }
        let low_rows = self.unasked(name, rows, &event_of_row, result.is_some());
        self.samples += 1;
        self.samples_without_result += u64::from(result.is_none());
        if !events.is_empty() {
            self.extra_low_rows += low_rows;
            return;
        }
        self.quiet.samples += 1;
        self.quiet.low_rows += low_rows;
        if result.is_some() {
            self.quiet.with_low_row.add(low_rows > 0);
        }
    }

    /// Notes the faults of an event's row.
    fn note_faults(&mut self, name: &str, event: &TruthEvent, row: Option<(&CallerRow, Fit)>) {
        let (genes, places) = (event.name(), event.places());
        let Some((row, fit)) = row else {
            let text = format!(
                "{} {genes} {places} ({} molecules, {} split, {} spanning)",
                event.class, event.molecules, event.split, event.spanning
            );
            return self.note(name, NoteKind::Missed, &text);
        };
        if event.knows_frame() && row.frame != event.frame {
            let text = format!("{genes}: {}, is {}", row.frame.name(), event.frame.name());
            self.note(name, NoteKind::Frame, &text);
        }
        if !fit.base {
            self.note(name, NoteKind::Base, &format!("{genes}: {}, is {places}", row.places()));
        }
        if !fit.partner {
            self.note(name, NoteKind::Partner, &format!("{}, is {genes}", row.name()));
        }
    }

    /// Counts and notes high or medium rows that are not in the truth or differ from it; returns the number of low rows
    /// that are not in the truth.
    fn unasked(
        &mut self,
        name: &str,
        rows: &[CallerRow],
        event_of_row: &[Option<(&TruthEvent, Fit)>],
        has_result: bool,
    ) -> u64 {
        let (mut false_rows, mut low_rows) = (0, 0);
        for (row, event) in rows.iter().zip(event_of_row) {
            if !concerns_kmt2a(row, &self.settings) {
                continue;
            }
            let wrong =
                event.is_none_or(|(event, fit)| is_off(&fit, event) || HARMLESS.contains(&event.class.as_str()));
            match row.tier.filter(|tier| *tier >= Tier::Medium) {
                Some(tier) if wrong => {
                    false_rows += 1;
                    let text = format!("{} {} {}", row.name(), row.places(), tier.name());
                    self.note(name, NoteKind::False, &text);
                }
                None if event.is_none() => low_rows += 1,
                _ => {}
            }
        }
        self.false_rows += false_rows;
        if has_result {
            self.samples_with_false_row.add(false_rows > 0);
        }
        low_rows
    }

    fn conclusion(&mut self, name: &str, sample: &TruthSample, report: Option<&Result<String, String>>) {
        let states = expected::states(sample);
        let wanted = expected::name(&states);
        let found = match report {
            Some(Ok(state)) => state.as_str(),
            None => {
                self.gap(name, GapKind::NoReport, "");
                "no report"
            }
            Some(Err(problem)) => {
                self.gap(name, GapKind::UnreadableReport, problem);
                "unreadable report"
            }
        };
        let right = states.iter().any(|state| state.name() == found);
        if !right {
            self.note(name, NoteKind::Conclusion, &format!("{found}, wanted {wanted}"));
        }
        match self.conclusions.iter_mut().find(|tally| tally.wanted == wanted) {
            Some(tally) => tally.right.add(right),
            None => self.conclusions.push(ConclusionTally {
                wanted,
                right: Rate {
                    count: u64::from(right),
                    of: 1,
                },
            }),
        }
    }
}
