//! The evaluation as written: counts, intervals, gaps, and each thing that is wrong.

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

/// A count of a count. Written with the exact (Clopper-Pearson) 95 % interval of the fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "WrittenRate")]
pub struct Rate {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

impl Rate {
    /// Counts one more.
    pub(super) fn add(&mut self, right: bool) {
        self.count += u64::from(right);
        self.of += 1;
    }
}

/// A rate as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WrittenRate {
    /// How many.
    count: u64,
    /// Of how many.
    of: u64,
    /// The fraction; null of none.
    pub(super) fraction: Option<f64>,
    /// Lower bound; 0 of none.
    pub(super) low: f64,
    /// Upper bound; 1 of none.
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

/// What became of a group of events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The class of the truth; `all canonical` for canonical, canonical-intergenic and three-way
    /// together.
    pub class: String,
    /// The level of evidence; null for all levels together.
    pub level: Option<Level>,
    /// Events in the truth.
    pub events: u64,
    /// Events to which a row of any tier was assigned.
    pub found: Rate,
    /// Events to which a row at high or medium was assigned.
    pub high_or_medium: Rate,
    /// Of the found: both breakpoints within the tolerance.
    pub base_right: Rate,
    /// Of the found: both genes named.
    pub partner_right: Rate,
    /// Of the found whose frame the truth knows: the same frame.
    pub frame_right: Rate,
}

impl Cell {
    /// Counts an event, with the row assigned to it and how that fits.
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
    /// Samples of the truth without an event.
    pub samples: u64,
    /// Low rows about KMT2A in them.
    pub low_rows: u64,
    /// Those of them with a result that have such a row.
    pub with_low_row: Rate,
}

/// Conclusions of samples that may take the same states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConclusionTally {
    /// The states that are right, joined by `/`.
    pub wanted: String,
    /// Samples whose conclusion is one of them; a sample without a report is not right.
    pub right: Rate,
}

/// What is missing of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum GapKind {
    /// No result table: its events count as missed.
    NoResult,
    /// A table that can't be read, or has rows that can't: its events count as missed.
    UnreadableResult,
    /// No report while other samples have one: its conclusion counts as wrong.
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
    /// A conclusion that is not wanted.
    Conclusion,
}

/// One thing that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault<K> {
    /// The sample.
    pub sample: String,
    /// What it is.
    pub kind: K,
    /// The particulars: of a note the event or row, the found against the wanted; empty for none.
    pub text: String,
}

/// The whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// Whose results they are, in alphabetical order; several only if tables of several callers were
    /// given.
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
    /// High or medium rows about KMT2A that are not in the truth, lie more than 20 bases off one that
    /// split molecules show, or raise a background duplication or read-through.
    pub false_rows: u64,
    /// Samples with such a row, of those with a result.
    pub samples_with_false_row: Rate,
    /// Samples without an event.
    pub quiet: QuietSamples,
    /// Low rows about KMT2A beyond the truth in samples with an event.
    pub extra_low_rows: u64,
    /// Conclusions by what is wanted; empty where no report was given.
    pub conclusions: Vec<ConclusionTally>,
    /// What is missing.
    pub gaps: Vec<Fault<GapKind>>,
    /// Result files of no sample of the truth.
    pub unused_files: Vec<String>,
    /// Each thing that is wrong.
    pub notes: Vec<Fault<NoteKind>>,
}
