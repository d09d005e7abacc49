//! A series as table, JSON and HTML page.

use askama::Template;
use serde_json::{Value, json};

use super::estimate::Estimate;
use super::{FollowUp, MoleculesBy, Series, Tracked};
use breakapart_core::report::scale::{Decades, px};
use breakapart_core::report::{tsv::table, wording};

/// Columns of `track.tsv`, separated by blanks.
const COLUMNS: &str = "sample day junction unit result molecules_found molecules_examined fraction fraction_low \
                       fraction_high limit cells cells_low cells_high limit_cells reaches_1e-4_of_cells molecules_by";

fn unit(series: &Series) -> &'static str {
    if series.is_rna { "transcripts" } else { "alleles" }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.3e}"))
}

/// One line of every output: all junctions of a sample together, or one of them.
struct Line<'a> {
    series: &'a Series,
    sample: &'a FollowUp,
    tracked: &'a Tracked,
    estimate: &'a Estimate,
}

impl Line<'_> {
    fn junction(&self) -> &str {
        self.tracked.junction.as_deref().unwrap_or("all")
    }

    fn by(&self) -> &'static str {
        self.tracked.by.map_or("", MoleculesBy::name)
    }

    /// `detected`, or that nothing was found above the limit, never zero; or why the sample's file could not be used.
    fn result(&self) -> String {
        if let Some(failure) = &self.sample.failure {
            return format!("not used: {}", wording::clean(failure));
        }
        let (estimate, of) = (self.estimate, unit(self.series));
        match (estimate.is_detected, estimate.limit) {
            (true, _) if estimate.found == 1 => "detected (1 molecule: not quantifiable, repeat)".to_owned(),
            (true, _) => "detected".to_owned(),
            (false, _) if estimate.found > 0 => format!(
                "{} found, fewer than --min-molecules requires",
                wording::counted(estimate.found, "molecule")
            ),
            (false, Some(limit)) if self.series.is_rna => format!("below {limit:.1e} of {of}"),
            (false, Some(limit)) => format!("below {:.1e} of cells ({limit:.1e} of {of})", Estimate::cells(limit)),
            (false, None) if estimate.examined > 0 => format!(
                "not assessable: only {} examined",
                wording::counted(estimate.examined, "molecule")
            ),
            (false, None) => "not assessable: no molecule was examined".to_owned(),
        }
    }

    /// The fraction; none if nothing was found.
    fn fraction(&self) -> Option<f64> {
        let own = self.tracked.junction.is_some() && self.estimate.found > 0;
        self.estimate.fraction.filter(|_| own)
    }

    /// A bound of the fraction, if any molecule was examined.
    fn bound(&self, bound: f64) -> Option<f64> {
        (self.tracked.junction.is_some() && self.estimate.examined > 0).then_some(bound)
    }

    /// Whether the limit reaches 1e-4 of cells; `None` if not applicable.
    fn reaches(&self) -> Option<bool> {
        (!self.series.is_rna && self.sample.failure.is_none()).then(|| self.estimate.reaches_required())
    }

    /// The fraction and its bounds, of cells or of transcripts.
    fn shares(&self) -> Option<[f64; 3]> {
        let Estimate { low, high, .. } = *self.estimate;
        Some([self.fraction()?, low, high].map(|share| scale(self.series, share)))
    }

    /// The fraction, as shown on the page.
    fn share(&self) -> String {
        let shares = self.shares();
        shares.map_or_else(String::new, |[share, low, high]| {
            format!("{share:.2e} ({low:.1e} to {high:.1e})")
        })
    }

    /// The limit, as shown on the page.
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
    let all = std::iter::once(&sample.all).chain(&sample.junctions);
    all.map(|tracked| Line {
        series,
        sample,
        tracked,
        estimate: &tracked.estimate,
    })
    .collect()
}

/// The same for the page and terminal: if one junction is tracked, only its line.
fn lines_shown<'a>(series: &'a Series, sample: &'a FollowUp) -> Vec<Line<'a>> {
    let lines = lines(series, sample);
    let left_out = usize::from(lines.len() == 2);
    lines.into_iter().skip(left_out).collect()
}

/// `track.tsv`: for every sample a row of all junctions together, then one per junction.
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
            line.junction().to_owned(),
            unit(series).to_owned(),
            line.result(),
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
            line.by().to_owned(),
        ]
    });
    table(COLUMNS, rows)
}

/// An estimate; the fraction of one junction alone, as in `track.tsv`.
fn estimate_json(line: &Line<'_>) -> Value {
    let (estimate, is_rna) = (line.estimate, line.series.is_rna);
    json!({
        "result": line.result(),
        "detected": estimate.is_detected,
        "molecules_found": estimate.found,
        "molecules_examined": estimate.examined,
        "fraction": line.fraction(),
        "fraction_low": line.bound(estimate.low),
        "fraction_high": line.bound(estimate.high),
        "limit": estimate.limit,
        "limit_cells": estimate.limit.filter(|_| !is_rna).map(Estimate::cells),
        "reaches_1e-4_of_cells": (!is_rna).then(|| estimate.reaches_required()),
    })
}

fn sample_json(series: &Series, sample: &FollowUp) -> Value {
    let lines = lines(series, sample);
    let (all, each) = lines.split_at(1);
    let each = each
        .iter()
        .map(|line| json!({ "junction": line.junction(), "molecules_by": line.by(), "estimate": estimate_json(line) }));
    json!({
        "sample": sample.sample,
        "day": sample.day,
        "failure": sample.failure,
        "all_junctions": all.first().map(estimate_json),
        "junctions": each.collect::<Vec<_>>(),
        "warnings": sample.warnings,
    })
}

/// `track.json`.
///
/// # Errors
/// A failure of the JSON writer.
pub fn json(series: &Series) -> Result<String, serde_json::Error> {
    let value = json!({
        "tool_version": VERSION,
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
            "shares are of KMT2A transcripts at the junction; a cell may have many or few, so they say nothing about the number of cells",
        ]
    } else {
        vec![
            "two KMT2A alleles per cell, one of them rearranged: the share of cells is twice the share of alleles",
            "limits are shares that the molecules examined in this sample would show with probability 0.95",
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
    /// Its tooltip.
    title: String,
}

/// The kind of a point.
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
    series: &'a Series,
    unit: &'static str,
    /// The junction shown in the figure.
    lead: &'a str,
    points: Vec<Point>,
    /// Ends of the lines between findings: x1, y1, x2, y2.
    lines: Vec<[String; 4]>,
    ticks: Vec<(String, String)>,
    required: Option<String>,
}

/// The program's version.
const VERSION: &str = env!("CARGO_PKG_VERSION");
const STYLE: &str = include_str!("series.css");
const STYLE_HASH: &str = "wd6zehVsf/Ad4QGsJZGrUCwH/WXyhN1JYwSrnYCn6aE=";
/// The figure's upper edge, pixels, and its axis of fractions: from one at the top to a millionth at the bottom.
const TOP: f64 = 20.0;
const AXIS: Decades = Decades::new((-6.0, 0.0), (260.0, TOP));

/// `track.html`.
///
/// # Errors
/// A failure of the template.
pub fn html(series: &Series) -> Result<String, askama::Error> {
    let points = points(series);
    // A line suggests a rise or fall: only between two findings, never from or to a limit.
    let pairs = points.windows(2);
    let found = pairs.filter(|pair| pair.iter().all(|point| point.mark == Mark::Found));
    let lines = found.map(|pair| [pair[0].x, pair[0].y, pair[1].x, pair[1].y].map(px));
    let tick = |decade: i32| (px(AXIS.at(10_f64.powi(-decade))), format!("1e-{decade}"));
    Page {
        series,
        unit: if series.is_rna {
            "KMT2A transcripts at the junction"
        } else {
            "cells"
        },
        lead: series.targets.first().map_or("", |target| &target.id),
        lines: lines.collect(),
        points,
        ticks: (0..=6).map(tick).collect(),
        required: (!series.is_rna).then(|| px(AXIS.at(super::estimate::REQUIRED_CELLS))),
    }
    .render()
}

fn scale(series: &Series, share: f64) -> f64 {
    if series.is_rna { share } else { Estimate::cells(share) }
}

/// A tracked junction, with its positions.
fn target_words(target: &super::Target) -> String {
    format!(
        "{} {} ({}), {} :: {}, {} at diagnosis",
        target.id,
        target.name,
        target.assay.to_uppercase(),
        wording::place(&target.five),
        wording::place(&target.three),
        wording::counted(target.molecules, "molecule")
    )
}

/// The points of the lead junction in the order of days.
fn points(series: &Series) -> Vec<Point> {
    let samples = series.samples.iter().enumerate();
    let mut samples: Vec<(f64, &FollowUp)> = samples
        .map(|(index, sample)| (sample.day.unwrap_or(index as f64), sample))
        .collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [first, last] = [samples.first(), samples.last()].map(|end| end.map_or(0.0, |(day, _)| *day));
    let x = |day: f64| {
        if last > first {
            90.0 + 820.0 * (day - first) / (last - first)
        } else {
            480.0
        }
    };
    samples
        .into_iter()
        .map(|(day, sample)| point(series, sample, x(day)))
        .collect()
}

fn point(series: &Series, sample: &FollowUp, x: f64) -> Point {
    let at = |share: f64| AXIS.at(scale(series, share));
    let lead = sample.junctions.first().map(|lead| lead.estimate);
    let found = lead.filter(|lead| lead.found > 0).and_then(|lead| lead.fraction);
    let (mark, y) = match (found, lead.and_then(|lead| lead.limit)) {
        (Some(fraction), _) => (Mark::Found, at(fraction)),
        (None, Some(limit)) => (Mark::Below, at(limit)),
        (None, None) => (Mark::Open, TOP),
    };
    let name = wording::clean(&sample.sample);
    let named = sample.day.map_or_else(|| name.clone(), |day| format!("day {day}"));
    // Another junction of the event may be found in samples without the lead one.
    let others = sample.junctions.iter().skip(1).filter(|other| other.estimate.found > 0);
    let others: Vec<&str> = others.filter_map(|other| other.junction.as_deref()).collect();
    let interval = lead.filter(|_| mark == Mark::Found);
    let all = lines(series, sample);
    Point {
        x,
        y,
        low: interval.map_or(y, |lead| at(lead.low)),
        high: interval.map_or(y, |lead| at(lead.high)),
        mark,
        label: match mark {
            Mark::Open => format!("{named}: not assessable"),
            Mark::Below if !others.is_empty() => format!("{named} ({} found)", others.join(", ")),
            _ => named,
        },
        title: format!("{name}: {}", all[0].result()),
    }
}

/// The text on the terminal: a line per sample, all junctions together, and one for each junction with its own
/// fraction.
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
        for (number, line) in lines_shown(series, sample).iter().enumerate() {
            let words = line_text(line);
            let reaches = match line.reaches() {
                None => "",
                Some(true) => "; reaches 1e-4 of cells",
                Some(false) => "; does not reach 1e-4 of cells",
            };
            text.push_str(&match number {
                0 => format!("  {name}  {words}{reaches}\n"),
                _ => format!("    {}  {words}\n", line.junction()),
            });
        }
        for warning in &sample.warnings {
            text.push_str(&format!("    note {warning}\n"));
        }
    }
    text
}

fn line_text(line: &Line<'_>) -> String {
    if line.sample.failure.is_some() {
        return line.result();
    }
    let Estimate { found, examined, .. } = line.estimate;
    let place = line.tracked.junction.as_ref().map_or(" at all junctions", |_| "");
    let of = if line.series.is_rna { "transcripts" } else { "cells" };
    let share = line.shares().map_or_else(String::new, |[share, low, high]| {
        format!(", {share:.2e} of {of} (95 %: {low:.1e} to {high:.1e})")
    });
    format!("{}: {found} of {examined} molecules{place}{share}", line.result())
}

#[cfg(test)]
mod tests;
