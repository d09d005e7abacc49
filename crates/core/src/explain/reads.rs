//! Every read of the query, one by one, from the alignment.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    page::Page,
    question::{NEAR_BASES, Question},
};
use crate::{
    conclude::ledger::Fate,
    report::{
        schema::{Junction, SampleReport, Side},
        wording,
    },
    run::trace::TracedFragment,
};

type Sides = [(String, i64); 2];

/// Writes one line for each fragment that the query concerns, by fate and name.
pub(super) fn write(report: &SampleReport, question: &Question, traced: &[TracedFragment], page: &mut Page) {
    let ids = ids(report);
    let asks = report.junctions().filter(|junction| question.is_about(junction));
    let asks: BTreeSet<Sides> = asks.filter_map(sides).collect();
    let mut asked: Vec<&TracedFragment> = traced.iter().filter(|f| is_asked(question, &asks, f)).collect();
    let normal = asked.iter().filter(|f| f.fate == Fate::Normal).count();
    asked.retain(|f| f.fate != Fate::Normal);
    asked.sort_by(|a, b| (a.fate, &a.name).cmp(&(b.fate, &b.name)));
    let others = if normal > 0 {
        format!(", and {normal} wild-type ones, not listed")
    } else {
        String::new()
    };
    page.text(&format!(
        "{} abnormal fragments{others}. Name; row of the ledger; loci in molecule order; junctions; \
         best explanation and its margin (natural log-likelihood).",
        asked.len()
    ));
    page.gap();
    for fragment in asked {
        page.row(&format!("  {} ", wording::clean(&fragment.name)), &line(fragment, &ids));
    }
}

fn line(fragment: &TracedFragment, ids: &BTreeMap<Sides, String>) -> String {
    let place = |contig: &str, position: i64| format!("{}:{position}", wording::clean(contig));
    let places = fragment.places.iter();
    let places = places.map(|p| format!("{}-{}({})", place(&p.contig, p.first), p.last, p.strand));
    let mut parts = vec![fragment.fate.to_string(), places.collect::<Vec<_>>().join(" ")];
    for sides in &fragment.junctions {
        let [five, three] = sides;
        let unnamed = || format!("{}::{}", place(&five.0, five.1), place(&three.0, three.1));
        parts.push(ids.get(sides).cloned().unwrap_or_else(unnamed));
    }
    if let Some(bases) = &fragment.unexplained {
        parts.push(format!("clip {}", wording::clean(bases)));
    }
    if fragment.duplicate {
        parts.push("flagged duplicate".to_owned());
    }
    if fragment.laid {
        parts.push("unmapped, aligned to exons by this program".to_owned());
    }
    if let Some(verdict) = fragment.verdict {
        parts.push(format!(
            "explained by {}, {:.1} nats better than {}",
            verdict.best.word(),
            verdict.nats(),
            verdict.next.word()
        ));
    }
    parts.join("; ")
}

/// The report's identifiers of junctions, by both sides.
fn ids(report: &SampleReport) -> BTreeMap<Sides, String> {
    report
        .junctions()
        .filter_map(|junction| Some((sides(junction)?, junction.id.clone())))
        .collect()
}

fn sides(junction: &Junction) -> Option<Sides> {
    let side = |side: &Side| (side.contig.clone(), side.position);
    Some([side(junction.five.as_ref()?), side(junction.three.as_ref()?)])
}

/// Whether the query concerns a fragment: by its junctions, if they are among `asks`, or by its loci.
fn is_asked(question: &Question, asks: &BTreeSet<Sides>, fragment: &TracedFragment) -> bool {
    match question {
        Question::Called => fragment.fate != Fate::Normal,
        Question::Place(place)
            if fragment.places.iter().any(|p| {
                place.same_contig(&p.contig) && (p.first - NEAR_BASES..=p.last + NEAR_BASES).contains(&place.position)
            }) =>
        {
            true
        }
        _ => fragment.junctions.iter().any(|sides| asks.contains(sides)),
    }
}
