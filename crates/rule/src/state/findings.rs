//! The answer to each question about a sample.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Found;
use crate::{EventFacts, EventKind, Limits, MemberRole, Region, SampleFacts, Tier};

/// Status of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingStatus {
    /// Shown at tier medium or high.
    Detected,
    /// Not shown, although this sample would have shown it.
    NotDetected,
    /// This sample can't show it.
    #[default]
    NotAssessable,
}

/// The evidence for a finding, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// An event.
    Event(usize),
    /// A junction.
    Junction(usize),
    /// A break shown by coverage or soft clips.
    OpenBreak(usize),
}

/// One question with its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub status: FindingStatus,
    /// The evidence, if it is detected.
    pub shown: Option<Shown>,
}

impl Finding {
    const fn detected(shown: Shown) -> Self {
        Self {
            status: FindingStatus::Detected,
            shown: Some(shown),
        }
    }

    /// Not detected, if the sample can show it.
    const fn absent(can_tell: bool) -> Self {
        Self {
            status: if can_tell {
                FindingStatus::NotDetected
            } else {
                FindingStatus::NotAssessable
            },
            shown: None,
        }
    }
}

/// The answers, by question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// 5' KMT2A joined to something.
    pub fusion: Finding,
    /// A duplication; it has its own limit, not the fusion's.
    pub ptd: Finding,
    /// Limit for duplications (fraction).
    pub ptd_limit: Option<f64>,
    /// Something joined to 3' KMT2A.
    pub reciprocal: Finding,
    /// A break whose other side is unknown.
    pub break_without_partner: Finding,
}

/// Answers each question; `limits` include the bounds of waived candidates.
pub(super) fn answer(found: &Found<'_>, limits: &Limits) -> Findings {
    let sample = found.sample;
    // Whatever prevents a negative state prevents negative findings.
    let can_tell = is_reached(sample, limits) && !is_blocked(found);
    let of = |shown: Option<Shown>| shown.map_or_else(|| Finding::absent(can_tell), Finding::detected);
    Findings {
        fusion: of(found.fusion.map(Shown::Event)),
        ptd: duplication(found, limits),
        ptd_limit: limits.ptd(),
        reciprocal: of(strongest_reciprocal(found).map(Shown::Junction)),
        break_without_partner: if found.fusion.is_none() && found.ptd.is_none() && !sample.open_breaks.is_empty() {
            Finding::detected(Shown::OpenBreak(0))
        } else {
            of(unplaced(found).map(Shown::Junction))
        },
    }
}

/// Whether both regions' limits are within the required one, in a sample without faults.
fn is_reached(sample: &SampleFacts<'_>, limits: &Limits) -> bool {
    let within = |region| {
        let limit = limits.worst(Some(region), |d| d.exclusion_any);
        limit.is_some_and(|l| l <= sample.required_lod)
    };
    sample.faults.is_empty() && within(Region::Major) && (limits.minor_not_targeted || within(Region::Minor))
}

fn is_blocked(found: &Found<'_>) -> bool {
    let sample = found.sample;
    let blocks = |(i, e): (usize, &EventFacts<'_>)| {
        e.tier.is_some() && e.kind != EventKind::Ptd && !sample.is_harmless(e) && !found.is_waived(i)
    };
    sample.cut_off > 0
        || !sample.open_breaks.is_empty()
        || found.nearest.is_some()
        || sample.events.iter().enumerate().any(blocks)
}

/// Duplications have their own limit.
fn duplication(found: &Found<'_>, limits: &Limits) -> Finding {
    let sample = found.sample;
    if let Some(index) = found.ptd {
        return Finding::detected(Shown::Event(index));
    }
    let low =
        (sample.events.iter()).any(|e| e.kind == EventKind::Ptd && e.tier == Some(Tier::Low) && !sample.is_harmless(e));
    let within = limits.ptd().is_some_and(|limit| limit <= sample.required_lod);
    Finding::absent(within && sample.faults.is_empty() && sample.cut_off == 0 && !low)
}

/// The reciprocal junction at tier medium or high with the most molecules, in the event that has one.
fn strongest_reciprocal(found: &Found<'_>) -> Option<usize> {
    let junctions = &found.sample.junctions;
    let event = &found.sample.events[found.reciprocal?];
    let members = event.members.iter().filter(|m| m.role == MemberRole::Reciprocal);
    members
        .map(|m| m.junction)
        .filter(|i| junctions[*i].judgement.tier >= Some(Tier::Medium))
        .max_by_key(|i| junctions[*i].facts.molecules)
}

/// The first junction with a tier and an unplaced side. Waived candidates are not findings.
fn unplaced(found: &Found<'_>) -> Option<usize> {
    let sample = found.sample;
    let events = sample.events.iter().enumerate().filter(|(i, _)| !found.is_waived(*i));
    events
        .flat_map(|(_, e)| e.members)
        .map(|m| m.junction)
        .filter(|i| sample.junctions[*i].is_unplaced && sample.junctions[*i].judgement.tier.is_some())
        .min()
}
