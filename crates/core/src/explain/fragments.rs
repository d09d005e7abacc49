//! The ledger as a table whose rows sum to the total.

use super::page::Page;
use crate::report::{
    schema::{Junction, Ledger, SampleReport, Tier},
    wording,
};

/// Most events or junctions named beside a row.
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
    line(page, "fragments", "molecules", "what became of them");
    let normal = |row: &&crate::report::schema::LedgerRow| row.code == Ledger::NORMAL;
    for row in ledger.rows.iter().filter(|row| !normal(row)) {
        let named = named(report, &row.code);
        let named = if named.is_empty() {
            String::new()
        } else {
            format!(": {named}")
        };
        line(
            page,
            &count(row.fragments),
            &molecules(row.molecules),
            &format!("{} ({}){named}", row.text, row.code),
        );
    }
    line(
        page,
        &count(ledger.abnormal),
        "",
        "ABNORMAL IN ALL: the sum of the rows above",
    );
    for row in ledger.rows.iter().filter(normal) {
        line(
            page,
            &count(row.fragments),
            &molecules(row.molecules),
            &format!("{} ({})", row.text, row.code),
        );
    }
    line(
        page,
        &count(ledger.total),
        "",
        "TOTAL: every fragment that touches KMT2A or joins to it",
    );
    page.gap();
    if !ledger.balances() {
        page.text("The rows do NOT sum to the totals: this report is not as `breakapart call` wrote it.");
    } else if ledger.rows.iter().any(|row| row.molecules.is_some()) {
        page.text("Molecules have no total: one whose copies lie in two rows counts in both.");
    } else {
        page.text("Molecules can't be told apart in this file.");
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

/// The events or junctions that a row's fragments support.
fn named(report: &SampleReport, code: &str) -> String {
    let with = |wanted: &dyn Fn(&Junction) -> bool| -> Vec<String> {
        let mut names = Vec::new();
        for event in &report.events {
            let matching = event.junctions.iter().filter(|junction| wanted(junction));
            let matching: Vec<&Junction> = matching.collect();
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
    let more = names.len().saturating_sub(MOST_NAMED);
    let shown: Vec<String> = names.into_iter().take(MOST_NAMED).collect();
    if more > 0 {
        format!("{} and {more} more", shown.join(", "))
    } else {
        shown.join(", ")
    }
}
