//! Contradictory findings, each with a code and a sentence.
//!
//! They never change a state. The agreement between RNA and DNA is in [`pair`](super::pair).

use std::collections::BTreeSet;

use breakapart_rule::breaks::is_three_prime_lost;

use super::{Alone, AssayResult, Breaks};
use crate::{
    annotate::{EventKind, MemberRole, mechanism},
    input::Assay,
    judge::{JudgedEvent, JudgedJunction, Reason, Tier},
    model::Conclusion,
};

/// Contradictions in all assays.
pub(super) fn name(results: &[AssayResult<'_>], alone: &[Alone]) -> Vec<Reason> {
    let mut found = Vec::new();
    for (result, alone) in results.iter().zip(alone) {
        found.extend(three_prime_lost(result, &alone.breaks).filter(|_| !reciprocal_shown(results)));
        found.extend(two_partners(result));
    }
    found.extend(ptd_beside_fusion(results));
    found
}

/// Adds them to the conclusion and its text.
pub(super) fn add(conclusion: &mut Conclusion, contradictions: Vec<Reason>) {
    if !contradictions.is_empty() {
        let texts: Vec<&str> = contradictions.iter().map(|c| c.text.as_str()).collect();
        let sentence = format!("To be explained: {}.", texts.join("; "));
        let closing = super::text::RESEARCH_USE;
        conclusion.text = match conclusion.text.strip_suffix(closing) {
            Some(before) => format!("{before}{sentence} {closing}"),
            None => format!("{} {sentence}", conclusion.text),
        };
    }
    conclusion.contradictions = contradictions;
}

/// The first canonical junction at tier medium or high of each fusion, in the order of events.
fn leads<'a>(result: &'a AssayResult<'_>) -> Vec<&'a JudgedJunction> {
    let judged = result.judged;
    let fusions = judged.events.iter().filter(|e| e.group.kind == EventKind::Fusion);
    let lead = |e: &JudgedEvent| {
        let canonical = e.group.members.iter().filter(|m| m.role == MemberRole::Canonical);
        let mut junctions = canonical.map(|m| &judged.junctions[m.junction]);
        junctions.find(|j| j.judgement.tier >= Some(Tier::Medium))
    };
    fusions.filter_map(lead).collect()
}

/// Whether any assay shows a reciprocal junction, at any tier.
fn reciprocal_shown(results: &[AssayResult<'_>]) -> bool {
    results.iter().any(|result| {
        let members = result.judged.events.iter().flat_map(|e| &e.group.members);
        members
            .filter(|m| m.role == MemberRole::Reciprocal)
            .any(|m| result.judged.junctions[m.junction].judgement.tier.is_some())
    })
}

/// A canonical junction, and less KMT2A coverage 3' of the breakpoint than 5' of it.
fn three_prime_lost(result: &AssayResult<'_>, breaks: &Breaks) -> Option<Reason> {
    // A deletion between KMT2A and its partner loses the 3' part by definition.
    let leads = leads(result);
    let lead = leads
        .first()
        .filter(|lead| !(lead.annotated.candidate.sides.junction()).is_some_and(mechanism::is_deletion))?;
    let exon = lead.annotated.five.exon_or_intron()?;
    let said = match result.assay {
        Assay::Rna => {
            let step = breaks.step()?;
            (step.exon_low.saturating_sub(1)..=step.exon_high + 1)
                .contains(&exon)
                .then(|| format!("5'/3' coverage ratio {:.1} at the breakpoint", step.ratio))?
        }
        Assay::Dna => {
            let (ratio, exons) = after_over_before(result, exon)?;
            is_three_prime_lost(ratio, exons, &result.judged.params)
                .then(|| format!("depth after the breakpoint is {ratio:.2} of that before it"))?
        }
    };
    Some(Reason::new(
        "three-prime-lost",
        format!(
            "no reciprocal junction, and {said}: compatible with a deletion of KMT2A's 3' part (about 15 % of \
             rearranged patients), or with a second derivative that is not seen"
        ),
    ))
}

/// DNA: ratio of the median depths of the exons after and before intron `intron`, and the number of exons with depth on
/// the side with fewer.
fn after_over_before(result: &AssayResult<'_>, intron: u16) -> Option<(f64, usize)> {
    let depth = &result.profile().exon_depth;
    let (before, after) = depth.split_at(usize::from(intron).min(depth.len()));
    // Exon 1 is GC-rich and has low depth in most libraries.
    let before: Vec<f64> = before.iter().skip(1).copied().filter(|d| *d > 0.0).collect();
    let after: Vec<f64> = after.iter().copied().filter(|d| *d > 0.0).collect();
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let exons = before.len().min(after.len());
    Some((median(after)? / median(before)?, exons))
}

fn ptd_beside_fusion(results: &[AssayResult<'_>]) -> Option<Reason> {
    let is_ptd = |e: &JudgedEvent| e.group.kind == EventKind::Ptd && e.tier >= Some(Tier::Medium);
    let ptd = results.iter().any(|r| r.judged.events.iter().any(is_ptd));
    let fusion = results.iter().any(|r| !leads(r).is_empty());
    (ptd && fusion).then(|| {
        Reason::new(
            "ptd-with-fusion",
            "a partial tandem duplication and a fusion in one sample: two clones, or one complex rearrangement",
        )
    })
}

fn two_partners(result: &AssayResult<'_>) -> Option<Reason> {
    let events: BTreeSet<String> = leads(result)
        .iter()
        .map(|j| j.annotated.partner_side().name())
        .collect();
    (events.len() > 1).then(|| {
        let names: Vec<&str> = events.iter().map(String::as_str).collect();
        Reason::new(
            "two-partners",
            format!(
                "KMT2A's 5' part is joined to {}: two clones, a three-way rearrangement, or carry-over",
                names.join(" and to ")
            ),
        )
    })
}
