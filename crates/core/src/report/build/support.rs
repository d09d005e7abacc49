//! Fragments that support the junctions of the report.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    assemble::observe::EvidenceKind,
    evidence::{Collected, fragment::Fragment, molecule::name_hash},
    genome::{ContigId, Interval},
    input::Assay,
    judge::Judged,
};

/// A fragment that supports at least one junction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supporter {
    /// `QNAME`.
    pub name: Vec<u8>,
    /// `RG`.
    pub read_group: Option<Vec<u8>>,
    /// Its name in the report if read names are not kept.
    pub number: String,
    /// Identifiers of the junctions that it supports, in the report's order, each with its evidence class.
    pub junctions: Vec<(String, &'static str)>,
    /// Alignments of its reads.
    pub places: BTreeSet<(ContigId, Interval)>,
}

/// Running numbers of supporting fragments by index, in the order of their positions: names that reveal
/// nothing of the read names.
#[derive(Clone, Debug, Default)]
pub struct Numbers(BTreeMap<usize, usize>);

impl Numbers {
    /// Numbers the supporting fragments of the judged junctions, from 1.
    pub fn of(collected: &Collected, judged: &Judged) -> Self {
        let observations = judged
            .junctions
            .iter()
            .flat_map(|j| &j.annotated.candidate.observations);
        let shown: BTreeSet<usize> = observations.map(|observation| observation.fragment).collect();
        let mut fragments: Vec<(usize, &Fragment)> = shown
            .into_iter()
            .filter_map(|index| Some((index, collected.fragments.get(index)?)))
            .collect();
        fragments.sort_by_cached_key(|(_, fragment)| {
            let places = fragment.chain.segments.iter().map(|s| (s.contig, s.reference));
            let group = fragment.read_group.as_deref().map(<[u8]>::to_vec);
            (
                places.collect::<Vec<_>>(),
                name_hash(&fragment.name),
                fragment.name.clone(),
                group,
            )
        });
        Self(
            fragments
                .into_iter()
                .zip(1..)
                .map(|((index, _), n)| (index, n))
                .collect(),
        )
    }

    /// The fragment's name in the report of an assay.
    pub(super) fn name(&self, fragment: usize, assay: Assay) -> String {
        format!(
            "{}-{}",
            assay.name(),
            self.0.get(&fragment).copied().unwrap_or_default()
        )
    }
}

/// Every fragment that supports a junction of `named` (identifier and index among the judged ones), by name.
pub fn of(collected: &Collected, judged: &Judged, named: &[(String, usize)], assay: Assay) -> Vec<Supporter> {
    let numbers = Numbers::of(collected, judged);
    let mut by_fragment: BTreeMap<usize, Vec<(usize, EvidenceKind)>> = BTreeMap::new();
    for (order, (_, index)) in named.iter().enumerate() {
        let Some(judged) = judged.junctions.get(*index) else {
            continue;
        };
        let mut best: BTreeMap<usize, EvidenceKind> = BTreeMap::new();
        for observation in &judged.annotated.candidate.observations {
            let kind = best.entry(observation.fragment).or_insert(observation.kind);
            *kind = (*kind).max(observation.kind);
        }
        for (fragment, kind) in best {
            by_fragment.entry(fragment).or_default().push((order, kind));
        }
    }
    let mut found: Vec<Supporter> = by_fragment
        .into_iter()
        .filter_map(|(index, shown)| {
            let fragment = collected.fragments.get(index)?;
            Some(Supporter {
                name: fragment.name.clone(),
                read_group: fragment.read_group.as_deref().map(<[u8]>::to_vec),
                number: numbers.name(index, assay),
                junctions: shown
                    .into_iter()
                    .filter_map(|(order, kind)| Some((named.get(order)?.0.clone(), kind.name())))
                    .collect(),
                places: fragment
                    .chain
                    .segments
                    .iter()
                    .map(|s| (s.contig, s.reference))
                    .collect(),
            })
        })
        .collect();
    found.sort_by(|a, b| (&a.name, &a.read_group).cmp(&(&b.name, &b.read_group)));
    found
}
