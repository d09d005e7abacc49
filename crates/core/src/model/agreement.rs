//! RNA and DNA of one patient against each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the two assays of one patient stand to each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssayAgreement {
    /// `confirmed`, `different` (both show a rearrangement, not the same one), `discordant` (one shows it, the
    /// other could have and does not), `one-assay` (the other cannot tell), `both-negative`, `one-negative`,
    /// `open`.
    pub status: String,
    /// One plain sentence.
    pub text: String,
    /// State by RNA alone.
    pub rna: super::State,
    /// State by DNA alone.
    pub dna: super::State,
    /// Transcripts with the break that explains them.
    pub explained: Vec<ExplainedJunction>,
}

/// A transcript and the genomic break that explains it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedJunction {
    /// Identifier of the RNA junction.
    pub rna: String,
    /// Identifier of the DNA junction.
    pub dna: String,
}

impl ExplainedJunction {
    /// The one of the two that is not meant by `is_own`; `None` where neither is.
    pub fn other(&self, is_own: impl Fn(&str) -> bool) -> Option<&str> {
        if is_own(&self.rna) {
            Some(&self.dna)
        } else {
            is_own(&self.dna).then_some(&*self.rna)
        }
    }
}
