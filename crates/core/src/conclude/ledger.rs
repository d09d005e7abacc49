//! The fate of every fragment that overlaps KMT2A. The rows sum to the total.

use std::collections::{BTreeMap, BTreeSet};

use super::AssayResult;
use crate::{
    assemble::clip::ClipFate,
    judge::Tier,
    model::{Ledger, LedgerRow},
};

/// The fate of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Fate {
    /// Supports a junction at tier high or medium.
    Called,
    /// Supports a junction at tier low.
    Low,
    /// Supports a junction below every tier.
    Discarded,
    /// An unexplained clipped end.
    ClipUnexplained,
    /// A clipped end of low complexity.
    ClipLowComplexity,
    /// A clipped end of adapter sequence.
    ClipAdapter,
    /// An unmapped mate.
    MateUnaligned,
    /// A mate absent from the file.
    MateMissing,
    /// A record that could not be parsed in full.
    Malformed,
    /// Wild type.
    Normal,
}

impl Fate {
    /// Description for reports.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Called => "support a junction at tier high or medium",
            Self::Low => "support a junction at tier low",
            Self::Discarded => "support a junction below every tier (see the discarded table)",
            Self::ClipUnexplained => "clipped end that matches neither KMT2A nor a known exon end",
            Self::ClipLowComplexity => "clipped end of low complexity",
            Self::ClipAdapter => "clipped end of sequencing adapter",
            Self::MateUnaligned => "unmapped mate",
            Self::MateMissing => "mate absent from the file",
            Self::Malformed => "a record that could not be read in full",
            Self::Normal => "wild type",
        }
    }
}

/// The fate of every fragment of one assay that overlaps KMT2A or supports one of its junctions, except those stored
/// as plain wild type only.
pub fn fates(result: &AssayResult<'_>) -> BTreeMap<usize, Fate> {
    let judged = result.judged;
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    let mut keep = |fragment: usize, fate: Fate| {
        fates
            .entry(fragment)
            .and_modify(|kept| *kept = (*kept).min(fate))
            .or_insert(fate);
    };
    for junction in &judged.junctions {
        let fate = match junction.judgement.tier {
            Some(Tier::High | Tier::Medium) => Fate::Called,
            Some(Tier::Low) => Fate::Low,
            None => Fate::Discarded,
        };
        for o in &junction.annotated.candidate.observations {
            keep(o.fragment, fate);
        }
    }
    let at_kmt2a: BTreeSet<usize> = result.kmt2a_fragments();
    for (fragment, clips) in judged.clips.iter().filter(|(f, _)| at_kmt2a.contains(f)) {
        for clip in clips {
            keep(
                *fragment,
                match clip {
                    ClipFate::Adapter => Fate::ClipAdapter,
                    ClipFate::LowComplexity => Fate::ClipLowComplexity,
                    ClipFate::Unexplained(..) => Fate::ClipUnexplained,
                    // Counted with its junction above.
                    ClipFate::Junction => continue,
                },
            );
        }
    }
    for index in at_kmt2a {
        let fragment = &result.collected.fragments[index];
        let fate = if fragment.unaligned_mate.is_some() {
            Fate::MateUnaligned
        } else if fragment.mate_missing {
            Fate::MateMissing
        } else if fragment.malformed {
            Fate::Malformed
        } else {
            Fate::Normal
        };
        keep(index, fate);
    }
    fates
}

/// Counts every fragment by fate: non-empty rows, strongest fate first.
pub fn account(result: &AssayResult<'_>) -> Ledger {
    let mut counts: BTreeMap<Fate, (u64, BTreeSet<u64>)> = BTreeMap::new();
    for (fragment, fate) in fates(result) {
        let entry = counts.entry(fate).or_default();
        entry.0 += 1;
        entry.1.insert(result.collected.fragments[fragment].molecule);
    }
    let plain = &result.collected.plain;
    if !plain.is_empty() {
        let entry = counts.entry(Fate::Normal).or_default();
        entry.0 += plain.len() as u64;
        entry.1.extend(plain.molecules());
    }
    let total = counts.values().map(|(fragments, _)| fragments).sum();
    let normal = counts.get(&Fate::Normal).map_or(0, |(fragments, _)| *fragments);
    let countable = result.collected.molecules_by.are_counted();
    let rows = counts.into_iter().map(|(fate, (fragments, molecules))| LedgerRow {
        code: fate.to_string(),
        text: fate.text().to_owned(),
        fragments,
        molecules: countable.then_some(molecules.len() as u64),
    });
    Ledger {
        total,
        abnormal: total - normal,
        rows: rows.collect(),
    }
}
