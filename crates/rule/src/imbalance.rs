//! 5'/3' imbalance: a step in KMT2A's coverage, the counterpart of split signals in break-apart FISH.
//!
//! METHOD: fusion transcripts add depth 5' of the breakpoint and none 3' of it, so 5' depth over 3' depth is `1/(1-f)`.
//! The log depth of each exon, minus that of normal samples (which accounts for alternative splicing and sequence
//! bias),
//! is fitted by a straight line along the transcript (which accounts for 3' bias: with degradation, depth falls
//! exponentially) and a step after exon *n*, by weighted least squares, for every *n* of the two regions. Weights are
//! `1/(sd^2 + 1/molecules)`; if the residuals are larger than these predict, the error grows with them. The confidence
//! is
//! that of the largest step, one-sided, corrected for the number of exons tried. RNA only; a rise in depth is not a
//! step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

use crate::{Params, lod::Reads};

/// 95 % points: chi-square of one degree of freedom, and two-sided normal.
const CHI_SQUARE_95: f64 = 3.84;
const NORMAL_95: f64 = 1.96;

/// A step in coverage: 5' depth over 3' depth at a breakpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Imbalance {
    /// Last exon before the step (MANE).
    pub exon: u16,
    /// First exon after which it may lie (95 %).
    pub exon_low: u16,
    /// Last exon after which it may lie (95 %).
    pub exon_high: u16,
    /// 5' depth over 3' depth.
    pub ratio: f64,
    /// Lower end of its 95 % interval.
    pub ratio_low: f64,
    /// Upper end.
    pub ratio_high: f64,
    /// Confidence that there is a step, corrected for the number of exons tried.
    pub confidence: f64,
    /// Number of normal samples it was compared with; 0 for the built-in spread.
    pub background_samples: u32,
    /// Whether it is accepted (confidence of at least 0.99 and ratio of at least 1.2).
    pub believed: bool,
}

/// One exon to be fitted.
struct Point {
    exon: u16,
    /// Distance along the transcript (bases).
    at: f64,
    value: f64,
    weight: f64,
}

/// The default for [`ExonDepth::normal`] without normal samples: an even depth with a wide spread.
pub const fn unknown_normal(p: &Params) -> (f64, f64) {
    (0.0, p.step_spread)
}

/// Depth of one exon, with that of normal samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExonDepth {
    /// Exon (MANE).
    pub exon: u16,
    /// Its length (bases).
    pub length: u32,
    /// Mean molecule depth.
    pub depth: f64,
    /// Log depth of normal samples relative to their mean, with its standard deviation; `None` if they lack the exon.
    pub normal: Option<(f64, f64)>,
}

/// The largest step among `steps` (exons after which one is tested). `None` if there are too few reads.
pub fn find(exons: &[ExonDepth], steps: &[u16], reads: &Reads, molecules: u32, p: &Params) -> Option<Imbalance> {
    if molecules < p.step_molecules_min {
        return None;
    }
    let mates = if reads.paired * 2 > reads.fragments { 2.0 } else { 1.0 };
    let shown = f64::from(reads.read_len.max(1)) * mates;
    let fragment = reads.fragment_len.map_or(shown, |l| f64::from(l).min(shown)).max(1.0);
    let mut points = Vec::new();
    let (mut offset, mut total) = (0.0, 0.0);
    for e in exons {
        let length = f64::from(e.length);
        let at = offset + length / 2.0;
        offset += length;
        let Some((log_depth, sd)) = e.normal else { continue };
        // Short exons share molecules with their neighbours: each counts its share of them.
        let molecules = e.depth * length / fragment;
        total += molecules;
        points.push(Point {
            exon: e.exon,
            at,
            value: (e.depth + 0.5).ln() - log_depth,
            weight: 1.0 / (sd * sd + 1.0 / (molecules + 0.5)),
        });
    }
    if points.len() < p.step_exons_min as usize || total < p.step_per_exon_min * points.len() as f64 {
        return None;
    }
    let fits: Vec<(u16, Fit)> = steps
        .iter()
        .filter_map(|exon| Some((*exon, fit(&points, *exon)?)))
        .collect();
    let (exon, best) = fits.iter().max_by(|a, b| a.1.z.total_cmp(&b.1.z).then(b.0.cmp(&a.0)))?;
    let freedom = (points.len() - 3) as f64;
    let tail = StudentsT::new(0.0, 1.0, freedom).ok()?.sf(best.z);
    let near: Vec<u16> = fits
        .iter()
        .filter(|(_, f)| f.misfit - best.misfit <= CHI_SQUARE_95 * best.scale)
        .map(|(exon, _)| *exon)
        .collect();
    let ratio = best.step.exp();
    let confidence = (1.0 - tail * fits.len() as f64).max(0.0);
    Some(Imbalance {
        exon: *exon,
        exon_low: near.iter().copied().min().unwrap_or(*exon),
        exon_high: near.iter().copied().max().unwrap_or(*exon),
        ratio,
        ratio_low: (best.step - NORMAL_95 * best.error).exp(),
        ratio_high: (best.step + NORMAL_95 * best.error).exp(),
        confidence,
        background_samples: 0,
        believed: confidence >= p.step_confidence && ratio >= p.step_ratio_min,
    })
}

struct Fit {
    step: f64,
    error: f64,
    z: f64,
    misfit: f64,
    scale: f64,
}

/// Line and step after exon `last`; `None` if all exons are on one side of it.
fn fit(points: &[Point], last: u16) -> Option<Fit> {
    let row = |p: &Point| [1.0, p.at, f64::from(u8::from(p.exon <= last))];
    let mut normal = [[0.0_f64; 6]; 3];
    let mut right = [0.0_f64; 3];
    for p in points {
        let r = row(p);
        for i in 0..3 {
            for (j, value) in r.iter().enumerate() {
                normal[i][j] += p.weight * r[i] * value;
            }
            right[i] += p.weight * r[i] * p.value;
        }
    }
    let inverse = inverted(normal)?;
    let mut solution = [0.0_f64; 3];
    for (s, line) in solution.iter_mut().zip(&inverse) {
        *s = line.iter().zip(&right).map(|(a, b)| a * b).sum();
    }
    let misfit: f64 = points
        .iter()
        .map(|p| {
            let expected: f64 = row(p).iter().zip(&solution).map(|(a, b)| a * b).sum();
            p.weight * (p.value - expected).powi(2)
        })
        .sum();
    let scale = (misfit / (points.len() as f64 - 3.0)).max(1.0);
    let error = (inverse[2][2] * scale).sqrt();
    Some(Fit {
        step: solution[2],
        error,
        z: solution[2] / error,
        misfit,
        scale,
    })
}

/// Inverse of a symmetric 3 x 3 matrix; the right half of `m` is scratch space.
fn inverted(mut m: [[f64; 6]; 3]) -> Option<[[f64; 3]; 3]> {
    for (i, line) in m.iter_mut().enumerate() {
        line[3 + i] = 1.0;
    }
    for i in 0..3 {
        let pivot = m[i][i];
        // Exactly 0 if a column is empty or equals another.
        if pivot == 0.0 {
            return None;
        }
        for value in &mut m[i] {
            *value /= pivot;
        }
        let held = m[i];
        for (j, line) in m.iter_mut().enumerate() {
            if j != i {
                let factor = line[i];
                for (value, h) in line.iter_mut().zip(held) {
                    *value -= factor * h;
                }
            }
        }
    }
    Some(m.map(|line| [line[3], line[4], line[5]]))
}

#[cfg(test)]
pub(crate) mod tests;
