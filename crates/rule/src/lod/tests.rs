use super::*;
use crate::waive::Candidate;

fn donor(exon: u16, region: Region, molecules: u32, limit: Option<f64>) -> DonorLimit {
    DonorLimit {
        exon,
        region,
        states_duplications: exon == 8 || exon == 9,
        molecules,
        usable: 0.9,
        usable_any: 0.5,
        exclusion_catalogue: limit.map(|l| l / 2.0),
        exclusion_any: limit,
        call_catalogue: limit,
        call_any: limit,
        ptd: limit,
    }
}

fn limits() -> Limits {
    Limits {
        donors: vec![
            donor(7, Region::Major, 30, Some(0.08)),
            donor(8, Region::Major, 20, Some(0.10)),
            donor(9, Region::Major, 20, Some(0.07)),
            donor(13, Region::Other, 5, None),
            donor(20, Region::Minor, 40, Some(0.05)),
        ],
        ..Limits::default()
    }
}

const ANY: Pick = |d| d.exclusion_any;

#[test]
fn a_region_is_as_good_as_its_worst_donor() {
    let limits = limits();
    assert_eq!(limits.worst(Some(Region::Major), ANY), Some(0.10));
    assert_eq!(limits.worst(Some(Region::Minor), ANY), Some(0.05));
    assert_eq!(limits.worst(None, ANY), None, "e13 has no limit");
    assert_eq!(limits.stated(), Some(0.10));
    assert_eq!(limits.ptd(), Some(0.10));
    assert_eq!(limits.weakest(Region::Major).map(|d| d.exon), Some(8));
    assert_eq!(Limits::default().worst(None, ANY), None);
    assert_eq!(Limits::default().ptd(), None, "no donor, no limit");
}

#[test]
fn in_dna_a_region_has_its_own_limit() {
    let mut limits = limits();
    limits.regions = vec![
        donor(0, Region::Major, 100, Some(0.04)),
        donor(0, Region::Minor, 2, None),
    ];
    assert_eq!(limits.worst(Some(Region::Major), ANY), Some(0.04));
    assert_eq!(limits.ptd(), Some(0.04));
    assert_eq!(limits.stated(), None);
    limits.minor_not_targeted = true;
    assert_eq!(limits.stated(), Some(0.04));
}

#[test]
fn a_donor_without_its_own_share_has_the_smallest_of_all() {
    let mut limits = limits();
    limits.donors[4].usable = 0.7;
    limits.donors[3].usable_any = 0.3;
    assert_eq!(limits.usable(7, true), Some(0.9));
    assert_eq!(limits.usable(7, false), Some(0.5));
    assert_eq!(
        (limits.usable(30, true), limits.usable(30, false)),
        (Some(0.7), Some(0.3))
    );
    limits.regions = vec![DonorLimit {
        usable: 0.2,
        ..limits.donors[0]
    }];
    assert_eq!(limits.usable(30, true), Some(0.2));
    assert_eq!(Limits::default().usable(7, true), None);
}

#[test]
fn the_stated_limit_is_never_below_a_waived_bound() {
    let waived = |donor, region, bound| Waived {
        candidate: Candidate::Event(0),
        molecules: 1,
        wild_type: 100,
        donor,
        region,
        bound,
    };
    let mut limits = limits();
    limits.raise(&[waived(9, Region::Major, 0.09), waived(20, Region::Minor, 0.01)]);
    let of = |limits: &Limits, exon| {
        limits
            .donors
            .iter()
            .find(|d| d.exon == exon)
            .map(|d| (d.exclusion_any, d.exclusion_catalogue))
    };
    assert_eq!(of(&limits, 9), Some((Some(0.09), Some(0.09))));
    assert_eq!(of(&limits, 20), Some((Some(0.05), Some(0.025))));
    assert_eq!(of(&limits, 7), Some((Some(0.08), Some(0.04))));
    assert_eq!(limits.stated(), Some(0.10));
    // One bound above every limit, and one at a donor without a limit.
    limits.raise(&[waived(13, Region::Other, 0.2)]);
    assert_eq!((of(&limits, 13), limits.stated()), (Some((None, None)), Some(0.2)));
    limits.regions = vec![
        donor(0, Region::Major, 9, Some(0.03)),
        donor(0, Region::Minor, 9, Some(0.04)),
    ];
    limits.raise(&[waived(9, Region::Major, 0.06)]);
    assert_eq!(limits.worst(Some(Region::Major), ANY), Some(0.06));
    assert_eq!(limits.worst(Some(Region::Minor), ANY), Some(0.04));
}

#[test]
fn blasts_are_twice_the_fraction_up_to_all_of_them() {
    assert_eq!(blast_percent(0.1), Some(20.0));
    assert_eq!(blast_percent(0.5), Some(100.0));
    assert_eq!(blast_percent(0.501), None);
}

#[test]
fn missing_introns_are_named_by_the_exon_before_them() {
    let cover = |exon, is_missing| IntronCover {
        exon,
        bases: 100,
        callable: 50,
        is_missing,
    };
    let mut limits = limits();
    assert!(limits.introns_missing().is_empty());
    limits.introns = vec![cover(1, true), cover(2, false), cover(14, true)];
    assert_eq!(limits.introns_missing(), [1, 14]);
}

#[test]
fn nothing_is_waived_above_the_required_limit() {
    let (reads, p) = (Reads::default(), Params::default());
    let capability = crate::tests::pinned::capability();
    let context = Context::quiet(crate::LibraryType::PolyA, false, &p);
    let library = |required_lod| Library {
        reads,
        capability: &capability,
        context: &context,
        counts_positions: false,
        required_lod,
    };
    assert_eq!(
        (library(0.1).waive_limit(&p), library(0.02).waive_limit(&p)),
        (0.05, 0.02)
    );
}
