//! Random DNA designs: every class of event, depths, allele fractions, panels, libraries and aligners.

use std::path::Path;

use super::{
    DnaDesign, DnaEvent, Filled, Panel,
    rearranged::{Break, KINDS, Partner},
    simulate_dna, spots, windows,
};
use crate::simulate::{
    AlignerConvention, Genome, SetKind, SetOptions, TruthRow,
    dice::Dice,
    files::{SetError, draw_set},
    sets::numbered,
    template::Place,
};
use breakapart_core::{
    catalogue::{Gene, GeneModels, Role},
    genome::{ContigId, Contigs, Interval, PatchedSequence, SequenceSource, Strand},
};

/// Read depths and allele fractions, cycled so that every combination occurs.
const DEPTHS: [f64; 6] = [30.0, 100.0, 250.0, 500.0, 1_000.0, 2_000.0];
const FRACTIONS: [f64; 7] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5];
/// Read depth from which only the breakpoint regions are baited, to keep the sample small.
const SMALL_PANEL_FROM: f64 = 1_000.0;

/// The interval of `length` bases from `start`.
pub(super) const fn stretch(contig: ContigId, start: i64, length: i64) -> Place {
    Place::onward(contig, Strand::Forward, start, length)
}

/// A random interval of a random gene other than KMT2A.
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

/// The reference without gaps, and with the duplication that random designs need: part of MLLT3 is repeated on
/// chromosome 2, so that a partner side there is ambiguous.
pub fn repeated<'a>(reference: &'a dyn SequenceSource, contigs: &Contigs, models: &GeneModels) -> Filled<'a> {
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

/// Start of the repeated part of MLLT3, its length, and the position of its copy.
pub(super) const REPEAT_OFFSET: i64 = 100_000;
const REPEAT_LEN: i64 = 8_000;
const REPEAT_AT: i64 = 150_000_000;

/// `count` random designs. The same arguments give the same designs.
fn dna_designs(kind: SetKind, count: usize, seed: u64, genome: &Genome<'_>) -> Vec<DnaDesign> {
    (0..count)
        .map(|number| {
            let mut dice = Dice::new(seed, number as u64);
            let mut design = library(kind, number, &mut dice, genome);
            if kind == SetKind::Positives {
                let fraction = FRACTIONS[(number + number / 6 + number / 42) % FRACTIONS.len()];
                let name = KINDS[(number + number / KINDS.len()) % KINDS.len()];
                let at = Break::drawn(&design, genome, &mut dice);
                if let Some(event) = DnaEvent::drawn(name, fraction, &at, None, genome, &mut dice) {
                    design.library.sample = format!(
                        "{}_{name}_{}x_{}pc",
                        design.library.sample,
                        design.depth,
                        fraction * 100.0
                    );
                    design.events.push(event);
                }
            }
            spots::draw(&mut design, genome, &mut dice);
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

/// BWA-MEM with its most common options.
const BWA: AlignerConvention = AlignerConvention::Bwa { soft_clip: false };

/// Baits on both breakpoint regions: from e7 to e13, and from e20 to e24.
fn regions(genome: &Genome<'_>, margin: i64) -> Vec<Interval> {
    let Some(transcript) = genome.models().kmt2a().0.transcript() else {
        return Vec::new();
    };
    [(7, 13), (20, 24)]
        .into_iter()
        .filter_map(|(a, b)| {
            let (a, b) = (transcript.exon(a)?.interval, transcript.exon(b)?.interval);
            let (start, end) = (a.start, b.end);
            Some(Interval { start, end }.padded(margin))
        })
        .collect()
}

/// Baits with gaps of 150 to 700 bases, as at repeats.
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

/// Simulates every design of a random set and writes its files, `truth.tsv`, and `windows.fa` with the source sequence
/// of the reads (the reference for a real aligner).
///
/// # Errors
/// The first sample that cannot be simulated or written.
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
    // Bases of all windows at once: access to a file is too slow for every read.
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
        std::fs::write(&path, fasta(&held, contigs)).map_err(SetError::io(&path))?;
    }
    Ok(rows)
}

/// The cached bases as FASTA, named `chr11:118436493-118436944` (1-based, inclusive), as a reference for a real
/// aligner.
fn fasta(held: &PatchedSequence, contigs: &Contigs) -> Vec<u8> {
    let mut text = Vec::new();
    for (contig, start, bases) in held.iter() {
        let (contig, end) = (contigs.name(contig), start + bases.len() as i64);
        text.extend_from_slice(format!(">{contig}:{}-{end}\n", start + 1).as_bytes());
        for line in bases.chunks(100) {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
    }
    text
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
