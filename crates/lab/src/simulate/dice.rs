//! Random numbers that are the same on every machine: ChaCha with 8 rounds, and the required distributions, written out
//! so that a new version of a crate cannot change a sample.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream `purpose` of a seed. Streams of one seed are independent, so more of one kind of event in a sample
    /// does not change the rest.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(purpose);
        Self(generator)
    }

    /// A whole number below `n` (0 for `n` of 0), by multiplication: the bias of 2^-32 is negligible for the sizes used
    /// here.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number in [0, 1), in steps of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the items; `None` if there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// `n` bases, uniformly distributed.
    pub fn bases(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| b"ACGT"[self.below(4)]).collect()
    }

    /// Standard normal, as the sum of twelve uniform numbers: uses no library function whose last bit could differ
    /// between platforms.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Poisson with this mean.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        // Products of uniform numbers, in steps small enough for exp() (Knuth).
        let (mut count, mut left) = (0_u32, mean.clamp(0.0, 1e7));
        while left > 0.0 {
            let step = left.min(100.0);
            left -= step;
            let limit = (-step).exp();
            let mut product = self.unit();
            while product > limit {
                count += 1;
                product *= self.unit();
            }
        }
        count
    }

    /// Gamma with mean 1 and variance `dispersion` (Marsaglia and Tsang 2000); 1 for no dispersion.
    pub fn gamma(&mut self, dispersion: f64) -> f64 {
        if dispersion <= 1e-9 {
            return 1.0;
        }
        let shape = 1.0 / dispersion;
        let boosted = if shape < 1.0 { shape + 1.0 } else { shape };
        let d = boosted - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        let drawn = loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v <= 0.0 {
                continue;
            }
            let u = self.unit().max(1e-300);
            if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                break d * v;
            }
        };
        let small = if shape < 1.0 {
            self.unit().powf(1.0 / shape)
        } else {
            1.0
        };
        drawn * small / shape
    }

    /// Over-dispersed Poisson: mean `mean`, variance `mean + dispersion * mean^2`.
    pub fn count(&mut self, mean: f64, dispersion: f64) -> u32 {
        let rate = self.gamma(dispersion);
        self.poisson(mean * rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_reproducible_and_independent() {
        let draw = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            (0..5).map(|_| dice.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn counts_have_the_stated_mean_and_variance() {
        let mut dice = Dice::new(1, 0);
        for (mean, dispersion) in [(4.0, 0.0), (30.0, 0.2), (250.0, 2.0)] {
            let draws: Vec<f64> = (0..20_000).map(|_| f64::from(dice.count(mean, dispersion))).collect();
            let average = draws.iter().sum::<f64>() / 2e4;
            let variance = draws.iter().map(|d| (d - average).powi(2)).sum::<f64>() / 2e4;
            let wanted = mean + dispersion * mean * mean;
            assert!((average / mean - 1.0).abs() < 0.05, "{mean} {average}");
            assert!((variance / wanted - 1.0).abs() < 0.15, "{wanted} {variance}");
        }
    }
}
