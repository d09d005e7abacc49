//! A duplication in RNA, weighed against back-splices.

use super::{Sum, cap, cap_single, tier_of};
use crate::{
    Code, Context, EvidenceFacts, Judgement, LibraryType, Params, Reason, TermName, Tier,
    probability::{binomial_lower, binomial_upper, count_tail},
};

/// A duplication on splice sites: back-splice molecules against the background that healthy blood and
/// circular RNA make.
pub(super) fn judge(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let mut sum = Sum { terms: Vec::new() };
    let (prior, text) = if facts.before_first_exon {
        (
            p.prior_other_back_splice,
            "from before the first exon, as one of 24 known duplications",
        )
    } else if facts.usual_exons {
        (p.prior_ptd, "exons of the known duplications")
    } else {
        (p.prior_other_back_splice, "exons that duplications do not use")
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
    // Over-dispersed: back-splices of one library come in bursts.
    let tail = count_tail(
        u64::from(facts.molecules),
        expected.max(p.ptd_expected_min),
        p.ptd_dispersion,
    )
    .max(p.ptd_chance_min);
    sum.add(
        TermName::Support,
        -tail.ln(),
        format!(
            "{} back-splice molecules where {expected:.2} are expected",
            facts.molecules
        ),
    );
    if context.library != LibraryType::PolyA {
        sum.add(
            TermName::Library,
            p.ptd_library.ln(),
            "library not poly-A or unknown: a circular RNA gives the same junction",
        );
    }
    let score = sum.score();
    let mut tier = tier_of(score, p).or(Some(Tier::Low));
    let mut reasons = Vec::new();
    let total = u64::from(facts.molecules) + wild_type;
    let low = binomial_lower(u64::from(facts.molecules), total, p.ptd_confidence);
    let low_ratio = low / (1.0 - low);
    if low_ratio <= rate {
        let what = format!(
            "{} of {wild_type} wild-type molecules: not above the level of healthy blood{}",
            facts.molecules,
            if own_counts {
                " and of this sample's own back-splices"
            } else {
                ""
            }
        );
        cap(&mut tier, &mut reasons, Code::PtdBackground, what);
    } else if facts.molecules < p.ptd_molecules_min {
        cap(
            &mut tier,
            &mut reasons,
            Code::PtdFewMolecules,
            format!("{} molecules; {} are needed", facts.molecules, p.ptd_molecules_min),
        );
    }
    if facts.frame.is_lost() {
        cap(
            &mut tier,
            &mut reasons,
            Code::PtdOutOfFrame,
            "out of frame: listed, not counted",
        );
    }
    if !facts.usual_exons {
        cap(
            &mut tier,
            &mut reasons,
            Code::PtdUnusualExons,
            "exons that known duplications do not use: a circular RNA is likelier",
        );
    }
    if context.library != LibraryType::PolyA {
        reasons.push(Reason::new(
            Code::CircularRna,
            format!(
                "library {}: a circular RNA gives the same junction; other exon pairs show {} of {}",
                if context.library == LibraryType::Unknown {
                    "type unknown"
                } else {
                    "of total RNA"
                },
                context.other_back_splices,
                context.other_wild_type
            ),
        ));
    }
    cap_single(facts, &mut tier, &mut reasons, p);
    reasons.extend(facts.base_unknown(false));
    Judgement {
        model_score: score,
        tier,
        terms: sum.terms,
        reasons,
    }
}
