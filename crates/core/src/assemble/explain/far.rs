//! Loci to which molecules of the sample are joined from the target gene.
//!
//! Introns of partners and intergenic loci are not in the k-mer index. If one molecule is aligned there, unmapped or
//! clipped reads of others may align there too.

use std::collections::BTreeSet;

use crate::{
    assemble::{
        observe::{Observation, Target},
        path::spliced_distance,
    },
    catalogue::GeneModels,
    evidence::fragment::{Confidence, Fragment, Segment},
    genome::{Breakend, ContigId, Interval, Strand},
};

/// Loci with which one fragment is compared (count), those of most molecules first.
const COMPARED: usize = 8;
/// Loci that are kept (count), those of most molecules first; more are noise of a panel.
const KEPT: usize = 200;
/// Loci on one strand within this distance are merged (bases).
const NEAR: i64 = 1_000;

/// A locus with the base of the target gene to which it is joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FarPlace {
    own: Breakend,
    /// Contig, and the strand of the molecules in the target gene's sense.
    pub(super) at: (ContigId, Strand),
    /// Interval of the observed breakends.
    pub(super) around: Interval,
}

/// Far loci, those of most molecules first.
#[derive(Debug, Default)]
pub(crate) struct FarPlaces {
    all: Vec<FarPlace>,
    fragment_len_max: i64,
}

impl FarPlaces {
    /// The partner loci of the observations that map uniquely there.
    pub(crate) fn new<'a>(observations: impl Iterator<Item = &'a Observation>, target: &Target) -> Self {
        let mut shown: Vec<((ContigId, Strand), i64, Breakend, u64)> = observations
            .filter_map(|o| {
                let own_is_five = target.holds(o.five.at);
                let (own, far) = (o.side(own_is_five).at, o.side(!own_is_five));
                let strand = far.at.strand_of(!own_is_five);
                (far.confidence == Confidence::Unique && !target.holds(far.at) && target.holds(own)).then_some((
                    (far.at.contig, strand),
                    far.at.position.0,
                    own,
                    o.molecule,
                ))
            })
            .collect();
        shown.sort_unstable();
        let is_near = |a: &(_, i64, Breakend, u64), b: &(_, i64, Breakend, u64)| {
            a.0 == b.0 && b.1 - a.1 <= NEAR && a.2.retained == b.2.retained
        };
        let mut all: Vec<(usize, FarPlace)> = shown
            .chunk_by(is_near)
            .map(|group| {
                let molecules: BTreeSet<u64> = group.iter().map(|(.., molecule)| *molecule).collect();
                let (at, from, own, _) = group[0];
                let around = Interval::new(from, group[group.len() - 1].1 + 1);
                (molecules.len(), FarPlace { own, at, around })
            })
            .collect();
        all.sort_by_key(|(molecules, place)| (std::cmp::Reverse(*molecules), place.at, place.around));
        all.truncate(KEPT);
        Self {
            all: all.into_iter().map(|(_, place)| place).collect(),
            fragment_len_max: target.fragment_len_max,
        }
    }

    /// The loci that a fragment may reach: it has unaligned bases, and its segment in the target gene is within one
    /// fragment length of the breakpoint.
    pub(super) fn near<'a>(
        &'a self,
        fragment: &'a Fragment,
        models: &'a GeneModels,
    ) -> impl Iterator<Item = &'a FarPlace> {
        let is_open = !fragment.clips.is_empty() || fragment.unaligned_mate.is_some();
        let segments = fragment.chain.segments.iter();
        let reaches = move |place: &FarPlace| {
            let mut own = segments.clone().filter(|s| s.contig == place.own.contig);
            own.any(|s| self.is_within(s, place.own, models))
        };
        self.all
            .iter()
            .filter(move |place| is_open && reaches(place))
            .take(COMPARED)
    }

    fn is_within(&self, segment: &Segment, own: Breakend, models: &GeneModels) -> bool {
        let strand = models.kmt2a().0.strand;
        [segment.first_base(), segment.last_base()].into_iter().any(|shown| {
            let distance = |from, to| spliced_distance(models, own, from, to, strand);
            let apart = distance(shown, own.position).or_else(|| distance(own.position, shown));
            apart.is_some_and(|d| d <= self.fragment_len_max)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::{
            observe::EvidenceKind,
            tests::{grch38, observed, target_of},
        },
        evidence::fragment::{Chain, PlacedBy, SeenBy, Unaligned},
        genome::{Position, Retained},
    };

    /// Loci reached by a fragment whose 100 bases of KMT2A end `before` bases 5' of the breakpoint, given those of
    /// others.
    fn reached(before: i64, places: &[(i64, Confidence)]) -> Vec<(i64, i64)> {
        let models = grch38();
        let (target, (gene, contig)) = (target_of(&models), models.kmt2a());
        // Within the last exon, far from its ends.
        let at = gene.transcripts[0].exon(36).unwrap().interval.start.0 + 3_000;
        let side = |contig, position, retained| Breakend {
            contig,
            position: Position(position),
            retained,
        };
        let observations: Vec<Observation> = places
            .iter()
            .enumerate()
            .map(|(n, (place, confidence))| {
                let own = side(contig, at, Retained::Left);
                let mut pair = observed((own, 60), (side(ContigId(3), *place, Retained::Right), 60));
                (pair.fragment, pair.molecule) = (n, n as u64);
                (pair.kind, pair.three.confidence) = (EvidenceKind::Spanning, *confidence);
                pair
            })
            .collect();
        let far = FarPlaces::new(observations.iter(), &target);
        let own = Segment {
            molecule_start: 0,
            molecule_end: 100,
            contig,
            strand: Strand::Forward,
            reference: Interval::new(at - before - 99, at - before + 1),
            confidence: Confidence::Unique,
            seen_by: SeenBy::default(),
            alignment: 0,
            placed_by: PlacedBy::Aligner,
        };
        let mut fragment = Fragment::of(Chain {
            segments: vec![own],
            len: 100,
            ..Chain::default()
        });
        let of = |f: &Fragment| {
            far.near(f, &models)
                .map(|p| (p.around.start.0, p.around.end.0))
                .collect()
        };
        assert_eq!(of(&fragment), Vec::new(), "a fragment aligned from end to end");
        std::sync::Arc::make_mut(&mut fragment.shape).unaligned_mate = Some(Unaligned::default());
        of(&fragment)
    }

    #[test]
    fn unmapped_reads_may_align_to_the_partner_loci_of_others() {
        let unique = |place| (place, Confidence::Unique);
        assert_eq!(reached(500, &[unique(7_000_000)]), [(7_000_000, 7_000_001)]);
        assert!(reached(501, &[unique(7_000_000)]).is_empty());
        assert!(reached(500, &[(7_000_000, Confidence::Ambiguous)]).is_empty());
        // The locus of more molecules first; within a thousand bases it is the same.
        let places = [
            unique(5_000_000),
            unique(7_000_000),
            unique(7_001_000),
            unique(9_000_000),
        ];
        assert_eq!(
            reached(0, &places)[..2],
            [(7_000_000, 7_001_001), (5_000_000, 5_000_001)]
        );
        assert_eq!(reached(0, &[unique(7_000_000), unique(7_001_001)]).len(), 2);
    }
}
