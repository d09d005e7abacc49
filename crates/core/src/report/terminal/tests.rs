use std::time::Duration;

use super::*;
use crate::report::example;

const PLAIN: Style = Style {
    color: false,
    width: 80,
    line_width: Some(80),
};
const COLOR: Style = Style { color: true, ..PLAIN };

fn plain(report: &SampleReport) -> String {
    block(report, &PLAIN, &Run::default())
}

/// The text on one line, independent of line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without ANSI colour.
fn stripped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    out + rest
}

#[test]
fn every_example_fits_eighty_columns() {
    let files =
        [".breakapart.json", ".fusions.tsv", ".discarded.tsv", ".junctions.fa"].map(|f| format!("patient07{f}"));
    let run = Run {
        elapsed: Some(Duration::from_millis(213)),
        files: &files,
    };
    for (name, report) in example::all() {
        let text = block(&report, &PLAIN, &run);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
        let first = text.lines().next().unwrap();
        assert!(first.ends_with(" 0.21 s") && first.chars().count() == 80, "{first}");
        assert!(text.contains("  files    patient07.breakapart.json"), "{text}");
    }
}

#[test]
fn colour_adds_no_text() {
    for (_, report) in example::all() {
        let colored = block(&report, &COLOR, &Run::default());
        assert!(colored.contains('\u{1b}'));
        assert_eq!(stripped(&colored), plain(&report));
        assert_eq!(stripped(&line(&report, &COLOR)), line(&report, &PLAIN));
        let all = [report];
        assert_eq!(stripped(&table(&all, &[], &COLOR)), table(&all, &[], &PLAIN));
    }
}

#[test]
fn the_conclusion_comes_before_the_evidence_and_the_doubts() {
    let text = plain(&example::fusion());
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in\n{text}"));
    let order = [
        "RNA, GRCh38, STAR, 2x100, 61 M records, indexed",
        "KMT2A REARRANGED    KMT2A::AFF1",
        "PTD not detected above 1.2 %",
        "compatible with t(4;11)(q21;q23.3); reciprocal AFF1::KMT2A found (6 molecules)",
        "KMT2A e8 (MANE NM_001197104.2; \"e9\" Nilson, derived) chr11:118,482,495",
        ":: AFF1 e4 (MANE NM_001166693.3) chr4:87,046,695",
        "63 molecules: 43 split, 11 clip, 8 spanning, 1 realigned (71 fragments)",
        "18 % of KMT2A transcripts at this junction (95 %: 14-22)",
        "also e7::e4 (4 molecules, out of frame)",
        "doubts   none at this tier",
    ];
    for pair in order.windows(2) {
        assert!(at(pair[0]) < at(pair[1]), "{} before {}:\n{text}", pair[0], pair[1]);
    }
}

#[test]
fn a_negative_states_its_limit_and_looks_unlike_an_inconclusive_one() {
    let negative = plain(&example::negative());
    assert!(
        negative.contains("  NOT DETECTED        no KMT2A rearrangement above 4.0 %"),
        "{negative}"
    );
    assert!(
        negative.contains("limit    of KMT2A transcripts: major region 3.1 %, minor region 4.0 %"),
        "{negative}"
    );
    assert!(
        words(&negative).contains("weakest donor e11 (NM_001197104.2, 112 molecules)"),
        "{negative}"
    );
    assert!(negative.contains("noted    back-splice e8-e2, 1 of 412"), "{negative}");
    assert!(!negative.contains("doubts"), "no event, no doubts about one");

    let open = plain(&example::inconclusive());
    assert!(
        open.contains("  INCONCLUSIVE        KMT2A is covered by 14 molecules"),
        "{open}"
    );
    assert!(
        words(&open).contains("major region 38 %, minor region no finite limit"),
        "{open}"
    );
    assert!(
        words(&open).contains("not detectable at any blast percentage"),
        "{open}"
    );
    assert!(open.contains("next     deeper sequencing"), "{open}");
    assert!(!open.contains("NOT DETECTED"));
    assert_eq!(
        open.matches("14 molecules over").count(),
        1,
        "the reason in the headline is not repeated"
    );
}

#[test]
fn a_ptd_is_given_as_a_ratio() {
    let text = plain(&example::ptd());
    assert!(text.contains("148 wild type: ratio 0.41 (0.31-0.52)"), "{text}");
    assert!(text.contains("doubts   library type unknown"), "{text}");
}

#[test]
fn one_molecule_is_singular_and_fragment_counts_are_labelled() {
    let mut report = example::fusion();
    report.events[0].junctions[0].evidence = crate::report::schema::Evidence {
        split: 3,
        fragments: 3,
        ..Default::default()
    };
    report.events[0].junctions[2].evidence.molecules = Some(1);
    let text = plain(&report);
    assert!(
        text.contains("3 fragments: 3 split (molecules can't be distinguished)"),
        "{text}"
    );
    assert!(text.contains("found (1 molecule)"), "{text}");
}

#[test]
fn events_that_do_not_lead_are_noted() {
    let mut report = example::negative();
    let mut low = example::fusion().events.remove(0);
    low.name = "KMT2A-TTC36".to_owned();
    low.class = "neighbour-read-through".to_owned();
    low.tier = crate::report::schema::Tier::Low;
    low.molecules = Some(2);
    report.events = vec![low];
    let text = plain(&report);
    assert!(
        text.contains("noted    KMT2A-TTC36, neighbour-read-through, tier low, 2 molecules"),
        "{text}"
    );
}

#[test]
fn many_samples_are_a_line_each_and_a_table_with_the_failures_last() {
    let reports = example::all().map(|(_, report)| report);
    for report in &reports {
        let line = line(report, &PLAIN);
        assert!(
            line.trim_end().chars().count() <= 80 && line.matches('\n').count() == 1,
            "{line}"
        );
        assert!(line.contains(report.conclusion.state.label()));
    }
    let failures = [Failure {
        name: "broken.bam".to_owned(),
        error: "broken.bam: file is truncated\n\u{1b}[0m".to_owned(),
    }];
    let text = table(&reports, &failures, &PLAIN);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6);
    assert!(lines[0].starts_with("sample"));
    assert!(lines[1].contains("KMT2A REARRANGED") && lines[1].contains("KMT2A::AFF1 high") && lines[1].contains("73"));
    assert!(
        lines[3].contains("NOT DETECTED") && lines[3].ends_with("4.0 %"),
        "the worse region: {}",
        lines[3]
    );
    assert!(lines[4].contains("INCONCLUSIVE") && lines[4].ends_with("no finite limit"));
    assert!(lines[5].starts_with("broken.bam") && lines[5].contains("FAILED"));
    assert!(!text.contains('\u{1b}'));
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn the_dna_that_explains_the_rna_is_shown_in_full() {
    use crate::report::schema::{AssayAgreement, ExplainedJunction};
    let mut report = example::fusion();
    let mut event = report.events[0].clone();
    "E2".clone_into(&mut event.id);
    event.junctions.truncate(1);
    event.lead_junction = Some("E2.1".to_owned());
    "E2.1".clone_into(&mut event.junctions[0].id);
    "dna".clone_into(&mut event.junctions[0].assay);
    event.junctions[0].five.as_mut().unwrap().position = 118_483_101;
    let rna = report.events[0].lead().unwrap().id.clone();
    report.events.push(event);
    report.agreement = Some(AssayAgreement {
        text: "RNA and DNA agree.".to_owned(),
        explained: vec![ExplainedJunction {
            rna,
            dna: "E2.1".to_owned(),
        }],
        ..AssayAgreement::default()
    });
    let text = words(&plain(&report));
    assert!(text.contains("the same in DNA: KMT2A::AFF1, tier high"), "{text}");
    assert!(
        text.contains("chr11:118,483,101") && text.contains("both RNA and DNA agree."),
        "{text}"
    );
    assert!(
        !text.contains("noted KMT2A::AFF1"),
        "not repeated among the others: {text}"
    );
}

#[test]
fn a_third_gene_is_named() {
    let mut report = example::fusion();
    let event = &mut report.events[0];
    let mut further = event.junctions[0].clone();
    "E1.9".clone_into(&mut further.id);
    "chained".clone_into(&mut further.role);
    further.five.as_mut().unwrap().gene = Some("AFF1".to_owned());
    further.three.as_mut().unwrap().gene = Some("MLLT3".to_owned());
    further.evidence.split = 90;
    event.junctions.push(further);
    let text = words(&plain(&report));
    assert!(text.contains("also AFF1 e8::MLLT3 e"), "{text}");
}

#[test]
fn the_limit_of_a_rearranged_sample_says_that_it_is_of_the_ptd() {
    let mut report = example::fusion();
    let ptd = &mut report.conclusion.findings.ptd;
    ptd.status = FindingStatus::NotAssessable;
    "a duplication could be neither seen nor excluded".clone_into(&mut ptd.text);
    let text = words(&plain(&report));
    assert!(
        text.contains("besides partial tandem duplication: a duplication could be neither seen nor excluded"),
        "{text}"
    );
    assert!(!text.contains("limit a duplication"));
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let report = example::hostile();
    let all = [report.clone()];
    for text in [plain(&report), line(&report, &PLAIN), table(&all, &[], &PLAIN)] {
        assert!(!text.contains(['\u{1b}', '\0', '\t', '\r', '\u{202e}']), "{text:?}");
    }
    let text = plain(&report);
    assert!(text.lines().next().unwrap().chars().count() < 20_000);
    assert_eq!(line(&report, &PLAIN).matches('\n').count(), 1);
}
