//! Alignments of reads to a locus.

use super::{
    super::walk::{Block, Lay, Read, lay},
    *,
};
use crate::genome::Position;

/// Aligns a whole read from the seed base `anchor`, which is at position `at` (1-based) in the gene.
fn laid(symbol: &str, bases: &[u8], anchor: usize, at: i64) -> Lay {
    let w = world();
    let locus = w.locus(symbol);
    let read = Read { bases, qualities: &[] };
    lay(
        read,
        0..bases.len(),
        (anchor, locus.offset(Position(at - 1))),
        locus,
        &w.model,
    )
}

/// The blocks as bases of the read and of the reference (first and last in sense, 1-based).
fn blocks(symbol: &str, lay: &Lay) -> Vec<(usize, usize, i64, i64)> {
    let locus = world().locus(symbol);
    let place = |at: i64| locus.position(at).one_based();
    lay.blocks
        .iter()
        .map(|b: &Block| (b.read, b.read_end(), place(b.at), place(b.end() - 1)))
        .collect()
}

#[test]
fn a_read_across_an_intron_is_aligned_exactly_from_either_side() {
    let w = world();
    for (symbol, exon) in [("KMT2A", 8), ("AFF1", 5), ("MLLT3", 6), ("MLLT1", 4)] {
        let (before, after) = (w.exon_bases(symbol, exon), w.exon_bases(symbol, exon + 1));
        let bases = [last(&before, 40), &after[..45]].concat();
        let step = if w.gene(symbol).1.strand == Strand::Forward {
            1
        } else {
            -1
        };
        let (end, start) = (w.end(symbol, exon), w.start(symbol, exon + 1));
        let expected = vec![(0, 40, end - 39 * step, end), (40, 85, start, start + 44 * step)];
        for (anchor, at) in [
            (0, end - 39 * step),
            (20, end - 19 * step),
            (39, end),
            (40, start),
            (60, start + 20 * step),
            (84, start + 44 * step),
        ] {
            let lay = laid(symbol, &bases, anchor, at);
            assert_eq!(blocks(symbol, &lay), expected, "{symbol} e{exon} from {anchor}");
            assert_eq!((lay.start(), lay.end(), lay.laid()), (0, 85, 85));
        }
    }
}

/// A few bases after an intron are enough if they match.
#[test]
fn a_short_overhang_is_aligned_across_its_intron() {
    let w = world();
    let (before, after) = (w.exon_bases("KMT2A", 8), w.exon_bases("KMT2A", 9));
    let end = w.end("KMT2A", 8);
    let bases = [last(&before, 60), &after[..8]].concat();
    let lay = laid("KMT2A", &bases, 30, end - 29);
    assert_eq!(
        blocks("KMT2A", &lay)[1],
        (60, 68, w.start("KMT2A", 9), w.start("KMT2A", 9) + 7)
    );
}

#[test]
fn mismatches_and_unknown_bases_stay_in_their_block() {
    let w = world();
    let exon = w.exon_bases("KMT2A", 27);
    let start = w.start("KMT2A", 27);
    let exact = laid("KMT2A", &exon[100..180], 40, start + 140);
    let mut bases = exon[100..180].to_vec();
    bases[20] = if bases[20] == b'A' { b'C' } else { b'A' };
    let wrong = laid("KMT2A", &bases, 40, start + 140);
    assert_eq!(blocks("KMT2A", &wrong), [(0, 80, start + 100, start + 179)]);
    bases[20] = b'N';
    let unknown = laid("KMT2A", &bases, 40, start + 140);
    assert_eq!(unknown.blocks, wrong.blocks);
    // An unknown base is neutral, a mismatch lowers the score.
    assert!(exact.score > unknown.score && unknown.score > wrong.score + 3.0);
}

#[test]
fn a_mismatch_of_low_quality_costs_less() {
    let w = world();
    let exon = w.exon_bases("KMT2A", 27);
    let mut bases = exon[100..160].to_vec();
    bases[30] = if bases[30] == b'A' { b'C' } else { b'A' };
    let locus = w.locus("KMT2A");
    let at = locus.offset(Position(w.start("KMT2A", 27) - 1)) + 100;
    let score = |quality: u8| {
        let mut qualities = vec![37; 60];
        qualities[30] = quality;
        let read = Read {
            bases: &bases,
            qualities: &qualities,
        };
        lay(read, 0..60, (10, at + 10), locus, &w.model).score
    };
    assert!(score(5) > score(20) && score(20) > score(37));
    // Qualities are capped at one error in 500: variants are mismatches as well.
    assert!((score(37) - score(41)).abs() < 1e-9);
}

#[test]
fn short_deletions_and_insertions_are_aligned_in_both_directions() {
    let w = world();
    let exon = w.exon_bases("KMT2A", 27);
    let start = w.start("KMT2A", 27);
    for gap in [1_usize, 3, 9] {
        let deleted = [&exon[100..150], &exon[150 + gap..200 + gap]].concat();
        for (anchor, at) in [(10, 110), (90, 190 + gap)] {
            let lay = laid("KMT2A", &deleted, anchor, start + at as i64);
            let found = blocks("KMT2A", &lay);
            assert_eq!(found.len(), 2, "{gap} from {anchor}: {found:?}");
            let (left, right) = (found[0], found[1]);
            assert_eq!((left.0, left.1, right.1), (0, right.0, 100), "{gap} from {anchor}");
            assert_eq!((left.2, right.3), (start + 100, start + 199 + gap as i64));
            assert_eq!(right.2 - left.3 - 1, gap as i64, "{gap} from {anchor}");
        }
        let inserted = [&exon[100..150], &b"CATGCATTG"[..gap], &exon[150..200]].concat();
        for (anchor, at) in [(10, 110), (90 + gap, 190)] {
            let lay = laid("KMT2A", &inserted, anchor, start + at as i64);
            let found = blocks("KMT2A", &lay);
            assert_eq!(found.len(), 2, "{gap} from {anchor}: {found:?}");
            let (left, right) = (found[0], found[1]);
            assert_eq!((left.0, right.1), (0, 100 + gap), "{gap} from {anchor}");
            assert_eq!(right.0 - left.1, gap, "{gap} from {anchor}");
            assert_eq!(right.2, left.3 + 1, "{gap} from {anchor}");
        }
    }
}

/// Bases of another gene are left unaligned, and count 0.
#[test]
fn an_alignment_ends_where_another_genes_bases_begin() {
    let w = world();
    let bases = [last(&w.exon_bases("KMT2A", 8), 50), &w.exon_bases("AFF1", 6)[..50]].concat();
    let end = w.end("KMT2A", 8);
    let own = laid("KMT2A", &bases, 20, end - 29);
    assert_eq!(own.start(), 0);
    assert!((50..=54).contains(&own.end()), "{}", own.end());
    let other = laid("AFF1", &bases, 80, w.start("AFF1", 6) + 30);
    assert_eq!(other.end(), 100);
    assert!((46..=50).contains(&other.start()), "{}", other.start());
    assert_eq!(
        other.offset_of(60),
        Some(world().locus("AFF1").offset(Position(w.start("AFF1", 6) + 9)))
    );
    assert_eq!(other.offset_of(20), None);
}

#[test]
fn a_seed_outside_the_read_aligns_nothing() {
    assert_eq!(laid("KMT2A", b"ACGTACGT", 8, 118_482_400).laid(), 0);
}
