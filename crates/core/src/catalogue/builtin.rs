//! Built-in reference sequence: the whole KMT2A gene and the catalogue's exons, so that a sample can be judged without
//! a
//! reference file.
//!
//! In: `data/sequence.bin`, made by `tools/make_sequence.py` (format, sources and omissions: `docs/catalogue.md`). Out:
//! bases on either build. Only bases that the tool accepted as real sequence are included; all others are unknown,
//! never
//! guessed.

use std::sync::OnceLock;

use crate::genome::{Build, ContigId, Contigs, Interval, PatchedSequence, SequenceSource};

/// The packed sequence.
static PACKED: &[u8] = include_bytes!("data/sequence.bin");

/// First bytes of the file, with its version.
const MAGIC: &[u8] = b"BKSEQ\x01";

/// Bytes of one interval's description: chromosome, start on GRCh38, start on GRCh37, length.
const ENTRY_LEN: usize = 13;

/// Marks an interval without a start on GRCh37.
const NO_START: u32 = u32::MAX;

/// Bases by two-bit code.
const BASES: [u8; 4] = *b"ACGT";

/// An interval of known bases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    /// 1 to 22, 23 for X, 24 for Y.
    chromosome: u8,
    /// First base, 0-based, on GRCh37 and GRCh38.
    starts: [Option<i64>; Build::COUNT],
    len: i64,
    /// Four bases per byte, the first in the highest bits.
    packed: &'static [u8],
}

/// The built-in sequence, bound to the contigs of one alignment header.
///
/// ```
/// use breakapart_core::catalogue::BuiltIn;
/// use breakapart_core::genome::{Build, Contigs, Interval, SequenceSource};
///
/// let contigs = Contigs::new([("chr11".to_owned(), 135_086_622)]);
/// let source = BuiltIn::bind(Build::GRCh38, &contigs);
/// let chr11 = contigs.resolve("11").unwrap();
/// // KMT2A's first codon.
/// let start = Interval::from_one_based(118_436_513, 118_436_515);
/// assert_eq!(source.bases(chr11, start).unwrap(), b"ATG");
/// ```
#[derive(Clone, Debug)]
pub struct BuiltIn(PatchedSequence);

impl BuiltIn {
    /// The sequence of `build` on a header's contigs. Intervals without a certain position on the build, or on contigs
    /// that
    /// are missing from the header or too short, are left out.
    pub fn bind(build: Build, contigs: &Contigs) -> Self {
        let mut known = PatchedSequence::new(contigs);
        for stretch in stretches() {
            if let Some(start) = stretch.starts[build.index()]
                && let Some(contig) = contigs.resolve(&chromosome_name(stretch.chromosome))
                && start + stretch.len <= contigs.length(contig)
            {
                known.insert(contig, start, &stretch.bases());
            }
        }
        Self(known)
    }
}

impl SequenceSource for BuiltIn {
    /// `None` also if no base of the interval is known.
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        let bases = self.0.bases(contig, interval)?;
        (bases.is_empty() || bases.iter().any(|base| *base != b'N')).then_some(bases)
    }
}

impl Stretch {
    fn bases(&self) -> Vec<u8> {
        let four = |byte: &u8| [6, 4, 2, 0].map(|shift| BASES[usize::from(byte >> shift & 3)]);
        let mut bases: Vec<u8> = self.packed.iter().flat_map(four).collect();
        bases.truncate(usize::try_from(self.len).unwrap_or(0));
        bases
    }
}

/// The intervals of the file, parsed once; empty if it is malformed, which a tested build's is not.
fn stretches() -> &'static [Stretch] {
    static STRETCHES: OnceLock<Vec<Stretch>> = OnceLock::new();
    STRETCHES.get_or_init(|| read(PACKED).unwrap_or_default())
}

/// Magic, number of intervals, their descriptions, their bases; numbers are 32-bit little-endian. Each interval's bases
/// begin at a byte boundary.
fn read(file: &'static [u8]) -> Option<Vec<Stretch>> {
    let rest = file.strip_prefix(MAGIC)?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let (entries, mut packed) = rest.split_at_checked(count.checked_mul(ENTRY_LEN)?)?;
    let mut stretches = Vec::with_capacity(count);
    for entry in entries.chunks_exact(ENTRY_LEN) {
        let (chromosome, numbers) = entry.split_first()?;
        let number = |at: usize| Some(u32::from_le_bytes(*numbers.get(4 * at..)?.first_chunk()?));
        let (start38, start37, len) = (number(0)?, number(1)?, number(2)?);
        let own;
        (own, packed) = packed.split_at_checked(usize::try_from(len.div_ceil(4)).ok()?)?;
        stretches.push(Stretch {
            chromosome: *chromosome,
            starts: [
                (start37 != NO_START).then_some(i64::from(start37)),
                Some(i64::from(start38)),
            ],
            len: i64::from(len),
            packed: own,
        });
    }
    packed.is_empty().then_some(stretches)
}

fn chromosome_name(number: u8) -> String {
    match number {
        23 => "X".to_owned(),
        24 => "Y".to_owned(),
        autosome => autosome.to_string(),
    }
}

#[cfg(test)]
mod tests;
