//! The limits of detection of patients without a detected rearrangement.

use super::Mark;
use super::dots::{Dot, Dots};
use crate::cohort::Trial;
use breakapart_core::report::scale::{Decades, px};
use breakapart_core::report::wording::percent;

/// The figure.
pub(super) struct Limits {
    /// Dots, one per patient.
    pub dots: Dots,
    /// Position and label of each axis tick.
    pub ticks: [(String, &'static str); 5],
    /// Patients without a finite limit.
    pub without: usize,
    /// The worst and the best limit, as text.
    pub range: String,
}

const BASE: f64 = 130.0;
const HEIGHT: f64 = 110.0;

/// Marks of the assays.
const DNA: Mark = Mark {
    colour: "#0072b2",
    letter: 'D',
};
const RNA: Mark = Mark {
    colour: "#d55e00",
    letter: 'R',
};

/// The axis of fractions, from 0.01 % to 100 %.
const AXIS: Decades = Decades::new((-4.0, 0.0), (40.0, 920.0));

impl Limits {
    pub(super) fn of(trial: &Trial<'_>) -> Self {
        let counted = trial.patients.iter().filter(|of| of.patient.in_sheet);
        let negatives: Vec<_> = counted.filter(|of| of.status.is_negative()).collect();
        let (mut best, mut worst) = (1.0_f64, 0.0_f64);
        let dots = negatives.iter().filter_map(|of| {
            let digest = of.lead?;
            let limit = digest.limit()?;
            (best, worst) = (best.min(limit), worst.max(limit));
            Some(Dot {
                x: AXIS.at(limit),
                y: 0.0,
                mark: if digest.says.assay == "dna" { DNA } else { RNA },
                exact: true,
                title: format!("{}: {} of {}", of.patient.id, percent(limit), digest.limit_unit()),
            })
        });
        let dots = Dots::stacked(dots.collect(), BASE, HEIGHT, 160.0);
        let ticks = [
            (1e-4, "0.01 %"),
            (1e-3, "0.1 %"),
            (1e-2, "1 %"),
            (0.1, "10 %"),
            (1.0, "100 %"),
        ];
        Self {
            without: negatives.len() - dots.all.len(),
            ticks: ticks.map(|(at, text)| (px(AXIS.at(at)), text)),
            range: if dots.all.is_empty() {
                "no patient without a detected rearrangement has a finite limit".to_owned()
            } else {
                format!("from {} to {}", percent(best), percent(worst))
            },
            dots,
        }
    }
}
