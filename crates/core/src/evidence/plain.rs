//! Compact storage of wild-type fragments. At a panel's depth millions show only KMT2A: each is counted but not
//! examined again, and some hundred bytes each would be most of the program's memory. They have no names; fragments
//! that a junction may need stay a [`Fragment`].

use std::{collections::HashSet, sync::Arc};

use super::{
    compact::{NONE, Shared},
    fragment::{Chain, Fragment, LinkKind, Segment, Shape, step},
    group::Draft,
    molecule::{self, FragmentEnds},
};
use crate::genome::{ContigId, Interval};

/// Fragments of wild-type KMT2A: both reads (or the only one) entirely inside the gene, in gene order, without clips.
#[derive(Clone, Debug, Default)]
pub struct PlainFragments {
    heads: Vec<Head>,
    /// The segments of all, fragment by fragment, each with the link to the previous one.
    segments: Vec<(Segment, LinkKind)>,
    umis: Shared<Vec<u8>>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    /// End of its segments.
    end: usize,
    /// Hash of name and read group until molecules are assigned.
    molecule: u64,
    len: u32,
    mate_start: u32,
    umi: u32,
    depth: u32,
    mapq: u8,
    paired: bool,
    flagged_duplicate: bool,
}

/// Definition of wild type for [`PlainFragments`].
#[derive(Clone, Copy, Debug)]
pub struct WildTypeRule {
    /// KMT2A's contig.
    pub contig: ContigId,
    /// The gene.
    pub gene: Interval,
    /// Largest distance from one segment to the next (bases): any for RNA; for DNA, one that is certainly not a
    /// reported deletion.
    pub step_max: i64,
}

impl WildTypeRule {
    fn is_wild_type(&self, fragment: &Fragment) -> bool {
        let chain = &fragment.chain;
        let inside = |s: &Segment| {
            s.contig == self.contig && self.gene.start <= s.reference.start && s.reference.end <= self.gene.end
        };
        let forward = |pair: &[Segment]| {
            let bases = (pair[1].first_base().0 - pair[0].last_base().0) * step(pair[0].strand);
            pair[0].strand == pair[1].strand && (1..=self.step_max).contains(&bases)
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

    /// Whether there are no fragments.
    pub const fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Takes a fragment if it is wild type, else returns it.
    pub(super) fn take(&mut self, draft: Draft, rule: &WildTypeRule) -> Option<Draft> {
        let Draft { fragment, ends } = draft;
        if !rule.is_wild_type(&fragment) {
            return Some(Draft { fragment, ends });
        }
        let links = std::iter::once(LinkKind::Gap).chain(fragment.chain.links.iter().copied());
        self.segments.extend(fragment.chain.segments.iter().copied().zip(links));
        self.heads.push(Head {
            end: self.segments.len(),
            molecule: molecule::by_name(&fragment),
            len: fragment.chain.len,
            mate_start: fragment.chain.mate_start.unwrap_or(NONE),
            depth: fragment.depth,
            mapq: fragment.mapq,
            paired: ends.is_paired(),
            flagged_duplicate: fragment.flagged_duplicate,
            umi: self.umis.optional(fragment.umi),
        });
        None
    }

    /// Every fragment, without name, read group and identifier.
    pub fn iter(&self) -> impl Iterator<Item = Fragment> {
        self.each().map(|(head, segments)| Fragment {
            name: Vec::new(),
            read_group: None,
            flagged_duplicate: head.flagged_duplicate,
            umi: None,
            molecule: head.molecule,
            shape: Arc::new(Shape {
                depth: head.depth,
                mapq: head.mapq,
                ..Shape::of(chain_of(head, segments))
            }),
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

    /// Gaps within one alignment, as the reference positions before and after them, with the bases on both sides.
    pub fn gaps(&self) -> impl Iterator<Item = (u64, &Segment, &Segment)> {
        self.each().flat_map(|(head, segments)| {
            segments
                .windows(2)
                .filter(|pair| pair[1].1 == LinkKind::Gap)
                .map(move |pair| (head.molecule, &pair[0].0, &pair[1].0))
        })
    }

    /// Distinct molecules.
    pub fn molecules(&self) -> HashSet<u64> {
        self.heads.iter().map(|head| head.molecule).collect()
    }

    /// The features that distinguish molecules: ends, identifier, and whether the file flags the fragment as a
    /// duplicate.
    pub(super) fn marks(&self) -> impl Iterator<Item = (FragmentEnds, Option<&[u8]>, bool)> {
        self.each().map(|(head, segments)| {
            let ends = FragmentEnds::of_chain(&chain_of(head, segments), head.paired);
            let umi = self.umis.get(head.umi).map(Vec::as_slice);
            (ends, umi, head.flagged_duplicate)
        })
    }

    /// Removes the duplicate flags.
    pub(super) fn clear_duplicate_flags(&mut self) {
        for head in &mut self.heads {
            head.flagged_duplicate = false;
        }
    }

    /// Assigns every fragment to its molecule, in the order of [`Self::marks`].
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
        sequence: Arc::default(),
        qualities: Arc::default(),
        mate_start: Some(head.mate_start).filter(|start| *start != NONE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::group::{MapqScale, drafts},
        genome::{AlignedRecord, Cigar, Contigs, Flags},
    };

    const RULE: WildTypeRule = WildTypeRule {
        contig: ContigId(0),
        gene: Interval {
            start: crate::genome::Position(1_000),
            end: crate::genome::Position(90_000),
        },
        step_max: i64::MAX,
    };

    fn draft(first: (i64, &str), second: (i64, &str)) -> Draft {
        let record = |flags: u16, (position, cigar): (i64, &str), mate: i64| AlignedRecord {
            name: b"r".to_vec(),
            flags: Flags(flags),
            contig: Some(ContigId(0)),
            position,
            mapq: 60,
            cigar: Cigar::parse(cigar).unwrap(),
            mate_contig: Some(ContigId(0)),
            mate_position: mate,
            ..AlignedRecord::default()
        };
        let records = vec![record(99, first, second.0), record(147, second, first.0)];
        let contigs = Contigs::new([("chr11".to_owned(), 100_000)]);
        drafts(records, MapqScale::Phred, &contigs).remove(0)
    }

    #[test]
    fn wild_type_is_kept_small_and_comes_back() {
        let mut plain = PlainFragments::default();
        for draft in [
            draft((2_000, "100M"), (2_300, "100M")),
            draft((2_000, "60M1500N40M"), (9_000, "100M")),
            draft((2_000, "100M"), (2_050, "100M")),
        ] {
            assert!(plain.take(draft.clone(), &RULE).is_none());
            let back = plain.iter().last().unwrap();
            assert_eq!((&back.chain, back.mapq), (&draft.fragment.chain, 60));
            assert_eq!(plain.marks().last().unwrap().0, draft.ends);
        }
        assert_eq!(plain.len(), 3);
    }

    #[test]
    fn fragments_that_may_not_be_wild_type_are_returned() {
        let genomic = WildTypeRule { step_max: 900, ..RULE };
        for (draft, rule) in [
            // Clipped; across the gene's end; mates in the wrong order (a back-splice); a deletion in DNA.
            (draft((2_000, "70M30S"), (2_300, "100M")), RULE),
            (draft((89_800, "100M"), (89_950, "100M")), RULE),
            (draft((9_000, "100M"), (2_000, "100M")), RULE),
            (draft((2_000, "100M"), (9_000, "100M")), genomic),
            (draft((2_000, "50M5000N50M"), (7_200, "100M")), genomic),
        ] {
            let mut plain = PlainFragments::default();
            assert!(plain.take(draft, &rule).is_some());
            assert!(plain.is_empty());
        }
    }
}
