//! The annotated exons of all transcripts of the catalogue's genes (`tools/make_annotated.py`), and
//! exons that patients' transcripts show and no annotation has.

use std::collections::BTreeMap;

use crate::genome::{Build, Interval};

use super::Gene;
use super::tables::{Table, TableError};

/// One exon.
pub(super) struct Row {
    /// On GRCh38.
    exon: Interval,
    /// What to add to a coordinate for GRCh37; `None` where the exon's place there is not sure.
    shift37: Option<i64>,
    is_acceptor: bool,
    is_donor: bool,
}

/// By symbol.
pub(super) fn read() -> Result<BTreeMap<&'static str, Vec<Row>>, TableError> {
    let tables = [
        Table::new("annotated_exons.tsv", include_str!("data/annotated_exons.tsv"))?,
        Table::new("observed_exons.tsv", include_str!("data/observed_exons.tsv"))?,
    ];
    let mut exons: BTreeMap<_, Vec<Row>> = BTreeMap::new();
    for row in tables.iter().flat_map(Table::rows) {
        let sites = row.optional("sites")?.unwrap_or_default();
        exons.entry(row.text("symbol")?).or_default().push(Row {
            exon: Interval::from_one_based(row.value("start38")?, row.value("end38")?),
            shift37: row.optional_value("shift37")?,
            is_acceptor: sites.contains('a'),
            is_donor: sites.contains('d'),
        });
    }
    Ok(exons)
}

/// Adds the exons to their gene; those without a sure place on GRCh37 are left out there.
pub(super) fn add(gene: &mut Gene, build: Build, exons: &[Row]) {
    for row in exons {
        let shift = match build {
            Build::GRCh37 => row.shift37,
            Build::GRCh38 => Some(0),
        };
        if let Some(shift) = shift {
            let exon = Interval {
                start: row.exon.start.offset(shift),
                end: row.exon.end.offset(shift),
            };
            gene.annotated.add(gene.strand, exon, row.is_acceptor, row.is_donor);
        }
    }
}
