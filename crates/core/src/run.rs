//! The front door: one alignment file in, one report out.
//!
//! Wires the stages in their order; decides nothing itself.

mod assay;
pub mod evidence_bam;
pub mod trace;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use crate::{
    annotate,
    assemble::{self, AssembleConfig},
    catalogue::{self, BuiltIn, Gene, GeneModels},
    conclude::{self, AssayResult, ConcludeConfig},
    evidence::{
        self, CollectError, Collected, background::BackgroundProfile, chimeric::ChimericUse, molecule::MoleculesBy,
    },
    genome::{Contigs, Layered, SequenceSource, sequence::NoSequence},
    input::{self, Access, Aligner, AlignmentFile, Assay},
    judge::{self, JudgeConfig, Judged, LibraryType, Params},
    report::{
        build::{self, FragmentsOver, Material, Supporter},
        schema::{self as out, ParameterValue, SampleReport},
    },
};

/// Settings of the flow, beyond how the input is opened.
#[derive(Clone, Debug, Default)]
pub struct FlowConfig {
    /// Genes of a GTF.
    pub genes: Arc<Vec<Gene>>,
    /// Library type.
    pub library: LibraryType,
    /// Settings of the last stages.
    pub conclude: ConcludeConfig,
    /// Other numbers of the rule than the default ones, for research.
    pub params: Option<Params>,
    /// STAR's `Chimeric.out.junction` or `Chimeric.out.sam` beside the alignments.
    pub chimeric: Option<PathBuf>,
    /// Read names in the report as they are.
    pub keep_names: bool,
    /// Coverage and back-splices of normal samples.
    pub background: Arc<BackgroundProfile>,
}

/// What the stages up to the judgement made of one file.
struct Examined {
    models: GeneModels,
    contigs: Arc<Contigs>,
    collected: Collected,
    judged: Judged,
    assay: Assay,
    assay_basis: String,
    judge_config: JudgeConfig,
}

/// The report of a sample and what lies behind it, file by file.
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
    /// A file holds the other assay than it was given for.
    #[error("{0}")]
    OtherAssay(String),
    /// No file was given.
    #[error("no alignment was given")]
    NoInput,
}

/// Analyses one open file.
///
/// # Errors
/// What reading raises.
pub fn analyse(file: &mut AlignmentFile, sample: &str, config: &FlowConfig) -> Result<SampleReport, FlowError> {
    Ok(analyse_files(&mut [file], sample, config)?.report)
}

/// Analyses one open file, and tells of every single fragment where it went.
///
/// # Errors
/// What reading raises.
pub fn analyse_traced(
    file: &mut AlignmentFile,
    sample: &str,
    config: &FlowConfig,
) -> Result<(SampleReport, Vec<trace::TracedFragment>), FlowError> {
    let Analysed { report, examined, .. } = analyse_files(&mut [&mut *file], sample, config)?;
    let traced = examined.iter().flat_map(|one| {
        let result = result_of(file, one, config);
        trace::fragments(&result, &one.collected, &one.contigs)
    });
    Ok((report, traced.collect()))
}

/// Analyses one open file, and names the fragments behind every junction, for [`evidence_bam::write`].
///
/// # Errors
/// What reading raises.
pub fn analyse_with_supporters(
    file: &mut AlignmentFile,
    sample: &str,
    config: &FlowConfig,
) -> Result<(SampleReport, Vec<Supporter>), FlowError> {
    let Analysed { report, ids, examined } = analyse_files(&mut [file], sample, config)?;
    let supporters = examined.iter().zip(&ids).flat_map(|(one, ids)| {
        let assay = build::assay_word(one.assay);
        build::supporters(&one.collected, &one.judged, &ids.junctions, assay)
    });
    Ok((report, supporters.collect()))
}

/// Analyses RNA and DNA of one patient: one report over both.
///
/// # Errors
/// What reading raises; RNA where DNA was promised, and the other way round.
pub fn analyse_pair(
    rna: &mut AlignmentFile,
    dna: &mut AlignmentFile,
    sample: &str,
    config: &FlowConfig,
) -> Result<SampleReport, FlowError> {
    Ok(analyse_files(&mut [rna, dna], sample, config)?.report)
}

/// Analyses the files of one sample, one for each assay.
fn analyse_files(files: &mut [&mut AlignmentFile], sample: &str, config: &FlowConfig) -> Result<Analysed, FlowError> {
    let examined: Vec<Examined> = files
        .iter_mut()
        .map(|file| examine(file, config))
        .collect::<Result<_, _>>()?;
    if files.len() > 1 {
        assay::refuse_other(files, &examined)?;
    }
    let pairs = || files.iter().zip(&examined);
    let results: Vec<AssayResult<'_>> = pairs().map(|(file, one)| result_of(file, one, config)).collect();
    let concluded = conclude::conclude(&results, &config.conclude).ok_or(FlowError::NoInput)?;
    let (mut reports, ids): (Vec<SampleReport>, Vec<build::Identifiers>) = pairs()
        .zip(&concluded.alone)
        .map(|((file, one), alone)| report(file, one, alone, sample, config))
        .unzip();
    let transcript = examined
        .first()
        .map(|one| lead_transcript(&one.models))
        .unwrap_or_default();
    let lead_ids = ids.get(concluded.lead).ok_or(FlowError::NoInput)?;
    let mut conclusion = build::conclusion::conclusion(&concluded.sample, &lead_ids.events, &transcript);
    let mut joined = reports.remove(concluded.lead);
    let mut parts = std::mem::take(&mut joined.conclusion.assays);
    let mut agreement = None;
    // The other assay, of two.
    if let (Some(other), Some(pair)) = (reports.pop(), &concluded.pair) {
        let states = (joined.conclusion.state, other.conclusion.state);
        let (of_rna, of_dna) = if pair.rna_leads { states } else { (states.1, states.0) };
        let mut second = other.conclusion.assays.clone();
        let renamed;
        (joined, renamed) = crate::report::pair::join(joined, other);
        for part in &mut second {
            part.lead_event = part.lead_event.take().map(|id| renamed.get(&id).cloned().unwrap_or(id));
        }
        parts.extend(second);
        let named = |of: Option<&build::Identifiers>, index: usize, leads: bool| {
            let id = of?.junction(index)?;
            Some(if leads { id } else { renamed.get(id).unwrap_or(id) }.clone())
        };
        let ids_of = |leads: bool| ids.get(if leads { concluded.lead } else { 1 - concluded.lead });
        let explained = pair.explained.iter().filter_map(|(i, k)| {
            Some(out::ExplainedJunction {
                rna: named(ids_of(pair.rna_leads), *i, pair.rna_leads)?,
                dna: named(ids_of(!pair.rna_leads), *k, !pair.rna_leads)?,
            })
        });
        agreement = Some(out::AssayAgreement {
            status: pair.agreement.name().to_owned(),
            text: pair.text.clone(),
            rna: of_rna,
            dna: of_dna,
            explained: explained.collect(),
        });
    }
    conclusion.assays = parts;
    joined.conclusion = conclusion;
    joined.agreement = agreement;
    Ok(Analysed {
        report: joined,
        ids,
        examined,
    })
}

/// Everything up to the judgement.
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
    let mut collected = evidence::collect(file, &models, &catalogue::windows(build), config.chimeric.as_deref())?;
    if of_other_build {
        let text = format!(
            "the genes of the GTF lie where another build has them, not {}; it is ignored",
            build.name()
        );
        tracing::warn!("{text}");
        collected.limits.push(("gtf_ignored", text));
    }
    let (assay, assay_basis) = assay_of(file, &collected);
    let params = config.params.unwrap_or_default();
    let judge_config = JudgeConfig {
        params,
        library: config.library,
        is_dna: assay == Assay::Dna,
        fixed_ends: collected.molecules_by == MoleculesBy::Fragments,
        ptd_background: background_ratio(&config.background, &params),
    };
    let reference = file.reference().map_or(&NoSequence as &dyn SequenceSource, |r| r);
    let judged = judged(&mut collected, (&models, &contigs, reference), &judge_config);
    Ok(Examined {
        models,
        contigs,
        collected,
        judged,
        assay,
        assay_basis,
        judge_config,
    })
}

/// The stages from collected fragments to judged junctions, in their order: the one wiring, for the program, tests,
/// calibration and benches. `reference` fills what the compiled-in bases leave open. Fragments are left along their
/// best explanations, and the profile is measured on them.
pub fn judged(
    collected: &mut Collected,
    (models, contigs, reference): (&GeneModels, &Contigs, &dyn SequenceSource),
    config: &JudgeConfig,
) -> Judged {
    let source = &Layered {
        first: &BuiltIn::bind(models.build(), contigs),
        second: reference,
    };
    let spliced = !config.is_dna;
    let fragment_len_max = collected.profile.fragment_len_max();
    let assembly = assemble::assemble(
        (&mut collected.fragments, &collected.plain),
        models,
        contigs,
        source,
        &AssembleConfig {
            spliced,
            margin: if spliced {
                annotate::side::UPSTREAM
            } else {
                annotate::side::MARGIN
            },
            fragment_len_max,
        },
    );
    collected.measure(models);
    collected.limits.extend(assembly.limits.iter().cloned());
    let annotation = annotate::annotate(assembly, models, contigs, source, spliced);
    judge::judge(annotation, &collected.profile, config)
}

/// The compiled-in bases, and beyond them the reference file's.
fn over<'a>(built_in: &'a BuiltIn, file: &'a AlignmentFile) -> Layered<'a> {
    Layered {
        first: built_in,
        second: file.reference().unwrap_or(&NoSequence),
    }
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
        chimeric_given: examined.collected.chimeric == ChimericUse::Confirmed,
        background: &config.background,
    }
}

fn lead_transcript(models: &GeneModels) -> String {
    models
        .kmt2a()
        .0
        .transcripts
        .first()
        .map(|t| t.display_name().to_owned())
        .unwrap_or_default()
}

/// The report of one assay, and the identifiers of what was judged.
fn report(
    file: &AlignmentFile,
    examined: &Examined,
    conclusion: &conclude::Conclusion,
    sample: &str,
    config: &FlowConfig,
) -> (SampleReport, build::Identifiers) {
    let Examined {
        models,
        contigs,
        collected,
        judged,
        assay,
        ..
    } = examined;
    let built_in = BuiltIn::bind(models.build(), contigs);
    let source = &over(&built_in, file);
    let fragments_over = FragmentsOver::of(collected.all(), judged, models);
    let numbers = (!config.keep_names).then(|| build::Numbers::of(collected, judged));
    let material = Material {
        assay: build::assay_word(*assay),
        models,
        contigs,
        source,
        collected,
        judged,
        fragments_over: &fragments_over,
        numbers: numbers.as_ref(),
    };
    let findings = build::findings(&material);
    let transcript = lead_transcript(models);
    let report = SampleReport {
        schema_version: out::SCHEMA_VERSION.to_owned(),
        tool: out::Tool {
            name: "breakapart".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        sample: sample.to_owned(),
        inputs: vec![input_of(
            file,
            *assay,
            examined.assay_basis.clone(),
            collected,
            contigs,
            config.library,
        )],
        conclusion: build::conclusion::of_assay(conclusion, &findings.ids.events, &transcript),
        profile: build::profile(&material),
        adequacy: vec![build::adequacy::of_assay(conclusion, models, config.background.samples)],
        coverage: build::coverage::coverage(&material),
        ledger: build::ledger(
            &conclusion.ledger,
            collected.molecules_by != MoleculesBy::FivePrimePositions,
        ),
        events: findings.events,
        discarded: findings.discarded,
        warnings: warnings(file, examined, findings.not_listed),
        agreement: None,
        parameters: parameters(config, &examined.judge_config, collected, file),
    };
    (report, findings.ids)
}

/// Back-splice ratio above which a duplication must lie: that of healthy blood, or of the given normal samples
/// where they show more.
fn background_ratio(background: &BackgroundProfile, params: &Params) -> f64 {
    let default = params.ptd_background;
    match background.ptd_ratio {
        Some((ratio, high)) if ratio > default => high,
        _ => default,
    }
}

/// The assay: as given, by the aligner, else by how many reads are spliced.
fn assay_of(file: &AlignmentFile, collected: &Collected) -> (Assay, String) {
    if let Some(guess) = file.assay() {
        return (guess.assay, guess.basis.to_owned());
    }
    if collected.tally.is_spliced() {
        (Assay::Rna, "reads are spliced (N in their CIGARs)".to_owned())
    } else {
        (Assay::Dna, "reads are not spliced".to_owned())
    }
}

fn input_of(
    file: &AlignmentFile,
    assay: Assay,
    assay_basis: String,
    collected: &Collected,
    contigs: &Contigs,
    library: LibraryType,
) -> out::Input {
    let header = file.header();
    let name = contigs.name(header.kmt2a_contig);
    let (aligner, version, settings) = aligner_of(file);
    let profile = &collected.profile;
    let tally = &collected.tally;
    out::Input {
        file: base_name(file.label()),
        format: format!("{:?}", file.format()).to_uppercase(),
        access: out::Access {
            mode: match file.access() {
                Access::Indexed => "indexed",
                Access::Streamed => "streamed",
            }
            .to_owned(),
            records_total: (file.access() == Access::Streamed).then(|| file.record_count()),
            records_read: file.record_count(),
        },
        assay: build::assay_word(assay).to_owned(),
        assay_basis,
        build: header.build.name().to_owned(),
        platform_units: platform_units(file),
        contig_naming: if name.starts_with("NC_") {
            "NC_000011".to_owned()
        } else {
            name.to_owned()
        },
        aligner: out::Aligner {
            name: aligner,
            version,
            chimeric_settings: settings,
        },
        library: library.name().to_owned(),
        read_length: (profile.read_len > 0).then_some(profile.read_len),
        fragment_length: profile
            .fragment_len
            .filter(|_| tally.paired > 0)
            .map(|median| out::FragmentLength {
                median: f64::from(median),
                mad: f64::from(profile.fragment_len_mad),
            }),
        paired: tally.paired > 0,
        duplicates_marked: Some(file.processing().duplicates_marked() || tally.duplicates > 0),
        molecules_by: match collected.molecules_by {
            MoleculesBy::Umi => out::MoleculesBy::Umi,
            MoleculesBy::DuplicateFlags => out::MoleculesBy::DuplicateFlags,
            MoleculesBy::FragmentEnds => out::MoleculesBy::FragmentEnds,
            MoleculesBy::FivePrimePositions => out::MoleculesBy::NotDeterminable,
            MoleculesBy::Fragments => out::MoleculesBy::Fragments,
        },
        records: out::RecordCounts {
            examined: tally.primary + tally.supplementary,
            kmt2a_window: (collected.fragments.len() + collected.plain.len()) as u64,
            malformed: tally.malformed,
            duplicates: tally.duplicates,
        },
    }
}

/// `PU` of the read groups: flow cell, lane and barcode, by which `cohort` knows the samples of one run.
fn platform_units(file: &AlignmentFile) -> Vec<String> {
    let units = file
        .header()
        .read_groups
        .values()
        .filter_map(|g| g.platform_unit.clone());
    units
        .collect::<std::collections::BTreeSet<String>>()
        .into_iter()
        .take(PLATFORM_UNITS_MAX)
        .collect()
}

/// Most platform units that are kept of a file (count): a sample lies on a few lanes.
const PLATFORM_UNITS_MAX: usize = 100;

fn base_name(label: &str) -> String {
    label.rsplit('/').next().unwrap_or(label).to_owned()
}

/// Name, version and the settings that decide about chimeras.
fn aligner_of(file: &AlignmentFile) -> (String, Option<String>, Option<String>) {
    let (name, settings) = match file.aligner() {
        Aligner::Star(s) => {
            let min = s.chimeric_segment_min.map_or_else(
                || "chimeras not looked for".to_owned(),
                |n| format!("chimSegmentMin {n}"),
            );
            let out = s.chimeric_output.map(|o| format!(", {o:?}")).unwrap_or_default();
            ("STAR", Some(format!("{min}{out}")))
        }
        Aligner::Hisat2 => ("HISAT2", Some("no chimeric alignments".to_owned())),
        Aligner::TopHat => ("TopHat", Some("no chimeric alignments".to_owned())),
        Aligner::Bwa {
            soft_clips_supplementary,
            marks_secondary,
        } => (
            "BWA",
            Some(
                match (soft_clips_supplementary, marks_secondary) {
                    (true, false) => "-Y",
                    (true, true) => "-Y -M",
                    (false, true) => "-M",
                    (false, false) => "no -Y",
                }
                .to_owned(),
            ),
        ),
        Aligner::Minimap2 { preset, .. } => ("minimap2", preset.clone()),
        Aligner::Dragen { .. } => ("DRAGEN", None),
        Aligner::Unknown => ("unknown", None),
    };
    let version = file
        .header()
        .programs
        .iter()
        .find(|p| p.name.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()))
        .and_then(|p| p.version.clone());
    (name.to_owned(), version, settings)
}

fn warnings(file: &AlignmentFile, examined: &Examined, not_listed: usize) -> Vec<out::Notice> {
    let collected = &examined.collected;
    let mut warnings: Vec<out::Notice> = file
        .warnings()
        .iter()
        // Folders may name a patient.
        .map(|w| out::Notice {
            code: w.code.to_owned(),
            text: w.text.replace(file.label(), &base_name(file.label())),
        })
        .collect();
    if let Some(changed) = judge::given::changed(&examined.judge_config.params) {
        warnings.push(out::Notice {
            code: "other-numbers".to_owned(),
            text: format!(
                "for research only: judged with other numbers than this version's rule (--params): {changed}"
            ),
        });
    }
    warnings.extend(collected.limits.iter().map(|(code, text)| out::Notice {
        code: (*code).to_owned(),
        text: text.clone(),
    }));
    if not_listed > 0 {
        warnings.push(out::Notice {
            code: "discarded-listed".to_owned(),
            text: format!(
                "{not_listed} more junctions below every tier are counted but not listed; the best {} are",
                build::DISCARDED_MAX
            ),
        });
    }
    let tally = &collected.tally;
    if tally.malformed > 0 {
        let first = tally.first_malformed.as_deref().unwrap_or("?");
        let text = format!(
            "{} records could not be read in full, the first by name: {}",
            tally.malformed,
            input::printable(first)
        );
        warnings.push(out::Notice {
            code: "malformed-records".to_owned(),
            text,
        });
    }
    if tally.qc_failed > 0 {
        let text = format!(
            "{} reads failed quality checks (flag 0x200) and were left out",
            tally.qc_failed
        );
        warnings.push(out::Notice {
            code: "qc-failed".to_owned(),
            text,
        });
    }
    warnings
}

fn parameters(
    config: &FlowConfig,
    judge: &JudgeConfig,
    collected: &Collected,
    file: &AlignmentFile,
) -> BTreeMap<String, ParameterValue> {
    let number = ParameterValue::Number;
    [
        ("library", ParameterValue::Text(config.library.name().to_owned())),
        ("required_lod", number(config.conclude.required_lod)),
        ("ptd_background", number(judge.ptd_background)),
        (
            "ptd_min_molecules",
            ParameterValue::Integer(judge.params.ptd_molecules_min.into()),
        ),
        ("tier_high", number(judge.params.tier_high)),
        ("tier_medium", number(judge.params.tier_medium)),
        ("tier_low", number(judge.params.tier_low)),
        ("prior_catalogue_partner", number(judge.params.prior_catalogue)),
        ("prior_other_gene", number(judge.params.prior_other_gene)),
        ("prior_ptd", number(judge.params.prior_ptd)),
        ("lod_dispersion", number(judge.params.dispersion)),
        ("lod_probability", number(judge.params.confidence)),
        (
            "rule",
            ParameterValue::Numbers(
                judge
                    .params
                    .by_name()
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            ),
        ),
        (
            "fragment_length_max",
            ParameterValue::Integer(collected.profile.fragment_len_max()),
        ),
        ("reference", ParameterValue::Flag(file.reference().is_some())),
        ("unmapped", ParameterValue::Flag(file.seeks_unmapped())),
        ("chimeric", ParameterValue::Flag(config.chimeric.is_some())),
        (
            "gtf_genes",
            ParameterValue::Integer(i64::try_from(config.genes.len()).unwrap_or(i64::MAX)),
        ),
        ("keep_names", ParameterValue::Flag(config.keep_names)),
        (
            "background_samples",
            ParameterValue::Integer(config.background.samples.into()),
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

#[cfg(test)]
mod tests;
