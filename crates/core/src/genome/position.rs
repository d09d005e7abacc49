//! Positions, intervals and strands.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ContigId;

/// A base on a contig, **0-based**.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position(pub i64);

impl Position {
    /// The position from a 1-based number, as SAM, VCF, GTF and HGVS print it.
    pub const fn from_one_based(one_based: i64) -> Self {
        Self(one_based - 1)
    }

    /// The 1-based number, for output.
    pub const fn one_based(self) -> i64 {
        self.0 + 1
    }

    /// The position shifted by `bases` towards higher coordinates (negative: lower). Saturates, so that a malicious
    /// coordinate cannot overflow.
    #[must_use]
    pub const fn offset(self, bases: i64) -> Self {
        Self(self.0.saturating_add(bases))
    }

    /// Absolute distance in bases.
    pub const fn distance(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0).saturating_abs()
    }
}

impl fmt::Display for Position {
    /// Prints the 1-based number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.one_based())
    }
}

/// A stretch of a contig, 0-based and half-open: `start` is its first base, `end` one past its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First base.
    pub start: Position,
    /// One past the last base.
    pub end: Position,
}

impl Interval {
    /// An interval from 0-based half-open numbers.
    pub const fn new(start: i64, end: i64) -> Self {
        Self {
            start: Position(start),
            end: Position(end),
        }
    }

    /// An interval from 1-based inclusive numbers.
    pub const fn from_one_based(first: i64, last: i64) -> Self {
        Self {
            start: Position(first - 1),
            end: Position(last),
        }
    }

    /// Length in bases; 0 for an empty or inverted interval.
    pub const fn len(self) -> i64 {
        let len = self.end.0.saturating_sub(self.start.0);
        if len > 0 { len } else { 0 }
    }

    /// Whether the interval is empty.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether it contains `position`.
    pub const fn contains(self, position: Position) -> bool {
        self.start.0 <= position.0 && position.0 < self.end.0
    }

    /// Whether the two share a base.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start.0 < other.end.0 && other.start.0 < self.end.0
    }

    /// The overlap, empty if there is none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            start: self.start.max(other.start),
            end: self.end.min(other.end),
        }
    }

    /// The last base (meaningless for an empty interval).
    pub const fn last(self) -> Position {
        Position(self.end.0 - 1)
    }

    /// The first base of the interval on `strand`.
    pub const fn five_prime(self, strand: Strand) -> Position {
        match strand {
            Strand::Forward => self.start,
            Strand::Reverse => self.last(),
        }
    }

    /// The last base of the interval on `strand`.
    pub const fn three_prime(self, strand: Strand) -> Position {
        self.five_prime(strand.flipped())
    }

    /// The interval extended by `bases` on both sides, never below 0.
    #[must_use]
    pub const fn padded(self, bases: i64) -> Self {
        let start = self.start.0.saturating_sub(bases);
        Self {
            start: Position(if start < 0 { 0 } else { start }),
            end: Position(self.end.0.saturating_add(bases)),
        }
    }
}

/// Intervals sorted by contig and position, and merged where they touch.
pub(crate) fn joined(mut all: Vec<(ContigId, Interval)>) -> Vec<(ContigId, Interval)> {
    all.sort_unstable();
    let mut out: Vec<(ContigId, Interval)> = Vec::with_capacity(all.len());
    for (contig, interval) in all {
        match out.last_mut() {
            Some((held, last)) if *held == contig && interval.start <= last.end => {
                last.end = last.end.max(interval.end)
            }
            _ => out.push((contig, interval)),
        }
    }
    out
}

/// Strand of a contig.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Strand {
    /// The reference strand, `+`.
    #[default]
    #[serde(rename = "+")]
    Forward,
    /// The complement, `-`.
    #[serde(rename = "-")]
    Reverse,
}

impl Strand {
    /// The other strand.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Forward => Self::Reverse,
            Self::Reverse => Self::Forward,
        }
    }

    /// `+` or `-`.
    pub const fn symbol(self) -> char {
        match self {
            Self::Forward => '+',
            Self::Reverse => '-',
        }
    }

    /// Reads `+` or `-`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "+" => Some(Self::Forward),
            "-" => Some(Self::Reverse),
            _ => None,
        }
    }
}

impl fmt::Display for Strand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.symbol())
    }
}
