//! The rule: a sum of log-odds with named terms, and four caps over it.
//!
//! METHOD: the score weighs two stories for a junction that looks like this one: a rearrangement of the
//! patient, or one of the chimeras that library preparation makes. The second is *counted*: the
//! expected number of the sample's own chimeras that would fall on such a place, run that way and
//! repeat in so many molecules. Each constant below is a probability with its meaning; they are fixed,
//! printed with the report, and checked by simulation (docs/accuracy.md).

use super::{
    Judgement, Reason, Term, Tier,
    background::is_duplication_pair,
    facts::{Context, EvidenceFacts, LibraryType, Region},
};
use crate::{
    annotate::{Class, Frame},
    genome::probability::{binomial_lower, binomial_upper, count_tail, from_log_odds},
};

/// Cut of tier high.
pub const HIGH: f64 = 0.99;
/// Cut of tier medium.
pub const MEDIUM: f64 = 0.9;
/// Cut of tier low.
pub const LOW: f64 = 0.5;
/// Molecules without which a duplication stays low.
pub const PTD_MIN_MOLECULES: u32 = 4;

/// Prior: a sample sent for this question carries a fusion to a given kind of partner.
pub const PRIOR_CATALOGUE: f64 = 0.02;
/// See [`PRIOR_CATALOGUE`].
pub const PRIOR_OTHER_GENE: f64 = 0.002;
const PRIOR_INTERGENIC: f64 = 0.001;
const PRIOR_RECIPROCAL: f64 = 0.005;
const PRIOR_COMPANION: f64 = 0.3;
/// See [`PRIOR_CATALOGUE`].
pub const PRIOR_PTD: f64 = 0.04;
const PRIOR_OTHER_BACK_SPLICE: f64 = 0.002;
const PRIOR_READ_THROUGH: f64 = 0.2;
const PRIOR_INVERTED: f64 = 0.0005;
const PRIOR_CHAINED: f64 = 0.001;

/// Share of a library's chimeras whose other end is a catalogue partner: 146 of about 20,000 genes,
/// doubled because partners are expressed in blood.
const CHIMERA_IN_CATALOGUE: f64 = 0.015;
/// Weight of the genome's share against the sample's own (chimeras).
const SHARE_WEIGHT: f64 = 10.0;
/// Chance that a chimera breaks on an annotated exon end on one given side: two ends every 150 bases
/// of transcript, of which one fits the direction.
const CHIMERA_ON_SPLICE_SITE: f64 = 0.01;
/// Share of chimeras that a second molecule repeats (copies that escaped, homology), and what each
/// further molecule costs.
const CHIMERA_REPEATS: f64 = 0.02;
const CHIMERA_REPEATS_MORE: f64 = 0.35;
/// The same for genomic junctions whose base a read shows: ligation joins any bases, so that what meets
/// twice at the very same two with other fragment ends is a copy that escaped, or switched templates where
/// both sides are alike, which the homology term weighs (share of the chimeras; reasoned, and checked on drawn
/// samples with 0 to 200 chimeras, docs/accuracy.md).
const GENOMIC_REPEATS: f64 = 0.002;
const GENOMIC_REPEATS_MORE: f64 = 0.1;
/// The same for pairs that one junction explains: both mates of the second pair must lie within a
/// fragment's reach of the first, which copies (whose ends are alike) do not and chance seldom does.
const PAIR_REPEATS: f64 = 0.004;
/// Share of chimeric pairs whose strands and order fit a transcript.
const CHIMERA_ORDERED: f64 = 0.25;
/// Pseudo-count of chimeras: a sample that shows none still may have had one.
const CHIMERA_PRIOR: f64 = 1.0;

/// Share of true RNA junctions on annotated ends of both sides, of KMT2A's only, of the partner's
/// only, of neither.
const TRUE_BOTH_SITES: f64 = 0.94;
const TRUE_FIVE_SITE: f64 = 0.03;
const TRUE_THREE_SITE: f64 = 0.01;
const TRUE_NO_SITE: f64 = 0.02;
/// Share of true RNA junctions on KMT2A's annotated end where the partner has no model, so that its own
/// exon ends are not known.
const TRUE_KMT2A_SITE: f64 = 0.9;

/// What it takes to lie beside the other derivative on both chromosomes (factor on the odds): chance puts two of even
/// 200 chimeras so in one sample of ten thousand; copies of a repeat may, so that less is given.
const FACED: f64 = 50.0;

/// Share of patients over share of the transcript: 89 % of breaks lie in the major region (410 of 461,
/// KMT2A-NGS) against a tenth of the transcript that a chimera may hit there, 10 % in the minor one
/// against 3 %, 1 % elsewhere against the rest; rounded towards 1.
const REGION_MAJOR: f64 = 8.0;
const REGION_MINOR: f64 = 3.0;
const REGION_OTHER: f64 = 0.05;
/// Largest expected number of chimeric pairs on partners of the catalogue at which a lone pair is reported:
/// one false row in a hundred samples.
const LONE_PAIR_EXPECTED: f64 = 0.01;
/// Molecules from which pairs alone can rise above low.
const PAIRS_ONLY_MIN: u32 = 3;

struct Sum {
    terms: Vec<Term>,
}

impl Sum {
    fn add(&mut self, name: &'static str, value: f64, text: impl Into<String>) {
        self.terms.push(Term {
            name,
            value,
            text: text.into(),
        });
    }

    fn score(&self) -> f64 {
        from_log_odds(self.terms.iter().map(|t| t.value).sum())
    }
}

/// Judges one junction.
pub fn assess(facts: &EvidenceFacts, context: &Context) -> Judgement {
    match facts.class {
        Class::Ptd if !context.is_dna && facts.five_at_splice_site && facts.three_at_splice_site => {
            duplication(facts, context)
        }
        Class::Ptd if !context.is_dna && !facts.is_precise && facts.spanning > 0 => duplication(facts, context),
        _ => chimera(facts, context),
    }
}

/// Everything but an RNA duplication on splice sites.
fn chimera(facts: &EvidenceFacts, context: &Context) -> Judgement {
    let mut sum = Sum { terms: Vec::new() };
    let (prior, text) = prior(facts, context);
    sum.add("class", prior.ln(), text);

    let expected = f64::from(context.chimeras) + CHIMERA_PRIOR;
    let partner_share = if facts.is_partner { partner_share(context) } else { 1.0 };
    sum.add(
        "background",
        -(expected * partner_share).ln(),
        format!(
            "{} other chimeras of this library at KMT2A; {:.2} expected on such a partner",
            context.chimeras,
            expected * partner_share
        ),
    );
    let independent = facts.molecules.min(facts.distinct_ends.max(1));
    let repeats = if context.is_dna && facts.is_precise && facts.split + facts.clip >= 2 {
        genomic_repeats(independent)
    } else {
        repeats(independent, facts.is_precise)
    };
    sum.add(
        "support",
        -repeats.ln(),
        format!(
            "{} molecules with {} distinct ends",
            facts.molecules, facts.distinct_ends
        ),
    );
    if context.is_dna {
        genomic(facts, &mut sum);
    } else {
        transcribed(facts, &mut sum);
    }
    placement(facts, &mut sum);
    let mut reasons = Vec::new();
    let score = sum.score();
    let mut tier = tier_of(score);
    if facts.class == Class::NeighbourReadThrough {
        cap(
            &mut tier,
            &mut reasons,
            "read-through",
            "read-through with a neighbouring gene, without rearrangement: stays low",
        );
    }
    if facts.may_be_insertion {
        cap(
            &mut tier,
            &mut reasons,
            "insertion-or-break",
            "a junction into other sequence without a place of its own faces it on KMT2A: the two ends of an inserted mobile element look so",
        );
    }
    if context.is_dna && facts.class == Class::Deletion {
        cap(
            &mut tier,
            &mut reasons,
            "kmt2a-deletion",
            "a deletion inside KMT2A joins no partner to it: listed",
        );
    }
    if !facts.is_precise && facts.event_molecules < PAIRS_ONLY_MIN {
        cap(
            &mut tier,
            &mut reasons,
            "pairs-only",
            format!("fewer than {PAIRS_ONLY_MIN} molecules, none of which shows the base: stays low"),
        );
    }
    if !facts.is_precise && facts.beside_precise {
        cap(
            &mut tier,
            &mut reasons,
            "isoform-without-base",
            if context.is_dna {
                "pairs beside a breakpoint of the same genes whose base is shown: perhaps molecules of the same one"
            } else {
                "pairs beside a junction of the same genes whose base is shown: perhaps another splice form of it"
            },
        );
    }
    let lone_pair = !facts.is_precise && facts.event_molecules <= 1 && facts.class != Class::NeighbourReadThrough;
    if lone_pair && expected * partner_share * CHIMERA_ORDERED > LONE_PAIR_EXPECTED {
        tier = None;
        reasons.push(Reason::new(
            "lone-pair",
            "one pair, and chimeras of this library make such pairs by chance",
        ));
    }
    cap_single(facts, &mut tier, &mut reasons);
    doubts(facts, context.is_dna, &mut reasons);
    if tier.is_none() {
        reasons.push(Reason::new(
            "below-every-tier",
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
/// genome's share with the weight of [`SHARE_WEIGHT`] chimeras.
fn partner_share(context: &Context) -> f64 {
    (f64::from(context.partner_chimeras) + CHIMERA_IN_CATALOGUE * SHARE_WEIGHT)
        / (f64::from(context.chimeras) + SHARE_WEIGHT)
}

fn prior(facts: &EvidenceFacts, context: &Context) -> (f64, &'static str) {
    match facts.class {
        Class::NeighbourReadThrough => (PRIOR_READ_THROUGH, "adjacent gene of the same strand"),
        Class::Inverted if context.is_dna => (
            PRIOR_INVERTED,
            "an inverted piece of KMT2A; a molecule that primes its own other strand looks so",
        ),
        Class::Inverted => (
            PRIOR_INVERTED,
            "an inverted piece of KMT2A; reverse transcription makes such pieces",
        ),
        Class::Chained if facts.companion => (PRIOR_COMPANION, "further along the molecule of a believed junction"),
        Class::Chained => (PRIOR_CHAINED, "away from KMT2A, in a molecule that shows KMT2A"),
        _ if facts.companion => (PRIOR_COMPANION, "the other junction of the same break is believed"),
        Class::Ptd if context.is_dna => (PRIOR_PTD, "tandem duplication inside KMT2A"),
        Class::Deletion if context.is_dna => (PRIOR_OTHER_BACK_SPLICE, "deletion inside KMT2A"),
        Class::Ptd | Class::Deletion => (PRIOR_OTHER_BACK_SPLICE, "inside KMT2A, away from splice sites"),
        Class::Reciprocal if facts.is_partner => {
            (PRIOR_RECIPROCAL, "reciprocal junction with a partner of the catalogue")
        }
        Class::Reciprocal => (
            PRIOR_OTHER_GENE,
            "reciprocal junction with a gene that the catalogue does not have",
        ),
        Class::Canonical if facts.is_partner => (PRIOR_CATALOGUE, "partner of the catalogue"),
        Class::Canonical if facts.in_gene => (PRIOR_OTHER_GENE, "partner gene that the catalogue does not have"),
        Class::Canonical => (PRIOR_INTERGENIC, "no gene on the partner side"),
    }
}

/// Chance that a chimera shows itself in `molecules` molecules.
fn repeats(molecules: u32, is_precise: bool) -> f64 {
    match molecules {
        0 | 1 => 1.0,
        n => {
            (if is_precise { CHIMERA_REPEATS } else { PAIR_REPEATS })
                * CHIMERA_REPEATS_MORE.powi(i32::try_from((n - 2).min(40)).unwrap_or(40))
        }
    }
}

/// The same in DNA.
fn genomic_repeats(molecules: u32) -> f64 {
    match molecules {
        0 | 1 => 1.0,
        n => GENOMIC_REPEATS * GENOMIC_REPEATS_MORE.powi(i32::try_from((n - 2).min(40)).unwrap_or(40)),
    }
}

fn transcribed(facts: &EvidenceFacts, sum: &mut Sum) {
    let kmt2a_five = facts.class != Class::Reciprocal;
    if facts.is_precise {
        let kmt2a_site = if kmt2a_five {
            facts.five_at_splice_site
        } else {
            facts.three_at_splice_site
        };
        let (truth, noise, text) = match (facts.five_at_splice_site, facts.three_at_splice_site) {
            _ if !facts.in_gene && kmt2a_site => (
                TRUE_KMT2A_SITE,
                CHIMERA_ON_SPLICE_SITE,
                "exon end of KMT2A; no gene model on the other side",
            ),
            (true, true) => (
                TRUE_BOTH_SITES,
                CHIMERA_ON_SPLICE_SITE * CHIMERA_ON_SPLICE_SITE,
                "exon ends on both sides",
            ),
            (true, false) => (
                if kmt2a_five { TRUE_FIVE_SITE } else { TRUE_THREE_SITE },
                CHIMERA_ON_SPLICE_SITE,
                "exon end on the 5' side only",
            ),
            (false, true) => (
                if kmt2a_five { TRUE_THREE_SITE } else { TRUE_FIVE_SITE },
                CHIMERA_ON_SPLICE_SITE,
                "exon end on the 3' side only",
            ),
            (false, false) => (TRUE_NO_SITE, 1.0, "no exon end on either side"),
        };
        sum.add("splice-sites", (truth / noise).ln(), text);
    } else {
        sum.add(
            "order",
            -CHIMERA_ORDERED.ln(),
            "mates in transcript order; no read shows the base",
        );
    }
    let (factor, text) = match (facts.frame, facts.class) {
        (Frame::InFrame, Class::Canonical | Class::Reciprocal | Class::Chained) => {
            (2.5, "in frame (one in three by chance)")
        }
        (Frame::OutOfFrame | Frame::StopCodon, Class::Canonical) => (0.3, "out of frame"),
        _ => (1.0, "frame not weighed"),
    };
    sum.add("frame", f64::ln(factor), text);
    let (factor, text) = match (facts.class, facts.region) {
        (Class::Canonical | Class::Reciprocal, Region::Major) => (REGION_MAJOR, "break in the major region"),
        (Class::Canonical | Class::Reciprocal, Region::Minor) => (REGION_MINOR, "break in the minor region"),
        (Class::Canonical | Class::Reciprocal, Region::Other) => (REGION_OTHER, "break outside the known regions"),
        _ => (1.0, "region not weighed"),
    };
    sum.add("region", f64::ln(factor), text);
    if facts.in_gene && !matches!(facts.class, Class::Inverted | Class::Ptd | Class::Chained) {
        let (factor, text) = if facts.is_sense {
            (1.5, "the molecule runs along the partner gene")
        } else {
            (0.1, "the molecule runs against the partner gene")
        };
        sum.add("strand", f64::ln(factor), text);
    }
}

fn genomic(facts: &EvidenceFacts, sum: &mut Sum) {
    let (factor, text) = match facts.region {
        Region::Major => (6.0, "break in the major region"),
        Region::Minor => (3.0, "break in the minor region"),
        Region::Other => (1.0, "break outside the known regions"),
    };
    sum.add("region", f64::ln(factor), text);
    if facts.split + facts.clip > 0 && facts.spanning > 0 {
        sum.add("classes", f64::ln(10.0), "reads over the break and pairs agree");
    }
    if facts.faced {
        sum.add("facing", FACED.ln(), "the other derivative's junction faces it");
    }
}

/// Anchors, places, homology, agreement.
fn placement(facts: &EvidenceFacts, sum: &mut Sum) {
    if facts.is_precise {
        let (factor, text) = match facts.anchor {
            0..=9 => (0.5, "fewer than 10 bases on one side"),
            10..=17 => (1.0, "10 to 17 bases on the shorter side"),
            _ => (1.5, "18 bases or more on both sides of one molecule"),
        };
        sum.add("anchors", f64::ln(factor), text);
    }
    let share = |unique: u32| f64::from(unique) / f64::from(facts.molecules.max(1));
    for (name, unique, side) in [
        ("place-kmt2a", facts.unique_kmt2a, "KMT2A"),
        ("place-partner", facts.unique_partner, "the other side"),
    ] {
        let (factor, text) = if unique == 0 {
            (0.05, format!("no molecule has a unique place on {side}"))
        } else if share(unique) < 0.5 {
            (
                0.5,
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
    if facts.is_precise && !on_sites && facts.homology >= 8 {
        sum.add(
            "homology",
            f64::ln(0.1),
            format!("{} bases of homology: template switching does that", facts.homology),
        );
    }
    if facts.disagreement_permille > 60 {
        sum.add(
            "consensus",
            f64::ln(0.2),
            format!(
                "{:.1} % of read bases disagree with the consensus",
                f64::from(facts.disagreement_permille) / 10.0
            ),
        );
    }
}

/// A duplication on splice sites: back-splice molecules against the background that healthy blood and
/// circular RNA make.
fn duplication(facts: &EvidenceFacts, context: &Context) -> Judgement {
    let mut sum = Sum { terms: Vec::new() };
    let typical = facts
        .ptd_exons
        .is_some_and(|(donor, acceptor)| is_duplication_pair(donor, acceptor));
    let (prior, text) = if typical {
        (PRIOR_PTD, "exons of the known duplications")
    } else {
        (PRIOR_OTHER_BACK_SPLICE, "exons that duplications do not use")
    };
    sum.add("class", prior.ln(), text);
    let wild_type = u64::from(facts.wild_type);
    let own_counts = context.library != LibraryType::PolyA && context.other_back_splices > 0;
    let rate = if own_counts && context.other_wild_type > 0 {
        let (spliced_back, wild_type) = (context.other_back_splices, context.other_wild_type);
        let own_rate = binomial_upper(u64::from(spliced_back), u64::from(wild_type), 0.90);
        context.ptd_background.max(own_rate)
    } else {
        context.ptd_background
    };
    let expected = rate * wild_type as f64;
    // Over-dispersed: back-splices of one library come in bursts (dispersion 0.5).
    let tail = count_tail(u64::from(facts.molecules), expected.max(1e-3), 0.5).max(1e-6);
    sum.add(
        "support",
        -tail.ln(),
        format!(
            "{} back-splice molecules where {expected:.2} are expected",
            facts.molecules
        ),
    );
    if context.library != LibraryType::PolyA {
        sum.add(
            "library",
            f64::ln(0.5),
            "library not poly-A or unknown: a circular RNA gives the same junction",
        );
    }
    let score = sum.score();
    let mut tier = tier_of(score).or(Some(Tier::Low));
    let mut reasons = Vec::new();
    let total = u64::from(facts.molecules) + wild_type;
    let low = binomial_lower(u64::from(facts.molecules), total, 0.95);
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
        cap(&mut tier, &mut reasons, "ptd-background", what);
    } else if facts.molecules < PTD_MIN_MOLECULES {
        cap(
            &mut tier,
            &mut reasons,
            "ptd-few-molecules",
            format!("{} molecules; {PTD_MIN_MOLECULES} are needed", facts.molecules),
        );
    }
    if matches!(facts.frame, Frame::OutOfFrame | Frame::StopCodon) {
        cap(
            &mut tier,
            &mut reasons,
            "ptd-out-of-frame",
            "out of frame: listed, not counted",
        );
    }
    if !typical {
        cap(
            &mut tier,
            &mut reasons,
            "ptd-unusual-exons",
            "exons that known duplications do not use: a circular RNA is likelier",
        );
    }
    if context.library != LibraryType::PolyA {
        reasons.push(Reason::new(
            "circular-rna",
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
    cap_single(facts, &mut tier, &mut reasons);
    reasons.extend(facts.base_unknown(false));
    Judgement {
        model_score: score,
        tier,
        terms: sum.terms,
        reasons,
    }
}

/// The tier of a score.
pub fn tier_of(score: f64) -> Option<Tier> {
    if score >= HIGH {
        Some(Tier::High)
    } else if score >= MEDIUM {
        Some(Tier::Medium)
    } else if score >= LOW {
        Some(Tier::Low)
    } else {
        None
    }
}

fn cap(tier: &mut Option<Tier>, reasons: &mut Vec<Reason>, code: &'static str, text: impl Into<String>) {
    if tier.is_some() {
        *tier = Some(Tier::Low);
        reasons.push(Reason::new(code, text));
    }
}

/// Nothing, known or not, rises above low on one molecule of the whole event.
fn cap_single(facts: &EvidenceFacts, tier: &mut Option<Tier>, reasons: &mut Vec<Reason>) {
    if facts.event_molecules <= 1 {
        cap(
            tier,
            reasons,
            "one-molecule",
            "one molecule in all: stays low whatever it shows",
        );
    }
}

fn doubts(facts: &EvidenceFacts, is_dna: bool, reasons: &mut Vec<Reason>) {
    if facts.class == Class::Canonical && matches!(facts.frame, Frame::OutOfFrame | Frame::StopCodon) {
        reasons.push(Reason::new(
            "out-of-frame",
            "the reading frame is lost at this junction",
        ));
    }
    if facts.unique_partner == 0 && facts.molecules > 0 {
        reasons.push(Reason::new(
            "partner-ambiguous",
            "the aligner offers other places for the partner side",
        ));
    }
    reasons.extend(facts.base_unknown(is_dna));
    if facts.in_gene && !facts.is_sense && matches!(facts.class, Class::Canonical | Class::Reciprocal) {
        reasons.push(Reason::new("antisense", "the molecule runs against the partner gene"));
    }
}
