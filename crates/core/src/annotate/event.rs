//! Groups junctions of the same rearrangement into events.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use breakapart_rule::{
    Assay, Params,
    event::{is_one_break, is_third_gene, locus_reach},
};

use super::{AnnotatedJunction, Class, EventKind, Member, MemberRole};
use crate::genome::ContigId;

/// The junctions of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventGroup {
    /// Kind of event.
    pub kind: EventKind,
    /// Its junctions, most molecules first.
    pub members: Vec<Member>,
}

/// Groups junctions into events; every junction belongs to exactly one.
pub(crate) fn group(junctions: &[AnnotatedJunction], assay: Assay, p: &Params) -> Vec<EventGroup> {
    let mut order: Vec<usize> = (0..junctions.len()).collect();
    order.sort_by_key(|i| {
        let candidate = &junctions[*i].candidate;
        (Reverse(candidate.evidence.molecules), !candidate.is_precise, *i)
    });
    let mut events = Events::default();
    let mut of_locus: BTreeMap<String, usize> = BTreeMap::new();
    let mut ptd: Option<usize> = None;
    let mut ends = FarEnds::new(junctions);
    for &index in &order {
        let j = &junctions[index];
        match j.class {
            Class::Canonical => {
                let known = of_locus.get(&locus(j)).copied().or_else(|| ends.near(j, p));
                let at = events.put(known, EventKind::Fusion, index, MemberRole::Canonical);
                ends.add(at, j);
                if known.is_none() {
                    of_locus.insert(locus(j), at);
                }
            }
            Class::Ptd => ptd = Some(events.put(ptd, EventKind::Ptd, index, MemberRole::Ptd)),
            _ => {}
        }
    }
    for &index in &order {
        let j = &junctions[index];
        if j.class != Class::Reciprocal {
            continue;
        }
        let same = of_locus
            .get(&locus(j))
            .copied()
            .or_else(|| ends.near(j, p))
            .filter(|at| one_break(&events.0[*at], (junctions, j), assay, p));
        let third = || {
            // A product, not a chimera, has splice sites in RNA and a precise breakpoint in DNA.
            let is_product = if assay == Assay::Rna {
                j.five.at_splice_site && j.three.at_splice_site
            } else {
                j.candidate.is_precise
            };
            if !is_third_gene(j.candidate.evidence.molecules, p) || !is_product {
                return None;
            }
            let fusions = events.0.iter().enumerate();
            let mut fusions = fusions.filter(|(_, e)| e.kind == EventKind::Fusion && is_strong(e, junctions, p));
            match (fusions.next(), fusions.next()) {
                (Some((at, only)), None) if one_break(only, (junctions, j), assay, p) => Some(at),
                _ => None,
            }
        };
        let found = same.or_else(third);
        let at = events.put(found, EventKind::Fusion, index, MemberRole::Reciprocal);
        ends.add(at, j);
        if found.is_none() {
            of_locus.entry(locus(j)).or_insert(at);
        }
    }
    for &index in &order {
        let (kind, chained) = match junctions[index].class {
            Class::Canonical | Class::Ptd | Class::Reciprocal => continue,
            Class::Chained => (EventKind::Other, chained_to(&events.0, junctions, index)),
            Class::NeighbourReadThrough => (EventKind::ReadThrough, None),
            _ => (EventKind::Other, None),
        };
        let role = chained.map_or(MemberRole::Other, |_| MemberRole::Chained);
        events.put(chained, kind, index, role);
    }
    events.0
}

/// Events under construction.
#[derive(Default)]
struct Events(Vec<EventGroup>);

impl Events {
    /// Adds a junction to a known event or to a new one; returns the event's index.
    fn put(&mut self, known: Option<usize>, kind: EventKind, junction: usize, role: MemberRole) -> usize {
        let at = known.unwrap_or(self.0.len());
        if known.is_none() {
            self.0.push(EventGroup {
                kind,
                members: Vec::new(),
            });
        }
        self.0[at].members.push(Member { junction, role });
        at
    }
}

/// The partner as a grouping key: its gene, else its position, else empty.
fn locus(j: &AnnotatedJunction) -> String {
    let gene = j.partner_side().gene.clone();
    gene.unwrap_or_else(|| match far_end(j) {
        (Some(contig), position) => format!("{}:{position}", contig.0),
        (None, _) => String::new(),
    })
}

/// Partner breakends of fusions by position, to find an event with a partner side within [`locus_reach`] on the same
/// contig.
struct FarEnds {
    /// Partner breakends of all junctions, sorted.
    places: Vec<(Option<ContigId>, i64)>,
    /// The first event at each position, and the first one with an intergenic side there.
    any: Minima,
    unnamed: Minima,
}

impl FarEnds {
    fn new(junctions: &[AnnotatedJunction]) -> Self {
        let mut places: Vec<_> = junctions.iter().map(far_end).collect();
        places.sort_unstable();
        places.dedup();
        Self {
            any: Minima::new(places.len()),
            unnamed: Minima::new(places.len()),
            places,
        }
    }

    fn add(&mut self, event: usize, j: &AnnotatedJunction) {
        let Ok(at) = self.places.binary_search(&far_end(j)) else {
            return;
        };
        self.any.lower(at, event);
        if j.partner_side().gene.is_none() {
            self.unnamed.lower(at, event);
        }
    }

    /// The first event within [`locus_reach`], unless both sides are in genes.
    fn near(&self, j: &AnnotatedJunction, p: &Params) -> Option<usize> {
        let (contig, position) = far_end(j);
        let low = (contig, position.saturating_sub(locus_reach(p)));
        let high = (contig, position.saturating_add(locus_reach(p)));
        let (start, end) = (
            self.places.partition_point(|p| *p < low),
            self.places.partition_point(|p| *p <= high),
        );
        if j.partner_side().gene.is_some() {
            self.unnamed.of(start, end)
        } else {
            self.any.of(start, end)
        }
    }
}

/// Minimum over a range of positions: a segment tree, since one locus of library noise can have a hundred thousand
/// junctions.
struct Minima {
    /// Leaves from the middle on; every other node is the minimum of its two children.
    nodes: Vec<usize>,
}

impl Minima {
    const NONE: usize = usize::MAX;

    fn new(len: usize) -> Self {
        Self {
            nodes: vec![Self::NONE; 2 * len],
        }
    }

    fn lower(&mut self, at: usize, number: usize) {
        let mut node = at + self.nodes.len() / 2;
        while node > 0 && self.nodes[node] > number {
            self.nodes[node] = number;
            node /= 2;
        }
    }

    fn of(&self, start: usize, end: usize) -> Option<usize> {
        let leaves = self.nodes.len() / 2;
        let (mut low, mut high) = (start + leaves, end + leaves);
        let mut least = Self::NONE;
        while low < high {
            if low % 2 == 1 {
                least = least.min(self.nodes[low]);
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                least = least.min(self.nodes[high]);
            }
            low /= 2;
            high /= 2;
        }
        Some(least).filter(|n| *n != Self::NONE)
    }
}

/// Contig and position of the partner breakend; all unmapped ones are equal.
fn far_end(j: &AnnotatedJunction) -> (Option<ContigId>, i64) {
    let end = j.candidate.sides.side(j.class == Class::Reciprocal);
    end.map_or((None, 0), |end| (Some(end.contig), end.position.0))
}

fn is_strong(event: &EventGroup, junctions: &[AnnotatedJunction], p: &Params) -> bool {
    event.members.iter().any(|m| {
        m.role == MemberRole::Canonical && is_third_gene(junctions[m.junction].candidate.evidence.molecules, p)
    })
}

/// Whether one KMT2A breakpoint explains the canonical junctions of `event` and the reciprocal `j`: in RNA, a
/// breakpoint
/// in intron n explains donors up to n and acceptors from n + 1; in DNA, the two are within [`Params::event_break`] of
/// each other.
fn one_break(
    event: &EventGroup,
    (junctions, j): (&[AnnotatedJunction], &AnnotatedJunction),
    assay: Assay,
    p: &Params,
) -> bool {
    if assay == Assay::Dna {
        let own = j.candidate.sides.three();
        return event.members.iter().any(|m| {
            let sides = own.zip(junctions[m.junction].candidate.sides.five());
            sides.is_some_and(|(own, other)| {
                other.contig == own.contig && is_one_break(other.position.distance(own.position), p)
            })
        });
    }
    let donor = event
        .members
        .iter()
        .filter(|m| m.role == MemberRole::Canonical && junctions[m.junction].candidate.is_precise)
        .filter_map(|m| junctions[m.junction].five.exon_or_intron())
        .max();
    match (donor, j.three.exon_or_intron()) {
        (Some(donor), Some(acceptor)) => donor < acceptor,
        _ => true,
    }
}

/// The event that shares a fragment with the chained junction, or whose partner gene is its 5' gene.
fn chained_to(events: &[EventGroup], junctions: &[AnnotatedJunction], index: usize) -> Option<usize> {
    let own = &junctions[index];
    let fragments: BTreeSet<usize> = own.candidate.observations.iter().map(|o| o.fragment).collect();
    let shares = |m: &Member| {
        junctions[m.junction]
            .candidate
            .observations
            .iter()
            .any(|o| fragments.contains(&o.fragment))
    };
    let continues = |m: &Member| {
        let before = &junctions[m.junction];
        m.role == MemberRole::Canonical
            && before.three.gene.is_some()
            && before.three.gene == own.five.gene
            && before.three.is_sense()
            && own.five.is_sense()
    };
    events.iter().position(|e| e.members.iter().any(shares)).or_else(|| {
        events
            .iter()
            .position(|e| e.kind == EventKind::Fusion && e.members.iter().any(continues))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_range_is_found() {
        for len in 1..20 {
            let mut minima = Minima::new(len);
            let mut plain = vec![None::<usize>; len];
            for step in 0..3 * len {
                let (at, number) = ((step * 7 + 3) % len, (step * 31 + 5) % 41);
                minima.lower(at, number);
                plain[at] = Some(plain[at].map_or(number, |old| old.min(number)));
                for start in 0..=len {
                    for end in start..=len {
                        let expected = plain[start..end].iter().flatten().min().copied();
                        assert_eq!(minima.of(start, end), expected, "{len}: {start}..{end}");
                    }
                }
            }
        }
    }

    /// KMT2A's exon `donor` joined to AFF1 e5, and AFF1 e4 to KMT2A's exon `acceptor`: member roles by event.
    fn grouped(donor: u16, acceptor: u16) -> Vec<Vec<MemberRole>> {
        use crate::{
            annotate::annotated,
            catalogue::GeneModels,
            genome::{Breakend, Build, Contigs, Retained},
        };
        let p = Params::default();
        let contigs = Contigs::new([("chr11".to_owned(), 135_086_622), ("chr4".to_owned(), 190_214_555)]);
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let end = |symbol: &str, exon: u16, is_donor: bool| {
            let gene = models.by_symbol(symbol).unwrap();
            let transcript = gene.transcript().unwrap();
            let exon = transcript.exon(exon).unwrap();
            Breakend {
                contig: models.contig_of(gene).unwrap(),
                position: if is_donor {
                    transcript.last_base(exon)
                } else {
                    transcript.first_base(exon)
                },
                retained: if is_donor { Retained::Left } else { Retained::Right },
            }
        };
        let junction = |five, three, class| {
            let mut junction = annotated((five, three), class, &models, &p);
            junction.candidate.evidence.molecules = 10;
            junction
        };
        let junctions = [
            junction(end("KMT2A", donor, true), end("AFF1", 5, false), Class::Canonical),
            junction(end("AFF1", 4, true), end("KMT2A", acceptor, false), Class::Reciprocal),
        ];
        let roles = |event: EventGroup| event.members.iter().map(|m| m.role).collect();
        group(&junctions, Assay::Rna, &p).into_iter().map(roles).collect()
    }

    #[test]
    fn one_breakpoint_is_after_its_donor_and_before_its_acceptor() {
        use MemberRole::{Canonical, Reciprocal};
        assert_eq!(grouped(8, 9), [vec![Canonical, Reciprocal]]);
        // The breakpoint is after e8: the other derivative begins with e9 or, with exon skipping, a later exon.
        assert_eq!(grouped(8, 11), [vec![Canonical, Reciprocal]]);
        assert_eq!(grouped(9, 9), [vec![Canonical], vec![Reciprocal]]);
        assert_eq!(grouped(10, 9), [vec![Canonical], vec![Reciprocal]]);
    }
}
