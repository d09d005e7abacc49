//! Many samples: one line each while they run, and one table at the end.

use super::{Style, painted};
use crate::report::schema::{SampleReport, State};
use crate::report::wording::{clean, limit, shortened};

/// An input that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file or sample.
    pub name: String,
    /// The error in one line.
    pub error: String,
}

/// Longest sample name in a line.
const NAME_CHARS: usize = 24;
/// Room below which a headline says nothing.
const HEADLINE_CHARS_MIN: usize = 12;
/// Width of the widest label of a whole state.
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
    // The label is never cut, the headline is, for a terminal alone.
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

struct Row {
    /// State with its label.
    state: Option<(State, &'static str)>,
    cells: [String; 5],
}

fn row(report: &SampleReport, style: &Style) -> Row {
    let conclusion = &report.conclusion;
    let lead = report.lead_event().map(|(_, event)| event);
    let number = |count: Option<u64>| count.map_or_else(|| ".".to_owned(), |count| count.to_string());
    Row {
        state: Some((conclusion.state, conclusion.label())),
        cells: [
            name_of(&report.sample, style),
            conclusion.label().to_owned(),
            lead.map_or_else(
                || ".".to_owned(),
                |event| format!("{} {}", name_of(&event.name, style), event.tier.name()),
            ),
            lead.map_or_else(|| ".".to_owned(), |event| number(event.molecules)),
            if conclusion.lod.is_some() {
                limit(conclusion.exclusion_limit())
            } else {
                ".".to_owned()
            },
        ],
    }
}

/// The table of many samples, in the order given, failures last and named; ends in a newline.
pub fn table(reports: &[SampleReport], failures: &[Failure], style: &Style) -> String {
    let title = [
        "sample",
        "conclusion",
        "event, tier",
        "molecules",
        "limit (any partner)",
    ]
    .map(str::to_owned);
    let mut rows = vec![Row {
        state: None,
        cells: title,
    }];
    rows.extend(reports.iter().map(|report| row(report, style)));
    let mut widths = [0_usize; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &rows {
        let padded: Vec<String> = row
            .cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        let line = padded.join("  ");
        let line = line.trim_end();
        match row.state {
            // After the name, which may hold the label's words itself.
            Some((state, label)) => {
                let split = padded.first().map_or(0, String::len);
                let (name, rest) = line.split_at_checked(split).unwrap_or((line, ""));
                out.push_str(name);
                out.push_str(&rest.replacen(label, &painted(label, state, style), 1));
            }
            None => out.push_str(line),
        }
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
