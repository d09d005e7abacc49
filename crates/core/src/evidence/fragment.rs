//! Fragments: the reads of one template merged into one molecule.

use std::{ops::Deref, sync::Arc};

use super::verdict::Verdict;
use crate::genome::{ContigId, Interval, Position, Strand, sequence::reverse_complement};

/// Confidence in a segment's locus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The aligner found other alignments that are as good.
    Ambiguous,
    /// The aligner does not say (MAPQ 255 outside STAR), or is unsure (MAPQ 1-19).
    Unknown,
    /// Unique locus.
    Unique,
}

/// Which reads cover a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeenBy {
    /// The first read (or the only one).
    pub first: bool,
    /// The second read.
    pub second: bool,
}

/// What aligned a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlacedBy {
    /// The aligner.
    #[default]
    Aligner,
    /// The bases were clipped or aligned elsewhere, and were realigned by this program.
    Realigned,
    /// The aligner left the whole read unmapped; this program aligned it.
    Unmapped,
}

/// A stretch of the molecule aligned to one locus without a large gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// First base of the molecule that the segment covers, 0-based from the molecule's start (the 5'
    /// end of the first read).
    pub molecule_start: u32,
    /// One past its last base.
    pub molecule_end: u32,
    /// Contig.
    pub contig: ContigId,
    /// Strand of the contig along which the molecule runs.
    pub strand: Strand,
    /// Reference interval.
    pub reference: Interval,
    /// Confidence in the locus.
    pub confidence: Confidence,
    /// Which reads cover it.
    pub seen_by: SeenBy,
    /// Alignment within the fragment that the segment belongs to: neighbouring segments of one alignment are
    /// separated by an `N` or a large `D`.
    pub alignment: u16,
    /// What aligned it.
    pub placed_by: PlacedBy,
}

impl Segment {
    /// The reference base that comes first in the molecule's direction.
    pub const fn first_base(&self) -> Position {
        self.reference.five_prime(self.strand)
    }

    /// The reference base that comes last in the molecule's direction.
    pub const fn last_base(&self) -> Position {
        self.reference.three_prime(self.strand)
    }

    /// Extrapolated reference position of the molecule's first base.
    pub(super) const fn outer_start(&self) -> i64 {
        self.first_base().0 - self.molecule_start as i64 * step(self.strand)
    }

    /// Extrapolated reference position of the last base of a molecule of `len` bases.
    pub(super) const fn outer_end(&self, len: u32) -> i64 {
        self.last_base().0 + len.saturating_sub(self.molecule_end) as i64 * step(self.strand)
    }

    /// Length on the molecule (bases).
    pub const fn len(&self) -> u32 {
        self.molecule_end.saturating_sub(self.molecule_start)
    }

    /// Whether the segment covers no base.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Step on the contig from one base of the molecule to the next.
pub(super) const fn step(strand: Strand) -> i64 {
    match strand {
        Strand::Forward => 1,
        Strand::Reverse => -1,
    }
}

/// How two neighbouring segments of a chain are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// Within one read (or overlapping mates), by two alignments.
    Split,
    /// Within one alignment, separated by `N` or a large `D`.
    Gap,
    /// From the end of one mate to the start of the other; the distance is unknown.
    Spanning,
}

/// The segments of a fragment in molecule order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chain {
    /// Segments, by `molecule_start`.
    pub segments: Vec<Segment>,
    /// `links[i]` joins `segments[i]` and `segments[i + 1]`.
    pub links: Vec<LinkKind>,
    /// Bases of the molecule that the reads cover or span, including unaligned ends.
    pub len: u32,
    /// Bases of the molecule: both mates merged if they overlap, else the first read followed by the second read's
    /// reverse complement. `N` where no read covers a base. Empty if no link or clip of the fragment needs bases.
    pub sequence: Arc<[u8]>,
    /// Phred quality of every base of `sequence`, in few steps (see [`crate::evidence::chain::quality_step`]); empty
    /// if the file has none.
    pub qualities: Arc<[u8]>,
    /// Where the second read begins in `sequence` if the mates do not overlap.
    pub mate_start: Option<u32>,
}

impl Chain {
    /// The stretch of `sequence` of the read that covers a base of the molecule: all of it if the mates overlap.
    pub fn read_of(&self, molecule_base: u32) -> std::ops::Range<usize> {
        let end = self.sequence.len();
        let mate = self.mate_start.map_or(0, |start| (start as usize).min(end));
        if (molecule_base as usize) < mate {
            0..mate
        } else {
            mate..end
        }
    }

    /// Contig and position of the molecule's first and last base, extrapolated over unaligned ends; `None` for a
    /// chain without segments.
    pub fn outer_ends(&self) -> Option<((ContigId, i64), (ContigId, i64))> {
        let (first, last) = (self.segments.first()?, self.segments.last()?);
        Some((
            (first.contig, first.outer_start()),
            (last.contig, last.outer_end(self.len)),
        ))
    }
}

/// An unaligned, soft-clipped end of the molecule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clip {
    /// The segment next to the clip.
    pub segment: usize,
    /// Whether the clipped bases follow the segment on the molecule (else they precede it).
    pub after: bool,
    /// First clipped base of the molecule.
    pub start: u32,
    /// One past the last clipped base.
    pub end: u32,
}

/// An alternative alignment of a part of the fragment, as reported by the aligner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Placement {
    /// Contig.
    pub contig: ContigId,
    /// Strand along which the molecule would run.
    pub strand: Strand,
    /// Reference interval.
    pub reference: Interval,
}

/// An unmapped read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unaligned {
    /// Its bases as sequenced.
    pub bases: Vec<u8>,
    /// Their Phred qualities in few steps (see [`crate::evidence::chain::quality_step`]); empty if the file has none.
    pub qualities: Vec<u8>,
}

/// The evidence of one sequenced template, without its name. Copies of one molecule share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Best hypothesis of the molecule.
    pub chain: Chain,
    /// The chain's bases, reverse-complemented.
    pub reversed: Arc<[u8]>,
    /// Unaligned ends of 6 bases or more.
    pub clips: Vec<Clip>,
    /// Alternative alignments of segments of `chain`.
    pub alternatives: Vec<Placement>,
    /// An unmapped mate of this fragment (bases as sequenced).
    pub unaligned_mate: Option<Unaligned>,
    /// The aligner left one of its reads unmapped; it was aligned to exons here.
    pub laid: bool,
    /// Raw reads per consensus read, else 1.
    pub depth: u32,
    /// The mate is absent although the record refers to one.
    pub mate_missing: bool,
    /// Something in its records could not be parsed.
    pub malformed: bool,
    /// Highest MAPQ of its records.
    pub mapq: u8,
    /// Its best explanation, if explanations were compared.
    pub verdict: Option<Verdict>,
}

impl Shape {
    /// The shape of a chain without other data.
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
    /// Flagged as duplicate in the file.
    pub flagged_duplicate: bool,
    /// Molecular identifier.
    pub umi: Option<Vec<u8>>,
    /// The molecule that the fragment belongs to; equal for copies of one molecule.
    pub molecule: u64,
    /// Its evidence.
    pub shape: Arc<Shape>,
}

#[cfg(test)]
impl Fragment {
    /// A fragment of this chain without other data.
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
