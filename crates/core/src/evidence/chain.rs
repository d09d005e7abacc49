//! From the records of one template to one chain: segments of each read, mates laid on one molecule.

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
    let chain = match (one, two) {
        (None, None) => Chain::default(),
        (Some((read, segments)), None) => Chain {
            links: links_of(&segments, None),
            segments,
            len: read.len,
            sequence: read.sequence.as_slice().into(),
            qualities: steps(read.qualities.iter().copied()),
            mate_start: None,
        },
        (None, Some((read, segments))) => Chain {
            links: links_of(&segments, None),
            segments,
            len: read.len,
            sequence: reverse_complement(&read.sequence).into(),
            qualities: steps(read.qualities.iter().rev().copied()),
            mate_start: None,
        },
        (Some((a, a_segments)), Some((b, b_segments))) => lay_mates(a, a_segments, b, b_segments),
    };
    let clips = clips_of(&chain);
    (chain, clips)
}

/// The segments of one read in sequencing direction; alternative places of the same bases left out.
fn read_segments(read: &ReadAlignments, is_first: bool) -> Vec<Segment> {
    let mut order: Vec<&ReadAlignment> = read
        .alignments
        .iter()
        .filter(|a| a.cigar.read_len() == u64::from(read.len))
        .collect();
    order.sort_by_key(|a| {
        (
            !a.is_primary,
            std::cmp::Reverse(a.confidence),
            std::cmp::Reverse(aligned_len(&a.cigar)),
            a.contig,
            a.start,
            a.strand,
        )
    });
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut segments = Vec::new();
    for (index, alignment) in order.into_iter().enumerate() {
        let mut own: Vec<Segment> = alignment
            .cigar
            .blocks(alignment.start, MIN_GAP)
            .into_iter()
            .map(|block| {
                let (start, end) = match alignment.strand {
                    Strand::Forward => (block.read_start, block.read_end),
                    Strand::Reverse => (
                        read.len.saturating_sub(block.read_end),
                        read.len.saturating_sub(block.read_start),
                    ),
                };
                Segment {
                    molecule_start: start,
                    molecule_end: end,
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
                }
            })
            .collect();
        own.sort_unstable();
        take_back_end_blocks(&mut own, read.len);
        take_back_mismatched_ends(&mut own, read.len, &alignment.mismatches);
        let (Some(start), Some(end)) = (
            own.first().map(|s| s.molecule_start),
            own.iter().map(|s| s.molecule_end).max(),
        ) else {
            continue;
        };
        let covered: u32 = taken
            .iter()
            .map(|(s, e)| end.min(*e).saturating_sub(start.max(*s)))
            .sum();
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
            score += if mismatches.binary_search(&position).is_ok() {
                3
            } else {
                -1
            };
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
    cigar
        .read_len()
        .saturating_sub(u64::from(cigar.leading_clip()) + u64::from(cigar.trailing_clip()))
}

/// The same segments seen from the other strand of a read of `len` bases.
fn flip(segments: Vec<Segment>, len: u32) -> Vec<Segment> {
    let mut flipped: Vec<Segment> = segments
        .into_iter()
        .map(|s| Segment {
            molecule_start: len.saturating_sub(s.molecule_end),
            molecule_end: len.saturating_sub(s.molecule_start),
            strand: s.strand.flipped(),
            ..s
        })
        .collect();
    flipped.sort_unstable();
    flipped
}

/// `LinkKind` of every neighbouring pair; `boundary` is the index of the second read's first segment
/// where mates were not merged.
fn links_of(segments: &[Segment], boundary: Option<usize>) -> Vec<LinkKind> {
    segments
        .windows(2)
        .enumerate()
        .map(|(i, pair)| {
            if boundary == Some(i + 1) {
                LinkKind::Spanning
            } else if pair[0].alignment == pair[1].alignment {
                LinkKind::Gap
            } else {
                LinkKind::Split
            }
        })
        .collect()
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

fn lay_mates(a: &ReadAlignments, a_segments: Vec<Segment>, b: &ReadAlignments, b_segments: Vec<Segment>) -> Chain {
    let b_sequence = reverse_complement(&b.sequence);
    let Some(offset) = mate_offset(&a_segments, &b_segments) else {
        let boundary = a_segments.len();
        let mut segments = a_segments;
        segments.extend(b_segments.into_iter().map(|s| shifted(s, i64::from(a.len))));
        let both = !a.sequence.is_empty() && !b_sequence.is_empty();
        let mut sequence = filled(
            &a.sequence,
            a.len,
            both || !a.sequence.is_empty() || !b_sequence.is_empty(),
        );
        let mut qualities = Vec::new();
        if !sequence.is_empty() {
            sequence.extend(filled(&b_sequence, b.len, true));
            qualities.extend_from_slice(&a.qualities);
            qualities.resize(a.len as usize, 0);
            qualities.extend(b.qualities.iter().rev());
            qualities.resize(sequence.len(), 0);
        }
        let links = links_of(
            &segments,
            (boundary > 0 && boundary < segments.len()).then_some(boundary),
        );
        return Chain {
            segments,
            links,
            len: a.len.saturating_add(b.len),
            sequence: sequence.into(),
            qualities: steps(qualities.into_iter()),
            mate_start: Some(a.len),
        };
    };
    // The molecule runs from the first read's 5' end (0) to the second read's 5' end.
    let end = offset.saturating_add(i64::from(b.len)).max(1);
    let mut segments: Vec<Segment> = a_segments.into_iter().filter_map(|s| trimmed(s, 0, end)).collect();
    for s in b_segments {
        let Some(s) = moved(s, offset).and_then(|s| trimmed_wide(s, 0, end)) else {
            continue;
        };
        merge_into(&mut segments, s);
    }
    segments.sort_unstable();
    let length = u32::try_from(end).unwrap_or(u32::MAX);
    let (sequence, qualities) = if a.sequence.is_empty() && b_sequence.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        merge_bases(a, &b_sequence, &b.qualities, offset, length)
    };
    let links = links_of(&segments, None);
    Chain {
        segments,
        links,
        len: length,
        sequence: sequence.into(),
        qualities: steps(qualities.into_iter()),
        mate_start: None,
    }
}

fn shifted(s: Segment, by: i64) -> Segment {
    let move_by = u32::try_from(by).unwrap_or(0);
    Segment {
        molecule_start: s.molecule_start.saturating_add(move_by),
        molecule_end: s.molecule_end.saturating_add(move_by),
        ..s
    }
}

/// A segment on molecule coordinates that may still be negative.
struct WideSegment {
    start: i64,
    end: i64,
    segment: Segment,
}

fn moved(s: Segment, offset: i64) -> Option<WideSegment> {
    Some(WideSegment {
        start: i64::from(s.molecule_start).checked_add(offset)?,
        end: i64::from(s.molecule_end).checked_add(offset)?,
        segment: s,
    })
}

fn trimmed(s: Segment, low: i64, high: i64) -> Option<Segment> {
    trimmed_wide(
        WideSegment {
            start: i64::from(s.molecule_start),
            end: i64::from(s.molecule_end),
            segment: s,
        },
        low,
        high,
    )
}

/// Cuts a segment to the molecule `[low, high)`: what lies beyond the mate's 5' end is adapter.
fn trimmed_wide(s: WideSegment, low: i64, high: i64) -> Option<Segment> {
    let (cut_start, cut_end) = ((low - s.start).max(0), (s.end - high).max(0));
    let (start, end) = (s.start + cut_start, s.end - cut_end);
    if end <= start {
        return None;
    }
    let reference = s.segment.reference;
    let reference = match s.segment.strand {
        Strand::Forward => Interval::new(reference.start.0 + cut_start, reference.end.0 - cut_end),
        Strand::Reverse => Interval::new(reference.start.0 + cut_end, reference.end.0 - cut_start),
    };
    (!reference.is_empty()).then_some(Segment {
        molecule_start: u32::try_from(start).ok()?,
        molecule_end: u32::try_from(end).ok()?,
        reference,
        ..s.segment
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
    let covered: u32 = segments
        .iter()
        .map(|x| {
            x.molecule_end
                .min(s.molecule_end)
                .saturating_sub(x.molecule_start.max(s.molecule_start))
        })
        .sum();
    if covered == 0 || s.len().saturating_sub(covered) >= MIN_NOVEL {
        segments.push(s);
    }
}

fn filled(bases: &[u8], len: u32, wanted: bool) -> Vec<u8> {
    if !wanted {
        Vec::new()
    } else if bases.is_empty() {
        vec![b'N'; len as usize]
    } else {
        bases.to_vec()
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
    let parts: Vec<(u32, u32)> = match chain.mate_start {
        Some(boundary) => vec![(0, boundary), (boundary, total)],
        None => vec![(0, total)],
    };
    for (start, end) in parts {
        let inside: Vec<usize> = (0..chain.segments.len())
            .filter(|&i| chain.segments[i].molecule_start >= start && chain.segments[i].molecule_end <= end)
            .collect();
        let (Some(&low), Some(&high)) = (inside.first(), inside.last()) else {
            continue;
        };
        let before = chain.segments[low].molecule_start;
        if before.saturating_sub(start) >= MIN_CLIP {
            clips.push(Clip {
                segment: low,
                after: false,
                start,
                end: before,
            });
        }
        let last = chain.segments[high].molecule_end;
        if end.saturating_sub(last) >= MIN_CLIP {
            clips.push(Clip {
                segment: high,
                after: true,
                start: last,
                end,
            });
        }
    }
    clips
}

#[cfg(test)]
mod tests;
