//! The states of a sample, with their rules.

mod findings;
mod negative;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Class, Code, EventFacts, EventKind, Ground, JunctionFacts, Limits, MemberRole, Params, Region, SampleFacts,
    Tier, Waived,
    waive::{self, Candidate},
};
pub use findings::{Finding, FindingStatus, Findings, Shown};

/// State of the conclusion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// A KMT2A rearrangement is shown (with or without a partial tandem duplication).
    Rearranged,
    /// A partial tandem duplication is shown, and no rearrangement with another gene.
    Ptd,
    /// Nothing is shown, and the sample's reads would have shown it down to the required limit.
    NotDetected,
    /// Neither shown nor excluded; the reason and the next step say why and what to do.
    #[default]
    Inconclusive,
}

impl State {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The label a person sees.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Rearranged => "KMT2A REARRANGED",
            Self::Ptd => "KMT2A-PTD",
            Self::NotDetected => "NOT DETECTED",
            Self::Inconclusive => "INCONCLUSIVE",
        }
    }
}

/// Why a state was decided; events and junctions are given by index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cause {
    /// An event that joins 5' KMT2A to something else is at tier medium or high.
    CanonicalBelieved,
    /// Coverage drops at its breakpoint.
    CoverageAgrees,
    /// RNA: only the reciprocal junction of an event is at tier medium or high.
    ReciprocalOnly(usize),
    /// A duplication is at tier medium or high.
    DuplicationBelieved,
    /// An event prevents a negative.
    LowTierEvent(usize),
    /// The reasons that accompany a junction's tier.
    ReasonsOf(usize),
    /// A junction below every tier prevents a negative.
    NearTierLow(usize),
    /// A single spanning pair is named.
    Suspected(usize),
    /// A region's limit is above the required one; `None`: no fraction would be seen.
    NotReached(Region, Option<f64>),
    /// Junctions with genes outside the catalogue would not be seen at a region's donors.
    NotVisible(Region),
    /// The file shows chimeras poorly.
    Capability,
    /// One of the sample's faults.
    Fault(usize),
    /// A break without a partner.
    OpenBreak(usize),
    /// Evidence was skipped at a limit on work.
    CutOff(usize),
    /// Reads of one name do not belong together.
    Overruling(usize),
}

impl Cause {
    /// Its ground, if it is the same in every sample.
    pub const fn ground(self) -> Option<Ground> {
        Some(match self {
            Self::CanonicalBelieved => Ground::CanonicalBelieved,
            Self::CoverageAgrees => Ground::CoverageAgrees,
            Self::ReciprocalOnly(_) => Ground::ReciprocalOnly,
            Self::DuplicationBelieved => Ground::DuplicationBelieved,
            Self::LowTierEvent(_) => Ground::LowTierEvent,
            Self::NearTierLow(_) => Ground::NearTierLow,
            Self::Suspected(_) => Ground::Suspected,
            Self::NotReached(..) => Ground::Coverage,
            Self::NotVisible(_) => Ground::ChimeraCapability,
            Self::CutOff(_) => Ground::EvidenceCutOff,
            Self::ReasonsOf(_) | Self::Capability | Self::Fault(_) | Self::OpenBreak(_) | Self::Overruling(_) => {
                return None;
            }
        })
    }
}

/// A qualifier of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// Properties of the lead event (frame, partner, orientation, resolution).
    OfEvent(usize),
    /// A duplication in addition to the fusion.
    DuplicationBeside,
    /// DNA: only the reciprocal junction.
    ReciprocalOnly,
    /// The panel does not cover the minor region.
    MinorNotCovered,
    /// The file shows chimeras less well than it could.
    LimitRaised,
    /// DNA: introns without coverage.
    IntronsMissing,
    /// Evidence was skipped at a limit on work.
    Incomplete(usize),
}

/// A finding printed with a negative that it does not block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noted {
    /// A junction that is not a rearrangement.
    Junction(usize),
    /// A candidate that is too rare.
    Waived(Waived),
}

/// The decision, before it is put into words.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The state.
    pub state: State,
    /// Lead event (index into the assay's events).
    pub lead: Option<usize>,
    /// Qualifiers of the state.
    pub qualifiers: Vec<Qualifier>,
    /// Its causes.
    pub causes: Vec<Cause>,
    /// Findings printed with a negative that they do not block.
    pub noted: Vec<Noted>,
    /// The answer to each question.
    pub findings: Findings,
    /// Limits of detection, not below the bounds of waived candidates.
    pub limits: Limits,
}

/// The deciding events and junctions.
struct Found<'a> {
    sample: &'a SampleFacts<'a>,
    /// An event with a canonical junction at tier medium or high.
    fusion: Option<usize>,
    /// An event with a reciprocal junction at tier medium or high.
    reciprocal: Option<usize>,
    /// A duplication at tier medium or high.
    ptd: Option<usize>,
    /// An event that prevents a negative.
    blocking: Option<usize>,
    /// A junction below every tier that prevents one.
    nearest: Option<usize>,
    /// Candidates too rare to prevent one.
    waived: Vec<Waived>,
}

impl<'a> Found<'a> {
    fn of(sample: &'a SampleFacts<'a>, p: &Params) -> Self {
        let waived = waive::find(sample, p);
        let is_waived = |candidate| waived.iter().any(|w| w.candidate == candidate);
        let events = || sample.events.iter().enumerate();
        let with_role = |e: &EventFacts<'_>, role| e.kind == EventKind::Fusion && has_believed(sample, e, role);
        let first =
            |test: &dyn Fn(&EventFacts<'_>) -> bool| sample.events.iter().position(|e| is_believed(e) && test(e));
        // Inverted segments and similar events: not a fusion, but not a plain negative.
        let other = events().find(|(_, e)| !matches!(e.kind, EventKind::Fusion | EventKind::Ptd) && is_believed(e));
        let low = events().filter(|(_, e)| e.tier == Some(Tier::Low));
        let blocking = (other.into_iter().chain(low))
            .find(|(i, e)| !sample.is_harmless(e) && !is_waived(Candidate::Event(*i)))
            .map(|(i, _)| i);
        let nearest = blocking_below(sample, p)
            .into_iter()
            .find(|i| !is_waived(Candidate::Junction(*i)));
        Self {
            fusion: first(&|e| with_role(e, MemberRole::Canonical)),
            reciprocal: first(&|e| with_role(e, MemberRole::Reciprocal)),
            ptd: first(&|e| e.kind == EventKind::Ptd),
            blocking,
            nearest,
            waived,
            sample,
        }
    }

    fn is_waived(&self, event: usize) -> bool {
        self.waived.iter().any(|w| w.candidate == Candidate::Event(event))
    }

    /// Findings named in the sentence of a negative.
    fn noted(&self) -> Vec<Noted> {
        let low = self.sample.events.iter().filter(|e| e.tier == Some(Tier::Low));
        low.filter(|e| self.sample.is_harmless(e))
            .map(|e| Noted::Junction(e.lead))
            .chain(self.waived.iter().map(|w| Noted::Waived(*w)))
            .collect()
    }
}

/// Decides the state.
pub fn decide(sample: &SampleFacts<'_>, p: &Params) -> Decided {
    let found = Found::of(sample, p);
    let mut limits = sample.limits.clone();
    limits.raise(&found.waived);
    let mut decided = Decided {
        state: State::Inconclusive,
        lead: found.fusion.or(found.reciprocal).or(found.ptd).or(found.blocking),
        qualifiers: Vec::new(),
        causes: Vec::new(),
        noted: found.noted(),
        findings: findings::answer(&found, &limits),
        limits,
    };
    if let Some(index) = found.fusion {
        decided.state = State::Rearranged;
        decided.causes.push(Cause::CanonicalBelieved);
        decided.qualifiers.push(Qualifier::OfEvent(index));
        if sample.coverage_falls {
            decided.causes.push(Cause::CoverageAgrees);
        }
        if found.ptd.is_some() {
            decided.qualifiers.push(Qualifier::DuplicationBeside);
        }
    } else if let Some(index) = found.reciprocal {
        match sample.assay {
            Assay::Dna => {
                decided.state = State::Rearranged;
                decided.qualifiers.push(Qualifier::ReciprocalOnly);
            }
            Assay::Rna => decided.causes.push(Cause::ReciprocalOnly(index)),
        }
    } else if found.ptd.is_some() {
        decided.state = State::Ptd;
        decided.causes.push(Cause::DuplicationBelieved);
    } else if let Some(index) = found.blocking {
        decided.causes.push(Cause::LowTierEvent(index));
        decided.causes.push(Cause::ReasonsOf(sample.events[index].lead));
    } else {
        negative::decide(&mut decided, &found, p);
    }
    left_out(&mut decided, sample);
    // The reads of one fragment need not come from one molecule.
    if !sample.overruling.is_empty() && decided.state != State::Inconclusive {
        decided.state = State::Inconclusive;
        decided
            .causes
            .extend((0..sample.overruling.len()).map(Cause::Overruling));
    }
    decided
}

/// Accounts for evidence skipped at a limit on work: it may contain a rearrangement, so finding nothing is not a
/// negative,
/// and a call may be incomplete.
fn left_out(decided: &mut Decided, sample: &SampleFacts<'_>) {
    for index in 0..sample.cut_off {
        match decided.state {
            State::NotDetected | State::Inconclusive => {
                decided.state = State::Inconclusive;
                decided.causes.push(Cause::CutOff(index));
            }
            State::Rearranged | State::Ptd => decided.qualifiers.push(Qualifier::Incomplete(index)),
        }
    }
}

fn is_believed(event: &EventFacts<'_>) -> bool {
    event.tier >= Some(Tier::Medium)
}

/// Whether a junction with that role is at tier medium or high.
fn has_believed(sample: &SampleFacts<'_>, event: &EventFacts<'_>, role: MemberRole) -> bool {
    let mut members = event.members.iter();
    members.any(|m| m.role == role && sample.junctions[m.junction].judgement.tier >= Some(Tier::Medium))
}

/// Junctions below every tier that prevent a negative, best score first. Excluded: single spanning pairs expected by
/// chance, classes that never block a negative, and RNA duplications (they have a separate limit).
pub(crate) fn blocking_below(sample: &SampleFacts<'_>, p: &Params) -> Vec<usize> {
    let junctions = &sample.junctions;
    let is_apart = |class: Class| match sample.assay {
        Assay::Rna => matches!(class, Class::NeighbourReadThrough | Class::Ptd),
        Assay::Dna => matches!(class, Class::NeighbourReadThrough | Class::Deletion),
    };
    let mut found: Vec<usize> = (0..junctions.len())
        .filter(|i| {
            let j = &junctions[*i];
            j.judgement.tier.is_none()
                && (j.judgement.model_score >= p.near_tier || sample.assay == Assay::Rna && is_beside_exon_ends(j, p))
                && !j.judgement.has(Code::LonePair)
                && !is_apart(j.facts.class)
        })
        .collect();
    found.sort_by(|a, b| {
        let score = |i: &usize| junctions[*i].judgement.model_score;
        score(b).total_cmp(&score(a)).then_with(|| a.cmp(b))
    });
    found
}

/// Whether a split read joins KMT2A and a known partner within three bases of exon ends of both. Of chimeras inside
/// exons
/// of 150 bases, one in a hundred is this close to an end on both sides (14 of 150 positions, squared).
fn is_beside_exon_ends(junction: &JunctionFacts<'_>, p: &Params) -> bool {
    let facts = &junction.facts;
    facts.class == Class::Canonical
        && facts.is_precise
        && facts.is_partner
        && facts.is_sense
        && facts.anchor >= p.beside_anchor
        && facts.unique_kmt2a > 0
        && facts.unique_partner > 0
        && junction.from_exon_ends.is_some_and(|bases| bases <= p.beside_exon_ends)
}

#[cfg(test)]
mod tests;
