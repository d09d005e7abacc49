//! Terms of the sum, each once.

use serde::{Deserialize, Serialize};

/// A term of the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermName {
    /// Prior.
    Class,
    /// Chimeras.
    Background,
    /// Repeats.
    Support,
    /// Exon ends.
    SpliceSites,
    /// Pairs.
    Order,
    /// Frame.
    Frame,
    /// Where KMT2A breaks.
    Region,
    /// Direction.
    Strand,
    /// Reads and pairs.
    Classes,
    /// The other derivative.
    Facing,
    /// Lengths.
    Anchors,
    /// Place at KMT2A.
    PlaceKmt2a,
    /// Place at the partner.
    PlacePartner,
    /// Shared bases.
    Homology,
    /// Agreement.
    Consensus,
    /// Poly-A or not.
    Library,
}

impl TermName {
    /// All of them, in the order in which they are summed.
    pub const ALL: [Self; 16] = [
        Self::Class,
        Self::Background,
        Self::Support,
        Self::SpliceSites,
        Self::Order,
        Self::Frame,
        Self::Region,
        Self::Strand,
        Self::Classes,
        Self::Facing,
        Self::Anchors,
        Self::PlaceKmt2a,
        Self::PlacePartner,
        Self::Homology,
        Self::Consensus,
        Self::Library,
    ];

    /// The term of a report; `None` for what this version does not know.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// What it weighs, in a few words.
    pub const fn weighs(self) -> &'static str {
        self.words().1
    }

    /// What it weighs, as a sentence for the documents.
    pub const fn sentence(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Class => (
                "class",
                "how common such an event is",
                "prior odds of the class of junction, with the partner's place in the catalogue",
            ),
            Self::Background => (
                "background",
                "chance joins",
                "chimeras of this sample's library that are expected on such a partner",
            ),
            Self::Support => (
                "support",
                "repeats",
                "how seldom chance repeats a junction in so many molecules (a duplication: against its background)",
            ),
            Self::SpliceSites => (
                "splice-sites",
                "splice sites",
                "annotated exon ends on both sides, one or none (RNA)",
            ),
            Self::Order => (
                "order",
                "order of the mates",
                "mates in the order of a transcript, where no read shows the base (RNA)",
            ),
            Self::Frame => ("frame", "reading frame", "the reading frame is kept or lost (RNA)"),
            Self::Region => (
                "region",
                "place in KMT2A",
                "the break lies in the major region, the minor one, or elsewhere",
            ),
            Self::Strand => (
                "strand",
                "direction in the partner",
                "the molecule runs along the partner gene or against it (RNA)",
            ),
            Self::Classes => (
                "classes",
                "kinds of evidence",
                "reads over the break and pairs agree (DNA)",
            ),
            Self::Facing => (
                "facing",
                "the other derivative",
                "a junction of the other derivative faces it on both chromosomes (DNA)",
            ),
            Self::Anchors => (
                "anchors",
                "bases on either side",
                "bases on the shorter side of the best molecule",
            ),
            Self::PlaceKmt2a => (
                "place-kmt2a",
                "place of the KMT2A side",
                "molecules with a unique place in KMT2A",
            ),
            Self::PlacePartner => (
                "place-partner",
                "place of the other side",
                "molecules with a unique place on the other side",
            ),
            Self::Homology => (
                "homology",
                "bases that both sides share",
                "long homology away from exon ends, as template switching needs it",
            ),
            Self::Consensus => (
                "consensus",
                "agreement of the reads",
                "reads that disagree with their consensus",
            ),
            Self::Library => (
                "library",
                "kind of library",
                "a library that may hold circular RNA (duplications)",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_listed_once_under_its_own_name() {
        let mut names: Vec<&str> = TermName::ALL.iter().map(|term| term.name()).collect();
        for term in TermName::ALL {
            assert_eq!(TermName::parse(term.name()), Some(term));
            assert_eq!(serde_json::to_value(term).unwrap(), term.name());
            assert!(!term.weighs().is_empty() && !term.sentence().is_empty());
            for other in TermName::ALL.into_iter().filter(|other| *other != term) {
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
