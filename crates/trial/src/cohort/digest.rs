//! What a cohort needs of one report: a few kilobytes, so that thousands fit in memory.
//!
//! In: a [`SampleReport`]. Out: [`SampleDigest`], made of the report's own types. Read names, placements, file names and
//! sequence beyond the junction window are left out here, once for all outputs, and texts are bounded.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::run;
use breakapart_core::genome::contig::bare_name;
use breakapart_core::report::schema::{
    AssayConclusion, Event, FindingStatus, Junction, Lod, SampleReport, Side, State,
};
use breakapart_core::report::wording;

/// Bases on either side of a junction that are kept where more is not asked for. Twenty-five tell a
/// breakpoint apart and seldom hold a variant of the person.
pub(crate) const WINDOW_BASES: usize = 25;
/// Most junctions that are kept of a report, best first: called ones, then discarded ones.
pub(crate) const JUNCTIONS_MAX: usize = 60;
/// Longest free text that is kept, characters.
const TEXT_MAX: usize = 300;

/// What is kept of a report, or of one assay of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleDigest {
    /// Sample, as the report names it.
    pub sample: String,
    /// Build.
    pub build: String,
    /// Version of the program that made the report.
    pub tool_version: String,
    /// What the assay says: `rna` or `dna`; `rna+dna` for an earlier report of both.
    pub says: AssayConclusion,
    /// State of the whole report, of which this may be one assay's part.
    pub overall: State,
    /// Qualifiers of the state.
    pub qualifiers: Vec<String>,
    /// What to do next; `None` for nothing.
    pub next_step: Option<String>,
    /// Called events, with the junctions of the assay.
    pub events: Vec<Event>,
    /// Junctions below every tier.
    pub discarded: Vec<Junction>,
    /// Identifiers of sequencing runs in the header; empty where there are none.
    pub runs: Vec<String>,
}

/// A junction without reads, long sequence and scores. `window`: bases kept of the consensus beside the junction, all where
/// `None`.
fn thinned(junction: &Junction, window: Option<usize>) -> Junction {
    let side = |side: &Side| Side {
        contig: bare_name(&side.contig).unwrap_or_else(|| side.contig.clone()),
        position: side.position,
        strand: side.strand,
        gene: side.gene.clone(),
        transcript: side.transcript.clone(),
        exon: side.exon,
        intron: side.intron,
        ..Side::default()
    };
    Junction {
        id: junction.id.clone(),
        assay: junction.assay.clone(),
        class: junction.class.clone(),
        role: junction.role.clone(),
        five: junction.five.as_ref().map(side),
        three: junction.three.as_ref().map(side),
        ambiguity: junction.ambiguity.clone(),
        inserted: junction.inserted.clone(),
        frame: junction.frame,
        evidence: junction.evidence,
        fraction: junction.fraction,
        consensus: junction.consensus.as_deref().map(|bases| windowed(bases, window)),
        tier: junction.tier,
        hgvs: junction.hgvs.clone(),
        ..Junction::default()
    }
}

/// An event without scores, with these junctions of it.
fn thinned_event(event: &Event, junctions: Vec<Junction>) -> Event {
    Event {
        id: event.id.clone(),
        class: event.class.clone(),
        name: event.name.clone(),
        tier: event.tier,
        model_score: event.model_score,
        molecules: event.molecules,
        junctions,
        mechanism: event.mechanism.clone(),
        iscn_suggestion: event.iscn_suggestion.clone(),
        partner: event.partner.clone(),
        doubts: event.doubts.clone(),
        ..Event::default()
    }
}

/// Makes every text fit for tables: clean, and none longer than [`TEXT_MAX`]. Sequence has its own bound.
fn bound(value: &mut Value) {
    match value {
        Value::String(text) => *text = wording::shortened(wording::clean(text).trim(), TEXT_MAX),
        Value::Array(values) => values.iter_mut().for_each(bound),
        Value::Object(fields) => {
            let texts = fields.iter_mut().filter(|(name, _)| *name != "consensus");
            texts.for_each(|(_, value)| bound(value));
        }
        _ => {}
    }
}

/// A consensus cut to `window` bases on either side of what is between its first and last `|`.
fn windowed(consensus: &str, window: Option<usize>) -> String {
    let clean: String = consensus
        .chars()
        .filter(|c| c.is_ascii_alphabetic() || *c == '|')
        .collect();
    let (Some(window), Some(first), Some(last)) = (window, clean.find('|'), clean.rfind('|')) else {
        return if window.is_some() { String::new() } else { clean };
    };
    let start = first.saturating_sub(window);
    let end = (last + 1).saturating_add(window).min(clean.len());
    clean.get(start..end).unwrap_or_default().to_owned()
}

impl SampleDigest {
    /// What a cohort needs of a report: one digest for each assay. A report of RNA and DNA is two samples of one
    /// patient that are compared as any others. `window`: bases kept beside each junction, all where `None`.
    ///
    /// # Errors
    /// A report with numbers that JSON does not know.
    pub fn parts(report: &SampleReport, window: Option<usize>) -> Result<Vec<Self>, serde_json::Error> {
        let assays = &report.conclusion.assays;
        if assays.len() > 1 {
            let parts = assays.iter();
            return parts
                .map(|part| Self::of_part(report, part.clone(), Some(&part.assay), window))
                .collect();
        }
        Ok(vec![Self::of_part(report, whole(report), None, window)?])
    }

    /// What is kept of a part of a report; `assay`: whose inputs and junctions are its own, all where `None`.
    fn of_part(
        report: &SampleReport,
        says: AssayConclusion,
        assay: Option<&str>,
        window: Option<usize>,
    ) -> Result<Self, serde_json::Error> {
        let is_own = |of: &str| assay.is_none_or(|assay| of == assay);
        let mut room = JUNCTIONS_MAX;
        let mut kept = |junctions: Vec<&Junction>| -> Vec<Junction> {
            let own = junctions.into_iter().filter(|junction| is_own(&junction.assay));
            let own: Vec<Junction> = own.take(room).map(|junction| thinned(junction, window)).collect();
            room -= own.len();
            own
        };
        let inputs = report.inputs.iter().filter(|input| is_own(&input.assay));
        let runs = inputs.flat_map(|input| &input.platform_units);
        let runs: BTreeSet<String> = runs.filter_map(|unit| run::of_unit(unit)).collect();
        let events = report.events.iter();
        let mut digest = serde_json::to_value(Self {
            sample: report.sample.clone(),
            build: report.build_name().to_owned(),
            tool_version: report.tool.version.clone(),
            says,
            overall: report.conclusion.state,
            qualifiers: report.conclusion.qualifiers.clone(),
            next_step: report.conclusion.next_step.clone(),
            events: events
                .map(|event| thinned_event(event, kept(event.junctions.iter().collect())))
                .collect(),
            discarded: kept(report.discarded.iter().map(|discarded| &discarded.junction).collect()),
            runs: runs.into_iter().collect(),
        })?;
        bound(&mut digest);
        serde_json::from_value(digest)
    }

    /// The event the state rests on.
    pub fn lead(&self) -> Option<&Event> {
        let id = self.says.lead_event.as_ref()?;
        self.events.iter().find(|event| event.id == *id)
    }

    /// Partner's symbol of that event.
    pub fn partner(&self) -> Option<&str> {
        Some(&self.lead()?.partner.as_ref()?.symbol)
    }

    /// All junctions, called ones first.
    pub fn junctions(&self) -> impl Iterator<Item = &Junction> {
        let called = self.events.iter().flat_map(|event| &event.junctions);
        called.chain(&self.discarded)
    }

    /// The junctions of the lead event, its own first.
    pub fn lead_junctions(&self) -> impl Iterator<Item = &Junction> {
        self.lead().into_iter().flat_map(|event| &event.junctions)
    }

    /// A negative of the major region alone: the panel leaves the minor one out.
    pub fn is_major_only(&self) -> bool {
        self.says.scope.as_deref() == Some(Lod::MAJOR_ONLY)
    }

    /// Whether KMT2A is shown to be broken without its 5' product: a reciprocal alone, or no partner.
    pub fn is_broken(&self) -> bool {
        let findings = &self.says.findings;
        let [fusion, reciprocal, open] = [&findings.fusion, &findings.reciprocal, &findings.break_without_partner]
            .map(|finding| finding.status == FindingStatus::Detected);
        reciprocal && !fusion || open
    }

    /// Exclusion limit for any partner, the worse of the regions that the state speaks of, a fraction.
    pub fn limit(&self) -> Option<f64> {
        self.says.lod.as_ref()?.worst(self.says.scope.as_deref())
    }

    /// What the limit is a fraction of; empty where there is none.
    pub fn limit_unit(&self) -> &str {
        self.says.lod.as_ref().map_or("", |lod| &lod.unit)
    }
}

/// What a report of one assay says, and an earlier report of two.
fn whole(report: &SampleReport) -> AssayConclusion {
    let conclusion = report.conclusion.clone();
    let mut assays: Vec<&str> = report.inputs.iter().map(|input| input.assay.as_str()).collect();
    assays.sort_unstable_by(|a, b| b.cmp(a));
    assays.dedup();
    AssayConclusion {
        assay: assays.join("+"),
        state: conclusion.state,
        scope: conclusion.scope,
        headline: conclusion.headline,
        reason: conclusion.reasons.first().map(|r| r.text.clone()).unwrap_or_default(),
        lead_event: conclusion.lead_event,
        findings: conclusion.findings,
        lod: conclusion.lod,
        examined_donors: conclusion.examined_donors,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::junction::place;
    use crate::example;

    #[test]
    fn a_digest_keeps_what_the_table_needs_and_no_names() {
        let mut report = example::fusion();
        report.inputs[0].file = "/home/anna/patient07.bam".to_owned();
        let digest = SampleDigest::parts(&report, Some(WINDOW_BASES)).unwrap().remove(0);
        let lead = digest.lead().unwrap();
        assert_eq!((lead.name.as_str(), digest.partner()), ("KMT2A::AFF1", Some("AFF1")));
        let junction = digest.lead_junctions().next().unwrap();
        assert_eq!(place(junction.five.as_ref().unwrap()), "chr11:118482495");
        assert_eq!(junction.evidence.counted(), 63);
        // The worse of the regions: 3.1 % major, 4 % minor.
        assert_eq!(digest.limit(), Some(0.04));
        let kept = format!("{digest:?}");
        for hidden in ["anna", "patient07.bam", "9f86d081884c7d65", "58M42S"] {
            assert!(!kept.contains(hidden), "{hidden}");
        }
    }

    #[test]
    fn texts_are_clean_and_bounded() {
        let mut report = example::fusion();
        report.events[0].name = format!("a\tb{}", "c".repeat(2 * TEXT_MAX));
        let digest = SampleDigest::parts(&report, None).unwrap().remove(0);
        let name = &digest.events[0].name;
        assert!(name.starts_with("a b") && name.chars().count() == TEXT_MAX);
    }

    #[test]
    fn sequence_is_cut_to_the_window() {
        assert_eq!(windowed("AAACCC|g|TTTGGG", Some(2)), "CC|g|TT");
        assert_eq!(windowed("AAACCC|TTTGGG", Some(100)), "AAACCC|TTTGGG");
        assert_eq!(windowed("AAACCC|TTTGGG", None), "AAACCC|TTTGGG");
        assert_eq!(windowed("AAACCCTTTGGG", Some(2)), "", "no junction: nothing");
    }
}
