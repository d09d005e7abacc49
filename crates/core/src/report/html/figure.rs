//! Numbers of the page: each carries where it stands in the JSON, what it is there, and how it is
//! worded, so that a test (or a reader) can compare the two.

use std::fmt;

use crate::report::{
    number,
    wording::{percent, thousands},
};

/// How a number is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A whole number with commas between thousands.
    Whole,
    /// A fraction as a percentage with its sign.
    Percent,
    /// A percentage that stands as such in the JSON.
    PercentOf100,
    /// Two decimals.
    Ratio,
    /// A depth: one decimal below 10.
    Depth,
    /// One decimal with its sign.
    LogOdds,
    /// As in the JSON.
    Plain,
}

impl Form {
    /// Every form.
    #[cfg(test)]
    pub(super) const ALL: [Self; 7] = [
        Self::Whole,
        Self::Percent,
        Self::PercentOf100,
        Self::Ratio,
        Self::Depth,
        Self::LogOdds,
        Self::Plain,
    ];

    /// The word in the page's `data-form`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Percent => "percent",
            Self::PercentOf100 => "percent-of-100",
            Self::Ratio => "ratio",
            Self::Depth => "depth",
            Self::LogOdds => "log-odds",
            Self::Plain => "plain",
        }
    }

    /// The wording of a number that is no whole one.
    pub(super) fn text(self, value: f64) -> String {
        match self {
            Self::Whole => thousands(value.round() as i64),
            Self::Percent => percent(value),
            Self::PercentOf100 => percent(value / 100.0),
            Self::Ratio => format!("{value:.2}"),
            Self::Depth if value < 9.95 => format!("{value:.1}"),
            Self::Depth => thousands(value.round() as i64),
            Self::LogOdds => format!("{value:+.1}"),
            Self::Plain => number::text(value),
        }
    }
}

/// A number of the report.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pointer: String,
    value: String,
    text: String,
    form: Form,
    in_drawing: bool,
}

impl Figure {
    /// A count.
    pub(super) fn count(pointer: impl Into<String>, value: u64) -> Self {
        Self {
            pointer: pointer.into(),
            value: value.to_string(),
            text: i64::try_from(value).map_or_else(|_| value.to_string(), thousands),
            form: Form::Whole,
            in_drawing: false,
        }
    }

    /// A position.
    pub(super) fn position(pointer: impl Into<String>, value: i64) -> Self {
        Self {
            pointer: pointer.into(),
            value: value.to_string(),
            text: thousands(value),
            form: Form::Whole,
            in_drawing: false,
        }
    }

    /// Any other number.
    pub(super) fn number(pointer: impl Into<String>, value: f64, form: Form) -> Self {
        Self {
            pointer: pointer.into(),
            value: number::text(value),
            text: form.text(number::rounded(value)),
            form,
            in_drawing: false,
        }
    }

    /// The number, of a position or a count.
    pub(super) fn whole(&self) -> i64 {
        self.value.parse().unwrap_or_default()
    }

    /// The same inside an SVG text.
    #[must_use]
    pub(super) fn in_drawing(mut self) -> Self {
        self.in_drawing = true;
        self
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Everything here is made by this file or is a path of fixed words and indices; no input text.
        let Self {
            pointer,
            value,
            text,
            form,
            in_drawing,
        } = self;
        let form = form.name();
        let (tag, attribute) = if *in_drawing {
            ("tspan", "data-value")
        } else {
            ("data", "value")
        };
        write!(
            f,
            "<{tag} {attribute}=\"{value}\" data-json=\"{pointer}\" data-form=\"{form}\">{text}</{tag}>"
        )
    }
}

impl askama::filters::HtmlSafe for Figure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_where_it_comes_from() {
        assert_eq!(
            Figure::count("/events/0/molecules", 1_234).to_string(),
            "<data value=\"1234\" data-json=\"/events/0/molecules\" data-form=\"whole\">1,234</data>"
        );
        assert_eq!(
            Figure::number("/x", 0.031, Form::Percent).in_drawing().to_string(),
            "<tspan data-value=\"0.031\" data-json=\"/x\" data-form=\"percent\">3.1 %</tspan>"
        );
    }

    #[test]
    fn forms_word_numbers() {
        assert_eq!(Form::Depth.text(9.96), "10");
        assert_eq!(Form::Depth.text(0.25), "0.2");
        assert_eq!(Form::LogOdds.text(3.08), "+3.1");
        assert_eq!(Form::Ratio.text(0.4054), "0.41");
    }
}
