//! The evaluation as plain text, as a tidy table and as JSON.

use super::outcome::{Cell, Evaluation, Rate, WrittenRate};
use breakapart_core::report::{tsv::table, wording};

/// Width of the text, in characters; individual notes may be longer.
const WIDTH: usize = 98;

/// Columns of the counts, with their widths.
const COUNTS: [(&str, usize); 8] = [
    ("class", 24),
    ("molecules", 10),
    ("events", 8),
    ("found", 7),
    ("high/med", 9),
    ("base", 6),
    ("partner", 8),
    ("frame", 9),
];

/// Columns of the fractions.
const PERCENTS: [(&str, usize); 7] = [
    ("class", 22),
    ("", 6),
    ("found", 14),
    ("high/med", 14),
    ("base", 14),
    ("partner", 14),
    ("frame", 14),
];

/// The lines of a table: titles, then rows; the first column left-aligned, the others right-aligned.
fn columns(columns: &[(&str, usize)], rows: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let titles = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    let line = |cells: Vec<String>| {
        let widths = columns.iter().map(|(_, width)| *width);
        let aligned = widths.zip(cells).enumerate().map(|(index, (width, cell))| match index {
            0 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        aligned.collect()
    };
    std::iter::once(titles).chain(rows).map(line).collect()
}

/// The text: counts as a table, then the fractions with their intervals, then the faults. With `list`, every note
/// follows at the end.
pub fn text(evaluation: &Evaluation, list: bool) -> String {
    let callers: Vec<&str> = evaluation.callers.iter().map(String::as_str).collect();
    let callers = if callers.is_empty() {
        "no result".to_owned()
    } else {
        callers.join(", ")
    };
    let mut lines = vec![format!("results of {callers}; {}", samples(evaluation)), String::new()];
    let counts = evaluation.cells.iter().map(|cell| {
        let mut cells = vec![cell.class.clone(), level(cell).to_owned(), cell.events.to_string()];
        cells.extend(rates(cell).map(|(_, rate)| rate.count.to_string()));
        cells[7] += &format!("/{}", cell.frame_right.of);
        cells
    });
    lines.extend(columns(&COUNTS, counts));
    lines.push(String::new());
    lines.push("percent with exact 95 % interval; base, partner and frame of those found".to_owned());
    let percents = evaluation
        .canonical_levels
        .iter()
        .chain(&evaluation.classes)
        .map(|cell| {
            let names = [cell.class.clone(), level(cell).to_owned()];
            names
                .into_iter()
                .chain(rates(cell).map(|(_, rate)| percent(rate)))
                .collect()
        });
    lines.extend(columns(&PERCENTS, percents));
    lines.push(String::new());
    summary(&mut lines, evaluation);
    if list && !evaluation.notes.is_empty() {
        lines.push("\nevery fault: sample, kind, details".to_owned());
        lines.extend(evaluation.notes.iter().map(|note| {
            let sample = wording::cell(&note.sample);
            format!("{sample}\t{}\t{}", note.kind, note.text)
        }));
    } else if !evaluation.notes.is_empty() {
        let count = u64::try_from(evaluation.notes.len()).unwrap_or(u64::MAX);
        lines.push(format!("{} in the list", wording::counted(count, "fault")));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The rates of a cell, with their names.
const fn rates(cell: &Cell) -> [(&'static str, Rate); 5] {
    [
        ("found", cell.found),
        ("high_or_medium", cell.high_or_medium),
        ("base_right", cell.base_right),
        ("partner_right", cell.partner_right),
        ("frame_right", cell.frame_right),
    ]
}

fn samples(evaluation: &Evaluation) -> String {
    let missing = match evaluation.samples_without_result {
        0 => "all with a result".to_owned(),
        n => format!("{n} WITHOUT A RESULT, counted as missed"),
    };
    format!(
        "{} in the truth, {missing}",
        wording::counted(evaluation.samples, "sample")
    )
}

fn summary(lines: &mut Vec<String>, evaluation: &Evaluation) {
    let quiet = &evaluation.quiet;
    lines.push(format!(
        "false high or medium rows  {}, in {} with a result",
        evaluation.false_rows,
        of(evaluation.samples_with_false_row, "samples")
    ));
    lines.push(format!(
        "low rows without truth     {} in the {} without an event, {} in the others",
        quiet.low_rows,
        wording::counted(quiet.samples, "sample"),
        evaluation.extra_low_rows
    ));
    lines.push(format!(
        "samples with such a row    {} without an event and with a result",
        of(quiet.with_low_row, "samples")
    ));
    if !evaluation.conclusions.is_empty() {
        lines.push("conclusions, by correct states".to_owned());
    }
    let conclusions = evaluation.conclusions.iter();
    lines.extend(conclusions.map(|tally| format!("  {:47} {}", tally.wanted, of(tally.right, "right"))));
    for gap in &evaluation.gaps {
        let mut text = format!("{}: {}", gap.kind.to_string().replace('-', " "), gap.sample);
        if !gap.text.is_empty() {
            text.push_str(&format!(": {}", gap.text));
        }
        lines.extend(wording::wrapped("gap  ", &text, WIDTH));
    }
    let unused = evaluation.unused_files.iter();
    lines.extend(unused.map(|file| format!("not used, matches no sample in the truth: {file}")));
}

fn level(cell: &Cell) -> &'static str {
    cell.level.map_or("all", super::Level::name)
}

/// `92 (64-100)`, or `-` if the total is 0. Bounds are rounded outwards; 100 means all, and 0 means none.
fn percent(rate: Rate) -> String {
    let WrittenRate {
        fraction, low, high, ..
    } = rate.into();
    let Some(fraction) = fraction else {
        return "-".to_owned();
    };
    let percent = fraction * 100.0;
    let nearly = rate.count > 0 && percent < 0.5 || (99.5..100.0).contains(&percent);
    let decimals = usize::from(nearly);
    let (low, high) = ((low * 100.0).floor(), (high * 100.0).ceil());
    format!("{percent:.decimals$} ({low:.0}-{high:.0})")
}

/// `3 of 80 samples (3.8 %, 0.78-11)`.
fn of(rate: Rate, noun: &str) -> String {
    let WrittenRate {
        fraction, low, high, ..
    } = rate.into();
    let fraction = fraction.map_or_else(String::new, |fraction| {
        let [low, high] = [low, high].map(wording::percent_number);
        format!(" ({}, {low}-{high})", wording::percent(fraction))
    });
    format!("{} of {} {noun}{fraction}", rate.count, rate.of)
}

/// A row of the tidy table.
fn measure(measure: &str, class: &str, level: &str, numbers: [String; 5]) -> Vec<String> {
    let names = [measure.to_owned(), wording::cell(class), level.to_owned()];
    names.into_iter().chain(numbers).collect()
}

/// Count, total, fraction and bounds.
fn numbers(rate: Rate) -> [String; 5] {
    let WrittenRate {
        fraction, low, high, ..
    } = rate.into();
    let fraction = fraction.map_or_else(|| ".".to_owned(), |fraction| fraction.to_string());
    [
        rate.count.to_string(),
        rate.of.to_string(),
        fraction,
        low.to_string(),
        high.to_string(),
    ]
}

/// One measure per line: `measure class molecules count of fraction low high`. Missing values are `.`.
pub fn tsv(evaluation: &Evaluation) -> String {
    let cells = evaluation.cells.iter();
    let cells = cells.chain(&evaluation.canonical_levels).chain(&evaluation.classes);
    let of_cell = |cell: &Cell| rates(cell).map(|(name, rate)| measure(name, &cell.class, level(cell), numbers(rate)));
    let mut rows: Vec<Vec<String>> = cells.flat_map(of_cell).collect();
    let of_samples = [
        ("samples_with_false_row", evaluation.samples_with_false_row),
        ("quiet_samples_with_low_row", evaluation.quiet.with_low_row),
    ];
    rows.extend(of_samples.map(|(name, rate)| measure(name, ".", ".", numbers(rate))));
    let conclusions = evaluation.conclusions.iter();
    rows.extend(conclusions.map(|tally| measure("conclusion_right", &tally.wanted, ".", numbers(tally.right))));
    let counts = [
        ("samples", evaluation.samples),
        ("samples_without_result", evaluation.samples_without_result),
        ("false_rows", evaluation.false_rows),
        ("quiet_low_rows", evaluation.quiet.low_rows),
        ("extra_low_rows", evaluation.extra_low_rows),
    ];
    rows.extend(counts.map(|(name, count)| {
        let numbers = [&count.to_string(), ".", ".", ".", "."].map(str::to_owned);
        measure(name, ".", ".", numbers)
    }));
    table("measure class molecules count of fraction low high", rows)
}
