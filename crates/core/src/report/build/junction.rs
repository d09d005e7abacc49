//! Junctions of the report: evidence and fractions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Material, supporting};
use crate::{
    annotate::Class,
    assemble::observe::Observation,
    genome::{Breakend, probability::share_interval},
    judge::{self, JudgedJunction},
    report::schema as out,
};

pub(super) fn build_junction(
    material: &Material<'_>,
    j: &JudgedJunction,
    id: &str,
    role: &str,
    isoform_of: Option<String>,
) -> out::Junction {
    let (result, a) = (material.result, &j.annotated);
    let c = &a.candidate;
    let molecules = c.alleles.map_or(c.evidence.molecules, |(with, _)| with);
    let described = a.in_report(
        material.at(),
        result.assay,
        &result.collected.fragments,
        j.judgement.tier.is_some(),
    );
    let covered = |side: Option<out::Side>, end: Option<Breakend>| {
        let coverage = end.and_then(|end| material.fragments_over.get(&(end.contig, end.position)).copied());
        side.map(|side| out::Side { coverage, ..side })
    };
    out::Junction {
        id: id.to_owned(),
        class: class_word(j),
        role: role.to_owned(),
        isoform_of,
        evidence: evidence_of(material, c),
        wild_type_molecules: Some(j.facts.wild_type.into()),
        fraction: fraction_of(
            a.class,
            molecules.into(),
            j.facts.wild_type.into(),
            &result.judged.params,
        ),
        tier: j.judgement.tier,
        model_score: Some(j.judgement.model_score),
        terms: j.judgement.terms.clone(),
        reasons: j.judgement.reasons.clone(),
        // No karyotype for a junction below every tier.
        iscn_suggestion: j.judgement.tier.and_then(|_| a.iscn(result.contigs)),
        supporting: supporting::rows(material, c),
        filters: filters(material, &c.observations),
        five: covered(described.five, c.sides.five()),
        three: covered(described.three, c.sides.three()),
        ..described
    }
}

/// Fraction of the junction: J / (J + W), with an interval widened by overdispersion of counts; for a duplication
/// J / W, since its transcripts keep the wild-type junction.
fn fraction_of(class: Class, molecules: u64, wild_type: u64, p: &judge::Params) -> Option<out::Fraction> {
    let total = molecules + wild_type;
    if wild_type == 0 || total == 0 {
        return None;
    }
    let (low, high) = share_interval(molecules, wild_type, p.dispersion, p.confidence);
    let estimate = molecules as f64 / total as f64;
    Some(if class == Class::Ptd {
        let ratio = |f: f64| f / (1.0 - f).max(1e-9);
        out::Fraction {
            estimate: ratio(estimate),
            low: ratio(low),
            high: ratio(high),
        }
    } else {
        out::Fraction { estimate, low, high }
    })
}

fn evidence_of(material: &Material<'_>, c: &crate::assemble::Candidate) -> out::Evidence {
    let e = &c.evidence;
    out::Evidence {
        molecules: material
            .result
            .collected
            .molecules_by
            .are_counted()
            .then_some(u64::from(e.molecules)),
        split: e.split.into(),
        clip: e.clip.into(),
        spanning: e.spanning.into(),
        mate: e.mate.into(),
        fragments: e.fragments.into(),
        split_anchor5: e.split_anchor_five.into(),
        split_anchor3: e.split_anchor_three.into(),
        clip_anchor5: e.clip_anchor_five.into(),
        clip_anchor3: e.clip_anchor_three.into(),
        longest_anchor5: e.anchor_five_max,
        longest_anchor3: e.anchor_three_max,
        distinct_positions: e.distinct_ends.into(),
    }
}

fn filters(material: &Material<'_>, observations: &[Observation]) -> BTreeMap<String, u64> {
    let fragments: BTreeSet<usize> = observations.iter().map(|o| o.fragment).collect();
    let duplicates = fragments
        .iter()
        .filter(|i| material.result.collected.fragments[**i].flagged_duplicate)
        .count();
    let mut filters = BTreeMap::new();
    if duplicates > 0 {
        filters.insert("duplicates".to_owned(), duplicates as u64);
    }
    filters
}

/// The class as outputs print it.
pub(super) fn class_word(j: &JudgedJunction) -> String {
    let a = &j.annotated;
    match a.class {
        Class::Canonical if a.candidate.sides.open().is_some() => "canonical-unplaced",
        Class::Canonical if a.three.gene.is_none() => "canonical-intergenic",
        Class::Ptd if j.judgement.has(judge::Code::PtdBackground) => "background-ptd",
        Class::Inverted => "intragenic",
        other => other.name(),
    }
    .to_owned()
}
