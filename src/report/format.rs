//! The output formats by name.

use std::fmt;

use super::schema::SampleReport;
use super::{discarded_tsv, fusions_tsv, html, json, junctions_fa, terminal};

/// Why a view could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// A required number is not a number.
    #[error("the report can't be written as JSON: {0}")]
    Number(#[source] serde_json::Error),
    /// The table writer failed.
    #[error("the report can't be written as a table: {0}")]
    Table(#[source] csv::Error),
    /// A template could not be filled.
    #[error("the report can't be written as a page: {0}")]
    Page(#[source] askama::Error),
}

/// One output of a sample: a pure view of its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The report itself.
    Json,
    /// Junctions at low or better in Arriba's columns, then ours.
    Fusions,
    /// Junctions below every tier, with the reason.
    Discarded,
    /// Sequences across the junctions.
    Junctions,
    /// The block a person sees on the terminal, without colour.
    Text,
    /// The page that a person reads, prints and signs.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [
        Self::Json,
        Self::Fusions,
        Self::Discarded,
        Self::Junctions,
        Self::Text,
        Self::Html,
    ];

    /// The ones that `call` writes unless told otherwise.
    pub const DEFAULT: [Self; 5] = [Self::Json, Self::Fusions, Self::Discarded, Self::Junctions, Self::Html];

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Fusions => "fusions",
            Self::Discarded => "discarded",
            Self::Junctions => "junctions",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    /// What follows the sample's name and a point in the file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "breakapart.json",
            Self::Fusions => "fusions.tsv",
            Self::Discarded => "discarded.tsv",
            Self::Junctions => "junctions.fa",
            Self::Text => "breakapart.txt",
            Self::Html => "report.html",
        }
    }

    /// One line for the help.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Json => "the whole report; every other output can be made from it",
            Self::Fusions => "called junctions in Arriba's 30 columns, then breakapart's",
            Self::Discarded => "junctions below every tier, with the reason",
            Self::Junctions => "sequences across the called junctions, FASTA",
            Self::Text => "the summary that the terminal shows",
            Self::Html => "one page to read, print and sign; no network, no scripts",
        }
    }

    /// The format that `text` names: its name, in any case, or what its files end in.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let text = match text.as_str() {
            "tsv" | "arriba" => "fusions",
            "fa" | "fasta" => "junctions",
            "txt" => "text",
            other => other,
        };
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text || format.extension() == text)
    }

    /// The view's bytes.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn render(self, report: &SampleReport) -> Result<Vec<u8>, ViewError> {
        match self {
            Self::Json => json::render(report),
            Self::Fusions => fusions_tsv::render(report),
            Self::Discarded => discarded_tsv::render(report),
            Self::Junctions => Ok(junctions_fa::render(report).into_bytes()),
            Self::Html => html::render(report),
            Self::Text => {
                Ok(terminal::block(report, &terminal::Style::default(), &terminal::Run::default()).into_bytes())
            }
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions_are_distinct_and_parse() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.name()), Some(format));
            assert_eq!(Format::parse(format.extension()), Some(format));
            assert_eq!(Format::parse(&format.name().to_uppercase()), Some(format));
            let twins = Format::ALL.into_iter().filter(|f| f.extension() == format.extension());
            assert_eq!(twins.count(), 1);
        }
        assert_eq!(Format::parse("tsv"), Some(Format::Fusions));
        assert_eq!(Format::parse("pdf"), None);
    }
}
