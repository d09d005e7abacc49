//! Two reports of one patient, RNA and DNA, as one.

use std::collections::BTreeMap;

use super::schema::{Ledger, Notice, SampleReport};

/// Joins the leading assay's report and the other's: events of the first, then of the second, numbered through.
/// The conclusion is left as the first one's. Gives also how the second one's identifiers were renamed.
pub(crate) fn join(lead: SampleReport, other: SampleReport) -> (SampleReport, BTreeMap<String, String>) {
    let mut joined = lead;
    let mut renamed = BTreeMap::new();
    let assay = |report: &SampleReport| report.inputs.first().map_or_else(String::new, |i| i.assay.clone());
    let (first, second) = (assay(&joined), assay(&other));
    let (mut events, mut discarded) = (joined.events.len(), joined.discarded.len());
    for mut event in other.events {
        events += 1;
        let id = format!("E{events}");
        for junction in &mut event.junctions {
            let number = junction.id.rsplit('.').next().unwrap_or("1");
            let new = format!("{id}.{number}");
            renamed.insert(std::mem::replace(&mut junction.id, new.clone()), new);
        }
        let isoforms = event.junctions.iter_mut().map(|junction| &mut junction.isoform_of);
        for old in isoforms.chain([&mut event.lead_junction]).flatten() {
            if let Some(new) = renamed.get(old) {
                old.clone_from(new);
            }
        }
        renamed.insert(std::mem::replace(&mut event.id, id.clone()), id);
        joined.events.push(event);
    }
    for mut row in other.discarded {
        discarded += 1;
        let id = format!("D{discarded}");
        renamed.insert(std::mem::replace(&mut row.junction.id, id.clone()), id);
        joined.discarded.push(row);
    }
    joined.inputs.extend(other.inputs);
    joined.profile.extend(other.profile);
    joined.coverage.extend(other.coverage);
    joined.adequacy.extend(other.adequacy);
    joined.ledger = sum(joined.ledger, other.ledger);
    let named = |assay: &str, n: Notice| Notice {
        text: format!("{}: {}", assay.to_uppercase(), n.text),
        ..n
    };
    let own = std::mem::take(&mut joined.warnings);
    joined.warnings = own
        .into_iter()
        .map(|n| named(&first, n))
        .chain(other.warnings.into_iter().map(|n| named(&second, n)))
        .collect();
    // The rule is one: both files were judged in one run.
    let settings = &mut joined.parameters.settings;
    for (name, value) in other.parameters.settings {
        if settings.get(&name).is_some_and(|known| *known != value) {
            settings.insert(format!("{second}_{name}"), value);
        } else {
            settings.insert(name, value);
        }
    }
    (joined, renamed)
}

/// Both accounts together, row by row.
fn sum(mut a: Ledger, b: Ledger) -> Ledger {
    a.total += b.total;
    a.abnormal += b.abnormal;
    for row in b.rows {
        match a.rows.iter_mut().find(|r| r.code == row.code) {
            Some(same) => {
                same.fragments += row.fragments;
                same.molecules = same.molecules.zip(row.molecules).map(|(x, y)| x + y);
            }
            None => {
                // The row of what is normal stays last.
                let at = a
                    .rows
                    .iter()
                    .position(|r| r.code == Ledger::NORMAL)
                    .unwrap_or(a.rows.len());
                a.rows.insert(at, row);
            }
        }
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::schema::{Event, GeneCoverage, Input, Junction, LedgerRow};

    fn report(assay: &str, fragments: u64) -> SampleReport {
        SampleReport {
            inputs: vec![Input {
                assay: assay.to_owned(),
                ..Input::default()
            }],
            events: vec![Event {
                id: "E1".to_owned(),
                lead_junction: Some("E1.1".to_owned()),
                junctions: vec![Junction {
                    id: "E1.1".to_owned(),
                    ..Junction::default()
                }],
                ..Event::default()
            }],
            coverage: vec![GeneCoverage {
                assay: assay.to_owned(),
                ..GeneCoverage::default()
            }],
            ledger: Ledger {
                total: fragments,
                abnormal: 1,
                rows: vec![
                    LedgerRow {
                        code: "called".to_owned(),
                        fragments: 1,
                        ..LedgerRow::default()
                    },
                    LedgerRow {
                        code: Ledger::NORMAL.to_owned(),
                        fragments: fragments - 1,
                        ..LedgerRow::default()
                    },
                ],
            },
            ..SampleReport::default()
        }
    }

    #[test]
    fn identifiers_stay_apart_and_the_ledger_balances() {
        let (joined, renamed) = join(report("rna", 10), report("dna", 25));
        let ids: Vec<&str> = joined.events.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(ids, ["E1", "E2"]);
        assert_eq!(joined.events[1].lead().map(|j| j.id.as_str()), Some("E2.1"));
        assert_eq!(renamed.get("E1.1").map(String::as_str), Some("E2.1"));
        assert_eq!(joined.ledger.total, 35);
        assert!(joined.ledger.balances());
        assert_eq!(joined.inputs.len(), 2);
        let covered: Vec<&str> = joined.coverage.iter().map(|c| c.assay.as_str()).collect();
        assert_eq!(covered, ["rna", "dna"], "the depth of either assay is drawn");
    }
}
