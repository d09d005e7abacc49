//! The trial's files: reports, broken ones among them, the sheet, and the truth.

use std::path::Path;

use super::CohortError;
use super::plan::{Plan, PlannedPatient, SampleKind};
use crate::report::{SampleReport, json};

/// End of a report's file name.
const ENDING: &str = ".breakapart.json";

fn write(path: &Path, bytes: &[u8]) -> Result<(), CohortError> {
    std::fs::write(path, bytes).map_err(|error| CohortError::Write {
        name: crate::report::wording::path(path),
        problem: error.to_string(),
    })
}

pub(super) fn report(folder: &Path, name: &str, report: &SampleReport) -> Result<(), CohortError> {
    let path = folder.join(format!("{name}{ENDING}"));
    let bytes = json::render(report).map_err(|error| CohortError::Write {
        name: crate::report::wording::path(&path),
        problem: error.to_string(),
    })?;
    write(&path, &bytes)
}

/// Five ways in which a report can be no report: cut, empty, not text, of a newer schema, of another kind.
pub(super) fn broken(plan: &Plan, folder: &Path) -> Result<(), CohortError> {
    let whole = plan
        .patients
        .first()
        .and_then(|patient| patient.samples.first())
        .map(|sample| std::fs::read(folder.join(format!("{}{ENDING}", sample.name))).unwrap_or_default())
        .unwrap_or_default();
    for (number, (_, sample)) in plan.broken.iter().enumerate() {
        let bytes = match number {
            0 => whole.get(..whole.len() / 2).unwrap_or_default().to_vec(),
            1 => Vec::new(),
            2 => vec![0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe],
            3 => b"{\"schema_version\": \"2.0.0\", \"sample\": {\"name\": \"x\"}}\n".to_vec(),
            _ => b"{\"schema_version\": \"1.0.0\", \"fusions\": []}\n".to_vec(),
        };
        write(&folder.join(format!("{sample}{ENDING}")), &bytes)?;
    }
    Ok(())
}

fn csv_text(rows: &[Vec<String>], delimiter: u8) -> Result<Vec<u8>, CohortError> {
    let failed = |problem: String| CohortError::Write {
        name: "table".to_owned(),
        problem,
    };
    let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        table.write_record(row).map_err(|error| failed(error.to_string()))?;
    }
    table.into_inner().map_err(|error| failed(error.to_string()))
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// `samples.csv`, `truth.tsv`, `truth_samples.tsv`, `truth_faults.tsv`.
pub(super) fn tables(plan: &Plan, folder: &Path) -> Result<(), CohortError> {
    let mut sheet = vec![texts(&[
        "patient",
        "sample",
        "timepoint",
        "material",
        "age_days",
        "lineage",
        "family_id",
        "run",
        "kmt2a_g_confirmed",
        "wbc",
        "cns",
    ])];
    let mut samples = vec![texts(&[
        "sample",
        "patient",
        "assay",
        "timepoint",
        "partner",
        "kmt2a",
        "partner_position",
    ])];
    for (number, patient) in plan.patients.iter().enumerate() {
        for sample in &patient.samples {
            let material = if sample.timepoint == "follow-up" { "PB" } else { "BM" };
            sheet.push(vec![
                patient.id.clone(),
                sample.name.clone(),
                sample.timepoint.to_owned(),
                material.to_owned(),
                patient.age_days.to_string(),
                patient.lineage.to_owned(),
                patient.family.clone(),
                sample.run.clone(),
                if patient.confirmed { "yes" } else { "no" }.to_owned(),
                (number * 37 % 800).to_string(),
                format!("CNS{}", number % 3 + 1),
            ]);
            let (assay, found) = match &sample.kind {
                SampleKind::Rna(_) => ("rna", None),
                SampleKind::Dna(found) => ("dna", found.as_ref()),
            };
            let of = |text: Option<String>| text.unwrap_or_else(|| ".".to_owned());
            samples.push(vec![
                sample.name.clone(),
                patient.id.clone(),
                assay.to_owned(),
                sample.timepoint.to_owned(),
                of(found.map(|found| found.partner.clone())),
                of(found.map(|found| (found.kmt2a + 1).to_string())),
                of(found.map(|found| (found.partner_at + 1).to_string())),
            ]);
        }
    }
    for (patient, sample) in &plan.broken {
        let mut row = vec![patient.clone(), sample.clone(), "follow-up".to_owned()];
        row.resize(11, String::new());
        sheet.push(row);
    }
    write(&folder.join("samples.csv"), &csv_text(&sheet, b',')?)?;
    write(&folder.join("truth_samples.tsv"), &csv_text(&samples, b'\t')?)?;
    let mut truth = vec![texts(&[
        "patient",
        "adequate",
        "status",
        "partner",
        "kmt2a_intron",
        "partner_exon",
        "dna_kmt2a",
        "dna_partner",
    ])];
    let weak = plan.carry_over.as_ref().map(|(weak, _)| weak.as_str());
    truth.extend(plan.patients.iter().map(|patient| truth_of(patient, weak)));
    write(&folder.join("truth.tsv"), &csv_text(&truth, b'\t')?)?;
    let mut faults = vec![texts(&["fault", "patient_a", "sample_a", "patient_b", "sample_b"])];
    for [a, sample_a, b, sample_b] in &plan.swaps {
        faults.push(texts(&["swap", a, sample_a, b, sample_b]));
    }
    for (patient, sample) in &plan.broken {
        faults.push(texts(&["broken", patient, sample, ".", "."]));
    }
    if let Some((weak, source)) = &plan.carry_over {
        faults.push(texts(&["carry-over", ".", weak, ".", source]));
    }
    if let Some((one, other)) = &plan.twins {
        faults.push(texts(&["twins", one, ".", other, "."]));
    }
    write(&folder.join("truth_faults.tsv"), &csv_text(&faults, b'\t')?)
}

/// What a perfect characterisation says of a patient. With DNA, a rearrangement is known whatever the RNA
/// shows; without it, a shallow RNA sample can say nothing.
fn truth_of(patient: &PlannedPatient, weak: Option<&str>) -> Vec<String> {
    let dna = patient
        .samples
        .iter()
        .any(|s| s.timepoint == "diagnosis" && matches!(s.kind, SampleKind::Dna(_)));
    let adequate = patient.adequate || dna;
    // Two carried-over molecules are no rearrangement, and no clean negative either.
    let is_weak = patient.samples.iter().any(|sample| Some(sample.name.as_str()) == weak);
    let status = match (&patient.found, patient.confirmed) {
        _ if is_weak => "inconclusive",
        (Some(_), _) => "KMT2A-r",
        (None, true) => "KMT2A-g",
        (None, false) => "KMT2A-r not detected",
    };
    let of = |text: Option<String>| text.unwrap_or_else(|| ".".to_owned());
    let found = patient.found.as_ref();
    vec![
        patient.id.clone(),
        if adequate { "yes" } else { "no" }.to_owned(),
        status.to_owned(),
        of(found.map(|found| found.partner.clone())),
        of(found.map(|found| found.intron.to_string())),
        of(patient.exons.map(|(_, acceptor)| acceptor.to_string())),
        of(found.filter(|_| dna).map(|found| (found.kmt2a + 1).to_string())),
        of(found.filter(|_| dna).map(|found| (found.partner_at + 1).to_string())),
    ]
}
