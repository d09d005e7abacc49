//! What the sample's own reads could have shown.

use breakapart_rule::{Capability, FileFacts};

use super::{AssayResult, LibraryFacts, traps};
use crate::{input::Assay, judge::Reason};

/// What was measured.
#[derive(Clone, Debug)]
pub struct Adequacy {
    /// RNA or DNA.
    pub assay: Assay,
    /// How well chimeras can be shown.
    pub capability: Capability,
    /// Share of fragments at KMT2A flagged as duplicates.
    pub duplicate_fraction: Option<f64>,
    /// Share of fragments at KMT2A with mapping quality 0 throughout.
    pub mapq0_fraction: Option<f64>,
    /// Primary reads in the control genes.
    pub controls: Vec<(String, u64)>,
    /// KMT2A molecules.
    pub kmt2a_molecules: u32,
    /// The library at the locus.
    pub library: LibraryFacts,
    /// What makes the sample unfit for a negative whatever its depth.
    pub faults: Vec<Reason>,
}

/// Measures the adequacy of one assay.
pub(super) fn measure(result: &AssayResult<'_>, facts: &FileFacts) -> Adequacy {
    let profile = result.profile();
    let share = |n: u32| (profile.fragments > 0).then(|| f64::from(n) / f64::from(profile.fragments));
    Adequacy {
        assay: result.assay,
        capability: Capability::of(facts, &result.judged.params),
        duplicate_fraction: share(profile.duplicates),
        mapq0_fraction: share(profile.mapq0),
        controls: result
            .collected
            .tally
            .controls
            .iter()
            .map(|(s, n)| (s.clone(), *n))
            .collect(),
        kmt2a_molecules: profile.molecules,
        library: LibraryFacts::of(result),
        faults: traps::faults(result, facts),
    }
}
