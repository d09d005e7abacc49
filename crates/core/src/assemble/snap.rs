//! Moves split reads to annotated splice sites if both segments end a few bases from exon ends, because of a
//! sequencing error or of bases that both sides share.

use std::collections::HashMap;

use super::{
    ends::{KnownEnd, around},
    observe::{EvidenceKind, Observation},
};
use crate::{
    catalogue::GeneModels,
    genome::{Breakend, SequenceSource, sequence::reverse_complement},
};

/// Edits allowed in the bases between the aligner's breakpoint and the exon ends (count): a second error within
/// [`super::ends::SLACK`] bases of one junction is rarer than an unannotated splice site.
const EDITS: usize = 1;
/// Molecules of at least this many bases count as long reads, which may lack a base (bases): more than both mates of
/// 300, the longest of Illumina, whose errors are substitutions. An extra base stays an inserted one, as it decides
/// the reading frame.
const LONG_READ: usize = 650;

/// Moves split observations to annotated exon ends of both sides, if the read's bases allow it with one edit at most.
///
/// METHOD: both segments end near annotated exon ends only if the junction is spliced there: two random bases of
/// exons of 150 bases lie within 8 of them once in a hundred, and the moved bases must match as well. Exon ends on
/// one side only do not move a read, since a breakpoint within an exon has them too.
pub(super) fn to_exon_ends(observations: &mut [Observation], models: &GeneModels, source: &dyn SequenceSource) {
    let mut cache: HashMap<Breakend, Vec<KnownEnd>> = HashMap::new();
    for o in observations.iter_mut().filter(|o| o.kind != EvidenceKind::Spanning) {
        for side in [o.five.at, o.three.at] {
            cache.entry(side).or_insert_with(|| around(models, source, side));
        }
        snap(o, &cache[&o.five.at], &cache[&o.three.at]);
    }
}

/// Bases outward from a breakend to an exon end.
const fn outward(side: Breakend, end: &KnownEnd) -> i64 {
    (end.side.position.0 - side.position.0) * side.retained.outward()
}

fn snap(o: &mut Observation, donors: &[KnownEnd], acceptors: &[KnownEnd]) {
    let Some((bases, before)) = &o.bases else { return };
    let best = pairs(donors, acceptors)
        .filter_map(|(donor, acceptor)| {
            let (five, three) = (outward(o.five.at, donor), outward(o.three.at, acceptor));
            let edits = edits(bases, *before, o.inserted.len(), (five, donor), (three, acceptor))?;
            Some((edits, five.abs() + three.abs(), five, three, donor.side, acceptor.side))
        })
        .min();
    let Some((_, _, five, three, donor, acceptor)) = best else {
        return;
    };
    if let Some((bases, before)) = &mut o.bases {
        let edge = i64::try_from(*before).unwrap_or(0) + five;
        *before = usize::try_from(edge).unwrap_or(0).min(bases.len());
    }
    o.overlap = moved(o.overlap, five);
    o.inserted.clear();
    for (side, by, at) in [(&mut o.five, five, donor), (&mut o.three, three, acceptor)] {
        (side.at, side.anchor) = (at, moved(side.anchor, by));
    }
}

/// Every donor with every acceptor.
fn pairs<'a>(donors: &'a [KnownEnd], acceptors: &'a [KnownEnd]) -> impl Iterator<Item = (&'a KnownEnd, &'a KnownEnd)> {
    let acceptors = acceptors.iter().filter(|e| !e.is_donor);
    donors
        .iter()
        .filter(|e| e.is_donor)
        .flat_map(move |donor| acceptors.clone().map(move |acceptor| (donor, acceptor)))
}

fn moved(n: u32, by: i64) -> u32 {
    u32::try_from(i64::from(n) + by).unwrap_or(0)
}

/// Edits between the read's bases at the junction and those of two exon ends, `five` and `three` bases further out;
/// `None` for more than [`EDITS`], or if bases are unknown.
fn edits(
    bases: &[u8],
    before: usize,
    inserted: usize,
    (five, donor): (i64, &KnownEnd),
    (three, acceptor): (i64, &KnownEnd),
) -> Option<usize> {
    let length = |n: i64| usize::try_from(n.max(0)).unwrap_or(0);
    let read = bases.get(before.checked_sub(length(-five))?..before + inserted + length(-three))?;
    let mut expected = reverse_complement(donor.inward.get(..length(five))?);
    expected.extend(acceptor.inward.get(..length(three))?);
    if read.len() > expected.len() || (read.len() < expected.len() && bases.len() < LONG_READ) {
        return None;
    }
    let edits = strsim::generic_levenshtein(&read.to_vec(), &expected);
    (edits <= EDITS).then_some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::tests::observed,
        genome::{Build, Contigs, Position, Retained, sequence::NoSequence},
    };

    fn models() -> GeneModels {
        let contigs = Contigs::new([("chr4".to_owned(), 190_214_555), ("chr11".to_owned(), 135_086_622)]);
        GeneModels::bind(Build::GRCh38, &contigs, Vec::new())
    }

    /// Last bases of KMT2A e8, first of AFF1 e5.
    fn ends() -> (String, String) {
        let of = |symbol, exon| crate::catalogue::catalogue().exon_ends(symbol, exon).unwrap();
        (of("KMT2A", 8).last.to_owned(), of("AFF1", 5).first.to_owned())
    }

    /// e8-e5 (118,482,495 and 87,084,120, 1-based), aligned `five` and `three` bases further out, `inserted` between.
    fn seen(read: &str, before: usize, five: i64, three: i64, inserted: &str) -> Observation {
        let side = |contig, position, retained| Breakend {
            contig: crate::genome::ContigId(contig),
            position: Position(position),
            retained,
        };
        let (five, three) = (
            side(1, 118_482_494 + five, Retained::Left),
            side(0, 87_084_119 - three, Retained::Right),
        );
        Observation {
            inserted: inserted.as_bytes().to_vec(),
            bases: Some((read.as_bytes().into(), before)),
            ..observed((five, 40), (three, 40))
        }
    }

    fn snapped(mut o: Observation) -> (i64, i64, String, usize) {
        to_exon_ends(std::slice::from_mut(&mut o), &models(), &NoSequence);
        (
            o.five.at.position.one_based() - 118_482_495,
            o.three.at.position.one_based() - 87_084_120,
            String::from_utf8(o.inserted).unwrap(),
            o.bases.unwrap().1,
        )
    }

    /// The read with a mismatch at base `at` (from the junction).
    fn error(at: i64) -> String {
        let (last, first) = ends();
        let mut read = (last + &first).into_bytes();
        let at = usize::try_from(40 + at).unwrap();
        read[at] = if read[at] == b'A' { b'C' } else { b'A' };
        String::from_utf8(read).unwrap()
    }

    #[test]
    fn a_read_extended_past_the_junction_moves_back_to_the_exon_ends() {
        // Three bases of e8 aligned to AFF1's intron, one of them an error; two of AFF1 aligned to KMT2A's.
        assert_eq!(snapped(seen(&error(-2), 37, -3, 3, "")), (0, 0, String::new(), 40));
        assert_eq!(snapped(seen(&error(1), 42, 2, -2, "")), (0, 0, String::new(), 40));
    }

    #[test]
    fn an_error_in_the_last_base_is_not_an_insertion() {
        let read = error(-1);
        assert_eq!(
            snapped(seen(&read, 39, -1, 0, &read[39..40])),
            (0, 0, String::new(), 40)
        );
    }

    #[test]
    fn two_edits_true_insertions_and_breakpoints_within_an_exon_are_kept() {
        let (last, first) = ends();
        let other = |text: &str| {
            text.bytes()
                .map(|b| if b == b'A' { 'C' } else { 'A' })
                .collect::<String>()
        };
        let two = last[..37].to_owned() + &other(&last[37..]) + &first;
        assert_eq!(snapped(seen(&two, 37, -3, 3, "")), (-3, -3, String::new(), 37));
        let inserted = last.clone() + "C" + &first;
        assert_eq!(snapped(seen(&inserted, 40, 0, 0, "C")), (0, 0, "C".to_owned(), 40));
        // Three bases of AFF1 missing: another acceptor (NAGNAG).
        let later = last + &first[3..];
        assert_eq!(snapped(seen(&later, 40, 0, -3, "")), (0, 3, String::new(), 40));
    }

    #[test]
    fn a_long_read_may_lack_a_base_but_an_extra_one_is_kept() {
        let (last, first) = ends();
        let body = "ACGT".repeat(100);
        let without = format!("{body}{}{first}{body}", &last[..39]);
        assert_eq!(snapped(seen(&without, 439, -1, 0, "")), (0, 0, String::new(), 440));
        let twice = format!("{body}{last}{}{first}{body}", &last[39..]);
        let extra = last[39..].to_owned();
        assert_eq!(snapped(seen(&twice, 440, 0, 0, &extra)), (0, 0, extra, 440));
        // From a read length of 650 bases.
        let of_length = |n: usize| {
            let fill = body.repeat(2)[..n - 39 - first.len()].to_owned();
            let at = fill.len() + 39;
            let read = fill + &last[..39] + &first;
            assert_eq!(read.len(), n);
            let (five, _, _, before) = snapped(seen(&read, at, -1, 0, ""));
            (five, before - at)
        };
        assert_eq!((of_length(649), of_length(650)), ((-1, 0), (0, 1)));
        // The same bases in a short read are a separate junction.
        let short = format!("{}{first}", &last[..39]);
        assert_eq!(snapped(seen(&short, 39, -1, 0, "")), (-1, 0, String::new(), 39));
    }
}
