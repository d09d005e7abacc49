//! Makes `test-data/cases/`: one simulated alignment each, with its truth and a README.
//!
//! Run by `tools/make_test_data.sh` at the repository's root; an argument sets another output folder. Every case is one
//! entry of [`cases`]. The same entry gives the same records on every machine, so a case changes only with its entry or
//! with `simulate`. `tests/it/cases.rs` states the required result for each.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use breakapart_core::catalogue::{BuiltIn, KMT2A};
use breakapart_core::genome::{Build, Interval, Layered, PatchedSequence, Position, SequenceSource, Strand};
use breakapart_core::hts::OutputFormat;
use breakapart_lab::simulate::{
    AlignerConvention, Amount, ContigStyle, Design, Edge, EventSpec, Genome, SetOptions, Strandedness,
    dice::Dice,
    dna::{
        Break, DnaDesign, DnaEvent, Filled, KINDS, Panel, Partner, draw_spots, merged, repeated, simulate_dna,
        windows_of,
    },
    files::write_sample,
    simulate, truth,
};

use breakapart_lab::simulate as lab;

#[path = "../tests/support/world.rs"]
mod world;
use world::World;

/// A case of the test data.
struct Case {
    /// Its content, as in its README.
    text: &'static str,
    /// Format of its alignment.
    format: OutputFormat,
    /// The simulated design; its sample has the case's name.
    design: Design,
    /// Names of its contigs.
    style: ContigStyle,
    /// Bases that are neither built in nor in the exon file are random, as in the DNA samples.
    filled: bool,
}

impl Case {
    fn new(name: &str, seed: u64, text: &'static str) -> Self {
        // Small, so that a file stays below 300 kB; few sequencing errors compress well.
        let design = Design {
            kmt2a_molecules: 500,
            control_molecules: 60,
            partner_molecules: 30,
            error_rate: 0.000_5,
            ..Design::new(name, Build::GRCh38, seed)
        };
        Self {
            text,
            format: OutputFormat::Bam,
            design,
            style: ContigStyle::Chr,
            filled: false,
        }
    }

    /// With a rearranged transcript: exons up to the first joined to those from the second on, with this many
    /// supporting molecules.
    fn fusion(self, five: (&str, u16), three: (&str, u16), molecules: u32) -> Self {
        self.event(EventSpec::fusion(five, three, Amount::Supporting(molecules)))
    }

    /// With a partial tandem duplication of KMT2A.
    fn ptd(self, donor: u16, acceptor: u16, molecules: u32) -> Self {
        self.event(EventSpec::ptd(donor, acceptor, Amount::Supporting(molecules)))
    }

    fn event(mut self, event: EventSpec) -> Self {
        self.design = self.design.with(event);
        self
    }

    const fn format(mut self, format: OutputFormat) -> Self {
        self.format = format;
        self
    }

    /// With contigs named `11`, not `chr11`.
    const fn bare(mut self) -> Self {
        self.style = ContigStyle::Bare;
        self
    }

    /// With another library, aligner or build.
    fn set(mut self, change: impl FnOnce(&mut Design)) -> Self {
        change(&mut self.design);
        self
    }

    const fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    fn readme(&self) -> String {
        let design = &self.design;
        format!(
            "# {}\n\n{}\n\n{}, {}, {} bases, {}; simulated with seed {}. Truth: `truth.tsv`. Made by \
             `tools/make_test_data.sh`.\n",
            design.sample,
            self.text,
            design.build,
            design.aligner.name(),
            design.read_len,
            if design.paired { "paired" } else { "single-end" },
            design.seed
        )
    }
}

/// All cases.
fn cases() -> Vec<Case> {
    [fusions(), hard(), aligners_and_formats(), negatives(), libraries()]
        .into_iter()
        .flatten()
        .collect()
}

/// Kinds of rearrangement.
fn fusions() -> Vec<Case> {
    vec![
        Case::new(
            "aff1_reciprocal",
            1,
            "KMT2A::AFF1, e8::e4, with its reciprocal AFF1::KMT2A, e3::e9; 10 library chimeras.",
        )
        .fusion((KMT2A, 8), ("AFF1", 4), 30)
        .fusion(("AFF1", 3), (KMT2A, 9), 8)
        .set(|d| d.chimera_count = 10),
        Case::new(
            "ptd_e8_e2",
            5,
            "Partial tandem duplication of KMT2A, exons 2 to 8, with the minor form e7-e2 (out of frame).",
        )
        .ptd(8, 2, 24)
        .ptd(7, 2, 2),
        Case::new(
            "cbl_deletion",
            6,
            "KMT2A::CBL by deletion on 11q, e9::e8, with chimeric records.",
        )
        .fusion((KMT2A, 9), ("CBL", 8), 18),
        Case::new(
            "cbl_long_intron",
            7,
            "KMT2A::CBL, e9::e8, aligned with introns of up to 1 Mb: the junction is an `N` of 794 kb, its pairs are \
             flagged proper, and there is no `SA`.",
        )
        .fusion((KMT2A, 9), ("CBL", 8), 18)
        .set(|d| {
            d.aligner = AlignerConvention::StarWithinBam {
                soft_clip: false,
                intron_max: 1_000_000,
            };
        }),
        Case::new(
            "three_way",
            13,
            "Three genes in one transcript: KMT2A e9, CREBBP e14, MLLT3 e6.",
        )
        .event(EventSpec::three_way(
            (KMT2A, 9),
            ("CREBBP", 14, 14),
            ("MLLT3", 6),
            Amount::Fraction(0.5),
        )),
        Case::new(
            "insert_15",
            14,
            "KMT2A::AFF1, e9::e5, with 15 inserted bases between them.",
        )
        .event(EventSpec::fusion((KMT2A, 9), ("AFF1", 5), Amount::Supporting(20)).with_inserted(b"ACGTTGCACCATGGA")),
        Case::new(
            "inside_exons",
            15,
            "KMT2A::AFDN, joined inside KMT2A e9 and AFDN e2, at no splice site.",
        )
        .event(EventSpec::between(
            (KMT2A, Edge::Base(Position::from_one_based(118_484_291))),
            ("AFDN", Edge::Base(Position::from_one_based(167_864_568))),
            Amount::Supporting(16),
        )),
        Case::new(
            "reciprocal_only",
            16,
            "AFF1::KMT2A, e4::e10, without its canonical counterpart.",
        )
        .fusion(("AFF1", 4), (KMT2A, 10), 12),
        Case::new(
            "usp2_opposite",
            19,
            "KMT2A::USP2, e21::e3: minor breakpoint region, a partner in opposite orientation on 11q.",
        )
        .fusion((KMT2A, 21), ("USP2", 3), 16),
        Case::new("ptd_and_fusion", 26, "KMT2A-PTD e8-e2 and KMT2A::ELL, e10::e3.")
            .ptd(8, 2, 15)
            .fusion((KMT2A, 10), ("ELL", 3), 12),
        Case::new(
            "mllt10_two_molecules",
            32,
            "KMT2A::MLLT10, e8::e9, two molecules among 100 library chimeras.",
        )
        .fusion((KMT2A, 8), ("MLLT10", 9), 2)
        .set(|d| d.chimera_count = 100),
    ]
}

/// Other builds, contig names, file formats and aligners.
fn aligners_and_formats() -> Vec<Case> {
    vec![
        Case::new(
            "mllt3_grch37_cram",
            2,
            "KMT2A::MLLT3, e9::e6, on GRCh37 without `chr`, as a CRAM that embeds its reference.",
        )
        .fusion((KMT2A, 9), ("MLLT3", 6), 20)
        .format(OutputFormat::CramEmbedded)
        .bare()
        .set(|d| d.build = Build::GRCh37),
        Case::new(
            "mllt1_sam",
            3,
            "KMT2A::MLLT1, e10::e2, GRCh38 without `chr`, as SAM text; supplementary records soft-clipped.",
        )
        .fusion((KMT2A, 10), ("MLLT1", 2), 15)
        .format(OutputFormat::Sam)
        .bare()
        .set(|d| {
            d.aligner = AlignerConvention::STAR_WITHIN_BAM_SOFT;
            d.kmt2a_molecules = 200;
        }),
        Case::new(
            "ell_cram_no_reference",
            4,
            "KMT2A::ELL, e10::e3, as a CRAM without reference.",
        )
        .fusion((KMT2A, 10), ("ELL", 3), 12)
        .format(OutputFormat::CramWithoutReference),
        Case::new(
            "mllt3_hisat2",
            11,
            "KMT2A::MLLT3, e8::e6, by HISAT2: no `SA`, unmapped mates of mapped reads.",
        )
        .fusion((KMT2A, 8), ("MLLT3", 6), 20)
        .set(|d| d.aligner = AlignerConvention::Hisat2),
        Case::new(
            "aff1_star_default",
            12,
            "KMT2A::AFF1, e8::e5, by STAR without chimeric output: soft clips only.",
        )
        .fusion((KMT2A, 8), ("AFF1", 5), 24)
        .set(|d| d.aligner = AlignerConvention::StarDefault),
    ]
}

/// Nothing to be found, or nothing that counts.
fn negatives() -> Vec<Case> {
    vec![
        Case::new(
            "negative",
            8,
            "No rearrangement, at least 60 wild-type molecules over every donor of both breakpoint regions, 40 \
             library chimeras.",
        )
        .set(|d| {
            d.kmt2a_molecules = 6_000;
            d.control_molecules = 50;
            d.read_len = 75;
            d.chimera_count = 40;
            // This many reads fit into 300 kB only if nearly all are alike: below Q37's own error rate, every quality is 37.
            d.error_rate = 0.000_15;
        }),
        Case::new("no_kmt2a", 9, "No read of KMT2A: the conclusion is inconclusive.").set(|d| {
            d.kmt2a_molecules = 0;
            d.control_molecules = 150;
            d.expressed = vec![("MLLT1".to_owned(), 150)];
        }),
        Case::new(
            "low_kmt2a",
            10,
            "No rearrangement and few molecules of KMT2A: the conclusion is inconclusive.",
        )
        .set(|d| d.kmt2a_molecules = 120),
        Case::new(
            "readthrough_ttc36",
            17,
            "Read-through of KMT2A e35 into its neighbour TTC36, e2: no rearrangement.",
        )
        .fusion((KMT2A, 35), ("TTC36", 2), 8),
        Case::new(
            "readthrough_atp5mg",
            18,
            "Read-through of ATP5MG e2 into KMT2A e2: no rearrangement.",
        )
        .fusion(("ATP5MG", 2), (KMT2A, 2), 8),
    ]
}

/// Junctions that other callers lose.
fn hard() -> Vec<Case> {
    vec![
        Case::new(
            "insert_36",
            40,
            "KMT2A::MLLT3, e9::e6, with 36 inserted bases between them.",
        )
        .event(
            EventSpec::fusion((KMT2A, 9), ("MLLT3", 6), Amount::Supporting(24))
                .with_inserted(b"GATTACCGTAGCTTGACAGGTCATCCGTAATGCCTA"),
        ),
        Case::new(
            "intergenic",
            41,
            "KMT2A e8 joined to chromosome 9 outside catalogue genes: an intergenic partner.",
        )
        .event(EventSpec::intergenic(
            (KMT2A, 8),
            "chr9",
            Position::from_one_based(37_200_000),
            Strand::Forward,
            Amount::Supporting(16),
        ))
        .filled(),
        Case::new(
            "inside_introns",
            44,
            "KMT2A::AFDN, joined 60 bases into KMT2A intron 9 and 80 bases before AFDN e2: retained introns.",
        )
        .event(EventSpec::between(
            (KMT2A, Edge::Base(Position::from_one_based(118_484_314 + 60))),
            ("AFDN", Edge::Base(Position::from_one_based(167_864_551 - 80))),
            Amount::Supporting(16),
        ))
        .filled(),
        Case::new(
            "microhomology",
            45,
            "KMT2A::ARHGEF12, joined inside KMT2A e10 and ARHGEF12 e1, with 7 bases of microhomology before the junction.",
        )
        .event(EventSpec::between(
            (KMT2A, Edge::Base(Position::from_one_based(118_484_898))),
            ("ARHGEF12", Edge::Base(Position::from_one_based(120_336_824))),
            Amount::Supporting(16),
        )),
        Case::new(
            "long_reads",
            42,
            "KMT2A::AFF1, e10::e4, in reads of 300 to 2,500 bases by minimap2 `splice`.",
        )
        .fusion((KMT2A, 10), ("AFF1", 4), 8)
        .set(long),
        Case::new(
            "long_reads_three_way",
            43,
            "KMT2A e9, CREBBP e14, MLLT3 e6 in one transcript, in long reads by minimap2 `splice`: three segments per read.",
        )
        .event(EventSpec::three_way(
            (KMT2A, 9),
            ("CREBBP", 14, 15),
            ("MLLT3", 6),
            Amount::Supporting(8),
        ))
        .set(long),
    ]
}

/// Long reads aligned with minimap2.
fn long(d: &mut Design) {
    (d.paired, d.read_len) = (false, 20_000);
    (d.fragment_len_mean, d.fragment_len_sd) = (1_200.0, 500.0);
    (d.kmt2a_molecules, d.control_molecules, d.partner_molecules) = (150, 20, 10);
    d.aligner = AlignerConvention::Minimap2Splice;
}

/// Other libraries.
fn libraries() -> Vec<Case> {
    let overlapping = |d: &mut Design| (d.fragment_len_mean, d.fragment_len_sd) = (140.0, 25.0);
    let copies = |d: &mut Design| {
        d.kmt2a_molecules = 300;
        d.duplicate_rate = 0.5;
    };
    vec![
        Case::new(
            "overlapping_mates",
            20,
            "KMT2A::MLLT3, e8::e6, with mostly overlapping mates.",
        )
        .fusion((KMT2A, 8), ("MLLT3", 6), 14)
        .set(overlapping),
        Case::new(
            "overlapping_mates_ptd",
            21,
            "KMT2A-PTD, e8-e2, with mostly overlapping mates.",
        )
        .ptd(8, 2, 14)
        .set(overlapping),
        Case::new("single_end", 22, "KMT2A::MLLT3, e9::e6, single-end, 75 bases.")
            .fusion((KMT2A, 9), ("MLLT3", 6), 10)
            .set(|d| (d.paired, d.read_len) = (false, 75)),
        Case::new(
            "umi",
            23,
            "KMT2A::AFF1, e9::e6, with molecular identifiers (`RX`); half of all fragments are unflagged duplicates.",
        )
        .fusion((KMT2A, 9), ("AFF1", 6), 6)
        .set(copies)
        .set(|d| d.umi = true),
        Case::new(
            "duplicates_flagged",
            24,
            "KMT2A::MLLT1, e9::e2, half of all fragments are flagged duplicates; stranded (dUTP).",
        )
        .fusion((KMT2A, 9), ("MLLT1", 2), 6)
        .set(copies)
        .set(|d| (d.duplicates_flagged, d.strandedness) = (true, Strandedness::Reverse)),
    ]
}

/// Simulates a case and writes its folder.
fn write(case: &Case, cases: &Path) -> anyhow::Result<()> {
    let design = &case.design;
    let World {
        contigs,
        models,
        source: exons,
    } = World::new(design.build, case.style);
    let source = Layered {
        first: &BuiltIn::bind(design.build, &contigs),
        second: &exons,
    };
    let filled = Filled::new(&source, &contigs);
    let bases: &dyn SequenceSource = if case.filled { &filled } else { &source };
    let sample = simulate(design, &Genome::new(&contigs, &models, bases))?;
    let folder = cases.join(&design.sample);
    fs::create_dir_all(&folder)?;
    let options = SetOptions {
        format: case.format,
        fastq: false,
        index: false,
    };
    write_sample(design, &sample, &contigs, &folder, options)?;
    fs::write(folder.join("truth.tsv"), truth::table(&sample.truth))?;
    fs::write(folder.join("README.md"), case.readme())?;
    Ok(())
}

/// The content of a DNA sample, except name and seed.
#[derive(Clone, Copy, Default)]
struct Small {
    /// The class of event; `None` for a negative.
    kind: Option<&'static str>,
    /// Last base of KMT2A's 5' side (0-based), unless it is random.
    position: Option<i64>,
    /// The partner and the first base of its 3' side (0-based), unless they are random.
    partner: Option<(&'static str, i64)>,
}

/// DNA samples, `test-data/dna/`: one per class of event, and those for two assays of one patient.
fn dna_cases() -> Vec<(String, u64, Small)> {
    let mut classes = KINDS.to_vec();
    classes.sort_unstable();
    classes.dedup();
    let mut cases: Vec<(String, u64, Small)> = (1..)
        .zip(classes)
        .map(|(seed, kind)| {
            let small = Small {
                kind: Some(kind),
                ..Small::default()
            };
            (format!("dna_{}", kind.replace('-', "_")), 100 + seed, small)
        })
        .collect();
    cases.push(("dna_negative".to_owned(), 200, Small::default()));
    // The breakpoint of `cases/aff1_reciprocal`: KMT2A intron 8, AFF1 intron 3.
    let aff1 = Small {
        kind: Some("both"),
        position: Some(118_483_100),
        partner: Some(("AFF1", 87_046_450)),
    };
    cases.push(("dna_aff1_intron8".to_owned(), 201, aff1));
    // A breakpoint upstream of ACER1, with transcripts spliced to MLLT1.
    let acer1 = Small {
        kind: Some("both"),
        position: Some(118_483_300),
        partner: Some(("ACER1", 6_320_000)),
    };
    cases.push(("dna_acer1".to_owned(), 202, acer1));
    for (name, seed, kind, position) in [
        ("dna_inserted_long", 203, "inserted-long", None),
        ("dna_deletion", 204, "deletion", None),
        // 1,200 bases upstream of the gene's first base (chr11:118436493).
        ("dna_outside", 205, "both", Some(118_435_291)),
    ] {
        let small = Small {
            kind: Some(kind),
            position,
            ..Small::default()
        };
        cases.push((name.to_owned(), seed, small));
    }
    cases
}

/// A small sample: depth 100, 30 % of alleles, baits on 1,400 bases around each breakpoint.
fn small_design(name: &str, seed: u64, small: Small, genome: &Genome<'_>) -> Option<DnaDesign> {
    let span = genome.models().kmt2a().0.interval.padded(2_000);
    let mut library = Design::new(name, genome.models().build(), seed);
    library.error_rate = 0.000_5;
    library.fragment_len_sd = 40.0;
    library.aligner = AlignerConvention::Bwa { soft_clip: false };
    let mut design = DnaDesign {
        library,
        depth: 100.0,
        panel: Panel::Baits(vec![span]),
        events: Vec::new(),
        spots: Vec::new(),
    };
    let mut dice = Dice::new(seed, 77);
    let mut at = Break::drawn(&design, genome, &mut dice);
    at.position = small.position.unwrap_or(at.position);
    if let Some(kind) = small.kind {
        let fixed = match small.partner {
            Some((symbol, position)) => Some(Partner::of(symbol, genome, |_| position)?),
            None => None,
        };
        design
            .events
            .push(DnaEvent::drawn(kind, 0.3, &at, fixed, genome, &mut dice)?);
        draw_spots(&mut design, genome, &mut dice);
    }
    // Both sides of every breakpoint in KMT2A.
    let mut ends = vec![at.position];
    let of_kmt2a = design.places().filter(|place| place.contig == at.contig);
    ends.extend(
        of_kmt2a
            .flat_map(|place| [place.interval.start, place.interval.last()])
            .filter(|end| span.contains(*end) && ![at.reach.start, at.reach.last()].contains(end))
            .map(|end| end.0),
    );
    let around = ends
        .into_iter()
        .map(|end| (at.contig, Interval::new(end - 700, end + 700)));
    let baits = merged(around.collect()).into_iter();
    design.panel = Panel::Baits(baits.map(|(_, bait)| bait).collect());
    Some(design)
}

/// Simulates a DNA sample on the exons, with random but fixed bases for the rest, and writes its folder.
fn write_dna(name: &str, seed: u64, small: Small, folder: &Path) -> anyhow::Result<()> {
    let World {
        contigs,
        models,
        source: exons,
    } = World::grch38();
    let source = Layered {
        first: &BuiltIn::bind(Build::GRCh38, &contigs),
        second: &exons,
    };
    let filled = repeated(&source, &contigs, &models);
    let first = Genome::new(&contigs, &models, &filled);
    let design = small_design(name, seed, small, &first).context("a class or gene that is not known")?;
    let wanted = windows_of(std::slice::from_ref(&design), &first, &filled);
    let held = PatchedSequence::gather(&filled, &contigs, wanted);
    let sample = simulate_dna(&design, &Genome::new(&contigs, &models, &held), &filled)?;
    let folder = folder.join(name);
    fs::create_dir_all(&folder)?;
    let options = SetOptions {
        index: false,
        ..SetOptions::default()
    };
    write_sample(&design.library, &sample, &contigs, &folder, options)?;
    fs::write(folder.join("truth.tsv"), truth::table(&sample.truth))?;
    Ok(())
}

fn main() -> anyhow::Result<()> {
    // Relative to the repository's root: CRAM keeps its own name as the file's id.
    let root = Path::new("test-data");
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| root.join("cases"), PathBuf::from);
    let dna = root.join("dna");
    for (name, seed, small) in dna_cases() {
        write_dna(&name, seed, small, &dna).with_context(|| name.clone())?;
    }
    for case in cases() {
        write(&case, &folder).with_context(|| case.design.sample.clone())?;
    }
    Ok(())
}
