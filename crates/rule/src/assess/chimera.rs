//! A junction weighed against the chimeras of the library.

use super::{Sum, cap, cap_single, tier_of, weights};
use crate::{Class, Code, Context, EvidenceFacts, Judgement, Params, Reason, TermName};

// METHOD: the chance that a chimera repeats itself. In RNA a second molecule at the same bases may be a copy that
// escaped, or homology. Genomic ligation joins any bases, so that what meets twice at the very same two with other
// fragment ends is a copy that escaped, or switched templates where both sides are alike, which the homology term
// weighs. Of pairs, both mates of the second must lie within a fragment's reach of the first, which copies (whose ends
// are alike) do not and chance seldom does.

/// Everything but an RNA duplication on splice sites.
pub(super) fn judge(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let mut sum = Sum { terms: Vec::new() };
    let (prior, text) = prior(facts, context, p);
    sum.add(TermName::Class, prior.ln(), text);

    let expected = f64::from(context.chimeras) + p.chimera_prior;
    let partner_share = if facts.is_partner {
        partner_share(context, p)
    } else {
        1.0
    };
    sum.add(
        TermName::Background,
        -(expected * partner_share).ln(),
        format!(
            "{} other chimeras of this library at KMT2A; {:.2} expected on such a partner",
            context.chimeras,
            expected * partner_share
        ),
    );
    let independent = facts.molecules.min(facts.distinct_ends.max(1));
    let repeats = if context.is_dna && facts.is_precise && facts.split + facts.clip >= 2 {
        genomic_repeats(independent, p)
    } else {
        repeats(independent, facts.is_precise, p)
    };
    sum.add(
        TermName::Support,
        -repeats.ln(),
        format!(
            "{} molecules with {} distinct ends",
            facts.molecules, facts.distinct_ends
        ),
    );
    if context.is_dna {
        weights::genomic(facts, &mut sum, p);
    } else {
        weights::transcribed(facts, &mut sum, p);
    }
    weights::placement(facts, &mut sum, p);
    let mut reasons = Vec::new();
    let score = sum.score();
    let mut tier = tier_of(score, p);
    if facts.class == Class::NeighbourReadThrough {
        cap(
            &mut tier,
            &mut reasons,
            Code::ReadThrough,
            "read-through with a neighbouring gene, without rearrangement: stays low",
        );
    }
    if facts.may_be_insertion {
        cap(
            &mut tier,
            &mut reasons,
            Code::InsertionOrBreak,
            "a junction into other sequence without a place of its own faces it on KMT2A: the two ends of an inserted mobile element look so",
        );
    }
    if context.is_dna && facts.class == Class::Deletion {
        cap(
            &mut tier,
            &mut reasons,
            Code::Kmt2aDeletion,
            "a deletion inside KMT2A joins no partner to it: listed",
        );
    }
    if !facts.is_precise && facts.event_molecules < p.pairs_only_min {
        cap(
            &mut tier,
            &mut reasons,
            Code::PairsOnly,
            format!(
                "fewer than {} molecules, none of which shows the base: stays low",
                p.pairs_only_min
            ),
        );
    }
    if !facts.is_precise && facts.beside_precise {
        cap(
            &mut tier,
            &mut reasons,
            Code::IsoformWithoutBase,
            if context.is_dna {
                "pairs beside a breakpoint of the same genes whose base is shown: perhaps molecules of the same one"
            } else {
                "pairs beside a junction of the same genes whose base is shown: perhaps another splice form of it"
            },
        );
    }
    let lone_pair = !facts.is_precise && facts.event_molecules <= 1 && facts.class != Class::NeighbourReadThrough;
    if lone_pair && expected * partner_share * p.chimera_ordered > p.lone_pair_expected {
        tier = None;
        reasons.push(Reason::new(
            Code::LonePair,
            "one pair, and chimeras of this library make such pairs by chance",
        ));
    }
    cap_single(facts, &mut tier, &mut reasons, p);
    doubts(facts, context.is_dna, &mut reasons);
    if tier.is_none() {
        reasons.push(Reason::new(
            Code::BelowEveryTier,
            match facts.molecules {
                1 => format!("score {score:.3}: what 1 molecule shows is not told from chimeras of the library"),
                n => format!("score {score:.3}: what {n} molecules show is not told from chimeras of the library"),
            },
        ));
    }
    Judgement {
        model_score: score,
        tier,
        terms: sum.terms,
        reasons,
    }
}

/// Share of this sample's chimeras that end in catalogue partners: what was counted, drawn towards the
/// genome's share with the weight of [`Params::share_weight`] chimeras.
fn partner_share(context: &Context, p: &Params) -> f64 {
    (f64::from(context.partner_chimeras) + p.chimera_in_catalogue * p.share_weight)
        / (f64::from(context.chimeras) + p.share_weight)
}

fn prior(facts: &EvidenceFacts, context: &Context, p: &Params) -> (f64, &'static str) {
    match facts.class {
        Class::NeighbourReadThrough => (p.prior_read_through, "adjacent gene of the same strand"),
        Class::Inverted if context.is_dna => (
            p.prior_inverted,
            "an inverted piece of KMT2A; a molecule that primes its own other strand looks so",
        ),
        Class::Inverted => (
            p.prior_inverted,
            "an inverted piece of KMT2A; reverse transcription makes such pieces",
        ),
        Class::Chained if facts.companion => (p.prior_companion, "further along the molecule of a believed junction"),
        Class::Chained => (p.prior_chained, "away from KMT2A, in a molecule that shows KMT2A"),
        _ if facts.companion => (p.prior_companion, "the other junction of the same break is believed"),
        Class::Ptd if context.is_dna => (p.prior_ptd, "tandem duplication inside KMT2A"),
        Class::Deletion if context.is_dna => (p.prior_other_back_splice, "deletion inside KMT2A"),
        Class::Ptd | Class::Deletion => (p.prior_other_back_splice, "inside KMT2A, away from splice sites"),
        Class::Reciprocal if facts.is_partner => (
            p.prior_reciprocal,
            "reciprocal junction with a partner of the catalogue",
        ),
        Class::Reciprocal => (
            p.prior_other_gene,
            "reciprocal junction with a gene that the catalogue does not have",
        ),
        Class::Canonical if facts.is_partner => (p.prior_catalogue, "partner of the catalogue"),
        Class::Canonical if facts.in_gene => (p.prior_other_gene, "partner gene that the catalogue does not have"),
        Class::Canonical => (p.prior_intergenic, "no gene on the partner side"),
    }
}

/// Chance that a chimera shows itself in `molecules` molecules.
fn repeats(molecules: u32, is_precise: bool, p: &Params) -> f64 {
    match molecules {
        0 | 1 => 1.0,
        n => {
            (if is_precise { p.chimera_repeats } else { p.pair_repeats })
                * p.chimera_repeats_more
                    .powi(i32::try_from((n - 2).min(40)).unwrap_or(40))
        }
    }
}

/// The same in DNA.
fn genomic_repeats(molecules: u32, p: &Params) -> f64 {
    match molecules {
        0 | 1 => 1.0,
        n => {
            p.genomic_repeats
                * p.genomic_repeats_more
                    .powi(i32::try_from((n - 2).min(40)).unwrap_or(40))
        }
    }
}

fn doubts(facts: &EvidenceFacts, is_dna: bool, reasons: &mut Vec<Reason>) {
    if facts.class == Class::Canonical && facts.frame.is_lost() {
        reasons.push(Reason::new(
            Code::OutOfFrame,
            "the reading frame is lost at this junction",
        ));
    }
    if facts.unique_partner == 0 && facts.molecules > 0 {
        reasons.push(Reason::new(
            Code::PartnerAmbiguous,
            "the aligner offers other places for the partner side",
        ));
    }
    reasons.extend(facts.base_unknown(is_dna));
    if facts.in_gene && !facts.is_sense && matches!(facts.class, Class::Canonical | Class::Reciprocal) {
        reasons.push(Reason::new(
            Code::Antisense,
            "the molecule runs against the partner gene",
        ));
    }
}
