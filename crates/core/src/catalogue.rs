//! The built-in catalogue: KMT2A, its partners and neighbours, control genes, their transcripts and
//! exons on both builds, and KMT2A's exon numbers in other schemes.
//!
//! In: tables compiled into the program (`catalogue/data/`; every table or row names its source) and, optionally, a
//! GTF.
//! Out: values in 0-based half-open coordinates. Not decided here: what they mean for a read or a call.

pub(crate) mod builtin;
pub(crate) mod domain;
pub(crate) mod exon_ends;
mod exons;
pub(crate) mod gene;
pub mod gtf;
pub(crate) mod identifiers;
pub(crate) mod models;
pub(crate) mod neighbour;
pub(crate) mod partner;
pub mod scheme;
mod show;
mod symbols;
mod tables;
pub mod windows;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

pub use builtin::BuiltIn;
pub use domain::Domain;
pub use exon_ends::ExonEnds;
pub use gene::{Annotated, Exon, Gene, Role, Roles, Transcript};
pub use identifiers::chromosome_length;
pub use models::GeneModels;
pub use neighbour::{Neighbour, ReadThrough};
pub use partner::{GroupCounts, Partner, PatientGroup, PtdFrequency};
pub use scheme::{BreakRegion, ExonSchemes, Scheme, SchemeNumber};
pub use show::{UnknownGene, show};
pub use tables::TableError;
pub use windows::{Window, WindowKind, windows};

use crate::genome::{Build, Interval};
use gene::ExonModel;
use symbols::Symbols;
use tables::{Row, Table};

/// Symbol of the target gene.
pub const KMT2A: &str = "KMT2A";

/// All built-in knowledge.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Genes of each build, KMT2A first.
    genes: [Vec<Gene>; Build::COUNT],
    partners: Vec<Partner>,
    ptd: PtdFrequency,
    symbols: Symbols,
    schemes: ExonSchemes,
    /// The genes around KMT2A by coordinate (GRCh38), without KMT2A itself.
    neighbours: Vec<Neighbour>,
    exon_ends: exon_ends::Table,
    domains: Vec<Domain>,
    fault: Option<TableError>,
}

/// The catalogue, parsed once.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        Catalogue::read().unwrap_or_else(|fault| Catalogue {
            fault: Some(fault),
            ..Catalogue::default()
        })
    })
}

impl Catalogue {
    /// The genes of a build, KMT2A first, then in table order. A few have no GRCh37 model.
    pub fn genes(&self, build: Build) -> &[Gene] {
        &self.genes[build.index()]
    }

    /// A gene of a build by its current or a former symbol.
    pub fn gene(&self, build: Build, symbol: &str) -> Option<&Gene> {
        let current = self.current_symbol(symbol)?;
        self.genes(build).iter().find(|gene| gene.symbol == current)
    }

    /// KMT2A on a build.
    pub fn kmt2a(&self, build: Build) -> &Gene {
        static NONE: LazyLock<Gene> = LazyLock::new(Gene::default);
        self.genes(build).first().unwrap_or(&NONE)
    }

    /// The partners, most frequent first; then those without a frequency in alphabetical order, verified ones first;
    /// then
    /// those of single reports. A few have no gene model.
    pub fn partners(&self) -> &[Partner] {
        &self.partners
    }

    /// A partner by its current or a former symbol (`AF4` and `MLLT2` are AFF1). `None` for a symbol of several genes.
    pub fn partner(&self, symbol: &str) -> Option<&Partner> {
        let current = self.current_symbol(symbol)?;
        self.partners.iter().find(|partner| partner.symbol == current)
    }

    /// Frequency of the KMT2A-PTD in the same series as the partners.
    pub const fn ptd(&self) -> &PtdFrequency {
        &self.ptd
    }

    /// The current symbol for a current or former one, case-insensitive. `None` if it is unknown or names several genes
    /// ([`Self::ambiguous_symbol`]).
    pub fn current_symbol(&self, symbol: &str) -> Option<&str> {
        self.symbols.current(symbol)
    }

    /// The genes of an ambiguous symbol such as `MLL2` or `MLL4`.
    pub fn ambiguous_symbol(&self, symbol: &str) -> Option<&[String]> {
        self.symbols.ambiguous(symbol)
    }

    /// KMT2A's exon numbers in other schemes.
    pub const fn exon_schemes(&self) -> &ExonSchemes {
        &self.schemes
    }

    /// A neighbour by its current or a former symbol.
    pub fn neighbour(&self, symbol: &str) -> Option<&Neighbour> {
        let current = self.current_symbol(symbol)?;
        self.neighbours.iter().find(|neighbour| neighbour.symbol == current)
    }

    /// The first and last bases of an exon (MANE number) of KMT2A or a partner. `None` also if no reliable sequence was
    /// available.
    pub fn exon_ends(&self, symbol: &str, exon: u16) -> Option<&ExonEnds> {
        self.exon_ends_of(symbol).get(&exon)
    }

    /// All exon ends of a gene, by exon number; empty for a gene without any.
    pub fn exon_ends_of(&self, symbol: &str) -> &BTreeMap<u16, ExonEnds> {
        static NONE: BTreeMap<u16, ExonEnds> = BTreeMap::new();
        self.current_symbol(symbol)
            .and_then(|current| self.exon_ends.get(current))
            .unwrap_or(&NONE)
    }

    /// The protein domains of a gene in order; empty for a gene without a domain table.
    pub fn domains<'a>(&'a self, symbol: &'a str) -> impl Iterator<Item = &'a Domain> {
        self.domains.iter().filter(move |domain| domain.symbol == symbol)
    }

    /// The error in the embedded tables: always `None` in a tested build. With an error the catalogue is empty.
    pub const fn fault(&self) -> Option<&TableError> {
        self.fault.as_ref()
    }

    fn read() -> Result<Self, TableError> {
        let mut symbols = Symbols::default();
        let neighbours = neighbour::read(include_str!("catalogue/data/neighbours.tsv"))?;
        let (partners, ptd) = read_partners()?;
        let genes = read_genes(&partners, &neighbours)?;
        for gene in genes.iter().flatten() {
            symbols.add_current(&gene.symbol);
        }
        for neighbour in &neighbours {
            symbols.add_current(&neighbour.symbol);
        }
        for partner in &partners {
            symbols.add_current(&partner.symbol);
            for former in &partner.former {
                symbols.add_former(former, &partner.symbol);
            }
        }
        for row in Table::new("aliases.tsv", include_str!("catalogue/data/aliases.tsv"))?.rows() {
            let (alias, symbol) = (row.text("alias")?, row.text("symbol")?);
            match symbol.strip_prefix('?') {
                Some(several) => symbols.add_ambiguous(alias, several.split(';').map(str::to_owned).collect()),
                None => symbols.add_former(alias, symbol),
            }
        }
        Ok(Self {
            genes,
            partners,
            ptd,
            symbols,
            schemes: ExonSchemes::read(include_str!("catalogue/data/kmt2a_exons.tsv"))?,
            neighbours,
            exon_ends: exon_ends::read(include_str!("catalogue/data/exon_ends.tsv"))?,
            domains: domain::read(include_str!("catalogue/data/domains.tsv"))?,
            fault: None,
        })
    }
}

/// The row of the partner table with the PTD's counts.
const PTD_ROW: &str = "KMT2A-PTD";

fn read_partners() -> Result<(Vec<Partner>, PtdFrequency), TableError> {
    let table = Table::new("partners.tsv", include_str!("catalogue/data/partners.tsv"))?;
    let (mut partners, mut ptd) = (Vec::new(), None);
    for row in table.rows() {
        if row.text("symbol")? == PTD_ROW {
            ptd = Some(PtdFrequency::read(&row)?);
        } else {
            partners.push(Partner::read(&row, false)?);
        }
    }
    let single = Table::new("single_reports.tsv", include_str!("catalogue/data/single_reports.tsv"))?;
    for row in single.rows() {
        partners.push(Partner::read(&row, true)?);
    }
    let families = Table::new("families.tsv", include_str!("catalogue/data/families.tsv"))?;
    for row in families.rows() {
        let members = row.list("members")?;
        for partner in &mut partners {
            if members.contains(&partner.symbol) {
                let others = members.iter().filter(|member| **member != partner.symbol);
                partner.homologues.extend(others.cloned());
            }
        }
    }
    Ok((partners, ptd.ok_or_else(|| table.lacks(PTD_ROW))?))
}

fn read_genes(partners: &[Partner], neighbours: &[Neighbour]) -> Result<[Vec<Gene>; Build::COUNT], TableError> {
    let exons = exons::read()?;
    let table = Table::new("genes.tsv", include_str!("catalogue/data/genes.tsv"))?;
    let on_build = |build: Build| -> Result<Vec<Gene>, TableError> {
        let mut genes: Vec<Gene> = Vec::new();
        for row in table.rows() {
            let symbol = row.text("symbol")?;
            let roles = read_roles(&row, partners, neighbours)?;
            let of_gene = exons.get(symbol).map_or(&[][..], Vec::as_slice);
            genes.extend(read_gene(&row, build, roles, of_gene)?);
        }
        match genes.first() {
            Some(first) if first.symbol == KMT2A => Ok(genes),
            _ => Err(table.lacks(KMT2A)),
        }
    };
    let [first, second] = Build::ALL;
    Ok([on_build(first)?, on_build(second)?])
}

/// Roles of a gene: partner and neighbour from those tables, KMT2A and controls from the gene's category.
fn read_roles(row: &Row<'_>, partners: &[Partner], neighbours: &[Neighbour]) -> Result<Roles, TableError> {
    let symbol = row.text("symbol")?;
    let mut roles = Roles::NONE;
    match row.text("category")? {
        "KMT2A" => roles = roles.with(Role::Kmt2a),
        "control" => roles = roles.with(Role::Control),
        "partner" | "neighbour" => {}
        other => return Err(row.unknown("category", other)),
    }
    if partners.iter().any(|partner| partner.symbol == symbol) {
        roles = roles.with(Role::Partner);
    }
    if neighbours.iter().any(|neighbour| neighbour.symbol == symbol) {
        roles = roles.with(Role::Neighbour);
    }
    Ok(if roles.is_empty() {
        roles.with(Role::Listed)
    } else {
        roles
    })
}

fn read_gene(row: &Row<'_>, build: Build, roles: Roles, exons: &[exons::Row]) -> Result<Option<Gene>, TableError> {
    let Some(source) = row.optional(&build.column("source"))? else {
        return Ok(None);
    };
    let cds = |end: &str| row.value(&build.column(end));
    let coding = Interval::from_one_based(cds("cds_start")?, cds("cds_end")?);
    let strand = row.strand()?;
    let models: Option<Vec<ExonModel>> = exons
        .iter()
        .filter(|exon| exon.number.is_some())
        .map(|exon| {
            let interval = exon.on(build)?;
            let part = interval.intersection(coding);
            Some(ExonModel {
                interval,
                coding: (!part.is_empty()).then_some(part),
            })
        })
        .collect();
    let transcript = models.and_then(|models| {
        let id = row.text("transcript").ok()?.to_owned();
        let refseq = row.optional("refseq").ok()?.map(str::to_owned);
        let mane = row.text("mane").ok()? == "yes";
        Transcript::from_exons(id, refseq, mane, strand, &models, 0)
    });
    let transcript = transcript.ok_or_else(|| row.error(format!("no exons on {build}")))?;
    let mut annotated = Annotated::default();
    annotated.add_transcript(&transcript);
    let mut gene = Gene {
        symbol: row.text("symbol")?.to_owned(),
        id: Some(row.text("ensembl")?.to_owned()),
        chromosome: row.text("chromosome")?.to_owned(),
        strand,
        interval: transcript.interval,
        roles,
        transcripts: vec![transcript],
        annotated,
        note: row.optional("note")?.map(str::to_owned),
        source: source.to_owned(),
    };
    exons::annotate(&mut gene, build, exons);
    Ok(Some(gene))
}

#[cfg(test)]
mod tests;
