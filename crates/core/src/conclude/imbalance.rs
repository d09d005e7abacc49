//! 5'/3' imbalance: a step in KMT2A's coverage, which break-apart FISH sees as parted signals.
//!
//! METHOD: a fusion's transcripts add depth before the break and none behind it, so that 5' depth over 3'
//! depth is `1/(1-f)`. The logarithm of each exon's depth, less what normal samples show there (which holds
//! alternative splicing and sequence bias), is fitted by a straight line along the transcript (which holds 3'
//! bias: degradation makes depth fall exponentially) and a step behind exon *n*, by weighted least squares, for
//! every *n* of the two regions. Weights are `1/(sd^2 + 1/molecules)`; where the residuals are larger than these
//! say, the error grows with them. The confidence is that of the largest step, one-sided, corrected for the
//! number of places tried. RNA only; fewer transcripts behind than before is no step.

use statrs::distribution::{ContinuousCDF as _, StudentsT};

use crate::{
    catalogue::scheme::{LISTED_DONOR, MAJOR_DONORS, MINOR_DONORS},
    evidence::{background::BackgroundProfile, profile::Profile},
};

/// Confidence from which a step is believed.
pub const BELIEVED: f64 = 0.99;
/// Least 5' over 3' depth that is called a step (ratio).
const RATIO_MIN: f64 = 1.2;
/// Molecules at KMT2A below which no step is sought (count).
const MOLECULES_MIN: u32 = 200;
/// Mean molecules an exon below which none is sought (count).
const PER_EXON_MIN: f64 = 5.0;
/// Exons behind which a step is sought in the major region (MANE): its donors and e13.
/// 95 % points: chi-square of one degree of freedom, and two-sided normal.
const CHI_SQUARE_95: f64 = 3.84;
const NORMAL_95: f64 = 1.96;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imbalance {
    /// Last exon before the step (MANE).
    pub exon: u16,
    /// The exons between which the step may lie (95 %).
    pub exon_low: u16,
    /// See `exon_low`.
    pub exon_high: u16,
    /// 5' depth over 3' depth (ratio).
    pub ratio: f64,
    /// Its 95 % interval.
    pub ratio_low: f64,
    /// See `ratio_low`.
    pub ratio_high: f64,
    /// Confidence that there is a step at all (probability).
    pub confidence: f64,
}

impl Imbalance {
    /// Whether it is believed.
    pub fn is_believed(&self) -> bool {
        self.confidence >= BELIEVED && self.ratio >= RATIO_MIN
    }
}

/// One exon to be fitted.
struct Point {
    exon: u16,
    /// Distance along the transcript (kb).
    at: f64,
    value: f64,
    weight: f64,
}

/// The largest step of a profile; `lengths` are those of the transcript's exons (bases). `None` where the reads are too few.
pub fn find(profile: &Profile, lengths: &[i64], background: &BackgroundProfile) -> Option<Imbalance> {
    if profile.molecules < MOLECULES_MIN {
        return None;
    }
    let shown = f64::from(profile.read_len.max(1))
        * if profile.paired * 2 > profile.fragments {
            2.0
        } else {
            1.0
        };
    let fragment = profile.fragment_len.map_or(shown, |l| f64::from(l).min(shown)).max(1.0);
    let mut points = Vec::new();
    let (mut offset, mut total) = (0.0, 0.0);
    for ((exon, depth), length) in (1_u16..).zip(&profile.exon_depth).zip(lengths) {
        let length = *length as f64;
        let at = (offset + length / 2.0) / 1_000.0;
        offset += length;
        let Some(normal) = background.exon(exon) else { continue };
        // Short exons share their molecules with their neighbours: each holds its part of them.
        let molecules = depth * length / fragment;
        total += molecules;
        points.push(Point {
            exon,
            at,
            value: (depth + 0.5).ln() - normal.log_depth,
            weight: 1.0 / (normal.sd * normal.sd + 1.0 / (molecules + 0.5)),
        });
    }
    if points.len() < 8 || total < PER_EXON_MIN * points.len() as f64 {
        return None;
    }
    let fits: Vec<(u16, Fit)> = (*MAJOR_DONORS.start()..=LISTED_DONOR)
        .chain(MINOR_DONORS)
        .filter_map(|exon| Some((exon, fit(&points, exon)?)))
        .collect();
    let (exon, best) = fits.iter().max_by(|a, b| a.1.z.total_cmp(&b.1.z).then(b.0.cmp(&a.0)))?;
    let freedom = (points.len() - 3) as f64;
    let tail = StudentsT::new(0.0, 1.0, freedom).ok()?.sf(best.z);
    let near: Vec<u16> = fits
        .iter()
        .filter(|(_, f)| f.misfit - best.misfit <= CHI_SQUARE_95 * best.scale)
        .map(|(exon, _)| *exon)
        .collect();
    Some(Imbalance {
        exon: *exon,
        exon_low: near.iter().copied().min().unwrap_or(*exon),
        exon_high: near.iter().copied().max().unwrap_or(*exon),
        ratio: best.step.exp(),
        ratio_low: (best.step - NORMAL_95 * best.error).exp(),
        ratio_high: (best.step + NORMAL_95 * best.error).exp(),
        confidence: (1.0 - tail * fits.len() as f64).max(0.0),
    })
}

struct Fit {
    step: f64,
    error: f64,
    z: f64,
    misfit: f64,
    scale: f64,
}

/// Line and step behind exon `last`.
fn fit(points: &[Point], last: u16) -> Option<Fit> {
    let row = |p: &Point| [1.0, p.at, f64::from(u8::from(p.exon <= last))];
    let mut normal = [[0.0_f64; 6]; 3];
    let mut right = [0.0_f64; 3];
    for p in points {
        let r = row(p);
        for i in 0..3 {
            for (j, value) in r.iter().enumerate() {
                normal[i][j] += p.weight * r[i] * value;
            }
            right[i] += p.weight * r[i] * p.value;
        }
    }
    let inverse = inverted(normal)?;
    let mut solution = [0.0_f64; 3];
    for (s, line) in solution.iter_mut().zip(&inverse) {
        *s = line.iter().zip(&right).map(|(a, b)| a * b).sum();
    }
    let misfit: f64 = points
        .iter()
        .map(|p| {
            let expected: f64 = row(p).iter().zip(&solution).map(|(a, b)| a * b).sum();
            p.weight * (p.value - expected).powi(2)
        })
        .sum();
    let scale = (misfit / (points.len() as f64 - 3.0)).max(1.0);
    let error = (inverse[2][2] * scale).sqrt();
    Some(Fit {
        step: solution[2],
        error,
        z: solution[2] / error,
        misfit,
        scale,
    })
}

/// Inverse of a symmetric 3 x 3 matrix whose right half is room for the identity.
fn inverted(mut m: [[f64; 6]; 3]) -> Option<[[f64; 3]; 3]> {
    for (i, line) in m.iter_mut().enumerate() {
        line[3 + i] = 1.0;
    }
    for i in 0..3 {
        let pivot = m[i][i];
        if pivot.abs() < 1e-9 {
            return None;
        }
        for value in &mut m[i] {
            *value /= pivot;
        }
        let held = m[i];
        for (j, line) in m.iter_mut().enumerate() {
            if j != i {
                let factor = line[i];
                for (value, h) in line.iter_mut().zip(held) {
                    *value -= factor * h;
                }
            }
        }
    }
    Some(m.map(|line| [line[3], line[4], line[5]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: [i64; 36] = [150; 36];

    fn profile(depth: impl Fn(u16) -> f64) -> Profile {
        Profile {
            molecules: 5_000,
            fragments: 5_000,
            paired: 5_000,
            read_len: 100,
            fragment_len: Some(300),
            exon_depth: (1..=36).map(depth).collect(),
            ..Profile::default()
        }
    }

    fn narrow() -> BackgroundProfile {
        let mut background = BackgroundProfile::default();
        background.exons.iter_mut().for_each(|e| e.sd = 0.08);
        background
    }

    #[test]
    fn a_step_is_found_at_its_exon_with_its_size() {
        let half = profile(|exon| if exon <= 9 { 200.0 } else { 100.0 });
        let found = find(&half, &LENGTHS, &narrow()).unwrap();
        assert_eq!(found.exon, 9);
        assert!((found.ratio - 2.0).abs() < 0.1 && found.confidence > 0.999, "{found:?}");
        assert!(found.is_believed() && found.exon_low <= 9 && found.exon_high <= 11);
    }

    #[test]
    fn degradation_and_a_skipped_exon_are_no_step() {
        let degraded = profile(|exon| 20.0 * (f64::from(exon) * 0.12).exp());
        assert!(!find(&degraded, &LENGTHS, &narrow()).unwrap().is_believed());
        let skipped = profile(|exon| if exon == 11 { 20.0 } else { 100.0 });
        assert!(
            !find(&skipped, &LENGTHS, &BackgroundProfile::default())
                .unwrap()
                .is_believed()
        );
    }

    #[test]
    fn normal_samples_that_show_the_same_step_explain_it() {
        let same = profile(|exon| if exon <= 9 { 200.0 } else { 100.0 });
        let mut background = narrow();
        for e in &mut background.exons {
            e.log_depth = if e.exon <= 9 { 0.35 } else { -0.34 };
        }
        assert!(!find(&same, &LENGTHS, &background).unwrap().is_believed());
        // Without normal samples a factor of two is doubtful, a factor of four is not.
        let four = profile(|exon| if exon <= 9 { 400.0 } else { 100.0 });
        assert!(
            find(&four, &LENGTHS, &BackgroundProfile::default())
                .unwrap()
                .is_believed()
        );
    }

    #[test]
    fn few_molecules_say_nothing() {
        let mut few = profile(|_| 1.0);
        assert_eq!(find(&few, &LENGTHS, &narrow()), None);
        few.molecules = 50;
        assert_eq!(find(&few, &LENGTHS, &narrow()), None);
    }
}
