//! The peptide across a junction, translated from the consensus of the reads.

use super::{Frame, Side, Site};
use crate::{assemble::Candidate, catalogue::GeneModels};

/// Translates the consensus in the 5' gene's frame.
///
/// Arriba's symbols: `|` at the junction, `*` a stop, `?` a codon with an unknown base; lower case for residues that
/// are
/// not of the 3' gene's protein (inserted bases, the codon split by the junction, another frame, 5'UTR). A codon split
/// by
/// the junction is written after the bar, as are codons that begin in inserted bases, up to the second bar. After the
/// junction, translation ends at the first stop.
///
/// `None` if the 5' side is not a coding exon in sense, or if the exact breakpoint is not known.
pub(super) fn across(
    candidate: &Candidate,
    five: &Side,
    three: &Side,
    frame: Frame,
    models: &GeneModels,
) -> Option<String> {
    let consensus = candidate
        .consensus
        .as_ref()
        .filter(|_| candidate.is_precise && five.is_sense() && five.site == Site::Cds)?;
    let transcript = five.transcript_of(models)?;
    // Coding bases up to and including the last one before the junction.
    let used = transcript.coding_before(candidate.sides.five()?.position)? + 1;
    let inserted = candidate.sides.inserted().len();
    let own_frame = frame == Frame::InFrame && three.site == Site::Cds;
    translate(&consensus.bases, consensus.before, inserted, used, own_frame)
}

fn translate(bases: &[u8], before: usize, inserted: usize, used: i64, own_frame: bool) -> Option<String> {
    let ahead = i64::try_from(before).ok()? - used;
    // Bases before the start codon are not translated.
    let skipped = usize::try_from(if ahead > 0 { ahead } else { ahead.rem_euclid(3) }).ok()?;
    let after = before + inserted;
    let mut text = String::new();
    let (mut first_bar, mut second_bar) = (false, inserted == 0);
    for (number, codon) in bases.get(skipped..)?.chunks_exact(3).enumerate() {
        let start = skipped + 3 * number;
        let whole_five = start + 3 <= before;
        if !whole_five && !first_bar {
            text.push('|');
            first_bar = true;
        }
        if start >= after && !second_bar {
            text.push('|');
            second_bar = true;
        }
        let amino = amino_acid(codon);
        let own = whole_five || (start >= after && own_frame);
        text.push(if own { amino } else { amino.to_ascii_lowercase() });
        if amino == '*' && !whole_five {
            break;
        }
    }
    // A stop before the junction means that the assumed frame is wrong.
    let ahead = text.split('|').next().unwrap_or_default();
    (first_bar && !ahead.is_empty() && !ahead.contains('*')).then_some(text)
}

/// The standard genetic code (NCBI translation table 1).
fn amino_acid(codon: &[u8]) -> char {
    const ORDER: &[u8; 4] = b"TCAG";
    const CODE: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";
    let index = codon.iter().try_fold(0_usize, |sum, base| {
        let digit = ORDER.iter().position(|b| *b == base.to_ascii_uppercase())?;
        Some(4 * sum + digit)
    });
    index.and_then(|i| CODE.get(i)).map_or('?', |b| char::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_genetic_code_is_the_standard_one() {
        for (codon, amino) in [
            ("ATG", 'M'),
            ("TGG", 'W'),
            ("TAA", '*'),
            ("TAG", '*'),
            ("TGA", '*'),
            ("AAG", 'K'),
            ("GGG", 'G'),
            ("ANG", '?'),
        ] {
            assert_eq!(amino_acid(codon.as_bytes()), amino, "{codon}");
        }
    }

    #[test]
    fn whole_codons_are_on_both_sides_of_the_bar() {
        // MANE e8 of KMT2A ends at a codon boundary (AAA AAG), and AFF1 e4 begins at one.
        let bases = b"CCAAAAGAAAAGACAGCAAAAGGTGAT";
        assert_eq!(translate(bases, 12, 0, 4086, true).as_deref(), Some("PKEK|TAKGD"));
        assert_eq!(translate(bases, 12, 0, 4086, false).as_deref(), Some("PKEK|takgd"));
    }

    #[test]
    fn a_split_codon_and_inserted_bases_are_lower_case() {
        // One base of a codon before the junction: ATG A|CA GCT.
        assert_eq!(translate(b"ATGACAGCT", 4, 0, 4, true).as_deref(), Some("M|tA"));
        // Three inserted bases between whole codons: ATG|tgg|GCT.
        assert_eq!(translate(b"ATGTGGGCT", 3, 3, 3, true).as_deref(), Some("M|w|A"));
        // Four inserted bases shift the frame, which then has a stop.
        assert_eq!(translate(b"ATGTGGGGCTAAGCC", 3, 4, 3, false).as_deref(), Some("M|wg|*"));
    }

    #[test]
    fn the_untranslated_part_before_the_start_codon_is_left_out() {
        // GGCC, then ATG GCC | ACA: six coding bases before the junction.
        assert_eq!(translate(b"GGCCATGGCCACA", 10, 0, 6, true).as_deref(), Some("MA|T"));
    }

    #[test]
    fn a_frame_that_stops_before_the_junction_is_not_believed() {
        assert_eq!(translate(b"TAAATGACA", 6, 0, 6, true), None);
        assert_eq!(translate(b"AC", 2, 0, 2, true), None);
    }
}
