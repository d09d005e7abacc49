//! Genome builds and how a header identifies them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A human genome build that the catalogue has models for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Build {
    /// GRCh37 (hg19).
    GRCh37,
    /// GRCh38 (hg38).
    GRCh38,
}

/// Facts of one build.
struct Facts {
    build: Build,
    name: &'static str,
    /// Other names, lower case.
    aliases: &'static [&'static str],
    /// Suffix of the catalogue's columns for it.
    suffix: &'static str,
    /// Length of chromosome 11 in bases (assembly reports of GRCh37.p13 and GRCh38.p14).
    chr11_len: i64,
    /// Lengths of further chromosomes (bases) that no other build shares (UCSC `chrom.sizes`).
    telling: [(&'static str, i64); 5],
}

/// One row per build. Any other build is refused: `input::header` names those that it recognises by their chromosome
/// 11.
const TABLE: [Facts; Build::COUNT] = [
    Facts {
        build: Build::GRCh37,
        name: "GRCh37",
        aliases: &["hg19", "b37", "37"],
        suffix: "37",
        chr11_len: 135_006_516,
        telling: [
            ("1", 249_250_621),
            ("4", 191_154_276),
            ("6", 171_115_067),
            ("9", 141_213_431),
            ("19", 59_128_983),
        ],
    },
    Facts {
        build: Build::GRCh38,
        name: "GRCh38",
        aliases: &["hg38", "38"],
        suffix: "38",
        chr11_len: 135_086_622,
        telling: [
            ("1", 248_956_422),
            ("4", 190_214_555),
            ("6", 170_805_979),
            ("9", 138_394_717),
            ("19", 58_617_616),
        ],
    },
];

impl Build {
    /// Number of builds.
    pub const COUNT: usize = 2;

    /// Every build.
    pub const ALL: [Self; Self::COUNT] = [Self::GRCh37, Self::GRCh38];

    /// Its index in [`Self::ALL`] and in tables by build.
    pub const fn index(self) -> usize {
        self as usize
    }

    const fn facts(self) -> &'static Facts {
        &TABLE[self.index()]
    }

    /// Length of chromosome 11 in bases, which identifies a header's build.
    pub const fn chr11_len(self) -> i64 {
        self.facts().chr11_len
    }

    /// The build whose chromosome 11 is `bases` long.
    pub fn from_chr11_len(bases: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|build| build.chr11_len() == bases)
    }

    /// The build, if any, in which the chromosome with this bare name (`4`) has exactly this length. For chromosome
    /// 11, see [`Self::from_chr11_len`].
    pub(crate) fn from_other_len(chromosome: &str, bases: i64) -> Option<Self> {
        let has = |build: &Self| build.facts().telling.contains(&(chromosome, bases));
        Self::ALL.into_iter().find(has)
    }

    /// The printed name.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The catalogue's column of this build: `length38` of `length`.
    pub(crate) fn column(self, name: &str) -> String {
        format!("{name}{}", self.facts().suffix)
    }

    /// Reads `GRCh37`, `hg19`, `GRCh38` or `hg38`, in any case; `None` for any other build.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let known = |facts: &&Facts| facts.name.eq_ignore_ascii_case(&text) || facts.aliases.contains(&text.as_str());
        TABLE.iter().find(known).map(|facts| facts.build)
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_build_has_a_row_and_other_names_are_refused() {
        for (build, facts) in Build::ALL.into_iter().zip(&TABLE) {
            assert_eq!(facts.build, build);
            for name in facts.aliases.iter().chain([&facts.name]) {
                assert_eq!(Build::parse(&name.to_uppercase()), Some(build), "{name}");
            }
            assert_eq!(Build::from_chr11_len(build.chr11_len()), Some(build));
        }
        for other in ["", "hg18", "T2T-CHM13", "chm13v2.0", "GRCm39", "GRCh380"] {
            assert_eq!(Build::parse(other), None, "{other}");
        }
        // T2T-CHM13v2.0.
        assert_eq!(Build::from_chr11_len(135_127_769), None);
    }
}
