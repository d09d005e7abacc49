//! What a cohort needs of one report: a few kilobytes, so that thousands fit in memory.
//!
//! In: a [`SampleReport`]. Out: [`SampleDigest`]. Read names, placements, file names and sequence beyond
//! the junction window are left out here, once for all outputs.

use std::collections::BTreeSet;

use super::run;
use breakapart_core::catalogue::KMT2A;
use breakapart_core::genome::contig::bare_name;
use breakapart_core::report::schema::{
    self, AssayConclusion, Event, FindingStatus, Findings, Junction, Lod, SampleReport, Side, State, Tier,
};
use breakapart_core::report::wording;

/// Bases on either side of a junction that are kept where more is not asked for. Twenty-five tell a
/// breakpoint apart and seldom hold a variant of the person.
pub(crate) const WINDOW_BASES: usize = 25;
/// Most junctions that are kept of a report, best first: called ones, then discarded ones.
pub(crate) const JUNCTIONS_MAX: usize = 60;
/// Longest free text that is kept, characters.
const TEXT_MAX: usize = 300;

/// What is kept of a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleDigest {
    /// Sample, as the report names it.
    pub sample: String,
    /// `rna` or `dna`; `rna+dna` for a report of both.
    pub assay: String,
    /// Build.
    pub build: String,
    /// Version of the program that made the report.
    pub tool_version: String,
    /// State.
    pub state: State,
    /// State of the whole report, of which this may be one assay's part.
    pub overall: State,
    /// A negative of the major region alone: the panel leaves the minor one out.
    pub is_major_only: bool,
    /// Exons after which a negative would have shown a break (MANE); empty where the report does not say.
    pub examined: Vec<u16>,
    /// The line beside the state.
    pub headline: String,
    /// Qualifiers of the state.
    pub qualifiers: Vec<String>,
    /// Code and text of the rule that decided.
    pub reason: String,
    /// What to do next; empty for nothing.
    pub next_step: String,
    /// Status of the finding about a reciprocal junction.
    pub reciprocal: FindingStatus,
    /// Whether KMT2A is shown to be broken without its 5' product: a reciprocal alone, or no partner.
    pub is_broken: bool,
    /// Codes of what a reader should doubt about the lead event.
    pub doubts: Vec<String>,
    /// The event the state rests on.
    pub lead: Option<EventDigest>,
    /// Identifiers of sequencing runs in the header; empty where there are none.
    pub runs: Vec<String>,
    /// Exclusion limit for any partner, the worse of the regions that the state speaks of, a fraction.
    pub lod: Option<f64>,
    /// The same as percentage of blasts.
    pub lod_blast_percent: Option<f64>,
    /// What the limit is a fraction of.
    pub lod_unit: String,
    /// Limit for a partial tandem duplication, a fraction.
    pub ptd_lod: Option<f64>,
    /// Junctions, called ones first.
    pub junctions: Vec<JunctionDigest>,
}

/// The event a state rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventDigest {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Class.
    pub class: String,
    /// Tier.
    pub tier: Tier,
    /// Model score.
    pub model_score: f64,
    /// Partner's symbol.
    pub partner: Option<String>,
    /// Molecules; null where they can't be told apart.
    pub molecules: Option<u64>,
    /// ISCN suggestion.
    pub iscn: Option<String>,
    /// Mechanism.
    pub mechanism: Option<String>,
}

/// A junction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JunctionDigest {
    /// Identifier within the report.
    pub id: String,
    /// Identifier of its event; empty for a discarded one.
    pub event: String,
    /// Class.
    pub class: String,
    /// Role.
    pub role: String,
    /// `rna` or `dna`.
    pub assay: String,
    /// Tier; null below every one.
    pub tier: Option<Tier>,
    /// 5' side.
    pub five: Option<SideDigest>,
    /// 3' side.
    pub three: Option<SideDigest>,
    /// Bases it could be moved either way.
    pub slack: u32,
    /// Bases that both sides share.
    pub homology: String,
    /// Bases between the sides.
    pub inserted: String,
    /// Frame.
    pub frame: schema::Frame,
    /// Molecules, or fragments where molecules can't be told apart.
    pub molecules: u64,
    /// Fraction with its interval.
    pub fraction: Option<schema::Fraction>,
    /// Sequence across it.
    pub sequence: Option<String>,
    /// HGVS.
    pub hgvs: Option<String>,
}

/// A side of a junction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SideDigest {
    /// Contig without `chr`, or as given where it is no chromosome.
    pub contig: String,
    /// Last retained base, 1-based.
    pub position: i64,
    /// `+` or `-`: strand on which the molecule runs.
    pub strand: schema::StrandSign,
    /// Gene.
    pub gene: Option<String>,
    /// Transcript.
    pub transcript: Option<String>,
    /// Exon.
    pub exon: Option<u16>,
    /// Intron.
    pub intron: Option<u16>,
}

impl EventDigest {
    fn of(event: &Event) -> Self {
        Self {
            id: short(&event.id),
            name: short(&event.name),
            class: short(&event.class),
            tier: event.tier,
            model_score: event.model_score,
            partner: event.partner.as_ref().map(|partner| short(&partner.symbol)),
            molecules: event.molecules,
            iscn: event.iscn_suggestion.as_deref().map(short),
            mechanism: event.mechanism.as_deref().map(short),
        }
    }
}

impl SideDigest {
    fn of(side: &Side) -> Self {
        Self {
            contig: bare_name(&side.contig).unwrap_or_else(|| short(&side.contig)),
            position: side.position,
            strand: side.strand,
            gene: side.gene.as_deref().map(short),
            transcript: side.transcript.as_deref().map(short),
            exon: side.exon,
            intron: side.intron,
        }
    }

    /// `chr11:118482495`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.contig_name(), self.position)
    }

    /// `chr11`, whatever the input's naming.
    pub fn contig_name(&self) -> String {
        if self.contig.len() <= 2 {
            format!("chr{}", self.contig)
        } else {
            self.contig.clone()
        }
    }

    /// Whether it lies in KMT2A.
    pub fn is_kmt2a(&self) -> bool {
        self.gene.as_deref() == Some(KMT2A)
    }
}

impl JunctionDigest {
    fn of(junction: &Junction, event: &str, window: Option<usize>) -> Self {
        Self {
            id: short(&junction.id),
            event: event.to_owned(),
            class: short(&junction.class),
            role: short(&junction.role),
            assay: short(&junction.assay),
            tier: junction.tier,
            five: junction.five.as_ref().map(SideDigest::of),
            three: junction.three.as_ref().map(SideDigest::of),
            slack: junction.ambiguity.left.max(junction.ambiguity.right),
            homology: short(&junction.ambiguity.homology),
            inserted: short(&junction.inserted),
            frame: junction.frame,
            molecules: junction.evidence.counted(),
            fraction: junction.fraction,
            sequence: junction.consensus.as_deref().map(|bases| windowed(bases, window)),
            hgvs: junction.hgvs.as_deref().map(short),
        }
    }

    /// Whether it shows the genome's own break: a DNA junction with both sides placed.
    pub fn is_genomic(&self) -> bool {
        self.assay == "dna" && self.five.is_some() && self.three.is_some()
    }

    /// KMT2A's side and the other one; `None` where KMT2A is on neither or both.
    pub fn kmt2a_and_partner(&self) -> Option<(&SideDigest, &SideDigest)> {
        let (five, three) = (self.five.as_ref()?, self.three.as_ref()?);
        match (five.is_kmt2a(), three.is_kmt2a()) {
            (true, false) => Some((five, three)),
            (false, true) => Some((three, five)),
            _ => None,
        }
    }

    /// Whether KMT2A's 5' part is joined to something else.
    pub fn is_canonical(&self) -> bool {
        self.five.as_ref().is_some_and(SideDigest::is_kmt2a) && !self.three.as_ref().is_some_and(SideDigest::is_kmt2a)
    }

    /// Whether KMT2A's 3' part is joined to something else's 5' part.
    pub fn is_reciprocal(&self) -> bool {
        self.three.as_ref().is_some_and(SideDigest::is_kmt2a) && !self.five.as_ref().is_some_and(SideDigest::is_kmt2a)
    }
}

/// Text of a report, fit for tables.
fn short(text: &str) -> String {
    wording::shortened(wording::clean(text).trim(), TEXT_MAX)
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
    pub fn parts(report: &SampleReport, window: Option<usize>) -> Vec<Self> {
        let conclusion = &report.conclusion;
        if conclusion.assays.len() > 1 {
            let parts = conclusion.assays.iter();
            return parts
                .map(|part| Self::of_part(report, part, Some(&part.assay), window))
                .collect();
        }
        // Earlier reports do not say what their assay says alone.
        let whole = AssayConclusion {
            assay: assay(report),
            state: conclusion.state,
            scope: conclusion.scope.clone(),
            headline: conclusion.headline.clone(),
            reason: conclusion.reasons.first().map(|r| r.text.clone()).unwrap_or_default(),
            lead_event: conclusion.lead_event.clone(),
            findings: conclusion.findings.clone(),
            lod: conclusion.lod.clone(),
            examined_donors: conclusion.examined_donors.clone(),
        };
        vec![Self::of_part(report, &whole, None, window)]
    }

    /// What is kept of a part of a report; `assay`: whose inputs and junctions are its own, all where `None`.
    fn of_part(report: &SampleReport, part: &AssayConclusion, assay: Option<&str>, window: Option<usize>) -> Self {
        let conclusion = &report.conclusion;
        let lead = event_of(report, part.lead_event.as_deref());
        let lod = part.lod.as_ref();
        let inputs = report.inputs.first();
        Self {
            sample: short(&report.sample),
            assay: short(&part.assay),
            build: inputs.map(|input| short(&input.build)).unwrap_or_default(),
            tool_version: short(&report.tool.version),
            state: part.state,
            overall: conclusion.state,
            is_major_only: part.scope.as_deref() == Some(Lod::MAJOR_ONLY),
            examined: part.examined_donors.clone(),
            headline: short(&part.headline),
            qualifiers: conclusion.qualifiers.iter().map(|text| short(text)).collect(),
            reason: short(&part.reason),
            next_step: conclusion.next_step.as_deref().map(short).unwrap_or_default(),
            reciprocal: part.findings.reciprocal.status,
            is_broken: is_broken(&part.findings),
            doubts: doubts(lead),
            lead: lead.map(EventDigest::of),
            runs: runs(report, assay),
            lod: lod.and_then(|lod| lod.worst(part.scope.as_deref())),
            lod_blast_percent: lod.and_then(|lod| lod.blast_percent),
            lod_unit: lod.map(|lod| short(&lod.unit)).unwrap_or_default(),
            ptd_lod: part.findings.ptd.lod,
            junctions: junctions(report, assay, window),
        }
    }

    /// The junctions of the lead event.
    pub fn lead_junctions(&self) -> impl Iterator<Item = &JunctionDigest> {
        let id = self.lead.as_ref().map(|lead| lead.id.as_str());
        self.junctions
            .iter()
            .filter(move |junction| id.is_some_and(|id| !id.is_empty() && junction.event == id))
    }

    /// The lead event's own junction: the first of its kind.
    pub fn lead_junction(&self) -> Option<&JunctionDigest> {
        self.lead_junctions().next()
    }
}

fn event_of<'a>(report: &'a SampleReport, id: Option<&str>) -> Option<&'a Event> {
    report.events.iter().find(|event| Some(event.id.as_str()) == id)
}

fn doubts(event: Option<&Event>) -> Vec<String> {
    let doubts = event.into_iter().flat_map(|event| &event.doubts);
    doubts.map(|doubt| short(&doubt.code)).collect()
}

/// Whether KMT2A is shown to be broken without its 5' product: a reciprocal alone, or no partner.
fn is_broken(findings: &Findings) -> bool {
    let reciprocal_only =
        findings.reciprocal.status == FindingStatus::Detected && findings.fusion.status != FindingStatus::Detected;
    reciprocal_only || findings.break_without_partner.status == FindingStatus::Detected
}

/// Junctions of an assay (of all where `None`), called ones first, at most [`JUNCTIONS_MAX`].
fn junctions(report: &SampleReport, assay: Option<&str>, window: Option<usize>) -> Vec<JunctionDigest> {
    let called = report.events.iter().flat_map(|event| {
        let id = short(&event.id);
        event.junctions.iter().map(move |junction| (id.clone(), junction))
    });
    let discarded = report.discarded.iter().map(|d| (String::new(), &d.junction));
    called
        .chain(discarded)
        .filter(|(_, junction)| assay.is_none_or(|assay| junction.assay == assay))
        .take(JUNCTIONS_MAX)
        .map(|(event, junction)| JunctionDigest::of(junction, &event, window))
        .collect()
}

/// Runs of the inputs of an assay (of all where `None`).
fn runs(report: &SampleReport, assay: Option<&str>) -> Vec<String> {
    let inputs = report
        .inputs
        .iter()
        .filter(|input| assay.is_none_or(|assay| input.assay == assay));
    let units = inputs.flat_map(|input| &input.platform_units);
    let runs: BTreeSet<String> = units.filter_map(|unit| run::of_unit(unit)).collect();
    runs.into_iter().collect()
}

fn assay(report: &SampleReport) -> String {
    let mut assays: Vec<&str> = report.inputs.iter().map(|input| input.assay.as_str()).collect();
    assays.sort_unstable_by(|a, b| b.cmp(a));
    assays.dedup();
    short(&assays.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_digest_keeps_what_the_table_needs_and_no_names() {
        let mut report = example::fusion();
        report.inputs[0].file = "/home/anna/patient07.bam".to_owned();
        let digest = SampleDigest::parts(&report, Some(WINDOW_BASES)).remove(0);
        let lead = digest.lead.as_ref().unwrap();
        assert_eq!(
            (lead.name.as_str(), lead.partner.as_deref()),
            ("KMT2A::AFF1", Some("AFF1"))
        );
        let junction = digest.lead_junction().unwrap();
        assert_eq!(junction.five.as_ref().unwrap().place(), "chr11:118482495");
        assert_eq!(junction.molecules, 63);
        // The worse of the regions: 3.1 % major, 4 % minor.
        assert_eq!(digest.lod, Some(0.04));
        let kept = format!("{digest:?}");
        for hidden in ["anna", "patient07.bam", "9f86d081884c7d65", "58M42S"] {
            assert!(!kept.contains(hidden), "{hidden}");
        }
    }

    #[test]
    fn sequence_is_cut_to_the_window() {
        assert_eq!(windowed("AAACCC|g|TTTGGG", Some(2)), "CC|g|TT");
        assert_eq!(windowed("AAACCC|TTTGGG", Some(100)), "AAACCC|TTTGGG");
        assert_eq!(windowed("AAACCC|TTTGGG", None), "AAACCC|TTTGGG");
        assert_eq!(windowed("AAACCCTTTGGG", Some(2)), "", "no junction: nothing");
    }
}
