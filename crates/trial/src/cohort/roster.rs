//! Reports joined to the sheet: patients with their samples.
//!
//! In: what was gathered, and the sheet. Out: [`Roster`]. Nothing is dropped: a report without a row is a
//! patient of its own, a row without a report stays as a sample without one. Status is *not* decided here.

use std::collections::BTreeMap;

use super::digest::SampleDigest;
use super::gather::{Gathered, Reading};
use super::problem::Problem;
use super::sheet::{Lineage, Sheet, SheetRow, Timepoint};

/// A sample of a patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// Sample, as it is printed.
    pub sample: String,
    /// Base name of its report; empty where it is not to be printed or there is none.
    pub file: String,
    /// What is kept of its report; `None` where there is none.
    pub digest: Option<SampleDigest>,
    /// When it was taken; without a sheet, at diagnosis.
    pub timepoint: Option<Timepoint>,
    /// Material.
    pub material: String,
    /// Sequencing run.
    pub run: String,
}

/// A patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patient {
    /// Name, as it is printed.
    pub id: String,
    /// Whether the sheet names the patient, or there is no sheet.
    pub in_sheet: bool,
    /// Age at diagnosis, days.
    pub age_days: Option<u32>,
    /// Lineage.
    pub lineage: Option<Lineage>,
    /// Family; empty for none.
    pub family_id: String,
    /// The trial confirmed KMT2A germline status.
    pub kmt2a_g_confirmed: bool,
    /// Other cells of the sheet: of the first row that has one.
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
    /// Everything wrong with reports and sheet.
    pub problems: Vec<Problem>,
    /// A sheet says which samples are one patient's; without it, two samples of one patient may count as two.
    pub has_sheet: bool,
}

impl Roster {
    /// Every sample with a report: its patient, its place among the patient's, and what is kept of it.
    pub(crate) fn samples(&self) -> impl Iterator<Item = (usize, usize, &SampleDigest)> {
        self.patients.iter().enumerate().flat_map(|(p, patient)| {
            let members = patient.members.iter().enumerate();
            members.filter_map(move |(m, member)| Some((p, m, member.digest.as_ref()?)))
        })
    }
}

/// Joins reports and sheet.
pub(crate) fn join(reading: Reading, sheet: Option<&Sheet>) -> Roster {
    let mut roster = Roster {
        extra_columns: sheet.map(|sheet| sheet.extra_columns.clone()).unwrap_or_default(),
        problems: reading.problems,
        has_sheet: sheet.is_some(),
        ..Roster::default()
    };
    let extra = vec![String::new(); roster.extra_columns.len()];
    let new = |id: &str| Patient {
        id: id.to_owned(),
        in_sheet: true,
        extra: extra.clone(),
        ..Patient::default()
    };
    let mut patients: BTreeMap<String, Patient> = BTreeMap::new();
    let mut reports_of: BTreeMap<String, Vec<Gathered>> = BTreeMap::new();
    for report in reading.reports {
        let earlier = reports_of.entry(report.digest.sample.clone()).or_default();
        let problem = repeated(&report, earlier);
        let is_copy = problem
            .as_ref()
            .is_some_and(|problem| problem.code == "duplicate-report");
        roster.problems.extend(problem);
        if !is_copy {
            earlier.push(report);
        }
    }
    if let Some(sheet) = sheet {
        roster.problems.extend(sheet.problems.iter().cloned());
        if !sheet.has_timepoint {
            roster.problems.push(Problem {
                code: "no-timepoint-column".to_owned(),
                detail: "every sample is taken as one of diagnosis".to_owned(),
                ..Problem::default()
            });
        }
        for row in &sheet.rows {
            let patient = patients.entry(row.patient.clone()).or_insert_with(|| new(&row.patient));
            take_row(patient, row);
            let timepoint = row
                .timepoint
                .or_else(|| (!sheet.has_timepoint).then_some(Timepoint::Diagnosis));
            let member = Member {
                sample: row.sample.clone(),
                timepoint,
                material: row.material.clone(),
                run: row.run.clone(),
                ..Member::default()
            };
            match reports_of.remove(row.sample.as_str()) {
                Some(reports) => patient
                    .members
                    .extend(reports.into_iter().map(|report| with_report(&member, report))),
                None => {
                    let detail = "no report of this name was read".to_owned();
                    roster.problems.push(row.problem("sample-without-report", detail));
                    patient.members.push(member);
                }
            }
        }
    }
    // Reports that no row names. A sheet's patient of the same name is not meant by it.
    for (sample, reports) in reports_of {
        let mut id = sample.clone();
        while sheet.is_some() && patients.contains_key(&id) {
            id.push_str(" (not in the sheet)");
        }
        let patient = patients.entry(id.clone()).or_insert_with(|| Patient {
            in_sheet: sheet.is_none(),
            ..new(&id)
        });
        for report in reports {
            let member = Member {
                sample: sample.clone(),
                timepoint: Some(Timepoint::Diagnosis),
                ..Member::default()
            };
            let member = with_report(&member, report);
            if sheet.is_some() {
                roster.problems.push(Problem {
                    code: "unknown-sample".to_owned(),
                    file: member.file.clone(),
                    sample: sample.clone(),
                    detail: "the sheet has no row for this sample; it counts as a patient of its own".to_owned(),
                    ..Problem::default()
                });
            }
            patient.members.push(member);
        }
    }
    for patient in patients.values_mut() {
        patient
            .members
            .sort_by_key(|member| member.timepoint.map_or(9, |t| t as u8));
    }
    roster.patients = patients.into_values().collect();
    roster
}

fn with_report(member: &Member, report: Gathered) -> Member {
    Member {
        file: report.name(),
        digest: Some(report.digest),
        ..member.clone()
    }
}

/// What is wrong with a further report of one sample.
fn repeated(report: &Gathered, earlier: &[Gathered]) -> Option<Problem> {
    let problem = |code: &str, detail: String| Problem {
        sample: report.digest.sample.clone(),
        ..Problem::of_file(code, &report.name(), detail)
    };
    // RNA and DNA of one file are no copies of each other.
    let same = || earlier.iter().filter(|other| other.digest.assay == report.digest.assay);
    if let Some(copy) = same().find(|other| other.content == report.content) {
        let detail = format!("the same bytes as {}; left out", copy.name());
        return Some(problem("duplicate-report", detail));
    }
    same().next().map(|other| {
        let detail = format!("{} is of the same sample and assay; both are used", other.name());
        problem("repeated-report", detail)
    })
}

fn take_row(patient: &mut Patient, row: &SheetRow) {
    patient.age_days = patient.age_days.or(row.age_days);
    if patient.lineage.is_none() {
        patient.lineage.clone_from(&row.lineage);
    }
    if patient.family_id.is_empty() {
        patient.family_id.clone_from(&row.family_id);
    }
    patient.kmt2a_g_confirmed |= row.kmt2a_g_confirmed;
    for (kept, cell) in patient.extra.iter_mut().zip(&row.extra) {
        if kept.is_empty() {
            kept.clone_from(cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::cohort::sheet;

    fn reading(samples: &[(&str, &str, &str)]) -> Reading {
        let report = |(sample, assay, content): &(&str, &str, &str)| Gathered {
            path: PathBuf::from(format!("/data/{sample}.{assay}.{content}.breakapart.json")),
            digest: SampleDigest {
                sample: (*sample).to_owned(),
                assay: (*assay).to_owned(),
                ..SampleDigest::default()
            },
            content: (*content).to_owned(),
        };
        Reading {
            reports: samples.iter().map(report).collect(),
            ..Reading::default()
        }
    }

    #[test]
    fn nothing_is_dropped() {
        let reading = reading(&[
            ("s1", "rna", "a"),
            ("s2", "rna", "b"),
            ("s9", "dna", "c"),
            ("s1", "rna", "a"),
        ]);
        let sheet = b"patient,sample,timepoint\np1,s2,relapse\np1,s1,diagnosis\np2,s3,diagnosis\n";
        let sheet = sheet::parse(sheet).unwrap();
        let roster = join(reading, Some(&sheet));
        let names: Vec<&str> = roster.patients.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(names, ["p1", "p2", "s9"]);
        let p1: Vec<&str> = roster.patients[0].members.iter().map(|m| m.sample.as_str()).collect();
        assert_eq!(p1, ["s1", "s2"], "diagnosis first");
        assert_eq!(roster.patients[1].members[0].digest, None);
        assert!(!roster.patients[2].in_sheet);
        let codes: Vec<&str> = roster.problems.iter().map(|p| p.code.as_str()).collect();
        assert_eq!(codes, ["duplicate-report", "sample-without-report", "unknown-sample"]);
    }

    #[test]
    fn without_a_sheet_a_sample_is_a_patient() {
        let roster = join(
            reading(&[("s1", "rna", "a"), ("s1", "dna", "b"), ("s2", "rna", "c")]),
            None,
        );
        let sizes: Vec<usize> = roster.patients.iter().map(|p| p.members.len()).collect();
        assert_eq!(sizes, [2, 1], "RNA and DNA of one sample are one patient's");
        assert!(roster.problems.is_empty());
        assert!(roster.patients.iter().all(|p| p.in_sheet));
    }
}
