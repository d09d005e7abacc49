//! STAR's `Chimeric.out.junction` or `Chimeric.out.sam`: chimeric alignments that a run wrote beside the
//! BAM.
//!
//! Each line becomes supplementary records of its read, so that a fragment whose other part stands in
//! the BAM is completed and none is counted twice.

mod sam;

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use thiserror::Error;

use crate::genome::{AlignedRecord, Cigar, CigarOp, ContigId, Contigs, Flags, Interval, Strand};

/// Longest line that is read (bytes); STAR's are below 1 kB but for the read name.
const LINE_MAX: usize = 1 << 16;
/// Lines at KMT2A that are kept (count).
pub const LINES_CAP: usize = 1_000_000;

/// Why the file cannot be used.
#[derive(Debug, Error)]
pub enum ChimericError {
    /// Cannot be opened or read.
    #[error("{file}: cannot be read ({reason}); give STAR's Chimeric.out.junction or Chimeric.out.sam")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// Not such a file.
    #[error(
        "{file}: line {line} is no line of STAR's Chimeric.out.junction (14 columns or more, contigs of the alignment file)"
    )]
    Malformed {
        /// The file.
        file: String,
        /// 1-based line.
        line: u64,
    },
}

/// What the file holds at KMT2A.
#[derive(Debug, Default)]
pub struct Chimeras {
    /// Its records.
    pub records: Vec<AlignedRecord>,
    /// Lines or records that could not be read (count).
    pub unreadable: u64,
    /// Alignments or templates at KMT2A beyond [`LINES_CAP`], which were left out (count).
    pub left_out: u64,
}

/// One piece of a chimeric alignment.
struct Piece {
    contig: ContigId,
    start: i64,
    cigar: Cigar,
    strand: Strand,
}

/// Reads the lines with a piece in `window` as records. `existing` are the BAM's own records of the
/// evidence set: they tell which read of a pair a piece belongs to.
///
/// # Errors
/// A file that cannot be read, or whose first lines are something else. Single lines that cannot be
/// read later on are counted, not fatal.
pub fn read(
    path: &Path,
    contigs: &Contigs,
    window: (ContigId, Interval),
    existing: &[AlignedRecord],
) -> Result<Chimeras, ChimericError> {
    let name = path
        .file_name()
        .map_or_else(|| "-".to_owned(), |n| n.to_string_lossy().into_owned());
    let unreadable = |e: std::io::Error| ChimericError::Unreadable {
        file: name.clone(),
        reason: e.to_string(),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut magic = [0_u8; 2];
    let is_gzip = file.read(&mut magic).map_err(unreadable)? == 2 && magic == [0x1f, 0x8b];
    // A SAM's header, or BAM's magic behind gzip's.
    let mut first = [0_u8; 4];
    let peeked = match is_gzip {
        true => MultiGzDecoder::new(File::open(path).map_err(unreadable)?).read(&mut first),
        false => Ok(0),
    };
    if magic[0] == b'@' || (peeked.is_ok() && &first == b"BAM\x01") {
        return sam::read(path, &name, contigs, window, existing);
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut reader: Box<dyn BufRead> = if is_gzip {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let by_name: HashMap<&[u8], Vec<&AlignedRecord>> = existing.iter().fold(HashMap::new(), |mut map, r| {
        map.entry(r.name.as_slice()).or_insert_with(Vec::new).push(r);
        map
    });
    let mut records: BTreeMap<Vec<u8>, Vec<AlignedRecord>> = BTreeMap::new();
    let (mut line_number, mut good, mut bad) = (0_u64, 0_usize, 0_u64);
    let (mut kept, mut left_out) = (0_usize, 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let taken = reader
            .by_ref()
            .take(LINE_MAX as u64)
            .read_until(b'\n', &mut line)
            .map_err(unreadable)?;
        if taken == 0 {
            break;
        }
        line_number += 1;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        // Header of newer versions, and the comment lines at the end.
        if text.is_empty() || text.starts_with("chr_donorA") || text.starts_with('#') || text.starts_with("Nreads") {
            continue;
        }
        match parse(text, contigs) {
            Some(Line {
                name: read_name,
                pieces,
                acceptor,
            }) => {
                good += 1;
                let inside = |p: &Piece| {
                    p.contig == window.0 && Interval::new(p.start, p.start + p.cigar.reference_len()).overlaps(window.1)
                };
                let is_wanted = pieces.iter().any(inside);
                kept += usize::from(is_wanted);
                left_out += u64::from(is_wanted && kept > LINES_CAP);
                if is_wanted && kept <= LINES_CAP {
                    let known = by_name.get(read_name.as_bytes()).map(Vec::as_slice).unwrap_or_default();
                    records
                        .entry(read_name.into_bytes())
                        .or_default()
                        .extend(match acceptor {
                            Some(acceptor) => mates_of(pieces, acceptor, known),
                            None => records_of(pieces, known),
                        });
                }
            }
            None if good == 0 && bad == 0 => {
                return Err(ChimericError::Malformed {
                    file: name,
                    line: line_number,
                });
            }
            None => bad += 1,
        }
    }
    let out = records
        .into_iter()
        .flat_map(|(name, records)| {
            records.into_iter().map(move |r| AlignedRecord {
                name: name.clone(),
                ..r
            })
        })
        .collect();
    Ok(Chimeras {
        records: out,
        unreadable: bad,
        left_out,
    })
}

/// A line: the read's name and the pieces of both sides.
struct Line {
    name: String,
    pieces: Vec<Piece>,
    /// The first piece of the acceptor side, where the junction lies between the mates and each side is one of them.
    acceptor: Option<usize>,
}

/// Reads a line.
///
/// Columns (STAR manual, chimeric alignments): donor contig, first intron base, strand; acceptor
/// likewise; type (-1: between the mates), repeats, read name (10), start and CIGAR of the donor side (11, 12) and of the
/// acceptor side (13, 14). `p` in a CIGAR is the gap to the mate.
fn parse(text: &str, contigs: &Contigs) -> Option<Line> {
    let fields: Vec<&str> = text.split('\t').collect();
    if fields.len() < 14 {
        return None;
    }
    let mut pieces = Vec::new();
    let mut behind_donor = 0;
    for (contig, strand, start, cigar) in [(0, 2, 10, 11), (3, 5, 12, 13)] {
        behind_donor = pieces.len();
        let id = contigs.id(fields[contig])?;
        let strand = Strand::parse(fields[strand])?;
        let start: i64 = fields[start].parse::<i64>().ok().filter(|s| *s >= 1)? - 1;
        let mut side = split_at_mate(fields[cigar], id, start, strand, contigs.length(id))?;
        if strand == Strand::Reverse {
            // In the molecule's order, like the line itself.
            side.reverse();
        }
        pieces.extend(side);
    }
    Some(Line {
        name: fields[9].to_owned(),
        pieces,
        acceptor: (fields[6] == "-1").then_some(behind_donor),
    })
}

fn split_at_mate(text: &str, contig: ContigId, start: i64, strand: Strand, length: i64) -> Option<Vec<Piece>> {
    if !text.is_ascii() {
        return None;
    }
    let mut pieces = Vec::new();
    let mut at = start;
    let mut rest = text;
    loop {
        let (piece, gap, tail) = match rest.find('p') {
            Some(end) => {
                let digits = rest[..end]
                    .rfind(|c: char| !c.is_ascii_digit() && c != '-')
                    .map_or(0, |i| i + 1);
                (
                    &rest[..digits],
                    rest[digits..end].parse::<i64>().ok()?,
                    Some(&rest[end + 1..]),
                )
            }
            None => (rest, 0, None),
        };
        let cigar = Cigar::parse(piece)?;
        let end = at.checked_add(cigar.reference_len())?;
        if cigar.reference_len() == 0 || at < 0 || end > length {
            return None;
        }
        pieces.push(Piece {
            contig,
            start: at,
            cigar,
            strand,
        });
        at = end.checked_add(gap)?;
        match tail {
            Some(t) => rest = t,
            None => return Some(pieces),
        }
    }
}

/// Records of two mates on both sides of a junction that neither shows. The line is written along the molecule: the
/// donor's mate runs along it, the acceptor's against it. Which of them is the first read, only the BAM tells.
fn mates_of(pieces: Vec<Piece>, acceptor: usize, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
    let is_acceptor = |index: usize| index >= acceptor;
    let acceptor_is_second = pieces
        .iter()
        .enumerate()
        .find_map(|(i, p)| {
            let record = known.iter().find(|r| stands_at(p, r))?;
            Some(record.flags.is_second() == is_acceptor(i))
        })
        .unwrap_or(true);
    pieces
        .into_iter()
        .enumerate()
        .map(|(i, piece)| {
            let along = if is_acceptor(i) {
                piece.strand.flipped()
            } else {
                piece.strand
            };
            let is_second = is_acceptor(i) == acceptor_is_second;
            let flags = if is_second { 0x81 } else { 0x41 } | reverse(along);
            record_of(piece, flags, known)
        })
        .collect()
}

fn stands_at(piece: &Piece, record: &AlignedRecord) -> bool {
    record.contig == Some(piece.contig) && record.position == piece.start
}

fn reverse(strand: Strand) -> u16 {
    match strand {
        Strand::Forward => 0,
        Strand::Reverse => 0x10,
    }
}

fn record_of(piece: Piece, flags: u16, known: &[&AlignedRecord]) -> AlignedRecord {
    // What the record does not hold itself is marked as hard-clipped.
    let hard = |op: &CigarOp| match op {
        CigarOp::SoftClip(n) => CigarOp::HardClip(*n),
        other => *other,
    };
    AlignedRecord {
        flags: Flags(flags),
        contig: Some(piece.contig),
        position: piece.start,
        mapq: 255,
        cigar: Cigar(piece.cigar.0.iter().map(hard).collect()),
        hit_count: Some(1),
        read_group: known.first().and_then(|r| r.read_group.clone()),
        hit_index: known.first().and_then(|r| r.hit_index),
        mate_position: -1,
        ..AlignedRecord::default()
    }
}

/// Records of the pieces. Clipped pieces are parts of the chimeric read, whole ones its mate.
fn records_of(pieces: Vec<Piece>, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
    let is_split = |p: &Piece| p.cigar.leading_clip().max(p.cigar.trailing_clip()) >= 5;
    let paired = pieces.iter().any(|p| !is_split(p)) || known.iter().any(|r| r.flags.is_paired());
    // The chimeric read is the one that the BAM places where a clipped piece stands.
    let second = pieces
        .iter()
        .filter(|p| is_split(p))
        .find_map(|p| known.iter().find(|r| stands_at(p, r)).map(|r| r.flags.is_second()))
        .or_else(|| {
            pieces
                .iter()
                .filter(|p| !is_split(p))
                .find_map(|p| known.iter().find(|r| stands_at(p, r)).map(|r| !r.flags.is_second()))
        })
        .unwrap_or(false);
    // The line is written along the molecule. A mate that comes first runs along it, and the chimeric
    // read then against it.
    let against = pieces.iter().position(|p| !is_split(p)) < pieces.iter().position(is_split)
        && pieces.iter().any(|p| !is_split(p));
    pieces
        .into_iter()
        .map(|p| {
            let split = is_split(&p);
            let along = if split != against { p.strand } else { p.strand.flipped() };
            let is_second = split == second;
            let mut flags = reverse(along);
            if paired {
                flags |= if is_second { 0x81 } else { 0x41 };
            }
            if split {
                flags |= 0x800;
            }
            record_of(p, flags, known)
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
        let Line { name, pieces, acceptor } = parse(line, &contigs()).unwrap();
        assert_eq!((name.as_str(), acceptor), ("r0002772", None));
        assert_eq!(pieces.len(), 3);
        // The mate's 100 bases over e7-e8, then the chimeric read up to e8's last base, 118,482,495.
        assert_eq!(pieces[1].start + pieces[1].cigar.reference_len(), 118_482_495 + 1 - 1);
        assert_eq!(pieces[2].start + 1, 6_270_682);
        assert_eq!(pieces[2].strand, Strand::Reverse);
    }

    /// The donor's mate forward on KMT2A, the other forward on the minus strand's gene: a pair over the junction.
    #[test]
    fn a_line_between_mates_is_a_pair() {
        let line = "chr11\t118484976\t+\tchr19\t6270760\t-\t-1\t0\t0\tr1\t118484901\t28M1687N47M\t6270682\t75M\t1\t150\t73\t144\t144\t0\tx";
        let Line { pieces, acceptor, .. } = parse(line, &contigs()).unwrap();
        assert_eq!((pieces.len(), acceptor), (2, Some(1)));
        let records = mates_of(pieces, 1, &[]);
        let shown: Vec<_> = records.iter().map(|r| (r.flags.0, r.position + 1)).collect();
        assert_eq!(shown, [(0x41, 118_484_901), (0x81, 6_270_682)]);
        let drafts = crate::evidence::group::drafts(records, crate::evidence::group::MapqScale::Star, &contigs());
        let chain = &drafts[0].fragment.chain;
        assert_eq!(chain.links.last(), Some(&crate::evidence::fragment::LinkKind::Spanning));
        let last = chain.segments.last().unwrap();
        assert_eq!((last.contig, last.strand), (ContigId(1), Strand::Reverse));
    }

    #[test]
    fn what_is_no_line_is_refused() {
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
