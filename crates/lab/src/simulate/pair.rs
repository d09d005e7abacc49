//! Alignments of all reads of a fragment: the locus of the pair, the supplementary segments, and the unmapped reads.
//! One rule for each aligner's convention.

use super::Genome;
use super::align::{Aligned, Fixed, loci};
use super::design::{AlignerConvention, CHIM_SEGMENT_MIN};
use super::fragment::{Fragment, Read};

/// Least bases of a mate in a locus for STAR to align the pair there.
const COMMON_MIN: usize = 10;
/// STAR's `--outFilterScoreMinOverLread`: least aligned fraction of the pair's bases.
const STAR_FRACTION: f64 = 0.66;
/// `--chimSegmentReadGapMax`: most inserted bases between the segments of a chimera.
const CHIMERA_GAP_MAX: usize = 3;
/// `--chimScoreDropMax`: most bases of the pair that the segments of a chimera may leave out.
const CHIMERA_DROP_MAX: usize = 30;
/// minimap2's `-m` of the preset: least chaining score of a segment, approximately its bases.
const MINIMAP2_PART_MIN: usize = 40;
/// HISAT2's `--score-min L,0,-0.2`: least score, as a fraction of the read length.
const HISAT2_SCORE_MIN: f64 = -0.2;

/// Alignments of the reads of a fragment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placement {
    /// The segments of every read, the primary alignment first; none: unmapped. Further ones: at most one in all for
    /// STAR, any number for the others.
    pub(crate) parts: Vec<Vec<Aligned>>,
    /// The pair lies in one locus, mates facing each other.
    pub(crate) proper: bool,
}

impl Placement {
    /// Each read unmapped, or with one alignment.
    fn of(primary: impl IntoIterator<Item = Option<Aligned>>) -> Self {
        Self {
            parts: primary.into_iter().map(|part| part.into_iter().collect()).collect(),
            proper: false,
        }
    }

    fn unmapped(reads: &[Read]) -> Self {
        Self::of(reads.iter().map(|_| None))
    }

    /// The primary alignments of the reads that have one.
    pub(super) fn primary(&self) -> impl Iterator<Item = &Aligned> {
        self.parts.iter().filter_map(|parts| parts.first())
    }

    /// Aligned bases of the primary alignments.
    fn base_count(&self) -> usize {
        self.primary().map(Aligned::base_count).sum()
    }
}

/// Aligns the reads of a fragment. `lost`: the aligner misses its chimera.
pub(crate) fn place(fragment: &Fragment, aligner: AlignerConvention, lost: bool, genome: &Genome<'_>) -> Placement {
    let loci = loci(&fragment.template, aligner);
    let view = View {
        fragment,
        loci: &loci,
        aligner,
        genome,
    };
    match aligner {
        AlignerConvention::Hisat2 => view.hisat2(),
        AlignerConvention::StarDefault => view.star(None),
        AlignerConvention::StarWithinBam { .. } => view.star((!lost).then_some(CHIM_SEGMENT_MIN)),
        // Reads of a DNA design are aligned by `dna::align`.
        AlignerConvention::Minimap2Splice | AlignerConvention::Bwa { .. } | AlignerConvention::Minimap2 => {
            view.minimap2()
        }
    }
}

/// A fragment with its loci, before alignment.
pub(super) struct View<'a> {
    pub(super) fragment: &'a Fragment,
    /// The locus of each segment of its molecule.
    pub(super) loci: &'a [usize],
    pub(super) aligner: AlignerConvention,
    pub(super) genome: &'a Genome<'a>,
}

impl View<'_> {
    /// Bases of every read in every locus.
    fn bases_by_locus(&self) -> Vec<Vec<usize>> {
        let count = self.loci.last().map_or(0, |last| last + 1);
        let reads = self.fragment.reads.iter();
        reads
            .map(|read| {
                let mut bases = vec![0; count];
                for (part, locus) in self.fragment.template.parts.iter().zip(self.loci) {
                    let overlap = part.end().min(read.end()).saturating_sub(part.offset.max(read.start));
                    bases[*locus] += overlap;
                }
                bases
            })
            .collect()
    }

    /// STAR. `segment_min`: shortest segment of a chimera, if chimeras are written.
    fn star(&self, segment_min: Option<usize>) -> Placement {
        let reads = &self.fragment.reads;
        let bases = self.bases_by_locus();
        let total: usize = reads.iter().map(|r| r.bases.len()).sum();
        let count = self.loci.last().map_or(0, |last| last + 1);
        // The locus in which all reads have bases, and the most in total.
        let common = (0..count)
            .filter(|locus| bases.iter().all(|of_read| of_read[*locus] >= COMMON_MIN))
            .min_by_key(|locus| std::cmp::Reverse(bases.iter().map(|b| b[*locus]).sum::<usize>()));
        let Some(locus) = common else {
            let placement = self.apart(&bases);
            return if segment_min.is_some() && placement.base_count() + CHIMERA_DROP_MAX >= total {
                placement
            } else {
                Placement::unmapped(reads)
            };
        };
        let further = segment_min.and_then(|min| self.further_part(&bases, locus, min));
        let mut placement = Placement::of(reads.iter().enumerate().map(|(index, read)| {
            let fixed = match &further {
                Some((of, part)) if *of == index => facing(locus, part.locus),
                _ => Fixed::default(),
            };
            self.align(read, locus, fixed)
        }));
        placement.proper = reads.len() == 2;
        let aligned = placement.base_count();
        let mut has_further = false;
        if let Some((of, part)) = further
            && let (Some(parts), Some(read)) = (placement.parts.get_mut(of), reads.get(of))
        {
            // STAR drops a chimera whose segments leave out more than a few bases of the read.
            let (held, more) = (parts.first().map_or(0, Aligned::base_count), part.base_count());
            has_further = held > 0 && more > 0 && held + more + CHIMERA_DROP_MAX >= read.bases.len();
            parts.extend(has_further.then_some(part));
        }
        if !has_further && (aligned as f64) < STAR_FRACTION * (total as f64 - 1.0) {
            return Placement::unmapped(reads);
        }
        placement
    }

    /// Each read in its own best locus.
    fn apart(&self, bases: &[Vec<usize>]) -> Placement {
        Placement::of(self.fragment.reads.iter().zip(bases).map(|(read, of_read)| {
            let best = (0..of_read.len()).min_by_key(|locus| std::cmp::Reverse(of_read[*locus]))?;
            self.align(read, best, Fixed::default())
                .filter(|a| a.base_count() >= COMMON_MIN)
        }))
    }

    /// The longest segment, among all reads, in a locus adjacent to the primary one, with the read's index.
    fn further_part(&self, bases: &[Vec<usize>], primary: usize, min: usize) -> Option<(usize, Aligned)> {
        let mut best: Option<(usize, Aligned)> = None;
        for (index, (read, of_read)) in self.fragment.reads.iter().zip(bases).enumerate() {
            if of_read[primary] < min {
                continue;
            }
            let neighbours = [primary.checked_sub(1), Some(primary + 1)];
            for locus in neighbours.into_iter().flatten().filter(|l| *l < of_read.len()) {
                let Some(part) = self.align(read, locus, facing(locus, primary)) else {
                    continue;
                };
                let Some(main) = self.align(read, primary, facing(primary, locus)) else {
                    continue;
                };
                let (left, right) = if locus < primary {
                    (&part, &main)
                } else {
                    (&main, &part)
                };
                let gap = right.span().0.saturating_sub(left.span().1);
                let long = part.base_count() >= min && main.base_count() >= min;
                if long
                    && gap <= CHIMERA_GAP_MAX
                    && best.as_ref().is_none_or(|(_, b)| b.base_count() < part.base_count())
                {
                    best = Some((index, part));
                }
            }
        }
        best
    }

    /// minimap2: each read separately; each locus with enough of its bases gives a segment, extended as far as the
    /// bases match the reference, so that segments overlap by the microhomology.
    fn minimap2(&self) -> Placement {
        let bases = self.bases_by_locus();
        let parts = self.fragment.reads.iter().zip(&bases).map(|(read, of_read)| {
            let mut parts: Vec<Aligned> = (0..of_read.len())
                .filter(|locus| of_read[*locus] >= MINIMAP2_PART_MIN)
                .filter_map(|locus| self.align(read, locus, Fixed::default()))
                .collect();
            // The longest first, the others along the molecule.
            if let Some(longest) = (0..parts.len()).min_by_key(|i| std::cmp::Reverse(parts[*i].base_count())) {
                parts[..=longest].rotate_right(1);
            }
            parts
        });
        Placement {
            parts: parts.collect(),
            proper: false,
        }
    }

    /// HISAT2: each read separately, kept if its score is sufficient.
    fn hisat2(&self) -> Placement {
        let mut placement = self.apart(&self.bases_by_locus());
        for (parts, read) in placement.parts.iter_mut().zip(&self.fragment.reads) {
            parts.retain(|part| part.score as f64 >= HISAT2_SCORE_MIN * read.bases.len() as f64);
        }
        let loci: Vec<usize> = placement.primary().map(|part| part.locus).collect();
        placement.proper = matches!(loci.as_slice(), [a, b] if a == b);
        placement
    }
}

/// The end of a segment in `locus` that faces `other`.
const fn facing(locus: usize, other: usize) -> Fixed {
    Fixed {
        five: other < locus,
        three: other > locus,
    }
}
