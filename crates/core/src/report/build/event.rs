//! Events of the report: combined junctions, partner, karyotype and mechanism.

use std::collections::BTreeSet;

use super::{
    Material,
    junction::{build_junction, class_word},
    role_word,
};
use crate::{
    annotate::{Class, EventKind, MemberRole},
    catalogue::catalogue,
    conclude::naming,
    genome::Breakend,
    judge::{JudgedEvent, JudgedJunction},
    report::schema as out,
};

/// The event with at most `room` best junctions, their identifiers, and the number left out.
pub(super) fn build_event(
    material: &Material<'_>,
    event: &JudgedEvent,
    id: &str,
    room: usize,
) -> (out::Event, Vec<(String, usize)>, usize) {
    let judged = material.result.judged;
    let mut members: Vec<_> = event
        .group
        .members
        .iter()
        .filter(|m| judged.junctions[m.junction].judgement.tier.is_some())
        .collect();
    let candidate = |index: usize| &judged.junctions[index].annotated.candidate;
    members.sort_by_key(|m| {
        let molecules = std::cmp::Reverse(candidate(m.junction).evidence.molecules);
        (m.junction != event.lead, m.role, molecules, m.junction)
    });
    let lead_id = format!("{id}.1");
    let karyotype = event_iscn(material, event);
    let junctions: Vec<out::Junction> = members
        .iter()
        .take(room)
        .enumerate()
        .map(|(n, m)| {
            let lead_role = members.first().map(|first| first.role);
            let isoform =
                n > 0 && matches!(m.role, MemberRole::Canonical | MemberRole::Ptd) && Some(m.role) == lead_role;
            let role = match m.role {
                _ if isoform => "isoform",
                MemberRole::Canonical => "canonical",
                MemberRole::Reciprocal => "reciprocal",
                MemberRole::Ptd => "ptd",
                MemberRole::Chained => "chained",
                MemberRole::Other => role_word(judged.junctions[m.junction].annotated.class),
            };
            let (junction, id) = (&judged.junctions[m.junction], format!("{id}.{}", n + 1));
            let mut built = build_junction(material, junction, &id, role, isoform.then(|| lead_id.clone()));
            // No simple karyotype of one junction if the event's others do not fit it.
            built.iscn_suggestion = built.iscn_suggestion.filter(|_| karyotype.is_some());
            built
        })
        .collect();
    let lead = &judged.junctions[event.lead];
    let observations = || members.iter().flat_map(|m| &candidate(m.junction).observations);
    let fragments: BTreeSet<usize> = observations().map(|o| o.fragment).collect();
    let molecules: BTreeSet<u64> = observations()
        .filter(|o| !material.result.collected.fragments[o.fragment].flagged_duplicate)
        .map(|o| o.molecule)
        .collect();
    let class = if members.iter().any(|m| m.role == MemberRole::Chained) && event.group.kind == EventKind::Fusion {
        "three-way".to_owned()
    } else {
        class_word(lead)
    };
    let left_out = members.len() - junctions.len();
    let ids = members
        .iter()
        .zip(&junctions)
        .map(|(m, j)| (j.id.clone(), m.junction))
        .collect();
    let built = out::Event {
        id: id.to_owned(),
        class,
        name: if event.group.kind == EventKind::Ptd {
            "KMT2A-PTD".to_owned()
        } else {
            naming::event(event, &judged.junctions)
        },
        tier: event.tier.unwrap_or_default(),
        model_score: event.model_score,
        molecules: material
            .result
            .collected
            .molecules_by
            .are_counted()
            .then_some(molecules.len() as u64),
        fragments: fragments.len() as u64,
        reasons: lead.judgement.reasons.clone(),
        terms: lead.judgement.terms.clone(),
        lead_junction: junctions.first().map(|j| j.id.clone()),
        mechanism: Some(event_mechanism(material, event)),
        iscn_suggestion: karyotype,
        partner: partner_of(material, event),
        doubts: lead.judgement.reasons.clone(),
        junctions,
    };
    (built, ids, left_out)
}

/// Largest distance of a reciprocal junction from the canonical partner base on the same chromosome (bases).
const DERIVATIVES_APART: i64 = 1_000_000;

/// The partner breakend, if both sides are placed.
fn partner_end(j: &JudgedJunction) -> Option<Breakend> {
    let sides = Some(&j.annotated.candidate.sides).filter(|sides| sides.open().is_none())?;
    sides.side(j.annotated.class == Class::Reciprocal)
}

/// Whether the two are on different chromosomes, or too far apart for one breakpoint.
fn are_apart((a, b): (Breakend, Breakend)) -> bool {
    a.contig != b.contig || a.position.distance(b.position) > DERIVATIVES_APART
}

/// The event's karyotype: only if each of its junctions allows the same simple one.
fn event_iscn(material: &Material<'_>, event: &JudgedEvent) -> Option<String> {
    let judged = material.result.judged;
    let lead = judged.junctions.get(event.lead)?;
    let simple = lead.annotated.iscn(material.result.contigs)?;
    let end = partner_end(lead)?;
    let fits = |j: &JudgedJunction| match j.annotated.iscn(material.result.contigs) {
        Some(own) => own == simple,
        // A breakpoint outside the partner gene has no band in the catalogue.
        None => {
            matches!(j.annotated.class, Class::Canonical | Class::Reciprocal)
                && simple.starts_with("t(")
                && partner_end(j).is_some_and(|other| !are_apart((other, end)))
                && j.annotated.partner_side().strand == lead.annotated.partner_side().strand
        }
    };
    let mut members = event.group.members.iter().map(|m| &judged.junctions[m.junction]);
    members.all(|j| j.judgement.tier.is_none() || fits(j)).then_some(simple)
}

/// Mechanism that the event is compatible with: the lead junction's, or one with more than two breakpoints.
fn event_mechanism(material: &Material<'_>, event: &JudgedEvent) -> String {
    let judged = material.result.judged;
    let lead = &judged.junctions[event.lead];
    let members = event.group.members.iter().map(|m| &judged.junctions[m.junction]);
    let members: Vec<&JudgedJunction> = members.filter(|j| j.judgement.tier.is_some()).collect();
    let is_chain = naming::chain(event, &judged.junctions).len() > 1;
    // With two breakpoints, the other derivative joins the same two loci.
    let at = partner_end(lead);
    let is_elsewhere = |j: &&JudgedJunction| {
        j.annotated.class == Class::Reciprocal
            && lead.annotated.class == Class::Canonical
            && partner_end(j).zip(at).is_some_and(are_apart)
    };
    if !is_chain && !members.iter().any(is_elsewhere) {
        return lead.annotated.mechanism.clone();
    }
    let ends = members.iter().flat_map(|j| {
        let sides = j.annotated.candidate.sides.both();
        sides.into_iter().flatten().map(|side| side.contig)
    });
    let mut chromosomes: Vec<String> = ends
        .filter(|contig| material.result.contigs.is_chromosome(*contig))
        .map(|contig| material.result.contigs.bare(contig))
        .collect();
    chromosomes.sort_by_key(|name| (name.parse::<u32>().unwrap_or(u32::MAX), name.clone()));
    chromosomes.dedup();
    match chromosomes.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!(
            "a rearrangement with three or more breakpoints, of chromosomes {} and {last} ({})",
            rest.join(", "),
            if rest.len() == 1 {
                "an insertion, or a translocation with a further breakpoint"
            } else {
                "three-way translocation or insertion"
            }
        ),
        _ => "a rearrangement with three or more breakpoints".to_owned(),
    }
}

fn partner_of(material: &Material<'_>, event: &JudgedEvent) -> Option<out::Partner> {
    let j = &material.result.judged.junctions[event.lead];
    if matches!(j.annotated.class, Class::Ptd | Class::Inverted | Class::Deletion) {
        return None;
    }
    let symbol = naming::partner(event, &material.result.judged.junctions)?
        .gene
        .clone()?;
    let known = catalogue().partner(&symbol);
    let fitting: BTreeSet<String> = j
        .annotated
        .candidate
        .alternatives
        .iter()
        .flat_map(|p| material.result.models.overlapping(p.contig, p.reference))
        .map(|g| g.symbol.clone())
        .filter(|s| *s != symbol)
        .collect();
    Some(out::Partner {
        category: known.map(|p| p.symbol.clone()),
        band: known.map(|p| p.band.clone()),
        catalogue: known.is_some(),
        homologues_that_fit: fitting.into_iter().collect(),
        symbol,
    })
}
