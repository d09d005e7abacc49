//! Samples of one patient against each other.

use super::{Comparison, EACH_WITH_EACH_MAX, Verdict, place};
use crate::cohort::digest::{JunctionDigest, SampleDigest};
use crate::cohort::fingerprint::Fingerprint;
use crate::cohort::roster::{Member, Patient};
use crate::cohort::sheet::Timepoint;
use breakapart_core::report::schema::State;

/// How far upstream of its partner gene a genomic break may lie and still give that partner's transcript
/// (bases). KMT2A's donor skips to the second exon of the next gene downstream: in half of the
/// KMT2A::MLLT1 the break lies outside MLLT1 (ACER1 lies 26 kb upstream); 200 kb is far beyond.
const SPLICED_FUSION_MAX: i64 = 200_000;

pub(super) fn compare(index: usize, patient: &Patient, found: &mut Vec<Comparison>) {
    for (a, first) in patient.members.iter().enumerate() {
        if patient.members.len() > EACH_WITH_EACH_MAX && a > 0 {
            break;
        }
        for (b, second) in patient.members.iter().enumerate().skip(a + 1) {
            let (Some(one), Some(other)) = (&first.digest, &second.digest) else {
                continue;
            };
            let (verdict, detail) = verdict(first, one, second, other);
            found.push(Comparison {
                compared: compared(first, one, second, other),
                first: (index, a),
                second: (index, b),
                verdict,
                detail,
            });
        }
    }
}

fn compared(first: &Member, one: &SampleDigest, second: &Member, other: &SampleDigest) -> &'static str {
    match (first.timepoint, second.timepoint) {
        (None, _) | (_, None) => "timepoint-unknown",
        (Some(Timepoint::Diagnosis), Some(Timepoint::Relapse)) => "diagnosis-relapse",
        (Some(Timepoint::Diagnosis), Some(Timepoint::FollowUp)) => "diagnosis-follow-up",
        (Some(Timepoint::FollowUp), Some(Timepoint::Relapse)) => "follow-up-relapse",
        _ if matches!((&*one.assay, &*other.assay), ("rna", "dna") | ("dna", "rna")) => "rna-dna",
        _ => "same-timepoint",
    }
}

fn is_shown(digest: &SampleDigest) -> bool {
    digest.state == State::Rearranged
}

fn verdict(first: &Member, one: &SampleDigest, second: &Member, other: &SampleDigest) -> (Verdict, String) {
    let treated = second.timepoint == Some(Timepoint::FollowUp) || first.timepoint == Some(Timepoint::FollowUp);
    match (is_shown(one), is_shown(other)) {
        (true, true) => both(one, other),
        (false, false) => {
            let ptd = [one, other].map(|d| d.state == State::Ptd);
            if ptd[0] != ptd[1] && !treated {
                return (Verdict::Discordant, states(one, other));
            }
            let could = |d: &SampleDigest| d.state != State::Inconclusive;
            if could(one) && could(other) {
                (Verdict::BothWithout, states(one, other))
            } else {
                (Verdict::NotComparable, states(one, other))
            }
        }
        (shown, _) => {
            let without = if shown { other } else { one };
            if without.state == State::Inconclusive {
                (
                    Verdict::NotComparable,
                    format!("{}; {}", states(one, other), without.reason),
                )
            } else if let Some(place) = beyond(if shown { one } else { other }, without) {
                let detail = format!("{}; {place} was not examined there", states(one, other));
                (Verdict::NotComparable, detail)
            } else if treated {
                let limit = without
                    .lod
                    .map_or_else(String::new, |lod| format!(", limit {lod:.2e} of {}", without.lod_unit));
                (Verdict::NoLongerShown, format!("{}{limit}", states(one, other)))
            } else {
                (Verdict::Discordant, states(one, other))
            }
        }
    }
}

/// Where KMT2A breaks in a sample, if the negative of the other one does not speak of that place.
fn beyond(shown: &SampleDigest, without: &SampleDigest) -> Option<String> {
    let kmt2a = shown.lead_junction()?.kmt2a_and_partner()?.0;
    let exon = kmt2a.intron.or(kmt2a.exon)?;
    let is_beyond = !without.examined.is_empty() && !without.examined.contains(&exon);
    is_beyond.then(|| format!("a break after e{exon}"))
}

fn states(one: &SampleDigest, other: &SampleDigest) -> String {
    format!(
        "{} {} against {} {}",
        one.assay,
        one.state.name(),
        other.assay,
        other.state.name()
    )
}

/// Both show a rearrangement.
fn both(one: &SampleDigest, other: &SampleDigest) -> (Verdict, String) {
    let (marks, others) = (Fingerprint::of_sample(one), Fingerprint::of_sample(other));
    for (mark, junction) in &marks {
        if others.iter().any(|(second, _)| mark.is_same(second)) {
            return (Verdict::SameBreak, place(junction));
        }
    }
    let (Some(a), Some(b)) = (one.lead_junction(), other.lead_junction()) else {
        return (Verdict::NotComparable, states(one, other));
    };
    let detail = format!("{} against {}", place(a), place(b));
    let verdict = match (a.is_genomic(), b.is_genomic()) {
        (true, true) if same_partner(one, other) || near(a, b) => Verdict::NewClone,
        (true, true) => Verdict::DifferentPartner,
        (true, false) if explains(a, other) => Verdict::SameBreak,
        (false, true) if explains(b, one) => Verdict::SameBreak,
        (false, false) if same_partner(one, other) => Verdict::Compatible,
        // The same gene, and a break that can't give this transcript.
        _ if same_partner(one, other) => Verdict::NewClone,
        _ => Verdict::DifferentPartner,
    };
    (verdict, detail)
}

fn same_partner(one: &SampleDigest, other: &SampleDigest) -> bool {
    let partner = |d: &SampleDigest| d.lead.as_ref().and_then(|lead| lead.partner.clone());
    partner(one).is_some() && partner(one) == partner(other)
}

/// Partner sides within the reach of a spliced fusion.
fn near(a: &JunctionDigest, b: &JunctionDigest) -> bool {
    match (a.kmt2a_and_partner(), b.kmt2a_and_partner()) {
        (Some((_, a)), Some((_, b))) => a.contig == b.contig && (a.position - b.position).abs() <= SPLICED_FUSION_MAX,
        _ => false,
    }
}

/// Whether a genomic break can give the transcripts of an RNA sample: the donor is at or before the broken
/// intron (exons may be skipped), and the partner is the broken gene or the one downstream of the break.
fn explains(genomic: &JunctionDigest, rna: &SampleDigest) -> bool {
    let broken = |j: &JunctionDigest| {
        let (kmt2a, _) = j.kmt2a_and_partner()?;
        kmt2a.intron.or(kmt2a.exon)
    };
    rna.lead_junctions()
        .filter(|j| j.is_canonical() == genomic.is_canonical())
        .any(|j| {
            let exons = match (broken(genomic), j.kmt2a_and_partner().and_then(|(side, _)| side.exon)) {
                (Some(intron), Some(exon)) if genomic.is_canonical() => exon <= intron,
                (Some(intron), Some(exon)) => exon > intron,
                _ => true,
            };
            let gene = |j: &JunctionDigest| j.kmt2a_and_partner().and_then(|(_, partner)| partner.gene.clone());
            exons && ((gene(j).is_some() && gene(j) == gene(genomic)) || near(j, genomic))
        })
}
