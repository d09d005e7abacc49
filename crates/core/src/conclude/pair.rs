//! RNA and DNA of one patient: which junction of the one explains which of the other, and what both say.
//!
//! METHOD: a break in intron n of KMT2A explains transcripts that leave KMT2A at the donor of exon n or before
//! (exons may be skipped) and enter the partner at an acceptor behind the partner's break. What only one assay
//! shows stands, with the other's silence named: RNA can be silent where the fusion is not expressed, a panel
//! where it has no bait.

use super::{AssayResult, Conclusion, FindingStatus, State, text::RESEARCH_USE};
use crate::{
    annotate::Class,
    assemble::{observe::ahead, unplaced::NOWHERE},
    genome::{Contigs, Strand},
    judge::{JudgedJunction, Reason},
};

/// Bases by which a transcript's exon end may pass the break: homology at the junction (bases).
const SLACK: i64 = 30;
/// An acceptor further behind the partner's break than this is not its own (bases; introns of AFF1, MLLT3 and
/// MLLT10 reach 100,000, and a break before the gene adds to it).
const PARTNER_REACH: i64 = 1_000_000;

/// How the two assays stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
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

impl Agreement {
    /// Stable word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Different => "different",
            Self::Discordant => "discordant",
            Self::OneAssay => "one-assay",
            Self::BothNegative => "both-negative",
            Self::OneNegative => "one-negative",
            Self::Open => "open",
        }
    }
}

/// The two assays together.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What both say: the leading assay's conclusion with what the other adds.
    pub conclusion: Conclusion,
    /// The RNA leads (its events are named first).
    pub rna_leads: bool,
    /// How they stand to each other.
    pub agreement: Agreement,
    /// In words.
    pub text: String,
    /// RNA junctions with the DNA junction that explains them (indices into each assay's judged junctions).
    pub explained: Vec<(usize, usize)>,
}

/// One assay with what it says alone.
#[derive(Clone, Copy, Debug)]
pub struct Alone<'a> {
    /// Its result.
    pub result: &'a AssayResult<'a>,
    /// Its own conclusion.
    pub conclusion: &'a Conclusion,
    /// Contigs of its header.
    pub contigs: &'a Contigs,
}

/// Concludes from both assays, each with its own conclusion.
pub fn conclude(rna: Alone<'_>, dna: Alone<'_>) -> Pair {
    let explained = explained(rna, dna);
    let (r, d) = (rna.conclusion, dna.conclusion);
    let shown = |c: &Conclusion| matches!(c.state, State::Rearranged | State::Ptd);
    let leads_match = r
        .lead_event
        .zip(d.lead_event)
        .is_some_and(|(a, b)| event_pairs(rna.result, dna.result, &explained).contains(&(a, b)));
    // Something was seen that the other assay's negative does not answer.
    let blocked = |c: &Conclusion| {
        c.state == State::Inconclusive
            && (c.lead_event.is_some()
                || c.breaks.iter().any(|b| !b.reasons().is_empty())
                || c.reasons.iter().any(|x| {
                    matches!(
                        x.code,
                        "low-tier-event" | "near-tier-low" | "reciprocal-only" | "evidence-cut-off"
                    )
                }))
    };
    let agreement = match (r.state, d.state) {
        _ if shown(r) && shown(d) => {
            if leads_match {
                Agreement::Confirmed
            } else {
                Agreement::Different
            }
        }
        _ if shown(r) || shown(d) => {
            let other = if shown(r) { d } else { r };
            if other.state == State::NotDetected {
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
        Agreement::Confirmed | Agreement::Different | Agreement::Discordant | Agreement::OneAssay => shown(r),
        // The deeper limit leads.
        Agreement::BothNegative => limit(r) <= limit(d),
        // A finding that blocks leads, else the negative.
        Agreement::OneNegative if blocked(r) => true,
        Agreement::OneNegative if blocked(d) => false,
        Agreement::OneNegative => r.state == State::NotDetected,
        Agreement::Open => blocked(r) || !blocked(d),
    };
    let text = words(agreement, rna, dna, &explained, rna_leads);
    let (lead, other) = if rna_leads { (r, d) } else { (d, r) };
    let mut conclusion = lead.clone();
    conclusion.text = format!(
        "{} {text} {RESEARCH_USE}",
        lead.text.trim_end_matches(RESEARCH_USE).trim_end()
    );
    conclusion.reasons.push(Reason::new("rna-and-dna", text.clone()));
    conclusion.contradictions.extend(other.contradictions.iter().cloned());
    if other.findings.break_without_partner.status == FindingStatus::Detected
        && conclusion.findings.break_without_partner.status != FindingStatus::Detected
    {
        conclusion.findings.break_without_partner = other.findings.break_without_partner.clone();
    }
    match agreement {
        Agreement::Confirmed | Agreement::BothNegative => {}
        Agreement::Different | Agreement::Discordant | Agreement::OneAssay | Agreement::OneNegative => {
            conclusion.qualifiers.push(text.clone());
        }
        Agreement::Open => conclusion.reasons.extend(other.reasons.iter().cloned()),
    }
    if agreement == Agreement::Different || agreement == Agreement::Discordant {
        conclusion.next_step = Some(
            "check that both files are of one patient and one time; break-apart FISH, or RT-PCR over the junction"
                .to_owned(),
        );
    }
    conclusion.adequacy = r.adequacy.iter().chain(&d.adequacy).cloned().collect();
    Pair {
        conclusion,
        rna_leads,
        agreement,
        text,
        explained,
    }
}

fn limit(c: &Conclusion) -> f64 {
    super::text::worst(c.limits.as_ref()).unwrap_or(f64::INFINITY)
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
fn explained(rna: Alone<'_>, dna: Alone<'_>) -> Vec<(usize, usize)> {
    let strand = rna.result.models.kmt2a().0.strand;
    let with_tier = |j: &&JudgedJunction| j.judgement.tier.is_some();
    let mut found = Vec::new();
    for (i, r) in rna
        .result
        .judged
        .junctions
        .iter()
        .enumerate()
        .filter(|(_, j)| with_tier(j))
    {
        let best = dna
            .result
            .judged
            .junctions
            .iter()
            .enumerate()
            .filter(|(_, j)| with_tier(j))
            .filter_map(|(k, d)| {
                explains((r, rna.contigs), (d, dna.contigs), strand).map(|distance| (d.judgement.tier, distance, k))
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
) -> Option<i64> {
    let (rj, dj) = (&r.annotated.candidate.junction, &d.annotated.candidate.junction);
    if r.annotated.class != d.annotated.class {
        return None;
    }
    // Along the molecule, a donor lies before the break and an acceptor behind it.
    let before = |shown: crate::genome::Breakend, broken: crate::genome::Breakend, along: Strand| {
        let distance = ahead(shown.position, broken.position, along);
        // Headers may differ in order and naming.
        let same = rna_contigs.bare(shown.contig) == dna_contigs.bare(broken.contig);
        (same && shown.retained == broken.retained && distance >= -SLACK).then_some(distance.max(0))
    };
    let five = match r.annotated.class {
        Class::Canonical | Class::Ptd => before(rj.five, dj.five, strand)?,
        Class::Reciprocal => {
            let distance = before(rj.five, dj.five, rj.five.strand_as_five_prime())?;
            (distance <= PARTNER_REACH).then_some(distance)?
        }
        _ => return None,
    };
    let three = match r.annotated.class {
        Class::Reciprocal | Class::Ptd => before(rj.three, dj.three, strand.flipped())?,
        _ if dj.three.contig == NOWHERE || rj.three.contig == NOWHERE => PARTNER_REACH,
        _ => {
            let distance = before(rj.three, dj.three, rj.three.strand_as_three_prime().flipped())?;
            (distance <= PARTNER_REACH).then_some(distance)?
        }
    };
    Some(five + three)
}

fn words(
    agreement: Agreement,
    rna: Alone<'_>,
    dna: Alone<'_>,
    explained: &[(usize, usize)],
    rna_leads: bool,
) -> String {
    // The 5' product first.
    let mut order: Vec<&(usize, usize)> = explained.iter().collect();
    order.sort_by_key(|(i, _)| {
        let class = rna.result.judged.junctions.get(*i).map(|j| j.annotated.class);
        class == Some(Class::Reciprocal)
    });
    let pair = order.into_iter().find_map(|(i, k)| {
        let (r, d) = (
            rna.result.judged.junctions.get(*i)?,
            dna.result.judged.junctions.get(*k)?,
        );
        let own = d.annotated.kmt2a_side();
        let at = match (own.intron, own.exon) {
            (Some(n), _) => format!("intron {n}"),
            (None, Some(n)) => format!("exon {n}"),
            _ => "a place beside it".to_owned(),
        };
        let exon = |side: &crate::annotate::Side| {
            side.exon
                .map_or_else(|| side.name(), |n| format!("{} e{n}", side.symbol()))
        };
        Some(format!(
            "the transcript {} to {} is explained by the DNA break in KMT2A's {at}",
            exon(&r.annotated.five),
            exon(&r.annotated.three)
        ))
    });
    let why = |c: &Conclusion| {
        c.reasons
            .first()
            .map_or_else(|| "no reason given".to_owned(), |r| r.text.clone())
    };
    match agreement {
        Agreement::Confirmed => format!(
            "RNA and DNA agree: {}.",
            pair.unwrap_or_else(|| "both show the same event".to_owned())
        ),
        Agreement::Different => format!(
            "RNA and DNA disagree: RNA shows {}, DNA shows {}, and no break in DNA explains the transcript.",
            rna.conclusion.headline, dna.conclusion.headline
        ),
        Agreement::Discordant if rna_leads => {
            "RNA and DNA disagree: the transcript is seen in RNA, and DNA, whose reads could have shown a break, shows none."
                .to_owned()
        }
        Agreement::Discordant => {
            "RNA and DNA disagree: the break is seen in DNA, and RNA, whose reads could have shown a transcript, shows none (not expressed in this sample, or expressed outside the limit)."
                .to_owned()
        }
        Agreement::OneAssay if rna_leads => format!("RNA alone shows it; DNA cannot tell ({}).", why(dna.conclusion)),
        Agreement::OneAssay => format!("DNA alone shows it; RNA cannot tell ({}).", why(rna.conclusion)),
        Agreement::BothNegative => "RNA and DNA are both negative, each within its own limit.".to_owned(),
        Agreement::OneNegative if rna.conclusion.state == State::NotDetected => {
            format!("RNA alone is negative; DNA cannot tell ({}).", why(dna.conclusion))
        }
        Agreement::OneNegative => format!("DNA alone is negative; RNA cannot tell ({}).", why(rna.conclusion)),
        Agreement::Open => format!(
            "Neither assay can tell (RNA: {}; DNA: {}).",
            why(rna.conclusion),
            why(dna.conclusion)
        ),
    }
}
