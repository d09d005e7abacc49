//! A position as written in tables and by users.

use std::fmt;

use serde::Serialize;

use super::Strand;
use super::contig::bare_name;

/// A base of a contig, **1-based**, with the contig named as in the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The contig.
    pub contig: String,
    /// The base, 1-based.
    pub position: i64,
}

/// Largest position: SAM and BAM allow no contig longer than 2^31 - 1 bases.
const MAX_POSITION: i64 = 2_147_483_647;

impl Place {
    /// A position; `None` if no contig can have it.
    pub fn new(contig: &str, position: i64) -> Option<Self> {
        let contig = contig.trim();
        (!contig.is_empty() && (1..=MAX_POSITION).contains(&position)).then(|| Self {
            contig: contig.to_owned(),
            position,
        })
    }

    /// Parses `contig:position`; the contig may contain colons, as HLA alleles do.
    pub fn parse(text: &str) -> Option<Self> {
        let (contig, position) = text.trim().rsplit_once(':')?;
        Self::new(contig, position.parse().ok()?)
    }

    /// Parses `contig:position:strand`, with strand `+` or `-`; also without a strand.
    pub fn parse_stranded(text: &str) -> Option<(Self, Option<Strand>)> {
        let text = text.trim();
        let (rest, last) = text.rsplit_once(':')?;
        match Strand::parse(last) {
            Some(strand) => Some((Self::parse(rest)?, Some(strand))),
            None if matches!(last, "." | "?" | "*") => Some((Self::parse(rest)?, None)),
            None => Some((Self::parse(text)?, None)),
        }
    }

    /// Whether both are on the same contig in any naming convention (`chr11`, `11`, `NC_000011.10`).
    pub fn same_contig(&self, contig: &str) -> bool {
        self.contig == contig
            || match (bare_name(&self.contig), bare_name(contig)) {
                (Some(a), Some(b)) => a == b,
                (None, None) => without_chr(&self.contig) == without_chr(contig),
                _ => false,
            }
    }

    /// Absolute distance in bases; `None` on different contigs.
    pub fn distance(&self, other: &Self) -> Option<i64> {
        self.same_contig(&other.contig)
            .then(|| self.position.saturating_sub(other.position).saturating_abs())
    }
}

fn without_chr(name: &str) -> &str {
    name.strip_prefix("chr").unwrap_or(name)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.contig, self.position)
    }
}
