//! The consensus sequence across a junction, by majority vote of its reads.

use std::{ops::Range, sync::Arc};

use super::{Candidate, observe::Observation};
use crate::{evidence::fragment::Fragment, genome::sequence::base_index};

/// Bases kept on each side (bases): enough for a BLAT search and primer design, short enough to print.
const FLANK: usize = 150;

/// The consensus sequence across a junction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consensus {
    /// Bases up to and including the 5' breakend, inserted bases, and bases from the 3' breakend on.
    pub bases: Vec<u8>,
    /// Number of bases before the junction.
    pub before: usize,
    /// Fraction of read bases that differ from the consensus, in thousandths.
    pub disagreement_permille: u32,
}

impl Consensus {
    /// Its bases with `|` at the junction; `inserted` bases after it are in lower case, followed by a second `|`.
    pub(crate) fn marked(&self, inserted: usize) -> String {
        let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
        let (before, after) = self.bases.split_at(self.before.min(self.bases.len()));
        let (between, after) = after.split_at(inserted.min(after.len()));
        if between.is_empty() {
            format!("{}|{}", text(before), text(after))
        } else {
            format!("{}|{}|{}", text(before), text(between).to_lowercase(), text(after))
        }
    }
}

/// Bases of an observation around its junction from one read, or from overlapping mates. Bases past an unsequenced
/// gap between mates are left out, as the length of the gap is unknown.
fn read_together(o: &Observation, bases: &Arc<[u8]>, before: usize, fragments: &[Fragment]) -> Range<usize> {
    let whole = 0..bases.len();
    let Some(fragment) = fragments.get(o.fragment) else {
        return whole;
    };
    let Some(gap) = fragment.chain.mate_start.and_then(|at| usize::try_from(at).ok()) else {
        return whole;
    };
    // Bases that are neither the molecule's nor its reverse complement come from one read.
    let gap = if bases == &fragment.chain.sequence {
        gap
    } else if bases == &fragment.reversed {
        bases.len().saturating_sub(gap)
    } else {
        return whole;
    };
    // A junction exactly at the gap belongs to the read with the longer anchor there.
    if before > gap || (before == gap && o.three.anchor >= o.five.anchor) {
        gap..bases.len()
    } else {
        0..gap
    }
}

/// Columns in which a read's mismatches are counted (count), and the number allowed: a read of another isoform, or one
/// with an indel, does not vote where it disagrees with the consensus. Random bases pass once in twenty
/// (`(1 + 4 x 3) / 4^4`).
const LAST: u32 = 4;
/// See `LAST`.
const DIFFER: u32 = 1;

/// Bases of one read across the junction.
struct Row<'a> {
    bases: &'a [u8],
    /// Column of its first base.
    first: i64,
}

impl Row<'_> {
    /// Its base in a column, as an index of `ACGT`.
    fn at(&self, column: i64) -> Option<usize> {
        let at = usize::try_from(column - self.first).ok()?;
        self.bases.get(at).and_then(|base| base_index(*base))
    }
}

/// Votes of the reads column by column outward from the junction, while at least one read has a base: `(base, agreeing
/// reads, reads)`. A read votes while it matches the consensus so far; between two bases with equal votes, that of the
/// reads with fewer mismatches is taken, so that isoforms and alleles are never mixed.
fn outward(rows: &[Row<'_>], columns: impl Iterator<Item = i64>) -> Vec<(u8, u64, u64)> {
    let mut called = Vec::new();
    // Mismatches of each read in its last columns: one bit per column, the newest lowest.
    let mut differed = vec![0_u32; rows.len()];
    for column in columns {
        let mut votes = [(0_u64, 0_u64); 4];
        let mut all = [0_u64; 4];
        for (row, differed) in rows.iter().zip(&differed) {
            let Some(base) = row.at(column) else { continue };
            all[base] += 1;
            let differences = (differed & ((1 << LAST) - 1)).count_ones();
            if differences <= DIFFER {
                votes[base].0 += 1;
                votes[base].1 += u64::from(differences);
            }
        }
        let ranked = votes.iter().enumerate().filter(|(_, (n, _))| *n > 0);
        let Some((best, _)) =
            ranked.max_by_key(|(i, (n, differences))| (*n, std::cmp::Reverse(*differences), std::cmp::Reverse(*i)))
        else {
            break;
        };
        called.push((b"ACGT"[best], all[best], all.iter().sum()));
        for (row, differed) in rows.iter().zip(&mut differed) {
            if let Some(base) = row.at(column) {
                *differed = (*differed << 1) | u32::from(base != best);
            }
        }
    }
    called
}

/// The consensus of reads that start at the same base, at most `most` bases.
pub(super) fn vote(reads: &[&[u8]], most: usize) -> Vec<u8> {
    let rows: Vec<Row<'_>> = reads.iter().map(|bases| Row { bases, first: 0 }).collect();
    outward(&rows, 0..most as i64)
        .into_iter()
        .map(|(base, ..)| base)
        .collect()
}

/// Votes over the split and clip observations of a candidate.
pub(crate) fn of(candidate: &Candidate, fragments: &[Fragment]) -> Option<Consensus> {
    // Column 0 is the first base after the 5' side.
    let rows: Vec<Row<'_>> = candidate
        .split()
        .filter_map(|o| {
            let (bases, junction) = candidate.bases_of(o)?;
            let together = read_together(o, bases, junction, fragments);
            Some(Row {
                first: together.start as i64 - junction as i64,
                bases: bases.get(together)?,
            })
        })
        .collect();
    let after = outward(&rows, 0..FLANK as i64);
    let ahead = outward(&rows, (-(FLANK as i64)..0).rev());
    // Without bases on the 5' side there is no consensus.
    if ahead.is_empty() {
        return None;
    }
    let (agree, total) = ahead
        .iter()
        .chain(&after)
        .fold((0, 0), |(agree, total), (_, a, t)| (agree + a, total + t));
    let before = ahead.len();
    Some(Consensus {
        bases: ahead.into_iter().rev().chain(after).map(|(base, ..)| base).collect(),
        before,
        disagreement_permille: u32::try_from((total - agree) * 1_000 / total.max(1)).unwrap_or(1_000),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::tests::observed,
        evidence::fragment::{Chain, Shape},
        genome::{Breakend, ContigId, Junction, Position, Retained},
    };

    /// A fragment of two reads, `ahead` and `after`, that do not overlap, and its observation of a junction before
    /// base `before`, along the molecule or opposite to it.
    fn seen(ahead: &[u8], after: &[u8], before: usize, against: bool) -> (Fragment, Observation) {
        let chain = Chain {
            len: u32::try_from(ahead.len() + after.len()).unwrap(),
            sequence: [ahead, after].concat().into(),
            mate_start: Some(u32::try_from(ahead.len()).unwrap()),
            ..Chain::default()
        };
        let shape = Shape::of(chain);
        let bases = if against {
            shape.reversed.clone()
        } else {
            shape.chain.sequence.clone()
        };
        let side = |contig, retained| Breakend {
            contig: ContigId(contig),
            position: Position(1_000),
            retained,
        };
        let observation = Observation {
            bases: Some((bases, before)),
            reversed: against,
            ..observed((side(0, Retained::Left), 4), (side(1, Retained::Right), 4))
        };
        let fragment = Fragment::of(shape.chain);
        (fragment, observation)
    }

    fn consensus(ahead: &[u8], after: &[u8], before: usize, against: bool) -> Consensus {
        let (fragment, observation) = seen(ahead, after, before, against);
        let junction = Junction {
            five: observation.five.at,
            three: observation.three.at,
            inserted: Vec::new(),
        };
        of(&Candidate::new(junction, vec![observation]), &[fragment]).unwrap()
    }

    /// The consensus of several reads of `AAAA` followed by each one's bases.
    fn together(reads: &[&[u8]]) -> Vec<u8> {
        let (mut observations, mut fragments) = (Vec::new(), Vec::new());
        for (i, bases) in reads.iter().enumerate() {
            let (fragment, mut observation) = seen(&[b"AAAA", *bases].concat(), b"", 4, false);
            observation.fragment = i;
            let mut chain = fragment.chain.clone();
            chain.mate_start = None;
            fragments.push(Fragment::of(chain));
            observations.push(observation);
        }
        let (five, three) = (observations[0].five, observations[0].three);
        let junction = Junction {
            five: five.at,
            three: three.at,
            inserted: Vec::new(),
        };
        of(&Candidate::new(junction, observations), &fragments).unwrap().bases
    }

    #[test]
    fn isoforms_that_diverge_beyond_the_junction_are_not_mixed() {
        // Three reads continue into one exon; the longer read of another isoform does not, so that its last bases are
        // not part of this transcript.
        let (one, other) = (&b"CCCCTTAAAACTAG"[..], &b"CCCCGGCTCCATGTTGGC"[..]);
        assert_eq!(together(&[one, one, one, other]), b"AAAACCCCTTAAAACTAG");
        // Of two reads, one is followed from where they diverge.
        assert_eq!(together(&[one, other]), [&b"AAAA"[..], other].concat());
        // A single error excludes no read: the longest read gives the last bases.
        let error = b"CCCCTTATAACTAGTCCT";
        assert_eq!(together(&[one, one, error]), b"AAAACCCCTTAAAACTAGTCCT");
    }

    #[test]
    fn bases_past_the_unsequenced_gap_between_mates_are_left_out() {
        // The first read crosses the junction after four bases; the second lies somewhere in the 3' gene.
        let found = consensus(b"AAAACCCC", b"GGGG", 4, false);
        assert_eq!((found.bases.as_slice(), found.before), (b"AAAACCCC".as_slice(), 4));
        // The second read crosses it, two bases from its start.
        let found = consensus(b"AAAACCCC", b"GGTTTT", 10, false);
        assert_eq!((found.bases.as_slice(), found.before), (b"GGTTTT".as_slice(), 2));
        // The same on the opposite strand.
        let found = consensus(b"CCCCAAAA", b"GGGG", 8, true);
        assert_eq!((found.bases.as_slice(), found.before), (b"TTTTGGGG".as_slice(), 4));
        let found = consensus(b"CCCC", b"AAAAGG", 2, true);
        assert_eq!((found.bases.as_slice(), found.before), (b"CCTTTT".as_slice(), 2));
    }
}
