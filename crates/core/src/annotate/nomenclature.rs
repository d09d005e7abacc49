//! HGVS adjoined-transcript descriptions.

use super::side::Side;
use crate::{
    catalogue::{GeneModels, Transcript},
    genome::{ContigId, Junction, Position, Retained, sequence::reverse_complement},
};

/// Transcript position of a base in HGVS `r.`/`c.` numbering without offsets: 1 is the A of the start codon, negative
/// before it, `*n` after the stop codon. `None` for bases outside exons and for non-coding transcripts.
///
/// Source: HGVS nomenclature, numbering of coding DNA and RNA reference sequences.
pub(crate) fn transcript_position(transcript: &Transcript, position: Position) -> Option<String> {
    let cds = transcript.coding?;
    let [at, first, last] = [
        position,
        cds.five_prime(transcript.strand),
        cds.three_prime(transcript.strand),
    ]
    .map(|p| transcript.spliced_before(p));
    let (at, first, last) = (at?, first?, last?);
    Some(if at < first {
        format!("{}", at - first)
    } else if at > last {
        format!("*{}", at - last)
    } else {
        format!("{}", at - first + 1)
    })
}

/// HGVS description of an RNA junction. Two transcripts, of which only the junction is known, are adjoined:
/// `NM_001197104.2:r.?_4086::NM_001166693.3:r.567_?`, with inserted bases between them in lower-case RNA letters.
/// Within
/// one transcript it is a duplication, `NM_001197104.2:r.433_4086dup`, or a deletion. `None` if a side is not exonic or
/// is antisense to its gene.
///
/// Source: HGVS nomenclature, recommendations for RNA: adjoined transcripts, duplication, insertion,
/// deletion.
pub(crate) fn hgvs((five, three): (&Side, &Side), junction: &Junction, models: &GeneModels) -> Option<String> {
    if !five.is_sense() || !three.is_sense() {
        return None;
    }
    let (a, b) = (five.transcript_of(models)?, three.transcript_of(models)?);
    let (from, to) = (
        transcript_position(a, junction.five.position)?,
        transcript_position(b, junction.three.position)?,
    );
    let rna: String = junction
        .inserted
        .iter()
        .map(|base| {
            if base.eq_ignore_ascii_case(&b'T') {
                'u'
            } else {
                base.to_ascii_lowercase() as char
            }
        })
        .collect();
    if a.id == b.id {
        return within(&from, &to, &rna).map(|what| format!("{}:r.{what}", a.display_name()));
    }
    let linker = if rna.is_empty() {
        String::from("::")
    } else {
        format!("::{rna}::")
    };
    Some(format!(
        "{}:r.?_{from}{linker}{}:r.{to}_?",
        a.display_name(),
        b.display_name()
    ))
}

/// HGVS description of a DNA junction as the simplest compatible event: on one chromosome a deletion, duplication or
/// inversion; between two, the derivative with the 5' side,
/// `NC_000011.10:g.118484534_qterdelins[NC_000010.11:g.pter_20888698inv]`. Deletions and duplications are shifted to
/// the
/// 3' end of their `ambiguity` (bases by which the junction can move upstream and downstream along the molecule).
/// `accession` gives the accession of a contig. `None` without accessions, or if inserted bases rule out a simple
/// event.
///
/// Source: HGVS nomenclature, recommendations for DNA: deletion, duplication, inversion, complex (translocations).
pub(crate) fn genomic(
    junction: &Junction,
    ambiguity: (u32, u32),
    accession: impl Fn(ContigId) -> Option<String>,
) -> Option<String> {
    let (five, three) = (junction.five, junction.three);
    let (a, b) = (accession(five.contig)?, accession(three.contig)?);
    let (p, q) = (five.position.one_based(), three.position.one_based());
    let inserted = String::from_utf8_lossy(&junction.inserted).to_ascii_uppercase();
    if five.contig == three.contig {
        let along = if five.retained == Retained::Left {
            ambiguity.1
        } else {
            ambiguity.0
        };
        return within_contig((p, five.retained), (q, three.retained), i64::from(along), &inserted)
            .map(|what| format!("{a}:g.{what}"));
    }
    // The derivative is described in the orientation of the 5' side's chromosome.
    let forward = five.retained == Retained::Left;
    let (segment, inverted) = match three.retained {
        Retained::Right => (format!("{q}_qter"), !forward),
        Retained::Left => (format!("pter_{q}"), forward),
    };
    let segment = format!("{b}:g.{segment}{}", if inverted { "inv" } else { "" });
    let bases = if forward {
        inserted
    } else {
        String::from_utf8_lossy(&reverse_complement(inserted.as_bytes())).into_owned()
    };
    let parts = match (bases.is_empty(), forward) {
        (true, _) => segment,
        (false, true) => format!("{bases};{segment}"),
        (false, false) => format!("{segment};{bases}"),
    };
    Some(if forward {
        format!("{a}:g.{}_qterdelins[{parts}]", p + 1)
    } else {
        format!("{a}:g.pter_{}delins[{parts}]", p - 1)
    })
}

/// Two breakends on one contig (1-based), `along` bases from the 3' end of their ambiguity.
fn within_contig(
    (p, five): (i64, Retained),
    (q, three): (i64, Retained),
    along: i64,
    inserted: &str,
) -> Option<String> {
    let (low, high) = (p.min(q), p.max(q));
    // The retained parts either face each other across a gap or overlap.
    let ends = match (five, three) {
        (Retained::Left, Retained::Right) => Some((p, q)),
        (Retained::Right, Retained::Left) => Some((q, p)),
        _ => None,
    };
    match (ends, inserted.is_empty()) {
        (Some((left, right)), true) if right > left + 1 => {
            Some(format!("{}del", range(left + 1 + along, right - 1 + along)))
        }
        (Some((left, right)), false) if right > left + 1 => {
            Some(format!("{}delins{inserted}", range(left + 1, right - 1)))
        }
        (Some((left, right)), true) if right <= left => Some(format!("{}dup", range(right + along, left + along))),
        (None, true) if low != high => Some(match five {
            Retained::Left => format!("{}inv", range(low + 1, high)),
            Retained::Right => format!("{}inv", range(low, high - 1)),
        }),
        _ => None,
    }
}

/// Bases from `from` to `to`.
fn range(from: i64, to: i64) -> String {
    if from == to {
        from.to_string()
    } else {
        format!("{from}_{to}")
    }
}

/// A junction from base `from` to base `to` of one transcript, both in its coding sequence.
fn within(from: &str, to: &str, inserted: &str) -> Option<String> {
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    if from < 1 || to < 1 {
        return None;
    }
    Some(match (to <= from, inserted.is_empty()) {
        (true, true) => format!("{to}_{from}dup"),
        // The repeat follows the untemplated insertion.
        (true, false) => format!("{from}_{}ins[{inserted};{to}_{from}]", from + 1),
        (false, true) if to >= from + 2 => format!("{}del", range(from + 1, to - 1)),
        (false, false) if to >= from + 2 => format!("{}delins{inserted}", range(from + 1, to - 1)),
        (false, false) => format!("{from}_{to}ins{inserted}"),
        (false, true) => return None,
    })
}

#[cfg(test)]
mod genomic_tests {
    use super::*;
    use crate::genome::Breakend;

    fn described(five: (u16, i64, Retained), three: (u16, i64, Retained), inserted: &str) -> Option<String> {
        let end = |(contig, position, retained): (u16, i64, Retained)| Breakend {
            contig: ContigId(contig.into()),
            position: Position::from_one_based(position),
            retained,
        };
        let junction = Junction {
            five: end(five),
            three: end(three),
            inserted: inserted.as_bytes().to_vec(),
        };
        genomic(&junction, (0, 2), |contig| Some(format!("NC_{}", contig.0)))
    }

    #[test]
    fn a_translocation_replaces_the_rest_of_the_chromosome() {
        use Retained::{Left, Right};
        let text = |five, three, inserted| described(five, three, inserted).unwrap();
        assert_eq!(
            text((11, 500, Left), (4, 80, Right), ""),
            "NC_11:g.501_qterdelins[NC_4:g.80_qter]"
        );
        assert_eq!(
            text((11, 500, Left), (10, 80, Left), ""),
            "NC_11:g.501_qterdelins[NC_10:g.pter_80inv]"
        );
        // MLLT3 on the reverse strand: its chromosome is joined to KMT2A's 3' part.
        assert_eq!(
            text((9, 80, Right), (11, 501, Right), ""),
            "NC_9:g.pter_79delins[NC_11:g.501_qterinv]"
        );
        assert_eq!(
            text((9, 80, Right), (11, 501, Left), ""),
            "NC_9:g.pter_79delins[NC_11:g.pter_501]"
        );
        assert_eq!(
            text((11, 500, Left), (4, 80, Right), "acg"),
            "NC_11:g.501_qterdelins[ACG;NC_4:g.80_qter]"
        );
        assert_eq!(
            text((9, 80, Right), (11, 5, Right), "acg"),
            "NC_9:g.pter_79delins[NC_11:g.5_qterinv;CGT]"
        );
    }

    #[test]
    fn one_chromosome_has_deletions_duplications_and_inversions() {
        use Retained::{Left, Right};
        let text = |five, three, inserted| described(five, three, inserted);
        // Shifted by the two bases of microhomology.
        assert_eq!(
            text((1, 10, Left), (1, 20, Right), "").as_deref(),
            Some("NC_1:g.13_21del")
        );
        assert_eq!(
            text((1, 20, Right), (1, 10, Left), "").as_deref(),
            Some("NC_1:g.11_19del")
        );
        assert_eq!(
            text((1, 10, Left), (1, 20, Right), "GA").as_deref(),
            Some("NC_1:g.11_19delinsGA")
        );
        assert_eq!(
            text((1, 20, Left), (1, 10, Right), "").as_deref(),
            Some("NC_1:g.12_22dup")
        );
        assert_eq!(
            text((1, 10, Left), (1, 20, Left), "").as_deref(),
            Some("NC_1:g.11_20inv")
        );
        assert_eq!(
            text((1, 11, Right), (1, 21, Right), "").as_deref(),
            Some("NC_1:g.11_20inv")
        );
        assert_eq!(text((1, 20, Left), (1, 10, Right), "A"), None);
        assert_eq!(text((1, 10, Left), (1, 11, Right), ""), None, "nothing changed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::side;
    use crate::genome::{Breakend, Build, ContigId, Contigs, Retained};

    fn described(five: (u32, i64, Retained), three: (u32, i64, Retained), inserted: &[u8]) -> Option<String> {
        let contigs = Contigs::new([
            ("chr11".to_owned(), 135_086_622),
            ("chr4".to_owned(), 190_214_555),
            ("chr9".to_owned(), 138_394_717),
        ]);
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let breakend = |(contig, one_based, retained)| Breakend {
            contig: ContigId(contig),
            position: Position::from_one_based(one_based),
            retained,
        };
        let junction = Junction {
            five: breakend(five),
            three: breakend(three),
            inserted: inserted.to_vec(),
        };
        let of = |end, is_five| side::describe(end, is_five, &models, true, &breakapart_rule::Params::default());
        hgvs(
            (&of(junction.five, true), &of(junction.three, false)),
            &junction,
            &models,
        )
    }

    /// MANE e8 ends with c.4086, e2 begins with c.433 (exon lengths of NM_001197104.2).
    const E8: (u32, i64, Retained) = (0, 118_482_495, Retained::Left);
    const E2: (u32, i64, Retained) = (0, 118_468_775, Retained::Right);

    #[test]
    fn two_transcripts_are_adjoined() {
        let aff1 = |one_based, retained| (1, one_based, retained);
        let text = described(E8, aff1(87_046_695, Retained::Right), b"").unwrap();
        let (five, three) = text.split_once("::").unwrap();
        assert_eq!(five, "NM_001197104.2:r.?_4086");
        assert!(
            three.starts_with("NM_001166693.3:r.") && three.ends_with("_?"),
            "{text}"
        );
        let with = described(E8, aff1(87_046_695, Retained::Right), b"ATG").unwrap();
        assert!(with.contains("::aug::"), "{with}");
        // An antisense partner has no adjoined transcript.
        assert_eq!(described(E8, aff1(87_046_695, Retained::Left), b""), None);
        // An intronic side has none either.
        assert_eq!(
            described((0, 118_483_000, Retained::Left), aff1(87_046_695, Retained::Right), b""),
            None
        );
    }

    #[test]
    fn a_ptd_is_a_duplication_of_one_transcript() {
        assert_eq!(described(E8, E2, b"").as_deref(), Some("NM_001197104.2:r.433_4086dup"));
        assert_eq!(
            described(E8, E2, b"AC").as_deref(),
            Some("NM_001197104.2:r.4086_4087ins[ac;433_4086]")
        );
        // e2 to e9, exons 3 to 8 lost: e2 ends with c.502.
        assert_eq!(
            described((0, 118_468_844, Retained::Left), (0, 118_484_183, Retained::Right), b"").as_deref(),
            Some("NM_001197104.2:r.503_4086del")
        );
    }
}
