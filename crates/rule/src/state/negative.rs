//! Without an event at tier medium or high: a negative if the limits allow it, else the reasons against it.

use super::{Cause, Decided, Found, Qualifier, State};
use crate::{Class, Code, Params, Region, SampleFacts, capability::Visibility, waive};

pub(super) fn decide(decided: &mut Decided, found: &Found<'_>, p: &Params) {
    let sample = found.sample;
    reach(decided, sample, p);
    if let Some(nearest) = found.nearest {
        decided.state = State::Inconclusive;
        let j = &sample.junctions[nearest];
        // An unlikely candidate blocks a negative, but is not the first reason if there are others.
        let at = if j.judgement.model_score >= p.suspected || j.facts.is_partner {
            0
        } else {
            decided.causes.len()
        };
        decided.causes.insert(at, Cause::NearTierLow(nearest));
    }
    if decided.state == State::Inconclusive
        && let Some(suspected) = suspected(sample, p)
    {
        decided.causes.insert(0, Cause::Suspected(suspected));
    }
    if !sample.open_breaks.is_empty() {
        decided.state = State::Inconclusive;
        let breaks = (0..sample.open_breaks.len()).map(Cause::OpenBreak);
        decided.causes.splice(0..0, breaks);
    }
}

/// Checks that the limits of both regions are within the required one, and that the file can support them.
fn reach(decided: &mut Decided, sample: &SampleFacts<'_>, p: &Params) {
    let limits = &decided.limits;
    let mut causes: Vec<Cause> = (0..sample.faults.len()).map(Cause::Fault).collect();
    let before = causes.len();
    for region in [Region::Major, Region::Minor] {
        if region == Region::Minor && limits.minor_not_targeted {
            decided.qualifiers.push(Qualifier::MinorNotCovered);
            continue;
        }
        match limits.worst(Some(region), |d| d.exclusion_any) {
            Some(limit) if limit <= sample.required_lod => {}
            None if limits
                .weakest(region)
                .is_some_and(|d| d.molecules >= p.visible_molecules) =>
            {
                causes.push(Cause::NotVisible(region));
            }
            limit => causes.push(Cause::NotReached(region, limit)),
        }
    }
    let visibility = sample.capability.visibility;
    let hidden = visibility != Visibility::Full;
    if visibility == Visibility::None || (hidden && causes.len() > before) {
        causes.insert(before, Cause::Capability);
    } else if hidden {
        decided.qualifiers.push(Qualifier::LimitRaised);
    }
    if !limits.introns_missing().is_empty() {
        decided.qualifiers.push(Qualifier::IntronsMissing);
    }
    if causes.is_empty() {
        decided.state = State::NotDetected;
    }
    decided.causes = causes;
}

/// The best single spanning pair between KMT2A and a catalogue partner, if by its score it is as likely as not and its
/// fraction is not waived.
fn suspected(sample: &SampleFacts<'_>, p: &Params) -> Option<usize> {
    let junctions = &sample.junctions;
    let best = (0..junctions.len())
        .filter(|i| {
            let j = &junctions[*i];
            j.judgement.tier.is_none()
                && j.judgement.has(Code::LonePair)
                && j.judgement.model_score >= p.suspected
                && j.facts.is_partner
                && matches!(j.facts.class, Class::Canonical | Class::Reciprocal)
        })
        .max_by(|a, b| {
            let score = |i: &usize| junctions[*i].judgement.model_score;
            score(a).total_cmp(&score(b))
        })?;
    (!waive::is_rare(&junctions[best], sample, p)).then_some(best)
}
