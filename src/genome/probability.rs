//! The distributions that several stages share, over `statrs`.

use statrs::distribution::{Beta, ContinuousCDF, DiscreteCDF, NegativeBinomial, Poisson};

/// P(X >= `count`) for X over-dispersed Poisson with mean `mean` and variance
/// `mean + dispersion * mean^2` (a negative binomial of size 1/`dispersion`; Poisson at 0).
pub fn count_tail(count: u64, mean: f64, dispersion: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let below = if dispersion <= 1e-9 {
        Poisson::new(mean).map(|d| d.cdf(count - 1))
    } else {
        let size = 1.0 / dispersion;
        return NegativeBinomial::new(size, size / (size + mean))
            .map_or(0.0, |d| (1.0 - d.cdf(count - 1)).clamp(0.0, 1.0));
    };
    below.map_or(0.0, |p| (1.0 - p).clamp(0.0, 1.0))
}

/// P(X = 0), P(X = 1), ... up to `largest`, of the same distribution as [`count_tail`], by the recurrence
/// of the negative binomial (of the Poisson at dispersion 0).
pub fn count_probabilities(largest: u32, mean: f64, dispersion: f64) -> Vec<f64> {
    let mut probabilities = Vec::with_capacity(largest as usize + 1);
    if mean <= 0.0 {
        probabilities.push(1.0);
        probabilities.resize(largest as usize + 1, 0.0);
        return probabilities;
    }
    let spread = dispersion.max(1e-9);
    let (size, step) = (1.0 / spread, spread * mean / (1.0 + spread * mean));
    // In logarithms: at large means P(X = 0) is below what a float holds.
    let mut log = -size * (spread * mean).ln_1p();
    for k in 0..=largest {
        probabilities.push(log.exp());
        log += ((size + f64::from(k)) / f64::from(k + 1) * step).ln();
    }
    probabilities
}

/// Exact (Clopper-Pearson) two-sided interval of a binomial fraction at `confidence` (0.95).
/// `(0, 1)` where `trials` is 0.
pub fn binomial_interval(successes: u64, trials: u64, confidence: f64) -> (f64, f64) {
    (
        binomial_lower(successes, trials, confidence),
        binomial_upper(successes, trials, confidence),
    )
}

/// The lower bound of [`binomial_interval`].
pub fn binomial_lower(successes: u64, trials: u64, confidence: f64) -> f64 {
    if trials == 0 || successes > trials || successes == 0 {
        return 0.0;
    }
    let (k, n) = (successes as f64, trials as f64);
    Beta::new(k, n - k + 1.0).map_or(0.0, |d| d.inverse_cdf((1.0 - confidence) / 2.0))
}

/// The upper bound of [`binomial_interval`].
pub fn binomial_upper(successes: u64, trials: u64, confidence: f64) -> f64 {
    if trials == 0 || successes >= trials {
        return 1.0;
    }
    let (k, n) = (successes as f64, trials as f64);
    Beta::new(k + 1.0, n - k).map_or(1.0, |d| d.inverse_cdf(1.0 - (1.0 - confidence) / 2.0))
}

/// Natural log-odds of a probability, kept finite.
pub fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).ln()
}

/// The probability of natural log-odds.
pub fn from_log_odds(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_values() {
        // 95 % chance of at least k molecules: means of the table in docs/limit-of-detection.md.
        for (k, mean) in [(1, 2.996), (2, 4.744), (3, 6.296), (5, 9.154)] {
            assert!((count_tail(k, mean, 0.0) - 0.95).abs() < 1e-3, "{k}");
        }
        // Zero of 59: exact upper bound of the two-sided 90 % interval is 1 - 0.05^(1/59).
        let (_, high) = binomial_interval(0, 59, 0.90);
        assert!((high - (1.0 - 0.05_f64.powf(1.0 / 59.0))).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn tails_are_probabilities_and_fall_with_the_count(mean in 0.0_f64..500.0, count in 0_u64..400, dispersion in 0.0_f64..2.0) {
            let tail = count_tail(count, mean, dispersion);
            prop_assert!((0.0..=1.0).contains(&tail));
            prop_assert!(count_tail(count + 1, mean, dispersion) <= tail + 1e-9);
        }

        #[test]
        fn probabilities_and_tails_agree(mean in 0.01_f64..80.0, dispersion in 0.0_f64..1.0, count in 0_u32..60) {
            let below: f64 = count_probabilities(count, mean, dispersion).iter().sum();
            prop_assert!((1.0 - below - count_tail(u64::from(count) + 1, mean, dispersion)).abs() < 1e-5);
        }

        #[test]
        fn the_interval_holds_the_estimate(trials in 1_u64..2_000, part in 0.0_f64..=1.0) {
            let successes = (part * trials as f64).floor() as u64;
            let (low, high) = binomial_interval(successes, trials, 0.95);
            let estimate = successes as f64 / trials as f64;
            prop_assert!(low <= estimate + 1e-9 && estimate <= high + 1e-9);
        }

        #[test]
        fn log_odds_round_trip(p in 1e-6_f64..0.999_999) {
            prop_assert!((from_log_odds(log_odds(p)) - p).abs() < 1e-9);
        }
    }
}
