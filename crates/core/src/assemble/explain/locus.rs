//! Loci: genes (or windows around an alignment) as reference sequences for realignment, in transcript sense.
//!
//! Positions on a locus are *offsets*: 0-based from its first base in transcript sense, so that no other file needs to
//! consider the strand. Unknown bases are `N`.

use crate::{
    assemble::observe::Target,
    catalogue::{Gene, GeneModels, Role},
    genome::{ContigId, Interval, Position, SequenceSource, Strand, sequence::reverse_complement},
};

/// Bases upstream and downstream of the target gene that belong to its locus (bases): transcripts may start a
/// little earlier and end a little later, but the next gene is not far.
const MARGINS: (i64, i64) = (2_000, 200);
/// Bases added on both sides of the aligner's alignment, to realign a whole read there (bases).
const WINDOW: i64 = 500;

/// A contiguous interval of known bases of a locus.
#[derive(Clone, Debug)]
struct Island {
    start: i64,
    bases: Vec<u8>,
}

/// The kind of a locus, for the prior of a junction to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The target gene.
    Own,
    /// A partner of the catalogue.
    Partner,
    /// Another gene of the models.
    Gene,
    /// A window around an alignment of the aligner.
    Place,
}

/// An interval of one strand of the genome with the splice sites of its gene.
#[derive(Clone, Debug)]
pub(crate) struct Locus {
    /// Contig.
    pub contig: ContigId,
    /// Strand in whose direction offsets increase.
    pub strand: Strand,
    /// Reference interval.
    pub span: Interval,
    /// Its kind.
    pub kind: Kind,
    /// Last bases of exons before an intron, sorted (offsets).
    pub donors: Vec<i64>,
    /// First bases of exons after an intron, sorted (offsets).
    pub acceptors: Vec<i64>,
    /// Exons of all transcripts, merged if they overlap, sorted (offsets, end exclusive).
    pub exons: Vec<(i64, i64)>,
    islands: Vec<Island>,
}

impl Locus {
    /// A gene: with its introns if `with_introns`, otherwise its exons only.
    pub(crate) fn of_gene(contig: ContigId, gene: &Gene, source: &dyn SequenceSource, with_introns: bool) -> Self {
        let own = gene.roles.has(Role::Kmt2a);
        let (before, after) = match (own, gene.strand) {
            (false, _) => (0, 0),
            (true, Strand::Forward) => MARGINS,
            (true, Strand::Reverse) => (MARGINS.1, MARGINS.0),
        };
        let span = Interval {
            start: gene.interval.start.offset(-before),
            end: gene.interval.end.offset(after),
        };
        let mut locus = Self::empty(contig, gene.strand, span, Kind::Gene);
        locus.add_gene(gene);
        if with_introns {
            locus.add_bases(source, span);
        } else {
            for (start, end) in locus.exons.clone() {
                let interval = locus.reference(start, end);
                locus.add_bases(source, interval);
            }
        }
        locus
    }

    /// A window around an alignment on a strand, with the splice sites of the gene there.
    pub(crate) fn of_place(
        (contig, strand): (ContigId, Strand),
        around: Interval,
        gene: Option<&Gene>,
        source: &dyn SequenceSource,
        length: i64,
    ) -> Self {
        let padded = around.padded(WINDOW);
        let span = Interval {
            start: padded.start.max(Position(0)),
            end: padded.end.min(Position(length)),
        };
        let mut locus = Self::empty(contig, strand, span, Kind::Place);
        if let Some(gene) = gene {
            locus.add_gene(gene);
        }
        locus.add_bases(source, span);
        locus
    }

    /// Adds the splice sites and exons of a gene.
    fn add_gene(&mut self, gene: &Gene) {
        self.kind = if gene.roles.has(Role::Kmt2a) {
            Kind::Own
        } else if gene.roles.has(Role::Partner) {
            Kind::Partner
        } else {
            Kind::Gene
        };
        self.donors = gene.donors().iter().map(|p| self.offset(*p)).collect();
        self.acceptors = gene.acceptors().iter().map(|p| self.offset(*p)).collect();
        self.tidy();
        self.exons = merged(gene.exons_annotated().iter().map(|e| self.interval(*e)).collect());
    }

    fn empty(contig: ContigId, strand: Strand, span: Interval, kind: Kind) -> Self {
        Self {
            contig,
            strand,
            span,
            kind,
            donors: Vec::new(),
            acceptors: Vec::new(),
            exons: Vec::new(),
            islands: Vec::new(),
        }
    }

    /// Adds unannotated splice sites of the sample (pairs of offsets: donor, acceptor).
    pub(crate) fn add_sites(&mut self, sites: impl IntoIterator<Item = (i64, i64)>) {
        for (donor, acceptor) in sites {
            self.donors.push(donor);
            self.acceptors.push(acceptor);
        }
        self.tidy();
    }

    fn tidy(&mut self) {
        for sites in [&mut self.donors, &mut self.acceptors] {
            sites.sort_unstable();
            sites.dedup();
        }
    }

    fn add_bases(&mut self, source: &dyn SequenceSource, interval: Interval) {
        let Some(bases) = source.bases(self.contig, interval) else {
            return;
        };
        if bases.iter().all(|b| *b == b'N') {
            return;
        }
        let (start, _) = self.interval(interval);
        let bases = match self.strand {
            Strand::Forward => bases,
            Strand::Reverse => reverse_complement(&bases),
        };
        let at = self.islands.partition_point(|i| i.start < start);
        self.islands.insert(at, Island { start, bases });
    }

    /// Whether it is a stretch of a genome, without exons.
    pub(crate) const fn is_genomic(&self) -> bool {
        self.exons.is_empty()
    }

    /// Whether any base is known.
    pub(crate) fn is_known(&self) -> bool {
        !self.islands.is_empty()
    }

    /// Intervals of known bases: offset of the first, bases in transcript sense.
    pub(crate) fn islands(&self) -> impl Iterator<Item = (i64, &[u8])> {
        self.islands.iter().map(|i| (i.start, i.bases.as_slice()))
    }

    /// The known bases that contain an offset, and the offset of their first; empty if there are none before it.
    pub(crate) fn island(&self, offset: i64) -> (i64, &[u8]) {
        let at = self.islands.partition_point(|i| i.start <= offset);
        let island = at.checked_sub(1).and_then(|at| self.islands.get(at));
        island.map_or((0, &[]), |i| (i.start, &i.bases))
    }

    /// The base at an offset; `N` if unknown.
    pub(crate) fn base(&self, offset: i64) -> u8 {
        let (start, bases) = self.island(offset);
        let at = usize::try_from(offset - start).ok();
        at.and_then(|at| bases.get(at)).copied().unwrap_or(b'N')
    }

    /// Offset of a reference position.
    pub(crate) const fn offset(&self, position: Position) -> i64 {
        match self.strand {
            Strand::Forward => position.0 - self.span.start.0,
            Strand::Reverse => self.span.end.0 - 1 - position.0,
        }
    }

    /// Reference position of an offset.
    pub(crate) const fn position(&self, offset: i64) -> Position {
        match self.strand {
            Strand::Forward => Position(self.span.start.0 + offset),
            Strand::Reverse => Position(self.span.end.0 - 1 - offset),
        }
    }

    /// Offsets (end exclusive) of a reference interval.
    pub(crate) const fn interval(&self, interval: Interval) -> (i64, i64) {
        match self.strand {
            Strand::Forward => (interval.start.0 - self.span.start.0, interval.end.0 - self.span.start.0),
            Strand::Reverse => (self.span.end.0 - interval.end.0, self.span.end.0 - interval.start.0),
        }
    }

    /// Reference interval of offsets (end exclusive).
    pub(crate) const fn reference(&self, start: i64, end: i64) -> Interval {
        match self.strand {
            Strand::Forward => Interval::new(self.span.start.0 + start, self.span.start.0 + end),
            Strand::Reverse => Interval::new(self.span.end.0 - end, self.span.end.0 - start),
        }
    }

    /// Whether the offset is the last base of an annotated exon.
    pub(crate) fn is_donor(&self, offset: i64) -> bool {
        self.donors.binary_search(&offset).is_ok()
    }

    /// Whether the offset is the first base of an annotated exon.
    pub(crate) fn is_acceptor(&self, offset: i64) -> bool {
        self.acceptors.binary_search(&offset).is_ok()
    }

    /// Whether the offset lies in an annotated exon.
    pub(crate) fn is_exonic(&self, offset: i64) -> bool {
        let at = self.exons.partition_point(|(start, _)| *start <= offset);
        at.checked_sub(1)
            .and_then(|at| self.exons.get(at))
            .is_some_and(|(_, end)| offset < *end)
    }
}

/// Merges overlapping intervals.
fn merged(mut all: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    all.sort_unstable();
    let mut out: Vec<(i64, i64)> = Vec::new();
    for (start, end) in all {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// The loci to which reads are realigned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loci {
    /// The target gene first, then every gene of the models with known bases.
    pub all: Vec<Locus>,
}

impl Loci {
    /// The loci of the models: the target gene with its introns, the exons of others.
    pub(crate) fn new(models: &GeneModels, source: &dyn SequenceSource) -> Self {
        let (gene, contig) = models.kmt2a();
        let mut all = vec![Locus::of_gene(contig, gene, source, true)];
        all.extend(
            models
                .iter()
                .filter(|(_, g)| !g.roles.has(Role::Kmt2a))
                .map(|(contig, g)| Locus::of_gene(contig, g, source, false))
                .filter(Locus::is_known),
        );
        Self { all }
    }

    /// The target gene's genomic sequence with its margin, without splice sites: the loci of DNA.
    pub(crate) fn genomic(target: &Target, source: &dyn SequenceSource) -> Self {
        let mut own = Locus::empty(target.contig, target.strand, target.span, Kind::Own);
        own.add_bases(source, target.span);
        Self { all: vec![own] }
    }

    /// The target gene.
    pub(crate) fn own(&self) -> Option<&Locus> {
        self.all.first()
    }
}
