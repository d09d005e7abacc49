//! The part of a report that a cohort needs: a few kilobytes, so that thousands fit in memory.
//!
//! In: a [`SampleReport`]. Out: [`SampleDigest`], built from the report's own types. Read names, alignments, file names
//! and sequence beyond the junction window are removed here, once for all outputs, and texts are shortened.

use std::collections::BTreeSet;

use super::run;
use breakapart_core::genome::contig::bare_name;
use breakapart_core::report::schema::{
    Ambiguity, AssayConclusion, Event, Junction, Lod, Partner, Reason, SampleReport, Side, State,
};
use breakapart_core::report::wording;

/// Bases kept on each side of a junction by default. Twenty-five identify a breakpoint and rarely contain a germline
/// variant.
pub(crate) const WINDOW_BASES: usize = 25;
/// Most junctions kept per report, best first: called ones, then discarded ones.
pub(crate) const JUNCTIONS_MAX: usize = 60;
/// Longest free text kept, characters.
const TEXT_MAX: usize = 300;

/// The kept part of a report, or of one assay of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleDigest {
    /// Sample name in the report.
    pub sample: String,
    /// Build.
    pub build: String,
    /// Version of the program that made the report.
    pub tool_version: String,
    /// The assay's conclusion: `rna` or `dna`; `rna+dna` for an earlier report of both.
    pub says: AssayConclusion,
    /// State of the whole report, of which this may be only one assay.
    pub overall: State,
    /// Qualifiers of the state.
    pub qualifiers: Vec<String>,
    /// Recommended next step; `None` for none.
    pub next_step: Option<String>,
    /// Called events, with the junctions of the assay.
    pub events: Vec<Event>,
    /// Junctions below every tier.
    pub discarded: Vec<Junction>,
    /// Identifiers of sequencing runs in the header; may be empty.
    pub runs: Vec<String>,
}

/// A text prepared for tables: cleaned, and no longer than [`TEXT_MAX`].
fn text(text: &str) -> String {
    wording::shortened(wording::clean(text).trim(), TEXT_MAX)
}

/// The same for an optional text.
fn maybe(given: &Option<String>) -> Option<String> {
    given.as_deref().map(text)
}

/// A junction without reads, long sequence and scores. `window`: bases kept of the consensus around the junction;
/// `None`: all.
fn thinned(junction: &Junction, window: Option<usize>) -> Junction {
    let side = |side: &Side| Side {
        contig: bare_name(&side.contig).unwrap_or_else(|| text(&side.contig)),
        position: side.position,
        strand: side.strand,
        gene: maybe(&side.gene),
        transcript: maybe(&side.transcript),
        exon: side.exon,
        intron: side.intron,
        ..Side::default()
    };
    Junction {
        id: text(&junction.id),
        assay: text(&junction.assay),
        class: text(&junction.class),
        role: text(&junction.role),
        five: junction.five.as_ref().map(side),
        three: junction.three.as_ref().map(side),
        ambiguity: Ambiguity {
            homology: text(&junction.ambiguity.homology),
            ..junction.ambiguity
        },
        inserted: text(&junction.inserted),
        frame: junction.frame,
        evidence: junction.evidence,
        fraction: junction.fraction,
        consensus: junction.consensus.as_deref().map(|bases| windowed(bases, window)),
        tier: junction.tier,
        hgvs: maybe(&junction.hgvs),
        ..Junction::default()
    }
}

/// An event without scores, with these of its junctions.
fn thinned_event(event: &Event, junctions: Vec<Junction>) -> Event {
    let doubts = event.doubts.iter().map(|doubt| Reason {
        code: text(&doubt.code),
        ..Reason::default()
    });
    Event {
        id: text(&event.id),
        class: text(&event.class),
        name: text(&event.name),
        tier: event.tier,
        model_score: event.model_score,
        molecules: event.molecules,
        junctions,
        mechanism: maybe(&event.mechanism),
        iscn_suggestion: maybe(&event.iscn_suggestion),
        partner: event.partner.as_ref().map(|partner| Partner {
            symbol: text(&partner.symbol),
            ..Partner::default()
        }),
        doubts: doubts.collect(),
        ..Event::default()
    }
}

/// A consensus trimmed to `window` bases on each side of the part between its first and last `|`.
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
    /// A report's digests: one per assay. A report of RNA and DNA gives two samples of one patient, which are compared
    /// like any others. `window`: bases kept around each junction; `None`: all.
    pub fn parts(report: &SampleReport, window: Option<usize>) -> Vec<Self> {
        let assays = &report.conclusion.assays;
        if assays.len() > 1 {
            let part = |part: &AssayConclusion| Self::of_part(report, part.clone(), Some(&part.assay), window);
            return assays.iter().map(part).collect();
        }
        // Of an earlier report, `rna+dna` may be one part.
        let mut assays: Vec<&str> = report.inputs.iter().map(|input| input.assay.as_str()).collect();
        assays.sort_unstable_by(|a, b| b.cmp(a));
        assays.dedup();
        let whole = AssayConclusion::of(&assays.join("+"), &report.conclusion);
        vec![Self::of_part(report, whole, None, window)]
    }

    /// The digest of a part of a report; `assay`: whose inputs and junctions are kept; `None`: all.
    fn of_part(report: &SampleReport, mut says: AssayConclusion, assay: Option<&str>, window: Option<usize>) -> Self {
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
        let said = [&mut says.assay, &mut says.headline, &mut says.reason].into_iter();
        let said = said.chain(&mut says.scope).chain(&mut says.lead_event);
        for printed in said.chain(says.lod.iter_mut().map(|lod| &mut lod.unit)) {
            *printed = text(printed);
        }
        let events = report.events.iter();
        Self {
            sample: text(&report.sample),
            build: text(report.build_name()),
            tool_version: text(&report.tool.version),
            says,
            overall: report.conclusion.state,
            qualifiers: report.conclusion.qualifiers.iter().map(|said| text(said)).collect(),
            next_step: maybe(&report.conclusion.next_step),
            events: events
                .map(|event| thinned_event(event, kept(event.junctions.iter().collect())))
                .collect(),
            discarded: kept(report.discarded.iter().map(|discarded| &discarded.junction).collect()),
            runs: runs.into_iter().collect(),
        }
    }

    /// The event that determines the state.
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

    /// The junctions of the lead event, its lead junction first.
    pub fn lead_junctions(&self) -> impl Iterator<Item = &Junction> {
        self.lead().into_iter().flat_map(|event| &event.junctions)
    }

    /// A negative for the major region only: the panel does not cover the minor one.
    pub fn is_major_only(&self) -> bool {
        self.says.scope.as_deref() == Some(Lod::MAJOR_ONLY)
    }

    /// Whether KMT2A has a breakpoint without a 5' product: only a reciprocal, or no partner.
    pub fn is_broken(&self) -> bool {
        let findings = &self.says.findings;
        let only_reciprocal = findings.reciprocal.is_detected() && !findings.fusion.is_detected();
        only_reciprocal || findings.break_without_partner.is_detected()
    }

    /// Exclusion limit for any partner, the worse of the regions that the state covers, a fraction.
    pub fn limit(&self) -> Option<f64> {
        self.says.lod.as_ref()?.worst(self.says.scope.as_deref())
    }

    /// The denominator of the limit; empty for none.
    pub fn limit_unit(&self) -> &str {
        self.says.lod.as_ref().map_or("", |lod| &lod.unit)
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
        let digest = SampleDigest::parts(&report, Some(WINDOW_BASES)).remove(0);
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
        let digest = SampleDigest::parts(&report, None).remove(0);
        let name = &digest.events[0].name;
        assert!(name.starts_with("a b") && name.chars().count() == TEXT_MAX);
    }

    #[test]
    fn sequence_is_trimmed_to_the_window() {
        assert_eq!(windowed("AAACCC|g|TTTGGG", Some(2)), "CC|g|TT");
        assert_eq!(windowed("AAACCC|TTTGGG", Some(100)), "AAACCC|TTTGGG");
        assert_eq!(windowed("AAACCC|TTTGGG", None), "AAACCC|TTTGGG");
        assert_eq!(windowed("AAACCCTTTGGG", Some(2)), "", "no junction: nothing");
    }
}
