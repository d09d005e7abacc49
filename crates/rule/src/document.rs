//! `docs/rule.md`, made from the cards and the numbers.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{
    Code, Ground, Params, TermName,
    ground::{NextStep, OpenRule},
    pinned::STILL,
};

const HEAD: &str = "# The rule

Made from the code (`code.rs`, `term.rs`, `ground.rs` and `params/numbers.rs` of `crates/rule/src`); `BREAKAPART_BLESS=1 cargo test -p breakapart-rule document` writes it anew.

## Method

**A junction** is weighed as a rearrangement of the patient against a chimera that library preparation makes (`assess.rs`). Its score is `1 / (1 + exp(-sum))`, where *sum* adds up the terms below, in log-odds: ln of the prior of its class; less ln of the chimeras that this sample's library is expected to hold on such a partner, the judged event left out; less ln of the chance that a chimera repeats itself in so many molecules; and ln of a factor for each further term. It is a model's score, checked by simulation (docs/accuracy.md), and no patient's probability. Molecules are counted, never copies of one, and a junction counts no more of them than it has distinct fragment ends.

**The tier** is a cut on the score (`tier_high`, `tier_medium`, `tier_low`). Reasons bound it: some hold a junction at low, or below every tier, whatever it scores. None rises above low with fewer than `molecules_min` molecules that show KMT2A and something beyond it.

**A duplication** in RNA is weighed against the back-splices of healthy blood (`ptd_background`) and, where the library may hold circular RNA, against this sample's own at other exons (`assess/duplication.rs`). For a tier above low the lower bound of back-splice over wild-type molecules must pass that background, with `ptd_molecules_min` molecules or more.

**The sample** is *rearranged* by an event that joins KMT2A's 5' part to something else at tier medium or high (in DNA also by the other derivative), *ptd* by a duplication at such a tier, *not detected* if nothing below leaves it open, else *inconclusive* (`state.rs`).

**The limit** of a negative is the least fraction of KMT2A's transcripts (DNA: alleles) that would have been found with the chance `confidence`. How many molecules such a fusion leaves follows, over-dispersed, from the wild-type molecules over each donor, the geometry of the reads and what the aligner lets through; each number of them is judged by this very rule (`lod.rs`, docs/limit-of-detection.md). **Waived** is what is so rare that its one-sided upper bound lies below `waive_limit` (`waive.rs`); it leaves a negative, whose limit is no lower than that bound.

";

/// Where a table of numbers begins, and its heading.
const GROUPS: [(&str, &str); 15] = [
    ("tier_high", "Tiers and priors"),
    ("chimera_in_catalogue", "Chimeras of the library"),
    ("true_both_sites", "Exon ends, frame, region, strand"),
    ("both_classes", "Agreement of the evidence (DNA)"),
    ("anchor_short", "Bases and places"),
    ("molecules_min", "Molecules"),
    ("ptd_background", "Duplications"),
    ("near_tier", "What keeps from a negative, and what is waived"),
    ("confidence", "Limit of detection"),
    ("controls_min", "Fitness of the file"),
    ("clip_anchor", "What aligners let through"),
    ("step_confidence", "Steps of coverage"),
    ("pile_min", "Breaks without a partner, and what counts as KMT2A"),
    ("identifier_share", "Reads, pairs and molecules"),
    ("repeat_max", "Events and transcripts"),
];

const NUMBERS: &str = "\n## Numbers\n\nAll of them are printed under `parameters.rule` of every report. `call --params FILE` takes other values, for research: a JSON object of names and values, such as `{\"molecules_min\": 3}`; what it leaves out keeps its default. A report made so names what was changed as its first warning, beside its conclusion and in the head of its VCF.\n";

const ELSEWHERE: &str = "\n## Numbers elsewhere\n\nKMT2A's own facts (regions, donors, exons of duplications) are the catalogue's (`crates/core/src/catalogue/scheme.rs`). The alignment model decides which bases and molecules are laid where, not what is believed of them; its numbers stand beside the code that uses them, in `evidence` and `assemble` of `crates/core/src`: priors of explanations (`assemble/explain/prior.rs`), the shortest part that is laid at a second place (`assemble/explain/cost.rs`, `realign.rs`), what one segment is (`evidence/chain.rs`), how far the reads of a pair may lie apart (`evidence/templates.rs`, `evidence/gather.rs`). So do numbers that only bound work: caps, windows, what is listed. `cargo test --release --test layers numbers` reads the sources and fails on any other number in this crate, `annotate`, `judge`, `conclude` and `run`, and on any share in `evidence` and `assemble`.\n";

const MUTANTS: &str = "\nEach reason, ground and state has a row at its limit and one beside it. `cargo mutants -p breakapart-rule` (`make mutants`) changes the code one place at a time; every such change must fail a test, but for those that `.cargo/mutants.toml` names with the reason why nothing can tell them apart. None is named there. When it made 1,372 changes, 56 did not compile, and each of the other 1,316 failed a test (counted with all of them compiled into one binary and switched at run time). It makes 1,436 today, of which the program itself has tested 313 so far (among them all of `assess.rs`, `background.rs`, `breaks.rs`, `capability.rs`, `event.rs`, `params.rs` and `reads.rs`): 296 failed a test, 17 do not compile, none was missed. It runs on every push (`.github/workflows/ci.yml`).\n";

/// The grounds: those that leave a sample open by their rule, and what each asks for.
fn grounds(text: &mut String) {
    let all = || Ground::ALL.iter().map(|ground| (ground, ground.card()));
    *text += "\n## Grounds\n\nWhat a conclusion rests on. These leave none open: ";
    let said = |ground: &Ground| format!("`{}` ({})", ground.name(), ground.meaning().trim_end_matches('.'));
    let quiet = all().filter(|(_, card)| card.rule.is_none());
    *text += &quiet.map(|(ground, _)| said(ground)).collect::<Vec<_>>().join(", ");
    *text += ". The others leave a sample open, each by the rule above it; the number is that of the next step it asks for, of which a report gives the most urgent.\n\n";
    let steps: BTreeSet<NextStep> = all().filter_map(|(_, card)| card.next).collect();
    let number = |step: NextStep| 1 + steps.range(..step).count();
    let rules: BTreeSet<OpenRule> = all().filter_map(|(_, card)| card.rule).collect();
    for rule in rules {
        let _ = writeln!(text, "* *{}*", rule.sentence());
        for (ground, card) in all().filter(|(_, card)| card.rule == Some(rule)) {
            let next = card.next.map(|step| format!(" ({})", number(step))).unwrap_or_default();
            let _ = writeln!(text, "  * `{}`: {}{next}", ground.name(), ground.meaning());
        }
    }
    *text += "\nNext steps, the most urgent first:\n\n";
    for step in &steps {
        let words = step.text().unwrap_or("confirm the event, or sequence deeper");
        let _ = writeln!(text, "{}. {words}", number(*step));
    }
}

fn numbers(text: &mut String) {
    *text += NUMBERS;
    for card in Params::CARDS {
        if let Some((_, heading)) = GROUPS.iter().find(|(first, _)| *first == card.name) {
            let _ = writeln!(
                text,
                "\n### {heading}\n\n| name | default | meaning | source |\n|---|---|---|---|"
            );
        }
        let _ = writeln!(
            text,
            "| `{}` | {} ({}) | {} | {} |",
            card.name,
            card.default,
            card.unit,
            card.meaning.trim(),
            card.source
        );
    }
}

fn page() -> String {
    let mut text = HEAD.to_owned();
    text += "## Terms\n\n| term | weighs |\n|---|---|\n";
    for term in TermName::ALL {
        let _ = writeln!(text, "| `{}` | {} |", term.name(), term.sentence());
    }
    text += "\n## Reasons\n\nA reason with an entry under *lifted by* holds the junction down; the others are doubts. The VCF has each as a filter of the same name.\n\n| code | meaning | lifted by | blocks a negative at low |\n|---|---|---|---|\n";
    for code in Code::ALL {
        let card = code.card();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            card.code,
            card.sentence,
            card.lifts_when.unwrap_or("(a doubt)"),
            if card.blocks_negative { "yes" } else { "no" }
        );
    }
    grounds(&mut text);
    numbers(&mut text);
    text += ELSEWHERE;
    let _ = writeln!(
        text,
        "\n## How it is tested\n\n{} of these {} numbers, moved by a fifth up or down, change at least one row of the tables in `crates/rule/src/golden` (`cargo test -p breakapart-rule pinned`); the others do not, for these reasons:\n",
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
fn every_heading_stands_before_a_number() {
    let first = GROUPS.map(|(first, _)| first);
    let of_cards = Params::CARDS.iter().map(|card| card.name);
    assert_eq!(of_cards.filter(|name| first.contains(name)).collect::<Vec<_>>(), first);
    assert_eq!(Params::CARDS.first().map(|card| card.name), first.first().copied());
}

#[test]
fn the_document_is_made_from_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rule.md");
    let made = page();
    if std::env::var_os("BREAKAPART_BLESS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == made, "docs/rule.md is not what the code says; see its head");
}
