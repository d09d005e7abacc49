//! Files that should contain chimeric reads but do not.

use super::*;

/// A whole library without a split read: 4,000 fragments, with the given number of reads in discordant pairs.
fn unsplit(discordant: u64, clipped: u64, primary: u64) -> FileFacts {
    let mut file = WHOLE;
    file.records = Records {
        primary,
        paired: primary,
        discordant,
        clipped,
        with_sa: 0,
        supplementary: 0,
        ..file.records
    };
    file
}

/// Each at its limit and just beyond.
pub(crate) fn chimeras() -> Vec<(&'static str, FileFacts, Vec<Ground>)> {
    let none = vec![Ground::NoChimeras];
    let star = |leaves| FileFacts {
        leaves_chimeras_out: leaves,
        aligner: if leaves { Aligner::StarPlain } else { WHOLE.aligner },
        ..unsplit(0, 0, 8_000)
    };
    let cut = |change: Change| {
        let mut file = WHOLE;
        file.records.controls = 0;
        file.fragments.mates_elsewhere = 0;
        change(&mut file);
        file
    };
    vec![
        ("no chimera in 4,000", unsplit(0, 300, 8_000), none.clone()),
        ("in 1,000", unsplit(0, 300, 2_000), none.clone()),
        ("in 999", unsplit(0, 300, 1_998), vec![]),
        ("in 1,100", unsplit(0, 300, 2_200), none.clone()),
        ("in 900", unsplit(0, 300, 1_800), vec![]),
        ("one pair of 1,501, no clip", unsplit(2, 0, 3_002), none.clone()),
        ("one pair of 1,500, no clip", unsplit(2, 0, 3_000), vec![]),
        ("one pair of 1,650, no clip", unsplit(2, 0, 3_300), none.clone()),
        ("one pair of 1,350, no clip", unsplit(2, 0, 2_700), vec![]),
        ("one pair of 4,000, and clips", unsplit(2, 1, 8_000), vec![]),
        (
            "SA entries without a supplementary record",
            FileFacts {
                records: Records {
                    with_sa: 5,
                    ..unsplit(0, 300, 8_000).records
                },
                ..WHOLE
            },
            vec![],
        ),
        (
            "supplementary records without an SA entry",
            FileFacts {
                records: Records {
                    supplementary: 5,
                    ..unsplit(0, 300, 8_000).records
                },
                ..WHOLE
            },
            vec![],
        ),
        ("STAR that writes none", star(true), vec![]),
        ("STAR that writes them", star(false), none.clone()),
        (
            "with a chimeric file",
            FileFacts {
                chimeric_given: true,
                ..star(false)
            },
            vec![],
        ),
        (
            "HISAT2 without a chimeric pair",
            FileFacts {
                leaves_chimeras_out: true,
                aligner: Aligner::Hisat2,
                ..unsplit(0, 300, 8_000)
            },
            none.clone(),
        ),
        (
            "HISAT2 with few",
            FileFacts {
                leaves_chimeras_out: true,
                aligner: Aligner::Hisat2,
                ..unsplit(2, 0, 8_000)
            },
            vec![],
        ),
        (
            "TopHat without a chimeric pair",
            FileFacts {
                leaves_chimeras_out: true,
                aligner: Aligner::TopHat,
                ..unsplit(0, 300, 8_000)
            },
            none,
        ),
        ("cut, all kept", cut(|_| ()), vec![]),
        ("cut, no SA", cut(|f| f.records.with_sa = 0), vec![Ground::CutToKmt2a]),
        (
            "cut, no mate",
            cut(|f| f.records.discordant = 0),
            vec![Ground::CutToKmt2a],
        ),
        ("cut, no clip", cut(|f| f.records.clipped = 0), vec![Ground::CutToKmt2a]),
        (
            "cut, single reads",
            cut(|f| (f.records.paired, f.records.discordant) = (0, 0)),
            vec![],
        ),
        (
            "cut, with a chimeric file",
            cut(|f| (f.records.with_sa, f.chimeric_given) = (0, true)),
            vec![],
        ),
        (
            "cut, a mate elsewhere",
            cut(|f| (f.records.with_sa, f.fragments.mates_elsewhere) = (0, 1)),
            vec![],
        ),
        (
            "cut, with controls",
            cut(|f| (f.records.with_sa, f.records.controls) = (0, 1)),
            vec![],
        ),
        (
            "cut, STAR that writes none",
            cut(|f| {
                f.records.with_sa = 0;
                f.leaves_chimeras_out = true;
                f.aligner = Aligner::StarPlain;
            }),
            vec![],
        ),
        (
            "cut, HISAT2 without a mate elsewhere",
            cut(|f| {
                f.records.discordant = 0;
                f.leaves_chimeras_out = true;
                f.aligner = Aligner::Hisat2;
            }),
            vec![Ground::CutToKmt2a],
        ),
    ]
}
