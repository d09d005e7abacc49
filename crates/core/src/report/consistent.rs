//! Whether a report's state agrees with its events and findings.
//!
//! A report may be changed by hand, or by a program that does not know the format; a negative with a called fusion
//! must then not count as a negative in a trial's table. The rules are those of `conclude` that apply in every version.

use crate::judge::Ground;

use super::schema::{Event, FindingStatus, SampleReport, State, Tier};

/// Whether an event is a duplication within KMT2A.
fn is_ptd(event: &Event) -> bool {
    event.class.ends_with("ptd")
}

/// Whether an event that is not a duplication has a junction at tier medium or high in one of these roles.
fn believed(report: &SampleReport, roles: &[&str]) -> bool {
    let junctions = report.events.iter().filter(|e| !is_ptd(e)).flat_map(|e| &e.junctions);
    junctions
        .filter(|j| j.tier >= Some(Tier::Medium))
        .any(|j| roles.contains(&j.role.as_str()))
}

/// The contradiction of the state, in a few words; `None` for a consistent report.
pub(super) fn contradiction(report: &SampleReport) -> Option<String> {
    let conclusion = &report.conclusion;
    let findings = &conclusion.findings;
    let lead: Option<&Event> = match &conclusion.lead_event {
        None => None,
        Some(id) => match report.events.iter().find(|event| event.id == *id) {
            Some(event) => Some(event),
            None => return Some("its lead event is not among its events".to_owned()),
        },
    };
    let fusion = believed(report, &["canonical", "isoform"]) || findings.fusion.is_detected();
    let reciprocal = believed(report, &["reciprocal"]) || findings.reciprocal.is_detected();
    let called_ptd = |event: &Event| event.tier >= Tier::Medium && event.class == "ptd";
    let ptd = report.events.iter().any(called_ptd) || findings.ptd.status == FindingStatus::Detected;
    let open = findings.break_without_partner.is_detected();
    let overruled = conclusion
        .reasons
        .iter()
        .any(|reason| Ground::OVERRULING.iter().any(|ground| ground.name() == reason.code));
    let says = |what: &str| Some(format!("{what}, and the state is `{}`", conclusion.state.name()));
    match conclusion.state {
        State::Rearranged => match lead {
            None => says("it has no lead event"),
            Some(event) if event.tier < Tier::Medium => says("its lead event is at tier low"),
            Some(event) if is_ptd(event) => says("its lead event is a duplication"),
            Some(_) => None,
        },
        State::Ptd => match lead {
            None => says("it has no lead event"),
            Some(event) if event.tier < Tier::Medium => says("its lead event is at tier low"),
            Some(event) if event.class != "ptd" => says("its lead event is not a duplication"),
            Some(_) if fusion => says("a fusion is at tier medium or high"),
            Some(_) => None,
        },
        State::NotDetected if fusion => says("a fusion is at tier medium or high"),
        State::NotDetected if ptd => says("a duplication is at tier medium or high"),
        State::NotDetected if reciprocal => says("a reciprocal junction is at tier medium or high"),
        State::NotDetected if open => says("a break without a partner was found"),
        State::NotDetected if lead.is_some() => says("it has a lead event"),
        State::NotDetected => None,
        State::Inconclusive if fusion && !overruled => says("a fusion is at tier medium or high"),
        State::Inconclusive => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn with_state(report: SampleReport, state: State) -> SampleReport {
        let mut report = report;
        report.conclusion.state = state;
        report
    }

    #[test]
    fn every_example_fits_together_and_none_under_another_state() {
        for (name, report) in example::all() {
            assert_eq!(contradiction(&report), None, "{name}");
            let all = [State::Rearranged, State::Ptd, State::NotDetected, State::Inconclusive];
            for state in all.into_iter().filter(|state| *state != report.conclusion.state) {
                // Negative and inconclusive without findings differ only in their reasons.
                let open = [State::NotDetected, State::Inconclusive];
                if open.contains(&state) && open.contains(&report.conclusion.state) {
                    continue;
                }
                if state == State::Inconclusive && report.conclusion.state == State::Ptd {
                    continue;
                }
                let changed = with_state(report.clone(), state);
                assert!(contradiction(&changed).is_some(), "{name} as {}", state.name());
            }
        }
    }

    #[test]
    fn a_fusion_with_unreliable_read_pairing_is_inconclusive() {
        for code in Ground::OVERRULING.iter().map(|ground| ground.name()) {
            let mut report = with_state(example::fusion(), State::Inconclusive);
            assert!(contradiction(&report).is_some(), "no reason is given");
            report.conclusion.reasons.push(crate::report::schema::Reason {
                code: code.to_owned(),
                text: "the pairs are not believed".to_owned(),
                value: None,
            });
            assert_eq!(contradiction(&report), None, "{code}");
            for state in [State::NotDetected, State::Ptd] {
                assert!(contradiction(&with_state(report.clone(), state)).is_some(), "{code}");
            }
        }
    }

    #[test]
    fn findings_and_events_are_checked_separately() {
        let mut report = with_state(example::fusion(), State::NotDetected);
        report.conclusion.findings = crate::report::schema::Findings::default();
        assert!(contradiction(&report).is_some(), "an event contradicts it");
        report.conclusion.lead_event = None;
        assert!(
            contradiction(&report).is_some(),
            "an event contradicts it without being the lead"
        );
        report.events.clear();
        assert_eq!(contradiction(&report), None);
        report.conclusion.findings.fusion.status = FindingStatus::Detected;
        assert!(contradiction(&report).is_some(), "a finding contradicts it");
        let mut report = example::fusion();
        report.conclusion.lead_event = Some("E9".to_owned());
        assert!(contradiction(&report).is_some(), "no such event");
    }
}
