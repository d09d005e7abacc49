//! The kinds of junctions, events and samples. Each is defined here and nowhere else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was sequenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assay {
    /// RNA (cDNA).
    Rna,
    /// DNA.
    Dna,
}

impl Assay {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rna => "rna",
            Self::Dna => "dna",
        }
    }

    /// The unit of KMT2A fractions, in words.
    pub const fn kmt2a_unit(self) -> &'static str {
        match self {
            Self::Rna => "KMT2A transcripts",
            Self::Dna => "KMT2A alleles",
        }
    }
}

/// How the library was made, as far as it matters for back-splices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LibraryType {
    /// Poly-A selected: circular RNA is depleted.
    PolyA,
    /// Total RNA (ribosomal RNA depleted): circular RNA is present.
    Total,
    /// Not stated.
    #[default]
    Unknown,
}

impl LibraryType {
    /// The word in outputs and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The class of a junction relative to KMT2A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum Class {
    /// KMT2A 5' joined to partner 3'.
    #[default]
    Canonical,
    /// Partner 5' joined to KMT2A 3'.
    Reciprocal,
    /// A later KMT2A exon joined back to an earlier one.
    Ptd,
    /// KMT2A's last donor or an early acceptor joined to an adjacent gene of the same strand.
    NeighbourReadThrough,
    /// Within KMT2A, in antisense orientation: an inverted segment.
    Inverted,
    /// A deletion within KMT2A (DNA).
    Deletion,
    /// Between two other loci, in one molecule with KMT2A.
    Chained,
}

impl Class {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The reading frame across a junction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Frame {
    /// The partner's own frame is kept.
    InFrame,
    /// The partner's frame is lost.
    OutOfFrame,
    /// There is a stop codon at the junction or before the partner's frame begins.
    StopCodon,
    /// Cannot be determined: no reference, or a side is not coding.
    #[default]
    Unknown,
}

impl Frame {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether the reading frame does not continue across the junction.
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::OutOfFrame | Self::StopCodon)
    }
}

/// Region of a breakpoint in the target gene. The catalogue defines which exons belong to which region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// The major breakpoint region.
    Major,
    /// The minor one.
    Minor,
    /// Elsewhere.
    #[default]
    Other,
}

impl Region {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Other => "other",
        }
    }
}

/// What happened to the gene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A fusion of KMT2A and something else, in either direction.
    Fusion,
    /// A partial tandem duplication.
    Ptd,
    /// Read-through into a neighbour.
    ReadThrough,
    /// Anything else: inverted segments, deletions within KMT2A, chained junctions on their own.
    Other,
}

/// A junction's role in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberRole {
    /// 5' KMT2A joined to the partner.
    Canonical,
    /// Partner joined to 3' KMT2A.
    Reciprocal,
    /// Duplication.
    Ptd,
    /// Further along the same molecule.
    Chained,
    /// Another role, given by the kind of event.
    Other,
}

/// Confidence in an event or a junction: thresholds on the model score, subject to the caps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Tier {
    /// Model score of at least 0.5, or capped here by a rule.
    #[default]
    Low,
    /// Model score of at least 0.9.
    Medium,
    /// Model score of at least 0.99.
    High,
}

impl Tier {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn words_in_outputs_are_stable() {
        assert_eq!(Assay::Rna.kmt2a_unit(), "KMT2A transcripts");
        assert_eq!(Assay::Dna.kmt2a_unit(), "KMT2A alleles");
        for library in [LibraryType::PolyA, LibraryType::Total, LibraryType::Unknown] {
            assert_eq!(serde_json::to_value(library).unwrap(), library.name());
        }
        for class in Class::iter() {
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
        for tier in [Tier::Low, Tier::Medium, Tier::High] {
            assert_eq!(serde_json::to_value(tier).unwrap(), tier.name());
        }
        for frame in [Frame::InFrame, Frame::OutOfFrame, Frame::StopCodon, Frame::Unknown] {
            assert_eq!(serde_json::to_value(frame).unwrap(), frame.name());
        }
        let frames = [Frame::InFrame, Frame::OutOfFrame, Frame::StopCodon, Frame::Unknown];
        assert_eq!(
            frames.map(Frame::name),
            ["in-frame", "out-of-frame", "stop-codon", "unknown"]
        );
        assert_eq!(frames.map(Frame::is_lost), [false, true, true, false]);
    }
}
