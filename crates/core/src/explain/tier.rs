//! Which rule set a junction's tier, and what would have changed it.

use super::{
    page::Page,
    terms::{score, times},
};
use crate::{
    genome::probability::log_odds,
    judge::{Code, Params},
    report::schema::{Junction, ParameterValue, Reason, SampleReport, Tier},
};

/// The cuts on the score that were in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cuts {
    pub(super) high: f64,
    pub(super) medium: f64,
    pub(super) low: f64,
}

impl Cuts {
    /// As the report echoes them, else this program's own.
    pub(super) fn of(report: &SampleReport) -> Self {
        let defaults = Params::default();
        Self {
            high: number(report, "tier_high").unwrap_or(defaults.tier_high),
            medium: number(report, "tier_medium").unwrap_or(defaults.tier_medium),
            low: number(report, "tier_low").unwrap_or(defaults.tier_low),
        }
    }

    /// The tier that a score has before any rule.
    pub(super) fn tier(&self, score: f64) -> Option<Tier> {
        [
            (self.high, Tier::High),
            (self.medium, Tier::Medium),
            (self.low, Tier::Low),
        ]
        .into_iter()
        .find_map(|(cut, tier)| (score >= cut).then_some(tier))
    }

    /// Where a tier begins.
    pub(super) const fn cut(&self, tier: Tier) -> f64 {
        match tier {
            Tier::High => self.high,
            Tier::Medium => self.medium,
            Tier::Low => self.low,
        }
    }
}

/// A setting's number by its name.
pub(super) fn number(report: &SampleReport, name: &str) -> Option<f64> {
    let (_, value) = report
        .parameters
        .settings
        .iter()
        .find(|(known, _)| known.replace('-', "_") == name)?;
    match value {
        ParameterValue::Number(value) => Some(*value),
        ParameterValue::Integer(value) => Some(*value as f64),
        ParameterValue::Flag(_) | ParameterValue::Text(_) => None,
    }
}

/// What would lift a reason that holds a junction at low, or discards it, whatever its score.
fn lifts(code: &str) -> Option<&'static str> {
    Code::parse(code)?.card().lifts_when
}

/// Whether the reason is one of the rules over the score.
pub(super) fn is_cap(reason: &Reason) -> bool {
    lifts(&reason.code).is_some()
}

/// The tier of the junction: by score, by rule, and what would have changed it.
pub(super) fn write(report: &SampleReport, junction: &Junction, page: &mut Page) {
    let cuts = Cuts::of(report);
    let Some(value) = junction.model_score else {
        page.labelled("tier", "not judged: no score is in the report");
        return;
    };
    let by_score = cuts.tier(value);
    let caps: Vec<&Reason> = junction.reasons.iter().filter(|reason| is_cap(reason)).collect();
    let given = score(value);
    match (junction.tier, by_score) {
        (Some(tier), Some(reached)) if tier == reached => {
            page.labelled(
                "tier",
                &format!(
                    "{}: the score {given} is at or above the cut of {} ({})",
                    tier.name(),
                    tier.name(),
                    cuts.cut(tier)
                ),
            );
        }
        (Some(tier), Some(reached)) if tier < reached => page.labelled(
            "tier",
            &format!(
                "{}: the score {given} alone would give {}, a rule over the score holds it",
                tier.name(),
                reached.name()
            ),
        ),
        (Some(tier), _) => page.labelled(
            "tier",
            &format!(
                "{}: the score {given} alone would not give it; a duplication on exon ends is always listed",
                tier.name()
            ),
        ),
        (None, Some(reached)) => page.labelled(
            "tier",
            &format!(
                "none: the score {given} alone would give {}, a rule over the score discards it",
                reached.name()
            ),
        ),
        (None, None) => page.labelled(
            "tier",
            &format!("none: the score {given} is under the cut of low ({})", cuts.low),
        ),
    }
    for cap in &caps {
        page.labelled("rule", &cap.text);
    }
    for doubt in junction.reasons.iter().filter(|reason| !is_cap(reason)) {
        page.labelled("noted", &doubt.text);
    }
    write_change(&cuts, junction, value, &caps, page);
}

/// What would have given another tier.
fn write_change(cuts: &Cuts, junction: &Junction, value: f64, caps: &[&Reason], page: &mut Page) {
    if !caps.is_empty() {
        for lift in caps.iter().filter_map(|cap| lifts(&cap.code)) {
            page.labelled("would lift it", lift);
        }
    }
    let next = match junction.tier {
        None => Tier::Low,
        Some(Tier::Low) => Tier::Medium,
        Some(Tier::Medium) => Tier::High,
        Some(Tier::High) => {
            let sum: f64 = junction.terms.iter().map(|term| term.value).sum();
            let spare = sum - log_odds(cuts.high);
            if !junction.terms.is_empty() && spare > 0.0 {
                page.labelled(
                    "margin",
                    &format!("it would stay high with odds up to {} times lower", times(spare)),
                );
            }
            return;
        }
    };
    let cut = cuts.cut(next);
    if value >= cut {
        return;
    }
    let sum: f64 = junction.terms.iter().map(|term| term.value).sum();
    let missing = log_odds(cut) - sum;
    if junction.terms.is_empty() || missing <= 0.0 {
        return;
    }
    page.labelled(
        "short of",
        &format!(
            "{} by {missing:.2} log-odds: the odds would have to be {} times higher",
            next.name(),
            times(missing)
        ),
    );
}
