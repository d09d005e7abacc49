//! Three-way events: the partner of a KMT2A junction joined to a third locus, in molecules that do not
//! reach KMT2A.

use super::{
    Candidate,
    observe::{self, Observation},
};
use crate::{
    catalogue::{GeneModels, Role},
    evidence::fragment::{Fragment, LinkKind},
    genome::{ContigId, Interval, Junction, Strand},
};

/// A gene that a KMT2A junction enters: junctions that leave it may belong to the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relay {
    /// Contig.
    pub contig: ContigId,
    /// From the junction's acceptor to the gene's end.
    pub reach: Interval,
    /// Strand of the gene and of the molecule.
    pub strand: Strand,
}

/// The relays of the candidates: precise junctions from KMT2A's exon ends to those of a catalogue partner, or between
/// any bases of them if supported by several molecules.
pub(crate) fn relays(candidates: &[Candidate], models: &GeneModels) -> Vec<Relay> {
    let (kmt2a, contig) = models.kmt2a();
    let mut relays: Vec<Relay> = Vec::new();
    for c in candidates.iter().filter(|c| c.is_precise) {
        let Some(&Junction { five, three, .. }) = c.sides.junction() else {
            continue;
        };
        let from_kmt2a = five.contig == contig && kmt2a.interval.contains(five.position);
        let into_kmt2a = three.contig == contig && kmt2a.interval.contains(three.position);
        let at_sites = || super::place::is_donor(models, five) && super::place::is_acceptor(models, three);
        if !from_kmt2a || into_kmt2a || !(at_sites() || c.has_several_molecules()) {
            continue;
        }
        let strand = three.strand_as_three_prime();
        for gene in models
            .at(three.contig, three.position)
            .filter(|g| g.strand == strand && g.roles.has(Role::Partner))
        {
            let reach = match strand {
                Strand::Forward => Interval {
                    start: three.position,
                    end: gene.interval.end,
                },
                Strand::Reverse => Interval {
                    start: gene.interval.start,
                    end: three.position.offset(1),
                },
            };
            let relay = Relay {
                contig: three.contig,
                reach,
                strand,
            };
            if !relays.contains(&relay) {
                relays.push(relay);
            }
        }
    }
    relays
}

/// Observations of fragments without KMT2A that leave a relay for another locus.
pub(crate) fn observe(index: usize, fragment: &Fragment, relays: &[Relay]) -> Vec<Observation> {
    let chain = &fragment.chain;
    let mut found = Vec::new();
    for (i, kind) in chain.links.iter().enumerate().filter(|(_, k)| **k != LinkKind::Gap) {
        let (five, three) = observe::sides(chain, i);
        for flip in [false, true] {
            let (from, to) = if flip { (three, five) } else { (five, three) };
            let leaves = relays.iter().any(|r| {
                r.contig == from.contig
                    && r.reach.contains(from.position)
                    && from.strand_as_five_prime() == r.strand
                    && !(to.contig == r.contig && r.reach.padded(1_000_000).contains(to.position))
            });
            if leaves {
                found.push(observe::observation(index, fragment, i, *kind, from, to, flip));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::fragment::{Chain, Confidence, PlacedBy, SeenBy, Segment},
        genome::Position,
    };

    const PARTNER: ContigId = ContigId(3);

    fn aligned_segment(molecule: std::ops::Range<u32>, contig: ContigId, from: i64) -> Segment {
        Segment {
            molecule_start: molecule.start,
            molecule_end: molecule.end,
            contig,
            strand: Strand::Forward,
            reference: Interval::new(from, from + i64::from(molecule.end - molecule.start)),
            confidence: Confidence::Unique,
            seen_by: SeenBy::default(),
            alignment: u16::try_from(molecule.start).unwrap(),
            placed_by: PlacedBy::Aligner,
        }
    }

    /// Whether a molecule from the relay (10,000,000 to 10,200,000) to the given position belongs to the event.
    fn is_relayed(contig: ContigId, place: i64) -> bool {
        let relay = Relay {
            contig: PARTNER,
            reach: Interval::new(10_000_000, 10_200_000),
            strand: Strand::Forward,
        };
        let fragment = Fragment::of(Chain {
            segments: vec![
                aligned_segment(0..40, PARTNER, 10_100_000),
                aligned_segment(40..80, contig, place),
            ],
            links: vec![LinkKind::Split],
            len: 80,
            ..Chain::default()
        });
        let found = observe(0, &fragment, &[relay]);
        assert!(found.iter().all(|o| o.five.at.position == Position(10_100_039)));
        !found.is_empty()
    }

    #[test]
    fn a_third_locus_lies_a_million_bases_from_the_partner_or_on_another_contig() {
        assert!(is_relayed(ContigId(5), 10_100_500));
        assert!(!is_relayed(PARTNER, 11_199_999) && is_relayed(PARTNER, 11_200_000));
        assert!(!is_relayed(PARTNER, 9_000_000) && is_relayed(PARTNER, 8_999_999));
    }
}
