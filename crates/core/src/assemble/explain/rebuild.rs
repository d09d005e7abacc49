//! Rebuilds a fragment's chain from the segments that explain it best.

use std::ops::Range;

use super::{
    locus::Locus,
    oriented::{Oriented, turned},
    realign::Explainer,
    stretch::Part,
    tail,
};
use crate::{
    evidence::{
        chain::MIN_CLIP,
        fragment::{Chain, Clip, Fragment, LinkKind, PlacedBy, Placement, SeenBy, Segment, Shape},
    },
    genome::{Strand, sequence::reverse_complement},
};

/// The explanation of an unaligned end of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Sequencing adapter, or a tail followed by one.
    Adapter,
    /// Low complexity: a poly-A tail, homopolymers, short repeats.
    Simple,
    /// None.
    Unexplained,
}

/// A fragment along its best explanation.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    /// Its new chain and clips.
    pub shape: Shape,
    /// The explanation of each of its clips.
    pub rests: Vec<Rest>,
}

impl Explainer<'_> {
    /// The fragment with its reads aligned to the chosen segments.
    pub(super) fn rebuilt(
        &self,
        fragment: &Fragment,
        oriented: &Oriented,
        parts: Vec<Vec<Part>>,
        places: &[Locus],
    ) -> Explained {
        let mut segments: Vec<Segment> = Vec::new();
        let mut links: Vec<LinkKind> = Vec::new();
        let mut rests: Vec<(Clip, Rest)> = Vec::new();
        let mut alignment = 0_u16;
        let mut alternatives = fragment.alternatives.clone();
        for (read, parts) in oriented.reads.iter().zip(&parts) {
            let by = if oriented.unaligned.as_ref() == Some(read) {
                PlacedBy::Unmapped
            } else {
                PlacedBy::Aligner
            };
            let seen_by = seen_by(&oriented.hints, read, fragment);
            let first = segments.len();
            for part in parts {
                let locus = self.locus(part.home, places);
                alternatives.extend(part.rivals.iter().map(|(home, block)| {
                    let rival = self.locus(*home, places);
                    Placement {
                        contig: rival.contig,
                        strand: if oriented.flipped {
                            rival.strand.flipped()
                        } else {
                            rival.strand
                        },
                        reference: rival.reference(block.at, block.end()),
                    }
                }));
                for (n, block) in part.blocks.iter().enumerate() {
                    if !segments.is_empty() {
                        links.push(if segments.len() == first {
                            LinkKind::Spanning
                        } else if n > 0 {
                            LinkKind::Gap
                        } else {
                            LinkKind::Split
                        });
                    }
                    segments.push(Segment {
                        molecule_start: block.read as u32,
                        molecule_end: block.read_end() as u32,
                        contig: locus.contig,
                        strand: locus.strand,
                        reference: locus.reference(block.at, block.end()),
                        confidence: part.confidence,
                        seen_by,
                        alignment,
                        placed_by: if by == PlacedBy::Aligner && !part.hinted {
                            PlacedBy::Realigned
                        } else {
                            by
                        },
                    });
                }
                alignment = alignment.saturating_add(1);
            }
            if segments.len() == first {
                continue;
            }
            let of_read = |h: &&Segment| read.start <= h.molecule_start as usize && h.molecule_end as usize <= read.end;
            for hint in oriented.hints.iter().filter(of_read) {
                extend_unread(&mut segments[first..], hint, &oriented.bases);
            }
            let (low, high) = (segments[first], segments[segments.len() - 1]);
            for (segment, after, span) in [
                (first, false, read.start..low.molecule_start as usize),
                (segments.len() - 1, true, high.molecule_end as usize..read.end),
            ] {
                if span.len() < MIN_CLIP as usize {
                    continue;
                }
                let outward = if after {
                    oriented.bases[span.clone()].to_vec()
                } else {
                    reverse_complement(&oriented.bases[span.clone()])
                };
                let clip = Clip {
                    segment,
                    after,
                    start: span.start as u32,
                    end: span.end as u32,
                };
                rests.push((clip, tail::rest(&outward)));
            }
        }
        // An unmapped read that no locus explains may extend an unplaced sequence.
        let is_laid = |read: &Range<usize>| segments.iter().any(|s| read.contains(&(s.molecule_start as usize)));
        let unaligned_mate = match &oriented.unaligned {
            Some(read) if !is_laid(read) => fragment.unaligned_mate.clone(),
            _ => None,
        };
        let total = oriented.bases.len() as u32;
        let mut mate_start = (oriented.reads.len() == 2).then(|| oriented.reads[1].start as u32);
        let (mut sequence, mut qualities) = (oriented.bases.clone(), oriented.qualities.clone());
        if oriented.flipped {
            let count = segments.len();
            segments = segments.into_iter().rev().map(|s| turned(s, total)).collect();
            links.reverse();
            for (clip, _) in &mut rests {
                *clip = Clip {
                    segment: count - 1 - clip.segment,
                    after: !clip.after,
                    start: total - clip.end,
                    end: total - clip.start,
                };
            }
            mate_start = mate_start.map(|m| total - m);
            sequence = reverse_complement(&sequence);
            qualities.reverse();
        }
        rests.sort_by_key(|(clip, _)| (clip.start, clip.end));
        let chain = Chain {
            segments,
            links,
            len: total,
            sequence: sequence.into(),
            qualities: qualities.into(),
            mate_start,
        };
        Explained {
            shape: Shape {
                clips: rests.iter().map(|(clip, _)| *clip).collect(),
                unaligned_mate,
                alternatives,
                ..Shape {
                    reversed: reverse_complement(&chain.sequence).into(),
                    chain,
                    ..(*fragment.shape).clone()
                }
            },
            rests: rests.into_iter().map(|(_, rest)| rest).collect(),
        }
    }
}

/// Extends the outer segments of a read to the aligner's alignment on the same diagonal, where most bases of the read
/// are unknown: those of a mate without clip are not kept.
fn extend_unread(segments: &mut [Segment], hint: &Segment, bases: &[u8]) {
    let diagonal = |s: &Segment| match s.strand {
        Strand::Forward => s.reference.start.0 - i64::from(s.molecule_start),
        Strand::Reverse => s.reference.end.0 + i64::from(s.molecule_start),
    };
    let is_whole = i64::from(hint.len()) == hint.reference.len();
    let is_same = |s: &Segment| (s.contig, s.strand, diagonal(s)) == (hint.contig, hint.strand, diagonal(hint));
    let are_unread = |from: u32, to: u32| {
        let beyond = bases.get(from as usize..to as usize).unwrap_or_default();
        beyond.iter().filter(|b| **b == b'N').count() * 2 > beyond.len()
    };
    let outer = [(0, true), (segments.len().saturating_sub(1), false)];
    for (at, is_low) in outer {
        let Some(s) = segments.get_mut(at).filter(|s| is_whole && is_same(s)) else {
            continue;
        };
        if is_low && are_unread(hint.molecule_start, s.molecule_start) {
            s.molecule_start = hint.molecule_start;
        } else if !is_low && are_unread(s.molecule_end, hint.molecule_end) {
            s.molecule_end = hint.molecule_end;
        } else {
            continue;
        }
        if is_low == (s.strand == Strand::Forward) {
            s.reference.start = hint.reference.start;
        } else {
            s.reference.end = hint.reference.end;
        }
    }
}

pub(super) fn seen_by(hints: &[Segment], read: &Range<usize>, fragment: &Fragment) -> SeenBy {
    let mut seen = SeenBy::default();
    for s in hints {
        if read.start <= s.molecule_start as usize && s.molecule_end as usize <= read.end {
            seen.first |= s.seen_by.first;
            seen.second |= s.seen_by.second;
        }
    }
    if !seen.first && !seen.second {
        let first_aligned = fragment.chain.segments.iter().any(|s| s.seen_by.first);
        seen.first = !first_aligned;
        seen.second = first_aligned;
    }
    seen
}
