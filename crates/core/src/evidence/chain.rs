//! From the records of one template to one chain: segments of each read, mates merged into one molecule.

use std::{borrow::Cow, cmp::Reverse, sync::Arc};

use super::{
    fragment::{Chain, Clip, LinkKind, PlacedBy, SeenBy, Segment},
    group::MapqScale,
};
use crate::genome::{AlignedRecord, Cigar, Interval, Strand, sequence::reverse_complement};

/// Deletions of at least this many bases separate two segments, as introns do (bases; shorter ones are ordinary
/// indels: the gap penalties of STAR and BWA do not open longer ones in 100-base reads).
pub(crate) const MIN_GAP: u32 = 20;
/// A second alignment of a read counts as another segment if it aligns at least this many bases that no other does
/// (bases); else it is an alternative alignment.
const MIN_NOVEL: u32 = 8;
/// A block of fewer bases than this between an intron and a clip is returned to the clip (bases): an aligner confined
/// to one gene extends to the neighbouring exon's end, and any 9 bases of a genome occur by chance within an intron's
/// length.
const MIN_END_BLOCK: u32 = 10;
/// Unaligned ends of at least this length are clips (bases).
pub(crate) const MIN_CLIP: u32 = 6;

/// All data of one read of a template.
#[derive(Debug, Default)]
pub(crate) struct Read<'a> {
    /// Length of the read in bases.
    pub len: u32,
    /// Its alignments; SA entries replace supplementary records that are absent from the file.
    pub alignments: Vec<Cow<'a, AlignedRecord>>,
    /// Bases as sequenced; `N` where no record contains them; empty if no record has its bases.
    pub sequence: Vec<u8>,
    /// Phred qualities, as `sequence`.
    pub qualities: Vec<u8>,
}

/// One read in the molecule's direction, onto which the second read is merged.
struct Laid {
    len: u32,
    segments: Vec<Segment>,
    sequence: Vec<u8>,
    qualities: Vec<u8>,
}

/// Builds the chain of a template from its first and second read (either may be absent) and finds its unaligned ends.
pub(crate) fn build(first: Option<Read<'_>>, second: Option<Read<'_>>, scale: MapqScale) -> (Chain, Vec<Clip>) {
    let first = first.map(|read| Laid {
        len: read.len,
        segments: read_segments(&read, true, scale),
        sequence: read.sequence,
        qualities: read.qualities,
    });
    let second = second.map(|read| Laid {
        len: read.len,
        segments: flip(read_segments(&read, false, scale), read.len),
        sequence: reverse_complement(&read.sequence),
        qualities: read.qualities.into_iter().rev().collect(),
    });
    let chain = match (first, second) {
        (Some(first), Some(second)) => join(first, second),
        (Some(alone), None) | (None, Some(alone)) => Chain {
            links: links_of(&alone.segments, None),
            segments: alone.segments,
            len: alone.len,
            sequence: alone.sequence.into(),
            qualities: steps(&alone.qualities),
            mate_start: None,
        },
        (None, None) => Chain::default(),
    };
    let clips = clips_of(&chain);
    (chain, clips)
}

/// The segments of one read in sequencing direction, without alternative alignments of the same bases.
fn read_segments(read: &Read<'_>, is_first: bool, scale: MapqScale) -> Vec<Segment> {
    let alignments = read.alignments.iter().map(AsRef::as_ref);
    let mut order: Vec<&AlignedRecord> = alignments
        .filter(|r| r.cigar.read_len() == u64::from(read.len))
        .collect();
    let confidence = |r: &AlignedRecord| scale.confidence(r.mapq, r.hit_count);
    order.sort_by_key(|r| {
        let is_further = r.flags.is_supplementary();
        let best = (is_further, Reverse(confidence(r)), Reverse(aligned_len(&r.cigar)));
        (best, r.contig, r.position, r.flags.strand())
    });
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut segments = Vec::new();
    for (index, alignment) in order.into_iter().enumerate() {
        let Some(contig) = alignment.contig else { continue };
        let strand = alignment.flags.strand();
        let blocks = alignment.cigar.blocks(alignment.position, MIN_GAP);
        let own = blocks.into_iter().map(|block| Segment {
            molecule_start: block.read_start,
            molecule_end: block.read_end,
            contig,
            strand,
            reference: block.reference,
            confidence: confidence(alignment),
            seen_by: SeenBy {
                first: is_first,
                second: !is_first,
            },
            alignment: u16::try_from(index * 2 + usize::from(!is_first)).unwrap_or(u16::MAX),
            placed_by: PlacedBy::Aligner,
        });
        let mut own: Vec<Segment> = match strand {
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

/// Removes tiny blocks at the ends of an alignment, between an intron and a clip.
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

/// Bases from an end that are checked for mismatches.
const END_REACH: i64 = 40;

/// Trims ends next to a clip where mismatches show that the aligner extended into bases that do not belong there
/// (untemplated insertion, missed junction).
///
/// METHOD: the trimmed stretch is the one of highest score with +3 for a mismatch and -1 for a match: ends with more
/// than 25 % mismatches are trimmed (random sequence: 75 %).
fn take_back_mismatched_ends(own: &mut [Segment], len: u32, mismatches: &[i64]) {
    let count = own.len();
    for (index, at_start) in [(0, true), (count.wrapping_sub(1), false)] {
        let Some(s) = own.get_mut(index) else { continue };
        let clipped = if at_start {
            s.molecule_start
        } else {
            len.saturating_sub(s.molecule_end)
        };
        // An indel inside the block would shift its bases; such blocks are not trimmed.
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

/// A segment with its coordinates counted from the other end of a read of `len` bases.
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

/// `LinkKind` of every pair of neighbouring segments; `boundary` is the index of the second read's first segment if
/// mates were not merged.
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

/// Offset of the second read's bases on the molecule, from the longest shared reference stretch; `None` if the mates
/// do not overlap. Segments of `b` are already in the molecule's direction.
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

/// Both mates on one molecule, from the first read's 5' end (0) to the second read's 5' end. Shared reference bases
/// show where the second read begins; without them, it follows the first.
fn join(a: Laid, b: Laid) -> Chain {
    let overlap = mate_offset(&a.segments, &b.segments);
    let offset = overlap.unwrap_or_else(|| i64::from(a.len));
    let end = offset.saturating_add(i64::from(b.len)).max(1);
    let len = u32::try_from(end).unwrap_or(u32::MAX);
    let (sequence, qualities) = if a.sequence.is_empty() && b.sequence.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        merge_bases(&a, &b, offset, len)
    };
    let mut segments: Vec<Segment> = a.segments.into_iter().filter_map(|s| trimmed(s, 0, end)).collect();
    let boundary = segments.len();
    for s in b.segments.into_iter().filter_map(|s| trimmed(s, offset, end)) {
        match overlap {
            Some(_) => merge_into(&mut segments, s),
            None => segments.push(s),
        }
    }
    segments.sort_unstable();
    let boundary = Some(boundary).filter(|_| overlap.is_none());
    Chain {
        links: links_of(&segments, boundary),
        segments,
        len,
        sequence: sequence.into(),
        qualities: steps(&qualities),
        mate_start: overlap.is_none().then_some(a.len),
    }
}

/// A segment shifted by `offset` and cut to the molecule's `len` bases: bases beyond the mate's 5' end are adapter.
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

/// Adds the mate's segment: merged with one on the same diagonal, left out if other segments already cover all but a
/// few of its bases.
fn merge_into(segments: &mut Vec<Segment>, s: Segment) {
    let diagonal = |x: &Segment| match x.strand {
        Strand::Forward => x.reference.start.0 - i64::from(x.molecule_start),
        Strand::Reverse => x.reference.end.0 + i64::from(x.molecule_start),
    };
    // An indel inside one mate shifts the diagonal by a few bases; the locus is the same.
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

/// One base per molecule position, with its quality. If both mates cover it and differ, an aligned base comes before a
/// clipped one (reads are clipped where they are poor), then the one of higher quality.
fn merge_bases(a: &Laid, b: &Laid, offset: i64, length: u32) -> (Vec<u8>, Vec<u8>) {
    let shown = |read: &Laid, at: i64| {
        let index = usize::try_from(at).ok()?;
        let base = *read.sequence.get(index)?;
        Some((base, read.qualities.get(index).copied().unwrap_or(0)))
    };
    let is_aligned = |read: &Laid, at: i64| {
        let mut segments = read.segments.iter();
        segments.any(|s| (i64::from(s.molecule_start)..i64::from(s.molecule_end)).contains(&at))
    };
    let merged = |at: i64| match (shown(a, at), shown(b, at - offset)) {
        (None, None) => (b'N', 0),
        (Some(only), None) | (None | Some((b'N', _)), Some(only)) | (Some(only), Some((b'N', _))) => only,
        // Two readings of one base: if they agree, more certain than either; else no more certain than the better
        // one.
        (Some((x, x_quality)), Some((y, y_quality))) if x == y => (x, x_quality.max(y_quality)),
        (Some(x), Some(y)) => match (is_aligned(a, at), is_aligned(b, at - offset)) {
            (true, false) => x,
            (false, true) => y,
            _ if y.1 > x.1 => (y.0, y.1 - x.1),
            _ => (x.0, x.1 - y.1),
        },
    };
    (0..i64::from(length)).map(merged).unzip()
}

/// A Phred quality rounded to few steps, so that fragments with the same evidence stay identical.
pub(crate) const fn quality_step(quality: u8) -> u8 {
    match quality {
        0..=9 => 6,
        10..=19 => 14,
        20..=26 => 23,
        _ => 30,
    }
}

/// Qualities in steps; empty if the file has none.
pub(super) fn steps(qualities: &[u8]) -> Arc<[u8]> {
    if qualities.iter().all(|q| matches!(*q, 0 | u8::MAX)) {
        return Arc::default();
    }
    qualities.iter().map(|q| quality_step(*q)).collect()
}

/// Unaligned ends of the molecule, and of each read towards the gap if mates do not overlap.
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
