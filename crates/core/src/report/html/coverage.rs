//! KMT2A from end to end: depth, wild-type and abnormal junctions, the limit at each donor.

use std::cmp::Reverse;

use super::{
    drawing::WIDTH,
    events::short_side,
    figure::{At, Figure, Form},
};
use crate::{
    catalogue::{Transcript, catalogue, scheme},
    genome::{Interval, Position, Strand},
    report::{
        scale::{Decades, Span, px},
        schema::{DonorAdequacy, GeneCoverage, Junction, ParameterValue, SampleReport, Side},
    },
};

/// Margins left and right.
const MARGIN: f64 = 8.0;
/// Height of the tallest bar.
const HIGH: f64 = 70.0;
/// Vertical position of the base line of the bars.
const GROUND: f64 = 190.0;
/// Height of a row of arcs.
const ROW: f64 = 12.0;
/// Mean depth of the deeper part, below which 5' and 3' are not compared (reads).
const DEPTH_MIN: f64 = 1.0;
/// Largest number of arcs of abnormal junctions: the tables list the others.
const ARCS_MAX: usize = 8;

/// The drawing of one assay.
pub(super) struct Profile<'a> {
    report: &'a At<'a, SampleReport>,
    /// `rna` or `dna`: introns are drawn with their depth only for DNA.
    assay: &'a str,
    /// Transcript of the exon numbers.
    pub transcript: &'static Transcript,
    /// Exons and introns in order.
    pub pieces: Vec<Piece>,
    coverage: Option<At<'a, GeneCoverage>>,
    /// The deepest segment drawn with its depth, by index, and its depth.
    deepest: Option<(usize, f64)>,
    /// Arcs of called junctions.
    pub abnormal: Vec<Arc>,
    /// Called junctions with a side in KMT2A that are not drawn.
    pub left_out: usize,
}

/// An exon or an intron with its position in the drawing: not to scale, so that exons of 70 bases and introns of
/// 30 kb are both visible.
pub(super) struct Piece {
    interval: Interval,
    /// Whether it is an exon.
    pub is_exon: bool,
    /// Exon number, or that of the exon before the intron.
    pub number: usize,
    /// Horizontal extent.
    pub at: Span,
}

/// An arc with its count.
pub(super) struct Arc {
    /// Path.
    pub path: String,
    /// Position of the count.
    pub x: String,
    /// See `x`.
    pub y: String,
    /// Molecules, or fragments where molecules can't be distinguished.
    pub count: Figure,
    /// The joined side, empty for wild type.
    pub label: String,
    /// Anchor of the text.
    pub anchor: &'static str,
    /// `canonical`, `reciprocal`, `ptd`.
    pub class: &'static str,
}

/// One drawing per assay, in the order of the adequacy.
pub(super) fn profiles<'a>(report: &'a At<'a, SampleReport>) -> Vec<Profile<'a>> {
    let mut assays: Vec<&str> = Vec::new();
    let named = report.coverage.iter().map(|c| c.assay.as_str());
    for assay in named.chain(report.profile.iter().map(|p| p.assay.as_str())) {
        if !assays.contains(&assay) {
            assays.push(assay);
        }
    }
    let transcript = report.build().and_then(|build| catalogue().kmt2a(build).transcript());
    let profiles = transcript.map(|transcript| assays.into_iter().map(|assay| Profile::new(report, transcript, assay)));
    profiles.into_iter().flatten().collect()
}

/// Exons and introns in order, over the whole width.
fn pieces(transcript: &Transcript, with_introns: bool) -> Vec<Piece> {
    let root = |interval: Interval| (interval.len() as f64).sqrt();
    let mut weights = Vec::new();
    let introns = transcript.introns().map(|(_, intron)| Some(intron)).chain([None]);
    for (exon, intron) in transcript.exons.iter().zip(introns) {
        weights.push((exon.interval, root(exon.interval).clamp(9.0, 36.0)));
        weights.extend(intron.map(|intron| match with_introns {
            true => (intron, root(intron).clamp(9.0, 60.0) * 0.55),
            false => (intron, 8.0),
        }));
    }
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let unit = (WIDTH - 2.0 * MARGIN) / total.max(1.0);
    let mut left = MARGIN;
    let placed = weights.into_iter().enumerate().map(|(index, (interval, weight))| {
        let at = Span {
            left,
            wide: weight * unit,
        };
        left += at.wide;
        Piece {
            interval,
            is_exon: index.is_multiple_of(2),
            number: index / 2 + 1,
            at,
        }
    });
    placed.collect()
}

impl<'a> Profile<'a> {
    fn new(report: &'a At<'a, SampleReport>, transcript: &'static Transcript, assay: &'a str) -> Self {
        let mut coverage = report.each("coverage", &report.of.coverage).into_iter();
        let mut profile = Self {
            report,
            assay,
            transcript,
            pieces: pieces(transcript, assay == "dna"),
            coverage: coverage.find(|c| c.assay == assay),
            deepest: None,
            abnormal: Vec::new(),
            left_out: 0,
        };
        let depths = profile.pieces.iter().enumerate();
        let depths = depths.filter_map(|(index, piece)| Some((index, profile.depth(piece)?)));
        profile.deepest = depths.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        profile.draw_abnormal();
        profile
    }

    /// `RNA` or `DNA`.
    pub(super) fn assay(&self) -> String {
        self.assay.to_uppercase()
    }

    /// Whether reads are unspliced, so that introns have a depth.
    pub(super) fn is_dna(&self) -> bool {
        self.assay == "dna"
    }

    /// The view box: only as high as arcs and limits need.
    pub(super) fn view(&self) -> String {
        let rows = self.abnormal.len();
        let top = ROW * (ARCS_MAX - rows) as f64 + if rows == 0 { 8.0 } else { 0.0 };
        let foot = if self.limits().is_empty() { 242.0 } else { 332.0 };
        format!("0 {} 760 {}", px(top), px(foot - top))
    }

    /// Molecules or fragments.
    pub(super) fn unit(&self) -> &'static str {
        let mut counted = self.report.profile.iter();
        if counted.any(|p| p.assay == self.assay && p.molecules.is_some()) {
            "molecules"
        } else {
            "fragments"
        }
    }

    /// The mean depth of a segment drawn with its depth.
    fn depth(&self, piece: &Piece) -> Option<f64> {
        let coverage = self.coverage.as_ref()?;
        let depths = match piece.is_exon {
            true => &coverage.exons,
            false if self.is_dna() => &coverage.introns,
            false => return None,
        };
        depths.get(piece.number - 1).copied()
    }

    /// Depth of the deepest segment.
    fn most(&self) -> f64 {
        self.deepest.map_or(0.0, |(_, depth)| depth).max(1e-9)
    }

    /// Top and height of a segment's bar.
    pub(super) fn bar(&self, piece: &Piece) -> (String, String) {
        let height = self.depth(piece).unwrap_or(0.0) / self.most() * HIGH;
        (px(GROUND - height), px(height))
    }

    /// Whether the panel does not cover it (DNA).
    pub(super) fn is_uncovered(&self, piece: &Piece) -> bool {
        let depth = self.depth(piece).unwrap_or(0.0);
        self.is_dna() && self.coverage.is_some() && depth < GeneCoverage::UNCOVERED * self.most()
    }

    /// Tooltip of a segment.
    pub(super) fn title(&self, piece: &Piece) -> String {
        let kind = if piece.is_exon { "exon" } else { "intron" };
        let depth = match self.is_uncovered(piece) {
            true => "not covered".to_owned(),
            false => format!("mean depth {}", Form::Depth.text(self.depth(piece).unwrap_or(0.0))),
        };
        format!("{kind} {} ({}): {depth}", piece.number, self.transcript.display_name())
    }

    /// Highest mean depth.
    pub(super) fn highest(&self) -> Option<Figure> {
        let piece = self.pieces.get(self.deepest?.0)?;
        let kind = if piece.is_exon { "exons" } else { "introns" };
        let path = format_args!("{kind}/{}", piece.number - 1);
        self.coverage.as_ref()?.figure(path, Form::Depth)
    }

    fn exon(&self, number: u16) -> Option<Span> {
        let number = usize::from(number);
        let mut exons = self.pieces.iter().filter(|piece| piece.is_exon);
        exons.find(|exon| exon.number == number).map(|exon| exon.at)
    }

    /// Position of a side in KMT2A; `None` for other sides.
    fn place(&self, side: Option<&Side>) -> Option<f64> {
        let side = side.filter(|side| side.is_kmt2a())?;
        let position = Position(side.position.saturating_sub(1));
        let piece = self.pieces.iter().find(|piece| piece.interval.contains(position))?;
        let share = (position.0 - piece.interval.start.0) as f64 / piece.interval.len().max(1) as f64;
        let share = match self.transcript.strand {
            Strand::Forward => share,
            Strand::Reverse => 1.0 - share,
        };
        Some(piece.at.left + piece.at.wide * share)
    }

    /// Regions by name.
    pub(super) fn bands(&self) -> Vec<(Span, &'static str)> {
        let regions = [
            (scheme::MAJOR_DONORS, "major region"),
            (scheme::MINOR_DONORS, "minor region"),
        ];
        let regions = regions.into_iter().filter_map(|(range, name)| {
            let (first, last) = (self.exon(*range.start())?, self.exon(*range.end())?);
            Some((Span::between(first.left, last.left + last.wide + 6.0), name))
        });
        regions.collect()
    }

    /// RNA: arcs under the exons, one per donor.
    pub(super) fn wild_type(&self) -> Vec<Arc> {
        let junctions = self.report.each("profile", &self.report.of.profile).into_iter();
        let junctions = junctions.filter(|junction| !self.is_dna() && junction.assay == self.assay);
        let arcs = junctions.filter_map(|junction| {
            let (donor, acceptor) = (self.exon(junction.donor_exon)?, self.exon(junction.acceptor_exon)?);
            let (start, end) = (donor.left + donor.wide, acceptor.left);
            let (middle, ground) = (f64::midpoint(start, end), GROUND + 13.0);
            // Neighbouring counts alternate between two heights, so that they don't overlap.
            let below = if junction.donor_exon.is_multiple_of(2) {
                26.0
            } else {
                16.0
            };
            Some(Arc {
                path: path([start - 2.0, ground], "Q", &[middle, ground + 14.0, end + 2.0, ground]),
                x: px(middle),
                y: px(ground + below),
                count: junction.supporting().in_drawing(),
                label: String::new(),
                anchor: "middle",
                class: "wild",
            })
        });
        arcs.collect()
    }

    /// Arcs over the exons: called junctions with a side in KMT2A, strongest first.
    fn draw_abnormal(&mut self) {
        let events = self.report.events().into_iter();
        let junctions = events.flat_map(|event| event.each("junctions", &event.of.junctions));
        let mut found: Vec<At<'_, Junction>> = junctions
            .filter(|junction| {
                let mut sides = [&junction.five, &junction.three].into_iter().flatten();
                junction.assay == self.assay && sides.any(Side::is_kmt2a)
            })
            .collect();
        found.sort_by_key(|junction| Reverse(junction.evidence.class_sum()));
        // The strongest is highest; the lowest row is just above the bars.
        let skipped = ARCS_MAX - found.len().min(ARCS_MAX);
        let mut arcs: Vec<Arc> = Vec::new();
        for junction in &found {
            if arcs.len() < ARCS_MAX {
                arcs.extend(self.arc(junction, skipped + arcs.len()));
            }
        }
        self.left_out = found.len() - arcs.len();
        self.abnormal = arcs;
    }

    fn arc(&self, junction: &At<'_, Junction>, row: usize) -> Option<Arc> {
        let (five, three) = (junction.of.five.as_ref(), junction.of.three.as_ref());
        let top = 12.0 + ROW * row as f64;
        let foot = GROUND - HIGH - 2.0;
        let count = junction.at("evidence").supporting().in_drawing();
        let (from, to) = (self.place(five), self.place(three));
        if let (Some(from), Some(to)) = (from, to) {
            let high = top - 14.0;
            return Some(Arc {
                path: path([from, foot], "C", &[from, high, to, high, to, foot]),
                x: px(f64::midpoint(from, to)),
                y: px(top - 1.0),
                count,
                label: "joined back".to_owned(),
                anchor: "middle",
                class: "ptd",
            });
        }
        let at = from.or(to)?;
        let leaves = from.is_some();
        // The label is placed where there is room for it.
        let is_rightward = if leaves { at < WIDTH - 190.0 } else { at <= 190.0 };
        let (step, anchor) = if is_rightward { (1.0, "start") } else { (-1.0, "end") };
        let (end, high) = (at + step * 34.0, top - 3.0);
        Some(Arc {
            path: match leaves {
                true => path([at, foot], "Q", &[at, high, end, high]),
                false => path([end, high], "Q", &[at, high, at, foot]),
            },
            x: px(end + step * 4.0),
            y: px(top),
            count,
            label: match leaves {
                true => format!("to {}", short_side(three, 18)),
                false => format!("from {}", short_side(five, 18)),
            },
            anchor,
            class: if leaves { "canonical" } else { "reciprocal" },
        })
    }

    /// Donors with a limit of detection, each with its exon.
    pub(super) fn limits(&self) -> Vec<(Span, At<'a, DonorAdequacy>)> {
        let adequacy = self.report.each("adequacy", &self.report.of.adequacy).into_iter();
        let donors = adequacy.filter(|adequacy| adequacy.assay == self.assay);
        let donors = donors.flat_map(|adequacy| adequacy.each("donors", &adequacy.of.donors));
        donors
            .filter_map(|donor| Some((self.exon(donor.exon)?, donor)))
            .collect()
    }

    /// Height of the required limit.
    pub(super) fn required(&self) -> Option<String> {
        match self.report.parameters.settings.get("required_lod") {
            Some(ParameterValue::Number(required)) => Some(height(*required)),
            _ => None,
        }
    }

    /// KMT2A's 5' and 3' part; none if neither has a known depth.
    pub(super) fn parts(&self) -> Vec<Part> {
        let Some(coverage) = &self.coverage else {
            return Vec::new();
        };
        let (five, three) = (coverage.five_prime.unwrap_or(0.0), coverage.three_prime.unwrap_or(0.0));
        let most = five.max(three);
        // Two depths near zero (a panel of other introns) would still fill a bar.
        if most < DEPTH_MIN {
            return Vec::new();
        }
        let part = |end, class, path: &str, depth: f64| {
            // Before 1.2.0, a part that a panel does not cover was written with depth zero.
            let is_covered = !self.is_dna() || depth >= GeneCoverage::UNCOVERED * most;
            Part {
                end,
                class,
                depth: coverage.figure(path, Form::Depth).filter(|_| is_covered),
                width: px(if is_covered { depth / most * 220.0 } else { 0.0 }),
            }
        };
        vec![
            part('5', "five", "five_prime", five),
            part('3', "three", "three_prime", three),
        ]
    }

    /// Whether both parts are covered.
    pub(super) fn compares(&self) -> bool {
        self.parts().iter().all(|part| part.depth.is_some())
    }
}

impl At<'_, DonorAdequacy> {
    /// Height of the donor's limit; without a finite one, at the top.
    pub(super) fn height(&self) -> String {
        height(self.lod_any_partner.unwrap_or(1.0))
    }
}

/// One of the two parts of KMT2A that are compared.
pub(super) struct Part {
    /// Which end of the gene: `5` or `3`.
    pub end: char,
    /// `five` or `three`.
    pub class: &'static str,
    /// Its depth; `None` if not covered or not measured.
    pub depth: Option<Figure>,
    /// Width of its bar.
    pub width: String,
}

/// An SVG path from a point with one curve.
fn path(from: [f64; 2], curve: &str, points: &[f64]) -> String {
    let points: Vec<String> = points.iter().copied().map(px).collect();
    format!("M{} {} {curve}{}", px(from[0]), px(from[1]), points.join(" "))
}

/// Height of a limit: from 0.1 % (low) to 100 % (high).
fn height(limit: f64) -> String {
    px(Decades::new((-3.0, 0.0), (310.0, 254.0)).at(limit))
}
