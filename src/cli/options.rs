//! Option groups as typed, with their meaning for the stages.

use std::{path::PathBuf, sync::Arc};

use clap::{Args, ValueEnum};

use super::Failure;
use breakapart_core::{
    background,
    catalogue::gtf,
    conclude::{ConcludeConfig, lod::REQUIRED_LOD},
    evidence::background::BackgroundProfile,
    genome::Build,
    input::{Assay, InputOptions, Molecules, Unmapped},
    judge::{LibraryType, given},
    run::FlowConfig,
};

/// RNA or DNA, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AssayArg {
    /// RNA-seq
    Rna,
    /// Targeted DNA or whole genome
    Dna,
}

/// Genome build, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum BuildArg {
    /// GRCh37 (hg19)
    #[value(name = "GRCh37", alias = "hg19", alias = "grch37")]
    Grch37,
    /// GRCh38 (hg38)
    #[value(name = "GRCh38", alias = "hg38", alias = "grch38")]
    Grch38,
}

impl BuildArg {
    /// The build.
    pub(super) const fn build(self) -> Build {
        match self {
            Self::Grch37 => Build::GRCh37,
            Self::Grch38 => Build::GRCh38,
        }
    }
}

/// Library type, as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum LibraryArg {
    /// Poly-A selected: circular RNA is depleted
    #[value(name = "poly-a")]
    PolyA,
    /// Total RNA: circular RNA is present
    Total,
    /// Not known
    #[default]
    Unknown,
}

/// When unmapped reads are looked into, as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum UnmappedArg {
    /// In every file
    #[default]
    Always,
    /// In no file
    Never,
}

/// How molecules are told apart, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum MoleculesArg {
    /// By molecular identifier (--umi-tag, --umi-in-name) and fragment ends
    Umi,
    /// By both ends of the fragment
    Ends,
    /// By duplicate flags
    Flags,
    /// Not at all: fragments are counted (amplicons)
    Fragments,
}

/// What is read, and how.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArgs {
    /// Indexed FASTA of the build (needed for CRAM; exact homology, frames through UTRs, REF bases)
    #[arg(short, long, value_name = "FASTA")]
    reference: Option<PathBuf>,
    /// Genes beyond the catalogue (GTF, plain or gzip)
    #[arg(long, value_name = "GTF")]
    gtf: Option<PathBuf>,
    /// RNA or DNA; told from the data where not given
    #[arg(long, value_enum)]
    assay: Option<AssayArg>,
    /// Refuse files of another build
    #[arg(long, value_enum)]
    build: Option<BuildArg>,
    /// How RNA was selected: decides how back-splices are weighed
    #[arg(long, value_enum, default_value_t = LibraryArg::Unknown)]
    library: LibraryArg,
    /// STAR's Chimeric.out.junction or Chimeric.out.sam, where a run wrote chimeras beside the BAM
    #[arg(long, value_name = "FILE")]
    chimeric: Option<PathBuf>,
    /// Tag that holds the molecular identifier [default: RX]
    #[arg(long, value_name = "TAG", value_parser = tag)]
    umi_tag: Option<[u8; 2]>,
    /// Molecular identifier at the end of the read name, behind this character
    #[arg(long, value_name = "CHAR")]
    umi_in_name: Option<char>,
    /// How molecules are told apart; by default identifiers where nearly all reads have one, else duplicate flags
    /// where they were set, else fragment ends; fragments are counted where both ends are fixed (amplicons)
    #[arg(long, value_name = "HOW", value_enum)]
    molecules: Option<MoleculesArg>,
    /// Look for junctions among the reads that did not align, whole or with an end in a partner gene (RNA)
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t = UnmappedArg::Always,
        default_missing_value = "always",
        num_args = 0..=1,
        require_equals = true
    )]
    unmapped: UnmappedArg,
    /// Refuse files without an index instead of reading them whole
    #[arg(long)]
    require_index: bool,
}

fn tag(text: &str) -> Result<[u8; 2], String> {
    text.as_bytes()
        .try_into()
        .map_err(|_| "a SAM tag has two characters".to_owned())
}

/// What is concluded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conclusion")]
pub(super) struct ConcludeArgs {
    /// Largest limit of detection at which a negative may be stated (fraction of KMT2A transcripts)
    #[arg(long, value_name = "FRACTION", default_value_t = REQUIRED_LOD, value_parser = fraction)]
    required_lod: f64,
    /// Normal samples (made by `breakapart background`): coverage steps and back-splices are judged against them
    #[arg(long, value_name = "FILE")]
    background: Option<PathBuf>,
    /// Read names in reports as they are, not as running numbers
    #[arg(long)]
    keep_names: bool,
    /// Other numbers of the rule (JSON: names as in docs/rule-numbers.tsv), for research: every report says so
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
}

impl Default for ConcludeArgs {
    fn default() -> Self {
        Self {
            required_lod: REQUIRED_LOD,
            background: None,
            keep_names: false,
            params: None,
        }
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|f| *f > 0.0 && *f < 1.0)
        .ok_or_else(|| "a fraction between 0 and 1, such as 0.1".to_owned())
}

impl InputArgs {
    /// Settings of the input stage.
    pub(super) fn input_options(&self, threads: usize) -> InputOptions {
        InputOptions {
            reference: self.reference.clone(),
            build: self.build.map(BuildArg::build),
            threads,
            require_index: self.require_index,
            assay: self.assay.map(|a| match a {
                AssayArg::Rna => Assay::Rna,
                AssayArg::Dna => Assay::Dna,
            }),
            umi_tag: self.umi_tag,
            umi_in_name: self.umi_in_name,
            molecules: self.molecules.map(|how| match how {
                MoleculesArg::Umi => Molecules::Umi,
                MoleculesArg::Ends => Molecules::Ends,
                MoleculesArg::Flags => Molecules::Flags,
                MoleculesArg::Fragments => Molecules::Fragments,
            }),
            unmapped: match self.unmapped {
                UnmappedArg::Always => Unmapped::Always,
                UnmappedArg::Never => Unmapped::Never,
            },
        }
    }

    /// Settings of the flow.
    ///
    /// # Errors
    /// A GTF that cannot be used.
    pub(super) fn flow_config(&self, conclude: &ConcludeArgs) -> Result<FlowConfig, Failure> {
        let genes = match &self.gtf {
            Some(path) => gtf::read(path).map_err(Failure::input)?,
            None => Vec::new(),
        };
        let background = match &conclude.background {
            Some(path) => background::read(path).map_err(Failure::input)?,
            None => BackgroundProfile::default(),
        };
        let params = match &conclude.params {
            Some(path) => Some(given::read(path).map_err(Failure::input)?),
            None => None,
        };
        Ok(FlowConfig {
            provenance: super::provenance::kept(),
            params,
            background: Arc::new(background),
            genes: Arc::new(genes),
            library: match self.library {
                LibraryArg::PolyA => LibraryType::PolyA,
                LibraryArg::Total => LibraryType::Total,
                LibraryArg::Unknown => LibraryType::Unknown,
            },
            conclude: ConcludeConfig {
                required_lod: conclude.required_lod,
            },
            chimeric: self.chimeric.clone(),
            keep_names: conclude.keep_names,
        })
    }

    /// Whether a chimeric file was given.
    pub(super) const fn has_chimeric(&self) -> bool {
        self.chimeric.is_some()
    }
}
