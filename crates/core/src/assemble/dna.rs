//! DNA: the steps of assembly in their order.

use std::collections::BTreeSet;

use super::{
    Assembly, allele, attach, bridge, clip,
    explain::{self, locus::Loci},
    finished, merge_same,
    observe::Target,
    observed, open_end, partner_search, placed, repeat,
};
use crate::{
    catalogue::GeneModels,
    evidence::{all, fragment::Fragment, plain::PlainFragments},
    genome::{Contigs, SequenceSource},
};

/// Assembles the junctions of DNA.
pub(super) fn assemble(
    (fragments, plain): (&mut [Fragment], &PlainFragments),
    models: &GeneModels,
    contigs: &Contigs,
    source: &dyn SequenceSource,
    target: &Target,
) -> Assembly {
    let loci = Loci::genomic(target, source);
    let place = |split| placed(split, (models, source), target);
    let mut clips = explain::sample::explain(fragments, (models, contigs, source), &loci, target, place);
    let (split, spanning) = observed(fragments, target);
    let mut candidates = place(split);
    clip::join_unexplained(&mut candidates, fragments, &mut clips);
    let pairs_left_out = attach::spanning(&mut candidates, spanning, models, target);
    bridge::join(&mut candidates, fragments, &mut clips, (models, source), target);
    let (open, ends_left_out) = open_end::candidates(fragments, (models, source), target, &mut clips);
    candidates.extend(open);
    partner_search::place(&mut candidates, (models, source), target);
    bridge::join_open(&mut candidates, target);
    merge_same(&mut candidates);
    clip::join_unexplained(&mut candidates, fragments, &mut clips);
    repeat::merge(&mut candidates, models, target);
    repeat::mark_insertions(&mut candidates, target, fragments, &clips);
    let mut assembly = finished(candidates, fragments, clips, (ends_left_out, pairs_left_out));
    let broken: BTreeSet<usize> = assembly
        .candidates
        .iter()
        .flat_map(|c| c.observations.iter().map(|o| o.fragment))
        .collect();
    let gene = models.kmt2a().0.interval;
    let wild_type = allele::WildType::new(all(fragments, plain), target, &broken);
    for candidate in &mut assembly.candidates {
        candidate.alleles = Some(allele::alleles(candidate, fragments, (target, gene), &wild_type));
    }
    assembly
}
