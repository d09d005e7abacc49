//! `cohort.html`: figures and table on one page that needs nothing from elsewhere.
//!
//! In: the trial and its summary. Out: HTML. The template escapes every text; the page's policy lets no
//! script run but its own, by hash.

mod bars;
mod break_map;
mod dots;
mod limits;
mod partner_map;

use std::collections::BTreeSet;
use std::path::Path;

use askama::Template;
use strum::VariantArray;

use super::Trial;
use super::columns::COLUMNS;
use super::group::PartnerGroups;
use super::status::{Characterised, Status};
use super::summary::Summary;
use bars::Bar;
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

/// Where drawings of genes begin and end, pixels.
const LEFT: f64 = 20.0;
const RIGHT: f64 = 940.0;

/// By what a partner group is told in figures: the letter, so that colour is not needed.
#[derive(Clone, Copy)]
struct Mark {
    colour: &'static str,
    letter: char,
}

impl Mark {
    /// The mark of a group, one of `groups`.
    fn of(groups: &[&str], group: &str) -> Self {
        let index = groups.iter().position(|name| *name == group);
        let own = index.and_then(|index| COLOURS.get(index));
        Self {
            colour: match group {
                PartnerGroups::OTHER => "#6b6b6b",
                PartnerGroups::UNKNOWN => "#b0b0b0",
                PartnerGroups::NONE => "#dddddd",
                _ => own.unwrap_or(&"#444444"),
            },
            letter: index.and_then(|index| ('a'..='z').nth(index)).unwrap_or('-'),
        }
    }
}

/// A group with its patients.
struct Key<'a> {
    name: &'a str,
    mark: Mark,
    count: usize,
}

#[derive(Template)]
#[template(path = "cohort/page/cohort.html")]
struct Page<'a> {
    trial: &'a Trial<'a>,
    summary: &'a Summary,
    statuses: Vec<(&'static str, usize)>,
    keys: Vec<Key<'a>>,
    bars: Vec<Bar>,
    map: BreakMap,
    tracks: Vec<PartnerTrack>,
    limits: Limits,
    lineages: BTreeSet<&'a str>,
    /// What comes before a report's base name in links; no links where `None`.
    links: Option<&'a str>,
}

impl Page<'_> {
    /// Where a patient's report is.
    fn link(&self, of: &Characterised<'_>) -> Option<String> {
        let prefix = self.links.filter(|_| !of.lead_file.is_empty())?;
        Some(format!("{prefix}{}", url_name(&page_of(self.trial, of.lead_file))))
    }
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
    let keys = groups
        .iter()
        .filter(|name| **name != PartnerGroups::NONE)
        .map(|name| Key {
            name,
            mark: Mark::of(&groups, name),
            count: summary.partner_groups.get(*name).copied().unwrap_or(0),
        });
    Page {
        trial,
        summary,
        statuses: statuses(summary).collect(),
        keys: keys.collect(),
        bars: bars::bars(summary, &groups),
        map: BreakMap::of(trial, &groups),
        tracks: partner_map::tracks(trial, summary, &groups),
        limits: Limits::of(trial),
        lineages: trial.patients.iter().map(|of| of.lineage()).collect(),
        links,
    }
    .render()
}

/// Every status with its patients.
fn statuses(summary: &Summary) -> impl Iterator<Item = (&'static str, usize)> {
    let names = Status::VARIANTS.iter().map(|status| status.name());
    names.map(|name| (name, summary.status.get(name).copied().unwrap_or(0)))
}

/// `1 patient`, `12 patients`.
fn patients(count: &usize) -> String {
    wording::counted(*count as u64, "patient")
}

/// A cell of the page: shares in two figures, the tables hold them in full.
fn cell(of: &Characterised<'_>, name: &str) -> String {
    let column = COLUMNS.iter().find(|column| column.name == name);
    let text = column.map(|column| (column.value)(of)).unwrap_or_default();
    match text.parse::<f64>() {
        Ok(share) if matches!(name, "fraction" | "lod") => wording::percent(share),
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
    let mut lines = vec![format!(
        "{}, {} of {}",
        patients(&summary.patients),
        wording::counted(summary.reports as u64, "report"),
        wording::counted(summary.report_files as u64, "file")
    )];
    let counted = statuses(summary).filter(|(_, count)| *count > 0);
    lines.extend(counted.map(|(name, count)| format!("  {name:<22} {count}")));
    if summary.patients_not_in_sheet > 0 {
        let count = summary.patients_not_in_sheet;
        lines.push(format!("  not in the sheet       {count} (in no count)"));
    }
    lines.extend(summary.shared_breakpoints.iter().map(|shared| {
        let patients = wording::clean(&shared.patients.join(", "));
        format!(
            "  look at  one genomic breakpoint in patients {patients}: swap or contamination until proved otherwise"
        )
    }));
    lines.extend(summary.unreadable.iter().map(|unreadable| {
        let detail = wording::shortened(&unreadable.detail, 120);
        format!("  unread   {}: {detail}", unreadable.file)
    }));
    let others = summary.problems.values().sum::<usize>() - summary.unreadable.len();
    if others > 0 {
        lines.push(format!("  problems of sheet and reports: {others}, see problems.tsv"));
    }
    lines.push(format!("  files in {}\n", wording::path(folder)));
    lines.join("\n")
}

#[cfg(test)]
pub(in crate::cohort) mod tests;
