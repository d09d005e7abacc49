//! What the rule says of one junction.

use crate::{Code, Tier};

/// One term of the sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Stable name.
    pub name: &'static str,
    /// Natural log-odds that it adds.
    pub value: f64,
    /// One plain sentence.
    pub text: String,
}

/// A finding that a reader should know, with a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// One plain sentence.
    pub text: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: impl Into<&'static str>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}

/// What the rule says of one junction.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Probability-like score in 0 to 1 (calibrated on simulation; not a patient's probability).
    pub model_score: f64,
    /// Tier; `None` below every tier.
    pub tier: Option<Tier>,
    /// Terms of the sum, in order.
    pub terms: Vec<Term>,
    /// Reasons: why it is capped, why it is not believed, what to doubt.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// Fragments stand for molecules, and one molecule may stand behind many: not above medium.
    pub fn cap_fixed_ends(&mut self) {
        if self.tier.is_some() {
            self.tier = self.tier.min(Some(Tier::Medium));
            self.reasons.push(Reason::new(
                "fixed-ends",
                "both ends of the fragments are fixed: fragments are counted, and few molecules may stand behind them",
            ));
        }
    }

    /// Whether a reason of this code stands.
    pub fn has(&self, code: Code) -> bool {
        self.reasons.iter().any(|r| Code::parse(r.code) == Some(code))
    }

    /// Whether a reason says that the junction, at tier low, leaves a negative.
    pub fn is_harmless(&self) -> bool {
        let mut codes = self.reasons.iter().filter_map(|r| Code::parse(r.code));
        codes.any(|code| !code.card().blocks_negative)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(tier: Option<Tier>) -> Judgement {
        Judgement {
            model_score: 0.999,
            tier,
            terms: Vec::new(),
            reasons: Vec::new(),
        }
    }

    #[test]
    fn fragments_with_fixed_ends_are_not_above_medium() {
        for (tier, capped) in [
            (Tier::High, Tier::Medium),
            (Tier::Medium, Tier::Medium),
            (Tier::Low, Tier::Low),
        ] {
            let mut fixed = judgement(Some(tier));
            fixed.cap_fixed_ends();
            assert_eq!(fixed.tier, Some(capped));
            assert_eq!(fixed.reasons[0].code, "fixed-ends");
        }
        let mut none = judgement(None);
        none.cap_fixed_ends();
        assert_eq!((none.tier, none.reasons.len()), (None, 0));
    }

    #[test]
    fn one_harmless_reason_is_enough() {
        let mut low = judgement(Some(Tier::Low));
        assert!(!low.is_harmless());
        low.reasons.push(Reason::new(Code::OneMolecule, "one"));
        assert!(!low.is_harmless() && low.has(Code::OneMolecule) && !low.has(Code::ReadThrough));
        low.reasons.push(Reason::new(Code::ReadThrough, "through"));
        assert!(low.is_harmless() && low.has(Code::ReadThrough));
    }
}
