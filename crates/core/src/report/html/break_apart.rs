//! The break-apart view: KMT2A's 5' against its 3' part at a break.

use super::figure::Figure;
use crate::report::scale::px;
use crate::{
    catalogue::KMT2A,
    report::{
        schema::{Junction, SampleReport, Side},
        wording::shortened,
    },
};

/// Molecules that show KMT2A's halves together, or one of them at something else: what break-apart FISH
/// would see as fused and split signals.
pub(super) struct BreakApart {
    /// The event.
    pub event: String,
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Rows: what, count, where.
    pub rows: Vec<ApartRow>,
}

/// One row of the break-apart view.
pub(super) struct ApartRow {
    /// `together`, `five` or `three`.
    pub class: &'static str,
    /// What the molecules show.
    pub what: &'static str,
    /// Count, or `None` for none found.
    pub count: Option<Figure>,
    /// Unit of the count.
    pub unit: &'static str,
    /// The place or junction.
    pub place: String,
    /// Width of the bar.
    pub width: String,
}

/// The break-apart view of an event.
pub(super) fn break_apart(report: &SampleReport, event: usize) -> Option<BreakApart> {
    let found = report.events.get(event)?;
    let strongest = |wanted: &dyn Fn(&Junction) -> bool| {
        found
            .junctions
            .iter()
            .enumerate()
            .filter(|(_, junction)| wanted(junction))
            .max_by_key(|(index, junction)| (junction.evidence.class_sum(), std::cmp::Reverse(*index)))
    };
    let holds = |side: &Option<Side>| side.as_ref().is_some_and(|side| side.gene.as_deref() == Some(KMT2A));
    let five = strongest(&|j| holds(&j.five) && !holds(&j.three));
    let three = strongest(&|j| !holds(&j.five) && holds(&j.three));
    let lead = five.or(three)?;
    let wild = lead.1.wild_type_molecules;
    let of = |junction: Option<(usize, &Junction)>| junction.map_or(0, |(_, j)| j.evidence.class_sum());
    let most = wild.unwrap_or(0).max(of(five)).max(of(three)).max(1) as f64;
    let row = |class, what, junction: Option<(usize, &Junction)>| {
        let figure = junction.map(|(index, junction)| {
            let pointer = format!("/events/{event}/junctions/{index}/evidence");
            match junction.evidence.molecules {
                Some(molecules) => Figure::count(format!("{pointer}/molecules"), molecules),
                None => Figure::count(format!("{pointer}/fragments"), junction.evidence.fragments),
            }
        });
        ApartRow {
            class,
            what,
            unit: match junction {
                Some((_, j)) if j.evidence.molecules.is_none() => "fragments",
                Some((_, j)) if j.evidence.molecules == Some(1) => "molecule",
                _ => "molecules",
            },
            count: figure,
            place: junction.map_or_else(|| "none found".to_owned(), |(_, j)| j.id.clone()),
            width: px(of(junction) as f64 / most * 220.0),
        }
    };

    Some(BreakApart {
        event: shortened(&found.id, 20),
        assay: shortened(&lead.1.assay.to_uppercase(), 10),
        rows: vec![
            ApartRow {
                class: "together",
                what: "5' and 3' part together: wild type over the break",
                count: wild.map(|wild| {
                    Figure::count(
                        format!("/events/{event}/junctions/{}/wild_type_molecules", lead.0),
                        wild,
                    )
                }),
                unit: if wild == Some(1) { "molecule" } else { "molecules" },
                place: if wild.is_some() {
                    lead.1.id.clone()
                } else {
                    "not measured".to_owned()
                },
                width: px(wild.unwrap_or(0) as f64 / most * 220.0),
            },
            row("five", "5' part apart: KMT2A 5' joined to something else", five),
            row("three", "3' part apart: something else joined to KMT2A 3'", three),
        ],
    })
}
