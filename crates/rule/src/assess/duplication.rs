//! Scores a duplication in RNA against back-splicing.

use super::Sum;
use crate::{
    Code, Context, EvidenceFacts, Judgement, LibraryType, Params, TermName, Tier,
    probability::{binomial_lower, binomial_upper, count_tail},
};

/// A duplication at splice sites: its back-splice molecules against the background of healthy blood and circular RNA.
pub(super) fn judge(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let mut sum = Sum::default();
    let (prior, text) = if facts.before_first_exon {
        (
            p.prior_other_back_splice,
            "from upstream of the first exon, as in one of 24 known duplications",
        )
    } else if facts.usual_exons {
        (p.prior_ptd, "exons used by known duplications")
    } else {
        (p.prior_other_back_splice, "exons not used by known duplications")
    };
    sum.add(TermName::Class, prior.ln(), text);
    let wild_type = u64::from(facts.wild_type);
    let own_counts = context.library != LibraryType::PolyA && context.other_back_splices > 0;
    let rate = if own_counts && context.other_wild_type > 0 {
        let (spliced_back, wild_type) = (context.other_back_splices, context.other_wild_type);
        let own_rate = binomial_upper(u64::from(spliced_back), u64::from(wild_type), p.ptd_own_confidence);
        context.ptd_background.max(own_rate)
    } else {
        context.ptd_background
    };
    let expected = rate * wild_type as f64;
    // Over-dispersed: back-splices of one library are clustered.
    let tail = count_tail(
        u64::from(facts.molecules),
        expected.max(p.ptd_expected_min),
        p.ptd_dispersion,
    );
    let text = format!(
        "{} back-splice molecules where {expected:.2} are expected",
        facts.molecules
    );
    sum.add(TermName::Support, -tail.max(p.ptd_chance_min).ln(), text);
    let may_be_circular = context.library != LibraryType::PolyA;
    if may_be_circular {
        let text = "library not poly-A, or unknown: a circular RNA gives the same junction";
        sum.add(TermName::Library, p.ptd_library.ln(), text);
    }
    let mut judgement = sum.judged(p);
    judgement.tier = judgement.tier.or(Some(Tier::Low));
    let total = u64::from(facts.molecules) + wild_type;
    let low = binomial_lower(u64::from(facts.molecules), total, p.ptd_confidence);
    if low / (1.0 - low) <= rate {
        let own = if own_counts {
            " and of this sample's own back-splices"
        } else {
            ""
        };
        let text = format!(
            "{} of {wild_type} wild-type molecules: not above the level of healthy blood{own}",
            facts.molecules
        );
        judgement.cap(Code::PtdBackground, text);
    } else if facts.molecules < p.ptd_molecules_min {
        let text = format!("{} molecules; {} are needed", facts.molecules, p.ptd_molecules_min);
        judgement.cap(Code::PtdFewMolecules, text);
    }
    if facts.frame.is_lost() {
        judgement.cap(Code::PtdOutOfFrame, "out of frame: listed, not counted");
    }
    if !facts.usual_exons {
        let text = "exons not used by known duplications: a circular RNA is likelier";
        judgement.cap(Code::PtdUnusualExons, text);
    }
    if may_be_circular {
        let kind = match context.library {
            LibraryType::Unknown => "type unknown",
            _ => "of total RNA",
        };
        let text = format!(
            "library {kind}: a circular RNA gives the same junction; other exon pairs show {} of {}",
            context.other_back_splices, context.other_wild_type
        );
        judgement.doubt(Code::CircularRna, text);
    }
    judgement.cap_single(facts, p);
    judgement.reasons.extend(facts.base_unknown(false));
    judgement
}
