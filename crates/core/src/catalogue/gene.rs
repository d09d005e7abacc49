//! Genes, transcripts and exons.

use std::cmp::Ordering;

use crate::genome::{Interval, Position, Strand};

/// Role of a gene in the catalogue. A gene may have several (CBL is a partner and a neighbour).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// KMT2A itself.
    Kmt2a,
    /// In the partner table, with its own source.
    Partner,
    /// Within about 1 Mb of KMT2A on 11q23.3.
    Neighbour,
    /// A control gene, or one whose chimeras are of other rearrangements.
    Control,
    /// Included with its model because lists name it with KMT2A, but without a citable source: not in the partner
    /// table,
    /// and no support for a call.
    Listed,
}

/// The set of roles of a gene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// No role: a gene known only from the user's gene models.
    pub const NONE: Self = Self(0);

    /// Whether the gene has this role.
    pub const fn has(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// The set with one more role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | Self::bit(role))
    }

    /// Whether the gene has no role.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn bit(role: Role) -> u8 {
        1 << role as u8
    }
}

/// One exon of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exon {
    /// Number in transcript order, from 1.
    pub number: u16,
    /// Interval on the contig.
    pub interval: Interval,
    /// The coding part, including the stop codon.
    pub coding: Option<Interval>,
    /// Bases of the current codon before the exon's start (0, 1 or 2). `None` if the exon's first base is not coding,
    /// so
    /// that it has no frame.
    pub start_phase: Option<u8>,
    /// Bases of the current codon up to the exon's end (0, 1 or 2). `None` if the exon's last base is not coding or is
    /// the
    /// last base of the stop codon.
    pub end_phase: Option<u8>,
}

/// One transcript of a gene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// Identifier with its version, as in the source (`ENST00000534358.8`).
    pub id: String,
    /// RefSeq accession with its version (`NM_001197104.2`).
    pub refseq: Option<String>,
    /// Whether it is the gene's MANE Select transcript.
    pub mane: bool,
    /// Strand of the transcript.
    pub strand: Strand,
    /// From the first exon to the last.
    pub interval: Interval,
    /// Exons in transcript order, without overlaps.
    pub exons: Vec<Exon>,
    /// From the first coding base to the last, including the stop codon and the introns between.
    pub coding: Option<Interval>,
}

/// An exon's interval and its coding part, as given by the two sources of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExonModel {
    pub(crate) interval: Interval,
    pub(crate) coding: Option<Interval>,
}

impl Transcript {
    /// From exons in transcript order. `first_phase` is the number of bases of the first codon before the model's first
    /// coding base (0 unless the model is truncated there). `None` without exons or with more than a `u16` can count.
    pub(crate) fn from_exons(
        id: String,
        refseq: Option<String>,
        mane: bool,
        strand: Strand,
        models: &[ExonModel],
        first_phase: u8,
    ) -> Option<Self> {
        let (first, last) = (models.first()?, models.last()?);
        u16::try_from(models.len()).ok()?;
        let interval = hull(first.interval, last.interval);
        let coding = models.iter().filter_map(|m| m.coding).reduce(hull);
        let total: i64 = models.iter().filter_map(|m| m.coding).map(Interval::len).sum();
        let mut translated = 0_i64;
        let exons = (1_u16..)
            .zip(models)
            .map(|(number, model)| {
                let mut exon = Exon {
                    number,
                    interval: model.interval,
                    coding: model.coding,
                    start_phase: None,
                    end_phase: None,
                };
                if let Some(part) = model.coding {
                    if part.five_prime(strand) == model.interval.five_prime(strand) {
                        exon.start_phase = Some(phase(translated, first_phase));
                    }
                    translated += part.len();
                    if part.three_prime(strand) == model.interval.three_prime(strand) && translated < total {
                        exon.end_phase = Some(phase(translated, first_phase));
                    }
                }
                exon
            })
            .collect();
        Some(Self {
            id,
            refseq,
            mane,
            strand,
            interval,
            exons,
            coding,
        })
    }

    /// The RefSeq accession, or the identifier without one.
    pub fn display_name(&self) -> &str {
        self.refseq.as_deref().unwrap_or(&self.id)
    }

    /// The exon with this number (from 1).
    pub fn exon(&self, number: u16) -> Option<&Exon> {
        self.exons.get(usize::from(number.checked_sub(1)?))
    }

    /// The exon at the position.
    pub fn exon_at(&self, position: Position) -> Option<&Exon> {
        self.exons
            .get(self.index_near(position)?)
            .filter(|exon| exon.interval.contains(position))
    }

    /// The exon with its donor at this position: its last transcribed base, if an intron follows. The end of the last
    /// exon
    /// is a poly-A site, not a donor.
    pub fn donor(&self, position: Position) -> Option<&Exon> {
        self.exon_at(position)
            .filter(|exon| self.last_base(exon) == position && usize::from(exon.number) < self.exons.len())
    }

    /// The exon with its acceptor at this position: its first transcribed base, if an intron precedes. The start of the
    /// first exon is a transcription start, not an acceptor.
    pub fn acceptor(&self, position: Position) -> Option<&Exon> {
        self.exon_at(position)
            .filter(|exon| self.first_base(exon) == position && exon.number > 1)
    }

    /// The intron at the position: the number of the exon before it in the transcript, and its interval.
    pub fn intron_at(&self, position: Position) -> Option<(u16, Interval)> {
        if !self.interval.contains(position) || self.exon_at(position).is_some() {
            return None;
        }
        // On the reverse strand, the exon at or below the position is the one *after* the intron.
        let near = self.index_near(position)?;
        let upstream = match self.strand {
            Strand::Forward => near,
            Strand::Reverse => near.checked_sub(1)?,
        };
        let (before, after) = (self.exons.get(upstream)?, self.exons.get(upstream + 1)?);
        Some((before.number, between(before.interval, after.interval)))
    }

    /// All introns in transcript order: the number of the exon before each, and its interval.
    pub fn introns(&self) -> impl Iterator<Item = (u16, Interval)> {
        self.exons
            .iter()
            .zip(self.exons.iter().skip(1))
            .map(|(before, after)| (before.number, between(before.interval, after.interval)))
    }

    /// The first transcribed base of an exon of this transcript.
    pub const fn first_base(&self, exon: &Exon) -> Position {
        exon.interval.five_prime(self.strand)
    }

    /// The last transcribed base of an exon of this transcript.
    pub const fn last_base(&self, exon: &Exon) -> Position {
        exon.interval.three_prime(self.strand)
    }

    /// Bases of the spliced transcript before `position`; `None` outside exons.
    pub fn spliced_before(&self, position: Position) -> Option<i64> {
        self.before(self.exons.iter().map(|exon| exon.interval), position)
    }

    /// Coding bases before `position`; `None` outside the coding sequence.
    pub fn coding_before(&self, position: Position) -> Option<i64> {
        self.before(self.exons.iter().filter_map(|exon| exon.coding), position)
    }

    fn before(&self, parts: impl Iterator<Item = Interval>, position: Position) -> Option<i64> {
        let mut sum = 0;
        for part in parts {
            if part.contains(position) {
                return Some(sum + part.five_prime(self.strand).distance(position));
            }
            sum += part.len();
        }
        None
    }

    /// Number of coding bases, including the stop codon.
    pub fn coding_len(&self) -> i64 {
        self.exons
            .iter()
            .filter_map(|exon| exon.coding)
            .map(Interval::len)
            .sum()
    }

    /// Length of the spliced transcript (bases).
    pub fn spliced_len(&self) -> i64 {
        self.exons.iter().map(|exon| exon.interval.len()).sum()
    }

    /// Index of the nearest exon that begins (by coordinate) at or below the position.
    fn index_near(&self, position: Position) -> Option<usize> {
        match self.strand {
            Strand::Forward => self
                .exons
                .partition_point(|exon| exon.interval.start <= position)
                .checked_sub(1),
            Strand::Reverse => {
                let index = self.exons.partition_point(|exon| exon.interval.start > position);
                (index < self.exons.len()).then_some(index)
            }
        }
    }
}

/// The exons of all annotated transcripts of a gene and their splice sites, sorted, without repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotated {
    exons: Vec<Interval>,
    donors: Vec<Position>,
    acceptors: Vec<Position>,
}

impl Annotated {
    /// Adds an exon, and its first and last base if they are splice sites.
    pub(crate) fn add(&mut self, strand: Strand, exon: Interval, is_acceptor: bool, is_donor: bool) {
        insert(&mut self.exons, exon);
        if is_acceptor {
            insert(&mut self.acceptors, exon.five_prime(strand));
        }
        if is_donor {
            insert(&mut self.donors, exon.three_prime(strand));
        }
    }

    /// Adds the exons of a transcript, whose two ends are not splice sites.
    pub(crate) fn add_transcript(&mut self, transcript: &Transcript) {
        let count = transcript.exons.len();
        for exon in &transcript.exons {
            let (is_acceptor, is_donor) = (exon.number > 1, usize::from(exon.number) < count);
            self.add(transcript.strand, exon.interval, is_acceptor, is_donor);
        }
    }
}

/// Inserts into a sorted vector unless already there.
fn insert<T: Ord>(sorted: &mut Vec<T>, value: T) {
    if let Err(at) = sorted.binary_search(&value) {
        sorted.insert(at, value);
    }
}

/// A gene on one build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gene {
    /// Approved symbol (HGNC).
    pub symbol: String,
    /// Identifier: Ensembl's for catalogue genes, else that of the user's gene models.
    pub id: Option<String>,
    /// Bare chromosome name (`11`), or the contig's own name if it is not a chromosome.
    pub chromosome: String,
    /// Strand of the gene.
    pub strand: Strand,
    /// Interval over all its transcripts.
    pub interval: Interval,
    /// Its roles in the catalogue.
    pub roles: Roles,
    /// Transcripts, MANE Select first if there is one; never empty in a built gene.
    pub transcripts: Vec<Transcript>,
    /// Exons and splice sites of all annotated transcripts, including those of `transcripts`.
    pub annotated: Annotated,
    /// Known faults of the model.
    pub note: Option<String>,
    /// Source of the model.
    pub source: String,
}

impl Gene {
    /// The lead transcript: MANE Select if there is one.
    pub fn transcript(&self) -> Option<&Transcript> {
        self.transcripts.first()
    }

    /// Sort order of the genes of one contig: start, end, strand, symbol.
    pub(crate) fn by_place(&self, other: &Self) -> Ordering {
        let key = |gene: &Self| (gene.interval, gene.strand);
        key(self).cmp(&key(other)).then_with(|| self.symbol.cmp(&other.symbol))
    }

    /// Donors of all annotated transcripts: the last base of each exon followed by an intron; sorted.
    pub fn donors(&self) -> &[Position] {
        &self.annotated.donors
    }

    /// Acceptors of all annotated transcripts: the first base of each exon preceded by an intron; sorted.
    pub fn acceptors(&self) -> &[Position] {
        &self.annotated.acceptors
    }

    /// The exons of all annotated transcripts, sorted; they may overlap.
    pub fn exons_annotated(&self) -> &[Interval] {
        &self.annotated.exons
    }
}

/// The smallest interval that contains both.
pub(crate) fn hull(a: Interval, b: Interval) -> Interval {
    Interval {
        start: a.start.min(b.start),
        end: a.end.max(b.end),
    }
}

/// The gap between two intervals that do not overlap.
fn between(a: Interval, b: Interval) -> Interval {
    Interval {
        start: a.end.min(b.end),
        end: a.start.max(b.start),
    }
}

fn phase(translated: i64, first_phase: u8) -> u8 {
    // The remainder is 0, 1 or 2.
    u8::try_from((translated + i64::from(first_phase)).rem_euclid(3)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Exons and introns of the given lengths, from position 1000 upwards.
    fn transcript(lengths: &[(i64, i64)], strand: Strand) -> Transcript {
        let mut at = 1_000;
        let mut models: Vec<ExonModel> = lengths
            .iter()
            .map(|&(exon, intron)| {
                let interval = Interval::new(at, at + exon);
                at += exon + intron;
                ExonModel {
                    interval,
                    coding: Some(interval),
                }
            })
            .collect();
        if strand == Strand::Reverse {
            models.reverse();
        }
        Transcript::from_exons("T".to_owned(), None, false, strand, &models, 0).unwrap()
    }

    #[test]
    fn roles_are_a_set() {
        let roles = Roles::NONE.with(Role::Partner).with(Role::Neighbour);
        assert!(roles.has(Role::Partner) && roles.has(Role::Neighbour));
        assert!(!roles.has(Role::Control) && !roles.has(Role::Kmt2a) && !roles.has(Role::Listed));
        assert!(Roles::NONE.is_empty() && !roles.is_empty());
    }

    #[test]
    fn ends_of_a_transcript_are_not_splice_sites() {
        for strand in [Strand::Forward, Strand::Reverse] {
            let t = transcript(&[(10, 5), (10, 5), (10, 0)], strand);
            assert_eq!(t.acceptor(t.first_base(&t.exons[0])), None);
            assert_eq!(t.donor(t.last_base(&t.exons[2])), None);
            assert_eq!(t.donor(t.last_base(&t.exons[0])).unwrap().number, 1);
            assert_eq!(t.acceptor(t.first_base(&t.exons[1])).unwrap().number, 2);
            assert_eq!(t.donor(t.first_base(&t.exons[1])), None);
        }
    }

    #[test]
    fn a_codon_split_by_an_intron_gives_the_phases() {
        let t = transcript(&[(10, 5), (9, 5), (11, 0)], Strand::Reverse);
        let phases: Vec<_> = t.exons.iter().map(|e| (e.start_phase, e.end_phase)).collect();
        // 11, 9 and 10 bases in transcript order; the last ends with the stop codon.
        assert_eq!(phases, [(Some(0), Some(2)), (Some(2), Some(2)), (Some(2), None)]);
    }

    proptest! {
        #[test]
        fn exons_and_introns_partition_the_transcript(
            lengths in prop::collection::vec((1_i64..30, 1_i64..30), 1..8),
            reverse in any::<bool>(),
        ) {
            let strand = if reverse { Strand::Reverse } else { Strand::Forward };
            let t = transcript(&lengths, strand);
            let mut exonic = 0;
            for position in t.interval.start.0 - 3..t.interval.end.0 + 3 {
                let position = Position(position);
                let inside = t.interval.contains(position);
                let (exon, intron) = (t.exon_at(position), t.intron_at(position));
                prop_assert_eq!(u8::from(exon.is_some()) + u8::from(intron.is_some()), u8::from(inside));
                exonic += i64::from(exon.is_some());
                if let Some((before, interval)) = intron {
                    prop_assert!(interval.contains(position));
                    prop_assert!(t.introns().any(|i| i == (before, interval)));
                }
                if t.donor(position).is_some() || t.acceptor(position).is_some() {
                    prop_assert!(exon.is_some());
                }
            }
            prop_assert_eq!(exonic, t.spliced_len());
            // Every intron follows its donor and precedes its acceptor, in transcript sense.
            for (before, interval) in t.introns() {
                let (low, high) = (interval.start.offset(-1), interval.end);
                let (five, three) = if reverse { (high, low) } else { (low, high) };
                prop_assert_eq!(t.donor(five).map(|e| e.number), Some(before));
                prop_assert_eq!(t.acceptor(three).map(|e| e.number), Some(before + 1));
            }
        }
    }
}
