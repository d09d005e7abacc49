//! `SAMPLE.report.html`: one page to read, print and sign.
//!
//! In: a report, and the built-in catalogue for exons, domains and frequencies. Out: one file without
//! scripts or external resources. The order is the reader's: the conclusion with its limit, then the
//! evidence, then the data and methods. Nothing is counted or judged here: every
//! number comes from the JSON and gives its path in it (`data-json`).

mod beside;
mod break_apart;
mod coverage;
mod drawing;
mod events;
mod figure;
mod frequency;
pub(super) mod part;
mod pileup;
mod sign;
mod verdict;

use askama::Template;
use strum::IntoEnumIterator as _;

use super::{
    format::{View, ViewError},
    patient::PatientRecord,
    scale::px,
    schema::{Adequacy, Event, FindingStatus, MoleculesBy, ParameterValue, SampleReport},
    wording::{clean, shortened},
};
use crate::{
    catalogue::{PatientGroup, catalogue},
    conclude::examined::runs,
};
use events::short_side;
use figure::{At, Figure, Form};
pub(crate) use sign::RECORD;

/// The format.
pub(crate) const VIEW: View = View {
    name: "html",
    other_names: &[],
    about: "one page to read, print and sign; no network, no scripts",
    extensions: &["report.html"],
    render: |report| render(report, None),
    files: None,
};

/// The page's style sheet, and the only style: the policy allows it by its digest.
const STYLE: &str = include_str!("html/style.css");
/// SHA-256 of [`STYLE`] in base64, as the content security policy requires.
const STYLE_DIGEST: &str = "nWhnzyyIiGibVQB3a661yLWtz6ZKGCy8jc480JO6ocQ=";

/// Largest number of predicted transcripts and alternative loci named.
const NAMED_MAX: usize = 4;
/// Largest number of discarded junctions listed: `SAMPLE.discarded.tsv` has all.
const DISCARDED_MAX: usize = 40;
/// Largest number of events in the table; the JSON and the tables have all.
const EVENTS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    report: At<'a, SampleReport>,
    lead: Option<At<'a, Event>>,
    patient: &'a PatientRecord,
}

impl Page<'_> {
    /// Whether the lead event has junctions besides its lead.
    fn has_further_junctions(&self) -> bool {
        self.lead.as_ref().is_some_and(|lead| lead.junctions.len() > 1)
    }
}

/// The page; `patient` fills the fields to sign, which are blank without it.
///
/// # Errors
/// A number of the report is NaN, or a template can't be filled; neither happens with these values.
pub(crate) fn render(report: &SampleReport, patient: Option<&PatientRecord>) -> Result<Vec<u8>, ViewError> {
    let json = serde_json::to_value(report).map_err(ViewError::Number)?;
    let report = At::root(report, &json);
    let nothing = PatientRecord::default();
    let page = Page {
        lead: report.lead(),
        report,
        patient: patient.unwrap_or(&nothing),
    };
    let text = page.render().map_err(ViewError::Page)?;
    // Nothing unprintable from the input reaches the page. The templates contain no control character but
    // the line feed, which becomes a blank within text.
    let mut bytes = Vec::with_capacity(text.len());
    for line in text.lines() {
        let line = clean(line);
        if !line.trim().is_empty() {
            bytes.extend_from_slice(line.trim_end().as_bytes());
            bytes.push(b'\n');
        }
    }
    Ok(bytes)
}

impl At<'_, SampleReport> {
    /// A numeric setting. Names used by this program contain no quote; others are shown without their path.
    fn setting(&self, name: &str, value: &ParameterValue) -> Figure {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let form = match value {
            ParameterValue::Integer(_) => Form::Whole,
            _ => Form::Plain,
        };
        let figure = self.figure(format_args!("parameters/{name}"), form);
        figure.filter(|_| is_plain).unwrap_or_else(|| match value {
            ParameterValue::Number(value) => Figure::word(super::number::text(*value)),
            ParameterValue::Integer(value) => Figure::word(value.to_string()),
            ParameterValue::Flag(_) | ParameterValue::Text(_) => Figure::word(String::new()),
        })
    }
}

impl At<'_, Adequacy> {
    /// Numbers of the introns without coverage, as ranges: `1-6, 9`.
    fn uncovered(&self) -> String {
        let missing = self.introns.iter().filter(|intron| !intron.covered);
        let numbers: Vec<u16> = missing.map(|intron| intron.intron).collect();
        shortened(&runs(&numbers).replace('e', ""), 300)
    }
}

#[cfg(test)]
mod tests;
