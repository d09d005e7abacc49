//! Distance along a spliced transcript.

use super::observe::ahead;
use crate::{
    catalogue::{Gene, GeneModels, Transcript},
    genome::{Breakend, Position, Strand},
};

/// Bases of a molecule from `from` to `to` (both on one contig, `to` downstream of `from` along
/// `strand`), without the introns of a transcript on that strand; the genomic distance if no
/// transcript contains both. `None` if `to` is upstream of `from`.
pub(crate) fn spliced_distance(
    models: &GeneModels,
    side: Breakend,
    from: Position,
    to: Position,
    strand: Strand,
) -> Option<i64> {
    let genomic = ahead(from, to, strand);
    if genomic < 0 {
        return None;
    }
    let best = models
        .at(side.contig, from)
        .filter(|gene| gene.strand == strand)
        .flat_map(|gene: &Gene| &gene.transcripts)
        .filter_map(|t| along(t, from, to))
        .min();
    Some(best.map_or(genomic, |d| d.min(genomic)))
}

/// An aligner may extend past an exon end into the intron by chance, up to this far (bases).
const SNAP: i64 = 10;

/// Exonic bases between two positions that both lie within the transcript, and in an exon or just
/// next to one.
fn along(transcript: &Transcript, from: Position, to: Position) -> Option<i64> {
    let (low, high) = (from.min(to), from.max(to));
    if !transcript.interval.contains(low) || !transcript.interval.contains(high) {
        return None;
    }
    let near = |p: Position| transcript.exons.iter().any(|e| e.interval.padded(SNAP).contains(p));
    let between = crate::genome::Interval { start: low, end: high };
    let exonic = || {
        transcript
            .exons
            .iter()
            .map(|e| e.interval.intersection(between).len())
            .sum()
    };
    (near(low) && near(high)).then(exonic)
}
