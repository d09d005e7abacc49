//! Comparison of RNA and DNA of one patient.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the results of the two assays of one patient compare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssayAgreement {
    /// `confirmed`, `different` (both show a rearrangement, not the same one), `discordant` (one shows it; the
    /// other does not, although it could have), `one-assay` (the other is inconclusive), `both-negative`,
    /// `one-negative`, `open`.
    pub status: String,
    /// One plain sentence.
    pub text: String,
    /// State from RNA alone.
    pub rna: super::State,
    /// State from DNA alone.
    pub dna: super::State,
    /// RNA junctions, each with the genomic breakpoint that explains it.
    pub explained: Vec<ExplainedJunction>,
}

/// An RNA junction and the genomic breakpoint that explains it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedJunction {
    /// Identifier of the RNA junction.
    pub rna: String,
    /// Identifier of the DNA junction.
    pub dna: String,
}

impl ExplainedJunction {
    /// The counterpart of the identifier that `is_own` accepts; `None` if it accepts neither.
    pub fn other(&self, is_own: impl Fn(&str) -> bool) -> Option<&str> {
        if is_own(&self.rna) {
            Some(&self.dna)
        } else {
            is_own(&self.dna).then_some(&*self.rna)
        }
    }
}
