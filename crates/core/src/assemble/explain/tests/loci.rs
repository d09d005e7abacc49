use super::{super::words::WORD, *};
use crate::genome::{Interval, Position};

#[test]
fn offsets_and_positions_are_each_others_inverse_on_both_strands() {
    let w = world();
    for symbol in ["KMT2A", "AFF1", "MLLT3", "MLLT1"] {
        let locus = w.locus(symbol);
        let len = locus.span.len();
        for offset in [0, 1, len / 3, len - 1] {
            let position = locus.position(offset);
            assert!(locus.span.contains(position), "{symbol} {offset}");
            assert_eq!(locus.offset(position), offset, "{symbol}");
            let interval = locus.reference(offset, offset + 7);
            assert_eq!(interval.len(), 7);
            assert_eq!(locus.interval(interval), (offset, offset + 7), "{symbol}");
        }
        // The first offset is the first base in sense.
        let first = match locus.strand {
            Strand::Forward => locus.span.start,
            Strand::Reverse => locus.span.last(),
        };
        assert_eq!(locus.position(0), first, "{symbol}");
    }
    assert_eq!(w.locus("MLLT3").strand, Strand::Reverse);
    assert_eq!(w.locus("KMT2A").strand, Strand::Forward);
}

#[test]
fn a_locus_has_its_exons_bases_in_sense() {
    let w = world();
    for (symbol, number) in [("KMT2A", 8), ("AFF1", 5), ("MLLT3", 6), ("MLLT1", 2)] {
        let locus = w.locus(symbol);
        let start = locus.offset(Position(w.start(symbol, number) - 1));
        let bases = w.exon_bases(symbol, number);
        let read: Vec<u8> = (start..start + bases.len() as i64).map(|at| locus.base(at)).collect();
        assert_eq!(read, bases, "{symbol} e{number}");
        let end = locus.offset(Position(w.end(symbol, number) - 1));
        assert_eq!(end - start + 1, bases.len() as i64, "{symbol}");
        assert!(locus.is_acceptor(start) && locus.is_donor(end), "{symbol} e{number}");
        assert!(!locus.is_acceptor(start + 1) && !locus.is_donor(end - 1), "{symbol}");
        assert!(locus.is_exonic(start) && locus.is_exonic(end), "{symbol} e{number}");
    }
    // Donors end before GT, acceptors begin after AG; KMT2A's introns are known.
    let own = w.locus("KMT2A");
    let donor = own.offset(Position(118_482_495 - 1));
    assert_eq!([own.base(donor + 1), own.base(donor + 2)], *b"GT");
    let acceptor = own.offset(Position(118_484_183 - 1));
    assert_eq!([own.base(acceptor - 2), own.base(acceptor - 1)], *b"AG");
    assert!(!own.is_exonic(donor + 500));
    // A partner's introns are unknown.
    let partner = w.locus("AFF1");
    let inside = partner.offset(Position(w.start("AFF1", 5) - 1 - 3_000));
    assert_eq!(partner.base(inside), b'N');
}

/// Unannotated introns of the sample have donors and acceptors like annotated ones.
#[test]
fn a_samples_own_introns_are_splice_sites() {
    let w = world();
    let mut own = w.locus("KMT2A").clone();
    let (a, b) = (own.offset(Position(118_483_000)), own.offset(Position(118_484_200)));
    assert!(!own.is_donor(a) && !own.is_acceptor(b));
    own.add_sites([(a, b), (a, b)]);
    assert!(own.is_donor(a) && own.is_acceptor(b));
    assert_eq!(own.donors.iter().filter(|d| **d == a).count(), 1);
    assert!(own.donors.is_sorted());
}

#[test]
fn a_window_without_known_bases_is_unknown_and_stays_on_its_contig() {
    let w = world();
    let contig = w.contigs.id("chr1").unwrap();
    let around = Interval::new(100, 150);
    let place = Locus::of_place((contig, Strand::Reverse), around, None, &w.source, 250_000_000);
    assert_eq!(place.span, Interval::new(0, 650));
    assert!(!place.is_known());
    assert_eq!(place.base(place.offset(Position(120))), b'N');
}

#[test]
fn kmers_find_the_locus_of_a_sequence() {
    let w = world();
    for (symbol, number) in [("AFF1", 6), ("MLLT3", 7), ("ELL", 3)] {
        let locus = w.locus(symbol);
        let bases = &w.exon_bases(symbol, number)[3..43];
        let (read, number_of, at) = w.words.anchors(bases, None)[0];
        assert!(
            std::ptr::eq(&raw const w.loci.all[number_of as usize], locus),
            "{symbol}"
        );
        let expected = locus.offset(Position(w.start(symbol, number) - 1)) + 3;
        assert_eq!(at - read as i64, expected, "{symbol}");
        // Restricted to the target gene, no other locus is returned.
        assert!(w.words.anchors(bases, Some(0)).iter().all(|(_, locus, _)| *locus == 0));
    }
    // An unknown base hides the k-mers that contain it.
    let mut bases = w.exon_bases("AFF1", 6)[3..3 + 2 * WORD - 1].to_vec();
    bases[WORD - 1] = b'N';
    assert!(w.words.anchors(&bases, None).is_empty());
}

#[test]
fn kmers_find_exon_ends_by_eight_bases() {
    let w = world();
    for (symbol, number) in [("AFF1", 5), ("MLLT3", 6)] {
        let locus = w.locus(symbol);
        let bases = w.exon_bases(symbol, number);
        let start = locus.offset(Position(w.start(symbol, number) - 1));
        let is_here = |hit: &u32| std::ptr::eq(&raw const w.loci.all[*hit as usize], locus);
        let read = [b"TTT", &bases[..8]].concat();
        let starts = w.words.exon_starts(&read);
        assert!(
            starts.iter().any(|(i, l, at)| *i == 3 && is_here(l) && *at == start),
            "{symbol}"
        );
        let end = locus.offset(Position(w.end(symbol, number) - 1));
        let ends = w.words.exon_ends(last(&bases, 8));
        assert!(
            ends.iter().any(|(i, l, at)| *i == 0 && is_here(l) && *at == end - 7),
            "{symbol}"
        );
        // Seven are not enough.
        assert!(w.words.exon_starts(&bases[..7]).is_empty());
    }
}
