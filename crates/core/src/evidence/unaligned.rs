//! Unmapped reads, aligned to the exons of KMT2A and of the catalogue's partners.
//!
//! A read from two genes does not align as a whole, and aligners that write no chimeric alignments leave it unmapped.
//! It is split into the stretches that match exons, and continues as split alignments like those of any aligner.
//!
//! METHOD: seed and extend: 16-mer seeds, ungapped X-drop extension within the exon. The best stretch is taken, then
//! the best of the remaining bases. Cost: linear in the read's bases, and in the exons' bases for the index.

use std::collections::{BTreeMap, HashMap};

mod stretch;
mod words;

pub(crate) use self::words::codes;
use self::{
    stretch::{Stretch, close, drawn_out, goes_on},
    words::{Words, turned},
};
use super::{fragment::step, group::MapqScale, templates};
use crate::{
    catalogue::{Exon, Gene, GeneModels, Role, catalogue},
    genome::{
        AlignedRecord, Cigar, CigarOp, ContigId, Flags, Interval, SequenceSource, Strand,
        sequence::{NoSequence, is_low_complexity, reverse_complement, words},
    },
};

/// Length of a seed (bases): 2 x 16 bits; a chance match to 1e6 bases of exons at one of 4,000 positions.
pub(super) const WORD: usize = 16;
/// Exons that share one k-mer (count); more is a repeat.
const WORD_SHARED: usize = 8;
/// Score difference below which two genes are considered equally good (multi-mapping): less than one mismatch.
const AS_GOOD: i32 = 3;
/// Most stretches of one read (count): more than any transcript of the catalogue has exons.
const STRETCHES: usize = 100;
/// Bases that two stretches may share: microhomology at the junction.
const SHARED: usize = 12;
/// Least score of a stretch in an intron (1 per matching base, minus `MISMATCH` per mismatch): copies of its repeats
/// differ in one of seven to ten bases, so more than thirty in a row do not match.
const INTRON_LEAST: i32 = 30;

/// Distance from a k-mer that occurs twice in the introns within which other k-mers may be from the same repeat
/// (bases; an Alu has 300, with such k-mers in every third of it).
const FROM_REPEAT: i64 = 100;
/// Step between the indexed k-mers of an intron (bases): every stretch of 23 bases contains one, and [`INTRON_LEAST`]
/// must match.
const INTRON_STEP: u32 = 8;

/// Which exons an index contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// KMT2A's exons.
    Kmt2a,
    /// KMT2A's exons, and the exon ends of catalogue partners that the catalogue stores.
    Catalogue,
    /// The complete exons of KMT2A and of the catalogue partners, and the non-repetitive parts of KMT2A's introns.
    CatalogueInFull,
}

/// A run of known bases of one exon.
#[derive(Debug)]
struct Piece {
    contig: ContigId,
    gene: usize,
    strand: Strand,
    exon: Interval,
    /// Bases in transcript sense.
    bases: Vec<u8>,
    /// Reference position of the first base.
    first: i64,
    is_kmt2a: bool,
    /// Least score of a stretch that counts.
    least: i32,
}

/// Source of a gene's bases, and the gene's number in the models.
#[derive(Clone, Copy)]
struct Source<'a> {
    number: usize,
    contig: ContigId,
    reference: &'a dyn SequenceSource,
}

impl Source<'_> {
    /// Bases in transcript sense, if all are known.
    fn bases(self, gene: &Gene, interval: Interval) -> Option<Vec<u8>> {
        let bases = self.reference.bases(self.contig, interval);
        let bases = bases.filter(|b| !b.contains(&b'N'))?;
        Some(match gene.strand {
            Strand::Forward => bases,
            Strand::Reverse => reverse_complement(&bases),
        })
    }

    /// An exon's bases, complete or as far as the catalogue stores its ends, with the number of bases before them.
    fn runs(self, gene: &Gene, exon: &Exon) -> Vec<(usize, Vec<u8>)> {
        if let Some(bases) = self.bases(gene, exon.interval) {
            return vec![(0, bases)];
        }
        let ends = catalogue().exon_ends(&gene.symbol, exon.number);
        ends.map_or_else(Vec::new, |ends| known_ends(ends.first, ends.last, exon.interval.len()))
    }

    /// Bases of an exon or intron, from `offset` bases after its start.
    fn piece(self, gene: &Gene, exon: Interval, offset: usize, bases: Vec<u8>, least: i32) -> Piece {
        let offset = i64::try_from(offset).unwrap_or(0);
        Piece {
            contig: self.contig,
            gene: self.number,
            strand: gene.strand,
            exon,
            bases,
            first: exon.five_prime(gene.strand).0 + offset * step(gene.strand),
            is_kmt2a: gene.roles.has(Role::Kmt2a),
            least,
        }
    }
}

/// K-mers of exons, with their positions.
#[derive(Debug, Default)]
pub(crate) struct ExonIndex {
    pieces: Vec<Piece>,
    words: Words,
    /// K-mers of the target gene's introns: reads with an exon k-mer are aligned to introns too.
    intron_words: Words,
}

impl ExonIndex {
    /// Indexes the exons of the models' first transcripts: complete if the reference has them, else the ends that the
    /// catalogue stores.
    pub(crate) fn new(models: &GeneModels, source: &dyn SequenceSource, scope: Scope) -> Self {
        let mut index = Self::default();
        let (mut words, mut intron_words) = (Vec::new(), Vec::new());
        for (number, (contig, gene)) in models.iter().enumerate() {
            let is_kmt2a = gene.roles.has(Role::Kmt2a);
            if !is_kmt2a && (scope == Scope::Kmt2a || !gene.roles.has(Role::Partner)) {
                continue;
            }
            let Some(transcript) = gene.transcripts.first() else {
                continue;
            };
            // Partners' inner bases are needed for pairs with neither mate aligned.
            let inner = is_kmt2a || scope == Scope::CatalogueInFull;
            let of = Source {
                number,
                contig,
                reference: if inner { source } else { &NoSequence },
            };
            for exon in &transcript.exons {
                for (offset, bases) in of.runs(gene, exon) {
                    index.take(of.piece(gene, exon.interval, offset, bases, 0), &mut words);
                }
            }
            for (_, intron) in transcript.introns().filter(|_| is_kmt2a) {
                if let Some(bases) = of.bases(gene, intron) {
                    index.take(of.piece(gene, intron, 0, bases, INTRON_LEAST), &mut intron_words);
                }
            }
        }
        if scope == Scope::CatalogueInFull {
            words.extend(apart_from_repeats(&intron_words));
        }
        index.words = Words::new(words);
        index.intron_words = Words::new(intron_words);
        index
    }

    fn take(&mut self, piece: Piece, index: &mut Vec<(u32, u32, u32)>) {
        let number = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        let all = words(&piece.bases, WORD).map(|(at, word)| (word, number, u32::try_from(at).unwrap_or(u32::MAX)));
        index.extend(all);
        self.pieces.push(piece);
    }

    /// Whether the bases, given as indices into `ACGT` (others: 4), contain an indexed k-mer on either strand.
    pub(crate) fn touches(&self, codes: impl Iterator<Item = u8>) -> bool {
        self.words.stand_in(codes)
    }

    /// Loci of the bases on exons, in read order, without those that match another gene equally well.
    pub(super) fn places(&self, bases: &[u8]) -> Vec<(ContigId, Interval)> {
        let told = self.cut(bases).into_iter().filter(|s| !s.ambiguous);
        told.map(|s| (s.contig, s.reference)).collect()
    }

    /// Whether the bases match an intron of the target gene.
    pub(crate) fn spells_intron(&self, bases: &[u8]) -> bool {
        let is_intron = |s: &Stretch| s.is_kmt2a && s.score >= INTRON_LEAST;
        self.intron_words.stand_in(codes(bases)) && self.stretches(bases).iter().any(is_intron)
    }

    /// All seed extensions, best first.
    fn stretches(&self, bases: &[u8]) -> Vec<Stretch> {
        let mut found = Vec::new();
        let turned = reverse_complement(bases);
        for (bases, sense) in [(bases, true), (turned.as_slice(), false)] {
            let mut seeds: BTreeMap<(u32, i64), usize> = BTreeMap::new();
            for (at, word) in words(bases, WORD) {
                for hits in [self.words.at(word), self.intron_words.at(word)] {
                    if hits.is_empty()
                        || hits.len() > WORD_SHARED
                        || is_low_complexity(bases.get(at..at + WORD).unwrap_or_default())
                    {
                        continue;
                    }
                    for (_, piece, offset) in hits {
                        let diagonal = i64::from(*offset) - i64::try_from(at).unwrap_or(0);
                        seeds.entry((*piece, diagonal)).or_insert(at);
                    }
                }
            }
            for ((piece, diagonal), at) in seeds {
                if let Some(piece) = self.pieces.get(piece as usize) {
                    let stretch = drawn_out(piece, bases, diagonal, at, sense);
                    found.extend((stretch.score >= piece.least).then_some(stretch));
                }
            }
        }
        found.sort_by_key(|s| (-s.score, !s.is_kmt2a, s.contig, s.reference, s.strand));
        found
    }

    /// The adjacent stretches of a read, in read order; empty if there are none.
    fn cut(&self, bases: &[u8]) -> Vec<Stretch> {
        let all = self.stretches(bases);
        let mut taken: Vec<Stretch> = Vec::new();
        for stretch in &all {
            let shared = |other: &Stretch| {
                let end = stretch.read.end.min(other.read.end);
                end.saturating_sub(stretch.read.start.max(other.read.start))
            };
            let new = stretch.read.len().saturating_sub(taken.iter().map(shared).sum());
            if new < WORD || taken.iter().any(|t| shared(t) > SHARED) || taken.len() == STRETCHES {
                // Multi-mapping: another gene matches the same bases equally well.
                for t in taken.iter_mut().filter(|t| {
                    stretch.score + AS_GOOD >= t.score && stretch.gene != t.gene && shared(t) * 5 >= t.read.len() * 4
                }) {
                    t.ambiguous = true;
                }
                continue;
            }
            taken.push(stretch.clone());
        }
        taken.sort_by_key(|s| (s.read.start, s.read.end));
        for i in 1..taken.len() {
            if let [left, right, ..] = &mut taken[i - 1..] {
                close(left, right);
            }
        }
        taken
    }

    /// Aligns one read: its alignments as records, the longest first; empty if the read stays unmapped.
    fn lay(&self, record: &AlignedRecord, hit_index: Option<u32>, scale: MapqScale) -> Vec<AlignedRecord> {
        // SEQ of an unmapped record is as sequenced, unless a tool reversed it with its mate.
        let sequenced = templates::as_sequenced(record);
        let mut runs: Vec<Vec<Stretch>> = Vec::new();
        for stretch in self.cut(&sequenced) {
            match runs.last_mut() {
                Some(run) if run.last().is_some_and(|last| goes_on(last, &stretch)) => run.push(stretch),
                _ => runs.push(vec![stretch]),
            }
        }
        runs.sort_by_key(|run| std::cmp::Reverse(run.iter().map(|s| s.read.len()).sum::<usize>()));
        runs.iter()
            .enumerate()
            .filter_map(|(i, run)| laid(record, &sequenced, run, i > 0, hit_index, scale))
            .collect()
    }

    /// Aligns every unmapped record to the indexed exons; those without an indexed k-mer, and the aligned ones, stay
    /// unchanged.
    pub(crate) fn lay_all(&self, records: Vec<AlignedRecord>, scale: MapqScale) -> Vec<AlignedRecord> {
        // If the aligner numbers its alternatives, the realigned read takes the number of the aligned mate. If
        // several molecules share a name, the lowest number is taken, whatever the records' order.
        let unmapped = records.iter().filter(|r| r.flags.is_unmapped());
        let mut indices: HashMap<Vec<u8>, Option<u32>> = unmapped.map(|r| (r.name.clone(), None)).collect();
        for record in records.iter().filter(|r| r.is_placed() && r.flags.is_primary()) {
            if let Some(index) = indices.get_mut(&record.name) {
                *index = index.iter().copied().chain(record.hit_index).min();
            }
        }
        let mut out = Vec::with_capacity(records.len());
        for record in records {
            if !record.flags.is_unmapped() || record.sequence.is_empty() {
                out.push(record);
                continue;
            }
            let laid = self.lay(&record, indices.get(&record.name).copied().flatten(), scale);
            out.extend(laid.is_empty().then_some(record));
            out.extend(laid);
        }
        out
    }
}

/// K-mers of introns that are distant from all k-mers that occur twice, which come from repeats.
fn apart_from_repeats(intron_words: &[(u32, u32, u32)]) -> Vec<(u32, u32, u32)> {
    let either = |word: u32| word.min(turned(word));
    let mut sorted: Vec<u32> = intron_words.iter().map(|(word, ..)| either(*word)).collect();
    sorted.sort_unstable();
    let is_met_twice = |word: u32| {
        let at = sorted.partition_point(|w| *w < either(word));
        sorted.get(at + 1) == Some(&either(word))
    };
    let place = |(_, piece, offset): &(u32, u32, u32)| (*piece, i64::from(*offset));
    let mut repeated: Vec<(u32, i64)> = intron_words.iter().filter(|w| is_met_twice(w.0)).map(place).collect();
    repeated.sort_unstable();
    let is_alone = |word: &&(u32, u32, u32)| {
        let (piece, at) = place(word);
        let next = repeated.partition_point(|r| *r < (piece, at - FROM_REPEAT));
        repeated.get(next).is_none_or(|r| *r > (piece, at + FROM_REPEAT))
    };
    let is_looked_up = |word: &&(u32, u32, u32)| word.2.is_multiple_of(INTRON_STEP);
    let all = intron_words.iter();
    all.filter(is_looked_up).filter(is_alone).copied().collect()
}

/// The exon ends stored in the catalogue as runs with their offsets; one run if they overlap.
fn known_ends(first: &str, last: &str, length: i64) -> Vec<(usize, Vec<u8>)> {
    let length = usize::try_from(length).unwrap_or(0);
    let (head, tail) = (first.as_bytes(), last.as_bytes());
    let Some(overlap) = (head.len() + tail.len()).checked_sub(length) else {
        return vec![(0, head.to_vec()), (length - tail.len(), tail.to_vec())];
    };
    vec![(0, [head, tail.get(overlap..).unwrap_or_default()].concat())]
}

/// One alignment as a record.
fn laid(
    record: &AlignedRecord,
    sequenced: &[u8],
    run: &[Stretch],
    supplementary: bool,
    hit_index: Option<u32>,
    scale: MapqScale,
) -> Option<AlignedRecord> {
    let (first, last) = (run.first()?, run.last()?);
    let length = |n: usize| u32::try_from(n).unwrap_or(0);
    let mut ops = Vec::new();
    let clip = |n: usize| (n > 0).then(|| CigarOp::SoftClip(length(n)));
    ops.extend(clip(first.read.start));
    let mut before: Option<&Stretch> = None;
    for stretch in run {
        let gap = before.map_or(0, |before| before.gap_to(stretch));
        let gap = u32::try_from(gap).ok()?;
        ops.extend((gap > 0).then_some(CigarOp::Skip(gap)));
        match (ops.last_mut(), length(stretch.read.len())) {
            (Some(CigarOp::Match(n)), more) => *n += more,
            (_, n) => ops.push(CigarOp::Match(n)),
        }
        before = Some(stretch);
    }
    ops.extend(clip(sequenced.len().checked_sub(last.read.end)?));
    let reverse = first.strand == Strand::Reverse;
    if reverse {
        ops.reverse();
    }
    let start = run.iter().map(|s| s.reference.start.0).min()?;
    let kept = record.flags.0 & !(0x4 | 0x10 | 0x100 | 0x800);
    let ambiguous = run.iter().all(|s| s.ambiguous);
    let (mapq, hits) = scale.certain(!ambiguous);
    let mut qualities = record.qualities.clone();
    if (record.flags.strand() == Strand::Reverse) != reverse {
        qualities.reverse();
    }
    Some(AlignedRecord {
        flags: Flags(kept | if reverse { 0x10 } else { 0 } | if supplementary { 0x800 } else { 0 }),
        contig: Some(first.contig),
        position: start,
        mapq,
        cigar: Cigar(ops),
        sequence: match first.strand {
            Strand::Forward => sequenced.to_vec(),
            Strand::Reverse => reverse_complement(sequenced),
        },
        qualities,
        supplementary: Vec::new(),
        hit_count: hits,
        hit_index,
        edits: None,
        mate_cigar: None,
        mismatches: Vec::new(),
        laid: true,
        ..record.clone()
    })
}

#[cfg(test)]
mod tests;
