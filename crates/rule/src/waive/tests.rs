use super::*;
use crate::{Assay, lod::detection::typical};

#[test]
fn the_bound_is_that_of_the_poisson_distribution() {
    // P(X <= 1) = 0.05 at a mean of 4.744, P(X <= 2) at 6.296 (Poisson); dispersion 0.02 adds a little.
    for (count, mean) in [(1, 4.744), (2, 6.296)] {
        let found = bound(count, 1_000, 1.0, &Params::default()).unwrap();
        let expected = mean / 1_000.0 / (1.0 + mean / 1_000.0);
        assert!(
            (found / expected - 1.0).abs() < 0.12 && found > expected,
            "{count}: {found} {expected}"
        );
    }
    assert_eq!(bound(1, 0, 1.0, &Params::default()), None);
    assert_eq!(bound(1, 100, 0.0, &Params::default()), None);
}

#[test]
fn one_molecule_is_waived_with_a_hundred_wild_type_ones_but_not_with_eighty() {
    assert_eq!(most_waived(110, 0.9, 0.05, &Params::default()), Some(1));
    assert_eq!(most_waived(80, 0.9, 0.05, &Params::default()), None);
    assert_eq!(most_waived(150, 0.9, 0.05, &Params::default()), Some(2));
    // A bound at the limit is not below it.
    let one = bound(1, 110, 0.9, &Params::default()).unwrap();
    assert_eq!(most_waived(110, 0.9, one, &Params::default()), None);
    assert_eq!(most_waived(110, 0.9, one + 1e-9, &Params::default()), Some(1));
    // The required limit bounds the waiving limit.
    assert_eq!(most_waived(150, 0.9, 0.02, &Params::default()), None);
}

#[test]
fn a_split_read_between_exon_ends_is_never_waived() {
    let mut facts = typical(1, 0, Region::Major, true, 10);
    assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
    // Any gene in sense orientation, in the catalogue or not.
    facts.is_partner = false;
    assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
    facts.homology = 1;
    assert!(
        !is_exempt(&facts, 10, Assay::Rna, &Params::default()),
        "9 bases beyond the ambiguity interval"
    );
    facts.anchor = 11;
    assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
    facts.class = Class::Reciprocal;
    assert!(is_exempt(&facts, 10, Assay::Rna, &Params::default()));
    for turn in [
        |f: &mut EvidenceFacts| f.is_sense = false,
        |f: &mut EvidenceFacts| f.in_gene = false,
        |f: &mut EvidenceFacts| f.three_at_splice_site = false,
        |f: &mut EvidenceFacts| f.five_at_splice_site = false,
        |f: &mut EvidenceFacts| f.is_precise = false,
    ] {
        let mut turned = facts;
        turn(&mut turned);
        assert!(!is_exempt(&turned, 10, Assay::Rna, &Params::default()));
    }
}

#[test]
fn twenty_unique_bases_in_a_gene_of_the_catalogue_are_never_waived_in_dna() {
    let mut facts = typical(1, 0, Region::Major, true, 30);
    assert!(is_exempt(&facts, 20, Assay::Dna, &Params::default()));
    assert!(!is_exempt(&facts, 19, Assay::Dna, &Params::default()));
    facts.unique_partner = 0;
    assert!(!is_exempt(&facts, 20, Assay::Dna, &Params::default()));
    facts.unique_partner = 1;
    facts.is_partner = false;
    assert!(!is_exempt(&facts, 20, Assay::Dna, &Params::default()));
}
