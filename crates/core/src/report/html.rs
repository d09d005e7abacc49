//! `SAMPLE.report.html`: one page that a person reads, prints and signs.
//!
//! In: a report, and the built-in catalogue for exons, domains and frequencies. Out: one file without
//! scripts that asks for nothing from anywhere. The order is the reader's: what is concluded and down to
//! which limit, then what shows it, then what it rests on. Nothing is counted or judged here: every
//! number is the JSON's and says where it stands in it (`data-json`).

mod adequacy;
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

use super::{
    format::{View, ViewError},
    patient::PatientRecord,
    schema::{Input, ParameterValue, SampleReport},
    wording::{clean, shortened},
};
use adequacy::AdequacyView;
use beside::Agreement;
use break_apart::BreakApart;
use coverage::Profile;
use drawing::Drawing;
use events::{EventView, JunctionView, Piled};
use figure::{At, Figure, Form};
use frequency::Frequency;
use sign::Entity;
#[cfg(test)]
pub(crate) use sign::RECORD;
use verdict::Verdict;

/// The format.
pub(crate) const VIEW: View = View {
    name: "html",
    other_names: &[],
    about: "one page to read, print and sign; no network, no scripts",
    extensions: &["report.html"],
    render: |report| render(report, None),
    files: None,
};

/// The page's look. No style stands anywhere else: the policy allows this one by its digest.
const STYLE: &str = include_str!("html/style.css");
/// SHA-256 of [`STYLE`] in base64, as the content security policy wants it.
const STYLE_DIGEST: &str = "nWhnzyyIiGibVQB3a661yLWtz6ZKGCy8jc480JO6ocQ=";

/// A setting or an input's fact.
struct Fact {
    name: String,
    value: Value,
}

/// A value: a number with its place, or words.
enum Value {
    Figure(Figure),
    Words(String),
}

/// Names and values in rows.
struct Facts<'a> {
    at: At<'a>,
    rows: Vec<Fact>,
}

impl<'a> Facts<'a> {
    /// Rows on what stands at a place.
    const fn of(at: At<'a>) -> Self {
        Self { at, rows: Vec::new() }
    }

    fn words(&mut self, name: &str, words: &str) {
        self.rows.push(Fact {
            name: name.to_owned(),
            value: Value::Words(shortened(words, 300)),
        });
    }

    /// A number, left out where none stands; whether one does.
    fn figure(&mut self, name: &str, path: &str, form: Form) -> bool {
        let figure = self.at.figure(path, form);
        let is_there = figure.is_some();
        self.rows.extend(figure.map(|figure| Fact {
            name: name.to_owned(),
            value: Value::Figure(figure),
        }));
        is_there
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    report: &'a SampleReport,
    /// The report's JSON.
    at: At<'a>,
    style: &'static str,
    style_digest: &'static str,
    sample: String,
    verdict: Verdict,
    agreement: Option<Agreement<'a>>,
    lead: Option<EventView<'a>>,
    drawing: Drawing,
    pileups: Vec<Piled>,
    profiles: Vec<Profile>,
    break_apart: Vec<BreakApart>,
    others: Vec<EventView<'a>>,
    others_left_out: usize,
    discarded: Vec<(JunctionView<'a>, String)>,
    discarded_left_out: usize,
    adequacy: Vec<AdequacyView<'a>>,
    frequency: Frequency,
    inputs: Vec<Facts<'a>>,
    parameters: Facts<'a>,
    /// Sample, conclusion, build and version, on every printed page.
    running: String,
    entity: Option<Entity>,
    method: String,
    /// Fields to fill, four a row, with what fills them.
    record: [[(&'static str, &'a str); 4]; 3],
    /// Whether the lead event has further junctions.
    more: bool,
}

/// Kinds of limit, with their places under the limit of detection.
const LIMITS: [(&str, &str); 4] = [
    ("would not be missed, any partner", "exclusion/any_partner"),
    ("would not be missed, catalogue partner", "exclusion/catalogue_partner"),
    ("would be called, any partner", "call/any_partner"),
    ("would be called, catalogue partner", "call/catalogue_partner"),
];

/// The page; `patient` fills the fields to sign, which are blank without it.
///
/// # Errors
/// A number of the report that is none, or a template that can't be filled; none of them can fail with these values.
pub(crate) fn render(report: &SampleReport, patient: Option<&PatientRecord>) -> Result<Vec<u8>, ViewError> {
    let json = serde_json::to_value(report).map_err(ViewError::Number)?;
    let at = At::root(&json);
    let lead_event = report.lead_event();
    let lead = lead_event.map(|(index, _)| index);
    let lead_event = lead_event.map(|(index, event)| (at.at(format_args!("events/{index}")), event));
    let (others, others_left_out) = events::others(report, &at, lead);
    let (discarded, discarded_left_out) = events::discarded(report, &at);
    let page = Page {
        report,
        style: STYLE,
        style_digest: STYLE_DIGEST,
        sample: shortened(&clean(&report.sample), 80),
        verdict: verdict::verdict(report),
        agreement: beside::agreement(report, &at, lead),
        lead: lead_event.clone().map(|(place, event)| EventView::new(event, place)),
        drawing: (lead_event.as_ref())
            .map(|(place, event)| drawing::drawing(report, event, &at, place))
            .unwrap_or_default(),
        pileups: events::pileups(report, &at, lead),
        profiles: coverage::profiles(report, &at),
        break_apart: beside::events_of_interest(report, lead)
            .into_iter()
            .filter_map(|index| {
                break_apart::break_apart(report.events.get(index)?, &at.at(format_args!("events/{index}")))
            })
            .collect(),
        others,
        others_left_out,
        discarded,
        discarded_left_out,
        adequacy: adequacy::adequacy(report, &at),
        frequency: frequency::frequency(lead_event.map(|(_, event)| event)),
        inputs: at
            .list("inputs")
            .into_iter()
            .zip(&report.inputs)
            .map(input_facts)
            .collect(),
        parameters: parameters(report, &at),
        running: running(report),
        entity: sign::entity(report),
        method: sign::method(report),
        record: sign::RECORD.map(|row| row.map(|field| (field, patient.map_or("", |known| known.value(field))))),
        more: report.lead_event().is_some_and(|(_, event)| event.junctions.len() > 1),
        at,
    };
    let text = page.render().map_err(ViewError::Page)?;
    // Whatever came in: nothing unprintable reaches the page. The templates hold no control character but
    // the line feed, which inside text is a blank.
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

/// What stands on every printed page.
fn running(report: &SampleReport) -> String {
    let mut words = vec![
        shortened(&clean(&report.sample), 60),
        report.conclusion.label().to_owned(),
    ];
    let mut builds: Vec<String> = report.inputs.iter().map(|input| shortened(&input.build, 20)).collect();
    builds.dedup();
    words.extend(builds);
    words.push(format!("{} {}", report.tool.name, report.tool.version));
    words.join(" · ")
}

/// The facts of one input.
fn input_facts<'a>((at, input): (At<'a>, &Input)) -> Facts<'a> {
    let words = |text: &str| if text.is_empty() { "not known" } else { text }.to_owned();
    let optional = |text: &Option<String>| words(text.as_deref().unwrap_or_default());
    let yes = |value: Option<bool>| match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    let by = at.text("molecules_by", 300);
    let (access, aligner) = (&input.access.mode, &input.aligner);
    let assay = format!("{} ({})", input.assay.to_uppercase(), words(&input.assay_basis));
    let build = format!("{}, {}", words(&input.build), words(&input.contig_naming));
    let (version, settings) = (optional(&aligner.version), optional(&aligner.chimeric_settings));
    let aligner = format!("{}, version {version}; {settings}", words(&aligner.name));
    let mut facts = Facts::of(at);
    facts.words("File", &input.file);
    facts.words("Format, access", &format!("{}, {access}", input.format));
    facts.words("Assay", &assay);
    facts.words("Reference build, contig names", &build);
    facts.words("Aligner", &aligner);
    facts.words("Library", &words(&input.library));
    facts.words("Paired reads", yes(Some(input.paired)));
    facts.figure("Read length (bases)", "read_length", Form::Whole);
    facts.figure("Fragment length, median (bases)", "fragment_length/median", Form::Plain);
    facts.words("Duplicates marked", yes(input.duplicates_marked));
    facts.words("Molecules told apart by", &words(&by));
    facts.figure("Records examined", "records/examined", Form::Whole);
    facts.figure("Records at KMT2A", "records/kmt2a_window", Form::Whole);
    facts.figure("Records malformed", "records/malformed", Form::Whole);
    facts.figure("Records flagged as duplicates", "records/duplicates", Form::Whole);
    facts
}

/// Every setting that was in force.
fn parameters<'a>(report: &SampleReport, at: &At<'a>) -> Facts<'a> {
    let mut facts = Facts::of(at.at("parameters"));
    for (name, value) in &report.parameters.settings {
        // Names of this program hold no quote; others, from elsewhere, are shown without their place.
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let shown = shortened(name, 60);
        match value {
            ParameterValue::Number(_) if plain && facts.figure(&shown, name, Form::Plain) => {}
            ParameterValue::Integer(_) if plain && facts.figure(&shown, name, Form::Whole) => {}
            ParameterValue::Number(value) => facts.words(&shown, &super::number::text(*value)),
            ParameterValue::Integer(value) => facts.words(&shown, &value.to_string()),
            ParameterValue::Flag(value) => facts.words(&shown, if *value { "yes" } else { "no" }),
            ParameterValue::Text(value) => facts.words(&shown, value),
        }
    }
    if let Some(numbers) = &report.parameters.rule {
        facts.words("rule", &format!("{} numbers, in the JSON report", numbers.count()));
    }
    facts
}

#[cfg(test)]
mod tests;
