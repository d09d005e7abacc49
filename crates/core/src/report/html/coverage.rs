//! KMT2A from end to end: depth, wild-type and other junctions, the limit at each donor.

use super::{
    drawing::WIDTH,
    events::short_side,
    figure::{At, Figure, Form},
};
use crate::{
    catalogue::{Transcript, catalogue, scheme},
    genome::{Interval, Position, Strand},
    report::{
        build::coverage::UNCOVERED,
        scale::px,
        schema::{GeneCoverage, Junction, ParameterValue, SampleReport, Side},
    },
};

/// Margins left and right.
const MARGIN: f64 = 8.0;
/// Height of the tallest bar.
const HIGH: f64 = 70.0;
/// Vertical place of the line on which the bars stand.
const GROUND: f64 = 190.0;
/// Height of a row of arcs.
const ROW: f64 = 12.0;
/// Mean depth of the deeper part below which 5' and 3' are not compared (reads).
const DEPTH_MIN: f64 = 1.0;
/// Most arcs of abnormal junctions: the tables name the others.
const ARCS_MAX: usize = 8;

/// A bar of depth.
pub(super) struct Bar {
    /// Left edge, top, width and height.
    pub x: String,
    /// See `x`.
    pub y: String,
    /// See `x`.
    pub width: String,
    /// See `x`.
    pub height: String,
    /// Exon (or intron) bars look different.
    pub is_exon: bool,
    /// Exon number, on every exon.
    pub number: String,
    /// Middle.
    pub middle: String,
    /// DNA: the panel does not cover it; drawn hatched.
    pub uncovered: bool,
    /// What a pointer resting on it shows.
    pub title: String,
}

/// An arc with its count.
pub(super) struct Arc {
    /// Path.
    pub path: String,
    /// Place of the count.
    pub x: String,
    /// See `x`.
    pub y: String,
    /// Molecules, or fragments where molecules can't be told apart.
    pub count: Figure,
    /// What it joins, empty for wild type.
    pub label: String,
    /// Anchor of the text.
    pub anchor: &'static str,
    /// `canonical`, `reciprocal`, `ptd`.
    pub class: &'static str,
}

/// A donor's limit of detection.
pub(super) struct DonorLimit {
    /// Place of the mark.
    pub x: String,
    /// See `x`.
    pub y: String,
    /// The limit; `None` where there is no finite one.
    pub limit: Option<Figure>,
}

/// A region band.
pub(super) struct Band {
    /// Left edge and width.
    pub x: String,
    /// See `x`.
    pub width: String,
    /// Middle.
    pub middle: String,
    /// Name.
    pub name: &'static str,
}

/// The drawing of one assay.
pub(super) struct Profile {
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Transcript of the exon numbers.
    pub transcript: String,
    /// Top and heights of the view, with and without the limits: no more room than the arcs need.
    pub top: String,
    /// See `top`.
    pub height: String,
    /// See `top`.
    pub height_short: String,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Highest mean depth.
    pub highest: Option<Figure>,
    /// Wild-type arcs; empty for DNA.
    pub wild_type: Vec<Arc>,
    /// Arcs of called junctions.
    pub abnormal: Vec<Arc>,
    /// Called junctions with a side in KMT2A that are not drawn.
    pub left_out: usize,
    /// Limits of donors.
    pub limits: Vec<DonorLimit>,
    /// The required limit: height of its line and value.
    pub required: Option<(String, Figure)>,
    /// Regions.
    pub bands: Vec<Band>,
    /// Molecules or fragments.
    pub unit: &'static str,
    /// Depth of the 5' and the 3' part.
    pub five_prime: Option<Figure>,
    /// See `five_prime`.
    pub three_prime: Option<Figure>,
    /// Widths of their bars.
    pub part_widths: (String, String),
    /// Whether introns are drawn with their depth.
    pub with_introns: bool,
}

/// Where exons and introns lie in the drawing: neither to scale, so that exons of 70 bases and introns of
/// 30 kb are both seen.
struct Layout {
    /// Exons and introns in turn: interval, left edge, width.
    pieces: Vec<(Interval, f64, f64)>,
    strand: Strand,
}

impl Layout {
    fn new(transcript: &Transcript, with_introns: bool) -> Self {
        let mut weights = Vec::new();
        for (index, exon) in transcript.exons.iter().enumerate() {
            weights.push((exon.interval, (exon.interval.len() as f64).sqrt().clamp(9.0, 36.0)));
            if let Some((_, intron)) = transcript.introns().nth(index) {
                let weight = if with_introns {
                    (intron.len() as f64).sqrt().clamp(9.0, 60.0) * 0.55
                } else {
                    8.0
                };
                weights.push((intron, weight));
            }
        }
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let unit = (WIDTH - 2.0 * MARGIN) / total.max(1.0);
        let mut at = MARGIN;
        let pieces = weights
            .into_iter()
            .map(|(interval, weight)| {
                let left = at;
                at += weight * unit;
                (interval, left, weight * unit)
            })
            .collect();
        Self {
            pieces,
            strand: transcript.strand,
        }
    }

    fn exon(&self, number: u16) -> Option<(f64, f64)> {
        let (_, x, width) = self.pieces.get(usize::from(number.checked_sub(1)?) * 2)?;
        Some((*x, *width))
    }

    /// Place of a position; `None` outside the gene.
    fn at(&self, position: Position) -> Option<f64> {
        let (interval, x, width) = self.pieces.iter().find(|(interval, ..)| interval.contains(position))?;
        let share = (position.0 - interval.start.0) as f64 / interval.len().max(1) as f64;
        let share = if self.strand == Strand::Reverse {
            1.0 - share
        } else {
            share
        };
        Some(x + width * share)
    }
}

/// One drawing an assay, in the order of the adequacy.
pub(super) fn profiles(report: &SampleReport, at: &At<'_>) -> Vec<Profile> {
    let mut assays: Vec<&str> = Vec::new();
    let named = report.coverage.iter().map(|c| c.assay.as_str());
    for assay in named.chain(report.profile.iter().map(|p| p.assay.as_str())) {
        if !assays.contains(&assay) {
            assays.push(assay);
        }
    }
    let profiles = assays.into_iter().filter_map(|assay| profile(report, at, assay));
    profiles.collect()
}

fn profile(report: &SampleReport, at: &At<'_>, assay: &str) -> Option<Profile> {
    let transcript = catalogue().kmt2a(report.build()?).transcript()?;
    let with_introns = assay == "dna";
    let layout = Layout::new(transcript, with_introns);
    let (abnormal, left_out) = abnormal(report, at, assay, &layout);
    let mut coverage = at.list("coverage").into_iter().zip(&report.coverage);
    let coverage = coverage.find(|(_, c)| c.assay == assay);
    let (bars, highest) = bars(coverage.as_ref(), transcript, &layout, with_introns);
    let rows = abnormal.len();
    let top = ROW * (ARCS_MAX - rows.min(ARCS_MAX)) as f64 + if rows == 0 { 8.0 } else { 0.0 };
    let part = |name: &str, value: Option<f64>| {
        let (at, _) = coverage.as_ref().filter(|_| value.is_some())?;
        at.figure(name, Form::Depth)
    };
    let (five, three) = (coverage.as_ref()).map_or((None, None), |(_, c)| (c.five_prime, c.three_prime));
    // Before 1.2.0, a part that a panel does not cover was written as a depth of nothing.
    let most = five.unwrap_or(0.0).max(three.unwrap_or(0.0));
    let covered = |part: Option<f64>| part.filter(|depth| !with_introns || *depth >= UNCOVERED * most);
    let (five, three) = (covered(five), covered(three));
    // Two depths of almost nothing (a panel of other introns) would still fill a bar.
    let (five, three) = if five.unwrap_or(0.0).max(three.unwrap_or(0.0)) < DEPTH_MIN {
        (None, None)
    } else {
        (five, three)
    };
    let most = five.unwrap_or(0.0).max(three.unwrap_or(0.0)).max(1e-9);
    let width = |value: Option<f64>| px(value.unwrap_or(0.0) / most * 220.0);
    let countable = report.profile.iter().any(|p| p.assay == assay && p.molecules.is_some());
    Some(Profile {
        assay: assay.to_uppercase(),
        transcript: transcript.display_name().to_owned(),
        top: px(top),
        height: px(332.0 - top),
        height_short: px(242.0 - top),
        bars,
        highest,
        wild_type: if with_introns {
            Vec::new()
        } else {
            wild_type(report, at, assay, &layout)
        },
        abnormal,
        left_out,
        limits: limits(report, at, assay, &layout),
        required: match report.parameters.settings.get("required_lod") {
            Some(ParameterValue::Number(required)) => {
                let figure = at.shown("parameters/required_lod", Form::Percent, "").in_drawing();
                Some((px(limit_height(*required)), figure))
            }
            _ => None,
        },
        bands: bands(&layout),
        unit: if countable { "molecules" } else { "fragments" },
        five_prime: part("five_prime", five),
        three_prime: part("three_prime", three),
        part_widths: (width(five), width(three)),
        with_introns,
    })
}

fn bars(
    coverage: Option<&(At<'_>, &GeneCoverage)>,
    transcript: &Transcript,
    layout: &Layout,
    with_introns: bool,
) -> (Vec<Bar>, Option<Figure>) {
    let depth = |piece: usize| {
        let (_, c) = coverage?;
        let of = if piece.is_multiple_of(2) { &c.exons } else { &c.introns };
        of.get(piece / 2).copied()
    };
    let shown = |piece: usize| piece.is_multiple_of(2) || with_introns;
    let highest = (0..layout.pieces.len())
        .filter(|piece| shown(*piece))
        .filter_map(|piece| Some((piece, depth(piece)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    let most = highest.map_or(0.0, |(_, depth)| depth).max(1e-9);
    let bars = layout.pieces.iter().enumerate().map(|(piece, (_, x, width))| {
        let value = depth(piece).unwrap_or(0.0);
        let height = if shown(piece) { value / most * HIGH } else { 0.0 };
        let uncovered = with_introns && coverage.is_some() && value < UNCOVERED * most;
        let number = piece / 2 + 1;
        let is_exon = piece.is_multiple_of(2);
        let kind = if is_exon { "exon" } else { "intron" };
        Bar {
            x: px(*x),
            y: px(GROUND - height),
            width: px(*width),
            height: px(height),
            is_exon,
            number: if is_exon { number.to_string() } else { String::new() },
            middle: px(x + width / 2.0),
            uncovered,
            title: format!(
                "{kind} {number} ({}): {}",
                transcript.display_name(),
                if uncovered {
                    "not covered".to_owned()
                } else {
                    format!("mean depth {}", Form::Depth.text(value))
                }
            ),
        }
    });
    let figure = highest.zip(coverage).and_then(|((piece, _), (at, _))| {
        let kind = if piece.is_multiple_of(2) { "exons" } else { "introns" };
        at.figure(format_args!("{kind}/{}", piece / 2), Form::Depth)
    });
    (bars.collect(), figure.map(Figure::in_drawing))
}

/// Arcs under the exons, one a donor.
fn wild_type(report: &SampleReport, at: &At<'_>, assay: &str, layout: &Layout) -> Vec<Arc> {
    let mut arcs = Vec::new();
    let junctions = at.list("profile").into_iter().zip(&report.profile);
    for (at, junction) in junctions.filter(|(_, junction)| junction.assay == assay) {
        let (Some((x, width)), Some((end, _))) =
            (layout.exon(junction.donor_exon), layout.exon(junction.acceptor_exon))
        else {
            continue;
        };
        let start = x + width;
        let ground = GROUND + 13.0;
        arcs.push(Arc {
            path: path(
                [start - 2.0, ground],
                "Q",
                &[f64::midpoint(start, end), ground + 14.0, end + 2.0, ground],
            ),
            x: px(f64::midpoint(start, end)),
            // Neighbouring counts stand at two heights, so that they don't run into one another.
            y: px(ground + if junction.donor_exon % 2 == 0 { 26.0 } else { 16.0 }),
            count: at.counted().0.in_drawing(),
            label: String::new(),
            anchor: "middle",
            class: "wild",
        });
    }
    arcs
}

/// Arcs over the exons: called junctions with a side in KMT2A, strongest first.
fn abnormal(report: &SampleReport, at: &At<'_>, assay: &str, layout: &Layout) -> (Vec<Arc>, usize) {
    let mut found: Vec<(At<'_>, &Junction)> = Vec::new();
    for (at, event) in at.list("events").iter().zip(&report.events) {
        found.extend(
            at.list("junctions")
                .into_iter()
                .zip(&event.junctions)
                .filter(|(_, junction)| {
                    let mut sides = [&junction.five, &junction.three].into_iter().flatten();
                    junction.assay == assay && sides.any(Side::is_kmt2a)
                }),
        );
    }
    found.sort_by_key(|(_, junction)| std::cmp::Reverse(junction.evidence.class_sum()));
    let total = found.len();
    // The strongest stands highest; the lowest row lies just over the bars.
    let skipped = ARCS_MAX - total.min(ARCS_MAX);
    let mut arcs: Vec<Arc> = Vec::new();
    for (at, junction) in found {
        if arcs.len() == ARCS_MAX {
            break;
        }
        arcs.extend(arc(&at, junction, layout, skipped + arcs.len()));
    }
    let left_out = total - arcs.len();
    (arcs, left_out)
}

/// An SVG path from a point with one curve.
fn path(from: [f64; 2], curve: &str, points: &[f64]) -> String {
    let points: Vec<String> = points.iter().copied().map(px).collect();
    format!("M{} {} {curve}{}", px(from[0]), px(from[1]), points.join(" "))
}

fn arc(at: &At<'_>, junction: &Junction, layout: &Layout, row: usize) -> Option<Arc> {
    let place = |side: &Option<Side>| {
        let side = side.as_ref().filter(|side| side.is_kmt2a())?;
        layout.at(Position(side.position.saturating_sub(1)))
    };
    let top = 12.0 + ROW * row as f64;
    let foot = GROUND - HIGH - 2.0;
    let (path, x, label, anchor, class) = match (place(&junction.five), place(&junction.three)) {
        (Some(from), Some(to)) => {
            let top = top - 14.0;
            let middle = f64::midpoint(from, to);
            let path = path([from, foot], "C", &[from, top, to, top, to, foot]);
            (path, middle, "joined back".to_owned(), "middle", "ptd")
        }
        (Some(from), None) => {
            let right = from < WIDTH - 190.0;
            let end = if right { from + 34.0 } else { from - 34.0 };
            let path = path([from, foot], "Q", &[from, top - 3.0, end, top - 3.0]);
            let anchor = if right { "start" } else { "end" };
            let x = if right { end + 4.0 } else { end - 4.0 };
            (
                path,
                x,
                format!("to {}", short_side(junction.three.as_ref(), 18)),
                anchor,
                "canonical",
            )
        }
        (None, Some(to)) => {
            let left = to > 190.0;
            let end = if left { to - 34.0 } else { to + 34.0 };
            let path = path([end, top - 3.0], "Q", &[to, top - 3.0, to, foot]);
            let anchor = if left { "end" } else { "start" };
            let x = if left { end - 4.0 } else { end + 4.0 };
            (
                path,
                x,
                format!("from {}", short_side(junction.five.as_ref(), 18)),
                anchor,
                "reciprocal",
            )
        }
        (None, None) => return None,
    };
    Some(Arc {
        path,
        x: px(x),
        y: px(if class == "ptd" { top - 1.0 } else { top }),
        count: at.at("evidence").counted().0.in_drawing(),
        label,
        anchor,
        class,
    })
}

/// Height of a limit: a logarithmic scale from 0.1 % (low) to 100 % (high).
fn limit_height(limit: f64) -> f64 {
    let share = (limit.clamp(1e-3, 1.0).log10() + 3.0) / 3.0;
    310.0 - 56.0 * share
}

fn limits(report: &SampleReport, at: &At<'_>, assay: &str, layout: &Layout) -> Vec<DonorLimit> {
    let mut marks = Vec::new();
    for (at, adequacy) in at.list("adequacy").iter().zip(&report.adequacy) {
        let donors = at.list("donors").into_iter().zip(&adequacy.donors);
        marks.extend(donors.filter(|_| adequacy.assay == assay).filter_map(|(at, donor)| {
            let (x, width) = layout.exon(donor.exon)?;
            Some(DonorLimit {
                x: px(x + width / 2.0),
                y: px(limit_height(donor.lod_any_partner.unwrap_or(1.0))),
                limit: at.figure("lod_any_partner", Form::Percent).map(Figure::in_drawing),
            })
        }));
    }
    marks
}

fn bands(layout: &Layout) -> Vec<Band> {
    let band = |range: std::ops::RangeInclusive<u16>, name| {
        let (left, _) = layout.exon(*range.start())?;
        let (right, width) = layout.exon(*range.end())?;
        let end = right + width + 6.0;
        Some(Band {
            x: px(left),
            width: px(end - left),
            middle: px(f64::midpoint(left, end)),
            name,
        })
    };
    [
        band(scheme::MAJOR_DONORS, "major region"),
        band(scheme::MINOR_DONORS, "minor region"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
