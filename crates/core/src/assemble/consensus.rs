//! The bases over a junction, by vote of its reads.

use std::{ops::Range, sync::Arc};

use super::{
    Candidate,
    observe::{EvidenceKind, Observation},
};
use crate::{evidence::fragment::Fragment, genome::sequence::base_index};

/// Bases kept on each side (bases): enough for a BLAT search and a primer, short enough to print.
const FLANK: usize = 150;

/// Bases over a junction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consensus {
    /// Bases up to and with the 5' breakend, then inserted bases, then from the 3' breakend on.
    pub bases: Vec<u8>,
    /// Number of bases before the junction.
    pub before: usize,
    /// Share of read bases that differ from the consensus, in thousandths.
    pub disagreement_permille: u32,
}

/// Bases of an observation that one read shows, or mates that overlap, around its junction: those beyond the gap that
/// neither mate read are left out, as the length of the gap is not known.
fn read_together(o: &Observation, bases: &Arc<[u8]>, before: usize, fragments: &[Fragment]) -> Range<usize> {
    let whole = 0..bases.len();
    let Some(fragment) = fragments.get(o.fragment) else {
        return whole;
    };
    let Some(gap) = fragment.chain.mate_start.and_then(|at| usize::try_from(at).ok()) else {
        return whole;
    };
    // Bases that are neither the molecule's nor its reverse complement are those of one read.
    let gap = if bases == &fragment.chain.sequence {
        gap
    } else if bases == &fragment.reversed {
        bases.len().saturating_sub(gap)
    } else {
        return whole;
    };
    // The gap has bases of two reads beside it; a junction just there belongs to the read that crosses it.
    if before > gap || (before == gap && o.anchor_three >= o.anchor_five) {
        gap..bases.len()
    } else {
        0..gap
    }
}

/// Votes over the split and clip observations of a candidate.
pub(crate) fn of(candidate: &Candidate, fragments: &[Fragment]) -> Option<Consensus> {
    const WIDTH: usize = 2 * FLANK;
    let mut votes = [[0_u32; 4]; WIDTH];
    let mut any = false;
    for o in candidate
        .observations
        .iter()
        .filter(|o| o.kind != EvidenceKind::Spanning)
    {
        let Some((bases, before)) = &o.bases else { continue };
        // Where the placed junction stands in this read: its own reading may be shifted.
        let shift = (candidate.junction.five.position.0 - o.five.position.0) * o.five.retained.outward();
        let Ok(junction) = usize::try_from(i64::try_from(*before).unwrap_or(0) + shift) else {
            continue;
        };
        any = true;
        let together = read_together(o, bases, junction, fragments);
        for (index, base) in bases.iter().enumerate().filter(|(index, _)| together.contains(index)) {
            let Some(at) = (index + FLANK).checked_sub(junction).filter(|at| *at < WIDTH) else {
                continue;
            };
            if let Some(code) = base_index(*base) {
                votes[at][code] = votes[at][code].saturating_add(1);
            }
        }
    }
    if !any {
        return None;
    }
    let (mut agree, mut total) = (0_u64, 0_u64);
    let called: Vec<Option<u8>> = votes
        .iter()
        .map(|v| {
            let sum: u32 = v.iter().sum();
            let (best, most) = v.iter().enumerate().max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i)))?;
            if sum == 0 {
                return None;
            }
            agree += u64::from(*most);
            total += u64::from(sum);
            Some(b"ACGT"[best])
        })
        .collect();
    let first = (0..FLANK).rev().take_while(|i| called[*i].is_some()).last()?;
    let end = (FLANK..WIDTH)
        .take_while(|i| called[*i].is_some())
        .last()
        .map_or(FLANK, |i| i + 1);
    Some(Consensus {
        bases: called[first..end].iter().flatten().copied().collect(),
        before: FLANK - first,
        disagreement_permille: u32::try_from((total - agree) * 1_000 / total.max(1)).unwrap_or(1_000),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::fragment::{Chain, Confidence, Shape},
        genome::{Breakend, ContigId, Junction, Position, Retained},
    };

    /// A fragment of two reads of `ahead` and `behind` that do not overlap, and its observation of a junction before
    /// base `before`, along the molecule or against it.
    fn seen(ahead: &[u8], behind: &[u8], before: usize, against: bool) -> (Fragment, Observation) {
        let chain = Chain {
            len: u32::try_from(ahead.len() + behind.len()).unwrap(),
            sequence: [ahead, behind].concat().into(),
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
            fragment: 0,
            molecule: 0,
            kind: EvidenceKind::Split,
            five: side(0, Retained::Left),
            three: side(1, Retained::Right),
            inserted: Vec::new(),
            overlap: 0,
            anchor_five: 4,
            anchor_three: 4,
            confidence_five: Confidence::Unique,
            confidence_three: Confidence::Unique,
            bases: Some((bases, before)),
            start: (ContigId(0), 0),
            end: (ContigId(1), 0),
            reversed: against,
        };
        let fragment = Fragment {
            name: b"a".to_vec(),
            read_group: None,
            flagged_duplicate: false,
            umi: None,
            molecule: 0,
            shape: Arc::new(shape),
        };
        (fragment, observation)
    }

    fn consensus(ahead: &[u8], behind: &[u8], before: usize, against: bool) -> Consensus {
        let (fragment, observation) = seen(ahead, behind, before, against);
        let junction = Junction {
            five: observation.five,
            three: observation.three,
            inserted: Vec::new(),
        };
        of(&Candidate::new(junction, vec![observation]), &[fragment]).unwrap()
    }

    #[test]
    fn bases_beyond_the_gap_that_neither_mate_read_are_left_out() {
        // The first read crosses the junction after four bases, the second lies somewhere in the 3' gene.
        let found = consensus(b"AAAACCCC", b"GGGG", 4, false);
        assert_eq!((found.bases.as_slice(), found.before), (b"AAAACCCC".as_slice(), 4));
        // The second read crosses it, two bases from its start.
        let found = consensus(b"AAAACCCC", b"GGTTTT", 10, false);
        assert_eq!((found.bases.as_slice(), found.before), (b"GGTTTT".as_slice(), 2));
        // The same against the molecule: read from the other strand.
        let found = consensus(b"CCCCAAAA", b"GGGG", 8, true);
        assert_eq!((found.bases.as_slice(), found.before), (b"TTTTGGGG".as_slice(), 4));
        let found = consensus(b"CCCC", b"AAAAGG", 2, true);
        assert_eq!((found.bases.as_slice(), found.before), (b"CCTTTT".as_slice(), 2));
    }
}
