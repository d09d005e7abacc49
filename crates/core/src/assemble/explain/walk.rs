//! The best way of a read along a locus from one base that it shares with it.
//!
//! METHOD: scores are natural log-likelihood ratios against random bases (1/4 each), so that bases that are left out
//! count 0 and stretches compare whatever their length. A read may take any annotated intron, in any mix, and short
//! gaps. Ways are a beam that is narrow since few bases after a splice site or gap tell the right one.

use super::locus::Locus;

/// A read: bases, and their Phred qualities where the file has them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read<'a> {
    /// Bases in upper case, `N` where none was read.
    pub bases: &'a [u8],
    /// Qualities, as many as bases, or none.
    pub qualities: &'a [u8],
}

impl Read<'_> {
    fn quality(&self, at: usize) -> usize {
        usize::from(self.qualities.get(at).copied().unwrap_or(QUALITY_UNKNOWN)).min(QUALITY_MAX)
    }

    /// Errors to be expected among its bases `within`, by their qualities (count).
    pub(super) fn errors(&self, within: std::ops::Range<usize>) -> f64 {
        within.map(|at| error(self.quality(at))).sum()
    }
}

/// Phred quality of bases without one: the error rate of a usual run, one base in 200.
pub(super) const QUALITY_UNKNOWN: u8 = 23;
/// Highest quality that is believed (Phred): what differs beyond one base in 500 is an allele, not an error.
const QUALITY_MAX: usize = 27;

/// What single bases and steps are worth, as natural log-likelihood ratios against random bases.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// A base that agrees, by Phred quality: `ln(4 (1 - e))`.
    agree: [f64; QUALITY_MAX + 1],
    /// A base that does not: `ln(4 e / 3)`.
    differ: [f64; QUALITY_MAX + 1],
    /// An annotated intron: one of some ten ways that lie open behind a donor.
    intron: f64,
    /// A gap: germline indels are some 1e-4 a base (1000 Genomes Project 2015, Nature 526:68).
    gap: f64,
    /// Each base of it.
    gap_base: f64,
}

/// Chance that a base of a Phred quality is wrong.
fn error(quality: usize) -> f64 {
    10_f64.powf(-(quality.max(2) as f64) / 10.0).min(0.7)
}

impl Default for Model {
    fn default() -> Self {
        Self {
            agree: std::array::from_fn(|q| (4.0 * (1.0 - error(q))).ln()),
            differ: std::array::from_fn(|q| (4.0 * error(q) / 3.0).ln()),
            intron: -2.3,
            gap: -9.0,
            gap_base: -0.3,
        }
    }
}

/// A stretch of a read on a locus: both run base by base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Block {
    /// First base of the read.
    pub read: usize,
    /// Offset of that base.
    pub at: i64,
    /// Bases.
    pub len: usize,
}

impl Block {
    /// The base of the read after the last.
    pub(crate) const fn read_end(&self) -> usize {
        self.read + self.len
    }

    /// The offset after the last.
    pub(crate) const fn end(&self) -> i64 {
        self.at + self.len as i64
    }
}

/// A way along a locus.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lay {
    /// Natural log-likelihood ratio against random bases.
    pub score: f64,
    /// Stretches, in the order of the read.
    pub blocks: Vec<Block>,
}

impl Lay {
    /// First base of the read that is laid.
    pub(crate) fn start(&self) -> usize {
        self.blocks.first().map_or(0, |b| b.read)
    }

    /// The base after the last.
    pub(crate) fn end(&self) -> usize {
        self.blocks.last().map_or(0, Block::read_end)
    }

    /// Bases laid.
    pub(crate) fn laid(&self) -> usize {
        self.blocks.iter().map(|b| b.len).sum()
    }

    /// The offset of a base of the read; none in a gap or beyond the ends.
    pub(crate) fn offset_of(&self, read: usize) -> Option<i64> {
        let at = self.blocks.partition_point(|b| b.read <= read);
        let block = self.blocks.get(at.checked_sub(1)?)?;
        (read < block.read_end()).then(|| block.at + (read - block.read) as i64)
    }
}

/// Bases that decide whether a way is worth following (bases).
const AHEAD: usize = 8;
/// Ways that are followed at a time (count).
const WAYS: usize = 12;
/// A way is given up when its score has fallen by this much below the best seen.
const DROP: f64 = 18.0;
/// Unknown bases in a row that a way goes over (bases): behind more, a few bases would agree with some exon by chance.
const UNKNOWN_MAX: usize = 8;
/// Longest gap that is looked for (bases).
const GAP_MAX: i64 = 12;

#[derive(Clone, Debug)]
struct Way {
    /// Offset of the next base.
    at: i64,
    score: f64,
    blocks: Vec<Block>,
    best: f64,
    /// Bases in a row that nobody knows.
    unknown: usize,
    /// How many blocks, and how much of the last, the best score has.
    best_len: (usize, usize),
}

impl Way {
    fn new(at: i64) -> Self {
        Self {
            at,
            score: 0.0,
            blocks: Vec::new(),
            best: 0.0,
            unknown: 0,
            best_len: (0, 0),
        }
    }

    fn take(&mut self, read: usize, worth: Option<f64>, step: i64) {
        match self.blocks.last_mut() {
            Some(last) if last.at + step * last.len as i64 == self.at && last.read_end() == read => last.len += 1,
            _ => self.blocks.push(Block {
                read,
                at: self.at,
                len: 1,
            }),
        }
        self.unknown = if worth.is_some() { 0 } else { self.unknown + 1 };
        self.score += worth.unwrap_or(0.0);
        self.at += step;
        if self.score > self.best {
            self.best = self.score;
            self.best_len = (self.blocks.len(), self.blocks.last().map_or(0, |b| b.len));
        }
    }

    /// The blocks up to the best score.
    fn best_blocks(&self) -> Vec<Block> {
        let mut blocks = self.blocks[..self.best_len.0].to_vec();
        if let Some(last) = blocks.last_mut() {
            last.len = self.best_len.1;
        }
        blocks
    }
}

/// What a way sees along one direction: a stretch of the read from `from` on, and the locus.
#[derive(Clone, Copy)]
struct View<'a> {
    locus: &'a Locus,
    /// Known bases where the walk begins, and the offset of the first of them.
    near: (i64, &'a [u8]),
    read: Read<'a>,
    /// Base of the read that is taken first.
    from: usize,
    /// Bases that may be taken.
    len: usize,
    /// 1 along the transcript, -1 against it.
    step: i64,
    model: &'a Model,
}

impl View<'_> {
    const fn index(&self, read: usize) -> usize {
        if self.step > 0 {
            self.from + read
        } else {
            self.from - read
        }
    }

    fn base(&self, at: i64) -> u8 {
        let (start, bases) = self.near;
        let known = usize::try_from(at - start).ok().and_then(|i| bases.get(i));
        known.copied().unwrap_or_else(|| self.locus.base(at))
    }

    fn agrees(&self, read: usize, at: i64) -> Option<bool> {
        let (a, b) = (self.read.bases[self.index(read)], self.base(at));
        (a != b'N' && b != b'N').then_some(a == b)
    }

    /// What a base of the read is worth there; `None` where it is not known.
    fn worth(&self, read: usize, at: i64) -> Option<f64> {
        let quality = self.read.quality(self.index(read));
        self.agrees(read, at).map(|agrees| {
            if agrees {
                self.model.agree[quality]
            } else {
                self.model.differ[quality]
            }
        })
    }

    /// Of the next bases, at most [`AHEAD`] of them: how many are known, while no more than `most` differ; `None` where
    /// more do.
    fn ahead(&self, read: usize, at: i64, most: usize) -> Option<usize> {
        let compared = AHEAD.min(self.len.saturating_sub(read));
        let (mut wrong, mut known) = (0, 0);
        for i in 0..compared {
            if let Some(agrees) = self.agrees(read + i, at + self.step * i as i64) {
                known += 1;
                wrong += usize::from(!agrees);
                if wrong > most {
                    return None;
                }
            }
        }
        Some(known)
    }

    /// Whether the next bases make a way worth following: one of [`AHEAD`] may differ, none of fewer.
    fn leads_on(&self, read: usize, at: i64) -> bool {
        let most = usize::from(self.len.saturating_sub(read) >= AHEAD);
        self.ahead(read, at, most)
            .is_some_and(|known| known > 0 && (most == 0 || known == AHEAD || self.ahead(read, at, 0).is_some()))
    }

    /// Where introns lead from the way's last base.
    fn introns_behind(&self, way: &Way) -> &[i64] {
        if way.blocks.is_empty() || way.unknown > 0 {
            &[]
        } else {
            self.introns(way.at - self.step)
        }
    }

    /// Where introns lead from the base `last`.
    fn introns(&self, last: i64) -> &[i64] {
        let (here, there) = if self.step > 0 {
            (&self.locus.donors, &self.locus.acceptors)
        } else {
            (&self.locus.acceptors, &self.locus.donors)
        };
        if here.binary_search(&last).is_err() {
            return &[];
        }
        if self.step > 0 {
            &there[there.partition_point(|x| *x <= last)..]
        } else {
            &there[..there.partition_point(|x| *x < last)]
        }
    }
}

/// The best way of the view's bases from offset `at` on; bases at its end that do not pay are left out. Blocks hold, of
/// each stretch, its first base in walking order.
fn walk(view: &View<'_>, mut ways: Vec<Way>) -> (f64, Vec<Block>) {
    let mut finished: (f64, Vec<Block>) = (0.0, Vec::new());
    let mut read = 0;
    while read < view.len {
        // Most bases agree, far from any splice site: one way goes on.
        if let [way] = ways.as_mut_slice() {
            while read < view.len
                && way.unknown <= UNKNOWN_MAX
                && view.agrees(read, way.at) != Some(false)
                && view.introns_behind(way).is_empty()
            {
                way.take(read, view.worth(read, way.at), view.step);
                read += 1;
            }
            if read == view.len {
                break;
            }
        }
        let mut next: Vec<Way> = Vec::with_capacity(ways.len() + 2);
        for mut way in ways {
            for there in view.introns_behind(&way) {
                if view.leads_on(read, *there) {
                    next.push(branch(view, &way, read, *there, view.model.intron));
                }
            }
            if view.agrees(read, way.at) == Some(false) && view.ahead(read, way.at, 2).is_none() {
                for gap in 1..=GAP_MAX {
                    let cost = view.model.gap + view.model.gap_base * gap as f64;
                    let left_out = way.at + view.step * gap;
                    if view.ahead(read, left_out, 0) == Some(AHEAD) {
                        next.push(branch(view, &way, read, left_out, cost));
                    }
                    let behind = read + gap as usize;
                    if view.ahead(behind, way.at, 0) == Some(AHEAD) {
                        finished = better(finished, behind_inserted(view, &way, behind, cost));
                    }
                }
            }
            way.take(read, view.worth(read, way.at), view.step);
            next.push(way);
        }
        next.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.at.cmp(&b.at)));
        let mut kept: Vec<Way> = Vec::with_capacity(next.len());
        for way in next {
            // Of two ways at one base the better goes on.
            if kept.len() < WAYS
                && way.unknown <= UNKNOWN_MAX
                && way.score > way.best - DROP
                && !kept.iter().any(|k| k.at == way.at)
            {
                kept.push(way);
            } else if way.best > finished.0 {
                finished = (way.best, way.best_blocks());
            }
        }
        ways = kept;
        read += 1;
        if ways.is_empty() {
            break;
        }
    }
    for way in &ways {
        if way.best > finished.0 {
            finished = (way.best, way.best_blocks());
        }
    }
    finished
}

fn branch(view: &View<'_>, way: &Way, read: usize, there: i64, cost: f64) -> Way {
    let mut other = way.clone();
    other.at = there;
    other.score += cost;
    other.take(read, view.worth(read, there), view.step);
    other
}

/// Goes on behind bases that the read has too many.
fn behind_inserted(view: &View<'_>, way: &Way, behind: usize, cost: f64) -> (f64, Vec<Block>) {
    let rest = View {
        from: view.index(behind),
        len: view.len - behind,
        ..*view
    };
    let (score, blocks) = walk(&rest, vec![Way::new(way.at)]);
    let moved = blocks.into_iter().map(|b| Block {
        read: b.read + behind,
        ..b
    });
    (
        way.score + cost + score,
        way.blocks.iter().copied().chain(moved).collect(),
    )
}

fn better(a: (f64, Vec<Block>), b: (f64, Vec<Block>)) -> (f64, Vec<Block>) {
    if b.0 > a.0 { b } else { a }
}

/// Lays the bases `within` of a read on a locus in sense, from a base that both share: base `anchor.0` of the read at
/// offset `anchor.1`.
pub(crate) fn lay(
    read: Read<'_>,
    within: std::ops::Range<usize>,
    anchor: (usize, i64),
    locus: &Locus,
    model: &Model,
) -> Lay {
    let (from, at) = anchor;
    if !within.contains(&from) || within.end > read.bases.len() {
        return Lay::default();
    }
    let ahead = View {
        locus,
        near: locus.island(at),
        read,
        from,
        len: within.end - from,
        step: 1,
        model,
    };
    let (mut score, right) = walk(&ahead, vec![Way::new(at)]);
    let mut blocks: Vec<Block> = Vec::new();
    if from > within.start {
        let behind = View {
            from: from - 1,
            len: from - within.start,
            step: -1,
            ..ahead
        };
        // The base before the anchor may lie across an intron that ends at the anchor itself.
        let mut ways = vec![Way::new(at - 1)];
        for there in behind.introns(at) {
            if behind.leads_on(0, *there) {
                let mut way = Way::new(*there);
                way.score = model.intron;
                ways.push(way);
            }
        }
        let (left, stretches) = walk(&behind, ways);
        score += left;
        blocks.extend(stretches.into_iter().rev().map(|b| Block {
            read: from - b.read - b.len,
            at: b.at - (b.len as i64 - 1),
            len: b.len,
        }));
    }
    for b in right {
        let b = Block {
            read: b.read + from,
            ..b
        };
        match blocks.last_mut() {
            Some(last) if last.read_end() == b.read && last.end() == b.at => last.len += b.len,
            _ => blocks.push(b),
        }
    }
    Lay { score, blocks }
}

impl Model {
    /// What a base of the read is worth on a base of the locus.
    pub(crate) fn base(&self, read: Read<'_>, at: usize, base: u8) -> f64 {
        let (a, quality) = (read.bases[at], read.quality(at));
        if a == b'N' || base == b'N' {
            0.0
        } else if a == base {
            self.agree[quality]
        } else {
            self.differ[quality]
        }
    }

    /// What the step between two stretches of one lay costs.
    pub(crate) fn step(&self, before: &Block, after: &Block, locus: &Locus) -> f64 {
        let left_out = after.at - before.end();
        if before.read_end() == after.read && locus.is_donor(before.end() - 1) && locus.is_acceptor(after.at) {
            self.intron
        } else {
            let gap = left_out.abs().max((after.read - before.read_end()) as i64);
            self.gap + self.gap_base * gap as f64
        }
    }
}
