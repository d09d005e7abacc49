//! The fate of every single fragment that the ledger counts.

use crate::{
    assemble::clip::ClipFate,
    conclude::{
        AssayResult,
        ledger::{self, Fate},
    },
    evidence::verdict::Verdict,
    genome::{Breakend, Strand},
};

/// An aligned segment of a fragment: contig, first and last base (1-based), strand of the molecule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedPlace {
    /// Contig.
    pub contig: String,
    /// First base, 1-based.
    pub first: i64,
    /// Last base, 1-based.
    pub last: i64,
    /// Strand.
    pub strand: Strand,
}

/// One fragment that overlaps KMT2A or supports one of its junctions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedFragment {
    /// `QNAME`.
    pub name: String,
    /// Its row in the ledger.
    pub fate: Fate,
    /// Aligned segments, in the molecule's order.
    pub places: Vec<TracedPlace>,
    /// Both sides of each supported junction: contig and 1-based position.
    pub junctions: Vec<[(String, i64); 2]>,
    /// Bases of an unexplained clipped end.
    pub unexplained: Option<String>,
    /// Flagged as a duplicate: counted as a fragment, not as a molecule.
    pub duplicate: bool,
    /// One of its reads was unmapped and is realigned to exons here.
    pub laid: bool,
    /// Best and second-best explanation and their score difference, if explanations were compared.
    pub verdict: Option<Verdict>,
}

/// Traces every fragment.
pub(super) fn fragments(result: &AssayResult<'_>) -> Vec<TracedFragment> {
    let contigs = result.contigs;
    // The other side of an open end is its number.
    let side = |b: Option<Breakend>, number: i64| match b {
        Some(b) => (contigs.name(b.contig).to_owned(), b.position.one_based()),
        None => ("*".to_owned(), number),
    };
    let mut junctions: std::collections::BTreeMap<usize, Vec<[(String, i64); 2]>> = std::collections::BTreeMap::new();
    for junction in &result.judged.junctions {
        let candidate = &junction.annotated.candidate;
        let number = candidate.sides.open().map_or(0, |open| i64::from(open.number) + 1);
        let sides = candidate.sides.both().map(|b| side(b, number));
        for o in &candidate.observations {
            let of = junctions.entry(o.fragment).or_default();
            if !of.contains(&sides) {
                of.push(sides.clone());
            }
        }
    }
    ledger::fates(result)
        .into_iter()
        .filter_map(|(index, fate)| {
            let fragment = result.collected.fragments.get(index)?;
            let unexplained = result.judged.clips.get(&index).and_then(|clips| {
                clips.iter().find_map(|clip| match clip {
                    ClipFate::Unexplained(_, bases) => Some(String::from_utf8_lossy(bases).into_owned()),
                    _ => None,
                })
            });
            Some(TracedFragment {
                name: String::from_utf8_lossy(&fragment.name).into_owned(),
                fate,
                places: fragment
                    .chain
                    .segments
                    .iter()
                    .map(|s| TracedPlace {
                        contig: contigs.name(s.contig).to_owned(),
                        first: s.reference.start.one_based(),
                        last: s.reference.end.0,
                        strand: s.strand,
                    })
                    .collect(),
                junctions: junctions.remove(&index).unwrap_or_default(),
                unexplained: unexplained.filter(|_| fate == Fate::ClipUnexplained),
                duplicate: fragment.flagged_duplicate,
                laid: fragment.laid,
                verdict: fragment.verdict,
            })
        })
        .collect()
}
