//! `docs/rule.md` and its tables, generated from the cards and the numbers.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{
    Code, Ground, Params, TermName,
    ground::{NextStep, OpenRule},
    tests::pinned::STILL,
};

const HEAD: &str = "# The rule

Generated from the code (`code.rs`, `term.rs`, `ground.rs` and `params/numbers.rs` of `crates/rule/src`) by `BREAKAPART_BLESS=1 cargo test -p breakapart-rule document`.

## Method

**A junction** is scored as a rearrangement in the patient against a chimera made in library preparation (`assess.rs`). Its score is `1 / (1 + exp(-sum))`. The sum adds log-odds: the prior of its class; minus the number of chimeras expected from this library for such a partner, without the judged event; minus the chance that a chimera recurs in this many molecules; and one factor for each further term below. The score is checked by simulation ([accuracy](accuracy.md)); it is not a patient's probability. Molecules are counted, never duplicates, and never more than the distinct fragment ends.

**The tier** is a threshold on the score (`tier_high`, `tier_medium`, `tier_low`). Some reasons cap a junction at low, or below every tier, whatever its score. A tier above low needs `molecules_min` molecules that show KMT2A and sequence beyond it.

**A duplication** in RNA is scored against the back-splicing of healthy blood (`ptd_background`) and, if the library may contain circular RNA, against this sample's own at other exons (`assess/duplication.rs`). For a tier above low, the lower bound of back-splice over wild-type molecules must exceed that background, with `ptd_molecules_min` molecules or more.

**The sample** is *rearranged* if an event joins KMT2A's 5' part to something else at tier medium or high (in DNA the other derivative counts too), *ptd* if a duplication has such a tier, *not detected* if no ground below leaves it open, else *inconclusive* (`state.rs`).

**The limit** of a negative is the least fraction of KMT2A's transcripts (DNA: alleles) that would have been found with probability `confidence` (`lod.rs`, [limit of detection](limit-of-detection.md)). A candidate is **waived** if its one-sided upper bound is below `waive_limit` (`waive.rs`): it does not prevent a negative, whose limit is never below that bound.

";

/// Where a group of numbers begins, and its name.
const GROUPS: [(&str, &str); 15] = [
    ("tier_high", "Tiers and priors"),
    ("chimera_in_catalogue", "Chimeras of the library"),
    ("true_both_sites", "Exon ends, frame, region, strand"),
    ("both_classes", "Agreement of the evidence (DNA)"),
    ("anchor_short", "Anchors and unique alignment"),
    ("molecules_min", "Molecules"),
    ("ptd_background", "Duplications"),
    ("near_tier", "What blocks a negative, and what is waived"),
    ("confidence", "Limit of detection"),
    ("controls_min", "Fitness of the file"),
    ("clip_anchor", "Chimeras kept by aligners"),
    ("step_confidence", "Steps in coverage"),
    ("pile_min", "Breaks without a partner, and the extent of KMT2A"),
    ("identifier_share", "Reads, pairs and molecules"),
    ("repeat_max", "Events and transcripts"),
];

const NUMBERS: &str = "
## Numbers

[rule-numbers.tsv](rule-numbers.tsv) has every number with its group, default, unit, meaning and source. Each report prints all of them under `parameters.rule`. For research, `call --params FILE` takes others: a JSON object such as `{\"molecules_min\": 3}`; numbers not in it keep their defaults. Such a report states the changes in its first warning, with its conclusion and in its VCF header.

KMT2A's own facts (regions, donors, exons of duplications) are in the catalogue (`crates/core/src/catalogue/scheme.rs`). The numbers of the alignment model, which decide how bases and molecules are aligned but not how they are judged, are with the code that uses them in `evidence` and `assemble` of `crates/core/src`, as are limits on work. `cargo test --test layers numbers` fails on any other number that decides.
";

const MUTANTS: &str = "
Each reason, ground and state has a row at its limit and one just beyond it. `make mutants` (cargo-mutants) mutates the code at one place at a time, and each mutant must fail a test; `.cargo/mutants.toml` has no exceptions. Of 1,436 mutants, 1,374 were caught, 2 timed out, 60 did not compile, and none was missed; 140 in the limits' files were tested again after their last change, none missed. CI runs it on every push.
";

/// The grounds: those that do not leave a sample open, then the others by their rule.
fn grounds(text: &mut String) {
    let names = |rule: Option<OpenRule>| {
        let of_rule = Ground::ALL.iter().filter(|ground| ground.card().rule == rule);
        of_rule
            .map(|ground| format!("`{}`", ground.name()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = writeln!(
        text,
        "\n## Grounds\n\nA conclusion is based on grounds; [rule-grounds.tsv](rule-grounds.tsv) gives the meaning and next step of each, and a report gives the most urgent step. These do not leave a sample open: {}. The others do, each by its rule:\n",
        names(None)
    );
    let rules: BTreeSet<OpenRule> = Ground::ALL.iter().filter_map(|ground| ground.card().rule).collect();
    for rule in rules {
        let _ = writeln!(text, "* {}: {}", rule.sentence(), names(Some(rule)));
    }
}

/// One line per ground; the next steps are numbered from the most urgent.
fn ground_lines() -> String {
    let mut text = "ground\tmeaning\tleaves a sample open, as\turgency\tnext step\n".to_owned();
    let steps: BTreeSet<NextStep> = Ground::ALL.iter().filter_map(|ground| ground.card().next).collect();
    for ground in Ground::ALL {
        let card = ground.card();
        let rule = card.rule.map_or("", OpenRule::sentence);
        let (urgency, step) = card.next.map_or_else(Default::default, |step| {
            let words = step.text().unwrap_or("confirm the event, or sequence deeper");
            ((1 + steps.range(..step).count()).to_string(), words)
        });
        let _ = writeln!(
            text,
            "{}\t{}\t{rule}\t{urgency}\t{step}",
            ground.name(),
            ground.meaning()
        );
    }
    text
}

/// One line per number, with the name of its group.
fn numbers() -> String {
    let mut text = "group\tname\tdefault\tunit\tmeaning\tsource\n".to_owned();
    let mut group = "";
    for card in Params::CARDS {
        if let Some((_, heading)) = GROUPS.iter().find(|(first, _)| *first == card.name) {
            group = heading;
        }
        let (meaning, source) = (card.meaning.trim(), card.source);
        let _ = writeln!(
            text,
            "{group}\t{}\t{}\t{}\t{meaning}\t{source}",
            card.name, card.default, card.unit
        );
    }
    text
}

fn page() -> String {
    let mut text = HEAD.to_owned();
    text += "## Terms\n\n";
    for term in TermName::ALL {
        let _ = writeln!(text, "* `{}`: {}", term.name(), term.sentence());
    }
    text += "\n## Reasons\n\nThose with \"Lifted by\" cap the junction; the others are doubts. Each is a VCF filter of the same name, and at tier low blocks a negative unless marked (*).\n\n";
    for code in Code::ALL {
        let card = code.card();
        let mark = if card.blocks_negative { "" } else { " (*)" };
        let lifted = card
            .lifts_when
            .map(|lifts| format!(". Lifted by {lifts}"))
            .unwrap_or_default();
        let _ = writeln!(text, "* `{}`{mark}: {}{lifted}", code.name(), code.sentence());
    }
    grounds(&mut text);
    text += NUMBERS;
    let _ = writeln!(
        text,
        "\n## How it is tested\n\nChanged by a fifth up or down, {} of the {} numbers change a row of the tables in `crates/rule/src/golden` (`cargo test -p breakapart-rule pinned`). The others do not:\n",
        Params::CARDS.len() - STILL.len(),
        Params::CARDS.len()
    );
    for (name, reason) in STILL {
        let _ = writeln!(text, "* `{name}`: {reason}.");
    }
    text += MUTANTS;
    text
}

#[test]
fn every_group_begins_with_a_number() {
    let first = GROUPS.map(|(first, _)| first);
    let of_cards = Params::CARDS.iter().map(|card| card.name);
    assert_eq!(of_cards.filter(|name| first.contains(name)).collect::<Vec<_>>(), first);
    assert_eq!(Params::CARDS.first().map(|card| card.name), first.first().copied());
}

/// Fails if a file differs from the code; rewrites it with `BREAKAPART_BLESS=1`.
#[track_caller]
fn check(name: &str, made: &str) {
    let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/{}"), name);
    if std::env::var_os("BREAKAPART_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/{name} differs from the code; docs/rule.md says how it is generated"
    );
}

#[test]
fn the_document_is_made_from_the_code() {
    check("rule.md", &page());
    check("rule-grounds.tsv", &ground_lines());
    check("rule-numbers.tsv", &numbers());
}
