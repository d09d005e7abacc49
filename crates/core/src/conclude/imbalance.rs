//! 5'/3' imbalance: the depths in which [`breakapart_rule::imbalance`] looks for a step.

use breakapart_rule::{
    Imbalance,
    imbalance::{self, ExonDepth},
};

use super::lod::reads;
use crate::{
    catalogue::scheme::{LISTED_DONOR, MAJOR_DONORS, MINOR_DONORS},
    evidence::{background::BackgroundProfile, profile::Profile},
    judge::Params,
};

/// The largest step of a profile; `lengths` are the exon lengths (bases). `None` if there are too few reads.
pub(super) fn find(
    profile: &Profile,
    lengths: &[i64],
    background: &BackgroundProfile,
    p: &Params,
) -> Option<Imbalance> {
    let exons: Vec<ExonDepth> = (1_u16..)
        .zip(&profile.exon_depth)
        .zip(lengths)
        .map(|((exon, depth), length)| ExonDepth {
            exon,
            length: u32::try_from(*length).unwrap_or(0),
            depth: *depth,
            normal: background.exon(exon).map(|normal| match background.samples {
                0 => imbalance::unknown_normal(p),
                _ => (normal.log_depth, normal.sd),
            }),
        })
        .collect();
    let steps: Vec<u16> = (*MAJOR_DONORS.start()..=LISTED_DONOR).chain(MINOR_DONORS).collect();
    let found = imbalance::find(&exons, &steps, &reads(profile), profile.molecules, p)?;
    Some(Imbalance {
        background_samples: background.samples,
        ..found
    })
}
