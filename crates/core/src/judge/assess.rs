//! The rule: a sum of log-odds with named terms, and the caps over it.
//!
//! METHOD: the score weighs two stories for a junction that looks like this one: a rearrangement of the
//! patient, or one of the chimeras that library preparation makes. The second is *counted*: the
//! expected number of the sample's own chimeras that would fall on such a place, run that way and
//! repeat in so many molecules. Every number is in [`Params`], with its unit, meaning and source; all are printed with
//! the report, and checked by simulation (docs/accuracy.md).

use super::{
    Judgement, Reason, Term, Tier,
    background::is_duplication_pair,
    cards::{Code, TermName},
    facts::{Context, EvidenceFacts, LibraryType, Region},
    params::Params,
};
use crate::{
    annotate::{Class, Frame},
    genome::probability::{binomial_lower, binomial_upper, count_tail, from_log_odds},
};

// METHOD: the chance that a chimera repeats itself. In RNA a second molecule at the same bases may be a copy that
// escaped, or homology. Genomic ligation joins any bases, so that what meets twice at the very same two with other
// fragment ends is a copy that escaped, or switched templates where both sides are alike, which the homology term
// weighs. Of pairs, both mates of the second must lie within a fragment's reach of the first, which copies (whose ends
// are alike) do not and chance seldom does.

struct Sum {
    terms: Vec<Term>,
}

impl Sum {
    fn add(&mut self, name: TermName, value: f64, text: impl Into<String>) {
        self.terms.push(Term {
            name: name.name(),
            value,
            text: text.into(),
        });
    }

    fn score(&self) -> f64 {
        from_log_odds(self.terms.iter().map(|t| t.value).sum())
    }
}

/// Judges one junction.
pub fn assess(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    match facts.class {
        Class::Ptd if facts.internal_repeat.is_some() => repeat(facts, context, p),
        Class::Ptd if !context.is_dna && facts.five_at_splice_site && facts.three_at_splice_site => {
            duplication(facts, context, p)
        }
        Class::Ptd if !context.is_dna && !facts.is_precise && facts.spanning > 0 => duplication(facts, context, p),
        _ => chimera(facts, context, p),
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
        ..chimera(facts, context, p)
    }
}

/// Everything but an RNA duplication on splice sites.
fn chimera(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
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
        genomic(facts, &mut sum, p);
    } else {
        transcribed(facts, &mut sum, p);
    }
    placement(facts, &mut sum, p);
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
            format!(
                "score {score:.3}: what {} molecule(s) show is not told from chimeras of the library",
                facts.molecules
            ),
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

fn transcribed(facts: &EvidenceFacts, sum: &mut Sum, p: &Params) {
    let kmt2a_five = facts.class != Class::Reciprocal;
    if facts.is_precise {
        let kmt2a_site = if kmt2a_five {
            facts.five_at_splice_site
        } else {
            facts.three_at_splice_site
        };
        let (truth, noise, text) = match (facts.five_at_splice_site, facts.three_at_splice_site) {
            _ if !facts.in_gene && kmt2a_site => (
                p.true_kmt2a_site,
                p.chimera_on_splice_site,
                "exon end of KMT2A; no gene model on the other side",
            ),
            (true, true) => (
                p.true_both_sites,
                p.chimera_on_splice_site * p.chimera_on_splice_site,
                "exon ends on both sides",
            ),
            (true, false) => (
                if kmt2a_five {
                    p.true_five_site
                } else {
                    p.true_three_site
                },
                p.chimera_on_splice_site,
                "exon end on the 5' side only",
            ),
            (false, true) => (
                if kmt2a_five {
                    p.true_three_site
                } else {
                    p.true_five_site
                },
                p.chimera_on_splice_site,
                "exon end on the 3' side only",
            ),
            (false, false) => (p.true_no_site, 1.0, "no exon end on either side"),
        };
        sum.add(TermName::SpliceSites, (truth / noise).ln(), text);
    } else {
        sum.add(
            TermName::Order,
            -p.chimera_ordered.ln(),
            "mates in transcript order; no read shows the base",
        );
    }
    let (factor, text) = match (facts.frame, facts.class) {
        (Frame::InFrame, Class::Canonical | Class::Reciprocal | Class::Chained) => {
            (p.frame_kept, "in frame (one in three by chance)")
        }
        (Frame::OutOfFrame | Frame::StopCodon, Class::Canonical) => (p.frame_lost, "out of frame"),
        _ => (1.0, "frame not weighed"),
    };
    sum.add(TermName::Frame, f64::ln(factor), text);
    let (factor, text) = match (facts.class, facts.region) {
        (Class::Canonical | Class::Reciprocal, Region::Major) => (p.region_major, "break in the major region"),
        (Class::Canonical | Class::Reciprocal, Region::Minor) => (p.region_minor, "break in the minor region"),
        (Class::Canonical | Class::Reciprocal, Region::Other) => (p.region_other, "break outside the known regions"),
        _ => (1.0, "region not weighed"),
    };
    sum.add(TermName::Region, f64::ln(factor), text);
    if facts.in_gene && !matches!(facts.class, Class::Inverted | Class::Ptd | Class::Chained) {
        let (factor, text) = if facts.is_sense {
            (p.strand_sense, "the molecule runs along the partner gene")
        } else {
            (p.strand_antisense, "the molecule runs against the partner gene")
        };
        sum.add(TermName::Strand, f64::ln(factor), text);
    }
}

fn genomic(facts: &EvidenceFacts, sum: &mut Sum, p: &Params) {
    let (factor, text) = match facts.region {
        Region::Major => (p.genomic_region_major, "break in the major region"),
        Region::Minor => (p.genomic_region_minor, "break in the minor region"),
        Region::Other => (p.genomic_region_other, "break outside the known regions"),
    };
    sum.add(TermName::Region, f64::ln(factor), text);
    if facts.split + facts.clip > 0 && facts.spanning > 0 {
        sum.add(
            TermName::Classes,
            p.both_classes.ln(),
            "reads over the break and pairs agree",
        );
    }
    if facts.faced {
        sum.add(
            TermName::Facing,
            p.faced.ln(),
            "the other derivative's junction faces it",
        );
    }
}

/// Anchors, places, homology, agreement.
fn placement(facts: &EvidenceFacts, sum: &mut Sum, p: &Params) {
    if facts.is_precise {
        let (factor, text) = match facts.anchor {
            n if n < p.anchor_short => (
                p.anchor_short_weight,
                format!("fewer than {} bases on one side", p.anchor_short),
            ),
            n if n < p.anchor_long => (
                1.0,
                format!("{} to {} bases on the shorter side", p.anchor_short, p.anchor_long - 1),
            ),
            _ => (
                p.anchor_long_weight,
                format!("{} bases or more on both sides of one molecule", p.anchor_long),
            ),
        };
        sum.add(TermName::Anchors, f64::ln(factor), text);
    }
    let share = |unique: u32| f64::from(unique) / f64::from(facts.molecules.max(1));
    for (name, unique, side) in [
        (TermName::PlaceKmt2a, facts.unique_kmt2a, "KMT2A"),
        (TermName::PlacePartner, facts.unique_partner, "the other side"),
    ] {
        let (factor, text) = if unique == 0 {
            (p.place_none, format!("no molecule has a unique place on {side}"))
        } else if share(unique) < p.place_share {
            (
                p.place_few,
                format!(
                    "{unique} of {} molecules have a unique place on {side}",
                    facts.molecules
                ),
            )
        } else {
            (1.0, format!("unique place on {side}"))
        };
        sum.add(name, f64::ln(factor), text);
    }
    let on_sites = facts.five_at_splice_site && facts.three_at_splice_site;
    if facts.is_precise && !on_sites && facts.homology >= p.homology_long {
        sum.add(
            TermName::Homology,
            p.homology_weight.ln(),
            format!("{} bases of homology: template switching does that", facts.homology),
        );
    }
    if facts.disagreement_permille > p.disagreement {
        sum.add(
            TermName::Consensus,
            p.disagreement_weight.ln(),
            format!(
                "{:.1} % of read bases disagree with the consensus",
                f64::from(facts.disagreement_permille) / 10.0
            ),
        );
    }
}

/// A duplication on splice sites: back-splice molecules against the background that healthy blood and
/// circular RNA make.
fn duplication(facts: &EvidenceFacts, context: &Context, p: &Params) -> Judgement {
    let mut sum = Sum { terms: Vec::new() };
    let typical = facts
        .ptd_exons
        .is_some_and(|(donor, acceptor)| is_duplication_pair(donor, acceptor));
    let (prior, text) = if typical {
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
    // Over-dispersed: back-splices of one library come in bursts .
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
    let low_ratio = if low < 1.0 { low / (1.0 - low) } else { f64::INFINITY };
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
    if matches!(facts.frame, Frame::OutOfFrame | Frame::StopCodon) {
        cap(
            &mut tier,
            &mut reasons,
            Code::PtdOutOfFrame,
            "out of frame: listed, not counted",
        );
    }
    if !typical {
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

fn cap(tier: &mut Option<Tier>, reasons: &mut Vec<Reason>, code: Code, text: impl Into<String>) {
    if tier.is_some() {
        *tier = Some(Tier::Low);
        reasons.push(Reason::new(code, text));
    }
}

/// Nothing, known or not, chained or not, rises above low with fewer than [`Params::molecules_min`] molecules that show KMT2A
/// and something beyond it, nor with fewer that show the junction itself.
fn cap_single(facts: &EvidenceFacts, tier: &mut Option<Tier>, reasons: &mut Vec<Reason>, p: &Params) {
    let text = if facts.molecules < p.molecules_min {
        "one molecule shows the junction: stays low whatever it shows"
    } else if facts.event_molecules < p.molecules_min {
        "fewer than two molecules show KMT2A and something beyond it: stays low whatever lies further along"
    } else {
        return;
    };
    cap(tier, reasons, Code::OneMolecule, text);
}

fn doubts(facts: &EvidenceFacts, is_dna: bool, reasons: &mut Vec<Reason>) {
    if facts.class == Class::Canonical && matches!(facts.frame, Frame::OutOfFrame | Frame::StopCodon) {
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

#[cfg(test)]
mod tests;
