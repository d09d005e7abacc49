//! Arriba's tables, and ours, which have its columns and sense.
//!
//! Source of the columns: Arriba's manual, "Output files". Version 1 had 24 columns in another order
//! and site names without a region; the names of the columns that are read here are the same.

use super::Caller;
use super::cells::{Cells, filters, genes};
use super::row::{CallerRow, Listed};
use breakapart_core::report::schema::{Frame, Tier};

pub(super) const REQUIRED: &[&str] = &["gene1", "gene2", "breakpoint1", "breakpoint2"];

pub(super) const REQUIRED_OURS: &[&str] = &[
    "gene1",
    "gene2",
    "breakpoint1",
    "breakpoint2",
    "confidence",
    "junction_class",
    "model_score",
];

const EXTRA: &[&str] = &[
    "type",
    "site1",
    "site2",
    "tags",
    "event",
    "junction",
    "junction_class",
    "molecules",
    "discarded_because",
];

pub(super) fn row(caller: Caller, cells: &Cells<'_>) -> Result<CallerRow, String> {
    let split = match (cells.count("split_reads1")?, cells.count("split_reads2")?) {
        (None, None) => None,
        (one, two) => Some(one.unwrap_or(0).saturating_add(two.unwrap_or(0))),
    };
    let confidence = cells.text("confidence").unwrap_or_default();
    let filters = filters(cells.text("filters"));
    // A name without a number is the filter that ended the event: only discarded files have one. Ours
    // says so in a column of its own as well.
    let ended = filters.iter().any(|filter| filter.reads.is_none()) || cells.text("discarded_by").is_some();
    Ok(CallerRow {
        gene5: genes(cells.raw("gene1").unwrap_or(".")),
        gene3: genes(cells.required("gene2")?),
        breakpoint5: cells.place("breakpoint1")?,
        breakpoint3: cells.place("breakpoint2")?,
        confidence: super::cells::shown(confidence),
        tier: tier(confidence),
        frame: frame(cells.text("reading_frame")),
        split,
        spanning: cells.count("discordant_mates")?,
        filters,
        listed: if ended { Listed::Discarded } else { Listed::Called },
        extra: cells.extra(EXTRA),
        ..CallerRow::empty(caller, cells.line)
    })
}

fn tier(confidence: &str) -> Option<Tier> {
    [Tier::High, Tier::Medium, Tier::Low]
        .into_iter()
        .find(|tier| tier.name() == confidence)
}

fn frame(cell: Option<&str>) -> Frame {
    [Frame::InFrame, Frame::OutOfFrame, Frame::StopCodon]
        .into_iter()
        .find(|frame| cell == Some(frame.name()))
        .unwrap_or(Frame::Unknown)
}
