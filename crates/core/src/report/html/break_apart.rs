//! The break-apart view: KMT2A's 5' against its 3' part at a break.

use super::figure::{At, Figure, Form};
use crate::report::{
    scale::px,
    schema::{Event, Junction, Side},
    wording::shortened,
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

/// The break-apart view of an event, which stands at `at`.
pub(super) fn break_apart(event: &Event, at: &At<'_>) -> Option<BreakApart> {
    let junctions: Vec<(At<'_>, &Junction)> = at.list("junctions").into_iter().zip(&event.junctions).collect();
    let holds = |side: &Option<Side>| side.as_ref().is_some_and(Side::is_kmt2a);
    let strongest = |five: bool, three: bool| {
        let those = junctions.iter().rev();
        let those = those.filter(|(_, j)| (holds(&j.five), holds(&j.three)) == (five, three));
        those.max_by_key(|(_, j)| j.evidence.class_sum())
    };
    let (five, three) = (strongest(true, false), strongest(false, true));
    let (lead_at, lead) = five.or(three)?;
    let wild = lead.wild_type_molecules;
    let of = |junction: Option<&(At<'_>, &Junction)>| junction.map_or(0, |(_, j)| j.evidence.class_sum());
    let most = wild.unwrap_or(0).max(of(five)).max(of(three)).max(1) as f64;
    let width = |count: u64| px(count as f64 / most * 220.0);
    let row = |class, what, junction: Option<&(At<'_>, &Junction)>| {
        let (count, unit) = junction.map(|(at, _)| at.at("evidence").counted()).unzip();
        ApartRow {
            class,
            what,
            count,
            unit: unit.unwrap_or_default(),
            place: junction.map_or_else(|| "none found".to_owned(), |(_, j)| j.id.clone()),
            width: width(of(junction)),
        }
    };
    let together = ApartRow {
        class: "together",
        what: "5' and 3' part together: wild type over the break",
        count: lead_at.figure("wild_type_molecules", Form::Whole),
        unit: if wild == Some(1) { "molecule" } else { "molecules" },
        place: wild.map_or_else(|| "not measured".to_owned(), |_| lead.id.clone()),
        width: width(wild.unwrap_or(0)),
    };
    Some(BreakApart {
        event: shortened(&event.id, 20),
        assay: shortened(&lead.assay.to_uppercase(), 10),
        rows: vec![
            together,
            row("five", "5' part apart: KMT2A 5' joined to something else", five),
            row("three", "3' part apart: something else joined to KMT2A 3'", three),
        ],
    })
}
