//! Option groups as typed, with their meaning for the stages.

use std::{path::PathBuf, sync::Arc};

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use super::Failure;
use breakapart_core::{
    background,
    catalogue::gtf,
    conclude::{ConcludeConfig, lod::REQUIRED_LOD},
    genome::Build,
    input::{Assay, InputOptions, MoleculesBy, Unmapped},
    judge::{LibraryType, given},
    run::FlowConfig,
};

/// Words of an option, with their help and what each stands for.
pub(super) fn choice<T: Clone + Send + Sync + 'static, const N: usize>(
    words: [(&'static str, &'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    let possible = words
        .each_ref()
        .map(|(word, help, _)| PossibleValue::new(*word).help(*help));
    PossibleValuesParser::new(possible).try_map(move |given| {
        let known = words.iter().find(|(word, ..)| *word == given);
        known.map(|(.., meaning)| meaning.clone()).ok_or("no such word")
    })
}

/// Genome builds, by either of their names.
pub(super) fn build() -> impl TypedValueParser<Value = Build> {
    PossibleValuesParser::new([
        PossibleValue::new("GRCh37")
            .help("GRCh37 (hg19)")
            .aliases(["hg19", "grch37"]),
        PossibleValue::new("GRCh38")
            .help("GRCh38 (hg38)")
            .aliases(["hg38", "grch38"]),
    ])
    .try_map(|given| Build::parse(&given).ok_or("no such build"))
}

fn assay() -> impl TypedValueParser<Value = Assay> {
    choice([
        ("rna", "RNA-seq", Assay::Rna),
        ("dna", "Targeted DNA or whole genome", Assay::Dna),
    ])
}

fn library() -> impl TypedValueParser<Value = LibraryType> {
    choice([
        (
            "poly-a",
            "Poly-A selected: circular RNA is depleted",
            LibraryType::PolyA,
        ),
        ("total", "Total RNA: circular RNA is present", LibraryType::Total),
        ("unknown", "Not known", LibraryType::Unknown),
    ])
}

fn molecules() -> impl TypedValueParser<Value = MoleculesBy> {
    let umi = "By molecular identifier (--umi-tag, --umi-in-name) and fragment ends";
    choice([
        ("umi", umi, MoleculesBy::Umi),
        ("ends", "By both ends of the fragment", MoleculesBy::FragmentEnds),
        ("flags", "By duplicate flags", MoleculesBy::DuplicateFlags),
        (
            "fragments",
            "Not at all: fragments are counted (amplicons)",
            MoleculesBy::Fragments,
        ),
    ])
}

fn unmapped() -> impl TypedValueParser<Value = Unmapped> {
    choice([
        ("always", "In every file", Unmapped::Always),
        ("never", "In no file", Unmapped::Never),
    ])
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
    /// RNA or DNA; told by the reads and the aligner where not given, refused where the reads show the other
    #[arg(long, value_parser = assay())]
    assay: Option<Assay>,
    /// Refuse files of another build
    #[arg(long, value_parser = build())]
    build: Option<Build>,
    /// How RNA was selected: decides how back-splices are weighed
    #[arg(long, value_parser = library(), default_value = "unknown")]
    library: LibraryType,
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
    #[arg(long, value_name = "HOW", value_parser = molecules())]
    molecules: Option<MoleculesBy>,
    /// Look for junctions among the reads that did not align, whole or with an end in a partner gene (RNA)
    #[arg(
        long,
        value_name = "WHEN",
        value_parser = unmapped(),
        default_value = "always",
        default_missing_value = "always",
        num_args = 0..=1,
        require_equals = true
    )]
    unmapped: Option<Unmapped>,
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
            build: self.build,
            threads,
            require_index: self.require_index,
            assay: self.assay,
            umi_tag: self.umi_tag,
            umi_in_name: self.umi_in_name,
            molecules: self.molecules,
            unmapped: self.unmapped.unwrap_or(Unmapped::Always),
        }
    }

    /// Settings of the flow, with what is concluded by default.
    ///
    /// # Errors
    /// A GTF that cannot be used.
    pub(super) fn flow_config(&self) -> Result<FlowConfig, Failure> {
        let genes = self.gtf.as_deref().map(gtf::read).transpose().map_err(Failure::input)?;
        Ok(FlowConfig {
            provenance: super::provenance::kept(),
            genes: Arc::new(genes.unwrap_or_default()),
            library: self.library,
            chimeric: self.chimeric.clone(),
            ..FlowConfig::default()
        })
    }

    /// Whether a chimeric file was given.
    pub(super) const fn has_chimeric(&self) -> bool {
        self.chimeric.is_some()
    }
}

impl ConcludeArgs {
    /// The settings with what is asked for here.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub(super) fn over(&self, config: FlowConfig) -> Result<FlowConfig, Failure> {
        let params = self.params.as_deref().map(given::read).transpose();
        let params = params.map_err(Failure::input)?;
        let background = self.background.as_deref().map(background::read).transpose();
        Ok(FlowConfig {
            params,
            background: Arc::new(background.map_err(Failure::input)?.unwrap_or_default()),
            conclude: ConcludeConfig {
                required_lod: self.required_lod,
            },
            keep_names: self.keep_names,
            ..config
        })
    }
}
