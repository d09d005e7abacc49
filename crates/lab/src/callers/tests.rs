//! Every format from a small table with known rows; hostile tables.

mod formats;
mod hostile;

use super::*;

/// Reads an inline table.
pub(super) fn table(text: &str) -> CallerTable {
    read(text.as_bytes(), "x.tsv", ReadLimits::default()).unwrap()
}

/// The single row of an inline table in which every row can be read.
pub(super) fn only_row(text: &str) -> CallerRow {
    let mut table = table(text);
    assert_eq!(table.skipped, []);
    assert_eq!(table.rows.len(), 1);
    table.rows.remove(0)
}

pub(super) fn place(contig: &str, position: i64) -> Option<Place> {
    Place::new(contig, position)
}

pub(super) const ARRIBA: &str = "#gene1\tgene2\tstrand1(gene/fusion)\tstrand2(gene/fusion)\tbreakpoint1\tbreakpoint2\tsite1\tsite2\ttype\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tcoverage1\tcoverage2\tconfidence\treading_frame\ttags\tretained_protein_domains\tclosest_genomic_breakpoint1\tclosest_genomic_breakpoint2\tgene_id1\tgene_id2\ttranscript_id1\ttranscript_id2\tdirection1\tdirection2\tfilters\tfusion_transcript\tpeptide_sequence\tread_identifiers\n";
