//! A trial: patients with their samples, reports, the sheet, and the truth.
//!
//! RNA reports come out of the real flow, from reads that are drawn, written and called. DNA reports are
//! drawn as reports: they hold a genomic break, and a warning `drawn` says so. Swapped samples, carried-over
//! reads, twins, a relapse with a new clone and broken files are put in on purpose, and listed.

mod drawn;
mod files;
mod plan;

use std::path::Path;

use rayon::prelude::*;
use thiserror::Error;

use super::design::{Amount, Design, EventSpec};
use super::files::{SetError, SetOptions, write_sample};
use super::{Genome, SimulateError, simulate};
use crate::catalogue::KMT2A;
use crate::flow::{self, FlowConfig};
use crate::input::{self, InputOptions, Source};
use crate::report::SampleReport;
pub use plan::{Break, Plan, PlannedPatient, PlannedSample, SampleKind, plan};

/// Why a cohort could not be made.
#[derive(Debug, Error)]
pub enum CohortError {
    /// A sample that can't be drawn or written.
    #[error(transparent)]
    Set(#[from] SetError),
    /// The genome holds no partner's exons.
    #[error("the reference holds no exon sequence of a catalogue partner")]
    NoPartners,
    /// A drawn sample that could not be called.
    #[error("{sample}: the drawn alignments could not be called: {problem}")]
    Call {
        /// Sample.
        sample: String,
        /// What was said.
        problem: String,
    },
    /// A file.
    #[error("{name}: can't be written: {problem}")]
    Write {
        /// File.
        name: String,
        /// What the system said.
        problem: String,
    },
}

/// Makes a trial of `count` patients in `folder`: `reports/`, `samples.csv`, `truth.tsv`, `truth_samples.tsv`
/// and `truth_faults.tsv`. `reads`: keep the alignments, in `reads/`.
///
/// # Errors
/// [`CohortError`].
pub fn write_cohort(
    count: usize,
    seed: u64,
    genome: &Genome<'_>,
    folder: &Path,
    reads: bool,
) -> Result<Plan, CohortError> {
    let plan = plan(count, seed, genome);
    if plan.patients.is_empty() {
        return Err(CohortError::NoPartners);
    }
    let reports = folder.join("reports");
    let made = |path: &Path| {
        std::fs::create_dir_all(path).map_err(|error| CohortError::Write {
            name: crate::report::wording::path(path),
            problem: error.to_string(),
        })
    };
    made(&reports)?;
    let kept = folder.join("reads");
    if reads {
        made(&kept)?;
    }
    let scratch = tempfile::tempdir().map_err(|error| CohortError::Write {
        name: "temporary folder".to_owned(),
        problem: error.to_string(),
    })?;
    let alignments = if reads { kept.as_path() } else { scratch.path() };
    let work: Vec<(&PlannedPatient, &PlannedSample)> = plan
        .patients
        .iter()
        .flat_map(|patient| patient.samples.iter().map(move |sample| (patient, sample)))
        .collect();
    work.par_iter()
        .map(|(patient, sample)| {
            let report = match &sample.kind {
                SampleKind::Rna(design) => called(design, genome, alignments, reads)?,
                SampleKind::Dna(found) => drawn::report(&sample.name, found.as_ref(), patient, sample, genome),
            };
            files::report(&reports, &sample.name, &report)
        })
        .collect::<Result<Vec<()>, CohortError>>()?;
    files::broken(&plan, &reports)?;
    files::tables(&plan, folder)?;
    Ok(plan)
}

/// Draws a sample's reads, writes them, and calls them.
fn called(design: &Design, genome: &Genome<'_>, folder: &Path, keep: bool) -> Result<SampleReport, CohortError> {
    let wrong = |source: SimulateError| SetError::Design {
        sample: design.sample.clone(),
        source,
    };
    let sample = simulate(design, genome).map_err(wrong)?;
    write_sample(design, &sample, genome.contigs(), folder, SetOptions::default())?;
    let path = folder.join(format!("{}.bam", design.sample));
    let failed = |problem: String| CohortError::Call {
        sample: design.sample.clone(),
        problem,
    };
    let mut file = input::open(&Source::Path(path.clone()), &InputOptions::default())
        .map_err(|error| failed(error.to_string()))?;
    let report =
        flow::analyse(&mut file, &design.sample, &FlowConfig::default()).map_err(|error| failed(error.to_string()))?;
    if !keep {
        // What can't be removed goes with the temporary folder.
        let _ = std::fs::remove_file(&path);
        let _ = std::fs::remove_file(path.with_extension("bam.bai"));
    }
    Ok(report)
}

/// A library of an RNA sample: 2 x 100 bases, STAR.
fn library(name: &str, genome: &Genome<'_>, seed: u64, molecules: u32) -> Design {
    let mut design = Design::new(name, genome.models().build(), seed);
    design.kmt2a_molecules = molecules;
    design.control_molecules = 60;
    design.partner_molecules = 20;
    design.chimera_count = 5;
    design
}

/// KMT2A's exon `donor` joined to a partner's exon, in so many supporting molecules.
fn fusion(partner: &str, donor: u16, acceptor: u16, molecules: u32) -> EventSpec {
    EventSpec::fusion((KMT2A, donor), (partner, acceptor), Amount::Supporting(molecules))
}
