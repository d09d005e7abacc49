//! Checks of the tables' content.

use super::*;
use crate::genome::Position;

fn lead(build: Build, symbol: &str) -> &'static Transcript {
    catalogue().gene(build, symbol).unwrap().transcript().unwrap()
}

fn at(one_based: i64) -> Position {
    Position::from_one_based(one_based)
}

#[test]
fn the_tables_parse() {
    assert_eq!(catalogue().fault(), None);
    let on = |build| catalogue().genes(build).len();
    assert!(on(Build::GRCh38) >= 212 && on(Build::GRCh37) >= 210 && on(Build::GRCh37) <= on(Build::GRCh38));
    assert!(catalogue().gene(Build::GRCh37, "CT45A2").is_none());
    assert_eq!(catalogue().genes(Build::GRCh38)[0].symbol, "KMT2A");
    let partners: Vec<_> = catalogue().partners().iter().map(|p| &p.symbol).collect();
    assert!(partners.len() >= 146);
    assert_eq!(
        partners.iter().collect::<std::collections::BTreeSet<_>>().len(),
        partners.len()
    );
    assert_eq!(catalogue().neighbours.len(), 55);
}

#[test]
fn coding_sequences_are_whole_codons_with_consistent_phases() {
    for build in Build::ALL {
        for gene in catalogue().genes(build) {
            let transcript = gene.transcript().unwrap();
            assert_eq!(transcript.coding_len() % 3, 0, "{} {build}", gene.symbol);
            let mut translated = 0;
            for pair in transcript.exons.windows(2) {
                translated += pair[0].coding.map_or(0, Interval::len);
                let is_inside = translated > 0 && translated < transcript.coding_len();
                if is_inside {
                    let phase = u8::try_from(translated % 3).unwrap();
                    assert_eq!(pair[0].end_phase, Some(phase), "{} e{}", gene.symbol, pair[0].number);
                    assert_eq!(pair[1].start_phase, Some(phase), "{} e{}", gene.symbol, pair[1].number);
                } else {
                    assert_eq!(pair[0].end_phase, None, "{} e{}", gene.symbol, pair[0].number);
                    // Only a start codon at the first base of the exon has a phase here.
                    assert_ne!(pair[1].start_phase, Some(1));
                    assert_ne!(pair[1].start_phase, Some(2));
                }
            }
        }
    }
}

#[test]
fn exons_are_in_transcript_order_and_do_not_overlap() {
    for build in Build::ALL {
        for gene in catalogue().genes(build) {
            let transcript = gene.transcript().unwrap();
            for (before, intron) in transcript.introns() {
                assert!(!intron.is_empty(), "{} i{before} {build}", gene.symbol);
            }
            assert!(transcript.exons.iter().all(|exon| !exon.interval.is_empty()));
        }
    }
}

#[test]
fn both_builds_have_the_same_exons() {
    for gene in catalogue().genes(Build::GRCh37) {
        let lengths = |build| -> Vec<_> {
            let exons = &lead(build, &gene.symbol).exons;
            exons
                .iter()
                .map(|e| (e.interval.len(), e.start_phase, e.end_phase))
                .collect()
        };
        assert_eq!(lengths(Build::GRCh37), lengths(Build::GRCh38), "{}", gene.symbol);
    }
}

#[test]
fn kmt2a_is_the_mane_transcript_on_both_builds() {
    let (new, old) = (lead(Build::GRCh38, "KMT2A"), lead(Build::GRCh37, "KMT2A"));
    assert_eq!(new.display_name(), "NM_001197104.2");
    assert_eq!((new.exons.len(), new.coding_len()), (36, 11_919));
    assert_eq!(new.donor(at(118_482_495)).unwrap().number, 8);
    assert_eq!(new.acceptor(at(118_468_775)).unwrap().number, 2);
    assert_eq!(new.introns().find(|(n, _)| *n == 10).unwrap().1.len(), 3_638);
    assert_eq!(new.intron_at(at(118_486_000)).unwrap().0, 10);
    for (a, b) in new.exons.iter().zip(&old.exons) {
        assert_eq!(a.interval.start.0, b.interval.start.0 + 129_285, "e{}", a.number);
        assert_eq!(a.interval.end.0, b.interval.end.0 + 129_285, "e{}", a.number);
    }
    // Donors of the major region and of PTDs: e8 to e12 are in frame with e2, e7 and e13 are not.
    let ends: Vec<_> = (7..=13).map(|n| new.exon(n).unwrap().end_phase.unwrap()).collect();
    assert_eq!(ends, [1, 0, 0, 0, 0, 0, 1]);
    assert_eq!(new.exon(2).unwrap().start_phase, Some(0));
}

#[test]
fn acceptors_in_the_five_prime_utr_have_no_phase() {
    for (symbol, exon) in [("USP2", 2), ("TET1", 2), ("AFF4", 2), ("MLLT11", 2)] {
        let exon = lead(Build::GRCh38, symbol).exon(exon).unwrap();
        assert_eq!(exon.start_phase, None, "{symbol}");
        assert!(exon.coding.is_some(), "{symbol}");
    }
    assert_eq!(lead(Build::GRCh38, "AFF1").exon(4).unwrap().start_phase, Some(0));
    let acceptors = catalogue().genes(Build::GRCh38).iter().flat_map(|gene| {
        let transcript = gene.transcript().unwrap();
        transcript.exons.iter().skip(1).filter(|exon| {
            let is_translated = |position| exon.coding.is_some_and(|coding| coding.contains(position));
            exon.coding.is_some() && !is_translated(transcript.first_base(exon))
        })
    });
    assert!(acceptors.count() >= 83);
}

#[test]
fn former_symbols_find_their_gene_and_no_other() {
    let catalogue = catalogue();
    for (former, current) in [
        ("AF4", "AFF1"),
        ("MLLT2", "AFF1"),
        ("MLLT4", "AFDN"),
        ("MLLT5", "EPS15"),
        ("MLLT7", "FOXO4"),
        ("SEPT6", "SEPTIN6"),
        ("SEPT2", "SEPTIN2"),
        ("ENL", "MLLT1"),
        ("p300", "EP300"),
        ("ACNT2", "ACTN2"),
    ] {
        assert_eq!(
            catalogue.partner(former).map(|p| p.symbol.as_str()),
            Some(current),
            "{former}"
        );
    }
    assert_eq!(catalogue.current_symbol("MLL"), Some("KMT2A"));
    assert_eq!(catalogue.current_symbol("MLL3"), Some("KMT2C"));
    assert_eq!(catalogue.current_symbol("MLL2"), None);
    assert_eq!(catalogue.ambiguous_symbol("MLL4").unwrap(), ["KMT2B", "KMT2D"]);
    assert_eq!(catalogue.current_symbol("NOSUCHGENE"), None);
    assert!(catalogue.partner("KMT2A-PTD").is_none() && catalogue.partner("KMT2A").is_none());
    for partner in catalogue.partners() {
        assert_eq!(catalogue.current_symbol(&partner.symbol), Some(partner.symbol.as_str()));
        for former in &partner.former {
            assert_eq!(
                catalogue.current_symbol(former),
                Some(partner.symbol.as_str()),
                "{former}"
            );
        }
    }
}

#[test]
fn partner_facts_are_the_published_ones() {
    let aff1 = catalogue().partner("AFF1").unwrap();
    assert_eq!((aff1.rank, aff1.count), (Some(1), Some(1262)));
    let groups = aff1.groups.unwrap();
    assert_eq!(groups.count(PatientGroup::InfantAll), 477);
    assert!((groups.percent(PatientGroup::InfantAll) - 48.9).abs() < 0.05);
    assert!((aff1.percent().unwrap() - 37.11).abs() < 0.01);
    assert!(aff1.homologues.iter().any(|gene| gene == "AFF3"));
    assert_eq!(catalogue().ptd().count, 127);
    let opposite: Vec<_> = catalogue()
        .partners()
        .iter()
        .filter(|p| p.rank.is_some() && p.orientation == "opposite: 3 or more breaks")
        .map(|p| p.symbol.as_str())
        .collect();
    assert_eq!(
        opposite,
        ["MLLT10", "SEPTIN6", "AFF3", "FLNA", "AFF4", "CIP2A", "ACACA"]
    );
    for (symbol, orientation) in [
        ("USP2", "chr11: inversion"),
        ("CBL", "chr11: deletion"),
        ("ARHGEF17", "chr11: tandem type"),
        ("MLLT3", "same: translocation"),
    ] {
        assert_eq!(
            catalogue().partner(symbol).unwrap().orientation,
            orientation,
            "{symbol}"
        );
    }
    assert!(!catalogue().partner("YAP1").unwrap().verified);
    let total: u32 = catalogue().partners().iter().filter_map(|p| p.count).sum();
    assert_eq!(total + catalogue().ptd().count, 3_317);
}

#[test]
fn partners_of_single_reports_are_known_with_their_models() {
    let single = |p: &&Partner| p.is_single_report;
    let partners: Vec<_> = catalogue().partners().iter().filter(single).collect();
    let symbols: Vec<_> = partners.iter().map(|p| p.symbol.as_str()).collect();
    for symbol in ["CEP164", "IGHMBP2", "KIF2A", "LAMC3", "MYO18A", "PHLDB1", "ZDHHC7"] {
        assert!(symbols.contains(&symbol), "{symbol}");
    }
    for partner in partners {
        assert!(partner.count.is_none() && !partner.is_recurrent(), "{}", partner.symbol);
        let gene = catalogue().gene(Build::GRCh38, &partner.symbol).unwrap();
        assert!(gene.roles.has(Role::Partner) && gene.transcript().unwrap().mane);
    }
    assert!(!catalogue().partner("AFF1").unwrap().is_single_report);
    assert!(!catalogue().partner("YAP1").unwrap().is_single_report);
    // Partners without a model have no MANE Select transcript.
    let bare = catalogue().partners().iter();
    let bare: Vec<_> = bare
        .filter(|p| catalogue().gene(Build::GRCh38, &p.symbol).is_none())
        .collect();
    assert!(bare.iter().all(|p| !p.is_recurrent()));
}

/// Genes with similar coding sequence over 40 bases are in one family.
#[test]
fn families_contain_every_pair_of_genes_with_similar_exons() {
    let families = Table::new("families.tsv", include_str!("data/families.tsv")).unwrap();
    let members: Vec<_> = families.rows().map(|row| row.list("members").unwrap()).collect();
    let shared = Table::new("homologous_exons.tsv", include_str!("data/homologous_exons.tsv")).unwrap();
    assert!(shared.rows().count() > 20);
    for row in shared.rows() {
        let pair = [
            row.text("symbol").unwrap().to_owned(),
            row.text("other").unwrap().to_owned(),
        ];
        assert!(
            members
                .iter()
                .any(|family| pair.iter().all(|gene| family.contains(gene))),
            "{pair:?}"
        );
        assert!(row.value::<f64>("identity").unwrap() >= 0.85 && row.value::<i64>("length").unwrap() >= 40);
    }
}

#[test]
fn every_frequent_partner_has_a_model() {
    for partner in catalogue().partners().iter().filter(|p| p.is_recurrent()) {
        assert!(
            catalogue().gene(Build::GRCh38, &partner.symbol).is_some(),
            "{}",
            partner.symbol
        );
        assert!(
            catalogue().gene(Build::GRCh37, &partner.symbol).is_some(),
            "{}",
            partner.symbol
        );
    }
}

#[test]
fn roles_follow_from_the_tables() {
    let roles = |symbol| catalogue().gene(Build::GRCh38, symbol).unwrap().roles;
    assert!(roles("KMT2A").has(Role::Kmt2a) && !roles("KMT2A").has(Role::Partner));
    assert!(roles("CBL").has(Role::Partner) && roles("CBL").has(Role::Neighbour));
    assert!(roles("RUNX1T1").has(Role::Partner) && roles("RUNX1T1").has(Role::Control));
    assert!(roles("ABL1").has(Role::Control) && !roles("ABL1").has(Role::Partner));
    assert!(roles("BUD13").has(Role::Listed) && !roles("BUD13").has(Role::Partner));
    assert!(roles("PHLDB1").has(Role::Partner) && roles("PHLDB1").has(Role::Neighbour));
    assert!(
        !catalogue()
            .gene(Build::GRCh38, "RUNX1T1")
            .unwrap()
            .transcript()
            .unwrap()
            .mane
    );
}

#[test]
fn neighbours_know_whether_a_read_through_is_possible() {
    let through = |symbol| catalogue().neighbour(symbol).unwrap().read_through;
    assert_eq!(through("UBE4A"), ReadThrough::FivePrime);
    assert_eq!(through("ATP5L"), ReadThrough::FivePrime);
    assert_eq!(through("TTC36"), ReadThrough::ThreePrime);
    assert_eq!(through("IFT46"), ReadThrough::No);
    assert_eq!(through("CBL"), ReadThrough::No);
    let ttc36 = catalogue().neighbour("TTC36").unwrap();
    assert_eq!((ttc36.distance, ttc36.side), (641, "downstream"));
    let kmt2a = catalogue().kmt2a(Build::GRCh38);
    assert_eq!(ttc36.interval.start.0 - kmt2a.interval.end.0, 641);
}

#[test]
fn other_exon_numbers_are_given_and_marked_as_derived() {
    let schemes = catalogue().exon_schemes();
    let nilson = schemes.number(8, Scheme::Nilson1996).unwrap();
    assert_eq!(nilson.number, "9");
    assert_eq!(schemes.number(8, Scheme::Gu1992).unwrap().number, "6");
    assert_eq!(schemes.number(8, Scheme::Meyer2023).unwrap().number, "8");
    assert_eq!(schemes.number(21, Scheme::Consensus2024).unwrap().number, "23");
    assert_eq!(schemes.number(20, Scheme::Gu1992), None);
    assert_eq!(schemes.region(7), Some(BreakRegion::Major));
    assert_eq!(schemes.region(13), Some(BreakRegion::MajorListed));
    assert_eq!(schemes.region(20), Some(BreakRegion::Minor));
    assert_eq!(schemes.region(14), None);
    assert!(schemes.domains(36).iter().any(|domain| domain.starts_with("SET")));
    assert!(schemes.numbers(37).is_empty() && schemes.numbers(0).is_empty());
}

#[test]
fn exon_ends_are_the_published_junction_bases() {
    // The end of KMT2A e8 and the start of e2 as in published e8-e2 PTDs; the starts of AFF1 e5, MLLT3 e6 and MLLT1 e2
    // as
    // in fusions like those of MV4-11, THP-1 and KOPN-8.
    let ends = |symbol, exon| catalogue().exon_ends(symbol, exon).unwrap();
    assert!(ends("KMT2A", 8).last.ends_with("AAACAAAAACCAAAAGAAAAG"));
    assert!(ends("KMT2A", 2).first.starts_with("GATGAGCAATTCTTAGG"));
    assert!(ends("AFF1", 5).first.starts_with("CAGACCTACTCCAATGAAGTCC"));
    assert!(ends("MLLT3", 6).first.starts_with("TCTGAACAACCCAGTCCTGCC"));
    assert!(ends("MLLT1", 2).first.starts_with("TGCACCGTCCAGGTGAGG"));
    assert_eq!(catalogue().exon_ends_of("MLL").len(), 36);
    for symbol in catalogue().exon_ends.keys() {
        for (number, ends) in &catalogue().exon_ends[symbol] {
            let exon = lead(Build::GRCh38, symbol).exon(*number).unwrap();
            let expected = usize::try_from(exon.interval.len()).unwrap().min(exon_ends::END_LEN);
            assert_eq!(ends.first.len(), expected, "{symbol} e{number}");
            assert!(
                ends.first
                    .bytes()
                    .chain(ends.last.bytes())
                    .all(|b| b"ACGT".contains(&b))
            );
        }
    }
}

#[test]
fn the_limit_of_a_duplication_is_for_the_usual_in_frame_donors() {
    use super::scheme::{PTD_DONORS, PTD_USUAL_DONORS};
    let kmt2a = lead(Build::GRCh38, "KMT2A");
    let starts = kmt2a.exon(2).unwrap().start_phase;
    let in_frame: Vec<u16> = PTD_DONORS
        .filter(|donor| kmt2a.exon(*donor).unwrap().end_phase == starts)
        .collect();
    assert_eq!(in_frame.first(), Some(PTD_USUAL_DONORS.start()));
    assert!(PTD_USUAL_DONORS.clone().all(|donor| in_frame.contains(&donor)));
    assert!([8, 9, 10, 11].iter().all(|donor| PTD_USUAL_DONORS.contains(donor)));
    assert!(!PTD_USUAL_DONORS.contains(PTD_DONORS.end()));
}
