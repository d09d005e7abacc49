//! What a sample's conclusion rests on, each with the rule behind it and the next step that it asks for.
//!
//! The conclusion's reasons, `explain`, the next step and `docs/rule.md` are made from these cards; a new ground does not
//! compile until its card is whole.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, VariantArray};

/// What a ground leaves open and asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroundCard {
    /// The rule by which it leaves a conclusion open; none where it does not.
    pub rule: Option<OpenRule>,
    /// The next step that it asks for.
    pub next: Option<NextStep>,
    /// Something was seen that a negative of the other assay does not answer.
    pub is_seen: bool,
}

/// Why a conclusion is left open, in the order of deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenRule {
    /// The other derivative alone.
    ReciprocalOnly,
    /// A break without its partner.
    OpenBreak,
    /// Near tier low.
    NearTier,
    /// Tier low.
    LowTier,
    /// A lone pair.
    Suspected,
    /// Evidence left out.
    CutOff,
    /// The file cannot hold chimeras.
    Capability,
    /// The input lacks what is needed.
    Input,
    /// Too few molecules.
    Coverage,
}

impl OpenRule {
    /// Something was seen that a negative of the other assay does not answer.
    const fn is_seen(self) -> bool {
        !matches!(self, Self::Capability | Self::Input | Self::Coverage)
    }

    /// The rule in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ReciprocalOnly => {
                "in RNA a reciprocal junction alone shows that KMT2A is broken, not that it makes a fusion product"
            }
            Self::OpenBreak => "a break whose partner is not seen makes no call, and is no negative",
            Self::NearTier => {
                "a junction that the model gives one chance in ten or more, or that a read shows within three bases of exon \
                 ends of KMT2A and a known partner, is no call, and leaves no negative"
            }
            Self::LowTier => {
                "an event at tier low is too weak for a call and too strong for a negative (read-through, back-splices at \
                 the level of healthy blood, and what is too rare excepted)"
            }
            Self::Suspected => {
                "one pair of reads between KMT2A and a known partner is no call where the library makes such pairs by chance; \
                 it is named where no negative is given"
            }
            Self::CutOff => {
                "evidence that a limit left out may hold a rearrangement, so that nothing found is no negative"
            }
            Self::Capability => "a file that could not hold chimeric alignments is no evidence that there are none",
            Self::Input => "input that lacks what a rearrangement would show itself in can't give a negative",
            Self::Coverage => {
                "a negative needs reads enough: the least share that would not have been missed must be at or below the \
                 one asked for (--required-lod), in the major and in the minor region"
            }
        }
    }
}

/// What to do next, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextStep {
    /// Reads of one name do not belong together.
    AlignAgain,
    /// The chimeric file may be another sample's.
    CheckChimeric,
    /// The 5' product is wanted.
    FindProduct,
    /// A junction among the discarded ones.
    LookCloser,
    /// The event at tier low.
    ConfirmEvent,
    /// A break without its partner.
    FindPartner,
    /// Exons only.
    CoverIntrons,
    /// Not expressed, or not covered.
    AnotherSample,
    /// Chimeras are not in the file.
    Unfiltered,
    /// Fragments stand for molecules.
    Identifiers,
    /// A limit left evidence out.
    ReadWarnings,
    /// No believable place, or copies alone.
    CheckLibrary,
    /// More reads.
    Deeper,
}

impl NextStep {
    /// In words; none where they depend on the event or the depth.
    pub const fn text(self) -> Option<&'static str> {
        Some(match self {
            Self::AlignAgain => {
                "align again from FASTQ files that are in step, each molecule under a name of its own (docs/input.md); what is \
                 listed must be seen there too"
            }
            Self::CheckChimeric => {
                "give the chimeric file of this very alignment, or alignments that hold the chimeras themselves (docs/aligners.md)"
            }
            Self::FindProduct => "break-apart FISH, and DNA sequencing of KMT2A for the 5' product",
            Self::LookCloser => "sequence deeper, or break-apart FISH; the junction stands among the discarded ones",
            Self::FindPartner => "break-apart FISH, or a DNA panel that covers KMT2A's introns",
            Self::CoverIntrons => "a DNA panel that covers KMT2A's introns, RNA sequencing, or break-apart FISH",
            Self::AnotherSample => {
                "another sample or assay: break-apart FISH, a DNA panel that covers KMT2A's introns, or RNA that holds KMT2A"
            }
            Self::Unfiltered => {
                "use the unfiltered alignment, aligned with chimeric output (docs/aligners.md), or break-apart FISH"
            }
            Self::Identifiers => "a library with molecular identifiers (--umi-tag, --umi-in-name), or break-apart FISH",
            Self::ReadWarnings => {
                "look at the warnings: index the file, or take amplicon noise out of it (docs/reliability.md), and call again; or break-apart FISH"
            }
            Self::CheckLibrary => "align again and check the library; or break-apart FISH",
            Self::ConfirmEvent | Self::Deeper => return None,
        })
    }

    /// The step that the most urgent of these codes asks for.
    pub fn of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        let grounds = codes.into_iter().filter_map(Ground::parse);
        grounds.filter_map(|g| g.card().next).min().unwrap_or(Self::Deeper)
    }
}

/// What a conclusion rests on; the comment on each is its meaning, as the documents print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::EnumMessage, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Ground {
    /// 5' KMT2A is joined to something else at tier medium or high.
    CanonicalBelieved,
    /// Coverage falls where a break makes it fall.
    CoverageAgrees,
    /// A duplication at tier medium or high, and no fusion.
    DuplicationBelieved,
    /// RNA and DNA were compared.
    RnaAndDna,
    /// RNA: something is joined to 3' KMT2A, its 5' product is not shown.
    ReciprocalOnly,
    /// An event at tier low.
    LowTierEvent,
    /// A junction below every tier, too near to them.
    NearTierLow,
    /// A lone pair to a partner of the catalogue.
    Suspected,
    /// A step of coverage whose partner is not seen.
    CoverageStep,
    /// Clipped ends of several molecules at one base, which nothing places.
    ClipsWithoutHome,
    /// A limit left evidence out.
    EvidenceCutOff,
    /// Too few molecules over a region's donors.
    Coverage,
    /// A junction to a gene outside the catalogue would not be seen.
    ChimeraCapability,
    /// The aligner writes chimeric alignments.
    ChimerasWritten,
    /// The aligner writes none.
    ChimerasNotWritten,
    /// A preset for long reads on short ones.
    LongReadPreset,
    /// The aligner is not known.
    AlignerUnknown,
    /// Nothing of the file lies away from KMT2A.
    CutToKmt2a,
    /// No pair lies on two chromosomes.
    NoDiscordantPairs,
    /// Parts of chimeric reads are absent.
    PartsMissing,
    /// Supplementary records are absent.
    SupplementariesRemoved,
    /// A filter removed reads that could show a junction.
    ChimerasRemoved,
    /// Fewer chimeras than any library has.
    NoChimeras,
    /// Clipped bases were cut off.
    ClipsRemoved,
    /// No read at KMT2A.
    Kmt2aNotSeen,
    /// Hardly any, beside expressed controls.
    Kmt2aNotExpressed,
    /// Only the 3' end is covered.
    ThreePrimeOnly,
    /// Only a few exons are covered.
    FewExons,
    /// DNA: only exons are covered.
    ExonsOnly,
    /// Most reads have no believable place.
    Placement,
    /// All reads are flagged as copies.
    AllDuplicates,
    /// Mates are absent.
    MatesMissing,
    /// A filter removed discordant pairs.
    PairsRemoved,
    /// Fragments, not molecules, are counted.
    FixedEnds,
    /// Mates were not read from one molecule.
    PairsNotBelieved,
    /// Several molecules share a name.
    SharedNames,
    /// Nothing shows that the chimeric alignments are this sample's.
    ChimericNotConfirmed,
}

impl Ground {
    /// All of them.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Makes every state inconclusive, also one that rests on a believed junction: the reads of one fragment need not
    /// come from one molecule, or from this sample.
    pub const OVERRULING: [Self; 3] = [Self::PairsNotBelieved, Self::SharedNames, Self::ChimericNotConfirmed];

    /// The ground of a report's reason; `None` for what this version does not know.
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// The stable code.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// What it leaves open and asks for.
    pub const fn card(self) -> GroundCard {
        use {NextStep as Next, OpenRule as Rule};
        let (rule, next) = match self {
            Self::CanonicalBelieved
            | Self::CoverageAgrees
            | Self::DuplicationBelieved
            | Self::RnaAndDna
            | Self::ChimerasWritten => (None, None),
            Self::ReciprocalOnly => (Some(Rule::ReciprocalOnly), Some(Next::FindProduct)),
            Self::LowTierEvent => (Some(Rule::LowTier), Some(Next::ConfirmEvent)),
            Self::NearTierLow => (Some(Rule::NearTier), Some(Next::LookCloser)),
            Self::Suspected => (Some(Rule::Suspected), Some(Next::LookCloser)),
            Self::CoverageStep | Self::ClipsWithoutHome => (Some(Rule::OpenBreak), Some(Next::FindPartner)),
            Self::EvidenceCutOff => (Some(Rule::CutOff), Some(Next::ReadWarnings)),
            Self::Coverage => (Some(Rule::Coverage), None),
            Self::ChimeraCapability
            | Self::ChimerasNotWritten
            | Self::LongReadPreset
            | Self::CutToKmt2a
            | Self::NoDiscordantPairs
            | Self::PartsMissing
            | Self::SupplementariesRemoved
            | Self::ChimerasRemoved
            | Self::NoChimeras
            | Self::ClipsRemoved => (Some(Rule::Capability), Some(Next::Unfiltered)),
            Self::AlignerUnknown => (Some(Rule::Capability), None),
            Self::Kmt2aNotSeen | Self::Kmt2aNotExpressed | Self::ThreePrimeOnly | Self::FewExons => {
                (Some(Rule::Input), Some(Next::AnotherSample))
            }
            Self::ExonsOnly => (Some(Rule::Input), Some(Next::CoverIntrons)),
            Self::Placement | Self::AllDuplicates => (Some(Rule::Input), Some(Next::CheckLibrary)),
            Self::MatesMissing | Self::PairsRemoved => (Some(Rule::Input), Some(Next::Unfiltered)),
            Self::FixedEnds => (Some(Rule::Input), Some(Next::Identifiers)),
            Self::PairsNotBelieved | Self::SharedNames => (Some(Rule::Input), Some(Next::AlignAgain)),
            Self::ChimericNotConfirmed => (Some(Rule::Input), Some(Next::CheckChimeric)),
        };
        GroundCard {
            rule,
            next,
            is_seen: matches!(rule, Some(rule) if rule.is_seen()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ground_is_listed_once_under_its_own_name() {
        let mut codes: Vec<&str> = Ground::ALL.iter().map(|g| g.name()).collect();
        for ground in Ground::ALL {
            assert_eq!(Ground::parse(ground.name()), Some(*ground));
            assert_eq!(serde_json::to_value(ground).unwrap(), ground.name());
            assert_eq!(<&str>::from(*ground), ground.name());
            assert!(ground.meaning().ends_with('.'), "{}", ground.name());
            let card = ground.card();
            assert!(card.rule.is_none_or(|rule| rule.sentence().len() > 40));
            // What leaves nothing open asks for nothing.
            assert!(card.rule.is_some() || card.next.is_none() && !card.is_seen);
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Ground::ALL.len());
        assert_eq!(Ground::parse("nothing"), None);
    }

    #[test]
    fn the_most_urgent_ground_gives_the_next_step() {
        assert_eq!(
            NextStep::of(["coverage", "exons-only", "shared-names"]),
            NextStep::AlignAgain
        );
        assert_eq!(NextStep::of(["coverage", "exons-only"]), NextStep::CoverIntrons);
        assert_eq!(NextStep::of(["coverage", "nothing"]), NextStep::Deeper);
        for ground in Ground::ALL {
            let Some(step) = ground.card().next else { continue };
            assert_eq!(NextStep::of([ground.name()]), step);
            assert_eq!(step.text().is_none(), step == NextStep::ConfirmEvent);
        }
        assert_eq!(NextStep::Deeper.text(), None);
    }

    #[test]
    fn what_was_seen_is_what_the_other_assay_does_not_answer() {
        let seen: Vec<&str> = Ground::ALL
            .iter()
            .filter(|g| g.card().is_seen)
            .map(|g| g.name())
            .collect();
        assert_eq!(
            seen,
            [
                "reciprocal-only",
                "low-tier-event",
                "near-tier-low",
                "suspected",
                "coverage-step",
                "clips-without-home",
                "evidence-cut-off"
            ]
        );
    }
}
