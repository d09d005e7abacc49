//! CICERO's `final_fusions.txt`.
//!
//! Source: the St. Jude Cloud guide to Rapid RNA-Seq. Positions are 1-based. Side A is the 5' one only
//! where `sv_ort` is `>`; with `?` the order is not known. `frame` is 0 (out of frame), 1 (in frame), 2
//! (side B holds the canonical start) or 3 (5' UTR fusion of B). `readsA` and `readsB` are soft-clipped
//! reads anchored on each side; CICERO counts no pairs.

use super::Caller;
use super::cells::{Cells, genes, shown};
use super::row::{CallerRow, GeneOrder};
use breakapart_core::report::schema::{Frame, Tier};

pub(super) const REQUIRED: &[&str] = &["geneA", "chrA", "posA", "geneB", "chrB", "posB"];

const EXTRA: &[&str] = &[
    "type", "sv_ort", "ortA", "ortB", "featureA", "featureB", "score", "medal",
];

pub(super) fn row(cells: &Cells<'_>) -> Result<CallerRow, String> {
    let split = match (cells.count("readsA")?, cells.count("readsB")?) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
    };
    let rating = cells.text("rating").unwrap_or_default();
    Ok(CallerRow {
        sample: cells.text("sample").map(shown),
        gene5: genes(cells.text("geneA").unwrap_or(".")),
        gene3: genes(cells.text("geneB").unwrap_or(".")),
        order: if cells.raw("sv_ort") == Some(">") {
            GeneOrder::Known
        } else {
            GeneOrder::Unknown
        },
        breakpoint5: cells.place_of("chrA", "posA")?,
        breakpoint3: cells.place_of("chrB", "posB")?,
        confidence: shown(rating),
        // HQ high quality, LQ low quality, RT read-through. Older versions rated nothing.
        tier: match rating {
            "HQ" => Some(Tier::High),
            "LQ" | "RT" => Some(Tier::Low),
            "" => Some(Tier::Medium),
            _ => None,
        },
        frame: match cells.text("frame") {
            Some("1") => Frame::InFrame,
            Some("0") => Frame::OutOfFrame,
            _ => Frame::Unknown,
        },
        split,
        extra: cells.extra(EXTRA),
        ..CallerRow::empty(Caller::Cicero, cells.line)
    })
}
