//! The best explanation of a fragment, the runner-up, and the margin between them.

/// An explanation of a whole fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Explanation {
    /// The target gene alone, spliced or not.
    Own,
    /// One other locus alone.
    Elsewhere,
    /// A junction between two loci.
    Junction,
    /// No locus: random bases.
    Nothing,
}

impl Explanation {
    /// The term used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "KMT2A alone",
            Self::Elsewhere => "another place alone",
            Self::Junction => "a junction",
            Self::Nothing => "no place",
        }
    }
}

/// The best explanation of a fragment and the best of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// The best.
    pub best: Explanation,
    /// The best of the other kinds.
    pub next: Explanation,
    /// Margin of the best (hundredths of a nat, natural log-likelihood with priors).
    pub margin: u32,
}

impl Verdict {
    /// The verdict from the score of each explanation (nats).
    pub fn of(best: (Explanation, f64), others: &[(Explanation, f64)]) -> Self {
        let (next, score) = others
            .iter()
            .copied()
            .filter(|(e, _)| *e != best.0)
            .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
            .unwrap_or((Explanation::Nothing, 0.0));
        Self {
            best: best.0,
            next,
            margin: (100.0 * (best.1 - score)).clamp(0.0, f64::from(u32::MAX)) as u32,
        }
    }

    /// The margin in nats.
    pub fn nats(self) -> f64 {
        f64::from(self.margin) / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_another_kind_comes_next() {
        use Explanation::{Elsewhere, Junction, Nothing, Own};
        let all = [(Junction, 80.0), (Own, 61.5), (Elsewhere, 70.25), (Nothing, 0.0)];
        let verdict = Verdict::of((Junction, 80.0), &all);
        assert_eq!((verdict.best, verdict.next, verdict.margin), (Junction, Elsewhere, 975));
        // A tie has no margin.
        let verdict = Verdict::of((Own, 0.0), &[(Nothing, 0.0)]);
        assert_eq!((verdict.next, verdict.nats()), (Nothing, 0.0));
    }
}
