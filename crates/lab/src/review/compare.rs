//! Whether a caller's row and one of our junctions are the same.

use std::cmp::Reverse;

use super::outcome::{Difference, Reach};
use crate::callers::beside::{FAR_PAIRS, KnownSide, SideBeside, current};
use crate::callers::{CallerRow, Place};
use breakapart_core::catalogue::KMT2A;
use breakapart_core::report::schema::{Discarded, Event, Frame, Junction, SampleReport, Side};
use breakapart_core::report::wording;

/// Distance in bases at which two callers may report the same breakpoint, beyond what homology explains.
const SAME_BASE: i64 = 5;

/// A junction of our report.
#[derive(Clone, Copy, Debug)]
pub(super) struct OurJunction<'a> {
    pub(super) junction: &'a Junction,
    pub(super) home: Home<'a>,
}

/// Index of a junction in the report.
#[derive(Clone, Copy, Debug)]
pub(super) enum Home<'a> {
    Called(&'a Event),
    Discarded(&'a Discarded),
}

impl<'a> OurJunction<'a> {
    pub(super) const fn is_called(&self) -> bool {
        matches!(self.home, Home::Called(_))
    }

    pub(super) fn event_id(&self) -> Option<&'a str> {
        match self.home {
            Home::Called(event) => Some(event.id.as_str()),
            Home::Discarded(_) => None,
        }
    }

    /// Its sides, the 5' one first.
    fn sides(&self) -> [Option<&'a Side>; 2] {
        [self.junction.five.as_ref(), self.junction.three.as_ref()]
    }

    /// `KMT2A::AFF1`.
    pub(super) fn name(&self) -> String {
        self.sides().map(wording::gene).join("::")
    }

    /// The positions of its sides.
    pub(super) fn places(&self) -> [Option<Place>; 2] {
        let place = |side: &Side| Place::new(&side.contig, side.position);
        self.sides().map(|side| side.and_then(place))
    }
}

/// All junctions of a report, called ones first. A junction of an event without a tier has the tier of the event.
pub(super) fn junctions(report: &SampleReport) -> Vec<OurJunction<'_>> {
    let called = report.events.iter().flat_map(|event| {
        event.junctions.iter().map(move |junction| OurJunction {
            junction,
            home: Home::Called(event),
        })
    });
    let discarded = report.discarded.iter().map(|discarded| OurJunction {
        junction: &discarded.junction,
        home: Home::Discarded(discarded),
    });
    called.chain(discarded).collect()
}

/// How a row agrees with a junction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agreement {
    /// Both sides are in the same genes (or at the same bases).
    same_genes: bool,
    /// Both breakpoints are the same.
    same_base: bool,
    /// Bases are not comparable, as one of the two has only spanning pairs.
    pub(super) base_unknown: bool,
    called: bool,
    /// Distance in bases, both sides together.
    apart: i64,
    pub(super) differences: Vec<Difference>,
}

impl Agreement {
    pub(super) const fn reach(&self) -> Reach {
        if self.same_genes { Reach::Gene } else { Reach::Base }
    }

    pub(super) const fn is_same_base(&self) -> bool {
        self.same_base
    }

    /// Smaller is better: the same base before the same genes, our calls before our discarded junctions.
    pub(super) const fn rank(&self) -> (Reverse<bool>, Reverse<bool>, i64) {
        (Reverse(self.same_base), Reverse(self.called), self.apart)
    }
}

/// Whether the side is in one of the genes, or near one if it is intergenic; `also` are genes that the same reads fit
/// equally well.
fn side_is_of(side: &Side, genes: &[String], also: &[String]) -> bool {
    let named = |symbol: &str| genes.iter().any(|gene| current(gene) == current(symbol));
    let own = side.gene.as_deref().is_some_and(|gene| {
        named(gene) || {
            // A homologue that fits equally well is the same answer, but only on the partner's side.
            gene != KMT2A && also.iter().any(|other| named(other))
        }
    });
    own || side
        .genes_nearby
        .iter()
        .any(|near| (side.gene.is_none() || near.distance == 0) && named(&near.symbol))
}

/// Compares a row with a junction; `None` if they are unrelated.
pub(super) fn compare(row: &CallerRow, ours: &OurJunction<'_>) -> Option<Agreement> {
    let homologues = match ours.home {
        Home::Called(event) => event
            .partner
            .as_ref()
            .map(|partner| partner.homologues_that_fit.as_slice()),
        Home::Discarded(_) => None,
    }
    .unwrap_or_default();
    let [five, three] = ours.sides();
    let [place5, place3] = ours.places();
    let is_of = |side: Option<&Side>, genes: &[String]| side.is_some_and(|side| side_is_of(side, genes, homologues));
    let known = [
        KnownSide {
            is_named_by: &|genes| is_of(five, genes),
            place: place5,
        },
        KnownSide {
            is_named_by: &|genes| is_of(three, genes),
            place: place3,
        },
    ];
    row.beside(known, !row.is_order_known)
        .iter()
        .filter_map(|beside| agreement(beside, row, ours))
        .min_by_key(Agreement::rank)
}

fn agreement(beside: &[SideBeside<'_>; 2], row: &CallerRow, ours: &OurJunction<'_>) -> Option<Agreement> {
    let (junction, sides) = (ours.junction, ours.sides());
    let evidence = &junction.evidence;
    let base_unknown = evidence.split.saturating_add(evidence.clip) == 0 || row.split == Some(0);
    let exact = SAME_BASE.max(i64::from(junction.ambiguity.left.max(junction.ambiguity.right)));
    let within = |side: &SideBeside<'_>, allowed: i64| side.distance.is_some_and(|bases| bases <= allowed);
    let near = |side: &SideBeside<'_>| within(side, if base_unknown { FAR_PAIRS } else { exact });
    let named = beside.iter().all(|side| side.named);
    let same_base = beside.iter().all(near);
    // Breakpoints at the same bases are the same event, whatever the gene names.
    let same_genes = named || (same_base && !base_unknown);
    // The same KMT2A breakpoint with another partner: only compared if both are fusions.
    let is_fusion = !sides.iter().all(|side| inside_kmt2a(*side)) && !beside.iter().all(|side| of_kmt2a(side.genes));
    let kmt2a_base = is_fusion
        && sides
            .into_iter()
            .zip(beside)
            .any(|(side, there)| there.named && inside_kmt2a(side) && within(there, exact));
    if !same_genes && !kmt2a_base {
        return None;
    }
    let mut differences = Vec::new();
    if !named {
        differences.push(Difference::Partner {
            ours: ours.name(),
            theirs: row.name(),
        });
    } else if !same_base {
        let text = |place: Option<&Place>| place.map_or_else(|| ".".to_owned(), Place::to_string);
        for ((which, place), there) in ["5'", "3'"].into_iter().zip(ours.places()).zip(beside) {
            if !near(there) {
                differences.push(Difference::Base {
                    side: which.to_owned(),
                    ours: text(place.as_ref()),
                    theirs: text(there.place),
                    bases: there.distance,
                });
            }
        }
    }
    let known = |frame: Frame| frame != Frame::Unknown;
    // Frames of different junctions are not comparable.
    if same_base && !base_unknown && known(junction.frame) && known(row.frame) && junction.frame != row.frame {
        differences.push(Difference::Frame {
            ours: junction.frame.name().to_owned(),
            theirs: row.frame.name().to_owned(),
        });
    }
    let far = i64::from(i32::MAX);
    let [five, three] = beside.map(|side| side.distance.unwrap_or(far));
    Some(Agreement {
        same_genes,
        same_base: same_base && (named || !base_unknown),
        base_unknown,
        called: ours.is_called(),
        apart: five.saturating_add(three),
        differences,
    })
}

fn inside_kmt2a(side: Option<&Side>) -> bool {
    side.is_some_and(|side| side.gene.as_deref() == Some(KMT2A))
}

fn of_kmt2a(genes: &[String]) -> bool {
    genes.iter().any(|gene| current(gene) == KMT2A)
}
