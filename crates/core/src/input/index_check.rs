//! Whether an index belongs to its file.
//!
//! htslib takes an index at its word. One of another file, or of this file before it was made again,
//! then gives few records or none, and a patient with a rearrangement looks negative. So before the
//! first fetch the index must know the header's contigs, the file's first and last placed record,
//! and where chromosome 11 begins and ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::genome::{ContigId, Contigs};
use crate::hts::{Format, HtsFile, ReadError, VirtualOffset};

/// Length of the end-of-file container of CRAM 3 (CRAM specification 9).
const CRAM_END_LEN: u64 = 38;
/// Of CRAM 2.1.
const CRAM_2_END_LEN: u64 = 30;
/// A container's header is 10 to 60 bytes for any count of landmarks that a writer uses; the bound
/// is generous.
const CONTAINER_HEADER_MAX: u64 = 4_096;
/// Bytes of an index that are unpacked; a real `.crai` has about 60 a slice.
const CRAI_LEN_MAX: u64 = 1 << 29;

/// Checks the index of an open BAM or BGZF SAM. `file` is left at no particular place.
///
/// `Err` holds the reason as a phrase.
pub(super) fn check_offsets(
    file: &mut HtsFile,
    contigs: &Contigs,
    kmt2a: ContigId,
    file_len: u64,
) -> Result<(), String> {
    let Some(index) = file.index() else { return Ok(()) };
    if let Some(count) = index.contig_count()
        && count != contigs.len()
    {
        return Err(format!(
            "it was made for {count} contigs, the header has {}",
            contigs.len()
        ));
    }
    let chunks_of = |id: ContigId| {
        i32::try_from(id.0).map_or_else(|_| Vec::new(), |tid| index.chunks(tid, 0, contigs.length(id).max(1)))
    };
    // The end of the last contig before chromosome 11 that has records, and chromosome 11's own.
    let mut before: Option<VirtualOffset> = None;
    let mut own = Vec::new();
    for (id, _, _) in contigs.iter() {
        let chunks = chunks_of(id);
        if let Some((start, end)) = chunks
            .iter()
            .find(|(start, end)| start.block() >= file_len || end.block() > file_len || start > end)
        {
            let offset = start.block().max(end.block());
            return Err(format!("it points to byte {offset} of a file of {file_len} bytes"));
        }
        if id == kmt2a {
            own = chunks;
        } else if id < kmt2a {
            before = before.max(chunks.iter().map(|(_, end)| *end).max());
        }
    }
    if file.format() != Format::Bam {
        return Ok(());
    }
    let (first_offset, last_offset) = (index.first_offset(), index.last_offset());
    let first_record = file.tell();
    let stray = |_: ReadError| "a chunk does not begin at a record".to_owned();
    let tid_at = |file: &mut HtsFile, offset| Ok::<_, String>(file.probe(offset).map_err(stray)?.map(|(tid, _)| tid));
    let kmt2a = i32::try_from(kmt2a.0).unwrap_or(-1);

    let first = file.probe(first_record).map_err(stray)?;
    match first_offset {
        Some(offset) => {
            if file.probe(offset).map_err(stray)? != first {
                return Err("its first record is not the file's first".to_owned());
            }
        }
        None => {
            if own.is_empty() && before.is_none() && first.is_some_and(|(tid, _)| tid >= 0) && last_offset.is_none() {
                return Err("it knows of no record, the file has some".to_owned());
            }
        }
    }
    if let Some(offset) = last_offset
        && tid_at(file, offset)?.is_some_and(|tid| tid >= 0)
    {
        return Err("the file goes on behind its last record".to_owned());
    }
    match (own.first(), own.last()) {
        (Some((start, _)), Some((_, end))) => {
            if tid_at(file, *start)? != Some(kmt2a) || tid_at(file, *end)? == Some(kmt2a) {
                return Err("chromosome 11 is not where it says".to_owned());
            }
        }
        _ => {
            if tid_at(file, before.unwrap_or(first_record))? == Some(kmt2a) {
                return Err("it knows of no record on chromosome 11, the file has some".to_owned());
            }
        }
    }
    Ok(())
}

/// Checks a `.crai` (CRAM specification 12): its contigs and offsets lie within the CRAM, and its
/// last slice ends where the CRAM ends.
///
/// `Err` holds the reason as a phrase.
pub(super) fn check_crai(index: &Path, contigs: &Contigs, file_len: u64) -> Result<(), String> {
    let unreadable = |_| "it cannot be read".to_owned();
    let mut raw = File::open(index).map_err(unreadable)?;
    let mut magic = [0_u8; 2];
    let is_gzip = raw.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b];
    raw.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let text: Box<dyn Read> = if is_gzip {
        Box::new(MultiGzDecoder::new(raw))
    } else {
        Box::new(raw)
    };
    let mut last_end = None;
    for line in BufReader::new(text.take(CRAI_LEN_MAX)).lines() {
        let line = line.map_err(unreadable)?;
        if line.is_empty() {
            continue;
        }
        let fields: Vec<i64> = line.split('\t').map_while(|f| f.trim().parse().ok()).collect();
        let &[contig, _, _, container, slice, size] = fields.as_slice() else {
            return Err("it holds a line that is no index entry".to_owned());
        };
        if contig >= 0 && usize::try_from(contig).map_or(true, |contig| contig >= contigs.len()) {
            return Err(format!(
                "it knows contig number {contig}, the header has {}",
                contigs.len()
            ));
        }
        let end = [container, slice, size]
            .into_iter()
            .try_fold(0_u64, |sum, n| sum.checked_add(u64::try_from(n).ok()?));
        match end {
            Some(end) if end <= file_len => last_end = last_end.max(Some(end)),
            _ => return Err(format!("it points past the end of a file of {file_len} bytes")),
        }
    }
    // Entries give the slice's place within its container, so its end is known but for the length of
    // the container's header.
    let fits =
        last_end.is_none_or(|end| (CRAM_2_END_LEN..=CRAM_END_LEN + CONTAINER_HEADER_MAX).contains(&(file_len - end)));
    if fits {
        Ok(())
    } else {
        Err("the file goes on behind its last slice".to_owned())
    }
}
