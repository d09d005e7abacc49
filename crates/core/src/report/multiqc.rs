//! Custom content for MultiQC: three files, recognised by `_mqc.json`.
//!
//! Columns for the general statistics, a table of states, and bars of the lead event's evidence.
//! MultiQC puts names into its page unescaped, so anything that could be markup is removed; names that it would
//! change are rewritten so that it does not (`name`).

mod name;

use serde_json::{Value, json};

use super::format::{View, ViewError};
use super::schema::{Event, Evidence, FindingStatus, SampleReport};
use super::{json, number, wording};

/// The format.
pub(crate) const VIEW: View = View {
    name: "multiqc",
    other_names: &[],
    about: "three files of custom content for MultiQC",
    extensions: &EXTENSIONS,
    render,
    files: Some(files),
};

/// Extensions of the three files, after the sample's name and a point.
pub(crate) const EXTENSIONS: [&str; 3] = [
    "breakapart_general_mqc.json",
    "breakapart_status_mqc.json",
    "breakapart_evidence_mqc.json",
];

/// The three sections without their rows; `placement` is a column's position in its table.
const SECTIONS: &str = include_str!("multiqc/sections.json");

/// A text without anything that a page could interpret as markup.
fn plain(text: &str, longest: usize) -> String {
    let text: String = wording::clean(text)
        .chars()
        .map(|c| match c {
            '\'' => '\u{2019}',
            '<' | '>' | '&' | '"' | '`' | '\\' => '_',
            c => c,
        })
        .collect();
    let text = wording::shortened(text.trim(), longest);
    if text.is_empty() { "-".to_owned() } else { text }
}

fn lead(report: &SampleReport) -> Option<&Event> {
    report.lead_event().map(|(_, event)| event)
}

/// A fraction as a percentage; null without one, or without a finite limit.
fn percent(fraction: Option<f64>) -> Value {
    fraction.map_or(Value::Null, |f| json!(number::rounded(f * 100.0)))
}

fn general(report: &SampleReport) -> Value {
    json!({
        "breakapart_state": report.conclusion.label(),
        "breakapart_lod": percent(report.conclusion.exclusion_limit()),
    })
}

fn status(report: &SampleReport) -> Value {
    let lead = lead(report);
    let junction = lead.and_then(Event::lead);
    let word = |text: Option<&str>| plain(text.unwrap_or("-"), 100);
    let ptd = match report.conclusion.findings.ptd.status {
        FindingStatus::Detected => "detected",
        FindingStatus::NotDetected => "not detected",
        FindingStatus::NotAssessable => "not assessable",
    };
    let assays = report.inputs.iter().map(|i| plain(&i.assay.to_uppercase(), 100));
    let mut assays: Vec<String> = assays.collect();
    assays.dedup();
    json!({
        "assay": assays.join(" + "),
        "state": report.conclusion.label(),
        "event": word(lead.map(|e| e.name.as_str())),
        "tier": word(lead.map(|e| e.tier.name())),
        "frame": word(junction.map(|j| j.frame.name())),
        "molecules": lead.and_then(|e| e.molecules),
        "fraction": percent(junction.and_then(|j| j.fraction).map(|f| f.estimate)),
        "ptd": ptd,
        "lod": percent(report.conclusion.exclusion_limit()),
        "next": plain(report.conclusion.next_step.as_deref().unwrap_or("-"), 600),
    })
}

fn evidence(report: &SampleReport) -> Value {
    let none = Evidence::default();
    let junction = lead(report).and_then(Event::lead);
    let seen = junction.map_or(&none, |j| &j.evidence);
    json!({
        "split": seen.split,
        "clip": seen.clip,
        "spanning": seen.spanning,
        "mate": seen.mate,
        "wild_type": junction.and_then(|j| j.wild_type_molecules).unwrap_or(0),
    })
}

/// The sections with the sample's rows.
fn sections(report: &SampleReport) -> Result<Vec<Value>, ViewError> {
    let mut sections: Vec<Value> = serde_json::from_str(SECTIONS).map_err(ViewError::Number)?;
    let rows = [general(report), status(report), evidence(report)];
    for (section, row) in sections.iter_mut().zip(rows) {
        section["data"] = json!({name::shown(&report.sample): row});
    }
    Ok(sections)
}

fn bytes(value: &Value) -> Result<Vec<u8>, ViewError> {
    json::pretty(value).map(String::into_bytes).map_err(ViewError::Number)
}

/// The three files, in the order of [`EXTENSIONS`].
///
/// # Errors
/// [`ViewError::Number`], which finite numbers can't cause.
pub(crate) fn files(report: &SampleReport) -> Result<Vec<Vec<u8>>, ViewError> {
    sections(report)?.iter().map(bytes).collect()
}

/// The three sections as one array.
///
/// # Errors
/// As [`files`].
pub(crate) fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    bytes(&Value::Array(sections(report)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn parsed(report: &SampleReport) -> Vec<Value> {
        serde_json::from_slice(&render(report).unwrap()).unwrap()
    }

    #[test]
    fn a_fusion_has_its_state_and_its_bars() {
        let sections = parsed(&example::fusion());
        let row = |n: usize| sections[n]["data"]["patient07"].clone();
        assert_eq!(row(0)["breakapart_state"], "KMT2A REARRANGED");
        assert_eq!(
            (row(1)["event"].clone(), row(1)["tier"].clone()),
            (json!("KMT2A::AFF1"), json!("high"))
        );
        assert_eq!(
            (row(2)["split"].clone(), row(2)["wild_type"].clone()),
            (json!(43), json!(287))
        );
        assert_eq!(files(&example::fusion()).unwrap().len(), EXTENSIONS.len());
        let place = |name: &str| sections[1]["headers"][name]["placement"].as_u64();
        assert_eq!(
            (place("state"), place("event"), place("next")),
            (Some(0), Some(1), Some(9))
        );
    }

    #[test]
    fn a_negative_and_an_inconclusive_sample_differ() {
        let negative = parsed(&example::negative());
        let inconclusive = parsed(&example::inconclusive());
        assert_eq!(negative[1]["data"]["patient08"]["state"], "NOT DETECTED");
        assert_eq!(negative[0]["data"]["patient08"]["breakapart_lod"], 4.0);
        assert_eq!(inconclusive[1]["data"]["patient09"]["state"], "INCONCLUSIVE");
        // No finite limit in the minor region: no limit at all.
        assert_eq!(inconclusive[0]["data"]["patient09"]["breakapart_lod"], Value::Null);
        assert_eq!(negative[2]["data"]["patient08"]["split"], 0);
    }

    #[test]
    fn the_next_step_is_whole() {
        let mut report = example::inconclusive();
        let step = format!("ask for the laboratory's own {}", "deeper sequencing ".repeat(20));
        report.conclusion.next_step = Some(step.trim().to_owned());
        let shown = parsed(&report)[1]["data"]["patient09"]["next"].clone();
        assert_eq!(shown, step.trim().replace('\'', "\u{2019}"));
    }

    #[test]
    fn nothing_from_the_input_is_markup() {
        for bytes in files(&example::hostile()).unwrap() {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("<script") && !text.contains("</"), "{text}");
            assert!(!text.contains("\\u001b") && text.len() < 20_000);
        }
    }
}
