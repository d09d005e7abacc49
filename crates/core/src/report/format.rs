//! The output formats by name.

use std::fmt;

use super::{bedpe, discarded_tsv, fusions_tsv, html, json, junctions_fa, multiqc, star_fusion, terminal, vcf, vicc};
use super::{patient::PatientRecord, schema::SampleReport};

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
    /// The compressor or the index refused the lines.
    #[error("the report can't be written as an indexed VCF: {0}")]
    Index(#[source] std::io::Error),
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
    /// Breakends in VCF 4.3.
    Vcf,
    /// Pairs of places in BEDPE.
    Bedpe,
    /// STAR-Fusion's abridged table.
    StarFusion,
    /// MultiQC's custom content.
    Multiqc,
    /// VICC's AssayedFusion in JSON.
    Vicc,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 11] = [
        Self::Json,
        Self::Fusions,
        Self::Discarded,
        Self::Junctions,
        Self::Text,
        Self::Html,
        Self::Vcf,
        Self::Bedpe,
        Self::StarFusion,
        Self::Multiqc,
        Self::Vicc,
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
            Self::Vcf => "vcf",
            Self::Bedpe => "bedpe",
            Self::StarFusion => "star-fusion",
            Self::Multiqc => "multiqc",
            Self::Vicc => "vicc",
        }
    }

    /// What follows the sample's name and a point in the names of all its files.
    pub fn extensions(self) -> Vec<&'static str> {
        match self {
            Self::Vcf => vec![self.extension(), "vcf.gz.tbi"],
            Self::Multiqc => multiqc::EXTENSIONS.to_vec(),
            _ => vec![self.extension()],
        }
    }

    /// What follows the sample's name and a point in the name of its (first) file.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "breakapart.json",
            Self::Fusions => "fusions.tsv",
            Self::Discarded => "discarded.tsv",
            Self::Junctions => "junctions.fa",
            Self::Text => "breakapart.txt",
            Self::Html => "report.html",
            Self::Vcf => "vcf.gz",
            Self::Bedpe => "bedpe",
            Self::StarFusion => "star-fusion.fusion_predictions.abridged.tsv",
            Self::Multiqc => multiqc::EXTENSIONS[0],
            Self::Vicc => "vicc.json",
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
            Self::Vcf => "breakends of all junctions, VCF 4.3, compressed, with its tabix index",
            Self::Bedpe => "both places of each called junction, for IGV and bedtools",
            Self::StarFusion => "junctions at tier medium or high in STAR-Fusion's abridged columns",
            Self::Multiqc => "three files of custom content for MultiQC",
            Self::Vicc => "called junctions as VICC AssayedFusion objects, JSON",
        }
    }

    /// Further names on the command line.
    pub const fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Fusions => &["tsv", "arriba"],
            Self::Junctions => &["fa", "fasta"],
            Self::Text => &["txt"],
            Self::StarFusion => &["starfusion"],
            _ => &[],
        }
    }

    /// The view's files: what follows the sample's name and a point, and the bytes.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn files(self, report: &SampleReport) -> Result<Vec<(&'static str, Vec<u8>)>, ViewError> {
        self.files_for(report, None)
    }

    /// As [`Self::files`]; `patient` fills the fields of the page to sign, and stands in no other view.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn files_for(
        self,
        report: &SampleReport,
        patient: Option<&PatientRecord>,
    ) -> Result<Vec<(&'static str, Vec<u8>)>, ViewError> {
        let contents = match self {
            Self::Vcf => {
                let made = vcf::compressed(report).map_err(ViewError::Index)?;
                vec![made.text, made.index]
            }
            Self::Multiqc => multiqc::files(report)?,
            _ => vec![self.render_for(report, patient)?],
        };
        Ok(self.extensions().into_iter().zip(contents).collect())
    }

    /// The view as one text, as standard output gets it: what is compressed in a file is plain here, and
    /// a view of several files is one.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn render(self, report: &SampleReport) -> Result<Vec<u8>, ViewError> {
        self.render_for(report, None)
    }

    /// As [`Self::render`]; `patient` fills the fields of the page to sign, and stands in no other view.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub fn render_for(self, report: &SampleReport, patient: Option<&PatientRecord>) -> Result<Vec<u8>, ViewError> {
        match self {
            Self::Json => json::render(report),
            Self::Fusions => fusions_tsv::render(report),
            Self::Discarded => discarded_tsv::render(report),
            Self::Junctions => Ok(junctions_fa::render(report).into_bytes()),
            Self::Html => html::render(report, patient),
            Self::Text => {
                Ok(terminal::block(report, &terminal::Style::default(), &terminal::Run::default()).into_bytes())
            }
            Self::Vcf => Ok(vcf::render(report).into_bytes()),
            Self::Bedpe => bedpe::render(report),
            Self::StarFusion => star_fusion::render(report),
            Self::Multiqc => multiqc::render(report),
            Self::Vicc => vicc::render(report),
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
    fn names_and_extensions_are_distinct() {
        for format in Format::ALL {
            assert_eq!(Format::ALL.into_iter().filter(|f| f.name() == format.name()).count(), 1);
            for extension in format.extensions() {
                let twins = Format::ALL.into_iter().filter(|f| f.extensions().contains(&extension));
                assert_eq!(twins.count(), 1, "{extension}");
            }
            assert_eq!(format.extensions()[0], format.extension());
        }
    }
}
