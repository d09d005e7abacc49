//! `SAMPLE.fusions.tsv`: one row per junction at tier low or better, best first.

use std::cmp::Reverse;

use super::arriba;
use super::format::{View, ViewError};
use super::schema::{Event, Junction, SampleReport, Side, Tier};
use super::tsv;

/// The format.
pub(crate) const VIEW: View = View {
    name: "fusions",
    other_names: &["tsv", "arriba"],
    about: "called junctions in Arriba's 30 columns, then breakapart's",
    extensions: &["fusions.tsv"],
    render,
    files: None,
};

/// A called junction with its event.
#[derive(Clone, Copy, Debug)]
pub struct CalledJunction<'a> {
    /// The event.
    pub event: &'a Event,
    /// The junction.
    pub junction: &'a Junction,
    /// The junction's tier.
    pub tier: Tier,
}

/// Order of ties: both positions, then the identifier.
fn key(junction: &Junction) -> ((&str, i64), (&str, i64), &str) {
    (
        place(junction.five.as_ref()),
        place(junction.three.as_ref()),
        &junction.id,
    )
}

fn place(side: Option<&Side>) -> (&str, i64) {
    side.map_or(("", 0), |side| (side.contig.as_str(), side.position))
}

/// Junctions of all events at tier low or better: first the lead of the conclusion, then by tier, each event's
/// lead before its others, by model score, by molecules, by position, by identifier.
pub fn called(report: &SampleReport) -> Vec<CalledJunction<'_>> {
    let mut called: Vec<CalledJunction<'_>> = Vec::new();
    for event in &report.events {
        for junction in &event.junctions {
            if let Some(tier) = junction.tier {
                called.push(CalledJunction { event, junction, tier });
            }
        }
    }
    let first = report.conclusion.lead_event.as_ref();
    called.sort_by(|a, b| {
        let score = |c: &CalledJunction<'_>| c.junction.model_score.unwrap_or(0.0);
        let rank = |c: &CalledJunction<'_>| {
            let is_lead = c.event.is_lead(c.junction);
            let is_first = is_lead && Some(&c.event.id) == first;
            (!is_first, Reverse(c.tier), !is_lead)
        };
        rank(a)
            .cmp(&rank(b))
            .then_with(|| score(b).total_cmp(&score(a)))
            .then_with(|| b.junction.evidence.counted().cmp(&a.junction.evidence.counted()))
            .then_with(|| key(a.junction).cmp(&key(b.junction)))
    });
    called
}

/// The names of all columns, separated by blanks: Arriba's, then ours.
pub(super) fn columns() -> String {
    format!("{} {}", arriba::COLUMNS, arriba::OWN_COLUMNS)
}

/// The table; only the header if nothing was called.
pub fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let rows = called(report)
        .into_iter()
        .map(|CalledJunction { event, junction, .. }| {
            let catalogue = event.partner.as_ref().is_some_and(|partner| partner.catalogue);
            let row = arriba::values(report, junction, catalogue, None);
            row.into_iter().chain(arriba::own_values(junction, &event.id))
        });
    Ok(tsv::table(&columns(), rows).into_bytes())
}

#[cfg(test)]
mod tests;
