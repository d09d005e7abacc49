//! Breaks without a partner: a step in coverage, and clusters of unmapped soft clips at one base.
//!
//! Neither makes a fusion call. Each prevents a negative, or supports a call.

use std::collections::{BTreeMap, BTreeSet};

use breakapart_rule::{
    Imbalance,
    breaks::{self, InExon},
};

use super::{AssayResult, imbalance};
use crate::{
    assemble::clip::ClipFate,
    genome::{Breakend, Retained},
    input::Assay,
    judge::{Ground, Reason, Tier},
};

/// Most different clipped sequences that are kept at one base (count); more are panel noise.
const KINDS_MAX: usize = 200;

/// A cluster of soft clips at one base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pile {
    /// The last aligned base and the side that is retained.
    pub(super) at: Breakend,
    /// Molecules.
    pub(super) molecules: u32,
    /// The longest clip, outward from the breakpoint.
    pub(super) bases: Vec<u8>,
}

/// Breaks without a partner in one assay.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Breaks {
    /// The largest step in coverage, believed or not (RNA).
    pub(super) imbalance: Option<Imbalance>,
    /// Clip clusters, largest first.
    pub(super) piles: Vec<Pile>,
}

impl Breaks {
    /// The step in coverage, if believed.
    pub(super) fn step(&self) -> Option<&Imbalance> {
        self.imbalance.as_ref().filter(|i| i.believed)
    }

    /// Reasons why a negative cannot be stated.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if let Some(i) = self.step() {
            reasons.push(Reason::new(
                Ground::CoverageStep,
                format!(
                    "coverage drops after e{} (MANE; e{}-e{}): 5'/3' ratio {:.1} ({:.1}-{:.1}), confidence {:.3}; as \
                     expected from a break whose partner is not seen",
                    i.exon, i.exon_low, i.exon_high, i.ratio, i.ratio_low, i.ratio_high, i.confidence
                ),
            ));
        }
        if let Some(pile) = self.piles.first() {
            reasons.push(Reason::new(
                Ground::ClipsWithoutHome,
                format!(
                    "soft clips of {} molecules share one unmapped sequence at one base of KMT2A (chromosome 11: {})",
                    pile.molecules,
                    pile.at.position.one_based()
                ),
            ));
        }
        reasons
    }
}

/// Looks for both kinds.
pub(super) fn find(result: &AssayResult<'_>) -> Breaks {
    Breaks {
        imbalance: (result.assay == Assay::Rna)
            .then(|| {
                imbalance::find(
                    result.profile(),
                    &result.exon_lengths(),
                    result.background,
                    &result.judged.params,
                )
            })
            .flatten(),
        piles: piles(result),
    }
}

/// Soft clips of several molecules at one base of KMT2A with the same sequence. Fragments of junctions with a tier are
/// excluded.
fn piles(result: &AssayResult<'_>) -> Vec<Pile> {
    let judged = result.judged;
    let p = &judged.params;
    let explained: BTreeSet<usize> = judged
        .junctions
        .iter()
        .filter(|j| j.judgement.tier >= Some(Tier::Low))
        .flat_map(|j| j.annotated.candidate.observations.iter().map(|o| o.fragment))
        .collect();
    let (gene, contig) = result.models.kmt2a();
    let transcript = gene.transcripts.first();
    let within = |side: Breakend| -> Option<InExon> {
        let transcript = transcript.filter(|_| result.assay == Assay::Rna)?;
        let exon = transcript.exons.iter().find(|e| e.interval.contains(side.position))?;
        let end = match side.retained {
            Retained::Left => exon.interval.last(),
            Retained::Right => exon.interval.start,
        };
        let depths = &result.profile().exon_depth;
        let depth = depths.get(usize::from(exon.number).saturating_sub(1));
        Some(InExon {
            from_end: end.distance(side.position).unsigned_abs(),
            depth: depth.copied().unwrap_or_default(),
        })
    };
    let mut at: BTreeMap<Breakend, Vec<(u64, &[u8])>> = BTreeMap::new();
    for (fragment, fates) in &judged.clips {
        let clipped = &result.collected.fragments[*fragment];
        if clipped.flagged_duplicate || explained.contains(fragment) {
            continue;
        }
        for fate in fates {
            if let ClipFate::Unexplained(side, bases) = fate
                && side.contig == contig
                && gene.interval.contains(side.position)
                && breaks::is_pile_clip(bases.len(), p)
            {
                at.entry(*side).or_default().push((clipped.molecule, bases));
            }
        }
    }
    let mut piles: Vec<Pile> = at
        .into_iter()
        .filter_map(|(at, mut clips)| {
            clips.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.cmp(b)));
            // Clips are grouped by their longest sequence, so that one chimera does not hide a cluster.
            let mut kinds: Vec<(&[u8], BTreeSet<u64>)> = Vec::new();
            for (molecule, bases) in clips {
                if let Some((_, molecules)) = kinds.iter_mut().find(|(first, _)| breaks::are_alike(first, bases, p)) {
                    molecules.insert(molecule);
                } else if kinds.len() < KINDS_MAX {
                    kinds.push((bases, BTreeSet::from([molecule])));
                }
            }
            let (longest, molecules) = kinds.into_iter().rev().max_by_key(|(_, molecules)| molecules.len())?;
            breaks::is_pile(molecules.len(), within(at), p).then(|| Pile {
                at,
                molecules: u32::try_from(molecules.len()).unwrap_or(u32::MAX),
                bases: longest.to_vec(),
            })
        })
        .collect();
    piles.sort_by(|a, b| b.molecules.cmp(&a.molecules).then(a.at.cmp(&b.at)));
    piles
}
