//! Finds the best explanation of a fragment: each read is aligned to the target gene, to other genes and to the
//! aligner's loci, and all alignments are scored on the same bases.
//!
//! In: a fragment as the aligner placed it. Out: the same fragment with its best chain of alignments. Not decided
//! here: what several fragments mean together.
//!
//! METHOD: all candidate alignments of a read are computed (`walk`), and the best chain of them is chosen: the sum of
//! their log-likelihood ratios against random bases, minus the cost of each junction. The cost is the prior of a
//! junction just there: a single read must outweigh all loci that could match its bases by chance.

use std::ops::Range;

use super::{
    compared::Scores,
    cost::{Step, is_backward},
    far::FarPlace,
    locus::{Loci, Locus},
    oriented::Oriented,
    prior,
    proposed::{Asked, Proposals},
    rebuild::Explained,
    stretch::{Home, Part, Stretch, anchor_in, is_unread, knows, part, trusted, without_chance_exons},
    walk::{Model, lay},
    words::{END_WORD, WORD, Words, on_place},
};
use crate::{
    catalogue::GeneModels,
    evidence::{
        chain::MIN_CLIP,
        fragment::{Confidence, Fragment, Segment},
        verdict::Verdict,
    },
    genome::{ContigId, Contigs, Interval, SequenceSource, Strand},
};

/// Shortest anchor beyond a junction in a single read (bases).
pub(crate) const MIN_BEYOND: usize = 10;
/// Shortest segment of a third locus within one read (bases): middle segments of three-way events are exons; inserted
/// bases, whose templates are often nearby, are shorter.
const MIN_PIECE: usize = 40;
/// Longest insertion at a junction (bases): longer sequences come from a third locus.
pub(crate) const INSERTED_MAX: usize = 60;
/// Shortest middle segment with neither end at an exon end (bases).
const MIN_PIECE_ELSEWHERE: usize = INSERTED_MAX + 1;
/// Fragments above this length are not realigned; only their junctions are compared (bases).
pub(crate) const LONG: u32 = 650;
/// Alignments of one read that are compared (count).
const STRETCHES: usize = 24;
/// Score from which a read determines the gene of its fragment (nats): 25 bases.
const SURE: f64 = 34.0;

/// Score per base from which a read is explained by the target gene and nothing else is tested (nats): one mismatch
/// in 15 bases.
const EXPLAINED: f64 = 1.0;

/// The best chain that ends with an alignment.
#[derive(Clone, Copy)]
struct Reached {
    /// Score (nats).
    score: f64,
    /// Base of the read at which this alignment begins.
    start: usize,
    /// The previous alignment, and the base of the read after its last.
    from: Option<(usize, usize)>,
    /// The cost of starting the chain (nats).
    begins: f64,
}

/// A chosen alignment: its number, its first base of the read, and the one after its last.
pub(super) type Taken = (usize, usize, usize);

/// The candidate alignments of a fragment.
struct Found {
    /// Genes to which a read certainly aligns.
    known: Vec<Home>,
    /// The alignments of each read.
    stretches: Vec<Vec<Stretch>>,
}

/// Whether an alignment explains a read from end to end.
fn is_explained(s: &Stretch, read: &Range<usize>) -> bool {
    let open = MIN_CLIP as usize;
    s.lay.start() < read.start + open && s.lay.end() + open > read.end && s.total() >= EXPLAINED * read.len() as f64
}

/// The references to which fragments are realigned.
pub(crate) struct Explainer<'a> {
    /// Models of genes.
    pub models: &'a GeneModels,
    /// Genes with known bases.
    pub loci: &'a Loci,
    /// Their k-mer index.
    pub words: &'a Words,
    /// Bases of other loci.
    pub source: &'a dyn SequenceSource,
    /// Contigs of the header.
    pub contigs: &'a Contigs,
    /// Scores of bases and gaps.
    pub model: Model,
}

impl Explainer<'_> {
    /// The best explanation of a fragment; `None` if its bases are unknown, or it is too long.
    pub(crate) fn explain(&self, fragment: &Fragment) -> Option<Explained> {
        self.explain_with(fragment, &Proposals::default())
    }

    /// The same with junctions of other molecules as possible explanations.
    pub(crate) fn explain_with(&self, fragment: &Fragment, proposals: &Proposals) -> Option<Explained> {
        let own = self.loci.own()?;
        let chain = &fragment.chain;
        if chain.sequence.is_empty() || chain.len > LONG || chain.sequence.len() != chain.len as usize {
            return None;
        }
        let mut read_as = Oriented::new(fragment, own, self.models);
        let mut places: Vec<Locus> = Vec::new();
        let far: Vec<&FarPlace> = proposals.far.near(fragment, self.models).collect();
        let mut found = self.candidates(&read_as, &far, &mut places);
        let mut chosen = None;
        // Mates are merged if both overlap on one locus, by themselves or along a junction of other molecules.
        if read_as.reads.len() > 1 {
            let nothing = Proposals::default();
            for shown in std::iter::once(&nothing).chain((!proposals.is_empty()).then_some(proposals)) {
                let (parts, verdict) = self.parts((fragment, &read_as), &found, &mut places, shown);
                if let Some(merged) = read_as.merged(&parts) {
                    places.clear();
                    found = self.candidates(&merged, &far, &mut places);
                    read_as = merged;
                    chosen = None;
                    break;
                }
                chosen = Some((parts, verdict));
            }
        }
        let (parts, verdict) =
            chosen.unwrap_or_else(|| self.parts((fragment, &read_as), &found, &mut places, proposals));
        let mut explained = self.rebuilt(fragment, &read_as, parts, &places);
        explained.shape.verdict = Some(verdict);
        Some(explained)
    }

    /// The candidate alignments of every read. Genes that one read determines with certainty count for both.
    fn candidates(&self, oriented: &Oriented, far: &[&FarPlace], places: &mut Vec<Locus>) -> Found {
        let mut known: Vec<Home> = Vec::new();
        let mut stretches: Vec<Vec<Stretch>> = Vec::new();
        for read in &oriented.reads {
            let found = self.stretches(oriented, read.clone(), places);
            let sure = self
                .chain(&found, (&known, oriented.foreign), places)
                .1
                .into_iter()
                .filter(|(i, from, to)| found[*i].before(*to) - found[*i].before(*from) >= SURE)
                .map(|(i, ..)| found[i].home)
                .filter(|home| *home != Home::Known(0));
            known.extend(sure);
            stretches.push(found);
        }
        self.add_other_loci(oriented, far, places, &mut stretches);
        Found { known, stretches }
    }

    /// Adds alignments of every read that is not explained from end to end to the aligner's loci of its mate, and to
    /// those of other molecules: introns of partners and intergenic loci are not in the k-mer index.
    fn add_other_loci(
        &self,
        oriented: &Oriented,
        far: &[&FarPlace],
        places: &mut Vec<Locus>,
        stretches: &mut [Vec<Stretch>],
    ) {
        let whole = oriented.whole();
        let of_mates = places.len();
        places.extend(far.iter().map(|place| self.place(place.at, place.around)));
        for (number, place) in places.iter().enumerate() {
            let home = Home::Place(number);
            let of_mate = stretches.iter().flatten().find(|s| s.home == home && s.hinted);
            let of_others = (number >= of_mates).then_some(Confidence::Unique);
            let Some(confidence) = of_mate.map(|s| s.confidence).or(of_others) else {
                continue;
            };
            for (read, found) in oriented.reads.iter().zip(stretches.iter_mut()) {
                if found.iter().any(|s| s.home == home || is_explained(s, read)) {
                    continue;
                }
                for (at, offset) in on_place(&oriented.bases[read.clone()], place) {
                    let anchor = (read.start + at, offset);
                    let here = Some(place.position(offset));
                    let known = found.iter().any(|s| {
                        let locus = self.locus(s.home, places);
                        let there = s.lay.offset_of(anchor.0).map(|o| locus.position(o));
                        (locus.contig, locus.strand, there) == (place.contig, place.strand, here)
                    });
                    if known {
                        continue;
                    }
                    let lay = lay(whole, read.clone(), anchor, place, &self.model);
                    if lay.laid() < MIN_BEYOND {
                        continue;
                    }
                    let stretch = Stretch::new(home, lay, whole, place, &self.model);
                    found.extend((!stretch.simple).then_some(Stretch { confidence, ..stretch }));
                }
            }
        }
    }

    /// The best chain of each read, or its alignment along a junction of other molecules.
    fn parts(
        &self,
        (fragment, oriented): (&Fragment, &Oriented),
        found: &Found,
        places: &mut Vec<Locus>,
        proposals: &Proposals,
    ) -> (Vec<Vec<Part>>, Verdict) {
        let known = &found.known;
        let mut all = Vec::new();
        let mut scores = Scores::default();
        for (found, read) in found.stretches.iter().zip(&oriented.reads) {
            let (score, chosen) = self.chain(found, (known, oriented.foreign), places);
            let chosen = self.without_templates(chosen, found, places);
            self.trace(fragment, found, &chosen, places);
            let mut parts: Vec<Part> = chosen
                .into_iter()
                .map(|(i, from, to)| part(&found[i], from, to, found))
                .collect();
            without_chance_exons(
                &mut parts,
                oriented.whole(),
                read,
                |home| self.locus(home, places),
                &self.model,
            );
            let asked = Asked {
                oriented,
                read: read.clone(),
                molecule: fragment.molecule,
                known,
            };
            let better = self.proposed(&asked, found, (score, &parts), proposals, places);
            let (score, parts) = better.unwrap_or((score, parts));
            scores.add(score, found, |s| self.begins(s, known, oriented.foreign));
            all.push(parts);
        }
        let verdict = scores.verdict(&all);
        (all, verdict)
    }

    /// The chain without short middle segments: these are insertions, whatever locus they match.
    fn without_templates(&self, chosen: Vec<Taken>, found: &[Stretch], places: &[Locus]) -> Vec<Taken> {
        let last = chosen.len().saturating_sub(1);
        let keeps =
            |n: usize, (i, from, to): Taken| n == 0 || n == last || !self.is_template((&found[i], places), (from, to));
        let kept = chosen.iter().enumerate().filter(|(n, t)| keeps(*n, **t));
        kept.map(|(_, taken)| *taken).collect()
    }

    /// Whether a base of the read is aligned to the first base of an exon.
    fn enters_exon(&self, (s, places): (&Stretch, &[Locus]), from: usize) -> bool {
        let locus = self.locus(s.home, places);
        s.lay.offset_of(from).is_some_and(|at| locus.is_acceptor(at))
    }

    /// Whether a middle segment of a read is too short for an exon.
    fn is_template(&self, (s, places): (&Stretch, &[Locus]), (from, to): (usize, usize)) -> bool {
        let locus = self.locus(s.home, places);
        let enters = self.enters_exon((s, places), from);
        let leaves = s.lay.offset_of(to - 1).is_some_and(|at| locus.is_donor(at));
        let least = if enters || leaves {
            MIN_PIECE
        } else {
            MIN_PIECE_ELSEWHERE
        };
        to - from < least
    }

    /// Logs the compared and chosen alignments at level trace.
    fn trace(&self, fragment: &Fragment, found: &[Stretch], chosen: &[Taken], places: &[Locus]) {
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

    /// A window around a locus outside the list of genes.
    pub(super) fn place(&self, (contig, strand): (ContigId, Strand), around: Interval) -> Locus {
        let mut genes = self.models.overlapping(contig, around);
        let gene = genes.find(|g| g.strand == strand);
        Locus::of_place((contig, strand), around, gene, self.source, self.contigs.length(contig))
    }

    pub(super) fn locus<'b>(&'b self, home: Home, places: &'b [Locus]) -> &'b Locus {
        match home {
            Home::Known(i) => &self.loci.all[i],
            Home::Place(i) => &places[i],
        }
    }

    /// All candidate alignments of a read.
    fn stretches(&self, oriented: &Oriented, read: Range<usize>, places: &mut Vec<Locus>) -> Vec<Stretch> {
        let whole = oriented.whole();
        let own = &self.loci.all[0];
        let laid = oriented.laid;
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
                if lay.laid() < MIN_BEYOND - 2 || found.iter().any(|s| s.home == home && s.lay.blocks == lay.blocks) {
                    return;
                }
                // A realigned segment in an intron does not count as given: inserted bases may be copies of it.
                let by_aligner =
                    |h: &Segment| !laid || home != Home::Known(0) || own.is_exonic(own.interval(h.reference).0);
                found.push(Stretch {
                    hinted: hint.is_some_and(by_aligner),
                    confidence: hint.map_or(Confidence::Unique, |h| h.confidence),
                    ..Stretch::new(home, lay, whole, locus, &self.model)
                });
            };
        let mut by_length = hints.clone();
        by_length.sort_by_key(|s| (std::cmp::Reverse(s.len()), s.molecule_start));
        for hint in &by_length {
            if hint.contig != own.contig || hint.strand != own.strand || !hint.reference.overlaps(own.span) {
                continue;
            }
            match anchor_in(hint, own, &oriented.bases) {
                Some(anchor) => add(&mut found, Home::Known(0), own, anchor, Some(hint)),
                // In RNA, a read without bases cannot show which exons it joins.
                None if own.is_genomic() && oriented.bases[read.clone()].iter().all(|b| *b == b'N') => {
                    found.push(trusted(hint, Home::Known(0), own, &oriented.bases))
                }
                None => {}
            }
        }
        // If the target gene explains the read from end to end, nothing else is tested.
        if found.iter().any(|s| is_explained(s, &read)) {
            return found;
        }
        let bases = &oriented.bases[read.clone()];
        // In a genome, only the bases beyond the aligner's alignment are unexplained: KMT2A has many copies of its repeats.
        let given = found
            .first()
            .filter(|_| own.is_genomic())
            .map(|s| s.lay.start()..s.lay.end());
        if given.is_none() {
            for (i, _, at) in self.words.anchors(bases, Some(0)).into_iter().take(4) {
                add(&mut found, Home::Known(0), own, (i + read.start, at), None);
            }
        }
        if found.iter().any(|s| is_explained(s, &read)) {
            return found;
        }
        for hint in &by_length {
            let inside_own = hint.contig == own.contig && hint.reference.overlaps(own.span);
            if inside_own && hint.strand == own.strand {
                continue;
            }
            for (number, locus) in self.loci.all.iter().enumerate().skip(1) {
                if locus.contig == hint.contig
                    && locus.strand == hint.strand
                    && locus.span.overlaps(hint.reference)
                    && let Some(anchor) = anchor_in(hint, locus, &oriented.bases)
                {
                    add(&mut found, Home::Known(number), locus, anchor, Some(hint));
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
                    places.push(self.place((hint.contig, hint.strand), hint.reference));
                    places.len() - 1
                });
            let locus = places[at].clone();
            match anchor_in(hint, &locus, &oriented.bases).filter(|_| knows(&locus, hint)) {
                Some(anchor) => add(&mut found, Home::Place(at), &locus, anchor, Some(hint)),
                // The reference bases, or the read's bases, are unknown: the aligner's alignment is used.
                None if !knows(&locus, hint) || is_unread(hint, &oriented.bases) => {
                    found.push(trusted(hint, Home::Place(at), &locus, &oriented.bases))
                }
                None => {}
            }
        }
        let open = match given {
            Some(given) => vec![
                read.start..read.end.min(given.start + WORD),
                read.start.max(given.end.saturating_sub(WORD))..read.end,
            ],
            None => vec![read.clone()],
        };
        let mut anchors: Vec<(usize, u32, i64)> = Vec::new();
        for part in open {
            let seeds = self.words.anchors(&oriented.bases[part.clone()], None);
            let seeds = seeds.into_iter().take(STRETCHES);
            anchors.extend(seeds.map(|(i, locus, at)| (i + part.start - read.start, locus, at)));
        }
        // Short anchors at exon ends, at both ends of the part that the target gene explains.
        let starts = self.words.exon_starts(bases);
        let ends = self.words.exon_ends(bases);
        if starts.len() + ends.len() < 4_000 {
            let last = END_WORD - 1;
            anchors.extend(starts);
            anchors.extend(
                ends.into_iter()
                    .map(|(i, locus, at)| (i + last, locus, at + last as i64)),
            );
        }
        for (i, locus, at) in anchors {
            let number = locus as usize;
            let anchor = (i + read.start, at);
            add(&mut found, Home::Known(number), &self.loci.all[number], anchor, None);
        }
        // Tails and low-complexity bases match everywhere.
        found.retain(|s| s.home == Home::Known(0) || !s.simple);
        found.sort_by(|a, b| {
            b.total()
                .total_cmp(&a.total())
                .then_with(|| (a.home, a.lay.start()).cmp(&(b.home, b.lay.start())))
        });
        found.truncate(4 * STRETCHES);
        found
    }

    /// The best chain of alignments and its score: each with its bases of the read.
    fn chain(&self, found: &[Stretch], (known, foreign): (&[Home], bool), places: &[Locus]) -> (f64, Vec<Taken>) {
        let mut order: Vec<usize> = (0..found.len()).collect();
        // Among equally good alignments of the same bases, the aligner's comes first: it had both reads.
        order.sort_by_key(|i| {
            let s = &found[*i];
            (s.lay.start(), s.lay.end(), !s.hinted, s.home)
        });
        let mut best: Vec<Option<Reached>> = vec![None; found.len()];
        for &j in &order {
            let s = &found[j];
            let begins = self.begins(s, known, foreign);
            let mut chosen = Reached {
                score: s.total() + begins,
                start: s.lay.start(),
                from: None,
                begins,
            };
            for &i in &order {
                let before = &found[i];
                let Some(reached) = best[i].filter(|_| i != j && before.lay.start() < s.lay.start()) else {
                    continue;
                };
                if !before.can_join() || !s.can_join() {
                    continue;
                }
                let backward = is_backward((before, s), foreign);
                let is_middle = reached.from.is_some();
                let short = is_middle
                    && !backward
                    && !self.enters_exon((before, places), reached.start)
                    && self.is_template((before, places), (reached.start, before.lay.end()));
                let step = match (backward, short) {
                    (true, _) => Step::Backward,
                    (false, true) => Step::FromTemplate,
                    (false, false) => Step::Forward,
                };
                let Some((worth, end, start)) = self.change((before, s), (known, step), places) else {
                    continue;
                };
                if end < reached.start + MIN_BEYOND {
                    continue;
                }
                let further = if is_middle && !short { prior::FURTHER } else { 0.0 };
                // A chain is started once: if the later alignment is given, the earlier one is found from it.
                let begun = if backward { begins } else { reached.begins };
                let score = reached.score - (before.total() - before.before(end)) + s.total() - s.before(start)
                    + worth
                    + further
                    + (begun - reached.begins);
                if score > chosen.score {
                    chosen = Reached {
                        score,
                        start,
                        from: Some((i, end)),
                        begins: begun,
                    };
                }
            }
            best[j] = Some(chosen);
        }
        let score = |i: &usize| best[*i].map_or(0.0, |reached| reached.score);
        let Some(last) = order
            .iter()
            .copied()
            .max_by(|a, b| score(a).total_cmp(&score(b)).then_with(|| b.cmp(a)))
            .filter(|i| score(i) > 0.0)
        else {
            return (0.0, Vec::new());
        };
        let mut out = Vec::new();
        let mut next = Some((last, found[last].lay.end()));
        while let Some((at, end)) = next {
            let Some(reached) = best[at] else { break };
            out.push((at, reached.start, end));
            next = reached.from;
        }
        out.reverse();
        (score(&last), out)
    }
}
