//! Reports joined to the sheet: patients with their samples.
//!
//! In: the gathered reports, and the sheet. Out: [`Roster`]. Nothing is dropped: a report without a row becomes a
//! separate patient, a row without a report stays as a sample without one. Status is *not* decided here.

use std::collections::BTreeMap;

use super::digest::SampleDigest;
use super::gather::{Gathered, Reading};
use super::problem::Problem;
use super::sheet::{Lineage, Sheet, SheetRow, Timepoint};

/// A sample of a patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// Sample name, as printed.
    pub sample: String,
    /// Base name of its report; empty if it is not printed or missing.
    pub file: String,
    /// The digest of its report; `None` for none.
    pub digest: Option<SampleDigest>,
    /// Timepoint; without a sheet, diagnosis.
    pub timepoint: Option<Timepoint>,
    /// Material.
    pub material: String,
    /// Sequencing run.
    pub run: String,
}

/// A patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patient {
    /// Name, as printed.
    pub id: String,
    /// Whether the sheet has the patient, or there is no sheet.
    pub in_sheet: bool,
    /// Age at diagnosis, days.
    pub age_days: Option<u32>,
    /// Lineage.
    pub lineage: Option<Lineage>,
    /// Family; empty for none.
    pub family_id: String,
    /// The trial confirmed KMT2A germline status.
    pub kmt2a_g_confirmed: bool,
    /// Other cells of the sheet: from the first row with a value.
    pub extra: Vec<String>,
    /// Samples: diagnosis first, then by timepoint, then in the order of the sheet.
    pub members: Vec<Member>,
}

/// All patients, by name.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Patients, by name.
    pub patients: Vec<Patient>,
    /// Titles of the sheet's other columns.
    pub extra_columns: Vec<String>,
    /// All problems of reports and sheet.
    pub problems: Vec<Problem>,
    /// Whether there is a sheet: it assigns samples to patients; without one, two samples of one patient may count as
    /// two.
    pub has_sheet: bool,
}

/// Index of a sample in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SampleAt {
    /// Index of the patient.
    pub patient: usize,
    /// Index among the patient's samples.
    pub member: usize,
}

/// A sample with a report.
#[derive(Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub at: SampleAt,
    pub member: &'a Member,
    pub digest: &'a SampleDigest,
}

impl Roster {
    /// The samples of a patient with a report.
    pub(crate) fn samples_of(&self, patient: usize) -> impl Iterator<Item = Sample<'_>> {
        let members = self.patients[patient].members.iter().enumerate();
        members.filter_map(move |(number, member)| {
            Some(Sample {
                at: SampleAt {
                    patient,
                    member: number,
                },
                member,
                digest: member.digest.as_ref()?,
            })
        })
    }

    /// All samples with a report.
    pub(crate) fn samples(&self) -> impl Iterator<Item = Sample<'_>> {
        (0..self.patients.len()).flat_map(|patient| self.samples_of(patient))
    }

    /// A sample.
    pub(crate) fn member(&self, at: SampleAt) -> &Member {
        &self.patients[at.patient].members[at.member]
    }
}

/// Joins reports and sheet.
pub(crate) fn join(reading: Reading, sheet: Option<Sheet>) -> Roster {
    let has_sheet = sheet.is_some();
    let sheet = sheet.unwrap_or_default();
    let mut problems = reading.problems;
    let mut reports_of: BTreeMap<String, Vec<Gathered>> = BTreeMap::new();
    for report in reading.reports {
        let earlier = reports_of.entry(report.digest.sample.clone()).or_default();
        let problem = repeated(&report, earlier);
        if problem.as_ref().is_none_or(|problem| problem.code != DUPLICATE) {
            earlier.push(report);
        }
        problems.extend(problem);
    }
    problems.extend(sheet.problems);
    let mut patients: BTreeMap<String, Patient> = BTreeMap::new();
    for row in sheet.rows {
        let reports = reports_of.remove(&row.sample).unwrap_or_default();
        if reports.is_empty() {
            problems.push(row.problem("sample-without-report", "no report of this name was read"));
        }
        add(&mut patients, row, true, reports);
    }
    // Reports without a row. They do not belong to a sheet's patient of the same name.
    for (sample, reports) in reports_of {
        let mut patient = sample.clone();
        while has_sheet && patients.contains_key(&patient) {
            patient.push_str(" (not in the sheet)");
        }
        if has_sheet {
            let detail = "the sheet has no row for this sample; it counts as a separate patient";
            problems.extend(reports.iter().map(|report| report.problem("unknown-sample", detail)));
        }
        let row = SheetRow {
            patient,
            sample,
            timepoint: Some(Timepoint::Diagnosis),
            extra: vec![String::new(); sheet.extra_columns.len()],
            ..SheetRow::default()
        };
        add(&mut patients, row, !has_sheet, reports);
    }
    let mut patients: Vec<Patient> = patients.into_values().collect();
    for patient in &mut patients {
        patient
            .members
            .sort_by_key(|member| member.timepoint.map_or(9, |t| t as u8));
    }
    Roster {
        patients,
        extra_columns: sheet.extra_columns,
        problems,
        has_sheet,
    }
}

/// Adds a sample with its reports, one member each, to its patient.
fn add(patients: &mut BTreeMap<String, Patient>, row: SheetRow, in_sheet: bool, reports: Vec<Gathered>) {
    let patient = patients.entry(row.patient.clone()).or_insert_with(|| Patient {
        id: row.patient.clone(),
        in_sheet,
        extra: vec![String::new(); row.extra.len()],
        ..Patient::default()
    });
    patient.age_days = patient.age_days.or(row.age_days);
    patient.lineage = patient.lineage.take().or(row.lineage);
    patient.kmt2a_g_confirmed |= row.kmt2a_g_confirmed;
    let kept = patient.extra.iter_mut().chain([&mut patient.family_id]);
    for (kept, cell) in kept.zip(row.extra.into_iter().chain([row.family_id])) {
        if kept.is_empty() {
            *kept = cell;
        }
    }
    let member = Member {
        sample: row.sample,
        timepoint: row.timepoint,
        material: row.material,
        run: row.run,
        ..Member::default()
    };
    if reports.is_empty() {
        patient.members.push(member.clone());
    }
    patient.members.extend(reports.into_iter().map(|report| Member {
        file: report.name(),
        digest: Some(report.digest),
        ..member.clone()
    }));
}

/// Code of a repeated report, which is left out.
const DUPLICATE: &str = "duplicate-report";

/// The problem of a further report of one sample.
fn repeated(report: &Gathered, earlier: &[Gathered]) -> Option<Problem> {
    // RNA and DNA of one file are not copies of each other.
    let assay = |of: &Gathered| of.digest.says.assay.clone();
    let same = || earlier.iter().filter(|other| assay(other) == assay(report));
    if let Some(copy) = same().find(|other| other.content == report.content) {
        let detail = format!("the same bytes as {}; left out", copy.name());
        return Some(report.problem(DUPLICATE, detail));
    }
    let other = same().next()?.name();
    let detail = format!("{other} is from the same sample and assay; both are used");
    Some(report.problem("repeated-report", detail))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::cohort::sheet;
    use breakapart_core::report::schema::AssayConclusion;

    fn reading(samples: &[(&str, &str, u64)]) -> Reading {
        let report = |(sample, assay, content): &(&str, &str, u64)| Gathered {
            path: PathBuf::from(format!("/data/{sample}.{assay}.{content}.breakapart.json")),
            digest: SampleDigest {
                sample: (*sample).to_owned(),
                says: AssayConclusion {
                    assay: (*assay).to_owned(),
                    ..AssayConclusion::default()
                },
                ..SampleDigest::default()
            },
            content: *content,
        };
        Reading {
            reports: samples.iter().map(report).collect(),
            ..Reading::default()
        }
    }

    #[test]
    fn nothing_is_dropped() {
        let reading = reading(&[("s1", "rna", 1), ("s2", "rna", 2), ("s9", "dna", 3), ("s1", "rna", 1)]);
        let sheet = b"patient,sample,timepoint\np1,s2,relapse\np1,s1,diagnosis\np2,s3,diagnosis\n";
        let sheet = sheet::parse(sheet).unwrap();
        let roster = join(reading, Some(sheet));
        let names: Vec<&str> = roster.patients.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(names, ["p1", "p2", "s9"]);
        let p1: Vec<&str> = roster.patients[0].members.iter().map(|m| m.sample.as_str()).collect();
        assert_eq!(p1, ["s1", "s2"], "diagnosis first");
        assert_eq!(roster.patients[1].members[0].digest, None);
        assert!(!roster.patients[2].in_sheet);
        let codes: Vec<&str> = roster.problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["duplicate-report", "sample-without-report", "unknown-sample"]);
    }

    #[test]
    fn without_a_sheet_a_sample_is_a_patient() {
        let roster = join(reading(&[("s1", "rna", 1), ("s1", "dna", 2), ("s2", "rna", 3)]), None);
        let sizes: Vec<usize> = roster.patients.iter().map(|p| p.members.len()).collect();
        assert_eq!(sizes, [2, 1], "RNA and DNA of one sample are one patient's");
        assert!(roster.problems.is_empty());
        assert!(roster.patients.iter().all(|p| p.in_sheet));
    }
}
