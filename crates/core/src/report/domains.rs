//! Protein domains that a junction retains: for a column of the table and a sentence of the page.
//!
//! Only domains with a published position are named; genes without such a row are left out.

use super::{
    html::part::parts,
    schema::{Frame, Junction, SampleReport},
};
use crate::catalogue::{Domain, catalogue};

/// Names of a gene's domains in order, each once, with the share (%) of its residues between `first` and `last`.
fn shares(symbol: &str, (first, last): (u32, u32)) -> Vec<(String, u32)> {
    let mut found: Vec<(String, u32, u32)> = Vec::new();
    for domain in catalogue().domains(symbol).filter(|domain| domain.verified) {
        let Some(name) = domain.pfam.clone() else { continue };
        let residues = domain.mane_residues();
        let len = residues.end() + 1 - residues.start();
        let kept = (last.min(*residues.end()) + 1).saturating_sub(first.max(*residues.start()));
        match found.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, k, l)) => {
                *k += kept;
                *l += len;
            }
            None => found.push((name, kept, len)),
        }
    }
    let share = |(name, kept, len): (String, u32, u32)| (name, kept * 100 / len.max(1));
    found.into_iter().map(share).collect()
}

/// Domains of both genes that the junction retains, as Arriba writes them: `zf-CXXC(100%)|`; `None` if none is known.
/// Those of the 3' gene only if it is translated in its frame.
pub(super) fn retained(report: &SampleReport, junction: &Junction) -> Option<String> {
    let (five, three) = parts(junction, report.build());
    let of = |part: Result<super::html::part::Part<'_>, String>| {
        let part = part.ok()?;
        let kept = shares(&part.gene.symbol, part.residues()?).into_iter();
        let words: Vec<String> = kept
            .filter(|(_, share)| *share > 0)
            .map(|(name, share)| format!("{name}({share}%)"))
            .collect();
        (!words.is_empty()).then(|| words.join(","))
    };
    let three = of(three).filter(|_| junction.frame == Frame::InFrame);
    match (of(five), three) {
        (None, None) => None,
        (five, three) => Some(format!("{}|{}", five.unwrap_or_default(), three.unwrap_or_default())),
    }
}

/// `keeps zf-CXXC; loses PHD, SET`, if domains of the gene are known.
pub(super) fn sentence(symbol: &str, residues: (u32, u32)) -> Option<String> {
    let (mut kept, mut cut, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for (name, share) in shares(symbol, residues) {
        match share {
            100 => kept.push(name),
            0 => lost.push(name),
            _ => cut.push(name),
        }
    }
    let words: Vec<String> = [("keeps", kept), ("cuts", cut), ("loses", lost)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(verb, names)| format!("{verb} {}", names.join(", ")))
        .collect();
    (!words.is_empty()).then(|| format!("{symbol} {}", words.join("; ")))
}

/// Source of the domains of a gene, if it has any.
pub(super) fn source(symbol: &str) -> Option<String> {
    let read = |domain: &&Domain| domain.verified && domain.pfam.is_some();
    catalogue()
        .domains(symbol)
        .find(read)
        .map(|domain| domain.source.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_canonical_fusion_keeps_only_the_cxxc_finger_of_kmt2a() {
        let report = example::fusion();
        let junction = &report.events[0].junctions[0];
        assert_eq!(retained(&report, junction).unwrap(), "zf-CXXC(100%)|");
        assert_eq!(
            sentence("KMT2A", (1, 1_362)).unwrap(),
            "KMT2A keeps zf-CXXC; loses PHD, zf-HC5HC2H, FYRN, FYRC, SET"
        );
        assert!(source("KMT2A").unwrap().contains("Pfam") && source("AFF1").is_none());
        assert!(sentence("AFF1", (50, 1_210)).is_none());
    }

    #[test]
    fn the_3p_gene_counts_only_in_frame() {
        let mut report = example::ptd();
        let mut junction = report.events[0].junctions[0].clone();
        junction.frame = Frame::InFrame;
        let words = retained(&report, &junction).unwrap();
        assert!(words.starts_with("zf-CXXC(100%)|zf-CXXC(100%),PHD(100%)"), "{words}");
        assert!(words.ends_with("SET(100%)"), "{words}");
        junction.frame = Frame::OutOfFrame;
        report.events.clear();
        assert_eq!(retained(&report, &junction).unwrap(), "zf-CXXC(100%)|");
    }

    /// A breakpoint within a domain keeps a part of it.
    #[test]
    fn a_cut_domain_has_its_share() {
        let half = shares("KMT2A", (1, 1_170));
        assert_eq!(half[0], ("zf-CXXC".to_owned(), 50));
        assert!(half[1..].iter().all(|(_, share)| *share == 0));
        assert!(
            sentence("KMT2A", (1, 1_170))
                .unwrap()
                .starts_with("KMT2A cuts zf-CXXC; loses PHD")
        );
    }
}
