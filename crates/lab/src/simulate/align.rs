//! Where an aligner aligns a read of known origin.
//!
//! The segments of a molecule are grouped into *loci*: runs of segments that fit into one alignment, joined by `N`. A
//! read is aligned within one locus; bases of another locus are clipped, or written as a supplementary record (`pair`).

use super::design::AlignerConvention;
pub(crate) use super::ends::Fixed;
use super::ends::{Lie, extend, trim};
use super::fragment::Read;
use super::pair::View;
use super::template::{Part, Place, Template};
use breakapart_core::genome::{Cigar, CigarOp, ContigId, Interval, Position, Strand};

impl AlignerConvention {
    /// Bases needed beyond a junction for an aligner to open a gap there: at an annotated intron, and at any other gap.
    const fn overhangs(self) -> (usize, usize) {
        match self {
            // STAR's `--alignSJDBoverhangMin` 3; others need more to outweigh the gap's penalty.
            Self::StarWithinBam { .. } | Self::StarDefault => (3, 10),
            // HISAT2 without known splice sites: minimum anchor of 7 at canonical sites.
            Self::Hisat2 => (7, 14),
            // minimap2 without `--junc-bed`: the intron's cost (`-C 9`) and open penalty over a match of 1 each.
            Self::Minimap2Splice | Self::Bwa { .. } | Self::Minimap2 => (10, 10),
        }
    }
}

/// The locus of each segment of a molecule.
pub(crate) fn loci(template: &Template, aligner: AlignerConvention) -> Vec<usize> {
    let mut locus = 0;
    let mut out = Vec::with_capacity(template.parts.len());
    for (index, part) in template.parts.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|i| template.parts.get(i)) {
            let gap = gap_between(&before.place, &part.place);
            let joined = part.offset == before.end()
                && gap.is_some_and(|gap| part.piece == before.piece || gap <= aligner.intron_max());
            locus += usize::from(!joined);
        }
        out.push(locus);
    }
    out
}

/// Genomic distance between two positions if one alignment can contain them in this order, in bases.
fn gap_between(before: &Place, after: &Place) -> Option<i64> {
    let gap = match before.strand {
        Strand::Forward => after.interval.start.0 - before.interval.end.0,
        Strand::Reverse => before.interval.start.0 - after.interval.end.0,
    };
    (before.contig == after.contig && before.strand == after.strand && gap >= 0).then_some(gap)
}

/// A read, or a segment of it, aligned within one locus.
#[derive(Clone, Debug)]
pub(crate) struct Aligned {
    /// Its locus.
    pub(crate) locus: usize,
    /// Contig.
    pub(crate) contig: ContigId,
    /// Strand of the *molecule*.
    pub(crate) strand: Strand,
    /// Reference intervals, ascending, each with its read bases (along the molecule).
    pub(super) blocks: Vec<Block>,
    /// Mismatches: reference position, reference base, quality of the read's base.
    pub(crate) mismatches: Vec<(i64, u8, u8)>,
    pub(super) read_len: usize,
    /// Score by the aligner's scoring scheme.
    pub(crate) score: i64,
    /// Mapping quality.
    pub(crate) mapq: u8,
    /// The other position that is equally good.
    pub(super) other: Option<(ContigId, Interval)>,
}

/// An aligned block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) interval: Interval,
    /// First base of the read, along the molecule.
    pub(super) from: usize,
    /// The preceding gap, along the molecule, is an annotated intron.
    pub(super) after_intron: bool,
}

impl Block {
    /// Bases.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.interval.len()).unwrap_or(0)
    }

    /// The end of the read bases (exclusive).
    pub(super) fn to(&self) -> usize {
        self.from + self.len()
    }
}

impl Aligned {
    /// A read with known blocks along the molecule; no score is computed.
    pub(super) fn new(lie: &Lie<'_>, mut blocks: Vec<Block>, mapq: u8) -> Self {
        if lie.strand == Strand::Reverse {
            blocks.reverse();
        }
        let mut mismatches: Vec<(i64, u8, u8)> = blocks.iter().flat_map(|block| lie.differences(block)).collect();
        mismatches.sort_unstable();
        Self {
            locus: 0,
            contig: lie.contig,
            strand: lie.strand,
            blocks,
            mismatches,
            read_len: lie.read.bases.len(),
            score: 0,
            mapq,
            other: None,
        }
    }

    /// The strand of the read on the contig.
    pub(crate) const fn read_strand(&self, read: &Read) -> Strand {
        if read.antisense {
            self.strand.flipped()
        } else {
            self.strand
        }
    }

    /// Mismatched bases.
    pub(crate) fn edits(&self) -> u32 {
        u32::try_from(self.mismatches.len()).unwrap_or(u32::MAX)
    }

    /// First aligned reference base.
    pub(crate) fn position(&self) -> Position {
        self.blocks.first().map_or(Position(-1), |b| b.interval.start)
    }

    /// End of the aligned reference bases (exclusive).
    pub(crate) fn end(&self) -> Position {
        self.blocks.last().map_or(Position(-1), |b| b.interval.end)
    }

    /// Aligned bases.
    pub(crate) fn base_count(&self) -> usize {
        self.blocks.iter().map(Block::len).sum()
    }

    /// Whether the alignment has a gap.
    pub(crate) fn is_spliced(&self) -> bool {
        self.blocks.len() > 1
    }

    /// The aligned read bases, along the molecule: start and end (exclusive).
    pub(crate) fn span(&self) -> (usize, usize) {
        (
            self.blocks.iter().map(|b| b.from).min().unwrap_or(0),
            self.blocks.iter().map(Block::to).max().unwrap_or(0),
        )
    }

    /// Clipped bases at the low and the high coordinate.
    pub(crate) fn clips(&self) -> (usize, usize) {
        let (from, to) = self.span();
        match self.strand {
            Strand::Forward => (from, self.read_len - to),
            Strand::Reverse => (self.read_len - to, from),
        }
    }

    /// The CIGAR, with a hard clip at the low (or high) coordinate if requested.
    pub(crate) fn cigar(&self, hard: (bool, bool)) -> Cigar {
        let clip = |len: usize, hard: bool| {
            let len = u32::try_from(len).unwrap_or(0);
            (len > 0).then_some(if hard {
                CigarOp::HardClip(len)
            } else {
                CigarOp::SoftClip(len)
            })
        };
        let (low, high) = self.clips();
        let mut ops: Vec<CigarOp> = clip(low, hard.0).into_iter().collect();
        let mut at: Option<Position> = None;
        for block in &self.blocks {
            if let Some(end) = at {
                ops.push(CigarOp::Skip(
                    u32::try_from(block.interval.start.0 - end.0).unwrap_or(0),
                ));
            }
            ops.push(CigarOp::Match(u32::try_from(block.interval.len()).unwrap_or(0)));
            at = Some(block.interval.end);
        }
        ops.extend(clip(high, hard.1));
        Cigar(ops)
    }

    /// The `MD` text.
    pub(crate) fn md(&self) -> String {
        let mut text = String::new();
        let (mut run, mut wrong) = (0_i64, self.mismatches.iter().peekable());
        for block in &self.blocks {
            let mut at = block.interval.start.0;
            while let Some((position, base, _)) = wrong.next_if(|(p, _, _)| *p < block.interval.end.0) {
                run += position - at;
                text.push_str(&run.to_string());
                text.push(char::from(*base));
                (run, at) = (0, position + 1);
            }
            run += block.interval.end.0 - at;
        }
        text.push_str(&run.to_string());
        text
    }
}

impl View<'_> {
    /// Aligns a read within one locus; `None` if none of its bases lie there.
    pub(super) fn align(&self, read: &Read, locus: usize, fixed: Fixed) -> Option<Aligned> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut before: Option<&Part> = None;
        let parts = self.fragment.template.parts.iter().zip(self.loci);
        for (part, _) in parts.filter(|(_, of)| **of == locus) {
            let (from, to) = (part.offset.max(read.start), part.end().min(read.end()));
            if from >= to {
                continue;
            }
            let interval = part.place.slice(from - part.offset, to - part.offset).interval;
            match blocks.last_mut() {
                Some(last) if last.interval.end == interval.start => last.interval.end = interval.end,
                Some(last) if last.interval.start == interval.end => last.interval.start = interval.start,
                _ => blocks.push(Block {
                    interval,
                    from: from - read.start,
                    after_intron: before.is_some_and(|before| before.piece == part.piece),
                }),
            }
            before = Some(part);
        }
        let place = before?.place;
        let (over_annotated, over_novel) = self.aligner.overhangs();
        // Too few bases beyond a gap do not open it.
        let short = |end: &Block, gap: &Block| end.len() < if gap.after_intron { over_annotated } else { over_novel };
        while blocks.len() > 1 && short(&blocks[0], &blocks[1]) {
            blocks.remove(0);
        }
        while let [.., _, last] = blocks.as_slice()
            && short(last, last)
        {
            blocks.pop();
        }
        let lie = Lie {
            read,
            contig: place.contig,
            strand: place.strand,
            genome: self.genome,
        };
        extend(&mut blocks, &lie, fixed);
        trim(&mut blocks, &lie, self.aligner, fixed);
        let mut aligned = Aligned::new(&lie, blocks, if self.aligner.is_star() { 255 } else { 60 });
        aligned.locus = locus;
        aligned.score = self.aligner.score(&aligned);
        Some(aligned)
    }
}

/// HISAT2's `--sp 2,1`: a clipped base costs 1 at common qualities.
pub(crate) const CLIP_PENALTY: i64 = 1;

/// HISAT2's `--mp 6,2`: a mismatch costs 2 to 6 by quality (its manual: MN + floor((MX-MN) min(Q,40)/40)).
pub(crate) fn mismatch_penalty(quality: u8) -> i64 {
    2 + 4 * i64::from(quality.min(40)) / 40
}
