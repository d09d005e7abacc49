//! Alignment records that are valid BAM and hostile: edges of every field, CIGARs of 65,536 operations,
//! SA tags that are circular or a million entries long, mates that are absent.

use std::io::{Read as _, Write as _};
use std::path::Path;

use super::made;
use super::mutate::Dice;
use rust_htslib::bam::{self, Format, Header, HeaderView, Record};

/// A record's fields as BAM has them (SAM specification 4.2).
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    tid: i32,
    pos: i32,
    mapq: u8,
    flag: u16,
    next_tid: i32,
    next_pos: i32,
    tlen: i32,
    name: Vec<u8>,
    cigar: Vec<u32>,
    /// Two bases per byte.
    sequence: Vec<u8>,
    sequence_len: i32,
    qualities: Vec<u8>,
    tags: Vec<u8>,
}

impl Raw {
    /// From the bytes after the block size.
    fn parse(bytes: &[u8]) -> Self {
        let int = |at: usize| i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let short = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
        let name_end = 32 + usize::from(bytes[8]);
        let cigar_end = name_end + 4 * usize::from(short(12));
        let sequence_len = int(16);
        let len = usize::try_from(sequence_len).unwrap();
        let sequence_end = cigar_end + len.div_ceil(2);
        Self {
            tid: int(0),
            pos: int(4),
            mapq: bytes[9],
            flag: short(14),
            next_tid: int(20),
            next_pos: int(24),
            tlen: int(28),
            name: bytes[32..name_end].to_vec(),
            cigar: bytes[name_end..cigar_end]
                .chunks(4)
                .map(|op| u32::from_le_bytes(op.try_into().unwrap()))
                .collect(),
            sequence: bytes[cigar_end..sequence_end].to_vec(),
            sequence_len,
            qualities: bytes[sequence_end..sequence_end + len].to_vec(),
            tags: bytes[sequence_end + len..].to_vec(),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let mut body = Vec::new();
        let mut cigar = self.cigar.clone();
        let mut tags = self.tags.clone();
        if cigar.len() > 65_535 {
            // The true operations go into CG; the field contains `<sequence>S<reference>N`.
            let spanned: u32 = cigar
                .iter()
                .filter(|op| matches!(**op & 0xf, 0 | 2 | 3 | 7 | 8))
                .fold(0, |sum: u32, op| sum.saturating_add(*op >> 4));
            tags.extend(b"CGBI");
            tags.extend(u32::try_from(cigar.len()).unwrap().to_le_bytes());
            tags.extend(cigar.iter().flat_map(|op| op.to_le_bytes()));
            cigar = vec![
                self.sequence_len.cast_unsigned() << 4 | 4,
                spanned.min((1 << 28) - 1) << 4 | 3,
            ];
        }
        for n in [self.tid, self.pos] {
            body.extend(n.to_le_bytes());
        }
        body.extend([u8::try_from(self.name.len()).unwrap(), self.mapq]);
        for n in [4_680, u16::try_from(cigar.len()).unwrap(), self.flag] {
            body.extend(n.to_le_bytes());
        }
        for n in [self.sequence_len, self.next_tid, self.next_pos, self.tlen] {
            body.extend(n.to_le_bytes());
        }
        body.extend(&self.name);
        body.extend(cigar.iter().flat_map(|op| op.to_le_bytes()));
        body.extend(&self.sequence);
        body.extend(&self.qualities);
        body.extend(&tags);
        out.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        out.extend(body);
    }

    fn set_sequence(&mut self, dice: &mut Dice, len: usize) {
        self.sequence_len = i32::try_from(len).unwrap();
        // All sixteen codes, including N and =.
        self.sequence = (0..len.div_ceil(2)).map(|_| dice.next() as u8).collect();
        let missing = dice.one_in(3);
        self.qualities = (0..len)
            .map(|_| if missing { 0xff } else { dice.below(94) as u8 })
            .collect();
    }

    fn read_len(&self) -> u32 {
        self.cigar
            .iter()
            .filter(|op| matches!(**op & 0xf, 0 | 1 | 4 | 7 | 8))
            .fold(0, |sum: u32, op| sum.saturating_add(*op >> 4))
    }
}

/// The header and the records of a whole sample.
pub(crate) struct Seeds {
    header: Vec<u8>,
    records: Vec<Raw>,
}

impl Seeds {
    pub(crate) fn new() -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("seed.bam");
        let text = made::header("s", "SO:unsorted");
        let view = HeaderView::from_bytes(text.as_bytes());
        let mut sample = made::fusion(3);
        sample.lines.truncate(600);
        let (transcript, at) = made::kmt2a_aff1();
        sample.across(&transcript, at, "more", 40);
        let mut writer = bam::Writer::from_path(&path, &Header::from_template(&view), Format::Bam).unwrap();
        for line in sample.by_name() {
            writer
                .write(&Record::from_sam(&view, line.as_bytes()).unwrap())
                .unwrap();
        }
        drop(writer);
        let mut bytes = Vec::new();
        rust_htslib::bgzf::Reader::from_path(&path)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        let int = |at: usize| usize::try_from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap();
        let mut at = 8 + int(4);
        let contigs = int(at);
        at += 4;
        for _ in 0..contigs {
            at += 8 + int(at);
        }
        let header = bytes[..at].to_vec();
        let mut records = Vec::new();
        while at < bytes.len() {
            let end = at + 4 + int(at);
            records.push(Raw::parse(&bytes[at + 4..end]));
            at = end;
        }
        Self { header, records }
    }

    /// Whole records of some templates, changed.
    pub(crate) fn hostile(&self, dice: &mut Dice) -> Vec<Raw> {
        let mut records: Vec<Raw> = Vec::new();
        let share = 1 + dice.below(20);
        let count = 1 + dice.below(300);
        let from = dice.below(self.records.len());
        for raw in self.records.iter().cycle().skip(from).take(count) {
            let mut raw = raw.clone();
            if dice.one_in(share) {
                for _ in 0..=dice.below(3) {
                    change(dice, &mut raw);
                }
            }
            if dice.one_in(50) {
                continue;
            }
            for _ in 0..if dice.one_in(40) { 1 + dice.below(5) } else { 1 } {
                records.push(raw.clone());
            }
        }
        // Mates and parts from several templates under one name.
        if dice.one_in(4) {
            let step = 2 + dice.below(5);
            let mut name = records.first().map(|r| r.name.clone()).unwrap_or_default();
            for (n, record) in records.iter_mut().enumerate() {
                if n % step == 0 {
                    name = record.name.clone();
                }
                record.name.clone_from(&name);
            }
        }
        records
    }

    /// Writes a BAM.
    pub(crate) fn write(&self, records: &[Raw], path: &Path) {
        let mut bytes = self.header.clone();
        for record in records {
            record.write(&mut bytes);
        }
        let mut writer =
            rust_htslib::bgzf::Writer::from_path_with_level(path, rust_htslib::bgzf::CompressionLevel::Fastest)
                .unwrap();
        writer.write_all(&bytes).unwrap();
    }
}

/// KMT2A, a position in AFF1, and edges (0-based).
const PLACES: [i32; 14] = [
    118_436_491,
    118_482_400,
    118_482_494,
    118_484_183,
    118_526_831,
    87_084_119,
    0,
    -1,
    1,
    i32::MAX,
    i32::MAX - 1,
    i32::MIN,
    135_086_621,
    135_086_622,
];

fn change(dice: &mut Dice, raw: &mut Raw) {
    match dice.below(16) {
        0 => raw.pos = *dice.pick(&PLACES),
        1 => {
            raw.pos = raw
                .pos
                .wrapping_add(i32::try_from(dice.below(200_000)).unwrap() - 100_000)
        }
        2 => raw.tid = *dice.pick(&[-1, 0, 1, 2, 3, 4, 5, 100, i32::MAX, i32::MIN]),
        3 => raw.next_tid = *dice.pick(&[-1, 0, 1, 2, 3, 4, 5, i32::MAX, i32::MIN]),
        4 => raw.next_pos = *dice.pick(&PLACES),
        5 => raw.tlen = *dice.pick(&[0, 1, -1, i32::MAX, i32::MIN]),
        6 => raw.mapq = *dice.pick(&[0, 1, 3, 60, 254, 255]),
        7 => raw.flag = dice.next() as u16 & 0xfff,
        8 => raw.flag ^= 1 << dice.below(12),
        9 => {
            let len = *dice.pick(&[0, 0, 1, 2, 3, 151, 5_000]);
            raw.set_sequence(dice, len);
        }
        10 => raw.qualities.fill(0xff),
        11 => {
            raw.name = match dice.below(3) {
                0 => b"*\0".to_vec(),
                1 => [vec![b'n'; 254], vec![0]].concat(),
                _ => b"<script>\"'\t/..\0".to_vec(),
            }
        }
        12 | 13 => cigar(dice, raw),
        _ => tags(dice, raw),
    }
}

fn cigar(dice: &mut Dice, raw: &mut Raw) {
    let op = |len: u32, kind: u32| len << 4 | kind;
    let long = (1 << 28) - 1;
    raw.cigar = match dice.below(10) {
        0 => Vec::new(),
        1 => vec![op(0, 0); 1 + dice.below(20)],
        2 => vec![op(100, 4)],
        3 => vec![op(30, 0), op(long, 3), op(30, 0)],
        4 => vec![op(long, 0)],
        5 => (0..1 + dice.below(12))
            .map(|_| op(dice.below(40) as u32, dice.below(10) as u32))
            .collect(),
        // More operations than the field can count.
        6 => (0..65_536 + dice.below(3))
            .map(|n| op(1, if n % 2 == 0 { 0 } else { *dice.pick(&[1, 2, 3]) }))
            .collect(),
        7 => (0..2_000)
            .map(|n| op(1 + dice.below(50) as u32, if n % 2 == 0 { 0 } else { 3 }))
            .collect(),
        8 => vec![op(5, 5), op(20, 4), op(40, 0), op(20, 4), op(5, 5)],
        _ => {
            let from = dice.below(90) as u32;
            vec![op(from, 4), op(100 - from, 0)]
        }
    };
    let wanted = raw.read_len();
    if !dice.one_in(4) && wanted < 200_000 {
        raw.set_sequence(dice, wanted as usize);
    }
}

fn tags(dice: &mut Dice, raw: &mut Raw) {
    let mut text = |name: &[u8], value: &[u8]| {
        // A duplicate tag is invalid.
        raw.tags.extend(name);
        raw.tags.push(b'Z');
        raw.tags.extend(value);
        raw.tags.push(0);
    };
    match dice.below(10) {
        0 => {
            let own = format!("chr11,{},+,50M50S,60,0;", raw.pos.max(0).wrapping_add(1));
            text(b"SA", own.as_bytes());
        }
        1 => {
            let entry = dice.pick(&[
                "chr11,118482495,+,50M50S,60,0;",
                "chr4,87084120,-,50S50M,255,1;",
                "chr4,87084120,+,30S1M5000N69M,3,0;",
                "chr11,135086622,+,1M99S,60,0;",
                "chr9,1,-,2147483647M,60,0;",
                "chrZ,1,+,1M,0,0;",
                "chr11,0,+,1M,0,0;",
                "chr11,118482495,+,*,60,0;",
                "chr11,118482495,+,100000M,60,0;",
                ";;;",
                "chr11,118482495,.,50M,999,-1;",
            ]);
            let count = *dice.pick(&[1, 1, 1, 2, 5, 50, 2_000]);
            let count = if dice.one_in(300) { 1_000_000 } else { count };
            text(b"SA", entry.repeat(count).as_bytes());
        }
        2 => {
            let entries: String = (0..1 + dice.below(40))
                .map(|n| {
                    format!(
                        "chr{},{},{},{}S{}M,60,{n};",
                        dice.pick(&[1, 4, 7, 9, 11]),
                        1 + dice.below(130_000_000),
                        dice.pick(&['+', '-']),
                        dice.below(100),
                        1 + dice.below(100)
                    )
                })
                .collect();
            text(b"SA", entries.as_bytes());
        }
        3 => text(b"MC", dice.pick(&["*", "100M", "", "4294967296M", "1M1N"]).as_bytes()),
        4 => text(
            b"MD",
            dice.pick(&["100", "0A0A0A97", "99999999999999999999", "^", "50^ACGT50", ""])
                .as_bytes(),
        ),
        5 => text(b"RX", dice.pick(&["ACGT", "", "NNNN-NNNN", "\u{1}"]).as_bytes()),
        6 => {
            for name in [b"NH", b"HI"] {
                raw.tags.extend(name);
                raw.tags.push(b'I');
                raw.tags
                    .extend(dice.pick(&[0_u32, 1, 2, 3, 10, u32::MAX]).to_le_bytes());
            }
        }
        7 => {
            raw.tags.clear();
            raw.tags.extend(b"cDi");
            raw.tags.extend(dice.pick(&[0_i32, -1, 1, 500, i32::MAX]).to_le_bytes());
        }
        8 => raw.tags.extend(
            dice.pick(&[
                &b"SAZno end"[..],
                b"XXBi\xff\xff\xff\x7f",
                b"XX?1",
                b"N",
                b"XBBq\0\0\0\0",
            ])
            .iter(),
        ),
        _ => {
            if !raw.tags.is_empty() {
                let at = dice.below(raw.tags.len());
                raw.tags[at] = dice.next() as u8;
            }
        }
    }
}
