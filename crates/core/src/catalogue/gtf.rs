//! Gene models from a GTF: plain, gzip or bgzip; Ensembl, GENCODE or RefSeq flavour.
//!
//! A small custom parser (reasons: docs/dependencies.md). Lines that cannot be parsed are skipped; a file without
//! usable
//! models is an error. The limits below bound memory for any input.

mod assembly;
mod line;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use crate::genome::{Build, contig::bare_name};

use super::{Gene, catalogue};
use assembly::Drafts;

/// Longest line (bytes); GENCODE's longest is below 3 kB.
pub const MAX_LINE_LEN: u64 = 1 << 20;

/// Most transcripts (count), over twice those of GENCODE v44.
pub const MAX_TRANSCRIPTS: usize = 1_000_000;

/// Most exon, CDS and stop codon lines (count), about twice those of GENCODE v44.
pub const MAX_FEATURES: usize = 6_000_000;

/// Why a GTF cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {fault}", path.display())]
pub struct GtfError {
    path: PathBuf,
    fault: Fault,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("cannot open the GTF: {0}")]
    Open(io::Error),
    /// A damaged or truncated file.
    #[error("reading the GTF failed after line {0}: {1}; copy the file again")]
    Read(u64, io::Error),
    /// A bgzip file cut between two blocks.
    #[error("the GTF is truncated (no bgzip end-of-file block); copy the file again")]
    Truncated,
    #[error("line {0} is longer than {MAX_LINE_LEN} bytes; is this a GTF?")]
    LongLine(u64),
    #[error(
        "more than {MAX_TRANSCRIPTS} transcripts or {MAX_FEATURES} exon and CDS lines, at line {0}; give a GTF of one \
         species' reference annotation"
    )]
    TooLarge(u64),
    #[error("line {0} looks like GFF3 (key=value attributes); give a GTF")]
    Gff3(u64),
    /// Number of lines, and the first line that could not be parsed, with the reason.
    #[error("no transcript with exons found in {0} lines{why}; give a GTF with exon lines",
        why = .1.map(|(line, why)| format!(" (line {line}: {why})")).unwrap_or_default())]
    NoTranscripts(u64, Option<(u64, &'static str)>),
}

/// Whether more genes overlap their catalogue locus on another build than on `build`.
pub fn is_of_other_build(genes: &[Gene], build: Build) -> bool {
    let lies_in = |gene: &Gene, build: Build| {
        let known = catalogue().genes(build).iter().find(|g| g.symbol == gene.symbol);
        known.map(|known| {
            bare_name(&gene.chromosome) == bare_name(&known.chromosome) && gene.interval.overlaps(known.interval)
        })
    };
    Build::ALL.into_iter().filter(|other| *other != build).any(|other| {
        let (mut here, mut there) = (0_usize, 0_usize);
        for gene in genes {
            match (lies_in(gene, build), lies_in(gene, other)) {
                (Some(true), Some(false)) => here += 1,
                (Some(false), Some(true)) => there += 1,
                _ => {}
            }
        }
        there > here
    })
}

/// Reads a GTF: genes by chromosome name and position; transcripts MANE first, then coding before non-coding, longer
/// before shorter. Lines that cannot be parsed are skipped.
///
/// Only `exon`, `CDS`, `stop_codon` and `transcript` lines are used. The symbol is `gene_name`, else `gene`, else
/// `gene_id`; contigs may have any naming convention. Phases are counted along the CDS from its first segment, whose
/// `frame` matters only if the model is truncated there.
///
/// # Errors
/// If the file cannot be read or has no usable models.
pub fn read(path: &Path) -> Result<Vec<Gene>, GtfError> {
    genes(path).map_err(|fault| GtfError {
        path: path.to_owned(),
        fault,
    })
}

fn genes(path: &Path) -> Result<Vec<Gene>, Fault> {
    let mut file = File::open(path).map_err(Fault::Open)?;
    let mut magic = Vec::new();
    let head = file.by_ref().take(18).read_to_end(&mut magic);
    let head_len = head.map_err(Fault::Open)?;
    let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
    // A bgzip block has its size in an extra field `BC` of two bytes (SAM specification 4.1).
    let is_bgzip = is_gzip && head_len == 18 && magic[3] & 4 != 0 && magic[12..16] == *b"BC\x02\x00";
    if is_bgzip && !ends_with_eof_block(&mut file).map_err(Fault::Open)? {
        return Err(Fault::Truncated);
    }
    // A pipe is not seekable: the bytes already read are put back in front.
    let reader: Box<dyn Read> = match file.seek(SeekFrom::Start(0)) {
        Ok(_) => Box::new(file),
        Err(_) => Box::new(io::Cursor::new(magic).chain(file)),
    };
    let reader = BufReader::with_capacity(1 << 16, reader);
    if is_gzip {
        read_lines(path, BufReader::with_capacity(1 << 16, MultiGzDecoder::new(reader)))
    } else {
        read_lines(path, reader)
    }
}

fn read_lines(path: &Path, mut reader: impl BufRead) -> Result<Vec<Gene>, Fault> {
    let mut drafts = Drafts::default();
    let mut first_skipped = None;
    let (mut number, mut bytes) = (0_u64, Vec::new());
    loop {
        bytes.clear();
        let read = (&mut reader).take(MAX_LINE_LEN).read_until(b'\n', &mut bytes);
        let len = read.map_err(|error| Fault::Read(number, error))?;
        if len == 0 {
            break;
        }
        number += 1;
        if bytes.last() != Some(&b'\n') && len as u64 == MAX_LINE_LEN {
            return Err(Fault::LongLine(number));
        }
        let parsed = std::str::from_utf8(&bytes)
            .map_err(|_| "not UTF-8")
            .and_then(|text| line::parse(text.trim_end_matches(['\n', '\r'])));
        match parsed {
            Ok(None) => {}
            Ok(Some(feature)) => drafts.add(&feature),
            Err(line::GFF3) if drafts.is_empty() => return Err(Fault::Gff3(number)),
            Err(why) => {
                first_skipped.get_or_insert((number, why));
            }
        }
        if drafts.transcript_count > MAX_TRANSCRIPTS || drafts.feature_count > MAX_FEATURES {
            return Err(Fault::TooLarge(number));
        }
    }
    let source = path
        .file_name()
        .map_or_else(|| "GTF".into(), |name| name.to_string_lossy());
    let genes = drafts.finish(&source);
    if genes.is_empty() {
        return Err(Fault::NoTranscripts(number, first_skipped));
    }
    Ok(genes)
}

/// Whether the file ends with bgzip's empty block (SAM specification 4.1.2); true if it is not seekable.
fn ends_with_eof_block(file: &mut File) -> io::Result<bool> {
    const EOF_BLOCK: [u8; 28] = [
        0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ];
    if file.seek(SeekFrom::End(-(EOF_BLOCK.len() as i64))).is_err() {
        return Ok(true);
    }
    let mut end = [0_u8; EOF_BLOCK.len()];
    file.read_exact(&mut end)?;
    Ok(end == EOF_BLOCK)
}

#[cfg(test)]
mod tests;
