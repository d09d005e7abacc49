//! Junctions of the sample's molecules, as explanations of its other fragments.
//!
//! METHOD: the bases of a junction's molecules beyond one of its sides are a reference sequence like any other: a read
//! aligned to that side is scored on it, as far as it extends, regardless of where those bases come from. Inserted
//! bases whose template is nearby thus support the junction that contains them, not a junction to their template.
//! Sequence of the molecule being scored is excluded.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    far::FarPlaces,
    locus::{Loci, Locus},
    oriented::Oriented,
    prior,
    realign::Explainer,
    rebuild::Rest,
    stretch::{Home, Part, Stretch, part},
    tail,
    walk::{Block, lay},
};
use crate::{
    assemble::{
        Candidate, consensus, held::beyond_of, keep_of_each, observe::ahead, outward::allowed, repeat::OWN_REACH,
    },
    catalogue::GeneModels,
    evidence::{
        chain::MIN_CLIP,
        fragment::{Confidence, Fragment, LinkKind, Segment},
    },
    genome::{
        Breakend, ContigId, Interval, Junction, Position, Strand,
        sequence::{complement, differing, reverse_complement},
    },
};

/// Junctions compared at one base (count), those of most molecules first; more are noise of a panel.
const AT_BASE: usize = 100;
/// Score by which a junction of others must exceed the read's own explanation (nats): one mismatch.
const BETTER: f64 = 3.0;
/// Maximum score of a base (nats): ln 4.
const BASE_MOST: f64 = 1.387;
/// Bases kept beyond a side (bases): longer than any realigned read.
const KEPT: usize = 400;

/// Bases beyond a side.
#[derive(Clone, Debug)]
enum Shown {
    /// The consensus of three molecules or more: no single one decides.
    Together(Vec<u8>),
    /// Those of each molecule, if fewer.
    Each(Vec<(u64, Vec<u8>)>),
}

impl Shown {
    /// The bases of molecules other than this one.
    fn to(&self, molecule: u64) -> Option<&[u8]> {
        match self {
            Self::Together(bases) => Some(bases),
            Self::Each(all) => all
                .iter()
                .find(|(m, _)| *m != molecule)
                .map(|(_, bases)| bases.as_slice()),
        }
    }

    /// Every sequence.
    fn all(&self) -> Vec<&[u8]> {
        match self {
            Self::Together(bases) => vec![bases],
            Self::Each(all) => all.iter().map(|(_, bases)| bases.as_slice()).collect(),
        }
    }
}

/// One side of a proposed junction.
#[derive(Clone, Debug)]
struct Side {
    contig: ContigId,
    strand: Strand,
    position: Position,
    /// Number of the gene that contains it; `None` if no bases of the gene are known.
    locus: Option<usize>,
}

/// A junction with the bases of its molecules.
#[derive(Clone, Debug)]
struct Proposal {
    five: Side,
    three: Side,
    inserted: usize,
    /// Beyond the 5' side along the molecule.
    after: Shown,
    /// Before the 3' side, reverse-complemented.
    before: Shown,
    molecules: usize,
    /// Sides in exons (count).
    exonic: usize,
    /// Both sides are at exon ends.
    at_sites: bool,
}

impl Proposal {
    /// Whether all molecules of a junction without inserted bases are reads of this one that end within its inserted
    /// bases: they share a side, and what they show beyond it.
    fn contains(&self, other: &Self) -> bool {
        let is_same = |a: &Side, b: &Side| (a.contig, a.strand, a.position) == (b.contig, b.strand, b.position);
        let are_in = |own: &Shown, others: &Shown| {
            let (own, others) = (own.all(), others.all());
            let longest = own.iter().max_by_key(|bases| bases.len());
            longest.is_some_and(|own| {
                let agrees = |bases: &&[u8]| bases.len() <= own.len() && differing(bases, own) <= allowed(bases.len());
                others.iter().all(agrees)
            })
        };
        self.inserted > 0
            && other.inserted == 0
            && (is_same(&self.five, &other.five) && are_in(&self.after, &other.after)
                || is_same(&self.three, &other.three) && are_in(&self.before, &other.before))
    }

    /// Whether the fragment continues into the inserted bases beyond a side in one of its segments: three of four
    /// match.
    fn may_insert(&self, fragment: &Fragment, segment: &Segment, position: Position, from_five: bool) -> bool {
        let (side, shown) = if from_five {
            (&self.five, &self.after)
        } else {
            (&self.three, &self.before)
        };
        let along = ahead(segment.first_base(), position, segment.strand);
        let at = usize::try_from(i64::from(segment.molecule_start) + along).unwrap_or(usize::MAX);
        let (bases, read) = (&fragment.chain.sequence, fragment.chain.read_of(segment.molecule_start));
        let beyond = if (segment.strand == side.strand) == from_five {
            bases.get(at.saturating_add(1)..read.end).map(<[u8]>::to_vec)
        } else {
            bases.get(read.start..at).map(reverse_complement)
        };
        let (Some(beyond), Some(shown)) = (beyond, shown.to(fragment.molecule)) else {
            return false;
        };
        let inserted = shown.iter().take(self.inserted);
        let compared = inserted.len().min(beyond.len());
        let wrong = inserted.zip(&beyond).filter(|(a, b)| a != b).count();
        self.inserted > 0 && wrong * 4 <= compared
    }

    /// Whether segment `n` of the fragment is split near a side, but from another side than this junction's.
    fn is_split_elsewhere(&self, fragment: &Fragment, n: usize, from_five: bool) -> bool {
        let (near, far) = if from_five {
            (&self.five, &self.three)
        } else {
            (&self.three, &self.five)
        };
        let chain = &fragment.chain;
        let segment = &chain.segments[n];
        let after = (segment.strand == near.strand) == from_five;
        let (end, link, beyond) = if after {
            (segment.last_base(), n, n + 1)
        } else {
            (segment.first_base(), n.wrapping_sub(1), n.wrapping_sub(1))
        };
        let other = chain.segments.get(beyond);
        chain.links.get(link) == Some(&LinkKind::Split)
            && end.distance(near.position) <= OWN_REACH
            && other.is_some_and(|s| s.contig != far.contig || !s.reference.padded(OWN_REACH).contains(far.position))
    }
}

/// The junctions of a sample, by position.
#[derive(Debug, Default)]
pub(crate) struct Proposals {
    all: Vec<Proposal>,
    /// Breakpoint, whether it is the 5' side, and the number of the junction.
    sides: Vec<(ContigId, Position, bool, usize)>,
    /// Loci to which unmapped reads may align.
    pub(super) far: FarPlaces,
}

/// The read being tested.
pub(super) struct Asked<'a> {
    pub(super) oriented: &'a Oriented,
    pub(super) read: Range<usize>,
    pub(super) molecule: u64,
    pub(super) known: &'a [Home],
}

impl Asked<'_> {
    /// Whether its bases beyond base `at` are adapter, a tail or of low complexity.
    fn is_tail(&self, at: usize, from_five: bool) -> bool {
        let beyond = if from_five {
            self.oriented.bases[at..self.read.end].to_vec()
        } else {
            reverse_complement(&self.oriented.bases[self.read.start..at])
        };
        tail::rest(&beyond) != Rest::Unexplained
    }
}

/// A junction that explains a read better than the read's own explanation.
struct Better {
    score: f64,
    /// Sides in exons, whether bases are inserted, and known bases of its molecules.
    says: (usize, bool, usize),
    which: usize,
    /// The alignment to its one side, and the base of the read after the 5' side (or of the 3' side).
    stretch: usize,
    at: usize,
    from_five: bool,
}

impl Proposals {
    /// The junctions that can explain reads whose bases are not sufficient alone: those with inserted bases, those away
    /// from exon ends, and those at a breakpoint from which other reads continue into multi-mapping bases. Such reads
    /// are assigned to the junction there that two or more molecules resolve; or one molecule, if none resolves the
    /// other junctions. A junction whose reads end within the inserted bases of another is that one.
    pub(crate) fn new(candidates: &[Candidate], loci: &Loci, far: FarPlaces) -> Self {
        let multi_mapping = multi_mapping_sides(candidates.iter());
        let unresolved = multi_mapping_sides(candidates.iter().filter(|c| !is_resolved(c)));
        let all: Vec<Proposal> = candidates
            .iter()
            .filter(|c| c.is_precise)
            .filter_map(|c| Some((c, c.sides.junction()?)))
            .map(|(c, junction)| (c, proposal(c, junction, loci)))
            .filter(|(c, p)| {
                let is_repeated = || c.sides.both().iter().flatten().any(|side| multi_mapping.contains(side));
                p.inserted > 0 || !p.at_sites || is_repeated()
            })
            .filter(|(c, p)| {
                let at_unresolved = || {
                    let sides = c.sides.both();
                    sides.iter().flatten().any(|side| unresolved.contains(side))
                };
                p.inserted > 0 || is_resolved(c) && (p.molecules > 1 || at_unresolved())
            })
            .map(|(_, p)| p)
            .collect();
        let (whole, mut all): (Vec<Proposal>, Vec<Proposal>) = all.into_iter().partition(|p| p.inserted > 0);
        all.retain(|p| !whole.iter().any(|whole| whole.contains(p)));
        all.extend(whole);
        all.sort_by_key(|p| std::cmp::Reverse(p.molecules));
        let mut sides: Vec<_> = all
            .iter()
            .enumerate()
            .flat_map(|(i, p)| {
                [
                    (p.five.contig, p.five.position, true, i),
                    (p.three.contig, p.three.position, false, i),
                ]
            })
            .collect();
        sides.sort_unstable();
        keep_of_each(&mut sides, AT_BASE, |(contig, position, is_five, _)| {
            (*contig, *position, *is_five)
        });
        Self { all, sides, far }
    }

    /// Whether there are no junctions.
    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether one of them may explain the fragment: one of its segments ends near one of their sides. A fragment that
    /// is uniquely aligned from end to end is tested only if its bases may be the inserted ones, or it joins such a side
    /// to another.
    pub(crate) fn are_near(&self, fragment: &Fragment, models: &GeneModels) -> bool {
        let segments = &fragment.chain.segments;
        let sure = fragment.clips.is_empty()
            && fragment.unaligned_mate.is_none()
            && segments.iter().all(|s| s.confidence == Confidence::Unique);
        let reaches_far = || self.far.near(fragment, models).next().is_some();
        reaches_far()
            || segments.iter().enumerate().any(|(n, s)| {
                let mut near = self.within(s.contig, s.reference.padded(OWN_REACH)).iter();
                near.any(|(_, position, from_five, which)| {
                    let p = &self.all[*which];
                    !sure
                        || p.may_insert(fragment, s, *position, *from_five)
                        || p.is_split_elsewhere(fragment, n, *from_five)
                })
            })
    }

    fn within(&self, contig: ContigId, interval: Interval) -> &[(ContigId, Position, bool, usize)] {
        let low = self
            .sides
            .partition_point(|(c, p, ..)| (*c, *p) < (contig, interval.start));
        let high = self
            .sides
            .partition_point(|(c, p, ..)| (*c, *p) < (contig, interval.end));
        self.sides.get(low..high).unwrap_or_default()
    }
}

/// Sides of junctions whose other side is multi-mapping in some molecule.
fn multi_mapping_sides<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> BTreeSet<Breakend> {
    let sides = |c: &Candidate| {
        let fits_others = |of_five: bool| {
            c.observations
                .iter()
                .any(|o| o.side(of_five).confidence == Confidence::Ambiguous)
        };
        let multi_mapping = [true, false].map(|is_five| c.sides.side(is_five).filter(|_| fits_others(!is_five)));
        multi_mapping.into_iter().flatten()
    };
    candidates.flat_map(sides).collect()
}

/// Whether both sides are uniquely mapped in at least one molecule.
fn is_resolved(candidate: &Candidate) -> bool {
    let mut split = candidate.split();
    split.any(|o| o.five.confidence == Confidence::Unique && o.three.confidence == Confidence::Unique)
}

fn proposal(candidate: &Candidate, junction: &Junction, loci: &Loci) -> Proposal {
    let shown = |from_five: bool| {
        let mut all: Vec<(u64, Vec<u8>)> = candidate
            .split()
            .filter_map(|o| Some((o.molecule, beyond_of(o, candidate, from_five)?)))
            .collect();
        all.sort_by(|a, b| (b.1.len(), a.0, &a.1).cmp(&(a.1.len(), b.0, &b.1)));
        let mut molecules = BTreeSet::new();
        all.retain(|(molecule, _)| molecules.insert(*molecule));
        if let [_, _, _, ..] = all.as_slice() {
            let reads: Vec<&[u8]> = all.iter().map(|(_, bases)| bases.as_slice()).collect();
            Shown::Together(consensus::vote(&reads, KEPT))
        } else {
            all.iter_mut().for_each(|(_, bases)| bases.truncate(KEPT));
            Shown::Each(all)
        }
    };
    let molecules: BTreeSet<u64> = candidate.split().map(|o| o.molecule).collect();
    let side = |end: Breakend, strand: Strand| Side {
        contig: end.contig,
        strand,
        position: end.position,
        locus: loci
            .all
            .iter()
            .position(|l| l.contig == end.contig && l.strand == strand && l.span.contains(end.position)),
    };
    let (after, before) = (shown(true), shown(false));
    let five = side(junction.five, junction.five.strand_as_five_prime());
    let three = side(junction.three, junction.three.strand_as_three_prime());
    let is = |side: &Side, of: fn(&Locus, i64) -> bool| {
        let locus = side.locus.map(|number| &loci.all[number]);
        locus.is_some_and(|locus| of(locus, locus.offset(side.position)))
    };
    Proposal {
        exonic: [&five, &three]
            .into_iter()
            .filter(|side| is(side, Locus::is_exonic))
            .count(),
        at_sites: is(&five, Locus::is_donor) && is(&three, Locus::is_acceptor),
        five,
        three,
        inserted: junction.inserted.len(),
        after,
        before,
        molecules: molecules.len(),
    }
}

impl Explainer<'_> {
    /// The read along a junction of other molecules, if that explains it better than `alone`.
    pub(super) fn proposed(
        &self,
        asked: &Asked<'_>,
        found: &[Stretch],
        (alone, parts): (f64, &[Part]),
        proposals: &Proposals,
        places: &mut Vec<Locus>,
    ) -> Option<(f64, Vec<Part>)> {
        if proposals.is_empty() {
            return None;
        }
        let mut best: Option<Better> = None;
        // A tail or an adapter is not part of a junction.
        let mut tails: BTreeMap<(usize, bool), bool> = BTreeMap::new();
        for (stretch, s) in found.iter().enumerate() {
            let locus = self.locus(s.home, places);
            for block in s.near_blocks(&asked.read) {
                let interval = locus.reference(block.at, block.end());
                for (_, position, from_five, which) in proposals.within(locus.contig, interval) {
                    let p = &proposals.all[*which];
                    let side = if *from_five { &p.five } else { &p.three };
                    if side.strand != locus.strand {
                        continue;
                    }
                    let inside = usize::try_from(locus.offset(*position) - block.at).unwrap_or(0);
                    let at = block.read + inside + usize::from(*from_five);
                    let s = &*s.reaching((at, *from_five), asked.oriented.whole(), locus, &self.model);
                    let least = best.as_ref().map_or(alone + BETTER, |b| b.score - BETTER);
                    let along = self.along(asked, s, (p, at, *from_five), least.max(alone + BETTER));
                    let Some((score, length)) = along else { continue };
                    let tail = tails.entry((at, *from_five));
                    if *tail.or_insert_with(|| asked.is_tail(at, *from_five)) {
                        continue;
                    }
                    let says = (p.exonic, p.inserted > 0, length);
                    let better = Better {
                        score,
                        says,
                        which: *which,
                        stretch,
                        at,
                        from_five: *from_five,
                    };
                    // Of equally good ones, the one in exons, then one with inserted bases, as reads that end in these fit
                    // their template too, then the one with the most known bases or molecules.
                    if best.as_ref().is_none_or(|b| {
                        score > b.score + BETTER || (score > b.score - BETTER && (says, b.which) > (b.says, *which))
                    }) {
                        best = Some(better);
                    }
                }
            }
        }
        let best = best?;
        let p = &proposals.all[best.which];
        let taken = self.taken(asked, found, p, &best, places)?;
        let same = parts.len() == taken.len()
            && parts
                .iter()
                .zip(&taken)
                .all(|(a, b)| a.home == b.home && a.blocks == b.blocks);
        (!same).then_some((best.score, taken))
    }

    /// The score of a read on one side of a junction and on the bases of others beyond it, and the number of these
    /// bases; `None` unless it exceeds `least`.
    fn along(
        &self,
        asked: &Asked<'_>,
        s: &Stretch,
        (p, at, from_five): (&Proposal, usize, bool),
        least: f64,
    ) -> Option<(f64, usize)> {
        let shown = if from_five { &p.after } else { &p.before };
        let bases = shown.to(asked.molecule)?;
        let left = if from_five {
            asked.read.end.checked_sub(at)?
        } else {
            at.checked_sub(asked.read.start)?
        };
        if left < MIN_CLIP as usize || bases.len() < MIN_CLIP as usize {
            return None;
        }
        let read = asked.oriented.whole();
        let length = left.min(bases.len());
        let mut score = if from_five {
            s.before(at)
        } else {
            s.total() - s.before(at)
        };
        let own = matches!(shown, Shown::Each(all) if all.iter().any(|(m, _)| *m == asked.molecule));
        score += if p.molecules - usize::from(own) > 1 {
            prior::PROPOSED
        } else {
            prior::PROPOSED_ONCE
        };
        // A side placed by the aligner has no cost of its own.
        if !s.hinted {
            score += self.begins(s, asked.known, asked.oriented.foreign);
        }
        for (i, base) in bases[..length].iter().enumerate() {
            // Bases before the 3' side are stored reverse-complemented.
            score += if from_five {
                self.model.base(read, at + i, *base)
            } else {
                self.model.base(read, at - 1 - i, complement(*base))
            };
            if score + BASE_MOST * (length - i - 1) as f64 <= least {
                return None;
            }
        }
        (score > least).then_some((score, bases.len().min(KEPT)))
    }

    /// The segments of a read along a junction: one side, and the other if enough of it is sequenced.
    fn taken(
        &self,
        asked: &Asked<'_>,
        found: &[Stretch],
        p: &Proposal,
        best: &Better,
        places: &mut Vec<Locus>,
    ) -> Option<Vec<Part>> {
        let s = &found[best.stretch];
        let locus = self.locus(s.home, places);
        let s = &*s.reaching((best.at, best.from_five), asked.oriented.whole(), locus, &self.model);
        let (beyond, far, anchor) = if best.from_five {
            let first = best.at + p.inserted;
            (first..asked.read.end, &p.three, first)
        } else {
            let end = best.at.checked_sub(p.inserted);
            let end = end.filter(|end| *end > asked.read.start).unwrap_or(asked.read.start);
            (asked.read.start..end, &p.five, end.saturating_sub(1))
        };
        // The near side, with its matching bases beyond the junction if these alone show what both sides share.
        let near = |shared: bool| {
            let most = if shared && p.inserted == 0 {
                OWN_REACH as usize
            } else {
                0
            };
            if best.from_five {
                part(s, s.lay.start(), s.lay.end().min(best.at + most), found)
            } else {
                part(s, s.lay.start().max(best.at.saturating_sub(most)), s.lay.end(), found)
            }
        };
        // Too little of the other side: the rest is a soft clip of this junction.
        if beyond.len() < MIN_CLIP as usize {
            return Some(vec![near(false)]);
        }
        let home = match far.locus {
            Some(number) => Home::Known(number),
            None => {
                let around = Interval::new(far.position.0, far.position.0 + 1);
                places.push(self.place((far.contig, far.strand), around));
                Home::Place(places.len() - 1)
            }
        };
        let locus = self.locus(home, places);
        let read = asked.oriented.whole();
        let offset = locus.offset(far.position);
        let mut lay = lay(read, beyond.clone(), (anchor, offset), locus, &self.model);
        let is_unknown = lay.laid() < MIN_CLIP as usize;
        if is_unknown {
            // The reference bases are unknown: the other molecules' bases are there without a gap.
            let len = beyond.len().min(best.says.2.saturating_sub(p.inserted));
            let (first, at) = if best.from_five {
                (beyond.start, offset)
            } else {
                (beyond.end - len, offset + 1 - len as i64)
            };
            let is_known = (at..at + len as i64).any(|at| locus.base(at) != b'N');
            if is_known || len < MIN_CLIP as usize {
                return None;
            }
            lay.blocks = vec![Block { read: first, at, len }];
        }
        let mut other = Stretch::new(home, lay, read, locus, &self.model);
        let middle = other.lay.start().midpoint(other.lay.end());
        let at = |s: &Stretch| {
            let locus = self.locus(s.home, places);
            let offset = s.lay.offset_of(middle)?;
            Some((locus.contig, locus.strand, locus.position(offset)))
        };
        other.hinted = found.iter().any(|s| s.hinted && at(s).is_some() && at(s) == at(&other));
        let other = part(&other, other.lay.start(), other.lay.end(), found);
        let near = near(is_unknown);
        Some(if best.from_five {
            vec![near, other]
        } else {
            vec![other, near]
        })
    }
}
