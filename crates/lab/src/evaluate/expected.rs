//! Acceptable conclusions for a sample with known truth.

use std::collections::BTreeSet;

use super::truth::TruthSample;
use breakapart_core::report::schema::State;

/// The classes of the oncogenic transcript.
pub(super) const CANONICAL: [&str; 3] = ["canonical", "canonical-intergenic", "three-way"];

/// A canonical junction whose partner sequence is not in the reference.
pub(super) const UNPLACED: &str = "canonical-unplaced";

/// Classes also found in healthy blood and normal chromosomes: at high or medium these are false calls.
pub(super) const HARMLESS: [&str; 2] = ["background-ptd", "neighbour-read-through"];

/// Least number of molecules at which a canonical junction must be called.
const MOLECULES_TO_CALL: u64 = 3;

/// Least number of molecules at which a PTD must be called.
const PTD_MOLECULES_TO_CALL: u64 = 4;

/// The correct states. Never empty.
pub(super) fn states(sample: &TruthSample) -> BTreeSet<State> {
    use State::{Inconclusive, NotDetected, Ptd, Rearranged};
    let events = &sample.events;
    if events.is_empty() {
        return match sample.label.as_deref() {
            Some("inconclusive") => [Inconclusive].into(),
            Some("negative") => [NotDetected].into(),
            // Low coverage: both are correct, depending on the sample's own limit.
            _ => [NotDetected, Inconclusive].into(),
        };
    }
    let has = |classes: &[&str], molecules: u64| {
        events
            .iter()
            .any(|event| classes.contains(&event.class.as_str()) && event.molecules >= molecules)
    };
    if has(&CANONICAL, MOLECULES_TO_CALL) || has(&[UNPLACED], MOLECULES_TO_CALL) {
        // If the partner's position is unknown, a correct result may omit its name.
        return if events.iter().all(|event| event.class == UNPLACED) {
            [Rearranged, Inconclusive].into()
        } else {
            [Rearranged].into()
        };
    }
    if has(&["ptd"], PTD_MOLECULES_TO_CALL) {
        return [Ptd].into();
    }
    if events.iter().all(|event| HARMLESS.contains(&event.class.as_str())) {
        return [NotDetected, Inconclusive].into();
    }
    // A single pair, or only short anchors: any state is accepted.
    if events.iter().all(|event| event.molecules < 2 && event.split == 0) {
        return [Rearranged, Inconclusive, NotDetected].into();
    }
    // One split molecule, two of any kind, or only a reciprocal: a plain negative is wrong.
    [Rearranged, Ptd, Inconclusive].into()
}

/// The states in one string: `inconclusive/not_detected`, in alphabetical order.
pub(super) fn name(states: &BTreeSet<State>) -> String {
    let names: BTreeSet<&str> = states.iter().map(|state| state.name()).collect();
    names.into_iter().collect::<Vec<_>>().join("/")
}
