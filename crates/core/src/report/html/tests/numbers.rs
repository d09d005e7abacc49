//! Every number of the page comes from the JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

/// Numbers in the templates' own sentences: probabilities, exons of the regions, the scale of the
/// limits, the source of the frequencies.
const OWN_WORDS: [&str; 16] = [
    "95", "0.95", "1", "3", "5", "7", "24", "36", "100", "0.1", "4", "11", "2", "0", "1.1.0", "5.",
];

fn json_of(report: &SampleReport) -> Value {
    serde_json::from_slice(&json::render(report).unwrap()).unwrap()
}

/// Numbers in a text, without commas between thousands.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut now = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() || ((c == '.' || c == ',') && !now.is_empty()) {
            now.push(c);
        } else if !now.is_empty() {
            found.insert(now.trim_end_matches(['.', ',']).replace(',', ""));
            now.clear();
        }
    }
    found
}

/// All numbers in the JSON, as numbers and within texts.
fn numbers_of(json: &Value) -> BTreeSet<String> {
    match json {
        Value::String(text) => numbers(text),
        Value::Array(items) => items.iter().flat_map(numbers_of).collect(),
        Value::Object(fields) => fields.values().flat_map(numbers_of).collect(),
        other => numbers(&other.to_string()),
    }
}

fn attribute<'a>(open: &'a Open, name: &str) -> Option<&'a str> {
    open.attributes
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Compares every figure with the JSON; returns their number.
fn check_figures(name: &str, report: &SampleReport) -> usize {
    let json = json_of(report);
    let mut count = 0;
    with_text(&page(report), |around, text| {
        let Some(open) = around.last().filter(|open| attribute(open, "data-json").is_some()) else {
            return;
        };
        let pointer = attribute(open, "data-json").unwrap();
        let value = json.pointer(pointer).unwrap_or_else(|| panic!("{name}: no {pointer}"));
        // The number of a text is its length.
        let expected = match value {
            Value::String(text) => text.chars().count() as f64,
            other => other.as_f64().unwrap_or_else(|| panic!("{name}: {pointer} is {other}")),
        };
        let written = attribute(open, "value").or(attribute(open, "data-value")).unwrap();
        let written: f64 = written.parse().unwrap();
        assert!(
            (written - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{name}: {pointer}"
        );
        let form = attribute(open, "data-form").unwrap();
        let form = Form::iter().find(|known| <&str>::from(*known) == form).unwrap();
        assert_eq!(text, form.text(expected), "{name}: {pointer}");
        count += 1;
    });
    count
}

#[test]
fn every_figure_equals_the_json() {
    for (name, report) in example::all() {
        let count = check_figures(name, &report);
        assert!(count > 60, "{name}: {count} figures");
    }
    check_figures("pair", &pair());
    check_figures("large", &large());
    check_figures("empty", &SampleReport::default());
}

#[test]
fn numbers_outside_figures_are_in_the_json() {
    for (name, report) in example::all().into_iter().chain([("pair", pair())]) {
        let known = numbers_of(&json_of(&report));
        with_text(&page(&report), |around, text| {
            let exempt = around.iter().any(|open| {
                matches!(open.name.as_str(), "style" | "title" | "pre")
                    || ["data-json", "data-from"]
                        .iter()
                        .any(|key| attribute(open, key).is_some())
            });
            if exempt {
                return;
            }
            for number in numbers(text) {
                assert!(
                    known.contains(&number) || OWN_WORDS.contains(&number.as_str()),
                    "{name}: {number} in {text:?}"
                );
            }
        });
    }
}

#[test]
fn a_changed_number_changes_the_page() {
    let mut report = example::fusion();
    let before = page(&report);
    report.events[0].junctions[0].evidence.split = 4_711;
    let after = page(&report);
    assert!(after.contains(">4,711</data>") && !before.contains("4,711"));
}
