//! Genome builds and how a header shows them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A human genome build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Build {
    /// GRCh37 (hg19).
    GRCh37,
    /// GRCh38 (hg38).
    GRCh38,
}

impl Build {
    /// Both builds.
    pub const ALL: [Self; 2] = [Self::GRCh37, Self::GRCh38];

    /// Length of chromosome 11 in bases (assembly reports of GRCh37.p13 and GRCh38.p14), by which a
    /// header is recognised.
    pub const fn chr11_len(self) -> i64 {
        match self {
            Self::GRCh37 => 135_006_516,
            Self::GRCh38 => 135_086_622,
        }
    }

    /// The build whose chromosome 11 is `bases` long.
    pub fn from_chr11_len(bases: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|build| build.chr11_len() == bases)
    }

    /// The name, as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GRCh37 => "GRCh37",
            Self::GRCh38 => "GRCh38",
        }
    }

    /// Reads `GRCh37`, `hg19`, `GRCh38` or `hg38`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "grch37" | "hg19" | "b37" | "37" => Some(Self::GRCh37),
            "grch38" | "hg38" | "38" => Some(Self::GRCh38),
            _ => None,
        }
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
