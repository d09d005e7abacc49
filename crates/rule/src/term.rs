//! The terms of the sum.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, VariantArray};

/// A term of the sum; the comment on each is its meaning, as the documents print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::EnumMessage, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum TermName {
    /// prior odds of the class of junction, and whether the partner is in the catalogue
    Class,
    /// chimeras expected from this library for such a partner
    Background,
    /// chance that a chimera recurs in this many molecules (a duplication: against its background)
    Support,
    /// annotated exon ends on both sides, on one or on neither (RNA)
    SpliceSites,
    /// mates in transcript order, if there is no read across the breakpoint (RNA)
    Order,
    /// the reading frame is kept or lost (RNA)
    Frame,
    /// breakpoint in the major region, the minor one, or elsewhere
    Region,
    /// partner joined in sense or antisense orientation (RNA)
    Strand,
    /// split reads and spanning pairs agree (DNA)
    Classes,
    /// a junction of the other derivative lies close on both chromosomes (DNA)
    Facing,
    /// longest anchor: bases on the shorter side of the best molecule
    Anchors,
    /// molecules that align uniquely in KMT2A
    PlaceKmt2a,
    /// molecules that align uniquely on the other side
    PlacePartner,
    /// long homology away from exon ends, which favours a template switch
    Homology,
    /// reads that disagree with their consensus
    Consensus,
    /// a library that may contain circular RNA (duplications)
    Library,
}

impl TermName {
    /// All terms, in the order in which they are summed.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The term of a report; `None` if this version does not know it.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its meaning, as a sentence for the documents.
    pub fn sentence(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// Its meaning, in a few words.
    pub const fn weighs(self) -> &'static str {
        match self {
            Self::Class => "how common such an event is",
            Self::Background => "expected chimeras",
            Self::Support => "number of molecules",
            Self::SpliceSites => "splice sites",
            Self::Order => "order of the mates",
            Self::Frame => "reading frame",
            Self::Region => "breakpoint region in KMT2A",
            Self::Strand => "orientation of the partner",
            Self::Classes => "kinds of evidence",
            Self::Facing => "the other derivative",
            Self::Anchors => "anchor length",
            Self::PlaceKmt2a => "unique alignment in KMT2A",
            Self::PlacePartner => "unique alignment of the other side",
            Self::Homology => "homology of both sides",
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
