//! The states, with their rules in one place.

use super::{Adequacy, AssayResult, Breaks, ConcludeConfig, Limits, Scope, naming, waive::Waivers};
use crate::{
    annotate::{Class, EventKind, Frame, MemberRole},
    input::Assay,
    judge::{Code, Judged, JudgedEvent, JudgedJunction, Params, Reason, Region, Tier},
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

/// Decides the state.
pub fn decide(
    result: &AssayResult<'_>,
    adequacy: &Adequacy,
    breaks: &Breaks,
    limits: &Limits,
    waivers: &Waivers,
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
        .find(|(i, e)| !is_harmless(e, &judged.junctions) && !waivers.events.contains(i));
    let mut noted: Vec<String> = low
        .iter()
        .filter(|(_, e)| is_harmless(e, &judged.junctions))
        .map(|(_, e)| note(junction(e.lead)))
        .collect();
    let unit = super::text::unit(limits);
    noted.extend(waivers.list.iter().map(|w| w.note(unit)));
    let unexplained = breaks.reasons();
    let nearest = blocking_below(judged, result.assay)
        .into_iter()
        .find(|i| !waivers.junctions.contains(i))
        .map(junction);
    let is_open = !unexplained.is_empty() || nearest.is_some();
    let mut findings = findings(
        result,
        adequacy,
        limits,
        (fusion, reciprocal, ptd),
        (is_open, waivers),
        config,
    );
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
        decided.qualifiers = qualifiers(&judged.events[index], &judged.junctions);
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
            let event = &judged.events[index];
            decided.reasons.push(Reason::new(
                "reciprocal-only",
                format!(
                    "{} at tier {}: KMT2A is broken, its 5' product is not shown",
                    naming::event(event, &judged.junctions),
                    event.tier.map_or("none", Tier::name)
                ),
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
                naming::event(event, &judged.junctions),
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
            let reason = Reason::new(
                "near-tier-low",
                format!(
                    "{} stands below tier low, and too near to it for a negative (score {:.2}, molecules {})",
                    naming::junction(nearest),
                    nearest.judgement.model_score,
                    nearest.annotated.candidate.evidence.molecules
                ),
            );
            // What is hardly believed blocks a negative, but leads nothing where there are other reasons.
            if nearest.judgement.model_score >= judged.params.suspected || nearest.facts.is_partner {
                decided.reasons.insert(0, reason);
            } else {
                decided.reasons.push(reason);
            }
        }
        if let Some(suspected) = suspected(result, limits, config).filter(|_| decided.state == State::Inconclusive) {
            decided.reasons.insert(
                0,
                Reason::new(
                    "suspected",
                    format!(
                        "{} is suspected: one pair of reads (score {:.2}), and chimeras of the library make such pairs by chance",
                        naming::junction(suspected),
                        suspected.judgement.model_score
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
    let unfit = super::traps::not_to_be_paired(result);
    if !unfit.is_empty() && decided.state != State::Inconclusive {
        decided.state = State::Inconclusive;
        decided.reasons.extend(unfit);
    }
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

/// Whether a read joins KMT2A to a known partner beside the exon ends of both. Of chimeras inside exons of 150 bases,
/// one in a hundred lies within three of an end on both sides (14 places of 150, twice).
fn is_beside_exon_ends(junction: &JudgedJunction, p: &Params) -> bool {
    let (a, facts) = (&junction.annotated, &junction.facts);
    let near = |side: &crate::annotate::Side| {
        side.distance_to_splice_site
            .is_some_and(|d| d.abs() <= i64::from(p.beside_exon_ends))
    };
    a.class == Class::Canonical
        && facts.is_precise
        && facts.is_partner
        && facts.is_sense
        && facts.anchor >= p.beside_anchor
        && facts.unique_kmt2a > 0
        && facts.unique_partner > 0
        && near(&a.five)
        && near(&a.three)
}

/// The best lone pair that joins KMT2A and a partner of the catalogue, if its score alone makes it as likely as not and
/// the fraction that it may stand for is not waived.
fn suspected<'a>(
    result: &AssayResult<'a>,
    limits: Option<&Limits>,
    config: &ConcludeConfig,
) -> Option<&'a JudgedJunction> {
    let best = result
        .judged
        .junctions
        .iter()
        .filter(|j| {
            j.judgement.tier.is_none()
                && j.judgement.has(Code::LonePair)
                && j.judgement.model_score >= result.judged.params.suspected
                && j.facts.is_partner
                && matches!(j.annotated.class, Class::Canonical | Class::Reciprocal)
        })
        .max_by(|a, b| a.judgement.model_score.total_cmp(&b.judgement.model_score))?;
    let is_rare = limits.is_some_and(|l| super::waive::is_rare(best, result, l, config.required_lod));
    (!is_rare).then_some(best)
}

/// Junctions below every tier to which the model gives a chance, the best first. Single pairs that the library makes by
/// chance are left out, as is what blocks no negative at tier low; a duplication in RNA has a limit of its own.
pub(super) fn blocking_below(judged: &Judged, assay: Assay) -> Vec<usize> {
    let (junctions, p) = (&judged.junctions, &judged.params);
    let is_apart = |class: Class| match assay {
        Assay::Rna => matches!(class, Class::NeighbourReadThrough | Class::Ptd),
        Assay::Dna => matches!(class, Class::NeighbourReadThrough | Class::Deletion),
    };
    let mut found: Vec<usize> = (0..junctions.len())
        .filter(|i| {
            let j = &junctions[*i];
            let judgement = &j.judgement;
            judgement.tier.is_none()
                && (judgement.model_score >= p.near_tier || assay == Assay::Rna && is_beside_exon_ends(j, p))
                && !judgement.has(Code::LonePair)
                && !is_apart(j.annotated.class)
        })
        .collect();
    found.sort_by(|a, b| {
        let score = |i: &usize| junctions[*i].judgement.model_score;
        score(b).total_cmp(&score(a)).then_with(|| a.cmp(b))
    });
    found
}

pub(super) fn is_harmless(event: &JudgedEvent, junctions: &[JudgedJunction]) -> bool {
    event
        .group
        .members
        .iter()
        .filter(|m| junctions[m.junction].judgement.tier.is_some())
        .all(|m| {
            let judgement = &junctions[m.junction].judgement;
            let mut codes = judgement.reasons.iter().filter_map(|r| Code::parse(r.code));
            codes.any(|code| !code.card().blocks_negative)
        })
}

fn note(junction: &JudgedJunction) -> String {
    let molecules = junction.annotated.candidate.evidence.molecules;
    let repeat = junction
        .judgement
        .reasons
        .iter()
        .find(|r| Code::parse(r.code) == Some(Code::InternalTandemDuplication));
    match junction.annotated.class {
        Class::Ptd if repeat.is_some() => format!(
            "{} ({molecules} molecules of {})",
            repeat.map_or("", |r| r.text.as_str()),
            junction.wild_type + molecules
        ),
        Class::Ptd => format!(
            "back-splice {} ({molecules} of {} wild-type molecules): the level of healthy blood",
            naming::junction(junction),
            junction.wild_type
        ),
        Class::NeighbourReadThrough => format!(
            "read-through {} ({molecules} molecules): no rearrangement",
            naming::junction(junction)
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
        _ => format!("{} ({molecules} molecules)", naming::junction(junction)),
    }
}

fn qualifiers(event: &JudgedEvent, junctions: &[JudgedJunction]) -> Vec<String> {
    let a = &junctions[event.lead].annotated;
    let mut qualifiers = Vec::new();
    match a.frame {
        Frame::OutOfFrame => qualifiers.push("out of frame".to_owned()),
        Frame::StopCodon => qualifiers.push("truncating: stop codon at the junction".to_owned()),
        Frame::InFrame | Frame::Unknown => {}
    }
    if a.candidate.unplaced.is_some() {
        qualifiers.push("partner not placed".to_owned());
    } else if a.three.gene.is_none() {
        qualifiers.push(match a.three.nearby.first() {
            Some((gene, distance)) => {
                format!("partner side in no known gene; the nearest, {gene}, is {distance} bases away")
            }
            None => "partner side in no known gene".to_owned(),
        });
    } else if !a.three.is_sense() {
        qualifiers.push("partner transcribed against its own strand".to_owned());
    }
    if !a.candidate.is_precise {
        qualifiers.push("base of the junction not shown".to_owned());
    }
    let third = naming::third_genes(event, junctions);
    if !third.is_empty() {
        qualifiers.push(format!(
            "the reciprocal junction leads from a third gene: {}",
            third.join(", ")
        ));
    }
    qualifiers
}

fn findings(
    result: &AssayResult<'_>,
    adequacy: &Adequacy,
    limits: Option<&Limits>,
    (fusion, reciprocal, ptd): (Option<usize>, Option<usize>, Option<usize>),
    (is_open, waivers): (bool, &Waivers),
    config: &ConcludeConfig,
) -> Findings {
    let judged = result.judged;
    let lead = |index: usize| naming::event(&judged.events[index], &judged.junctions);
    let junction = |index: usize| &judged.junctions[index];
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
        || judged.events.iter().enumerate().any(|(i, e)| {
            e.tier.is_some()
                && e.group.kind != EventKind::Ptd
                && !is_harmless(e, &judged.junctions)
                && !waivers.events.contains(&i)
        });
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
                text: format!("{} found", naming::junction(j)),
            },
        );
    // What is waived is no finding.
    let unplaced = judged
        .events
        .iter()
        .enumerate()
        .filter(|(i, _)| !waivers.events.contains(i))
        .flat_map(|(_, e)| &e.group.members)
        .map(|m| m.junction)
        .filter(|i| junction(*i).annotated.candidate.unplaced.is_some() && junction(*i).judgement.tier.is_some())
        .min()
        .map(junction);
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
