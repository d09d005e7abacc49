//! The sum of log-odds, term by term.

use super::page::Page;
use crate::{
    genome::probability::from_log_odds,
    judge::TermName,
    report::{
        schema::{Junction, Term},
        wording,
    },
};

/// Largest difference between the report's score and the sum of its terms that is due to rounding.
const ROUNDING: f64 = 5e-4;

/// The factor that a term describes, in words; its own name if it is not known here.
fn weighs(term: &Term) -> &str {
    match TermName::parse(&term.name) {
        Some(known) => known.weighs(),
        None => &term.name,
    }
}

/// The effect of a log-odds value on the odds: `x17`, `/50`, nothing for a term without weight.
pub(super) fn factor(value: f64) -> String {
    let sign = if value < 0.0 { '/' } else { 'x' };
    if value.abs() < 0.005 {
        String::new()
    } else {
        format!("{sign}{}", times(value))
    }
}

/// The factor on the odds of a log-odds value, ignoring its sign, in two digits.
pub(super) fn times(value: f64) -> String {
    let size = value.abs().exp();
    if !size.is_finite() || size >= 995_000.0 {
        format!("{size:.0e}")
    } else if size < 9.95 {
        format!("{size:.1}")
    } else {
        let unit = 10_f64.powf(size.log10().floor() - 1.0);
        wording::thousands(((size / unit).round() * unit).round() as i64)
    }
}

/// A score as printed: with enough digits to separate it from the cuts, never `1` for an uncertain one.
pub(super) fn score(score: f64) -> String {
    if score >= 0.9995 {
        "over 0.999".to_owned()
    } else if score > 0.0 && score < 0.0005 {
        "under 0.001".to_owned()
    } else {
        format!("{score:.3}")
    }
}

/// The table of terms with its sum and the meaning of the sum.
pub(super) fn write(junction: &Junction, page: &mut Page) {
    if junction.terms.is_empty() {
        page.text("The report has no terms.");
        return;
    }
    page.once(
        "The score weighs a rearrangement in the patient against a chimera made during library preparation. Each \
         term multiplies (x) or divides (/) the odds; log-odds add up.",
    );
    page.row("    log-odds  odds       ", "factor: evidence");
    for term in &junction.terms {
        let start = format!("    {:>+8.2}  {:<10} ", term.value, factor(term.value));
        page.row(&start, &format!("{}: {}", weighs(term), term.text));
    }
    let sum: f64 = junction.terms.iter().map(|term| term.value).sum();
    let total = from_log_odds(sum);
    let odds = times(sum);
    let side = if sum >= 0.0 { "for" } else { "against" };
    let meaning = format!(
        "sum: {odds} to 1 {side} it; as a score between 0 and 1: {}",
        score(total)
    );
    page.row(&format!("    {sum:>+8.2}  {:<10} ", factor(sum)), &meaning);
    match junction.model_score {
        Some(stored) if (stored - total).abs() > ROUNDING => page.text(&format!(
            "The report gives the score {}, which these terms do not sum to: it was changed after `breakapart call` \
             wrote it.",
            score(stored)
        )),
        _ => {}
    }
}
