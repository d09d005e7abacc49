//! The rule: a sum of log-odds with named terms, and the caps over it.
//!
//! METHOD: the score weighs two stories for a junction that looks like this one: a rearrangement of the
//! patient, or one of the chimeras that library preparation makes. The second is *counted*: the
//! expected number of the sample's own chimeras that would fall on such a place, run that way and
//! repeat in so many molecules. Every number is in [`Params`], with its unit, meaning and source; all are printed with
//! the report, and checked by simulation (docs/accuracy.md).

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

    /// The judgement by the sum alone, before anything holds it.
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

/// A short tandem repeat within an exon: whatever it scores, it is the gene's own bases and no break.
fn repeat(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let bases = facts.internal_repeat.unwrap_or_default();
    let text = format!("internal tandem duplication of {bases} bases: KMT2A's own bases, no break");
    Judgement {
        // One molecule is what an error of the library makes.
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
    /// Holds a junction that has a tier at low.
    fn cap(&mut self, code: Code, text: impl Into<String>) {
        if self.tier.is_some() {
            self.tier = Some(Tier::Low);
            self.doubt(code, text);
        }
    }

    /// Adds a reason that leaves the tier as it is.
    fn doubt(&mut self, code: Code, text: impl Into<String>) {
        self.reasons.push(Reason::new(code, text));
    }

    /// Nothing, known or not, chained or not, rises above low with fewer than [`Params::molecules_min`] molecules that show
    /// KMT2A and something beyond it, nor with fewer that show the junction itself.
    fn cap_single(&mut self, facts: &EvidenceFacts, p: &Params) {
        if facts.molecules < p.molecules_min {
            self.cap(
                Code::OneMolecule,
                "one molecule shows the junction: stays low whatever it shows",
            );
        } else if facts.event_molecules < p.molecules_min {
            let text =
                "fewer than two molecules show KMT2A and something beyond it: stays low whatever lies further along";
            self.cap(Code::OneMolecule, text);
        }
    }
}

#[cfg(test)]
mod tests;
