//! Which fragments stem from one molecule.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{Hash, Hasher},
};

use serde::{Deserialize, Serialize};

use super::{
    fragment::{Chain, Fragment},
    group::Draft,
};
use crate::genome::{AlignedRecord, ContigId, Strand};

/// Share of fragments that must carry a molecular identifier before identifiers are used (fraction).
const UMI_SHARE: f64 = 0.9;

/// How copies of one molecule are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoleculesBy {
    /// Molecular identifier and fragment ends.
    Umi,
    /// The file's duplicate flags.
    DuplicateFlags,
    /// Both ends of the fragment, corrected for clipping.
    FragmentEnds,
    /// Single reads without identifiers: the number of molecules cannot be known; distinct 5'
    /// positions are counted as a lower bound.
    FivePrimePositions,
}

impl MoleculesBy {
    /// What a report says.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Umi => "UMI",
            Self::DuplicateFlags => "duplicate flags",
            Self::FragmentEnds => "fragment ends",
            Self::FivePrimePositions => "not determinable (distinct 5' positions as a lower bound)",
        }
    }
}

/// One outer end of a fragment: contig, strand along which the molecule is read inward, 0-based
/// position corrected for clipping.
type End = (ContigId, Strand, i64);

/// The outer ends of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FragmentEnds {
    start: Option<End>,
    end: Option<End>,
    paired: bool,
}

impl FragmentEnds {
    /// The ends of `chain`. Where the mate is absent, its place in `record`'s mate fields stands for
    /// its end.
    pub fn of(chain: &Chain, record: &AlignedRecord, mate_missing: bool) -> Self {
        let start = chain.segments.first().map(|s| {
            let lead = i64::from(s.molecule_start);
            (s.contig, s.strand, s.first_base().0 - lead * step(s.strand))
        });
        let end = chain.segments.iter().max_by_key(|s| s.molecule_end).map(|s| {
            let tail = i64::from(chain.len.saturating_sub(s.molecule_end));
            (s.contig, s.strand.flipped(), s.last_base().0 + tail * step(s.strand))
        });
        let mate = record
            .mate_contig
            .filter(|_| mate_missing)
            .map(|c| (c, record.flags.mate_strand(), record.mate_position));
        let paired = record.flags.is_paired() && !record.flags.is_mate_unmapped();
        match (mate, record.flags.is_second()) {
            (Some(mate), false) => Self {
                start,
                end: Some(mate),
                paired,
            },
            (Some(mate), true) => Self {
                start: Some(mate),
                end,
                paired,
            },
            (None, _) => Self { start, end, paired },
        }
    }
}

const fn step(strand: Strand) -> i64 {
    match strand {
        Strand::Forward => 1,
        Strand::Reverse => -1,
    }
}

/// Chooses how molecules are told apart and gives every fragment its molecule.
///
/// `duplicates_marked` says that the header shows a duplicate-marking program; flags in the records
/// say the same.
pub fn assign(drafts: Vec<Draft>, duplicates_marked: bool) -> (Vec<Fragment>, MoleculesBy) {
    let total = drafts.len() as f64;
    let with_umi = drafts.iter().filter(|d| d.fragment.umi.is_some()).count() as f64;
    let flagged = drafts.iter().any(|d| d.fragment.flagged_duplicate);
    let paired = drafts.iter().filter(|d| d.ends.paired).count() as f64;
    let by = if total > 0.0 && with_umi >= UMI_SHARE * total {
        MoleculesBy::Umi
    } else if duplicates_marked || flagged {
        MoleculesBy::DuplicateFlags
    } else if paired * 2.0 >= total {
        MoleculesBy::FragmentEnds
    } else {
        MoleculesBy::FivePrimePositions
    };
    let originals = if by == MoleculesBy::Umi {
        corrected(&drafts)
    } else {
        HashMap::new()
    };
    let fragments = drafts
        .into_iter()
        .map(|Draft { mut fragment, ends }| {
            fragment.molecule = match by {
                MoleculesBy::Umi => {
                    let seen = fragment.umi.as_deref().unwrap_or_default();
                    hash(&(originals.get(&(ends, seen.to_vec())).map_or(seen, Vec::as_slice), &ends))
                }
                MoleculesBy::DuplicateFlags => hash(&(&fragment.name, &fragment.read_group)),
                MoleculesBy::FragmentEnds => hash(&ends),
                MoleculesBy::FivePrimePositions => hash(&ends.start.or(ends.end)),
            };
            fragment
        })
        .collect();
    (fragments, by)
}

/// Identifiers that a sequencing error made of another one at the same fragment ends, with that one.
///
/// METHOD: directional adjacency (UMI-tools, Smith 2017, Genome Res 27:491): an identifier one base away
/// from another that is seen at least twice as often, less one, stems from it. Neighbours are looked up,
/// not compared: linear in the number of identifiers.
fn corrected(drafts: &[Draft]) -> HashMap<(FragmentEnds, Vec<u8>), Vec<u8>> {
    let mut counts: HashMap<FragmentEnds, BTreeMap<Vec<u8>, u64>> = HashMap::new();
    for draft in drafts {
        let umi = draft.fragment.umi.clone().unwrap_or_default();
        *counts.entry(draft.ends).or_default().entry(umi).or_default() += 1;
    }
    let mut originals = HashMap::new();
    for (ends, umis) in counts.into_iter().filter(|(_, umis)| umis.len() > 1) {
        let mut order: Vec<(&Vec<u8>, u64)> = umis.iter().map(|(umi, n)| (umi, *n)).collect();
        order.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        let mut root: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
        for (umi, count) in order {
            let parent = neighbours(umi)
                .filter_map(|n| umis.get(&n).map(|c| (*c, n)))
                // Strictly more often, or two single ones would swallow each other.
                .filter(|(c, _)| *c > count && *c + 1 >= 2 * count)
                .max_by(|a, b| (a.0, &b.1).cmp(&(b.0, &a.1)));
            let original = parent.map_or_else(
                || umi.clone(),
                |(_, parent)| root.get(&parent).cloned().unwrap_or(parent),
            );
            if original != *umi {
                originals.insert((ends, umi.clone()), original.clone());
            }
            root.insert(umi.clone(), original);
        }
    }
    originals
}

/// All identifiers that differ in one base.
fn neighbours(umi: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    umi.iter()
        .enumerate()
        .filter(|(_, base)| b"ACGTN".contains(base))
        .flat_map(move |(i, own)| {
            b"ACGTN".iter().filter(move |b| *b != own).map(move |base| {
                let mut other = umi.to_vec();
                if let Some(at) = other.get_mut(i) {
                    *at = *base;
                }
                other
            })
        })
}

/// A read name's hash: sampling and anonymous names are made from it.
pub fn name_hash(name: &[u8]) -> u64 {
    hash(&name)
}

/// SipHash with fixed keys: the same for every run and machine of one byte order.
fn hash(value: &impl Hash) -> u64 {
    #[allow(deprecated, reason = "std's fixed-key hasher is wanted here: stable between runs")]
    let mut hasher = std::hash::SipHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        collect::{
            fragment::{Confidence, SeenBy, Segment},
            group::{MapqScale, group},
        },
        genome::{Cigar, Contigs, Flags, Interval},
    };

    fn contigs() -> Contigs {
        Contigs::new([("chr11".to_owned(), 135_086_622)])
    }

    fn pair(name: &str, first: (i64, &str), second: (i64, &str), flag: u16) -> [AlignedRecord; 2] {
        let record = |flags: u16, (one_based, cigar): (i64, &str), mate: i64| AlignedRecord {
            name: name.as_bytes().to_vec(),
            flags: Flags(flags | flag),
            contig: Some(ContigId(0)),
            position: one_based - 1,
            mapq: 60,
            cigar: Cigar::parse(cigar).unwrap(),
            mate_contig: Some(ContigId(0)),
            mate_position: mate - 1,
            ..AlignedRecord::default()
        };
        [record(99, first, second.0), record(147, second, first.0)]
    }

    fn molecules(pairs: Vec<[AlignedRecord; 2]>) -> (usize, MoleculesBy) {
        let drafts = group(pairs.into_iter().flatten().collect(), MapqScale::Phred, &contigs());
        let (fragments, by) = assign(drafts, false);
        let set: std::collections::BTreeSet<u64> = fragments.iter().map(|f| f.molecule).collect();
        (set.len(), by)
    }

    #[test]
    fn copies_share_their_ends_even_when_clipped_differently() {
        let (count, by) = molecules(vec![
            pair("a", (1_001, "100M"), (1_301, "100M"), 0),
            pair("b", (1_005, "4S96M"), (1_301, "97M3S"), 0),
            pair("c", (1_002, "100M"), (1_301, "100M"), 0),
        ]);
        assert_eq!((count, by), (2, MoleculesBy::FragmentEnds));
    }

    /// One base read wrongly makes no new molecule; another identifier, or as many of each, does.
    #[test]
    fn identifiers_with_one_error_are_one_molecule() {
        let tagged = |umis: &[&str]| {
            let pairs = umis.iter().enumerate().map(|(i, umi)| {
                pair(&format!("r{i}"), (1_001, "100M"), (1_301, "100M"), 0).map(|r| AlignedRecord {
                    umi: Some(umi.as_bytes().to_vec()),
                    ..r
                })
            });
            molecules(pairs.collect())
        };
        let of = |n: usize| (n, MoleculesBy::Umi);
        assert_eq!(tagged(&["ACGTACGT", "ACGTACGT", "ACGTACGT", "ACGTACGA"]), of(1));
        // A chain of errors leads to one original.
        assert_eq!(
            tagged(&["ACGT", "ACGT", "ACGT", "ACGT", "ACGT", "ACGA", "ACGA", "TCGA"]),
            of(1)
        );
        assert_eq!(tagged(&["ACGTACGT", "ACGTACGT", "TTTTACGT"]), of(2));
        assert_eq!(tagged(&["ACGTACGT", "ACGTACGA"]), of(2));
    }

    #[test]
    fn flags_win_over_ends_where_marking_was_done() {
        let (count, by) = molecules(vec![
            pair("a", (1_001, "100M"), (1_301, "100M"), 0),
            pair("b", (1_001, "100M"), (1_301, "100M"), 0x400),
        ]);
        assert_eq!((count, by), (2, MoleculesBy::DuplicateFlags));
    }

    #[test]
    fn the_start_of_a_reverse_molecule_is_its_high_end() {
        let chain = Chain {
            segments: vec![Segment {
                molecule_start: 5,
                molecule_end: 100,
                contig: ContigId(0),
                strand: Strand::Reverse,
                reference: Interval::new(1_000, 1_095),
                confidence: Confidence::Unique,
                seen_by: SeenBy::default(),
                alignment: 0,
            }],
            len: 100,
            ..Chain::default()
        };
        let ends = FragmentEnds::of(&chain, &AlignedRecord::default(), false);
        assert_eq!(ends.start, Some((ContigId(0), Strand::Reverse, 1_099)));
        assert_eq!(ends.end, Some((ContigId(0), Strand::Forward, 1_000)));
    }
}
