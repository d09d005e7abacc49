//! RNA and DNA of one patient beside each other.

use super::{events::JunctionView, figure::At};
use crate::report::{
    schema::{Junction, SampleReport, State},
    wording::shortened,
};

/// What the two assays say of each other.
pub(super) struct Agreement<'a> {
    /// Look: `agree`, or `doubt` where they differ or one is open.
    pub class: &'static str,
    /// One sentence.
    pub text: String,
    /// State of the RNA and of the DNA alone.
    pub states: (&'static str, &'static str),
    /// Junctions of the other assay that are the same event as the lead one's.
    pub same: Vec<(&'static str, JunctionView<'a>)>,
}

/// Where a junction stands in the report.
pub(super) fn place<'a>(report: &'a SampleReport, id: &str) -> Option<(usize, usize, &'a Junction)> {
    report.events.iter().enumerate().find_map(|(e, event)| {
        let j = event.junctions.iter().position(|junction| junction.id == id)?;
        Some((e, j, event.junctions.get(j)?))
    })
}

/// The agreement, where there are two assays.
pub(super) fn agreement<'a>(report: &'a SampleReport, at: &At<'a>, lead: Option<usize>) -> Option<Agreement<'a>> {
    let found = report.agreement.as_ref()?;
    let alone = &report.conclusion.assays;
    let label = |assay: &str, state: State| {
        let one = alone.iter().find(|one| one.assay == assay);
        one.map_or_else(|| state.label(), |one| one.label())
    };
    let mut same = Vec::new();
    for pair in &found.explained {
        let (Some(rna), Some(dna)) = (place(report, &pair.rna), place(report, &pair.dna)) else {
            continue;
        };
        let other = if Some(rna.0) == lead {
            Some(("DNA", dna))
        } else if Some(dna.0) == lead {
            Some(("RNA", rna))
        } else {
            None
        };
        if let Some((assay, (e, j, junction))) = other {
            // The lead's own counterpart first, then its reciprocal's.
            let view = JunctionView::new(junction, at.at(format_args!("events/{e}/junctions/{j}")));
            same.push((junction.role == "reciprocal", assay, view));
        }
    }
    same.sort_by_key(|(reciprocal, ..)| *reciprocal);
    Some(Agreement {
        class: match found.status.as_str() {
            "confirmed" | "both-negative" => "agree",
            _ => "doubt",
        },
        text: shortened(&found.text, 400),
        states: (label("rna", found.rna), label("dna", found.dna)),
        same: same.into_iter().map(|(_, assay, view)| (assay, view)).collect(),
    })
}

/// The lead event, then the events of the other assay that it agrees with.
pub(super) fn events_of_interest(report: &SampleReport, lead: Option<usize>) -> Vec<usize> {
    let mut events: Vec<usize> = lead.into_iter().collect();
    for pair in report.agreement.iter().flat_map(|agreement| &agreement.explained) {
        let (rna, dna) = (place(report, &pair.rna), place(report, &pair.dna));
        if let (Some((rna, ..)), Some((dna, ..))) = (rna, dna)
            && [rna, dna].into_iter().any(|event| Some(event) == lead)
        {
            for event in [rna, dna] {
                if !events.contains(&event) {
                    events.push(event);
                }
            }
        }
    }
    events
}
