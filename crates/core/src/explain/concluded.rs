//! The conclusion: the deciding rule, the reasons, the limits, and what would have changed it.
//!
//! The rules are those of [`breakapart_rule::state`], inferred from the outcome.

use std::collections::BTreeSet;

use breakapart_rule::{Ground, ground::OpenRule};

use super::{
    page::Page,
    place::is_dna,
    terms::score,
    tier::{cut, number},
};
use crate::{
    conclude::{examined::runs, lod::REQUIRED_LOD},
    report::{
        schema::{Event, FindingStatus, Lod, LodByRegion, SampleReport, State, Tier},
        wording::{self, limit, percent},
    },
};

/// Classes of events that are not rearrangements with another gene or locus.
const NO_FUSION: [&str; 4] = ["ptd", "background-ptd", "neighbour-read-through", "intragenic"];

/// Writes the section.
pub(super) fn write(report: &SampleReport, page: &mut Page) {
    let conclusion = &report.conclusion;
    page.text(&format!("{}: {}", conclusion.label(), conclusion.headline));
    page.text(&conclusion.text);
    page.gap();
    let lead = report.lead_event().map(|(_, event)| event);
    page.each("rule", rules(report, lead));
    if let Some(event) = lead {
        let (tier, score) = (event.tier.name(), score(event.model_score));
        let text = format!("{}, {}, tier {tier} (score {score})", event.id, event.name);
        page.labelled("based on", &text);
    }
    page.each("reason", conclusion.reasons.iter().map(|reason| &reason.text));
    page.each("noted", &conclusion.qualifiers);
    if !conclusion.examined_donors.is_empty() {
        let donors = runs(&conclusion.examined_donors);
        page.labelled("examined", &format!("donors {donors} (MANE)"));
    }
    page.each("open", &conclusion.not_excluded);
    page.each("would change", changes(report, lead));
    page.each("next", &conclusion.next_step);
    write_findings(report, page);
    write_limits(report, page);
    page.each("warning", report.warnings.iter().map(|warning| &warning.text));
}

/// The largest limit of detection at which a negative may be reported.
pub(super) fn required(report: &SampleReport) -> f64 {
    number(report, "required_lod").unwrap_or(REQUIRED_LOD)
}

fn is_fusion(event: &Event) -> bool {
    !NO_FUSION.contains(&event.class.as_str())
}

fn is_reciprocal_only(event: &Event) -> bool {
    let believed = |role: &str| {
        let mut junctions = event.junctions.iter();
        junctions.any(|junction| junction.role == role && junction.tier >= Some(Tier::Medium))
    };
    believed("reciprocal") && !believed("canonical")
}

/// The rules that decided, without repeats.
fn rules(report: &SampleReport, lead: Option<&Event>) -> Vec<&'static str> {
    match report.conclusion.state {
        State::Rearranged if lead.is_some_and(is_reciprocal_only) => {
            vec!["in DNA a reciprocal junction at tier medium or high is sufficient evidence of the rearrangement"]
        }
        State::Rearranged => vec![
            "an event that joins KMT2A's 5' part to another gene or locus, at tier medium or high, is a \
             rearrangement; frame and partner are reported but do not decide",
        ],
        State::Ptd => {
            vec!["a partial tandem duplication at tier medium or high, without a rearrangement at medium or high"]
        }
        State::NotDetected if report.conclusion.is_major_only() => vec![
            "no event blocks a negative, and the least fraction that would not have been missed in the major region is \
             at or below the required one (--required-lod); the panel does not cover the minor region, which is not \
             assessed",
        ],
        State::NotDetected => vec![
            "no event blocks a negative, and the least fraction that would not have been missed in the major and the \
             minor region is at or below the required one (--required-lod)",
        ],
        State::Inconclusive => {
            let codes = report.conclusion.reasons.iter().map(|reason| reason.code.as_str());
            let rules: BTreeSet<OpenRule> = codes.filter_map(rule_of).collect();
            rules.into_iter().map(OpenRule::sentence).collect()
        }
    }
}

/// The rule for a reason of an inconclusive result; codes of earlier versions have their successors' rule.
fn rule_of(code: &str) -> Option<OpenRule> {
    match code {
        "low-coverage" => Some(OpenRule::Coverage),
        "degraded" | "no-input" => Some(OpenRule::Input),
        _ => Ground::parse(code)?.card().rule,
    }
}

/// The conclusion without the leading event.
fn without(lead: &Event, report: &SampleReport) -> String {
    let fusion = report.conclusion.state == State::Rearranged;
    let dna = is_dna(report);
    let believed = || report.events.iter().filter(|event| event.tier >= Tier::Medium);
    let others: Vec<&str> = believed()
        .filter(|event| is_fusion(event) == fusion && (dna || !is_reciprocal_only(event)))
        .filter(|event| lead.id != event.id)
        .map(|event| event.id.as_str())
        .collect();
    let id = &lead.id;
    if !others.is_empty() {
        return format!("not {id} alone: {} would carry the same conclusion", others.join(", "));
    }
    let instead = match believed().find(|event| fusion && event.class == "ptd") {
        Some(ptd) => format!("only {} would be left: ptd", ptd.id),
        None => "no event would support the conclusion: inconclusive".to_owned(),
    };
    let cut = cut(report, Tier::Medium);
    format!("with {id} below tier medium (a score below {cut}, or a cap) {instead}")
}

/// What would have led to another conclusion.
fn changes(report: &SampleReport, lead: Option<&Event>) -> Vec<String> {
    let mut texts = Vec::new();
    match report.conclusion.state {
        State::Rearranged => texts.extend(lead.map(|lead| without(lead, report))),
        State::Ptd => {
            let Some(lead) = lead else { return texts };
            texts.push(without(lead, report));
            texts.push("a canonical junction to another gene at medium or high: rearranged".to_owned());
        }
        State::NotDetected => {
            if let Some(worst) = worst(report) {
                texts.push(format!(
                    "a stricter requirement: with --required-lod below {worst:.3} these reads would not be enough"
                ));
            }
            texts.push(
                "an event at tier low that is not a read-through and above the level of healthy blood: inconclusive"
                    .to_owned(),
            );
        }
        State::Inconclusive => {
            if let Some(lead) = lead {
                let to = if is_fusion(lead) { "rearranged" } else { "ptd" };
                if lead.tier == Tier::Low {
                    texts.push(format!("{} at medium or high: {to}", lead.id));
                } else if is_reciprocal_only(lead) {
                    texts.push("the canonical junction at medium or high: rearranged".to_owned());
                }
            }
            texts.extend(depth_change(report, lead));
        }
    }
    texts
}

/// How much deeper the sequencing would have to be for a negative.
fn depth_change(report: &SampleReport, lead: Option<&Event>) -> Option<String> {
    let without = lead.map(|lead| format!("without {} ", lead.id)).unwrap_or_default();
    report.conclusion.lod.as_ref()?;
    let Some(worst) = worst(report) else {
        let text = "a negative is impossible: these reads have no finite limit of detection";
        return Some(without + text);
    };
    let required = required(report);
    let (limit, asked) = (percent(worst), percent(required));
    if worst <= required {
        return lead.map(|_| format!("{without}the reads would be enough for a negative (limit {limit})"));
    }
    // The mean of usable molecules is N f / (1 - f): as many times deeper as the odds of f must fall.
    let odds = |fraction: f64| fraction / (1.0 - fraction).max(1e-9);
    let times = odds(worst) / odds(required).max(1e-9);
    Some(format!(
        "{without}a negative would need about {times:.1} times the molecules at the weakest donor (limit {limit}, \
         {asked} is required)"
    ))
}

/// The exclusion limit for any partner over the regions that the conclusion covers; in reports without a scope, a
/// negative without a finite limit in the minor region covers the major one only.
fn worst(report: &SampleReport) -> Option<f64> {
    let conclusion = &report.conclusion;
    let major = || conclusion.lod.as_ref()?.worst(Some(Lod::MAJOR_ONLY));
    let earlier = conclusion.state == State::NotDetected && conclusion.scope.is_none();
    conclusion.exclusion_limit().or_else(|| major().filter(|_| earlier))
}

fn write_findings(report: &SampleReport, page: &mut Page) {
    let findings = &report.conclusion.findings;
    let open = &findings.break_without_partner;
    page.gap();
    for (name, status, text) in [
        ("fusion", findings.fusion.status, &findings.fusion.text),
        ("duplication", findings.ptd.status, &findings.ptd.text),
        ("reciprocal", findings.reciprocal.status, &findings.reciprocal.text),
        ("open break", open.status, &open.text),
    ] {
        // A finding without a text was not examined in these reads.
        if text.is_empty() {
            continue;
        }
        let status = match status {
            FindingStatus::Detected => "detected",
            FindingStatus::NotDetected => "not detected",
            FindingStatus::NotAssessable => "not assessable",
        };
        page.labelled(name, &format!("{status}: {text}"));
    }
}

fn write_limits(report: &SampleReport, page: &mut Page) {
    let Some(lod) = &report.conclusion.lod else {
        page.labelled("limit", "the report has no limit of detection");
        return;
    };
    page.gap();
    page.text(&format!(
        "Least fraction of {} that would, with 95 % probability, not have been missed (have been called):",
        lod.unit
    ));
    line(page, "where", "partner in the catalogue", "any partner");
    for (name, pick) in ROWS {
        let cell = |missed: LodByRegion, called: LodByRegion| limits(pick(missed), pick(called));
        let catalogue = cell(lod.exclusion.catalogue_partner, lod.call.catalogue_partner);
        let any = cell(lod.exclusion.any_partner, lod.call.any_partner);
        line(page, name, &catalogue, &any);
    }
    let (missed, called) = (lod.exclusion.any_partner.ptd, lod.call.any_partner.ptd);
    line(page, "duplication (PTD)", &limits(missed, called), "");
    if let Some(donor) = &lod.weakest_donor {
        let molecules = wording::counted(donor.molecules, "molecule");
        let asked = percent(required(report));
        page.text(&format!(
            "Weakest donor: e{} ({}) with {molecules}. Required (--required-lod): {asked}.",
            donor.exon, donor.transcript
        ));
    }
    page.each("assumed", &lod.assumptions);
}

type Pick = fn(LodByRegion) -> Option<f64>;

const ROWS: [(&str, Pick); 3] = [
    ("major region (e7-e12)", |regions| regions.major),
    ("minor region (e20-e23)", |regions| regions.minor),
    ("every donor of the gene", |regions| regions.whole),
];

/// The exclusion limit, and in brackets the limit for a call.
fn limits(missed: Option<f64>, called: Option<f64>) -> String {
    match (missed, called) {
        (None, None) => limit(None),
        _ => format!("{} ({})", limit(missed), limit(called)),
    }
}

/// A row of the table of limits.
fn line(page: &mut Page, name: &str, catalogue: &str, any: &str) {
    page.row(&format!("    {name:<26} {catalogue:<36} {any}"), "");
}
