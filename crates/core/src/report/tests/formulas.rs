//! No cell of any table is run as a spreadsheet formula, whichever text of the report it comes from.

use serde_json::Value;

use crate::report::*;

/// Prefixes that a spreadsheet takes for a formula, full-width forms too.
const FORMULAS: [&str; 7] = [
    "=cmd|'/C calc'!A0",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "\t=1+1",
    "\u{ff1d}1+1",
    "-inf",
];

/// The path of every text in a JSON document.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, item)| texts(item, &format!("{at}/{n}"), found)),
        Value::Object(fields) => fields.iter().for_each(|(key, item)| {
            texts(
                item,
                &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                found,
            )
        }),
        _ => {}
    }
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    for format in [Format::Fusions, Format::Discarded, Format::Bedpe, Format::StarFusion] {
        let mut reached = 0;
        for (_, report) in example::all() {
            let whole = serde_json::to_value(&report).unwrap();
            let mut places = Vec::new();
            texts(&whole, "", &mut places);
            for (turn, place) in places.iter().enumerate() {
                let formula = FORMULAS[turn % FORMULAS.len()];
                let mut changed = whole.clone();
                *changed.pointer_mut(place).unwrap() = Value::String(formula.to_owned());
                // Fields with a fixed list of words accept no other text.
                let Ok(report) = serde_json::from_value::<SampleReport>(changed) else {
                    continue;
                };
                let table = String::from_utf8(format.render(&report).unwrap()).unwrap();
                for cell in table.lines().skip(1).flat_map(|line| line.split('\t')) {
                    let rest = cell.trim().trim_start_matches(['+', '-', '\u{ff0b}', '\u{ff0d}']);
                    let signed = rest.len() < cell.trim().len() && rest.starts_with(char::is_alphabetic);
                    assert!(
                        !signed && !cell.trim().starts_with(['=', '@', '\u{ff1d}', '\u{ff20}']),
                        "{format} {place}: {cell}"
                    );
                    reached += usize::from(cell.starts_with('\''));
                }
            }
        }
        assert!(
            reached >= 10,
            "{format}: {reached} cells came from a text of the report"
        );
    }
}
