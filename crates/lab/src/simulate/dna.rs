//! DNA samples whose truth is known to the base: capture panels and whole genomes.
//!
//! In: a [`DnaDesign`] and reference bases ([`Filled`]: random but fixed bases in place of `N`). Out: the same
//! [`Simulated`] as for RNA. Molecules are cut from the wild-type chromosomes and from the derivatives in proportion to
//! the allele fraction; reads are written by BWA-MEM's or minimap2's conventions, and as FASTQ for a real aligner. Not
//! simulated: indels, capture efficiency (every fragment that overlaps a bait is captured).

mod align;
mod event;
mod filled;
mod rearranged;
mod sets;
mod spots;
mod windows;

use std::sync::Arc;

pub use event::DnaEvent;
pub use filled::Filled;
pub use rearranged::{Break, KINDS, Partner};
pub use sets::{repeated, write_dna_set};
pub use spots::draw as draw_spots;
pub use windows::{merged, windows_of};

use super::{
    Design, Genome, SimulateError, Simulated,
    dice::Dice,
    fragment,
    fragment::Origin,
    template::{Piece, Place, Template},
    truth::{DnaTruth, TruthRow},
};
use breakapart_core::genome::{ContigId, Interval};

/// The targets of sequencing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Panel {
    /// The whole genome; the simulated region of KMT2A is given.
    Genome(Interval),
    /// Baits on KMT2A's contig, ascending, disjoint.
    Baits(Vec<Interval>),
}

/// A single-base variant of this patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Contig.
    pub contig: ContigId,
    /// Position (0-based).
    pub position: i64,
    /// The base on the forward strand.
    pub base: u8,
    /// On the haplotype that is rearranged.
    pub on_derivative: bool,
    /// On the other one.
    pub on_other: bool,
}

/// A DNA sample to simulate.
#[derive(Clone, Debug)]
pub struct DnaDesign {
    /// Sample, seed, reads, fragments, copies, aligner, number of chimeras (the RNA fields are not used).
    pub library: Design,
    /// Read depth before copies at KMT2A.
    pub depth: f64,
    /// Targets.
    pub panel: Panel,
    /// Rearrangements.
    pub events: Vec<DnaEvent>,
    /// Single-base variants.
    pub spots: Vec<Spot>,
}

impl DnaDesign {
    /// The segments of all rearranged chromosomes.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.events.iter().flat_map(DnaEvent::places)
    }
}

/// Read depth from which a sample without event is `negative`; below it is `negative-thin`.
const NEGATIVE_DEPTH: f64 = 200.0;

/// Simulates a sample.
///
/// # Errors
/// Positions outside the reference.
pub fn simulate_dna(design: &DnaDesign, genome: &Genome<'_>, filled: &Filled<'_>) -> Result<Simulated, SimulateError> {
    let mut drawing = Drawing {
        design,
        genome,
        sequencing: fragment::Sequencing::new(&design.library, 'd', 10),
    };
    let fraction: f64 = design.events.iter().map(|e| e.allele_fraction).sum();
    for (number, place) in windows::wild_type(design, genome)?.into_iter().enumerate() {
        let mut dice = Dice::new(design.library.seed, 100 + number as u64);
        // Each haplotype is half of the unrearranged part, minus the derivative's share for the first.
        for (on_derivative, share) in [(true, (0.5 - fraction).max(0.0)), (false, (1.0 - fraction).min(0.5))] {
            let template = Arc::new(drawing.chromosome(&[Piece::Placed(vec![place])], on_derivative));
            let inserts = drawing.shear(&template, share, &mut dice);
            let of = (&template, Origin::WildType);
            drawing.sequencing.add_all(of, &inserts, &[], |_, _| {});
        }
    }
    let mut rows = Vec::new();
    for (number, event) in design.events.iter().enumerate() {
        let mut dice = Dice::new(design.library.seed, 1_000 + number as u64);
        for derivative in &event.derivatives {
            let template = Arc::new(drawing.chromosome(derivative, true));
            if !template.is_known() {
                return Err(SimulateError::NoSequence(design.library.sample.clone()));
            }
            let mut of_derivative = event::rows(number, event, &template, design, genome);
            let inserts = drawing.shear(&template, event.allele_fraction, &mut dice);
            let of = (&template, Origin::Event(number));
            drawing
                .sequencing
                .add_all(of, &inserts, &template.crossings(), |junction, support| {
                    if let Some(row) = &mut of_derivative[junction] {
                        row.add(support);
                    }
                });
            rows.extend(of_derivative.into_iter().flatten());
        }
    }
    drawing.chimeras();
    if rows.is_empty() {
        rows.push(TruthRow {
            class: if design.depth >= NEGATIVE_DEPTH {
                "negative"
            } else {
                "negative-thin"
            }
            .to_owned(),
            dna: Some(DnaTruth::default()),
            ..TruthRow::of(&design.library)
        });
    }
    let mut dice = Dice::new(design.library.seed, 3);
    Ok(drawing.sequencing.written(genome, rows, Vec::new(), |fragment| {
        align::place(fragment, design, genome, filled, &mut dice)
    }))
}

struct Drawing<'a> {
    design: &'a DnaDesign,
    genome: &'a Genome<'a>,
    sequencing: fragment::Sequencing<'a>,
}

impl Drawing<'_> {
    /// A chromosome of one haplotype, with its variants.
    fn chromosome(&self, pieces: &[Piece], on_derivative: bool) -> Template {
        let mut template = Template::of_pieces(pieces, self.genome);
        spots::apply(&mut template, &self.design.spots, on_derivative);
        template
    }

    /// Shears a chromosome and keeps the fragments that the panel captures.
    fn shear(&self, template: &Template, share: f64, dice: &mut Dice) -> Vec<fragment::Insert> {
        let library = &self.design.library;
        let shown = f64::from(library.read_len) * if library.paired { 2.0 } else { 1.0 };
        let mean = self.design.depth * share * template.bases.len() as f64 / shown;
        (0..dice.poisson(mean))
            .filter_map(|_| fragment::from_any_base(template, library, dice))
            .filter(|insert| self.is_caught(template, insert))
            .collect()
    }

    fn is_caught(&self, template: &Template, insert: &fragment::Insert) -> bool {
        let Panel::Baits(baits) = &self.design.panel else {
            return true;
        };
        let (_, contig) = self.genome.models().kmt2a();
        template
            .slice(insert.start, insert.end)
            .iter()
            .any(|p| p.contig == contig && baits.iter().any(|b| b.overlaps(p.interval)))
    }

    /// Library chimeras: a captured segment of KMT2A joined to a random locus, in any orientation.
    fn chimeras(&mut self) {
        let mut dice = Dice::new(self.design.library.seed, 4);
        let (_, contig) = self.genome.models().kmt2a();
        let targets: Vec<Interval> = match &self.design.panel {
            Panel::Genome(interval) => vec![*interval],
            Panel::Baits(baits) => baits.clone(),
        };
        for _ in 0..self.design.library.chimera_count {
            for _ in 0..200 {
                let length = fragment::fragment_len(&self.design.library, 2_000, &mut dice).max(60) as i64;
                let own_len = 20 + dice.below(length as usize - 40) as i64;
                let Some(target) = dice.pick(&targets).copied() else {
                    return;
                };
                let start = target.start.0 + dice.below(usize::try_from(target.len()).unwrap_or(1)) as i64;
                let flip = |place: Place, dice: &mut Dice| vec![if dice.chance(0.5) { place.flipped() } else { place }];
                let own = flip(sets::stretch(contig, start, own_len), &mut dice);
                let Some(other) = sets::random_place(self.genome, length - own_len, &mut dice) else {
                    continue;
                };
                let other = flip(other, &mut dice);
                if self.sequencing.chimera(other, own, self.genome, &mut dice) {
                    break;
                }
            }
        }
    }
}
