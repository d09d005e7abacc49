//! Residual disease: a patient's own junctions in later samples.
//!
//! In: the report of diagnosis and follow-up alignments. Out: [`Series`]: molecules found and examined,
//! fraction with interval, and the limit of each sample. Nothing found is "below the limit", never zero.
//! RNA counts transcripts and says nothing of cells.

pub(crate) mod estimate;
pub(crate) mod reads;
pub mod render;
pub(crate) mod target;

use thiserror::Error;

pub use estimate::Estimate;
pub use reads::{Counts, MoleculesBy, count};
pub use target::{Target, targets};

use breakapart_core::input::InputError;

/// Why a series can't be made.
#[derive(Debug, Error)]
pub enum TrackError {
    /// The report shows nothing that could be followed.
    #[error(
        "{0}: the report has no junction of an event at tier medium or high with its sequence; nothing can be followed (give --reference, or another report)"
    )]
    NoTarget(String),
    /// The junction that was asked for is not in the report.
    #[error("{report}: has no junction {junction} to follow; it has: {found}")]
    NoSuchJunction {
        /// The report's sample.
        report: String,
        /// What was asked for.
        junction: String,
        /// What there is.
        found: String,
    },
    /// The alignment is of another build than the report.
    #[error("{file}: is {found}, the report is {expected}; align both to one build")]
    OtherBuild {
        /// The alignment.
        file: String,
        /// Its build.
        found: String,
        /// The report's.
        expected: String,
    },
    /// The alignment.
    #[error(transparent)]
    Input(#[from] InputError),
}

/// One junction in one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked {
    /// Identifier of the junction in the report.
    pub junction: String,
    /// Counts.
    pub counts: Counts,
    /// Fraction, interval, limit.
    pub estimate: Estimate,
}

/// One follow-up sample.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowUp {
    /// Sample.
    pub sample: String,
    /// Day of the series; `None` where not given.
    pub day: Option<f64>,
    /// Each junction, the report's strongest first: its fraction is the sample's.
    pub junctions: Vec<Tracked>,
    /// Molecules of all junctions together, which decide about detection, and the limit of all together. No share: the
    /// junctions' wild-type molecules overlap.
    pub all: Estimate,
    /// Warnings.
    pub warnings: Vec<String>,
    /// Why its file could not be used; `None` where it was.
    pub failure: Option<String>,
}

impl FollowUp {
    /// Puts a sample together. The fraction is that of the report's strongest junction, chosen before the
    /// sample was looked at; the molecules of all junctions are distinct, so all count for detection.
    pub fn of(sample: String, day: Option<f64>, counted: Vec<(String, Counts)>, min_molecules: u64) -> Self {
        let mut warnings: Vec<String> = counted
            .iter()
            .filter_map(|(_, counts)| counts.by.warning())
            .map(str::to_owned)
            .collect();
        warnings.dedup();
        let found = counted.iter().map(|(_, counts)| counts.junction).sum();
        let examined = counted
            .iter()
            .map(|(_, counts)| counts.junction + counts.wild_type)
            .sum();
        Self {
            sample,
            day,
            all: Estimate::of(found, examined, min_molecules),
            junctions: counted
                .into_iter()
                .map(|(junction, counts)| Tracked {
                    junction,
                    estimate: Estimate::of(counts.junction, counts.junction + counts.wild_type, min_molecules),
                    counts,
                })
                .collect(),
            warnings,
            failure: None,
        }
    }

    /// A sample whose file could not be used.
    pub fn failed(sample: String, day: Option<f64>, failure: String) -> Self {
        Self {
            failure: Some(failure),
            ..Self::of(sample, day, Vec::new(), 1)
        }
    }

    /// The lead junction.
    pub fn lead(&self) -> Option<&Tracked> {
        self.junctions.first()
    }
}

/// All samples of one patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The patient's event.
    pub event: String,
    /// Sample of the report.
    pub diagnosis: String,
    /// Build of the positions.
    pub build: String,
    /// Whether transcripts are counted, and not alleles.
    pub is_rna: bool,
    /// What is followed.
    pub targets: Vec<Target>,
    /// Samples in the order given.
    pub samples: Vec<FollowUp>,
}
