//! Reading frame across a junction.

use super::side::Side;
use crate::{
    assemble::Candidate,
    catalogue::{GeneModels, Transcript},
    genome::{ContigId, Interval, Position, SequenceSource, Strand, sequence::reverse_complement},
};

/// Reading frame of the 3' part as the 5' part enters it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frame {
    /// The 3' gene's own frame.
    InFrame,
    /// Another frame.
    OutOfFrame,
    /// A stop codon before the 3' gene's own coding sequence.
    StopCodon,
    /// Cannot be told.
    Unknown,
}

impl Frame {
    /// The word in outputs (Arriba's vocabulary, `.` for unknown).
    pub const fn name(self) -> &'static str {
        match self {
            Self::InFrame => "in-frame",
            Self::OutOfFrame => "out-of-frame",
            Self::StopCodon => "stop-codon",
            Self::Unknown => ".",
        }
    }
}

/// The frame across a candidate.
///
/// Phases decide where both sides lie inside coding sequence. Where the 3' side begins in the 5'UTR,
/// the 5' gene is translated through the UTR, which needs bases: without them the frame is unknown,
/// never in frame.
pub fn across(
    candidate: &Candidate,
    five: &Side,
    three: &Side,
    models: &GeneModels,
    source: &dyn SequenceSource,
) -> Frame {
    if !candidate.is_precise || candidate.unplaced.is_some() || !five.is_sense() || !three.is_sense() {
        return Frame::Unknown;
    }
    let transcript = |side: &Side| {
        side.gene
            .as_deref()
            .and_then(|g| models.by_symbol(g))
            .and_then(|g| g.transcripts.get(side.transcript_index))
    };
    let (Some(from), Some(to)) = (transcript(five), transcript(three)) else {
        return Frame::Unknown;
    };
    let (a, b) = (candidate.junction.five, candidate.junction.three);
    let Some(used) = coding_bases_before(from, a.position).map(|n| n + 1) else {
        return Frame::Unknown;
    };
    let inserted = i64::try_from(candidate.junction.inserted.len()).unwrap_or(0);
    let phase = (used + inserted).rem_euclid(3);
    if let Some(before) = coding_bases_before(to, b.position) {
        return if before.rem_euclid(3) == phase {
            if stops_at_junction(candidate, used) {
                Frame::StopCodon
            } else {
                Frame::InFrame
            }
        } else {
            Frame::OutOfFrame
        };
    }
    through_utr(candidate, from, to, used, a.contig, b.contig, source)
}

/// Coding bases of the transcript before `position`, if `position` itself is coding.
pub fn coding_bases_before(transcript: &Transcript, position: Position) -> Option<i64> {
    let mut sum = 0;
    for exon in &transcript.exons {
        let Some(coding) = exon.coding else { continue };
        if coding.contains(position) {
            return Some(
                sum + match transcript.strand {
                    Strand::Forward => position.0 - coding.start.0,
                    Strand::Reverse => coding.last().0 - position.0,
                },
            );
        }
        sum += coding.len();
    }
    None
}

/// A stop codon made by inserted bases or by the codon that the junction splits.
fn stops_at_junction(candidate: &Candidate, used: i64) -> bool {
    let Some(consensus) = &candidate.consensus else {
        return false;
    };
    let partial = usize::try_from(used.rem_euclid(3)).unwrap_or(0);
    let Some(start) = consensus.before.checked_sub(partial) else {
        return false;
    };
    let end = (consensus.before + candidate.junction.inserted.len() + 3).min(consensus.bases.len());
    consensus
        .bases
        .get(start..end)
        .is_some_and(|bases| first_stop(bases).is_some())
}

/// Offset of the first stop codon of the standard code, in frame from the first base.
fn first_stop(bases: &[u8]) -> Option<usize> {
    bases
        .chunks_exact(3)
        .position(|codon| matches!(codon, b"TAA" | b"TAG" | b"TGA"))
        .map(|codon| codon * 3)
}

/// Translates from the 5' gene through the untranslated bases before the 3' gene's start codon.
fn through_utr(
    candidate: &Candidate,
    from: &Transcript,
    to: &Transcript,
    used: i64,
    five_contig: ContigId,
    three_contig: ContigId,
    source: &dyn SequenceSource,
) -> Frame {
    let (Some(cds), position) = (to.coding, candidate.junction.three.position) else {
        return Frame::Unknown;
    };
    let start_codon = if to.strand == Strand::Forward {
        cds.start
    } else {
        cds.last()
    };
    // Behind the stop codon nothing of the 3' gene's frame is left.
    let before_start = match to.strand {
        Strand::Forward => position < start_codon,
        Strand::Reverse => position > start_codon,
    };
    if !before_start {
        return Frame::Unknown;
    }
    let (low, high) = match to.strand {
        Strand::Forward => (position, start_codon),
        Strand::Reverse => (start_codon.offset(1), position.offset(1)),
    };
    let untranslated = Interval { start: low, end: high };
    let mut utr = Vec::new();
    for exon in &to.exons {
        let part = exon.interval.intersection(untranslated);
        if part.is_empty() {
            continue;
        }
        let Some(bases) = source.bases(three_contig, part).filter(|b| !b.contains(&b'N')) else {
            return Frame::Unknown;
        };
        utr.extend(if to.strand == Strand::Forward {
            bases
        } else {
            reverse_complement(&bases)
        });
    }
    let partial = used.rem_euclid(3);
    let mut bases = last_bases(from, candidate.junction.five.position, partial, five_contig, source);
    if i64::try_from(bases.len()).unwrap_or(0) < partial {
        return Frame::Unknown;
    }
    bases.extend(&candidate.junction.inserted);
    bases.extend(&utr);
    if !bases.len().is_multiple_of(3) {
        return Frame::OutOfFrame;
    }
    if first_stop(&bases).is_some() {
        Frame::StopCodon
    } else {
        Frame::InFrame
    }
}

/// The last `count` bases up to the 5' breakend.
fn last_bases(
    from: &Transcript,
    position: Position,
    count: i64,
    contig: ContigId,
    source: &dyn SequenceSource,
) -> Vec<u8> {
    let interval = match from.strand {
        Strand::Forward => Interval::new(position.0 + 1 - count, position.0 + 1),
        Strand::Reverse => Interval::new(position.0, position.0 + count),
    };
    let bases = source.bases(contig, interval).unwrap_or_default();
    if from.strand == Strand::Forward {
        bases
    } else {
        reverse_complement(&bases)
    }
}
