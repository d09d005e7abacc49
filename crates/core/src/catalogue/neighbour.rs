//! The genes around KMT2A on 11q23.3.

use crate::genome::{Interval, Strand};

use super::tables::{Table, TableError};

/// Where a neighbour lies, seen from KMT2A (plus strand).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Towards the centromere: before KMT2A's 5' end.
    Upstream,
    /// Over KMT2A's own interval.
    Overlapping,
    /// Towards the telomere: after KMT2A's 3' end.
    Downstream,
}

/// In which place a neighbour can be in a transcript that joins it to KMT2A without any
/// rearrangement. Such a read-through uses KMT2A's last donor (e35) or, upstream, an early acceptor
/// (e2); from any other donor the same pair needs a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadThrough {
    /// As the 5' gene: GENE-KMT2A.
    FivePrime,
    /// As the 3' gene: KMT2A-GENE.
    ThreePrime,
    /// Not at all: the other strand, or too far.
    No,
}

/// One neighbour, on GRCh38.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Symbol (Entrez Gene).
    pub symbol: String,
    /// Place on chromosome 11 of GRCh38.
    pub interval: Interval,
    /// Strand.
    pub strand: Strand,
    /// Kind of gene as the source words it (`protein-coding`, `ncRNA`, `pseudo`, `snoRNA`).
    pub kind: String,
    /// Bases between the gene and KMT2A; 0 where they overlap.
    pub distance: i64,
    /// Which side of KMT2A.
    pub side: Side,
    /// Whether a plain read-through can join them.
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
                strand: Strand::parse(row.text("strand")?).ok_or_else(|| row.error("strand".to_owned()))?,
                kind: row.text("type")?.to_owned(),
                distance: row.value("distance")?,
                side: match row.text("side")? {
                    "upstream" => Side::Upstream,
                    "downstream" => Side::Downstream,
                    "overlapping" => Side::Overlapping,
                    other => return Err(row.error(format!("unknown side {other}"))),
                },
                read_through: match row.text("readthrough")? {
                    "5" => ReadThrough::FivePrime,
                    "3" => ReadThrough::ThreePrime,
                    "no" => ReadThrough::No,
                    other => return Err(row.error(format!("unknown read-through {other}"))),
                },
            })
        })
        .collect()
}
