//! Assignment of fragments to molecules.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{Hash, Hasher},
};

use breakapart_rule::{Params, molecule};

use super::{
    fragment::{Chain, Fragment},
    group::Draft,
    plain::PlainFragments,
};
use crate::genome::{AlignedRecord, ContigId, Strand};

pub use crate::input::MoleculesBy;

impl MoleculesBy {
    /// Whether molecules can be counted.
    pub const fn are_counted(self) -> bool {
        !matches!(self, Self::FivePrimePositions)
    }
}

/// One outer end of a fragment: contig, strand along which the molecule is read inward, 0-based position corrected
/// for clipping.
type End = (ContigId, Strand, i64);

/// The outer ends of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FragmentEnds {
    start: Option<End>,
    end: Option<End>,
    paired: bool,
}

impl FragmentEnds {
    /// The ends of `chain`. If the mate is absent, its position in `record`'s mate fields is used as its end.
    pub fn of(chain: &Chain, record: &AlignedRecord, mate_missing: bool) -> Self {
        let paired = record.flags.is_paired() && !record.flags.is_mate_unmapped();
        let ends = Self::of_chain(chain, paired);
        let mate = record
            .mate_contig
            .filter(|_| mate_missing)
            .map(|c| (c, record.flags.mate_strand(), record.mate_position));
        let (start, end) = if record.flags.is_second() {
            (mate, None)
        } else {
            (None, mate)
        };
        Self {
            start: start.or(ends.start),
            end: end.or(ends.end),
            paired,
        }
    }

    /// The ends of a chain with all its reads.
    pub fn of_chain(chain: &Chain, paired: bool) -> Self {
        let (first, last) = (
            chain.segments.first(),
            chain.segments.iter().max_by_key(|s| s.molecule_end),
        );
        let start = first.map(|s| (s.contig, s.strand, s.outer_start()));
        let end = last.map(|s| (s.contig, s.strand.flipped(), s.outer_end(chain.len)));
        Self { start, end, paired }
    }

    /// Both ends, in an order that is the same for the two strands of one double-stranded molecule: each may have
    /// been sequenced first.
    fn unordered(&self) -> [Option<End>; 2] {
        let mut ends = [self.start, self.end];
        ends.sort_unstable();
        ends
    }

    /// Whether both reads of a pair are aligned.
    pub const fn is_paired(&self) -> bool {
        self.paired
    }
}

/// Chooses how molecules are distinguished and assigns every fragment to its molecule.
///
/// `duplicates_marked`: the header lists a duplicate-marking program. Flags in the records show the same.
pub fn assign(
    drafts: Vec<Draft>,
    plain: &mut PlainFragments,
    (asked, duplicates_marked): (Option<MoleculesBy>, bool),
    p: &Params,
) -> (Vec<Fragment>, MoleculesBy) {
    let total = drafts.len() + plain.len();
    let (mut with_umi, mut paired, mut flagged) = (0_usize, 0_usize, false);
    let all = || drafts.iter().map(marks).chain(plain.marks());
    for (ends, umi, is_flagged) in all() {
        with_umi += usize::from(umi.is_some());
        paired += usize::from(ends.paired);
        flagged |= is_flagged;
    }
    let by = if let Some(asked) = asked {
        asked
    } else if molecule::are_identified(with_umi, total, p) {
        MoleculesBy::Umi
    } else if have_fixed_ends(all().map(|(ends, ..)| ends), p) {
        MoleculesBy::Fragments
    } else if duplicates_marked || flagged {
        MoleculesBy::DuplicateFlags
    } else if paired * 2 >= total {
        MoleculesBy::FragmentEnds
    } else {
        MoleculesBy::FivePrimePositions
    };
    let has_umis = by == MoleculesBy::Umi;
    let originals = if has_umis { corrected(all()) } else { HashMap::new() };
    // `None` if only the name distinguishes molecules.
    let molecule_of = |ends: &FragmentEnds, umi: Option<&[u8]>| match by {
        MoleculesBy::Umi => {
            let seen = umi.unwrap_or_default();
            let original = originals.get(&(hash(&ends.unordered()), seen.to_vec()));
            Some(hash(&(original.map_or(seen, Vec::as_slice), ends.unordered())))
        }
        MoleculesBy::DuplicateFlags | MoleculesBy::Fragments => None,
        MoleculesBy::FragmentEnds => Some(hash(&ends.unordered())),
        MoleculesBy::FivePrimePositions => Some(hash(&ends.start.or(ends.end))),
    };
    plain.set_molecules(molecule_of);
    if by == MoleculesBy::Fragments {
        // Duplicate flags based on ends are as uninformative as the ends.
        plain.clear_duplicate_flags();
    }
    let fragments = drafts
        .into_iter()
        .map(|Draft { mut fragment, ends }| {
            let by_mark = molecule_of(&ends, fragment.umi.as_deref());
            fragment.molecule = by_mark.unwrap_or_else(|| by_name(&fragment));
            fragment.flagged_duplicate &= by != MoleculesBy::Fragments;
            fragment
        })
        .collect();
    (fragments, by)
}

/// Whether nearly all fragments share few first ends and few second ends, as amplicons do: such ends cannot
/// distinguish molecules.
fn have_fixed_ends(ends: impl Iterator<Item = FragmentEnds>, p: &Params) -> bool {
    let mut counts: [HashMap<End, usize>; 2] = [HashMap::new(), HashMap::new()];
    let mut paired = 0_usize;
    for of_fragment in ends.filter(FragmentEnds::is_paired) {
        paired += 1;
        for (count, end) in counts.iter_mut().zip([of_fragment.start, of_fragment.end]) {
            if let Some(end) = end {
                *count.entry(end).or_default() += 1;
            }
        }
    }
    counts
        .into_iter()
        .all(|count| molecule::have_fixed_ends(count.into_values().collect(), paired, p))
}

fn marks(draft: &Draft) -> (FragmentEnds, Option<&[u8]>, bool) {
    let fragment = &draft.fragment;
    (draft.ends, fragment.umi.as_deref(), fragment.flagged_duplicate)
}

/// The molecule of a fragment that only its name distinguishes.
pub(super) fn by_name(fragment: &Fragment) -> u64 {
    hash(&(&fragment.name, &fragment.read_group))
}

/// Identifiers that are sequencing errors of another one at the same fragment ends (hashed), with their original.
///
/// METHOD: directional adjacency (UMI-tools, Smith 2017, Genome Res 27:491): an identifier that differs in one base
/// from another seen at least twice as often, minus one, is an error of it. Neighbours are looked up, not compared:
/// linear in the number of identifiers.
fn corrected<'a>(
    marks: impl Iterator<Item = (FragmentEnds, Option<&'a [u8]>, bool)>,
) -> HashMap<(u64, Vec<u8>), Vec<u8>> {
    let mut seen: Vec<(u64, &[u8])> = marks
        .map(|(ends, umi, _)| (hash(&ends.unordered()), umi.unwrap_or_default()))
        .collect();
    seen.sort_unstable();
    let mut originals = HashMap::new();
    for group in seen.chunk_by(|a, b| a.0 == b.0) {
        let ends = group[0].0;
        let alike = group.chunk_by(|a, b| a.1 == b.1);
        let umis: BTreeMap<Vec<u8>, u64> = alike.map(|same| (same[0].1.to_vec(), same.len() as u64)).collect();
        if umis.len() < 2 {
            continue;
        }
        let mut order: Vec<(&Vec<u8>, u64)> = umis.iter().map(|(umi, n)| (umi, *n)).collect();
        order.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        let mut root: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
        for (umi, count) in order {
            let parent = neighbours(umi)
                .filter_map(|n| umis.get(&n).map(|c| (*c, n)))
                // Strictly more often, or two singletons would absorb each other.
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

/// SipHash with fixed keys: the same for every run and for machines of the same byte order.
fn hash(value: &impl Hash) -> u64 {
    #[allow(deprecated, reason = "std's fixed-key hasher is needed here: stable between runs")]
    let mut hasher = std::hash::SipHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            fragment::{Confidence, SeenBy, Segment},
            group::{MapqScale, drafts},
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
        let all = drafts(pairs.into_iter().flatten().collect(), MapqScale::Phred, &contigs());
        let (fragments, by) = assign(all, &mut PlainFragments::default(), (None, false), &Params::default());
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

    /// Both strands of a molecule are copied, and either may be sequenced as the first read.
    #[test]
    fn copies_of_either_strand_are_one_molecule() {
        let swapped = |name: &str, first: (i64, &str), second: (i64, &str)| {
            let mut reads = pair(name, first, second, 0);
            // The forward read is the second one.
            reads[0].flags = Flags(163);
            reads[1].flags = Flags(83);
            reads
        };
        let [a, b] = [(1_001, "100M"), (1_301, "100M")];
        let (count, by) = molecules(vec![
            pair("a", a, b, 0),
            swapped("b", a, b),
            swapped("c", (1_002, "100M"), b),
        ]);
        assert_eq!((count, by), (2, MoleculesBy::FragmentEnds));
        let with_umi = |reads: [AlignedRecord; 2], umi: &str| {
            reads.map(|r| AlignedRecord {
                umi: Some(umi.as_bytes().to_vec()),
                ..r
            })
        };
        let tagged = |other| {
            let (own, other) = (
                with_umi(pair("a", a, b, 0), "ACGT"),
                with_umi(swapped("b", a, b), other),
            );
            molecules(vec![own, other])
        };
        assert_eq!(tagged("ACGT"), (1, MoleculesBy::Umi));
        assert_eq!(tagged("TTGT"), (2, MoleculesBy::Umi));
    }

    /// A single sequencing error does not make a new molecule; another identifier, or equal counts of both, does.
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
        // A chain of errors has one original.
        assert_eq!(
            tagged(&["ACGT", "ACGT", "ACGT", "ACGT", "ACGT", "ACGA", "ACGA", "TCGA"]),
            of(1)
        );
        assert_eq!(tagged(&["ACGTACGT", "ACGTACGT", "TTTTACGT"]), of(2));
        assert_eq!(tagged(&["ACGTACGT", "ACGTACGA"]), of(2));
    }

    #[test]
    fn flags_override_ends_if_duplicates_were_marked() {
        let (count, by) = molecules(vec![
            pair("a", (1_001, "100M"), (1_301, "100M"), 0),
            pair("b", (1_001, "100M"), (1_301, "100M"), 0x400),
        ]);
        assert_eq!((count, by), (2, MoleculesBy::DuplicateFlags));
    }

    /// Two primers and a few errors at their ends: 459 fragments are not three molecules.
    #[test]
    fn fixed_ends_do_not_distinguish_molecules() {
        let amplicon = |i: usize| {
            let start = if i.is_multiple_of(20) { 1_000 + i as i64 } else { 1_001 };
            pair(
                &format!("r{i}"),
                (start, "100M"),
                (1_301 + (i % 3) as i64, "100M"),
                0x400,
            )
        };
        let (count, by) = molecules((0..459).map(amplicon).collect());
        assert_eq!((count, by), (459, MoleculesBy::Fragments));
        // Nine copies each of ends spread over the gene are not amplicons.
        let copies = |i: usize| {
            let start = 1_001 + 37 * (i / 9) as i64;
            pair(
                &format!("r{i}"),
                (start, "100M"),
                (start + 150 + (i / 9 % 70) as i64, "100M"),
                0,
            )
        };
        let (count, by) = molecules((0..459).map(copies).collect());
        assert_eq!((count, by), (51, MoleculesBy::FragmentEnds));
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
                placed_by: crate::evidence::fragment::PlacedBy::Aligner,
            }],
            len: 100,
            ..Chain::default()
        };
        let ends = FragmentEnds::of(&chain, &AlignedRecord::default(), false);
        assert_eq!(ends.start, Some((ContigId(0), Strand::Reverse, 1_099)));
        assert_eq!(ends.end, Some((ContigId(0), Strand::Forward, 1_000)));
    }
}
