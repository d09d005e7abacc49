//! RNA: the steps of assembly in their order.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    Assembly, Candidate, attach, bridge,
    clip::{self, Fates},
    ends::KnownEnds,
    explain::{
        far::FarPlaces,
        locus::Loci,
        proposed::Proposals,
        realign::Explainer,
        rebuild::{Explained, Rest},
        walk::Model,
        words::Words,
    },
    finished, merge_same,
    observe::{self, EvidenceKind, Observation, Target},
    observed, open_end, own_introns, partner_search, placed, refine, relay, snap,
};
use crate::{
    catalogue::GeneModels,
    evidence::{
        fragment::{Fragment, LinkKind, Shape},
        plain::PlainFragments,
    },
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
    let words = Words::new(&loci);
    let explainer = Explainer {
        models,
        loci: &loci,
        words: &words,
        source,
        contigs,
        model: Model::default(),
    };
    let open =
        |f: &Fragment| !f.clips.is_empty() || f.unaligned_mate.is_some() || f.chain.links.contains(&LinkKind::Split);
    let as_aligned: Vec<Arc<Shape>> = fragments.iter().map(|f| Arc::clone(&f.shape)).collect();
    let mut clips = explain(
        fragments,
        |_| 0,
        |f, _| (open(f) || observe::touches(f, target)).then(|| explainer.explain(f)),
    );
    let place = |mut split: Vec<Observation>| -> Vec<Candidate> {
        snap::to_exon_ends(&mut split, models, source);
        placed(split, (models, source), target)
    };
    // Junctions supported by some molecules explain others.
    let (split, spanning) = observed(fragments, target);
    let far = FarPlaces::new(split.iter().chain(&spanning), target);
    let proposals = Proposals::new(&place(split), &loci, far);
    let again = explain(
        fragments,
        |f| f.molecule,
        |f, index| {
            (open(f) && proposals.are_near(f, models)).then(|| {
                let as_aligned = Fragment {
                    shape: Arc::clone(&as_aligned[index]),
                    ..f.clone()
                };
                explainer.explain_with(&as_aligned, &proposals)
            })
        },
    );
    clips.extend(again);
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
    let ends = KnownEnds::new(models, Some(source));
    refine::imprecise(&mut candidates, fragments, &mut clips, &ends, models, target);
    bridge::join_open(&mut candidates, target);
    merge_same(&mut candidates);
    finished(candidates, fragments, clips, (ends_left_out, pairs_left_out))
}

/// Replaces every fragment for which `how` returns a result by its best explanation; returns the explanations of its
/// soft clips. Fragments of one shape, and of one `part` of the sample, are explained once.
fn explain(
    fragments: &mut [Fragment],
    part: impl Fn(&Fragment) -> u64,
    how: impl Fn(&Fragment, usize) -> Option<Option<Explained>> + Sync,
) -> Fates {
    let mut first: HashMap<(*const Shape, u64), usize> = HashMap::new();
    let mut asked: Vec<usize> = Vec::new();
    let alike: Vec<usize> = (0_usize..)
        .zip(fragments.iter())
        .map(|(index, f)| {
            *first.entry((Arc::as_ptr(&f.shape), part(f))).or_insert_with(|| {
                asked.push(index);
                asked.len() - 1
            })
        })
        .collect();
    let explained: Vec<_> = asked
        .par_iter()
        .map(|i| how(&fragments[*i], *i).map(|e| e.map(|e| (Arc::new(e.shape), e.rests))))
        .collect();
    let mut fates = BTreeMap::new();
    for (index, fragment) in fragments.iter_mut().enumerate() {
        let Some(explained) = &explained[alike[index]] else {
            continue;
        };
        let rests = match explained {
            Some((shape, rests)) => {
                fragment.shape = Arc::clone(shape);
                rests.clone()
            }
            None => vec![Rest::Unexplained; fragment.clips.len()],
        };
        fates.insert(index, clip::fates(index, fragment, &rests));
    }
    fates
}
