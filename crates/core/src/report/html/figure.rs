//! Numbers of the page: each has its path in the JSON, its unit and its format, so that a test (or a
//! reader) can compare the two.

use std::{fmt, ops::Deref};

use serde_json::Value;

use crate::report::{
    number,
    wording::{percent, shortened, thousands},
};

/// Format of a number; as a text, the word in the page's `data-form`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[cfg_attr(test, derive(strum::EnumIter))]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Form {
    /// A whole number with commas between thousands.
    Whole,
    /// A fraction as a percentage with its sign.
    Percent,
    /// A percentage that is one in the JSON.
    #[strum(serialize = "percent-of-100")]
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
    /// The text of a number that is not whole.
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

/// A part of the report with its path in the JSON: it derefs to the part, and its numbers are taken with their
/// path. If the page prints only texts and numbers, the path alone is enough (`At<()>`).
pub(super) struct At<'a, T = ()> {
    /// The part.
    pub of: &'a T,
    json: &'a Value,
    path: String,
}

impl<T> Deref for At<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.of
    }
}

/// Whether both are the same part of one report.
impl<T> PartialEq for At<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

/// Placeholder for a missing value.
static NOTHING: Value = Value::Null;

impl<'a, T> At<'a, T> {
    /// The whole value that was written as `json`.
    pub(super) const fn root(of: &'a T, json: &'a Value) -> Self {
        Self {
            of,
            json,
            path: String::new(),
        }
    }

    /// The part `of` at `path` below this one: `evidence/split`.
    pub(super) fn part<U>(&self, path: impl fmt::Display, of: &'a U) -> At<'a, U> {
        let path = format!("/{path}");
        At {
            of,
            json: self.json.pointer(&path).unwrap_or(&NOTHING),
            path: format!("{}{path}", self.path),
        }
    }

    /// The items of the list at `path`.
    pub(super) fn each<U>(&self, path: &str, items: &'a [U]) -> Vec<At<'a, U>> {
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| self.part(format_args!("{path}/{index}"), item))
            .collect()
    }

    /// The JSON at `path` below this one.
    pub(super) fn at(&self, path: impl fmt::Display) -> At<'a> {
        self.part(path, &())
    }

    /// The JSON of a list's items.
    pub(super) fn list(&self, path: &str) -> Vec<At<'a>> {
        let count = self.at(path).json.as_array().map_or(0, Vec::len);
        (0..count)
            .map(|index| self.at(format_args!("{path}/{index}")))
            .collect()
    }

    /// A text of at most `length` characters; empty for none.
    pub(super) fn text(&self, path: impl fmt::Display, length: usize) -> String {
        shortened(self.at(path).json.as_str().unwrap_or_default(), length)
    }

    /// A text, or that it is not known.
    pub(super) fn known(&self, path: &str) -> String {
        match self.text(path, 300) {
            text if text.is_empty() => "not known".to_owned(),
            text => text,
        }
    }

    /// A switch as a word.
    pub(super) fn switch(&self, path: &str) -> &'static str {
        match self.at(path).json {
            Value::Bool(true) => "yes",
            Value::Bool(false) => "no",
            _ => "not known",
        }
    }

    /// Whether a switch is on.
    pub(super) fn is_true(&self, path: &str) -> bool {
        self.at(path).json == true
    }

    /// A number, for a text its number of characters; `None` for neither.
    pub(super) fn figure(&self, path: impl fmt::Display, form: Form) -> Option<Figure> {
        let At { json, path, .. } = self.at(path);
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
            unit: "",
        })
    }

    /// A number, or `missing` without one.
    pub(super) fn shown(&self, path: impl fmt::Display, form: Form, missing: &str) -> Figure {
        self.figure(path, form)
            .unwrap_or_else(|| Figure::word(missing.to_owned()))
    }

    /// A count or a position, or a dash.
    pub(super) fn count(&self, path: impl fmt::Display) -> Figure {
        self.shown(path, Form::Whole, "–")
    }

    /// Molecules, or fragments where molecules can't be distinguished.
    pub(super) fn supporting(&self) -> Figure {
        self.figure("molecules", Form::Whole)
            .unwrap_or_else(|| self.count("fragments"))
    }

    /// The same with their unit.
    pub(super) fn counted(&self) -> Figure {
        let count = self.supporting();
        let unit = match (self.at("molecules").json.is_number(), count.value == "1") {
            (true, true) => " molecule",
            (true, false) => " molecules",
            (false, true) => " fragment",
            (false, false) => " fragments",
        };
        Figure { unit, ..count }
    }
}

/// A number of the report, or a word of the page in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// Path in the JSON; empty for a word.
    pointer: String,
    value: String,
    text: String,
    form: Form,
    in_drawing: bool,
    /// The unit with a blank before it; empty for a number alone.
    unit: &'static str,
}

impl Figure {
    /// A word in place of a number. It is printed unescaped and must not contain text from the input.
    pub(super) const fn word(text: String) -> Self {
        Self {
            pointer: String::new(),
            value: String::new(),
            text,
            form: Form::Plain,
            in_drawing: false,
            unit: "",
        }
    }

    /// The same for an SVG text.
    #[must_use]
    pub(super) fn in_drawing(&self) -> Self {
        Self {
            in_drawing: true,
            ..self.clone()
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Everything here comes from this file or is a path of fixed words and indices; no input text.
        let Self {
            pointer,
            value,
            text,
            form,
            in_drawing,
            unit,
        } = self;
        if pointer.is_empty() {
            return write!(f, "{text}{unit}");
        }
        let form: &str = form.into();
        let (tag, attribute) = if *in_drawing {
            ("tspan", "data-value")
        } else {
            ("data", "value")
        };
        write!(
            f,
            "<{tag} {attribute}=\"{value}\" data-json=\"{pointer}\" data-form=\"{form}\">{text}</{tag}>{unit}"
        )
    }
}

impl askama::filters::HtmlSafe for Figure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_gives_its_path_in_the_json() {
        let json = serde_json::json!({"events": [{"molecules": 1234}], "x": 0.031, "none": null});
        let at = At::root(&(), &json);
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
    fn forms_format_numbers() {
        assert_eq!(Form::Depth.text(9.96), "10");
        assert_eq!(Form::Depth.text(0.25), "0.2");
        assert_eq!(Form::LogOdds.text(3.08), "+3.1");
        assert_eq!(Form::Ratio.text(0.4054), "0.41");
    }
}
