//! Pinned results of the rule for tables of junctions, libraries and samples, and a test that each number changes one.
//!
//! The golden files contain the results (`BREAKAPART_BLESS=1` rewrites them: read what changed). A number that could
//! change by a fifth without a change in the tables would be untested.

mod beside;
mod files;
mod junctions;
mod limits;
mod states;

use std::fmt::Write as _;

use crate::{Class, Context, EvidenceFacts, Frame, LibraryType, Params, Region};

/// Molecules that join exon ends of KMT2A and a catalogue partner.
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
        before_first_exon: false,
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
        unplaced_in_exon: false,
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

/// A typical chimera: not at exon ends, outside the regions, no partner.
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

/// Compares lines with a golden file; `BREAKAPART_BLESS=1` rewrites it.
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
    pinned("judged.tsv", "junction\tlog_odds\ttier\treasons", &junctions::table(&p));
    let head =
        "library\tmolecules\tusable\tusable_any\texclusion_catalogue\texclusion_any\tcall_catalogue\tcall_any\tptd";
    pinned("beside.tsv", "rule\tresult", &beside::table(&p));
    pinned("limits.tsv", head, &limits::table(&p));
    pinned("files.tsv", "file\tfaults or capability", &files::table(&p));
    pinned("states.tsv", "sample\tstate\tcauses\tbounds", &states::table(&p));
}

/// Numbers that may change by a fifth without an effect, with the reason.
pub(crate) const STILL: [(&str, &str); 2] = [
    (
        "typical_anchor",
        "any anchor of `anchor_long` bases or more has the same factor, and a fifth less is still long",
    ),
    ("typical_anchor_dna", "the same"),
];

#[test]
fn each_number_moves_something_in_the_tables() {
    // The fastest first: most numbers change the first table.
    let tables: [fn(&Params) -> Vec<String>; 6] = [
        junctions::table,
        beside::table,
        cuts,
        files::table,
        states::table,
        limits::table,
    ];
    let as_they_are = tables.map(|table| table(&Params::default()));
    let known = |name| STILL.iter().any(|(still, _)| *still == name);
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

/// Tiers of scores: the tables have no score next to each threshold.
fn cuts(p: &Params) -> Vec<String> {
    let scores = [0.45, 0.55, 0.85, 0.94, 0.985, 0.994];
    scores
        .map(|score| format!("{score}: {:?}", crate::assess::tier_of(score, p)))
        .to_vec()
}

/// The capability of a well-configured aligner.
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
