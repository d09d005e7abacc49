//! Transcripts predicted from a genomic breakpoint.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Frame;

/// A transcript that splicing is expected to produce from a genomic breakpoint. Predicted, not observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedTranscript {
    /// Gene of the 5' exon.
    pub five_gene: String,
    /// Its transcript.
    pub five_transcript: String,
    /// The exon (number in that transcript).
    pub five_exon: u16,
    /// Gene of the 3' exon.
    pub three_gene: String,
    /// Its transcript.
    pub three_transcript: String,
    /// The exon (number in that transcript).
    pub three_exon: u16,
    /// Reading frame.
    pub frame: Frame,
    /// `broken-gene` (next acceptor of the gene with the breakpoint), `next-gene` (first acceptor of a gene
    /// further downstream), `exon-skipping` (fewest skipped exons that keep the frame).
    pub predicted_by: String,
    /// Whether the 3' gene is in the catalogue of partners.
    pub catalogue_partner: bool,
    /// Bases from the breakpoint to the acceptor.
    pub distance: i64,
    /// One plain sentence.
    pub text: String,
}
