//! Unannotated introns of the target gene that this sample's reads show.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    explain::realign::INSERTED_MAX,
    observe::{Target, ahead},
};
use crate::{
    evidence::{
        chain::MIN_CLIP,
        fragment::{Fragment, LinkKind, Segment},
        plain::PlainFragments,
    },
    genome::Position,
};

/// Least number of molecules whose alignments show an intron (count).
const MOLECULES: usize = 2;
/// Least anchor on both sides of such an intron (bases).
const ANCHOR: u32 = 12;
/// Bases by which other reads must extend past a clipped end for the block to be an exon (bases); fewer match by
/// chance.
const BEYOND: u32 = 8;

/// An aligned block next to an intron, and whether its read is clipped or split at the far end.
#[derive(Clone, Copy)]
struct Block {
    len: u32,
    is_broken: bool,
}

/// Blocks on one side of an intron.
#[derive(Default)]
struct Shown {
    /// The two longest blocks of different molecules without a clip or split (bases, molecule).
    whole: [(u32, u64); 2],
    /// The shortest block with one (bases).
    broken: Option<u32>,
}

impl Shown {
    fn add(&mut self, molecule: u64, block: Block) {
        if block.is_broken {
            if block.len as usize <= INSERTED_MAX {
                self.broken = Some(self.broken.map_or(block.len, |b| b.min(block.len)));
            }
            return;
        }
        let [first, second] = &mut self.whole;
        if block.len > first.0 {
            if first.1 != molecule {
                *second = *first;
            }
            *first = (block.len, molecule);
        } else if block.len > second.0 && first.1 != molecule {
            *second = (block.len, molecule);
        }
    }

    /// Whether the blocks belong to an exon: two molecules extend past the base where others are clipped or split.
    fn is_exon(&self) -> bool {
        self.broken.is_none_or(|broken| self.whole[1].0 > broken + BEYOND)
    }
}

#[derive(Default)]
struct Intron {
    molecules: BTreeSet<u64>,
    before: Shown,
    after: Shown,
}

/// The introns: last base before and first base after each, along the gene.
pub(super) fn of_sample(fragments: &[Fragment], plain: &PlainFragments, target: &Target) -> Vec<(Position, Position)> {
    let mut seen: BTreeMap<(i64, i64), Intron> = BTreeMap::new();
    let mut add = |molecule: u64, (a, before): (&Segment, Block), (b, after): (&Segment, Block)| {
        let is_own = |s: &Segment| s.contig == target.contig && target.span.contains(s.reference.start);
        if !is_own(a) || !is_own(b) || a.strand != b.strand || a.len() < ANCHOR || b.len() < ANCHOR {
            return;
        }
        // Along the gene, whichever strand was sequenced.
        let along = a.strand == target.strand;
        let (leaves, enters) = if along {
            (a.last_base(), b.first_base())
        } else {
            (b.first_base(), a.last_base())
        };
        let (before, after) = if along { (before, after) } else { (after, before) };
        let intron = seen.entry((leaves.0, enters.0)).or_default();
        if intron.molecules.len() < MOLECULES {
            intron.molecules.insert(molecule);
        }
        intron.before.add(molecule, before);
        intron.after.add(molecule, after);
    };
    for fragment in fragments {
        let chain = &fragment.chain;
        let is_clipped = |segment: usize, after: bool| {
            let mut clips = fragment.clips.iter();
            clips.any(|c| c.segment == segment && c.after == after && c.end - c.start >= MIN_CLIP)
        };
        let is_split = |link: Option<usize>| link.and_then(|l| chain.links.get(l)) == Some(&LinkKind::Split);
        for (i, pair) in chain.segments.windows(2).enumerate() {
            if chain.links.get(i) == Some(&LinkKind::Gap) {
                let before = Block {
                    len: pair[0].len(),
                    is_broken: is_clipped(i, false) || is_split(i.checked_sub(1)),
                };
                let after = Block {
                    len: pair[1].len(),
                    is_broken: is_clipped(i + 1, true) || is_split(Some(i + 1)),
                };
                add(fragment.molecule, (&pair[0], before), (&pair[1], after));
            }
        }
    }
    for (molecule, a, b) in plain.gaps() {
        let whole = |s: &Segment| Block {
            len: s.len(),
            is_broken: false,
        };
        add(molecule, (a, whole(a)), (b, whole(b)));
    }
    let shown = seen.into_iter().filter(|((leaves, enters), intron)| {
        let is_forward = ahead(Position(*leaves), Position(*enters), target.strand) > 0;
        is_forward && intron.molecules.len() >= MOLECULES && intron.before.is_exon() && intron.after.is_exon()
    });
    shown
        .map(|((leaves, enters), _)| (Position(leaves), Position(enters)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::tests::{grch38, target_of},
        evidence::fragment::{Chain, Clip, Confidence, PlacedBy, SeenBy},
        genome::Interval,
    };

    /// Whether reads of `(molecule, bases after the intron, whether a clip follows)` show an intron of KMT2A.
    fn is_shown(reads: &[(u64, u32, bool)], before: u32) -> bool {
        let target = target_of(&grch38());
        let contig = target.contig;
        let at = target.span.start.0 + 10_000;
        let segment = |molecule: std::ops::Range<u32>, from: i64| Segment {
            molecule_start: molecule.start,
            molecule_end: molecule.end,
            contig,
            strand: target.strand,
            reference: Interval::new(from, from + i64::from(molecule.end - molecule.start)),
            confidence: Confidence::Unique,
            seen_by: SeenBy::default(),
            alignment: 0,
            placed_by: PlacedBy::Aligner,
        };
        let fragments: Vec<Fragment> = reads
            .iter()
            .map(|(molecule, after, is_clipped)| {
                let end = before + after;
                let mut fragment = Fragment::of(Chain {
                    segments: vec![
                        segment(0..before, at - i64::from(before)),
                        segment(before..end, at + 2_000),
                    ],
                    links: vec![LinkKind::Gap],
                    len: end + if *is_clipped { 20 } else { 0 },
                    ..Chain::default()
                });
                fragment.molecule = *molecule;
                if *is_clipped {
                    let clip = Clip {
                        segment: 1,
                        after: true,
                        start: end,
                        end: end + 20,
                    };
                    std::sync::Arc::make_mut(&mut fragment.shape).clips.push(clip);
                }
                fragment
            })
            .collect();
        let shown = of_sample(&fragments, &PlainFragments::default(), &target);
        assert!(shown.iter().all(|i| *i == (Position(at - 1), Position(at + 2_000))));
        !shown.is_empty()
    }

    #[test]
    fn two_molecules_with_twelve_bases_on_both_sides_show_an_intron() {
        assert!(is_shown(&[(1, 12, false), (2, 12, false)], 12));
        assert!(!is_shown(&[(1, 12, false), (1, 40, false)], 40));
        assert!(!is_shown(&[(1, 12, false), (2, 11, false)], 40) && !is_shown(&[(1, 40, false), (2, 40, false)], 11));
    }

    #[test]
    fn a_block_after_which_reads_are_clipped_is_an_insertion() {
        // Seventeen bases of an intron, then the partner gene.
        assert!(!is_shown(
            &[(1, 17, true), (2, 17, true), (3, 15, false), (4, 16, false)],
            40
        ));
        // An exon continues in two molecules, by more bases than match by chance.
        assert!(!is_shown(&[(1, 17, true), (2, 25, false), (3, 25, false)], 40));
        assert!(is_shown(&[(1, 17, true), (2, 26, false), (3, 26, false)], 40));
        assert!(!is_shown(&[(1, 17, true), (2, 26, false), (2, 40, false)], 40));
        // Insertions have sixty bases at most: a longer block is an exon at whose end a fusion begins.
        assert!(!is_shown(&[(1, 60, true), (2, 60, true)], 40) && is_shown(&[(1, 61, true), (2, 61, true)], 40));
    }
}
