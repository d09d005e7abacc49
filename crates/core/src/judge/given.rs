//! Numbers of the rule that a user gives in a file, for research.

use std::path::{Path, PathBuf};

use super::Params;

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct ParamsError {
    path: PathBuf,
    reason: String,
}

/// Reads numbers of the rule: a JSON object of names and values; what it leaves out keeps its default.
///
/// # Errors
/// A file that cannot be read, that is no such object, names what is none, or gives a value that cannot be one.
pub fn read(path: &Path) -> Result<Params, ParamsError> {
    let unfit = |reason: String| ParamsError {
        path: path.to_owned(),
        reason,
    };
    let text = crate::input::small_text(path).map_err(|e| unfit(e.to_string()))?;
    let names: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|e| unfit(e.to_string()))?;
    let is_known = |name: &String| Params::CARDS.iter().any(|card| card.name == name.as_str());
    if let Some(name) = names.keys().find(|name| !is_known(name)) {
        return Err(unfit(format!(
            "{name:?} is no number of the rule (docs/rule-numbers.tsv lists them)"
        )));
    }
    let mut values = serde_json::to_value(Params::default()).map_err(|e| unfit(e.to_string()))?;
    if let Some(values) = values.as_object_mut() {
        values.extend(names);
    }
    let params: Params = serde_json::from_value(values).map_err(|e| unfit(e.to_string()))?;
    params.check().map_err(unfit)?;
    Ok(params)
}

/// Code of the warning that other numbers were used.
pub(crate) const OTHER_NUMBERS: &str = "other-numbers";

/// That other numbers than this version's were used, and which, as every page says it; `None` where none were.
pub(crate) fn other_numbers(params: &Params) -> Option<String> {
    let values = params.by_name();
    let changed: Vec<String> = Params::CARDS
        .iter()
        .filter_map(|card| {
            let value = values.get(card.name).filter(|value| **value != card.default)?;
            Some(format!("{} {value} instead of {}", card.name, card.default))
        })
        .collect();
    let changed = (!changed.is_empty()).then(|| changed.join(", "))?;
    Some(format!(
        "for research only: judged with other numbers than this version's rule (--params): {changed}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Params, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.json");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|e| e.to_string())
    }

    #[test]
    fn a_file_changes_what_it_names() {
        let params = read_text(r#"{"molecules_min": 3, "tier_low": 0.4}"#).unwrap();
        assert_eq!((params.molecules_min, params.tier_medium), (3, 0.9));
        let said = other_numbers(&params).unwrap();
        assert!(said.ends_with(": tier_low 0.4 instead of 0.5, molecules_min 3 instead of 2"));
        assert_eq!(other_numbers(&read_text("{}").unwrap()), None);
    }

    #[test]
    fn what_cannot_be_a_number_of_the_rule_is_refused() {
        for text in [
            "",
            "[]",
            r#"{"molecule_min": 3}"#,
            r#"{"molecules_min": 2.5}"#,
            r#"{"molecules_min": 0}"#,
            r#"{"molecules_min": 4000000000}"#,
            r#"{"tier_low": 1.0}"#,
            r#"{"tier_low": -0.5}"#,
            r#"{"dispersion": 1e300}"#,
            r#"{"tier_high": 0.8}"#,
        ] {
            assert!(read_text(text).is_err(), "{text}");
        }
        assert!(read(Path::new("/nonexistent/numbers.json")).is_err());
    }
}
