//! The catalogue as text: what `breakapart catalogue [GENE]` prints.

use std::fmt::Write;

use strum::IntoEnumIterator;

use crate::genome::{
    Build,
    words::{thousands, wrapped},
};

use super::{Gene, Partner, PatientGroup, ReadThrough, Role, Scheme, Transcript, catalogue, partner};

/// Maximum line width (characters).
const WIDTH: usize = 92;

/// A query that does not name one gene of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownGene {
    /// Unknown symbol.
    #[error("{0}: no such gene in the catalogue; `breakapart catalogue` lists the partners")]
    Unknown(String),
    /// A former symbol of several genes.
    #[error("{symbol}: symbol of several genes ({}); give one of them", genes.join(", "))]
    Ambiguous {
        /// The symbol of the query.
        symbol: String,
        /// The genes.
        genes: Vec<String>,
    },
}

/// The table of partners, or the card of one gene (current or former symbol). The card's exon table is on `build`;
/// coordinates are 1-based.
///
/// # Errors
/// [`UnknownGene`] if the query names no gene or several.
pub fn show(query: Option<&str>, build: Build) -> Result<String, UnknownGene> {
    let mut text = String::new();
    // Writing to a String cannot fail, so the results are discarded.
    match query {
        None => {
            let _ = write_partners(&mut text);
        }
        Some(query) => {
            let symbol = catalogue().current_symbol(query).ok_or_else(|| unknown(query))?;
            let _ = write_card(&mut text, query, symbol, build);
        }
    }
    Ok(text)
}

fn unknown(query: &str) -> UnknownGene {
    let symbol = query.to_owned();
    match catalogue().ambiguous_symbol(query) {
        Some(genes) => UnknownGene::Ambiguous {
            symbol,
            genes: genes.to_vec(),
        },
        None => UnknownGene::Unknown(symbol),
    }
}

fn write_partners(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "Partners of KMT2A, most frequent first; patients of {} (Meyer 2023, Leukemia 37:988).\n\
         -: not counted there. (?): named by a single list or report, not verified.\n",
        partner::PATIENT_COUNT
    )?;
    writeln!(
        out,
        "{:<13} {:<24} {:<15} {:>8}  orientation to KMT2A",
        "partner", "former symbols", "band", "patients"
    )?;
    for partner in catalogue().partners() {
        let mark = if partner.verified { "" } else { " (?)" };
        writeln!(
            out,
            "{:<13} {:<24} {:<15} {:>8}  {}",
            format!("{}{mark}", partner.symbol),
            dash(Some(partner.former.join(", ")).filter(|former| !former.is_empty())),
            partner.band,
            dash(partner.count),
            partner.orientation
        )?;
    }
    writeln!(
        out,
        "\nThe partial tandem duplication (KMT2A-PTD) was counted {} times in the same series.",
        catalogue().ptd().count
    )
}

fn write_card(out: &mut String, query: &str, symbol: &str, build: Build) -> std::fmt::Result {
    match catalogue().partner(symbol) {
        Some(partner) => writeln!(out, "{symbol}  {}", partner.band)?,
        None => writeln!(out, "{symbol}")?,
    }
    if !query.eq_ignore_ascii_case(symbol) {
        writeln!(out, "  asked as      {query}")?;
    }
    let gene = catalogue().gene(build, symbol);
    if let Some(roles) = gene.map(roles).filter(|roles| !roles.is_empty()) {
        writeln!(out, "  role          {roles}")?;
    }
    for build in Build::ALL.into_iter().rev() {
        match catalogue().gene(build, symbol) {
            Some(gene) => writeln!(out, "  {build}        {}", place(gene))?,
            None => writeln!(out, "  {build}        no model")?,
        }
    }
    if let Some(partner) = catalogue().partner(symbol) {
        write_partner(out, partner)?;
    }
    write_neighbour(out, symbol)?;
    let Some((gene, transcript)) = gene.and_then(|gene| Some((gene, gene.transcript()?))) else {
        return Ok(());
    };
    write_transcript(out, gene, transcript, build)?;
    if gene.roles.has(Role::Kmt2a) {
        write_kmt2a_exons(out, transcript)
    } else {
        write_exons(out, transcript)
    }
}

fn write_partner(out: &mut String, partner: &Partner) -> std::fmt::Result {
    let verified = match (partner.is_single_report, partner.verified) {
        (true, true) => " (single report)",
        (true, false) => " (?: single report)",
        (false, true) => "",
        (false, false) => " (?: single list)",
    };
    if !partner.former.is_empty() {
        writeln!(out, "  formerly      {}", partner.former.join(", "))?;
    }
    writeln!(out, "  orientation   {}{verified}", partner.orientation)?;
    if let (Some(count), Some(percent)) = (partner.count, partner.percent()) {
        let rank = partner.rank.map_or_else(String::new, |rank| format!(", rank {rank}"));
        writeln!(
            out,
            "  patients      {count} of {} ({percent:.2} %){rank}",
            partner::PATIENT_COUNT
        )?;
    }
    if let Some(groups) = partner.groups {
        for group in PatientGroup::iter() {
            writeln!(
                out,
                "    {:<14}{:>4} of {:>3} ({:.1} %)",
                group.name(),
                groups.count(group),
                group.size(),
                groups.percent(group)
            )?;
        }
    }
    if !partner.homologues.is_empty() {
        writeln!(out, "  homologues    {}", partner.homologues.join(", "))?;
    }
    if let Some(notes) = &partner.notes {
        write_wrapped(out, "  notes         ", notes)?;
    }
    write_wrapped(out, "  source        ", &partner.source)
}

fn write_neighbour(out: &mut String, symbol: &str) -> std::fmt::Result {
    let Some(neighbour) = catalogue().neighbour(symbol) else {
        return Ok(());
    };
    let through = match neighbour.read_through {
        ReadThrough::FivePrime => format!("read-through {symbol}-KMT2A possible"),
        ReadThrough::ThreePrime => format!("read-through KMT2A-{symbol} possible"),
        ReadThrough::No => "no read-through".to_owned(),
    };
    writeln!(
        out,
        "  neighbour     {} bp {} of KMT2A (strand {}), {through}",
        thousands(neighbour.distance),
        neighbour.side.replace("overlapping", "overlapping the 3' end"),
        neighbour.strand
    )
}

fn write_transcript(out: &mut String, gene: &Gene, transcript: &Transcript, build: Build) -> std::fmt::Result {
    let mane = if transcript.mane { "MANE Select" } else { "not MANE" };
    let refseq = transcript.refseq.as_deref().unwrap_or("no RefSeq accession");
    writeln!(out, "  transcript    {} = {refseq} ({mane})", transcript.id)?;
    write_wrapped(out, "  model         ", &format!("{} ({build})", gene.source))?;
    if let Some(note) = &gene.note {
        write_wrapped(out, "  caution       ", note)?;
    }
    writeln!(
        out,
        "\n{} exons on {build}, 1-based; phase: bases of the current codon before start and at end, -: non-coding",
        transcript.exons.len()
    )
}

fn write_exons(out: &mut String, transcript: &Transcript) -> std::fmt::Result {
    writeln!(
        out,
        "{:>5}  {:>12} {:>12} {:>7}  {:>6}  phase",
        "exon", "start", "end", "length", "CDS"
    )?;
    for exon in &transcript.exons {
        writeln!(out, "{:>5}  {}", format!("e{}", exon.number), exon_columns(exon))?;
    }
    Ok(())
}

fn write_kmt2a_exons(out: &mut String, transcript: &Transcript) -> std::fmt::Result {
    writeln!(
        out,
        "Other exon numberings; *: derived by arithmetic, not from the scheme's own table"
    )?;
    for scheme in Scheme::ALL {
        writeln!(out, "  {:<15} {}", scheme.name(), scheme.label())?;
    }
    writeln!(
        out,
        "\n{:>5}  {:>12} {:>12} {:>7}  {:>6}  {:<5}{:>6}{:>6}{:>11}{:>5}  region",
        "MANE", "start", "end", "length", "CDS", "phase", "2024", "2023", "Nilson", "Gu"
    )?;
    let schemes = catalogue().exon_schemes();
    for exon in &transcript.exons {
        let number = |scheme| {
            let number = schemes.number(exon.number, scheme);
            dash(number.map(|n| format!("{}*", n.number.replace(" or ", "/").replace('?', ""))))
        };
        let line = format!(
            "{:>5}  {}{:>6}{:>6}{:>11}{:>5}  {}",
            format!("e{}", exon.number),
            exon_columns(exon),
            number(Scheme::Consensus2024),
            number(Scheme::Meyer2023),
            number(Scheme::Nilson1996),
            number(Scheme::Gu1992),
            schemes.region(exon.number).map_or("", super::BreakRegion::name)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out, "\nDomains by exon (UniProt Q03164 residues, unverified)")?;
    for exon in &transcript.exons {
        let domains = schemes.domains(exon.number);
        if !domains.is_empty() {
            write_wrapped(
                out,
                &format!("{:>5}  ", format!("e{}", exon.number)),
                &domains.join("; "),
            )?;
        }
    }
    Ok(())
}

fn exon_columns(exon: &super::Exon) -> String {
    format!(
        "{:>12} {:>12} {:>7}  {:>6}  {:<5}",
        thousands(exon.interval.start.one_based()),
        thousands(exon.interval.last().one_based()),
        thousands(exon.interval.len()),
        dash(exon.coding.map(|coding| thousands(coding.len()))),
        format!("{} {}", dash(exon.start_phase), dash(exon.end_phase))
    )
}

fn roles(gene: &Gene) -> String {
    let names = [
        (Role::Kmt2a, "the gene"),
        (Role::Partner, "partner"),
        (Role::Neighbour, "neighbour of KMT2A"),
        (Role::Control, "control"),
        (Role::Listed, "listed without a source; not in the partner table"),
    ];
    let held: Vec<_> = names
        .into_iter()
        .filter(|(role, _)| gene.roles.has(*role))
        .map(|(_, name)| name)
        .collect();
    held.join(", ")
}

fn place(gene: &Gene) -> String {
    format!(
        "chr{}:{}-{} ({})",
        gene.chromosome,
        thousands(gene.interval.start.one_based()),
        thousands(gene.interval.last().one_based()),
        gene.strand
    )
}

fn dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Text in lines of at most [`WIDTH`] characters, indented by the width of the lead after the first.
fn write_wrapped(out: &mut String, lead: &str, text: &str) -> std::fmt::Result {
    writeln!(out, "{}", wrapped(lead, text, WIDTH).join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_partner_and_fits() {
        let text = show(None, Build::GRCh38).unwrap();
        for partner in catalogue().partners() {
            assert!(
                text.lines().any(|line| line.starts_with(&partner.symbol)),
                "{}",
                partner.symbol
            );
        }
        let aff1 = text.lines().find(|line| line.starts_with("AFF1 ")).unwrap();
        assert!(
            aff1.contains("AF4, MLLT2, FEL") && aff1.contains("1262") && aff1.contains("4q21.3"),
            "{aff1}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn a_former_symbol_gives_the_card_with_its_exons() {
        let text = show(Some("AF9"), Build::GRCh37).unwrap();
        assert!(text.starts_with("MLLT3  9p21.3\n  asked as      AF9\n"));
        assert!(text.contains("GRCh38        chr9:20,341,669-20,622,499 (-)"));
        assert!(text.contains("ENST00000380338.9 = NM_004529.4 (MANE Select)"));
        assert!(text.contains("612 of 3401 (17.99 %), rank 2"));
        assert!(text.contains("11 exons on GRCh37"));
        assert!(text.lines().all(|line| line.chars().count() <= 104), "{text}");
    }

    #[test]
    fn kmt2a_shows_the_schemes_with_derived_numbers_marked() {
        let text = show(Some("MLL"), Build::GRCh38).unwrap();
        let e8 = text.lines().find(|line| line.trim_start().starts_with("e8 ")).unwrap();
        let cells: Vec<_> = e8.split_whitespace().collect();
        assert_eq!(
            cells,
            [
                "e8",
                "118,482,422",
                "118,482,495",
                "74",
                "74",
                "1",
                "0",
                "9*",
                "8*",
                "9*",
                "6*",
                "major"
            ]
        );
    }

    #[test]
    fn every_gene_has_a_card() {
        for build in Build::ALL {
            for gene in catalogue().genes(Build::GRCh38) {
                assert!(show(Some(&gene.symbol), build).unwrap().contains(&gene.symbol));
            }
        }
        // A partner of the series without a gene model.
        assert!(show(Some("CASP8AP2"), Build::GRCh38).unwrap().contains("no model"));
        assert!(!show(Some("ACTN2"), Build::GRCh38).unwrap().contains("no model"));
    }

    #[test]
    fn unknown_and_ambiguous_symbols_are_different_errors() {
        assert_eq!(
            show(Some("XYZ"), Build::GRCh38).unwrap_err().to_string(),
            "XYZ: no such gene in the catalogue; `breakapart catalogue` lists the partners"
        );
        assert_eq!(
            show(Some("MLL2"), Build::GRCh38).unwrap_err().to_string(),
            "MLL2: symbol of several genes (KMT2B, KMT2D); give one of them"
        );
    }
}
