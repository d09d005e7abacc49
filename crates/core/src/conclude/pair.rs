//! RNA and DNA of one patient: which DNA junction explains which RNA junction, and the joint conclusion.
//!
//! METHOD: a breakpoint in intron n of KMT2A explains transcripts that leave KMT2A at the donor of exon n or an earlier
//! one (exons may be skipped) and enter the partner at an acceptor downstream of the partner's breakpoint. A finding of
//! one assay is kept, and the report says that the other does not show it: RNA misses fusions that are not expressed, a
//! panel those outside its baits.

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

/// Agreement of the two assays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display)]
#[strum(serialize_all = "kebab-case")]
enum Agreement {
    /// Both show the same rearrangement.
    Confirmed,
    /// Both show a rearrangement, but not the same one.
    Different,
    /// One shows it; the other could have, but does not.
    Discordant,
    /// One shows it; the other is inconclusive.
    OneAssay,
    /// Both are negative.
    BothNegative,
    /// One is negative; the other is inconclusive.
    OneNegative,
    /// Both are inconclusive.
    Open,
}

/// The comparison of the two assays.
pub(super) struct Pair {
    /// RNA leads (its events are listed first).
    pub(super) rna_leads: bool,
    agreement: Agreement,
    /// The agreement in the report's form, without the junctions' identifiers.
    pub(super) said: AssayAgreement,
    /// RNA junctions with the DNA junction that explains them (indices into each assay's judged junctions).
    pub(super) explained: Vec<(usize, usize)>,
}

/// One assay with its own result.
type One<'a> = (&'a AssayResult<'a>, &'a Alone);

/// Whether an assay shows a rearrangement or a duplication.
const fn shown(c: &Alone) -> bool {
    matches!(c.said.state, State::Rearranged | State::Ptd)
}

/// Inconclusive because of a finding that the other assay's negative does not resolve.
fn is_blocked(c: &Alone) -> bool {
    let is_seen = |reason: &Reason| Ground::parse(&reason.code).is_some_and(|ground| ground.card().is_seen);
    c.said.state == State::Inconclusive && (c.lead_event.is_some() || c.said.reasons.iter().any(is_seen))
}

/// Whether the negative of `other` covers the KMT2A breakpoint of the lead event of `of`: a donor in RNA or the intron
/// after that exon in DNA.
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
        // Of a fusion and a duplication, the fusion leads.
        Agreement::Different if states.0 != states.1 => states.0 == State::Rearranged,
        Agreement::Confirmed | Agreement::Different | Agreement::Discordant | Agreement::OneAssay => shown(r),
        // The wider scope leads, then the lower limit.
        Agreement::BothNegative => reach_of(r) <= reach_of(d),
        // A finding that prevents a negative leads, else the negative.
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

/// The joint conclusion: that of the leading assay, with the findings and the scope of both.
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
                "RNA and DNA disagree (possible sample swap): {} in {one}; {two} could have shown it but does not",
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
            // The joint scope may exclude what one assay alone does not.
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
            "check that both files are from the same patient and time point (sample swap?); break-apart FISH, or \
             RT-PCR across the junction"
                .to_owned(),
        );
    }
    conclusion
}

/// Joint answers: a finding of either assay is a finding; a negative is kept if the sample's state allows it.
fn findings(
    (one, a): (&str, &Findings),
    (two, b): (&str, &Findings),
    state: State,
    config: &ConcludeConfig,
) -> Findings {
    let status = |statuses: [FindingStatus; 2], negative_allowed: bool| {
        if statuses.contains(&FindingStatus::Detected) {
            FindingStatus::Detected
        } else if negative_allowed && statuses.contains(&FindingStatus::NotDetected) {
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
    // The limit is that of the assay with the answer: none for a detection, its own for a negative.
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

/// Sort key of a negative: wider scope first, then lower limit.
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

/// Each RNA junction with a tier, paired with the DNA junction with a tier that explains it best.
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

/// Intronic bases between a transcript's junction and the DNA breakpoints that explain it; `None` if they do not.
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
    // Along the molecule, a donor is upstream of the breakpoint and an acceptor downstream of it.
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
            _ => "flanking sequence".to_owned(),
        };
        let exon = |side: &Side| {
            side.exon
                .map_or_else(|| side.name(), |n| format!("{} e{n}", side.symbol()))
        };
        Some(format!(
            "the transcript {} to {} is explained by the DNA breakpoint in KMT2A's {at}",
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
            "RNA and DNA disagree: RNA shows {}, DNA shows {}, and no DNA breakpoint explains the transcript.",
            rna.1.said.headline, dna.1.said.headline
        ),
        Agreement::Discordant if rna_leads => {
            "RNA and DNA disagree: the transcript is seen in RNA; DNA could have shown the breakpoint but does not."
                .to_owned()
        }
        Agreement::Discordant => {
            "RNA and DNA disagree: the breakpoint is seen in DNA; RNA could have shown a transcript but does not (not \
             expressed in this sample, or below the limit of detection)."
                .to_owned()
        }
        Agreement::OneAssay if rna_leads => format!("Only RNA shows it; DNA is inconclusive ({}).", why(dna.1)),
        Agreement::OneAssay => format!("Only DNA shows it; RNA is inconclusive ({}).", why(rna.1)),
        Agreement::BothNegative => "RNA and DNA are both negative, each within its own limit.".to_owned(),
        Agreement::OneNegative if rna.1.said.state == State::NotDetected => {
            format!("Only RNA is negative; DNA is inconclusive ({}).", why(dna.1))
        }
        Agreement::OneNegative => format!("Only DNA is negative; RNA is inconclusive ({}).", why(rna.1)),
        Agreement::Open => format!(
            "Both assays are inconclusive (RNA: {}; DNA: {}).",
            why(rna.1),
            why(dna.1)
        ),
    }
}
