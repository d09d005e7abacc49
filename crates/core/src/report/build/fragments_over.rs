//! Fragments over the KMT2A bases at which junctions break.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    catalogue::GeneModels,
    evidence::fragment::Fragment,
    genome::{ContigId, Interval, Position},
    judge::Judged,
};

/// Fragments over each base of KMT2A that a junction retains, counted once for all junctions.
///
/// Every fragment at KMT2A is part of the evidence set, so the count is complete there. Elsewhere only
/// unusual records were kept, and nothing is counted.
#[derive(Clone, Debug, Default)]
pub struct FragmentsOver {
    contig: Option<ContigId>,
    gene: Option<Interval>,
    by_position: BTreeMap<Position, u64>,
}

impl FragmentsOver {
    /// Counts the fragments, duplicates included, that align over each retained base.
    pub fn of<'a>(fragments: impl Iterator<Item = Cow<'a, Fragment>>, judged: &Judged, models: &GeneModels) -> Self {
        let (gene, contig) = models.kmt2a();
        let mut by_position: BTreeMap<Position, u64> = judged
            .junctions
            .iter()
            .flat_map(|j| j.annotated.candidate.sides.both())
            .flatten()
            .filter(|side| side.contig == contig && gene.interval.contains(side.position))
            .map(|side| (side.position, 0))
            .collect();
        let mut over = Vec::new();
        for fragment in fragments {
            over.clear();
            for segment in fragment.chain.segments.iter().filter(|s| s.contig == contig) {
                let span = segment.reference.start..segment.reference.end;
                over.extend(by_position.range(span).map(|(position, _)| *position));
            }
            over.sort_unstable();
            over.dedup();
            for position in &over {
                if let Some(count) = by_position.get_mut(position) {
                    *count += 1;
                }
            }
        }
        Self {
            contig: Some(contig),
            gene: Some(gene.interval),
            by_position,
        }
    }

    /// Fragments over the base; `None` outside KMT2A and for a base that was not asked for.
    pub fn at(&self, contig: ContigId, position: Position) -> Option<u64> {
        let inside = self.contig == Some(contig) && self.gene.is_some_and(|gene| gene.contains(position));
        inside.then(|| self.by_position.get(&position).copied()).flatten()
    }
}
