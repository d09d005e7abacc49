//! The conclusion, its findings and the limit of detection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FindingStatus, Reason, State};

/// The conclusion that a laboratory can sign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// The state.
    pub state: State,
    /// Scope of a negative: `major_and_minor` region, or `major` alone where the panel does not cover the minor one;
    /// null for other states, and in reports before 1.2.0.
    #[serde(default)]
    pub scope: Option<String>,
    /// One line to print after the state's label, without the label: the lead event with frame
    /// and tier (`KMT2A::AFF1, in frame, tier high`), the limit, or the reason.
    pub headline: String,
    /// The conclusion in full sentences.
    pub text: String,
    /// Qualifiers of the state: out of frame, partner not placed, noted read-through, and so on.
    pub qualifiers: Vec<String>,
    /// The rules that led to the state, the deciding one first.
    pub reasons: Vec<Reason>,
    /// Contradictory findings: a deleted 3' part, a duplication with a fusion, two partners, RNA against DNA.
    #[serde(default)]
    pub contradictions: Vec<Reason>,
    /// The next step; null if nothing is left to do.
    pub next_step: Option<String>,
    /// All findings, whatever the state.
    pub findings: Findings,
    /// Limit of detection of this sample; null where it was not computed.
    pub lod: Option<Lod>,
    /// Identifier of the event on which the state is based; null without one.
    pub lead_event: Option<String>,
    /// Exons of NM_001197104.2 after which a breakpoint would have been found at the required limit (DNA: in the intron
    /// that follows); for a negative, else empty.
    #[serde(default)]
    pub examined_donors: Vec<u16>,
    /// What a negative does not exclude, one phrase each.
    #[serde(default)]
    pub not_excluded: Vec<String>,
    /// Whether the molecules may come from another sample of the run: `not assessed`, since one sample's files can't
    /// show it; `breakapart cohort` compares the samples. Empty in reports before 1.2.0.
    #[serde(default)]
    pub carry_over: String,
    /// The conclusion of each assay alone, the leading one first; empty in reports before 1.2.0.
    #[serde(default)]
    pub assays: Vec<AssayConclusion>,
}

impl Conclusion {
    /// The printed label; a negative for the major region alone says so.
    pub fn label(&self) -> &'static str {
        label(self.state, self.scope.as_deref())
    }

    /// Whether a negative covers the major region alone.
    pub fn is_major_only(&self) -> bool {
        self.scope.as_deref() == Some(Lod::MAJOR_ONLY)
    }

    /// The exclusion limit for any partner over the regions that the conclusion covers: the worse of both, or the
    /// major region's. `None` without a finite one.
    pub fn exclusion_limit(&self) -> Option<f64> {
        self.lod.as_ref()?.worst(self.scope.as_deref())
    }
}

fn label(state: State, scope: Option<&str>) -> &'static str {
    match state {
        State::NotDetected if scope == Some(Lod::MAJOR_ONLY) => {
            "NOT DETECTED IN THE MAJOR REGION, MINOR REGION NOT EXAMINED"
        }
        other => other.label(),
    }
}

/// The conclusion of one assay alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssayConclusion {
    /// `rna` or `dna`.
    pub assay: String,
    /// The state.
    pub state: State,
    /// As in the conclusion.
    pub scope: Option<String>,
    /// As in the conclusion.
    pub headline: String,
    /// The deciding reason.
    pub reason: String,
    /// Identifier of the event on which the state is based; null without one.
    pub lead_event: Option<String>,
    /// All findings.
    pub findings: Findings,
    /// Limit of detection; null where it was not computed.
    pub lod: Option<Lod>,
    /// As in the conclusion.
    pub examined_donors: Vec<u16>,
}

impl AssayConclusion {
    /// The conclusion of one assay.
    pub fn of(assay: &str, said: &Conclusion) -> Self {
        Self {
            assay: assay.to_owned(),
            state: said.state,
            scope: said.scope.clone(),
            headline: said.headline.clone(),
            reason: said.reasons.first().map(|r| r.text.clone()).unwrap_or_default(),
            lead_event: said.lead_event.clone(),
            findings: said.findings.clone(),
            lod: said.lod.clone(),
            examined_donors: said.examined_donors.clone(),
        }
    }

    /// The printed label.
    pub fn label(&self) -> &'static str {
        label(self.state, self.scope.as_deref())
    }
}

/// The findings, each with its own status, independent of the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Findings {
    /// KMT2A's 5' part joined to another gene or locus.
    pub fusion: Finding,
    /// Partial tandem duplication inside KMT2A.
    pub ptd: PtdFinding,
    /// A partner's 5' part joined to KMT2A's 3' part.
    pub reciprocal: Finding,
    /// A breakpoint in KMT2A whose other side could not be placed: soft clips, or 5'/3' imbalance.
    pub break_without_partner: Finding,
}

/// One finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The status.
    pub status: FindingStatus,
    /// One plain sentence.
    pub text: String,
}

impl Finding {
    /// Whether it is detected.
    pub fn is_detected(&self) -> bool {
        self.status == FindingStatus::Detected
    }
}

/// The finding about a partial tandem duplication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PtdFinding {
    /// The status.
    pub status: FindingStatus,
    /// Least fraction of KMT2A transcripts (RNA) or alleles (DNA) at which one would have been detected
    /// with probability 0.95; null where there is no finite limit.
    pub lod: Option<f64>,
    /// One plain sentence.
    pub text: String,
}

/// Limit of detection: the least fraction of KMT2A transcripts (RNA) or alleles (DNA), between 0 and
/// 1, that would not have been missed with probability 0.95.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lod {
    /// What the fractions refer to, as printed: `KMT2A transcripts` or `KMT2A alleles`.
    pub unit: String,
    /// Least fraction at which the state would not have been `not_detected`.
    pub exclusion: LodByPartner,
    /// Least fraction at which the state would have been `rearranged`.
    pub call: LodByPartner,
    /// The exclusion limit (any partner, worse of the major and the minor region) as a percentage of
    /// blasts, if heterozygous and equally expressed. Null without a finite limit, or above 100: then
    /// not detectable at any blast percentage.
    pub blast_percent: Option<f64>,
    /// The donor exon that sets the limit; null for DNA.
    pub weakest_donor: Option<WeakestDonor>,
    /// Assumptions of the limit, one sentence each.
    pub assumptions: Vec<String>,
    /// Candidates too rare to prevent a negative; the limits are never below their bounds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<Waived>,
}

/// A candidate that does not prevent a negative: with 95 % confidence its fraction is below the waived one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Its name.
    pub name: String,
    /// Molecules counted: its own, and those of its breakpoint intron or of its partner.
    pub molecules: u64,
    /// Donor exon of MANE NM_001197104.2 at which it was counted (DNA: the exon before the intron).
    pub donor_exon: u16,
    /// Wild-type molecules over that donor (DNA: over its KMT2A base).
    pub wild_type_molecules: u64,
    /// One-sided 95 % bound of its fraction.
    pub bound: f64,
}

impl Lod {
    /// Scope of a negative without the minor region.
    pub const MAJOR_ONLY: &str = "major";

    /// The exclusion limit for any partner over the regions of a scope; `None` without a finite one.
    pub fn worst(&self, scope: Option<&str>) -> Option<f64> {
        let any = self.exclusion.any_partner;
        if scope == Some(Self::MAJOR_ONLY) {
            any.major
        } else {
            Some(any.major?.max(any.minor?))
        }
    }
}

/// A limit by type of partner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LodByPartner {
    /// For a partner in the catalogue.
    pub catalogue_partner: LodByRegion,
    /// For any partner.
    pub any_partner: LodByRegion,
}

/// A limit by the region of the breakpoint in KMT2A. Null means no finite limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LodByRegion {
    /// Major region: donors e7-e12 of NM_001197104.2.
    pub major: Option<f64>,
    /// Minor region: donors e20-e23 of NM_001197104.2.
    pub minor: Option<f64>,
    /// Every donor of the gene.
    pub whole: Option<f64>,
    /// A partial tandem duplication.
    pub ptd: Option<f64>,
}

/// The donor exon with the fewest molecules to show a breakpoint after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WeakestDonor {
    /// Exon number in `transcript`.
    pub exon: u16,
    /// The transcript that the number belongs to.
    pub transcript: String,
    /// Wild-type molecules over the donor, split or spanning.
    pub molecules: u64,
}
