//! Matches rows to events, one to one.

use std::cmp::Reverse;

use super::EvaluateOptions;
use super::expected::UNPLACED;
use super::truth::TruthEvent;
use crate::callers::CallerRow;
use crate::callers::beside::{FAR_PAIRS, KnownSide, SideBeside, current};
use breakapart_core::report::schema::Tier;

/// Most genes that a side may name: a longer list is no answer.
const MOST_GENES: usize = 4;

/// Both breakpoints this close outweigh a different gene name.
const NEAR_BASES: i64 = 20;

/// Largest breakpoint distance of a row that still shows the event: RNA with split molecules.
const FAR_RNA: i64 = 100;

/// The same for DNA with split molecules.
const FAR_DNA: i64 = 1_000;

/// Distance of breakpoints that cannot be compared.
const NOWHERE: i64 = 1_000_000_000;

/// A gene's symbol for comparison.
pub(super) fn symbol<'a>(name: &'a str, options: &EvaluateOptions) -> &'a str {
    if options.former_symbols { current(name) } else { name }
}

/// Whether a row's genes name `gene`.
fn names(genes: &[String], gene: &str, options: &EvaluateOptions) -> bool {
    genes.len() <= MOST_GENES && genes.iter().any(|name| symbol(name, options) == gene)
}

/// Whether the row concerns KMT2A at all; a side with too long a list might.
pub(super) fn concerns_kmt2a(row: &CallerRow, options: &EvaluateOptions) -> bool {
    [&row.gene5, &row.gene3].into_iter().any(|genes| {
        genes.len() > MOST_GENES
            || genes
                .iter()
                .any(|name| symbol(name, options) == breakapart_core::catalogue::KMT2A)
    })
}

/// How well a row matches an event. Ordered: the better match is the greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    /// Both breakpoints within the tolerance.
    pub(super) base: bool,
    tier: Option<Tier>,
    nearness: Reverse<i64>,
    /// Both genes are named.
    pub(super) partner: bool,
    /// The larger of the two distances, in bases.
    pub(super) distance: i64,
}

/// How well the row matches the event, in the better of the allowed orders.
pub(super) fn fit(row: &CallerRow, event: &TruthEvent, options: &EvaluateOptions) -> Option<Fit> {
    let (gene5, gene3) = (symbol(&event.gene5, options), symbol(&event.gene3, options));
    let known = [
        KnownSide {
            is_named_by: &|genes| event.gene5 == "." || names(genes, gene5, options),
            place: event.breakpoint5.clone(),
        },
        KnownSide {
            is_named_by: &|genes| event.gene3 == "." || event.class == UNPLACED || names(genes, gene3, options),
            place: event.breakpoint3.clone(),
        },
    ];
    row.beside(known, options.any_gene_order)
        .iter()
        .filter_map(|beside| judged(beside, row.tier, event, options))
        .max()
}

fn judged(
    [five, three]: &[SideBeside<'_>; 2],
    tier: Option<Tier>,
    event: &TruthEvent,
    options: &EvaluateOptions,
) -> Option<Fit> {
    let distance5 = five.distance.unwrap_or(NOWHERE);
    let distance3 = match event.breakpoint3 {
        Some(_) => three.distance.unwrap_or(NOWHERE),
        None => 0,
    };
    let partner = five.named && three.named;
    let distance = distance5.max(distance3);
    if !partner && distance > NEAR_BASES {
        return None;
    }
    let far = match (event.split, event.dna) {
        (0, _) => FAR_PAIRS,
        (_, true) => FAR_DNA,
        (_, false) => FAR_RNA,
    };
    if distance > far {
        return None;
    }
    let default = if event.dna {
        options.dna_tolerance
    } else {
        options.rna_tolerance
    };
    Some(Fit {
        base: distance <= event.tolerance.unwrap_or(default),
        tier,
        nearness: Reverse(distance5 + distance3),
        partner,
        distance,
    })
}

/// Whether breakpoints at this distance from the truth are another event.
pub(super) const fn is_off(fit: &Fit, event: &TruthEvent) -> bool {
    event.split > 0 && fit.distance > NEAR_BASES
}

/// The row assigned to each event, with its match: the best match first, each row and each event once.
pub(super) fn assign(
    rows: &[CallerRow],
    events: &[&TruthEvent],
    options: &EvaluateOptions,
) -> Vec<Option<(usize, Fit)>> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| match (rows.get(*a), rows.get(*b)) {
        (Some(a), Some(b)) => a.content().cmp(&b.content()),
        _ => a.cmp(b),
    });
    let mut fits: Vec<(Fit, usize, usize, usize)> = Vec::new();
    for (rank, index) in order.iter().enumerate() {
        for (event_index, event) in events.iter().enumerate() {
            let found = rows.get(*index).and_then(|row| fit(row, event, options));
            fits.extend(found.map(|fit| (fit, rank, event_index, *index)));
        }
    }
    fits.sort_by(|a, b| {
        let quality = |fit: &Fit| (fit.base, fit.tier, fit.nearness);
        quality(&b.0)
            .cmp(&quality(&a.0))
            .then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
    });
    let mut assigned: Vec<Option<(usize, Fit)>> = vec![None; events.len()];
    let mut used = vec![false; rows.len()];
    for (fit, _, event_index, index) in fits {
        if let (Some(slot @ None), Some(free @ false)) = (assigned.get_mut(event_index), used.get_mut(index)) {
            *slot = Some((index, fit));
            *free = true;
        }
    }
    assigned
}
