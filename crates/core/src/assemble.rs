//! Assemble: from fragments to junctions with their evidence.
//!
//! In: fragments with chains of alignments. Out: every junction candidate that wild-type KMT2A does not explain, with
//! position, ambiguity, consensus and evidence counted in molecules; and the explanation of every soft clip. Not
//! decided here: what a junction means (annotate), and its tier (judge).

mod alike;
pub(crate) mod allele;
pub(crate) mod attach;
mod bridge;
pub(crate) mod clip;
pub(crate) mod cluster;
pub(crate) mod consensus;
mod dna;
pub(crate) mod ends;
pub(crate) mod explain;
pub(crate) mod held;
pub(crate) mod observe;
mod open_end;
pub(crate) mod outward;
mod own_introns;
mod partner_search;
pub(crate) mod path;
pub mod place;
pub(crate) mod refine;
pub(crate) mod relay;
mod repeat;
mod rna;
pub(crate) mod sides;
mod snap;

use std::collections::{BTreeMap, BTreeSet};

use breakapart_rule::{Assay, Params};

use crate::{
    catalogue::GeneModels,
    evidence::{
        fragment::{Confidence, Fragment},
        plain::PlainFragments,
    },
    genome::{Contigs, SequenceSource},
};

use clip::ClipFate;
use consensus::Consensus;
use observe::{EvidenceKind, Observation, Target};
use place::Ambiguity;
use sides::Sides;

/// Alternative loci of a partner side that are kept (count): with more it is a repeat, and further copies add nothing.
const ALTERNATIVES_MAX: usize = 20;

/// Evidence for one junction, in molecules unless stated otherwise. The classes sum to `molecules`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Molecules of any class.
    pub molecules: u32,
    /// Split reads: aligned on both sides by the aligner.
    pub split: u32,
    /// Soft clips that match the other side.
    pub clip: u32,
    /// Spanning pairs: mates on both sides.
    pub spanning: u32,
    /// Unmapped reads, realigned here.
    pub mate: u32,
    /// Fragments, duplicates included.
    pub fragments: u32,
    /// Split-read molecules with the longer anchor on the 5' side.
    pub split_anchor_five: u32,
    /// The same for the 3' side.
    pub split_anchor_three: u32,
    /// Clip molecules with the longer anchor on the 5' side.
    pub clip_anchor_five: u32,
    /// The same for the 3' side.
    pub clip_anchor_three: u32,
    /// Longest anchor on the 5' side of any molecule (bases).
    pub anchor_five_max: u32,
    /// The same for the 3' side.
    pub anchor_three_max: u32,
    /// Largest shorter anchor of any one molecule (bases).
    pub anchor_min_max: u32,
    /// Distinct pairs of fragment ends.
    pub distinct_ends: u32,
    /// Molecules that map uniquely on the 5' side.
    pub unique_five: u32,
    /// The same for the 3' side.
    pub unique_three: u32,
    /// Molecules that map uniquely on both sides.
    pub unique_both: u32,
}

/// A junction with its evidence.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its sides, 5' to 3' in KMT2A's sense.
    pub sides: Sides,
    /// Whether a read resolves the breakpoint to the base. If false, the breakends are the innermost bases
    /// of the mates.
    pub is_precise: bool,
    /// Ambiguity of its position (microhomology).
    pub ambiguity: Ambiguity,
    /// Whether `ambiguity` was measured on a reference; otherwise it is taken from the alignments.
    pub ambiguity_is_measured: bool,
    /// Evidence.
    pub evidence: Evidence,
    /// Every observation, strongest first.
    pub observations: Vec<Observation>,
    /// Consensus sequence across the junction, if reads cover it.
    pub consensus: Option<Consensus>,
    /// Alternative loci of the partner side, shared by most of its fragments.
    pub alternatives: Vec<crate::evidence::fragment::Placement>,
    /// DNA: molecules with a sufficient anchor on both sides, with the junction, and without it across the
    /// KMT2A breakpoint (for a duplication: the donor's).
    pub alleles: Option<(u32, u32)>,
    /// DNA: another junction faces this one in KMT2A, and both continue into multi-mapping or unplaced sequence,
    /// as the two ends of an inserted mobile element do.
    pub may_be_insertion: bool,
}

impl Candidate {
    /// Whether more than one molecule supports it.
    pub fn has_several_molecules(&self) -> bool {
        let mut molecules = self.observations.iter().map(|o| o.molecule);
        let first = molecules.next();
        molecules.any(|m| Some(m) != first)
    }

    /// The observations in which one read shows both sides.
    pub(crate) fn split(&self) -> impl Iterator<Item = &Observation> {
        self.observations.iter().filter(|o| o.kind != EvidenceKind::Spanning)
    }

    /// A precise candidate without ambiguity; evidence and consensus are counted at the end.
    pub fn new(sides: impl Into<Sides>, observations: Vec<Observation>) -> Self {
        Self {
            sides: sides.into(),
            is_precise: true,
            ambiguity: Ambiguity::default(),
            ambiguity_is_measured: false,
            evidence: Evidence::default(),
            observations,
            consensus: None,
            alternatives: Vec::new(),
            alleles: None,
            may_be_insertion: false,
        }
    }
}

/// The result of the stage.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// Junction candidates in a fixed order.
    pub candidates: Vec<Candidate>,
    /// The explanation of every soft clip, by fragment.
    pub clips: BTreeMap<usize, Vec<ClipFate>>,
    /// Caps that excluded evidence: stable code and sentence.
    pub limits: Vec<(&'static str, String)>,
}

/// Assembles all junction candidates. `plain` are fragments without any evidence; the others are replaced by their
/// best explanations. `fragment_len_max` is the largest outer length of a fragment (bases), from the profile.
pub fn assemble(
    (fragments, plain): (&mut [Fragment], &PlainFragments),
    models: &GeneModels,
    contigs: &Contigs,
    source: &dyn SequenceSource,
    (assay, fragment_len_max, params): (Assay, i64, &Params),
) -> Assembly {
    let target = &Target::new(models, assay, fragment_len_max, params);
    let assembly = match assay {
        Assay::Rna => rna::assemble((fragments, plain), models, contigs, source, target),
        Assay::Dna => dna::assemble((fragments, plain), models, contigs, source, target),
    };
    tracing::debug!(
        fragments = fragments.len(),
        candidates = assembly.candidates.len(),
        "assembled"
    );
    assembly
}

/// The caps that excluded clips and pairs.
fn limits(ends_left_out: usize, pairs_left_out: usize) -> Vec<(&'static str, String)> {
    let mut limits = Vec::new();
    if ends_left_out > 0 {
        limits.push((
            "ends-cap",
            format!(
                "more than {} unplaced clips at one base of KMT2A: {ends_left_out} were not compared with the rest",
                open_end::ENDS_CAP
            ),
        ));
    }
    if pairs_left_out > 0 {
        limits.push((
            "pairs-cap",
            format!(
                "pairs between KMT2A and one gene form more than {} groups: \
                 {pairs_left_out} were not compared with the rest",
                attach::RUNS_CAP
            ),
        ));
    }
    limits
}

/// The fragments' observations: those that resolve the breakpoint to the base, and spanning pairs.
fn observed(fragments: &[Fragment], target: &Target) -> (Vec<Observation>, Vec<Observation>) {
    let all = fragments.iter().enumerate();
    all.flat_map(|(index, fragment)| observe::observe(index, fragment, target))
        .partition(|o| o.kind != EvidenceKind::Spanning)
}

/// Clusters split observations into junctions, each positioned within its ambiguity.
fn placed(split: Vec<Observation>, sources: (&GeneModels, &dyn SequenceSource), target: &Target) -> Vec<Candidate> {
    let of_cluster = |cluster: cluster::Cluster| {
        let mut candidate = Candidate::new(cluster.junction, cluster.observations);
        place::settle(&mut candidate, cluster.overlap, sources, target);
        candidate
    };
    let mut candidates = cluster::split_clusters(split).into_iter().map(of_cluster).collect();
    merge_same(&mut candidates);
    candidates
}

/// Keeps the first `most` neighbours of each key; returns how many were dropped.
fn keep_of_each<T, K: PartialEq>(all: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) -> usize {
    let before = all.len();
    let (mut last, mut count) = (None, 0);
    all.retain(|one| {
        let of = Some(key(one));
        count = if of == last { count + 1 } else { 1 };
        last = of;
        count <= most
    });
    before - all.len()
}

/// Merges candidates that have the same sides after positioning.
fn merge_same(candidates: &mut Vec<Candidate>) {
    candidates.sort_by(|a, b| a.sides.cmp(&b.sides));
    let mut merged: Vec<Candidate> = Vec::new();
    for candidate in candidates.drain(..) {
        match merged.last_mut() {
            Some(last) if last.sides == candidate.sides => last.observations.extend(candidate.observations),
            _ => merged.push(candidate),
        }
    }
    *candidates = merged;
}

/// The result: candidates with complete observations, counted and sorted.
fn finished(
    mut candidates: Vec<Candidate>,
    fragments: &[Fragment],
    clips: BTreeMap<usize, Vec<ClipFate>>,
    (ends_left_out, pairs_left_out): (usize, usize),
) -> Assembly {
    for candidate in &mut candidates {
        finish(candidate, fragments);
    }
    candidates.sort_by(|a, b| (&a.sides, a.is_precise).cmp(&(&b.sides, b.is_precise)));
    Assembly {
        candidates,
        clips,
        limits: limits(ends_left_out, pairs_left_out),
    }
}

/// Computes counts, consensus and alternative loci of a candidate whose observations are complete.
fn finish(candidate: &mut Candidate, fragments: &[Fragment]) {
    candidate.observations.sort_by(|a, b| {
        (std::cmp::Reverse(a.kind), &fragments[a.fragment].name, a.fragment).cmp(&(
            std::cmp::Reverse(b.kind),
            &fragments[b.fragment].name,
            b.fragment,
        ))
    });
    candidate.evidence = count(&candidate.observations, fragments);
    candidate.consensus = consensus::of(candidate, fragments);
    let mut shared: BTreeMap<_, usize> = BTreeMap::new();
    let with: Vec<usize> = candidate.observations.iter().map(|o| o.fragment).collect();
    for fragment in &with {
        for place in fragments[*fragment].alternatives.iter().collect::<BTreeSet<_>>() {
            *shared.entry(*place).or_default() += 1;
        }
    }
    let shared = shared.into_iter().filter(|(_, n)| *n * 2 >= with.len()).map(|(p, _)| p);
    add_alternatives(candidate, shared);
}

/// Adds alternative loci of the partner side, in a fixed order and up to the maximum.
fn add_alternatives(candidate: &mut Candidate, places: impl IntoIterator<Item = crate::evidence::fragment::Placement>) {
    let all = &mut candidate.alternatives;
    all.extend(places);
    all.sort_unstable();
    all.dedup();
    all.truncate(ALTERNATIVES_MAX);
}

/// Counts molecules, each once in its strongest class. Flagged duplicates count only as fragments.
fn count(observations: &[Observation], fragments: &[Fragment]) -> Evidence {
    let mut best: BTreeMap<u64, &Observation> = BTreeMap::new();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for o in observations {
        seen.insert(o.fragment);
        if fragments[o.fragment].flagged_duplicate {
            continue;
        }
        let quality = |o: &Observation| (o.kind, o.anchor_min(), std::cmp::Reverse(o.fragment));
        best.entry(o.molecule)
            .and_modify(|kept| {
                if quality(o) > quality(kept) {
                    *kept = o
                }
            })
            .or_insert(o);
    }
    let mut e = Evidence {
        molecules: u32::try_from(best.len()).unwrap_or(u32::MAX),
        fragments: u32::try_from(seen.len()).unwrap_or(u32::MAX),
        ..Evidence::default()
    };
    let mut ends = BTreeSet::new();
    for o in best.values() {
        match o.kind {
            EvidenceKind::Split => e.split += 1,
            EvidenceKind::Clip => e.clip += 1,
            EvidenceKind::Spanning => e.spanning += 1,
            EvidenceKind::Mate => e.mate += 1,
        }
        if o.kind != EvidenceKind::Spanning {
            let five_is_longer = o.five.anchor >= o.three.anchor;
            match (o.kind, five_is_longer) {
                (EvidenceKind::Split, true) => e.split_anchor_five += 1,
                (EvidenceKind::Split, false) => e.split_anchor_three += 1,
                (EvidenceKind::Clip, true) => e.clip_anchor_five += 1,
                (EvidenceKind::Clip, false) => e.clip_anchor_three += 1,
                // Only split reads and clips are counted by their longer side.
                (EvidenceKind::Mate | EvidenceKind::Spanning, _) => {}
            }
            e.anchor_five_max = e.anchor_five_max.max(o.five.anchor);
            e.anchor_three_max = e.anchor_three_max.max(o.three.anchor);
            e.anchor_min_max = e.anchor_min_max.max(o.anchor_min());
        }
        let (five, three) = (
            o.five.confidence == Confidence::Unique,
            o.three.confidence == Confidence::Unique,
        );
        e.unique_five += u32::from(five);
        e.unique_three += u32::from(three);
        e.unique_both += u32::from(five && three);
        ends.insert((o.five.end, o.three.end));
    }
    e.distinct_ends = u32::try_from(ends.len()).unwrap_or(u32::MAX);
    e
}

#[cfg(test)]
pub(crate) mod tests;
