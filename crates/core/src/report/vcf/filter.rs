//! Filters of junctions that are not `PASS`.

use crate::judge::Code;

/// Filters with their header texts: those of the score alone, and the reasons that limit the tier or cast doubt on
/// the junction, from their cards.
pub(super) fn filters() -> impl Iterator<Item = (&'static str, &'static str)> {
    let low = ("low-tier", "Model score below 0.9, or limited to tier low by a rule");
    let other = ("discarded", "Below every tier for another reason, see the JSON report");
    let reasons = Code::ALL.iter().map(|code| (code.name(), code.card().vcf_header));
    std::iter::once(low).chain(reasons).chain(std::iter::once(other))
}

/// The `FILTER` cell: `PASS` at tier medium or high, else the known codes of `reasons` in their order.
pub(super) fn cell<'a>(passes: bool, is_called: bool, reasons: impl Iterator<Item = &'a str>) -> String {
    if passes {
        return "PASS".to_owned();
    }
    let mut found: Vec<&str> = Vec::new();
    if is_called {
        found.push("low-tier");
    }
    for code in reasons {
        if let Some(known) = Code::parse(code).map(Code::name)
            && !found.contains(&known)
        {
            found.push(known);
        }
    }
    if found.is_empty() {
        found.push("discarded");
    }
    found.join(";")
}
