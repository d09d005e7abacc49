//! RNA and DNA of one patient: which junction of the one explains which of the other, and what both say.
//!
//! METHOD: a break in intron n of KMT2A explains transcripts that leave KMT2A at the donor of exon n or before
//! (exons may be skipped) and enter the partner at an acceptor behind the partner's break. What only one assay
//! shows stands, with the other's silence named: RNA can be silent where the fusion is not expressed, a panel
//! where it has no bait.

use breakapart_rule::breaks::intron_to_break;

use super::{Alone, AssayResult, ConcludeConfig, examined, text::RESEARCH_USE};
use crate::{
    annotate::{Class, Side},
    assemble::observe::ahead,
    genome::{Breakend, Contigs, Strand},
    input::Assay,
    judge::{Ground, JudgedJunction, Params, Reason},
    model::{AssayAgreement, Conclusion, Finding, FindingStatus, Findings, PtdFinding, State},
};

/// How the two assays stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display)]
#[strum(serialize_all = "kebab-case")]
enum Agreement {
    /// Both show the same rearrangement.
    Confirmed,
    /// Both show a rearrangement, and not the same one.
    Different,
    /// One shows it, the other, which could have, does not.
    Discordant,
    /// One shows it, the other cannot tell.
    OneAssay,
    /// Both are negative.
    BothNegative,
    /// One is negative, the other cannot tell.
    OneNegative,
    /// Neither can tell.
    Open,
}

/// The two assays against each other.
pub(super) struct Pair {
    /// The RNA leads (its events are named first).
    pub(super) rna_leads: bool,
    agreement: Agreement,
    /// As the report says it, without the junctions' identifiers.
    pub(super) said: AssayAgreement,
    /// RNA junctions with the DNA junction that explains them (indices into each assay's judged junctions).
    pub(super) explained: Vec<(usize, usize)>,
}

/// One assay with what it says alone.
type One<'a> = (&'a AssayResult<'a>, &'a Alone);

/// Whether an assay shows a rearrangement or a duplication.
const fn shown(c: &Alone) -> bool {
    matches!(c.said.state, State::Rearranged | State::Ptd)
}

/// Something was seen that the other assay's negative does not answer.
fn is_blocked(c: &Alone) -> bool {
    let is_seen = |reason: &Reason| Ground::parse(&reason.code).is_some_and(|ground| ground.card().is_seen);
    c.said.state == State::Inconclusive && (c.lead_event.is_some() || c.said.reasons.iter().any(is_seen))
}

/// Whether the negative of `other` speaks of the place where the lead event of `of` breaks KMT2A: a donor in RNA, an
/// intron in DNA, behind the exon of that number.
fn could_have_shown((result, of): One<'_>, other: &Alone) -> bool {
    let lead = of.lead_event.and_then(|index| result.judged.events.get(index));
    let junction = lead.and_then(|event| result.judged.junctions.get(event.lead));
    let own = junction.map(|j| j.annotated.kmt2a_side());
    own.and_then(Side::exon_or_intron)
        .is_none_or(|exon| other.said.examined_donors.is_empty() || other.said.examined_donors.contains(&exon))
}

/// Compares RNA and DNA, each with its own conclusion.
pub(super) fn compare(rna: One<'_>, dna: One<'_>) -> Pair {
    let explained = explained(rna.0, dna.0);
    let (r, d) = (rna.1, dna.1);
    let leads_match = event_pairs(rna.0, dna.0, &explained)
        .iter()
        .any(|(a, b)| Some(*a) == r.lead_event || Some(*b) == d.lead_event);
    let states = (r.said.state, d.said.state);
    let agreement = match states {
        _ if shown(r) && shown(d) => {
            if leads_match {
                Agreement::Confirmed
            } else {
                Agreement::Different
            }
        }
        _ if shown(r) || shown(d) => {
            let (one, other) = if shown(r) { (rna, d) } else { (dna, r) };
            if other.said.state == State::NotDetected && could_have_shown(one, other) {
                Agreement::Discordant
            } else if leads_match {
                Agreement::Confirmed
            } else {
                Agreement::OneAssay
            }
        }
        (State::NotDetected, State::NotDetected) => Agreement::BothNegative,
        (State::NotDetected, _) | (_, State::NotDetected) => Agreement::OneNegative,
        _ => Agreement::Open,
    };
    let rna_leads = match agreement {
        // A fusion beside a duplication: the fusion.
        Agreement::Different if states.0 != states.1 => states.0 == State::Rearranged,
        Agreement::Confirmed | Agreement::Different | Agreement::Discordant | Agreement::OneAssay => shown(r),
        // The wider reach leads, then the deeper limit.
        Agreement::BothNegative => reach_of(r) <= reach_of(d),
        // A finding that blocks leads, else the negative.
        Agreement::OneNegative if is_blocked(r) => true,
        Agreement::OneNegative if is_blocked(d) => false,
        Agreement::OneNegative => states.0 == State::NotDetected,
        Agreement::Open => is_blocked(r) || !is_blocked(d),
    };
    Pair {
        said: AssayAgreement {
            status: agreement.to_string(),
            text: words(agreement, rna, dna, &explained, rna_leads),
            rna: states.0,
            dna: states.1,
            explained: Vec::new(),
        },
        rna_leads,
        agreement,
        explained,
    }
}

/// The conclusion of both: that of the leading assay, with findings, contradictions and reach taken over both.
pub(super) fn join(lead: One<'_>, other: One<'_>, pair: &Pair, config: &ConcludeConfig) -> Conclusion {
    let (first, second) = (&lead.1.said, &other.1.said);
    let mut conclusion = first.clone();
    let name = |alone: One<'_>| match alone.0.assay {
        Assay::Rna => "RNA",
        Assay::Dna => "DNA",
    };
    let (one, two) = (name(lead), name(other));
    let mut text = first.text.trim_end_matches(RESEARCH_USE).trim_end().to_owned();
    match pair.agreement {
        Agreement::Confirmed => {}
        Agreement::Different => {
            conclusion.headline = format!(
                "RNA and DNA disagree (possible sample swap): {} in {one}, {} in {two}",
                first.headline, second.headline
            );
        }
        Agreement::Discordant => {
            conclusion.headline = format!(
                "RNA and DNA disagree (possible sample swap): {} in {one}; {two}, which could have shown it, does not",
                first.headline
            );
        }
        Agreement::OneAssay => conclusion.headline = format!("{} ({one} alone)", first.headline),
        Agreement::BothNegative | Agreement::OneNegative if first.state == State::NotDetected => {
            let negatives = [(lead.0, first), (other.0, second)].into_iter();
            let negatives = negatives.filter(|(_, said)| said.state == State::NotDetected);
            let donors = |said: &Conclusion| said.examined_donors.iter().copied().collect();
            let negatives: Vec<_> = negatives.map(|(result, said)| (result, donors(said))).collect();
            examined::say(&mut conclusion, &negatives);
            conclusion.headline = format!("{} ({one})", first.headline);
            // What one assay leaves open by its own reach, the joined one may close.
            let (own, joined) = (examined::reach(first), examined::reach(&conclusion));
            text = text.replacen(&own, &joined, 1);
        }
        Agreement::BothNegative | Agreement::OneNegative | Agreement::Open => {}
    }
    conclusion.text = format!("{text} {} {RESEARCH_USE}", pair.said.text);
    conclusion
        .reasons
        .push(Reason::new(Ground::RnaAndDna, pair.said.text.clone()));
    conclusion.findings = findings(
        (one, &first.findings),
        (two, &second.findings),
        conclusion.state,
        config,
    );
    match pair.agreement {
        Agreement::Confirmed | Agreement::BothNegative => {}
        Agreement::Different | Agreement::Discordant | Agreement::OneAssay | Agreement::OneNegative => {
            conclusion.qualifiers.push(pair.said.text.clone());
        }
        Agreement::Open => conclusion.reasons.extend(second.reasons.iter().cloned()),
    }
    if matches!(pair.agreement, Agreement::Different | Agreement::Discordant) {
        conclusion.next_step = Some(
            "check that both files are of one patient and one time (sample swap?); break-apart FISH, or RT-PCR over the \
             junction"
                .to_owned(),
        );
    }
    conclusion
}

/// Each question answered by both assays: what one shows is shown; a negative stands where the sample's state allows it.
fn findings(
    (one, a): (&str, &Findings),
    (two, b): (&str, &Findings),
    state: State,
    config: &ConcludeConfig,
) -> Findings {
    let status = |statuses: [FindingStatus; 2], negative_stands: bool| {
        if statuses.contains(&FindingStatus::Detected) {
            FindingStatus::Detected
        } else if negative_stands && statuses.contains(&FindingStatus::NotDetected) {
            FindingStatus::NotDetected
        } else {
            FindingStatus::NotAssessable
        }
    };
    let text = |first: &str, second: &str| format!("{one}: {first}; {two}: {second}");
    let merged = |first: &Finding, second: &Finding| Finding {
        status: status([first.status, second.status], state != State::Inconclusive),
        text: text(&first.text, &second.text),
    };
    // The assay that answers gives its limit: a detection none, a negative its own.
    let limits = [a, b].map(|f| f.ptd.lod.filter(|limit| *limit <= config.required_lod));
    Findings {
        fusion: merged(&a.fusion, &b.fusion),
        ptd: PtdFinding {
            status: status([a.ptd.status, b.ptd.status], true),
            lod: match (a.ptd.status, b.ptd.status) {
                (FindingStatus::NotDetected, FindingStatus::NotDetected) => limits[0].or(limits[1]),
                (_, FindingStatus::NotDetected) => b.ptd.lod,
                _ => a.ptd.lod,
            },
            text: text(&a.ptd.text, &b.ptd.text),
        },
        reciprocal: merged(&a.reciprocal, &b.reciprocal),
        break_without_partner: merged(&a.break_without_partner, &b.break_without_partner),
    }
}

/// How far a negative reaches, the wider first, then the deeper.
fn reach_of(c: &Alone) -> (bool, f64) {
    let limit = c.limits.stated().unwrap_or(f64::INFINITY);
    (c.limits.minor_not_targeted, limit)
}

/// Events of the two assays that share an explained junction.
fn event_pairs(rna: &AssayResult<'_>, dna: &AssayResult<'_>, explained: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let event = |result: &AssayResult<'_>, junction: usize| {
        result
            .judged
            .events
            .iter()
            .position(|e| e.group.members.iter().any(|m| m.junction == junction))
    };
    explained
        .iter()
        .filter_map(|(a, b)| Some((event(rna, *a)?, event(dna, *b)?)))
        .collect()
}

/// Every RNA junction with a tier and the DNA junction with a tier that explains it best.
fn explained(rna: &AssayResult<'_>, dna: &AssayResult<'_>) -> Vec<(usize, usize)> {
    let strand = rna.models.kmt2a().0.strand;
    let with_tier = |j: &&JudgedJunction| j.judgement.tier.is_some();
    let mut found = Vec::new();
    for (i, r) in rna.judged.junctions.iter().enumerate().filter(|(_, j)| with_tier(j)) {
        let best = dna
            .judged
            .junctions
            .iter()
            .enumerate()
            .filter(|(_, j)| with_tier(j))
            .filter_map(|(k, d)| {
                explains((r, rna.contigs), (d, dna.contigs), strand, &rna.judged.params)
                    .map(|distance| (d.judgement.tier, distance, k))
            })
            .max_by_key(|(tier, distance, k)| (*tier, std::cmp::Reverse((*distance, *k))));
        if let Some((.., k)) = best {
            found.push((i, k));
        }
    }
    found
}

/// Bases of intron between a transcript's junction and the break that explains it; `None` if it does not.
fn explains(
    (r, rna_contigs): (&JudgedJunction, &Contigs),
    (d, dna_contigs): (&JudgedJunction, &Contigs),
    strand: Strand,
    p: &Params,
) -> Option<i64> {
    let (rs, ds) = (&r.annotated.candidate.sides, &d.annotated.candidate.sides);
    if r.annotated.class != d.annotated.class {
        return None;
    }
    // Along the molecule, a donor lies before the break and an acceptor behind it.
    let before = |shown: Option<Breakend>, broken: Option<Breakend>, along: Strand, is_partner: bool| {
        let (shown, broken) = (shown?, broken?);
        // Headers may differ in order and naming.
        let same = rna_contigs.bare(shown.contig) == dna_contigs.bare(broken.contig);
        let distance = ahead(shown.position, broken.position, along);
        (same && shown.retained == broken.retained).then(|| intron_to_break(distance, is_partner, p))?
    };
    let five = match r.annotated.class {
        Class::Canonical | Class::Ptd => before(rs.five(), ds.five(), strand, false)?,
        Class::Reciprocal => before(rs.five(), ds.five(), rs.five()?.strand_as_five_prime(), true)?,
        _ => return None,
    };
    let three = match r.annotated.class {
        Class::Reciprocal | Class::Ptd => before(rs.three(), ds.three(), strand.flipped(), false)?,
        _ if ds.three().is_none() || rs.three().is_none() => i64::from(p.pair_partner_reach),
        _ => before(
            rs.three(),
            ds.three(),
            rs.three()?.strand_as_three_prime().flipped(),
            true,
        )?,
    };
    Some(five + three)
}

fn words(agreement: Agreement, rna: One<'_>, dna: One<'_>, explained: &[(usize, usize)], rna_leads: bool) -> String {
    // The 5' product first.
    let mut order: Vec<&(usize, usize)> = explained.iter().collect();
    order.sort_by_key(|(i, _)| {
        let class = rna.0.judged.junctions.get(*i).map(|j| j.annotated.class);
        class == Some(Class::Reciprocal)
    });
    let pair = order.into_iter().find_map(|(i, k)| {
        let (r, d) = (rna.0.judged.junctions.get(*i)?, dna.0.judged.junctions.get(*k)?);
        let own = d.annotated.kmt2a_side();
        let at = match (own.intron, own.exon) {
            (Some(n), _) => format!("intron {n}"),
            (None, Some(n)) => format!("exon {n}"),
            _ => "a place beside it".to_owned(),
        };
        let exon = |side: &Side| {
            side.exon
                .map_or_else(|| side.name(), |n| format!("{} e{n}", side.symbol()))
        };
        Some(format!(
            "the transcript {} to {} is explained by the DNA break in KMT2A's {at}",
            exon(&r.annotated.five),
            exon(&r.annotated.three)
        ))
    });
    let why = |c: &Alone| {
        let first = c.said.reasons.first();
        first.map_or_else(|| "no reason given".to_owned(), |r| r.text.clone())
    };
    match agreement {
        Agreement::Confirmed => format!(
            "RNA and DNA agree: {}.",
            pair.unwrap_or_else(|| "both show the same event".to_owned())
        ),
        Agreement::Different => format!(
            "RNA and DNA disagree: RNA shows {}, DNA shows {}, and no break in DNA explains the transcript.",
            rna.1.said.headline, dna.1.said.headline
        ),
        Agreement::Discordant if rna_leads => {
            "RNA and DNA disagree: the transcript is seen in RNA, and DNA, whose reads could have shown a break, shows none."
                .to_owned()
        }
        Agreement::Discordant => {
            "RNA and DNA disagree: the break is seen in DNA, and RNA, whose reads could have shown a transcript, shows none (not expressed in this sample, or expressed outside the limit)."
                .to_owned()
        }
        Agreement::OneAssay if rna_leads => format!("RNA alone shows it; DNA cannot tell ({}).", why(dna.1)),
        Agreement::OneAssay => format!("DNA alone shows it; RNA cannot tell ({}).", why(rna.1)),
        Agreement::BothNegative => "RNA and DNA are both negative, each within its own limit.".to_owned(),
        Agreement::OneNegative if rna.1.said.state == State::NotDetected => {
            format!("RNA alone is negative; DNA cannot tell ({}).", why(dna.1))
        }
        Agreement::OneNegative => format!("DNA alone is negative; RNA cannot tell ({}).", why(rna.1)),
        Agreement::Open => format!(
            "Neither assay can tell (RNA: {}; DNA: {}).",
            why(rna.1),
            why(dna.1)
        ),
    }
}
