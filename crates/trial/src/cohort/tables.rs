//! The cohort's tables as text.

use std::collections::BTreeMap;

use super::Trial;
use super::columns::{COLUMNS, cell};
use super::digest::SampleDigest;
use super::junction::{contig_name, is_genomic, is_reciprocal};
use breakapart_core::report::schema::{Junction, Side, State};
use breakapart_core::report::wording;

/// Rows as tab-separated text. Cells contain no tab, line end or formula.
fn tsv(header: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| {
        let clean: Vec<String> = cells.iter().map(|cell| wording::cell(cell)).collect();
        clean.join("\t") + "\n"
    };
    line(header) + &rows.into_iter().map(line).collect::<String>()
}

/// Column titles, separated by blanks.
fn titles(names: &str) -> Vec<String> {
    names.split(' ').map(str::to_owned).collect()
}

/// `genetic_characterisation.tsv`: one row per patient. The sheet's other columns follow ours; one with the name of
/// ours gets a prefix.
pub fn characterisation(trial: &Trial<'_>) -> String {
    let mut header: Vec<String> = COLUMNS.iter().map(|column| column.name.to_owned()).collect();
    for title in &trial.assembled.roster.extra_columns {
        let is_ours = COLUMNS.iter().any(|column| column.name == title);
        header.push(if is_ours {
            format!("sheet_{title}")
        } else {
            title.clone()
        });
    }
    let rows = trial.patients.iter().map(|of| {
        let own = COLUMNS.iter().map(|column| (column.value)(of));
        own.chain(of.patient.extra.iter().cloned()).collect()
    });
    tsv(header, rows)
}

/// `samples.tsv`: one row per sample.
pub fn samples(trial: &Trial<'_>) -> String {
    let header = titles(
        "patient sample timepoint material run assay state scope lead_fusion tier molecules lod headline \
         report",
    );
    let patients = trial.assembled.roster.patients.iter();
    let rows = patients.flat_map(|patient| patient.members.iter().map(move |member| (patient, member)));
    let rows = rows.map(|(patient, member)| {
        let digest = member.digest.as_ref();
        let lead = digest.and_then(SampleDigest::lead);
        let scope = |digest: &SampleDigest| match (digest.says.state, digest.is_major_only()) {
            (State::NotDetected, true) => "major region, minor region not examined",
            (State::NotDetected, false) => "major and minor region",
            _ => "",
        };
        vec![
            patient.id.clone(),
            member.sample.clone(),
            cell(member.timepoint.map(|timepoint| timepoint.name())),
            member.material.clone(),
            member.run.clone(),
            cell(digest.map(|digest| &digest.says.assay)),
            digest.map_or("no report", |digest| digest.says.state.name()).to_owned(),
            cell(digest.map(scope)),
            cell(lead.map(|lead| &lead.name)),
            cell(lead.map(|lead| lead.tier.name())),
            cell(lead.and_then(|lead| lead.molecules)),
            cell(digest.and_then(SampleDigest::limit).map(|limit| format!("{limit:.3e}"))),
            cell(digest.map(|digest| &digest.says.headline)),
            member.file.clone(),
        ]
    });
    tsv(header, rows)
}

/// `concordance.tsv`: one row per comparison.
pub fn concordance(trial: &Trial<'_>) -> String {
    let header = titles("compared verdict patient_a sample_a assay_a patient_b sample_b assay_b detail");
    let roster = &trial.assembled.roster;
    let rows = trial.comparisons.iter().map(|comparison| {
        let mut row = vec![comparison.compared.to_owned(), comparison.verdict.name().to_owned()];
        for at in [comparison.first, comparison.second] {
            let member = roster.member(at);
            let assay = cell(member.digest.as_ref().map(|digest| &digest.says.assay));
            row.extend([roster.patients[at.patient].id.clone(), member.sample.clone(), assay]);
        }
        row.push(comparison.detail.clone());
        row
    });
    tsv(header, rows)
}

/// `problems.tsv`: one row for each unusable or inconsistent item.
pub fn problems(trial: &Trial<'_>) -> String {
    let rows = trial.assembled.roster.problems.iter().map(|problem| {
        vec![
            problem.code.to_owned(),
            problem.file.clone(),
            problem.patient.clone(),
            problem.sample.clone(),
            cell(problem.line),
            problem.detail.clone(),
        ]
    });
    tsv(titles("problem file patient sample line detail"), rows)
}

/// `breakpoints.bed`: nine columns, one line for each side of every lead junction of a rearranged patient, in the build
/// of its report; contigs with `chr`, 0-based half-open. Sorted by position.
///
/// Two builds in one cohort give two tracks, each with its `track` line.
pub fn bed(trial: &Trial<'_>) -> String {
    let mut tracks: BTreeMap<&str, Vec<BedLine>> = BTreeMap::new();
    for of in trial.patients.iter().filter(|of| of.status.is_shown()) {
        for digest in of.shown() {
            let junctions = digest.lead_junctions();
            let drawn = junctions.filter(|junction| junction.tier.is_some() && junction.role != "isoform");
            let lines = drawn.flat_map(|junction| bed_lines(&of.patient.id, junction));
            tracks.entry(&digest.build).or_default().extend(lines);
        }
    }
    let mut text = String::new();
    for (build, mut lines) in tracks.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        lines.sort();
        let db = if build == "GRCh37" { "hg19" } else { "hg38" };
        text.push_str(&format!(
            "track name=\"KMT2A breakpoints {build}\" description=\"KMT2A breakpoints, {build}\" db={db} itemRgb=On visibility=pack\n"
        ));
        text.extend(lines.into_iter().map(|line| line.text));
    }
    text
}

/// A line of the BED file, ordered by position.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct BedLine {
    contig: String,
    position: i64,
    text: String,
}

fn bed_lines(patient: &str, junction: &Junction) -> impl Iterator<Item = BedLine> {
    // Genomic breakpoints dark, splice junctions light; canonical red, reciprocal blue.
    let colour = match (is_genomic(junction), is_reciprocal(junction)) {
        (true, false) => "178,24,43",
        (true, true) => "33,102,172",
        (false, false) => "239,138,98",
        (false, true) => "103,169,207",
    };
    let name = format!("{patient}|{}|{}", junction.assay, junction.role);
    let name = wording::cell(&name.replace(char::is_whitespace, "_"));
    let score = junction.evidence.counted().min(1_000);
    let line = move |side: &Side, which: char| {
        let contig = contig_name(side);
        let (start, end, strand) = (side.position - 1, side.position, side.strand.sign());
        BedLine {
            text: format!("{contig}\t{start}\t{end}\t{name}|{which}'\t{score}\t{strand}\t{start}\t{end}\t{colour}\n"),
            contig,
            position: end,
        }
    };
    let sides = [(&junction.five, '5'), (&junction.three, '3')].into_iter();
    sides.filter_map(move |(side, which)| Some(line(side.as_ref()?, which)))
}
