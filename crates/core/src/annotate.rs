//! Annotate: what a junction means: gene, transcript, exon, frame, class, mechanism, event.
//!
//! In: junction candidates. Out: the same, each wrapped with what its sides are, and the events that
//! they belong to. Not decided here: whether a junction is believed.

pub(crate) mod event;
pub(crate) mod frame;
pub(crate) mod mechanism;
pub(crate) mod nomenclature;
pub(crate) mod predict;
pub(crate) mod side;

use crate::{
    assemble::{Assembly, Candidate, clip::ClipFate},
    catalogue::GeneModels,
    genome::{Contigs, Junction, SequenceSource},
};

use breakapart_rule::Params;
pub use breakapart_rule::{Class, EventKind, Frame, Member, MemberRole};
pub use event::EventGroup;
pub use side::{Side, Site};

/// A candidate with its meaning.
#[derive(Clone, Debug)]
pub struct AnnotatedJunction {
    /// The candidate.
    pub candidate: Candidate,
    /// Its 5' side.
    pub five: Side,
    /// Its 3' side.
    pub three: Side,
    /// What it is for KMT2A.
    pub class: Class,
    /// Reading frame across it.
    pub frame: Frame,
    /// What could have made it, in words.
    pub mechanism: String,
    /// DNA: transcripts that splicing is expected to make of it.
    pub predicted: Vec<predict::Predicted>,
}

impl AnnotatedJunction {
    /// The side that is not KMT2A (the 3' side inside KMT2A and for chained junctions).
    pub fn partner_side(&self) -> &Side {
        if self.class == Class::Reciprocal || (self.class == Class::NeighbourReadThrough && self.three.is_kmt2a) {
            &self.five
        } else {
            &self.three
        }
    }

    /// Whether a molecule over the junction shows KMT2A (or what lies just beside it) and something beyond it.
    pub fn reaches_kmt2a(&self) -> bool {
        self.five.at_kmt2a || self.three.at_kmt2a
    }

    /// The KMT2A side.
    pub fn kmt2a_side(&self) -> &Side {
        if std::ptr::eq(self.partner_side(), &raw const self.five) {
            &self.three
        } else {
            &self.five
        }
    }
}

/// The result of the stage.
#[derive(Clone, Debug, Default)]
pub struct Annotation {
    /// Every candidate, in the order of assembly.
    pub junctions: Vec<AnnotatedJunction>,
    /// Events: indices into `junctions` with their roles. Every junction belongs to one event.
    pub events: Vec<EventGroup>,
    /// What became of clips, as assembly left it.
    pub clips: std::collections::BTreeMap<usize, Vec<ClipFate>>,
}

/// Annotates an assembly.
pub fn annotate(
    assembly: Assembly,
    models: &GeneModels,
    contigs: &Contigs,
    source: &dyn SequenceSource,
    spliced: bool,
    p: &Params,
) -> Annotation {
    let junctions: Vec<AnnotatedJunction> = assembly
        .candidates
        .into_iter()
        .map(|candidate| {
            let sides = side::describe_both(&candidate.sides, models, candidate.is_precise, p);
            let (five, three) = if spliced {
                side::named(sides, &candidate, models)
            } else {
                sides
            };
            let class = classify(&candidate, (&five, &three), models, spliced, p);
            let frame = frame::across(&candidate, &five, &three, models, source);
            let mechanism = mechanism::describe(&candidate, (&five, &three), class, contigs, spliced);
            let predicted = if spliced {
                Vec::new()
            } else {
                predict::transcripts(&candidate, class, (&five, &three), (models, source), p)
            };
            AnnotatedJunction {
                candidate,
                five,
                three,
                class,
                frame,
                mechanism,
                predicted,
            }
        })
        .collect();
    let events = event::group(&junctions, spliced, p);
    tracing::debug!(junctions = junctions.len(), events = events.len(), "annotated");
    Annotation {
        junctions,
        events,
        clips: assembly.clips,
    }
}

fn classify(
    candidate: &Candidate,
    (five, three): (&Side, &Side),
    models: &GeneModels,
    spliced: bool,
    p: &Params,
) -> Class {
    let (gene, _) = models.kmt2a();
    match (candidate.sides.junction(), five.is_kmt2a, three.is_kmt2a) {
        (Some(Junction { five: a, three: b, .. }), true, true) => {
            let sense = a.strand_as_five_prime() == gene.strand && b.strand_as_three_prime() == gene.strand;
            let ahead = crate::assemble::observe::ahead(a.position, b.position, gene.strand);
            match (sense, ahead > 0) {
                (false, _) => Class::Inverted,
                (true, false) => Class::Ptd,
                (true, true) if spliced => Class::Chained,
                (true, true) => Class::Deletion,
            }
        }
        // Transcription joins no DNA.
        (_, true, false) | (_, false, true)
            if spliced && side::is_read_through((five, three), candidate, models, p) =>
        {
            Class::NeighbourReadThrough
        }
        (_, true, _) => Class::Canonical,
        (_, false, true) => Class::Reciprocal,
        (_, false, false) => Class::Chained,
    }
}
