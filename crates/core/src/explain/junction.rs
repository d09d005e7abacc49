//! One junction: its position, evidence, terms, tier and reads.

use super::{page::Page, terms, tier};
use crate::report::{
    schema::{Discarded, Event, Evidence, Frame, Junction, SampleReport, Side},
    wording::{self, counted, percent, percent_number},
};

/// Reads shown per junction if a whole event is queried; a junction queried by its own identifier shows all reads in
/// the report.
pub(super) const READS_OF_EVENT: usize = 3;

/// The event in short, then each of its `wanted` junctions.
pub(super) fn write_event(
    report: &SampleReport,
    event: &Event,
    wanted: impl Fn(&Junction) -> bool,
    most_reads: usize,
    page: &mut Page,
) {
    page.gap();
    let count = amount(event.molecules, event.fragments);
    page.text(&format!(
        "{}: {}, {}, tier {}, {count} in {}",
        event.id,
        event.name,
        event.class,
        event.tier.name(),
        counted(event.junctions.len().try_into().unwrap_or(u64::MAX), "junction")
    ));
    if let Some(mechanism) = &event.mechanism {
        let mechanism = mechanism.trim_start_matches("compatible with ");
        let iscn = event.iscn_suggestion.iter().map(|iscn| format!(", {iscn}"));
        page.text(&format!("compatible with {mechanism}{}", iscn.collect::<String>()));
    }
    if let Some(partner) = event.partner.as_ref().filter(|p| !p.homologues_that_fit.is_empty()) {
        let others = partner.homologues_that_fit.join(", ");
        page.text(&format!("the same reads fit {others} as well as {}", partner.symbol));
    }
    if event.junctions.len() > 1 {
        page.text("An event has the tier of its best junction; each junction is judged separately:");
    }
    for junction in event.junctions.iter().filter(|junction| wanted(junction)) {
        write_junction(report, junction, most_reads, page);
    }
}

/// A junction below every tier.
pub(super) fn write_discarded(report: &SampleReport, discarded: &Discarded, most_reads: usize, page: &mut Page) {
    write_junction(report, &discarded.junction, most_reads, page);
    let text = &discarded.reason.text;
    let known = discarded.junction.reasons.iter().any(|reason| reason.text == *text);
    if !known && !text.is_empty() {
        page.labelled("discarded", text);
    }
}

/// One line for a junction that is not explained in full.
pub(super) fn in_short(junction: &Junction) -> String {
    format!(
        "{}: {} :: {}, {}, score {}",
        junction.id,
        short_side(junction.five.as_ref()),
        short_side(junction.three.as_ref()),
        seen(&junction.evidence),
        junction.model_score.map_or_else(|| "none".to_owned(), terms::score)
    )
}

fn short_side(side: Option<&Side>) -> String {
    let Some(side) = side else {
        return "not placed".to_owned();
    };
    let gene = side.gene.as_deref().unwrap_or("intergenic");
    format!("{gene} {}", wording::place(side))
}

/// Molecules, or fragments if molecules cannot be distinguished.
pub(super) fn amount(molecules: Option<u64>, fragments: u64) -> String {
    match molecules {
        Some(molecules) => counted(molecules, "molecule"),
        None => counted(fragments, "fragment"),
    }
}

fn seen(evidence: &Evidence) -> String {
    amount(evidence.molecules, evidence.fragments)
}

fn write_junction(report: &SampleReport, junction: &Junction, most_reads: usize, page: &mut Page) {
    page.gap();
    let isoform: String = junction.isoform_of.iter().map(|of| format!(" of {of}")).collect();
    let class = if junction.class == junction.role {
        String::new()
    } else {
        format!(", {}", junction.class)
    };
    page.text(&format!("{}: {}{isoform}{class}", junction.id, junction.role));
    page.labelled("leaves", &wording::side(junction.five.as_ref()));
    page.labelled("enters", &wording::side(junction.three.as_ref()));
    write_base(junction, page);
    page.labelled("evidence", &evidence(&junction.evidence));
    write_anchors(&junction.evidence, page);
    page.each("share", share(junction));
    for place in &junction.alternatives {
        let gene: String = place.gene.iter().map(|gene| format!(", {gene}")).collect();
        let strand = place.strand.sign();
        let text = format!("{}:{} ({strand}){gene}", place.contig, place.position);
        page.labelled("fits also", &text);
    }
    let predicted = junction.predicted_transcripts.iter();
    page.each("in RNA", predicted.map(|predicted| &predicted.text));
    for (code, fragments) in &junction.filters {
        let text = format!("{} by the rule {code}", counted(*fragments, "fragment"));
        page.labelled("not counted", &text);
    }
    terms::write(junction, page);
    tier::write(report, junction, page);
    write_reads(junction, most_reads, page);
}

/// Frame, inserted bases, shared bases.
fn write_base(junction: &Junction, page: &mut Page) {
    let frame = match junction.frame {
        Frame::InFrame => "in frame",
        Frame::OutOfFrame => "out of frame",
        Frame::StopCodon => "a stop codon at the junction",
        Frame::Unknown => "frame not known",
    };
    let mut parts = vec![frame.to_owned()];
    if !junction.inserted.is_empty() {
        parts.push(format!(
            "{} bases between the sides belong to neither ({})",
            junction.inserted.len(),
            wording::shortened(&junction.inserted, 40)
        ));
    }
    let width = junction.ambiguity.left.saturating_add(junction.ambiguity.right);
    if width > 0 {
        parts.push(format!(
            "both sides share {}, so the breakpoint may be anywhere in them",
            counted(width.into(), "base")
        ));
    }
    page.labelled("junction", &parts.join("; "));
}

fn evidence(evidence: &Evidence) -> String {
    let classes: Vec<String> = [
        (evidence.split, "by a read aligned on both sides (split)"),
        (evidence.clip, "by a clipped end that matches the other side (clip)"),
        (evidence.spanning, "by mates on both sides (spanning)"),
        (evidence.mate, "by a mate field alone (mate)"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, how)| format!("{count} {how}"))
    .collect();
    let fragments = match evidence.molecules {
        Some(molecules) if molecules == evidence.fragments => String::new(),
        Some(_) => format!("; {} with their copies", counted(evidence.fragments, "fragment")),
        None => "; molecules cannot be distinguished in this file".to_owned(),
    };
    format!("{}: {}{fragments}", seen(evidence), classes.join(", "))
}

fn write_anchors(evidence: &Evidence, page: &mut Page) {
    let mut parts = Vec::new();
    if evidence.longest_anchor5 > 0 || evidence.longest_anchor3 > 0 {
        parts.push(format!(
            "longest anchor {} bases on the 5' side, {} on the 3' side",
            evidence.longest_anchor5, evidence.longest_anchor3
        ));
    }
    if evidence.distinct_positions > 0 {
        parts.push(format!(
            "{} of the fragments",
            counted(evidence.distinct_positions, "distinct start")
        ));
    }
    if !parts.is_empty() {
        page.labelled("", &parts.join("; "));
    }
}

fn share(junction: &Junction) -> Option<String> {
    let wild = junction.wild_type_molecules?;
    let wild_type = format!("{} at the same position", counted(wild, "wild-type molecule"));
    let Some(fraction) = junction.fraction else {
        // Wild-type molecules are not counted outside KMT2A.
        return (wild > 0).then_some(wild_type);
    };
    Some(if matches!(junction.class.as_str(), "ptd" | "background-ptd") {
        format!(
            "{:.3} for one wild-type molecule (95 %: {:.3}-{:.3}); {wild_type}",
            fraction.estimate, fraction.low, fraction.high
        )
    } else {
        let of = if junction.assay == "dna" {
            "alleles"
        } else {
            "transcripts"
        };
        format!(
            "{} of KMT2A {of} (95 %: {}-{}); {wild_type}",
            percent(fraction.estimate),
            percent_number(fraction.low),
            percent_number(fraction.high)
        )
    })
}

fn write_reads(junction: &Junction, most_reads: usize, page: &mut Page) {
    let all = junction.supporting.len();
    if all == 0 {
        page.labelled("reads", "none are listed in the report");
        return;
    }
    let shown = all.min(most_reads);
    let fragments = counted(junction.evidence.fragments, "fragment");
    let text = format!("{shown} of {fragments} (each with the loci of its segments, along the molecule)");
    page.labelled("reads", &text);
    for row in junction.supporting.iter().take(shown) {
        let start = format!("    {:<17} {:<9} ", wording::shortened(&row.name, 40), row.kind);
        page.row(&start, &row.placements);
    }
    if shown < all {
        let text = format!("{} more: breakapart explain REPORT {}", all - shown, junction.id);
        page.row("    ", &text);
    } else if u64::try_from(all).unwrap_or(u64::MAX) < junction.evidence.fragments {
        page.row("    ", "the report keeps a sample of them");
    }
}
