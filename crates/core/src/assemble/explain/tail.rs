//! Ends of reads that belong to no genome: adapters, poly-A tails, bases too simple to place.

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
    b"ATCACCGACTGCCCATAGAGAGGAAAGCGGAGG",
    b"CTGAGTCGGAGACACGCAGGGATGAGATGG",
];
/// Bases of no place that may stand before an adapter or a tail (bases): an aligner goes on or stops early by chance, and
/// ligation adds one.
const BEFORE: usize = 4;
/// Bases of an adapter that must be seen (bases).
const SEEN: usize = 6;

/// What explains the bases, read outward from the last placed one.
pub(crate) fn rest(bases: &[u8]) -> Rest {
    if is_adapter(bases) || is_tail_and_adapter(bases) {
        Rest::Adapter
    } else if is_simple(bases) {
        Rest::Simple
    } else {
        Rest::Unexplained
    }
}

/// Whether the bases are too simple to place: a poly-A tail, runs, short repeats.
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
            // The adapter's first bases may be taken for the genome's.
            (0..=2).any(|cut| {
                let expected = &adapter[cut..];
                let length = rest.len().min(expected.len());
                let wrong = differing(rest, expected);
                length >= SEEN + skip && wrong * 8 <= length
            })
        })
    })
}

/// Bases of a tail before an adapter (bases).
const TAIL: usize = 12;

/// Whether the bases are a poly-A (or T) tail and then an adapter.
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

/// Bases of a primer that may lie between a genome's bases and an adapter (bases): anchored PCR.
const PRIMER_MAX: usize = 40;
/// Bases of an adapter that say so behind a primer (bases): twelve are met by chance once in 10^5 reads.
pub(crate) const BEHIND_PRIMER: usize = 12;

/// Where an adapter begins within the bases, behind what may be a primer.
pub(crate) fn adapter_at(bases: &[u8]) -> Option<usize> {
    (0..=PRIMER_MAX.min(bases.len())).find(|at| {
        let rest = &bases[*at..];
        ADAPTERS.iter().any(|adapter| {
            let length = rest.len().min(adapter.len());
            length >= BEHIND_PRIMER && differing(rest, adapter) * 12 <= length
        })
    })
}

/// Whether the bases are A (or T) but for one in eight, after a few of no place.
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
