//! Alignment files written for a test.

use std::path::{Path, PathBuf};

use breakapart_core::input::{self, AlignmentFile, InputError, InputOptions, Source};
use rust_htslib::bam::{self, Format, Header, HeaderView, Record, index};
use tempfile::TempDir;

/// GRCh38 lengths (GRCh38.p14 assembly report).
pub(crate) const CHR1: (&str, i64) = ("chr1", 248_956_422);
pub(crate) const CHR4: (&str, i64) = ("chr4", 190_214_555);
pub(crate) const CHR11: (&str, i64) = ("chr11", 135_086_622);
pub(crate) const CHR19: (&str, i64) = ("chr19", 58_617_616);
/// KMT2A on GRCh38, 0-based (NCBI Gene 4297).
pub(crate) const KMT2A: (i64, i64) = (118_436_491, 118_526_832);

pub(crate) const CONTIGS: [(&str, i64); 4] = [CHR1, CHR4, CHR11, CHR19];

pub(crate) fn header_of(contigs: &[(&str, i64)]) -> String {
    let mut text = "@HD\tVN:1.6\tSO:coordinate\n".to_owned();
    for (name, len) in contigs {
        text += &format!("@SQ\tSN:{name}\tLN:{len}\n");
    }
    text
}

pub(crate) fn header() -> String {
    header_of(&CONTIGS) + "@RG\tID:g1\tSM:patient07\tPU:FC1.3\n@PG\tID:bwa\tPN:bwa\tCL:bwa mem -Y ref\n"
}

/// A small deterministic random generator (Numerical Recipes' constants).
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

/// Sorted SAM lines around KMT2A and elsewhere: plain, spliced over long introns, clipped, unmapped with a mapped mate,
/// and unplaced at the end.
pub(crate) fn lines(seed: u64, count: usize) -> Vec<String> {
    let mut draws = Draws(seed);
    let mut placed: Vec<(usize, i64, String)> = Vec::new();
    let bases: String = (0..100)
        .map(|_| ['A', 'C', 'G', 'T'][draws.below(4) as usize])
        .collect();
    let qualities = "I".repeat(100);
    for n in 0..count {
        let tid = [0, 1, 2, 2, 2, 2, 3][draws.below(7) as usize];
        let position = if tid == 2 {
            KMT2A.0 - 30_000 + draws.below(150_000)
        } else {
            50_000_000 + draws.below(4_000_000)
        };
        let (flag, cigar) = match draws.below(10) {
            0 => (0, format!("50M{}N50M", 1 + draws.below(60_000))),
            1 => (16, "30S70M".to_owned()),
            2 => (4, "*".to_owned()),
            3 => (
                0,
                format!("40M{}N20M{}N40M", 1 + draws.below(2_000), 1 + draws.below(2_000)),
            ),
            4 => (2048, "60M40S".to_owned()),
            _ => (0, "100M".to_owned()),
        };
        // A CRAM does not keep the quality of an unmapped read.
        let mapq = if flag == 4 { 0 } else { 60 };
        let line = format!(
            "r{n}\t{flag}\t{}\t{}\t{mapq}\t{cigar}\t*\t0\t0\t{bases}\t{qualities}\tRG:Z:g1",
            CONTIGS[tid].0,
            position + 1
        );
        placed.push((tid, position, line));
    }
    placed.sort();
    let mut out: Vec<String> = placed.into_iter().map(|(_, _, line)| line).collect();
    out.extend((0..20).map(|n| format!("u{n}\t4\t*\t0\t0\t*\t*\t0\t0\t{bases}\t{qualities}")));
    out
}

pub(crate) fn view_of(header: &str) -> HeaderView {
    HeaderView::from_bytes(header.as_bytes())
}

pub(crate) fn record_of(header: &str, line: &str) -> Record {
    Record::from_sam(&view_of(header), line.as_bytes()).unwrap()
}

/// Writes records in a format. A CRAM embeds a reference made of its own reads.
pub(crate) fn write(path: &Path, header: &str, records: &[Record], format: Format) {
    // Or htslib would look for a reference on the network.
    breakapart_core::hts::init();
    let view = view_of(header);
    let mut writer = bam::Writer::from_path(path, &Header::from_template(&view), format).unwrap();
    for record in records {
        writer.write(record).unwrap();
    }
}

pub(crate) fn records_of(header: &str, lines: &[String]) -> Vec<Record> {
    let view = view_of(header);
    lines
        .iter()
        .map(|line| Record::from_sam(&view, line.as_bytes()).unwrap())
        .collect()
}

pub(crate) fn write_bam(path: &Path, header: &str, lines: &[String]) {
    write(path, header, &records_of(header, lines), Format::Bam);
}

pub(crate) fn index_bam(path: &Path) {
    index::build(path, None, index::Type::Bai, 1).unwrap();
}

/// An indexed BAM of `lines(seed, count)`.
pub(crate) fn indexed(dir: &TempDir, name: &str, seed: u64, count: usize) -> PathBuf {
    let path = dir.path().join(name);
    write_bam(&path, &header(), &lines(seed, count));
    index_bam(&path);
    path
}

pub(crate) fn open(path: &Path) -> Result<AlignmentFile, InputError> {
    open_with(path, &InputOptions::default())
}

pub(crate) fn open_with(path: &Path, options: &InputOptions) -> Result<AlignmentFile, InputError> {
    input::open(&Source::Path(path.to_owned()), options)
}

/// The one line that a user reads.
pub(crate) fn refusal(path: &Path) -> String {
    refusal_with(path, &InputOptions::default())
}

pub(crate) fn refusal_with(path: &Path, options: &InputOptions) -> String {
    let Err(error) = open_with(path, options) else {
        panic!("{} was opened", path.display())
    };
    let text = error.to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

/// Names of all records in one pass.
pub(crate) fn names(file: &mut AlignmentFile) -> Result<Vec<String>, InputError> {
    let mut names = Vec::new();
    file.stream(&mut |record| names.push(String::from_utf8_lossy(record.name()).into_owned()))?;
    Ok(names)
}

/// All records in one pass, as plain values.
pub(crate) fn decoded(file: &mut AlignmentFile) -> Vec<breakapart_core::genome::AlignedRecord> {
    let context = file.decode_context();
    let mut out = Vec::new();
    file.stream(&mut |record| out.push(record.decode(&context))).unwrap();
    out
}

/// Offsets of the BGZF blocks of a file, and its end (SAM specification 4.1).
pub(crate) fn block_starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    while at < bytes.len() {
        assert_eq!(&bytes[at..at + 4], b"\x1f\x8b\x08\x04");
        at += usize::from(u16::from_le_bytes([bytes[at + 16], bytes[at + 17]])) + 1;
        starts.push(at);
    }
    starts
}
