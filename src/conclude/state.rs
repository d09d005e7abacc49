//! The states, with their rules in one place.

use super::{Adequacy, AssayResult, Breaks, ConcludeConfig, Limits, Scope};
use crate::{
    annotate::{Class, EventKind, Frame, MemberRole},
    input::Assay,
    judge::{JudgedEvent, JudgedJunction, Reason, Tier, facts::Region},
};

/// What the sample says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A KMT2A fusion.
    Rearranged,
    /// A partial tandem duplication, no fusion.
    Ptd,
    /// Nothing, down to the limit.
    NotDetected,
    /// Cannot be told.
    Inconclusive,
}

impl State {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rearranged => "rearranged",
            Self::Ptd => "ptd",
            Self::NotDetected => "not_detected",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// Answer to one question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingStatus {
    /// Yes.
    Detected,
    /// No, with its limit.
    NotDetected,
    /// The reads cannot answer.
    #[default]
    NotAssessable,
}

/// One question with its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub status: FindingStatus,
    /// In words.
    pub text: String,
}

/// The questions apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// 5' KMT2A joined to something.
    pub fusion: Finding,
    /// A duplication; it never borrows the fusion's limit.
    pub ptd: Finding,
    /// Limit of the duplication (fraction).
    pub ptd_limit: Option<f64>,
    /// Something joined to 3' KMT2A.
    pub reciprocal: Finding,
    /// A break whose other side is not known.
    pub break_without_partner: Finding,
}

/// The decision before it is put into words.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The state.
    pub state: State,
    /// Lead event (index into the assay's events).
    pub lead: Option<usize>,
    /// What narrows the state.
    pub qualifiers: Vec<String>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What is printed with a negative although it does not block it.
    pub noted: Vec<String>,
    /// Each question apart.
    pub findings: Findings,
}

/// Molecules up to which an event may have been carried over from another sample of the run (count): a few in a
/// thousand of a strong sample's molecules move by index hopping or contact. `cohort` compares the samples.
pub const CARRY_OVER_MAX: u64 = 3;

/// Reasons at tier low that do not block a negative.
const HARMLESS: [&str; 3] = ["read-through", "ptd-background", "kmt2a-deletion"];

/// From this score on (probability) a junction below every tier blocks a negative: by the model one in ten such
/// junctions is true, twice the share of rearrangements that the limit lets a negative miss.
const NEAR_TIER: f64 = 0.1;

/// Decides the state.
pub fn decide(
    result: &AssayResult<'_>,
    adequacy: &Adequacy,
    breaks: &Breaks,
    limits: &Limits,
    config: &ConcludeConfig,
) -> Decided {
    let limits = Some(limits);
    let judged = result.judged;
    let junction = |i: usize| &judged.junctions[i];
    let believed = |e: &JudgedEvent| e.tier >= Some(Tier::Medium);
    let with_role = |e: &JudgedEvent, role: MemberRole| {
        e.group
            .members
            .iter()
            .any(|m| m.role == role && junction(m.junction).judgement.tier >= Some(Tier::Medium))
    };
    let fusion = judged
        .events
        .iter()
        .position(|e| e.group.kind == EventKind::Fusion && believed(e) && with_role(e, MemberRole::Canonical));
    let reciprocal = judged
        .events
        .iter()
        .position(|e| e.group.kind == EventKind::Fusion && believed(e) && with_role(e, MemberRole::Reciprocal));
    let ptd = judged
        .events
        .iter()
        .position(|e| e.group.kind == EventKind::Ptd && believed(e));
    let low: Vec<(usize, &JudgedEvent)> = judged
        .events
        .iter()
        .enumerate()
        .filter(|(_, e)| e.tier == Some(Tier::Low))
        .collect();
    // Inverted pieces and the like: no fusion, and yet no plain negative.
    let other = judged
        .events
        .iter()
        .enumerate()
        .find(|(_, e)| !matches!(e.group.kind, EventKind::Fusion | EventKind::Ptd) && believed(e));
    let blocking = other
        .as_ref()
        .into_iter()
        .chain(low.iter())
        .find(|(_, e)| !is_harmless(e, &judged.junctions));
    let noted: Vec<String> = low
        .iter()
        .filter(|(_, e)| is_harmless(e, &judged.junctions))
        .map(|(_, e)| note(junction(e.lead)))
        .collect();
    let unexplained = breaks.reasons();
    let nearest = nearest_below(&judged.junctions, result.assay);
    let is_open = !unexplained.is_empty() || nearest.is_some();
    let mut findings = findings(result, adequacy, limits, (fusion, reciprocal, ptd), is_open, config);
    if let Some(reason) = unexplained.first().filter(|_| fusion.is_none() && ptd.is_none()) {
        findings.break_without_partner = Finding {
            status: FindingStatus::Detected,
            text: reason.text.clone(),
        };
    }
    let mut decided = Decided {
        state: State::Inconclusive,
        lead: None,
        qualifiers: Vec::new(),
        reasons: Vec::new(),
        noted,
        findings,
    };

    if let Some(index) = fusion {
        decided.state = State::Rearranged;
        decided.lead = Some(index);
        decided.reasons.push(Reason::new(
            "canonical-believed",
            "5' KMT2A joined to something else, at tier medium or high",
        ));
        decided.qualifiers = qualifiers(junction(judged.events[index].lead));
        if let Some(step) = breaks.step() {
            decided.reasons.push(Reason::new(
                "coverage-agrees",
                format!("coverage falls behind e{} (MANE), as a break makes it", step.exon),
            ));
        }
        if ptd.is_some() {
            decided
                .qualifiers
                .push("a partial tandem duplication beside it".to_owned());
        }
    } else if let Some(index) = reciprocal {
        decided.lead = Some(index);
        if result.assay == Assay::Dna {
            decided.state = State::Rearranged;
            decided.qualifiers.push("reciprocal junction only".to_owned());
        } else {
            decided.reasons.push(Reason::new(
                "reciprocal-only",
                "KMT2A is broken, its 5' product is not shown",
            ));
        }
    } else if let Some(index) = ptd {
        decided.state = State::Ptd;
        decided.reasons.push(Reason::new(
            "duplication-believed",
            "a duplication inside KMT2A at tier medium or high, and no fusion",
        ));
        decided.lead = Some(index);
    } else if let Some((index, event)) = blocking {
        decided.lead = Some(*index);
        decided.reasons.push(Reason::new(
            "low-tier-event",
            format!(
                "{} at tier {}",
                name(junction(event.lead)),
                event.tier.map_or("none", Tier::name)
            ),
        ));
        decided
            .reasons
            .extend(junction(event.lead).judgement.reasons.iter().cloned());
    } else {
        negative(&mut decided, adequacy, limits, config);
        if let Some(nearest) = nearest {
            decided.state = State::Inconclusive;
            decided.reasons.insert(
                0,
                Reason::new(
                    "near-tier-low",
                    format!(
                        "{} stands below tier low, and too near to it for a negative (score {:.2}, molecules {})",
                        name(nearest),
                        nearest.judgement.model_score,
                        nearest.annotated.candidate.evidence.molecules
                    ),
                ),
            );
        }
        if !unexplained.is_empty() {
            decided.state = State::Inconclusive;
            decided.reasons.splice(0..0, unexplained);
        }
    }
    cut_off(&mut decided, result);
    decided
}

/// Evidence that a limit left out: it could hold a rearrangement, so that nothing is no negative, and what
/// was found may not be all.
fn cut_off(decided: &mut Decided, result: &AssayResult<'_>) {
    for text in result.collected.caps() {
        match decided.state {
            State::NotDetected | State::Inconclusive => {
                decided.state = State::Inconclusive;
                decided.reasons.push(Reason::new(
                    "evidence-cut-off",
                    format!("{text}, and a rearrangement may be among them"),
                ));
            }
            State::Rearranged | State::Ptd => decided
                .qualifiers
                .push(format!("counts and further events may be incomplete ({text})")),
        }
    }
}

/// Nothing is believed: a negative where the limit allows it, else the reason why not.
fn negative(decided: &mut Decided, adequacy: &Adequacy, limits: Option<&Limits>, config: &ConcludeConfig) {
    decided.reasons.extend(adequacy.faults.iter().cloned());
    let before = decided.reasons.len();
    let limit = |region| limits.and_then(|l| l.worst(Some(region), |d| d.exclusion_any));
    for (region, name) in [(Region::Major, "major"), (Region::Minor, "minor")] {
        if region == Region::Minor && Scope::of(limits) == Scope::Major {
            decided
                .qualifiers
                .push("the panel does not cover the minor region (introns 20 to 23): not excluded there".to_owned());
            continue;
        }
        match limit(region) {
            Some(limit) if limit <= config.required_lod => {}
            reached => decided
                .reasons
                .push(not_reached(region, name, reached, adequacy, limits, config)),
        }
    }
    let hidden = adequacy.capability.status != "full";
    if adequacy.capability.status == "none" || (hidden && decided.reasons.len() > before) {
        let reason = Reason::new(adequacy.capability.code, adequacy.capability.basis.clone());
        decided.reasons.insert(before, reason);
    } else if hidden {
        decided
            .qualifiers
            .push(format!("the limit is raised: {}", adequacy.capability.basis));
    }
    if let Some(missing) = limits.and_then(Limits::introns_missing) {
        decided.qualifiers.push(format!(
            "introns of KMT2A without coverage, not excluded there: {missing}"
        ));
    }
    if decided.reasons.is_empty() {
        decided.state = State::NotDetected;
    }
}

fn not_reached(
    region: Region,
    name: &str,
    limit: Option<f64>,
    adequacy: &Adequacy,
    limits: Option<&Limits>,
    config: &ConcludeConfig,
) -> Reason {
    let weakest = limits.and_then(|l| l.weakest(region));
    let at = weakest.map_or_else(
        || "no donor".to_owned(),
        |d| {
            let s = if d.molecules == 1 { "" } else { "s" };
            format!("e{} with {} molecule{s}", d.exon, d.molecules)
        },
    );
    let unit = adequacy.assay.kmt2a_unit();
    match limit {
        Some(limit) => Reason::new(
            "coverage",
            format!(
                "{name} region (weakest {at}): a rearrangement in under {:.0} % of {unit} would be missed; {:.0} % is asked for",
                limit * 100.0,
                config.required_lod * 100.0
            ),
        ),
        None if weakest.is_some_and(|d| d.molecules >= 20) => Reason::new(
            "chimera-capability",
            format!(
                "{name} region (weakest {at}): a junction to a gene outside the catalogue would not be seen ({})",
                adequacy.capability.basis
            ),
        ),
        None => Reason::new(
            "coverage",
            format!("{name} region (weakest {at}): a rearrangement could not be seen at any fraction"),
        ),
    }
}

/// Bases by which a sequencing error or an inserted base moves a junction off its exon ends (bases).
const BESIDE: i64 = 3;
/// Least uniquely placed bases on both sides of such a junction in one read (bases).
const BESIDE_ANCHOR: u32 = 10;

/// Whether a read joins KMT2A to a known partner beside the exon ends of both. Of chimeras inside exons of 150 bases,
/// one in a hundred lies within three of an end on both sides (14 places of 150, twice).
fn is_beside_exon_ends(junction: &JudgedJunction) -> bool {
    let (a, facts) = (&junction.annotated, &junction.facts);
    let near = |side: &crate::annotate::Side| side.distance_to_splice_site.is_some_and(|d| d.abs() <= BESIDE);
    a.class == Class::Canonical
        && facts.is_precise
        && facts.is_partner
        && facts.is_sense
        && facts.anchor >= BESIDE_ANCHOR
        && facts.unique_kmt2a > 0
        && facts.unique_partner > 0
        && near(&a.five)
        && near(&a.three)
}

/// The best junction below every tier, if the model gives it a chance. A lone pair whose like the library makes by
/// chance is none; nor is what blocks no negative at tier low, and a duplication in RNA has a limit of its own.
fn nearest_below(junctions: &[JudgedJunction], assay: Assay) -> Option<&JudgedJunction> {
    let is_apart = |class: Class| match assay {
        Assay::Rna => matches!(class, Class::NeighbourReadThrough | Class::Ptd),
        Assay::Dna => matches!(class, Class::NeighbourReadThrough | Class::Deletion),
    };
    junctions
        .iter()
        .filter(|j| {
            let judgement = &j.judgement;
            judgement.tier.is_none()
                && (judgement.model_score >= NEAR_TIER || assay == Assay::Rna && is_beside_exon_ends(j))
                && !judgement.has("lone-pair")
                && !is_apart(j.annotated.class)
        })
        .max_by(|a, b| a.judgement.model_score.total_cmp(&b.judgement.model_score))
}

fn is_harmless(event: &JudgedEvent, junctions: &[JudgedJunction]) -> bool {
    event
        .group
        .members
        .iter()
        .filter(|m| junctions[m.junction].judgement.tier.is_some())
        .all(|m| {
            let judgement = &junctions[m.junction].judgement;
            HARMLESS.iter().any(|code| judgement.has(code))
        })
}

/// `KMT2A::AFF1`, `KMT2A-PTD e2-e8`, `KMT2A-TTC36 read-through`.
pub fn name(junction: &JudgedJunction) -> String {
    let a = &junction.annotated;
    match a.class {
        Class::Ptd => match (a.five.exon, a.three.exon) {
            (Some(donor), Some(acceptor)) => format!("KMT2A-PTD e{acceptor}-e{donor}"),
            _ => "KMT2A-PTD".to_owned(),
        },
        Class::NeighbourReadThrough => format!("{}-{}", a.five.symbol(), a.three.symbol()),
        _ => format!("{}::{}", a.five.symbol(), a.three.symbol()),
    }
}

fn note(junction: &JudgedJunction) -> String {
    let molecules = junction.annotated.candidate.evidence.molecules;
    match junction.annotated.class {
        Class::Ptd => format!(
            "back-splice {} ({molecules} of {} wild-type molecules): the level of healthy blood",
            name(junction),
            junction.wild_type
        ),
        Class::NeighbourReadThrough => format!(
            "read-through {} ({molecules} molecules): no rearrangement",
            name(junction)
        ),
        Class::Deletion => format!(
            "deletion inside KMT2A ({molecules} molecules, {} bases)",
            junction
                .annotated
                .candidate
                .junction
                .three
                .position
                .distance(junction.annotated.candidate.junction.five.position)
        ),
        _ => format!("{} ({molecules} molecules)", name(junction)),
    }
}

fn qualifiers(lead: &JudgedJunction) -> Vec<String> {
    let a = &lead.annotated;
    let mut qualifiers = Vec::new();
    match a.frame {
        Frame::OutOfFrame => qualifiers.push("out of frame".to_owned()),
        Frame::StopCodon => qualifiers.push("truncating: stop codon at the junction".to_owned()),
        Frame::InFrame | Frame::Unknown => {}
    }
    if a.candidate.unplaced.is_some() {
        qualifiers.push("partner not placed".to_owned());
    } else if a.three.gene.is_none() {
        qualifiers.push("partner side in no known gene".to_owned());
    } else if !a.three.is_sense() {
        qualifiers.push("partner transcribed against its own strand".to_owned());
    }
    if !a.candidate.is_precise {
        qualifiers.push("base of the junction not shown".to_owned());
    }
    qualifiers
}

fn findings(
    result: &AssayResult<'_>,
    adequacy: &Adequacy,
    limits: Option<&Limits>,
    (fusion, reciprocal, ptd): (Option<usize>, Option<usize>, Option<usize>),
    is_open: bool,
    config: &ConcludeConfig,
) -> Findings {
    let judged = result.judged;
    let lead = |index: usize| name(&judged.junctions[judged.events[index].lead]);
    let region = |region| limits.and_then(|l| l.worst(Some(region), |d| d.exclusion_any));
    let reached = adequacy.faults.is_empty()
        && [Region::Major, Region::Minor].into_iter().all(|r| {
            region(r).is_some_and(|l| l <= config.required_lod)
                || (r == Region::Minor && Scope::of(limits) == Scope::Major)
        });
    // What keeps the state from a negative keeps the findings from one.
    let cut_off = result.collected.caps().next().is_some();
    let blocked = cut_off
        || is_open
        || judged
            .events
            .iter()
            .any(|e| e.tier.is_some() && e.group.kind != EventKind::Ptd && !is_harmless(e, &judged.junctions));
    let answer = |found: Option<usize>, what: &str| match found {
        Some(index) => Finding {
            status: FindingStatus::Detected,
            text: format!("{} found", lead(index)),
        },
        None if reached && !blocked => Finding {
            status: FindingStatus::NotDetected,
            text: format!("no {what} found"),
        },
        None => Finding {
            status: FindingStatus::NotAssessable,
            text: format!("no {what} is believed; the reads cannot exclude one"),
        },
    };
    let ptd_limit = limits.and_then(Limits::ptd);
    let ptd_low = cut_off
        || judged
            .events
            .iter()
            .any(|e| e.group.kind == EventKind::Ptd && e.tier == Some(Tier::Low) && !is_harmless(e, &judged.junctions));
    let ptd_finding = match (ptd, ptd_limit) {
        (Some(index), _) => Finding {
            status: FindingStatus::Detected,
            text: format!("{} found", lead(index)),
        },
        (None, Some(limit)) if limit <= config.required_lod && adequacy.faults.is_empty() && !ptd_low => Finding {
            status: FindingStatus::NotDetected,
            text: format!(
                "no duplication above {:.1} % of KMT2A {}",
                limit * 100.0,
                super::text::unit(limits)
            ),
        },
        (None, Some(limit)) => Finding {
            status: FindingStatus::NotAssessable,
            text: format!(
                "a duplication in under {:.0} % of KMT2A {} would be missed",
                limit * 100.0,
                super::text::unit(limits)
            ),
        },
        (None, None) => Finding {
            status: FindingStatus::NotAssessable,
            text: "a duplication could be neither seen nor excluded".to_owned(),
        },
    };
    let reciprocal_finding = reciprocal
        .and_then(|index| {
            judged.events[index]
                .group
                .members
                .iter()
                .filter(|m| {
                    m.role == MemberRole::Reciprocal
                        && judged.junctions[m.junction].judgement.tier >= Some(Tier::Medium)
                })
                .map(|m| &judged.junctions[m.junction])
                .max_by_key(|j| j.annotated.candidate.evidence.molecules)
        })
        .map_or_else(
            || answer(None, "reciprocal junction"),
            |j| Finding {
                status: FindingStatus::Detected,
                text: format!("{} found", name(j)),
            },
        );
    let unplaced = judged
        .junctions
        .iter()
        .find(|j| j.annotated.candidate.unplaced.is_some() && j.judgement.tier.is_some());
    let break_finding = unplaced.map_or_else(
        || answer(None, "break without a partner"),
        |j| Finding {
            status: FindingStatus::Detected,
            text: format!(
                "{} molecules leave KMT2A for a sequence that nothing places",
                j.annotated.candidate.evidence.molecules
            ),
        },
    );
    Findings {
        fusion: answer(fusion, "fusion"),
        ptd: ptd_finding,
        ptd_limit,
        reciprocal: reciprocal_finding,
        break_without_partner: break_finding,
    }
}
