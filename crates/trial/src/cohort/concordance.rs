//! Comparisons of samples: those of one patient, those of different patients with the same genomic breakpoint, and weak
//! junctions that are strong elsewhere in the same run.
//!
//! In: the roster with the digests. Out: [`Comparison`]s, one row of `concordance.tsv` each. The consequence for a
//! patient's status is *not* decided here.

mod carry_over;
mod within;

use std::collections::BTreeMap;

use super::fingerprint::{self, Fingerprint};
use super::junction::words;
use super::roster::{Roster, SampleAt};
use breakapart_core::report::schema::Junction;

/// Largest number of samples of one patient that are compared pairwise; with more, each is compared with the first.
const EACH_WITH_EACH_MAX: usize = 20;

/// Verdict of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Both have the same genomic breakpoint, or compatible ones (RNA against DNA).
    SameBreak,
    /// Same partner; RNA alone cannot distinguish breakpoints.
    Compatible,
    /// Neither has a rearrangement.
    BothWithout,
    /// The later sample does not show it.
    NoLongerShown,
    /// Two different breakpoints.
    NewClone,
    /// Two different partners.
    DifferentPartner,
    /// One has a rearrangement; the other could have shown it but does not.
    Discordant,
    /// One of the two could not have shown it.
    NotComparable,
    /// Different patients, same genomic breakpoint.
    SwapOrContamination,
    /// The same within one family.
    RelatedExpected,
    /// Few molecules of a junction that is abundant in another sample of the run.
    PossibleCarryOver,
}

impl Verdict {
    /// The word used in tables.
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
    /// First sample.
    pub first: SampleAt,
    /// Second sample.
    pub second: SampleAt,
    /// The verdict.
    pub verdict: Verdict,
    /// Details with figures.
    pub detail: String,
}

/// All comparisons: within patients by name, then shared breakpoints, then runs.
pub(crate) fn compare(roster: &Roster) -> Vec<Comparison> {
    let mut found = Vec::new();
    within::compare(roster, &mut found);
    shared(roster, &mut found);
    carry_over::compare(roster, &mut found);
    found
}

/// Samples of different patients with the same genomic breakpoint.
fn shared(roster: &Roster, found: &mut Vec<Comparison>) {
    let (mut owners, mut marks) = (Vec::new(), Vec::new());
    for sample in roster.samples() {
        let own = Fingerprint::of_sample(sample.digest);
        owners.extend(own.iter().map(|_| sample.at));
        marks.extend(own);
    }
    // Two samples may share both derivatives: one row for the two.
    let mut rows: BTreeMap<[SampleAt; 2], Vec<[&Junction; 2]>> = BTreeMap::new();
    for (a, b) in fingerprint::pairs(&marks) {
        if owners[a].patient != owners[b].patient {
            let junctions = [marks[a].junction, marks[b].junction];
            rows.entry([owners[a], owners[b]]).or_default().push(junctions);
        }
    }
    for ([first, second], junctions) in rows {
        let [one, other] = [first, second].map(|at| roster.patients[at.patient].family_id.as_str());
        let details = junctions.iter().map(|[a, b]| {
            let (one, other) = (a.evidence.counted(), b.evidence.counted());
            format!("{} ({one} and {other} molecules)", words(a))
        });
        found.push(Comparison {
            compared: "genomic-breakpoint",
            first,
            second,
            verdict: if !one.is_empty() && one == other {
                Verdict::RelatedExpected
            } else {
                Verdict::SwapOrContamination
            },
            detail: details.collect::<Vec<_>>().join("; "),
        });
    }
}

#[cfg(test)]
mod tests;
