use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::*;
use crate::cohort::gather::{Gathered, Reading};
use crate::cohort::group::PartnerGroups;
use crate::cohort::{Assembled, digest::SampleDigest, roster};
use crate::example;

pub(in crate::cohort) fn assembled(reports: &[breakapart_core::report::SampleReport]) -> Assembled {
    let reading = Reading {
        reports: reports
            .iter()
            .enumerate()
            .map(|(n, report)| Gathered {
                path: format!("/home/anna/{n} <b>.breakapart.json").into(),
                digest: SampleDigest::parts(report, Some(25)).remove(0),
                content: n as u64,
            })
            .collect(),
        ..Reading::default()
    };
    Assembled {
        used_count: reports.len(),
        roster: roster::join(reading, None),
        file_count: reports.len(),
        folders: Vec::new(),
        groups: PartnerGroups::default(),
    }
}

fn page(reports: &[breakapart_core::report::SampleReport], links: Option<&str>) -> String {
    let assembled = assembled(reports);
    let trial = assembled.trial();
    render(&trial, &Summary::of(&trial), links).unwrap()
}

#[test]
fn the_policy_has_the_hashes_of_the_script_and_style() {
    assert_eq!(SCRIPT_HASH, STANDARD.encode(Sha256::digest(SCRIPT)));
    assert_eq!(STYLE_HASH, STANDARD.encode(Sha256::digest(STYLE)));
    assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
}

#[test]
fn a_page_of_one_patient_and_of_none() {
    let one = page(&[example::fusion()], None);
    assert!(one.contains("characterisation of 1 patient<") && one.contains("KMT2A::AFF1"));
    assert_eq!(one.matches("<circle").count(), 2, "one on KMT2A, one on AFF1");
    let none = page(&[], None);
    assert!(none.contains("No patients to show"));
}

#[test]
fn hostile_names_are_text() {
    let mut report = example::fusion();
    report.sample = "<script>alert(1)</script>\"'&".to_owned();
    report.events[0].name = "<img src=x onerror=alert(1)>".to_owned();
    let page = page(&[report, example::hostile(), example::negative()], Some("r/"));
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    assert!(!page.contains("<img") && !page.contains("anna"));
    assert!(page.contains("href=\"r/0%20%3Cb%3E.breakapart.json\""));
}
