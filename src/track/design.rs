//! Candidate primers and a probe around each genomic junction: a starting point for the laboratory.
//!
//! In: targets, reference, and what reads show of the person's own bases. Out: one candidate a junction.
//! Secondary structure, dimers and multiplexing are *not* looked at.

use std::collections::BTreeMap;

use super::melting::melting_temperature;
use super::target::Target;
use crate::genome::sequence::{base_index, is_low_complexity, reverse_complement};
use crate::genome::{Contigs, Interval, SequenceSource};
use crate::report::schema::{RetainedSide, Side};

/// Lengths of primers and of the probe, bases.
const PRIMER: std::ops::RangeInclusive<usize> = 18..=26;
const PROBE: std::ops::RangeInclusive<usize> = 20..=32;
/// Melting temperatures aimed at, degrees Celsius at 50 mM sodium and 25 nM: primers, probe some 8 above.
const PRIMER_MELTS: f64 = 56.0;
const PROBE_MELTS: f64 = 64.0;
/// Widest distance from the aim that is still a candidate.
const MELTS_OFF: f64 = 4.0;
/// Bases of each side that a probe must cover: it must not sit on one side alone.
const PROBE_OVER: usize = 6;
/// Last bases of a primer that must be unique, bases; 16 occur by chance less than once in the genome.
const UNIQUE_END: usize = 16;
/// Part of reads that must differ for a variant, and least reads that say something.
const VARIANT_SHARE: f64 = 0.2;
const VARIANT_DEPTH: u32 = 10;

/// An oligonucleotide.
#[derive(Clone, Debug, PartialEq)]
pub struct Oligo {
    /// Bases, 5' to 3'.
    pub bases: String,
    /// First base within the target, 0-based, in the target's direction.
    pub start: usize,
    /// Melting temperature, degrees Celsius.
    pub melts: f64,
    /// Times its 3' end (probe: its middle) occurs in what the reference knows, itself counted where it is
    /// genomic; `None` where no reference was given.
    pub occurrences: Option<u64>,
    /// Bases of it that no read says anything about.
    pub unseen: usize,
}

/// A candidate assay.
#[derive(Clone, Debug, PartialEq)]
pub struct Assay {
    /// Junction.
    pub junction: String,
    /// Its name.
    pub name: String,
    /// Primer of the 5' side.
    pub forward: Oligo,
    /// Primer of the 3' side, as ordered.
    pub reverse: Oligo,
    /// Probe over the junction.
    pub probe: Oligo,
    /// Bases from primer to primer.
    pub product_len: usize,
}

/// Bases of the person as reads show them: contig and 0-based position to counts of A, C, G, T.
pub type Pileup = BTreeMap<(String, i64), [u32; 4]>;

/// What the reads say of one base.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Same,
    Variant,
    Unseen,
}

/// A candidate for a target; `None` where no primers or probe fit.
pub fn design(target: &Target, pileup: &Pileup) -> Option<Assay> {
    let shown: Vec<Shown> = (0..target.bases.len()).map(|at| shown(target, pileup, at)).collect();
    let junction = (target.five_len, target.three_start);
    let probe = best(target, &shown, PROBE, PROBE_MELTS, |start, end| {
        start + PROBE_OVER <= junction.0 && end >= junction.1 + PROBE_OVER
    })?;
    let end = probe.start + probe.bases.len();
    let forward = best(target, &shown, PRIMER, PRIMER_MELTS, |_, stop| {
        stop <= probe.start.min(junction.0)
    })?;
    let mut reverse = best(target, &shown, PRIMER, PRIMER_MELTS, |start, _| {
        start >= end.max(junction.1)
    })?;
    reverse.bases = String::from_utf8(reverse_complement(reverse.bases.as_bytes())).ok()?;
    Some(Assay {
        junction: target.id.clone(),
        name: target.name.clone(),
        product_len: reverse.start + reverse.bases.len() - forward.start,
        forward,
        reverse,
        probe,
    })
}

/// The stretch nearest to the aimed temperature, then nearest to the junction, without a variant.
fn best(
    target: &Target,
    shown: &[Shown],
    lengths: std::ops::RangeInclusive<usize>,
    aim: f64,
    fits: impl Fn(usize, usize) -> bool,
) -> Option<Oligo> {
    let middle = usize::midpoint(target.five_len, target.three_start);
    let mut found: Option<(i64, usize, Oligo)> = None;
    for len in lengths {
        for start in 0..target.bases.len().saturating_sub(len) {
            let end = start + len;
            let (Some(bases), Some(seen)) = (target.bases.get(start..end), shown.get(start..end)) else {
                continue;
            };
            if !fits(start, end) || is_low_complexity(bases) || seen.contains(&Shown::Variant) || has_run(bases) {
                continue;
            }
            let Some(melts) = melting_temperature(bases).filter(|melts| (melts - aim).abs() <= MELTS_OFF) else {
                continue;
            };
            // Whole degrees first, so that a shorter product wins among equals.
            let key = (
                (melts - aim).abs().floor() as i64,
                usize::midpoint(start, end).abs_diff(middle),
            );
            if found.as_ref().is_none_or(|(off, away, _)| key < (*off, *away)) {
                let oligo = Oligo {
                    bases: String::from_utf8_lossy(bases).into_owned(),
                    start,
                    melts,
                    occurrences: None,
                    unseen: seen.iter().filter(|s| **s == Shown::Unseen).count(),
                };
                found = Some((key.0, key.1, oligo));
            }
        }
    }
    found.map(|(_, _, oligo)| oligo)
}

/// Five or more of one base: primers slip.
fn has_run(bases: &[u8]) -> bool {
    bases.chunk_by(|a, b| a == b).any(|run| run.len() >= 5)
}

/// Genome place of a target's base; `None` for inserted ones.
fn place(target: &Target, at: usize) -> Option<(String, i64, bool)> {
    let (side, away, is_five): (&Side, i64, bool) = if at < target.five_len {
        (&target.five, (target.five_len - 1 - at) as i64, true)
    } else if at >= target.three_start {
        (&target.three, (at - target.three_start) as i64, false)
    } else {
        return None;
    };
    let step = match side.retained {
        RetainedSide::Left => -1,
        RetainedSide::Right => 1,
    };
    let reverse = (side.retained == RetainedSide::Left) != is_five;
    Some((side.contig.clone(), side.position - 1 + step * away, reverse))
}

fn shown(target: &Target, pileup: &Pileup, at: usize) -> Shown {
    let Some((contig, position, reverse)) = place(target, at) else {
        return Shown::Unseen;
    };
    let Some(counts) = pileup.get(&(contig, position)) else {
        return Shown::Unseen;
    };
    let base = target.bases.get(at).copied().unwrap_or(b'N');
    let base = if reverse {
        crate::genome::sequence::complement(base)
    } else {
        base
    };
    let total: u32 = counts.iter().sum();
    let same = b"ACGT"
        .iter()
        .position(|b| *b == base)
        .and_then(|i| counts.get(i))
        .copied()
        .unwrap_or(0);
    if total < VARIANT_DEPTH {
        Shown::Unseen
    } else if f64::from(total - same) >= VARIANT_SHARE * f64::from(total) {
        Shown::Variant
    } else {
        Shown::Same
    }
}

/// Stretches of the genome around a target of which reads should be looked at: contig and interval.
pub fn windows(target: &Target) -> Vec<(String, Interval)> {
    [
        0,
        target.five_len.saturating_sub(1),
        target.three_start,
        target.bases.len().saturating_sub(1),
    ]
    .chunks(2)
    .filter_map(|pair| {
        let (one, other) = (place(target, *pair.first()?)?, place(target, *pair.get(1)?)?);
        Some((one.0, Interval::new(one.1.min(other.1), one.1.max(other.1) + 1)))
    })
    .collect()
}

/// Adds a record's aligned bases within `windows`.
pub fn add_record(
    record: &crate::genome::AlignedRecord,
    windows: &[(crate::genome::ContigId, Interval)],
    contigs: &Contigs,
    pileup: &mut Pileup,
) {
    use crate::genome::cigar::CigarOp;
    let Some(contig) = record.contig.filter(|_| record.is_placed()) else {
        return;
    };
    let (mut reference, mut read) = (record.position, 0_usize);
    for op in &record.cigar.0 {
        let len = op.len();
        match op {
            CigarOp::Match(_) => {
                for step in 0..len {
                    let at = reference + i64::from(step);
                    let base = record.sequence.get(read + step as usize).copied().and_then(base_index);
                    let inside = windows
                        .iter()
                        .any(|(c, window)| *c == contig && (window.start.0..window.end.0).contains(&at));
                    if let Some(code) = base.filter(|_| inside)
                        && let Some(count) = pileup
                            .entry((contigs.name(contig).to_owned(), at))
                            .or_default()
                            .get_mut(code)
                    {
                        *count = count.saturating_add(1);
                    }
                }
                reference += i64::from(len);
                read += len as usize;
            }
            CigarOp::Insertion(_) | CigarOp::SoftClip(_) => read += len as usize,
            CigarOp::Deletion(_) | CigarOp::Skip(_) => reference += i64::from(len),
            _ => {}
        }
    }
}

/// Counts where the ends of all oligos occur in the reference, both strands, in one pass over it. Gives the
/// number of known bases that were looked at.
pub fn count_occurrences(assays: &mut [Assay], contigs: &Contigs, source: &dyn SequenceSource) -> u64 {
    let end_of = |oligo: &Oligo, is_probe: bool| -> Vec<u8> {
        let bases = oligo.bases.as_bytes();
        let from = if is_probe {
            (bases.len().saturating_sub(UNIQUE_END)) / 2
        } else {
            bases.len().saturating_sub(UNIQUE_END)
        };
        bases.get(from..from + UNIQUE_END).unwrap_or_default().to_vec()
    };
    let mut wanted: BTreeMap<u64, u64> = BTreeMap::new();
    let each = |assay: &Assay| {
        [
            (assay.forward.clone(), false),
            (assay.reverse.clone(), false),
            (assay.probe.clone(), true),
        ]
    };
    for (oligo, is_probe) in assays.iter().flat_map(each) {
        let end = end_of(&oligo, is_probe);
        for word in [packed(&end), packed(&reverse_complement(&end))].into_iter().flatten() {
            wanted.entry(word).or_default();
        }
    }
    const BLOCK: i64 = 1 << 20;
    let mut known = 0;
    for (contig, _, length) in contigs.iter() {
        let mut start = 0;
        while start < length {
            // Blocks overlap by a word less one base, so that each place is met once.
            let end = (start + BLOCK + UNIQUE_END as i64 - 1).min(length);
            let Some(bases) = source.bases(contig, Interval::new(start, end)) else {
                break;
            };
            let (mut word, mut valid) = (0_u64, 0);
            for base in bases {
                match base_index(base) {
                    Some(code) => {
                        word = (word << 2 | code as u64) & ((1 << (2 * UNIQUE_END)) - 1);
                        valid += 1;
                        known += 1;
                    }
                    None => valid = 0,
                }
                if valid >= UNIQUE_END
                    && let Some(count) = wanted.get_mut(&word)
                {
                    *count += 1;
                }
            }
            start += BLOCK;
        }
    }
    let total = |oligo: &Oligo, is_probe: bool| {
        let end = end_of(oligo, is_probe);
        let words: std::collections::BTreeSet<u64> = [packed(&end), packed(&reverse_complement(&end))]
            .into_iter()
            .flatten()
            .collect();
        Some(words.iter().filter_map(|word| wanted.get(word)).sum())
    };
    for assay in assays {
        assay.forward.occurrences = total(&assay.forward, false);
        assay.reverse.occurrences = total(&assay.reverse, false);
        assay.probe.occurrences = total(&assay.probe, true);
    }
    known
}

fn packed(bases: &[u8]) -> Option<u64> {
    if bases.len() != UNIQUE_END {
        return None;
    }
    bases
        .iter()
        .try_fold(0, |word, base| Some(word << 2 | base_index(*base)? as u64))
}

#[cfg(test)]
mod tests;
