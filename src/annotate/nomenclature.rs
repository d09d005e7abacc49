//! HGVS adjoined-transcript descriptions.

use super::side::Side;
use crate::{
    catalogue::{GeneModels, Transcript},
    genome::{Position, Strand},
};

/// Transcript position of a base in HGVS `r.`/`c.` numbering without offsets: 1 is the A of the start
/// codon, negative before it, `*n` behind the stop codon. `None` for bases outside exons and for
/// transcripts without coding part.
///
/// Source: HGVS nomenclature, numbering of coding DNA and RNA reference sequences.
pub fn transcript_position(transcript: &Transcript, position: Position) -> Option<String> {
    let cds = transcript.coding?;
    let spliced = |p: Position| -> Option<i64> {
        let mut sum = 0;
        for exon in &transcript.exons {
            if exon.interval.contains(p) {
                return Some(
                    sum + if transcript.strand == Strand::Forward {
                        p.0 - exon.interval.start.0
                    } else {
                        exon.interval.last().0 - p.0
                    },
                );
            }
            sum += exon.interval.len();
        }
        None
    };
    let (start, stop) = match transcript.strand {
        Strand::Forward => (cds.start, cds.last()),
        Strand::Reverse => (cds.last(), cds.start),
    };
    let (at, first, last) = (spliced(position)?, spliced(start)?, spliced(stop)?);
    Some(if at < first {
        format!("{}", at - first)
    } else if at > last {
        format!("*{}", at - last)
    } else {
        format!("{}", at - first + 1)
    })
}

/// HGVS description of an adjoined transcript of which only the junction is known:
/// `NM_001197104.2:r.?_4086::NM_001166693.3:r.567_?`, inserted bases between in lower-case RNA letters.
///
/// Source: HGVS nomenclature, recommendations for RNA, adjoined transcripts.
pub fn hgvs(
    five: &Side,
    three: &Side,
    five_at: Position,
    three_at: Position,
    inserted: &[u8],
    models: &GeneModels,
) -> Option<String> {
    let transcript = |side: &Side| {
        models
            .by_symbol(side.gene.as_deref()?)?
            .transcripts
            .get(side.transcript_index)
    };
    let (a, b) = (transcript(five)?, transcript(three)?);
    let (from, to) = (transcript_position(a, five_at)?, transcript_position(b, three_at)?);
    let linker = if inserted.is_empty() {
        String::from("::")
    } else {
        let rna: String = inserted
            .iter()
            .map(|base| {
                if base.eq_ignore_ascii_case(&b'T') {
                    'u'
                } else {
                    base.to_ascii_lowercase() as char
                }
            })
            .collect();
        format!("::{rna}::")
    };
    Some(format!(
        "{}:r.?_{from}{linker}{}:r.{to}_?",
        a.display_name(),
        b.display_name()
    ))
}
