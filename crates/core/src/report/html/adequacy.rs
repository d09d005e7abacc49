//! What the reads could have shown, assay by assay.

use super::{
    Facts,
    figure::{At, Form},
};
use crate::{
    conclude::examined,
    report::{
        schema::{Adequacy, SampleReport},
        wording::shortened,
    },
};

/// One assay's adequacy.
pub(super) struct AdequacyView<'a> {
    /// Where it stands: donors, introns and faults are shown as they are.
    pub at: At<'a>,
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Whatever else was measured.
    pub facts: Facts<'a>,
    /// Introns without coverage, in runs: `1-6, 9`.
    pub uncovered: String,
}

/// Adequacy of each assay.
pub(super) fn adequacy<'a>(report: &SampleReport, at: &At<'a>) -> Vec<AdequacyView<'a>> {
    let views = at.list("adequacy").into_iter().zip(&report.adequacy);
    views
        .map(|(at, adequacy)| AdequacyView {
            assay: adequacy.assay.to_uppercase(),
            facts: facts(adequacy, at.clone()),
            uncovered: uncovered(adequacy),
            at,
        })
        .collect()
}

fn facts<'a>(adequacy: &Adequacy, at: At<'a>) -> Facts<'a> {
    let mut facts = Facts::of(at);
    let chimeras = &adequacy.chimera_capability;
    facts.words(
        "Chimeric alignments",
        &format!("{}: {}", chimeras.status, chimeras.basis),
    );
    for (name, path) in [
        ("Mapping quality 0 at KMT2A", "mapq0_fraction"),
        ("Duplicates at KMT2A", "duplicate_fraction"),
        ("Major region callable", "callable_fraction"),
    ] {
        let is_asked = path != "callable_fraction" || adequacy.assay == "dna";
        if is_asked && !facts.figure(name, path, Form::Percent) {
            facts.words(name, "not known");
        }
    }
    library(&mut facts, &adequacy.library.strandedness);
    facts.figure("KMT2A molecules", "expression/kmt2a_molecules", Form::Whole);
    let controls = adequacy.expression.iter().flat_map(|expression| &expression.controls);
    for (index, control) in controls.enumerate() {
        let name = format!("{} reads (control gene)", shortened(&control.symbol, 30));
        facts.figure(&name, &format!("expression/controls/{index}/molecules"), Form::Whole);
    }
    imbalance(&mut facts, adequacy);
    facts
}

/// The library at the locus; nothing for reports that do not hold it.
fn library(facts: &mut Facts<'_>, strandedness: &str) {
    if strandedness.is_empty() {
        return;
    }
    facts.figure("Read length at KMT2A (bases)", "library/read_length", Form::Whole);
    let fragments = "Fragment length at KMT2A, median (bases)";
    facts.figure(fragments, "library/fragment_length", Form::Whole);
    facts.words("Strandedness", strandedness);
    for (name, key) in [
        ("Sense reads", "sense_fraction"),
        ("Depth of the 3' end over the 5' end", "three_prime_ratio"),
        ("Reads with a believable place", "placed_fraction"),
        ("Mates that are unaligned", "mate_unaligned_fraction"),
        ("Mates that the file lacks", "mate_missing_fraction"),
        ("Pairs whose reads overlap", "overlapping_fraction"),
    ] {
        let form = if key.ends_with("ratio") {
            Form::Ratio
        } else {
            Form::Percent
        };
        facts.figure(name, &format!("library/{key}"), form);
    }
}

/// The step of the coverage, where there is one, or that there is none in RNA.
fn imbalance(facts: &mut Facts<'_>, adequacy: &Adequacy) {
    let verdict = match &adequacy.imbalance {
        Some(step) if step.believed => "believed: KMT2A's 5' and 3' parts are not equally expressed",
        Some(_) => "not believed: no sign of a break",
        None if adequacy.assay == "rna" => "no step can be told from these reads",
        None => return,
    };
    facts.words("Step of KMT2A's coverage (5'/3' imbalance)", verdict);
    for (name, key, form) in [
        ("Step: best place, behind exon", "exon", Form::Whole),
        ("Step: 5' over 3' part", "ratio", Form::Ratio),
        ("Step: lower bound (95 %)", "ratio_low", Form::Ratio),
        ("Step: upper bound (95 %)", "ratio_high", Form::Ratio),
        ("Step: confidence", "confidence", Form::Percent),
        ("Step: normal samples compared with", "background_samples", Form::Whole),
    ] {
        facts.figure(name, &format!("imbalance/{key}"), form);
    }
}

/// Numbers of the introns without coverage, in runs.
fn uncovered(adequacy: &Adequacy) -> String {
    let missing = adequacy.introns.iter().filter(|intron| !intron.covered);
    let numbers: Vec<u16> = missing.map(|intron| intron.intron).collect();
    shortened(&examined::runs(&numbers).replace('e', ""), 300)
}
