//! Limits in RNA, at every donor.

use super::{
    DonorLimit, Geometry, Library,
    detection::{Detected, Tiers, limit, typical},
};
use crate::{Class, EvidenceFacts, Frame, Params, Region, assess, waive};

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
    /// The limit for duplications is stated over this donor.
    pub states_duplications: bool,
}

/// Limits at every donor, in their order.
pub fn limits(donors: &[DonorFacts], library: &Library<'_>, p: &Params) -> Vec<DonorLimit> {
    let capability = library.capability;
    let geometry = Geometry::of(&library.reads, capability.anchor_min, p);
    let of_catalogue = geometry.usable(capability.split_catalogue, capability.pairs);
    let of_any = geometry.usable(capability.split_any, capability.pairs);
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
            let of = |usable, detected: &dyn Fn(u32) -> Detected| limit(&[(n, 1.0)], usable, detected, false, p);
            let waived = |usable| waive::most_waived(donor.molecules, usable, library.waive_limit(p), p);
            let duplication = |_| duplication_tiers(n, library, p).called();
            found.push(DonorLimit {
                exon: donor.exon,
                region,
                states_duplications: donor.states_duplications,
                molecules: donor.molecules,
                usable: of_catalogue.0,
                usable_any: of_any.0,
                // A split read between exon ends of both genes prevents a negative (`state::is_beside_exon_ends`) and
                // is
                // never waived.
                exclusion_catalogue: of(of_catalogue, &|_| catalogue.blocking(waived(of_catalogue.0), true)),
                exclusion_any: of(of_any, &|_| any.blocking(waived(of_any.0), false)),
                call_catalogue: of(of_catalogue, &|_| catalogue.called()),
                call_any: of(of_any, &|_| any.called()),
                ptd: (donor.may_duplicate)
                    .then(|| limit(&[(n, 1.0)], of_catalogue, duplication, true, p))
                    .flatten(),
            });
        }
    }
    found.sort_by_key(|d| d.exon);
    found
}

/// Tiers of a duplication with this many wild-type molecules at its donor.
fn duplication_tiers(molecules: u32, library: &Library<'_>, p: &Params) -> Tiers {
    Tiers::new(|split, spanning| {
        let facts = EvidenceFacts {
            class: Class::Ptd,
            three_at_splice_site: split > 0,
            usual_exons: true,
            frame: Frame::InFrame,
            wild_type: molecules,
            ..typical(split, spanning, Region::Major, false, p.typical_anchor)
        };
        assess(&facts, library.context, p).tier
    })
}
