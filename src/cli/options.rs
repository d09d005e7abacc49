//! Option groups, parsed and converted to settings of the stages.

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

/// Values of an option, with their help and meaning.
pub(super) fn choice<T: Clone + Send + Sync + 'static, const N: usize>(
    words: [(&'static str, &'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    let possible = words
        .each_ref()
        .map(|(word, help, _)| PossibleValue::new(*word).help(*help));
    PossibleValuesParser::new(possible).try_map(move |given| {
        let known = words.iter().find(|(word, ..)| *word == given);
        known.map(|(.., meaning)| meaning.clone()).ok_or("no such value")
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

/// Options of the input.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArgs {
    /// Indexed FASTA of the build (needed for CRAM; exact homology, frames through UTRs, REF bases)
    #[arg(short, long, value_name = "FASTA")]
    reference: Option<PathBuf>,
    /// Genes beyond the catalogue (GTF, plain or gzip)
    #[arg(long, value_name = "GTF")]
    gtf: Option<PathBuf>,
    /// RNA or DNA; default: from the reads and the aligner; an error if the reads show the other
    #[arg(long, value_parser = assay())]
    assay: Option<Assay>,
    /// Refuse files of another build
    #[arg(long, value_parser = build())]
    build: Option<Build>,
    /// RNA selection: determines the weight of back-splices
    #[arg(long, value_parser = library(), default_value = "unknown")]
    library: LibraryType,
    /// STAR's Chimeric.out.junction or Chimeric.out.sam, if chimeras were written to a separate file
    #[arg(long, value_name = "FILE")]
    chimeric: Option<PathBuf>,
    /// Tag with the molecular identifier [default: RX]
    #[arg(long, value_name = "TAG", value_parser = tag)]
    umi_tag: Option<[u8; 2]>,
    /// Molecular identifier at the end of the read name, after this character
    #[arg(long, value_name = "CHAR")]
    umi_in_name: Option<char>,
    /// How molecules are distinguished; default: by identifiers if nearly all reads have one, else by duplicate flags
    /// if set, else by fragment ends; fragments are counted if both ends are fixed (amplicons)
    #[arg(long, value_name = "HOW", value_parser = molecules())]
    molecules: Option<MoleculesBy>,
    /// Search for junctions in reads that are unmapped or have an end in a partner gene (RNA)
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
    /// Refuse files without an index instead of reading them completely
    #[arg(long)]
    require_index: bool,
}

fn tag(text: &str) -> Result<[u8; 2], String> {
    text.as_bytes()
        .try_into()
        .map_err(|_| "a SAM tag has two characters".to_owned())
}

/// Options of the conclusion.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conclusion")]
pub(super) struct ConcludeArgs {
    /// Highest limit of detection at which a negative may be stated (fraction of KMT2A transcripts)
    #[arg(long, value_name = "FRACTION", default_value_t = REQUIRED_LOD, value_parser = fraction)]
    required_lod: f64,
    /// Normal samples (from `breakapart background`), the reference for coverage steps and back-splices
    #[arg(long, value_name = "FILE")]
    background: Option<PathBuf>,
    /// Keep read names in reports instead of running numbers
    #[arg(long)]
    keep_names: bool,
    /// Other numbers of the rule (JSON: names as in docs/rule-numbers.tsv), for research; every report states this
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

    /// Settings of the flow, with the default conclusion settings.
    ///
    /// # Errors
    /// An unusable GTF.
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
    /// The settings with the options given here.
    ///
    /// # Errors
    /// An unusable file.
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
