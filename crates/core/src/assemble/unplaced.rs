//! Junctions whose other side nothing places: several molecules that leave one KMT2A exon end into the
//! same unknown bases.

use std::collections::HashMap;

use super::{
    Candidate,
    ends::KnownEnds,
    observe::Observation,
    outward::{Outward, matches},
};
use crate::{
    evidence::fragment::{Confidence, Fragment},
    genome::{Breakend, ContigId, Junction, Position, Retained, sequence::reverse_complement},
};

/// Shortest unknown stretch that is compared (bases): ten agree by chance once in a million.
const MIN_TAIL: usize = 10;
/// What the longest clip of a junction without a place must show at least (bases): shorter ones cannot be looked up by a
/// person, and may be an exon that no transcript of the catalogue has.
const MIN_UNPLACED: usize = 20;
/// Molecules that must share a stretch.
const MIN_MOLECULES: usize = 2;
/// Tails of one exon end that are compared with each other (count); more is library noise.
pub(super) const TAILS_CAP: usize = 200_000;
/// Bases of a piece by which tails that may agree are found. Two that agree differ in at most one base of
/// twelve, so that of their pieces of six at least one is the same.
const PIECE: usize = 6;

/// Contig of a side that is not placed.
pub const NOWHERE: ContigId = ContigId(u32::MAX);

/// A side that is not placed.
pub const fn nowhere() -> Breakend {
    Breakend {
        contig: NOWHERE,
        position: Position(0),
        retained: Retained::Right,
    }
}

/// One molecule that leaves a KMT2A exon end into unknown bases.
pub struct Tail {
    /// The exon end.
    pub site: Breakend,
    /// A donor, else an acceptor.
    pub is_donor: bool,
    /// Bases outward from it.
    pub bases: Vec<u8>,
    /// The observation, its far side nowhere.
    pub observation: Observation,
}

/// The tail of a clip at a KMT2A exon end.
pub(super) fn tail(outward: &Outward<'_>, ends: &KnownEnds) -> Option<Tail> {
    let (site, shift) = ends.kmt2a_sites(outward.side).min_by_key(|(_, shift)| shift.abs())?;
    let bases = outward.beyond(shift).filter(|b| b.len() >= MIN_TAIL)?;
    let (five, three) = if site.is_donor {
        (site.side, nowhere())
    } else {
        (nowhere(), site.side)
    };
    let junction = Junction {
        five,
        three,
        inserted: Vec::new(),
    };
    let observation = outward.observe(&junction, site.is_donor, shift, bases.len(), Confidence::Unknown);
    Some(Tail {
        site: site.side,
        is_donor: site.is_donor,
        bases,
        observation,
    })
}

/// Candidates from tails that several molecules share, and the number of tails that were not compared
/// with the others, where they are too many.
pub(super) fn candidates(mut tails: Vec<Tail>, fragments: &[Fragment], ends: &KnownEnds) -> (Vec<Candidate>, usize) {
    let mut left_out = 0;
    tails.sort_by(|a, b| {
        (
            a.site,
            a.is_donor,
            std::cmp::Reverse(a.bases.len()),
            &a.bases,
            a.observation.fragment,
        )
            .cmp(&(
                b.site,
                b.is_donor,
                std::cmp::Reverse(b.bases.len()),
                &b.bases,
                b.observation.fragment,
            ))
    });
    let mut found = Vec::new();
    for group in tails.chunk_by(|a, b| (a.site, a.is_donor) == (b.site, b.is_donor)) {
        // The longest tail of each kind comes first and stands for it.
        let mut kinds: Vec<Vec<&Tail>> = Vec::new();
        let mut by_piece: HashMap<(usize, &[u8]), Vec<usize>> = HashMap::new();
        left_out += group.len().saturating_sub(TAILS_CAP);
        for tail in group.iter().take(TAILS_CAP) {
            let mut alike: Vec<usize> = tail
                .bases
                .chunks_exact(PIECE)
                .enumerate()
                .filter_map(|piece| by_piece.get(&piece))
                .flatten()
                .copied()
                .collect();
            alike.sort_unstable();
            alike.dedup();
            let kind = alike
                .into_iter()
                .find(|k| kinds[*k].first().is_some_and(|first| agree(&first.bases, &tail.bases)));
            if let Some(kind) = kind {
                kinds[kind].push(tail);
            } else {
                for piece in tail.bases.chunks_exact(PIECE).enumerate() {
                    by_piece.entry(piece).or_default().push(kinds.len());
                }
                kinds.push(vec![tail]);
            }
        }
        for kind in kinds {
            let mut molecules: Vec<u64> = kind
                .iter()
                .filter(|t| !fragments[t.observation.fragment].flagged_duplicate)
                .map(|t| t.observation.molecule)
                .collect();
            molecules.sort_unstable();
            molecules.dedup();
            let Some(first) = kind.first().filter(|_| molecules.len() >= MIN_MOLECULES) else {
                continue;
            };
            // Kinds of one site are told apart by a number in the unplaced side's position.
            let number = Breakend {
                position: Position(i64::try_from(found.len()).unwrap_or(0)),
                ..nowhere()
            };
            let (far, inserted) = directly(first, ends)
                .map(|side| (side, Vec::new()))
                .or_else(|| behind_inserted(first, ends))
                .unwrap_or((number, Vec::new()));
            let unplaced = (far.contig == NOWHERE).then(|| first.bases.clone());
            if unplaced.is_some() && first.bases.len() < MIN_UNPLACED {
                continue;
            }
            // Bases are written in the direction five to three.
            let inserted = if first.is_donor {
                inserted
            } else {
                reverse_complement(&inserted)
            };
            let (five, three) = if first.is_donor {
                (first.site, far)
            } else {
                (far, first.site)
            };
            let junction = Junction {
                five,
                three,
                inserted: inserted.clone(),
            };
            let observations = kind
                .iter()
                .map(|t| {
                    let mut o = Observation {
                        five,
                        three,
                        inserted: inserted.clone(),
                        ..t.observation.clone()
                    };
                    if !t.is_donor
                        && let Some((_, before)) = &mut o.bases
                    {
                        *before = before.saturating_sub(inserted.len());
                    }
                    o
                })
                .collect();
            found.push(Candidate {
                unplaced,
                ..Candidate::new(junction, observations)
            });
        }
    }
    (found, left_out)
}

/// The one exon end of the catalogue that a tail spells from its first base on, too short for a single
/// molecule to say so: two molecules and [`MIN_TAIL`] exact bases meet one of 3,000 ends by chance once in
/// 300 kinds.
fn directly(tail: &Tail, ends: &KnownEnds) -> Option<Breakend> {
    let mut fitting = ends.iter().filter(|e| {
        e.is_donor != tail.is_donor
            && e.is_catalogue
            && !e.is_kmt2a
            && matches(&tail.bases, &e.inward, MIN_TAIL).is_some_and(|(_, m)| m == 0)
    });
    let first = fitting.next()?.side;
    fitting.all(|e| e.side == first).then_some(first)
}

/// Longest stretch of inserted bases that is looked behind (bases), and the bases of an exon end that must
/// follow it: with 3,000 ends and 40 offsets, sixteen agree by chance once in 30,000 tails.
const INSERTED_MAX: usize = 40;
const BEHIND_INSERTED: usize = 16;

/// The catalogue's exon end that a tail reaches behind inserted bases, with those bases as the tail reads
/// them.
fn behind_inserted(tail: &Tail, ends: &KnownEnds) -> Option<(Breakend, Vec<u8>)> {
    (1..=INSERTED_MAX.min(tail.bases.len()))
        .flat_map(|offset| ends.iter().map(move |end| (offset, end)))
        .filter(|(_, end)| end.is_donor != tail.is_donor && end.is_catalogue)
        .filter_map(|(offset, end)| {
            let (length, mismatches) = matches(&tail.bases[offset..], &end.inward, BEHIND_INSERTED)?;
            Some((
                (
                    length - 3 * mismatches.min(length / 3),
                    std::cmp::Reverse(offset),
                    std::cmp::Reverse(end.rank),
                ),
                end.side,
                offset,
            ))
        })
        .max_by_key(|(quality, side, _)| (*quality, std::cmp::Reverse(*side)))
        .map(|(_, side, offset)| (side, tail.bases[..offset].to_vec()))
}

/// Whether two tails spell the same, one mismatch in twelve bases allowed.
fn agree(a: &[u8], b: &[u8]) -> bool {
    let length = a.len().min(b.len());
    length >= MIN_TAIL && a.iter().zip(b).filter(|(x, y)| x != y).count() <= length / 12
}
