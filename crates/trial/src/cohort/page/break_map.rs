//! Where KMT2A is broken: one dot a patient.

use super::dots::{Dot, Mark, stack, top};
use crate::cohort::{Trial, tables};
use breakapart_core::catalogue::catalogue;
use breakapart_core::catalogue::scheme::{MAJOR_DONORS, MINOR_DONORS};
use breakapart_core::genome::Build;

/// An exon of a panel, pixels.
pub(super) struct Block {
    /// Left end.
    pub x: String,
    /// Width.
    pub width: String,
    /// Number.
    pub label: String,
    /// Middle, for the label.
    pub middle: String,
}

/// A stretch of the gene with its dots.
pub(super) struct Panel {
    /// Title.
    pub title: String,
    /// Exons.
    pub exons: Vec<Block>,
    /// Introns' names with their patients, at their middle.
    pub introns: Vec<(String, String)>,
    /// Dots.
    pub dots: Vec<Dot>,
    /// Upper edge and height of the drawing.
    pub view: (f64, f64),
    /// Patients.
    pub count: usize,
}

/// The figure.
pub(super) struct BreakMap {
    /// The whole gene's exons.
    pub gene: Vec<Block>,
    /// Left end, width and name of both regions on it.
    pub regions: Vec<(String, String, &'static str)>,
    /// Panels: major region, minor region.
    pub panels: Vec<Panel>,
    /// Breaks outside both, in words.
    pub elsewhere: Vec<String>,
    /// Patients whose break is known to the base, and to the intron.
    pub exact: usize,
    /// To the intron alone.
    pub by_intron: usize,
}

/// Where panels begin, pixels, and their width.
const LEFT: f64 = 20.0;
const WIDTH: f64 = 920.0;
/// Base of the dots and their room above it, pixels.
const BASE: f64 = 170.0;
const HEIGHT: f64 = 150.0;
/// Bases shown beside a region.
const MARGIN: i64 = 150;

impl BreakMap {
    pub(super) fn of(trial: &Trial<'_>, groups: &[&str]) -> Self {
        let gene = catalogue().kmt2a(Build::GRCh38);
        let exons: Vec<(u16, i64, i64)> = gene
            .transcript()
            .map(|t| {
                t.exons
                    .iter()
                    .map(|e| (e.number, e.interval.start.0, e.interval.end.0))
                    .collect()
            })
            .unwrap_or_default();
        let edge = |number: u16, start: bool| {
            exons
                .iter()
                .find(|(n, _, _)| *n == number)
                .map_or(0, |(_, from, to)| if start { *from } else { *to })
        };
        let whole = (gene.interval.start.0, gene.interval.end.0);
        let scale = |at: i64, (from, to): (i64, i64)| LEFT + WIDTH * (at - from) as f64 / (to - from).max(1) as f64;
        let blocks = |view: (i64, i64), labels: bool| -> Vec<Block> {
            exons
                .iter()
                .filter(|(_, from, to)| *to > view.0 && *from < view.1)
                .map(|(number, from, to)| {
                    let (x, end) = (scale((*from).max(view.0), view), scale((*to).min(view.1), view));
                    Block {
                        x: format!("{x:.1}"),
                        width: format!("{:.1}", (end - x).max(1.0)),
                        label: if labels { format!("e{number}") } else { String::new() },
                        middle: format!("{:.1}", (x + end) / 2.0),
                    }
                })
                .collect()
        };
        let views = [
            ("Major region, exons 7 to 13", *MAJOR_DONORS.start(), 13_u16),
            (
                "Minor region, exons 20 to 24",
                *MINOR_DONORS.start(),
                *MINOR_DONORS.end() + 1,
            ),
        ]
        .map(|(title, first, last)| {
            let view = (edge(first, true) - MARGIN, edge(last, false) + MARGIN);
            (title, first, last, view)
        });
        let breaks = tables::breaks(trial);
        let mut placed = vec![false; breaks.len()];
        let mut panels = Vec::new();
        for (title, first, last, view) in views {
            let mut marks = Vec::new();
            // Dots known to the intron alone are spread over it in the order of the patients.
            let mut by_intron: std::collections::BTreeMap<u16, Vec<usize>> = std::collections::BTreeMap::new();
            for (index, (patient, found)) in breaks.iter().enumerate() {
                match (found.position, found.intron) {
                    (Some(position), _) if (view.0..view.1).contains(&(position - 1)) => {
                        marks.push((scale(position - 1, view), true, *patient));
                    }
                    (None, Some(intron)) if (first..last).contains(&intron) => {
                        by_intron.entry(intron).or_default().push(*patient);
                    }
                    _ => continue,
                }
                if let Some(flag) = placed.get_mut(index) {
                    *flag = true;
                }
            }
            for (intron, patients) in &by_intron {
                let (from, to) = (scale(edge(*intron, false), view), scale(edge(intron + 1, true), view));
                let step = (to - from) / (patients.len() as f64 + 1.0);
                for (n, patient) in patients.iter().enumerate() {
                    marks.push((from + step * (n as f64 + 1.0), false, *patient));
                }
            }
            let introns = (first..last)
                .map(|intron| {
                    let count = breaks
                        .iter()
                        .filter(|(_, b)| b.intron == Some(intron) && !b.is_exonic)
                        .count();
                    let middle = (scale(edge(intron, false), view) + scale(edge(intron + 1, true), view)) / 2.0;
                    (format!("{middle:.1}"), format!("i{intron}: {count}"))
                })
                .collect();
            let marks = marks.into_iter();
            let marks = marks.map(|(x, exact, patient)| mark(trial, groups, x, exact, patient));
            let dots = stack(marks.collect(), BASE, HEIGHT);
            let edge = top(&dots, BASE);
            panels.push(Panel {
                title: title.to_owned(),
                exons: blocks(view, true),
                introns,
                count: dots.len(),
                view: (edge, 222.0 - edge),
                dots,
            });
        }
        let elsewhere = breaks
            .iter()
            .zip(&placed)
            .filter(|(_, placed)| !**placed)
            .filter_map(|((patient, found), _)| {
                let id = &trial.patients.get(*patient)?.patient.id;
                Some(match (found.position, found.intron) {
                    (Some(position), _) => format!("{id} (chr{}:{position})", gene.chromosome),
                    (None, Some(intron)) => format!("{id} (intron {intron})"),
                    (None, None) => format!("{id} (not placed)"),
                })
            })
            .collect();
        Self {
            gene: blocks(whole, false),
            regions: views
                .iter()
                .zip(["major region", "minor region"])
                .map(|((_, _, _, view), name)| {
                    let (x, end) = (scale(view.0, whole), scale(view.1, whole));
                    (format!("{x:.1}"), format!("{:.1}", end - x), name)
                })
                .collect(),
            panels,
            elsewhere,
            exact: breaks.iter().filter(|(_, b)| b.position.is_some()).count(),
            by_intron: breaks.iter().filter(|(_, b)| b.position.is_none()).count(),
        }
    }
}

fn mark(trial: &Trial<'_>, groups: &[&str], x: f64, exact: bool, patient: usize) -> Mark {
    let of = trial.patients.get(patient);
    let group = of.map_or("unknown", |of| of.group(&trial.assembled.groups));
    let id = of.map_or("", |of| of.patient.id.as_str());
    let partner = of.and_then(|of| of.partner()).unwrap_or("partner unknown");
    Mark {
        x,
        fill: super::colour(groups, group),
        letter: super::letter(groups, group),
        exact,
        title: format!("{id}: {partner}"),
    }
}
