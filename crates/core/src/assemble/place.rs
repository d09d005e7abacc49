//! The position of a junction: its ambiguity (microhomology), and the rule that chooses one position within it.

use super::{Candidate, observe::Target, sides::Sides};
use crate::{
    catalogue::GeneModels,
    genome::{Breakend, Interval, Junction, Retained, SequenceSource, sequence::reverse_complement},
};

/// Maximum homology measured on each side (bases).
const HOMOLOGY_MAX: i64 = 60;

/// Ambiguity of a junction: moved up to `back` bases towards the 5' side or up to `forth` bases towards the 3' side,
/// it describes the same molecule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ambiguity {
    /// Bases that the junction can move towards the 5' side.
    pub back: u32,
    /// Bases that it can move towards the 3' side.
    pub forth: u32,
}

impl Ambiguity {
    /// Width in bases: the length of the sequence homology.
    pub const fn width(self) -> u32 {
        self.back + self.forth
    }
}

/// Reference bases next to a breakend, in the direction in which a molecule runs into the junction: the last
/// `length` retained bases, or the first `length` lost ones. `None` if they are unknown.
pub(super) fn beside(source: &dyn SequenceSource, side: Breakend, length: i64, retained: bool) -> Option<Vec<u8>> {
    let p = side.position.0;
    let interval = match (side.retained, retained) {
        (Retained::Left, true) => Interval::new(p + 1 - length, p + 1),
        (Retained::Left, false) => Interval::new(p + 1, p + 1 + length),
        (Retained::Right, true) => Interval::new(p, p + length),
        (Retained::Right, false) => Interval::new(p - length, p),
    };
    if interval.start.0 < 0 {
        return None;
    }
    let bases = source.bases(side.contig, interval)?;
    Some(if side.retained == Retained::Left {
        bases
    } else {
        reverse_complement(&bases)
    })
}

/// The homology around a junction without inserted bases, from the reference.
pub fn homology(source: &dyn SequenceSource, five: Breakend, three: Breakend) -> Option<Ambiguity> {
    // Compare the bases after the 5' breakend (lost) with the first bases of the 3' side, and the last bases of
    // the 5' side with the bases before the 3' breakend (lost).
    let lost_five = beside(source, five, HOMOLOGY_MAX, false)?;
    let kept_three = reverse_complement(&beside(source, three, HOMOLOGY_MAX, true)?);
    let kept_five = beside(source, five, HOMOLOGY_MAX, true)?;
    let lost_three = reverse_complement(&beside(source, three, HOMOLOGY_MAX, false)?);
    let alike = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| -> u32 {
        let alike = pairs.take_while(|(a, b)| a == b && **a != b'N').count();
        u32::try_from(alike).unwrap_or(0)
    };
    Some(Ambiguity {
        back: alike(&mut kept_five.iter().rev().zip(lost_three.iter().rev())),
        forth: alike(&mut lost_five.iter().zip(&kept_three)),
    })
}

/// The junction moved by `shift` bases towards the 3' side.
pub fn moved(five: Breakend, three: Breakend, shift: i64) -> (Breakend, Breakend) {
    (five.extended(shift), three.extended(-shift))
}

/// Whether the 5' breakend is an annotated donor site on the molecule's strand.
pub fn is_donor(models: &GeneModels, side: Breakend) -> bool {
    let strand = side.strand_as_five_prime();
    models
        .at(side.contig, side.position)
        .any(|g| g.strand == strand && g.donors().binary_search(&side.position).is_ok())
}

/// Whether the 3' breakend is an annotated acceptor site on the molecule's strand.
pub fn is_acceptor(models: &GeneModels, side: Breakend) -> bool {
    let strand = side.strand_as_three_prime();
    models
        .at(side.contig, side.position)
        .any(|g| g.strand == strand && g.acceptors().binary_search(&side.position).is_ok())
}

/// Whether the bases beyond the two breakends are GT (or GC) and AG.
pub fn is_gt_ag(source: &dyn SequenceSource, five: Breakend, three: Breakend) -> bool {
    let donor = beside(source, five, 2, false);
    let acceptor = beside(source, three, 2, false).map(|b| reverse_complement(&b));
    matches!(donor.as_deref(), Some(b"GT" | b"GC")) && acceptor.as_deref() == Some(b"AG")
}

/// Moves a junction without inserted bases to the position that the rule chooses within its homology; without a
/// reference, within the `overlap` of its reads.
pub(super) fn settle(
    candidate: &mut Candidate,
    overlap: u32,
    (models, source): (&GeneModels, &dyn SequenceSource),
    target: &Target,
) {
    let Sides::Placed(Junction { five, three, inserted }) = &mut candidate.sides else {
        return;
    };
    if !inserted.is_empty() {
        return;
    }
    let homology = homology(source, *five, *three);
    let ambiguity = homology.unwrap_or_else(|| unmeasured(overlap, (*five, *three), models, target));
    let shift = choose((models, source), target, (*five, *three), ambiguity);
    (*five, *three) = moved(*five, *three, shift);
    let by = |n: u32, change: i64| u32::try_from(i64::from(n) + change).unwrap_or(0);
    candidate.ambiguity = Ambiguity {
        back: by(ambiguity.back, shift),
        forth: by(ambiguity.forth, -shift),
    };
    candidate.ambiguity_is_measured = homology.is_some();
}

/// The ambiguity without a reference: annotated splice sites of both sides within a few bases at the same shift are
/// allowed, as this is not a chance coincidence.
fn unmeasured(overlap: u32, (five, three): (Breakend, Breakend), models: &GeneModels, target: &Target) -> Ambiguity {
    let mut ambiguity = Ambiguity {
        back: overlap,
        forth: 0,
    };
    if target.is_rna() && ambiguity.width() < 8 {
        for shift in -8_i64..=8 {
            let (a, b) = moved(five, three, shift);
            if is_donor(models, a) && is_acceptor(models, b) {
                let distance = u32::try_from(shift.abs()).unwrap_or(0);
                let reached = if shift < 0 {
                    &mut ambiguity.back
                } else {
                    &mut ambiguity.forth
                };
                *reached = (*reached).max(distance);
            }
        }
    }
    ambiguity
}

/// Chooses the position: annotated splice sites of both sides, of KMT2A's side, of the partner's side,
/// GT-AG, then the lowest coordinate on KMT2A (for a junction within KMT2A: of the donor). Returns the
/// shift. For genomic junctions only the last rule applies.
fn choose(
    (models, source): (&GeneModels, &dyn SequenceSource),
    target: &Target,
    (five, three): (Breakend, Breakend),
    ambiguity: Ambiguity,
) -> i64 {
    let shifts = -i64::from(ambiguity.back)..=i64::from(ambiguity.forth);
    let kmt2a_is_five = five.contig == target.contig && models.kmt2a().0.interval.contains(five.position);
    let class = |a: Breakend, b: Breakend| match (is_donor(models, a), is_acceptor(models, b)) {
        (true, true) => 0,
        (false, false) if is_gt_ag(source, a, b) => 3,
        (false, false) => 4,
        (donor, _) if donor == kmt2a_is_five => 1,
        _ => 2,
    };
    let rank = |shift: i64| {
        let (a, b) = moved(five, three, shift);
        let lowest = if kmt2a_is_five { a.position } else { b.position };
        (target.is_rna().then(|| class(a, b)), lowest)
    };
    shifts.min_by_key(|shift| rank(*shift)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{ContigId, Position};

    struct Two;
    impl SequenceSource for Two {
        fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
            // Contig 0: ...AAAACCTG|GTAC..., contig 1: ...TTCTG|GATTT...: three shared bases CTG.
            let text: &[u8] = if contig == ContigId(0) {
                b"GGTTAACCAAAACCTGGTACGTAC"
            } else {
                b"CGCGTTTATTCTGCATTTGCGTGA"
            };
            let mut padded = vec![b'N'; 100];
            padded.extend(text);
            padded.extend(vec![b'N'; 100]);
            padded
                .get(usize::try_from(interval.start.0).ok()?..usize::try_from(interval.end.0).ok()?)
                .map(<[u8]>::to_vec)
        }
    }

    fn left(contig: u32, position: i64) -> Breakend {
        Breakend {
            contig: ContigId(contig),
            position: Position(position),
            retained: Retained::Left,
        }
    }
    fn right(contig: u32, position: i64) -> Breakend {
        Breakend {
            contig: ContigId(contig),
            position: Position(position),
            retained: Retained::Right,
        }
    }

    #[test]
    fn the_ambiguity_is_the_homology_from_any_position() {
        // Last retained base: G of CCTG at 115; first retained base of the partner: C at 113.
        let (five, three) = (left(0, 115), right(1, 113));
        let found = homology(&Two, five, three).unwrap();
        assert_eq!(found, Ambiguity { back: 3, forth: 0 });
        let (five, three) = moved(five, three, -2);
        assert_eq!(homology(&Two, five, three).unwrap(), Ambiguity { back: 1, forth: 2 });
        // The same junction on the other strand.
        assert_eq!(homology(&Two, three, five).unwrap(), Ambiguity { back: 2, forth: 1 });
    }
}
