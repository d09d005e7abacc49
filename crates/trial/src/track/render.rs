//! A series as table, JSON and page.

use askama::Template;
use serde_json::{Value, json};

use super::estimate::Estimate;
use super::{FollowUp, Series};
use breakapart_core::report::scale::{Decades, px};
use breakapart_core::report::{tsv::table, wording};

/// Columns of `track.tsv`, blanks between them.
const COLUMNS: &str = "sample day junction unit result molecules_found molecules_examined fraction fraction_low \
                       fraction_high limit cells cells_low cells_high limit_cells reaches_1e-4_of_cells molecules_by";

fn unit(series: &Series) -> &'static str {
    if series.is_rna { "transcripts" } else { "alleles" }
}

/// What a sample says: of all its junctions together, or why its file could not be used.
pub fn result_of_sample(series: &Series, sample: &FollowUp) -> String {
    match &sample.failure {
        Some(failure) => format!("not used: {}", wording::clean(failure)),
        None => result(series, &sample.all),
    }
}

/// `detected`, or that nothing was found above the limit; never zero.
fn result(series: &Series, estimate: &Estimate) -> String {
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

/// One line of every output: all junctions of a sample together, or one of them.
struct Line<'a> {
    series: &'a Series,
    sample: &'a FollowUp,
    junction: &'a str,
    result: String,
    by: &'static str,
    estimate: &'a Estimate,
    /// Of one junction. Junctions lie side by side on KMT2A and share wild-type molecules: together they have no share.
    own: bool,
}

impl Line<'_> {
    /// The share; nothing found is no share of zero.
    fn fraction(&self) -> Option<f64> {
        self.estimate.fraction.filter(|_| self.own && self.estimate.found > 0)
    }

    /// A bound of the share, where any molecule was examined.
    fn bound(&self, bound: f64) -> Option<f64> {
        (self.own && self.estimate.examined > 0).then_some(bound)
    }

    /// Whether the limit reaches 1e-4 of cells; `None` where that says nothing.
    fn reaches(&self) -> Option<bool> {
        (!self.series.is_rna && self.sample.failure.is_none()).then(|| self.estimate.reaches_required())
    }

    /// The share and its bounds, of cells or of transcripts.
    fn shares(&self) -> Option<[f64; 3]> {
        let Estimate { low, high, .. } = *self.estimate;
        Some([self.fraction()?, low, high].map(|share| scale(self.series, share)))
    }

    /// The share as the page has it.
    fn share(&self) -> String {
        let shares = self.shares();
        shares.map_or_else(String::new, |[share, low, high]| {
            format!("{share:.2e} ({low:.1e} to {high:.1e})")
        })
    }

    /// The limit as the page has it.
    fn limit(&self) -> String {
        let limit = self.estimate.limit.map(|limit| scale(self.series, limit));
        limit.map_or_else(String::new, |limit| format!("{limit:.1e}"))
    }

    fn day(&self) -> String {
        self.sample.day.map_or_else(String::new, |day| day.to_string())
    }
}

/// A sample's lines: all junctions together, then each.
fn lines<'a>(series: &'a Series, sample: &'a FollowUp) -> Vec<Line<'a>> {
    let all = Line {
        series,
        sample,
        junction: "all",
        result: result_of_sample(series, sample),
        by: sample.lead().map_or("", |lead| lead.counts.by.name()),
        estimate: &sample.all,
        own: false,
    };
    let each = sample.junctions.iter().map(|tracked| Line {
        series,
        sample,
        junction: &tracked.junction,
        result: result(series, &tracked.estimate),
        by: tracked.counts.by.name(),
        estimate: &tracked.estimate,
        own: true,
    });
    std::iter::once(all).chain(each).collect()
}

/// The same for people: where one junction is followed, its line alone.
fn lines_shown<'a>(series: &'a Series, sample: &'a FollowUp) -> Vec<Line<'a>> {
    let mut lines = lines(series, sample);
    if lines.len() == 2 {
        lines.remove(0);
    }
    lines
}

/// `track.tsv`: for every sample a row of all junctions together, then one a junction.
pub fn tsv(series: &Series) -> String {
    let cells = |value: Option<f64>| number(value.filter(|_| !series.is_rna).map(Estimate::cells));
    let lines = series.samples.iter().flat_map(|sample| lines(series, sample));
    let rows = lines.map(|line| {
        let estimate = line.estimate;
        let low = line.bound(estimate.low).filter(|_| estimate.found > 0);
        let high = line.bound(estimate.high);
        let reaches = line.reaches().map(|reaches| if reaches { "yes" } else { "no" });
        [
            wording::cell(&line.sample.sample),
            line.day(),
            line.junction.to_owned(),
            unit(series).to_owned(),
            line.result.clone(),
            estimate.found.to_string(),
            estimate.examined.to_string(),
            number(line.fraction()),
            number(low),
            number(high),
            number(estimate.limit),
            cells(line.fraction()),
            cells(low),
            cells(high),
            cells(estimate.limit),
            reaches.unwrap_or_default().to_owned(),
            line.by.to_owned(),
        ]
    });
    table(COLUMNS, rows)
}

/// An estimate; the share of one junction alone, as `track.tsv` has it.
fn estimate_json(series: &Series, line: &Line<'_>) -> Value {
    let estimate = line.estimate;
    json!({
        "result": line.result,
        "detected": estimate.is_detected,
        "molecules_found": estimate.found,
        "molecules_examined": estimate.examined,
        "fraction": line.fraction(),
        "fraction_low": line.bound(estimate.low),
        "fraction_high": line.bound(estimate.high),
        "limit": estimate.limit,
        "limit_cells": estimate.limit.filter(|_| !series.is_rna).map(Estimate::cells),
        "reaches_1e-4_of_cells": (!series.is_rna).then(|| estimate.reaches_required()),
    })
}

fn sample_json(series: &Series, sample: &FollowUp) -> Value {
    let lines = lines(series, sample);
    let mut estimates = lines.iter().map(|line| estimate_json(series, line));
    let all = estimates.next();
    let each =
        lines.iter().skip(1).zip(estimates).map(
            |(line, estimate)| json!({ "junction": line.junction, "molecules_by": line.by, "estimate": estimate }),
        );
    json!({
        "sample": sample.sample,
        "day": sample.day,
        "failure": sample.failure,
        "all_junctions": all,
        "junctions": each.collect::<Vec<_>>(),
        "warnings": sample.warnings,
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
        "build": series.build,
        "unit": format!("KMT2A {}", unit(series)),
        "assumptions": assumptions(series),
        "targets": series.targets.iter().map(|target| json!({
            "junction": target.id, "name": target.name, "assay": target.assay,
            "anchor_bases": target.anchor, "molecules_at_diagnosis": target.molecules,
        })).collect::<Vec<_>>(),
        "samples": series.samples.iter().map(|sample| sample_json(series, sample)).collect::<Vec<_>>(),
    });
    breakapart_core::report::json::pretty(&value)
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

/// A point of the figure, pixels: the lead junction in one sample.
struct Point {
    x: f64,
    y: f64,
    low: f64,
    high: f64,
    mark: Mark,
    label: String,
    /// What a pointer resting on it shows.
    title: String,
}

/// What a point says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Found, with its interval.
    Found,
    /// Not found; the limit.
    Below,
    /// Not assessable, or the file could not be used.
    Open,
}

impl Point {
    /// Where the label is anchored, so that it stays inside the figure.
    fn anchor(&self) -> &'static str {
        if self.x > 840.0 {
            "end"
        } else if self.x < 140.0 {
            "start"
        } else {
            "middle"
        }
    }
}

#[derive(Template)]
#[template(path = "track/series.html")]
struct Page<'a> {
    style: &'static str,
    style_hash: &'static str,
    version: &'static str,
    series: &'a Series,
    unit: String,
    /// The junction that the figure shows.
    lead: String,
    targets: Vec<String>,
    rows: Vec<Line<'a>>,
    points: Vec<Point>,
    /// Ends of the lines between findings: x1, y1, x2, y2.
    lines: Vec<[String; 4]>,
    ticks: Vec<(String, String)>,
    required: Option<String>,
    assumptions: Vec<&'static str>,
}

const STYLE: &str = include_str!("series.css");
const STYLE_HASH: &str = "wd6zehVsf/Ad4QGsJZGrUCwH/WXyhN1JYwSrnYCn6aE=";
/// The figure's upper edge, pixels, and its axis of shares: one at the top, a millionth at the bottom.
const TOP: f64 = 20.0;
const AXIS: Decades = Decades::new((-6.0, 0.0), (260.0, TOP));

/// `track.html`.
///
/// # Errors
/// Where the template fails.
pub fn html(series: &Series) -> Result<String, askama::Error> {
    let points = points(series);
    // A line says that something rose or fell: between two findings alone, never from or to a limit.
    let lines = points
        .windows(2)
        .filter(|pair| pair.iter().all(|point| point.mark == Mark::Found))
        .map(|pair| [pair[0].x, pair[0].y, pair[1].x, pair[1].y].map(px))
        .collect();
    Page {
        style: STYLE,
        style_hash: STYLE_HASH,
        version: env!("CARGO_PKG_VERSION"),
        series,
        unit: if series.is_rna {
            "KMT2A transcripts at the junction"
        } else {
            "cells"
        }
        .to_owned(),
        lead: series
            .targets
            .first()
            .map_or_else(String::new, |target| target.id.clone()),
        targets: series.targets.iter().map(target_words).collect(),
        rows: series
            .samples
            .iter()
            .flat_map(|sample| lines_shown(series, sample))
            .collect(),
        points,
        lines,
        ticks: (0..=6)
            .map(|decade| (px(AXIS.at(10_f64.powi(-decade))), format!("1e-{decade}")))
            .collect(),
        required: (!series.is_rna).then(|| px(AXIS.at(super::estimate::REQUIRED_CELLS))),
        assumptions: assumptions(series),
    }
    .render()
}

fn scale(series: &Series, share: f64) -> f64 {
    if series.is_rna { share } else { Estimate::cells(share) }
}

/// A junction that is followed, with its places.
fn target_words(target: &super::Target) -> String {
    let place =
        |side: &breakapart_core::report::schema::Side| format!("{}:{}", side.contig, wording::thousands(side.position));
    format!(
        "{} {} ({}), {} :: {}, {} at diagnosis",
        target.id,
        target.name,
        target.assay.to_uppercase(),
        place(&target.five),
        place(&target.three),
        wording::counted(target.molecules, "molecule")
    )
}

/// The points of the lead junction in the order of days.
fn points(series: &Series) -> Vec<Point> {
    let mut samples: Vec<(f64, &FollowUp)> = series
        .samples
        .iter()
        .enumerate()
        .map(|(index, sample)| (sample.day.unwrap_or(index as f64), sample))
        .collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = match (samples.first(), samples.last()) {
        (Some(first), Some(last)) => (first.0, last.0),
        _ => return Vec::new(),
    };
    samples
        .iter()
        .map(|(day, sample)| {
            let lead = sample.lead().map(|lead| lead.estimate);
            let found = lead.filter(|e| e.found > 0).and_then(|e| Some((e, e.fraction?)));
            let limit = lead.and_then(|e| e.limit);
            let at = |share: f64| AXIS.at(scale(series, share));
            let (mark, y) = match (found, limit) {
                (Some((_, fraction)), _) => (Mark::Found, at(fraction)),
                (None, Some(limit)) => (Mark::Below, at(limit)),
                (None, None) => (Mark::Open, TOP),
            };
            let named = sample
                .day
                .map_or_else(|| wording::clean(&sample.sample), |day| format!("day {day}"));
            // Another junction of the event may be found where the lead one is not.
            let others = sample.junctions.iter().skip(1).filter(|t| t.estimate.found > 0);
            let others: Vec<&str> = others.map(|t| t.junction.as_str()).collect();
            Point {
                x: if last > first {
                    90.0 + 820.0 * (day - first) / (last - first)
                } else {
                    480.0
                },
                y,
                low: found.map_or(y, |(e, _)| at(e.low)),
                high: found.map_or(y, |(e, _)| at(e.high)),
                mark,
                label: match mark {
                    Mark::Open => format!("{named}: not assessable"),
                    Mark::Below if !others.is_empty() => format!("{named} ({} found)", others.join(", ")),
                    _ => named,
                },
                title: format!(
                    "{}: {}",
                    wording::clean(&sample.sample),
                    result_of_sample(series, sample)
                ),
            }
        })
        .collect()
}

/// What a person sees on the terminal: a line for a sample, all junctions together, and one for each junction with its
/// own share.
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
        let name = wording::clean(&sample.sample);
        if sample.failure.is_some() {
            text.push_str(&format!("  {name}  {}\n", result_of_sample(series, sample)));
        } else {
            for (number, line) in lines_shown(series, sample).iter().enumerate() {
                let words = line_text(line);
                let reaches = match line.reaches().filter(|_| number == 0) {
                    None => "",
                    Some(true) => "; reaches 1e-4 of cells",
                    Some(false) => "; does not reach 1e-4 of cells",
                };
                text.push_str(&match number {
                    0 => format!("  {name}  {words}{reaches}\n"),
                    _ => format!("    {}  {words}\n", line.junction),
                });
            }
        }
        for warning in &sample.warnings {
            text.push_str(&format!("    note {warning}\n"));
        }
    }
    text
}

fn line_text(line: &Line<'_>) -> String {
    let Estimate { found, examined, .. } = line.estimate;
    let place = if line.own { "" } else { " at all junctions" };
    let of = if line.series.is_rna { "transcripts" } else { "cells" };
    let share = line.shares().map_or_else(String::new, |[share, low, high]| {
        format!(", {share:.2e} of {of} (95 %: {low:.1e} to {high:.1e})")
    });
    format!("{}: {found} of {examined} molecules{place}{share}", line.result)
}

#[cfg(test)]
mod tests;
