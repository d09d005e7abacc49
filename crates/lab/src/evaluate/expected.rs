//! Which states a conclusion may take for a sample of known truth.

use std::collections::BTreeSet;

use super::truth::TruthSample;
use breakapart_core::report::schema::State;

/// The classes of the oncogenic transcript.
pub(super) const CANONICAL: [&str; 3] = ["canonical", "canonical-intergenic", "three-way"];

/// A canonical junction whose partner has no place in the reference.
pub(super) const UNPLACED: &str = "canonical-unplaced";

/// What healthy blood and undisturbed chromosomes show too: at high or medium it is a false call.
pub(super) const HARMLESS: [&str; 2] = ["background-ptd", "neighbour-read-through"];

/// Molecules from which a canonical junction must be called.
const MOLECULES_TO_CALL: u64 = 3;

/// Molecules from which a PTD must be called.
const PTD_MOLECULES_TO_CALL: u64 = 4;

/// The states that are right. Never empty.
pub(super) fn states(sample: &TruthSample) -> BTreeSet<State> {
    use State::{Inconclusive, NotDetected, Ptd, Rearranged};
    let events = &sample.events;
    if events.is_empty() {
        return match sample.label.as_deref() {
            Some("inconclusive") => [Inconclusive].into(),
            Some("negative") => [NotDetected].into(),
            // Thin coverage: both are honest, as the sample's own limit says.
            _ => [NotDetected, Inconclusive].into(),
        };
    }
    let has = |classes: &[&str], molecules: u64| {
        events
            .iter()
            .any(|event| classes.contains(&event.class.as_str()) && event.molecules >= molecules)
    };
    if has(&CANONICAL, MOLECULES_TO_CALL) || has(&[UNPLACED], MOLECULES_TO_CALL) {
        // Without the partner's place, an honest program may stop short of the name.
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
    // A lone pair, or only short ends: nothing can be asked.
    if events.iter().all(|event| event.molecules < 2 && event.split == 0) {
        return [Rearranged, Inconclusive, NotDetected].into();
    }
    // One split molecule, two of any kind, or a reciprocal alone: never a plain negative.
    [Rearranged, Ptd, Inconclusive].into()
}

/// The states in one word: `inconclusive/not_detected`, in alphabetical order.
pub(super) fn name(states: &BTreeSet<State>) -> String {
    let names: BTreeSet<&str> = states.iter().map(|state| state.name()).collect();
    names.into_iter().collect::<Vec<_>>().join("/")
}
