//! Amount of evidence for an event.

use serde::Serialize;

use super::truth::TruthEvent;

/// Level of evidence, by the molecules that cross the junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(into = "&'static str")]
#[strum(serialize_all = "lowercase")]
pub enum Level {
    /// Only molecules with fewer than 10 bases on one side.
    Short,
    /// One molecule, a spanning pair.
    Pair,
    /// One molecule with a split read.
    #[strum(serialize = "1")]
    One,
    /// Two.
    #[strum(serialize = "2")]
    Two,
    /// Three or four.
    #[strum(serialize = "3-4")]
    ThreeToFour,
    /// Five to nine.
    #[strum(serialize = "5-9")]
    FiveToNine,
    /// Ten or more.
    #[strum(serialize = "10+")]
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

    /// The word used in every output.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
