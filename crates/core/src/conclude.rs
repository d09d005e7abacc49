//! Conclude: the state of the whole sample, and the scope of a negative.
//!
//! In: judged junctions and events, profile, library counts. Out: one of four states with its findings, reasons, next
//! step and limit of detection. [`breakapart_rule`] decides: [`sample`] gathers its facts, [`decided`] and [`text`]
//! write its decision as text.

mod adequacy;
mod breaks;
mod contradiction;
pub mod coverage;
mod decided;
pub mod examined;
mod file;
mod imbalance;
pub mod ledger;
mod library;
pub mod lod;
pub mod naming;
mod pair;
mod sample;
mod text;
mod traps;

use std::collections::BTreeSet;

use breakapart_rule::Capability;

use crate::{
    catalogue::{GeneModels, Transcript},
    evidence::{Collected, background::BackgroundProfile, chimeric::ChimericUse, profile::Profile},
    genome::Contigs,
    input::{Aligner, Assay, Processing},
    judge::{Judged, given::other_numbers},
    model::{Adequacy, AssayAgreement, AssayConclusion, Conclusion, Ledger},
};

use breaks::Breaks;
pub use lod::{DonorLimit, Limits};

/// Settings of the stage.
#[derive(Clone, Copy, Debug)]
pub struct ConcludeConfig {
    /// Largest exclusion limit at which a negative may be stated (fraction of KMT2A transcripts).
    pub required_lod: f64,
}

impl Default for ConcludeConfig {
    fn default() -> Self {
        Self {
            required_lod: lod::REQUIRED_LOD,
        }
    }
}

/// One assay's input to the conclusion.
#[derive(Debug)]
pub struct AssayResult<'a> {
    /// The gene models used for the assay.
    pub models: &'a GeneModels,
    /// Contigs of its header.
    pub contigs: &'a Contigs,
    /// RNA or DNA.
    pub assay: Assay,
    /// Judged junctions and events.
    pub judged: &'a Judged,
    /// Fragments, profile, counts.
    pub collected: &'a Collected,
    /// The aligner and its settings.
    pub aligner: &'a Aligner,
    /// Processing of the records after alignment.
    pub processing: &'a Processing,
    /// Coverage of normal samples.
    pub background: &'a BackgroundProfile,
}

impl AssayResult<'_> {
    fn profile(&self) -> &Profile {
        &self.collected.profile
    }

    /// Chimeras were read from a separate file.
    fn chimeric_given(&self) -> bool {
        self.collected.chimeric == ChimericUse::Confirmed
    }

    /// Identifier of an event in a report that lists `before` events of another assay first; `None` below every tier.
    fn event_id(&self, index: Option<usize>, before: usize) -> Option<String> {
        let number = index.filter(|index| *index < self.judged.called())? + before + 1;
        Some(format!("E{number}"))
    }

    /// The transcript of KMT2A whose exons are numbered.
    fn transcript(&self) -> Option<&Transcript> {
        self.models.kmt2a().0.transcript()
    }

    /// Name of the transcript, as printed.
    fn transcript_name(&self) -> &str {
        self.transcript().map_or("", Transcript::display_name)
    }

    /// Lengths of its exons (bases).
    fn exon_lengths(&self) -> Vec<i64> {
        let exons = self.transcript().into_iter().flat_map(|t| &t.exons);
        exons.map(|exon| exon.interval.len()).collect()
    }

    /// Fragments with a segment in KMT2A.
    fn kmt2a_fragments(&self) -> BTreeSet<usize> {
        let (gene, contig) = self.models.kmt2a();
        let touches =
            |s: &crate::evidence::fragment::Segment| s.contig == contig && s.reference.overlaps(gene.interval);
        let fragments = self.collected.fragments.iter().enumerate();
        fragments
            .filter(|(_, f)| f.chain.segments.iter().any(touches))
            .map(|(i, _)| i)
            .collect()
    }
}

/// The result of one assay alone.
#[derive(Clone, Debug)]
pub struct Alone {
    /// Its conclusion.
    pub said: Conclusion,
    /// Index of the lead event in the judged events.
    pub lead_event: Option<usize>,
    /// Limits of detection.
    pub limits: Limits,
    /// Breaks without a partner, from coverage and clips.
    breaks: Breaks,
    /// Adequacy: what the reads could have shown.
    pub adequacy: Adequacy,
    /// Fates of the fragments.
    pub ledger: Ledger,
}

/// The result of all assays of a sample.
#[derive(Clone, Debug)]
pub struct Concluded {
    /// The sample's conclusion, from its only assay or from both.
    pub sample: Conclusion,
    /// Index of the leading assay: its events are listed first, its limit is the sample's.
    pub lead: usize,
    /// The result of each assay alone, in the order of `results`.
    pub alone: Vec<Alone>,
    /// Agreement of RNA and DNA, without the list of explained junctions; `None` for one assay.
    pub agreement: Option<AssayAgreement>,
    /// RNA junctions with the DNA junction that explains them (indices into each assay's judged junctions).
    pub explained: Vec<(usize, usize)>,
}

/// Concludes from the assays of one sample: one assay, or RNA then DNA; `None` without any.
pub fn conclude(results: &[AssayResult<'_>], config: &ConcludeConfig) -> Option<Concluded> {
    let mut alone: Vec<Alone> = results.iter().map(|result| of_assay(result, config)).collect();
    let contradictions = contradiction::name(results, &alone);
    let (mut sample, pair, lead) = match (results, alone.as_mut_slice()) {
        ([rna, dna], [of_rna, of_dna]) => {
            let pair = pair::compare((rna, &*of_rna), (dna, &*of_dna));
            let (first, second) = if pair.rna_leads {
                ((rna, &*of_rna), (dna, of_dna))
            } else {
                ((dna, &*of_dna), (rna, of_rna))
            };
            let sample = pair::join(first, (second.0, &*second.1), &pair, config);
            second.1.said.lead_event = second.0.event_id(second.1.lead_event, first.0.judged.called());
            let lead = usize::from(!pair.rna_leads);
            (sample, Some(pair), lead)
        }
        ([_], [only]) => (only.said.clone(), None, 0),
        _ => return None,
    };
    contradiction::add(&mut sample, contradictions);
    let in_order = results.iter().zip(&alone);
    sample.assays = in_order
        .map(|(result, alone)| AssayConclusion::of(result.assay.name(), &alone.said))
        .collect();
    sample.assays.rotate_left(lead);
    tracing::info!(state = sample.state.name(), "concluded");
    let (agreement, explained) = pair.map(|pair| (pair.said, pair.explained)).unzip();
    Some(Concluded {
        sample,
        lead,
        alone,
        agreement,
        explained: explained.unwrap_or_default(),
    })
}

/// Concludes from one assay alone.
fn of_assay(result: &AssayResult<'_>, config: &ConcludeConfig) -> Alone {
    let (file, params) = (file::facts(result), &result.judged.params);
    let capability = Capability::of(&file, params);
    let breaks = breaks::find(result);
    let words = decided::Words {
        result,
        capability: &capability,
        faults: &traps::faults(result, &file),
        overruling: &traps::overruling(result, &file),
        open_breaks: &breaks.reasons(),
        step: breaks.step().map(|step| step.exon),
        config,
    };
    let limits = lod::limits(result, &capability, config.required_lod);
    let decided = breakapart_rule::decide(&sample::gather(&words, &limits), params);
    let mut said = text::put_into_words(&words, &decided);
    said.qualifiers.extend(other_numbers(params));
    Alone {
        said,
        lead_event: decided.lead,
        adequacy: adequacy::of(&words, &decided.limits, breaks.imbalance.clone()),
        breaks,
        ledger: ledger::account(result),
        limits: decided.limits,
    }
}
