//! Conclude: what the sample as a whole says, and how far a negative reaches.
//!
//! In: judged junctions and events, profile, counts of the library. Out: one of four states with its
//! findings, reasons, next step and limit of detection. The rules for the states stand in [`state`],
//! the limit in [`lod`], what the reads could have shown in [`adequacy`], the wording in [`text`].

pub mod adequacy;
pub mod breaks;
pub mod contradiction;
pub mod genomic;
pub mod imbalance;
pub mod ledger;
pub mod library;
pub mod lod;
pub mod naming;
pub mod pair;
pub mod state;
pub mod text;
pub mod traps;
pub mod waive;

use std::collections::BTreeSet;

use crate::{
    catalogue::GeneModels,
    evidence::{Collected, background::BackgroundProfile, profile::Profile},
    input::{Aligner, Assay, Processing},
    judge::{Context, Judged, Reason},
};

pub use adequacy::{Adequacy, Capability};
pub use breaks::{Breaks, Pile};
pub use imbalance::Imbalance;
pub use ledger::{Ledger, LedgerRow};
pub use library::LibraryFacts;
pub use lod::{DonorLimit, Limits};
pub use state::{Finding, FindingStatus, Findings, State};

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

    fn context(&self) -> &Context {
        &self.judged.context
    }
}

/// The conclusion of a sample.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// The state.
    pub state: State,
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
    /// Breaks that coverage and clips show without a partner, by assay.
    pub breaks: Vec<Breaks>,
    /// What to do next.
    pub next_step: Option<String>,
    /// Each question apart.
    pub findings: Findings,
    /// Limits of detection.
    pub limits: Option<Limits>,
    /// What the reads could have shown, by assay.
    pub adequacy: Vec<Adequacy>,
    /// Where the fragments went, by assay.
    pub ledger: Ledger,
    /// Index of the lead event among the judged events of its assay.
    pub lead_event: Option<usize>,
}

/// Concludes from the results of one sample's assays; the first one leads.
pub fn conclude(results: &[AssayResult<'_>], config: &ConcludeConfig) -> Conclusion {
    let adequacy: Vec<Adequacy> = results.iter().map(adequacy::measure).collect();
    let mut limits = results
        .first()
        .zip(adequacy.first())
        .map(|(result, adequacy)| lod::limits(result, adequacy, config.required_lod));
    let waivers = results
        .first()
        .map(|result| waive::find(result, limits.as_ref(), config.required_lod))
        .unwrap_or_default();
    if let Some(limits) = &mut limits {
        limits.raise(&waivers.list);
    }
    let ledger = ledger::account(results);
    let breaks: Vec<Breaks> = results.iter().map(breaks::find).collect();
    let decided = state::decide(results, &adequacy, &breaks, limits.as_ref(), &waivers, config);
    let contradictions = contradiction::name(results, &breaks);
    tracing::info!(state = decided.state.name(), "concluded");
    let mut conclusion = text::put_into_words(decided, results, adequacy, limits, ledger, config);
    contradiction::add(&mut conclusion, contradictions);
    conclusion.breaks = breaks;
    conclusion
}
