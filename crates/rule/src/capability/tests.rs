use super::*;
use crate::fitness::tests::WHOLE;

/// Files by name: each kind of aligner, each loss at its limit and just beyond.
pub(crate) fn rows() -> Vec<(String, FileFacts)> {
    let of = |aligner, leaves_chimeras_out| FileFacts {
        aligner,
        leaves_chimeras_out,
        ..WHOLE
    };
    let mut rows: Vec<(String, FileFacts)> = [
        of(Aligner::StarChimeric(Some(15)), false),
        of(Aligner::StarChimeric(Some(9)), false),
        of(Aligner::StarChimeric(None), false),
        of(Aligner::StarElsewhere, true),
        of(Aligner::StarPlain, true),
        of(Aligner::Hisat2, true),
        of(Aligner::TopHat, true),
        of(Aligner::LongReadPreset, false),
        of(Aligner::Supplementary, false),
        of(Aligner::Unknown, false),
    ]
    .into_iter()
    .map(|file| (format!("{:?}", file.aligner), file))
    .collect();
    let mut add = |name: &str, change: &dyn Fn(&mut FileFacts)| {
        let mut file = of(Aligner::Supplementary, false);
        change(&mut file);
        rows.push((name.to_owned(), file));
    };
    for read_len in [270, 300, 301, 330] {
        add(&format!("preset, reads of {read_len}"), &|f| {
            f.aligner = Aligner::LongReadPreset;
            f.read_len = read_len;
        });
    }
    for (sa, supplementary, discordant) in [(0, 0, 0), (0, 0, 4), (1, 0, 4), (0, 1, 4), (1, 1, 0)] {
        add(&format!("unknown, {sa} {supplementary} {discordant}"), &|f| {
            f.aligner = Aligner::Unknown;
            f.records.with_sa = sa;
            f.records.supplementary = supplementary;
            f.records.discordant = discordant;
        });
    }
    add("unknown, few reads, no chimeric pair", &|f| {
        f.aligner = Aligner::Unknown;
        (f.records.primary, f.records.paired, f.records.discordant) = (100, 100, 0);
    });
    add("cut to KMT2A", &|f| {
        (f.records.controls, f.fragments.parts_elsewhere) = (0, 0)
    });
    add("a part elsewhere", &|f| {
        (f.records.controls, f.fragments.parts_elsewhere) = (0, 1)
    });
    for primary in [1_800, 1_998, 2_000, 2_200] {
        add(&format!("no chimeric pair of {primary} reads"), &|f| {
            (f.records.primary, f.records.paired, f.records.discordant) = (primary, primary, 0);
        });
    }
    add("no chimeric pair, single reads", &|f| {
        (f.records.paired, f.records.discordant) = (0, 0)
    });
    add("no chimeric pair, a chimeric file", &|f| {
        (f.records.discordant, f.chimeric_given) = (0, true)
    });
    add("no chimeric pair, STAR without", &|f| {
        (f.aligner, f.leaves_chimeras_out) = (Aligner::StarPlain, true);
        f.records.discordant = 0;
    });
    add("no chimeric pair, HISAT2", &|f| {
        (f.aligner, f.leaves_chimeras_out) = (Aligner::Hisat2, true);
        f.records.discordant = 0;
    });
    for (entries, lost) in [(2, 2), (3, 3), (4, 4), (10, 2), (10, 3), (100, 28), (100, 32)] {
        add(&format!("{lost} of {entries} parts lost"), &|f| {
            (f.records.sa_into_window, f.records.sa_without_record) = (entries, lost);
        });
        add(&format!("{lost} of {entries} parts lost, HISAT2"), &|f| {
            (f.aligner, f.leaves_chimeras_out) = (Aligner::Hisat2, true);
            (f.records.sa_into_window, f.records.sa_without_record) = (entries, lost);
            f.records.supplementary = 0;
        });
        add(&format!("{lost} of {entries} parts lost, none left"), &|f| {
            (f.records.sa_into_window, f.records.sa_without_record) = (entries, lost);
            (f.records.supplementary, f.records.with_sa) = (0, 1);
        });
    }
    for with_sa in [5, 6, 7, 8, 9] {
        add(&format!("{with_sa} SA, no supplementary"), &|f| {
            (f.records.with_sa, f.records.supplementary) = (with_sa, 0);
        });
        add(&format!("{with_sa} SA, parts are secondary"), &|f| {
            (f.records.with_sa, f.records.supplementary) = (with_sa, 0);
            f.parts_are_secondary = true;
        });
    }
    add("removed by a filter", &|f| {
        f.supplementaries_removed = true;
        (f.records.with_sa, f.records.supplementary) = (1, 0);
    });
    add("removed by a filter, yet there", &|f| f.supplementaries_removed = true);
    rows
}

#[test]
fn losses_are_named_and_counted() {
    let of = |name: &str| {
        let rows = rows();
        let (_, file) = rows.iter().find(|(row, _)| row == name).unwrap();
        Capability::of(file, &Params::default())
    };
    let (whole, p) = (of("Supplementary"), Params::default());
    assert_eq!(
        (whole.visibility, whole.ground),
        (Visibility::Full, Ground::ChimerasWritten)
    );
    let stripped = of("7 SA, no supplementary");
    assert_eq!(stripped.ground, Ground::SupplementariesRemoved);
    assert!((stripped.split_any - whole.split_any * p.stripped_split_any).abs() < 1e-12);
    assert_eq!(of("6 SA, no supplementary"), whole);
    assert_eq!(of("removed by a filter").ground, Ground::SupplementariesRemoved);
    assert_eq!(of("removed by a filter, yet there"), whole);
    let cut = of("cut to KMT2A");
    assert!((cut.ground, cut.pairs) == (Ground::CutToKmt2a, 0.0) && cut.visibility == Visibility::Reduced);
    assert_eq!(of("a part elsewhere"), whole);
    assert_eq!(of("no chimeric pair of 2000 reads").ground, Ground::NoDiscordantPairs);
    assert_eq!(of("no chimeric pair of 1998 reads"), whole);
    // An aligner that writes less keeps its own ground.
    assert_eq!(of("no chimeric pair, HISAT2").ground, Ground::ChimerasNotWritten);
    assert_eq!(
        of("no chimeric pair, HISAT2").pairs.total_cmp(&0.0),
        std::cmp::Ordering::Equal
    );
    assert_eq!(of("unknown, 0 0 4").visibility, Visibility::None);
    let few = of("unknown, few reads, no chimeric pair");
    assert!(few.visibility == Visibility::Reduced && few.pairs == 0.0);
    assert!(of("StarElsewhere").basis.contains("--chimeric") && !of("StarPlain").basis.contains("--chimeric"));
    assert_eq!(of("3 of 10 parts lost").ground, Ground::PartsMissing);
    assert_eq!(of("2 of 10 parts lost"), whole);
}

#[test]
fn the_words_are_stable() {
    let words = [Visibility::Full, Visibility::Reduced, Visibility::None].map(Visibility::name);
    assert_eq!(words, ["full", "reduced", "none"]);
}
