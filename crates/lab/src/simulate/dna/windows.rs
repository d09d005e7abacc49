//! The genomic intervals used by a DNA sample.

use super::{DnaDesign, Filled, Panel};
use crate::simulate::{CONTROLS, Genome, SimulateError, template::Place};
use breakapart_core::genome::{ContigId, Interval, Position, Strand};

/// Bases around a target or breakpoint that are simulated.
pub(super) const MARGIN: i64 = 3_000;
/// Simulated length of each control gene (bases).
const CONTROL_LEN: i64 = 2_000;

/// Intervals from which wild-type fragments are sheared: KMT2A's targets, and for whole genomes both sides of every
/// breakpoint and part of each control gene.
pub(super) fn wild_type(design: &DnaDesign, genome: &Genome<'_>) -> Result<Vec<Place>, SimulateError> {
    let (_, contig) = genome.models().kmt2a();
    let own = kmt2a(design);
    let mut wanted = vec![(contig, own)];
    if matches!(design.panel, Panel::Genome(_)) {
        for symbol in CONTROLS {
            wanted.push(control(symbol, genome).ok_or_else(|| SimulateError::NoGene(symbol.to_owned()))?);
        }
        let ends = design.places().flat_map(around_ends);
        wanted.extend(ends.filter(|(of, around)| *of != contig || !around.overlaps(own)));
    }
    let places = merged(wanted).into_iter();
    Ok(places
        .map(|(contig, interval)| Place::onward(contig, Strand::Forward, interval.start.0, interval.len()))
        .collect())
}

/// The simulated interval of a control gene.
fn control(symbol: &str, genome: &Genome<'_>) -> Option<(ContigId, Interval)> {
    let gene = genome.models().by_symbol(symbol)?;
    let start = gene.interval.start.0;
    Some((
        genome.models().contig_of(gene)?,
        Interval::new(start, start + CONTROL_LEN),
    ))
}

/// The intervals around both ends of a segment.
fn around_ends(place: Place) -> [(ContigId, Interval); 2] {
    let ends = [place.interval.start, place.interval.last()];
    ends.map(|end| (place.contig, Interval { start: end, end }.padded(MARGIN)))
}

/// The simulated interval of KMT2A.
pub(super) fn kmt2a(design: &DnaDesign) -> Interval {
    match &design.panel {
        Panel::Genome(interval) => *interval,
        Panel::Baits(baits) => Interval {
            start: baits.iter().map(|b| b.start).min().unwrap_or(Position(0)),
            end: baits.iter().map(|b| b.end).max().unwrap_or(Position(0)),
        }
        .padded(1_500),
    }
}

/// All intervals of which bases are needed, merged.
pub fn windows_of(designs: &[DnaDesign], genome: &Genome<'_>, filled: &Filled<'_>) -> Vec<(ContigId, Interval)> {
    let (gene, contig) = genome.models().kmt2a();
    let mut wanted = vec![(contig, gene.interval.padded(MARGIN))];
    wanted.extend(CONTROLS.iter().filter_map(|symbol| control(symbol, genome)));
    wanted.extend(filled.repeated());
    for design in designs {
        wanted.push((contig, kmt2a(design)));
        for place in design.places() {
            wanted.push((place.contig, place.interval));
            wanted.extend(around_ends(place));
        }
    }
    let padded = wanted.into_iter().map(|(c, i)| (c, i.padded(500)));
    merged(padded.collect())
}

/// Disjoint intervals, ascending.
pub fn merged(mut wanted: Vec<(ContigId, Interval)>) -> Vec<(ContigId, Interval)> {
    wanted.sort_unstable();
    let mut out: Vec<(ContigId, Interval)> = Vec::new();
    for (contig, interval) in wanted {
        match out.last_mut() {
            Some((last_contig, last)) if *last_contig == contig && interval.start.0 <= last.end.0 => {
                last.end = last.end.max(interval.end);
            }
            _ => out.push((contig, interval)),
        }
    }
    out
}
