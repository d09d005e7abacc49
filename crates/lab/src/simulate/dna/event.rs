//! Rearrangements as derivative chromosomes, and the truth for each junction.

use super::DnaDesign;
use crate::simulate::{
    Genome,
    template::{NOWHERE, Piece, Place, Template},
    truth::{DnaTruth, TruthRow},
};
use breakapart_core::{
    catalogue::KMT2A,
    genome::{Breakend, Interval, Retained, Strand},
};

/// A rearrangement.
#[derive(Clone, Debug, PartialEq)]
pub struct DnaEvent {
    /// Its kind, for the sample's name.
    pub kind: &'static str,
    /// Fraction of alleles.
    pub allele_fraction: f64,
    /// Its derivative chromosomes: the segments of each, in reading direction.
    pub derivatives: Vec<Vec<Piece>>,
}

impl DnaEvent {
    /// The segments of all its chromosomes.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let placed = |piece: &Piece| match piece {
            Piece::Placed(places) => places.clone(),
            Piece::Novel(_) => Vec::new(),
        };
        self.derivatives.iter().flatten().flat_map(placed)
    }
}

/// Truth rows of a derivative, one per junction; none for a junction that does not touch KMT2A.
pub(super) fn rows(
    number: usize,
    event: &DnaEvent,
    template: &Template,
    design: &DnaDesign,
    genome: &Genome<'_>,
) -> Vec<Option<TruthRow>> {
    let (gene, contig) = genome.models().kmt2a();
    // The margin within which intergenic breakpoints count as KMT2A's.
    let span = gene.interval.padded(10_000);
    let own = |side: Breakend| side.contig == contig && span.contains(side.position);
    let inside = |side: Breakend| side.contig == contig && gene.interval.contains(side.position);
    let symbol = |side: Breakend| {
        if inside(side) {
            return KMT2A.to_owned();
        }
        let at = genome.models().at(side.contig, side.position);
        at.max_by_key(|g| {
            (
                g.roles.has(breakapart_core::catalogue::Role::Partner),
                std::cmp::Reverse(g.interval.len()),
            )
        })
        .map_or_else(String::new, |g| g.symbol.clone())
    };
    template
        .breaks
        .iter()
        .map(|junction| {
            let (mut five, mut three) = (junction.five, junction.three);
            if !own(five) && !own(three) {
                return None;
            }
            let mut inserted = template.bases.get(junction.left_end..junction.right_start)?.to_vec();
            // Written in KMT2A's sense.
            let forward = gene.strand == Strand::Forward;
            let leaves = |side: Breakend| (side.retained == Retained::Left) == forward;
            let flipped = match (own(five), own(three)) {
                (true, false) => !leaves(five),
                (false, true) => leaves(three),
                _ => !leaves(five) && leaves(three),
            };
            if flipped {
                (five, three) = (three, five);
                inserted = breakapart_core::genome::sequence::reverse_complement(&inserted);
            }
            let (gene5, gene3) = (symbol(five), symbol(three));
            let class = match (own(five), own(three)) {
                // The gene's flank joined to its inside: the other end of the gene is lost.
                (true, true) if inside(five) && !inside(three) => "canonical-intergenic",
                (true, true) if inside(three) && !inside(five) => "reciprocal",
                (true, true) => match (leaves(five), leaves(three)) {
                    (true, false) if (three.position > five.position) == forward => "deletion",
                    (true, false) => "ptd",
                    _ => "inverted",
                },
                (true, false) if three.contig == NOWHERE.contig => "canonical-unplaced",
                (true, false) if gene3.is_empty() => "canonical-intergenic",
                (true, false) => "canonical",
                _ => "reciprocal",
            };
            let sides = [(gene5.as_str(), five), (gene3.as_str(), three)];
            Some(TruthRow {
                class: class.to_owned(),
                dna: Some(DnaTruth {
                    allele_fraction: fraction(event, if own(five) { five } else { three }, class == "ptd"),
                    tolerance: if !inserted.is_empty() {
                        0
                    } else if class == "canonical-unplaced" {
                        chance_agreement(template, junction.right_start, five, genome)
                    } else {
                        homology(five, three, genome)
                    },
                }),
                ..TruthRow::of_junction(&design.library, number, sides, &inserted, genome)
            })
        })
        .collect()
}

/// Distance from a breakpoint that another derivative must cover on both sides to count as wild type there (bases).
const WHOLE: i64 = 500;

/// The fraction observable from reads at the KMT2A breakpoint: junctions over junctions plus wild type, where a
/// derivative with an intact copy of the site (a duplication) looks like wild type. A duplication: junctions over wild
/// type.
fn fraction(event: &DnaEvent, side: Breakend, is_ptd: bool) -> f64 {
    let covers = |place: &Place| {
        place.contig == side.contig
            && place.interval.start.0 + WHOLE <= side.position.0
            && side.position.0 + WHOLE <= place.interval.end.0
    };
    let whole = event.places().filter(covers).count();
    let f = event.allele_fraction;
    let wild_type = 1.0 - f + f * whole as f64;
    if is_ptd { f / wild_type } else { f / (f + wild_type) }
}

/// Bases of an unknown sequence that equal the next bases of KMT2A by chance.
fn chance_agreement(template: &Template, start: usize, five: Breakend, genome: &Genome<'_>) -> u32 {
    let next = five.position.0 + 1;
    let sequence = genome
        .reference(five.contig, Interval::new(next, next + 30))
        .unwrap_or_default();
    let novel = template.bases.get(start..).unwrap_or_default();
    u32::try_from(sequence.iter().zip(novel).take_while(|(a, b)| a == b).count()).unwrap_or(0)
}

/// Bases by which the junction can be shifted without changing the molecule.
fn homology(five: Breakend, three: Breakend, genome: &Genome<'_>) -> u32 {
    if five.contig == NOWHERE.contig || three.contig == NOWHERE.contig {
        return 0;
    }
    breakapart_core::assemble::place::homology(genome, five, three)
        .map_or(0, breakapart_core::assemble::place::Ambiguity::width)
}
