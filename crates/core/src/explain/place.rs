//! A position or a gene without a junction: the evidence of the reads there.

use super::{asked::sides, concluded, junction::amount, page::Page};
use crate::genome::place::Place;
use crate::{
    catalogue::{Gene, KMT2A, catalogue},
    genome::Position,
    report::{
        schema::{Ledger, ProfileJunction, SampleReport, Side},
        wording::{self, counted, limit, percent, thousands},
    },
};

/// Bases between a side and a position; `None` on different contigs.
pub(super) fn distance(side: &Side, asked: &Place) -> Option<i64> {
    asked
        .same_contig(&side.contig)
        .then(|| side.position.saturating_sub(asked.position).saturating_abs())
}

pub(super) fn is_dna(report: &SampleReport) -> bool {
    report.inputs.first().is_some_and(|input| input.assay == "dna")
}

/// The answer for a position without a junction.
pub(super) fn write(report: &SampleReport, asked: &Place, page: &mut Page) {
    page.text("No junction, called or discarded, has a side there.");
    write_nearest(report, asked, page);
    let position = Position::from_one_based(asked.position);
    let here = |gene: &&Gene| asked.same_contig(&gene.chromosome) && gene.interval.contains(position);
    match report.build() {
        None => page.text("The report does not name the build of its positions."),
        Some(build) => {
            let kmt2a = catalogue().kmt2a(build);
            if here(&kmt2a) {
                write_kmt2a(report, kmt2a, position, page);
            } else {
                let genes: Vec<&Gene> = catalogue().genes(build).iter().filter(here).collect();
                write_elsewhere(report, &genes, page);
            }
        }
    }
    write_unplaced(report, page);
}

fn write_nearest(report: &SampleReport, asked: &Place, page: &mut Page) {
    let nearest = report
        .junctions()
        .flat_map(|junction| sides(junction).filter_map(|side| Some((distance(side, asked)?, &junction.id, side))))
        .min_by_key(|(bases, _, _)| *bases);
    if let Some((bases, id, side)) = nearest {
        let text = format!("{id} at {}, {} bases away", wording::place(side), thousands(bases));
        page.labelled("nearest", &text);
    }
}

/// Inside KMT2A: exon or intron, and the wild-type molecules there.
fn write_kmt2a(report: &SampleReport, gene: &Gene, position: Position, page: &mut Page) {
    let Some(transcript) = gene.transcript() else { return };
    let name = transcript.display_name();
    let mut donors: Vec<u16> = Vec::new();
    if let Some(exon) = transcript.exon_at(position) {
        page.labelled("it lies in", &format!("KMT2A e{} (MANE {name})", exon.number));
        donors.extend([exon.number.saturating_sub(1), exon.number]);
    } else if let Some((intron, _)) = transcript.intron_at(position) {
        let next = intron.saturating_add(1);
        let text = format!("KMT2A intron {intron} (MANE {name}), between e{intron} and e{next}");
        page.labelled("it lies in", &text);
        donors.push(intron);
    }
    let of = |donor: u16| report.profile.iter().filter(move |row| row.donor_exon == donor);
    let rows: Vec<&ProfileJunction> = donors.iter().flat_map(|donor| of(*donor)).collect();
    if rows.is_empty() {
        page.labelled("wild type", "the report has no profile of the junctions there");
    }
    page.each("wild type", rows.into_iter().map(wild_type));
    let required = percent(concluded::required(report));
    let adequacy = report.adequacy.iter().flat_map(|adequacy| &adequacy.donors);
    for donor in adequacy.filter(|donor| donors.contains(&donor.exon)) {
        let (catalogue, any) = (limit(donor.lod_catalogue_partner), limit(donor.lod_any_partner));
        let text = format!(
            "after e{} a junction to a partner in the catalogue would be missed below {catalogue}, to any other locus \
             below {any} ({required} is required)",
            donor.exon
        );
        page.labelled("limit", &text);
    }
    if !is_dna(report) {
        page.text(
            "RNA shows a breakpoint at the neighbouring exon ends: one anywhere in an intron appears at the end of the \
             preceding exon. Query that base, or the gene.",
        );
    }
}

fn wild_type(row: &ProfileJunction) -> String {
    let pair = format!("e{}-e{}", row.donor_exon, row.acceptor_exon);
    let coverage = format!(
        "{} over the end of e{} at {}, {} over the start of e{}",
        counted(row.coverage_left, "fragment"),
        row.donor_exon,
        thousands(row.donor),
        row.coverage_right,
        row.acceptor_exon
    );
    if row.assay == "dna" {
        return coverage;
    }
    let joined = amount(row.molecules, row.fragments);
    format!("{joined} joined {pair} as in wild type; {coverage}")
}

/// Outside KMT2A.
fn write_elsewhere(report: &SampleReport, genes: &[&Gene], page: &mut Page) {
    if genes.is_empty() {
        page.labelled("it lies in", "no gene of the catalogue");
    }
    for gene in genes {
        let partner = if catalogue().partner(&gene.symbol).is_some() {
            ", a partner in the catalogue"
        } else {
            ""
        };
        page.labelled("it lies in", &format!("{}{partner}", gene.symbol));
        let is_of = |side: &Side| side.gene.as_deref() == Some(&gene.symbol);
        let of_gene = report.junctions().filter(|junction| sides(junction).any(is_of));
        let ids: Vec<&str> = of_gene.map(|junction| junction.id.as_str()).collect();
        if !ids.is_empty() {
            page.labelled("that gene", &format!("has a side of {}", ids.join(", ")));
        }
    }
    page.text("Outside KMT2A, reads count only where they, or their mates, also touch KMT2A.");
}

/// A gene without a side of any junction.
pub(super) fn no_junction_of_gene(report: &SampleReport, symbol: &str, page: &mut Page) {
    let shown = wording::shortened(&wording::clean(symbol), 40);
    page.text(&format!("No junction, called or discarded, has a side in {shown}."));
    if let Some(genes) = catalogue().ambiguous_symbol(symbol) {
        let genes = genes.join(", ");
        page.text(&format!(
            "{shown} has been the symbol of several genes ({genes}); query one of them."
        ));
    } else if let Some(current) = catalogue().current_symbol(symbol) {
        known_gene(report, current, page);
    } else {
        page.text(&format!(
            "The catalogue does not have {shown}. A side in such a gene is named only if it was in the run's --gtf; \
             otherwise it is given as intergenic: query its position (CHR:POS)."
        ));
    }
    write_unplaced(report, page);
}

/// The answer for a gene of the catalogue without a junction.
fn known_gene(report: &SampleReport, current: &str, page: &mut Page) {
    if catalogue().partner(current).is_some() {
        page.text(&format!(
            "{current} is a partner in the catalogue: a junction with it would have been searched for."
        ));
        if let Some(lod) = &report.conclusion.lod {
            let regions = lod.exclusion.catalogue_partner;
            let (major, minor) = (limit(regions.major), limit(regions.minor));
            let text = format!(
                "a partner in the catalogue would be missed below {major} (breakpoint in the major region) or {minor} \
                 (minor region)"
            );
            page.labelled("limit", &text);
        }
    } else if current != KMT2A {
        page.text(&format!(
            "{current} is in the catalogue, not as a partner: the limits for any partner apply."
        ));
    }
}

/// Fragments in the ledger without a known locus.
fn write_unplaced(report: &SampleReport, page: &mut Page) {
    // Fragments that support a junction have its position; wild-type fragments show nothing abnormal.
    const PLACED: [&str; 5] = [Ledger::NORMAL, "called", "low", "discarded", "clip-adapter"];
    let rows: Vec<String> = report
        .ledger
        .rows
        .iter()
        .filter(|row| !PLACED.contains(&row.code.as_str()) && row.fragments > 0)
        .map(|row| format!("{} {} ({})", row.fragments, row.code, row.text))
        .collect();
    let text = if rows.is_empty() {
        "no other fragment is abnormal without a known locus".to_owned()
    } else {
        format!(
            "the other side of these abnormal fragments is unknown; they may belong here or anywhere: {}",
            rows.join("; ")
        )
    };
    page.labelled("ledger", &text);
}
