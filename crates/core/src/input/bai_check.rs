//! Whether a `.bai` is whole in itself.
//!
//! A `.bai` carries no check sum, and htslib reads one with shifted bytes without complaint: chunks then
//! hang on other bins, and records are missed in silence. (`.csi` and `.crai` are compressed and carry
//! one.) What is checked follows from the file being sorted: bins, chunks and the linear index tell the
//! same places in several ways, and have to agree.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use crate::hts::VirtualOffset;

/// SAM specification 5.2: a bin beyond the last that holds counts.
const COUNTS_BIN: u32 = 37_450;
/// Bin of records with a contig but no position (what the specification's formula gives for -1).
const NO_POSITION_BIN: u32 = 4_680;
/// Windows of the linear index: 2^29 bases in windows of 2^14.
const WINDOWS_MAX: u32 = 1 << 15;
/// Bases of a window of the linear index, as a power of two.
const WINDOW_SHIFT: u32 = 14;
/// First bin of each level and the size of its bins, as a power of two (SAM specification 5.3).
const LEVELS: [(u32, u32); 6] = [(4_681, 14), (585, 17), (73, 20), (9, 23), (1, 26), (0, 29)];

/// A chunk with the window of its bin: (start, end, first base, base after the last).
struct Chunk {
    start: VirtualOffset,
    end: VirtualOffset,
    first: i64,
    behind: i64,
}

/// Checks the index at `path`, where it is a BAI.
///
/// `Err` holds the reason as a phrase.
pub(super) fn check_bai(path: &Path, contig_count: usize, file_len: u64) -> Result<(), String> {
    let unreadable = |_| "it cannot be read".to_owned();
    let mut index = Words(BufReader::new(File::open(path).map_err(unreadable)?));
    let mut magic = [0_u8; 4];
    if index.0.read_exact(&mut magic).is_err() || &magic != b"BAI\x01" {
        return Ok(());
    }
    let count = index.u32()?;
    if usize::try_from(count) != Ok(contig_count) {
        return Err(format!(
            "it was made for {count} contigs, the header has {contig_count}"
        ));
    }
    for _ in 0..count {
        contig(&mut index, file_len)?;
    }
    // The count of unplaced reads may be absent.
    let mut tail = Vec::new();
    index.0.take(9).read_to_end(&mut tail).map_err(unreadable)?;
    if matches!(tail.len(), 0 | 8) {
        Ok(())
    } else {
        Err("it goes on behind its last contig, or ends too early".to_owned())
    }
}

fn contig(index: &mut Words<impl Read>, file_len: u64) -> Result<(), String> {
    let damaged = || "its bins are damaged".to_owned();
    let bin_count = index.u32()?;
    if bin_count > COUNTS_BIN {
        return Err(damaged());
    }
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..bin_count {
        let bin = index.u32()?;
        let chunk_count = index.u32()?;
        if !seen.insert(bin) {
            return Err(damaged());
        }
        if bin == COUNTS_BIN {
            if chunk_count != 2 {
                return Err(damaged());
            }
            for _ in 0..4 {
                index.u64()?;
            }
            continue;
        }
        let (first, behind) = bases(bin).ok_or_else(damaged)?;
        for _ in 0..chunk_count {
            let (start, end) = (VirtualOffset(index.u64()?), VirtualOffset(index.u64()?));
            if start > end || end.block() > file_len {
                return Err(format!(
                    "it points to byte {} of a file of {file_len} bytes",
                    end.block()
                ));
            }
            chunks.push(Chunk {
                start,
                end,
                first,
                behind,
            });
        }
    }
    let window_count = index.u32()?;
    if window_count > WINDOWS_MAX {
        return Err(damaged());
    }
    let windows: Vec<VirtualOffset> = (0..window_count)
        .map(|_| index.u64().map(VirtualOffset))
        .collect::<Result<_, _>>()?;
    agree(chunks, &windows)
}

/// Whether chunks, bins and linear index can belong to one sorted file.
fn agree(mut chunks: Vec<Chunk>, windows: &[VirtualOffset]) -> Result<(), String> {
    chunks.sort_by_key(|chunk| (chunk.start, chunk.end));
    let order = || "its bins are not in the order of a sorted file".to_owned();
    let (mut reached, mut end): (i64, Option<VirtualOffset>) = (0, None);
    for chunk in &chunks {
        // The record at a chunk's start lies in its bin, and no record before it lies further right.
        reached = reached.max(chunk.first);
        if reached >= chunk.behind {
            return Err(order());
        }
        // Every record is in one chunk, so they follow one another. At the end of a block writers differ.
        if end.is_some_and(|end| end < chunk.start && chunk.start.0 & 0xffff != 0) {
            return Err("records lie between its chunks".to_owned());
        }
        end = end.max(Some(chunk.end));
    }
    // A window without records repeats the one before it; there are zeros before the first record alone.
    let mut last = VirtualOffset(0);
    for offset in windows {
        if *offset < last {
            return Err("its linear index does not rise".to_owned());
        }
        last = *offset;
    }
    let within = |offset: VirtualOffset| {
        chunks.first().is_some_and(|first| first.start <= offset) && end.is_some_and(|end| offset <= end)
    };
    if !windows.iter().all(|offset| offset.0 == 0 || within(*offset)) {
        return Err("its linear index points outside its chunks".to_owned());
    }
    // The record at a chunk's start overlaps its bin's first window or a later one, and those begin no
    // earlier in the file.
    for chunk in chunks.iter().filter(|chunk| chunk.behind - chunk.first < 1 << 29) {
        let window = usize::try_from(chunk.first >> WINDOW_SHIFT).ok();
        match window.and_then(|window| windows.get(window)) {
            Some(offset) if *offset <= chunk.start => {}
            _ => return Err("its bins and its linear index disagree".to_owned()),
        }
    }
    Ok(())
}

/// The bases of a bin.
fn bases(bin: u32) -> Option<(i64, i64)> {
    if bin == NO_POSITION_BIN {
        return Some((0, 1 << 29));
    }
    let (first_bin, shift) = LEVELS.into_iter().find(|(first, _)| *first <= bin)?;
    let first = i64::from(bin - first_bin) << shift;
    (first < 1 << 29).then_some((first, first + (1 << shift)))
}

struct Words<R>(R);

impl<R: Read> Words<R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut bytes = [0; N];
        self.0
            .read_exact(&mut bytes)
            .map(|()| bytes)
            .map_err(|_| "it ends too early".to_owned())
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.array().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(bin: u32, start: u64, end: u64) -> Chunk {
        let (first, behind) = bases(bin).unwrap();
        Chunk {
            start: VirtualOffset(start),
            end: VirtualOffset(end),
            first,
            behind,
        }
    }

    #[test]
    fn bins_are_those_of_the_specification() {
        assert_eq!(bases(0), Some((0, 1 << 29)));
        assert_eq!(bases(4_681), Some((0, 16_384)));
        assert_eq!(bases(37_448), Some(((1 << 29) - 16_384, 1 << 29)));
        assert_eq!(bases(37_449), None);
    }

    #[test]
    fn a_sorted_files_index_agrees_and_a_moved_one_does_not() {
        let whole = || vec![chunk(4_681, 1, 5), chunk(585, 5, 9), chunk(4_683, 9, 20)];
        let windows = [1, 5, 5].map(VirtualOffset);
        assert_eq!(agree(whole(), &windows), Ok(()));
        let moved = vec![chunk(4_690, 1, 5), chunk(585, 5, 9), chunk(4_683, 9, 20)];
        assert!(agree(moved, &windows).unwrap_err().contains("order"));
        let gap = vec![chunk(4_681, 1, 4), chunk(585, 5, 9)];
        assert!(agree(gap, &windows).unwrap_err().contains("between"));
        assert!(
            agree(whole(), &[1, 5, 4].map(VirtualOffset))
                .unwrap_err()
                .contains("rise")
        );
        assert!(
            agree(whole(), &[1, 5, 10].map(VirtualOffset))
                .unwrap_err()
                .contains("disagree")
        );
        assert!(
            agree(whole(), &[1, 5, 5, 30].map(VirtualOffset))
                .unwrap_err()
                .contains("outside")
        );
    }
}
