//! The cost of a junction between two alignments: its prior, given the sites on both sides.

use super::{
    locus::{Kind, Locus},
    prior,
    realign::{Explainer, MIN_BEYOND},
    stretch::{Home, Stretch},
};

/// Shortest anchor beyond a junction away from exon ends (bases): part of a repeat matches by chance.
const MIN_ELSEWHERE: usize = 18;
/// Exon ends within this distance of the end of an alignment are tried as its end (bases).
const NEAR: usize = 8;

/// Whether the later of two alignments is the given one, and the earlier one is found from it. Given is the target
/// gene, or else the aligner's alignment; for a read that the aligner places in other genes only, the latter.
pub(super) fn is_backward((a, b): (&Stretch, &Stretch), foreign: bool) -> bool {
    let own = Home::Known(0);
    match (a.home == own, b.home == own) {
        (true, false) => foreign && b.hinted,
        (false, true) => !(foreign && a.hinted),
        _ => b.hinted && !a.hinted,
    }
}

/// The direction in which a junction is scored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// From the given alignment to the one being tested.
    Forward,
    /// From the one being tested to the given one (see [`is_backward`]).
    Backward,
    /// To the one being tested, after a segment too short for an exon: an insertion copied from the target gene.
    FromTemplate,
}

impl Explainer<'_> {
    /// The cost of starting a read on an alignment.
    pub(super) fn begins(&self, s: &Stretch, known: &[Home], foreign: bool) -> f64 {
        match s.home {
            // The aligner's alignment is given; the target gene pays its cost at the junction.
            _ if foreign && s.hinted => 0.0,
            Home::Known(0) if s.hinted => 0.0,
            Home::Known(0) => prior::BEGINS_OWN,
            home if known.contains(&home) => prior::BEGINS_KNOWN,
            Home::Known(i) if self.loci.all[i].kind == Kind::Partner => prior::BEGINS_PARTNER,
            Home::Known(_) => prior::BEGINS_GENE,
            Home::Place(_) => prior::BEGINS_PLACE,
        }
    }

    /// The best junction from one alignment to a later one: its score, the end of the first, the start of the second.
    pub(super) fn change(
        &self,
        (a, b): (&Stretch, &Stretch),
        (known, step): (&[Home], Step),
        places: &[Locus],
    ) -> Option<(f64, usize, usize)> {
        let (la, lb) = (self.locus(a.home, places), self.locus(b.home, places));
        let (from, to) = (b.lay.start(), a.lay.end());
        let gain = |end: usize, start: usize| a.before(end) - b.before(start);
        let rate = |end: usize, start: usize| -> Option<f64> {
            let leaves = Edge::new(la, a.lay.offset_of(end.checked_sub(1)?)?, Locus::is_donor);
            let enters = Edge::new(lb, b.lay.offset_of(start)?, Locus::is_acceptor);
            let least = |at_exon_end: bool| if at_exon_end { MIN_BEYOND } else { MIN_ELSEWHERE };
            if end.saturating_sub(a.lay.start()) < least(enters.at_site || leaves.at_site)
                || b.lay.end().saturating_sub(start) < least(enters.at_site)
            {
                return None;
            }
            // A tail begins at any base: bases of low complexity are the target gene's only where the aligner split the
            // read from one exon end to another.
            let split = leaves.at_site && enters.at_site && a.hinted && b.hinted;
            if (a.simple || b.simple) && !split {
                return None;
            }
            let inserted = start - end;
            let own = Home::Known(0);
            let mut worth = match step {
                Step::FromTemplate if a.home == own && b.home != own => {
                    prior::TEMPLATE_ENDS + enters.cost_of_entering(b.home, known)
                }
                _ if a.home == own && b.home == own => {
                    prior::CHANGE + leaves.cost_of_leaving() + within(&leaves, &enters)
                }
                // Scored in the opposite direction of the molecule.
                Step::Backward => prior::CHANGE + enters.cost_of_leaving() + leaves.cost_of_entering(a.home, known),
                _ => prior::CHANGE + leaves.cost_of_leaving() + enters.cost_of_entering(b.home, known),
            };
            if inserted > 0 {
                worth += prior::INSERTED + prior::INSERTED_BASE * inserted as f64;
            }
            Some(worth)
        };
        let mut best: Option<(f64, f64, usize, usize)> = None;
        let mut offer = |end: usize, start: usize| {
            if let Some(worth) = rate(end, start) {
                let total = worth + gain(end, start);
                if best.is_none_or(|(most, ..)| total > most + 1e-9) {
                    best = Some((total, worth, end, start));
                }
            }
        };
        if from <= to {
            for r in from.max(a.lay.start() + 1)..=to.min(b.lay.end().saturating_sub(1)) {
                offer(r, r);
            }
        }
        let low = from.min(to);
        let lowest = low.saturating_sub(NEAR).max(a.lay.start() + 1);
        let beyond = (from.max(to) + NEAR).min(b.lay.end());
        let ends = a.behind_donors.iter().copied().filter(|r| (lowest..=to).contains(r));
        let starts = b.acceptors.iter().copied().filter(|r| (from..beyond).contains(r));
        for end in ends.chain([to]) {
            for start in starts.clone().chain([from]) {
                if end < start {
                    offer(end, start);
                }
            }
        }
        best.map(|(_, worth, end, start)| (worth, end, start))
    }
}

/// A breakpoint at which an alignment ends or starts.
struct Edge<'a> {
    locus: &'a Locus,
    offset: i64,
    /// It is at the splice site of its kind.
    at_site: bool,
}

impl<'a> Edge<'a> {
    fn new(locus: &'a Locus, offset: i64, is_site: impl Fn(&Locus, i64) -> bool) -> Self {
        Self {
            locus,
            offset,
            at_site: is_site(locus, offset),
        }
    }

    fn is_exonic(&self) -> bool {
        self.locus.is_exonic(self.offset)
    }

    /// The cost of leaving a given alignment there.
    fn cost_of_leaving(&self) -> f64 {
        if self.at_site {
            prior::AT_SITE
        } else if self.is_exonic() {
            prior::IN_EXON
        } else {
            prior::ELSEWHERE
        }
    }

    /// The cost of a new alignment there: at an exon end, in an exon, or elsewhere.
    fn cost_of_entering(&self, home: Home, known: &[Home]) -> f64 {
        match (home, self.locus.kind, self.at_site) {
            (Home::Known(0), _, true) => prior::OWN_SITE,
            (Home::Known(0), _, false) => prior::OWN_ELSE,
            (home, _, true) if known.contains(&home) => prior::KNOWN_SITE,
            (home, _, false) if known.contains(&home) => prior::KNOWN_ELSE,
            (_, Kind::Partner, true) => prior::PARTNER_SITE,
            (_, Kind::Gene, true) => prior::GENE_SITE,
            (_, Kind::Partner, false) if self.is_exonic() => prior::PARTNER_EXON,
            (_, Kind::Gene, false) if self.is_exonic() => prior::GENE_EXON,
            (_, Kind::Partner, false) => prior::PARTNER_ELSE,
            (_, Kind::Gene | Kind::Place | Kind::Own, _) => prior::PLACE,
        }
    }
}

/// The cost of a junction within the target gene.
fn within(leaves: &Edge<'_>, enters: &Edge<'_>) -> f64 {
    let back = leaves.offset - enters.offset;
    if enters.at_site {
        prior::OWN_SITE
    } else if back < 0 {
        prior::OWN_AHEAD
    } else if back <= prior::REPEAT_MAX {
        prior::OWN_ELSE
    } else {
        prior::OWN_BACK
    }
}
