//! K-mer index of the loci: seeds for the alignment of reads.

use std::collections::{BTreeMap, HashMap};

use super::locus::{Loci, Locus};
use crate::genome::sequence::{is_low_complexity, words};

/// Length of a k-mer (bases): in the million bases of catalogue exons one matches by chance at 1 in 17 positions, so
/// that single hits are many, but cheap to extend.
pub(crate) const WORD: usize = 12;
/// Maximum positions of a k-mer (count); more are a repeat.
const SHARED: usize = 12;
/// Least k-mers of one diagonal for an alignment (count): away from exon ends 18 bases are required, fifteen of which
/// remain with an error.
const WORDS: usize = 4;
/// Length of the k-mers at exon ends (bases), which seed short anchors.
pub(crate) const END_WORD: usize = 8;

/// A k-mer index.
#[derive(Debug, Default)]
pub(crate) struct Words {
    all: Table,
    /// K-mers that begin at an acceptor.
    acceptors: Table,
    /// K-mers that end at a donor.
    donors: Table,
}

/// K-mers sorted by value, with a table of the first index for each prefix.
#[derive(Debug, Default)]
struct Table {
    sorted: Vec<(u32, u32, i32)>,
    starts: Vec<u32>,
    shift: u32,
}

impl Table {
    fn new(mut words: Vec<(u32, u32, i32)>, length: usize) -> Self {
        words.sort_unstable();
        let bits = 2 * length as u32;
        let shift = bits.saturating_sub(20);
        let mut starts = vec![0_u32; (1 << (bits - shift)) + 1];
        for (word, ..) in &words {
            starts[(word >> shift) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self {
            sorted: words,
            starts,
            shift,
        }
    }

    fn at(&self, word: u32) -> &[(u32, u32, i32)] {
        let slot = (word >> self.shift) as usize;
        let (Some(low), Some(high)) = (self.starts.get(slot), self.starts.get(slot + 1)) else {
            return &[];
        };
        let of_slot = &self.sorted[*low as usize..*high as usize];
        let start = of_slot.partition_point(|(w, ..)| *w < word);
        let length = of_slot[start..].partition_point(|(w, ..)| *w == word);
        &of_slot[start..start + length]
    }
}

/// Seeds of a read on one window: base of the read, offset. One for each diagonal of [`WORDS`] k-mers or more.
pub(crate) fn on_place(bases: &[u8], place: &Locus) -> Vec<(usize, i64)> {
    let mut of_read: HashMap<u32, Vec<usize>> = HashMap::new();
    for (i, word) in words(bases, WORD).filter(|(i, _)| !is_low_complexity(&bases[*i..*i + WORD])) {
        of_read.entry(word).or_default().push(i);
    }
    let mut diagonals: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    for (start, island) in place.islands() {
        for (at, word) in words(island, WORD) {
            for i in of_read.get(&word).into_iter().flatten() {
                let diagonal = start + at as i64 - *i as i64;
                let (count, first) = diagonals.entry(diagonal).or_insert((0, *i));
                (*count, *first) = (*count + 1, (*first).min(*i));
            }
        }
    }
    let enough = diagonals.into_iter().filter(|(_, (count, _))| *count >= WORDS);
    enough.map(|(diagonal, (_, i))| (i, diagonal + i as i64)).collect()
}

impl Words {
    /// Indexes the loci.
    pub(crate) fn new(loci: &Loci) -> Self {
        let (mut all, mut acceptors, mut donors) = (Vec::new(), Vec::new(), Vec::new());
        for (number, locus) in (0_u32..).zip(&loci.all) {
            for (start, bases) in locus.islands() {
                let at = |i: usize| i32::try_from(start + i as i64).unwrap_or(i32::MAX);
                all.extend(words(bases, WORD).map(|(i, word)| (word, number, at(i))));
            }
            let end_words = |sites: &[i64], before: i64| -> Vec<(u32, u32, i32)> {
                sites
                    .iter()
                    .filter_map(|site| {
                        let first = site - before;
                        let bases: Vec<u8> = (first..first + END_WORD as i64).map(|at| locus.base(at)).collect();
                        let (_, word) = words(&bases, END_WORD).next()?;
                        Some((word, number, i32::try_from(first).ok()?))
                    })
                    .collect()
            };
            acceptors.extend(end_words(&locus.acceptors, 0));
            donors.extend(end_words(&locus.donors, END_WORD as i64 - 1));
        }
        Self {
            all: Table::new(all, WORD),
            acceptors: Table::new(acceptors, END_WORD),
            donors: Table::new(donors, END_WORD),
        }
    }

    /// Seeds of a read on any locus: base of the read, locus, offset. One for each diagonal, most k-mers first.
    pub(crate) fn anchors(&self, bases: &[u8], only: Option<u32>) -> Vec<(usize, u32, i64)> {
        let least = if only.is_some() { 1 } else { WORDS };
        let mut hits: Vec<((u32, i64), usize)> = Vec::new();
        for (i, word) in words(bases, WORD) {
            let found = self.all.at(word);
            if found.is_empty() || found.len() > SHARED && only.is_none() || is_low_complexity(&bases[i..i + WORD]) {
                continue;
            }
            let of_asked = found.iter().filter(|h| only.is_none_or(|o| o == h.1)).take(SHARED * 4);
            hits.extend(of_asked.map(|(_, locus, at)| ((*locus, i64::from(*at) - i as i64), i)));
        }
        hits.sort_unstable();
        let diagonals = hits.chunk_by(|a, b| a.0 == b.0).filter(|words| words.len() >= least);
        let mut anchors: Vec<_> = diagonals.map(|words| (words.len(), words[0])).collect();
        anchors.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        anchors
            .into_iter()
            .map(|(_, ((locus, diagonal), i))| (i, locus, diagonal + i as i64))
            .collect()
    }

    /// Exon starts whose first [`END_WORD`] bases occur in the sequence: base, locus, offset.
    pub(crate) fn exon_starts(&self, bases: &[u8]) -> Vec<(usize, u32, i64)> {
        Self::ends(&self.acceptors, bases)
    }

    /// Exon ends whose last [`END_WORD`] bases occur in the sequence: first base of them, locus, offset.
    pub(crate) fn exon_ends(&self, bases: &[u8]) -> Vec<(usize, u32, i64)> {
        Self::ends(&self.donors, bases)
    }

    fn ends(table: &Table, bases: &[u8]) -> Vec<(usize, u32, i64)> {
        words(bases, END_WORD)
            .flat_map(|(i, word)| {
                table
                    .at(word)
                    .iter()
                    .map(move |(_, locus, at)| (i, *locus, i64::from(*at)))
            })
            .collect()
    }
}

/// Whether a locus has these bases at `at`; unknown bases never match.
pub(crate) fn spells(locus: &Locus, at: i64, bases: &[u8]) -> bool {
    bases.iter().zip(at..).all(|(b, t)| *b != b'N' && locus.base(t) == *b)
}
