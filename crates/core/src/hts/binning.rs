//! The chunks of a `.bai` or `.csi` (SAM specification 5.2, CSI specification 1), read in safe Rust.
//!
//! htslib allocates as many chunks as a count says and frees those it never filled; noodles' readers reserve as many
//! bins as a count says, which aborts the process as well. Here nothing is reserved: a damaged count runs into the
//! end of the bytes. The linear index and the counts are skipped: they make reading faster, several writers omit
//! them, and nothing in the file shows whether they are correct.

use std::collections::BTreeSet;
use std::io::Read;

use super::index::VirtualOffset;

/// Bin width of a `.bai`, as a power of two, and its levels below the first (SAM specification 5.1.1).
const BAI_SHAPE: (u32, u32) = (14, 5);
/// Widest position that a binning can represent, as a power of two: far beyond any contig.
const SHIFT_MAX: u32 = 40;
/// Windows of a linear index: 2^29 bases in windows of 2^14.
const WINDOWS_MAX: u32 = 1 << 15;

/// Some records that are adjacent in the file, and the bases that their bin covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chunk {
    /// Start of its first record.
    pub start: VirtualOffset,
    /// End of its last record.
    pub end: VirtualOffset,
    /// First base of its bin, 0-based.
    pub first: i64,
    /// One past the last base of its bin.
    pub behind: i64,
}

impl Chunk {
    /// Whether records of its bin can overlap `start..end` (0-based).
    pub const fn reaches(&self, start: i64, end: i64) -> bool {
        self.first < end && self.behind > start
    }
}

/// The chunks of every contig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binning {
    /// By contig; each in file order.
    pub contigs: Vec<Vec<Chunk>>,
}

impl Binning {
    /// Reads the uncompressed bytes of an index made for a header of `contig_count` contigs and a file of `file_len`
    /// bytes.
    ///
    /// `Err` contains the reason as a phrase.
    pub(super) fn read(source: impl Read, contig_count: usize, file_len: u64) -> Result<Self, String> {
        let mut words = Words(source);
        let magic: [u8; 4] = words.array()?;
        let bins = match &magic {
            b"BAI\x01" => Bins::new(BAI_SHAPE, false),
            b"CSI\x01" => {
                let (min_shift, depth, aux) = (words.u32()?, words.u32()?, words.u32()?);
                words.pass(u64::from(aux))?;
                Bins::new((min_shift, depth), true)
            }
            _ => return Err("it is neither a .bai nor a .csi".to_owned()),
        }?;
        let count = words.u32()?;
        if usize::try_from(count) != Ok(contig_count) {
            return Err(format!(
                "it was made for {count} contigs, the header has {contig_count}"
            ));
        }
        let contigs = (0..count)
            .map(|_| bins.contig(&mut words, file_len))
            .collect::<Result<_, _>>()?;
        // The count of unplaced reads is optional.
        let mut tail = Vec::new();
        words.0.take(9).read_to_end(&mut tail).map_err(ended)?;
        if matches!(tail.len(), 0 | 8) {
            Ok(Self { contigs })
        } else {
            Err("it continues after its last contig, or ends too early".to_owned())
        }
    }

    /// All chunks in the order of their contigs.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Chunk)> {
        self.contigs
            .iter()
            .enumerate()
            .flat_map(|(tid, chunks)| chunks.iter().map(move |chunk| (tid, chunk)))
    }

    /// End of the last placed record; `None` without any.
    pub fn last_offset(&self) -> Option<VirtualOffset> {
        self.iter().map(|(_, chunk)| chunk.end).max()
    }
}

/// The bin numbers of an index.
struct Bins {
    min_shift: u32,
    depth: u32,
    is_csi: bool,
}

impl Bins {
    fn new((min_shift, depth): (u32, u32), is_csi: bool) -> Result<Self, String> {
        let widest = depth.checked_mul(3).and_then(|levels| levels.checked_add(min_shift));
        if widest.is_some_and(|shift| shift <= SHIFT_MAX) && depth <= 10 {
            Ok(Self {
                min_shift,
                depth,
                is_csi,
            })
        } else {
            Err("its bins have an impossible size".to_owned())
        }
    }

    /// First bin of a level; the level after the last starts after all bins.
    const fn level(level: u32) -> u64 {
        ((1 << (3 * level)) - 1) / 7
    }

    /// The bin that contains counts: one after the first unused bin number (CSI specification 1).
    const fn counts_bin(&self) -> u64 {
        Self::level(self.depth + 1) + 1
    }

    /// The bases of a bin.
    fn bases(&self, bin: u64) -> Option<(i64, i64)> {
        let widest = self.min_shift + 3 * self.depth;
        // The formula's bin for a record with a contig but without a position: it may be anywhere.
        if self.depth > 0 && bin + 1 == Self::level(self.depth) {
            return Some((0, 1 << widest));
        }
        let level = (0..=self.depth).rev().find(|level| Self::level(*level) <= bin)?;
        let shift = widest - 3 * level;
        let first = i64::try_from(bin - Self::level(level)).ok()? << shift;
        (first < 1 << widest).then_some((first, first + (1 << shift)))
    }

    fn contig(&self, words: &mut Words<impl Read>, file_len: u64) -> Result<Vec<Chunk>, String> {
        let damaged = || "its bins are damaged".to_owned();
        let mut chunks = Vec::new();
        let mut seen = BTreeSet::new();
        for _ in 0..words.u32()? {
            let bin = u64::from(words.u32()?);
            if self.is_csi {
                words.u64()?;
            }
            let count = words.u32()?;
            if !seen.insert(bin) {
                return Err(damaged());
            }
            if bin == self.counts_bin() {
                if count != 2 {
                    return Err(damaged());
                }
                words.pass(32)?;
                continue;
            }
            let (first, behind) = self.bases(bin).ok_or_else(damaged)?;
            for _ in 0..count {
                let (start, end) = (VirtualOffset(words.u64()?), VirtualOffset(words.u64()?));
                if start > end || end.block() > file_len {
                    let byte = end.block();
                    return Err(format!("it points to byte {byte} of a file of {file_len} bytes"));
                }
                chunks.push(Chunk {
                    start,
                    end,
                    first,
                    behind,
                });
            }
        }
        if !self.is_csi {
            let windows = words.u32()?;
            if windows > WINDOWS_MAX {
                return Err("its linear index is damaged".to_owned());
            }
            words.pass(u64::from(windows) * 8)?;
        }
        chunks.sort_unstable();
        Ok(chunks)
    }
}

fn ended<E>(_: E) -> String {
    "it cannot be read to its end".to_owned()
}

struct Words<R>(R);

impl<R: Read> Words<R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).map_err(ended)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.array().map(u64::from_le_bytes)
    }

    fn pass(&mut self, count: u64) -> Result<(), String> {
        let passed = std::io::copy(&mut self.0.by_ref().take(count), &mut std::io::sink()).map_err(ended)?;
        if passed == count { Ok(()) } else { Err(ended(())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bai() -> Bins {
        Bins::new(BAI_SHAPE, false).unwrap()
    }

    #[test]
    fn bins_are_those_of_the_specification() {
        let bins = bai();
        assert_eq!(bins.counts_bin(), 37_450);
        assert_eq!(bins.bases(0), Some((0, 1 << 29)));
        assert_eq!(bins.bases(4_681), Some((0, 16_384)));
        assert_eq!(bins.bases(585), Some((0, 131_072)));
        assert_eq!(bins.bases(4_680), Some((0, 1 << 29)), "no position");
        assert_eq!(bins.bases(37_448), Some(((1 << 29) - 16_384, 1 << 29)));
        assert_eq!(bins.bases(37_449), None);
    }

    #[test]
    fn impossible_shapes_are_refused() {
        for (shape, is_good) in [
            ((14, 5), true),
            ((14, 8), true),
            ((14, 9), false),
            ((u32::MAX, 5), false),
        ] {
            assert_eq!(Bins::new(shape, true).is_ok(), is_good, "{shape:?}");
        }
    }

    /// One contig with one chunk of bin 4,681, as written by different tools: with and without counts, linear index
    /// and count of unplaced reads.
    fn index(counts: bool, windows: u32, unplaced: bool) -> Vec<u8> {
        let mut bytes = b"BAI\x01\x01\0\0\0".to_vec();
        bytes.extend(1_u32.wrapping_add(u32::from(counts)).to_le_bytes());
        bytes.extend([4_681_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat());
        bytes.extend([100_u64.to_le_bytes(), 900_u64.to_le_bytes()].concat());
        if counts {
            bytes.extend([37_450_u32.to_le_bytes(), 2_u32.to_le_bytes()].concat());
            bytes.extend([0; 32]);
        }
        bytes.extend(windows.to_le_bytes());
        bytes.extend((0..windows).flat_map(|_| 100_u64.to_le_bytes()));
        if unplaced {
            bytes.extend(7_u64.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn the_parts_that_writers_omit_are_not_needed() {
        let whole = Binning::read(&index(true, 1, true)[..], 1, 1_000).unwrap();
        assert_eq!(whole.contigs[0].len(), 1);
        for (counts, windows, unplaced) in [(false, 1, true), (true, 0, true), (false, 0, false)] {
            let made = index(counts, windows, unplaced);
            assert_eq!(Binning::read(&made[..], 1, 1_000), Ok(whole.clone()));
        }
    }

    #[test]
    fn an_index_cut_anywhere_or_with_any_count_is_refused() {
        let made = index(true, 2, false);
        for len in 0..made.len() {
            assert!(Binning::read(&made[..len], 1, 1_000).is_err(), "{len}");
        }
        // Contigs, bins, chunks, windows.
        for at in [4, 8, 16, made.len() - 20] {
            let mut changed = made.clone();
            changed[at..at + 4].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
            assert!(Binning::read(&changed[..], 1, 1_000).is_err(), "{at}");
        }
        assert!(Binning::read(&made[..], 1, 0).is_ok(), "block 0 is there in any file");
        assert!(Binning::read(&made[..], 2, 1_000).unwrap_err().contains("1 contigs"));
    }
}
