//! From the flow's own types to the serialised report.

mod bases;
mod event;
mod fragments_over;
mod junction;
mod peptide;
mod predicted;
mod sequence;
mod splice;
mod support;
mod supporting;

pub use fragments_over::FragmentsOver;
pub use support::{Numbers, Supporter, of as supporters};

use super::schema as out;
use crate::{annotate::Class, conclude::AssayResult, genome::SequenceSource, judge::JudgedJunction};

use event::build_event;
use junction::build_junction;

/// Junctions below every tier that are listed, the best first (count): amplicon noise makes a hundred
/// thousand, of one molecule each.
const DISCARDED_MAX: usize = 2_000;

/// Called junctions that are listed, the best events first (count): real samples have a handful.
const CALLED_MAX: usize = 2_000;

/// Supporting fragments that are listed in all (count), and how many each junction lists at least.
const ROWS_MAX: usize = 20_000;
const ROWS_MIN: usize = 5;

/// What the flow knows of one assay when the report is built.
pub struct Material<'a> {
    /// What its stages found.
    pub result: &'a AssayResult<'a>,
    /// Reference bases.
    pub source: &'a dyn SequenceSource,
    /// Fragments over the junctions' bases at KMT2A.
    pub fragments_over: &'a FragmentsOver,
    /// What fragments are called; `None` where read names are kept.
    pub numbers: Option<&'a Numbers>,
}

/// The parts of a report that junctions make.
#[derive(Debug, Default)]
pub struct Findings {
    /// Events with a tier, best first.
    pub events: Vec<out::Event>,
    /// Junctions below every tier.
    pub discarded: Vec<out::Discarded>,
    /// Called junctions beyond [`CALLED_MAX`], which their events count but do not list.
    pub called_not_listed: usize,
    /// Junctions below every tier beyond [`DISCARDED_MAX`], which are not listed.
    pub not_listed: usize,
    /// Identifiers of the judged junctions, with their indices, in the report's order.
    pub ids: Identifiers,
}

/// Identifiers of judged junctions, each with its index among them, discarded ones included.
pub type Identifiers = Vec<(String, usize)>;

/// Builds events and discarded junctions, numbered behind those that the report has already.
pub fn findings(material: &Material<'_>, report: &out::SampleReport) -> Findings {
    let mut findings = Findings::default();
    let judged = material.result.judged;
    let (mut room, mut rows) = (CALLED_MAX, ROWS_MAX);
    for (event, number) in judged
        .events
        .iter()
        .take(judged.called())
        .zip(report.events.len() + 1..)
    {
        // Its best junction always.
        let (mut built, junctions, left_out) = build_event(material, event, &format!("E{number}"), room.max(1));
        built
            .junctions
            .iter_mut()
            .for_each(|junction| shorten(junction, &mut rows));
        room = room.saturating_sub(junctions.len());
        findings.called_not_listed += left_out;
        findings.ids.extend(junctions);
        findings.events.push(built);
    }
    let below = judged.junctions.iter().enumerate();
    let mut below: Vec<(usize, &JudgedJunction)> = below.filter(|(_, j)| j.judgement.tier.is_none()).collect();
    below.sort_by(|(_, a), (_, b)| {
        let count = |j: &JudgedJunction| j.annotated.candidate.evidence.molecules;
        b.judgement
            .model_score
            .total_cmp(&a.judgement.model_score)
            .then_with(|| count(b).cmp(&count(a)))
            .then_with(|| a.annotated.candidate.sides.cmp(&b.annotated.candidate.sides))
    });
    findings.not_listed = below.len().saturating_sub(DISCARDED_MAX);
    let listed = below.into_iter().take(DISCARDED_MAX);
    for ((place, junction), number) in listed.zip(report.discarded.len() + 1..) {
        let id = format!("D{number}");
        let role = role_word(junction.annotated.class);
        let mut built = build_junction(material, junction, &id, role, None);
        shorten(&mut built, &mut rows);
        findings.ids.push((id, place));
        findings.discarded.push(out::Discarded {
            reason: junction.judgement.reasons.last().cloned().unwrap_or_default(),
            junction: built,
        });
    }
    findings
}

/// Keeps a junction's list of supporting fragments within what is left of all lists.
fn shorten(junction: &mut out::Junction, rows: &mut usize) {
    junction.supporting.truncate(ROWS_MIN.max(*rows));
    *rows = rows.saturating_sub(junction.supporting.len());
}

impl Findings {
    /// What is counted but not listed, in words.
    pub fn left_out(&self) -> Vec<out::Notice> {
        let notice = |code: &str, number: usize, what: &str, max: usize| {
            (number > 0).then(|| out::Notice {
                code: code.to_owned(),
                text: format!("{number} more junctions {what} are counted but not listed; the best {max} are"),
            })
        };
        let called = notice("called-listed", self.called_not_listed, "with a tier", CALLED_MAX);
        let below = notice("discarded-listed", self.not_listed, "below every tier", DISCARDED_MAX);
        called.into_iter().chain(below).collect()
    }
}

const fn role_word(class: Class) -> &'static str {
    match class {
        Class::Canonical => "canonical",
        Class::Reciprocal => "reciprocal",
        Class::Ptd => "ptd",
        Class::NeighbourReadThrough => "read-through",
        Class::Inverted | Class::Deletion => "intragenic",
        Class::Chained => "chained",
    }
}
