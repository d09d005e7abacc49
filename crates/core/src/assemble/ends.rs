//! Exon ends with their bases, with which soft clips and mates are compared.

use super::place;
use crate::{
    catalogue::{Exon, Gene, GeneModels, Role, catalogue},
    genome::{Breakend, ContigId, Retained, SequenceSource, Strand, sequence::reverse_complement},
};

/// An aligner may extend past an exon end, or stop short of it, by up to this many bases.
pub(super) const SLACK: i64 = 8;
/// Bases of an exon end that are compared.
const END_LEN: i64 = 40;

/// An exon end, as a soft clip would match it.
#[derive(Clone, Debug)]
pub(crate) struct KnownEnd {
    /// The end: its last (donor) or first (acceptor) base, and the exon as the retained side.
    pub side: Breakend,
    /// Bases from the end into the exon, in the direction of a molecule that enters it there; empty if neither the
    /// catalogue nor a reference has them.
    pub inward: Vec<u8>,
    /// A donor, else an acceptor.
    pub is_donor: bool,
    /// Exon number in its transcript.
    pub exon: u16,
    /// Phase at the end, if coding.
    pub phase: Option<u8>,
    /// An exon of KMT2A.
    pub is_kmt2a: bool,
    /// Rank of the partner by frequency.
    pub rank: u16,
}

/// Exon ends of every gene of the models, by position: bases from the catalogue, or else from the reference.
pub(super) fn all(models: &GeneModels, source: &dyn SequenceSource) -> Vec<KnownEnd> {
    let mut ends: Vec<KnownEnd> = models
        .iter()
        .flat_map(|(contig, gene)| of_gene(contig, gene, source, |_| true))
        .collect();
    ends.sort_by_key(|e| (e.side, e.is_donor, e.rank, e.inward.is_empty()));
    ends.dedup_by(|a, b| a.side == b.side && a.is_donor == b.is_donor && (a.inward == b.inward || a.inward.is_empty()));
    ends
}

/// Exon ends within `SLACK` of a breakend, of the genes that contain it.
pub(crate) fn around(models: &GeneModels, source: &dyn SequenceSource, side: Breakend) -> Vec<KnownEnd> {
    models
        .at(side.contig, side.position)
        .flat_map(|gene| {
            of_gene(side.contig, gene, source, |end| {
                end.retained == side.retained && end.position.distance(side.position) <= SLACK
            })
        })
        .filter(|end| !end.inward.is_empty())
        .collect()
}

/// A gene's exon ends for which `wanted` is true.
fn of_gene(
    contig: ContigId,
    gene: &Gene,
    source: &dyn SequenceSource,
    wanted: impl Fn(Breakend) -> bool,
) -> Vec<KnownEnd> {
    let is_partner = gene.roles.has(Role::Partner);
    let is_kmt2a = gene.roles.has(Role::Kmt2a);
    let rank = catalogue()
        .partner(&gene.symbol)
        .and_then(|p| p.rank)
        .unwrap_or(u16::MAX);
    let mut ends = Vec::new();
    for (index, transcript) in gene.transcripts.iter().enumerate() {
        let count = transcript.exons.len();
        for exon in &transcript.exons {
            for is_donor in [true, false] {
                // The outer ends of a transcript are not splice sites.
                if (is_donor && usize::from(exon.number) == count) || (!is_donor && exon.number == 1) {
                    continue;
                }
                let side = exon_end(contig, gene.strand, exon, is_donor);
                if !wanted(side) {
                    continue;
                }
                let inward = inward_bases(gene, index, exon, side, is_donor, source);
                // Spanning pairs need only the position of catalogue ends.
                let Some(inward) = inward.or_else(|| (is_partner || is_kmt2a).then(Vec::new)) else {
                    continue;
                };
                ends.push(KnownEnd {
                    side,
                    inward,
                    is_donor,
                    exon: exon.number,
                    phase: if is_donor { exon.end_phase } else { exon.start_phase },
                    is_kmt2a,
                    rank,
                });
            }
        }
    }
    ends
}

fn exon_end(contig: ContigId, strand: Strand, exon: &Exon, is_donor: bool) -> Breakend {
    let at_high_end = (strand == Strand::Forward) == is_donor;
    Breakend {
        contig,
        position: if at_high_end {
            exon.interval.last()
        } else {
            exon.interval.start
        },
        retained: if at_high_end { Retained::Left } else { Retained::Right },
    }
}

fn inward_bases(
    gene: &Gene,
    transcript: usize,
    exon: &Exon,
    side: Breakend,
    is_donor: bool,
    source: &dyn SequenceSource,
) -> Option<Vec<u8>> {
    // The catalogue's ends belong to the first (MANE) transcript.
    let own = catalogue()
        .exon_ends(&gene.symbol, exon.number)
        .filter(|_| transcript == 0);
    if let Some(ends) = own {
        return Some(if is_donor {
            reverse_complement(ends.last.as_bytes())
        } else {
            ends.first.as_bytes().to_vec()
        });
    }
    let length = END_LEN.min(exon.interval.len());
    let bases = place::beside(source, side, length, true).filter(|b| !b.contains(&b'N'))?;
    Some(reverse_complement(&bases))
}
