//! Single-base variants of the patient: sampled, and added to molecules.

use super::{DnaDesign, Spot, Template, windows};
use crate::simulate::{Genome, dice::Dice};
use breakapart_core::genome::{ContigId, Interval, Strand, sequence::complement};

/// Adds the variants of a haplotype to a molecule.
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

/// Distance from a junction without variants (bases).
const JUNCTION_CLEAR: i64 = 10;

/// Adds about one single-base variant per thousand bases to a design.
pub fn draw(design: &mut DnaDesign, genome: &Genome<'_>, dice: &mut Dice) {
    let (_, contig) = genome.models().kmt2a();
    let mut places = vec![(contig, windows::kmt2a(design))];
    places.extend(
        design
            .places()
            .filter(|p| p.contig != contig)
            .map(|p| (p.contig, p.interval)),
    );
    // Next to a junction, a variant cannot be distinguished from an inserted base.
    let ends: Vec<(ContigId, i64)> = design
        .places()
        .flat_map(|p| [(p.contig, p.interval.start.0), (p.contig, p.interval.last().0)])
        .collect();
    let near = |contig: ContigId, at: i64| {
        ends.iter()
            .any(|(c, end)| *c == contig && (end - at).abs() <= JUNCTION_CLEAR)
    };
    for (contig, interval) in places {
        let mut at = interval.start.0 + dice.between(50, 2_000) as i64;
        while at < interval.end.0 {
            let reference = genome.reference(contig, Interval::new(at, at + 1)).unwrap_or_default();
            let base = b"ACGT"[dice.below(4)];
            let (on_derivative, on_other) = [(true, true), (true, false), (false, true)][dice.below(3)];
            if reference.first().is_some_and(|r| *r != b'N' && *r != base) && !near(contig, at) {
                design.spots.push(Spot {
                    contig,
                    position: at,
                    base,
                    on_derivative,
                    on_other,
                });
            }
            at += dice.between(50, 2_000) as i64;
        }
    }
}
