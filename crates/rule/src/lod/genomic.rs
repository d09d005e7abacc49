//! Limits in DNA: averaged over the positions where a breakpoint may lie.
//!
//! A breakpoint at a position spanned by W molecules is shown, at allele fraction *f*, by an over-dispersed Poisson
//! number
//! of molecules with mean `f/(1-f) * W * u` (a duplication: `f * W * u`). The limit of a region is the least *f* with a
//! chance of detection of 0.95, averaged over its positions. Positions without reads count as misses, so a panel that
//! omits more than a twentieth of the region has no limit.

use super::{
    DonorLimit, Geometry, IntronCover, Library,
    detection::{Tiers, limit, typical},
};
use crate::{Class, Params, Region, assess, waive};

/// Depth classes that represent a region's positions (count).
const CLASSES: usize = 12;

/// An intron or a region in which breakpoints may lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The exon before the intron; 0 for a region.
    pub exon: u16,
    /// Its region.
    pub region: Region,
    /// Molecules that span each of its positions, or each of equal parts of it.
    pub depths: Vec<u32>,
}

impl Stretch {
    /// Share of its positions with enough spanning molecules.
    pub fn callable(&self, p: &Params) -> f64 {
        self.depths.iter().filter(|d| **d >= p.callable).count() as f64 / self.depths.len().max(1) as f64
    }

    /// How much of an intron of `bases` bases is callable.
    pub fn cover(&self, bases: u64, p: &Params) -> IntronCover {
        let callable = (self.callable(p) * bases as f64).round() as u64;
        IntronCover {
            exon: self.exon,
            bases,
            callable,
            is_missing: (callable as f64) < p.intron_missing * bases as f64,
        }
    }

    /// Depths as a few classes: depth and share.
    fn classes(&self) -> Vec<(u32, f64)> {
        let mut sorted = self.depths.clone();
        sorted.sort_unstable();
        let per = sorted.len().div_ceil(CLASSES).max(1);
        sorted
            .chunks(per)
            .map(|chunk| {
                // The depth one third up represents a class: on the cautious side.
                let depth = chunk.get(chunk.len() / 3).copied().unwrap_or(0);
                (depth, chunk.len() as f64 / sorted.len() as f64)
            })
            .collect()
    }

    fn median(&self) -> u32 {
        let mut sorted = self.depths.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    }
}

/// Tiers for one kind of partner, computed once.
fn tiers(library: &Library<'_>, region: Region, is_partner: bool, class: Class, p: &Params) -> Tiers {
    Tiers::new(|split, spanning| {
        let mut facts = typical(split, spanning, region, is_partner, p.typical_anchor_dna);
        facts.class = class;
        (facts.five_at_splice_site, facts.three_at_splice_site) = (false, false);
        assess(&facts, library.context, p).tier
    })
}

/// Limits of one stretch.
pub fn limits(stretch: &Stretch, library: &Library<'_>, p: &Params) -> DonorLimit {
    let capability = library.capability;
    let geometry = Geometry::of(&library.reads, capability.anchor_min, p);
    let classes = stretch.classes();
    let region = stretch.region;
    let catalogue = tiers(library, region, true, Class::Canonical, p);
    let any = tiers(library, region, false, Class::Canonical, p);
    let duplication = tiers(library, region, false, Class::Ptd, p);
    let (of_catalogue, of_any) = (
        geometry.usable(capability.split_catalogue, capability.pairs),
        geometry.usable(capability.split_any, capability.pairs),
    );
    let waived = |depth| waive::most_waived(depth, of_any.0, library.waive_limit(p), p);
    DonorLimit {
        exon: stretch.exon,
        region,
        states_duplications: false,
        molecules: stretch.median(),
        usable: of_catalogue.0,
        usable_any: of_any.0,
        // Unique bases in a catalogue gene are never waived.
        exclusion_catalogue: limit(&classes, of_catalogue, |_| catalogue.blocking(None, false), false, p),
        exclusion_any: limit(&classes, of_any, |depth| any.blocking(waived(depth), false), false, p),
        call_catalogue: limit(&classes, of_catalogue, |_| catalogue.called(), false, p),
        call_any: limit(&classes, of_any, |_| any.called(), false, p),
        ptd: limit(&classes, of_catalogue, |_| duplication.called(), true, p),
    }
}

/// Whether a panel does not cover the minor region: its depth is far below that of the major one.
pub fn minor_not_targeted(major: &DonorLimit, minor: &DonorLimit, p: &Params) -> bool {
    f64::from(minor.molecules) < p.not_targeted * f64::from(major.molecules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intron_is_missing_below_a_twentieth() {
        let cover = |callable: usize| {
            let mut depths = vec![19; 20 - callable];
            depths.resize(20, 20);
            let stretch = Stretch {
                exon: 9,
                region: Region::Major,
                depths,
            };
            stretch.cover(1_000, &Params::default())
        };
        assert_eq!((cover(1).callable, cover(1).is_missing), (50, false));
        assert_eq!((cover(0).callable, cover(0).is_missing), (0, true));
        assert_eq!((cover(20).callable, cover(20).exon), (1_000, 9));
    }

    #[test]
    fn a_region_is_not_targeted_below_a_twentieth_of_the_other() {
        let of = |molecules| DonorLimit {
            exon: 0,
            region: Region::Major,
            states_duplications: false,
            molecules,
            usable: 0.9,
            usable_any: 0.9,
            exclusion_catalogue: None,
            exclusion_any: None,
            call_catalogue: None,
            call_any: None,
            ptd: None,
        };
        let not_targeted = |minor| minor_not_targeted(&of(100), &of(minor), &Params::default());
        assert!(not_targeted(4) && !not_targeted(5));
    }
}
