//! Samples made in memory: read pairs of spliced transcripts over the catalogue's exon coordinates, written as STAR
//! writes
//! them (chimeras within the BAM). Bases are those of the genome if built in; elsewhere they are arbitrary but fixed
//! for
//! each position, so reads across one junction agree.

use std::fmt::Write as _;
use std::sync::OnceLock;

use breakapart_core::catalogue::{BuiltIn, catalogue};
use breakapart_core::genome::{Build, Contigs, Interval, SequenceSource as _, Strand, sequence};

/// Contigs of a made file with their GRCh38 lengths (GRCh38.p14 assembly report).
pub(crate) const CONTIGS: [(&str, i64); 5] = [
    ("chr1", 248_956_422),
    ("chr4", 190_214_555),
    ("chr7", 159_345_973),
    ("chr9", 138_394_717),
    ("chr11", 135_086_622),
];

/// The header of a STAR run that writes chimeras.
pub(crate) fn header(sample: &str, order: &str) -> String {
    let mut text = format!("@HD\tVN:1.6\t{order}\n");
    for (name, len) in CONTIGS {
        let _ = writeln!(text, "@SQ\tSN:{name}\tLN:{len}");
    }
    text + &format!(
        "@RG\tID:g1\tSM:{sample}\n@PG\tID:STAR\tPN:STAR\tVN:2.7.10b\tCL:STAR --runThreadN 2 --chimSegmentMin 10 \
         --chimJunctionOverhangMin 10 --chimOutType WithinBAM HardClip\n"
    )
}

/// An interval of a transcript on one contig, 0-based half-open, in transcript order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    contig: usize,
    strand: Strand,
    start: i64,
    end: i64,
}

/// The intervals of a spliced molecule.
pub(crate) type Spliced = Vec<Stretch>;

/// Exons `first..=last` of a gene's lead transcript.
pub(crate) fn exons(symbol: &str, first: u16, last: u16) -> Spliced {
    let gene = catalogue().gene(Build::GRCh38, symbol).unwrap();
    let name = format!("chr{}", gene.chromosome);
    let contig = CONTIGS.iter().position(|(n, _)| *n == name).unwrap();
    gene.transcript()
        .unwrap()
        .exons
        .iter()
        .filter(|exon| (first..=last).contains(&exon.number))
        .map(|exon| Stretch {
            contig,
            strand: gene.strand,
            start: exon.interval.start.0,
            end: exon.interval.end.0,
        })
        .collect()
}

/// Any interval, forward.
pub(crate) fn place(contig: &str, start: i64, len: i64) -> Spliced {
    vec![Stretch {
        contig: CONTIGS.iter().position(|(n, _)| *n == contig).unwrap(),
        strand: Strand::Forward,
        start,
        end: start + len,
    }]
}

/// Two transcripts joined.
pub(crate) fn joined(five: Spliced, three: Spliced) -> Spliced {
    [five, three].concat()
}

/// The first bases of a transcript.
fn cut(spliced: &[Stretch], len: i64) -> Spliced {
    let mut left = len;
    let mut first = Spliced::new();
    for s in spliced {
        let taken = left.min(s.end - s.start);
        left -= taken;
        if taken > 0 {
            first.push(match s.strand {
                Strand::Forward => Stretch {
                    end: s.start + taken,
                    ..*s
                },
                Strand::Reverse => Stretch {
                    start: s.end - taken,
                    ..*s
                },
            });
        }
    }
    first
}

/// Bases of a spliced molecule.
pub(crate) fn len(spliced: &[Stretch]) -> i64 {
    spliced.iter().map(|s| s.end - s.start).sum()
}

/// One record with its position, for sorting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    /// Number in [`CONTIGS`].
    pub contig: usize,
    /// 0-based.
    pub position: i64,
    /// As in SAM, without the end of line.
    pub text: String,
}

/// Bits of the SAM flag.
const PAIRED: u16 = 1;
const PROPER: u16 = 2;
const REVERSE: u16 = 16;
const MATE_REVERSE: u16 = 32;
const SECOND: u16 = 128;
const FIRST: u16 = 64;
pub(crate) const DUPLICATE: u16 = 1_024;
const SUPPLEMENTARY: u16 = 2_048;
/// Mates further apart than this are not proper (bases).
const PROPER_MAX: i64 = 500_000;

/// The segment of a read in one record.
struct Part {
    contig: usize,
    strand: Strand,
    /// Reference intervals in ascending order.
    blocks: Vec<(i64, i64)>,
    /// Bases of the read before and after it, along the molecule.
    before: i64,
    after: i64,
}

impl Part {
    fn len(&self) -> i64 {
        self.blocks.iter().map(|(s, e)| e - s).sum()
    }

    fn position(&self) -> i64 {
        self.blocks[0].0
    }

    /// Clips on the reference's left and right.
    fn clips(&self) -> (i64, i64) {
        match self.strand {
            Strand::Forward => (self.before, self.after),
            Strand::Reverse => (self.after, self.before),
        }
    }

    fn cigar(&self, clip: char) -> String {
        let (left, right) = self.clips();
        let mut text = String::new();
        if left > 0 {
            let _ = write!(text, "{left}{clip}");
        }
        let mut last: Option<i64> = None;
        for (start, end) in &self.blocks {
            if let Some(last) = last {
                let _ = write!(text, "{}N", start - last);
            }
            let _ = write!(text, "{}M", end - start);
            last = Some(*end);
        }
        if right > 0 {
            let _ = write!(text, "{right}{clip}");
        }
        text
    }

    fn is_reverse(&self, second: bool) -> bool {
        (self.strand == Strand::Reverse) != second
    }
}

/// Bases of the reference's forward strand.
fn bases_at(contig: usize, start: i64, end: i64) -> Vec<u8> {
    static SOURCE: OnceLock<(Contigs, BuiltIn)> = OnceLock::new();
    let (contigs, source) = SOURCE.get_or_init(|| {
        let contigs = Contigs::new(CONTIGS.map(|(name, len)| (name.to_owned(), len)));
        let source = BuiltIn::bind(Build::GRCh38, &contigs);
        (contigs, source)
    });
    let id = contigs.resolve(CONTIGS[contig].0).unwrap();
    let known = source.bases(id, Interval::new(start, end)).unwrap_or_default();
    (start..end)
        .enumerate()
        .map(|(n, position)| match known.get(n) {
            Some(base) if *base != b'N' => *base,
            _ => arbitrary_base(contig, position),
        })
        .collect()
}

/// Bases from a position (1-based), on the forward strand, as in a record.
pub(crate) fn bases(contig: &str, first: i64, len: i64) -> String {
    let contig = CONTIGS.iter().position(|(n, _)| *n == contig).unwrap();
    String::from_utf8(bases_at(contig, first - 1, first - 1 + len)).unwrap()
}

/// A fixed base for a position of unknown sequence.
fn arbitrary_base(contig: usize, position: i64) -> u8 {
    let mut x = (position.unsigned_abs() << 3) ^ (contig as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The finaliser of splitmix64 (Steele, Lea, Flood 2014).
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    b"ACGT"[((x ^ (x >> 31)) & 3) as usize]
}

/// The segments of the molecule's bases `[from, to)`, in molecule order, and those bases.
fn parts_of(spliced: &[Stretch], from: i64, to: i64) -> (Vec<Part>, Vec<u8>) {
    let mut parts: Vec<Part> = Vec::new();
    let mut bases = Vec::new();
    let mut at = 0;
    for s in spliced {
        let len = s.end - s.start;
        let (a, b) = ((from - at).clamp(0, len), (to - at).clamp(0, len));
        if a < b {
            let (start, end) = match s.strand {
                Strand::Forward => (s.start + a, s.start + b),
                Strand::Reverse => (s.end - b, s.end - a),
            };
            let forward = bases_at(s.contig, start, end);
            bases.extend(match s.strand {
                Strand::Forward => forward,
                Strand::Reverse => sequence::reverse_complement(&forward),
            });
            let follows = parts.last().is_some_and(|p: &Part| {
                p.contig == s.contig
                    && p.strand == s.strand
                    && match s.strand {
                        Strand::Forward => p.blocks.last().unwrap().1 <= start,
                        Strand::Reverse => p.blocks[0].0 >= end,
                    }
            });
            match parts.last_mut() {
                Some(last) if follows => {
                    let index = if s.strand == Strand::Forward {
                        last.blocks.len()
                    } else {
                        0
                    };
                    last.blocks.insert(index, (start, end));
                    last.after = to - at - b;
                }
                _ => parts.push(Part {
                    contig: s.contig,
                    strand: s.strand,
                    blocks: vec![(start, end)],
                    before: at + a - from,
                    after: to - at - b,
                }),
            }
        }
        at += len;
    }
    (parts, bases)
}

/// The records of one pair: reads of `read_len` at both ends of the molecule's `[start, start + len)`.
pub(crate) fn pair(spliced: &[Stretch], name: &str, start: i64, len: i64, read_len: i64, flags: u16) -> Vec<Line> {
    let ends = [(start, start + read_len), (start + len - read_len, start + len)];
    let reads = ends.map(|(from, to)| parts_of(spliced, from, to));
    let longest = |parts: &[Part]| {
        let most = parts.iter().map(Part::len).max().unwrap();
        parts.iter().position(|p| p.len() == most).unwrap()
    };
    let primaries = [longest(&reads[0].0), longest(&reads[1].0)];
    let mut lines = Vec::new();
    for (read, (parts, bases)) in reads.iter().enumerate() {
        let second = read == 1;
        let mate = &reads[1 - read].0[primaries[1 - read]];
        let own = &parts[primaries[read]];
        let near = own.contig == mate.contig && (own.position() - mate.position()).abs() < PROPER_MAX;
        let order = std::iter::once(primaries[read]).chain((0..parts.len()).filter(|i| *i != primaries[read]));
        for index in order {
            let part = &parts[index];
            let supplementary = index != primaries[read];
            let reverse = part.is_reverse(second);
            let mut flag = flags | PAIRED | if second { SECOND } else { FIRST };
            for (set, bit) in [
                (near, PROPER),
                (reverse, REVERSE),
                (mate.is_reverse(!second), MATE_REVERSE),
                (supplementary, SUPPLEMENTARY),
            ] {
                if set {
                    flag |= bit;
                }
            }
            let mut shown = match part.strand {
                Strand::Forward => bases.clone(),
                Strand::Reverse => sequence::reverse_complement(bases),
            };
            let clip = if supplementary { 'H' } else { 'S' };
            if supplementary {
                let (left, right) = part.clips();
                shown = shown[usize::try_from(left).unwrap()..shown.len() - usize::try_from(right).unwrap()].to_vec();
            }
            let mut tags = "NH:i:1\tHI:i:1\tNM:i:0\tRG:Z:g1".to_owned();
            if parts.len() > 1 {
                tags += "\tSA:Z:";
                for (other, p) in parts.iter().enumerate().filter(|(i, _)| *i != index) {
                    let _ = write!(
                        tags,
                        "{},{},{},{},255,0;",
                        CONTIGS[p.contig].0,
                        p.position() + 1,
                        if p.is_reverse(second) { '-' } else { '+' },
                        p.cigar(if other == primaries[read] { 'S' } else { 'H' }),
                    );
                }
            }
            let text = format!(
                "{name}\t{flag}\t{}\t{}\t255\t{}\t{}\t{}\t0\t{}\t{}\t{tags}",
                CONTIGS[part.contig].0,
                part.position() + 1,
                part.cigar(clip),
                CONTIGS[mate.contig].0,
                mate.position() + 1,
                String::from_utf8(shown.clone()).unwrap(),
                "I".repeat(shown.len()),
            );
            lines.push(Line {
                contig: part.contig,
                position: part.position(),
                text,
            });
        }
    }
    lines
}

/// A deterministic random generator (Knuth's MMIX constants).
pub(crate) struct Draws(pub u64);

impl Draws {
    pub(crate) fn below(&mut self, bound: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % bound.unsigned_abs()).unwrap()
    }
}

/// Read length of made samples, in bases.
pub(crate) const READ_LEN: i64 = 100;

/// A sample, built pair by pair.
pub(crate) struct Sample {
    draws: Draws,
    pub lines: Vec<Line>,
    count: usize,
}

impl Sample {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            draws: Draws(seed),
            lines: Vec::new(),
            count: 0,
        }
    }

    fn next_name(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}{:06}", self.count)
    }

    fn fragment_len(&mut self) -> i64 {
        240 + self.draws.below(80)
    }

    /// Pairs anywhere on a transcript.
    pub(crate) fn over(&mut self, spliced: &[Stretch], kind: &str, pairs: usize) {
        for _ in 0..pairs {
            let fragment = self.fragment_len();
            let start = self.draws.below(len(spliced) - fragment);
            let name = self.next_name(kind);
            self.lines.extend(pair(spliced, &name, start, fragment, READ_LEN, 0));
        }
    }

    /// Pairs whose molecule crosses the base `at` of a transcript with at least 20 bases on both sides.
    /// No two have the same ends.
    pub(crate) fn across(&mut self, spliced: &[Stretch], at: i64, kind: &str, pairs: usize) {
        for n in 0..pairs {
            let fragment = 250 + n as i64 % 40;
            let room = fragment - 40;
            let start = at - 20 - (self.draws.below(room / 2) * 2 + n as i64 % 2).min(room - 1);
            let name = self.next_name(kind);
            self.lines
                .extend(pair(spliced, &name, start.max(0), fragment, READ_LEN, 0));
        }
    }

    /// Library chimeras: single molecules from a base inside the transcript to anywhere.
    pub(crate) fn chimeras(&mut self, spliced: &[Stretch], molecules: usize) {
        for _ in 0..molecules {
            let at = 300 + self.draws.below(len(spliced) - 600);
            let contig = CONTIGS[usize::try_from(self.draws.below(4)).unwrap()].0;
            let start = 1_000_000 + self.draws.below(120_000_000);
            let joined = joined(cut(spliced, at), place(contig, start, 400));
            self.across(&joined, at, "chimera", 1);
        }
    }

    /// Duplicates of the last pair, flagged.
    pub(crate) fn copies(&mut self, spliced: &[Stretch], start: i64, fragment: i64, copies: usize) {
        for n in 0..=copies {
            let name = self.next_name("copy");
            let flag = if n == 0 { 0 } else { DUPLICATE };
            self.lines.extend(pair(spliced, &name, start, fragment, READ_LEN, flag));
        }
    }

    /// Records sorted by coordinate.
    pub(crate) fn sorted(&self) -> Vec<String> {
        let mut lines = self.lines.clone();
        lines.sort();
        lines.into_iter().map(|line| line.text).collect()
    }

    /// Records in any order.
    pub(crate) fn shuffled(&self, seed: u64) -> Vec<String> {
        let mut draws = Draws(seed);
        let mut lines: Vec<String> = self.sorted();
        for n in (1..lines.len()).rev() {
            let other = usize::try_from(draws.below(n as i64 + 1)).unwrap();
            lines.swap(n, other);
        }
        lines
    }

    /// Records grouped by name.
    pub(crate) fn by_name(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.lines.iter().map(|line| line.text.clone()).collect();
        lines.sort();
        lines
    }
}

/// KMT2A e8 to AFF1 e5 (chr11:118482495 to chr4:87084120), the base after the junction, and the transcript.
pub(crate) fn kmt2a_aff1() -> (Spliced, i64) {
    let five = exons("KMT2A", 1, 8);
    let at = len(&five);
    (joined(five, exons("AFF1", 5, 21)), at)
}

/// KMT2A's coding exons up to e26, including all regions of interest.
pub(crate) fn wild_type() -> Spliced {
    exons("KMT2A", 3, 26)
}

/// Chimeras of KMT2A in [`negative`].
pub(crate) const CHIMERAS: usize = 7;

/// Enough wild type for a negative, and controls: no rearrangement, and one molecule in some 800 is a library chimera,
/// as
/// few as libraries have.
pub(crate) fn negative(seed: u64) -> Sample {
    let mut sample = Sample::new(seed);
    sample.over(&wild_type(), "wild", 6_000);
    sample.over(&exons("ABL1", 1, 11), "abl", 600);
    sample.over(&exons("GUSB", 1, 12), "gusb", 300);
    sample.chimeras(&wild_type(), CHIMERAS);
    sample.chimeras(&exons("ABL1", 1, 11), 2);
    sample
}

/// A small sample with a plain KMT2A::AFF1.
pub(crate) fn fusion(seed: u64) -> Sample {
    let mut sample = Sample::new(seed);
    sample.over(&wild_type(), "wild", 400);
    let (transcript, at) = kmt2a_aff1();
    sample.across(&transcript, at, "fusion", 24);
    sample
}

/// A mixed sample: the fusion with its reciprocal, chimeras to unrelated loci, duplicates, distant mates, and unrelated
/// reads of the partner.
pub(crate) fn mixed(seed: u64) -> Sample {
    let mut sample = Sample::new(seed);
    sample.over(&wild_type(), "wild", 1_500);
    sample.over(&exons("ABL1", 1, 11), "abl", 200);
    sample.over(&exons("AFF1", 3, 20), "aff", 300);
    let (transcript, at) = kmt2a_aff1();
    sample.across(&transcript, at, "fusion", 30);
    let five = exons("AFF1", 1, 4);
    let at = len(&five);
    sample.across(&joined(five, exons("KMT2A", 9, 20)), at, "back", 12);
    // Chimeric without KMT2A: partner joined elsewhere, inside its windows.
    let five = place("chr1", 30_000_000, 400);
    sample.across(&joined(five, exons("AFF1", 6, 20)), 400, "stray", 15);
    for n in 0..40 {
        let five = exons("KMT2A", 4, 5 + (n % 14) as u16);
        let at = len(&five);
        let start = 1_000_000 + sample.draws.below(100_000_000);
        let contig = CONTIGS[usize::try_from(sample.draws.below(4)).unwrap()].0;
        sample.across(&joined(five, place(contig, start, 400)), at, "chimera", 1);
    }
    // A junction that pairs may span: MLLT3 is on the other strand.
    let five = exons("KMT2A", 5, 9);
    let at = len(&five);
    sample.across(&joined(five, exons("MLLT3", 6, 10)), at, "second", 8);
    // Molecules without KMT2A that join the partner to a third gene, far outside its windows.
    let five = exons("AFF1", 5, 11);
    let at = len(&five);
    sample.across(&joined(five, exons("MLLT3", 6, 11)), at, "third", 6);
    let wild = wild_type();
    for n in 0..30 {
        sample.copies(&wild, 2_500 + n * 40, 260, 1 + (n % 3) as usize);
    }
    let (transcript, at) = kmt2a_aff1();
    sample.copies(&transcript, at - 60, 255, 4);
    sample
}
