//! The chance that a given number of molecules is detected.

use crate::{Class, EvidenceFacts, Params, Region, Tier, probability::count_probabilities};

/// Largest number of molecules that is considered (count); more are treated like this number.
pub(crate) const MOLECULES_MAX: u32 = 60;

/// The tier that the rule gives to every pair of counts (split, spanning), computed once.
pub(super) struct Tiers {
    table: Vec<Option<Tier>>,
}

impl Tiers {
    pub(super) fn new(judge: impl Fn(u32, u32) -> Option<Tier>) -> Self {
        let table = (0..Detected::WIDTH * Detected::WIDTH)
            .map(|i| judge(i / Detected::WIDTH, i % Detected::WIDTH))
            .collect();
        Self { table }
    }

    /// Counts that are called.
    pub(super) fn called(&self) -> Detected {
        self.detected(|_, _, tier| tier >= Some(Tier::Medium))
    }

    /// Counts that prevent a negative: any tier, except low with at most `waived` molecules; with `any_read`, also a
    /// single
    /// split read below every tier.
    pub(super) fn blocking(&self, waived: Option<u32>, any_read: bool) -> Detected {
        self.detected(|split, n, tier| {
            let is_waived = waived.is_some_and(|most| n <= most);
            any_read && split > 0 || tier >= Some(Tier::Medium) || tier.is_some() && !is_waived
        })
    }

    fn detected(&self, detects: impl Fn(u32, u32, Option<Tier>) -> bool) -> Detected {
        Detected::new(|split, spanning| {
            let n = split + spanning;
            let tier = self.table.get((split * Detected::WIDTH + spanning) as usize);
            n > 0 && detects(split, n, tier.copied().flatten())
        })
    }
}

/// Which pairs of counts are detected.
pub(super) struct Detected {
    table: Vec<bool>,
}

impl Detected {
    /// Counts of either kind that are distinguished; larger counts are treated like the largest.
    const WIDTH: u32 = 24;

    fn new(judge: impl Fn(u32, u32) -> bool) -> Self {
        let table = (0..Self::WIDTH * Self::WIDTH)
            .map(|i| judge(i / Self::WIDTH, i % Self::WIDTH))
            .collect();
        Self { table }
    }

    fn holds(&self, split: u32, spanning: u32) -> bool {
        let index = split.min(Self::WIDTH - 1) * Self::WIDTH + spanning.min(Self::WIDTH - 1);
        self.table.get(index as usize).copied().unwrap_or(false)
    }
}

/// Chance of detection for each number of usable molecules, averaged over how many of them are split. It does not
/// depend
/// on the fraction, so it is computed once for all the means that a search tries.
pub(super) struct Detection {
    /// Chance by number of molecules, up to the last that differs from `beyond`.
    given: Vec<f64>,
    /// Chance for larger numbers.
    beyond: f64,
    /// Variance of the count beyond Poisson.
    dispersion: f64,
}

impl Detection {
    pub(super) fn new(split_share: f64, detected: &Detected, dispersion: f64) -> Self {
        let mut given: Vec<f64> = (0..=MOLECULES_MAX)
            .map(|n| {
                let mut chance = 0.0;
                let mut weight = (1.0 - split_share).powi(i32::try_from(n).unwrap_or(0));
                for split in 0..=n {
                    if detected.holds(split, n - split) {
                        chance += weight;
                    }
                    // Binomial weights, each from the previous one.
                    weight = if split_share >= 1.0 {
                        f64::from(u8::from(split + 1 == n))
                    } else {
                        weight * f64::from(n - split) / f64::from(split + 1) * split_share / (1.0 - split_share)
                    };
                }
                chance
            })
            .collect();
        let beyond = given.last().copied().unwrap_or(0.0);
        // Numbers with the same chance need no entry of their own.
        while given.last().is_some_and(|last| (last - beyond).abs() < 1e-12) {
            given.pop();
        }
        Self {
            given,
            beyond,
            dispersion,
        }
    }

    /// Chance that a molecule count with this mean is detected.
    pub(super) fn chance(&self, mean: f64) -> f64 {
        let Some(largest) = u32::try_from(self.given.len()).ok().and_then(|n| n.checked_sub(1)) else {
            return self.beyond;
        };
        let counts = count_probabilities(largest, mean, self.dispersion);
        let more = (1.0 - counts.iter().sum::<f64>()).max(0.0);
        let few: f64 = counts
            .iter()
            .zip(&self.given)
            .map(|(here, detected)| here * detected)
            .sum();
        few + more * self.beyond
    }
}

/// The evidence that a typical fusion at a donor would give.
pub fn typical(split: u32, spanning: u32, region: Region, is_partner: bool, anchor: u32) -> EvidenceFacts {
    let molecules = split + spanning;
    EvidenceFacts {
        class: Class::Canonical,
        molecules,
        event_molecules: molecules,
        split,
        spanning,
        distinct_ends: molecules,
        anchor,
        is_precise: split > 0,
        five_at_splice_site: split > 0,
        // A partner outside the catalogue has no annotated acceptor either.
        three_at_splice_site: split > 0 && is_partner,
        region,
        is_partner,
        in_gene: is_partner,
        is_sense: true,
        unique_kmt2a: molecules,
        unique_partner: molecules,
        ..EvidenceFacts::default()
    }
}

/// Least fraction with a chance of detection of at least [`Params::confidence`]. `places` are the molecules over each
/// breakpoint position, with its share of the breakpoints; `usable` of them count. `detected` may depend on the number
/// of
/// molecules; a duplication keeps the wild-type junction (`keeps_wild_type`).
pub(super) fn limit(
    places: &[(u32, f64)],
    (usable, split_share): (f64, f64),
    detected: impl Fn(u32) -> Detected,
    keeps_wild_type: bool,
    p: &Params,
) -> Option<f64> {
    let detection = |n: u32| Detection::new(split_share, &detected(n), p.dispersion);
    let detections: Vec<Detection> = places.iter().map(|(n, _)| detection(*n)).collect();
    let chance = |f: f64| {
        let each = places
            .iter()
            .zip(&detections)
            .map(|((n, share), detection)| share * detection.chance(odds(f, keeps_wild_type) * f64::from(*n) * usable));
        each.sum()
    };
    least_fraction(chance, p.confidence)
}

/// Molecules of an event with fraction `f` per wild-type molecule.
pub(crate) fn odds(f: f64, keeps_wild_type: bool) -> f64 {
    if keeps_wild_type { f } else { f / (1.0 - f) }
}

/// The least fraction with a chance of detection of at least `confidence`, by bisection (24 steps: to 1e-7); `None` if
/// there is none.
pub(crate) fn least_fraction(chance: impl Fn(f64) -> f64, confidence: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0_f64, 0.999_f64);
    if chance(high) < confidence {
        return None;
    }
    for _ in 0..24 {
        let middle = f64::midpoint(low, high);
        if chance(middle) >= confidence {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests;
