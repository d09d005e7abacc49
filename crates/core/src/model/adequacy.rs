//! Coverage, library statistics and limits of detection of one sample.

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
    /// Molecules spliced across it (RNA); null where molecules can't be distinguished.
    pub molecules: Option<u64>,
    /// Fragments spliced across it.
    pub fragments: u64,
    /// Fragments over the donor's last base.
    pub coverage_left: u64,
    /// Fragments over the acceptor's first base.
    pub coverage_right: u64,
    /// Mean mapping quality of these fragments' records, on the aligner's scale; null without one.
    pub mean_mapq: Option<f64>,
}

/// Molecule depth over KMT2A, read bases only: the unsequenced middle of fragments and the introns that
/// spliced reads skip are not counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneCoverage {
    /// `rna` or `dna`.
    pub assay: String,
    /// The transcript that the exons belong to.
    pub transcript: String,
    /// Mean depth of each exon, in order.
    pub exons: Vec<f64>,
    /// Mean depth of each intron, in order; the first follows exon 1.
    pub introns: Vec<f64>,
    /// Mean depth of the 5' part, upstream of every breakpoint in the major and the minor region: e1 to e7 of
    /// NM_001197104.2; for DNA with their introns, except those that the panel does not cover. Null where nothing of
    /// it is covered or measured.
    pub five_prime: Option<f64>,
    /// Mean depth of the 3' part, downstream of these breakpoints: e24 to e36; for DNA with their introns, except
    /// uncovered ones. Null where not measured.
    pub three_prime: Option<f64>,
}

impl GeneCoverage {
    /// DNA: exons and introns below this share of the deepest one are not covered (fraction). A lost allele leaves half
    /// of the depth, or that of the normal cells.
    pub const UNCOVERED: f64 = 0.05;
}

/// Coverage, library statistics and limits of detection of one assay.
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
    /// Share of the major region in which a breakpoint could be seen (DNA); null for RNA.
    pub callable_fraction: Option<f64>,
    /// The library at the locus: lengths, strandedness, 3' bias, mapping.
    #[serde(default)]
    pub library: LibraryAtLocus,
    /// Mean molecule depth of every KMT2A exon.
    #[serde(default)]
    pub exon_depth: Vec<ExonDepth>,
    /// The largest step in KMT2A's coverage, accepted or not; null with too few reads, and for DNA.
    #[serde(default)]
    pub imbalance: Option<super::Imbalance>,
    /// Faults that rule out a negative from this assay at any depth.
    #[serde(default)]
    pub faults: Vec<super::Reason>,
    /// Every intron of KMT2A with its callable bases (DNA); empty for RNA.
    #[serde(default)]
    pub introns: Vec<IntronAdequacy>,
    /// Whether the file can contain chimeric alignments.
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
    /// Share of molecules whose first read is sense to KMT2A.
    pub sense_fraction: Option<f64>,
    /// Mean depth of e27-e35 over that of e3-e12 (MANE); 1 without 3' bias. Null for DNA.
    pub three_prime_ratio: Option<f64>,
    /// Share with an unambiguous alignment.
    pub placed_fraction: Option<f64>,
    /// Share with an unmapped mate.
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
    /// Offset of its middle in the transcript, bases.
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
    /// Whether it is covered: less than a twentieth callable means that the panel has no bait there, or that
    /// capture failed.
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

/// Whether a file can contain chimeric alignments: a file whose aligner can't write them, or from which a
/// filter removed them, must not look like a clean negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChimeraCapability {
    /// `full`, `reduced` or `none`.
    pub status: String,
    /// Stable code: `chimeras-written`, `chimeras-not-written`, `supplementaries-removed`, `cut-to-kmt2a`,
    /// `no-discordant-pairs`, `parts-missing`, `long-read-preset`, `aligner-unknown`.
    #[serde(default)]
    pub code: String,
    /// Basis of the status, from the data and the header.
    pub basis: String,
}
