//! Breakpoints in the most frequent partners: one dot per patient.

use super::dots::{Dot, Dots};
use super::{LEFT, Mark, RIGHT};
use crate::cohort::Trial;
use crate::cohort::columns::genomic;
use crate::cohort::junction::{is_genomic, kmt2a_and_partner, place};
use crate::cohort::summary::Summary;
use breakapart_core::catalogue::{Transcript, catalogue};
use breakapart_core::genome::{Build, Position};
use breakapart_core::report::scale::{Scale, Span};

/// A partner gene with its dots.
pub(super) struct PartnerTrack {
    /// Symbol.
    pub symbol: String,
    /// Transcript and drawn interval.
    pub note: String,
    /// Exons.
    pub exons: Vec<Span>,
    /// Dots, one per patient.
    pub dots: Dots,
    /// Number of patients whose breakpoint lies outside the figure.
    pub outside: usize,
}

/// Number of tracks drawn: partners with fewer patients are in the table.
const TRACKS_MAX: usize = 8;
const BASE: f64 = 66.0;
const HEIGHT: f64 = 56.0;
/// Fraction of the gene's length shown on each side of it, for breakpoints upstream (spliced fusions).
const BESIDE: f64 = 0.12;

/// The partners with most patients.
pub(super) fn tracks(trial: &Trial<'_>, summary: &Summary, groups: &[&str]) -> Vec<PartnerTrack> {
    let mut partners: Vec<(&String, &usize)> = summary.partners.iter().filter(|(name, _)| *name != "unknown").collect();
    partners.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let drawn = partners.into_iter().take(TRACKS_MAX);
    drawn.filter_map(|(symbol, _)| track(trial, groups, symbol)).collect()
}

fn track(trial: &Trial<'_>, groups: &[&str], symbol: &str) -> Option<PartnerTrack> {
    let gene = catalogue().gene(Build::GRCh38, symbol)?;
    let transcript = gene.transcript()?;
    let view = gene.interval.padded((gene.interval.len() as f64 * BESIDE) as i64);
    // The gene is drawn 5' to 3' from left to right, whatever its strand.
    let scale = Scale::along(view, gene.strand, LEFT, RIGHT);
    let (mut dots, mut outside) = (Vec::new(), 0);
    let counted = trial.patients.iter().filter(|of| of.patient.in_sheet);
    for of in counted.filter(|of| of.partner() == Some(symbol)) {
        let by_dna = of.dna.and_then(|digest| Some((digest, genomic(digest)?)));
        let by_rna = || {
            of.rna
                .and_then(|digest| Some((digest, digest.lead_junctions().next()?)))
        };
        let Some((digest, junction)) = by_dna.or_else(by_rna) else {
            continue;
        };
        let Some((_, partner)) = kmt2a_and_partner(junction) else {
            continue;
        };
        let position = Position::from_one_based(partner.position);
        if partner.contig != gene.chromosome || digest.build != Build::GRCh38.name() || !view.contains(position) {
            outside += 1;
            continue;
        }
        // From RNA alone the breakpoint lies in the intron upstream of the joined exon: dots are spread over it.
        let exact = is_genomic(junction);
        let exon = partner.exon.filter(|_| !exact);
        let spread = exon.and_then(|exon| spread(transcript, exon, dots.len()));
        dots.push(Dot {
            x: scale.edge(spread.unwrap_or(position)),
            y: 0.0,
            mark: Mark::of(groups, of.group()),
            exact,
            title: format!("{}: {}", of.patient.id, place(partner)),
        });
    }
    let exons = transcript.exons.iter();
    Some(PartnerTrack {
        symbol: symbol.to_owned(),
        note: format!("{}, {} bases", transcript.display_name(), gene.interval.len()),
        exons: exons.map(|exon| scale.stretch(exon.interval).at_least(1.0)).collect(),
        dots: Dots::stacked(dots, BASE, HEIGHT, 92.0),
        outside,
    })
}

/// A position in the intron before an exon: multiples of the golden ratio, so that any number of dots is spread evenly.
fn spread(transcript: &Transcript, exon: u16, number: usize) -> Option<Position> {
    let (before, after) = (
        transcript.exon(exon.checked_sub(1)?)?.interval,
        transcript.exon(exon)?.interval,
    );
    let (from, to) = (before.end.0.min(after.end.0), before.start.0.max(after.start.0));
    let part = (number as f64 * 0.618_033_988_75).fract();
    Some(Position(from + ((to - from) as f64 * part) as i64))
}
