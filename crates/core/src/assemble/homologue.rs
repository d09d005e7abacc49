//! Exon ends of other genes that the molecules of a junction spell as well as the one it was placed on.

use super::{
    Candidate,
    ends::KnownEnds,
    held::beyond_of,
    observe::{EvidenceKind, Target},
    outward::{MIN_CATALOGUE, matches},
};
use crate::{evidence::fragment::Placement, genome::Interval};

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
    let own = ends.near(partner).find(|(_, shift)| *shift == 0);
    let Some((own, _)) = own.filter(|_| !tails.is_empty()) else {
        return Vec::new();
    };
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
        .filter(|e| !e.is_near_gene_of(partner))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::observe::Observation,
        catalogue::{GeneModels, catalogue},
        evidence::fragment::Confidence,
        genome::{Breakend, Build, Contigs, Junction, Position, Retained},
    };

    /// Genes that one molecule of KMT2A e8 joined to CREBBP e20 fits as well, with `tail` behind the junction.
    fn homologues(tail: &[u8]) -> Vec<String> {
        let contigs = Contigs::new((1..=22).map(|n| (format!("chr{n}"), 300_000_000)));
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let ends = KnownEnds::new(&models, None);
        let (gene, contig) = models.kmt2a();
        let target = Target {
            contig,
            span: gene.interval,
            strand: gene.strand,
            fragment_len_max: 500,
            spliced: true,
        };
        let first = exon_start("CREBBP", 20);
        let acceptor = ends
            .iter()
            .find(|e| !e.is_donor && e.inward.starts_with(&first))
            .unwrap();
        let junction = Junction {
            five: Breakend {
                contig,
                position: Position::from_one_based(118_482_495),
                retained: Retained::Left,
            },
            three: acceptor.side,
            inserted: Vec::new(),
        };
        let last = catalogue().exon_ends("KMT2A", 8).unwrap().last.as_bytes();
        let observation = Observation {
            fragment: 0,
            molecule: 0,
            kind: EvidenceKind::Split,
            five: junction.five,
            three: junction.three,
            inserted: Vec::new(),
            overlap: 0,
            anchor_five: 40,
            anchor_three: 40,
            confidence_five: Confidence::Unique,
            confidence_three: Confidence::Unique,
            bases: Some(([last, tail].concat().into(), last.len())),
            start: (contig, 0),
            end: (contig, 0),
            reversed: false,
        };
        places(&Candidate::new(junction, vec![observation]), &ends, &target)
            .iter()
            .flat_map(|p| models.overlapping(p.contig, p.reference))
            .map(|g| g.symbol.clone())
            .collect()
    }

    fn exon_start(symbol: &str, exon: u16) -> Vec<u8> {
        catalogue().exon_ends(symbol, exon).unwrap().first.as_bytes().to_vec()
    }

    /// CREBBP e20 and EP300 e20 begin with the same 26 bases and differ in the next.
    #[test]
    fn a_gene_is_named_while_the_bases_fit_it_as_well() {
        let own = exon_start("CREBBP", 20);
        assert_eq!(own[..26], exon_start("EP300", 20)[..26]);
        assert_eq!(homologues(&own[..24]), ["EP300"]);
        assert_eq!(homologues(&own), Vec::<String>::new(), "40 bases tell them apart");
        assert_eq!(
            homologues(&own[..8]),
            Vec::<String>::new(),
            "too short to tell anything"
        );
    }
}
