//! First and last bases of exons, to compare with clipped reads when no reference is given.

use std::collections::BTreeMap;

use super::tables::{self, TableError};

/// Longest sequence kept at either end (bases).
pub(crate) const END_LEN: usize = 40;

/// The first and last bases of an exon in transcript sense, A, C, G and T only; twice the whole exon if it is not
/// longer
/// than [`END_LEN`]. Source: GRCh38 primary assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExonEnds {
    /// From the acceptor, at most [`END_LEN`].
    pub first: &'static str,
    /// Up to the donor, at most [`END_LEN`].
    pub last: &'static str,
}

/// By symbol and exon number.
pub(super) type Table = BTreeMap<&'static str, BTreeMap<u16, ExonEnds>>;

pub(super) fn read(text: &'static str) -> Result<Table, TableError> {
    let mut ends = Table::new();
    for row in tables::Table::new("exon_ends.tsv", text)?.rows() {
        let (first, last) = (row.text("first")?, row.text("last")?);
        if first.len() != last.len() || first.len() > END_LEN {
            return Err(row.error("ends of different or excessive length".to_owned()));
        }
        ends.entry(row.text("symbol")?)
            .or_default()
            .insert(row.value("exon")?, ExonEnds { first, last });
    }
    Ok(ends)
}
