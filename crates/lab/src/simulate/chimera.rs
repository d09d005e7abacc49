//! Library chimeras: KMT2A's transcript joined to any other at random bases.

use super::dice::Dice;
use super::fragment;
use super::template::{Place, Template};
use super::{Drawing, SimulateError};
use breakapart_core::catalogue::{Gene, KMT2A};
use breakapart_core::genome::ContigId;

/// Spread of the log-normal expression from which the genes of chimeras are sampled (natural log).
const EXPRESSION_SPREAD: f64 = 1.5;
/// Most attempts to sample a chimera whose sequence is known.
const CHIMERA_TRIES: usize = 400;

impl Drawing<'_> {
    /// Adds library chimeras.
    pub(super) fn chimeras(&mut self) -> Result<(), SimulateError> {
        if self.design.chimera_count == 0 {
            return Ok(());
        }
        let mut dice = Dice::new(self.design.seed, 4);
        let kmt2a = Template::wild_type(KMT2A, self.genome)?;
        let genes: Vec<Vec<Place>> = self
            .genome
            .models()
            .iter()
            .filter_map(|(c, g)| exons_of(c, g))
            .collect();
        let weights: Vec<f64> = genes
            .iter()
            .map(|_| (EXPRESSION_SPREAD * dice.normal()).exp())
            .collect();
        let total: f64 = weights.iter().sum();
        for _ in 0..self.design.chimera_count {
            for _ in 0..CHIMERA_TRIES {
                let mut drawn = dice.unit() * total;
                let chosen = weights.iter().position(|weight| {
                    drawn -= weight;
                    drawn < 0.0
                });
                let Some(gene) = chosen.and_then(|index| genes.get(index)) else {
                    continue;
                };
                if self.chimera(&kmt2a, gene, &mut dice) {
                    break;
                }
            }
        }
        Ok(())
    }

    /// One chimera of KMT2A with a gene; `false` if its bases are not known.
    fn chimera(&mut self, kmt2a: &Template, gene: &[Place], dice: &mut Dice) -> bool {
        let design = self.design;
        let gene_len: usize = gene.iter().map(Place::base_count).sum();
        let len = fragment::fragment_len(design, kmt2a.bases.len().min(gene_len), dice);
        if len < 2 {
            return false;
        }
        let own = 1 + dice.below(len - 1);
        let own_places = run_of(&kmt2a.parts.iter().map(|p| p.place).collect::<Vec<_>>(), own, dice);
        let other_places = run_of(gene, len - own, dice);
        self.sequencing.chimera(own_places, other_places, self.genome, dice)
    }
}

/// A random run of `len` bases of spliced exons, in either orientation.
fn run_of(exons: &[Place], len: usize, dice: &mut Dice) -> Vec<Place> {
    let total: usize = exons.iter().map(Place::base_count).sum();
    let start = dice.below(total.saturating_sub(len) + 1);
    let (mut at, mut run) = (0, Vec::new());
    for place in exons {
        let (low, high) = (start.max(at), (start + len).min(at + place.base_count()));
        if low < high {
            run.push(place.slice(low - at, high - at));
        }
        at += place.base_count();
    }
    if dice.chance(0.5) {
        run.reverse();
        run.iter_mut().for_each(|place| *place = place.flipped());
    }
    run
}

fn exons_of(contig: ContigId, gene: &Gene) -> Option<Vec<Place>> {
    let transcript = gene.transcript().filter(|_| gene.symbol != KMT2A)?;
    Some(
        transcript
            .exons
            .iter()
            .map(|exon| Place {
                contig,
                interval: exon.interval,
                strand: transcript.strand,
            })
            .collect(),
    )
}
