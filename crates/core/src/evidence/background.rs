//! Coverage of KMT2A's exons in normal samples, against which an imbalance is judged.

use breakapart_rule::{Params, imbalance::unknown_normal};
use serde::{Deserialize, Serialize};

/// Version of the file's layout.
pub const BACKGROUND_VERSION: u32 = 1;
/// Exons of the MANE transcript.
const EXONS: u16 = 36;

/// One exon in normal samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExonBackground {
    /// MANE exon.
    pub exon: u16,
    /// Mean of the depth's logarithm about the sample's own straight line (natural logarithm).
    pub log_depth: f64,
    /// Its standard deviation among samples (natural logarithm).
    pub sd: f64,
}

/// What normal samples look like (`breakapart background`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackgroundProfile {
    /// [`BACKGROUND_VERSION`].
    pub background_version: u32,
    /// Transcript of the exon numbers.
    pub transcript: String,
    /// Samples behind it; 0 for the built-in one.
    pub samples: u32,
    /// Every exon that is compared, in order.
    pub exons: Vec<ExonBackground>,
    /// Back-splice to wild-type ratio over all samples, with its upper 95 % bound; `None` where nothing was
    /// counted.
    pub ptd_ratio: Option<(f64, f64)>,
}

impl Default for BackgroundProfile {
    /// Even depth with a wide spread. The outermost exons are left out: fragments end there.
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
