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

/// Depth of molecules over KMT2A, read bases only: unread middles of fragments and introns that reads
/// are spliced over are not counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneCoverage {
    /// `rna` or `dna`.
    pub assay: String,
    /// The transcript that the exons belong to.
    pub transcript: String,
    /// Mean depth of each exon, the first exon first.
    pub exons: Vec<f64>,
    /// Mean depth of each intron, the one behind the first exon first.
    pub introns: Vec<f64>,
    /// Mean depth of the 5' part, which every rearrangement of the major and the minor region leaves on
    /// the 5' side: e1 to e7 of NM_001197104.2; with their introns for DNA, those that a panel does not cover left out.
    /// Null where nothing of it is covered or measured.
    pub five_prime: Option<f64>,
    /// Mean depth of the 3' part, which they leave on the 3' side: e24 to e36, with their introns for DNA, uncovered ones left out.
    /// Null where not measured.
    pub three_prime: Option<f64>,
}

impl GeneCoverage {
    /// DNA: exons and introns below this share of the deepest one are not covered (fraction). An allele that is lost
    /// leaves half of the depth, or the normal cells' part of it.
    pub const UNCOVERED: f64 = 0.05;
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
    /// The library at the locus: lengths, strandedness, 3' bias, where reads could be placed.
    #[serde(default)]
    pub library: LibraryAtLocus,
    /// Mean molecule depth of every KMT2A exon.
    #[serde(default)]
    pub exon_depth: Vec<ExonDepth>,
    /// The largest step of KMT2A's coverage, believed or not; null where reads are too few, or for DNA.
    #[serde(default)]
    pub imbalance: Option<super::Imbalance>,
    /// What makes this assay's reads unfit for a negative whatever their depth.
    #[serde(default)]
    pub faults: Vec<super::Reason>,
    /// Every intron of KMT2A with what of it is callable (DNA); empty for RNA.
    #[serde(default)]
    pub introns: Vec<IntronAdequacy>,
    /// Whether the file could hold chimeric alignments at all.
    pub chimera_capability: ChimeraCapability,
}

/// The library at KMT2A. Shares are fractions of the fragments there; null where not measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LibraryAtLocus {
    /// Median read length, bases.
    pub read_length: Option<u32>,
    /// Median outer fragment length, bases.
    pub fragment_length: Option<u32>,
    /// Its median absolute deviation, bases.
    pub fragment_length_mad: Option<u32>,
    /// `unstranded`, `forward`, `reverse` or `not determinable`.
    pub strandedness: String,
    /// Share of molecules whose first read runs along KMT2A.
    pub sense_fraction: Option<f64>,
    /// Mean depth of e27-e35 over that of e3-e12 (MANE); 1 without 3' bias. Null for DNA.
    pub three_prime_ratio: Option<f64>,
    /// Share with a believable place.
    pub placed_fraction: Option<f64>,
    /// Share whose mate did not align.
    pub mate_unaligned_fraction: Option<f64>,
    /// Share whose mate is absent from the file.
    pub mate_missing_fraction: Option<f64>,
    /// Share of pairs whose mates overlap.
    pub overlapping_fraction: Option<f64>,
}

/// Depth of one exon.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExonDepth {
    /// Exon of the MANE transcript.
    pub exon: u16,
    /// Bases of the transcript before its middle.
    pub offset: u64,
    /// Mean molecule depth.
    pub depth: f64,
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
    /// Reads on it; the field's name is kept for earlier readers.
    pub molecules: u64,
}

/// Whether a file could hold chimeric alignments: an aligner that can't write them, or a filter that
/// removed them, must not look like a clean negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChimeraCapability {
    /// `full`, `reduced` or `none`.
    pub status: String,
    /// Stable code: `chimeras-written`, `chimeras-not-written`, `supplementaries-removed`, `cut-to-kmt2a`,
    /// `no-discordant-pairs`, `parts-missing`, `long-read-preset`, `aligner-unknown`.
    #[serde(default)]
    pub code: String,
    /// What it was decided by, measured and read from the header.
    pub basis: String,
}
