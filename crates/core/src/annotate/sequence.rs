//! The sequence around a genomic junction, long enough to design an assay for it.
//!
//! In: a candidate, its fragments, the reference. Out: bases on both sides in the molecule's direction, with the
//! positions where the supporting molecules agree on a base other than the reference. Without a reference, the bases
//! are those of the molecules, as far as they extend without a gap.

use std::collections::BTreeMap;

use crate::{
    assemble::Candidate,
    evidence::fragment::Fragment,
    genome::{
        Breakend, ContigId, Contigs, Interval, Position, Retained, SequenceSource,
        sequence::{base_index, reverse_complement},
    },
    model::{JunctionSequence, SequenceVariant},
};

/// Length of each flank (bases): assays for residual disease need 300.
const FLANK: i64 = 400;
/// Least molecules with another base, and their least share of all molecules there, for a variant of the patient's
/// rearranged chromosome (count, fraction).
const VARIANT_MIN: u32 = 2;
const VARIANT_SHARE: f64 = 0.7;

/// One side's bases.
struct Flank {
    /// Interval and strand; `None` for an unmapped side.
    place: Option<String>,
    /// Bases in the molecule's direction, with variants in lower case.
    bases: Vec<u8>,
}

/// Base counts by position (0-based).
type Votes = BTreeMap<(ContigId, i64), [u32; 4]>;

/// The sequence across a precise candidate; `None` if a side's bases are not known.
pub(super) fn over(
    candidate: &Candidate,
    fragments: &[Fragment],
    contigs: &Contigs,
    source: &dyn SequenceSource,
) -> Option<JunctionSequence> {
    if !candidate.is_precise {
        return None;
    }
    let votes = votes(candidate, fragments);
    let mut variants = Vec::new();
    let mut from_reference = true;
    let mut flank = |is_five: bool| -> Option<Flank> {
        let Some(side) = candidate.sides.side(is_five) else {
            let outward = candidate.sides.open()?.beyond.clone();
            // Stored outward from KMT2A.
            let bases = if is_five { reverse_complement(&outward) } else { outward };
            return Some(Flank { place: None, bases });
        };
        let interval = match side.retained {
            Retained::Left => Interval::new((side.position.0 + 1 - FLANK).max(0), side.position.0 + 1),
            Retained::Right => Interval::new(side.position.0, side.position.0 + FLANK),
        };
        let known = source
            .bases(side.contig, interval)
            .filter(|bases| !bases.contains(&b'N'));
        let (interval, mut bases) = match known {
            Some(bases) => (interval, bases),
            None => {
                from_reference = false;
                shown(side, interval, &votes)?
            }
        };
        if from_reference {
            for ((contig, position), counts) in
                votes.range((side.contig, interval.start.0)..(side.contig, interval.end.0))
            {
                let Ok(at) = usize::try_from(position - interval.start.0) else {
                    continue;
                };
                let Some(reference) = bases.get(at).copied() else {
                    continue;
                };
                let over: u32 = counts.iter().sum();
                for (with, base) in counts.iter().zip(*b"ACGT") {
                    if base != reference && *with >= VARIANT_MIN && f64::from(*with) >= VARIANT_SHARE * f64::from(over)
                    {
                        let variant = SequenceVariant {
                            contig: contigs.name(*contig).to_owned(),
                            position: Position(*position).one_based(),
                            reference: char::from(reference).to_string(),
                            base: char::from(base).to_string(),
                            molecules: *with,
                            over,
                        };
                        variants.push((*contig, *position, base, variant));
                        bases[at] = base.to_ascii_lowercase();
                    }
                }
            }
        }
        let along = (side.retained == Retained::Left) == is_five;
        let place = format!(
            "{}:{}-{}({})",
            contigs.name(side.contig),
            interval.start.one_based(),
            interval.last().one_based(),
            if along { '+' } else { '-' }
        );
        Some(Flank {
            place: Some(place),
            bases: if along { bases } else { reverse_complement(&bases) },
        })
    };
    let (five, three) = (flank(true)?, flank(false)?);
    variants.sort_unstable_by_key(|(contig, position, base, _)| (*contig, *position, *base));
    variants.dedup();
    let inserted = candidate.sides.inserted();
    let length = |bases: &[u8]| u32::try_from(bases.len()).unwrap_or(u32::MAX);
    Some(JunctionSequence {
        bases: String::from_utf8_lossy(&[&five.bases, inserted, &three.bases].concat()).into_owned(),
        junction_offset: length(&five.bases),
        inserted: length(inserted),
        five: five.place,
        three: three.place,
        source: if from_reference { "reference" } else { "reads" }.to_owned(),
        variants: variants.into_iter().map(|(.., variant)| variant).collect(),
    })
}

/// The molecules' bases from the breakend inward, up to the first base without coverage.
fn shown(side: Breakend, interval: Interval, votes: &Votes) -> Option<(Interval, Vec<u8>)> {
    let base = |position: i64| {
        let counts = votes.get(&(side.contig, position))?;
        let (best, most) = counts
            .iter()
            .enumerate()
            .max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i)))?;
        (*most > 0).then(|| b"ACGT"[best])
    };
    let (mut start, mut end) = (side.position.0, side.position.0 + 1);
    match side.retained {
        Retained::Left => {
            while start > interval.start.0 && base(start - 1).is_some() {
                start -= 1;
            }
        }
        Retained::Right => {
            while end < interval.end.0 && base(end).is_some() {
                end += 1;
            }
        }
    }
    let bases: Option<Vec<u8>> = (start..end).map(base).collect();
    Some((Interval::new(start, end), bases?))
}

/// Base counts of the molecules across the junction, each molecule once.
fn votes(candidate: &Candidate, fragments: &[Fragment]) -> Votes {
    let mut votes = Votes::new();
    let mut seen = std::collections::BTreeSet::new();
    for o in &candidate.observations {
        let Some(fragment) = fragments.get(o.fragment) else {
            continue;
        };
        if fragment.flagged_duplicate || !seen.insert(o.molecule) {
            continue;
        }
        let chain = &fragment.chain;
        for s in &chain.segments {
            let bases = chain.sequence.get(s.molecule_start as usize..s.molecule_end as usize);
            // Segments with an indel are skipped: their bases are shifted.
            let Some(bases) = bases.filter(|b| i64::try_from(b.len()) == Ok(s.reference.len())) else {
                continue;
            };
            let forward = if s.strand == crate::genome::Strand::Forward {
                bases.to_vec()
            } else {
                reverse_complement(bases)
            };
            for (position, base) in (s.reference.start.0..).zip(&forward) {
                if let Some(code) = base_index(*base) {
                    votes.entry((s.contig, position)).or_default()[code] += 1;
                }
            }
        }
    }
    votes
}
