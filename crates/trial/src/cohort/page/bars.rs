//! Partners by lineage and age group: one bar per stratum.

use strum::VariantArray;

use super::Mark;
use crate::cohort::group::AgeGroup;
use crate::cohort::summary::Summary;
use breakapart_core::report::scale::Span;

/// A stratum.
pub(super) struct Bar {
    /// Lineage and age group.
    pub label: String,
    /// Patients.
    pub count: usize,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A partner group within a stratum.
pub(super) struct Part {
    /// Its position.
    pub at: Span,
    /// The group's mark.
    pub mark: Mark,
    /// The text of its tooltip.
    pub title: String,
}

/// Left edge of the bars, pixels, and their full width.
const LEFT: f64 = 190.0;
const WIDTH: f64 = 650.0;
/// Height of a bar with the space below it, pixels.
pub(super) const ROW: usize = 24;
/// Narrowest part that has room for its letter, pixels.
pub(super) const LETTER_MIN: f64 = 9.0;

/// Bars from top to bottom.
pub(super) fn bars(summary: &Summary, groups: &[&str]) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (lineage, ages) in &summary.partner_group_by_lineage_and_age {
        for age in AgeGroup::VARIANTS {
            let Some(counts) = ages.get(age.name()) else { continue };
            let label = format!("{lineage} {}", age.name());
            let count: usize = counts.values().sum();
            let mut left = LEFT;
            let mut parts = Vec::new();
            for group in groups {
                let Some(of) = counts.get(*group) else { continue };
                let wide = WIDTH * *of as f64 / count.max(1) as f64;
                let percent = 100.0 * *of as f64 / count.max(1) as f64;
                parts.push(Part {
                    at: Span { left, wide },
                    mark: Mark::of(groups, group),
                    title: format!("{label}: {group} {of} of {count} ({percent:.0} %)"),
                });
                left += wide;
            }
            bars.push(Bar { label, count, parts });
        }
    }
    bars
}
