//! STAR-Fusion's and FusionInspector's predictions: full, abridged, with coding effect.
//!
//! Source: STAR-Fusion's manual, "Output". Breakpoints are `chr:position:strand`, 1-based, the last
//! exonic base of each side. There is no word of confidence: what is in the list has passed, and
//! counts as medium.

use super::Caller;
use super::cells::{Cells, genes, shown};
use super::row::CallerRow;
use breakapart_core::report::schema::{Frame, Tier};

pub(super) const REQUIRED: &[&str] = &["FusionName", "LeftBreakpoint", "RightBreakpoint"];

const EXTRA: &[&str] = &["SpliceType", "LargeAnchorSupport", "FFPM", "annots"];

pub(super) fn row(cells: &Cells<'_>) -> Result<CallerRow, String> {
    let name = cells.required("FusionName")?;
    let (left, right) = name
        .split_once("--")
        .ok_or_else(|| format!("FusionName is {:?}, not GENE--GENE", shown(name)))?;
    // `SYMBOL^ENSG...` in the gene columns is the surer source; symbols may hold hyphens.
    let gene = |column, fallback: &str| {
        let cell = cells
            .text(column)
            .map_or(fallback, |cell| cell.split('^').next().unwrap_or(cell));
        genes(cell)
    };
    Ok(CallerRow {
        gene5: gene("LeftGene", left),
        gene3: gene("RightGene", right),
        breakpoint5: cells.stranded_place("LeftBreakpoint")?,
        breakpoint3: cells.stranded_place("RightBreakpoint")?,
        tier: Some(Tier::Medium),
        frame: match cells.text("PROT_FUSION_TYPE") {
            Some("INFRAME") => Frame::InFrame,
            Some("FRAMESHIFT") => Frame::OutOfFrame,
            _ => Frame::Unknown,
        },
        split: cells.count("JunctionReadCount")?,
        spanning: cells.count("SpanningFragCount")?,
        extra: cells.extra(EXTRA),
        ..CallerRow::empty(Caller::StarFusion, cells.line)
    })
}
