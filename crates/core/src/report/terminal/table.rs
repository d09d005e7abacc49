//! Many samples: one line each while they run, and one table at the end.

use super::{Style, painted};
use crate::report::schema::SampleReport;
use crate::report::wording::{clean, limit, shortened};

/// An input that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file or sample.
    pub name: String,
    /// The error in one line.
    pub error: String,
}

/// Longest sample name in a line.
const NAME_CHARS: usize = 24;
/// Width below which a headline is left out.
const HEADLINE_CHARS_MIN: usize = 12;
/// Width of the widest state label.
const STATE_CHARS: usize = 16;

fn name_of(text: &str, style: &Style) -> String {
    let text = clean(text);
    match style.line_width {
        Some(_) => shortened(text.trim(), NAME_CHARS),
        None => text.trim().to_owned(),
    }
}

/// One sample in one line, ending in a newline: name, state, headline, cut to the width.
pub fn line(report: &SampleReport, style: &Style) -> String {
    let state = report.conclusion.state;
    let start = format!("{:<NAME_CHARS$} ", name_of(&report.sample, style));
    let words = report.conclusion.label();
    let label = format!("{words:<STATE_CHARS$}");
    // The label is never cut; the headline is, on a terminal only.
    let room = style
        .line_width
        .map_or(usize::MAX, |width| width.saturating_sub(NAME_CHARS + label.len() + 3));
    let headline: Vec<String> = clean(&report.conclusion.headline)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let headline = match room {
        0..HEADLINE_CHARS_MIN => String::new(),
        _ => shortened(&headline.join(" "), room),
    };
    let label = label.replacen(words, &painted(words, state, style), 1);
    format!("{start}{label}  {headline}").trim_end().to_owned() + "\n"
}

/// Titles of the table's columns.
const TITLES: [&str; 5] = [
    "sample",
    "conclusion",
    "event, tier",
    "molecules",
    "limit (any partner)",
];

/// A sample's cells.
fn cells(report: &SampleReport, style: &Style) -> [String; 5] {
    let conclusion = &report.conclusion;
    let lead = report.lead_event().map(|(_, event)| event);
    let molecules = lead.and_then(|event| event.molecules);
    let known = [
        Some(name_of(&report.sample, style)),
        Some(conclusion.label().to_owned()),
        lead.map(|event| format!("{} {}", name_of(&event.name, style), event.tier.name())),
        molecules.map(|molecules| molecules.to_string()),
        conclusion.lod.as_ref().map(|_| limit(conclusion.exclusion_limit())),
    ];
    known.map(|cell| cell.unwrap_or_else(|| ".".to_owned()))
}

/// The table of many samples, in the order given, failures last and named; ends in a newline.
pub fn table(reports: &[SampleReport], failures: &[Failure], style: &Style) -> String {
    let titles = TITLES.map(str::to_owned);
    let rows: Vec<[String; 5]> = reports.iter().map(|report| cells(report, style)).collect();
    let mut widths = [0_usize; 5];
    for row in rows.iter().chain([&titles]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let padded = |row: &[String; 5]| -> Vec<String> {
        let cells = row.iter().zip(widths);
        cells.map(|(cell, width)| format!("{cell:<width$}")).collect()
    };
    let mut lines = vec![padded(&titles)];
    for (report, row) in reports.iter().zip(&rows) {
        let mut cells = padded(row);
        let label = report.conclusion.label();
        // Coloured after the width is computed: colour takes no width.
        if let Some(cell) = cells.get_mut(1) {
            *cell = cell.replacen(label, &painted(label, report.conclusion.state, style), 1);
        }
        lines.push(cells);
    }
    let mut out = String::new();
    for cells in lines {
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    }
    for failure in failures {
        let error = clean(&failure.error);
        out.push_str(&format!(
            "{:<width$}  FAILED  {error}\n",
            name_of(&failure.name, style),
            width = widths[0]
        ));
    }
    out
}
