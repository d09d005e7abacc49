use super::*;
use crate::genome::{ContigId, Flags, Position};

const CHR11: ContigId = ContigId(10);
const CHR4: ContigId = ContigId(3);

fn alignment(contig: ContigId, one_based: i64, strand: Strand, cigar: &str, is_primary: bool) -> AlignedRecord {
    let reverse = if strand == Strand::Reverse { 0x10 } else { 0 };
    AlignedRecord {
        flags: Flags(reverse | if is_primary { 0 } else { 0x800 }),
        contig: Some(contig),
        position: one_based - 1,
        mapq: 60,
        cigar: Cigar::parse(cigar).unwrap(),
        ..AlignedRecord::default()
    }
}

fn read(len: u32, alignments: Vec<AlignedRecord>) -> Read<'static> {
    Read {
        len,
        alignments: alignments.into_iter().map(Cow::Owned).collect(),
        sequence: vec![b'A'; len as usize],
        qualities: vec![30; len as usize],
    }
}

fn build(first: Option<Read<'_>>, second: Option<Read<'_>>) -> (Chain, Vec<Clip>) {
    super::build(first, second, MapqScale::Phred)
}

fn ends(chain: &Chain, link: usize) -> (i64, i64) {
    (
        chain.segments[link].last_base().one_based(),
        chain.segments[link + 1].first_base().one_based(),
    )
}

/// A record of aff1-like data: read 2 (reverse) shows KMT2A e8, then AFF1 e5 followed by an intron.
#[test]
fn one_chain_from_either_record_of_a_chimera() {
    let primary = alignment(CHR11, 118_482_463, Strand::Reverse, "33M67S", true);
    let other = alignment(CHR4, 87_084_120, Strand::Reverse, "33H45M5819N22M", false);
    for alignments in [vec![primary.clone(), other.clone()], vec![other, primary]] {
        let (chain, clips) = build(None, Some(read(100, alignments)));
        assert_eq!(chain.segments.len(), 3);
        assert_eq!(chain.links, [LinkKind::Split, LinkKind::Gap]);
        // Along the molecule, the second read runs forward: KMT2A's last retained base first.
        assert_eq!(chain.segments[0].strand, Strand::Forward);
        assert_eq!(ends(&chain, 0), (118_482_495, 87_084_120));
        assert!(clips.is_empty());
    }
}

#[test]
fn mates_that_do_not_overlap_are_linked_by_their_segments() {
    let a = read(
        100,
        vec![alignment(CHR11, 118_482_044, Strand::Forward, "49M329N51M", true)],
    );
    let b = read(
        100,
        vec![alignment(CHR4, 87_089_982, Strand::Reverse, "4S89M1722N7M", true)],
    );
    let (chain, clips) = build(Some(a), Some(b));
    assert_eq!(chain.links, [LinkKind::Gap, LinkKind::Spanning, LinkKind::Gap]);
    assert_eq!(ends(&chain, 1), (118_482_472, 87_089_982));
    assert!(clips.is_empty());
    assert_eq!(chain.mate_start, Some(100));
}

#[test]
fn overlapping_wild_type_mates_are_one_segment() {
    for (first, second) in [((1_001, "100M"), (1_041, "100M")), ((1_001, "100M"), (1_001, "100M"))] {
        let a = read(100, vec![alignment(CHR11, first.0, Strand::Forward, first.1, true)]);
        let b = read(100, vec![alignment(CHR11, second.0, Strand::Reverse, second.1, true)]);
        let (chain, _) = build(Some(a), Some(b));
        assert_eq!(chain.segments.len(), 1);
        assert_eq!(
            chain.segments[0].reference,
            Interval::from_one_based(first.0, second.0 + 99)
        );
        assert!(chain.segments[0].seen_by.first && chain.segments[0].seen_by.second);
    }
}

/// Dovetail: the insert is shorter than the reads; bases beyond the mate's 5' end are adapter.
#[test]
fn dovetailing_mates_never_link_back() {
    let a = read(100, vec![alignment(CHR11, 1_001, Strand::Forward, "83M17S", true)]);
    let b = read(100, vec![alignment(CHR11, 998, Strand::Reverse, "17S83M", true)]);
    let (chain, clips) = build(Some(a), Some(b));
    assert_eq!(chain.segments.len(), 1);
    assert_eq!(chain.segments[0].reference, Interval::from_one_based(1_001, 1_080));
    assert!(chain.links.is_empty());
    assert!(clips.is_empty(), "adapter is not a clip: {clips:?}");
    assert_eq!(chain.sequence.len(), 80);
}

/// A real, fully overlapping PTD fragment: both mates split e8 | e2.
#[test]
fn overlapping_mates_over_a_duplication_show_it_once() {
    let donor = alignment(CHR11, 118_482_446, Strand::Forward, "50M50S", true);
    let acceptor = alignment(CHR11, 118_468_775, Strand::Forward, "50H50M", false);
    let a = read(100, vec![donor, acceptor]);
    let donor = alignment(CHR11, 118_482_456, Strand::Reverse, "40M60S", true);
    let acceptor = alignment(CHR11, 118_468_775, Strand::Reverse, "40H60M", false);
    let b = read(100, vec![donor, acceptor]);
    let (chain, _) = build(Some(a), Some(b));
    assert_eq!(chain.segments.len(), 2);
    assert_eq!(chain.links, [LinkKind::Split]);
    assert_eq!(ends(&chain, 0), (118_482_495, 118_468_775));
    assert_eq!(chain.segments[1].reference.end, Position(118_468_774 + 60));
}

/// Partial overlap: the first read ends in KMT2A, the second spans the junction.
#[test]
fn partly_overlapping_mates_over_a_fusion() {
    let a = read(100, vec![alignment(CHR11, 118_482_380, Strand::Forward, "100M", true)]);
    let b = read(
        100,
        vec![
            alignment(CHR11, 118_482_440, Strand::Reverse, "56M44S", true),
            alignment(CHR4, 87_046_695, Strand::Reverse, "56H44M", false),
        ],
    );
    let (chain, _) = build(Some(a), Some(b));
    assert_eq!(chain.links, [LinkKind::Split]);
    assert_eq!(ends(&chain, 0), (118_482_495, 87_046_695));
    assert_eq!(chain.segments[0].reference.start.one_based(), 118_482_380);
    assert_eq!(chain.sequence.len(), 160);
}

/// STAR extends to the end of AFF1 e3 with three bases although the read comes from KMT2A.
#[test]
fn a_tiny_block_between_intron_and_clip_goes_back_to_the_clip() {
    let (chain, clips) = build(
        Some(read(
            100,
            vec![alignment(CHR4, 87_046_284, Strand::Forward, "16S3M408N81M", true)],
        )),
        None,
    );
    assert_eq!(chain.segments.len(), 1);
    assert_eq!(chain.segments[0].reference.start.one_based(), 87_046_695);
    assert_eq!(
        clips,
        [Clip {
            segment: 0,
            after: false,
            start: 0,
            end: 19
        }]
    );
}

/// Fifteen inserted bases that STAR aligned to AFF1's intron with seven mismatches.
#[test]
fn an_end_full_of_mismatches_goes_back_to_the_clip() {
    let mut partner = alignment(CHR4, 87_084_105, Strand::Forward, "48S52M", true);
    partner.mismatches = [1, 7, 8, 11, 12, 13, 14].map(|n| 87_084_104 + n).to_vec();
    let own = alignment(CHR11, 118_484_267, Strand::Forward, "48M52H", false);
    let (chain, _) = build(Some(read(100, vec![partner, own])), None);
    assert_eq!(ends(&chain, 0), (118_484_314, 87_084_120));
    assert_eq!(chain.segments[1].molecule_start - chain.segments[0].molecule_end, 15);
}

#[test]
fn alternative_alignments_of_the_same_bases_are_not_segments() {
    let a = read(
        100,
        vec![
            alignment(CHR11, 1_001, Strand::Forward, "88M12S", true),
            alignment(CHR4, 5_001, Strand::Reverse, "12M88H", false),
            alignment(CHR4, 9_001, Strand::Reverse, "12M88H", false),
        ],
    );
    let (chain, _) = build(Some(a), None);
    assert_eq!(chain.segments.len(), 2);
    assert_eq!(ends(&chain, 0), (1_088, 5_012));
}

/// A second alignment that overlaps the first by twenty bases and continues beyond it.
#[test]
fn a_further_segment_aligns_eight_bases_that_no_other_does() {
    let parts = |novel: u32| {
        let first = alignment(CHR11, 1_001, Strand::Forward, "60M40S", true);
        let cigar = format!("40H{}M{}H", 20 + novel, 40 - novel);
        let second = alignment(CHR4, 5_001, Strand::Forward, &cigar, false);
        build(Some(read(100, vec![first, second])), None).0.segments.len()
    };
    assert_eq!((parts(8), parts(7)), (2, 1));
}

#[test]
fn a_block_of_ten_bases_between_intron_and_clip_stays() {
    let first_block = |bases: u32| {
        let cigar = format!("16S{bases}M408N{}M", 84 - bases);
        let (chain, _) = build(
            Some(read(
                100,
                vec![alignment(CHR4, 87_046_284, Strand::Forward, &cigar, true)],
            )),
            None,
        );
        chain.segments.len()
    };
    assert_eq!((first_block(10), first_block(9)), (2, 1));
    let last_block = |bases: u32| {
        let cigar = format!("{}M408N{bases}M16S", 84 - bases);
        let (chain, _) = build(
            Some(read(
                100,
                vec![alignment(CHR4, 87_046_284, Strand::Forward, &cigar, true)],
            )),
            None,
        );
        chain.segments.len()
    };
    assert_eq!((last_block(10), last_block(9)), (2, 1));
}
