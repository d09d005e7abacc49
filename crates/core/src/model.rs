//! The serialised report: `SAMPLE.breakapart.json`.
//!
//! These types are the contract with every reader. Annotate, judge and conclude each build their own part.
//! Doc comments here become the descriptions of the JSON Schema. The version is semver: a minor
//! version only adds fields (new ones carry `#[serde(default)]`) or values of the open vocabularies
//! (classes, roles, sites, codes); a removed or changed field, or a new value of a closed enumeration
//! (`state`, `tier`, `frame`, `status`, `retained`, `strand`, `molecules_by`), is a major one.

mod adequacy;
mod agreement;
mod conclusion;
mod event;
mod input;
mod junction;
mod ledger;
mod predicted;
mod provenance;
mod sequence;
mod side;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::genome::Build;
pub use crate::{evidence::molecule::MoleculesBy, genome::Retained};
pub use adequacy::{
    Adequacy, ChimeraCapability, ControlExpression, DonorAdequacy, ExonDepth, Expression, GeneCoverage, IntronAdequacy,
    LibraryAtLocus, ProfileJunction,
};
pub use agreement::{AssayAgreement, ExplainedJunction};
use breakapart_rule::Params;
pub use breakapart_rule::{FindingStatus, Frame, Imbalance, Reason, State, Term, Tier};
pub use conclusion::{
    AssayConclusion, Conclusion, Finding, Findings, Lod, LodByPartner, LodByRegion, PtdFinding, Waived, WeakestDonor,
};
pub use event::{Discarded, Event, Partner};
pub use input::{Access, Aligner, FragmentLength, Input, RecordCounts};
pub use junction::{AlternativePlace, Ambiguity, Evidence, Fraction, Junction, SupportingRow};
pub use ledger::{Ledger, LedgerRow};
pub use predicted::PredictedTranscript;
pub use provenance::Provenance;
pub use sequence::{JunctionSequence, SequenceVariant};
pub(crate) use side::End;
pub use side::{ExonLabel, NearbyGene, Side, StrandSign};

/// Version of the report's schema that this program writes.
pub const SCHEMA_VERSION: &str = "1.2.0";

/// The report of one sample: input and settings, findings, limits of detection, and an account of every
/// abnormal fragment. Coordinates are 1-based and inclusive, in the input's build and
/// contig naming. Counts are molecules unless their name says fragments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SampleReport {
    /// Version of this schema, semver. Readers accept every file of their own major version.
    pub schema_version: String,
    /// The program that made the report.
    pub tool: Tool,
    /// Command and versions that made the report; null in reports not made by this program, and before 1.2.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// The sample's name as given or read from the header; may contain any character.
    pub sample: String,
    /// The alignment files that were used, one entry each.
    pub inputs: Vec<Input>,
    /// The conclusion, its limit and its reasons.
    pub conclusion: Conclusion,
    /// Events at tier high, medium or low, best first.
    pub events: Vec<Event>,
    /// Junctions below every tier, each with the reason.
    pub discarded: Vec<Discarded>,
    /// Molecules over each annotated KMT2A exon junction.
    pub profile: Vec<ProfileJunction>,
    /// Depth over KMT2A's exons and introns, one entry per assay; empty in reports before 1.1.0.
    #[serde(default)]
    pub coverage: Vec<GeneCoverage>,
    /// Coverage and limits of detection of this sample, one entry per assay.
    pub adequacy: Vec<Adequacy>,
    /// Classification of every fragment that overlaps KMT2A.
    pub ledger: Ledger,
    /// Warnings about the input or the run.
    pub warnings: Vec<Notice>,
    /// Comparison of RNA and DNA of one patient; null if only one assay was read.
    #[serde(default)]
    pub agreement: Option<AssayAgreement>,
    /// Every setting used, defaults included, by the name of its option or constant, and the numbers of the rule.
    pub parameters: Parameters,
}

impl SampleReport {
    /// The event on which the conclusion is based, with its index in `events`. Events that do not carry the conclusion
    /// (read-throughs, waived events) are never the lead.
    pub fn lead_event(&self) -> Option<(usize, &Event)> {
        let id = self.conclusion.lead_event.as_ref()?;
        self.events.iter().enumerate().find(|(_, event)| event.id == *id)
    }

    /// Text in place of the doubts of a lead event without any.
    pub fn no_doubts(&self) -> &'static str {
        match self.conclusion.state {
            State::Inconclusive => "none about the junction; what it does not show is listed above",
            _ => "none at this tier",
        }
    }

    /// The genome build of the report's positions, as named by its first input; empty without an input.
    pub fn build_name(&self) -> &str {
        self.inputs.first().map_or("", |input| &input.build)
    }

    /// The build; `None` if the catalogue does not have it.
    pub fn build(&self) -> Option<Build> {
        Build::parse(self.build_name())
    }

    /// Every junction, the called ones first.
    pub fn junctions(&self) -> impl Iterator<Item = &Junction> {
        let called = self.events.iter().flat_map(|event| &event.junctions);
        called.chain(self.discarded.iter().map(|discarded| &discarded.junction))
    }
}

/// A program with its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Its version, semver.
    pub version: String,
}

/// A warning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Stable code, words joined by hyphens.
    pub code: String,
    /// One plain sentence.
    pub text: String,
}

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ParameterValue {
    /// A switch.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A text; also "none" for an option that was not given.
    Text(String),
}

/// Every setting used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// Every number of the rule, with its unit, meaning and source in `docs/rule.md`; absent if none were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleNumbers>,
    /// The other settings, by the name of the option or the constant.
    #[serde(flatten)]
    pub settings: BTreeMap<String, ParameterValue>,
}

/// The rule's numbers by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RuleNumbers {
    /// The numbers of this version.
    Whole(Box<Params>),
    /// The numbers of an earlier version, which had others.
    Earlier(BTreeMap<String, f64>),
}

impl RuleNumbers {
    /// Number of entries.
    pub fn count(&self) -> usize {
        match self {
            Self::Whole(_) => Params::CARDS.len(),
            Self::Earlier(numbers) => numbers.len(),
        }
    }
}
