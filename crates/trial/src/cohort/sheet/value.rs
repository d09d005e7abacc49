//! The values of a sheet's cells.

use crate::cohort::problem::Problem;

/// Highest plausible age, days: 120 years.
pub(crate) const AGE_DAYS_MAX: u32 = 120 * 366;

/// The timepoint of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Timepoint {
    /// At diagnosis: determines the patient's status.
    Diagnosis,
    /// During or after treatment.
    FollowUp,
    /// At relapse.
    Relapse,
}

impl Timepoint {
    /// The word used in tables.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Reads a timepoint, case-insensitively.
pub(super) fn timepoint(text: &str, faults: &mut Vec<Problem>) -> Option<Timepoint> {
    let problem = match text.to_lowercase().replace(['_', ' '], "-").as_str() {
        "diagnosis" | "dx" | "initial" | "initial-diagnosis" => return Some(Timepoint::Diagnosis),
        "follow-up" | "followup" | "remission" | "mrd" => return Some(Timepoint::FollowUp),
        "relapse" | "relapse-1" | "relapse-2" | "progression" => return Some(Timepoint::Relapse),
        "" => Problem::new("missing-timepoint", "the sample is not used for the status"),
        _ => {
            let detail = format!("{text:?} is not diagnosis, follow-up or relapse");
            Problem::new("unknown-timepoint", detail)
        }
    };
    faults.push(problem);
    None
}

/// Lineage of the leukaemia.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lineage {
    /// Acute lymphoblastic leukaemia.
    All,
    /// Acute myeloid leukaemia.
    Aml,
    /// Mixed phenotype.
    Mpal,
    /// Anything else, as written.
    Other(String),
}

impl Lineage {
    /// The word used in tables.
    pub fn name(&self) -> &str {
        match self {
            Self::All => "ALL",
            Self::Aml => "AML",
            Self::Mpal => "MPAL",
            Self::Other(text) => text,
        }
    }

    /// Reads a cell; `None` if empty.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.to_lowercase().replace([' ', '_'], "-").as_str() {
            "" | "na" | "n/a" | "." | "unknown" => None,
            "all" | "b-all" | "t-all" | "bcp-all" | "pro-b-all" | "lymphoid" => Some(Self::All),
            "aml" | "myeloid" => Some(Self::Aml),
            "mpal" | "mixed" => Some(Self::Mpal),
            _ => Some(Self::Other(text.to_owned())),
        }
    }
}

/// Reads an age in days: an integer from 0 to [`AGE_DAYS_MAX`]; an empty cell is a missing age without a problem.
pub(super) fn age_days(text: &str, faults: &mut Vec<Problem>) -> Option<u32> {
    if matches!(text.to_lowercase().as_str(), "" | "na" | "n/a" | "." | "unknown") {
        return None;
    }
    let problem = match text.parse::<f64>() {
        Ok(days) if (0.0..=f64::from(AGE_DAYS_MAX)).contains(&days) && days.fract() == 0.0 => return Some(days as u32),
        Ok(_) => format!("{text} is not a whole number of days from 0 to {AGE_DAYS_MAX}"),
        Err(_) => format!("{text:?} is not a number"),
    };
    let detail = format!("age_days: {problem}; treated as missing");
    faults.push(Problem::new("impossible-age", detail));
    None
}

/// Reads yes or no; an empty cell means no.
pub(super) fn yes_or_no(text: &str, faults: &mut Vec<Problem>) -> bool {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => return true,
        "" | "no" | "n" | "false" | "0" | "na" | "n/a" | "." | "unknown" => {}
        _ => {
            let detail = format!("kmt2a_g_confirmed: {text:?} is neither yes nor no; treated as no");
            faults.push(Problem::new("unknown-confirmation", detail));
        }
    }
    false
}
