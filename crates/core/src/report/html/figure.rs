//! Numbers of the page: each carries where it stands in the JSON, what it is there, and how it is
//! worded, so that a test (or a reader) can compare the two.

use std::fmt;

use serde_json::Value;

use crate::report::{
    number,
    wording::{percent, shortened, thousands},
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

/// A place in the report's JSON, from which numbers and texts are taken.
#[derive(Clone)]
pub(super) struct At<'a> {
    json: &'a Value,
    path: String,
}

/// What stands where nothing does.
static NOTHING: Value = Value::Null;

impl<'a> At<'a> {
    /// The whole report.
    pub(super) const fn root(json: &'a Value) -> Self {
        Self {
            json,
            path: String::new(),
        }
    }

    /// The place at `path` below this one: `evidence/split`.
    pub(super) fn at(&self, path: impl fmt::Display) -> Self {
        let path = format!("/{path}");
        Self {
            json: self.json.pointer(&path).unwrap_or(&NOTHING),
            path: format!("{}{path}", self.path),
        }
    }

    /// The items of a list.
    pub(super) fn list(&self, path: &str) -> Vec<Self> {
        let list = self.at(path);
        let count = list.json.as_array().map_or(0, Vec::len);
        (0..count).map(|index| list.at(index)).collect()
    }

    /// A text of at most `length` characters; empty for none.
    pub(super) fn text(&self, path: &str, length: usize) -> String {
        shortened(self.at(path).json.as_str().unwrap_or_default(), length)
    }

    /// Whether a switch is on.
    pub(super) fn is_true(&self, path: &str) -> bool {
        self.at(path).json == true
    }

    /// A number, of a text how many characters it has; `None` for none.
    pub(super) fn figure(&self, path: impl fmt::Display, form: Form) -> Option<Figure> {
        let Self { json, path } = self.at(path);
        let (value, text) = match json {
            Value::String(text) => (text.chars().count().to_string(), form.text(text.chars().count() as f64)),
            Value::Number(number) if form == Form::Whole => {
                let text = number.as_i64().map_or_else(|| number.to_string(), thousands);
                (number.to_string(), text)
            }
            Value::Number(number) => {
                let value = number.as_f64()?;
                (number::text(value), form.text(number::rounded(value)))
            }
            _ => return None,
        };
        Some(Figure {
            pointer: path,
            value,
            text,
            form,
            in_drawing: false,
        })
    }

    /// A number, or `missing` where none stands.
    pub(super) fn shown(&self, path: impl fmt::Display, form: Form, missing: &str) -> Figure {
        self.figure(path, form).unwrap_or_else(|| Figure {
            pointer: String::new(),
            value: String::new(),
            text: missing.to_owned(),
            form,
            in_drawing: false,
        })
    }

    /// A count or a position, or a dash.
    pub(super) fn count(&self, path: impl fmt::Display) -> Figure {
        self.shown(path, Form::Whole, "–")
    }

    /// Molecules, or fragments where molecules can't be told apart, with the word for them.
    pub(super) fn counted(&self) -> (Figure, &'static str) {
        let molecules = self.figure("molecules", Form::Whole);
        let words = match molecules {
            Some(_) => ["molecule", "molecules"],
            None => ["fragment", "fragments"],
        };
        let count = molecules.unwrap_or_else(|| self.count("fragments"));
        let word = words[usize::from(count.whole() != 1)];
        (count, word)
    }
}

/// A number of the report, or the page's own word where it has none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// Where it stands in the JSON; empty for a word.
    pointer: String,
    value: String,
    text: String,
    form: Form,
    in_drawing: bool,
}

impl Figure {
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
        if pointer.is_empty() {
            return f.write_str(text);
        }
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
        let json = serde_json::json!({"events": [{"molecules": 1234}], "x": 0.031, "none": null});
        let at = At::root(&json);
        assert_eq!(at.count("none").to_string(), "–");
        assert_eq!(
            at.list("events")[0].count("molecules").to_string(),
            "<data value=\"1234\" data-json=\"/events/0/molecules\" data-form=\"whole\">1,234</data>"
        );
        assert_eq!(
            at.shown("x", Form::Percent, "").in_drawing().to_string(),
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
