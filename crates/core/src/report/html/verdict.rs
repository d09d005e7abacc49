//! The conclusion at the head of the page, with its limit of detection.

use crate::{
    conclude::examined,
    report::{
        schema::{FindingStatus, Input, SampleReport, State},
        wording::{clean, shortened},
    },
};

/// The head of the page.
pub(super) struct Verdict {
    /// Class of the look.
    pub class: &'static str,
    /// Sign beside the label: the shapes differ, so that colour is not needed.
    pub sign: &'static str,
    /// Label.
    pub label: &'static str,
    /// What the label means, in words that can't be mistaken; empty where the headline says it.
    pub meaning: &'static str,
    /// The material in a few words.
    pub material: Vec<String>,
    /// The findings by name.
    pub findings: Vec<(&'static str, &'static str, &'static str, String)>,
    /// Donors that a negative rests on, as runs; empty for none.
    pub examined: String,
    /// What is not excluded, or not assessed; empty for nothing.
    pub open: String,
}

/// The verdict of a report.
pub(super) fn verdict(report: &SampleReport) -> Verdict {
    let conclusion = &report.conclusion;
    let state = conclusion.state;
    let (class, sign, meaning) = match state {
        State::Rearranged => ("shown", "◆", ""),
        State::Ptd => ("shown", "◆", ""),
        State::NotDetected if conclusion.is_major_only() => (
            "clear",
            "○",
            "nothing is shown in the major region above the stated limit; the minor region was not examined",
        ),
        State::NotDetected => ("clear", "○", "nothing is shown above the stated limit"),
        State::Inconclusive => ("open", "?", open_meaning(report)),
    };
    let findings = &conclusion.findings;
    let finding = |name, status: FindingStatus, text: &str| {
        let (class, word) = match status {
            FindingStatus::Detected => ("shown", "◆ detected"),
            // A panel that leaves the minor region out answers for the major one alone.
            FindingStatus::NotDetected if conclusion.is_major_only() => {
                ("clear", "○ not detected in the major region, minor region not examined")
            }
            FindingStatus::NotDetected => ("clear", "○ not detected"),
            FindingStatus::NotAssessable => ("open", "? not assessable"),
        };
        (name, class, word, shortened(text, 400))
    };
    Verdict {
        class,
        sign,
        label: conclusion.label(),
        meaning,
        material: report.inputs.iter().map(material).collect(),
        findings: vec![
            finding("Fusion", findings.fusion.status, &findings.fusion.text),
            finding("Partial tandem duplication", findings.ptd.status, &findings.ptd.text),
            finding("Reciprocal", findings.reciprocal.status, &findings.reciprocal.text),
            finding(
                "Break without partner",
                findings.break_without_partner.status,
                &findings.break_without_partner.text,
            ),
        ],
        examined: examined::runs(&conclusion.examined_donors),
        open: open(report),
    }
}

/// What an open conclusion means: what is shown is not denied.
fn open_meaning(report: &SampleReport) -> &'static str {
    let findings = &report.conclusion.findings;
    if findings.reciprocal.is_detected() || findings.break_without_partner.is_detected() {
        "a break of KMT2A is seen, its 5' product neither shown nor excluded: this is NOT a negative result"
    } else if report.lead_event().is_some() {
        "suspected, neither shown nor excluded: this is NOT a negative result"
    } else {
        "neither shown nor excluded: this is NOT a negative result"
    }
}

/// What the conclusion leaves open.
fn open(report: &SampleReport) -> String {
    let conclusion = &report.conclusion;
    let mut open = conclusion.not_excluded.clone();
    if matches!(conclusion.state, State::Rearranged | State::Ptd) && !conclusion.carry_over.is_empty() {
        open.push(format!(
            "carry-over from another sample of the run: {}",
            conclusion.carry_over
        ));
    }
    shortened(&open.join("; "), 600)
}

/// `RNA, GRCh38, STAR`.
fn material(input: &Input) -> String {
    let aligner = if input.aligner.name == "unknown" {
        "aligner not known"
    } else {
        input.aligner.name.as_str()
    };
    let words = [
        input.assay.to_uppercase(),
        input.build.clone(),
        aligner.to_owned(),
        if input.paired { "paired reads" } else { "single reads" }.to_owned(),
        clean(&input.file),
    ];
    let words: Vec<String> = words
        .iter()
        .filter(|word| !word.is_empty())
        .map(|word| shortened(word, 60))
        .collect();
    words.join(", ")
}
