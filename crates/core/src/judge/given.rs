//! Parameters of the rule from a user's file, for research.

use std::path::{Path, PathBuf};

use super::Params;

/// Why the parameter file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct ParamsError {
    path: PathBuf,
    reason: String,
}

/// Reads parameters of the rule: a JSON object of names and values; missing names keep their defaults.
///
/// # Errors
/// A file that cannot be read or is not such an object, an unknown name, or a value out of range.
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
            "{name:?} is not a parameter of the rule (docs/rule-numbers.tsv lists them)"
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

/// Code of the warning that non-default parameters were used.
pub(crate) const OTHER_NUMBERS: &str = "other-numbers";

/// The warning that non-default parameters were used, with their values; `None` if all are defaults.
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
        "for research only: judged with non-default parameters (--params): {changed}"
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
    fn a_file_changes_the_parameters_it_names() {
        let params = read_text(r#"{"molecules_min": 3, "tier_low": 0.4}"#).unwrap();
        assert_eq!((params.molecules_min, params.tier_medium), (3, 0.9));
        let said = other_numbers(&params).unwrap();
        assert!(said.ends_with(": tier_low 0.4 instead of 0.5, molecules_min 3 instead of 2"));
        assert_eq!(other_numbers(&read_text("{}").unwrap()), None);
    }

    #[test]
    fn unknown_names_and_values_out_of_range_are_refused() {
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
