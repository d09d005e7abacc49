//! The scores of a fragment under each kind of explanation: the best one, and its margin.

use super::stretch::{Home, Part, Stretch};
use crate::evidence::verdict::{Explanation, Verdict};

/// Scores of a fragment, summed over its reads (nats).
#[derive(Debug, Default)]
pub(super) struct Scores {
    best: f64,
    own: f64,
    elsewhere: f64,
}

impl Scores {
    /// Adds a read: the score of its chosen explanation, and the best of single alignments.
    pub(super) fn add(&mut self, best: f64, found: &[Stretch], begins: impl Fn(&Stretch) -> f64) {
        let alone = |own: bool| {
            found
                .iter()
                .filter(|s| (s.home == Home::Known(0)) == own)
                .map(|s| s.total() + begins(s))
                .fold(0.0, f64::max)
        };
        self.best += best;
        self.own += alone(true);
        self.elsewhere += alone(false);
    }

    /// The verdict from the segments of all reads.
    pub(super) fn verdict(&self, parts: &[Vec<Part>]) -> Verdict {
        let mut homes: Vec<Home> = parts.iter().flatten().map(|p| p.home).collect();
        homes.sort_unstable();
        homes.dedup();
        let best = match homes.as_slice() {
            [] => Explanation::Nothing,
            _ if parts.iter().any(|p| p.len() > 1) || homes.len() > 1 => Explanation::Junction,
            [Home::Known(0)] => Explanation::Own,
            [_] => Explanation::Elsewhere,
            _ => Explanation::Junction,
        };
        let all = [
            (Explanation::Own, self.own),
            (Explanation::Elsewhere, self.elsewhere),
            (Explanation::Nothing, 0.0),
        ];
        Verdict::of((best, self.best), &all)
    }
}
