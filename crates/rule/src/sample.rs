//! The plain facts of one assay of a sample, from which its state is decided.

use crate::{Assay, Capability, EventKind, EvidenceFacts, Judgement, Limits, MemberRole, Reason, Region, Tier};

/// A donor of the target gene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Donor {
    /// MANE exon (DNA: the exon before the intron).
    pub exon: u16,
    /// Its region.
    pub region: Region,
}

/// One junction, judged.
#[derive(Clone, Debug)]
pub struct JunctionFacts<'a> {
    /// The facts that the rule saw.
    pub facts: EvidenceFacts,
    /// What it said of them.
    pub judgement: &'a Judgement,
    /// The donor beside which its molecules are counted: KMT2A's on the 5' side, or the one before its 3' side.
    pub donor: Option<Donor>,
    /// The partner's gene.
    pub partner: Option<&'a str>,
    /// Longest part in the partner of one molecule (bases).
    pub partner_anchor: u32,
    /// A molecule over it shows KMT2A.
    pub reaches_kmt2a: bool,
    /// Distance of the farther side from the nearest exon end of its gene (bases).
    pub from_exon_ends: Option<u32>,
    /// Nothing places its other side.
    pub is_unplaced: bool,
    /// Its molecules by number, copies left out.
    pub molecules: Vec<u64>,
}

/// A junction of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    /// Index of the junction.
    pub junction: usize,
    /// Its part.
    pub role: MemberRole,
}

/// One event, judged.
#[derive(Clone, Copy, Debug)]
pub struct EventFacts<'a> {
    /// What happened.
    pub kind: EventKind,
    /// Best tier of its junctions.
    pub tier: Option<Tier>,
    /// The junction that speaks for it.
    pub lead: usize,
    /// Its junctions.
    pub members: &'a [Member],
}

/// What one assay of a sample brings to the decision.
#[derive(Clone, Debug)]
pub struct SampleFacts<'a> {
    /// RNA or DNA.
    pub assay: Assay,
    /// Judged junctions.
    pub junctions: Vec<JunctionFacts<'a>>,
    /// Judged events, best first.
    pub events: Vec<EventFacts<'a>>,
    /// Limits of detection, nothing waived yet.
    pub limits: &'a Limits,
    /// How well the file shows chimeras.
    pub capability: &'a Capability,
    /// What makes the sample unfit for a negative whatever its depth.
    pub faults: &'a [Reason],
    /// What makes every state inconclusive: reads of one name do not belong together.
    pub not_to_be_paired: &'a [Reason],
    /// Breaks that coverage and clips show without a partner.
    pub open_breaks: &'a [Reason],
    /// A step of coverage is believed.
    pub coverage_falls: bool,
    /// Limits that left evidence out (count).
    pub cut_off: usize,
    /// Largest exclusion limit at which a negative may be stated (fraction).
    pub required_lod: f64,
}

impl SampleFacts<'_> {
    /// Whether every junction of an event that has a tier leaves a negative.
    pub fn is_harmless(&self, event: &EventFacts<'_>) -> bool {
        let members = event.members.iter().map(|m| self.junctions[m.junction].judgement);
        members.filter(|j| j.tier.is_some()).all(Judgement::is_harmless)
    }
}
