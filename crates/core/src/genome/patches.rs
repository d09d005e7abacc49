//! Reference bases of a few stretches in memory, so that tests and simulation need no file.

use std::collections::BTreeMap;

use super::{ContigId, Contigs, Interval, SequenceSource};

/// A sequence source that knows some stretches of some contigs. All other bases are `N`.
#[derive(Clone, Debug, Default)]
pub struct PatchedSequence {
    lengths: Vec<i64>,
    /// By contig: first base and bases of each stretch, the newest last.
    stretches: BTreeMap<ContigId, Vec<(i64, Vec<u8>)>>,
}

impl PatchedSequence {
    /// A source over these contigs without any bases.
    pub fn new(contigs: &Contigs) -> Self {
        Self {
            lengths: contigs.iter().map(|(_, _, len)| len).collect(),
            stretches: BTreeMap::new(),
        }
    }

    /// The stretches of another source, read once. Bases unknown to that source stay unknown.
    pub fn gather(
        source: &dyn SequenceSource,
        contigs: &Contigs,
        intervals: impl IntoIterator<Item = (ContigId, Interval)>,
    ) -> Self {
        let mut out = Self::new(contigs);
        let mut wanted: Vec<_> = intervals.into_iter().filter(|(_, i)| !i.is_empty()).collect();
        wanted.sort_unstable();
        for (contig, interval) in wanted {
            if let Some(bases) = source.bases(contig, interval) {
                out.insert(contig, interval.start.0, &bases);
            }
        }
        out
    }

    /// Adds bases from `start` (0-based). Where stretches overlap, the newer one counts.
    pub fn insert(&mut self, contig: ContigId, start: i64, bases: &[u8]) {
        if bases.is_empty() || start < 0 {
            return;
        }
        let held = self.stretches.entry(contig).or_default();
        held.push((start, bases.to_ascii_uppercase()));
    }

    /// Every stretch, by contig.
    pub fn iter(&self) -> impl Iterator<Item = (ContigId, i64, &[u8])> {
        self.stretches
            .iter()
            .flat_map(|(contig, held)| held.iter().map(|(start, bases)| (*contig, *start, bases.as_slice())))
    }
}

impl SequenceSource for PatchedSequence {
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        let length = *self.lengths.get(contig.0 as usize)?;
        let (start, end) = (interval.start.0, interval.end.0);
        if start < 0 || start > end || end > length {
            return None;
        }
        let mut bases = vec![b'N'; usize::try_from(end - start).ok()?];
        for (from, known) in self.stretches.get(&contig).into_iter().flatten() {
            let shared = interval.intersection(Interval::new(*from, from + i64::try_from(known.len()).ok()?));
            if !shared.is_empty() {
                let at = usize::try_from(shared.start.0 - start).ok()?;
                let of = usize::try_from(shared.start.0 - from).ok()?;
                let len = usize::try_from(shared.len()).ok()?;
                bases[at..at + len].copy_from_slice(known.get(of..of + len)?);
            }
        }
        Some(bases)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contigs() -> Contigs {
        Contigs::new([("chr4".to_owned(), 60), ("chr11".to_owned(), 100)])
    }

    #[test]
    fn unknown_bases_are_n_and_beyond_the_contig_is_none() {
        let mut source = PatchedSequence::new(&contigs());
        source.insert(ContigId(1), 10, b"acGT");
        source.insert(ContigId(0), 59, b"A");
        let bases = |contig, a, b| source.bases(ContigId(contig), Interval::new(a, b));
        assert_eq!(bases(1, 9, 15).as_deref(), Some(&b"NACGTN"[..]));
        assert_eq!(bases(0, 58, 60).as_deref(), Some(&b"NA"[..]));
        assert_eq!(bases(0, 58, 61), None);
        assert_eq!(bases(2, 0, 1), None);
    }

    proptest! {
        #[test]
        fn stretches_in_any_order_give_the_newest_base(
            stretches in prop::collection::vec((0_i64..90, prop::collection::vec(prop::sample::select(b"ACGT".to_vec()), 1..10)), 0..12),
            start in 0_i64..100, len in 0_i64..50,
        ) {
            let mut source = PatchedSequence::new(&contigs());
            let mut plain = [b'N'; 100];
            for (at, bases) in &stretches {
                source.insert(ContigId(1), *at, bases);
                let at = usize::try_from(*at).unwrap();
                plain[at..at + bases.len()].copy_from_slice(bases);
            }
            let end = (start + len).min(100);
            let wanted = plain[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()].to_vec();
            prop_assert_eq!(source.bases(ContigId(1), Interval::new(start, end)), Some(wanted));
        }
    }
}
