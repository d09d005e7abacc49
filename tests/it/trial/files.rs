//! The trial's files: reports, including broken ones, the sheet, and the truth.

use std::path::Path;

use breakapart_core::report::{SampleReport, json};

use super::plan::{Plan, PlannedPatient, SampleKind};

/// End of a report's file name.
const ENDING: &str = ".breakapart.json";

pub(super) fn report(folder: &Path, name: &str, report: &SampleReport) {
    std::fs::write(folder.join(format!("{name}{ENDING}")), json::render(report).unwrap()).unwrap();
}

/// Five kinds of broken reports: truncated, empty, not text, of a newer schema, of another kind.
pub(super) fn broken(plan: &Plan, folder: &Path) {
    let first = &plan.patients[0].samples[0].name;
    let whole = std::fs::read(folder.join(format!("{first}{ENDING}"))).unwrap();
    for (number, (_, sample)) in plan.broken.iter().enumerate() {
        let bytes = match number {
            0 => whole[..whole.len() / 2].to_vec(),
            1 => Vec::new(),
            2 => vec![0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe],
            3 => b"{\"schema_version\": \"2.0.0\", \"sample\": {\"name\": \"x\"}}\n".to_vec(),
            _ => b"{\"schema_version\": \"1.0.0\", \"fusions\": []}\n".to_vec(),
        };
        std::fs::write(folder.join(format!("{sample}{ENDING}")), &bytes).unwrap();
    }
}

fn write(path: &Path, rows: &[Vec<String>], delimiter: u8) {
    let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_path(path).unwrap();
    for row in rows {
        table.write_record(row).unwrap();
    }
    table.flush().unwrap();
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// `samples.csv` and `truth.tsv`.
pub(super) fn tables(plan: &Plan, folder: &Path) {
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
        }
    }
    for (patient, sample) in &plan.broken {
        let mut row = vec![patient.clone(), sample.clone(), "follow-up".to_owned()];
        row.resize(11, String::new());
        sheet.push(row);
    }
    write(&folder.join("samples.csv"), &sheet, b',');
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
    write(&folder.join("truth.tsv"), &truth, b'\t');
}

/// The ideal characterisation of a patient. With DNA, a rearrangement is known whatever the RNA shows; without it, a
/// shallow RNA sample is inconclusive.
fn truth_of(patient: &PlannedPatient, weak: Option<&str>) -> Vec<String> {
    let dna = patient
        .samples
        .iter()
        .any(|s| s.timepoint == "diagnosis" && matches!(s.kind, SampleKind::Dna(_)));
    let adequate = patient.adequate || dna;
    // Two carried-over molecules are neither a rearrangement nor a clean negative.
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
