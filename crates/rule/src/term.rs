//! Terms of the sum, each once.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, VariantArray};

/// A term of the sum; the comment on each says what it weighs, as the documents print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::EnumMessage, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum TermName {
    /// prior odds of the class of junction, with the partner's place in the catalogue
    Class,
    /// chimeras of this sample's library that are expected on such a partner
    Background,
    /// how seldom chance repeats a junction in so many molecules (a duplication: against its background)
    Support,
    /// annotated exon ends on both sides, one or none (RNA)
    SpliceSites,
    /// mates in the order of a transcript, where no read shows the base (RNA)
    Order,
    /// the reading frame is kept or lost (RNA)
    Frame,
    /// the break lies in the major region, the minor one, or elsewhere
    Region,
    /// the molecule runs along the partner gene or against it (RNA)
    Strand,
    /// reads over the break and pairs agree (DNA)
    Classes,
    /// a junction of the other derivative faces it on both chromosomes (DNA)
    Facing,
    /// bases on the shorter side of the best molecule
    Anchors,
    /// molecules with a unique place in KMT2A
    PlaceKmt2a,
    /// molecules with a unique place on the other side
    PlacePartner,
    /// long homology away from exon ends, as template switching needs it
    Homology,
    /// reads that disagree with their consensus
    Consensus,
    /// a library that may hold circular RNA (duplications)
    Library,
}

impl TermName {
    /// All of them, in the order in which they are summed.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The term of a report; `None` for what this version does not know.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What it weighs, as a sentence for the documents.
    pub fn sentence(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// What it weighs, in a few words.
    pub const fn weighs(self) -> &'static str {
        match self {
            Self::Class => "how common such an event is",
            Self::Background => "chance joins",
            Self::Support => "repeats",
            Self::SpliceSites => "splice sites",
            Self::Order => "order of the mates",
            Self::Frame => "reading frame",
            Self::Region => "place in KMT2A",
            Self::Strand => "direction in the partner",
            Self::Classes => "kinds of evidence",
            Self::Facing => "the other derivative",
            Self::Anchors => "bases on either side",
            Self::PlaceKmt2a => "place of the KMT2A side",
            Self::PlacePartner => "place of the other side",
            Self::Homology => "bases that both sides share",
            Self::Consensus => "agreement of the reads",
            Self::Library => "kind of library",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_listed_once_under_its_own_name() {
        let mut names: Vec<&str> = TermName::ALL.iter().map(|term| term.name()).collect();
        for term in TermName::ALL.iter().copied() {
            assert_eq!(TermName::parse(term.name()), Some(term));
            assert_eq!(serde_json::to_value(term).unwrap(), term.name());
            assert!(!term.weighs().is_empty() && !term.sentence().is_empty());
            for other in TermName::ALL.iter().copied().filter(|other| *other != term) {
                assert_ne!(term.weighs(), other.weighs());
                assert_ne!(term.sentence(), other.sentence());
            }
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TermName::ALL.len());
        assert_eq!(TermName::parse("nothing"), None);
    }
}
