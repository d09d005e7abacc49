mod chimeras;

use super::*;
use crate::{
    capability::{Capability, Visibility},
    file::{Coverage, Fragments, Records},
};

/// A whole RNA library, aligned by STAR with chimeras.
pub(crate) const WHOLE: FileFacts = FileFacts {
    assay: Assay::Rna,
    aligner: Aligner::StarChimeric(Some(12)),
    leaves_chimeras_out: false,
    parts_are_secondary: false,
    chimeric_given: false,
    chimeric_names_missing: 0,
    supplementaries_removed: false,
    chimeras_removed: false,
    pairs_removed: false,
    counts_fragments: false,
    pairs_believed: true,
    read_len: 100,
    records: Records {
        primary: 8_000,
        paired: 8_000,
        discordant: 40,
        with_sa: 30,
        sa_without_clip: 0,
        clipped: 300,
        supplementary: 30,
        sa_into_window: 20,
        sa_without_record: 0,
        controls: 6_000,
        shared_names: 0,
        names: 4_000,
    },
    fragments: Fragments {
        all: 1_000,
        molecules: 900,
        ambiguous: 0,
        mate_missing: 0,
        parts_elsewhere: 5,
        mates_elsewhere: 4,
        mates_absent: 0,
    },
    coverage: Coverage {
        deepest: 100.0,
        exons: 36,
        five_prime: 60.0,
        three_prime: 90.0,
        region_exons: 80.0,
        region_introns: 60.0,
    },
};

pub(crate) use chimeras::chimeras;

type Change = fn(&mut FileFacts);

fn changed(change: Change) -> FileFacts {
    let mut file = WHOLE;
    change(&mut file);
    file
}

/// Each ground at its limit and just beyond.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn rows() -> Vec<(&'static str, FileFacts, Vec<Ground>)> {
    let row = |name, change: Change, grounds: &[Ground]| (name, changed(change), grounds.to_vec());
    let dna: Change = |f| f.assay = Assay::Dna;
    vec![
        row("whole", |_| (), &[]),
        row("whole, DNA", dna, &[]),
        row(
            "no read",
            |f| f.fragments = Fragments::default(),
            &[Ground::Kmt2aNotSeen],
        ),
        row(
            "19 molecules",
            |f| f.fragments.molecules = 19,
            &[Ground::Kmt2aNotExpressed],
        ),
        row("20 molecules", |f| f.fragments.molecules = 20, &[]),
        row(
            "17 molecules",
            |f| f.fragments.molecules = 17,
            &[Ground::Kmt2aNotExpressed],
        ),
        row("22 molecules", |f| f.fragments.molecules = 22, &[]),
        row(
            "19 molecules, DNA",
            |f| {
                f.fragments.molecules = 19;
                f.assay = Assay::Dna;
            },
            &[],
        ),
        row(
            "19 molecules with 50 of controls",
            |f| {
                f.fragments.molecules = 19;
                f.records.controls = 50;
            },
            &[Ground::Kmt2aNotExpressed],
        ),
        row(
            "19 molecules with 49 of controls",
            |f| {
                f.fragments.molecules = 19;
                f.records.controls = 49;
            },
            &[],
        ),
        row("half without a place", |f| f.fragments.ambiguous = 500, &[]),
        row("more than half", |f| f.fragments.ambiguous = 501, &[Ground::Placement]),
        row("45 % without a place", |f| f.fragments.ambiguous = 450, &[]),
        row("55 %", |f| f.fragments.ambiguous = 550, &[Ground::Placement]),
        row(
            "copies alone",
            |f| f.fragments.molecules = 0,
            &[Ground::Kmt2aNotExpressed, Ground::AllDuplicates],
        ),
        row("3 exons", |f| f.coverage.exons = 3, &[Ground::FewExons]),
        row("4 exons", |f| f.coverage.exons = 4, &[]),
        row("3' end", |f| f.coverage.five_prime = 4.4, &[Ground::ThreePrimeOnly]),
        row("3' bias", |f| f.coverage.five_prime = 4.5, &[]),
        row("3' bias, as thin as allowed", |f| f.coverage.five_prime = 5.0, &[]),
        row(
            "3' end, thinner",
            |f| f.coverage.five_prime = 4.0,
            &[Ground::ThreePrimeOnly],
        ),
        row(
            "no depth",
            |f| {
                f.coverage = Coverage::default();
            },
            &[],
        ),
        row(
            "no 3' end",
            |f| {
                f.coverage.five_prime = 0.0;
                f.coverage.three_prime = 0.0;
            },
            &[],
        ),
        row(
            "exons only",
            |f| {
                f.assay = Assay::Dna;
                f.coverage.region_introns = 8.0;
            },
            &[Ground::ExonsOnly],
        ),
        row(
            "thin introns",
            |f| {
                f.assay = Assay::Dna;
                f.coverage.region_introns = 8.1;
            },
            &[],
        ),
        row(
            "thinner introns",
            |f| {
                f.assay = Assay::Dna;
                f.coverage.region_introns = 7.0;
            },
            &[Ground::ExonsOnly],
        ),
        row(
            "thin introns, still",
            |f| {
                f.assay = Assay::Dna;
                f.coverage.region_introns = 9.0;
            },
            &[],
        ),
        row(
            "no exon depth, DNA",
            |f| {
                f.assay = Assay::Dna;
                f.coverage.region_exons = 0.0;
                f.coverage.region_introns = 0.0;
            },
            &[],
        ),
        row("a fifth of mates", |f| f.fragments.mate_missing = 200, &[]),
        row(
            "more than a fifth",
            |f| f.fragments.mate_missing = 201,
            &[Ground::MatesMissing],
        ),
        row("18 % of mates", |f| f.fragments.mate_missing = 180, &[]),
        row(
            "22 % of mates",
            |f| f.fragments.mate_missing = 220,
            &[Ground::MatesMissing],
        ),
        row("far mates, as many", |f| f.fragments.mates_absent = 12, &[]),
        row(
            "far mates, more",
            |f| f.fragments.mates_absent = 13,
            &[Ground::MatesMissing],
        ),
        row("far mates, fewer", |f| f.fragments.mates_absent = 11, &[]),
        row(
            "far mates, many more",
            |f| f.fragments.mates_absent = 14,
            &[Ground::MatesMissing],
        ),
        row(
            "two far mates",
            |f| {
                f.fragments.mates_elsewhere = 0;
                f.fragments.mates_absent = 2;
            },
            &[],
        ),
        row(
            "three far mates",
            |f| {
                f.fragments.mates_elsewhere = 0;
                f.fragments.mates_absent = 3;
            },
            &[Ground::MatesMissing],
        ),
        row(
            "single reads have no mates",
            |f| {
                f.records.paired = 0;
                f.fragments.mate_missing = 900;
            },
            &[],
        ),
        row(
            "mates of other molecules",
            |f| f.pairs_believed = false,
            &[Ground::PairsNotBelieved],
        ),
        row(
            "one name in a hundred",
            |f| f.records.shared_names = 40,
            &[Ground::SharedNames],
        ),
        row("fewer", |f| f.records.shared_names = 39, &[]),
        row(
            "chimeras of another sample",
            |f| f.chimeric_names_missing = 3,
            &[Ground::ChimericNotConfirmed],
        ),
        row("two names missing", |f| f.chimeric_names_missing = 2, &[]),
        row(
            "four names missing, 80 reads",
            |f| (f.chimeric_names_missing, f.records.primary) = (4, 80),
            &[Ground::ChimericNotConfirmed],
        ),
        row(
            "four names missing, 79 reads",
            |f| (f.chimeric_names_missing, f.records.primary) = (4, 79),
            &[],
        ),
        row(
            "45 names of 4,000",
            |f| f.records.shared_names = 45,
            &[Ground::SharedNames],
        ),
        row("35 names of 4,000", |f| f.records.shared_names = 35, &[]),
        row("no names", |f| f.records.names = 0, &[]),
        row("filtered", |f| f.chimeras_removed = true, &[Ground::ChimerasRemoved]),
        row("proper pairs", |f| f.pairs_removed = true, &[Ground::PairsRemoved]),
        row("fragments", |f| f.counts_fragments = true, &[Ground::FixedEnds]),
        row("half unclipped", |f| f.records.sa_without_clip = 15, &[]),
        row(
            "most unclipped",
            |f| f.records.sa_without_clip = 16,
            &[Ground::ClipsRemoved],
        ),
        row("fewer unclipped", |f| f.records.sa_without_clip = 14, &[]),
        row(
            "more unclipped",
            |f| f.records.sa_without_clip = 17,
            &[Ground::ClipsRemoved],
        ),
        row(
            "three unclipped",
            |f| {
                f.records.with_sa = 3;
                f.records.sa_without_clip = 3;
            },
            &[Ground::ClipsRemoved],
        ),
        row(
            "two unclipped",
            |f| {
                f.records.with_sa = 2;
                f.records.sa_without_clip = 2;
            },
            &[],
        ),
    ]
}

#[test]
fn each_fault_begins_at_its_limit() {
    for (name, file, grounds) in rows().into_iter().chain(chimeras()) {
        assert_eq!(faults(&file, &Params::default()), grounds, "{name}");
    }
}

#[test]
fn faults_are_reported_in_their_order() {
    let file = changed(|f| {
        f.fragments = Fragments {
            all: 10,
            molecules: 0,
            ambiguous: 9,
            mate_missing: 9,
            ..Fragments::default()
        };
        f.coverage.exons = 1;
        f.pairs_believed = false;
        f.records.shared_names = 4_000;
        f.chimeras_removed = true;
        f.counts_fragments = true;
        f.pairs_removed = true;
    });
    let said: Vec<&str> = faults(&file, &Params::default())
        .into_iter()
        .map(Ground::name)
        .collect();
    let expected = [
        "kmt2a-not-expressed",
        "placement",
        "all-duplicates",
        "few-exons",
        "mates-missing",
        "pairs-not-believed",
        "shared-names",
        "chimeras-removed",
        "fixed-ends",
        "pairs-removed",
    ];
    assert_eq!(said, expected);
    assert_eq!(Capability::of(&file, &Params::default()).visibility, Visibility::Full);
}
