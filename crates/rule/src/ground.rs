//! The grounds of a sample's conclusion, each with its rule and the next step that it calls for.
//!
//! The conclusion's reasons, `explain`, the next step and `docs/rule.md` are generated from these cards; a new ground
//! does
//! not compile until its card is complete.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, VariantArray};

/// What a ground leaves open, and what it calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroundCard {
    /// The rule by which it leaves a conclusion open; `None` if it does not.
    pub rule: Option<OpenRule>,
    /// The next step that it calls for.
    pub next: Option<NextStep>,
    /// Something was seen that a negative of the other assay does not explain.
    pub is_seen: bool,
}

/// Why a conclusion is left open, in order of priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenRule {
    /// Only the other derivative.
    ReciprocalOnly,
    /// A break without its partner.
    OpenBreak,
    /// Just below tier low.
    NearTier,
    /// Tier low.
    LowTier,
    /// A single spanning pair.
    Suspected,
    /// Evidence left out.
    CutOff,
    /// The file cannot contain chimeras.
    Capability,
    /// The input lacks what is needed.
    Input,
    /// Too few molecules.
    Coverage,
}

impl OpenRule {
    /// Something was seen that a negative of the other assay does not explain.
    const fn is_seen(self) -> bool {
        !matches!(self, Self::Capability | Self::Input | Self::Coverage)
    }

    /// The rule in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ReciprocalOnly => {
                "in RNA a reciprocal junction alone shows that KMT2A is rearranged, not that a fusion product is made"
            }
            Self::OpenBreak => "a break without a visible partner is neither a call nor a negative",
            Self::NearTier => {
                "a junction with a score of 0.1 or more, or with a read across it within three bases of exon ends of KMT2A \
                 and a known partner, is not a call but prevents a negative"
            }
            Self::LowTier => {
                "an event at tier low is too weak for a call and too strong for a negative (except read-through, back-splices \
                 at the level of healthy blood, and events that are too rare)"
            }
            Self::Suspected => {
                "one spanning pair between KMT2A and a known partner is not a call where library chimeras give such pairs by \
                 chance; it is named where no negative is stated"
            }
            Self::CutOff => {
                "evidence skipped at a limit on work may contain a rearrangement, so finding nothing is not a negative"
            }
            Self::Capability => "a file that cannot contain chimeric alignments is no evidence of their absence",
            Self::Input => "input without the reads that would show a rearrangement can't give a negative",
            Self::Coverage => {
                "a negative needs enough reads: the limit of detection must be at or below the required one \
                 (--required-lod), in the major and in the minor region"
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
    /// The 5' product is to be found.
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
    /// The file lacks chimeras.
    Unfiltered,
    /// Fragments are counted instead of molecules.
    Identifiers,
    /// A limit left evidence out.
    ReadWarnings,
    /// Multi-mapping reads, or duplicates only.
    CheckLibrary,
    /// More reads.
    Deeper,
}

impl NextStep {
    /// Its text; `None` where it depends on the event or the depth.
    pub const fn text(self) -> Option<&'static str> {
        Some(match self {
            Self::AlignAgain => {
                "align again from FASTQ files in matching order, with a unique name for each molecule (docs/input.md); the \
                 listed junctions must be seen there too"
            }
            Self::CheckChimeric => {
                "give the chimeric file of the same STAR run, or alignments that include the chimeras (docs/aligners.md)"
            }
            Self::FindProduct => "break-apart FISH, and DNA sequencing of KMT2A for the 5' product",
            Self::LookCloser => "sequence deeper, or break-apart FISH; the junction is listed among the discarded ones",
            Self::FindPartner => "break-apart FISH, or a DNA panel that covers KMT2A's introns",
            Self::CoverIntrons => "a DNA panel that covers KMT2A's introns, RNA sequencing, or break-apart FISH",
            Self::AnotherSample => {
                "another sample or assay: break-apart FISH, a DNA panel that covers KMT2A's introns, or RNA that contains KMT2A"
            }
            Self::Unfiltered => {
                "use the unfiltered alignment, aligned with chimeric output (docs/aligners.md), or break-apart FISH"
            }
            Self::Identifiers => "a library with molecular identifiers (--umi-tag, --umi-in-name), or break-apart FISH",
            Self::ReadWarnings => {
                "read the warnings: index the file, or remove amplicon noise (docs/reliability.md), and call again; or \
                 break-apart FISH"
            }
            Self::CheckLibrary => "align again and check the library; or break-apart FISH",
            Self::ConfirmEvent | Self::Deeper => return None,
        })
    }

    /// The step that the most urgent of these codes calls for.
    pub fn of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        let grounds = codes.into_iter().filter_map(Ground::parse);
        grounds.filter_map(|g| g.card().next).min().unwrap_or(Self::Deeper)
    }
}

/// A ground of a conclusion; the comment on each is its meaning, as the documents print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::EnumMessage, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Ground {
    /// 5' KMT2A is joined to something else at tier medium or high.
    CanonicalBelieved,
    /// Coverage drops where the breakpoint predicts a drop.
    CoverageAgrees,
    /// A duplication at tier medium or high, and no fusion.
    DuplicationBelieved,
    /// RNA and DNA were compared.
    RnaAndDna,
    /// RNA: something is joined to 3' KMT2A; the 5' product is not shown.
    ReciprocalOnly,
    /// An event at tier low.
    LowTierEvent,
    /// A junction below every tier, but close to tier low.
    NearTierLow,
    /// A single spanning pair to a catalogue partner.
    Suspected,
    /// A step in coverage without a visible partner.
    CoverageStep,
    /// Soft clips of several molecules at one base, with one unmapped sequence.
    ClipsWithoutHome,
    /// Evidence was skipped at a limit on work.
    EvidenceCutOff,
    /// Too few molecules over a region's donors.
    Coverage,
    /// A junction with a gene outside the catalogue would not be seen.
    ChimeraCapability,
    /// The aligner writes chimeric alignments.
    ChimerasWritten,
    /// The aligner writes no chimeric alignments.
    ChimerasNotWritten,
    /// A long-read preset was used on short reads.
    LongReadPreset,
    /// The aligner is not known.
    AlignerUnknown,
    /// Nothing in the file points outside KMT2A.
    CutToKmt2a,
    /// No discordant pair.
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
    /// Hardly any read at KMT2A, with expressed controls.
    Kmt2aNotExpressed,
    /// Only the 3' end is covered.
    ThreePrimeOnly,
    /// Only a few exons are covered.
    FewExons,
    /// DNA: only exons are covered.
    ExonsOnly,
    /// Most reads are multi-mapping.
    Placement,
    /// All reads are flagged as duplicates.
    AllDuplicates,
    /// Mates are absent.
    MatesMissing,
    /// A filter removed discordant pairs.
    PairsRemoved,
    /// Fragments, not molecules, are counted.
    FixedEnds,
    /// The two reads of a pair do not come from one molecule.
    PairsNotBelieved,
    /// Several molecules share a name.
    SharedNames,
    /// Nothing shows that the chimeric alignments are this sample's.
    ChimericNotConfirmed,
}

impl Ground {
    /// All grounds.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Grounds that make every state inconclusive, even with a junction at tier high: the reads of one fragment need
    /// not come from one molecule, or from this sample.
    pub const OVERRULING: &'static [Self] = &[Self::PairsNotBelieved, Self::SharedNames, Self::ChimericNotConfirmed];

    /// The ground of a report's reason; `None` if this version does not know it.
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// The stable code.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its meaning, in a few words.
    pub fn meaning(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// What it leaves open, and what it calls for.
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
            // A ground that leaves nothing open calls for nothing.
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
    fn grounds_that_the_other_assay_does_not_explain() {
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
