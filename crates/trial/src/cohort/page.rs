//! `cohort.html`: figures and table on one page that needs nothing from elsewhere.
//!
//! In: the trial and its summary. Out: HTML. The template escapes every text; the page's policy lets no
//! script run but its own, by hash.

mod bars;
mod break_map;
mod dots;
mod limits;
mod partner_map;

use std::path::Path;

use askama::Template;

use super::status::Status;
use super::summary::Summary;
use super::{Trial, columns};
use bars::Bars;
use break_map::BreakMap;
use breakapart_core::report::wording;
use limits::Limits;
use partner_map::PartnerTrack;

/// The page's script: filter, search, sort.
const SCRIPT: &str = include_str!("page/table.js");
/// Its style.
const STYLE: &str = include_str!("page/cohort.css");
/// SHA-256 of the two, base64, as the page's policy names them; a test computes them anew.
const SCRIPT_HASH: &str = "MBC722Y2ufsmfGXWnjAuJAD0nxitoHlflHxyJyQ/TC4=";
const STYLE_HASH: &str = "S9N8vsxK9Svaa9aimT7Co3d1iDV78LwxRufKQe3aZag=";

/// Colours of partner groups in their order (Okabe and Ito's, told apart by most who see colours
/// differently; then greys for other, unknown, none).
const COLOURS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d3b",
];

/// The colour of a partner group.
fn colour(groups: &[&str], group: &str) -> &'static str {
    match group {
        "other" => "#6b6b6b",
        "unknown" => "#b0b0b0",
        "none" => "#dddddd",
        _ => groups
            .iter()
            .position(|name| *name == group)
            .and_then(|index| COLOURS.get(index))
            .copied()
            .unwrap_or("#444444"),
    }
}

/// The letter of a partner group in figures, so that colour is not needed.
fn letter(groups: &[&str], group: &str) -> char {
    let index = groups.iter().position(|name| *name == group);
    index.and_then(|index| ('a'..='z').nth(index)).unwrap_or('-')
}

/// A group with its colour and letter.
struct Key<'a> {
    name: &'a str,
    letter: char,
    colour: &'static str,
    count: usize,
}

/// A cell or line of the table of patients.
struct PatientRow {
    cells: Vec<String>,
    link: Option<String>,
    status: &'static str,
    group: String,
    lineage: String,
}

#[derive(Template)]
#[template(path = "cohort/page/cohort.html")]
struct Page<'a> {
    script: &'static str,
    style: &'static str,
    script_hash: &'static str,
    style_hash: &'static str,
    summary: &'a Summary,
    statuses: Vec<(&'static str, usize)>,
    keys: Vec<Key<'a>>,
    bars: Bars,
    map: BreakMap,
    tracks: Vec<PartnerTrack>,
    limits: Limits,
    titles: Vec<&'static str>,
    rows: Vec<PatientRow>,
    lineages: Vec<String>,
    links: bool,
}

/// Columns of the page's table.
const SHOWN: [&str; 14] = [
    "patient",
    "age_days",
    "lineage",
    "kmt2a_status",
    "lead_fusion",
    "partner_group",
    "kmt2a_intron_mane",
    "kmt2a_region",
    "break_by",
    "frame",
    "reciprocal_found",
    "fraction",
    "lod",
    "flags",
];

/// The page. `links`: what comes before a report's base name in links; no links where `None`.
///
/// # Errors
/// Where the template fails.
pub fn render(trial: &Trial<'_>, summary: &Summary, links: Option<&str>) -> Result<String, askama::Error> {
    let groups = trial.assembled.groups.names();
    let rows: Vec<PatientRow> = trial
        .patients
        .iter()
        .map(|row| PatientRow {
            cells: SHOWN.map(|name| cell(name, columns::cell(row, name))).to_vec(),
            link: links
                .filter(|_| !row.lead_file.is_empty())
                .map(|prefix| format!("{prefix}{}", url_name(&page_of(trial, row.lead_file)))),
            status: row.status.name(),
            group: row.group().to_owned(),
            lineage: row.patient.lineage.as_ref().map_or("unknown", |l| l.name()).to_owned(),
        })
        .collect();
    let mut lineages: Vec<String> = rows.iter().map(|row| row.lineage.clone()).collect();
    lineages.sort();
    lineages.dedup();
    let count = |name: &str| summary.partner_groups.get(name).copied().unwrap_or(0);
    Page {
        script: SCRIPT,
        style: STYLE,
        script_hash: SCRIPT_HASH,
        style_hash: STYLE_HASH,
        summary,
        statuses: Status::ALL
            .into_iter()
            .map(|status| (status.name(), summary.status.get(status.name()).copied().unwrap_or(0)))
            .collect(),
        keys: groups
            .iter()
            .filter(|name| **name != "none")
            .map(|name| Key {
                name,
                letter: letter(&groups, name),
                colour: colour(&groups, name),
                count: count(name),
            })
            .collect(),
        bars: Bars::of(summary, &groups),
        map: BreakMap::of(trial, &groups),
        tracks: partner_map::tracks(trial, summary, &groups),
        limits: Limits::of(trial),
        titles: SHOWN.to_vec(),
        rows,
        lineages,
        links: links.is_some(),
    }
    .render()
}

/// `1 patient`, `12 patients`.
fn patients(count: &usize) -> String {
    wording::counted(*count as u64, "patient")
}

/// A cell of the page: shares in two figures, the tables hold them in full.
fn cell(column: &str, text: String) -> String {
    match text.parse::<f64>() {
        Ok(share) if matches!(column, "fraction" | "lod") => wording::percent(share),
        _ => text,
    }
}

/// The page of a report where one lies beside it, else the report itself.
fn page_of(trial: &Trial<'_>, file: &str) -> String {
    let page = format!(
        "{}.report.html",
        file.strip_suffix(super::find::REPORT_ENDING).unwrap_or(file)
    );
    let is_there = trial
        .assembled
        .folders
        .iter()
        .any(|folder| folder.join(&page).is_file());
    if is_there { page } else { file.to_owned() }
}

/// A base name for a link: what is not safe in an address is written as `%XX`.
fn url_name(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// What a person sees on the terminal.
pub fn text(summary: &Summary, folder: &Path) -> String {
    let mut text = format!(
        "{}, {} of {}\n",
        wording::counted(summary.patients as u64, "patient"),
        wording::counted(summary.reports as u64, "report"),
        wording::counted(summary.report_files as u64, "file")
    );
    for status in Status::ALL {
        let count = summary.status.get(status.name()).copied().unwrap_or(0);
        if count > 0 {
            text.push_str(&format!("  {:<22} {count}\n", status.name()));
        }
    }
    if summary.patients_not_in_sheet > 0 {
        text.push_str(&format!(
            "  not in the sheet       {} (in no count)\n",
            summary.patients_not_in_sheet
        ));
    }
    for shared in &summary.shared_breakpoints {
        text.push_str(&format!(
            "  look at  one genomic breakpoint in patients {}: swap or contamination until proved otherwise\n",
            wording::clean(&shared.patients.join(", "))
        ));
    }
    for unreadable in &summary.unreadable {
        text.push_str(&format!(
            "  unread   {}: {}\n",
            if unreadable.file.is_empty() {
                "(name withheld)"
            } else {
                &unreadable.file
            },
            wording::shortened(&unreadable.detail, 120)
        ));
    }
    let others: usize = summary.problems.values().sum::<usize>() - summary.unreadable.len();
    if others > 0 {
        text.push_str(&format!(
            "  problems of sheet and reports: {others}, see problems.tsv\n"
        ));
    }
    text.push_str(&format!("  files in {}\n", wording::path(folder)));
    text
}

#[cfg(test)]
pub(in crate::cohort) mod tests;
