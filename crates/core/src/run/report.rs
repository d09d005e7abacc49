//! Builds the report of a sample from the results of the stages.

use std::collections::BTreeSet;

use super::FlowConfig;
use crate::{
    catalogue::BuiltIn,
    conclude::{Alone, AssayResult, Concluded, coverage},
    evidence::Collected,
    genome::{Layered, sequence::NoSequence},
    hts,
    input::{self, Access, Aligner, AlignmentFile},
    judge::{Judged, LibraryType, given},
    report::{
        build::{self, Material},
        schema::{self as out, ParameterValue, RuleNumbers, SampleReport},
    },
};

/// The report of a sample, leading assay first, and the identifiers of the judged junctions by file.
pub(super) fn report(
    files: &[&mut AlignmentFile],
    results: &[AssayResult<'_>],
    concluded: Concluded,
    sample: &str,
    config: &FlowConfig,
) -> (SampleReport, Vec<build::Identifiers>) {
    let mut report = SampleReport {
        schema_version: out::SCHEMA_VERSION.to_owned(),
        tool: out::Tool {
            name: "breakapart".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        provenance: config.provenance.clone(),
        sample: sample.to_owned(),
        conclusion: concluded.sample,
        agreement: concluded.agreement,
        ..SampleReport::default()
    };
    let mut parts: Vec<_> = files.iter().zip(results).zip(concluded.alone).enumerate().collect();
    parts.rotate_left(concluded.lead);
    let mut ids = vec![build::Identifiers::new(); parts.len()];
    for (index, ((file, result), alone)) in parts {
        ids[index] = add(&mut report, file, result, alone, config);
    }
    if let (Some(agreement), [rna, dna]) = (&mut report.agreement, ids.as_slice()) {
        let named =
            |ids: &build::Identifiers, index: usize| ids.iter().find(|(_, i)| *i == index).map(|(id, _)| id.clone());
        let explained = concluded.explained.iter().filter_map(|(of_rna, of_dna)| {
            Some(out::ExplainedJunction {
                rna: named(rna, *of_rna)?,
                dna: named(dna, *of_dna)?,
            })
        });
        agreement.explained = explained.collect();
    }
    (report, ids)
}

/// Adds the results of one assay's file; returns the identifiers of its junctions.
fn add(
    report: &mut SampleReport,
    file: &AlignmentFile,
    result: &AssayResult<'_>,
    alone: Alone,
    config: &FlowConfig,
) -> build::Identifiers {
    let (models, collected, judged) = (result.models, result.collected, result.judged);
    let (ids, left_out) = build::add(
        &Material {
            result,
            source: &Layered {
                first: &BuiltIn::bind(models.build(), result.contigs),
                second: file.reference().unwrap_or(&NoSequence),
            },
            fragments_over: &build::fragments_over(result),
            numbers: (!config.keep_names)
                .then(|| build::Numbers::of(collected, judged))
                .as_ref(),
        },
        report,
    );
    let mut warnings = warnings(file, result, left_out);
    if report.agreement.is_some() {
        let assay = result.assay.name().to_uppercase();
        warnings
            .iter_mut()
            .for_each(|notice| notice.text = format!("{assay}: {}", notice.text));
    }
    report.inputs.push(input_of(file, result, config.library));
    report.profile.extend(coverage::profile(result));
    report.adequacy.push(alone.adequacy);
    report.coverage.extend(coverage::coverage(result));
    report.ledger.add(alone.ledger);
    report.warnings.extend(warnings);
    // Both files were judged in one run with the same parameters.
    report.parameters.rule = Some(RuleNumbers::Whole(Box::new(judged.params)));
    for (name, value) in settings(config, judged, collected, file) {
        let known = &mut report.parameters.settings;
        if known.get(&name).is_some_and(|other| *other != value) {
            known.insert(format!("{}_{name}", result.assay.name()), value);
        } else {
            known.insert(name, value);
        }
    }
    ids
}

fn input_of(file: &AlignmentFile, result: &AssayResult<'_>, library: LibraryType) -> out::Input {
    let (header, collected) = (file.header(), result.collected);
    let name = result.contigs.name(header.kmt2a_contig);
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
            file_bytes: indexed_file(file).and_then(|path| Some(std::fs::metadata(path).ok()?.len())),
            header_md5: Some(header_md5(file)),
            index_md5: index_md5(file),
        },
        assay: result.assay.name().to_owned(),
        assay_basis: collected.assay_basis.clone(),
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
        // Also where the aligner wrote mates as single reads.
        paired: tally.paired > 0 || tally.pairing.reads > 0,
        duplicates_marked: Some(file.processing().duplicates_marked() || tally.duplicates > 0),
        molecules_by: collected.molecules_by,
        records: out::RecordCounts {
            examined: tally.primary + tally.supplementary,
            kmt2a_window: (collected.fragments.len() + collected.plain.len()) as u64,
            malformed: tally.malformed,
            duplicates: tally.duplicates,
        },
    }
}

/// MD5 of the header without its `@HD` line, which states the sort order.
fn header_md5(file: &AlignmentFile) -> String {
    let mut sum = md5::Context::new();
    let text = file.header_text();
    for line in text
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"@HD"))
    {
        sum.consume(line);
    }
    format!("{:x}", sum.finalize())
}

/// The file, if it is read through its index. For a file read in full, compression and record order do not affect the
/// report.
fn indexed_file(file: &AlignmentFile) -> Option<&std::path::Path> {
    file.regular_file().filter(|_| file.access() == Access::Indexed)
}

/// MD5 of the index that was used.
fn index_md5(file: &AlignmentFile) -> Option<String> {
    let path = indexed_file(file)?;
    let mut candidates = hts::index_candidates(path, file.format()).into_iter();
    let bytes = std::fs::read(candidates.find(|candidate| candidate.is_file())?).ok()?;
    Some(format!("{:x}", md5::compute(bytes)))
}

/// `PU` of the read groups (flow cell, lane, barcode), from which `cohort` identifies samples of one run.
fn platform_units(file: &AlignmentFile) -> Vec<String> {
    let groups = file.header().read_groups.values();
    let units: BTreeSet<String> = groups.filter_map(|g| g.platform_unit.clone()).collect();
    units.into_iter().take(PLATFORM_UNITS_MAX).collect()
}

/// Most platform units kept per file (count): a sample is on a few lanes.
const PLATFORM_UNITS_MAX: usize = 100;

fn base_name(label: &str) -> String {
    label.rsplit('/').next().unwrap_or(label).to_owned()
}

/// Name, version and the settings that affect chimeric alignments.
fn aligner_of(file: &AlignmentFile) -> (String, Option<String>, Option<String>) {
    let (name, settings) = match file.aligner() {
        Aligner::Star(s) => {
            let min = s
                .chimeric_segment_min
                .map_or_else(|| "no chimera detection".to_owned(), |n| format!("chimSegmentMin {n}"));
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

fn warnings(file: &AlignmentFile, result: &AssayResult<'_>, left_out: Vec<out::Notice>) -> Vec<out::Notice> {
    let collected = result.collected;
    let notice = |code: &str, text: String| out::Notice {
        code: code.to_owned(),
        text,
    };
    // First, since some pages show only the first warnings.
    let other_numbers = given::other_numbers(&result.judged.params);
    let other_numbers = other_numbers.map(|text| notice(given::OTHER_NUMBERS, text));
    let of_file = file.warnings().iter().map(|w| {
        // Folder names may identify a patient.
        notice(w.code, w.text.replace(file.label(), &base_name(file.label())))
    });
    let of_limits = collected.limits.iter().map(|(code, text)| notice(code, text.clone()));
    let mut warnings: Vec<out::Notice> = other_numbers.into_iter().chain(of_file).chain(of_limits).collect();
    warnings.extend(left_out);
    if file.unreadable_lines() > 0 {
        let text = format!(
            "{} lines are not SAM records and were skipped; make the file again, or check it with `samtools view`",
            file.unreadable_lines()
        );
        warnings.push(notice("unreadable-lines", text));
    }
    let tally = &collected.tally;
    if tally.malformed > 0 {
        let first = tally.first_malformed.as_deref().unwrap_or("?");
        let text = format!(
            "{} records could not be read in full; the first is {}",
            tally.malformed,
            input::printable(first)
        );
        warnings.push(notice("malformed-records", text));
    }
    if tally.qc_failed > 0 {
        let text = format!(
            "{} reads failed quality checks (flag 0x200) and were excluded",
            tally.qc_failed
        );
        warnings.push(notice("qc-failed", text));
    }
    warnings
}

/// Every setting of the run, by the name of its option or constant.
fn settings(
    config: &FlowConfig,
    judged: &Judged,
    collected: &Collected,
    file: &AlignmentFile,
) -> impl Iterator<Item = (String, ParameterValue)> {
    let (number, whole, flag) = (ParameterValue::Number, ParameterValue::Integer, ParameterValue::Flag);
    [
        ("library", ParameterValue::Text(config.library.name().to_owned())),
        ("required_lod", number(config.conclude.required_lod)),
        ("ptd_background", number(judged.context.ptd_background)),
        ("ptd_min_molecules", whole(judged.params.ptd_molecules_min.into())),
        ("tier_high", number(judged.params.tier_high)),
        ("tier_medium", number(judged.params.tier_medium)),
        ("tier_low", number(judged.params.tier_low)),
        ("prior_catalogue_partner", number(judged.params.prior_catalogue)),
        ("prior_other_gene", number(judged.params.prior_other_gene)),
        ("prior_ptd", number(judged.params.prior_ptd)),
        ("lod_dispersion", number(judged.params.dispersion)),
        ("lod_probability", number(judged.params.confidence)),
        ("fragment_length_max", whole(collected.profile.fragment_len_max())),
        ("reference", flag(file.reference().is_some())),
        ("unmapped", flag(file.seeks_unmapped())),
        ("chimeric", flag(config.chimeric.is_some())),
        (
            "gtf_genes",
            whole(i64::try_from(config.genes.len()).unwrap_or(i64::MAX)),
        ),
        ("keep_names", flag(config.keep_names)),
        ("background_samples", whole(config.background.samples.into())),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
}
