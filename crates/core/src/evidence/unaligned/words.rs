//! Index of exon k-mers, with a filter that excludes most other k-mers of a read.

use super::WORD;
use crate::genome::sequence::{base_index, is_low_complexity};

/// K-mers by value, each with the piece and the offset in it.
#[derive(Debug, Default)]
pub(super) struct Words {
    sorted: Vec<(u32, u32, u32)>,
    /// Filter of the k-mers on either strand.
    whole: Filter<WORD>,
    /// Filter of their parts: every k-mer of a read has a part that starts at a multiple of [`EVERY`].
    parts: Filter<PART>,
}

/// Length of a part of a k-mer (bases).
const PART: usize = 13;
/// Distance between the parts that are looked up (bases).
const EVERY: usize = WORD - PART + 1;

/// Bloom filter of the k-mers of `LENGTH` bases on either strand: most k-mers of a read are in no exon.
///
/// Three bits of one number per k-mer (Putze, Sanders and Singler 2009, blocked Bloom filters).
#[derive(Debug, Default)]
struct Filter<const LENGTH: usize> {
    present: Vec<u64>,
    /// Hash bits that do not select the number in `present`.
    shift: u32,
}

impl<const LENGTH: usize> Filter<LENGTH> {
    fn new(words: impl Iterator<Item = u32>, count: usize) -> Self {
        // About four k-mers per number, which set a sixth of its bits.
        let numbers = (count / 4).next_power_of_two().max(2);
        let mut filter = Self {
            present: vec![0; numbers],
            shift: 64 - numbers.ilog2(),
        };
        for word in words {
            let (slot, bits) = filter.slot(word);
            if let Some(number) = filter.present.get_mut(slot) {
                *number |= bits;
            }
        }
        filter
    }

    /// The number for a k-mer and its reverse complement, and their bits in it.
    fn slot(&self, word: u32) -> (usize, u64) {
        let unused = 2 * (WORD - LENGTH);
        let other = turned(word << unused) & (u32::MAX >> unused);
        // Fibonacci hashing: the golden ratio of 2^64 (Knuth, The Art of Computer Programming 3, 6.4).
        let hash = u64::from(word.min(other)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bit = |from: u32| 1 << ((hash >> from) & 63);
        ((hash >> self.shift) as usize, bit(24) | bit(30) | bit(36))
    }

    /// Whether the k-mer or its reverse complement may be present; one in two hundred others passes too.
    fn may_hold(&self, word: u32) -> bool {
        let (slot, bits) = self.slot(word);
        self.present.get(slot).is_some_and(|block| block & bits == bits)
    }
}

impl Words {
    pub(super) fn new(mut words: Vec<(u32, u32, u32)>) -> Self {
        words.sort_unstable();
        let all = || words.iter().map(|(word, ..)| *word);
        let parts = |word: u32| (0..EVERY).map(move |from| (word >> (2 * from)) & (u32::MAX >> (2 * (WORD - PART))));
        Self {
            whole: Filter::new(all(), words.len()),
            parts: Filter::new(all().flat_map(parts), words.len()),
            sorted: words,
        }
    }

    /// Positions of the k-mer.
    pub(super) fn at(&self, word: u32) -> &[(u32, u32, u32)] {
        if !self.whole.may_hold(word) {
            return &[];
        }
        let start = self.sorted.partition_point(|(w, ..)| *w < word);
        let length = self.sorted[start..].partition_point(|(w, ..)| *w == word);
        &self.sorted[start..start + length]
    }

    /// Whether the k-mer is present on either strand.
    fn hold(&self, word: u32) -> bool {
        let letter = |from: usize| b"ACGT"[(word >> (2 * (WORD - 1 - from))) as usize & 3];
        self.whole.may_hold(word)
            && !(self.at(word).is_empty() && self.at(turned(word)).is_empty())
            && !is_low_complexity(&std::array::from_fn::<u8, WORD, _>(letter))
    }

    /// Whether a read of these bases (indices into `ACGT`; others: 4) contains an indexed k-mer on either strand.
    pub(super) fn stand_in(&self, codes: impl Iterator<Item = u8>) -> bool {
        let (mut word, mut known, mut until) = (0_u32, 0_usize, 0_usize);
        for (last, code) in codes.enumerate() {
            word = (word << 2) | u32::from(code & 3);
            known = if code < 4 { known + 1 } else { 0 };
            if known >= PART && (last + 1 - PART).is_multiple_of(EVERY) {
                let part = word & (u32::MAX >> (2 * (WORD - PART)));
                if self.parts.may_hold(part) {
                    until = last + EVERY;
                }
            }
            if last < until && known >= WORD && self.hold(word) {
                return true;
            }
        }
        false
    }
}

/// The reverse complement of a k-mer: two bits per base, so that the complement is the inverse.
pub(super) const fn turned(word: u32) -> u32 {
    let reversed = (!word).reverse_bits();
    ((reversed & 0x5555_5555) << 1) | ((reversed >> 1) & 0x5555_5555)
}

/// Indices of bases in `ACGT`; 4 for all others.
pub(crate) fn codes(bases: &[u8]) -> impl Iterator<Item = u8> + '_ {
    bases.iter().map(|base| CODES[usize::from(*base)])
}

const CODES: [u8; 256] = {
    let mut codes = [4; 256];
    let mut base = 0;
    while base < codes.len() {
        if let Some(code) = base_index(base as u8) {
            codes[base] = code as u8;
        }
        base += 1;
    }
    codes
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::sequence::{reverse_complement, words};

    #[test]
    fn the_word_of_the_other_strand_is_turned() {
        let word = |bases: &[u8]| words(bases, WORD).next().unwrap().1;
        let bases = b"GATTACAGCTTGACCG";
        assert_eq!(turned(word(bases)), word(&reverse_complement(bases)));
    }
}
