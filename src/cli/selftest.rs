//! `breakapart selftest`: three compiled-in cases called on this machine, for a laboratory's installation record.

use std::{io::Write, time::Instant};

use clap::Args;

use super::{Failure, process};
use breakapart_core::{
    input::{self, InputOptions, Source},
    report::{PrivateFolder, SampleReport, wording},
    run::{self, FlowConfig},
};

/// Arguments of `selftest`.
#[derive(Debug, Args)]
pub(super) struct SelftestArgs {}

/// A compiled-in alignment and its expected conclusion.
struct Case {
    name: &'static str,
    /// BAM, GRCh38, RNA (simulated reads on real exons, aligned by STAR).
    bytes: &'static [u8],
    /// The label and the required part of the headline.
    expected: (&'static str, &'static str),
    /// Both positions of the lead junction, `CONTIG:POSITION` (1-based); `None` if nothing must be called.
    junction: Option<(&'static str, &'static str)>,
}

const CASES: [Case; 3] = [
    Case {
        name: "fusion",
        bytes: include_bytes!("../../test-data/cases/aff1_reciprocal/aff1_reciprocal.bam"),
        expected: ("KMT2A REARRANGED", "KMT2A::AFF1, in frame, tier high"),
        junction: Some(("chr11:118,482,495", "chr4:87,046,695")),
    },
    Case {
        name: "duplication",
        bytes: include_bytes!("../../test-data/cases/ptd_e8_e2/ptd_e8_e2.bam"),
        expected: (
            "KMT2A-PTD",
            "exons 2-8 (MANE NM_001197104.2) duplicated, in frame, tier high",
        ),
        junction: Some(("chr11:118,482,495", "chr11:118,468,775")),
    },
    Case {
        name: "negative",
        bytes: include_bytes!("../../test-data/cases/negative/negative.bam"),
        expected: ("NOT DETECTED", "no KMT2A rearrangement above "),
        junction: None,
    },
];

/// Calls every case; prints a line each, and fails if one is wrong.
pub(super) fn run(_: &SelftestArgs) -> Result<(), Failure> {
    let mut wrong = 0;
    for case in &CASES {
        let started = Instant::now();
        let outcome = process::guarded(case.name, || called(case)).map_err(|failure| failure.message);
        let (word, text) = match outcome.and_then(|report| checked(case, &report)) {
            Ok(text) => ("ok", text),
            Err(text) => {
                wrong += 1;
                ("WRONG", text)
            }
        };
        let seconds = started.elapsed().as_secs_f64();
        super::print(&format!("{:<12} {word:<6} {text} ({seconds:.1} s)\n", case.name))?;
    }
    let made = super::version_line();
    if wrong == 0 {
        super::print(&format!("{made}: all {} cases correct\n", CASES.len()))
    } else {
        Err(Failure::input(format!(
            "{made}: {wrong} of {} cases wrong",
            CASES.len()
        )))
    }
}

/// The report of a case, from a file like any other sample.
fn called(case: &Case) -> Result<SampleReport, Failure> {
    let folder = std::env::temp_dir();
    let failed = |e: std::io::Error| Failure::output(format!("{}: can't be written: {e}", wording::path(&folder)));
    let private = PrivateFolder::make(&folder, "breakapart-selftest").map_err(failed)?;
    let path = private.path().join(format!("{}.bam", case.name));
    let mut file = std::fs::File::create_new(&path).map_err(failed)?;
    file.write_all(case.bytes).map_err(failed)?;
    let mut alignment = input::open(&Source::from_argument(&path), &InputOptions::default()).map_err(Failure::input)?;
    run::analyse(&mut alignment, case.name, &FlowConfig::default()).map_err(Failure::input)
}

/// The conclusion in one line; an error if it is not the expected one.
fn checked(case: &Case, report: &SampleReport) -> Result<String, String> {
    let line = |label: &str, headline: &str, places: &Option<(String, String)>| {
        let places = places.as_ref().map(|(five, three)| format!("; {five} :: {three}"));
        format!("{label}: {headline}{}", places.unwrap_or_default())
    };
    let (label, headline) = (report.conclusion.label(), &report.conclusion.headline);
    let lead = report.lead_event().and_then(|(_, event)| event.lead());
    let places = lead.and_then(|j| Some((wording::place(j.five.as_ref()?), wording::place(j.three.as_ref()?))));
    let found = line(label, headline, &places);
    let expected = case.junction.map(|(five, three)| (five.to_owned(), three.to_owned()));
    if label == case.expected.0 && headline.contains(case.expected.1) && places == expected {
        Ok(found)
    } else {
        let expected_line = line(case.expected.0, case.expected.1, &expected);
        Err(format!("{found}, but expected {expected_line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_is_distinguished_from_the_others() {
        for case in &CASES {
            let report = called(case).unwrap();
            for other in &CASES {
                assert_eq!(
                    checked(other, &report).is_ok(),
                    case.name == other.name,
                    "{} as {}",
                    case.name,
                    other.name
                );
            }
        }
    }

    #[test]
    fn another_base_or_frame_is_wrong() {
        let fusion = &CASES[0];
        let mut report = called(fusion).unwrap();
        report.events[0].junctions[0].three.as_mut().unwrap().position += 1;
        let text = checked(fusion, &report).unwrap_err();
        assert!(text.contains("chr4:87,046,696") && text.contains("expected"), "{text}");
        let mut report = called(fusion).unwrap();
        report.conclusion.headline = report.conclusion.headline.replace("in frame", "out of frame");
        assert!(checked(fusion, &report).is_err());
    }
}
