//! Several reads together: molecules of the sample that explain one another.

use breakapart_rule::{Assay, Params};

use super::*;
use crate::{
    assemble::{self, Candidate},
    evidence::{self, group::MapqScale},
    genome::{AlignedRecord, Flags},
};

/// Intron 1 of KMT2A, from which the inserted bases are copied (1-based).
const TEMPLATE: i64 = 118_441_445;
/// Copied bases.
const COPIED: usize = 52;

impl World {
    /// Bases of KMT2A from a base on (1-based).
    pub(super) fn own(&self, first: i64, count: usize) -> Vec<u8> {
        let locus = self.locus("KMT2A");
        let start = locus.offset(crate::genome::Position(first - 1));
        (start..start + count as i64).map(|at| locus.base(at)).collect()
    }

    /// 600 intergenic bases.
    fn intergenic(&self) -> Vec<u8> {
        let mut state = 11_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b"ACGT"[(state >> 62) as usize]
        };
        (0..600).map(|_| next()).collect()
    }

    /// The junctions of reads, each from its own molecule.
    fn assembled(&self, reads: Vec<AlignedRecord>) -> Vec<Candidate> {
        let records = (0..).zip(reads).map(|(n, read)| AlignedRecord {
            name: format!("r{n}").into_bytes(),
            // Unique names, so that each read is a separate molecule.
            ..read
        });
        let mut collected = evidence::from_records(records.collect(), &self.models, &self.contigs, MapqScale::Star);
        let settings = (Assay::Rna, 1_000, &Params::default());
        let all = (collected.fragments.as_mut_slice(), &collected.plain);
        assemble::assemble(all, &self.models, &self.contigs, &self.source, settings).candidates
    }
}

fn shown(candidates: &[Candidate]) -> Vec<(i64, i64, String, u32)> {
    candidates
        .iter()
        .map(|c| {
            let inserted = String::from_utf8(c.sides.inserted().to_vec()).unwrap();
            let (five, three) = (c.sides.five().unwrap().position, c.sides.three().unwrap().position);
            (five.one_based(), three.one_based(), inserted, c.evidence.molecules)
        })
        .collect()
}

/// A reference with pseudorandom bases at one intergenic locus only.
struct Between {
    contig: crate::genome::ContigId,
    from: i64,
    bases: Vec<u8>,
}

impl crate::genome::SequenceSource for Between {
    fn bases(&self, contig: crate::genome::ContigId, interval: crate::genome::Interval) -> Option<Vec<u8>> {
        let base = |at: i64| {
            let at = usize::try_from(at - self.from).ok()?;
            self.bases.get(at).copied()
        };
        let all = (interval.start.0..interval.end.0).map(|at| base(at).unwrap_or(b'N'));
        (contig == self.contig).then(|| all.collect())
    }
}

/// KMT2A e11, 52 bases that also occur in intron 1, AFF1 e5. Two reads span the insertion; others end within the 52
/// bases, and would be aligned to intron 1 by themselves.
#[test]
fn inserted_bases_with_a_template_in_an_intron_stay_with_their_junction() {
    let w = world();
    let template = w.own(TEMPLATE, COPIED);
    let whole = [template.as_slice(), &w.exon_bases("AFF1", 5)[..45]].concat();
    let reads = (0..2)
        .map(|n| w.clipped(11, 40 + n, &whole))
        .chain((0..6).map(|n| w.clipped(11, 60 + n, &template[..30 + n])))
        .collect();
    let found = shown(&w.assembled(reads));
    let inserted = String::from_utf8(template).unwrap();
    assert_eq!(found, [(118_488_760, 87_084_120, inserted, 8)]);
}

/// A read of the insertion's last bases and AFF1, with an error in AFF1's first base, so that its alignment ends one base
/// before the junction: still the same junction, not one to intron 1.
#[test]
fn an_error_in_the_first_base_after_copied_bases_is_not_a_junction_to_their_template() {
    let w = world();
    let partner = w.exon_bases("AFF1", 5);
    for copied in [32, COPIED] {
        // The base that follows in intron 1, as the aligner's alignment there would have it.
        let template = w.own(TEMPLATE, copied);
        let next = w.own(TEMPLATE + copied as i64, 1);
        assert_ne!(next[0], partner[0]);
        let whole = [template.as_slice(), &partner[..45]].concat();
        let start = w.start("AFF1", 5);
        let bases = [&template, &next, &partner[1..45]].concat();
        let wrong = w.record("chr4", start + 1, &format!("{}S44M", copied + 1), &bases);
        let reads = (0..4).map(|n| w.clipped(11, 40 + n, &whole)).chain([wrong]).collect();
        let found = shown(&w.assembled(reads));
        let inserted = String::from_utf8(template).unwrap();
        assert_eq!(found, [(118_488_760, 87_084_120, inserted, 5)], "{copied}");
    }
}

/// The same with reads that end a few bases into the partner: the copied bases are not an exon at the read's end.
#[test]
fn ten_bases_of_a_partner_after_copied_bases_are_enough() {
    let w = world();
    let template = w.own(TEMPLATE, 32);
    for shown_bases in [10, 17] {
        let whole = [template.as_slice(), &w.exon_bases("AFF1", 5)[..shown_bases]].concat();
        let found = shown(&w.assembled((0..3).map(|n| w.clipped(11, 26 + n, &whole)).collect()));
        let inserted = String::from_utf8(template.clone()).unwrap();
        assert_eq!(found, [(118_488_760, 87_084_120, inserted, 3)], "{shown_bases}");
    }
}

/// The first base of the unknown sequence also matches the intron: the breakpoint is still at the end of e14.
#[test]
fn a_breakpoint_into_unknown_sequence_is_at_the_exon_end() {
    let w = world();
    let unknown = b"TATGCGGCGGGCGCCTTATAATGCCTGAGTAGATACATAAAGGCAACGG";
    let next = w.own(118_491_319, 1);
    for agreeing in [0, 1] {
        let others = [&next[..agreeing], unknown].concat();
        let reads = (0..4).map(|n| w.clipped(14, 50 + n, &others)).collect();
        let found = w.assembled(reads);
        assert_eq!(found.len(), 1, "{agreeing}");
        assert_eq!(
            found[0].sides.five().unwrap().position.one_based(),
            118_491_318,
            "{agreeing}"
        );
        assert_eq!(found[0].sides.open().unwrap().beyond, others, "{agreeing}");
        assert_eq!(found[0].evidence.molecules, 4, "{agreeing}");
    }
}

/// Unknown sequence after e14 whose first bases match e17 with one mismatch: the breakpoint is at the end of e14, not
/// within e17.
#[test]
fn a_few_bases_of_another_exon_do_not_move_the_breakpoint() {
    let w = world();
    let unknown = b"TATGCGGCGGGCGCCTTATAATGCCTGAGTAGATACATAAAGGCAACGG";
    let mut alike = w.exon_bases("KMT2A", 17)[..8].to_vec();
    alike[1] = if alike[1] == b'A' { b'C' } else { b'A' };
    let others = [&alike[..], unknown].concat();
    let reads = (0..4).map(|n| w.clipped(14, 50 + n, &others)).collect();
    let found = w.assembled(reads);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].sides.five().unwrap().position.one_based(), 118_491_318);
    assert_eq!(found[0].sides.open().unwrap().beyond, others);
    // Twelve matching bases belong to the exon.
    let spliced = [&w.exon_bases("KMT2A", 17)[..12], unknown].concat();
    let found = w.assembled((0..4).map(|n| w.clipped(14, 50 + n, &spliced)).collect());
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].sides.five().unwrap().position.one_based(),
        w.start("KMT2A", 17) + 11
    );
}

/// A germline variant two bases before the end of e14, at which an aligner clips reads into unknown sequence.
#[test]
fn a_variant_near_the_exon_end_does_not_move_the_breakpoint() {
    let w = world();
    let unknown = b"TATGCGGCGGGCGCCTTATAATGCCTGAGTAGATACATAAAGGCAACGG";
    let other = |base: u8| if base == b'G' { b'C' } else { b'G' };
    let last = w.own(118_491_317, 2);
    for (own, five) in [
        ([other(last[0]), last[1]], 118_491_318),
        ([other(last[0]), other(last[1])], 118_491_316),
    ] {
        let reads = (0..4_i64).map(|n| {
            let start = 118_491_256 + n;
            let kept = w.own(start, (118_491_317 - start) as usize);
            let cigar = format!("{}M{}S", kept.len(), own.len() + unknown.len());
            w.record("chr11", start, &cigar, &[kept.as_slice(), &own, unknown].concat())
        });
        let found = w.assembled(reads.collect());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].sides.five().unwrap().position.one_based(), five);
        assert_eq!(
            found[0].sides.open().map(|open| open.beyond.ends_with(unknown)),
            Some(true)
        );
    }
}

/// A poly-A tail that the aligner placed in a poly-A stretch of an intron.
#[test]
fn a_tail_placed_by_the_aligner_is_not_a_junction() {
    let w = world();
    let kept = w.own(118_526_752, 81);
    let reads = (0..4).flat_map(|n: usize| {
        let bases = [&kept[n..], b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"].concat();
        let part = AlignedRecord {
            flags: Flags(0x800),
            ..w.record("chr11", 118_513_939, &format!("{}S35M", 81 - n), &bases)
        };
        [
            w.record("chr11", 118_526_752 + n as i64, &format!("{}M35S", 81 - n), &bases),
            part,
        ]
    });
    let records: Vec<AlignedRecord> = reads.collect();
    for pair in records.chunks(2) {
        let explained = w.explained(pair.to_vec());
        assert!(w.changes(&explained).is_empty());
    }
}

/// Two copies of one repeat: an exon that begins in the downstream one is wild-type KMT2A, the upstream one would be a
/// duplication.
#[test]
fn an_unannotated_exon_is_likelier_than_a_duplication() {
    let w = world();
    let (kept, ahead) = (w.own(118_507_556, 54), w.own(118_507_902, 22));
    assert_eq!(ahead[1..21], w.own(118_467_317, 20)[..]);
    let read = w.record("chr11", 118_507_556, "54M22S", &[kept, ahead].concat());
    let found = w.changes(&w.explained(vec![read]));
    let expected = (
        "chr11".to_owned(),
        118_507_609,
        "chr11".to_owned(),
        118_507_902,
        String::new(),
    );
    assert_eq!(found, [expected]);
}

/// An intergenic mate matches some gene over a dozen bases by chance.
#[test]
fn an_intergenic_mate_stays_unmapped() {
    let w = world();
    let mut state = 7_u64;
    let mut base = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        b"ACGT"[(state >> 62) as usize]
    };
    for _ in 0..60 {
        let own = AlignedRecord {
            flags: Flags(73),
            ..w.record("chr11", 118_484_183, "100M", &w.own(118_484_183, 100))
        };
        let mate: Vec<u8> = (0..150).map(|_| base()).collect();
        let mate = AlignedRecord {
            flags: Flags(133),
            cigar: crate::genome::Cigar::default(),
            ..w.record("chr11", 118_484_183, "150M", &mate)
        };
        let explained = w.explained(vec![own, mate]);
        assert_eq!(
            explained.shape.chain.segments.len(),
            1,
            "{:?}",
            explained.shape.chain.segments
        );
        assert_eq!(explained.shape.chain.segments[0].first_base().one_based(), 118_484_183);
    }
}

/// The last nine bases of a KMT2A exon, within an unmapped mate of a read in another gene, match by chance.
#[test]
fn a_few_bases_next_to_another_gene_are_not_kmt2a() {
    let w = world();
    let exon = w.exon_bases("KMT2A", 9);
    let before = b"TATGCGGCGGGCGCCTTATAATGCCTGAGTAGATACATAAAGGCAACGG";
    let after = b"CCGTTGACAATCGGATCTTAACGCGTACCTAAGTCCGATTCGACTA";
    let mate = [&before[..], last(&exon, 9), after].concat();
    let other = AlignedRecord {
        flags: Flags(73),
        ..w.record("chr1", 30_000_000, "100M", &before.repeat(3)[..100])
    };
    let mate = AlignedRecord {
        flags: Flags(133),
        cigar: crate::genome::Cigar::default(),
        ..w.record("chr1", 30_000_000, "104M", &mate)
    };
    let explained = w.explained(vec![other, mate]);
    let own = w.contigs.id("chr11");
    let segments = &explained.shape.chain.segments;
    assert!(segments.iter().all(|s| Some(s.contig) != own), "{segments:?}");
}

/// The last thirteen bases of a CLTC exon, upstream of a segment of AFF4 that is itself barely sufficient, match by
/// chance. Middle exons of three-way events are affected, as their bases may be unknown.
#[test]
fn a_few_bases_before_a_short_segment_of_a_partner_are_chance() {
    let w = world();
    let unknown = b"TGCAGTTAGATTGAGCTCTACTAGCAAGTTCTGTTTTCGCGGTCTCAGCCTCTCCGCGTTTACAAGTGTGG";
    let (end, start) = (w.exon_bases("CLTC", 29), w.exon_bases("AFF4", 14));
    let mate = [&unknown[..50], last(&end, 13), &unknown[20..71], &start[..28]].concat();
    let mate = AlignedRecord {
        flags: Flags(129),
        ..w.record("chr5", 132_889_146, "28M114S", &reverse_complement(&mate))
    };
    let own = AlignedRecord {
        flags: Flags(65),
        ..w.record("chr11", 118_484_183, "100M", &w.own(118_484_183, 100))
    };
    let explained = w.explained(vec![own, mate]);
    let cltc = w.contigs.id("chr17");
    let segments = &explained.shape.chain.segments;
    assert!(segments.iter().all(|s| Some(s.contig) != cltc), "{segments:?}");
}

/// The mate is intergenic, where there are no k-mers; the other read is clipped in an intron of KMT2A, with the bases
/// upstream of the mate.
#[test]
fn a_clip_is_searched_at_the_mates_locus() {
    let w = world();
    let place = w.intergenic();
    let (contig, from) = ("chr2", 30_000_000_i64);
    let kept = w.own(118_484_330, 123);
    let read = [&kept[..], &place[..27]].concat();
    let own = AlignedRecord {
        flags: Flags(65),
        ..w.record("chr11", 118_484_330, "123M27S", &read)
    };
    let mate = AlignedRecord {
        flags: Flags(145),
        ..w.record(contig, from + 200, "100M", &place[200..300])
    };
    let source = Between {
        contig: w.contigs.id(contig).unwrap(),
        from: from - 1,
        bases: place,
    };
    let explainer = super::super::realign::Explainer {
        source: &source,
        ..w.explainer()
    };
    let explained = explainer.explain(&w.fragment(vec![own, mate])).unwrap();
    let expected = ("chr11".to_owned(), 118_484_452, contig.to_owned(), from, String::new());
    assert_eq!(w.changes(&explained), [expected]);
}

/// AFF1 e3 and AFF3 e5 end in the same twelve bases (GAGCCCTACAAG). A read with only these belongs to the junction of
/// two longer reads; no read supports AFF3.
#[test]
fn bases_shared_by_two_partners_belong_to_the_junction_of_other_molecules() {
    let w = world();
    let (aff1, aff3) = (w.exon_bases("AFF1", 3), w.exon_bases("AFF3", 5));
    assert_eq!(last(&aff1, 12), last(&aff3, 12));
    assert_ne!(last(&aff1, 20), last(&aff3, 20));
    let own = &w.exon_bases("KMT2A", 9)[..70];
    let start = w.start("KMT2A", 9);
    let read = |shared: usize| {
        let bases = [last(&aff1, shared), own].concat();
        w.record("chr11", start, &format!("{shared}S70M"), &bases)
    };
    let expected = (w.end("AFF1", 3), start, String::new());
    let found = shown(&w.assembled(vec![read(40), read(45), read(12)]));
    assert_eq!(found, [(expected.0, expected.1, expected.2, 3)]);
}
