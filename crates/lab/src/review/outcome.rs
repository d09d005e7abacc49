//! The review as written.

use serde::Serialize;

use super::compare::{Agreement, Home, OurJunction};
use crate::callers::{CallerRow, Place};
use breakapart_core::report::schema::{State, Tier};
use breakapart_core::report::wording;

/// Level of an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The same genes, or the same bases on both sides.
    Gene,
    /// Only the same base of KMT2A, with another partner.
    Base,
}

/// How a row differs from our junction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Difference {
    /// Another base on one side.
    Base {
        /// `5'` or `3'`.
        side: String,
        /// Ours, `contig:position`, 1-based.
        ours: String,
        /// Theirs.
        theirs: String,
        /// Distance in bases; null on another contig or without a position.
        bases: Option<i64>,
    },
    /// Another frame at the same breakpoint.
    Frame {
        /// Ours.
        ours: String,
        /// Theirs.
        theirs: String,
    },
    /// Another gene on one side.
    Partner {
        /// Ours, `GENE::GENE`.
        ours: String,
        /// Theirs.
        theirs: String,
    },
}

impl Difference {
    /// One short phrase.
    pub fn text(&self) -> String {
        match self {
            Self::Base {
                side,
                ours,
                theirs,
                bases,
            } => {
                let apart = bases.map_or_else(String::new, |bases| {
                    let bases = wording::thousands(bases);
                    format!(", {bases} bases apart")
                });
                format!("{side} base {theirs}, here {ours}{apart}")
            }
            Self::Frame { ours, theirs } => format!("{theirs}, here {ours}"),
            Self::Partner { ours, theirs } => format!("names {theirs}, here {ours}"),
        }
    }
}

/// Verdict on a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The same genes at the same bases, within 5 bases or the ambiguity of our junction.
    Confirmed,
    /// A call of ours, but with another base, frame or partner.
    Different,
    /// Seen here, but discarded.
    BelowTiers,
    /// Not seen here.
    #[default]
    NotSeen,
}

impl Verdict {
    /// The words used in every output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Different => "different",
            Self::BelowTiers => "below every tier",
            Self::NotSeen => "not seen",
        }
    }
}

/// One KMT2A call of the other caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Theirs {
    /// Line of its file, 1-based.
    pub line: u64,
    /// `KMT2A::AFF1`.
    pub name: String,
    /// Its breakpoints, 1-based; null for none.
    pub breakpoint5: Option<Place>,
    /// Likewise.
    pub breakpoint3: Option<Place>,
    /// Its confidence; empty for none.
    pub confidence: String,
    /// Its split reads; null if not stated.
    pub split: Option<u64>,
    /// Its spanning pairs; null if not stated.
    pub spanning: Option<u64>,
    /// The verdict.
    pub verdict: Verdict,
    /// The differences; empty if there are none.
    pub differences: Vec<Difference>,
    /// Whether one of the two has only spanning pairs, so that bases could not be compared.
    pub base_not_compared: bool,
    /// Our event; null for none.
    pub event: Option<String>,
    /// Our junction; null for none.
    pub junction: Option<String>,
    /// Our tier; null if below every tier or not seen.
    pub tier: Option<Tier>,
    /// Our molecules; null if not seen or molecules could not be distinguished.
    pub molecules: Option<u64>,
    /// Why we discarded it: code and sentence; null otherwise.
    pub discarded_because: Option<String>,
}

/// How the other caller treated a junction of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "where", rename_all = "kebab-case")]
pub enum Lacked {
    /// In its discarded file.
    Discarded {
        /// Line of that file, 1-based.
        line: u64,
        /// The filter that discarded it; null if the file does not say.
        filter: Option<String>,
        /// Its reads and pairs together.
        support: u64,
        /// Whether at the same bases; otherwise only the same genes.
        same_base: bool,
    },
    /// Neither called there nor in its discarded file.
    Nowhere,
    /// Not called; no discarded file was given.
    NoDiscardedFile,
}

impl Lacked {
    /// One short phrase.
    pub fn text(&self) -> String {
        match self {
            Self::Discarded {
                line,
                filter,
                support,
                same_base,
            } => {
                let by = filter.as_deref().map_or_else(
                    || "discarded there, no filter named".to_owned(),
                    |filter| format!("discarded there by {filter}"),
                );
                let base = if *same_base { "" } else { ", at another base" };
                format!("{by} (line {line}, {}{base})", wording::counted(*support, "read"))
            }
            Self::Nowhere => "not called there, and not in its discarded file".to_owned(),
            Self::NoDiscardedFile => "not called there; its discarded file would show the reason".to_owned(),
        }
    }
}

/// One called junction of ours that the other caller lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ours {
    /// The event.
    pub event: String,
    /// The junction.
    pub junction: String,
    /// Name of the junction, `AFF1::KMT2A`.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Its tier, else its event's.
    pub tier: Tier,
    /// Its breakpoints, 1-based.
    pub breakpoint5: Option<Place>,
    /// Likewise.
    pub breakpoint3: Option<Place>,
    /// Its molecules; null if molecules could not be distinguished.
    pub molecules: Option<u64>,
    /// Whether the other caller lacks the whole event; otherwise it has another of its junctions.
    pub whole_event: bool,
    /// How the other caller treated it.
    pub lacked: Lacked,
}

/// The review of one caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallerReview {
    /// The caller.
    pub caller: String,
    /// Its called rows, including those not about KMT2A.
    pub rows: u64,
    /// Its discarded rows; null if no discarded file was given.
    pub discarded_rows: Option<u64>,
    /// Its KMT2A calls, in the order of its file.
    pub theirs: Vec<Theirs>,
    /// Our called junctions that it lacks, in the order of the report.
    pub ours: Vec<Ours>,
}

/// The whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The sample.
    pub sample: String,
    /// Our conclusion.
    pub state: State,
    /// Its label, as printed.
    pub label: &'static str,
    /// One review per caller, in a fixed order.
    pub callers: Vec<CallerReview>,
}

/// A row with the result of its comparison.
pub(super) fn theirs(row: &CallerRow, found: Option<(&OurJunction<'_>, &Agreement)>) -> Theirs {
    let mut theirs = Theirs {
        line: row.line,
        name: row.name(),
        breakpoint5: row.breakpoint5.clone(),
        breakpoint3: row.breakpoint3.clone(),
        confidence: row.confidence.clone(),
        split: row.split,
        spanning: row.spanning,
        ..Theirs::default()
    };
    let Some((ours, agreement)) = found else {
        return theirs;
    };
    theirs.differences.clone_from(&agreement.differences);
    theirs.base_not_compared = agreement.base_unknown;
    theirs.junction = Some(ours.junction.id.clone());
    theirs.molecules = ours.junction.evidence.molecules;
    match ours.home {
        Home::Called(event) => {
            theirs.event = Some(event.id.clone());
            theirs.tier = Some(ours.junction.tier.unwrap_or(event.tier));
            theirs.verdict = if theirs.differences.is_empty() {
                Verdict::Confirmed
            } else {
                Verdict::Different
            };
        }
        Home::Discarded(discarded) => {
            theirs.discarded_because = Some(format!("{}: {}", discarded.reason.code, discarded.reason.text));
            theirs.verdict = Verdict::BelowTiers;
        }
    }
    theirs
}

/// A junction that the other caller lacks.
pub(super) fn ours(ours: &OurJunction<'_>, whole_event: bool, lacked: Lacked) -> Ours {
    let junction = ours.junction;
    let tier = match ours.home {
        Home::Called(event) => junction.tier.unwrap_or(event.tier),
        Home::Discarded(_) => Tier::Low,
    };
    let [breakpoint5, breakpoint3] = ours.places();
    Ours {
        event: ours.event_id().unwrap_or_default().to_owned(),
        junction: junction.id.clone(),
        name: ours.name(),
        class: junction.class.clone(),
        tier,
        breakpoint5,
        breakpoint3,
        molecules: junction.evidence.molecules,
        whole_event,
        lacked,
    }
}
