//! `SAMPLE.breakapart.json`: the report itself, indented, in the order of the schema.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::format::{View, ViewError};
use super::number;
use super::schema::SampleReport;

/// The format.
pub(crate) const VIEW: View = View {
    name: "json",
    other_names: &[],
    about: "the whole report; every other output can be made from it",
    extensions: &["breakapart.json"],
    render,
    files: None,
};

/// Any other value as indented JSON with a final newline.
///
/// # Errors
/// A value that can't be written as JSON, such as a map with non-string keys.
pub fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value).map(|text| text + "\n")
}

/// The report as JSON text with a final newline. Floating-point numbers have
/// [`number::SIGNIFICANT_DIGITS`] digits, so that equal reports give equal bytes.
///
/// # Errors
/// [`ViewError::Number`] if a required number is NaN.
pub fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let mut bytes = Vec::new();
    let formatter = Rounded(PrettyFormatter::new());
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    report.serialize(&mut serializer).map_err(ViewError::Number)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The report as in its JSON, numbers rounded: views made with the file then equal those made from it.
///
/// # Errors
/// See [`render`].
pub(crate) fn as_written(report: &SampleReport) -> Result<SampleReport, ViewError> {
    serde_json::from_slice(&render(report)?).map_err(ViewError::Number)
}

/// Methods delegated to the indenting formatter.
macro_rules! forwarded {
    ($($name:ident($($first:ident)?),)+) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $first: bool)?) -> io::Result<()> {
            self.0.$name(writer $(, $first)?)
        })+
    };
}

/// The indenting formatter, with numbers rounded.
struct Rounded(PrettyFormatter<'static>);

impl Formatter for Rounded {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        self.0.write_f64(writer, number::rounded(value))
    }

    forwarded! {
        begin_array(), end_array(), begin_array_value(first), end_array_value(), begin_object(), end_object(),
        begin_object_key(first), begin_object_value(), end_object_value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn numbers_are_rounded_and_order_is_the_schemas() {
        let mut report = example::fusion();
        report.events[0].model_score = 0.999_123_456_789;
        report.events[0].terms[0].value = f64::INFINITY;
        let text = String::from_utf8(render(&report).unwrap()).unwrap();
        assert!(text.contains("\"model_score\": 0.999123,"));
        assert!(text.contains("\"value\": 1000000.0"));
        assert!(text.starts_with("{\n  \"schema_version\": \"1.2.0\",\n  \"tool\": {"));
        assert!(text.ends_with("}\n"));
        assert!(text.find("\"conclusion\"").unwrap() < text.find("\"events\"").unwrap());
    }

    #[test]
    fn not_a_number_is_refused_rather_than_written_as_null() {
        let mut report = example::fusion();
        report.events[0].model_score = f64::NAN;
        assert!(matches!(render(&report), Err(ViewError::Number(_))));
    }
}
