//! Reasons beside a junction's tier, each once, with what it does.
//!
//! The VCF's filters, `explain` and `docs/rule.md` are made from these cards; a new one does not compile until its card
//! is whole.

use serde::{Deserialize, Serialize};

/// What a reason is and does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Stable code.
    pub code: &'static str,
    /// What it means, as a sentence without its full stop.
    pub sentence: &'static str,
    /// Header text of the VCF filter.
    pub vcf_header: &'static str,
    /// What would lift it, where it holds a junction at tier low or below every tier; none for a doubt.
    pub lifts_when: Option<&'static str>,
    /// A junction at tier low with this reason still blocks a negative.
    pub blocks_negative: bool,
}

/// A reason beside a junction's tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Not told from chimeras.
    BelowEveryTier,
    /// Too few molecules reach KMT2A, or show the junction.
    OneMolecule,
    /// Transcription over the gene's end.
    ReadThrough,
    /// Pairs, too few.
    PairsOnly,
    /// One pair of many that chance makes.
    LonePair,
    /// Pairs beside a junction that reads show.
    IsoformWithoutBase,
    /// Perhaps a mobile element.
    InsertionOrBreak,
    /// Inside KMT2A.
    Kmt2aDeletion,
    /// No read shows the base.
    BaseUnknown,
    /// Other places fit.
    PartnerAmbiguous,
    /// Against the partner.
    Antisense,
    /// Frame lost.
    OutOfFrame,
    /// Not above healthy blood.
    PtdBackground,
    /// Too few.
    PtdFewMolecules,
    /// Frame lost.
    PtdOutOfFrame,
    /// Exons that are not duplicated.
    PtdUnusualExons,
    /// A short tandem repeat within an exon.
    InternalTandemDuplication,
    /// Circular RNA looks the same.
    CircularRna,
}

impl Code {
    /// All of them, in the order of the VCF's header.
    pub const ALL: [Self; 18] = [
        Self::BelowEveryTier,
        Self::OneMolecule,
        Self::ReadThrough,
        Self::PairsOnly,
        Self::LonePair,
        Self::IsoformWithoutBase,
        Self::InsertionOrBreak,
        Self::Kmt2aDeletion,
        Self::BaseUnknown,
        Self::PartnerAmbiguous,
        Self::Antisense,
        Self::OutOfFrame,
        Self::PtdBackground,
        Self::PtdFewMolecules,
        Self::PtdOutOfFrame,
        Self::PtdUnusualExons,
        Self::InternalTandemDuplication,
        Self::CircularRna,
    ];

    /// The code of a report's reason; `None` for what this version does not know.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == code)
    }

    /// The stable code.
    pub const fn name(self) -> &'static str {
        self.card().code
    }

    /// What it is and does.
    pub const fn card(self) -> Card {
        const fn card(
            code: &'static str,
            sentence: &'static str,
            vcf_header: &'static str,
            lifts_when: Option<&'static str>,
            blocks_negative: bool,
        ) -> Card {
            Card {
                code,
                sentence,
                vcf_header,
                lifts_when,
                blocks_negative,
            }
        }
        match self {
            Self::BelowEveryTier => card(
                "below-every-tier",
                "what the molecules show is not told from chimeras of the library",
                "Not told from chimeras of the library",
                None,
                true,
            ),
            Self::OneMolecule => card(
                "one-molecule",
                "fewer than two molecules show the junction, or KMT2A and something beyond it: stays low",
                "Fewer than two molecules show the junction, or KMT2A and something beyond it",
                Some("a second molecule that shows KMT2A and this junction, from this sample or a deeper run of it"),
                true,
            ),
            Self::ReadThrough => card(
                "read-through",
                "read-through with a neighbouring gene, without rearrangement: stays low",
                "Transcription through adjacent genes, without rearrangement",
                Some("nothing: a read-through is transcription over the gene's end, not a rearrangement"),
                false,
            ),
            Self::PairsOnly => card(
                "pairs-only",
                "few molecules, none of which shows the base: stays low",
                "Pairs alone, no read over the junction",
                Some("a read over the junction, which shows its base, or more pairs"),
                true,
            ),
            Self::LonePair => card(
                "lone-pair",
                "one pair, and chimeras of this library make such pairs by chance: below every tier",
                "One pair, and chimeras of the library make such pairs by chance",
                Some("a read over the junction, which shows its base, or more pairs"),
                false,
            ),
            Self::IsoformWithoutBase => card(
                "isoform-without-base",
                "pairs beside a junction of the same genes whose base is shown: stays low",
                "Pairs beside a junction of the same genes whose base is shown",
                Some("a read that shows the base of this form"),
                true,
            ),
            Self::InsertionOrBreak => card(
                "insertion-or-break",
                "it may be one end of an inserted mobile element (DNA): stays low",
                "May be one end of an inserted mobile element",
                Some("long reads or PCR over both ends: an inserted mobile element goes on in KMT2A, a break does not"),
                true,
            ),
            Self::Kmt2aDeletion => card(
                "kmt2a-deletion",
                "a deletion inside KMT2A joins no partner to it (DNA): listed at low",
                "A deletion inside KMT2A, which joins no partner to it",
                Some("nothing: a deletion inside KMT2A joins no partner to it and is listed"),
                false,
            ),
            Self::BaseUnknown => card(
                "base-unknown",
                "only mates show it, the base is inferred",
                "Only mates show it, the base is inferred",
                None,
                true,
            ),
            Self::PartnerAmbiguous => card(
                "partner-ambiguous",
                "the aligner offers other places for the partner side",
                "The aligner offers other places for the partner side",
                None,
                true,
            ),
            Self::Antisense => card(
                "antisense",
                "the molecule runs against the partner gene",
                "The molecule runs against the partner gene",
                None,
                true,
            ),
            Self::OutOfFrame => card(
                "out-of-frame",
                "the reading frame is lost at this junction",
                "The reading frame is lost",
                None,
                true,
            ),
            Self::PtdBackground => card(
                "ptd-background",
                "a back-splice not above the level of healthy blood, or of this sample's circular RNA: stays low",
                "Back-splice at or under the level of healthy blood or of this sample's circular RNA",
                Some(
                    "more back-splice molecules for the wild-type ones: the lower 95 % bound of their ratio must pass the \
                     background",
                ),
                false,
            ),
            Self::PtdFewMolecules => card(
                "ptd-few-molecules",
                "fewer than four molecules of a duplication: stays low",
                "Fewer than four molecules of a duplication",
                Some("more back-splice molecules"),
                true,
            ),
            Self::PtdOutOfFrame => card(
                "ptd-out-of-frame",
                "a duplication out of frame: listed, not counted",
                "A duplication whose frame is lost",
                Some("nothing: an out-of-frame form is listed beside the in-frame one, not counted"),
                true,
            ),
            Self::PtdUnusualExons => card(
                "ptd-unusual-exons",
                "exons that known duplications do not use, where a circular RNA is likelier: stays low",
                "Exons that known duplications do not use",
                Some("proof that it is no circular RNA: a poly-A library, or the duplication in DNA"),
                false,
            ),
            Self::InternalTandemDuplication => card(
                "internal-tandem-duplication",
                "a short tandem repeat of KMT2A's own bases inside an exon: no break, listed low",
                "A short tandem repeat of the gene's own bases inside an exon",
                None,
                false,
            ),
            Self::CircularRna => card(
                "circular-rna",
                "a circular RNA gives the same junction, and the library may hold it",
                "A circular RNA gives the same junction, and the library may hold it",
                None,
                true,
            ),
        }
    }
}

impl From<Code> for &'static str {
    fn from(code: Code) -> Self {
        code.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_under_its_own_name() {
        let mut codes: Vec<&str> = Code::ALL.iter().map(|c| c.name()).collect();
        for code in Code::ALL {
            assert_eq!(Code::parse(code.name()), Some(code));
            let as_written = serde_json::to_value(code).unwrap();
            assert_eq!(as_written, code.name());
            assert_eq!(<&str>::from(code), code.name());
            assert!(!code.card().sentence.is_empty() && !code.card().vcf_header.is_empty());
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
