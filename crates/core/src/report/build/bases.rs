//! Bases at a junction: of the reference where there is one, else of the reads.

use crate::{
    assemble::Candidate,
    genome::{Breakend, Interval, SequenceSource, Strand, sequence::complement},
};

pub(super) use crate::report::schema::End;

impl End {
    /// Its breakend, where it has a place.
    pub(super) fn of(self, candidate: &Candidate) -> Option<Breakend> {
        candidate.sides.side(matches!(self, Self::Five))
    }
}

/// The base at a breakend on the forward strand.
pub(super) fn at(candidate: &Candidate, end: End, source: &dyn SequenceSource) -> Option<String> {
    let side = end.of(candidate)?;
    let known = source.bases(
        side.contig,
        Interval {
            start: side.position,
            end: side.position.offset(1),
        },
    );
    known
        .and_then(|bases| bases.first().copied())
        .filter(|base| b"ACGT".contains(base))
        .or_else(|| of_reads(candidate, end, side))
        .map(|base| char::from(base).to_string())
}

/// The base next to the junction in the consensus, turned to the forward strand.
fn of_reads(candidate: &Candidate, end: End, side: Breakend) -> Option<u8> {
    let consensus = candidate.consensus.as_ref().filter(|_| candidate.is_precise)?;
    let (index, strand) = match end {
        End::Five => (consensus.before.checked_sub(1)?, side.strand_as_five_prime()),
        End::Three => (
            consensus.before + candidate.sides.inserted().len(),
            side.strand_as_three_prime(),
        ),
    };
    let base = consensus.bases.get(index).copied().filter(|b| b"ACGT".contains(b))?;
    Some(match strand {
        Strand::Forward => base,
        Strand::Reverse => complement(base),
    })
}

/// The reference's five bases around a breakend, forward strand.
pub(super) fn around(side: Breakend, source: &dyn SequenceSource) -> Option<String> {
    let window = Interval {
        start: side.position.offset(-2),
        end: side.position.offset(3),
    };
    let bases = (window.start.0 >= 0).then(|| source.bases(side.contig, window))??;
    Some(String::from_utf8_lossy(&bases).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::consensus::Consensus,
        genome::{ContigId, Junction, Position, Retained, sequence::NoSequence},
    };

    fn candidate(five: Retained, three: Retained, inserted: &[u8]) -> Candidate {
        let side = |position, retained| Breakend {
            contig: ContigId(0),
            position: Position(position),
            retained,
        };
        let mut candidate = Candidate::new(
            Junction {
                five: side(100, five),
                three: side(900, three),
                inserted: inserted.to_vec(),
            },
            Vec::new(),
        );
        let bases = [b"AAAC".as_slice(), inserted, b"GAAA"].concat();
        candidate.consensus = Some(Consensus {
            bases,
            before: 4,
            disagreement_permille: 0,
        });
        candidate
    }

    #[test]
    fn without_a_reference_the_reads_tell_both_bases_on_the_forward_strand() {
        use Retained::{Left, Right};
        // (five, three) retained, base at five, base at three: C ends the 5' part, G begins the 3' one.
        let cases = [
            (Left, Right, "C", "G"),
            (Left, Left, "C", "C"),
            (Right, Right, "G", "G"),
            (Right, Left, "G", "C"),
        ];
        for (five, three, at_five, at_three) in cases {
            for inserted in [b"".as_slice(), b"TT"] {
                let c = candidate(five, three, inserted);
                assert_eq!(at(&c, End::Five, &NoSequence).as_deref(), Some(at_five));
                assert_eq!(at(&c, End::Three, &NoSequence).as_deref(), Some(at_three));
            }
        }
        let mut vague = candidate(Left, Right, b"");
        vague.is_precise = false;
        assert_eq!(at(&vague, End::Five, &NoSequence), None);
        assert_eq!(around(vague.sides.five().unwrap(), &NoSequence), None);
    }

    #[test]
    fn a_reference_goes_before_the_reads() {
        struct Everywhere;
        impl SequenceSource for Everywhere {
            fn bases(&self, _: ContigId, interval: Interval) -> Option<Vec<u8>> {
                Some(b"ACGTTACGTT"[..interval.len() as usize].to_vec())
            }
        }
        let c = candidate(Retained::Left, Retained::Right, b"");
        assert_eq!(at(&c, End::Five, &Everywhere).as_deref(), Some("A"));
        assert_eq!(around(c.sides.five().unwrap(), &Everywhere).as_deref(), Some("ACGTT"));
    }
}
