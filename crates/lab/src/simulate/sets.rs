//! Random designs for benchmarks and calibration: with a wider range of partners, exons, depths, read lengths and noise
//! than any fixed set.

use super::Genome;
use super::design::{AlignerConvention, Amount, Design, EventSpec, Strandedness};
use super::dice::Dice;
use super::template::Template;
use breakapart_core::catalogue::{KMT2A, Transcript, catalogue};

/// Content of the samples of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// One rearrangement each (some with its reciprocal), one in ten a partial tandem duplication.
    Positives,
    /// None.
    Negatives,
    /// As positives, in long reads (minimap2 `splice`).
    LongReads,
}

/// Fraction of the positives that are partial tandem duplications.
const PTD_PART: f64 = 0.1;
/// Fraction of the fusions in frame, about that of patients.
const IN_FRAME_PART: f64 = 0.8;
/// Fraction of the donors in the major breakpoint region.
const MAJOR_PART: f64 = 0.85;
/// Numbers of supporting molecules, cycled.
const LEVELS: [(usize, usize); 5] = [(1, 1), (2, 2), (3, 4), (5, 9), (10, 60)];

/// Catalogue partners seen more than once, with the exons that a fusion can join.
pub fn usable_partners(genome: &Genome<'_>) -> Vec<(String, Vec<u16>)> {
    let recurrent = catalogue().partners().iter().filter(|partner| partner.is_recurrent());
    recurrent
        .filter_map(|partner| {
            let exons = real_exons(&partner.symbol, genome)?;
            (!exons.is_empty()).then(|| (partner.symbol.clone(), exons))
        })
        .collect()
}

/// Exons of a gene, from the second on, whose bases in `genome` equal those of the catalogue: a masked reference may
/// have other bases there. `None` for a gene without model or with unknown bases.
fn real_exons(symbol: &str, genome: &Genome<'_>) -> Option<Vec<u16>> {
    let template = Template::wild_type(symbol, genome).ok()?;
    let ends = catalogue().exon_ends_of(symbol);
    let parts = (1_u16..).zip(&template.parts).skip(1);
    Some(
        parts
            .filter(|(number, part)| {
                let bases = template.bases.get(part.offset..part.end()).unwrap_or_default();
                ends.get(number).is_some_and(|known| {
                    bases.starts_with(known.first.as_bytes()) && bases.ends_with(known.last.as_bytes())
                })
            })
            .map(|(number, _)| number)
            .collect(),
    )
}

/// `count` random designs. The same arguments give the same designs. Empty if `genome` has the sequence of no partner
/// and positives are requested.
pub fn random_designs(kind: SetKind, count: usize, seed: u64, genome: &Genome<'_>) -> Vec<Design> {
    let partners = match kind {
        SetKind::Positives | SetKind::LongReads => usable_partners(genome),
        SetKind::Negatives => Vec::new(),
    };
    (0..count)
        .filter_map(|number| {
            let mut dice = Dice::new(seed, number as u64);
            let mut design = library(kind, number, &mut dice, genome);
            if kind == SetKind::LongReads {
                lengthen(&mut design, &mut dice);
            }
            match kind {
                SetKind::Negatives => Some(design),
                SetKind::Positives | SetKind::LongReads => positive(design, number, &partners, &mut dice, genome),
            }
        })
        .collect()
}

/// A library by its number in the set, with its own seed.
pub(super) fn numbered(prefix: &str, number: usize, dice: &mut Dice, genome: &Genome<'_>) -> Design {
    let seed = (dice.below(1 << 30) as u64) << 30 | dice.below(1 << 30) as u64;
    Design::new(format!("{prefix}_{:04}", number + 1), genome.models().build(), seed)
}

/// A library of any common kind.
fn library(kind: SetKind, number: usize, dice: &mut Dice, genome: &Genome<'_>) -> Design {
    let prefix = match kind {
        SetKind::Positives => "pos",
        SetKind::Negatives => "neg",
        SetKind::LongReads => "long",
    };
    let mut design = numbered(prefix, number, dice, genome);
    design.read_len = [50, 75, 75, 100, 100, 100, 125, 150][dice.below(8)];
    design.paired = dice.chance(0.85);
    design.fragment_len_mean = dice.between(160, 400) as f64;
    design.fragment_len_sd = dice.between(20, 90) as f64;
    design.error_rate = [0.000_5, 0.001, 0.002, 0.004, 0.01][dice.below(5)];
    // Few or many molecules, uniform on a log2 scale.
    let depth = 300.0 * 2_f64.powf(dice.unit() * 4.7);
    design.kmt2a_molecules = depth as u32;
    design.three_prime_decay = dice.chance(0.2).then(|| dice.between(3_000, 12_000) as f64);
    design.control_molecules = dice.between(50, 300) as u32;
    design.partner_molecules = dice.between(0, 200) as u32;
    design.chimera_count = match dice.below(4) {
        0 => 0,
        1 => dice.between(1, 10) as u32,
        2 => dice.between(10, 50) as u32,
        _ => dice.between(50, 200) as u32,
    };
    if dice.chance(0.4) {
        design.duplicate_rate = 0.05 + 0.45 * dice.unit();
        design.duplicates_flagged = dice.chance(0.7);
        design.umi = dice.chance(0.2);
    }
    design.strandedness = [
        Strandedness::Unstranded,
        Strandedness::Unstranded,
        Strandedness::Reverse,
        Strandedness::Forward,
    ][dice.below(4)];
    design.aligner = match dice.below(20) {
        0..9 => AlignerConvention::STAR_WITHIN_BAM,
        9..13 => AlignerConvention::STAR_WITHIN_BAM_SOFT,
        13..15 => AlignerConvention::StarWithinBam {
            soft_clip: dice.chance(0.5),
            intron_max: 1_000_000,
        },
        15..18 => AlignerConvention::Hisat2,
        _ => AlignerConvention::StarDefault,
    };
    design.chimera_loss = 0.05;
    design
}

/// One read over most of each molecule, with the error rate of current instruments, aligned by minimap2.
fn lengthen(design: &mut Design, dice: &mut Dice) {
    design.paired = false;
    design.fragment_len_mean = dice.between(500, 2_500) as f64;
    design.fragment_len_sd = design.fragment_len_mean * 0.4;
    // Longer than any fragment: a read ends at the end of its fragment.
    design.read_len = 20_000;
    design.error_rate = [0.001, 0.005, 0.01, 0.02][dice.below(4)];
    design.kmt2a_molecules = design.kmt2a_molecules.min(1_000);
    (design.duplicate_rate, design.umi) = (0.0, false);
    design.aligner = AlignerConvention::Minimap2Splice;
}

/// The library with a rearrangement.
fn positive(
    mut design: Design,
    number: usize,
    partners: &[(String, Vec<u16>)],
    dice: &mut Dice,
    genome: &Genome<'_>,
) -> Option<Design> {
    let (low, high) = LEVELS[number % LEVELS.len()];
    let count = dice.between(low, high) as u32;
    if dice.chance(PTD_PART) {
        // The common forms: from exon 2 to a donor of the breakpoint region, mostly in frame.
        let kmt2a = genome.models().kmt2a().0.transcript()?;
        let acceptor = 2;
        let phase = kmt2a.exon(acceptor)?.start_phase;
        let mut donors: Vec<u16> = (7..=12).collect();
        if dice.chance(IN_FRAME_PART) {
            donors.retain(|donor| kmt2a.exon(*donor).is_some_and(|exon| exon.end_phase == phase));
        }
        let donor = *dice.pick(&donors)?;
        design.sample = format!("{}_PTD_e{donor}_e{acceptor}_{count}", design.sample);
        return Some(design.with(EventSpec::ptd(donor, acceptor, Amount::Supporting(count))));
    }
    let (partner, exons) = dice.pick(partners)?;
    let donor = if dice.chance(MAJOR_PART) {
        dice.between(7, 12)
    } else {
        dice.between(20, 23)
    } as u16;
    let kmt2a = genome.models().kmt2a().0.transcript()?;
    let transcript = genome.models().by_symbol(partner)?.transcript()?;
    let acceptors = acceptors(
        transcript,
        exons,
        kmt2a.exon(donor)?.end_phase,
        dice.chance(IN_FRAME_PART),
    );
    let acceptor = *dice.pick(&acceptors)?;
    design.sample = format!("{}_{partner}_e{donor}_e{acceptor}_{count}", design.sample);
    let mut event = EventSpec::fusion((KMT2A, donor), (partner, acceptor), Amount::Supporting(count));
    if dice.chance(0.05) {
        let count = dice.between(1, 3);
        event = event.with_inserted(&dice.bases(count));
    }
    let mut design = design.with(event);
    if dice.chance(0.3) {
        let fewer = 1 + dice.below(count as usize) as u32;
        let reciprocal = EventSpec::fusion((partner, acceptor - 1), (KMT2A, donor + 1), Amount::Supporting(fewer));
        design = design.with(reciprocal);
    }
    Some(design)
}

/// Of the exons that a fusion can join, those that keep the frame; all if none does.
fn acceptors(transcript: &Transcript, exons: &[u16], phase: Option<u8>, in_frame: bool) -> Vec<u16> {
    let start = |number: u16| transcript.exon(number).and_then(|exon| exon.start_phase);
    let fitting: Vec<u16> = exons
        .iter()
        .copied()
        .filter(|number| start(*number).is_some() && start(*number) == phase)
        .collect();
    if in_frame && !fitting.is_empty() {
        fitting
    } else {
        exons.to_vec()
    }
}
