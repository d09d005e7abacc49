//! DNA: which junctions of an event are the two derivatives of one breakpoint.

use std::collections::HashMap;

use breakapart_rule::{Params, breaks::are_facing};

use crate::{
    annotate::{AnnotatedJunction, Class},
    genome::{Breakend, ContigId},
};

/// Junctions of an event by position, to find the other derivative of a breakpoint. One of the two must be resolved to
/// the base: pairs of which one mate is in another copy of a repeat face each other too.
#[derive(Default)]
pub(super) struct Facing<'a> {
    /// The rule's parameters.
    params: Params,
    /// By bins at KMT2A and at the partner, as long as the maximum distance of two facing junctions.
    by_bin: HashMap<(i64, ContigId, i64), Vec<&'a AnnotatedJunction>>,
}

impl<'a> Facing<'a> {
    /// Indexes `junctions`.
    pub(super) fn new(junctions: impl Iterator<Item = &'a AnnotatedJunction>, params: Params) -> Self {
        let reach = i64::from(params.facing);
        let mut by_bin: HashMap<_, Vec<&AnnotatedJunction>> = HashMap::new();
        for junction in junctions {
            if let Some((own, partner)) = sides_of(junction) {
                by_bin.entry(bin(own, partner, reach)).or_default().push(junction);
            }
        }
        Self { params, by_bin }
    }

    /// Whether one of them and `junction` are the two derivatives of one breakpoint.
    pub(super) fn holds_the_other_of(&self, junction: &AnnotatedJunction) -> bool {
        let Some((own, partner)) = sides_of(junction) else {
            return false;
        };
        let turned = |x: Breakend, y: Breakend| x.contig == y.contig && x.retained != y.retained;
        let apart = |x: Breakend, y: Breakend| x.position.distance(y.position);
        let (at, contig, far) = bin(own, partner, i64::from(self.params.facing));
        (-1..=1)
            .flat_map(|a| (-1..=1).map(move |b| (at + a, contig, far + b)))
            .filter_map(|bin| self.by_bin.get(&bin))
            .flatten()
            .any(|other| {
                let is_other = other.class != junction.class;
                let is_resolved = other.candidate.is_precise || junction.candidate.is_precise;
                let sides = sides_of(other).filter(|_| is_other && is_resolved);
                sides.is_some_and(|(x, y)| {
                    turned(x, own) && turned(y, partner) && are_facing(apart(x, own), apart(y, partner), &self.params)
                })
            })
    }
}

fn bin(own: Breakend, partner: Breakend, reach: i64) -> (i64, ContigId, i64) {
    let reach = reach.max(1);
    (
        own.position.0.div_euclid(reach),
        partner.contig,
        partner.position.0.div_euclid(reach),
    )
}

/// KMT2A's side and the partner's.
fn sides_of(j: &AnnotatedJunction) -> Option<(Breakend, Breakend)> {
    let junction = j.candidate.sides.junction()?;
    match j.class {
        Class::Canonical => Some((junction.five, junction.three)),
        Class::Reciprocal => Some((junction.three, junction.five)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        annotate::annotated,
        assemble::tests::grch38,
        genome::{Position, Retained},
    };

    /// Whether a junction of one derivative faces one of the other, `apart` bases away on both chromosomes.
    fn faces(apart: i64, precise: [bool; 2], other: Class) -> bool {
        let (models, params) = (grch38(), Params::default());
        let (gene, contig) = models.kmt2a();
        let side = |contig, position: i64, retained| Breakend {
            contig,
            position: Position(position),
            retained,
        };
        let own = gene.interval.start.0 + 50_000;
        let partner = ContigId(8);
        let junction = |(at, far), class, is_precise| {
            let (left, right) = (Retained::Left, Retained::Right);
            let sides = match class {
                Class::Canonical => (side(contig, at, left), side(partner, far, left)),
                _ => (side(partner, far, right), side(contig, at, right)),
            };
            let mut junction = annotated(sides, class, &models, &params);
            junction.candidate.is_precise = is_precise;
            junction
        };
        let here = junction((own, 20_000_000), Class::Canonical, precise[0]);
        let there = junction((own + apart, 20_000_000 + apart), other, precise[1]);
        Facing::new([&here, &there].into_iter(), params).holds_the_other_of(&here)
    }

    #[test]
    fn one_of_two_facing_junctions_must_be_resolved_to_the_base() {
        let both = |precise| faces(20, precise, Class::Reciprocal);
        assert!(both([true, true]) && both([true, false]) && both([false, true]));
        assert!(!both([false, false]));
    }

    #[test]
    fn facing_junctions_are_of_two_derivatives_within_a_thousand_bases() {
        assert!(faces(1_000, [true, true], Class::Reciprocal) && !faces(1_001, [true, true], Class::Reciprocal));
        assert!(!faces(0, [true, true], Class::Canonical));
    }
}
