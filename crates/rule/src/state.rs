//! The states, with their rules in one place.

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
    /// A KMT2A rearrangement is shown (also beside a partial tandem duplication).
    Rearranged,
    /// A partial tandem duplication is shown, no rearrangement with another gene.
    Ptd,
    /// Nothing is shown, and the sample's reads could have shown it down to the required limit.
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

/// Why a state was decided, with what it speaks of; events and junctions by number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cause {
    /// An event that joins 5' KMT2A to something else is believed.
    CanonicalBelieved,
    /// Coverage falls where it breaks.
    CoverageAgrees,
    /// RNA: the reciprocal junction of an event alone is believed.
    ReciprocalOnly(usize),
    /// A duplication is believed.
    DuplicationBelieved,
    /// An event keeps the sample from a negative.
    LowTierEvent(usize),
    /// The reasons beside a junction's tier.
    ReasonsOf(usize),
    /// A junction below every tier keeps the sample from a negative.
    NearTierLow(usize),
    /// A lone pair is named.
    Suspected(usize),
    /// A region's limit is above the one asked for; `None`: no fraction would be seen.
    NotReached(Region, Option<f64>),
    /// Junctions to genes outside the catalogue would not be seen over a region's donors.
    NotVisible(Region),
    /// The file shows chimeras badly.
    Capability,
    /// One of the sample's faults.
    Fault(usize),
    /// A break without a partner.
    OpenBreak(usize),
    /// A limit left evidence out.
    CutOff(usize),
    /// Reads of one name do not belong together.
    Overruling(usize),
}

impl Cause {
    /// Its ground, where it is one and the same in every sample.
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

/// What narrows a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// What the lead event itself says (frame, place, direction, base).
    OfEvent(usize),
    /// A duplication beside the fusion.
    DuplicationBeside,
    /// DNA: the reciprocal junction alone.
    ReciprocalOnly,
    /// The panel leaves the minor region out.
    MinorNotCovered,
    /// Chimeras are not shown as well as they could be.
    LimitRaised,
    /// DNA: introns without coverage.
    IntronsMissing,
    /// A limit left evidence out.
    Incomplete(usize),
}

/// What is printed with a negative although it does not block it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noted {
    /// A junction that is no rearrangement.
    Junction(usize),
    /// Something too rare.
    Waived(Waived),
}

/// The decision before it is put into words.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The state.
    pub state: State,
    /// Lead event (index into the assay's events).
    pub lead: Option<usize>,
    /// What narrows the state.
    pub qualifiers: Vec<Qualifier>,
    /// Why.
    pub causes: Vec<Cause>,
    /// What is printed with a negative although it does not block it.
    pub noted: Vec<Noted>,
    /// Each question apart.
    pub findings: Findings,
    /// Limits of detection, no less than the bounds of what is waived.
    pub limits: Limits,
}

/// What was found among the events and junctions.
struct Found<'a> {
    sample: &'a SampleFacts<'a>,
    /// An event with a believed canonical junction.
    fusion: Option<usize>,
    /// An event with a believed reciprocal junction.
    reciprocal: Option<usize>,
    /// A believed duplication.
    ptd: Option<usize>,
    /// An event that keeps the sample from a negative.
    blocking: Option<usize>,
    /// A junction below every tier that does.
    nearest: Option<usize>,
    /// What is too rare to do so.
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
        // Inverted pieces and the like: no fusion, and yet no plain negative.
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

    /// What a negative's sentence names.
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
    // What stands in one fragment need not come from one molecule.
    if !sample.overruling.is_empty() && decided.state != State::Inconclusive {
        decided.state = State::Inconclusive;
        decided
            .causes
            .extend((0..sample.overruling.len()).map(Cause::Overruling));
    }
    decided
}

/// Evidence that a limit left out: it could hold a rearrangement, so that nothing is no negative, and what
/// was found may not be all.
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

/// Whether a junction of that part is at tier medium or better.
fn has_believed(sample: &SampleFacts<'_>, event: &EventFacts<'_>, role: MemberRole) -> bool {
    let mut members = event.members.iter();
    members.any(|m| m.role == role && sample.junctions[m.junction].judgement.tier >= Some(Tier::Medium))
}

/// Junctions below every tier to which the model gives a chance, the best first. Single pairs that the library makes by
/// chance are left out, as is what blocks no negative at tier low; a duplication in RNA has a limit of its own.
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

/// Whether a read joins KMT2A to a known partner beside the exon ends of both. Of chimeras inside exons of 150 bases,
/// one in a hundred lies within three of an end on both sides (14 places of 150, twice).
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
