//! The rule that set a junction's tier, and what would have changed it.

use super::{
    page::Page,
    terms::{score, times},
};
use crate::{
    genome::probability::log_odds,
    judge::{Code, Params},
    report::schema::{Junction, ParameterValue, Reason, SampleReport, Tier},
};

/// Lower bound of a tier on the score: as stored in the report, else this program's own.
pub(super) fn cut(report: &SampleReport, tier: Tier) -> f64 {
    let own = Params::default();
    let (name, own) = match tier {
        Tier::High => ("tier_high", own.tier_high),
        Tier::Medium => ("tier_medium", own.tier_medium),
        Tier::Low => ("tier_low", own.tier_low),
    };
    number(report, name).unwrap_or(own)
}

/// A setting's number, by name.
pub(super) fn number(report: &SampleReport, name: &str) -> Option<f64> {
    let mut settings = report.parameters.settings.iter();
    match settings.find(|(known, _)| known.replace('-', "_") == name)?.1 {
        ParameterValue::Number(value) => Some(*value),
        ParameterValue::Integer(value) => Some(*value as f64),
        ParameterValue::Flag(_) | ParameterValue::Text(_) => None,
    }
}

/// What would lift a reason that caps a junction at low or discards it, whatever its score.
fn lifts(code: &str) -> Option<&'static str> {
    Code::parse(code)?.card().lifts_when
}

/// Whether the reason is a cap.
pub(super) fn is_cap(reason: &Reason) -> bool {
    lifts(&reason.code).is_some()
}

/// The tier of the junction: by score, by cap, and what would have changed it.
pub(super) fn write(report: &SampleReport, junction: &Junction, page: &mut Page) {
    let Some(value) = junction.model_score else {
        page.labelled("tier", "not judged: the report has no score");
        return;
    };
    let reached = [Tier::High, Tier::Medium, Tier::Low];
    let reached = reached.into_iter().find(|tier| value >= cut(report, *tier));
    let caps: Vec<&Reason> = junction.reasons.iter().filter(|reason| is_cap(reason)).collect();
    let given = score(value);
    let name = junction.tier.map_or("none", Tier::name);
    let why = match (junction.tier, reached) {
        (Some(tier), Some(reached)) if tier == reached => {
            let cut = cut(report, tier);
            format!("the score {given} is at or above the cut of {name} ({cut})")
        }
        (Some(tier), Some(reached)) if tier < reached => {
            let reached = reached.name();
            format!("the score {given} alone would give {reached}, but a cap lowers it")
        }
        (Some(_), _) => {
            format!("the score {given} alone would not give it; a duplication at exon ends is always listed")
        }
        (None, Some(reached)) => {
            let reached = reached.name();
            format!("the score {given} alone would give {reached}, but a cap discards it")
        }
        (None, None) => format!("the score {given} is below the cut of low ({})", cut(report, Tier::Low)),
    };
    page.labelled("tier", &format!("{name}: {why}"));
    let doubts = junction.reasons.iter().filter(|reason| !is_cap(reason));
    page.each("rule", caps.iter().map(|cap| &cap.text));
    page.each("noted", doubts.map(|doubt| &doubt.text));
    write_change(report, junction, value, &caps, page);
}

/// What would have given another tier.
fn write_change(report: &SampleReport, junction: &Junction, value: f64, caps: &[&Reason], page: &mut Page) {
    page.each("would lift it", caps.iter().filter_map(|cap| lifts(&cap.code)));
    let sum: f64 = junction.terms.iter().map(|term| term.value).sum();
    let next = match junction.tier {
        None => Tier::Low,
        Some(Tier::Low) => Tier::Medium,
        Some(Tier::Medium) => Tier::High,
        Some(Tier::High) => {
            let spare = sum - log_odds(cut(report, Tier::High));
            if !junction.terms.is_empty() && spare > 0.0 {
                let text = format!("it would stay high with odds up to {} times lower", times(spare));
                page.labelled("margin", &text);
            }
            return;
        }
    };
    let cut = cut(report, next);
    let missing = log_odds(cut) - sum;
    if value >= cut || junction.terms.is_empty() || missing <= 0.0 {
        return;
    }
    let (next, times) = (next.name(), times(missing));
    let text = format!("{next} by {missing:.2} log-odds: the odds would have to be {times} times higher");
    page.labelled("short of", &text);
}
