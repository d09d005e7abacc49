//! Small samples with real sequence, from fragments to the judged junction.

use std::sync::OnceLock;

use crate::{
    catalogue::{BuiltIn, Exon, Gene, GeneModels},
    evidence::{self, group::MapqScale},
    genome::{
        AlignedRecord, Build, Cigar, ContigId, Contigs, Flags, SequenceSource as _, Strand,
        sequence::{NoSequence, reverse_complement},
    },
    judge::{JudgeConfig, Judged, JudgedJunction},
    run,
};

/// GRCh38 genes and their built-in sequence.
struct World {
    contigs: Contigs,
    models: GeneModels,
    source: BuiltIn,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let len = |n: u8| if n == 11 { 135_086_622 } else { 250_000_000 };
        let contigs = Contigs::new((1..=22).map(|n| (format!("chr{n}"), len(n))));
        World {
            models: GeneModels::bind(Build::GRCh38, &contigs, Vec::new()),
            source: BuiltIn::bind(Build::GRCh38, &contigs),
            contigs,
        }
    })
}

impl World {
    fn gene(&self, symbol: &str) -> (ContigId, &Gene) {
        let gene = self.models.by_symbol(symbol).unwrap();
        (self.models.contig_of(gene).unwrap(), gene)
    }

    fn exon(&self, symbol: &str, number: u16) -> Exon {
        let transcript = self.gene(symbol).1.transcript().unwrap();
        transcript.exon(number).unwrap().clone()
    }

    /// Bases of an exon of the lead transcript, in transcript sense.
    fn exon_bases(&self, symbol: &str, number: u16) -> Vec<u8> {
        let (contig, gene) = self.gene(symbol);
        let bases = self.source.bases(contig, self.exon(symbol, number).interval).unwrap();
        match gene.strand {
            Strand::Forward => bases,
            Strand::Reverse => reverse_complement(&bases),
        }
    }

    /// A read that starts with the last bases of a KMT2A exon; the rest is soft-clipped.
    fn clipped(&self, number: u16, kept: usize, others: &[u8]) -> AlignedRecord {
        let exon = self.exon_bases("KMT2A", number);
        let bases = [&exon[exon.len() - kept..], others].concat();
        AlignedRecord {
            contig: Some(self.gene("KMT2A").0),
            position: self.exon("KMT2A", number).interval.end.0 - kept as i64,
            mapq: 255,
            cigar: Cigar::parse(&format!("{kept}M{}S", others.len())).unwrap(),
            mate_position: -1,
            qualities: vec![37; bases.len()],
            sequence: bases,
            hit_count: Some(1),
            hit_index: Some(1),
            ..AlignedRecord::default()
        }
    }
}

fn judged(records: Vec<AlignedRecord>) -> Judged {
    let w = world();
    let mut collected = evidence::from_records(records, &w.models, &w.contigs, MapqScale::Star);
    run::judged(
        &mut collected,
        (&w.models, &w.contigs, &NoSequence),
        &JudgeConfig::default(),
    )
}

/// Reads of different molecules with different ends: KMT2A up to an exon end, then the given bases.
fn reads(exon: u16, others: &[u8], count: usize) -> Vec<AlignedRecord> {
    let w = world();
    (0..count)
        .map(|n| AlignedRecord {
            name: format!("read{n}").into_bytes(),
            ..w.clipped(exon, 44 + n, others)
        })
        .collect()
}

fn only(judged: &Judged) -> &JudgedJunction {
    let found: Vec<_> = judged
        .junctions
        .iter()
        .map(|j| {
            (
                j.annotated.five.symbol(),
                j.annotated.three.symbol(),
                j.annotated.candidate.sides.junction().unwrap(),
            )
        })
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    &judged.junctions[0]
}

#[test]
fn clips_of_a_fusion_are_its_molecules() {
    let w = world();
    for inserted in ["", "C", "CATCGA", "CATCGACTTGACCGATTCAGCATC"] {
        let others = [inserted.as_bytes(), &w.exon_bases("AFF1", 5)[..40]].concat();
        let judged = judged(reads(9, &others, 6));
        let j = only(&judged);
        let (five, three, junction) = (
            &j.annotated.five,
            &j.annotated.three,
            j.annotated.candidate.sides.junction().unwrap(),
        );
        assert_eq!((five.symbol(), five.exon), ("KMT2A", Some(9)), "{inserted}");
        assert_eq!((three.symbol(), three.exon), ("AFF1", Some(5)), "{inserted}");
        assert_eq!(
            (junction.five.position.one_based(), junction.three.position.one_based()),
            (118_484_314, 87_084_120),
            "{inserted}"
        );
        assert_eq!(junction.inserted, inserted.as_bytes());
        assert_eq!(j.annotated.candidate.evidence.molecules, 6, "{inserted}");
    }
}

#[test]
fn abl1_is_not_named_abl2() {
    let w = world();
    let judged = judged(reads(8, &w.exon_bases("ABL1", 5)[..40], 3));
    let j = only(&judged);
    assert_eq!((j.annotated.three.symbol(), j.annotated.three.exon), ("ABL1", Some(5)));
    assert_eq!(
        j.annotated.candidate.sides.three().unwrap().position.one_based(),
        130_872_129
    );
    assert_eq!(j.annotated.candidate.evidence.molecules, 3);
}

#[test]
fn a_duplication_is_kmt2a_on_both_sides() {
    let w = world();
    let judged = judged(reads(8, &w.exon_bases("KMT2A", 2)[..45], 5));
    let j = only(&judged);
    assert_eq!((j.annotated.five.exon, j.annotated.three.exon), (Some(8), Some(2)));
    assert_eq!(j.annotated.class, crate::annotate::Class::Ptd);
    assert_eq!(j.annotated.candidate.evidence.molecules, 5);
}

#[test]
fn wild_type_clipped_at_its_donors_leaves_nothing() {
    let w = world();
    let mut records = Vec::new();
    for exon in 7..=12 {
        for (n, read) in reads(exon, &w.exon_bases("KMT2A", exon + 1)[..25], 8)
            .into_iter()
            .enumerate()
        {
            records.push(AlignedRecord {
                name: format!("e{exon}.{n}").into_bytes(),
                ..read
            });
        }
    }
    assert!(judged(records).junctions.is_empty());
}

/// Mates that overlap at the junction are one molecule with a split read.
#[test]
fn overlapping_mates_are_one_molecule() {
    let w = world();
    let others = &[w.exon_bases("AFF1", 5), w.exon_bases("AFF1", 6)].concat()[..60];
    let mut records = Vec::new();
    for n in 0..4 {
        let kept = 60 + n;
        let whole = w.clipped(9, kept, others);
        let (start, len) = (whole.position, kept + others.len());
        // The first read ends ten bases before the molecule's end, the second begins ten bases after its start.
        let first = AlignedRecord {
            name: format!("pair{n}").into_bytes(),
            flags: Flags(1 + 2 + 32 + 64),
            cigar: Cigar::parse(&format!("{kept}M{}S", len - 10 - kept)).unwrap(),
            mate_contig: whole.contig,
            mate_position: start + 10,
            sequence: whole.sequence[..len - 10].to_vec(),
            qualities: vec![37; len - 10],
            ..whole.clone()
        };
        let second = AlignedRecord {
            name: format!("pair{n}").into_bytes(),
            flags: Flags(1 + 2 + 16 + 128),
            position: start + 10,
            cigar: Cigar::parse(&format!("{}M{}S", kept - 10, others.len())).unwrap(),
            mate_contig: whole.contig,
            mate_position: start,
            sequence: whole.sequence[10..].to_vec(),
            qualities: vec![37; len - 10],
            ..whole
        };
        records.extend([first, second]);
    }
    let judged = judged(records);
    let j = only(&judged);
    let evidence = &j.annotated.candidate.evidence;
    assert_eq!((evidence.molecules, evidence.fragments), (4, 4));
    assert_eq!(evidence.spanning, 0);
    assert_eq!(
        j.annotated.candidate.sides.five().unwrap().position.one_based(),
        118_484_314
    );
    assert_eq!(
        j.annotated.candidate.sides.three().unwrap().position.one_based(),
        87_084_120
    );
}

/// One mate in KMT2A, one in the partner: a spanning pair without a split read.
#[test]
fn mates_on_both_sides_are_a_pair_over_the_junction() {
    let w = world();
    let (five, three) = (w.exon("KMT2A", 8).interval, w.exon("AFF1", 6).interval);
    let (own, partner) = (w.gene("KMT2A").0, w.gene("AFF1").0);
    let mut records = Vec::new();
    for n in 0..4_i64 {
        let (near, far) = (five.end.0 - 60 - n, three.start.0 + 2 * n);
        let record = |second: bool, (contig, at): (ContigId, i64), (other, mate): (ContigId, i64)| {
            let bases = w
                .source
                .bases(contig, crate::genome::Interval::new(at, at + 50))
                .unwrap();
            AlignedRecord {
                name: format!("pair{n}").into_bytes(),
                flags: Flags(1 + if second { 16 + 128 } else { 32 + 64 }),
                contig: Some(contig),
                position: at,
                mapq: 255,
                cigar: Cigar::parse("50M").unwrap(),
                mate_contig: Some(other),
                mate_position: mate,
                sequence: bases,
                qualities: vec![37; 50],
                hit_count: Some(1),
                hit_index: Some(1),
                ..AlignedRecord::default()
            }
        };
        records.push(record(false, (own, near), (partner, far)));
        records.push(record(true, (partner, far), (own, near)));
    }
    let judged = judged(records);
    let j = only(&judged);
    let evidence = &j.annotated.candidate.evidence;
    assert_eq!((evidence.molecules, evidence.spanning, evidence.split), (4, 4, 0));
    assert_eq!(
        (j.annotated.five.symbol(), j.annotated.three.symbol()),
        ("KMT2A", "AFF1")
    );
    assert!(!j.annotated.candidate.is_precise);
}
