//! From the records of one template to one chain: segments of each read, mates laid on one molecule.

use std::cmp::Reverse;

use super::fragment::{Chain, Clip, Confidence, LinkKind, PlacedBy, SeenBy, Segment};
use crate::genome::{Cigar, ContigId, Interval, Strand, sequence::reverse_complement};

/// Deletions of at least this many bases part two segments, as introns do (bases; shorter ones are
/// ordinary indels: STAR's and BWA's gap penalties do not open longer ones in reads of 100).
pub(crate) const MIN_GAP: u32 = 20;
/// A second alignment of a read counts as a further part of it when it places at least this many
/// bases that no other does (bases); else it is an alternative place.
const MIN_NOVEL: u32 = 8;
/// A block of fewer bases than this between an intron and a clip is taken back to the clip (bases): an
/// aligner that may not leave a gene reaches for the neighbouring exon's end, and any 9 bases of a
/// genome are found within an intron's reach.
const MIN_END_BLOCK: u32 = 10;
/// Unplaced ends from this length on are clips (bases).
pub(crate) const MIN_CLIP: u32 = 6;

/// One alignment of a read, from a record or from an SA entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadAlignment {
    /// Contig.
    pub contig: ContigId,
    /// Strand of the read on it.
    pub strand: Strand,
    /// First aligned base, 0-based.
    pub start: i64,
    /// CIGAR, clips included.
    pub cigar: Cigar,
    /// Reference positions of mismatches, where known (0-based, rising).
    pub mismatches: Vec<i64>,
    /// How far the place can be believed.
    pub confidence: Confidence,
    /// Not supplementary and not from an SA entry.
    pub is_primary: bool,
}

/// All that is known of one read of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadAlignments {
    /// Bases as sequenced; `N` where no record shows them; empty if no record kept its bases.
    pub sequence: Vec<u8>,
    /// Phred qualities, as `sequence`.
    pub qualities: Vec<u8>,
    /// Length of the read in bases.
    pub len: u32,
    /// Alignments.
    pub alignments: Vec<ReadAlignment>,
}

/// Builds the chain of a template from its first and second read (either may be absent) and finds
/// its unplaced ends.
pub(crate) fn build(first: Option<&ReadAlignments>, second: Option<&ReadAlignments>) -> (Chain, Vec<Clip>) {
    let one = first.map(|read| (read, read_segments(read, true)));
    let two = second.map(|read| (read, flip(read_segments(read, false), read.len)));
    let alone = |len, segments: Vec<Segment>, sequence: Vec<u8>, qualities| Chain {
        links: links_of(&segments, None),
        segments,
        len,
        sequence: sequence.into(),
        qualities,
        mate_start: None,
    };
    let chain = match (one, two) {
        (None, None) => Chain::default(),
        (Some((a, segments)), None) => alone(a.len, segments, a.sequence.clone(), steps(a.qualities.iter().copied())),
        (None, Some((b, segments))) => {
            let qualities = steps(b.qualities.iter().rev().copied());
            alone(b.len, segments, reverse_complement(&b.sequence), qualities)
        }
        (Some((a, a_segments)), Some((b, b_segments))) => match mate_offset(&a_segments, &b_segments) {
            Some(offset) => lay_mates(a, a_segments, b, b_segments, offset),
            None => side_by_side(a, a_segments, b, b_segments),
        },
    };
    let clips = clips_of(&chain);
    (chain, clips)
}

/// The segments of one read in sequencing direction; alternative places of the same bases left out.
fn read_segments(read: &ReadAlignments, is_first: bool) -> Vec<Segment> {
    let is_whole = |a: &&ReadAlignment| a.cigar.read_len() == u64::from(read.len);
    let mut order: Vec<&ReadAlignment> = read.alignments.iter().filter(is_whole).collect();
    order.sort_by_key(|a| {
        let best = (!a.is_primary, Reverse(a.confidence), Reverse(aligned_len(&a.cigar)));
        (best, a.contig, a.start, a.strand)
    });
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut segments = Vec::new();
    for (index, alignment) in order.into_iter().enumerate() {
        let blocks = alignment.cigar.blocks(alignment.start, MIN_GAP);
        let own = blocks.into_iter().map(|block| Segment {
            molecule_start: block.read_start,
            molecule_end: block.read_end,
            contig: alignment.contig,
            strand: alignment.strand,
            reference: block.reference,
            confidence: alignment.confidence,
            seen_by: SeenBy {
                first: is_first,
                second: !is_first,
            },
            alignment: u16::try_from(index * 2 + usize::from(!is_first)).unwrap_or(u16::MAX),
            placed_by: PlacedBy::Aligner,
        });
        let mut own: Vec<Segment> = match alignment.strand {
            Strand::Forward => own.collect(),
            Strand::Reverse => own.map(|s| turned(s, read.len)).collect(),
        };
        own.sort_unstable();
        take_back_end_blocks(&mut own, read.len);
        take_back_mismatched_ends(&mut own, read.len, &alignment.mismatches);
        let end = own.iter().map(|s| s.molecule_end).max();
        let (Some(start), Some(end)) = (own.first().map(|s| s.molecule_start), end) else {
            continue;
        };
        let shared = |(s, e): &(u32, u32)| end.min(*e).saturating_sub(start.max(*s));
        let covered: u32 = taken.iter().map(shared).sum();
        if covered > 0 && (end - start).saturating_sub(covered) < MIN_NOVEL {
            continue;
        }
        taken.push((start, end));
        segments.extend(own);
    }
    segments.sort_unstable();
    segments
}

/// Drops tiny blocks at the ends of an alignment that stand between an intron and a clip.
fn take_back_end_blocks(own: &mut Vec<Segment>, len: u32) {
    while own.len() > 1 && own[0].len() < MIN_END_BLOCK && own[0].molecule_start >= MIN_CLIP {
        own.remove(0);
    }
    while let [.., _, last] = own.as_slice()
        && last.len() < MIN_END_BLOCK
        && len.saturating_sub(last.molecule_end) >= MIN_CLIP
    {
        own.pop();
    }
}

/// Bases from an end that are looked at for mismatches.
const END_REACH: i64 = 40;

/// Trims ends beside a clip where mismatches show that the aligner went on into bases that do not
/// belong there (bases inserted at a junction, a junction that it did not see).
///
/// METHOD: the trimmed stretch is the one of highest score with +3 for a mismatch and -1 for a match: a
/// quarter of mismatches, the share that random bases exceed threefold, keeps an end.
fn take_back_mismatched_ends(own: &mut [Segment], len: u32, mismatches: &[i64]) {
    let count = own.len();
    for (index, at_start) in [(0, true), (count.wrapping_sub(1), false)] {
        let Some(s) = own.get_mut(index) else { continue };
        let clipped = if at_start {
            s.molecule_start
        } else {
            len.saturating_sub(s.molecule_end)
        };
        // An indel inside the block would shift its bases; such blocks stay as they are.
        if clipped < MIN_CLIP || i64::from(s.len()) != s.reference.len() {
            continue;
        }
        let low_end = at_start == (s.strand == Strand::Forward);
        let reach = END_REACH.min(s.reference.len() - i64::from(MIN_CLIP));
        let (mut score, mut best, mut cut) = (0_i64, 0_i64, 0_i64);
        for step in 0..reach {
            let position = if low_end {
                s.reference.start.0 + step
            } else {
                s.reference.end.0 - 1 - step
            };
            let differs = mismatches.binary_search(&position).is_ok();
            score += if differs { 3 } else { -1 };
            if score > best {
                (best, cut) = (score, step + 1);
            }
        }
        let bases = u32::try_from(cut).unwrap_or(0);
        if at_start {
            s.molecule_start += bases;
        } else {
            s.molecule_end -= bases;
        }
        if low_end {
            s.reference.start = s.reference.start.offset(cut);
        } else {
            s.reference.end = s.reference.end.offset(-cut);
        }
    }
}

fn aligned_len(cigar: &Cigar) -> u64 {
    let clipped = u64::from(cigar.leading_clip()) + u64::from(cigar.trailing_clip());
    cigar.read_len().saturating_sub(clipped)
}

/// A segment with its place counted from the other end of a read of `len` bases.
fn turned(s: Segment, len: u32) -> Segment {
    Segment {
        molecule_start: len.saturating_sub(s.molecule_end),
        molecule_end: len.saturating_sub(s.molecule_start),
        ..s
    }
}

/// The same segments seen from the other strand of a read of `len` bases.
fn flip(segments: Vec<Segment>, len: u32) -> Vec<Segment> {
    let flipped = segments.into_iter().map(|s| Segment {
        strand: s.strand.flipped(),
        ..turned(s, len)
    });
    let mut flipped: Vec<Segment> = flipped.collect();
    flipped.sort_unstable();
    flipped
}

/// `LinkKind` of every neighbouring pair; `boundary` is the index of the second read's first segment
/// where mates were not merged.
fn links_of(segments: &[Segment], boundary: Option<usize>) -> Vec<LinkKind> {
    let kind = |(i, pair): (usize, &[Segment])| {
        if boundary == Some(i + 1) {
            LinkKind::Spanning
        } else if pair[0].alignment == pair[1].alignment {
            LinkKind::Gap
        } else {
            LinkKind::Split
        }
    };
    segments.windows(2).enumerate().map(kind).collect()
}

/// Offset of the second read's bases on the molecule that the largest shared reference stretch
/// gives, if the mates share any. Segments of `b` are already in the molecule's direction.
fn mate_offset(a: &[Segment], b: &[Segment]) -> Option<i64> {
    let mut best: Option<(i64, i64)> = None;
    for x in a {
        for y in b {
            if x.contig != y.contig || x.strand != y.strand || !x.reference.overlaps(y.reference) {
                continue;
            }
            let shared = x.reference.intersection(y.reference).len();
            let lead = match x.strand {
                Strand::Forward => y.reference.start.0 - x.reference.start.0,
                Strand::Reverse => x.reference.end.0 - y.reference.end.0,
            };
            let offset = i64::from(x.molecule_start) + lead - i64::from(y.molecule_start);
            if best.is_none_or(|(most, _)| shared > most) {
                best = Some((shared, offset));
            }
        }
    }
    best.map(|(_, offset)| offset)
}

/// Mates that share nothing: the second read follows the first.
fn side_by_side(a: &ReadAlignments, a_segments: Vec<Segment>, b: &ReadAlignments, b_segments: Vec<Segment>) -> Chain {
    let boundary = Some(a_segments.len()).filter(|n| *n > 0 && !b_segments.is_empty());
    let mut segments = a_segments;
    segments.extend(b_segments.into_iter().map(|s| Segment {
        molecule_start: s.molecule_start.saturating_add(a.len),
        molecule_end: s.molecule_end.saturating_add(a.len),
        ..s
    }));
    let (mut sequence, mut qualities) = (Vec::new(), Vec::new());
    if !a.sequence.is_empty() || !b.sequence.is_empty() {
        sequence = filled(a.sequence.clone(), a.len);
        sequence.extend(filled(reverse_complement(&b.sequence), b.len));
        qualities.clone_from(&a.qualities);
        qualities.resize(a.len as usize, 0);
        qualities.extend(b.qualities.iter().rev());
        qualities.resize(sequence.len(), 0);
    }
    Chain {
        links: links_of(&segments, boundary),
        segments,
        len: a.len.saturating_add(b.len),
        sequence: sequence.into(),
        qualities: steps(qualities.into_iter()),
        mate_start: Some(a.len),
    }
}

/// The bases, or as many that are not known.
fn filled(bases: Vec<u8>, len: u32) -> Vec<u8> {
    if bases.is_empty() {
        vec![b'N'; len as usize]
    } else {
        bases
    }
}

/// Mates that share reference bases: the second read begins at `offset` of the molecule, which runs from the first
/// read's 5' end (0) to the second read's 5' end.
fn lay_mates(
    a: &ReadAlignments,
    a_segments: Vec<Segment>,
    b: &ReadAlignments,
    b_segments: Vec<Segment>,
    offset: i64,
) -> Chain {
    let end = offset.saturating_add(i64::from(b.len)).max(1);
    let mut segments: Vec<Segment> = a_segments.into_iter().filter_map(|s| trimmed(s, 0, end)).collect();
    for s in b_segments {
        if let Some(s) = trimmed(s, offset, end) {
            merge_into(&mut segments, s);
        }
    }
    segments.sort_unstable();
    let len = u32::try_from(end).unwrap_or(u32::MAX);
    let (sequence, qualities) = if a.sequence.is_empty() && b.sequence.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        merge_bases(a, &reverse_complement(&b.sequence), &b.qualities, offset, len)
    };
    Chain {
        links: links_of(&segments, None),
        segments,
        len,
        sequence: sequence.into(),
        qualities: steps(qualities.into_iter()),
        mate_start: None,
    }
}

/// A segment moved by `offset` and cut to the molecule's `len` bases: what lies beyond the mate's 5' end is adapter.
fn trimmed(s: Segment, offset: i64, len: i64) -> Option<Segment> {
    let start = i64::from(s.molecule_start).checked_add(offset)?;
    let end = i64::from(s.molecule_end).checked_add(offset)?;
    let (cut_start, cut_end) = ((-start).max(0), (end - len).max(0));
    let (start, end) = (start + cut_start, end - cut_end);
    let (cut_low, cut_high) = match s.strand {
        Strand::Forward => (cut_start, cut_end),
        Strand::Reverse => (cut_end, cut_start),
    };
    let reference = Interval::new(s.reference.start.0 + cut_low, s.reference.end.0 - cut_high);
    (start < end && !reference.is_empty()).then_some(Segment {
        molecule_start: u32::try_from(start).ok()?,
        molecule_end: u32::try_from(end).ok()?,
        reference,
        ..s
    })
}

/// Adds the mate's segment: joined with one on the same diagonal, left out where other segments
/// already cover all but a few of its bases.
fn merge_into(segments: &mut Vec<Segment>, s: Segment) {
    let diagonal = |x: &Segment| match x.strand {
        Strand::Forward => x.reference.start.0 - i64::from(x.molecule_start),
        Strand::Reverse => x.reference.end.0 + i64::from(x.molecule_start),
    };
    // An indel inside one mate shifts the diagonal by a few bases; the place stays the same.
    if let Some(same) = segments.iter_mut().find(|x| {
        x.contig == s.contig
            && x.strand == s.strand
            && (diagonal(x) - diagonal(&s)).abs() < i64::from(MIN_GAP)
            && (x.reference.overlaps(s.reference)
                || x.reference.end == s.reference.start
                || s.reference.end == x.reference.start)
    }) {
        same.molecule_start = same.molecule_start.min(s.molecule_start);
        same.molecule_end = same.molecule_end.max(s.molecule_end);
        same.reference = Interval {
            start: same.reference.start.min(s.reference.start),
            end: same.reference.end.max(s.reference.end),
        };
        same.confidence = same.confidence.max(s.confidence);
        same.seen_by = SeenBy {
            first: same.seen_by.first | s.seen_by.first,
            second: same.seen_by.second | s.seen_by.second,
        };
        return;
    }
    let shared = |x: &Segment| {
        let end = x.molecule_end.min(s.molecule_end);
        end.saturating_sub(x.molecule_start.max(s.molecule_start))
    };
    let covered: u32 = segments.iter().map(shared).sum();
    if covered == 0 || s.len().saturating_sub(covered) >= MIN_NOVEL {
        segments.push(s);
    }
}

/// One base a molecule position, with its quality: where both mates show it, the one of higher quality.
fn merge_bases(
    a: &ReadAlignments,
    b_sequence: &[u8],
    b_qualities: &[u8],
    offset: i64,
    length: u32,
) -> (Vec<u8>, Vec<u8>) {
    (0..i64::from(length))
        .map(|at| {
            let index = usize::try_from(at).unwrap_or(usize::MAX);
            let from_b = usize::try_from(at - offset).ok();
            let x = a.sequence.get(index).copied().unwrap_or(b'N');
            let y = from_b.and_then(|i| b_sequence.get(i)).copied().unwrap_or(b'N');
            let x_quality = a.qualities.get(index).copied().unwrap_or(0);
            let y_quality = from_b
                .and_then(|i| b_qualities.len().checked_sub(i + 1))
                .and_then(|i| b_qualities.get(i))
                .copied()
                .unwrap_or(0);
            match (x, y) {
                (b'N', y) => (y, y_quality),
                (x, b'N') => (x, x_quality),
                // Two readings of one base: where they agree it is surer than either, else no surer than the better.
                (x, y) if x == y => (x, x_quality.max(y_quality)),
                (_, y) if y_quality > x_quality => (y, y_quality - x_quality),
                (x, _) => (x, x_quality - y_quality),
            }
        })
        .unzip()
}

/// The step of a Phred quality: few values, so that fragments that show the same stay alike.
pub(crate) const fn quality_step(quality: u8) -> u8 {
    match quality {
        0..=9 => 6,
        10..=19 => 14,
        20..=26 => 23,
        _ => 30,
    }
}

/// Qualities in steps; none where the file has none.
pub(super) fn steps(qualities: impl ExactSizeIterator<Item = u8> + Clone) -> std::sync::Arc<[u8]> {
    if qualities.clone().all(|q| q == 0 || q == u8::MAX) {
        return std::sync::Arc::default();
    }
    qualities.map(quality_step).collect()
}

/// Unplaced ends of the molecule, and of each read towards the gap where mates do not overlap.
fn clips_of(chain: &Chain) -> Vec<Clip> {
    let mut clips = Vec::new();
    let total = chain.len;
    let boundary = chain.mate_start.unwrap_or(total);
    for (start, end) in [(0, boundary), (boundary, total)] {
        let is_inside = |s: &Segment| s.molecule_start >= start && s.molecule_end <= end;
        let (Some(low), Some(high)) = (
            chain.segments.iter().position(is_inside),
            chain.segments.iter().rposition(is_inside),
        ) else {
            continue;
        };
        let (first, last) = (chain.segments[low].molecule_start, chain.segments[high].molecule_end);
        for (segment, after, start, end) in [(low, false, start, first), (high, true, last, end)] {
            if end.saturating_sub(start) >= MIN_CLIP {
                clips.push(Clip {
                    segment,
                    after,
                    start,
                    end,
                });
            }
        }
    }
    clips
}

#[cfg(test)]
mod tests;
