//! A soft clip read outward from its breakend, and the comparison of two sequences.

use std::sync::Arc;

use super::{
    observe::{EvidenceKind, Observation, ObservedSide, edge, five_first},
    sides::Sides,
};
use crate::{
    evidence::fragment::{Clip, Confidence, Fragment},
    genome::{
        Breakend,
        sequence::{differing, reverse_complement},
    },
};

/// Mismatches allowed over a length: one per 12 bases.
pub(super) const fn allowed(length: usize) -> usize {
    length / 12
}

/// Compares two sequences over their common length (at least `least`): length and mismatches, if these are allowed.
pub(super) fn matches(tail: &[u8], expected: &[u8], least: usize) -> Option<(usize, usize)> {
    let length = tail.len().min(expected.len());
    if length < least {
        return None;
    }
    let mismatches = differing(tail, expected);
    (mismatches <= allowed(length)).then_some((length, mismatches))
}

/// A soft clip with its segment, read outward.
pub(super) struct Outward<'a> {
    pub(super) fragment: &'a Fragment,
    pub(super) index: usize,
    pub(super) clip: Clip,
    /// The breakend at the clip.
    pub(super) side: Breakend,
    /// Clipped bases, outward from the breakend.
    pub(super) bases: Vec<u8>,
    /// Aligned bases of the segment, read outward (the last is next to the clip).
    pub(super) kept: Vec<u8>,
}

impl<'a> Outward<'a> {
    pub(super) fn new(index: usize, fragment: &'a Fragment, clip: Clip) -> Option<Self> {
        let segment = fragment.chain.segments.get(clip.segment)?;
        let sequence = &fragment.chain.sequence;
        let bases = sequence.get(clip.start as usize..clip.end as usize)?;
        let own = sequence.get(segment.molecule_start as usize..segment.molecule_end as usize)?;
        let (bases, kept) = if clip.after {
            (bases.to_vec(), own.to_vec())
        } else {
            (reverse_complement(bases), reverse_complement(own))
        };
        Some(Self {
            fragment,
            index,
            clip,
            side: edge(segment, clip.after),
            bases,
            kept,
        })
    }

    /// The bases beyond a breakend `shift` bases further out than the clip's own.
    pub(super) fn beyond(&self, shift: i64) -> Option<Vec<u8>> {
        if shift >= 0 {
            Some(self.bases.get(usize::try_from(shift).ok()?..)?.to_vec())
        } else {
            let more = self.kept.len().checked_sub(usize::try_from(-shift).ok()?)?;
            Some([&self.kept[more..], &self.bases].concat())
        }
    }

    /// The observation of `sides`, one of which is `shift` bases outward of the clip's own breakend.
    pub(super) fn observe(
        &self,
        sides: &Sides,
        own_is_five: bool,
        shift: i64,
        matched: usize,
        confidence: Confidence,
    ) -> Observation {
        let chain = &self.fragment.chain;
        let segment = &chain.segments[self.clip.segment];
        let own: u32 = chain
            .segments
            .iter()
            .filter(|s| s.alignment == segment.alignment)
            .map(|s| s.len())
            .sum();
        let matched = u32::try_from(matched).unwrap_or(0);
        // In the molecule's direction the junction follows the segment or precedes it.
        let edge = if self.clip.after {
            i64::from(self.clip.start) + shift
        } else {
            i64::from(self.clip.end) - shift
        };
        let forward = self.clip.after == own_is_five;
        let bases = usize::try_from(edge)
            .ok()
            .filter(|e| *e <= chain.sequence.len())
            .map(|edge| {
                if forward {
                    (Arc::clone(&chain.sequence), edge)
                } else {
                    (Arc::clone(&self.fragment.reversed), chain.sequence.len() - edge)
                }
            });
        // `before` counts bases of the 5' side; inserted bases belong to neither side.
        let bases = bases.map(|(b, before)| {
            if own_is_five {
                (b, before)
            } else {
                (b, before.saturating_sub(sides.inserted().len()))
            }
        });
        let unaligned = (self.side.contig, self.side.position.0);
        let (start, end) = chain.outer_ends().unwrap_or((unaligned, unaligned));
        let (at_five, at_three) = sides.shown();
        let (end_five, end_three) = five_first(forward, start, end);
        let of = (own, segment.confidence);
        let (of_five, of_three) = five_first(own_is_five, of, (matched, confidence));
        let side = |at, (anchor, confidence), end| ObservedSide {
            at,
            anchor,
            confidence,
            end,
        };
        Observation {
            fragment: self.index,
            molecule: self.fragment.molecule,
            kind: EvidenceKind::Clip,
            five: side(at_five, of_five, end_five),
            three: side(at_three, of_three, end_three),
            inserted: sides.inserted().to_vec(),
            overlap: 0,
            bases,
            reversed: !forward,
        }
    }
}
