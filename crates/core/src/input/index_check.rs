//! Whether a `.bai` or `.csi` belongs to its file.
//!
//! An index of another file, of an earlier version of this file, or a damaged one gives few records or none, and a
//! patient with a rearrangement looks negative. So before the first fetch the chunks must tile the placed records of
//! the file, in the order of a sorted file, and begin at records that are in their bins. Valid indexes of any writer
//! pass: the linear index and the counts are not used.

use crate::genome::{ContigId, Interval};
use crate::hts::{Binning, Chunk, FetchError, Format, HtsFile, ReadError, VirtualOffset};

/// Most chunks of a contig whose first record is compared with their bin, about 0.1 ms each: those nearest to the
/// region read first, on KMT2A's contig and on another.
pub(super) const COMPARED_AT_KMT2A: usize = 200;
pub(super) const COMPARED_ELSEWHERE: usize = 8;

/// Checks the chunks of an open file, whose position is undefined afterwards.
///
/// `Err` contains the reason as a phrase.
pub(super) fn check(file: &mut HtsFile, binning: &Binning, kmt2a: ContigId) -> Result<(), String> {
    begins_with_the_file(file, binning)?;
    tiles(binning, |end, start| file.adjoin(end, start))?;
    if let Some(end) = binning.last_offset()
        && let Some((0.., _)) = file.place_at(end).map_err(stray)?
    {
        return Err("the file continues after its last record".to_owned());
    }
    has_kmt2a(file, binning, kmt2a)
}

/// Whether chromosome 11 begins and ends where the index says; without an entry, the file must have no such record.
fn has_kmt2a(file: &mut HtsFile, binning: &Binning, kmt2a: ContigId) -> Result<(), String> {
    let own = binning.contigs.get(kmt2a.0 as usize).map_or(&[][..], Vec::as_slice);
    let before = binning.iter().filter(|(tid, _)| *tid < kmt2a.0 as usize);
    let start = match own.first() {
        Some(chunk) => chunk.start,
        None => match before.map(|(_, chunk)| chunk.end).max() {
            Some(end) => end,
            None if file.format() == Format::Bam => file.first_record(),
            None => return Ok(()),
        },
    };
    let mut is_kmt2a = |offset| {
        let place = file.place_at(offset).map_err(stray)?;
        Ok::<_, String>(place.is_some_and(|(tid, _)| i64::from(tid) == i64::from(kmt2a.0)))
    };
    let begins = is_kmt2a(start)?;
    let goes_on = match own.iter().map(|chunk| chunk.end).max() {
        Some(end) => is_kmt2a(end)?,
        None => false,
    };
    if begins == own.is_empty() || goes_on {
        return Err("chromosome 11 is not at its position in the index".to_owned());
    }
    Ok(())
}

/// Checks that the first records of a contig's chunks are in their bins, for the `most` chunks nearest to the end of
/// `window`.
///
/// # Errors
/// [`FetchError::Misfit`].
pub(super) fn bins_around(
    file: &mut HtsFile,
    (contig, window): (ContigId, Interval),
    most: usize,
) -> Result<(), FetchError> {
    let Some(binning) = file.chunks() else { return Ok(()) };
    let mut chunks = binning.contigs.get(contig.0 as usize).cloned().unwrap_or_default();
    chunks.sort_by_key(|chunk| window.end.0.saturating_sub(chunk.first).saturating_abs());
    let tid = i32::try_from(contig.0).unwrap_or(-1);
    chunks
        .into_iter()
        .take(most)
        .try_for_each(|chunk| in_its_bin(file, tid, chunk))
}

/// The reason for an offset at which no record can be read.
fn stray(_: ReadError) -> String {
    "a chunk does not begin at a record".to_owned()
}

/// The first chunk must begin at the file's first record, which is unplaced if there are no chunks.
fn begins_with_the_file(file: &mut HtsFile, binning: &Binning) -> Result<(), String> {
    let start = binning.iter().next().map(|(_, chunk)| chunk.start);
    if file.format() != Format::Bam {
        // htslib has read the first line of a SAM to find the end of the header.
        let place = |read: bool, file: &HtsFile| read.then(|| file.record().copy());
        let read = file.read().map_err(stray)?;
        let first = place(read, file);
        let indexed = match start {
            Some(start) => {
                file.seek(start).map_err(stray)?;
                let read = file.read().map_err(stray)?;
                place(read, file)
            }
            None => None,
        };
        return if first == indexed {
            Ok(())
        } else {
            Err("its first record is not the file's first".to_owned())
        };
    }
    let first = file.first_record();
    match start {
        Some(start) if !file.adjoin(first, start) => Err("its first record is not the file's first".to_owned()),
        None if file.place_at(first).map_err(stray)?.is_some_and(|(tid, _)| tid >= 0) => {
            Err("it lists no records, but the file has some".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether the chunks follow one another without a gap, contig by contig, with ascending bins.
fn tiles(binning: &Binning, mut adjoin: impl FnMut(VirtualOffset, VirtualOffset) -> bool) -> Result<(), String> {
    let mut reached: Option<VirtualOffset> = None;
    for chunks in &binning.contigs {
        if reached.is_some_and(|end| chunks.iter().any(|chunk| chunk.start < end)) {
            return Err("records of two contigs are mixed".to_owned());
        }
        let mut base = 0;
        for chunk in chunks {
            if reached.is_some_and(|end| end < chunk.start && !adjoin(end, chunk.start)) {
                return Err("the file has records outside its chunks".to_owned());
            }
            reached = reached.max(Some(chunk.end));
            // The record at a chunk's start is in its bin, and no record before it is further right.
            base = base.max(chunk.first);
            if base >= chunk.behind {
                return Err("its bins are not in the order of a sorted file".to_owned());
            }
        }
    }
    Ok(())
}

/// Whether the record at a chunk's start is on its contig and in its bin.
fn in_its_bin(file: &mut HtsFile, tid: i32, chunk: Chunk) -> Result<(), FetchError> {
    if chunk.start == chunk.end {
        return Ok(());
    }
    let extent = file.extent_at(chunk.start);
    match extent.map_err(|_| FetchError::Misfit("a chunk does not begin at a record"))? {
        Some((found, _, _)) if found != tid => Err(FetchError::Misfit("a chunk contains records of another contig")),
        // Positions beyond the last bin, or absent ones, are in whatever bin the writer's formula gives.
        Some((_, position, end)) if position >= 0 && !(chunk.first <= position && end <= chunk.behind) => {
            Err(FetchError::Misfit("a record is not in the bin of its position"))
        }
        Some(_) => Ok(()),
        None => Err(FetchError::Misfit("a chunk begins at the end of the file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(start: u64, end: u64, first: i64, behind: i64) -> Chunk {
        Chunk {
            start: VirtualOffset(start),
            end: VirtualOffset(end),
            first,
            behind,
        }
    }

    fn tiled(contigs: &[&[Chunk]]) -> Result<(), String> {
        let contigs = contigs.iter().map(|chunks| chunks.to_vec()).collect();
        tiles(&Binning { contigs }, |end, start| end == start)
    }

    #[test]
    fn a_sorted_files_chunks_tile_it_and_moved_or_missing_ones_do_not() {
        let whole = [chunk(1, 5, 0, 16), chunk(5, 9, 0, 128), chunk(9, 20, 32, 48)];
        let next = [chunk(20, 30, 0, 16)];
        assert_eq!(tiled(&[&whole, &[], &next]), Ok(()));
        // Two bins in one block: chunks of one bin may overlap the other's.
        let merged = [chunk(1, 20, 0, 128), chunk(5, 9, 16, 32)];
        assert_eq!(tiled(&[&merged, &next]), Ok(()));
        for dropped in 1..3 {
            let mut chunks = whole.to_vec();
            chunks.remove(dropped);
            assert!(tiled(&[&chunks, &next]).is_err(), "{dropped}");
        }
        let moved = [chunk(1, 5, 64, 80), chunk(5, 9, 0, 128), chunk(9, 20, 32, 48)];
        assert!(tiled(&[&moved]).unwrap_err().contains("order"));
        let edge = [chunk(1, 5, 48, 64), chunk(5, 9, 48, 64), chunk(9, 20, 48, 64)];
        assert_eq!(tiled(&[&edge]), Ok(()));
        assert!(tiled(&[&whole, &[chunk(19, 30, 0, 16)]]).unwrap_err().contains("mixed"));
    }
}
