//! How the junctions of one event support one another, and which one leads it.

use std::cmp::{Ordering, Reverse};

use crate::{EventKind, Frame, MemberRole, Params, Tier};

/// One junction of an event, judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemberFacts {
    /// Its role.
    pub role: MemberRole,
    /// Its tier.
    pub tier: Option<Tier>,
    /// Its score.
    pub model_score: f64,
    /// Its reading frame.
    pub frame: Frame,
    /// Its molecules.
    pub molecules: u32,
    /// A read resolves the breakpoint to the base.
    pub is_precise: bool,
    /// Its number among the sample's junctions.
    pub junction: usize,
}

/// Distance (bases) within which junctions to one locus without a common gene belong to one event.
pub const fn locus_reach(p: &Params) -> i64 {
    p.event_locus as i64
}

/// DNA: whether two derivatives that overlap by, or omit, this many bases of KMT2A come from one breakpoint.
pub const fn is_one_break(bases: i64, p: &Params) -> bool {
    bases <= p.event_break as i64
}

/// Whether a junction with this many molecules can be the other derivative of a fusion with another gene, or that
/// fusion.
pub const fn is_third_gene(molecules: u32, p: &Params) -> bool {
    molecules >= p.third_gene_min
}

/// The sort key of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Best tier of its junctions; `None` if all are discarded.
    pub tier: Option<Tier>,
    /// What happened.
    pub kind: EventKind,
    /// Best score.
    pub model_score: f64,
    /// Molecules of its lead.
    pub molecules: u32,
    /// Its lead's number.
    pub lead: usize,
}

/// Whether each member has a companion at tier medium or high: the reciprocal one for a canonical junction, the
/// canonical
/// one for all others. `alone` are roles with the tiers that they reach by themselves.
pub fn companions(alone: &[(MemberRole, Option<Tier>)]) -> Vec<bool> {
    let believed = |role: MemberRole| alone.iter().any(|(r, tier)| *r == role && *tier >= Some(Tier::Medium));
    let (canonical, reciprocal) = (believed(MemberRole::Canonical), believed(MemberRole::Reciprocal));
    alone
        .iter()
        .map(|(role, _)| match role {
            MemberRole::Canonical => reciprocal,
            _ => canonical,
        })
        .collect()
}

/// The lead junction of an event. If a canonical junction has a tier, only canonical ones are eligible. An in-frame
/// junction comes first if it is at tier medium or high and has [`Params::lead_share`] of the strongest one's
/// molecules.
/// `None` without members.
pub fn lead(members: &[MemberFacts], p: &Params) -> Option<usize> {
    let has_canonical = members
        .iter()
        .any(|m| m.role == MemberRole::Canonical && m.tier.is_some());
    let eligible = || {
        members
            .iter()
            .filter(|m| !has_canonical || m.role == MemberRole::Canonical)
    };
    let strongest = eligible().map(|m| m.molecules).max().unwrap_or(0);
    eligible()
        .max_by_key(|m| {
            let fit = m.frame == Frame::InFrame
                && f64::from(m.molecules) >= p.lead_share * f64::from(strongest)
                && m.tier >= Some(Tier::Medium);
            (m.tier.is_some(), fit, m.molecules, m.is_precise, Reverse(m.junction))
        })
        .map(|m| m.junction)
}

/// Best tier and best score of an event's junctions.
pub fn best(members: &[MemberFacts]) -> (Option<Tier>, f64) {
    let tier = members.iter().filter_map(|m| m.tier).max();
    (tier, members.iter().map(|m| m.model_score).fold(0.0, f64::max))
}

/// The order of events: best tier first, fusions before others, then score, molecules and position.
pub fn order(a: &Standing, b: &Standing) -> Ordering {
    let key = |e: &Standing| (Reverse(e.tier), e.kind != EventKind::Fusion, e.kind);
    key(a)
        .cmp(&key(b))
        .then_with(|| b.model_score.total_cmp(&a.model_score))
        .then_with(|| b.molecules.cmp(&a.molecules))
        .then_with(|| a.lead.cmp(&b.lead))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBER: MemberFacts = MemberFacts {
        role: MemberRole::Canonical,
        tier: Some(Tier::Medium),
        model_score: 0.95,
        frame: Frame::Unknown,
        molecules: 10,
        is_precise: true,
        junction: 0,
    };

    fn leads(members: &[MemberFacts]) -> usize {
        lead(members, &Params::default()).unwrap()
    }

    #[test]
    fn a_companion_is_an_accepted_junction_of_the_other_kind() {
        use MemberRole::{Canonical, Chained, Reciprocal};
        let (medium, low) = (Some(Tier::Medium), Some(Tier::Low));
        let alone = [(Canonical, low), (Reciprocal, medium), (Chained, None)];
        assert_eq!(companions(&alone), [true, false, false]);
        let alone = [(Canonical, medium), (Reciprocal, low), (Chained, None)];
        assert_eq!(companions(&alone), [false, true, true]);
        assert_eq!(companions(&[(Canonical, Some(Tier::High))]), [false]);
    }

    #[test]
    fn the_strongest_leads_unless_one_in_frame_has_a_tenth_of_it() {
        let strong = MemberFacts {
            molecules: 100,
            ..MEMBER
        };
        let in_frame = |molecules| MemberFacts {
            frame: Frame::InFrame,
            molecules,
            junction: 1,
            ..MEMBER
        };
        assert_eq!(leads(&[strong, in_frame(10)]), 1);
        assert_eq!(leads(&[strong, in_frame(9)]), 0);
        let doubted = MemberFacts {
            tier: Some(Tier::Low),
            ..in_frame(50)
        };
        assert_eq!(leads(&[strong, doubted]), 0);
    }

    #[test]
    fn a_canonical_junction_with_a_tier_leads_before_a_stronger_reciprocal_one() {
        let reciprocal = MemberFacts {
            role: MemberRole::Reciprocal,
            molecules: 100,
            junction: 1,
            ..MEMBER
        };
        assert_eq!(leads(&[MEMBER, reciprocal]), 0);
        let discarded = MemberFacts { tier: None, ..MEMBER };
        assert_eq!(leads(&[discarded, reciprocal]), 1);
        // A tier comes before molecules, a resolved base before none, the earlier before the later.
        let more = MemberFacts {
            molecules: 50,
            junction: 2,
            ..discarded
        };
        assert_eq!(leads(&[more, MEMBER]), 0);
        let vague = MemberFacts {
            is_precise: false,
            junction: 0,
            ..MEMBER
        };
        assert_eq!(leads(&[vague, MemberFacts { junction: 1, ..MEMBER }]), 1);
        assert_eq!(
            leads(&[
                MemberFacts { junction: 3, ..MEMBER },
                MemberFacts { junction: 2, ..MEMBER }
            ]),
            2
        );
        assert_eq!(lead(&[], &Params::default()), None);
    }

    #[test]
    fn distances_and_counts_of_one_event_end_at_their_limits() {
        let p = Params::default();
        assert_eq!(locus_reach(&p), 500_000);
        assert!(is_one_break(200_000, &p) && !is_one_break(200_001, &p));
        assert!(is_third_gene(3, &p) && !is_third_gene(2, &p));
    }

    #[test]
    fn an_event_is_as_good_as_its_best_junction() {
        let high = MemberFacts {
            tier: Some(Tier::High),
            model_score: 0.999,
            ..MEMBER
        };
        let none = MemberFacts { tier: None, ..MEMBER };
        assert_eq!(best(&[none, high, MEMBER]), (Some(Tier::High), 0.999));
        assert_eq!(best(&[none]), (None, 0.95));
    }

    #[test]
    fn events_are_ordered_by_tier_then_kind_then_score_then_molecules() {
        let standing = |tier, kind, model_score, molecules, lead| Standing {
            tier,
            kind,
            model_score,
            molecules,
            lead,
        };
        let sorted = [
            standing(Some(Tier::High), EventKind::Ptd, 0.99, 1, 5),
            standing(Some(Tier::Medium), EventKind::Fusion, 0.95, 1, 7),
            standing(Some(Tier::Medium), EventKind::Ptd, 0.97, 1, 6),
            standing(Some(Tier::Medium), EventKind::Other, 0.98, 9, 4),
            standing(Some(Tier::Medium), EventKind::Other, 0.98, 8, 3),
            standing(Some(Tier::Medium), EventKind::Other, 0.97, 9, 1),
            standing(Some(Tier::Medium), EventKind::Other, 0.97, 9, 2),
            standing(None, EventKind::Fusion, 0.99, 99, 0),
        ];
        let mut events = sorted;
        events.reverse();
        events.sort_by(order);
        assert_eq!(events, sorted);
    }
}
