//! A fragment oriented in the target gene's sense, with overlapping mates merged into one read.

use std::ops::Range;

use super::{
    locus::Locus,
    stretch::Part,
    walk::{Block, QUALITY_UNKNOWN, Read},
};
use crate::{
    catalogue::GeneModels,
    evidence::{
        chain::MIN_CLIP,
        fragment::{Fragment, Segment},
    },
    genome::sequence::reverse_complement,
};

/// Adapter bases beyond the mate's end that may match the locus by chance (bases).
const BY_CHANCE: usize = 20;

/// A fragment oriented in the target gene's sense.
pub(super) struct Oriented {
    pub(super) bases: Vec<u8>,
    pub(super) qualities: Vec<u8>,
    /// Reads (or merged mates), in order.
    pub(super) reads: Vec<Range<usize>>,
    /// The aligner's segments, in these coordinates.
    pub(super) hints: Vec<Segment>,
    pub(super) flipped: bool,
    /// The aligner places no segment in the target gene.
    pub(super) foreign: bool,
    /// Coordinates of the unmapped read.
    pub(super) unaligned: Option<Range<usize>>,
    /// One of its reads is unmapped, and was realigned to exons and introns earlier.
    pub(super) laid: bool,
}

impl Oriented {
    /// The whole fragment, for alignment.
    pub(super) fn whole(&self) -> Read<'_> {
        Read {
            bases: &self.bases,
            qualities: &self.qualities,
        }
    }

    pub(super) fn new(fragment: &Fragment, own: &Locus, models: &GeneModels) -> Self {
        let chain = &fragment.chain;
        let mut bases = chain.sequence.to_vec();
        let mut qualities = chain.qualities.to_vec();
        let length = bases.len();
        let mut reads: Vec<Range<usize>> = match chain.mate_start {
            Some(start) => vec![0..start as usize, start as usize..length],
            None => std::iter::once(0..length).collect(),
        };
        let mut hints = chain.segments.clone();
        let mut unaligned = None;
        if let (Some(mate), None) = (&fragment.unaligned_mate, chain.mate_start) {
            // The first read runs along the molecule, the second opposite to it.
            let second_aligned = chain.segments.iter().all(|s| s.seen_by.second);
            let count = mate.bases.len();
            let mut of_mate = mate.qualities.clone();
            if of_mate.is_empty() && !qualities.is_empty() {
                of_mate.resize(count, QUALITY_UNKNOWN);
            } else if !of_mate.is_empty() && qualities.is_empty() {
                qualities.resize(length, QUALITY_UNKNOWN);
            }
            if second_aligned {
                for segment in &mut hints {
                    segment.molecule_start += count as u32;
                    segment.molecule_end += count as u32;
                }
                qualities = [of_mate, qualities].concat();
                bases = [mate.bases.clone(), bases].concat();
                reads = vec![0..count, count..bases.len()];
                unaligned = Some(0..count);
            } else {
                of_mate.reverse();
                qualities.extend(of_mate);
                bases.extend(reverse_complement(&mate.bases));
                reads = vec![0..length, length..bases.len()];
                unaligned = Some(length..bases.len());
            }
        }
        let along: i64 = hints
            .iter()
            .filter(|h| h.contig == own.contig && h.reference.overlaps(own.span))
            .map(|h| {
                if h.strand == own.strand {
                    i64::from(h.len())
                } else {
                    -i64::from(h.len())
                }
            })
            .sum();
        // Without the target gene, the gene of the longest segment gives the orientation.
        let foreign = along == 0;
        let of_gene = || {
            let longest = hints
                .iter()
                .max_by_key(|h| (h.len(), std::cmp::Reverse(h.molecule_start)))?;
            let gene = models.overlapping(longest.contig, longest.reference).next()?;
            Some(if gene.strand == longest.strand { 1 } else { -1 })
        };
        let along = if foreign { of_gene().unwrap_or(0) } else { along };
        let flipped = along < 0;
        if flipped {
            let total = bases.len();
            bases = reverse_complement(&bases);
            qualities.reverse();
            reads = reads
                .into_iter()
                .rev()
                .map(|r| total - r.end..total - r.start)
                .collect();
            unaligned = unaligned.map(|r| total - r.end..total - r.start);
            for s in &mut hints {
                *s = turned(*s, total as u32);
            }
            hints.sort_unstable();
        }
        Self {
            bases,
            qualities,
            reads,
            hints,
            flipped,
            foreign,
            unaligned,
            laid: fragment.laid,
        }
    }
}

impl Oriented {
    /// Merges both reads if they overlap on one locus. `None` if they do not overlap there, or if bases beyond the
    /// other read's end align to another locus, so that they are not adapter.
    pub(super) fn merged(&self, parts: &[Vec<Part>]) -> Option<Self> {
        let [first, second] = self.reads.as_slice() else {
            return None;
        };
        let [a_parts, b_parts] = parts else { return None };
        let mut best: Option<(i64, i64, usize, usize)> = None;
        for (i, a) in a_parts.iter().enumerate() {
            for (k, b) in b_parts.iter().enumerate().filter(|(_, b)| a.home == b.home) {
                for (x, y) in a.blocks.iter().flat_map(|x| b.blocks.iter().map(move |y| (x, y))) {
                    let shared = x.end().min(y.end()) - x.at.max(y.at);
                    if shared > 0 && best.is_none_or(|(most, ..)| shared > most) {
                        let offset = (x.read as i64 - x.at) - (y.read as i64 - y.at);
                        best = Some((shared, offset + second.start as i64 - first.start as i64, i, k));
                    }
                }
            }
        }
        let (_, offset, of_first, of_second) = best?;
        // From the first base of the first read to the last base of the second.
        let length = usize::try_from(offset + second.len() as i64).ok().filter(|n| *n > 0)?;
        let laid = |part: &Part, from: usize, to: usize| -> usize {
            let of = |b: &Block| b.read_end().min(to).saturating_sub(b.read.max(from));
            part.blocks.iter().map(of).sum()
        };
        // Bases that extend the shared alignment may be adapter that matches by chance.
        let adapter = |parts: &[Part], shared: usize, from: usize, to: usize| {
            let beyond = parts.iter().enumerate().map(|(n, p)| (n == shared, laid(p, from, to)));
            beyond.fold((0, 0), |(along, elsewhere), (is_shared, bases)| {
                if is_shared {
                    (along + bases, elsewhere)
                } else {
                    (along, elsewhere + bases)
                }
            })
        };
        let second_from = second.start + usize::try_from(-offset).unwrap_or(0).min(second.len());
        let (a_along, a_else) = adapter(a_parts, of_first, first.start + length.min(first.len()), first.end);
        let (b_along, b_else) = adapter(b_parts, of_second, second.start, second_from);
        if a_else + b_else >= MIN_CLIP as usize || a_along + b_along > BY_CHANCE {
            return None;
        }
        let quality = |at: usize| self.qualities.get(at).copied().unwrap_or(0);
        let (mut bases, mut qualities) = (Vec::with_capacity(length), Vec::with_capacity(length));
        for i in 0..length {
            let x = (i < first.len()).then(|| first.start + i);
            let y = usize::try_from(i as i64 - offset)
                .ok()
                .filter(|j| *j < second.len())
                .map(|j| second.start + j);
            let (x, y) = match (x, y) {
                (Some(x), Some(y)) if self.bases[x] == b'N' => (y, Some(y)),
                (Some(x), y) => (x, y),
                (None, Some(y)) => (y, None),
                (None, None) => return None,
            };
            let taken = y
                .filter(|y| quality(*y) > quality(x) && self.bases[*y] != b'N')
                .unwrap_or(x);
            bases.push(self.bases[taken]);
            qualities.push(quality(taken));
        }
        let hints = self.hints.iter().filter_map(|s| {
            let by = if (s.molecule_start as usize) < first.end {
                -(first.start as i64)
            } else {
                offset - second.start as i64
            };
            let (start, end) = (i64::from(s.molecule_start) + by, i64::from(s.molecule_end) + by);
            (start >= 0 && end <= length as i64).then_some(Segment {
                molecule_start: start as u32,
                molecule_end: end as u32,
                ..*s
            })
        });
        Some(Self {
            hints: hints.collect(),
            qualities: if self.qualities.is_empty() {
                Vec::new()
            } else {
                qualities
            },
            reads: std::iter::once(0..length).collect(),
            bases,
            flipped: self.flipped,
            foreign: self.foreign,
            unaligned: None,
            laid: self.laid,
        })
    }
}

pub(super) fn turned(s: Segment, total: u32) -> Segment {
    Segment {
        molecule_start: total.saturating_sub(s.molecule_end),
        molecule_end: total.saturating_sub(s.molecule_start),
        strand: s.strand.flipped(),
        ..s
    }
}
