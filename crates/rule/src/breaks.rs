//! Breaks without a partner, and breaks that two junctions or two assays show: what counts as one.

use crate::{Assay, Params, Region};

/// Where clips leave the gene inside an exon, RNA.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InExon {
    /// Distance from the exon's end on the side that is kept (bases).
    pub from_end: u64,
    /// Mean molecule depth of the exon.
    pub depth: f64,
}

/// Whether that many molecules whose clips leave the gene at one base, for the same bases, make a pile.
pub fn is_pile(molecules: usize, within: Option<InExon>, p: &Params) -> bool {
    let least = match within {
        Some(exon) if exon.from_end > u64::from(p.pile_end_slack) => (p.pile_inside_exon * exon.depth).ceil(),
        _ => 0.0,
    };
    molecules as f64 >= least.max(f64::from(p.pile_min))
}

/// Whether a clip is long enough for a pile.
pub const fn is_pile_clip(bases: usize, p: &Params) -> bool {
    bases >= p.pile_clip_min as usize
}

/// Whether two clips show the same bases, as far as the shorter one goes.
pub fn are_alike(a: &[u8], b: &[u8], p: &Params) -> bool {
    let compared = a.len().min(b.len());
    let different = a.iter().zip(b).filter(|(x, y)| x != y).count();
    different as f64 <= p.pile_different_max * compared as f64
}

/// DNA: whether depth behind a break over depth before it shows that 3' KMT2A is lost; `exons` are those with a depth on
/// the side that has fewer.
pub fn is_three_prime_lost(ratio: f64, exons: usize, p: &Params) -> bool {
    exons >= p.lost_exons_min as usize && ratio < p.lost_ratio
}

/// Bases outside the gene that count as KMT2A: on both sides in DNA, before its first exon in RNA.
pub const fn gene_margin(assay: Assay, p: &Params) -> i64 {
    match assay {
        Assay::Rna => p.gene_margin_rna as i64,
        Assay::Dna => p.gene_margin_dna as i64,
    }
}

/// DNA: whether a step of so many bases ahead inside the gene is looked at as a deletion.
pub const fn is_deletion(bases: i64, p: &Params) -> bool {
    bases >= p.deletion_min as i64
}

/// Whether that many molecules which leave the gene at one base for a sequence without a place, so long, show a break.
pub const fn is_open_end(molecules: usize, bases: usize, p: &Params) -> bool {
    molecules >= p.open_molecules as usize && bases >= p.open_bases as usize
}

/// Whether a sequence without a place, into which so many molecules are clipped, is that of pairs of so many molecules
/// which leave the gene there: some are `shared`, or the pairs are no chance beside the clips.
pub fn are_of_open_end(pairs: usize, shared: usize, clipped: usize, p: &Params) -> bool {
    let is_alike = pairs as f64 >= p.open_pairs_share * clipped as f64;
    pairs >= p.open_pairs_min as usize && (shared > 0 || is_alike)
}

/// DNA: whether a gene whose first acceptor lies so far behind the break is named for the transcript.
pub const fn is_next_gene(bases: i64, p: &Params) -> bool {
    bases <= p.predicted_reach as i64
}

/// DNA: whether a transcript that skips so many exons before and behind the break is named to keep the frame.
pub const fn may_skip((before, behind): (usize, usize), p: &Params) -> bool {
    let most = p.predicted_skipped_max as usize;
    before <= most && behind <= most
}

/// DNA: whether two junctions, so far from each other at KMT2A and at the partner, are the derivatives of one break.
pub fn are_facing(own: i64, partner: i64, p: &Params) -> bool {
    own.max(partner) <= i64::from(p.facing)
}

/// Whether a tandem repeat of so many bases within an exon is one: the gene's own bases, no break.
pub const fn is_internal_repeat(bases: i64, p: &Params) -> bool {
    bases <= p.repeat_max as i64
}

/// Whether transcription reaches a neighbour that lies so far from KMT2A.
pub const fn is_reached(bases: i64, p: &Params) -> bool {
    bases <= p.read_through_reach as i64
}

/// Bases by which a pair of exons must leave less of a molecule unseen, for a pair of reads that allows several: nothing
/// for one in frame whose break lies in the major region. `region` is that of KMT2A's exon end.
pub fn unseen_cost(region: Region, in_frame: bool, p: &Params) -> i64 {
    let of_region = match region {
        Region::Major => 0,
        Region::Minor => p.unseen_minor,
        Region::Other => p.unseen_other,
    };
    let of_frame = if in_frame { 0 } else { p.unseen_frame };
    i64::from(of_region) + i64::from(of_frame)
}

/// Bases of intron between a transcript's exon end and the genomic break that lies `ahead` bases along the molecule;
/// `None` where the exon end passes the break. A partner's exon reaches so far and no farther.
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

/// Whether an event is of so few molecules that another sample of the run may have brought them.
pub const fn may_be_carried_over(molecules: u64, p: &Params) -> bool {
    molecules <= p.carry_over_max as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: fn() -> Params = Params::default;

    #[test]
    fn three_molecules_make_a_pile_and_inside_an_exon_a_twentieth() {
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
    fn what_counts_as_the_gene_depends_on_the_assay() {
        assert_eq!(gene_margin(Assay::Dna, &P()), 10_000);
        assert_eq!(gene_margin(Assay::Rna, &P()), 2_000);
        assert!(is_deletion(1_000, &P()) && !is_deletion(999, &P()));
    }

    #[test]
    fn an_open_end_needs_molecules_and_bases() {
        let is_open = |molecules, bases| is_open_end(molecules, bases, &P());
        assert!(is_open(2, 20) && !is_open(1, 20) && !is_open(2, 19));
        assert!(are_of_open_end(2, 0, 4, &P()) && !are_of_open_end(1, 0, 2, &P()));
        // Two chance pairs beside five clips, and one of the five that shows both.
        assert!(!are_of_open_end(2, 0, 5, &P()) && are_of_open_end(2, 1, 5, &P()));
    }

    #[test]
    fn predicted_transcripts_end_at_their_limits() {
        assert!(is_next_gene(200_000, &P()) && !is_next_gene(200_001, &P()));
        assert!(may_skip((3, 3), &P()) && !may_skip((4, 0), &P()) && !may_skip((0, 4), &P()));
    }
}
