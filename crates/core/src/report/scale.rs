//! Scales from bases and fractions to the units of a drawing, shared by every page and plot.

use crate::genome::{Interval, Position, Strand};

/// A coordinate in a drawing: one decimal, so that equal reports give equal bytes.
pub fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A length in words: `20 kb`, `500 bases`.
pub fn bases(length: i64) -> String {
    if length >= 1_000 && length % 1_000 == 0 {
        format!("{} kb", length / 1_000)
    } else {
        format!("{length} bases")
    }
}

/// A horizontal interval of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Left edge.
    pub left: f64,
    /// Width.
    pub wide: f64,
}

impl Span {
    /// Between two coordinates in either order.
    pub fn between(a: f64, b: f64) -> Self {
        Self {
            left: a.min(b),
            wide: (b - a).abs(),
        }
    }

    /// The same, at least this wide; the left edge is unchanged.
    #[must_use]
    pub fn at_least(self, wide: f64) -> Self {
        Self {
            wide: self.wide.max(wide),
            ..self
        }
    }

    /// Its left edge as text.
    pub fn x(&self) -> String {
        px(self.left)
    }

    /// Its width as text.
    pub fn width(&self) -> String {
        px(self.wide)
    }

    /// Its middle as text.
    pub fn middle(&self) -> String {
        px(self.left + self.wide / 2.0)
    }
}

/// A linear scale.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    start: i64,
    len: i64,
    left: f64,
    width: f64,
    mirrored: bool,
}

impl Scale {
    /// An interval of a contig between two edges, read along `strand` from left to right.
    pub fn along(span: Interval, strand: Strand, left: f64, right: f64) -> Self {
        Self {
            start: span.start.0,
            len: span.len().max(1),
            left,
            width: right - left,
            mirrored: strand == Strand::Reverse,
        }
    }

    /// A length between two edges.
    pub fn of_length(len: i64, left: f64, right: f64) -> Self {
        Self {
            start: 0,
            len: len.max(1),
            left,
            width: right - left,
            mirrored: false,
        }
    }

    /// Coordinate of the edge `offset` bases from the start.
    pub fn offset(&self, offset: i64) -> f64 {
        let share = offset as f64 / self.len as f64;
        self.left + self.width * if self.mirrored { 1.0 - share } else { share }
    }

    /// Coordinate of the edge before a base of the contig.
    pub fn edge(&self, position: Position) -> f64 {
        self.offset(position.0 - self.start)
    }

    /// Coordinate of the middle of a base.
    pub fn at(&self, position: Position) -> f64 {
        let half = 0.5 / self.len as f64 * self.width;
        self.edge(position) + if self.mirrored { -half } else { half }
    }

    /// An interval of the contig.
    pub fn stretch(&self, interval: Interval) -> Span {
        Span::between(self.edge(interval.start), self.edge(interval.end))
    }

    /// A scale bar of about a tenth of the width: its length in the drawing and as text.
    pub fn bar(&self) -> (f64, String) {
        let wanted = self.len / 10;
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].map(|n| n * 1_000);
        let small = [10, 20, 50, 100, 200, 500];
        let length = small
            .into_iter()
            .chain(steps)
            .filter(|length| *length <= wanted.max(10))
            .max()
            .unwrap_or(10);
        (length as f64 / self.len as f64 * self.width, bases(length))
    }
}

/// A logarithmic scale over whole decades.
#[derive(Clone, Copy, Debug)]
pub struct Decades {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Decades {
    /// From `10^low`, drawn at `from`, to `10^high`, drawn at `to`.
    pub const fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low, high, from, to }
    }

    /// Coordinate of a value; values outside the decades are drawn at the nearer edge.
    pub fn at(&self, value: f64) -> f64 {
        let decade = value.max(f64::MIN_POSITIVE).log10().clamp(self.low, self.high);
        self.from + (self.to - self.from) * (decade - self.low) / (self.high - self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gene_of_the_reverse_strand_runs_from_left_to_right() {
        let span = Interval::new(1_000, 2_000);
        let forward = Scale::along(span, Strand::Forward, 0.0, 100.0);
        let reverse = Scale::along(span, Strand::Reverse, 0.0, 100.0);
        assert!(forward.at(Position(1_100)) < forward.at(Position(1_900)));
        assert!(reverse.at(Position(1_100)) > reverse.at(Position(1_900)));
        assert!((forward.at(Position(1_100)) + reverse.at(Position(1_100)) - 100.0).abs() < 1e-9);
        assert_eq!(reverse.stretch(Interval::new(1_000, 1_500)), Span::between(50.0, 100.0));
        assert_eq!(forward.bar(), (10.0, "100 bases".to_owned()));
    }

    #[test]
    fn decades_are_evenly_apart_and_end_at_the_edges() {
        let scale = Decades::new((-4.0, 0.0), (40.0, 80.0));
        assert_eq!([1e-4, 1e-2, 1.0].map(|share| px(scale.at(share))), ["40", "60", "80"]);
        assert_eq!([0.0, 1e-9, 7.0].map(|share| px(scale.at(share))), ["40", "40", "80"]);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([px(1.0), px(1.25), px(-0.01)], ["1", "1.2", "0"]);
    }
}
