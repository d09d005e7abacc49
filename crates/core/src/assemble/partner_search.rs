//! Searches unplaced sequence in the whole genes of the catalogue's partners (introns included, if a reference has
//! them), or near mates on the other side.
//!
//! METHOD: the breakpoint is supported by its molecules, so that only the locus is unknown: 3e7 bases on two strands,
//! in which 20 matching bases occur by chance once in 20,000. A copy of a repeat occurs in many genes, so that a
//! sequence with several similar loci stays unplaced.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use super::{Candidate, explain::realign::INSERTED_MAX, observe::Target, open_end, place};
use crate::{
    catalogue::{GeneModels, Role},
    evidence::fragment::Confidence,
    genome::{
        Breakend, ContigId, Interval, Junction, Position, Retained, SequenceSource,
        sequence::{complement, is_low_complexity, reverse_complement, words},
    },
};

/// Length of the k-mers that are searched (bases): about five positions in the genes match one k-mer by chance.
const K: usize = 15;
/// Bases beyond the breakpoint from which k-mers are taken (bases).
const LOOKED_AT: usize = 200;
/// Least score of alternative loci that count (bases): fewer bases match somewhere by chance.
const ALIKE: i64 = 18;
/// Such loci allowed besides the best one (count): more are a repeat.
const OTHERS: usize = 3;
/// Least score difference between the best locus and any other (bases): ln 20 for identity, and an error.
const BETTER: i64 = 6;
/// Least score (bases): fewer bases match by chance.
const LEAST: i64 = 20;
/// The same within one fragment length of mates (bases): sixteen match by chance once in four million.
const LEAST_NEAR: i64 = 16;
/// First bases of a sequence of which one may be an error rather than an insertion (bases).
const LEAD: usize = 6;
/// Mismatch penalty (bases).
const DIFFERS: i64 = 4;

/// An alignment of a sequence.
#[derive(Clone, Copy, Debug)]
struct Hit {
    contig: ContigId,
    /// Whether the sequence, read outward from the target gene, runs towards higher coordinates.
    up: bool,
    /// Position (0-based) of the sequence's first base, if the alignment were extended to it.
    origin: i64,
    /// Aligned bases of the sequence (0-based, end exclusive).
    from: usize,
    to: usize,
    /// Matches minus [`DIFFERS`] per mismatch.
    score: i64,
}

impl Hit {
    fn place(&self) -> (ContigId, i64, bool) {
        (self.contig, self.origin, self.up)
    }

    /// The breakend at the first aligned base.
    fn side(&self) -> Breakend {
        let along = i64::try_from(self.from).unwrap_or(0);
        Breakend {
            contig: self.contig,
            position: Position(self.origin + if self.up { along } else { -along }),
            retained: if self.up { Retained::Right } else { Retained::Left },
        }
    }
}

/// Places open ends in partners' genes. Others stay unplaced.
pub(super) fn place(
    candidates: &mut [Candidate],
    (models, source): (&GeneModels, &dyn SequenceSource),
    target: &Target,
) {
    let open: Vec<(usize, Vec<u8>)> = candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| !c.observations.is_empty())
        .filter_map(|(i, c)| Some((i, c.sides.open()?.beyond.iter().copied().take(LOOKED_AT).collect())))
        .collect();
    let kmers = kmers_of(&open);
    if kmers.is_empty() {
        return;
    }
    let mut hits: Vec<Vec<Hit>> = vec![Vec::new(); open.len()];
    for (contig, gene) in models.iter().filter(|(_, gene)| gene.roles.has(Role::Partner)) {
        let Some(bases) = source.bases(contig, gene.interval) else {
            continue;
        };
        find((contig, gene.interval), &bases, &kmers, &open, &mut hits);
    }
    for ((index, sequence), hits) in open.iter().zip(hits) {
        let Some(hit) = best(hits) else { continue };
        let candidate = &mut candidates[*index];
        let Some(open) = candidate.sides.open() else { continue };
        let before = &sequence[..hit.from];
        let junction = if open.own_is_five() {
            Junction {
                five: open.own,
                three: hit.side(),
                inserted: before.to_vec(),
            }
        } else {
            Junction {
                five: hit.side(),
                three: open.own,
                inserted: reverse_complement(before),
            }
        };
        open_end::settle(candidate, junction, Confidence::Unique);
        place::settle(candidate, 0, (models, source), target);
    }
}

/// Aligns a sequence, read outward from the target gene, within `reach` bases of the innermost base `shown` of mates:
/// the breakend, and the bases before it.
pub(super) fn near(
    sequence: &[u8],
    shown: Breakend,
    source: &dyn SequenceSource,
    reach: i64,
) -> Option<(Breakend, Vec<u8>)> {
    let p = shown.position.0;
    let interval = Interval::new((p - reach).max(0), p + reach);
    let bases = source.bases(shown.contig, interval)?;
    let sought = [(0, sequence.to_vec())];
    let mut hits = vec![Vec::new()];
    find((shown.contig, interval), &bases, &kmers_of(&sought), &sought, &mut hits);
    let mut hits = hits.pop()?;
    hits.retain(|hit| hit.side().retained == shown.retained);
    let hit = unique_best(hits, LEAST_NEAR)?;
    Some((hit.side(), sequence[..hit.from].to_vec()))
}

/// K-mers of the sequences forward (true) and reverse-complemented, with the sequence's number and their offset.
type KmersOf = HashMap<u32, Vec<(usize, usize, bool)>>;

fn kmers_of(open: &[(usize, Vec<u8>)]) -> KmersOf {
    let mut all = KmersOf::new();
    for (number, (_, sequence)) in open.iter().enumerate() {
        for (up, bases) in [(true, sequence.clone()), (false, reverse_complement(sequence))] {
            for (at, kmer) in words(&bases, K) {
                if !is_low_complexity(&bases[at..at + K]) {
                    all.entry(kmer).or_default().push((number, at, up));
                }
            }
        }
    }
    all
}

/// Adds the alignments of the sequences in a gene.
fn find(
    (contig, interval): (ContigId, Interval),
    bases: &[u8],
    wanted: &KmersOf,
    open: &[(usize, Vec<u8>)],
    hits: &mut [Vec<Hit>],
) {
    // Offset in the gene of the sequence's first base, in the orientation compared.
    let mut diagonals: BTreeSet<(usize, bool, i64)> = BTreeSet::new();
    for (i, kmer) in words(bases, K) {
        for (number, at, up) in wanted.get(&kmer).into_iter().flatten() {
            diagonals.insert((*number, *up, i as i64 - *at as i64));
        }
    }
    for (number, up, first) in diagonals {
        let sequence = &open[number].1;
        let length = sequence.len();
        let base = |k: usize| {
            let along = if up { k } else { length - 1 - k };
            let there = usize::try_from(first + along as i64).ok().and_then(|at| bases.get(at));
            let here = if up { sequence[k] } else { complement(sequence[k]) };
            there.is_some_and(|base| *base == here)
        };
        // The segment with the highest score.
        let (mut score, mut from, mut best) = (0_i64, 0, (0_i64, 0, 0));
        for k in 0..length {
            score += if base(k) { 1 } else { -DIFFERS };
            if score <= 0 {
                (score, from) = (0, k + 1);
            } else if score > best.0 {
                best = (score, from, k + 1);
            }
        }
        // An error in the first bases is not an insertion.
        let wrong = (0..best.1).filter(|k| !base(*k)).count();
        if wrong * LEAD <= best.1.max(LEAD) {
            best.1 = 0;
        }
        let origin = interval.start.0 + if up { first } else { first + length as i64 - 1 };
        hits[number].push(Hit {
            contig,
            up,
            origin,
            from: best.1,
            to: best.2,
            score: best.0,
        });
    }
}

/// The unique alignment in all genes.
fn best(hits: Vec<Hit>) -> Option<Hit> {
    let hits: Vec<Hit> = hits.into_iter().filter(|h| h.score >= ALIKE).collect();
    let places: BTreeSet<_> = hits.iter().map(Hit::place).collect();
    let hit = unique_best(hits, LEAST)?;
    (hit.from <= INSERTED_MAX && places.len() <= 1 + OTHERS).then_some(hit)
}

/// The alignment with the highest score, if clearly above all others; overlapping genes give it twice.
fn unique_best(mut hits: Vec<Hit>, least: i64) -> Option<Hit> {
    hits.sort_by_key(|h| (Reverse(h.score), h.place()));
    let first = *hits.first()?;
    let second = hits.iter().find(|h| h.place() != first.place()).map_or(0, |h| h.score);
    // With more than one mismatch in 20 bases the true locus is elsewhere.
    let laid = (first.to - first.from) as i64;
    let least = least.max(laid - laid / 20 * (DIFFERS + 1));
    (first.score >= least && first.score >= second + BETTER).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::{
            observe::{EvidenceKind, Observation},
            sides::{OpenEnd, Sides},
            tests::observed,
        },
        genome::{Build, Contigs},
    };

    /// Pseudorandom bases.
    fn random_bases(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b"ACGT"[(state >> 62) as usize]
        };
        (0..length).map(|_| next()).collect()
    }

    /// A reference that has the bases of one interval only.
    struct Intron {
        contig: ContigId,
        interval: Interval,
        bases: Vec<u8>,
    }

    impl SequenceSource for Intron {
        fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
            if contig != self.contig || interval.start < self.interval.start || interval.end > self.interval.end {
                return None;
            }
            let at = |p: Position| usize::try_from(p.0 - self.interval.start.0).unwrap();
            Some(self.bases[at(interval.start)..at(interval.end)].to_vec())
        }
    }

    const AT: usize = 5_000;

    /// Mates lie `mates` bases downstream of the breakpoint: first partner base and inserted bases.
    fn near_mates(mates: i64, change: impl Fn(&mut Vec<u8>)) -> Option<(i64, String)> {
        let bases = random_bases(3, 20_000);
        let mut sequence = bases[AT..AT + 40].to_vec();
        change(&mut sequence);
        let contig = ContigId(0);
        let interval = Interval::new(0, 20_000);
        let source = Intron {
            contig,
            interval,
            bases,
        };
        let shown = Breakend {
            contig,
            position: Position(AT as i64 + mates),
            retained: Retained::Right,
        };
        let (side, before) = near(&sequence, shown, &source, 500)?;
        assert_eq!(side.retained, Retained::Right);
        Some((side.position.0 - AT as i64, String::from_utf8(before).unwrap()))
    }

    #[test]
    fn sixteen_bases_near_the_mates_are_enough() {
        let placed = |inserted: &str| Some((0, inserted.to_owned()));
        assert_eq!(near_mates(460, |s| s.truncate(16)), placed(""));
        assert_eq!(near_mates(460, |s| s.truncate(15)), None);
        // Nothing is searched beyond one fragment length.
        assert_eq!(near_mates(600, |_| ()), None);
        assert_eq!(
            near_mates(300, |s| *s = [b"GATTACAGG", s.as_slice()].concat()),
            placed("GATTACAGG")
        );
        // An error among the first bases is not an insertion.
        assert_eq!(near_mates(300, |s| s[2] = complement(s[2])), placed(""));
        // A match on the opposite strand to the mates is not accepted.
        assert_eq!(near_mates(300, |s| *s = reverse_complement(s)), None);
    }

    /// Placement of a sequence clipped after KMT2A's base 118,482,495 (1-based): first partner base and inserted
    /// bases.
    fn placed(change: impl Fn(&mut Intron, &mut Vec<u8>)) -> Option<(i64, Retained, String)> {
        let contigs = Contigs::new((1..=12).map(|n| (format!("chr{n}"), 250_000_000)));
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let gene = models.by_symbol("AFF1").unwrap();
        let contig = models.contig_of(gene).unwrap();
        let bases = random_bases(3, usize::try_from(gene.interval.len()).unwrap());
        let mut sequence = bases[AT..AT + 40].to_vec();
        let mut source = Intron {
            contig,
            interval: gene.interval,
            bases,
        };
        change(&mut source, &mut sequence);
        let target = crate::assemble::tests::target_of(&models);
        let own_contig = target.contig;
        let five = Breakend {
            contig: own_contig,
            position: Position(118_482_494),
            retained: Retained::Left,
        };
        let observation = Observation {
            kind: EvidenceKind::Clip,
            ..observed((five, 60), (five, 40))
        };
        let open = OpenEnd {
            own: five,
            number: 0,
            beyond: sequence,
        };
        let mut candidates = [Candidate::new(Sides::Open(open), vec![observation])];
        place(&mut candidates, (&models, &source), &target);
        let [candidate] = candidates;
        candidate.sides.junction().map(|junction| {
            let shown = candidate.observations[0].three;
            assert_eq!((shown.at, shown.confidence), (junction.three, Confidence::Unique));
            let from = junction.three.position.0 - gene.interval.start.0;
            let inserted = String::from_utf8(junction.inserted.clone()).unwrap();
            (from, junction.three.retained, inserted)
        })
    }

    #[test]
    fn a_partners_intron_is_found_on_both_strands() {
        let at = AT as i64;
        assert_eq!(placed(|_, _| ()), Some((at, Retained::Right, String::new())));
        let backward = placed(|_, sequence| *sequence = reverse_complement(sequence));
        assert_eq!(backward, Some((at + 39, Retained::Left, String::new())));
        let inserted = placed(|_, sequence| *sequence = [b"GATTACAGG", sequence.as_slice()].concat());
        assert_eq!(inserted, Some((at, Retained::Right, "GATTACAGG".to_owned())));
    }

    #[test]
    fn twenty_bases_are_needed() {
        assert!(placed(|_, sequence| sequence.truncate(20)).is_some());
        assert_eq!(placed(|_, sequence| sequence.truncate(19)), None);
    }

    #[test]
    fn one_base_in_twenty_may_differ() {
        let with = |differ: &[usize]| {
            placed(|_, sequence| differ.iter().for_each(|at| sequence[*at] = complement(sequence[*at])))
        };
        assert!(with(&[5, 25]).is_some());
        assert_eq!(with(&[5, 25, 35]), None);
    }

    #[test]
    fn a_repeat_stays_unplaced() {
        let copy = |source: &mut Intron, at: usize, differs: usize| {
            let mut copy = source.bases[AT..AT + 40].to_vec();
            for i in 0..differs {
                copy[30 + i] = complement(copy[30 + i]);
            }
            source.bases[at..at + 40].copy_from_slice(&copy);
        };
        // An identical copy leaves the sequence unplaced; one with ten mismatches in 40 bases does not.
        assert_eq!(placed(|source, _| copy(source, 20_000, 0)), None);
        assert!(placed(|source, _| copy(source, 20_000, 10)).is_some());
        // Four such copies are a repeat.
        let copies =
            |count: usize| placed(move |source, _| (0..count).for_each(|n| copy(source, 20_000 + 1_000 * n, 10)));
        assert!(copies(3).is_some() && copies(4).is_none());
    }
}
