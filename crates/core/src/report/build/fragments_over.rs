//! Fragments over the KMT2A bases at the junctions.

use std::collections::BTreeMap;

use crate::{
    conclude::AssayResult,
    genome::{ContigId, Position},
};

/// Fragments, duplicates included, aligned over each base of KMT2A that a junction retains.
pub type FragmentsOver = BTreeMap<(ContigId, Position), u64>;

/// Counts them for all junctions in one pass.
///
/// Every fragment at KMT2A is in the evidence set, so the count is complete there. Elsewhere only
/// abnormal records were kept, and nothing is counted.
pub fn fragments_over(result: &AssayResult<'_>) -> FragmentsOver {
    let (gene, contig) = result.models.kmt2a();
    let junctions = result.judged.junctions.iter();
    let mut counts: FragmentsOver = junctions
        .flat_map(|j| j.annotated.candidate.sides.both())
        .flatten()
        .filter(|side| side.contig == contig && gene.interval.contains(side.position))
        .map(|side| ((contig, side.position), 0))
        .collect();
    let mut over = Vec::new();
    for fragment in result.collected.all() {
        over.clear();
        for segment in fragment.chain.segments.iter().filter(|s| s.contig == contig) {
            let span = (contig, segment.reference.start)..(contig, segment.reference.end);
            over.extend(counts.range(span).map(|(place, _)| *place));
        }
        over.sort_unstable();
        over.dedup();
        for place in &over {
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
    }
    counts
}
