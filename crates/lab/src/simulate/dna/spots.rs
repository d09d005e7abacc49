//! Single-base variants of the patient, put into molecules.

use super::{Spot, Template};
use breakapart_core::genome::{Strand, sequence::complement};

/// Puts the variants of a haplotype into a molecule.
pub(super) fn apply(template: &mut Template, spots: &[Spot], on_derivative: bool) {
    for part in template.parts.clone() {
        let interval = part.place.interval;
        for spot in spots.iter().filter(|s| {
            s.contig == part.place.contig
                && (interval.start.0..interval.end.0).contains(&s.position)
                && if on_derivative { s.on_derivative } else { s.on_other }
        }) {
            let (from_start, base) = match part.place.strand {
                Strand::Forward => (spot.position - interval.start.0, spot.base),
                Strand::Reverse => (interval.last().0 - spot.position, complement(spot.base)),
            };
            let at = part.offset + usize::try_from(from_start).unwrap_or(0);
            if let Some(slot) = template.bases.get_mut(at) {
                *slot = base;
            }
        }
    }
}
