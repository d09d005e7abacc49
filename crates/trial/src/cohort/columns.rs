//! The columns of `genetic_characterisation`: name, type, meaning, and where each value comes from. The
//! tables and the documents are views of this list.

mod breaks;
mod columns_of_breaks;
mod vicc;

use super::group::{AgeGroup, PartnerGroups};
use super::sheet::Timepoint;
use super::status::{Characterised, Status};
use breakapart_core::report::schema::FindingStatus;

pub(crate) use breaks::{Break, genomic, kmt2a_break};
pub(crate) use vicc::vicc;

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// `true` or `false`.
    Flag,
}

impl Kind {
    /// The word in the documents.
    #[cfg(test)]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Flag => "true/false",
        }
    }
}

/// A value; [`Value::None`] is an empty cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing known, or not applicable.
    None,
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

impl Value {
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }

    fn optional(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::None, Self::text)
    }

    fn integer(number: Option<impl TryInto<i64>>) -> Self {
        number
            .and_then(|number| number.try_into().ok())
            .map_or(Self::None, Self::Integer)
    }

    fn number(number: Option<f64>) -> Self {
        number
            .filter(|number| number.is_finite())
            .map_or(Self::None, Self::Number)
    }

    /// The cell's text; empty for nothing.
    pub(crate) fn cell(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => {
                // Six significant figures, no trailing zeros.
                let digits = (5 - number.abs().max(1e-300).log10().floor() as i32).clamp(0, 12);
                let text = format!("{number:.*}", usize::try_from(digits).unwrap_or(0));
                if text.contains('.') {
                    text.trim_end_matches('0').trim_end_matches('.').to_owned()
                } else {
                    text
                }
            }
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

/// What a column's value is made from.
pub struct Row<'a> {
    /// The patient.
    pub of: &'a Characterised<'a>,
    /// Partner groups in force.
    pub groups: &'a PartnerGroups,
}

/// A column.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "a test writes docs/output from kind and meaning")
)]
pub(crate) struct Column {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Meaning, one sentence.
    pub meaning: &'static str,
    /// The value.
    pub value: fn(&Row<'_>) -> Value,
}

const fn column(name: &'static str, kind: Kind, meaning: &'static str, value: fn(&Row<'_>) -> Value) -> Column {
    Column {
        name,
        kind,
        meaning,
        value,
    }
}

/// All columns in order.
pub(crate) fn columns() -> Vec<Column> {
    let mut columns = who();
    columns.extend(what());
    columns.extend(columns_of_breaks::columns());
    columns.extend(limits());
    columns
}

fn members(row: &Row<'_>, timepoint: Timepoint) -> i64 {
    let all = row.of.patient.members.iter();
    all.filter(|member| member.timepoint == Some(timepoint)).count() as i64
}

fn who() -> Vec<Column> {
    use Kind::{Flag, Integer, Text};
    vec![
        column(
            "patient",
            Text,
            "The patient, as the sheet names it; without a sheet, the sample.",
            |r| Value::text(&r.of.patient.id),
        ),
        column("in_sheet", Flag, "Whether the sheet names the patient.", |r| {
            Value::Flag(r.of.patient.in_sheet)
        }),
        column(
            "family_id",
            Text,
            "Family, as in the sheet: twins may share a clone.",
            |r| Value::text(&r.of.patient.family_id),
        ),
        column("age_days", Integer, "Age at diagnosis in days.", |r| {
            Value::integer(r.of.patient.age_days)
        }),
        column(
            "age_group",
            Text,
            "`<90 d`, `90-182 d`, `183-364 d`, `1-17 y`, `>=18 y` or `unknown`.",
            |r| Value::text(AgeGroup::of(r.of.patient.age_days).name()),
        ),
        column("lineage", Text, "`ALL`, `AML`, `MPAL`, or as in the sheet.", |r| {
            Value::optional(r.of.patient.lineage.as_ref().map(|lineage| lineage.name()))
        }),
        column(
            "material",
            Text,
            "Material of the diagnosis samples, as in the sheet.",
            |r| {
                let mut found: Vec<&str> =
                    r.of.patient
                        .members
                        .iter()
                        .filter(|m| m.timepoint == Some(Timepoint::Diagnosis) && !m.material.is_empty())
                        .map(|m| m.material.as_str())
                        .collect();
                found.dedup();
                Value::text(found.join(";"))
            },
        ),
        column("diagnosis_samples", Integer, "Samples of diagnosis.", |r| {
            Value::Integer(members(r, Timepoint::Diagnosis))
        }),
        column("follow_up_samples", Integer, "Samples of follow-up.", |r| {
            Value::Integer(members(r, Timepoint::FollowUp))
        }),
        column("relapse_samples", Integer, "Samples of relapse.", |r| {
            Value::Integer(members(r, Timepoint::Relapse))
        }),
    ]
}

fn lead<T>(row: &Row<'_>, take: impl Fn(&super::digest::EventDigest) -> Option<T>) -> Option<T> {
    matches!(row.of.status, Status::Rearranged | Status::Ptd | Status::Inconclusive)
        .then(|| row.of.lead.and_then(|digest| digest.lead.as_ref()).and_then(take))
        .flatten()
}

fn what() -> Vec<Column> {
    use Kind::{Flag, Integer, Number, Text};
    vec![
        column(
            "kmt2a_status",
            Text,
            "`KMT2A-r`, `KMT2A-PTD`, `KMT2A-r not detected`, `inconclusive`, `no diagnosis report`; `KMT2A-g` only where the sheet's `kmt2a_g_confirmed` says so and nothing here contradicts it.",
            |r| Value::text(r.of.status.name()),
        ),
        column(
            "status_text",
            Text,
            "The status in a few words, with assay and limit where nothing was detected.",
            |r| Value::text(status_text(r)),
        ),
        column(
            "conclusion",
            Text,
            "State of the report that the status rests on.",
            |r| Value::optional(r.of.lead.map(|digest| digest.state.name())),
        ),
        column("kmt2a_g_confirmed", Flag, "The sheet's own column.", |r| {
            Value::Flag(r.of.patient.kmt2a_g_confirmed)
        }),
        column(
            "assays",
            Text,
            "Assays of the diagnosis samples that show the status.",
            |r| {
                let found: Vec<&str> = [(r.of.rna, "rna"), (r.of.dna, "dna")]
                    .into_iter()
                    .filter_map(|(digest, name)| digest.map(|_| name))
                    .collect();
                Value::text(found.join(";"))
            },
        ),
        column(
            "lead_fusion",
            Text,
            "Name of the event the status rests on, 5' gene first.",
            |r| Value::optional(lead(r, |event| Some(event.name.clone()))),
        ),
        column("partner", Text, "Partner gene (HGNC): by RNA, else by DNA.", |r| {
            Value::optional(r.of.partner())
        }),
        column(
            "partner_group",
            Text,
            "The partner's group; `other`, `unknown` (rearranged, partner not known; or nothing known), `none` (nothing detected, or a PTD).",
            |r| Value::text(r.of.group(r.groups)),
        ),
        column(
            "dna_partner",
            Text,
            "Gene at the genomic break, where it is not `partner`: a spliced fusion.",
            |r| {
                let dna = (r.of.status == Status::Rearranged)
                    .then(|| r.of.dna?.lead.as_ref()?.partner.as_deref())
                    .flatten();
                Value::optional(dna.filter(|symbol| r.of.partner() != Some(symbol)))
            },
        ),
        column("event_class", Text, "Class of the event.", |r| {
            Value::optional(lead(r, |event| Some(event.class.clone())))
        }),
        column("mechanism", Text, "What the geometry is compatible with.", |r| {
            Value::optional(lead(r, |event| event.mechanism.clone()))
        }),
        column("tier", Text, "Tier of the event.", |r| {
            Value::optional(lead(r, |event| Some(event.tier.name())))
        }),
        column(
            "tier_dna",
            Text,
            "Tier of the event in DNA, where both assays show one.",
            |r| {
                let both = r.of.rna.is_some() && r.of.status == Status::Rearranged;
                Value::optional(
                    r.of.dna
                        .filter(|_| both)
                        .and_then(|d| d.lead.as_ref())
                        .map(|event| event.tier.name()),
                )
            },
        ),
        column("model_score", Number, "Model score of the event.", |r| {
            Value::number(lead(r, |event| Some(event.model_score)))
        }),
        column("molecules", Integer, "Molecules of the event.", |r| {
            Value::integer(lead(r, |event| event.molecules))
        }),
        column(
            "qualifiers",
            Text,
            "Qualifiers of the conclusion, joined by `; `.",
            |r| Value::optional(r.of.lead.map(|digest| digest.qualifiers.join("; "))),
        ),
        column(
            "reciprocal_found",
            Text,
            "`yes`, `no` or `not assessable`, over the diagnosis samples that show the rearrangement.",
            |r| {
                if r.of.status != Status::Rearranged {
                    return Value::None;
                }
                let all: Vec<FindingStatus> = [r.of.rna, r.of.dna]
                    .into_iter()
                    .flatten()
                    .map(|d| d.reciprocal)
                    .collect();
                Value::text(if all.contains(&FindingStatus::Detected) {
                    "yes"
                } else if all.contains(&FindingStatus::NotDetected) {
                    "no"
                } else {
                    "not assessable"
                })
            },
        ),
    ]
}

/// `KMT2A-r not detected (RNA, limit 3.1 % of KMT2A transcripts)`.
fn status_text(row: &Row<'_>) -> String {
    let name = row.of.status.name();
    match (row.of.status, row.of.lead) {
        (Status::NotDetected | Status::NotDetectedMajor, Some(digest)) => format!(
            "{name} ({}, limit {} of {})",
            digest.assay.to_uppercase(),
            breakapart_core::report::wording::limit(digest.lod),
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
        (Status::Inconclusive, Some(digest)) if row.of.flags.contains("possible-carry-over") => {
            format!(
                "{name}: {}; possible carry-over from {}, repeat",
                digest.headline,
                row.of.carried_from.join(", ")
            )
        }
        (Status::Inconclusive, Some(digest)) => format!("{name}: {}", digest.headline),
        (Status::Rearranged | Status::Ptd, Some(digest)) => digest.headline.clone(),
        _ => name.to_owned(),
    }
}

fn limits() -> Vec<Column> {
    use Kind::{Number, Text};
    vec![
        column(
            "lod",
            Number,
            "Limit of detection of the sample that the status rests on: least fraction (any partner, worse of the regions that the status speaks of) that would not have been missed; empty for no finite one.",
            |r| Value::number(r.of.lead.and_then(|d| d.lod)),
        ),
        column("lod_unit", Text, "What `lod` is a fraction of.", |r| {
            Value::optional(r.of.lead.map(|d| d.lod_unit.clone()))
        }),
        column(
            "lod_blast_percent",
            Number,
            "The same as percentage of blasts, under the report's assumptions.",
            |r| Value::number(r.of.lead.and_then(|d| d.lod_blast_percent)),
        ),
        column("ptd_lod", Number, "Limit for a partial tandem duplication.", |r| {
            Value::number(r.of.lead.and_then(|d| d.ptd_lod))
        }),
        column(
            "relapse",
            Text,
            "Diagnosis against relapse, each comparison's verdict.",
            |r| {
                let mut words: Vec<&str> = r.of.relapse.iter().map(|verdict| verdict.name()).collect();
                words.dedup();
                Value::text(words.join("; "))
            },
        ),
        column(
            "flags",
            Text,
            "What a reviewer should look at: codes joined by `;`.",
            |r| Value::text(r.of.flags.iter().cloned().collect::<Vec<_>>().join(";")),
        ),
        column("next_step", Text, "The report's next step.", |r| {
            Value::optional(r.of.lead.map(|d| d.next_step.clone()))
        }),
        column("build", Text, "Build of the coordinates.", |r| {
            Value::optional(r.of.lead.map(|d| d.build.clone()))
        }),
        column("tool_version", Text, "Version that made the report.", |r| {
            Value::optional(r.of.lead.map(|d| d.tool_version.clone()))
        }),
        column("report", Text, "Base name of the report.", |r| {
            Value::text(r.of.lead_file)
        }),
    ]
}

#[cfg(test)]
mod tests;
