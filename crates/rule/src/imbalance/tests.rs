use super::*;

const STEPS: [u16; 11] = [7, 8, 9, 10, 11, 12, 13, 20, 21, 22, 23];

const READS: Reads = Reads {
    read_len: 100,
    fragment_len: Some(300),
    fragment_len_mad: 0,
    fragments: 5_000,
    paired: 5_000,
    sense: 0,
    antisense: 0,
};

fn exons(depth: impl Fn(u16) -> f64, normal: Option<(f64, f64)>) -> Vec<ExonDepth> {
    (1..=36)
        .map(|exon| ExonDepth {
            exon,
            length: 150,
            depth: depth(exon),
            normal,
        })
        .collect()
}

/// 36 exons of 150 bases whose depth falls after e9 by a factor.
pub(crate) fn step(factor: f64, depth: f64) -> Vec<ExonDepth> {
    step_of(factor, depth, 0.08)
}

/// The same, with normal samples of that standard deviation.
pub(crate) fn step_of(factor: f64, depth: f64, sd: f64) -> Vec<ExonDepth> {
    exons(|exon| if exon <= 9 { factor * depth } else { depth }, Some((0.0, sd)))
}

pub(crate) fn found(exons: &[ExonDepth], molecules: u32, p: &Params) -> Option<Imbalance> {
    find(exons, &STEPS, &READS, molecules, p)
}

const NARROW: Option<(f64, f64)> = Some((0.0, 0.08));
const WIDE: Option<(f64, f64)> = Some((0.0, 0.4));

fn of(exons: &[ExonDepth]) -> Option<Imbalance> {
    found(exons, 5_000, &Params::default())
}

#[test]
fn a_step_is_found_at_its_exon_with_its_size() {
    let step = of(&step(2.0, 100.0)).unwrap();
    assert_eq!(step.exon, 9);
    assert!((step.ratio - 2.0).abs() < 0.1 && step.confidence > 0.999, "{step:?}");
    assert!(step.believed && step.exon_low == 9 && step.exon_high == 9, "{step:?}");
    assert!(step.ratio_low < step.ratio && step.ratio < step.ratio_high);
    // Two normal standard errors of the log ratio on either side.
    let (low, high) = ((step.ratio / step.ratio_low).ln(), (step.ratio_high / step.ratio).ln());
    assert!((low - high).abs() < 1e-9 && low > 0.05 && low < 0.2, "{low}");
}

#[test]
fn degradation_and_a_skipped_exon_are_no_step() {
    let degraded = of(&exons(|exon| 20.0 * (f64::from(exon) * 0.12).exp(), NARROW)).unwrap();
    assert!(!degraded.believed, "{degraded:?}");
    let skipped = of(&exons(|exon| if exon == 11 { 20.0 } else { 100.0 }, WIDE)).unwrap();
    assert!(!skipped.believed, "{skipped:?}");
    let rises = of(&exons(|exon| if exon <= 9 { 100.0 } else { 200.0 }, NARROW)).unwrap();
    assert!(!rises.believed, "depth rises: {rises:?}");
}

#[test]
fn normal_samples_that_show_the_same_step_explain_it() {
    let mut same = step(2.0, 100.0);
    for e in &mut same {
        e.normal = Some((if e.exon <= 9 { 0.35 } else { -0.34 }, 0.08));
    }
    assert!(!of(&same).unwrap().believed);
    // Where normal samples vary, a factor of two is doubtful, one of four is not.
    let varied = |factor| of(&exons(|exon| if exon <= 9 { factor * 100.0 } else { 100.0 }, WIDE)).unwrap();
    assert!(
        !varied(2.0).believed && varied(4.0).believed,
        "{:?} {:?}",
        varied(2.0),
        varied(4.0)
    );
}

#[test]
fn too_few_molecules_give_no_step() {
    let half = step(2.0, 100.0);
    assert!(found(&half, 200, &Params::default()).is_some());
    assert_eq!(found(&half, 199, &Params::default()), None);
    // Exons of 150 bases and fragments of 200: a depth of 10 is 7.5 molecules, one of 6.6 is 4.95.
    assert!(of(&exons(|_| 6.7, NARROW)).is_some());
    assert_eq!(of(&exons(|_| 6.6, NARROW)), None);
    // Fragments longer than both reads count by the sequenced bases.
    let short = Reads {
        fragment_len: Some(100),
        ..READS
    };
    assert!(find(&exons(|_| 3.4, NARROW), &STEPS, &short, 5_000, &Params::default()).is_some());
    let single = Reads { paired: 2_500, ..READS };
    assert!(find(&exons(|_| 3.4, NARROW), &STEPS, &single, 5_000, &Params::default()).is_some());
    let mostly_paired = Reads { paired: 2_501, ..READS };
    assert_eq!(
        find(
            &exons(|_| 6.6, NARROW),
            &STEPS,
            &mostly_paired,
            5_000,
            &Params::default()
        ),
        None
    );
    // Exactly five molecules an exon.
    let of_an_exon = Reads {
        fragment_len: Some(150),
        ..READS
    };
    assert!(find(&exons(|_| 5.0, NARROW), &STEPS, &of_an_exon, 5_000, &Params::default()).is_some());
    let unknown = Reads {
        fragment_len: None,
        ..READS
    };
    assert_eq!(
        find(&exons(|_| 6.6, NARROW), &STEPS, &unknown, 5_000, &Params::default()),
        None
    );
}

#[test]
fn exons_without_normal_samples_are_left_out() {
    let known = |n: u16| {
        let mut half = step(2.0, 100.0);
        for e in &mut half {
            e.normal = NARROW.filter(|_| (6..6 + n).contains(&e.exon));
        }
        of(&half)
    };
    assert!(known(8).is_some());
    assert_eq!(known(7), None);
    let (few, all) = (known(20).unwrap(), of(&step(2.0, 100.0)).unwrap());
    assert!(few.exon == 9 && few.confidence < all.confidence, "{few:?}");
}

#[test]
fn a_small_step_is_not_believed_however_sure() {
    let deep = |factor| {
        of(&exons(
            |exon| if exon <= 9 { factor * 1e5 } else { 1e5 },
            Some((0.0, 0.005)),
        ))
        .unwrap()
    };
    assert!(deep(1.21).believed, "{:?}", deep(1.21));
    let small = deep(1.19);
    assert!(small.confidence > 0.999 && !small.believed, "{small:?}");
}

#[test]
fn the_line_runs_along_the_transcript_whatever_the_lengths_of_its_exons() {
    let mut at = 0.0;
    let degraded: Vec<ExonDepth> = (1..=36_u16)
        .map(|exon| {
            let length = 100 + u32::from(exon) * 97 % 400;
            let middle = at + f64::from(length) / 2.0;
            at += f64::from(length);
            let step = if exon <= 9 { 2.0 } else { 1.0 };
            ExonDepth {
                exon,
                length,
                depth: 1e7 * step * (middle / 5_000.0).exp(),
                normal: NARROW,
            }
        })
        .collect();
    let found = of(&degraded).unwrap();
    assert!(found.exon == 9 && (found.ratio - 2.0).abs() < 1e-6, "{found:?}");
}

/// Eight exons with a step after e9, and residuals of 0.2 that neither a line nor a step removes.
fn restless(factor: f64) -> Vec<ExonDepth> {
    let mut all = exons(|exon| if exon <= 9 { factor } else { 1.0 }, Some((0.0, 0.1)));
    for e in &mut all {
        let residual = if matches!(e.exon % 4, 1 | 2) { 0.2_f64 } else { -0.2 };
        e.depth *= 1e9 * residual.exp();
        e.normal = e.normal.filter(|_| (6..=13).contains(&e.exon));
    }
    all
}

#[test]
fn the_error_grows_with_the_residuals() {
    // By hand: misfit 8 * (0.2 / 0.1)^2 = 32 on 5 degrees of freedom, a variance of 6.4 / (100 * 10/21).
    let p = Params::default();
    let found = find(&restless(2.0), &[9], &READS, 5_000, &p).unwrap();
    let near = |found: f64, expected: f64| (found - expected).abs() < 1e-5;
    assert!(near(found.ratio, 2.0), "{found:?}");
    assert!(
        near(found.ratio_low, 0.974_919) && near(found.ratio_high, 4.102_904),
        "{found:?}"
    );
    // Student's t with 5 degrees of freedom at 1.8907.
    assert!(near(found.confidence, 0.941_374), "{found:?}");
}

#[test]
fn a_step_may_lie_at_any_exon_with_a_misfit_near_the_least() {
    // Misfits by last exon: 53.4, 50.7, 32, 43.3, 53.4; within 3.84 * 6.4 of the least.
    let p = Params::default();
    let between = |factor| {
        let found = find(&restless(factor), &[7, 8, 9, 10, 11], &READS, 5_000, &p).unwrap();
        (found.exon_low, found.exon, found.exon_high)
    };
    assert_eq!(between(2.0), (7, 9, 11));
    // A larger step: 107 or more except at e9.
    assert_eq!(between(4.0), (9, 9, 9));
}

#[test]
fn no_step_is_tested_beyond_the_exons() {
    let known = |last| {
        let mut half = step(2.0, 100.0);
        for e in &mut half {
            e.normal = NARROW.filter(|_| (6..=20).contains(&e.exon));
        }
        find(&half, &[last], &READS, 5_000, &Params::default())
    };
    assert!(known(6).is_some() && known(19).is_some());
    assert_eq!((known(5), known(20)), (None, None));
}

#[test]
fn a_matrix_times_its_inverse_is_one() {
    let m = [[4.0, 1.0, 2.0], [1.0, 3.0, 0.5], [2.0, 0.5, 5.0]];
    let mut room = [[0.0; 6]; 3];
    for (line, values) in room.iter_mut().zip(m) {
        line[..3].copy_from_slice(&values);
    }
    let inverse = inverted(room).unwrap();
    for (i, row) in m.iter().enumerate() {
        for j in 0..3 {
            let product: f64 = row.iter().zip(&inverse).map(|(a, line)| a * line[j]).sum();
            assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12);
        }
    }
    assert_eq!(inverted([[0.0; 6]; 3]), None);
}

#[test]
fn without_normal_samples_an_even_depth_with_a_wide_spread_is_assumed() {
    assert_eq!(unknown_normal(&Params::default()), (0.0, 0.35));
}
