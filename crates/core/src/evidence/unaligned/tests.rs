use super::*;
use crate::genome::{Build, Cigar, Contigs};

fn models() -> (Contigs, GeneModels) {
    let contigs = Contigs::new([
        ("chr4".to_owned(), 190_214_555),
        ("chr9".to_owned(), 138_394_717),
        ("chr10".to_owned(), 133_797_422),
        ("chr11".to_owned(), 135_086_622),
    ]);
    let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
    (contigs, models)
}

fn end_of(symbol: &str, exon: u16) -> String {
    catalogue().exon_ends(symbol, exon).unwrap().last.to_owned()
}

fn start_of(symbol: &str, exon: u16) -> String {
    catalogue().exon_ends(symbol, exon).unwrap().first.to_owned()
}

fn unmapped(bases: &str) -> AlignedRecord {
    AlignedRecord {
        name: b"r".to_vec(),
        flags: Flags(0x4 | 0x1 | 0x40 | 0x8),
        position: -1,
        mate_position: -1,
        sequence: bases.as_bytes().to_vec(),
        ..AlignedRecord::default()
    }
}

fn lay(bases: &str) -> Vec<String> {
    let (contigs, models) = models();
    let index = ExonIndex::new(&models, &NoSequence, Scope::Catalogue);
    let mut shown: Vec<String> = index
        .lay_all(vec![unmapped(bases)], MapqScale::Star)
        .iter()
        .map(|r| {
            let place = r.contig.map_or("*".to_owned(), |c| contigs.name(c).to_owned());
            format!("{place}:{} {:?} {}", r.position + 1, r.flags.strand(), r.cigar)
        })
        .collect();
    shown.sort();
    shown
}

/// A junction as in MV4-11, from the catalogue's own bases: e8 ends at 118,482,495, AFF1 e5 begins at 87,084,120
/// (GRCh38).
#[test]
fn a_read_over_a_junction_becomes_a_split_alignment() {
    let read = end_of("KMT2A", 8) + &start_of("AFF1", 5)[..30];
    assert_eq!(
        lay(&read),
        ["chr11:118482456 Forward 40M30S", "chr4:87084120 Forward 40S30M"]
    );
    let turned = String::from_utf8(reverse_complement(read.as_bytes())).unwrap();
    assert_eq!(
        lay(&turned),
        ["chr11:118482456 Reverse 40M30S", "chr4:87084120 Reverse 40S30M"]
    );
}

#[test]
fn mismatches_near_the_junction_are_included_up_to_the_exon_ends() {
    let mut read = (end_of("KMT2A", 8) + &start_of("AFF1", 5)[..30]).into_bytes();
    read[38] = if read[38] == b'A' { b'C' } else { b'A' };
    read[41] = if read[41] == b'A' { b'C' } else { b'A' };
    assert_eq!(
        lay(std::str::from_utf8(&read).unwrap()),
        ["chr11:118482456 Forward 40M30S", "chr4:87084120 Forward 40S30M"]
    );
}

#[test]
fn a_spliced_wild_type_read_is_one_alignment() {
    // KMT2A e8 ends at 118,482,495, e9 begins at 118,484,183.
    let read = end_of("KMT2A", 8) + &start_of("KMT2A", 9);
    assert_eq!(lay(&read), ["chr11:118482456 Forward 40M1687N40M"]);
}

/// MLLT3 is on the reverse strand.
#[test]
fn a_partner_on_the_other_strand_and_unknown_bases_between() {
    let read = end_of("KMT2A", 9) + "GGGCCC" + &start_of("MLLT3", 6)[..35];
    let laid = lay(&read);
    assert_eq!(laid.len(), 2, "{laid:?}");
    assert!(
        laid[0].starts_with("chr11:") && laid[0].ends_with("Forward 40M41S"),
        "{laid:?}"
    );
    assert!(
        laid[1].starts_with("chr9:") && laid[1].ends_with("Reverse 35M46S"),
        "{laid:?}"
    );
}

#[test]
fn reads_without_an_indexed_kmer_stay_unmapped() {
    for read in [
        "",
        "ACGT",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
        "ACGATCGATCGATCTAGCTAGCATCGATGCTAGCTAGCATGCATCGATCGATCGATCG",
    ] {
        assert_eq!(lay(read), ["*:0 Forward *"].map(|s| s.to_owned()), "{read}");
    }
}

/// A realigned read takes the number of the mate's alternative; of several records of one name, the lowest, in any
/// order.
#[test]
fn the_number_of_the_mates_alternative_does_not_depend_on_the_order() {
    let (contigs, models) = models();
    let index = ExonIndex::new(&models, &NoSequence, Scope::Catalogue);
    let read = end_of("KMT2A", 8) + &start_of("AFF1", 5)[..30];
    let placed = |hit_index: Option<u32>| AlignedRecord {
        name: b"r".to_vec(),
        contig: contigs.id("chr11"),
        position: 118_480_000,
        cigar: Cigar::parse("50M").unwrap(),
        hit_index,
        ..AlignedRecord::default()
    };
    for (numbers, expected) in [
        (vec![Some(3), Some(1), None], Some(1)),
        (vec![None, Some(1), Some(3)], Some(1)),
        (vec![Some(1), None, Some(3)], Some(1)),
        (vec![None], None),
        (vec![], None),
    ] {
        let mut records: Vec<AlignedRecord> = numbers.iter().copied().map(placed).collect();
        records.insert(records.len() / 2, unmapped(&read));
        let laid = index.lay_all(records, MapqScale::Star);
        let found: Vec<Option<u32>> = laid.iter().filter(|r| r.laid).map(|r| r.hit_index).collect();
        assert_eq!(found, [expected, expected], "{numbers:?}");
    }
}

proptest::proptest! {
    /// For any bases, every realigned record has as many bases as its CIGAR, and is inside its contig.
    #[test]
    fn laid_records_are_sound(cut in 0_usize..40, other in "[ACGTN]{0,60}", turned: bool) {
        let (contigs, models) = models();
        let index = ExonIndex::new(&models, &NoSequence, Scope::Catalogue);
        let mut read = (end_of("KMT2A", 10)[cut..].to_owned() + &other).into_bytes();
        if turned {
            read = reverse_complement(&read);
        }
        // Each base has a different quality.
        let mut record = unmapped(std::str::from_utf8(&read).unwrap());
        record.qualities = (0..read.len() as u8).collect();
        for r in index.lay_all(vec![record], MapqScale::Hisat2) {
            if r.flags.is_unmapped() {
                continue;
            }
            let turned = r.flags.strand() == Strand::Reverse;
            let as_sequenced = |at: usize| if turned { read.len() - 1 - at } else { at };
            let expected: Vec<u8> = (0..read.len()).map(|at| as_sequenced(at) as u8).collect();
            proptest::prop_assert_eq!(&r.qualities, &expected);
            proptest::prop_assert_eq!(r.cigar.sequence_len(), read.len() as u64);
            proptest::prop_assert!(r.interval().end.0 <= contigs.length(r.contig.unwrap()));
            proptest::prop_assert!(r.laid);
        }
    }
}

/// A transcript that retains intron 8 up to 336 bases after e8 (118,482,831) and continues with AFF1 e5 (87,084,120).
#[test]
fn a_retained_intron_before_the_partner_is_aligned_too() {
    let (contigs, models) = models();
    let source = crate::catalogue::BuiltIn::bind(Build::GRCh38, &contigs);
    let index = ExonIndex::new(&models, &source, Scope::CatalogueInFull);
    let contig = contigs.resolve("chr11").unwrap();
    let kept = |bases: i64| {
        let interval = Interval::new(118_482_831 - bases, 118_482_831);
        String::from_utf8(source.bases(contig, interval).unwrap()).unwrap()
    };
    let partner = &start_of("AFF1", 5)[..30];
    let places = |read: String| -> Vec<String> {
        let records = index.lay_all(vec![unmapped(&read)], MapqScale::Star);
        let mut all: Vec<String> = records
            .iter()
            .map(|r| format!("{} {}", r.position + 1, r.cigar))
            .collect();
        all.sort();
        all
    };
    assert_eq!(
        places(kept(40) + partner),
        ["118482792 40M30S", "87084120 40S30M"],
        "the last base is 118,482,831"
    );
    // Fewer bases of an intron may come from another copy of its repeat.
    assert!(index.spells_intron(kept(30).as_bytes()));
    assert!(!index.spells_intron(kept(29).as_bytes()));
    assert_eq!(places(kept(29) + partner), ["87084120 29S30M"]);
    // Such a read is found by the partner's exon, not by the intron.
    assert!(!index.touches(codes(kept(40).as_bytes())));
    assert!(index.touches(codes(partner.as_bytes())));
}

/// One look-up finds a k-mer on either strand, anywhere in the read.
#[test]
fn both_strands_are_found_by_one_look_up() {
    let (_, models) = models();
    let index = ExonIndex::new(&models, &NoSequence, Scope::Catalogue);
    let exon = end_of("AFF1", 3);
    let filler = "GATTACAGCTTGACCGTATCGGA";
    for at in 0..=exon.len() - WORD {
        let read = format!("{filler}{}{filler}", &exon[at..at + WORD]);
        assert!(index.touches(codes(read.as_bytes())), "{at}");
        assert!(
            index.touches(codes(&reverse_complement(read.as_bytes()))),
            "{at} reverse complement"
        );
        // One base less is not a k-mer.
        let short = format!("{filler}N{}N{filler}", &exon[at..at + WORD - 1]);
        assert!(!index.touches(codes(short.as_bytes())), "{at} short");
    }
}
