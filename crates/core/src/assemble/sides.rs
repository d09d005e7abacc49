//! The two sides of a candidate, one of which may be unplaced.

use std::{cmp::Ordering, sync::Arc};

use super::{Candidate, observe::Observation};
use crate::genome::{Breakend, Junction, Retained};

/// The sides of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Both are placed.
    Placed(Junction),
    /// One is unplaced.
    Open(OpenEnd),
}

/// A breakpoint at which reads continue into a sequence that maps nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEnd {
    /// The placed side.
    pub own: Breakend,
    /// Its number among the sample's open ends, by which they are sorted.
    pub number: u32,
    /// The sequence, read outward from `own`.
    pub beyond: Vec<u8>,
}

impl OpenEnd {
    /// Whether the placed side is the 5' side: KMT2A is on the forward strand, so that a molecule leaves KMT2A 5' to
    /// 3' through a breakend that retains its left side.
    pub fn own_is_five(&self) -> bool {
        self.own.retained == Retained::Left
    }
}

impl From<Junction> for Sides {
    fn from(junction: Junction) -> Self {
        Self::Placed(junction)
    }
}

impl Sides {
    /// The junction, if both sides are placed.
    pub const fn junction(&self) -> Option<&Junction> {
        match self {
            Self::Placed(junction) => Some(junction),
            Self::Open(_) => None,
        }
    }

    /// The open end, if one side is unplaced.
    pub const fn open(&self) -> Option<&OpenEnd> {
        match self {
            Self::Placed(_) => None,
            Self::Open(open) => Some(open),
        }
    }

    /// The 5' side, which the molecule leaves, and the 3' side, which it enters.
    pub fn both(&self) -> [Option<Breakend>; 2] {
        match self {
            Self::Placed(junction) => [Some(junction.five), Some(junction.three)],
            Self::Open(open) if open.own_is_five() => [Some(open.own), None],
            Self::Open(open) => [None, Some(open.own)],
        }
    }

    /// The 5' side.
    pub fn five(&self) -> Option<Breakend> {
        self.both()[0]
    }

    /// The 3' side.
    pub fn three(&self) -> Option<Breakend> {
        self.both()[1]
    }

    /// The 5' side or the 3' side.
    pub fn side(&self, is_five: bool) -> Option<Breakend> {
        self.both()[usize::from(!is_five)]
    }

    /// Both sides as in observations; the placed side of an open end twice.
    pub(super) fn shown(&self) -> (Breakend, Breakend) {
        match self {
            Self::Placed(junction) => (junction.five, junction.three),
            Self::Open(open) => (open.own, open.own),
        }
    }

    /// Bases that belong to neither side.
    pub fn inserted(&self) -> &[u8] {
        self.junction().map_or(&[], |junction| &junction.inserted)
    }
}

/// By the 5' side, the 3' side and the inserted bases; an unplaced side comes last, by its number.
impl Ord for Sides {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |sides: &Self| {
            let number = sides.open().map_or(0, |open| open.number);
            sides.both().map(|side| side.ok_or(number))
        };
        (key(self), self.inserted()).cmp(&(key(other), other.inserted()))
    }
}

impl PartialOrd for Sides {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Candidate {
    /// The bases of an observation, and how many of them precede the candidate's junction, which may be shifted
    /// against the read's own alignment.
    pub(crate) fn bases_of<'a>(&self, o: &'a Observation) -> Option<(&'a Arc<[u8]>, usize)> {
        let (bases, before) = o.bases.as_ref()?;
        let moved = |five: Breakend| (five.position.0 - o.five.at.position.0) * o.five.at.retained.outward();
        let shift = self.sides.five().map_or(0, moved);
        Some((bases, usize::try_from(i64::try_from(*before).ok()? + shift).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{ContigId, Position};

    fn side(contig: u32, position: i64, retained: Retained) -> Breakend {
        Breakend {
            contig: ContigId(contig),
            position: Position(position),
            retained,
        }
    }

    #[test]
    fn unplaced_sides_come_last_in_the_order_of_their_numbers() {
        let open = |own, number| {
            Sides::Open(OpenEnd {
                own,
                number,
                beyond: Vec::new(),
            })
        };
        let (own, partner) = (side(10, 500, Retained::Left), side(3, 900, Retained::Right));
        let placed = |five, three| {
            Sides::Placed(Junction {
                five,
                three,
                inserted: Vec::new(),
            })
        };
        let (into, left) = (side(10, 501, Retained::Right), side(20, 7, Retained::Left));
        let expected = [
            placed(own, partner),
            open(own, 2),
            open(own, 4),
            placed(own.extended(1), partner),
            placed(left, into),
            open(into.extended(-9), 1),
            open(into, 3),
        ];
        let mut sorted = expected.to_vec();
        sorted.reverse();
        sorted.sort();
        assert_eq!(sorted, expected);
        assert_eq!(
            (sorted[1].both(), sorted[5].three()),
            ([Some(own), None], Some(into.extended(-9)))
        );
    }
}
