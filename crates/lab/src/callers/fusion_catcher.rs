//! FusionCatcher's final list of candidate fusion genes.
//!
//! Source: FusionCatcher's manual, "Output data". Breakpoints are `chromosome:position:strand`, 1-based,
//! without `chr`. "Spanning pairs" are discordant pairs, "spanning unique reads" the reads over the
//! junction. There is no word of confidence: what is in the list has passed, and counts as medium.

use super::Caller;
use super::cells::{Cells, genes};
use super::row::CallerRow;
use breakapart_core::report::schema::{Frame, Tier};

pub(super) const REQUIRED: &[&str] = &[
    "Gene_1_symbol(5end_fusion_partner)",
    "Gene_2_symbol(3end_fusion_partner)",
    "Fusion_point_for_gene_1(5end_fusion_partner)",
    "Fusion_point_for_gene_2(3end_fusion_partner)",
];

const EXTRA: &[&str] = &[
    "Fusion_description",
    "Counts_of_common_mapping_reads",
    "Longest_anchor_found",
    "Fusion_finding_method",
    "Predicted_effect",
];

pub(super) fn row(cells: &Cells<'_>) -> Result<CallerRow, String> {
    // A gene without a symbol has an empty cell there and its identifier in another column.
    let gene = |symbol, id| genes(cells.text(symbol).or_else(|| cells.text(id)).unwrap_or("."));
    let effect = cells.text("Predicted_effect").unwrap_or_default();
    Ok(CallerRow {
        gene5: gene("Gene_1_symbol(5end_fusion_partner)", "Gene_1_id(5end_fusion_partner)"),
        gene3: gene("Gene_2_symbol(3end_fusion_partner)", "Gene_2_id(3end_fusion_partner)"),
        breakpoint5: cells.stranded_place("Fusion_point_for_gene_1(5end_fusion_partner)")?,
        breakpoint3: cells.stranded_place("Fusion_point_for_gene_2(3end_fusion_partner)")?,
        tier: Some(Tier::Medium),
        frame: match effect {
            "in-frame" => Frame::InFrame,
            "out-of-frame" => Frame::OutOfFrame,
            _ => Frame::Unknown,
        },
        split: cells.count("Spanning_unique_reads")?,
        spanning: cells.count("Spanning_pairs")?,
        extra: cells.extra(EXTRA),
        ..CallerRow::empty(Caller::FusionCatcher, cells.line)
    })
}
