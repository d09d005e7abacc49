//! Reasons that accompany a junction's tier, each once, with its effect.
//!
//! The VCF's filters, `explain` and `docs/rule.md` are generated from these cards; a new reason does not compile until
//! its card is complete.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, VariantArray};

/// The effect of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Header text of the VCF filter.
    pub vcf_header: &'static str,
    /// What would lift it, if it caps a junction at tier low or below every tier; `None` for a doubt.
    pub lifts_when: Option<&'static str>,
    /// A junction at tier low with this reason still blocks a negative.
    pub blocks_negative: bool,
}

impl Card {
    /// Caps a junction until something lifts the cap.
    const fn held(vcf_header: &'static str, lifts_when: &'static str) -> Self {
        Self {
            lifts_when: Some(lifts_when),
            ..Self::doubt(vcf_header)
        }
    }

    /// A doubt for the reader.
    const fn doubt(vcf_header: &'static str) -> Self {
        Self {
            vcf_header,
            lifts_when: None,
            blocks_negative: true,
        }
    }

    /// The same, but it does not block a negative.
    const fn harmless(self) -> Self {
        Self {
            blocks_negative: false,
            ..self
        }
    }
}

/// A reason that accompanies a junction's tier; the comment on each is its sentence, as the documents print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::EnumMessage, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Code {
    /// the evidence cannot be distinguished from library chimeras
    BelowEveryTier,
    /// fewer than two molecules show the junction, or KMT2A and sequence beyond it: stays low
    OneMolecule,
    /// read-through into a neighbouring gene, without rearrangement: stays low
    ReadThrough,
    /// few molecules, none with a read across the breakpoint: stays low
    PairsOnly,
    /// a single spanning pair, as this library's chimeras give by chance: below every tier
    LonePair,
    /// spanning pairs only; a junction of the same genes is resolved to the base: stays low
    IsoformWithoutBase,
    /// possibly one end of an inserted mobile element (DNA): stays low
    InsertionOrBreak,
    /// KMT2A joined within an exon to unplaced sequence, as an unknown adapter gives (RNA): stays low
    UnplacedInExon,
    /// a deletion within KMT2A, without a partner (DNA): listed at low
    Kmt2aDeletion,
    /// only spanning pairs show it; the breakpoint is inferred
    BaseUnknown,
    /// the partner side is multi-mapping
    PartnerAmbiguous,
    /// the partner gene is joined in antisense orientation
    Antisense,
    /// the reading frame is lost at this junction
    OutOfFrame,
    /// back-splicing not above the level of healthy blood, or of this sample's circular RNA: stays low
    PtdBackground,
    /// a duplication with fewer than four molecules: stays low
    PtdFewMolecules,
    /// an out-of-frame duplication: listed, not counted
    PtdOutOfFrame,
    /// exons not used by known duplications, so a circular RNA is likelier: stays low
    PtdUnusualExons,
    /// a short tandem duplication within a KMT2A exon: no rearrangement, listed at low
    InternalTandemDuplication,
    /// a circular RNA gives the same junction, and the library may contain it
    CircularRna,
}

impl Code {
    /// All codes, in the order of the VCF's header.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The code of a report's reason; `None` if this version does not know it.
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// The stable code.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its meaning, as a sentence without a full stop.
    pub fn sentence(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// Its effect.
    pub const fn card(self) -> Card {
        match self {
            Self::BelowEveryTier => Card::doubt("Not distinguishable from library chimeras"),
            Self::OneMolecule => Card::held(
                "Fewer than two molecules show the junction, or KMT2A and sequence beyond it",
                "a second molecule that shows KMT2A and this junction, from this sample or deeper sequencing of it",
            ),
            Self::ReadThrough => Card::held(
                "Transcription through adjacent genes, without rearrangement",
                "nothing: read-through is transcription past the end of the gene, not a rearrangement",
            )
            .harmless(),
            Self::PairsOnly => Card::held(
                "Spanning pairs only, no read across the junction",
                "a read across the junction, or more pairs",
            ),
            Self::LonePair => Card::held(
                "A single spanning pair, as library chimeras give by chance",
                "a read across the junction, or more pairs",
            )
            .harmless(),
            Self::IsoformWithoutBase => Card::held(
                "Spanning pairs only; a junction of the same genes is resolved to the base",
                "a read across this junction",
            ),
            Self::InsertionOrBreak => Card::held(
                "Possibly one end of an inserted mobile element",
                "long reads or PCR across both ends: after an inserted mobile element KMT2A continues, after a breakpoint it \
                     does not",
            ),
            Self::UnplacedInExon => Card::held(
                "KMT2A joined within an exon to unplaced sequence, as an unknown adapter gives",
                "a partner gene: call with --reference, or longer reads; or the same breakpoint in DNA",
            ),
            Self::Kmt2aDeletion => Card::held(
                "A deletion within KMT2A, without a partner",
                "nothing: a deletion within KMT2A has no partner and is listed only",
            )
            .harmless(),
            Self::BaseUnknown => Card::doubt("Only spanning pairs show it; the breakpoint is inferred"),
            Self::PartnerAmbiguous => Card::doubt("The partner side is multi-mapping"),
            Self::Antisense => Card::doubt("The partner gene is joined in antisense orientation"),
            Self::OutOfFrame => Card::doubt("The reading frame is lost"),
            Self::PtdBackground => Card::held(
                "Back-splicing at or below the level of healthy blood or of this sample's circular RNA",
                "more back-splice molecules per wild-type molecule: the lower 95 % bound of their ratio must exceed the \
                     background",
            )
            .harmless(),
            Self::PtdFewMolecules => Card::held(
                "A duplication with fewer than four molecules",
                "more back-splice molecules",
            ),
            Self::PtdOutOfFrame => Card::held(
                "An out-of-frame duplication",
                "nothing: an out-of-frame duplication is listed with the in-frame one, not counted",
            ),
            Self::PtdUnusualExons => Card::held(
                "Exons not used by known duplications",
                "proof that it is not a circular RNA: a poly-A library, or the duplication in DNA",
            )
            .harmless(),
            Self::InternalTandemDuplication => {
                Card::doubt("A short tandem duplication within a KMT2A exon").harmless()
            }
            Self::CircularRna => Card::doubt("A circular RNA gives the same junction, and the library may contain it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_under_its_own_name() {
        let mut codes: Vec<&str> = Code::ALL.iter().map(|c| c.name()).collect();
        for code in Code::ALL.iter().copied() {
            assert_eq!(Code::parse(code.name()), Some(code));
            let as_written = serde_json::to_value(code).unwrap();
            assert_eq!(as_written, code.name());
            assert_eq!(<&str>::from(code), code.name());
            assert!(!code.sentence().is_empty() && !code.card().vcf_header.is_empty());
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len());
        assert_eq!(Code::parse("nothing"), None);
    }

    #[test]
    fn the_reasons_that_do_not_block_a_negative() {
        let harmless: Vec<&str> = Code::ALL
            .iter()
            .filter(|c| !c.card().blocks_negative)
            .map(|c| c.name())
            .collect();
        assert_eq!(
            harmless,
            [
                "read-through",
                "lone-pair",
                "kmt2a-deletion",
                "ptd-background",
                "ptd-unusual-exons",
                "internal-tandem-duplication"
            ]
        );
    }
}
