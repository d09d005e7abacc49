//! Genomic junctions of spanning pairs that soft clips of both sides resolve although the aligner placed no split
//! read: bases are inserted between the sides, or the reads extend too little beyond them.
//!
//! METHOD: reads clipped at one side and reads clipped at the other are overlapped like two ends of a contig. Both are
//! aligned up to their clip, so that only the number of inserted bases is unknown. An overlap needs 16 bases with at
//! most one mismatch in twelve, each base within a clip of at least one side; by chance one in 10^6 of the compared
//! pairs of clips has one. If only one side's reads span the insertion, the bases after it are searched in the
//! reference, within one fragment length of the mates (see `partner_search`).

use std::collections::BTreeSet;

use breakapart_rule::breaks::are_of_open_end;

use super::{
    Candidate,
    alike::{self, End},
    clip::{self, ClipFate, Fates, with_fates},
    observe::{Observation, Target},
    open_end,
    outward::allowed,
    partner_search, place,
    sides::Sides,
};
use crate::{
    catalogue::GeneModels,
    evidence::fragment::{Confidence, Fragment},
    genome::{
        Breakend, Junction, SequenceSource,
        sequence::{differing, is_low_complexity, reverse_complement},
    },
};

/// Minimum overlap of reads of both sides (bases).
const OVERLAP_MIN: usize = 16;
/// Aligned bases next to a clip that are compared (bases).
const KEPT: usize = 60;
/// Clip clusters of one side that are compared (count); more are noise.
const CLUSTERS_CAP: usize = 24;
/// A read may extend past the breakpoint over matching bases (bases).
const OVERRUN: i64 = 12;
/// Longest unplaced sequence that may be an insertion which no read spans (bases).
const UNSPANNED_MAX: usize = 100;

/// A cluster of soft clips of one side that continue into the same bases.
struct ClipCluster<'a, 'b> {
    side: Breakend,
    is_five: bool,
    /// Bases outward from it.
    beyond: Vec<u8>,
    /// Aligned bases of the side, read outward: the last is next to the breakpoint.
    kept: Vec<u8>,
    ends: Vec<&'b End<'a>>,
    molecules: usize,
}

impl ClipCluster<'_, '_> {
    /// The junction of the side with the position near `shown` to which the bases beyond it align.
    fn placed(&self, shown: Breakend, source: &dyn SequenceSource, target: &Target) -> Option<Junction> {
        let (other, before) = partner_search::near(&self.beyond, shown, source, target.fragment_len_max)?;
        Some(if self.is_five {
            Junction {
                five: self.side,
                three: other,
                inserted: before,
            }
        } else {
            Junction {
                five: other,
                three: self.side,
                inserted: reverse_complement(&before),
            }
        })
    }

    /// The junction of this 5' side with a 3' side whose reads overlap.
    fn junction_with(&self, three: &Self) -> Option<Junction> {
        let inserted = overlap((&self.kept, &self.beyond), (&three.kept, &three.beyond))?;
        Some(Junction {
            five: self.side,
            three: three.side,
            inserted,
        })
    }

    /// The clips as observations of a junction.
    fn observations(&self, sides: &Sides, other: Confidence) -> Vec<Observation> {
        let observed = self.ends.iter().filter_map(|(o, _)| {
            let shift = (self.side.position.0 - o.side.position.0) * self.side.retained.outward();
            let beyond = o.beyond(shift)?;
            Some(o.observe(sides, self.is_five, shift, beyond.len(), other))
        });
        observed.collect()
    }
}

/// Resolves pairs-only candidates by soft clips of their sides, and updates the explanations of these clips.
pub(super) fn join(
    candidates: &mut [Candidate],
    fragments: &[Fragment],
    fates: &mut Fates,
    (models, source): (&GeneModels, &dyn SequenceSource),
    target: &Target,
) {
    let ends = unexplained(fragments, fates);
    for candidate in candidates.iter_mut().filter(|c| !c.is_precise) {
        let Some(&Junction { five, three, .. }) = candidate.sides.junction() else {
            continue;
        };
        let of_five = clusters((five, true), &ends, fates, target);
        let of_three = clusters((three, false), &ends, fates, target);
        let of_both = of_five.iter().flat_map(|a| {
            let junctions = of_three
                .iter()
                .filter_map(move |b| Some((a.junction_with(b)?, vec![a, b])));
            junctions.collect::<Vec<_>>()
        });
        let shown = of_five.iter().map(|cluster| (cluster, three));
        let shown = shown.chain(of_three.iter().map(|cluster| (cluster, five)));
        let of_one = shown.filter_map(|(cluster, shown)| Some((cluster.placed(shown, source, target)?, vec![cluster])));
        let molecules =
            |clusters: &[&ClipCluster<'_, '_>]| clusters.iter().map(|cluster| cluster.molecules).sum::<usize>();
        let found = of_both
            .chain(of_one)
            .max_by(|(a, of_a), (b, of_b)| molecules(of_a).cmp(&molecules(of_b)).then_with(|| b.cmp(a)));
        let Some((junction, clusters)) = found else { continue };
        let pairs = std::mem::take(&mut candidate.observations);
        let mut made = Candidate::new(junction, Vec::new());
        for cluster in clusters {
            let sure = pairs.iter().map(|o| o.side(!cluster.is_five).confidence).max();
            let clipped = cluster.observations(&made.sides, sure.unwrap_or(Confidence::Unknown));
            made.observations.extend(clipped);
            clip::mark(
                fates,
                cluster.ends.iter().map(|(o, which)| (o.index, *which)),
                &ClipFate::Junction,
            );
        }
        let pairs = open_end::not_known(&made, pairs);
        made.observations.extend(pairs);
        place::settle(&mut made, 0, (models, source), target);
        *candidate = made;
    }
}

/// Merges unplaced clip clusters that end within an untemplated insertion into the spanning-pair candidate at that
/// breakpoint: the KMT2A base is then known, the partner base is not. RNA and DNA.
pub(super) fn join_open(candidates: &mut Vec<Candidate>, target: &Target) {
    for open in 0..candidates.len() {
        let Some(end) = candidates[open].sides.open() else {
            continue;
        };
        let (site, own_is_five, length) = (end.own, end.own_is_five(), end.beyond.len());
        let molecules = |c: &Candidate| -> BTreeSet<u64> { c.observations.iter().map(|o| o.molecule).collect() };
        let clipped = molecules(&candidates[open]);
        let index = candidates
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.is_precise && length <= UNSPANNED_MAX)
            .filter(|(_, c)| (c.sides.side(own_is_five)).is_some_and(|shown| fits(site, shown, target)))
            .map(|(i, c)| {
                let pairs = molecules(c);
                let shared = pairs.intersection(&clipped).count();
                (shared, pairs.len(), i)
            })
            .filter(|(shared, pairs, _)| are_of_open_end(*pairs, *shared, clipped.len(), &target.params))
            .max_by_key(|(shared, pairs, i)| (*shared, *pairs, std::cmp::Reverse(*i)));
        let Some((.., index)) = index else { continue };
        let observations = std::mem::take(&mut candidates[open].observations);
        let pairs = &mut candidates[index];
        let more = open_end::not_known(pairs, observations);
        let Sides::Placed(junction) = &mut pairs.sides else {
            continue;
        };
        let (five, three) = (&mut junction.five, &mut junction.three);
        *(if own_is_five { five } else { three }) = site;
        pairs.observations.extend(more.into_iter().map(|mut o| {
            (o.five.at, o.three.at) = (junction.five, junction.three);
            Observation { bases: None, ..o }
        }));
    }
    candidates.retain(|c| !c.observations.is_empty());
}

/// Whether `side` can be the breakpoint at or beyond the innermost base `shown` of the mates.
fn fits(side: Breakend, shown: Breakend, target: &Target) -> bool {
    let beyond = (side.position.0 - shown.position.0) * shown.retained.outward();
    side.contig == shown.contig
        && side.retained == shown.retained
        && (-OVERRUN..target.fragment_len_max).contains(&beyond)
}

/// Every unexplained clip, by position.
fn unexplained<'a>(fragments: &'a [Fragment], fates: &Fates) -> Vec<End<'a>> {
    let mut ends: Vec<End<'a>> = with_fates(fragments, fates)
        .filter(|(outward, _, fate)| matches!(fate, ClipFate::Unexplained(..)) && !is_low_complexity(&outward.bases))
        .map(|(outward, which, _)| (outward, which))
        .collect();
    ends.sort_by_key(|(o, which)| (o.side.contig, o.side.retained, o.side.position, o.index, *which));
    ends
}

/// Clusters of unexplained clips that can be the breakpoint of a side whose mates reach up to `shown`, those of most
/// molecules first.
fn clusters<'a, 'b>(
    (shown, is_five): (Breakend, bool),
    ends: &'b [End<'a>],
    fates: &Fates,
    target: &Target,
) -> Vec<ClipCluster<'a, 'b>> {
    let key = |position: i64| (shown.contig, shown.retained, position);
    let of = |(o, _): &End<'_>| (o.side.contig, o.side.retained, o.side.position.0);
    let (low, high) = if shown.retained.outward() > 0 {
        (-OVERRUN, target.fragment_len_max)
    } else {
        (-target.fragment_len_max, OVERRUN)
    };
    let start = ends.partition_point(|e| of(e) < key(shown.position.0 + low));
    let end = ends.partition_point(|e| of(e) <= key(shown.position.0 + high));
    let is_open = |(o, which): &&End<'_>| {
        matches!(
            fates.get(&o.index).and_then(|f| f.get(*which)),
            Some(ClipFate::Unexplained(..))
        )
    };
    let mut clusters: Vec<ClipCluster<'a, 'b>> = alike::kinds(ends.get(start..end).unwrap_or_default())
        .into_iter()
        .filter_map(|kind| {
            let ends: Vec<&End<'a>> = kind.into_iter().filter(is_open).collect();
            let side = alike::site(&ends)?;
            let kept = ends.iter().filter(|(o, _)| o.side == side).map(|(o, _)| &o.kept);
            let kept = kept.max_by_key(|kept| kept.len())?;
            let molecules: BTreeSet<u64> = ends.iter().map(|(o, _)| o.fragment.molecule).collect();
            Some(ClipCluster {
                kept: kept[kept.len().saturating_sub(KEPT)..].to_vec(),
                side,
                is_five,
                beyond: alike::beyond(&ends, side),
                molecules: molecules.len(),
                ends,
            })
        })
        .collect();
    clusters.sort_by_key(|t| (std::cmp::Reverse((t.molecules, t.beyond.len())), t.side));
    clusters.truncate(CLUSTERS_CAP);
    clusters
}

/// The inserted bases between two sides, each given as its aligned bases and those beyond, read outward: the length
/// at which the reads of both sides match best. `None` if there is no such length, or two are equally good.
fn overlap((kept_a, beyond_a): (&[u8], &[u8]), (kept_b, beyond_b): (&[u8], &[u8])) -> Option<Vec<u8>> {
    let first = [kept_a, beyond_a].concat();
    let second = reverse_complement(&[kept_b, beyond_b].concat());
    let longest = (beyond_a.len() + beyond_b.len()).checked_sub(OVERLAP_MIN)?;
    let mut best: Option<(usize, usize)> = None;
    let mut is_tied = false;
    for length in 0..=longest {
        // Offset in the first at which the second begins; its first `skipped` bases precede the first.
        let edge = kept_a.len() + length;
        let (from, skipped) = (edge.saturating_sub(beyond_b.len()), beyond_b.len().saturating_sub(edge));
        let (Some(x), Some(y)) = (first.get(from..), second.get(skipped..)) else {
            continue;
        };
        let shared = x.len().min(y.len());
        let wrong = differing(x, y);
        if shared < OVERLAP_MIN || wrong > allowed(shared) || is_low_complexity(&x[..shared]) {
            continue;
        }
        let score = shared - wrong;
        match best {
            Some((most, _)) if score < most => {}
            Some((most, _)) if score == most => is_tied = true,
            _ => (best, is_tied) = (Some((score, length)), false),
        }
    }
    let (_, length) = best.filter(|_| !is_tied)?;
    (kept_a.len()..kept_a.len() + length)
        .map(|at| {
            let other = (at + beyond_b.len()).checked_sub(kept_a.len() + length);
            first.get(at).or_else(|| second.get(other?)).copied()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// KMT2A's last bases, 30 untemplated bases, the partner's first bases.
    const KMT2A: &[u8] = b"TTAGGCATCCAGTCAACGTGAATCCAGTTACGCTAGGATCC";
    const INSERTED: &[u8] = b"CGGATTACAGTTGCCATACGACTTGACCTA";
    const PARTNER: &[u8] = b"GATTGACCATTCGGCAAGTCTTACGCAAGTGCATGCCAATT";

    fn ends(of_kmt2a: usize, of_partner: usize) -> (Vec<u8>, Vec<u8>) {
        let after = [INSERTED, PARTNER].concat();
        let ahead = reverse_complement(&[KMT2A, INSERTED].concat());
        (after[..of_kmt2a].to_vec(), ahead[..of_partner].to_vec())
    }

    fn joined(of_kmt2a: usize, of_partner: usize) -> Option<Vec<u8>> {
        let (a, b) = ends(of_kmt2a, of_partner);
        overlap((KMT2A, &a), (&reverse_complement(PARTNER), &b))
    }

    #[test]
    fn reads_of_both_sides_give_the_inserted_bases() {
        // Neither read spans the insertion; they overlap by 16 bases.
        assert_eq!(joined(23, 23).as_deref(), Some(INSERTED));
        // One spans it, with a few bases of the other side.
        assert_eq!(joined(36, 10).as_deref(), Some(INSERTED));
        assert_eq!(joined(8, 40).as_deref(), Some(INSERTED));
        // An overlap of fifteen is too short.
        assert_eq!(joined(22, 23), None);
    }

    #[test]
    fn one_error_is_tolerated_and_other_bases_are_not() {
        let (mut a, b) = ends(28, 26);
        a[10] = if a[10] == b'A' { b'C' } else { b'A' };
        let found = overlap((KMT2A, &a), (&reverse_complement(PARTNER), &b)).unwrap();
        assert_eq!(found.len(), INSERTED.len());
        let other = b"GTCCGATAAGCTTGGACATCGTTAACGGTA";
        assert_eq!(overlap((KMT2A, &a), (&reverse_complement(PARTNER), other)), None);
    }

    #[test]
    fn sides_that_meet_have_nothing_inserted() {
        let (a, b) = (&PARTNER[..14], &reverse_complement(KMT2A)[..12]);
        assert_eq!(
            overlap((KMT2A, a), (&reverse_complement(PARTNER), b)).as_deref(),
            Some(&b""[..])
        );
    }

    fn side(contig: crate::genome::ContigId, position: i64, retained: crate::genome::Retained) -> Breakend {
        Breakend {
            contig,
            position: crate::genome::Position(position),
            retained,
        }
    }

    /// Candidates left after merging: a KMT2A breakpoint at 150,000 into an unplaced sequence of `length` bases, and
    /// spanning pairs of this many molecules from 149,900 to another chromosome (KMT2A base, observations).
    fn joined_open(molecules: u64, length: usize) -> Vec<(i64, usize)> {
        use crate::{
            assemble::{observe::EvidenceKind, sides::OpenEnd, tests::observed},
            genome::{ContigId, Interval, Retained, Strand},
        };
        let target = Target {
            contig: ContigId(0),
            span: Interval::new(100_000, 200_000),
            strand: Strand::Forward,
            fragment_len_max: 500,
            assay: breakapart_rule::Assay::Dna,
            params: breakapart_rule::Params::default(),
        };
        let observation = |fragment: usize, junction: &Junction, kind| Observation {
            fragment,
            molecule: fragment as u64,
            kind,
            ..observed((junction.five, 60), (junction.three, 40))
        };
        let junction = |five, three| Junction {
            five,
            three,
            inserted: Vec::new(),
        };
        let own = side(ContigId(0), 150_000, Retained::Left);
        let open = junction(own, own);
        let pairs = junction(
            side(ContigId(0), 149_900, Retained::Left),
            side(ContigId(3), 5_000, Retained::Right),
        );
        let ends = vec![
            observation(90, &open, EvidenceKind::Clip),
            observation(91, &open, EvidenceKind::Clip),
        ];
        let spanning = (0..molecules).map(|n| observation(n as usize, &pairs, EvidenceKind::Spanning));
        let mut candidates = vec![
            Candidate::new(
                Sides::Open(OpenEnd {
                    own,
                    number: 0,
                    beyond: vec![b'A'; length],
                }),
                ends,
            ),
            Candidate {
                is_precise: false,
                ..Candidate::new(pairs.clone(), spanning.collect())
            },
        ];
        join_open(&mut candidates, &target);
        let of = |c: &Candidate| (c.sides.five().unwrap().position.0, c.observations.len());
        candidates.iter().map(of).collect()
    }

    #[test]
    fn an_unplaced_sequence_is_merged_into_pairs_of_two_molecules() {
        assert_eq!(joined_open(2, 40), [(150_000, 4)]);
        assert_eq!(joined_open(1, 40), [(150_000, 2), (149_900, 1)]);
        // One of them would span a sequence longer than a hundred bases.
        assert_eq!(joined_open(2, 100), [(150_000, 4)]);
        assert_eq!(joined_open(2, 101), [(150_000, 2), (149_900, 2)]);
    }
}
