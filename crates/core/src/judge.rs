//! Judge: how far each junction can be believed, and why.
//!
//! In: annotated junctions and events, the profile. Out: the same, each with a `model_score`, a tier
//! and reasons. [`assess`](fn@assess) is the whole rule, on plain numbers, so that the limit of detection and the
//! calibration call the very same one. Not decided here: what the sample's conclusion is.

pub mod assess;
pub mod background;
pub mod cards;
#[cfg(test)]
mod document;
pub mod facts;
pub mod params;
#[cfg(test)]
mod pinned;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub use assess::assess;
pub use facts::{Context, EvidenceFacts, LibraryType};
pub use params::Params;

use crate::{
    annotate::{AnnotatedJunction, Annotation, Class, EventGroup, EventKind, Member, MemberRole},
    evidence::profile::Profile,
    genome::{Breakend, ContigId},
};

/// How far a junction can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// `model_score` of at least 0.5, or capped there by a rule.
    Low,
    /// At least 0.9.
    Medium,
    /// At least 0.99.
    High,
}

impl Tier {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One term of the sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Stable name.
    pub name: &'static str,
    /// Natural log-odds that it adds.
    pub value: f64,
    /// One plain sentence.
    pub text: String,
}

/// A finding that a reader should know, with a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// One plain sentence.
    pub text: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: impl Into<&'static str>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}

/// What the rule says of one junction.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Probability-like score in 0 to 1 (calibrated on simulation; not a patient's probability).
    pub model_score: f64,
    /// Tier; `None` below every tier.
    pub tier: Option<Tier>,
    /// Terms of the sum, in order.
    pub terms: Vec<Term>,
    /// Reasons: why it is capped, why it is not believed, what to doubt.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// Fragments stand for molecules, and one molecule may stand behind many: not above medium.
    fn cap_fixed_ends(&mut self) {
        if self.tier.is_some() {
            self.tier = self.tier.min(Some(Tier::Medium));
            self.reasons.push(Reason::new(
                "fixed-ends",
                "both ends of the fragments are fixed: fragments are counted, and few molecules may stand behind them",
            ));
        }
    }

    /// Whether a reason of this code stands.
    pub fn has(&self, code: &str) -> bool {
        self.reasons.iter().any(|r| r.code == code)
    }
}

/// A junction with its judgement.
#[derive(Clone, Debug)]
pub struct JudgedJunction {
    /// What it is.
    pub annotated: AnnotatedJunction,
    /// What is believed of it.
    pub judgement: Judgement,
    /// Wild-type molecules over the KMT2A side's junction.
    pub wild_type: u32,
    /// The facts that the rule saw.
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
    /// What the sample's own noise was taken to be.
    pub context: Context,
    /// The rule's numbers.
    pub params: Params,
    /// What became of clips.
    pub clips: BTreeMap<usize, Vec<crate::assemble::clip::ClipFate>>,
}

/// Settings of the stage.
#[derive(Clone, Debug)]
pub struct JudgeConfig {
    /// Library type.
    pub library: LibraryType,
    /// Back-splice to wild-type ratio of healthy blood (fraction).
    pub ptd_background: f64,
    /// The rule's numbers.
    pub params: Params,
    /// DNA: breakpoints are genomic.
    pub is_dna: bool,
    /// Fragments stand for molecules, because both their ends are fixed: no call rises above medium.
    pub fixed_ends: bool,
}

impl Default for JudgeConfig {
    fn default() -> Self {
        Self {
            library: LibraryType::Unknown,
            ptd_background: Params::default().ptd_background,
            params: Params::default(),
            is_dna: false,
            fixed_ends: false,
        }
    }
}

/// Judges an annotation.
pub fn judge(annotation: Annotation, profile: &Profile, config: &JudgeConfig) -> Judged {
    let context = background::measure(&annotation.junctions, profile, config);
    let params = &config.params;
    let beside = |junction: usize| background::beside(&context, &annotation.junctions[junction], params);
    let mut judged: Vec<Option<JudgedJunction>> = vec![None; annotation.junctions.len()];
    for group in &annotation.events {
        // Counted once: an event of library noise may have a hundred thousand members.
        let mut precise: BTreeMap<MemberRole, usize> = BTreeMap::new();
        for member in &group.members {
            if annotation.junctions[member.junction].candidate.is_precise {
                *precise.entry(member.role).or_default() += 1;
            }
        }
        let facing = if config.is_dna {
            Facing::new(
                group.members.iter().map(|m| &annotation.junctions[m.junction]),
                i64::from(params.facing),
            )
        } else {
            Facing::default()
        };
        let facts_of = |member: &Member, event_molecules: u32, companion: bool| {
            let annotated = &annotation.junctions[member.junction];
            let wild_type = wild_type_at(annotated, profile);
            let mut facts = facts::of(annotated, wild_type, event_molecules);
            facts.companion = companion;
            facts.faced = facing.holds_the_other_of(annotated);
            let own = usize::from(annotated.candidate.is_precise);
            facts.beside_precise = precise.get(&member.role).is_some_and(|all| *all > own);
            (wild_type, facts)
        };
        // Alone first: what is believed of each junction, whatever the event's size.
        let alone: Vec<Option<Tier>> = group
            .members
            .iter()
            .map(|m| assess(&facts_of(m, u32::MAX, false).1, &beside(m.junction), params).tier)
            .collect();
        // A believed canonical junction supports the others of its event, a believed reciprocal one the canonical.
        let has_believed = |role: MemberRole| {
            let mut members = group.members.iter().zip(&alone);
            members.any(|(m, tier)| m.role == role && *tier >= Some(Tier::Medium))
        };
        let canonical = has_believed(MemberRole::Canonical);
        let reciprocal = has_believed(MemberRole::Reciprocal);
        let supported = |m: &Member| match m.role {
            MemberRole::Canonical => reciprocal,
            _ => canonical,
        };
        let believed: Vec<usize> = group
            .members
            .iter()
            .filter(|m| {
                assess(&facts_of(m, u32::MAX, supported(m)).1, &beside(m.junction), params)
                    .tier
                    .is_some()
            })
            .map(|m| m.junction)
            .collect();
        let event_molecules = molecules_beyond_kmt2a(&annotation.junctions, &believed);
        for member in &group.members {
            let (wild_type, facts) = facts_of(member, event_molecules, supported(member));
            let mut judgement = assess(&facts, &beside(member.junction), params);
            if config.fixed_ends {
                judgement.cap_fixed_ends();
            }
            let annotated = annotation.junctions[member.junction].clone();
            judged[member.junction] = Some(JudgedJunction {
                annotated,
                judgement,
                wild_type,
                facts,
            });
        }
    }
    let junctions: Vec<JudgedJunction> = judged.into_iter().flatten().collect();
    let mut events: Vec<JudgedEvent> = annotation
        .events
        .into_iter()
        .map(|group| judged_event(group, &junctions, params))
        .collect();
    events.sort_by(|a, b| {
        let key = |e: &JudgedEvent| {
            (
                std::cmp::Reverse(e.tier),
                e.group.kind != EventKind::Fusion,
                e.group.kind,
            )
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| b.model_score.total_cmp(&a.model_score))
            .then_with(|| {
                junctions[b.lead]
                    .annotated
                    .candidate
                    .evidence
                    .molecules
                    .cmp(&junctions[a.lead].annotated.candidate.evidence.molecules)
            })
            .then_with(|| a.lead.cmp(&b.lead))
    });
    tracing::info!(
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

/// Precise junctions of an event by place, to find the other derivative of a break.
#[derive(Default)]
struct Facing<'a> {
    /// Within this distance (bases).
    reach: i64,
    /// By stretches of that length at KMT2A and at the partner.
    by_place: HashMap<(i64, ContigId, i64), Vec<&'a AnnotatedJunction>>,
}

impl<'a> Facing<'a> {
    fn new(junctions: impl Iterator<Item = &'a AnnotatedJunction>, reach: i64) -> Self {
        let mut by_place: HashMap<_, Vec<&AnnotatedJunction>> = HashMap::new();
        for junction in junctions.filter(|j| j.candidate.is_precise) {
            if let Some((own, partner)) = sides_of(junction) {
                by_place.entry(stretch(own, partner, reach)).or_default().push(junction);
            }
        }
        Self { reach, by_place }
    }

    /// Whether one of them and `junction` are the two derivatives of one break.
    fn holds_the_other_of(&self, junction: &AnnotatedJunction) -> bool {
        let Some((own, partner)) = sides_of(junction).filter(|_| junction.candidate.is_precise) else {
            return false;
        };
        let near = |x: Breakend, y: Breakend| {
            x.contig == y.contig && x.retained != y.retained && x.position.distance(y.position) <= self.reach
        };
        let (at, contig, far) = stretch(own, partner, self.reach);
        (-1..=1)
            .flat_map(|a| (-1..=1).map(move |b| (at + a, contig, far + b)))
            .filter_map(|place| self.by_place.get(&place))
            .flatten()
            .any(|other| {
                other.class != junction.class && sides_of(other).is_some_and(|(x, y)| near(x, own) && near(y, partner))
            })
    }
}

fn stretch(own: Breakend, partner: Breakend, reach: i64) -> (i64, ContigId, i64) {
    let reach = reach.max(1);
    (
        own.position.0.div_euclid(reach),
        partner.contig,
        partner.position.0.div_euclid(reach),
    )
}

/// KMT2A's side and the partner's.
fn sides_of(j: &AnnotatedJunction) -> Option<(Breakend, Breakend)> {
    let junction = &j.candidate.junction;
    match j.class {
        Class::Canonical => Some((junction.five, junction.three)),
        Class::Reciprocal => Some((junction.three, junction.five)),
        _ => None,
    }
}

/// Molecules that show KMT2A and something beyond it. A junction between two other places, further along the chain,
/// supplies none: its molecules that reach KMT2A show the junction there as well.
fn molecules_beyond_kmt2a(junctions: &[AnnotatedJunction], of: &[usize]) -> u32 {
    let all: std::collections::BTreeSet<u64> = of
        .iter()
        .filter(|i| junctions[**i].reaches_kmt2a())
        .flat_map(|i| junctions[*i].candidate.observations.iter().map(|o| o.molecule))
        .collect();
    u32::try_from(all.len()).unwrap_or(u32::MAX)
}

/// Wild-type molecules over the KMT2A splice site beside the junction: over the donor for a 5' side,
/// over the donor before the acceptor for a 3' side, over the next donor behind for a base elsewhere.
fn wild_type_at(junction: &AnnotatedJunction, profile: &Profile) -> u32 {
    if let Some((_, wild_type)) = junction.candidate.alleles {
        return wild_type;
    }
    let exon = |side: &crate::annotate::Side| side.exon.or(side.intron);
    let donor = match junction.class {
        Class::Canonical | Class::Ptd | Class::NeighbourReadThrough if junction.five.is_kmt2a => exon(&junction.five),
        _ if junction.three.is_kmt2a => exon(&junction.three).map(|e| e.saturating_sub(1).max(1)),
        _ => None,
    };
    donor.map_or(0, |e| profile.molecules_at(e))
}

/// Tier and lead junction of an event.
///
/// The lead is in frame first among those with at least a tenth of the strongest one's molecules and
/// tier medium or better; else the strongest.
fn judged_event(group: EventGroup, junctions: &[JudgedJunction], params: &Params) -> JudgedEvent {
    let tier = group
        .members
        .iter()
        .filter_map(|m| junctions[m.junction].judgement.tier)
        .max();
    let model_score = group
        .members
        .iter()
        .map(|m| junctions[m.junction].judgement.model_score)
        .fold(0.0, f64::max);
    let has_canonical = group
        .members
        .iter()
        .any(|m| m.role == MemberRole::Canonical && junctions[m.junction].judgement.tier.is_some());
    let eligible: Vec<usize> = group
        .members
        .iter()
        .filter(|m| !has_canonical || m.role == MemberRole::Canonical)
        .map(|m| m.junction)
        .collect();
    let count = |i: &usize| junctions[*i].annotated.candidate.evidence.molecules;
    let strongest = eligible.iter().map(count).max().unwrap_or(0);
    let lead = eligible
        .iter()
        .copied()
        .max_by_key(|i| {
            let j = &junctions[*i];
            let fit = j.annotated.frame == crate::annotate::Frame::InFrame
                && f64::from(count(i)) >= params.lead_share * f64::from(strongest)
                && j.judgement.tier >= Some(Tier::Medium);
            (
                j.judgement.tier.is_some(),
                fit,
                count(i),
                j.annotated.candidate.is_precise,
                std::cmp::Reverse(*i),
            )
        })
        .or_else(|| group.members.first().map(|m| m.junction))
        .unwrap_or(0);
    JudgedEvent {
        group,
        tier,
        model_score,
        lead,
    }
}
