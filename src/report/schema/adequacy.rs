//! What this sample's own reads could have shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Molecules over one annotated KMT2A exon junction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileJunction {
    /// `rna` or `dna`.
    pub assay: String,
    /// The transcript that the exon numbers belong to.
    pub transcript: String,
    /// Exon before the junction.
    pub donor_exon: u16,
    /// Exon after it.
    pub acceptor_exon: u16,
    /// Contig of both ends.
    pub contig: String,
    /// Last base of the donor exon, 1-based.
    pub donor: i64,
    /// First base of the acceptor exon, 1-based.
    pub acceptor: i64,
    /// Molecules that are spliced over it (RNA); null where molecules can't be told apart.
    pub molecules: Option<u64>,
    /// Fragments that are spliced over it.
    pub fragments: u64,
    /// Fragments over the donor's last base.
    pub coverage_left: u64,
    /// Fragments over the acceptor's first base.
    pub coverage_right: u64,
    /// Mean mapping quality of these fragments' records, in the aligner's own scale; null without one.
    pub mean_mapq: Option<f64>,
}

/// What one assay's reads could have shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Adequacy {
    /// `rna` or `dna`.
    pub assay: String,
    /// Each KMT2A donor in the major and the minor region.
    pub donors: Vec<DonorAdequacy>,
    /// Expression of KMT2A against control genes; null for DNA.
    pub expression: Option<Expression>,
    /// Share of the KMT2A window's records with mapping quality 0; null without records.
    pub mapq0_fraction: Option<f64>,
    /// Share of the KMT2A window's records that are duplicates; null where not known.
    pub duplicate_fraction: Option<f64>,
    /// Share of the major region in which a break could be seen (DNA); null for RNA.
    pub callable_fraction: Option<f64>,
    /// Every intron of KMT2A with what of it is callable (DNA); empty for RNA.
    #[serde(default)]
    pub introns: Vec<IntronAdequacy>,
    /// Whether the file could hold chimeric alignments at all.
    pub chimera_capability: ChimeraCapability,
}

/// One intron of KMT2A in DNA.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IntronAdequacy {
    /// The intron: number of the exon before it, in `transcript`.
    pub intron: u16,
    /// The transcript that the number belongs to.
    pub transcript: String,
    /// Its length in bases.
    pub bases: u64,
    /// Bases of it that at least 20 molecules span.
    pub callable_bases: u64,
    /// Whether it is covered at all: less than a twentieth callable means that the panel has no bait there, or
    /// that nothing was caught.
    pub covered: bool,
}

/// One KMT2A donor exon.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DonorAdequacy {
    /// Exon number in `transcript`.
    pub exon: u16,
    /// The transcript that the number belongs to.
    pub transcript: String,
    /// `major`, `minor` or `other`.
    pub region: String,
    /// Wild-type molecules over the donor, split or spanning.
    pub molecules: u64,
    /// P(usable | fusion molecule over the donor) / P(counted | wild-type molecule over it).
    pub usable: Option<f64>,
    /// Exclusion limit for a partner in the catalogue, a fraction; null means no finite one.
    pub lod_catalogue_partner: Option<f64>,
    /// Exclusion limit for any partner, a fraction; null means no finite one.
    pub lod_any_partner: Option<f64>,
}

/// Expression of KMT2A against control genes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expression {
    /// Molecules on KMT2A.
    pub kmt2a_molecules: u64,
    /// The control genes.
    pub controls: Vec<ControlExpression>,
    /// One plain sentence.
    pub text: String,
}

/// Expression of one control gene.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlExpression {
    /// Symbol.
    pub symbol: String,
    /// Molecules on it.
    pub molecules: u64,
}

/// Whether a file could hold chimeric alignments: an aligner that can't write them, or a filter that
/// removed them, must not look like a clean negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChimeraCapability {
    /// `full`, `reduced` or `none`.
    pub status: String,
    /// What it was decided by, measured and read from the header.
    pub basis: String,
}
