//! Partners by lineage and age group: one bar a stratum.

use crate::cohort::group::AgeGroup;
use crate::cohort::summary::Summary;
use breakapart_core::report::scale::px;

/// A stratum.
pub(super) struct Bar {
    /// Lineage and age group.
    pub label: String,
    /// Patients.
    pub count: usize,
    /// Top of the bar, pixels.
    pub y: usize,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A partner group within a stratum.
pub(super) struct Part {
    /// Left end, pixels.
    pub x: String,
    /// Width, pixels.
    pub width: String,
    /// Fill.
    pub fill: &'static str,
    /// The group's letter, in the middle; empty where it does not fit.
    pub letter: String,
    /// See `letter`.
    pub middle: String,
    /// What a pointer shows.
    pub title: String,
}

/// The figure.
pub(super) struct Bars {
    /// Bars from the top.
    pub bars: Vec<Bar>,
    /// Height, pixels.
    pub height: usize,
}

/// Where bars begin, pixels, and their full width.
const LEFT: f64 = 190.0;
const WIDTH: f64 = 650.0;
const ROW: usize = 24;
/// Narrowest part that holds a letter, pixels.
const LETTER_MIN: f64 = 9.0;

impl Bars {
    pub(super) fn of(summary: &Summary, groups: &[&str]) -> Self {
        let mut bars = Vec::new();
        for (lineage, ages) in &summary.partner_group_by_lineage_and_age {
            for age in AgeGroup::ALL {
                let Some(counts) = ages.get(age.name()) else { continue };
                let total: usize = counts.values().sum();
                let mut x = LEFT;
                let parts = groups
                    .iter()
                    .filter_map(|group| Some((group, counts.get(*group)?)))
                    .map(|(group, count)| {
                        let width = WIDTH * *count as f64 / total.max(1) as f64;
                        let part = Part {
                            x: px(x),
                            width: px(width),
                            fill: super::colour(groups, group),
                            letter: if width >= LETTER_MIN {
                                super::letter(groups, group).to_string()
                            } else {
                                String::new()
                            },
                            middle: format!("{:.1}", x + width / 2.0),
                            title: format!(
                                "{lineage} {}: {group} {count} of {total} ({:.0} %)",
                                age.name(),
                                100.0 * *count as f64 / total.max(1) as f64
                            ),
                        };
                        x += width;
                        part
                    })
                    .collect();
                bars.push(Bar {
                    label: format!("{lineage} {}", age.name()),
                    count: total,
                    y: bars.len() * ROW + 4,
                    parts,
                });
            }
        }
        Self {
            height: bars.len() * ROW + 8,
            bars,
        }
    }
}
