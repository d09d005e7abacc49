//! A small RNA sample among millions of ordinary records.
//!
//! The ordinary records are in whole BGZF blocks of one position each, compressed once and written as often as needed:
//! bytes are copied, so a file of 100 million records is made in a minute or two.

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::{Compression, Crc, write::DeflateEncoder};
use rust_htslib::bam::{self, Format, Header, HeaderView, Record, index};

use super::made::{self, Draws};

/// Ordinary records in a block: about 60 kB.
const IN_BLOCK: usize = 250;
/// Distinct blocks.
const BLOCKS: usize = 800;

pub(crate) struct Padded {
    pub megabytes: f64,
    pub indexed: PathBuf,
    /// The same file without an index.
    pub streamed: PathBuf,
}

/// The end-of-file block (SAM specification 4.1.2).
const END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// One BGZF block of at most 64 kB.
fn block(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    let packed = encoder.finish().unwrap();
    let mut out = END[..16].to_vec();
    out.extend(u16::try_from(packed.len() + 25).unwrap().to_le_bytes());
    out.extend(packed);
    let mut crc = Crc::new();
    crc.update(bytes);
    out.extend(crc.sum().to_le_bytes());
    out.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    out
}

/// The bytes of a BAM that htslib writes: header, then records.
fn parts(path: &Path, lines: &[String], name: &str) -> (Vec<u8>, Vec<u8>) {
    let header = made::header(name, "SO:coordinate");
    let view = HeaderView::from_bytes(header.as_bytes());
    let mut writer = bam::Writer::from_path(path, &Header::from_template(&view), Format::Bam).unwrap();
    for line in lines {
        writer
            .write(&Record::from_sam(&view, line.as_bytes()).unwrap())
            .unwrap();
    }
    drop(writer);
    let mut bytes = Vec::new();
    rust_htslib::bgzf::Reader::from_path(path)
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
    let records = bytes.split_off(at);
    (bytes, records)
}

/// A file of some millions of records, made unless it exists. All ordinary ones are on chromosome 1, before everything
/// else.
pub(crate) fn written(folder: &Path, millions: usize) -> Padded {
    let indexed = folder.join(format!("padded_{millions}.bam"));
    let below = folder.join("no_index");
    let streamed = below.join(format!("padded_{millions}.bam"));
    fs::create_dir_all(&below).unwrap();
    let scratch = folder.join("scratch.bam");
    if !indexed.with_extension("bam.bai").exists() {
        let own: Vec<String> = {
            let mut lines = made::mixed(1).lines;
            lines.retain(|line| line.contig != 0);
            lines.sort();
            lines.into_iter().map(|line| line.text).collect()
        };
        let (header, records) = parts(&scratch, &own, "padded");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&indexed).unwrap());
        out.write_all(&block(&header)).unwrap();
        let mut draws = Draws(3);
        let times = millions * 1_000_000 / (IN_BLOCK * BLOCKS);
        let step = made::CONTIGS[0].1 / (BLOCKS as i64 + 2);
        for n in 0..BLOCKS {
            let lines: Vec<String> = (0..IN_BLOCK)
                .map(|read| ordinary(&mut draws, n * IN_BLOCK + read, n as i64 * step))
                .collect();
            let (_, bytes) = parts(&scratch, &lines, "padded");
            let packed = block(&bytes);
            for _ in 0..times {
                out.write_all(&packed).unwrap();
            }
        }
        for piece in records.chunks(60_000) {
            out.write_all(&block(piece)).unwrap();
        }
        out.write_all(&END).unwrap();
        out.into_inner().unwrap();
        index::build(&indexed, None, index::Type::Bai, 2).unwrap();
        let _ = fs::remove_file(&scratch);
    }
    let _ = fs::remove_file(&streamed);
    fs::hard_link(&indexed, &streamed).unwrap();
    Padded {
        megabytes: fs::metadata(&indexed).unwrap().len() as f64 / 1e6,
        indexed,
        streamed,
    }
}

/// A proper pair's read with binned qualities, one in four of them spliced.
fn ordinary(draws: &mut Draws, n: usize, position: i64) -> String {
    let bases: String = (0..100)
        .map(|_| ['A', 'C', 'G', 'T'][draws.below(4) as usize])
        .collect();
    let qualities: String = (0..100)
        .map(|_| ['F', 'F', 'F', ':'][draws.below(4) as usize])
        .collect();
    let cigar = if n.is_multiple_of(4) { "60M1500N40M" } else { "100M" };
    let flag = if n.is_multiple_of(2) { 99 } else { 163 };
    format!(
        "A00001:10:HXXX:1:1101:{}:{n}\t{flag}\tchr1\t{}\t255\t{cigar}\t=\t{}\t250\t{bases}\t{qualities}\tNH:i:1\tHI:i:1\tNM:i:0",
        1_000 + n % 30_000,
        position + 1,
        position + 151
    )
}

/// A sample of a few hundred pairs with a fusion, indexed.
pub(crate) fn small(path: &Path, name: &str, seed: u64) {
    let header = made::header(name, "SO:coordinate");
    let view = HeaderView::from_bytes(header.as_bytes());
    let mut writer = bam::Writer::from_path(path, &Header::from_template(&view), Format::Bam).unwrap();
    for line in made::fusion(seed).sorted() {
        writer
            .write(&Record::from_sam(&view, line.as_bytes()).unwrap())
            .unwrap();
    }
    drop(writer);
    index::build(path, None, index::Type::Bai, 1).unwrap();
}
