//! Block-compressed text with its tabix index, in memory.
//!
//! Written by `noodles`, not by htslib: htslib compresses and indexes named files only, and a view of a report is in
//! memory. Its compressor is pinned in the lock file, so the same text gives the same bytes on every machine.

use std::io::{self, Write};

use noodles_bgzf as bgzf;
use noodles_core::Position;
use noodles_csi::binning_index::index::{header, reference_sequence::bin::Chunk};
use noodles_tabix as tabix;

/// Last position that a tabix index (`.tbi`) can store, 1-based (2^29, tabix format specification).
pub(crate) const TABIX_LAST: i64 = 1 << 29;

/// One line of a text with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacedLine {
    /// The contig as written in the line.
    pub contig: String,
    /// First base, **1-based**.
    pub first: i64,
    /// Last base, **1-based**.
    pub last: i64,
    /// The line, without its line end.
    pub text: String,
}

/// A compressed text and its index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Indexed {
    /// BGZF blocks, including the empty one at the end.
    pub text: Vec<u8>,
    /// The tabix index, also compressed.
    pub index: Vec<u8>,
}

/// Compresses a VCF and indexes it. `head` is the header with its line ends; `lines` are grouped by contig and sorted
/// by their first base.
///
/// # Errors
/// Lines out of order, or positions that the index cannot store.
pub(crate) fn vcf(head: &str, lines: &[PlacedLine]) -> io::Result<Indexed> {
    let mut writer = bgzf::io::Writer::new(Vec::new());
    writer.write_all(head.as_bytes())?;
    let mut indexer = tabix::index::Indexer::default();
    indexer.set_header(header::Builder::vcf().build());
    for line in lines {
        let start = writer.virtual_position();
        writer.write_all(line.text.as_bytes())?;
        writer.write_all(b"\n")?;
        let chunk = Chunk::new(start, writer.virtual_position());
        indexer.add_record(&line.contig, position(line.first)?, position(line.last)?, chunk)?;
    }
    let text = writer.finish()?;
    let mut index = tabix::io::Writer::new(Vec::new());
    index.write_index(&indexer.build())?;
    Ok(Indexed {
        text,
        index: index.into_inner().finish()?,
    })
}

fn position(one_based: i64) -> io::Result<Position> {
    usize::try_from(one_based)
        .ok()
        .filter(|_| one_based <= TABIX_LAST)
        .and_then(Position::new)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("{one_based} is not a position")))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn line(contig: &str, first: i64) -> PlacedLine {
        PlacedLine {
            contig: contig.to_owned(),
            first,
            last: first,
            text: format!("{contig}\t{first}\t.\tN"),
        }
    }

    #[test]
    fn the_text_comes_back_and_the_index_finds_its_lines() {
        let lines = [
            line("chr4", 87_046_695),
            line("chr11", 118_482_495),
            line("chr11", TABIX_LAST),
        ];
        let made = vcf("##fileformat=VCFv4.3\n", &lines).unwrap();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(&made.text[..])
            .read_to_string(&mut text)
            .unwrap();
        let expected: String = lines.iter().map(|l| l.text.clone() + "\n").collect();
        assert_eq!(text, format!("##fileformat=VCFv4.3\n{expected}"));
        assert_eq!(
            made,
            vcf("##fileformat=VCFv4.3\n", &lines).unwrap(),
            "the same bytes twice"
        );

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.vcf.gz");
        std::fs::write(&path, &made.text).unwrap();
        std::fs::write(folder.path().join("x.vcf.gz.tbi"), &made.index).unwrap();
        let mut reader = rust_htslib::tbx::Reader::from_path(&path).unwrap();
        use rust_htslib::tbx::Read as _;
        assert_eq!(reader.seqnames(), ["chr4", "chr11"]);
        let tid = reader.tid("chr11").unwrap();
        reader.fetch(tid, 118_482_494, 118_482_495).unwrap();
        let found: Vec<Vec<u8>> = reader.records().map(Result::unwrap).collect();
        assert_eq!(found, [lines[1].text.as_bytes()]);
    }

    #[test]
    fn positions_that_an_index_cannot_store_are_refused() {
        for wrong in [0, -5, TABIX_LAST + 1] {
            assert!(vcf("", &[line("chr1", wrong)]).is_err(), "{wrong}");
        }
        assert!(vcf("", &[line("chr1", 9), line("chr2", 1), line("chr1", 3)]).is_err());
        assert!(!vcf("#CHROM\n", &[]).unwrap().index.is_empty());
    }
}
