//! The input files: how they were made and what they contain.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MoleculesBy;

/// One alignment file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// Base name of the file; `-` for standard input. Folders are left out, they may name a patient.
    pub file: String,
    /// `BAM`, `CRAM` or `SAM`, by content.
    pub format: String,
    /// How the file was read. The only part of the report that may differ between indexed and
    /// streamed reading of the same records, together with warnings about it.
    pub access: Access,
    /// `rna` or `dna`.
    pub assay: String,
    /// How the assay was determined: by an option, or from the data.
    pub assay_basis: String,
    /// `GRCh38` or `GRCh37`.
    pub build: String,
    /// `PU` of the read groups (flow cell, lane, barcode), by which `breakapart cohort` recognises the samples of one
    /// sequencing run; empty if the header has none.
    #[serde(default)]
    pub platform_units: Vec<String>,
    /// How contigs are named: `chr11`, `11` or `NC_000011`.
    pub contig_naming: String,
    /// The aligner, as far as the header shows.
    pub aligner: Aligner,
    /// Library: `poly-A`, `total`, `capture`, `amplicon`, `genome`, `unknown` and others.
    pub library: String,
    /// Read length in bases: the most frequent one. Null where no read was seen.
    pub read_length: Option<u32>,
    /// Length of the sequenced fragments; null for single-end data.
    pub fragment_length: Option<FragmentLength>,
    /// Whether the reads are paired.
    pub paired: bool,
    /// Whether duplicates were marked by an earlier program; null where not known.
    pub duplicates_marked: Option<bool>,
    /// How molecules were distinguished.
    pub molecules_by: MoleculesBy,
    /// Records, counted by the evidence rule, which does not depend on the access mode.
    pub records: RecordCounts,
}

/// How a file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Access {
    /// `indexed` (only the windows of interest) or `streamed` (one pass over everything).
    pub mode: String,
    /// Records in the whole file, from the index or the pass; null where not known.
    pub records_total: Option<u64>,
    /// Records that were read.
    pub records_read: u64,
    /// Size of the file in bytes; null if it was streamed (its records are counted then), and in reports before 1.2.0.
    #[serde(default)]
    pub file_bytes: Option<u64>,
    /// MD5 of the header's text without its `@HD` line; null in reports before 1.2.0.
    #[serde(default)]
    pub header_md5: Option<String>,
    /// MD5 of the index file; null where none was used, and in reports before 1.2.0.
    #[serde(default)]
    pub index_md5: Option<String>,
}

/// The aligner as the header's `@PG` and `@CO` lines show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Aligner {
    /// Name of the program, `unknown` if the header does not name it.
    pub name: String,
    /// Its version; null where not stated.
    pub version: Option<String>,
    /// The settings that decide whether chimeric alignments are written, as found; null where
    /// none were found.
    pub chimeric_settings: Option<String>,
}

/// Length of the sequenced fragments, in bases of the molecule (introns not counted).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FragmentLength {
    /// Median.
    #[serde(serialize_with = "breakapart_rule::number::finite")]
    pub median: f64,
    /// Median absolute deviation from the median.
    #[serde(serialize_with = "breakapart_rule::number::finite")]
    pub mad: f64,
}

/// Records of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordCounts {
    /// Records that were examined as evidence.
    pub examined: u64,
    /// Of these, records that overlap the KMT2A window (the gene and 50 kb on both sides).
    pub kmt2a_window: u64,
    /// Of these, records with a malformed field; they are left out, and the ledger counts them.
    pub malformed: u64,
    /// Of these, records that are flagged as duplicates.
    pub duplicates: u64,
}
