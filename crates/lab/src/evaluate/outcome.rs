//! The evaluation as written: counts, intervals, gaps, and each fault.

use std::collections::BTreeSet;

use serde::Serialize;

use super::fit::Fit;
use super::truth::TruthEvent;
use super::{EvaluateOptions, Level};
use crate::callers::CallerRow;
use breakapart_core::genome::probability::binomial_interval;
use breakapart_core::report::number;
use breakapart_core::report::schema::Tier;

/// Confidence of every interval.
pub(super) const CONFIDENCE: f64 = 0.95;

/// A count out of a total. Written with the exact (Clopper-Pearson) 95 % interval of the fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "WrittenRate")]
pub struct Rate {
    /// Count.
    pub count: u64,
    /// Total.
    pub of: u64,
}

impl Rate {
    /// Counts one more.
    pub(super) fn add(&mut self, right: bool) {
        self.count += u64::from(right);
        self.of += 1;
    }
}

/// A rate as written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WrittenRate {
    /// Count.
    count: u64,
    /// Total.
    of: u64,
    /// The fraction; null if the total is 0.
    pub(super) fraction: Option<f64>,
    /// Lower bound; 0 if the total is 0.
    pub(super) low: f64,
    /// Upper bound; 1 if the total is 0.
    pub(super) high: f64,
}

impl From<Rate> for WrittenRate {
    fn from(Rate { count, of }: Rate) -> Self {
        let (low, high) = binomial_interval(count, of, CONFIDENCE);
        Self {
            count,
            of,
            fraction: (of > 0).then(|| number::rounded(count as f64 / of as f64)),
            low: number::rounded(low),
            high: number::rounded(high),
        }
    }
}

/// Results for a group of events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The class in the truth; `all canonical` for canonical, canonical-intergenic and three-way together.
    pub class: String,
    /// The level of evidence; null for all levels together.
    pub level: Option<Level>,
    /// Events in the truth.
    pub events: u64,
    /// Events to which a row of any tier was assigned.
    pub found: Rate,
    /// Events to which a row at high or medium was assigned.
    pub high_or_medium: Rate,
    /// Of those found: both breakpoints are within the tolerance.
    pub base_right: Rate,
    /// Of those found: both genes are named.
    pub partner_right: Rate,
    /// Of those found whose frame is in the truth: the same frame.
    pub frame_right: Rate,
}

impl Cell {
    /// Counts an event, with its assigned row and the match.
    pub(super) fn add(&mut self, event: &TruthEvent, row: Option<(&CallerRow, Fit)>) {
        self.events += 1;
        self.found.add(row.is_some());
        self.high_or_medium
            .add(row.is_some_and(|(row, _)| row.tier >= Some(Tier::Medium)));
        let Some((row, fit)) = row else { return };
        self.base_right.add(fit.base);
        self.partner_right.add(fit.partner);
        if event.knows_frame() {
            self.frame_right.add(row.frame == event.frame);
        }
    }
}

/// Samples without an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QuietSamples {
    /// Samples without an event in the truth.
    pub samples: u64,
    /// Low rows about KMT2A in them.
    pub low_rows: u64,
    /// Those with a result that have such a row.
    pub with_low_row: Rate,
}

/// Conclusions of samples with the same correct states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConclusionTally {
    /// The correct states, joined by `/`.
    pub wanted: String,
    /// Samples whose conclusion is one of these; a sample without a report counts as wrong.
    pub right: Rate,
}

/// Missing results of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum GapKind {
    /// No result table: its events count as missed.
    NoResult,
    /// A table that cannot be read, or has unreadable rows: its events count as missed.
    UnreadableResult,
    /// No report although other samples have one: its conclusion counts as wrong.
    NoReport,
    /// A report that can't be read: its conclusion counts as wrong.
    UnreadableReport,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum NoteKind {
    /// An event without a row.
    Missed,
    /// Breakpoints beyond the tolerance.
    Base,
    /// Another gene named.
    Partner,
    /// Another frame.
    Frame,
    /// A high or medium row that is not in the truth.
    False,
    /// A wrong conclusion.
    Conclusion,
}

/// One missing or wrong item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault<K> {
    /// The sample.
    pub sample: String,
    /// Its kind.
    pub kind: K,
    /// Details: for a note the event or row, found and true; empty for none.
    pub text: String,
}

/// The whole evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// The callers, in alphabetical order; several only if tables of several callers were given.
    pub callers: BTreeSet<String>,
    /// The settings.
    pub settings: EvaluateOptions,
    /// Samples in the truth.
    pub samples: u64,
    /// Samples without a readable result.
    pub samples_without_result: u64,
    /// Events by class and level of evidence.
    pub cells: Vec<Cell>,
    /// Events by class, all levels together.
    pub classes: Vec<Cell>,
    /// Canonical events of all kinds together, by level.
    pub canonical_levels: Vec<Cell>,
    /// High or medium rows about KMT2A that are not in the truth, lie more than 20 bases from an event with split
    /// molecules, or are a background duplication or read-through.
    pub false_rows: u64,
    /// Samples with such a row, of those with a result.
    pub samples_with_false_row: Rate,
    /// Samples without an event.
    pub quiet: QuietSamples,
    /// Low rows about KMT2A that are not in the truth, in samples with an event.
    pub extra_low_rows: u64,
    /// Conclusions by correct states; empty if no report was given.
    pub conclusions: Vec<ConclusionTally>,
    /// Missing results.
    pub gaps: Vec<Fault<GapKind>>,
    /// Result files that belong to no sample of the truth.
    pub unused_files: Vec<String>,
    /// Each fault.
    pub notes: Vec<Fault<NoteKind>>,
}
