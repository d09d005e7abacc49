//! Where the most frequent partners are broken: one dot a patient.

use super::dots::{Dots, Mark, stack};
use crate::cohort::Trial;
use crate::cohort::summary::Summary;
use breakapart_core::catalogue::catalogue;
use breakapart_core::genome::{Build, Position};
use breakapart_core::report::scale::{Scale, Span};

/// A partner gene with its dots.
pub(super) struct PartnerTrack {
    /// Symbol.
    pub symbol: String,
    /// Transcript and what is drawn.
    pub note: String,
    /// Exons.
    pub exons: Vec<Span>,
    /// Dots, one a patient.
    pub dots: Dots,
    /// Patients whose break lies too far off to be drawn.
    pub outside: usize,
}

/// Tracks that are drawn: what has fewer patients is in the table.
const TRACKS_MAX: usize = 8;
const LEFT: f64 = 20.0;
const WIDTH: f64 = 920.0;
const BASE: f64 = 66.0;
const HEIGHT: f64 = 56.0;
/// Part of the gene's length shown beside it, for breaks upstream of it (spliced fusions).
const BESIDE: f64 = 0.12;

/// The partners with most patients.
pub(super) fn tracks(trial: &Trial<'_>, summary: &Summary, groups: &[&str]) -> Vec<PartnerTrack> {
    let mut partners: Vec<(&String, &usize)> = summary.partners.iter().filter(|(name, _)| *name != "unknown").collect();
    partners.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    partners
        .into_iter()
        .take(TRACKS_MAX)
        .filter_map(|(symbol, _)| track(trial, groups, symbol))
        .collect()
}

fn track(trial: &Trial<'_>, groups: &[&str], symbol: &str) -> Option<PartnerTrack> {
    let gene = catalogue().gene(Build::GRCh38, symbol)?;
    let transcript = gene.transcript()?;
    let pad = (gene.interval.len() as f64 * BESIDE) as i64;
    let view = gene.interval.padded(pad);
    // The gene reads from left to right, whatever its strand.
    let scale = Scale::along(view, gene.strand, LEFT, LEFT + WIDTH);
    let mut marks = Vec::new();
    let mut outside = 0;
    for of in trial
        .patients
        .iter()
        .filter(|of| of.patient.in_sheet && of.partner() == Some(symbol))
    {
        let genomic = of.dna.and_then(|digest| super::super::columns::genomic(digest));
        let spliced = of.rna.and_then(|digest| digest.lead_junction());
        let (junction, digest) = match (genomic, spliced) {
            (Some(junction), _) => (junction, of.dna),
            (None, Some(junction)) => (junction, of.rna),
            (None, None) => continue,
        };
        let Some((_, partner)) = junction.kmt2a_and_partner() else {
            continue;
        };
        let fits = partner.contig == gene.chromosome
            && digest.is_some_and(|digest| digest.build == Build::GRCh38.name())
            && view.contains(Position::from_one_based(partner.position));
        if !fits {
            outside += 1;
            continue;
        }
        // By RNA alone the break lies in the intron before the exon that is joined: spread over it.
        let place = match partner.exon.filter(|_| !junction.is_genomic()) {
            Some(exon) => spread(transcript, exon, marks.len()).unwrap_or(partner.position - 1),
            None => partner.position - 1,
        };
        marks.push(Mark {
            x: scale.edge(Position(place)),
            fill: super::colour(groups, of.group()),
            letter: super::letter(groups, of.group()),
            exact: junction.is_genomic(),
            title: format!("{}: {}", of.patient.id, partner.place()),
        });
    }
    Some(PartnerTrack {
        symbol: symbol.to_owned(),
        note: format!("{}, {} bases", transcript.display_name(), gene.interval.len()),
        exons: transcript
            .exons
            .iter()
            .map(|exon| scale.stretch(exon.interval).at_least(1.0))
            .collect(),
        dots: stack(marks, BASE, HEIGHT, 92.0),
        outside,
    })
}

/// A place in the intron before an exon: fractions of the golden ratio, so that any number of dots lies evenly.
fn spread(transcript: &breakapart_core::catalogue::Transcript, exon: u16, number: usize) -> Option<i64> {
    let (before, after) = (
        transcript.exon(exon.checked_sub(1)?)?.interval,
        transcript.exon(exon)?.interval,
    );
    let (from, to) = (before.end.0.min(after.end.0), before.start.0.max(after.start.0));
    let part = (number as f64 * 0.618_033_988_75).fract();
    Some(from + ((to - from) as f64 * part) as i64)
}
