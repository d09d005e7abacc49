//! The JSON Schema of the report, for `breakapart schema`.

use schemars::schema_for;

use super::schema::{SCHEMA_VERSION, SampleReport};

/// The JSON Schema (draft 2020-12) of `SAMPLE.breakapart.json`, indented, with a final newline. Additional
/// fields are allowed: a later minor version may add some.
pub fn schema() -> String {
    let mut schema = schema_for!(SampleReport);
    let title = format!("breakapart report, schema version {SCHEMA_VERSION}");
    schema.insert("title".to_owned(), title.into());
    format!("{:#}\n", schema.as_value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{example, json};

    #[test]
    fn every_example_is_valid_under_the_schema() {
        let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
        jsonschema::meta::validate(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (name, report) in example::all() {
            let value: serde_json::Value = serde_json::from_slice(&json::render(&report).unwrap()).unwrap();
            let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }

    #[test]
    fn the_schema_refuses_values_that_are_not_a_report() {
        let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let mut value = serde_json::to_value(example::fusion()).unwrap();
        value["conclusion"]["state"] = "probably".into();
        assert!(!validator.is_valid(&value));
        let mut value = serde_json::to_value(example::fusion()).unwrap();
        value.as_object_mut().unwrap().remove("ledger");
        assert!(!validator.is_valid(&value));
        let mut value = serde_json::to_value(example::fusion()).unwrap();
        value["later"] = true.into();
        assert!(validator.is_valid(&value), "unknown fields are allowed");
    }

    #[test]
    fn every_field_is_described() {
        let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
        let mut bare = Vec::new();
        let types = schema["$defs"].as_object().unwrap().iter();
        let root = ("SampleReport".to_owned(), schema.clone());
        for (name, body) in types.map(|(n, b)| (n.clone(), b.clone())).chain([root]) {
            for (field, of) in body["properties"].as_object().into_iter().flatten() {
                if of["description"].as_str().is_none_or(str::is_empty) {
                    bare.push(format!("{name}.{field}"));
                }
            }
        }
        assert!(bare.is_empty(), "{bare:?}");
    }

    #[test]
    fn the_schema_describes_every_number_of_the_rule() {
        use crate::{
            judge::Params,
            report::schema::{RuleNumbers, SampleReport},
        };
        let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
        let described = schema["$defs"]["Params"]["properties"].as_object().unwrap();
        assert_eq!(described.len(), Params::CARDS.len());
        for card in Params::CARDS {
            let text = described[card.name]["description"].as_str().unwrap();
            assert!(text.contains(card.unit) && text.contains(card.source), "{text}");
        }
        let validator = jsonschema::validator_for(&schema).unwrap();
        let mut report = example::fusion();
        report.parameters.rule = Some(RuleNumbers::Whole(Box::default()));
        let mut value = serde_json::to_value(&report).unwrap();
        assert!(validator.is_valid(&value));
        let read = |value: &serde_json::Value| serde_json::from_value::<SampleReport>(value.clone()).unwrap();
        assert_eq!(read(&value), report);
        // An earlier version's rule had other numbers: they are kept unchanged.
        let earlier = serde_json::json!({"tier_high": 0.99, "molecules_min": 2.0});
        value["parameters"]["rule"] = earlier.clone();
        assert!(validator.is_valid(&value));
        assert_eq!(
            serde_json::to_value(read(&value)).unwrap()["parameters"]["rule"],
            earlier
        );
    }
}
