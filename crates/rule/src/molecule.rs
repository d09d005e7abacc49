//! Which reads count as one molecule: identifiers, fixed ends, pairs.

use crate::Params;

/// Whether enough fragments have a molecular identifier (UMI) to distinguish molecules by it.
pub fn are_identified(with_identifier: usize, fragments: usize, p: &Params) -> bool {
    fragments > 0 && with_identifier as f64 >= p.identifier_share * fragments as f64
}

/// Whether nearly all of `pairs` begin (or end) at few positions, as amplicons do, given the number at each position:
/// such ends cannot distinguish molecules.
pub fn have_fixed_ends(mut at_each: Vec<usize>, pairs: usize, p: &Params) -> bool {
    at_each.sort_unstable_by(|a, b| b.cmp(a));
    let enough = p.fixed_share * pairs as f64;
    let mut sum = 0_usize;
    let before = at_each.iter().take_while(|n| {
        sum += **n;
        (sum as f64) < enough
    });
    let places = 1 + before.count();
    pairs >= p.fixed_pairs_min as usize
        && places <= p.fixed_places_max as usize
        && places * p.fixed_pairs_each as usize <= pairs
}

/// Whether the two reads of a pair come from one molecule: `reads` with a mate, the share of these whose mate is
/// elsewhere, and the number of unrelated loci (inverse Simpson index) to which those lead.
pub fn are_pairs_believed(reads: u64, apart: f64, places: f64, p: &Params) -> bool {
    reads < u64::from(p.mates_reads_min) || apart < p.mates_apart || places < p.mates_places
}

/// Whether reads of one name that no flag calls a pair lie as mates do: `reads` that share their name with one other,
/// the share of these that do not face each other within splicing's reach, the number of unrelated loci to which those
/// lead, and whether names end in the number of the read.
pub fn lie_as_mates(reads: u64, apart: f64, places: f64, are_numbered: bool, p: &Params) -> bool {
    let enough = if are_numbered { 2 } else { u64::from(p.mates_reads_min) };
    reads >= enough && apart < p.unflagged_apart && are_pairs_believed(reads, apart, places, p)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: fn() -> Params = Params::default;

    #[test]
    fn nine_in_ten_with_an_identifier_are_enough() {
        assert!(are_identified(90, 100, &P()) && !are_identified(89, 100, &P()));
        assert!(!are_identified(0, 0, &P()));
    }

    #[test]
    fn amplicons_begin_at_few_places() {
        assert!(have_fixed_ends(vec![50], 50, &P()) && !have_fixed_ends(vec![49], 49, &P()));
        // Nine in ten at six positions, eight or more at each; the others are scattered.
        let strewn = |n: usize| [vec![9; n], vec![1; 60 - 9 * n]].concat();
        assert!(have_fixed_ends(strewn(6), 60, &P()) && !have_fixed_ends(strewn(5), 60, &P()));
        assert!(have_fixed_ends(vec![8; 7], 56, &P()) && !have_fixed_ends(vec![7; 8], 56, &P()));
        // Exactly nine in ten.
        let exact = [vec![10], vec![7; 5], vec![1; 5]].concat();
        assert!(have_fixed_ends(exact, 50, &P()));
        // In any order.
        assert!(have_fixed_ends([vec![1; 40], vec![400]].concat(), 440, &P()));
        // 40 primers, not 41.
        assert!(have_fixed_ends(vec![100; 44], 4_400, &P()) && !have_fixed_ends(vec![100; 45], 4_500, &P()));
    }

    #[test]
    fn pairs_that_lead_to_a_dozen_places_are_not_believed() {
        assert!(!are_pairs_believed(80, 0.05, 12.0, &P()));
        assert!(are_pairs_believed(79, 0.05, 12.0, &P()));
        assert!(are_pairs_believed(80, 0.049, 12.0, &P()));
        assert!(are_pairs_believed(80, 0.05, 11.9, &P()));
    }

    #[test]
    fn reads_of_one_name_are_mates_where_most_face_each_other() {
        let unnumbered = |reads, apart, places| lie_as_mates(reads, apart, places, false, &P());
        assert!(unnumbered(80, 0.49, 11.9) && unnumbered(80, 0.04, 100.0));
        assert!(!unnumbered(79, 0.0, 0.0), "too few to tell");
        assert!(!unnumbered(80, 0.5, 1.0), "as two reads of one gene do by chance");
        assert!(!unnumbered(80, 0.05, 12.0), "not as pairs that are believed");
        // Names that end in the read number need one pair.
        let numbered = |reads, apart| lie_as_mates(reads, apart, 1.0, true, &P());
        assert!(numbered(2, 0.49) && !numbered(2, 0.5) && !numbered(0, 0.0));
    }
}
