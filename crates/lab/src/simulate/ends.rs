//! The ends of an alignment: how far an aligner goes beyond a splice site or junction, and what it clips.

use super::Genome;
use super::align::{Block, CLIP_PENALTY, mismatch_penalty};
use super::design::AlignerConvention;
use super::fragment::Read;
use super::template::{Place, Template};
use breakapart_core::genome::sequence::complement;
use breakapart_core::genome::{ContigId, Interval, Strand};

/// Bases from an end within which mismatches can make an aligner clip.
const TRIM_REACH: usize = 12;

/// Which ends of a part face a junction whose other side is written as a supplementary record: there
/// the aligner keeps to the junction, elsewhere it goes as far as the bases agree.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fixed {
    /// The end towards the molecule's 5' end.
    pub five: bool,
    /// The end towards its 3' end.
    pub three: bool,
}

/// What the ends of an alignment are compared with.
pub(super) struct Side<'a> {
    pub(super) read: &'a Read,
    pub(super) template: &'a Template,
    pub(super) contig: ContigId,
    pub(super) strand: Strand,
    pub(super) genome: &'a Genome<'a>,
}

/// Prolongs the outer blocks over clipped bases as long as they agree with the reference.
pub(super) fn extend(blocks: &mut [Block], side: &Side<'_>, fixed: Fixed) {
    let Side {
        read,
        contig,
        strand,
        genome,
        ..
    } = *side;
    for towards_five in [true, false] {
        let keeps = if towards_five { fixed.five } else { fixed.three };
        let block = if towards_five {
            blocks.first_mut()
        } else {
            blocks.last_mut()
        };
        let Some(block) = block.filter(|_| !keeps) else {
            continue;
        };
        let clipped = if towards_five {
            block.from
        } else {
            read.bases.len() - block.to
        };
        let at_start = towards_five == (strand == Strand::Forward);
        for step in 0..clipped {
            let position = if at_start {
                block.interval.start.0 - 1
            } else {
                block.interval.end.0
            };
            let beyond = Place {
                contig,
                interval: Interval::new(position, position + 1),
                strand,
            };
            let index = if towards_five {
                block.from.checked_sub(1)
            } else {
                Some(block.to)
            };
            let agrees = index
                .and_then(|i| read.bases.get(i))
                .is_some_and(|base| genome.bases(&beyond).first() == Some(base));
            if !agrees || step >= TRIM_REACH {
                break;
            }
            if at_start {
                block.interval.start.0 -= 1;
            } else {
                block.interval.end.0 += 1;
            }
            if towards_five {
                block.from -= 1;
            } else {
                block.to += 1;
            }
        }
    }
}

/// Clips the outer ends where mismatches cost more than the clip.
pub(super) fn trim(blocks: &mut [Block], side: &Side<'_>, aligner: AlignerConvention, fixed: Fixed) {
    let strand = side.strand;
    for towards_five in [true, false] {
        let keeps = if towards_five { fixed.five } else { fixed.three };
        let block = if towards_five {
            blocks.first_mut()
        } else {
            blocks.last_mut()
        };
        let Some(block) = block.filter(|_| !keeps) else {
            continue;
        };
        let len = block.to - block.from;
        let wrong: Vec<(usize, u8)> = side
            .differences(block)
            .into_iter()
            .filter_map(|(position, _, quality)| {
                let low = usize::try_from(position - block.interval.start.0).ok()?;
                let along = if strand == Strand::Forward { low } else { len - 1 - low };
                Some((if towards_five { along } else { len - 1 - along }, quality))
            })
            .collect();
        let score = |n: usize| -> i64 {
            let inside = wrong.iter().filter(|(at, _)| *at < n);
            match aligner {
                AlignerConvention::Hisat2 => {
                    n as i64 * CLIP_PENALTY - inside.map(|(_, quality)| mismatch_penalty(*quality)).sum::<i64>()
                }
                _ => n as i64 - 2 * inside.count() as i64,
            }
        };
        // The longest end among those with the lowest score: an aligner gains nothing by keeping it.
        let cut = (0..=len.saturating_sub(1).min(TRIM_REACH))
            .rev()
            .min_by_key(|n| score(*n))
            .unwrap_or(0);
        if towards_five == (strand == Strand::Forward) {
            block.interval.start.0 += cut as i64;
        } else {
            block.interval.end.0 -= cut as i64;
        }
        if towards_five {
            block.from += cut;
        } else {
            block.to -= cut;
        }
    }
}

impl Side<'_> {
    /// Mismatches of a block: reference position, reference base (forward strand), quality.
    pub(super) fn differences(&self, block: &Block) -> Vec<(i64, u8, u8)> {
        let seen = self.read.bases.get(block.from..block.to).unwrap_or_default();
        // The molecule's own bases are the reference's, and a prolonged end agrees with it.
        let own = self.read.start + block.from..self.read.start + block.to;
        if self.template.bases.get(own) == Some(seen) {
            return Vec::new();
        }
        let reference = self.genome.bases(&Place {
            contig: self.contig,
            interval: block.interval,
            strand: self.strand,
        });
        let qualities = self.read.qualities.get(block.from..block.to).unwrap_or_default();
        let (start, last) = (block.interval.start.0, block.interval.last().0);
        (0_i64..)
            .zip(reference.iter().zip(seen).zip(qualities))
            .filter(|(_, ((expected, base), _))| expected != base)
            .map(|(i, ((expected, _), quality))| match self.strand {
                Strand::Forward => (start + i, *expected, *quality),
                Strand::Reverse => (last - i, complement(*expected), *quality),
            })
            .collect()
    }
}
