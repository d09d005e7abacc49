//! A side of a junction that nothing places.

use crate::genome::{Breakend, ContigId, Position, Retained};

/// Contig of a side that is not placed.
pub(crate) const NOWHERE: ContigId = ContigId(u32::MAX);

/// A side that is not placed.
pub(crate) const fn nowhere() -> Breakend {
    Breakend {
        contig: NOWHERE,
        position: Position(0),
        retained: Retained::Right,
    }
}
