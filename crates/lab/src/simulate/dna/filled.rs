//! Reference bases without gaps: `N` is replaced by reproducible random bases, and some intervals repeat another locus.

use breakapart_core::genome::{ContigId, Contigs, Interval, SequenceSource};

/// A reference in which every base is known.
pub struct Filled<'a> {
    source: &'a dyn SequenceSource,
    lengths: Vec<i64>,
    /// An interval, and the locus whose bases it repeats.
    repeats: Vec<((ContigId, Interval), (ContigId, Interval))>,
}

impl<'a> Filled<'a> {
    /// Fills the gaps of `source`.
    pub fn new(source: &'a dyn SequenceSource, contigs: &Contigs) -> Self {
        Self {
            source,
            lengths: contigs.iter().map(|(_, _, length)| length).collect(),
            repeats: Vec::new(),
        }
    }

    /// Makes `copy` repeat the bases of `of`, an interval of the same length.
    pub fn repeat(&mut self, copy: (ContigId, Interval), of: (ContigId, Interval)) {
        self.repeats.push((copy, of));
    }

    /// The other copy of an interval that lies entirely within a repeated one.
    pub fn other_place(&self, contig: ContigId, interval: Interval) -> Option<(ContigId, Interval)> {
        self.repeats.iter().find_map(|(copy, of)| {
            let moved = |(from_contig, from): (ContigId, Interval), (to_contig, to): (ContigId, Interval)| {
                let inside = from_contig == contig && from.start <= interval.start && interval.end <= from.end;
                let shift = to.start.0 - from.start.0;
                inside.then(|| {
                    (
                        to_contig,
                        Interval::new(interval.start.0 + shift, interval.end.0 + shift),
                    )
                })
            };
            moved(*of, *copy).or_else(|| moved(*copy, *of))
        })
    }

    /// Every repeated interval and its copy.
    pub fn repeated(&self) -> impl Iterator<Item = (ContigId, Interval)> {
        self.repeats.iter().flat_map(|(a, b)| [*a, *b])
    }
}

/// A base that depends only on its position (splitmix64's finaliser).
const fn fixed_base(contig: u32, position: i64) -> u8 {
    let mut z = (position as u64) ^ ((contig as u64) << 40) ^ 0x9e37_79b9_7f4a_7c15;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    b"ACGT"[((z ^ (z >> 31)) >> 7) as usize % 4]
}

impl SequenceSource for Filled<'_> {
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        let length = *self.lengths.get(contig.0 as usize)?;
        if interval.start.0 < 0 || interval.end.0 > length {
            return None;
        }
        let unknown = || vec![b'N'; usize::try_from(interval.len()).unwrap_or(0)];
        let mut bases = self.source.bases(contig, interval).unwrap_or_else(unknown);
        for (position, base) in (interval.start.0..).zip(bases.iter_mut()) {
            if *base == b'N' {
                *base = fixed_base(contig.0, position);
            }
        }
        for ((copy_contig, copy), (of_contig, of)) in &self.repeats {
            let shared = copy.intersection(interval);
            if *copy_contig != contig || shared.is_empty() {
                continue;
            }
            let shift = of.start.0 - copy.start.0;
            let from = self.bases(*of_contig, Interval::new(shared.start.0 + shift, shared.end.0 + shift))?;
            let at = usize::try_from(shared.start.0 - interval.start.0).ok()?;
            bases.get_mut(at..at + from.len())?.copy_from_slice(&from);
        }
        Some(bases)
    }
}
