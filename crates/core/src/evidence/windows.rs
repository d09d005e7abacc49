//! The windows of one file: where evidence is looked for.

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
/// Ordinary records further than this from the gene are not kept (bases).
const GENE_MARGIN: i64 = 1_000;

/// The windows of one file.
#[derive(Debug)]
pub(crate) struct Windows<'a> {
    /// Genes to which KMT2A's records may lead.
    pub(super) models: &'a GeneModels,
    /// KMT2A with [`WINDOW_MARGIN`].
    pub(super) kmt2a: (ContigId, Interval),
    /// KMT2A with [`GENE_MARGIN`].
    pub(super) gene: Interval,
    partners: Vec<(ContigId, Interval)>,
    /// Control genes with their symbols.
    pub(super) controls: Vec<(ContigId, Interval, String)>,
    /// All of these, sorted, those that touch one another joined.
    merged: Vec<(ContigId, Interval)>,
    /// KMT2A's exons.
    pub(super) exons: ExonIndex,
    /// Exons at whose ends reads show their assay.
    pub(super) exon_ends: Exons,
    unmapped: Option<Unmapped>,
}

/// Where unmapped reads are looked for, beyond the windows.
#[derive(Debug)]
struct Unmapped {
    /// Partner genes.
    loci: Vec<(ContigId, Interval)>,
    /// Exons of KMT2A and of the partners.
    exons: ExonIndex,
    /// The ends of KMT2A's exons.
    own_ends: OwnEnds,
}

/// Bases of an exon's end by which a short clip is told (bases): by chance one clip in three thousand has such.
const END_WORD: usize = 10;
/// Bases of a clip that agree by chance with what lies beside it, so that the aligner took them in (bases).
const TAKEN_IN: usize = 4;

/// The ends of the target gene's exons, on either strand.
#[derive(Debug, Default)]
struct OwnEnds {
    /// The last bases of a clip before the aligned ones; what stands in a clip behind them is turned.
    beside: HashSet<Vec<u8>>,
    /// Those of the very ends, in either sense.
    whole: HashSet<Vec<u8>>,
}

impl OwnEnds {
    /// The exons of the target gene whose bases are known.
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

    /// Whether a read holds a very end.
    fn stand_in(&self, bases: &[u8]) -> bool {
        bases.windows(END_WORD).any(|word| self.whole.contains(word))
    }

    /// Whether the clips of a record, before its aligned bases and behind them, end there.
    fn are_beside(&self, left: &[u8], right: &[u8]) -> bool {
        let ends = |clip: &[u8]| {
            let end = clip.windows(END_WORD).next_back();
            end.is_some_and(|end| self.beside.contains(end))
        };
        ends(left) || ends(&reverse_complement(right))
    }
}

/// Whether one of these, which are sorted, shares a base with an interval.
fn any_overlaps(sorted: &[(ContigId, Interval)], contig: ContigId, interval: Interval) -> bool {
    let end = sorted.partition_point(|(c, i)| (*c, i.start) < (contig, interval.end));
    let mut of_contig = sorted[..end].iter().rev().take_while(|(c, _)| *c == contig);
    of_contig.any(|(_, i)| i.overlaps(interval))
}

impl Unmapped {
    /// Whether a partner gene lies where a record begins.
    fn holds(&self, contig: ContigId, at: i64) -> bool {
        any_overlaps(&self.loci, contig, Interval::new(at, at + 1))
    }
}

impl<'a> Windows<'a> {
    /// The windows on a header's contigs; with `unmapped`, reads that did not align are looked for too.
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

    /// The exons on which reads that did not align are laid.
    pub(crate) fn into_exons(self, source: &dyn SequenceSource) -> ExonIndex {
        self.unmapped.map_or_else(
            || ExonIndex::new(self.models, source, Scope::Catalogue),
            |unmapped| unmapped.exons,
        )
    }

    /// Every place that is read through an index.
    pub(super) fn all(&self) -> Vec<(ContigId, Interval)> {
        let loci = self.unmapped.iter().flat_map(|u| &u.loci);
        self.merged.iter().chain(loci).copied().collect()
    }

    /// The stretch around an interval in which no window lies; `None` where the interval touches a window.
    pub(super) fn gap_around(&self, contig: ContigId, interval: Interval) -> Option<Interval> {
        let next = self
            .merged
            .partition_point(|(c, i)| (*c, i.start) < (contig, interval.end));
        let here = |at: Option<usize>| self.merged.get(at?).filter(|(c, _)| *c == contig).map(|(_, i)| i);
        let start = here(next.checked_sub(1)).map_or(Position(i64::MIN), |before| before.end);
        let end = here(Some(next)).map_or(Position(i64::MAX), |behind| behind.start);
        (start <= interval.start).then_some(Interval { start, end })
    }

    /// Whether a record lies in a window of the catalogue.
    pub(super) fn in_partner_window(&self, contig: ContigId, interval: Interval) -> bool {
        any_overlaps(&self.partners, contig, interval)
    }

    /// Whether a record lies in KMT2A's window.
    pub(super) fn in_kmt2a(&self, raw: &RawRecord<'_>) -> bool {
        raw.overlaps(self.kmt2a.0, self.kmt2a.1)
    }

    /// Whether a place lies at the gene itself, where every record is kept.
    pub(super) fn in_gene(&self, contig: Option<ContigId>, position: i64) -> bool {
        contig == Some(self.kmt2a.0) && (self.gene.start.0..self.gene.end.0).contains(&position)
    }

    /// What an unmapped read is to the search for such reads; `None` where it is nothing, or not searched.
    pub(super) fn unmapped_kind(&self, raw: &RawRecord<'_>) -> Option<UnmappedKind> {
        let search = self.unmapped.as_ref()?;
        let flags = raw.flags();
        if !flags.is_unmapped() || flags.is_qc_fail() || flags.is_secondary() {
            return None;
        }
        if raw.contig().is_some_and(|contig| !search.holds(contig, raw.position())) {
            return None;
        }
        // These hold the words of KMT2A too.
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

    /// Whether a record in a partner gene has a clipped end that holds bases of KMT2A, where such ends are looked for.
    pub(super) fn has_kmt2a_clip(&self, raw: &RawRecord<'_>) -> bool {
        self.has_clip_in_partner(raw, END_WORD as u32, |search, left, right| {
            [left, right]
                .into_iter()
                .any(|end| self.exons.touches(codes(end)) || self.exons.spells_intron(end))
                || search.own_ends.are_beside(left, right)
        })
    }

    /// Whether a record in a partner gene has a clipped end that holds a word of any indexed exon, where such are looked for.
    pub(super) fn has_exon_clip(&self, raw: &RawRecord<'_>) -> bool {
        self.has_clip_in_partner(raw, WORD as u32, |search, left, right| {
            [left, right].into_iter().any(|end| search.exons.touches(codes(end)))
        })
    }

    /// Whether a record in a partner gene has a soft clip so long, and its ends, before the aligned bases and behind
    /// them, are such.
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

    /// The exons on which reads that did not align are laid, where such reads are looked for.
    pub(super) fn sought_exons(&self) -> Option<&ExonIndex> {
        self.unmapped.as_ref().map(|search| &search.exons)
    }

    /// Whether a record lies where the mate of one that did not align may be evidence.
    pub(super) fn in_partner(&self, contig: ContigId, interval: Interval) -> bool {
        let begins_in = |search: &Unmapped| search.holds(contig, interval.start.0);
        self.in_partner_window(contig, interval) || self.unmapped.as_ref().is_some_and(begins_in)
    }

    /// Whether unmapped reads are looked for beyond the windows.
    pub(super) const fn seeks_unmapped(&self) -> bool {
        self.unmapped.is_some()
    }

    /// Whether a mate field or an SA entry points into the KMT2A window.
    pub(super) fn points_into_kmt2a(&self, contig: Option<ContigId>, position: i64) -> bool {
        contig == Some(self.kmt2a.0) && self.kmt2a.1.contains(Position(position))
    }
}

/// What an unmapped read may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnmappedKind {
    /// It holds bases of KMT2A.
    Evidence,
    /// It holds bases of a partner, or too few of a KMT2A intron: evidence if its mate is.
    Companion,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::BuiltIn, genome::Build};

    #[test]
    fn clips_that_end_in_ten_bases_of_an_exon_are_told() {
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
        // The aligner took in up to four bases that agree by chance.
        assert!(ends.are_beside(&of_donor(14, 4), b"") && !ends.are_beside(&of_donor(15, 5), b""));
        // On the other strand they are the first of a clip behind the read; a donor's end is none of an acceptor.
        assert!(ends.are_beside(b"", &reverse_complement(&of_donor(12, 0))));
        assert!(!ends.are_beside(b"", &of_donor(12, 0)));
        let read = [&of_donor(10, 0)[..], b"ACGT"].concat();
        assert!(ends.stand_in(&read) && ends.stand_in(&reverse_complement(&read)) && !ends.stand_in(&read[1..]));
        assert!(ends.are_beside(b"", &bases[..10]) && ends.are_beside(&reverse_complement(&bases[..10]), b""));
    }
}
