//! The columns of `genetic_characterisation` and the source of each value. Type and meaning of each column are in
//! `docs/output/genetic_characterisation.columns.tsv`.

mod breaks;
mod vicc;

use super::digest::SampleDigest;
use super::group::AgeGroup;
use super::junction::{is_genomic, kmt2a_and_partner, place};
use super::sheet::Timepoint;
use super::status::{Characterised, Status};
use breakapart_core::catalogue::catalogue;
use breakapart_core::catalogue::scheme::{MANE_TRANSCRIPT, Scheme};
use breakapart_core::report::schema::{Event, FindingStatus, Fraction, Junction, Side};
use breakapart_core::report::wording;

pub(crate) use breaks::{Break, genomic, kmt2a_break};
use breaks::{der11, named, reciprocal, rna};
pub(crate) use vicc::vicc;

/// A column: its name, and a patient's value as written in its cell; empty if unknown or not applicable.
pub(crate) struct Column {
    pub name: &'static str,
    pub value: fn(&Characterised<'_>) -> String,
}

const fn column(name: &'static str, value: fn(&Characterised<'_>) -> String) -> Column {
    Column { name, value }
}

/// The columns in their order.
pub(crate) const COLUMNS: [Column; 69] = [
    column("patient", |r| r.patient.id.clone()),
    column("in_sheet", |r| r.patient.in_sheet.to_string()),
    column("family_id", |r| r.patient.family_id.clone()),
    column("age_days", |r| cell(r.patient.age_days)),
    column("age_group", |r| AgeGroup::of(r.patient.age_days).name().to_owned()),
    column("lineage", |r| {
        cell(r.patient.lineage.as_ref().map(|lineage| lineage.name()))
    }),
    column("material", material),
    column("diagnosis_samples", |r| members(r, Timepoint::Diagnosis)),
    column("follow_up_samples", |r| members(r, Timepoint::FollowUp)),
    column("relapse_samples", |r| members(r, Timepoint::Relapse)),
    column("kmt2a_status", |r| r.status.name().to_owned()),
    column("status_text", status_text),
    column("conclusion", |r| cell(r.lead.map(|digest| digest.says.state.name()))),
    column("kmt2a_g_confirmed", |r| r.patient.kmt2a_g_confirmed.to_string()),
    column("assays", |r| {
        let found = [r.rna.map(|_| "rna"), r.dna.map(|_| "dna")];
        found.into_iter().flatten().collect::<Vec<_>>().join(";")
    }),
    column("lead_fusion", |r| cell(event(r).map(|event| &event.name))),
    column("partner", |r| cell(r.partner())),
    column("partner_group", |r| r.group().to_owned()),
    column("dna_partner", |r| {
        let shown = r.dna.filter(|_| r.status == Status::Rearranged);
        let dna = shown.and_then(SampleDigest::partner);
        cell(dna.filter(|symbol| r.partner() != Some(symbol)))
    }),
    column("event_class", |r| cell(event(r).map(|event| &event.class))),
    column("mechanism", |r| {
        cell(event(r).and_then(|event| event.mechanism.as_ref()))
    }),
    column("tier", |r| cell(event(r).map(|event| event.tier.name()))),
    column("tier_dna", |r| {
        let both = r.rna.is_some() && r.status == Status::Rearranged;
        let event = r.dna.filter(|_| both).and_then(SampleDigest::lead);
        cell(event.map(|event| event.tier.name()))
    }),
    column("model_score", |r| number(event(r).map(|event| event.model_score))),
    column("molecules", |r| cell(event(r).and_then(|event| event.molecules))),
    column("qualifiers", |r| {
        cell(r.lead.map(|digest| digest.qualifiers.join("; ")))
    }),
    column("reciprocal_found", |r| reciprocal_found(r).to_owned()),
    column("kmt2a_transcript", |r| cell(kmt2a_break(r).map(|_| MANE_TRANSCRIPT))),
    column("kmt2a_intron_mane", |r| {
        cell(kmt2a_break(r).and_then(|found| found.intron))
    }),
    column("kmt2a_intron_consensus_2024", |r| intron(r, Scheme::Consensus2024)),
    column("kmt2a_intron_meyer_2023", |r| intron(r, Scheme::Meyer2023)),
    column("kmt2a_intron_nilson", |r| intron(r, Scheme::Nilson1996)),
    column("kmt2a_intron_gu_1992", |r| intron(r, Scheme::Gu1992)),
    column("kmt2a_region", |r| {
        cell(kmt2a_break(r).map(|found| found.region_name()))
    }),
    column("break_by", |r| {
        cell(kmt2a_break(r).map(|found| if found.position.is_some() { "dna" } else { "rna" }))
    }),
    column("kmt2a_exon", |r| {
        let mut sides = [five(rna(r)), three(rna(r))].into_iter().flatten();
        cell(sides.find(|side| side.is_kmt2a()).and_then(|side| side.exon))
    }),
    column("partner_exon", |r| cell(partner(r).and_then(|side| side.exon))),
    column("partner_transcript", |r| {
        cell(partner(r).and_then(|side| side.transcript.as_ref()))
    }),
    column("frame", |r| cell(rna(r).map(|junction| junction.frame.name()))),
    column("rna_breakpoint5", |r| cell(five(rna(r)).map(place))),
    column("rna_breakpoint3", |r| cell(three(rna(r)).map(place))),
    column("rna_sequence", |r| sequence(rna(r))),
    column("der11_breakpoint5", |r| cell(five(der11(r)).map(place))),
    column("der11_breakpoint3", |r| cell(three(der11(r)).map(place))),
    column("der11_inserted", |r| cell(der11(r).map(|junction| &junction.inserted))),
    column("der11_homology", |r| {
        cell(der11(r).map(|junction| &junction.ambiguity.homology))
    }),
    column("der11_sequence", |r| sequence(der11(r))),
    column("derp_breakpoint5", |r| cell(five(reciprocal(r)).map(place))),
    column("derp_breakpoint3", |r| cell(three(reciprocal(r)).map(place))),
    column("derp_partner", |r| {
        cell(five(reciprocal(r)).and_then(|side| side.gene.as_ref()))
    }),
    column("derp_inserted", |r| {
        cell(reciprocal(r).map(|junction| &junction.inserted))
    }),
    column("derp_sequence", |r| sequence(reciprocal(r))),
    column("fraction", |r| number(fraction(r).map(|fraction| fraction.estimate))),
    column("fraction_low", |r| number(fraction(r).map(|fraction| fraction.low))),
    column("fraction_high", |r| number(fraction(r).map(|fraction| fraction.high))),
    column("fraction_of", |r| cell(fraction(r).map(|_| fraction_of(r)))),
    column("hgvs", |r| cell(named(r).and_then(|junction| junction.hgvs.as_ref()))),
    column("vicc", |r| {
        cell(named(r).filter(|_| r.status == Status::Rearranged).and_then(vicc))
    }),
    column("iscn_suggestion", |r| {
        let mut shown = r.shown().filter(|_| r.status.is_shown());
        cell(shown.find_map(|digest| digest.lead()?.iscn_suggestion.as_ref()))
    }),
    column("lod", |r| number(r.lead.and_then(SampleDigest::limit))),
    column("lod_unit", |r| cell(r.lead.map(SampleDigest::limit_unit))),
    column("lod_blast_percent", |r| {
        number(r.lead.and_then(|digest| digest.says.lod.as_ref()?.blast_percent))
    }),
    column("ptd_lod", |r| {
        number(r.lead.and_then(|digest| digest.says.findings.ptd.lod))
    }),
    column("relapse", |r| {
        let mut words: Vec<&str> = r.relapse.iter().map(|verdict| verdict.name()).collect();
        words.dedup();
        words.join("; ")
    }),
    column("flags", |r| r.flags.iter().cloned().collect::<Vec<_>>().join(";")),
    column("next_step", |r| {
        cell(r.lead.and_then(|digest| digest.next_step.as_ref()))
    }),
    column("build", |r| cell(r.lead.map(|digest| &digest.build))),
    column("tool_version", |r| cell(r.lead.map(|digest| &digest.tool_version))),
    column("report", |r| r.lead_file.to_owned()),
];

/// A number with six significant digits without trailing zeros; empty for none.
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
pub(super) fn cell(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn members(r: &Characterised<'_>, timepoint: Timepoint) -> String {
    let all = r.patient.members.iter();
    all.filter(|member| member.timepoint == Some(timepoint))
        .count()
        .to_string()
}

fn material(r: &Characterised<'_>) -> String {
    let diagnosis = r.patient.members.iter();
    let diagnosis = diagnosis.filter(|member| member.timepoint == Some(Timepoint::Diagnosis));
    let mut found: Vec<&str> = diagnosis.map(|member| member.material.as_str()).collect();
    found.retain(|material| !material.is_empty());
    found.dedup();
    found.join(";")
}

/// The event that determines a status.
fn event<'a>(r: &Characterised<'a>) -> Option<&'a Event> {
    let speaks = r.status.is_shown() || r.status == Status::Inconclusive;
    r.lead.filter(|_| speaks)?.lead()
}

/// Whether the diagnosis samples that show the rearrangement show its reciprocal.
fn reciprocal_found(r: &Characterised<'_>) -> &'static str {
    let any = |status| r.shown().any(|digest| digest.says.findings.reciprocal.status == status);
    if r.status != Status::Rearranged {
        ""
    } else if any(FindingStatus::Detected) {
        "yes"
    } else if any(FindingStatus::NotDetected) {
        "no"
    } else {
        "not assessable"
    }
}

/// `KMT2A-r not detected (RNA, limit 3.1 % of KMT2A transcripts)`.
fn status_text(r: &Characterised<'_>) -> String {
    let name = r.status.name();
    let Some(digest) = r.lead else {
        return match r.status {
            Status::ConfirmedGermline => format!("{name}, confirmed by the trial"),
            _ => name.to_owned(),
        };
    };
    let (headline, assay) = (&digest.says.headline, digest.says.assay.to_uppercase());
    match r.status {
        Status::NotDetected | Status::NotDetectedMajor => {
            let unit = Some(digest.limit_unit()).filter(|unit| !unit.is_empty());
            let limit = wording::limit(digest.limit());
            format!("{name} ({assay}, limit {limit} of {})", unit.unwrap_or("KMT2A"))
        }
        Status::ConfirmedGermline => {
            let state = digest.says.state.name();
            format!("{name}, confirmed by the trial; {assay} report: {state}")
        }
        Status::Inconclusive if r.flags.contains("possible-carry-over") => {
            let sources: Vec<&str> = r.carried_from.iter().copied().collect();
            format!(
                "{name}: {headline}; possible carry-over from {}, repeat",
                sources.join(", ")
            )
        }
        Status::Inconclusive => format!("{name}: {headline}"),
        Status::Rearranged | Status::Ptd => headline.clone(),
        Status::NoDiagnosis => name.to_owned(),
    }
}

/// The number of the intron with the breakpoint, in a numbering scheme.
fn intron(r: &Characterised<'_>, scheme: Scheme) -> String {
    let number = kmt2a_break(r).and_then(|found| found.intron);
    let number = number.and_then(|number| catalogue().exon_schemes().number(number, scheme));
    cell(number.map(|found| found.number))
}

fn five(junction: Option<&Junction>) -> Option<&Side> {
    junction?.five.as_ref()
}

fn three(junction: Option<&Junction>) -> Option<&Side> {
    junction?.three.as_ref()
}

/// The partner's side of the transcript's junction.
fn partner<'a>(r: &Characterised<'a>) -> Option<&'a Side> {
    Some(kmt2a_and_partner(rna(r)?)?.1)
}

fn sequence(junction: Option<&Junction>) -> String {
    cell(junction.and_then(|junction| junction.consensus.as_ref()))
}

fn fraction(r: &Characterised<'_>) -> Option<Fraction> {
    named(r)?.fraction
}

/// The denominator of that fraction.
fn fraction_of(r: &Characterised<'_>) -> &'static str {
    match (r.status, named(r).is_some_and(is_genomic)) {
        (Status::Ptd, _) => "ratio to wild type",
        (_, true) => "KMT2A alleles",
        _ => "KMT2A transcripts at the donor",
    }
}

#[cfg(test)]
mod tests;
