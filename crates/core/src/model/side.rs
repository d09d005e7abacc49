//! One side of a junction.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Retained;
use crate::genome::Strand;

/// One side of a junction: its position, the retained direction, and its annotation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Contig, named as in the input.
    pub contig: String,
    /// Position of the last retained base, 1-based.
    pub position: i64,
    /// Which side of the position is retained.
    pub retained: Retained,
    /// Strand of the contig on which the molecule runs, 5' to 3'.
    pub strand: StrandSign,
    /// The gene's symbol; null if intergenic, and if the reads fit several genes.
    pub gene: Option<String>,
    /// Genes that the reads fit equally well (multi-mapping); the gene is then null.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gene_candidates: Vec<String>,
    /// Strand of the gene; `.` if intergenic.
    pub gene_strand: StrandSign,
    /// Genes on both sides of an intergenic position, or further ones that overlap it, nearest first.
    pub genes_nearby: Vec<NearbyGene>,
    /// The gene's identifier (Ensembl, or as in the annotation that was given).
    pub gene_id: Option<String>,
    /// The transcript that exon and intron numbers belong to, with its version.
    pub transcript: Option<String>,
    /// The same transcript's identifier in Ensembl (or in the annotation that was given), with its
    /// version; null where it has none there.
    #[serde(default)]
    pub transcript_id: Option<String>,
    /// The gene's identifier at HGNC (`HGNC:7132`); null outside the catalogue.
    #[serde(default)]
    pub hgnc_id: Option<String>,
    /// Whether that transcript is the MANE Select one.
    pub mane: bool,
    /// Exon number in the transcript; null outside exons.
    pub exon: Option<u16>,
    /// Intron number in the transcript (intron n follows exon n); null outside introns.
    pub intron: Option<u16>,
    /// The same exon in other numbering schemes, where they define it.
    pub exon_labels: Vec<ExonLabel>,
    /// `5'UTR`, `3'UTR`, `UTR`, `CDS`, `exon`, `intron` or `intergenic`.
    pub site: String,
    /// Whether the position is the end (5' side) or the start (3' side) of an annotated exon.
    pub at_splice_site: bool,
    /// Bases to the nearest splice site of the kind this side needs (donor on the 5' side, acceptor on
    /// the 3' side); 0 at the site, positive towards the gene's 3' end. Null outside genes.
    pub distance_to_splice_site: Option<i64>,
    /// Bases of the reading frame's last codon that precede the junction (5' side) or that the acceptor
    /// expects to precede it (3' side): 0, 1 or 2. Null where the side is not wholly coding.
    pub phase: Option<u8>,
    /// Base at the position, forward strand: from the reference if given, else from the reads; null if neither
    /// is known.
    pub ref_base: Option<String>,
    /// The reference's five bases around the position (two below, the position, two above), forward
    /// strand; null without a reference.
    #[serde(default)]
    pub ref_context: Option<String>,
    /// Fragments over the position on the retained side, duplicates counted; null where not measured.
    pub coverage: Option<u64>,
}

impl Side {
    /// Whether it lies in KMT2A.
    pub fn is_kmt2a(&self) -> bool {
        self.gene.as_deref() == Some(crate::catalogue::KMT2A)
    }

    /// The exon (`e8`), else the intron after it, with `intron` before its number; `None` outside genes.
    pub fn exon_or_intron(&self, intron: &str) -> Option<String> {
        let exon = self.exon.map(|number| format!("e{number}"));
        exon.or_else(|| Some(format!("{intron}{}", self.intron?)))
    }
}

/// Which side of a junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The 5' side, which the molecule leaves.
    Five,
    /// The 3' side, which the molecule enters.
    Three,
}

impl End {
    /// Whether it is the 5' side.
    pub(crate) const fn is_five(self) -> bool {
        matches!(self, Self::Five)
    }
}

/// A strand as written in files; it may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum StrandSign {
    /// The contig's forward strand.
    #[serde(rename = "+")]
    Forward,
    /// The contig's reverse strand.
    #[serde(rename = "-")]
    Reverse,
    /// Not known, or no gene.
    #[default]
    #[serde(rename = ".")]
    Unknown,
}

impl From<Strand> for StrandSign {
    fn from(strand: Strand) -> Self {
        match strand {
            Strand::Forward => Self::Forward,
            Strand::Reverse => Self::Reverse,
        }
    }
}

impl From<Option<Strand>> for StrandSign {
    fn from(strand: Option<Strand>) -> Self {
        strand.map_or(Self::Unknown, Self::from)
    }
}

impl StrandSign {
    /// `+`, `-` or `.`.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Forward => "+",
            Self::Reverse => "-",
            Self::Unknown => ".",
        }
    }
}

/// A gene near a position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NearbyGene {
    /// Symbol.
    pub symbol: String,
    /// Bases from the position to the gene's nearer end; 0 where it overlaps.
    pub distance: u64,
}

/// An exon's name in one numbering scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExonLabel {
    /// The scheme.
    pub scheme: String,
    /// The exon's name in it.
    pub label: String,
    /// Whether the name comes from arithmetic on published lengths, not from a published table.
    pub derived: bool,
}
