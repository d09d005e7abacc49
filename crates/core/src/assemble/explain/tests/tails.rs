use super::{
    super::{
        rebuild::Rest,
        tail::{is_adapter, rest},
    },
    *,
};
use crate::catalogue::Role;

const TRUSEQ: &[u8] = b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA";
/// P1, as Torrent Suite trims it.
const ION: &[u8] = b"ATCACCGACTGCCCATAGAGAGGCTGAGAC";
const NEXTERA: &[u8] = b"CTGTCTCTTATACACATCTCCGAGCCCACGAGAC";

#[test]
fn an_adapter_may_follow_four_unaligned_bases_but_not_six() {
    let before = b"TGCATC";
    for adapter in [TRUSEQ, NEXTERA, ION] {
        for foreign in 0..=4 {
            let bases = [&before[..foreign], &adapter[..18]].concat();
            assert_eq!(rest(&bases), Rest::Adapter, "{foreign}");
        }
        let bases = [&before[..], &adapter[..18]].concat();
        assert_eq!(rest(&bases), Rest::Unexplained);
    }
    // Without its first base, aligned to the genome; with one error.
    assert!(is_adapter(&TRUSEQ[1..20]));
    let mut wrong = TRUSEQ[..20].to_vec();
    wrong[9] = b'T';
    assert!(is_adapter(&wrong));
    // Six bases of it if they come first, ten after four other bases.
    assert!(is_adapter(&TRUSEQ[..6]) && !is_adapter(&TRUSEQ[..5]));
    assert!(!is_adapter(&[&before[..4], &TRUSEQ[..7]].concat()));
}

#[test]
fn tails_of_one_base_are_simple() {
    for bases in [
        &b"AAAAAAAAAAAAAAAAAAAA"[..],
        b"TTTTTTTTTTTTTTTTTTTT",
        b"GGGGGGGGGGGGGGGG",
        b"CTAAAAAAAAAAAAAAAA",
        b"AAAAAAAAAGAAAAAAAAA",
    ] {
        assert_eq!(rest(bases), Rest::Simple, "{}", String::from_utf8_lossy(bases));
    }
    assert_eq!(rest(b"ACGTCTGATTGCATCGTAGC"), Rest::Unexplained);
}

#[test]
fn an_adapter_may_follow_a_tail_of_twelve() {
    let tail = b"AAAAAAAGAAAA";
    let bases = |from: usize| [&tail[from..], &TRUSEQ[..20]].concat();
    assert_eq!(rest(&bases(0)), Rest::Adapter);
    assert_eq!(rest(&[&tail[..], b"CGTCATTGCAGTCCATGACT"].concat()), Rest::Unexplained);
    // The adapter's first base is an A too: eleven bases of A in all are too few.
    assert_eq!(rest(&bases(1)), Rest::Adapter);
    assert_eq!(rest(&bases(2)), Rest::Unexplained);
}

/// Fusion reads continue into partner exons: mistaken for a tail, they would be lost.
#[test]
fn no_partners_exon_begins_with_a_tail() {
    let w = world();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (_, gene) in w.models.iter().filter(|(_, g)| g.roles.has(Role::Partner)) {
        let Some(transcript) = gene.transcript() else { continue };
        for exon in transcript.exons.iter().filter(|e| e.number > 1) {
            if exon.interval.len() < 30 {
                continue;
            }
            let bases = w.exon_bases(&gene.symbol, exon.number);
            if bases[..30].contains(&b'N') {
                continue;
            }
            seen += 1;
            if is_adapter(&bases[..30]) || is_adapter(&bases[..16]) || rest(&bases[..30]) != Rest::Unexplained {
                wrong.push(format!("{} e{}", gene.symbol, exon.number));
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
    assert!(wrong.is_empty(), "of {seen}: {wrong:?}");
}
