//! Fraction, interval and limit from the molecules found and examined.

use breakapart_core::genome::probability::{binomial_interval, count_tail};

/// Confidence of intervals and probability of detection at the limit.
pub(crate) const CONFIDENCE: f64 = 0.95;
/// Fraction of cells that trials require as the limit.
pub(crate) const REQUIRED_CELLS: f64 = 1e-4;

/// Result for a junction among the molecules examined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Molecules with the junction.
    pub found: u64,
    /// Molecules examined: those with the junction, and wild-type ones at the same base.
    pub examined: u64,
    /// Whether enough were found.
    pub is_detected: bool,
    /// Fraction of alleles (DNA) or transcripts (RNA); `None` if no molecule was examined.
    pub fraction: Option<f64>,
    /// Exact 95 % interval of the fraction: lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Smallest fraction shown by this sample with probability 0.95; `None` if there is none below 1.
    pub limit: Option<f64>,
}

impl Estimate {
    /// The estimate; detected from `min_molecules` on (at least 1).
    pub fn of(found: u64, examined: u64, min_molecules: u64) -> Self {
        let needed = min_molecules.max(1);
        let (low, high) = binomial_interval(found, examined, CONFIDENCE);
        Self {
            found,
            examined,
            is_detected: found >= needed,
            fraction: (examined > 0).then(|| found as f64 / examined as f64),
            low,
            high,
            limit: limit(examined, needed),
        }
    }

    /// A fraction of alleles as a fraction of cells: two alleles per cell, one of them rearranged.
    pub fn cells(share: f64) -> f64 {
        (2.0 * share).min(1.0)
    }

    /// Whether the limit reaches one cell in 10,000; for DNA.
    pub fn reaches_required(&self) -> bool {
        self.limit.is_some_and(|limit| Self::cells(limit) <= REQUIRED_CELLS)
    }
}

/// Smallest fraction at which `needed` or more of `examined` molecules show it with probability 0.95.
fn limit(examined: u64, needed: u64) -> Option<f64> {
    if examined < needed || examined == 0 {
        return None;
    }
    let n = examined as f64;
    if needed == 1 {
        // 1 - (1 - f)^n = 0.95, exactly.
        return Some(-((1.0 - CONFIDENCE).ln() / n).exp_m1());
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if count_tail(needed, n * middle, 0.0) >= CONFIDENCE {
            high = middle;
        } else {
            low = middle;
        }
    }
    (high < 1.0).then_some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_equals_textbook_values() {
        // Zero of 59: 4.95 %; of 299: 1.0 % (exact upper 95 % bounds).
        for (examined, limit) in [(59, 0.0495), (299, 0.00997)] {
            let estimate = Estimate::of(0, examined, 1);
            assert!((estimate.limit.unwrap() - limit).abs() < 5e-5);
            assert!(!estimate.is_detected);
        }
        // Two molecules: mean 4.744 (Poisson).
        assert!((Estimate::of(0, 1_000_000, 2).limit.unwrap() * 1e6 - 4.744).abs() < 1e-3);
        assert_eq!(Estimate::of(0, 0, 1).limit, None);
        assert!(!Estimate::of(0, 0, 1).reaches_required());
    }

    #[test]
    fn two_hundred_thousand_molecules_reach_one_cell_in_ten_thousand() {
        let deep = Estimate::of(0, 200_000, 1);
        assert!(deep.reaches_required());
        assert!((Estimate::cells(deep.limit.unwrap()) - 3e-5).abs() < 1e-6);
        assert!(!Estimate::of(0, 50_000, 1).reaches_required());
        // 3.0 of 59,914 are 5e-5 of the molecules, one cell in ten thousand.
        assert!(Estimate::of(0, 59_950, 1).reaches_required());
        assert!(!Estimate::of(0, 59_850, 1).reaches_required());
        assert_eq!(Estimate::cells(0.7), 1.0);
    }
}
