//! Coverage of KMT2A's exons in normal samples, the reference for exon imbalance.

use breakapart_rule::{Params, imbalance::unknown_normal};
use serde::{Deserialize, Serialize};

/// Version of the file format.
pub const BACKGROUND_VERSION: u32 = 1;
/// Exons of the MANE transcript.
const EXONS: u16 = 36;

/// One exon in normal samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExonBackground {
    /// MANE exon.
    pub exon: u16,
    /// Mean log depth relative to the sample's own fitted line (natural logarithm).
    pub log_depth: f64,
    /// Its standard deviation among samples (natural logarithm).
    pub sd: f64,
}

/// Profile of normal samples (`breakapart background`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackgroundProfile {
    /// [`BACKGROUND_VERSION`].
    pub background_version: u32,
    /// Transcript of the exon numbers.
    pub transcript: String,
    /// Number of samples in the profile; 0 for the built-in one.
    pub samples: u32,
    /// Every exon that is compared, in order.
    pub exons: Vec<ExonBackground>,
    /// Back-splice to wild-type ratio over all samples, with its upper 95 % bound; `None` if nothing was counted.
    pub ptd_ratio: Option<(f64, f64)>,
}

impl Default for BackgroundProfile {
    /// Even depth with a wide spread. The outermost exons are excluded because fragments end there.
    fn default() -> Self {
        let (log_depth, sd) = unknown_normal(&Params::default());
        Self {
            background_version: BACKGROUND_VERSION,
            transcript: "NM_001197104.2".to_owned(),
            samples: 0,
            exons: (2..EXONS).map(|exon| ExonBackground { exon, log_depth, sd }).collect(),
            ptd_ratio: None,
        }
    }
}

impl BackgroundProfile {
    /// The exon's entry.
    pub fn exon(&self, exon: u16) -> Option<&ExonBackground> {
        self.exons.iter().find(|e| e.exon == exon)
    }
}
