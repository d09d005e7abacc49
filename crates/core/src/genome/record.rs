//! One alignment record as a plain value, without htslib: the fields of a SAM line that the stages need.

use super::{Cigar, ContigId, Contigs, Interval, Position, Strand};

/// SAM flags (SAM specification 1.4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub u16);

impl Flags {
    /// 0x1: the template has more than one read.
    pub const fn is_paired(self) -> bool {
        self.0 & 0x1 != 0
    }
    /// 0x4.
    pub const fn is_unmapped(self) -> bool {
        self.0 & 0x4 != 0
    }
    /// 0x8.
    pub const fn is_mate_unmapped(self) -> bool {
        self.0 & 0x8 != 0
    }
    /// 0x80: the second read of a pair.
    pub const fn is_second(self) -> bool {
        self.0 & 0x1 != 0 && self.0 & 0x80 != 0
    }
    /// 0x100: an alternative alignment.
    pub const fn is_secondary(self) -> bool {
        self.0 & 0x100 != 0
    }
    /// 0x200: failed quality checks.
    pub const fn is_qc_fail(self) -> bool {
        self.0 & 0x200 != 0
    }
    /// 0x400: a duplicate.
    pub const fn is_duplicate(self) -> bool {
        self.0 & 0x400 != 0
    }
    /// 0x800: a supplementary part of a chimeric alignment.
    pub const fn is_supplementary(self) -> bool {
        self.0 & 0x800 != 0
    }
    /// Neither an alternative alignment nor a supplementary part of a chimeric alignment.
    pub const fn is_primary(self) -> bool {
        !self.is_secondary() && !self.is_supplementary()
    }
    /// 0x10.
    pub const fn strand(self) -> Strand {
        if self.0 & 0x10 != 0 {
            Strand::Reverse
        } else {
            Strand::Forward
        }
    }
    /// 0x20.
    pub const fn mate_strand(self) -> Strand {
        if self.0 & 0x20 != 0 {
            Strand::Reverse
        } else {
            Strand::Forward
        }
    }
}

/// One entry of an `SA` tag: another part of the same chimeric read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SupplementaryEntry {
    /// Contig.
    pub contig: ContigId,
    /// First aligned base.
    pub position: Position,
    /// Strand.
    pub strand: Strand,
    /// CIGAR of that part, clips included.
    pub cigar: Cigar,
    /// Mapping quality.
    pub mapq: u8,
    /// Edit distance (`NM`).
    pub edits: u32,
}

/// An alignment record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AlignedRecord {
    /// `QNAME`.
    pub name: Vec<u8>,
    /// Flags.
    pub flags: Flags,
    /// `RNAME`; `None` for `*`.
    pub contig: Option<ContigId>,
    /// `POS`, 0-based; -1 if absent.
    pub position: i64,
    /// `MAPQ`.
    pub mapq: u8,
    /// `CIGAR` (the `CG` tag resolved).
    pub cigar: Cigar,
    /// `RNEXT`.
    pub mate_contig: Option<ContigId>,
    /// `PNEXT`, 0-based; -1 if absent.
    pub mate_position: i64,
    /// `SEQ` in upper case, in reference orientation; empty for `*`.
    pub sequence: Vec<u8>,
    /// `QUAL` (Phred, not ASCII); empty if absent.
    pub qualities: Vec<u8>,
    /// `SA` entries that could be parsed.
    pub supplementary: Vec<SupplementaryEntry>,
    /// `NH`: number of reported alignments.
    pub hit_count: Option<u32>,
    /// `HI`: index of this alignment.
    pub hit_index: Option<u32>,
    /// `NM`.
    pub edits: Option<u32>,
    /// `RG`.
    pub read_group: Option<Vec<u8>>,
    /// Molecular identifier (from the UMI tag, or from the name if requested).
    pub umi: Option<Vec<u8>>,
    /// Number of raw reads in a consensus read (`cD`, fgbio).
    pub consensus_depth: Option<u32>,
    /// `MC`: CIGAR of the mate.
    pub mate_cigar: Option<Cigar>,
    /// Reference positions (0-based, ascending) of mismatches according to `MD`.
    pub mismatches: Vec<i64>,
    /// The aligner left the read unmapped; it was aligned to exons by this program.
    pub laid: bool,
    /// A tag or field of this record could not be parsed (the record is used without it).
    pub malformed: bool,
}

impl AlignedRecord {
    /// Reference interval; empty if the record is not placed.
    pub fn interval(&self) -> Interval {
        Interval::new(self.position, self.position.saturating_add(self.cigar.reference_len()))
    }

    /// The supplementary parts of the read from its SA entries, as records without bases.
    pub(crate) fn further_parts(&self) -> impl Iterator<Item = Self> {
        self.supplementary.iter().map(|entry| Self {
            flags: Flags(0x800 | if entry.strand == Strand::Reverse { 0x10 } else { 0 }),
            contig: Some(entry.contig),
            position: entry.position.0,
            mapq: entry.mapq,
            cigar: entry.cigar.clone(),
            hit_count: self.hit_count,
            ..Self::default()
        })
    }

    /// Whether the record is placed on a contig with at least one aligned base.
    pub fn is_placed(&self) -> bool {
        !self.flags.is_unmapped() && self.contig.is_some() && self.position >= 0 && self.cigar.reference_len() > 0
    }
}

/// Parses an `MD` tag: the reference positions (0-based) of mismatches of an alignment that begins at `position`.
/// `None` if the text is not a valid MD or does not fit the CIGAR.
///
/// `[0-9]+(([A-Z]|\^[A-Z]+)[0-9]+)*`, over matches and deletions, without introns and insertions (SAM tags
/// specification).
pub fn parse_md(text: &[u8], cigar: &Cigar, position: i64) -> Option<Vec<i64>> {
    let mut offsets = Vec::new();
    let (mut at, mut number, mut deleting) = (0_i64, 0_i64, false);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                deleting = false;
                number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
            }
            b'^' => {
                at = at.checked_add(std::mem::take(&mut number))?;
                deleting = true;
            }
            b'A'..=b'Z' => {
                at = at.checked_add(std::mem::take(&mut number))?;
                if !deleting {
                    offsets.push(at);
                }
                at = at.checked_add(1)?;
            }
            _ => return None,
        }
    }
    let total = at.checked_add(number)?;
    let mut positions = Vec::with_capacity(offsets.len());
    let mut wanted = offsets.into_iter().peekable();
    let (mut reference, mut passed) = (position, 0_i64);
    for op in &cigar.0 {
        let n = i64::from(op.len());
        match op {
            super::CigarOp::Match(_) | super::CigarOp::Deletion(_) => {
                while let Some(offset) = wanted.next_if(|o| *o < passed + n) {
                    positions.push(reference.checked_add(offset - passed)?);
                }
                passed += n;
                reference = reference.saturating_add(n);
            }
            super::CigarOp::Skip(_) => reference = reference.saturating_add(n),
            _ => {}
        }
    }
    (passed == total).then_some(positions)
}

/// Parses an `SA` tag: the entries that could be parsed, and whether all could. At most `cap` entries are parsed.
///
/// An entry is `rname,pos,strand,CIGAR,mapQ,NM;` with a 1-based position (SAM tags specification).
pub fn parse_sa(text: &[u8], contigs: &Contigs, cap: usize) -> (Vec<SupplementaryEntry>, bool) {
    let mut entries = Vec::new();
    let mut complete = true;
    for entry in text.split(|&b| b == b';').filter(|e| !e.is_empty()) {
        if entries.len() == cap {
            return (entries, false);
        }
        match std::str::from_utf8(entry).ok().and_then(|e| parse_sa_entry(e, contigs)) {
            Some(parsed) => entries.push(parsed),
            None => complete = false,
        }
    }
    (entries, complete)
}

fn parse_sa_entry(text: &str, contigs: &Contigs) -> Option<SupplementaryEntry> {
    // From the right, so that contig names may contain commas.
    let mut fields = text.rsplitn(6, ',');
    let edits = fields.next()?.parse().ok()?;
    let mapq = fields.next()?.parse::<u32>().ok().and_then(|q| u8::try_from(q).ok())?;
    let cigar = Cigar::parse(fields.next()?)?;
    let strand = Strand::parse(fields.next()?)?;
    let position = fields.next()?.parse::<i64>().ok().filter(|p| *p >= 1)?;
    let contig = contigs.id(fields.next()?)?;
    let position = Position::from_one_based(position);
    let end = position.0.checked_add(cigar.reference_len())?;
    (cigar.reference_len() > 0 && end <= contigs.length(contig)).then_some(SupplementaryEntry {
        contig,
        position,
        strand,
        cigar,
        mapq,
        edits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contigs() -> Contigs {
        Contigs::new([("chr4".to_owned(), 190_214_555), ("chr11".to_owned(), 135_086_622)])
    }

    #[test]
    fn an_sa_tag_as_star_writes_it() {
        let (entries, complete) = parse_sa(
            b"chr11,118482463,-,33M67S,255,0;chr4,87084120,+,33H45M5819N22M,255,1;",
            &contigs(),
            10,
        );
        assert!(complete);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].position.one_based(), 118_482_463);
        assert_eq!(entries[0].strand, Strand::Reverse);
        assert_eq!(entries[1].cigar.reference_len(), 45 + 5819 + 22);
        assert_eq!(entries[1].edits, 1);
    }

    #[test]
    fn an_md_tag_gives_reference_positions_over_introns_and_indels() {
        let cigar = Cigar::parse("5S4M2I6M100N5M2D8M").unwrap();
        // 1-based 1001: mismatch at the 4th base, one after the intron, a deletion, one after it.
        assert_eq!(parse_md(b"3A7C3^GT2G5", &cigar, 1_000), Some(vec![1_003, 1_111, 1_119]));
        for wrong in [&b"3A"[..], b"99", b"3?", b"99999999999999999999"] {
            assert_eq!(parse_md(wrong, &cigar, 1_000), None);
        }
    }

    #[test]
    fn malformed_sa_tags_lose_only_the_bad_entries() {
        for (text, good) in [
            ("chr11,118482463,-,33M67S,255,0;;chr9,1,+,5M,0,0;", 1),
            ("chr11,0,-,33M,255,0;", 0),
            ("chr11,135086622,-,33M,255,0;", 0),
            ("chr11,9223372036854775807,-,33M,255,0;", 0),
            ("chr11,5,?,33M,255,0;chr11,5,-,33M,256,0", 0),
            (",,,,,;", 0),
        ] {
            let (entries, complete) = parse_sa(text.as_bytes(), &contigs(), 10);
            assert_eq!(entries.len(), good, "{text}");
            assert!(!complete, "{text}");
        }
        assert_eq!(parse_sa(b"chr4,1,+,5M,0,0;chr4,1,+,5M,0,0;", &contigs(), 1).0.len(), 1);
    }
}
