//! Distributions shared by several stages, from `statrs`.

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

/// P(X = 0), P(X = 1), ... up to `largest`, for the distribution of [`count_tail`], by the recurrence of the negative
/// binomial (of the Poisson at dispersion 0).
pub fn count_probabilities(largest: u32, mean: f64, dispersion: f64) -> Vec<f64> {
    if mean <= 0.0 {
        return (0..=largest).map(|k| f64::from(u8::from(k == 0))).collect();
    }
    let mut probabilities = Vec::new();
    let spread = dispersion.max(1e-9);
    let (size, step) = (1.0 / spread, spread * mean / (1.0 + spread * mean));
    // In logarithms: at large means P(X = 0) underflows.
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
    let (k, n) = (successes as f64, trials as f64);
    // No distribution without a success.
    Beta::new(k, n - k + 1.0).map_or(0.0, |d| d.inverse_cdf((1.0 - confidence) / 2.0))
}

/// The upper bound of [`binomial_interval`].
pub fn binomial_upper(successes: u64, trials: u64, confidence: f64) -> f64 {
    let (k, n) = (successes as f64, trials as f64);
    // No distribution without a failure.
    Beta::new(k + 1.0, n - k).map_or(1.0, |d| d.inverse_cdf(1.0 - (1.0 - confidence) / 2.0))
}

/// Two-sided interval at `confidence` (0.95) for the share `with / (with + without)` of two counts whose ratio varies
/// by
/// more than chance: `dispersion` is the extra variance over the squared mean, as in [`count_tail`].
///
/// METHOD: by the delta method the log odds have variance 1/with + 1/without + dispersion. Both counts are scaled down
/// until chance alone gives this variance, and the exact interval is computed from them. Small counts hardly change.
pub fn share_interval(with: u64, without: u64, dispersion: f64, confidence: f64) -> (f64, f64) {
    if with == 0 || without == 0 {
        return binomial_interval(with, with + without, confidence);
    }
    let (k, w) = (with as f64, without as f64);
    let chance = 1.0 / k + 1.0 / w;
    let shrink = chance / (chance + dispersion);
    let (k, w) = (k * shrink, w * shrink);
    let tail = (1.0 - confidence) / 2.0;
    (
        Beta::new(k, w + 1.0).map_or(0.0, |d| d.inverse_cdf(tail)),
        Beta::new(k + 1.0, w).map_or(1.0, |d| d.inverse_cdf(1.0 - tail)),
    )
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
        // The bounds are 0 and 1 if none, or all, were seen.
        assert_eq!(binomial_interval(0, 0, 0.95), (0.0, 1.0));
        assert_eq!((binomial_lower(0, 9, 0.95), binomial_upper(9, 9, 0.95)), (0.0, 1.0));
        // A mean of 0: certainly none.
        assert_eq!(count_probabilities(2, 0.0, 0.02), [1.0, 0.0, 0.0]);
        // Zero of 59: exact upper bound of the two-sided 90 % interval is 1 - 0.05^(1/59).
        let (_, high) = binomial_interval(0, 59, 0.90);
        assert!((high - (1.0 - 0.05_f64.powf(1.0 / 59.0))).abs() < 1e-6);
    }

    #[test]
    fn the_interval_of_many_molecules_is_bounded_by_the_dispersion() {
        // Log odds of half: standard deviation 0.141 at dispersion 0.02, so that 95 % are 0.431 to 0.569.
        let (low, high) = share_interval(1_000_000, 1_000_000, 0.02, 0.95);
        assert!(
            (low - 0.431).abs() < 0.005 && (high - 0.569).abs() < 0.005,
            "{low} {high}"
        );
        let (few, chance) = (share_interval(2, 200, 0.02, 0.95), binomial_interval(2, 202, 0.95));
        assert!((few.0 / chance.0 - 1.0).abs() < 0.1 && (few.1 / chance.1 - 1.0).abs() < 0.05);
        assert_eq!(share_interval(0, 100, 0.02, 0.95), binomial_interval(0, 100, 0.95));
    }

    #[test]
    fn certainty_has_finite_log_odds() {
        for (certain, sign) in [(1.0, 1.0), (0.0, -1.0)] {
            let odds = log_odds(certain);
            assert!((odds - sign * 27.631).abs() < 1e-3, "{odds}");
        }
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval(with in 0_u64..5_000, without in 0_u64..5_000, dispersion in 0.0_f64..0.2) {
            prop_assume!(with + without > 0);
            let share = with as f64 / (with + without) as f64;
            let (low, high) = share_interval(with, without, dispersion, 0.95);
            let chance = binomial_interval(with, with + without, 0.95);
            prop_assert!(low <= share + 1e-9 && share <= high + 1e-9);
            prop_assert!(low <= chance.0 + 1e-6 && chance.1 <= high + 1e-6);
        }

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
        fn the_interval_contains_the_estimate(trials in 1_u64..2_000, part in 0.0_f64..=1.0) {
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
