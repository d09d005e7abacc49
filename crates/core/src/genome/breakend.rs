//! Breakends and junctions (VCF 4.3 section 5.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ContigId, Position, Strand};

/// Which side of a breakend's position is retained in the rearranged molecule.
// A molecule that keeps the left side leaves the contig towards higher coordinates (VCF `t[p[` and `t]p]`; Arriba's
// `downstream`); `[p[t` and `]p]t` are VCF's right, `upstream` Arriba's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "RetainedSide")]
pub enum Retained {
    /// The position and the bases below it.
    #[default]
    Left,
    /// The position and the bases above it.
    Right,
}

impl Retained {
    /// Step, in bases, from the breakend's position into the side that is not retained.
    pub const fn outward(self) -> i64 {
        match self {
            Self::Left => 1,
            Self::Right => -1,
        }
    }
}

/// One side of a junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Breakend {
    /// Contig of the alignment's header.
    pub contig: ContigId,
    /// The last retained base.
    pub position: Position,
    /// Which side of the position is retained.
    pub retained: Retained,
}

impl Breakend {
    /// Strand of the contig for a molecule that runs *into* the junction through this breakend (the 5' side of the
    /// junction).
    pub const fn strand_as_five_prime(self) -> Strand {
        match self.retained {
            Retained::Left => Strand::Forward,
            Retained::Right => Strand::Reverse,
        }
    }

    /// Strand of the contig for a molecule that runs *out of* the junction through this breakend (the 3' side of the
    /// junction).
    pub const fn strand_as_three_prime(self) -> Strand {
        self.strand_as_five_prime().flipped()
    }

    /// Strand of the molecule if the breakend is the 5' side of the junction, or the 3' side.
    pub const fn strand_of(self, is_five: bool) -> Strand {
        if is_five {
            self.strand_as_five_prime()
        } else {
            self.strand_as_three_prime()
        }
    }

    /// The breakend moved by `bases` along the molecule that runs into the junction: positive values retain more of
    /// this side.
    #[must_use]
    pub const fn extended(self, bases: i64) -> Self {
        Self {
            position: self.position.offset(bases * self.retained.outward()),
            ..self
        }
    }
}

/// Two breakends joined, read from `five` to `three`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Junction {
    /// The 5' side.
    pub five: Breakend,
    /// The 3' side.
    pub three: Breakend,
    /// Untemplated bases between the two sides, in the molecule's direction.
    pub inserted: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strand_follows_from_the_retained_side() {
        let left = Breakend {
            contig: ContigId(0),
            position: Position(5),
            retained: Retained::Left,
        };
        assert_eq!(left.strand_as_five_prime(), Strand::Forward);
        assert_eq!(left.strand_as_three_prime(), Strand::Reverse);
        assert_eq!(left.extended(2).position, Position(7));
    }
}
