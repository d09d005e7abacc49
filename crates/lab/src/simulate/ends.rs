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

impl Block {
    /// Moves the end towards the molecule's 5' (or 3') end outwards by so many bases; inwards where negative.
    fn move_end(&mut self, towards_five: bool, strand: Strand, bases: i64) {
        if towards_five == (strand == Strand::Forward) {
            self.interval.start.0 -= bases;
        } else {
            self.interval.end.0 += bases;
        }
        let read_base = if towards_five { &mut self.from } else { &mut self.to };
        let moved = if towards_five { -bases } else { bases };
        *read_base = read_base.saturating_add_signed(moved as isize);
    }
}

/// The outer block towards one end of the molecule, unless it keeps to a junction there.
fn outer(blocks: &mut [Block], towards_five: bool, fixed: Fixed) -> Option<&mut Block> {
    if towards_five {
        blocks.first_mut().filter(|_| !fixed.five)
    } else {
        blocks.last_mut().filter(|_| !fixed.three)
    }
}

/// Prolongs the outer blocks over clipped bases as long as they agree with the reference.
pub(super) fn extend(blocks: &mut [Block], side: &Side<'_>, fixed: Fixed) {
    for towards_five in [true, false] {
        let Some(block) = outer(blocks, towards_five, fixed) else {
            continue;
        };
        for _ in 0..TRIM_REACH {
            let position = if towards_five == (side.strand == Strand::Forward) {
                block.interval.start.0 - 1
            } else {
                block.interval.end.0
            };
            let beyond = Place {
                contig: side.contig,
                interval: Interval::new(position, position + 1),
                strand: side.strand,
            };
            let index = if towards_five {
                block.from.checked_sub(1)
            } else {
                Some(block.to)
            };
            let next = index.and_then(|i| side.read.bases.get(i));
            if next.is_none() || side.genome.bases(&beyond).first() != next {
                break;
            }
            block.move_end(towards_five, side.strand, 1);
        }
    }
}

/// Clips the outer ends where mismatches cost more than the clip.
pub(super) fn trim(blocks: &mut [Block], side: &Side<'_>, aligner: AlignerConvention, fixed: Fixed) {
    for towards_five in [true, false] {
        let Some(block) = outer(blocks, towards_five, fixed) else {
            continue;
        };
        let len = block.to - block.from;
        // Distance of each mismatch from the end, and its quality.
        let wrong: Vec<(usize, u8)> = side
            .differences(block)
            .into_iter()
            .filter_map(|(position, _, quality)| {
                let low = usize::try_from(position - block.interval.start.0).ok()?;
                let at_start = towards_five == (side.strand == Strand::Forward);
                Some((if at_start { low } else { len - 1 - low }, quality))
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
        block.move_end(towards_five, side.strand, -(cut as i64));
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
