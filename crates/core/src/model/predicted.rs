//! What a genomic break means in RNA.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Frame;

/// A transcript that splicing is expected to make of a genomic break. Predicted, not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedTranscript {
    /// Gene whose exon is joined 5'.
    pub five_gene: String,
    /// Its transcript.
    pub five_transcript: String,
    /// The exon (number in that transcript).
    pub five_exon: u16,
    /// Gene whose exon is joined 3'.
    pub three_gene: String,
    /// Its transcript.
    pub three_transcript: String,
    /// The exon (number in that transcript).
    pub three_exon: u16,
    /// Reading frame.
    pub frame: Frame,
    /// `broken-gene` (next acceptor of the gene in which the break lies), `next-gene` (first acceptor of a
    /// gene further along), `exon-skipping` (fewest skipped exons that keep the frame).
    pub predicted_by: String,
    /// Whether the 3' gene is in the catalogue of partners.
    pub catalogue_partner: bool,
    /// Bases from the break to the acceptor.
    pub distance: i64,
    /// One plain sentence.
    pub text: String,
}
