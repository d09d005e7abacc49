//! `docs/rule.md`, made from the cards and the numbers.

use std::fmt::Write as _;

use crate::{Code, Ground, Params, TermName, ground::OpenRule, pinned::STILL};

const HEAD: &str = "# The rule

Made from the code (`code.rs`, `term.rs`, `ground.rs` and `params.rs` of `crates/rule/src`); `BREAKAPART_BLESS=1 cargo test -p breakapart-rule document` writes it anew. The code that uses it is `crates/rule/src/assess.rs`, which takes plain numbers only; the limit of detection calls the very same function.

Each junction is weighed as a rearrangement of the patient against one of the chimeras that library preparation makes. The log-odds of both are summed from the terms below; the score is their probability. It is a model's score, checked by simulation (docs/accuracy.md), and no patient's probability. The tier is a cut on it: high, medium and low begin at `tier_high`, `tier_medium` and `tier_low`. Over the score stand the reasons that hold a junction at low, whatever it shows, or below every tier.

";

const MUTANTS: &str = "\nEach reason, ground and state has a row at its limit and one beside it. `cargo mutants -p breakapart-rule` changes the code one place at a time; every such change must fail a test, but for those that `.cargo/mutants.toml` names with the reason why nothing can tell them apart. None is named there: of 1,372 changes 56 do not compile, and each of the other 1,316 failed a test (counted with all of them compiled into one binary and switched at run time). It runs on every push (`.github/workflows/ci.yml`).\n";

const ELSEWHERE: &str = "\n## Numbers elsewhere\n\nThe alignment model decides which bases and which molecules are laid where, not what is believed of them, and its numbers stand beside the code that uses them: the priors of explanations (`assemble/explain/prior.rs`), the shortest part that is laid at a second place (`assemble/explain/realign.rs`), what one segment is (`evidence/chain.rs`), how far the reads of a pair may lie apart (`evidence/templates.rs`, `evidence/gather.rs`), all in `crates/core/src`. So do numbers that only bound work: caps, windows, what is listed.\n";

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
    text += "\n## Grounds\n\nWhat a sample's conclusion rests on. Those with a rule leave it open, each by that rule; the most urgent next step is the one that the report gives.\n\n| code | meaning | leaves it open, for | next step |\n|---|---|---|---|\n";
    for ground in Ground::ALL {
        let card = ground.card();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            card.code,
            ground.meaning(),
            card.rule.map_or("(does not)", OpenRule::sentence),
            card.next.map_or("", |step| step
                .text()
                .unwrap_or("confirm the event, or sequence deeper"))
        );
    }
    text += "\n## Numbers\n\nAll of them are printed under `parameters.rule` of every report. `call --params FILE` takes other values, for research: a JSON object of names and values, such as `{\"molecules_min\": 3}`; what it leaves out keeps its default, and every report made so names what was changed in its warnings.\n\n| name | default | unit | meaning | source |\n|---|---|---|---|---|\n";
    for card in Params::CARDS {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            card.name,
            card.default,
            card.unit,
            card.meaning.trim(),
            card.source
        );
    }
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
fn the_document_is_made_from_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rule.md");
    let made = page();
    if std::env::var_os("BREAKAPART_BLESS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == made, "docs/rule.md is not what the code says; see its head");
}
