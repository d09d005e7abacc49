//! KMT2A exon numbers in other schemes, protein domains and breakpoint regions.
//!
//! "Exon 9" in the literature can be MANE exon 8 or 9. Numbers are therefore only translated *from* MANE, for output,
//! and never back.

use std::ops::RangeInclusive;

use breakapart_rule::Region;

use super::tables::{Table, TableError};

/// The transcript whose exons are numbered.
pub const MANE_TRANSCRIPT: &str = "NM_001197104.2";

/// Donor exons of the major breakpoint region (MANE), covered by the limit of detection.
pub const MAJOR_DONORS: RangeInclusive<u16> = 7..=12;

/// Another donor at the end of the major region: listed, not required.
pub const LISTED_DONOR: u16 = 13;

/// Donor exons of the minor breakpoint region (MANE).
pub const MINOR_DONORS: RangeInclusive<u16> = 20..=23;

/// The region of a donor exon.
pub fn region_of_donor(exon: u16) -> Region {
    if MAJOR_DONORS.contains(&exon) {
        Region::Major
    } else if MINOR_DONORS.contains(&exon) {
        Region::Minor
    } else {
        Region::Other
    }
}

/// Introns with most breakpoints of the major region, by the exon before; their exons are these and the next.
pub const COMMON_INTRONS: RangeInclusive<u16> = 8..=11;

/// Donors of the known partial tandem duplications (MANE exons).
///
/// Source: Archer-confirmed series (15 of e2-e8, 10 of e2-e10), Blood 1998;92:1728, catalogue notes.
pub const PTD_DONORS: RangeInclusive<u16> = 7..=13;

/// Their acceptors: e2 or e3, an exon in intron 1 (1), or a position just upstream of exon 1 (0).
///
/// Source: of 24 Leucegene patients, the duplication begins in two with the exon 118447625-118447863 of intron 1, and
/// in
/// one 120 bases before exon 1.
pub const PTD_ACCEPTORS: RangeInclusive<u16> = 0..=3;

/// Donors for which the limit of a duplication is stated: those of nearly all patients, in frame with e2.
pub const PTD_USUAL_DONORS: RangeInclusive<u16> = 8..=11;

/// Exons of the 5' part, in which the major region begins, and of the 3' end (MANE).
pub const FIVE_PRIME_PART: RangeInclusive<u16> = 2..=13;
/// See [`FIVE_PRIME_PART`].
pub const THREE_PRIME_END: RangeInclusive<u16> = 27..=36;

/// Exons whose depth represents the 5' and the 3' part of the transcript (MANE): without those at its ends, where
/// fragments end.
pub const INNER_FIVE_PRIME: RangeInclusive<u16> = 3..=12;
/// See [`INNER_FIVE_PRIME`].
pub const INNER_THREE_PRIME: RangeInclusive<u16> = 27..=35;

/// KMT2A's last donor (MANE NM_001197104.2 has 36 exons).
pub const LAST_DONOR: u16 = 35;

/// Whether a back-splice joins exons of the known duplications.
pub fn is_duplication_pair(donor: u16, acceptor: u16) -> bool {
    PTD_DONORS.contains(&donor) && PTD_ACCEPTORS.contains(&acceptor)
}

/// A breakpoint region of KMT2A, by donor exon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BreakRegion {
    /// [`MAJOR_DONORS`].
    Major,
    /// [`LISTED_DONOR`].
    MajorListed,
    /// [`MINOR_DONORS`].
    Minor,
}

impl BreakRegion {
    /// The name, as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::MajorListed => "major (listed)",
            Self::Minor => "minor",
        }
    }
}

/// A numbering of KMT2A's exons other than MANE's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// The 38-exon consensus (Meyer et al. 2024, Leukemia 38:1403).
    Consensus2024,
    /// The 37 exons of Meyer et al. 2023 and KMT2A-NGS papers.
    Meyer2023,
    /// Nilson et al. 1996, also used by Meyer et al. 2009-2018.
    Nilson1996,
    /// Gu et al. 1992 and older RT-PCR papers; defined for the major region only.
    Gu1992,
}

impl Scheme {
    /// All four schemes, newest first.
    pub const ALL: [Self; 4] = [Self::Consensus2024, Self::Meyer2023, Self::Nilson1996, Self::Gu1992];

    /// Short name, as printed next to a number.
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// Description of the scheme and its users.
    pub const fn label(self) -> &'static str {
        self.words().1
    }

    /// Name, label, and column of the table.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Consensus2024 => ("consensus 2024", "consensus of 38 exons (Meyer 2024)", "consensus2024"),
            Self::Meyer2023 => ("Meyer 2023", "37 exons (Meyer 2023, KMT2A-NGS)", "meyer2023"),
            Self::Nilson1996 => ("Nilson", "Nilson 1996, Meyer 2009-2018", "nilson1996"),
            Self::Gu1992 => ("Gu 1992", "Gu 1992, older RT-PCR papers", "gu1992"),
        }
    }
}

/// An exon's number in one scheme, derived by arithmetic on published lengths, not from the scheme's own table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemeNumber {
    /// The scheme.
    pub scheme: Scheme,
    /// The number as text; `22 or 23?` if the arithmetic gives two.
    pub number: &'static str,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ExonRow {
    numbers: Vec<SchemeNumber>,
    domains: Vec<&'static str>,
}

/// KMT2A's exons in the other schemes, by MANE number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExonSchemes {
    exons: Vec<ExonRow>,
}

impl ExonSchemes {
    pub(super) fn read(text: &'static str) -> Result<Self, TableError> {
        let table = Table::new("kmt2a_exons.tsv", text)?;
        let mut exons = Vec::new();
        for row in table.rows() {
            if row.value::<usize>("mane")? != exons.len() + 1 {
                return Err(row.error("exons are not in order".to_owned()));
            }
            let mut numbers = Vec::new();
            for scheme in Scheme::ALL {
                let number = row.optional(scheme.words().2)?;
                numbers.extend(number.map(|number| SchemeNumber { scheme, number }));
            }
            let domains = row.optional("domains")?.unwrap_or_default();
            exons.push(ExonRow {
                numbers,
                domains: domains.split("; ").filter(|domain| !domain.is_empty()).collect(),
            });
        }
        Ok(Self { exons })
    }

    /// The MANE exon's numbers in the other schemes, as far as they define one.
    pub fn numbers(&self, mane_exon: u16) -> &[SchemeNumber] {
        self.row(mane_exon).map_or(&[], |row| &row.numbers)
    }

    /// The MANE exon's number in one scheme.
    pub fn number(&self, mane_exon: u16, scheme: Scheme) -> Option<&SchemeNumber> {
        self.numbers(mane_exon).iter().find(|number| number.scheme == scheme)
    }

    /// Protein domains that the MANE exon encodes in part or whole, with residues in UniProt Q03164 numbering (general
    /// knowledge, unverified; from residue 1,604, UniProt numbers are 3 below MANE).
    pub fn domains(&self, mane_exon: u16) -> &[&'static str] {
        self.row(mane_exon).map_or(&[], |row| &row.domains)
    }

    /// The breakpoint region of a donor.
    pub fn region(&self, mane_exon: u16) -> Option<BreakRegion> {
        match region_of_donor(mane_exon) {
            Region::Major => Some(BreakRegion::Major),
            Region::Minor => Some(BreakRegion::Minor),
            Region::Other => (mane_exon == LISTED_DONOR).then_some(BreakRegion::MajorListed),
        }
    }

    fn row(&self, mane_exon: u16) -> Option<&ExonRow> {
        self.exons.get(usize::from(mane_exon.checked_sub(1)?))
    }
}
