//! Exon ends of other genes that the molecules of a junction spell as well as the one it was placed on.

use super::{
    Candidate,
    ends::KnownEnds,
    held::beyond_of,
    observe::{EvidenceKind, Target},
    outward::{MIN_CATALOGUE, matches},
};
use crate::{collect::fragment::Placement, genome::Interval};

/// Exon ends this near to each other belong to one gene (bases; longer than any gene of the catalogue).
const SAME_GENE: i64 = 1_000_000;
/// Molecules whose bases are compared (count).
const COMPARED: usize = 50;

/// Places of other genes whose exon ends fit every molecule's partner bases as well. Families of like
/// sequence (AFF1, AFF3, AFF4; MLLT1, MLLT3; CREBBP, EP300; septins) share exon starts.
pub(super) fn places(candidate: &Candidate, ends: &KnownEnds, target: &Target) -> Vec<Placement> {
    let junction = &candidate.junction;
    let from_five = target.holds(junction.five);
    if !candidate.is_precise || from_five == target.holds(junction.three) || !junction.inserted.is_empty() {
        return Vec::new();
    }
    let partner = if from_five { junction.three } else { junction.five };
    let tails: Vec<Vec<u8>> = candidate
        .observations
        .iter()
        .filter(|o| o.kind != EvidenceKind::Spanning)
        .take(COMPARED)
        .filter_map(|o| beyond_of(o, junction, from_five))
        .filter(|tail| tail.len() >= MIN_CATALOGUE)
        .collect();
    let Some(own) = ends.iter().find(|e| e.side == partner) else {
        return Vec::new();
    };
    if tails.is_empty() {
        return Vec::new();
    }
    let mismatches = |inward: &[u8]| {
        tails
            .iter()
            .map(|tail| matches(tail, inward, MIN_CATALOGUE).map(|(_, mismatches)| mismatches))
            .sum::<Option<usize>>()
    };
    let Some(own_mismatches) = mismatches(&own.inward) else {
        return Vec::new();
    };
    ends.iter()
        .filter(|e| e.is_donor == own.is_donor && !e.is_kmt2a)
        .filter(|e| e.side.contig != partner.contig || e.side.position.distance(partner.position) > SAME_GENE)
        .filter(|e| mismatches(&e.inward).is_some_and(|n| n <= own_mismatches))
        .map(|e| Placement {
            contig: e.side.contig,
            strand: if from_five {
                e.side.strand_as_three_prime()
            } else {
                e.side.strand_as_five_prime()
            },
            reference: Interval::new(e.side.position.0, e.side.position.0 + 1),
        })
        .collect()
}
