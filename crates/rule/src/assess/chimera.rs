//! Scores a junction against the library's chimeras.

use super::{Sum, weights};
use crate::{Class, Code, Context, EvidenceFacts, Judgement, Params, TermName};

// METHOD: the chance that a chimera recurs. In RNA a second molecule at the same bases may be an undetected duplicate
// or
// a template switch at shared sequence. In DNA ligation joins any two bases, so a second molecule at exactly the same
// two bases with other fragment ends is an undetected duplicate or a template switch between similar sequences, which
// the homology term covers. A second spanning pair must have both mates within one fragment length of the first, which
// chance pairs rarely have; a duplicate has the same ends and is not counted.

/// Every junction except an RNA duplication at splice sites.
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
        "{} other chimeras of this library at KMT2A; {expected:.2} expected for such a partner",
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
            "a single spanning pair, as this library's chimeras give by chance",
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
            "score {:.3}: what {shown} cannot be distinguished from library chimeras",
            judgement.model_score
        );
        judgement.doubt(Code::BelowEveryTier, text);
    }
    judgement
}

/// Reasons that cap a junction at tier low, whatever its score.
fn hold(judgement: &mut Judgement, facts: &EvidenceFacts, context: &Context, p: &Params) {
    if facts.class == Class::NeighbourReadThrough {
        let text = "read-through into a neighbouring gene, without rearrangement: stays low";
        judgement.cap(Code::ReadThrough, text);
    }
    if facts.may_be_insertion {
        let text = "a second junction, also into unplaced sequence, faces it on KMT2A, as at the two ends of an inserted mobile element";
        judgement.cap(Code::InsertionOrBreak, text);
    }
    if !context.is_dna && facts.unplaced_in_exon {
        let text = "the reads leave KMT2A within an exon for unplaced sequence, as an unknown adapter or primer gives";
        judgement.cap(Code::UnplacedInExon, text);
    }
    if context.is_dna && facts.class == Class::Deletion {
        let text = "a deletion within KMT2A has no partner: listed only";
        judgement.cap(Code::Kmt2aDeletion, text);
    }
    if !facts.is_precise && facts.event_molecules < p.pairs_only_min {
        let fewest = p.pairs_only_min;
        let text = format!("fewer than {fewest} molecules, none with a read across the breakpoint: stays low");
        judgement.cap(Code::PairsOnly, text);
    }
    if !facts.is_precise && facts.beside_precise {
        let text = if context.is_dna {
            "spanning pairs only; a breakpoint of the same genes is resolved to the base: perhaps the same one"
        } else {
            "spanning pairs only; a junction of the same genes is resolved to the base: perhaps another isoform of it"
        };
        judgement.cap(Code::IsoformWithoutBase, text);
    }
}

/// Share of this sample's chimeras that end in catalogue partners: the counted share, shrunk towards the genome-wide
/// share with the weight of [`Params::share_weight`] chimeras.
fn partner_share(context: &Context, p: &Params) -> f64 {
    (f64::from(context.partner_chimeras) + p.chimera_in_catalogue * p.share_weight)
        / (f64::from(context.chimeras) + p.share_weight)
}

fn prior(facts: &EvidenceFacts, context: &Context, p: &Params) -> (f64, &'static str) {
    match facts.class {
        Class::NeighbourReadThrough => (p.prior_read_through, "adjacent gene of the same strand"),
        Class::Inverted if context.is_dna => (
            p.prior_inverted,
            "an inverted segment of KMT2A, as self-priming of a molecule also gives",
        ),
        Class::Inverted => (
            p.prior_inverted,
            "an inverted segment of KMT2A, as reverse transcription also gives",
        ),
        Class::Chained if facts.companion => (p.prior_companion, "further along the molecule of an accepted junction"),
        Class::Chained => (p.prior_chained, "away from KMT2A, in a molecule that contains KMT2A"),
        _ if facts.companion => (p.prior_companion, "the reciprocal junction is accepted"),
        Class::Ptd if context.is_dna => (p.prior_ptd, "tandem duplication within KMT2A"),
        Class::Deletion if context.is_dna => (p.prior_other_back_splice, "deletion within KMT2A"),
        Class::Ptd | Class::Deletion => (p.prior_other_back_splice, "within KMT2A, away from splice sites"),
        Class::Reciprocal if facts.is_partner => (p.prior_reciprocal, "reciprocal junction with a catalogue partner"),
        Class::Reciprocal => (
            p.prior_other_gene,
            "reciprocal junction with a gene outside the catalogue",
        ),
        Class::Canonical if facts.is_partner => (p.prior_catalogue, "catalogue partner"),
        Class::Canonical if facts.in_gene => (p.prior_other_gene, "partner gene outside the catalogue"),
        Class::Canonical => (p.prior_intergenic, "no gene on the partner side"),
    }
}

/// Chance that one chimera is seen in this many molecules.
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
        let text = "the partner side is multi-mapping: it also aligns elsewhere";
        judgement.doubt(Code::PartnerAmbiguous, text);
    }
    judgement.reasons.extend(facts.base_unknown(is_dna));
    if facts.in_gene && !facts.is_sense && matches!(facts.class, Class::Canonical | Class::Reciprocal) {
        judgement.doubt(Code::Antisense, "the partner gene is joined in antisense orientation");
    }
}
