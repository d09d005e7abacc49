//! Molecules: consecutive genomic segments, with their bases and the junctions between them.

use super::design::{Edge, EventSpec, Stretch};
use super::fragment::Crossing;
use super::{Genome, SimulateError};
use breakapart_core::catalogue::Transcript;
use breakapart_core::genome::sequence::reverse_complement;
use breakapart_core::genome::{Breakend, ContigId, Interval, Position, Retained, Strand};

/// A contiguous genomic segment of a molecule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Contig.
    pub contig: ContigId,
    /// Interval on it.
    pub interval: Interval,
    /// Strand of the molecule.
    pub strand: Strand,
}

impl Place {
    /// `len` bases from `start` along a strand.
    pub const fn onward(contig: ContigId, strand: Strand, start: i64, length: i64) -> Self {
        let interval = match strand {
            Strand::Forward => Interval::new(start, start + length),
            Strand::Reverse => Interval::new(start + 1 - length, start + 1),
        };
        Self {
            contig,
            interval,
            strand,
        }
    }

    /// Length in bases.
    pub fn base_count(&self) -> usize {
        usize::try_from(self.interval.len()).unwrap_or(0)
    }

    /// The part of it from base `from` to `to` (exclusive), in the molecule's direction.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        let (from, to) = (from as i64, to as i64);
        let interval = match self.strand {
            Strand::Forward => Interval::new(self.interval.start.0 + from, self.interval.start.0 + to),
            Strand::Reverse => Interval::new(self.interval.end.0 - to, self.interval.end.0 - from),
        };
        Self { interval, ..*self }
    }

    /// The same bases on the other strand.
    #[must_use]
    pub const fn flipped(&self) -> Self {
        Self {
            strand: self.strand.flipped(),
            ..*self
        }
    }

    /// The last base in the molecule's direction.
    pub(super) fn leaving(&self) -> Breakend {
        self.flipped().entering()
    }

    /// The first base in the molecule's direction.
    pub(super) fn entering(&self) -> Breakend {
        Breakend {
            contig: self.contig,
            position: self.interval.five_prime(self.strand),
            retained: match self.strand {
                Strand::Forward => Retained::Right,
                Strand::Reverse => Retained::Left,
            },
        }
    }
}

/// A segment of a molecule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Consecutive reference segments, 5' to 3', joined by introns.
    Placed(Vec<Place>),
    /// Bases absent from the reference: an insertion between placed segments, or an unplaced side at the end.
    Novel(Vec<u8>),
}

/// A side that is not in the reference.
pub(super) const NOWHERE: Breakend = Breakend {
    contig: ContigId(u32::MAX),
    position: Position(-1),
    retained: Retained::Left,
};

impl Piece {
    /// A single reference segment.
    pub fn of(place: Place) -> Self {
        Self::Placed(vec![place])
    }

    /// Its reference segments; none for novel bases.
    pub fn places(&self) -> &[Place] {
        match self {
            Self::Placed(places) => places,
            Self::Novel(_) => &[],
        }
    }
}

/// A placed part of a molecule.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// First base in the molecule.
    pub offset: usize,
    /// Its position in the reference.
    pub place: Place,
    /// Index of its segment: parts of one segment are joined by introns, placed segments by junctions.
    pub piece: usize,
}

impl Part {
    /// End in the molecule (exclusive).
    pub fn end(&self) -> usize {
        self.offset + self.place.base_count()
    }
}

/// A junction of a molecule.
#[derive(Clone, Debug)]
pub struct Break {
    /// End of the 5' side in the molecule (exclusive).
    pub left_end: usize,
    /// Start of the 3' side in the molecule; inserted bases are between.
    pub right_start: usize,
    /// Last retained base of the 5' side.
    pub five: Breakend,
    /// First retained base of the 3' side.
    pub three: Breakend,
}

/// A molecule.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Its placed parts, 5' to 3'.
    pub parts: Vec<Part>,
    /// Its bases.
    pub bases: Vec<u8>,
    /// Its junctions, 5' to 3'.
    pub breaks: Vec<Break>,
}

impl Template {
    /// A gene's wild-type transcript.
    ///
    /// # Errors
    /// [`SimulateError`] for a gene without model or without known sequence.
    pub fn wild_type(gene: &str, genome: &Genome<'_>) -> Result<Self, SimulateError> {
        let stretch = Stretch::Transcript {
            gene: gene.to_owned(),
            from: Edge::Whole,
            to: Edge::Whole,
        };
        Self::of_pieces(&[piece(&stretch, genome)?], genome).known(gene)
    }

    /// A rearranged transcript.
    ///
    /// # Errors
    /// As for [`Template::wild_type`], and for empty segments.
    pub fn of_event(event: &EventSpec, genome: &Genome<'_>) -> Result<Self, SimulateError> {
        let pieces = event.stretches.iter().map(|stretch| piece(stretch, genome));
        let name: Vec<&str> = event.placed().map(|s| s.gene().unwrap_or("genome")).collect();
        Self::of_pieces(&pieces.collect::<Result<Vec<_>, _>>()?, genome).known(&name.join("::"))
    }

    /// Joins consecutive segments.
    pub fn of_pieces(pieces: &[Piece], genome: &Genome<'_>) -> Self {
        let mut out = Self::default();
        for (number, piece) in pieces.iter().enumerate() {
            let places = match piece {
                Piece::Placed(places) => places,
                Piece::Novel(bases) => {
                    if number + 1 == pieces.len() {
                        out.join(NOWHERE);
                    }
                    out.bases.extend_from_slice(bases);
                    continue;
                }
            };
            if let Some(first) = places.first() {
                out.join(first.entering());
            }
            for place in places {
                out.parts.push(Part {
                    offset: out.bases.len(),
                    place: *place,
                    piece: number,
                });
                out.bases.extend(genome.bases(place));
            }
        }
        out
    }

    /// The junction between the last part and the one that starts at the next base.
    fn join(&mut self, three: Breakend) {
        self.breaks.extend(self.parts.last().map(|last| Break {
            left_end: last.end(),
            right_start: self.bases.len(),
            five: last.place.leaving(),
            three,
        }));
    }

    /// The junctions as crossed by reads: each extends from the junction before to the one after.
    pub(super) fn crossings(&self) -> Vec<Crossing> {
        let whole = (0, self.bases.len());
        let bases = |junction: &Break| (junction.left_end, junction.right_start);
        let mut crossings: Vec<Crossing> = self
            .breaks
            .iter()
            .map(|j| Crossing {
                bases: bases(j),
                reach: whole,
            })
            .collect();
        for (index, pair) in self.breaks.windows(2).enumerate() {
            crossings[index].reach.1 = pair[1].left_end;
            crossings[index + 1].reach.0 = pair[0].right_start;
        }
        crossings
    }

    /// The splice junctions of a wild-type molecule, likewise.
    pub(super) fn splices(&self) -> Vec<Crossing> {
        let reach = (0, self.bases.len());
        let pairs = self.parts.windows(2);
        let crossing = |pair: &[Part]| Crossing {
            bases: (pair[0].end(), pair[1].offset),
            reach,
        };
        pairs.map(crossing).collect()
    }

    /// The reference segments of bases `from` to `to` (exclusive).
    pub fn slice(&self, from: usize, to: usize) -> Vec<Place> {
        self.parts
            .iter()
            .filter_map(|part| {
                let (low, high) = (from.max(part.offset), to.min(part.end()));
                (low < high).then(|| part.place.slice(low - part.offset, high - part.offset))
            })
            .collect()
    }

    /// Whether every base is known.
    pub fn is_known(&self) -> bool {
        !self.bases.is_empty() && !self.bases.contains(&b'N')
    }

    fn known(self, name: &str) -> Result<Self, SimulateError> {
        if self.is_known() {
            Ok(self)
        } else {
            Err(SimulateError::NoSequence(name.to_owned()))
        }
    }
}

/// The genomic segments of a stretch.
fn piece(stretch: &Stretch, genome: &Genome<'_>) -> Result<Piece, SimulateError> {
    let (gene, from, to) = match stretch {
        Stretch::Novel(bases) => return Ok(Piece::Novel(bases.clone())),
        Stretch::Genome {
            contig,
            strand,
            start,
            length,
        } => {
            let id = genome.contigs().resolve(contig);
            let place = id.map(|id| Place::onward(id, *strand, *start, *length));
            let inside = |place: &Place| {
                place.interval.start.0 >= 0 && place.interval.end.0 <= genome.contigs().length(place.contig)
            };
            let place = place
                .filter(inside)
                .ok_or_else(|| SimulateError::NoGene(contig.clone()))?;
            return Ok(Piece::Placed(vec![place]));
        }
        Stretch::Transcript { gene, from, to } => (gene, *from, *to),
    };
    let found = genome
        .models()
        .by_symbol(gene)
        .and_then(|model| Some((model.transcript()?, genome.models().contig_of(model)?)));
    let (transcript, contig) = found.ok_or_else(|| SimulateError::NoGene(gene.clone()))?;
    let empty = || SimulateError::EmptyStretch(gene.clone());
    let mut intervals: Vec<Interval> = transcript.exons.iter().map(|exon| exon.interval).collect();
    let last = cut(&mut intervals, transcript, to, true).ok_or_else(empty)?;
    intervals.truncate(last + 1);
    let first = cut(&mut intervals, transcript, from, false).ok_or_else(empty)?;
    intervals.drain(..first.min(intervals.len()));
    intervals.retain(|interval| !interval.is_empty());
    if intervals.is_empty() {
        return Err(empty());
    }
    let place = |interval| Place {
        contig,
        interval,
        strand: transcript.strand,
    };
    Ok(Piece::Placed(intervals.into_iter().map(place).collect()))
}

/// Index of the exon at which the stretch ends (or starts), and that exon's interval trimmed or extended to the edge.
fn cut(intervals: &mut [Interval], transcript: &Transcript, edge: Edge, ends: bool) -> Option<usize> {
    match edge {
        Edge::Whole if ends => intervals.len().checked_sub(1),
        Edge::Whole => Some(0),
        Edge::Exon(number) => {
            let index = usize::from(number.checked_sub(1)?);
            (index < intervals.len()).then_some(index)
        }
        Edge::Base(position) => {
            let number = match transcript.exon_at(position) {
                Some(exon) => exon.number,
                None => {
                    let (before, _) = transcript.intron_at(position)?;
                    if ends { before } else { before + 1 }
                }
            };
            let index = usize::from(number.checked_sub(1)?);
            let interval = intervals.get_mut(index)?;
            if (transcript.strand == Strand::Forward) == ends {
                interval.end = position.offset(1);
            } else {
                interval.start = position;
            }
            Some(index)
        }
    }
}

impl Genome<'_> {
    /// The bases of a segment in the molecule's direction; `N` if they are not known.
    pub(super) fn bases(&self, place: &Place) -> Vec<u8> {
        let bases = self
            .reference(place.contig, place.interval)
            .unwrap_or_else(|| vec![b'N'; place.base_count()]);
        match place.strand {
            Strand::Forward => bases,
            Strand::Reverse => reverse_complement(&bases),
        }
    }
}
