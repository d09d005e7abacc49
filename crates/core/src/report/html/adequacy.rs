//! What the reads could have shown, assay by assay.

use super::{
    Fact, count, fact,
    figure::{Figure, Form},
    number,
};
use crate::report::{
    schema::{Adequacy, Imbalance, LibraryAtLocus, SampleReport},
    wording::shortened,
};

/// One assay's adequacy.
pub(super) struct AdequacyView {
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Donors with their limits.
    pub donors: Vec<DonorRow>,
    /// Whatever else was measured.
    pub facts: Vec<Fact>,
    /// What stands against a negative, in words.
    pub faults: Vec<String>,
    /// Introns with their callable bases (DNA).
    pub introns: Vec<IntronRow>,
    /// Introns without coverage, in runs: `1-6, 9`.
    pub uncovered: String,
}

/// One donor.
pub(super) struct DonorRow {
    /// Exon.
    pub exon: Figure,
    /// Transcript of its number.
    pub transcript: String,
    /// Region.
    pub region: String,
    /// Wild-type molecules.
    pub molecules: Figure,
    /// Share of placements that the rules can use.
    pub usable: Option<Figure>,
    /// Limit for a catalogue partner.
    pub catalogue: Option<Figure>,
    /// Limit for any partner.
    pub any: Option<Figure>,
}

/// One intron.
pub(super) struct IntronRow {
    /// Number.
    pub number: Figure,
    /// Bases.
    pub bases: Figure,
    /// Callable bases.
    pub callable: Figure,
    /// Whether it counts as covered.
    pub covered: bool,
}

/// Adequacy of each assay.
pub(super) fn adequacy(report: &SampleReport) -> Vec<AdequacyView> {
    let views = report.adequacy.iter().enumerate().map(|(a, adequacy)| {
        let pointer = format!("/adequacy/{a}");
        let donors = adequacy.donors.iter().enumerate().map(|(d, donor)| {
            let pointer = format!("{pointer}/donors/{d}");
            let share = |name: &str, value: Option<f64>| {
                value.map(|v| Figure::number(format!("{pointer}/{name}"), v, Form::Percent))
            };
            DonorRow {
                exon: Figure::count(format!("{pointer}/exon"), u64::from(donor.exon)),
                transcript: shortened(&donor.transcript, 40),
                region: shortened(&donor.region, 20),
                molecules: Figure::count(format!("{pointer}/molecules"), donor.molecules),
                usable: donor
                    .usable
                    .map(|usable| Figure::number(format!("{pointer}/usable"), usable, Form::Ratio)),
                catalogue: share("lod_catalogue_partner", donor.lod_catalogue_partner),
                any: share("lod_any_partner", donor.lod_any_partner),
            }
        });
        let donors = donors.collect();
        let mut facts = vec![fact(
            "Chimeric alignments",
            format!(
                "{}: {}",
                adequacy.chimera_capability.status, adequacy.chimera_capability.basis
            ),
        )];
        let share = |name: &str, key: &str, value: Option<f64>| match value {
            Some(value) => number(name, format!("{pointer}/{key}"), value, Form::Percent),
            None => fact(name, "not known".to_owned()),
        };
        facts.push(share(
            "Mapping quality 0 at KMT2A",
            "mapq0_fraction",
            adequacy.mapq0_fraction,
        ));
        facts.push(share(
            "Duplicates at KMT2A",
            "duplicate_fraction",
            adequacy.duplicate_fraction,
        ));
        if adequacy.assay == "dna" {
            facts.push(share(
                "Major region callable",
                "callable_fraction",
                adequacy.callable_fraction,
            ));
        }
        library(&mut facts, &adequacy.library, &format!("{pointer}/library"));
        if let Some(expression) = &adequacy.expression {
            facts.push(count(
                "KMT2A molecules",
                format!("{pointer}/expression/kmt2a_molecules"),
                expression.kmt2a_molecules,
            ));
            for (c, control) in expression.controls.iter().enumerate() {
                facts.push(count(
                    &format!("{} reads (control gene)", shortened(&control.symbol, 30)),
                    format!("{pointer}/expression/controls/{c}/molecules"),
                    control.molecules,
                ));
            }
        }
        if let Some(step) = &adequacy.imbalance {
            imbalance(&mut facts, step, &format!("{pointer}/imbalance"));
        } else if adequacy.assay == "rna" {
            facts.push(fact(
                "Step of KMT2A's coverage (5'/3' imbalance)",
                "no step can be told from these reads".to_owned(),
            ));
        }
        AdequacyView {
            assay: adequacy.assay.to_uppercase(),
            donors,
            facts,
            faults: adequacy
                .faults
                .iter()
                .map(|fault| shortened(&fault.text, 300))
                .collect(),
            introns: introns(adequacy, &pointer),
            uncovered: uncovered(adequacy),
        }
    });
    views.collect()
}

/// The library at KMT2A.
fn library(facts: &mut Vec<Fact>, library: &LibraryAtLocus, pointer: &str) {
    if library.strandedness.is_empty() {
        return;
    }
    let whole = |facts: &mut Vec<Fact>, name: &str, key: &str, value: Option<u32>| {
        if let Some(value) = value {
            facts.push(count(name, format!("{pointer}/{key}"), u64::from(value)));
        }
    };
    whole(
        facts,
        "Read length at KMT2A (bases)",
        "read_length",
        library.read_length,
    );
    whole(
        facts,
        "Fragment length at KMT2A, median (bases)",
        "fragment_length",
        library.fragment_length,
    );
    facts.push(fact("Strandedness", library.strandedness.clone()));
    let forms = [
        ("Sense reads", "sense_fraction", library.sense_fraction, Form::Percent),
        (
            "Depth of the 3' end over the 5' end",
            "three_prime_ratio",
            library.three_prime_ratio,
            Form::Ratio,
        ),
        (
            "Reads with a believable place",
            "placed_fraction",
            library.placed_fraction,
            Form::Percent,
        ),
        (
            "Mates that are unaligned",
            "mate_unaligned_fraction",
            library.mate_unaligned_fraction,
            Form::Percent,
        ),
        (
            "Mates that the file lacks",
            "mate_missing_fraction",
            library.mate_missing_fraction,
            Form::Percent,
        ),
        (
            "Pairs whose reads overlap",
            "overlapping_fraction",
            library.overlapping_fraction,
            Form::Percent,
        ),
    ];
    for (name, key, value, form) in forms {
        if let Some(value) = value {
            facts.push(number(name, format!("{pointer}/{key}"), value, form));
        }
    }
}

/// The step of coverage with its interval, and whether it is believed.
fn imbalance(facts: &mut Vec<Fact>, step: &Imbalance, pointer: &str) {
    let verdict = if step.believed {
        "believed: KMT2A's 5' and 3' parts are not equally expressed"
    } else {
        "not believed: no sign of a break"
    };
    facts.push(fact("Step of KMT2A's coverage (5'/3' imbalance)", verdict.to_owned()));
    facts.push(count(
        "Step: best place, behind exon",
        format!("{pointer}/exon"),
        u64::from(step.exon),
    ));
    for (name, key, value, form) in [
        ("Step: 5' over 3' part", "ratio", step.ratio, Form::Ratio),
        ("Step: lower bound (95 %)", "ratio_low", step.ratio_low, Form::Ratio),
        ("Step: upper bound (95 %)", "ratio_high", step.ratio_high, Form::Ratio),
        ("Step: confidence", "confidence", step.confidence, Form::Percent),
    ] {
        facts.push(number(name, format!("{pointer}/{key}"), value, form));
    }
    facts.push(count(
        "Step: normal samples compared with",
        format!("{pointer}/background_samples"),
        u64::from(step.background_samples),
    ));
}

fn introns(adequacy: &Adequacy, pointer: &str) -> Vec<IntronRow> {
    let rows = adequacy.introns.iter().enumerate();
    rows.map(|(index, intron)| {
        let figure = |name: &str, value| Figure::count(format!("{pointer}/introns/{index}/{name}"), value);
        IntronRow {
            number: figure("intron", u64::from(intron.intron)),
            bases: figure("bases", intron.bases),
            callable: figure("callable_bases", intron.callable_bases),
            covered: intron.covered,
        }
    })
    .collect()
}

/// Numbers of the introns without coverage, in runs.
fn uncovered(adequacy: &Adequacy) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for intron in adequacy.introns.iter().filter(|intron| !intron.covered) {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(intron.intron) => *last = intron.intron,
            _ => runs.push((intron.intron, intron.intron)),
        }
    }
    let words: Vec<String> = runs
        .iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
        .collect();
    shortened(&words.join(", "), 300)
}
