//! The values a sheet's cells can have.

/// Highest age that is taken for one, days: 120 years.
pub(crate) const AGE_DAYS_MAX: u32 = 120 * 366;

/// When a sample was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timepoint {
    /// At diagnosis: the patient's status comes from here.
    Diagnosis,
    /// During or after treatment.
    FollowUp,
    /// At relapse.
    Relapse,
}

impl Timepoint {
    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Diagnosis => "diagnosis",
            Self::FollowUp => "follow-up",
            Self::Relapse => "relapse",
        }
    }

    /// Reads a cell, without regard to case.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().replace(['_', ' '], "-").as_str() {
            "diagnosis" | "dx" | "initial" | "initial-diagnosis" => Some(Self::Diagnosis),
            "follow-up" | "followup" | "remission" | "mrd" => Some(Self::FollowUp),
            "relapse" | "relapse-1" | "relapse-2" | "progression" => Some(Self::Relapse),
            _ => None,
        }
    }
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
    /// The word in tables.
    pub fn name(&self) -> &str {
        match self {
            Self::All => "ALL",
            Self::Aml => "AML",
            Self::Mpal => "MPAL",
            Self::Other(text) => text,
        }
    }

    /// Reads a cell; `None` for an empty one.
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

/// Reads an age in days: whole, 0 to [`AGE_DAYS_MAX`]; an empty cell is no age and no fault.
pub(super) fn age_days(text: &str) -> Result<Option<u32>, String> {
    let text = text.trim();
    if matches!(text.to_lowercase().as_str(), "" | "na" | "n/a" | "." | "unknown") {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(days) if (0.0..=f64::from(AGE_DAYS_MAX)).contains(&days) && days.fract() == 0.0 => Ok(Some(days as u32)),
        Ok(_) => Err(format!(
            "age_days: {text} is no whole number of days from 0 to {AGE_DAYS_MAX}; taken for missing"
        )),
        Err(_) => Err(format!("age_days: {text:?} is no number; taken for missing")),
    }
}

/// Reads yes or no; an empty cell is no.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "" | "no" | "n" | "false" | "0" | "na" | "n/a" | "." | "unknown" => Some(false),
        _ => None,
    }
}
