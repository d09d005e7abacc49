//! The windows of one file, in which evidence is searched.

use std::collections::HashSet;

use super::{
    assay::Exons,
    unaligned::{ExonIndex, Scope, WORD, codes},
};
use crate::{
    catalogue::{GeneModels, Role, Window, WindowKind},
    genome::{ContigId, Contigs, Interval, Position, SequenceSource, position::joined, sequence::reverse_complement},
    hts::RawRecord,
};

/// Margin of the KMT2A window (bases).
pub(crate) const WINDOW_MARGIN: i64 = 50_000;
/// Ordinary records further than this from the gene are discarded (bases).
const GENE_MARGIN: i64 = 1_000;

/// The windows of one file.
#[derive(Debug)]
pub(crate) struct Windows<'a> {
    /// Genes that KMT2A's records may point to.
    pub(super) models: &'a GeneModels,
    /// KMT2A with [`WINDOW_MARGIN`].
    pub(super) kmt2a: (ContigId, Interval),
    /// KMT2A with [`GENE_MARGIN`].
    pub(super) gene: Interval,
    partners: Vec<(ContigId, Interval)>,
    /// Control genes with their symbols.
    pub(super) controls: Vec<(ContigId, Interval, String)>,
    /// All of these, sorted and merged where they touch.
    merged: Vec<(ContigId, Interval)>,
    /// KMT2A's exons.
    pub(super) exons: ExonIndex,
    /// Exons whose ends show the reads' assay.
    pub(super) exon_ends: Exons,
    unmapped: Option<Unmapped>,
}

/// Where unmapped reads are searched, outside the windows.
#[derive(Debug)]
struct Unmapped {
    /// Partner genes.
    loci: Vec<(ContigId, Interval)>,
    /// Exons of KMT2A and of the partners.
    exons: ExonIndex,
    /// The ends of KMT2A's exons.
    own_ends: OwnEnds,
}

/// Bases of an exon's end that identify a short clip (bases): one clip in three thousand matches by chance.
const END_WORD: usize = 10;
/// Bases of a clip that match the neighbouring reference by chance and are therefore aligned (bases).
const TAKEN_IN: usize = 4;

/// The ends of the target gene's exons, on either strand.
#[derive(Debug, Default)]
struct OwnEnds {
    /// The last bases of a clip before the aligned ones; a clip after them is reverse-complemented.
    beside: HashSet<Vec<u8>>,
    /// Those at the exact exon end, on either strand.
    whole: HashSet<Vec<u8>>,
}

impl OwnEnds {
    /// From the exons of the target gene with known bases.
    fn new(models: &GeneModels, source: &dyn SequenceSource) -> Self {
        let (gene, contig) = models.kmt2a();
        let mut ends = Self::default();
        for exon in gene.transcripts.first().into_iter().flat_map(|t| &t.exons) {
            let Some(plus) = source.bases(contig, exon.interval).filter(|b| !b.contains(&b'N')) else {
                continue;
            };
            for bases in [reverse_complement(&plus), plus] {
                let words = || bases.windows(END_WORD).rev().map(<[u8]>::to_vec);
                ends.beside.extend(words().take(TAKEN_IN + 1));
                ends.whole
                    .extend(words().take(1).flat_map(|end| [reverse_complement(&end), end]));
            }
        }
        ends
    }

    /// Whether a read contains an exact exon end.
    fn stand_in(&self, bases: &[u8]) -> bool {
        bases.windows(END_WORD).any(|word| self.whole.contains(word))
    }

    /// Whether the clips of a record, before and after its aligned bases, match exon ends.
    fn are_beside(&self, left: &[u8], right: &[u8]) -> bool {
        let ends = |clip: &[u8]| {
            let end = clip.windows(END_WORD).next_back();
            end.is_some_and(|end| self.beside.contains(end))
        };
        ends(left) || ends(&reverse_complement(right))
    }
}

/// Whether one of the intervals, which are sorted, overlaps an interval.
fn any_overlaps(sorted: &[(ContigId, Interval)], contig: ContigId, interval: Interval) -> bool {
    let end = sorted.partition_point(|(c, i)| (*c, i.start) < (contig, interval.end));
    let mut of_contig = sorted[..end].iter().rev().take_while(|(c, _)| *c == contig);
    of_contig.any(|(_, i)| i.overlaps(interval))
}

impl Unmapped {
    /// Whether a partner gene contains the start of a record.
    fn holds(&self, contig: ContigId, at: i64) -> bool {
        any_overlaps(&self.loci, contig, Interval::new(at, at + 1))
    }
}

impl<'a> Windows<'a> {
    /// The windows on a header's contigs; with `unmapped`, unmapped reads are searched too.
    pub(crate) fn new(
        models: &'a GeneModels,
        contigs: &Contigs,
        windows: &[Window],
        source: &dyn SequenceSource,
        unmapped: bool,
    ) -> Self {
        let (gene, contig) = models.kmt2a();
        let mut this = Self {
            models,
            kmt2a: (contig, gene.interval.padded(WINDOW_MARGIN)),
            gene: gene.interval.padded(GENE_MARGIN),
            partners: Vec::new(),
            controls: Vec::new(),
            merged: Vec::new(),
            exons: ExonIndex::new(models, source, Scope::Kmt2a),
            exon_ends: Exons::new(models),
            unmapped: unmapped.then(|| Unmapped {
                loci: models
                    .iter()
                    .filter(|(_, gene)| gene.roles.has(Role::Partner))
                    .map(|(contig, gene)| (contig, gene.interval))
                    .collect(),
                exons: ExonIndex::new(models, source, Scope::CatalogueInFull),
                own_ends: OwnEnds::new(models, source),
            }),
        };
        for window in windows {
            let Some(id) = contigs.resolve(&window.chromosome) else {
                continue;
            };
            match &window.kind {
                WindowKind::PartnerAcceptor(_) => this.partners.push((id, window.interval)),
                WindowKind::Control(symbol) => this.controls.push((id, window.interval, symbol.clone())),
            }
        }
        this.partners.sort_unstable();
        this.controls.sort_unstable();
        let controls = this.controls.iter().map(|(c, i, _)| (*c, *i));
        let mut all: Vec<_> = this.partners.iter().copied().chain(controls).collect();
        all.push(this.kmt2a);
        this.merged = joined(all);
        this
    }

    /// The exons to which unmapped reads are aligned.
    pub(crate) fn into_exons(self, source: &dyn SequenceSource) -> ExonIndex {
        self.unmapped.map_or_else(
            || ExonIndex::new(self.models, source, Scope::Catalogue),
            |unmapped| unmapped.exons,
        )
    }

    /// Every region read through an index.
    pub(super) fn all(&self) -> Vec<(ContigId, Interval)> {
        let loci = self.unmapped.iter().flat_map(|u| &u.loci);
        self.merged.iter().chain(loci).copied().collect()
    }

    /// The stretch around an interval that no window touches; `None` if the interval touches a window.
    pub(super) fn gap_around(&self, contig: ContigId, interval: Interval) -> Option<Interval> {
        let next = self
            .merged
            .partition_point(|(c, i)| (*c, i.start) < (contig, interval.end));
        let here = |at: Option<usize>| self.merged.get(at?).filter(|(c, _)| *c == contig).map(|(_, i)| i);
        let start = here(next.checked_sub(1)).map_or(Position(i64::MIN), |before| before.end);
        let end = here(Some(next)).map_or(Position(i64::MAX), |after| after.start);
        (start <= interval.start).then_some(Interval { start, end })
    }

    /// Whether a record overlaps a window of the catalogue.
    pub(super) fn in_partner_window(&self, contig: ContigId, interval: Interval) -> bool {
        any_overlaps(&self.partners, contig, interval)
    }

    /// Whether a record overlaps KMT2A's window.
    pub(super) fn in_kmt2a(&self, raw: &RawRecord<'_>) -> bool {
        raw.overlaps(self.kmt2a.0, self.kmt2a.1)
    }

    /// Whether a position is at the gene itself, where every record is kept.
    pub(super) fn in_gene(&self, contig: Option<ContigId>, position: i64) -> bool {
        contig == Some(self.kmt2a.0) && (self.gene.start.0..self.gene.end.0).contains(&position)
    }

    /// Class of an unmapped read; `None` if it has no known bases or such reads are not searched.
    pub(super) fn unmapped_kind(&self, raw: &RawRecord<'_>) -> Option<UnmappedKind> {
        let search = self.unmapped.as_ref()?;
        let flags = raw.flags();
        if !flags.is_unmapped() || flags.is_qc_fail() || flags.is_secondary() {
            return None;
        }
        if raw.contig().is_some_and(|contig| !search.holds(contig, raw.position())) {
            return None;
        }
        // The exon index contains the k-mers of KMT2A too.
        if !search.exons.touches(raw.base_codes()) {
            return None;
        }
        let bases = raw.sequence();
        let holds_own = || self.exons.touches(codes(&bases)) || self.exons.spells_intron(&bases);
        Some(if holds_own() || search.own_ends.stand_in(&bases) {
            UnmappedKind::Evidence
        } else {
            UnmappedKind::Companion
        })
    }

    /// Whether a record in a partner gene has a soft clip with bases of KMT2A, if such clips are searched.
    pub(super) fn has_kmt2a_clip(&self, raw: &RawRecord<'_>) -> bool {
        self.has_clip_in_partner(raw, END_WORD as u32, |search, left, right| {
            [left, right]
                .into_iter()
                .any(|end| self.exons.touches(codes(end)) || self.exons.spells_intron(end))
                || search.own_ends.are_beside(left, right)
        })
    }

    /// Whether a record in a partner gene has a soft clip with a k-mer of any indexed exon, if such clips are
    /// searched.
    pub(super) fn has_exon_clip(&self, raw: &RawRecord<'_>) -> bool {
        self.has_clip_in_partner(raw, WORD as u32, |search, left, right| {
            [left, right].into_iter().any(|end| search.exons.touches(codes(end)))
        })
    }

    /// Whether a record in a partner gene has a soft clip of this length, and its clips, before and after the aligned
    /// bases, satisfy the condition.
    fn has_clip_in_partner(
        &self,
        raw: &RawRecord<'_>,
        least: u32,
        are_such: impl Fn(&Unmapped, &[u8], &[u8]) -> bool,
    ) -> bool {
        let Some(search) = self.unmapped.as_ref().filter(|_| raw.has_soft_clip(least)) else {
            return false;
        };
        let flags = raw.flags();
        let is_left_out = flags.is_unmapped() || flags.is_qc_fail() || flags.is_secondary();
        if is_left_out || !raw.contig().is_some_and(|contig| search.holds(contig, raw.position())) {
            return false;
        }
        let bases = raw.sequence();
        let (first, last) = raw.soft_clips();
        let left = bases.get(..first as usize);
        let right = bases.get(bases.len().saturating_sub(last as usize)..);
        left.zip(right)
            .is_some_and(|(left, right)| are_such(search, left, right))
    }

    /// The exons to which unmapped reads are aligned, if such reads are searched.
    pub(super) fn sought_exons(&self) -> Option<&ExonIndex> {
        self.unmapped.as_ref().map(|search| &search.exons)
    }

    /// Whether a record is where the mate of an unmapped read may be evidence.
    pub(super) fn in_partner(&self, contig: ContigId, interval: Interval) -> bool {
        let begins_in = |search: &Unmapped| search.holds(contig, interval.start.0);
        self.in_partner_window(contig, interval) || self.unmapped.as_ref().is_some_and(begins_in)
    }

    /// Whether unmapped reads are searched outside the windows.
    pub(super) const fn seeks_unmapped(&self) -> bool {
        self.unmapped.is_some()
    }

    /// Whether a mate field or an SA entry points into the KMT2A window.
    pub(super) fn points_into_kmt2a(&self, contig: Option<ContigId>, position: i64) -> bool {
        contig == Some(self.kmt2a.0) && self.kmt2a.1.contains(Position(position))
    }
}

/// Class of an unmapped read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnmappedKind {
    /// It contains bases of KMT2A.
    Evidence,
    /// It contains bases of a partner, or too few of a KMT2A intron: evidence if its mate is.
    Companion,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::BuiltIn, genome::Build};

    #[test]
    fn clips_that_end_in_ten_bases_of_an_exon_are_found() {
        let contigs = Contigs::new((1..=12).map(|n| (format!("chr{n}"), 250_000_000)));
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let source = BuiltIn::bind(Build::GRCh38, &contigs);
        let ends = OwnEnds::new(&models, &source);
        let (gene, contig) = models.kmt2a();
        let exon = gene.transcripts[0].exon(8).unwrap().interval;
        let bases = source.bases(contig, exon).unwrap();
        let of_donor = |from: usize, to: usize| bases[bases.len() - from..bases.len() - to].to_vec();
        assert!(ends.are_beside(&of_donor(14, 0), b""));
        assert!(ends.are_beside(&of_donor(10, 0), b"") && !ends.are_beside(&of_donor(9, 0), b""));
        // The aligner aligned up to four clipped bases that match by chance.
        assert!(ends.are_beside(&of_donor(14, 4), b"") && !ends.are_beside(&of_donor(15, 5), b""));
        // On the other strand they are the first of a clip after the read; a donor's end does not match an acceptor.
        assert!(ends.are_beside(b"", &reverse_complement(&of_donor(12, 0))));
        assert!(!ends.are_beside(b"", &of_donor(12, 0)));
        let read = [&of_donor(10, 0)[..], b"ACGT"].concat();
        assert!(ends.stand_in(&read) && ends.stand_in(&reverse_complement(&read)) && !ends.stand_in(&read[1..]));
        assert!(ends.are_beside(b"", &bases[..10]) && ends.are_beside(&reverse_complement(&bases[..10]), b""));
    }
}
