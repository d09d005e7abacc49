//! The lead event's lines: mechanism, breakpoints, and supporting molecules.

use super::Style;
use crate::report::schema::{Event, Evidence, Junction};
use crate::report::wording::{self, counted, percent, percent_number, shortened, side, thousands, wrapped};

/// Largest number of isoforms named; the tables list all.
const MOST_OTHERS: usize = 3;

/// Exons of a junction without their transcripts, only used if the full form is just above.
fn exon_pair(junction: &Junction) -> Option<String> {
    let exon = |side: &Option<crate::report::schema::Side>| side.as_ref().and_then(|side| side.exon);
    Some(format!("e{}::e{}", exon(&junction.five)?, exon(&junction.three)?))
}

/// A junction's molecules, or its fragments where molecules can't be distinguished.
fn of(evidence: &Evidence) -> String {
    seen(evidence.molecules, evidence.fragments)
}

fn seen(molecules: Option<u64>, fragments: u64) -> String {
    molecules.map_or_else(
        || counted(fragments, "fragment"),
        |molecules| counted(molecules, "molecule"),
    )
}

fn gene(side: Option<&crate::report::schema::Side>) -> String {
    side.map_or_else(|| "not placed".to_owned(), |side| wording::name(Some(side)))
}

/// Mechanism, cytogenetic suggestion and reciprocal.
fn mechanism(event: &Event) -> Option<String> {
    let mut parts = Vec::new();
    match (&event.iscn_suggestion, &event.mechanism) {
        (Some(iscn), _) => parts.push(format!("compatible with {iscn}")),
        (None, Some(mechanism)) => parts.push(format!("compatible with {mechanism}")),
        (None, None) => {}
    }
    for reciprocal in event.junctions.iter().filter(|junction| junction.role == "reciprocal") {
        let (five, three) = (gene(reciprocal.five.as_ref()), gene(reciprocal.three.as_ref()));
        parts.push(format!(
            "reciprocal {five}::{three} found ({})",
            of(&reciprocal.evidence)
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Counts by class, and the fragments where they differ from the molecules.
fn counts(evidence: &Evidence) -> String {
    let classes = [
        (evidence.split, "split"),
        (evidence.clip, "clip"),
        (evidence.spanning, "spanning"),
        (evidence.mate, "realigned"),
    ];
    let classes: Vec<String> = classes
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let fragments = match evidence.molecules {
        Some(molecules) if molecules != evidence.fragments => {
            format!(" ({})", counted(evidence.fragments, "fragment"))
        }
        Some(_) => String::new(),
        None => " (molecules can't be distinguished)".to_owned(),
    };
    format!("{}: {}{fragments}", of(evidence), classes.join(", "))
}

/// The fraction with its interval.
fn share(junction: &Junction) -> Option<String> {
    let fraction = junction.fraction?;
    Some(if junction.is_ptd() {
        let wild = junction.wild_type_molecules.unwrap_or(0);
        format!(
            "{} wild type: ratio {:.2} ({:.2}-{:.2})",
            thousands(wild.try_into().unwrap_or(i64::MAX)),
            fraction.estimate,
            fraction.low,
            fraction.high
        )
    } else {
        let of = match junction.assay.as_str() {
            "dna" => "KMT2A alleles",
            _ => "KMT2A transcripts at this junction",
        };
        let (low, high) = (percent_number(fraction.low), percent_number(fraction.high));
        format!("{} of {of} (95 %: {low}-{high})", percent(fraction.estimate))
    })
}

/// The other junctions of the event that are not reciprocal, strongest first.
fn others(event: &Event, lead: &Junction) -> Option<String> {
    let mut others: Vec<&Junction> = event
        .junctions
        .iter()
        .filter(|junction| junction.id != lead.id && junction.role != "reciprocal")
        .collect();
    others.sort_by_key(|junction| std::cmp::Reverse(junction.evidence.class_sum()));
    let named = |junction: &&Junction| {
        // A junction to a third gene is not an isoform: exons alone would be read as the lead's genes.
        let pair = exon_pair(junction).map(|pair| match (junction.role.as_str(), pair.split_once("::")) {
            ("chained", Some((five, three))) => format!(
                "{} {five}::{} {three}",
                gene(junction.five.as_ref()),
                gene(junction.three.as_ref())
            ),
            _ => pair,
        });
        let name =
            pair.unwrap_or_else(|| format!("{}::{}", gene(junction.five.as_ref()), gene(junction.three.as_ref())));
        let frame = wording::frame(junction.frame)
            .map(|frame| format!(", {frame}"))
            .unwrap_or_default();
        format!("{name} ({}{frame})", of(&junction.evidence))
    };
    let mut texts: Vec<String> = others.iter().take(MOST_OTHERS).map(named).collect();
    if others.len() > MOST_OTHERS {
        texts.push(format!("{} more in the tables", others.len() - MOST_OTHERS));
    }
    (!texts.is_empty()).then(|| format!("also {}", texts.join("; ")))
}

/// Loci that the partner side fits equally well.
fn alternatives(lead: &Junction) -> Option<String> {
    let places = lead.alternatives.iter().take(MOST_OTHERS).map(|a| {
        let gene = a.gene.as_deref().map(|gene| format!("{gene} ")).unwrap_or_default();
        format!("{gene}{}:{}", a.contig, thousands(a.position))
    });
    let places = places.collect::<Vec<_>>().join(", ");
    let more = match lead.alternatives.len().saturating_sub(MOST_OTHERS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!places.is_empty()).then(|| format!("the partner side fits {places}{more} equally well"))
}

/// The lead event's lines.
pub(super) fn of_event(event: &Event, style: &Style) -> Vec<String> {
    let line = |text: String| wrapped("  ", &text, style.width);
    let mut lines: Vec<String> = mechanism(event).into_iter().flat_map(line).collect();
    let Some(lead) = event.lead() else { return lines };
    let (five, three) = (side(lead.five.as_ref()), side(lead.three.as_ref()));
    let one_line = format!("  {five}  ::  {three}");
    if one_line.chars().count() <= style.width {
        lines.extend(line(one_line));
    } else {
        lines.extend(line(five));
        lines.extend(wrapped("  :: ", &three, style.width));
    }
    let predicted = lead.predicted_transcripts.iter().take(MOST_OTHERS);
    let texts = [
        Some(counts(&lead.evidence)),
        share(lead),
        wording::stop_behind(lead),
        others(event, lead),
        alternatives(lead),
    ];
    let texts = texts.into_iter().flatten().chain(predicted.map(|one| one.text.clone()));
    lines.extend(texts.flat_map(line));
    lines
}

/// An event that is not the lead: `KMT2A-TTC36, neighbour-read-through, tier low, 2 molecules: why`.
pub(super) fn event_in_one_line(event: &Event) -> String {
    let count = seen(event.molecules, event.fragments);
    let why = event
        .reasons
        .first()
        .map(|reason| format!(": {}", reason.text))
        .unwrap_or_default();
    let name = shortened(&event.name, 60);
    format!("{name}, {}, tier {}, {count}{why}", event.class, event.tier.name())
}
