//! The sequence across a genomic junction.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sequence across a genomic junction, long enough to design a follow-up assay, in the junction's direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JunctionSequence {
    /// 5' flank, inserted bases, 3' flank; variants of the patient in lower case.
    pub bases: String,
    /// Bases before the junction.
    pub junction_offset: u32,
    /// Inserted bases after it, which belong to neither side.
    pub inserted: u32,
    /// Interval of the 5' flank, `chr11:118482145-118482544(+)` (1-based, inclusive; the strand along which it
    /// is read); null if it is not mapped.
    pub five: Option<String>,
    /// Interval of the 3' flank; null if it is not mapped.
    pub three: Option<String>,
    /// `reference`, or `reads` without a reference: the flanks then extend as far as the reads.
    pub source: String,
    /// Positions at which the molecules across the junction agree on a base that differs from the reference.
    pub variants: Vec<SequenceVariant>,
}

/// One base of the patient that differs from the reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SequenceVariant {
    /// Contig.
    pub contig: String,
    /// Position, 1-based.
    pub position: i64,
    /// Base of the reference, forward strand.
    pub reference: String,
    /// Base of the patient, forward strand.
    pub base: String,
    /// Molecules with this base.
    pub molecules: u32,
    /// Molecules over the position.
    pub over: u32,
}
