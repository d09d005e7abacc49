//! `cohort.html`: figures and table on one self-contained page.
//!
//! In: the trial and its summary. Out: HTML. The template escapes every text; the content security policy allows no
//! script but the page's own, by hash.

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
/// Its style sheet.
const STYLE: &str = include_str!("page/cohort.css");
/// SHA-256 of the two, base64, as given in the page's policy; a test recomputes them.
const SCRIPT_HASH: &str = "MBC722Y2ufsmfGXWnjAuJAD0nxitoHlflHxyJyQ/TC4=";
const STYLE_HASH: &str = "S9N8vsxK9Svaa9aimT7Co3d1iDV78LwxRufKQe3aZag=";

/// Colours of partner groups in order (Okabe and Ito's, which most colour-blind people can distinguish; then greys for
/// other, unknown, none).
const COLOURS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d3b",
];

/// Left and right end of gene drawings, pixels.
const LEFT: f64 = 20.0;
const RIGHT: f64 = 940.0;

/// Mark of a partner group in figures: the letter makes the colour unnecessary.
#[derive(Clone, Copy)]
struct Mark {
    colour: &'static str,
    letter: char,
}

impl Mark {
    /// The mark of a group in `groups`.
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
    /// Prefix of a report's base name in links; no links if `None`.
    links: Option<&'a str>,
}

impl Page<'_> {
    /// The address of a patient's report.
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

/// The page. `links`: prefix of a report's base name in links; no links if `None`.
///
/// # Errors
/// A failure of the template.
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

/// Every status with its number of patients.
fn statuses(summary: &Summary) -> impl Iterator<Item = (&'static str, usize)> {
    let names = Status::VARIANTS.iter().map(|status| status.name());
    names.map(|name| (name, summary.status.get(name).copied().unwrap_or(0)))
}

/// `1 patient`, `12 patients`.
fn patients(count: &usize) -> String {
    wording::counted(*count as u64, "patient")
}

/// A cell of the page: fractions with two digits; the tables have them in full.
fn cell(of: &Characterised<'_>, name: &str) -> String {
    let column = COLUMNS.iter().find(|column| column.name == name);
    let text = column.map(|column| (column.value)(of)).unwrap_or_default();
    match text.parse::<f64>() {
        Ok(share) if matches!(name, "fraction" | "lod") => wording::percent(share),
        _ => text,
    }
}

/// The HTML page of a report if it exists next to it, else the report itself.
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

/// A base name for a link: characters that are unsafe in an address are written as `%XX`.
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

/// The text on the terminal.
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
        lines.push(format!("  not in the sheet       {count} (not counted)"));
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
        lines.push(format!("  problems in sheet and reports: {others}, see problems.tsv"));
    }
    lines.push(format!("  files in {}\n", wording::path(folder)));
    lines.join("\n")
}

#[cfg(test)]
pub(in crate::cohort) mod tests;
