//! The best explanation of single reads across junctions, as written by an aligner.

use super::{
    super::{
        realign::Explainer,
        rebuild::{Explained, Rest},
    },
    *,
};
use crate::{
    catalogue::Role,
    evidence::{
        self,
        fragment::{Fragment, LinkKind},
        group::MapqScale,
    },
    genome::{AlignedRecord, Cigar, Flags, Position, SupplementaryEntry},
};

/// Aligned KMT2A bases of a read.
const KEPT: usize = 50;

impl World {
    pub(super) fn explainer(&self) -> Explainer<'_> {
        Explainer {
            models: &self.models,
            loci: &self.loci,
            words: &self.words,
            source: &self.source,
            contigs: &self.contigs,
            model: self.model.clone(),
        }
    }

    pub(super) fn record(&self, contig: &str, position: i64, cigar: &str, bases: &[u8]) -> AlignedRecord {
        AlignedRecord {
            name: b"read".to_vec(),
            contig: self.contigs.id(contig),
            position: position - 1,
            mapq: 255,
            cigar: Cigar::parse(cigar).unwrap(),
            mate_position: -1,
            sequence: bases.to_vec(),
            qualities: vec![37; bases.len()],
            hit_count: Some(1),
            hit_index: Some(1),
            ..AlignedRecord::default()
        }
    }

    /// Whether all of it aligns to KMT2A, or is a tail or adapter.
    fn is_own(&self, explained: &Explained) -> bool {
        let own = self.locus("KMT2A");
        let segments = &explained.shape.chain.segments;
        segments
            .iter()
            .all(|s| s.contig == own.contig && s.reference.overlaps(own.span))
            && !explained.rests.contains(&Rest::Unexplained)
    }

    /// A read that begins with the last bases of a KMT2A exon; the aligner clips the others.
    pub(super) fn clipped(&self, exon: u16, kept: usize, others: &[u8]) -> AlignedRecord {
        let bases = [last(&self.exon_bases("KMT2A", exon), kept), others].concat();
        let position = self.end("KMT2A", exon) - kept as i64 + 1;
        self.record("chr11", position, &format!("{kept}M{}S", others.len()), &bases)
    }

    /// A read as two alignments of the aligner: the first `kept` bases at the end of a KMT2A exon, the others at a gene.
    fn split(&self, (exon, kept): (u16, usize), symbol: &str, others: &[u8], start: i64) -> Vec<AlignedRecord> {
        let (contig, gene) = self.gene(symbol);
        let first = self.clipped(exon, kept, others);
        let (bases, cigar, at) = match gene.strand {
            Strand::Forward => (first.sequence.clone(), format!("{kept}S{}M", others.len()), start),
            Strand::Reverse => {
                let at = start - others.len() as i64 + 1;
                (
                    reverse_complement(&first.sequence),
                    format!("{}M{kept}S", others.len()),
                    at,
                )
            }
        };
        let strand = if gene.strand == Strand::Reverse { 0x10 } else { 0 };
        let part = AlignedRecord {
            flags: Flags(0x800 | strand),
            ..self.record(self.contigs.name(contig), at, &cigar, &bases)
        };
        vec![first, part]
    }

    pub(super) fn fragment(&self, records: Vec<AlignedRecord>) -> Fragment {
        let mut collected = evidence::from_records(records, &self.models, &self.contigs, MapqScale::Star);
        assert_eq!(collected.fragments.len(), 1);
        collected.fragments.remove(0)
    }

    pub(super) fn explained(&self, records: Vec<AlignedRecord>) -> Explained {
        self.explainer().explain(&self.fragment(records)).unwrap()
    }

    /// Every junction in KMT2A's sense: contig and last base, contig and first base (1-based), inserted bases.
    pub(super) fn changes(&self, explained: &Explained) -> Vec<(String, i64, String, i64, String)> {
        let chain = &explained.shape.chain;
        chain
            .segments
            .windows(2)
            .zip(&chain.links)
            .filter(|(_, link)| **link == LinkKind::Split)
            .map(|(pair, _)| {
                let (a, b) = (&pair[0], &pair[1]);
                let between = chain.sequence[a.molecule_end as usize..b.molecule_start as usize].to_vec();
                let (left, entered) = (a.last_base().one_based(), b.first_base().one_based());
                let (a, b) = (a.contig, b.contig);
                let name = |id| self.contigs.name(id).to_owned();
                let text = |bases: Vec<u8>| String::from_utf8(bases).unwrap();
                (name(a), left, name(b), entered, text(between))
            })
            .collect()
    }
}

fn change(five: i64, contig: &str, three: i64, inserted: &str) -> (String, i64, String, i64, String) {
    ("chr11".to_owned(), five, contig.to_owned(), three, inserted.to_owned())
}

#[test]
fn a_clip_is_aligned_to_its_exact_base_whatever_is_inserted() {
    let w = world();
    let partner = &w.exon_bases("AFF1", 5)[..40];
    for inserted in ["", "C", "CATCGA", "CATCGACTTGACCGATTCAGCATC"] {
        let read = w.clipped(9, KEPT, &[inserted.as_bytes(), partner].concat());
        let explained = w.explained(vec![read]);
        assert_eq!(
            w.changes(&explained),
            [change(118_484_314, "chr4", 87_084_120, inserted)],
            "{inserted}"
        );
        assert!(explained.rests.is_empty() && !w.is_own(&explained), "{inserted}");
    }
}

/// The same read on the reverse strand.
#[test]
fn a_read_on_the_reverse_strand_gives_the_same_junction() {
    let w = world();
    for inserted in ["", "CATCGA"] {
        let others = [inserted.as_bytes(), &w.exon_bases("AFF1", 5)[..40]].concat();
        let mut read = w.clipped(9, KEPT, &others);
        read.flags = Flags(16);
        let explained = w.explained(vec![read]);
        let chain = &explained.shape.chain;
        assert_eq!(chain.segments.len(), 2);
        // The chain runs from AFF1 to KMT2A.
        assert_eq!(chain.segments[0].last_base().one_based(), 87_084_120);
        assert_eq!(chain.segments[1].first_base().one_based(), 118_484_314);
        let between = chain.segments[1].molecule_start - chain.segments[0].molecule_end;
        assert_eq!(between as usize, inserted.len());
    }
}

#[test]
fn ten_bases_of_a_partners_exon_end_are_enough_and_nine_are_not() {
    let w = world();
    for (symbol, exon) in [("AFF1", 5), ("MLLT3", 6)] {
        for count in [14, 12] {
            let read = w.clipped(9, 70, &w.exon_bases(symbol, exon)[..count]);
            let found = w.changes(&w.explained(vec![read]));
            let contig = w.contigs.name(w.gene(symbol).0);
            assert_eq!(
                found,
                [change(118_484_314, contig, w.start(symbol, exon), "")],
                "{symbol} {count}"
            );
        }
        let read = w.clipped(9, 70, &w.exon_bases(symbol, exon)[..9]);
        assert!(w.changes(&w.explained(vec![read])).is_empty(), "{symbol}");
    }
}

/// Exon 8 ends with AAAAGAAAAG: a junction only if the aligner split the read there and it enters an exon's first base.
/// The first bases of ITPR2's e25, AAAAGAAAAAGAG, are a tail after KMT2A whatever the aligner says.
#[test]
fn low_complexity_is_kmt2a_between_exon_ends_only() {
    let w = world();
    let start = w.start("MLLT3", 6);
    let partner = &w.exon_bases("MLLT3", 6)[..70];
    let found = w.changes(&w.explained(w.split((8, 10), "MLLT3", partner, start)));
    assert_eq!(found, [change(w.end("KMT2A", 8), "chr9", start, "")]);
    let within = w.split((8, 10), "MLLT3", &partner[5..], start - 5);
    assert!(w.changes(&w.explained(within)).is_empty());
    let unsplit = w.split((8, 10), "MLLT3", partner, start).remove(1);
    let unsplit = AlignedRecord {
        flags: Flags(unsplit.flags.0 & !0x800),
        ..unsplit
    };
    assert!(w.changes(&w.explained(vec![unsplit])).is_empty());
    let tail = &w.exon_bases("ITPR2", 25)[..13];
    assert!(super::super::tail::is_simple(tail));
    let tail = w.split((9, 70), "ITPR2", tail, w.start("ITPR2", 25));
    assert!(w.changes(&w.explained(tail)).is_empty());
}

/// A chance supplementary alignment of 14 bases elsewhere against 38 bases that match a partner's exon.
#[test]
fn a_chance_alignment_does_not_outweigh_bases_that_match_an_exon() {
    let w = world();
    let partner = &w.exon_bases("AFF1", 5)[..38];
    let mut read = w.clipped(8, KEPT, partner);
    let place = |contig: &str, position: i64, strand: Strand, cigar: &str| SupplementaryEntry {
        contig: w.contigs.id(contig).unwrap(),
        position: Position(position - 1),
        strand,
        cigar: Cigar::parse(cigar).unwrap(),
        mapq: 255,
        edits: 0,
    };
    read.supplementary = vec![place("chr1", 20_000_001, Strand::Forward, "62S14M12S")];
    let mut other = w.record("chr1", 20_000_001, "62H14M12H", &partner[12..26]);
    other.flags = Flags(2_048);
    other.supplementary = vec![place(
        "chr11",
        w.end("KMT2A", 8) - KEPT as i64 + 1,
        Strand::Forward,
        "50M38S",
    )];
    for records in [vec![read.clone()], vec![read, other]] {
        let explained = w.explained(records);
        assert_eq!(w.changes(&explained), [change(118_482_495, "chr4", 87_084_120, "")]);
    }
}

/// A wild-type read across the rarely used donor nine bases before the end of e14: the aligner clips it or writes the
/// intron.
#[test]
fn a_wild_type_read_across_another_donor_is_not_a_junction() {
    let w = world();
    let kept = {
        let exon = w.exon_bases("KMT2A", 14);
        exon[exon.len() - 9 - 60..exon.len() - 9].to_vec()
    };
    let after = w.exon_bases("KMT2A", 15);
    let bases = [&kept[..], &after[..40]].concat();
    let position = 118_491_309 - 59;
    let intron = w.start("KMT2A", 15) - 118_491_309 - 1;
    for cigar in ["60M40S".to_owned(), "62M38S".to_owned(), format!("60M{intron}N40M")] {
        let records = vec![w.record("chr11", position, &cigar, &bases)];
        let mut collected = evidence::from_records(records.clone(), &w.models, &w.contigs, MapqScale::Star);
        if collected.fragments.is_empty() {
            // Aligned without a clip: plain wild type.
            continue;
        }
        let explained = w.explainer().explain(&collected.fragments.remove(0)).unwrap();
        assert!(w.is_own(&explained), "{cigar}");
        assert!(w.changes(&explained).is_empty(), "{cigar}");
        let chain = &explained.shape.chain;
        assert_eq!(chain.segments.len(), 2, "{cigar}");
        assert_eq!(chain.segments[0].last_base().one_based(), 118_491_309, "{cigar}");
        assert_eq!(chain.segments[1].first_base().one_based(), 118_491_744, "{cigar}");
    }
}

#[test]
fn wild_type_reads_clipped_at_any_donor_are_explained_by_kmt2a() {
    let w = world();
    for exon in 2..=34 {
        let before = w.exon_bases("KMT2A", exon);
        for after in [6, 12, 20, 45] {
            let others = &w.exon_bases("KMT2A", exon + 1)[..after];
            let read = w.clipped(exon, before.len().min(60), others);
            let explained = w.explained(vec![read]);
            assert!(w.is_own(&explained), "e{exon} {after}");
            assert!(w.changes(&explained).is_empty(), "e{exon} {after}");
        }
    }
}

#[test]
fn an_adapter_or_a_tail_after_kmt2a_bases_is_not_a_junction() {
    let w = world();
    for others in [
        &b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA"[..],
        b"TCAGATCGGAAGAGCACACGTCTGAACTCCAG",
        b"AAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let explained = w.explained(vec![w.clipped(8, KEPT, others)]);
        assert!(w.is_own(&explained), "{}", String::from_utf8_lossy(others));
        // The next exon first, then the adapter.
        let further = [&w.exon_bases("KMT2A", 9)[..20], others].concat();
        let explained = w.explained(vec![w.clipped(8, KEPT, &further)]);
        assert!(w.is_own(&explained), "{}", String::from_utf8_lossy(&further));
        assert_eq!(explained.shape.chain.segments.len(), 2);
    }
}

/// The commonest duplication.
#[test]
fn a_duplication_of_exons_two_to_eight_is_found_at_its_exact_bases() {
    let w = world();
    let explained = w.explained(vec![w.clipped(8, KEPT, &w.exon_bases("KMT2A", 2)[..45])]);
    assert_eq!(w.changes(&explained), [change(118_482_495, "chr11", 118_468_775, "")]);
    assert!(explained.rests.is_empty());
}

/// A tandem repeat within an exon, 60 bases back.
#[test]
fn a_short_tandem_repeat_is_not_joined_to_a_partner() {
    let w = world();
    let exon = w.exon_bases("KMT2A", 27);
    let bases = [&exon[200..260], &exon[200..240]].concat();
    let position = w.start("KMT2A", 27) + 200;
    let explained = w.explained(vec![w.record("chr11", position, "60M40S", &bases)]);
    assert!(
        explained
            .shape
            .chain
            .segments
            .iter()
            .all(|s| w.contigs.name(s.contig) == "chr11")
    );
}

/// Genes of one family: the first bases at each acceptor identify their gene.
#[test]
fn genes_of_one_family_are_distinguished() {
    let w = world();
    for (symbol, relative) in [
        ("MLLT1", "MLLT3"),
        ("MLLT3", "MLLT1"),
        ("AFF1", "AFF3"),
        ("AFF3", "AFF1"),
        ("AFF4", "AFF1"),
        ("CREBBP", "EP300"),
        ("EP300", "CREBBP"),
        ("ABL1", "ABL2"),
        ("ABL2", "ABL1"),
    ] {
        let (contig, gene) = w.gene(symbol);
        let other = w.gene(relative).0;
        let exons = gene.transcript().unwrap().exons.iter();
        for exon in exons.filter(|e| e.number > 1 && e.interval.len() >= 45) {
            let bases = &w.exon_bases(symbol, exon.number)[..45];
            if bases.contains(&b'N') {
                continue;
            }
            let explained = w.explained(vec![w.clipped(9, KEPT, bases)]);
            let found = w.changes(&explained);
            let expected = [change(
                118_484_314,
                w.contigs.name(contig),
                w.start(symbol, exon.number),
                "",
            )];
            assert_eq!(found, expected, "{symbol} e{}", exon.number);
            let segments = &explained.shape.chain.segments;
            assert!(
                segments.iter().all(|s| s.contig != other || other == contig),
                "{symbol} e{}",
                exon.number
            );
        }
    }
}

/// An alignment to MYO18A could extend upstream from e39 through 47 unknown intron bases to an annotated exon start,
/// across its intron, and match three bases by chance. It would cover the whole read, so that KMT2A's segment would
/// not precede it and no junction would be found.
#[test]
fn an_alignment_does_not_continue_after_unknown_bases() {
    let w = world();
    let (symbol, number) = ("MYO18A", 39);
    for kept in 44..=60 {
        let bases = &w.exon_bases(symbol, number)[..35];
        let found = w.changes(&w.explained(vec![w.clipped(9, kept, bases)]));
        let expected = [change(118_484_314, "chr17", w.start(symbol, number), "")];
        assert_eq!(found, expected, "{kept}");
    }
}

/// Every exon of every partner is found at its gene and base by its first 35 bases.
#[test]
fn every_exon_of_every_partner_is_found_by_its_first_bases() {
    let w = world();
    let (mut seen, mut wrong) = (0, Vec::new());
    for (contig, gene) in w.models.iter().filter(|(_, g)| g.roles.has(Role::Partner)) {
        let Some(transcript) = gene.transcript() else { continue };
        for exon in transcript
            .exons
            .iter()
            .filter(|e| e.number > 1 && e.interval.len() >= 35)
        {
            if w.models
                .by_symbol(&gene.symbol)
                .is_none_or(|g| g.interval != gene.interval)
            {
                continue;
            }
            let bases = &w.exon_bases(&gene.symbol, exon.number)[..35];
            if bases.contains(&b'N') {
                continue;
            }
            seen += 1;
            let found = w.changes(&w.explained(vec![w.clipped(9, KEPT, bases)]));
            let expected = [change(
                118_484_314,
                w.contigs.name(contig),
                w.start(&gene.symbol, exon.number),
                "",
            )];
            if found != expected {
                wrong.push(format!(
                    "{} e{}: {found:?} instead of {expected:?}",
                    gene.symbol, exon.number
                ));
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Part of a repeat matches by chance: a breakpoint within an exon needs more bases than one at its end.
#[test]
fn a_breakpoint_away_from_exon_ends_needs_eighteen_bases() {
    let w = world();
    let found = |from: usize, bases: usize| {
        let partner = &w.exon_bases("AFF1", 5)[from..from + bases];
        let read = w.clipped(9, KEPT, partner);
        !w.changes(&w.explained(vec![read])).is_empty()
    };
    let least = |from| (8..40).find(|bases| found(from, *bases));
    assert_eq!((least(0), least(20)), (Some(10), Some(18)));
}
