//! The example reports, explained.

use super::*;
use crate::{
    genome::probability::from_log_odds,
    report::{
        example,
        schema::{LedgerRow, Reason, Term, Tier},
    },
};

fn explain(report: &SampleReport, question: &Question) -> Result<String, QuestionError> {
    explain_reads(report, question, None)
}

fn answer(report: &SampleReport, question: &str) -> String {
    explain(report, &Question::parse(question).unwrap()).unwrap()
}

/// The text without line breaks, for searching sentences.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The second section.
fn asked(report: &SampleReport, question: &str) -> String {
    let text = answer(report, question);
    let start = text.find("\n2. ").unwrap();
    let end = text.find("\n3. ").unwrap();
    flat(&text[start..end])
}

#[test]
fn conclusion_query_and_fragments_are_in_this_order() {
    for (name, report) in example::all() {
        let text = explain(&report, &Question::Called).unwrap();
        let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{name}: {words}"));
        let label = report.conclusion.state.label();
        assert!(place("1. What was concluded") < place(label), "{name}");
        assert!(place(label) < place("2. Every called event"), "{name}");
        assert!(
            place("2. Every called event") < place("3. Where every abnormal"),
            "{name}"
        );
        assert!(text.ends_with("Research use only.\n"), "{name}");
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!((80..=100).contains(&longest), "{name}: {longest} columns");
    }
}

#[test]
fn the_rule_and_what_would_have_changed_it() {
    let rearranged = flat(&answer(&example::fusion(), "E1"));
    assert!(rearranged.contains("rule an event that joins KMT2A's 5' part to another gene or locus"));
    assert!(rearranged.contains("with E1 below tier medium (a score below 0.9, or a cap) no event would support"));
    let ptd = flat(&answer(&example::ptd(), "E1"));
    assert!(ptd.contains("a canonical junction to another gene at medium or high: rearranged"));
    let negative = flat(&answer(&example::negative(), "D1"));
    assert!(
        negative.contains("with --required-lod below 0.040 these reads would not be enough"),
        "the worse of the two regions: {negative}"
    );
}

#[test]
fn another_believed_event_would_carry_the_conclusion() {
    let mut report = example::fusion();
    let mut other = report.events[0].clone();
    other.id = "E2".to_owned();
    report.events.push(other);
    assert!(flat(&answer(&report, "E1")).contains("not E1 alone: E2 would carry the same conclusion"));
    report.events[1].class = "ptd".to_owned();
    assert!(flat(&answer(&report, "E1")).contains("only E2 would be left: ptd"));
    report.events[1].tier = Tier::Low;
    assert!(flat(&answer(&report, "E1")).contains("no event would support the conclusion"));
}

#[test]
fn an_open_conclusion_says_how_much_deeper() {
    let mut report = example::inconclusive();
    report.conclusion.lod.as_mut().unwrap().exclusion.any_partner.minor = Some(0.2);
    let text = flat(&explain(&report, &Question::Called).unwrap());
    // (0.38 / 0.62) / (0.1 / 0.9) = 5.5
    assert!(
        text.contains("a negative would need about 5.5 times the molecules at the weakest donor"),
        "{text}"
    );
    assert!(text.contains("a negative needs enough reads"));
    report.conclusion.lod.as_mut().unwrap().exclusion.any_partner.minor = None;
    let text = flat(&explain(&report, &Question::Called).unwrap());
    assert!(
        text.contains("a negative is impossible"),
        "one region without a limit is enough"
    );
}

fn with_terms(values: &[f64], tier: Option<Tier>, reasons: &[&str]) -> SampleReport {
    let mut report = example::fusion();
    let junction = &mut report.events[0].junctions[0];
    junction.terms = values
        .iter()
        .map(|value| Term {
            name: "support".to_owned(),
            value: *value,
            text: "x".to_owned(),
        })
        .collect();
    junction.model_score = Some(from_log_odds(values.iter().sum()));
    junction.tier = tier;
    junction.reasons = reasons
        .iter()
        .map(|code| Reason {
            code: (*code).to_owned(),
            text: format!("because {code}"),
            value: None,
        })
        .collect();
    report
}

#[test]
fn terms_sum_to_the_score() {
    let report = with_terms(&[-3.912, 2.303, 4.605], Some(Tier::Medium), &[]);
    let text = asked(&report, "E1.1");
    for row in ["-3.91 /50", "+2.30 x10", "+4.61 x100", "+3.00 x20 sum: 20 to 1 for it"] {
        assert!(text.contains(row), "{row} in {text}");
    }
    assert!(text.contains("as a score between 0 and 1: 0.952"));
    assert!(!text.contains("do not sum"));
    // High begins at odds of 99 to 1.
    assert!(
        text.contains("short of high by 1.60 log-odds: the odds would have to be 4.9 times higher"),
        "{text}"
    );
}

#[test]
fn a_score_that_its_terms_do_not_give_is_reported() {
    let mut report = with_terms(&[1.0, 1.0], Some(Tier::Low), &[]);
    assert!(!asked(&report, "E1.1").contains("do not sum"));
    report.events[0].junctions[0].model_score = Some(0.97);
    assert!(asked(&report, "E1.1").contains("The report gives the score 0.970, which these terms do not sum to"));
}

#[test]
fn a_cap_is_distinguished_from_a_low_score() {
    let held = asked(
        &with_terms(&[9.0], Some(Tier::Low), &["one-molecule", "base-unknown"]),
        "E1.1",
    );
    assert!(held.contains("low: the score over 0.999 alone would give high, but a cap lowers it"));
    assert!(held.contains("rule because one-molecule noted because base-unknown would lift it a second molecule"));
    assert!(!held.contains("short of"));
    let weak = asked(&with_terms(&[1.0], Some(Tier::Low), &[]), "E1.1");
    assert!(weak.contains("low: the score 0.731 is at or above the cut of low (0.5)"));
    assert!(weak.contains("short of medium by 1.20 log-odds"));
    let discarded = asked(&with_terms(&[3.0], None, &["lone-pair"]), "E1.1");
    assert!(discarded.contains("none: the score 0.953 alone would give medium, but a cap discards it"));
    assert!(discarded.contains("would lift it a read across the junction"));
    let listed = asked(&with_terms(&[-2.0], Some(Tier::Low), &["ptd-background"]), "E1.1");
    assert!(listed.contains("low: the score 0.119 alone would not give it"));
}

#[test]
fn evidence_and_reads_of_one_junction() {
    let text = asked(&example::fusion(), "e1.1");
    assert!(text.contains("63 molecules: 43 by a read aligned on both sides (split), 11 by a clipped end"));
    assert!(text.contains("71 fragments with their copies"));
    assert!(text.contains("18 % of KMT2A transcripts (95 %: 14-22); 287 wild-type molecules"));
    assert!(text.contains("8 fragments by the rule duplicate"));
    assert!(text.contains("9f86d081884c7d65 split chr11:118482438+"));
    assert!(!text.contains("E1.2:"), "only the query");
    assert!(asked(&example::fusion(), "E1").contains("E1.3: reciprocal"));
}

#[test]
fn a_discarded_junction_has_its_reason() {
    let text = asked(&example::negative(), "D1");
    assert!(
        text.contains("none: the score 0.080 is below the cut of low (0.5)"),
        "{text}"
    );
    assert!(text.contains("discarded 1 of 412 back-spliced molecules: the level of healthy blood"));
}

#[test]
fn a_position_finds_junctions_within_a_thousand_bases() {
    let report = example::fusion();
    assert!(asked(&report, "chr4:87,046,695").contains("E1.1:"));
    assert!(
        asked(&report, "4:87047695").contains("E1.1:"),
        "any naming habit, the last base that counts"
    );
    let near = asked(&report, "chr4:87045286");
    assert!(
        near.contains("E1.3:") && !near.contains("E1.1:"),
        "1,000 from one, 1,409 from the other: {near}"
    );
    let far = asked(&report, "chr4:87047696");
    assert!(far.contains("No junction, called or discarded, has a side there."));
    assert!(far.contains("E1.1 at chr4:87,046,695, 1,001 bases away"), "{far}");
    assert!(far.contains("AFF1, a partner in the catalogue"));
    assert!(far.contains("that gene has a side of E1.1, E1.2, E1.3"));
}

#[test]
fn a_position_in_kmt2a_without_a_junction_gives_its_wild_type_molecules_and_limit() {
    let mut report = example::negative();
    report.discarded.clear();
    let text = asked(&report, "chr11:118483500");
    assert!(
        text.contains("KMT2A intron 8 (MANE NM_001197104.2), between e8 and e9"),
        "{text}"
    );
    assert!(text.contains("287 molecules joined e8-e9 as in wild type; 355 fragments over the end of e8"));
    assert!(text.contains("after e8 a junction to a partner in the catalogue would be missed below 3.1 %"));
    assert!(text.contains("3 unplaced-clip (a clip that fits nowhere)"));
    let exon = asked(&report, "chr11:118482450");
    assert!(exon.contains("KMT2A e8"), "{exon}");
    let desert = asked(&report, "chr13:20000000");
    assert!(desert.contains("no gene of the catalogue"));
}

#[test]
fn genes_are_found_by_former_symbols_and_unknown_ones_are_reported() {
    let report = example::fusion();
    for symbol in ["AFF1", "aff1", "AF4", "MLLT2"] {
        assert!(asked(&report, symbol).contains("E1.1:"), "{symbol}");
    }
    let absent = asked(&report, "MLLT3");
    assert!(absent.contains("No junction, called or discarded, has a side in MLLT3."));
    assert!(
        absent.contains("would be missed below 2.2 % (breakpoint in the major region) or 2.8 %"),
        "{absent}"
    );
    assert!(asked(&report, "NOSUCHGENE").contains("The catalogue does not have NOSUCHGENE"));
}

#[test]
fn an_unknown_id_is_an_error_that_lists_the_existing_ones() {
    let ask = |question: &str| explain(&example::fusion(), &Question::parse(question).unwrap());
    for id in ["E2", "E1.9", "D2"] {
        let error = ask(id).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("{id}: not in this report, which has event E1 and discarded junction D1")
        );
    }
    assert!(matches!(
        Question::parse("chr11:x"),
        Err(QuestionError::NotAPlace { .. })
    ));
    assert_eq!(Question::parse(" "), Err(QuestionError::Empty));
    assert_eq!(Question::parse("E2F1"), Ok(Question::Gene("E2F1".to_owned())));
    assert_eq!(Question::parse("d12"), Ok(Question::Id("D12".to_owned())));
}

/// Numbers of the fragments column, with the text of their rows.
fn fragment_column(text: &str) -> Vec<(u64, String)> {
    let start = text.find("\n3. ").unwrap();
    let number = |word: &str| word.replace(',', "").parse::<u64>().ok();
    text[start..]
        .lines()
        .filter_map(|line| {
            let (first, rest) = line.trim().split_once(' ')?;
            Some((number(first)?, rest.to_owned()))
        })
        .collect()
}

#[test]
fn the_rows_sum_to_the_totals() {
    for (name, report) in example::all() {
        let rows = fragment_column(&explain(&report, &Question::Called).unwrap());
        let abnormal = rows
            .iter()
            .position(|(_, text)| text.contains("ABNORMAL IN ALL"))
            .unwrap();
        let sum: u64 = rows[..abnormal].iter().map(|(count, _)| count).sum();
        assert_eq!((sum, rows[abnormal].0), (92, 92), "{name}");
        let (total, before) = (rows.last().unwrap().0, &rows[abnormal..rows.len() - 1]);
        assert_eq!(before.iter().map(|(count, _)| count).sum::<u64>(), total, "{name}");
    }
}

#[test]
fn a_ledger_names_its_events_and_says_when_it_does_not_balance() {
    let mut report = example::fusion();
    let row = |code: &str, fragments| LedgerRow {
        code: code.to_owned(),
        fragments,
        ..LedgerRow::default()
    };
    report.events[0].junctions[1].tier = Some(Tier::Low);
    report.ledger.rows = vec![row("called", 70), row("low", 4), row("discarded", 1), row("normal", 25)];
    (report.ledger.abnormal, report.ledger.total) = (75, 100);
    let text = flat(&explain(&report, &Question::Called).unwrap());
    assert!(text.contains("(called): E1.1, E1.3"), "{text}");
    assert!(text.contains("(low): E1.2"));
    assert!(text.contains("(discarded): D1"));
    assert!(!text.contains("do NOT sum"));
    report.ledger.total = 101;
    assert!(flat(&explain(&report, &Question::Called).unwrap()).contains("The rows do NOT sum to the totals"));
}

#[test]
fn hostile_words_reach_no_terminal() {
    let report = example::hostile();
    for question in [
        Question::Called,
        Question::Gene("\u{1b}[31mX\u{202e}".to_owned()),
        Question::parse("chr1:5").unwrap(),
    ] {
        let text = explain(&report, &question).unwrap();
        assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{question}");
        assert!(!text.contains('\u{202e}'), "{question}");
    }
}
