//! Ends of reads that are not genomic: adapters, poly-A tails, low-complexity bases.

use super::rebuild::Rest;
use crate::genome::sequence::{differing, is_low_complexity};

/// First bases of read-through adapters: Illumina TruSeq (both reads), Nextera, small RNA; MGI (two); Ion Torrent P1
/// and A (Illumina Adapter Sequences, document 1000000002694; MGI Oligos and Primers for MGISEQ; Ion Xpress Plus
/// fragment library adapters).
const ADAPTERS: [&[u8]; 9] = [
    b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA",
    b"AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT",
    b"CTGTCTCTTATACACATCTCCGAGCCCACGAGAC",
    b"CTGTCTCTTATACACATCTGACGCTGCCGACGA",
    b"TGGAATTCTCGGGTGCCAAGGAACTCCAGTCAC",
    b"AAGTCGGAGGCCAAGCGGTCTTAGGAAGACAA",
    b"AAGTCGGATCGTAGCCATGTCGTTCTGTGAGCC",
    b"ATCACCGACTGCCCATAGAGAGG",
    b"CTGAGTCGGAGACACGCAGGGATGAGATGG",
];
/// Unaligned bases allowed before an adapter or a tail (bases): an aligner extends too far or stops early by chance,
/// and ligation adds one.
const BEFORE: usize = 4;
/// Least bases of an adapter (bases).
const SEEN: usize = 6;

/// The explanation of clipped bases, read outward from the last aligned one.
pub(crate) fn rest(bases: &[u8]) -> Rest {
    if is_adapter(bases) || is_tail_and_adapter(bases) {
        Rest::Adapter
    } else if is_simple(bases) {
        Rest::Simple
    } else {
        Rest::Unexplained
    }
}

/// Whether the bases are of low complexity: a poly-A tail, homopolymers, short repeats.
pub(crate) fn is_simple(bases: &[u8]) -> bool {
    is_low_complexity(bases) || is_poly_tail(bases)
}

/// Whether an adapter begins within the first bases.
pub(crate) fn is_adapter(bases: &[u8]) -> bool {
    (0..=BEFORE).any(|skip| {
        let Some(rest) = bases.get(skip..).filter(|r| r.len() >= SEEN) else {
            return false;
        };
        ADAPTERS.iter().any(|adapter| {
            // The adapter's first bases may be aligned to the genome.
            (0..=2).any(|cut| {
                let expected = &adapter[cut..];
                let length = rest.len().min(expected.len());
                let wrong = differing(rest, expected);
                length >= SEEN + skip && wrong * 8 <= length
            })
        })
    })
}

/// Least length of a tail before an adapter (bases).
const TAIL: usize = 12;

/// Whether the bases are a poly-A (or T) tail followed by an adapter.
fn is_tail_and_adapter(bases: &[u8]) -> bool {
    [b'A', b'T'].iter().any(|base| {
        let mut others = 0;
        bases.iter().enumerate().any(|(i, b)| {
            others += usize::from(b != base);
            let length = i + 1;
            length >= TAIL && others * 8 <= length && is_adapter(&bases[length..])
        })
    })
}

/// Maximum length of a primer between genomic bases and an adapter (bases): anchored PCR.
const PRIMER_MAX: usize = 40;
/// Least bases of an adapter after a primer (bases): twelve match by chance once in 10^5 reads.
pub(crate) const BEHIND_PRIMER: usize = 12;

/// Where an adapter begins within the bases, after a possible primer.
pub(crate) fn adapter_at(bases: &[u8]) -> Option<usize> {
    (0..=PRIMER_MAX.min(bases.len())).find(|at| {
        let rest = &bases[*at..];
        ADAPTERS.iter().any(|adapter| {
            let length = rest.len().min(adapter.len());
            length >= BEHIND_PRIMER && differing(rest, adapter) * 12 <= length
        })
    })
}

/// Whether the bases are A, T or G with at most one in eight others, after a few unaligned bases.
fn is_poly_tail(bases: &[u8]) -> bool {
    (0..=BEFORE).any(|skip| {
        let Some(rest) = bases.get(skip..).filter(|r| r.len() >= SEEN + skip) else {
            return false;
        };
        [b'A', b'T', b'G']
            .iter()
            .any(|base| rest.iter().filter(|b| *b != base).count() * 8 <= rest.len())
    })
}
