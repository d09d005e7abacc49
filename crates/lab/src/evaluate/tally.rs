//! Counts what is right and wrong, sample by sample.

use std::collections::{BTreeMap, BTreeSet};

use super::expected::{self, CANONICAL, HARMLESS};
use super::fit::{assign, concerns_kmt2a, is_off};
use super::outcome::{Cell, ConclusionTally, Evaluation, Gap, GapKind, Note, NoteKind, QuietSamples, Rate};
use super::results::Results;
use super::truth::{Truth, TruthEvent, TruthSample};
use super::{EvaluateOptions, Level};
use crate::callers::CallerRow;
use breakapart_core::report::schema::{Frame, Tier};
use breakapart_core::report::wording;

/// The name of the canonical classes together.
pub(super) const ALL_CANONICAL: &str = "all canonical";

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    events: u64,
    found: u64,
    high_or_medium: u64,
    base: u64,
    partner: u64,
    frame: u64,
    framed: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.found += other.found;
        self.high_or_medium += other.high_or_medium;
        self.base += other.base;
        self.partner += other.partner;
        self.frame += other.frame;
        self.framed += other.framed;
    }

    fn cell(self, class: &str, level: Option<Level>) -> Cell {
        Cell {
            class: class.to_owned(),
            level,
            events: self.events,
            found: Rate::new(self.found, self.events),
            high_or_medium: Rate::new(self.high_or_medium, self.events),
            base_right: Rate::new(self.base, self.found),
            partner_right: Rate::new(self.partner, self.found),
            frame_right: Rate::new(self.frame, self.framed),
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    cells: BTreeMap<(String, Level), Counts>,
    false_rows: u64,
    false_samples: u64,
    with_result: u64,
    quiet_samples: u64,
    quiet_with_result: u64,
    quiet_with_low: u64,
    quiet_low_rows: u64,
    extra_low_rows: u64,
    conclusions: BTreeMap<String, (u64, u64)>,
    gaps: Vec<Gap>,
    notes: Vec<Note>,
}

/// Compares results with truth. Pure; neither the order of rows nor of samples matters.
pub fn evaluate(truth: &Truth, results: &Results, options: &EvaluateOptions) -> Evaluation {
    let mut tally = Tally::default();
    let mut callers = BTreeSet::new();
    let has_report = |name: &String| results.sample(name).is_some_and(|sample| sample.report.is_some());
    let reports = truth.samples.keys().any(has_report);
    for (name, sample) in &truth.samples {
        let result = results.sample(name);
        let rows: &[CallerRow] = match result.and_then(|result| result.calls.as_ref()) {
            Some(Ok(calls)) => {
                callers.insert(calls.caller.name().to_owned());
                tally.with_result += 1;
                tally.quiet_with_result += u64::from(!has_event(sample));
                &calls.rows
            }
            Some(Err(problem)) => {
                tally.gap(name, GapKind::UnreadableResult, problem);
                &[]
            }
            None => {
                tally.gap(name, GapKind::NoResult, "");
                &[]
            }
        };
        tally.rows(name, sample, rows, options);
        if reports {
            tally.conclusion(name, sample, result.and_then(|result| result.report.as_ref()));
        }
    }
    tally.finish(truth, results, options, callers)
}

fn has_event(sample: &TruthSample) -> bool {
    sample.events.iter().any(|event| event.molecules > 0)
}

/// The supporting molecules of an event, for a note.
fn evidence(event: &TruthEvent) -> String {
    format!(
        "{} molecules, {} split, {} spanning",
        event.molecules, event.split, event.spanning
    )
}

impl Tally {
    fn gap(&mut self, sample: &str, kind: GapKind, text: &str) {
        self.gaps.push(Gap {
            sample: sample.to_owned(),
            kind,
            text: text.to_owned(),
        });
    }

    fn note(&mut self, sample: &str, kind: NoteKind, text: String) {
        self.notes.push(Note {
            sample: sample.to_owned(),
            kind,
            text: wording::clean(&text),
        });
    }

    fn rows(&mut self, name: &str, sample: &TruthSample, rows: &[CallerRow], options: &EvaluateOptions) {
        // An event that no molecule crosses can't be asked for.
        let events: Vec<&TruthEvent> = sample.events.iter().filter(|event| event.molecules > 0).collect();
        let assigned = assign(rows, &events, options);
        let mut event_of_row = vec![None; rows.len()];
        for (event, slot) in events.iter().zip(&assigned) {
            let mut counts = Counts {
                events: 1,
                ..Counts::default()
            };
            let found = slot.and_then(|(index, fit)| Some((index, fit, rows.get(index)?)));
            if let Some((index, fit, row)) = found {
                if let Some(slot) = event_of_row.get_mut(index) {
                    *slot = Some((*event, fit));
                }
                counts.found = 1;
                counts.high_or_medium = u64::from(row.tier >= Some(Tier::Medium));
                counts.base = u64::from(fit.base);
                counts.partner = u64::from(fit.partner);
                if matches!(event.frame, Frame::InFrame | Frame::OutOfFrame) {
                    counts.framed = 1;
                    counts.frame = u64::from(row.frame == event.frame);
                    if row.frame != event.frame {
                        let text = format!("{}: {}, is {}", event.name(), row.frame.name(), event.frame.name());
                        self.note(name, NoteKind::Frame, text);
                    }
                }
                if !fit.base {
                    let text = format!("{}: {}, is {}", event.name(), row.places(), event.places());
                    self.note(name, NoteKind::Base, text);
                }
                if !fit.partner {
                    self.note(name, NoteKind::Partner, format!("{}, is {}", row.name(), event.name()));
                }
            } else {
                let text = format!(
                    "{} {} {} ({})",
                    event.class,
                    event.name(),
                    event.places(),
                    evidence(event)
                );
                self.note(name, NoteKind::Missed, text);
            }
            let key = (event.class.clone(), Level::of(event));
            self.cells.entry(key).or_default().add(counts);
        }
        self.unasked(name, rows, &event_of_row, events.is_empty(), options);
    }

    /// Rows that are not in the truth, or not as they should be.
    fn unasked(
        &mut self,
        name: &str,
        rows: &[CallerRow],
        event_of_row: &[Option<(&TruthEvent, super::fit::Fit)>],
        quiet: bool,
        options: &EvaluateOptions,
    ) {
        let (mut false_rows, mut low_rows) = (0, 0);
        for (row, event) in rows.iter().zip(event_of_row) {
            if !concerns_kmt2a(row, options) {
                continue;
            }
            let wrong = match event {
                None => true,
                Some((event, fit)) => is_off(fit, event) || HARMLESS.contains(&event.class.as_str()),
            };
            if row.tier >= Some(Tier::Medium) {
                if wrong {
                    false_rows += 1;
                    let tier = row.tier.map_or(".", Tier::name);
                    self.note(name, NoteKind::False, format!("{} {} {tier}", row.name(), row.places()));
                }
            } else if event.is_none() {
                low_rows += 1;
            }
        }
        self.false_rows += false_rows;
        self.false_samples += u64::from(false_rows > 0);
        if quiet {
            self.quiet_samples += 1;
            self.quiet_low_rows += low_rows;
            self.quiet_with_low += u64::from(low_rows > 0);
        } else {
            self.extra_low_rows += low_rows;
        }
    }

    fn conclusion(&mut self, name: &str, sample: &TruthSample, report: Option<&Result<String, String>>) {
        let wanted = expected::states(sample);
        let wanted_name = expected::name(&wanted);
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
        let right = wanted.iter().any(|state| state.name() == found);
        if !right {
            self.note(name, NoteKind::Conclusion, format!("{found}, wanted {wanted_name}"));
        }
        let entry = self.conclusions.entry(wanted_name).or_default();
        entry.0 += u64::from(right);
        entry.1 += 1;
    }

    fn finish(
        mut self,
        truth: &Truth,
        results: &Results,
        options: &EvaluateOptions,
        callers: BTreeSet<String>,
    ) -> Evaluation {
        self.gaps.sort();
        self.notes.sort();
        let mut classes: BTreeMap<&str, Counts> = BTreeMap::new();
        let mut levels: BTreeMap<Level, Counts> = BTreeMap::new();
        for ((class, level), counts) in &self.cells {
            classes.entry(class).or_default().add(*counts);
            if CANONICAL.contains(&class.as_str()) {
                levels.entry(*level).or_default().add(*counts);
                classes.entry(ALL_CANONICAL).or_default().add(*counts);
            }
        }
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Evaluation {
            callers: callers.into_iter().collect(),
            settings: *options,
            samples: count(truth.samples.len()),
            samples_without_result: count(truth.samples.len()).saturating_sub(self.with_result),
            cells: self
                .cells
                .iter()
                .map(|((class, level), counts)| counts.cell(class, Some(*level)))
                .collect(),
            classes: classes.iter().map(|(class, counts)| counts.cell(class, None)).collect(),
            canonical_levels: levels
                .iter()
                .map(|(level, counts)| counts.cell(ALL_CANONICAL, Some(*level)))
                .collect(),
            false_rows: self.false_rows,
            samples_with_false_row: Rate::new(self.false_samples, self.with_result),
            quiet: QuietSamples {
                samples: self.quiet_samples,
                low_rows: self.quiet_low_rows,
                with_low_row: Rate::new(self.quiet_with_low, self.quiet_with_result),
            },
            extra_low_rows: self.extra_low_rows,
            conclusions: self
                .conclusions
                .into_iter()
                .map(|(wanted, (right, of))| ConclusionTally {
                    wanted,
                    right: Rate::new(right, of),
                })
                .collect(),
            gaps: self.gaps,
            unused_files: results.unused_files.clone(),
            notes: self.notes,
        }
    }
}
