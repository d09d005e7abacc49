//! Distance along a spliced transcript.

use super::observe::ahead;
use crate::{
    catalogue::{Gene, GeneModels, Transcript},
    genome::{Breakend, Position, Strand},
};

/// Bases of a molecule between `from` and `to` (both on one contig, `to` ahead of `from` along
/// `strand`), introns of a transcript of that strand left out; the genomic distance where no
/// transcript holds both. `None` where `to` lies behind `from`.
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

/// An aligner may run past an exon's end into the intron by chance, up to this far (bases).
const SNAP: i64 = 10;

/// Exonic bases between two positions that both lie in the transcript's span, and in an exon or just
/// beside one.
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
