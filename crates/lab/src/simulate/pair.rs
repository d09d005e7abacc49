//! The reads of a fragment together: which locus has the pair, what becomes supplementary, what
//! stays unmapped. One rule for each aligner's convention.

use super::Genome;
use super::align::{Aligned, CLIP_PENALTY, Fixed, loci, mismatch_penalty, within};
use super::design::AlignerConvention;
use super::fragment::{Fragment, Read};

/// Bases that a mate must have in a locus for STAR to align the pair there.
const COMMON_MIN: usize = 10;
/// STAR's `--outFilterScoreMinOverLread`: fraction of the pair's bases that must be aligned.
const STAR_FRACTION: f64 = 0.66;
/// `--chimSegmentReadGapMax`: most inserted bases between the parts of a chimera.
const CHIMERA_GAP_MAX: usize = 3;
/// `--chimScoreDropMax`: most bases of the pair that the parts of a chimera may leave out.
const CHIMERA_DROP_MAX: usize = 30;
/// minimap2's `-m` of the preset: least chaining score of a part, about its bases.
const MINIMAP2_PART_MIN: usize = 40;
/// HISAT2's `--score-min L,0,-0.2`: least score, as a fraction of the read length.
const HISAT2_SCORE_MIN: f64 = -0.2;

/// A chimeric read's further part.
#[derive(Clone, Debug)]
pub struct Supplementary {
    /// Which read.
    pub read: usize,
    /// Its other part.
    pub aligned: Aligned,
}

/// How the reads of a fragment lie.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Every read's primary alignment; `None`: unmapped.
    pub primary: Vec<Option<Aligned>>,
    /// Further parts: at most one as STAR writes them, any number by minimap2.
    pub supplementary: Vec<Supplementary>,
    /// The pair lies in one locus, mates towards each other.
    pub proper: bool,
}

impl Placement {
    fn unmapped(reads: &[Read]) -> Self {
        Self {
            primary: vec![None; reads.len()],
            supplementary: Vec::new(),
            proper: false,
        }
    }
}

/// Places the reads of a fragment. `lost`: the aligner overlooks the chimera in it.
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
        AlignerConvention::Minimap2Splice => view.minimap2(),
        AlignerConvention::StarWithinBam { chim_segment_min, .. } => {
            view.star((!lost).then_some(chim_segment_min as usize))
        }
    }
}

struct View<'a> {
    fragment: &'a Fragment,
    loci: &'a [usize],
    aligner: AlignerConvention,
    genome: &'a Genome<'a>,
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

    fn align(&self, read: &Read, locus: usize, fixed: Fixed) -> Option<Aligned> {
        within(
            read,
            &self.fragment.template,
            self.loci,
            locus,
            self.aligner,
            fixed,
            self.genome,
        )
    }

    /// STAR. `segment_min`: shortest part of a chimera, where chimeras are written.
    fn star(&self, segment_min: Option<usize>) -> Placement {
        let reads = &self.fragment.reads;
        let bases = self.bases_by_locus();
        let total: usize = reads.iter().map(|r| r.bases.len()).sum();
        let count = self.loci.last().map_or(0, |last| last + 1);
        // The locus in which all reads have bases, and most of them.
        let common = (0..count)
            .filter(|locus| bases.iter().all(|of_read| of_read[*locus] >= COMMON_MIN))
            .min_by_key(|locus| std::cmp::Reverse(bases.iter().map(|b| b[*locus]).sum::<usize>()));
        let Some(locus) = common else {
            let placement = self.apart(&bases);
            let aligned: usize = placement.primary.iter().flatten().map(Aligned::base_count).sum();
            return if segment_min.is_some() && aligned + CHIMERA_DROP_MAX >= total {
                placement
            } else {
                Placement::unmapped(reads)
            };
        };
        let further = segment_min.and_then(|min| self.further_part(&bases, locus, min));
        let primary: Vec<Option<Aligned>> = reads
            .iter()
            .enumerate()
            .map(|(index, read)| {
                let fixed = match &further {
                    Some(f) if f.read == index => facing(locus, f.aligned.locus),
                    _ => Fixed::default(),
                };
                self.align(read, locus, fixed)
            })
            .collect();
        let aligned: usize = primary.iter().flatten().map(Aligned::base_count).sum();
        let whole = aligned + further.as_ref().map_or(0, |f| f.aligned.base_count());
        let supplementary = further.filter(|f| {
            // STAR drops a chimera whose parts leave out more than a few bases of its own read.
            let held = primary
                .get(f.read)
                .and_then(Option::as_ref)
                .map_or(0, Aligned::base_count);
            let own = reads.get(f.read).map_or(0, |r| r.bases.len());
            held > 0 && held + f.aligned.base_count() + CHIMERA_DROP_MAX >= own && whole > aligned
        });
        if supplementary.is_none() && (aligned as f64) < STAR_FRACTION * (total as f64 - 1.0) {
            return Placement::unmapped(reads);
        }
        Placement {
            proper: reads.len() == 2,
            primary,
            supplementary: supplementary.into_iter().collect(),
        }
    }

    /// Every read in its own best locus.
    fn apart(&self, bases: &[Vec<usize>]) -> Placement {
        let primary = self
            .fragment
            .reads
            .iter()
            .zip(bases)
            .map(|(read, of_read)| {
                let best = (0..of_read.len()).min_by_key(|locus| std::cmp::Reverse(of_read[*locus]))?;
                self.align(read, best, Fixed::default())
                    .filter(|a| a.base_count() >= COMMON_MIN)
            })
            .collect();
        Placement {
            primary,
            supplementary: Vec::new(),
            proper: false,
        }
    }

    /// The part of one read in a locus next to the primary one: the longest of any read.
    fn further_part(&self, bases: &[Vec<usize>], primary: usize, min: usize) -> Option<Supplementary> {
        let mut best: Option<Supplementary> = None;
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
                    && best.as_ref().is_none_or(|b| b.aligned.base_count() < part.base_count())
                {
                    best = Some(Supplementary {
                        read: index,
                        aligned: part,
                    });
                }
            }
        }
        best
    }

    /// minimap2: each read by itself, every locus with enough of its bases a part, each as far as its bases
    /// agree with the reference, so that parts overlap by what both sides share.
    fn minimap2(&self) -> Placement {
        let bases = self.bases_by_locus();
        let mut placement = Placement::unmapped(&self.fragment.reads);
        for (index, (read, of_read)) in self.fragment.reads.iter().zip(&bases).enumerate() {
            let mut parts: Vec<Aligned> = (0..of_read.len())
                .filter(|locus| of_read[*locus] >= MINIMAP2_PART_MIN)
                .filter_map(|locus| self.align(read, locus, Fixed::default()))
                .collect();
            let longest = (0..parts.len()).min_by_key(|i| std::cmp::Reverse(parts[*i].base_count()));
            if let Some(longest) = longest {
                placement.primary[index] = Some(parts.remove(longest));
                let further = parts.into_iter().map(|aligned| Supplementary { read: index, aligned });
                placement.supplementary.extend(further);
            }
        }
        placement
    }

    /// HISAT2: each read by itself, kept where its score allows.
    fn hisat2(&self) -> Placement {
        let bases = self.bases_by_locus();
        let mut placement = self.apart(&bases);
        for (slot, read) in placement.primary.iter_mut().zip(&self.fragment.reads) {
            let len = read.bases.len();
            let kept = slot.as_ref().is_some_and(|aligned| {
                let clipped = (len - aligned.base_count()) as i64 * CLIP_PENALTY;
                let wrong: i64 = aligned.mismatches.iter().map(|(_, _, q)| mismatch_penalty(*q)).sum();
                -((clipped + wrong) as f64) >= HISAT2_SCORE_MIN * len as f64
            });
            if !kept {
                *slot = None;
            }
        }
        if let [Some(a), Some(b)] = placement.primary.as_slice() {
            placement.proper = a.locus == b.locus;
        }
        placement
    }
}

/// The end of a part in `locus` that faces `other`.
const fn facing(locus: usize, other: usize) -> Fixed {
    Fixed {
        five: other < locus,
        three: other > locus,
    }
}
