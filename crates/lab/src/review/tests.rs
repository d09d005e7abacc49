//! The example reports against inline tables of other callers.

use super::*;
use crate::callers::{self, ReadLimits};
use crate::example;
use breakapart_core::report::schema::{NearbyGene, Tier};

const HEADER: &str = "#gene1\tgene2\tbreakpoint1\tbreakpoint2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence\treading_frame\tfilters\n";

fn arriba(rows: &[&str]) -> Vec<CallerTable> {
    let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let table = callers::read(format!("{HEADER}{text}").as_bytes(), "x", ReadLimits::default()).unwrap();
    assert_eq!(table.skipped, []);
    vec![table]
}

/// The review of one row against the fusion of the examples.
fn one(row: &str) -> Theirs {
    let review = review(&example::fusion(), &arriba(&[row]));
    review.callers[0].theirs[0].clone()
}

const SAME: &str = "KMT2A\tAFF1\tchr11:118482495\tchr4:87046695\t9\t8\t2\thigh\tin-frame\tduplicates(3)";

#[test]
fn the_same_breakpoint_is_confirmed_with_former_symbols_and_other_contig_names() {
    let same = one(SAME);
    assert_eq!(
        (same.verdict, same.event.as_deref(), same.junction.as_deref()),
        (Verdict::Confirmed, Some("E1"), Some("E1.1"))
    );
    assert_eq!((same.tier, same.molecules), (Some(Tier::High), Some(63)));
    let old = one("MLL\tMLLT2\t11:118482493\t4:87046699\t9\t8\t2\tmedium\t.\t.");
    assert_eq!(
        (old.verdict, old.junction.as_deref()),
        (Verdict::Confirmed, Some("E1.1"))
    );
    let renamed = one("KMT2A\tAFF1-AS1\tchr11:118482495\tchr4:87046695\t9\t8\t2\thigh\t.\t.");
    assert_eq!(
        renamed.verdict,
        Verdict::Different,
        "the same base is the same event, with another gene name"
    );
    assert_eq!(renamed.differences[0].text(), "names KMT2A::AFF1-AS1, here KMT2A::AFF1");
}

#[test]
fn differences_of_base_frame_and_partner_are_reported() {
    let base = one("KMT2A\tAFF1\tchr11:118484314\tchr4:87046695\t9\t8\t2\thigh\tin-frame\t.");
    assert_eq!(base.verdict, Verdict::Different);
    assert_eq!(
        base.differences.len(),
        1,
        "the frame of another junction is not compared"
    );
    assert_eq!(
        base.differences[0].text(),
        "5' base chr11:118484314, here chr11:118482495, 1,819 bases apart"
    );
    let frame = one("KMT2A\tAFF1\tchr11:118482495\tchr4:87046695\t9\t8\t2\thigh\tout-of-frame\t.");
    assert_eq!(frame.differences[0].text(), "out-of-frame, here in-frame");
    let partner = one("KMT2A\tTTN\tchr11:118482495\tchr2:178525989\t1\t0\t0\tlow\t.\t.");
    assert_eq!(partner.verdict, Verdict::Different);
    assert_eq!(partner.differences[0].text(), "names KMT2A::TTN, here KMT2A::AFF1");
    let beyond_homology = one("KMT2A\tAFF1\tchr11:118482501\tchr4:87046701\t9\t8\t2\thigh\tin-frame\t.");
    assert_eq!(beyond_homology.differences.len(), 2);
}

#[test]
fn a_chance_partner_is_not_seen_if_the_true_one_is_confirmed() {
    let rows = arriba(&[SAME, "KMT2A\tTTN\tchr11:118482495\tchr2:178525989\t1\t0\t0\tlow\t.\t."]);
    let verdicts: Vec<Verdict> = review(&example::fusion(), &rows).callers[0]
        .theirs
        .iter()
        .map(|row| row.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Confirmed, Verdict::NotSeen]);
}

#[test]
fn our_discarded_junctions_are_named_with_the_reason() {
    let row = one("KMT2A\tKMT2A\tchr11:118482495\tchr11:118468775\t2\t1\t0\tlow\tin-frame\t.");
    assert_eq!(
        (row.verdict, row.junction.as_deref(), row.event.as_deref()),
        (Verdict::BelowTiers, Some("D1"), None)
    );
    assert_eq!(
        row.discarded_because.as_deref(),
        Some("background-ptd: 1 of 412 back-spliced molecules: the level of healthy blood")
    );
    assert_eq!(row.tier, None);
}

#[test]
fn rows_without_kmt2a_are_ignored_unless_a_breakpoint_lies_inside_it() {
    let rows = arriba(&[
        "BCR\tABL1\tchr22:23290413\tchr9:130854064\t9\t9\t9\thigh\t.\t.",
        "LNC1\tELL\tchr11:118482000\tchr19:18472882\t9\t9\t9\thigh\t.\t.",
    ]);
    let review = review(&example::fusion(), &rows);
    assert_eq!(review.callers[0].rows, 2);
    let names: Vec<&str> = review.callers[0].theirs.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["LNC1::ELL"]);
    assert_eq!(review.callers[0].theirs[0].verdict, Verdict::NotSeen);
}

#[test]
fn a_reciprocal_that_arriba_filtered_is_found_with_its_filter() {
    let discarded = "AFF1\tKMT2A\tchr4:87046286\tchr11:118484183\t3\t2\t0\tlow\t.\tduplicates(1),relative_support";
    let review = review(&example::fusion(), &arriba(&[SAME, discarded]));
    let ours = &review.callers[0].ours;
    let lacks: Vec<(&str, bool)> = ours
        .iter()
        .map(|row| (row.junction.as_str(), row.whole_event))
        .collect();
    assert_eq!(lacks, [("E1.2", false), ("E1.3", false)]);
    assert_eq!(
        ours[1].lacked.text(),
        "discarded there by relative_support (line 3, 5 reads)"
    );
    assert_eq!(ours[0].lacked, Lacked::Nowhere, "the isoform is in neither file");
    assert_eq!((review.callers[0].rows, review.callers[0].discarded_rows), (1, Some(1)));
}

#[test]
fn a_ptd_that_the_other_caller_lacks() {
    // Results for a 24-column file of version 1 and an empty result.
    let none = review(
        &example::ptd(),
        &arriba(&["BCR\tABL1\tchr22:1\tchr9:1\t9\t9\t9\thigh\t.\t."]),
    );
    assert_eq!(none.callers[0].ours[0].lacked, Lacked::NoDiscardedFile);
    assert!(none.callers[0].ours[0].whole_event);
    let filtered = "KMT2A\tKMT2A\tchr11:118482495\tchr11:118468775\t20\t19\t18\tlow\t.\tno_genomic_support";
    let review = review(&example::ptd(), &arriba(&[filtered]));
    assert_eq!(
        review.callers[0].ours[0].lacked,
        Lacked::Discarded {
            line: 2,
            filter: Some("no_genomic_support".to_owned()),
            support: 57,
            same_base: true
        }
    );
    assert_eq!(review.callers[0].theirs, []);
}

#[test]
fn an_uncertain_order_of_cicero_is_tried_both_ways() {
    let text = |sv_ort: &str| {
        format!(
            "sample\tgeneA\tchrA\tposA\tortA\tgeneB\tchrB\tposB\tortB\tsv_ort\treadsA\treadsB\ttype\trating\tframe\n\
             s\tAFF1\tchr4\t87046695\t+\tKMT2A\tchr11\t118482495\t+\t{sv_ort}\t4\t5\tCTX\tHQ\t\n"
        )
    };
    let verdict = |sv_ort: &str| {
        let table = callers::read(text(sv_ort).as_bytes(), "x", ReadLimits::default()).unwrap();
        let row = review(&example::fusion(), std::slice::from_ref(&table)).callers[0].theirs[0].clone();
        (row.verdict, row.junction)
    };
    assert_eq!(verdict("?"), (Verdict::Confirmed, Some("E1.1".to_owned())));
    assert_eq!(
        verdict(">"),
        (Verdict::Different, Some("E1.3".to_owned())),
        "the reciprocal, at other bases"
    );
}

#[test]
fn spanning_pairs_alone_give_no_difference_of_base() {
    let row = one("KMT2A\tAFF1\tchr11:118482380\tchr4:87050000\t0\t0\t3\tlow\t.\t.");
    assert_eq!((row.verdict, row.base_not_compared), (Verdict::Confirmed, true));
    let far = one("KMT2A\tAFF1\tchr11:118482380\tchr4:87200000\t0\t0\t3\tlow\t.\t.");
    assert_eq!(far.verdict, Verdict::Different);
}

#[test]
fn intergenic_sides_and_homologues_are_the_same_partner() {
    let mut report = example::fusion();
    let row = "KMT2A\tAFF3\tchr11:118482495\tchr4:87046695\t9\t8\t2\thigh\t.\t.";
    assert_eq!(
        review(&report, &arriba(&[row])).callers[0].theirs[0].verdict,
        Verdict::Different
    );
    report.events[0].partner.as_mut().unwrap().homologues_that_fit = vec!["AFF3".to_owned()];
    assert_eq!(
        review(&report, &arriba(&[row])).callers[0].theirs[0].verdict,
        Verdict::Confirmed
    );
    let three = report.events[0].junctions[0].three.as_mut().unwrap();
    three.gene = None;
    three.genes_nearby = vec![NearbyGene {
        symbol: "PTPN13".to_owned(),
        distance: 4_000,
    }];
    let row = "KMT2A\tPTPN13(4000),SLC10A6(900)\tchr11:118482495\tchr4:87046695\t9\t8\t2\thigh\t.\t.";
    assert_eq!(
        review(&report, &arriba(&[row])).callers[0].theirs[0].verdict,
        Verdict::Confirmed
    );
    report.events[0].junctions[0].three = None;
    report.events[0].junctions.truncate(1);
    let row = review(&report, &arriba(&[SAME])).callers[0].theirs[0].clone();
    assert_eq!(row.verdict, Verdict::Different);
    assert_eq!(row.differences[0].text(), "names KMT2A::AFF1, here KMT2A::.");
}

#[test]
fn our_own_tables_are_confirmed_and_lack_nothing() {
    let report = example::fusion();
    let table = |bytes: Vec<u8>| callers::read(&bytes[..], "x", ReadLimits::default()).unwrap();
    let own = [
        table(breakapart_core::report::fusions_tsv::render(&report).unwrap()),
        table(breakapart_core::report::discarded_tsv::render(&report).unwrap()),
    ];
    let review = review(&report, &own);
    assert!(
        review.callers[0]
            .theirs
            .iter()
            .all(|row| row.verdict == Verdict::Confirmed)
    );
    assert_eq!((review.callers[0].theirs.len(), review.callers[0].ours.len()), (3, 0));
}

#[test]
fn the_text_fits_and_the_table_is_rectangular() {
    let discarded = "AFF1\tKMT2A\tchr4:87046286\tchr11:118484183\t3\t2\t0\tlow\t.\trelative_support";
    let rows = arriba(&[
        SAME,
        "KMT2A\tTTN\tchr11:118482495\tchr2:178525989\t1\t0\t0\tlow\t.\t.",
        "KMT2A\tKMT2A\tchr11:118482495\tchr11:118468775\t2\t1\t0\tlow\tin-frame\t.",
        discarded,
    ]);
    let review = review(&example::fusion(), &rows);
    let text = text(&review);
    assert!(text.lines().all(|line| line.chars().count() <= 98), "{text}");
    let expected = "\
patient07   second opinion   KMT2A REARRANGED

Arriba: 3 rows, 3 at KMT2A, 1 discarded; 1 confirmed, 0 different, 1 below every tier, 1 not
seen
  confirmed         KMT2A::AFF1, chr11:118,482,495 :: chr4:87,046,695
                    there line 2, high, 17 split, 2 spanning
                    here E1, junction E1.1, tier high, 63 molecules
  not seen          KMT2A::TTN, chr11:118,482,495 :: chr2:178,525,989
                    there line 3, low, 1 split, 0 spanning
  below every tier  KMT2A::KMT2A, chr11:118,482,495 :: chr11:118,468,775
                    there line 4, low, 3 split, 0 spanning
                    discarded here by background-ptd: 1 of 412 back-spliced molecules: the level
                    of healthy blood
  lacks junction    KMT2A::AFF1, chr11:118,482,092 :: chr4:87,046,695
                    here E1, junction E1.2, canonical, tier medium, 4 molecules
                    not called there, and not in its discarded file
  lacks junction    AFF1::KMT2A, chr4:87,046,286 :: chr11:118,484,183
                    here E1, junction E1.3, reciprocal, tier high, 6 molecules
                    discarded there by relative_support (line 5, 5 reads)
";
    assert_eq!(text, expected);
    let table = tsv(&review);
    assert!(table.lines().all(|line| line.split('\t').count() == 14));
    assert!(table.contains("patient07\tArriba\tlacks junction\t5\tAFF1::KMT2A\tchr4:87046286\tchr11:118484183\t.\tE1\tE1.3\thigh\t6\trelative_support\t"));
    let parsed: serde_json::Value = serde_json::to_value(&review).unwrap();
    assert_eq!(parsed["callers"][0]["theirs"][0]["verdict"], "confirmed");
    assert_eq!(parsed["callers"][0]["ours"][1]["lacked"]["filter"], "relative_support");
}

proptest::proptest! {
    #[test]
    fn the_order_of_rows_changes_nothing(seed in proptest::prelude::any::<u64>()) {
        let rows = arriba(&[
            SAME,
            "KMT2A\tAFF1\tchr11:118484314\tchr4:87046695\t9\t8\t2\thigh\tin-frame\t.",
            "KMT2A\tTTN\tchr11:118482092\tchr2:178525989\t1\t0\t0\tlow\t.\t.",
            "AFF1\tKMT2A\tchr4:87046286\tchr11:118484183\t3\t2\t0\tlow\t.\trelative_support",
            "AFF1\tKMT2A\tchr4:87046287\tchr11:118484183\t3\t2\t0\tlow\t.\tmin_support",
        ]);
        let mut permuted = rows.clone();
        permuted[0].rows.sort_by_key(|row| row.line.wrapping_mul(seed | 1));
        let report = example::fusion();
        proptest::prop_assert_eq!(review(&report, &rows), review(&report, &permuted));
    }
}
