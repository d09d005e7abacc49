//! The wild-type transcript profile: molecules across each KMT2A junction, depth, library statistics.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashSet},
};

use breakapart_rule::Assay;

use super::fragment::{Confidence, Fragment, LinkKind, Segment, step};
use crate::{
    catalogue::{Exon, Transcript},
    genome::{ContigId, Interval, Position, Strand},
};

/// Bases next to a junction over which depth is averaged (bases).
const FLANK: i64 = 50;

/// Bin size for the depth of genomic fragments (bases).
pub const BIN: i64 = 50;

/// Wild-type evidence at one KMT2A donor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DonorProfile {
    /// MANE exon that ends at the donor.
    pub exon: u16,
    /// Molecules with a read that joins the donor to a later KMT2A acceptor, or with mates on both sides of it.
    pub molecules: u32,
    /// Such fragments, including duplicates.
    pub fragments: u32,
    /// Mean molecule depth over the last 50 bases of the donor exon.
    pub depth_before: f64,
    /// Mean molecule depth over the first 50 bases of the next exon.
    pub depth_after: f64,
}

/// Library statistics at KMT2A.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// One entry for every donor of the MANE transcript, e1 first.
    pub donors: Vec<DonorProfile>,
    /// Mean molecule depth of every MANE exon, e1 first.
    pub exon_depth: Vec<f64>,
    /// Mean molecule depth of every MANE intron, i1 first.
    pub intron_depth: Vec<f64>,
    /// DNA: molecules in each [`BIN`] of the gene, fragments counted from end to end; empty for RNA.
    pub physical: Vec<u32>,
    /// Fragments with a segment in KMT2A.
    pub fragments: u32,
    /// Molecules with a segment in KMT2A.
    pub molecules: u32,
    /// Fragments flagged as duplicates.
    pub duplicates: u32,
    /// Fragments whose KMT2A segments are all multi-mapping.
    pub ambiguous: u32,
    /// Fragments whose alignments all have mapping quality 0.
    pub mapq0: u32,
    /// Fragments whose mate is absent from the file.
    pub mate_missing: u32,
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
    /// Molecules whose first read is sense to KMT2A, and antisense (strandedness).
    pub sense: u32,
    /// See `sense`.
    pub antisense: u32,
}

impl Profile {
    /// Wild-type molecules over the donor of MANE exon `exon`.
    pub fn molecules_at(&self, exon: u16) -> u32 {
        self.donors.iter().find(|d| d.exon == exon).map_or(0, |d| d.molecules)
    }

    /// Largest expected outer fragment length (bases): the median plus five robust standard deviations, or a wide
    /// default if no length could be measured.
    pub fn fragment_len_max(&self) -> i64 {
        let floor = i64::from(self.read_len) * 2;
        self.fragment_len.map_or(1_000, |median| {
            // 1.4826: MAD to standard deviation of a normal distribution.
            let spread = (f64::from(self.fragment_len_mad.max(20)) * 1.4826 * 5.0).round() as i64;
            (i64::from(median) + spread).max(floor)
        })
    }
}

/// Measures the profile of `transcript` on `contig`. Fragment lengths are measured over the whole gene in DNA, else
/// inside its long exons.
pub fn measure<'a>(
    fragments: impl Iterator<Item = Cow<'a, Fragment>>,
    contig: ContigId,
    transcript: &Transcript,
    read_lens: &[u32],
    assay: Assay,
) -> Profile {
    let span = transcript.interval;
    let mut profile = Profile {
        donors: transcript
            .introns()
            .map(|(exon, _)| DonorProfile {
                exon,
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
        let at_gene = |s: &&Segment| s.contig == contig && s.reference.overlaps(span);
        let own: Vec<&Segment> = chain.segments.iter().filter(at_gene).collect();
        let Some(first) = own.first() else { continue };
        profile.fragments += 1;
        profile.duplicates += u32::from(fragment.flagged_duplicate);
        profile.mapq0 += u32::from(fragment.mapq == 0);
        profile.mate_missing += u32::from(fragment.mate_missing);
        let believable = own.iter().any(|s| s.confidence != Confidence::Ambiguous);
        profile.ambiguous += u32::from(!believable);
        let is_apart = chain.mate_start.is_some();
        let overlap = !is_apart && own.iter().any(|s| s.seen_by.first && s.seen_by.second);
        profile.paired += u32::from(is_apart || overlap);
        profile.overlapping += u32::from(overlap);
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
            if assay == Assay::Dna {
                physical.add(outer_span(&own));
            }
            lengths.extend(outer_length(&fragment, contig, transcript, assay));
        }
        for donor in donors_crossed(&fragment, contig, transcript) {
            let Some(entry) = profile.donors.iter_mut().find(|d| d.exon == donor) else {
                continue;
            };
            entry.fragments += 1;
            entry.molecules += u32::from(is_new);
        }
    }
    depth.finish();
    profile.exon_depth = transcript.exons.iter().map(|e| depth.mean(e.interval)).collect();
    profile.intron_depth = transcript.introns().map(|(_, intron)| depth.mean(intron)).collect();
    // The bases next to an exon's first or last.
    let flank = |exon: Interval, end: Position| {
        let around = Interval::new(end.0 + 1 - FLANK, end.0 + FLANK);
        depth.mean(exon.intersection(around))
    };
    for (donor, pair) in profile.donors.iter_mut().zip(transcript.exons.windows(2)) {
        donor.depth_before = flank(pair[0].interval, transcript.last_base(&pair[0]));
        donor.depth_after = flank(pair[1].interval, transcript.first_base(&pair[1]));
    }
    if assay == Assay::Dna {
        physical.finish();
        profile.physical = physical.bins();
    }
    if lengths.len() >= 20 {
        let middle = median(lengths.clone());
        profile.fragment_len = Some(middle);
        profile.fragment_len_mad = median(lengths.into_iter().map(|l| l.abs_diff(middle)).collect());
    }
    profile
}

/// Exons from whose donor the fragment continues as wild type.
fn donors_crossed(fragment: &Fragment, contig: ContigId, transcript: &Transcript) -> BTreeSet<u16> {
    let chain = &fragment.chain;
    let mut crossed = BTreeSet::new();
    for (pair, kind) in chain.segments.windows(2).zip(&chain.links) {
        let (a, b) = (&pair[0], &pair[1]);
        if a.contig != contig || b.contig != contig || a.strand != b.strand {
            continue;
        }
        // In gene direction, whichever strand the molecule was read from.
        let (up, down) = if a.strand == transcript.strand { (a, b) } else { (b, a) };
        let leaves = up.reference.three_prime(transcript.strand);
        let enters = down.reference.five_prime(transcript.strand);
        if (enters.0 - leaves.0) * step(transcript.strand) <= 0 {
            continue;
        }
        let (from, to) = match kind {
            LinkKind::Gap | LinkKind::Split => (transcript.donor(leaves), transcript.acceptor(enters)),
            LinkKind::Spanning => (transcript.exon_at(leaves), transcript.exon_at(enters)),
        };
        let Some((from, to)) = from.zip(to).map(|(from, to)| (from.number, to.number)) else {
            continue;
        };
        let is_spanning = *kind == LinkKind::Spanning;
        crossed.extend(from..if is_spanning { to } else { to.min(from + 1) });
    }
    crossed
}

/// From the first to the last base of a fragment; its first segment only if the span is too long for a fragment.
fn outer_span(own: &[&Segment]) -> Interval {
    let low = own.iter().map(|s| s.reference.start.0).min().unwrap_or(0);
    let high = own.iter().map(|s| s.reference.end.0).max().unwrap_or(0);
    if high - low <= OUTER_MAX {
        Interval::new(low, high)
    } else {
        own[0].reference
    }
}

/// Longest accepted fragment (bases): a longer pair spans a deletion.
const OUTER_MAX: i64 = 2_000;

/// Outer length of a pair inside one exon of 1 kb or more, where no intron can be hidden, or (DNA) anywhere in the
/// gene.
fn outer_length(fragment: &Fragment, contig: ContigId, transcript: &Transcript, assay: Assay) -> Option<u32> {
    let chain = &fragment.chain;
    let (first, last) = (chain.segments.first()?, chain.segments.last()?);
    let both = chain.segments.iter().any(|s| s.seen_by.first) && chain.segments.iter().any(|s| s.seen_by.second);
    if !both || first.contig != contig || last.contig != contig || first.strand != last.strand {
        return None;
    }
    let low = first.reference.start.min(last.reference.start);
    let high = first.reference.end.max(last.reference.end);
    let holds = |e: &Exon| e.interval.len() >= 1_000 && high <= e.interval.end;
    let inside = if assay == Assay::Rna {
        transcript.exon_at(low).is_some_and(holds)
    } else {
        high.0 - low.0 <= OUTER_MAX
    };
    let clipped = i64::from(first.molecule_start) + i64::from(chain.len.saturating_sub(last.molecule_end));
    u32::try_from(high.0 - low.0 + clipped).ok().filter(|_| inside)
}

/// Median of some lengths; 0 if there are none.
pub fn median(mut values: Vec<u32>) -> u32 {
    if values.is_empty() {
        return 0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable(middle).1
}

/// Depth over a span, stored as differences.
struct Depth {
    span: Interval,
    steps: Vec<i32>,
    /// Sum of the depths before each base; computed by [`Self::finish`].
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
        if let Some((start, end)) = self.inside(interval) {
            self.steps[start] = self.steps[start].saturating_add(1);
            self.steps[end] = self.steps[end].saturating_sub(1);
        }
    }

    /// Ends of the overlap of an interval with the span, counted from the span's start.
    fn inside(&self, interval: Interval) -> Option<(usize, usize)> {
        let inside = interval.intersection(self.span);
        let at = |position: Position| usize::try_from(position.0 - self.span.start.0).ok();
        at(inside.start).zip(at(inside.end)).filter(|_| !inside.is_empty())
    }

    /// Depth in the middle of each [`BIN`].
    fn bins(&self) -> Vec<u32> {
        let depths = self.sums.windows(2).map(|sums| sums[1] - sums[0]);
        let middles = depths.skip(BIN as usize / 2).step_by(BIN as usize);
        middles.map(|depth| u32::try_from(depth).unwrap_or(0)).collect()
    }

    /// Sums up the added intervals, for [`Self::mean`].
    fn finish(&mut self) {
        let (mut depth, mut sum) = (0_i64, 0_i64);
        let before = |step: &i32| {
            let before = sum;
            depth += i64::from(*step);
            sum += depth;
            before
        };
        self.sums = self.steps.iter().map(before).collect();
    }

    /// Mean depth of an interval, ignoring bases outside the span.
    fn mean(&self, interval: Interval) -> f64 {
        self.inside(interval).map_or(0.0, |(start, end)| {
            (self.sums[end] - self.sums[start]) as f64 / (end - start) as f64
        })
    }
}
