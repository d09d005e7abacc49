//! The genes around KMT2A on 11q23.3.

use crate::genome::{Interval, Strand};

use super::tables::{Table, TableError};

/// The side of a neighbour in a read-through transcript with KMT2A, without any rearrangement. A read-through uses
/// KMT2A's
/// last donor (e35) or, with an upstream neighbour, an early acceptor (e2); from any other donor the same pair needs a
/// deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadThrough {
    /// As the 5' gene: GENE-KMT2A.
    FivePrime,
    /// As the 3' gene: KMT2A-GENE.
    ThreePrime,
    /// Not possible: on the other strand, or too far.
    No,
}

/// One neighbour, on GRCh38.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Symbol (Entrez Gene).
    pub symbol: String,
    /// Interval on chromosome 11 of GRCh38.
    pub interval: Interval,
    /// Strand.
    pub strand: Strand,
    /// Bases between the gene and KMT2A; 0 if they overlap.
    pub distance: i64,
    /// Position relative to KMT2A: `upstream` of its 5' end, `downstream` of its 3' end, or `overlapping`.
    pub side: &'static str,
    /// Whether a read-through without rearrangement can join them.
    pub read_through: ReadThrough,
}

pub(super) fn read(text: &'static str) -> Result<Vec<Neighbour>, TableError> {
    let table = Table::new("neighbours.tsv", text)?;
    table
        .rows()
        .map(|row| {
            Ok(Neighbour {
                symbol: row.text("symbol")?.to_owned(),
                interval: Interval::from_one_based(row.value("start")?, row.value("end")?),
                strand: row.strand()?,
                distance: row.value("distance")?,
                side: row.text("side")?,
                read_through: match row.text("readthrough")? {
                    "5" => ReadThrough::FivePrime,
                    "3" => ReadThrough::ThreePrime,
                    "no" => ReadThrough::No,
                    other => return Err(row.unknown("read-through", other)),
                },
            })
        })
        .collect()
}
