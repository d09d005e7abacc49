//! Identifiers of genes and chromosomes in public databases.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::tables::{Table, TableError};
use crate::genome::{Build, contig::bare_name};

/// A gene's identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GeneIdentifiers {
    /// HGNC, with its prefix: `HGNC:7132`.
    pub hgnc: &'static str,
    /// Ensembl, without a version: `ENSG00000118058`.
    pub ensembl: &'static str,
}

/// A chromosome's identifiers on one build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChromosomeIdentifiers {
    /// Length in bases.
    pub length: i64,
    /// RefSeq accession with its version: `NC_000011.10`.
    pub refseq: &'static str,
    /// GA4GH refget digest of the sequence: `SQ.` and 32 characters.
    pub refget: &'static str,
}

/// Both tables, by symbol and by bare chromosome name.
#[derive(Debug, Default)]
struct Identifiers {
    genes: BTreeMap<&'static str, GeneIdentifiers>,
    chromosomes: BTreeMap<&'static str, [ChromosomeIdentifiers; Build::COUNT]>,
}

fn tables() -> &'static Identifiers {
    static TABLES: OnceLock<Identifiers> = OnceLock::new();
    TABLES.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Identifiers, TableError> {
    let mut found = Identifiers::default();
    for row in Table::new("genes.tsv", include_str!("data/genes.tsv"))?.rows() {
        let identifiers = GeneIdentifiers {
            hgnc: row.text("hgnc")?,
            ensembl: row.text("ensembl")?,
        };
        found.genes.insert(row.text("symbol")?, identifiers);
    }
    for row in Table::new("chromosomes.tsv", include_str!("data/chromosomes.tsv"))?.rows() {
        let of = |build: Build| -> Result<_, TableError> {
            Ok(ChromosomeIdentifiers {
                length: row.value(&build.column("length"))?,
                refseq: row.text(&build.column("refseq"))?,
                refget: row.text(&build.column("refget"))?,
            })
        };
        let [first, second] = Build::ALL;
        found
            .chromosomes
            .insert(row.text("chromosome")?, [of(first)?, of(second)?]);
    }
    Ok(found)
}

/// The identifiers of a catalogue gene, by its current symbol.
pub(crate) fn of_gene(symbol: &str) -> Option<GeneIdentifiers> {
    tables().genes.get(symbol).copied()
}

/// The identifiers of a chromosome, by its name in any convention (`chr11`, `11`, `NC_000011.10`); `None` for the
/// mitochondrial genome and for contigs that are not chromosomes.
pub(crate) fn of_chromosome(build: Build, contig: &str) -> Option<ChromosomeIdentifiers> {
    let on_builds = tables().chromosomes.get(bare_name(contig)?.as_str())?;
    Some(on_builds[build.index()])
}

/// Length in bases of a chromosome by its name in any convention; `None` as for the identifiers.
pub fn chromosome_length(build: Build, contig: &str) -> Option<i64> {
    Some(of_chromosome(build, contig)?.length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::catalogue;

    #[test]
    fn every_gene_has_one_identifier_of_each_kind_and_shares_none() {
        read().unwrap();
        let genes = catalogue().genes(Build::GRCh38);
        assert!(genes.len() > 200);
        let mut seen = std::collections::BTreeSet::new();
        for gene in genes {
            let found = of_gene(&gene.symbol).unwrap_or_else(|| panic!("{}", gene.symbol));
            assert!(
                found.ensembl.starts_with("ENSG") && found.ensembl.len() == 15,
                "{found:?}"
            );
            assert!(
                found
                    .hgnc
                    .strip_prefix("HGNC:")
                    .is_some_and(|n| n.parse::<u32>().is_ok())
            );
            assert!(seen.insert(found.ensembl) && seen.insert(found.hgnc), "{found:?}");
        }
        assert_eq!(of_gene("KMT2A").unwrap().hgnc, "HGNC:7132");
        assert_eq!(of_gene("KMT2A").unwrap().ensembl, "ENSG00000118058");
    }

    #[test]
    fn chromosomes_are_found_by_any_naming_convention() {
        let on_38 = of_chromosome(Build::GRCh38, "chr11").unwrap();
        assert_eq!(on_38.refseq, "NC_000011.10");
        for build in Build::ALL {
            assert_eq!(of_chromosome(build, "11").unwrap().length, build.chr11_len());
        }
        assert_eq!(on_38.refget, "SQ.2NkFm8HK88MqeNkCgj78KidCAXgnsfV1");
        assert_eq!(of_chromosome(Build::GRCh37, "11").unwrap().refseq, "NC_000011.9");
        assert_eq!(of_chromosome(Build::GRCh38, "chrM"), None);
        assert_eq!(of_chromosome(Build::GRCh38, "chr11_KI270721v1_random"), None);
        assert_eq!(tables().chromosomes.len(), 24);
        for [a, b] in tables().chromosomes.values() {
            assert!(a.refget != b.refget && a.refget.len() == 35 && b.refget.len() == 35);
            // The RefSeq version of every chromosome increases by one between the builds.
            let version = |text: &str| text.rsplit('.').next().unwrap().parse::<u32>().unwrap();
            assert_eq!(version(a.refseq) + 1, version(b.refseq), "{a:?}");
        }
    }
}
