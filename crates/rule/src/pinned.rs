//! What the rule says of tables of junctions, libraries and samples, pinned; and that each of its numbers moves
//! something there.
//!
//! The golden files hold what is said (`BREAKAPART_BLESS=1` writes them anew: read what changed). A number that could
//! move by a fifth without a change in the tables would be untested: those that only other rooms read are listed.

mod files;
mod limits;
mod states;

use std::fmt::Write as _;

use crate::{Class, Context, EvidenceFacts, Frame, LibraryType, Params, Region, Tier, assess};

/// Molecules that join exon ends of KMT2A and a partner of the catalogue.
pub(crate) fn facts(molecules: u32) -> EvidenceFacts {
    EvidenceFacts {
        class: Class::Canonical,
        molecules,
        event_molecules: molecules,
        split: molecules,
        clip: 0,
        spanning: 0,
        distinct_ends: molecules,
        anchor: 14,
        is_precise: true,
        five_at_splice_site: true,
        three_at_splice_site: true,
        region: Region::Major,
        usual_exons: false,
        internal_repeat: None,
        is_partner: true,
        in_gene: true,
        is_sense: true,
        frame: Frame::Unknown,
        unique_kmt2a: molecules,
        unique_partner: molecules,
        homology: 0,
        disagreement_permille: 0,
        wild_type: 100,
        companion: false,
        faced: false,
        beside_precise: false,
        may_be_insertion: false,
    }
}

const RNA: Context = Context {
    chimeras: 8,
    partner_chimeras: 1,
    other_back_splices: 0,
    other_wild_type: 0,
    library: LibraryType::PolyA,
    ptd_background: 1e-3,
    is_dna: false,
};
const DNA: Context = Context { is_dna: true, ..RNA };

/// A chimera's look: nothing on exon ends, outside the regions, no partner.
pub(crate) fn chimera(molecules: u32) -> EvidenceFacts {
    EvidenceFacts {
        five_at_splice_site: false,
        three_at_splice_site: false,
        region: Region::Other,
        is_partner: false,
        ..facts(molecules)
    }
}

pub(crate) fn pairs(molecules: u32) -> EvidenceFacts {
    EvidenceFacts {
        split: 0,
        spanning: molecules,
        is_precise: false,
        five_at_splice_site: false,
        three_at_splice_site: false,
        ..facts(molecules)
    }
}

pub(crate) fn duplication(molecules: u32, wild_type: u32) -> EvidenceFacts {
    EvidenceFacts {
        class: Class::Ptd,
        usual_exons: true,
        frame: Frame::InFrame,
        wild_type,
        ..facts(molecules)
    }
}

/// A table of junctions, each beside a limit of the rule.
#[expect(clippy::too_many_lines, reason = "a table")]
fn table() -> Vec<(String, EvidenceFacts, Context)> {
    let mut rows: Vec<(String, EvidenceFacts, Context)> = Vec::new();
    let mut add = |name: &str, facts: EvidenceFacts, context: Context| rows.push((name.to_owned(), facts, context));
    for n in 0..=4 {
        add(&format!("partner {n}"), facts(n), RNA);
        add(&format!("chimera {n}"), chimera(n), RNA);
        add(&format!("pairs {n}"), pairs(n), RNA);
        add(&format!("genomic {n}"), chimera(n), DNA);
        add(
            &format!("genomic partner {n}"),
            EvidenceFacts {
                is_partner: true,
                ..chimera(n)
            },
            DNA,
        );
    }
    for (name, class) in [
        ("reciprocal", Class::Reciprocal),
        ("read-through", Class::NeighbourReadThrough),
        ("inverted", Class::Inverted),
        ("deletion", Class::Deletion),
        ("chained", Class::Chained),
        ("duplication", Class::Ptd),
    ] {
        for (kind, context) in [("rna", RNA), ("dna", DNA)] {
            for is_partner in [false, true] {
                let facts = EvidenceFacts {
                    class,
                    is_partner,
                    ..chimera(2)
                };
                add(&format!("{name} {kind} partner={is_partner}"), facts, context);
                let companion = EvidenceFacts {
                    companion: true,
                    ..facts
                };
                add(
                    &format!("{name} {kind} partner={is_partner} companion"),
                    companion,
                    context,
                );
            }
        }
    }
    for (five, three) in [(true, false), (false, true), (false, false)] {
        for class in [Class::Canonical, Class::Reciprocal] {
            let sites = EvidenceFacts {
                class,
                five_at_splice_site: five,
                three_at_splice_site: three,
                ..facts(1)
            };
            add(&format!("sites {five} {three} {}", class.name()), sites, RNA);
        }
    }
    add(
        "no gene",
        EvidenceFacts {
            in_gene: false,
            is_partner: false,
            ..facts(1)
        },
        RNA,
    );
    for frame in [Frame::InFrame, Frame::OutOfFrame, Frame::StopCodon] {
        add(
            &format!("frame {}", frame.name()),
            EvidenceFacts { frame, ..chimera(1) },
            RNA,
        );
    }
    for region in [Region::Major, Region::Minor, Region::Other] {
        for (kind, context) in [("rna", RNA), ("dna", DNA)] {
            add(
                &format!("region {region:?} {kind}"),
                EvidenceFacts { region, ..chimera(2) },
                context,
            );
        }
    }
    add(
        "antisense",
        EvidenceFacts {
            is_sense: false,
            ..facts(1)
        },
        RNA,
    );
    for anchor in [8, 9, 10, 11, 12, 14, 15, 17, 18, 21, 22] {
        add(&format!("anchor {anchor}"), EvidenceFacts { anchor, ..chimera(2) }, RNA);
    }
    for unique in [0, 3, 4, 5, 6, 10] {
        let placed = EvidenceFacts {
            unique_kmt2a: unique,
            ..chimera(10)
        };
        add(&format!("unique at KMT2A {unique} of 10"), placed, RNA);
        let placed = EvidenceFacts {
            unique_partner: unique,
            ..chimera(10)
        };
        add(&format!("unique at the partner {unique} of 10"), placed, RNA);
    }
    for homology in [6, 7, 8, 9, 10] {
        add(
            &format!("homology {homology}"),
            EvidenceFacts { homology, ..chimera(2) },
            RNA,
        );
    }
    for permille in [48, 60, 61, 72, 73] {
        let facts = EvidenceFacts {
            disagreement_permille: permille,
            ..chimera(2)
        };
        add(&format!("disagreement {permille}"), facts, RNA);
    }
    add(
        "both kinds",
        EvidenceFacts {
            spanning: 1,
            ..chimera(2)
        },
        DNA,
    );
    add(
        "faced",
        EvidenceFacts {
            faced: true,
            ..chimera(1)
        },
        DNA,
    );
    add(
        "mobile element",
        EvidenceFacts {
            may_be_insertion: true,
            ..chimera(4)
        },
        DNA,
    );
    add(
        "pairs beside reads",
        EvidenceFacts {
            beside_precise: true,
            ..pairs(4)
        },
        RNA,
    );
    for (kind, context) in [
        (
            "quiet",
            Context {
                chimeras: 0,
                partner_chimeras: 0,
                ..RNA
            },
        ),
        ("noisy", RNA),
    ] {
        add(&format!("lone pair {kind}"), pairs(1), context);
    }
    for chimeras in [1, 2, 3, 4, 5] {
        let context = Context {
            chimeras,
            partner_chimeras: 0,
            ..RNA
        };
        add(&format!("lone pair beside {chimeras}"), pairs(1), context);
    }
    for n in [1, 2, 3, 4, 5, 8] {
        for wild_type in [0, 20, 400, 2_000] {
            add(
                &format!("duplication {n} of {wild_type}"),
                duplication(n, wild_type),
                RNA,
            );
        }
    }
    for n in [3, 4, 5, 6, 7, 9, 11, 14] {
        let context = Context {
            other_back_splices: 4,
            other_wild_type: 1_000,
            library: LibraryType::Total,
            ..RNA
        };
        add(&format!("duplication {n} beside circles"), duplication(n, 600), context);
    }
    add(
        "duplication of other exons",
        EvidenceFacts {
            usual_exons: false,
            ..duplication(1, 400)
        },
        RNA,
    );
    add(
        "duplication out of frame",
        EvidenceFacts {
            frame: Frame::OutOfFrame,
            ..duplication(8, 400)
        },
        RNA,
    );
    for n in [60, 200] {
        add(&format!("duplication {n}, certain"), duplication(n, 400), RNA);
    }
    rows
}

fn judged(params: &Params) -> Vec<String> {
    table()
        .into_iter()
        .map(|(name, facts, context)| {
            let judgement = assess(&facts, &context, params);
            let sum: f64 = judgement.terms.iter().map(|term| term.value).sum();
            let tier = judgement.tier.map_or(".", Tier::name);
            let codes: Vec<&str> = judgement.reasons.iter().map(|r| r.code).collect();
            format!("{name}\t{sum:.4}\t{tier}\t{}", codes.join(","))
        })
        .collect()
}

/// Compares lines with a golden file; `BREAKAPART_BLESS=1` writes it anew.
fn pinned(file: &str, head: &str, lines: &[String]) {
    let path = format!("{}/src/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut made = format!("{head}\n");
    for line in lines {
        let _ = writeln!(made, "{line}");
    }
    if std::env::var_os("BREAKAPART_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (kept, made) in kept.lines().zip(made.lines()) {
        assert_eq!(kept, made, "{file}");
    }
    assert_eq!(kept.lines().count(), made.lines().count(), "{file}");
}

#[test]
fn the_tables_are_as_pinned() {
    let p = Params::default();
    pinned("judged.tsv", "junction\tlog_odds\ttier\treasons", &judged(&p));
    let head =
        "library\tmolecules\tusable\tusable_any\texclusion_catalogue\texclusion_any\tcall_catalogue\tcall_any\tptd";
    pinned("limits.tsv", head, &limits::table(&p));
    pinned("files.tsv", "file\tfaults or capability", &files::table(&p));
    pinned("states.tsv", "sample\tstate\tcauses\tbounds", &states::table(&p));
}

/// Numbers that no table of the rule can show, with the reason.
const ELSEWHERE: [(&str, &str); 16] = [
    (
        "facing",
        "judge/facing.rs of the library measures the distance; its test moves it",
    ),
    (
        "lead_share",
        "event.rs: the_strongest_leads_unless_one_in_frame_has_a_tenth_of_it",
    ),
    (
        "chimera_molecules_max",
        "background.rs: few_molecules_away_from_splice_sites_are_noise",
    ),
    ("ptd_background", "only the default of the context: Context::quiet"),
    (
        "typical_anchor",
        "any part of anchor_long bases or more is weighed alike",
    ),
    ("typical_anchor_dna", "the same"),
    (
        "carry_over_max",
        "conclude/text.rs of the library says the next step; its test moves it",
    ),
    (
        "exon_covered",
        "conclude/traps.rs of the library counts the exons; its test moves it",
    ),
    ("pile_min", "conclude/breaks.rs of the library"),
    ("pile_clip_min", "the same"),
    ("pile_inside_exon", "the same"),
    ("pile_end_slack", "the same"),
    ("pile_different_max", "the same"),
    ("lost_ratio", "conclude/contradiction.rs of the library"),
    ("pair_slack", "conclude/pair.rs of the library"),
    ("pair_partner_reach", "the same"),
];

#[test]
fn each_number_moves_something_in_the_tables() {
    // The quickest first: most numbers move the first table.
    let tables: [fn(&Params) -> Vec<String>; 5] = [judged, cuts, files::table, states::table, limits::table];
    let as_they_are = tables.map(|table| table(&Params::default()));
    let known = |name| ELSEWHERE.iter().any(|(elsewhere, _)| *elsewhere == name);
    let mut idle = Vec::new();
    for card in Params::CARDS.iter().filter(|card| !known(card.name)) {
        for by in [0.8, 1.2] {
            let moved = Params::default().scaled(card.name, by).unwrap();
            if tables
                .iter()
                .zip(&as_they_are)
                .all(|(table, kept)| table(&moved) == *kept)
            {
                idle.push(format!("{} times {by}", card.name));
            }
        }
    }
    assert!(idle.is_empty(), "{idle:?}");
}

/// Tiers of scores: no score of the tables lies beside each cut.
fn cuts(p: &Params) -> Vec<String> {
    let scores = [0.45, 0.55, 0.85, 0.94, 0.985, 0.994];
    scores
        .map(|score| format!("{score}: {:?}", crate::assess::tier_of(score, p)))
        .to_vec()
}

/// What a well set aligner lets through.
pub(crate) fn capability() -> crate::Capability {
    crate::Capability {
        visibility: crate::Visibility::Full,
        ground: crate::Ground::ChimerasWritten,
        basis: "the aligner writes supplementary alignments".to_owned(),
        anchor_min: 12,
        split_catalogue: 0.9,
        split_any: 0.85,
        pairs: 0.85,
    }
}
