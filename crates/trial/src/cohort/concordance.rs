//! Samples against each other: those of one patient, those of different patients that share a genomic
//! break, and weak junctions that are strong elsewhere in the same run.
//!
//! In: the roster with the digests. Out: [`Comparison`]s, one row of `concordance.tsv` each. What follows
//! for a patient's status is *not* decided here.

mod carry_over;
mod within;

use std::collections::BTreeMap;

use super::digest::JunctionDigest;
use super::fingerprint::{self, Fingerprint};
use super::roster::Roster;

/// Most samples of one patient that are compared each with each; of more, each is compared with the first.
const EACH_WITH_EACH_MAX: usize = 20;

/// What two samples are to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Both show one genomic break, or both a compatible one (RNA against DNA).
    SameBreak,
    /// Same partner; RNA alone can't tell one break from another.
    Compatible,
    /// Neither shows a rearrangement.
    BothWithout,
    /// The later sample no longer shows it.
    NoLongerShown,
    /// Two different breaks.
    NewClone,
    /// Two different partners.
    DifferentPartner,
    /// One shows a rearrangement, the other could have and does not.
    Discordant,
    /// One of the two could not have shown it.
    NotComparable,
    /// Different patients, one genomic break.
    SwapOrContamination,
    /// The same of one family.
    RelatedExpected,
    /// Few molecules of what another sample of the run has in masses.
    PossibleCarryOver,
}

impl Verdict {
    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SameBreak => "same break",
            Self::Compatible => "compatible",
            Self::BothWithout => "both without",
            Self::NoLongerShown => "no longer shown",
            Self::NewClone => "new clone",
            Self::DifferentPartner => "different partner",
            Self::Discordant => "discordant",
            Self::NotComparable => "not comparable",
            Self::SwapOrContamination => "swap or contamination until proved otherwise",
            Self::RelatedExpected => "related, expected",
            Self::PossibleCarryOver => "possible carry-over",
        }
    }
}

/// Two samples compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// `rna-dna`, `diagnosis-relapse`, `diagnosis-follow-up`, `follow-up-relapse`, `same-timepoint`,
    /// `timepoint-unknown`, `genomic-breakpoint`,
    /// `run`.
    pub compared: &'static str,
    /// Patient (index in the roster) and member of the first sample.
    pub first: (usize, usize),
    /// The same of the second.
    pub second: (usize, usize),
    /// What they are to one another.
    pub verdict: Verdict,
    /// Its figures.
    pub detail: String,
}

/// All comparisons: within patients by name, then shared breaks, then runs.
pub(crate) fn compare(roster: &Roster) -> Vec<Comparison> {
    let mut found = Vec::new();
    for (index, patient) in roster.patients.iter().enumerate() {
        within::compare(index, patient, &mut found);
    }
    shared(roster, &mut found);
    carry_over::compare(roster, &mut found);
    found
}

/// Two members, and the junctions that they share.
type Sharing<'a> = BTreeMap<((usize, usize), (usize, usize)), Vec<(&'a JunctionDigest, &'a JunctionDigest)>>;

/// Samples of different patients that show one genomic break.
fn shared(roster: &Roster, found: &mut Vec<Comparison>) {
    let mut owners = Vec::new();
    let mut marks = Vec::new();
    for (p, m, digest) in roster.samples() {
        for (mark, junction) in Fingerprint::of_sample(digest) {
            marks.push((owners.len(), mark));
            owners.push((p, m, junction));
        }
    }
    // Both derivatives of two samples may be shared: one row for the two.
    let mut rows: Sharing<'_> = BTreeMap::new();
    for (a, b) in fingerprint::pairs(&marks) {
        let (Some(a), Some(b)) = (owners.get(a), owners.get(b)) else {
            continue;
        };
        if a.0 != b.0 {
            rows.entry(((a.0, a.1), (b.0, b.1))).or_default().push((a.2, b.2));
        }
    }
    for ((first, second), junctions) in rows {
        let family = |p: usize| roster.patients.get(p).map_or("", |patient| patient.family_id.as_str());
        let related = !family(first.0).is_empty() && family(first.0) == family(second.0);
        let detail = junctions
            .iter()
            .map(|(a, b)| format!("{} ({} and {} molecules)", place(a), a.molecules, b.molecules))
            .collect::<Vec<_>>()
            .join("; ");
        found.push(Comparison {
            compared: "genomic-breakpoint",
            first,
            second,
            verdict: if related {
                Verdict::RelatedExpected
            } else {
                Verdict::SwapOrContamination
            },
            detail,
        });
    }
}

/// `KMT2A chr11:118485000 :: AFF1 chr4:87090000`.
fn place(junction: &JunctionDigest) -> String {
    let side = |side: &Option<super::digest::SideDigest>| {
        side.as_ref().map_or_else(
            || "not placed".to_owned(),
            |side| format!("{} {}", side.gene.as_deref().unwrap_or("intergenic"), side.place()),
        )
    };
    format!("{} :: {}", side(&junction.five), side(&junction.three))
}

#[cfg(test)]
mod tests;
