//! Texts of the page about events, junctions and their sides.

use super::{
    figure::{At, Figure, Form},
    pileup::{Pileup, pileup},
};
use crate::report::{
    schema::{Event, Frame, Junction, SampleReport, Side, Tier},
    wording::{self, counted, exon_of_text, shortened},
};

/// Largest number of reads shown under the lead junction, and under any other.
const READS_LEAD: usize = 40;
/// See `READS_LEAD`.
const READS_OTHER: usize = 10;
/// Largest number of junctions with a pile-up besides the lead one.
const PILEUPS_MAX: usize = 4;

impl<'a> At<'a, SampleReport> {
    pub(super) fn events(&self) -> Vec<At<'a, Event>> {
        self.each("events", &self.of.events)
    }

    /// The event on which the conclusion is based.
    pub(super) fn lead(&self) -> Option<At<'a, Event>> {
        let (index, _) = self.of.lead_event()?;
        self.events().into_iter().nth(index)
    }

    /// Every other event, in the report's order.
    pub(super) fn others(&self) -> Vec<At<'a, Event>> {
        let lead = self.lead();
        let mut others = self.events();
        others.retain(|event| lead.as_ref() != Some(event));
        others
    }

    /// The junction of this identifier, with its event.
    pub(super) fn junction(&self, id: &str) -> Option<(At<'a, Event>, At<'a, Junction>)> {
        self.events().into_iter().find_map(|event| {
            let mut junctions = event.each("junctions", &event.of.junctions).into_iter();
            let junction = junctions.find(|junction| junction.id == id)?;
            Some((event, junction))
        })
    }

    /// Discarded junctions, with the reason of each.
    pub(super) fn discarded(&self) -> Vec<(At<'a, Junction>, String)> {
        let discarded = self.each("discarded", &self.of.discarded).into_iter();
        discarded
            .map(|one| (one.part("junction", &one.of.junction), one.text("reason/text", 300)))
            .collect()
    }

    /// The junctions with a pile-up: the lead one first, then further ones of its event, then the
    /// lead ones of other events.
    pub(super) fn piled(&self) -> Vec<Piled<'a>> {
        let Some(lead) = self.lead() else { return Vec::new() };
        let mut found = Vec::new();
        for junction in lead.each("junctions", &lead.of.junctions) {
            if lead.is_lead(junction.of) {
                found.insert(
                    0,
                    Piled {
                        junction,
                        most: READS_LEAD,
                    },
                );
            } else if found.len() <= PILEUPS_MAX && !junction.supporting.is_empty() {
                found.push(Piled {
                    junction,
                    most: READS_OTHER,
                });
            }
        }
        let others = self.others().into_iter().filter_map(|other| {
            let mut junctions = other.each("junctions", &other.of.junctions).into_iter();
            junctions.find(|junction| junction.consensus.is_some())
        });
        let room = (PILEUPS_MAX + 1).saturating_sub(found.len());
        found.extend(others.take(room).map(|junction| Piled {
            junction,
            most: READS_OTHER,
        }));
        found
    }
}

impl<'a> At<'a, Event> {
    /// Its junctions, the lead first.
    pub(super) fn junctions(&self) -> Vec<At<'a, Junction>> {
        let mut junctions = self.each("junctions", &self.of.junctions);
        junctions.sort_by_key(|junction| !self.is_lead(junction.of));
        junctions
    }

    /// ISCN suggestion or mechanism.
    pub(super) fn compatible_with(&self) -> String {
        let text = match (&self.iscn_suggestion, &self.mechanism) {
            (Some(iscn), Some(mechanism)) => format!("{iscn} ({mechanism})"),
            (Some(text), None) | (None, Some(text)) => text.clone(),
            (None, None) => "not known".to_owned(),
        };
        shortened(&text, 160)
    }
}

impl<'a> At<'a, Junction> {
    pub(super) fn five(&self) -> Option<At<'a, Side>> {
        Some(self.part("five", self.of.five.as_ref()?))
    }

    pub(super) fn three(&self) -> Option<At<'a, Side>> {
        Some(self.part("three", self.of.three.as_ref()?))
    }

    /// Molecules or fragments, with their unit.
    pub(super) fn seen(&self) -> Figure {
        self.at("evidence").counted()
    }

    /// Role and class.
    pub(super) fn role(&self) -> String {
        let (role, class) = (self.text("role", 40), self.text("class", 40));
        if self.role == self.class {
            role
        } else {
            format!("{role} ({class})")
        }
    }

    /// `RNA` or `DNA`.
    pub(super) fn assay(&self) -> String {
        shortened(&self.assay.to_uppercase(), 10)
    }

    pub(super) fn frame(&self) -> &'static str {
        let unknown = match self.predicted_transcripts.as_slice() {
            [] => "frame not known",
            _ => "not read in DNA: see the predicted transcripts",
        };
        wording::frame(self.frame).unwrap_or(unknown)
    }

    /// The frame, or for DNA the one predicted from splicing.
    pub(super) fn frame_or_predicted(&self) -> Frame {
        match (self.frame, self.predicted_transcripts.first()) {
            (Frame::Unknown, Some(predicted)) => predicted.frame,
            (frame, _) => frame,
        }
    }

    pub(super) fn tier(&self) -> &'static str {
        self.tier.map_or("none", Tier::name)
    }

    /// The share: `estimate`, or a bound.
    pub(super) fn share(&self, part: &str) -> Figure {
        let form = if self.is_ptd() { Form::Ratio } else { Form::Percent };
        self.shown(format_args!("fraction/{part}"), form, "–")
    }

    /// Microhomology in words.
    pub(super) fn homology(&self) -> String {
        let length = u64::from(self.ambiguity.left) + u64::from(self.ambiguity.right);
        let bases = self.text("ambiguity/homology", 60);
        match (length, bases.is_empty()) {
            (0, _) if self.consensus.is_none() => "not known: no read shows the bases".to_owned(),
            (0, _) => "none in the known bases".to_owned(),
            (_, true) => format!("{} that both sides share (not known which)", counted(length, "base")),
            (_, false) => format!("{} that both sides share: {bases}", counted(length, "base")),
        }
    }

    /// A stop codon shortly after an in-frame junction.
    pub(super) fn stop(&self) -> Option<String> {
        wording::stop_behind(self.of)
    }
}

impl At<'_, Side> {
    /// Gene, or the name in its place.
    pub(super) fn named(&self) -> String {
        shortened(&wording::name(Some(self.of)), 60)
    }

    /// Exon or intron with transcript, and with its names in other schemes.
    pub(super) fn exon_in_all_schemes(&self) -> String {
        shortened(&exon_of_text(self.of).unwrap_or_default(), 240)
    }

    /// Exon or intron with transcript.
    pub(super) fn exon(&self) -> String {
        let alone = Side {
            exon_labels: Vec::new(),
            ..self.of.clone()
        };
        shortened(&exon_of_text(&alone).unwrap_or_default(), 80)
    }

    /// Site and splice site; empty if the exon or its absence shows it.
    pub(super) fn site(&self) -> String {
        let splice = match (self.at_splice_site, self.exon, self.intron) {
            (true, ..) => "at an annotated splice site",
            (false, Some(_), _) => "inside the exon",
            (false, None, Some(_)) => "in the intron",
            (false, None, None) => "",
        };
        let mut words = vec![self.text("site", 40), splice.to_owned()];
        words.retain(|word| !["", "intron", "intergenic"].contains(&word.as_str()));
        words.join(", ")
    }
}

/// A junction with a pile-up.
pub(super) struct Piled<'a> {
    pub junction: At<'a, Junction>,
    /// Largest number of reads shown.
    most: usize,
}

impl Piled<'_> {
    /// The reads, or why there are none.
    pub(super) fn pileup(&self) -> Result<Pileup, &'static str> {
        pileup(self.junction.of, self.most)
    }
}

/// Gene, of at most `length` characters, and exon of a side.
pub(super) fn short_side(side: Option<&Side>, length: usize) -> String {
    let Some(side) = side else {
        return "not placed".to_owned();
    };
    let exon = side.exon_or_intron("intron ").map(|exon| format!(" {exon}"));
    shortened(&wording::name(Some(side)), length) + &exon.unwrap_or_default()
}
