use super::*;

fn plain(molecules: u32, usable: (f64, f64), detected: &Detected, keeps_wild_type: bool) -> Option<f64> {
    let detected = |_| Detected::new(|split, spanning| detected.holds(split, spanning));
    limit(
        &[(molecules, 1.0)],
        usable,
        detected,
        keeps_wild_type,
        &Params::default(),
    )
}

#[test]
fn the_limit_is_the_published_one_where_one_molecule_is_enough() {
    // P(X >= 1) = 0.95 at a mean of 2.996 (Poisson); dispersion 0.02 adds a little.
    let one = Detected::new(|s, p| s + p >= 1);
    let found = plain(100, (1.0, 1.0), &one, true).unwrap();
    assert!((found - 0.0308).abs() < 0.0005, "{found}");
    let three = Detected::new(|s, p| s + p >= 3);
    let found = plain(100, (1.0, 0.5), &three, true).unwrap();
    assert!((found - 0.0657).abs() < 0.0005, "{found}");
    // A fusion removes the wild-type junction: the mean is proportional to its odds.
    let fusion = plain(100, (1.0, 0.5), &three, false).unwrap();
    assert!((fusion / (1.0 - fusion) - found).abs() < 1e-6, "{fusion}");
}

#[test]
fn more_molecules_never_worsen_the_limit() {
    let rule = Detected::new(|s, p| s >= 1 && s + p >= 2);
    let limits: Vec<f64> = [20, 50, 100, 200]
        .iter()
        .map(|n| plain(*n, (0.9, 0.7), &rule, false).unwrap())
        .collect();
    assert!(limits.windows(2).all(|w| w[1] < w[0]), "{limits:?}");
    assert_eq!(plain(0, (0.9, 0.7), &rule, false), None);
    assert_eq!(plain(10, (0.0, 0.7), &rule, false), None);
    // At most two of two molecules: never with 95 % chance.
    assert_eq!(plain(1, (0.001, 0.7), &rule, true), None);
}

#[test]
fn the_share_of_split_molecules_is_binomial() {
    // Two molecules, one of them split: 2 * 0.3 * 0.7; both: 0.09.
    let one = Detection::new(0.3, &Detected::new(|s, p| s == 1 && p == 1), 0.0);
    assert!((one.given[2] - 0.42).abs() < 1e-12 && one.given[1] == 0.0);
    let both = Detection::new(0.3, &Detected::new(|s, p| s == 2 && p == 0), 0.0);
    assert!((both.given[2] - 0.09).abs() < 1e-12);
    // All split.
    let all = Detection::new(1.0, &Detected::new(|s, p| s == 3 && p == 0), 0.0);
    assert_eq!((all.given[3], all.given[2]), (1.0, 0.0));
}

#[test]
fn large_counts_are_treated_like_the_largest_considered() {
    let many = Detection::new(0.5, &Detected::new(|s, p| s + p >= 2), 0.0);
    assert!(many.given.len() == 2 && (many.beyond - 1.0).abs() < 1e-12);
    assert!((many.chance(4.744) - 0.95).abs() < 1e-3);
    // One of a hundred is split: of 60 or more, 0.453 have one.
    let rare = Detection::new(0.01, &Detected::new(|s, _| s >= 1), 0.0);
    assert!((rare.chance(1e4) - 0.4528).abs() < 1e-4, "{}", rare.chance(1e4));
    let never = Detection::new(0.5, &Detected::new(|_, _| false), 0.0);
    assert_eq!((never.given.len(), never.chance(10.0)), (0, 0.0));
    // 40 split molecules count as 23 of each kind do.
    let wide = Detected::new(|s, p| s == 23 && p == 0);
    assert!(wide.holds(40, 0) && !wide.holds(22, 0) && !wide.holds(40, 1));
}

#[test]
fn waived_counts_do_not_block() {
    let low = Tiers::new(|split, _| Some(if split >= 3 { Tier::Medium } else { Tier::Low }));
    let blocking = low.blocking(Some(2), false);
    assert!(!blocking.holds(2, 0) && blocking.holds(2, 1) && blocking.holds(3, 0) && !blocking.holds(0, 0));
    let exempt = low.blocking(Some(2), true);
    assert!(exempt.holds(1, 0) && exempt.holds(1, 1) && !exempt.holds(0, 2) && exempt.holds(0, 3));
    let all = low.blocking(None, false);
    assert!(all.holds(0, 1) && !all.holds(0, 0), "no molecule shows nothing");
    // A junction at medium is never waived.
    assert!(low.blocking(Some(5), false).holds(3, 0));
    let called = low.called();
    assert!(called.holds(3, 0) && !called.holds(2, 9));
    // One split read between exon ends of KMT2A and a known partner prevents a negative, whatever its tier; pairs need
    // not.
    let below = Tiers::new(|_, _| None);
    assert!(below.blocking(None, true).holds(1, 0) && !below.blocking(None, true).holds(0, 3));
    assert!(!below.blocking(None, false).holds(3, 3));
}

#[test]
fn the_least_fraction_is_where_the_chance_passes_the_confidence() {
    let found = least_fraction(|f| f, 0.25).unwrap();
    assert!((found - 0.25).abs() < 1e-6 && found >= 0.25);
    assert_eq!(least_fraction(|_| 0.5, 0.95), None);
    assert_eq!(
        least_fraction(|f| if f >= 0.999 { 0.95 } else { 0.0 }, 0.95).map(|f| f > 0.998),
        Some(true)
    );
}

#[test]
fn a_typical_fusion_shows_exon_ends_where_a_read_does() {
    let read = typical(1, 2, Region::Major, true, 24);
    assert!(read.is_precise && read.five_at_splice_site && read.three_at_splice_site);
    assert_eq!(
        (read.molecules, read.event_molecules, read.distinct_ends, read.anchor),
        (3, 3, 3, 24)
    );
    assert_eq!((read.unique_kmt2a, read.unique_partner), (3, 3));
    let pairs = typical(0, 2, Region::Minor, true, 24);
    assert!(!pairs.is_precise && !pairs.five_at_splice_site && !pairs.three_at_splice_site && pairs.in_gene);
    let any = typical(1, 0, Region::Minor, false, 24);
    assert!(any.five_at_splice_site && !any.three_at_splice_site && !any.in_gene && !any.is_partner);
}
