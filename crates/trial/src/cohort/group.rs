//! The age and partner groups used by trials.

/// Age group at diagnosis, youngest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray)]
pub enum AgeGroup {
    /// Below 90 days (the cut of AALL0631).
    #[strum(serialize = "<90 d")]
    Below90Days,
    /// 90 to 182 days: below six months (the cut of Interfant-06).
    #[strum(serialize = "90-182 d")]
    Below6Months,
    /// 183 to 364 days.
    #[strum(serialize = "183-364 d")]
    Below1Year,
    /// 1 to 17 years.
    #[strum(serialize = "1-17 y")]
    Child,
    /// From 18 years on.
    #[strum(serialize = ">=18 y")]
    Adult,
    /// No age, or an impossible one.
    #[strum(serialize = "unknown")]
    Unknown,
}

impl AgeGroup {
    /// The group of an age in days; a year has 365.
    pub const fn of(days: Option<u32>) -> Self {
        match days {
            None => Self::Unknown,
            Some(0..=89) => Self::Below90Days,
            Some(90..=182) => Self::Below6Months,
            Some(183..=364) => Self::Below1Year,
            // 18 years with their leap days.
            Some(365..=6_573) => Self::Child,
            Some(_) => Self::Adult,
        }
    }

    /// The words used in tables.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The partner genes with a group of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerGroups(Vec<String>);

impl Default for PartnerGroups {
    /// The seven most frequent partners of infants and children, without ELL: the groups in this program's tables.
    fn default() -> Self {
        Self::of(&["AFF1", "MLLT1", "MLLT3", "MLLT10", "AFDN", "EPS15", "USP2"])
    }
}

impl PartnerGroups {
    /// A partner without a group of its own.
    pub const OTHER: &'static str = "other";
    /// KMT2A is rearranged with an unknown partner; or the status is unknown.
    pub const UNKNOWN: &'static str = "unknown";
    /// No partner: nothing was detected, or a partial tandem duplication.
    pub const NONE: &'static str = "none";

    /// Groups by symbol.
    pub fn of(symbols: &[impl AsRef<str>]) -> Self {
        Self(symbols.iter().map(|symbol| symbol.as_ref().to_owned()).collect())
    }

    /// The five groups of Interfant-99 and -06, AALL0631 and P9407: AFF1, MLLT1, MLLT3, other, unknown.
    pub fn trial() -> Self {
        Self::of(&["AFF1", "MLLT1", "MLLT3"])
    }

    /// The group of a partner.
    pub fn group<'a>(&'a self, symbol: &str) -> &'a str {
        self.0
            .iter()
            .find(|known| *known == symbol)
            .map_or(Self::OTHER, String::as_str)
    }

    /// All groups in the order used in figures.
    pub fn names(&self) -> Vec<&str> {
        let last = [Self::OTHER, Self::UNKNOWN, Self::NONE];
        self.0.iter().map(String::as_str).chain(last).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_fall_into_the_groups_of_the_trials() {
        for (days, name) in [
            (0, "<90 d"),
            (89, "<90 d"),
            (90, "90-182 d"),
            (182, "90-182 d"),
            (183, "183-364 d"),
            (364, "183-364 d"),
            (365, "1-17 y"),
            (6_573, "1-17 y"),
            (6_574, ">=18 y"),
        ] {
            assert_eq!(AgeGroup::of(Some(days)).name(), name, "{days}");
        }
    }

    #[test]
    fn partners_without_a_group_are_other() {
        assert_eq!(PartnerGroups::default().group("USP2"), "USP2");
        assert_eq!(PartnerGroups::default().group("ELL"), "other");
        assert_eq!(PartnerGroups::trial().group("MLLT10"), "other");
        assert_eq!(
            PartnerGroups::trial().names(),
            ["AFF1", "MLLT1", "MLLT3", "other", "unknown", "none"]
        );
    }
}
