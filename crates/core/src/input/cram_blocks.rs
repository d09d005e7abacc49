//! Check sums of a CRAM's headers that htslib leaves unread.
//!
//! Every block of a CRAM 3 ends in a CRC-32 (CRAM specification 8), but htslib compares it when it
//! decompresses a block, and compression and slice headers are stored as they are. A changed byte there
//! gives other records without a word. So each container that is going to be read is looked at first:
//! its header is walked, and its compression header and slice headers are checked.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::Path;

use flate2::{Crc, read::MultiGzDecoder};

/// The file's definition: magic, version, name (CRAM specification 6).
const DEFINITION_LEN: u64 = 26;
/// Bytes taken at once: a container's header with its compression header is a few kB.
const PIECE: usize = 16 << 10;
/// Most of a block's bytes or of a container's landmarks that are believed (bytes, count).
const BLOCK_MAX: u32 = 64 << 20;

/// One line of a `.crai`.
struct Slice {
    contig: i64,
    start: i64,
    end: i64,
    container: u64,
}

/// The containers of one CRAM.
pub(super) struct CramBlocks {
    file: File,
    slices: Vec<Slice>,
    checked: BTreeSet<u64>,
}

impl CramBlocks {
    /// For the CRAM at `path` with its index; `None` where its version has other blocks, or it cannot be
    /// read (which opening it says better).
    pub(super) fn open(path: &Path, crai: Option<&Path>) -> Option<Self> {
        let file = File::open(path).ok()?;
        if Bytes::at(&file, 0).array()? != *b"CRAM\x03" {
            return None;
        }
        Some(Self {
            file,
            slices: crai.map_or_else(Vec::new, |path| slices(path).unwrap_or_default()),
            checked: BTreeSet::new(),
        })
    }

    /// Whether the headers of all containers with records on `start..end` (0-based) of a contig are whole.
    pub(super) fn fit(&mut self, contig: i64, start: i64, end: i64) -> bool {
        let wanted: Vec<u64> = self
            .slices
            .iter()
            .filter(|s| s.contig == contig && s.start < end && s.end > start)
            .map(|s| s.container)
            .collect();
        self.whole(wanted)
    }

    /// Whether the headers of all containers with records that have no place are whole (contig -1 in the
    /// index; CRAM specification 12).
    pub(super) fn unplaced_fit(&mut self) -> bool {
        let wanted: Vec<u64> = self
            .slices
            .iter()
            .filter(|s| s.contig < 0)
            .map(|s| s.container)
            .collect();
        self.whole(wanted)
    }

    fn whole(&mut self, containers: Vec<u64>) -> bool {
        containers
            .into_iter()
            .all(|at| !self.checked.insert(at) || self.container(at).is_some())
    }

    /// Whether the headers of all containers are whole.
    pub(super) fn all_fit(&mut self) -> bool {
        let len = self.file.metadata().map_or(0, |m| m.len());
        let mut at = DEFINITION_LEN;
        while at < len {
            match self.container(at) {
                Some(next) if next > at => at = next,
                _ => return false,
            }
        }
        at == len
    }

    /// Checks the container at `at`; gives the place behind it.
    fn container(&self, at: u64) -> Option<u64> {
        let mut bytes = Bytes::at(&self.file, at);
        let len = u32::from_le_bytes(bytes.array()?);
        // Contig, start, span, records; then the count of records before and of bases.
        for _ in 0..4 {
            bytes.itf8()?;
        }
        for _ in 0..2 {
            bytes.ltf8()?;
        }
        let blocks = bytes.itf8()?;
        let landmarks: Vec<u32> = {
            let count = bytes.itf8()?;
            if count > len {
                return None;
            }
            (0..count).map(|_| bytes.itf8()).collect::<Option<_>>()?
        };
        bytes.check_sum()?;
        let begin = at.checked_add(u64::try_from(bytes.taken).ok()?)?;
        let next = begin.checked_add(u64::from(len))?;
        if blocks > 0 {
            self.block(begin)?;
        }
        for landmark in landmarks.into_iter().filter(|l| *l > 0 && *l < len) {
            self.block(begin.checked_add(u64::from(landmark))?)?;
        }
        Some(next)
    }

    /// Checks the block at `at`.
    fn block(&self, at: u64) -> Option<()> {
        let mut bytes = Bytes::at(&self.file, at);
        let _method_and_type: [u8; 2] = bytes.array()?;
        bytes.itf8()?;
        let stored = bytes.itf8()?;
        bytes.itf8()?;
        if stored > BLOCK_MAX {
            return None;
        }
        bytes.skip(stored)?;
        bytes.check_sum()
    }
}

fn slices(crai: &Path) -> io::Result<Vec<Slice>> {
    let mut slices = Vec::new();
    let text = BufReader::new(MultiGzDecoder::new(File::open(crai)?));
    for line in text.lines() {
        let line = line?;
        let fields: Vec<i64> = line.split('\t').map_while(|f| f.trim().parse().ok()).collect();
        if let &[contig, start, span, container, ..] = fields.as_slice()
            && let Ok(container) = u64::try_from(container)
        {
            slices.push(Slice {
                contig,
                // 1-based in the file.
                start: start.saturating_sub(1),
                end: start.saturating_sub(1).saturating_add(span.max(1)),
                container,
            });
        }
    }
    Ok(slices)
}

/// Bytes from a place on, with the check sum of what was taken.
struct Bytes<'a> {
    file: &'a File,
    at: u64,
    piece: Vec<u8>,
    used: usize,
    taken: usize,
    sum: Crc,
}

impl<'a> Bytes<'a> {
    fn at(file: &'a File, at: u64) -> Self {
        Self {
            file,
            at,
            piece: Vec::new(),
            used: 0,
            taken: 0,
            sum: Crc::new(),
        }
    }

    fn more(&mut self) -> Option<()> {
        if self.used < self.piece.len() {
            return Some(());
        }
        self.piece.resize(PIECE, 0);
        let read = self.file.read_at(&mut self.piece, self.at).ok()?;
        self.piece.truncate(read);
        self.at = self.at.checked_add(read as u64)?;
        self.used = 0;
        (read > 0).then_some(())
    }

    fn byte(&mut self) -> Option<u8> {
        self.more()?;
        let byte = *self.piece.get(self.used)?;
        self.used += 1;
        self.taken += 1;
        self.sum.update(&[byte]);
        Some(byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Some(bytes)
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        let mut left = usize::try_from(count).ok()?;
        while left > 0 {
            self.more()?;
            let part = left.min(self.piece.len() - self.used);
            self.sum.update(self.piece.get(self.used..self.used + part)?);
            self.used += part;
            self.taken += part;
            left -= part;
        }
        Some(())
    }

    /// Compares the four bytes that follow with the sum of what came before.
    fn check_sum(&mut self) -> Option<()> {
        let sum = self.sum.sum();
        (u32::from_le_bytes(self.array()?) == sum).then_some(())
    }

    /// An integer of one to five bytes (CRAM specification 2.3).
    fn itf8(&mut self) -> Option<u32> {
        let first = self.byte()?;
        let more = (first.leading_ones().min(4)) as usize;
        let mut value = u32::from(first) & (0xff >> (more + 1).min(8));
        if more == 4 {
            value = u32::from(first) & 0x0f;
        }
        for n in 0..more {
            let byte = u32::from(self.byte()?);
            value = if n == 3 {
                value << 4 | byte & 0x0f
            } else {
                value << 8 | byte
            };
        }
        Some(value)
    }

    /// One of one to nine bytes; its value is of no use here.
    fn ltf8(&mut self) -> Option<()> {
        let more = self.byte()?.leading_ones();
        self.skip(more)
    }
}
