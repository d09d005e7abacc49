//! Mates that did not align, beside a read in KMT2A.

use super::{
    ends::{KnownEnd, KnownEnds},
    observe::{EvidenceKind, Observation, Target},
    outward::{MIN_CATALOGUE, matches},
    unplaced::{self, Tail},
};
use crate::{
    evidence::{chain::MIN_CLIP, fragment::Fragment},
    genome::{Breakend, Retained, sequence::reverse_complement},
};

/// What a mate shows.
pub(super) enum Found {
    /// A KMT2A exon end that runs on into another known exon.
    Junction(Observation),
    /// A KMT2A exon end that runs on into unknown bases.
    Tail(Tail),
}

/// Where in the mate a KMT2A exon ends.
struct Edge<'a> {
    site: &'a KnownEnd,
    bases: Vec<u8>,
    /// First base behind the exon.
    at: usize,
}

/// Searches a mate that did not align, beside a read in KMT2A, for a KMT2A exon end that does not run on
/// as wild type.
pub(super) fn search(index: usize, fragment: &Fragment, ends: &KnownEnds, target: &Target) -> Option<Found> {
    let mate = fragment.unaligned_mate.as_ref()?;
    let anchor = fragment
        .chain
        .segments
        .iter()
        .filter(|s| {
            target.holds(Breakend {
                contig: s.contig,
                position: s.reference.start,
                retained: Retained::Left,
            })
        })
        .max_by_key(|s| s.len())?;
    let mut best: Option<(usize, &KnownEnd, Edge<'_>)> = None;
    let mut open: Option<Edge<'_>> = None;
    for bases in [mate.clone(), reverse_complement(mate)] {
        for edge in edges(&bases, ends) {
            let tail = &edge.bases[edge.at..];
            let site = edge.site;
            let goes_on = |e: &&KnownEnd| {
                e.is_kmt2a
                    && e.is_donor != site.is_donor
                    && if site.is_donor {
                        e.exon > site.exon
                    } else {
                        e.exon < site.exon
                    }
            };
            if ends
                .iter()
                .filter(goes_on)
                .any(|e| matches(tail, &e.inward, MIN_CLIP as usize).is_some())
            {
                return None;
            }
            let fit = ends
                .iter()
                .filter(|e| e.is_donor != site.is_donor)
                .filter_map(|e| matches(tail, &e.inward, MIN_CATALOGUE).map(|(length, _)| (length, e)))
                .max_by_key(|(length, e)| (*length, std::cmp::Reverse((e.rank, e.side))));
            match fit {
                Some((length, end)) if best.as_ref().is_none_or(|(l, ..)| length > *l) => {
                    best = Some((length, end, edge))
                }
                Some(_) => {}
                None if edge.bases.len() - edge.at >= MIN_CATALOGUE && open.is_none() => open = Some(edge),
                None => {}
            }
        }
    }
    let (site, bases, at, matched, other) = match (best, open) {
        (Some((length, end, edge)), _) => (edge.site, edge.bases, edge.at, length, Some(end)),
        (None, Some(edge)) => {
            let matched = edge.bases.len() - edge.at;
            (edge.site, edge.bases, edge.at, matched, None)
        }
        (None, None) => return None,
    };
    let tail = bases[at..].to_vec();
    let far = other.map_or_else(unplaced::nowhere, |e| e.side);
    let (five, three) = if site.is_donor {
        (site.side, far)
    } else {
        (far, site.side)
    };
    let (kept, matched) = (u32::try_from(at).unwrap_or(0), u32::try_from(matched).unwrap_or(0));
    let (anchor_five, anchor_three) = if site.is_donor {
        (kept, matched)
    } else {
        (matched, kept)
    };
    let oriented = if site.is_donor {
        (bases, at)
    } else {
        (reverse_complement(&bases), bases.len() - at)
    };
    let observation = Observation {
        fragment: index,
        molecule: fragment.molecule,
        kind: EvidenceKind::Mate,
        five,
        three,
        inserted: Vec::new(),
        overlap: 0,
        anchor_five,
        anchor_three,
        confidence_five: anchor.confidence,
        confidence_three: anchor.confidence,
        bases: Some((oriented.0.into(), oriented.1)),
        start: (anchor.contig, anchor.first_base().0),
        end: (anchor.contig, anchor.last_base().0),
        reversed: false,
    };
    Some(match other {
        Some(_) => Found::Junction(observation),
        None => Found::Tail(Tail {
            site: site.side,
            is_donor: site.is_donor,
            bases: tail,
            observation,
        }),
    })
}

/// Every KMT2A exon end whose last 20 (else 12) bases stand in `bases`.
fn edges<'a>(bases: &[u8], ends: &'a KnownEnds) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for site in ends.iter().filter(|e| e.is_kmt2a) {
        // The end of the exon as a molecule that leaves it shows it.
        let outward = reverse_complement(&site.inward);
        for seed_len in [20_usize, MIN_CATALOGUE] {
            let Some(seed) = outward.len().checked_sub(seed_len).and_then(|from| outward.get(from..)) else {
                continue;
            };
            if let Some(at) = bases.windows(seed_len).position(|w| w == seed) {
                edges.push(Edge {
                    site,
                    bases: bases.to_vec(),
                    at: at + seed_len,
                });
                break;
            }
        }
    }
    edges
}
