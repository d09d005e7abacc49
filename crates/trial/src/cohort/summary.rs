//! `summary.json`: counts of patients.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use strum::VariantArray;

use super::Trial;
use super::columns::{Break, kmt2a_break};
use super::concordance::Verdict;
use super::group::AgeGroup;
use super::problem::Problem;
use super::roster::SampleAt;
use super::status::Status;
use breakapart_core::report::wording;

/// The whole summary. Counts are patients in the sheet unless their name says otherwise.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Version of this program.
    pub tool_version: String,
    /// Report files found.
    pub report_files: usize,
    /// Unusable report files.
    pub report_files_unreadable: usize,
    /// Reports used.
    pub reports: usize,
    /// Patients.
    pub patients: usize,
    /// Samples of reports that are not in the sheet, as separate patients; in no other count.
    pub patients_not_in_sheet: usize,
    /// Patients by status.
    pub status: BTreeMap<&'static str, usize>,
    /// Rearranged patients by partner group.
    pub partner_groups: BTreeMap<String, usize>,
    /// Rearranged patients by partner.
    pub partners: BTreeMap<String, usize>,
    /// Partner groups by lineage and age group, all patients.
    pub partner_group_by_lineage_and_age: BTreeMap<String, BTreeMap<&'static str, BTreeMap<String, usize>>>,
    /// Rearranged patients by breakpoint region.
    pub kmt2a_region: BTreeMap<&'static str, usize>,
    /// Rearranged patients by the intron of the breakpoint (MANE number).
    pub kmt2a_intron_mane: BTreeMap<u16, usize>,
    /// Rearranged patients whose breakpoint is known to the base.
    pub breaks_by_dna: usize,
    /// Patients with a flag, by flag.
    pub flags: BTreeMap<String, usize>,
    /// Comparisons by verdict.
    pub comparisons: BTreeMap<&'static str, usize>,
    /// Patients of different families that share a genomic breakpoint, each group once.
    pub shared_breakpoints: Vec<SharedBreakpoint>,
    /// Problems by code.
    pub problems: BTreeMap<&'static str, usize>,
    /// Unusable files, with the reason.
    pub unreadable: Vec<Problem>,
}

/// Patients that share a genomic breakpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedBreakpoint {
    /// The patients.
    pub patients: Vec<String>,
    /// The samples with this breakpoint.
    pub samples: Vec<String>,
}

/// Number of occurrences of each item.
fn counts<K: Ord>(of: impl IntoIterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in of {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

impl Summary {
    /// Counts.
    pub fn of(trial: &Trial<'_>) -> Self {
        let assembled = trial.assembled;
        let counted = || trial.patients.iter().filter(|of| of.patient.in_sheet);
        let rearranged = || counted().filter(|of| of.status == Status::Rearranged);
        let breaks: Vec<Break> = counted().filter_map(kmt2a_break).collect();
        let introns = breaks.iter().filter(|found| !found.is_exonic);
        let unreadable: Vec<Problem> = assembled.unreadable().cloned().collect();
        let mut status = counts(counted().map(|of| of.status.name()));
        let mut by_lineage: BTreeMap<String, BTreeMap<&str, BTreeMap<String, usize>>> = BTreeMap::new();
        for of in counted() {
            let ages = by_lineage.entry(wording::clean(of.lineage())).or_default();
            let groups = ages.entry(AgeGroup::of(of.patient.age_days).name()).or_default();
            *groups.entry(of.group().to_owned()).or_default() += 1;
        }
        for every in Status::VARIANTS {
            status.entry(every.name()).or_default();
        }
        Self {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            report_files: assembled.file_count,
            report_files_unreadable: unreadable.len(),
            reports: assembled.used_count,
            patients: counted().count(),
            patients_not_in_sheet: trial.patients.len() - counted().count(),
            status,
            partner_groups: counts(rearranged().map(|of| of.group().to_owned())),
            partners: counts(rearranged().map(|of| of.partner().unwrap_or("unknown").to_owned())),
            partner_group_by_lineage_and_age: by_lineage,
            kmt2a_region: counts(breaks.iter().map(Break::region_name)),
            kmt2a_intron_mane: counts(introns.filter_map(|found| found.intron)),
            breaks_by_dna: breaks.iter().filter(|found| found.position.is_some()).count(),
            flags: counts(counted().flat_map(|of| of.flags.iter().cloned())),
            comparisons: counts(trial.comparisons.iter().map(|comparison| comparison.verdict.name())),
            shared_breakpoints: shared(trial),
            problems: counts(assembled.roster.problems.iter().map(|problem| problem.code)),
            unreadable,
        }
    }
}

/// Groups of patients linked by shared breakpoints: a swap gives two rows, and three patients of one contaminated plate
/// are one finding.
fn shared(trial: &Trial<'_>) -> Vec<SharedBreakpoint> {
    let mut groups: Vec<BTreeSet<SampleAt>> = Vec::new();
    let shared = trial.comparisons.iter();
    for comparison in shared.filter(|comparison| comparison.verdict == Verdict::SwapOrContamination) {
        let mut joined = BTreeSet::from([comparison.first, comparison.second]);
        groups.retain(|group| {
            let mut patients = group.iter().map(|at| at.patient);
            let meets = patients.any(|patient| joined.iter().any(|at| at.patient == patient));
            if meets {
                joined.extend(group);
            }
            !meets
        });
        groups.push(joined);
    }
    let roster = &trial.assembled.roster;
    let patients = |group: &BTreeSet<SampleAt>| -> BTreeSet<usize> { group.iter().map(|at| at.patient).collect() };
    groups.sort_by_key(patients);
    groups
        .iter()
        .map(|group| SharedBreakpoint {
            patients: patients(group)
                .into_iter()
                .map(|patient| roster.patients[patient].id.clone())
                .collect(),
            samples: group.iter().map(|at| roster.member(*at).sample.clone()).collect(),
        })
        .collect()
}
