//! Simulate: samples whose truth is known to the base, RNA here and DNA in [`dna`].
//!
//! In: a [`Design`], gene models bound to a header, reference bases. Out: alignment records as an aligner would write
//! them, FASTQ reads, and the truth table. Each read is cut from a molecule with known positions, so records are
//! written directly by the aligner's conventions, and no aligner runs. Not simulated: multi-mapping reads, indels.
//!
//! The same design gives the same bytes on every machine and thread count.

pub(crate) mod align;
mod chimera;
pub(crate) mod chromosomes;
pub(crate) mod design;
pub mod dice;
pub mod dna;
mod ends;
pub mod files;
pub(crate) mod fragment;
pub(crate) mod pair;
pub mod record;
pub mod sets;
pub mod template;
pub mod truth;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

pub use chromosomes::{ContigStyle, contigs};
pub use design::{AlignerConvention, Amount, Design, Edge, EventSpec, Strandedness, Stretch};
pub use files::{SetOptions, write_set};
use fragment::{Crossing, Insert};
pub use fragment::{Fragment, Origin, Support};
pub use sets::{SetKind, random_designs};
pub use truth::TruthRow;

use breakapart_core::catalogue::{GeneModels, KMT2A};
use breakapart_core::genome::{AlignedRecord, ContigId, Contigs, Interval, PatchedSequence, SequenceSource};
use breakapart_core::hts::WrittenFields;
use dice::Dice;
use template::Template;

/// Genes whose expression is similar in most samples.
pub const CONTROLS: [&str; 3] = ["ABL1", "GUSB", "B2M"];
/// Most attempts to sample a fragment whose reads support the junction.
const SUPPORT_TRIES: usize = 10_000;
/// Flanking bases kept around each exon: an aligner may extend this far into an intron.
const FLANK: i64 = 40;

/// Why a sample could not be simulated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SimulateError {
    /// No model for a gene, or no such contig.
    #[error("{0}: no gene model or contig of this name")]
    NoGene(String),
    /// The reference does not know its bases.
    #[error("{0}: the reference has no sequence for it")]
    NoSequence(String),
    /// An interval without bases.
    #[error("{0}: the interval has no bases")]
    EmptyStretch(String),
    /// Reads that cannot show a junction, however often a fragment is sampled.
    #[error("{0}: no fragment of this length and read length can support its junction")]
    NoSupport(String),
    /// A design for another build than that of the gene models.
    #[error("{0}: design and gene models are of different builds")]
    OtherBuild(String),
}

/// Gene models with the bases of their exons, read once for many samples.
pub struct Genome<'a> {
    contigs: &'a Contigs,
    models: &'a GeneModels,
    source: &'a dyn SequenceSource,
    exons: PatchedSequence,
}

impl<'a> Genome<'a> {
    /// Reads the exons of every gene's lead transcript from `source`.
    pub fn new(contigs: &'a Contigs, models: &'a GeneModels, source: &'a dyn SequenceSource) -> Self {
        let exons = models.iter().flat_map(|(contig, gene)| {
            let exons = gene.transcript().map(|t| t.exons.as_slice()).unwrap_or_default();
            exons.iter().map(move |exon| {
                let mut interval = exon.interval.padded(FLANK);
                interval.end = interval
                    .end
                    .min(breakapart_core::genome::Position(contigs.length(contig)));
                (contig, interval)
            })
        });
        Self {
            contigs,
            models,
            source,
            exons: PatchedSequence::gather(source, contigs, exons),
        }
    }

    /// Contigs of the header.
    pub const fn contigs(&self) -> &'a Contigs {
        self.contigs
    }

    /// Gene models.
    pub const fn models(&self) -> &'a GeneModels {
        self.models
    }

    /// Reference bases; `None` outside the contig.
    pub fn reference(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        let kept = self.exons.bases(contig, interval)?;
        if kept.contains(&b'N') {
            self.source.bases(contig, interval)
        } else {
            Some(kept)
        }
    }
}

impl SequenceSource for Genome<'_> {
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        self.reference(contig, interval)
    }
}

/// A simulated sample.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// Header text, with the `@PG` of the aligner whose conventions are followed.
    pub header: String,
    /// Records, sorted by coordinate; unplaced ones last.
    pub records: Vec<AlignedRecord>,
    /// Data that [`AlignedRecord`] does not contain, in the same order.
    pub fields: Vec<WrittenFields>,
    /// Truth, one row per junction; one row for a sample without event.
    pub truth: Vec<TruthRow>,
    /// Fragments with their reads and origin, copies included.
    pub fragments: Vec<Fragment>,
    /// Wild-type molecules across each KMT2A donor (e1 first), counted as `split`, `short` and `spanning` are for an
    /// event.
    pub wild_type: Vec<u32>,
}

/// Simulates a sample.
///
/// # Errors
/// A design that names unknown genes, or genes without known sequence.
pub fn simulate(design: &Design, genome: &Genome<'_>) -> Result<Simulated, SimulateError> {
    if design.build != genome.models().build() {
        return Err(SimulateError::OtherBuild(design.sample.clone()));
    }
    let mut drawing = Drawing {
        design,
        genome,
        sequencing: fragment::Sequencing::new(design, 'r', 8),
    };
    let wild_type = drawing.wild_types()?;
    let mut truth = drawing.events()?;
    drawing.chimeras()?;
    if truth.is_empty() {
        truth.push(truth::row_of_none(design, &wild_type));
    }
    let mut losses = Dice::new(design.seed, 3);
    Ok(drawing.sequencing.written(genome, truth, wild_type, |fragment| {
        let lost = design.chimera_loss > 0.0 && losses.chance(design.chimera_loss);
        pair::place(fragment, design.aligner, lost, genome)
    }))
}

impl fragment::Sequencing<'_> {
    /// Everything sequenced for a sample; `place` determines the alignments of a fragment's reads.
    fn written(
        self,
        genome: &Genome<'_>,
        truth: Vec<TruthRow>,
        wild_type: Vec<u32>,
        mut place: impl FnMut(&Fragment) -> pair::Placement,
    ) -> Simulated {
        let (design, contigs) = (self.design, genome.contigs());
        let records = |fragment: &Fragment| record::records(fragment, &place(fragment), design, contigs);
        let mut written: Vec<record::Written> = self.fragments.iter().flat_map(records).collect();
        record::sort(&mut written);
        let (records, fields) = written.into_iter().unzip();
        Simulated {
            header: files::header(design, contigs),
            records,
            fields,
            truth,
            fragments: self.fragments,
            wild_type,
        }
    }
}

struct Drawing<'a> {
    design: &'a Design,
    genome: &'a Genome<'a>,
    sequencing: fragment::Sequencing<'a>,
}

impl Drawing<'_> {
    /// Wild-type molecules of KMT2A, the controls, the partners and further genes of the design.
    fn wild_types(&mut self) -> Result<Vec<u32>, SimulateError> {
        let design = self.design;
        let mut amounts: BTreeMap<String, u32> = BTreeMap::new();
        let partners: BTreeSet<&str> = design
            .events
            .iter()
            .flat_map(|e| &e.stretches)
            .filter_map(Stretch::gene)
            .collect();
        for gene in partners {
            amounts.insert(gene.to_owned(), design.partner_molecules);
        }
        for gene in CONTROLS {
            amounts.insert(gene.to_owned(), design.control_molecules);
        }
        amounts.extend(design.expressed.iter().cloned());
        amounts.insert(KMT2A.to_owned(), design.kmt2a_molecules);
        let mut over_donor = Vec::new();
        for (gene, count) in amounts {
            if count == 0 {
                continue;
            }
            let template = Arc::new(Template::wild_type(&gene, self.genome)?);
            // Each gene has a separate random stream, outside the small numbers used elsewhere, so that a further gene
            // in a sample does not change the others.
            let mut dice = Dice::new(design.seed, breakapart_core::report::fnv1a(gene.as_bytes()) | 1 << 63);
            let donors = if gene == KMT2A { template.splices() } else { Vec::new() };
            over_donor.resize(donors.len().max(over_donor.len()), 0);
            let inserts: Vec<Insert> = (0..count)
                .map(|_| fragment::anywhere(&template, design, &mut dice))
                .collect();
            let of = (&template, Origin::WildType);
            self.sequencing
                .add_all(of, &inserts, &donors, |donor, _| over_donor[donor] += 1);
        }
        Ok(over_donor)
    }

    fn events(&mut self) -> Result<Vec<TruthRow>, SimulateError> {
        let design = self.design;
        let mut rows = Vec::new();
        for (number, event) in design.events.iter().enumerate() {
            let template = Arc::new(Template::of_event(event, self.genome)?);
            let mut of_event = truth::rows_of(number, event, &template, design, self.genome)?;
            let crossings = template.crossings();
            let inserts = self.inserts(number, &template, &crossings)?;
            let of = (&template, Origin::Event(number));
            self.sequencing.add_all(of, &inserts, &crossings, |junction, support| {
                of_event[junction].add(support)
            });
            rows.extend(of_event);
        }
        Ok(rows)
    }

    /// The fragments of an event.
    fn inserts(
        &self,
        number: usize,
        template: &Template,
        crossings: &[Crossing],
    ) -> Result<Vec<Insert>, SimulateError> {
        let design = self.design;
        let mut dice = Dice::new(design.seed, 1_000 + number as u64);
        match design.events[number].amount {
            Amount::Fraction(fraction) => {
                let count = self.molecules_of(fraction, template, &mut dice)?;
                let inserts = (0..count).map(|_| fragment::anywhere(template, design, &mut dice));
                Ok(inserts.collect())
            }
            Amount::Supporting(count) => {
                let lead = crossings[0];
                let mut supporting = || {
                    (0..SUPPORT_TRIES)
                        .map(|_| fragment::over(template, lead.bases, design, &mut dice))
                        .find(|insert| lead.support(&insert.reads(design)).is_some())
                        .ok_or_else(|| SimulateError::NoSupport(design.sample.clone()))
                };
                (0..count).map(|_| supporting()).collect()
            }
        }
    }

    /// Fragments of a rearranged transcript that makes up `fraction` of KMT2A's transcripts: with the same density per
    /// base as the wild type.
    fn molecules_of(&self, fraction: f64, template: &Template, dice: &mut Dice) -> Result<u32, SimulateError> {
        let wild_len = Template::wild_type(KMT2A, self.genome)?.bases.len() as f64;
        let fraction = fraction.clamp(0.0, 0.999);
        let room = |len: f64| (len - self.design.fragment_len_mean).max(1.0);
        let density = f64::from(self.design.kmt2a_molecules) / room(wild_len);
        let mean = fraction / (1.0 - fraction) * density * room(template.bases.len() as f64);
        Ok(dice.count(mean, self.design.dispersion))
    }
}
