//! Limits of RNA, at every donor.

use super::{
    DonorLimit, Geometry, Library,
    detection::{Detected, Tiers, limit, typical},
};
use crate::{Class, Frame, Params, Region, Tier, assess, waive};

/// One donor of the gene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DonorFacts {
    /// MANE exon.
    pub exon: u16,
    /// Its region.
    pub region: Region,
    /// Wild-type molecules over it.
    pub molecules: u32,
    /// Known duplications end at it.
    pub may_duplicate: bool,
    /// The limit of a duplication is stated over it.
    pub states_duplications: bool,
}

/// Limits at every donor, in their order.
pub fn limits(donors: &[DonorFacts], library: &Library<'_>, p: &Params) -> Vec<DonorLimit> {
    let capability = library.capability;
    let geometry = Geometry::of(&library.reads, capability.anchor_min, p);
    let pairs = geometry.spanning * capability.pairs;
    let usable = geometry.split * capability.split_catalogue + pairs;
    let usable_any = geometry.split * capability.split_any + pairs;
    let tiers = |region: Region, is_partner: bool| {
        Tiers::new(|split, spanning| {
            let facts = typical(split, spanning, region, is_partner, p.typical_anchor);
            assess(&facts, library.context, p).tier
        })
    };
    let mut found = Vec::new();
    for region in [Region::Major, Region::Minor, Region::Other] {
        let (catalogue, any) = (tiers(region, true), tiers(region, false));
        for donor in donors.iter().filter(|d| d.region == region) {
            let n = if library.counts_positions {
                library.reads.unsaturated(donor.molecules, p)
            } else {
                donor.molecules
            };
            let of = |usable: f64, detected: &Detected| {
                let split_share = if usable > 0.0 { (usable - pairs) / usable } else { 0.0 };
                limit(n, (usable, split_share), detected, false, p)
            };
            let waived = |usable| waive::most_waived(donor.molecules, usable, library.waive_limit(p), p);
            found.push(DonorLimit {
                exon: donor.exon,
                region,
                states_duplications: donor.states_duplications,
                molecules: donor.molecules,
                usable,
                usable_any,
                // Reads that join exon ends of both genes are never waived.
                exclusion_catalogue: of(usable, &catalogue.blocking(waived(usable), true)),
                exclusion_any: of(usable_any, &any.blocking(waived(usable_any), false)),
                call_catalogue: of(usable, &catalogue.called()),
                call_any: of(usable_any, &any.called()),
                ptd: duplication_limit(n, donor, &geometry, library, p),
            });
        }
    }
    found.sort_by_key(|d| d.exon);
    found
}

fn duplication_limit(
    molecules: u32,
    donor: &DonorFacts,
    geometry: &Geometry,
    library: &Library<'_>,
    p: &Params,
) -> Option<f64> {
    if molecules == 0 || !donor.may_duplicate {
        return None;
    }
    let called = Detected::new(|split, spanning| {
        let mut facts = typical(split, spanning, Region::Major, false, p.typical_anchor);
        facts.class = Class::Ptd;
        facts.three_at_splice_site = split > 0;
        facts.usual_exons = true;
        facts.frame = Frame::InFrame;
        facts.wild_type = molecules;
        facts.molecules > 0 && assess(&facts, library.context, p).tier >= Some(Tier::Medium)
    });
    let split = geometry.split * library.capability.split_catalogue;
    let usable = split + geometry.spanning * library.capability.pairs;
    let split_share = if usable > 0.0 { split / usable } else { 0.0 };
    limit(molecules, (usable, split_share), &called, true, p)
}
