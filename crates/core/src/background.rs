//! Background: reports of normal samples combined into one profile of coverage and back-splices.
//!
//! In: reports of samples without a rearrangement. Out: a [`BackgroundProfile`]. Not decided here: whether a
//! sample is normal; a report that concludes `rearranged` or `ptd` is refused.

use std::path::{Path, PathBuf};

use breakapart_rule::{Params, imbalance::unknown_normal};
use thiserror::Error;

use crate::{
    evidence::background::{BACKGROUND_VERSION, BackgroundProfile, ExonBackground},
    genome::probability::binomial_interval,
    report::{ReadLimits, SampleReport, schema::State},
};

/// Fewest normal samples (count).
pub const SAMPLES_MIN: usize = 3;
/// Least standard deviation of an exon (natural logarithm): few samples may agree by chance.
const SD_MIN: f64 = 0.05;
/// Fewest KMT2A molecules of a usable sample (count).
const MOLECULES_MIN: u64 = 200;

/// Why no background could be computed or read.
#[derive(Debug, Error)]
pub enum BackgroundError {
    /// A report that could not be read.
    #[error("{0}")]
    Report(String),
    /// A report that cannot be used.
    #[error("{}: {reason}", path.display())]
    Unfit {
        /// The report.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// Too few samples.
    #[error("{0} normal samples; at least {SAMPLES_MIN} are needed")]
    TooFew(usize),
    /// A background file that could not be read.
    #[error("{}: not a background file of this version (`breakapart background` makes one): {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
}

/// Reads reports and computes their background.
///
/// # Errors
/// The first report that cannot be used; too few reports.
pub fn from_reports(paths: &[PathBuf]) -> Result<BackgroundProfile, BackgroundError> {
    let mut samples = Vec::new();
    for path in paths {
        let report =
            SampleReport::read(path, ReadLimits::default()).map_err(|e| BackgroundError::Report(e.to_string()))?;
        samples.push(sample(&report).map_err(|reason| BackgroundError::Unfit {
            path: path.clone(),
            reason,
        })?);
    }
    of_samples(&samples)
}

/// Reads a background file.
///
/// # Errors
/// A file that is not a background file, or has another version.
pub fn read(path: &Path) -> Result<BackgroundProfile, BackgroundError> {
    let malformed = |reason: String| BackgroundError::Malformed {
        path: path.to_owned(),
        reason,
    };
    let text = crate::input::small_text(path).map_err(|e| malformed(e.to_string()))?;
    let profile: BackgroundProfile = serde_json::from_str(&text).map_err(|e| malformed(e.to_string()))?;
    if profile.background_version != BACKGROUND_VERSION {
        return Err(malformed(format!("version {}", profile.background_version)));
    }
    if profile
        .exons
        .iter()
        .any(|e| !e.log_depth.is_finite() || e.sd.is_nan() || e.sd <= 0.0)
    {
        return Err(malformed("a depth or a spread is not a number".to_owned()));
    }
    Ok(profile)
}

/// One normal sample.
struct Sample {
    transcript: String,
    /// Exon, and its log depth minus the sample's fitted line.
    residuals: Vec<(u16, f64)>,
    back_splices: u64,
    wild_type: u64,
}

fn sample(report: &SampleReport) -> Result<Sample, String> {
    if matches!(report.conclusion.state, State::Rearranged | State::Ptd) {
        return Err(format!(
            "concluded {}: not a normal sample",
            report.conclusion.state.name()
        ));
    }
    let adequacy = report
        .adequacy
        .iter()
        .find(|a| a.assay == "rna")
        .ok_or("no RNA in this report")?;
    let molecules = adequacy.expression.as_ref().map_or(0, |e| e.kmt2a_molecules);
    if molecules < MOLECULES_MIN {
        return Err(format!(
            "{molecules} KMT2A molecules; a background needs {MOLECULES_MIN}"
        ));
    }
    if adequacy.exon_depth.len() < 10 {
        return Err("made by an earlier version without exon depths: call the sample again".to_owned());
    }
    let points: Vec<(u16, f64, f64)> = adequacy
        .exon_depth
        .iter()
        .filter(|e| e.exon > 1 && usize::from(e.exon) < adequacy.exon_depth.len())
        .map(|e| (e.exon, e.offset as f64 / 1_000.0, (e.depth + 0.5).ln()))
        .collect();
    let n = points.len() as f64;
    let mean = |of: &dyn Fn(&(u16, f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|p| p.1), mean(&|p| p.2));
    let slope = mean(&|p| (p.1 - x) * (p.2 - y)) / mean(&|p| (p.1 - x).powi(2)).max(1e-9);
    let ptd = report
        .events
        .iter()
        .flat_map(|e| &e.junctions)
        .filter(|j| j.class.contains("ptd"));
    let (mut back_splices, mut wild_type) = (0, 0);
    for junction in ptd {
        back_splices += junction.evidence.molecules.unwrap_or(0);
    }
    for donor in adequacy.donors.iter().filter(|d| d.exon == 8) {
        wild_type += donor.molecules;
    }
    Ok(Sample {
        transcript: adequacy
            .donors
            .first()
            .map(|d| d.transcript.clone())
            .unwrap_or_default(),
        residuals: points.iter().map(|(e, at, v)| (*e, v - y - slope * (at - x))).collect(),
        back_splices,
        wild_type,
    })
}

fn of_samples(samples: &[Sample]) -> Result<BackgroundProfile, BackgroundError> {
    if samples.len() < SAMPLES_MIN {
        return Err(BackgroundError::TooFew(samples.len()));
    }
    let n = samples.len() as f64;
    let exons = samples
        .first()
        .map(|s| s.residuals.iter().map(|(exon, _)| *exon).collect::<Vec<_>>())
        .unwrap_or_default();
    let (_, unknown) = unknown_normal(&Params::default());
    let exons = exons
        .into_iter()
        .map(|exon| {
            let values: Vec<f64> = samples
                .iter()
                .filter_map(|s| s.residuals.iter().find(|(e, _)| *e == exon).map(|(_, v)| *v))
                .collect();
            let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
            let variance =
                values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0).max(1.0);
            // Few samples give a poor estimate of the spread: it is shrunk towards the prior without samples, with
            // the weight of one sample, and widened for the standard error of the mean.
            let shrunk = (variance * (n - 1.0) + unknown * unknown) / n;
            ExonBackground {
                exon,
                log_depth: mean,
                sd: (shrunk * (1.0 + 1.0 / n)).sqrt().max(SD_MIN),
            }
        })
        .collect();
    let (back, wild): (u64, u64) = samples
        .iter()
        .fold((0, 0), |(b, w), s| (b + s.back_splices, w + s.wild_type));
    Ok(BackgroundProfile {
        background_version: BACKGROUND_VERSION,
        transcript: samples.first().map(|s| s.transcript.clone()).unwrap_or_default(),
        samples: u32::try_from(samples.len()).unwrap_or(u32::MAX),
        exons,
        ptd_ratio: (wild > 0).then(|| (back as f64 / wild as f64, binomial_interval(back, back + wild, 0.95).1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(shift: f64, back_splices: u64) -> Sample {
        Sample {
            transcript: "NM_001197104.2".to_owned(),
            residuals: (2..36).map(|e| (e, if e == 11 { -1.0 } else { 0.0 } + shift)).collect(),
            back_splices,
            wild_type: 1_000,
        }
    }

    #[test]
    fn an_exon_that_normal_samples_skip_has_a_low_depth() {
        let made = of_samples(&[sample(0.1, 0), sample(-0.1, 2), sample(0.0, 1), sample(0.05, 0)]).unwrap();
        assert_eq!((made.samples, made.exons.len()), (4, 34));
        assert!((made.exon(11).unwrap().log_depth + 0.99).abs() < 0.02);
        assert!(made.exon(12).unwrap().log_depth.abs() < 0.02);
        assert!(
            made.exons
                .iter()
                .all(|e| e.sd > 0.1 && e.sd < Params::default().step_spread)
        );
        let (ratio, high) = made.ptd_ratio.unwrap();
        assert!((ratio - 0.000_75).abs() < 1e-9 && high > ratio && high < 0.003);
    }

    #[test]
    fn one_or_two_samples_are_not_a_background() {
        assert!(matches!(of_samples(&[sample(0.0, 0)]), Err(BackgroundError::TooFew(1))));
    }
}
