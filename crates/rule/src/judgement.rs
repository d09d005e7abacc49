//! The rule's result for one junction.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Code, Tier, number};

/// One term of the model score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// Name of the term.
    pub name: String,
    /// Its contribution in log-odds (natural logarithm); positive supports the event.
    #[serde(serialize_with = "number::finite", deserialize_with = "number::bounded")]
    pub value: f64,
    /// One plain sentence with the figures from which the term was computed.
    pub text: String,
}

/// One finding about an event, a junction or the conclusion: stable code, plain text, and the deciding number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Stable code, words joined by hyphens.
    pub code: String,
    /// One plain sentence.
    pub text: String,
    /// The deciding number, in the unit that the text names; null if there is none.
    pub value: Option<f64>,
}

impl Reason {
    /// A reason.
    pub fn new(code: impl Into<&'static str>, text: impl Into<String>) -> Self {
        Self {
            code: code.into().to_owned(),
            text: text.into(),
            value: None,
        }
    }
}

/// The rule's result for one junction.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Probability-like score from 0 to 1 (calibrated on simulation; not a patient's probability).
    pub model_score: f64,
    /// Tier; `None` below every tier.
    pub tier: Option<Tier>,
    /// Terms of the sum, in order.
    pub terms: Vec<Term>,
    /// Reasons: caps, grounds for discarding it, doubts.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// Caps the tier at medium where fragments are counted instead of molecules: one molecule may give many fragments.
    pub fn cap_fixed_ends(&mut self) {
        if self.tier.is_some() {
            self.tier = self.tier.min(Some(Tier::Medium));
            self.reasons.push(Reason::new(
                "fixed-ends",
                "both fragment ends are fixed: fragments are counted, and they may come from few molecules",
            ));
        }
    }

    /// The reason with this code, if present.
    pub fn reason(&self, code: Code) -> Option<&Reason> {
        self.reasons.iter().find(|r| r.code == code.name())
    }

    /// Whether a reason with this code is present.
    pub fn has(&self, code: Code) -> bool {
        self.reason(code).is_some()
    }

    /// Whether a reason says that the junction, at tier low, does not block a negative.
    pub fn is_harmless(&self) -> bool {
        let mut codes = self.reasons.iter().filter_map(|r| Code::parse(&r.code));
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
