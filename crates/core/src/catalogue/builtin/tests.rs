use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::*;
use crate::catalogue::{Gene, GeneModels, catalogue};
use crate::genome::sequence::reverse_complement;
use crate::genome::{Position, Strand};

fn whole_genome(build: Build) -> Contigs {
    // Long enough for every chromosome on both builds.
    let names = (1..=22)
        .map(|n: u8| n.to_string())
        .chain(["X".to_owned(), "Y".to_owned()]);
    Contigs::new(names.map(|name| {
        let prefix = if build == Build::GRCh38 { "chr" } else { "" };
        (format!("{prefix}{name}"), 250_000_000)
    }))
}

fn source(build: Build) -> (BuiltIn, GeneModels, Contigs) {
    let contigs = whole_genome(build);
    let models = GeneModels::bind(build, &contigs, Vec::new());
    (BuiltIn::bind(build, &contigs), models, contigs)
}

fn in_sense(bases: Vec<u8>, strand: Strand) -> Vec<u8> {
    match strand {
        Strand::Forward => bases,
        Strand::Reverse => reverse_complement(&bases),
    }
}

/// The coding sequence of the lead transcript; `N` where unknown.
fn coding(source: &BuiltIn, contig: ContigId, gene: &Gene) -> Vec<u8> {
    let exons = &gene.transcript().unwrap().exons;
    let parts = exons.iter().filter_map(|exon| exon.coding);
    parts
        .flat_map(|part| {
            let unknown = || vec![b'N'; usize::try_from(part.len()).unwrap()];
            in_sense(source.bases(contig, part).unwrap_or_else(unknown), gene.strand)
        })
        .collect()
}

fn is_stop(codon: &[u8]) -> bool {
    matches!(codon, b"TAA" | b"TAG" | b"TGA")
}

/// The intervals of known bases, by contig and start.
fn known(source: &BuiltIn) -> impl Iterator<Item = (ContigId, Interval)> {
    let end = |start, bases: &[u8]| start + i64::try_from(bases.len()).unwrap();
    let stretches = source.0.iter();
    let known = stretches.map(|(contig, start, bases)| (contig, Interval::new(start, end(start, bases))));
    known.collect::<BTreeSet<_>>().into_iter()
}

#[test]
fn the_file_matches_its_table() {
    let digest: String = Sha256::digest(PACKED)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let table = include_str!("../data/sequence.tsv");
    assert!(
        table.contains(&format!("sha256 {digest}, {} bytes", PACKED.len())),
        "{digest}"
    );
    assert!(PACKED.len() < 400_000);
    assert!(read(PACKED).is_some());
}

#[test]
fn intervals_do_not_overlap_on_either_build() {
    for build in Build::ALL {
        let (source, ..) = source(build);
        let known: Vec<_> = known(&source).collect();
        assert!(
            known
                .windows(2)
                .all(|pair| pair[0].0 != pair[1].0 || pair[0].1.end <= pair[1].1.start)
        );
        assert!(known.iter().all(|(_, interval)| !interval.is_empty()));
    }
}

#[test]
fn kmt2a_is_an_open_reading_frame_with_consensus_introns_on_both_builds() {
    for build in Build::ALL {
        let (source, models, _) = source(build);
        let (gene, contig) = models.kmt2a();
        let bases = coding(&source, contig, gene);
        let codons: Vec<_> = bases.chunks(3).collect();
        assert_eq!(bases.len() % 3, 0);
        assert_eq!(codons.len() - 1, 3_972);
        assert_eq!(codons[0], b"ATG");
        assert_eq!(codons.iter().position(|codon| is_stop(codon)), Some(3_972));
        let introns: Vec<_> = gene.transcript().unwrap().introns().collect();
        assert_eq!(introns.len(), 35);
        for (exon, intron) in introns {
            let bases = source.bases(contig, intron).unwrap();
            assert!(!bases.contains(&b'N'));
            // Intron 32 is among the about 1 % of human introns that begin with GC.
            let donor: &[u8] = if exon == 32 { b"GC" } else { b"GT" };
            assert!(
                bases.starts_with(donor) && bases.ends_with(b"AG"),
                "intron {exon} on {build}"
            );
        }
        let with_flanks = gene.interval.padded(1_000);
        assert!(!source.bases(contig, with_flanks).unwrap().contains(&b'N'));
    }
}

#[test]
fn kmt2a_is_129285_bases_lower_on_grch37() {
    let (new, ..) = source(Build::GRCh38);
    let (old, models, _) = source(Build::GRCh37);
    let (gene, contig) = models.kmt2a();
    let moved = Interval {
        start: gene.interval.start.offset(129_285),
        end: gene.interval.end.offset(129_285),
    };
    assert_eq!(old.bases(contig, gene.interval), new.bases(contig, moved));
}

/// KMT2A splice sites of transcripts other than the lead have consensus dinucleotides in the genome.
#[test]
fn annotated_sites_of_kmt2a_have_consensus_dinucleotides() {
    let (source, models, _) = source(Build::GRCh38);
    let (gene, contig) = models.kmt2a();
    let at = |start: i64, end: i64| source.bases(contig, Interval::new(start, end)).unwrap();
    let donors = gene.donors().iter().filter(|d| {
        let two = at(d.0 + 1, d.0 + 3);
        two == b"GT" || two == b"GC"
    });
    let acceptors = gene.acceptors().iter().filter(|a| at(a.0 - 2, a.0) == b"AG");
    // A few annotated exons are truncated, or use non-consensus sites.
    assert!(donors.count() * 20 >= gene.donors().len() * 19);
    assert!(acceptors.count() * 20 >= gene.acceptors().len() * 19);
}

#[test]
fn fully_known_coding_sequences_run_from_atg_to_stop() {
    for build in Build::ALL {
        let (source, models, _) = source(build);
        let mut whole = 0;
        for (contig, gene) in models.iter() {
            let bases = coding(&source, contig, gene);
            let stops: Vec<_> = (bases.chunks(3).enumerate())
                .filter(|(_, codon)| is_stop(codon))
                .map(|(i, _)| i)
                .collect();
            let last = bases.len() / 3 - 1;
            // If part of it is unknown, the known part has no premature stop codon.
            assert!(
                stops.iter().all(|at| *at == last),
                "{} on {build}: {stops:?} of {last}",
                gene.symbol
            );
            if !bases.contains(&b'N') {
                assert!(
                    bases.starts_with(b"ATG") && stops == [last],
                    "{} on {build}",
                    gene.symbol
                );
                whole += 1;
            }
        }
        assert!(whole > 90, "{whole} on {build}");
    }
}

/// First and last bases of exons, as at published junctions.
#[test]
fn exons_of_partners_are_known() {
    for build in Build::ALL {
        let (source, models, _) = source(build);
        for (symbol, number, first) in [
            ("KMT2A", 2, "GATGAGCAATTCTTAGGTTTTGGCTCAGATGAAGAAGTCA"),
            ("AFF1", 5, "CAGACCTACTCCAATGAAGTCC"),
            ("MLLT3", 6, "TCTGAACAACCCAGTCCTGCCAGCTCC"),
        ] {
            let gene = models.by_symbol(symbol).unwrap();
            let exon = gene.transcript().unwrap().exon(number).unwrap();
            let bases = source.bases(models.contig_of(gene).unwrap(), exon.interval).unwrap();
            let bases = in_sense(bases, gene.strand);
            assert!(
                bases.starts_with(first.as_bytes()),
                "{symbol} {}",
                String::from_utf8_lossy(&bases)
            );
        }
    }
}

#[test]
fn out_of_range_is_none_and_the_unknown_is_n() {
    let contigs = Contigs::new([("11".to_owned(), 135_086_622), ("4".to_owned(), 1_000)]);
    let source = BuiltIn::bind(Build::GRCh38, &contigs);
    let chr11 = ContigId(0);
    // Outside KMT2A's flank, across its edge, beyond the contig.
    let edge = known(&source)
        .map(|(_, interval)| interval)
        .find(|i| i.len() > 90_000)
        .unwrap()
        .start
        .0;
    assert_eq!(source.bases(chr11, Interval::new(edge - 50, edge)), None);
    let across = source.bases(chr11, Interval::new(edge - 5, edge + 5)).unwrap();
    assert!(across.starts_with(b"NNNNN") && !across[5..].contains(&b'N'));
    assert_eq!(source.bases(chr11, Interval::new(135_086_620, 135_086_630)), None);
    assert_eq!(source.bases(chr11, Interval::new(-5, 5)), None);
    assert_eq!(source.bases(ContigId(1), Interval::new(0, 10)), None);
    assert_eq!(source.bases(ContigId(9), Interval::new(0, 10)), None);
}

/// A part of an interval has the same bases as in the whole interval.
#[test]
fn parts_equal_slices_of_the_whole() {
    let (source, ..) = source(Build::GRCh38);
    for (contig, interval) in known(&source).step_by(97) {
        let whole = source.bases(contig, interval).unwrap();
        for (skip, len) in [(0, 1), (1, 5), (2, 7), (3, 11), (7, 13)] {
            let from = usize::try_from(skip).unwrap();
            if interval.len() < skip + len {
                continue;
            }
            let start = interval.start.0 + skip;
            let part = source.bases(contig, Interval::new(start, start + len)).unwrap();
            assert_eq!(part, whole[from..from + usize::try_from(len).unwrap()]);
        }
    }
}

#[test]
fn a_malformed_file_is_refused() {
    assert_eq!(read(b"BKSEQ\x02\0\0\0\0"), None);
    assert_eq!(read(b"BKSEQ\x01\xff\xff\xff\xff"), None);
    assert_eq!(read(&PACKED[..PACKED.len() - 1]), None);
    assert_eq!(read(b"BKSEQ\x01\0\0\0\0"), Some(Vec::new()));
}

#[test]
fn binding_keeps_the_intervals() {
    let contigs = whole_genome(Build::GRCh38);
    let source = BuiltIn::bind(Build::GRCh38, &contigs);
    assert!(known(&source).count() > 1_000);
}

#[test]
fn kmt2a_has_the_sites_of_all_its_transcripts() {
    let shift = |build| if build == Build::GRCh38 { 0 } else { -129_285 };
    for build in Build::ALL {
        let gene = catalogue().kmt2a(build);
        let at = |one_based: i64| Position::from_one_based(one_based + shift(build));
        let is_sorted = |sites: &[Position]| sites.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(is_sorted(gene.donors()) && is_sorted(gene.acceptors()));
        // KMT2A splice sites seen in poly-A RNA of EOL-1 and in PTDs, but not in the lead transcript.
        for donor in [118_439_122, 118_471_985, 118_491_309, 118_447_862] {
            assert!(gene.donors().contains(&at(donor)), "{donor}");
        }
        for acceptor in [
            118_439_024,
            118_474_179,
            118_489_795,
            118_493_113,
            118_495_703,
            118_495_758,
            118_447_625,
        ] {
            assert!(gene.acceptors().contains(&at(acceptor)), "{acceptor}");
        }
        // Starts of first exons and ends of last exons are not splice sites.
        assert!(!gene.acceptors().contains(&at(118_436_492)));
        assert!(!gene.donors().contains(&at(118_526_832)));
        for (first, last) in [
            (118_447_625, 118_447_862),
            (118_449_799, 118_449_984),
            (118_482_422, 118_482_495),
        ] {
            let exon = Interval::from_one_based(first + shift(build), last + shift(build));
            assert!(gene.exons_annotated().contains(&exon), "{first}-{last}");
        }
    }
}

#[test]
fn every_gene_has_its_lead_transcripts_sites_and_exons() {
    for build in Build::ALL {
        for gene in catalogue().genes(build) {
            let transcript = gene.transcript().unwrap();
            let exons: BTreeSet<_> = gene.exons_annotated().iter().collect();
            assert_eq!(exons.len(), gene.exons_annotated().len());
            for exon in &transcript.exons {
                assert!(
                    exons.contains(&exon.interval),
                    "{} e{} on {build}",
                    gene.symbol,
                    exon.number
                );
                let (first, last) = (transcript.first_base(exon), transcript.last_base(exon));
                assert!(exon.number == 1 || gene.acceptors().contains(&first));
                assert!(usize::from(exon.number) == transcript.exons.len() || gene.donors().contains(&last));
            }
        }
    }
}
