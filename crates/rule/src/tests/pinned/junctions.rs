//! Scores, tiers and reasons of a table of junctions.

use super::{DNA, RNA, chimera, duplication, facts, pairs};
use crate::{Class, Context, EvidenceFacts, Frame, LibraryType, Params, Region, Tier, assess};

/// A table of junctions, each near a limit of the rule.
#[expect(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<(String, EvidenceFacts, Context)> {
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
        "unplaced within an exon",
        EvidenceFacts {
            unplaced_in_exon: true,
            ..chimera(4)
        },
        RNA,
    );
    add(
        "pairs with reads",
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
        add(&format!("lone pair with {chimeras}"), pairs(1), context);
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
        add(&format!("duplication {n} with circles"), duplication(n, 600), context);
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
    for (name, context) in [
        ("other back-splices, none of few", [0, 50]),
        ("other back-splices, none seen at all", [4, 0]),
        ("other back-splices, some of many", [4, 1_000]),
        ("other back-splices, common", [30, 100]),
    ]
    .map(|(name, [back, wild_type])| {
        let context = Context {
            other_back_splices: back,
            other_wild_type: wild_type,
            ..RNA
        };
        (name, context)
    }) {
        for library in [LibraryType::PolyA, LibraryType::Total] {
            let context = Context { library, ..context };
            for (n, wild_type) in [(6, 100), (40, 60)] {
                let name = format!("{name}, {}, {n} of {wild_type}", library.name());
                add(&name, duplication(n, wild_type), context);
            }
        }
    }
    for n in [1, 2, 3] {
        let repeat = EvidenceFacts {
            internal_repeat: Some(30),
            ..duplication(n, 100)
        };
        add(&format!("repeat inside an exon {n}"), repeat, RNA);
    }
    let unseen = EvidenceFacts {
        split: 0,
        clip: 4,
        is_precise: false,
        five_at_splice_site: false,
        ..duplication(4, 100)
    };
    add("duplication, neither base nor pairs", unseen, RNA);
    let spanned = EvidenceFacts { spanning: 4, ..unseen };
    add("duplication of pairs", spanned, RNA);
    for (name, base) in [
        ("exon ends", facts(2)),
        ("pairs", pairs(2)),
        ("no exon end", chimera(2)),
    ] {
        add(
            &format!("homology on {name}"),
            EvidenceFacts { homology: 9, ..base },
            RNA,
        );
    }
    rows
}

/// One line a junction.
pub(super) fn table(params: &Params) -> Vec<String> {
    rows()
        .into_iter()
        .map(|(name, facts, context)| {
            let judgement = assess(&facts, &context, params);
            let sum: f64 = judgement.terms.iter().map(|term| term.value).sum();
            let tier = judgement.tier.map_or(".", Tier::name);
            let codes: Vec<&str> = judgement.reasons.iter().map(|r| r.code.as_str()).collect();
            format!("{name}\t{sum:.4}\t{tier}\t{}", codes.join(","))
        })
        .collect()
}
