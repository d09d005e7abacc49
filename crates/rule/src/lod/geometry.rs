//! Chance that a library's reads show a junction, from read and fragment lengths.

use crate::Params;

/// Lengths and strands of a library's reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Median read length (bases).
    pub read_len: u32,
    /// Median outer fragment length (bases).
    pub fragment_len: Option<u32>,
    /// Its median absolute deviation (bases).
    pub fragment_len_mad: u32,
    /// Fragments at KMT2A.
    pub fragments: u32,
    /// Of those, fragments with two reads.
    pub paired: u32,
    /// Molecules whose first read is sense to KMT2A.
    pub sense: u32,
    /// Molecules whose first read is antisense to it.
    pub antisense: u32,
}

/// Standard deviation of a normal distribution over its median absolute deviation.
const MAD_TO_SD: f64 = 1.4826;

/// Share of molecules over a donor that show a junction by a split read, and by a spanning pair, relative to the share
/// that is counted as wild type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    /// Split share.
    pub split: f64,
    /// Spanning share.
    pub spanning: f64,
}

impl Geometry {
    /// From read length, fragment length and the aligner's least anchor, for junctions anywhere in the fragment.
    pub fn of(reads: &Reads, anchor: u32, p: &Params) -> Self {
        let read = f64::from(reads.read_len.max(1));
        let a = f64::from(anchor);
        let paired = reads.paired * 2 >= reads.fragments;
        let (median, spread) = match (paired, reads.fragment_len) {
            (true, Some(median)) => (f64::from(median), f64::from(reads.fragment_len_mad) * MAD_TO_SD),
            (true, None) => (read * p.fragment_reads, read * p.fragment_reads_spread),
            (false, _) => (read, 0.0),
        };
        // Nine points of a normal distribution of fragment lengths.
        let (mut split, mut spanning, mut counted) = (0.0, 0.0, 0.0);
        for step in -4_i32..=4 {
            let z = f64::from(step) / 2.0;
            let weight = (-z * z / 2.0).exp();
            let length = z.mul_add(spread, median).max(read.min(median));
            // Junction positions that a read from one end covers with `a` bases on both sides.
            let one = (read.min(length) - 2.0 * a).max(0.0);
            let both = (length - 2.0 * a).max(0.0);
            let shown = if paired { (2.0 * one).min(both) } else { one };
            split += weight * shown;
            spanning += weight * if paired { (both - shown).max(0.0) } else { 0.0 };
            counted += weight * (length - 2.0 * f64::from(p.wild_type_anchor)).max(1.0);
        }
        Self {
            split: split / counted,
            spanning: spanning / counted,
        }
    }

    /// Usable molecules per counted wild-type molecule, if the file shows the given shares of split reads and of pairs;
    /// and
    /// the share of them that is split.
    pub(super) fn usable(&self, split: f64, pairs: f64) -> (f64, f64) {
        let (split, spanning) = (self.split * split, self.spanning * pairs);
        let usable = split + spanning;
        (usable, if usable > 0.0 { split / usable } else { 0.0 })
    }
}

impl Reads {
    /// Estimated molecules from `distinct` 5' positions of single reads over a donor: n molecules occupy
    /// `places * (1 - exp(-n / places))` of `places` equally likely positions. A fusion's few molecules hardly share
    /// one.
    pub fn unsaturated(&self, distinct: u32, p: &Params) -> u32 {
        let all = f64::from(self.sense + self.antisense);
        let one_strand = f64::from(self.sense.max(self.antisense)) > p.stranded * all;
        let strands = if one_strand { 1.0 } else { 2.0 };
        let places = strands * (f64::from(self.read_len) - 2.0 * f64::from(p.wild_type_anchor)).max(1.0);
        // Near saturation the count carries little information.
        let taken = (f64::from(distinct) / places).min(p.saturation_max);
        let molecules = -places * (1.0 - taken).ln();
        (molecules.round() as u32).clamp(distinct, distinct.saturating_mul(p.saturation_times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(fragment: u32) -> Reads {
        Reads {
            read_len: 100,
            fragment_len: Some(fragment),
            fragment_len_mad: 10,
            paired: 10,
            fragments: 10,
            sense: 5,
            antisense: 5,
        }
    }

    fn geometry(reads: &Reads) -> (f64, f64) {
        let found = Geometry::of(reads, 10, &Params::default());
        (found.split, found.spanning)
    }

    fn near(found: (f64, f64), expected: (f64, f64)) {
        assert!(
            (found.0 - expected.0).abs() < 5e-4 && (found.1 - expected.1).abs() < 5e-4,
            "{found:?}, not {expected:?}"
        );
    }

    #[test]
    fn short_fragments_are_split_and_long_ones_span() {
        // 150 bases: 130 of 144 positions have 10 bases on both sides, and a read from either end covers all of them.
        near(geometry(&reads(150)), (130.0 / 144.0, 0.0));
        // 400: two reads cover 80 positions each; the mates are on both sides of the other 220.
        near(geometry(&reads(400)), (160.0 / 394.0, 220.0 / 394.0));
        let single = Reads {
            paired: 4,
            ..reads(400)
        };
        near(geometry(&single), (80.0 / 94.0, 0.0));
        let half = Reads {
            paired: 5,
            ..reads(400)
        };
        near(geometry(&half), (160.0 / 394.0, 220.0 / 394.0));
    }

    #[test]
    fn usable_molecules_are_those_that_the_file_shows_of_both_kinds() {
        let geometry = Geometry {
            split: 0.6,
            spanning: 0.3,
        };
        near(geometry.usable(0.5, 1.0), (0.6, 0.5));
        near(geometry.usable(1.0, 0.5), (0.75, 0.8));
        near(geometry.usable(0.0, 1.0), (0.3, 0.0));
        assert_eq!(
            geometry.usable(0.0, 0.0),
            (0.0, 0.0),
            "nothing, and nothing of it split"
        );
    }

    #[test]
    fn an_unknown_fragment_length_is_assumed_to_be_two_reads() {
        let unknown = Reads {
            fragment_len: None,
            ..reads(0)
        };
        let wide = Reads {
            fragment_len: Some(200),
            fragment_len_mad: 34,
            ..reads(0)
        };
        let (found, expected) = (geometry(&unknown), geometry(&wide));
        assert!(
            (found.0 - expected.0).abs() < 0.01 && (found.1 - expected.1).abs() < 0.01,
            "{found:?} {expected:?}"
        );
    }

    #[test]
    fn fragments_near_the_read_length_are_no_shorter_than_it() {
        let spread = Reads {
            fragment_len_mad: 60,
            ..reads(110)
        };
        let (split, spanning) = geometry(&spread);
        assert!(split < 1.0 && spanning > 0.0, "{split} {spanning}");
        let below = Reads {
            fragment_len_mad: 40,
            ..reads(60)
        };
        near(geometry(&below), (0.8154, 0.0));
    }

    #[test]
    fn positions_hide_molecules_as_they_fill() {
        let p = Params::default();
        // 94 positions on each strand: 94 of 188 occupied are 130 molecules.
        assert_eq!(reads(0).unsaturated(94, &p), 130);
        let stranded = |sense| Reads {
            sense,
            antisense: 100 - sense,
            ..reads(0)
        };
        assert_eq!(stranded(80).unsaturated(47, &p), 54);
        assert_eq!(stranded(81).unsaturated(47, &p), 65);
        assert_eq!(stranded(19).unsaturated(47, &p), 65);
        assert_eq!(reads(0).unsaturated(0, &p), 0);
        // At most three times as many, however full.
        assert_eq!(stranded(100).unsaturated(94, &p), 282);
        assert_eq!(stranded(100).unsaturated(90, &p), 270);
    }
}
