//! The conclusion as text: fixed wording for each state, no claim beyond the evidence.

use breakapart_rule::{breaks::may_be_carried_over, state as rule};

use super::{
    decided::Words,
    examined,
    lod::{self, Limits, blast_percent},
    naming,
};
use crate::{
    annotate::{Class, Frame},
    genome::words::counted,
    input::Assay,
    judge::{Code, Judged, JudgedJunction, NextStep, Params, Tier},
    model::{Conclusion, State, Waived},
};

/// The lead event of the conclusion.
struct Lead<'a> {
    /// Its name, with the whole chain.
    name: String,
    tier: Option<Tier>,
    /// Reading frame of the whole chain.
    frame: Frame,
    /// Its lead junction.
    junction: &'a JudgedJunction,
    /// The other junctions of the chain.
    further: Vec<&'a JudgedJunction>,
}

/// The last sentence of every conclusion.
pub(super) const RESEARCH_USE: &str = "Research use only.";

/// The next step after a negative that does not cover the minor region.
const MINOR_REGION_STEP: &str = "for the minor region: RNA sequencing, or a DNA panel that covers KMT2A's introns 20 \
                                 to 23 (MANE), where USP2 and others break";
/// Stated for every rearrangement: carry-over cannot be seen in one sample's files.
const CARRY_OVER_NOT_ASSESSED: &str = "Carry-over from another sample of the run was not assessed.";
/// The next step after any other negative (docs/interpretation.md, "When to order what").
const SUSPICION_STEP: &str = "none required by this result; if suspicion is strong (infant, monocytic, CD10-negative \
                              pro-B), break-apart FISH or DNA sequencing of KMT2A";
/// The next step if there are so few molecules that they may be carry-over.
const COMPARE_RUN: &str = "before signing, compare the samples of the sequencing run (breakapart cohort): so few \
                           molecules may be carry-over";

/// Writes the conclusion for a decision.
pub(super) fn put_into_words(words: &Words<'_>, decided: &rule::Decided) -> Conclusion {
    let (result, limits) = (words.result, &decided.limits);
    let negative = decided.state == State::NotDetected;
    let waived = limits.waived.iter().map(|w| Waived {
        name: words.candidate(w.candidate),
        molecules: w.molecules.into(),
        donor_exon: w.donor,
        wild_type_molecules: w.wild_type.into(),
        bound: w.bound,
    });
    let qualifiers = decided.qualifiers.iter();
    let mut said = Conclusion {
        state: decided.state,
        scope: negative.then(|| examined::scope(limits).to_owned()),
        qualifiers: qualifiers.flat_map(|q| words.qualifiers(*q, limits)).collect(),
        reasons: words.reasons(decided.causes.clone(), limits),
        findings: words.findings(&decided.findings),
        lod: Some(lod::stated(result, limits, waived.collect())),
        lead_event: result.event_id(decided.lead, 0),
        carry_over: "not assessed".to_owned(),
        ..Conclusion::default()
    };
    if negative {
        let donors = examined::donors(limits, words.config.required_lod);
        examined::say(&mut said, &[(result, donors)]);
    }
    let lead = decided.lead.and_then(|index| Lead::of(index, result.judged));
    let lead = lead.as_ref();
    let noted: Vec<String> = decided.noted.iter().map(|n| words.noted(*n)).collect();
    said.headline = headline(&said, lead, words, limits);
    said.text = format!("{} {RESEARCH_USE}", sentence(&said, lead, words, limits, &noted));
    said.next_step = next_step(&said, lead, words, limits);
    said
}

impl<'a> Lead<'a> {
    fn of(index: usize, judged: &'a Judged) -> Option<Self> {
        let event = judged.events.get(index)?;
        let junction = judged.junctions.get(event.lead)?;
        let further = naming::chain(event, &judged.junctions).into_iter();
        Some(Self {
            name: naming::event(event, &judged.junctions),
            tier: event.tier,
            frame: naming::frame(event, &judged.junctions),
            junction,
            further: further.filter(|j| !std::ptr::eq(*j, junction)).collect(),
        })
    }
}

/// Whether an event has so few molecules that they may be carry-over from another sample of the run.
fn is_few(junction: &JudgedJunction, p: &Params) -> bool {
    may_be_carried_over(u64::from(junction.facts.event_molecules), p)
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

/// The frame of a lead's chain, preceded by a note if the partner is intergenic; for a DNA breakpoint, the frame and
/// exons of the likeliest predicted transcript.
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
            let p = predicted;
            format!(
                "predicted transcript {} e{}::{} e{} {}",
                p.five_gene,
                p.five_exon,
                p.three_gene,
                p.three_exon,
                frame_text(p.frame)
            )
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

fn headline(said: &Conclusion, lead: Option<&Lead<'_>>, words: &Words<'_>, limits: &Limits) -> String {
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
        (State::NotDetected, _) => limits.stated().map_or_else(
            || "no KMT2A rearrangement".to_owned(),
            |limit| {
                format!(
                    "no KMT2A rearrangement{} above {} of {} (95 %{})",
                    where_sought(limits),
                    percent(limit),
                    words.result.assay.kmt2a_unit(),
                    blasts(limit)
                )
            },
        ),
        _ => said
            .reasons
            .first()
            .map_or_else(|| "inconclusive".to_owned(), |r| r.text.clone()),
    }
}

/// The duplicated exons and the frame: as seen in transcripts, else as predicted from the genomic breakpoints.
fn duplicated(j: &JudgedJunction) -> (String, Frame) {
    let junction = &j.annotated;
    if let Some(predicted) = junction.predicted.first() {
        return (
            format!(
                "exons {}-{} (MANE NM_001197104.2) duplicated in the predicted transcript",
                predicted.three_exon, predicted.five_exon
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

/// Names the region of a negative that covers only one.
fn where_sought(limits: &Limits) -> &'static str {
    if limits.minor_not_targeted {
        " in the major region (the minor region was not examined)"
    } else {
        ""
    }
}

fn sentence(
    said: &Conclusion,
    lead: Option<&Lead<'_>>,
    words: &Words<'_>,
    limits: &Limits,
    noted: &[String],
) -> String {
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
            "KMT2A carries a partial tandem duplication ({}), shown by {} against {} wild-type molecules, tier {}. \
             This is not a KMT2A translocation. {CARRY_OVER_NOT_ASSESSED}",
            naming::junction(lead.junction),
            evidence(lead.junction),
            lead.junction.facts.wild_type,
            tier_text(lead.tier)
        ),
        (State::NotDetected, _) => {
            let limit = limits.stated().unwrap_or(words.config.required_lod);
            format!(
                "No KMT2A rearrangement was detected{}; one in {} or more of {} would have been found with 95 % \
                 probability. A duplication: {}.{}{noted}",
                where_sought(limits),
                percent(limit),
                words.result.assay.kmt2a_unit(),
                said.findings.ptd.text,
                examined::reach(said)
            )
        }
        _ => {
            let reasons: Vec<&str> = said.reasons.iter().map(|r| r.text.as_str()).collect();
            format!(
                "Inconclusive: {}. This is not a negative result.{noted}",
                reasons.join("; ")
            )
        }
    }
}

/// The next step after a rearrangement or a duplication (docs/interpretation.md, "When to order what").
fn after_a_finding(lead: &Lead<'_>, assay: Assay) -> &'static str {
    let junction = &lead.junction.annotated;
    let partner = junction.partner_side();
    let is_open = junction.candidate.sides.open().is_some() || partner.gene.is_none();
    let may_be_circular = lead.junction.judgement.has(Code::CircularRna);
    match (junction.class, assay) {
        (Class::Ptd, Assay::Rna) if may_be_circular => {
            "DNA (depth and breakpoint, MLPA or array) or a poly-A library (--library poly-a) distinguishes a \
             duplication from a circular RNA"
        }
        (Class::Ptd, _) => "confirm according to the laboratory's rules (another assay or sample)",
        (Class::Reciprocal, _) => "break-apart FISH, and RNA sequencing for the 5' product",
        (_, Assay::Rna) if is_open => {
            "DNA (capture of KMT2A's breakpoint regions, or whole genome) for the partner gene or a spliced fusion"
        }
        (_, Assay::Dna) if is_open => "RNA sequencing, or RT-PCR, for the resulting transcript",
        (_, Assay::Rna) if matches!(lead.frame, Frame::OutOfFrame | Frame::StopCodon) => {
            "deeper RNA sequencing, also for other donors, and DNA: out-of-frame fusions are rare among proven drivers"
        }
        (_, Assay::Rna) => {
            "confirm according to the laboratory's rules (RT-PCR across the junction, break-apart FISH); for residual \
             disease, the junction in DNA"
        }
        (_, Assay::Dna) => {
            "confirm according to the laboratory's rules (PCR across the junction, break-apart FISH); the junction \
             sequence can be used to track residual disease (breakapart track)"
        }
    }
}

fn next_step(said: &Conclusion, lead: Option<&Lead<'_>>, words: &Words<'_>, limits: &Limits) -> Option<String> {
    let p = &words.result.judged.params;
    match (said.state, lead) {
        (State::Rearranged | State::Ptd, Some(lead)) => {
            let few = is_few(lead.junction, p).then_some(COMPARE_RUN);
            let steps: Vec<&str> = few
                .into_iter()
                .chain([after_a_finding(lead, words.result.assay)])
                .collect();
            return Some(steps.join("; "));
        }
        (State::Rearranged | State::Ptd, None) => return None,
        (State::NotDetected, _) => {
            let step = if limits.minor_not_targeted {
                MINOR_REGION_STEP
            } else {
                SUSPICION_STEP
            };
            return Some(step.to_owned());
        }
        (State::Inconclusive, _) => {}
    }
    let step = NextStep::of(said.reasons.iter().map(|r| r.code.as_str()));
    Some(match (step, lead) {
        (NextStep::ConfirmEvent, Some(lead)) if lead.junction.annotated.class == Class::Ptd => {
            "repeat with a DNA method (exon dosage or long-range PCR), or deeper poly-A RNA".to_owned()
        }
        (NextStep::ConfirmEvent, Some(lead)) => format!(
            "confirm {} by RT-PCR across the junction, or sequence deeper; break-apart FISH{}",
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
            .map_or_else(|| deeper(limits, words.config.required_lod), str::to_owned),
    })
}

/// How much deeper sequencing would have to be: the molecules needed at the weakest donor are inversely proportional
/// to the odds of the fraction.
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
