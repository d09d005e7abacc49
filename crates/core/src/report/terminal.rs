//! The summary on the terminal: conclusion first, with its limit, then the evidence, doubts, the next
//! step, and the files.
//!
//! Colour adds no information: the text is the same without it.

mod evidence;
mod table;

use std::time::Duration;

use crate::{catalogue::scheme::MANE_TRANSCRIPT, conclude::examined::runs};

use super::format::View;
use super::schema::{Event, FindingStatus, Input, Lod, LodByRegion, SampleReport, State};
use super::wording::{clean, counted, limit, percent, rough_count, shortened, wrapped};

pub use table::{Failure, line, table};

/// The format.
pub(crate) const VIEW: View = View {
    name: "text",
    other_names: &["txt"],
    about: "the summary that the terminal shows",
    extensions: &["breakapart.txt"],
    render: |report| Ok(block(report, &Style::default(), &Run::default()).into_bytes()),
    files: None,
};

/// Layout of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour the labels (ANSI escapes).
    pub color: bool,
    /// Width in characters; lines are broken at spaces to fit, a longer word is not cut.
    pub width: usize,
    /// Width to which the line of a sample among many, and names in the table, are cut; `None` for no cut.
    pub line_width: Option<usize>,
}

impl Default for Style {
    /// No colour, 80 characters.
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
            line_width: None,
        }
    }
}

/// Data of the run that are not in the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run<'a> {
    /// Wall time.
    pub elapsed: Option<Duration>,
    /// Names of the files written.
    pub files: &'a [String],
}

/// Longest sample name shown in full.
const NAME_CHARS: usize = 40;
/// Width of the label column, as wide as the longest label and four spaces.
const LABEL_CHARS: usize = 20;
/// Largest number of warnings shown.
const MOST_WARNINGS: usize = 3;

/// ANSI colour of a state's label: red for detected, green for excluded, amber for neither.
const fn color(state: State) -> &'static str {
    match state {
        State::Rearranged | State::Ptd => "31",
        State::NotDetected => "32",
        State::Inconclusive => "33",
    }
}

/// `text` in bold and in the state's colour, if colour is on.
fn painted(text: &str, state: State, style: &Style) -> String {
    if style.color {
        format!("\u{1b}[1;{}m{text}\u{1b}[0m", color(state))
    } else {
        text.to_owned()
    }
}

/// A line (or more) under a short label in the left margin.
fn labelled(label: &str, text: &str, style: &Style) -> Vec<String> {
    wrapped(&format!("  {label:<8} "), text, style.width)
}

/// One input in a few words: `RNA, GRCh38, STAR, 2x100, 61 M records, indexed`.
fn input_words(input: &Input) -> String {
    let mut words = vec![input.assay.to_uppercase(), input.build.clone()];
    if !input.aligner.name.is_empty() && input.aligner.name != "unknown" {
        words.push(input.aligner.name.clone());
    }
    if let Some(length) = input.read_length {
        words.push(format!("{}x{length}", if input.paired { 2 } else { 1 }));
    }
    if let Some(records) = input.access.records_total {
        words.push(format!("{} records", rough_count(records)));
    }
    words.push(input.access.mode.clone());
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

fn header(report: &SampleReport, style: &Style, run: &Run<'_>) -> Vec<String> {
    let name = shortened(clean(&report.sample).trim(), NAME_CHARS);
    let inputs: Vec<String> = report.inputs.iter().map(input_words).collect();
    let elapsed = run.elapsed.map(|time| format!("{:.2} s", time.as_secs_f64()));
    let width = style
        .width
        .saturating_sub(elapsed.as_ref().map_or(0, |time| time.chars().count() + 1));
    let mut lines = wrapped(&format!("{name}   "), &inputs.join(" + "), width);
    if let (Some(time), Some(first)) = (elapsed, lines.first_mut()) {
        let gap = style
            .width
            .saturating_sub(first.chars().count() + time.chars().count())
            .max(1);
        first.push_str(&" ".repeat(gap));
        first.push_str(&time);
    }
    lines
}

fn headline(report: &SampleReport, style: &Style) -> Vec<String> {
    let (state, words) = (report.conclusion.state, report.conclusion.label());
    let mut lines = if words.len() < LABEL_CHARS {
        wrapped(
            &format!("  {words:<LABEL_CHARS$}"),
            &report.conclusion.headline,
            style.width,
        )
    } else {
        // A long label gets a separate line.
        let mut lines = vec![format!("  {words}")];
        lines.extend(wrapped("    ", &report.conclusion.headline, style.width));
        lines
    };
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(words, &painted(words, state, style), 1);
    }
    lines
}

/// A label in the left margin and its text.
type Entry = (&'static str, String);

/// The limits of detection, in the order a reader asks for them. The headline of a negative already
/// gives the overall one.
fn limits(report: &SampleReport) -> Option<Entry> {
    let conclusion = &report.conclusion;
    let ptd = Some(&conclusion.findings.ptd).filter(|ptd| !ptd.text.is_empty());
    if conclusion.state == State::Rearranged {
        // With a rearrangement, a limit alone would read as if it were the rearrangement's.
        let ptd = ptd.filter(|ptd| ptd.status != FindingStatus::Detected)?;
        return Some(("besides", format!("partial tandem duplication: {}", ptd.text)));
    }
    let lod = conclusion.lod.as_ref().filter(|_| is_open(report));
    let mut parts = lod.map_or_else(Vec::new, |lod| lod_parts(lod, conclusion.is_major_only()));
    parts.extend(
        ptd.filter(|_| conclusion.state != State::Ptd)
            .map(|ptd| ptd.text.clone()),
    );
    (!parts.is_empty()).then(|| ("limit", parts.join("; ")))
}

/// Whether nothing is detected, so that the limit and the library matter.
fn is_open(report: &SampleReport) -> bool {
    matches!(report.conclusion.state, State::NotDetected | State::Inconclusive)
}

fn lod_parts(lod: &Lod, major_only: bool) -> Vec<String> {
    let LodByRegion { major, minor, .. } = lod.exclusion.any_partner;
    let mut parts = vec![format!(
        "of {}: major region {}, minor region {}",
        lod.unit,
        limit(major),
        if major_only {
            "not examined".to_owned()
        } else {
            limit(minor)
        }
    )];
    parts.push(match lod.blast_percent {
        Some(blasts) => format!("about {} blasts if heterozygous", percent(blasts / 100.0)),
        None => "not detectable at any blast percentage".to_owned(),
    });
    parts.extend(lod.weakest_donor.as_ref().map(|weakest| {
        let molecules = counted(weakest.molecules, "molecule");
        format!("weakest donor e{} ({}, {molecules})", weakest.exon, weakest.transcript)
    }));
    parts
}

/// Donors examined for a negative, and what it does not exclude.
fn reach(report: &SampleReport) -> Vec<Entry> {
    let conclusion = &report.conclusion;
    let mut entries = Vec::new();
    if !conclusion.examined_donors.is_empty() {
        let donors = runs(&conclusion.examined_donors);
        entries.push(("examined", format!("donors {donors} (MANE {MANE_TRANSCRIPT})")));
    }
    if !conclusion.not_excluded.is_empty() {
        entries.push(("open", conclusion.not_excluded.join("; ")));
    }
    if !is_open(report) && !conclusion.carry_over.is_empty() {
        let text = clean(&conclusion.carry_over);
        entries.push(("open", format!("carry-over from another sample of the run: {text}")));
    }
    entries
}

/// The library at KMT2A, on which a negative or an open conclusion is based.
fn library(report: &SampleReport) -> impl Iterator<Item = Entry> {
    let of_both = report.adequacy.len() > 1;
    let all = report.adequacy.iter().filter(|_| is_open(report));
    all.filter(|a| !a.library.strandedness.is_empty()).map(move |a| {
        let l = &a.library;
        let mut parts = Vec::new();
        parts.extend(of_both.then(|| a.assay.to_uppercase()));
        parts.extend(a.expression.as_ref().map(|e| e.text.clone()));
        parts.extend(l.fragment_length.map(|n| format!("fragments of {n} bases")));
        parts.push(format!("strandedness {}", l.strandedness));
        parts.extend(l.three_prime_ratio.map(|r| format!("3' over 5' depth {r:.1}")));
        for (name, share) in [
            ("placed", l.placed_fraction),
            ("duplicates", a.duplicate_fraction),
            ("mates absent", l.mate_missing_fraction),
        ] {
            parts.extend(share.map(|share| format!("{name} {}", percent(share))));
        }
        parts.push(format!("chimeras {}", a.chimera_capability.status));
        ("library", parts.join(", "))
    })
}

/// Notes that do not decide the conclusion: qualifiers, then the other events.
fn notes(report: &SampleReport, lead: Option<&Event>) -> Vec<Entry> {
    let conclusion = &report.conclusion;
    let agreed = report.agreement.as_ref().map(|agreement| &agreement.text);
    let mut entries: Vec<Entry> = agreed.map(|text| ("both", text.clone())).into_iter().collect();
    let qualifiers = conclusion.qualifiers.iter().filter(|text| Some(*text) != agreed);
    entries.extend(qualifiers.map(|text| ("noted", text.clone())));
    let contradictions = conclusion.contradictions.iter();
    entries.extend(contradictions.map(|reason| ("explain", reason.text.clone())));
    let shown = lead.map_or_else(Vec::new, |lead| counterparts(report, lead));
    let shown = |event: &Event| {
        lead.into_iter()
            .chain(shown.iter().copied())
            .any(|other| other.id == event.id)
    };
    let others = report.events.iter().filter(|event| !shown(event));
    entries.extend(others.map(|event| ("noted", evidence::event_in_one_line(event))));
    entries
}

fn doubts(report: &SampleReport, lead: Option<&Event>) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(lead) = lead {
        entries.extend(lead.doubts.iter().map(|doubt| ("doubts", doubt.text.clone())));
        if lead.doubts.is_empty() {
            entries.push(("doubts", report.no_doubts().to_owned()));
        }
    }
    let warnings = report.warnings.iter().take(MOST_WARNINGS);
    entries.extend(warnings.map(|warning| ("warning", warning.text.clone())));
    let more = report.warnings.len().saturating_sub(MOST_WARNINGS);
    if more > 0 {
        entries.push(("warning", format!("and {more} more in the JSON")));
    }
    entries
}

/// Why the conclusion is open: the reasons that are not in the headline.
fn open_reasons(report: &SampleReport) -> impl Iterator<Item = Entry> {
    let conclusion = &report.conclusion;
    let reasons = conclusion
        .reasons
        .iter()
        .filter(|_| conclusion.state == State::Inconclusive);
    let reasons = reasons.filter(|reason| reason.text != conclusion.headline);
    reasons.map(|reason| ("because", reason.text.clone()))
}

/// Findings besides the state that a reader in a hurry must not miss (the PTD's are on the limit
/// line).
fn further_findings(report: &SampleReport) -> impl Iterator<Item = Entry> {
    let findings = &report.conclusion.findings;
    let reciprocal = Some(&findings.reciprocal).filter(|_| report.conclusion.state == State::Inconclusive);
    let found = std::iter::once(&findings.break_without_partner).chain(reciprocal);
    let found = found.filter(|finding| finding.is_detected());
    found.map(|finding| ("found", finding.text.clone()))
}

/// Events of the other assay that match the lead event.
fn counterparts<'a>(report: &'a SampleReport, lead: &Event) -> Vec<&'a Event> {
    let has = |event: &Event, id: &str| event.junctions.iter().any(|junction| junction.id == id);
    let pairs = report.agreement.iter().flat_map(|agreement| &agreement.explained);
    let mut found: Vec<&Event> = Vec::new();
    for pair in pairs {
        let other = pair.other(|id| has(lead, id));
        let event = other.and_then(|other| report.events.iter().find(|event| has(event, other)));
        if let Some(event) = event.filter(|event| event.id != lead.id && !found.iter().any(|f| f.id == event.id)) {
            found.push(event);
        }
    }
    found
}

/// The block of one sample, ending in a newline.
pub fn block(report: &SampleReport, style: &Style, run: &Run<'_>) -> String {
    let lead = report.lead_event().map(|(_, event)| event);
    let mut lines = header(report, style, run);
    lines.push(String::new());
    lines.extend(headline(report, style));
    let entry = |(label, text): Entry| labelled(label, &text, style);
    lines.extend(open_reasons(report).flat_map(entry));
    lines.extend(limits(report).into_iter().chain(reach(report)).flat_map(entry));
    lines.extend(library(report).flat_map(entry));
    if let Some(lead) = lead {
        lines.push(String::new());
        lines.extend(evidence::of_event(lead, style));
        lines.push(String::new());
        for other in counterparts(report, lead) {
            let assay = other.lead().map(|j| j.assay.to_uppercase()).unwrap_or_default();
            let name = shortened(&other.name, 60);
            let text = format!("in {assay}: {name}, tier {}", other.tier.name());
            lines.extend(labelled("the same", &text, style));
            lines.extend(evidence::of_event(other, style));
            lines.push(String::new());
        }
    }
    let next = report.conclusion.next_step.iter().map(|next| ("next", next.clone()));
    let files = (!run.files.is_empty()).then(|| ("files", run.files.join("  ")));
    let remarks = notes(report, lead).into_iter().chain(doubts(report, lead)).chain(next);
    lines.extend(further_findings(report).chain(remarks).chain(files).flat_map(entry));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
