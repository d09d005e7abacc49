//! Converts the flow's types to the serialised report.

mod event;
mod fragments_over;
mod junction;
mod support;
mod supporting;

pub use fragments_over::{FragmentsOver, fragments_over};
pub use support::{Numbers, Supporter, of as supporters};

use super::schema as out;
use crate::{
    annotate::{Class, Reference},
    conclude::AssayResult,
    genome::SequenceSource,
    judge::JudgedJunction,
};

use event::build_event;
use junction::build_junction;

/// Largest number of listed junctions below every tier, best first (count): amplicon noise makes a hundred
/// thousand, with one molecule each.
const DISCARDED_MAX: usize = 2_000;

/// Largest number of listed called junctions, best events first (count): real samples have a handful.
const CALLED_MAX: usize = 2_000;

/// Largest number of supporting fragments listed in all (count), and the least that each junction lists.
const ROWS_MAX: usize = 20_000;
const ROWS_MIN: usize = 5;

/// The flow's data of one assay when the report is built.
pub struct Material<'a> {
    /// Results of its stages.
    pub result: &'a AssayResult<'a>,
    /// Reference bases.
    pub source: &'a dyn SequenceSource,
    /// Fragments over the junctions' KMT2A bases.
    pub fragments_over: &'a FragmentsOver,
    /// Running numbers of fragments; `None` where read names are kept.
    pub numbers: Option<&'a Numbers>,
}

impl<'a> Material<'a> {
    /// The reference data for describing junctions.
    fn at(&self) -> Reference<'a> {
        Reference {
            models: self.result.models,
            contigs: self.result.contigs,
            source: self.source,
        }
    }
}

/// Identifiers of judged junctions, each with its index among them, discarded ones included.
pub type Identifiers = Vec<(String, usize)>;

/// Adds an assay's events and discarded junctions to a report, numbered after those already in it. Returns their
/// junctions' identifiers, and notices of what is counted but not listed.
pub fn add(material: &Material<'_>, report: &mut out::SampleReport) -> (Identifiers, Vec<out::Notice>) {
    let judged = material.result.judged;
    let mut ids = Identifiers::new();
    let (mut room, mut rows) = (CALLED_MAX, ROWS_MAX);
    let mut called_left_out = 0;
    for event in &judged.events[..judged.called()] {
        let id = format!("E{}", report.events.len() + 1);
        // The best junction is always listed.
        let (mut built, junctions, left_out) = build_event(material, event, &id, room.max(1));
        built
            .junctions
            .iter_mut()
            .for_each(|junction| shorten(junction, &mut rows));
        room = room.saturating_sub(junctions.len());
        called_left_out += left_out;
        ids.extend(junctions);
        report.events.push(built);
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
    let below_left_out = below.len().saturating_sub(DISCARDED_MAX);
    for (place, junction) in below.into_iter().take(DISCARDED_MAX) {
        let id = format!("D{}", report.discarded.len() + 1);
        let role = role_word(junction.annotated.class);
        let mut built = build_junction(material, junction, &id, role, None);
        shorten(&mut built, &mut rows);
        ids.push((id, place));
        report.discarded.push(out::Discarded {
            reason: junction.judgement.reasons.last().cloned().unwrap_or_default(),
            junction: built,
        });
    }
    let left_out = [
        ("called-listed", called_left_out, "with a tier", CALLED_MAX),
        ("discarded-listed", below_left_out, "below every tier", DISCARDED_MAX),
    ];
    let notices = left_out.into_iter().filter(|(_, number, ..)| *number > 0);
    let notices = notices.map(|(code, number, what, max)| out::Notice {
        code: code.to_owned(),
        text: format!("{number} more junctions {what} are counted but not listed; the best {max} are"),
    });
    (ids, notices.collect())
}

/// Cuts a junction's list of supporting fragments to what is left of the total.
fn shorten(junction: &mut out::Junction, rows: &mut usize) {
    junction.supporting.truncate(ROWS_MIN.max(*rows));
    *rows = rows.saturating_sub(junction.supporting.len());
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
