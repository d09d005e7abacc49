use super::*;
use breakapart_core::report::schema::State;

fn cell<'a>(evaluation: &'a Evaluation, class: &str, level: Level) -> &'a Cell {
    let found = |cell: &&Cell| cell.class == class && cell.level == Some(level);
    evaluation.cells.iter().find(found).unwrap()
}

/// Found, high or medium, base, partner, frame, total with a frame.
fn counts(cell: &Cell) -> [u64; 6] {
    [
        cell.found.count,
        cell.high_or_medium.count,
        cell.base_right.count,
        cell.partner_right.count,
        cell.frame_right.count,
        cell.frame_right.of,
    ]
}

#[test]
fn eight_samples_counted_by_hand() {
    let e = evaluate(&truth(), &results(), &EvaluateOptions::default());
    assert_eq!(cell(&e, "canonical", Level::Pair).events, 1);
    assert_eq!(counts(cell(&e, "canonical", Level::Pair)), [1, 0, 0, 1, 0, 1]);
    // s1 is right in all; s7's base is right within 2 (DNA), its partner is not named.
    assert_eq!(cell(&e, "canonical", Level::TenOrMore).events, 2);
    assert_eq!(counts(cell(&e, "canonical", Level::TenOrMore)), [2, 2, 2, 1, 1, 1]);
    // Seven bases off: found, base wrong; the frame is wrong too.
    assert_eq!(counts(cell(&e, "reciprocal", Level::ThreeToFour)), [1, 1, 0, 1, 0, 1]);
    // Three bases off, within its tolerance of four.
    assert_eq!(counts(cell(&e, "ptd", Level::FiveToNine)), [1, 1, 1, 1, 1, 1]);
    assert_eq!(counts(cell(&e, "background-ptd", Level::One)), [1, 1, 1, 1, 1, 1]);
    assert_eq!(counts(cell(&e, "canonical-intergenic", Level::Two)), [1, 1, 1, 1, 0, 0]);
    assert_eq!(e.cells.iter().map(|cell| cell.events).sum::<u64>(), 7);

    // KMT2A::XYZ, and the background duplication at high.
    assert_eq!(e.false_rows, 2);
    assert_eq!((e.samples_with_false_row.count, e.samples_with_false_row.of), (2, 7));
    // KMT2A::QRS in s6; BCR::ABL1 is ignored. s8 has no result.
    assert_eq!((e.quiet.samples, e.quiet.low_rows), (2, 1));
    assert_eq!((e.quiet.with_low_row.count, e.quiet.with_low_row.of), (1, 1));
    // The second isoform of s1.
    assert_eq!(e.extra_low_rows, 1);
    assert_eq!((e.samples, e.samples_without_result), (8, 1));

    let conclusions: Vec<(&str, u64, u64)> = e
        .conclusions
        .iter()
        .map(|tally| (tally.wanted.as_str(), tally.right.count, tally.right.of))
        .collect();
    assert_eq!(
        conclusions,
        [
            ("inconclusive/not_detected", 1, 2),
            ("inconclusive/not_detected/rearranged", 1, 1),
            ("inconclusive/ptd/rearranged", 1, 1),
            ("not_detected", 1, 1),
            ("ptd", 0, 1),
            ("rearranged", 2, 2),
        ]
    );
    let gaps: Vec<(&str, GapKind)> = e.gaps.iter().map(|gap| (gap.sample.as_str(), gap.kind)).collect();
    assert_eq!(gaps, [("s8", GapKind::NoResult), ("s8", GapKind::NoReport)]);
    let canonical = e.classes.iter().find(|cell| cell.class == "all canonical").unwrap();
    assert_eq!((canonical.events, canonical.found.count), (4, 4));
}

#[test]
fn intervals_are_exact() {
    let e = evaluate(&truth(), &results(), &EvaluateOptions::default());
    // 1 of 2: from 1 - sqrt(0.975) to sqrt(0.975).
    let partner = WrittenRate::from(cell(&e, "canonical", Level::TenOrMore).partner_right);
    assert_eq!((partner.low, partner.high), (0.0125791, 0.987421));
    // 0 of 1: up to 0.975.
    let none = WrittenRate::from(cell(&e, "canonical", Level::Pair).high_or_medium);
    assert_eq!((none.fraction, none.low, none.high), (Some(0.0), 0.0, 0.975));
    let nothing = WrittenRate::from(Rate::default());
    assert_eq!((nothing.fraction, nothing.low, nothing.high), (None, 0.0, 1.0));
}

#[test]
fn former_symbols_and_gene_order_count_only_on_request() {
    let truth = truth();
    let swapped = "MLLT2\tMLL\tchr4:87084120\tchr11:118482495\thigh\tin-frame\n";
    let far = "ALL1\tAF4\tchr11:118482495\tchr4:87084100\tlow\t.\n";
    let found = |text: &str, options: &EvaluateOptions| {
        let results = Results::new([("s1".to_owned(), result(rows(text), None))]);
        let e = evaluate(&truth, &results, options);
        let cell = cell(&e, "canonical", Level::TenOrMore);
        (cell.found.count, cell.partner_right.count, e.false_rows)
    };
    let strict = EvaluateOptions::default();
    let loose = EvaluateOptions {
        former_symbols: true,
        any_gene_order: true,
        ..strict
    };
    let symbols = EvaluateOptions {
        former_symbols: true,
        ..strict
    };
    assert_eq!(
        found(swapped, &strict),
        (0, 0, 0),
        "MLL is not replaced by KMT2A, so the row is ignored"
    );
    assert_eq!(
        found(swapped, &symbols),
        (0, 0, 1),
        "the reciprocal order is another event"
    );
    assert_eq!(found(swapped, &loose), (1, 1, 0));
    assert_eq!(found(far, &strict), (1, 0, 0), "both bases are close");
    assert_eq!(found(far, &symbols), (1, 1, 0));
}

#[test]
fn a_long_list_of_genes_names_none() {
    let truth = truth();
    let text = "KMT2A\tA,B,C,D,AFF1\tchr11:118482400\tchr4:87084120\thigh\t.\n";
    let results = Results::new([("s1".to_owned(), result(rows(text), None))]);
    let e = evaluate(&truth, &results, &EvaluateOptions::default());
    assert_eq!(cell(&e, "canonical", Level::TenOrMore).found.count, 0);
    assert_eq!(e.false_rows, 1);
}

#[test]
fn one_row_is_not_counted_for_two_events() {
    let text = "sample\tclass\tgene5\tgene3\tbreakpoint5\tbreakpoint3\tsplit\tspanning\tmolecules\n\
        a\tcanonical\tKMT2A\tELL\tchr11:100\tchr19:50\t2\t0\t2\n\
        a\tcanonical\tKMT2A\tELL\tchr11:150\tchr19:50\t3\t0\t3\n";
    let truth = Truth::from_bytes(text.as_bytes(), "t", "").unwrap();
    let row = "KMT2A\tELL\tchr11:148\tchr19:50\tlow\t.\n";
    let results = Results::new([("a".to_owned(), result(rows(row), None))]);
    let e = evaluate(&truth, &results, &EvaluateOptions::default());
    assert_eq!(cell(&e, "canonical", Level::Two).found.count, 0);
    assert_eq!(cell(&e, "canonical", Level::ThreeToFour).found.count, 1, "the nearer");
    assert_eq!(e.notes.iter().filter(|note| note.kind == NoteKind::Missed).count(), 1);
}

#[test]
fn the_correct_states_follow_from_the_evidence() {
    let wanted = |rows: &[(&str, u64, u64)]| {
        let events = rows.iter().map(|(class, split, molecules)| TruthEvent {
            class: (*class).to_owned(),
            split: *split,
            molecules: *molecules,
            ..truth().samples["s1"].events[0].clone()
        });
        super::super::expected::states(&TruthSample {
            events: events.collect(),
            label: None,
        })
    };
    use State::{Inconclusive, NotDetected, Ptd, Rearranged};
    assert_eq!(wanted(&[("canonical", 0, 3)]), [Rearranged].into());
    assert_eq!(wanted(&[("canonical", 2, 2)]), [Rearranged, Ptd, Inconclusive].into());
    assert_eq!(
        wanted(&[("canonical", 0, 1)]),
        [Rearranged, NotDetected, Inconclusive].into()
    );
    assert_eq!(
        wanted(&[("canonical-unplaced", 5, 9)]),
        [Rearranged, Inconclusive].into()
    );
    assert_eq!(
        wanted(&[("canonical-unplaced", 5, 9), ("reciprocal", 5, 9)]),
        [Rearranged].into()
    );
    assert_eq!(wanted(&[("ptd", 4, 4), ("canonical", 1, 2)]), [Ptd].into());
    assert_eq!(wanted(&[("ptd", 3, 3)]), [Rearranged, Ptd, Inconclusive].into());
    assert_eq!(wanted(&[("background-ptd", 1, 1)]), [NotDetected, Inconclusive].into());
    assert_eq!(wanted(&[("reciprocal", 9, 12)]), [Rearranged, Ptd, Inconclusive].into());
}

proptest::proptest! {
    /// Rows in any order, some duplicated, truth rows in any order: the same evaluation.
    #[test]
    fn order_changes_nothing(seed in proptest::prelude::any::<u64>()) {
        let shuffled = |lines: Vec<&str>| {
            let mut lines: Vec<(u64, &str)> = lines
                .into_iter()
                .enumerate()
                .map(|(i, line)| (seed.rotate_left(7 * i as u32).wrapping_mul(0x9e37_79b9_7f4a_7c15), line))
                .collect();
            lines.sort();
            lines.into_iter().map(|(_, line)| format!("{line}\n")).collect::<String>()
        };
        let (header, body) = TRUTH.split_once('\n').unwrap();
        let text = format!("{header}\n{}", shuffled(body.lines().collect()));
        let permuted_truth = Truth::from_bytes(text.as_bytes(), "t", "").unwrap();
        proptest::prop_assert_eq!(&permuted_truth, &truth());
        // Isoforms, ties and a second match of the same event.
        let more = [
            "KMT2A\tAFF1\tchr11:118482495\tchr4:87084120\thigh\tout-of-frame",
            "KMT2A\tAFF3\tchr11:118482495\tchr4:87084120\thigh\tin-frame",
            "KMT2A\tAFF1\tchr11:118482493\tchr4:87084122\tlow\tin-frame",
        ];
        let given: Vec<&str> = RESULTS[0].1.lines().chain(more).collect();
        let of = |text: &str| {
            let results = Results::new([("s1".to_owned(), result(rows(text), None))]);
            evaluate(&truth(), &results, &EvaluateOptions::default())
        };
        let plain: String = given.iter().map(|line| format!("{line}\n")).collect();
        proptest::prop_assert_eq!(of(&plain), of(&shuffled(given)));
    }
}

#[test]
fn a_truth_table_with_missing_values_is_refused() {
    let read = |text: &str| Truth::from_bytes(text.as_bytes(), "t.tsv", "").unwrap_err().to_string();
    assert!(read("sample\tclass\n").starts_with("t.tsv: no column gene5"));
    assert!(read(&TRUTH.replace("\t12\t3\t0\t15", "\tmany\t3\t0\t15")).starts_with("t.tsv: line 2: split is \"many\""));
    assert!(read(&TRUTH.replace("chr4:87084120", "chr4")).contains("line 2: breakpoint3 is \"chr4\""));
    let two = format!("{TRUTH}s6\trna\t.\tinconclusive\t.\t.\t.\t.\t.\t.\t.\t.\t.\t.\n");
    assert!(read(&two).contains("s6 is negative on another line, inconclusive on this one"));
    let none = Truth::from_bytes(TRUTH.as_bytes(), "t.tsv", "x")
        .unwrap_err()
        .to_string();
    assert_eq!(none, "t.tsv: no sample whose name starts with \"x\"");
    assert_eq!(Truth::from_bytes(TRUTH.as_bytes(), "t", "s1").unwrap().samples.len(), 1);
}
