//! The peptide across a junction.

use super::{Side, frame};
use crate::{assemble::Candidate, catalogue::GeneModels};

/// The standard code, codons in the order `TCAG` for each of their three bases.
const CODE: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";

/// The peptide that the 5' gene's frame gives across the junction, `|` at it, `*` a stop, at which it
/// ends. A residue whose codon the junction splits stands behind the `|`. `None` where no read shows the
/// bases, or the 5' side is not coding in the molecule's sense, or its exon does not end at the junction
/// in a place that splicing keeps.
pub fn across(candidate: &Candidate, five: &Side, models: &GeneModels) -> Option<String> {
    if !candidate.is_precise || !five.is_sense() || five.exon.is_none() {
        return None;
    }
    let consensus = candidate.consensus.as_ref()?;
    let gene = models.by_symbol(five.gene.as_deref()?)?;
    let transcript = gene.transcripts.get(five.transcript_index)?;
    let position = candidate.junction.five.position;
    let used = frame::coding_bases_before(transcript, position)? + 1;
    // Only bases of the exon itself are sure to be read in this frame.
    let exon = transcript.exon_at(position)?;
    let coding = exon.coding?;
    let in_exon = usize::try_from(match transcript.strand {
        crate::genome::Strand::Forward => position.0 - coding.start.0 + 1,
        crate::genome::Strand::Reverse => coding.last().0 - position.0 + 1,
    })
    .ok()?;
    let partial = usize::try_from(used.rem_euclid(3)).ok()?;
    let kept = consensus.before.min(in_exon).checked_sub(partial)?;
    let start = consensus.before - partial - kept / 3 * 3;
    translated(consensus.bases.get(start..)?, kept / 3)
}

/// Translates whole codons up to a stop, with `|` behind the first `before` residues. `None` where
/// there is nothing on one side.
fn translated(bases: &[u8], before: usize) -> Option<String> {
    let mut peptide = String::new();
    let mut behind = 0_usize;
    for (index, codon) in bases.chunks_exact(3).enumerate() {
        if index == before {
            peptide.push('|');
        }
        behind += usize::from(index >= before);
        let residue = residue(codon)?;
        peptide.push(residue);
        if residue == '*' {
            break;
        }
    }
    (before > 0 && behind > 0).then_some(peptide)
}

/// One residue; `X` where a base is not known.
fn residue(codon: &[u8]) -> Option<char> {
    let mut index = 0;
    for base in codon {
        match b"TCAG".iter().position(|b| b == base) {
            Some(code) => index = index * 4 + code,
            None => return Some('X'),
        }
    }
    CODE.get(index).map(|residue| char::from(*residue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codons_are_those_of_the_standard_code() {
        let of = |codon: &[u8]| residue(codon).unwrap();
        assert_eq!(
            [
                of(b"ATG"),
                of(b"TGG"),
                of(b"TAA"),
                of(b"TGA"),
                of(b"GGG"),
                of(b"AAG"),
                of(b"ANG")
            ],
            ['M', 'W', '*', '*', 'G', 'K', 'X']
        );
    }

    #[test]
    fn the_bar_stands_behind_the_whole_residues_and_a_stop_ends_it() {
        assert_eq!(translated(b"AAACCAAAATAAGGG", 2).unwrap(), "KP|K*");
        assert_eq!(translated(b"AAACCA", 2), None, "nothing behind the junction");
    }
}
