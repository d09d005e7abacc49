//! Chimeras that STAR found after it merged overlapping mates into one read (`--peOverlapNbasesMin`): the line has
//! the alignments of the merged read, and each mate is a stretch of it.

use super::{
    flags_of,
    line::{self, record_of},
    matches, reverse,
};
use crate::genome::{AlignedRecord, Cigar, CigarOp, Strand};

/// Records of both mates. Their lengths, their orientation to the line, and their starts in the merged read follow
/// from the BAM's own records; without any, the merged read represents the fragment.
pub(super) fn records_of(pieces: Vec<AlignedRecord>, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
    let len_of = |p: &AlignedRecord| i64::try_from(p.cigar.read_len()).unwrap_or(0);
    let len = pieces.first().map(len_of);
    let Some(len) = len.filter(|len| pieces.iter().all(|p| len_of(p) == *len)) else {
        return line::records_of(pieces, known);
    };
    let own = [false, true].map(|second| {
        let mut known = known.iter();
        known.find(|r| r.flags.is_paired() && r.flags.is_second() == second && r.flags.is_primary())
    });
    let read_len = |r: &&AlignedRecord| {
        let unplaced = r.sequence.len() as u64;
        let len = if r.is_placed() { r.cigar.read_len() } else { unplaced };
        i64::try_from(len).ok().filter(|len| *len > 0)
    };
    let [Some(first_len), Some(second_len)] = own.map(|r| r.and_then(read_len)) else {
        // The merged read as the only one of its template.
        let whole = |p: AlignedRecord| {
            let flags = reverse(p.flags.strand());
            record_of(p, flags, known)
        };
        return pieces.into_iter().map(whole).collect();
    };
    let seen = own.map(|r| r.and_then(|r| offset_of(r, &pieces, len)));
    let first_is_along = match seen {
        [Some((along, _)), _] => along,
        [None, Some((along, _))] => !along,
        [None, None] => true,
    };
    let read_lens = [first_len, second_len];
    // A mate without a record is at the end opposite the other mate.
    let offset = |read: usize| match (seen[read], seen[1 - read]) {
        (Some((_, offset)), _) => offset,
        (None, Some((_, 0))) => len - read_lens[read],
        (None, Some((_, other))) if other + read_lens[1 - read] == len => 0,
        (None, _) if (read == 0) == first_is_along => 0,
        (None, _) => len - read_lens[read],
    };
    let mut out = Vec::new();
    for read in [0, 1] {
        let is_second = read == 1;
        let is_along = (read == 0) == first_is_along;
        for piece in &pieces {
            let strand = piece.flags.strand();
            let strand = if is_along { strand } else { strand.flipped() };
            let start = turned(piece, offset(read), read_lens[read], len);
            let Some(part) = stretch(piece, start, start + read_lens[read]) else {
                continue;
            };
            let (contig, on) = (part.contig, part.interval());
            let is_here = |r: &&AlignedRecord| {
                r.is_placed()
                    && (r.flags.is_second(), r.contig, r.flags.strand()) == (is_second, contig, strand)
                    && r.interval().overlaps(on)
            };
            if !known.iter().any(is_here) {
                out.push(record_of(part, flags_of(is_second, strand), known));
            }
        }
    }
    out
}

/// Whether a mate is forward on the line, and its start in the merged read, from a segment at which the BAM aligns
/// it.
fn offset_of(record: &AlignedRecord, pieces: &[AlignedRecord], len: i64) -> Option<(bool, i64)> {
    if !record.is_placed() {
        return None;
    }
    let piece = pieces
        .iter()
        .filter(|p| record.contig == p.contig && record.interval().overlaps(p.interval()))
        .max_by_key(|p| record.interval().intersection(p.interval()).len())?;
    let from = record.position.max(piece.position);
    let in_piece = query_at(&piece.cigar, piece.position, from)?;
    let in_record = query_at(&record.cigar, record.position, from)?;
    let read_len = i64::try_from(record.cigar.read_len()).ok()?;
    let offset = turned(piece, in_piece - in_record, read_len, len);
    Some((record.flags.strand() == piece.flags.strand(), offset))
}

/// The base of the read at a reference position, or the next one.
fn query_at(cigar: &Cigar, start: i64, at: i64) -> Option<i64> {
    let run = matches(cigar, start).find(|(_, reference, n)| at < reference + n);
    run.map(|(query, reference, _)| query + (at - reference).max(0))
}

/// Converts a mate's start in the merged read to its start in a segment's CIGAR, which is in reference orientation;
/// or the other way round.
fn turned(piece: &AlignedRecord, offset: i64, read_len: i64, len: i64) -> i64 {
    match piece.flags.strand() {
        Strand::Forward => offset,
        Strand::Reverse => len - offset - read_len,
    }
}

/// The part of a segment between two bases of the merged read (in reference orientation); the mate's other bases are
/// clipped. `None` if the mate has no aligned base of it.
fn stretch(piece: &AlignedRecord, from: i64, to: i64) -> Option<AlignedRecord> {
    let (mut query, mut reference) = (0_i64, piece.position);
    let mut ops: Vec<CigarOp> = Vec::new();
    let (mut begun, mut last) = (None, 0_i64);
    // Gaps and insertions are added with the next match.
    let mut waiting: Vec<CigarOp> = Vec::new();
    for op in &piece.cigar.0 {
        match *op {
            CigarOp::Match(n) => {
                let n = i64::from(n);
                let (a, b) = (query.max(from), (query + n).min(to));
                if a < b {
                    if begun.is_none() {
                        begun = Some((a, reference + a - query));
                        waiting.clear();
                    }
                    ops.append(&mut waiting);
                    ops.push(CigarOp::Match(u32::try_from(b - a).ok()?));
                    last = b;
                }
                query += n;
                reference += n;
            }
            CigarOp::Insertion(n) => {
                waiting.push(*op);
                query += i64::from(n);
            }
            CigarOp::SoftClip(n) | CigarOp::HardClip(n) => query += i64::from(n),
            CigarOp::Deletion(n) | CigarOp::Skip(n) => {
                waiting.push(*op);
                reference += i64::from(n);
            }
            CigarOp::Padding(_) => {}
        }
    }
    let (first, start) = begun?;
    let clip = |n: i64| u32::try_from(n).ok().filter(|n| *n > 0).map(CigarOp::SoftClip);
    let cigar = clip(first - from)
        .into_iter()
        .chain(ops)
        .chain(clip(to - last))
        .collect();
    Some(AlignedRecord {
        position: start,
        cigar: Cigar(cigar),
        ..piece.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            chimeric::{lead_once, line::parse},
            group::{MapqScale, drafts},
        },
        genome::{ContigId, Contigs, Flags},
    };

    fn contigs() -> Contigs {
        Contigs::new([("chr11".to_owned(), 135_086_622)])
    }

    fn record(flags: u16, one_based: i64, cigar: &str) -> AlignedRecord {
        AlignedRecord {
            name: b"r".to_vec(),
            flags: Flags(flags),
            contig: Some(ContigId(0)),
            position: one_based - 1,
            mapq: 255,
            cigar: Cigar::parse(cigar).unwrap(),
            hit_count: Some(1),
            hit_index: Some(1),
            mate_contig: Some(ContigId(0)),
            mate_position: one_based - 1,
            ..AlignedRecord::default()
        }
    }

    fn made(line: &str, known: &[AlignedRecord]) -> Vec<AlignedRecord> {
        let known: Vec<&AlignedRecord> = known.iter().collect();
        let mut made = parse(line, &contigs()).unwrap().chimera.into_records(&known);
        lead_once(&mut made, &known);
        made
    }

    /// A fragment of EOL-1 across its duplication, e8 (118,482,495) to e2 (118,468,775): 151 bases, read from both
    /// ends, with 51 bases covered by both mates. Without the lengths of the mates, a part of the second would be a
    /// false inversion.
    const LINE: &str = "chr11\t118482496\t+\tchr11\t118468774\t+\t1\t2\t1\tr\t118482442\t54M97S\t118468775\t\
        54S70M2817N25M2S\t1\t151\t94\t145\t145\t1";

    #[test]
    fn mates_are_stretches_of_the_merged_read() {
        let known = [
            record(99, 118_468_773, "52S49M"),
            record(147, 118_468_773, "2S72M2817N25M2S"),
        ];
        let made = made(LINE, &known);
        let shown: Vec<(u16, i64, String)> = made
            .iter()
            .map(|r| (r.flags.0, r.position + 1, r.cigar.to_string()))
            .collect();
        assert_eq!(
            shown,
            [
                (0x841, 118_482_442, "54M47H".to_owned()),
                (0x891, 118_482_492, "4M97H".to_owned())
            ]
        );
        let records: Vec<AlignedRecord> = known
            .into_iter()
            .chain(made.into_iter().map(|r| AlignedRecord {
                name: b"r".to_vec(),
                ..r
            }))
            .collect();
        let chain = drafts(records, MapqScale::Star, &contigs())
            .remove(0)
            .fragment
            .chain
            .clone();
        let strands: Vec<Strand> = chain.segments.iter().map(|s| s.strand).collect();
        assert!(
            strands.iter().all(|s| *s == strands[0]),
            "no inversion: {:?}",
            chain.segments
        );
        assert_eq!(chain.segments[0].reference.start.0 + 1, 118_482_442);
    }

    /// The second mate extends two bases beyond the first one's start: the merged read begins with these.
    #[test]
    fn mates_that_extend_past_one_another_keep_their_positions() {
        let line = "chr11\t118401718\t+\tchr11\t118468774\t+\t1\t1\t1\tr\t118401642\t2S76M25S\t118468775\t78S23M2S\t1\t\
            103\t75\t96\t96\t1";
        let known = [record(99, 118_401_642, "77M24S"), record(147, 118_401_642, "2S77M22S")];
        let made = made(line, &known);
        let shown: Vec<(i64, String)> = made.iter().map(|r| (r.position + 1, r.cigar.to_string())).collect();
        assert_eq!(
            shown,
            [(118_468_775, "76H23M2H".to_owned()), (118_468_775, "78H23M".to_owned())]
        );
    }

    #[test]
    fn without_the_bam_the_merged_read_represents_the_fragment() {
        let made = made(LINE, &[]);
        assert!(made.iter().all(|r| !r.flags.is_paired()));
        assert_eq!(made.iter().map(|r| r.cigar.read_len()).collect::<Vec<_>>(), [151, 151]);
    }
}
