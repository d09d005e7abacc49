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
        scale::{Span, px},
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
    /// From left to right.
    pub at: Span,
    /// Top.
    pub y: String,
    /// Height.
    pub height: String,
    /// Exon (or intron) bars look different.
    pub is_exon: bool,
    /// Exon number, on every exon.
    pub number: String,
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

/// One of the two parts of KMT2A that are compared.
pub(super) struct Part {
    /// Which end of the gene: `5` or `3`.
    pub end: char,
    /// `five` or `three`.
    pub class: &'static str,
    /// Its depth; `None` where it is not covered or measured.
    pub depth: Option<Figure>,
    /// Width of its bar.
    pub width: String,
}

/// The drawing of one assay.
pub(super) struct Profile {
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Transcript of the exon numbers.
    pub transcript: String,
    /// Top and height of the view: no more room than arcs and limits need.
    pub top: String,
    /// See `top`.
    pub height: String,
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
    /// Regions by name.
    pub bands: Vec<(Span, &'static str)>,
    /// Molecules or fragments.
    pub unit: &'static str,
    /// The 5' and the 3' part; none where the depth of neither can be told.
    pub parts: Vec<Part>,
    /// Whether introns are drawn with their depth.
    pub with_introns: bool,
}

impl Profile {
    /// Whether both parts are covered.
    pub(super) fn compares(&self) -> bool {
        self.parts.iter().all(|part| part.depth.is_some())
    }
}

/// Where exons and introns lie in the drawing: neither to scale, so that exons of 70 bases and introns of
/// 30 kb are both seen.
struct Layout {
    /// Exons and introns in turn, with their places in the drawing.
    pieces: Vec<(Interval, Span)>,
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
                let (left, wide) = (at, weight * unit);
                at += wide;
                (interval, Span { left, wide })
            })
            .collect();
        Self {
            pieces,
            strand: transcript.strand,
        }
    }

    fn exon(&self, number: u16) -> Option<Span> {
        let (_, at) = self.pieces.get(usize::from(number.checked_sub(1)?) * 2)?;
        Some(*at)
    }

    /// Place of a position; `None` outside the gene.
    fn at(&self, position: Position) -> Option<f64> {
        let (interval, at) = self.pieces.iter().find(|(interval, _)| interval.contains(position))?;
        let share = (position.0 - interval.start.0) as f64 / interval.len().max(1) as f64;
        let share = if self.strand == Strand::Reverse {
            1.0 - share
        } else {
            share
        };
        Some(at.left + at.wide * share)
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
    let limits = limits(report, at, assay, &layout);
    let countable = report.profile.iter().any(|p| p.assay == assay && p.molecules.is_some());
    Some(Profile {
        assay: assay.to_uppercase(),
        transcript: transcript.display_name().to_owned(),
        top: px(top),
        height: px(if limits.is_empty() { 242.0 } else { 332.0 } - top),
        bars,
        highest,
        wild_type: if with_introns {
            Vec::new()
        } else {
            wild_type(report, at, assay, &layout)
        },
        abnormal,
        left_out,
        limits,
        required: match report.parameters.settings.get("required_lod") {
            Some(ParameterValue::Number(required)) => {
                let figure = at.shown("parameters/required_lod", Form::Percent, "").in_drawing();
                Some((px(limit_height(*required)), figure))
            }
            _ => None,
        },
        bands: bands(&layout),
        unit: if countable { "molecules" } else { "fragments" },
        parts: coverage.map_or_else(Vec::new, |(at, c)| parts(&at, c, with_introns)),
        with_introns,
    })
}

/// The 5' and the 3' part of an assay's coverage, which stands at `at`.
fn parts(at: &At<'_>, c: &GeneCoverage, with_introns: bool) -> Vec<Part> {
    let (five, three) = (c.five_prime.unwrap_or(0.0), c.three_prime.unwrap_or(0.0));
    let most = five.max(three);
    // Two depths of almost nothing (a panel of other introns) would still fill a bar.
    if most < DEPTH_MIN {
        return Vec::new();
    }
    // Before 1.2.0, a part that a panel does not cover was written as a depth of nothing.
    let covered = |depth: f64| !with_introns || depth >= GeneCoverage::UNCOVERED * most;
    let part = |end, class, path: &str, depth: f64| Part {
        end,
        class,
        depth: at.figure(path, Form::Depth).filter(|_| covered(depth)),
        width: px(if covered(depth) { depth / most * 220.0 } else { 0.0 }),
    };
    vec![
        part('5', "five", "five_prime", five),
        part('3', "three", "three_prime", three),
    ]
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
    let bars = layout.pieces.iter().enumerate().map(|(piece, (_, at))| {
        let value = depth(piece).unwrap_or(0.0);
        let height = if shown(piece) { value / most * HIGH } else { 0.0 };
        let uncovered = with_introns && coverage.is_some() && value < GeneCoverage::UNCOVERED * most;
        let number = piece / 2 + 1;
        let is_exon = piece.is_multiple_of(2);
        let kind = if is_exon { "exon" } else { "intron" };
        Bar {
            at: *at,
            y: px(GROUND - height),
            height: px(height),
            is_exon,
            number: if is_exon { number.to_string() } else { String::new() },
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
        let (Some(donor), Some(acceptor)) = (layout.exon(junction.donor_exon), layout.exon(junction.acceptor_exon))
        else {
            continue;
        };
        let (start, end) = (donor.left + donor.wide, acceptor.left);
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
        (None, None) => return None,
        (five, three) => {
            let at = five.or(three)?;
            // The label stands where there is room for it.
            let is_rightward = if five.is_some() {
                at < WIDTH - 190.0
            } else {
                at <= 190.0
            };
            let (step, anchor) = if is_rightward { (1.0, "start") } else { (-1.0, "end") };
            let (end, top) = (at + step * 34.0, top - 3.0);
            let (path, word, other, class) = if five.is_some() {
                let path = path([at, foot], "Q", &[at, top, end, top]);
                (path, "to", &junction.three, "canonical")
            } else {
                let path = path([end, top], "Q", &[at, top, at, foot]);
                (path, "from", &junction.five, "reciprocal")
            };
            let label = format!("{word} {}", short_side(other.as_ref(), 18));
            (path, end + step * 4.0, label, anchor, class)
        }
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
            Some(DonorLimit {
                x: layout.exon(donor.exon)?.middle(),
                y: px(limit_height(donor.lod_any_partner.unwrap_or(1.0))),
                limit: at.figure("lod_any_partner", Form::Percent).map(Figure::in_drawing),
            })
        }));
    }
    marks
}

fn bands(layout: &Layout) -> Vec<(Span, &'static str)> {
    let regions = [
        (scheme::MAJOR_DONORS, "major region"),
        (scheme::MINOR_DONORS, "minor region"),
    ];
    let regions = regions.into_iter().filter_map(|(range, name)| {
        let (first, last) = (layout.exon(*range.start())?, layout.exon(*range.end())?);
        Some((Span::between(first.left, last.left + last.wide + 6.0), name))
    });
    regions.collect()
}
