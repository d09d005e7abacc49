//! Conclude: what the sample as a whole says, and how far a negative reaches.
//!
//! In: judged junctions and events, profile, counts of the library. Out: one of four states with its
//! findings, reasons, next step and limit of detection. The rules are [`breakapart_rule`]'s: its facts are gathered in
//! [`sample`], what it decides is put into words in [`decided`] and [`text`].

pub mod adequacy;
pub mod breaks;
pub mod contradiction;
mod decided;
pub mod examined;
mod file;
pub mod imbalance;
pub mod ledger;
pub mod library;
pub mod lod;
pub mod naming;
pub mod pair;
mod sample;
pub mod text;
pub mod traps;

use std::collections::BTreeSet;

use crate::{
    catalogue::GeneModels,
    evidence::{Collected, background::BackgroundProfile, profile::Profile},
    genome::Contigs,
    input::{Aligner, Assay, Processing},
    judge::{Judged, Reason, given::other_numbers},
};

pub use adequacy::Adequacy;
pub use breaks::{Breaks, Pile};
pub use decided::{Finding, FindingStatus, Findings, NamedWaiver, State};
pub use examined::{Examined, Scope};
pub use imbalance::Imbalance;
pub use ledger::{Ledger, LedgerRow};
pub use library::LibraryFacts;
pub use lod::{DonorLimit, Limits};
pub use pair::{Agreement, Pair};

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

/// What one assay brings to the conclusion.
#[derive(Debug)]
pub struct AssayResult<'a> {
    /// The gene models that the assay was read with.
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
    /// What was done to the records after alignment.
    pub processing: &'a Processing,
    /// Chimeras were read from a file beside the alignments.
    pub chimeric_given: bool,
    /// Coverage of normal samples.
    pub background: &'a BackgroundProfile,
}

impl AssayResult<'_> {
    fn profile(&self) -> &Profile {
        &self.collected.profile
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

/// The conclusion of a sample.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// The state.
    pub state: State,
    /// The regions that a negative speaks of; `None` for other states.
    pub scope: Option<Scope>,
    /// What a negative rests on; empty for other states.
    pub examined: Examined,
    /// The state's subject in a few words (`KMT2A::AFF1, in frame, tier high`).
    pub headline: String,
    /// The conclusion in plain words, with its limit.
    pub text: String,
    /// What narrows the state (out of frame, reciprocal only, intergenic partner ...).
    pub qualifiers: Vec<String>,
    /// Why this state and no other.
    pub reasons: Vec<Reason>,
    /// What does not fit together, each named.
    pub contradictions: Vec<Reason>,
    /// Breaks that coverage and clips show without a partner.
    pub breaks: Breaks,
    /// What to do next.
    pub next_step: Option<String>,
    /// Each question apart.
    pub findings: Findings,
    /// Limits of detection.
    pub limits: Limits,
    /// Candidates that do not keep the sample from a negative.
    pub waived: Vec<NamedWaiver>,
    /// What the reads could have shown.
    pub adequacy: Adequacy,
    /// Where the fragments went.
    pub ledger: Ledger,
    /// Index of the lead event among the judged events of its assay.
    pub lead_event: Option<usize>,
}

/// What all assays of a sample say.
#[derive(Clone, Debug)]
pub struct Concluded {
    /// The sample's conclusion: of the only assay, or of both together.
    pub sample: Conclusion,
    /// Index of the assay that leads: its events are named first, its limit is the sample's.
    pub lead: usize,
    /// What each assay says alone, in the order of the results.
    pub alone: Vec<Conclusion>,
    /// How RNA and DNA stand to each other; `None` for one assay.
    pub pair: Option<Pair>,
}

/// Concludes from the results of one sample's assays, one or two; `None` without any.
pub fn conclude(results: &[AssayResult<'_>], config: &ConcludeConfig) -> Option<Concluded> {
    let alone: Vec<Conclusion> = results.iter().map(|result| of_assay(result, config)).collect();
    let breaks: Vec<&Breaks> = alone.iter().map(|c| &c.breaks).collect();
    let contradictions = contradiction::name(results, &breaks);
    let (mut sample, lead, pair) = match (results, alone.as_slice()) {
        ([one, other, ..], [of_one, of_other, ..]) => {
            let (rna, dna) = ((one, of_one), (other, of_other));
            let swapped = one.assay == Assay::Dna;
            let pair = if swapped {
                pair::compare(dna, rna)
            } else {
                pair::compare(rna, dna)
            };
            let lead = usize::from(pair.rna_leads == swapped);
            let (first, second) = if lead == 0 { (rna, dna) } else { (dna, rna) };
            (pair::join(first, second, &pair, config), lead, Some(pair))
        }
        (_, [only, ..]) => (only.clone(), 0, None),
        _ => return None,
    };
    contradiction::add(&mut sample, contradictions);
    tracing::info!(state = sample.state.name(), "concluded");
    Some(Concluded {
        sample,
        lead,
        alone,
        pair,
    })
}

/// What one assay says alone.
fn of_assay(result: &AssayResult<'_>, config: &ConcludeConfig) -> Conclusion {
    let file = file::facts(result);
    let adequacy = adequacy::measure(result, &file);
    let limits = lod::limits(result, &adequacy, config.required_lod);
    let breaks = breaks::find(result);
    let (open_breaks, not_to_be_paired) = (breaks.reasons(), traps::not_to_be_paired(result, &file));
    let words = decided::Words {
        result,
        adequacy: &adequacy,
        not_to_be_paired: &not_to_be_paired,
        open_breaks: &open_breaks,
        step: breaks.step().map(|step| step.exon),
        config,
    };
    let params = &result.judged.params;
    let decided = breakapart_rule::decide(&sample::gather(&words, &limits), params);
    let mut conclusion = text::put_into_words(&words, decided, breaks);
    conclusion.qualifiers.extend(other_numbers(params));
    conclusion
}
