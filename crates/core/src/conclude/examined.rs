//! The scope of a negative: its breakpoint regions, the donors examined, and the events that it does not exclude.

use std::collections::BTreeSet;

use super::{
    AssayResult,
    lod::{DonorLimit, Limits},
};
use crate::{
    catalogue::scheme::MANE_TRANSCRIPT,
    input::Assay,
    model::{Conclusion, Lod},
};

/// The breakpoint regions covered by a negative under these limits.
pub(super) fn scope(limits: &Limits) -> &'static str {
    if limits.minor_not_targeted {
        Lod::MAJOR_ONLY
    } else {
        "major_and_minor"
    }
}

/// Donors whose exclusion limit for any partner is at or below `required`.
pub(super) fn donors(limits: &Limits, required: f64) -> BTreeSet<u16> {
    let within = |d: &&DonorLimit| d.exclusion_any.is_some_and(|limit| limit <= required);
    limits.donors.iter().filter(within).map(|d| d.exon).collect()
}

/// Sets the donors examined by these negative assays together, and what they do not exclude.
pub(super) fn say(said: &mut Conclusion, negatives: &[(&AssayResult<'_>, BTreeSet<u16>)]) {
    let of = |assay: Assay| -> BTreeSet<u16> {
        let donors = negatives.iter().filter(|(r, _)| r.assay == assay);
        donors.flat_map(|(_, donors)| donors).copied().collect()
    };
    let (rna, dna) = (of(Assay::Rna), of(Assay::Dna));
    let all = &rna | &dna;
    let last = negatives
        .iter()
        .filter_map(|(r, _)| r.models.kmt2a().0.transcripts.first())
        .filter_map(|t| u16::try_from(t.exons.len()).ok())
        .max()
        .unwrap_or(1);
    let others: BTreeSet<u16> = (1..last).filter(|exon| !all.contains(exon)).collect();
    let mut not_excluded = Vec::new();
    if !others.is_empty() {
        not_excluded.push(format!("breaks after other exons ({})", runs(&others)));
    }
    if !rna.is_empty() {
        not_excluded.push(if dna.is_empty() {
            "breaks whose transcripts are not expressed in this sample".to_owned()
        } else {
            format!(
                "breaks whose transcripts are not expressed in this sample, outside the introns covered by DNA (after \
                 {})",
                runs(&dna)
            )
        });
    }
    if !dna.is_empty() && rna.is_empty() {
        not_excluded.push("breaks at unmappable bases of these introns".to_owned());
    }
    not_excluded.push("deletions of KMT2A's 3' part".to_owned());
    said.examined_donors = all.into_iter().collect();
    said.not_excluded = not_excluded;
}

/// The donors examined and what is not excluded, in sentences.
pub(super) fn reach(said: &Conclusion) -> String {
    let donors = if said.examined_donors.is_empty() {
        String::new()
    } else {
        format!(
            " Donors examined: {} (MANE {MANE_TRANSCRIPT}).",
            runs(&said.examined_donors)
        )
    };
    format!("{donors} Not excluded: {}.", said.not_excluded.join("; "))
}

/// Exons as `e1-e6, e14`.
pub fn runs<'a>(exons: impl IntoIterator<Item = &'a u16>) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for exon in exons {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*exon) => *last = *exon,
            _ => runs.push((*exon, *exon)),
        }
    }
    let named: Vec<String> = runs
        .iter()
        .map(|(a, b)| if a == b { format!("e{a}") } else { format!("e{a}-e{b}") })
        .collect();
    named.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_exons_are_one_run() {
        assert_eq!(runs(&[1, 2, 3, 7, 9, 10]), "e1-e3, e7, e9-e10");
        assert_eq!(runs(&[]), "");
    }
}
