//! The output formats: their descriptions, and the list of them.

use super::{html, patient::PatientRecord, schema::SampleReport};

/// Why a view could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// A required number is NaN.
    #[error("the report can't be written as JSON: {0}")]
    Number(#[source] serde_json::Error),
    /// A template could not be filled.
    #[error("the report can't be written as a page: {0}")]
    Page(#[source] askama::Error),
    /// The compressor or the index refused the lines.
    #[error("the report can't be written as an indexed VCF: {0}")]
    Index(#[source] std::io::Error),
}

/// Makes the contents of a view's files.
type Files = fn(&SampleReport) -> Result<Vec<Vec<u8>>, ViewError>;

/// Description of a format; each format's file has it as `VIEW`.
pub(crate) struct View {
    /// Name on the command line.
    pub name: &'static str,
    /// Further names on the command line.
    pub other_names: &'static [&'static str],
    /// One line for the help and for docs/output/README.md.
    pub about: &'static str,
    /// Extensions of its files, after the sample's name and a point.
    pub extensions: &'static [&'static str],
    /// Renders the view as one text.
    pub render: fn(&SampleReport) -> Result<Vec<u8>, ViewError>,
    /// Makes the contents of its files, if they are not that text.
    pub files: Option<Files>,
}

/// Makes the [`Format`](super::Format)s from a list of their views.
macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $name:ident = $module:ident,)+) => {
        /// One output of a sample: a pure view of its report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Format {
            /// Every format.
            pub const ALL: [Self; [$(stringify!($name)),+].len()] = [$(Self::$name),+];

            const fn view(self) -> &'static format::View {
                match self {
                    $(Self::$name => &$module::VIEW,)+
                }
            }
        }
    };
}
pub(super) use formats;

impl super::Format {
    /// The formats that `call` writes by default.
    pub const DEFAULT: [Self; 5] = [Self::Json, Self::Fusions, Self::Discarded, Self::Junctions, Self::Html];

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        self.view().name
    }

    /// Extension of its (first) file, after the sample's name and a point.
    pub const fn extension(self) -> &'static str {
        match self.view().extensions {
            [first, ..] => first,
            [] => "",
        }
    }

    /// Extensions of all its files, after the sample's name and a point.
    pub const fn extensions(self) -> &'static [&'static str] {
        self.view().extensions
    }

    /// One line for the help.
    pub const fn description(self) -> &'static str {
        self.view().about
    }

    /// Further names on the command line.
    pub const fn other_names(self) -> &'static [&'static str] {
        self.view().other_names
    }

    /// The view's files: extensions and bytes; `patient` as in [`Self::render_for`].
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn files_for(
        self,
        report: &SampleReport,
        patient: Option<&PatientRecord>,
    ) -> Result<Vec<(&'static str, Vec<u8>)>, ViewError> {
        let contents = match self.view().files {
            Some(files) => files(report)?,
            None => vec![self.render_for(report, patient)?],
        };
        Ok(self.extensions().iter().copied().zip(contents).collect())
    }

    /// The view as one text, as written to standard output: compressed files are plain here, and a view of
    /// several files is one text.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn render(self, report: &SampleReport) -> Result<Vec<u8>, ViewError> {
        self.render_for(report, None)
    }

    /// As [`Self::render`]; `patient` fills the fields of the page to sign, and is in no other view.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn render_for(self, report: &SampleReport, patient: Option<&PatientRecord>) -> Result<Vec<u8>, ViewError> {
        match self {
            Self::Html => html::render(report, patient),
            _ => (self.view().render)(report),
        }
    }
}

impl std::fmt::Display for super::Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;

    #[test]
    fn names_and_extensions_are_distinct() {
        for format in Format::ALL {
            assert_eq!(Format::ALL.into_iter().filter(|f| f.name() == format.name()).count(), 1);
            for extension in format.extensions() {
                let twins = Format::ALL.into_iter().filter(|f| f.extensions().contains(extension));
                assert_eq!(twins.count(), 1, "{extension}");
            }
        }
    }
}
