//! What a change of place costs: the prior of a junction just there, by what lies on both sides.

use super::{
    locus::{Kind, Locus},
    prior,
    realign::{Explainer, MIN_BEYOND},
    stretch::{Home, Stretch},
};

/// Shortest stretch beyond a junction that begins at no exon end (bases): a part of a repeat is met by chance.
const MIN_ELSEWHERE: usize = 18;
/// Exon ends this near to the end of a stretch are tried as its end (bases).
const NEAR: usize = 8;

/// Whether the later of two stretches is the one that is given, so that the earlier one is found from it: the target gene,
/// or else the aligner's place. A read that the aligner places in other genes alone is found from there.
pub(super) fn is_backward((a, b): (&Stretch, &Stretch), foreign: bool) -> bool {
    let own = Home::Known(0);
    match (a.home == own, b.home == own) {
        (true, false) => foreign && b.hinted,
        (false, true) => !(foreign && a.hinted),
        _ => b.hinted && !a.hinted,
    }
}

/// What a change of place is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To the place that is asked.
    Forward,
    /// From it to the given one (see [`is_backward`]).
    Backward,
    /// To the place that is asked, behind a piece that is too short for an exon: inserted bases, copied from the target gene.
    FromTemplate,
}

impl Explainer<'_> {
    /// What it costs to begin a read on a stretch.
    pub(super) fn begins(&self, s: &Stretch, known: &[Home], foreign: bool) -> f64 {
        match s.home {
            // The aligner's place is what is asked; what the target gene costs is asked where it is left.
            _ if foreign && s.hinted => 0.0,
            Home::Known(0) if s.hinted => 0.0,
            Home::Known(0) => prior::BEGINS_OWN,
            home if known.contains(&home) => prior::BEGINS_KNOWN,
            Home::Known(i) if self.loci.all[i].kind == Kind::Partner => prior::BEGINS_PARTNER,
            Home::Known(_) => prior::BEGINS_GENE,
            Home::Place(_) => prior::BEGINS_PLACE,
        }
    }

    /// The best change from one stretch to another behind it: its worth, the end of the first, the start of the second.
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
            let (leaves, enters) = (a.lay.offset_of(end.checked_sub(1)?)?, b.lay.offset_of(start)?);
            let least = |at_exon_end: bool| if at_exon_end { MIN_BEYOND } else { MIN_ELSEWHERE };
            let at_acceptor = lb.is_acceptor(enters);
            if end.saturating_sub(a.lay.start()) < least(at_acceptor || la.is_donor(leaves))
                || b.lay.end().saturating_sub(start) < least(at_acceptor)
            {
                return None;
            }
            let inserted = start - end;
            let own = Home::Known(0);
            let backward = step == Step::Backward;
            let mut worth = match (a.home == own, b.home == own) {
                (true, false) if step == Step::FromTemplate => {
                    prior::TEMPLATE_ENDS + self.entering(b.home, lb, enters, known)
                }
                (true, true) => prior::CHANGE + self.leaving(la, leaves) + self.within(la, leaves, enters),
                _ if !backward => prior::CHANGE + self.leaving(la, leaves) + self.entering(b.home, lb, enters, known),
                (true, false) => prior::CHANGE + self.backward(lb, enters) + self.came_from(la, leaves),
                (false, _) => prior::CHANGE + self.backward(lb, enters) + self.before(a.home, la, leaves, known),
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

    /// What lies before the first base of a sure place, as `leaving` of the molecule read backward.
    fn backward(&self, locus: &Locus, offset: i64) -> f64 {
        if locus.is_acceptor(offset) {
            prior::AT_SITE
        } else if locus.is_exonic(offset) {
            prior::IN_EXON
        } else {
            prior::ELSEWHERE
        }
    }

    /// The target gene before a sure place, as `entering` of the molecule read backward.
    fn came_from(&self, own: &Locus, offset: i64) -> f64 {
        if own.is_donor(offset) {
            prior::OWN_SITE
        } else {
            prior::OWN_ELSE
        }
    }

    /// From one base of the target gene to another.
    fn within(&self, own: &Locus, leaves: i64, enters: i64) -> f64 {
        if own.is_acceptor(enters) {
            prior::OWN_SITE
        } else if enters > leaves {
            prior::OWN_AHEAD
        } else if leaves - enters <= prior::REPEAT_MAX {
            prior::OWN_ELSE
        } else {
            prior::OWN_BACK
        }
    }

    /// A place before the target gene, as `entering` of the molecule read backward.
    fn before(&self, home: Home, locus: &Locus, offset: i64, known: &[Home]) -> f64 {
        self.found(home, locus, (locus.is_donor(offset), locus.is_exonic(offset)), known)
    }

    fn leaving(&self, locus: &Locus, offset: i64) -> f64 {
        if locus.is_donor(offset) {
            prior::AT_SITE
        } else if locus.is_exonic(offset) {
            prior::IN_EXON
        } else {
            prior::ELSEWHERE
        }
    }

    fn entering(&self, home: Home, locus: &Locus, offset: i64, known: &[Home]) -> f64 {
        let at = (locus.is_acceptor(offset), locus.is_exonic(offset));
        self.found(home, locus, at, known)
    }

    /// What finding a place costs, at an exon end, in an exon, or elsewhere.
    fn found(&self, home: Home, locus: &Locus, (at_site, in_exon): (bool, bool), known: &[Home]) -> f64 {
        match (home, locus.kind, at_site) {
            (Home::Known(0), _, true) => prior::OWN_SITE,
            (Home::Known(0), _, false) => prior::OWN_ELSE,
            (home, _, true) if known.contains(&home) => prior::KNOWN_SITE,
            (home, _, false) if known.contains(&home) => prior::KNOWN_ELSE,
            (_, Kind::Partner, true) => prior::PARTNER_SITE,
            (_, Kind::Gene, true) => prior::GENE_SITE,
            (_, Kind::Partner, false) if in_exon => prior::PARTNER_EXON,
            (_, Kind::Gene, false) if in_exon => prior::GENE_EXON,
            (_, Kind::Partner, false) => prior::PARTNER_ELSE,
            (_, Kind::Gene | Kind::Place | Kind::Own, _) => prior::PLACE,
        }
    }
}
