//! The exons of the catalogue's genes: those of lead transcripts, the other annotated ones, and unannotated exons seen
//! in patients' transcripts.

use std::collections::BTreeMap;

use crate::genome::{Build, Interval};

use super::Gene;
use super::tables::{Table, TableError};

/// One exon.
pub(super) struct Row {
    /// Its number in the lead transcript; `None` for other exons.
    pub(super) number: Option<u16>,
    /// Interval on GRCh38.
    exon: Interval,
    /// Offset to add to a coordinate for GRCh37 (bases); `None` if the exon's position there is not certain.
    shift37: Option<i64>,
    is_acceptor: bool,
    is_donor: bool,
}

impl Row {
    /// Its interval on a build, if certain.
    pub(super) fn on(&self, build: Build) -> Option<Interval> {
        let shift = match build {
            Build::GRCh37 => self.shift37?,
            Build::GRCh38 => 0,
        };
        Some(Interval {
            start: self.exon.start.offset(shift),
            end: self.exon.end.offset(shift),
        })
    }
}

/// Exons by symbol; those of the lead transcript first, in transcript order.
pub(super) fn read() -> Result<BTreeMap<&'static str, Vec<Row>>, TableError> {
    let tables = [
        Table::new("exons.tsv", include_str!("data/exons.tsv"))?,
        Table::new("observed_exons.tsv", include_str!("data/observed_exons.tsv"))?,
    ];
    let mut exons: BTreeMap<_, Vec<Row>> = BTreeMap::new();
    for row in tables.iter().flat_map(Table::rows) {
        let of_gene = exons.entry(row.text("symbol")?).or_default();
        let number: Option<u16> = row.optional_value("exon")?;
        if number.is_some_and(|number| usize::from(number) != of_gene.len() + 1) {
            return Err(row.error("exons are not in order".to_owned()));
        }
        let sites = row.optional("sites")?.unwrap_or_default();
        of_gene.push(Row {
            number,
            exon: Interval::from_one_based(row.value("start38")?, row.value("end38")?),
            shift37: row.optional_value("shift37")?,
            is_acceptor: sites.contains('a'),
            is_donor: sites.contains('d'),
        });
    }
    Ok(exons)
}

/// Adds the exons to their gene; those without a certain position on the build are left out.
pub(super) fn annotate(gene: &mut Gene, build: Build, exons: &[Row]) {
    for row in exons {
        if let Some(exon) = row.on(build) {
            gene.annotated.add(gene.strand, exon, row.is_acceptor, row.is_donor);
        }
    }
}
