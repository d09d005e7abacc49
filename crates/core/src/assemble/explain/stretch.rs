//! Candidate alignments of a read, and the segments that are chosen.

use std::{borrow::Cow, ops::Range};

use super::{
    locus::Locus,
    prior,
    realign::MIN_BEYOND,
    rebuild::Rest,
    tail,
    walk::{Block, Lay, Model, Read},
    words::{WORD, spells},
};
use crate::{
    assemble::repeat::OWN_REACH,
    evidence::fragment::{Confidence, Segment},
    genome::sequence::reverse_complement,
};

/// Alignments within this score difference are equally good: less than one mismatch (nats).
const ALIKE: f64 = 3.0;

/// The locus of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// Number of the gene's locus; 0 is the target gene.
    Known(usize),
    /// Number among the fragment's own windows.
    Place(usize),
}

/// A candidate alignment of a read to one locus.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) home: Home,
    pub(super) lay: Lay,
    /// Cumulative score before each base of the read, from `lay.start()`.
    pub(super) cumulated: Vec<f64>,
    /// It is the aligner's.
    pub(super) hinted: bool,
    /// Its reference bases, or the read's, are unknown.
    pub(super) trusted: bool,
    pub(super) confidence: Confidence,
    /// Its bases are of low complexity, as in a tail.
    pub(super) simple: bool,
    /// Bases of the read just after a donor, sorted.
    pub(super) behind_donors: Vec<usize>,
    /// Bases of the read at which an exon begins, sorted.
    pub(super) acceptors: Vec<usize>,
}

impl Stretch {
    /// From an alignment of the read.
    pub(super) fn new(home: Home, lay: Lay, read: Read<'_>, locus: &Locus, model: &Model) -> Self {
        Self {
            home,
            cumulated: cumulated(&lay, read, locus, model),
            hinted: false,
            trusted: false,
            confidence: Confidence::Unique,
            simple: tail::is_simple(&read.bases[lay.start()..lay.end()]),
            behind_donors: at_sites(&lay, &locus.donors, 1),
            acceptors: at_sites(&lay, &locus.acceptors, 0),
            lay,
        }
    }

    /// Whether it is long enough for one side of a junction.
    pub(super) fn can_join(&self) -> bool {
        self.lay.end() - self.lay.start() >= MIN_BEYOND
    }

    /// Score of its bases before base `to` of the read.
    pub(super) fn before(&self, to: usize) -> f64 {
        let at = to.saturating_sub(self.lay.start()).min(self.cumulated.len() - 1);
        self.cumulated[at]
    }

    pub(super) fn total(&self) -> f64 {
        self.cumulated.last().copied().unwrap_or(0.0)
    }

    /// Its blocks with the bases of the read next to its ends: it stops before an error or a variant there. One whose
    /// bases are unknown is as the aligner gave it.
    pub(super) fn near_blocks(&self, read: &Range<usize>) -> Vec<Block> {
        let mut blocks = self.lay.blocks.clone();
        if !self.trusted {
            let reach = OWN_REACH as usize;
            if let Some(first) = blocks.first_mut() {
                *first = first.longer_before(reach.min(first.read - read.start));
            }
            if let Some(last) = blocks.last_mut() {
                last.len += reach.min(read.end - last.read_end());
            }
        }
        blocks
    }

    /// It, extended to a base of the read beyond its end at which a junction leaves (`from_five`) or enters.
    pub(super) fn reaching(
        &self,
        (at, from_five): (usize, bool),
        read: Read<'_>,
        locus: &Locus,
        model: &Model,
    ) -> Cow<'_, Self> {
        let (start, end) = (self.lay.start(), self.lay.end());
        let ends_before = if from_five { end < at } else { at < start };
        if !ends_before {
            return Cow::Borrowed(self);
        }
        let mut lay = self.lay.clone();
        match lay.blocks.as_mut_slice() {
            [first, ..] if !from_five => *first = first.longer_before(start - at),
            [.., last] => last.len += at - end,
            [] => {}
        }
        Cow::Owned(Self {
            hinted: self.hinted,
            confidence: self.confidence,
            ..Self::new(self.home, lay, read, locus, model)
        })
    }
}

/// Bases of the read that are `beyond` bases after one of the sites, sorted.
fn at_sites(lay: &Lay, sites: &[i64], beyond: usize) -> Vec<usize> {
    let of_block = |b: &Block| {
        let low = sites.partition_point(|s| *s < b.at);
        let high = sites.partition_point(|s| *s < b.end());
        let (read, first) = (b.read + beyond, b.at);
        sites[low..high].iter().map(move |s| read + (s - first) as usize)
    };
    lay.blocks.iter().flat_map(of_block).collect()
}

/// A segment of a read on its locus.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) home: Home,
    pub(super) blocks: Vec<Block>,
    pub(super) hinted: bool,
    pub(super) confidence: Confidence,
    /// Alignments to other loci that fit these bases equally well.
    pub(super) rivals: Vec<(Home, Block)>,
}

/// A seed within the segment: a base of the read and its offset on the locus, within a matching k-mer.
pub(super) fn anchor_in(hint: &Segment, locus: &Locus, bases: &[u8]) -> Option<(usize, i64)> {
    let (start, end) = (hint.molecule_start as usize, hint.molecule_end as usize);
    let (first, last) = locus.interval(hint.reference);
    let length = end.checked_sub(start)?;
    let word = WORD.min(length);
    // From the middle outward; an indel within the segment shifts the bases after it.
    let middle = (length - word) / 2;
    let shift = (last - first) - length as i64;
    (0..=middle)
        .flat_map(|d| [middle + d, middle - d])
        .filter(|i| i + word <= length)
        .find_map(|i| {
            let stretch = bases.get(start + i..start + i + word)?;
            [first, first + shift]
                .into_iter()
                .find(|base| spells(locus, base + i as i64, stretch))
                .map(|base| (start + i + word / 2, base + (i + word / 2) as i64))
        })
}

/// Whether every reference base of the segment is known: without a reference, only the exons of some genes are.
pub(super) fn knows(locus: &Locus, hint: &Segment) -> bool {
    let (first, last) = locus.interval(hint.reference);
    (first..last).all(|at| locus.base(at) != b'N')
}

/// Whether no base of the read is known in the segment.
pub(super) fn is_unread(hint: &Segment, bases: &[u8]) -> bool {
    let under = bases.get(hint.molecule_start as usize..hint.molecule_end as usize);
    under.is_none_or(|bases| bases.iter().all(|b| *b == b'N'))
}

/// The aligner's alignment, unchanged, if its bases are unknown; one mismatch in 50 bases is assumed.
pub(super) fn trusted(hint: &Segment, home: Home, locus: &Locus, bases: &[u8]) -> Stretch {
    const TRUSTED: f64 = 1.2;
    let (first, _) = locus.interval(hint.reference);
    let length = (hint.molecule_end - hint.molecule_start) as usize;
    let length = length.min(usize::try_from(hint.reference.len()).unwrap_or(0));
    let lay = Lay {
        score: TRUSTED * length as f64,
        blocks: vec![Block {
            read: hint.molecule_start as usize,
            at: first,
            len: length,
        }],
    };
    Stretch {
        home,
        cumulated: (0..=length).map(|n| TRUSTED * n as f64).collect(),
        hinted: true,
        trusted: true,
        confidence: hint.confidence,
        simple: !is_unread(hint, bases)
            && tail::is_simple(&bases[hint.molecule_start as usize..hint.molecule_end as usize]),
        behind_donors: at_sites(&lay, &locus.donors, 1),
        acceptors: at_sites(&lay, &locus.acceptors, 0),
        lay,
    }
}

/// The cumulative score before each base of the read; gaps and introns count at the next block.
pub(super) fn cumulated(lay: &Lay, read: Read<'_>, locus: &Locus, model: &Model) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for (n, block) in lay.blocks.iter().enumerate() {
        if n > 0 {
            let before = &lay.blocks[n - 1];
            for _ in before.read_end()..block.read {
                sums.push(sum);
            }
            sum += model.step(before, block, locus);
        }
        for i in 0..block.len {
            sum += model.base(read, block.read + i, locus.base(block.at + i as i64));
            sums.push(sum);
        }
    }
    sums
}

/// One base in this many may be an error for the bases beyond an exon end to count as another sequence.
const ERRORS_SHARE: f64 = 10.0;

/// Removes a short terminal exon with a low score from both ends, if the read continues into high-quality bases that
/// are not a tail: one of about a hundred exon starts matches eight such bases by chance, and transcripts of fusions
/// leave at exon ends more often than within exons.
pub(super) fn without_chance_exons<'a>(
    parts: &mut [Part],
    read: Read<'_>,
    within: &Range<usize>,
    locus: impl Fn(Home) -> &'a Locus,
    model: &Model,
) {
    let worth = |block: &Block, locus: &Locus| -> f64 {
        let bases = 0..block.len;
        bases
            .map(|i| model.base(read, block.read + i, locus.base(block.at + i as i64)))
            .sum()
    };
    let is_foreign = |bases: &[u8]| bases.len() >= MIN_BEYOND && tail::rest(bases) == Rest::Unexplained;
    let is_well_read = |rest: Range<usize>| read.errors(rest.clone()) * ERRORS_SHARE <= rest.len() as f64;
    let is_chance = |outer: &Block, (a, b): (&Block, &Block), locus: &Locus| {
        let spliced = a.read_end() == b.read && locus.is_donor(a.end() - 1) && locus.is_acceptor(b.at);
        spliced && worth(outer, locus) + model.step(a, b, locus) < prior::AT_SITE - prior::IN_EXON
    };
    if let Some(part) = parts.last_mut()
        && let [.., before, last] = part.blocks.as_slice()
        && is_well_read(last.read_end()..within.end)
        && is_foreign(&read.bases[last.read_end()..within.end])
        && !locus(part.home).is_donor(last.end() - 1)
        && is_chance(last, (before, last), locus(part.home))
    {
        part.blocks.pop();
    }
    if let Some(part) = parts.first_mut()
        && let [first, next, ..] = part.blocks.as_slice()
        && is_well_read(within.start..first.read)
        && is_foreign(&reverse_complement(&read.bases[within.start..first.read]))
        && !locus(part.home).is_acceptor(first.at)
        && is_chance(first, (first, next), locus(part.home))
    {
        part.blocks.remove(0);
    }
}

/// The bases `from` to `to` of an alignment, and the other loci that fit them equally well. One with unknown bases is
/// kept whole: where it overlaps its neighbour, only the aligner shows the bases that both loci share.
pub(super) fn part(stretch: &Stretch, from: usize, to: usize, all: &[Stretch]) -> Part {
    let (from, to) = if stretch.trusted {
        (stretch.lay.start(), stretch.lay.end())
    } else {
        (from, to)
    };
    let blocks = stretch
        .lay
        .blocks
        .iter()
        .filter_map(|b| {
            let (start, end) = (b.read.max(from), b.read_end().min(to));
            (start < end).then(|| Block {
                read: start,
                at: b.at + (start - b.read) as i64,
                len: end - start,
            })
        })
        .collect();
    let own = stretch.before(to) - stretch.before(from);
    let rivals: Vec<(Home, Block)> = all
        .iter()
        .filter(|s| {
            s.home != stretch.home
                && s.lay.start() <= from + 2
                && s.lay.end() + 2 >= to
                && s.before(to) - s.before(from) + ALIKE > own
        })
        .filter_map(|s| Some((s.home, *s.lay.blocks.iter().find(|b| b.read_end() > from)?)))
        .filter(|_| stretch.home != Home::Known(0))
        .collect();
    Part {
        home: stretch.home,
        blocks,
        hinted: stretch.hinted,
        confidence: if rivals.is_empty() {
            stretch.confidence
        } else {
            Confidence::Ambiguous
        },
        rivals,
    }
}
