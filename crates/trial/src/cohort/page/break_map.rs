//! Where KMT2A is broken: one dot a patient.

use std::collections::{BTreeMap, BTreeSet};

use super::dots::{Dots, Mark, stack};
use crate::cohort::columns::Break;
use crate::cohort::{Trial, tables};
use breakapart_core::catalogue::scheme::{MAJOR_DONORS, MINOR_DONORS};
use breakapart_core::catalogue::{Transcript, catalogue};
use breakapart_core::genome::{Build, Interval, Position, Strand};
use breakapart_core::report::scale::{Scale, Span, px};

/// A stretch of the gene with its dots.
pub(super) struct Panel {
    /// Title.
    pub title: String,
    /// Exons with their names.
    pub exons: Vec<(Span, String)>,
    /// Introns' names with their patients, at their middle.
    pub introns: Vec<(String, String)>,
    /// Dots, one a patient.
    pub dots: Dots,
}

/// The figure.
#[derive(Default)]
pub(super) struct BreakMap {
    /// The whole gene's exons, with their names.
    pub gene: Vec<(Span, String)>,
    /// Both regions on it by name.
    pub regions: Vec<(Span, &'static str)>,
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

/// A breakpoint region with the stretch that is drawn of it.
struct Region {
    title: &'static str,
    name: &'static str,
    /// First and last exon.
    exons: (u16, u16),
    view: Interval,
}

impl Region {
    fn of(transcript: &Transcript, title: &'static str, name: &'static str, exons: (u16, u16)) -> Option<Self> {
        let view = Interval {
            start: transcript.exon(exons.0)?.interval.start,
            end: transcript.exon(exons.1)?.interval.end,
        };
        Some(Self {
            title,
            name,
            exons,
            view: view.padded(MARGIN),
        })
    }
}

/// A stretch from edge to edge of the drawing.
fn scale(view: Interval) -> Scale {
    Scale::along(view, Strand::Forward, LEFT, LEFT + WIDTH)
}

/// The exons within a stretch.
fn blocks(transcript: &Transcript, view: Interval) -> Vec<(Span, String)> {
    let exons = transcript.exons.iter().filter(|exon| exon.interval.overlaps(view));
    let blocks = exons.map(|exon| {
        let at = scale(view).stretch(exon.interval.intersection(view));
        (at, format!("e{}", exon.number))
    });
    blocks.collect()
}

/// Both ends of an intron in the drawing of a stretch.
fn intron_ends(transcript: &Transcript, view: Interval, intron: u16) -> Option<(f64, f64)> {
    let ends = (transcript.exon(intron)?, transcript.exon(intron + 1)?);
    Some((
        scale(view).edge(ends.0.interval.end),
        scale(view).edge(ends.1.interval.start),
    ))
}

impl BreakMap {
    pub(super) fn of(trial: &Trial<'_>, groups: &[&str]) -> Self {
        let gene = catalogue().kmt2a(Build::GRCh38);
        let Some(transcript) = gene.transcript() else {
            return Self::default();
        };
        let (major, minor) = (
            (*MAJOR_DONORS.start(), 13),
            (*MINOR_DONORS.start(), *MINOR_DONORS.end() + 1),
        );
        let regions = [
            Region::of(transcript, "Major region, exons 7 to 13", "major region", major),
            Region::of(transcript, "Minor region, exons 20 to 24", "minor region", minor),
        ];
        let regions: Vec<Region> = regions.into_iter().flatten().collect();
        let breaks = tables::breaks(trial);
        let mut placed = BTreeSet::new();
        let panels = regions.iter().map(|region| {
            let marks = marks(transcript, region, &breaks, &mut placed);
            let marks = marks.into_iter();
            let marks = marks.map(|(x, exact, patient)| mark(trial, groups, x, exact, patient));
            Panel {
                title: region.title.to_owned(),
                exons: blocks(transcript, region.view),
                introns: introns(transcript, region, &breaks),
                dots: stack(marks.collect(), BASE, HEIGHT, 222.0),
            }
        });
        let panels = panels.collect();
        let elsewhere = breaks.iter().enumerate().filter(|(index, _)| !placed.contains(index));
        let elsewhere = elsewhere.filter_map(|(_, (patient, found))| {
            let id = &trial.patients.get(*patient)?.patient.id;
            Some(match (found.position, found.intron) {
                (Some(position), _) => format!("{id} (chr{}:{position})", gene.chromosome),
                (None, Some(intron)) => format!("{id} (intron {intron})"),
                (None, None) => format!("{id} (not placed)"),
            })
        });
        let on_gene = regions
            .iter()
            .map(|region| (scale(gene.interval).stretch(region.view), region.name));
        Self {
            gene: blocks(transcript, gene.interval),
            regions: on_gene.collect(),
            panels,
            elsewhere: elsewhere.collect(),
            exact: breaks.iter().filter(|(_, b)| b.position.is_some()).count(),
            by_intron: breaks.iter().filter(|(_, b)| b.position.is_none()).count(),
        }
    }
}

/// Place, whether it is exact, and patient of every break in a region; `placed` takes their indices. Those known to
/// the intron alone are spread over it in the order of the patients.
fn marks(
    transcript: &Transcript,
    region: &Region,
    breaks: &[(usize, Break)],
    placed: &mut BTreeSet<usize>,
) -> Vec<(f64, bool, usize)> {
    let (first, last) = region.exons;
    let mut marks = Vec::new();
    let mut by_intron: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (index, (patient, found)) in breaks.iter().enumerate() {
        let position = found.position.map(Position::from_one_based);
        match (position, found.intron) {
            (Some(position), _) if region.view.contains(position) => {
                marks.push((scale(region.view).edge(position), true, *patient));
            }
            (None, Some(intron)) if (first..last).contains(&intron) => {
                by_intron.entry(intron).or_default().push(*patient);
            }
            _ => continue,
        }
        placed.insert(index);
    }
    for (intron, patients) in &by_intron {
        let Some((from, to)) = intron_ends(transcript, region.view, *intron) else {
            continue;
        };
        let step = (to - from) / (patients.len() as f64 + 1.0);
        for (n, patient) in patients.iter().enumerate() {
            marks.push((from + step * (n as f64 + 1.0), false, *patient));
        }
    }
    marks
}

/// The introns of a region by name, with their patients, at their middle.
fn introns(transcript: &Transcript, region: &Region, breaks: &[(usize, Break)]) -> Vec<(String, String)> {
    let (first, last) = region.exons;
    (first..last)
        .filter_map(|intron| {
            let (from, to) = intron_ends(transcript, region.view, intron)?;
            let broken = breaks.iter().filter(|(_, b)| b.intron == Some(intron) && !b.is_exonic);
            Some((px((from + to) / 2.0), format!("i{intron}: {}", broken.count())))
        })
        .collect()
}

fn mark(trial: &Trial<'_>, groups: &[&str], x: f64, exact: bool, patient: usize) -> Mark {
    let of = trial.patients.get(patient);
    let group = of.map_or("unknown", |of| of.group());
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
