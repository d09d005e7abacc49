//! The limits of detection of patients in whom nothing was detected.

use super::dots::{Dots, Mark, stack};
use crate::cohort::Trial;
use crate::cohort::status::Status;
use breakapart_core::report::scale::{Decades, px};
use breakapart_core::report::wording::percent;

/// The figure.
pub(super) struct Limits {
    /// Dots, one a patient.
    pub dots: Dots,
    /// Place and text of the marks of the axis.
    pub ticks: Vec<(String, &'static str)>,
    /// Patients without a finite limit.
    pub without: usize,
    /// What the worst and the best patient reach, in words.
    pub range: String,
}

const LEFT: f64 = 40.0;
const WIDTH: f64 = 880.0;
const BASE: f64 = 130.0;
const HEIGHT: f64 = 110.0;

/// The axis of fractions, from 0.01 % to 100 %.
const AXIS: Decades = Decades::new((-4.0, 0.0), (LEFT, LEFT + WIDTH));

impl Limits {
    pub(super) fn of(trial: &Trial<'_>) -> Self {
        let negatives = || {
            trial.patients.iter().filter(|of| {
                of.patient.in_sheet
                    && matches!(
                        of.status,
                        Status::NotDetected | Status::NotDetectedMajor | Status::ConfirmedGermline
                    )
            })
        };
        let limits: Vec<f64> = negatives().filter_map(|of| of.lead?.lod).collect();
        let marks: Vec<Mark> = negatives()
            .filter_map(|of| {
                let digest = of.lead?;
                let lod = digest.lod?;
                let is_dna = digest.assay == "dna";
                Some(Mark {
                    x: AXIS.at(lod),
                    fill: if is_dna { "#0072b2" } else { "#d55e00" },
                    letter: if is_dna { 'D' } else { 'R' },
                    exact: true,
                    title: format!("{}: {} of {}", of.patient.id, percent(lod), digest.lod_unit),
                })
            })
            .collect();
        let dots = stack(marks, BASE, HEIGHT, 160.0);
        let worst = limits.iter().copied().fold(0.0, f64::max);
        let best = limits.iter().copied().fold(1.0, f64::min);
        Self {
            without: negatives().count() - dots.count,
            dots,
            ticks: [
                (1e-4, "0.01 %"),
                (1e-3, "0.1 %"),
                (1e-2, "1 %"),
                (0.1, "10 %"),
                (1.0, "100 %"),
            ]
            .into_iter()
            .map(|(at, text)| (px(AXIS.at(at)), text))
            .collect(),
            range: if limits.is_empty() {
                "no patient without a detected rearrangement has a finite limit".to_owned()
            } else {
                format!("from {} to {}", percent(best), percent(worst))
            },
        }
    }
}
