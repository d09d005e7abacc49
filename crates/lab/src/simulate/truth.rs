//! The truth table: the content of a sample, one row per junction.

use super::design::{Design, EventSpec};
use super::fragment::Support;
use super::template::{Break, NOWHERE, Template};
use super::{Genome, SimulateError};
use breakapart_core::catalogue::{KMT2A, ReadThrough, Transcript, catalogue};
use breakapart_core::genome::Breakend;
use breakapart_core::report::tsv;

/// Column names, in order.
const COLUMNS: &str = "sample build assay aligner read_len event class gene5 gene3 exon5 exon3 breakpoint5 breakpoint3 \
                       inserted frame split spanning short molecules";
/// Least number of wild-type molecules across every donor of the major and minor region at which a sample without event
/// is `negative`; below it is `negative-thin`.
const NEGATIVE_MIN: u32 = 60;
/// Below this number it is `inconclusive`: at 10 % of the transcripts, a rearrangement would show in fewer than three
/// molecules.
const INCONCLUSIVE_BELOW: u32 = 20;

/// Further columns of a table with DNA samples.
const DNA_COLUMNS: &str = " allele_fraction tolerance";

/// Additional values of a DNA row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DnaTruth {
    /// Fraction of alleles that are rearranged.
    pub allele_fraction: f64,
    /// Bases by which the junction can be shifted without changing the molecule.
    pub tolerance: u32,
}

/// A row of the truth table. Text fields are empty for `.` in the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TruthRow {
    /// Sample.
    pub sample: String,
    /// Build.
    pub build: String,
    /// Aligner's convention.
    pub aligner: String,
    /// Read length, bases.
    pub read_len: u32,
    /// `E1`, `E2` ...; empty for a sample without event.
    pub event: String,
    /// `canonical`, `reciprocal`, `ptd`, `three-way`, `canonical-intergenic`, `background-ptd`,
    /// `neighbour-read-through`; without event `negative`, `negative-thin` or `inconclusive`.
    pub class: String,
    /// Symbol of the 5' side.
    pub gene5: String,
    /// Symbol of the 3' side.
    pub gene3: String,
    /// MANE exon of the 5' side.
    pub exon5: Option<u16>,
    /// MANE exon of the 3' side.
    pub exon3: Option<u16>,
    /// Last retained base of the 5' side, `chr11:118482495` (1-based).
    pub breakpoint5: String,
    /// First retained base of the 3' side.
    pub breakpoint3: String,
    /// Bases between the two.
    pub inserted: String,
    /// `in-frame`, `out-of-frame`, `stop-codon`; empty if unknown.
    pub frame: String,
    /// Molecules with a read of 10 bases or more on both sides.
    pub split: u32,
    /// Molecules with a spanning pair only.
    pub spanning: u32,
    /// Molecules with a read across the junction, with fewer than 10 bases on one side.
    pub short: u32,
    /// DNA only.
    pub dna: Option<DnaTruth>,
}

impl TruthRow {
    /// A row with only its sample, build, aligner and read length.
    pub(super) fn of(library: &Design) -> Self {
        Self {
            sample: library.sample.clone(),
            build: library.build.to_string(),
            aligner: library.aligner.name().to_owned(),
            read_len: library.read_len,
            ..Self::default()
        }
    }

    /// The row of a junction of an event (by its index in the design), both sides with their genes, counts zero.
    pub(super) fn of_junction(
        library: &Design,
        event: usize,
        [(gene5, five), (gene3, three)]: [(&str, Breakend); 2],
        inserted: &[u8],
        genome: &Genome<'_>,
    ) -> Self {
        let place = |side: Breakend| {
            let name = (side.contig != NOWHERE.contig).then(|| genome.contigs().name(side.contig));
            name.map_or_else(String::new, |name| format!("{name}:{}", side.position))
        };
        Self {
            event: format!("E{}", event + 1),
            gene5: gene5.to_owned(),
            gene3: gene3.to_owned(),
            breakpoint5: place(five),
            breakpoint3: place(three),
            inserted: String::from_utf8_lossy(inserted).into_owned(),
            ..Self::of(library)
        }
    }

    /// Molecules of any kind.
    pub const fn molecules(&self) -> u32 {
        self.split + self.spanning + self.short
    }

    /// Counts a molecule.
    pub(super) const fn add(&mut self, support: Support) {
        match support {
            Support::Split => self.split += 1,
            Support::Short => self.short += 1,
            Support::Spanning => self.spanning += 1,
        }
    }

    /// The row's cells.
    pub(super) fn cells(&self) -> Vec<String> {
        let dot = |text: &str| if text.is_empty() { "." } else { text }.to_owned();
        let number = |n: Option<u16>| n.map_or_else(|| dot(""), |n| n.to_string());
        // A sample without event has no counts.
        let count = |count: String| if self.event.is_empty() { dot("") } else { count };
        let mut cells = vec![
            dot(&self.sample),
            dot(&self.build),
            if self.dna.is_some() { "dna" } else { "rna" }.to_owned(),
            dot(&self.aligner),
            self.read_len.to_string(),
            dot(&self.event),
            dot(&self.class),
            dot(&self.gene5),
            dot(&self.gene3),
            number(self.exon5),
            number(self.exon3),
            dot(&self.breakpoint5),
            dot(&self.breakpoint3),
            dot(&self.inserted),
            dot(&self.frame),
        ];
        let counts = [self.split, self.spanning, self.short, self.molecules()];
        cells.extend(counts.map(|n| count(n.to_string())));
        if let Some(DnaTruth {
            allele_fraction,
            tolerance,
        }) = self.dna
        {
            cells.extend([format!("{allele_fraction:.4}"), tolerance.to_string()].map(count));
        }
        cells
    }
}

/// The whole table.
pub fn table(rows: &[TruthRow]) -> String {
    let is_dna = rows.iter().any(|row| row.dna.is_some());
    let columns = COLUMNS.to_owned() + if is_dna { DNA_COLUMNS } else { "" };
    tsv::table(&columns, rows.iter().map(TruthRow::cells))
}

/// The rows of an event, one per junction, counts zero. `number` is the event's index in the design.
pub fn rows_of(
    number: usize,
    event: &EventSpec,
    template: &Template,
    design: &Design,
    genome: &Genome<'_>,
) -> Result<Vec<TruthRow>, SimulateError> {
    let mut rows = Vec::new();
    let genes: Vec<&str> = event.placed().map(|s| s.gene().unwrap_or_default()).collect();
    for (index, (junction, pair)) in template.breaks.iter().zip(genes.windows(2)).enumerate() {
        let (gene5, gene3) = (pair[0], pair[1]);
        let exon = |side: Breakend, symbol: &str| Some(transcript(symbol, genome)?.exon_at(side.position)?.number);
        let (exon5, exon3) = (exon(junction.five, gene5), exon(junction.three, gene3));
        let inserted = &template.bases[junction.left_end..junction.right_start];
        let sides = [(gene5, junction.five), (gene3, junction.three)];
        let frame = (index == 0).then(|| frame_of(template, junction, gene5, gene3, genome));
        rows.push(TruthRow {
            class: class_of(template.breaks.len(), (gene5, exon5), (gene3, exon3)).to_owned(),
            exon5,
            exon3,
            frame: frame.flatten().unwrap_or_default().to_owned(),
            ..TruthRow::of_junction(design, number, sides, inserted, genome)
        });
    }
    if rows.is_empty() {
        return Err(SimulateError::EmptyStretch("an event without junction".to_owned()));
    }
    Ok(rows)
}

/// The row of a sample without event, from its wild-type molecules across each donor (e1 first).
pub fn row_of_none(design: &Design, wild_type: &[u32]) -> TruthRow {
    // Donors of the two breakpoint regions.
    let least = (7..=12)
        .chain(20..=23)
        .map(|exon| wild_type.get(exon - 1).copied().unwrap_or(0))
        .min();
    let class = match least.unwrap_or(0) {
        NEGATIVE_MIN.. => "negative",
        INCONCLUSIVE_BELOW.. => "negative-thin",
        _ => "inconclusive",
    };
    TruthRow {
        class: class.to_owned(),
        ..TruthRow::of(design)
    }
}

fn class_of(junctions: usize, five: (&str, Option<u16>), three: (&str, Option<u16>)) -> &'static str {
    let reads_through = |symbol: &str, kind| catalogue().neighbour(symbol).is_some_and(|n| n.read_through == kind);
    match (five.0 == KMT2A, three.0 == KMT2A) {
        _ if junctions > 1 => "three-way",
        (true, true) => "ptd",
        (true, false) if three.0.is_empty() => "canonical-intergenic",
        (true, false) if five.1 == Some(35) && reads_through(three.0, ReadThrough::ThreePrime) => {
            "neighbour-read-through"
        }
        (false, true) if three.1 == Some(2) && reads_through(five.0, ReadThrough::FivePrime) => {
            "neighbour-read-through"
        }
        (true, false) => "canonical",
        (false, true) => "reciprocal",
        (false, false) => "other",
    }
}

fn transcript<'a>(symbol: &str, genome: &'a Genome<'_>) -> Option<&'a Transcript> {
    genome.models().by_symbol(symbol)?.transcript()
}

/// The frame across a junction, by translating the molecule from the 5' gene's frame to the first codon of the 3'
/// gene's own coding sequence.
fn frame_of(
    template: &Template,
    junction: &Break,
    five: &str,
    three: &str,
    genome: &Genome<'_>,
) -> Option<&'static str> {
    let (from, to) = (transcript(five, genome)?, transcript(three, genome)?);
    // Coding bases up to the junction.
    let used = from.coding_before(junction.five.position)? + 1;
    let (at, own) = template
        .parts
        .iter()
        .filter(|p| p.offset >= junction.right_start)
        .find_map(|part| {
            (0..part.place.base_count()).find_map(|i| {
                let base = part.place.slice(i, i + 1).interval.start;
                Some((part.offset + i, to.coding_before(base)?))
            })
        })?;
    let reached = used + (at - junction.left_end) as i64;
    if reached.rem_euclid(3) != own.rem_euclid(3) {
        return Some("out-of-frame");
    }
    // From the codon split by the junction to the one in which the 3' gene's frame starts.
    let start = junction
        .left_end
        .checked_sub(usize::try_from(used.rem_euclid(3)).ok()?)?;
    let end = at + usize::try_from((3 - own.rem_euclid(3)) % 3).ok()?;
    let stopped = template
        .bases
        .get(start..end.min(template.bases.len()))?
        .chunks_exact(3)
        .any(|codon| matches!(codon, b"TAA" | b"TAG" | b"TGA"));
    Some(if stopped { "stop-codon" } else { "in-frame" })
}
