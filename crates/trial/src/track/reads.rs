//! Molecules with a target junction, and wild-type ones at the same base.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::target::Target;
use breakapart_core::evidence::molecule::name_hash;
use breakapart_core::genome::sequence::reverse_complement;
use breakapart_core::genome::{AlignedRecord, ContigId, Contigs, Interval, Position, Strand};
use breakapart_core::hts::RawRecord;
use breakapart_core::input::{Access, AlignmentFile, InputError};
use breakapart_core::report::schema::{Retained, Side};

/// Bases around each side in which reads are searched.
const REACH: i64 = 1_000;
/// Length of the k-mers by which a read is placed on a target.
const WORD: usize = 11;
/// Most mismatches within the anchor of a side, and in total, as one in this many bases.
const ANCHOR_MISMATCHES: usize = 1;
const BASES_PER_MISMATCH: usize = 16;
/// A read aligned in one segment with at most this many edits is no candidate: bases of the other side would have been
/// clipped.
const PLAIN_EDITS: u32 = 3;
/// Fraction of fragments with a molecular identifier from which identifiers are used.
const UMI_SHARE: f64 = 0.9;
/// Fragments at a breakpoint above which equal ends no longer mean one molecule: about 300 starts times 200 lengths are
/// 60,000 combinations, and at 5,000 one fragment in 12 shares its ends by chance.
const ENDS_MAX: usize = 5_000;

/// How molecules are distinguished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
pub enum MoleculesBy {
    /// Molecular identifiers.
    #[strum(serialize = "UMI")]
    Umi,
    /// Duplicate flags.
    #[strum(serialize = "duplicate flags")]
    DuplicateFlags,
    /// Ends of the fragments.
    #[strum(serialize = "fragment ends")]
    FragmentEnds,
    /// Nothing: fragments are counted.
    #[strum(serialize = "fragments (molecules not determinable)")]
    Fragments,
}

impl MoleculesBy {
    /// The word used in tables.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The warning for results that depend on it.
    pub const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Fragments => Some(
                "molecules can't be distinguished (no identifiers, no marked duplicates, too many fragments for their ends): \
                 fragments are counted, copies of one molecule among them; limits and intervals are too narrow",
            ),
            _ => None,
        }
    }
}

/// Counts of a target in one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Molecules with the junction.
    pub junction: u64,
    /// Molecules that are wild type at KMT2A's base, with the same anchor.
    pub wild_type: u64,
    /// How molecules were distinguished.
    pub by: MoleculesBy,
}

impl Counts {
    /// All molecules examined.
    pub const fn examined(&self) -> u64 {
        self.junction + self.wild_type
    }
}

/// A fragment, from the reads seen so far.
#[derive(Clone, Debug, Default)]
struct Seen {
    junction: bool,
    duplicate: bool,
    umi: Option<Vec<u8>>,
    /// The ends shown by its reads: the smallest of both, independent of their order in the file.
    ends: Option<Ends>,
}

/// Contig and position of both ends of a fragment, sorted.
type Ends = [(u32, i64); 2];

impl Seen {
    /// Adds a read that shows the junction, or that is wild type.
    fn add(&mut self, record: &AlignedRecord, junction: bool) {
        let ends = ends(record);
        self.junction |= junction;
        self.duplicate |= record.flags.is_duplicate();
        self.ends = Some(self.ends.map_or(ends, |of_mate| of_mate.min(ends)));
        // One of the mates may have none.
        self.umi = self.umi.take().max(record.umi.clone());
    }
}

/// Counts all targets in one pass over the file.
///
/// # Errors
/// Read errors.
pub fn count(file: &mut AlignmentFile, targets: &[Target]) -> Result<Vec<Counts>, InputError> {
    let contigs = std::sync::Arc::clone(&file.header().contigs);
    let probes: Vec<Probe<'_>> = targets.iter().map(|target| Probe::new(target, &contigs)).collect();
    let windows: Vec<(ContigId, Interval)> = probes.iter().flat_map(|probe| probe.windows.clone()).collect();
    let context = file.decode_context();
    let marked = file.processing().duplicates_marked();
    let mut seen: Vec<BTreeMap<u64, Seen>> = vec![BTreeMap::new(); probes.len()];
    let mut visit = |raw: &RawRecord<'_>| {
        let flags = raw.flags();
        if flags.is_secondary() || flags.is_supplementary() || flags.is_qc_fail() {
            return;
        }
        if !windows.iter().any(|(contig, window)| raw.overlaps(*contig, *window)) {
            return;
        }
        let record = raw.decode(&context);
        for (probe, seen) in probes.iter().zip(&mut seen) {
            let junction = probe.is_candidate(&record) && probe.shows(&record.sequence);
            if junction || probe.is_wild_type(&record) {
                seen.entry(name_hash(&record.name)).or_default().add(&record, junction);
            }
        }
    };
    if file.access() == Access::Indexed {
        file.fetch(&windows, &mut visit)?;
    } else {
        file.stream(&mut visit)?;
    }
    Ok(seen.iter().map(|seen| molecules(seen, marked)).collect())
}

/// Both ends of a fragment, from one record: its own unclipped 5' end, and its mate's position.
fn ends(record: &AlignedRecord) -> Ends {
    let contig = |id: Option<ContigId>| id.map_or(u32::MAX, |id| id.0);
    let own = if record.flags.strand() == Strand::Forward {
        record.position - i64::from(record.cigar.leading_clip())
    } else {
        record.interval().end.0 + i64::from(record.cigar.trailing_clip())
    };
    let mut ends = [
        (contig(record.contig), own),
        (contig(record.mate_contig), record.mate_position),
    ];
    ends.sort_unstable();
    ends
}

/// The key of a molecule: identifier, ends, or the read name.
type Key<'a> = (Option<&'a [u8]>, Option<Ends>, u64);

fn molecules(seen: &BTreeMap<u64, Seen>, marked: bool) -> Counts {
    let with_umi = seen.values().filter(|fragment| fragment.umi.is_some()).count();
    let by = if !seen.is_empty() && with_umi as f64 >= UMI_SHARE * seen.len() as f64 {
        MoleculesBy::Umi
    } else if marked || seen.values().any(|fragment| fragment.duplicate) {
        MoleculesBy::DuplicateFlags
    } else if seen.len() <= ENDS_MAX {
        MoleculesBy::FragmentEnds
    } else {
        MoleculesBy::Fragments
    };
    // A molecule shows the junction if any of its copies does.
    let mut shown: BTreeMap<Key<'_>, bool> = BTreeMap::new();
    for (name, fragment) in seen {
        let key = match by {
            MoleculesBy::Umi => (fragment.umi.as_deref(), fragment.ends, 0),
            MoleculesBy::FragmentEnds => (None, fragment.ends, 0),
            MoleculesBy::DuplicateFlags if fragment.duplicate => continue,
            MoleculesBy::DuplicateFlags | MoleculesBy::Fragments => (None, None, *name),
        };
        *shown.entry(key).or_default() |= fragment.junction;
    }
    let junction = shown.values().filter(|shown| **shown).count() as u64;
    Counts {
        junction,
        wild_type: shown.len() as u64 - junction,
        by,
    }
}

/// A target, indexed for reads.
struct Probe<'a> {
    target: &'a Target,
    /// Target in both directions, with its k-mers and their positions.
    strands: [Laid; 2],
    windows: Vec<(ContigId, Interval)>,
    /// KMT2A's contig and its last retained base, 0-based, and whether the retained part has lower coordinates.
    kmt2a: Option<(ContigId, i64, bool)>,
}

struct Laid {
    bases: Vec<u8>,
    /// End of the first side, start of the second, in these bases.
    first_end: usize,
    second_start: usize,
    words: HashMap<Vec<u8>, Vec<usize>>,
}

impl Laid {
    fn new(bases: Vec<u8>, first_end: usize, second_start: usize) -> Self {
        let mut words: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (at, word) in bases.windows(WORD).enumerate() {
            words.entry(word.to_vec()).or_default().push(at);
        }
        Self {
            bases,
            first_end,
            second_start,
            words,
        }
    }

    /// Whether a read shows both sides by `anchor` bases each.
    fn is_shown_by(&self, read: &[u8], anchor: usize) -> bool {
        let mut tried = BTreeSet::new();
        for (at, word) in read.windows(WORD).enumerate() {
            for place in self.words.get(word).into_iter().flatten() {
                // The position of the target's first base in the read.
                let shift = at as i64 - *place as i64;
                if tried.insert(shift) && self.fits(read, shift, anchor) {
                    return true;
                }
            }
        }
        false
    }

    fn fits(&self, read: &[u8], shift: i64, anchor: usize) -> bool {
        // Mismatches of an interval; `None` if the read or the target does not cover it.
        let differs = |from: usize, to: usize| -> Option<usize> {
            let start = usize::try_from(from as i64 + shift).ok()?;
            let shown = read.get(start..start.checked_add(to.checked_sub(from)?)?)?;
            let own = self.bases.get(from..to)?;
            Some(shown.iter().zip(own).filter(|(one, other)| one != other).count())
        };
        let anchors = || {
            let first = differs(self.first_end.checked_sub(anchor)?, self.first_end)?;
            let second = differs(self.second_start, self.second_start + anchor)?;
            differs(self.first_end, self.second_start)?;
            Some(first.max(second))
        };
        if anchors().is_none_or(|count| count > ANCHOR_MISMATCHES) {
            return false;
        }
        // The whole overlap.
        let from = usize::try_from(-shift).unwrap_or(0);
        let to = usize::try_from(read.len() as i64 - shift).unwrap_or(0);
        let to = to.min(self.bases.len());
        let allowed = to.saturating_sub(from).max(BASES_PER_MISMATCH) / BASES_PER_MISMATCH;
        differs(from, to).is_some_and(|count| count <= allowed)
    }
}

impl<'a> Probe<'a> {
    fn new(target: &'a Target, contigs: &Contigs) -> Self {
        let (len, bases) = (target.bases.len(), target.bases.clone());
        let (five, three) = (target.five_len, target.three_start);
        let reverse = reverse_complement(&bases);
        let place = |side: &Side| {
            let at = Position::from_one_based(side.position).0;
            Some((contigs.resolve(&side.contig)?, at))
        };
        let sides = [&target.five, &target.three].into_iter().filter_map(place);
        let kmt2a = target.kmt2a();
        Self {
            strands: [
                Laid::new(bases, five, three),
                Laid::new(reverse, len - three, len - five),
            ],
            windows: sides
                .map(|(contig, at)| (contig, Interval::new((at - REACH).max(0), at + REACH)))
                .collect(),
            kmt2a: place(kmt2a).map(|(contig, at)| (contig, at, kmt2a.retained == Retained::Left)),
            target,
        }
    }

    /// Whether a record could show the junction: reads aligned in one segment cannot.
    fn is_candidate(&self, record: &AlignedRecord) -> bool {
        let (left, right) = record.cigar.soft_clips();
        let plain = record.is_placed()
            && left + right == 0
            && record.supplementary.is_empty()
            && record.edits.is_some_and(|edits| edits <= PLAIN_EDITS)
            && record.cigar.blocks(0, 1).len() == 1;
        !plain && record.sequence.len() >= 2 * self.target.anchor
    }

    fn shows(&self, read: &[u8]) -> bool {
        self.strands
            .iter()
            .any(|laid| laid.is_shown_by(read, self.target.anchor))
    }

    /// Whether a record is wild type at KMT2A's base: aligned without a gap over the anchor on both sides (DNA), or
    /// spliced from the exact exon end with the anchor on both sides (RNA).
    fn is_wild_type(&self, record: &AlignedRecord) -> bool {
        let Some((contig, at, below)) = self.kmt2a else {
            return false;
        };
        if record.contig != Some(contig) || !record.is_placed() {
            return false;
        }
        let anchor = self.target.anchor as i64;
        // Introns separate blocks, small deletions do not.
        let blocks = record.cigar.blocks(record.position, 20);
        if self.target.assay == "dna" {
            let edge = at + i64::from(below);
            let around = Interval::new(edge - anchor, edge + anchor);
            return blocks
                .iter()
                .any(|block| block.reference.intersection(around) == around);
        }
        blocks.windows(2).any(|pair| {
            let [one, other] = [&pair[0].reference, &pair[1].reference];
            let meets = if below {
                one.end.0 == at + 1
            } else {
                other.start.0 == at
            };
            meets && one.len() >= anchor && other.len() >= anchor
        })
    }
}

#[cfg(test)]
mod tests {
    use breakapart_core::genome::{Cigar, Flags};

    use super::*;

    /// Two copies of a molecule with both mates across the breakpoint, clipped, one of them without an identifier.
    fn counted(reversed: bool, with_umi: bool) -> (u64, MoleculesBy) {
        let read = |flags, position, mate_position, cigar| AlignedRecord {
            flags: Flags(flags),
            contig: Some(ContigId(0)),
            position,
            mate_contig: Some(ContigId(0)),
            mate_position,
            cigar: Cigar::parse(cigar).unwrap(),
            umi: (with_umi && flags == 99).then(|| b"ACGT".to_vec()),
            ..AlignedRecord::default()
        };
        let pair = [read(99, 1_005, 1_080, "5S95M"), read(147, 1_080, 1_005, "90M10S")];
        let mut copies = [Seen::default(), Seen::default()];
        for (copy, turned) in copies.iter_mut().zip([false, reversed]) {
            let [first, second] = if turned {
                [&pair[1], &pair[0]]
            } else {
                [&pair[0], &pair[1]]
            };
            copy.add(first, false);
            copy.add(second, false);
        }
        let counts = molecules(&(0..).zip(copies).collect(), false);
        (counts.wild_type, counts.by)
    }

    #[test]
    fn the_order_of_mates_in_the_file_does_not_matter() {
        for reversed in [false, true] {
            assert_eq!(counted(reversed, false), (1, MoleculesBy::FragmentEnds));
            assert_eq!(counted(reversed, true), (1, MoleculesBy::Umi));
        }
    }
}
