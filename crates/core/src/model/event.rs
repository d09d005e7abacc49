//! Events: rearrangements of the gene.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Junction, Reason, Term, Tier};

/// One rearrangement with all the junctions that it explains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Identifier within the report: `E1`, `E2`, best first.
    pub id: String,
    /// `canonical`, `canonical-intergenic`, `canonical-unplaced`, `reciprocal`, `three-way`, `ptd`,
    /// `background-ptd`, `neighbour-read-through`, `intragenic` or another class.
    pub class: String,
    /// Name, 5' gene first: `KMT2A::AFF1`; `KMT2A-PTD`; a hyphen for a read-through.
    pub name: String,
    /// The tier.
    pub tier: Tier,
    /// Model score of the whole event, a calibrated number between 0 and 1.
    #[serde(
        serialize_with = "breakapart_rule::number::finite",
        deserialize_with = "breakapart_rule::number::bounded"
    )]
    pub model_score: f64,
    /// Molecules of all its junctions together, each counted once; null where molecules can't be distinguished.
    pub molecules: Option<u64>,
    /// Fragments of all its junctions together, each counted once.
    pub fragments: u64,
    /// Reasons for and against it.
    pub reasons: Vec<Reason>,
    /// The terms of the score.
    pub terms: Vec<Term>,
    /// Identifier of the junction that names the event; null where there is none.
    pub lead_junction: Option<String>,
    /// Its junctions, the lead first.
    pub junctions: Vec<Junction>,
    /// Mechanism that the junctions together are compatible with; null where not known.
    pub mechanism: Option<String>,
    /// ISCN suggestion, only where strands and arms allow a simple event; null otherwise.
    pub iscn_suggestion: Option<String>,
    /// The partner; null for a PTD or where it could not be placed.
    pub partner: Option<Partner>,
    /// Doubts about the event, worst first; empty without any.
    pub doubts: Vec<Reason>,
}

impl Event {
    /// The lead junction: the one `lead_junction` names, else the first.
    pub fn lead(&self) -> Option<&Junction> {
        let named = |junction: &&Junction| Some(&junction.id) == self.lead_junction.as_ref();
        self.junctions.iter().find(named).or_else(|| self.junctions.first())
    }

    /// Whether `junction`, one of the event's, is the lead.
    pub fn is_lead(&self, junction: &Junction) -> bool {
        self.lead().is_some_and(|lead| std::ptr::eq(lead, junction))
    }
}

/// The gene that KMT2A is joined to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Partner {
    /// Symbol.
    pub symbol: String,
    /// The catalogue's category, such as `AFF1`, `MLLT3`, `other`; null outside the catalogue.
    pub category: Option<String>,
    /// Chromosome band; null where not known.
    pub band: Option<String>,
    /// Whether the gene is in the catalogue of partners.
    pub catalogue: bool,
    /// Homologous genes that the same reads fit equally well.
    pub homologues_that_fit: Vec<String>,
}

/// A junction below every tier, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Discarded {
    /// The deciding reason.
    pub reason: Reason,
    /// The junction.
    pub junction: Junction,
}
