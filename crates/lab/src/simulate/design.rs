//! The content of a simulated sample.

use breakapart_core::genome::{Build, Position, Strand};

/// A sample to simulate. `Design::new` gives a common library (2 x 100, STAR) without any event.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Sample and read group.
    pub sample: String,
    /// Genome build.
    pub build: Build,
    /// Random seed.
    pub seed: u64,
    /// Rearranged transcripts.
    pub events: Vec<EventSpec>,
    /// Fragments of wild-type KMT2A transcripts, spread over the spliced transcript.
    pub kmt2a_molecules: u32,
    /// Mean distance from the transcript's 3' end, in bases, for libraries with 3' bias; `None`: uniform.
    pub three_prime_decay: Option<f64>,
    /// Fragments of each of ABL1, GUSB and B2M.
    pub control_molecules: u32,
    /// Wild-type fragments of each other gene of an event.
    pub partner_molecules: u32,
    /// Further genes with their wild-type fragments.
    pub expressed: Vec<(String, u32)>,
    /// Read length, bases.
    pub read_len: u32,
    /// Paired-end.
    pub paired: bool,
    /// Mean fragment length (insert size), bases. Fragments shorter than a read give shorter reads, as after adapter
    /// trimming.
    pub fragment_len_mean: f64,
    /// Its standard deviation, bases.
    pub fragment_len_sd: f64,
    /// Sequencing errors per base (fraction). Qualities are sampled to match.
    pub error_rate: f64,
    /// Fraction of all fragments that are PCR copies.
    pub duplicate_rate: f64,
    /// Whether PCR copies have the duplicate flag.
    pub duplicates_flagged: bool,
    /// Library chimeras: a random base of KMT2A's transcript joined to a random base of a random gene's (log-normal
    /// expression), in any orientation, at no splice site.
    pub chimera_count: u32,
    /// The aligner whose conventions the records follow.
    pub aligner: AlignerConvention,
    /// Fraction of chimeric reads that the aligner fails to split.
    pub chimera_loss: f64,
    /// Whether molecules have an identifier of 8 bases (`RX`).
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

    /// The design with a further event.
    #[must_use]
    pub fn with(mut self, event: EventSpec) -> Self {
        self.events.push(event);
        self
    }
}

/// Strand of the first read of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strandedness {
    /// Unstranded.
    Unstranded,
    /// Sense to the transcript.
    Forward,
    /// Antisense (dUTP libraries).
    Reverse,
}

/// An aligner's conventions: how it writes a read that does not align to one locus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlignerConvention {
    /// STAR with `--chimOutType WithinBAM`: supplementary records with `SA` tags.
    StarWithinBam {
        /// Supplementary segments are soft-clipped (`SoftClip`), otherwise hard-clipped on the side of the primary
        /// segment.
        soft_clip: bool,
        /// Longest intron, bases: a downstream segment on the same strand within this distance is joined by `N`, and
        /// its pair is proper (589,824 by STAR's own windows; 1,000,000 if `--alignIntronMax` says so).
        intron_max: i64,
    },
    /// STAR without chimeric output: clips only; a pair on two genes, or with less than two thirds of its bases
    /// aligned, is unmapped.
    StarDefault,
    /// HISAT2: no `SA`; a read that needs more clipping than its score allows is unmapped and written at its mate's
    /// position; mates on two genes are kept as a discordant pair.
    Hisat2,
    /// minimap2 `-ax splice` on long reads: every segment of enough bases is a record, the longest one primary, all in
    /// `SA`.
    Minimap2Splice,
    /// BWA-MEM on DNA.
    Bwa {
        /// Supplementary records are soft-clipped (`-Y`).
        soft_clip: bool,
    },
    /// minimap2 `-ax sr` on DNA, supplementary records hard-clipped.
    Minimap2,
}

/// `--chimSegmentMin` of STAR, bases: a shorter segment of a read is soft-clipped.
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

    /// Longest gap written as `N`, bases.
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

    /// Program name, version and command line for the header.
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

    /// The word used in the truth table.
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

/// STAR's default longest intron: 2^winBinNbits * winAnchorDistNbins = 2^16 * 9 bases.
const STAR_WINDOW: i64 = 589_824;

/// The abundance of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Exact number of molecules whose reads contain or span the event's junction (the first of several).
    Supporting(u32),
    /// Fraction of the gene's transcripts at the breakpoint that are rearranged; the count is sampled.
    Fraction(f64),
}

/// Start or end of a segment within a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The transcript's own end.
    Whole,
    /// An exon (MANE number), included.
    Exon(u16),
    /// A base, included. In an intron, the adjacent exon is extended up to the base.
    Base(Position),
}

/// A segment of a rearranged molecule.
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
        /// Contig, in any naming convention.
        contig: String,
        /// Strand of the molecule.
        strand: Strand,
        /// First base in the molecule (0-based).
        start: i64,
        /// Bases.
        length: i64,
    },
    /// Inserted bases that belong to neither side.
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
    /// Its segments, 5' to 3'.
    pub stretches: Vec<Stretch>,
    /// Its abundance.
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

    /// Its segments with a position in the reference.
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

    /// The event with bases inserted between its first two segments.
    #[must_use]
    pub fn with_inserted(mut self, bases: &[u8]) -> Self {
        self.stretches.insert(1, Stretch::Novel(bases.to_vec()));
        self
    }
}
