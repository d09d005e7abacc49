//! Where BWA-MEM or minimap2 aligns a read of known origin: a local alignment for each segment with a sufficient score,
//! the best one primary.

use super::{DnaDesign, Filled};
use crate::simulate::{
    Genome,
    align::{Aligned, Block},
    dice::Dice,
    ends::Lie,
    fragment::{Fragment, Read},
    pair::Placement,
    template::{Place, Template},
};
use breakapart_core::genome::{Interval, Strand};

/// BWA-MEM's match score, mismatch penalty (`-A 1 -B 4`), end bonus (`-L 5`) and least score (`-T 30`).
const MATCH: i64 = 1;
const MISMATCH: i64 = -4;
const END_BONUS: i64 = 5;
const SCORE_MIN: i64 = 30;
/// Penalty for an unpaired read pair (`-U 17`).
const UNPAIRED: i64 = 17;
/// Longest microhomology over which a segment is extended (bases).
const EXTEND_MAX: usize = 60;

/// The segments of every read, the primary one first.
pub(super) fn place(
    fragment: &Fragment,
    design: &DnaDesign,
    genome: &Genome<'_>,
    filled: &Filled<'_>,
    dice: &mut Dice,
) -> Placement {
    let reads = fragment.reads.iter();
    let mut placement = Placement {
        parts: reads
            .map(|read| parts(read, &fragment.template, genome, filled, dice))
            .collect(),
        proper: false,
    };
    if let ([first, second], [one, two]) = (placement.parts.as_mut_slice(), fragment.reads.as_slice()) {
        // The proper pair is chosen if it costs less than an unpaired one.
        let mut best: Option<(i64, usize, usize, bool)> = None;
        for (i, a) in first.iter().enumerate() {
            for (j, b) in second.iter().enumerate() {
                let proper = is_proper(a, one, b, two, design);
                let score = a.score + b.score - if proper { 0 } else { UNPAIRED };
                if best.is_none_or(|(s, ..)| score > s) {
                    best = Some((score, i, j, proper));
                }
            }
        }
        if let Some((_, i, j, proper)) = best {
            first.swap(0, i);
            second.swap(0, j);
            placement.proper = proper;
        }
    }
    placement
}

/// Whether two mates face each other within the maximum fragment length.
fn is_proper(a: &Aligned, read_a: &Read, b: &Aligned, read_b: &Read, design: &DnaDesign) -> bool {
    let (sa, sb) = (a.read_strand(read_a), b.read_strand(read_b));
    if a.contig != b.contig || sa == sb {
        return false;
    }
    let (forward, reverse) = if sa == Strand::Forward { (a, b) } else { (b, a) };
    let outer = reverse.end().0 - forward.position().0;
    let longest = design.library.fragment_len_mean + 5.0 * design.library.fragment_len_sd;
    forward.position() <= reverse.end() && outer > 0 && outer as f64 <= longest.max(400.0)
}

fn parts(read: &Read, template: &Template, genome: &Genome<'_>, filled: &Filled<'_>, dice: &mut Dice) -> Vec<Aligned> {
    let mut found: Vec<Aligned> = Vec::new();
    for part in &template.parts {
        let (from, to) = (part.offset.max(read.start), part.end().min(read.end()));
        if from >= to {
            continue;
        }
        let place = part.place.slice(from - part.offset, to - part.offset);
        let (from, to) = (from - read.start, to - read.start);
        let before = from.min(EXTEND_MAX);
        let after = (read.bases.len() - to).min(EXTEND_MAX);
        // The reference under the read as if the segment extended in both directions.
        let (low, high) = if place.strand == Strand::Forward {
            (before, after)
        } else {
            (after, before)
        };
        let interval = Interval::new(place.interval.start.0 - low as i64, place.interval.end.0 + high as i64);
        let wide = Place { interval, ..place };
        let Some((first, last, score)) = best_run(read, from - before, &genome.bases(&wide)) else {
            continue;
        };
        if score < SCORE_MIN {
            continue;
        }
        let interval = wide.slice(first, last).interval;
        let block = Block {
            interval,
            from: from - before + first,
            after_intron: false,
        };
        let lie = Lie {
            read,
            contig: place.contig,
            strand: place.strand,
            genome,
        };
        let mut part = Aligned::new(&lie, vec![block], if score < 40 { 40 } else { 60 });
        part.score = score;
        part.other = filled.other_place(place.contig, interval);
        if let Some((contig, copy)) = part.other {
            part.mapq = 0;
            if dice.chance(0.5) {
                part.other = Some((place.contig, interval));
                part.contig = contig;
                part.blocks = vec![Block {
                    interval: copy,
                    ..block
                }];
                let shift = copy.start.0 - interval.start.0;
                part.mismatches.iter_mut().for_each(|(p, ..)| *p += shift);
            }
        }
        found.push(part);
    }
    found.sort_by_key(|a| std::cmp::Reverse(a.score));
    // A segment that shares most of its bases with a better one is dropped.
    let mut kept: Vec<Aligned> = Vec::new();
    for part in found {
        let (from, to) = part.span();
        let shared = |k: &Aligned| {
            let (first, last) = k.span();
            last.min(to).saturating_sub(first.max(from)) * 2 > to - from
        };
        if !kept.iter().any(shared) {
            kept.push(part);
        }
    }
    kept
}

/// The best ungapped local alignment of `expected` to the read from base `at`: start, end (exclusive), score.
fn best_run(read: &Read, at: usize, expected: &[u8]) -> Option<(usize, usize, i64)> {
    let (mut best, mut start, mut sum): (Option<(usize, usize, i64)>, usize, i64) = (None, 0, 0);
    for (i, base) in expected.iter().enumerate() {
        let seen = read.bases.get(at + i)?;
        if sum <= 0 {
            (start, sum) = (i, 0);
        }
        if at + i == 0 {
            sum += END_BONUS;
        }
        sum += if seen == base { MATCH } else { MISMATCH };
        let total = sum + if at + i + 1 == read.bases.len() { END_BONUS } else { 0 };
        if best.is_none_or(|(.., s)| total > s) {
            best = Some((start, i + 1, total));
        }
    }
    // The bonus only affects the choice; it is not part of the score.
    best.map(|(a, b, score)| {
        let bonus = END_BONUS * (i64::from(at + a == 0) + i64::from(at + b == read.bases.len()));
        (a, b, score - bonus)
    })
}
