//! `summary.json`: counts of patients.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Trial;
use super::columns::kmt2a_break;
use super::concordance::Verdict;
use super::group::AgeGroup;
use super::status::Status;
use breakapart_core::report::wording;

/// The whole summary. Counts are patients of the sheet unless their name says otherwise.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Version of this program.
    pub tool_version: String,
    /// Report files that were found.
    pub report_files: usize,
    /// Report files that could not be used.
    pub report_files_unreadable: usize,
    /// Reports that were used.
    pub reports: usize,
    /// Patients.
    pub patients: usize,
    /// Reports whose sample the sheet does not name, as patients of their own; in no other count.
    pub patients_not_in_sheet: usize,
    /// Patients by status.
    pub status: BTreeMap<&'static str, usize>,
    /// Rearranged patients by partner group.
    pub partner_groups: BTreeMap<String, usize>,
    /// Rearranged patients by partner.
    pub partners: BTreeMap<String, usize>,
    /// Partner groups by lineage and age group, all patients.
    pub partner_group_by_lineage_and_age: BTreeMap<String, BTreeMap<String, BTreeMap<String, usize>>>,
    /// Rearranged patients by breakpoint region.
    pub kmt2a_region: BTreeMap<&'static str, usize>,
    /// Rearranged patients by broken intron (MANE number).
    pub kmt2a_intron_mane: BTreeMap<u16, usize>,
    /// Rearranged patients whose break is known to the base.
    pub breaks_by_dna: usize,
    /// Patients with a flag, by flag.
    pub flags: BTreeMap<String, usize>,
    /// Comparisons by verdict.
    pub comparisons: BTreeMap<&'static str, usize>,
    /// Patients that share a genomic breakpoint without being of one family, each group once.
    pub shared_breakpoints: Vec<SharedBreakpoint>,
    /// Problems by code.
    pub problems: BTreeMap<String, usize>,
    /// Files that could not be used, with the reason.
    pub unreadable: Vec<Unreadable>,
}

/// Patients that share a genomic breakpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedBreakpoint {
    /// The patients.
    pub patients: Vec<String>,
    /// The samples that show it.
    pub samples: Vec<String>,
}

/// A report file that could not be used.
#[derive(Clone, Debug, Serialize)]
pub struct Unreadable {
    /// Base name.
    pub file: String,
    /// Why.
    pub detail: String,
}

impl Summary {
    /// Counts.
    pub fn of(trial: &Trial<'_>) -> Self {
        let assembled = trial.assembled;
        let counted: Vec<_> = trial.patients.iter().filter(|of| of.patient.in_sheet).collect();
        let mut summary = Self {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            report_files: assembled.file_count,
            report_files_unreadable: assembled.unreadable().count(),
            reports: assembled.used_count,
            patients: counted.len(),
            patients_not_in_sheet: trial.patients.len() - counted.len(),
            status: Status::ALL.into_iter().map(|status| (status.name(), 0)).collect(),
            shared_breakpoints: shared(trial),
            unreadable: assembled
                .unreadable()
                .map(|problem| Unreadable {
                    file: problem.file.clone(),
                    detail: problem.detail.clone(),
                })
                .collect(),
            ..Self::default()
        };
        for of in counted {
            *summary.status.entry(of.status.name()).or_default() += 1;
            let group = of.group().to_owned();
            let lineage = of.patient.lineage.as_ref().map_or("unknown", |lineage| lineage.name());
            *summary
                .partner_group_by_lineage_and_age
                .entry(wording::clean(lineage))
                .or_default()
                .entry(AgeGroup::of(of.patient.age_days).name().to_owned())
                .or_default()
                .entry(group.clone())
                .or_default() += 1;
            if of.status == Status::Rearranged {
                *summary.partner_groups.entry(group).or_default() += 1;
                let partner = of.partner().unwrap_or("unknown").to_owned();
                *summary.partners.entry(partner).or_default() += 1;
            }
            if let Some(found) = kmt2a_break(of) {
                let region = found.region.map_or("other", |region| region.name());
                *summary.kmt2a_region.entry(region).or_default() += 1;
                if let Some(intron) = found.intron.filter(|_| !found.is_exonic) {
                    *summary.kmt2a_intron_mane.entry(intron).or_default() += 1;
                }
                summary.breaks_by_dna += usize::from(found.position.is_some());
            }
            for flag in &of.flags {
                *summary.flags.entry(flag.clone()).or_default() += 1;
            }
        }
        for comparison in &trial.comparisons {
            *summary.comparisons.entry(comparison.verdict.name()).or_default() += 1;
        }
        for problem in &assembled.roster.problems {
            *summary.problems.entry(problem.code.clone()).or_default() += 1;
        }
        summary
    }
}

/// Patients, and their samples by patient and member.
type Group = (BTreeSet<usize>, BTreeSet<(usize, usize)>);

/// Pairs that share a break, joined to groups: a swap gives two rows, and three patients of one
/// contaminated plate are one finding.
fn shared(trial: &Trial<'_>) -> Vec<SharedBreakpoint> {
    let mut groups: Vec<Group> = Vec::new();
    for comparison in &trial.comparisons {
        if comparison.verdict != Verdict::SwapOrContamination {
            continue;
        }
        let (first, second) = (comparison.first, comparison.second);
        let mut joined = (BTreeSet::from([first.0, second.0]), BTreeSet::from([first, second]));
        groups.retain(|(patients, samples)| {
            let apart = patients.is_disjoint(&joined.0);
            if !apart {
                joined.0.extend(patients);
                joined.1.extend(samples);
            }
            apart
        });
        groups.push(joined);
    }
    groups.sort();
    let patients = &trial.assembled.roster.patients;
    groups
        .into_iter()
        .map(|(members, samples)| SharedBreakpoint {
            patients: members
                .into_iter()
                .filter_map(|p| patients.get(p).map(|patient| patient.id.clone()))
                .collect(),
            samples: samples
                .into_iter()
                .filter_map(|(p, m)| Some(patients.get(p)?.members.get(m)?.sample.clone()))
                .collect(),
        })
        .collect()
}
