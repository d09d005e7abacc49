//! Breakpoints along KMT2A: one dot per patient.

use std::collections::BTreeMap;

use super::dots::{Dot, Dots};
use super::{LEFT, Mark, RIGHT};
use crate::cohort::Trial;
use crate::cohort::columns::{Break, kmt2a_break};
use crate::cohort::status::Characterised;
use breakapart_core::catalogue::scheme::{MAJOR_DONORS, MINOR_DONORS};
use breakapart_core::catalogue::{Transcript, catalogue};
use breakapart_core::genome::{Build, Interval, Position, Strand};
use breakapart_core::report::scale::{Scale, Span, px};

/// A breakpoint region with its dots.
pub(super) struct Panel {
    /// Title.
    pub title: &'static str,
    /// Its name on the whole gene.
    pub name: &'static str,
    /// Its position on the whole gene.
    pub on_gene: Span,
    /// Exons with their names.
    pub exons: Vec<(Span, String)>,
    /// Names of the introns with their number of patients, at their centres.
    pub introns: Vec<(String, String)>,
    /// Dots, one per patient.
    pub dots: Dots,
}

/// The figure.
#[derive(Default)]
pub(super) struct BreakMap {
    /// The whole gene's exons, with their names.
    pub gene: Vec<(Span, String)>,
    /// Panels: major region, minor region.
    pub panels: Vec<Panel>,
    /// Breakpoints outside both, as text.
    pub elsewhere: Vec<String>,
    /// Number of patients whose breakpoint is known to the base.
    pub exact: usize,
    /// Number known to the intron only.
    pub by_intron: usize,
}

/// Baseline of the dots and the height above it, pixels.
const BASE: f64 = 170.0;
const HEIGHT: f64 = 150.0;
/// Bases shown on each side of a region.
const MARGIN: i64 = 150;

/// An interval of the gene drawn from edge to edge.
struct Stretch<'a> {
    transcript: &'a Transcript,
    view: Interval,
    scale: Scale,
}

impl<'a> Stretch<'a> {
    fn new(transcript: &'a Transcript, view: Interval) -> Self {
        Self {
            transcript,
            view,
            scale: Scale::along(view, Strand::Forward, LEFT, RIGHT),
        }
    }

    /// Its exons with their names.
    fn exons(&self) -> Vec<(Span, String)> {
        let exons = self.transcript.exons.iter();
        let exons = exons.filter(|exon| exon.interval.overlaps(self.view));
        let named = exons.map(|exon| {
            let at = self.scale.stretch(exon.interval.intersection(self.view));
            (at, format!("e{}", exon.number))
        });
        named.collect()
    }

    /// Both ends of an intron.
    fn intron(&self, number: u16) -> Option<(f64, f64)> {
        let (before, after) = (self.transcript.exon(number)?, self.transcript.exon(number + 1)?);
        Some((
            self.scale.edge(before.interval.end),
            self.scale.edge(after.interval.start),
        ))
    }
}

/// A breakpoint region from its first to its last exon.
struct Region<'a> {
    title: &'static str,
    name: &'static str,
    first: u16,
    last: u16,
    drawn: Stretch<'a>,
}

impl<'a> Region<'a> {
    fn of(transcript: &'a Transcript, title: &'static str, name: &'static str, first: u16, last: u16) -> Option<Self> {
        let view = Interval {
            start: transcript.exon(first)?.interval.start,
            end: transcript.exon(last)?.interval.end,
        };
        Some(Self {
            title,
            name,
            first,
            last,
            drawn: Stretch::new(transcript, view.padded(MARGIN)),
        })
    }

    /// Whether a breakpoint is drawn here.
    fn holds(&self, found: &Break) -> bool {
        match (found.position, found.intron) {
            (Some(position), _) => self.drawn.view.contains(Position::from_one_based(position)),
            (None, Some(intron)) => (self.first..self.last).contains(&intron),
            (None, None) => false,
        }
    }

    /// Its introns by name with their number of patients, at their centres.
    fn introns(&self, breaks: &[(&Characterised<'_>, Break)]) -> Vec<(String, String)> {
        let named = (self.first..self.last).filter_map(|intron| {
            let (from, to) = self.drawn.intron(intron)?;
            let broken = breaks.iter().filter(|(_, b)| b.intron == Some(intron) && !b.is_exonic);
            Some((px((from + to) / 2.0), format!("i{intron}: {}", broken.count())))
        });
        named.collect()
    }

    /// One dot per breakpoint. Those known to the intron only are spread over it in the order of the patients.
    fn dots(&self, breaks: &[(&Characterised<'_>, Break)], groups: &[&str]) -> Vec<Dot> {
        let held = || breaks.iter().filter(|(_, found)| self.holds(found));
        let mut by_intron: BTreeMap<u16, f64> = BTreeMap::new();
        for intron in held().filter_map(|(_, b)| b.intron.filter(|_| b.position.is_none())) {
            *by_intron.entry(intron).or_default() += 1.0;
        }
        let mut seen: BTreeMap<u16, f64> = BTreeMap::new();
        let dots = held().filter_map(|(of, found)| {
            let x = match found.position {
                Some(position) => self.drawn.scale.edge(Position::from_one_based(position)),
                None => {
                    let intron = found.intron?;
                    let (from, to) = self.drawn.intron(intron)?;
                    let number = seen.entry(intron).or_default();
                    *number += 1.0;
                    from + (to - from) / (by_intron.get(&intron)? + 1.0) * *number
                }
            };
            Some(Dot {
                x,
                y: 0.0,
                mark: Mark::of(groups, of.group()),
                exact: found.position.is_some(),
                title: format!("{}: {}", of.patient.id, of.partner().unwrap_or("partner unknown")),
            })
        });
        dots.collect()
    }
}

impl BreakMap {
    pub(super) fn of(trial: &Trial<'_>, groups: &[&str]) -> Self {
        let gene = catalogue().kmt2a(Build::GRCh38);
        let Some(transcript) = gene.transcript() else {
            return Self::default();
        };
        let (major, minor) = (*MAJOR_DONORS.start(), *MINOR_DONORS.start());
        let minor_end = *MINOR_DONORS.end() + 1;
        let regions = [
            Region::of(transcript, "Major region, exons 7 to 13", "major region", major, 13),
            Region::of(
                transcript,
                "Minor region, exons 20 to 24",
                "minor region",
                minor,
                minor_end,
            ),
        ];
        let regions: Vec<Region<'_>> = regions.into_iter().flatten().collect();
        let counted = trial.patients.iter().filter(|of| of.patient.in_sheet);
        let breaks: Vec<(&Characterised<'_>, Break)> = counted.filter_map(|of| Some((of, kmt2a_break(of)?))).collect();
        let whole = Stretch::new(transcript, gene.interval);
        let elsewhere = breaks
            .iter()
            .filter(|(_, found)| !regions.iter().any(|region| region.holds(found)));
        let elsewhere = elsewhere.map(|(of, found)| {
            let place = match (found.position, found.intron) {
                (Some(position), _) => format!("chr{}:{position}", gene.chromosome),
                (None, Some(intron)) => format!("intron {intron}"),
                (None, None) => "not placed".to_owned(),
            };
            format!("{} ({place})", of.patient.id)
        });
        let exact = breaks.iter().filter(|(_, found)| found.position.is_some()).count();
        let panels = regions.iter().map(|region| Panel {
            title: region.title,
            name: region.name,
            on_gene: whole.scale.stretch(region.drawn.view),
            exons: region.drawn.exons(),
            introns: region.introns(&breaks),
            dots: Dots::stacked(region.dots(&breaks, groups), BASE, HEIGHT, 222.0),
        });
        Self {
            gene: whole.exons(),
            panels: panels.collect(),
            elsewhere: elsewhere.collect(),
            exact,
            by_intron: breaks.len() - exact,
        }
    }
}
