//! Runs all stages: alignment files in, one report out.
//!
//! Calls the stages in order; decides nothing itself.

pub mod evidence_bam;
mod report;
pub mod trace;

use std::{path::PathBuf, sync::Arc};

use crate::{
    annotate::{self, Reference},
    assemble,
    catalogue::{self, BuiltIn, Gene, GeneModels},
    conclude::{self, AssayResult, ConcludeConfig},
    evidence::{self, CollectError, Collected, background::BackgroundProfile, molecule::MoleculesBy},
    genome::{Contigs, Layered, SequenceSource, sequence::NoSequence},
    input::{AlignmentFile, Assay, printable},
    judge::{self, JudgeConfig, Judged, LibraryType, Params},
    report::{
        build::{self, Supporter},
        json,
        schema::{Provenance, SampleReport},
    },
};

/// Settings of a run, except those for opening the input.
#[derive(Clone, Debug, Default)]
pub struct FlowConfig {
    /// Genes from a GTF.
    pub genes: Arc<Vec<Gene>>,
    /// Library type.
    pub library: LibraryType,
    /// Settings of the conclusion.
    pub conclude: ConcludeConfig,
    /// Non-default parameters of the rule, for research.
    pub params: Option<Params>,
    /// STAR's separate `Chimeric.out.junction` or `Chimeric.out.sam`.
    pub chimeric: Option<PathBuf>,
    /// Keep read names unchanged in the report.
    pub keep_names: bool,
    /// Coverage and back-splices of normal samples.
    pub background: Arc<BackgroundProfile>,
    /// Provenance for the report.
    pub provenance: Option<Provenance>,
}

/// One file after the stages up to the judgement.
struct Examined {
    models: GeneModels,
    contigs: Arc<Contigs>,
    collected: Collected,
    judged: Judged,
    assay: Assay,
}

/// The report of a sample with its data, by file.
struct Analysed {
    report: SampleReport,
    ids: Vec<build::Identifiers>,
    examined: Vec<Examined>,
}

/// Why a sample could not be analysed.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// Reading failed.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// A file contains the other assay than stated.
    #[error("{0}")]
    OtherAssay(String),
    /// The report contains a value that is not a number.
    #[error(transparent)]
    Report(#[from] crate::report::ViewError),
    /// No file was given.
    #[error("no alignment was given")]
    NoInput,
}

/// Analyses one open file.
///
/// # Errors
/// Errors from reading.
pub fn analyse(file: &mut AlignmentFile, sample: &str, config: &FlowConfig) -> Result<SampleReport, FlowError> {
    Ok(analyse_files(&mut [file], sample, config)?.report)
}

/// Analyses one open file, and returns the fate of every fragment.
///
/// # Errors
/// Errors from reading.
pub fn analyse_traced(
    file: &mut AlignmentFile,
    sample: &str,
    config: &FlowConfig,
) -> Result<(SampleReport, Vec<trace::TracedFragment>), FlowError> {
    let Analysed { report, examined, .. } = analyse_files(&mut [&mut *file], sample, config)?;
    let traced = examined
        .iter()
        .flat_map(|one| trace::fragments(&result_of(file, one, config)));
    Ok((report, traced.collect()))
}

/// Analyses one open file, and returns the supporting fragments of every junction, for [`evidence_bam::write`].
///
/// # Errors
/// Errors from reading.
pub fn analyse_with_supporters(
    file: &mut AlignmentFile,
    sample: &str,
    config: &FlowConfig,
) -> Result<(SampleReport, Vec<Supporter>), FlowError> {
    let Analysed { report, ids, examined } = analyse_files(&mut [file], sample, config)?;
    let supporters = examined
        .iter()
        .zip(&ids)
        .flat_map(|(one, ids)| build::supporters(&one.collected, &one.judged, ids, one.assay));
    Ok((report, supporters.collect()))
}

/// Analyses RNA and DNA of one patient in one report.
///
/// # Errors
/// Errors from reading; RNA given as DNA, or DNA given as RNA.
pub fn analyse_pair(
    rna: &mut AlignmentFile,
    dna: &mut AlignmentFile,
    sample: &str,
    config: &FlowConfig,
) -> Result<SampleReport, FlowError> {
    Ok(analyse_files(&mut [rna, dna], sample, config)?.report)
}

/// Analyses the files of one sample, one per assay.
fn analyse_files(files: &mut [&mut AlignmentFile], sample: &str, config: &FlowConfig) -> Result<Analysed, FlowError> {
    let examined: Vec<Examined> = files
        .iter_mut()
        .map(|file| examine(file, config))
        .collect::<Result<_, _>>()?;
    refuse_other(files, &examined)?;
    let pairs = files.iter().zip(&examined);
    let results: Vec<AssayResult<'_>> = pairs.map(|(file, one)| result_of(file, one, config)).collect();
    let concluded = conclude::conclude(&results, &config.conclude).ok_or(FlowError::NoInput)?;
    let (report, ids) = report::report(files, &results, concluded, sample, config);
    let report = json::as_written(&report)?;
    Ok(Analysed { report, ids, examined })
}

/// Returns an error if the reads of a file show another assay than stated; the message names every file.
fn refuse_other(files: &[&mut AlignmentFile], examined: &[Examined]) -> Result<(), FlowError> {
    let word = |assay: Assay| match assay {
        Assay::Rna => "RNA",
        Assay::Dna => "DNA",
    };
    let mut wrong = false;
    let stated: Vec<String> = files
        .iter()
        .zip(examined)
        .map(|(file, one)| {
            let (name, given) = (printable(file.label()), word(one.assay));
            let at_ends = one.collected.tally.at_exon_ends;
            match evidence::assay::shown(&one.collected.tally, &one.judged.params) {
                Some(shown) if shown != one.assay => {
                    wrong = true;
                    format!(
                        "{name}: given as {given}, but its reads are {} (at exon ends {} alignments stop, {} continue \
                         into introns)",
                        word(shown),
                        at_ends.stop,
                        at_ends.run_on
                    )
                }
                _ => format!("{name}: given as {given}"),
            }
        })
        .collect();
    let remedy = match files.len() {
        1 => "leave --assay out, or give the other assay",
        _ => "give the RNA with --rna and the DNA with --dna",
    };
    if wrong {
        return Err(FlowError::OtherAssay(format!("{}; {remedy}", stated.join("; "))));
    }
    Ok(())
}

/// Runs the stages up to the judgement.
fn examine(file: &mut AlignmentFile, config: &FlowConfig) -> Result<Examined, CollectError> {
    let build = file.header().build;
    let contigs = Arc::clone(&file.header().contigs);
    let of_other_build = catalogue::gtf::is_of_other_build(&config.genes, build);
    let extra = if of_other_build {
        Vec::new()
    } else {
        config.genes.as_ref().clone()
    };
    let models = GeneModels::bind(build, &contigs, extra);
    let params = config.params.unwrap_or_default();
    let chimeric = config.chimeric.as_deref();
    let mut collected = evidence::collect(file, &models, &catalogue::windows(build), chimeric, &params)?;
    if of_other_build {
        let text = format!(
            "the GTF has the gene coordinates of another build, not {}; it is ignored",
            build.name()
        );
        tracing::warn!("{text}");
        collected.limits.push(("gtf_ignored", text));
    }
    let assay = collected.assay;
    let judge_config = JudgeConfig {
        params,
        library: config.library,
        assay,
        fixed_ends: collected.molecules_by == MoleculesBy::Fragments,
        ptd_background: background_ratio(&config.background, &params),
    };
    let reference = file.reference().unwrap_or(&NoSequence);
    let judged = judged(&mut collected, (&models, &contigs, reference), &judge_config);
    Ok(Examined {
        models,
        contigs,
        collected,
        judged,
        assay,
    })
}

/// The stages from collected fragments to judged junctions, the same for the program, tests, calibration and benches.
/// `reference` supplies bases that are not built in. Fragments keep their best alignments, and the profile is measured
/// on them.
pub fn judged(
    collected: &mut Collected,
    (models, contigs, reference): (&GeneModels, &Contigs, &dyn SequenceSource),
    config: &JudgeConfig,
) -> Judged {
    let source = &Layered {
        first: &BuiltIn::bind(models.build(), contigs),
        second: reference,
    };
    let fragment_len_max = collected.profile.fragment_len_max();
    let assembly = assemble::assemble(
        (&mut collected.fragments, &collected.plain),
        models,
        contigs,
        source,
        (config.assay, fragment_len_max, &config.params),
    );
    collected.measure(models);
    collected.limits.extend(assembly.limits.iter().cloned());
    let annotation = annotate::annotate(
        assembly,
        Reference {
            models,
            contigs,
            source,
        },
        config.assay,
        &config.params,
    );
    judge::judge(annotation, &collected.profile, config)
}

fn result_of<'a>(file: &'a AlignmentFile, examined: &'a Examined, config: &'a FlowConfig) -> AssayResult<'a> {
    AssayResult {
        models: &examined.models,
        contigs: &examined.contigs,
        assay: examined.assay,
        judged: &examined.judged,
        collected: &examined.collected,
        aligner: file.aligner(),
        processing: file.processing(),
        background: &config.background,
    }
}

/// Back-splice ratio that a duplication must exceed: that of healthy blood, or of the given normal samples if higher.
fn background_ratio(background: &BackgroundProfile, params: &Params) -> f64 {
    let default = params.ptd_background;
    match background.ptd_ratio {
        Some((ratio, high)) if ratio > default => high,
        _ => default,
    }
}

#[cfg(test)]
mod tests;
