//! Fragments: the reads of one template laid on one molecule.

use std::{ops::Deref, sync::Arc};

use super::verdict::Verdict;
use crate::genome::{ContigId, Interval, Position, Strand, sequence::reverse_complement};

/// How far a segment's place can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The aligner found other places as good.
    Ambiguous,
    /// The aligner does not say (MAPQ 255 outside STAR), or says little (MAPQ 1-19).
    Unknown,
    /// One place.
    Unique,
}

/// Which reads show a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeenBy {
    /// The first read (or the only one).
    pub first: bool,
    /// The second read.
    pub second: bool,
}

/// Who placed a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlacedBy {
    /// The aligner.
    #[default]
    Aligner,
    /// The bases were clipped or placed elsewhere, and were realigned here.
    Realigned,
    /// The aligner left the whole read unmapped, and it was placed here.
    Unmapped,
}

/// A stretch of the molecule aligned without leaving its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// First base of the molecule that the segment covers, 0-based from the molecule's start (the 5'
    /// end of the first read).
    pub molecule_start: u32,
    /// The base after its last.
    pub molecule_end: u32,
    /// Contig.
    pub contig: ContigId,
    /// Strand of the contig along which the molecule runs.
    pub strand: Strand,
    /// Reference interval.
    pub reference: Interval,
    /// How far the place can be believed.
    pub confidence: Confidence,
    /// Which reads show it.
    pub seen_by: SeenBy,
    /// Alignment within the fragment that the segment belongs to: neighbours of one alignment are
    /// parted by an `N` or a large `D`.
    pub alignment: u16,
    /// Who placed it.
    pub placed_by: PlacedBy,
}

impl Segment {
    /// The reference base that the molecule's direction enters first.
    pub const fn first_base(&self) -> Position {
        self.reference.five_prime(self.strand)
    }

    /// The reference base that the molecule's direction leaves last.
    pub const fn last_base(&self) -> Position {
        self.reference.three_prime(self.strand)
    }

    /// Where the molecule's first base would lie.
    pub(super) const fn outer_start(&self) -> i64 {
        self.first_base().0 - self.molecule_start as i64 * step(self.strand)
    }

    /// Where the last base of a molecule of `len` bases would lie.
    pub(super) const fn outer_end(&self, len: u32) -> i64 {
        self.last_base().0 + len.saturating_sub(self.molecule_end) as i64 * step(self.strand)
    }

    /// Length in bases of the molecule.
    pub const fn len(&self) -> u32 {
        self.molecule_end.saturating_sub(self.molecule_start)
    }

    /// Whether the segment covers nothing.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Along a contig from one base of the molecule to the next.
pub(super) const fn step(strand: Strand) -> i64 {
    match strand {
        Strand::Forward => 1,
        Strand::Reverse => -1,
    }
}

/// How two neighbouring segments of a chain hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// Both in one read (or in mates that overlap), by two alignments.
    Split,
    /// Both in one alignment, parted by `N` or a large `D`.
    Gap,
    /// From the end of what one mate shows to the start of what the other shows; the distance is
    /// unknown.
    Spanning,
}

/// The segments of a fragment in the order in which the molecule runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chain {
    /// Segments, by `molecule_start`.
    pub segments: Vec<Segment>,
    /// `links[i]` joins `segments[i]` and `segments[i + 1]`.
    pub links: Vec<LinkKind>,
    /// Bases of the molecule that the reads show or span, unplaced ends counted.
    pub len: u32,
    /// Bases of the molecule: both mates merged where they overlap, else the first read followed by
    /// the second read's reverse complement. `N` where no read shows a base. Empty where no link or
    /// clip of the fragment needs bases.
    pub sequence: Arc<[u8]>,
    /// Phred quality of every base of `sequence`, in few steps (see [`crate::evidence::chain::quality_step`]); empty where
    /// the file has none.
    pub qualities: Arc<[u8]>,
    /// Where the second read begins in `sequence` when the mates do not overlap.
    pub mate_start: Option<u32>,
}

impl Chain {
    /// The stretch of `sequence` that the read over a base of the molecule shows: all of it where the mates overlap.
    pub fn read_of(&self, molecule_base: u32) -> std::ops::Range<usize> {
        let end = self.sequence.len();
        let mate = self.mate_start.map_or(0, |start| (start as usize).min(end));
        if (molecule_base as usize) < mate {
            0..mate
        } else {
            mate..end
        }
    }

    /// Contig and position of the molecule's first and last base, unplaced ends extrapolated; `None` for a
    /// chain without segments.
    pub fn outer_ends(&self) -> Option<((ContigId, i64), (ContigId, i64))> {
        let (first, last) = (self.segments.first()?, self.segments.last()?);
        Some((
            (first.contig, first.outer_start()),
            (last.contig, last.outer_end(self.len)),
        ))
    }
}

/// A soft-clipped end of the molecule that nothing places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clip {
    /// The segment beside the clip.
    pub segment: usize,
    /// Whether the clipped bases follow the segment along the molecule (else they come before it).
    pub after: bool,
    /// First clipped base of the molecule.
    pub start: u32,
    /// The base after the last.
    pub end: u32,
}

/// Another place that the aligner offers for a part of the fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Placement {
    /// Contig.
    pub contig: ContigId,
    /// Strand along which the molecule would run.
    pub strand: Strand,
    /// Reference interval.
    pub reference: Interval,
}

/// A read that did not align.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unaligned {
    /// Its bases as sequenced.
    pub bases: Vec<u8>,
    /// Their Phred qualities in few steps (see [`crate::evidence::chain::quality_step`]); empty where the file has none.
    pub qualities: Vec<u8>,
}

/// What one sequenced template shows, whatever its name. Copies of one molecule share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Best hypothesis of the molecule.
    pub chain: Chain,
    /// The chain's bases seen from the other strand.
    pub reversed: Arc<[u8]>,
    /// Unplaced ends of 6 bases or more.
    pub clips: Vec<Clip>,
    /// Other places for segments of `chain`.
    pub alternatives: Vec<Placement>,
    /// A mate beside this fragment that did not align (bases as sequenced).
    pub unaligned_mate: Option<Unaligned>,
    /// The aligner left a read of it out, which was laid on exons here.
    pub laid: bool,
    /// Raw reads behind it (consensus reads), else 1.
    pub depth: u32,
    /// The mate is absent although the record names one.
    pub mate_missing: bool,
    /// Something in its records could not be read.
    pub malformed: bool,
    /// Highest MAPQ of its records.
    pub mapq: u8,
    /// What explains it best, where explanations were compared.
    pub verdict: Option<Verdict>,
}

impl Shape {
    /// The shape of a chain without anything beside it.
    pub fn of(chain: Chain) -> Self {
        Self {
            reversed: reverse_complement(&chain.sequence).into(),
            chain,
            depth: 1,
            ..Self::default()
        }
    }
}

/// One sequenced template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// `QNAME`.
    pub name: Vec<u8>,
    /// `RG`.
    pub read_group: Option<Arc<[u8]>>,
    /// Flagged as duplicate by the file.
    pub flagged_duplicate: bool,
    /// Molecular identifier.
    pub umi: Option<Vec<u8>>,
    /// The molecule that the fragment belongs to: equal for copies of one molecule.
    pub molecule: u64,
    /// What it shows.
    pub shape: Arc<Shape>,
}

#[cfg(test)]
impl Fragment {
    /// A fragment of this chain and nothing beside it.
    pub(crate) fn of(chain: Chain) -> Self {
        Self {
            name: b"a".to_vec(),
            read_group: None,
            flagged_duplicate: false,
            umi: None,
            molecule: 0,
            shape: Arc::new(Shape::of(chain)),
        }
    }
}

impl Deref for Fragment {
    type Target = Shape;

    fn deref(&self) -> &Shape {
        &self.shape
    }
}
