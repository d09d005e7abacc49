//! How much evidence an event has.

use serde::{Serialize, Serializer};

use super::truth::TruthEvent;

/// Level of evidence, by the molecules that cross the junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Only molecules with fewer than 10 bases on one side.
    Short,
    /// One molecule, seen by its mates alone.
    Pair,
    /// One molecule with a read over the junction.
    One,
    /// Two.
    Two,
    /// Three or four.
    ThreeToFour,
    /// Five to nine.
    FiveToNine,
    /// Ten or more.
    TenOrMore,
}

impl Level {
    /// The level of an event.
    pub const fn of(event: &TruthEvent) -> Self {
        if event.split == 0 && event.spanning == 0 {
            return Self::Short;
        }
        match event.molecules {
            0 | 1 if event.split == 0 => Self::Pair,
            0 | 1 => Self::One,
            2 => Self::Two,
            3 | 4 => Self::ThreeToFour,
            5..=9 => Self::FiveToNine,
            _ => Self::TenOrMore,
        }
    }

    /// The word in every output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Pair => "pair",
            Self::One => "1",
            Self::Two => "2",
            Self::ThreeToFour => "3-4",
            Self::FiveToNine => "5-9",
            Self::TenOrMore => "10+",
        }
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
