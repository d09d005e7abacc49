//! Custom content for MultiQC: three files that it finds by their `_mqc.json`.
//!
//! A column or two of the general statistics, a table of states, and bars of the lead event's evidence.
//! MultiQC puts names into its page as they are, so nothing that could be markup comes through; names that it would
//! change are written so that it does not (`name`).

mod name;

use serde_json::{Value, json};

use super::format::{View, ViewError};
use super::schema::{Event, Evidence, FindingStatus, SampleReport};
use super::{number, wording};

/// The format.
pub(crate) const VIEW: View = View {
    name: "multiqc",
    other_names: &[],
    about: "three files of custom content for MultiQC",
    extensions: &EXTENSIONS,
    render,
    files: Some(files),
};

/// What follows the sample's name and a point in the names of the three files.
pub(crate) const EXTENSIONS: [&str; 3] = [
    "breakapart_general_mqc.json",
    "breakapart_status_mqc.json",
    "breakapart_evidence_mqc.json",
];

const DESCRIPTION: &str =
    "KMT2A rearrangements and partial tandem duplications. An inconclusive sample is not a negative one.";

/// A text without anything that a page could take for markup.
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

/// Columns stand in the order in which they are written here, not in that of their names.
fn in_order(columns: Value) -> Value {
    let mut headers = serde_json::Map::new();
    for (place, column) in columns.as_array().into_iter().flatten().enumerate() {
        for (name, settings) in column.as_object().into_iter().flatten() {
            let mut settings = settings.clone();
            settings["placement"] = json!(place);
            headers.insert(name.clone(), settings);
        }
    }
    Value::Object(headers)
}

fn lead(report: &SampleReport) -> Option<&Event> {
    report.lead_event().map(|(_, event)| event)
}

/// A fraction as a percentage; null where there is none.
fn percent(fraction: Option<f64>) -> Value {
    fraction.map_or(Value::Null, |f| json!(number::rounded(f * 100.0)))
}

/// The exclusion limit for any partner over the regions that the conclusion speaks of; null without a finite one.
fn limit(report: &SampleReport) -> Option<f64> {
    report.conclusion.exclusion_limit()
}

fn section(id: &str, plot: &str, report: &SampleReport, settings: Value, row: Value) -> Value {
    let mut section = json!({
        "id": id,
        "parent_id": "breakapart",
        "parent_name": "breakapart",
        "parent_description": DESCRIPTION,
        "plot_type": plot,
        "data": {name::shown(&report.sample): row},
    });
    if let (Value::Object(section), Value::Object(settings)) = (&mut section, settings) {
        section.extend(settings);
    }
    section
}

fn general(report: &SampleReport) -> Value {
    let settings = json!({
        "pconfig": [
            {"breakapart_state": {
                "title": "KMT2A",
                "description": "Conclusion; an inconclusive sample is not a negative one",
                "scale": false,
            }},
            {"breakapart_lod": {
                "title": "KMT2A LoD",
                "description": "Limit of detection of a rearrangement, any partner",
                "suffix": " %",
                "min": 0,
                "max": 100,
                "format": "{:,.2f}",
                "scale": "OrRd",
            }},
        ],
    });
    let row = json!({
        "breakapart_state": report.conclusion.label(),
        "breakapart_lod": percent(limit(report)),
    });
    section("breakapart_general", "generalstats", report, settings, row)
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
    let mut assays: Vec<String> = report
        .inputs
        .iter()
        .map(|i| plain(&i.assay.to_uppercase(), 100))
        .collect();
    assays.dedup();
    let row = json!({
        "assay": assays.join(" + "),
        "state": report.conclusion.label(),
        "event": word(lead.map(|e| e.name.as_str())),
        "tier": word(lead.map(|e| e.tier.name())),
        "frame": word(junction.map(|j| j.frame.name())),
        "molecules": lead.and_then(|e| e.molecules),
        "fraction": percent(junction.and_then(|j| j.fraction).map(|f| f.estimate)),
        "ptd": ptd,
        "lod": percent(limit(report)),
        "next": plain(report.conclusion.next_step.as_deref().unwrap_or("-"), 600),
    });
    let settings = json!({
        "section_name": "Conclusions",
        "pconfig": {"id": "breakapart_status_table", "title": "breakapart: Conclusions", "col1_header": "Sample"},
        "headers": in_order(json!([
            {"state": {
                "title": "State",
                "description": "An inconclusive sample is not a negative one",
                "scale": false,
                "cond_formatting_rules": {
                    "rearranged": [{"s_eq": "KMT2A REARRANGED"}],
                    "ptd": [{"s_eq": "KMT2A-PTD"}],
                    "inconclusive": [{"s_eq": "INCONCLUSIVE"}],
                    "major": [{"s_contains": "MINOR REGION NOT EXAMINED"}],
                },
                "cond_formatting_colours": [
                    {"rearranged": "#b2182b"}, {"ptd": "#762a83"}, {"inconclusive": "#e08214"},
                    {"major": "#1b7837"},
                ],
            }},
            {"event": {"title": "Lead event", "description": "5' gene first", "scale": false}},
            {"tier": {"title": "Tier", "description": "Tier of the lead event", "scale": false}},
            {"frame": {"title": "Frame", "description": "Reading frame of the lead junction", "scale": false}},
            {"molecules": {"title": "Molecules", "description": "Molecules that show the lead event", "format": "{:,.0f}", "scale": "Blues", "min": 0}},
            {"fraction": {"title": "Fraction", "description": "RNA: share of KMT2A transcripts; DNA: allele fraction; PTD: ratio to wild type", "suffix": " %", "format": "{:,.2f}", "scale": "Blues", "min": 0}},
            {"assay": {"title": "Assay", "description": "RNA, DNA or both", "scale": false}},
            {"ptd": {"title": "PTD", "description": "Partial tandem duplication, whatever else was found", "scale": false}},
            {"lod": {"title": "LoD", "description": "Limit of detection of a rearrangement, any partner", "suffix": " %", "format": "{:,.2f}", "scale": "OrRd", "min": 0, "max": 100}},
            {"next": {"title": "Next step", "description": "What to do next", "scale": false}},
        ])),
    });
    section("breakapart_status", "table", report, settings, row)
}

fn evidence(report: &SampleReport) -> Value {
    let none = Evidence::default();
    let junction = lead(report).and_then(Event::lead);
    let seen = junction.map_or(&none, |j| &j.evidence);
    let row = json!({
        "split": seen.split,
        "clip": seen.clip,
        "spanning": seen.spanning,
        "mate": seen.mate,
        "wild_type": junction.and_then(|j| j.wild_type_molecules).unwrap_or(0),
    });
    let settings = json!({
        "section_name": "Evidence of the lead junction",
        "pconfig": {
            "id": "breakapart_evidence_plot",
            "title": "breakapart: Molecules at the lead junction",
            "ylab": "Molecules",
            "cpswitch_counts_label": "Molecules",
        },
        "categories": {
            "split": {"name": "read on both sides", "color": "#2166ac"},
            "clip": {"name": "clipped read", "color": "#67a9cf"},
            "spanning": {"name": "mates on both sides", "color": "#b2abd2"},
            "mate": {"name": "unaligned mate", "color": "#fdb863"},
            "wild_type": {"name": "wild type", "color": "#bababa"},
        },
    });
    section("breakapart_evidence", "bargraph", report, settings, row)
}

fn bytes(value: &Value) -> Result<Vec<u8>, ViewError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(ViewError::Number)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The three files, in the order of [`EXTENSIONS`].
///
/// # Errors
/// [`ViewError::Number`], which finite numbers can't cause.
pub(crate) fn files(report: &SampleReport) -> Result<Vec<Vec<u8>>, ViewError> {
    [general(report), status(report), evidence(report)]
        .iter()
        .map(bytes)
        .collect()
}

/// The three sections as one array.
///
/// # Errors
/// As [`files`].
pub(crate) fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    bytes(&json!([general(report), status(report), evidence(report)]))
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
    fn a_negative_and_an_inconclusive_sample_are_told_apart() {
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
