//! A genomic breakpoint as a fingerprint: two samples that share one share a clone.

use super::digest::SampleDigest;
use super::junction::{is_canonical, is_genomic, kmt2a_and_partner};
use breakapart_core::report::schema::{Junction, Side};

/// Bases by which two records of one breakpoint may differ, beyond the interval in which each can be shifted: a
/// consensus that ends early shifts a side by one or two bases.
const TOLERANCE: i64 = 2;
/// Widest interval considered (bases): homology at a breakpoint is a few bases, in repeats several tens.
const MAX_SLACK: i64 = 500;

/// A genomic junction as a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fingerprint<'a> {
    /// Build: coordinates of two builds are not comparable.
    build: &'a str,
    kmt2a: &'a Side,
    partner: &'a Side,
    slack: i64,
    /// The junction.
    pub junction: &'a Junction,
}

impl<'a> Fingerprint<'a> {
    /// The fingerprint of a junction; `None` if it shows no genomic breakpoint of KMT2A.
    pub(crate) fn of(junction: &'a Junction, build: &'a str) -> Option<Self> {
        let (kmt2a, partner) = kmt2a_and_partner(junction).filter(|_| is_genomic(junction))?;
        Some(Self {
            build,
            kmt2a,
            partner,
            slack: i64::from(junction.ambiguity.left.max(junction.ambiguity.right)) + TOLERANCE,
            junction,
        })
    }

    /// The fingerprints of a sample.
    pub(crate) fn of_sample(digest: &'a SampleDigest) -> Vec<Self> {
        let junctions = digest.junctions();
        junctions
            .filter_map(|junction| Self::of(junction, &digest.build))
            .collect()
    }

    /// Values that must be equal on KMT2A's side. A reciprocal junction at the same bases is a different one.
    fn on_kmt2a(&self) -> (&'a str, bool, &'a str, &'static str) {
        let Side { contig, strand, .. } = self.kmt2a;
        (self.build, is_canonical(self.junction), contig, strand.sign())
    }

    /// Whether both are the same breakpoint.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let slack = self.slack.max(other.slack);
        let near = |a: &Side, b: &Side| (a.position - b.position).abs() <= slack;
        let partners = [self.partner, other.partner].map(|side| (&side.contig, side.strand));
        self.on_kmt2a() == other.on_kmt2a()
            && partners[0] == partners[1]
            && near(self.kmt2a, other.kmt2a)
            && near(self.partner, other.partner)
    }
}

/// All pairs of `marks` that are the same breakpoint, by their indices, lower first.
pub(crate) fn pairs(marks: &[Fingerprint<'_>]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|at| (marks[*at].on_kmt2a(), marks[*at].kmt2a.position));
    let mut found = Vec::new();
    for (at, &first) in order.iter().enumerate() {
        let mark = &marks[first];
        let ahead = order[at + 1..].iter().take_while(|later| {
            let later = &marks[**later];
            mark.on_kmt2a() == later.on_kmt2a() && later.kmt2a.position - mark.kmt2a.position <= MAX_SLACK
        });
        let same = ahead.filter(|later| mark.is_same(&marks[**later]));
        found.extend(same.map(|&second| (first.min(second), first.max(second))));
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use breakapart_core::report::schema::{Evidence, StrandSign};

    /// A genomic junction from KMT2A's base `kmt2a` to AFF1's base `partner`.
    pub(in crate::cohort) fn genomic(kmt2a: i64, partner: i64) -> Junction {
        let side = |contig: &str, position, gene: &str| Side {
            contig: contig.to_owned(),
            position,
            strand: StrandSign::Forward,
            gene: Some(gene.to_owned()),
            ..Side::default()
        };
        Junction {
            id: "E1.1".to_owned(),
            class: "canonical".to_owned(),
            assay: "dna".to_owned(),
            five: Some(side("11", kmt2a, "KMT2A")),
            three: Some(side("4", partner, "AFF1")),
            evidence: molecules(30),
            ..Junction::default()
        }
    }

    /// With this many split molecules.
    pub(in crate::cohort) fn molecules(count: u64) -> Evidence {
        Evidence {
            molecules: Some(count),
            split: count,
            ..Evidence::default()
        }
    }

    fn is_same(one: &Junction, other: &Junction) -> bool {
        let mark = |junction| Fingerprint::of(junction, "GRCh38").unwrap();
        mark(one).is_same(&mark(other))
    }

    #[test]
    fn both_sides_decide() {
        let break_of = genomic(118_485_000, 87_090_000);
        assert!(is_same(&break_of, &genomic(118_485_001, 87_090_002)));
        assert!(
            !is_same(&break_of, &genomic(118_485_000, 87_090_010)),
            "another breakpoint in the partner"
        );
        assert!(!is_same(&break_of, &genomic(118_485_100, 87_090_000)));
        let [mark, other_build] = ["GRCh38", "GRCh37"].map(|build| Fingerprint::of(&break_of, build).unwrap());
        assert!(!mark.is_same(&other_build));
        let mut rna = genomic(118_482_495, 87_084_120);
        rna.assay = "rna".to_owned();
        assert_eq!(
            Fingerprint::of(&rna, "GRCh38"),
            None,
            "a splice junction is shared by many patients"
        );
    }

    #[test]
    fn a_junction_with_homology_may_be_placed_elsewhere_within_it() {
        let mut wide = genomic(118_485_000, 87_090_000);
        wide.ambiguity.right = 12;
        assert!(is_same(&wide, &genomic(118_485_012, 87_090_012)));
        assert!(!is_same(&wide, &genomic(118_485_015, 87_090_015)));
    }

    #[test]
    fn the_sweep_equals_comparing_all_pairs() {
        let junctions: Vec<Junction> = (0..60_i64)
            .map(|n| genomic(118_485_000 + n * 7 % 11, 87_090_000 + n * 5 % 7))
            .collect();
        let mark = |junction| Fingerprint::of(junction, "GRCh38").unwrap();
        let marks: Vec<Fingerprint<'_>> = junctions.iter().map(mark).collect();
        let mut all = Vec::new();
        for (a, first) in marks.iter().enumerate() {
            for (b, second) in marks.iter().enumerate() {
                if a < b && first.is_same(second) {
                    all.push((a, b));
                }
            }
        }
        assert!(all.len() > 10);
        assert_eq!(pairs(&marks), all);
    }
}
