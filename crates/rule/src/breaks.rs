//! Breaks without a partner, and when two junctions or two assays show the same breakpoint.

use crate::{Assay, Params, Region};

/// Position of a soft-clip cluster inside an exon, RNA.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InExon {
    /// Distance from the exon end on the retained side (bases).
    pub from_end: u64,
    /// Mean molecule depth of the exon.
    pub depth: f64,
}

/// Whether this many molecules, soft-clipped at one base with the same clipped sequence, form a clip cluster.
pub fn is_pile(molecules: usize, within: Option<InExon>, p: &Params) -> bool {
    let least = match within {
        Some(exon) if exon.from_end > u64::from(p.pile_end_slack) => (p.pile_inside_exon * exon.depth).ceil(),
        _ => 0.0,
    };
    molecules as f64 >= least.max(f64::from(p.pile_min))
}

/// Whether a clip is long enough for a cluster.
pub const fn is_pile_clip(bases: usize, p: &Params) -> bool {
    bases >= p.pile_clip_min as usize
}

/// Whether two clips have the same sequence, over the length of the shorter.
pub fn are_alike(a: &[u8], b: &[u8], p: &Params) -> bool {
    let compared = a.len().min(b.len());
    let different = a.iter().zip(b).filter(|(x, y)| x != y).count();
    different as f64 <= p.pile_different_max * compared as f64
}

/// DNA: whether the depth 3' of a breakpoint over that 5' of it shows loss of 3' KMT2A; `exons` counts those with a
/// depth
/// on the side with fewer.
pub fn is_three_prime_lost(ratio: f64, exons: usize, p: &Params) -> bool {
    exons >= p.lost_exons_min as usize && ratio < p.lost_ratio
}

/// Bases outside the gene that count as KMT2A: on both sides in DNA, upstream of its first exon in RNA.
pub const fn gene_margin(assay: Assay, p: &Params) -> i64 {
    match assay {
        Assay::Rna => p.gene_margin_rna as i64,
        Assay::Dna => p.gene_margin_dna as i64,
    }
}

/// DNA: whether a gap of this many bases within the gene is considered a deletion.
pub const fn is_deletion(bases: i64, p: &Params) -> bool {
    bases >= p.deletion_min as i64
}

/// Whether this many molecules that leave the gene at one base into an unplaced sequence of this length show a
/// breakpoint.
pub const fn is_open_end(molecules: usize, bases: usize, p: &Params) -> bool {
    molecules >= p.open_molecules as usize && bases >= p.open_bases as usize
}

/// Whether `pairs` molecules with spanning pairs at a breakpoint belong to the unplaced sequence into which `clipped`
/// molecules are clipped there: some molecules are `shared`, or there are too many pairs for chance.
pub fn are_of_open_end(pairs: usize, shared: usize, clipped: usize, p: &Params) -> bool {
    let is_alike = pairs as f64 >= p.open_pairs_share * clipped as f64;
    pairs >= p.open_pairs_min as usize && (shared > 0 || is_alike)
}

/// DNA: whether a gene is named for the transcript if its first acceptor is this far downstream of the breakpoint.
pub const fn is_next_gene(bases: i64, p: &Params) -> bool {
    bases <= p.predicted_reach as i64
}

/// DNA: whether a predicted transcript may skip this many exons before and after the breakpoint to keep the frame.
pub const fn may_skip((before, after): (usize, usize), p: &Params) -> bool {
    let most = p.predicted_skipped_max as usize;
    before <= most && after <= most
}

/// DNA: whether two junctions at these distances in KMT2A and in the partner are the two derivatives of one breakpoint.
pub fn are_facing(own: i64, partner: i64, p: &Params) -> bool {
    own.max(partner) <= i64::from(p.facing)
}

/// Whether a tandem duplication of this many bases within an exon counts as internal, not as a rearrangement.
pub const fn is_internal_repeat(bases: i64, p: &Params) -> bool {
    bases <= p.repeat_max as i64
}

/// Whether read-through can reach a neighbour at this distance from KMT2A.
pub const fn is_reached(bases: i64, p: &Params) -> bool {
    bases <= p.read_through_reach as i64
}

/// Penalty (bases of unseen molecule) for an exon pair when a spanning pair fits several: 0 for one in frame with its
/// breakpoint in the major region. `region` is that of KMT2A's exon end.
pub fn unseen_cost(region: Region, in_frame: bool, p: &Params) -> i64 {
    let of_region = match region {
        Region::Major => 0,
        Region::Minor => p.unseen_minor,
        Region::Other => p.unseen_other,
    };
    let of_frame = if in_frame { 0 } else { p.unseen_frame };
    i64::from(of_region) + i64::from(of_frame)
}

/// Bases of intron between a transcript's exon end and the genomic breakpoint `ahead` bases along the molecule; `None`
/// if
/// the exon end is past the breakpoint. For a partner's exon the distance is limited.
pub fn intron_to_break(ahead: i64, is_partner: bool, p: &Params) -> Option<i64> {
    let most = if is_partner {
        i64::from(p.pair_partner_reach)
    } else {
        i64::MAX
    };
    (-i64::from(p.pair_slack)..=most)
        .contains(&ahead)
        .then_some(ahead.max(0))
}

/// Whether an event has so few molecules that they may be carry-over from another sample of the run.
pub const fn may_be_carried_over(molecules: u64, p: &Params) -> bool {
    molecules <= p.carry_over_max as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: fn() -> Params = Params::default;

    #[test]
    fn three_molecules_form_a_cluster_and_inside_an_exon_a_twentieth_of_its_depth() {
        assert!(is_pile(3, None, &P()) && !is_pile(2, None, &P()));
        let within = |from_end, depth| Some(InExon { from_end, depth });
        assert!(is_pile(3, within(3, 1_000.0), &P()));
        assert!(!is_pile(49, within(4, 1_000.0), &P()) && is_pile(50, within(4, 1_000.0), &P()));
        assert!(!is_pile(50, within(4, 1_001.0), &P()) && is_pile(51, within(4, 1_001.0), &P()));
        assert!(is_pile(3, within(4, 20.0), &P()) && !is_pile(2, within(4, 20.0), &P()));
    }

    #[test]
    fn clips_of_twelve_bases_count_and_one_in_ten_may_differ() {
        assert!(is_pile_clip(12, &P()) && !is_pile_clip(11, &P()));
        assert!(are_alike(b"ACGTACGTAC", b"ACGTACGTAG", &P()));
        assert!(!are_alike(b"ACGTACGTAC", b"ACGTACGTGG", &P()));
        assert!(are_alike(b"ACGTACGTACTTT", b"ACGTACGTAC", &P()));
        assert!(!are_alike(b"ACGTACGTA", b"ACGTACGTT", &P()));
    }

    #[test]
    fn distances_end_at_their_limits() {
        assert!(are_facing(1_000, 0, &P()) && are_facing(0, 1_000, &P()));
        assert!(!are_facing(1_001, 0, &P()) && !are_facing(0, 1_001, &P()));
        assert_eq!(intron_to_break(-30, false, &P()), Some(0));
        assert_eq!(intron_to_break(-31, false, &P()), None);
        assert_eq!(intron_to_break(7, true, &P()), Some(7));
        assert_eq!(intron_to_break(1_000_000, true, &P()), Some(1_000_000));
        assert_eq!(intron_to_break(1_000_001, true, &P()), None);
        assert_eq!(intron_to_break(1_000_001, false, &P()), Some(1_000_001));
    }

    #[test]
    fn repeats_and_neighbours_end_at_their_limits() {
        assert!(is_internal_repeat(400, &P()) && !is_internal_repeat(401, &P()));
        assert!(is_reached(150_000, &P()) && !is_reached(150_001, &P()));
    }

    #[test]
    fn the_exons_in_frame_and_in_the_major_region_cost_nothing() {
        let cost = |region| [true, false].map(|in_frame| unseen_cost(region, in_frame, &P()));
        assert_eq!(cost(Region::Major), [0, 80]);
        assert_eq!(cost(Region::Minor), [70, 150]);
        assert_eq!(cost(Region::Other), [350, 430]);
    }

    #[test]
    fn a_loss_and_a_carry_over_begin_at_their_limits() {
        assert!(is_three_prime_lost(0.84, 3, &P()) && !is_three_prime_lost(0.85, 3, &P()));
        assert!(!is_three_prime_lost(0.84, 2, &P()));
        assert!(may_be_carried_over(3, &P()) && !may_be_carried_over(4, &P()));
    }

    #[test]
    fn the_gene_margin_depends_on_the_assay() {
        assert_eq!(gene_margin(Assay::Dna, &P()), 10_000);
        assert_eq!(gene_margin(Assay::Rna, &P()), 2_000);
        assert!(is_deletion(1_000, &P()) && !is_deletion(999, &P()));
    }

    #[test]
    fn an_open_end_needs_molecules_and_bases() {
        let is_open = |molecules, bases| is_open_end(molecules, bases, &P());
        assert!(is_open(2, 20) && !is_open(1, 20) && !is_open(2, 19));
        assert!(are_of_open_end(2, 0, 4, &P()) && !are_of_open_end(1, 0, 2, &P()));
        // Two chance pairs with five clips; then one molecule of the five shows both.
        assert!(!are_of_open_end(2, 0, 5, &P()) && are_of_open_end(2, 1, 5, &P()));
    }

    #[test]
    fn predicted_transcripts_end_at_their_limits() {
        assert!(is_next_gene(200_000, &P()) && !is_next_gene(200_001, &P()));
        assert!(may_skip((3, 3), &P()) && !may_skip((4, 0), &P()) && !may_skip((0, 4), &P()));
    }
}
