//! Reading frame across a junction.

use super::{Frame, side::Side};
use crate::{
    assemble::{Candidate, consensus::Consensus, observe::ahead},
    catalogue::{GeneModels, Transcript},
    genome::{Breakend, Interval, Junction, Position, SequenceSource, Strand, sequence::reverse_complement},
};

/// The reading frame across a candidate.
///
/// If both sides are in coding sequence, their phases and the inserted bases decide. If the 3' side begins in the
/// 5'UTR,
/// the 5' gene is translated through the UTR; without its bases the frame is unknown, never in frame. If the 3' side
/// begins after the stop codon, the result is a stop codon where the bases show one, else unknown.
pub(crate) fn across(
    candidate: &Candidate,
    five: &Side,
    three: &Side,
    models: &GeneModels,
    source: &dyn SequenceSource,
) -> Frame {
    let is_known = candidate.is_precise && five.is_sense() && three.is_sense();
    let Some(junction) = candidate.sides.junction().filter(|_| is_known) else {
        return Frame::Unknown;
    };
    let (Some(from), Some(to)) = (five.transcript_of(models), three.transcript_of(models)) else {
        return Frame::Unknown;
    };
    let (a, b) = (junction.five, junction.three);
    let Some(used) = from.coding_before(a.position).map(|n| n + 1) else {
        return Frame::Unknown;
    };
    let inserted = i64::try_from(junction.inserted.len()).unwrap_or(0);
    let phase = (used + inserted).rem_euclid(3);
    if let Some(before) = to.coding_before(b.position) {
        return if before.rem_euclid(3) == phase {
            if stops_at_junction((candidate.consensus.as_ref(), junction), (from, to), used, source) {
                Frame::StopCodon
            } else {
                Frame::InFrame
            }
        } else {
            Frame::OutOfFrame
        };
    }
    // Outside the transcript's exons: splicing downstream is not known.
    if to.exon_at(b.position).is_none() {
        return Frame::Unknown;
    }
    through_utr(junction, (from, to), used, source)
}

/// Whether inserted bases or the codon split by the junction make a stop codon, from the reads, else from the
/// transcripts.
fn stops_at_junction(
    (consensus, junction): (Option<&Consensus>, &Junction),
    (from, to): (&Transcript, &Transcript),
    used: i64,
    source: &dyn SequenceSource,
) -> bool {
    let partial = usize::try_from(used.rem_euclid(3)).unwrap_or(0);
    let inserted = &junction.inserted;
    let shown = consensus.and_then(|consensus| {
        let start = consensus.before.checked_sub(partial)?;
        consensus.bases.get(start..consensus.before + inserted.len() + 3)
    });
    if let Some(bases) = shown {
        return has_stop(bases);
    }
    let mut bases = last_bases(from, junction.five, used.rem_euclid(3), source);
    if bases.len() != partial {
        return false;
    }
    bases.extend(inserted);
    let three = junction.three;
    let end = to.coding.map_or(three.position, |cds| beyond(cds, to.strand));
    bases.extend(spliced(to, three, end, source).iter().flatten().take(3));
    has_stop(&bases)
}

/// Whether there is a stop codon (standard code) in frame with the first base.
fn has_stop(bases: &[u8]) -> bool {
    bases
        .chunks_exact(3)
        .any(|codon| matches!(codon, b"TAA" | b"TAG" | b"TGA"))
}

/// The first base downstream of an interval on `strand`.
fn beyond(interval: Interval, strand: Strand) -> Position {
    match strand {
        Strand::Forward => interval.end,
        Strand::Reverse => interval.start.offset(-1),
    }
}

/// Translates from the 5' gene through the 3' gene's 5'UTR.
fn through_utr(
    junction: &Junction,
    (from, to): (&Transcript, &Transcript),
    used: i64,
    source: &dyn SequenceSource,
) -> Frame {
    let (five, three) = (junction.five, junction.three);
    let Some(cds) = to.coding else { return Frame::Unknown };
    let start_codon = cds.five_prime(to.strand);
    let before_start = ahead(three.position, start_codon, to.strand) > 0;
    // After the 3' gene's stop codon, the rest of its transcript is translated.
    let end = if before_start {
        start_codon
    } else {
        beyond(to.interval, to.strand)
    };
    let Some(utr) = spliced(to, three, end, source) else {
        return Frame::Unknown;
    };
    let partial = used.rem_euclid(3);
    let mut bases = last_bases(from, five, partial, source);
    if i64::try_from(bases.len()).unwrap_or(0) < partial {
        return Frame::Unknown;
    }
    bases.extend(&junction.inserted);
    bases.extend(&utr);
    match (before_start, has_stop(&bases)) {
        (true, _) if !bases.len().is_multiple_of(3) => Frame::OutOfFrame,
        (_, true) => Frame::StopCodon,
        (true, false) => Frame::InFrame,
        (false, false) => Frame::Unknown,
    }
}

/// Spliced bases of the transcript from a breakend to `end` (exclusive), in transcript sense; `None` if any is unknown.
fn spliced(transcript: &Transcript, from: Breakend, end: Position, source: &dyn SequenceSource) -> Option<Vec<u8>> {
    let (start, end) = match transcript.strand {
        Strand::Forward => (from.position, end),
        Strand::Reverse => (end.offset(1), from.position.offset(1)),
    };
    let stretch = Interval { start, end };
    let mut found = Vec::new();
    for exon in &transcript.exons {
        let part = exon.interval.intersection(stretch);
        if part.is_empty() {
            continue;
        }
        let bases = source.bases(from.contig, part).filter(|b| !b.contains(&b'N'))?;
        found.extend(along(bases, transcript.strand));
    }
    Some(found)
}

/// The last `count` bases up to and including the 5' breakend.
fn last_bases(from: &Transcript, to: Breakend, count: i64, source: &dyn SequenceSource) -> Vec<u8> {
    let last = to.position.0;
    let interval = match from.strand {
        Strand::Forward => Interval::new(last + 1 - count, last + 1),
        Strand::Reverse => Interval::new(last, last + count),
    };
    along(source.bases(to.contig, interval).unwrap_or_default(), from.strand)
}

/// Reference bases on `strand`.
pub(super) fn along(bases: Vec<u8>, strand: Strand) -> Vec<u8> {
    match strand {
        Strand::Forward => bases,
        Strand::Reverse => reverse_complement(&bases),
    }
}

#[cfg(test)]
mod tests {
    use breakapart_rule::Params;

    use super::*;
    use crate::{
        annotate::side,
        assemble::consensus::Consensus,
        genome::{Breakend, Build, ContigId, Contigs, Junction, Retained, sequence::NoSequence},
    };

    /// Contigs of the two sides.
    const CHR11: ContigId = ContigId(0);
    const CHR4: ContigId = ContigId(1);

    fn models() -> GeneModels {
        let contigs = Contigs::new([("chr11".to_owned(), 135_086_622), ("chr4".to_owned(), 190_214_555)]);
        GeneModels::bind(Build::GRCh38, &contigs, Vec::new())
    }

    /// KMT2A's e7 ends after 3 n + 1 coding bases, e8 after 3 n (MANE); AFF1's e5 begins at a codon boundary, e8 with
    /// the
    /// second base of a codon, e2 36 bases before the start codon (ENST00000395146.9).
    const E7: i64 = 118_482_092;
    const E8: i64 = 118_482_495;
    const AFF1_E2: i64 = 86_948_498;
    const AFF1_E5: i64 = 87_084_120;
    const AFF1_E8: i64 = 87_094_915;

    fn candidate(donor: i64, acceptor: i64, inserted: &[u8]) -> Candidate {
        let side = |contig, one_based, retained| Breakend {
            contig,
            position: Position::from_one_based(one_based),
            retained,
        };
        Candidate::new(
            Junction {
                five: side(CHR11, donor, Retained::Left),
                three: side(CHR4, acceptor, Retained::Right),
                inserted: inserted.to_vec(),
            },
            Vec::new(),
        )
    }

    fn frame_of(candidate: &Candidate, source: &dyn SequenceSource) -> Frame {
        let models = models();
        let five = side::describe(candidate.sides.five().unwrap(), true, &models, true, &Params::default());
        let three = side::describe(
            candidate.sides.three().unwrap(),
            false,
            &models,
            true,
            &Params::default(),
        );
        across(candidate, &five, &three, &models, source)
    }

    /// The same base everywhere.
    struct Only(u8);

    impl SequenceSource for Only {
        fn bases(&self, _: ContigId, interval: Interval) -> Option<Vec<u8>> {
            Some(vec![self.0; usize::try_from(interval.len()).ok()?])
        }
    }

    #[test]
    fn inserted_bases_count_in_the_frame() {
        use Frame::{InFrame, OutOfFrame};
        let table = [
            (
                E8,
                AFF1_E5,
                [InFrame, OutOfFrame, OutOfFrame, InFrame, OutOfFrame, OutOfFrame],
            ),
            (
                E7,
                AFF1_E5,
                [OutOfFrame, OutOfFrame, InFrame, OutOfFrame, OutOfFrame, InFrame],
            ),
            (
                E8,
                AFF1_E8,
                [OutOfFrame, InFrame, OutOfFrame, OutOfFrame, InFrame, OutOfFrame],
            ),
        ];
        for (donor, acceptor, expected) in table {
            for (n, frame) in expected.into_iter().enumerate() {
                let found = frame_of(&candidate(donor, acceptor, &vec![b'C'; n]), &NoSequence);
                assert_eq!(found, frame, "{donor} {acceptor}: {n} inserted bases");
            }
        }
    }

    #[test]
    fn a_stop_codon_across_the_junction_is_found() {
        let shown = |donor, before: &[u8], inserted: &[u8], after: &[u8], acceptor| {
            let mut candidate = candidate(donor, acceptor, inserted);
            candidate.consensus = Some(Consensus {
                bases: [before, inserted, after].concat(),
                before: before.len(),
                disagreement_permille: 0,
            });
            frame_of(&candidate, &NoSequence)
        };
        // Whole codons before the junction: only an inserted codon can be a stop.
        assert_eq!(shown(E8, b"AAAAAG", b"", b"ACAGCA", AFF1_E5), Frame::InFrame);
        assert_eq!(shown(E8, b"AAAAAG", b"TGA", b"ACAGCA", AFF1_E5), Frame::StopCodon);
        assert_eq!(shown(E8, b"AAAAAG", b"CTAACC", b"ACAGCA", AFF1_E5), Frame::InFrame);
        // One base of a codon before it: T|GA and T|AC; T|AA with two inserted bases.
        assert_eq!(shown(E7, b"AAAAT", b"", b"GACAGC", AFF1_E8), Frame::StopCodon);
        assert_eq!(shown(E7, b"AAAAT", b"", b"ACCAGC", AFF1_E8), Frame::InFrame);
        assert_eq!(shown(E7, b"AAAAT", b"AA", b"ACAGCA", AFF1_E5), Frame::StopCodon);
        // A stop upstream of the split codon (TAA) is not examined.
        assert_eq!(shown(E7, b"ATAAT", b"GC", b"ACAGCA", AFF1_E5), Frame::InFrame);
    }

    #[test]
    fn without_reads_the_split_codon_comes_from_the_transcripts() {
        struct Split;
        impl SequenceSource for Split {
            fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
                let base = if contig == CHR11 { b'T' } else { b'A' };
                Some(vec![base; usize::try_from(interval.len()).ok()?])
            }
        }
        assert_eq!(frame_of(&candidate(E7, AFF1_E8, b""), &Split), Frame::StopCodon, "T|AA");
        assert_eq!(frame_of(&candidate(E7, AFF1_E8, b""), &Only(b'C')), Frame::InFrame);
    }

    #[test]
    fn the_untranslated_bases_before_the_start_codon_are_translated() {
        assert_eq!(frame_of(&candidate(E8, AFF1_E2, b""), &NoSequence), Frame::Unknown);
        assert_eq!(frame_of(&candidate(E8, AFF1_E2, b""), &Only(b'C')), Frame::InFrame);
        assert_eq!(frame_of(&candidate(E8, AFF1_E2, b"C"), &Only(b'C')), Frame::OutOfFrame);
        assert_eq!(frame_of(&candidate(E8, AFF1_E2, b"TAG"), &Only(b'C')), Frame::StopCodon);
    }

    #[test]
    fn an_acceptor_after_the_stop_codon_is_never_in_frame() {
        let models = models();
        let aff1 = models.by_symbol("AFF1").unwrap().transcripts.first().unwrap();
        let after = aff1.coding.unwrap().end.one_based() + 30;
        assert!(aff1.exon_at(Position::from_one_based(after)).is_some());
        for n in 0..6 {
            let candidate = candidate(E8, after, &vec![b'C'; n]);
            assert_eq!(frame_of(&candidate, &NoSequence), Frame::Unknown, "{n}");
            assert_eq!(frame_of(&candidate, &Only(b'C')), Frame::Unknown, "{n}");
        }
        assert_eq!(frame_of(&candidate(E8, after, b"TAA"), &Only(b'C')), Frame::StopCodon);
    }
}
