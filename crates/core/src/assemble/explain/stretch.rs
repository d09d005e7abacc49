//! Stretches that a read may lie on, and the parts of it that are chosen.

use std::ops::Range;

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
    evidence::fragment::{Confidence, Segment},
    genome::sequence::reverse_complement,
};

/// Scores this near to each other fit alike: less than one mismatch (nats).
const ALIKE: f64 = 3.0;

/// Where a stretch lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// Number of the locus; 0 is the target gene.
    Known(usize),
    /// Number among the fragment's own places.
    Place(usize),
}

/// A stretch that a read may lie on.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) home: Home,
    pub(super) lay: Lay,
    /// Score of the bases before each base of the read, from `lay.start()` on.
    pub(super) cumulated: Vec<f64>,
    /// The aligner gives it.
    pub(super) hinted: bool,
    pub(super) confidence: Confidence,
    /// Its bases are too simple to place, as those of a tail are.
    pub(super) simple: bool,
    /// Bases of the read just behind a donor, in order.
    pub(super) behind_donors: Vec<usize>,
    /// Bases of the read at which an exon begins, in order.
    pub(super) acceptors: Vec<usize>,
}

impl Stretch {
    /// A stretch that the read's bases were laid on.
    pub(super) fn new(home: Home, lay: Lay, read: Read<'_>, locus: &Locus, model: &Model) -> Self {
        Self {
            home,
            cumulated: cumulated(&lay, read, locus, model),
            hinted: false,
            confidence: Confidence::Unique,
            simple: tail::is_simple(&read.bases[lay.start()..lay.end()]),
            behind_donors: at_sites(&lay, &locus.donors, 1),
            acceptors: at_sites(&lay, &locus.acceptors, 0),
            lay,
        }
    }

    /// Whether it is long enough to be one side of a junction.
    pub(super) fn can_join(&self) -> bool {
        self.lay.end() - self.lay.start() >= MIN_BEYOND
    }

    /// Score of its bases before base `to`.
    pub(super) fn before(&self, to: usize) -> f64 {
        let at = to.saturating_sub(self.lay.start()).min(self.cumulated.len() - 1);
        self.cumulated[at]
    }

    pub(super) fn total(&self) -> f64 {
        self.cumulated.last().copied().unwrap_or(0.0)
    }
}

/// Bases of the read that lie `beyond` bases behind one of the sites, in order.
fn at_sites(lay: &Lay, sites: &[i64], beyond: usize) -> Vec<usize> {
    let of_block = |b: &Block| {
        let low = sites.partition_point(|s| *s < b.at);
        let high = sites.partition_point(|s| *s < b.end());
        let (read, first) = (b.read + beyond, b.at);
        sites[low..high].iter().map(move |s| read + (s - first) as usize)
    };
    lay.blocks.iter().flat_map(of_block).collect()
}

/// A part of a read on its place.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) home: Home,
    pub(super) blocks: Vec<Block>,
    pub(super) hinted: bool,
    pub(super) confidence: Confidence,
    /// Stretches of other places that fit these bases as well.
    pub(super) rivals: Vec<(Home, Block)>,
}

/// A base within the segment that read and locus share, with its neighbours.
pub(super) fn anchor_in(hint: &Segment, locus: &Locus, bases: &[u8]) -> Option<(usize, i64)> {
    let (start, end) = (hint.molecule_start as usize, hint.molecule_end as usize);
    let (first, last) = locus.interval(hint.reference);
    let length = end.checked_sub(start)?;
    let word = WORD.min(length);
    // From the middle outward; an indel inside shifts what lies behind it.
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

/// Whether any base under the segment is known.
pub(super) fn knows(locus: &Locus, hint: &Segment) -> bool {
    let (first, last) = locus.interval(hint.reference);
    (first..last).any(|at| locus.base(at) != b'N')
}

/// Whether no base of the read is known under the segment.
pub(super) fn is_unread(hint: &Segment, bases: &[u8]) -> bool {
    let under = bases.get(hint.molecule_start as usize..hint.molecule_end as usize);
    under.is_none_or(|bases| bases.iter().all(|b| *b == b'N'))
}

/// The aligner's placement as it is, where nobody holds its bases: one base in 50 is taken to differ.
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
        confidence: hint.confidence,
        simple: !is_unread(hint, bases)
            && tail::is_simple(&bases[hint.molecule_start as usize..hint.molecule_end as usize]),
        behind_donors: at_sites(&lay, &locus.donors, 1),
        acceptors: at_sites(&lay, &locus.acceptors, 0),
        lay,
    }
}

/// The score of a lay's bases before each base of the read; steps between blocks count where the next one begins.
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

/// One base in so many may be an error where what lies behind an exon's end is taken for another sequence.
const ERRORS_SHARE: f64 = 10.0;

/// Takes a short exon that hardly agrees away from both ends of what explains a read, where the read goes on into well-read
/// bases that are no tail: of some hundred exon starts one has eight such bases by chance, and transcripts break at exon
/// ends more often than inside exons.
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
        && let [first, behind, ..] = part.blocks.as_slice()
        && is_well_read(within.start..first.read)
        && is_foreign(&reverse_complement(&read.bases[within.start..first.read]))
        && !locus(part.home).is_acceptor(first.at)
        && is_chance(first, (first, behind), locus(part.home))
    {
        part.blocks.remove(0);
    }
}

/// The bases `from` to `to` of a stretch, and whether another place fits them as well.
pub(super) fn part(stretch: &Stretch, from: usize, to: usize, all: &[Stretch]) -> Part {
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
