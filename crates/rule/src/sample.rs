//! The facts of one assay of a sample, from which its state is decided.

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
    /// Its evidence.
    pub facts: EvidenceFacts,
    /// The rule's result.
    pub judgement: &'a Judgement,
    /// The KMT2A donor at which its molecules are counted: on the 5' side, or the one upstream of the 3' side.
    pub donor: Option<Donor>,
    /// The partner's gene.
    pub partner: Option<&'a str>,
    /// Longest aligned part in the partner, of any one molecule (bases).
    pub partner_anchor: u32,
    /// A molecule over it shows KMT2A.
    pub reaches_kmt2a: bool,
    /// Distance from the nearest exon end of the gene, for the side where it is larger (bases).
    pub from_exon_ends: Option<u32>,
    /// Its other side is unplaced.
    pub is_unplaced: bool,
    /// Its molecules by number, without duplicates.
    pub molecules: Vec<u64>,
}

/// A junction of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    /// Index of the junction.
    pub junction: usize,
    /// Its role.
    pub role: MemberRole,
}

/// One event, judged.
#[derive(Clone, Copy, Debug)]
pub struct EventFacts<'a> {
    /// What happened.
    pub kind: EventKind,
    /// Best tier of its junctions.
    pub tier: Option<Tier>,
    /// Its lead junction.
    pub lead: usize,
    /// Its junctions.
    pub members: &'a [Member],
}

/// The facts of one assay of a sample.
#[derive(Clone, Debug)]
pub struct SampleFacts<'a> {
    /// RNA or DNA.
    pub assay: Assay,
    /// Judged junctions.
    pub junctions: Vec<JunctionFacts<'a>>,
    /// Judged events, best first.
    pub events: Vec<EventFacts<'a>>,
    /// Limits of detection, before anything is waived.
    pub limits: &'a Limits,
    /// How well the file shows chimeras.
    pub capability: &'a Capability,
    /// Faults that rule out a negative whatever the depth.
    pub faults: &'a [Reason],
    /// Faults that make every state inconclusive: reads of one name do not belong together, or not to this sample.
    pub overruling: &'a [Reason],
    /// Breaks without a partner, from coverage and soft clips.
    pub open_breaks: &'a [Reason],
    /// A step in coverage is accepted.
    pub coverage_falls: bool,
    /// Number of limits on work at which evidence was skipped.
    pub cut_off: usize,
    /// Highest exclusion limit at which a negative may be stated (fraction).
    pub required_lod: f64,
}

impl SampleFacts<'_> {
    /// Whether no junction with a tier in this event blocks a negative.
    pub fn is_harmless(&self, event: &EventFacts<'_>) -> bool {
        let members = event.members.iter().map(|m| self.junctions[m.junction].judgement);
        members.filter(|j| j.tier.is_some()).all(Judgement::is_harmless)
    }
}
