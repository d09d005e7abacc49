//! A series as table, JSON and page.

use askama::Template;
use serde_json::{Value, json};

use super::estimate::Estimate;
use super::{FollowUp, Series};
use crate::report::wording;

/// Columns of `track.tsv`.
const COLUMNS: [&str; 17] = [
    "sample",
    "day",
    "junction",
    "unit",
    "result",
    "molecules_found",
    "molecules_examined",
    "fraction",
    "fraction_low",
    "fraction_high",
    "limit",
    "cells",
    "cells_low",
    "cells_high",
    "limit_cells",
    "reaches_1e-4_of_cells",
    "molecules_by",
];

fn unit(series: &Series) -> &'static str {
    if series.is_rna { "transcripts" } else { "alleles" }
}

/// `detected`, or that nothing was found above the limit; never zero.
pub fn result(series: &Series, estimate: &Estimate) -> String {
    let of = unit(series);
    match (estimate.is_detected, estimate.limit) {
        (true, _) if estimate.found == 1 => "detected (1 molecule: not quantifiable, repeat)".to_owned(),
        (true, _) => "detected".to_owned(),
        (false, _) if estimate.found > 0 => format!(
            "{} found, fewer than --min-molecules asks for",
            wording::counted(estimate.found, "molecule")
        ),
        (false, Some(limit)) if series.is_rna => format!("below {limit:.1e} of {of}"),
        (false, Some(limit)) => format!("below {:.1e} of cells ({limit:.1e} of {of})", Estimate::cells(limit)),
        (false, None) if estimate.examined > 0 => format!(
            "not assessable: only {} examined",
            wording::counted(estimate.examined, "molecule")
        ),
        (false, None) => "not assessable: no molecule was examined".to_owned(),
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.3e}"))
}

/// `track.tsv`: for every sample a row of all junctions together, then one a junction.
pub fn tsv(series: &Series) -> String {
    let mut text = COLUMNS.join("\t") + "\n";
    for sample in &series.samples {
        let by = sample.lead().map_or("", |lead| lead.counts.by.name());
        line(&mut text, series, sample, "all", &sample.all, by);
        for tracked in &sample.junctions {
            line(
                &mut text,
                series,
                sample,
                &tracked.junction,
                &tracked.estimate,
                tracked.counts.by.name(),
            );
        }
    }
    text
}

fn line(text: &mut String, series: &Series, sample: &FollowUp, junction: &str, estimate: &Estimate, by: &str) {
    // Junctions lie side by side on KMT2A and share wild-type molecules: together they have no interval.
    let own = junction != "all";
    let share = |value: Option<f64>| number(value.filter(|_| own));
    let cells = |value: Option<f64>| {
        if series.is_rna {
            String::new()
        } else {
            number(value.map(Estimate::cells))
        }
    };
    let own_cells = |value: Option<f64>| cells(value.filter(|_| own));
    let known = estimate.fraction;
    let bound = |value: f64| known.map(|_| value);
    let row = [
        wording::clean(&sample.sample),
        sample.day.map_or_else(String::new, |day| day.to_string()),
        junction.to_owned(),
        unit(series).to_owned(),
        result(series, estimate),
        estimate.found.to_string(),
        estimate.examined.to_string(),
        // Nothing found is no fraction of zero.
        share(known.filter(|_| estimate.found > 0)),
        share(bound(estimate.low).filter(|_| estimate.found > 0)),
        share(bound(estimate.high)),
        number(estimate.limit),
        own_cells(known.filter(|_| estimate.found > 0)),
        own_cells(bound(estimate.low).filter(|_| estimate.found > 0)),
        own_cells(bound(estimate.high)),
        cells(estimate.limit),
        if series.is_rna {
            String::new()
        } else {
            if estimate.reaches_required() { "yes" } else { "no" }.to_owned()
        },
        by.to_owned(),
    ];
    text.push_str(&row.join("\t"));
    text.push('\n');
}

fn estimate_json(series: &Series, estimate: &Estimate) -> Value {
    let cells = |value: Option<f64>| value.filter(|_| !series.is_rna).map(Estimate::cells);
    json!({
        "result": result(series, estimate),
        "detected": estimate.is_detected,
        "molecules_found": estimate.found,
        "molecules_examined": estimate.examined,
        "fraction": estimate.fraction.filter(|_| estimate.found > 0),
        "fraction_low": estimate.low,
        "fraction_high": estimate.high,
        "limit": estimate.limit,
        "limit_cells": cells(estimate.limit),
        "reaches_1e-4_of_cells": (!series.is_rna).then(|| estimate.reaches_required()),
    })
}

/// `track.json`.
///
/// # Errors
/// Where the JSON writer fails.
pub fn json(series: &Series) -> Result<String, serde_json::Error> {
    let value = json!({
        "tool_version": env!("CARGO_PKG_VERSION"),
        "event": series.event,
        "diagnosis_sample": series.diagnosis,
        "unit": format!("KMT2A {}", unit(series)),
        "assumptions": assumptions(series),
        "targets": series.targets.iter().map(|target| json!({
            "junction": target.id, "name": target.name, "assay": target.assay,
            "anchor_bases": target.anchor, "molecules_at_diagnosis": target.molecules,
        })).collect::<Vec<_>>(),
        "samples": series.samples.iter().map(|sample| json!({
            "sample": sample.sample,
            "day": sample.day,
            "all_junctions": estimate_json(series, &sample.all),
            "junctions": sample.junctions.iter().map(|tracked| json!({
                "junction": tracked.junction,
                "molecules_by": tracked.counts.by.name(),
                "estimate": estimate_json(series, &tracked.estimate),
            })).collect::<Vec<_>>(),
            "warnings": sample.warnings,
        })).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&value).map(|text| text + "\n")
}

fn assumptions(series: &Series) -> Vec<&'static str> {
    if series.is_rna {
        vec![
            "shares are of KMT2A transcripts at the junction; a cell may hold many or few: they say nothing of the number of cells",
        ]
    } else {
        vec![
            "two KMT2A alleles a cell, one of them rearranged: the share of cells is twice the share of alleles",
            "limits are shares that would be shown with probability 0.95 by the molecules examined in this sample",
        ]
    }
}

/// A line of the table of the page.
struct PageRow {
    sample: String,
    day: String,
    result: String,
    molecules: String,
    share: String,
    limit: String,
}

/// A point of the figure, pixels.
struct Point {
    x: String,
    y: String,
    low: String,
    high: String,
    found: bool,
    label: String,
}

#[derive(Template)]
#[template(path = "track/series.html")]
struct Page<'a> {
    style: &'static str,
    style_hash: &'static str,
    series: &'a Series,
    unit: String,
    rows: Vec<PageRow>,
    points: Vec<Point>,
    line: String,
    ticks: Vec<(String, String)>,
    required: Option<String>,
    assumptions: Vec<&'static str>,
}

const STYLE: &str = include_str!("series.css");
const STYLE_HASH: &str = "ttYtOcO1aFvAXZGlP0awS7TvsCDCGufbEaLuIYXiJ8w=";
/// The figure's lowest decade and its extent, pixels.
const LOWEST: f64 = -6.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 260.0;

fn height(share: f64) -> f64 {
    let decade = share.max(1e-12).log10().clamp(LOWEST, 0.0);
    TOP + (BOTTOM - TOP) * decade / LOWEST
}

/// `track.html`.
///
/// # Errors
/// Where the template fails.
pub fn html(series: &Series) -> Result<String, askama::Error> {
    let scale = |share: f64| if series.is_rna { share } else { Estimate::cells(share) };
    let days: Vec<f64> = series
        .samples
        .iter()
        .enumerate()
        .map(|(index, sample)| sample.day.unwrap_or(index as f64))
        .collect();
    let (first, last) = (
        days.iter().copied().fold(f64::INFINITY, f64::min),
        days.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let points: Vec<Point> = series
        .samples
        .iter()
        .zip(&days)
        .filter_map(|(sample, day)| {
            let lead = sample.lead()?;
            let x = if last > first {
                90.0 + 820.0 * (day - first) / (last - first)
            } else {
                480.0
            };
            let found = lead.estimate.found > 0;
            let share = if found {
                lead.estimate.fraction?
            } else {
                sample.all.limit?
            };
            Some(Point {
                x: format!("{x:.1}"),
                y: format!("{:.1}", height(scale(share))),
                low: format!("{:.1}", height(scale(lead.estimate.low))),
                high: format!("{:.1}", height(scale(lead.estimate.high))),
                found,
                label: sample
                    .day
                    .map_or_else(|| sample.sample.clone(), |day| format!("day {day}")),
            })
        })
        .collect();
    let line: Vec<String> = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect();
    let rows = series
        .samples
        .iter()
        .map(|sample| {
            let share = sample.lead().filter(|lead| lead.estimate.found > 0).and_then(|lead| {
                let estimate = lead.estimate;
                Some(format!(
                    "{:.2e} ({:.1e} to {:.1e})",
                    scale(estimate.fraction?),
                    scale(estimate.low),
                    scale(estimate.high)
                ))
            });
            PageRow {
                sample: sample.sample.clone(),
                day: sample.day.map_or_else(String::new, |day| day.to_string()),
                result: result(series, &sample.all),
                molecules: format!("{} of {}", sample.all.found, sample.all.examined),
                share: share.unwrap_or_default(),
                limit: sample
                    .all
                    .limit
                    .map_or_else(|| "none".to_owned(), |limit| format!("{:.1e}", scale(limit))),
            }
        })
        .collect();
    Page {
        style: STYLE,
        style_hash: STYLE_HASH,
        series,
        unit: if series.is_rna {
            "KMT2A transcripts at the junction"
        } else {
            "cells"
        }
        .to_owned(),
        rows,
        points,
        line: line.join(" "),
        ticks: (0..=6)
            .map(|decade| (format!("{:.1}", height(10_f64.powi(-decade))), format!("1e-{decade}")))
            .collect(),
        required: (!series.is_rna).then(|| format!("{:.1}", height(super::estimate::REQUIRED_CELLS))),
        assumptions: assumptions(series),
    }
    .render()
}

/// What a person sees on the terminal.
pub fn text(series: &Series) -> String {
    let mut text = format!(
        "{}  {}  {} ({})\n",
        wording::clean(&series.diagnosis),
        wording::clean(&series.event),
        wording::counted(series.targets.len() as u64, "junction"),
        if series.is_rna {
            "RNA: transcripts, not cells"
        } else {
            "DNA: alleles; cells at two alleles each"
        }
    );
    for sample in &series.samples {
        text.push_str(&format!(
            "  {}  {}: {} of {} molecules",
            wording::clean(&sample.sample),
            result(series, &sample.all),
            sample.all.found,
            sample.all.examined
        ));
        if let Some(lead) = sample.lead().filter(|lead| lead.estimate.found > 0)
            && let Some(fraction) = lead.estimate.fraction
        {
            let scale = |share: f64| if series.is_rna { share } else { Estimate::cells(share) };
            text.push_str(&format!(
                ", {:.2e} of {} (95 %: {:.1e} to {:.1e})",
                scale(fraction),
                if series.is_rna { "transcripts" } else { "cells" },
                scale(lead.estimate.low),
                scale(lead.estimate.high)
            ));
        }
        if !series.is_rna {
            let reaches = if sample.all.reaches_required() {
                "reaches"
            } else {
                "does not reach"
            };
            text.push_str(&format!("; {reaches} 1e-4 of cells"));
        }
        text.push('\n');
        for warning in &sample.warnings {
            text.push_str(&format!("    note {warning}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests;
