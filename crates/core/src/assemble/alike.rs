//! Clipped ends that run into the same bases: compared through an index of short pieces, so that many thousands of
//! ends of a noisy panel cost no more than their number.
//!
//! METHOD: the bases beyond an end have a place of their own, counted on from the reference base beside them. Two ends
//! of one break that the aligner stopped at different bases still have the same bases at the same such places. Pieces
//! of six at every sixth place are kept; ends are compared where they share one. Two that overlap by 17 bases or more
//! with one error share one; ends that overlap by less may stay apart, and are joined later as clips of the junction.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use super::{
    consensus,
    outward::{Outward, allowed},
};
use crate::genome::{Breakend, Retained, sequence::differing};

/// Clipped bases from which an end is compared with others (bases): twenty agree by chance once in 10^12.
pub(super) const MIN_TAIL: usize = 20;
/// An aligner goes on past the break where bases happen to agree, and stops early for an error (bases).
pub(super) const SLACK: i64 = 12;
/// Bases of a piece.
const PIECE: usize = 6;

/// An end and the number of its clip within the fragment.
pub(super) type End<'a> = (Outward<'a>, usize);

/// A piece: the side that is kept, its place, its bases.
type Key<'b> = (Retained, i64, &'b [u8]);

/// The pieces of an end.
fn pieces<'b>(end: &'b Outward<'_>) -> impl Iterator<Item = Key<'b>> {
    let retained = end.side.retained;
    let first = end.side.position.0 * retained.outward() + 1;
    let skipped = usize::try_from((-first).rem_euclid(PIECE as i64)).unwrap_or(0);
    let bases = end.bases.get(skipped..).unwrap_or_default();
    let start = first + skipped as i64;
    (start..)
        .step_by(PIECE)
        .zip(bases.chunks_exact(PIECE))
        .map(move |(place, piece)| (retained, place, piece))
}

/// Ends by the sequence that they run into; the longest of each kind comes first.
pub(super) fn kinds<'a, 'b>(ends: &'b [End<'a>]) -> Vec<Vec<&'b End<'a>>> {
    let mut sorted: Vec<&'b End<'a>> = ends.iter().collect();
    sorted.sort_by_key(|(o, which)| (Reverse(o.bases.len()), o.index, *which));
    let mut kinds: Vec<Vec<&'b End<'a>>> = Vec::new();
    let mut by_piece: HashMap<Key<'b>, Vec<usize>> = HashMap::new();
    for end in sorted {
        let mut shared: Vec<usize> = pieces(&end.0)
            .filter_map(|piece| by_piece.get(&piece))
            .flatten()
            .copied()
            .collect();
        shared.sort_unstable();
        shared.dedup();
        let kind = shared
            .into_iter()
            .find(|k| kinds[*k].first().is_some_and(|first| agree(&first.0, &end.0)));
        if let Some(kind) = kind {
            kinds[kind].push(end);
        } else {
            for piece in pieces(&end.0) {
                by_piece.entry(piece).or_default().push(kinds.len());
            }
            kinds.push(vec![end]);
        }
    }
    kinds
}

/// The breakend that most ends of one kind name.
pub(super) fn site(kind: &[&End<'_>]) -> Option<Breakend> {
    let mut votes: BTreeMap<Breakend, usize> = BTreeMap::new();
    for (o, _) in kind {
        *votes.entry(o.side).or_default() += 1;
    }
    let most = votes.into_iter().max_by_key(|(side, n)| (*n, Reverse(*side)));
    most.map(|(side, _)| side)
}

/// The bases beyond `site`, read outward, by the votes of the ends of one kind.
pub(super) fn beyond(kind: &[&End<'_>], site: Breakend) -> Vec<u8> {
    let shift = |o: &Outward<'_>| (site.position.0 - o.side.position.0) * site.retained.outward();
    let shown: Vec<Vec<u8>> = kind.iter().filter_map(|(o, _)| o.beyond(shift(o))).collect();
    let longest = shown.iter().map(Vec::len).max().unwrap_or(0);
    consensus::vote(&shown.iter().map(Vec::as_slice).collect::<Vec<_>>(), longest)
}

/// Whether two ends run into the same bases, the one that begins further in cut to the other.
fn agree(a: &Outward<'_>, b: &Outward<'_>) -> bool {
    let ahead = (a.side.position.0 - b.side.position.0) * a.side.retained.outward();
    if a.side.retained != b.side.retained || ahead.abs() > SLACK {
        return false;
    }
    let Some((x, y)) = along(&a.bases, &b.bases, ahead) else {
        return false;
    };
    let length = x.len().min(y.len());
    length + ahead.unsigned_abs() as usize >= MIN_TAIL && length >= MIN_TAIL / 2 && differing(x, y) <= allowed(length)
}

/// Two stretches read outward, the first of which begins `ahead` bases further out: the other one is cut to it.
pub(super) fn along<'a>(a: &'a [u8], b: &'a [u8], ahead: i64) -> Option<(&'a [u8], &'a [u8])> {
    let cut = usize::try_from(ahead.abs()).ok()?;
    if ahead >= 0 {
        Some((a, b.get(cut..)?))
    } else {
        Some((a.get(cut..)?, b))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        evidence::fragment::{Chain, Clip, Fragment, Shape},
        genome::{Breakend, ContigId, Position},
    };

    fn fragment() -> Fragment {
        Fragment {
            name: b"f".to_vec(),
            read_group: None,
            flagged_duplicate: false,
            umi: None,
            molecule: 0,
            shape: Arc::new(Shape::of(Chain::default())),
        }
    }

    /// An end of KMT2A's left side at `position`, with what lies beyond.
    fn end<'a>(fragment: &'a Fragment, index: usize, position: i64, bases: &[u8]) -> End<'a> {
        let clip = Clip {
            segment: 0,
            after: true,
            start: 0,
            end: 0,
        };
        let side = Breakend {
            contig: ContigId(10),
            position: Position(position),
            retained: Retained::Left,
        };
        (
            Outward {
                fragment,
                index,
                clip,
                side,
                bases: bases.to_vec(),
                kept: Vec::new(),
            },
            0,
        )
    }

    #[test]
    fn ends_of_one_break_are_one_kind_wherever_the_aligner_stopped() {
        let fragment = fragment();
        let beyond = b"ACGTTGCACCATGGATTCAGACCTAGGTTACAGCTA";
        let mut wrong = beyond.to_vec();
        wrong[8] = b'T';
        let ends = [
            end(&fragment, 0, 1_000, beyond),
            end(&fragment, 1, 1_003, &beyond[3..]),
            end(&fragment, 2, 1_000, &wrong[..24]),
            // The same bases at another place, and other bases at the same place.
            end(&fragment, 3, 1_030, beyond),
            end(&fragment, 4, 1_000, b"GGATCCTTAAGCGCATATCTCGAGCGT"),
        ];
        let kinds: Vec<Vec<usize>> = kinds(&ends)
            .iter()
            .map(|k| k.iter().map(|(o, _)| o.index).collect())
            .collect();
        assert_eq!(kinds, [vec![0, 1, 2], vec![3], vec![4]]);
    }
}
