//! Genes, transcripts and exons.

use std::cmp::Ordering;

use crate::genome::{Interval, Position, Strand};

/// What the catalogue knows a gene as. A gene may have several roles (CBL is a partner and a
/// neighbour).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// KMT2A itself.
    Kmt2a,
    /// In the partner table, with a source of its own.
    Partner,
    /// Within about 1 Mb of KMT2A on 11q23.3.
    Neighbour,
    /// A gene that is used as a control, or whose chimeras belong to other rearrangements.
    Control,
    /// Carried with its model because lists name it beside KMT2A, but without a source that could
    /// be stated: not a member of the partner table, and no argument for a call.
    Listed,
}

/// The set of a gene's roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// No role: a gene that only a user's gene models know.
    pub const NONE: Self = Self(0);

    /// Whether the gene has this role.
    pub const fn has(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// The set with one role more.
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
    /// Place on the contig.
    pub interval: Interval,
    /// The part that is translated, stop codon included.
    pub coding: Option<Interval>,
    /// Bases of the codon already used where the exon starts (0, 1 or 2). `None` where the exon's
    /// first base is not translated, so that no frame can be read off it.
    pub start_phase: Option<u8>,
    /// Bases of the codon used where the exon ends (0, 1 or 2). `None` where the exon's last base is
    /// not translated or is the last base of the stop codon.
    pub end_phase: Option<u8>,
}

/// One transcript of a gene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// Identifier with its version, as its source has it (`ENST00000534358.8`).
    pub id: String,
    /// RefSeq accession with its version (`NM_001197104.2`).
    pub refseq: Option<String>,
    /// Whether it is the gene's MANE Select transcript.
    pub mane: bool,
    /// Strand of the contig that the transcript reads as.
    pub strand: Strand,
    /// From the first exon to the last.
    pub interval: Interval,
    /// Exons in transcript order, apart from each other.
    pub exons: Vec<Exon>,
    /// From the first translated base to the last, stop codon included, introns between.
    pub coding: Option<Interval>,
}

/// An exon's place and its translated part, as the two sources of models give them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExonModel {
    pub(crate) interval: Interval,
    pub(crate) coding: Option<Interval>,
}

impl Transcript {
    /// From exons in transcript order. `first_phase` is the number of bases of the first codon that
    /// lie before the model's first translated base (0 unless the model is cut there). `None` without
    /// exons or with more of them than a `u16` counts.
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

    /// The RefSeq accession, or the identifier where there is none.
    pub fn display_name(&self) -> &str {
        self.refseq.as_deref().unwrap_or(&self.id)
    }

    /// The exon of this number (from 1).
    pub fn exon(&self, number: u16) -> Option<&Exon> {
        self.exons.get(usize::from(number.checked_sub(1)?))
    }

    /// The exon at the position.
    pub fn exon_at(&self, position: Position) -> Option<&Exon> {
        self.exons
            .get(self.index_near(position)?)
            .filter(|exon| exon.interval.contains(position))
    }

    /// The exon whose last transcribed base the position is, where an intron follows: a splice
    /// donor. The last exon's end is a poly-A site and no donor.
    pub fn donor(&self, position: Position) -> Option<&Exon> {
        self.exon_at(position)
            .filter(|exon| self.last_base(exon) == position && usize::from(exon.number) < self.exons.len())
    }

    /// The exon whose first transcribed base the position is, where an intron goes before: a splice
    /// acceptor. The first exon's start is a transcription start and no acceptor.
    pub fn acceptor(&self, position: Position) -> Option<&Exon> {
        self.exon_at(position)
            .filter(|exon| self.first_base(exon) == position && exon.number > 1)
    }

    /// The intron at the position: the number of the exon upstream of it in the transcript,
    /// and its place.
    pub fn intron_at(&self, position: Position) -> Option<(u16, Interval)> {
        if !self.interval.contains(position) || self.exon_at(position).is_some() {
            return None;
        }
        // On the reverse strand the exon at or below the position is the one *after* the intron.
        let near = self.index_near(position)?;
        let upstream = match self.strand {
            Strand::Forward => near,
            Strand::Reverse => near.checked_sub(1)?,
        };
        let (before, after) = (self.exons.get(upstream)?, self.exons.get(upstream + 1)?);
        Some((before.number, between(before.interval, after.interval)))
    }

    /// Every intron in transcript order: the number of the exon before it, and its place.
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

    /// Bases of the spliced transcript before `position`, where an exon holds it.
    pub fn spliced_before(&self, position: Position) -> Option<i64> {
        self.before(self.exons.iter().map(|exon| exon.interval), position)
    }

    /// Translated bases before `position`, where it is translated itself.
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

    /// Translated bases, stop codon included.
    pub fn coding_len(&self) -> i64 {
        self.exons
            .iter()
            .filter_map(|exon| exon.coding)
            .map(Interval::len)
            .sum()
    }

    /// Bases of the spliced transcript.
    pub fn spliced_len(&self) -> i64 {
        self.exons.iter().map(|exon| exon.interval.len()).sum()
    }

    /// Index of the exon that begins (in coordinates) at or next below the position.
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

/// The exons of every annotated transcript of a gene and their splice sites, each sorted and once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotated {
    exons: Vec<Interval>,
    donors: Vec<Position>,
    acceptors: Vec<Position>,
}

impl Annotated {
    /// Adds an exon, and its outer bases where they are splice sites.
    pub(crate) fn add(&mut self, strand: Strand, exon: Interval, is_acceptor: bool, is_donor: bool) {
        insert(&mut self.exons, exon);
        if is_acceptor {
            insert(&mut self.acceptors, exon.five_prime(strand));
        }
        if is_donor {
            insert(&mut self.donors, exon.three_prime(strand));
        }
    }

    /// Adds the exons of a transcript; its outer ends are no splice sites.
    pub(crate) fn add_transcript(&mut self, transcript: &Transcript) {
        let count = transcript.exons.len();
        for exon in &transcript.exons {
            let (is_acceptor, is_donor) = (exon.number > 1, usize::from(exon.number) < count);
            self.add(transcript.strand, exon.interval, is_acceptor, is_donor);
        }
    }
}

/// Inserts into a sorted vector what it does not hold yet.
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
    /// Identifier: Ensembl's of the catalogue, or as the user's gene models have it.
    pub id: Option<String>,
    /// Bare chromosome name (`11`), or the contig's own name where it is no chromosome.
    pub chromosome: String,
    /// Strand of the contig that the gene reads as.
    pub strand: Strand,
    /// All its transcripts.
    pub interval: Interval,
    /// What the catalogue knows it as.
    pub roles: Roles,
    /// MANE Select first, where there is one; never empty in a built gene.
    pub transcripts: Vec<Transcript>,
    /// Exons and splice sites of all annotated transcripts, those of `transcripts` among them.
    pub annotated: Annotated,
    /// What to distrust about the model.
    pub note: Option<String>,
    /// Where the model comes from.
    pub source: String,
}

impl Gene {
    /// The lead transcript: MANE Select where there is one.
    pub fn transcript(&self) -> Option<&Transcript> {
        self.transcripts.first()
    }

    /// Order of the genes of one contig: by start, then end, strand and symbol.
    pub(crate) fn by_place(&self, other: &Self) -> Ordering {
        let key = |gene: &Self| (gene.interval, gene.strand);
        key(self).cmp(&key(other)).then_with(|| self.symbol.cmp(&other.symbol))
    }

    /// The last base of every annotated exon that an intron follows, whichever transcript has it;
    /// sorted.
    pub fn donors(&self) -> &[Position] {
        &self.annotated.donors
    }

    /// The first base of every annotated exon that an intron precedes, whichever transcript has it;
    /// sorted.
    pub fn acceptors(&self) -> &[Position] {
        &self.annotated.acceptors
    }

    /// The exons of every annotated transcript, sorted; they may overlap each other.
    pub fn exons_annotated(&self) -> &[Interval] {
        &self.annotated.exons
    }
}

/// The smallest interval over both.
pub(crate) fn hull(a: Interval, b: Interval) -> Interval {
    Interval {
        start: a.start.min(b.start),
        end: a.end.max(b.end),
    }
}

/// What lies between two intervals that do not overlap.
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
    fn ends_of_a_transcript_are_no_splice_sites() {
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
    fn a_codon_cut_by_an_intron_gives_its_phase() {
        let t = transcript(&[(10, 5), (9, 5), (11, 0)], Strand::Reverse);
        let phases: Vec<_> = t.exons.iter().map(|e| (e.start_phase, e.end_phase)).collect();
        // In transcript order 11, 9 and 10 bases; the last end is the end of the stop codon.
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
            // Every intron has its donor before it and its acceptor after it, in the transcript's sense.
            for (before, interval) in t.introns() {
                let (low, high) = (interval.start.offset(-1), interval.end);
                let (five, three) = if reverse { (high, low) } else { (low, high) };
                prop_assert_eq!(t.donor(five).map(|e| e.number), Some(before));
                prop_assert_eq!(t.acceptor(three).map(|e| e.number), Some(before + 1));
            }
        }
    }
}
