//! From chains to observations: every link of a fragment that wild-type KMT2A does not explain.

use std::{ops::Range, sync::Arc};

use breakapart_rule::{
    Assay, Params,
    breaks::{gene_margin, is_deletion},
    event::locus_reach,
};

use crate::{
    catalogue::GeneModels,
    evidence::fragment::{Chain, Confidence, Fragment, LinkKind, PlacedBy, Segment},
    genome::{Breakend, ContigId, Interval, Position, Retained, Strand, sequence::reverse_complement},
};

/// Kind of evidence that a molecule gives for a junction, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// An unmapped read, realigned here to both sides.
    Mate,
    /// A spanning pair: mates on both sides.
    Spanning,
    /// A soft clip that matches the other side.
    Clip,
    /// A split read, aligned on both sides by the aligner.
    Split,
}

impl EvidenceKind {
    /// Its name in outputs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Clip => "clip",
            Self::Spanning => "spanning",
            Self::Mate => "mate",
        }
    }
}

/// One side of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedSide {
    /// The breakend, as observed; for an unplaced partner, both sides are the placed one.
    pub at: Breakend,
    /// Aligned bases.
    pub anchor: u32,
    /// Confidence of the mapping.
    pub confidence: Confidence,
    /// End of the fragment on this side: distinct ends indicate distinct molecules.
    pub end: (ContigId, i64),
}

/// The evidence of one fragment for one junction: a link between two of its segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Index of the fragment.
    pub fragment: usize,
    /// Its molecule.
    pub molecule: u64,
    /// Kind of evidence.
    pub kind: EvidenceKind,
    /// The 5' side.
    pub five: ObservedSide,
    /// The 3' side.
    pub three: ObservedSide,
    /// Inserted bases between the two (split only), in the direction 5' to 3'.
    pub inserted: Vec<u8>,
    /// Bases aligned on both sides (split only): `five` may be up to this many bases further 5'.
    pub overlap: u32,
    /// Bases of the molecule in the direction 5' to 3', and how many of them precede the
    /// junction (including the last base of `five`). `None` if no bases were kept.
    pub bases: Option<(Arc<[u8]>, usize)>,
    /// The fragment's first read runs 3' to 5'.
    pub reversed: bool,
}

impl Observation {
    /// The 5' side or the 3' side.
    pub(crate) const fn side(&self, is_five: bool) -> &ObservedSide {
        if is_five { &self.five } else { &self.three }
    }

    /// The 5' side or the 3' side, mutable.
    pub(crate) const fn side_mut(&mut self, is_five: bool) -> &mut ObservedSide {
        if is_five { &mut self.five } else { &mut self.three }
    }

    /// The shorter anchor (bases).
    pub(crate) fn anchor_min(&self) -> u32 {
        self.five.anchor.min(self.three.anchor)
    }
}

/// Orders two values 5' first; `first_is_five` states whether `first` belongs to the 5' side.
pub(crate) fn five_first<T>(first_is_five: bool, first: T, second: T) -> (T, T) {
    if first_is_five {
        (first, second)
    } else {
        (second, first)
    }
}

/// KMT2A as the target of the search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// KMT2A's contig.
    pub contig: ContigId,
    /// The gene, with the margin that counts as KMT2A.
    pub span: Interval,
    /// Its strand.
    pub strand: Strand,
    /// Largest outer fragment length (bases).
    pub fragment_len_max: i64,
    /// In RNA, introns explain every forward link within the gene.
    pub assay: Assay,
    /// The rule's parameters.
    pub params: Params,
}

impl Target {
    /// KMT2A of the models. In RNA the margin is upstream only: bases downstream of the gene belong to the next one.
    pub(crate) fn new(models: &GeneModels, assay: Assay, fragment_len_max: i64, params: &Params) -> Self {
        let (gene, contig) = models.kmt2a();
        let mut span = gene.interval.padded(gene_margin(assay, params));
        match (assay, gene.strand) {
            (Assay::Dna, _) => {}
            (Assay::Rna, Strand::Forward) => span.end = gene.interval.end,
            (Assay::Rna, Strand::Reverse) => span.start = gene.interval.start,
        }
        Self {
            contig,
            span,
            strand: gene.strand,
            fragment_len_max,
            assay,
            params: *params,
        }
    }

    /// Whether the reads are RNA, with spliced junctions.
    pub(crate) fn is_rna(&self) -> bool {
        self.assay == Assay::Rna
    }

    /// Whether a breakend lies in KMT2A.
    pub(crate) fn holds(&self, side: Breakend) -> bool {
        side.contig == self.contig && self.span.contains(side.position)
    }

    /// Whether a molecule in KMT2A's sense leaves KMT2A through this breakend (KMT2A is the 5' side).
    fn leaves(&self, side: Breakend) -> bool {
        (side.retained == Retained::Left) == (self.strand == Strand::Forward)
    }

    /// Whether the link from `five` to `three` must be flipped to run in KMT2A's sense.
    fn must_flip(&self, five: Breakend, three: Breakend, chain_in_sense: bool) -> bool {
        match (self.holds(five), self.holds(three)) {
            (true, false) => !self.leaves(five),
            (false, true) => self.leaves(three),
            (true, true) => match (self.leaves(five), self.leaves(three)) {
                (true, false) => false,
                (false, true) => true,
                // An inverted segment: the lower coordinate first.
                _ => three.position < five.position,
            },
            (false, false) => !chain_in_sense,
        }
    }

    /// Whether wild-type transcription explains a link in KMT2A's sense: forward within the
    /// gene, or a pair that extends past its end.
    fn explains(&self, five: Breakend, three: Breakend, kind: LinkKind) -> bool {
        if five.contig != three.contig || five.retained == three.retained {
            return false;
        }
        let step = if self.strand == Strand::Forward { 1 } else { -1 };
        let ahead = (three.position.0 - five.position.0) * step;
        let sense = five.strand_as_five_prime() == self.strand;
        if self.holds(five) && self.holds(three) {
            let unseen = if kind == LinkKind::Spanning {
                self.fragment_len_max
            } else {
                0
            };
            return sense && ahead > 0 && (self.is_rna() || !is_deletion(ahead - unseen, &self.params));
        }
        kind == LinkKind::Spanning && sense && (0..=self.fragment_len_max).contains(&ahead)
    }
}

/// Whether a segment of the fragment overlaps KMT2A.
pub(crate) fn touches(fragment: &Fragment, target: &Target) -> bool {
    fragment
        .chain
        .segments
        .iter()
        .any(|s| s.contig == target.contig && s.reference.overlaps(target.span))
}

/// The observations of one fragment; empty for wild type.
pub(crate) fn observe(index: usize, fragment: &Fragment, target: &Target) -> Vec<Observation> {
    let chain = &fragment.chain;
    if !touches(fragment, target) {
        return Vec::new();
    }
    let in_sense = chain
        .segments
        .iter()
        .filter(|s| s.contig == target.contig && s.reference.overlaps(target.span))
        .max_by_key(|s| s.len())
        .is_none_or(|s| s.strand == target.strand);
    let mut found = Vec::new();
    for (i, kind) in chain.links.iter().enumerate() {
        let (five, three) = sides(chain, i);
        let flip = target.must_flip(five, three, in_sense);
        let (five, three) = if flip { (three, five) } else { (five, three) };
        let wild_type = target.explains(five, three, *kind);
        // N/D gaps with neither end in KMT2A are ignored.
        let outside_gap = *kind == LinkKind::Gap && !target.holds(five) && !target.holds(three);
        // Two copies of one repeat, to which the aligner assigned segments in turn.
        let unsure = |at: usize| {
            chain
                .segments
                .get(at)
                .is_some_and(|s| s.confidence < Confidence::Unique)
        };
        let between_copies =
            !target.is_rna() && !target.holds(five) && !target.holds(three) && unsure(i) && unsure(i + 1);
        if wild_type
            || outside_gap
            || between_copies
            || (!target.holds(five) && !target.holds(three) && same_locus(five, three, &target.params))
        {
            continue;
        }
        found.push(observation(index, fragment, i, *kind, five, three, flip));
    }
    found
}

/// Shorter blocks at the inner end of a mate, beyond an intron, do not show where it ends (bases).
const INNER_BLOCK: u32 = 10;

/// The two segments that link `i` joins. Between mates, a tiny block at a mate's inner end is
/// skipped: the aligner placed it in a neighbouring exon by chance.
fn inner(chain: &Chain, i: usize) -> (&Segment, &Segment) {
    let segments = &chain.segments;
    let (mut a, mut b) = (i, i + 1);
    if chain.links[i] == LinkKind::Spanning {
        if a > 0 && chain.links[a - 1] == LinkKind::Gap && segments[a].len() < INNER_BLOCK {
            a -= 1;
        }
        if chain.links.get(b) == Some(&LinkKind::Gap) && segments[b].len() < INNER_BLOCK {
            b += 1;
        }
    }
    (&segments[a], &segments[b])
}

/// Neighbouring segments of one locus of the partner (an intron that the aligner wrote as two
/// alignments, or mates within the partner).
fn same_locus(five: Breakend, three: Breakend, p: &Params) -> bool {
    five.contig == three.contig
        && five.retained != three.retained
        && five.position.distance(three.position) < locus_reach(p)
}

/// Both sides of link `i`, in the chain's direction.
pub(crate) fn sides(chain: &Chain, i: usize) -> (Breakend, Breakend) {
    let (a, b) = inner(chain, i);
    (edge(a, true), edge(b, false))
}

/// The breakend at which a molecule leaves a segment (`after`), or enters it.
pub(crate) fn edge(segment: &Segment, after: bool) -> Breakend {
    let (position, along) = if after {
        (segment.last_base(), segment.strand)
    } else {
        (segment.first_base(), segment.strand.flipped())
    };
    Breakend {
        contig: segment.contig,
        position,
        retained: if along == Strand::Forward {
            Retained::Left
        } else {
            Retained::Right
        },
    }
}

/// Aligned bases on the side of link `i` that ends (`before`) or begins there. Neighbouring
/// segments of one alignment are summed.
fn anchor(segments: &[Segment], i: usize, before: bool) -> (u32, Confidence) {
    let (side, nearest) = if before {
        (&segments[..=i], &segments[i])
    } else {
        (&segments[i + 1..], &segments[i + 1])
    };
    let run = side.iter().filter(|s| s.alignment == nearest.alignment);
    let confidence = run.clone().map(|s| s.confidence).max();
    (run.map(Segment::len).sum(), confidence.unwrap_or(Confidence::Unknown))
}

/// The aligned bases of the read `read` alone: the gap between two mates has unknown length, and bases clipped at the
/// read's ends belong to neither side of a junction.
fn aligned_of(chain: &Chain, read: Range<usize>) -> Range<usize> {
    let of_read = chain
        .segments
        .iter()
        .map(|s| s.molecule_start as usize..s.molecule_end as usize)
        .filter(|s| read.start <= s.start && s.end <= read.end);
    of_read
        .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(read)
}

/// The observation of link `i` from `five` to `three`; `flip` if this is opposite to the chain.
pub(crate) fn observation(
    index: usize,
    fragment: &Fragment,
    i: usize,
    kind: LinkKind,
    five: Breakend,
    three: Breakend,
    flip: bool,
) -> Observation {
    let chain = &fragment.chain;
    let (a, b) = (&chain.segments[i], &chain.segments[i + 1]);
    let is_split = kind != LinkKind::Spanning;
    let (before, after) = (anchor(&chain.segments, i, true), anchor(&chain.segments, i, false));
    let overlap = if is_split {
        a.molecule_end.saturating_sub(b.molecule_start)
    } else {
        0
    };
    let between = a.molecule_end as usize..b.molecule_start as usize;
    let inserted = if is_split {
        chain.sequence.get(between).map(<[u8]>::to_vec).unwrap_or_default()
    } else {
        Vec::new()
    };
    // The overlap belongs to the 5' side: the 3' side begins after it.
    let three = three.extended(-i64::from(overlap));
    let bases = (is_split && !chain.sequence.is_empty()).then(|| {
        let read = aligned_of(chain, chain.read_of(a.molecule_start));
        let shown = chain.sequence.get(read.clone()).unwrap_or_default();
        if flip {
            // On the other strand the 5' side is `b`, which keeps the overlap.
            let before = read.end.saturating_sub(b.molecule_start as usize).min(shown.len());
            (reverse_complement(shown).into(), before)
        } else {
            let before = (a.molecule_end as usize).saturating_sub(read.start).min(shown.len());
            (shown.into(), before)
        }
    });
    let unaligned = (a.contig, a.first_base().0);
    let ends = chain.outer_ends().unwrap_or((unaligned, unaligned));
    let (of_five, of_three) = five_first(!flip, (before, ends.0), (after, ends.1));
    let side = |at, ((anchor, confidence), end)| ObservedSide {
        at,
        anchor,
        confidence,
        end,
    };
    Observation {
        fragment: index,
        molecule: fragment.molecule,
        kind: match a.placed_by.max(b.placed_by) {
            _ if !is_split => EvidenceKind::Spanning,
            _ if fragment.laid => EvidenceKind::Mate,
            PlacedBy::Unmapped => EvidenceKind::Mate,
            PlacedBy::Realigned => EvidenceKind::Clip,
            PlacedBy::Aligner => EvidenceKind::Split,
        },
        five: side(five, of_five),
        three: side(three, of_three),
        inserted: if flip { reverse_complement(&inserted) } else { inserted },
        overlap,
        bases,
        reversed: flip,
    }
}

/// Distance from one position to another along `strand` (bases; negative if upstream).
pub(crate) fn ahead(from: Position, to: Position, strand: Strand) -> i64 {
    match strand {
        Strand::Forward => to.0 - from.0,
        Strand::Reverse => from.0 - to.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_beyond_the_alignment_belong_to_no_side() {
        // 4 bases clipped, 16 of the target gene, 20 of the partner, 6 clipped.
        let segment = |contig, molecule: std::ops::Range<u32>, from: i64| Segment {
            molecule_start: molecule.start,
            molecule_end: molecule.end,
            contig: ContigId(contig),
            strand: Strand::Forward,
            reference: Interval::new(from, from + i64::from(molecule.end - molecule.start)),
            confidence: Confidence::Unique,
            seen_by: crate::evidence::fragment::SeenBy::default(),
            alignment: contig as u16,
            placed_by: PlacedBy::Aligner,
        };
        let sequence = [&b"TTTT"[..], &[b'A'; 16], &[b'C'; 20], b"GGGGGG"].concat();
        let chain = Chain {
            segments: vec![segment(0, 4..20, 100), segment(1, 20..40, 500)],
            links: vec![LinkKind::Split],
            len: 46,
            sequence: sequence.clone().into(),
            ..Chain::default()
        };
        let (five, three) = sides(&chain, 0);
        let fragment = Fragment::of(chain);
        let shown = |flip| {
            let (five, three) = if flip { (three, five) } else { (five, three) };
            let (bases, before) = observation(0, &fragment, 0, LinkKind::Split, five, three, flip)
                .bases
                .unwrap();
            (bases.to_vec(), before)
        };
        assert_eq!(shown(false), (sequence[4..40].to_vec(), 16));
        assert_eq!(shown(true), (reverse_complement(&sequence[4..40]), 20));
    }

    const CHR11: ContigId = ContigId(0);

    /// The target gene from 100,000 to 200,000 on the first contig, fragments of at most 500 bases.
    fn target(assay: Assay) -> Target {
        Target {
            contig: CHR11,
            span: Interval::new(100_000, 200_000),
            strand: Strand::Forward,
            fragment_len_max: 500,
            assay,
            params: Params::default(),
        }
    }

    fn side(contig: u32, position: i64, retained: Retained) -> Breakend {
        Breakend {
            contig: ContigId(contig),
            position: Position(position),
            retained,
        }
    }

    fn aligned_segment(molecule: Range<u32>, from: i64, alignment: u16) -> Segment {
        Segment {
            molecule_start: molecule.start,
            molecule_end: molecule.end,
            contig: CHR11,
            strand: Strand::Forward,
            reference: Interval::new(from, from + i64::from(molecule.end - molecule.start)),
            confidence: Confidence::Unique,
            seen_by: crate::evidence::fragment::SeenBy::default(),
            alignment,
            placed_by: PlacedBy::Aligner,
        }
    }

    #[test]
    fn a_deletion_within_the_gene_counts_from_a_thousand_genomic_bases() {
        let explains = |assay, ahead: i64, kind| {
            let five = side(0, 150_000, Retained::Left);
            let three = side(0, 150_000 + ahead, Retained::Right);
            target(assay).explains(five, three, kind)
        };
        assert!(explains(Assay::Dna, 999, LinkKind::Gap) && !explains(Assay::Dna, 1_000, LinkKind::Gap));
        // Between mates up to one fragment length may be unsequenced.
        assert!(explains(Assay::Dna, 1_499, LinkKind::Spanning) && !explains(Assay::Dna, 1_500, LinkKind::Spanning));
        // RNA introns can have any length; backward links are never wild type.
        assert!(explains(Assay::Rna, 40_000, LinkKind::Gap));
        assert!(!explains(Assay::Rna, 0, LinkKind::Gap) && !explains(Assay::Dna, -5, LinkKind::Gap));
    }

    #[test]
    fn a_mates_inner_block_beyond_an_intron_counts_from_ten_bases() {
        // A mate of two blocks, the inner one of the given length, next to the other mate.
        let inner_end = |bases: u32, mirrored: bool| {
            let (segments, links, link) = if mirrored {
                let segments = vec![
                    aligned_segment(0..50, 110_000, 1),
                    aligned_segment(50..50 + bases, 120_000, 0),
                    aligned_segment(50 + bases..90, 130_000, 0),
                ];
                (segments, vec![LinkKind::Spanning, LinkKind::Gap], 0)
            } else {
                let segments = vec![
                    aligned_segment(0..40, 110_000, 0),
                    aligned_segment(40..40 + bases, 120_000, 0),
                    aligned_segment(60..100, 130_000, 1),
                ];
                (segments, vec![LinkKind::Gap, LinkKind::Spanning], 1)
            };
            let chain = Chain {
                segments,
                links,
                len: 100,
                ..Chain::default()
            };
            let (five, three) = sides(&chain, link);
            if mirrored { three.position.0 } else { five.position.0 }
        };
        assert_eq!((inner_end(10, false), inner_end(9, false)), (120_009, 110_039));
        assert_eq!((inner_end(10, true), inner_end(9, true)), (120_000, 130_000));
    }

    #[test]
    fn segments_of_one_partner_locus_lie_within_half_a_million_bases() {
        let p = Params::default();
        let is_same = |bases: i64| {
            let (from, to) = (
                side(3, 1_000_000, Retained::Left),
                side(3, 1_000_000 + bases, Retained::Right),
            );
            same_locus(from, to, &p)
        };
        assert!(is_same(499_999) && !is_same(500_000));
    }
}
