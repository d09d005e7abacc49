//! A row of a caller's table beside a known junction: which of its sides name the known genes, and how far its
//! breakpoints are off. The known junctions of `evaluate` are a truth table's, those of `review` a report's; what
//! follows from the comparison is theirs.

use std::cmp::Reverse;

use super::{CallerRow, Place};
use breakapart_core::catalogue::catalogue;

/// Bases by which a row may be off where pairs alone show the junction: as far as a mate may lie over an intron.
pub(crate) const FAR_PAIRS: i64 = 50_000;

/// The current symbol of a gene; one that the catalogue does not know as it is.
pub(crate) fn current(symbol: &str) -> &str {
    catalogue().current_symbol(symbol).unwrap_or(symbol)
}

/// A side of a known junction.
pub(crate) struct KnownSide<'k> {
    /// Whether genes that a row names are this side's.
    pub(crate) is_named_by: &'k dyn Fn(&[String]) -> bool,
    /// Its place; none where it has none.
    pub(crate) place: Option<Place>,
}

/// A row's side beside a known one.
#[derive(Clone, Copy)]
pub(crate) struct SideBeside<'r> {
    /// The row's genes.
    pub(crate) genes: &'r [String],
    /// The row's place.
    pub(crate) place: Option<&'r Place>,
    /// Whether they are the known side's genes.
    pub(crate) named: bool,
    /// Bases apart; `None` where either has no place, or on another contig.
    pub(crate) distance: Option<i64>,
}

impl CallerRow {
    /// The row beside a known junction (5' side first): as it is, then, if that is allowed, with its sides swapped.
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

    /// A total key of the row's content, the better supported first, so that the order of files does not matter.
    /// Rows that are equal in it are the same call.
    pub(crate) fn content(&self) -> impl Ord + '_ {
        (
            Reverse(self.support()),
            (&self.gene5, &self.gene3),
            (&self.breakpoint5, &self.breakpoint3),
            (self.listed, self.frame.name(), &self.confidence),
        )
    }
}
