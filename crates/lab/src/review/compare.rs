//! Whether a caller's row and a junction of ours are the same.

use std::cmp::Reverse;

use super::outcome::{Difference, Reach};
use crate::callers::beside::{FAR_PAIRS, KnownSide, RowBeside, current};
use crate::callers::{CallerRow, GeneOrder, Place};
use breakapart_core::catalogue::KMT2A;
use breakapart_core::report::schema::{Discarded, Event, Frame, Junction, SampleReport, Side};

/// Bases by which two callers may place the same break, where homology explains no more.
const SAME_BASE: i64 = 5;

/// A junction of our report.
#[derive(Clone, Copy, Debug)]
pub(super) struct OurJunction<'a> {
    pub(super) junction: &'a Junction,
    pub(super) home: Home<'a>,
}

/// Where a junction is in the report.
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
}

/// All junctions of a report, called ones first. A junction of an event that has no tier of its own
/// goes with its event.
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
    /// Both sides are of the same genes (or lie at the same bases).
    same_genes: bool,
    /// Both breaks are the same.
    same_base: bool,
    /// Bases are not comparable, as one of the two has pairs alone.
    pub(super) base_unknown: bool,
    called: bool,
    /// Bases apart, both sides together.
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

    /// Smaller is better: the same base before the same genes, our calls before what we discarded.
    pub(super) const fn rank(&self) -> (Reverse<bool>, Reverse<bool>, i64) {
        (Reverse(self.same_base), Reverse(self.called), self.apart)
    }
}

/// Whether the side lies in one of the genes, or near one where it is intergenic; `also` are genes that
/// the same reads fit as well.
fn side_is_of(side: &Side, genes: &[String], also: &[String]) -> bool {
    let named = |symbol: &str| genes.iter().any(|gene| current(gene) == current(symbol));
    let own = side.gene.as_deref().is_some_and(|gene| {
        named(gene) || {
            // A homologue that fits equally is the same answer, but only on the partner's side.
            gene != KMT2A && also.iter().any(|other| named(other))
        }
    });
    own || side
        .genes_nearby
        .iter()
        .any(|near| (side.gene.is_none() || near.distance == 0) && named(&near.symbol))
}

/// Compares a row with a junction; `None` for those that have nothing to do with each other.
pub(super) fn compare(row: &CallerRow, ours: &OurJunction<'_>) -> Option<Agreement> {
    let homologues = match ours.home {
        Home::Called(event) => event
            .partner
            .as_ref()
            .map(|partner| partner.homologues_that_fit.as_slice()),
        Home::Discarded(_) => None,
    }
    .unwrap_or_default();
    let (five, three) = (ours.junction.five.as_ref(), ours.junction.three.as_ref());
    let is_of = |side: Option<&Side>, genes: &[String]| side.is_some_and(|side| side_is_of(side, genes, homologues));
    let place = |side: Option<&Side>| {
        side.map(|side| Place {
            contig: side.contig.clone(),
            position: side.position,
        })
    };
    let known = [
        KnownSide {
            is_named_by: &|genes| is_of(five, genes),
            place: place(five),
        },
        KnownSide {
            is_named_by: &|genes| is_of(three, genes),
            place: place(three),
        },
    ];
    row.beside(&known, row.order == GeneOrder::Unknown)
        .filter_map(|beside| agreement(&beside, row, ours))
        .min_by_key(Agreement::rank)
}

fn agreement(beside: &RowBeside<'_>, row: &CallerRow, ours: &OurJunction<'_>) -> Option<Agreement> {
    let junction = ours.junction;
    let (five, three) = (junction.five.as_ref(), junction.three.as_ref());
    let distances = (beside.five.distance, beside.three.distance);
    let (of5, of3) = (beside.five.named, beside.three.named);
    let evidence = &junction.evidence;
    let base_unknown = evidence.split.saturating_add(evidence.clip) == 0 || row.split == Some(0);
    let exact = SAME_BASE.max(i64::from(junction.ambiguity.left.max(junction.ambiguity.right)));
    let allowed = if base_unknown { FAR_PAIRS } else { exact };
    let near = |distance: Option<i64>| distance.is_some_and(|bases| bases <= allowed);
    let same_base = near(distances.0) && near(distances.1);
    // Breaks at the same bases are the same event whatever the gene is called there.
    let same_genes = (of5 && of3) || (same_base && !base_unknown);
    // The same break of KMT2A with another partner: asked only of fusions, on both sides of the question.
    let duplications = (
        inside_kmt2a(five) && inside_kmt2a(three),
        of_kmt2a(beside.five.genes) && of_kmt2a(beside.three.genes),
    );
    let kmt2a_base = duplications == (false, false)
        && [(five, of5, distances.0), (three, of3, distances.1)]
            .into_iter()
            .any(|(side, named, distance)| named && inside_kmt2a(side) && distance.is_some_and(|bases| bases <= exact));
    if !same_genes && !kmt2a_base {
        return None;
    }
    let mut differences = Vec::new();
    let name = |side: Option<&Side>| breakapart_core::report::wording::gene(side);
    if !(of5 && of3) {
        differences.push(Difference::Partner {
            ours: format!("{}::{}", name(five), name(three)),
            theirs: row.name(),
        });
    } else if !same_base {
        let place = |side: Option<&Side>| {
            side.map_or_else(|| ".".to_owned(), |side| format!("{}:{}", side.contig, side.position))
        };
        let theirs = |place: Option<&Place>| place.map_or_else(|| ".".to_owned(), Place::to_string);
        for (which, side, place_there, bases) in [
            ("5'", five, beside.five.place, distances.0),
            ("3'", three, beside.three.place, distances.1),
        ] {
            if !near(bases) {
                differences.push(Difference::Base {
                    side: which.to_owned(),
                    ours: place(side),
                    theirs: theirs(place_there),
                    bases,
                });
            }
        }
    }
    let known = |frame: Frame| frame != Frame::Unknown;
    // Frames of different junctions say nothing.
    if same_base && !base_unknown && known(junction.frame) && known(row.frame) && junction.frame != row.frame {
        differences.push(Difference::Frame {
            ours: junction.frame.name().to_owned(),
            theirs: row.frame.name().to_owned(),
        });
    }
    let far = i64::from(i32::MAX);
    Some(Agreement {
        same_genes,
        same_base: same_base && (of5 && of3 || !base_unknown),
        base_unknown,
        called: ours.is_called(),
        apart: distances.0.unwrap_or(far).saturating_add(distances.1.unwrap_or(far)),
        differences,
    })
}

fn inside_kmt2a(side: Option<&Side>) -> bool {
    side.is_some_and(|side| side.gene.as_deref() == Some(KMT2A))
}

fn of_kmt2a(genes: &[String]) -> bool {
    genes.iter().any(|gene| current(gene) == KMT2A)
}
