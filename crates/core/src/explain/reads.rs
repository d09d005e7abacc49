//! Every read of the question, one by one, from the alignment.

use std::collections::BTreeMap;

use super::{
    asked,
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

/// Writes one line for each fragment that the question is about, by fate and name.
pub(super) fn write(report: &SampleReport, question: &Question, traced: &[TracedFragment], page: &mut Page) {
    let ids = ids(report);
    let mut asked: Vec<&TracedFragment> = traced
        .iter()
        .filter(|fragment| is_asked(report, question, fragment))
        .collect();
    let normal = asked.iter().filter(|f| f.fate == Fate::Normal).count();
    asked.retain(|f| f.fate != Fate::Normal);
    asked.sort_by(|a, b| (a.fate, &a.name).cmp(&(b.fate, &b.name)));
    page.text(&format!(
        "{} fragments out of the ordinary{}. Name; row of the ledger; places in the molecule's order; junctions; \
         what explains it best, and by how much (natural log-likelihood).",
        asked.len(),
        if normal > 0 {
            format!(", and {normal} wild-type ones, not listed")
        } else {
            String::new()
        }
    ));
    page.gap();
    for fragment in asked {
        page.row(&format!("  {} ", wording::clean(&fragment.name)), &line(fragment, &ids));
    }
}

fn line(fragment: &TracedFragment, ids: &BTreeMap<Sides, String>) -> String {
    let mut parts = vec![fragment.fate.to_string()];
    let places: Vec<String> = fragment
        .places
        .iter()
        .map(|p| format!("{}:{}-{}({})", wording::clean(&p.contig), p.first, p.last, p.strand))
        .collect();
    parts.push(places.join(" "));
    for sides in &fragment.junctions {
        parts.push(ids.get(sides).cloned().unwrap_or_else(|| {
            let [five, three] = sides;
            format!(
                "{}:{}::{}:{}",
                wording::clean(&five.0),
                five.1,
                wording::clean(&three.0),
                three.1
            )
        }));
    }
    if let Some(bases) = &fragment.unexplained {
        parts.push(format!("clip {}", wording::clean(bases)));
    }
    if fragment.duplicate {
        parts.push("flagged duplicate".to_owned());
    }
    if fragment.laid {
        parts.push("did not align, laid on exons here".to_owned());
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

/// The report's names of junctions, by both sides.
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

fn is_asked(report: &SampleReport, question: &Question, fragment: &TracedFragment) -> bool {
    let shows = |wanted: &dyn Fn(&Junction) -> bool| {
        let mut wanted = report.junctions().filter(|junction| wanted(junction)).filter_map(sides);
        wanted.any(|sides| fragment.junctions.contains(&sides))
    };
    match question {
        Question::Called => fragment.fate != Fate::Normal,
        Question::Id(id) => {
            let event = format!("{id}.");
            shows(&|junction| junction.id == *id || junction.id.starts_with(&event))
        }
        Question::Gene(symbol) => {
            let wanted = asked::current(symbol);
            shows(&|junction| asked::in_gene(junction, &wanted))
        }
        Question::Place(place) => {
            let lies_near = fragment.places.iter().any(|p| {
                place.same_contig(&p.contig) && (p.first - NEAR_BASES..=p.last + NEAR_BASES).contains(&place.position)
            });
            lies_near || shows(&|junction| asked::is_near(junction, place))
        }
    }
}
