//! Clipped ends: explained by KMT2A itself, by adapter, by a junction held by other molecules, or by
//! the exon ends of the catalogue.
//!
//! METHOD: a clip is read outward from its breakend and compared with what would follow there. The
//! shortest matches are allowed only where the place is already fixed by another molecule: 6 bases
//! match by chance once in 4,096, which one known junction can bear and 3,000 catalogue ends cannot.

use std::collections::BTreeMap;

use super::{
    AssembleConfig, Candidate,
    ends::{KnownEnd, KnownEnds},
    explain::{rebuild::Rest, tail},
    held::{self, Held},
    mate,
    observe::{Observation, Target},
    outward::{MIN_CATALOGUE, Outward, matches},
    relay::Relay,
    unplaced::{self, Tail},
};
use crate::{
    catalogue::GeneModels,
    evidence::{
        chain::MIN_CLIP,
        fragment::{Confidence, Fragment},
    },
    genome::{
        Breakend, Interval, Junction, Position, Retained, SequenceSource,
        sequence::{is_low_complexity, reverse_complement},
    },
};

/// Shortest clip compared with exon ends of a GTF, or out of frame (bases).
const MIN_OTHER: usize = 18;

/// What explains a clipped end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipFate {
    /// KMT2A goes on there: the next exon, or the same exon or intron with errors.
    WildType,
    /// Sequencing adapter.
    Adapter,
    /// Too simple to place.
    LowComplexity,
    /// Supports the junction.
    Junction(Junction),
    /// Nothing found: the breakend beside it and the bases outward from it.
    Unexplained(Breakend, Vec<u8>),
}

/// What realigning clips came to.
pub struct Realigned {
    /// Candidates that clips and unaligned mates alone show.
    pub found: Vec<Candidate>,
    /// The fate of every clip, by fragment.
    pub clips: BTreeMap<usize, Vec<ClipFate>>,
    /// The exon ends that were compared.
    pub ends: KnownEnds,
    /// Unplaced tails that were not compared with the others.
    pub tails_left_out: usize,
}

/// Every clip that could be read, with the number of its fate within the fragment. Fates stand in the order of these
/// clips.
pub(super) fn with_fates<'a, 'b>(
    fragments: &'a [Fragment],
    fates: &'b BTreeMap<usize, Vec<ClipFate>>,
) -> impl Iterator<Item = (Outward<'a>, usize, &'b ClipFate)> {
    fates.iter().flat_map(move |(index, of_fragment)| {
        let fragment = fragments.get(*index);
        fragment
            .into_iter()
            .flat_map(|fragment| {
                let clips = fragment.clips.iter();
                clips.filter_map(|clip| Outward::new(*index, fragment, *clip))
            })
            .zip(of_fragment)
            .enumerate()
            .map(|(which, (outward, fate))| (outward, which, fate))
    })
}

/// The fates of a fragment's clips from what explains their bases.
pub(super) fn fates(index: usize, fragment: &Fragment, rests: &[Rest]) -> Vec<ClipFate> {
    fragment
        .clips
        .iter()
        .zip(rests)
        .filter_map(|(clip, rest)| {
            let outward = Outward::new(index, fragment, *clip)?;
            Some(match rest {
                Rest::Adapter => ClipFate::Adapter,
                Rest::Simple => ClipFate::LowComplexity,
                Rest::Unexplained => ClipFate::Unexplained(outward.side, outward.bases),
            })
        })
        .collect()
}

/// What a pass over all clips found.
#[derive(Default)]
struct Pass {
    fates: BTreeMap<usize, Vec<ClipFate>>,
    /// Observations for candidates that exist.
    more: BTreeMap<usize, Vec<Observation>>,
    /// Junctions that clips and mates alone show.
    found: BTreeMap<Junction, Vec<Observation>>,
    /// Fragments that belong to a candidate although the aligner placed them elsewhere.
    rehomed: Vec<(usize, usize)>,
    /// Ends that run out of a KMT2A exon into unknown bases.
    tails: Vec<Tail>,
}

/// Explains every clip; adds observations to `candidates`.
pub fn realign(
    fragments: &[Fragment],
    target: &Target,
    (models, source): (&GeneModels, &dyn SequenceSource),
    relays: &[Relay],
    candidates: &mut [Candidate],
    config: &AssembleConfig,
) -> Realigned {
    let mut known = KnownEnds::new(models, None);
    let mut pass = explain(fragments, target, &known, source, relays, candidates, config);
    // The catalogue's own ends explain most; the reference is read only where something is left.
    if config.spliced && pass.tails.iter().any(|t| t.bases.len() >= MIN_CATALOGUE) {
        let all = KnownEnds::new(models, Some(source));
        if all.spelt() > known.spelt() {
            pass = explain(fragments, target, &all, source, relays, candidates, config);
            known = all;
        }
    }
    for (which, observations) in pass.more {
        candidates[which].observations.extend(observations);
    }
    held::forsake(candidates, &pass.rehomed);
    let mut new: Vec<Candidate> = pass
        .found
        .into_iter()
        .map(|(junction, observations)| Candidate::new(junction, observations))
        .collect();
    let mut fates = pass.fates;
    let (mut behind, tails_left_out) = unplaced::candidates(pass.tails, fragments, &known);
    join_unexplained(&mut behind, fragments, &mut fates);
    new.extend(behind);
    Realigned {
        found: new,
        clips: fates,
        ends: known,
        tails_left_out,
    }
}

/// Clips that nothing explained, compared with the junctions that others of them made: shorter ones, and
/// those on the other side.
pub(super) fn join_unexplained(
    candidates: &mut [Candidate],
    fragments: &[Fragment],
    fates: &mut BTreeMap<usize, Vec<ClipFate>>,
) {
    if candidates.is_empty() {
        return;
    }
    let held = Held::new(candidates);
    let mut more: Vec<(usize, Observation)> = Vec::new();
    for (index, fates) in fates.iter_mut() {
        let fragment = &fragments[*index];
        // Fates stand in the order of the clips that could be read.
        let clips = fragment
            .clips
            .iter()
            .filter_map(|clip| Outward::new(*index, fragment, *clip));
        for (fate, outward) in fates.iter_mut().zip(clips) {
            let known = |which: usize| held.of(*index).contains(&which);
            if !matches!(fate, ClipFate::Unexplained(..)) {
                continue;
            }
            if let Some((which, observation)) = held.fit(&outward, candidates, MIN_CLIP as usize, None)
                && !known(which)
            {
                *fate = ClipFate::Junction(candidates[which].junction.clone());
                more.push((which, observation));
            }
        }
    }
    for (which, observation) in more {
        candidates[which].observations.push(observation);
    }
}

fn explain(
    fragments: &[Fragment],
    target: &Target,
    ends: &KnownEnds,
    source: &dyn SequenceSource,
    relays: &[Relay],
    candidates: &[Candidate],
    config: &AssembleConfig,
) -> Pass {
    let held = Held::new(candidates);
    let mut pass = Pass::default();
    for (index, fragment) in fragments.iter().enumerate() {
        for (which, observation) in held::rehome(index, fragment, &held, candidates) {
            pass.rehomed.push((index, which));
            pass.more.entry(which).or_default().push(observation);
        }
        if config.spliced {
            match mate::search(index, fragment, ends, target) {
                Some(mate::Found::Junction(o)) => {
                    let junction = Junction {
                        five: o.five,
                        three: o.three,
                        inserted: Vec::new(),
                    };
                    pass.found.entry(junction).or_default().push(o);
                }
                Some(mate::Found::Tail(tail)) => pass.tails.push(tail),
                None => {}
            }
        }
        for clip in fragment.clips.iter().copied() {
            let Some(outward) = Outward::new(index, fragment, clip) else {
                continue;
            };
            let fate = fate_of(
                &outward,
                target,
                (ends, relays),
                source,
                (&held, candidates),
                config,
                &mut pass,
            );
            pass.fates.entry(index).or_default().push(fate);
        }
    }
    pass
}

/// What explains one clip, in this order: KMT2A itself, adapter, a junction held here, low
/// complexity, known exon ends.
fn fate_of(
    outward: &Outward<'_>,
    target: &Target,
    (ends, relays): (&KnownEnds, &[Relay]),
    source: &dyn SequenceSource,
    (held, candidates): (&Held, &[Candidate]),
    config: &AssembleConfig,
    pass: &mut Pass,
) -> ClipFate {
    let in_kmt2a = target.holds(outward.side);
    if in_kmt2a && (explained_by_kmt2a(outward, ends) || continues(source, outward.side, &outward.bases)) {
        return ClipFate::WildType;
    }
    if tail::is_adapter(&outward.bases) {
        return ClipFate::Adapter;
    }
    if let Some((which, observation)) = held.fit(outward, candidates, MIN_CLIP as usize, None) {
        pass.more.entry(which).or_default().push(observation);
        return ClipFate::Junction(candidates[which].junction.clone());
    }
    if is_low_complexity(&outward.bases) {
        return ClipFate::LowComplexity;
    }
    if config.spliced {
        if let Some((junction, observation)) = fit_ends(outward, ends, relays, target) {
            pass.found.entry(junction.clone()).or_default().push(observation);
            return ClipFate::Junction(junction);
        }
        pass.tails.extend(unplaced::tail(outward, ends));
    }
    ClipFate::Unexplained(outward.side, outward.bases.clone())
}

/// Whether wild-type KMT2A goes on behind the clip: a later exon behind a donor, an earlier one
/// before an acceptor.
fn explained_by_kmt2a(outward: &Outward<'_>, ends: &KnownEnds) -> bool {
    ends.kmt2a_sites(outward.side).any(|(site, shift)| {
        let Some(tail) = outward.beyond(shift) else {
            return false;
        };
        ends.iter()
            .filter(|e| e.is_kmt2a && e.is_donor != site.is_donor)
            .filter(|e| {
                if site.is_donor {
                    e.exon > site.exon
                } else {
                    e.exon < site.exon
                }
            })
            .any(|e| {
                matches(&tail, &e.inward, MIN_CLIP as usize).is_some()
                    || (tail.len() < MIN_CLIP as usize && matches(&tail, &e.inward, 1).is_some())
            })
    })
}

/// The exon end that the clip spells: KMT2A's own (a duplication), a catalogue partner's, a GTF gene's.
/// One of the two sides is always a KMT2A splice site.
fn fit_ends(
    outward: &Outward<'_>,
    ends: &KnownEnds,
    relays: &[Relay],
    target: &Target,
) -> Option<(Junction, Observation)> {
    let mut fits: Vec<(usize, usize, u16, &KnownEnd, &KnownEnd, i64)> = Vec::new();
    for (site, shift) in ends.near(outward.side) {
        let Some(tail) = outward.beyond(shift) else { continue };
        let relayed = is_relayed(site, relays);
        for end in ends.iter().filter(|e| {
            e.is_donor != site.is_donor && (e.is_kmt2a || site.is_kmt2a || relayed && !e.is_near_gene_of(site.side))
        }) {
            let in_frame = site.phase.is_some() && site.phase == end.phase;
            let least = if end.is_catalogue && site.is_catalogue && in_frame {
                MIN_CATALOGUE
            } else {
                MIN_OTHER
            };
            if let Some((length, mismatches)) = matches(&tail, &end.inward, least) {
                fits.push((length, mismatches, end.rank, site, end, shift));
            }
        }
    }
    fits.sort_by(|a, b| (b.0, a.1, a.2, a.5.abs(), a.4.side).cmp(&(a.0, b.1, b.2, b.5.abs(), b.4.side)));
    let (length, mismatches, _, site, end, shift) = *fits.first()?;
    let others = fits
        .iter()
        .filter(|f| (f.0, f.1) == (length, mismatches) && f.4.side != end.side)
        .count();
    let own_is_five = site.is_donor;
    let (five, three) = if own_is_five {
        (site.side, end.side)
    } else {
        (end.side, site.side)
    };
    // Forward inside KMT2A is wild type and was explained before; antisense is none of ours.
    if !target.holds(five) && !target.holds(three) && !is_relayed(site, relays) {
        return None;
    }
    let junction = Junction {
        five,
        three,
        inserted: Vec::new(),
    };
    let confidence = if others == 0 {
        Confidence::Unique
    } else {
        Confidence::Ambiguous
    };
    let observation = outward.observe(&junction, own_is_five, shift, length, confidence);
    Some((junction, observation))
}

/// Whether the site is a donor of a gene that a KMT2A junction enters, behind that junction.
fn is_relayed(site: &KnownEnd, relays: &[Relay]) -> bool {
    site.is_donor
        && relays.iter().any(|r| {
            r.contig == site.side.contig
                && r.reach.contains(site.side.position)
                && site.side.strand_as_five_prime() == r.strand
        })
}

/// Whether the reference itself goes on behind the clip with at most a quarter of mismatches: a clip
/// for sequencing errors or a variant, not for a junction.
fn continues(source: &dyn SequenceSource, side: Breakend, bases: &[u8]) -> bool {
    let length = i64::try_from(bases.len()).unwrap_or(0);
    let p = side.position.0;
    let interval = match side.retained {
        Retained::Left => Interval::new(p + 1, p + 1 + length),
        Retained::Right => Interval {
            start: Position(p - length),
            end: side.position,
        },
    };
    let Some(reference) = source.bases(side.contig, interval) else {
        return false;
    };
    let expected = if side.retained == Retained::Left {
        reference
    } else {
        reverse_complement(&reference)
    };
    let mismatches = bases.iter().zip(&expected).filter(|(a, b)| a != b).count();
    expected.len() == bases.len() && mismatches * 4 <= bases.len()
}
