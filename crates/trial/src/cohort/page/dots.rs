//! Dots stacked over an axis, one a patient.

use breakapart_core::report::scale::px;

/// A dot of a figure, in pixels.
pub(super) struct Dot {
    /// Centre.
    pub x: String,
    /// Centre.
    pub y: String,
    /// Radius.
    pub r: String,
    /// Fill.
    pub fill: &'static str,
    /// What stands in it, so that colour is not needed; empty where the dot is too small.
    pub letter: String,
    /// Whether the place is known to the base: filled, else hollow.
    pub exact: bool,
    /// What a pointer shows.
    pub title: String,
}

/// A dot not yet stacked.
pub(super) struct Mark {
    /// Pixel on the axis.
    pub x: f64,
    /// Fill.
    pub fill: &'static str,
    /// What stands in the dot where there is room.
    pub letter: char,
    /// Known to the base.
    pub exact: bool,
    /// What a pointer shows.
    pub title: String,
}

/// The dots of a figure.
pub(super) struct Dots {
    /// Dots.
    pub all: Vec<Dot>,
    /// How many: each a patient.
    pub count: usize,
    /// Upper edge and height of the drawing: no room above the highest dot.
    pub view: (f64, f64),
}

/// Widest column of dots, pixels.
const STEP_MAX: f64 = 10.0;
/// Narrowest column whose dots hold a letter that can be read, pixels.
const STEP_LETTER: f64 = 7.0;

/// Stacks marks upwards from `base`, at most `height` pixels; dots shrink where a stack would be higher.
/// `foot` is the lower edge of the drawing.
pub(super) fn stack(mut marks: Vec<Mark>, base: f64, height: f64, foot: f64) -> Dots {
    marks.sort_by(|a, b| {
        a.x.total_cmp(&b.x)
            .then_with(|| (a.fill, &a.title).cmp(&(b.fill, &b.title)))
    });
    let mut step = STEP_MAX;
    loop {
        let mut columns: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
        for mark in &marks {
            *columns.entry((mark.x / step).round() as i64).or_default() += 1;
        }
        let highest = columns.values().copied().max().unwrap_or(0) as f64;
        // Narrow columns are lower ones: the step shrinks until the highest fits.
        if highest * step <= height || step < 0.5 {
            break;
        }
        step *= 0.9;
    }
    let mut heights: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    let dots: Vec<Dot> = marks
        .into_iter()
        .map(|mark| {
            let column = (mark.x / step).round() as i64;
            let level = heights.entry(column).or_default();
            let y = (base - step * (*level as f64 + 0.6)).max(base - height);
            *level += 1;
            Dot {
                x: px(column as f64 * step),
                y: px(y),
                r: format!("{:.2}", step * 0.42),
                fill: mark.fill,
                letter: if step >= STEP_LETTER {
                    mark.letter.to_string()
                } else {
                    String::new()
                },
                exact: mark.exact,
                title: mark.title,
            }
        })
        .collect();
    let highest = dots.iter().filter_map(|dot| dot.y.parse::<f64>().ok());
    let edge = (highest.fold(base, f64::min) - STEP_MAX).floor();
    Dots {
        count: dots.len(),
        all: dots,
        view: (edge, foot - edge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patient_has_a_dot_within_the_figure() {
        let marks = |count: usize| {
            (0..count)
                .map(|n| Mark {
                    x: 100.0 + (n % 37) as f64,
                    fill: "#000000",
                    letter: 'a',
                    exact: true,
                    title: n.to_string(),
                })
                .collect::<Vec<_>>()
        };
        for count in [0, 1, 1_000, 5_000] {
            let dots = stack(marks(count), 150.0, 120.0, 200.0);
            assert_eq!((dots.count, dots.all.len()), (count, count));
            assert_eq!(dots.all.iter().any(|dot| dot.letter.is_empty()), count >= 1_000);
            let edge = dots.view.0;
            assert!((20.0..150.0).contains(&edge) && dots.all.iter().all(|d| d.y.parse::<f64>().unwrap() > edge));
            for dot in &dots.all {
                let y: f64 = dot.y.parse().unwrap();
                assert!((30.0..=150.0).contains(&y), "{count}: {y}");
            }
        }
    }
}
