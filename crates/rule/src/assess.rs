//! The rule: a sum of log-odds with named terms, and the caps over it.
//!
//! METHOD: the score compares two explanations of the junction: a rearrangement in the patient, or a chimera made in
//! library preparation. The second is *counted*: the expected number of the sample's own chimeras that would join these
//! loci in this orientation and recur in as many molecules. Every number is in [`Params`], with its unit, meaning and
//! source; all are printed with the report, and checked by simulation (docs/accuracy.md).

mod chimera;
mod duplication;
mod weights;

use crate::{
    Class, Code, Context, EvidenceFacts, Judgement, Params, Reason, Term, TermName, Tier, probability::from_log_odds,
};

#[derive(Default)]
struct Sum {
    terms: Vec<Term>,
}

impl Sum {
    fn add(&mut self, name: TermName, value: f64, text: impl Into<String>) {
        self.terms.push(Term {
            name: name.name().to_owned(),
            value,
            text: text.into(),
        });
    }

    /// The judgement by the sum alone, before any cap.
    fn judged(self, p: &Params) -> Judgement {
        let score = from_log_odds(self.terms.iter().map(|t| t.value).sum());
        Judgement {
            model_score: score,
            tier: tier_of(score, p),
            terms: self.terms,
            reasons: Vec::new(),
        }
    }
}

/// Judges one junction.
pub fn assess(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    match facts.class {
        Class::Ptd if facts.internal_repeat.is_some() => repeat(facts, context, p),
        Class::Ptd if !context.is_dna && (facts.on_splice_sites() || facts.repeats_from_first(p)) => {
            duplication::judge(facts, context, p)
        }
        Class::Ptd if !context.is_dna && !facts.is_precise && facts.spanning > 0 => {
            duplication::judge(facts, context, p)
        }
        _ => chimera::judge(facts, context, p),
    }
}

/// A short tandem duplication within an exon: KMT2A's own sequence, not a rearrangement, whatever its score.
fn repeat(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let bases = facts.internal_repeat.unwrap_or_default();
    let text = format!("internal tandem duplication of {bases} bases within KMT2A: no rearrangement");
    Judgement {
        // One molecule may be a library artefact.
        tier: (facts.molecules >= p.molecules_min).then_some(Tier::Low),
        reasons: vec![Reason::new(Code::InternalTandemDuplication, text)],
        ..chimera::judge(facts, context, p)
    }
}

/// The tier of a score.
pub fn tier_of(score: f64, p: &Params) -> Option<Tier> {
    if score >= p.tier_high {
        Some(Tier::High)
    } else if score >= p.tier_medium {
        Some(Tier::Medium)
    } else if score >= p.tier_low {
        Some(Tier::Low)
    } else {
        None
    }
}

impl Judgement {
    /// Caps a junction that has a tier at low.
    fn cap(&mut self, code: Code, text: impl Into<String>) {
        if self.tier.is_some() {
            self.tier = Some(Tier::Low);
            self.doubt(code, text);
        }
    }

    /// Adds a reason without changing the tier.
    fn doubt(&mut self, code: Code, text: impl Into<String>) {
        self.reasons.push(Reason::new(code, text));
    }

    /// Caps any junction at low if fewer than [`Params::molecules_min`] molecules show KMT2A and sequence beyond it, or
    /// show the junction itself.
    fn cap_single(&mut self, facts: &EvidenceFacts, p: &Params) {
        if facts.molecules < p.molecules_min {
            self.cap(
                Code::OneMolecule,
                "one molecule shows the junction: stays low whatever its score",
            );
        } else if facts.event_molecules < p.molecules_min {
            let text = "fewer than two molecules show KMT2A and sequence beyond it: stays low whatever its score";
            self.cap(Code::OneMolecule, text);
        }
    }
}

#[cfg(test)]
mod tests;
