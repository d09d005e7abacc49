//! Every number of the decision, once: unit, meaning, source, default.
//!
//! The rule reads its numbers from the [`Params`] passed to it; the report prints all of them under `parameters.rule`.
//! Their use is explained at the code that uses them. KMT2A's own facts (regions, donors, exon pairs of duplications)
//! are
//! in the catalogue.

/// A number of the rule, for documents and tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamCard {
    /// Name, as in [`Params`] and under `parameters.rule`.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Meaning.
    pub meaning: &'static str,
    /// Source of the value.
    pub source: &'static str,
    /// Default value.
    pub default: f64,
}

/// Declares the numbers: meaning (as the doc comment), name, type, default, unit, source.
macro_rules! params {
    ($($(#[doc = $meaning:literal])+ $name:ident: $kind:ty = $default:literal, $unit:literal, $source:literal;)+) => {
        /// The numbers of the rule.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct Params {
            $($(#[doc = $meaning])+ #[doc = ""] #[doc = concat!("Unit: ", $unit, ". Source: ", $source)] pub $name: $kind,)+
        }

        impl Default for Params {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Params {
            /// A card for each number, in order.
            pub const CARDS: &'static [ParamCard] = &[$(ParamCard {
                name: stringify!($name),
                unit: $unit,
                meaning: concat!($($meaning),+),
                source: $source,
                default: $default as f64,
            },)+];

            /// The numbers by name.
            pub fn by_name(&self) -> BTreeMap<&'static str, f64> {
                BTreeMap::from([$((stringify!($name), f64::from(self.$name)),)+])
            }

            /// The same numbers with one of them multiplied; `None` for an unknown name.
            #[cfg(test)]
            pub(crate) fn scaled(&self, name: &str, by: f64) -> Option<Self> {
                let mut scaled = *self;
                match name {
                    $(stringify!($name) => scaled.$name = times(f64::from(self.$name), by, $unit) as $kind,)+
                    _ => return None,
                }
                Some(scaled)
            }
        }
    };
}

/// Largest value of any number, so that sums and products of the rule stay exact integers.
const LARGEST: f64 = 1e9;

impl Params {
    /// Checks that every number is valid: above 0, a probability or a fraction below 1, tiers in order.
    ///
    /// # Errors
    /// The first invalid number, in words.
    pub fn check(&self) -> Result<(), String> {
        let values = self.by_name();
        for card in Self::CARDS {
            let value = values.get(card.name).copied().unwrap_or_default();
            let is_share = matches!(card.unit, "probability" | "fraction");
            let most = if is_share { 1.0 } else { LARGEST };
            if !(value > 0.0 && value < most) {
                return Err(format!("{} is {value}: must be above 0 and below {most}", card.name));
            }
        }
        let in_order = [
            self.tier_low <= self.tier_medium && self.tier_medium <= self.tier_high,
            self.near_tier <= self.tier_low,
            self.anchor_short <= self.anchor_long,
        ];
        if in_order.contains(&false) {
            return Err("tiers (near_tier, tier_low, tier_medium, tier_high) or anchors are not in order".to_owned());
        }
        Ok(())
    }
}

/// A number multiplied; an integer changes by at least one, a probability stays below 1.
#[cfg(test)]
fn times(value: f64, by: f64, unit: &str) -> f64 {
    let moved = value * by;
    if unit == "probability" && moved >= 1.0 {
        f64::midpoint(value, 1.0)
    } else if value.fract() == 0.0 && value >= 1.0 && (moved - value).abs() < 1.0 {
        value + (by - 1.0).signum()
    } else {
        moved
    }
}

mod numbers;

pub use numbers::Params;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_unit_meaning_and_source() {
        let mut names: Vec<&str> = Params::CARDS.iter().map(|card| card.name).collect();
        for card in Params::CARDS {
            for text in [card.unit, card.meaning, card.source] {
                assert!(!text.trim().is_empty(), "{}", card.name);
            }
            assert!(card.default > 0.0, "{}", card.name);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Params::CARDS.len());
        let defaults = Params::default().by_name();
        assert!(Params::CARDS.iter().all(|card| defaults[card.name] == card.default));
    }

    #[test]
    fn numbers_are_read_back_if_none_is_missing() {
        let mut value = serde_json::to_value(Params::default()).unwrap();
        assert_eq!(
            serde_json::from_value::<Params>(value.clone()).unwrap(),
            Params::default()
        );
        // A number of a later version is ignored; one missing from an earlier version is not filled in silently.
        value["of_a_later_version"] = 3.into();
        assert!(serde_json::from_value::<Params>(value.clone()).is_ok());
        value.as_object_mut().unwrap().remove("molecules_min");
        assert!(serde_json::from_value::<Params>(value).is_err());
    }

    #[test]
    fn invalid_numbers_are_refused() {
        let p = Params::default;
        assert_eq!(p().check(), Ok(()));
        let unfit = [
            Params { tier_low: 0.0, ..p() },
            Params { tier_low: 1.0, ..p() },
            Params {
                tier_low: f64::NAN,
                ..p()
            },
            Params {
                place_share: 1.0,
                ..p()
            },
            Params { faced: 1e9, ..p() },
            Params { callable: 0, ..p() },
            Params { tier_low: 0.95, ..p() },
            Params {
                tier_medium: 0.995,
                ..p()
            },
            Params { near_tier: 0.6, ..p() },
            Params {
                anchor_short: 19,
                ..p()
            },
        ];
        for params in unfit {
            assert!(params.check().is_err(), "{params:?}");
        }
        let fit = [
            Params { tier_low: 0.9, ..p() },
            Params {
                tier_medium: 0.99,
                ..p()
            },
            Params { near_tier: 0.5, ..p() },
            Params {
                anchor_short: 18,
                ..p()
            },
            Params { faced: 1e8, ..p() },
            Params {
                pair_partner_reach: 999_999_999,
                ..p()
            },
        ];
        for params in fit {
            assert_eq!(params.check(), Ok(()));
        }
    }

    #[test]
    fn a_scaled_number_moves() {
        for card in Params::CARDS {
            for by in [0.8, 1.2] {
                let scaled = Params::default().scaled(card.name, by).unwrap();
                assert_ne!(scaled, Params::default(), "{} {by}", card.name);
            }
        }
        assert_eq!(Params::default().scaled("nothing", 2.0), None);
    }
}
