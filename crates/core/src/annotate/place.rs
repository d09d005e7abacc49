//! A junction side in the report's form: coordinates, exon, distances and bases.

use super::{AnnotatedJunction, Reference};
use crate::{
    assemble::Candidate,
    catalogue::{Transcript, catalogue, identifiers},
    genome::{Breakend, Interval, Position, SequenceSource, Strand, sequence::complement},
    model::{self, End},
};

/// One side of a junction in the report's form, without its coverage; `None` for an unmapped side.
pub(super) fn of(junction: &AnnotatedJunction, end: End, at: Reference<'_>) -> Option<model::Side> {
    let c = &junction.candidate;
    let breakend = c.sides.side(end.is_five())?;
    let side = if end.is_five() { &junction.five } else { &junction.three };
    let gene = side.gene.as_deref().and_then(|g| at.models.by_symbol(g));
    let transcript = side.transcript_of(at.models);
    let phase = transcript
        .and_then(|t| t.coding_before(breakend.position))
        // The 5' side includes the base at the breakend; the 3' side's phase counts the bases before it.
        .map(|before| before + i64::from(end.is_five()));
    let labels = side.exon.filter(|_| side.is_kmt2a).map(|exon| {
        catalogue()
            .exon_schemes()
            .numbers(exon)
            .iter()
            .map(|n| model::ExonLabel {
                scheme: n.scheme.name().to_owned(),
                label: n.number.to_string(),
                derived: true,
            })
            .collect()
    });
    Some(model::Side {
        contig: at.contigs.name(breakend.contig).to_owned(),
        position: breakend.position.one_based(),
        retained: breakend.retained,
        strand: side.strand.into(),
        gene: side.gene.clone(),
        gene_candidates: side.candidates.clone(),
        gene_strand: side.gene_strand.into(),
        genes_nearby: side
            .nearby
            .iter()
            .map(|(symbol, distance)| model::NearbyGene {
                symbol: symbol.clone(),
                distance: distance.unsigned_abs(),
            })
            .collect(),
        gene_id: gene.and_then(|g| g.id.clone()),
        hgnc_id: side
            .gene
            .as_deref()
            .and_then(identifiers::of_gene)
            .map(|g| g.hgnc.to_owned()),
        transcript: side.transcript.clone(),
        transcript_id: transcript.map(|t| t.id.clone()),
        mane: transcript.is_some_and(|t| t.mane),
        exon: side.exon,
        intron: side.intron,
        exon_labels: labels.unwrap_or_default(),
        site: side.site.name().to_owned(),
        at_splice_site: side.at_splice_site,
        distance_to_splice_site: transcript.and_then(|t| distance_to_site(t, breakend.position, end)),
        phase: phase.and_then(|n| u8::try_from(n.rem_euclid(3)).ok()),
        ref_base: base_at(c, end, at.source),
        ref_context: around(breakend, at.source),
        coverage: None,
    })
}

/// The base at a breakend, forward strand: from the reference, else from the reads.
fn base_at(candidate: &Candidate, end: End, source: &dyn SequenceSource) -> Option<String> {
    let side = candidate.sides.side(end.is_five())?;
    let known = source.bases(
        side.contig,
        Interval {
            start: side.position,
            end: side.position.offset(1),
        },
    );
    known
        .and_then(|bases| bases.first().copied())
        .filter(|base| b"ACGT".contains(base))
        .or_else(|| of_reads(candidate, end, side))
        .map(|base| char::from(base).to_string())
}

/// The base next to the junction in the consensus, on the forward strand.
fn of_reads(candidate: &Candidate, end: End, side: Breakend) -> Option<u8> {
    let consensus = candidate.consensus.as_ref().filter(|_| candidate.is_precise)?;
    let (index, strand) = match end {
        End::Five => (consensus.before.checked_sub(1)?, side.strand_as_five_prime()),
        End::Three => (
            consensus.before + candidate.sides.inserted().len(),
            side.strand_as_three_prime(),
        ),
    };
    let base = consensus.bases.get(index).copied().filter(|b| b"ACGT".contains(b))?;
    Some(match strand {
        Strand::Forward => base,
        Strand::Reverse => complement(base),
    })
}

/// Five reference bases centred on a breakend, forward strand.
fn around(side: Breakend, source: &dyn SequenceSource) -> Option<String> {
    let window = Interval {
        start: side.position.offset(-2),
        end: side.position.offset(3),
    };
    let bases = (window.start.0 >= 0).then(|| source.bases(side.contig, window))??;
    Some(String::from_utf8_lossy(&bases).into_owned())
}

/// Signed distance (bases) from the transcript's nearest donor (5' side) or acceptor (3' side): 0 at the site, positive
/// towards the gene's 3' end. `None` for a transcript without introns.
fn distance_to_site(transcript: &Transcript, position: Position, end: End) -> Option<i64> {
    let last = transcript.exons.len().checked_sub(1)?;
    let sites = transcript
        .exons
        .iter()
        .enumerate()
        .filter_map(|(index, exon)| match end {
            // The end of the last exon and the start of the first are not splice sites.
            End::Five => (index < last).then(|| transcript.last_base(exon)),
            End::Three => (index > 0).then(|| transcript.first_base(exon)),
        });
    let step = match transcript.strand {
        Strand::Forward => 1,
        Strand::Reverse => -1,
    };
    sites
        .map(|site| (position.0 - site.0) * step)
        .min_by_key(|distance| (distance.abs(), *distance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::consensus::Consensus,
        genome::{Build, ContigId, Junction, Position, Retained, sequence::NoSequence},
    };

    fn candidate(five: Retained, three: Retained, inserted: &[u8]) -> Candidate {
        let side = |position, retained| Breakend {
            contig: ContigId(0),
            position: Position(position),
            retained,
        };
        let mut candidate = Candidate::new(
            Junction {
                five: side(100, five),
                three: side(900, three),
                inserted: inserted.to_vec(),
            },
            Vec::new(),
        );
        let bases = [b"AAAC".as_slice(), inserted, b"GAAA"].concat();
        candidate.consensus = Some(Consensus {
            bases,
            before: 4,
            disagreement_permille: 0,
        });
        candidate
    }

    #[test]
    fn without_a_reference_the_reads_give_both_bases_on_the_forward_strand() {
        use Retained::{Left, Right};
        // (five, three) retained, base at five, base at three: the 5' part ends with C, the 3' part begins with G.
        let cases = [
            (Left, Right, "C", "G"),
            (Left, Left, "C", "C"),
            (Right, Right, "G", "G"),
            (Right, Left, "G", "C"),
        ];
        for (five, three, at_five, at_three) in cases {
            for inserted in [b"".as_slice(), b"TT"] {
                let c = candidate(five, three, inserted);
                assert_eq!(base_at(&c, End::Five, &NoSequence).as_deref(), Some(at_five));
                assert_eq!(base_at(&c, End::Three, &NoSequence).as_deref(), Some(at_three));
            }
        }
        let mut vague = candidate(Left, Right, b"");
        vague.is_precise = false;
        assert_eq!(base_at(&vague, End::Five, &NoSequence), None);
        assert_eq!(around(vague.sides.five().unwrap(), &NoSequence), None);
    }

    #[test]
    fn the_reference_takes_precedence_over_the_reads() {
        struct Everywhere;
        impl SequenceSource for Everywhere {
            fn bases(&self, _: ContigId, interval: Interval) -> Option<Vec<u8>> {
                Some(b"ACGTTACGTT"[..interval.len() as usize].to_vec())
            }
        }
        let c = candidate(Retained::Left, Retained::Right, b"");
        assert_eq!(base_at(&c, End::Five, &Everywhere).as_deref(), Some("A"));
        assert_eq!(around(c.sides.five().unwrap(), &Everywhere).as_deref(), Some("ACGTT"));
    }

    #[test]
    fn distances_are_from_donors_on_the_5_prime_and_acceptors_on_the_3_prime_side() {
        let kmt2a = catalogue().kmt2a(Build::GRCh38).transcript().unwrap();
        let at = |one_based, end| distance_to_site(kmt2a, Position::from_one_based(one_based), end);
        // MANE e8 ends at 118,482,495, e9 begins at 118,484,183; intron 8 is 1,687 bases long.
        assert_eq!(at(118_482_495, End::Five), Some(0));
        assert_eq!(at(118_482_505, End::Five), Some(10));
        assert_eq!(at(118_482_490, End::Five), Some(-5));
        assert_eq!(at(118_484_183, End::Three), Some(0));
        assert_eq!(at(118_484_083, End::Three), Some(-100));
        // The start of the first exon is not an acceptor.
        assert_eq!(at(118_436_492, End::Three), Some(118_436_492 - 118_468_775));

        // MLLT3 is on the reverse strand: coordinates decrease downstream of its donors.
        let mllt3 = catalogue().gene(Build::GRCh38, "MLLT3").unwrap().transcript().unwrap();
        let donor = mllt3.last_base(&mllt3.exons[3]);
        assert_eq!(distance_to_site(mllt3, donor.offset(-7), End::Five), Some(7));
    }
}
