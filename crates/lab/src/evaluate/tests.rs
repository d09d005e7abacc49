//! A fixed evaluation checked by hand, properties, and files.

mod counted;
mod files;

use super::*;
use crate::callers::{self, CallerRow};

/// Eight samples: found, at the wrong base, missed, a false row, a background duplication called at high, two without
/// an event, and one without a result.
pub(super) const TRUTH: &str = "\
sample\tassay\tevent\tclass\tgene5\tgene3\tbreakpoint5\tbreakpoint3\ttolerance\tframe\tsplit\tspanning\tshort\tmolecules
s1\trna\tE1\tcanonical\tKMT2A\tAFF1\tchr11:118482495\tchr4:87084120\t.\tin-frame\t12\t3\t0\t15
s1\trna\tE2\treciprocal\tAFF1\tKMT2A\tchr4:87046286\tchr11:118484183\t.\tin-frame\t3\t0\t0\t3
s2\trna\tE1\tcanonical\tKMT2A\tMLLT3\tchr11:118484314\tchr9:20365744\t.\tin-frame\t0\t1\t0\t1
s3\trna\tE1\tptd\tKMT2A\tKMT2A\tchr11:118482495\tchr11:118468775\t4\tin-frame\t5\t1\t0\t6
s4\trna\tE1\tbackground-ptd\tKMT2A\tKMT2A\tchr11:118482495\tchr11:118468775\t.\tin-frame\t1\t0\t0\t1
s5\trna\tE1\tcanonical-intergenic\tKMT2A\t.\tchr11:118484314\tchr4:86933000\t.\t.\t2\t0\t0\t2
s6\trna\t.\tnegative\t.\t.\t.\t.\t.\t.\t.\t.\t.\t.
s7\tdna\tE1\tcanonical\tKMT2A\tNEBL\tchr11:118484533\tchr10:20888698\t.\t.\t40\t2\t0\t42
s8\trna\t.\tnegative-thin\t.\t.\t.\t.\t.\t.\t.\t.\t.\t.
";

const HEADER: &str = "#gene1\tgene2\tbreakpoint1\tbreakpoint2\tconfidence\treading_frame\n";

/// The rows of [`TRUTH`]'s samples.
pub(super) const RESULTS: [(&str, &str); 7] = [
    (
        "s1",
        "KMT2A\tAFF1\tchr11:118482495\tchr4:87084120\thigh\tin-frame\n\
         KMT2A\tAFF1\tchr11:118482092\tchr4:87084120\tlow\tout-of-frame\n\
         AFF1\tKMT2A\tchr4:87046286\tchr11:118484190\tmedium\tout-of-frame\n",
    ),
    // 40 kb from the base, which is allowed as only a spanning pair shows it.
    ("s2", "KMT2A\tMLLT3\tchr11:118484280\tchr9:20400000\tlow\t.\n"),
    ("s3", "KMT2A\tKMT2A\t11:118482492\t11:118468772\tmedium\tin-frame\n"),
    ("s4", "KMT2A\tKMT2A\tchr11:118482495\tchr11:118468775\thigh\tin-frame\n"),
    // The neighbouring genes; and a row with another partner name but both bases close.
    (
        "s5",
        "KMT2A\tAFF1(20),PTPN13(3000)\tchr11:118484314\tchr4:86933000\tmedium\t.\n",
    ),
    (
        "s6",
        "KMT2A\tXYZ\tchr11:118484314\tchr2:5\thigh\t.\nKMT2A\tQRS\tchr11:118484314\tchr2:9\tlow\t.\nBCR\tABL1\tchr22:1\tchr9:1\thigh\t.\n",
    ),
    ("s7", "KMT2A\tNEBL-AS1\tchr11:118484535\tchr10:20888697\thigh\t.\n"),
];

pub(super) fn truth() -> Truth {
    Truth::from_bytes(TRUTH.as_bytes(), "truth.tsv", "").unwrap()
}

pub(super) fn rows(text: &str) -> Vec<CallerRow> {
    let text = format!("{HEADER}{text}");
    let table = callers::read(text.as_bytes(), "x", callers::ReadLimits::default()).unwrap();
    assert_eq!(table.skipped_count, 0);
    table.rows
}

pub(super) fn result(rows: Vec<CallerRow>, report: Option<&str>) -> SampleResult {
    SampleResult {
        calls: Some(Ok(Calls {
            caller: callers::Caller::Arriba,
            rows,
        })),
        report: report.map(|state| Ok(state.to_owned())),
    }
}

/// [`RESULTS`] with a conclusion each: a wrong one for s3, none for s8.
pub(super) fn results() -> Results {
    let states = [
        "rearranged",
        "not_detected",
        "inconclusive",
        "not_detected",
        "inconclusive",
        "not_detected",
        "rearranged",
    ];
    Results::new(
        RESULTS
            .iter()
            .zip(states)
            .map(|((name, text), state)| ((*name).to_owned(), result(rows(text), Some(state)))),
    )
}
