//! Clusters soft clips that continue into the same bases, through an index of 6-mers, so that the time is linear in
//! the number of clips of a noisy panel.
//!
//! METHOD: each base beyond a clip has a position, counted on from the adjacent reference base. Two clips at one
//! breakpoint that the aligner started at different bases still have the same bases at these positions. 6-mers at
//! every sixth position are indexed, and clips that share one are compared. Two clips that overlap by 17 bases or more
//! with one error share one; those that overlap by less may stay apart, and are joined later as clips of the junction.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use super::{
    consensus,
    outward::{Outward, allowed},
};
use crate::genome::{Breakend, Retained, sequence::differing};

/// Shortest clip that is compared with others (bases): twenty bases match by chance once in 10^12.
pub(super) const MIN_TAIL: usize = 20;
/// An aligner may extend past the breakpoint over matching bases, or clip early because of an error (bases).
pub(super) const SLACK: i64 = 12;
/// Length of an indexed k-mer (bases).
const K: usize = 6;

/// A clip and its number within the fragment.
pub(super) type End<'a> = (Outward<'a>, usize);

/// An indexed k-mer: the retained side, its position, its bases.
type Key<'b> = (Retained, i64, &'b [u8]);

/// The indexed k-mers of a clip.
fn kmers<'b>(end: &'b Outward<'_>) -> impl Iterator<Item = Key<'b>> {
    let retained = end.side.retained;
    let first = end.side.position.0 * retained.outward() + 1;
    let skipped = usize::try_from((-first).rem_euclid(K as i64)).unwrap_or(0);
    let bases = end.bases.get(skipped..).unwrap_or_default();
    let start = first + skipped as i64;
    (start..)
        .step_by(K)
        .zip(bases.chunks_exact(K))
        .map(move |(place, kmer)| (retained, place, kmer))
}

/// Clusters clips by their sequence; the longest of each cluster comes first.
pub(super) fn kinds<'a, 'b>(ends: &'b [End<'a>]) -> Vec<Vec<&'b End<'a>>> {
    let mut sorted: Vec<&'b End<'a>> = ends.iter().collect();
    sorted.sort_by_key(|(o, which)| (Reverse(o.bases.len()), o.index, *which));
    let mut kinds: Vec<Vec<&'b End<'a>>> = Vec::new();
    let mut by_kmer: HashMap<Key<'b>, Vec<usize>> = HashMap::new();
    for end in sorted {
        let mut shared: Vec<usize> = kmers(&end.0)
            .filter_map(|kmer| by_kmer.get(&kmer))
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
            for kmer in kmers(&end.0) {
                by_kmer.entry(kmer).or_default().push(kinds.len());
            }
            kinds.push(vec![end]);
        }
    }
    kinds
}

/// The commonest breakend of a cluster.
pub(super) fn site(kind: &[&End<'_>]) -> Option<Breakend> {
    let mut votes: BTreeMap<Breakend, usize> = BTreeMap::new();
    for (o, _) in kind {
        *votes.entry(o.side).or_default() += 1;
    }
    let most = votes.into_iter().max_by_key(|(side, n)| (*n, Reverse(*side)));
    most.map(|(side, _)| side)
}

/// The consensus of a cluster beyond `site`, read outward.
pub(super) fn beyond(kind: &[&End<'_>], site: Breakend) -> Vec<u8> {
    let shift = |o: &Outward<'_>| (site.position.0 - o.side.position.0) * site.retained.outward();
    let shown: Vec<Vec<u8>> = kind.iter().filter_map(|(o, _)| o.beyond(shift(o))).collect();
    let longest = shown.iter().map(Vec::len).max().unwrap_or(0);
    consensus::vote(&shown.iter().map(Vec::as_slice).collect::<Vec<_>>(), longest)
}

/// Whether two clips have the same bases where they overlap.
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

/// Two sequences read outward, aligned on each other: the first begins `ahead` bases further out, and the other is
/// cut.
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

    /// A clip at `position` of KMT2A, which retains its left side, with the bases beyond.
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
    fn clips_at_one_breakpoint_form_one_cluster_wherever_the_aligner_stopped() {
        let fragment = fragment();
        let beyond = b"ACGTTGCACCATGGATTCAGACCTAGGTTACAGCTA";
        let mut wrong = beyond.to_vec();
        wrong[8] = b'T';
        let ends = [
            end(&fragment, 0, 1_000, beyond),
            end(&fragment, 1, 1_003, &beyond[3..]),
            end(&fragment, 2, 1_000, &wrong[..24]),
            // The same bases at another position, and other bases at the same position.
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
