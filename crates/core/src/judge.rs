//! Judge: the tier of each junction, with the reasons.
//!
//! In: annotated junctions and events, the profile. Out: the same, each with a `model_score`, a tier
//! and reasons. The rule is in [`breakapart_rule`]; this stage extracts the plain numbers that it needs.
//! Not decided here: the sample's conclusion.

mod facing;
mod facts;
pub mod given;

use std::collections::{BTreeMap, BTreeSet};

use breakapart_rule::{
    Assay, assess, background,
    event::{self, MemberFacts, Standing},
};
pub use breakapart_rule::{
    Code, Context, EvidenceFacts, Ground, Judgement, LibraryType, NextStep, Params, Reason, Region, Term, TermName,
    Tier,
};

use crate::{
    annotate::{AnnotatedJunction, Annotation, EventGroup, Member, MemberRole},
    catalogue::scheme,
    evidence::profile::Profile,
};
use facing::Facing;

/// A junction with its judgement.
#[derive(Clone, Debug)]
pub struct JudgedJunction {
    /// The annotated junction.
    pub annotated: AnnotatedJunction,
    /// Score, tier and reasons.
    pub judgement: Judgement,
    /// The facts given to the rule.
    pub facts: EvidenceFacts,
}

/// An event with its tier.
#[derive(Clone, Debug)]
pub struct JudgedEvent {
    /// Its junctions.
    pub group: EventGroup,
    /// Best tier of its junctions; `None` if all are discarded.
    pub tier: Option<Tier>,
    /// Best score.
    pub model_score: f64,
    /// Index of the lead junction.
    pub lead: usize,
}

/// The result of the stage.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Every junction, in the order of assembly.
    pub junctions: Vec<JudgedJunction>,
    /// Events, best first.
    pub events: Vec<JudgedEvent>,
    /// The sample's estimated background noise.
    pub context: Context,
    /// The rule's parameters.
    pub params: Params,
    /// Explanations of soft clips, by fragment.
    pub clips: BTreeMap<usize, Vec<crate::assemble::clip::ClipFate>>,
}

impl Judged {
    /// Number of events with a tier; they come first.
    pub fn called(&self) -> usize {
        self.events.iter().filter(|event| event.tier.is_some()).count()
    }
}

/// Settings of the stage.
#[derive(Clone, Debug)]
pub struct JudgeConfig {
    /// Library type.
    pub library: LibraryType,
    /// Back-splice to wild-type ratio of healthy blood (fraction).
    pub ptd_background: f64,
    /// The rule's parameters.
    pub params: Params,
    /// DNA: breakpoints are genomic.
    pub assay: Assay,
    /// Fragments are counted as molecules because both their ends are fixed (amplicons): the tier is at most medium.
    pub fixed_ends: bool,
}

impl Default for JudgeConfig {
    fn default() -> Self {
        Self {
            library: LibraryType::Unknown,
            ptd_background: Params::default().ptd_background,
            params: Params::default(),
            assay: Assay::Rna,
            fixed_ends: false,
        }
    }
}

/// Judges an annotation.
pub fn judge(annotation: Annotation, profile: &Profile, config: &JudgeConfig) -> Judged {
    let p = &config.params;
    let plain: Vec<EvidenceFacts> = annotation
        .junctions
        .iter()
        .map(|j| facts::of(j, profile, &config.params))
        .collect();
    let context = background::measure(&plain, quiet(profile, config), p);
    let mut judged: Vec<Option<(Judgement, EvidenceFacts)>> = vec![None; plain.len()];
    for group in &annotation.events {
        let facts_of = facts_of_event(group, &annotation.junctions, &plain, config);
        let assessed = |facts: &EvidenceFacts| assess(facts, &background::beside(&context, facts, p), p);
        // First each junction by itself, ignoring the event's size.
        let alone: Vec<(MemberRole, Option<Tier>)> = group
            .members
            .iter()
            .map(|m| (m.role, assessed(&facts_of(m, u32::MAX, false)).tier))
            .collect();
        let companions = event::companions(&alone);
        let believed: Vec<usize> = (group.members.iter().zip(&companions))
            .filter(|(m, companion)| assessed(&facts_of(m, u32::MAX, **companion)).tier.is_some())
            .map(|(m, _)| m.junction)
            .collect();
        let event_molecules = molecules_beyond_kmt2a(&annotation.junctions, &believed);
        for (member, companion) in group.members.iter().zip(companions) {
            let facts = facts_of(member, event_molecules, companion);
            let mut judgement = assessed(&facts);
            if config.fixed_ends {
                judgement.cap_fixed_ends();
            }
            judged[member.junction] = Some((judgement, facts));
        }
    }
    let junctions: Vec<JudgedJunction> = annotation
        .junctions
        .into_iter()
        .zip(judged)
        .filter_map(|(annotated, judged)| {
            let (judgement, facts) = judged?;
            Some(JudgedJunction {
                annotated,
                judgement,
                facts,
            })
        })
        .collect();
    let mut events: Vec<JudgedEvent> = annotation
        .events
        .into_iter()
        .map(|group| judged_event(group, &junctions, p))
        .collect();
    events.sort_by(|a, b| event::order(&a.standing(&junctions), &b.standing(&junctions)));
    tracing::debug!(
        events = events.iter().filter(|e| e.tier.is_some()).count(),
        discarded = events.iter().filter(|e| e.tier.is_none()).count(),
        "judged"
    );
    Judged {
        junctions,
        events,
        context,
        params: config.params,
        clips: annotation.clips,
    }
}

/// The sample's context before its junctions are counted.
fn quiet(profile: &Profile, config: &JudgeConfig) -> Context {
    let others = profile
        .donors
        .iter()
        .filter(|donor| !scheme::PTD_DONORS.contains(&donor.exon));
    Context {
        other_wild_type: others.fold(0, |sum, donor| sum.saturating_add(donor.molecules)),
        ptd_background: config.ptd_background,
        ..Context::quiet(config.library, config.assay == Assay::Dna, &config.params)
    }
}

/// The facts of a member with those that its event adds: the event's molecules, and whether it has a companion.
fn facts_of_event<'a>(
    group: &EventGroup,
    junctions: &'a [AnnotatedJunction],
    plain: &'a [EvidenceFacts],
    config: &JudgeConfig,
) -> impl Fn(&Member, u32, bool) -> EvidenceFacts + 'a {
    // Counted once: an event of library noise can have 100,000 members.
    let mut precise: BTreeMap<MemberRole, usize> = BTreeMap::new();
    for member in &group.members {
        *precise.entry(member.role).or_default() += usize::from(plain[member.junction].is_precise);
    }
    let facing = if config.assay == Assay::Dna {
        Facing::new(group.members.iter().map(|m| &junctions[m.junction]), config.params)
    } else {
        Facing::default()
    };
    move |member, event_molecules, companion| {
        let (annotated, own) = (&junctions[member.junction], plain[member.junction]);
        let alike = precise.get(&member.role).copied().unwrap_or_default();
        EvidenceFacts {
            event_molecules: if annotated.reaches_kmt2a() {
                event_molecules.max(own.molecules)
            } else {
                event_molecules
            },
            companion,
            faced: facing.holds_the_other_of(annotated),
            beside_precise: alike > usize::from(own.is_precise),
            ..own
        }
    }
}

/// Molecules that show KMT2A joined to another locus. Junctions between two other loci (complex events) add none:
/// their molecules that reach KMT2A also show the junction there.
fn molecules_beyond_kmt2a(junctions: &[AnnotatedJunction], of: &[usize]) -> u32 {
    let all: BTreeSet<u64> = of
        .iter()
        .filter(|i| junctions[**i].reaches_kmt2a())
        .flat_map(|i| junctions[*i].candidate.observations.iter().map(|o| o.molecule))
        .collect();
    u32::try_from(all.len()).unwrap_or(u32::MAX)
}

fn judged_event(group: EventGroup, junctions: &[JudgedJunction], p: &Params) -> JudgedEvent {
    let members: Vec<MemberFacts> = group
        .members
        .iter()
        .map(|m| {
            let j = &junctions[m.junction];
            MemberFacts {
                role: m.role,
                tier: j.judgement.tier,
                model_score: j.judgement.model_score,
                frame: j.annotated.frame,
                molecules: j.facts.molecules,
                is_precise: j.facts.is_precise,
                junction: m.junction,
            }
        })
        .collect();
    let (tier, model_score) = event::best(&members);
    JudgedEvent {
        lead: event::lead(&members, p).unwrap_or_default(),
        group,
        tier,
        model_score,
    }
}

impl JudgedEvent {
    fn standing(&self, junctions: &[JudgedJunction]) -> Standing {
        Standing {
            tier: self.tier,
            kind: self.group.kind,
            model_score: self.model_score,
            molecules: junctions[self.lead].facts.molecules,
            lead: self.lead,
        }
    }
}
