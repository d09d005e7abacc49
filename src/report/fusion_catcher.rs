//! `SAMPLE.final-list_candidate-fusion-genes.txt`: FusionCatcher's final list.
//!
//! The 16 columns in the order of its files. Like [`super::star_fusion`], it lists junctions at tier
//! medium or high whose both sides are placed.

use super::arriba::{self, cell};
use super::format::ViewError;
use super::fusions_tsv::CalledJunction;
use super::schema::{Frame, Junction, SampleReport, Side};
use super::star_fusion::{gene, strand, sure};
use super::wording;

/// The columns.
pub const COLUMNS: [&str; 16] = [
    "Gene_1_symbol(5end_fusion_partner)",
    "Gene_2_symbol(3end_fusion_partner)",
    "Fusion_description",
    "Counts_of_common_mapping_reads",
    "Spanning_pairs",
    "Spanning_unique_reads",
    "Longest_anchor_found",
    "Fusion_finding_method",
    "Fusion_point_for_gene_1(5end_fusion_partner)",
    "Fusion_point_for_gene_2(3end_fusion_partner)",
    "Gene_1_id(5end_fusion_partner)",
    "Gene_2_id(3end_fusion_partner)",
    "Exon_1_id(5end_fusion_partner)",
    "Exon_2_id(3end_fusion_partner)",
    "Fusion_sequence",
    "Predicted_effect",
];

/// `11:118482495:+`: FusionCatcher names chromosomes without `chr`.
fn point(side: &Side, is_five: bool) -> String {
    let contig = cell(&side.contig).replace(' ', "_");
    let bare = crate::genome::contig::bare_name(&contig).unwrap_or(contig);
    format!("{bare}:{}:{}", side.position, strand(side, is_five))
}

/// The sequence with `*` at the junction, inserted bases between two of them kept on the 3' side.
fn sequence(junction: &Junction) -> String {
    let text = wording::clean(junction.consensus.as_deref().unwrap_or_default());
    match text.split_once('|') {
        Some((before, after)) => cell(&format!("{before}*{}", after.replace('|', ""))),
        None => String::new(),
    }
}

/// The sites in FusionCatcher's words.
fn site(side: &Side) -> &str {
    match side.site.as_str() {
        "CDS" => "CDS(truncated)",
        "5'UTR" | "3'UTR" | "UTR" => "UTR",
        "intron" => "intronic",
        "intergenic" => "intergenic",
        _ => "exonic(no-known-CDS)",
    }
}

fn effect(junction: &Junction, five: &Side, three: &Side) -> String {
    match junction.frame {
        Frame::InFrame => "in-frame".to_owned(),
        Frame::OutOfFrame | Frame::StopCodon => "out-of-frame".to_owned(),
        Frame::Unknown => format!("{}/{}", site(five), site(three)),
    }
}

/// The table; the header alone where nothing was called at tier medium or high.
///
/// # Errors
/// [`ViewError::Table`] where the table writer fails.
pub fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let mut table = arriba::writer();
    table.write_record(COLUMNS).map_err(ViewError::Table)?;
    for (CalledJunction { event, junction, .. }, five, three) in sure(report) {
        let seen = &junction.evidence;
        let known = event.partner.as_ref().is_some_and(|partner| partner.catalogue);
        let id = |side: &Side| side.gene_id.as_deref().map(cell).unwrap_or_default();
        let row = [
            gene(five),
            gene(three),
            if known { "known" } else { "" }.to_owned(),
            "0".to_owned(),
            seen.spanning.saturating_add(seen.mate).to_string(),
            seen.split.saturating_add(seen.clip).to_string(),
            seen.longest_anchor5.min(seen.longest_anchor3).to_string(),
            "breakapart".to_owned(),
            point(five, true),
            point(three, false),
            id(five),
            id(three),
            String::new(),
            String::new(),
            sequence(junction),
            effect(junction, five, three),
        ];
        table.write_record(row).map_err(ViewError::Table)?;
    }
    arriba::finish(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_fusion_is_told_in_fusion_catchers_words() {
        let report = example::fusion();
        let text = String::from_utf8(render(&report).unwrap()).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows[0], COLUMNS);
        let of = |name: &str| rows[1][COLUMNS.iter().position(|c| *c == name).unwrap()];
        assert_eq!(of("Fusion_point_for_gene_1(5end_fusion_partner)"), "11:118482495:+");
        assert_eq!((of("Spanning_pairs"), of("Spanning_unique_reads")), ("9", "54"));
        assert_eq!(of("Longest_anchor_found"), "81");
        assert!(of("Fusion_sequence").contains("AAAAG*ACAGC"));
        assert_eq!(of("Predicted_effect"), "in-frame");
        for column in [
            "Counts_of_common_mapping_reads",
            "Spanning_pairs",
            "Spanning_unique_reads",
        ] {
            assert!(of(column).parse::<u64>().is_ok(), "readers cast {column}");
        }
    }
}
