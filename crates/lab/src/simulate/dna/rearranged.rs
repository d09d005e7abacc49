//! Every class of genomic rearrangement as derivative chromosomes.

use super::{DnaDesign, DnaEvent, Panel, sets};
use crate::simulate::{
    Genome,
    dice::Dice,
    template::{Piece, Place},
};
use breakapart_core::catalogue::Gene;
use breakapart_core::genome::{ContigId, Interval, Position, Strand, sequence::reverse_complement};

/// Bases of a partner chromosome on a derivative next to its breakpoint.
const ARM: i64 = 3_000;
/// Bases within which a partner position with the required microhomology is searched.
const HOMOLOGY_SEARCH: i64 = 6_000;
/// Longest microhomology that is requested (bases).
const HOMOLOGY_MAX: usize = 6;

/// The KMT2A breakpoint, and the simulated region.
pub struct Break {
    /// KMT2A's contig.
    pub contig: ContigId,
    /// Last base of the 5' side (0-based).
    pub position: i64,
    /// The simulated region.
    pub reach: Interval,
}

/// The partner's breakpoint.
pub struct Partner {
    /// Its contig.
    pub contig: ContigId,
    /// First base of the 3' side, in the partner's sense.
    pub position: i64,
    /// The partner's strand.
    pub strand: Strand,
}

impl Break {
    /// A breakpoint in the major region (80 %), the minor one (12 %), or anywhere that is sequenced.
    pub fn drawn(design: &DnaDesign, genome: &Genome<'_>, dice: &mut Dice) -> Self {
        let (gene, contig) = genome.models().kmt2a();
        let region = |a: u16, b: u16| {
            let t = gene.transcript()?;
            Some((t.exon(a)?.interval.end.0, t.exon(b)?.interval.start.0))
        };
        let drawn = dice.unit();
        let small = matches!(&design.panel, Panel::Baits(b) if b.len() == 2);
        let whole = (gene.interval.start.0 + 3_000, gene.interval.end.0 - 3_000);
        let (low, high) = if drawn < 0.8 || small && drawn < 0.88 {
            region(7, 13)
        } else if drawn < 0.92 || small {
            region(20, 24)
        } else {
            Some(whole)
        }
        .unwrap_or(whole);
        Self {
            contig,
            position: low + dice.below(usize::try_from(high - low).unwrap_or(1)) as i64,
            reach: super::windows::kmt2a(design),
        }
    }

    /// KMT2A up to a base.
    fn up_to(&self, position: i64) -> Place {
        self.place(self.reach.start.0.min(position - 500), position + 1)
    }

    /// KMT2A from a base on.
    fn from(&self, position: i64) -> Place {
        self.place(position, self.reach.end.0.max(position + 500))
    }

    const fn place(&self, start: i64, end: i64) -> Place {
        Place::onward(self.contig, Strand::Forward, start, end - start)
    }
}

impl Partner {
    /// A position in a gene transcribed in the same direction as the sequence joined to it.
    pub fn of(symbol: &str, genome: &Genome<'_>, position: impl FnOnce(&Gene) -> i64) -> Option<Self> {
        let gene = genome.models().by_symbol(symbol)?;
        Some(Self {
            contig: genome.models().contig_of(gene)?,
            position: position(gene),
            strand: gene.strand,
        })
    }

    /// From the breakpoint on, in the partner's sense.
    const fn after(&self) -> Place {
        Place::onward(self.contig, self.strand, self.position, ARM)
    }

    /// Up to the breakpoint, in the partner's sense, with `lost` bases missing before it.
    const fn before(&self, lost: i64) -> Place {
        let last = self.position - self.step() * (1 + lost);
        Place::onward(self.contig, self.strand.flipped(), last, ARM).flipped()
    }

    /// The step to the next base in the partner's sense.
    const fn step(&self) -> i64 {
        match self.strand {
            Strand::Forward => 1,
            Strand::Reverse => -1,
        }
    }

    /// Moves the breakpoint to a nearby position at which the partner repeats KMT2A's last bases, if there is one.
    fn with_homology(mut self, at: &Break, length: usize, genome: &Genome<'_>) -> Self {
        let own = Interval::new(at.position + 1 - length as i64, at.position + 1);
        let here = Interval::new(self.position - HOMOLOGY_SEARCH / 2, self.position + HOMOLOGY_SEARCH / 2);
        let (Some(own), Some(near)) = (genome.reference(at.contig, own), genome.reference(self.contig, here)) else {
            return self;
        };
        // The bases before the first one of the 3' side agree.
        let (wanted, ahead) = match self.strand {
            Strand::Forward => (own, length as i64),
            Strand::Reverse => (reverse_complement(&own), -1),
        };
        if length > 0
            && let Some(found) = near.windows(length).position(|w| w == wanted)
        {
            self.position = here.start.0 + found as i64 + ahead;
        }
        self
    }
}

/// Names of the classes, repeated by their frequency in random sets.
pub const KINDS: [&str; 20] = [
    "both",
    "both",
    "both",
    "gap",
    "overlap",
    "far",
    "canonical",
    "homology",
    "inserted",
    "templated",
    "ptd",
    "deletion11",
    "inversion",
    "three-way",
    "insertion",
    "intergenic",
    "unplaced",
    "repeat",
    "reciprocal",
    "both",
];

/// A chromosome of genomic segments joined by junctions.
fn joined<const N: usize>(places: [Place; N]) -> Vec<Piece> {
    places.map(|place| Piece::Placed(vec![place])).to_vec()
}

/// Inserted bases that match neither side at its end: a base next to a side is changed if it equals the side's own next
/// base.
fn apart(mut inserted: Vec<u8>, at: &Break, partner: &Partner, genome: &Genome<'_>) -> Vec<u8> {
    let base = |contig, position: i64| genome.reference(contig, Interval::new(position, position + 1));
    let beyond = base(partner.contig, partner.position - partner.step()).map(|b| match partner.strand {
        Strand::Forward => b,
        Strand::Reverse => reverse_complement(&b),
    });
    let next = base(at.contig, at.position + 1);
    // A base that matches neither side.
    let other = |own: u8| {
        b"ACGT"
            .iter()
            .copied()
            .find(|b| next.as_deref() != Some(&[*b]) && beyond.as_deref() != Some(&[*b]))
            .unwrap_or(own)
    };
    let count = inserted.len();
    for (index, unlike) in [(0, next.as_deref()), (count.wrapping_sub(1), beyond.as_deref())] {
        if let Some(slot) = inserted.get_mut(index)
            && unlike == Some(&[*slot])
        {
            *slot = other(*slot);
        }
    }
    inserted
}

impl DnaEvent {
    /// An event of a class, with a given or a random partner. Besides [`KINDS`], which random sets use: `inserted-long`
    /// and `deletion`.
    pub fn drawn(
        name: &'static str,
        allele_fraction: f64,
        at: &Break,
        fixed: Option<Partner>,
        genome: &Genome<'_>,
        dice: &mut Dice,
    ) -> Option<DnaEvent> {
        let homology = if name == "homology" {
            dice.between(3, HOMOLOGY_MAX)
        } else {
            dice.below(3)
        };
        let drawn = sets::partner(genome, dice)?;
        let partner = match fixed {
            Some(partner) => partner,
            None => drawn.with_homology(at, homology, genome),
        };
        // KMT2A's 5' part joined to a partner, and a partner to its 3' part.
        let to = |three: Place| joined([at.up_to(at.position), three]);
        let lost = match name {
            "gap" => dice.between(20, 1_500) as i64,
            "overlap" => -(dice.between(1_100, 3_000) as i64),
            "far" => dice.between(2_000, 200_000) as i64 * if dice.chance(0.5) { 1 } else { -1 },
            _ => dice.between(0, 12) as i64 - 6,
        };
        let inserted = match name {
            "inserted-long" | "inserted" => {
                let count = dice.between(if name == "inserted" { 1 } else { 24 }, 30);
                dice.bases(count)
            }
            "templated" => {
                let length = dice.between(12, 40) as i64;
                let start = at.position - dice.between(60, 500) as i64;
                genome.reference(at.contig, Interval::new(start, start + length))?
            }
            _ => Vec::new(),
        };
        let inserted = apart(inserted, at, &partner, genome);
        let mut canonical = to(partner.after());
        canonical.insert(1, Piece::Novel(inserted));
        let from = |five: Place| joined([five, at.from(at.position + 1 + lost)]);
        let reciprocal = |partner: &Partner| from(partner.before(lost.rem_euclid(7)));
        let derivatives = match name {
            "canonical" => vec![canonical],
            "deletion" => vec![to(at.from(at.position + dice.between(2_000, 4_000) as i64))],
            "reciprocal" => vec![reciprocal(&partner)],
            "ptd" => {
                // From an intron downstream of the usual donors back to one upstream of e2 or e3.
                let t = genome.models().kmt2a().0.transcript()?;
                let (_, first) = t.introns().next()?;
                let low = first.end.0 - dice.between(1_000, 6_000) as i64;
                let start = if at.reach.contains(Position(low)) {
                    low
                } else {
                    at.reach.start.0 + 1_800
                };
                vec![to(at.from(start))]
            }
            "deletion11" => {
                // A locus further downstream on chromosome 11, on the forward strand.
                let genes = ["CBL", "ARHGEF12", "ARHGEF12"];
                let gene = genome.models().by_symbol(dice.pick(&genes)?)?;
                let other = Partner {
                    contig: at.contig,
                    position: sets::inside(gene, 4_000, dice)?,
                    strand: Strand::Forward,
                };
                vec![to(other.after())]
            }
            "inversion" => {
                // USP2 lies downstream of KMT2A on the reverse strand.
                let gene = genome.models().by_symbol("USP2")?;
                let other = Partner {
                    contig: at.contig,
                    position: sets::inside(gene, 3_500, dice)?,
                    strand: Strand::Reverse,
                };
                vec![to(other.after()), from(other.before(0))]
            }
            "three-way" => {
                let third = sets::partner(genome, dice)?;
                let between = joined([partner.before(0), third.after()]);
                vec![canonical, between, reciprocal(&third)]
            }
            "insertion" => {
                // KMT2A's 5' part, from upstream of the gene to the breakpoint, is inserted into the partner.
                let upstream = at.reach.start.0.min(at.position - 3_000);
                let inserted = at.place(upstream, at.position + 1);
                let whole = joined([partner.before(0), inserted, partner.after()]);
                vec![whole, from(at.place(upstream - ARM, upstream))]
            }
            "intergenic" => {
                let (contig, gene) = genome
                    .models()
                    .by_symbol("RUNX1")
                    .and_then(|g| Some((genome.models().contig_of(g)?, g)))?;
                let other = Partner {
                    contig,
                    position: gene.interval.end.0 + 300_000 + dice.below(100_000) as i64,
                    strand: if dice.chance(0.5) {
                        Strand::Forward
                    } else {
                        Strand::Reverse
                    },
                };
                vec![to(other.after()), reciprocal(&other)]
            }
            "unplaced" => {
                let mut chromosome = joined([at.up_to(at.position)]);
                chromosome.push(Piece::Novel(dice.bases(ARM as usize)));
                vec![chromosome]
            }
            "repeat" => {
                let other = Partner::of("MLLT3", genome, |gene| {
                    gene.interval.start.0 + sets::REPEAT_OFFSET + dice.between(3_600, 4_400) as i64
                })?;
                vec![to(other.after()), reciprocal(&other)]
            }
            _ => vec![canonical, reciprocal(&partner)],
        };
        Some(DnaEvent {
            kind: name,
            allele_fraction,
            derivatives,
        })
    }
}
