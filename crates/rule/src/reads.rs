//! Facts about the library from the reads themselves: RNA or DNA, and whether there are enough reads for more.

use crate::{Assay, Params};

/// Whether the share of spliced reads is that of RNA.
pub fn are_spliced(spliced: u64, reads: u64, p: &Params) -> bool {
    reads > 0 && spliced as f64 >= p.spliced_share * reads as f64
}

/// The assay, from reads that reach an exon end: `stop` there, or `run_on` into the intron. `None` if they are few or
/// undecided.
pub fn assay_shown(stop: u32, run_on: u32, p: &Params) -> Option<Assay> {
    let all = stop.saturating_add(run_on);
    let share = f64::from(stop) / f64::from(all.max(1));
    match all {
        few if few < p.assay_reads_min => None,
        _ if share < p.assay_dna_below => Some(Assay::Dna),
        _ if share > p.assay_rna_above => Some(Assay::Rna),
        _ => None,
    }
}

/// Whether this many molecules are enough to state strandedness and 3' bias.
pub const fn tell_library(molecules: u32, p: &Params) -> bool {
    molecules >= p.library_molecules_min
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: fn() -> Params = Params::default;

    #[test]
    fn one_spliced_read_in_a_hundred_makes_rna() {
        assert!(are_spliced(10, 1_000, &P()) && !are_spliced(9, 1_000, &P()));
        assert!(!are_spliced(0, 0, &P()));
    }

    #[test]
    fn reads_that_stop_at_exon_ends_are_of_rna_and_those_that_run_on_of_dna() {
        let shown = |stop, run_on| assay_shown(stop, run_on, &P());
        assert_eq!(shown(14, 86), Some(Assay::Dna));
        assert_eq!(shown(15, 85), None);
        assert_eq!(shown(40, 60), None);
        assert_eq!(shown(41, 59), Some(Assay::Rna));
        // Thirty reads, not 29; no reads; the largest count.
        assert_eq!((shown(0, 30), shown(0, 29)), (Some(Assay::Dna), None));
        assert_eq!((shown(30, 0), shown(29, 0)), (Some(Assay::Rna), None));
        assert_eq!((shown(0, 0), shown(u32::MAX, 1)), (None, Some(Assay::Rna)));
    }

    #[test]
    fn thirty_molecules_show_the_library() {
        assert!(tell_library(30, &P()) && !tell_library(29, &P()));
    }
}
