//! The ends of an alignment: extension beyond a splice site or junction, and soft clips.

use super::Genome;
use super::align::{Block, CLIP_PENALTY, mismatch_penalty};
use super::design::AlignerConvention;
use super::fragment::Read;
use super::template::Place;
use breakapart_core::genome::sequence::complement;
use breakapart_core::genome::{ContigId, Interval, Strand};

/// Distance in bases from an end within which mismatches can make an aligner clip.
const TRIM_REACH: i64 = 12;

/// Which ends of a segment face a junction whose other side is a supplementary record: there the aligner stops at the
/// junction; elsewhere it extends as far as the bases match.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fixed {
    /// The end towards the molecule's 5' end.
    pub five: bool,
    /// The end towards its 3' end.
    pub three: bool,
}

/// A read on a contig and strand, with its reference bases.
pub(super) struct Lie<'a> {
    pub(super) read: &'a Read,
    pub(super) contig: ContigId,
    pub(super) strand: Strand,
    pub(super) genome: &'a Genome<'a>,
}

impl Block {
    /// Moves the end towards the molecule's 5' (or 3') end outwards by this many bases; inwards if negative.
    fn move_end(&mut self, towards_five: bool, strand: Strand, bases: i64) {
        if towards_five == (strand == Strand::Forward) {
            self.interval.start.0 -= bases;
        } else {
            self.interval.end.0 += bases;
        }
        if towards_five {
            self.from = self.from.saturating_add_signed(-bases as isize);
        }
    }
}

/// The outer block towards one end of the molecule, unless it stops at a junction there.
fn outer(blocks: &mut [Block], towards_five: bool, fixed: Fixed) -> Option<&mut Block> {
    if towards_five {
        blocks.first_mut().filter(|_| !fixed.five)
    } else {
        blocks.last_mut().filter(|_| !fixed.three)
    }
}

/// Extends the outer blocks over clipped bases as long as they match the reference.
pub(super) fn extend(blocks: &mut [Block], lie: &Lie<'_>, fixed: Fixed) {
    for towards_five in [true, false] {
        let Some(block) = outer(blocks, towards_five, fixed) else {
            continue;
        };
        for _ in 0..TRIM_REACH {
            let position = if towards_five == (lie.strand == Strand::Forward) {
                block.interval.start.0 - 1
            } else {
                block.interval.end.0
            };
            let from = if towards_five {
                block.from.checked_sub(1)
            } else {
                Some(block.to()).filter(|to| *to < lie.read.bases.len())
            };
            let next = from.map(|from| Block {
                interval: Interval::new(position, position + 1),
                from,
                ..*block
            });
            if next.is_none_or(|next| !lie.differences(&next).is_empty()) {
                break;
            }
            block.move_end(towards_five, lie.strand, 1);
        }
    }
}

/// Clips the outer ends if mismatches cost more than the clip.
pub(super) fn trim(blocks: &mut [Block], lie: &Lie<'_>, aligner: AlignerConvention, fixed: Fixed) {
    for towards_five in [true, false] {
        let Some(block) = outer(blocks, towards_five, fixed) else {
            continue;
        };
        let at_start = towards_five == (lie.strand == Strand::Forward);
        // Distance of each mismatch from the end, and its quality.
        let distance = |position: i64| {
            if at_start {
                position - block.interval.start.0
            } else {
                block.interval.last().0 - position
            }
        };
        let wrong = lie.differences(block).into_iter();
        let wrong: Vec<(i64, u8)> = wrong
            .map(|(position, _, quality)| (distance(position), quality))
            .collect();
        let score = |n: i64| -> i64 {
            let inside = wrong.iter().filter(|(at, _)| *at < n);
            match aligner {
                AlignerConvention::Hisat2 => {
                    n * CLIP_PENALTY - inside.map(|(_, quality)| mismatch_penalty(*quality)).sum::<i64>()
                }
                _ => n - 2 * inside.count() as i64,
            }
        };
        // The longest end with the lowest score is clipped: keeping its bases gains nothing.
        let longest = (block.interval.len() - 1).clamp(0, TRIM_REACH);
        let cut = (0..=longest).rev().min_by_key(|n| score(*n)).unwrap_or(0);
        block.move_end(towards_five, lie.strand, -cut);
    }
}

impl Lie<'_> {
    /// Mismatches of a block: reference position, reference base (forward strand), quality.
    pub(super) fn differences(&self, block: &Block) -> Vec<(i64, u8, u8)> {
        let place = Place {
            contig: self.contig,
            interval: block.interval,
            strand: self.strand,
        };
        let reference = self.genome.bases(&place);
        let seen = self.read.bases.get(block.from..block.to()).unwrap_or_default();
        let qualities = self.read.qualities.get(block.from..block.to()).unwrap_or_default();
        (0_i64..)
            .zip(reference.iter().zip(seen).zip(qualities))
            .filter(|(_, ((expected, base), _))| expected != base)
            .map(|(i, ((expected, _), quality))| match self.strand {
                Strand::Forward => (block.interval.start.0 + i, *expected, *quality),
                Strand::Reverse => (block.interval.last().0 - i, complement(*expected), *quality),
            })
            .collect()
    }
}
