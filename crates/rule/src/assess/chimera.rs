//! A junction weighed against the chimeras of the library.

use super::{Sum, weights};
use crate::{Class, Code, Context, EvidenceFacts, Judgement, Params, TermName};

// METHOD: the chance that a chimera repeats itself. In RNA a second molecule at the same bases may be a copy that
// escaped, or homology. Genomic ligation joins any bases, so that what meets twice at the very same two with other
// fragment ends is a copy that escaped, or switched templates where both sides are alike, which the homology term
// weighs. Of pairs, both mates of the second must lie within a fragment's reach of the first, which copies (whose ends
// are alike) do not and chance seldom does.

/// Everything but an RNA duplication on splice sites.
pub(super) fn judge(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let mut sum = Sum::default();
    let (prior, text) = prior(facts, context, p);
    sum.add(TermName::Class, prior.ln(), text);
    let partner_share = if facts.is_partner {
        partner_share(context, p)
    } else {
        1.0
    };
    let expected = (f64::from(context.chimeras) + p.chimera_prior) * partner_share;
    let text = format!(
        "{} other chimeras of this library at KMT2A; {expected:.2} expected on such a partner",
        context.chimeras
    );
    sum.add(TermName::Background, -expected.ln(), text);
    let text = format!(
        "{} molecules with {} distinct ends",
        facts.molecules, facts.distinct_ends
    );
    sum.add(TermName::Support, -repeats(facts, context, p).ln(), text);
    if context.is_dna {
        weights::genomic(facts, &mut sum, p);
    } else {
        weights::transcribed(facts, &mut sum, p);
    }
    weights::placement(facts, &mut sum, p);
    let mut judgement = sum.judged(p);
    hold(&mut judgement, facts, context, p);
    let lone_pair = !facts.is_precise && facts.event_molecules <= 1 && facts.class != Class::NeighbourReadThrough;
    if lone_pair && expected * p.chimera_ordered > p.lone_pair_expected {
        judgement.tier = None;
        judgement.doubt(
            Code::LonePair,
            "one pair, and chimeras of this library make such pairs by chance",
        );
    }
    judgement.cap_single(facts, p);
    doubt(&mut judgement, facts, context.is_dna);
    if judgement.tier.is_none() {
        let shown = match facts.molecules {
            1 => "1 molecule shows".to_owned(),
            n => format!("{n} molecules show"),
        };
        let text = format!(
            "score {:.3}: what {shown} is not told from chimeras of the library",
            judgement.model_score
        );
        judgement.doubt(Code::BelowEveryTier, text);
    }
    judgement
}

/// What keeps a junction at tier low, whatever its score.
fn hold(judgement: &mut Judgement, facts: &EvidenceFacts, context: &Context, p: &Params) {
    if facts.class == Class::NeighbourReadThrough {
        let text = "read-through with a neighbouring gene, without rearrangement: stays low";
        judgement.cap(Code::ReadThrough, text);
    }
    if facts.may_be_insertion {
        let text = "a junction into other sequence without a place of its own faces it on KMT2A: the two ends of an inserted mobile element look so";
        judgement.cap(Code::InsertionOrBreak, text);
    }
    if context.is_dna && facts.class == Class::Deletion {
        let text = "a deletion inside KMT2A joins no partner to it: listed";
        judgement.cap(Code::Kmt2aDeletion, text);
    }
    if !facts.is_precise && facts.event_molecules < p.pairs_only_min {
        let fewest = p.pairs_only_min;
        let text = format!("fewer than {fewest} molecules, none of which shows the base: stays low");
        judgement.cap(Code::PairsOnly, text);
    }
    if !facts.is_precise && facts.beside_precise {
        let text = if context.is_dna {
            "pairs beside a breakpoint of the same genes whose base is shown: perhaps molecules of the same one"
        } else {
            "pairs beside a junction of the same genes whose base is shown: perhaps another splice form of it"
        };
        judgement.cap(Code::IsoformWithoutBase, text);
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

/// Chance that a chimera shows itself in so many molecules.
fn repeats(facts: &EvidenceFacts, context: &Context, p: &Params) -> f64 {
    let (first, further) = if context.is_dna && facts.is_precise && facts.split + facts.clip >= 2 {
        (p.genomic_repeats, p.genomic_repeats_more)
    } else if facts.is_precise {
        (p.chimera_repeats, p.chimera_repeats_more)
    } else {
        (p.pair_repeats, p.chimera_repeats_more)
    };
    match facts.molecules.min(facts.distinct_ends.max(1)) {
        0 | 1 => 1.0,
        n => first * further.powi(i32::try_from((n - 2).min(40)).unwrap_or(40)),
    }
}

fn doubt(judgement: &mut Judgement, facts: &EvidenceFacts, is_dna: bool) {
    if facts.class == Class::Canonical && facts.frame.is_lost() {
        judgement.doubt(Code::OutOfFrame, "the reading frame is lost at this junction");
    }
    if facts.unique_partner == 0 && facts.molecules > 0 {
        let text = "the aligner offers other places for the partner side";
        judgement.doubt(Code::PartnerAmbiguous, text);
    }
    judgement.reasons.extend(facts.base_unknown(is_dna));
    if facts.in_gene && !facts.is_sense && matches!(facts.class, Class::Canonical | Class::Reciprocal) {
        judgement.doubt(Code::Antisense, "the molecule runs against the partner gene");
    }
}
