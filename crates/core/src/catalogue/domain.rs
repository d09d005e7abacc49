//! Protein domains, for the drawing of the domains that a rearrangement keeps and loses.

use std::ops::RangeInclusive;

use super::tables::{Table, TableError};

/// One domain of a gene's protein.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Gene.
    pub symbol: String,
    /// Name, as printed in lists.
    pub name: String,
    /// Short name for a drawing; `None` if the adjacent domain's name includes it.
    pub label: Option<String>,
    /// Pfam name, if the residues are from Pfam.
    pub pfam: Option<String>,
    /// Residues, 1-based inclusive, numbered as in UniProt's first isoform.
    pub residues: RangeInclusive<u32>,
    /// Whether the residues are from a source, not from general knowledge.
    pub verified: bool,
    /// Source of the row.
    pub source: String,
}

/// Residue of UniProt Q03164-1 after which NM_001197104.2 has three more (isoform 3 of the entry).
const THREE_MORE: u32 = 1_604;

impl Domain {
    /// Residues in the protein of KMT2A's MANE transcript.
    #[must_use]
    pub fn mane_residues(&self) -> RangeInclusive<u32> {
        let moved = |residue: u32| if residue > THREE_MORE { residue + 3 } else { residue };
        moved(*self.residues.start())..=moved(*self.residues.end())
    }
}

pub(super) fn read(text: &'static str) -> Result<Vec<Domain>, TableError> {
    Table::new("domains.tsv", text)?
        .rows()
        .map(|row| {
            let (first, last) = (row.value("first")?, row.value("last")?);
            if first > last {
                return Err(row.error(format!("residues {first} to {last}")));
            }
            Ok(Domain {
                symbol: row.text("symbol")?.to_owned(),
                name: row.text("name")?.to_owned(),
                label: row.optional("label")?.map(str::to_owned),
                pfam: row.optional("pfam")?.map(str::to_owned),
                residues: first..=last,
                verified: row.text("verified")? == "yes",
                source: row.text("source")?.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::catalogue::{KMT2A, catalogue};

    #[test]
    fn domains_are_in_order_within_the_protein() {
        let domains: Vec<_> = catalogue().domains(KMT2A).collect();
        assert!(domains.len() >= 17);
        assert!(
            domains
                .windows(2)
                .all(|pair| pair[0].residues.start() < pair[1].residues.start())
        );
        // NM_001197104.2 encodes 3,972 residues.
        assert!(
            domains
                .iter()
                .all(|d| *d.residues.end() <= 3_972 && !d.source.is_empty())
        );
        let named = |name: &str| domains.iter().find(|d| d.name.contains(name)).unwrap().residues.clone();
        // A break after exon 8 (residue 1,362) keeps the CXXC finger and loses PHD 1 and SET.
        assert!(*named("CXXC").end() < 1_362 && *named("PHD finger 1").start() > 1_362);
        assert!(*named("SET domain").start() > 3_800);
    }
}
