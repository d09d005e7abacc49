//! What the reads could have shown, in the report's form.

use super::out;
use crate::{
    catalogue::{GeneModels, scheme},
    conclude::{self, Imbalance},
    judge::Region,
};

/// Adequacy in the report's form.
pub(crate) fn of_assay(c: &conclude::Conclusion, models: &GeneModels, background_samples: u32) -> out::Adequacy {
    let a = &c.adequacy;
    let lead = models.kmt2a().0.transcripts.first();
    let transcript = lead.map(|t| t.display_name()).unwrap_or_default();
    let lengths: Vec<i64> = lead
        .map(|t| t.exons.iter().map(|e| e.interval.len()).collect())
        .unwrap_or_default();
    out::Adequacy {
        assay: super::assay_word(a.assay).to_owned(),
        donors: c
            .limits
            .donors
            .iter()
            .filter(|d| d.region != Region::Other || d.exon == scheme::LISTED_DONOR)
            .map(|d| out::DonorAdequacy {
                exon: d.exon,
                transcript: transcript.to_owned(),
                region: match d.region {
                    Region::Major => "major",
                    Region::Minor => "minor",
                    Region::Other => "other",
                }
                .to_owned(),
                molecules: u64::from(d.molecules),
                usable: Some(d.usable),
                lod_catalogue_partner: d.exclusion_catalogue,
                lod_any_partner: d.exclusion_any,
            })
            .collect(),
        expression: Some(out::Expression {
            kmt2a_molecules: u64::from(a.kmt2a_molecules),
            controls: a
                .controls
                .iter()
                .map(|(symbol, n)| out::ControlExpression {
                    symbol: symbol.clone(),
                    molecules: *n,
                })
                .collect(),
            text: expression_text(a),
        }),
        mapq0_fraction: a.mapq0_fraction,
        duplicate_fraction: a.duplicate_fraction,
        callable_fraction: c.limits.callable_fraction,
        library: library(a),
        exon_depth: exon_depth(a, &lengths),
        imbalance: c.breaks.imbalance.map(|i| imbalance(&i, background_samples)),
        faults: a.faults.iter().map(super::reason_of).collect(),
        introns: c
            .limits
            .introns
            .iter()
            .filter(|_| a.assay == crate::input::Assay::Dna)
            .map(|i| out::IntronAdequacy {
                intron: i.exon,
                transcript: transcript.to_owned(),
                bases: i.bases,
                callable_bases: i.callable,
                covered: !i.is_missing,
            })
            .collect(),
        chimera_capability: out::ChimeraCapability {
            status: a.capability.visibility.name().to_owned(),
            code: a.capability.ground.name().to_owned(),
            basis: a.capability.basis.clone(),
        },
    }
}

/// The library at the locus.
fn library(a: &conclude::Adequacy) -> out::LibraryAtLocus {
    let l = &a.library;
    out::LibraryAtLocus {
        read_length: (l.read_len > 0).then_some(l.read_len),
        fragment_length: l.fragment_len.map(|(median, _)| median),
        fragment_length_mad: l.fragment_len.map(|(_, mad)| mad),
        strandedness: l.strandedness.to_owned(),
        sense_fraction: l.sense_fraction,
        three_prime_ratio: l.three_prime_ratio,
        placed_fraction: l.placed_fraction,
        mate_unaligned_fraction: l.mate_unaligned_fraction,
        mate_missing_fraction: l.mate_missing_fraction,
        overlapping_fraction: l.overlapping_fraction,
    }
}

/// Depth of every exon; `lengths` are those of the transcript's exons (bases).
fn exon_depth(a: &conclude::Adequacy, lengths: &[i64]) -> Vec<out::ExonDepth> {
    let mut before = 0;
    (1_u16..)
        .zip(a.library.exon_depth.iter().zip(lengths))
        .map(|(exon, (depth, length))| {
            let offset = u64::try_from(before + length / 2).unwrap_or(0);
            before += length;
            out::ExonDepth {
                exon,
                offset,
                depth: *depth,
            }
        })
        .collect()
}

/// A step of coverage.
fn imbalance(i: &Imbalance, background_samples: u32) -> out::Imbalance {
    out::Imbalance {
        exon: i.exon,
        exon_low: i.exon_low,
        exon_high: i.exon_high,
        ratio: i.ratio,
        ratio_low: i.ratio_low,
        ratio_high: i.ratio_high,
        confidence: i.confidence,
        background_samples,
        believed: i.is_believed,
    }
}

/// KMT2A against the control genes, in a sentence.
fn expression_text(a: &conclude::Adequacy) -> String {
    let controls: Vec<String> = a
        .controls
        .iter()
        .map(|(symbol, n)| format!("{symbol} {n} reads"))
        .collect();
    if controls.is_empty() {
        format!("{} KMT2A molecules; no read at a control gene", a.kmt2a_molecules)
    } else {
        format!("{} KMT2A molecules beside {}", a.kmt2a_molecules, controls.join(", "))
    }
}
