//! Reasons beside a junction's tier, each once, with what it does.
//!
//! The VCF's filters, `explain` and `docs/rule.md` are made from these cards; a new one does not compile until its card
//! is whole.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, VariantArray};

/// What a reason does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Header text of the VCF filter.
    pub vcf_header: &'static str,
    /// What would lift it, where it holds a junction at tier low or below every tier; none for a doubt.
    pub lifts_when: Option<&'static str>,
    /// A junction at tier low with this reason still blocks a negative.
    pub blocks_negative: bool,
}

impl Card {
    /// What holds a junction down until something lifts it.
    const fn held(vcf_header: &'static str, lifts_when: &'static str) -> Self {
        Self {
            lifts_when: Some(lifts_when),
            ..Self::doubt(vcf_header)
        }
    }

    /// What a reader should doubt.
    const fn doubt(vcf_header: &'static str) -> Self {
        Self {
            vcf_header,
            lifts_when: None,
            blocks_negative: true,
        }
    }

    /// The same, which leaves a negative.
    const fn harmless(self) -> Self {
        Self {
            blocks_negative: false,
            ..self
        }
    }
}

/// A reason beside a junction's tier; the comment on each is its sentence, as the documents print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::EnumMessage, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Code {
    /// what the molecules show is not told from chimeras of the library
    BelowEveryTier,
    /// fewer than two molecules show the junction, or KMT2A and something beyond it: stays low
    OneMolecule,
    /// read-through with a neighbouring gene, without rearrangement: stays low
    ReadThrough,
    /// few molecules, none of which shows the base: stays low
    PairsOnly,
    /// one pair, and chimeras of this library make such pairs by chance: below every tier
    LonePair,
    /// pairs beside a junction of the same genes whose base is shown: stays low
    IsoformWithoutBase,
    /// it may be one end of an inserted mobile element (DNA): stays low
    InsertionOrBreak,
    /// a deletion inside KMT2A joins no partner to it (DNA): listed at low
    Kmt2aDeletion,
    /// only mates show it, the base is inferred
    BaseUnknown,
    /// the aligner offers other places for the partner side
    PartnerAmbiguous,
    /// the molecule runs against the partner gene
    Antisense,
    /// the reading frame is lost at this junction
    OutOfFrame,
    /// a back-splice not above the level of healthy blood, or of this sample's circular RNA: stays low
    PtdBackground,
    /// fewer than four molecules of a duplication: stays low
    PtdFewMolecules,
    /// a duplication out of frame: listed, not counted
    PtdOutOfFrame,
    /// exons that known duplications do not use, where a circular RNA is likelier: stays low
    PtdUnusualExons,
    /// a short tandem repeat of KMT2A's own bases inside an exon: no break, listed low
    InternalTandemDuplication,
    /// a circular RNA gives the same junction, and the library may hold it
    CircularRna,
}

impl Code {
    /// All of them, in the order of the VCF's header.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The code of a report's reason; `None` for what this version does not know.
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// The stable code.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What it means, as a sentence without its full stop.
    pub fn sentence(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// What it does.
    pub const fn card(self) -> Card {
        match self {
            Self::BelowEveryTier => Card::doubt("Not told from chimeras of the library"),
            Self::OneMolecule => Card::held(
                "Fewer than two molecules show the junction, or KMT2A and something beyond it",
                "a second molecule that shows KMT2A and this junction, from this sample or a deeper run of it",
            ),
            Self::ReadThrough => Card::held(
                "Transcription through adjacent genes, without rearrangement",
                "nothing: a read-through is transcription over the gene's end, not a rearrangement",
            )
            .harmless(),
            Self::PairsOnly => Card::held(
                "Pairs alone, no read over the junction",
                "a read over the junction, which shows its base, or more pairs",
            ),
            Self::LonePair => Card::held(
                "One pair, and chimeras of the library make such pairs by chance",
                "a read over the junction, which shows its base, or more pairs",
            )
            .harmless(),
            Self::IsoformWithoutBase => Card::held(
                "Pairs beside a junction of the same genes whose base is shown",
                "a read that shows the base of this form",
            ),
            Self::InsertionOrBreak => Card::held(
                "May be one end of an inserted mobile element",
                "long reads or PCR over both ends: an inserted mobile element goes on in KMT2A, a break does not",
            ),
            Self::Kmt2aDeletion => Card::held(
                "A deletion inside KMT2A, which joins no partner to it",
                "nothing: a deletion inside KMT2A joins no partner to it and is listed",
            )
            .harmless(),
            Self::BaseUnknown => Card::doubt("Only mates show it, the base is inferred"),
            Self::PartnerAmbiguous => Card::doubt("The aligner offers other places for the partner side"),
            Self::Antisense => Card::doubt("The molecule runs against the partner gene"),
            Self::OutOfFrame => Card::doubt("The reading frame is lost"),
            Self::PtdBackground => Card::held(
                "Back-splice at or under the level of healthy blood or of this sample's circular RNA",
                "more back-splice molecules for the wild-type ones: the lower 95 % bound of their ratio must pass the \
                     background",
            )
            .harmless(),
            Self::PtdFewMolecules => Card::held(
                "Fewer than four molecules of a duplication",
                "more back-splice molecules",
            ),
            Self::PtdOutOfFrame => Card::held(
                "A duplication whose frame is lost",
                "nothing: an out-of-frame form is listed beside the in-frame one, not counted",
            ),
            Self::PtdUnusualExons => Card::held(
                "Exons that known duplications do not use",
                "proof that it is no circular RNA: a poly-A library, or the duplication in DNA",
            )
            .harmless(),
            Self::InternalTandemDuplication => {
                Card::doubt("A short tandem repeat of the gene's own bases inside an exon").harmless()
            }
            Self::CircularRna => Card::doubt("A circular RNA gives the same junction, and the library may hold it"),
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
    fn what_leaves_a_negative_is_what_the_design_lists() {
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
