//! Cohort: a trial's genetic characterisation from its reports.
//!
//! In: report files, and the trial's own sheet of samples. Out: one row per patient, comparisons of samples, figures,
//! and a list of all unusable input. Patients are counted, not samples. Nothing is called here: reports are used
//! unchanged.
//!
//! ```text
//! find ─► gather ─► roster (+ sheet) ─► concordance ─► status ─► columns ─► tables, summary, bed, page
//! ```

pub(crate) mod columns;
pub(crate) mod concordance;
pub(crate) mod digest;
pub(crate) mod find;
pub(crate) mod fingerprint;
pub(crate) mod gather;
pub mod group;
pub(crate) mod junction;
pub mod page;
pub(crate) mod problem;
pub(crate) mod roster;
pub(crate) mod run;
pub(crate) mod sheet;
pub(crate) mod status;
pub mod summary;
pub mod tables;

use std::path::PathBuf;

use breakapart_core::report::FileError;
use concordance::Comparison;
use group::PartnerGroups;
use problem::Problem;
use roster::Roster;
use status::Characterised;

/// The request.
#[derive(Clone, Debug, Default)]
pub struct CohortRequest {
    /// Reports, folders of reports, lists of reports.
    pub reports: Vec<PathBuf>,
    /// The trial's sheet.
    pub sheet: Option<PathBuf>,
    /// Partner groups.
    pub groups: PartnerGroups,
    /// Whole consensus sequences, not only the window around each junction.
    pub full_sequences: bool,
    /// Table of samples and their sequencing runs, replacing the reports' platform units.
    pub runs: Option<PathBuf>,
}

/// A cohort, read and joined.
#[derive(Debug)]
pub struct Assembled {
    /// Patients.
    pub roster: Roster,
    /// Number of report files found.
    pub file_count: usize,
    /// Number of report files used.
    pub used_count: usize,
    /// Folders of the reports, in which links from the page look for them.
    pub folders: Vec<PathBuf>,
    /// Partner groups.
    pub groups: PartnerGroups,
}

/// A cohort with all results.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The cohort they are based on.
    pub assembled: &'a Assembled,
    /// Characterised patients, in the roster's order.
    pub patients: Vec<Characterised<'a>>,
    /// Comparisons of samples.
    pub comparisons: Vec<Comparison>,
}

/// Reads reports and sheet and joins them.
///
/// # Errors
/// Arguments, sheet or runs that cannot be read; an unreadable report is a [`Problem`], not an error.
pub fn assemble(request: &CohortRequest) -> Result<Assembled, FileError> {
    // The sheet first: an invalid one should fail before the reports are read.
    let sheet = request.sheet.as_deref().map(sheet::read_file).transpose()?;
    let runs = request.runs.as_deref().map(run::read).transpose()?;
    let files = find::find(&request.reports)?;
    let window = (!request.full_sequences).then_some(digest::WINDOW_BASES);
    let mut reading = gather::gather(&files, window);
    for report in &mut reading.reports {
        if let Some(given) = runs.as_ref().and_then(|runs| runs.get(&report.digest.sample)) {
            report.digest.runs.clone_from(given);
        }
    }
    let folders = reading.reports.iter().filter_map(|report| report.path.parent());
    let mut folders: Vec<PathBuf> = folders.map(PathBuf::from).collect();
    folders.dedup();
    Ok(Assembled {
        file_count: files.len(),
        used_count: reading.file_count,
        roster: roster::join(reading, sheet),
        folders,
        groups: request.groups.clone(),
    })
}

impl Assembled {
    /// Compares the samples and characterises every patient.
    pub fn trial(&self) -> Trial<'_> {
        let comparisons = concordance::compare(&self.roster);
        Trial {
            assembled: self,
            patients: status::characterise(&self.roster, &self.groups, &comparisons),
            comparisons,
        }
    }

    /// Report files that cannot be used.
    pub fn unreadable(&self) -> impl Iterator<Item = &Problem> {
        self.roster.problems.iter().filter(|problem| problem.is_unreadable())
    }
}
