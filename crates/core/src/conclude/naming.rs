//! Names of junctions and events, the same in every output.

use crate::{
    annotate::{Class, EventKind, Frame, MemberRole, Side},
    genome::Breakend,
    judge::{Code, JudgedEvent, JudgedJunction},
};

/// Longest segment between two chained junctions outside genes (bases).
const SEGMENT: i64 = 500_000;

/// `KMT2A::AFF1`, `KMT2A-PTD e2-e8`, `KMT2A-TTC36` (read-through). An intergenic side is named by the nearest gene and
/// its distance ([`Side::name`]).
pub fn junction(junction: &JudgedJunction) -> String {
    let a = &junction.annotated;
    match a.class {
        Class::Ptd if junction.judgement.has(Code::InternalTandemDuplication) => "KMT2A-ITD".to_owned(),
        Class::Ptd => match (a.five.exon, a.three.exon) {
            (Some(donor), Some(acceptor)) => format!("KMT2A-PTD e{acceptor}-e{donor}"),
            _ => "KMT2A-PTD".to_owned(),
        },
        Class::NeighbourReadThrough => format!("{}-{}", a.five.name(), a.three.name()),
        _ => format!("{}::{}", a.five.name(), a.three.name()),
    }
}

/// The name of the whole event: its chain from the first segment to the last (`KMT2A::CREBBP::MLLT3`).
pub fn event(event: &JudgedEvent, junctions: &[JudgedJunction]) -> String {
    let chain = chain(event, junctions);
    match (chain.first(), chain.len()) {
        (Some(_), 1) | (None, _) => junctions.get(event.lead).map(junction).unwrap_or_default(),
        (Some(first), _) => {
            let mut name = first.annotated.five.name();
            for j in &chain {
                name.push_str("::");
                name.push_str(&j.annotated.three.name());
            }
            name
        }
    }
}

/// The junctions of the molecule with the lead junction, 5' to 3': those upstream of the lead, the lead, those
/// downstream. Only junctions with a tier are included.
pub fn chain<'a>(event: &JudgedEvent, junctions: &'a [JudgedJunction]) -> Vec<&'a JudgedJunction> {
    let Some(lead) = junctions.get(event.lead) else {
        return Vec::new();
    };
    let mut chain = vec![lead];
    if event.group.kind != EventKind::Fusion {
        return chain;
    }
    let mut further: Vec<&JudgedJunction> = event
        .group
        .members
        .iter()
        .filter(|m| m.role == MemberRole::Chained && m.junction != event.lead)
        .filter_map(|m| junctions.get(m.junction))
        .filter(|j| j.judgement.tier.is_some())
        .collect();
    while let Some(last) = chain.last().filter(|j| !j.annotated.three.is_kmt2a)
        && let Some(at) = further.iter().position(|j| continues(last, j))
    {
        chain.push(further.remove(at));
    }
    while let Some(first) = chain.first().filter(|j| !j.annotated.five.is_kmt2a)
        && let Some(at) = further.iter().position(|j| continues(j, first))
    {
        chain.insert(0, further.remove(at));
    }
    chain
}

/// Whether the segment entered at `before` is the one left at `after`.
fn continues(before: &JudgedJunction, after: &JudgedJunction) -> bool {
    let (a, b) = (&before.annotated, &after.annotated);
    let same_gene = a.three.gene.is_some() && a.three.gene == b.five.gene;
    let near = |(x, y): (Breakend, Breakend)| x.contig == y.contig && x.position.distance(y.position) <= SEGMENT;
    let breakends = a.candidate.sides.three().zip(b.candidate.sides.five());
    a.three.strand == b.five.strand && (same_gene || breakends.is_some_and(near))
}

/// The side that names an event's partner: the end of the chain if it is a catalogue partner, else the lead junction's
/// partner side.
pub fn partner<'a>(event: &JudgedEvent, junctions: &'a [JudgedJunction]) -> Option<&'a Side> {
    let chain = chain(event, junctions);
    let lead = junctions.get(event.lead)?;
    let end = if lead.annotated.class == Class::Reciprocal {
        chain.first().map(|j| &j.annotated.five)
    } else {
        chain.last().map(|j| &j.annotated.three)
    };
    end.filter(|side| side.is_partner && !side.is_kmt2a)
        .or_else(|| Some(lead.annotated.partner_side()))
}

/// The reading frame of the whole chain: that of the lead; unknown if the lead is in frame and another junction is not.
pub fn frame(event: &JudgedEvent, junctions: &[JudgedJunction]) -> Frame {
    let frames: Vec<Frame> = chain(event, junctions).iter().map(|j| j.annotated.frame).collect();
    let lead = junctions.get(event.lead).map_or(Frame::Unknown, |j| j.annotated.frame);
    if lead == Frame::InFrame && frames.iter().any(|f| *f != Frame::InFrame) {
        Frame::Unknown
    } else {
        lead
    }
}

/// Names of the event's reciprocal junctions whose 5' gene is not in the chain, sorted.
pub fn third_genes(event: &JudgedEvent, junctions: &[JudgedJunction]) -> Vec<String> {
    let chain = chain(event, junctions);
    let known = |side: &Side| {
        chain.iter().any(|j| {
            [&j.annotated.five, &j.annotated.three]
                .iter()
                .any(|s| s.gene == side.gene)
        })
    };
    let mut names: Vec<String> = event
        .group
        .members
        .iter()
        .filter(|m| m.role == MemberRole::Reciprocal && m.junction != event.lead)
        .filter_map(|m| junctions.get(m.junction))
        .filter(|j| j.judgement.tier.is_some() && j.annotated.five.gene.is_some() && !known(&j.annotated.five))
        .map(junction)
        .collect();
    names.sort();
    names.dedup();
    names
}
