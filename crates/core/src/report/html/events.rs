//! Events and junctions as facts and tables.

use super::{
    figure::{Figure, Form},
    pileup::{Pileup, pileup},
    sign,
};
use crate::report::{
    schema::{Event, Frame, Junction, Reason, SampleReport, Side},
    wording::{self, exon_of_text, shortened},
};

/// Reads shown under the lead junction, and under any other.
const READS_LEAD: usize = 40;
/// See `READS_LEAD`.
const READS_OTHER: usize = 10;
/// Junctions beside the lead one that get a pile-up.
const PILEUPS_MAX: usize = 4;
/// Predicted transcripts and alternative places that are named.
const NAMED_MAX: usize = 4;
/// Discarded junctions that are listed: the table `SAMPLE.discarded.tsv` holds all.
const DISCARDED_MAX: usize = 40;
/// Events in the table; beyond that the JSON and the tables hold them.
const EVENTS_MAX: usize = 100;

/// One side in words.
pub(super) struct SideView {
    /// Gene or what stands for it.
    pub gene: String,
    /// Exon or intron with transcript and other schemes.
    pub exon: String,
    /// The same with the transcript alone, for tables.
    pub exon_short: String,
    /// Contig.
    pub contig: String,
    /// Position; `None` where not placed.
    pub position: Option<Figure>,
    /// Site and splice site in words.
    pub site: String,
}

/// A junction in words.
pub(super) struct JunctionView {
    /// Identifier.
    pub id: String,
    /// Role and class.
    pub role: String,
    /// 5' side.
    pub five: SideView,
    /// 3' side.
    pub three: SideView,
    /// Frame in words.
    pub frame: &'static str,
    /// Molecules or fragments.
    pub count: Figure,
    /// Unit of the count.
    pub unit: &'static str,
    /// Counts by class, with their names.
    pub classes: Vec<(Figure, &'static str)>,
    /// Fragments.
    pub fragments: Figure,
    /// Distinct 5' ends.
    pub positions: Figure,
    /// Wild-type molecules.
    pub wild_type: Option<Figure>,
    /// Share: estimate and bounds.
    pub fraction: Option<(Figure, Figure, Figure)>,
    /// What it is a share of.
    pub fraction_of: &'static str,
    /// Tier.
    pub tier: &'static str,
    /// HGVS of the RNA and of the DNA.
    pub hgvs: Vec<String>,
    /// Bases that both sides share, in words.
    pub homology: String,
    /// A stop codon close behind a junction in frame.
    pub stop: Option<String>,
    /// Peptide.
    pub peptide: Option<String>,
    /// For discarded ones: why.
    pub reason: String,
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Transcripts that a genomic break predicts, in words.
    pub predicted: Vec<String>,
    /// Predicted transcripts that are not named.
    pub predicted_left_out: usize,
    /// Further places of the partner side: contig, position, gene.
    pub alternatives: Vec<(String, Figure, String)>,
    /// Places that are not named.
    pub alternatives_left_out: usize,
    /// Bases over the break, bases before it, and where they come from.
    pub sequence: Option<(Figure, Figure, String)>,
    /// A sentence where the junction is not what its name may suggest.
    pub note: &'static str,
}

/// An event in words.
pub(super) struct EventView<'a> {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Class.
    pub class: String,
    /// Tier.
    pub tier: &'static str,
    /// Molecules or fragments.
    pub count: Figure,
    /// Unit.
    pub unit: &'static str,
    /// ISCN suggestion or mechanism.
    pub mechanism: String,
    /// Why the tier.
    pub reasons: &'a [Reason],
    /// Doubts.
    pub doubts: &'a [Reason],
    /// Terms of the score.
    pub terms: Vec<(String, Figure, String)>,
    /// Junctions, the lead first.
    pub junctions: Vec<JunctionView>,
    /// Partner's band and homologues.
    pub partner: Option<String>,
    /// Homologous genes that the reads fit as well.
    pub homologues: String,
}

/// A pile-up with its heading.
pub(super) struct Piled {
    /// Junction.
    pub id: String,
    /// What it joins.
    pub name: String,
    /// The pile-up, or why there is none.
    pub pileup: Result<Pileup, &'static str>,
}

/// Frame in words.
pub(super) const fn frame_words(frame: Frame) -> &'static str {
    match frame {
        Frame::InFrame => "in frame",
        Frame::OutOfFrame => "out of frame",
        Frame::StopCodon => "stop codon at the junction",
        Frame::Unknown => "frame can't be told",
    }
}

/// One or many.
const fn unit_of(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

fn side_view(side: Option<&Side>, pointer: &str) -> SideView {
    let Some(side) = side else {
        return SideView {
            gene: "not placed".to_owned(),
            exon: String::new(),
            exon_short: String::new(),
            contig: String::new(),
            position: None,
            site: String::new(),
        };
    };
    let gene = shortened(&wording::name(Some(side)), 60);
    let splice = match (side.at_splice_site, side.exon.is_some(), side.intron.is_some()) {
        (true, ..) => "at an annotated splice site",
        (false, true, _) => "inside the exon",
        (false, false, true) => "in the intron",
        _ => "",
    };
    SideView {
        gene: shortened(&gene, 80),
        exon: exon_of_text(side).map(|text| shortened(&text, 240)).unwrap_or_default(),
        exon_short: exon_of_text(&Side {
            exon_labels: Vec::new(),
            ..side.clone()
        })
        .map(|text| shortened(&text, 80))
        .unwrap_or_default(),
        contig: shortened(&side.contig, 60),
        position: Some(Figure::position(format!("{pointer}/position"), side.position)),
        site: [shortened(&side.site, 40).as_str(), splice]
            .into_iter()
            .filter(|text| !text.is_empty() && *text != "intron" && *text != "intergenic")
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// A junction in words; `pointer` says where it stands in the JSON.
pub(super) fn junction_view(junction: &Junction, pointer: &str) -> JunctionView {
    let seen = &junction.evidence;
    let figure = |name: &str, count| Figure::count(format!("{pointer}/evidence/{name}"), count);
    let (count, unit) = match seen.molecules {
        Some(molecules) => (
            figure("molecules", molecules),
            unit_of(molecules, "molecule", "molecules"),
        ),
        None => (
            figure("fragments", seen.fragments),
            unit_of(seen.fragments, "fragment", "fragments"),
        ),
    };
    let is_ptd = junction.is_ptd();
    let form = if is_ptd { Form::Ratio } else { Form::Percent };
    let fraction = junction.fraction.map(|fraction| {
        let part = |name: &str, value| Figure::number(format!("{pointer}/fraction/{name}"), value, form);
        (
            part("estimate", fraction.estimate),
            part("low", fraction.low),
            part("high", fraction.high),
        )
    });
    JunctionView {
        id: shortened(&junction.id, 20),
        role: if junction.role == junction.class {
            shortened(&junction.role, 40)
        } else {
            format!("{} ({})", shortened(&junction.role, 40), shortened(&junction.class, 40))
        },
        five: side_view(junction.five.as_ref(), &format!("{pointer}/five")),
        three: side_view(junction.three.as_ref(), &format!("{pointer}/three")),
        frame: if junction.frame == Frame::Unknown && !junction.predicted_transcripts.is_empty() {
            "not read in DNA: see the predicted transcripts"
        } else {
            frame_words(junction.frame)
        },
        count,
        unit,
        classes: vec![
            (figure("split", seen.split), "split"),
            (figure("clip", seen.clip), "clip"),
            (figure("spanning", seen.spanning), "spanning"),
            (figure("mate", seen.mate), "mate only"),
        ],
        fragments: figure("fragments", seen.fragments),
        positions: figure("distinct_positions", seen.distinct_positions),
        wild_type: junction
            .wild_type_molecules
            .map(|wild| Figure::count(format!("{pointer}/wild_type_molecules"), wild)),
        fraction,
        fraction_of: match (is_ptd, junction.assay.as_str()) {
            (true, _) => "back-splice to wild-type molecules",
            (false, "dna") => "of KMT2A alleles",
            (false, _) => "of KMT2A transcripts at this place",
        },
        tier: junction.tier.map_or("none", crate::report::schema::Tier::name),
        hgvs: [&junction.hgvs, &junction.hgvs_genomic]
            .into_iter()
            .flatten()
            .map(|text| shortened(text, 300))
            .collect(),
        homology: sign::homology(junction),
        stop: wording::stop_behind(junction),
        peptide: junction.peptide.as_deref().map(|text| shortened(text, 120)),
        reason: String::new(),
        assay: shortened(&junction.assay.to_uppercase(), 10),
        predicted: junction
            .predicted_transcripts
            .iter()
            .take(NAMED_MAX)
            .map(|predicted| shortened(&predicted.text, 200))
            .collect(),
        predicted_left_out: junction.predicted_transcripts.len().saturating_sub(NAMED_MAX),
        alternatives: junction
            .alternatives
            .iter()
            .take(NAMED_MAX)
            .enumerate()
            .map(|(index, place)| {
                (
                    shortened(&place.contig, 60),
                    Figure::position(format!("{pointer}/alternatives/{index}/position"), place.position),
                    place
                        .gene
                        .as_deref()
                        .map(|gene| shortened(gene, 40))
                        .unwrap_or_default(),
                )
            })
            .collect(),
        alternatives_left_out: junction.alternatives.len().saturating_sub(NAMED_MAX),
        sequence: junction.sequence.as_ref().map(|sequence| {
            (
                Figure::count(
                    format!("{pointer}/sequence/bases"),
                    u64::try_from(sequence.bases.chars().count()).unwrap_or(u64::MAX),
                ),
                Figure::count(
                    format!("{pointer}/sequence/junction_offset"),
                    u64::from(sequence.junction_offset),
                ),
                match sequence.source.as_str() {
                    "reads" => "assembled from reads".to_owned(),
                    other => shortened(other, 60),
                },
            )
        }),
        note: match junction.role.as_str() {
            "reciprocal" if junction.assay == "dna" => "the break of the other derivative chromosome",
            "reciprocal" => "the other derivative: supports the break, is not the transcript that drives the disease",
            "chained" => "a further junction of the same molecule",
            _ => "",
        },
    }
}

/// An event in words.
pub(super) fn event_view<'a>(event: &'a Event, pointer: &str) -> EventView<'a> {
    let (count, unit) = match event.molecules {
        Some(molecules) => (
            Figure::count(format!("{pointer}/molecules"), molecules),
            unit_of(molecules, "molecule", "molecules"),
        ),
        None => (
            Figure::count(format!("{pointer}/fragments"), event.fragments),
            unit_of(event.fragments, "fragment", "fragments"),
        ),
    };
    let junctions = event.junctions.iter().enumerate();
    let mut junctions: Vec<(bool, JunctionView)> = junctions
        .map(|(index, junction)| {
            let is_lead = event.is_lead(junction);
            (
                !is_lead,
                junction_view(junction, &format!("{pointer}/junctions/{index}")),
            )
        })
        .collect();
    junctions.sort_by_key(|(other, _)| *other);
    let mechanism = match (&event.iscn_suggestion, &event.mechanism) {
        (Some(iscn), Some(mechanism)) => format!("{iscn} ({mechanism})"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => "can't be told".to_owned(),
    };
    EventView {
        id: shortened(&event.id, 20),
        name: shortened(&event.name, 80),
        class: shortened(&event.class, 60),
        tier: event.tier.name(),
        count,
        unit,
        mechanism: shortened(&mechanism, 160),
        reasons: &event.reasons,
        doubts: &event.doubts,
        terms: event
            .terms
            .iter()
            .enumerate()
            .map(|(index, term)| {
                let value = Figure::number(format!("{pointer}/terms/{index}/value"), term.value, Form::LogOdds);
                (shortened(&term.name, 60), value, shortened(&term.text, 400))
            })
            .collect(),
        junctions: junctions.into_iter().map(|(_, view)| view).collect(),
        partner: event.partner.as_ref().map(|partner| {
            let band = partner.band.as_deref().unwrap_or("band not known");
            let known = if partner.catalogue {
                "in the catalogue of partners"
            } else {
                "not in the catalogue of partners"
            };
            format!("{} ({}), {known}", shortened(&partner.symbol, 60), shortened(band, 30))
        }),
        homologues: event
            .partner
            .as_ref()
            .map(|partner| shortened(&partner.homologues_that_fit.join(", "), 200))
            .unwrap_or_default(),
    }
}

/// Every event but the one at `lead`, in the report's order, and how many are left out.
pub(super) fn others(report: &SampleReport, lead: Option<usize>) -> (Vec<EventView<'_>>, usize) {
    let mut views: Vec<EventView<'_>> = Vec::new();
    let others = report
        .events
        .iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != lead);
    for (index, event) in others.clone().take(EVENTS_MAX) {
        views.push(event_view(event, &format!("/events/{index}")));
    }
    let left_out = others.count() - views.len();
    (views, left_out)
}

/// Discarded junctions, and how many are left out.
pub(super) fn discarded(report: &SampleReport) -> (Vec<JunctionView>, usize) {
    let views: Vec<JunctionView> = report
        .discarded
        .iter()
        .take(DISCARDED_MAX)
        .enumerate()
        .map(|(index, discarded)| JunctionView {
            reason: shortened(&discarded.reason.text, 300),
            ..junction_view(&discarded.junction, &format!("/discarded/{index}/junction"))
        })
        .collect();
    let left_out = report.discarded.len() - views.len();
    (views, left_out)
}

/// Pile-ups: the lead junction first, then further ones of its event, then the lead ones of others.
pub(super) fn pileups(report: &SampleReport, lead: Option<usize>) -> Vec<Piled> {
    let Some(lead) = lead.and_then(|index| Some((index, report.events.get(index)?))) else {
        return Vec::new();
    };
    let piled = |e: usize, j: usize, junction: &Junction, most| Piled {
        id: shortened(&junction.id, 20),
        name: format!(
            "{} :: {}",
            short_side(junction.five.as_ref()),
            short_side(junction.three.as_ref())
        ),
        pileup: pileup(junction, &format!("/events/{e}/junctions/{j}"), most),
    };
    let (index, event) = lead;
    let mut found = Vec::new();
    for (j, junction) in event.junctions.iter().enumerate() {
        let is_lead = event.is_lead(junction);
        if is_lead {
            found.insert(0, piled(index, j, junction, READS_LEAD));
        } else if found.len() <= PILEUPS_MAX && !junction.supporting.is_empty() {
            found.push(piled(index, j, junction, READS_OTHER));
        }
    }
    let others = report.events.iter().enumerate().filter(|(e, _)| *e != index);
    for (e, other) in others {
        if found.len() > PILEUPS_MAX {
            break;
        }
        if let Some((j, junction)) = other.junctions.iter().enumerate().find(|(_, j)| j.consensus.is_some()) {
            found.push(piled(e, j, junction, READS_OTHER));
        }
    }
    found
}

fn short_side(side: Option<&Side>) -> String {
    side.map_or_else(
        || "not placed".to_owned(),
        |side| {
            let exon = match (side.exon, side.intron) {
                (Some(exon), _) => format!(" e{exon}"),
                (None, Some(intron)) => format!(" intron {intron}"),
                _ => String::new(),
            };
            format!("{}{exon}", shortened(&wording::name(Some(side)), 40))
        },
    )
}
