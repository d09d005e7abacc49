//! Wild-type molecules that span a genomic breakpoint, for the allele fraction.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashSet},
};

use super::{
    Candidate,
    observe::{EvidenceKind, Observation, Target},
    sides::Sides,
};
use crate::{
    evidence::fragment::Fragment,
    genome::{Breakend, Interval, Junction, Retained},
};

/// Bases that a fragment must cover on both sides of a breakpoint to be counted, for either allele
/// (bases): the same for both, so that the fraction is unbiased.
const ANCHOR: i64 = 20;

/// The same if the partner side is unplaced (bases): mates there are unmapped and cannot be counted, so that both
/// alleles are counted by reads across the breakpoint. Aligners drop reads with fewer than about 30 bases in KMT2A,
/// or a few more if they contain an error.
const READ_ANCHOR: i64 = 35;

/// Intervals on KMT2A: starts and ends, sorted separately.
struct Spans {
    starts: Vec<i64>,
    ends: Vec<i64>,
}

impl Spans {
    fn new(all: Vec<(i64, i64)>) -> Self {
        let (mut starts, mut ends): (Vec<i64>, Vec<i64>) = all.into_iter().unzip();
        starts.sort_unstable();
        ends.sort_unstable();
        Self { starts, ends }
    }

    /// Number of intervals that start at or before `low` and end at or after `high`. None is shorter than that, so
    /// that each one that ends too early also started early enough.
    fn over(&self, low: i64, high: i64) -> u32 {
        let begun = self.starts.partition_point(|s| *s <= low);
        let ended = self.ends.partition_point(|e| *e < high);
        u32::try_from(begun.saturating_sub(ended)).unwrap_or(0)
    }
}

/// Wild-type molecules on KMT2A: intervals of fragments, and of single reads.
pub(crate) struct WildType {
    molecules: Spans,
    reads: Spans,
}

impl WildType {
    /// From all fragments; those with an index in `broken` carry a junction.
    pub(crate) fn new<'a>(
        fragments: impl Iterator<Item = Cow<'a, Fragment>>,
        target: &Target,
        broken: &BTreeSet<usize>,
    ) -> Self {
        let (mut molecules, mut reads) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for (index, fragment) in fragments.enumerate() {
            if fragment.flagged_duplicate || broken.contains(&index) {
                continue;
            }
            let mut of_alignment: BTreeMap<u16, (i64, i64)> = BTreeMap::new();
            for s in fragment.chain.segments.iter().filter(|s| s.contig == target.contig) {
                let (start, end) = (s.reference.start.0, s.reference.end.0);
                let read = of_alignment.entry(s.alignment).or_insert((start, end));
                *read = (read.0.min(start), read.1.max(end));
            }
            let whole = of_alignment
                .values()
                .copied()
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            let Some((start, end)) = whole else { continue };
            if (2 * ANCHOR..=target.fragment_len_max).contains(&(end - start)) && seen.insert(fragment.molecule) {
                molecules.push((start, end));
                reads.extend(
                    of_alignment
                        .into_values()
                        .filter(|(s, e)| e - s >= ANCHOR + READ_ANCHOR),
                );
            }
        }
        Self {
            molecules: Spans::new(molecules),
            reads: Spans::new(reads),
        }
    }

    /// Molecules that span the breakpoint at `side` with 20 bases on both sides.
    pub(crate) fn over(&self, side: Breakend) -> u32 {
        let edge = edge(side);
        self.molecules.over(edge - ANCHOR, edge + ANCHOR)
    }

    /// Molecules with a read across the breakpoint at `side`: 35 retained bases and 20 beyond.
    pub(crate) fn read_over(&self, side: Breakend) -> u32 {
        let edge = edge(side);
        match side.retained {
            Retained::Left => self.reads.over(edge - READ_ANCHOR, edge + ANCHOR),
            Retained::Right => self.reads.over(edge - ANCHOR, edge + READ_ANCHOR),
        }
    }
}

/// The first base (0-based) right of a breakpoint.
fn edge(side: Breakend) -> i64 {
    match side.retained {
        Retained::Left => side.position.0 + 1,
        Retained::Right => side.position.0,
    }
}

/// Junction and wild-type molecules of a candidate, counted by the same criteria.
pub(crate) fn alleles(
    candidate: &Candidate,
    fragments: &[Fragment],
    (target, gene): (&Target, Interval),
    wild_type: &WildType,
) -> (u32, u32) {
    // If the gene's flank is joined to the gene itself, use the base in the gene: the flank may not be sequenced.
    let inside = |side: Breakend| side.contig == target.contig && gene.contains(side.position);
    let (kmt2a_is_five, side) = match &candidate.sides {
        Sides::Open(open) => (open.own_is_five(), open.own),
        Sides::Placed(Junction { five, three, .. }) => {
            let is_five = inside(*five) || target.holds(*five) && !inside(*three);
            (is_five, if is_five { *five } else { *three })
        }
    };
    if candidate.sides.open().is_some() {
        let molecules: BTreeSet<u64> = candidate
            .observations
            .iter()
            .filter(|o| {
                o.kind >= EvidenceKind::Clip
                    && i64::from(o.side(kmt2a_is_five).anchor) >= READ_ANCHOR
                    && i64::from(o.side(!kmt2a_is_five).anchor) >= ANCHOR
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

/// Molecules of a candidate whose fragment covers 20 bases on both sides.
fn anchored(candidate: &Candidate, fragments: &[Fragment]) -> u32 {
    let reaches = |o: &Observation| {
        let far = |end: (crate::genome::ContigId, i64), side: Option<Breakend>| {
            side.is_none_or(|side| end.0 != side.contig || (end.1 - side.position.0).abs() + 1 >= ANCHOR)
        };
        far(o.five.end, candidate.sides.five()) && far(o.three.end, candidate.sides.three())
    };
    let molecules: BTreeSet<u64> = candidate
        .observations
        .iter()
        .filter(|o| !fragments[o.fragment].flagged_duplicate && reaches(o))
        .map(|o| o.molecule)
        .collect();
    u32::try_from(molecules.len()).unwrap_or(u32::MAX)
}
