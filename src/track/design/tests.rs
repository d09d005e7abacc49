use super::*;
use crate::genome::PatchedSequence;
use crate::report::schema::StrandSign;

/// Bases without pattern, the same at every call.
fn bases(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            b"ACGT"[(state >> 33 & 3) as usize]
        })
        .collect()
}

fn target() -> Target {
    let side = |contig: &str, position, retained, gene: &str| Side {
        contig: contig.to_owned(),
        position,
        retained,
        strand: StrandSign::Forward,
        gene: Some(gene.to_owned()),
        ..Side::default()
    };
    Target {
        id: "E1.1".to_owned(),
        name: "KMT2A::AFF1".to_owned(),
        assay: "dna".to_owned(),
        five: side("chr11", 1_000, RetainedSide::Left, "KMT2A"),
        three: side("chr4", 501, RetainedSide::Right, "AFF1"),
        bases: [bases(1, 150), bases(2, 150)].concat(),
        five_len: 150,
        three_start: 150,
        anchor: 12,
        kmt2a_is_five: true,
        molecules: 40,
    }
}

#[test]
fn primers_lie_on_their_sides_and_the_probe_over_the_junction() {
    let target = target();
    let assay = design(&target, &Pileup::new()).unwrap();
    assert!(assay.probe.start + PROBE_OVER <= 150 && assay.probe.start + assay.probe.bases.len() >= 150 + PROBE_OVER);
    assert!(assay.forward.start + assay.forward.bases.len() <= assay.probe.start);
    assert!(assay.reverse.start >= assay.probe.start + assay.probe.bases.len());
    assert_eq!(
        assay.product_len,
        assay.reverse.start + assay.reverse.bases.len() - assay.forward.start
    );
    // The product is what the primers bound: the reverse primer reads the other strand.
    let end = assay.reverse.start + assay.reverse.bases.len();
    assert_eq!(
        reverse_complement(assay.reverse.bases.as_bytes()),
        &target.bases[assay.reverse.start..end]
    );
    for (oligo, aim) in [(&assay.forward, PRIMER_MELTS), (&assay.probe, PROBE_MELTS)] {
        assert!((oligo.melts - aim).abs() <= MELTS_OFF);
        assert_eq!(oligo.unseen, oligo.bases.len(), "no reads were given");
    }
}

#[test]
fn a_variant_of_the_person_is_kept_out_of_the_primer() {
    let target = target();
    let plain = design(&target, &Pileup::new()).unwrap();
    // The second base of the forward primer is heterozygous. Target base n lies at 0-based 850 + n.
    let at = plain.forward.start + 1;
    let mut pileup = Pileup::new();
    for n in 0..150 {
        let mut counts = [0; 4];
        counts[b"ACGT".iter().position(|b| *b == target.bases[n]).unwrap()] = 30;
        if n == at {
            counts = [15, 15, 0, 0];
        }
        pileup.insert(("chr11".to_owned(), 850 + n as i64), counts);
    }
    let other = design(&target, &pileup).unwrap();
    assert!(!(other.forward.start..other.forward.start + other.forward.bases.len()).contains(&at));
    assert_eq!(other.forward.unseen, 0);
}

#[test]
fn occurrences_are_counted_on_both_strands_and_over_block_ends() {
    let mut assay = design(&target(), &Pileup::new()).unwrap();
    let contigs = Contigs::new([("chr4".to_owned(), 3_000_000), ("chr11".to_owned(), 3_000_000)]);
    let mut source = PatchedSequence::new(&contigs);
    let (four, eleven) = (contigs.id("chr4").unwrap(), contigs.id("chr11").unwrap());
    let target = target();
    source.insert(eleven, 850, &target.bases[..150]);
    source.insert(four, 500, &target.bases[150..]);
    // The forward primer once more: the other strand, over the end of a block of 2^20 bases.
    let again = reverse_complement(assay.forward.bases.as_bytes());
    source.insert(four, (1 << 20) - 10, &again);
    count_occurrences(std::slice::from_mut(&mut assay), &contigs, &source);
    assert_eq!(assay.forward.occurrences, Some(2));
    assert_eq!(assay.reverse.occurrences, Some(1));
    assert_eq!(assay.probe.occurrences, Some(0), "the junction is not in the reference");
}
