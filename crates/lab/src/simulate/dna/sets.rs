//! Random DNA designs: every class of event, depths, allele fractions, panels, libraries and aligners.

use std::path::Path;

use super::{
    DnaDesign, Filled, Panel, Spot,
    rearranged::{Break, Partner, kinds},
    simulate_dna, windows,
};
use crate::simulate::{
    AlignerConvention, Design, Genome, SetKind, SetOptions, SimulateError, Simulated, TruthRow,
    dice::Dice,
    files::{SetError, draw_set},
    sets::numbered,
    template::Place,
};
use breakapart_core::{
    catalogue::{Gene, GeneModels, Role},
    genome::{ContigId, Contigs, Interval, PatchedSequence, SequenceSource},
};

/// Read depths, allele fractions: taken in turn, so that every pair of them occurs.
const DEPTHS: [f64; 6] = [30.0, 100.0, 250.0, 500.0, 1_000.0, 2_000.0];
const FRACTIONS: [f64; 7] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5];
/// Read depth from which only the breakpoint regions are baited, so that a sample stays small.
const SMALL_PANEL_FROM: f64 = 1_000.0;
/// Molecules over a break at which a negative is one (`negative`, else `negative-thin`).
const NEGATIVE_DEPTH: f64 = 200.0;

/// The stretch of `length` bases from `start` on.
pub(super) const fn stretch(contig: ContigId, start: i64, length: i64) -> Place {
    Place::forward(contig, Interval::new(start, start + length))
}

/// A random stretch of a random gene other than KMT2A.
pub(super) fn random_place(genome: &Genome<'_>, length: i64, dice: &mut Dice) -> Option<Place> {
    let genes: Vec<_> = genome
        .models()
        .iter()
        .filter(|(_, g)| !g.roles.has(Role::Kmt2a))
        .collect();
    let (contig, gene) = dice.pick(&genes)?;
    let room = usize::try_from(gene.interval.len() - length).ok()?;
    let start = gene.interval.start.0 + dice.below(room.max(1)) as i64;
    Some(stretch(*contig, start, length))
}

/// What a sample without event is.
pub(super) fn label(design: &DnaDesign) -> &'static str {
    if design.depth >= NEGATIVE_DEPTH {
        "negative"
    } else {
        "negative-thin"
    }
}

/// The reference without holes, and with the patch that random designs need: a stretch of MLLT3 is repeated on
/// chromosome 2, where a partner side cannot be told.
fn repeated<'a>(reference: &'a dyn SequenceSource, contigs: &Contigs, models: &GeneModels) -> Filled<'a> {
    let mut filled = Filled::new(reference, contigs);
    if let (Some(gene), Some(copy)) = (models.by_symbol("MLLT3"), contigs.resolve("chr2"))
        && let Some(contig) = models.contig_of(gene)
    {
        let of = stretch(contig, gene.interval.start.0 + REPEAT_OFFSET, REPEAT_LEN);
        let copy = stretch(copy, REPEAT_AT, REPEAT_LEN);
        filled.repeat((copy.contig, copy.interval), (of.contig, of.interval));
    }
    filled
}

/// Where in MLLT3 the repeated stretch begins, its length, and where its copy is.
pub(super) const REPEAT_OFFSET: i64 = 100_000;
const REPEAT_LEN: i64 = 8_000;
const REPEAT_AT: i64 = 150_000_000;

/// `count` random designs. The same arguments give the same designs.
pub fn dna_designs(kind: SetKind, count: usize, seed: u64, genome: &Genome<'_>) -> Vec<DnaDesign> {
    let names = kinds();
    (0..count)
        .map(|number| {
            let mut dice = Dice::new(seed, number as u64);
            let mut design = library(kind, number, &mut dice, genome);
            if kind == SetKind::Positives {
                let fraction = FRACTIONS[(number + number / 6 + number / 42) % FRACTIONS.len()];
                let name = names[(number + number / names.len()) % names.len()];
                let at = Break::drawn(&design, genome, &mut dice);
                if let Some(event) = super::rearranged::event(name, fraction, &at, None, genome, &mut dice) {
                    design.library.sample = format!(
                        "{}_{name}_{}x_{}pc",
                        design.library.sample,
                        design.depth,
                        fraction * 100.0
                    );
                    design.events.push(event);
                }
            }
            spots(&mut design, genome, &mut dice);
            design
        })
        .collect()
}

fn library(kind: SetKind, number: usize, dice: &mut Dice, genome: &Genome<'_>) -> DnaDesign {
    let prefix = match kind {
        SetKind::Positives | SetKind::LongReads => "dpos",
        SetKind::Negatives => "dneg",
    };
    let mut library = numbered(prefix, number, dice, genome);
    library.read_len = [75, 100, 100, 150, 150, 150][dice.below(6)];
    library.fragment_len_mean = dice.between(180, 450) as f64;
    library.fragment_len_sd = dice.between(25, 90) as f64;
    library.error_rate = [0.000_5, 0.001, 0.002, 0.004, 0.01][dice.below(5)];
    if dice.chance(0.6) {
        library.duplicate_rate = 0.05 + 0.4 * dice.unit();
        library.umi = dice.chance(0.3);
        library.duplicates_flagged = library.umi || dice.chance(0.75);
    }
    let depth = DEPTHS[number % DEPTHS.len()];
    let (gene, _) = genome.models().kmt2a();
    let panel = if depth <= 30.0 {
        Panel::Genome(gene.interval.padded(5_000))
    } else if depth >= SMALL_PANEL_FROM {
        Panel::Baits(regions(genome, 300))
    } else if dice.chance(0.3) {
        Panel::Baits(gapped(gene.interval.padded(2_000), dice))
    } else {
        Panel::Baits(vec![gene.interval.padded(2_000)])
    };
    library.chimera_count = (depth * dice.unit() * 0.3) as u32;
    library.aligner = [
        BWA,
        AlignerConvention::Bwa { soft_clip: true },
        BWA,
        AlignerConvention::Minimap2,
    ][dice.below(4)];
    DnaDesign {
        library,
        depth,
        panel,
        events: Vec::new(),
        spots: Vec::new(),
    }
}

/// BWA-MEM as it is run most.
const BWA: AlignerConvention = AlignerConvention::Bwa { soft_clip: false };

/// What a small sample contains, beside its name and seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Small<'a> {
    /// The class of event (see [`classes`]); `None` for a negative.
    pub kind: Option<&'a str>,
    /// Last base of KMT2A's 5' side (0-based), where it shall not be drawn.
    pub position: Option<i64>,
    /// The partner and the first base of its 3' side (0-based), where they shall not be drawn.
    pub partner: Option<(&'a str, i64)>,
}

/// The classes of event, each once.
pub fn classes() -> Vec<&'static str> {
    let mut names = kinds();
    names.sort_unstable();
    names.dedup();
    names
}

/// A small sample for tests: 100 reads deep, 30 % of alleles, baits on 1,400 bases around each break.
/// `None` for a class or gene that is not known.
pub fn small_design(name: &str, seed: u64, small: Small<'_>, genome: &Genome<'_>) -> Option<DnaDesign> {
    let (gene, _) = genome.models().kmt2a();
    let mut library = Design::new(name, genome.models().build(), seed);
    library.error_rate = 0.000_5;
    library.fragment_len_sd = 40.0;
    library.aligner = BWA;
    let mut design = DnaDesign {
        library,
        depth: 100.0,
        panel: Panel::Baits(vec![gene.interval.padded(2_000)]),
        events: Vec::new(),
        spots: Vec::new(),
    };
    let mut dice = Dice::new(seed, 77);
    let mut at = Break::drawn(&design, genome, &mut dice);
    at.position = small.position.unwrap_or(at.position);
    if let Some(kind) = small.kind {
        let kind = classes()
            .into_iter()
            .chain(super::rearranged::SMALL_ONLY)
            .find(|known| *known == kind)?;
        let fixed = match small.partner {
            Some((symbol, position)) => Some(Partner::of(symbol, genome, |_| position)?),
            None => None,
        };
        design
            .events
            .push(super::rearranged::event(kind, 0.3, &at, fixed, genome, &mut dice)?);
        spots(&mut design, genome, &mut dice);
    }
    // Both sides of every break of KMT2A.
    let mut ends: Vec<i64> = vec![at.position];
    let span = gene.interval.padded(2_000);
    for place in design.places().filter(|place| place.contig == at.contig) {
        ends.extend(
            [place.interval.start.0, place.interval.last().0]
                .into_iter()
                .filter(|p| {
                    span.contains(breakapart_core::genome::Position(*p))
                        && *p != at.reach.start.0
                        && *p != at.reach.last().0
                }),
        );
    }
    let around = ends
        .into_iter()
        .map(|end| (at.contig, Interval::new(end - 700, end + 700)));
    let baits = windows::merged(around.collect()).into_iter();
    design.panel = Panel::Baits(baits.map(|(_, bait)| bait).collect());
    Some(design)
}

/// Draws a design on a reference, which is filled where it has holes.
///
/// # Errors
/// A design that cannot be drawn.
pub fn simulate_small(
    name: &str,
    seed: u64,
    small: Small<'_>,
    contigs: &Contigs,
    models: &GeneModels,
    reference: &dyn SequenceSource,
) -> Result<(Design, Simulated), SimulateError> {
    let filled = repeated(reference, contigs, models);
    let first = Genome::new(contigs, models, &filled);
    let unknown = || SimulateError::NoGene(small.kind.unwrap_or("negative").to_owned());
    let design = small_design(name, seed, small, &first).ok_or_else(unknown)?;
    let wanted = windows::windows_of(std::slice::from_ref(&design), &first, &filled);
    let held = PatchedSequence::gather(&filled, contigs, wanted);
    let sample = simulate_dna(&design, &Genome::new(contigs, models, &held), &filled)?;
    Ok((design.library, sample))
}

/// Baits on both breakpoint regions: from e7 to e13, and from e20 to e24.
fn regions(genome: &Genome<'_>, margin: i64) -> Vec<Interval> {
    let Some(transcript) = genome.models().kmt2a().0.transcript() else {
        return Vec::new();
    };
    [(7, 13), (20, 24)]
        .into_iter()
        .filter_map(|(a, b)| {
            let (a, b) = (transcript.exon(a)?.interval, transcript.exon(b)?.interval);
            Some(
                Interval {
                    start: a.start,
                    end: b.end,
                }
                .padded(margin),
            )
        })
        .collect()
}

/// Baits with gaps of 150 to 700 bases, as repeats leave them.
fn gapped(whole: Interval, dice: &mut Dice) -> Vec<Interval> {
    let mut baits = Vec::new();
    let mut at = whole.start.0;
    while at < whole.end.0 {
        let end = (at + dice.between(700, 3_500) as i64).min(whole.end.0);
        baits.push(Interval::new(at, end));
        at = end + dice.between(150, 700) as i64;
    }
    baits
}

/// Bases beside a junction that are kept free of variants (bases).
const JUNCTION_CLEAR: i64 = 10;

/// One single-base variant in about a thousand bases.
fn spots(design: &mut DnaDesign, genome: &Genome<'_>, dice: &mut Dice) {
    let (_, contig) = genome.models().kmt2a();
    let mut places = vec![(contig, windows::kmt2a(design))];
    places.extend(
        design
            .places()
            .filter(|p| p.contig != contig)
            .map(|p| (p.contig, p.interval)),
    );
    // Beside a junction a variant cannot be told from an inserted base.
    let ends: Vec<(ContigId, i64)> = design
        .places()
        .flat_map(|p| [(p.contig, p.interval.start.0), (p.contig, p.interval.last().0)])
        .collect();
    let beside = |contig: ContigId, at: i64| {
        ends.iter()
            .any(|(c, end)| *c == contig && (end - at).abs() <= JUNCTION_CLEAR)
    };
    for (contig, interval) in places {
        let mut at = interval.start.0 + dice.between(50, 2_000) as i64;
        while at < interval.end.0 {
            let reference = genome.reference(contig, Interval::new(at, at + 1)).unwrap_or_default();
            let base = b"ACGT"[dice.below(4)];
            let (on_derivative, on_other) = [(true, true), (true, false), (false, true)][dice.below(3)];
            if reference.first().is_some_and(|r| *r != b'N' && *r != base) && !beside(contig, at) {
                design.spots.push(Spot {
                    contig,
                    position: at,
                    base,
                    on_derivative,
                    on_other,
                });
            }
            at += dice.between(50, 2_000) as i64;
        }
    }
}

/// Draws every design of a random set and writes its files, `truth.tsv`, and `windows.fa` with the bases
/// that the reads come from (what a real aligner is run against).
///
/// # Errors
/// The first sample that cannot be drawn or written.
pub fn write_dna_set(
    (kind, count, seed): (SetKind, usize, u64),
    contigs: &Contigs,
    models: &GeneModels,
    reference: &dyn SequenceSource,
    folder: &Path,
    options: SetOptions,
) -> Result<Vec<TruthRow>, SetError> {
    let filled = repeated(reference, contigs, models);
    let first = Genome::new(contigs, models, &filled);
    let designs = dna_designs(kind, count, seed, &first);
    // Bases of all windows at once: a file is too slow a place to ask for every read.
    let genes = models
        .iter()
        .map(|(contig, gene)| (contig, gene.interval.padded(1_000)));
    let mut wanted = windows::windows_of(&designs, &first, &filled);
    wanted.extend(genes);
    let held = PatchedSequence::gather(&filled, contigs, wanted);
    let genome = Genome::new(contigs, models, &held);
    let rows = draw_set(&designs, contigs, folder, options, |design| {
        (&design.library, simulate_dna(design, &genome, &filled))
    })?;
    if options.fastq {
        let path = folder.join("windows.fa");
        let file = std::fs::File::create(&path).map_err(SetError::io(&path))?;
        let known: Vec<(ContigId, Interval)> = held
            .iter()
            .map(|(contig, start, bases)| (contig, Interval::new(start, start + bases.len() as i64)))
            .collect();
        windows::windows_fasta(&known, contigs, &held, &mut std::io::BufWriter::new(file))
            .map_err(SetError::io(&path))?;
    }
    Ok(rows)
}

/// A partner for random events.
pub(super) fn partner(genome: &Genome<'_>, dice: &mut Dice) -> Option<Partner> {
    let genes: Vec<_> = genome
        .models()
        .iter()
        .filter(|(_, g)| g.roles.has(Role::Partner) && g.interval.len() > 12_000)
        .collect();
    let (contig, gene) = dice.pick(&genes)?;
    Some(Partner {
        contig: *contig,
        position: inside(gene, 4_000, dice)?,
        strand: gene.strand,
    })
}

/// A random position of a gene, `margin` bases or more from both ends.
pub(super) fn inside(gene: &Gene, margin: i64, dice: &mut Dice) -> Option<i64> {
    let room = usize::try_from(gene.interval.len() - 2 * margin).ok()?;
    Some(gene.interval.start.0 + margin + dice.below(room) as i64)
}
