//! Clusters the observations of each junction.

use std::collections::BTreeMap;

use super::observe::{EvidenceKind, Observation};
use crate::genome::{Breakend, ContigId, Junction, Retained};

/// Observations of one junction may differ by this many bases on a side (bases): an aligner that
/// clips early because of a sequencing error leaves the missing bases as inserted ones.
const REACH: i64 = 20;

/// Representations with fewer than 1/10 of the observations of the commonest are alignment noise (factor).
const STRAY: usize = 10;

/// The invariant of all representations of one junction: contigs, retained sides, and the sum of both positions and
/// the inserted length.
type Key = (ContigId, Retained, ContigId, Retained, i64);

fn key(o: &Observation) -> Key {
    let net = o.five.at.position.0 * o.five.at.retained.outward()
        + o.three.at.position.0 * o.three.at.retained.outward()
        + i64::try_from(o.inserted.len()).unwrap_or(0);
    (
        o.five.at.contig,
        o.five.at.retained,
        o.three.at.contig,
        o.three.at.retained,
        net,
    )
}

/// The observations of one junction.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    /// Its best representation.
    pub junction: Junction,
    /// Bases by which the junction can move towards the 5' side in the alignments (shared by both sides).
    pub overlap: u32,
    /// All observations.
    pub observations: Vec<Observation>,
}

/// Clusters split observations; linear in their number apart from sorting.
pub(crate) fn split_clusters(observations: Vec<Observation>) -> Vec<Cluster> {
    let mut by_key: BTreeMap<Key, Vec<Observation>> = BTreeMap::new();
    for o in observations.into_iter().filter(|o| o.kind != EvidenceKind::Spanning) {
        by_key.entry(key(&o)).or_default().push(o);
    }
    let mut clusters = Vec::new();
    for mut group in by_key.into_values() {
        group.sort_by(|a, b| {
            (a.five.at.position, &a.inserted, a.fragment).cmp(&(b.five.at.position, &b.inserted, b.fragment))
        });
        let mut run: Vec<Observation> = Vec::new();
        for o in group {
            if let Some(last) = run.last()
                && last.five.at.position.distance(o.five.at.position) > REACH
            {
                clusters.extend(cluster(std::mem::take(&mut run)));
            }
            run.push(o);
        }
        clusters.extend(cluster(run));
    }
    clusters
}

fn cluster(observations: Vec<Observation>) -> Option<Cluster> {
    // The representation with the fewest inserted bases, then the most frequent one; those of a few reads among many
    // are alignment artefacts at sequencing errors.
    let mut forms: BTreeMap<(usize, Breakend, Breakend, Vec<u8>), usize> = BTreeMap::new();
    for o in &observations {
        *forms
            .entry((o.inserted.len(), o.five.at, o.three.at, o.inserted.clone()))
            .or_default() += 1;
    }
    let most = forms.values().copied().max()?;
    forms.retain(|_, written| *written * STRAY >= most);
    let fewest = forms.keys().map(|(n, ..)| *n).min()?;
    let ((_, five, three, inserted), _) = forms
        .into_iter()
        .filter(|((n, ..), _)| *n == fewest)
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
    // How far 5' of `five` each alignment allows the junction. The commonest value is used: a read with an error next
    // to the junction can extend further.
    let mut overlaps: BTreeMap<u32, usize> = BTreeMap::new();
    for o in observations.iter().filter(|o| o.inserted.len() == fewest) {
        let lead = (five.position.0 - o.five.at.position.0) * five.retained.outward();
        let back = u32::try_from(lead + i64::from(o.overlap)).unwrap_or(0);
        *overlaps.entry(back).or_default() += 1;
    }
    let overlap = overlaps
        .into_iter()
        .max_by_key(|(back, n)| (*n, *back))
        .map_or(0, |(back, _)| back);
    Some(Cluster {
        junction: Junction { five, three, inserted },
        overlap,
        observations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assemble::tests::observed, genome::Position};

    /// A split observation of KMT2A e8-AFF1 e5 that stops early on each side, with inserted bases between.
    fn observation(fragment: usize, early_five: i64, early_three: i64, inserted: &[u8]) -> Observation {
        let five = Breakend {
            contig: ContigId(10),
            position: Position(118_482_494 - early_five),
            retained: Retained::Left,
        };
        let three = Breakend {
            contig: ContigId(3),
            position: Position(87_084_119 + early_three),
            retained: Retained::Right,
        };
        Observation {
            fragment,
            molecule: fragment as u64,
            inserted: inserted.to_vec(),
            ..observed((five, 40), (three, 40))
        }
    }

    #[test]
    fn an_alignment_that_stopped_early_joins_its_junction() {
        let clusters = split_clusters(vec![
            observation(0, 0, 0, b""),
            observation(1, 3, 0, b"ACG"),
            observation(2, 2, 2, b"ACGT"),
            observation(3, 0, 0, b""),
            observation(4, -2, -2, b""),
        ]);
        // The last one has both sides two bases further: another junction.
        assert_eq!(
            clusters.iter().map(|c| c.observations.len()).collect::<Vec<_>>(),
            [4, 1]
        );
        assert_eq!(clusters[0].junction.five.position.one_based(), 118_482_495);
        assert!(clusters[0].junction.inserted.is_empty());
    }

    #[test]
    fn one_read_with_errors_does_not_shorten_an_insertion() {
        let whole = |i| observation(i, 0, 0, b"ATGCTTTAGCGG");
        // Two more bases on KMT2A, two fewer inserted.
        let stray = observation(99, -2, 0, b"GCTTTAGCGG");
        let many = split_clusters((0..11).map(whole).chain([stray.clone()]).collect());
        assert_eq!(many.len(), 1);
        assert_eq!(many[0].junction.inserted, b"ATGCTTTAGCGG");
        // One of a few reads is not noise.
        for n in [3, 10] {
            let few = split_clusters((0..n).map(whole).chain([stray.clone()]).collect());
            assert_eq!(few[0].junction.inserted, b"GCTTTAGCGG", "one among {n}");
        }
    }

    #[test]
    fn a_true_insertion_is_kept() {
        let clusters = split_clusters(vec![
            observation(0, 0, 0, b"ACGTTGCACCATGGA"),
            observation(1, 0, 0, b"ACGTTGCACCATGGA"),
        ]);
        assert_eq!(clusters.len(), 1);
        assert_eq!(clusters[0].junction.inserted, b"ACGTTGCACCATGGA");
    }

    #[test]
    fn representations_of_one_junction_lie_within_twenty_bases() {
        let early = |bases: usize| {
            let inserted = vec![b'A'; bases];
            let early = observation(1, bases as i64, 0, &inserted);
            split_clusters(vec![observation(0, 0, 0, b""), early]).len()
        };
        assert_eq!((early(20), early(21)), (1, 2));
    }
}
