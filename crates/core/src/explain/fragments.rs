//! The ledger as a table with rows that sum to the total.

use super::page::Page;
use crate::report::{
    schema::{Junction, Ledger, LedgerRow, SampleReport, Tier},
    wording,
};

/// Most events or junctions named in a row.
const MOST_NAMED: usize = 6;

/// Writes the table.
pub(super) fn write(report: &SampleReport, page: &mut Page) {
    let ledger = &report.ledger;
    if ledger.rows.is_empty() {
        page.text("No fragment touches KMT2A: there is nothing to account for.");
        return;
    }
    page.text("Each fragment is counted once, in the first row that fits it.");
    page.gap();
    line(page, "fragments", "molecules", "outcome");
    let of_row = |page: &mut Page, row: &LedgerRow, named: &str| {
        let text = format!("{} ({}){named}", row.text, row.code);
        line(page, &count(row.fragments), &molecules(row.molecules), &text);
    };
    let (normal, abnormal): (Vec<_>, Vec<_>) = ledger.rows.iter().partition(|row| row.code == Ledger::NORMAL);
    for row in abnormal {
        of_row(page, row, &named(report, &row.code));
    }
    let text = "ABNORMAL IN ALL: the sum of the rows above";
    line(page, &count(ledger.abnormal), "", text);
    for row in normal {
        of_row(page, row, "");
    }
    let text = "TOTAL: every fragment that touches KMT2A or joins to it";
    line(page, &count(ledger.total), "", text);
    page.gap();
    if !ledger.balances() {
        page.text("The rows do NOT sum to the totals: the report was changed after `breakapart call` wrote it.");
    } else if ledger.rows.iter().any(|row| row.molecules.is_some()) {
        page.text("Molecules have no total: one whose copies lie in two rows counts in both.");
    } else {
        page.text("Molecules cannot be distinguished in this file.");
    }
}

fn line(page: &mut Page, fragments: &str, molecules: &str, text: &str) {
    page.row(&format!("  {fragments:>11} {molecules:>11}   "), text);
}

fn count(number: u64) -> String {
    wording::thousands(number.try_into().unwrap_or(i64::MAX))
}

fn molecules(number: Option<u64>) -> String {
    number.map_or_else(|| "-".to_owned(), count)
}

/// The events or junctions supported by a row's fragments, after a colon.
fn named(report: &SampleReport, code: &str) -> String {
    let with = |wanted: &dyn Fn(&Junction) -> bool| -> Vec<String> {
        let mut names = Vec::new();
        for event in &report.events {
            let matching: Vec<&Junction> = event.junctions.iter().filter(|junction| wanted(junction)).collect();
            if matching.len() == event.junctions.len() && !matching.is_empty() {
                names.push(event.id.clone());
            } else {
                names.extend(matching.iter().map(|junction| junction.id.clone()));
            }
        }
        names
    };
    let names = match code {
        "called" => with(&|junction| junction.tier >= Some(Tier::Medium)),
        "low" => with(&|junction| junction.tier == Some(Tier::Low)),
        "discarded" => report.discarded.iter().map(|d| d.junction.id.clone()).collect(),
        _ => Vec::new(),
    };
    let shown = names.get(..MOST_NAMED).unwrap_or(&names).join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        _ if names.is_empty() => String::new(),
        0 => format!(": {shown}"),
        more => format!(": {shown} and {more} more"),
    }
}
