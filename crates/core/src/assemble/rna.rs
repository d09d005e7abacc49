//! RNA: the steps of assembly in their order.

use super::{
    Assembly, Candidate, attach, bridge, clip, ends,
    explain::{self, locus::Loci},
    finished, merge_same,
    observe::{self, EvidenceKind, Observation, Target},
    observed, open_end, own_introns, partner_search, placed, refine, relay, snap,
};
use crate::{
    catalogue::GeneModels,
    evidence::{fragment::Fragment, plain::PlainFragments},
    genome::{Contigs, SequenceSource},
};

/// Assembles the junctions of RNA. Fragments are replaced by their best explanations.
pub(super) fn assemble(
    (fragments, plain): (&mut [Fragment], &PlainFragments),
    models: &GeneModels,
    contigs: &Contigs,
    source: &dyn SequenceSource,
    target: &Target,
) -> Assembly {
    let mut loci = Loci::new(models, source);
    if let Some(own) = loci.all.first_mut() {
        let sites = own_introns::of_sample(fragments, plain, target);
        let shown: Vec<(i64, i64)> = sites.iter().map(|(a, b)| (own.offset(*a), own.offset(*b))).collect();
        own.add_sites(shown);
    }
    let place = |mut split: Vec<Observation>| -> Vec<Candidate> {
        snap::to_exon_ends(&mut split, models, source);
        placed(split, (models, source), target)
    };
    let mut clips = explain::sample::explain(fragments, (models, contigs, source), &loci, target, place);
    let (split, mut spanning) = observed(fragments, target);
    let mut candidates = place(split);
    let relays = relay::relays(&candidates, models);
    if !relays.is_empty() {
        let further = fragments
            .iter()
            .enumerate()
            .filter(|(_, f)| !observe::touches(f, target));
        let (split, more): (Vec<_>, Vec<_>) = further
            .flat_map(|(i, f)| relay::observe(i, f, &relays))
            .partition(|o| o.kind != EvidenceKind::Spanning);
        candidates.extend(place(split));
        spanning.extend(more);
        merge_same(&mut candidates);
    }
    clip::join_unexplained(&mut candidates, fragments, &mut clips);
    let (open, ends_left_out) = open_end::candidates(fragments, (models, source), target, &mut clips);
    candidates.extend(open);
    partner_search::place(&mut candidates, (models, source), target);
    let pairs_left_out = attach::spanning(&mut candidates, spanning, models, target);
    let ends = ends::all(models, source);
    refine::imprecise(&mut candidates, fragments, &mut clips, &ends, models, target);
    bridge::join_open(&mut candidates, target);
    merge_same(&mut candidates);
    finished(candidates, fragments, clips, (ends_left_out, pairs_left_out))
}
