//! The columns of `genetic_characterisation` and where each value comes from. Type and meaning of each stand in
//! `docs/output/genetic_characterisation.columns.tsv`.

mod breaks;
mod columns_of_breaks;
mod vicc;

use super::digest::EventDigest;
use super::group::AgeGroup;
use super::sheet::Timepoint;
use super::status::{Characterised, Status};
use breakapart_core::report::{schema::FindingStatus, wording};

pub(crate) use breaks::{Break, genomic, kmt2a_break};
pub(crate) use vicc::vicc;

/// The columns in their order, blanks between them.
const NAMES: &str = "patient in_sheet family_id age_days age_group lineage material diagnosis_samples follow_up_samples \
                     relapse_samples kmt2a_status status_text conclusion kmt2a_g_confirmed assays lead_fusion partner \
                     partner_group dna_partner event_class mechanism tier tier_dna model_score molecules qualifiers \
                     reciprocal_found kmt2a_transcript kmt2a_intron_mane kmt2a_intron_consensus_2024 \
                     kmt2a_intron_meyer_2023 kmt2a_intron_nilson kmt2a_intron_gu_1992 kmt2a_region break_by kmt2a_exon \
                     partner_exon partner_transcript frame rna_breakpoint5 rna_breakpoint3 rna_sequence \
                     der11_breakpoint5 der11_breakpoint3 der11_inserted der11_homology der11_sequence derp_breakpoint5 \
                     derp_breakpoint3 derp_partner derp_inserted derp_sequence fraction fraction_low fraction_high \
                     fraction_of hgvs vicc iscn_suggestion lod lod_unit lod_blast_percent ptd_lod relapse flags \
                     next_step build tool_version report";

/// The columns' names.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.split(' ')
}

/// A number in six significant figures without trailing zeros; empty for none.
fn number(number: Option<f64>) -> String {
    let Some(number) = number.filter(|number| number.is_finite()) else {
        return String::new();
    };
    let digits = (5 - number.abs().max(1e-300).log10().floor() as i32).clamp(0, 12);
    let text = format!("{number:.*}", usize::try_from(digits).unwrap_or(0));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A text or a whole number; empty for none.
fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The value of a patient's column, as its cell has it; empty for nothing known, or not applicable.
pub(crate) fn cell(of: &Characterised<'_>, name: &str) -> String {
    let found = who(of, name).or_else(|| what(of, name));
    let found = found.or_else(|| columns_of_breaks::value(of, name));
    found.or_else(|| limits(of, name)).unwrap_or_default()
}

fn members(row: &Characterised<'_>, timepoint: Timepoint) -> usize {
    let all = row.patient.members.iter();
    all.filter(|member| member.timepoint == Some(timepoint)).count()
}

/// Columns of the patient and the samples; `None` for any other.
fn who(r: &Characterised<'_>, name: &str) -> Option<String> {
    let patient = r.patient;
    Some(match name {
        "patient" => patient.id.clone(),
        "in_sheet" => patient.in_sheet.to_string(),
        "family_id" => patient.family_id.clone(),
        "age_days" => optional(patient.age_days),
        "age_group" => AgeGroup::of(patient.age_days).name().to_owned(),
        "lineage" => optional(patient.lineage.as_ref().map(|lineage| lineage.name())),
        "material" => {
            let diagnosis = patient
                .members
                .iter()
                .filter(|m| m.timepoint == Some(Timepoint::Diagnosis));
            let mut found: Vec<&str> = diagnosis
                .map(|m| m.material.as_str())
                .filter(|m| !m.is_empty())
                .collect();
            found.dedup();
            found.join(";")
        }
        "diagnosis_samples" => members(r, Timepoint::Diagnosis).to_string(),
        "follow_up_samples" => members(r, Timepoint::FollowUp).to_string(),
        "relapse_samples" => members(r, Timepoint::Relapse).to_string(),
        "kmt2a_g_confirmed" => patient.kmt2a_g_confirmed.to_string(),
        _ => return None,
    })
}

fn lead<T>(row: &Characterised<'_>, take: impl Fn(&EventDigest) -> Option<T>) -> Option<T> {
    matches!(row.status, Status::Rearranged | Status::Ptd | Status::Inconclusive)
        .then(|| row.lead.and_then(|digest| digest.lead.as_ref()).and_then(take))
        .flatten()
}

/// Columns of the status and its event; `None` for any other.
fn what(r: &Characterised<'_>, name: &str) -> Option<String> {
    Some(match name {
        "kmt2a_status" => r.status.name().to_owned(),
        "status_text" => status_text(r),
        "conclusion" => optional(r.lead.map(|digest| digest.state.name())),
        "assays" => {
            let found = [r.rna.map(|_| "rna"), r.dna.map(|_| "dna")];
            found.into_iter().flatten().collect::<Vec<_>>().join(";")
        }
        "lead_fusion" => optional(lead(r, |event| Some(event.name.clone()))),
        "partner" => optional(r.partner()),
        "partner_group" => r.group().to_owned(),
        "dna_partner" => {
            let shown = r.dna.filter(|_| r.status == Status::Rearranged);
            let dna = shown.and_then(|digest| digest.lead.as_ref()?.partner.as_deref());
            optional(dna.filter(|symbol| r.partner() != Some(symbol)))
        }
        "event_class" => optional(lead(r, |event| Some(event.class.clone()))),
        "mechanism" => optional(lead(r, |event| event.mechanism.clone())),
        "tier" => optional(lead(r, |event| Some(event.tier.name()))),
        "tier_dna" => {
            let both = r.rna.is_some() && r.status == Status::Rearranged;
            let event = r.dna.filter(|_| both).and_then(|digest| digest.lead.as_ref());
            optional(event.map(|event| event.tier.name()))
        }
        "model_score" => number(lead(r, |event| Some(event.model_score))),
        "molecules" => optional(lead(r, |event| event.molecules)),
        "qualifiers" => optional(r.lead.map(|digest| digest.qualifiers.join("; "))),
        "reciprocal_found" => reciprocal_found(r).to_owned(),
        _ => return None,
    })
}

/// Whether the diagnosis samples that show the rearrangement show its reciprocal.
fn reciprocal_found(r: &Characterised<'_>) -> &'static str {
    let digests = [r.rna, r.dna].into_iter().flatten();
    let all: Vec<FindingStatus> = digests.map(|digest| digest.reciprocal).collect();
    if r.status != Status::Rearranged {
        ""
    } else if all.contains(&FindingStatus::Detected) {
        "yes"
    } else if all.contains(&FindingStatus::NotDetected) {
        "no"
    } else {
        "not assessable"
    }
}

/// `KMT2A-r not detected (RNA, limit 3.1 % of KMT2A transcripts)`.
fn status_text(row: &Characterised<'_>) -> String {
    let name = row.status.name();
    match (row.status, row.lead) {
        (Status::NotDetected | Status::NotDetectedMajor, Some(digest)) => format!(
            "{name} ({}, limit {} of {})",
            digest.assay.to_uppercase(),
            wording::limit(digest.lod),
            if digest.lod_unit.is_empty() {
                "KMT2A"
            } else {
                &digest.lod_unit
            }
        ),
        (Status::ConfirmedGermline, Some(digest)) => {
            format!(
                "{name}, confirmed by the trial; {} report: {}",
                digest.assay.to_uppercase(),
                digest.state.name()
            )
        }
        (Status::ConfirmedGermline, None) => format!("{name}, confirmed by the trial"),
        (Status::Inconclusive, Some(digest)) if row.flags.contains("possible-carry-over") => {
            format!(
                "{name}: {}; possible carry-over from {}, repeat",
                digest.headline,
                row.carried_from.join(", ")
            )
        }
        (Status::Inconclusive, Some(digest)) => format!("{name}: {}", digest.headline),
        (Status::Rearranged | Status::Ptd, Some(digest)) => digest.headline.clone(),
        _ => name.to_owned(),
    }
}

/// Columns of the limit, and where all of it comes from; `None` for any other.
fn limits(r: &Characterised<'_>, name: &str) -> Option<String> {
    let lead = r.lead;
    Some(match name {
        "lod" => number(lead.and_then(|d| d.lod)),
        "lod_unit" => optional(lead.map(|d| &d.lod_unit)),
        "lod_blast_percent" => number(lead.and_then(|d| d.lod_blast_percent)),
        "ptd_lod" => number(lead.and_then(|d| d.ptd_lod)),
        "relapse" => {
            let mut words: Vec<&str> = r.relapse.iter().map(|verdict| verdict.name()).collect();
            words.dedup();
            words.join("; ")
        }
        "flags" => r.flags.iter().cloned().collect::<Vec<_>>().join(";"),
        "next_step" => optional(lead.map(|d| &d.next_step)),
        "build" => optional(lead.map(|d| &d.build)),
        "tool_version" => optional(lead.map(|d| &d.tool_version)),
        "report" => r.lead_file.to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
