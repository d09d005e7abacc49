//! What the wild-type transcript shows: molecules over each KMT2A junction, depth, library facts.

use std::{borrow::Cow, collections::HashSet};

use super::fragment::{Confidence, Fragment, LinkKind};
use crate::{
    catalogue::Transcript,
    genome::{ContigId, Interval, Position, Strand},
};

/// Bases beside a junction over which depth is averaged (bases).
const FLANK: i64 = 50;

/// Stretch over which the depth of genomic fragments is stated (bases).
pub const BIN: i64 = 50;

/// Wild-type evidence at one KMT2A donor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DonorProfile {
    /// MANE exon whose end is the donor.
    pub exon: u16,
    /// Molecules whose read holds the donor joined to a later KMT2A acceptor.
    pub split: u32,
    /// Molecules whose mates lie on both sides of it.
    pub spanning: u32,
    /// Fragments of either kind, copies counted.
    pub fragments: u32,
    /// Of the molecules, those placed with confidence.
    pub unique: u32,
    /// Of the split molecules, those with at least 10 bases on both sides.
    pub split_anchored: u32,
    /// Mean molecule depth over the last 50 bases of the donor exon.
    pub depth_before: f64,
    /// Mean molecule depth over the first 50 bases of the next exon.
    pub depth_after: f64,
}

impl DonorProfile {
    /// Molecules over the donor.
    pub const fn molecules(&self) -> u32 {
        self.split + self.spanning
    }
}

/// Facts of the library at KMT2A.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// One entry for every donor of the MANE transcript, e1 first.
    pub donors: Vec<DonorProfile>,
    /// Mean molecule depth of every MANE exon, e1 first.
    pub exon_depth: Vec<f64>,
    /// Mean molecule depth of every MANE intron, i1 first.
    pub intron_depth: Vec<f64>,
    /// DNA: molecules over each stretch of [`BIN`] bases of the gene, fragments counted from end to end;
    /// empty for RNA.
    pub physical: Vec<u32>,
    /// Fragments with a segment in KMT2A.
    pub fragments: u32,
    /// Molecules with a segment in KMT2A.
    pub molecules: u32,
    /// Fragments flagged as duplicates.
    pub duplicates: u32,
    /// Fragments none of whose KMT2A segments has a believable place.
    pub ambiguous: u32,
    /// Fragments with mapping quality 0 throughout.
    pub mapq0: u32,
    /// Fragments whose mate is absent from the file.
    pub mate_missing: u32,
    /// Fragments with an `N` between two KMT2A segments.
    pub spliced: u32,
    /// Fragments with two reads.
    pub paired: u32,
    /// Fragments whose mates overlap.
    pub overlapping: u32,
    /// Median read length (bases).
    pub read_len: u32,
    /// Median outer fragment length (bases), from fragments inside one long exon.
    pub fragment_len: Option<u32>,
    /// Median absolute deviation of the fragment length (bases).
    pub fragment_len_mad: u32,
    /// Molecules whose first read runs along KMT2A, and against it (strandedness).
    pub sense: u32,
    /// See `sense`.
    pub antisense: u32,
}

impl Profile {
    /// Wild-type molecules over the donor of MANE exon `exon`.
    pub fn molecules_at(&self, exon: u16) -> u32 {
        self.donors
            .iter()
            .find(|d| d.exon == exon)
            .map_or(0, DonorProfile::molecules)
    }

    /// Largest outer fragment length to be expected (bases): the median and five robust standard
    /// deviations, or a wide default where no length could be measured.
    pub fn fragment_len_max(&self) -> i64 {
        let floor = i64::from(self.read_len) * 2;
        self.fragment_len.map_or(1_000, |median| {
            // 1.4826: MAD to standard deviation of a normal distribution.
            let spread = (f64::from(self.fragment_len_mad.max(20)) * 1.4826 * 5.0).round() as i64;
            (i64::from(median) + spread).max(floor)
        })
    }
}

/// Measures the profile of `transcript` on `contig`. Where reads are not spliced (DNA), fragment lengths
/// are measured over the whole gene, else inside its long exons.
pub fn measure<'a>(
    fragments: impl Iterator<Item = Cow<'a, Fragment>>,
    contig: ContigId,
    transcript: &Transcript,
    read_lens: &[u32],
    is_spliced: bool,
) -> Profile {
    let span = transcript.interval;
    let mut profile = Profile {
        donors: transcript
            .exons
            .iter()
            .take(transcript.exons.len().saturating_sub(1))
            .map(|e| DonorProfile {
                exon: e.number,
                ..DonorProfile::default()
            })
            .collect(),
        read_len: median(read_lens.to_vec()),
        ..Profile::default()
    };
    let mut depth = Depth::new(span);
    let mut physical = Depth::new(span);
    let mut seen: HashSet<u64> = HashSet::new();
    let mut lengths = Vec::new();
    for fragment in fragments {
        let chain = &fragment.chain;
        let own: Vec<_> = chain
            .segments
            .iter()
            .filter(|s| s.contig == contig && s.reference.overlaps(span))
            .collect();
        let Some(first) = own.first() else { continue };
        profile.fragments += 1;
        profile.duplicates += u32::from(fragment.flagged_duplicate);
        profile.mapq0 += u32::from(fragment.mapq == 0);
        profile.mate_missing += u32::from(fragment.mate_missing);
        let believable = own.iter().any(|s| s.confidence != Confidence::Ambiguous);
        profile.ambiguous += u32::from(!believable);
        let paired = chain.mate_start.is_some() || own.iter().any(|s| s.seen_by.first && s.seen_by.second);
        profile.paired += u32::from(paired);
        profile.overlapping +=
            u32::from(chain.mate_start.is_none() && own.iter().any(|s| s.seen_by.first && s.seen_by.second));
        profile.spliced += u32::from(chain.links.contains(&LinkKind::Gap));
        let is_new = !fragment.flagged_duplicate && seen.insert(fragment.molecule);
        if is_new {
            profile.molecules += 1;
            match first.strand {
                Strand::Forward => profile.sense += 1,
                Strand::Reverse => profile.antisense += 1,
            }
            for segment in &own {
                depth.add(segment.reference);
            }
            if !is_spliced {
                physical.add(outer_span(&own));
            }
            if let Some(length) = outer_length(&fragment, contig, transcript, is_spliced) {
                lengths.push(length);
            }
        }
        for (donor, is_split, anchored) in donors_crossed(&fragment, contig, transcript) {
            let Some(entry) = profile.donors.iter_mut().find(|d| d.exon == donor) else {
                continue;
            };
            entry.fragments += 1;
            if is_new {
                if is_split {
                    entry.split += 1
                } else {
                    entry.spanning += 1
                }
                entry.split_anchored += u32::from(is_split && anchored);
                entry.unique += u32::from(believable);
            }
        }
    }
    depth.finish();
    profile.exon_depth = transcript.exons.iter().map(|e| depth.mean(e.interval)).collect();
    profile.intron_depth = transcript
        .exons
        .windows(2)
        .map(|pair| depth.mean(between(pair[0].interval, pair[1].interval)))
        .collect();
    for (donor, pair) in profile.donors.iter_mut().zip(transcript.exons.windows(2)) {
        let (before, after) = match transcript.strand {
            Strand::Forward => (
                Interval::new(
                    (pair[0].interval.end.0 - FLANK).max(pair[0].interval.start.0),
                    pair[0].interval.end.0,
                ),
                Interval::new(
                    pair[1].interval.start.0,
                    (pair[1].interval.start.0 + FLANK).min(pair[1].interval.end.0),
                ),
            ),
            Strand::Reverse => (
                Interval::new(
                    pair[0].interval.start.0,
                    (pair[0].interval.start.0 + FLANK).min(pair[0].interval.end.0),
                ),
                Interval::new(
                    (pair[1].interval.end.0 - FLANK).max(pair[1].interval.start.0),
                    pair[1].interval.end.0,
                ),
            ),
        };
        donor.depth_before = depth.mean(before);
        donor.depth_after = depth.mean(after);
    }
    if !is_spliced {
        profile.physical = physical.bins();
    }
    let all = lengths.clone();
    if all.len() >= 20 {
        let middle = median(lengths);
        profile.fragment_len = Some(middle);
        profile.fragment_len_mad = median(all.into_iter().map(|l| l.abs_diff(middle)).collect());
    }
    profile
}

fn between(a: Interval, b: Interval) -> Interval {
    if a.start < b.start {
        Interval {
            start: a.end,
            end: b.start,
        }
    } else {
        Interval {
            start: b.end,
            end: a.start,
        }
    }
}

/// Donors of the transcript that the fragment crosses as wild type: exon number, whether a read holds
/// the junction, and whether it does so with 10 bases on both sides.
fn donors_crossed(fragment: &Fragment, contig: ContigId, transcript: &Transcript) -> Vec<(u16, bool, bool)> {
    let chain = &fragment.chain;
    let mut crossed: Vec<(u16, bool, bool)> = Vec::new();
    for (pair, kind) in chain.segments.windows(2).zip(&chain.links) {
        let (a, b) = (&pair[0], &pair[1]);
        if a.contig != contig || b.contig != contig || a.strand != b.strand {
            continue;
        }
        // Along the gene, whichever strand the molecule was read from.
        let (up, down) = if a.strand == transcript.strand { (a, b) } else { (b, a) };
        let (leaves, enters) = if a.strand == transcript.strand {
            (up.last_base(), down.first_base())
        } else {
            (up.first_base(), down.last_base())
        };
        if (enters.0 - leaves.0) * sign(transcript.strand) <= 0 {
            continue;
        }
        match kind {
            LinkKind::Gap | LinkKind::Split => {
                if let (Some(donor), Some(acceptor)) = (transcript.donor(leaves), transcript.acceptor(enters))
                    && donor.number < acceptor.number
                {
                    crossed.push((donor.number, true, up.len() >= 10 && down.len() >= 10));
                }
            }
            LinkKind::Spanning => {
                if let (Some(from), Some(to)) = (exon_of(transcript, leaves), exon_of(transcript, enters)) {
                    crossed.extend((from..to).map(|exon| (exon, false, false)));
                }
            }
        }
    }
    crossed.sort_unstable_by_key(|(exon, split, anchored)| (*exon, !split, !anchored));
    crossed.dedup_by_key(|(exon, _, _)| *exon);
    crossed
}

fn exon_of(transcript: &Transcript, position: Position) -> Option<u16> {
    transcript.exon_at(position).map(|exon| exon.number)
}

const fn sign(strand: Strand) -> i64 {
    match strand {
        Strand::Forward => 1,
        Strand::Reverse => -1,
    }
}

/// From the first to the last base of a fragment; its first segment only where that is no fragment.
fn outer_span(own: &[&super::fragment::Segment]) -> Interval {
    let low = own.iter().map(|s| s.reference.start).min().unwrap_or(Position(0));
    let high = own.iter().map(|s| s.reference.end).max().unwrap_or(Position(0));
    if high.0 - low.0 <= OUTER_MAX {
        Interval { start: low, end: high }
    } else {
        own[0].reference
    }
}

/// Longest fragment that is taken for one (bases): beyond it a pair lies over a deletion.
const OUTER_MAX: i64 = 2_000;

/// Outer length of a pair that lies inside one exon of 1 kb or more, where no intron can hide, or (DNA)
/// anywhere in the gene.
fn outer_length(fragment: &Fragment, contig: ContigId, transcript: &Transcript, is_spliced: bool) -> Option<u32> {
    let chain = &fragment.chain;
    let (first, last) = (chain.segments.first()?, chain.segments.last()?);
    let both = chain.segments.iter().any(|s| s.seen_by.first) && chain.segments.iter().any(|s| s.seen_by.second);
    if !both || first.contig != contig || last.contig != contig || first.strand != last.strand {
        return None;
    }
    let low = first.reference.start.min(last.reference.start);
    let high = first.reference.end.max(last.reference.end);
    let inside = if is_spliced {
        transcript
            .exon_at(low)
            .is_some_and(|e| e.interval.len() >= 1_000 && high <= e.interval.end)
    } else {
        high.0 - low.0 <= OUTER_MAX
    };
    let clipped = i64::from(first.molecule_start) + i64::from(chain.len.saturating_sub(last.molecule_end));
    u32::try_from(high.0 - low.0 + clipped).ok().filter(|_| inside)
}

/// Median of some lengths; 0 for none.
pub fn median(mut values: Vec<u32>) -> u32 {
    if values.is_empty() {
        return 0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable(middle).1
}

/// Depth over a span, as differences.
struct Depth {
    span: Interval,
    steps: Vec<i32>,
    /// Sum of the depths before each base; made by [`Self::finish`].
    sums: Vec<i64>,
}

impl Depth {
    fn new(span: Interval) -> Self {
        Self {
            span,
            steps: vec![0; usize::try_from(span.len()).unwrap_or(0) + 1],
            sums: Vec::new(),
        }
    }

    fn add(&mut self, interval: Interval) {
        let inside = interval.intersection(self.span);
        if inside.is_empty() {
            return;
        }
        let at = |position: i64| usize::try_from(position - self.span.start.0).unwrap_or(0);
        let (start, end) = (at(inside.start.0), at(inside.end.0));
        self.steps[start] = self.steps[start].saturating_add(1);
        self.steps[end] = self.steps[end].saturating_sub(1);
    }

    /// Depth at the middle of each stretch of [`BIN`] bases.
    fn bins(&self) -> Vec<u32> {
        let mut depth = 0_i64;
        let mut bins = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            depth += i64::from(*step);
            if at as i64 % BIN == BIN / 2 {
                bins.push(u32::try_from(depth).unwrap_or(0));
            }
        }
        bins
    }

    /// Sums up what was added, for [`Self::mean`].
    fn finish(&mut self) {
        let (mut depth, mut sum) = (0_i64, 0_i64);
        self.sums = self
            .steps
            .iter()
            .map(|step| {
                let before = sum;
                depth += i64::from(*step);
                sum += depth;
                before
            })
            .collect();
    }

    /// Mean depth of an interval, the bases outside the span left out.
    fn mean(&self, interval: Interval) -> f64 {
        let inside = interval.intersection(self.span);
        if inside.is_empty() {
            return 0.0;
        }
        let start = usize::try_from(inside.start.0 - self.span.start.0).unwrap_or(0);
        let end = usize::try_from(inside.end.0 - self.span.start.0).unwrap_or(0);
        let sum = self.sums.get(end).zip(self.sums.get(start)).map_or(0, |(b, a)| b - a);
        sum as f64 / inside.len() as f64
    }
}
