//! What a sample shall hold.

use breakapart_core::genome::{Build, Position, Strand};

/// A sample to be drawn. `Design::new` gives a common library (2 x 100, STAR) without any event.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Sample and read group.
    pub sample: String,
    /// Genome build.
    pub build: Build,
    /// Seed of everything random in it.
    pub seed: u64,
    /// Rearranged transcripts.
    pub events: Vec<EventSpec>,
    /// Fragments of wild-type KMT2A transcripts, spread over the spliced transcript.
    pub kmt2a_molecules: u32,
    /// Mean distance from the transcript's 3' end, in bases, for libraries with 3' bias; `None`: even.
    pub three_prime_decay: Option<f64>,
    /// Fragments of each of ABL1, GUSB and B2M.
    pub control_molecules: u32,
    /// Wild-type fragments of each other gene that an event names.
    pub partner_molecules: u32,
    /// Further genes with their wild-type fragments.
    pub expressed: Vec<(String, u32)>,
    /// Read length, bases.
    pub read_len: u32,
    /// Two reads a fragment.
    pub paired: bool,
    /// Mean outer fragment length, bases. Fragments shorter than a read give shorter reads, as after
    /// adapter trimming.
    pub fragment_len_mean: f64,
    /// Its standard deviation, bases.
    pub fragment_len_sd: f64,
    /// Sequencing errors a base (fraction). Quality scores are drawn to match.
    pub error_rate: f64,
    /// Fraction of all fragments that are PCR copies.
    pub duplicate_rate: f64,
    /// Whether copies carry the duplicate flag.
    pub duplicates_flagged: bool,
    /// Chimeras made in the laboratory: a random base of KMT2A's transcript joined to a random base
    /// of a random gene's (log-normal expression), in any orientation, at no splice site.
    pub chimera_count: u32,
    /// How the reads are written down.
    pub aligner: AlignerConvention,
    /// Fraction of chimeric reads that the aligner fails to split.
    pub chimera_loss: f64,
    /// Whether molecules carry an identifier of 8 bases (`RX`).
    pub umi: bool,
    /// Strand of the first read.
    pub strandedness: Strandedness,
    /// Variance of event counts beyond Poisson: mean + dispersion * mean^2.
    pub dispersion: f64,
}

impl Design {
    /// A library of 2 x 100 bases from 300-base fragments with 3,000 wild-type KMT2A molecules, aligned
    /// with STAR, and no event.
    pub fn new(sample: impl Into<String>, build: Build, seed: u64) -> Self {
        Self {
            sample: sample.into(),
            build,
            seed,
            events: Vec::new(),
            kmt2a_molecules: 3_000,
            three_prime_decay: None,
            control_molecules: 200,
            partner_molecules: 100,
            expressed: Vec::new(),
            read_len: 100,
            paired: true,
            fragment_len_mean: 300.0,
            fragment_len_sd: 60.0,
            error_rate: 0.002,
            duplicate_rate: 0.0,
            duplicates_flagged: false,
            chimera_count: 0,
            aligner: AlignerConvention::STAR_WITHIN_BAM,
            chimera_loss: 0.0,
            umi: false,
            strandedness: Strandedness::Unstranded,
            dispersion: 0.0,
        }
    }

    /// The design with one event more.
    #[must_use]
    pub fn with(mut self, event: EventSpec) -> Self {
        self.events.push(event);
        self
    }
}

/// Strand of the first read of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strandedness {
    /// Either.
    Unstranded,
    /// Along the transcript.
    Forward,
    /// Against it (dUTP libraries).
    Reverse,
}

/// An aligner's conventions: what it makes of a read that does not lie in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlignerConvention {
    /// STAR with `--chimOutType WithinBAM`: supplementary records with `SA` tags.
    StarWithinBam {
        /// Supplementary parts are soft-clipped (`SoftClip`), else hard-clipped on the primary's side.
        soft_clip: bool,
        /// Longest intron, bases: a part on the same strand ahead within it is joined by `N`, and its
        /// pair called proper (589,824 by STAR's own windows; 1,000,000 where `--alignIntronMax` says so).
        intron_max: i64,
    },
    /// STAR without chimeric output: clips only; a pair on two genes, or with less than two thirds of
    /// its bases aligned, is unmapped.
    StarDefault,
    /// HISAT2: no `SA`; a read that would need more clipping than its score allows is unaligned and
    /// placed beside its mate; mates on two genes are kept as a discordant pair.
    Hisat2,
    /// minimap2 `-ax splice` on long reads: every part of enough bases is a record, the longest one primary,
    /// all in `SA`.
    Minimap2Splice,
    /// BWA-MEM on DNA.
    Bwa {
        /// Supplementary records are soft-clipped (`-Y`).
        soft_clip: bool,
    },
    /// minimap2 `-ax sr` on DNA, supplementary records hard-clipped.
    Minimap2,
}

/// `--chimSegmentMin` of STAR, bases: a shorter part of a read is a soft clip.
pub(super) const CHIM_SEGMENT_MIN: usize = 10;

impl AlignerConvention {
    /// STAR with the chimeric settings that Arriba's manual recommends.
    pub const STAR_WITHIN_BAM: Self = Self::StarWithinBam {
        soft_clip: false,
        intron_max: STAR_WINDOW,
    };
    /// The same with soft-clipped supplementary records.
    pub const STAR_WITHIN_BAM_SOFT: Self = Self::StarWithinBam {
        soft_clip: true,
        intron_max: STAR_WINDOW,
    };

    /// Whether it aligns DNA.
    pub(super) const fn is_of_dna(self) -> bool {
        matches!(self, Self::Bwa { .. } | Self::Minimap2)
    }

    /// Whether it is STAR.
    pub(super) const fn is_star(self) -> bool {
        matches!(self, Self::StarWithinBam { .. } | Self::StarDefault)
    }

    /// Longest gap that is written as `N`, bases.
    pub const fn intron_max(self) -> i64 {
        match self {
            Self::StarWithinBam { intron_max, .. } => intron_max,
            Self::StarDefault => STAR_WINDOW,
            // HISAT2's `--max-intronlen`.
            Self::Hisat2 => 500_000,
            // minimap2's `-G` of the preset.
            Self::Minimap2Splice => 200_000,
            // No gap is opened in DNA.
            Self::Bwa { .. } | Self::Minimap2 => 0,
        }
    }

    /// The program's name, its version and its command line, as a header has them.
    pub(super) fn program(self) -> (&'static str, &'static str, String) {
        let star = "STAR --outSAMattributes NH HI AS nM NM MD --outSAMunmapped Within --outFilterMultimapNmax 50";
        let (name, version, line) = match self {
            Self::Hisat2 => ("hisat2", "2.2.1", "hisat2-align-s -x genome"),
            Self::StarDefault => ("STAR", "2.7.10b", star),
            Self::Minimap2Splice => ("minimap2", "2.24-r1122", "minimap2 -ax splice --MD ref.fa reads.fq"),
            Self::Minimap2 => ("minimap2", "2.24-r1122", "minimap2 -ax sr ref.fa r1.fq r2.fq"),
            Self::Bwa { soft_clip: true } => ("bwa", "0.7.17-r1188", "bwa mem -Y ref.fa r1.fq r2.fq"),
            Self::Bwa { soft_clip: false } => ("bwa", "0.7.17-r1188", "bwa mem ref.fa r1.fq r2.fq"),
            Self::StarWithinBam { soft_clip, intron_max } => {
                let clip = if soft_clip { "SoftClip" } else { "HardClip" };
                let intron = if intron_max == STAR_WINDOW {
                    String::new()
                } else {
                    format!(" --alignIntronMax {intron_max} --alignMatesGapMax {intron_max}")
                };
                let line = format!(
                    "{star} --peOverlapNbasesMin 10{intron} --chimSegmentMin {CHIM_SEGMENT_MIN} --chimJunctionOverhangMin \
                     10 --chimScoreDropMax 30 --chimSegmentReadGapMax 3 --chimMultimapNmax 50 --chimOutType WithinBAM \
                     {clip}"
                );
                return ("STAR", "2.7.10b", line);
            }
        };
        (name, version, line.to_owned())
    }

    /// The word in the truth table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StarWithinBam { soft_clip: false, .. } => "star",
            Self::StarWithinBam { soft_clip: true, .. } => "star-soft",
            Self::StarDefault => "star-default",
            Self::Hisat2 => "hisat2",
            Self::Minimap2Splice => "minimap2-splice",
            Self::Bwa { soft_clip: false } => "bwa",
            Self::Bwa { soft_clip: true } => "bwa-soft",
            Self::Minimap2 => "minimap2",
        }
    }
}

/// STAR's longest intron where none is given: 2^winBinNbits * winAnchorDistNbins = 2^16 * 9 bases.
const STAR_WINDOW: i64 = 589_824;

/// How much of an event there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Exactly so many molecules whose reads hold or enclose the event's junction (the first of
    /// several).
    Supporting(u32),
    /// Fraction of the gene's transcripts at the break that are rearranged; the count is drawn.
    Fraction(f64),
}

/// Where a stretch begins or ends within a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The transcript's own end.
    Whole,
    /// An exon (MANE number), included.
    Exon(u16),
    /// A base, included. In an intron, the exon beside it is prolonged up to the base.
    Base(Position),
}

/// A stretch of a rearranged molecule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// Exons of a gene's lead transcript, in its sense.
    Transcript {
        /// Symbol.
        gene: String,
        /// First base or exon.
        from: Edge,
        /// Last base or exon.
        to: Edge,
    },
    /// Genome outside any transcript.
    Genome {
        /// Contig, in any naming habit.
        contig: String,
        /// Strand that the molecule reads.
        strand: Strand,
        /// First base in the molecule (0-based).
        start: i64,
        /// Bases.
        length: i64,
    },
    /// Bases that belong to neither neighbour.
    Novel(Vec<u8>),
}

impl Stretch {
    /// The symbol of its gene.
    pub fn gene(&self) -> Option<&str> {
        match self {
            Self::Transcript { gene, .. } => Some(gene),
            Self::Genome { .. } | Self::Novel(_) => None,
        }
    }
}

/// A rearranged transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSpec {
    /// Its stretches, 5' to 3'.
    pub stretches: Vec<Stretch>,
    /// How much of it.
    pub amount: Amount,
}

impl EventSpec {
    /// Exons up to `five` joined to exons from `three` on.
    pub fn fusion(five: (&str, u16), three: (&str, u16), amount: Amount) -> Self {
        Self::between((five.0, Edge::Exon(five.1)), (three.0, Edge::Exon(three.1)), amount)
    }

    /// The same with any edges.
    pub fn between(five: (&str, Edge), three: (&str, Edge), amount: Amount) -> Self {
        let stretch = |gene: &str, from, to| Stretch::Transcript {
            gene: gene.to_owned(),
            from,
            to,
        };
        Self {
            stretches: vec![
                stretch(five.0, Edge::Whole, five.1),
                stretch(three.0, three.1, Edge::Whole),
            ],
            amount,
        }
    }

    /// Its stretches that have a place.
    pub(super) fn placed(&self) -> impl Iterator<Item = &Stretch> {
        self.stretches
            .iter()
            .filter(|stretch| !matches!(stretch, Stretch::Novel(_)))
    }

    /// KMT2A's exons up to `donor` followed by those from `acceptor` on.
    pub fn ptd(donor: u16, acceptor: u16, amount: Amount) -> Self {
        Self::fusion(("KMT2A", donor), ("KMT2A", acceptor), amount)
    }

    /// Exons of three genes: up to `five`, from `middle.1` to `middle.2`, from `three` on.
    pub fn three_way(five: (&str, u16), middle: (&str, u16, u16), three: (&str, u16), amount: Amount) -> Self {
        let mut event = Self::fusion(five, three, amount);
        event.stretches.insert(
            1,
            Stretch::Transcript {
                gene: middle.0.to_owned(),
                from: Edge::Exon(middle.1),
                to: Edge::Exon(middle.2),
            },
        );
        event
    }

    /// Exons up to `five` joined to the genome from `start` on along `strand`, over 1,000 bases.
    pub fn intergenic(five: (&str, u16), contig: &str, start: Position, strand: Strand, amount: Amount) -> Self {
        let mut event = Self::fusion(five, five, amount);
        event.stretches[1] = Stretch::Genome {
            contig: contig.to_owned(),
            strand,
            start: start.0,
            length: 1_000,
        };
        event
    }

    /// The event with bases between its first two stretches.
    #[must_use]
    pub fn with_inserted(mut self, bases: &[u8]) -> Self {
        self.stretches.insert(1, Stretch::Novel(bases.to_vec()));
        self
    }
}
