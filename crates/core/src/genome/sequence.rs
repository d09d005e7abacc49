//! Bases: complement, and sources of reference bases.

use super::{ContigId, Interval};

/// Source of reference bases: a file in `hts`, memory in tests.
pub trait SequenceSource: Sync {
    /// The bases of `interval` in upper case. `None` if the source does not know the contig or the interval extends
    /// past its end; unknown bases are `N`.
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>>;
}

/// A source without bases, used without a reference.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSequence;

impl SequenceSource for NoSequence {
    fn bases(&self, _contig: ContigId, _interval: Interval) -> Option<Vec<u8>> {
        None
    }
}

/// Two sources combined: each base from `first`, or from `second` if `first` does not know it.
#[derive(Clone, Copy)]
pub struct Layered<'a> {
    /// The preferred source.
    pub first: &'a dyn SequenceSource,
    /// The fallback.
    pub second: &'a dyn SequenceSource,
}

impl SequenceSource for Layered<'_> {
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        let Some(mut bases) = self.first.bases(contig, interval) else {
            return self.second.bases(contig, interval);
        };
        if bases.contains(&b'N')
            && let Some(other) = self.second.bases(contig, interval)
        {
            for (base, other) in bases.iter_mut().zip(other) {
                if *base == b'N' {
                    *base = other;
                }
            }
        }
        Some(bases)
    }
}

/// The complement of a base, preserving case; anything but A, C, G, T becomes `N`.
pub const fn complement(base: u8) -> u8 {
    match base {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        b'T' => b'A',
        b'a' => b't',
        b'c' => b'g',
        b'g' => b'c',
        b't' => b'a',
        _ => b'N',
    }
}

/// Index of an upper-case base in A, C, G, T, from 0; `None` for anything else.
pub const fn base_index(base: u8) -> Option<usize> {
    match base {
        b'A' => Some(0),
        b'C' => Some(1),
        b'G' => Some(2),
        b'T' => Some(3),
        _ => None,
    }
}

/// The reverse complement.
pub fn reverse_complement(bases: &[u8]) -> Vec<u8> {
    bases.iter().rev().map(|&base| complement(base)).collect()
}

/// K-mers of `length` bases (1 to 16), two bits per base, with the index of their first base; k-mers with letters
/// other than A, C, G, T are skipped.
pub(crate) fn words(bases: &[u8], length: usize) -> impl Iterator<Item = (usize, u32)> {
    let mask = u32::MAX >> (32 - 2 * length);
    let (mut word, mut run) = (0_u32, 0_usize);
    bases.iter().enumerate().filter_map(move |(i, base)| {
        match base_index(*base) {
            Some(code) => {
                word = ((word << 2) | code as u32) & mask;
                run += 1;
            }
            None => run = 0,
        }
        (run >= length).then(|| (i + 1 - length, word))
    })
}

/// Number of mismatches between two stretches, over their common length.
pub fn differing(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).filter(|(x, y)| x != y).count()
}

/// Whether `bases` is of too low complexity to align: at least 80 % of it one base, or at most two different 3-mers
/// in ten or more bases (poly-A tails, poly-X adapters, dinucleotide repeats).
pub fn is_low_complexity(bases: &[u8]) -> bool {
    if bases.is_empty() {
        return true;
    }
    let code = |b: u8| base_index(b).unwrap_or(4);
    let mut counts = [0_usize; 5];
    for base in bases {
        counts[code(*base)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most * 5 >= bases.len() * 4 {
        return true;
    }
    let mut seen = [false; 125];
    let mut kinds = 0;
    for three in bases.windows(3) {
        let known = &mut seen[25 * code(three[0]) + 5 * code(three[1]) + code(three[2])];
        kinds += usize::from(!*known);
        *known = true;
        if kinds > 2 {
            return false;
        }
    }
    bases.len() >= 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Contigs, PatchedSequence};

    #[test]
    fn bases_unknown_to_the_first_source_come_from_the_second() {
        let contigs = Contigs::new([("11".to_owned(), 100)]);
        let contig = ContigId(0);
        let (mut first, mut second) = (PatchedSequence::new(&contigs), PatchedSequence::new(&contigs));
        first.insert(contig, 10, b"AAAA");
        second.insert(contig, 12, b"CCCC");
        let bases = |first: &dyn SequenceSource, second: &dyn SequenceSource, start, end| {
            Layered { first, second }.bases(contig, Interval::new(start, end))
        };
        assert_eq!(bases(&first, &second, 9, 17).unwrap(), b"NAAAACCN");
        assert_eq!(bases(&second, &first, 9, 17).unwrap(), b"NAACCCCN");
        assert_eq!(bases(&NoSequence, &second, 12, 16).unwrap(), b"CCCC");
        assert_eq!(bases(&first, &NoSequence, 9, 14).unwrap(), b"NAAAA");
        assert_eq!(bases(&NoSequence, &NoSequence, 9, 14), None);
        assert_eq!(bases(&first, &second, 90, 101), None);
    }

    #[test]
    fn reverse_complement_of_known_bases() {
        assert_eq!(reverse_complement(b"ACGTN"), b"NACGT");
    }

    #[test]
    fn repeats_are_of_low_complexity_and_genes_are_not() {
        assert!(is_low_complexity(b"AAAAAAAAAAAAAAAAAA"));
        assert!(is_low_complexity(b"ATATATATATATAT"));
        assert!(!is_low_complexity(b"AAAACCAAAACCAAAAGAAAAGACAG"));
    }
}
