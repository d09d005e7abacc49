//! The conclusion in words: fixed wording per state, no claim beyond the evidence.

use breakapart_rule::{breaks::may_be_carried_over, state as rule};

use super::{
    Breaks, Conclusion, Examined, Limits, Scope, State,
    decided::{NamedWaiver, Words},
    examined, ledger,
    lod::blast_percent,
    naming,
};
use crate::{
    annotate::{Class, Frame},
    catalogue::scheme::MANE_TRANSCRIPT,
    genome::words::counted,
    input::Assay,
    judge::{Code, JudgedJunction, NextStep, Params, Tier},
};

/// The event that leads the conclusion.
struct Lead<'a> {
    /// Its name, the whole chain.
    name: String,
    tier: Option<Tier>,
    /// Frame over the whole chain.
    frame: Frame,
    /// Its lead junction.
    junction: &'a JudgedJunction,
    /// The chain's other junctions.
    further: Vec<&'a JudgedJunction>,
}

/// Closes every conclusion.
pub(super) const RESEARCH_USE: &str = "Research use only.";

/// The next step of a negative that does not speak of the minor region.
const MINOR_REGION_STEP: &str = "for the minor region: RNA sequencing, or a DNA panel that covers KMT2A's introns 20 to 23 \
                                 (MANE), where USP2 and others break";
/// Said of every rearrangement: one sample's files cannot tell it.
pub const CARRY_OVER_NOT_ASSESSED: &str = "Carry-over from another sample of the run was not assessed.";
/// The next step of any other negative (docs/interpretation.md, "When to order what").
const SUSPICION_STEP: &str = "none by this result; where suspicion is strong (infant, monocytic, CD10-negative pro-B), \
                              break-apart FISH or DNA sequencing of KMT2A";
/// The next step where few molecules could have been carried over.
const COMPARE_RUN: &str = "before signing, compare the samples of the sequencing run (breakapart cohort): so few \
                           molecules may be carried over";

/// Puts a decision into words.
pub(super) fn put_into_words(words: &Words<'_>, decided: rule::Decided, breaks: Breaks) -> Conclusion {
    let (result, required) = (words.result, words.config.required_lod);
    let judged = result.judged;
    let lead = decided.lead.and_then(|index| {
        let event = judged.events.get(index)?;
        let junction = judged.junctions.get(event.lead)?;
        Some(Lead {
            name: naming::event(event, &judged.junctions),
            tier: event.tier,
            frame: naming::frame(event, &judged.junctions),
            junction,
            further: naming::chain(event, &judged.junctions)
                .into_iter()
                .filter(|j| !std::ptr::eq(*j, junction))
                .collect(),
        })
    });
    let lead = lead.as_ref();
    let limits = decided.limits;
    let negative = decided.state == State::NotDetected;
    let examined = if negative {
        examined::together(&[(result, examined::donors(&limits, required))])
    } else {
        Examined::default()
    };
    let noted: Vec<String> = decided.noted.iter().map(|n| words.noted(*n)).collect();
    let qualifiers = decided.qualifiers.into_iter();
    let waived = limits.waived.iter().map(|w| NamedWaiver {
        name: words.candidate(w.candidate),
        waived: *w,
    });
    let mut conclusion = Conclusion {
        state: decided.state,
        scope: negative.then(|| Scope::of(&limits)),
        examined,
        headline: String::new(),
        text: String::new(),
        qualifiers: qualifiers.flat_map(|q| words.qualifiers(q, &limits)).collect(),
        reasons: words.reasons(decided.causes, &limits),
        contradictions: Vec::new(),
        breaks,
        next_step: None,
        findings: words.findings(&decided.findings),
        waived: waived.collect(),
        limits,
        adequacy: words.adequacy.clone(),
        ledger: ledger::account(result),
        lead_event: decided.lead,
    };
    conclusion.headline = headline(&conclusion, lead);
    conclusion.text = format!("{} {RESEARCH_USE}", sentence(&conclusion, lead, required, &noted));
    conclusion.next_step = next_step(&conclusion, lead, required, &judged.params);
    conclusion
}

/// Whether an event is of so few molecules that another sample of the run may have brought them.
fn is_few(junction: &JudgedJunction, p: &Params) -> bool {
    may_be_carried_over(u64::from(junction.facts.event_molecules), p)
}

/// The donors that a negative rests on and what it leaves open, in sentences.
pub(super) fn reach(examined: &Examined) -> String {
    let donors = if examined.donors.is_empty() {
        String::new()
    } else {
        format!(
            " Donors examined: {} (MANE {MANE_TRANSCRIPT}).",
            examined::runs(&examined.donors)
        )
    };
    format!("{donors} Not excluded: {}.", examined.not_excluded.join("; "))
}

fn tier_text(tier: Option<Tier>) -> &'static str {
    tier.map_or("below every tier", Tier::name)
}

fn frame_text(frame: Frame) -> &'static str {
    match frame {
        Frame::InFrame => "in frame",
        Frame::OutOfFrame => "out of frame",
        Frame::StopCodon => "stop codon at the junction",
        Frame::Unknown => "frame unknown",
    }
}

/// The frame over a lead's chain, behind a word where the partner is no gene; of a break in DNA, that of the likeliest
/// predicted transcript with its exons.
fn frame_of(lead: &Lead<'_>) -> String {
    let junction = &lead.junction.annotated;
    let partner = junction.partner_side();
    let is_between_genes =
        partner.gene.is_none() && partner.candidates.is_empty() && junction.candidate.sides.open().is_none();
    let between = if is_between_genes {
        "partner between genes, "
    } else {
        ""
    };
    let frame = match (lead.frame, junction.predicted.first()) {
        (Frame::Unknown, Some(predicted)) if lead.further.is_empty() => {
            let ((five, _, donor), (three, _, acceptor)) = (&predicted.five, &predicted.three);
            let frame = frame_text(predicted.frame);
            format!("predicted transcript {five} e{donor}::{three} e{acceptor} {frame}")
        }
        (frame, _) => frame_text(frame).to_owned(),
    };
    format!("{between}{frame}")
}

fn percent(fraction: f64) -> String {
    if fraction < 0.1 {
        format!("{:.1} %", fraction * 100.0)
    } else {
        format!("{:.0} %", fraction * 100.0)
    }
}

fn headline(said: &Conclusion, lead: Option<&Lead<'_>>) -> String {
    match (said.state, lead) {
        (State::Rearranged, Some(lead)) => format!("{}, {}, tier {}", lead.name, frame_of(lead), tier_text(lead.tier)),
        (State::Ptd, Some(lead)) => {
            let (exons, frame) = duplicated(lead.junction);
            format!(
                "{exons}, {}, tier {} (not a KMT2A translocation)",
                frame_text(frame),
                tier_text(lead.tier)
            )
        }
        (State::NotDetected, _) => said.limits.stated().map_or_else(
            || "no KMT2A rearrangement".to_owned(),
            |limit| {
                format!(
                    "no KMT2A rearrangement{} above {} of {} (95 %{})",
                    where_sought(&said.limits),
                    percent(limit),
                    said.adequacy.assay.kmt2a_unit(),
                    blasts(limit)
                )
            },
        ),
        _ => said
            .reasons
            .first()
            .map_or_else(|| "cannot be told".to_owned(), |r| r.text.clone()),
    }
}

/// The exons that a duplication repeats, and the frame: as transcripts show them, else as splicing is expected to make
/// them of the genomic breakpoints.
fn duplicated(j: &JudgedJunction) -> (String, Frame) {
    let junction = &j.annotated;
    if let Some(predicted) = junction.predicted.first() {
        return (
            format!(
                "exons {}-{} (MANE NM_001197104.2) duplicated in the predicted transcript",
                predicted.three.2, predicted.five.2
            ),
            predicted.frame,
        );
    }
    let exons = match (junction.three.exon, junction.five.exon) {
        (Some(from), Some(to)) => format!("exons {from}-{to} (MANE NM_001197104.2) duplicated"),
        _ => "exons not determined".to_owned(),
    };
    (exons, junction.frame)
}

fn blasts(limit: f64) -> String {
    blast_percent(limit).map_or_else(
        || "; not detectable at any blast percentage".to_owned(),
        |p| format!("; about {p:.0} % blasts if heterozygous"),
    )
}

/// Names the region that a negative speaks of where it is not both.
fn where_sought(limits: &Limits) -> &'static str {
    match Scope::of(limits) {
        Scope::Major => " in the major region (the minor region was not examined)",
        Scope::MajorAndMinor => "",
    }
}

fn sentence(said: &Conclusion, lead: Option<&Lead<'_>>, required: f64, noted: &[String]) -> String {
    let evidence = |j: &JudgedJunction| {
        let e = &j.annotated.candidate.evidence;
        format!(
            "{} ({} split, {} clip, {} spanning, {} mate)",
            counted(u64::from(e.molecules), "molecule"),
            e.split,
            e.clip,
            e.spanning,
            e.mate
        )
    };
    let noted = if noted.is_empty() {
        String::new()
    } else {
        format!(" Noted: {}.", noted.join("; "))
    };
    match (said.state, lead) {
        (State::Rearranged, Some(lead)) => {
            let further: String = lead
                .further
                .iter()
                .map(|j| format!("; {} by {}", naming::junction(j), evidence(j)))
                .collect();
            let qualifiers = if said.qualifiers.is_empty() {
                String::new()
            } else {
                format!(" Note: {}.", said.qualifiers.join("; "))
            };
            format!(
                "KMT2A is rearranged: {}, {}, shown by {}{further}, tier {}.{qualifiers} {CARRY_OVER_NOT_ASSESSED}",
                lead.name,
                frame_of(lead),
                evidence(lead.junction),
                tier_text(lead.tier)
            )
        }
        (State::Ptd, Some(lead)) => format!(
            "KMT2A carries a partial tandem duplication ({}), shown by {} beside {} wild-type molecules, tier {}. This is not a KMT2A translocation. {CARRY_OVER_NOT_ASSESSED}",
            naming::junction(lead.junction),
            evidence(lead.junction),
            lead.junction.wild_type,
            tier_text(lead.tier)
        ),
        (State::NotDetected, _) => {
            let limit = said.limits.stated().unwrap_or(required);
            format!(
                "No KMT2A rearrangement was detected{}; one in {} or more of {} would have been found with 95 % probability. A duplication: {}.{}{noted}",
                where_sought(&said.limits),
                percent(limit),
                said.adequacy.assay.kmt2a_unit(),
                said.findings.ptd.text,
                reach(&said.examined)
            )
        }
        _ => {
            let reasons: Vec<&str> = said.reasons.iter().map(|r| r.text.as_str()).collect();
            format!(
                "Inconclusive: {}. This is no negative result.{noted}",
                reasons.join("; ")
            )
        }
    }
}

/// What follows from a rearrangement or a duplication that is shown (docs/interpretation.md, "When to order what").
fn after_a_finding(lead: &Lead<'_>, assay: Assay) -> &'static str {
    let junction = &lead.junction.annotated;
    let partner = junction.partner_side();
    let is_open = junction.candidate.sides.open().is_some() || partner.gene.is_none();
    let may_be_circular = lead
        .junction
        .judgement
        .reasons
        .iter()
        .any(|r| Code::parse(r.code) == Some(Code::CircularRna));
    match (junction.class, assay) {
        (Class::Ptd, Assay::Rna) if may_be_circular => {
            "DNA (depth with break, MLPA or array) or a poly-A library (--library poly-a) tells a duplication from a \
             circular RNA"
        }
        (Class::Ptd, _) => "confirm as the laboratory's rules ask (another assay or sample)",
        (Class::Reciprocal, _) => "break-apart FISH, and RNA sequencing for the 5' product",
        (_, Assay::Rna) if is_open => {
            "DNA (capture of KMT2A's breakpoint regions, or genome) for the partner's gene or a spliced fusion"
        }
        (_, Assay::Dna) if is_open => "RNA sequencing, or RT-PCR, for the transcript that the break makes",
        (_, Assay::Rna) if matches!(lead.frame, Frame::OutOfFrame | Frame::StopCodon) => {
            "deeper RNA, also for other donors, and DNA: out of frame is rare among proven drivers"
        }
        (_, Assay::Rna) => {
            "confirm as the laboratory's rules ask (RT-PCR over the junction, break-apart FISH); for residual disease, \
             the junction in DNA"
        }
        (_, Assay::Dna) => {
            "confirm as the laboratory's rules ask (PCR over the junction, break-apart FISH); its bases serve for residual \
             disease (breakapart track)"
        }
    }
}

fn next_step(said: &Conclusion, lead: Option<&Lead<'_>>, required: f64, p: &Params) -> Option<String> {
    match (said.state, lead) {
        (State::Rearranged | State::Ptd, Some(lead)) => {
            let few = is_few(lead.junction, p).then_some(COMPARE_RUN);
            let steps: Vec<&str> = few
                .into_iter()
                .chain([after_a_finding(lead, said.adequacy.assay)])
                .collect();
            return Some(steps.join("; "));
        }
        (State::Rearranged | State::Ptd, None) => return None,
        (State::NotDetected, _) => {
            let major = Scope::of(&said.limits) == Scope::Major;
            return Some(if major { MINOR_REGION_STEP } else { SUSPICION_STEP }.to_owned());
        }
        (State::Inconclusive, _) => {}
    }
    let step = NextStep::of(said.reasons.iter().map(|r| r.code));
    Some(match (step, lead) {
        (NextStep::ConfirmEvent, Some(lead)) if lead.junction.annotated.class == Class::Ptd => {
            "repeat with a DNA method (exon dosage or long-range PCR), or deeper poly-A RNA".to_owned()
        }
        (NextStep::ConfirmEvent, Some(lead)) => format!(
            "confirm {} by RT-PCR over the junction, or sequence deeper; break-apart FISH{}",
            lead.name,
            if is_few(lead.junction, p) {
                "; compare the samples of the sequencing run (breakapart cohort)"
            } else {
                ""
            }
        ),
        (NextStep::ConfirmEvent, None) => "confirm by RT-PCR or FISH".to_owned(),
        (step, _) => step
            .text()
            .map_or_else(|| deeper(&said.limits, required), str::to_owned),
    })
}

/// How much deeper sequencing would have to be: molecules wanted over the weakest donor are
/// proportional to the odds of the fraction.
fn deeper(limits: &Limits, required: f64) -> String {
    let odds = |f: f64| f / (1.0 - f);
    match limits.stated() {
        Some(limit) if limit < 0.99 => {
            let times = (odds(limit) / odds(required)).max(1.0);
            format!(
                "deeper sequencing (about {:.0}x), or a DNA panel, or break-apart FISH",
                times.ceil()
            )
        }
        _ => "deeper sequencing, or a DNA panel, or break-apart FISH".to_owned(),
    }
}
