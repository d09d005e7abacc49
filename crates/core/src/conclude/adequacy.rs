//! Adequacy: what the sample's own reads could have shown.

use super::{Limits, decided::Words, library};
use crate::{
    catalogue::scheme,
    input::Assay,
    judge::Region,
    model::{
        Adequacy, ChimeraCapability, ControlExpression, DonorAdequacy, ExonDepth, Expression, Imbalance, IntronAdequacy,
    },
};

/// The adequacy of one assay under its limits.
pub(super) fn of(words: &Words<'_>, limits: &Limits, imbalance: Option<Imbalance>) -> Adequacy {
    let (result, profile) = (words.result, words.result.profile());
    let share = |n: u32| (profile.fragments > 0).then(|| f64::from(n) / f64::from(profile.fragments));
    let transcript = result.transcript_name();
    let donors = limits.donors.iter();
    let introns = limits.introns.iter().filter(|_| result.assay == Assay::Dna);
    Adequacy {
        assay: result.assay.name().to_owned(),
        donors: donors
            .filter(|d| d.region != Region::Other || d.exon == scheme::LISTED_DONOR)
            .map(|d| DonorAdequacy {
                exon: d.exon,
                transcript: transcript.to_owned(),
                region: d.region.name().to_owned(),
                molecules: d.molecules.into(),
                usable: Some(d.usable),
                lod_catalogue_partner: d.exclusion_catalogue,
                lod_any_partner: d.exclusion_any,
            })
            .collect(),
        expression: Some(expression(words)),
        mapq0_fraction: share(profile.mapq0),
        duplicate_fraction: share(profile.duplicates),
        callable_fraction: limits.callable_fraction,
        library: library::at_locus(result),
        exon_depth: exon_depth(&profile.exon_depth, &result.exon_lengths()),
        imbalance,
        faults: words.faults.to_vec(),
        introns: introns
            .map(|i| IntronAdequacy {
                intron: i.exon,
                transcript: transcript.to_owned(),
                bases: i.bases,
                callable_bases: i.callable,
                covered: !i.is_missing,
            })
            .collect(),
        chimera_capability: ChimeraCapability {
            status: words.capability.visibility.name().to_owned(),
            code: words.capability.ground.name().to_owned(),
            basis: words.capability.basis.clone(),
        },
    }
}

/// KMT2A compared with the control genes.
fn expression(words: &Words<'_>) -> Expression {
    let molecules = words.result.profile().molecules;
    let controls = &words.result.collected.tally.controls;
    let said: Vec<String> = controls
        .iter()
        .map(|(symbol, n)| format!("{symbol} {n} reads"))
        .collect();
    Expression {
        kmt2a_molecules: molecules.into(),
        controls: controls
            .iter()
            .map(|(symbol, n)| ControlExpression {
                symbol: symbol.clone(),
                molecules: *n,
            })
            .collect(),
        text: if said.is_empty() {
            format!("{molecules} KMT2A molecules; no reads at control genes")
        } else {
            format!("{molecules} KMT2A molecules; {}", said.join(", "))
        },
    }
}

/// Depth of every exon; `lengths` are the exon lengths (bases).
fn exon_depth(depths: &[f64], lengths: &[i64]) -> Vec<ExonDepth> {
    let mut before = 0;
    (1_u16..)
        .zip(depths.iter().zip(lengths))
        .map(|(exon, (depth, length))| {
            let offset = u64::try_from(before + length / 2).unwrap_or(0);
            before += length;
            ExonDepth {
                exon,
                offset,
                depth: *depth,
            }
        })
        .collect()
}
