//! Terms for exon ends, frame, region, strand and alignment.

use super::Sum;
use crate::{Class, EvidenceFacts, Frame, Params, Region, TermName};

/// RNA: exon ends, frame, region, strand.
pub(super) fn transcribed(facts: &EvidenceFacts, sum: &mut Sum, p: &Params) {
    if facts.is_precise {
        let (five, three) = (facts.five_at_splice_site, facts.three_at_splice_site);
        let (kmt2a, partner) = if facts.class == Class::Reciprocal {
            (three, five)
        } else {
            (five, three)
        };
        let truth = match (kmt2a, partner) {
            (true, _) if !facts.in_gene => p.true_kmt2a_site,
            (true, true) => p.true_both_sites,
            (true, false) => p.true_five_site,
            (false, true) => p.true_three_site,
            (false, false) => p.true_no_site,
        };
        let (sites, text) = match (five, three) {
            _ if !facts.in_gene && kmt2a => (1, "exon end of KMT2A; no gene model on the other side"),
            (true, true) => (2, "exon ends on both sides"),
            (true, false) => (1, "exon end on the 5' side only"),
            (false, true) => (1, "exon end on the 3' side only"),
            (false, false) => (0, "no exon end on either side"),
        };
        let noise = p.chimera_on_splice_site.powi(sites);
        sum.add(TermName::SpliceSites, (truth / noise).ln(), text);
    } else {
        let text = "mates in transcript order; no read across the breakpoint";
        sum.add(TermName::Order, -p.chimera_ordered.ln(), text);
    }
    let (factor, text) = match (facts.frame, facts.class) {
        (Frame::InFrame, Class::Canonical | Class::Reciprocal | Class::Chained) => {
            (p.frame_kept, "in frame (one in three by chance)")
        }
        (Frame::OutOfFrame | Frame::StopCodon, Class::Canonical) => (p.frame_lost, "out of frame"),
        _ => (1.0, "frame not weighed"),
    };
    sum.add(TermName::Frame, f64::ln(factor), text);
    let (factor, text) = match (facts.class, facts.region) {
        (Class::Canonical | Class::Reciprocal, Region::Major) => (p.region_major, "breakpoint in the major region"),
        (Class::Canonical | Class::Reciprocal, Region::Minor) => (p.region_minor, "breakpoint in the minor region"),
        (Class::Canonical | Class::Reciprocal, Region::Other) => {
            (p.region_other, "breakpoint outside the known regions")
        }
        _ => (1.0, "region not weighed"),
    };
    sum.add(TermName::Region, f64::ln(factor), text);
    if facts.in_gene && !matches!(facts.class, Class::Inverted | Class::Ptd | Class::Chained) {
        let (factor, text) = if facts.is_sense {
            (p.strand_sense, "the partner gene is joined in sense orientation")
        } else {
            (
                p.strand_antisense,
                "the partner gene is joined in antisense orientation",
            )
        };
        sum.add(TermName::Strand, f64::ln(factor), text);
    }
}

/// DNA: region, kinds of evidence, the other derivative.
pub(super) fn genomic(facts: &EvidenceFacts, sum: &mut Sum, p: &Params) {
    let (factor, text) = match facts.region {
        Region::Major => (p.genomic_region_major, "breakpoint in the major region"),
        Region::Minor => (p.genomic_region_minor, "breakpoint in the minor region"),
        Region::Other => (p.genomic_region_other, "breakpoint outside the known regions"),
    };
    sum.add(TermName::Region, f64::ln(factor), text);
    if facts.split + facts.clip > 0 && facts.spanning > 0 {
        let text = "split reads and spanning pairs agree";
        sum.add(TermName::Classes, p.both_classes.ln(), text);
    }
    if facts.faced {
        let text = "the other derivative's junction faces it";
        sum.add(TermName::Facing, p.faced.ln(), text);
    }
}

/// Anchors, unique alignment, homology, agreement of the reads.
pub(super) fn placement(facts: &EvidenceFacts, sum: &mut Sum, p: &Params) {
    if facts.is_precise {
        let (factor, text) = match facts.anchor {
            n if n < p.anchor_short => (
                p.anchor_short_weight,
                format!("fewer than {} bases on one side", p.anchor_short),
            ),
            n if n < p.anchor_long => (
                1.0,
                format!("{} to {} bases on the shorter side", p.anchor_short, p.anchor_long - 1),
            ),
            _ => (
                p.anchor_long_weight,
                format!("{} bases or more on both sides of one molecule", p.anchor_long),
            ),
        };
        sum.add(TermName::Anchors, f64::ln(factor), text);
    }
    let molecules = facts.molecules;
    for (name, unique, side) in [
        (TermName::PlaceKmt2a, facts.unique_kmt2a, "KMT2A"),
        (TermName::PlacePartner, facts.unique_partner, "the other side"),
    ] {
        let (factor, text) = if unique == 0 {
            (p.place_none, format!("no molecule aligns uniquely to {side}"))
        } else if f64::from(unique) / f64::from(molecules.max(1)) < p.place_share {
            let text = format!("{unique} of {molecules} molecules align uniquely to {side}");
            (p.place_few, text)
        } else {
            (1.0, format!("unique alignment to {side}"))
        };
        sum.add(name, f64::ln(factor), text);
    }
    if facts.is_precise && !facts.on_splice_sites() && facts.homology >= p.homology_long {
        let text = format!("{} bases of homology, as in template switching", facts.homology);
        sum.add(TermName::Homology, p.homology_weight.ln(), text);
    }
    if facts.disagreement_permille > p.disagreement {
        let percent = f64::from(facts.disagreement_permille) / 10.0;
        let text = format!("{percent:.1} % of read bases disagree with the consensus");
        sum.add(TermName::Consensus, p.disagreement_weight.ln(), text);
    }
}
