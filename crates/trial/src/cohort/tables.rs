//! The cohort's tables as text.

use super::columns::{self, kmt2a_break};
use super::status::Status;
use super::{Trial, digest::JunctionDigest};
use breakapart_core::report::{schema::State, wording};

/// Rows as tab-separated text. Cells hold neither tab nor line end, and no formula.
fn tsv(header: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| {
        let clean: Vec<String> = cells.iter().map(|cell| wording::cell(cell)).collect();
        clean.join("\t") + "\n"
    };
    line(header) + &rows.into_iter().map(line).collect::<String>()
}

/// Titles of columns, blanks between them.
fn titles(names: &str) -> Vec<String> {
    names.split(' ').map(str::to_owned).collect()
}

/// Titles of the sheet's other columns in the table; one that has a column's name here is prefixed.
pub fn extra_titles(trial: &Trial<'_>) -> Vec<String> {
    let title = |title: &String| {
        if columns::names().any(|name| name == title) {
            format!("sheet_{title}")
        } else {
            title.clone()
        }
    };
    trial.assembled.roster.extra_columns.iter().map(title).collect()
}

/// `genetic_characterisation.tsv`: one row a patient.
pub fn characterisation(trial: &Trial<'_>) -> String {
    let mut header: Vec<String> = columns::names().map(str::to_owned).collect();
    header.extend(extra_titles(trial));
    let rows = trial.patients.iter().map(|of| {
        let own = columns::names().map(|name| columns::cell(of, name));
        own.chain(of.patient.extra.iter().cloned()).collect()
    });
    tsv(header, rows)
}

/// `samples.tsv`: one row a sample.
pub fn samples(trial: &Trial<'_>) -> String {
    let header = titles(
        "patient sample timepoint material run assay state scope lead_fusion tier molecules lod headline \
         report",
    );
    let assembled = trial.assembled;
    let rows = assembled.roster.patients.iter().flat_map(|patient| {
        patient.members.iter().map(|member| {
            let digest = member.digest.as_ref();
            let lead = digest.and_then(|digest| digest.lead.as_ref());
            let of = |text: Option<&str>| text.unwrap_or_default().to_owned();
            vec![
                patient.id.clone(),
                member.sample.clone(),
                of(member.timepoint.map(|timepoint| timepoint.name())),
                member.material.clone(),
                member.run.clone(),
                of(digest.map(|digest| digest.assay.as_str())),
                of(Some(digest.map_or("no report", |digest| digest.state.name()))),
                of(digest.map(|digest| match (digest.state, digest.is_major_only) {
                    (State::NotDetected, true) => "major region, minor region not examined",
                    (State::NotDetected, false) => "major and minor region",
                    _ => "",
                })),
                of(lead.map(|lead| lead.name.as_str())),
                of(lead.map(|lead| lead.tier.name())),
                lead.and_then(|lead| lead.molecules)
                    .map_or_else(String::new, |n| n.to_string()),
                digest
                    .and_then(|digest| digest.lod)
                    .map_or_else(String::new, |lod| format!("{lod:.3e}")),
                of(digest.map(|digest| digest.headline.as_str())),
                member.file.clone(),
            ]
        })
    });
    tsv(header, rows)
}

/// `concordance.tsv`: one row a comparison.
pub fn concordance(trial: &Trial<'_>) -> String {
    let header = titles("compared verdict patient_a sample_a assay_a patient_b sample_b assay_b detail");
    let assembled = trial.assembled;
    let rows = trial.comparisons.iter().map(|comparison| {
        let of = |(patient, member): (usize, usize)| {
            let patient = assembled.roster.patients.get(patient);
            let member = patient.and_then(|patient| patient.members.get(member));
            let digest = member.and_then(|member| member.digest.as_ref());
            [
                patient.map(|patient| patient.id.clone()),
                member.map(|member| member.sample.clone()),
                digest.map(|digest| digest.assay.clone()),
            ]
            .map(Option::unwrap_or_default)
        };
        let mut row = [comparison.compared, comparison.verdict.name()]
            .map(str::to_owned)
            .to_vec();
        row.extend(of(comparison.first));
        row.extend(of(comparison.second));
        row.push(comparison.detail.clone());
        row
    });
    tsv(header, rows)
}

/// `problems.tsv`: one row for everything that could not be used or does not fit.
pub fn problems(trial: &Trial<'_>) -> String {
    let header = titles("problem file patient sample line detail");
    let rows = trial.assembled.roster.problems.iter().map(|problem| {
        vec![
            problem.code.clone(),
            problem.file.clone(),
            problem.patient.clone(),
            problem.sample.clone(),
            problem.line.map_or_else(String::new, |line| line.to_string()),
            problem.detail.clone(),
        ]
    });
    tsv(header, rows)
}

/// `breakpoints.bed`: nine columns, one line a side of every lead junction of a rearranged patient, in the
/// build of its report; contigs with `chr`, 0-based half-open. Sorted by place.
///
/// Two builds in one cohort give two tracks, each with its `track` line.
pub fn bed(trial: &Trial<'_>) -> String {
    type Line = (String, i64, String);
    let mut tracks: std::collections::BTreeMap<String, Vec<Line>> = std::collections::BTreeMap::new();
    for of in trial
        .patients
        .iter()
        .filter(|of| matches!(of.status, Status::Rearranged | Status::Ptd))
    {
        for digest in [of.rna, of.dna].into_iter().flatten() {
            for junction in digest
                .lead_junctions()
                .filter(|j| j.tier.is_some() && j.role != "isoform")
            {
                let lines = tracks.entry(digest.build.clone()).or_default();
                lines.extend(bed_lines(&of.patient.id, junction));
            }
        }
    }
    let mut text = String::new();
    for (build, mut lines) in tracks {
        lines.sort();
        let db = if build == "GRCh37" { "hg19" } else { "hg38" };
        text.push_str(&format!(
            "track name=\"KMT2A breakpoints {build}\" description=\"KMT2A breakpoints, {build}\" db={db} itemRgb=On visibility=pack\n"
        ));
        text.extend(lines.into_iter().map(|(_, _, line)| line));
    }
    text
}

fn bed_lines(patient: &str, junction: &JunctionDigest) -> Vec<(String, i64, String)> {
    // Genomic breaks dark, splice junctions light; canonical red, reciprocal blue.
    let colour = match (junction.is_genomic(), junction.is_reciprocal()) {
        (true, false) => "178,24,43",
        (true, true) => "33,102,172",
        (false, false) => "239,138,98",
        (false, true) => "103,169,207",
    };
    let name: String = format!("{patient}|{}|{}", junction.assay, junction.role)
        .chars()
        .map(|c| if c.is_whitespace() { '_' } else { c })
        .collect();
    [(&junction.five, "5"), (&junction.three, "3")]
        .into_iter()
        .filter_map(|(side, which)| Some((side.as_ref()?, which)))
        .map(|(side, which)| {
            let contig = side.contig_name();
            let (start, end) = (side.position - 1, side.position);
            let line = format!(
                "{contig}\t{start}\t{end}\t{}|{which}'\t{}\t{}\t{start}\t{end}\t{colour}\n",
                wording::cell(&name),
                junction.molecules.min(1_000),
                side.strand.sign(),
            );
            (contig, side.position, line)
        })
        .collect()
}

/// Breaks of KMT2A, for figures: patient index with its break.
pub fn breaks(trial: &Trial<'_>) -> Vec<(usize, super::columns::Break)> {
    trial
        .patients
        .iter()
        .enumerate()
        .filter(|(_, of)| of.patient.in_sheet)
        .filter_map(|(index, of)| Some((index, kmt2a_break(of)?)))
        .collect()
}
