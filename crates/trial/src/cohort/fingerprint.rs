//! A genomic breakpoint is a fingerprint: two samples that share one share a clone.

use super::digest::{JunctionDigest, SampleDigest};
use breakapart_core::report::schema::StrandSign;

/// Bases by which two descriptions of one break may differ beyond the stretch in which each could be
/// moved: a consensus that ends early shifts a side by a base or two.
const TOLERANCE: i64 = 2;

/// A genomic junction as a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint {
    /// Build: coordinates of two builds can't be compared.
    build: String,
    kmt2a: Place,
    partner: Place,
    slack: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    contig: String,
    strand: &'static str,
    position: i64,
}

impl Fingerprint {
    /// The fingerprint of a junction; `None` where it shows no genomic break of KMT2A.
    pub(crate) fn of(junction: &JunctionDigest, build: &str) -> Option<Self> {
        if !junction.is_genomic() {
            return None;
        }
        let (kmt2a, partner) = junction.kmt2a_and_partner()?;
        // Which derivative it is: a reciprocal one at the same bases is another junction.
        let place = |side: &super::digest::SideDigest| Place {
            contig: side.contig.clone(),
            strand: StrandSign::sign(side.strand),
            position: side.position,
        };
        let mut kmt2a_place = place(kmt2a);
        kmt2a_place.contig = format!("{} {}", junction.is_canonical(), kmt2a_place.contig);
        Some(Self {
            build: build.to_owned(),
            kmt2a: kmt2a_place,
            partner: place(partner),
            slack: i64::from(junction.slack) + TOLERANCE,
        })
    }

    /// The fingerprints of a sample with their junctions.
    pub(crate) fn of_sample(digest: &SampleDigest) -> Vec<(Self, &JunctionDigest)> {
        digest
            .junctions
            .iter()
            .filter_map(|junction| Some((Self::of(junction, &digest.build)?, junction)))
            .collect()
    }

    /// Whether both are one break.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let near = |a: &Place, b: &Place| {
            a.contig == b.contig
                && a.strand == b.strand
                && (a.position - b.position).abs() <= self.slack.max(other.slack)
        };
        self.build == other.build && near(&self.kmt2a, &other.kmt2a) && near(&self.partner, &other.partner)
    }

    /// Where on KMT2A it could begin at most after `other` and still be the same: what a sweep over
    /// sorted fingerprints looks ahead.
    fn may_follow(&self, later: &Self) -> bool {
        self.build == later.build
            && self.kmt2a.contig == later.kmt2a.contig
            && self.kmt2a.strand == later.kmt2a.strand
            && later.kmt2a.position - self.kmt2a.position <= MAX_SLACK
    }
}

/// Widest stretch that is swept (bases): homology at a break is a few bases, in repeats some tens.
const MAX_SLACK: i64 = 500;

/// All pairs of `marks` that are the same break, each with the owners' indices, lower first.
pub(crate) fn pairs(marks: &[(usize, Fingerprint)]) -> Vec<(usize, usize)> {
    let mut order: Vec<&(usize, Fingerprint)> = marks.iter().collect();
    order.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    let mut found = Vec::new();
    for (at, (owner, mark)) in order.iter().enumerate() {
        for (other, later) in order.iter().skip(at + 1) {
            if !mark.may_follow(later) {
                break;
            }
            if owner != other && mark.is_same(later) {
                found.push((*owner.min(other), *owner.max(other)));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::digest::SideDigest;
    use super::*;

    /// A genomic junction from KMT2A's base `kmt2a` to AFF1's base `partner`.
    pub(in crate::cohort) fn genomic(kmt2a: i64, partner: i64) -> JunctionDigest {
        let side = |contig: &str, position, gene: &str| SideDigest {
            contig: contig.to_owned(),
            position,
            strand: StrandSign::Forward,
            gene: Some(gene.to_owned()),
            ..SideDigest::default()
        };
        JunctionDigest {
            id: "E1.1".to_owned(),
            event: "E1".to_owned(),
            class: "canonical".to_owned(),
            assay: "dna".to_owned(),
            five: Some(side("11", kmt2a, "KMT2A")),
            three: Some(side("4", partner, "AFF1")),
            molecules: 30,
            ..JunctionDigest::default()
        }
    }

    fn mark(kmt2a: i64, partner: i64) -> Fingerprint {
        Fingerprint::of(&genomic(kmt2a, partner), "GRCh38").unwrap()
    }

    #[test]
    fn both_sides_decide() {
        let break_of = mark(118_485_000, 87_090_000);
        assert!(break_of.is_same(&mark(118_485_001, 87_090_002)));
        assert!(
            !break_of.is_same(&mark(118_485_000, 87_090_010)),
            "another break in the partner"
        );
        assert!(!break_of.is_same(&mark(118_485_100, 87_090_000)));
        let other_build = Fingerprint::of(&genomic(118_485_000, 87_090_000), "GRCh37").unwrap();
        assert!(!break_of.is_same(&other_build));
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
        wide.slack = 12;
        let wide = Fingerprint::of(&wide, "GRCh38").unwrap();
        assert!(wide.is_same(&mark(118_485_012, 87_090_012)));
        assert!(!wide.is_same(&mark(118_485_015, 87_090_015)));
    }

    #[test]
    fn the_sweep_finds_what_comparing_all_finds() {
        let marks: Vec<(usize, Fingerprint)> = (0..60_usize)
            .map(|n| {
                let n64 = n as i64;
                (n, mark(118_485_000 + n64 * 7 % 11, 87_090_000 + n64 * 5 % 7))
            })
            .collect();
        let mut all = Vec::new();
        for (a, first) in &marks {
            for (b, second) in &marks {
                if a < b && first.is_same(second) {
                    all.push((*a, *b));
                }
            }
        }
        assert!(all.len() > 10);
        assert_eq!(pairs(&marks), all);
    }
}
