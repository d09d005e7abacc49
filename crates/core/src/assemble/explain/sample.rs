//! Explains the fragments of a sample: each alone, then along the junctions that other molecules support.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    far::FarPlaces,
    locus::Loci,
    proposed::Proposals,
    realign::Explainer,
    rebuild::{Explained, Rest},
    tail,
    walk::Model,
    words::Words,
};
use crate::{
    assemble::{
        Candidate,
        clip::{self, Fates},
        observe::{self, Observation, Target},
        observed,
        outward::Outward,
    },
    catalogue::GeneModels,
    evidence::fragment::{Clip, Fragment, LinkKind, Shape},
    genome::{Contigs, SequenceSource},
};

/// Replaces every fragment by its best explanation; returns the explanations of the soft clips. `place` clusters split
/// observations into junctions, those that a first round supports explain further fragments in a second one.
pub(crate) fn explain(
    fragments: &mut [Fragment],
    (models, contigs, source): (&GeneModels, &Contigs, &dyn SequenceSource),
    loci: &Loci,
    target: &Target,
    place: impl Fn(Vec<Observation>) -> Vec<Candidate>,
) -> Fates {
    let words = Words::new(loci);
    let explainer = Explainer {
        models,
        loci,
        words: &words,
        source,
        contigs,
        model: Model::default(),
    };
    let open =
        |f: &Fragment| !f.clips.is_empty() || f.unaligned_mate.is_some() || f.chain.links.contains(&LinkKind::Split);
    let as_aligned: Vec<Arc<Shape>> = fragments.iter().map(|f| Arc::clone(&f.shape)).collect();
    let mut clips = round(
        fragments,
        |_| 0,
        |f, _| (open(f) || observe::touches(f, target)).then(|| explainer.explain(f)),
    );
    let (split, spanning) = observed(fragments, target);
    let far = FarPlaces::new(split.iter().chain(&spanning), target);
    let proposals = Proposals::new(&place(split), loci, far);
    let again = round(
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
    clips
}

/// Replaces every fragment for which `how` returns a result by its best explanation; returns the explanations of its
/// soft clips. Fragments of one shape, and of one `part` of the sample, are explained once.
fn round(
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
            None => {
                let outward = |clip: &Clip| Outward::new(index, fragment, *clip);
                let clips = fragment.clips.iter();
                let rest = clips.map(|clip| outward(clip).map_or(Rest::Unexplained, |o| tail::rest(&o.bases)));
                rest.collect()
            }
        };
        fates.insert(index, clip::fates(index, fragment, &rests));
    }
    fates
}
