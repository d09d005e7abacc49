//! The supporting fragments of a junction, with their bases around it.

use std::collections::BTreeMap;

use super::Material;
use crate::{
    assemble::{
        Candidate,
        observe::{EvidenceKind, Observation},
    },
    evidence::{fragment::Fragment, molecule::name_hash},
    report::schema::SupportingRow,
};

/// Largest number of supporting fragments listed for a junction (count).
const SUPPORTING_MAX: usize = 200;

/// Bases listed on each side of the junction (bases): enough to see the junction, without more of a
/// patient's sequence.
const FLANK: usize = 100;

/// At most 200 fragments, sampled by hash of their names, strongest class first.
pub(super) fn rows(material: &Material<'_>, candidate: &Candidate) -> Vec<SupportingRow> {
    let rank = |o: &Observation| (o.kind, o.bases.is_some());
    let mut best: BTreeMap<usize, &Observation> = BTreeMap::new();
    for o in &candidate.observations {
        best.entry(o.fragment)
            .and_modify(|kept| {
                if rank(o) > rank(kept) {
                    *kept = o;
                }
            })
            .or_insert(o);
    }
    let mut rows: Vec<(u64, usize, &Fragment, &Observation)> = best
        .into_iter()
        .map(|(index, o)| {
            let fragment = &material.result.collected.fragments[index];
            (name_hash(&fragment.name), index, fragment, o)
        })
        .collect();
    rows.sort_by(|a, b| (a.0, &a.2.name).cmp(&(b.0, &b.2.name)));
    rows.truncate(SUPPORTING_MAX);
    // By position: the order of the hashes would reveal something of the names.
    rows.sort_by_cached_key(|(hash, _, fragment, o)| {
        let places = fragment.chain.segments.iter().map(|s| (s.contig, s.reference));
        (
            std::cmp::Reverse(o.kind),
            places.collect::<Vec<_>>(),
            *hash,
            fragment.name.clone(),
        )
    });
    rows.into_iter()
        .map(|(_, index, fragment, o)| {
            let (bases, offset) = around(candidate, fragment, o).unwrap_or_default();
            SupportingRow {
                name: material.numbers.map_or_else(
                    || String::from_utf8_lossy(&fragment.name).into_owned(),
                    |numbers| numbers.name(index, material.result.assay),
                ),
                kind: o.kind.name().to_owned(),
                placements: placements(material, fragment),
                bases,
                offset,
            }
        })
        .collect()
}

/// The bases of the read that crosses the junction, at most [`FLANK`] on each side, and the position of the
/// first of them from the junction. `None` if no read crosses it.
fn around(candidate: &Candidate, fragment: &Fragment, o: &Observation) -> Option<(String, i32)> {
    let (bases, junction) = candidate.bases_of(o)?;
    // Mates without overlap are concatenated with nothing between: only one of them crosses the
    // junction.
    let parted = fragment
        .chain
        .mate_start
        .filter(|_| o.kind != EvidenceKind::Mate)
        .and_then(|at| usize::try_from(at).ok())
        .map(|at| if o.reversed { bases.len().saturating_sub(at) } else { at })
        .unwrap_or(bases.len());
    let own = if junction < parted {
        0..parted
    } else {
        parted..bases.len()
    };
    let own = if parted >= bases.len() { 0..bases.len() } else { own };
    let inserted = candidate.sides.inserted().len();
    let start = junction.saturating_sub(FLANK).max(own.start);
    let end = (junction + inserted + FLANK).min(own.end);
    if start >= junction || end <= junction {
        return None;
    }
    // Bases in no record of the fragment are N at the ends; inside they keep their columns.
    let window = bases.get(start..end)?;
    let unseen = window.iter().take_while(|base| **base == b'N').count();
    let seen = window.len() - window.iter().rev().take_while(|base| **base == b'N').count();
    let text = String::from_utf8_lossy(window.get(unseen..seen)?).into_owned();
    let offset = i32::try_from(start + unseen).ok()? - i32::try_from(junction).ok()?;
    Some((text, offset))
}

/// Largest number of listed segments of a molecule (count): real ones have a handful, hostile ones tens of thousands.
const PLACEMENTS_MAX: usize = 24;

/// `chr11:118482463-118482495(+)`, the molecule's segments in order; if there are too many, the first and the last.
fn placements(material: &Material<'_>, fragment: &Fragment) -> String {
    let segments = &fragment.chain.segments;
    let place = |s: &crate::evidence::fragment::Segment| {
        format!(
            "{}:{}-{}({})",
            material.result.contigs.name(s.contig),
            s.reference.start,
            s.reference.end.0,
            s.strand
        )
    };
    let left_out = segments.len().saturating_sub(PLACEMENTS_MAX);
    let head = if left_out == 0 {
        segments.len()
    } else {
        PLACEMENTS_MAX / 2
    };
    let mut parts: Vec<String> = segments.iter().take(head).map(place).collect();
    if left_out > 0 {
        parts.push(format!("... {left_out} more ..."));
        parts.extend(segments.iter().skip(head + left_out).map(place));
    }
    parts.join(" ")
}
