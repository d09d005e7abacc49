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
    schema::{Input, LodByRegion, ParameterValue, SampleReport},
    wording::{clean, shortened},
};
use adequacy::AdequacyView;
use beside::Agreement;
use break_apart::BreakApart;
use coverage::Profile;
use drawing::Drawing;
use events::{EventView, JunctionView, Piled};
use figure::{Figure, Form};
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

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    report: &'a SampleReport,
    style: &'static str,
    style_digest: &'static str,
    sample: String,
    verdict: Verdict<'a>,
    agreement: Option<Agreement>,
    lead: Option<EventView<'a>>,
    drawing: Drawing,
    pileups: Vec<Piled>,
    profiles: Vec<Profile>,
    break_apart: Vec<BreakApart>,
    others: Vec<EventView<'a>>,
    others_left_out: usize,
    discarded: Vec<JunctionView>,
    discarded_left_out: usize,
    adequacy: Vec<AdequacyView>,
    limits: Vec<LimitRow>,
    frequency: Frequency,
    ledger: Vec<(String, String, Figure, Option<Figure>)>,
    ledger_total: Figure,
    ledger_abnormal: Figure,
    inputs: Vec<Vec<Fact>>,
    parameters: Vec<Fact>,
    /// Sample, conclusion, build and version, on every printed page.
    running: String,
    entity: Option<Entity>,
    method: String,
    /// Fields to fill, four a row, with what fills them.
    record: [[(&'static str, String); 4]; 3],
    /// Whether the lead event has further junctions.
    more: bool,
}

/// A kind of limit by region.
struct LimitRow {
    name: &'static str,
    cells: Vec<Option<Figure>>,
}

/// The page; `patient` fills the fields to sign, which are blank without it.
///
/// # Errors
/// A template that can't be filled; none of them can fail with these values.
pub(crate) fn render(report: &SampleReport, patient: Option<&PatientRecord>) -> Result<Vec<u8>, ViewError> {
    let lead_event = report.lead_event();
    let lead = lead_event.map(|(index, _)| index);
    let (others, others_left_out) = events::others(report, lead);
    let (discarded, discarded_left_out) = events::discarded(report);
    let page = Page {
        report,
        style: STYLE,
        style_digest: STYLE_DIGEST,
        sample: shortened(&clean(&report.sample), 80),
        verdict: verdict::verdict(report),
        agreement: beside::agreement(report, lead),
        lead: lead_event.map(|(index, event)| events::event_view(event, &format!("/events/{index}"))),
        drawing: lead_event
            .map(|(index, event)| drawing::drawing(report, event, &format!("/events/{index}")))
            .unwrap_or_default(),
        pileups: events::pileups(report, lead),
        profiles: coverage::profiles(report),
        break_apart: beside::events_of_interest(report, lead)
            .into_iter()
            .filter_map(|index| break_apart::break_apart(report, index))
            .collect(),
        others,
        others_left_out,
        discarded,
        discarded_left_out,
        adequacy: adequacy::adequacy(report),
        limits: limits(report),
        frequency: frequency::frequency(lead_event.map(|(_, event)| event)),
        ledger: report
            .ledger
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let pointer = format!("/ledger/rows/{index}");
                (
                    shortened(&row.code, 40),
                    shortened(&row.text, 300),
                    Figure::count(format!("{pointer}/fragments"), row.fragments),
                    row.molecules
                        .map(|molecules| Figure::count(format!("{pointer}/molecules"), molecules)),
                )
            })
            .collect(),
        ledger_total: Figure::count("/ledger/total", report.ledger.total),
        ledger_abnormal: Figure::count("/ledger/abnormal", report.ledger.abnormal),
        inputs: report
            .inputs
            .iter()
            .enumerate()
            .map(|(i, input)| input_facts(i, input))
            .collect(),
        parameters: parameters(report),
        running: running(report),
        entity: sign::entity(report),
        method: sign::method(report),
        record: sign::RECORD.map(|row| {
            row.map(|field| {
                (
                    field,
                    patient.map_or_else(String::new, |known| known.value(field).to_owned()),
                )
            })
        }),
        more: lead_event.is_some_and(|(_, event)| event.junctions.len() > 1),
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

/// Limits by what and where.
fn limits(report: &SampleReport) -> Vec<LimitRow> {
    let Some(lod) = &report.conclusion.lod else {
        return Vec::new();
    };
    let row = |name, key: &str, by: LodByRegion| LimitRow {
        name,
        cells: [
            ("major", by.major),
            ("minor", by.minor),
            ("whole", by.whole),
            ("ptd", by.ptd),
        ]
        .into_iter()
        .map(|(region, limit)| {
            limit.map(|limit| Figure::number(format!("/conclusion/lod/{key}/{region}"), limit, Form::Percent))
        })
        .collect(),
    };
    vec![
        row(
            "would not be missed, any partner",
            "exclusion/any_partner",
            lod.exclusion.any_partner,
        ),
        row(
            "would not be missed, catalogue partner",
            "exclusion/catalogue_partner",
            lod.exclusion.catalogue_partner,
        ),
        row("would be called, any partner", "call/any_partner", lod.call.any_partner),
        row(
            "would be called, catalogue partner",
            "call/catalogue_partner",
            lod.call.catalogue_partner,
        ),
    ]
}

fn fact(name: &str, words: String) -> Fact {
    Fact {
        name: name.to_owned(),
        value: Value::Words(shortened(&words, 300)),
    }
}

fn count(name: &str, pointer: String, value: u64) -> Fact {
    Fact {
        name: name.to_owned(),
        value: Value::Figure(Figure::count(pointer, value)),
    }
}

fn number(name: &str, pointer: String, value: f64, form: Form) -> Fact {
    Fact {
        name: name.to_owned(),
        value: Value::Figure(Figure::number(pointer, value, form)),
    }
}

fn input_facts(index: usize, input: &Input) -> Vec<Fact> {
    let pointer = format!("/inputs/{index}");
    let words = |text: Option<&str>| text.filter(|t| !t.is_empty()).unwrap_or("not known").to_owned();
    let yes = |value: Option<bool>| match value {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => "not known".to_owned(),
    };
    let mut facts = vec![
        fact("File", input.file.clone()),
        fact("Format, access", format!("{}, {}", input.format, input.access.mode)),
        fact(
            "Assay",
            format!("{} ({})", input.assay.to_uppercase(), words(Some(&input.assay_basis))),
        ),
        fact(
            "Reference build, contig names",
            format!("{}, {}", words(Some(&input.build)), words(Some(&input.contig_naming))),
        ),
        fact(
            "Aligner",
            format!(
                "{}, version {}; {}",
                words(Some(&input.aligner.name)),
                words(input.aligner.version.as_deref()),
                words(input.aligner.chimeric_settings.as_deref())
            ),
        ),
        fact("Library", words(Some(&input.library))),
        fact("Paired reads", yes(Some(input.paired))),
    ];
    if let Some(length) = input.read_length {
        facts.push(count(
            "Read length (bases)",
            format!("{pointer}/read_length"),
            u64::from(length),
        ));
    }
    if let Some(length) = input.fragment_length {
        facts.push(number(
            "Fragment length, median (bases)",
            format!("{pointer}/fragment_length/median"),
            length.median,
            Form::Plain,
        ));
    }
    facts.push(fact("Duplicates marked", yes(input.duplicates_marked)));
    let by = serde_json::to_value(input.molecules_by)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned));
    facts.push(fact("Molecules told apart by", words(by.as_deref())));
    for (name, key, value) in [
        ("Records examined", "examined", input.records.examined),
        ("Records at KMT2A", "kmt2a_window", input.records.kmt2a_window),
        ("Records malformed", "malformed", input.records.malformed),
        ("Records flagged as duplicates", "duplicates", input.records.duplicates),
    ] {
        facts.push(count(name, format!("{pointer}/records/{key}"), value));
    }
    facts
}

fn parameters(report: &SampleReport) -> Vec<Fact> {
    let rule = report.parameters.rule.as_ref().map(|numbers| {
        let text = format!("{} numbers, in the JSON report", numbers.count());
        fact("rule", text)
    });
    let facts = report.parameters.settings.iter().map(|(name, value)| {
        // A name may hold anything once it comes from a file; only plain ones get a pointer.
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let pointer = format!("/parameters/{name}");
        let shown = shortened(name, 60);
        match value {
            ParameterValue::Number(value) if plain => number(&shown, pointer, *value, Form::Plain),
            ParameterValue::Integer(value) if plain => Fact {
                name: shown,
                value: Value::Figure(Figure::position(pointer, *value)),
            },
            ParameterValue::Number(value) => fact(&shown, super::number::text(*value)),
            ParameterValue::Integer(value) => fact(&shown, value.to_string()),
            ParameterValue::Flag(value) => fact(&shown, if *value { "yes" } else { "no" }.to_owned()),
            ParameterValue::Text(value) => fact(&shown, value.clone()),
        }
    });
    facts.chain(rule).collect()
}

#[cfg(test)]
mod tests;
