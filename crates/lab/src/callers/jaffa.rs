//! JAFFA's and JAFFAL's `jaffa_results.csv`, with `A:B` (versions 1 and 2) or `A::B` (later).
//!
//! Source: JAFFA's wiki, "Output description". Bases are 1-based, the last retained base of each side.
//! The class is taken for the tier; a potential read-through or regular transcript is low.

use super::Caller;
use super::cells::{Cells, genes, shown};
use super::row::CallerRow;
use breakapart_core::report::schema::{Frame, Tier};

pub(super) const REQUIRED: &[&str] = &["fusion genes", "chrom1", "base1", "chrom2", "base2", "classification"];

const EXTRA: &[&str] = &["gap (kb)", "aligns", "rearrangement", "known"];

pub(super) fn row(cells: &Cells<'_>) -> Result<CallerRow, String> {
    let name = cells.required("fusion genes")?;
    let (one, two) = name
        .split_once("::")
        .or_else(|| name.split_once(':'))
        .ok_or_else(|| format!("fusion genes is {:?}, not GENE:GENE", shown(name)))?;
    let class = cells.text("classification").unwrap_or_default();
    Ok(CallerRow {
        sample: cells.text("sample").map(shown),
        gene5: genes(one),
        gene3: genes(two),
        breakpoint5: cells.place_of("chrom1", "base1")?,
        breakpoint3: cells.place_of("chrom2", "base2")?,
        confidence: shown(class),
        tier: match class {
            "HighConfidence" => Some(Tier::High),
            "MediumConfidence" => Some(Tier::Medium),
            "LowConfidence" => Some(Tier::Low),
            other if other.starts_with("Potential") => Some(Tier::Low),
            _ => None,
        },
        frame: match cells.text("inframe") {
            Some("TRUE" | "True") => Frame::InFrame,
            Some("FALSE" | "False") => Frame::OutOfFrame,
            _ => Frame::Unknown,
        },
        split: cells.count("spanning reads")?,
        spanning: cells.count("spanning pairs")?,
        extra: cells.extra(EXTRA),
        ..CallerRow::empty(Caller::Jaffa, cells.line)
    })
}
