//! Molecules over a genomic base that do not carry a junction there, for the allele fraction.

use std::borrow::Cow;

use super::{
    Candidate,
    observe::{EvidenceKind, Observation, Target},
    sides::Sides,
};
use crate::{
    evidence::fragment::Fragment,
    genome::{Breakend, Interval, Junction, Retained},
};

/// Bases that a fragment must reach on both sides of a break to be counted, whichever allele it shows
/// (bases): the same for both, so that the fraction is not bent.
const ANCHOR: i64 = 20;

/// The same where the other side has no place (bases): its mates do not align, and cannot be counted, so that both
/// alleles are counted by reads over the base. Aligners leave out reads with fewer than about 30 bases in KMT2A, or a
/// few more with an error among them.
const READ_ANCHOR: i64 = 35;

/// Spans of wild-type molecules on KMT2A, both ends sorted apart: outer ones, and those of reads.
pub(crate) struct WildType {
    starts: Vec<i64>,
    ends: Vec<i64>,
    read_starts: Vec<i64>,
    read_ends: Vec<i64>,
}

impl WildType {
    /// From all fragments; the numbers in `broken` carry a junction.
    pub(crate) fn new<'a>(
        fragments: impl Iterator<Item = Cow<'a, Fragment>>,
        target: &Target,
        broken: &std::collections::BTreeSet<usize>,
    ) -> Self {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        let (mut read_starts, mut read_ends) = (Vec::new(), Vec::new());
        let mut seen = std::collections::HashSet::new();
        for (index, fragment) in fragments.enumerate() {
            if fragment.flagged_duplicate || broken.contains(&index) {
                continue;
            }
            let own = || fragment.chain.segments.iter().filter(|s| s.contig == target.contig);
            let (Some(start), Some(end)) = (
                own().map(|s| s.reference.start.0).min(),
                own().map(|s| s.reference.end.0).max(),
            ) else {
                continue;
            };
            if end - start >= 2 * ANCHOR && end - start <= target.fragment_len_max && seen.insert(fragment.molecule) {
                starts.push(start);
                ends.push(end);
                let mut reads: std::collections::BTreeMap<u16, (i64, i64)> = std::collections::BTreeMap::new();
                for s in own() {
                    let read = reads
                        .entry(s.alignment)
                        .or_insert((s.reference.start.0, s.reference.end.0));
                    *read = (read.0.min(s.reference.start.0), read.1.max(s.reference.end.0));
                }
                for (start, end) in reads.into_values().filter(|(s, e)| e - s >= ANCHOR + READ_ANCHOR) {
                    read_starts.push(start);
                    read_ends.push(end);
                }
            }
        }
        for sorted in [&mut starts, &mut ends, &mut read_starts, &mut read_ends] {
            sorted.sort_unstable();
        }
        Self {
            starts,
            ends,
            read_starts,
            read_ends,
        }
    }

    /// Molecules that span the break beside `side` with 20 bases on both sides.
    pub(crate) fn over(&self, side: Breakend) -> u32 {
        let edge = match side.retained {
            Retained::Left => side.position.0 + 1,
            Retained::Right => side.position.0,
        };
        // No span is shorter than both anchors, so whatever ends too early also began early enough.
        between(&self.starts, &self.ends, edge - ANCHOR, edge + ANCHOR)
    }

    /// Molecules with a read over the break beside `side`: 35 bases of what is kept and 20 beyond.
    pub(crate) fn read_over(&self, side: Breakend) -> u32 {
        let (low, high) = match side.retained {
            Retained::Left => (side.position.0 + 1 - READ_ANCHOR, side.position.0 + 1 + ANCHOR),
            Retained::Right => (side.position.0 - ANCHOR, side.position.0 + READ_ANCHOR),
        };
        between(&self.read_starts, &self.read_ends, low, high)
    }
}

/// Spans from `low` or before to `high` or behind, none of which is shorter than that.
fn between(starts: &[i64], ends: &[i64], low: i64, high: i64) -> u32 {
    let begun = starts.partition_point(|s| *s <= low);
    let ended = ends.partition_point(|e| *e < high);
    u32::try_from(begun.saturating_sub(ended)).unwrap_or(0)
}

/// Junction molecules and wild type of a candidate, counted alike.
pub(crate) fn alleles(
    candidate: &Candidate,
    fragments: &[Fragment],
    (target, gene): (&Target, Interval),
    wild_type: &WildType,
) -> (u32, u32) {
    // Where the flank of the gene is joined to its inside, the base inside: the flank may not be sequenced.
    let inside = |side: Breakend| side.contig == target.contig && gene.contains(side.position);
    let (kmt2a_is_five, side) = match &candidate.sides {
        Sides::Open(open) => (open.own_is_five(), open.own),
        Sides::Placed(Junction { five, three, .. }) => {
            let is_five = inside(*five) || target.holds(*five) && !inside(*three);
            (is_five, if is_five { *five } else { *three })
        }
    };
    if candidate.sides.open().is_some() {
        let molecules: std::collections::BTreeSet<u64> = candidate
            .observations
            .iter()
            .filter(|o| {
                let (own, other) = if kmt2a_is_five {
                    (o.anchor_five, o.anchor_three)
                } else {
                    (o.anchor_three, o.anchor_five)
                };
                o.kind >= EvidenceKind::Clip
                    && i64::from(own) >= READ_ANCHOR
                    && i64::from(other) >= ANCHOR
                    && !fragments[o.fragment].flagged_duplicate
            })
            .map(|o| o.molecule)
            .collect();
        if !molecules.is_empty() {
            let count = u32::try_from(molecules.len()).unwrap_or(u32::MAX);
            return (count, wild_type.read_over(side));
        }
    }
    (anchored(candidate, fragments), wild_type.over(side))
}

/// Molecules of a candidate whose fragment reaches 20 bases beyond both breakends.
fn anchored(candidate: &Candidate, fragments: &[Fragment]) -> u32 {
    let reaches = |o: &Observation| {
        let far = |end: (crate::genome::ContigId, i64), side: Option<Breakend>| {
            side.is_none_or(|side| end.0 != side.contig || (end.1 - side.position.0).abs() + 1 >= ANCHOR)
        };
        far(o.start, candidate.sides.five()) && far(o.end, candidate.sides.three())
    };
    let molecules: std::collections::BTreeSet<u64> = candidate
        .observations
        .iter()
        .filter(|o| !fragments[o.fragment].flagged_duplicate && reaches(o))
        .map(|o| o.molecule)
        .collect();
    u32::try_from(molecules.len()).unwrap_or(u32::MAX)
}
