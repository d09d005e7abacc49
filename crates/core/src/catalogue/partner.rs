//! KMT2A's partner genes: frequency by age group and disease, and the event that strand and arm require.

use strum::IntoEnumIterator;

use super::tables::{Row, TableError};

/// Patients of the recombinome, the basis of the counts (Meyer et al. 2023, Leukemia 37:988).
pub(crate) const PATIENT_COUNT: u32 = 3_401;

/// Age group and disease of the partner counts (Meyer et al. 2023, table 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum PatientGroup {
    /// Acute lymphoblastic leukaemia below one year of age.
    InfantAll,
    /// Acute myeloid leukaemia below one year of age.
    InfantAml,
    /// Acute lymphoblastic leukaemia in older children.
    PaediatricAll,
    /// Acute myeloid leukaemia in older children.
    PaediatricAml,
    /// Acute lymphoblastic leukaemia in adults.
    AdultAll,
    /// Acute myeloid leukaemia in adults.
    AdultAml,
}

impl PatientGroup {
    /// Patients in the group (Meyer et al. 2023, table 1).
    pub const fn size(self) -> u32 {
        match self {
            Self::InfantAll => 976,
            Self::InfantAml => 190,
            Self::PaediatricAll => 515,
            Self::PaediatricAml => 453,
            Self::AdultAll => 636,
            Self::AdultAml => 426,
        }
    }

    /// The name, as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InfantAll => "infant ALL",
            Self::InfantAml => "infant AML",
            Self::PaediatricAll => "paediatric ALL",
            Self::PaediatricAml => "paediatric AML",
            Self::AdultAll => "adult ALL",
            Self::AdultAml => "adult AML",
        }
    }
}

/// Patients with one partner, by group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupCounts([u32; 6]);

impl GroupCounts {
    /// Patients of the group.
    pub const fn count(&self, group: PatientGroup) -> u32 {
        self.0[group as usize]
    }

    /// Percent of the group.
    pub fn percent(&self, group: PatientGroup) -> f64 {
        100.0 * f64::from(self.count(group)) / f64::from(group.size())
    }
}

/// Orientation of a gene relative to KMT2A (plus strand on 11q): the word of the table and the printed text, with the
/// simplest event that joins KMT2A's 5' part to the gene's 3' part in sense, computed from strand and arm.
const ORIENTATIONS: [(&str, &str); 6] = [
    // Transcribed from centromere to telomere, like KMT2A: a simple reciprocal translocation.
    ("same", "same: translocation"),
    // Transcribed from telomere to centromere on another chromosome: insertion, or inversion and translocation.
    ("opposite", "opposite: 3 or more breaks"),
    // Minus strand of chromosome 11.
    ("inversion", "chr11: inversion"),
    // Plus strand of chromosome 11, telomeric of KMT2A: an interstitial deletion.
    ("deletion", "chr11: deletion"),
    // Plus strand of chromosome 11, upstream of KMT2A: a tandem duplication or insertion.
    ("tandem", "chr11: tandem type"),
    // Strand or arm not known.
    ("unknown", "unknown"),
];

/// One partner gene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Approved symbol.
    pub symbol: String,
    /// Former symbols, as used in older papers.
    pub former: Vec<String>,
    /// Cytogenetic band.
    pub band: String,
    /// Rank by frequency in Meyer 2023, table 1 (the PTD has rank 6).
    pub rank: Option<u16>,
    /// Patients with this partner, of [`PATIENT_COUNT`].
    pub count: Option<u32>,
    /// Counts by age group and disease.
    pub groups: Option<GroupCounts>,
    /// Orientation of the gene relative to KMT2A, as text.
    pub orientation: &'static str,
    /// Whether a source other than a single list names it.
    pub verified: bool,
    /// Whether it is known from one patient.
    pub is_single_report: bool,
    /// Notes; `unverified` marks general knowledge.
    pub notes: Option<String>,
    /// Where the row comes from.
    pub source: String,
    /// Homologous genes to which reads may be misaligned, in the catalogue or not.
    pub homologues: Vec<String>,
}

impl Partner {
    /// Percent of all patients.
    pub fn percent(&self) -> Option<f64> {
        self.count
            .map(|count| 100.0 * f64::from(count) / f64::from(PATIENT_COUNT))
    }

    /// Whether it is recurrent: two patients or more, or among the 37 recurrent partners.
    pub fn is_recurrent(&self) -> bool {
        self.count.is_some_and(|count| count >= 2) || self.rank.is_some_and(|rank| rank <= 37)
    }

    /// `is_single_report`: as stated by the table.
    pub(super) fn read(row: &Row<'_>, is_single_report: bool) -> Result<Self, TableError> {
        let word = row.text("orientation")?;
        let orientation = ORIENTATIONS.iter().find(|(known, _)| *known == word);
        Ok(Self {
            symbol: row.text("symbol")?.to_owned(),
            former: row.list("former")?,
            band: row.text("band")?.to_owned(),
            rank: row.optional_value("rank")?,
            count: row.optional_value("count")?,
            groups: read_groups(row)?,
            orientation: orientation
                .map(|(_, text)| *text)
                .ok_or_else(|| row.unknown("orientation", word))?,
            verified: row.text("verified")? == "yes",
            is_single_report,
            notes: row.optional("notes")?.map(str::to_owned),
            source: row.text("source")?.to_owned(),
            homologues: Vec::new(),
        })
    }
}

/// Frequency of the KMT2A-PTD in the partners' series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PtdFrequency {
    /// Patients, of [`PATIENT_COUNT`].
    pub count: u32,
    /// Counts by age group and disease.
    pub groups: Option<GroupCounts>,
}

impl PtdFrequency {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, TableError> {
        Ok(Self {
            count: row.value("count")?,
            groups: read_groups(row)?,
        })
    }
}

fn read_groups(row: &Row<'_>) -> Result<Option<GroupCounts>, TableError> {
    let mut counts = [0; 6];
    for (group, slot) in PatientGroup::iter().zip(&mut counts) {
        match row.optional_value(&group.name().to_ascii_lowercase().replace(' ', "_"))? {
            Some(count) => *slot = count,
            None => return Ok(None),
        }
    }
    Ok(Some(GroupCounts(counts)))
}
