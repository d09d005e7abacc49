//! What explains a fragment best: each of its reads laid on the target gene, on other genes and on the aligner's places,
//! all of them scored on the same bases.
//!
//! In: a fragment as the aligner placed it. Out: the same fragment along its best explanation. Not decided here: what
//! several fragments mean together.
//!
//! METHOD: every stretch that a read may lie on is laid (`walk`), and the best chain of stretches is chosen: the sum of
//! their log-likelihood ratios against random bases, less what each change of place costs. The cost is the prior of a
//! junction just there: a read that is alone must outweigh all places where its bases could be met by chance.

use std::ops::Range;

use super::{
    locus::{Kind, Loci, Locus},
    tail,
    walk::{Block, Lay, Model, Read, lay},
    words::{END_WORD, WORD, Words, spells},
};
use crate::{
    catalogue::GeneModels,
    evidence::{
        chain::MIN_CLIP,
        fragment::{Chain, Clip, Confidence, Fragment, LinkKind, PlacedBy, Placement, SeenBy, Segment, Shape},
    },
    genome::{Contigs, SequenceSource, sequence::reverse_complement},
};

/// Natural log-odds of what lies before any base is compared.
///
/// A junction read is about as frequent as a read that ends in bases of no place (adapters apart); what is stated is
/// each side's share. METHOD: transcripts leave KMT2A at one of some 20 donors; breaks inside exons or introns are
/// spread over thousands of bases. Ends that make no sense begin anywhere in a read of some hundred bases.
pub mod prior {
    /// A change of place at all, with the odds that are asked of a single read (20 to 1).
    pub const CHANGE: f64 = -5.0;
    /// Leaving at an annotated exon end: ln(1/20) against ln(1/100).
    pub const AT_SITE: f64 = 1.6;
    /// Leaving inside an exon: 1 in 50 of them, over 2,000 bases.
    pub const IN_EXON: f64 = -7.0;
    /// Leaving elsewhere.
    pub const ELSEWHERE: f64 = -8.5;
    /// Entering a catalogue partner at an exon end: 3,000 of them.
    pub const PARTNER_SITE: f64 = -8.2;
    /// Entering a catalogue partner within an exon: a tenth, over 800,000 bases.
    pub const PARTNER_EXON: f64 = -16.0;
    /// Entering an intron of a catalogue partner: 1e7 bases.
    pub const PARTNER_ELSE: f64 = -19.0;
    /// Entering another gene at an exon end, or within an exon.
    pub const GENE_SITE: f64 = -10.0;
    /// See `GENE_SITE`.
    pub const GENE_EXON: f64 = -18.0;
    /// Entering a place that the aligner gives: any of the genome's 6e9.
    pub const PLACE: f64 = -22.5;
    /// Entering the target gene's own exon ends from itself (back-splice), or from another gene.
    pub const OWN_SITE: f64 = -4.0;
    /// Entering the target gene elsewhere: 90,000 bases.
    pub const OWN_ELSE: f64 = -12.0;
    /// A gene in which another read of the fragment lies, at an exon end, or elsewhere.
    pub const KNOWN_SITE: f64 = -2.5;
    /// See `KNOWN_SITE`.
    pub const KNOWN_ELSE: f64 = -8.0;
    /// Bases between two places: opening, and each of them.
    pub const INSERTED: f64 = -2.5;
    /// See `INSERTED`.
    pub const INSERTED_BASE: f64 = -0.2;
    /// A read that begins in the target gene where the aligner does not see it: 90,000 bases.
    pub const BEGINS_OWN: f64 = -11.4;
    /// A third place of one read, beside the prior of its own.
    pub const FURTHER: f64 = -3.0;
    /// A read that begins in a partner, another gene, or a place, beside one in the target gene.
    pub const BEGINS_PARTNER: f64 = -13.0;
    /// See `BEGINS_PARTNER`.
    pub const BEGINS_GENE: f64 = -15.0;
    /// See `BEGINS_PARTNER`.
    pub const BEGINS_PLACE: f64 = -17.0;
    /// The same where another read of the fragment lies in that gene.
    pub const BEGINS_KNOWN: f64 = -4.0;
}

/// Shortest stretch beyond a junction that a single read may show (bases).
pub const MIN_BEYOND: usize = 10;
/// The same where it begins at no exon end (bases): a part of a repeat is met by chance.
const MIN_ELSEWHERE: usize = 18;
/// Shortest piece of a third place within one read (bases): pieces of three-way events are exons; inserted bases, whose
/// templates are often met nearby, are shorter.
const MIN_PIECE: usize = 40;
/// Longer reads are compared at their junctions alone: their ends may stay unexplained (bases).
pub const LONG: u32 = 650;
/// Exon ends this near to the end of a stretch are tried as its end (bases).
const NEAR: usize = 8;
/// Stretches of one read that are compared (count).
const STRETCHES: usize = 24;
/// Scores this near to each other fit alike: less than one mismatch (nats).
const ALIKE: f64 = 3.0;
/// Score from which a read says in which gene its fragment lies (nats): 25 bases.
const SURE: f64 = 34.0;

/// Score for each base from which the target gene explains a read so well that nothing else is asked (nats): one base
/// in 15 differs.
const EXPLAINED: f64 = 1.0;

/// Where a stretch lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// Number of the locus; 0 is the target gene.
    Known(usize),
    /// Number among the fragment's own places.
    Place(usize),
}

/// A stretch that a read may lie on.
#[derive(Clone, Debug)]
struct Stretch {
    home: Home,
    lay: Lay,
    /// Score of the bases before each base of the read, from `lay.start()` on.
    cumulated: Vec<f64>,
    /// The aligner gives it.
    hinted: bool,
    confidence: Confidence,
}

impl Stretch {
    /// Score of its bases before base `to`.
    fn before(&self, to: usize) -> f64 {
        let at = to.saturating_sub(self.lay.start()).min(self.cumulated.len() - 1);
        self.cumulated[at]
    }

    fn total(&self) -> f64 {
        self.cumulated.last().copied().unwrap_or(0.0)
    }
}

/// A part of a read on its place.
#[derive(Clone, Debug)]
struct Part {
    home: Home,
    blocks: Vec<Block>,
    hinted: bool,
    confidence: Confidence,
    /// Stretches of other places that fit these bases as well.
    rivals: Vec<(Home, Block)>,
}

/// What explains an end of a read that lies nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Sequencing adapter, a poly-A tail, or bases too simple to place.
    Adapter,
    /// Too simple to place.
    Simple,
    /// Nothing.
    Unexplained,
}

/// A fragment along its best explanation.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What it shows now.
    pub shape: Shape,
    /// What explains each of its clips.
    pub rests: Vec<Rest>,
    /// It shows nothing but the target gene.
    pub own: bool,
}

/// What fragments are compared with.
pub struct Explainer<'a> {
    /// Models of genes.
    pub models: &'a GeneModels,
    /// Genes whose bases are known.
    pub loci: &'a Loci,
    /// Their words.
    pub words: &'a Words,
    /// Bases of other places.
    pub source: &'a dyn SequenceSource,
    /// Contigs of the header.
    pub contigs: &'a Contigs,
    /// What bases are worth.
    pub model: Model,
}

/// A fragment read in the target gene's sense.
struct Oriented {
    bases: Vec<u8>,
    qualities: Vec<u8>,
    /// Reads (or merged mates), in order.
    reads: Vec<Range<usize>>,
    /// The aligner's segments on these coordinates.
    hints: Vec<Segment>,
    flipped: bool,
    /// The aligner places no part of it in the target gene.
    foreign: bool,
    /// Coordinates of the read that did not align.
    unaligned: Option<Range<usize>>,
}

impl Oriented {
    fn new(fragment: &Fragment, own: &Locus, models: &GeneModels) -> Self {
        let chain = &fragment.chain;
        let mut bases = chain.sequence.to_vec();
        let mut qualities = chain.qualities.to_vec();
        let length = bases.len();
        let mut reads: Vec<Range<usize>> = match chain.mate_start {
            Some(start) => vec![0..start as usize, start as usize..length],
            None => vec![0..length],
        };
        let mut hints = chain.segments.clone();
        let mut unaligned = None;
        if let (Some(mate), None) = (&fragment.unaligned_mate, chain.mate_start) {
            // The first read runs along the molecule, the second against it.
            let second_aligned = chain.segments.iter().all(|s| s.seen_by.second);
            if second_aligned {
                for segment in &mut hints {
                    segment.molecule_start += mate.len() as u32;
                    segment.molecule_end += mate.len() as u32;
                }
                qualities = if qualities.is_empty() {
                    qualities
                } else {
                    [vec![23; mate.len()], qualities].concat()
                };
                bases = [mate.clone(), bases].concat();
                reads = vec![0..mate.len(), mate.len()..bases.len()];
                unaligned = Some(0..mate.len());
            } else {
                bases.extend(reverse_complement(mate));
                if !qualities.is_empty() {
                    qualities.resize(bases.len(), 23);
                }
                reads = vec![0..length, length..bases.len()];
                unaligned = Some(length..bases.len());
            }
        }
        let along: i64 = hints
            .iter()
            .filter(|h| h.contig == own.contig && h.reference.overlaps(own.span))
            .map(|h| {
                if h.strand == own.strand {
                    i64::from(h.len())
                } else {
                    -i64::from(h.len())
                }
            })
            .sum();
        // Without the target gene, the gene of the longest part says which way the molecule runs.
        let foreign = along == 0;
        let of_gene = || {
            let longest = hints
                .iter()
                .max_by_key(|h| (h.len(), std::cmp::Reverse(h.molecule_start)))?;
            let gene = models.overlapping(longest.contig, longest.reference).next()?;
            Some(if gene.strand == longest.strand { 1 } else { -1 })
        };
        let along = if foreign { of_gene().unwrap_or(0) } else { along };
        let flipped = along < 0;
        if flipped {
            let total = bases.len();
            bases = reverse_complement(&bases);
            qualities.reverse();
            reads = reads
                .into_iter()
                .rev()
                .map(|r| total - r.end..total - r.start)
                .collect();
            unaligned = unaligned.map(|r| total - r.end..total - r.start);
            for s in &mut hints {
                *s = turned(*s, total as u32);
            }
            hints.sort_unstable();
        }
        Self {
            bases,
            qualities,
            reads,
            hints,
            flipped,
            foreign,
            unaligned,
        }
    }
}

impl Oriented {
    /// Both reads as one where they overlap: on a stretch that both lie on, one base of the molecule has one place.
    /// `None` where they do not, or where bases beyond the other's end lie on a place of their own, so that they are no
    /// adapter.
    fn merged(&self, parts: &[Vec<Part>]) -> Option<Self> {
        let [first, second] = self.reads.as_slice() else {
            return None;
        };
        let [a_parts, b_parts] = parts else { return None };
        let mut best: Option<(i64, i64)> = None;
        for (a, b) in a_parts
            .iter()
            .flat_map(|a| b_parts.iter().map(move |b| (a, b)))
            .filter(|(a, b)| a.home == b.home)
        {
            for (x, y) in a.blocks.iter().flat_map(|x| b.blocks.iter().map(move |y| (x, y))) {
                let shared = x.end().min(y.end()) - x.at.max(y.at);
                if shared > 0 && best.is_none_or(|(most, _)| shared > most) {
                    let offset = (x.read as i64 - x.at) - (y.read as i64 - y.at);
                    best = Some((shared, offset + second.start as i64 - first.start as i64));
                }
            }
        }
        let (_, offset) = best?;
        // From the first base of the first read to the last of the second.
        let length = usize::try_from(offset + second.len() as i64).ok().filter(|n| *n > 0)?;
        let laid = |parts: &[Part], from: usize, to: usize| -> usize {
            let of = |b: &Block| b.read_end().min(to).saturating_sub(b.read.max(from));
            parts.iter().flat_map(|p| &p.blocks).map(of).sum()
        };
        let beyond = laid(a_parts, first.start + length.min(first.len()), first.end)
            + laid(
                b_parts,
                second.start,
                second.start + usize::try_from(-offset).unwrap_or(0).min(second.len()),
            );
        if beyond >= MIN_CLIP as usize {
            return None;
        }
        let quality = |at: usize| self.qualities.get(at).copied().unwrap_or(0);
        let (mut bases, mut qualities) = (Vec::with_capacity(length), Vec::with_capacity(length));
        for i in 0..length {
            let x = (i < first.len()).then(|| first.start + i);
            let y = usize::try_from(i as i64 - offset)
                .ok()
                .filter(|j| *j < second.len())
                .map(|j| second.start + j);
            let (x, y) = match (x, y) {
                (Some(x), Some(y)) if self.bases[x] == b'N' => (y, Some(y)),
                (Some(x), y) => (x, y),
                (None, Some(y)) => (y, None),
                (None, None) => return None,
            };
            let taken = y
                .filter(|y| quality(*y) > quality(x) && self.bases[*y] != b'N')
                .unwrap_or(x);
            bases.push(self.bases[taken]);
            qualities.push(quality(taken));
        }
        let hints = self.hints.iter().filter_map(|s| {
            let by = if (s.molecule_start as usize) < first.end {
                -(first.start as i64)
            } else {
                offset - second.start as i64
            };
            let (start, end) = (i64::from(s.molecule_start) + by, i64::from(s.molecule_end) + by);
            (start >= 0 && end <= length as i64).then_some(Segment {
                molecule_start: start as u32,
                molecule_end: end as u32,
                ..*s
            })
        });
        Some(Self {
            hints: hints.collect(),
            qualities: if self.qualities.is_empty() {
                Vec::new()
            } else {
                qualities
            },
            reads: vec![0..length],
            bases,
            flipped: self.flipped,
            foreign: self.foreign,
            unaligned: None,
        })
    }
}

fn turned(s: Segment, total: u32) -> Segment {
    Segment {
        molecule_start: total.saturating_sub(s.molecule_end),
        molecule_end: total.saturating_sub(s.molecule_start),
        strand: s.strand.flipped(),
        ..s
    }
}

impl Explainer<'_> {
    /// The best explanation of a fragment; `None` where its bases are not known, or it is too long to be laid whole.
    pub fn explain(&self, fragment: &Fragment) -> Option<Explained> {
        let own = self.loci.own()?;
        let chain = &fragment.chain;
        if chain.sequence.is_empty() || chain.len > LONG || chain.sequence.len() != chain.len as usize {
            return None;
        }
        let oriented = Oriented::new(fragment, own, self.models);
        let mut places: Vec<Locus> = Vec::new();
        let parts = self.parts(fragment, &oriented, &mut places);
        if let Some(merged) = oriented.merged(&parts) {
            let mut places = Vec::new();
            let parts = self.parts(fragment, &merged, &mut places);
            return Some(self.rebuilt(fragment, &merged, parts, &places));
        }
        Some(self.rebuilt(fragment, &oriented, parts, &places))
    }

    /// Every read along its best chain of stretches. What one read says surely of the fragment's genes counts for both.
    fn parts(&self, fragment: &Fragment, oriented: &Oriented, places: &mut Vec<Locus>) -> Vec<Vec<Part>> {
        let mut known: Vec<Home> = Vec::new();
        let mut stretches: Vec<Vec<Stretch>> = Vec::new();
        for read in &oriented.reads {
            let found = self.stretches(oriented, read.clone(), places);
            let sure = self
                .chain(&found, (&known, oriented.foreign), places)
                .into_iter()
                .filter(|(i, from, to)| found[*i].before(*to) - found[*i].before(*from) >= SURE)
                .map(|(i, ..)| found[i].home)
                .filter(|home| *home != Home::Known(0));
            known.extend(sure);
            stretches.push(found);
        }
        stretches
            .iter()
            .map(|found| {
                let chosen = self.chain(found, (&known, oriented.foreign), places);
                self.trace(fragment, found, &chosen, places);
                chosen
                    .into_iter()
                    .map(|(i, from, to)| part(&found[i], from, to, found))
                    .collect()
            })
            .collect()
    }

    /// Says with the finest logging what was compared and chosen.
    fn trace(&self, fragment: &Fragment, found: &[Stretch], chosen: &[(usize, usize, usize)], places: &[Locus]) {
        if !tracing::enabled!(tracing::Level::TRACE) {
            return;
        }
        let place = |s: &Stretch, at: i64| {
            let locus = self.locus(s.home, places);
            format!("{}:{}", self.contigs.name(locus.contig), locus.position(at).one_based())
        };
        for (i, s) in found.iter().enumerate() {
            let blocks: Vec<String> = s
                .lay
                .blocks
                .iter()
                .map(|b| {
                    format!(
                        "{}-{} {}..{}",
                        b.read,
                        b.read_end(),
                        place(s, b.at),
                        place(s, b.end() - 1)
                    )
                })
                .collect();
            let taken = chosen.iter().find(|(n, ..)| *n == i).map(|(_, from, to)| (*from, *to));
            tracing::trace!(
                name = %String::from_utf8_lossy(&fragment.name),
                score = s.total(),
                home = ?s.home,
                hinted = s.hinted,
                ?taken,
                "{}",
                blocks.join(" | ")
            );
        }
    }

    fn locus<'b>(&'b self, home: Home, places: &'b [Locus]) -> &'b Locus {
        match home {
            Home::Known(i) => &self.loci.all[i],
            Home::Place(i) => &places[i],
        }
    }

    /// Everything that a read may lie on.
    fn stretches(&self, oriented: &Oriented, read: Range<usize>, places: &mut Vec<Locus>) -> Vec<Stretch> {
        let whole = Read {
            bases: &oriented.bases,
            qualities: &oriented.qualities,
        };
        let own = &self.loci.all[0];
        let mut found: Vec<Stretch> = Vec::new();
        let hints: Vec<&Segment> = oriented
            .hints
            .iter()
            .filter(|s| read.start <= s.molecule_start as usize && s.molecule_end as usize <= read.end)
            .collect();
        let add =
            |found: &mut Vec<Stretch>, home: Home, locus: &Locus, anchor: (usize, i64), hint: Option<&Segment>| {
                if found
                    .iter()
                    .any(|s| s.home == home && s.lay.offset_of(anchor.0) == Some(anchor.1))
                {
                    return;
                }
                let lay = lay(whole, read.clone(), anchor, locus, &self.model);
                if lay.len() < MIN_BEYOND - 2 || found.iter().any(|s| s.home == home && s.lay.blocks == lay.blocks) {
                    return;
                }
                found.push(Stretch {
                    home,
                    cumulated: cumulated(&lay, whole, locus, &self.model),
                    lay,
                    hinted: hint.is_some(),
                    confidence: hint.map_or(Confidence::Unique, |h| h.confidence),
                });
            };
        let mut by_length = hints.clone();
        by_length.sort_by_key(|s| (std::cmp::Reverse(s.len()), s.molecule_start));
        for hint in &by_length {
            if hint.contig == own.contig && hint.strand == own.strand && hint.reference.overlaps(own.span) {
                if let Some(anchor) = anchor_in(hint, own, &oriented.bases) {
                    add(&mut found, Home::Known(0), own, anchor, Some(hint));
                }
            }
        }
        // What the target gene explains from end to end is not asked further.
        let open = MIN_CLIP as usize;
        let reach = |s: &Stretch| s.lay.start() < read.start + open && s.lay.end() + open > read.end;
        if found
            .iter()
            .any(|s| reach(s) && s.total() >= EXPLAINED * read.len() as f64)
        {
            return found;
        }
        let bases = &oriented.bases[read.clone()];
        for (i, _, at) in self.words.anchors(bases, Some(0)).into_iter().take(4) {
            add(&mut found, Home::Known(0), own, (i + read.start, at), None);
        }
        if found
            .iter()
            .any(|s| reach(s) && s.total() >= EXPLAINED * read.len() as f64)
        {
            return found;
        }
        for hint in &by_length {
            let inside_own = hint.contig == own.contig && hint.reference.overlaps(own.span);
            if inside_own && hint.strand == own.strand {
                continue;
            }
            for (number, locus) in self.loci.all.iter().enumerate().skip(1) {
                if locus.contig == hint.contig && locus.strand == hint.strand && locus.span.overlaps(hint.reference) {
                    if let Some(anchor) = anchor_in(hint, locus, &oriented.bases) {
                        add(&mut found, Home::Known(number), locus, anchor, Some(hint));
                    }
                }
            }
            let covered = found.iter().any(|s| {
                s.hinted
                    && s.lay.start() <= hint.molecule_start as usize + 2
                    && s.lay.end() + 2 >= hint.molecule_end as usize
                    && self.locus(s.home, places).contig == hint.contig
            });
            if covered {
                continue;
            }
            let at = places
                .iter()
                .position(|p| {
                    p.contig == hint.contig && p.strand == hint.strand && {
                        let inner = hint.reference;
                        p.span.start <= inner.start && inner.end <= p.span.end
                    }
                })
                .unwrap_or_else(|| {
                    let length = self.contigs.length(hint.contig);
                    let gene = self
                        .models
                        .overlapping(hint.contig, hint.reference)
                        .find(|g| g.strand == hint.strand);
                    places.push(Locus::of_place(
                        (hint.contig, hint.strand),
                        hint.reference,
                        gene,
                        self.source,
                        length,
                    ));
                    places.len() - 1
                });
            let locus = places[at].clone();
            match anchor_in(hint, &locus, &oriented.bases) {
                Some(anchor) => add(&mut found, Home::Place(at), &locus, anchor, Some(hint)),
                // Nobody holds its bases: the aligner's word for it.
                None if !knows(&locus, hint) => found.push(trusted(hint, Home::Place(at), &locus)),
                None => {}
            }
        }
        for (i, locus, at) in self.words.anchors(bases, None).into_iter().take(STRETCHES) {
            let number = locus as usize;
            add(
                &mut found,
                Home::Known(number),
                &self.loci.all[number],
                (i + read.start, at),
                None,
            );
        }
        // Short stretches at exon ends, at both ends of what the target gene explains.
        let starts = self.words.exon_starts(bases);
        let ends = self.words.exon_ends(bases);
        if starts.len() + ends.len() < 4_000 {
            for (i, locus, at) in starts {
                let number = locus as usize;
                add(
                    &mut found,
                    Home::Known(number),
                    &self.loci.all[number],
                    (i + read.start, at),
                    None,
                );
            }
            for (i, locus, at) in ends {
                let (number, last) = (locus as usize, END_WORD - 1);
                add(
                    &mut found,
                    Home::Known(number),
                    &self.loci.all[number],
                    (i + last + read.start, at + last as i64),
                    None,
                );
            }
        }
        // Tails and bases too simple to place lie everywhere.
        found.retain(|s| s.home == Home::Known(0) || !tail::is_simple(&oriented.bases[s.lay.start()..s.lay.end()]));
        found.sort_by(|a, b| {
            b.total()
                .total_cmp(&a.total())
                .then_with(|| (a.home, a.lay.start()).cmp(&(b.home, b.lay.start())))
        });
        found.truncate(4 * STRETCHES);
        found
    }

    /// The best chain of stretches: each with the bases of the read that it takes.
    fn chain(
        &self,
        found: &[Stretch],
        (known, foreign): (&[Home], bool),
        places: &[Locus],
    ) -> Vec<(usize, usize, usize)> {
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by_key(|i| (found[*i].lay.start(), found[*i].lay.end(), found[*i].home));
        // Best score up to the end of each stretch, where it is entered, and from which stretch (with its end).
        let mut best: Vec<(f64, usize, Option<(usize, usize)>)> = vec![(f64::MIN, 0, None); found.len()];
        for &j in &order {
            let s = &found[j];
            let mut chosen = (s.total() + self.begins(s, known, foreign), s.lay.start(), None);
            for &i in &order {
                let before = &found[i];
                if i == j || before.lay.start() >= s.lay.start() || best[i].0 == f64::MIN {
                    continue;
                }
                let Some((worth, end, start)) = self.change((before, s), (known, foreign), places) else {
                    continue;
                };
                // A short piece between two changes is inserted bases, wherever else they may be met.
                let least = if best[i].2.is_some() { MIN_PIECE } else { MIN_BEYOND };
                if end < best[i].1 + least {
                    continue;
                }
                let further = if best[i].2.is_some() { prior::FURTHER } else { 0.0 };
                let score =
                    further + best[i].0 - (before.total() - before.before(end)) + s.total() - s.before(start) + worth;
                if score > chosen.0 {
                    chosen = (score, start, Some((i, end)));
                }
            }
            best[j] = chosen;
        }
        let Some(last) = order
            .iter()
            .copied()
            .max_by(|a, b| best[*a].0.total_cmp(&best[*b].0).then_with(|| b.cmp(a)))
            .filter(|i| best[*i].0 > 0.0)
        else {
            return Vec::new();
        };
        let mut out = Vec::new();
        let (mut at, mut end) = (last, found[last].lay.end());
        loop {
            let (_, start, from) = best[at];
            out.push((at, start, end));
            let Some((before, leaves)) = from else { break };
            (at, end) = (before, leaves);
        }
        out.reverse();
        out
    }

    fn begins(&self, s: &Stretch, known: &[Home], foreign: bool) -> f64 {
        match s.home {
            // The aligner's place is what is asked; what the target gene costs is asked where it is left.
            _ if foreign && (s.hinted || s.home == Home::Known(0)) => 0.0,
            Home::Known(0) if s.hinted => 0.0,
            Home::Known(0) => prior::BEGINS_OWN,
            home if known.contains(&home) => prior::BEGINS_KNOWN,
            Home::Known(i) if self.loci.all[i].kind == Kind::Partner => prior::BEGINS_PARTNER,
            Home::Known(_) => prior::BEGINS_GENE,
            Home::Place(_) => prior::BEGINS_PLACE,
        }
    }

    /// The best change from one stretch to another behind it: its worth, the end of the first, the start of the second.
    fn change(
        &self,
        (a, b): (&Stretch, &Stretch),
        (known, foreign): (&[Home], bool),
        places: &[Locus],
    ) -> Option<(f64, usize, usize)> {
        let (la, lb) = (self.locus(a.home, places), self.locus(b.home, places));
        let (from, to) = (b.lay.start(), a.lay.end());
        let gain = |end: usize, start: usize| a.before(end) - b.before(start);
        let rate = |end: usize, start: usize| -> Option<f64> {
            let (leaves, enters) = (a.lay.offset_of(end.checked_sub(1)?)?, b.lay.offset_of(start)?);
            let beyond = b.lay.end().saturating_sub(start).min(end.saturating_sub(a.lay.start()));
            let least = if lb.is_acceptor(enters) {
                MIN_BEYOND
            } else {
                MIN_ELSEWHERE
            };
            if beyond < least {
                return None;
            }
            let inserted = start - end;
            let mut worth = prior::CHANGE
                + if foreign && a.home == Home::Known(0) && b.home != a.home {
                    self.backward(lb, enters) + self.came_from(la, leaves)
                } else {
                    self.leaving(la, leaves) + self.entering(b.home, lb, enters, known)
                };
            if inserted > 0 {
                worth += prior::INSERTED + prior::INSERTED_BASE * inserted as f64;
            }
            Some(worth)
        };
        let mut best: Option<(f64, f64, usize, usize)> = None;
        let mut offer = |end: usize, start: usize| {
            if let Some(worth) = rate(end, start) {
                let total = worth + gain(end, start);
                if best.is_none_or(|(most, ..)| total > most + 1e-9) {
                    best = Some((total, worth, end, start));
                }
            }
        };
        if from <= to {
            for r in from.max(a.lay.start() + 1)..=to.min(b.lay.end().saturating_sub(1)) {
                offer(r, r);
            }
        }
        let low = from.min(to);
        let mut ends: Vec<usize> = (low.saturating_sub(NEAR).max(a.lay.start() + 1)..=to)
            .filter(|r| a.lay.offset_of(r - 1).is_some_and(|at| la.is_donor(at)))
            .collect();
        let high = from.max(to);
        let mut starts: Vec<usize> = (from..(high + NEAR).min(b.lay.end()))
            .filter(|r| b.lay.offset_of(*r).is_some_and(|at| lb.is_acceptor(at)))
            .collect();
        ends.push(to);
        starts.push(from);
        for end in &ends {
            for start in &starts {
                if end < start {
                    offer(*end, *start);
                }
            }
        }
        best.map(|(_, worth, end, start)| (worth, end, start))
    }

    /// What lies before the first base of a sure place, as `leaving` of the molecule read backward.
    fn backward(&self, locus: &Locus, offset: i64) -> f64 {
        if locus.is_acceptor(offset) {
            prior::AT_SITE
        } else if locus.is_exonic(offset) {
            prior::IN_EXON
        } else {
            prior::ELSEWHERE
        }
    }

    /// The target gene before a sure place, as `entering` of the molecule read backward.
    fn came_from(&self, own: &Locus, offset: i64) -> f64 {
        if own.is_donor(offset) {
            prior::OWN_SITE
        } else {
            prior::OWN_ELSE
        }
    }

    fn leaving(&self, locus: &Locus, offset: i64) -> f64 {
        if locus.is_donor(offset) {
            prior::AT_SITE
        } else if locus.is_exonic(offset) {
            prior::IN_EXON
        } else {
            prior::ELSEWHERE
        }
    }

    fn entering(&self, home: Home, locus: &Locus, offset: i64, known: &[Home]) -> f64 {
        let at_site = locus.is_acceptor(offset);
        match (home, locus.kind, at_site) {
            (Home::Known(0), _, true) => prior::OWN_SITE,
            (Home::Known(0), _, false) => prior::OWN_ELSE,
            (home, _, true) if known.contains(&home) => prior::KNOWN_SITE,
            (home, _, false) if known.contains(&home) => prior::KNOWN_ELSE,
            (_, Kind::Partner, true) => prior::PARTNER_SITE,
            (_, Kind::Gene, true) => prior::GENE_SITE,
            (_, Kind::Partner, false) if locus.is_exonic(offset) => prior::PARTNER_EXON,
            (_, Kind::Gene, false) if locus.is_exonic(offset) => prior::GENE_EXON,
            (_, Kind::Partner, false) => prior::PARTNER_ELSE,
            (_, Kind::Gene | Kind::Place | Kind::Own, _) => prior::PLACE,
        }
    }

    /// The fragment with its reads along the chosen parts.
    fn rebuilt(&self, fragment: &Fragment, oriented: &Oriented, parts: Vec<Vec<Part>>, places: &[Locus]) -> Explained {
        let mut segments: Vec<Segment> = Vec::new();
        let mut links: Vec<LinkKind> = Vec::new();
        let mut rests: Vec<(Clip, Rest)> = Vec::new();
        let mut alignment = 0_u16;
        let mut own = true;
        let mut alternatives = fragment.alternatives.clone();
        for (read, parts) in oriented.reads.iter().zip(&parts) {
            let by = if oriented.unaligned.as_ref() == Some(read) {
                PlacedBy::Unmapped
            } else {
                PlacedBy::Aligner
            };
            let seen_by = seen_by(&oriented.hints, read, fragment);
            let first = segments.len();
            for part in parts {
                let locus = self.locus(part.home, places);
                own &= part.home == Home::Known(0);
                alternatives.extend(part.rivals.iter().map(|(home, block)| {
                    let rival = self.locus(*home, places);
                    Placement {
                        contig: rival.contig,
                        strand: if oriented.flipped {
                            rival.strand.flipped()
                        } else {
                            rival.strand
                        },
                        reference: rival.reference(block.at, block.end()),
                    }
                }));
                for (n, block) in part.blocks.iter().enumerate() {
                    if !segments.is_empty() {
                        links.push(if segments.len() == first {
                            LinkKind::Spanning
                        } else if n > 0 {
                            LinkKind::Gap
                        } else {
                            LinkKind::Split
                        });
                    }
                    segments.push(Segment {
                        molecule_start: block.read as u32,
                        molecule_end: block.read_end() as u32,
                        contig: locus.contig,
                        strand: locus.strand,
                        reference: locus.reference(block.at, block.end()),
                        confidence: part.confidence,
                        seen_by,
                        alignment,
                        placed_by: if by == PlacedBy::Aligner && !part.hinted {
                            PlacedBy::Realigned
                        } else {
                            by
                        },
                    });
                }
                alignment = alignment.saturating_add(1);
            }
            if segments.len() == first {
                continue;
            }
            let (low, high) = (segments[first], segments[segments.len() - 1]);
            for (segment, after, span) in [
                (first, false, read.start..low.molecule_start as usize),
                (segments.len() - 1, true, high.molecule_end as usize..read.end),
            ] {
                if span.len() < MIN_CLIP as usize {
                    continue;
                }
                let outward = if after {
                    oriented.bases[span.clone()].to_vec()
                } else {
                    reverse_complement(&oriented.bases[span.clone()])
                };
                let clip = Clip {
                    segment,
                    after,
                    start: span.start as u32,
                    end: span.end as u32,
                };
                rests.push((clip, tail::rest(&outward)));
            }
        }
        let total = oriented.bases.len() as u32;
        let mut mate_start = (oriented.reads.len() == 2).then(|| oriented.reads[1].start as u32);
        let (mut sequence, mut qualities) = (oriented.bases.clone(), oriented.qualities.clone());
        if oriented.flipped {
            let count = segments.len();
            segments = segments.into_iter().rev().map(|s| turned(s, total)).collect();
            links.reverse();
            for (clip, _) in &mut rests {
                *clip = Clip {
                    segment: count - 1 - clip.segment,
                    after: !clip.after,
                    start: total - clip.end,
                    end: total - clip.start,
                };
            }
            mate_start = mate_start.map(|m| total - m);
            sequence = reverse_complement(&sequence);
            qualities.reverse();
        }
        rests.sort_by_key(|(clip, _)| (clip.start, clip.end));
        let chain = Chain {
            segments,
            links,
            len: total,
            sequence: sequence.into(),
            qualities: qualities.into(),
            mate_start,
        };
        let own = own && rests.iter().all(|(_, rest)| *rest != Rest::Unexplained);
        Explained {
            shape: Shape {
                clips: rests.iter().map(|(clip, _)| *clip).collect(),
                unaligned_mate: None,
                alternatives,
                ..Shape {
                    reversed: reverse_complement(&chain.sequence).into(),
                    chain,
                    ..(*fragment.shape).clone()
                }
            },
            rests: rests.into_iter().map(|(_, rest)| rest).collect(),
            own,
        }
    }
}

fn seen_by(hints: &[Segment], read: &Range<usize>, fragment: &Fragment) -> SeenBy {
    let mut seen = SeenBy::default();
    for s in hints {
        if read.start <= s.molecule_start as usize && s.molecule_end as usize <= read.end {
            seen.first |= s.seen_by.first;
            seen.second |= s.seen_by.second;
        }
    }
    if !seen.first && !seen.second {
        let first_aligned = fragment.chain.segments.iter().any(|s| s.seen_by.first);
        seen.first = !first_aligned;
        seen.second = first_aligned;
    }
    seen
}

/// A base within the segment that read and locus share, with its neighbours.
fn anchor_in(hint: &Segment, locus: &Locus, bases: &[u8]) -> Option<(usize, i64)> {
    let (start, end) = (hint.molecule_start as usize, hint.molecule_end as usize);
    let (first, last) = locus.interval(hint.reference);
    let length = end.checked_sub(start)?;
    let word = WORD.min(length);
    // From the middle outward; an indel inside shifts what lies behind it.
    let middle = (length - word) / 2;
    let shift = (last - first) - length as i64;
    (0..=middle)
        .flat_map(|d| [middle + d, middle - d])
        .filter(|i| i + word <= length)
        .find_map(|i| {
            let stretch = bases.get(start + i..start + i + word)?;
            [first, first + shift]
                .into_iter()
                .find(|base| spells(locus, base + i as i64, stretch))
                .map(|base| (start + i + word / 2, base + (i + word / 2) as i64))
        })
}

/// Whether any base under the segment is known.
fn knows(locus: &Locus, hint: &Segment) -> bool {
    let (first, last) = locus.interval(hint.reference);
    (first..last).any(|at| locus.base(at) != b'N')
}

/// The aligner's placement as it is, where nobody holds its bases: one base in 50 is taken to differ.
fn trusted(hint: &Segment, home: Home, locus: &Locus) -> Stretch {
    const TRUSTED: f64 = 1.2;
    let (first, _) = locus.interval(hint.reference);
    let length = (hint.molecule_end - hint.molecule_start) as usize;
    let length = length.min(usize::try_from(hint.reference.len()).unwrap_or(0));
    let lay = Lay {
        score: TRUSTED * length as f64,
        blocks: vec![Block {
            read: hint.molecule_start as usize,
            at: first,
            len: length,
        }],
    };
    Stretch {
        home,
        cumulated: (0..=length).map(|n| TRUSTED * n as f64).collect(),
        lay,
        hinted: true,
        confidence: hint.confidence,
    }
}

/// The score of a lay's bases before each base of the read; steps between blocks count where the next one begins.
fn cumulated(lay: &Lay, read: Read<'_>, locus: &Locus, model: &Model) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for (n, block) in lay.blocks.iter().enumerate() {
        if n > 0 {
            let before = &lay.blocks[n - 1];
            for _ in before.read_end()..block.read {
                sums.push(sum);
            }
            sum += model.step(before, block, locus);
        }
        for i in 0..block.len {
            sum += model.base(read, block.read + i, locus.base(block.at + i as i64));
            sums.push(sum);
        }
    }
    sums
}

/// The bases `from` to `to` of a stretch, and whether another place fits them as well.
fn part(stretch: &Stretch, from: usize, to: usize, all: &[Stretch]) -> Part {
    let blocks = stretch
        .lay
        .blocks
        .iter()
        .filter_map(|b| {
            let (start, end) = (b.read.max(from), b.read_end().min(to));
            (start < end).then(|| Block {
                read: start,
                at: b.at + (start - b.read) as i64,
                len: end - start,
            })
        })
        .collect();
    let own = stretch.before(to) - stretch.before(from);
    let rivals: Vec<(Home, Block)> = all
        .iter()
        .filter(|s| {
            s.home != stretch.home
                && s.lay.start() <= from + 2
                && s.lay.end() + 2 >= to
                && s.before(to) - s.before(from) + ALIKE > own
        })
        .filter_map(|s| Some((s.home, *s.lay.blocks.iter().find(|b| b.read_end() > from)?)))
        .filter(|_| stretch.home != Home::Known(0))
        .collect();
    Part {
        home: stretch.home,
        blocks,
        hinted: stretch.hinted,
        confidence: if rivals.is_empty() {
            stretch.confidence
        } else {
            Confidence::Ambiguous
        },
        rivals,
    }
}
