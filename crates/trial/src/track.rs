//! Residual disease: a patient's own junctions in later samples.
//!
//! In: the diagnosis report and follow-up alignments. Out: [`Series`]: molecules found and examined, fraction with
//! interval, and the limit of each sample. A negative is "below the limit", never zero. RNA counts transcripts, not
//! cells.

pub(crate) mod estimate;
pub(crate) mod reads;
pub mod render;
pub(crate) mod target;

pub use estimate::Estimate;
pub use reads::{Counts, MoleculesBy, count};
pub use target::{Target, targets};

/// One junction in one sample, or all of them together.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked {
    /// Identifier of the junction in the report; `None` for all together, which have no fraction: the junctions are
    /// close to each other on KMT2A and share wild-type molecules.
    pub junction: Option<String>,
    /// How molecules were distinguished; `None` if none were counted.
    pub by: Option<MoleculesBy>,
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
    /// All junctions together, which determine detection: their molecules are distinct.
    pub all: Tracked,
    /// Each junction, the report's strongest first: its fraction is that of the sample.
    pub junctions: Vec<Tracked>,
    /// Warnings.
    pub warnings: Vec<&'static str>,
    /// Why its file could not be used; `None` if it was used.
    pub failure: Option<String>,
}

impl FollowUp {
    /// The result of a sample. The fraction is that of the report's strongest junction, chosen before the sample is
    /// analysed; the molecules of all junctions are distinct, so all count for detection.
    pub fn of(sample: String, day: Option<f64>, counted: Vec<(String, Counts)>, min_molecules: u64) -> Self {
        let mut warnings: Vec<&str> = counted.iter().filter_map(|(_, counts)| counts.by.warning()).collect();
        warnings.dedup();
        let tracked = |junction: Option<String>, by, found, examined| Tracked {
            junction,
            by,
            estimate: Estimate::of(found, examined, min_molecules),
        };
        let sum = |of: fn(&Counts) -> u64| counted.iter().map(|(_, counts)| of(counts)).sum();
        let by = counted.first().map(|(_, counts)| counts.by);
        Self {
            sample,
            day,
            all: tracked(None, by, sum(|counts| counts.junction), sum(Counts::examined)),
            junctions: counted
                .into_iter()
                .map(|(id, counts)| tracked(Some(id), Some(counts.by), counts.junction, counts.examined()))
                .collect(),
            warnings,
            failure: None,
        }
    }

    /// A sample with an unusable file.
    pub fn failed(sample: String, day: Option<f64>, failure: String) -> Self {
        Self {
            failure: Some(failure),
            ..Self::of(sample, day, Vec::new(), 1)
        }
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
    /// Whether transcripts are counted rather than alleles.
    pub is_rna: bool,
    /// The tracked junctions.
    pub targets: Vec<Target>,
    /// Samples in the given order.
    pub samples: Vec<FollowUp>,
}
