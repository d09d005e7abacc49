//! Compares a row of a caller's table with a known junction: which of its sides name the known genes, and the distance
//! of its breakpoints. The known junctions of `evaluate` come from a truth table, those of `review` from a report; both
//! draw their own conclusions from the comparison.

use std::cmp::Reverse;

use super::{CallerRow, Place};
use breakapart_core::catalogue::catalogue;

/// Tolerance in bases if only spanning pairs show the junction: a mate may lie this far away across an intron.
pub(crate) const FAR_PAIRS: i64 = 50_000;

/// The current symbol of a gene; unchanged if the catalogue does not know it.
pub(crate) fn current(symbol: &str) -> &str {
    catalogue().current_symbol(symbol).unwrap_or(symbol)
}

/// A side of a known junction.
pub(crate) struct KnownSide<'k> {
    /// Whether genes that a row names match this side.
    pub(crate) is_named_by: &'k dyn Fn(&[String]) -> bool,
    /// Its position; `None` if unplaced.
    pub(crate) place: Option<Place>,
}

/// A side of a row, compared with a known side.
#[derive(Clone, Copy)]
pub(crate) struct SideBeside<'r> {
    /// The row's genes.
    pub(crate) genes: &'r [String],
    /// The row's position.
    pub(crate) place: Option<&'r Place>,
    /// Whether these are the genes of the known side.
    pub(crate) named: bool,
    /// Distance in bases; `None` if either has no position, or on different contigs.
    pub(crate) distance: Option<i64>,
}

impl CallerRow {
    /// Compares the row with a known junction (5' side first): as written, then, if allowed, with its sides swapped.
    pub(crate) fn beside<'r>(&'r self, [five, three]: [KnownSide<'_>; 2], swapped: bool) -> Vec<[SideBeside<'r>; 2]> {
        let of_five = (self.gene5.as_slice(), self.breakpoint5.as_ref());
        let of_three = (self.gene3.as_slice(), self.breakpoint3.as_ref());
        let lay = |(genes, place): (&'r [String], Option<&'r Place>), known: &KnownSide<'_>| SideBeside {
            genes,
            place,
            named: (known.is_named_by)(genes),
            distance: place
                .zip(known.place.as_ref())
                .and_then(|(place, known)| place.distance(known)),
        };
        let mut orders = vec![[lay(of_five, &five), lay(of_three, &three)]];
        if swapped {
            orders.push([lay(of_three, &five), lay(of_five, &three)]);
        }
        orders
    }

    /// A total key of the row's content, the better supported first, so that the order of files does not matter. Rows
    /// with equal keys are the same call.
    pub(crate) fn content(&self) -> impl Ord + '_ {
        (
            Reverse(self.support()),
            (&self.gene5, &self.gene3),
            (&self.breakpoint5, &self.breakpoint3),
            (self.listed, self.frame.name(), &self.confidence),
        )
    }
}
