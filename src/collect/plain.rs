//! Wild type kept small. At a panel's depth millions of reads at KMT2A show nothing but KMT2A: each is counted, none
//! is looked at again, and some hundred bytes for each of them would be most of the program's memory.
//!
//! [`PlainRecords`] holds ordinary records until they are grouped, [`PlainFragments`] what they make if nothing in it
//! leaves the wild type. Neither knows a fragment's name: what a junction may need stays a [`Fragment`].

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use super::{
    fragment::{Chain, Fragment, LinkKind, Segment},
    group::Draft,
    molecule::{self, FragmentEnds},
};
use crate::genome::{AlignedRecord, Cigar, CigarOp, ContigId, Flags, Interval, Strand};

/// Stands for what a record does not have.
const NONE: u32 = u32::MAX;

/// Values of which many records hold the same.
#[derive(Clone, Debug)]
struct Shared<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Shared<T> {
    fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(NONE - 1);
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    fn optional(&mut self, value: Option<T>) -> u32 {
        value.map_or(NONE, |value| self.number(value))
    }

    fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }
}

/// Ordinary records of one contig: no clip, no bases, no further part, one place.
#[derive(Debug, Default)]
pub struct PlainRecords {
    contig: Option<ContigId>,
    names: Vec<u8>,
    cigars: Shared<Cigar>,
    read_groups: Shared<Vec<u8>>,
    umis: Shared<Vec<u8>>,
    records: Vec<PlainRecord>,
}

#[derive(Clone, Copy, Debug)]
struct PlainRecord {
    /// Where the name begins among the names.
    name: usize,
    position: i32,
    mate_position: i32,
    cigar: u32,
    read_group: u32,
    umi: u32,
    depth: u32,
    flags: u16,
    name_len: u8,
    mapq: u8,
    /// `NH` and `HI` are there (and 1).
    counted: (bool, bool),
    has_mate: bool,
}

impl PlainRecords {
    /// Number of records.
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Keeps a record.
    ///
    /// # Errors
    /// The record itself, where it holds what would be lost.
    pub fn keep(&mut self, record: AlignedRecord) -> Result<(), Box<AlignedRecord>> {
        let clipped = |op: &CigarOp| matches!(op, CigarOp::SoftClip(_) | CigarOp::HardClip(_));
        let one = |count: Option<u32>| count.is_none_or(|n| n == 1);
        let fits = record.is_placed()
            && record.flags.is_primary()
            && self.contig.is_none_or(|contig| record.contig == Some(contig))
            && record.mate_contig.is_none_or(|mate| record.contig == Some(mate))
            && record.sequence.is_empty()
            && record.qualities.is_empty()
            && record.supplementary.is_empty()
            && one(record.hit_count)
            && one(record.hit_index)
            && !record.laid
            && !record.malformed
            && !record.cigar.0.iter().any(clipped);
        let places = i32::try_from(record.position)
            .ok()
            .zip(i32::try_from(record.mate_position).ok());
        let (Some((position, mate_position)), Ok(name_len), true) = (places, u8::try_from(record.name.len()), fits)
        else {
            return Err(Box::new(record));
        };
        self.contig = record.contig;
        let name = self.names.len();
        self.names.extend_from_slice(&record.name);
        self.records.push(PlainRecord {
            name,
            position,
            mate_position,
            cigar: self.cigars.number(record.cigar),
            read_group: self.read_groups.optional(record.read_group),
            umi: self.umis.optional(record.umi),
            depth: record.consensus_depth.unwrap_or(0),
            flags: record.flags.0,
            name_len,
            mapq: record.mapq,
            counted: (record.hit_count.is_some(), record.hit_index.is_some()),
            has_mate: record.mate_contig.is_some(),
        });
        Ok(())
    }

    fn name(&self, record: &PlainRecord) -> &[u8] {
        let end = record.name + usize::from(record.name_len);
        self.names.get(record.name..end).unwrap_or_default()
    }

    /// Name and read group of the record at `index`, by which records are grouped.
    pub(super) fn template(&self, index: usize) -> Option<(&[u8], Option<&[u8]>)> {
        let record = self.records.get(index)?;
        Some((
            self.name(record),
            self.read_groups.get(record.read_group).map(Vec::as_slice),
        ))
    }

    /// The record at `index` as it was, tags that no later stage reads left out.
    pub(super) fn record(&self, index: usize) -> Option<AlignedRecord> {
        let r = self.records.get(index)?;
        Some(AlignedRecord {
            name: self.name(r).to_vec(),
            flags: Flags(r.flags),
            contig: self.contig,
            position: r.position.into(),
            mapq: r.mapq,
            cigar: self.cigars.get(r.cigar).cloned().unwrap_or_default(),
            mate_contig: self.contig.filter(|_| r.has_mate),
            mate_position: r.mate_position.into(),
            hit_count: r.counted.0.then_some(1),
            hit_index: r.counted.1.then_some(1),
            read_group: self.read_groups.get(r.read_group).cloned(),
            umi: self.umis.get(r.umi).cloned(),
            consensus_depth: (r.depth > 0).then_some(r.depth),
            ..AlignedRecord::default()
        })
    }

    /// Puts records of one template beside one another.
    pub(super) fn sort(&mut self) {
        let mut records = std::mem::take(&mut self.records);
        records.sort_unstable_by(|a, b| self.order(a).cmp(&self.order(b)));
        self.records = records;
    }

    fn order(&self, r: &PlainRecord) -> (&[u8], Option<&Vec<u8>>, u16, i32) {
        (self.name(r), self.read_groups.get(r.read_group), r.flags, r.position)
    }
}

/// Fragments that show nothing but KMT2A's wild type: both reads (or the only one) wholly inside the gene, in its
/// order, neither clipped.
#[derive(Clone, Debug, Default)]
pub struct PlainFragments {
    heads: Vec<Head>,
    /// The segments of all, one fragment after the other, each with the link that joins it to the one before.
    segments: Vec<(Segment, LinkKind)>,
    umis: Shared<Vec<u8>>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    /// End of its segments.
    end: usize,
    /// Made of name and read group until molecules are told apart.
    molecule: u64,
    len: u32,
    mate_start: u32,
    umi: u32,
    depth: u32,
    mapq: u8,
    paired: bool,
    flagged_duplicate: bool,
}

/// What wild type is to [`PlainFragments`].
#[derive(Clone, Copy, Debug)]
pub struct WildTypeRule {
    /// KMT2A's contig.
    pub contig: ContigId,
    /// The gene.
    pub gene: Interval,
    /// Largest step forward from one segment to the next (bases): any for RNA, and what is surely no reported deletion
    /// for DNA.
    pub step_max: i64,
}

impl WildTypeRule {
    fn holds(&self, fragment: &Fragment) -> bool {
        let chain = &fragment.chain;
        let inside = |s: &Segment| {
            s.contig == self.contig && self.gene.start <= s.reference.start && s.reference.end <= self.gene.end
        };
        let forward = |pair: &[Segment]| {
            let step = (pair[1].first_base().0 - pair[0].last_base().0)
                * match pair[0].strand {
                    Strand::Forward => 1,
                    Strand::Reverse => -1,
                };
            pair[0].strand == pair[1].strand && (1..=self.step_max).contains(&step)
        };
        chain.sequence.is_empty()
            && fragment.clips.is_empty()
            && fragment.alternatives.is_empty()
            && fragment.unaligned_mate.is_none()
            && !(fragment.laid || fragment.mate_missing || fragment.malformed)
            && !chain.links.contains(&LinkKind::Split)
            && chain.segments.iter().all(inside)
            && chain.segments.windows(2).all(forward)
    }
}

impl PlainFragments {
    /// Number of fragments.
    pub const fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Takes a fragment that is wild type; gives others back.
    pub(super) fn take(&mut self, draft: Draft, rule: &WildTypeRule) -> Option<Draft> {
        let Draft { fragment, ends } = draft;
        if !rule.holds(&fragment) {
            return Some(Draft { fragment, ends });
        }
        let mut links = fragment.chain.links.iter().copied();
        for (i, segment) in fragment.chain.segments.iter().enumerate() {
            let link = if i == 0 { None } else { links.next() };
            self.segments.push((*segment, link.unwrap_or(LinkKind::Gap)));
        }
        self.heads.push(Head {
            end: self.segments.len(),
            molecule: molecule::by_name(&fragment),
            len: fragment.chain.len,
            mate_start: fragment.chain.mate_start.unwrap_or(NONE),
            umi: self.umis.optional(fragment.umi),
            depth: fragment.depth,
            mapq: fragment.mapq,
            paired: ends.is_paired(),
            flagged_duplicate: fragment.flagged_duplicate,
        });
        None
    }

    /// Every fragment, without name, read group and identifier.
    pub fn iter(&self) -> impl Iterator<Item = Fragment> {
        self.each().map(|(head, segments)| Fragment {
            name: Vec::new(),
            read_group: None,
            chain: chain_of(head, segments),
            clips: Vec::new(),
            alternatives: Vec::new(),
            unaligned_mate: None,
            laid: false,
            flagged_duplicate: head.flagged_duplicate,
            umi: None,
            depth: head.depth,
            molecule: head.molecule,
            mate_missing: false,
            malformed: false,
            mapq: head.mapq,
        })
    }

    fn each(&self) -> impl Iterator<Item = (&Head, &[(Segment, LinkKind)])> {
        let mut start = 0;
        self.heads.iter().map(move |head| {
            let own = self.segments.get(start..head.end).unwrap_or_default();
            start = head.end;
            (head, own)
        })
    }

    /// Distinct molecules.
    pub fn molecules(&self) -> HashSet<u64> {
        self.heads.iter().map(|head| head.molecule).collect()
    }

    /// What tells molecules apart: ends, identifier, and whether the file flags it as a copy.
    pub(super) fn marks(&self) -> impl Iterator<Item = (FragmentEnds, Option<&[u8]>, bool)> {
        self.each().map(|(head, segments)| {
            let ends = FragmentEnds::of_chain(&chain_of(head, segments), head.paired);
            let umi = self.umis.get(head.umi).map(Vec::as_slice);
            (ends, umi, head.flagged_duplicate)
        })
    }

    /// Gives every fragment its molecule, in the order of [`Self::marks`].
    pub(super) fn set_molecules(&mut self, of: impl Fn(&FragmentEnds, Option<&[u8]>) -> Option<u64>) {
        let molecules: Vec<Option<u64>> = self.marks().map(|(ends, umi, _)| of(&ends, umi)).collect();
        for (head, molecule) in self.heads.iter_mut().zip(molecules) {
            head.molecule = molecule.unwrap_or(head.molecule);
        }
    }
}

fn chain_of(head: &Head, segments: &[(Segment, LinkKind)]) -> Chain {
    Chain {
        segments: segments.iter().map(|(segment, _)| *segment).collect(),
        links: segments.iter().skip(1).map(|(_, link)| *link).collect(),
        len: head.len,
        sequence: Vec::new(),
        mate_start: Some(head.mate_start).filter(|start| *start != NONE),
    }
}
