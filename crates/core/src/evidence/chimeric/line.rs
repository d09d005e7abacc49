//! Lines of `Chimeric.out.junction`, and the records made from chimeric alignments.

use super::{flags_of, merged, reverse, sam};
use crate::genome::{AlignedRecord, Cigar, CigarOp, ContigId, Contigs, Flags, Interval, Strand};

/// A chimeric alignment: one line, or all records of one name in a SAM.
#[derive(Debug)]
pub(super) struct Chimera {
    /// The alignments, without paired flags; those of a line are in molecule order.
    pub(super) pieces: Vec<AlignedRecord>,
    pub(super) reads: Reads,
}

/// How the segments are assigned to reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// By flags (SAM).
    Told,
    /// Clipped segments belong to the chimeric read, unclipped ones to its mate.
    Split,
    /// The junction is between the mates: the segments from this index on belong to the acceptor's mate.
    Apart(usize),
    /// The mates overlap and were merged into one read before alignment (`PEmerged_bool`): the alignments are those
    /// of the merged read.
    Merged,
}

impl Chimera {
    /// Whether a segment overlaps the window.
    pub(super) fn touches(&self, window: (ContigId, Interval)) -> bool {
        self.places()
            .any(|(contig, on)| contig == window.0 && on.overlaps(window.1))
    }

    /// Loci of its segments.
    pub(super) fn places(&self) -> impl Iterator<Item = (ContigId, Interval)> {
        self.pieces.iter().filter_map(|p| Some((p.contig?, p.interval())))
    }

    /// The alignments as records. `known` are the BAM's own of this name: they show which read of a pair a segment
    /// belongs to.
    pub(super) fn into_records(self, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
        match self.reads {
            Reads::Told => sam::records_of(self.pieces, known),
            Reads::Split => records_of(self.pieces, known),
            Reads::Apart(acceptor) => mates_of(self.pieces, acceptor, known),
            Reads::Merged => merged::records_of(self.pieces, known),
        }
    }
}

/// One line: its alignment with its keys.
#[derive(Debug)]
pub(super) struct Line {
    /// The read's name.
    pub(super) name: String,
    /// Read group, if the line names one.
    pub(super) read_group: Option<String>,
    pub(super) chimera: Chimera,
}

/// Reads a line.
///
/// Columns (STAR manual, chimeric alignments): donor contig, first intron base, strand; the same for the acceptor; type
/// (-1: between the mates), repeats, read name (10), start and CIGAR of the donor side (11, 12) and of the acceptor
/// side (13, 14). `p` in a CIGAR is the gap to the mate. Newer versions add, among others, whether the mates were
/// merged (20) and the read group (21).
pub(super) fn parse(text: &str, contigs: &Contigs) -> Option<Line> {
    let fields: Vec<&str> = text.split('\t').collect();
    if fields.len() < 14 {
        return None;
    }
    let mut pieces = Vec::new();
    let mut after_donor = 0;
    for (contig, strand, start, cigar) in [(0, 2, 10, 11), (3, 5, 12, 13)] {
        after_donor = pieces.len();
        let id = contigs.id(fields[contig])?;
        let strand = Strand::parse(fields[strand])?;
        let start: i64 = fields[start].parse::<i64>().ok().filter(|s| *s >= 1)? - 1;
        let mut side = split_at_mate(fields[cigar], id, start, strand, contigs.length(id))?;
        if strand == Strand::Reverse {
            // In molecule order, like the line itself.
            side.reverse();
        }
        pieces.extend(side);
    }
    let reads = match fields[6] {
        "-1" => Reads::Apart(after_donor),
        _ if fields.get(19) == Some(&"1") => Reads::Merged,
        _ => Reads::Split,
    };
    Some(Line {
        name: fields[9].to_owned(),
        chimera: Chimera { pieces, reads },
        read_group: fields
            .get(20)
            .filter(|group| !matches!(**group, "" | "-" | "GRPundef"))
            .map(|group| (*group).to_owned()),
    })
}

fn split_at_mate(text: &str, contig: ContigId, start: i64, strand: Strand, length: i64) -> Option<Vec<AlignedRecord>> {
    if !text.is_ascii() {
        return None;
    }
    let mut pieces = Vec::new();
    let mut at = start;
    let mut rest = text;
    loop {
        let (side, tail) = rest
            .split_once('p')
            .map_or((rest, None), |(side, tail)| (side, Some(tail)));
        let is_gap = |c: char| c.is_ascii_digit() || c == '-';
        // The text before the gap; all of it for the last mate.
        let piece = if tail.is_some() {
            side.trim_end_matches(is_gap)
        } else {
            side
        };
        let gap = if tail.is_some() {
            side[piece.len()..].parse::<i64>().ok()?
        } else {
            0
        };
        let cigar = Cigar::parse(piece)?;
        let end = at.checked_add(cigar.reference_len())?;
        if cigar.reference_len() == 0 || at < 0 || end > length {
            return None;
        }
        pieces.push(AlignedRecord {
            flags: Flags(reverse(strand)),
            contig: Some(contig),
            position: at,
            mapq: 255,
            cigar,
            hit_count: Some(1),
            mate_position: -1,
            ..AlignedRecord::default()
        });
        at = end.checked_add(gap)?;
        match tail {
            Some(t) => rest = t,
            None => return Some(pieces),
        }
    }
}

/// Records of two mates on both sides of a junction that neither covers. The line follows the molecule: the donor's
/// mate is forward, the acceptor's reverse. Only the BAM shows which of them is the first read.
fn mates_of(pieces: Vec<AlignedRecord>, acceptor: usize, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
    let is_acceptor = |index: usize| index >= acceptor;
    let is_second_there = |(i, p): (usize, &AlignedRecord)| {
        let record = known.iter().find(|r| is_at(p, r))?;
        Some(record.flags.is_second() == is_acceptor(i))
    };
    let acceptor_is_second = pieces.iter().enumerate().find_map(is_second_there).unwrap_or(true);
    pieces
        .into_iter()
        .enumerate()
        .map(|(i, piece)| {
            let strand = piece.flags.strand();
            let along = if is_acceptor(i) { strand.flipped() } else { strand };
            record_of(piece, flags_of(is_acceptor(i) == acceptor_is_second, along), known)
        })
        .collect()
}

/// Whether the BAM's record is at the segment's locus. STAR moves a chimera's breakpoint to a splice site, the BAM's
/// own record ends where the bases do: one of their ends agrees.
pub(super) fn is_at(piece: &AlignedRecord, record: &AlignedRecord) -> bool {
    let (there, here) = (record.interval(), piece.interval());
    record.is_placed() && record.contig == piece.contig && (there.start == here.start || there.end == here.end)
}

/// A segment as a record of the read that the flags name.
pub(super) fn record_of(piece: AlignedRecord, flags: u16, known: &[&AlignedRecord]) -> AlignedRecord {
    // Bases that the record does not contain are marked as hard-clipped.
    let hard = |op: &CigarOp| match op {
        CigarOp::SoftClip(n) => CigarOp::HardClip(*n),
        other => *other,
    };
    AlignedRecord {
        flags: Flags(flags),
        cigar: Cigar(piece.cigar.0.iter().map(hard).collect()),
        read_group: known.first().and_then(|r| r.read_group.clone()),
        hit_index: known.first().and_then(|r| r.hit_index),
        ..piece
    }
}

/// Records of the segments. Clipped segments belong to the chimeric read, unclipped ones to its mate.
pub(super) fn records_of(pieces: Vec<AlignedRecord>, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
    let is_split = |p: &AlignedRecord| p.cigar.leading_clip().max(p.cigar.trailing_clip()) >= 5;
    let paired = pieces.iter().any(|p| !is_split(p)) || known.iter().any(|r| r.flags.is_paired());
    // The chimeric read is the one that the BAM aligns at a clipped segment.
    let read_at = |p: &AlignedRecord| known.iter().find(|r| is_at(p, r)).map(|r| r.flags.is_second());
    let of = |split: bool| pieces.iter().filter(|p| is_split(p) == split).find_map(read_at);
    let second = of(true).or_else(|| of(false).map(|mate| !mate)).unwrap_or(false);
    // The line follows the molecule. A mate that comes first is forward, and the chimeric read then reverse.
    let first = |split: bool| pieces.iter().position(|p| is_split(p) == split);
    let against = first(false).is_some() && first(false) < first(true);
    pieces
        .into_iter()
        .map(|p| {
            let split = is_split(&p);
            let strand = p.flags.strand();
            let along = if split != against { strand } else { strand.flipped() };
            let flags = if paired {
                flags_of(split == second, along)
            } else {
                reverse(along)
            };
            record_of(p, flags | if split { 0x800 } else { 0 }, known)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contigs() -> Contigs {
        Contigs::new([("chr11".to_owned(), 135_086_622), ("chr19".to_owned(), 58_617_616)])
    }

    #[test]
    fn a_line_of_star_splits_into_read_and_mate() {
        let line = "chr11\t118482496\t+\tchr19\t6270760\t-\t1\t3\t0\tr0002772\t118481998\t95M329N5M47p22M78S\t6270682\t78M22S\t1\t200\t122\t198\t198\t0\tx";
        let Line { name, chimera, .. } = parse(line, &contigs()).unwrap();
        assert_eq!((name.as_str(), chimera.reads), ("r0002772", Reads::Split));
        let pieces = chimera.pieces;
        assert_eq!(pieces.len(), 3);
        // The mate's 100 bases over e7-e8, then the chimeric read up to e8's last base, 118,482,495.
        assert_eq!(pieces[1].interval().end.0, 118_482_495);
        assert_eq!(pieces[2].position + 1, 6_270_682);
        assert_eq!(pieces[2].flags.strand(), Strand::Reverse);
    }

    /// The donor's mate forward on KMT2A, the other forward on a minus-strand gene: a pair spanning the junction.
    #[test]
    fn a_line_between_mates_is_a_pair() {
        let line = "chr11\t118484976\t+\tchr19\t6270760\t-\t-1\t0\t0\tr1\t118484901\t28M1687N47M\t6270682\t75M\t1\t150\t73\t144\t144\t0\tx";
        let Chimera { pieces, reads } = parse(line, &contigs()).unwrap().chimera;
        assert_eq!((pieces.len(), reads), (2, Reads::Apart(1)));
        let records = mates_of(pieces, 1, &[]);
        let shown: Vec<_> = records.iter().map(|r| (r.flags.0, r.position + 1)).collect();
        assert_eq!(shown, [(0x41, 118_484_901), (0x81, 6_270_682)]);
        let drafts = crate::evidence::group::drafts(records, crate::evidence::group::MapqScale::Star, &contigs());
        let chain = &drafts[0].fragment.chain;
        assert_eq!(chain.links.last(), Some(&crate::evidence::fragment::LinkKind::Spanning));
        let last = chain.segments.last().unwrap();
        assert_eq!((last.contig, last.strand), (ContigId(1), Strand::Reverse));
    }

    /// The BAM's own record has one base more than the line, whose breakpoint is at a splice site.
    #[test]
    fn the_bam_shows_which_read_a_moved_breakpoint_belongs_to() {
        let line = "chr19\t6270759\t-\tchr11\t118482496\t-\t0\t0\t1\tr1\t6270760\t23S77M80p100M\t118482473\t23M77S\t1\t200\t172\t198\t198\t0\tx";
        let own = |flags: u16, position: i64, cigar: &str| AlignedRecord {
            flags: Flags(flags),
            contig: Some(ContigId(1)),
            position,
            cigar: Cigar::parse(cigar).unwrap(),
            ..AlignedRecord::default()
        };
        let second_of = |record: &AlignedRecord| {
            let pieces = parse(line, &contigs()).unwrap().chimera.pieces;
            let records = records_of(pieces, &[record]);
            let split = records.iter().find(|r| r.contig == Some(ContigId(0))).unwrap();
            split.flags.is_second()
        };
        assert!(second_of(&own(0xa3, 6_270_758, "22S78M")));
        assert!(!second_of(&own(0x63, 6_270_758, "22S78M")));
        // Its mate, if the file contains nothing else.
        assert!(second_of(&own(0x53, 6_270_916, "100M")));
        assert!(!second_of(&own(0x93, 6_270_916, "100M")));
    }

    #[test]
    fn invalid_lines_are_refused() {
        for line in [
            "",
            "a\tb",
            "chr11\t1\t+\tchrZ\t1\t-\t1\t3\t0\tr\t1\t5M\t1\t5M",
            "chr11\t1\t+\tchr19\t1\t-\t1\t3\t0\tr\t1\t5M9999999999999999999p5M\t1\t5M",
            "chr11\t1\t+\tchr19\t1\t-\t1\t3\t0\tr\t1\t5M0\u{fffd}p5M\t1\t5M",
        ] {
            assert!(parse(line, &contigs()).is_none(), "{line}");
        }
    }
}
