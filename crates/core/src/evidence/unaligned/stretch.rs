//! Stretches of a read that match exons and introns: extended from a seed, and closed where a mismatch left a gap.

use super::{Piece, WORD};
use crate::genome::{ContigId, Interval, Strand};

/// Mismatch penalty on a stretch's score (a match gives 1).
const MISMATCH: i32 = 4;
/// X-drop: extension stops once the score has fallen by this much below its best.
const DROP: i32 = 3 * MISMATCH;
/// Bases around a splice site that a nearby mismatch may leave uncovered (bases).
const NEAR_EDGE: i64 = 8;

/// A stretch of the read that matches an exon, in sequencing direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) read: std::ops::Range<usize>,
    pub(super) contig: ContigId,
    /// Strand of the read.
    pub(super) strand: Strand,
    pub(super) reference: Interval,
    pub(super) exon: Interval,
    pub(super) gene: usize,
    pub(super) is_kmt2a: bool,
    pub(super) score: i32,
    pub(super) ambiguous: bool,
}

impl Stretch {
    /// Reference bases from the stretch's end to the exon's edge, in the read's direction.
    pub(super) fn until_edge(&self) -> i64 {
        self.to_edge(self.strand)
    }

    /// Reference bases from the exon's edge to the stretch's start, in the read's direction.
    pub(super) fn since_edge(&self) -> i64 {
        self.to_edge(self.strand.flipped())
    }

    fn to_edge(&self, strand: Strand) -> i64 {
        match strand {
            Strand::Forward => self.exon.end.0 - self.reference.end.0,
            Strand::Reverse => self.reference.start.0 - self.exon.start.0,
        }
    }

    /// Extends the end by `n` bases (shortens it if negative).
    fn extend_end(&mut self, n: i64) {
        self.read.end = shifted(self.read.end, n);
        self.extend(self.strand, n);
    }

    /// Extends the start by `n` bases (shortens it if negative).
    fn extend_start(&mut self, n: i64) {
        self.read.start = shifted(self.read.start, -n);
        self.extend(self.strand.flipped(), n);
    }

    fn extend(&mut self, strand: Strand, n: i64) {
        match strand {
            Strand::Forward => self.reference.end.0 += n,
            Strand::Reverse => self.reference.start.0 -= n,
        }
    }

    /// Reference bases between two stretches in read direction; negative if `next` is upstream.
    pub(super) fn gap_to(&self, next: &Self) -> i64 {
        match self.strand {
            Strand::Forward => next.reference.start.0 - self.reference.end.0,
            Strand::Reverse => self.reference.start.0 - next.reference.end.0,
        }
    }
}

fn shifted(at: usize, by: i64) -> usize {
    usize::try_from(i64::try_from(at).unwrap_or(0) + by).unwrap_or(0)
}

/// The highest-scoring stretch on one diagonal that contains the seed.
pub(super) fn drawn_out(piece: &Piece, bases: &[u8], diagonal: i64, seed: usize, sense: bool) -> Stretch {
    let equal = |at: usize| {
        usize::try_from(i64::try_from(at).unwrap_or(0) + diagonal)
            .ok()
            .and_then(|i| piece.bases.get(i))
            .map(|base| bases.get(at) == Some(base))
    };
    let walk = |from: usize, step: &dyn Fn(usize) -> Option<usize>| {
        let (mut at, mut score, mut best) = (from, 0_i32, (0_i32, from));
        while let Some(next) = step(at).filter(|n| *n < bases.len()) {
            let Some(same) = equal(next) else { break };
            score += if same { 1 } else { -MISMATCH };
            at = next;
            if score > best.0 {
                best = (score, at);
            }
            if score < best.0 - DROP {
                break;
            }
        }
        best
    };
    let (right, end) = walk(seed + WORD - 1, &|at| at.checked_add(1));
    let (left, start) = walk(seed, &|at| at.checked_sub(1));
    let (start, end) = (start, end + 1);
    let along = |at: usize| i64::try_from(at).unwrap_or(0) + diagonal;
    let (offset, length) = (along(start), along(end) - along(start));
    let reference = match piece.strand {
        Strand::Forward => Interval::new(piece.first + offset, piece.first + offset + length),
        Strand::Reverse => Interval::new(piece.first - offset - length + 1, piece.first - offset + 1),
    };
    Stretch {
        read: if sense {
            start..end
        } else {
            bases.len() - end..bases.len() - start
        },
        contig: piece.contig,
        strand: if sense { piece.strand } else { piece.strand.flipped() },
        reference,
        exon: piece.exon,
        gene: piece.gene,
        is_kmt2a: piece.is_kmt2a,
        score: i32::try_from(WORD).unwrap_or(0) + left + right,
        ambiguous: false,
    }
}

/// Closes the gap that a mismatch left between two stretches: up to the edges of their exons, or along one exon.
/// Bases covered by both stay with the first.
pub(super) fn close(left: &mut Stretch, right: &mut Stretch) {
    let open = i64::try_from(right.read.start).unwrap_or(0) - i64::try_from(left.read.end).unwrap_or(0);
    let one_line =
        (left.contig, left.strand, left.exon) == (right.contig, right.strand, right.exon) && left.gap_to(right) == open;
    if open > 0 && one_line {
        left.extend_end(open);
    } else if (1..=NEAR_EDGE).contains(&open) && left.until_edge() + right.since_edge() == open {
        left.extend_end(left.until_edge());
        right.extend_start(right.since_edge());
    } else if open < 0 && left.gene == right.gene {
        right.extend_start(open);
    }
}

/// Whether two stretches belong to one alignment, because the transcript simply continues.
pub(super) fn goes_on(left: &Stretch, right: &Stretch) -> bool {
    left.gene == right.gene
        && left.strand == right.strand
        && left.read.end == right.read.start
        && left.gap_to(right) >= 0
}
