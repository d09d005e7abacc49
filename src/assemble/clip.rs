//! Clipped ends: explained by KMT2A itself, by adapter, by a junction held by other molecules, or by
//! the exon ends of the catalogue.
//!
//! METHOD: a clip is read outward from its breakend and compared with what would follow there. The
//! shortest matches are allowed only where the place is already fixed by another molecule: 6 bases
//! match by chance once in 4,096, which one known junction can bear and 3,000 catalogue ends cannot.

use std::collections::BTreeMap;

use super::{
    AssembleConfig, Candidate, Evidence,
    observe::{EvidenceKind, Observation, Target},
    place::Ambiguity,
};
use crate::{
    catalogue::{Exon, Gene, GeneModels, Role, catalogue},
    collect::{
        chain::MIN_CLIP,
        fragment::{Clip, Confidence, Fragment},
    },
    genome::{
        Breakend, ContigId, Interval, Junction, Position, Retained, SequenceSource, Strand,
        sequence::{is_low_complexity, reverse_complement},
    },
};

/// An aligner may run past an exon's end, or stop short of it, by up to this many bases.
const SLACK: i64 = 8;
/// Shortest clip compared with exon ends of the catalogue (bases; DESIGN "Assemble").
const MIN_CATALOGUE: usize = 12;
/// Shortest clip compared with exon ends of a GTF, or out of frame (bases).
const MIN_OTHER: usize = 18;
/// Bases of an exon's end that are compared.
const END_LEN: i64 = 40;
/// First bases of the Illumina TruSeq and Nextera read-through adapters (Illumina Adapter Sequences,
/// document 1000000002694).
const ADAPTERS: [&[u8]; 2] = [b"AGATCGGAAGAGC", b"CTGTCTCTTATACACATCT"];

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

/// An exon's end, as a clip would meet it.
#[derive(Clone, Debug)]
pub struct KnownEnd {
    /// The end: its last (donor) or first (acceptor) base, and the exon as the retained side.
    pub side: Breakend,
    /// Bases read from the end into the exon, as a molecule that comes from outside reads them.
    inward: Vec<u8>,
    is_donor: bool,
    exon: u16,
    phase: Option<u8>,
    is_kmt2a: bool,
    is_catalogue: bool,
    rank: u16,
}

/// All exon ends with known bases.
pub struct KnownEnds {
    ends: Vec<KnownEnd>,
}

impl KnownEnds {
    /// Ends of every gene of the models: bases from the reference, else from the catalogue.
    pub fn new(models: &GeneModels, source: &dyn SequenceSource) -> Self {
        let mut ends = Vec::new();
        for (contig, gene) in models.iter() {
            let is_partner = gene.roles.has(Role::Partner);
            let is_kmt2a = gene.roles.has(Role::Kmt2a);
            let rank = catalogue()
                .partner(&gene.symbol)
                .and_then(|p| p.rank)
                .unwrap_or(u16::MAX);
            for (index, transcript) in gene.transcripts.iter().enumerate() {
                let count = transcript.exons.len();
                for exon in &transcript.exons {
                    for is_donor in [true, false] {
                        // The outer ends of a transcript are no splice sites.
                        if (is_donor && usize::from(exon.number) == count) || (!is_donor && exon.number == 1) {
                            continue;
                        }
                        let side = exon_end(contig, gene.strand, exon, is_donor);
                        let Some(inward) = inward_bases(gene, index, exon, side, is_donor, source) else {
                            continue;
                        };
                        ends.push(KnownEnd {
                            side,
                            inward,
                            is_donor,
                            exon: exon.number,
                            phase: if is_donor { exon.end_phase } else { exon.start_phase },
                            is_kmt2a,
                            is_catalogue: is_partner || is_kmt2a,
                            rank,
                        });
                    }
                }
            }
        }
        ends.sort_by(|a, b| (a.side, a.is_donor, a.rank).cmp(&(b.side, b.is_donor, b.rank)));
        ends.dedup_by(|a, b| a.side == b.side && a.is_donor == b.is_donor && a.inward == b.inward);
        Self { ends }
    }

    /// KMT2A's splice sites within reach of a breakend, with the shift (bases outward) to each.
    fn kmt2a_sites(&self, side: Breakend) -> impl Iterator<Item = (&KnownEnd, i64)> {
        self.near(side).filter(|(end, _)| end.is_kmt2a)
    }

    fn near(&self, side: Breakend) -> impl Iterator<Item = (&KnownEnd, i64)> {
        let from = Breakend {
            position: side.position.offset(-SLACK),
            ..side
        };
        let start = self
            .ends
            .partition_point(|e| (e.side.contig, e.side.position) < (from.contig, from.position));
        self.ends[start..]
            .iter()
            .take_while(move |e| e.side.contig == side.contig && e.side.position.0 <= side.position.0 + SLACK)
            .filter(move |e| e.side.retained == side.retained)
            .map(move |e| (e, (e.side.position.0 - side.position.0) * side.retained.outward()))
    }
}

fn exon_end(contig: ContigId, strand: Strand, exon: &Exon, is_donor: bool) -> Breakend {
    let at_high_end = (strand == Strand::Forward) == is_donor;
    Breakend {
        contig,
        position: if at_high_end {
            exon.interval.last()
        } else {
            exon.interval.start
        },
        retained: if at_high_end { Retained::Left } else { Retained::Right },
    }
}

fn inward_bases(
    gene: &Gene,
    transcript: usize,
    exon: &Exon,
    side: Breakend,
    is_donor: bool,
    source: &dyn SequenceSource,
) -> Option<Vec<u8>> {
    let length = END_LEN.min(exon.interval.len());
    let interval = match side.retained {
        Retained::Left => Interval::new(side.position.0 + 1 - length, side.position.0 + 1),
        Retained::Right => Interval::new(side.position.0, side.position.0 + length),
    };
    let known = source
        .bases(side.contig, interval)
        .filter(|b| !b.contains(&b'N'))
        .map(|bases| match side.retained {
            Retained::Left => reverse_complement(&bases),
            Retained::Right => bases,
        });
    known.or_else(|| {
        // The catalogue's own ends belong to the first (MANE) transcript.
        let ends = catalogue()
            .exon_ends(&gene.symbol, exon.number)
            .filter(|_| transcript == 0)?;
        Some(if is_donor {
            reverse_complement(ends.last.as_bytes())
        } else {
            ends.first.as_bytes().to_vec()
        })
    })
}

/// Mismatches allowed over a length: none below 12 bases, then one for each 12.
const fn allowed(length: usize) -> usize {
    length / 12
}

/// Compares as many bases as both have: length and mismatches, if few enough.
fn matches(tail: &[u8], expected: &[u8], least: usize) -> Option<(usize, usize)> {
    let length = tail.len().min(expected.len());
    if length < least {
        return None;
    }
    let limit = allowed(length);
    let mut mismatches = 0;
    for (a, b) in tail.iter().zip(expected) {
        if a != b {
            mismatches += 1;
            if mismatches > limit {
                return None;
            }
        }
    }
    Some((length, mismatches))
}

/// A clip with its surroundings, read outward.
struct Outward<'a> {
    fragment: &'a Fragment,
    index: usize,
    clip: Clip,
    /// The breakend beside the clip.
    side: Breakend,
    /// Bases outward from the breakend.
    bases: Vec<u8>,
    /// Retained bases beside it, read outward (the last stands next to the clip).
    kept: Vec<u8>,
}

impl<'a> Outward<'a> {
    fn new(index: usize, fragment: &'a Fragment, clip: Clip) -> Option<Self> {
        let segment = fragment.chain.segments.get(clip.segment)?;
        let sequence = &fragment.chain.sequence;
        let bases = sequence.get(clip.start as usize..clip.end as usize)?;
        let own = sequence.get(segment.molecule_start as usize..segment.molecule_end as usize)?;
        let (position, along) = if clip.after {
            (segment.last_base(), segment.strand)
        } else {
            (segment.first_base(), segment.strand.flipped())
        };
        let retained = if along == Strand::Forward {
            Retained::Left
        } else {
            Retained::Right
        };
        let (bases, kept) = if clip.after {
            (bases.to_vec(), own.to_vec())
        } else {
            (reverse_complement(bases), reverse_complement(own))
        };
        Some(Self {
            fragment,
            index,
            clip,
            side: Breakend {
                contig: segment.contig,
                position,
                retained,
            },
            bases,
            kept,
        })
    }

    /// The bases beyond a breakend that stands `shift` bases further out than the clip's own.
    fn beyond(&self, shift: i64) -> Option<Vec<u8>> {
        if shift >= 0 {
            Some(self.bases.get(usize::try_from(shift).ok()?..)?.to_vec())
        } else {
            let more = self.kept.len().checked_sub(usize::try_from(-shift).ok()?)?;
            Some([&self.kept[more..], &self.bases].concat())
        }
    }

    fn is_adapter(&self) -> bool {
        ADAPTERS
            .iter()
            .any(|adapter| matches(&self.bases, adapter, MIN_CLIP as usize).is_some())
    }

    /// The observation of `junction`, one of whose sides stands `shift` outward of the clip's own.
    fn observe(
        &self,
        junction: &Junction,
        own_is_five: bool,
        shift: i64,
        matched: usize,
        confidence: Confidence,
    ) -> Observation {
        let chain = &self.fragment.chain;
        let segment = &chain.segments[self.clip.segment];
        let own: u32 = chain
            .segments
            .iter()
            .filter(|s| s.alignment == segment.alignment)
            .map(|s| s.len())
            .sum();
        let matched = u32::try_from(matched).unwrap_or(0);
        // In the molecule's direction the junction follows the segment, or comes before it.
        let edge = if self.clip.after {
            i64::from(self.clip.start) + shift
        } else {
            i64::from(self.clip.end) - shift
        };
        let forward = self.clip.after == own_is_five;
        let bases = usize::try_from(edge)
            .ok()
            .filter(|e| *e <= chain.sequence.len())
            .map(|edge| {
                if forward {
                    (chain.sequence.clone(), edge)
                } else {
                    (reverse_complement(&chain.sequence), chain.sequence.len() - edge)
                }
            });
        // `before` counts what lies ahead of the 3' side; inserted bases belong to neither.
        let bases = bases.map(|(b, before)| {
            if own_is_five {
                (b, before)
            } else {
                (b, before.saturating_sub(junction.inserted.len()))
            }
        });
        let (first, last) = (&chain.segments[0], &chain.segments[chain.segments.len() - 1]);
        let step = |strand| if strand == Strand::Forward { 1 } else { -1 };
        let start = (
            first.contig,
            first.first_base().0 - i64::from(first.molecule_start) * step(first.strand),
        );
        let end = (
            last.contig,
            last.last_base().0 + i64::from(chain.len.saturating_sub(last.molecule_end)) * step(last.strand),
        );
        let (anchor_five, anchor_three) = if own_is_five { (own, matched) } else { (matched, own) };
        let (confidence_five, confidence_three) = if own_is_five {
            (segment.confidence, confidence)
        } else {
            (confidence, segment.confidence)
        };
        Observation {
            fragment: self.index,
            molecule: self.fragment.molecule,
            kind: EvidenceKind::Clip,
            five: junction.five,
            three: junction.three,
            inserted: junction.inserted.clone(),
            overlap: 0,
            anchor_five,
            anchor_three,
            confidence_five,
            confidence_three,
            bases,
            start: if forward { start } else { end },
            end: if forward { end } else { start },
            reversed: !forward,
        }
    }
}

/// Explains every clip; adds observations to `candidates` and returns new candidates that clips alone
/// show, with the fate of every clip by fragment.
pub fn realign(
    fragments: &[Fragment],
    target: &Target,
    models: &GeneModels,
    ends: &KnownEnds,
    candidates: &mut [Candidate],
    config: &AssembleConfig,
) -> (Vec<Candidate>, BTreeMap<usize, Vec<ClipFate>>) {
    let held = Held::new(candidates);
    let mut fates: BTreeMap<usize, Vec<ClipFate>> = BTreeMap::new();
    let mut more: BTreeMap<usize, Vec<Observation>> = BTreeMap::new();
    let mut found: BTreeMap<Junction, Vec<Observation>> = BTreeMap::new();
    let mut rehomed: Vec<(usize, usize)> = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        for (which, observation) in rehome(index, fragment, &held, candidates) {
            rehomed.push((index, which));
            more.entry(which).or_default().push(observation);
        }
        for observation in unaligned_mate(index, fragment, ends, target) {
            let junction = Junction {
                five: observation.five,
                three: observation.three,
                inserted: Vec::new(),
            };
            found.entry(junction).or_default().push(observation);
        }
        for clip in fragment.clips.iter().copied() {
            let Some(outward) = Outward::new(index, fragment, clip) else {
                continue;
            };
            let in_kmt2a = target.holds(outward.side);
            if in_kmt2a && explained_by_kmt2a(&outward, ends, models) {
                fates.entry(index).or_default().push(ClipFate::WildType);
                continue;
            }
            if outward.is_adapter() {
                fates.entry(index).or_default().push(ClipFate::Adapter);
                continue;
            }
            if let Some((which, observation)) = held.fit(&outward, candidates, MIN_CLIP as usize, None) {
                fates
                    .entry(index)
                    .or_default()
                    .push(ClipFate::Junction(candidates[which].junction.clone()));
                more.entry(which).or_default().push(observation);
                continue;
            }
            if is_low_complexity(&outward.bases) {
                fates.entry(index).or_default().push(ClipFate::LowComplexity);
                continue;
            }
            let fit = if config.spliced {
                fit_ends(&outward, ends, target)
            } else {
                None
            };
            fates.entry(index).or_default().push(match fit {
                Some((junction, observation)) => {
                    found.entry(junction.clone()).or_default().push(observation);
                    ClipFate::Junction(junction)
                }
                None => ClipFate::Unexplained(outward.side, outward.bases),
            });
        }
    }
    for (which, observations) in more {
        candidates[which].observations.extend(observations);
    }
    forsake(candidates, &rehomed);
    let new = found
        .into_iter()
        .map(|(junction, observations)| Candidate {
            junction,
            is_precise: true,
            ambiguity: Ambiguity::default(),
            ambiguity_is_measured: false,
            evidence: Evidence::default(),
            observations,
            consensus: None,
            alternatives: Vec::new(),
            unplaced: None,
        })
        .collect();
    (new, fates)
}

/// Whether wild-type KMT2A goes on behind the clip: a later exon behind a donor, an earlier one
/// before an acceptor.
fn explained_by_kmt2a(outward: &Outward<'_>, ends: &KnownEnds, models: &GeneModels) -> bool {
    let (gene, contig) = models.kmt2a();
    let _ = (gene, contig);
    ends.kmt2a_sites(outward.side).any(|(site, shift)| {
        let Some(tail) = outward.beyond(shift) else {
            return false;
        };
        ends.ends
            .iter()
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

/// Junctions that other molecules hold, by place.
struct Held {
    sides: Vec<(Breakend, usize, bool)>,
}

impl Held {
    fn new(candidates: &[Candidate]) -> Self {
        let mut sides: Vec<(Breakend, usize, bool)> = candidates
            .iter()
            .enumerate()
            .filter(|(_, c)| c.observations.iter().any(|o| o.anchor_five.min(o.anchor_three) >= 10))
            .flat_map(|(i, c)| [(c.junction.five, i, true), (c.junction.three, i, false)])
            .collect();
        sides.sort_unstable();
        Self { sides }
    }

    /// The junction whose other side the clip spells, if one fits best.
    fn fit(
        &self,
        outward: &Outward<'_>,
        candidates: &[Candidate],
        least: usize,
        not: Option<usize>,
    ) -> Option<(usize, Observation)> {
        let low = outward.side.position.offset(-SLACK);
        let start = self
            .sides
            .partition_point(|(s, ..)| (s.contig, s.position) < (outward.side.contig, low));
        let mut best: Option<((usize, usize, usize), i64, bool)> = None;
        for (side, which, is_five) in self.sides[start..]
            .iter()
            .take_while(|(s, ..)| s.contig == outward.side.contig && s.position.0 <= outward.side.position.0 + SLACK)
            .filter(|(s, which, _)| s.retained == outward.side.retained && Some(*which) != not)
        {
            let shift = (side.position.0 - outward.side.position.0) * side.retained.outward();
            let Some(tail) = outward.beyond(shift) else { continue };
            // What the molecules that hold the junction show beyond it.
            let fit = candidates[*which]
                .observations
                .iter()
                .filter(|o| o.kind == EvidenceKind::Split && o.fragment != outward.index)
                .take(50)
                .filter_map(|o| beyond_of(o, &candidates[*which].junction, *is_five))
                .filter_map(|expected| matches(&tail, &expected, least))
                .max_by_key(|(length, mismatches)| (*length, std::cmp::Reverse(*mismatches)));
            if let Some((length, mismatches)) = fit
                && best
                    .is_none_or(|((l, m, _), ..)| (length, std::cmp::Reverse(mismatches)) > (l, std::cmp::Reverse(m)))
            {
                best = Some(((length, mismatches, *which), shift, *is_five));
            }
        }
        let ((length, _, which), shift, is_five) = best?;
        let observation = outward.observe(&candidates[which].junction, is_five, shift, length, Confidence::Unique);
        Some((which, observation))
    }
}

/// Molecules that the aligner placed elsewhere although their bases spell a junction that others hold.
fn rehome(index: usize, fragment: &Fragment, held: &Held, candidates: &[Candidate]) -> Vec<(usize, Observation)> {
    let chain = &fragment.chain;
    let own = candidates
        .iter()
        .position(|c| c.observations.len() > 2 && c.observations.iter().any(|o| o.fragment == index));
    if own.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (i, kind) in chain.links.iter().enumerate() {
        if *kind != crate::collect::fragment::LinkKind::Split {
            continue;
        }
        let (a, b) = (chain.segments[i], chain.segments[i + 1]);
        let sides = [
            Clip {
                segment: i,
                after: true,
                start: a.molecule_end,
                end: chain.len,
            },
            Clip {
                segment: i + 1,
                after: false,
                start: 0,
                end: b.molecule_start,
            },
        ];
        for clip in sides {
            let Some(outward) = Outward::new(index, fragment, clip) else {
                continue;
            };
            let not = candidates
                .iter()
                .position(|c| c.observations.iter().any(|o| o.fragment == index));
            if let Some(fit) = held.fit(&outward, candidates, MIN_CATALOGUE, not) {
                found.push(fit);
                break;
            }
        }
    }
    found
}

/// Takes observations of rehomed molecules out of the junctions that their old places made.
fn forsake(candidates: &mut [Candidate], rehomed: &[(usize, usize)]) {
    for (fragment, home) in rehomed {
        for (which, candidate) in candidates.iter_mut().enumerate() {
            if which != *home {
                candidate.observations.retain(|o| o.fragment != *fragment);
            }
        }
    }
}

/// A mate that did not align, beside a read in KMT2A: its bases are searched for a KMT2A exon end that
/// runs on into another exon.
fn unaligned_mate(index: usize, fragment: &Fragment, ends: &KnownEnds, target: &Target) -> Vec<Observation> {
    let Some(mate) = &fragment.unaligned_mate else {
        return Vec::new();
    };
    let Some(anchor) = fragment
        .chain
        .segments
        .iter()
        .filter(|s| {
            target.holds(Breakend {
                contig: s.contig,
                position: s.reference.start,
                retained: Retained::Left,
            })
        })
        .max_by_key(|s| s.len())
    else {
        return Vec::new();
    };
    let mut best: Option<(usize, &KnownEnd, &KnownEnd, usize, Vec<u8>)> = None;
    for bases in [mate.clone(), reverse_complement(mate)] {
        for site in ends.ends.iter().filter(|e| e.is_kmt2a) {
            // The end of the exon as a molecule that leaves it shows it.
            let outward = reverse_complement(&site.inward);
            for seed_len in [20_usize, MIN_CATALOGUE] {
                let Some(seed) = outward.len().checked_sub(seed_len).and_then(|from| outward.get(from..)) else {
                    continue;
                };
                let Some(at) = bases.windows(seed_len).position(|w| w == seed) else {
                    continue;
                };
                let edge = at + seed_len;
                let tail = &bases[edge..];
                let goes_on = |e: &&KnownEnd| {
                    e.is_kmt2a
                        && if site.is_donor {
                            e.exon > site.exon
                        } else {
                            e.exon < site.exon
                        }
                };
                if ends
                    .ends
                    .iter()
                    .filter(|e| e.is_donor != site.is_donor)
                    .filter(goes_on)
                    .any(|e| matches(tail, &e.inward, MIN_CLIP as usize).is_some())
                {
                    return Vec::new();
                }
                for end in ends.ends.iter().filter(|e| e.is_donor != site.is_donor) {
                    if let Some((length, _)) = matches(tail, &end.inward, MIN_CATALOGUE)
                        && best.as_ref().is_none_or(|(l, s, e, ..)| {
                            (length, std::cmp::Reverse((end.rank, end.side, site.side)))
                                > (*l, std::cmp::Reverse((e.rank, e.side, s.side)))
                        })
                    {
                        best = Some((length, site, end, edge, bases.clone()));
                    }
                }
                break;
            }
        }
    }
    let Some((length, site, end, edge, bases)) = best else {
        return Vec::new();
    };
    let (five, three) = if site.is_donor {
        (site.side, end.side)
    } else {
        (end.side, site.side)
    };
    let matched = u32::try_from(length).unwrap_or(0);
    let kept = u32::try_from(edge).unwrap_or(0);
    let (anchor_five, anchor_three) = if site.is_donor {
        (kept, matched)
    } else {
        (matched, kept)
    };
    let oriented = if site.is_donor {
        (bases, edge)
    } else {
        let n = bases.len();
        (reverse_complement(&bases), n - edge)
    };
    vec![Observation {
        fragment: index,
        molecule: fragment.molecule,
        kind: EvidenceKind::Mate,
        five,
        three,
        inserted: Vec::new(),
        overlap: 0,
        anchor_five,
        anchor_three,
        confidence_five: anchor.confidence,
        confidence_three: anchor.confidence,
        bases: Some(oriented),
        start: (anchor.contig, anchor.first_base().0),
        end: (anchor.contig, anchor.last_base().0),
        reversed: false,
    }]
}

/// What an observation shows beyond the junction, read outward from its 5' (or 3') side.
fn beyond_of(o: &Observation, junction: &Junction, from_five: bool) -> Option<Vec<u8>> {
    let (bases, before) = o.bases.as_ref()?;
    let shift = (junction.five.position.0 - o.five.position.0) * o.five.retained.outward();
    let edge = usize::try_from(i64::try_from(*before).ok()? + shift).ok()?;
    if from_five {
        bases.get(edge..).map(<[u8]>::to_vec)
    } else {
        bases.get(..edge + junction.inserted.len()).map(reverse_complement)
    }
}

/// The exon end that the clip spells: KMT2A's own (a duplication), a catalogue partner's, a GTF gene's.
/// One of the two sides is always a KMT2A splice site.
fn fit_ends(outward: &Outward<'_>, ends: &KnownEnds, target: &Target) -> Option<(Junction, Observation)> {
    let mut fits: Vec<(usize, usize, u16, &KnownEnd, &KnownEnd, i64)> = Vec::new();
    for (site, shift) in ends.near(outward.side) {
        let Some(tail) = outward.beyond(shift) else { continue };
        for end in ends
            .ends
            .iter()
            .filter(|e| e.is_donor != site.is_donor && (e.is_kmt2a || site.is_kmt2a))
        {
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
    if !target.holds(five) && !target.holds(three) {
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

/// Whether the reference itself goes on behind the clip with at most a quarter of mismatches: a clip
/// for sequencing errors or a variant, not for a junction.
pub fn continues(source: &dyn SequenceSource, side: Breakend, bases: &[u8]) -> bool {
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
