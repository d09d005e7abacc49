//! The sequence over a genomic junction.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bases over a genomic junction, long enough to design an assay that follows it, in the junction's own
/// direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JunctionSequence {
    /// 5' flank, inserted bases, 3' flank; variants of the patient in lower case.
    pub bases: String,
    /// Bases before the junction.
    pub junction_offset: u32,
    /// Bases behind it that belong to neither side.
    pub inserted: u32,
    /// Stretch of the 5' flank, `chr11:118482145-118482544(+)` (1-based, inclusive; the strand along which it
    /// is read); null where it has no place.
    pub five: Option<String>,
    /// Stretch of the 3' flank; null where it has no place.
    pub three: Option<String>,
    /// `reference`, or `reads` where no reference was given: then the flanks reach as far as the reads.
    pub source: String,
    /// Where the molecules over the junction agree on another base than the reference.
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
    /// Molecules that show it.
    pub molecules: u32,
    /// Molecules over it.
    pub over: u32,
}
