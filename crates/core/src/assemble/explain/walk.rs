//! Seed extension: the best alignment of a read to a locus through one seed base.
//!
//! METHOD: scores are natural log-likelihood ratios against random bases (1/4 each), so that unaligned bases count 0
//! and alignments of different length can be compared. A read may use any annotated introns, in any combination, and
//! short gaps. A narrow beam search suffices, since few bases after a splice site or gap decide the right path.

use super::locus::Locus;

/// A read: bases, and their Phred qualities if the file has them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read<'a> {
    /// Bases in upper case, `N` if unknown.
    pub bases: &'a [u8],
    /// Qualities, one per base, or empty.
    pub qualities: &'a [u8],
}

impl Read<'_> {
    fn quality(&self, at: usize) -> usize {
        usize::from(self.qualities.get(at).copied().unwrap_or(QUALITY_UNKNOWN)).min(QUALITY_MAX)
    }

    /// Expected errors among its bases `within`, from their qualities (count).
    pub(super) fn errors(&self, within: std::ops::Range<usize>) -> f64 {
        within.map(|at| error(self.quality(at))).sum()
    }
}

/// Assumed Phred quality if missing: the error rate of a typical run, one base in 200.
pub(super) const QUALITY_UNKNOWN: u8 = 23;
/// Cap of qualities (Phred): mismatches rarer than one base in 500 are variants, not errors.
const QUALITY_MAX: usize = 27;

/// Scores of bases, introns and gaps, as natural log-likelihood ratios against random bases.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// A match, by Phred quality: `ln(4 (1 - e))`.
    agree: [f64; QUALITY_MAX + 1],
    /// A mismatch: `ln(4 e / 3)`.
    differ: [f64; QUALITY_MAX + 1],
    /// An annotated intron: one of about ten possible paths after a donor.
    intron: f64,
    /// A gap: germline indels occur at about 1e-4 per base (1000 Genomes Project 2015, Nature 526:68).
    gap: f64,
    /// Each base of it.
    gap_base: f64,
}

/// Error probability of a Phred quality.
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

/// An ungapped block of an alignment.
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
    /// It with `more` bases before it.
    pub(crate) const fn longer_before(&self, more: usize) -> Self {
        Self {
            read: self.read - more,
            at: self.at - more as i64,
            len: self.len + more,
        }
    }

    /// The base of the read after the last.
    pub(crate) const fn read_end(&self) -> usize {
        self.read + self.len
    }

    /// The offset after the last.
    pub(crate) const fn end(&self) -> i64 {
        self.at + self.len as i64
    }
}

/// An alignment of a read to a locus.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lay {
    /// Natural log-likelihood ratio against random bases.
    pub score: f64,
    /// Ungapped blocks, in the order of the read.
    pub blocks: Vec<Block>,
}

impl Lay {
    /// First aligned base of the read.
    pub(crate) fn start(&self) -> usize {
        self.blocks.first().map_or(0, |b| b.read)
    }

    /// The base after the last.
    pub(crate) fn end(&self) -> usize {
        self.blocks.last().map_or(0, Block::read_end)
    }

    /// Aligned bases.
    pub(crate) fn laid(&self) -> usize {
        self.blocks.iter().map(|b| b.len).sum()
    }

    /// The offset of a base of the read; `None` in a gap or beyond the ends.
    pub(crate) fn offset_of(&self, read: usize) -> Option<i64> {
        let at = self.blocks.partition_point(|b| b.read <= read);
        let block = self.blocks.get(at.checked_sub(1)?)?;
        (read < block.read_end()).then(|| block.at + (read - block.read) as i64)
    }
}

/// Bases that decide whether a path is followed (bases).
const AHEAD: usize = 8;
/// Beam width: paths that are followed at a time (count).
const BEAM: usize = 12;
/// X-drop: a path ends when its score is this much below its best (nats).
const DROP: f64 = 18.0;
/// Unknown bases in a row that a path may cross (bases): after more, a few bases would match some exon by chance.
const UNKNOWN_MAX: usize = 8;
/// Longest gap (bases).
const GAP_MAX: i64 = 12;

#[derive(Clone, Debug)]
struct Path {
    /// Offset of the next base.
    at: i64,
    score: f64,
    blocks: Vec<Block>,
    best: f64,
    /// Unknown bases in a row.
    unknown: usize,
    /// Number of blocks, and bases of the last one, at the best score.
    best_len: (usize, usize),
}

impl Path {
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

/// The direction of an extension: the read from base `from` on, and the locus.
#[derive(Clone, Copy)]
struct View<'a> {
    locus: &'a Locus,
    /// Known bases at the start of the extension, and the offset of the first of them.
    near: (i64, &'a [u8]),
    read: Read<'a>,
    /// First base of the read.
    from: usize,
    /// Bases that may be aligned.
    len: usize,
    /// 1 along the transcript, -1 opposite to it.
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

    /// The score of a base of the read there; `None` if it is unknown.
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

    /// The number of known bases among the next [`AHEAD`] at most; `None` if more than `most` of them are mismatches.
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

    /// Whether a path is followed by its next bases: one mismatch is allowed in [`AHEAD`] bases, none in fewer.
    fn leads_on(&self, read: usize, at: i64) -> bool {
        let most = usize::from(self.len.saturating_sub(read) >= AHEAD);
        self.ahead(read, at, most)
            .is_some_and(|known| known > 0 && (most == 0 || known == AHEAD || self.ahead(read, at, 0).is_some()))
    }

    /// The other ends of the introns at the path's last base.
    fn introns_after(&self, path: &Path) -> &[i64] {
        if path.blocks.is_empty() || path.unknown > 0 {
            &[]
        } else {
            self.introns(path.at - self.step)
        }
    }

    /// The other ends of the introns at the base `last`.
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

/// Extends the paths over the view's bases; bases at the end that lower the score are left out. Blocks are given by
/// their first base in the direction of the extension.
fn walk(view: &View<'_>, mut paths: Vec<Path>) -> (f64, Vec<Block>) {
    let mut finished: (f64, Vec<Block>) = (0.0, Vec::new());
    let mut read = 0;
    while read < view.len {
        // Fast path: a single path with matching bases away from splice sites.
        if let [path] = paths.as_mut_slice() {
            while read < view.len
                && path.unknown <= UNKNOWN_MAX
                && view.agrees(read, path.at) != Some(false)
                && view.introns_after(path).is_empty()
            {
                path.take(read, view.worth(read, path.at), view.step);
                read += 1;
            }
            if read == view.len {
                break;
            }
        }
        let mut next: Vec<Path> = Vec::with_capacity(paths.len() + 2);
        for mut path in paths {
            for there in view.introns_after(&path) {
                if view.leads_on(read, *there) {
                    next.push(branch(view, &path, read, *there, view.model.intron));
                }
            }
            if view.agrees(read, path.at) == Some(false) && view.ahead(read, path.at, 2).is_none() {
                for gap in 1..=GAP_MAX {
                    let cost = view.model.gap + view.model.gap_base * gap as f64;
                    let deleted = path.at + view.step * gap;
                    if view.ahead(read, deleted, 0) == Some(AHEAD) {
                        next.push(branch(view, &path, read, deleted, cost));
                    }
                    let after = read + gap as usize;
                    if view.ahead(after, path.at, 0) == Some(AHEAD) {
                        finished = better(finished, after_insertion(view, &path, after, cost));
                    }
                }
            }
            path.take(read, view.worth(read, path.at), view.step);
            next.push(path);
        }
        next.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.at.cmp(&b.at)));
        let mut kept: Vec<Path> = Vec::with_capacity(next.len());
        for path in next {
            // Of two paths at one base, the better one continues.
            if kept.len() < BEAM
                && path.unknown <= UNKNOWN_MAX
                && path.score > path.best - DROP
                && !kept.iter().any(|k| k.at == path.at)
            {
                kept.push(path);
            } else if path.best > finished.0 {
                finished = (path.best, path.best_blocks());
            }
        }
        paths = kept;
        read += 1;
        if paths.is_empty() {
            break;
        }
    }
    for path in &paths {
        if path.best > finished.0 {
            finished = (path.best, path.best_blocks());
        }
    }
    finished
}

fn branch(view: &View<'_>, path: &Path, read: usize, there: i64, cost: f64) -> Path {
    let mut other = path.clone();
    other.at = there;
    other.score += cost;
    other.take(read, view.worth(read, there), view.step);
    other
}

/// Continues after inserted bases of the read.
fn after_insertion(view: &View<'_>, path: &Path, after: usize, cost: f64) -> (f64, Vec<Block>) {
    let rest = View {
        from: view.index(after),
        len: view.len - after,
        ..*view
    };
    let (score, blocks) = walk(&rest, vec![Path::new(path.at)]);
    let moved = blocks.into_iter().map(|b| Block {
        read: b.read + after,
        ..b
    });
    (
        path.score + cost + score,
        path.blocks.iter().copied().chain(moved).collect(),
    )
}

fn better(a: (f64, Vec<Block>), b: (f64, Vec<Block>)) -> (f64, Vec<Block>) {
    if b.0 > a.0 { b } else { a }
}

/// Aligns the bases `within` of a read to a locus in sense, from a seed: base `anchor.0` of the read at
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
    let (mut score, right) = walk(&ahead, vec![Path::new(at)]);
    let mut blocks: Vec<Block> = Vec::new();
    if from > within.start {
        let upstream = View {
            from: from - 1,
            len: from - within.start,
            step: -1,
            ..ahead
        };
        // The base before the seed may be across an intron that ends at the seed itself.
        let mut paths = vec![Path::new(at - 1)];
        for there in upstream.introns(at) {
            if upstream.leads_on(0, *there) {
                let mut path = Path::new(*there);
                path.score = model.intron;
                paths.push(path);
            }
        }
        let (left, stretches) = walk(&upstream, paths);
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
    /// The score of a base of the read on a base of the locus.
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

    /// The score of the intron or gap between two blocks of one alignment.
    pub(crate) fn step(&self, before: &Block, after: &Block, locus: &Locus) -> f64 {
        let deleted = after.at - before.end();
        if before.read_end() == after.read && locus.is_donor(before.end() - 1) && locus.is_acceptor(after.at) {
            self.intron
        } else {
            let gap = deleted.abs().max((after.read - before.read_end()) as i64);
            self.gap + self.gap_base * gap as f64
        }
    }
}
