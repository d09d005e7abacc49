//! Dots stacked on an axis, one per patient.

use std::collections::BTreeMap;

use super::Mark;
use breakapart_core::report::scale::px;

/// A dot of a figure, in pixels.
pub(super) struct Dot {
    /// Centre: on the axis until it is stacked.
    pub x: f64,
    /// Centre: 0 until it is stacked.
    pub y: f64,
    /// Fill colour, and the letter in it if there is room.
    pub mark: Mark,
    /// Whether the position is known to the base: filled, otherwise hollow.
    pub exact: bool,
    /// The text of its tooltip.
    pub title: String,
}

impl Dot {
    /// The x coordinate of its centre, as drawn.
    pub(super) fn x(&self) -> String {
        px(self.x)
    }

    /// See [`Dot::x`].
    pub(super) fn y(&self) -> String {
        px(self.y)
    }
}

/// The dots of a figure, one per patient.
pub(super) struct Dots {
    /// Dots, from left to right.
    pub all: Vec<Dot>,
    /// Width of a column of dots.
    step: f64,
    /// Upper edge and height of the drawing: no empty space above the highest dot.
    pub view: (f64, f64),
}

/// Widest column of dots, pixels.
const STEP_MAX: f64 = 10.0;
/// Narrowest column whose dots have a legible letter, pixels.
const STEP_LETTER: f64 = 7.0;

impl Dots {
    /// Stacks dots upwards from `base`, at most `height` pixels; they shrink if a stack would be higher. `foot` is the
    /// lower edge of the drawing.
    pub(super) fn stacked(mut all: Vec<Dot>, base: f64, height: f64, foot: f64) -> Self {
        all.sort_by(|a, b| {
            let rest = || (a.mark.colour, &a.title).cmp(&(b.mark.colour, &b.title));
            a.x.total_cmp(&b.x).then_with(rest)
        });
        let mut step = STEP_MAX;
        // Narrower columns are lower: the width is reduced until the highest fits.
        while highest(&all, step) as f64 * step > height && step >= 0.5 {
            step *= 0.9;
        }
        let mut levels: BTreeMap<i64, f64> = BTreeMap::new();
        for dot in &mut all {
            let column = column(dot, step);
            let level = levels.entry(column).or_default();
            dot.x = column as f64 * step;
            dot.y = (base - step * (*level + 0.6)).max(base - height);
            *level += 1.0;
        }
        let tops = all.iter().filter_map(|dot| dot.y().parse().ok());
        let edge = (tops.fold(base, f64::min) - STEP_MAX).floor();
        Self {
            all,
            step,
            view: (edge, foot - edge),
        }
    }

    /// Radius of each, as drawn.
    pub(super) fn radius(&self) -> String {
        format!("{:.2}", self.step * 0.42)
    }

    /// Whether there is room for letters.
    pub(super) fn lettered(&self) -> bool {
        self.step >= STEP_LETTER
    }

    /// `12 patients`.
    pub(super) fn patients(&self) -> String {
        super::patients(&self.all.len())
    }
}

fn column(dot: &Dot, step: f64) -> i64 {
    (dot.x / step).round() as i64
}

/// Dots in the highest column.
fn highest(dots: &[Dot], step: f64) -> usize {
    let mut columns: BTreeMap<i64, usize> = BTreeMap::new();
    for dot in dots {
        *columns.entry(column(dot, step)).or_default() += 1;
    }
    columns.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patient_has_a_dot_within_the_figure() {
        let dots = |count: usize| {
            (0..count)
                .map(|n| Dot {
                    x: 100.0 + (n % 37) as f64,
                    y: 0.0,
                    mark: Mark {
                        colour: "#000000",
                        letter: 'a',
                    },
                    exact: true,
                    title: n.to_string(),
                })
                .collect::<Vec<_>>()
        };
        for count in [0, 1, 1_000, 5_000] {
            let dots = Dots::stacked(dots(count), 150.0, 120.0, 200.0);
            assert_eq!(dots.all.len(), count);
            assert_eq!(dots.lettered(), count < 1_000);
            let edge = dots.view.0;
            assert!((20.0..150.0).contains(&edge) && dots.all.iter().all(|dot| dot.y > edge));
            for dot in &dots.all {
                assert!((30.0..=150.0).contains(&dot.y), "{count}: {}", dot.y);
            }
        }
    }
}
