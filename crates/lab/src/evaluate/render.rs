//! The evaluation as text for people, as a tidy table and as JSON.

use std::fmt::Write;

use super::outcome::{Cell, Evaluation, Rate};
use breakapart_core::report::json::pretty;
use breakapart_core::report::wording;

/// Width of the text, in characters; the notes, asked for one by one, may be longer.
const WIDTH: usize = 98;

/// The text: counts as a table, then the fractions with their intervals, then what is wrong. With
/// `list`, every note follows at the end.
pub fn text(evaluation: &Evaluation, list: bool) -> String {
    let mut out = String::new();
    let callers = if evaluation.callers.is_empty() {
        "no result".to_owned()
    } else {
        evaluation.callers.join(", ")
    };
    line(&mut out, &format!("results of {callers}; {}", samples(evaluation)));
    out.push('\n');
    line(
        &mut out,
        &format!(
            "{:24}{:>10}{:>8}{:>7}{:>9}{:>6}{:>8}{:>9}",
            "class", "molecules", "events", "found", "high/med", "base", "partner", "frame"
        ),
    );
    for cell in &evaluation.cells {
        line(
            &mut out,
            &format!(
                "{:24}{:>10}{:>8}{:>7}{:>9}{:>6}{:>8}{:>9}",
                cell.class,
                level(cell),
                cell.events,
                cell.found.count,
                cell.high_or_medium.count,
                cell.base_right.count,
                cell.partner_right.count,
                format!("{}/{}", cell.frame_right.count, cell.frame_right.of),
            ),
        );
    }
    out.push('\n');
    line(
        &mut out,
        "percent with exact 95 % interval; base, partner and frame of the found",
    );
    line(
        &mut out,
        &format!(
            "{:22}{:>6}{:>14}{:>14}{:>14}{:>14}{:>14}",
            "class", "", "found", "high/med", "base", "partner", "frame"
        ),
    );
    for cell in evaluation.canonical_levels.iter().chain(&evaluation.classes) {
        line(
            &mut out,
            &format!(
                "{:22}{:>6}{:>14}{:>14}{:>14}{:>14}{:>14}",
                cell.class,
                level(cell),
                percent(&cell.found),
                percent(&cell.high_or_medium),
                percent(&cell.base_right),
                percent(&cell.partner_right),
                percent(&cell.frame_right),
            ),
        );
    }
    out.push('\n');
    summary(&mut out, evaluation);
    if list {
        if !evaluation.notes.is_empty() {
            line(
                &mut out,
                "\nevery fault: sample, kind, what was found against the truth",
            );
        }
        for note in &evaluation.notes {
            line(
                &mut out,
                &format!("{}\t{}\t{}", wording::cell(&note.sample), note.kind.name(), note.text),
            );
        }
    } else if !evaluation.notes.is_empty() {
        let count = u64::try_from(evaluation.notes.len()).unwrap_or(u64::MAX);
        line(&mut out, &format!("{} in the list", wording::counted(count, "fault")));
    }
    out
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

fn summary(out: &mut String, evaluation: &Evaluation) {
    let quiet = &evaluation.quiet;
    line(
        out,
        &format!(
            "false high or medium rows  {}, in {} with a result",
            evaluation.false_rows,
            of(&evaluation.samples_with_false_row, "samples")
        ),
    );
    line(
        out,
        &format!(
            "low rows without truth     {} in the {} without an event, {} in the others",
            quiet.low_rows,
            wording::counted(quiet.samples, "sample"),
            evaluation.extra_low_rows
        ),
    );
    line(
        out,
        &format!(
            "samples with such a row    {} without an event and with a result",
            of(&quiet.with_low_row, "samples")
        ),
    );
    if !evaluation.conclusions.is_empty() {
        line(out, "conclusions, by the states that are right for the sample");
    }
    for tally in &evaluation.conclusions {
        line(out, &format!("  {:47} {}", tally.wanted, of(&tally.right, "right")));
    }
    for gap in &evaluation.gaps {
        let text = format!("{}: {}", gap.kind.name(), gap.sample);
        let text = if gap.text.is_empty() {
            text
        } else {
            format!("{text}: {}", gap.text)
        };
        for wrapped in wording::wrapped("gap  ", &text, WIDTH) {
            line(out, &wrapped);
        }
    }
    for file in &evaluation.unused_files {
        line(out, &format!("of no sample in the truth, not used: {file}"));
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn level(cell: &Cell) -> &'static str {
    cell.level.map_or("all", super::Level::name)
}

/// `92 (64-100)`, or `-` of none. The bounds are rounded outwards, and only all is 100, only none 0.
fn percent(rate: &Rate) -> String {
    let Some(fraction) = rate.fraction else {
        return "-".to_owned();
    };
    let percent = fraction * 100.0;
    let nearly = rate.count > 0 && percent < 0.5 || (99.5..100.0).contains(&percent);
    let decimals = usize::from(nearly);
    let (low, high) = ((rate.low * 100.0).floor(), (rate.high * 100.0).ceil());
    format!("{percent:.decimals$} ({low:.0}-{high:.0})")
}

/// `3 of 80 samples (3.8 %, 0.78-11)`.
fn of(rate: &Rate, noun: &str) -> String {
    let fraction = rate.fraction.map_or_else(String::new, |fraction| {
        format!(
            " ({}, {}-{})",
            wording::percent(fraction),
            wording::percent_number(rate.low),
            wording::percent_number(rate.high)
        )
    });
    format!("{} of {} {noun}{fraction}", rate.count, rate.of)
}

/// One measure a line: `measure class molecules count of fraction low high`. Missing values are `.`.
pub fn tsv(evaluation: &Evaluation) -> String {
    let mut out = String::from("measure\tclass\tmolecules\tcount\tof\tfraction\tlow\thigh\n");
    let mut rate = |measure: &str, class: &str, level: &str, rate: &Rate| {
        let fraction = rate
            .fraction
            .map_or_else(|| ".".to_owned(), |fraction| fraction.to_string());
        let _ = writeln!(
            out,
            "{measure}\t{}\t{level}\t{}\t{}\t{fraction}\t{}\t{}",
            wording::cell(class),
            rate.count,
            rate.of,
            rate.low,
            rate.high
        );
    };
    let cells = evaluation.cells.iter();
    for cell in cells.chain(&evaluation.canonical_levels).chain(&evaluation.classes) {
        for (measure, value) in [
            ("found", &cell.found),
            ("high_or_medium", &cell.high_or_medium),
            ("base_right", &cell.base_right),
            ("partner_right", &cell.partner_right),
            ("frame_right", &cell.frame_right),
        ] {
            rate(measure, &cell.class, level(cell), value);
        }
    }
    rate("samples_with_false_row", ".", ".", &evaluation.samples_with_false_row);
    rate("quiet_samples_with_low_row", ".", ".", &evaluation.quiet.with_low_row);
    for tally in &evaluation.conclusions {
        rate("conclusion_right", &tally.wanted, ".", &tally.right);
    }
    for (measure, count) in [
        ("samples", evaluation.samples),
        ("samples_without_result", evaluation.samples_without_result),
        ("false_rows", evaluation.false_rows),
        ("quiet_low_rows", evaluation.quiet.low_rows),
        ("extra_low_rows", evaluation.extra_low_rows),
    ] {
        let _ = writeln!(out, "{measure}\t.\t.\t{count}\t.\t.\t.\t.");
    }
    out
}

/// JSON with a final newline.
///
/// # Errors
/// A number that is not finite, which no rate has.
pub fn json(evaluation: &Evaluation) -> Result<String, serde_json::Error> {
    pretty(evaluation)
}
