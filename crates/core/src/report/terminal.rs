//! What a person sees: conclusion first, its limit beside it, then the evidence, what to doubt, what
//! to do next, and the files.
//!
//! Colour only adds: without it the text is the same.

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

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour the labels (ANSI escapes).
    pub color: bool,
    /// Width in characters; lines are broken at spaces to fit, a longer word stands out.
    pub width: usize,
    /// Width to which the one line of a sample among many, and names in the table, are cut; `None` cuts nothing.
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

/// What the report itself doesn't know of its run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run<'a> {
    /// Wall time.
    pub elapsed: Option<Duration>,
    /// Names of the files written.
    pub files: &'a [String],
}

/// Longest sample name that is shown whole.
const NAME_CHARS: usize = 40;
/// Width of the label column, as wide as the longest label and four spaces.
const LABEL_CHARS: usize = 20;
/// Most warnings that are shown.
const MOST_WARNINGS: usize = 3;

/// ANSI colour of a state's label: red for shown, green for excluded, amber for neither.
const fn color(state: State) -> &'static str {
    match state {
        State::Rearranged | State::Ptd => "31",
        State::NotDetected => "32",
        State::Inconclusive => "33",
    }
}

/// `text` in bold and in the state's colour, where colour is wanted.
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
        // A long label has a line of its own.
        let mut lines = vec![format!("  {words}")];
        lines.extend(wrapped("    ", &report.conclusion.headline, style.width));
        lines
    };
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(words, &painted(words, state, style), 1);
    }
    lines
}

/// The limits of detection, in the order a reader asks for them. The headline of a negative already
/// gives the overall one.
fn limits(report: &SampleReport, style: &Style) -> Vec<String> {
    let conclusion = &report.conclusion;
    let mut parts = Vec::new();
    let shown = matches!(conclusion.state, State::NotDetected | State::Inconclusive);
    if let Some(lod) = conclusion.lod.as_ref().filter(|_| shown) {
        parts.extend(lod_parts(lod, conclusion.is_major_only()));
    }
    let ptd = &conclusion.findings.ptd;
    if conclusion.state == State::Rearranged {
        // Beside a rearrangement, a limit alone would read as if it were the rearrangement's.
        if ptd.status != FindingStatus::Detected && !ptd.text.is_empty() {
            return labelled("beside", &format!("partial tandem duplication: {}", ptd.text), style);
        }
    } else if conclusion.state != State::Ptd && !ptd.text.is_empty() {
        parts.push(ptd.text.clone());
    }
    if parts.is_empty() {
        Vec::new()
    } else {
        labelled("limit", &parts.join("; "), style)
    }
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
    match lod.blast_percent {
        Some(blasts) => parts.push(format!("about {} blasts if heterozygous", percent(blasts / 100.0))),
        None => parts.push("not detectable at any blast percentage".to_owned()),
    }
    if let Some(weakest) = &lod.weakest_donor {
        parts.push(format!(
            "weakest donor e{} ({}, {})",
            weakest.exon,
            weakest.transcript,
            counted(weakest.molecules, "molecule")
        ));
    }
    parts
}

/// What a negative rests on, and what it does not exclude.
fn reach(report: &SampleReport, style: &Style) -> Vec<String> {
    let conclusion = &report.conclusion;
    let mut lines = Vec::new();
    if !conclusion.examined_donors.is_empty() {
        let donors = runs(&conclusion.examined_donors);
        let text = format!("donors {donors} (MANE {MANE_TRANSCRIPT})");
        lines.extend(labelled("examined", &text, style));
    }
    if !conclusion.not_excluded.is_empty() {
        lines.extend(labelled("open", &conclusion.not_excluded.join("; "), style));
    }
    if matches!(conclusion.state, State::Rearranged | State::Ptd) && !conclusion.carry_over.is_empty() {
        let text = format!(
            "carry-over from another sample of the run: {}",
            clean(&conclusion.carry_over)
        );
        lines.extend(labelled("open", &text, style));
    }
    lines
}

/// The library at KMT2A, where a negative or an open conclusion rests on it.
fn library(report: &SampleReport, style: &Style) -> Vec<String> {
    if !matches!(report.conclusion.state, State::NotDetected | State::Inconclusive) {
        return Vec::new();
    }
    report
        .adequacy
        .iter()
        .filter(|a| !a.library.strandedness.is_empty())
        .flat_map(|a| {
            let l = &a.library;
            let mut parts = Vec::new();
            if report.adequacy.len() > 1 {
                parts.push(a.assay.to_uppercase());
            }
            parts.extend(a.expression.as_ref().map(|e| e.text.clone()));
            parts.extend(l.fragment_length.map(|n| format!("fragments of {n} bases")));
            parts.push(format!("strandedness {}", l.strandedness));
            parts.extend(l.three_prime_ratio.map(|r| format!("3' over 5' depth {r:.1}")));
            let shares = [
                ("placed", l.placed_fraction),
                ("duplicates", a.duplicate_fraction),
                ("mates absent", l.mate_missing_fraction),
            ];
            parts.extend(
                shares
                    .into_iter()
                    .filter_map(|(name, f)| f.map(|f| format!("{name} {}", percent(f)))),
            );
            parts.push(format!("chimeras {}", a.chimera_capability.status));
            labelled("library", &parts.join(", "), style)
        })
        .collect()
}

/// Everything that speaks in the sentence but does not decide: qualifiers, then the other events.
fn notes(report: &SampleReport, lead: Option<&Event>, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(agreement) = &report.agreement {
        lines.extend(labelled("both", &agreement.text, style));
    }
    let agreed = report.agreement.as_ref().map(|a| a.text.as_str());
    for qualifier in report
        .conclusion
        .qualifiers
        .iter()
        .filter(|q| Some(q.as_str()) != agreed)
    {
        lines.extend(labelled("noted", qualifier, style));
    }
    for contradiction in &report.conclusion.contradictions {
        lines.extend(labelled("explain", &contradiction.text, style));
    }
    let shown: Vec<&str> = lead.map_or_else(Vec::new, |lead| {
        counterparts(report, lead)
            .iter()
            .map(|event| event.id.as_str())
            .collect()
    });
    let others = report
        .events
        .iter()
        .filter(|event| lead.is_none_or(|lead| lead.id != event.id))
        .filter(|event| !shown.contains(&event.id.as_str()));
    for event in others {
        lines.extend(labelled("noted", &evidence::event_in_one_line(event), style));
    }
    lines
}

fn doubts(report: &SampleReport, lead: Option<&Event>, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(lead) = lead {
        for doubt in &lead.doubts {
            lines.extend(labelled("doubts", &doubt.text, style));
        }
        if lead.doubts.is_empty() {
            lines.extend(labelled("doubts", report.no_doubts(), style));
        }
    }
    for warning in report.warnings.iter().take(MOST_WARNINGS) {
        lines.extend(labelled("warning", &warning.text, style));
    }
    if let Some(more) = report
        .warnings
        .len()
        .checked_sub(MOST_WARNINGS)
        .filter(|more| *more > 0)
    {
        lines.extend(labelled("warning", &format!("and {more} more in the JSON"), style));
    }
    lines
}

/// Why the conclusion is open: the reasons that the headline doesn't give already.
fn open_reasons(report: &SampleReport, style: &Style) -> Vec<String> {
    let conclusion = &report.conclusion;
    if conclusion.state != State::Inconclusive {
        return Vec::new();
    }
    let reasons = conclusion
        .reasons
        .iter()
        .filter(|reason| reason.text != conclusion.headline);
    reasons
        .flat_map(|reason| labelled("because", &reason.text, style))
        .collect()
}

/// Findings beside the state that a reader in a hurry must not miss (the PTD's stands on the limit
/// line).
fn beside(report: &SampleReport, style: &Style) -> Vec<String> {
    let findings = &report.conclusion.findings;
    let state = report.conclusion.state;
    let mut texts = Vec::new();
    if findings.break_without_partner.status == FindingStatus::Detected {
        texts.push(findings.break_without_partner.text.as_str());
    }
    if findings.reciprocal.status == FindingStatus::Detected && state == State::Inconclusive {
        texts.push(findings.reciprocal.text.as_str());
    }
    texts
        .into_iter()
        .flat_map(|text| labelled("found", text, style))
        .collect()
}

/// Events of the other assay that show what the lead event shows.
fn counterparts<'a>(report: &'a SampleReport, lead: &Event) -> Vec<&'a Event> {
    let holds = |event: &Event, id: &str| event.junctions.iter().any(|junction| junction.id == id);
    let pairs = report.agreement.iter().flat_map(|agreement| &agreement.explained);
    let mut found: Vec<&Event> = Vec::new();
    for pair in pairs {
        let other = if holds(lead, &pair.rna) {
            &pair.dna
        } else if holds(lead, &pair.dna) {
            &pair.rna
        } else {
            continue;
        };
        let event = report.events.iter().find(|event| holds(event, other));
        if let Some(event) = event.filter(|event| event.id != lead.id && !found.iter().any(|f| f.id == event.id)) {
            found.push(event);
        }
    }
    found
}

/// The block of one sample, ending in a newline.
pub fn block(report: &SampleReport, style: &Style, run: &Run<'_>) -> String {
    let conclusion = &report.conclusion;
    let lead = report.lead_event().map(|(_, event)| event);
    let mut lines = header(report, style, run);
    lines.push(String::new());
    lines.extend(headline(report, style));
    lines.extend(open_reasons(report, style));
    lines.extend(limits(report, style));
    lines.extend(reach(report, style));
    lines.extend(library(report, style));
    if let Some(lead) = lead {
        lines.push(String::new());
        lines.extend(evidence::of_event(lead, style));
        lines.push(String::new());
        for other in counterparts(report, lead) {
            let assay = other.lead().map(|j| j.assay.to_uppercase()).unwrap_or_default();
            lines.extend(labelled(
                "the same",
                &format!("in {assay}: {}, tier {}", shortened(&other.name, 60), other.tier.name()),
                style,
            ));
            lines.extend(evidence::of_event(other, style));
            lines.push(String::new());
        }
    }
    lines.extend(beside(report, style));
    lines.extend(notes(report, lead, style));
    lines.extend(doubts(report, lead, style));
    if let Some(next) = &conclusion.next_step {
        lines.extend(labelled("next", next, style));
    }
    if !run.files.is_empty() {
        lines.extend(labelled("files", &run.files.join("  "), style));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
