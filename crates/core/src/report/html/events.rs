//! Events and junctions as facts and tables.

use super::{
    figure::{At, Figure, Form},
    pileup::{Pileup, pileup},
    sign,
};
use crate::report::{
    schema::{Event, Junction, SampleReport, Side, Tier},
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
#[derive(Default)]
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

/// A junction, its numbers and short texts taken from where it stands.
pub(super) struct JunctionView<'a> {
    /// Where it stands.
    pub at: At<'a>,
    /// The junction.
    pub junction: &'a Junction,
    /// 5' side.
    pub five: SideView,
    /// 3' side.
    pub three: SideView,
    /// Molecules or fragments, with the word for them.
    pub count: (Figure, &'static str),
}

/// An event, its numbers and short texts taken from where it stands.
pub(super) struct EventView<'a> {
    /// Where it stands.
    pub at: At<'a>,
    /// The event.
    pub event: &'a Event,
    /// Molecules or fragments, with the word for them.
    pub count: (Figure, &'static str),
    /// Junctions, the lead first.
    pub junctions: Vec<JunctionView<'a>>,
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

fn side_view(side: Option<&Side>, at: &At<'_>) -> SideView {
    let Some(side) = side else {
        return SideView {
            gene: "not placed".to_owned(),
            ..SideView::default()
        };
    };
    let splice = match (side.at_splice_site, side.exon.is_some(), side.intron.is_some()) {
        (true, ..) => "at an annotated splice site",
        (false, true, _) => "inside the exon",
        (false, false, true) => "in the intron",
        _ => "",
    };
    let short = Side {
        exon_labels: Vec::new(),
        ..side.clone()
    };
    let exon = |side: &Side, length| shortened(&exon_of_text(side).unwrap_or_default(), length);
    SideView {
        gene: shortened(&wording::name(Some(side)), 60),
        exon: exon(side, 240),
        exon_short: exon(&short, 80),
        contig: shortened(&side.contig, 60),
        position: at.figure("position", Form::Whole),
        site: [shortened(&side.site, 40).as_str(), splice]
            .into_iter()
            .filter(|text| !text.is_empty() && *text != "intron" && *text != "intergenic")
            .collect::<Vec<_>>()
            .join(", "),
    }
}

impl<'a> JunctionView<'a> {
    /// The junction that stands at a place.
    pub(super) fn new(junction: &'a Junction, at: At<'a>) -> Self {
        Self {
            junction,
            five: side_view(junction.five.as_ref(), &at.at("five")),
            three: side_view(junction.three.as_ref(), &at.at("three")),
            count: at.at("evidence").counted(),
            at,
        }
    }

    /// Role and class.
    pub(super) fn role(&self) -> String {
        let (role, class) = (self.at.text("role", 40), self.at.text("class", 40));
        if self.junction.role == self.junction.class {
            role
        } else {
            format!("{role} ({class})")
        }
    }

    /// `RNA` or `DNA`.
    pub(super) fn assay(&self) -> String {
        shortened(&self.junction.assay.to_uppercase(), 10)
    }

    pub(super) fn frame(&self) -> &'static str {
        let unknown = match self.junction.predicted_transcripts.as_slice() {
            [] => "frame can't be told",
            _ => "not read in DNA: see the predicted transcripts",
        };
        wording::frame(self.junction.frame).unwrap_or(unknown)
    }

    pub(super) fn tier(&self) -> &'static str {
        self.junction.tier.map_or("none", Tier::name)
    }

    /// The share: `estimate`, or a bound.
    pub(super) fn share(&self, part: &str) -> Figure {
        let form = if self.junction.is_ptd() {
            Form::Ratio
        } else {
            Form::Percent
        };
        self.at.shown(format_args!("fraction/{part}"), form, "–")
    }

    /// What it is a share of.
    pub(super) fn share_of(&self) -> &'static str {
        match (self.junction.is_ptd(), self.junction.assay.as_str()) {
            (true, _) => "back-splice to wild-type molecules",
            (false, "dna") => "of KMT2A alleles",
            (false, _) => "of KMT2A transcripts at this place",
        }
    }

    /// HGVS of the RNA and of the DNA.
    pub(super) fn hgvs(&self) -> Vec<String> {
        let texts = ["hgvs", "hgvs_genomic"].map(|path| self.at.text(path, 300));
        texts.into_iter().filter(|text| !text.is_empty()).collect()
    }

    /// Bases that both sides share, in words.
    pub(super) fn homology(&self) -> String {
        sign::homology(self.junction)
    }

    /// A stop codon close behind a junction in frame.
    pub(super) fn stop(&self) -> Option<String> {
        wording::stop_behind(self.junction)
    }

    /// The first predicted transcripts or alternative places.
    pub(super) fn named(&self, path: &str) -> Vec<At<'a>> {
        self.at.list(path).into_iter().take(NAMED_MAX).collect()
    }

    /// How many of them are not named.
    pub(super) fn left_out(&self, path: &str) -> usize {
        self.at.list(path).len().saturating_sub(NAMED_MAX)
    }

    /// Where the bases over the break come from.
    pub(super) fn sequence_source(&self) -> String {
        match self.at.text("sequence/source", 60).as_str() {
            "reads" => "assembled from reads".to_owned(),
            other => other.to_owned(),
        }
    }

    /// A sentence where the junction is not what its name may suggest.
    pub(super) fn note(&self) -> &'static str {
        match self.junction.role.as_str() {
            "reciprocal" if self.junction.assay == "dna" => "the break of the other derivative chromosome",
            "reciprocal" => "the other derivative: supports the break, is not the transcript that drives the disease",
            "chained" => "a further junction of the same molecule",
            _ => "",
        }
    }
}

impl<'a> EventView<'a> {
    /// The event that stands at a place.
    pub(super) fn new(event: &'a Event, at: At<'a>) -> Self {
        let places = at.list("junctions").into_iter();
        let mut junctions: Vec<_> = places.zip(&event.junctions).collect();
        junctions.sort_by_key(|(_, junction)| !event.is_lead(junction));
        let views = junctions
            .into_iter()
            .map(|(at, junction)| JunctionView::new(junction, at));
        Self {
            event,
            count: at.counted(),
            junctions: views.collect(),
            at,
        }
    }

    /// ISCN suggestion or mechanism.
    pub(super) fn mechanism(&self) -> String {
        let text = match (&self.event.iscn_suggestion, &self.event.mechanism) {
            (Some(iscn), Some(mechanism)) => format!("{iscn} ({mechanism})"),
            (Some(text), None) | (None, Some(text)) => text.clone(),
            (None, None) => "can't be told".to_owned(),
        };
        shortened(&text, 160)
    }

    /// Partner's band, and whether it is known.
    pub(super) fn partner(&self) -> Option<String> {
        let partner = self.event.partner.as_ref()?;
        let band = shortened(partner.band.as_deref().unwrap_or("band not known"), 30);
        let not = if partner.catalogue { "" } else { "not " };
        let symbol = shortened(&partner.symbol, 60);
        Some(format!("{symbol} ({band}), {not}in the catalogue of partners"))
    }

    /// Homologous genes that the reads fit as well.
    pub(super) fn homologues(&self) -> String {
        let partner = self.event.partner.as_ref();
        partner.map_or_else(String::new, |partner| {
            shortened(&partner.homologues_that_fit.join(", "), 200)
        })
    }
}

/// Every event but the one at `lead`, in the report's order, and how many are left out.
pub(super) fn others<'a>(report: &'a SampleReport, at: &At<'a>, lead: Option<usize>) -> (Vec<EventView<'a>>, usize) {
    let mut events: Vec<(At<'a>, &Event)> = at.list("events").into_iter().zip(&report.events).collect();
    if let Some(lead) = lead {
        events.remove(lead);
    }
    let left_out = events.len().saturating_sub(EVENTS_MAX);
    let views = events.into_iter().take(EVENTS_MAX);
    (views.map(|(at, event)| EventView::new(event, at)).collect(), left_out)
}

/// Discarded junctions with the reason, and how many are left out.
pub(super) fn discarded<'a>(report: &'a SampleReport, at: &At<'a>) -> (Vec<(JunctionView<'a>, String)>, usize) {
    let views = at.list("discarded").into_iter().zip(&report.discarded);
    let views = views.take(DISCARDED_MAX).map(|(at, discarded)| {
        let view = JunctionView::new(&discarded.junction, at.at("junction"));
        (view, at.text("reason/text", 300))
    });
    (views.collect(), report.discarded.len().saturating_sub(DISCARDED_MAX))
}

/// Pile-ups: the lead junction first, then further ones of its event, then the lead ones of others.
pub(super) fn pileups(report: &SampleReport, at: &At<'_>, lead: Option<usize>) -> Vec<Piled> {
    let Some((index, event)) = lead.and_then(|index| Some((index, report.events.get(index)?))) else {
        return Vec::new();
    };
    let piled = |e: usize, j: usize, junction: &Junction, most| Piled {
        id: shortened(&junction.id, 20),
        name: format!(
            "{} :: {}",
            short_side(junction.five.as_ref(), 40),
            short_side(junction.three.as_ref(), 40)
        ),
        pileup: pileup(junction, &at.at(format_args!("events/{e}/junctions/{j}")), most),
    };
    let mut found = Vec::new();
    for (j, junction) in event.junctions.iter().enumerate() {
        if event.is_lead(junction) {
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

/// Gene, of at most `length` characters, and exon of a side.
pub(super) fn short_side(side: Option<&Side>, length: usize) -> String {
    let Some(side) = side else {
        return "not placed".to_owned();
    };
    let exon = side.exon_or_intron("intron ").map(|exon| format!(" {exon}"));
    shortened(&wording::name(Some(side)), length) + &exon.unwrap_or_default()
}
