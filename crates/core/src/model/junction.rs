//! A junction with its evidence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Frame, JunctionSequence, PredictedTranscript, Reason, Side, StrandSign, Term, Tier};

/// Two breakends joined, in the molecule's direction, with everything known about them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Junction {
    /// Identifier within the report: the event's, a point and a number (`E1.1`); `D1` and so on for
    /// discarded ones.
    pub id: String,
    /// The assay that shows it: `rna` or `dna`.
    pub assay: String,
    /// `canonical`, `canonical-intergenic`, `canonical-unplaced`, `reciprocal`, `ptd`,
    /// `background-ptd`, `neighbour-read-through`, `intragenic`, `three-way` or another class.
    pub class: String,
    /// Role in its event: `canonical`, `reciprocal`, `ptd`, `isoform` or `chained`.
    pub role: String,
    /// Identifier of the junction that this one is a splice isoform of; null for others.
    pub isoform_of: Option<String>,
    /// The 5' side, which the molecule leaves; null where it could not be placed.
    pub five: Option<Side>,
    /// The 3' side, which the molecule enters; null where it could not be placed.
    pub three: Option<Side>,
    /// How far the junction can be shifted without changing the sequence.
    pub ambiguity: Ambiguity,
    /// Inserted bases between the sides, in the molecule's direction; empty for none.
    pub inserted: String,
    /// The reading frame across the junction.
    pub frame: Frame,
    /// The molecules that support it.
    pub evidence: Evidence,
    /// Wild-type molecules at the KMT2A base: across the donor's or acceptor's wild-type junction (RNA), or over
    /// the base with the same anchor (DNA). Null where not measured.
    pub wild_type_molecules: Option<u64>,
    /// Fraction of this junction. Null without wild-type molecules.
    pub fraction: Option<Fraction>,
    /// Sequence across the junction in the molecule's direction, with `|` at the junction; inserted
    /// bases are in lower case between two `|`. Null where no read shows it.
    pub consensus: Option<String>,
    /// Peptide across the junction: `|` at the junction, `*` a stop codon, at which it ends. The residue of a split
    /// codon, and residues of inserted bases, follow the `|`. Null where not known.
    pub peptide: Option<String>,
    /// Other loci that the partner side fits equally well: copies of a repeat, genes of one family.
    #[serde(default)]
    pub alternatives: Vec<AlternativePlace>,
    /// DNA: transcripts that splicing is expected to produce, most likely first; predicted, not observed.
    #[serde(default)]
    pub predicted_transcripts: Vec<PredictedTranscript>,
    /// DNA: the sequence across the junction with long flanks; null for RNA, below every tier, and where no read
    /// crosses the junction.
    #[serde(default)]
    pub sequence: Option<JunctionSequence>,
    /// The tier; null below every tier.
    pub tier: Option<Tier>,
    /// Model score, a calibrated number between 0 and 1; null where it was not judged.
    pub model_score: Option<f64>,
    /// The terms of the score.
    pub terms: Vec<Term>,
    /// Reasons for and against it.
    pub reasons: Vec<Reason>,
    /// HGVS description of the RNA: adjoined transcripts, or a duplication or deletion inside one. Null
    /// for DNA and where none can be given.
    pub hgvs: Option<String>,
    /// HGVS description of the DNA (`g.`), as the simplest event that explains the junction. Null for RNA, below every
    /// tier, where none can be given, and in reports before 1.2.0.
    #[serde(default)]
    pub hgvs_genomic: Option<String>,
    /// ISCN suggestion, only where strands and arms allow a simple event; null otherwise.
    pub iscn_suggestion: Option<String>,
    /// Mechanism that the geometry is compatible with: translocation, deletion, inversion, insertion, tandem
    /// duplication. Null where not known.
    pub mechanism: Option<String>,
    /// At most 200 of the supporting fragments, sampled by hash of the read name.
    pub supporting: Vec<SupportingRow>,
    /// Fragments at this junction that were not counted, by reason code.
    pub filters: BTreeMap<String, u64>,
}

impl Junction {
    /// The consensus before the junction, the inserted bases, and the consensus after it; `None` without a consensus or
    /// if it does not consist of two sides.
    pub fn across(&self) -> Option<[&str; 3]> {
        let parts: Vec<&str> = self.consensus.as_deref()?.split('|').collect();
        match parts[..] {
            [before, after] => Some([before, "", after]),
            [before, inserted, after] => Some([before, inserted, after]),
            _ => None,
        }
    }

    /// Whether it duplicates a segment of KMT2A, at any level.
    pub fn is_ptd(&self) -> bool {
        matches!(self.class.as_str(), "ptd" | "background-ptd")
    }
}

/// Another locus that a side fits equally well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlternativePlace {
    /// Contig.
    pub contig: String,
    /// Position, 1-based.
    pub position: i64,
    /// Strand along which the molecule would run.
    pub strand: StrandSign,
    /// Gene there; null for none.
    pub gene: Option<String>,
}

/// The ambiguity interval, equal to the microhomology at the junction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ambiguity {
    /// Bases by which the junction can be shifted against the molecule's direction.
    pub left: u32,
    /// Bases by which it can be shifted along the molecule's direction.
    pub right: u32,
    /// The shared bases, in the molecule's direction; empty for none.
    pub homology: String,
}

/// Support of a junction. A molecule counts once, in its strongest class: split, clip,
/// spanning, mate; the four sum to `molecules`. Where molecules can't be distinguished, `molecules` is
/// null and the four count fragments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Molecules of any class; null where they can't be distinguished.
    pub molecules: Option<u64>,
    /// Those with a split read, aligned on both sides.
    pub split: u64,
    /// Those with a soft-clipped read whose clip matches the other side.
    pub clip: u64,
    /// Spanning pairs: mates on both sides, the junction in the unsequenced middle.
    pub spanning: u64,
    /// Those with an unmapped read that was realigned across the junction.
    pub mate: u64,
    /// Sequenced fragments of any class, duplicates counted.
    pub fragments: u64,
    /// Of `split`, those with the longer segment on the 5' side.
    pub split_anchor5: u64,
    /// Of `split`, those with the longer segment on the 3' side.
    pub split_anchor3: u64,
    /// Of `clip`, those anchored on the 5' side.
    pub clip_anchor5: u64,
    /// Of `clip`, those anchored on the 3' side.
    pub clip_anchor3: u64,
    /// Longest alignment of a split or clipped read on the 5' side, in bases; of overlapping mates, both together.
    pub longest_anchor5: u32,
    /// Longest alignment of a split or clipped read on the 3' side, in bases; of overlapping mates, both together.
    pub longest_anchor3: u32,
    /// Distinct 5' ends of the fragments.
    pub distinct_positions: u64,
}

impl Evidence {
    /// Molecules, or fragments where molecules can't be distinguished.
    pub fn counted(&self) -> u64 {
        self.molecules.unwrap_or_else(|| self.class_sum())
    }

    /// Sum of the four classes: equal to `molecules` where that is known.
    pub fn class_sum(&self) -> u64 {
        [self.split, self.clip, self.spanning, self.mate]
            .into_iter()
            .fold(0, u64::saturating_add)
    }
}

/// A fraction between 0 and 1 with its 95 % interval, in which molecule counts vary by 14 % beyond sampling error, as
/// in the limit of detection. RNA: share of KMT2A transcripts at the donor or acceptor; DNA: allele fraction; PTD:
/// ratio of the junction's molecules to wild-type ones, which may exceed 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fraction {
    /// Estimate.
    #[serde(serialize_with = "breakapart_rule::number::finite")]
    pub estimate: f64,
    /// Lower 95 % bound.
    #[serde(serialize_with = "breakapart_rule::number::finite")]
    pub low: f64,
    /// Upper 95 % bound.
    #[serde(serialize_with = "breakapart_rule::number::finite")]
    pub high: f64,
}

/// One supporting fragment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupportingRow {
    /// A running number in the report (`rna-12`, by position), or the read name with `--keep-names`.
    pub name: String,
    /// `split`, `clip`, `spanning` or `mate`.
    pub kind: String,
    /// Its aligned segments in order, separated by blanks: `chr11:118482463-118482495(+)` (1-based, inclusive;
    /// strand of the molecule).
    pub placements: String,
    /// Bases of the read across the junction, in the molecule's direction: at most 100 on each side, inserted bases
    /// between them. Empty if no read of the fragment crosses the junction, and in reports before 1.1.0.
    #[serde(default)]
    pub bases: String,
    /// Position of the first of `bases`, counted from the junction: -1 is the last base of the 5' side, 0 the
    /// next base (the first inserted base, or else the first of the 3' side). 0 without bases.
    #[serde(default)]
    pub offset: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserted_bases_belong_to_neither_side() {
        let of = |consensus: &str| Junction {
            consensus: Some(consensus.to_owned()),
            ..Junction::default()
        };
        assert_eq!(of("ACG|tt|GGC").across(), Some(["ACG", "tt", "GGC"]));
        assert_eq!(of("ACG|GGC").across(), Some(["ACG", "", "GGC"]));
        assert_eq!(of("ACG").across(), None);
        assert_eq!(Junction::default().across(), None);
    }
}
